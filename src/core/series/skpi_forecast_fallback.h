/* What stands in for a model that a series cannot be forecast with, and why. */
#ifndef SKPI_FORECAST_FALLBACK_H
#define SKPI_FORECAST_FALLBACK_H

#include "skpi_forecast.h"

/*
 * In place of the model asked for, which ended with status: the nearest
 * smoothing, else the last season, else the last value.  Fills point, label
 * and reason of the answer, and var[h]; false for a single value, which tells
 * nothing of errors.
 */
bool skpi_fall_back(const skpi_forecast_ask *ask, const skpi_member_job *job,
					skpi_status status, double *var,
					skpi_forecast_answer *answer);

#endif
