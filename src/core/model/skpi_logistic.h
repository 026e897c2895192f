/*
 * Logistic regression by Newton's method on standardised columns.
 *
 * A value that is not known (NAN) counts as the mean of its column.  A constant
 * column gets coefficient 0, and so does one that is a combination of those
 * before it; both are marked.  Where the labels can be told apart without an
 * error the coefficients would grow for ever: that is noticed, the column that
 * grows is marked, and the fit is repeated with a penalty of 1.
 */
#ifndef SKPI_LOGISTIC_H
#define SKPI_LOGISTIC_H

#include "skpi_model.h"

#define SKPI_LOGISTIC_FEATURES 300

typedef struct skpi_logistic
{
	double intercept; /* on raw columns */
	double error;     /* NAN with a penalty */
	double loglik;
	double l2; /* used: asked for, or 1 after separation */
} skpi_logistic;

/* Doubles of workspace. */
size_t skpi_logistic_work(size_t p);

/*
 * x: n rows of p values, whose place is used up; y: 0 or 1.  l2 is the
 * penalty l2 / 2 times the sum of squared coefficients of standardised columns,
 * beside the sum of the losses over rows: 1 / C of scikit-learn.
 *
 * SKPI_E_SHORT where a label has no row, SKPI_E_LIMIT beyond
 * SKPI_LOGISTIC_FEATURES, SKPI_E_RANGE for a value beyond SKPI_VALUE_MAX or a
 * penalty below 0, SKPI_E_INTERRUPT, SKPI_E_CONVERGE, SKPI_E_NUMERIC.
 */
skpi_status skpi_logistic_fit(double *x, const uint8_t *y, size_t n, size_t p,
							  double l2, skpi_stop_fn stop, void *stop_arg,
							  double *work, skpi_logistic *fit,
							  skpi_column *column);

#endif
