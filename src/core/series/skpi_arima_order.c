/* How often to difference. */
#include <math.h>

#include "skpi_arima_core.h"
#include "skpi_decompose.h"

/* 5 % point of the KPSS statistic for level stationarity, and the seasonal
 * strength above which differencing forecast best in the M3 and M4 data
 * (Hyndman's forecast package). */
#define KPSS_CRITICAL 0.463
#define STRENGTH_CRITICAL 0.64

double
skpi_kpss(const double *y, size_t n)
{
	double mean = skpi_array_mean(y, n);
	size_t lags = (size_t) (3.0 * sqrt((double) n) / 13.0);
	double walk = 0.0;
	double squares = 0.0;
	double spread = 0.0;

	for (size_t t = 0; t < n; t++)
	{
		walk += y[t] - mean;
		squares += walk * walk;
	}
	for (size_t k = 0; k <= lags && k < n; k++)
	{
		double weight = 1.0 - (double) k / ((double) lags + 1.0);
		double sum = 0.0;

		for (size_t t = k; t < n; t++)
			sum += (y[t] - mean) * (y[t - k] - mean);
		spread += (k == 0 ? 1.0 : 2.0 * weight) * sum;
	}
	if (n < 2 || !(spread > 0.0))
		return NAN;
	return squares / ((double) n * spread);
}

/* Does the series swing enough with the season to be differenced over it? */
static skpi_status
seasonal_enough(const double *y, int n, int period, skpi_stop_fn stop,
				void *stop_arg, double *work, bool *yes)
{
	double *seasonal = work;
	double *trend = work + n;
	double *rest = work + 2 * n;
	skpi_stl_options o;
	skpi_status status;
	double size = 0.0;

	*yes = false;
	if (period < 2 || n < 2 * period + 5)
		return SKPI_OK;
	status = skpi_stl_defaults(n, period, 11, 0, false, &o);
	if (status != SKPI_OK)
		return status;
	status = skpi_stl(y, n, &o, stop, stop_arg, work + 3 * n, seasonal, trend,
					  rest, NULL);
	for (int t = 0; t < n; t++)
		size = fmax(size, fabs(y[t]));
	if (status == SKPI_OK)
		*yes = skpi_strength(seasonal, rest, n, size) > STRENGTH_CRITICAL;
	return status;
}

skpi_status
skpi_arima_differencing(const double *y, size_t n, int period, int max_d,
						skpi_stop_fn stop, void *stop_arg, double *work, int *d,
						int *sd)
{
	skpi_status status = skpi_array_check(y, n, 4);
	bool seasonal;
	int taken = 0;
	int length;

	if (status != SKPI_OK)
		return status;
	if (period < 1 || period > SKPI_SEASON_MAX || max_d < 0 ||
		max_d > SKPI_ARIMA_MAX_D)
		return SKPI_E_RANGE;
	status =
		seasonal_enough(y, (int) n, period, stop, stop_arg, work, &seasonal);
	if (status != SKPI_OK)
		return status;
	length = skpi_arima_difference(y, (int) n, 0, 1,
								   seasonal ? period : (int) n, work);
	/* A season that repeats exactly leaves nothing to difference further. */
	while (taken < max_d && length > 4 &&
		   !skpi_array_constant(work, (size_t) length) &&
		   skpi_kpss(work, (size_t) length) > KPSS_CRITICAL)
	{
		length = skpi_arima_difference(work, length, 1, 0, 1, work);
		taken++;
	}
	*d = taken;
	*sd = seasonal ? 1 : 0;
	return SKPI_OK;
}
