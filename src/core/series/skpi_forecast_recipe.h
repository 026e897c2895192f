/*
 * What a combination is made of: members with their weights, and how wide its
 * intervals are.
 */
#ifndef SKPI_FORECAST_RECIPE_H
#define SKPI_FORECAST_RECIPE_H

#include "skpi_forecast.h"

#define SKPI_PARTS_MAX 8

typedef struct skpi_recipe
{
	size_t period_max; /* of the class */
	double narrow;     /* 80 % */
	double wide;       /* 95 % */
	double growth;     /* power of the step */
	double own;        /* trust in the series' own errors */
	double cut;        /* from either end of the members; .5: the median */
	int parts;
	skpi_auto_part part[SKPI_PARTS_MAX];
} skpi_recipe;

/*
 * The recipe for n values of a period; plain is the caller's room for that of
 * a series without a season.
 */
const skpi_recipe *skpi_recipe_for(size_t n, size_t m, skpi_recipe *plain);

/* clang-format off */
#define SKPI_PLAIN(m) {.model = SKPI_MODEL_##m}
#define SKPI_LOG(m) {.model = SKPI_MODEL_##m, .log = true}
#define SKPI_DRIFT(...) {.model = SKPI_MODEL_DRIFT, .shrunk = true, __VA_ARGS__}
/* clang-format on */

#endif
