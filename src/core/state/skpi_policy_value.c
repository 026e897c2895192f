/*
 * A ledger under a policy as numbers: the level over time, and the difference
 * between two policies.
 */
#include "skpi_policy_core.h"

/* The level of every class at the end of a day. */
static skpi_status
levels_at(const skpi_tally *ledger, int32_t day, skpi_policy_class *classes)
{
	for (uint32_t r = 0; r < ledger->n_rows; r++)
	{
		const skpi_row *row = skpi_tally_row(ledger, r);
		skpi_status status;

		if (skpi_instant_day(row->k1) > day)
			break;
		status = skpi_move_level(&classes[skpi_key_label(row->k2)], row->v);
		if (status != SKPI_OK)
			return status;
	}
	return SKPI_OK;
}

static skpi_status
value_at(const skpi_policy_class *classes, int32_t n, const skpi_policy *p,
		 int32_t day, int64_t *value)
{
	*value = 0;
	for (int32_t i = 1; i <= n; i++)
	{
		const skpi_class *c = &classes[i].class;
		bool late = skpi_is_owed(c) && p->grace != SKPI_FOR_EVER &&
					day >= c->since + p->grace;

		if (skpi_class_counts(p, c) && !late &&
			skpi_add_to(value, skpi_worth(p, classes[i].level), 1) != SKPI_OK)
			return SKPI_E_OVERFLOW;
	}
	return SKPI_OK;
}

/* One axis of `to` becomes that of `from`. */
static void
switch_axis(skpi_policy *to, const skpi_policy *from, skpi_policy_axis axis)
{
	switch (axis)
	{
		case SKPI_AXIS_TRIALS:
			to->trials = from->trials;
			to->never_paid = from->never_paid;
			break;
		case SKPI_AXIS_PAUSES:
			to->pauses = from->pauses;
			break;
		case SKPI_AXIS_PAST_DUE:
			to->grace = from->grace;
			to->unpaid = from->unpaid;
			break;
		case SKPI_AXIS_METERED:
			to->metered = from->metered;
			break;
		case SKPI_AXIS_NOTICE:
			to->at_notice = from->at_notice;
			break;
		case SKPI_AXIS_RECURRING:
			to->recurring = from->recurring;
			break;
		default:
			to->once = from->once;
	}
}

skpi_status
skpi_policy_explain(const skpi_tally *ledger, const skpi_policy *a,
					const skpi_policy *b, int32_t day,
					skpi_policy_class *scratch, int64_t parts[SKPI_POLICY_AXES])
{
	skpi_policy p = *a;
	skpi_policy_walk w;
	int64_t was;
	skpi_status status = skpi_policy_walk_begin(&w, ledger, a, day, scratch);

	if (status == SKPI_OK)
		status = levels_at(ledger, day, scratch);
	if (status == SKPI_OK)
		status = value_at(scratch, ledger->n_labels, &p, day, &was);
	for (int i = 0; i < SKPI_POLICY_AXES && status == SKPI_OK; i++)
	{
		int64_t is;

		switch_axis(&p, b, (skpi_policy_axis) i);
		status = value_at(scratch, ledger->n_labels, &p, day, &is);
		if (status != SKPI_OK)
			break;
		parts[i] = is - was;
		was = is;
	}
	return status;
}

size_t
skpi_policy_history_bytes(const skpi_tally *ledger)
{
	return sizeof(skpi_tally) + ledger->label_bytes + 16 +
		   ((size_t) ledger->n_rows *
				(ledger->version >= SKPI_TALLY_ASIDES ? 2 : 1) +
			ledger->n_labels) *
			   (sizeof(skpi_row) + 2 * sizeof(int64_t));
}

/*
 * The plans that come to count, as labels of h.  A plan's number there is kept
 * in plan_was of its first class, once all are there.
 */
static skpi_status
name_plans(const skpi_policy_walk *w, skpi_tally *h, size_t cap)
{
	const skpi_tally *ledger = w->ledger;
	skpi_policy_class *q = w->classes;

	for (uint32_t r = 0; r < ledger->n_rows; r++)
	{
		const skpi_row *row = skpi_tally_row(ledger, r);
		const skpi_policy_class *c = &q[skpi_key_label(row->k2)];

		if (c->counts && skpi_worth(w->policy, row->v) > 0 &&
			(c->expires == SKPI_NO_DAY ||
			 row->k1 < SKPI_LEDGER_INSTANT(c->expires, true)))
			q[c->plan].plan_is = 1;
	}
	for (int pass = 0; pass < 2; pass++)
		for (int32_t i = 1; i <= ledger->n_labels; i++)
		{
			int32_t label;
			skpi_status status;

			if (q[i].plan_is == 0)
				continue;
			status = skpi_tally_label(h, cap, q[i].class.plan,
									  q[i].class.plan_length, &label);
			if (status != SKPI_OK)
				return status;
			q[i].plan_was = label;
		}
	return SKPI_OK;
}

