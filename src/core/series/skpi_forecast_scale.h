/*
 * Forecasts made on logarithms or square roots, brought back to the scale of
 * the data: medians and variances.
 */
#ifndef SKPI_FORECAST_SCALE_H
#define SKPI_FORECAST_SCALE_H

#include <stdbool.h>
#include <stddef.h>

void skpi_scale_from_log(size_t h, double *point, double *var);

/* Of a normal variable's square. */
void skpi_scale_from_root(size_t h, double *point, double *var);

/* One-step values: of roots (root), else of logarithms. */
void skpi_scale_past(bool root, size_t n, double *fitted);

/* The power of two that takes a series near 1 where the squares of its values
 * would be lost among the smallest numbers; else 0. */
int skpi_scale_lift(const double *y, size_t n);

#endif
