#include "skpi_kmeans.h"

#include <math.h>
#include <string.h>

size_t
skpi_clusters_size(uint32_t features, uint32_t k, skpi_transform transform,
				   uint32_t name_bytes)
{
	size_t knots = transform == SKPI_TRANSFORM_RANK ? SKPI_KNOTS : 0;

	return sizeof(skpi_clusters) +
		   features *
			   (sizeof(skpi_cluster_column) + knots * sizeof(skpi_knot)) +
		   k * (sizeof(skpi_cluster) + 2 * (size_t) features * sizeof(double)) +
		   name_bytes;
}

static bool
head_sound(const skpi_clusters *m)
{
	return m->features >= 1 && m->features <= SKPI_TRAINED_FEATURES &&
		   m->k >= 2 && m->k <= SKPI_CLUSTERS &&
		   m->transform < SKPI_TRANSFORMS && m->name_bytes % 8 == 0 &&
		   m->name_bytes <= m->bytes && m->rows >= m->k &&
		   isfinite(m->inertia) && m->inertia >= 0 && isfinite(m->total) &&
		   m->total >= 0 && isfinite(m->silhouette) &&
		   !isinf(m->silhouette_error) && !(m->silhouette_error < 0) &&
		   !isinf(m->calinski_harabasz) && isfinite(m->davies_bouldin);
}

static bool
column_sound(const skpi_clusters *m, size_t j)
{
	const skpi_cluster_column *c = skpi_clusters_columns(m) + j;
	const skpi_knot *knot = skpi_clusters_knots(m) + j * SKPI_KNOTS;
	bool ranked = m->transform == SKPI_TRANSFORM_RANK && c->scale > 0;

	if (!isfinite(c->middle) || !isfinite(c->scale) || c->scale < 0 ||
		(ranked ? c->knots < 1 || c->knots > SKPI_KNOTS : c->knots != 0))
		return false;
	for (uint64_t i = 0; i < c->knots; i++)
		if (!isfinite(knot[i].value) || !(knot[i].rank >= 0) ||
			knot[i].rank > 1 ||
			(i > 0 && (knot[i].value <= knot[i - 1].value ||
					   knot[i].rank < knot[i - 1].rank)))
			return false;
	return true;
}

static bool
clusters_sound(const skpi_clusters *m)
{
	const skpi_cluster *each = skpi_clusters_each(m);
	const double *v = skpi_clusters_centres(m);
	int64_t left = m->rows;

	for (uint32_t c = 0; c < m->k; c++)
	{
		if (each[c].rows < 1 || each[c].rows > left || each[c].id < 1 ||
			each[c].id > 2 * SKPI_CLUSTERS || !isfinite(each[c].silhouette))
			return false;
		left -= each[c].rows;
		for (uint32_t o = 0; o < c; o++)
			if (each[o].id == each[c].id)
				return false;
	}
	for (size_t i = 0; i < 2 * (size_t) m->k * m->features; i++)
		if (!(fabs(v[i]) <= SKPI_VALUE_MAX))
			return false;
	return left == 0;
}

skpi_status
skpi_clusters_check(const skpi_clusters *m)
{
	if (m->bytes < sizeof(*m) || !head_sound(m) ||
		skpi_clusters_size(m->features, m->k, m->transform, m->name_bytes) !=
			m->bytes)
		return SKPI_E_CORRUPT;
	for (size_t j = 0; j < m->features; j++)
		if (!column_sound(m, j))
			return SKPI_E_CORRUPT;
	return clusters_sound(m) && skpi_names_sound(skpi_clusters_names(m),
												 m->name_bytes, m->features)
			   ? SKPI_OK
			   : SKPI_E_CORRUPT;
}

/* Between clusters of two models, by their means in the units of the first. */
static double
cost(const skpi_clusters *m, uint32_t a, const skpi_clusters *before,
	 uint32_t b)
{
	size_t p = m->features;
	double x[SKPI_TRAINED_FEATURES], y[SKPI_TRAINED_FEATURES], sum = 0;

	skpi_clusters_transform(m, skpi_clusters_means(m) + a * p, x);
	skpi_clusters_transform(m, skpi_clusters_means(before) + b * p, y);
	for (size_t j = 0; j < p; j++)
		sum += (x[j] - y[j]) * (x[j] - y[j]);
	return sum < 1e200 ? sum : 1e200;
}

#define ROOM (SKPI_CLUSTERS + 1)

/* Kuhn's method with potentials, rows no more than columns, both from 1:
 * taken[column] is its row, 0 where it is free. */
static void
assign(double cost_of[ROOM][ROOM], uint32_t rows, uint32_t columns,
	   uint32_t *taken)
{
	double u[ROOM] = {0}, v[ROOM] = {0};

	memset(taken, 0, ROOM * sizeof(*taken));
	for (uint32_t i = 1; i <= rows; i++)
	{
		double least[ROOM];
		bool used[ROOM] = {false};
		uint32_t way[ROOM] = {0}, at = 0;

		for (uint32_t c = 0; c <= columns; c++)
			least[c] = HUGE_VAL;
		taken[0] = i;
		do
		{
			uint32_t row = taken[at], next = 0;
			double delta = HUGE_VAL;

			used[at] = true;
			for (uint32_t c = 1; c <= columns; c++)
			{
				double now = cost_of[row][c] - u[row] - v[c];

				if (used[c])
					continue;
				if (now < least[c])
				{
					least[c] = now;
					way[c] = at;
				}
				if (least[c] < delta)
				{
					delta = least[c];
					next = c;
				}
			}
			for (uint32_t c = 0; c <= columns; c++)
				if (used[c])
				{
					u[taken[c]] += delta;
					v[c] -= delta;
				}
				else
					least[c] -= delta;
			at = next;
		} while (taken[at] != 0);
		while (at != 0)
		{
			taken[at] = taken[way[at]];
			at = way[at];
		}
	}
}

void
skpi_clusters_match(skpi_clusters *m, const skpi_clusters *before)
{
	skpi_cluster *each = skpi_clusters_each(m);
	const skpi_cluster *old = skpi_clusters_each(before);
	bool turned = m->k > before->k, used[2 * SKPI_CLUSTERS + 1] = {false};
	double cost_of[ROOM][ROOM];
	uint32_t taken[ROOM], rows = turned ? before->k : m->k;
	uint32_t columns = turned ? m->k : before->k;
	uint64_t free_id = 1;

	for (uint32_t r = 0; r < rows; r++)
		for (uint32_t c = 0; c < columns; c++)
			cost_of[r + 1][c + 1] =
				turned ? cost(m, c, before, r) : cost(m, r, before, c);
	assign(cost_of, rows, columns, taken);
	for (uint32_t c = 0; c < m->k; c++)
		each[c].id = 0;
	for (uint32_t c = 0; c < columns; c++)
	{
		uint32_t now = turned ? c : taken[c + 1] - 1;
		uint32_t was = turned ? taken[c + 1] - 1 : c;

		if (taken[c + 1] == 0)
			continue;
		each[now].id = old[was].id;
		used[old[was].id] = true;
	}
	for (uint32_t c = 0; c < m->k; c++)
	{
		if (each[c].id != 0)
			continue;
		while (used[free_id])
			free_id++;
		each[c].id = free_id;
		used[free_id] = true;
	}
}
