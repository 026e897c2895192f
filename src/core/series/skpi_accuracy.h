/*
 * How good a forecast was.  Errors are actual minus forecast.
 *
 * A measure that is not defined for the data is NaN (NULL for SQL), never
 * zero and never infinite.  Percentages are in percent (7.5 = 7.5 %).
 */
#ifndef SKPI_ACCURACY_H
#define SKPI_ACCURACY_H

#include <stdbool.h>

#include "skpi_status.h"

typedef struct skpi_accuracy
{
	double me;    /* mean error */
	double mae;   /* mean absolute error */
	double rmse;  /* root mean squared error */
	double mpe;   /* mean percentage error; NaN if any actual is 0 */
	double mape;  /* mean absolute percentage error; NaN if any actual is 0 */
	double smape; /* mean of 200 |e| / (|y| + |f|), a 0 for 0 counting 0 */
	double mase;  /* mae over the mean seasonal step of the past */
	double rmsse; /* rmse over the root mean squared seasonal step */
	double acf1;  /* first autocorrelation of the errors; NaN if constant */
	double theil; /* Theil's U2; NaN for one value, a 0 among the actuals but
					 the last, or actuals that do not move */
} skpi_accuracy;

/*
 * Point measures of n >= 1 pairs.  past[0 .. n_past-1] is the series the
 * forecast was made from; its mean absolute (squared) step over `period`
 * scales mase (rmsse), which are NaN where that is zero or n_past <= period.
 * Every value must be finite, period >= 1: else SKPI_E_RANGE.
 */
skpi_status skpi_accuracy_points(const double *actual, const double *forecast,
								 int n, const double *past, int n_past,
								 int period, skpi_accuracy *out);

/* The scale of mase, and of msis: NaN where it is not defined. */
double skpi_seasonal_step(const double *past, int n_past, int period);

/*
 * Mean pinball loss of forecasts of the `level` quantile, 0 < level < 1:
 * level (y - f) above the forecast, (1 - level) (f - y) below.
 */
skpi_status skpi_pinball(const double *actual, const double *quantile, int n,
						 double level, double *out);

/*
 * Interval forecasts at confidence `level` (0.95): the share of actuals
 * inside (ends included), and the mean interval score (Gneiting and Raftery
 * 2007) over `scale`, the skpi_seasonal_step of the past; msis is NaN where
 * scale is NaN or 0.  Every lo <= hi, else SKPI_E_RANGE.
 */
skpi_status skpi_interval_accuracy(const double *actual, const double *lo,
								   const double *hi, int n, double level,
								   double scale, double *coverage,
								   double *msis);

typedef struct skpi_dm_test
{
	double difference; /* mean loss of the first minus that of the second */
	double statistic;  /* NaN where every difference is the same */
	double p_value;    /* two-sided; NaN likewise, 1 if they are all zero */
} skpi_dm_test;

/*
 * Diebold and Mariano (1995) with the small-sample correction of Harvey,
 * Leybourne and Newbold (1997): are the losses |error|^power (1 or 2) of two
 * h-step forecasts of the same n values equal on average?  n > h, n >= 3
 * (SKPI_E_SHORT).  Where the truncated variance is not positive, Bartlett
 * weights replace it.
 */
skpi_status skpi_diebold_mariano(const double *error1, const double *error2,
								 int n, int h, int power, skpi_dm_test *out);

#endif
