#include "skpi_flow.h"

#include <string.h>

size_t
skpi_flow_room(const skpi_tally *flow, const skpi_tally *history)
{
	size_t rows = history->n_labels > 0 ? history->n_rows : 0;

	/* a row changes a label, and its day the total; by event, twice */
	for (uint32_t r = 0; r < history->n_rows; r++)
		rows += r == 0 || skpi_tally_row(history, r)->k1 !=
							  skpi_tally_row(history, r - 1)->k1;
	if (flow->param[1] == SKPI_NET_EVENT)
		rows *= 2;
	if (history->version >= SKPI_TALLY_ASIDES)
		rows *= 2;
	return skpi_tally_room(flow, rows + 1) + history->label_bytes + 16;
}

/* A label that a step changes. */
typedef struct touched
{
	int64_t label;
	int64_t change;
} touched;

/* One customer being added. */
typedef struct adder
{
	skpi_tally *flow;
	size_t cap;
	const skpi_tally *history;
	skpi_changes changes;
	int64_t *level;   /* per label of the history, from 1 */
	touched *touched; /* of the step, in name order */
	uint16_t *map;    /* the label's number in the flow, 0 when not known */
	uint32_t n_touched;
	unsigned steps; /* since stop was asked */
	bool push;      /* rows are put in order at the end */
	skpi_stop_fn stop;
	void *stop_arg;
} adder;

size_t
skpi_flow_scratch(const skpi_tally *history)
{
	size_t labels = (size_t) history->n_labels + 1;

	return labels + 2 * labels + labels / 4 + 1;
}

static skpi_status
put(const adder *a, int32_t label, int32_t period, const int64_t *v)
{
	return a->push ? skpi_tally_push(a->flow, a->cap, label, period, v)
				   : skpi_tally_add(a->flow, a->cap, label, period, v);
}

/* Where a movement stands, a pause or a resume by what it leaves or finds. */
static skpi_flow_column
column_of(const skpi_step *step)
{
	if (step->movement == SKPI_PAUSE)
		return step->after == 0 ? SKPI_FLOW_CHURN : SKPI_FLOW_CONTRACTION;
	if (step->movement == SKPI_RESUME)
		return step->before == 0 ? SKPI_FLOW_REACTIVATION : SKPI_FLOW_EXPANSION;
	return (skpi_flow_column) step->movement;
}

/* A row of movements, and its aside when they are of a pause. */
static skpi_status
put_step(const adder *a, const skpi_step *step, int32_t label, int32_t period,
		 const int64_t *v)
{
	int column = (int) column_of(step);
	int64_t aside[SKPI_FLOW_WIDTH] = {0};
	skpi_status status = put(a, label, period, v);

	if (status != SKPI_OK || step->movement < SKPI_PAUSE)
		return status;
	aside[column] = v[column];
	aside[SKPI_FLOW_COUNTS + column] = v[SKPI_FLOW_COUNTS + column];
	a->flow->version = SKPI_TALLY_ASIDES;
	return put(a, skpi_aside_key(label, SKPI_ASIDE_PAUSED), period, aside);
}

#define ROWS_BETWEEN_STOPS 512

/* Asks now and then, by the rows that steps have looked at. */
static bool
stopped(adder *a, const skpi_step *step)
{
	a->steps += step->end_row - step->first_row;
	if (a->stop == NULL || a->steps < ROWS_BETWEEN_STOPS)
		return false;
	a->steps = 0;
	return a->stop(a->stop_arg);
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
	int column = (int) column_of(step);
	bool own = column == SKPI_FLOW_NEW || column == SKPI_FLOW_CHURN ||
			   column == SKPI_FLOW_REACTIVATION;

	*to_transfer -= moved;
	v[rises ? SKPI_FLOW_TRANSFER_IN : SKPI_FLOW_TRANSFER_OUT] = moved;
	if (size > moved)
		v[column] = size - moved;
	if (before == 0 || after == 0)
		v[own ? SKPI_FLOW_COUNTS + column
			  : (rises ? SKPI_FLOW_N_TRANSFER_IN : SKPI_FLOW_N_TRANSFER_OUT)] =
			1;
	else if (size > moved)
		v[SKPI_FLOW_COUNTS + column] = 1;
}

/*
 * The changes of the step by label.  Rows of a day stand in name order, one
 * for each label; those of several days are sorted by counting.
 */
