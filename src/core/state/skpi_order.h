/*
 * What an order is worth: sums of its lines.
 */
#ifndef SKPI_ORDER_H
#define SKPI_ORDER_H

#include <stdbool.h>

#include "skpi_exact.h"

/* Zeros are an order of nothing. */
typedef struct skpi_order
{
	int64_t lines;
	int64_t sold; /* with a quantity above zero */
	int64_t returned;
	skpi_exact gross; /* money in units */
	skpi_exact discounts;
	skpi_exact returns; /* as positive amounts, like units_returned */
	skpi_exact units;
	skpi_exact units_returned;
} skpi_order;

/* Adds a line; SKPI_E_OVERFLOW. */
skpi_status skpi_order_add(skpi_order *o, const skpi_digits *quantity,
						   int64_t amount, int64_t discount);
skpi_status skpi_order_merge(skpi_order *o, const skpi_order *from);

/* gross - discounts - returns */
skpi_status skpi_order_net(const skpi_order *o, skpi_exact *net);

/*
 * quantity * price in units, rounded half to even, where both end at the unit
 * or before; false when either does not, or the product does not fit.
 */
bool skpi_order_amount(const skpi_digits *quantity, const skpi_digits *price,
					   int64_t *units);

#endif
