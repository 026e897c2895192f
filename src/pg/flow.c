#include "saaskpi.h"

#include "skpi_flow.h"

/* A large customer alone; interrupted, it begins again. */
static skpi_tally *
alone(const skpi_tally *state, const skpi_tally *history, int64 *scratch)
{
	size_t room = skpi_flow_room(state, history);

	/* twice is best, where a state can be as large */
	if (room < SKPI_TALLY_MAX_BYTES / 2 - sizeof(skpi_tally))
		room *= 2;
	for (;;)
	{
		skpi_tally *one = skpg_alike(state, room);
		skpi_status status = skpi_flow_add(one, skpg_capacity(one), history,
										   scratch, skpg_stop, NULL);

		if (status != SKPI_E_INTERRUPT)
		{
			skpg_check(status, "mrr_flow");
			return one;
		}
		pfree(one);
		CHECK_FOR_INTERRUPTS();
	}
}

static skpi_tally *
add(skpi_tally *state, const skpi_tally *history)
{
	int64 *scratch = palloc(skpi_flow_scratch(history) * sizeof(int64_t));

	if (history->n_rows > SKPG_LARGE)
		return skpg_merge(state, alone(state, history, scratch));
	state = skpg_grow(state,
					  skpi_tally_used(state) + skpi_flow_room(state, history));
	skpg_check(skpi_flow_add(state, skpg_capacity(state), history, scratch,
							 NULL, NULL),
			   "mrr_flow");
	pfree(scratch);
	return state;
}

SKPG_FUNCTION(saaskpi_mrr_flow_accum);

