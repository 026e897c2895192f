/* What the fit of k-means and its measures share. */
#ifndef SKPI_KMEANS_CORE_H
#define SKPI_KMEANS_CORE_H

#include "skpi_kmeans.h"

typedef struct skpi_kmeans
{
	const skpi_kmeans_ask *ask;
	skpi_clusters *model;
	double *z;       /* n x p, transformed */
	uint8_t *where;  /* the cluster of each row */
	double *near;    /* squared distance to the nearest centre so far */
	double *sum;     /* k x p, and k counts after it */
	double *set;     /* centres: the best, each k x p, and one at work */
	double *apart;   /* silhouette: rows x k */
	uint64_t *room;  /* to sort a column */
	uint64_t state;  /* of the random numbers */
	uint64_t rounds; /* of Lloyd's iterations, so far */
} skpi_kmeans;

/* Asks about every million values. */
static inline bool
kmeans_stopped(const skpi_kmeans *f, size_t i)
{
	return i % (1 + ((size_t) 1 << 20) / (f->ask->p * f->ask->k)) == 0 &&
		   f->ask->stop != NULL && f->ask->stop(f->ask->stop_arg);
}

static inline double
kmeans_square(const double *a, const double *b, size_t p)
{
	double sum = 0;

	for (size_t j = 0; j < p; j++)
		sum += (a[j] - b[j]) * (a[j] - b[j]);
	return sum;
}

/* Lloyd's iterations on the first n rows, until none moves. */
skpi_status skpi_kmeans_lloyd(skpi_kmeans *f, size_t n, double *centre,
							  double *inertia);

/* skpi_kmeans_search.c: the best few on the first n rows into f->set, and what
 * each comes to, HUGE_VAL where there are fewer. */
skpi_status skpi_kmeans_search(skpi_kmeans *f, size_t n, double *kept);

/* skpi_kmeans_transform.c: the columns of the model, from the rows. */
skpi_status skpi_kmeans_columns(skpi_kmeans *f);

/* skpi_kmeans_quality.c: every measure, of the clusters in f->where. */
skpi_status skpi_kmeans_judge(skpi_kmeans *f);

#endif
