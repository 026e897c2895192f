/*
 * Exact sums of decimal numbers of any scale: 128 bits, in units of the finest
 * one that came.  So the sum has the digits that the server's sum() shows, and
 * order decides nothing.
 */
#ifndef SKPI_EXACT_H
#define SKPI_EXACT_H

#include "skpi_money.h"
#include "skpi_status.h"

#define SKPI_EXACT_WORDS 3 /* 64-bit words of a sum */
#define SKPI_EXACT_SCALE 30

/* Zeros are an empty sum. */
typedef struct skpi_exact
{
	int64_t high; /* of a signed 128-bit number */
	uint64_t low;
	int64_t scale; /* its decimals */
} skpi_exact;

static inline __int128
skpi_exact_sum(const skpi_exact *e)
{
	return (__int128) (((unsigned __int128) (uint64_t) e->high << 64) | e->low);
}

/* SKPI_E_OVERFLOW, *e untouched, when the sum in the finer unit does not fit,
 * or the scale is above SKPI_EXACT_SCALE. */
skpi_status skpi_exact_add(skpi_exact *e, const skpi_digits *d);
skpi_status skpi_exact_add_units(skpi_exact *e, __int128 units, int scale);
skpi_status skpi_exact_merge(skpi_exact *e, const skpi_exact *from);

#endif
