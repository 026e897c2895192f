#include "saaskpi.h"

#include <math.h>

#include "skpi_anomaly.h"

static void
threshold_check(double threshold)
{
	if (!(threshold > 0.0 && threshold <= SKPI_ANOMALY_MAX_SCORE))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("threshold must be above 0 and at most %g: %g",
					   SKPI_ANOMALY_MAX_SCORE, threshold),
				errhint("The score is -log10 of a tail probability: 2.5 flags "
						"what 3 in 1000 points would do without an event."));
}

/* Below the least number of values nothing is expected, and nothing flagged. */
static skpi_anomaly_point *
points_of(const double *y, int n, const skpi_anomaly_options *options)
{
	skpi_anomaly_point *points = palloc0(n * sizeof(skpi_anomaly_point));
	double *work =
		palloc(skpi_anomaly_work(n, options->period) * sizeof(double));
	skpi_status status;

	do
	{
		status = skpi_anomaly(y, n, options, skpg_stop, NULL, work, points);
		CHECK_FOR_INTERRUPTS();
	} while (status == SKPI_E_INTERRUPT);
	if (status != SKPI_E_SHORT)
		skpg_check(status, "anomalies");
	else
		for (int i = 0; i < n; i++)
			points[i].expected = NAN;
	pfree(work);
	return points;
}

/* What nothing was expected of has no bounds and no score either. */
static void
put_numbers(skpg_rows *rows, const skpi_anomaly_point *p)
{
	const double numbers[] = {p->expected, p->lo, p->hi, p->score};

	for (int i = 0; i < (int) lengthof(numbers); i++)
		if (isfinite(p->expected) && isfinite(numbers[i]))
			skpg_row_datum(rows, Float8GetDatum(numbers[i]));
		else
			skpg_row_null(rows);
}

static void
put_kind(skpg_rows *rows, const skpi_anomaly_point *p)
{
	skpg_row_datum(rows, BoolGetDatum(p->flagged));
	if (p->flagged)
		skpg_row_datum(rows,
					   CStringGetTextDatum(skpi_anomaly_kind_text(p->kind)));
	else
		skpg_row_null(rows);
	skpg_row_datum(rows, BoolGetDatum(p->alarm));
}

SKPG_FUNCTION(saaskpi_anomalies);

/* Arguments: series, period, threshold, causal. */
Datum
saaskpi_anomalies(PG_FUNCTION_ARGS)
{
	skpi_anomaly_options options = {PG_GETARG_INT32(1), PG_GETARG_BOOL(3),
									PG_GETARG_FLOAT8(2)};
	skpg_rows rows;
	skpg_series s;
	skpi_anomaly_point *points;

	skpg_rows_begin(fcinfo, &rows);
	s = skpg_series_arg(fcinfo, 0);
	if (s.n == 0)
		return (Datum) 0;
	skpg_period_check(options.period, s.n);
	threshold_check(options.threshold);
	points = points_of(s.y, s.n, &options);
	for (int i = 0; i < s.n; i++)
	{
		skpg_row_datum(&rows, Int32GetDatum(i + 1));
		skpg_row_datum(&rows, Float8GetDatum(s.y[i]));
		put_numbers(&rows, &points[i]);
		put_kind(&rows, &points[i]);
		if (points[i].flagged)
			skpg_row_datum(&rows, Int32GetDatum(points[i].event));
		else
			skpg_row_null(&rows);
		skpg_row_end(&rows);
	}
	return (Datum) 0;
}

SKPG_FUNCTION(saaskpi_anomaly_rows);

/* A stored series from one reading: the newest period as it looked when it
 * came, those before it with what is known since. */
Datum
saaskpi_anomaly_rows(PG_FUNCTION_ARGS)
{
	skpi_anomaly_options options = {.threshold = SKPI_ANOMALY_THRESHOLD};
	skpg_rows rows;
	skpg_stored s;
	const skpi_anomaly_point *before, *newest;

	skpg_rows_begin(fcinfo, &rows);
	s = skpg_stored_arg(fcinfo, 0);
	if (s.n == 0)
		return (Datum) 0;
	options.period = s.season;
	before = points_of(s.y, s.n, &options);
	options.causal = true;
	newest = points_of(s.y, s.n, &options);
	for (int i = 0; i < s.n; i++)
	{
		bool causal = i == s.n - 1;
		const skpi_anomaly_point *p = causal ? &newest[i] : &before[i];

		skpg_row_day(&rows, skpg_stored_day(&s, i));
		skpg_row_money(&rows, s.units[i]);
		put_numbers(&rows, p);
		put_kind(&rows, p);
		skpg_row_datum(
			&rows, CStringGetTextDatum(causal ? "causal" : "retrospective"));
		skpg_row_end(&rows);
	}
	return (Datum) 0;
}
