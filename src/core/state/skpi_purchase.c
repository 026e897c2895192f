#include "skpi_purchase.h"

void
skpi_purchase_init(skpi_tally *t)
{
	static const int32_t none[SKPI_TALLY_PARAMS] = {0};

	skpi_tally_init(t, SKPI_ORDER_HISTORY, SKPI_DAY, none);
}

skpi_status
skpi_purchase_add(skpi_tally *t, size_t cap, const skpi_purchase *p)
{
	return skpi_tally_add(
		t, cap, p->day, 2 * p->second + p->is_return,
		(int64_t[SKPI_PUR_WIDTH]){1, p->net, p->items, p->products});
}

static bool
row_sound(const skpi_tally *t, const skpi_row *row, const skpi_periods *p)
{
	(void) t;
	return skpi_within(row->k1, p->first, p->end - 1) &&
		   skpi_within(row->k2, 0, 2 * SKPI_DAY_SECONDS - 1) &&
		   row->v[SKPI_PUR_ORDERS] > 0 && row->v[SKPI_PUR_ITEMS] >= 0 &&
		   row->v[SKPI_PUR_PRODUCTS] >= 0;
}

const skpi_kind_rules skpi_purchase_rules = {skpi_head_plain, row_sound, NULL};
