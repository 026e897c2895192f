/*
 * When which defect is planted.  Every rule has a number wanted and a pace
 * that reaches it after 85 % of the customers; the rest of the customers make
 * up for lives that offered no place.
 */
#include "ugly.h"

#include <string.h>

#define CUSTOMERS_PER_DEFECT 2000
#define PACE_NUM 20 /* 1 / 0.85 */
#define PACE_DEN 17

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

void
ugly_life(struct ugly *u, struct life *life)
{
	bool started = false;

	for (int i = 0; i < LIFE_RULES; i++)
	{
		int rule = (u->turn + i) % LIFE_RULES;

		if (u->planted[rule] >= due_by(u, rule, life->who.number))
			continue;
		if (!started)
			stream_start(u->spoiler.rng, u->spoiler.co->seed, STREAM_DEFECTS,
						 (uint32_t) life->who.number);
		started = true;
		if (u->rules[rule].plant(&u->spoiler, life))
		{
			u->planted[rule]++;
			u->turn = (rule + 1) % LIFE_RULES;
			return;
		}
	}
}

const char *
ugly_short(const struct ugly *u)
{
	for (int i = 0; i < ALL_RULES; i++)
		if (u->planted[i] < UGLY_LEAST)
			return ugly_name(u, i);
	return NULL;
}
