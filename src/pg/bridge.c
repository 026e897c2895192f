#include "saaskpi.h"

#include "skpi_bridge.h"

static skpi_tally *
add(skpi_tally *state, const skpi_tally *h, const skpi_tally *a)
{
	if ((h != NULL ? h->n_rows : 0) + (a != NULL ? a->n_rows : 0) >
			SKPG_LARGE &&
		state->n_rows > 0)
		return skpg_merge(state, add(skpg_alike(state, 0), h, a));
	state = skpg_grow(state,
					  skpi_tally_used(state) + skpi_bridge_room(state, h, a));
	skpg_check(skpi_bridge_add(state, skpg_capacity(state), h, a),
			   "cash_bridge");
	return state;
}

/* History and payments of a customer, either of which may be null. */
static skpi_tally *
add_args(FunctionCallInfo fcinfo, int argno, skpi_tally *state)
{
	const skpi_tally *h = NULL;
	const skpi_tally *a = NULL;

	if (!PG_ARGISNULL(argno))
		h = SKPG_GETARG_STATE(argno, SKPI_MRR_HISTORY);
	if (!PG_ARGISNULL(argno + 1))
		a = SKPG_GETARG_STATE(argno + 1, SKPI_ACTIVITY);
	return add(state, h, a);
}

SKPG_FUNCTION(saaskpi_cash_bridge_accum);

/* (state, history, activity, as_of), by month. */
Datum
saaskpi_cash_bridge_accum(PG_FUNCTION_ARGS)
{
	skpi_tally *state = skpg_open(fcinfo, 0);
	int32 as_of;

	if (PG_ARGISNULL(3))
	{
		if (state == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(state);
	}
	as_of = skpg_day(PG_GETARG_DATEADT(3), "as_of");
	if (state == NULL)
	{
		state = skpg_new(1024);
		skpi_bridge_init(state, SKPI_MONTH, as_of);
	}
	skpg_same(state, SKPI_MONTH, as_of, 0);
	PG_RETURN_POINTER(add_args(fcinfo, 1, state));
}

SKPG_FUNCTION(saaskpi_cash_bridge);

/* One customer's bridge: the drill-down. */
Datum
saaskpi_cash_bridge(PG_FUNCTION_ARGS)
{
	skpi_tally *state = skpg_new(1024);

	if (PG_ARGISNULL(2))
		PG_RETURN_NULL();
	skpi_bridge_init(state, SKPI_MONTH,
					 skpg_day(PG_GETARG_DATEADT(2), "as_of"));
	return skpg_close(add_args(fcinfo, 0, state));
}

SKPG_FUNCTION(saaskpi_cash_bridge_lines);

Datum
saaskpi_cash_bridge_lines(PG_FUNCTION_ARGS)
{
	int64 v[SKPI_BRI_WIDTH] = {0};
	const skpi_tally *state;
	skpg_calendar calendar;
	skpg_rows rows;
	uint32 next = 0;

	skpg_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	state = SKPG_GETARG_STATE(0, SKPI_CASH_BRIDGE);
	calendar = skpg_calendar_of(fcinfo, 1, state);
	for (int32 p = calendar.first; p <= calendar.last; p++)
	{
		skpg_check(skpi_tally_sum_until(state, &next, 0, p, v), "cash_bridge");
		skpg_row_period(&rows, &calendar, p);
		for (int i = 0; i < SKPI_BRI_WIDTH; i++)
			skpg_row_money(&rows, v[i]);
		skpg_row_complete(&rows, &calendar, p);
		skpg_row_end(&rows);
	}
	return (Datum) 0;
}
