#include "saaskpi.h"

#include <math.h>

#include "skpi_decompose.h"
#include "skpi_decompose_trend.h"
#include "skpi_season.h"

/* One series taken apart. */
typedef struct parts
{
	const double *y;
	int n;
	int period;
	bool robust;
	double *seasonal; /* 0 without season */
	double *trend;
	double *remainder;
} parts;

static bool
has_season(const parts *p)
{
	return p->period >= 2 && p->n / p->period >= 2;
}

static double *
doubles(size_t n)
{
	return palloc0(Max(n, 1) * sizeof(double));
}

static skpi_status
decompose(parts *p, double *work)
{
	skpi_stl_options options;
	skpi_status status;

	if (!has_season(p))
		return skpi_decompose_trend(p->y, p->n, p->robust, skpg_stop, NULL,
									work, p->trend, p->remainder);
	/* s_window 0: one figure for the whole series */
	status = skpi_stl_defaults(p->n, p->period, 0, 0, p->robust, &options);
	if (status != SKPI_OK)
		return status;
	return skpi_stl(p->y, p->n, &options, skpg_stop, NULL, work, p->seasonal,
					p->trend, p->remainder, NULL);
}

/* Of a period that fits; n >= 1. */
static void
take_apart(parts *p)
{
	skpi_status status;
	double *work;

	p->seasonal = doubles(p->n);
	p->trend = doubles(p->n);
	p->remainder = doubles(p->n);
	work = doubles(has_season(p) ? skpi_stl_work(p->n, p->period)
								 : 3 * (size_t) p->n);
	do
	{
		status = decompose(p, work);
		CHECK_FOR_INTERRUPTS();
	} while (status == SKPI_E_INTERRUPT);
	skpg_check(status, "decompose");
	pfree(work);
}

void
skpg_decompose(const double *y, int n, int period, double **trend,
			   double **seasonal)
{
	parts p = {.y = y, .n = n, .period = period, .robust = true};

	take_apart(&p);
	*trend = p.trend;
	*seasonal = p.seasonal;
}

/* Arguments: series, period, robust. */
static parts
parts_of(FunctionCallInfo fcinfo)
{
	skpg_series s = skpg_series_arg(fcinfo, 0);
	parts p = {.y = s.y,
			   .n = s.n,
			   .period = PG_GETARG_INT32(1),
			   .robust = PG_GETARG_BOOL(2)};

	if (p.n == 0)
		return p;
	skpg_period_check(p.period, p.n);
	take_apart(&p);
	return p;
}

SKPG_FUNCTION(saaskpi_decompose);

Datum
saaskpi_decompose(PG_FUNCTION_ARGS)
{
	skpg_rows rows;
	parts p;

	skpg_rows_begin(fcinfo, &rows);
	p = parts_of(fcinfo);
	for (int i = 0; i < p.n; i++)
	{
		skpg_row_datum(&rows, Int32GetDatum(i + 1));
		skpg_row_datum(&rows, Float8GetDatum(p.y[i]));
		skpg_row_datum(&rows, Float8GetDatum(p.trend[i]));
		skpg_row_datum(&rows, Float8GetDatum(p.seasonal[i]));
		skpg_row_datum(&rows, Float8GetDatum(p.remainder[i]));
		skpg_row_end(&rows);
	}
	return (Datum) 0;
}

SKPG_FUNCTION(saaskpi_seasonal_strength);

Datum
saaskpi_seasonal_strength(PG_FUNCTION_ARGS)
{
	parts p = parts_of(fcinfo);
	double scale = 0.0;

	if (!has_season(&p))
		PG_RETURN_NULL();
	for (int i = 0; i < p.n; i++)
		scale = Max(scale, fabs(p.y[i]));
	PG_RETURN_FLOAT8(skpi_strength(p.seasonal, p.remainder, p.n, scale));
}

/*
 * False where the index is not known, for too few values or a mean that is not
 * positive: that is what the data are like, and one of many series must not
 * end the statement.
 */
static bool
index_of(const skpg_series *s, int period, double *index)
{
	skpi_status status;

	if (s->n / period < 2)
		return false;
	if (period == 1)
	{
		index[0] = 100.0;
		return true;
	}
	status = skpi_seasonality_index(s->y, s->n, period,
									doubles(3 * (size_t) s->n), index);
	if (status == SKPI_E_RANGE)
		return false;
	skpg_check(status, "seasonality_index");
	return true;
}

SKPG_FUNCTION(saaskpi_seasonality_index);

Datum
saaskpi_seasonality_index(PG_FUNCTION_ARGS)
{
	double index[SKPI_SEASON_MAX];
	int32 period = PG_GETARG_INT32(1);
	skpg_rows rows;
	skpg_series s;
	bool known;

	skpg_rows_begin(fcinfo, &rows);
	s = skpg_series_arg(fcinfo, 0);
	/* a season of which the series has only a part is no mistake here */
	skpg_period_check(period, Max(s.n, SKPI_SEASON_MAX));
	known = index_of(&s, period, index);
	for (int j = 0; j < period; j++)
	{
		skpg_row_datum(&rows, Int32GetDatum(j + 1));
		if (known)
			skpg_row_datum(&rows, Float8GetDatum(index[j]));
		else
			skpg_row_null(&rows);
		skpg_row_end(&rows);
	}
	return (Datum) 0;
}

/* Argument 1, 0 when it is left out. */
static int
longest_arg(FunctionCallInfo fcinfo)
{
	int longest;

	if (PG_ARGISNULL(1))
		return 0;
	longest = PG_GETARG_INT32(1);
	if (longest < 2 || longest > SKPI_SEASON_MAX)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("max must be between 2 and %d: %d", SKPI_SEASON_MAX,
					   longest),
				errhint("Leave it out to search up to a third of the series."));
	return longest;
}

/* Too few values to see a season in are a series without one. */
static void
find_seasons(FunctionCallInfo fcinfo, skpi_season *found)
{
	int longest = longest_arg(fcinfo);
	skpg_series s = skpg_series_arg(fcinfo, 0);
	double *work = doubles(skpi_season_work(s.n));
	skpi_status status;

	for (int i = 0; i < SKPI_SEASONS; i++)
		found[i] = (skpi_season){1, 0};
	do
	{
		status =
			skpi_season_find(s.y, s.n, longest, skpg_stop, NULL, work, found);
		CHECK_FOR_INTERRUPTS();
	} while (status == SKPI_E_INTERRUPT);
	if (status != SKPI_E_SHORT)
		skpg_check(status, "detect_period");
	pfree(work);
}

SKPG_FUNCTION(saaskpi_detect_period);

Datum
saaskpi_detect_period(PG_FUNCTION_ARGS)
{
	skpi_season found[SKPI_SEASONS];

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	find_seasons(fcinfo, found);
	PG_RETURN_INT32(found[0].period);
}

SKPG_FUNCTION(saaskpi_detect_periods);

Datum
saaskpi_detect_periods(PG_FUNCTION_ARGS)
{
	skpi_season found[SKPI_SEASONS];
	skpg_rows rows;

	skpg_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	find_seasons(fcinfo, found);
	for (int i = 0; i < SKPI_SEASONS && found[i].period > 1; i++)
	{
		skpg_row_datum(&rows, Int32GetDatum(i + 1));
		skpg_row_datum(&rows, Int32GetDatum(found[i].period));
		skpg_row_datum(&rows, Float8GetDatum(found[i].strength));
		skpg_row_end(&rows);
	}
	return (Datum) 0;
}
