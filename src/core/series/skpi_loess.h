/*
 * Local regression on an equally spaced series: Cleveland (1979) in the form
 * of Cleveland, Cleveland, McRae and Terpenning (1990), "STL: A
 * seasonal-trend decomposition procedure based on loess", J. Off. Stat. 6.
 *
 * Abscissae are 1 .. n.  All memory belongs to the caller.
 */
#ifndef SKPI_LOESS_H
#define SKPI_LOESS_H

#include <stdbool.h>

#include "skpi_status.h"

/* window: points per local fit, >= 3; degree 0 or 1; jump >= 1: fit every
 * jump-th point and join the fits by straight lines. */
typedef struct skpi_loess_span
{
	int window;
	int degree;
	int jump;
} skpi_loess_span;

/*
 * The local fit at x from the points left .. right (1-based, inclusive) of
 * y[0 .. n-1].  rw: robustness weights or NULL.  w: room for n doubles.
 * Returns false, with *fit untouched, where every weight vanishes.
 */
bool skpi_loess_at(const double *y, int n, skpi_loess_span span, double x,
				   int left, int right, const double *rw, double *w,
				   double *fit);

/*
 * Smooths y[0 .. n-1] into out[0 .. n-1] (no overlap).  A point whose weights
 * all vanish keeps its value.  w: room for n doubles, spoiled.  out is
 * working space from the first fit on: on SKPI_E_INTERRUPT it is part-filled.
 * stop (or NULL) is asked at least every 65,536 weights; true ends the call.
 */
skpi_status skpi_loess(const double *y, int n, skpi_loess_span span,
					   const double *rw, bool (*stop)(void *), void *stop_arg,
					   double *w, double *out);

#endif
