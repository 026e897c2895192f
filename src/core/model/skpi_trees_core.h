/* The trainer of trees: what the files skpi_trees*.c share. */
#ifndef SKPI_TREES_CORE_H
#define SKPI_TREES_CORE_H

#include "skpi_trees.h"

/*
 * Sums over the rows of a bin, in whole numbers, so that they are exact and no
 * order of rows or of subtractions matters.  [0]: slopes, two's complement, in
 * units of 2^-30.  [1]: in the low t->row_bits the number of rows, above it
 * curvature, in units so small as there is room for.  One instruction adds
 * both.
 */
typedef uint64_t cell __attribute__((vector_size(16), aligned(8)));

/* Of the loss of a row at its log-odds, in the units of the cells. */
typedef struct slope
{
	int32_t g;
	int32_t h;
} slope;

#define SKPI_SLOPE_UNIT 1073741824.0

/* What a cell says. */
typedef struct sums
{
	double g;
	double h;
	double rows;
} sums;

typedef struct split
{
	double gain; /* 0: none */
	size_t feature;
	int bin; /* the last that goes left */
	bool null_left;
	cell left;
} split;

typedef struct leaf
{
	uint32_t node;
	uint32_t from, to; /* its rows in order[] */
	cell sum;
	double worth;  /* of one value for all of it */
	double lo, hi; /* what monotone signs leave for its value */
	cell *cells;   /* n_cells */
	split best;
} leaf;

/*
 * Rows have places: first those to train on, then those held out, each in the
 * order of the caller.  Cells of all columns stand one behind the other, of
 * each as many as it has bins and one for unknown values, its last.  What lies
 * between bin and y is wanted only when the cuts are known; until then it is
 * where the sample for them lies, and y says which rows are in it.
 */
typedef struct trainer
{
	const skpi_trees_ask *ask;
	uint8_t *bin;    /* n x p, to count all columns of a row */
	uint8_t *column; /* p x n, to part rows by one */
	double *odds;    /* exp(-log-odds) */
	slope *slope;
	uint32_t *order, *aside; /* places to train on, leaf by leaf */
	uint8_t *y;
	cell *cells;
	double *cut;
	int *cuts;
	uint32_t *first; /* cell of each column */
	uint64_t *room;
	double *block;
	size_t trained; /* as many places; the rest is held out */
	size_t n_cells;
	int row_bits;
	double h_unit;
	double odds_first; /* of every row before the first tree */
	leaf leaf[SKPI_TREE_LEAVES];
	int n_leaves;
	uint8_t node_bin[2 * SKPI_TREE_LEAVES - 1];
	skpi_trees *out;
} trainer;

/* Rows of the sample. */
static inline size_t
trainer_sample(size_t n)
{
	return n < SKPI_BIN_SAMPLE ? n : SKPI_BIN_SAMPLE;
}

/* Asks about every million values. */
static inline bool
trainer_stopped(const trainer *t, size_t i)
{
	return i % (1 + ((size_t) 1 << 20) / t->ask->rows.p) == 0 &&
		   t->ask->stop != NULL && t->ask->stop(t->ask->stop_arg);
}

/* Where a bin goes by a split: that of unknown values is the last. */
static inline bool
trainer_left(int bin, int last_left, int cuts, bool null_left)
{
	return bin > cuts ? null_left : bin <= last_left;
}

/* skpi_trees_sample.c: cuts of all columns. */
skpi_status skpi_trees_find_cuts(trainer *t);

/* skpi_trees_count.c: cells of a leaf's rows; its rows parted by its split,
 * those that go left first, and how many; slopes of all rows to train on. */
skpi_status skpi_trees_count(const trainer *t, leaf *l);
uint32_t skpi_trees_part(const trainer *t, const leaf *l);
void skpi_trees_slopes(trainer *t);

/* One tree on the slopes: nodes into tree[], and its leaves stay in t. */
skpi_status skpi_trees_grow(trainer *t, skpi_node *tree, uint32_t *n_nodes);

#endif
