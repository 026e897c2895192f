/*
 * The scale that a series is forecast on: which ones its values allow, and
 * forecasts made on logarithms or square roots, brought back to the scale of
 * the data: medians and variances.
 */
#ifndef SKPI_FORECAST_SCALE_H
#define SKPI_FORECAST_SCALE_H

#include <stdbool.h>
#include <stddef.h>

/* On which seasons of n values of period m are in proportion. */
typedef enum skpi_scale
{
	SKPI_SCALE_PLAIN, /* none: some are below 0, many are 0 */
	SKPI_SCALE_ROOT,  /* a few are 0 and there is a season */
	SKPI_SCALE_LOG,   /* all are above 0 */
} skpi_scale;

skpi_scale skpi_scale_of(const double *y, size_t n, size_t m);

/*
 * out[n]: the values of a season, where no more than three in a hundred are 0
 * and none is below, with the least one above 0 in their place: a month without
 * a sale does not make the season of all the others one of absolute size.
 */
void skpi_scale_raise(const double *y, size_t n, size_t m, double *out);

void skpi_scale_from_log(size_t h, double *point, double *var);

/* Of a normal variable's square. */
void skpi_scale_from_root(size_t h, double *point, double *var);

/* One-step values: of roots (root), else of logarithms. */
void skpi_scale_past(bool root, size_t n, double *fitted);

/* The power of two that takes a series near 1 where the squares of its values
 * would be lost among the smallest numbers; else 0. */
int skpi_scale_lift(const double *y, size_t n);

#endif
