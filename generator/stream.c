/*
 * Random streams on GSL's taus2: three words of state, so that starting one
 * stream per customer costs next to nothing.
 */
#include "stream.h"

#include <assert.h>

#define BETA_MAX_ALPHA 4

gsl_rng *
stream_new(void)
{
	return gsl_rng_alloc(gsl_rng_taus2);
}

/* The finalizer of splitmix64: every bit of x moves every bit of the answer. */
static uint64_t
mix64(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

/* Murmur3's finalizer: a bijection, so that no two indexes share a stream. */
static uint32_t
mix32(uint32_t x)
{
	x = (x ^ (x >> 16)) * 0x85ebca6bu;
	x = (x ^ (x >> 13)) * 0xc2b2ae35u;
	return x ^ (x >> 16);
}

void
stream_start(gsl_rng *rng, uint64_t seed, enum stream_purpose purpose,
			 uint32_t index)
{
	uint64_t key = mix64(mix64(seed) + (uint64_t) purpose);
	uint32_t word = mix32(index ^ (uint32_t) key);

	gsl_rng_set(rng, mix32(word + (uint32_t) (key >> 32)));
}

bool
chance(gsl_rng *rng, uint32_t ppm)
{
	return (uint64_t) gsl_rng_get(rng) * PPM >> 32 < ppm;
}

int32_t
between(gsl_rng *rng, int32_t lo, int32_t hi)
{
	uint64_t width = (uint64_t) (hi - lo) + 1;

	return lo + (int32_t) ((uint64_t) gsl_rng_get(rng) * width >> 32);
}

int
pick(gsl_rng *rng, const int *weights, int n, int total)
{
	int32_t at = between(rng, 0, total - 1);

	for (int i = 0; i < n - 1; i++)
	{
		at -= weights[i];
		if (at < 0)
			return i;
	}
	return n - 1;
}

uint32_t
beta_fraction(gsl_rng *rng, int alpha, int beta)
{
	uint32_t low[BETA_MAX_ALPHA]; /* the smallest so far, ascending */

	assert(alpha >= 1 && alpha <= BETA_MAX_ALPHA && beta >= 1);
	for (int i = 0; i < alpha; i++)
		low[i] = UINT32_MAX;
	for (int i = 0; i < alpha + beta - 1; i++)
	{
		uint32_t u = (uint32_t) gsl_rng_get(rng);
		int at = alpha;

		while (at > 0 && low[at - 1] > u)
		{
			if (at < alpha)
				low[at] = low[at - 1];
			at--;
		}
		if (at < alpha)
			low[at] = u;
	}
	return low[alpha - 1];
}
