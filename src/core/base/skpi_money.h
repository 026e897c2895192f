/*
 * Money in whole units of 1/10000 of the currency, from decimal digits.
 *
 * What lies between two units is rounded half to even: to the nearer one, and
 * from the middle to the even one, whatever the sign.  Sums of many rounded
 * amounts so drift neither up nor down.
 */
#ifndef SKPI_MONEY_H
#define SKPI_MONEY_H

#include <stdbool.h>
#include <stdint.h>

#define SKPI_MONEY_BASE 10000

/* A number as its digits base 10000; one behind the point is our unit. */
typedef struct skpi_digits
{
	bool negative;
	int weight;       /* power of 10000 of the first digit */
	int n;            /* digits, each an int16_t below 10000 */
	int scale;        /* decimals it is shown with; only skpi_exact.h asks */
	const char *data; /* may be unaligned */
} skpi_digits;

/* The number in units; false, *units untouched, when 64 bits do not hold it */
bool skpi_money_units(const skpi_digits *d, int64_t *units);

/*
 * The number times num / den, rounded once.  0 < num < 2^31, 0 < den < 2^48.
 */
bool skpi_money_share(const skpi_digits *d, int64_t num, int64_t den,
					  int64_t *units);

#endif
