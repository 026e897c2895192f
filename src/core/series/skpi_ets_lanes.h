/*
 * The recursion of exponential smoothing for several parameters at once: each
 * step waits for the one before it, so that four fits side by side take
 * little more time than one.  Private to the skpi_ets files.
 */
#ifndef SKPI_ETS_LANES_H
#define SKPI_ETS_LANES_H

#include "skpi_ets_model.h"

#define SKPI_ETS_LANES 6
#define SKPI_ETS_TRIALS 4

typedef struct skpi_ets_lanes
{
	skpi_ets_form form; /* without a multiplicative trend */
	size_t m;
	const double *y;
	size_t n;
	const double *start; /* skpi_ets_states(form, m) */
	double scale;        /* about the size of y; > 0 */
} skpi_ets_lanes;

/* cost[i] of par[i], i < SKPI_ETS_TRIALS, as skpi_ets_cost. */
void skpi_ets_costs(const skpi_ets_lanes *job, const skpi_ets_par *par,
					double *cost);

/*
 * Normal equations at par[0] of the least squares whose sum is exp(cost / n),
 * over that sum: par[1 + j] is par[0] with coordinate j moved by h[j], j <
 * dim <= 4.  a[dim * dim] and g[dim], the latter downhill.  False where one of
 * them is no fit at all.
 */
bool skpi_ets_equations(const skpi_ets_lanes *job, const skpi_ets_par *par,
						const double *h, size_t dim, double *a, double *g);

#endif
