/*
 * The combination for a series without a season, whatever its grain: years,
 * days of which nothing repeats, months too few to show a season.
 */
#ifndef SKPI_FORECAST_PLAIN_H
#define SKPI_FORECAST_PLAIN_H

#include "skpi_forecast_recipe.h"

/* The recipe for n values whose changes are so large (skpi_changes). */
void skpi_plain_recipe(size_t n, double changes, skpi_recipe *recipe);

/* How much of the newest value is a surprise that will not last: what a
 * forecast from it is to be lowered by (raised, below 0); 0 for most. */
double skpi_plain_surprise(const double *y, size_t n);

#endif
