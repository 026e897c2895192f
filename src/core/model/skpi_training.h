/*
 * Rows to train on: n rows of p values, NAN where one is not known, each with a
 * label.
 */
#ifndef SKPI_TRAINING_H
#define SKPI_TRAINING_H

#include "skpi_model.h"

typedef struct skpi_row_key
{
	uint64_t hash;
	uint64_t row;
} skpi_row_key;

/*
 * Puts the rows into an order that only their contents decide, so that what is
 * trained does not depend on the order in which they were read: by a hash,
 * which also makes the first of them a sample of all.  held may be NULL; key
 * has room for 2 n, row for p.
 */
skpi_status skpi_training_order(double *x, uint8_t *y, uint8_t *held, size_t n,
								size_t p, skpi_stop_fn stop, void *stop_arg,
								skpi_row_key *key, double *row);

/* Means and deviations into the columns, constant ones marked; SKPI_E_RANGE for
 * a value beyond SKPI_VALUE_MAX. */
skpi_status skpi_training_describe(const double *x, size_t n, size_t p,
								   skpi_stop_fn stop, void *stop_arg,
								   skpi_column *column);

#endif
