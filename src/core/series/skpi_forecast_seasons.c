#include "skpi_forecast_seasons.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "skpi_forecast_season.h"
#include "skpi_stl.h"

/* A figure is smoothed over at most so many of its values. */
static const size_t widths[] = {1, 3, 7, 15, 31, 61};

#define WIDTHS (sizeof(widths) / sizeof(*widths))

/* The values of a season's rounds, the newest round complete and last. */
typedef struct rounds
{
	const double *x; /* n, without trend and shorter seasons */
	size_t n;
	size_t p;
	size_t count;   /* begun */
	double *figure; /* p: phase i is that of x[n - p + i] */
	double *rough;  /* p */
	double noise;   /* variance of the figure */
} rounds;

static size_t
longest(size_t m, const skpi_seasons *more)
{
	return more->count > 0 ? more->period[more->count - 1] : m;
}

size_t
skpi_forecast_seasons_work(size_t n, size_t m, size_t h,
						   const skpi_seasons *more)
{
	size_t kept = skpi_forecast_newest(n, m), p = longest(m, more);
	size_t split =
		5 * kept + 2 * p + skpi_stl_work((int) kept, (int) (p < 2 ? 2 : p));
	size_t rest = skpi_forecast_work(n, m, h);

	return n + h + (split > rest ? split : rest);
}

/* Where phase i of round r lies, r counted from the newest; false before the
 * first value. */
static bool
at(const rounds *s, size_t r, size_t i, size_t *t)
{
	if (s->n + i < (r + 1) * s->p)
		return false;
	*t = s->n + i - (r + 1) * s->p;
	return true;
}

/* The mean of all rounds but one (count: of all), smoothed over the neighbours
 * on a circle. */
static void
draw(const rounds *s, size_t without, size_t width)
{
	size_t t;
	double mean;

	for (size_t i = 0; i < s->p; i++)
	{
		double sum = 0;
		size_t found = 0;

		for (size_t r = 0; r < s->count; r++)
			if (r != without && at(s, r, i, &t))
			{
				sum += s->x[t];
				found++;
			}
		s->rough[i] = found > 0 ? sum / (double) found : 0;
	}
	mean = skpi_array_mean(s->rough, s->p);
	for (size_t i = 0; i < s->p; i++)
	{
		double sum = 0;

		for (size_t k = 0; k < width; k++)
			sum += s->rough[(i + s->p + k - width / 2) % s->p];
		s->figure[i] = sum / (double) width - mean;
	}
}

/* Mean square of what a share of the figure, drawn with or without each round
 * itself, leaves of it. */
static double
left(const rounds *s, size_t width, double share, bool with_itself)
{
	double sum = 0;
	size_t t;

	for (size_t r = 0; r < s->count; r++)
	{
		draw(s, with_itself ? s->count : r, width);
		for (size_t i = 0; i < s->p; i++)
			if (at(s, r, i, &t))
				sum += pow(s->x[t] - share * s->figure[i], 2);
	}
	return sum / (double) s->n;
}

/* How the rounds are foretold by one another: sums of products and squares. */
static void
foretell(const rounds *s, size_t width, double *cross, double *square)
{
	size_t t;

	*cross = *square = 0;
	for (size_t r = 0; r < s->count; r++)
	{
		draw(s, r, width);
		for (size_t i = 0; i < s->p; i++)
			if (at(s, r, i, &t))
			{
				*cross += s->figure[i] * s->x[t];
				*square += s->figure[i] * s->figure[i];
			}
	}
}

/* The figure, of the width and the share of it that foretells best. */
static void
settle(rounds *s)
{
	double best = 0, share = 0;
	size_t width = 1;

	for (size_t i = 0; i < WIDTHS && widths[i] <= s->p / 4 + 1; i++)
	{
		double cross, square;

		foretell(s, widths[i], &cross, &square);
		/* the squares it would save */
		if (!(square > 0) || cross <= 0 || cross * cross / square <= best)
			continue;
		best = cross * cross / square;
		share = fmin(cross / square, 1);
		width = widths[i];
	}
	/* a round that is foretold by the others misses by the figure's noise, one
	 * that has part in the figure is too near it by as much */
	s->noise =
		fmax(left(s, width, share, false) - left(s, width, share, true), 0) / 2;
	draw(s, s->count, width);
	for (size_t i = 0; i < s->p; i++)
		s->figure[i] *= share;
}

