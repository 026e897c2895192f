/*
 * Sums of doubles whose rounding does not grow with their length (Neumaier
 * 1974).  Start at {0, 0}.
 */
#ifndef SKPI_SUM_H
#define SKPI_SUM_H

#include <math.h>

typedef struct skpi_sum
{
	double total;
	double lost; /* what the additions so far have lost */
} skpi_sum;

static inline void
skpi_sum_add(skpi_sum *s, double x)
{
	double t = s->total + x;

	s->lost +=
		fabs(s->total) >= fabs(x) ? (s->total - t) + x : (x - t) + s->total;
	s->total = t;
}

static inline double
skpi_sum_value(const skpi_sum *s)
{
	return s->total + s->lost;
}

#endif
