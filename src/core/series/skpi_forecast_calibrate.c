#include "skpi_forecast_calibrate.h"

#include <math.h>

#include <gsl/gsl_sort_double.h>

#include "skpi_ets_average.h"

#define ORIGINS_MAX 150
#define STEPS_MAX 100
#define VALUES_MIN 30

static size_t
smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t
skpi_calibrate_work(size_t n, size_t m, size_t h)
{
	size_t steps = smaller(h, STEPS_MAX);

	return 2 * SKPI_ETS_FORMS * steps +
		   2 * smaller(n / 2, ORIGINS_MAX) * steps +
		   skpi_ets_average_work(n, m);
}

/* |error| / sd of every forecast whose value came; how many. */
static size_t
ratios(const skpi_member_job *job, const skpi_ets_blend *blend,
	   const skpi_ets_paths *paths, size_t first, const double *ahead,
	   double *ratio)
{
	size_t count = 0;

	for (size_t j = 0; j < paths->h; j++)
	{
		double mean, var;

		skpi_ets_blend_moments(blend, paths, j, &mean, &var);
		if (!(var > 0))
			continue;
		for (size_t t = first; t + j < job->n; t++)
		{
			double e = job->y[t + j] - ahead[(t - first) * paths->h + j];

			ratio[count++] = fabs(e) / sqrt(var);
		}
	}
	return count;
}

skpi_status
skpi_calibrate(const skpi_member_job *job, double *work, double *narrow,
			   double *wide)
{
	size_t n = job->n, h = smaller(job->h, STEPS_MAX);
	size_t origins = smaller(n / 2, ORIGINS_MAX), first = n - origins, count;
	skpi_ets_paths paths = {h, work, work + SKPI_ETS_FORMS * h};
	double *ahead = paths.var + SKPI_ETS_FORMS * h;
	double *ratio = ahead + origins * h, *inner = ratio + origins * h;
	skpi_ets_blend blend;
	skpi_status status;

	if (n < 6 * job->h || n < VALUES_MIN)
		return SKPI_E_SHORT;
	status = skpi_ets_average(job->y, n, job->m, job->stop, job->stop_arg,
							  inner, skpi_ets_average_work(n, job->m), &blend,
							  &paths, NULL);
	if (status == SKPI_OK)
		status = skpi_ets_average_rolling(&blend, job->y, n, job->m, first, h,
										  job->stop, job->stop_arg, ahead);
	if (status != SKPI_OK)
		return status;
	count = ratios(job, &blend, &paths, first, ahead, ratio);
	if (count == 0)
		return SKPI_E_NUMERIC;
	gsl_sort(ratio, 1, count);
	if (!(skpi_array_quantile(ratio, count, .8) > 0))
		return SKPI_E_NUMERIC;
	*narrow = skpi_array_quantile(ratio, count, .8);
	*wide = skpi_array_quantile(ratio, count, .95);
	return SKPI_OK;
}
