/*
 * Decomposition of a series that has no season, or not two full ones yet.
 */
#ifndef SKPI_DECOMPOSE_TREND_H
#define SKPI_DECOMPOSE_TREND_H

#include "skpi_loess.h"

/* Points of the local line, as in the anomaly scores of such series. */
#define SKPI_TREND_WINDOW 25

/*
 * trend = local line over SKPI_TREND_WINDOW points of y[0 .. n-1], n >= 1,
 * values finite; robust: fitted again SKPI_TREND_ROUNDS times with the
 * bisquare weights of Cleveland (1979), so that outliers stay in the
 * remainder.  remainder = y - trend.  work: 3 n doubles.  Outputs are written
 * on success only and overlap nothing.  SKPI_E_RANGE, SKPI_E_INTERRUPT.
 */
#define SKPI_TREND_ROUNDS 12
skpi_status skpi_decompose_trend(const double *y, int n, bool robust,
								 bool (*stop)(void *), void *stop_arg,
								 double *work, double *trend,
								 double *remainder);

#endif
