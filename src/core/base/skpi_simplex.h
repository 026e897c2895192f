/*
 * Driving GSL's derivative-free minimisers one step at a time, with the
 * caller asked between steps whether to go on.
 *
 * The library's workspace lives inside one call.  GSL's error handler must be
 * off.  Objectives return a large finite number, never NaN or infinity, where
 * they are not defined.
 */
#ifndef SKPI_SIMPLEX_H
#define SKPI_SIMPLEX_H

#include "skpi_array.h"

#define SKPI_SIMPLEX_DIM_MAX 512

/* What an objective returns where it is not defined. */
#define SKPI_SIMPLEX_WALL 1e30

typedef double (*skpi_simplex_fn)(const double *x, void *arg);

typedef struct skpi_simplex_rule
{
	double step;   /* edge of the first simplex */
	double size;   /* stop when the simplex is smaller than this */
	double gain;   /* stop when 2 dim + 6 steps gain less than this */
	int max_steps; /* per start */
	int restarts;  /* from the best point, the step halved each time */
} skpi_simplex_rule;

/*
 * Nelder-Mead from x[dim], which receives the best point found; *best the
 * value there.  SKPI_E_INTERRUPT when stop says so; x is then unchanged.
 * Reaching max_steps is not an error.
 */
skpi_status skpi_simplex_minimise(skpi_simplex_fn fn, void *arg, size_t dim,
								  const skpi_simplex_rule *rule,
								  skpi_stop_fn stop, void *stop_arg, double *x,
								  double *best);

typedef double (*skpi_line_fn)(double x, void *arg);

/*
 * Least value on [lo, hi] over a grid of `cells` equal cells, then golden
 * section inside the two cells around the best grid point, to `tol`.
 */
skpi_status skpi_line_minimise(skpi_line_fn fn, void *arg, double lo, double hi,
							   int cells, double tol, skpi_stop_fn stop,
							   void *stop_arg, double *x, double *best);

#endif