static skpi_status
gather(adder *a, const skpi_step *step)
{
	int32_t day = skpi_changes_row(&a->changes, step->first_row)->k1;
	uint32_t n = 0;

	if (day == step->day && !step->revalued)
	{
		for (uint32_t r = step->first_row; r < step->end_row; r++)
		{
			const skpi_row *row = skpi_changes_row(&a->changes, r);
			int64_t change = 0;

			if (skpi_step_change(step, row, &change) != SKPI_OK)
				return SKPI_E_OVERFLOW;
			if (change != 0)
				a->touched[n++] = (touched){row->k2, change};
		}
		a->n_touched = n;
		return SKPI_OK;
	}
	for (int32_t i = 0; i <= a->history->n_labels; i++)
		a->touched[i] = (touched){i, 0};
	for (uint32_t r = step->first_row; r < step->end_row; r++)
	{
		const skpi_row *row = skpi_changes_row(&a->changes, r);

		if (skpi_step_change(step, row,
							 &a->touched[skpi_key_label(row->k2)].change) !=
			SKPI_OK)
			return SKPI_E_OVERFLOW;
	}
	for (int32_t i = 1; i <= a->history->n_labels; i++)
		if (a->touched[i].change != 0)
			a->touched[n++] = a->touched[i];
	a->n_touched = n;
	return SKPI_OK;
}

/* Rises against falls: the smaller side is what only changed its label. */
static skpi_status
transferable(const adder *a, int64_t *amount)
{
	int64_t rise = 0;
	int64_t fall = 0;

	for (uint32_t i = 0; i < a->n_touched; i++)
	{
		int64_t change = a->touched[i].change;

		if (__builtin_add_overflow(change > 0 ? rise : fall, change,
								   change > 0 ? &rise : &fall) ||
			fall == INT64_MIN)
			return SKPI_E_OVERFLOW;
	}
	*amount = rise < -fall ? rise : -fall;
	return SKPI_OK;
}

static skpi_status
add_labels(adder *a, const skpi_step *step, int32_t period)
{
	int64_t in = 0;
	int64_t out;
	skpi_status status = gather(a, step);

	if (status == SKPI_OK)
		status = transferable(a, &in);
	out = in;
	for (uint32_t i = 0; status == SKPI_OK && i < a->n_touched; i++)
	{
		int64_t v[SKPI_FLOW_WIDTH] = {0};
		int64_t label = a->touched[i].label;
		int64_t change = a->touched[i].change;
		int64_t after;

		if (__builtin_add_overflow(a->level[label], change, &after))
			return SKPI_E_OVERFLOW;
		if (after < 0)
			return SKPI_E_CORRUPT;
		split_change(v, step, a->level[label], change, change > 0 ? &in : &out);
		a->level[label] = after;
		status = put_step(a, step, a->map[label], period, v);
	}
	return status;
}

/* What rates changed stands as expansion and contraction, and all of it aside.
 */
static skpi_status
put_fx(const adder *a, int32_t label, int32_t period, int64_t rose,
	   int64_t fell)
{
	int64_t v[SKPI_FLOW_WIDTH] = {0};
	skpi_status status;

	if (rose == 0 && fell == 0)
		return SKPI_OK;
	v[SKPI_FLOW_EXPANSION] = rose;
	v[SKPI_FLOW_CONTRACTION] = fell;
	status = put(a, label, period, v);
	a->flow->version = SKPI_TALLY_ASIDES;
	return status != SKPI_OK
			   ? status
			   : put(a, skpi_aside_key(label, SKPI_ASIDE_FX), period, v);
}

/* Label by label, so that the total is the sum of its labels. */
static skpi_status
add_fx(adder *a, const skpi_step *step, int32_t period)
{
	int64_t rose = 0;
	int64_t fell = 0;
	skpi_status status = SKPI_OK;

	for (uint32_t r = step->first_row; r < step->end_row && step->ends; r++)
	{
		const skpi_row *row = skpi_changes_row(&a->changes, r);
		int32_t label = skpi_key_label(row->k2);
		int64_t fx = row->v[SKPI_STARTED] - row->v[SKPI_ENDED];

		if (row->k2 >= 0 || skpi_key_aside(row->k2) != SKPI_ASIDE_FX || fx == 0)
			continue;
		if (fx > 0 ? __builtin_add_overflow(rose, fx, &rose)
				   : __builtin_sub_overflow(fell, fx, &fell))
			return SKPI_E_OVERFLOW;
		if (label > 0)
			status = put_fx(a, a->map[label], period, fx > 0 ? fx : 0,
							fx < 0 ? -fx : 0);
		if (status != SKPI_OK)
			return status;
		if (__builtin_add_overflow(a->level[label], fx, &a->level[label]))
			return SKPI_E_OVERFLOW;
	}
	return put_fx(a, 0, period, rose, fell);
}

