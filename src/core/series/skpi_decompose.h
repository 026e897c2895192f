/*
 * Decompositions beside plain STL: classical moving averages, several seasons
 * at once (MSTL), and the figures read off a decomposition.
 *
 * Series are y[0 .. n-1], finite, oldest first; phase j of period m is the
 * positions j, j + m, j + 2m ...  All memory belongs to the caller; outputs
 * are written on success only and may not overlap inputs.
 */
#ifndef SKPI_DECOMPOSE_H
#define SKPI_DECOMPOSE_H

#include "skpi_stl.h"

/* Most seasons in one call of skpi_mstl. */
#define SKPI_MSTL_MAX_SEASONS 6
/* Longest period of a seasonality index. */
#define SKPI_INDEX_MAX_PERIOD 65536

/*
 * Classical decomposition: trend = centred moving average over one period
 * (NaN in the first and last period / 2 places), figure[0 .. period-1] = mean
 * of y - trend per phase, made to average 0 (additive), or of y / trend, made
 * to average 1 (multiplicative; every y must be > 0).  seasonal is the figure
 * repeated, remainder what is left (NaN where trend is).
 * SKPI_E_SHORT: n < 2 period; SKPI_E_RANGE: period < 2, bad values.
 */
skpi_status skpi_decompose_classical(const double *y, int n, int period,
									 bool multiplicative, double *figure,
									 double *trend, double *seasonal,
									 double *remainder);

/*
 * MSTL (Bandara, Hyndman and Bergmeir 2021): STL season after season, shortest
 * first, `rounds` times over (one round when there is one season).
 * periods[0 .. k-1] strictly increasing, each at most n / 2; windows: the
 * seasonal windows (0 = periodic) or NULL for 11, 15, 19 ...  seasonal: k rows
 * of n doubles.  work: skpi_mstl_work doubles.
 */
size_t skpi_mstl_work(int n, const int *periods, int k);
skpi_status skpi_mstl(const double *y, int n, const int *periods, int k,
					  const int *windows, int rounds, bool robust,
					  bool (*stop)(void *), void *stop_arg, double *work,
					  double *seasonal, double *trend, double *remainder);

/*
 * Strength of a component (Wang, Smith and Hyndman 2006): 1 - var(remainder) /
 * var(component + remainder), at least 0 and at most 1; 0 where both are
 * constant to within 1e-10 of `scale`, the size of the series they came from.
 */
double skpi_strength(const double *component, const double *remainder, int n,
					 double scale);

/*
 * Seasonality index per phase: 100 = an average period.  Ratio to moving
 * average where every value is positive; else the additive figure in percent
 * of the mean, which must be positive (else SKPI_E_RANGE).  The mean of
 * index[0 .. period-1] is 100 exactly, in floating point, in any order of
 * summation: the values are multiples of 2^-30.  n >= 2 period.
 * work: 3 n doubles.
 */
skpi_status skpi_seasonality_index(const double *y, int n, int period,
								   double *work, double *index);

#endif
