/*
 * What a model said one step before each value it was fitted on: the line
 * beside the history of a forecast.
 *
 * Parameters know the whole series, so these are fitted values and no
 * backtest.  A combination's value is the weighted mean of those of its
 * members, except the ARIMA ones, which would have to be searched again, and
 * the drift of the newest values, which says nothing of older ones.
 */
#ifndef SKPI_FITTED_H
#define SKPI_FITTED_H

#include "skpi_forecast.h"

size_t skpi_fitted_work(size_t n, size_t m);

/*
 * fitted[ask->n] for the model of `ask` (horizon and levels do not matter);
 * NaN where there is no value one step before: the first ones of a model that
 * differences or repeats, those older than SKPI_FORECAST_FIT, and all of them
 * where the model cannot be had.  work: skpi_fitted_work doubles.  Errors as
 * of skpi_forecast.
 */
skpi_status skpi_fitted(const skpi_forecast_ask *ask, double *work,
						size_t work_len, double *fitted);

/*
 * Member i of the combination for a period, as it takes part in one on
 * positive values or on others (weight 0: not at all); false after the last.
 */
typedef struct skpi_auto_part
{
	skpi_member member;
	int weight;
} skpi_auto_part;

bool skpi_auto_part_at(size_t m, bool positive, int i, skpi_auto_part *part);

#endif
