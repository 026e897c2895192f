#include "saaskpi.h"

#include "catalog/pg_type.h"
#include "utils/array.h"

#include "skpi_series.h"

#define PERIODS_MAX 100000 /* as many as the models take */

static skpi_tally *
add(skpi_tally *state, int32 day, int64 units)
{
	skpi_status status =
		skpi_series_add(state, skpg_capacity(state), day, units);

	if (status == SKPI_FULL)
	{
		state = skpg_grow(state,
						  skpi_tally_used(state) + skpi_tally_room(state, 1));
		status = skpi_series_add(state, skpg_capacity(state), day, units);
	}
	skpg_check(status, "series");
	return state;
}

/* (state, period, value); what cannot be used is counted and left out. */
static Datum
accumulate(FunctionCallInfo fcinfo, skpi_grain grain)
{
	skpi_tally *state = skpg_open(fcinfo, 0);
	int64 units;

	if (state == NULL)
	{
		state = skpg_new(sizeof(skpi_tally));
		skpi_series_init(state, grain);
	}
	skpg_same(state, grain, 0, 0);
	if (!PG_ARGISNULL(1) && !PG_ARGISNULL(2) &&
		skpi_day_valid(PG_GETARG_DATEADT(1)) &&
		skpg_money_in(PG_GETARG_DATUM(2), &units))
		state = add(state, PG_GETARG_DATEADT(1), units);
	else
		state->skipped++;
	PG_RETURN_POINTER(state);
}

SKPG_FUNCTION(saaskpi_series_accum);

Datum
saaskpi_series_accum(PG_FUNCTION_ARGS)
{
	return accumulate(fcinfo, SKPI_MONTH);
}

SKPG_FUNCTION(saaskpi_series_accum_grain);

Datum
saaskpi_series_accum_grain(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(3))
		ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				errmsg("grain must not be null"));
	return accumulate(fcinfo, skpg_grain(PG_GETARG_TEXT_PP(3)));
}

/* first .. last - 1, empty when there is nothing. */
static void
calendar_until(const skpi_tally *state, int32 as_of, int32 *first, int32 *last)
{
	if (!skpi_series_calendar(state, as_of, first, last))
		*first = *last = 0;
	if (*last - *first > PERIODS_MAX)
		ereport(
			ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			errmsg("series spans %d periods, more than %d", *last - *first,
				   PERIODS_MAX),
			errhint("Sum it by a coarser grain, or look for a wrong date."));
}

/* The same; argument 1 is as_of. */
static void
calendar_of(FunctionCallInfo fcinfo, const skpi_tally *state, int32 *first,
			int32 *last)
{
	calendar_until(state,
				   PG_ARGISNULL(1) ? SKPI_NO_DAY
								   : skpg_day(PG_GETARG_DATEADT(1), "as_of"),
				   first, last);
}

/* The sum of period p, asked in order. */
static int64
sum_at(const skpi_tally *state, uint32 *next, int32 p)
{
	const skpi_row *row = skpi_series_at(state, next, p);

	return row == NULL ? 0 : row->v[SKPI_SERIES_SUM];
}

static double
value_of(int64 units)
{
	return (double) units / SKPG_UNITS;
}

skpg_stored
skpg_stored_arg(FunctionCallInfo fcinfo, int argno)
{
	const skpi_tally *state = SKPG_GETARG_STATE(argno, SKPI_SERIES);
	skpg_stored s = {.grain = (skpi_grain) state->grain};
	uint32 next = 0;
	int32 last;

	calendar_until(state, SKPI_NO_DAY, &s.first, &last);
	s.n = last - s.first;
	s.season = skpi_series_season(s.grain);
	if (s.n < s.season)
		s.season = 1;
	s.y = palloc(Max(s.n, 1) * sizeof(double));
	s.units = palloc(Max(s.n, 1) * sizeof(int64));
	for (int i = 0; i < s.n; i++)
	{
		s.units[i] = sum_at(state, &next, s.first + i);
		s.y[i] = value_of(s.units[i]);
	}
	return s;
}

SKPG_FUNCTION(saaskpi_series_values);

Datum
saaskpi_series_values(PG_FUNCTION_ARGS)
{
	const skpi_tally *state;
	Datum *y;
	uint32 next = 0;
	int32 first;
	int32 last;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = SKPG_GETARG_STATE(0, SKPI_SERIES);
	calendar_of(fcinfo, state, &first, &last);
	y = palloc(Max(last - first, 1) * sizeof(Datum));
	for (int32 p = first; p < last; p++)
		y[p - first] = Float8GetDatum(value_of(sum_at(state, &next, p)));
	PG_RETURN_ARRAYTYPE_P(construct_array(y, last - first, FLOAT8OID,
										  sizeof(float8), FLOAT8PASSBYVAL,
										  TYPALIGN_DOUBLE));
}

SKPG_FUNCTION(saaskpi_series_periods);

Datum
saaskpi_series_periods(PG_FUNCTION_ARGS)
{
	const skpi_tally *state;
	skpg_rows rows;
	uint32 next = 0;
	int32 first;
	int32 last;

	skpg_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	state = SKPG_GETARG_STATE(0, SKPI_SERIES);
	calendar_of(fcinfo, state, &first, &last);
	for (int32 p = first; p < last; p++)
	{
		const skpi_row *row = skpi_series_at(state, &next, p);

		skpg_row_day(&rows, skpi_period_start((skpi_grain) state->grain, p));
		skpg_row_money(&rows, row == NULL ? 0 : row->v[SKPI_SERIES_SUM]);
		skpg_row_count(&rows, row == NULL ? 0 : row->v[SKPI_SERIES_ROWS]);
		skpg_row_end(&rows);
	}
	return (Datum) 0;
}

SKPG_FUNCTION(saaskpi_series_season_length);

Datum
saaskpi_series_season_length(PG_FUNCTION_ARGS)
{
	const skpi_tally *state = SKPG_GETARG_STATE(0, SKPI_SERIES);

	PG_RETURN_INT32(skpi_series_season((skpi_grain) state->grain));
}

static int32
day_of(skpi_grain grain, int64 period, int64 step)
{
	if (period < skpi_period(grain, SKPI_DAY_MIN) ||
		period > skpi_period(grain, SKPI_DAY_MAX))
		ereport(ERROR, errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				errmsg("step leads out of the years 1 to 9999: " INT64_FORMAT,
					   step));
	return skpi_period_start(grain, (int32) period);
}

int32
skpg_stored_day(const skpg_stored *s, int32 i)
{
	return day_of(s->grain, (int64) s->first + i, (int64) i + 1);
}

SKPG_FUNCTION(saaskpi_series_period_at);

/* The first day of the period `step` steps from the first, which is 1. */
Datum
saaskpi_series_period_at(PG_FUNCTION_ARGS)
{
	const skpi_tally *state = SKPG_GETARG_STATE(0, SKPI_SERIES);
	int64 step = PG_GETARG_INT32(1);

	if (state->n_rows == 0)
		PG_RETURN_NULL();
	PG_RETURN_DATEADT(day_of((skpi_grain) state->grain,
							 skpi_tally_row(state, 0)->k2 + step - 1, step));
}

SKPG_FUNCTION(saaskpi_series_skipped);

Datum
saaskpi_series_skipped(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(SKPG_GETARG_STATE(0, SKPI_SERIES)->skipped);
}