/* What a row changes of what is paused, where the policy tells of pauses. */
static skpi_status
put_paused(const skpi_policy_walk *w, const skpi_row *row, skpi_tally *h,
		   size_t cap)
{
	const skpi_policy_class *c = &w->classes[skpi_key_label(row->k2)];
	int32_t day = skpi_instant_day(row->k1);
	int32_t plan = (int32_t) w->classes[c->plan].plan_was;
	int64_t rose = skpi_worth(w->policy, row->v);
	int64_t fell = skpi_worth(w->policy, row->v + SKPI_LEDGER_VALUES);
	skpi_status status;

	if (c->class.standing != SKPI_PAUSED ||
		w->policy->pauses != SKPI_PAUSES_ZERO ||
		(c->class.metered && !w->policy->metered))
		return SKPI_OK;
	status = skpi_history_pause(h, cap, day, plan, rose, fell);
	if (status == SKPI_OK && row->k2 < 0)
		status = skpi_history_aside(h, cap, day, plan, SKPI_ASIDE_PAUSED_FX,
									rose, fell);
	return status;
}

/* What starts and ends, of its own or for its rate alone. */
static skpi_status
put_whole(const skpi_policy_walk *w, const skpi_row *row, skpi_tally *h,
		  size_t cap)
{
	const skpi_policy_class *c = &w->classes[skpi_key_label(row->k2)];
	int32_t day = skpi_instant_day(row->k1);
	int32_t plan = (int32_t) w->classes[c->plan].plan_was;
	int64_t rose = skpi_worth(w->policy, row->v);
	int64_t fell = skpi_worth(w->policy, row->v + SKPI_LEDGER_VALUES);
	skpi_status status =
		skpi_tally_add(h, cap, day, plan, (int64_t[]){rose, fell});

	if (status == SKPI_OK && row->k2 < 0)
		status =
			skpi_history_aside(h, cap, day, plan, SKPI_ASIDE_FX, rose, fell);
	return status;
}

/* A change of a plan that goes on, netted with others of its instant. */
static skpi_status
put_net(const skpi_policy_walk *w, const skpi_policy_class *c, int32_t day,
		skpi_tally *h, size_t cap)
{
	skpi_policy_class *plan = &w->classes[c->plan];
	int64_t net = plan->term_is;

	plan->term_is = 0;
	return skpi_tally_add(h, cap, day, (int32_t) plan->plan_was,
						  (int64_t[]){net > 0 ? net : 0, net < 0 ? -net : 0});
}

/* All of an instant that cuts: first what each brings, then the nets. */
static skpi_status
put_cuts(skpi_policy_walk *w, int32_t k1, skpi_tally *h, size_t cap)
{
	uint32_t first = w->next;
	int32_t first_expiring = w->next_expiring;
	int32_t day = skpi_instant_day(k1);
	skpi_policy_class *e;
	skpi_status status = SKPI_OK;

	for (; (e = skpi_expiring(w)) != NULL && e->expires == day;
		 w->next_expiring++)
	{
		e->expired = true;
		if (skpi_add_to(&w->classes[e->plan].term_is,
						skpi_worth(w->policy, e->level), -1) != SKPI_OK)
			return SKPI_E_OVERFLOW;
	}
	for (; w->next < w->ledger->n_rows &&
		   skpi_tally_row(w->ledger, w->next)->k1 == k1;
		 w->next++)
	{
		const skpi_row *row = skpi_tally_row(w->ledger, w->next);
		skpi_policy_class *c = &w->classes[row->k2];
		int64_t *net = &w->classes[c->plan].term_is;

		status = skpi_move_level(c, row->v);
		if (status == SKPI_OK)
			status = put_paused(w, row, h, cap);
		if (status != SKPI_OK)
			return status;
		if (skpi_counts_now(c) &&
			(skpi_add_to(net, skpi_worth(w->policy, row->v), 1) != SKPI_OK ||
			 skpi_add_to(net,
						 skpi_worth(w->policy, row->v + SKPI_LEDGER_VALUES),
						 -1) != SKPI_OK))
			return SKPI_E_OVERFLOW;
	}
	for (int32_t i = first_expiring; i < w->next_expiring && status == SKPI_OK;
		 i++)
		status = put_net(w, &w->classes[w->classes[i].queued], day, h, cap);
	for (uint32_t r = first; r < w->next && status == SKPI_OK; r++)
		status = put_net(w, &w->classes[skpi_tally_row(w->ledger, r)->k2], day,
						 h, cap);
	return status;
}

skpi_status
skpi_policy_history(const skpi_tally *ledger, const skpi_policy *policy,
					skpi_policy_class *scratch, skpi_tally *h, size_t cap)
{
	skpi_policy_walk w;
	int32_t k1;
	skpi_status status =
		skpi_policy_walk_begin(&w, ledger, policy, SKPI_DAY_MAX, scratch);

	skpi_history_init(h, true);
	h->skipped = ledger->skipped;
	if (status == SKPI_OK)
		status = name_plans(&w, h, cap);
	while (status == SKPI_OK && skpi_next_instant(&w, &k1) &&
		   skpi_instant_day(k1) <= SKPI_DAY_MAX)
	{
		const skpi_row *row;
		skpi_policy_class *c;

		if (skpi_instant_is_cut(k1))
		{
			status = put_cuts(&w, k1, h, cap);
			continue;
		}
		row = skpi_tally_row(ledger, w.next++);
		c = &scratch[skpi_key_label(row->k2)];
		status = skpi_move_level(c, row->v);
		if (status == SKPI_OK)
			status = put_paused(&w, row, h, cap);
		if (status == SKPI_OK && skpi_counts_now(c))
			status = put_whole(&w, row, h, cap);
	}
	return status;
}
