/*
 * Planted defects.  A customer with all its rows carries at most one, so that
 * the counts do not depend on each other.  What is drawn here comes from
 * streams of its own: the rest of the data is the same as without defects.
 */
#ifndef GEN_UGLY_H
#define GEN_UGLY_H

#include "company.h"
#include "shop.h"
#include "stream.h"

/* What a planter needs to know beside the life it spoils. */
struct spoiler
{
	const struct company *co;
	gsl_rng *rng;
	const struct shop *shop; /* NULL without one */
	int32_t strangers;       /* unknown ids invented so far */
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
#define EVENT_RULES 10
#define DEAL_RULES 16
#define ENTRY_RULES 8
#define ORDER_RULES 12
#define LINE_RULES 12
#define LIST_RULES 15

extern const struct rule customer_rules[CUSTOMER_RULES];
extern const struct rule subscription_rules[SUBSCRIPTION_RULES];
extern const struct rule payment_rules[PAYMENT_RULES];
extern const char *const cost_rule_names[COST_RULES];
extern const struct rule event_rules[EVENT_RULES];
extern const struct rule deal_rules[DEAL_RULES];
extern const struct rule entry_rules[ENTRY_RULES];
extern const struct rule order_rules[ORDER_RULES];
extern const struct rule line_rules[LINE_RULES];
extern const char *const list_rule_names[LIST_RULES];

/* Where the rules of a kind of row begin among all; the next kind ends it. */
enum
{
	CUSTOMER_FROM = 0,
	SUBSCRIPTION_FROM = CUSTOMER_FROM + CUSTOMER_RULES,
	PAYMENT_FROM = SUBSCRIPTION_FROM + SUBSCRIPTION_RULES,
	COST_FROM = PAYMENT_FROM + PAYMENT_RULES,
	EVENT_FROM = COST_FROM + COST_RULES,
	DEAL_FROM = EVENT_FROM + EVENT_RULES,
	ENTRY_FROM = DEAL_FROM + DEAL_RULES,
	ORDER_FROM = ENTRY_FROM + ENTRY_RULES,
	LINE_FROM = ORDER_FROM + ORDER_RULES,
	LIST_FROM = LINE_FROM + LINE_RULES,
	ALL_RULES = LIST_FROM + LIST_RULES,
};

struct ugly
{
	struct spoiler spoiler;
	bool events;
	struct rule rules[ALL_RULES]; /* plant is NULL for costs and lists */
	int32_t wanted[ALL_RULES];
	int32_t planted[ALL_RULES];
	int turn[6]; /* per kind of row, the rule to be tried first */
};

/* Rows of the shop's lists, each of which is spoilt at most once. */
enum list_rule
{
	PRODUCT_ID_MISSING, /* as a row more */
	PRODUCT_ID_DUPLICATE,
	PRODUCT_NAME_MISSING,
	PRODUCT_CATEGORY_MISSING,
	LIST_PRICE_MISSING,
	LIST_PRICE_NEGATIVE,
	UNIT_COST_MISSING,
	UNIT_COST_NEGATIVE,
	REP_ID_MISSING, /* as a row more */
	REP_ID_DUPLICATE,
	REP_NAME_MISSING,
	QUOTA_MISSING, /* one month of the rep, not the first or the last */
	QUOTA_DUPLICATE,
	QUOTA_NEGATIVE,
	QUOTA_UNKNOWN_REP, /* as a row more */
	LIST_FINE,
};

struct cost_row
{
	int month;             /* of the window, 0.. */
	const char *odd_month; /* written instead when not NULL */
	int64_t infra, marketing, support;
};

#define UGLY_COST_EXTRA 16 /* rows that ugly_costs may add */
#define UGLY_LEAST 3       /* of every kind */

void ugly_init(struct ugly *u, const struct company *co, bool events,
			   const struct shop *shop, gsl_rng *rng);

/* Is the rule about rows that are written? */
bool ugly_applies(const struct ugly *u, int rule);

/* Spoils the life if a defect is due and the life offers a place for it. */
void ugly_life(struct ugly *u, struct life *life);

/* Spoils the monthly rows; n months in, the number of rows out. */
int ugly_costs(struct ugly *u, struct cost_row *rows, int n);

/*
 * What becomes of row i of n, both counted from 1, among the rules from..to of
 * a list, both included; LIST_FINE for most, and when u is NULL.
 */
enum list_rule ugly_list(struct ugly *u, enum list_rule from, enum list_rule to,
						 int32_t i, int32_t n);

/* Uncertain days after the window, the future by any clock. */
int32_t ugly_future(struct spoiler *s);

/* A rule with fewer than UGLY_LEAST defects, or NULL. */
const char *ugly_short(const struct ugly *u);

#endif
