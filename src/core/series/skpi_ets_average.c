#include "skpi_ets_average.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>

#include "skpi_ets_forecast.h"

#define WEIGHT_MIN 1e-4
#define SQRT_HALF 0.70710678118654752440
#define INV_SQRT_2PI 0.39894228040143267794

size_t
skpi_ets_average_work(size_t n, size_t m)
{
	return SKPI_ETS_FORMS * (m + 2) + 2 * n;
}

typedef struct job
{
	const double *y;
	size_t n;
	size_t m;
	skpi_stop_fn stop;
	void *stop_arg;
	double *states; /* m + 2 for each form, in fitting order */
	double *one;    /* n: one member's fitted values */
	double *all;    /* n: their weighted sum */
	skpi_ets_fit fit[SKPI_ETS_FORMS];
	int count;
} job;

static double *
states_of(const job *b, int i)
{
	return b->states + (size_t) i * (b->m + 2);
}

/* Where to begin: the parameters of the form one step simpler, if fitted. */
static const skpi_ets_par *
hint_for(const job *b, skpi_ets_form form)
{
	for (int i = b->count - 1; i >= 0; i--)
	{
		const skpi_ets_form *f = &b->fit[i].form;

		if (f->trend == form.trend && f->season == form.season &&
			f->damped == form.damped)
			return &b->fit[i].par;
	}
	return NULL;
}

static skpi_status
fit_all(job *b)
{
	bool positive = skpi_array_positive(b->y, b->n);

	for (int i = 0; i < SKPI_ETS_FORMS; i++)
	{
		skpi_ets_form form = skpi_ets_form_at(i);
		skpi_status status;

		if (!skpi_ets_allowed(form, b->m, b->n, positive))
			continue;
		status = skpi_ets_fit_fast(form, b->m, b->y, b->n, hint_for(b, form),
								   b->stop, b->stop_arg, &b->fit[b->count],
								   states_of(b, b->count));
		if (status == SKPI_OK)
			b->count++;
		else if (status != SKPI_E_NUMERIC)
			return status;
	}
	return b->count > 0 ? SKPI_OK : SKPI_E_NUMERIC;
}

/* Order of fits by AICc, heaviest first; equal ones keep their order. */
static void
rank(const job *b, int *order)
{
	for (int i = 0; i < b->count; i++)
	{
		int j = i;

		while (j > 0 && b->fit[order[j - 1]].score.aicc > b->fit[i].score.aicc)
		{
			order[j] = order[j - 1];
			j--;
		}
		order[j] = i;
	}
}

static void
weigh(const job *b, const int *order, skpi_ets_blend *blend)
{
	double best = b->fit[order[0]].score.aicc, sum = 0;

	blend->count = 0;
	for (int i = 0; i < b->count; i++)
	{
		double w = exp((best - b->fit[order[i]].score.aicc) / SKPI_ETS_TEMPER);

		if (!(w >= WEIGHT_MIN))
			break;
		blend->member[blend->count].fit = b->fit[order[i]];
		blend->member[blend->count++].weight = w;
		sum += w;
	}
	for (int i = 0; i < blend->count; i++)
		blend->member[i].weight /= sum;
}

/* Takes every member's states to the end of the data and sums the fitted
 * values; all that can still fail happens here. */
static skpi_status
run_members(const job *b, const int *order, const skpi_ets_blend *blend)
{
	memset(b->all, 0, b->n * sizeof(double));
	for (int i = 0; i < blend->count; i++)
	{
		const skpi_ets_fit *fit = &blend->member[i].fit;
		skpi_ets_score score;
		skpi_status status =
			skpi_ets_run(fit->form, b->m, fit->par, b->y, b->n,
						 states_of(b, order[i]), b->one, NULL, &score);

		if (status != SKPI_OK)
			return status;
		for (size_t t = 0; t < b->n; t++)
			b->all[t] += blend->member[i].weight * b->one[t];
	}
	return SKPI_OK;
}

/* Relative errors multiply up without end where single values stand orders
 * above the rest; no standard deviation says more than this one. */
static double
largest_variance(const job *b)
{
	double min, max;

	gsl_stats_minmax(&min, &max, b->y, 1, b->n);
	return 12.25 * (max - min) * (max - min);
}

static void
forecast_members(const job *b, const int *order, const skpi_ets_blend *blend,
				 skpi_ets_paths *paths)
{
	double lo, hi, limit = largest_variance(b);

	skpi_array_band(b->y, b->n, b->m, paths->h, &lo, &hi);
	for (int i = 0; i < blend->count; i++)
	{
		const skpi_ets_fit *fit = &blend->member[i].fit;
		double *mean = paths->mean + (size_t) i * paths->h;
		double *var = paths->var + (size_t) i * paths->h;

		(void) skpi_ets_moments(fit->form, b->m, fit->par,
								states_of(b, order[i]), fit->score.sigma2,
								paths->h, mean, var);
		for (size_t j = 0; j < paths->h; j++)
		{
			mean[j] = fmin(fmax(mean[j], lo), hi);
			var[j] = limit > 0 ? fmin(var[j], limit) : var[j];
		}
	}
}

