#include "saaskpi.h"

#include "skpi_revenue.h"

static skpi_tally *
add(skpi_tally *state, const skpi_tally *activity)
{
	if (activity->n_rows > SKPG_LARGE && state->n_rows > 0)
		return skpg_merge(state, add(skpg_alike(state, 0), activity));
	state = skpg_grow(state, skpi_tally_used(state) +
								 skpi_revenue_room(state, activity));
	skpg_check(skpi_revenue_add(state, skpg_capacity(state), activity),
			   "revenue_flow");
	return state;
}

SKPG_FUNCTION(saaskpi_revenue_flow_accum);

Datum
saaskpi_revenue_flow_accum(PG_FUNCTION_ARGS)
{
	skpi_tally *state = skpg_open(fcinfo, 0);
	const skpi_tally *a;
	int32 as_of;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
	{
		if (state == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(state);
	}
	a = SKPG_GETARG_STATE(1, SKPI_ACTIVITY);
	as_of = skpg_day(PG_GETARG_DATEADT(2), "as_of");
	if (state == NULL)
	{
		state = skpg_new(1024);
		skpi_revenue_init(state, (skpi_grain) a->grain, as_of);
	}
	skpg_same(state, (skpi_grain) a->grain, as_of, 0);
	PG_RETURN_POINTER(add(state, a));
}

SKPG_FUNCTION(saaskpi_revenue_flow);

/* One customer's money by period: the drill-down. */
Datum
saaskpi_revenue_flow(PG_FUNCTION_ARGS)
{
	const skpi_tally *a = SKPG_GETARG_STATE(0, SKPI_ACTIVITY);
	skpi_tally *state = skpg_new(1024);

	skpi_revenue_init(state, (skpi_grain) a->grain,
					  skpg_day(PG_GETARG_DATEADT(1), "as_of"));
	return skpg_close(add(state, a));
}

SKPG_FUNCTION(saaskpi_revenue_periods);

Datum
saaskpi_revenue_periods(PG_FUNCTION_ARGS)
{
	static const bool is_money[SKPI_REV_WIDTH] = {
		[SKPI_REV_AMOUNT] = true,
		[SKPI_REV_FAILED_AMOUNT] = true,
		[SKPI_REV_REFUNDED_AMOUNT] = true};
	int64 v[SKPI_REV_WIDTH] = {0};
	const skpi_tally *state;
	skpg_calendar calendar;
	skpg_rows rows;
	uint32 next = 0;

	skpg_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	state = SKPG_GETARG_STATE(0, SKPI_REVENUE_FLOW);
	calendar = skpg_calendar_of(fcinfo, 1, state);
	for (int32 p = calendar.first; p <= calendar.last; p++)
	{
		skpg_check(skpi_tally_sum_until(state, &next, 0, p, v), "revenue_flow");
		skpg_row_period(&rows, &calendar, p);
		for (int i = 0; i < SKPI_REV_WIDTH; i++)
			if (is_money[i])
				skpg_row_money(&rows, v[i]);
			else
				skpg_row_count(&rows, v[i]);
		skpg_row_complete(&rows, &calendar, p);
		skpg_row_end(&rows);
	}
	return (Datum) 0;
}

SKPG_FUNCTION(saaskpi_revenue_flow_first_period);

Datum
saaskpi_revenue_flow_first_period(PG_FUNCTION_ARGS)
{
	return skpg_first_period(fcinfo, SKPG_GETARG_STATE(0, SKPI_REVENUE_FLOW));
}
