/*
 * Gradient-boosted trees for a yes or no: logistic loss, values in at most 254
 * bins and one for those that are not known, the leaf that gains most split
 * first, the smaller child counted and the other subtracted.
 *
 * One thread and sums in whole numbers: the same rows give the same bits in any
 * order.  Beside the workspace, 25 bytes a row and 2 a value, no row is kept.
 */
#ifndef SKPI_TREES_H
#define SKPI_TREES_H

#include "skpi_training.h"

#define SKPI_TREES_ROUNDS 5000
#define SKPI_TREES_ROWS 16000000
#define SKPI_TREES_PATIENCE 20 /* rounds without gain on rows held out */

typedef struct skpi_trees_ask
{
	skpi_rows rows; /* NAN where a value is not known */
	void (*rows_done)(void *arg); /* no row is read again; or NULL */
	const uint8_t *y;
	const uint8_t *held; /* rows that judge when to stop; NULL: none do */
	const int8_t *sign; /* per column: 1 must not fall, -1 not rise; or NULL */
	int rounds;
	int leaves; /* 2 to SKPI_TREE_LEAVES */
	double rate;
	size_t min_rows; /* of a leaf */
	double l2;
	skpi_stop_fn stop;
	void *stop_arg;
} skpi_trees_ask;

typedef struct skpi_trees
{
	uint32_t *start;  /* room for rounds */
	skpi_node *nodes; /* room for rounds * (2 leaves - 1) */
	uint32_t n_trees;
	uint32_t n_nodes;
	double base;
	double *gain;     /* per column, sums to 1 or all 0 */
	double held_loss; /* mean, of the trees kept; NAN without rows held out */
} skpi_trees;

/* Bytes of workspace, 8-byte aligned. */
size_t skpi_trees_work(const skpi_trees_ask *ask);

/* SKPI_E_RANGE for settings or a value beyond SKPI_VALUE_MAX, SKPI_E_SHORT
 * where a label has no row to train on, SKPI_E_LIMIT, SKPI_E_INTERRUPT. */
skpi_status skpi_trees_fit(const skpi_trees_ask *ask, void *work,
						   skpi_trees *out);

/*
 * skpi_trees_bins.c: at most SKPI_BINS - 1 cuts of a column, from its n values
 * in a sample of SKPI_BIN_SAMPLE rows; a value is in the bin of the first cut
 * that is not below it, and where it is not known in the one after the last.
 * room is for twice the values.
 */
#define SKPI_BINS 254
#define SKPI_BIN_SAMPLE 200000

int skpi_trees_cuts(const double *x, size_t n, uint64_t *room, double *cut);
uint8_t skpi_trees_bin(double v, const double *cut, int cuts);

#endif
