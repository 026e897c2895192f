/*
 * Benchmarks: the last value, the last season, and the last value with the
 * mean change added (Hyndman & Athanasopoulos 2021, chapter 5).  Every other
 * forecast has to beat these.
 *
 * point[h] and var[h], the variance of the forecast error, are the caller's.
 * SKPI_E_SHORT where the data do not yield one error, SKPI_E_RANGE for bad
 * values, horizons or periods.
 */
#ifndef SKPI_NAIVE_H
#define SKPI_NAIVE_H

#include "skpi_array.h"

/* Random walk; n >= 2.  Variance h times the mean squared change. */
skpi_status skpi_naive(const double *y, size_t n, size_t h, double *point,
					   double *var);

/* Same season last year; n >= m + 1.  The variance grows with every season
 * begun.  With m = 1 the same as skpi_naive. */
skpi_status skpi_naive_seasonal(const double *y, size_t n, size_t m, size_t h,
								double *point, double *var);

/* Random walk with drift; n >= 3.  The variance includes that of the
 * estimated drift.  *drift may be NULL. */
skpi_status skpi_naive_drift(const double *y, size_t n, size_t h, double *point,
							 double *var, double *drift);

/*
 * The same with the drift times the share of it that is no noise, 1 - (its
 * variance / its square), at least 0: the estimator of James and Stein (1961,
 * Proc. 4th Berkeley Symp. 1, 361-379), the positive part.
 */
skpi_status skpi_naive_shrunk(const double *y, size_t n, size_t h,
							  double *point, double *var, double *drift);

/* Shrunk in the same way, the largest and the least of 5 or more changes left
 * out. */
skpi_status skpi_naive_trimmed(const double *y, size_t n, size_t h,
							   double *point, double *var, double *drift);

/* Shrunk in the same way, where a change counts SKPI_FADES times as much as
 * the one after it. */
#define SKPI_FADES .9
skpi_status skpi_naive_faded(const double *y, size_t n, size_t h, double *point,
							 double *var, double *drift);

#endif
