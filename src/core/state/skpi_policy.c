#include "skpi_policy_core.h"

#include <string.h>

#define DAYS_MAX 100000

bool
skpi_policy_valid(const skpi_policy *p)
{
	return p->pauses < SKPI_PAUSES_END && p->same_month < SKPI_SAME_MONTH_END &&
		   p->grace >= SKPI_FOR_EVER && p->grace <= DAYS_MAX &&
		   p->new_after >= SKPI_FOR_EVER && p->new_after <= DAYS_MAX &&
		   p->returns_after >= 0 && p->returns_after <= DAYS_MAX;
}

/* Whether a class counts on days within its grace. */
bool
skpi_class_counts(const skpi_policy *p, const skpi_class *c)
{
	if ((c->metered && !p->metered) || (c->notice && p->at_notice))
		return false;
	switch (c->standing)
	{
		case SKPI_ON_TRIAL:
			return p->trials;
		case SKPI_UNPAID:
			return p->unpaid;
		case SKPI_NEVER_PAID:
			return p->never_paid;
		case SKPI_PAUSED:
			return p->pauses == SKPI_PAUSES_KEEP;
		default:
			return true;
	}
}

skpi_status
skpi_move_level(skpi_policy_class *c, const int64_t *v)
{
	for (int i = 0; i < SKPI_LEDGER_VALUES; i++)
	{
		if (skpi_add_to(&c->level[i], v[i], 1) != SKPI_OK ||
			skpi_add_to(&c->level[i], v[SKPI_LEDGER_VALUES + i], -1) != SKPI_OK)
			return SKPI_E_OVERFLOW;
		if (c->level[i] < 0)
			return SKPI_E_CORRUPT;
	}
	/* each is at least 0, so that the sums of rows do not show */
	return c->level[SKPI_RECURRING] > c->level[SKPI_LIST] ||
				   c->level[SKPI_ONCE] >
					   c->level[SKPI_LIST] - c->level[SKPI_RECURRING]
			   ? SKPI_E_CORRUPT
			   : SKPI_OK;
}

bool
skpi_next_instant(const skpi_policy_walk *w, int32_t *k1)
{
	const skpi_policy_class *e = skpi_expiring(w);
	bool has_row = w->next < w->ledger->n_rows;
	int32_t row = has_row ? skpi_tally_row(w->ledger, w->next)->k1 : 0;

	if (e != NULL && (!has_row || row >= SKPI_LEDGER_INSTANT(e->expires, true)))
		row = SKPI_LEDGER_INSTANT(e->expires, true);
	*k1 = row;
	return has_row || e != NULL;
}

static bool
same_plan(const skpi_class *a, const skpi_class *b)
{
	return a->plan_length == b->plan_length &&
		   memcmp(a->plan, b->plan, a->plan_length) == 0;
}

/* The first class of the same plan and of the same term. */
static void
find_groups(skpi_policy_class *classes, int32_t i)
{
	skpi_policy_class *c = &classes[i];

	c->plan = c->term = i;
	for (int32_t j = 1; j < i && (c->plan == i || c->term == i); j++)
	{
		if (c->plan == i && classes[j].plan == j &&
			same_plan(&c->class, &classes[j].class))
			c->plan = j;
		if (c->term == i && classes[j].term == j &&
			c->class.months == classes[j].class.months)
			c->term = j;
	}
}

/* Into the queue of classes by the day their grace ends. */
static void
enqueue(skpi_policy_walk *w, int32_t i)
{
	skpi_policy_class *q = w->classes;
	int32_t at = w->n_expiring++;

	for (; at > 0 && q[q[at - 1].queued].expires > q[i].expires; at--)
		q[at].queued = q[at - 1].queued;
	q[at].queued = i;
}

skpi_status
skpi_policy_walk_begin(skpi_policy_walk *w, const skpi_tally *ledger,
					   const skpi_policy *policy, int32_t as_of,
					   skpi_policy_class *scratch)
{
	const char *next = skpi_tally_labels(ledger);

	*w = (skpi_policy_walk){
		.ledger = ledger, .policy = policy, .classes = scratch, .as_of = as_of};
	memset(scratch, 0, skpi_policy_scratch(ledger) * sizeof(*scratch));
	for (int32_t i = 1; i <= ledger->n_labels; i++)
	{
		skpi_policy_class *c = &scratch[i];
		size_t length;
		const char *text = skpi_tally_label_next(&next, &length);
		skpi_status status = skpi_class_parse(text, length, &c->class);

		if (status != SKPI_OK)
			return status;
		find_groups(scratch, i);
		c->counts = skpi_class_counts(policy, &c->class);
		c->expires = SKPI_NO_DAY;
		if (c->counts && skpi_is_owed(&c->class) &&
			policy->grace != SKPI_FOR_EVER)
		{
			c->expires = c->class.since + policy->grace;
			enqueue(w, i);
		}
	}
	return SKPI_OK;
}

