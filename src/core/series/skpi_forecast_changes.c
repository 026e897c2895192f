#include "skpi_forecast_changes.h"

#include <float.h>
#include <math.h>

#include <gsl/gsl_statistics_double.h>

#include "skpi_forecast_season.h"
#include "skpi_stl.h"

size_t
skpi_changes_work(size_t n, size_t m)
{
	return 4 * n + skpi_stl_work((int) n, (int) (m < 2 ? 2 : m));
}

skpi_status
skpi_changes_rest(const skpi_member_job *job, double *work, double **rest)
{
	size_t n = job->n, m = job->m;
	bool positive = skpi_array_positive(job->y, n);
	double *x = work, *season = work + n, size = 0;
	skpi_status status = SKPI_E_SHORT;

	for (size_t t = 0; t < n; t++)
		size += fabs(job->y[t]) / (double) n;
	size = fmax(size, DBL_MIN);
	for (size_t t = 0; t < n; t++)
		x[t] = positive ? log(job->y[t]) : job->y[t] / size;
	*rest = work + 2 * n;
	if (m > 1)
		status = skpi_season_split(x, n, m, job->stop, job->stop_arg,
								   work + 4 * n, season, *rest, work + 3 * n);
	if (status == SKPI_E_INTERRUPT)
		return status;
	if (status != SKPI_OK)
		*rest = x;
	return SKPI_OK;
}

skpi_status
skpi_changes(const skpi_member_job *job, double *work, double *sd)
{
	size_t n = job->n;
	double *x;
	skpi_status status;

	*sd = 0;
	if (n < 3)
		return SKPI_OK;
	status = skpi_changes_rest(job, work, &x);
	if (status != SKPI_OK)
		return status;
	for (size_t t = n - 1; t > 0; t--)
		x[t] -= x[t - 1];
	*sd = gsl_stats_sd(x + 1, 1, n - 1);
	return SKPI_OK;
}
