#include "skpi_kmeans_core.h"

#include <math.h>
#include <string.h>

#define SEARCH_WORK 1e9  /* products beyond the starts, then no further run */
#define RUNS_A_CENTRE 60 /* beyond the starts, at most */

/* splitmix64; 0 to below 1. */
static double
uniform(skpi_kmeans *f)
{
	uint64_t h = f->state += 0x9e3779b97f4a7c15u;

	h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9u;
	h = (h ^ h >> 27) * 0x94d049bb133111ebu;
	return (double) ((h ^ h >> 31) >> 11) / 9007199254740992.0;
}

/* A row with the chance of its distance; n where all distances are 0. */
static size_t
draw(skpi_kmeans *f, size_t n, double total)
{
	double left = uniform(f) * total;
	size_t last = n;

	for (size_t i = 0; i < n; i++)
	{
		if (f->near[i] == 0)
			continue;
		last = i;
		left -= f->near[i];
		if (left < 0)
			break;
	}
	return last;
}

/* What all distances would be with one more centre. */
static double
total_with(const skpi_kmeans *f, size_t n, size_t row)
{
	size_t p = f->ask->p;
	double sum = 0;

	for (size_t i = 0; i < n; i++)
	{
		double d = kmeans_square(f->z + i * p, f->z + row * p, p);

		sum += d < f->near[i] ? d : f->near[i];
	}
	return sum;
}

static double
add_centre(skpi_kmeans *f, size_t n, size_t row, double *centre)
{
	size_t p = f->ask->p;
	double sum = 0;

	memcpy(centre, f->z + row * p, p * sizeof(double));
	for (size_t i = 0; i < n; i++)
	{
		double d = kmeans_square(f->z + i * p, centre, p);

		f->near[i] = d < f->near[i] ? d : f->near[i];
		sum += f->near[i];
	}
	return sum;
}

/* Greedy k-means++: of several rows drawn the one that helps most. */
static skpi_status
begin(skpi_kmeans *f, size_t n, double *centre)
{
	int tries = 2 + (int) log(f->ask->k);
	double total;

	for (size_t i = 0; i < n; i++)
		f->near[i] = HUGE_VAL;
	total = add_centre(f, n, (size_t) (uniform(f) * (double) n), centre);
	for (uint32_t c = 1; c < f->ask->k; c++)
	{
		size_t best = n;
		double least = HUGE_VAL;

		for (int t = 0; t < tries; t++)
		{
			size_t row = draw(f, n, total);
			double with;

			if (row == n)
				return SKPI_E_SHORT;
			if (f->ask->stop != NULL && f->ask->stop(f->ask->stop_arg))
				return SKPI_E_INTERRUPT;
			with = total_with(f, n, row);
			if (with < least || best == n)
			{
				least = with;
				best = row;
			}
		}
		total = add_centre(f, n, best, centre + c * f->ask->p);
	}
	return SKPI_OK;
}

/* Keeps the set at work, the last, among the best, the first of which is the
 * best of all; one that is as good as another is taken for the same. */
static void
keep(skpi_kmeans *f, double inertia, double *kept)
{
	size_t size = f->ask->k * f->ask->p;
	double *work = f->set + SKPI_KMEANS_POLISHED * size;
	int at = SKPI_KMEANS_POLISHED;

	for (int i = 0; i < SKPI_KMEANS_POLISHED; i++)
		if (fabs(kept[i] - inertia) <= 1e-12 * inertia)
			return;
	while (at > 0 && inertia < kept[at - 1])
		at--;
	if (at == SKPI_KMEANS_POLISHED)
		return;
	for (int i = SKPI_KMEANS_POLISHED - 1; i > at; i--)
	{
		kept[i] = kept[i - 1];
		memcpy(f->set + (size_t) i * size, f->set + (size_t) (i - 1) * size,
			   size * sizeof(double));
	}
	kept[at] = inertia;
	memcpy(f->set + (size_t) at * size, work, size * sizeof(double));
}

/* One of the best with one centre put elsewhere. */
static void
swap(skpi_kmeans *f, size_t n, const double *from, double *work)
{
	size_t p = f->ask->p, k = f->ask->k;
	size_t c = (size_t) (uniform(f) * (double) k);
	size_t row = (size_t) (uniform(f) * (double) n);

	memcpy(work, from, k * p * sizeof(double));
	memcpy(work + c * p, f->z + row * p, p * sizeof(double));
}

/* A start, or one of the best in turn with one centre put elsewhere. */
static skpi_status
run_once(skpi_kmeans *f, size_t n, bool start, int from, double *kept)
{
	size_t size = f->ask->k * f->ask->p;
	double *work = f->set + SKPI_KMEANS_POLISHED * size, inertia;
	skpi_status status = SKPI_OK;

	if (start)
		status = begin(f, n, work);
	else
		swap(f, n, f->set + (kept[from] < HUGE_VAL ? from : 0) * (int) size,
			 work);
	if (status == SKPI_OK)
		status = skpi_kmeans_lloyd(f, n, work, &inertia);
	if (status == SKPI_OK)
		keep(f, inertia, kept);
	return status;
}

/* Starts, and then, as often as the rows leave time for, two swaps to a start:
 * so that few rows are searched well. */
skpi_status
skpi_kmeans_search(skpi_kmeans *f, size_t n, double *kept)
{
	double round = (double) n * (double) (f->ask->k * f->ask->p);
	int most = SKPI_KMEANS_STARTS + RUNS_A_CENTRE * (int) f->ask->k;
	uint64_t begun = 0;

	for (int i = 0; i < SKPI_KMEANS_POLISHED; i++)
		kept[i] = HUGE_VAL;
	f->rounds = 0;
	for (int run = 0; run < most; run++)
	{
		bool start = run < SKPI_KMEANS_STARTS || run % 3 == 0;
		skpi_status status =
			run_once(f, n, start, run / 3 % SKPI_KMEANS_POLISHED, kept);

		if (status != SKPI_OK)
			return status;
		if (run < SKPI_KMEANS_STARTS)
			begun = f->rounds;
		if ((double) (f->rounds - begun) * round > SEARCH_WORK)
			break;
	}
	return SKPI_OK;
}
