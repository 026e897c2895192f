/*
 * Defects of order rows.  Orders without an id are added, without lines; all
 * others spoil an order that was there.
 */
#include "ugly.h"

#define EARLY_DAYS 20

static struct order *
any_order(struct spoiler *s, struct life *life)
{
	if (life->n_orders == 0)
		return NULL;
	return &life->orders[between(s->rng, 0, (int32_t) life->n_orders - 1)];
}

static bool
id_missing(struct spoiler *s, struct life *life)
{
	struct order *order = any_order(s, life);
	struct order extra;

	if (order == NULL)
		return false;
	extra = *order;
	extra.id = ID_BLANK;
	extra.n_lines = 0;
	life_add_order(life, extra);
	return true;
}

static bool
id_duplicate(struct spoiler *s, struct life *life)
{
	struct order *order = any_order(s, life);

	if (order != NULL)
		life_repeat_order(life, (size_t) (order - life->orders));
	return order != NULL;
}

static bool
unknown_customer(struct spoiler *s, struct life *life)
{
	struct order *order = any_order(s, life);

	if (order != NULL)
		order->customer = s->co->customers + ++s->strangers;
	return order != NULL;
}

static bool
customer_missing(struct spoiler *s, struct life *life)
{
	struct order *order = any_order(s, life);

	if (order != NULL)
		order->customer = CUSTOMER_NONE;
	return order != NULL;
}

static bool
time_missing(struct spoiler *s, struct life *life)
{
	struct order *order = any_order(s, life);

	if (order != NULL)
		order->time = TIME_NONE;
	return order != NULL;
}

static bool
time_in_future(struct spoiler *s, struct life *life)
{
	struct order *order = any_order(s, life);

	if (order != NULL)
		order->time = time_of_day(ugly_future(s));
	return order != NULL;
}

static bool
before_signup(struct spoiler *s, struct life *life)
{
	struct order *order = any_order(s, life);

	if (order == NULL || life->who.signup - EARLY_DAYS < s->co->first_day)
		return false;
	order->time = time_of_day(life->who.signup) -
				  between(s->rng, 1, EARLY_DAYS * DAY_SECONDS);
	return true;
}

static bool
status_missing(struct spoiler *s, struct life *life)
{
	struct order *order = any_order(s, life);

	if (order != NULL)
		order->status = ORDER_STATUS_MISSING;
	return order != NULL;
}

static bool
status_unknown(struct spoiler *s, struct life *life)
{
	struct order *order = any_order(s, life);

	if (order != NULL)
		order->status = (uint8_t) (ORDER_STATUS_UNKNOWN +
								   between(s->rng, 0, UNKNOWN_NAMES - 1));
	return order != NULL;
}

static bool
status_odd_case(struct spoiler *s, struct life *life)
{
	struct order *order = any_order(s, life);

	if (order != NULL)
		order->status = (uint8_t) (ORDER_STATUS_ODD +
								   between(s->rng, 0, UNKNOWN_NAMES - 1));
	return order != NULL;
}

static bool
unknown_rep(struct spoiler *s, struct life *life)
{
	struct order *order = any_order(s, life);

	if (order != NULL)
		order->rep = s->shop->reps + ++s->strangers;
	return order != NULL;
}

static bool
without_lines(struct spoiler *s, struct life *life)
{
	struct order *order = any_order(s, life);

	if (order != NULL)
		order->n_lines = 0;
	return order != NULL;
}

const struct rule order_rules[ORDER_RULES] = {
	{"order_id_missing", id_missing},
	{"order_id_duplicate", id_duplicate},
	{"order_unknown_customer", unknown_customer},
	{"order_customer_missing", customer_missing},
	{"ordered_at_missing", time_missing},
	{"ordered_at_in_future", time_in_future},
	{"order_before_signup", before_signup},
	{"order_status_missing", status_missing},
	{"order_status_unknown", status_unknown},
	{"order_status_odd_case", status_odd_case},
	{"order_unknown_rep", unknown_rep},
	{"order_without_lines", without_lines},
};
