/*
 * The price of one month, from the price of another interval.
 *
 * A year has 12 months, 52 weeks and 365 days: a price is the same every
 * month, however many days that has.
 */
#ifndef SKPI_PRICE_H
#define SKPI_PRICE_H

#include <stddef.h>

#include "skpi_money.h"
#include "skpi_status.h"

/* A month's share of an interval's price. */
typedef struct skpi_share
{
	int32_t num;
	int32_t den;
} skpi_share;

/*
 * The share of one interval named by day, week, month, quarter, half-year or
 * year, by the plural or the adverb (days, daily, annually), in any case; a
 * space, hyphen or underscore makes no difference.  E_SYNTAX for other words.
 */
skpi_status skpi_price_share(const char *word, size_t length,
							 skpi_share *share);

/* E_RANGE unless count, of such intervals, is 1 or more; E_OVERFLOW when the
 * result does not fit. */
skpi_status skpi_price_month(const skpi_digits *price, skpi_share share,
							 int32_t count, int64_t *units);

#endif
