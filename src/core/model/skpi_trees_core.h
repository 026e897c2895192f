/* The trainer of trees: what skpi_trees.c and skpi_trees_grow.c share. */
#ifndef SKPI_TREES_CORE_H
#define SKPI_TREES_CORE_H

#include "skpi_trees.h"

#define SKPI_CELLS 256

/* Sums over the rows of a bin. */
typedef struct cell
{
	double g;
	double h;
	double rows;
} cell;

typedef struct slope
{
	double g;
	double h;
} slope;

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
	double lo, hi; /* what monotone signs leave for its value */
	cell *cells;   /* p * SKPI_CELLS */
	split best;
} leaf;

typedef struct trainer
{
	const skpi_trees_ask *ask;
	uint8_t *bin; /* n x p */
	slope *slope;
	double *margin;
	uint32_t *order, *aside;
	cell *cells;
	double *cut;
	int *cuts;
	double *room;
	size_t trained; /* the first rows of order[]; the rest is held out */
	leaf leaf[SKPI_TREE_LEAVES];
	int n_leaves;
	uint8_t node_bin[2 * SKPI_TREE_LEAVES - 1];
	skpi_trees *out;
} trainer;

/* Asks once in a while. */
static inline bool
trainer_stopped(const trainer *t, size_t i)
{
	return i % 32768 == 0 && t->ask->stop != NULL &&
		   t->ask->stop(t->ask->stop_arg);
}

/* One tree on the slopes: nodes into tree[], and its leaves stay in t. */
skpi_status skpi_trees_grow(trainer *t, skpi_node *tree, uint32_t *n_nodes);

#endif
