/*
 * How good forecasts of a series would have been: rolling origins (Tashman
 * 2000), every model forecasting from each of them with nothing but the
 * values before it.
 *
 * Origin i of k knows y[0 .. n - h - k + i] and is asked for the h values
 * after: all of them are known, so every step has k errors.
 */
#ifndef SKPI_BACKTEST_H
#define SKPI_BACKTEST_H

#include "skpi_forecast.h"

#define SKPI_BACKTEST_MODELS 20
#define SKPI_BACKTEST_ORIGINS 1000  /* most; 12 when not said */
#define SKPI_BACKTEST_CELLS 1000000 /* models x origins x steps */

/*
 * What one call may spend, in equal parts over its origins and models other
 * than naive ones and the drift: values learned from (3000, which is all that
 * skpi_forecast takes, at 12 origins of one model), the newest ones, but no
 * fewer than 4 seasons and 200; and the effort of skpi_ets_select (12 origins
 * of five years of months can use no more).
 */
#define SKPI_BACKTEST_VALUES 36000
#define SKPI_BACKTEST_EFFORT 6e7

typedef struct skpi_backtest_ask
{
	const double *y; /* as for skpi_forecast */
	size_t n;
	size_t m;
	size_t h;
	const skpi_member *model;
	size_t models;    /* 1 .. SKPI_BACKTEST_MODELS */
	size_t reference; /* the model the others are tested against */
	size_t origins;   /* of skpi_backtest_origins */
	skpi_stop_fn stop;
	void *stop_arg;
} skpi_backtest_ask;

/* A measure that is not defined is NaN. */
typedef struct skpi_backtest_row
{
	size_t n; /* forecasts compared with what came */
	double mae;
	double rmse;
	double mape;  /* in percent; NaN when an actual is zero */
	double smape; /* in percent */
	double mase;  /* scaled by the seasonal step before each origin */
	double rmsse;
	double pinball;    /* mean over the quantiles .025 .1 .5 .9 .975 */
	double coverage80; /* share of actuals inside, 0 to 1 */
	double coverage95;
	double msis;    /* interval score at 95 %, scaled as mase */
	double p_value; /* Diebold-Mariano on absolute errors, two-sided */
} skpi_backtest_row;

/*
 * Origins there are: `wanted` (0: 12), as far as each leaves 2 m + 3 values
 * and at least 8 to learn from; where none does, one that leaves m + 1 and 5;
 * 0 where that is too much also.
 */
size_t skpi_backtest_origins(size_t n, size_t m, size_t h, size_t wanted);

/* The most values before an origin that a model learns from; naive ones and
 * the drift, which cost nothing, know all. */
size_t skpi_backtest_newest(const skpi_backtest_ask *ask, size_t model);

/* Doubles for the forecasts of every model, origin and step; and of
 * workspace. */
size_t skpi_backtest_paths(const skpi_backtest_ask *ask);
size_t skpi_backtest_work(const skpi_backtest_ask *ask);

/*
 * Makes all forecasts: paths[skpi_backtest_paths], undefined on
 * SKPI_E_INTERRUPT.  SKPI_E_LIMIT above SKPI_BACKTEST_CELLS, SKPI_E_SHORT for
 * no origins, SKPI_E_RANGE, SKPI_FULL, and as skpi_forecast.
 */
skpi_status skpi_backtest_run(const skpi_backtest_ask *ask, double *work,
							  size_t work_len, double *paths);

/*
 * The row of one model at one step (1 .. h), or over all steps (0).  work:
 * skpi_backtest_work doubles.  SKPI_E_RANGE for no such model or step.
 */
skpi_status skpi_backtest_score(const skpi_backtest_ask *ask,
								const double *paths, size_t model, size_t step,
								double *work, skpi_backtest_row *row);

#endif
