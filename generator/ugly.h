/*
 * Planted defects.  A customer with all its rows carries at most one, so that
 * the counts do not depend on each other.  What is drawn here comes from
 * streams of its own: the rest of the data is the same as without defects.
 */
#ifndef GEN_UGLY_H
#define GEN_UGLY_H

#include "company.h"
#include "stream.h"

/* What a planter needs to know beside the life it spoils. */
struct spoiler
{
	const struct company *co;
	gsl_rng *rng;
	int32_t strangers; /* unknown customers invented so far */
};

/*
 * A rule of the data check and how to break it once.  plant returns false, and
 * has changed nothing, where this life offers no place for it.
 */
struct rule
{
	const char *name;
	bool (*plant)(struct spoiler *s, struct life *life);
};

#define CUSTOMER_RULES 9
#define SUBSCRIPTION_RULES 14
#define PAYMENT_RULES 13
#define COST_RULES 4
#define LIFE_RULES (CUSTOMER_RULES + SUBSCRIPTION_RULES + PAYMENT_RULES)
#define ALL_RULES (LIFE_RULES + COST_RULES)

extern const struct rule customer_rules[CUSTOMER_RULES];
extern const struct rule subscription_rules[SUBSCRIPTION_RULES];
extern const struct rule payment_rules[PAYMENT_RULES];
extern const char *const cost_rule_names[COST_RULES];

struct ugly
{
	struct spoiler spoiler;
	struct rule rules[LIFE_RULES];
	int32_t wanted[LIFE_RULES];
	int32_t planted[ALL_RULES];
	int turn[3]; /* per kind of row, the rule to be tried first */
};

struct cost_row
{
	int month;             /* of the window, 0.. */
	const char *odd_month; /* written instead when not NULL */
	int64_t infra, marketing, support;
};

#define UGLY_COST_EXTRA 16 /* rows that ugly_costs may add */
#define UGLY_LEAST 3       /* of every kind */

void ugly_init(struct ugly *u, const struct company *co, gsl_rng *rng);
const char *ugly_name(const struct ugly *u, int rule);

/* Spoils the life if a defect is due and the life offers a place for it. */
void ugly_life(struct ugly *u, struct life *life);

/* Spoils the monthly rows; n months in, the number of rows out. */
int ugly_costs(struct ugly *u, struct cost_row *rows, int n);

/* A rule with fewer than UGLY_LEAST defects, or NULL. */
const char *ugly_short(const struct ugly *u);

#endif
