#include "skpi_array.h"

#include <math.h>

#include <gsl/gsl_statistics_double.h>

/* What a run-up is small against, and how long a series is looked at: every
 * value may be compared with all. */
#define RUNUP_RATIO 10.0
#define RUNUP_VALUES_MAX 3000

skpi_status
skpi_array_check(const double *y, size_t n, size_t min)
{
	if (n < min)
		return SKPI_E_SHORT;
	if (n > SKPI_ARRAY_MAX)
		return SKPI_E_LIMIT;
	for (size_t t = 0; t < n; t++)
	{
		/* Written so that NaN fails too. */
		if (!(fabs(y[t]) <= SKPI_VALUE_MAX))
			return SKPI_E_RANGE;
	}
	return SKPI_OK;
}

bool
skpi_array_positive(const double *y, size_t n)
{
	for (size_t t = 0; t < n; t++)
	{
		if (!(y[t] > 0))
			return false;
	}
	return true;
}

bool
skpi_array_never_negative(const double *y, size_t n)
{
	for (size_t t = 0; t < n; t++)
		if (y[t] < 0)
			return false;
	return true;
}

bool
skpi_array_constant(const double *y, size_t n)
{
	for (size_t t = 1; t < n; t++)
	{
		if (y[t] != y[0])
			return false;
	}
	return true;
}

double
skpi_array_mean(const double *y, size_t n)
{
	double sum = 0;

	for (size_t t = 0; t < n; t++)
		sum += y[t];
	return n > 0 ? sum / (double) n : 0;
}

skpi_status
skpi_array_acf(const double *y, size_t n, size_t lags, double *r)
{
	double mean = skpi_array_mean(y, n);
	double c0 = 0;

	if (n < 2)
		return SKPI_E_SHORT;
	if (lags >= n)
		return SKPI_E_RANGE;
	for (size_t t = 0; t < n; t++)
		c0 += (y[t] - mean) * (y[t] - mean);
	if (skpi_array_constant(y, n) || !(c0 > 0) || !isfinite(c0))
		return SKPI_E_NUMERIC;
	for (size_t k = 0; k <= lags; k++)
	{
		double c = 0;

		for (size_t t = k; t < n; t++)
			c += (y[t] - mean) * (y[t - k] - mean);
		r[k] = c / c0;
	}
	return SKPI_OK;
}

skpi_status
skpi_array_line(const double *y, size_t n, double *intercept, double *slope)
{
	double tbar = ((double) n + 1) / 2;
	double ybar = skpi_array_mean(y, n);
	double sty = 0, stt = 0;

	if (n < 2)
		return SKPI_E_SHORT;
	for (size_t t = 0; t < n; t++)
	{
		double d = (double) (t + 1) - tbar;

		sty += d * (y[t] - ybar);
		stt += d * d;
	}
	*slope = sty / stt;
	*intercept = ybar - *slope * tbar;
	return SKPI_OK;
}

/* Autocorrelation at one lag, the mean and denominator given. */
static double
autocorrelation(const double *y, size_t n, size_t lag, double mean, double c0)
{
	double c = 0;

	for (size_t t = lag; t < n; t++)
		c += (y[t] - mean) * (y[t - lag] - mean);
	return c / c0;
}

bool
skpi_array_seasonal(const double *y, size_t n, size_t m, double z)
{
	double mean = skpi_array_mean(y, n);
	double c0 = 0, sum = 0;

	if (m < 2 || n <= 2 * m || skpi_array_constant(y, n))
		return false;
	for (size_t t = 0; t < n; t++)
		c0 += (y[t] - mean) * (y[t] - mean);
	if (!(c0 > 0) || !isfinite(c0))
		return false;
	for (size_t k = 1; k < m; k++)
	{
		double r = autocorrelation(y, n, k, mean, c0);

		sum += r * r;
	}
	return fabs(autocorrelation(y, n, m, mean, c0)) >
		   z * sqrt((1 + 2 * sum) / (double) n);
}

/* Centred moving average of length m around t; half weights when m is even. */
static double
moving_average(const double *y, size_t t, size_t m)
{
	size_t half = m / 2;
	double sum = 0;

	if (m % 2 == 1)
	{
		for (size_t i = t - half; i <= t + half; i++)
			sum += y[i];
		return sum / (double) m;
	}
	sum = (y[t - half] + y[t + half]) / 2;
	for (size_t i = t - half + 1; i < t + half; i++)
		sum += y[i];
	return sum / (double) m;
}

/* Mean detrended value of one phase; false if the average is not positive. */
static bool
phase_mean(const double *y, size_t n, size_t m, size_t phase, bool mult,
		   double *mean)
{
	size_t half = m / 2, count = 0;
	double sum = 0;

	for (size_t t = phase; t + half < n; t += m)
	{
		double ma;

		if (t < half)
			continue;
		ma = moving_average(y, t, m);
		if (mult && !(ma > 0))
			return false;
		sum += mult ? y[t] / ma : y[t] - ma;
		count++;
	}
	if (count == 0)
		return false;
	*mean = sum / (double) count;
	return true;
}

skpi_status
skpi_array_indices(const double *y, size_t n, size_t m, bool multiplicative,
				   double *index)
{
	double figure[SKPI_SEASON_MAX];
	double centre;

	if (m < 2 || m > SKPI_SEASON_MAX)
		return SKPI_E_RANGE;
	if (n < 2 * m)
		return SKPI_E_SHORT;
	for (size_t i = 0; i < m; i++)
	{
		if (!phase_mean(y, n, m, i, multiplicative, &figure[i]))
			return SKPI_E_NUMERIC;
	}
	centre = skpi_array_mean(figure, m);
	if (!isfinite(centre) || (multiplicative && !(centre > 0)))
		return SKPI_E_NUMERIC;
	for (size_t i = 0; i < m; i++)
		index[i] = multiplicative ? figure[i] / centre : figure[i] - centre;
	return SKPI_OK;
}

double
skpi_array_quantile(const double *sorted, size_t n, double p)
{
	return gsl_stats_quantile_from_sorted_data(sorted, 1, n, p);
}

void
skpi_array_band(const double *y, size_t n, size_t m, size_t h, double *lo,
				double *hi)
{
	size_t window = 4 * m > 2 * h ? 4 * m : 2 * h;
	double min, max;

	if (window < 8)
		window = 8;
	if (window > n)
		window = n;
	gsl_stats_minmax(&min, &max, y + n - window, 1, window);
	*lo = min - (max - min);
	*hi = max + 1.5 * (max - min);
	if (skpi_array_positive(y, n) && *lo < min / 4)
		*lo = min / 4;
}

/* Those with more than half of all values above ten times their own. */
static bool
is_small(const double *y, size_t n, size_t at)
{
	size_t above = 0;

	for (size_t i = 0; i < n; i++)
		above += y[i] > RUNUP_RATIO * y[at];
	return 2 * above > n;
}

size_t
skpi_array_runup(const double *y, size_t n, size_t m)
{
	size_t cut = 0;

	if (m < 2 || n < 3 * m || n > RUNUP_VALUES_MAX)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (y[i] < 0)
			return 0;
	while (cut <= n - 3 * m && is_small(y, n, cut))
		cut++;
	return cut <= n - 3 * m ? cut : 0;
}

double
skpi_array_middle(double *v, int n)
{
	for (int i = 1; i < n; i++)
		for (int j = i; j > 0 && v[j - 1] > v[j]; j--)
		{
			double swap = v[j];

			v[j] = v[j - 1];
			v[j - 1] = swap;
		}
	return n % 2 == 1 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}
