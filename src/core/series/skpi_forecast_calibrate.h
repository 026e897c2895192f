/*
 * How far forecasts of this very series went astray, measured from origins
 * inside it: what makes its intervals wider or narrower than usual
 * (a split-conformal idea: Vovk, Gammerman & Shafer 2005).
 */
#ifndef SKPI_FORECAST_CALIBRATE_H
#define SKPI_FORECAST_CALIBRATE_H

#include "skpi_forecast_member.h"

/* Doubles of workspace. */
size_t skpi_calibrate_work(size_t n, size_t m, size_t h);

/*
 * Quantiles .8 and .95 of |error| over the standard deviation the averaged
 * exponential smoothing states, over up to 150 origins in the newer half of
 * the series and up to 100 steps.  Polls job->stop; job->work is not used.
 * SKPI_E_SHORT for fewer than 6 h or 30 values, SKPI_E_NUMERIC where the
 * errors are all zero, and as skpi_ets_average.
 */
skpi_status skpi_calibrate(const skpi_member_job *job, double *work,
						   double *narrow, double *wide);

#endif
