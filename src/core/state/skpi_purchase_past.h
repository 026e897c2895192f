/*
 * What a buyer had ordered by the end of a day, and how she came again.
 *
 * A sum has as many decimals as the number in it that has most: two, three or
 * four.
 */
#ifndef SKPI_PURCHASE_PAST_H
#define SKPI_PURCHASE_PAST_H

#include "skpi_array.h"
#include "skpi_purchase.h"

typedef struct skpi_purchase_sum
{
	int64_t units; /* of 1/10000 */
	int decimals;
} skpi_purchase_sum;

/* E_OVERFLOW leaves the sum as it was. */
skpi_status skpi_purchase_sum_add(skpi_purchase_sum *sum, int64_t units);

/* A walk over rising days. */
typedef struct skpi_purchase_past
{
	const skpi_tally *history;
	uint32_t next;
	int64_t orders;   /* without returns */
	int32_t last_day; /* of these; SKPI_NO_DAY without one */
	skpi_purchase_sum net;
} skpi_purchase_past;

void skpi_purchase_past_begin(skpi_purchase_past *walk,
							  const skpi_tally *history);

/* Adds what was ordered up to the end of the day; E_OVERFLOW. */
skpi_status skpi_purchase_past_to(skpi_purchase_past *walk, int32_t day);

/*
 * The next day with an order that is no return, from row *next on, which is
 * left behind it; SKPI_NO_DAY when there is none.
 */
int32_t skpi_purchase_next_day(const skpi_tally *history, uint32_t *next);

/*
 * The orders after the first, returns left out: gaps are days from each to the
 * next, of which the two in the middle (one twice, if they are odd in number)
 * are added up.
 */
typedef struct skpi_purchase_again
{
	int64_t orders; /* the first among them */
	int32_t second_day;
	int64_t middle_twice;
	int64_t days;          /* after that of the first */
	skpi_purchase_sum net; /* of those days */
} skpi_purchase_again;

/* scratch has room for two words per row of the history. */
skpi_status skpi_purchase_again_of(const skpi_tally *history, int32_t *scratch,
								   skpi_stop_fn stop, void *stop_arg,
								   skpi_purchase_again *again);

#endif
