#include "skpi_bridge.h"

#include <string.h>

void
skpi_bridge_init(skpi_tally *t, skpi_grain grain, int32_t as_of)
{
	skpi_tally_init(t, SKPI_CASH_BRIDGE, grain, (int32_t[]){as_of, 0, 0});
}

size_t
skpi_bridge_room(const skpi_tally *t, const skpi_tally *history,
				 const skpi_tally *activity)
{
	size_t rows = (history != NULL ? history->n_rows : 0) +
				  (activity != NULL ? (size_t) activity->n_rows * 2 : 0);

	return skpi_tally_room(t, rows + 1);
}

void
skpi_bridge_lines(int64_t mrr, int64_t received, int64_t failed,
				  int64_t refunded, int64_t v[SKPI_BRI_WIDTH])
{
	memset(v, 0, SKPI_BRI_WIDTH * sizeof(int64_t));
	v[SKPI_BRI_MRR] = mrr;
	if (received >= mrr)
		v[mrr > 0 ? SKPI_BRI_ABOVE : SKPI_BRI_WITHOUT] = received - mrr;
	else
	{
		int64_t gap = mrr - received;

		v[SKPI_BRI_FAILED] = gap < failed ? gap : failed;
		v[received > 0 ? SKPI_BRI_BELOW : SKPI_BRI_UNPAID] =
			gap - v[SKPI_BRI_FAILED];
	}
	v[SKPI_BRI_REFUNDED] = refunded;
	v[SKPI_BRI_COLLECTED] = received - refunded;
}

/* A lane as a step function of the period. */
typedef struct lane_walk
{
	skpi_spans walk;
	skpi_span span;
	bool more;
	int64_t amount; /* now */
} lane_walk;

/* One customer: four step functions walked together. */
typedef struct customer
{
	skpi_steps walk;
	skpi_step step;
	bool more;
	int64_t level;
	lane_walk lane[SKPI_LANES];
	skpi_grain grain;
} customer;

static skpi_status
customer_begin(customer *c, const skpi_tally *t, const skpi_tally *history,
			   const skpi_tally *activity)
{
	skpi_status status = SKPI_OK;

	memset(c, 0, sizeof(*c));
	c->grain = (skpi_grain) t->grain;
	if (history != NULL)
	{
		skpi_steps_begin(&c->walk, skpi_history_changes(history),
						 SKPI_NET_PERIOD, c->grain, t->param[0]);
		status = skpi_steps_next(&c->walk, &c->step, &c->more);
	}
	for (int i = 0; activity != NULL && i < SKPI_LANES; i++)
	{
		lane_walk *l = &c->lane[i];

		skpi_spans_begin(&l->walk, activity, (skpi_lane) i);
		if (status == SKPI_OK)
			status = skpi_spans_next(&l->walk, &l->span, &l->more);
	}
	return status;
}

/* When the lane next changes: a span begins, or the one we are in ends. */
static int32_t
lane_next(const lane_walk *l, int32_t now)
{
	if (!l->more)
		return INT32_MAX;
	return l->span.from > now ? l->span.from : l->span.until;
}

static skpi_status
lane_advance(lane_walk *l, int32_t to)
{
	l->amount = 0;
	if (l->more && l->span.until <= to)
	{
		skpi_status status = skpi_spans_next(&l->walk, &l->span, &l->more);

		if (status != SKPI_OK)
			return status;
	}
	if (l->more && l->span.from <= to)
		l->amount = l->span.amount;
	return SKPI_OK;
}

static int32_t
next_change(const customer *c, int32_t now)
{
	int32_t at = INT32_MAX;

	if (c->more)
		at = skpi_period(c->grain, c->step.day);
	for (int i = 0; i < SKPI_LANES; i++)
	{
		int32_t l = lane_next(&c->lane[i], now);

		at = l < at ? l : at;
	}
	return at;
}

static skpi_status
advance(customer *c, int32_t to)
{
	skpi_status status = SKPI_OK;

	if (c->more && skpi_period(c->grain, c->step.day) == to)
	{
		c->level = c->step.after;
		status = skpi_steps_next(&c->walk, &c->step, &c->more);
	}
	for (int i = 0; i < SKPI_LANES && status == SKPI_OK; i++)
		status = lane_advance(&c->lane[i], to);
	return status;
}

skpi_status
skpi_bridge_add(skpi_tally *t, size_t cap, const skpi_tally *history,
				const skpi_tally *activity)
{
	int32_t last = skpi_period((skpi_grain) t->grain, t->param[0]);
	int32_t now = INT32_MIN;
	int64_t before[SKPI_BRI_WIDTH] = {0};
	customer c;
	skpi_status status;

	if (activity != NULL && activity->grain != t->grain)
		return SKPI_E_MISMATCH;
	if (skpi_tally_used(t) + skpi_bridge_room(t, history, activity) > cap)
		return SKPI_FULL;
	status = customer_begin(&c, t, history, activity);
	while (status == SKPI_OK)
	{
		int64_t v[SKPI_BRI_WIDTH];
		int64_t change[SKPI_BRI_WIDTH];

		now = next_change(&c, now);
		if (now > last)
			break;
		status = advance(&c, now);
		skpi_bridge_lines(c.level, c.lane[SKPI_DONE].amount,
						  c.lane[SKPI_FAILED].amount,
						  c.lane[SKPI_REFUNDED].amount, v);
		for (int i = 0; i < SKPI_BRI_WIDTH; i++)
			if (__builtin_sub_overflow(v[i], before[i], &change[i]))
				return SKPI_E_OVERFLOW;
		memcpy(before, v, sizeof(v));
		if (status == SKPI_OK)
			status = skpi_tally_add(t, cap, 0, now, change);
	}
	return status;
}

static bool
row_sound(const skpi_tally *t, const skpi_row *row, const skpi_periods *p)
{
	(void) t;
	return row->k1 == 0 && skpi_within(row->k2, p->first, p->end);
}

const skpi_kind_rules skpi_bridge_rules = {skpi_head_as_of, row_sound, NULL};
