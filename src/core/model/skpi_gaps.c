#include "skpi_gaps.h"

#include <math.h>
#include <string.h>

size_t
skpi_gaps_words(int64_t longest)
{
	size_t n = 1;

	while (n < (size_t) longest + 1)
		n *= 2;
	return n;
}

void
skpi_gaps_begin(skpi_gaps *g, int64_t longest, int64_t *words)
{
	*g = (skpi_gaps){.count = words, .room = skpi_gaps_words(longest)};
	memset(words, 0, g->room * sizeof(*words));
}

void
skpi_gaps_add(skpi_gaps *g, int64_t days, int64_t n)
{
	for (size_t i = (size_t) days + 1; i <= g->room; i += i & (~i + 1))
		g->count[i - 1] += n;
	g->n += n;
	g->days += days * n;
	g->squares += (double) (days * days) * (double) n;
}

/* The k-th smallest, from 1. */
static double
kth(const skpi_gaps *g, int64_t k)
{
	size_t at = 0;

	for (size_t step = g->room; step > 0; step /= 2)
		if (at + step <= g->room && g->count[at + step - 1] < k)
		{
			at += step;
			k -= g->count[at - 1];
		}
	return (double) at;
}

double
skpi_gaps_mean(const skpi_gaps *g)
{
	return g->n > 0 ? (double) g->days / (double) g->n : NAN;
}

double
skpi_gaps_median(const skpi_gaps *g)
{
	if (g->n == 0)
		return NAN;
	return (kth(g, (g->n + 1) / 2) + kth(g, g->n / 2 + 1)) / 2;
}

double
skpi_gaps_deviation(const skpi_gaps *g)
{
	double n = (double) g->n;
	double sum = (double) g->days;

	if (g->n < 2)
		return NAN;
	return sqrt(fmax(0, (g->squares - sum * sum / n) / (n - 1)));
}