/* What a class brings to where the customer stands, or takes away again. */
static skpi_status
count_class(skpi_policy_walk *w, const skpi_policy_class *c, int sign)
{
	int64_t amount = skpi_worth(w->policy, c->level);
	int64_t list = c->level[SKPI_LIST];
	skpi_status status = SKPI_OK;

	if (c->class.standing == SKPI_ON_TRIAL || c->class.standing == SKPI_PAUSED)
		status =
			c->class.metered && !w->policy->metered
				? SKPI_OK
				: skpi_add_to(c->class.standing == SKPI_PAUSED ? &w->now.paused
															   : &w->now.trial,
							  amount, sign);
	if (!c->counts || c->expired || status != SKPI_OK)
		return status;
	if (skpi_add_to(&w->now.mrr, amount, sign) != SKPI_OK ||
		skpi_add_to(&w->now.list, list, sign) != SKPI_OK ||
		skpi_add_to(&w->now.quantity, c->level[SKPI_QUANTITY], sign) !=
			SKPI_OK ||
		skpi_add_to(&w->now.committed, c->class.notice ? 0 : amount, sign) !=
			SKPI_OK ||
		skpi_add_to(&w->now.past_due, skpi_is_owed(&c->class) ? amount : 0,
					sign) != SKPI_OK ||
		skpi_add_to(&w->classes[c->plan].plan_is, list, sign) != SKPI_OK)
		return SKPI_E_OVERFLOW;
	return skpi_add_to(&w->classes[c->term].term_is, list, sign);
}

/* What a row tells of why things change. */
static void
note_row(const skpi_policy_class *c, const skpi_row *row, skpi_policy_step *s)
{
	int64_t started = row->v[SKPI_LIST];
	int64_t ended = row->v[SKPI_LEDGER_VALUES + SKPI_LIST];
	bool counts = c->counts && !c->expired;

	if (ended > 0 && c->class.standing == SKPI_ON_TRIAL)
		s->trial_ended = true;
	if (ended > started && skpi_is_owed(&c->class) && !counts)
		s->recovered = true;
	if (started > ended && skpi_is_owed(&c->class) && !counts)
		s->expired = true;
	if (started > 0 && c->class.notice && !counts && !skpi_is_owed(&c->class))
		s->notice = true;
	if (ended > 0 && !skpi_instant_is_cut(row->k1))
	{
		s->ended[c->class.reason] = true;
		s->owed = s->owed || skpi_is_owed(&c->class);
	}
}

static skpi_status
take_row(skpi_policy_walk *w, const skpi_row *row, skpi_policy_step *s)
{
	skpi_policy_class *c = &w->classes[skpi_key_label(row->k2)];
	skpi_status status = count_class(w, c, -1);

	if (row->k2 >= 0)
		note_row(c, row, s);
	if (status == SKPI_OK)
		status = skpi_move_level(c, row->v);
	return status == SKPI_OK ? count_class(w, c, 1) : status;
}

static skpi_status
expire(skpi_policy_walk *w, skpi_policy_class *c, skpi_policy_step *s)
{
	skpi_status status = count_class(w, c, -1);

	s->expired = s->expired || c->level[SKPI_LIST] > 0;
	c->expired = true;
	return status;
}

/* Whether a plan or a term came to count or ceased to, in this step. */
static void
note_groups(skpi_policy_walk *w, const skpi_policy_class *c,
			skpi_policy_step *s)
{
	skpi_policy_class *plan = &w->classes[c->plan];
	skpi_policy_class *term = &w->classes[c->term];

	if ((plan->plan_is == 0) != (plan->plan_was == 0))
		s->plans_differ = true;
	if ((term->term_is == 0) != (term->term_was == 0))
		s->terms_differ = true;
	plan->plan_was = plan->plan_is;
	term->term_was = term->term_is;
}

skpi_status
skpi_policy_walk_next(skpi_policy_walk *w, skpi_policy_step *step, bool *more)
{
	uint32_t first = w->next;
	int32_t first_expiring = w->next_expiring;
	skpi_policy_step s = {.was = w->now, .before = w->now};
	skpi_status status = SKPI_OK;
	int32_t k1;

	if (!skpi_next_instant(w, &k1) || skpi_instant_day(k1) > w->as_of)
	{
		*more = false;
		return SKPI_OK;
	}
	s.day = skpi_instant_day(k1);
	while (status == SKPI_OK && skpi_next_instant(w, &k1) &&
		   skpi_instant_day(k1) == s.day)
	{
		skpi_policy_class *e = skpi_expiring(w);

		if (e != NULL && k1 == SKPI_LEDGER_INSTANT(e->expires, true))
		{
			status = expire(w, e, &s);
			s.moved = true;
			w->next_expiring++;
		}
		else
		{
			const skpi_row *row = skpi_tally_row(w->ledger, w->next++);

			status = take_row(w, row, &s);
			if (row->k2 < 0)
				s.before = w->now;
			else
				s.moved = true;
		}
	}
	if (status != SKPI_OK)
		return status;
	for (uint32_t r = first; r < w->next; r++)
		note_groups(
			w, &w->classes[skpi_key_label(skpi_tally_row(w->ledger, r)->k2)],
			&s);
	for (int32_t i = first_expiring; i < w->next_expiring; i++)
		note_groups(w, &w->classes[w->classes[i].queued], &s);
	s.after = w->now;
	*step = s;
	*more = true;
	return SKPI_OK;
}
