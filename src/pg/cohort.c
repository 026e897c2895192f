#include "saaskpi.h"

#include "skpi_event_cohort.h"

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

/* Ages in an array, rising from 0 or more; at least one bracket. */
static skpi_brackets
brackets_arg(FunctionCallInfo fcinfo, int argno)
{
	ArrayType *array = PG_GETARG_ARRAYTYPE_P(argno);
	skpi_brackets b = {.n = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)),
					   .from = (const int32 *) ARR_DATA_PTR(array),
					   .last_age = PG_GETARG_INT32(argno + 1)};
	bool sound =
		ARR_NDIM(array) == 1 && b.n >= 2 && !array_contains_nulls(array);

	for (int i = 0; i < b.n && sound; i++)
		sound = b.from[i] >= 0 && b.from[i] <= SKPI_KEY_LIMIT &&
				(i == 0 || b.from[i] > b.from[i - 1]);
	if (!sound)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("brackets must be two or more ages in ascending order"),
				errhint("'{0,1,4}' are the brackets 0 and 1 to 3."));
	if (b.last_age < 0 || b.last_age > SKPI_KEY_LIMIT)
		ereport(
			ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("ages %d is not from 0 to %d", b.last_age, SKPI_KEY_LIMIT));
	return b;
}

static skpi_tally *
add_events(skpi_tally *state, const skpi_tally *history, int32 anchor,
		   const skpi_brackets *brackets)
{
	if (history != NULL && history->n_rows > SKPG_LARGE && state->n_rows > 0)
		return skpg_merge(
			state, add_events(skpg_alike(state, 0), history, anchor, brackets));
	state = skpg_grow(state, skpi_tally_used(state) +
								 skpi_event_cohort_room(state, history));
	skpg_check(skpi_event_cohort_add(state, skpg_capacity(state), history,
									 anchor, brackets),
			   "cohort_matrix");
	return state;
}

SKPG_FUNCTION(saaskpi_event_cohort_accum);

/* (state, history, anchor, grain, as_of, week_start, brackets, ages) */
Datum
saaskpi_event_cohort_accum(PG_FUNCTION_ARGS)
{
	skpi_brackets brackets;
	const skpi_tally *history = NULL;
	skpi_tally *state;
	skpi_grain grain;
	int32 as_of, shift;

	for (int i = 2; i < 8; i++)
		if (PG_ARGISNULL(i))
			return unchanged(fcinfo);
	if (!skpi_day_valid(PG_GETARG_DATEADT(2)))
		return unchanged(fcinfo);
	grain = skpg_grain(PG_GETARG_TEXT_PP(3));
	as_of = skpg_day(PG_GETARG_DATEADT(4), "as_of");
	shift = skpg_week_shift(PG_GETARG_TEXT_PP(5));
	brackets = brackets_arg(fcinfo, 6);
	state = skpg_open(fcinfo, 0);
	if (!PG_ARGISNULL(1))
		history = SKPG_GETARG_STATE(1, SKPI_EVENT_HISTORY);
	if (state == NULL)
	{
		state = skpg_new(1024);
		skpi_event_cohort_init(state, grain, as_of, shift);
	}
	skpg_same(state, grain, as_of, shift);
	PG_RETURN_POINTER(
		add_events(state, history, PG_GETARG_DATEADT(2), &brackets));
}

typedef struct event_cells
{
	skpg_rows rows;
	const skpi_tally *state;
	skpi_brackets brackets;
	int32 shift;
	int32 last; /* period */
} event_cells;

static int32
start_of(const event_cells *c, int32 period)
{
	return skpi_period_start((skpi_grain) c->state->grain, period) - c->shift;
}

static void
put_count(event_cells *c, bool known, int64 n)
{
	if (known)
		skpg_row_count(&c->rows, n);
	else
		skpg_row_null(&c->rows);
}

static void
put_event_cell(event_cells *c, int32 cohort, int32 age, const int64 *v)
{
	int32 as_of = c->state->param[0];
	bool mature = start_of(c, cohort + age + 1) <= as_of;
	int i = skpi_bracket_of(&c->brackets, age);

	skpg_row_day(&c->rows, start_of(c, cohort));
	skpg_row_datum(&c->rows, Int32GetDatum(age));
	skpg_row_count(&c->rows, v[SKPI_COH_CUSTOMERS]);
	for (int k = SKPI_COH_ACTIVE; k <= SKPI_COH_THROUGHOUT; k++)
		put_count(c, mature, v[k]);
	if (i < 0)
	{
		skpg_row_null(&c->rows);
		skpg_row_null(&c->rows);
		skpg_row_null(&c->rows);
	}
	else
	{
		int32 until = c->brackets.from[i + 1];

		skpg_row_datum(&c->rows, Int32GetDatum(c->brackets.from[i]));
		skpg_row_datum(&c->rows, Int32GetDatum(until - 1));
		put_count(c,
				  until <= c->last - cohort ||
					  (until == c->last - cohort + 1 &&
					   start_of(c, cohort + until) <= as_of),
				  v[SKPI_COH_IN_BRACKET]);
	}
	skpg_row_datum(&c->rows, BoolGetDatum(mature));
	skpg_row_end(&c->rows);
}

SKPG_FUNCTION(saaskpi_event_cohort_cells);

/* (matrix, brackets, ages) as it was built with */
Datum
saaskpi_event_cohort_cells(PG_FUNCTION_ARGS)
{
	event_cells c;

	skpg_rows_begin(fcinfo, &c.rows);
	if (skpg_any_null(fcinfo))
		return (Datum) 0;
	c.state = SKPG_GETARG_STATE(0, SKPI_COHORT_MATRIX);
	c.brackets = brackets_arg(fcinfo, 1);
	c.shift = c.state->grain == SKPI_WEEK ? c.state->param[1] : 0;
	c.last =
		skpi_period((skpi_grain) c.state->grain, c.state->param[0] + c.shift);
	for (uint32 next = 0; next < c.state->n_rows;)
	{
		int32 cohort = skpi_tally_row(c.state, next)->k1;
		int64 v[SKPI_COH_WIDTH] = {0};

		for (int32 age = 0;
			 age <= c.brackets.last_age && cohort + age <= c.last; age++)
		{
			skpg_check(skpi_tally_sum_until(c.state, &next, cohort, age, v),
					   "cohort_matrix");
			put_event_cell(&c, cohort, age, v);
		}
		skpg_check(
			skpi_tally_sum_until(c.state, &next, cohort, PG_INT32_MAX, v),
			"cohort_matrix");
	}
	return (Datum) 0;
}
