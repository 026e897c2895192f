#include "skpi_order.h"

#define MONEY_SCALE 4

static skpi_status
add_money(skpi_exact *e, __int128 units)
{
	return skpi_exact_add_units(e, units, MONEY_SCALE);
}

skpi_status
skpi_order_add(skpi_order *o, const skpi_digits *quantity, int64_t amount,
			   int64_t discount)
{
	skpi_digits size = *quantity;
	skpi_status status = add_money(&o->discounts, discount);

	o->lines++;
	if (status != SKPI_OK || size.n == 0)
		return status;
	size.negative = false;
	if (!quantity->negative)
	{
		o->sold++;
		status = add_money(&o->gross, amount);
		return status != SKPI_OK ? status : skpi_exact_add(&o->units, &size);
	}
	o->returned++;
	status = add_money(&o->returns, -(__int128) amount);
	return status != SKPI_OK ? status
							 : skpi_exact_add(&o->units_returned, &size);
}

skpi_status
skpi_order_merge(skpi_order *o, const skpi_order *from)
{
	skpi_exact *to[] = {&o->gross, &o->discounts, &o->returns, &o->units,
						&o->units_returned};
	const skpi_exact *more[] = {&from->gross, &from->discounts, &from->returns,
								&from->units, &from->units_returned};
	skpi_status status = SKPI_OK;

	for (int i = 0; i < 5 && status == SKPI_OK; i++)
		status = skpi_exact_merge(to[i], more[i]);
	o->lines += from->lines;
	o->sold += from->sold;
	o->returned += from->returned;
	return status;
}

skpi_status
skpi_order_net(const skpi_order *o, skpi_exact *net)
{
	skpi_exact sum = o->gross;
	skpi_status status = add_money(&sum, -skpi_exact_sum(&o->discounts));

	if (status == SKPI_OK)
		status = add_money(&sum, -skpi_exact_sum(&o->returns));
	if (status == SKPI_OK)
		*net = sum;
	return status;
}

bool
skpi_order_amount(const skpi_digits *quantity, const skpi_digits *price,
				  int64_t *units)
{
	int64_t q, p;
	__int128 product, amount, rest;

	if (quantity->n > quantity->weight + 2 || price->n > price->weight + 2 ||
		!skpi_money_units(quantity, &q) || !skpi_money_units(price, &p))
		return false;
	product = (__int128) q * p;
	amount = product / SKPI_MONEY_BASE;
	rest = 2 * (product % SKPI_MONEY_BASE);
	if (rest > SKPI_MONEY_BASE || (rest == SKPI_MONEY_BASE && amount % 2 != 0))
		amount++;
	if (rest < -SKPI_MONEY_BASE ||
		(rest == -SKPI_MONEY_BASE && amount % 2 != 0))
		amount--;
	if (amount < INT64_MIN || amount > INT64_MAX)
		return false;
	*units = (int64_t) amount;
	return true;
}
