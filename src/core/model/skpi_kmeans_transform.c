#include "skpi_kmeans_core.h"

#include "skpi_radix.h"

#include <math.h>

static double
signed_log(double x)
{
	return copysign(log1p(fabs(x)), x);
}

/* By the knots at or around the value, in a line between two. */
static double
rank_of(const skpi_knot *knot, uint64_t n, double v)
{
	uint64_t lo = 0, hi = n - 1;

	if (v <= knot[0].value)
		return v < knot[0].value ? 0 : knot[0].rank;
	if (v >= knot[hi].value)
		return v > knot[hi].value ? 1 : knot[hi].rank;
	while (hi - lo > 1)
	{
		uint64_t mid = (lo + hi) / 2;

		if (knot[mid].value <= v)
			lo = mid;
		else
			hi = mid;
	}
	return knot[lo].rank +
		   (knot[hi].rank - knot[lo].rank) *
			   ((v - knot[lo].value) / (knot[hi].value - knot[lo].value));
}

void
skpi_clusters_transform(const skpi_clusters *m, const double *x, double *z)
{
	const skpi_cluster_column *c = skpi_clusters_columns(m);
	const skpi_knot *knot = skpi_clusters_knots(m);

	for (size_t j = 0; j < m->features; j++)
	{
		double v = m->transform == SKPI_TRANSFORM_LOG ? signed_log(x[j]) : x[j];

		if (c[j].scale == 0)
			z[j] = 0;
		else if (m->transform == SKPI_TRANSFORM_RANK)
			z[j] = rank_of(knot + j * SKPI_KNOTS, c[j].knots, v);
		else
			z[j] = (v - c[j].middle) / c[j].scale;
	}
}

/* Mean and deviation, of logarithms where those are asked for. */
static skpi_status
describe(skpi_kmeans *f, size_t j, skpi_cluster_column *c)
{
	const skpi_kmeans_ask *a = f->ask;
	double mean = 0, square = 0;

	for (size_t i = 0; i < a->n; i++)
	{
		double v = a->x[i * a->p + j], d;

		if (!(fabs(v) <= SKPI_VALUE_MAX))
			return SKPI_E_RANGE;
		if (kmeans_stopped(f, i))
			return SKPI_E_INTERRUPT;
		if (a->transform == SKPI_TRANSFORM_LOG)
			v = signed_log(v);
		d = v - mean;
		mean += d / (double) (i + 1);
		square += d * (v - mean);
	}
	*c = (skpi_cluster_column){mean, sqrt(square / (double) a->n), 0};
	if (!(c->scale > 1e-13 * fabs(mean)))
		c->scale = 0;
	return SKPI_OK;
}

static size_t
sort_column(skpi_kmeans *f, size_t j)
{
	const skpi_kmeans_ask *a = f->ask;
	size_t n = a->n < SKPI_KNOT_SAMPLE ? a->n : SKPI_KNOT_SAMPLE;

	for (size_t i = 0; i < n; i++)
		f->room[i] = skpi_radix_word(a->x[i * a->p + j] + 0.0); /* no -0 */
	skpi_radix_words(f->room, n, f->room + n);
	return n;
}

/* Between the two values around the place. */
static double
quantile(const uint64_t *sorted, size_t n, double q)
{
	double at = q * (double) (n - 1);
	size_t i = (size_t) at;
	double v = skpi_radix_double(sorted[i]);

	return i + 1 < n
			   ? v + (skpi_radix_double(sorted[i + 1]) - v) * (at - (double) i)
			   : v;
}

/* Each value where there are few, else some about equally far apart, the first
 * and the last among them. */
static uint64_t
find_knots(const uint64_t *sorted, size_t n, skpi_knot *knot)
{
	size_t distinct = 1, seen = 0;
	uint64_t knots = 0;

	for (size_t i = 1; i < n; i++)
		distinct += sorted[i] != sorted[i - 1];
	for (size_t i = 0; i < n; seen++)
	{
		size_t end = i + 1;

		while (end < n && sorted[end] == sorted[i])
			end++;
		if (distinct <= SKPI_KNOTS ||
			seen * (SKPI_KNOTS - 1) >= knots * (distinct - 1))
			knot[knots++] = (skpi_knot){skpi_radix_double(sorted[i]),
										(double) (i + end) / 2 / (double) n};
		i = end;
	}
	return knots;
}

skpi_status
skpi_kmeans_columns(skpi_kmeans *f)
{
	const skpi_kmeans_ask *a = f->ask;
	skpi_cluster_column *c = skpi_clusters_columns(f->model);

	for (size_t j = 0; j < a->p; j++)
	{
		skpi_status status = describe(f, j, c + j);
		size_t n;
		double range;

		if (status != SKPI_OK)
			return status;
		if (a->transform == SKPI_TRANSFORM_NONE && c[j].scale > 0)
			c[j] = (skpi_cluster_column){0, 1, 0};
		if (c[j].scale == 0 || (a->transform != SKPI_TRANSFORM_RANK &&
								a->transform != SKPI_TRANSFORM_ROBUST))
			continue;
		n = sort_column(f, j);
		if (a->transform == SKPI_TRANSFORM_RANK)
		{
			c[j].knots = find_knots(
				f->room, n, skpi_clusters_knots(f->model) + j * SKPI_KNOTS);
			continue;
		}
		c[j].middle = quantile(f->room, n, .5);
		range = quantile(f->room, n, .75) - quantile(f->room, n, .25);
		if (range > 0)
			c[j].scale = range;
	}
	return SKPI_OK;
}
