#include "skpi_ets_average.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "skpi_ets_forecast.h"

#define WEIGHT_MIN 1e-4

size_t
skpi_ets_average_work(size_t m)
{
	return (SKPI_ETS_FORMS + 1) * (m + 2);
}

typedef struct job
{
	const double *y;
	size_t n;
	size_t m;
	skpi_stop_fn stop;
	void *stop_arg;
	double *starts; /* m + 2 for each member, in fitting order */
	double *scratch;
	skpi_ets_fit fit[SKPI_ETS_FORMS];
	int count;
} job;

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
	bool positive = skpi_series_positive(b->y, b->n);

	for (int i = 0; i < SKPI_ETS_FORMS; i++)
	{
		skpi_ets_form form = skpi_ets_form_at(i);
		skpi_status status;

		if (!skpi_ets_allowed(form, b->m, b->n, positive))
			continue;
		status = skpi_ets_fit_fast(form, b->m, b->y, b->n, hint_for(b, form),
								   b->stop, b->stop_arg, &b->fit[b->count],
								   b->starts + (size_t) b->count * (b->m + 2));
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
		double w = exp((best - b->fit[order[i]].score.aicc) / 2);

		if (!(w >= WEIGHT_MIN))
			break;
		blend->member[blend->count].fit = b->fit[order[i]];
		blend->member[blend->count++].weight = w;
		sum += w;
	}
	for (int i = 0; i < blend->count; i++)
		blend->member[i].weight /= sum;
}

static double
clamp(double x, double lo, double hi)
{
	return fmin(fmax(x, lo), hi);
}

/* One member's path; its fitted values are added to fitted[] by weight. */
static skpi_status
forecast_member(const job *b, const skpi_ets_member *member,
				const double *start, double lo, double hi, size_t h,
				double *mean, double *var, double *fitted)
{
	const skpi_ets_fit *fit = &member->fit;
	size_t states = skpi_ets_states(fit->form, b->m);
	skpi_ets_score score;
	skpi_status status;

	memcpy(b->scratch, start, states * sizeof(double));
	status = skpi_ets_run(fit->form, b->m, fit->par, b->y, b->n, b->scratch,
						  NULL, NULL, &score);
	if (status == SKPI_OK)
		status = skpi_ets_moments(fit->form, b->m, fit->par, b->scratch,
								  score.sigma2, h, mean, var);
	if (status != SKPI_OK)
		return status;
	for (size_t j = 0; j < h; j++)
		mean[j] = clamp(mean[j], lo, hi);
	(void) fitted;
	return SKPI_OK;
}

static skpi_status
forecast_all(const job *b, const int *order, const skpi_ets_blend *blend,
			 skpi_ets_paths *paths, double *fitted)
{
	double lo, hi;

	skpi_series_band(b->y, b->n, b->m, paths->h, &lo, &hi);
	for (int i = 0; i < blend->count; i++)
	{
		size_t at = (size_t) i * paths->h;
		skpi_status status = forecast_member(
			b, &blend->member[i], b->starts + (size_t) order[i] * (b->m + 2),
			lo, hi, paths->h, paths->mean + at, paths->var + at, fitted);

		if (status != SKPI_OK)
			return status;
	}
	return SKPI_OK;
}

skpi_status
skpi_ets_average(const double *y, size_t n, size_t m, skpi_stop_fn stop,
				 void *stop_arg, double *work, size_t work_len,
				 skpi_ets_blend *blend, skpi_ets_paths *paths, double *fitted)
{
	job b = {.y = y, .n = n, .m = m, .stop = stop, .stop_arg = stop_arg};
	int order[SKPI_ETS_FORMS] = {0};
	skpi_ets_blend made;
	skpi_status status = skpi_series_check(y, n, 4);

	if (status != SKPI_OK)
		return status;
	if (m < 1 || m > SKPI_PERIOD_MAX || paths->h < 1 ||
		paths->h > SKPI_HORIZON_MAX)
		return SKPI_E_RANGE;
	if (work_len < skpi_ets_average_work(m))
		return SKPI_FULL;
	b.starts = work;
	b.scratch = work + SKPI_ETS_FORMS * (m + 2);
	status = fit_all(&b);
	if (status != SKPI_OK)
		return status;
	rank(&b, order);
	weigh(&b, order, &made);
	status = forecast_all(&b, order, &made, paths, fitted);
	if (status == SKPI_OK)
		*blend = made;
	return status;
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
		   double x)
{
	double share = 0;

	for (int i = 0; i < blend->count; i++)
	{
		size_t at = (size_t) i * paths->h + j;
		double sd = sqrt(paths->var[at]);
		double gap = x - paths->mean[at];

		share += blend->member[i].weight *
				 (sd > 0 ? gsl_cdf_ugaussian_P(gap / sd) : gap >= 0);
	}
	return share;
}

double
skpi_ets_blend_quantile(const skpi_ets_blend *blend,
						const skpi_ets_paths *paths, size_t j, double p)
{
	double z = gsl_cdf_ugaussian_Pinv(p);
	double lo = INFINITY, hi = -INFINITY;

	/* The quantile lies between the members' own. */
	for (int i = 0; i < blend->count; i++)
	{
		size_t at = (size_t) i * paths->h + j;
		double q = paths->mean[at] + z * sqrt(paths->var[at]);

		lo = fmin(lo, q);
		hi = fmax(hi, q);
	}
	for (int i = 0; i < 40 && hi - lo > 1e-6 * (fabs(lo) + fabs(hi)); i++)
	{
		double mid = lo + (hi - lo) / 2;

		if (mixture_at(blend, paths, j, mid) < p)
			lo = mid;
		else
			hi = mid;
	}
	return lo + (hi - lo) / 2;
}
