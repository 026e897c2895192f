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

static void
put_period(skpg_rows *rows, const skpg_calendar *calendar, int32 period,
		   const skpi_balance *opening, const int64 *v,
		   const skpi_balance *closing)
{
	static const int counts[] = {SKPI_FLOW_NEW,          SKPI_FLOW_EXPANSION,
								 SKPI_FLOW_CONTRACTION,  SKPI_FLOW_CHURN,
								 SKPI_FLOW_REACTIVATION, SKPI_FLOW_TRANSFER_IN,
								 SKPI_FLOW_TRANSFER_OUT};

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
}

static const skpi_row *
row_of(const skpi_tally *flow, uint32 at, int32 label)
{
	const skpi_row *row = at < flow->n_rows ? skpi_tally_row(flow, at) : NULL;

	return row != NULL && row->k1 == label ? row : NULL;
}

/* All periods of one label; movements before the first are its opening. */
static void
put_periods(skpg_rows *rows, const skpg_calendar *calendar,
			const skpi_tally *flow, int32 label, const text *name, uint32 *next)
{
	static const int64 nothing[SKPI_FLOW_WIDTH] = {0};
	skpi_balance closing = {0, 0};
	const skpi_row *row;

	for (; (row = row_of(flow, *next, label)) != NULL &&
		   row->k2 < calendar->first;
		 (*next)++)
		skpg_check(skpi_flow_balance(row->v, &closing), "mrr_flow");
	for (int32 p = calendar->first; p <= calendar->last; p++)
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
		put_period(rows, calendar, p, &opening, v, &closing);
		skpg_row_end(rows);
	}
	/* none is later than as_of, unless forged */
	while (row_of(flow, *next, label) != NULL)
		(*next)++;
}

/* The periods of all plans together and, unless only they are asked for, of
 * each plan. */
static Datum
put_waterfall(FunctionCallInfo fcinfo, bool total)
{
	const skpi_tally *flow;
	skpg_calendar calendar;
	skpg_rows rows;
	const char *label_at;
	uint32 next = 0;

	skpg_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	flow = SKPG_GETARG_STATE(0, SKPI_MRR_FLOW);
	calendar = skpg_calendar_of(fcinfo, 1, flow);
	label_at = skpi_tally_labels(flow);
	put_periods(&rows, &calendar, flow, 0, NULL, &next);
	for (int32 label = 1; label <= flow->n_labels && !total; label++)
		put_periods(&rows, &calendar, flow, label, skpg_label_next(&label_at),
					&next);
	return (Datum) 0;
}

SKPG_FUNCTION(saaskpi_mrr_waterfall);

Datum
saaskpi_mrr_waterfall(PG_FUNCTION_ARGS)
{
	return put_waterfall(fcinfo, false);
}

SKPG_FUNCTION(saaskpi_mrr_waterfall_total);

Datum
saaskpi_mrr_waterfall_total(PG_FUNCTION_ARGS)
{
	return put_waterfall(fcinfo, true);
}

SKPG_FUNCTION(saaskpi_mrr_flow_first_period);

Datum
saaskpi_mrr_flow_first_period(PG_FUNCTION_ARGS)
{
	return skpg_first_period(fcinfo, SKPG_GETARG_STATE(0, SKPI_MRR_FLOW));
}
