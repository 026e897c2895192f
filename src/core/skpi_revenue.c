#include "skpi_revenue.h"

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

static void
values_of(const skpi_span *span, skpi_lane lane, int64_t *v)
{
	switch (lane)
	{
		case SKPI_DONE:
			v[SKPI_REV_CUSTOMERS] = span->count > 0;
			v[SKPI_REV_COUNT] = span->count;
			v[SKPI_REV_AMOUNT] = span->amount;
			break;
		case SKPI_FAILED:
			v[SKPI_REV_FAILED_CUSTOMERS] = span->count > 0;
			v[SKPI_REV_FAILED_COUNT] = span->count;
			v[SKPI_REV_FAILED_AMOUNT] = span->amount;
			break;
		default:
			v[SKPI_REV_REFUNDED_COUNT] = span->count;
			v[SKPI_REV_REFUNDED_AMOUNT] = span->amount;
			break;
	}
}

static skpi_status
add_lane(skpi_tally *t, size_t cap, const skpi_tally *activity, skpi_lane lane)
{
	int32_t last = skpi_period((skpi_grain) t->grain, t->param[0]);
	skpi_spans walk;
	skpi_span span;
	bool more;

	skpi_spans_begin(&walk, activity, lane);
	for (;;)
	{
		int64_t v[SKPI_REV_WIDTH] = {0};
		skpi_status status = skpi_spans_next(&walk, &span, &more);

		if (status != SKPI_OK || !more || span.from > last)
			return status;
		values_of(&span, lane, v);
		status = skpi_tally_add(t, cap, 0, span.from, v);
		if (status != SKPI_OK || span.until > last)
			return status;
		for (int i = 0; i < SKPI_REV_WIDTH; i++)
			v[i] = -v[i];
		status = skpi_tally_add(t, cap, 0, span.until, v);
		if (status != SKPI_OK)
			return status;
	}
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
