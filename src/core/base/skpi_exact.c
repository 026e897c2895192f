#include "skpi_exact.h"

#include <stdbool.h>
#include <string.h>

#define DIGIT_DECIMALS 4
#define DIGITS_IN_64_BITS 4

/* Times 10^n; false when it does not fit. */
static bool
shift_left(__int128 *v, int64_t n)
{
	for (; n > 0 && *v != 0; n--)
		if (__builtin_mul_overflow(*v, (__int128) 10, v))
			return false;
	return true;
}

static skpi_status
add(skpi_exact *e, __int128 v, int64_t scale)
{
	__int128 sum = skpi_exact_sum(e);
	int64_t finer = scale > e->scale ? scale : e->scale;

	if (scale != e->scale &&
		(finer > SKPI_EXACT_SCALE || finer < 0 ||
		 !shift_left(&sum, finer - e->scale) || !shift_left(&v, finer - scale)))
		return SKPI_E_OVERFLOW;
	if (__builtin_add_overflow(sum, v, &sum))
		return SKPI_E_OVERFLOW;
	*e = (skpi_exact){(int64_t) (sum >> 64), (uint64_t) sum, finer};
	return SKPI_OK;
}

static int64_t
digit_at(const skpi_digits *d, int i)
{
	int16_t digit;

	if (i >= d->n)
		return 0;
	memcpy(&digit, d->data + 2 * i, sizeof(digit));
	return digit;
}

/* The digits down to the last decimal, which may lie within a digit. */
static bool
units_of(const skpi_digits *d, __int128 *units)
{
	int behind = (d->scale + DIGIT_DECIMALS - 1) / DIGIT_DECIMALS;
	int places = d->weight + 1 + behind;
	__int128 v = 0;

	if (places <= DIGITS_IN_64_BITS)
	{
		int64_t few = 0;

		for (int i = 0; i < places; i++)
			few = few * SKPI_MONEY_BASE + digit_at(d, i);
		for (int i = d->scale; i < behind * DIGIT_DECIMALS; i++)
			few /= 10;
		*units = d->negative ? -few : few;
		return true;
	}
	for (int i = 0; i < places; i++)
		if (__builtin_mul_overflow(v, (__int128) SKPI_MONEY_BASE, &v) ||
			__builtin_add_overflow(v, (__int128) digit_at(d, i), &v))
			return false;
	for (int i = d->scale; i < behind * DIGIT_DECIMALS; i++)
		v /= 10;
	*units = d->negative ? -v : v;
	return true;
}

skpi_status
skpi_exact_add(skpi_exact *e, const skpi_digits *d)
{
	__int128 v;

	if (d->n == 0 && d->scale <= e->scale)
		return SKPI_OK; /* zeros are many, and change nothing */
	if (d->scale > SKPI_EXACT_SCALE || !units_of(d, &v))
		return SKPI_E_OVERFLOW;
	return add(e, v, d->scale);
}

skpi_status
skpi_exact_add_units(skpi_exact *e, __int128 units, int scale)
{
	return add(e, units, scale);
}

skpi_status
skpi_exact_merge(skpi_exact *e, const skpi_exact *from)
{
	return add(e, skpi_exact_sum(from), from->scale);
}
