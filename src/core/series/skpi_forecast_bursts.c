/*
 * The level is a running median over eight weeks, the season the median of
 * each of its phases, both of square roots where no value is negative (the
 * spread of a count goes with its root); the scale is the median distance from
 * both.  A burst lies above the medians of four weeks on either side of it, as
 * the first days of a higher level do not.  Up to FROM scales a value stays
 * what it is; beyond, less and less of the distance is left, and nothing from
 * GONE on: the three-part function of Hampel (The influence curve and its role
 * in robust estimation, JASA 69, 1974) with its first two corners in one.
 */
#include "skpi_forecast_bursts.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_sort_double.h>

#define WINDOW SKPI_BURSTS_VALUES
#define HALF (WINDOW / 2)
#define FROM 4.0
#define GONE 8.0
#define SHARE_MAX .25
#define USUAL 3 /* values in a row after which a burst has passed */
#define SEASONS_MIN 4

size_t
skpi_bursts_work(size_t n)
{
	return 4 * n;
}

/* Sorted values, in which one takes the place of another. */
typedef struct window
{
	double v[WINDOW + 1];
	size_t count;
} window;

static void
enter(window *w, double value)
{
	size_t at = w->count++;

	for (; at > 0 && w->v[at - 1] > value; at--)
		w->v[at] = w->v[at - 1];
	w->v[at] = value;
}

static void
leave(window *w, double value)
{
	size_t at = 0;

	while (at + 1 < w->count && w->v[at] != value)
		at++;
	w->count--;
	memmove(w->v + at, w->v + at + 1, (w->count - at) * sizeof(double));
}

/* The median of each value, so many before and after it; of fewer at the
 * ends. */
static skpi_status
levels(const skpi_member_job *job, const double *x, size_t before, size_t after,
	   double *level)
{
	window w = {.count = 0};

	for (size_t t = 0; t < after; t++)
		enter(&w, x[t]);
	for (size_t t = 0; t < job->n; t++)
	{
		if (job->stop != NULL && t % 1024 == 0 && job->stop(job->stop_arg))
			return SKPI_E_INTERRUPT;
		if (t + after < job->n)
			enter(&w, x[t + after]);
		if (t > before)
			leave(&w, x[t - before - 1]);
		level[t] = skpi_array_quantile(w.v, w.count, .5);
	}
	return SKPI_OK;
}

static double
median(double *v, size_t n)
{
	gsl_sort(v, 1, n);
	return skpi_array_quantile(v, n, .5);
}

/* Takes the median of each phase's distance from the level out of x. */
static void
without_season(size_t n, size_t m, const double *level, double *x, double *room)
{
	double mean = 0, figure[WINDOW];

	for (size_t k = 0; k < m; k++)
	{
		size_t count = 0;

		for (size_t t = k; t < n; t += m)
			room[count++] = x[t] - level[t];
		figure[k] = median(room, count);
		mean += figure[k] / (double) m;
	}
	for (size_t t = 0; t < n; t++)
		x[t] -= figure[t % m] - mean;
}

/* The first of the newest values of which nobody knows whether they are a
 * burst. */
static size_t
settled(const double *e, size_t n, double bound)
{
	size_t t = n, usual = 0;

	while (t > 0 && usual < USUAL)
		usual = e[--t] > bound ? 0 : usual + 1;
	return t;
}

static double
take(const double *e, size_t n, double scale, bool root, double *y)
{
	double square = 0;

	for (size_t t = 0; t < n; t++)
	{
		double left, less, was = y[t];

		if (!(e[t] > FROM * scale))
			continue;
		left = FROM * scale * fmax((GONE - e[t] / scale) / (GONE - FROM), 0);
		less = (root ? sqrt(was) : was) - (e[t] - left);
		y[t] = root ? fmax(less, 0) * fmax(less, 0) : less;
		square += (was - y[t]) * (was - y[t]);
	}
	return square / (double) n;
}

/* Distances e from the higher of the levels on either side, at the ends that of
 * the four weeks there; the scale. */
static skpi_status
distances(const skpi_member_job *job, double *x, double *room, double *other,
		  double *e, double *scale)
{
	size_t n = job->n;
	skpi_status status = levels(job, x, HALF, HALF, e);

	if (status == SKPI_OK && job->m > 1)
	{
		without_season(n, job->m, e, x, room);
		status = levels(job, x, HALF, HALF, e);
	}
	for (size_t t = 0; status == SKPI_OK && t < n; t++)
		room[t] = fabs(x[t] - e[t]);
	if (status == SKPI_OK)
	{
		*scale = 1.4826 * median(room, n);
		status = levels(job, x, HALF, 0, e);
	}
	if (status == SKPI_OK)
		status = levels(job, x, 0, HALF, other);
	for (size_t t = 0; status == SKPI_OK && t < n; t++)
		e[t] = x[t] - fmax(e[t < HALF ? HALF : t],
						   other[t + HALF < n ? t : n - 1 - HALF]);
	return status;
}

skpi_status
skpi_bursts(const skpi_member_job *job, double *work, double *y, double *taken)
{
	size_t n = job->n, above = 0;
	double *x = work, *e = x + n, scale;
	bool root = skpi_array_never_negative(y, n);
	skpi_status status;

	*taken = 0;
	if (n < WINDOW || n < SEASONS_MIN * job->m || job->m > WINDOW)
		return SKPI_OK;
	for (size_t t = 0; t < n; t++)
		x[t] = root ? sqrt(y[t]) : y[t];
	status = distances(job, x, e + n, e + 2 * n, e, &scale);
	if (status != SKPI_OK)
		return status;
	for (size_t t = 0; t < n; t++)
		above += e[t] > FROM * scale;
	if (scale > 0 && (double) above <= SHARE_MAX * (double) n)
		*taken = take(e, settled(e, n, FROM * scale), scale, root, y);
	return SKPI_OK;
}
