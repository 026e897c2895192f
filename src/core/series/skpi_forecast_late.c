#include "skpi_forecast_late.h"

#include <math.h>

#include "skpi_forecast_changes.h"

/* How far the level follows an error.  .3 to .7 do alike on months; of changes
 * alone, which noise makes larger than errors, a third of the gain is lost. */
#define LEVEL .3
/* Of the usual error in that of late: a few quiet steps are no promise. */
#define USUAL .1
/* Of logarithms, or of values over their mean size: rounding. */
#define NONE 1e-12

/* Means of |error|: of all alike, and of late. */
static void
errors(const double *x, size_t n, double keep, double *usual, double *late)
{
	double drift = (x[n - 1] - x[0]) / (double) (n - 1), at = x[0];
	double sum = 0, newest = 0, weights = 0;

	for (size_t t = 1; t < n; t++)
	{
		double e = x[t] - (at += drift);

		at += LEVEL * e;
		sum += fabs(e);
		newest = keep * newest + fabs(e);
		weights = keep * weights + 1;
	}
	*usual = sum / (double) (n - 1);
	*late = newest / weights;
}

skpi_status
skpi_late(const skpi_member_job *job, double *work, double *times)
{
	size_t n = job->n;
	double usual, late, *x;
	skpi_status status = skpi_changes_rest(job, work, &x);

	*times = 1;
	if (status != SKPI_OK || n < 2)
		return status;
	errors(x, n, exp2(-1 / (double) job->m), &usual, &late);
	if (usual > NONE)
		*times = (late + USUAL * usual) / ((1 + USUAL) * usual);
	return SKPI_OK;
}
