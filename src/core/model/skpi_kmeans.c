#include "skpi_kmeans_core.h"

#include <math.h>
#include <string.h>

#define PARTS 7
#define LONGEST 300 /* iterations of one start */
#define SETS (SKPI_KMEANS_POLISHED + 1)

static size_t
words(size_t bytes)
{
	return (bytes + 7) / 8 * 8;
}

static size_t
sample_of(const skpi_kmeans_ask *a, size_t most)
{
	return a->n < most ? a->n : most;
}

static void
parts(const skpi_kmeans_ask *a, size_t part[PARTS])
{
	part[0] = a->n * a->p * sizeof(double);
	part[1] = words(a->n);
	part[2] = sample_of(a, SKPI_KMEANS_SAMPLE) * sizeof(double);
	part[3] = a->k * (a->p + 1) * sizeof(double);
	part[4] = SETS * a->k * a->p * sizeof(double);
	part[5] = sample_of(a, SKPI_SILHOUETTE_EXACT) * a->k * sizeof(double);
	part[6] = 2 * sample_of(a, SKPI_KNOT_SAMPLE) * sizeof(uint64_t);
}

size_t
skpi_kmeans_work(const skpi_kmeans_ask *a)
{
	size_t part[PARTS], all = words(sizeof(skpi_kmeans));

	parts(a, part);
	for (int i = 0; i < PARTS; i++)
		all += part[i];
	return all;
}

static skpi_kmeans *
kmeans_in(const skpi_kmeans_ask *ask, skpi_clusters *m, void *work)
{
	skpi_kmeans *f = work;
	char *at = (char *) work + words(sizeof(*f));
	char *place[PARTS];
	size_t part[PARTS];

	parts(ask, part);
	for (int i = 0; i < PARTS; i++)
	{
		place[i] = at;
		at += part[i];
	}
	*f = (skpi_kmeans){.ask = ask,
					   .model = m,
					   .z = (double *) place[0],
					   .where = (uint8_t *) place[1],
					   .near = (double *) place[2],
					   .sum = (double *) place[3],
					   .set = (double *) place[4],
					   .apart = (double *) place[5],
					   .room = (uint64_t *) place[6],
					   .state = (uint64_t) ask->seed};
	return f;
}

uint32_t
skpi_clusters_nearest(const double *centre, uint32_t k, size_t p,
					  const double *z, double *square)
{
	uint32_t best = 0;

	*square = kmeans_square(centre, z, p);
	for (uint32_t c = 1; c < k; c++)
	{
		double d = kmeans_square(centre + c * p, z, p);

		if (d < *square)
		{
			*square = d;
			best = c;
		}
	}
	return best;
}

/* Means of the rows of each cluster; one without rows goes to the row that is
 * farthest from its centre. */
static void
move_centres(skpi_kmeans *f, double *centre, size_t farthest)
{
	size_t p = f->ask->p;
	const double *count = f->sum + f->ask->k * p;
	bool taken = false;

	for (uint32_t c = 0; c < f->ask->k; c++)
	{
		if (count[c] > 0)
			for (size_t j = 0; j < p; j++)
				centre[c * p + j] = f->sum[c * p + j] / count[c];
		else if (!taken)
		{
			memcpy(centre + c * p, f->z + farthest * p, p * sizeof(double));
			taken = true;
		}
	}
}

skpi_status
skpi_kmeans_lloyd(skpi_kmeans *f, size_t n, double *centre, double *inertia)
{
	size_t p = f->ask->p, k = f->ask->k;

	memset(f->where, 0xff, n);
	for (int round = 0; round < LONGEST; round++)
	{
		size_t moved = 0, farthest = 0;
		double most = -1;

		*inertia = 0;
		f->rounds++;
		memset(f->sum, 0, k * (p + 1) * sizeof(double));
		for (size_t i = 0; i < n; i++)
		{
			const double *z = f->z + i * p;
			double d;
			uint32_t c;

			if (kmeans_stopped(f, i))
				return SKPI_E_INTERRUPT;
			c = skpi_clusters_nearest(centre, f->ask->k, p, z, &d);
			moved += f->where[i] != c;
			f->where[i] = (uint8_t) c;
			for (size_t j = 0; j < p; j++)
				f->sum[c * p + j] += z[j];
			f->sum[k * p + c]++;
			*inertia += d;
			farthest = d > most ? i : farthest;
			most = d > most ? d : most;
		}
		if (moved == 0)
			break;
		move_centres(f, centre, farthest);
	}
	return SKPI_OK;
}