/* figure[p] of a season of x, and the variance of its noise; the shorter one,
 * m, is put aside first. */
static skpi_status
find(const skpi_forecast_ask *ask, const double *x, size_t n, size_t p,
	 double *work, double *figure, double *noise)
{
	size_t m = ask->m;
	double *season = work, *trend = work + n, *rest = work + 2 * n;
	double *plain = work + 3 * n, *rough = work + 4 * n, *inner = rough + p;
	rounds s = {.x = season,
				.n = n,
				.p = p,
				.count = (n + p - 1) / p,
				.figure = figure,
				.rough = rough};
	skpi_stl_options options;
	skpi_status status = SKPI_OK;

	memcpy(plain, x, n * sizeof(double));
	if (m > 1)
		status = skpi_season_split(x, n, m, ask->stop, ask->stop_arg, inner,
								   season, plain, trend);
	if (status == SKPI_OK)
		status = skpi_stl_defaults((int) n, (int) p, 0, 0, false, &options);
	if (status == SKPI_OK)
		status = skpi_stl(plain, (int) n, &options, ask->stop, ask->stop_arg,
						  inner, season, trend, rest, NULL);
	if (status != SKPI_OK)
		return status;
	for (size_t t = 0; t < n; t++)
		season[t] = plain[t] - trend[t];
	settle(&s);
	*noise = s.noise;
	return SKPI_OK;
}

static skpi_status
check(const skpi_forecast_ask *ask, const skpi_seasons *more, size_t work_len)
{
	size_t before = ask->m;
	skpi_status status = skpi_array_check(ask->y, ask->n, 1);

	if (status != SKPI_OK)
		return status;
	if (ask->m < 1 || ask->m > ask->n || more->count > SKPI_SEASONS ||
		ask->h < 1 || ask->h > SKPI_FORECAST_HORIZON_MAX)
		return SKPI_E_RANGE;
	for (size_t i = 0; i < more->count; i++)
	{
		if (more->period[i] <= before || more->period[i] > SKPI_SEASON_MAX)
			return SKPI_E_RANGE;
		before = more->period[i];
	}
	return work_len < skpi_forecast_seasons_work(ask->n, ask->m, ask->h, more)
			   ? SKPI_FULL
			   : SKPI_OK;
}

/* What the seasons were: the newest values and the steps, as logarithms of
 * factors or as summands. */
typedef struct taken
{
	bool factors;
	double *past;  /* ask->n */
	double *ahead; /* ask->h */
	double noise;  /* variance */
} taken;

/* Whether a figure is more than rounding. */
static bool
matters(const double *figure, size_t p, const double *x, size_t n)
{
	double of_figure = 0, of_x = 0;

	for (size_t i = 0; i < p; i++)
		of_figure = fmax(of_figure, fabs(figure[i]));
	for (size_t i = 0; i < n; i++)
		of_x = fmax(of_x, fabs(x[i]));
	return of_figure > 1e-12 * of_x;
}

