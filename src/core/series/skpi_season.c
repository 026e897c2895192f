#include "skpi_season.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_fft_halfcomplex.h>
#include <gsl/gsl_fft_real.h>
#include <math.h>
#include <string.h>

#include "skpi_loess.h"

#define PEAK_LEAST 0.25
#define PEAK_MOST 0.8 /* what a very short series must show */
#define PEAK_ERRORS 4.0
#define PROMINENCE 0.15
#define NEARLY 0.8
#define ECHO 0.5

/* A power of two that holds the series twice. */
static size_t
padded(size_t n)
{
	size_t k = 16;

	while (k < 2 * n)
		k *= 2;
	return k;
}

size_t
skpi_season_work(size_t n)
{
	return padded(n) + 2 * n;
}

/* Autocorrelations r[0 .. n-1] of x by the power spectrum, corrected for the
 * shorter overlap at long lags; false for a series without variation. */
static bool
autocorrelations(const double *x, size_t n, double size, double *r)
{
	size_t k = padded(n);
	double mean = skpi_array_mean(x, n);
	double first;

	memset(r, 0, k * sizeof(double));
	for (size_t i = 0; i < n; i++)
		r[i] = x[i] - mean;
	if (gsl_fft_real_radix2_transform(r, 1, k) != GSL_SUCCESS)
		return false;
	r[0] *= r[0];
	r[k / 2] *= r[k / 2];
	for (size_t i = 1; i < k / 2; i++)
	{
		r[i] = r[i] * r[i] + r[k - i] * r[k - i];
		r[k - i] = 0.0;
	}
	if (gsl_fft_halfcomplex_radix2_inverse(r, 1, k) != GSL_SUCCESS)
		return false;
	first = r[0];
	if (!(sqrt(first / (double) n) > 1e-10 * size))
		return false;
	for (size_t i = 0; i < n; i++)
		r[i] *= (double) n / (first * (double) (n - i));
	return true;
}

/* Does lag m stand out?  trough: the least r before it. */
static bool
is_peak(const double *r, int n, int m, double trough)
{
	double least = fmax(PEAK_LEAST, fmin(PEAK_MOST, PEAK_ERRORS / sqrt(n)));
	int twice = 2 * m;
	double echo;

	if (r[m] < least || r[m] - trough < PROMINENCE || r[m] < r[m - 1] ||
		r[m] < r[m + 1])
		return false;
	if (twice + 1 >= n - m)
		return true;
	echo = fmax(r[twice], fmax(r[twice - 1], r[twice + 1]));
	return echo >= ECHO * r[m];
}

static void
pick(const double *r, int n, int longest, int *period, double *strength)
{
	double best = 0.0;

	*period = 1;
	*strength = 0.0;
	/* First the height of the highest peak, then the first near it. */
	for (int round = 0; round < 2; round++)
	{
		double trough = 1.0;

		for (int m = 2; m <= longest; m++)
		{
			trough = fmin(trough, r[m - 1]);
			if (!is_peak(r, n, m, trough))
				continue;
			if (round == 0)
				best = fmax(best, r[m]);
			else if (r[m] >= NEARLY * best)
			{
				*period = m;
				*strength = fmin(r[m], 1.0);
				return;
			}
		}
	}
}

/* x = y, in logs where positive, less a local line over two of the longest
 * seasons. */
static skpi_status
without_trend(const double *y, size_t n, int longest, skpi_stop_fn stop,
			  void *stop_arg, double *room, double *trend, double *x,
			  double *size)
{
	int window = 2 * longest + 1 < 7 ? 7 : 2 * longest + 1;
	skpi_loess_span span = {window, 1, 1 + window / 10};
	bool logs = skpi_array_positive(y, n);
	skpi_status status;

	*size = 0.0;
	for (size_t i = 0; i < n; i++)
	{
		x[i] = logs ? log(y[i]) : y[i];
		*size = fmax(*size, fabs(x[i]));
	}
	status = skpi_loess(x, (int) n, span, NULL, stop, stop_arg, room, trend);
	if (status != SKPI_OK)
		return status;
	for (size_t i = 0; i < n; i++)
		x[i] -= trend[i];
	if (stop != NULL && stop(stop_arg))
		return SKPI_E_INTERRUPT;
	return SKPI_OK;
}

skpi_status
skpi_season_find(const double *y, size_t n, int max_period, skpi_stop_fn stop,
				 void *stop_arg, double *work, int *period, double *strength)
{
	skpi_status status = skpi_array_check(y, n, 8);
	double *r = work;
	double *x = work + padded(n);
	double *steps = x + n;
	double size;
	int longest;
	int found[2] = {1, 1};
	double height[2] = {0.0, 0.0};

	if (status != SKPI_OK)
		return status;
	if (max_period < 0 || max_period == 1)
		return SKPI_E_RANGE;
	if (max_period > SKPI_SEASON_MAX)
		return SKPI_E_LIMIT;
	longest = (int) (n / 3 < SKPI_SEASON_MAX ? n / 3 : SKPI_SEASON_MAX);
	if (max_period > 0 && max_period < longest)
		longest = max_period;
	status = without_trend(y, n, longest, stop, stop_arg, r, steps, x, &size);
	if (status != SKPI_OK)
		return status;
	/* A wandering level hides a season from the levels, noise a smooth one
	 * from the steps: whichever shows more. */
	for (size_t i = 0; i + 1 < n; i++)
		steps[i] = x[i + 1] - x[i];
	if (autocorrelations(steps, n - 1, size, r))
		pick(r, (int) n - 1, longest, &found[0], &height[0]);
	if (autocorrelations(x, n, size, r))
		pick(r, (int) n, longest, &found[1], &height[1]);
	*period = found[height[1] > height[0]];
	*strength = height[height[1] > height[0]];
	return SKPI_OK;
}
