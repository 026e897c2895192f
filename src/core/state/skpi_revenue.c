#include "skpi_revenue.h"

#include "skpi_change.h"

void
skpi_revenue_init(skpi_tally *t, skpi_grain grain, int32_t as_of)
{
	skpi_tally_init(t, SKPI_REVENUE_FLOW, grain, (int32_t[]){as_of, 0, 0});
}

size_t
skpi_revenue_room(const skpi_tally *t, const skpi_tally *activity)
{
	return skpi_tally_room(t, (size_t) activity->n_rows * 2);
}

/* The values of a span, where it begins (sign 1) or has ended (-1). */
static void
add_values(int64_t *v, const skpi_span *span, skpi_lane lane, int64_t sign)
{
	static const struct
	{
		int customers;
		int count;
		int amount;
	} columns[SKPI_LANES] = {
		{SKPI_REV_CUSTOMERS, SKPI_REV_COUNT, SKPI_REV_AMOUNT},
		{SKPI_REV_FAILED_CUSTOMERS, SKPI_REV_FAILED_COUNT,
		 SKPI_REV_FAILED_AMOUNT},
		{-1, SKPI_REV_REFUNDED_COUNT, SKPI_REV_REFUNDED_AMOUNT},
	};

	if (columns[lane].customers >= 0 && span->count > 0)
		v[columns[lane].customers] += sign;
	v[columns[lane].count] += sign * span->count;
	v[columns[lane].amount] += sign * span->amount;
}

static skpi_status
add_lane(skpi_tally *t, size_t cap, const skpi_tally *activity, skpi_lane lane)
{
	int32_t last = skpi_period((skpi_grain) t->grain, t->param[0]);
	skpi_spans walk;
	skpi_span span;
	skpi_change c;
	bool more;
	skpi_status status;

	skpi_spans_begin(&walk, activity, lane);
	skpi_change_begin(&c, t, cap, 0);
	for (;;)
	{
		status = skpi_spans_next(&walk, &span, &more);
		if (status != SKPI_OK || !more || span.from > last)
			break;
		add_values(skpi_change_at(&c, span.from), &span, lane, 1);
		if (span.until > last)
			break;
		add_values(skpi_change_at(&c, span.until), &span, lane, -1);
	}
	return status == SKPI_OK ? skpi_change_end(&c) : status;
}

skpi_status
skpi_revenue_add(skpi_tally *t, size_t cap, const skpi_tally *activity)
{
	skpi_status status = SKPI_OK;

	if (activity->grain != t->grain)
		return SKPI_E_MISMATCH;
	if (skpi_tally_used(t) + skpi_revenue_room(t, activity) > cap)
		return SKPI_FULL;
	for (int lane = 0; lane < SKPI_LANES && status == SKPI_OK; lane++)
		status = add_lane(t, cap, activity, (skpi_lane) lane);
	return status;
}

static bool
row_sound(const skpi_tally *t, const skpi_row *row, const skpi_periods *p)
{
	(void) t;
	return row->k1 == 0 && skpi_within(row->k2, p->first, p->end);
}

const skpi_kind_rules skpi_revenue_rules = {skpi_head_as_of, row_sound, NULL};
