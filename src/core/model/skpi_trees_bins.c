#include "skpi_trees.h"

#include <gsl/gsl_sort.h>
#include <math.h>

/* Between two neighbours, so that values the sample has not seen fall near. */
static double
between(double a, double b)
{
	double c = a + (b - a) / 2;

	return c < b ? c : a;
}

static size_t
distinct(const double *v, size_t n)
{
	size_t count = n > 0;

	for (size_t i = 1; i < n; i++)
		count += v[i] != v[i - 1];
	return count;
}

/* Values that are frequent get a bin of their own, the rest share what is left
 * about equally. */
int
skpi_trees_cuts(const double *x, size_t n, size_t p, size_t column,
				double *room, double *cut)
{
	size_t m = 0, taken = 0, left;
	int cuts = 0;
	bool few;

	if (n > SKPI_BIN_SAMPLE)
		n = SKPI_BIN_SAMPLE;
	for (size_t i = 0; i < n; i++)
		if (!isnan(x[i * p + column]))
			room[m++] = x[i * p + column];
	gsl_sort(room, 1, m);
	few = distinct(room, m) <= SKPI_BINS;
	left = m;
	for (size_t i = 1; i < m && cuts < SKPI_BINS - 1; i++)
	{
		taken++;
		if (room[i] == room[i - 1])
			continue;
		if (!few && taken * (size_t) (SKPI_BINS - cuts) < left)
			continue;
		cut[cuts++] = between(room[i - 1], room[i]);
		left -= taken;
		taken = 0;
	}
	return cuts;
}

uint8_t
skpi_trees_bin(double v, const double *cut, int cuts)
{
	int lo = 0, hi = cuts;

	if (isnan(v))
		return SKPI_BIN_NULL;
	while (lo < hi)
	{
		int mid = (lo + hi) / 2;

		if (v <= cut[mid])
			hi = mid;
		else
			lo = mid + 1;
	}
	return (uint8_t) lo;
}
