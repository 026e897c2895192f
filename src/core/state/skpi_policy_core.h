/*
 * What the parts of skpi_policy.h share.
 */
#ifndef SKPI_POLICY_CORE_H
#define SKPI_POLICY_CORE_H

#include "skpi_policy.h"

static inline bool
skpi_is_owed(const skpi_class *c)
{
	return c->standing == SKPI_PAST_DUE || c->standing == SKPI_UNPAID ||
		   c->standing == SKPI_NEVER_PAID;
}

/* What amounts of a row are worth. */
static inline int64_t
skpi_worth(const skpi_policy *p, const int64_t *v)
{
	return v[SKPI_LIST] - (p->recurring ? v[SKPI_RECURRING] : 0) -
		   (p->once ? v[SKPI_ONCE] : 0);
}

static inline skpi_status
skpi_add_to(int64_t *sum, int64_t amount, int sign)
{
	if (sign > 0 ? __builtin_add_overflow(*sum, amount, sum)
				 : __builtin_sub_overflow(*sum, amount, sum))
		return SKPI_E_OVERFLOW;
	return SKPI_OK;
}

bool skpi_class_counts(const skpi_policy *p, const skpi_class *c);

/* A row of the ledger moves the level of its class. */
skpi_status skpi_move_level(skpi_policy_class *c, const int64_t *v);

static inline bool
skpi_counts_now(const skpi_policy_class *c)
{
	return c->counts && !c->expired;
}

/* The next class whose grace ends, if any. */
static inline skpi_policy_class *
skpi_expiring(const skpi_policy_walk *w)
{
	return w->next_expiring < w->n_expiring
			   ? &w->classes[w->classes[w->next_expiring].queued]
			   : NULL;
}

/* The first instant at which something happens; false when there is none. */
bool skpi_next_instant(const skpi_policy_walk *w, int32_t *k1);

#endif
