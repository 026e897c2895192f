/*
 * The orders of one customer, each at the second in which it was placed.
 *
 * Rows: k1 = day, k2 = twice the second of the day, and one more for a return;
 * v = orders (above zero), their net and their items in units of 1/10000, and
 * the numbers of different products added up.  Orders of one second are one
 * row.  A row stands for its second alone.  Grain is day; parameters are zero.
 */
#ifndef SKPI_PURCHASE_H
#define SKPI_PURCHASE_H

#include "skpi_tally.h"

enum
{
	SKPI_PUR_ORDERS,
	SKPI_PUR_NET,
	SKPI_PUR_ITEMS,
	SKPI_PUR_PRODUCTS,
	SKPI_PUR_WIDTH,
};

#define SKPI_DAY_SECONDS 86400

typedef struct skpi_purchase
{
	int32_t day;
	int32_t second; /* of the day */
	bool is_return;
	int64_t net; /* units of 1/10000 */
	int64_t items;
	int64_t products;
} skpi_purchase;

void skpi_purchase_init(skpi_tally *t);

/* Adds one order; day and second valid, items and products not below zero. */
skpi_status skpi_purchase_add(skpi_tally *t, size_t cap,
							  const skpi_purchase *p);

static inline bool
skpi_purchase_is_return(const skpi_row *row)
{
	return (row->k2 & 1) != 0;
}

static inline int32_t
skpi_purchase_second(const skpi_row *row)
{
	return row->k2 / 2;
}

/* Seconds since the beginning of 2000-01-01, of local time. */
static inline int64_t
skpi_purchase_time(const skpi_row *row)
{
	return (int64_t) row->k1 * SKPI_DAY_SECONDS + skpi_purchase_second(row);
}

#endif
