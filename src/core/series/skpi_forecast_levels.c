#include "skpi_forecast_levels.h"

#include <math.h>

#define VALUES_MIN 5

size_t
skpi_levels_work(size_t n, size_t h)
{
	return n / 2 + 2 * h;
}

/* Means of k values each, the newest value in the last one. */
static size_t
aggregate(const double *y, size_t n, size_t k, double *mean)
{
	size_t count = n / k;

	for (size_t i = 0; i < count; i++)
		mean[i] = skpi_array_mean(y + n - (count - i) * k, k);
	return count;
}

/* Where step j lies among coarse steps of k, the first one's middle at 0. */
static double
place(size_t j, size_t k)
{
	return ((double) j - ((double) k - 1) / 2) / (double) k;
}

/* Coarse steps it takes to reach step h; at most h. */
static size_t
coarse_steps(size_t h, size_t k)
{
	double last = place(h - 1, k);

	return last > 0 ? (size_t) ceil(last) + 1 : 1;
}

static double
between(const double *coarse, double last, double at)
{
	size_t before;

	if (at < 0)
		return coarse[0] + (coarse[0] - last) * at;
	before = (size_t) at;
	if (at == (double) before)
		return coarse[before];
	return coarse[before] +
		   (coarse[before + 1] - coarse[before]) * (at - (double) before);
}

skpi_status
skpi_levels(const skpi_member_job *job, size_t m, skpi_levels_fn fn, void *arg,
			double *work, double *point, double *var)
{
	double *mean = work, *coarse = work + job->n / 2, *unused = coarse + job->h;
	size_t levels = 1;
	skpi_status status = fn(job, arg, point, var);

	if (status != SKPI_OK)
		return status;
	for (size_t k = 2; k <= m && k <= SKPI_LEVELS_MAX; k++)
	{
		skpi_member_job rough = *job;

		rough.fitted = NULL;
		if (m % k != 0 || job->n / k < VALUES_MIN)
			continue;
		rough.y = mean;
		rough.n = aggregate(job->y, job->n, k, mean);
		rough.h = coarse_steps(job->h, k);
		status = fn(&rough, arg, coarse, unused);
		if (status == SKPI_E_INTERRUPT)
			return status;
		if (status != SKPI_OK)
			continue;
		for (size_t j = 0; j < job->h; j++)
			point[j] += between(coarse, mean[rough.n - 1], place(j, k));
		levels++;
	}
	for (size_t j = 0; j < job->h; j++)
		point[j] /= (double) levels;
	return SKPI_OK;
}
