/*
 * A trained model as one flat block: head, columns, trees, names.  It is made
 * once, stored, and read without being decoded; what came from outside is
 * checked whole before, so that forged bytes end in an error.
 *
 * Blocks are 8-byte aligned and in the byte order of the machine, which the
 * first word shows.
 */
#ifndef SKPI_MODEL_H
#define SKPI_MODEL_H

#include <stdint.h>

#include "skpi_array.h"

#define SKPI_TRAINED_MAGIC 0x314d4b53u
#define SKPI_TRAINED_VERSION 1
#define SKPI_TRAINED_FEATURES 1000
#define SKPI_TRAINED_BYTES (64 * 1024 * 1024)
#define SKPI_TRAINED_NAME 63
#define SKPI_TREE_LEAVES 64

typedef enum skpi_trained_kind
{
	SKPI_TRAINED_LOGISTIC = 1,
	SKPI_TRAINED_TREES,
	SKPI_TRAINED_KMEANS, /* skpi_kmeans.h: other parts after the head */
} skpi_trained_kind;

/* What was found about a column, or about the fit. */
typedef enum skpi_finding
{
	SKPI_FOUND_CONSTANT = 1,  /* one value, or none */
	SKPI_FOUND_COLLINEAR = 2, /* a combination of columns before it */
	SKPI_FOUND_SEPARATES = 4, /* alone or with others tells the labels apart */
} skpi_finding;

typedef struct skpi_trained
{
	uint32_t magic;
	uint8_t version;
	uint8_t kind;
	uint16_t features;
	uint32_t bytes;
	uint32_t name_bytes; /* a multiple of 8; zero padded */
	uint32_t trees;
	uint32_t nodes;
	int64_t rows; /* trained on */
	int64_t positives;
	double base; /* log-odds: of the intercept on raw columns, or of no tree */
	double base_error; /* of the intercept; NAN where there is none */
	double l2;
} skpi_trained;

typedef struct skpi_column
{
	double weight; /* coefficient, or the part of all gain, 0 to 1 */
	double error;  /* of the coefficient; NAN where there is none */
	double mean;   /* of the rows that have a value: what NULL counts as */
	double scale;  /* standard deviation, divisor n */
	uint64_t found;
} skpi_column;

/* A row goes left where its value is at most the threshold; one without a
 * value goes the way it went in training.  Leaves have no children. */
typedef struct skpi_node
{
	double threshold;
	double value; /* of a leaf, in log-odds */
	double rows;  /* trained on */
	uint32_t left;
	uint32_t right; /* numbers in the tree; 0 and 0: a leaf */
	uint16_t feature;
	uint16_t null_left;
	uint32_t zero;
} skpi_node;

static inline size_t
skpi_trained_starts_bytes(uint32_t trees)
{
	return ((size_t) trees * sizeof(uint32_t) + 7) / 8 * 8;
}

/* Bytes of a model of these parts. */
size_t skpi_trained_size(uint32_t features, uint32_t trees, uint32_t nodes,
						 uint32_t name_bytes);

static inline skpi_column *
skpi_trained_columns(const skpi_trained *m)
{
	return (skpi_column *) (m + 1);
}

/* First node of each tree. */
static inline uint32_t *
skpi_trained_starts(const skpi_trained *m)
{
	return (uint32_t *) (skpi_trained_columns(m) + m->features);
}

static inline skpi_node *
skpi_trained_nodes(const skpi_trained *m)
{
	return (skpi_node *) ((char *) skpi_trained_starts(m) +
						  skpi_trained_starts_bytes(m->trees));
}

static inline char *
skpi_trained_names(const skpi_trained *m)
{
	return (char *) (skpi_trained_nodes(m) + m->nodes);
}

/* Every invariant of a block that came from outside: SKPI_E_VERSION when a
 * later version or another byte order wrote it, else SKPI_E_CORRUPT. */
skpi_status skpi_trained_check(const skpi_trained *m, size_t bytes);

/* Names of features one after the other, each ended by a zero byte. */
bool skpi_names_sound(const char *names, size_t bytes, uint32_t features);

/* The name of a feature, from 0; ends with a zero byte. */
const char *skpi_trained_name(const skpi_trained *m, uint32_t feature);

/* Log-odds of a row; NAN stands for a value that is not known. */
double skpi_trained_margin(const skpi_trained *m, const double *x);

/* The chance that belongs to log-odds. */
double skpi_trained_probability(double margin);

/*
 * What each value adds to the log-odds, over what they are without any value:
 * *base and out[features] sum to the margin.  For trees the exact Shapley value
 * over the paths of the training rows (Lundberg, Erion & Lee 2018); of a linear
 * model the coefficient times the distance from the mean.
 */
void skpi_trained_explain(const skpi_trained *m, const double *x, double *base,
						  double *out);

#endif
