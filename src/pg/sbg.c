#include "saaskpi.h"

#include <math.h>

#include "skpi_sbg.h"

static void
period_check(double t, bool ended, int position)
{
	if (t != floor(t) || t < ended || t > SKPI_SBG_PERIODS)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("periods has the value %g at position %d", t, position),
				errhint("Count whole periods, up to %d: who left after the "
						"first has 1, who is in the first has 0 and has not "
						"ended.",
						SKPI_SBG_PERIODS));
}

SKPG_FUNCTION(saaskpi_sbg);

Datum
saaskpi_sbg(PG_FUNCTION_ARGS)
{
	const double *periods, *weight;
	const bool *ended;
	skpi_lifetime_row *row;
	skpg_rows rows;
	skpg_fit t;
	int n = -1;

	skpg_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return (Datum) 0;
	periods = skpg_column_arg(fcinfo, 0, "periods", 0, &n);
	ended = skpg_flags_arg(fcinfo, 1, "ended", &n);
	weight = skpg_weights_arg(fcinfo, 2, &n);
	row = skpg_fit_rows(n);
	for (int i = 0; i < n; i++)
	{
		period_check(periods[i], ended[i], i + 1);
		row[i] = (skpi_lifetime_row){{periods[i], ended[i], 0},
									 weight == NULL ? 1 : weight[i]};
	}
	t = skpg_fit_table(row, n);
	skpg_fit_put(&rows, skpi_sbg_fit, &t, 2, "sbg");
	return (Datum) 0;
}

SKPG_FUNCTION(saaskpi_sbg_survivors);

/* Of one cohort: how many there were at first, after one period, and so on. */
Datum
saaskpi_sbg_survivors(PG_FUNCTION_ARGS)
{
	const double *left;
	skpi_lifetime_row *row;
	skpg_rows rows;
	skpg_fit t;
	int n = -1, used = 0;

	skpg_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	left = skpg_column_arg(fcinfo, 0, "survivors", 0, &n);
	row = skpg_fit_rows(n);
	for (int i = 0; i < n; i++)
	{
		double gone = left[i] - (i + 1 < n ? left[i + 1] : 0);

		if (gone < 0)
			ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("survivors rises from %g to %g at position %d",
						   left[i], left[i + 1], i + 2),
					errhint("Nobody comes back into a cohort: count those who "
							"stayed without a break."));
		if (gone > 0)
			row[used++] =
				(skpi_lifetime_row){{i + (i + 1 < n), i + 1 < n, 0}, gone};
	}
	if (used == 0)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("survivors holds nobody"),
				errhint("The first value is the size of the cohort."));
	t = skpg_fit_table(row, used);
	skpg_fit_put(&rows, skpi_sbg_fit, &t, 2, "sbg");
	return (Datum) 0;
}

static skpi_sbg
sbg_arg(FunctionCallInfo fcinfo)
{
	double p[2];

	skpg_parameters_arg(fcinfo, 0, 2, "sbg", p);
	return (skpi_sbg){p[0], p[1]};
}

SKPG_FUNCTION(saaskpi_sbg_curve);

Datum
saaskpi_sbg_curve(PG_FUNCTION_ARGS)
{
	skpg_rows rows;
	int32 periods;
	skpi_sbg m;

	skpg_rows_begin(fcinfo, &rows);
	if (skpg_any_null(fcinfo))
		return (Datum) 0;
	m = sbg_arg(fcinfo);
	periods = PG_GETARG_INT32(1);
	if (periods < 0 || periods > SKPI_SBG_PERIODS)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("periods must be between 0 and %d: %d", SKPI_SBG_PERIODS,
					   periods),
				errhint("12 is a year of monthly contracts."));
	for (int32 t = 0; t <= periods; t++)
	{
		skpg_row_datum(&rows, Int32GetDatum(t));
		skpg_row_number(&rows, skpi_sbg_survival(&m, t));
		/* not by division of shares, which may both be too small */
		skpg_row_number(&rows,
						t == 0 ? NAN
							   : (m.beta + t - 1) / (m.alpha + m.beta + t - 1));
		skpg_row_end(&rows);
	}
	return (Datum) 0;
}

SKPG_FUNCTION(saaskpi_sbg_residual);

Datum
saaskpi_sbg_residual(PG_FUNCTION_ARGS)
{
	skpi_sbg m;
	double value;
	int32 horizon;
	skpi_status status;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	m = sbg_arg(fcinfo);
	horizon = PG_ARGISNULL(3) ? 0 : PG_GETARG_INT32(3);
	if (!PG_ARGISNULL(3) && (horizon < 1 || horizon > SKPI_SBG_PERIODS))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("horizon must be between 1 and %d: %d", SKPI_SBG_PERIODS,
					   horizon),
				errhint("NULL means all renewals to come."));
	status = skpi_sbg_residual(&m, PG_GETARG_INT32(1), horizon,
							   PG_GETARG_FLOAT8(2), &value);
	if (status == SKPI_E_RANGE)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("renewals %d and discount %g must be 0 or more",
					   PG_GETARG_INT32(1), PG_GETARG_FLOAT8(2)),
				errhint("0.1 makes a renewal worth 1 / 1.1 of that one period "
						"before."));
	if (status == SKPI_E_LIMIT)
		ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				errmsg("with discount %g the sum has too many terms",
					   PG_GETARG_FLOAT8(2)),
				errhint("Give a horizon, such as 120 periods."));
	skpg_check(status, "sbg_residual");
	PG_RETURN_FLOAT8(value);
}
