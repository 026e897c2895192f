#include "saaskpi.h"

#include "skpi_retention.h"

/* A large customer alone; interrupted, it begins again. */
static skpi_tally *
alone(const skpi_tally *state, const skpi_tally *history, int64 *scratch)
{
	for (;;)
	{
		skpi_tally *one =
			skpg_alike(state, skpi_retention_room(state, history));
		skpi_status status = skpi_retention_add(
			one, skpg_capacity(one), history, scratch, skpg_stop, NULL);

		if (status != SKPI_E_INTERRUPT)
		{
			skpg_check(status, "mrr_retention");
			return one;
		}
		pfree(one);
		CHECK_FOR_INTERRUPTS();
	}
}

static skpi_tally *
add(skpi_tally *state, const skpi_tally *history)
{
	int64 *scratch = palloc(skpi_retention_scratch(history) * sizeof(int64_t));

	if (history->n_rows > SKPG_LARGE)
		return skpg_merge(state, alone(state, history, scratch));
	state = skpg_grow(state, skpi_tally_used(state) +
								 skpi_retention_room(state, history));
	skpg_check(skpi_retention_add(state, skpg_capacity(state), history, scratch,
								  NULL, NULL),
			   "mrr_retention");
	pfree(scratch);
	return state;
}

static int32
lag_arg(int32 lag)
{
	if (lag < 1 || lag > SKPI_RETENTION_MAX_LAG)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("lag must be between 1 and %d periods: %d",
					   SKPI_RETENTION_MAX_LAG, lag));
	return lag;
}

SKPG_FUNCTION(saaskpi_mrr_retention_accum);

Datum
saaskpi_mrr_retention_accum(PG_FUNCTION_ARGS)
{
	skpi_tally *state = skpg_open(fcinfo, 0);
	skpi_grain grain;
	int32 as_of;
	int32 lag;

	if (PG_ARGISNULL(2) || PG_ARGISNULL(3) || PG_ARGISNULL(4))
	{
		if (state == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(state);
	}
	lag = lag_arg(PG_GETARG_INT32(2));
	grain = skpg_grain(PG_GETARG_TEXT_PP(3));
	as_of = skpg_day(PG_GETARG_DATEADT(4), "as_of");
	if (state == NULL)
	{
		state = skpg_new(1024);
		skpi_retention_init(state, grain, as_of, lag);
	}
	skpg_same(state, grain, as_of, lag);
	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(state);
	PG_RETURN_POINTER(add(state, SKPG_GETARG_STATE(1, SKPI_MRR_HISTORY)));
}

SKPG_FUNCTION(saaskpi_mrr_retention);

/* One customer's retention: the drill-down. */
Datum
saaskpi_mrr_retention(PG_FUNCTION_ARGS)
{
	skpi_tally *state = skpg_new(1024);

	skpi_retention_init(state, skpg_grain(PG_GETARG_TEXT_PP(2)),
						skpg_day(PG_GETARG_DATEADT(3), "as_of"),
						lag_arg(PG_GETARG_INT32(1)));
	return skpg_close(add(state, SKPG_GETARG_STATE(0, SKPI_MRR_HISTORY)));
}

/* Apart: what rests told from what is lost, which version 0.1.0 did not. */
static void
put_periods(skpg_rows *rows, const skpg_calendar *calendar,
			const skpi_tally *state, int32 label, const text *name, bool apart,
			uint32 *next)
{
	int32 key = skpi_aside_key(label, SKPI_ASIDE_PAUSED);
	uint32 aside = skpi_tally_find(state, key, PG_INT32_MIN);
	int64 v[SKPI_RET_WIDTH] = {0};
	int64 rests[SKPI_RET_WIDTH] = {0};

	for (int32 p = calendar->first; p <= calendar->last; p++)
	{
		skpg_check(skpi_tally_sum_until(state, next, label, p, v),
				   "mrr_retention");
		skpg_check(skpi_tally_sum_until(state, &aside, key, p, rests),
				   "mrr_retention");
		skpg_row_label(rows, name);
		skpg_row_period(rows, calendar, p);
		for (int i = 0; i <= SKPI_RET_KEPT; i++)
			skpg_row_money(rows, v[i]);
		skpg_row_count(rows, v[SKPI_RET_N_BASE]);
		skpg_row_count(rows, v[SKPI_RET_N_KEPT]);
		skpg_row_complete(rows, calendar, p);
		if (apart)
		{
			skpg_row_money(rows, rests[SKPI_RET_KEPT]);
			skpg_row_count(rows, rests[SKPI_RET_N_KEPT]);
		}
		skpg_row_end(rows);
	}
	skpg_check(skpi_tally_sum_until(state, next, label, PG_INT32_MAX, v),
			   "mrr_retention");
}

/* The periods of all plans together and, unless only they are asked for, of
 * each plan. */
static Datum
put_retained(FunctionCallInfo fcinfo, bool total, bool apart)
{
	const skpi_tally *state;
	skpg_calendar calendar;
	skpg_rows rows;
	const char *label_at;
	uint32 next;

	skpg_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	state = SKPG_GETARG_STATE(0, SKPI_MRR_RETENTION);
	calendar = skpg_calendar_of(fcinfo, 1, state);
	label_at = skpi_tally_labels(state);
	next = skpi_tally_find(state, 0, PG_INT32_MIN);
	put_periods(&rows, &calendar, state, 0, NULL, apart, &next);
	for (int32 label = 1; label <= state->n_labels && !total; label++)
		put_periods(&rows, &calendar, state, label, skpg_label_next(&label_at),
					apart, &next);
	return (Datum) 0;
}

SKPG_FUNCTION(saaskpi_mrr_retained);

/* The columns of version 0.1.0. */
Datum
saaskpi_mrr_retained(PG_FUNCTION_ARGS)
{
	return put_retained(fcinfo, false, false);
}

SKPG_FUNCTION(saaskpi_mrr_retained_pauses);

Datum
saaskpi_mrr_retained_pauses(PG_FUNCTION_ARGS)
{
	return put_retained(fcinfo, false, true);
}

SKPG_FUNCTION(saaskpi_mrr_retained_total);

Datum
saaskpi_mrr_retained_total(PG_FUNCTION_ARGS)
{
	return put_retained(fcinfo, true, true);
}
