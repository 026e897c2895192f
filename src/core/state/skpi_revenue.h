/*
 * Money received by period, over any set of customers: exact sums and the
 * number of customers behind them.
 *
 * Rows: k1 = 0, k2 = period; v as below, as differences.  Parameters: as_of
 * day; periods after its period are not counted.
 */
#ifndef SKPI_REVENUE_H
#define SKPI_REVENUE_H

#include "skpi_activity.h"

typedef enum skpi_revenue_column
{
	SKPI_REV_CUSTOMERS, /* with at least one row done */
	SKPI_REV_COUNT,
	SKPI_REV_AMOUNT,
	SKPI_REV_FAILED_CUSTOMERS,
	SKPI_REV_FAILED_COUNT,
	SKPI_REV_FAILED_AMOUNT,
	SKPI_REV_REFUNDED_COUNT,
	SKPI_REV_REFUNDED_AMOUNT,
	SKPI_REV_WIDTH,
} skpi_revenue_column;

void skpi_revenue_init(skpi_tally *t, skpi_grain grain, int32_t as_of);

size_t skpi_revenue_room(const skpi_tally *t, const skpi_tally *activity);

skpi_status skpi_revenue_add(skpi_tally *t, size_t cap,
							 const skpi_tally *activity);

#endif