/* The best few on all rows, and the best of those into the model. */
static skpi_status
polish(skpi_kmeans *f, double *kept)
{
	size_t size = f->ask->k * f->ask->p;
	double *centre = skpi_clusters_centres(f->model);
	int best = 0;

	for (int i = 0; i < SKPI_KMEANS_POLISHED; i++)
	{
		skpi_status status;

		if (kept[i] == HUGE_VAL)
			continue;
		status = skpi_kmeans_lloyd(f, f->ask->n, f->set + (size_t) i * size,
								   kept + i);
		if (status != SKPI_OK)
			return status;
		if (kept[i] < kept[best])
			best = i;
	}
	memcpy(centre, f->set + (size_t) best * size, size * sizeof(double));
	f->model->inertia = kept[best];
	return SKPI_OK;
}

/* Centres by how many rows they have, then by where they are; f->sum holds
 * those numbers after the last iterations, of which these are others. */
static bool
comes_before(const skpi_kmeans *f, const double *centre, size_t a, size_t b)
{
	size_t p = f->ask->p;
	const double *count = f->sum + f->ask->k * p;

	if (count[a] != count[b])
		return count[a] > count[b];
	for (size_t j = 0; j < p; j++)
		if (centre[a * p + j] != centre[b * p + j])
			return centre[a * p + j] < centre[b * p + j];
	return false;
}

static void
count_rows(skpi_kmeans *f, const double *centre)
{
	size_t p = f->ask->p, k = f->ask->k;
	double d;

	memset(f->sum, 0, k * (p + 1) * sizeof(double));
	for (size_t i = 0; i < f->ask->n; i++)
	{
		f->where[i] = (uint8_t) skpi_clusters_nearest(centre, f->ask->k, p,
													  f->z + i * p, &d);
		f->sum[k * p + f->where[i]]++;
	}
}

static void
put_in_order(skpi_kmeans *f)
{
	size_t p = f->ask->p, k = f->ask->k;
	double *centre = skpi_clusters_centres(f->model), *room = f->set;

	count_rows(f, centre);
	memcpy(room, centre, k * p * sizeof(double));
	for (size_t a = 0; a < k; a++)
	{
		size_t place = 0;

		for (size_t b = 0; b < k; b++)
			place += comes_before(f, room, b, a);
		memcpy(centre + place * p, room + a * p, p * sizeof(double));
	}
	count_rows(f, centre);
}

/* How many rows each has, and their means in the units of the columns. */
static void
profile(skpi_kmeans *f)
{
	size_t p = f->ask->p, k = f->ask->k;
	double *mean = skpi_clusters_means(f->model);
	skpi_cluster *each = skpi_clusters_each(f->model);

	memset(mean, 0, k * p * sizeof(double));
	for (size_t c = 0; c < k; c++)
		each[c] = (skpi_cluster){0, c + 1, 0};
	for (size_t i = 0; i < f->ask->n; i++)
	{
		double *to = mean + f->where[i] * p;
		double rows = (double) ++each[f->where[i]].rows;

		for (size_t j = 0; j < p; j++)
			to[j] += (f->ask->x[i * p + j] - to[j]) / rows;
	}
}

static skpi_status
check(const skpi_kmeans_ask *a)
{
	if (a->p < 1 || a->p > SKPI_TRAINED_FEATURES || a->k < 2 ||
		a->k > SKPI_CLUSTERS)
		return SKPI_E_LIMIT;
	if (a->transform >= SKPI_TRANSFORMS)
		return SKPI_E_RANGE;
	return a->n < a->k ? SKPI_E_SHORT : SKPI_OK;
}

skpi_status
skpi_kmeans_fit(const skpi_kmeans_ask *ask, void *work, skpi_clusters *m)
{
	double kept[SKPI_KMEANS_POLISHED];
	skpi_kmeans *f;
	skpi_status status = check(ask);

	if (status != SKPI_OK)
		return status;
	f = kmeans_in(ask, m, work);
	m->rows = (int64_t) ask->n;
	m->seed = ask->seed;
	status = skpi_kmeans_columns(f);
	if (status != SKPI_OK)
		return status;
	for (size_t i = 0; i < ask->n; i++)
	{
		if (kmeans_stopped(f, i))
			return SKPI_E_INTERRUPT;
		skpi_clusters_transform(m, ask->x + i * ask->p, f->z + i * ask->p);
	}
	status = skpi_kmeans_search(f, sample_of(ask, SKPI_KMEANS_SAMPLE), kept);
	if (status == SKPI_OK)
		status = polish(f, kept);
	if (status != SKPI_OK)
		return status;
	put_in_order(f);
	profile(f);
	return skpi_kmeans_judge(f);
}
