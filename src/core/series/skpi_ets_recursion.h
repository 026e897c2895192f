/*
 * The inner loop of exponential smoothing, one compiled copy per combination
 * of error, trend and season.  Private to the skpi_ets files; callers use
 * skpi_ets_run and skpi_ets_cost.
 */
#ifndef SKPI_ETS_RECURSION_H
#define SKPI_ETS_RECURSION_H

#include "skpi_ets_model.h"

/*
 * Advances state over y[n].  *sse is the sum of squared errors (relative ones
 * for multiplicative error), *logf the sum of ln f for multiplicative error,
 * else 0.  False, with state undefined, when a multiplicative-error mean is
 * not positive.  fitted and resid may be NULL.
 */
bool skpi_ets_recur(skpi_ets_form form, size_t m, const skpi_ets_par *par,
					const double *y, size_t n, double *state, double *fitted,
					double *resid, double *sse, double *logf);

/* -2 loglik of those sums, or at least SKPI_SIMPLEX_WALL. */
double skpi_ets_cost_of(skpi_ets_form form, const double *y, size_t n,
						double sse, double logf);

#endif
