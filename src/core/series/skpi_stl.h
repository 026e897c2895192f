/*
 * STL, the seasonal-trend decomposition by loess of Cleveland, Cleveland,
 * McRae and Terpenning (1990), J. Off. Stat. 6, 3-73: y = trend + seasonal +
 * remainder, with robustness weights against outliers and jumps for speed.
 */
#ifndef SKPI_STL_H
#define SKPI_STL_H

#include <stdbool.h>
#include <stddef.h>

#include "skpi_loess.h"

/* Longest series and period one call takes. */
#define SKPI_STL_MAX_N 10000000
#define SKPI_STL_MAX_PERIOD 1000000

typedef struct skpi_stl_options
{
	int period;               /* observations per season, >= 2 */
	bool periodic;            /* one seasonal figure for the whole series */
	skpi_loess_span seasonal; /* over the values of one phase */
	skpi_loess_span trend;
	skpi_loess_span lowpass;
	int inner; /* rounds per robustness weighting, 1 .. 100 */
	int outer; /* robustness weightings, 0 .. 100 */
} skpi_stl_options;

/*
 * The usual settings for a series of n values.  s_window: odd seasonal window
 * >= 7 as a rule, 0 = periodic.  t_window: 0 = the smallest odd number >=
 * 1.5 period / (1 - 1.5 / seasonal window).  Even windows are raised by one.
 * Jumps are a tenth of the window; robust means inner 1, outer 15, otherwise
 * inner 2, outer 0.  SKPI_E_RANGE: period < 2, a negative window;
 * SKPI_E_SHORT: n < 2 period; SKPI_E_LIMIT: n or period above the caps.
 */
skpi_status skpi_stl_defaults(int n, int period, int s_window, int t_window,
							  bool robust, skpi_stl_options *out);

/* Doubles of working space that skpi_stl needs. */
size_t skpi_stl_work(int n, int period);

/*
 * Decomposes y[0 .. n-1].  seasonal, trend, remainder: n doubles each;
 * weights: the final robustness weights, n doubles, or NULL.  Outputs may
 * not overlap y or one another.  They are written on success only.
 * Errors as in skpi_stl_defaults, and SKPI_E_RANGE for a value that is not
 * finite, SKPI_E_NUMERIC where sums overflow, SKPI_E_INTERRUPT when stop
 * said so.
 */
skpi_status skpi_stl(const double *y, int n, const skpi_stl_options *options,
					 bool (*stop)(void *), void *stop_arg, double *work,
					 double *seasonal, double *trend, double *remainder,
					 double *weights);

#endif