Datum
saaskpi_mrr_flow_accum(PG_FUNCTION_ARGS)
{
	skpi_tally *state = skpg_open(fcinfo, 0);
	skpi_grain grain;
	int32 as_of;

	if (PG_ARGISNULL(2) || PG_ARGISNULL(3))
	{
		if (state == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(state);
	}
	grain = skpg_grain(PG_GETARG_TEXT_PP(2));
	as_of = skpg_day(PG_GETARG_DATEADT(3), "as_of");
	if (state == NULL)
	{
		state = skpg_new(1024);
		skpi_flow_init(state, grain, as_of, SKPI_NET_DAY);
	}
	skpg_same(state, grain, as_of, SKPI_NET_DAY);
	/* customers who never subscribed still make a waterfall, of zeros */
	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(state);
	PG_RETURN_POINTER(add(state, SKPG_GETARG_STATE(1, SKPI_MRR_HISTORY)));
}

SKPG_FUNCTION(saaskpi_mrr_flow);

/* One customer's flow: the waterfall's drill-down. */
Datum
saaskpi_mrr_flow(PG_FUNCTION_ARGS)
{
	skpi_tally *state = skpg_new(1024);

	skpi_flow_init(state, skpg_grain(PG_GETARG_TEXT_PP(1)),
				   skpg_day(PG_GETARG_DATEADT(2), "as_of"), SKPI_NET_DAY);
	return skpg_close(add(state, SKPG_GETARG_STATE(0, SKPI_MRR_HISTORY)));
}

/* A waterfall as rows; apart: pauses told from churn, and what rates changed
 * from expansion, which is what they stand as where only the movements are told
 * that version 0.1.0 knew. */
typedef struct waterfall
{
	const skpi_tally *flow;
	skpg_calendar calendar;
	bool apart;
} waterfall;

/* What neither a pause nor a rate has done of a period of a label. */
static void
tell_apart(const waterfall *w, const int64 *v, const int64 *paused,
		   const int64 *fx, int64 *own)
{
	for (int i = 0; i < SKPI_FLOW_WIDTH; i++)
	{
		if (w->apart && (v[i] < paused[i] || v[i] - paused[i] < fx[i]))
			skpg_check(SKPI_E_CORRUPT, "mrr_flow");
		own[i] = v[i] - (w->apart ? paused[i] + fx[i] : 0);
	}
}

static void
row_sum(skpg_rows *rows, int64 a, int64 b)
{
	int64 sum;

	if (__builtin_add_overflow(a, b, &sum))
		skpg_check(SKPI_E_OVERFLOW, "mrr_flow");
	skpg_row_money(rows, sum);
}

static void
put_period(skpg_rows *rows, const waterfall *w, int32 period,
		   const skpi_balance *opening, const int64 *all, const int64 *paused,
		   const int64 *fx, const skpi_balance *closing)
{
	const skpg_calendar *calendar = &w->calendar;
	const int64 *pauses = paused + SKPI_FLOW_COUNTS;
	int64 v[SKPI_FLOW_WIDTH];
	static const int counts[] = {SKPI_FLOW_NEW,          SKPI_FLOW_EXPANSION,
								 SKPI_FLOW_CONTRACTION,  SKPI_FLOW_CHURN,
								 SKPI_FLOW_REACTIVATION, SKPI_FLOW_TRANSFER_IN,
								 SKPI_FLOW_TRANSFER_OUT};

	tell_apart(w, all, paused, fx, v);
	skpg_row_period(rows, calendar, period);
	skpg_row_money(rows, opening->amount);
	for (int i = SKPI_FLOW_NEW; i <= SKPI_FLOW_TRANSFER_OUT; i++)
		skpg_row_money(rows, v[i]);
	skpg_row_money(rows, closing->amount);
	skpg_row_money(rows, v[SKPI_FLOW_ROUND_TRIP]);
	skpg_row_count(rows, opening->customers);
	for (int i = 0; i < (int) lengthof(counts); i++)
		skpg_row_count(rows, v[SKPI_FLOW_COUNTS + counts[i]]);
	skpg_row_count(rows, closing->customers);
	skpg_row_complete(rows, calendar, period);
	if (!w->apart)
		return;
	row_sum(rows, paused[SKPI_FLOW_CHURN], paused[SKPI_FLOW_CONTRACTION]);
	row_sum(rows, paused[SKPI_FLOW_REACTIVATION], paused[SKPI_FLOW_EXPANSION]);
	skpg_row_count(rows, pauses[SKPI_FLOW_CHURN]);
	skpg_row_count(rows, pauses[SKPI_FLOW_REACTIVATION]);
	skpg_row_money(rows, fx[SKPI_FLOW_EXPANSION] - fx[SKPI_FLOW_CONTRACTION]);
}

static const skpi_row *
row_of(const skpi_tally *flow, uint32 at, int32 label)
{
	const skpi_row *row = at < flow->n_rows ? skpi_tally_row(flow, at) : NULL;

	return row != NULL && row->k1 == label ? row : NULL;
}

/* All periods of one label; movements before the first are its opening. */
static void
put_periods(skpg_rows *rows, const waterfall *w, int32 label, const text *name,
			uint32 *next)
{
	static const int64 nothing[SKPI_FLOW_WIDTH] = {0};
	const skpi_tally *flow = w->flow;
	skpi_balance closing = {0, 0};
	uint32 aside = skpi_flow_asides(flow, label, SKPI_ASIDE_PAUSED);
	uint32 rates = skpi_flow_asides(flow, label, SKPI_ASIDE_FX);
	const skpi_row *row;

	for (; (row = row_of(flow, *next, label)) != NULL &&
		   row->k2 < w->calendar.first;
		 (*next)++)
		skpg_check(skpi_flow_balance(row->v, &closing), "mrr_flow");
	for (int32 p = w->calendar.first; p <= w->calendar.last; p++)
	{
		skpi_balance opening = closing;
		const int64 *v = nothing;

		row = row_of(flow, *next, label);
		if (row != NULL && row->k2 == p)
		{
			v = row->v;
			(*next)++;
		}
		skpg_check(skpi_flow_balance(v, &closing), "mrr_flow");
		skpg_row_label(rows, name);
		put_period(rows, w, p, &opening, v,
				   skpi_flow_aside(flow, label, SKPI_ASIDE_PAUSED, p, &aside),
				   skpi_flow_aside(flow, label, SKPI_ASIDE_FX, p, &rates),
				   &closing);
		skpg_row_end(rows);
	}
	/* none is later than as_of, unless forged */
	while (row_of(flow, *next, label) != NULL)
		(*next)++;
}

/* The periods of all plans together and, unless only they are asked for, of
 * each plan. */
static Datum
put_waterfall(FunctionCallInfo fcinfo, bool total, bool apart)
{
	waterfall w = {.apart = apart};
	skpg_rows rows;
	const char *label_at;
	uint32 next;

	skpg_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	w.flow = SKPG_GETARG_STATE(0, SKPI_MRR_FLOW);
	w.calendar = skpg_calendar_of(fcinfo, 1, w.flow);
	label_at = skpi_tally_labels(w.flow);
	next = skpi_tally_find(w.flow, 0, PG_INT32_MIN);
	put_periods(&rows, &w, 0, NULL, &next);
	for (int32 label = 1; label <= w.flow->n_labels && !total; label++)
		put_periods(&rows, &w, label, skpg_label_next(&label_at), &next);
	return (Datum) 0;
}

SKPG_FUNCTION(saaskpi_mrr_waterfall);

/* The columns of version 0.1.0. */
Datum
saaskpi_mrr_waterfall(PG_FUNCTION_ARGS)
{
	return put_waterfall(fcinfo, false, false);
}

SKPG_FUNCTION(saaskpi_mrr_waterfall_pauses);

Datum
saaskpi_mrr_waterfall_pauses(PG_FUNCTION_ARGS)
{
	return put_waterfall(fcinfo, false, true);
}

SKPG_FUNCTION(saaskpi_mrr_waterfall_total);

Datum
saaskpi_mrr_waterfall_total(PG_FUNCTION_ARGS)
{
	return put_waterfall(fcinfo, true, true);
}

SKPG_FUNCTION(saaskpi_mrr_flow_first_period);

Datum
saaskpi_mrr_flow_first_period(PG_FUNCTION_ARGS)
{
	return skpg_first_period(fcinfo, SKPG_GETARG_STATE(0, SKPI_MRR_FLOW));
}
