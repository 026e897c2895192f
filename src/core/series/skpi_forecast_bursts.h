/*
 * A series less its bursts, for models that go back to a mean or follow a
 * level: some days of many times the usual number, long past, are no part of
 * either.
 */
#ifndef SKPI_FORECAST_BURSTS_H
#define SKPI_FORECAST_BURSTS_H

#include "skpi_forecast_member.h"

/* Doubles of workspace. */
size_t skpi_bursts_work(size_t n);

/*
 * Takes back what lies far above the level of the weeks around it; y[n] is
 * changed in place.  Not taken: values below the level; where more than a
 * quarter of the values lie above; the newest ones, until some in a row are
 * usual again, as nobody knows whether they will be.  Nothing is done to fewer
 * than SKPI_BURSTS_VALUES values or four seasons of m.  *taken: the mean square
 * of what was taken, over the values before those, which is what bursts add to
 * the variance of a value; they may come again.  job->y (may be y), work and
 * fitted are not used. SKPI_E_INTERRUPT.
 */
#define SKPI_BURSTS_VALUES 57

skpi_status skpi_bursts(const skpi_member_job *job, double *work, double *y,
						double *taken);

#endif
