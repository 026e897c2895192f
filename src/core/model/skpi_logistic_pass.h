/*
 * One pass over the rows of a logistic regression: the loss, its slope and its
 * curvature together.  Private to the skpi_logistic files.
 *
 * Rows are taken in blocks, a block at a time column after column, so that
 * neighbours in memory are what is multiplied side by side.  Sums are those of
 * blocks, and in a block those of two lanes: the same on every machine.
 */
#ifndef SKPI_LOGISTIC_PASS_H
#define SKPI_LOGISTIC_PASS_H

#include "skpi_model.h"

#define SKPI_LOGISTIC_BLOCK 128

typedef struct skpi_logistic_rows
{
	double *x; /* skpi_logistic_arrange() */
	const uint8_t *y;
	size_t n, p;
	double *work; /* skpi_logistic_pass_work(p) doubles */
	skpi_stop_fn stop;
	void *stop_arg;
} skpi_logistic_rows;

size_t skpi_logistic_pass_work(size_t p);

/* Standardises x, n rows of p values, NAN as the mean, and turns it into
 * blocks. */
skpi_status skpi_logistic_arrange(const skpi_logistic_rows *rows,
								  const skpi_column *column);

/*
 * Over the first n rows, all or whole blocks, at beta, whose last is the
 * intercept: the sum of losses log(1 + exp(m)) - y m, its gradient of p + 1 and
 * the lower half of its Hessian, (p + 1) x (p + 1).
 */
skpi_status skpi_logistic_pass(const skpi_logistic_rows *rows, size_t n,
							   const double *beta, double *value,
							   double *gradient, double *h);

#endif
