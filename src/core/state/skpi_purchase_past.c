#include "skpi_purchase_past.h"

#include "skpi_sort.h"

static int
decimals_of(int64_t units)
{
	if (units % 100 == 0)
		return 2;
	return units % 10 == 0 ? 3 : 4;
}

skpi_status
skpi_purchase_sum_add(skpi_purchase_sum *sum, int64_t units)
{
	int decimals = decimals_of(units);

	if (__builtin_add_overflow(sum->units, units, &units))
		return SKPI_E_OVERFLOW;
	sum->units = units;
	if (decimals > sum->decimals)
		sum->decimals = decimals;
	return SKPI_OK;
}

void
skpi_purchase_past_begin(skpi_purchase_past *walk, const skpi_tally *history)
{
	*walk = (skpi_purchase_past){
		.history = history, .last_day = SKPI_NO_DAY, .net = {0, 2}};
}

skpi_status
skpi_purchase_past_to(skpi_purchase_past *walk, int32_t day)
{
	for (; walk->next < walk->history->n_rows; walk->next++)
	{
		const skpi_row *row = skpi_tally_row(walk->history, walk->next);

		if (row->k1 > day)
			break;
		if (skpi_purchase_sum_add(&walk->net, row->v[SKPI_PUR_NET]) != SKPI_OK)
			return SKPI_E_OVERFLOW;
		if (skpi_purchase_is_return(row))
			continue;
		if (__builtin_add_overflow(walk->orders, row->v[SKPI_PUR_ORDERS],
								   &walk->orders))
			return SKPI_E_OVERFLOW;
		walk->last_day = row->k1;
	}
	return SKPI_OK;
}

int32_t
skpi_purchase_next_day(const skpi_tally *history, uint32_t *next)
{
	int32_t day = SKPI_NO_DAY;

	for (; *next < history->n_rows; (*next)++)
	{
		const skpi_row *row = skpi_tally_row(history, *next);

		if (day != SKPI_NO_DAY && row->k1 != day)
			break;
		if (!skpi_purchase_is_return(row))
			day = row->k1;
	}
	return day;
}

static int
compare_gaps(const void *a, const void *b, const void *arg)
{
	int32_t x = *(const int32_t *) a;
	int32_t y = *(const int32_t *) b;

	(void) arg;
	return (x > y) - (x < y);
}

/* Of so many gaps, all of zero days but those in the array. */
static int64_t
middle_twice(const int32_t *gap, int64_t n_gaps, int64_t gaps)
{
	int64_t zeros = gaps - n_gaps;
	int64_t low = (gaps - 1) / 2;
	int64_t high = gaps / 2;

	return (low < zeros ? 0 : (int64_t) gap[low - zeros]) +
		   (high < zeros ? 0 : (int64_t) gap[high - zeros]);
}

/* Counts the orders of a row; a gap above zero goes where `gap` is. */
static skpi_status
count_row(skpi_purchase_again *a, const skpi_row *row, int32_t first,
		  int32_t before, int32_t *gap)
{
	bool second =
		a->orders == 1 || (a->orders == 0 && row->v[SKPI_PUR_ORDERS] > 1);

	if (__builtin_add_overflow(a->orders, row->v[SKPI_PUR_ORDERS], &a->orders))
		return SKPI_E_OVERFLOW;
	if (second)
		a->second_day = row->k1;
	if (row->k1 == first)
		return SKPI_OK;
	if (row->k1 != before)
	{
		*gap = row->k1 - before;
		a->days++;
	}
	return skpi_purchase_sum_add(&a->net, row->v[SKPI_PUR_NET]);
}

skpi_status
skpi_purchase_again_of(const skpi_tally *history, int32_t *scratch,
					   skpi_stop_fn stop, void *stop_arg,
					   skpi_purchase_again *again)
{
	skpi_purchase_again a = {.second_day = SKPI_NO_DAY, .net = {0, 2}};
	int32_t first = SKPI_NO_DAY;
	int32_t before = SKPI_NO_DAY;

	for (uint32_t r = 0; r < history->n_rows; r++)
	{
		const skpi_row *row = skpi_tally_row(history, r);
		skpi_status status;

		if (skpi_purchase_is_return(row))
			continue;
		if (first == SKPI_NO_DAY)
			first = row->k1;
		status = count_row(&a, row, first, before, scratch + a.days);
		if (status != SKPI_OK)
			return status;
		before = row->k1;
	}
	if (!skpi_sort(scratch, (size_t) a.days, sizeof(*scratch), scratch + a.days,
				   compare_gaps, NULL, stop, stop_arg))
		return SKPI_E_INTERRUPT;
	if (a.orders > 1)
		a.middle_twice = middle_twice(scratch, a.days, a.orders - 1);
	*again = a;
	return SKPI_OK;
}
