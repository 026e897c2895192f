#include "skpi_flow.h"

#include <string.h>

void
skpi_flow_init(skpi_tally *flow, skpi_grain grain, int32_t as_of,
			   skpi_netting netting)
{
	skpi_tally_init(flow, SKPI_MRR_FLOW, grain,
					(int32_t[]){as_of, (int32_t) netting, 0});
}

size_t
skpi_flow_room(const skpi_tally *flow, const skpi_tally *history)
{
	/* a day is at most two groups; each writes the total and its labels */
	size_t rows = (size_t) history->n_rows * 4 + 1;

	return skpi_tally_room(flow, rows) + history->label_bytes + 16;
}

size_t
skpi_flow_scratch(const skpi_tally *history)
{
	/* per label: its level, and its number in the flow */
	return 2 * ((size_t) history->n_labels + 1);
}

/* One customer being added. */
typedef struct adder
{
	skpi_tally *flow;
	size_t cap;
	const skpi_tally *history;
	int64_t *level; /* per label of the history, from 1 */
	int64_t *index; /* the label's number in the flow */
} adder;

static skpi_status
put(const adder *a, int32_t label, int32_t period, const int64_t *v)
{
	return skpi_tally_add(a->flow, a->cap, label, period, v);
}

/* What a label's change becomes, given what is left to transfer. */
static void
split_change(int64_t *v, const skpi_step *step, int64_t before, int64_t change,
			 int64_t *to_transfer)
{
	bool rises = change > 0;
	int64_t size = rises ? change : -change;
	int64_t after = before + change;
	int64_t moved = size < *to_transfer ? size : *to_transfer;
	bool own = step->movement == SKPI_NEW || step->movement == SKPI_CHURN ||
			   step->movement == SKPI_REACTIVATION;

	*to_transfer -= moved;
	v[rises ? SKPI_FLOW_TRANSFER_IN : SKPI_FLOW_TRANSFER_OUT] = moved;
	if (size > moved)
		v[step->movement] = size - moved;
	if (before == 0 || after == 0)
		v[own ? SKPI_FLOW_COUNTS + (int) step->movement
			  : (rises ? SKPI_FLOW_N_TRANSFER_IN : SKPI_FLOW_N_TRANSFER_OUT)] =
			1;
	else if (size > moved)
		v[SKPI_FLOW_COUNTS + (int) step->movement] = 1;
}

/* Rises against falls: the smaller side is what only changed its label. */
static skpi_status
transferable(const adder *a, const skpi_step *step, int64_t *amount)
{
	int64_t rise = 0;
	int64_t fall = 0;

	for (int32_t i = 1; i <= a->history->n_labels; i++)
	{
		int64_t change;
		skpi_status status = skpi_step_change(a->history, step, i, &change);

		if (status != SKPI_OK)
			return status;
		if (__builtin_add_overflow(change > 0 ? rise : fall, change,
								   change > 0 ? &rise : &fall) ||
			fall == INT64_MIN)
			return SKPI_E_OVERFLOW;
	}
	*amount = rise < -fall ? rise : -fall;
	return SKPI_OK;
}

static skpi_status
add_labels(const adder *a, const skpi_step *step, int32_t period)
{
	int64_t in;
	int64_t out;
	skpi_status status = transferable(a, step, &in);

	out = in;
	for (int32_t i = 1; status == SKPI_OK && i <= a->history->n_labels; i++)
	{
		int64_t v[SKPI_FLOW_WIDTH] = {0};
		int64_t change;
		int64_t after;

		status = skpi_step_change(a->history, step, i, &change);
		if (status != SKPI_OK || change == 0)
			continue;
		if (__builtin_add_overflow(a->level[i], change, &after))
			return SKPI_E_OVERFLOW;
		if (after < 0)
			return SKPI_E_CORRUPT;
		split_change(v, step, a->level[i], change, change > 0 ? &in : &out);
		a->level[i] = after;
		status = put(a, (int32_t) a->index[i], period, v);
	}
	return status;
}

static skpi_status
add_step(const adder *a, const skpi_step *step)
{
	int32_t period = skpi_period((skpi_grain) a->flow->grain, step->day);
	int64_t v[SKPI_FLOW_WIDTH] = {0};
	int64_t size;
	skpi_status status = SKPI_OK;

	if (step->movement != SKPI_NO_MOVEMENT)
	{
		size = step->after - step->before;
		v[step->movement] = size < 0 ? -size : size;
		v[SKPI_FLOW_COUNTS + (int) step->movement] = 1;
		status = put(a, 0, period, v);
		if (status == SKPI_OK && a->history->n_labels == 1)
			return put(a, (int32_t) a->index[1], period, v);
	}
	if (status == SKPI_OK && a->history->n_labels > 1)
		status = add_labels(a, step, period);
	return status;
}

