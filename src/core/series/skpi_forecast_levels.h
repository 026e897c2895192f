/*
 * A series without season forecast at several levels of temporal aggregation
 * (Kourentzes, Petropoulos & Trapero 2014; Athanasopoulos, Hyndman, Kourentzes
 * & Petropoulos 2017): as it is, and as means of 2, 3, ... values.  Coarse
 * levels see the trend that noise hides from the fine ones; the forecasts of
 * all levels are averaged.
 */
#ifndef SKPI_FORECAST_LEVELS_H
#define SKPI_FORECAST_LEVELS_H

#include "skpi_forecast_member.h"

/* Largest number of values in one mean. */
#define SKPI_LEVELS_MAX 12

/* Forecasts job->y of period 1; its workspace is the callback's own affair. */
typedef skpi_status (*skpi_levels_fn)(const skpi_member_job *job, void *arg,
									  double *point, double *var);

/* Doubles of workspace. */
size_t skpi_levels_work(size_t n, size_t h);

/*
 * point[h], var[h] from the levels that divide m, up to SKPI_LEVELS_MAX, and
 * have 5 values at least; level 1 gives the variances.  Between the middles of
 * coarse steps the way is a straight line.  A coarse level that fails is left
 * out; otherwise the callback's errors.
 */
skpi_status skpi_levels(const skpi_member_job *job, size_t m, skpi_levels_fn fn,
						void *arg, double *work, double *point, double *var);

#endif
