/*
 * Rows to train on: n rows of p values, NAN where one is not known, each with a
 * label.
 */
#ifndef SKPI_TRAINING_H
#define SKPI_TRAINING_H

#include "skpi_model.h"

/*
 * Rows that can be read as often as it takes, always from the first to the
 * last, some at a time.  read() does not return where that fails.
 */
typedef struct skpi_rows
{
	void (*read)(void *arg, size_t first, size_t n, double *x);
	void *arg;
	size_t n, p;
} skpi_rows;

/* Values that are read at a time fill no more than a buffer of so many. */
#define SKPI_BLOCK_VALUES 8192

/* The next rows, at most as many as fit, into the buffer; how many. */
size_t skpi_rows_read(const skpi_rows *rows, size_t first, double *block);

/* Rows that lie in memory: read() with a matrix as its arg. */
typedef struct skpi_matrix
{
	const double *x;
	size_t p;
} skpi_matrix;

void skpi_matrix_read(void *arg, size_t first, size_t n, double *x);

/* Of one row's contents; equal for equal rows. */
uint64_t skpi_training_hash(const double *x, size_t p, uint8_t y, uint8_t held);

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

/* Means and deviations into the columns, constant ones marked, the same bits in
 * any order of the rows; SKPI_E_RANGE for a value beyond SKPI_VALUE_MAX. */
skpi_status skpi_training_describe(const skpi_rows *rows, skpi_stop_fn stop,
								   void *stop_arg, skpi_column *column);

#endif
