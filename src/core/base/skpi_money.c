#include "skpi_money.h"

#include <string.h>

static int64_t
digit_at(const skpi_digits *d, int i)
{
	int16_t digit;

	if (i < 0 || i >= d->n)
		return 0;
	memcpy(&digit, d->data + 2 * i, sizeof(digit));
	return digit;
}

/* What the digits behind the unit come to. */
typedef struct tail
{
	int64_t carry; /* whole units */
	int64_t first; /* the product's first digit behind the unit */
	bool more;     /* there is something behind that */
} tail;

static tail
tail_of(const skpi_digits *d, int whole, int64_t num)
{
	tail t = {0, 0, false};

	for (int i = d->n - 1; i >= whole; i--)
	{
		int64_t product = digit_at(d, i) * num + t.carry;

		t.more = t.more || t.first != 0;
		t.first = product % SKPI_MONEY_BASE;
		t.carry = product / SKPI_MONEY_BASE;
	}
	return t;
}

/*
 * Whether `rest` units and the tail, divided by den, lie above half a unit,
 * or on it beside an odd one.
 */
static bool
rounds_up(int64_t rest, int64_t den, const tail *t, bool odd)
{
	int64_t half = SKPI_MONEY_BASE / 2;
	int64_t missing = den - 2 * rest; /* twice the way to the half */

	if (missing <= 0 || missing > 1)
		return missing < 0 ||
			   (missing == 0 && (odd || t->first != 0 || t->more));
	return t->first > half || (t->first == half && (odd || t->more));
}

/* Long division from the left; carries of the product go up by themselves. */
bool
skpi_money_share(const skpi_digits *d, int64_t num, int64_t den, int64_t *units)
{
	int whole = d->weight + 2; /* digits down to the unit */
	tail t = tail_of(d, whole, num);
	int64_t sum = 0;
	int64_t rest = 0;

	for (int i = whole > 0 ? 0 : whole - 1; i < whole; i++)
	{
		int64_t part = rest * SKPI_MONEY_BASE + digit_at(d, i) * num;

		if (i == whole - 1)
			part += t.carry;
		if (__builtin_mul_overflow(sum, SKPI_MONEY_BASE, &sum) ||
			__builtin_add_overflow(sum, part / den, &sum))
			return false;
		rest = part % den;
	}
	if (rounds_up(rest, den, &t, sum % 2 != 0) &&
		__builtin_add_overflow(sum, 1, &sum))
		return false;
	*units = d->negative ? -sum : sum;
	return true;
}

/* Nearly every amount ends at the unit or before, and is read at once. */
bool
skpi_money_units(const skpi_digits *d, int64_t *units)
{
	int whole = d->weight + 2;
	int64_t sum = 0;

	if (d->n > whole)
		return skpi_money_share(d, 1, 1, units);
	for (int i = 0; i < d->n; i++)
	{
		int16_t digit;

		memcpy(&digit, d->data + 2 * i, sizeof(digit));
		if (__builtin_mul_overflow(sum, SKPI_MONEY_BASE, &sum) ||
			__builtin_add_overflow(sum, digit, &sum))
			return false;
	}
	for (int i = d->n; i < whole && sum != 0; i++)
		if (__builtin_mul_overflow(sum, SKPI_MONEY_BASE, &sum))
			return false;
	*units = d->negative ? -sum : sum;
	return true;
}
