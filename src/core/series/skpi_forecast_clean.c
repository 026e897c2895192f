/*
 * The expectation is that of a simple exponential smoothing with drift on the
 * series without its season, on logarithms where it is positive, season and
 * smoothing fitted without the newest value; the scale is the median size of
 * its errors.  Of a surprise beyond SURPRISE scales the excess is taken back,
 * but for the share that is thought to last.
 *
 * Tried on 881 and 3,460 public series (the set of skpi_forecast_recipe.c; M1,
 * M3, tourism and M4 weekly ones that are not in it) at three origins inside
 * the training part: quarterly .8388 -> .8343 on the further ones (90 % of the
 * difference: -.0065 to -.0025), weekly .7612 -> .7589 on the first set and no
 * change on the 184 further ones, monthly and daily none beyond noise.
 * SURPRISE 2.5 to 4 and IN_A_ROW 1.5 to 3 do alike; without the share that
 * lasts one weekly series loses much: a drop of two fifths in a calm series
 * stays.
 */
#include "skpi_forecast_clean.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_sort_double.h>

#include "skpi_forecast_season.h"
#include "skpi_stl.h"

#define VALUES_MIN 12
#define SURPRISE 3.0 /* scales */
#define IN_A_ROW 3.0
/* What is believed of lasting before a surprise was seen: the smoothing
 * constant times this, with the weight of so many surprises. */
#define LASTS .7
#define LASTS_WEIGHT 3.0

typedef struct walk
{
	const double *x; /* count values without season */
	size_t count;
	double drift;
	double alpha;
	double scale;
} walk;

size_t
skpi_clean_work(size_t n, size_t m)
{
	return 4 * n + skpi_stl_work((int) n, (int) (m < 2 ? 2 : m));
}

static double
median(double *v, size_t n)
{
	gsl_sort(v, 1, n);
	return skpi_array_quantile(v, n, .5);
}

/* The level after count values; |errors| into size[count - 1] unless NULL. */
static double
follow(const walk *w, size_t count, double alpha, double *size)
{
	double level = w->x[0];

	for (size_t t = 1; t < count; t++)
	{
		double e = w->x[t] - level - w->drift;

		level += w->drift + alpha * e;
		if (size != NULL)
			size[t - 1] = fabs(e);
	}
	return level;
}

static void
settle(walk *w, double *room)
{
	static const double tried[] = {.05, .1, .2, .35, .5, .7, 1};
	double least = INFINITY;

	for (size_t t = 1; t < w->count; t++)
		room[t - 1] = w->x[t] - w->x[t - 1];
	w->drift = median(room, w->count - 1);
	for (size_t i = 0; i < sizeof(tried) / sizeof(*tried); i++)
	{
		double mean;

		follow(w, w->count, tried[i], room);
		mean = skpi_array_mean(room, w->count - 1);
		if (mean < least)
		{
			least = mean;
			w->alpha = tried[i];
		}
	}
	follow(w, w->count, w->alpha, room);
	w->scale = 1.4826 * median(room, w->count - 1);
}

/* How much of a surprise is still there in the three values after it. */
static double
lasting(const walk *w)
{
	double sum = LASTS_WEIGHT * LASTS * w->alpha, weight = LASTS_WEIGHT;
	double level = w->x[0];

	for (size_t t = 1; t + 3 < w->count; t++)
	{
		double e = w->x[t] - level - w->drift;

		if (fabs(e) > SURPRISE * w->scale)
		{
			double a = w->x[t + 1], b = w->x[t + 2], c = w->x[t + 3];
			double middle = fmax(fmin(a, b), fmin(fmax(a, b), c));

			sum += fmin(fmax((middle - level - w->drift) / e, 0), 1);
			weight++;
		}
		level += w->drift + w->alpha * e;
	}
	return sum / weight;
}

/* What is taken from the value after those of the walk. */
static double
excess(const walk *w, double newest)
{
	size_t before = w->count - 1;
	double e = newest - follow(w, w->count, w->alpha, NULL) - w->drift;
	double last = w->x[before] - follow(w, before, w->alpha, NULL) - w->drift;

	if (!(w->scale > 0) || fabs(e) <= SURPRISE * w->scale ||
		(last * e > 0 && fabs(last) > IN_A_ROW * w->scale))
		return 0;
	return (e - copysign(SURPRISE * w->scale, e)) * (1 - lasting(w));
}

skpi_status
skpi_clean(const skpi_member_job *job, double *work, double *out)
{
	size_t n = job->n, m = job->m, last = n - 1;
	bool positive = skpi_array_positive(job->y, n);
	double *scaled = work, *season = work + n, *rest = work + 2 * n;
	double *room = work + 3 * n, less;
	walk w = {.x = rest, .count = last};
	skpi_status status;

	memcpy(out, job->y, n * sizeof(double));
	if (m < 2 || n < VALUES_MIN || last < 2 * m)
		return SKPI_OK;
	for (size_t t = 0; t < n; t++)
		scaled[t] = positive ? log(job->y[t]) : job->y[t];
	status = skpi_season_split(scaled, last, m, job->stop, job->stop_arg,
							   work + 4 * n, season, rest, room);
	if (status != SKPI_OK)
		return status == SKPI_E_INTERRUPT ? status : SKPI_OK;
	settle(&w, room);
	less = excess(&w, scaled[last] - season[last - m]);
	out[last] = positive ? out[last] * exp(-less) : out[last] - less;
	return SKPI_OK;
}
