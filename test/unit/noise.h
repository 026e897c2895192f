/* Numbers that look like chance, the same everywhere. */
#ifndef NOISE_H
#define NOISE_H

static inline double
uniform(unsigned *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) / 16777216.0;
}

/* About normal, with a mean of 0 and a standard deviation of 1. */
static inline double
noise(unsigned *seed)
{
	double sum = -6;

	for (int i = 0; i < 12; i++)
		sum += uniform(seed);
	return sum;
}

#endif
