#include "skpi_kmeans_core.h"

#include <math.h>
#include <string.h>

static inline double
distance(const double *a, const double *b, size_t p)
{
	return sqrt(kmeans_square(a, b, p));
}

/* Sums of the distances of each of the first n rows from those of each
 * cluster. */
static skpi_status
sum_distances(skpi_kmeans *f, size_t n)
{
	size_t p = f->ask->p, k = f->ask->k;

	memset(f->apart, 0, n * k * sizeof(double));
	for (size_t i = 0; i < n; i++)
	{
		double *here = f->apart + i * k;

		if (f->ask->stop != NULL && i % 64 == 0 &&
			f->ask->stop(f->ask->stop_arg))
			return SKPI_E_INTERRUPT;
		for (size_t o = 0; o < i; o++)
		{
			double d = distance(f->z + i * p, f->z + o * p, p);

			here[f->where[o]] += d;
			f->apart[o * k + f->where[i]] += d;
		}
	}
	return SKPI_OK;
}

/* Of a row, whose own cluster has `rows[own]` of those summed over. */
static double
silhouette_of(const double *apart, const double *rows, size_t k, size_t own)
{
	double inside, outside = HUGE_VAL;

	if (rows[own] < 2)
		return 0;
	inside = apart[own] / (rows[own] - 1);
	for (size_t c = 0; c < k; c++)
		if (c != own && rows[c] > 0 && apart[c] / rows[c] < outside)
			outside = apart[c] / rows[c];
	if (outside == HUGE_VAL || (inside == 0 && outside == 0))
		return 0;
	return (outside - inside) / fmax(inside, outside);
}

static skpi_status
silhouette(skpi_kmeans *f)
{
	skpi_clusters *m = f->model;
	skpi_cluster *each = skpi_clusters_each(m);
	bool exact = f->ask->n <= SKPI_SILHOUETTE_EXACT;
	size_t n = exact ? f->ask->n : SKPI_SILHOUETTE_SAMPLE, k = m->k;
	double rows[SKPI_CLUSTERS] = {0}, mean = 0, square = 0;
	skpi_status status = sum_distances(f, n);

	if (status != SKPI_OK)
		return status;
	for (size_t i = 0; i < n; i++)
		rows[f->where[i]]++;
	for (size_t i = 0; i < n; i++)
	{
		size_t own = f->where[i];
		double s = silhouette_of(f->apart + i * k, rows, k, own);
		double d = s - mean;

		each[own].silhouette += s / rows[own];
		mean += d / (double) (i + 1);
		square += d * (s - mean);
	}
	m->silhouette = mean;
	m->silhouette_error =
		exact ? (double) NAN : sqrt(square / (double) (n - 1) / (double) n);
	return SKPI_OK;
}

/* Distances from the centres: of each cluster the mean, and all squared from
 * the centre of all. */
static void
spread(skpi_kmeans *f, double *within)
{
	skpi_clusters *m = f->model;
	const double *centre = skpi_clusters_centres(m);
	const skpi_cluster *each = skpi_clusters_each(m);
	size_t p = f->ask->p, n = f->ask->n;
	double *middle = f->sum;

	memset(middle, 0, p * sizeof(double));
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < p; j++)
			middle[j] += (f->z[i * p + j] - middle[j]) / (double) (i + 1);
	m->total = 0;
	for (size_t i = 0; i < n; i++)
	{
		size_t c = f->where[i];
		double d = distance(f->z + i * p, middle, p);

		m->total += d * d;
		within[c] +=
			distance(f->z + i * p, centre + c * p, p) / (double) each[c].rows;
	}
}

static double
davies_bouldin(const skpi_clusters *m, const double *within)
{
	const double *centre = skpi_clusters_centres(m);
	size_t p = m->features;
	double sum = 0;

	for (size_t a = 0; a < m->k; a++)
	{
		double worst = 0;

		for (size_t b = 0; b < m->k; b++)
			if (a != b)
				worst = fmax(worst,
							 (within[a] + within[b]) /
								 distance(centre + a * p, centre + b * p, p));
		sum += worst;
	}
	return sum / m->k;
}

skpi_status
skpi_kmeans_judge(skpi_kmeans *f)
{
	skpi_clusters *m = f->model;
	double within[SKPI_CLUSTERS] = {0};
	double n = (double) f->ask->n, k = m->k;
	skpi_status status = silhouette(f);

	if (status != SKPI_OK)
		return status;
	spread(f, within);
	m->calinski_harabasz =
		m->inertia > 0 && n > k
			? (m->total - m->inertia) / (k - 1) / (m->inertia / (n - k))
			: (double) NAN;
	m->davies_bouldin = davies_bouldin(m, within);
	return SKPI_OK;
}
