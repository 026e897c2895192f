/*
 * Defects of products, sales reps and quotas.  The rows to be spoilt are
 * neighbours from a place drawn at random, each rule after the other.
 */
#include "ugly.h"

const char *const list_rule_names[LIST_RULES] = {
	"product_id_missing",     "product_id_duplicate",
	"product_name_missing",   "product_category_missing",
	"list_price_missing",     "list_price_negative",
	"unit_cost_missing",      "unit_cost_negative",
	"sales_rep_id_missing",   "sales_rep_id_duplicate",
	"sales_rep_name_missing", "quota_missing",
	"quota_duplicate",        "quota_negative",
	"quota_unknown_rep",
};

/* Twelve reps, the fewest, have room for each of them. */
static const int wanted[LIST_RULES] = {3, 4, 5, 3, 4, 5, 3, 4,
									   3, 5, 4, 3, 3, 3, 3};

enum list_rule
ugly_list(struct ugly *u, enum list_rule from, enum list_rule to, int32_t i,
		  int32_t n)
{
	int32_t place;

	if (u == NULL)
		return LIST_FINE;
	stream_start(u->spoiler.rng, u->spoiler.co->seed, STREAM_DEFECTS,
				 UINT32_MAX - from);
	place = (i - 1 + between(u->spoiler.rng, 0, n - 1)) % n;
	for (enum list_rule rule = from; rule <= to; rule++)
	{
		place -= wanted[rule];
		if (place >= 0)
			continue;
		u->planted[LIST_FROM + rule]++;
		return rule;
	}
	return LIST_FINE;
}
