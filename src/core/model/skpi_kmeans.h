/*
 * Clusters of rows by k-means: Lloyd's iterations from the best of several
 * greedy k-means++ starts, which are searched on a sample and polished on all
 * rows.
 *
 * The model is one flat block, like the others: head, columns, knots, clusters,
 * centres, means, names.  It holds the transform, so that a row is judged as
 * those trained on were.
 */
#ifndef SKPI_KMEANS_H
#define SKPI_KMEANS_H

#include "skpi_model.h"

#define SKPI_CLUSTERS 64
#define SKPI_KMEANS_SAMPLE 50000
#define SKPI_KMEANS_STARTS 10
#define SKPI_KMEANS_POLISHED 3
#define SKPI_SILHOUETTE_EXACT 20000 /* rows; of more, a sample */
#define SKPI_SILHOUETTE_SAMPLE 10000
#define SKPI_KNOTS 256
#define SKPI_KNOT_SAMPLE 200000 /* rows that quantiles are read from */

typedef enum skpi_transform
{
	SKPI_TRANSFORM_NONE,
	SKPI_TRANSFORM_LOG,    /* sign(x) log(1 + |x|), then as z */
	SKPI_TRANSFORM_RANK,   /* the mean rank, 0 to 1 */
	SKPI_TRANSFORM_Z,      /* less the mean, over the deviation */
	SKPI_TRANSFORM_ROBUST, /* less the median, over the range of the quartiles
							* or where that is 0 the deviation */
	SKPI_TRANSFORMS
} skpi_transform;

/* The first six fields are those of skpi_trained. */
typedef struct skpi_clusters
{
	uint32_t magic;
	uint8_t version;
	uint8_t kind; /* SKPI_TRAINED_KMEANS */
	uint16_t features;
	uint32_t bytes;
	uint32_t name_bytes; /* a multiple of 8; zero padded */
	uint32_t k;
	uint32_t transform;
	int64_t rows;
	int64_t seed;
	double inertia; /* squared distances from the centres, transformed */
	double total;   /* from the one centre of all */
	double silhouette;
	double silhouette_error; /* of the sample; NAN: no sample, but all */
	double calinski_harabasz;
	double davies_bouldin;
} skpi_clusters;

typedef struct skpi_cluster_column
{
	double middle; /* taken off after the logarithm, where there is one */
	double scale;  /* divided by; 0: the column is constant and says nothing */
	uint64_t knots;
} skpi_cluster_column;

/* Of a rank: a value and the part of all rows below it, ties halved. */
typedef struct skpi_knot
{
	double value;
	double rank;
} skpi_knot;

typedef struct skpi_cluster
{
	int64_t rows;
	uint64_t id; /* 1 and on; kept from model to model */
	double silhouette;
} skpi_cluster;

size_t skpi_clusters_size(uint32_t features, uint32_t k,
						  skpi_transform transform, uint32_t name_bytes);

static inline skpi_cluster_column *
skpi_clusters_columns(const skpi_clusters *m)
{
	return (skpi_cluster_column *) (m + 1);
}

/* SKPI_KNOTS of each column, of ranks only. */
static inline skpi_knot *
skpi_clusters_knots(const skpi_clusters *m)
{
	return (skpi_knot *) (skpi_clusters_columns(m) + m->features);
}

static inline skpi_cluster *
skpi_clusters_each(const skpi_clusters *m)
{
	return (skpi_cluster *) (skpi_clusters_knots(m) +
							 (m->transform == SKPI_TRANSFORM_RANK
								  ? (size_t) m->features * SKPI_KNOTS
								  : 0));
}

/* k x features, transformed. */
static inline double *
skpi_clusters_centres(const skpi_clusters *m)
{
	return (double *) (skpi_clusters_each(m) + m->k);
}

/* k x features: means in the units of the columns. */
static inline double *
skpi_clusters_means(const skpi_clusters *m)
{
	return skpi_clusters_centres(m) + (size_t) m->k * m->features;
}

static inline char *
skpi_clusters_names(const skpi_clusters *m)
{
	return (char *) (skpi_clusters_means(m) + (size_t) m->k * m->features);
}

/* Every invariant of a block whose first six fields were checked. */
skpi_status skpi_clusters_check(const skpi_clusters *m);

/* A row of raw values to the units of the centres. */
void skpi_clusters_transform(const skpi_clusters *m, const double *x,
							 double *z);

/* The cluster, from 0, whose centre is nearest; of equal ones the first. */
uint32_t skpi_clusters_nearest(const double *centre, uint32_t k, size_t p,
							   const double *z, double *square);

typedef struct skpi_kmeans_ask
{
	const double *x; /* n rows of p finite values, in an order that contents
					  * decide: skpi_training_order() */
	size_t n, p;
	uint32_t k; /* 2 to SKPI_CLUSTERS */
	skpi_transform transform;
	int64_t seed;
	skpi_stop_fn stop;
	void *stop_arg;
} skpi_kmeans_ask;

/* Bytes of workspace, 8-byte aligned. */
size_t skpi_kmeans_work(const skpi_kmeans_ask *ask);

/*
 * Into a block of skpi_clusters_size() whose features, k, transform and names
 * are set.  Clusters are numbered by size.  SKPI_E_SHORT where fewer than k
 * rows differ after the transform, SKPI_E_RANGE for a value that is not finite
 * or beyond SKPI_VALUE_MAX, SKPI_E_LIMIT, SKPI_E_INTERRUPT.
 */
skpi_status skpi_kmeans_fit(const skpi_kmeans_ask *ask, void *work,
							skpi_clusters *m);

/* Numbers of an earlier model to the clusters nearest to its own, so that all
 * distances together are least; the others get those that are free. */
void skpi_clusters_match(skpi_clusters *m, const skpi_clusters *before);

#endif
