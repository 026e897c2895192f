/*
 * Growth in proportion: what grows by a steady rate goes on by it, and its
 * errors are in proportion too.
 */
#ifndef SKPI_FORECAST_GROWTH_H
#define SKPI_FORECAST_GROWTH_H

#include "skpi_forecast_member.h"

/* How far the values show such growth, 0 (not at all, or not positive) to
 * SKPI_GROWTH_SHARE. */
#define SKPI_GROWTH_SHARE .6
double skpi_growth_share(const double *y, size_t n);

/*
 * Moves point[h] and var[h] of another forecast towards constant growth, on
 * logarithms, by the share.  Works in job->work, skpi_member_work doubles.
 * SKPI_E_INTERRUPT; whatever else goes wrong leaves them as they are.
 */
skpi_status skpi_growth_mix(const skpi_member_job *job, double share,
							double *point, double *var);

#endif
