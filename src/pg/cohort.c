#include "saaskpi.h"

#include "skpi_cohort.h"

static skpi_tally *
add(skpi_tally *state, const skpi_tally *activity, int32 anchor)
{
	size_t room = activity != NULL ? skpi_cohort_room(state, activity)
								   : skpi_tally_room(state, 1);
	skpi_status status;

	if (activity != NULL && activity->n_rows > SKPG_LARGE && state->n_rows > 0)
		return skpg_merge(state, add(skpg_alike(state, 0), activity, anchor));
	state = skpg_grow(state, skpi_tally_used(state) + room);
	status =
		activity != NULL
			? skpi_cohort_add(state, skpg_capacity(state), activity, anchor)
			: skpi_cohort_add_inactive(state, skpg_capacity(state), anchor);
	skpg_check(status, "cohort_matrix");
	return state;
}

static skpi_tally *
open_or_new(FunctionCallInfo fcinfo, skpi_grain grain, int32 as_of)
{
	skpi_tally *state = skpg_open(fcinfo, 0);

	if (state == NULL)
	{
		state = skpg_new(1024);
		skpi_cohort_init(state, grain, as_of);
	}
	skpg_same(state, grain, as_of, 0);
	return state;
}

static Datum
unchanged(FunctionCallInfo fcinfo)
{
	skpi_tally *state = skpg_open(fcinfo, 0);

	if (state == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(state);
}

SKPG_FUNCTION(saaskpi_cohort_accum);

/* (state, activity, as_of): the cohort is the first active period. */
Datum
saaskpi_cohort_accum(PG_FUNCTION_ARGS)
{
	const skpi_tally *a;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return unchanged(fcinfo);
	a = SKPG_GETARG_STATE(1, SKPI_ACTIVITY);
	PG_RETURN_POINTER(add(open_or_new(fcinfo, (skpi_grain) a->grain,
									  skpg_day(PG_GETARG_DATEADT(2), "as_of")),
						  a, SKPI_NO_DAY));
}

SKPG_FUNCTION(saaskpi_cohort_accum_anchor);

/*
 * (state, activity, anchor, grain, as_of): without an anchor the customer has
 * no cohort; without activity she was never active.
 */
Datum
saaskpi_cohort_accum_anchor(PG_FUNCTION_ARGS)
{
	const skpi_tally *a = NULL;
	DateADT anchor;

	if (PG_ARGISNULL(2) || PG_ARGISNULL(3) || PG_ARGISNULL(4))
		return unchanged(fcinfo);
	anchor = PG_GETARG_DATEADT(2);
	if (!skpi_day_valid(anchor))
		return unchanged(fcinfo);
	if (!PG_ARGISNULL(1))
		a = SKPG_GETARG_STATE(1, SKPI_ACTIVITY);
	PG_RETURN_POINTER(add(open_or_new(fcinfo, skpg_grain(PG_GETARG_TEXT_PP(3)),
									  skpg_day(PG_GETARG_DATEADT(4), "as_of")),
						  a, anchor));
}

SKPG_FUNCTION(saaskpi_cohort_matrix);

/* One customer's matrix: the drill-down. */
Datum
saaskpi_cohort_matrix(PG_FUNCTION_ARGS)
{
	const skpi_tally *a = SKPG_GETARG_STATE(0, SKPI_ACTIVITY);
	skpi_tally *state = skpg_new(1024);

	skpi_cohort_init(state, (skpi_grain) a->grain,
					 skpg_day(PG_GETARG_DATEADT(1), "as_of"));
	return skpg_close(add(state, a, SKPI_NO_DAY));
}

/* Every age of one cohort, the period in progress included. */
static void
put_cohort(skpg_rows *rows, const skpg_calendar *calendar,
		   const skpi_tally *state, uint32 *next)
{
	int32 cohort = skpi_tally_row(state, *next)->k1;
	int64 v[SKPI_COH_WIDTH] = {0};

	for (int32 age = 0; cohort + age <= calendar->last; age++)
	{
		skpg_check(skpi_tally_sum_until(state, next, cohort, age, v),
				   "cohort_matrix");
		skpg_row_period(rows, calendar, cohort);
		skpg_row_datum(rows, Int32GetDatum(age));
		for (int i = 0; i < SKPI_COH_AMOUNT; i++)
			skpg_row_count(rows, v[i]);
		skpg_row_money(rows, v[SKPI_COH_AMOUNT]);
		skpg_row_complete(rows, calendar, cohort + age);
		skpg_row_end(rows);
	}
	skpg_check(skpi_tally_sum_until(state, next, cohort, PG_INT32_MAX, v),
			   "cohort_matrix");
}

SKPG_FUNCTION(saaskpi_cohort_cells);

Datum
saaskpi_cohort_cells(PG_FUNCTION_ARGS)
{
	const skpi_tally *state;
	skpg_calendar calendar;
	skpg_rows rows;

	skpg_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	state = SKPG_GETARG_STATE(0, SKPI_COHORT_MATRIX);
	calendar = (skpg_calendar){
		.grain = (skpi_grain) state->grain,
		.as_of = state->param[0],
		.last = skpi_period((skpi_grain) state->grain, state->param[0])};
	for (uint32 next = 0; next < state->n_rows;)
		put_cohort(&rows, &calendar, state, &next);
	return (Datum) 0;
}
