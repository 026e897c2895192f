/*
 * Random streams.  Every customer draws from a stream of its own, seeded from
 * (seed, purpose, index), so that its life depends on nothing drawn for others.
 *
 * All decisions are made on the generator's 32-bit integers, never on doubles:
 * the same seed gives the same bytes under every compiler and flag.
 */
#ifndef GEN_STREAM_H
#define GEN_STREAM_H

#include <stdbool.h>
#include <stdint.h>
#include <gsl/gsl_rng.h>

#define PPM 1000000u /* probabilities are parts per million */

enum stream_purpose
{
	STREAM_LIFE = 1,
	STREAM_COSTS,
	STREAM_DEFECTS,
	STREAM_BURST,
	STREAM_EVENTS,
	STREAM_SHOP,
	STREAM_ORDERS,
	STREAM_DEALS,
	STREAM_QUOTAS,
};

/* The generator behind all streams; NULL when memory is out. */
gsl_rng *stream_new(void);

void stream_start(gsl_rng *rng, uint64_t seed, enum stream_purpose purpose,
				  uint32_t index);

/* True with probability ppm / 1,000,000. */
bool chance(gsl_rng *rng, uint32_t ppm);

/* An integer of lo..hi, both included; lo <= hi. */
int32_t between(gsl_rng *rng, int32_t lo, int32_t hi);

/* An index of 0..n-1, drawn by weights that sum to total. */
int pick(gsl_rng *rng, const int *weights, int n, int total);

/*
 * A Beta(alpha, beta) variate in units of 2^-32, alpha and beta whole and
 * alpha <= 4: the alpha-th smallest of alpha + beta - 1 uniforms.
 */
uint32_t beta_fraction(gsl_rng *rng, int alpha, int beta);

#endif
