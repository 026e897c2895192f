#include "saaskpi.h"

#include "skpi_conversion.h"

static int32
window_arg(int32 days)
{
	if (days < 1 || days > SKPI_CONVERSION_MAX_WINDOW)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("window must be between 1 and %d days: %d",
					   SKPI_CONVERSION_MAX_WINDOW, days));
	return days;
}

SKPG_FUNCTION(saaskpi_conversion_accum);

/* (state, signup, paid, window in days, as_of), by month of signup. */
Datum
saaskpi_conversion_accum(PG_FUNCTION_ARGS)
{
	skpi_tally *state = skpg_open(fcinfo, 0);
	int32 paid = PG_ARGISNULL(2) ? SKPI_NO_DAY : PG_GETARG_DATEADT(2);
	int32 window;
	int32 as_of;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(3) || PG_ARGISNULL(4))
	{
		if (state == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(state);
	}
	window = window_arg(PG_GETARG_INT32(3));
	as_of = skpg_day(PG_GETARG_DATEADT(4), "as_of");
	if (state == NULL)
	{
		state = skpg_new(1024);
		skpi_conversion_init(state, SKPI_MONTH, as_of, window);
	}
	skpg_same(state, SKPI_MONTH, as_of, window);
	state =
		skpg_grow(state, skpi_tally_used(state) + skpi_tally_room(state, 1));
	skpg_check(skpi_conversion_add(state, skpg_capacity(state),
								   PG_GETARG_DATEADT(1), paid),
			   "conversion_curve");
	PG_RETURN_POINTER(state);
}

/* The columns of both accessors, from cohort to open signups. */
static void
put_counts(skpg_rows *rows, const skpi_tally *state,
		   const skpi_conversion_sum *sum, int64 open)
{
	int64 matured = sum->v[SKPI_CON_MATURED];
	int64 converted = sum->v[SKPI_CON_CONVERTED];

	skpg_row_day(rows,
				 skpi_period_start((skpi_grain) state->grain, sum->cohort));
	skpg_row_count(rows, sum->v[SKPI_CON_SIGNUPS]);
	skpg_row_count(rows, matured);
	skpg_row_count(rows, converted);
	skpg_row_count(rows, matured - converted);
	skpg_row_count(rows, open);
	if (sum->median_twice < 0)
		skpg_row_null(rows);
	else
		skpg_row_datum(rows, NumericGetDatum(int64_div_fast_to_numeric(
								 sum->median_twice * 5, 1)));
}

static Datum
cohorts(FunctionCallInfo fcinfo, bool tell_early)
{
	const skpi_tally *state;
	skpi_conversion_sum sum;
	skpg_rows rows;
	uint32 next = 0;
	bool more;

	skpg_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	state = SKPG_GETARG_STATE(0, SKPI_CONVERSION);
	for (;;)
	{
		int64 open;

		skpg_check(skpi_conversion_next(state, &next, &sum, &more),
				   "conversion_curve");
		if (!more)
			break;
		open = sum.v[SKPI_CON_SIGNUPS] - sum.v[SKPI_CON_MATURED];
		put_counts(&rows, state, &sum, tell_early ? open - sum.early : open);
		if (tell_early)
			skpg_row_count(&rows, sum.early);
		skpg_row_end(&rows);
	}
	return (Datum) 0;
}

SKPG_FUNCTION(saaskpi_conversion_cohorts);

/* As version 0.1.0 declared it: pending are all who are open. */
Datum
saaskpi_conversion_cohorts(PG_FUNCTION_ARGS)
{
	return cohorts(fcinfo, false);
}

SKPG_FUNCTION(saaskpi_conversion_cohorts_early);

/* Those who paid early are told from those who are pending. */
Datum
saaskpi_conversion_cohorts_early(PG_FUNCTION_ARGS)
{
	return cohorts(fcinfo, true);
}