/* Adds sign times the gross rises of a walk to the round trip of its period. */
static skpi_status
add_gross(const adder *a, skpi_netting netting, int64_t sign)
{
	skpi_steps walk;
	skpi_step step;
	bool more;

	skpi_steps_begin(&walk, a->history, netting, (skpi_grain) a->flow->grain,
					 a->flow->param[0], 0);
	for (;;)
	{
		int64_t v[SKPI_FLOW_WIDTH] = {0};
		skpi_status status = skpi_steps_next(&walk, &step, &more);

		if (status != SKPI_OK || !more)
			return status;
		if (step.after <= step.before)
			continue;
		v[SKPI_FLOW_ROUND_TRIP] = sign * (step.after - step.before);
		status =
			put(a, 0, skpi_period((skpi_grain) a->flow->grain, step.day), v);
		if (status != SKPI_OK)
			return status;
	}
}

/* Two changes in one period: only then can coarser netting hide anything. */
static bool
may_round_trip(const skpi_tally *history, skpi_grain grain)
{
	for (uint32_t r = 0; r < history->n_rows; r++)
	{
		const skpi_row *row = skpi_tally_row(history, r);

		if (row->v[SKPI_STARTED] > 0 && row->v[SKPI_ENDED] > 0)
			return true;
		if (r > 0 && skpi_period(grain, skpi_tally_row(history, r - 1)->k1) ==
						 skpi_period(grain, row->k1))
			return true;
	}
	return false;
}

skpi_status
skpi_flow_add(skpi_tally *flow, size_t cap, const skpi_tally *history,
			  int64_t *scratch)
{
	skpi_netting netting = (skpi_netting) flow->param[1];
	adder a = {flow, cap, history, scratch, scratch + history->n_labels + 1};
	skpi_steps walk;
	skpi_step step;
	bool more = true;
	skpi_status status = SKPI_OK;

	if (skpi_tally_used(flow) + skpi_flow_room(flow, history) > cap)
		return SKPI_FULL;
	memset(scratch, 0, skpi_flow_scratch(history) * sizeof(int64_t));
	/* twice: a later label may renumber an earlier one */
	for (int32_t i = 1; i <= 2 * history->n_labels && status == SKPI_OK; i++)
	{
		int32_t from = (i - 1) % history->n_labels + 1;
		int32_t to = 0;
		size_t n;
		const char *text = skpi_tally_label_text(history, from, &n);

		if (!skpi_history_knows(history, from, flow->param[0]))
			continue;
		status = skpi_tally_label(flow, cap, text, n, &to);
		a.index[from] = to;
	}
	skpi_steps_begin(&walk, history, netting, (skpi_grain) flow->grain,
					 flow->param[0], 0);
	while (status == SKPI_OK && more)
	{
		status = skpi_steps_next(&walk, &step, &more);
		if (status == SKPI_OK && more)
			status = add_step(&a, &step);
	}
	if (status != SKPI_OK || netting == SKPI_NET_PERIOD ||
		!may_round_trip(history, (skpi_grain) flow->grain))
		return status;
	status = add_gross(&a, netting, 1);
	return status == SKPI_OK ? add_gross(&a, SKPI_NET_PERIOD, -1) : status;
}

skpi_status
skpi_flow_balance(const int64_t *v, skpi_balance *balance)
{
	static const int up[] = {SKPI_FLOW_NEW, SKPI_FLOW_EXPANSION,
							 SKPI_FLOW_REACTIVATION, SKPI_FLOW_TRANSFER_IN};
	static const int down[] = {SKPI_FLOW_CONTRACTION, SKPI_FLOW_CHURN,
							   SKPI_FLOW_TRANSFER_OUT};
	skpi_balance b = *balance;

	for (int i = 0; i < 4; i++)
	{
		if (__builtin_add_overflow(b.amount, v[up[i]], &b.amount))
			return SKPI_E_OVERFLOW;
		if (up[i] != SKPI_FLOW_EXPANSION &&
			__builtin_add_overflow(b.customers, v[SKPI_FLOW_COUNTS + up[i]],
								   &b.customers))
			return SKPI_E_OVERFLOW;
	}
	for (int i = 0; i < 3; i++)
	{
		if (__builtin_sub_overflow(b.amount, v[down[i]], &b.amount))
			return SKPI_E_OVERFLOW;
		if (down[i] != SKPI_FLOW_CONTRACTION &&
			__builtin_sub_overflow(b.customers, v[SKPI_FLOW_COUNTS + down[i]],
								   &b.customers))
			return SKPI_E_OVERFLOW;
	}
	if (b.amount < 0 || b.customers < 0)
		return SKPI_E_CORRUPT;
	*balance = b;
	return SKPI_OK;
}