/* The series without its long seasons, in past; which are then in *t. */
static skpi_status
take_out(const skpi_forecast_ask *ask, const skpi_seasons *more, taken *t,
		 double *work, bool *all)
{
	size_t n = skpi_forecast_newest(ask->n, ask->m), old = ask->n - n;
	double *figure = work, *x = work + longest(ask->m, more);
	skpi_status status = SKPI_OK;

	for (size_t i = 0; i < ask->n; i++)
		t->past[i] = 0;
	for (size_t j = 0; j < ask->h; j++)
		t->ahead[j] = 0;
	t->noise = 0;
	*all = true;
	for (size_t k = 0; k < more->count; k++)
	{
		size_t p = more->period[k];
		double noise;

		if (n < 2 * p)
		{
			*all = false;
			continue;
		}
		for (size_t i = 0; i < n; i++)
			x[i] = (t->factors ? log(ask->y[old + i]) : ask->y[old + i]) -
				   t->past[old + i];
		status = find(ask, x, n, p, x + n, figure, &noise);
		if (status == SKPI_E_INTERRUPT)
			return status;
		if (status != SKPI_OK || !matters(figure, p, x, n))
			continue;
		t->noise += noise;
		for (size_t i = 0; i < ask->n; i++)
			t->past[i] += figure[p - 1 - (ask->n - 1 - i) % p];
		for (size_t j = 0; j < ask->h; j++)
			t->ahead[j] += figure[j % p];
	}
	return SKPI_OK;
}

static double
with(const taken *t, double value, double season, bool negative)
{
	if (t->factors)
		return value * exp(season);
	return negative ? value + season : fmax(value + season, 0);
}

/* A bound, below the point for a negative z, further from it by the noise of
 * the seasons: z of its standard deviations, added in squares. */
static double
widened(const taken *t, double point, double bound, double z)
{
	double noise = fabs(z) * sqrt(t->noise), side = z < 0 ? -1 : 1;

	if (!t->factors)
		return point + side * hypot(bound - point, noise);
	if (!(bound > 0) || !(point > 0))
		return bound;
	return point * exp(side * hypot(log(bound / point), noise));
}

static void
put_back(const skpi_forecast_ask *ask, const taken *t, bool negative,
		 skpi_forecast_answer *answer)
{
	for (size_t j = 0; j < ask->h; j++)
	{
		double point = answer->point[j], season = t->ahead[j];

		for (size_t l = 0; l < ask->levels && answer->bounds; l++)
		{
			double z = gsl_cdf_ugaussian_Pinv((1 + ask->level[l]) / 2);
			double *lo = &answer->lo[l * ask->h + j];
			double *hi = &answer->hi[l * ask->h + j];

			*lo = with(t, widened(t, point, *lo, -z), season, negative);
			*hi = with(t, widened(t, point, *hi, z), season, negative);
		}
		answer->point[j] = with(t, point, season, negative);
	}
}

skpi_status
skpi_forecast_seasons(const skpi_forecast_ask *ask, const skpi_seasons *more,
					  double *work, size_t work_len,
					  skpi_forecast_answer *answer)
{
	skpi_status status = check(ask, more, work_len);
	skpi_forecast_ask rest = *ask;
	taken t = {.past = work, .ahead = work + ask->n};
	double *inner = work + ask->n + ask->h;
	bool negative = false, all;

	if (status != SKPI_OK)
		return status;
	t.factors = skpi_array_positive(ask->y, ask->n);
	for (size_t i = 0; i < ask->n; i++)
		negative = negative || ask->y[i] < 0;
	status = take_out(ask, more, &t, inner, &all);
	if (status != SKPI_OK)
		return status;
	/* past holds the rest from here on, and the season is what y has more */
	for (size_t i = 0; i < ask->n; i++)
		t.past[i] =
			t.factors ? ask->y[i] * exp(-t.past[i]) : ask->y[i] - t.past[i];
	rest.y = t.past;
	status = skpi_forecast(&rest, inner, work_len - ask->n - ask->h, answer);
	if (status != SKPI_OK)
		return status;
	put_back(ask, &t, negative, answer);
	for (size_t i = 0; i < ask->n && answer->fitted != NULL; i++)
		answer->fitted[i] = t.factors
								? answer->fitted[i] * ask->y[i] / t.past[i]
								: answer->fitted[i] + ask->y[i] - t.past[i];
	for (size_t i = 0; i < ask->n && answer->fitted != NULL && !negative; i++)
		if (answer->fitted[i] < 0)
			answer->fitted[i] = 0;
	if (!all && answer->reason == SKPI_REASON_NONE)
		answer->reason = SKPI_REASON_SEASONS;
	return SKPI_OK;
}
