/*
 * Whether a series has moved more of late than it usually does, or less: large
 * errors come in clusters (Engle 1982, Econometrica 50, 987-1007), which the
 * members, whose variance is that of the whole series, do not know.
 */
#ifndef SKPI_FORECAST_LATE_H
#define SKPI_FORECAST_LATE_H

#include "skpi_forecast_member.h"

/*
 * Errors of late over those of the whole series, 1 for alike: what a smoothed
 * level and a drift say one step before each value without its season, of
 * logarithms where all values are positive.  Errors count half after a season.
 * 1 where there are none.  work is skpi_changes_work() doubles; job->work and
 * fitted are not used.  SKPI_E_INTERRUPT.
 */
skpi_status skpi_late(const skpi_member_job *job, double *work, double *times);

#endif
