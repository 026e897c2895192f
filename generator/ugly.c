/*
 * When which defect is planted.  Every rule has a number wanted and a pace
 * that reaches it after 60 % of the customers: later ones have had less time
 * to end a subscription.  They make up for lives that offered no place.
 */
#include "ugly.h"

#include <string.h>

#define CUSTOMERS_PER_DEFECT 2000
#define PACE_NUM 5 /* 1 / 0.6 */
#define PACE_DEN 3

#define SUB_FROM CUSTOMER_RULES
#define SUB_TO (CUSTOMER_RULES + SUBSCRIPTION_RULES)

void
ugly_init(struct ugly *u, const struct company *co, gsl_rng *rng)
{
	memset(u, 0, sizeof *u);
	u->spoiler = (struct spoiler){.co = co, .rng = rng};
	memcpy(u->rules, customer_rules, sizeof customer_rules);
	memcpy(u->rules + CUSTOMER_RULES, subscription_rules,
		   sizeof subscription_rules);
	memcpy(u->rules + CUSTOMER_RULES + SUBSCRIPTION_RULES, payment_rules,
		   sizeof payment_rules);
	/* Unlike numbers, so that a check that mixes up two rules is seen. */
	for (int i = 0; i < LIFE_RULES; i++)
		u->wanted[i] =
			UGLY_LEAST + i % 5 + co->customers / CUSTOMERS_PER_DEFECT;
}

const char *
ugly_name(const struct ugly *u, int rule)
{
	return rule < LIFE_RULES ? u->rules[rule].name
							 : cost_rule_names[rule - LIFE_RULES];
}

/* How many of a rule should stand once `number` customers are written. */
static int64_t
due_by(const struct ugly *u, int rule, int32_t number)
{
	int64_t den = (int64_t) PACE_DEN * u->spoiler.co->customers;
	int64_t due = ((int64_t) u->wanted[rule] * number * PACE_NUM * LIFE_RULES +
				   rule * den) /
				  (den * LIFE_RULES);

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
 * Closed subscriptions are the scarcest place, so their rules come first; then
 * payments, and last the rules that any customer can carry.
 */
void
ugly_life(struct ugly *u, struct life *life)
{
	stream_start(u->spoiler.rng, u->spoiler.co->seed, STREAM_DEFECTS,
				 (uint32_t) life->who.number);
	if (plant_among(u, life, SUB_FROM, SUB_TO, &u->turn[0]) ||
		plant_among(u, life, SUB_TO, LIFE_RULES, &u->turn[1]))
		return;
	plant_among(u, life, 0, SUB_FROM, &u->turn[2]);
	/* Without an id or a signup yet, more rows would be a second defect. */
	if (life->who.id_blank || life->who.signup > u->spoiler.co->last_day)
		life_forget_doings(life);
}

const char *
ugly_short(const struct ugly *u)
{
	for (int i = 0; i < ALL_RULES; i++)
		if (u->planted[i] < UGLY_LEAST)
			return ugly_name(u, i);
	return NULL;
}