static skpi_status
add_step(adder *a, const skpi_step *step)
{
	int32_t period = skpi_period((skpi_grain) a->flow->grain, step->day);
	int64_t v[SKPI_FLOW_WIDTH] = {0};
	int64_t size;
	skpi_status status = step->revalued ? add_fx(a, step, period) : SKPI_OK;

	if (status == SKPI_OK && step->movement != SKPI_NO_MOVEMENT)
	{
		int column = (int) column_of(step);

		size = step->after - step->before;
		v[column] = size < 0 ? -size : size;
		v[SKPI_FLOW_COUNTS + column] = 1;
		status = put_step(a, step, 0, period, v);
		if (status == SKPI_OK && a->history->n_labels == 1)
			return put_step(a, step, a->map[1], period, v);
	}
	if (status == SKPI_OK && a->history->n_labels > 1)
		status = add_labels(a, step, period);
	return status;
}

/* Adds sign times the gross rises of a walk to the round trip of its period. */
static skpi_status
add_gross(adder *a, skpi_netting netting, int64_t sign)
{
	skpi_steps walk;
	skpi_step step;
	bool more;

	skpi_steps_begin(&walk, a->changes, netting, (skpi_grain) a->flow->grain,
					 a->flow->param[0]);
	for (;;)
	{
		int64_t v[SKPI_FLOW_WIDTH] = {0};
		int64_t rise;
		skpi_status status = skpi_steps_next(&walk, &step, &more);

		if (status != SKPI_OK || !more)
			return status;
		if (stopped(a, &step))
			return SKPI_E_INTERRUPT;
		if (__builtin_sub_overflow(step.after - step.before,
								   step.whole ? step.fx : 0, &rise))
			return SKPI_E_OVERFLOW;
		if (rise <= 0)
			continue;
		v[SKPI_FLOW_ROUND_TRIP] = sign * rise;
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

static skpi_status
add_steps(adder *a, skpi_netting netting)
{
	skpi_steps walk;
	skpi_step step;
	bool more;

	skpi_steps_begin(&walk, a->changes, netting, (skpi_grain) a->flow->grain,
					 a->flow->param[0]);
	for (;;)
	{
		skpi_status status = skpi_steps_next(&walk, &step, &more);

		if (status == SKPI_OK && more)
			status = stopped(a, &step) ? SKPI_E_INTERRUPT : add_step(a, &step);
		if (status != SKPI_OK || !more)
			return status;
	}
}

skpi_status
skpi_flow_add(skpi_tally *flow, size_t cap, const skpi_tally *history,
			  int64_t *scratch, skpi_stop_fn stop, void *stop_arg)
{
	skpi_netting netting = (skpi_netting) flow->param[1];
	size_t labels = (size_t) history->n_labels + 1;
	size_t room = skpi_flow_room(flow, history);
	adder a = {.flow = flow,
			   .cap = cap,
			   .history = history,
			   .changes = skpi_history_changes(history),
			   .level = scratch,
			   .touched = (touched *) (scratch + labels),
			   .map = (uint16_t *) (scratch + 3 * labels),
			   .stop = stop,
			   .stop_arg = stop_arg};
	skpi_status status;

	if (skpi_tally_used(flow) + room > cap)
		return SKPI_FULL;
	a.push = flow->n_rows == 0 && skpi_tally_used(flow) + 2 * room <= cap;
	memset(a.level, 0, labels * sizeof(*a.level));
	skpi_history_known(history, flow->param[0], a.map);
	status = skpi_tally_labels_from(flow, cap, history, a.map);
	if (status == SKPI_OK)
		status = add_steps(&a, netting);
	if (status == SKPI_OK && a.push)
		status = skpi_tally_order(flow, cap, stop, stop_arg);
	if (status != SKPI_OK || netting == SKPI_NET_PERIOD ||
		!may_round_trip(history, (skpi_grain) flow->grain))
		return status;
	/* to rows that are there: what rises has moved */
	a.push = false;
	status = add_gross(&a, netting, 1);
	return status == SKPI_OK ? add_gross(&a, SKPI_NET_PERIOD, -1) : status;
}
