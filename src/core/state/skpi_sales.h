/*
 * What the relations of a shop count with: the first order of a customer in
 * each period, and the values at which fifths begin.
 */
#ifndef SKPI_SALES_H
#define SKPI_SALES_H

#include <stddef.h>
#include <stdint.h>

#include "skpi_array.h"
#include "skpi_calendar.h"

/* The periods that hold a day. */
typedef struct skpi_sales_periods
{
	int32_t day;
	int32_t week;
	int32_t month;
	int32_t quarter;
	int32_t year;
} skpi_sales_periods;

/* Weeks begin `shift` days before Monday. */
skpi_sales_periods skpi_sales_periods_of(int32_t day, int32_t shift);

/* Bits of a mask, from the lowest. */
typedef enum skpi_sales_first
{
	SKPI_FIRST_OF_DAY,
	SKPI_FIRST_OF_WEEK,
	SKPI_FIRST_OF_MONTH,
	SKPI_FIRST_OF_QUARTER,
	SKPI_FIRST_OF_YEAR,
	SKPI_FIRST_EVER,
	SKPI_FIRSTS
} skpi_sales_first;

/* In which periods an order is the first; `before` are those of the one before
 * it, NULL for none.  Customers of a period are the orders that are first. */
uint32_t skpi_sales_firsts(const skpi_sales_periods *before,
						   const skpi_sales_periods *now);

#define SKPI_FIFTHS 5

/*
 * A value lies in the fifth of all n in which the middle of its equals stands:
 * with `below` smaller ones and `ties` like it, itself among them, that is
 * ceil(5 * (below + ties / 2) / n).  So a value's fifth is 1 and one more for
 * each cut that is not above it.  Writes the *n_cuts of them, at most four, in
 * order.  `v` comes back sorted, `scratch` has room for as many.
 * SKPI_E_INTERRUPT when told to stop.
 */
skpi_status skpi_sales_fifths(int64_t *v, size_t n, int64_t *scratch,
							  int64_t cuts[SKPI_FIFTHS - 1], size_t *n_cuts,
							  skpi_stop_fn stop, void *stop_arg);

#endif
