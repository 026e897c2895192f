/*
 * What a member said one step before each value it was fitted on: the line
 * beside the history of a forecast.  Parameters know the whole series, so
 * these are fitted values and no backtest.
 */
#ifndef SKPI_FORECAST_PAST_H
#define SKPI_FORECAST_PAST_H

#include "skpi_arima.h"
#include "skpi_forecast_member.h"

/* The value `lag` steps before, and what a step adds; NaN before that. */
void skpi_past_lag(const double *y, size_t n, size_t lag, double step,
				   double *out);

/* The mean of the models by their weights; work: skpi_arima_work, one and
 * room: n each. */
skpi_status skpi_past_arima(const skpi_member_job *job,
							const skpi_arima_model *models, int count,
							double *work, double *one, double *room);

/*
 * Whether a member of the combination takes part in its past: not an ARIMA
 * one, of which every model of the search would have to be run, nor the
 * drift in which older changes count less, which says nothing of them, nor last
 * season's values, which would leave the first season without any.
 */
bool skpi_past_known(const skpi_member *member);

/* Values that are not finite are NaN; those of a series without negative
 * values stay above zero. */
void skpi_past_tidy(const double *y, size_t n, double *out);

#endif
