/*
 * Defects of subscription rows.  Only closed subscriptions are spoilt, so that
 * is_active stays right however a check reads an open row; rows of strangers
 * are added, never taken from a customer, so that no payment loses its
 * subscription.
 */
#include "ugly.h"

#define OVERLAP_MIN_DAYS 3
#define EARLY_DAYS 30

/* A closed subscription of at least so many days, or NULL. */
static struct subscription *
closed_sub(struct spoiler *s, struct life *life, int32_t days)
{
	int32_t n = (int32_t) life->n_subs;
	int32_t from = n > 0 ? between(s->rng, 0, n - 1) : 0;

	for (int32_t i = 0; i < n; i++)
	{
		struct subscription *sub = &life->subs[(from + i) % n];

		if (sub->end != DAY_NONE && sub->end - sub->start >= days)
			return sub;
	}
	return NULL;
}

static bool
id_missing(struct spoiler *s, struct life *life)
{
	struct subscription *sub = closed_sub(s, life, 1);

	if (sub != NULL)
		sub->id = ID_BLANK;
	return sub != NULL;
}

static bool
id_duplicate(struct spoiler *s, struct life *life)
{
	struct subscription *sub = closed_sub(s, life, 1);

	if (sub != NULL)
		life_repeat_sub(life, (size_t) (sub - life->subs));
	return sub != NULL;
}

static bool
add_for(struct spoiler *s, struct life *life, int32_t customer)
{
	struct subscription *sub = closed_sub(s, life, 1);
	struct subscription extra;

	if (sub == NULL)
		return false;
	extra = *sub;
	extra.customer = customer;
	life_add_sub(life, extra);
	return true;
}

static bool
unknown_customer(struct spoiler *s, struct life *life)
{
	if (!add_for(s, life, s->co->customers + s->strangers + 1))
		return false;
	s->strangers++;
	return true;
}

static bool
customer_missing(struct spoiler *s, struct life *life)
{
	return add_for(s, life, CUSTOMER_NONE);
}

static bool
start_missing(struct spoiler *s, struct life *life)
{
	struct subscription *sub = closed_sub(s, life, 1);

	if (sub != NULL)
		sub->start = DAY_NONE;
	return sub != NULL;
}

static bool
end_before_start(struct spoiler *s, struct life *life)
{
	struct subscription *sub = closed_sub(s, life, 1);

	if (sub != NULL)
		sub->end = sub->start - between(s->rng, 1, 60);
	return sub != NULL;
}

static bool
zero_length(struct spoiler *s, struct life *life)
{
	struct subscription *sub = closed_sub(s, life, 1);

	if (sub != NULL)
		sub->end = sub->start;
	return sub != NULL;
}

static bool
price_missing(struct spoiler *s, struct life *life)
{
	struct subscription *sub = closed_sub(s, life, 1);

	if (sub != NULL)
		sub->price = MONEY_NONE;
	return sub != NULL;
}

static bool
price_negative(struct spoiler *s, struct life *life)
{
	struct subscription *sub = closed_sub(s, life, 1);

	if (sub != NULL)
		sub->price = -sub->price;
	return sub != NULL;
}

static bool
price_zero(struct spoiler *s, struct life *life)
{
	struct subscription *sub = closed_sub(s, life, 1);

	if (sub != NULL)
		sub->price = 0;
	return sub != NULL;
}

static bool
plan_missing(struct spoiler *s, struct life *life)
{
	struct subscription *sub = closed_sub(s, life, 1);

	if (sub != NULL)
		sub->plan = PLAN_MISSING;
	return sub != NULL;
}

static bool
plan_unknown(struct spoiler *s, struct life *life)
{
	struct subscription *sub = closed_sub(s, life, 1);

	if (sub != NULL)
		sub->plan =
			(uint8_t) (PLAN_UNKNOWN + between(s->rng, 0, UNKNOWN_NAMES - 1));
	return sub != NULL;
}

/*
 * Adds a row inside a closed one: it overlaps that one alone, because the
 * clean rows of a plan do not overlap each other.
 */
static bool
overlap_same_plan(struct spoiler *s, struct life *life)
{
	struct subscription *sub = closed_sub(s, life, OVERLAP_MIN_DAYS);
	struct subscription inner;

	if (sub == NULL)
		return false;
	inner = *sub;
	inner.start = between(s->rng, sub->start + 1, sub->end - 1);
	life_add_sub(life, inner);
	return true;
}

/* The first subscription, where there is room for it inside the window. */
static bool
start_before_signup(struct spoiler *s, struct life *life)
{
	struct subscription *sub = life->subs;

	if (life->n_subs == 0 || sub->end == DAY_NONE ||
		life->who.signup - EARLY_DAYS < s->co->first_day)
		return false;
	sub->start = life->who.signup - between(s->rng, 1, EARLY_DAYS);
	return true;
}

const struct rule subscription_rules[SUBSCRIPTION_RULES] = {
	{"subscription_id_missing", id_missing},
	{"subscription_id_duplicate", id_duplicate},
	{"subscription_unknown_customer", unknown_customer},
	{"subscription_customer_missing", customer_missing},
	{"start_date_missing", start_missing},
	{"end_before_start", end_before_start},
	{"zero_length", zero_length},
	{"price_missing", price_missing},
	{"price_negative", price_negative},
	{"price_zero", price_zero},
	{"plan_missing", plan_missing},
	{"plan_unknown", plan_unknown},
	{"overlap_same_plan", overlap_same_plan},
	{"start_before_signup", start_before_signup},
};
