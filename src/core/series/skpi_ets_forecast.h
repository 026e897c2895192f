/*
 * Forecasts of a fitted exponential smoothing form: means and exact variances
 * h steps ahead (Hyndman, Koehler, Ord & Snyder 2008, chapter 6).
 */
#ifndef SKPI_ETS_FORECAST_H
#define SKPI_ETS_FORECAST_H

#include "skpi_ets_model.h"

/* The recursion continued without errors; any valid form.  point[h]. */
skpi_status skpi_ets_points(skpi_ets_form form, size_t m, skpi_ets_par par,
							const double *state, size_t h, double *point);

/*
 * Mean and variance of the forecast distribution under Gaussian errors of
 * variance sigma2, for the 15 forms of skpi_ets_form_at (SKPI_E_RANGE for
 * others: they have no closed form).  The mean is the point forecast except
 * beyond one season of a form with multiplicative error and season.
 * mean[h], var[h]; state as skpi_ets_run leaves it.
 */
skpi_status skpi_ets_moments(skpi_ets_form form, size_t m, skpi_ets_par par,
							 const double *state, double sigma2, size_t h,
							 double *mean, double *var);

#endif