skpi_status
skpi_ets_average(const double *y, size_t n, size_t m, skpi_stop_fn stop,
				 void *stop_arg, double *work, size_t work_len,
				 skpi_ets_blend *blend, skpi_ets_paths *paths, double *fitted)
{
	job b = {.y = y, .n = n, .m = m, .stop = stop, .stop_arg = stop_arg};
	int order[SKPI_ETS_FORMS] = {0};
	skpi_ets_blend made;
	skpi_status status = skpi_array_check(y, n, 5);

	if (status != SKPI_OK)
		return status;
	if (m < 1 || m > SKPI_SEASON_MAX || paths->h < 1 ||
		paths->h > SKPI_HORIZON_MAX)
		return SKPI_E_RANGE;
	if (work_len < skpi_ets_average_work(n, m))
		return SKPI_FULL;
	b.states = work;
	b.one = work + SKPI_ETS_FORMS * (m + 2);
	b.all = b.one + n;
	status = fit_all(&b);
	if (status != SKPI_OK)
		return status;
	rank(&b, order);
	weigh(&b, order, &made);
	status = run_members(&b, order, &made);
	if (status != SKPI_OK)
		return status;
	forecast_members(&b, order, &made, paths);
	if (fitted != NULL)
		memcpy(fitted, b.all, n * sizeof(double));
	*blend = made;
	return SKPI_OK;
}

void
skpi_ets_blend_moments(const skpi_ets_blend *blend, const skpi_ets_paths *paths,
					   size_t j, double *mean, double *var)
{
	double m1 = 0, m2 = 0;

	for (int i = 0; i < blend->count; i++)
		m1 += blend->member[i].weight * paths->mean[(size_t) i * paths->h + j];
	for (int i = 0; i < blend->count; i++)
	{
		size_t at = (size_t) i * paths->h + j;
		double d = paths->mean[at] - m1;

		m2 += blend->member[i].weight * (paths->var[at] + d * d);
	}
	*mean = m1;
	*var = m2;
}

/* Share of the mixture at or below x, and its density there. */
static double
mixture_at(const skpi_ets_blend *blend, const skpi_ets_paths *paths, size_t j,
		   double x, double *density)
{
	double share = 0;

	*density = 0;
	for (int i = 0; i < blend->count; i++)
	{
		size_t at = (size_t) i * paths->h + j;
		double w = blend->member[i].weight, sd = sqrt(paths->var[at]);
		double gap = (x - paths->mean[at]) / sd;

		if (!(sd > 0))
		{
			share += x >= paths->mean[at] ? w : 0;
			continue;
		}
		share += w * erfc(-gap * SQRT_HALF) / 2;
		*density += w * exp(-gap * gap / 2) * INV_SQRT_2PI / sd;
	}
	return share;
}

/* The quantile of a mixture lies between the members' own. */
static void
bracket(const skpi_ets_blend *blend, const skpi_ets_paths *paths, size_t j,
		double z, double *lo, double *hi)
{
	*lo = INFINITY;
	*hi = -INFINITY;
	for (int i = 0; i < blend->count; i++)
	{
		size_t at = (size_t) i * paths->h + j;
		double q = paths->mean[at] + z * sqrt(paths->var[at]);

		*lo = fmin(*lo, q);
		*hi = fmax(*hi, q);
	}
}

/* Newton steps, replaced by halving where they would leave the bracket. */
double
skpi_ets_blend_quantile(const skpi_ets_blend *blend,
						const skpi_ets_paths *paths, size_t j, double p)
{
	double z = gsl_cdf_ugaussian_Pinv(p);
	double lo, hi, x, mean, var;

	skpi_ets_blend_moments(blend, paths, j, &mean, &var);
	bracket(blend, paths, j, z, &lo, &hi);
	x = fmin(fmax(mean + z * sqrt(var), lo), hi);
	for (int i = 0; i < 60 && hi > lo; i++)
	{
		double density, miss = mixture_at(blend, paths, j, x, &density) - p;
		double next = x - miss / density;

		if (miss < 0)
			lo = x;
		else
			hi = x;
		if (!(next > lo && next < hi))
			next = lo + (hi - lo) / 2;
		if (fabs(next - x) <= 1e-9 * sqrt(var))
			return next;
		x = next;
	}
	return x;
}
