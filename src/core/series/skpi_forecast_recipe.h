/*
 * What a combination is made of: members with their weights, and how wide its
 * intervals are.
 */
#ifndef SKPI_FORECAST_RECIPE_H
#define SKPI_FORECAST_RECIPE_H

#include "skpi_forecast.h"

#define SKPI_PARTS_MAX 10

typedef struct skpi_recipe
{
	size_t period_max;  /* of the class */
	double narrow;      /* 80 % */
	double wide;        /* 95 % */
	double calm_narrow; /* those where changes are small; 0: the same */
	double calm_wide;
	double young;       /* wider by this share of m / n */
	double growth;      /* power of the step */
	double own;         /* trust in the series' own errors */
	double late;        /* trust in how it has moved of late (skpi_late) */
	double cut;         /* from either end of the members; .5: the median */
	size_t cut_seasons; /* of fewer seasons nothing is cut */
	bool bursts;        /* are taken out before */
	bool falls;         /* are held back after */
	double calm;        /* changes of this size or less: the calm weights */
	double lively;      /* of this size or more: the weights; 0: always */
	int parts;
	skpi_auto_part part[SKPI_PARTS_MAX];
} skpi_recipe;

/*
 * The recipe for n values of a period whose changes are so large
 * (skpi_changes); weights are those that hold for them, none below 0.
 */
void skpi_recipe_for(size_t n, size_t m, double changes, skpi_recipe *recipe);

/* Whether the weights of a period depend on the changes. */
bool skpi_recipe_asks(size_t m);

/* 0 for changes of `calm` or less, 1 for `lively` or more, by logarithms
 * between them. */
double skpi_recipe_share(double changes, double calm, double lively);

/* clang-format off */
#define SKPI_PLAIN(m) {.model = SKPI_MODEL_##m}
#define SKPI_LOG(m) {.model = SKPI_MODEL_##m, .log = true}
#define SKPI_DRIFT(...) {.model = SKPI_MODEL_DRIFT, .shrunk = true, __VA_ARGS__}
/* clang-format on */

#endif
