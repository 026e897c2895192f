#include "skpi_season.h"

#include <float.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_fft_halfcomplex.h>
#include <gsl/gsl_fft_real.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "skpi_loess.h"

#define PEAK_LEAST 0.25
#define PEAK_MOST 0.8 /* what a very short series must show */
#define PEAK_ERRORS 4.0
#define PROMINENCE 0.15
#define NEARLY 0.8
#define ECHO 0.5
/* A longer season must explain more than its part by this many standard
 * errors of the F statistic. */
#define FAMILY_ERRORS 3.0
/* A period of the calendar this near, with this part of the autocorrelation,
 * is the one. */
#define NEAR 0.1
#define NEAR_ENOUGH 0.85

static const int calendar[] = {7, 12, 24, 52, 365};

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

/* Of the values at place i of a season of m. */
static double
mean_at(const double *x, int n, int m, int i)
{
	double sum = 0.0;
	int count = 0;

	for (int t = i; t < n; t += m, count++)
		sum += x[t];
	return sum / count;
}

/* Sum of squares around the means of each place in the season. */
static double
unexplained(const double *x, int n, int m)
{
	double rest = 0.0;

	for (int i = 0; i < m && i < n; i++)
	{
		double mean = mean_at(x, n, m, i);

		for (int t = i; t < n; t += m)
			rest += (x[t] - mean) * (x[t] - mean);
	}
	return rest;
}

/* The shortest season of which m is a multiple that explains no more. */
static int
root_of(const double *x, int n, int m)
{
	double whole = unexplained(x, n, m);

	for (int d = 2; d <= m / 2; d++)
	{
		double more = m - d;

		if (m % d != 0 || n <= m)
			continue;
		if ((unexplained(x, n, d) - whole) / more <=
			whole / (n - m) * (1.0 + FAMILY_ERRORS * sqrt(2.0 / more)))
			return d;
	}
	return m;
}

/* The calendar's period that m is near, as far as r has nothing against it. */
static int
on_calendar(const double *r, int m, int longest)
{
	for (size_t i = 0; i < sizeof(calendar) / sizeof(calendar[0]); i++)
	{
		int c = calendar[i];

		if (c <= longest && abs(c - m) <= NEAR * c &&
			r[c] >= NEAR_ENOUGH * r[m])
			return c;
	}
	return m;
}

/* One the other's multiple, or as good as the same. */
static bool
related(int a, int b)
{
	int more = a > b ? a : b, less = a > b ? b : a;

	return more % less == 0 || more - less <= NEAR * more;
}

/* Takes the season of m out of x; the share of its squares that stays. */
static double
take_out(double *x, int n, int m)
{
	double before = unexplained(x, n, 1);

	for (int i = 0; i < m && i < n; i++)
	{
		double mean = mean_at(x, n, m, i);

		for (int t = i; t < n; t += m)
			x[t] -= mean;
	}
	return before > 0.0 ? unexplained(x, n, 1) / before : 0.0;
}

/* Files a season among the two strongest that are not related. */
static void
enter(skpi_season *best, int period, double strength)
{
	int at = strength > best[0].strength ? 0 : 1;

	if (strength <= best[1].strength)
		return;
	if (best[0].period > 1 && related(best[0].period, period))
	{
		if (at == 0)
			best[0] = (skpi_season){period, strength};
		return;
	}
	if (at == 0)
		best[1] = best[0];
	best[at] = (skpi_season){period, strength};
}

/* The season of x, and that of what is left of x without it, whose strength
 * counts for as much as is left; x and r are spoiled. */
static void
find_in(double *x, int n, double size, int longest, double *r,
		skpi_season *best)
{
	double share = 1.0;

	for (int i = 0; i < SKPI_SEASONS; i++)
	{
		double strength;
		int period;

		if (!autocorrelations(x, (size_t) n, size, r))
			return;
		pick(r, n, longest, &period, &strength);
		if (period == 1)
			return;
		period = on_calendar(r, root_of(x, n, period), longest);
		strength = share * fmin(fmax(r[period], 0.0), 1.0);
		enter(best, period, fmax(strength, DBL_MIN));
		share *= take_out(x, n, period);
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
				 void *stop_arg, double *work, skpi_season *found)
{
	skpi_status status = skpi_array_check(y, n, 8);
	double *r = work;
	double *x = work + padded(n);
	double *steps = x + n;
	double size;
	int longest;
	skpi_season best[SKPI_SEASONS] = {{1, 0.0}, {1, 0.0}};

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
	find_in(steps, (int) n - 1, size, longest, r, best);
	find_in(x, (int) n, size, longest, r, best);
	memcpy(found, best, sizeof(best));
	return SKPI_OK;
}
