#include "skpi_trees.h"

#include "skpi_radix.h"

#include <math.h>

/* Between two neighbours, so that values the sample has not seen fall near. */
static double
between(double a, double b)
{
	double c = a + (b - a) / 2;

	return c < b ? c : a;
}

static size_t
distinct(const uint64_t *v, size_t n)
{
	size_t count = n > 0;

	for (size_t i = 1; i < n; i++)
		count += v[i] != v[i - 1];
	return count;
}

/* Values that are frequent get a bin of their own, the rest share what is left
 * about equally. */
int
skpi_trees_cuts(const double *x, size_t n, uint64_t *room, double *cut)
{
	size_t m = 0, taken = 0, left;
	int cuts = 0;
	bool few;

	for (size_t i = 0; i < n; i++)
		if (!isnan(x[i]))
			room[m++] = skpi_radix_word(x[i] + 0.0); /* no -0 */
	skpi_radix_words(room, m, room + m);
	few = distinct(room, m) <= SKPI_BINS;
	left = m;
	for (size_t i = 1; i < m && cuts < SKPI_BINS - 1; i++)
	{
		taken++;
		if (room[i] == room[i - 1])
			continue;
		if (!few && taken * (size_t) (SKPI_BINS - cuts) < left)
			continue;
		cut[cuts++] =
			between(skpi_radix_double(room[i - 1]), skpi_radix_double(room[i]));
		left -= taken;
		taken = 0;
	}
	return cuts;
}

/* Cuts below the value, without a branch: which way it goes cannot be
 * foretold. */
uint8_t
skpi_trees_bin(double v, const double *cut, int cuts)
{
	const double *at = cut;
	int n = cuts;

	if (isnan(v))
		return (uint8_t) (cuts + 1);
	while (n > 1)
	{
		int half = n / 2;

		at += half & -(int) (at[half - 1] < v);
		n -= half;
	}
	return (uint8_t) (at - cut + (n == 1 && *at < v));
}
