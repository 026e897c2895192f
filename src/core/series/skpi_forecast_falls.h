/*
 * Falls held back: what a combination says of quarters lies below what comes
 * more often than above it, and most so where it says that values fall or grow
 * less than they have on the whole.
 */
#ifndef SKPI_FORECAST_FALLS_H
#define SKPI_FORECAST_FALLS_H

#include "skpi_forecast_member.h"

/*
 * Raises point[h] of another forecast of positive values where it falls or
 * grows less than the whole series has; never lowers one.  Works in job->work,
 * skpi_member_work doubles.  SKPI_E_INTERRUPT; whatever else goes wrong leaves
 * them as they are.
 */
skpi_status skpi_falls_ease(const skpi_member_job *job, double *point);

#endif
