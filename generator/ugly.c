/*
 * When which defect is planted.  Every rule has a number wanted and a pace
 * that reaches it after 60 % of the customers: later ones have had less time
 * to end a subscription.  They make up for lives that offered no place.
 */
#include "ugly.h"

#include <string.h>

#define CUSTOMERS_PER_DEFECT 2000
#define CUSTOMERS_PER_DOING 4000 /* events and trade have more rules */
#define FUTURE_DAYS 3650
#define PACED COST_FROM /* rules among which the pace is staggered */
#define PACE_NUM 5      /* 1 / 0.6 */
#define PACE_DEN 3

static void
set_rules(struct ugly *u)
{
	memcpy(u->rules, customer_rules, sizeof customer_rules);
	memcpy(u->rules + SUBSCRIPTION_FROM, subscription_rules,
		   sizeof subscription_rules);
	memcpy(u->rules + PAYMENT_FROM, payment_rules, sizeof payment_rules);
	memcpy(u->rules + EVENT_FROM, event_rules, sizeof event_rules);
	memcpy(u->rules + DEAL_FROM, deal_rules, sizeof deal_rules);
	memcpy(u->rules + ENTRY_FROM, entry_rules, sizeof entry_rules);
	memcpy(u->rules + ORDER_FROM, order_rules, sizeof order_rules);
	memcpy(u->rules + LINE_FROM, line_rules, sizeof line_rules);
	for (int i = 0; i < COST_RULES; i++)
		u->rules[COST_FROM + i].name = cost_rule_names[i];
	for (int i = 0; i < LIST_RULES; i++)
		u->rules[LIST_FROM + i].name = list_rule_names[i];
}

void
ugly_init(struct ugly *u, const struct company *co, bool events,
		  const struct shop *shop, gsl_rng *rng)
{
	memset(u, 0, sizeof *u);
	u->spoiler = (struct spoiler){.co = co, .rng = rng, .shop = shop};
	u->events = events;
	set_rules(u);
	/* Unlike numbers, so that a check that mixes up two rules is seen. */
	for (int i = 0; i < ALL_RULES; i++)
		u->wanted[i] =
			i < COST_FROM
				? UGLY_LEAST + i % 5 + co->customers / CUSTOMERS_PER_DEFECT
				: UGLY_LEAST + i % 3 + co->customers / CUSTOMERS_PER_DOING;
}

bool
ugly_applies(const struct ugly *u, int rule)
{
	if (rule < EVENT_FROM)
		return true;
	return rule < DEAL_FROM ? u->events : u->spoiler.shop != NULL;
}

int32_t
ugly_future(struct spoiler *s)
{
	return s->co->last_day + FUTURE_DAYS + between(s->rng, 0, 700);
}

/* How many of a rule should stand once `number` customers are written. */
static int64_t
due_by(const struct ugly *u, int rule, int32_t number)
{
	int64_t den = (int64_t) PACE_DEN * u->spoiler.co->customers;
	int64_t due = ((int64_t) u->wanted[rule] * number * PACE_NUM * PACED +
				   rule % PACED * den) /
				  (den * PACED);

	return due < u->wanted[rule] ? due : u->wanted[rule];
}

/*
 * Tries the rules that are behind among from..to-1, beginning with the one
 * whose turn it is; true if one found its place.
 */
static bool
plant_among(struct ugly *u, struct life *life, int from, int to, int *turn)
{
	for (int i = 0; i < to - from; i++)
	{
		int rule = from + (*turn + i) % (to - from);

		if (u->planted[rule] >= due_by(u, rule, life->who.number) ||
			!u->rules[rule].plant(&u->spoiler, life))
			continue;
		u->planted[rule]++;
		*turn = rule - from + 1;
		return true;
	}
	return false;
}

/*
 * The scarcest places come first: closed subscriptions, then payments,
 * opportunities, orders and events, and last what any customer can carry.
 */
static void
plant(struct ugly *u, struct life *life)
{
	static const int parts[][2] = {
		{SUBSCRIPTION_FROM, PAYMENT_FROM}, {PAYMENT_FROM, COST_FROM},
		{DEAL_FROM, ORDER_FROM},           {ORDER_FROM, LIST_FROM},
		{EVENT_FROM, DEAL_FROM},           {CUSTOMER_FROM, SUBSCRIPTION_FROM},
	};

	for (int i = 0; i < 6; i++)
		if (ugly_applies(u, parts[i][0]) &&
			plant_among(u, life, parts[i][0], parts[i][1], &u->turn[i]))
			return;
}

void
ugly_life(struct ugly *u, struct life *life)
{
	stream_start(u->spoiler.rng, u->spoiler.co->seed, STREAM_DEFECTS,
				 (uint32_t) life->who.number);
	plant(u, life);
	/* Without an id or a signup yet, more rows would be a second defect. */
	if (life->who.id_blank || life->who.signup > u->spoiler.co->last_day)
		life_forget_doings(life);
}

const char *
ugly_short(const struct ugly *u)
{
	for (int i = 0; i < ALL_RULES; i++)
		if (ugly_applies(u, i) && u->planted[i] < UGLY_LEAST)
			return u->rules[i].name;
	return NULL;
}
