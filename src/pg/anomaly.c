#include "saaskpi.h"

#include <math.h>

#include "skpi_anomaly.h"

/* Arguments: series, period, threshold, causal. */
static skpi_anomaly_options
options_of(FunctionCallInfo fcinfo, int n)
{
	skpi_anomaly_options o;

	o.period = PG_GETARG_INT32(1);
	o.threshold = PG_GETARG_FLOAT8(2);
	o.causal = PG_GETARG_BOOL(3);
	skpg_period_check(o.period, n);
	if (!(o.threshold > 0.0 && o.threshold <= SKPI_ANOMALY_MAX_SCORE))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("threshold must be above 0 and at most %g: %g",
					   SKPI_ANOMALY_MAX_SCORE, o.threshold),
				errhint("The score is -log10 of a tail probability: 2.5 flags "
						"what 3 in 1000 points would do without an event."));
	return o;
}

/* Below the least number of values nothing is expected, and nothing flagged. */
static skpi_anomaly_point *
points_of(const skpg_series *s, const skpi_anomaly_options *options)
{
	skpi_anomaly_point *points = palloc0(s->n * sizeof(skpi_anomaly_point));
	double *work =
		palloc(skpi_anomaly_work(s->n, options->period) * sizeof(double));
	skpi_status status;

	do
	{
		status =
			skpi_anomaly(s->y, s->n, options, skpg_stop, NULL, work, points);
		CHECK_FOR_INTERRUPTS();
	} while (status == SKPI_E_INTERRUPT);
	if (status != SKPI_E_SHORT)
		skpg_check(status, "anomalies");
	else
		for (int i = 0; i < s->n; i++)
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
put_event(skpg_rows *rows, const skpi_anomaly_point *p)
{
	skpg_row_datum(rows, BoolGetDatum(p->flagged));
	if (p->flagged)
		skpg_row_datum(rows,
					   CStringGetTextDatum(skpi_anomaly_kind_text(p->kind)));
	else
		skpg_row_null(rows);
	skpg_row_datum(rows, BoolGetDatum(p->alarm));
	if (p->flagged)
		skpg_row_datum(rows, Int32GetDatum(p->event));
	else
		skpg_row_null(rows);
}

SKPG_FUNCTION(saaskpi_anomalies);

Datum
saaskpi_anomalies(PG_FUNCTION_ARGS)
{
	skpg_rows rows;
	skpg_series s;
	skpi_anomaly_options options;
	skpi_anomaly_point *points;

	skpg_rows_begin(fcinfo, &rows);
	s = skpg_series_arg(fcinfo, 0);
	if (s.n == 0)
		return (Datum) 0;
	options = options_of(fcinfo, s.n);
	points = points_of(&s, &options);
	for (int i = 0; i < s.n; i++)
	{
		skpg_row_datum(&rows, Int32GetDatum(i + 1));
		skpg_row_datum(&rows, Float8GetDatum(s.y[i]));
		put_numbers(&rows, &points[i]);
		put_event(&rows, &points[i]);
		skpg_row_end(&rows);
	}
	return (Datum) 0;
}
