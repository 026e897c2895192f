#include "skpi_history.h"

#include <string.h>

void
skpi_history_init(skpi_tally *h, bool labelled)
{
	static const int32_t none[SKPI_TALLY_PARAMS] = {0};

	skpi_tally_init(h, SKPI_MRR_HISTORY, SKPI_DAY, none);
	h->flags = labelled ? SKPI_LABELLED : 0;
}

skpi_status
skpi_history_add(skpi_tally *h, size_t cap, int32_t start, int32_t end,
				 int64_t price, const char *label, size_t label_length)
{
	int32_t index = 0;
	skpi_status status;

	if (!skpi_day_valid(start) || price < 0 ||
		(end != SKPI_NO_DAY && (end <= start || !skpi_day_valid(end))))
	{
		if (h->skipped == UINT32_MAX)
			return SKPI_E_OVERFLOW;
		h->skipped++;
		return SKPI_OK;
	}
	if (price == 0)
		return SKPI_OK;
	if (skpi_tally_used(h) + SKPI_HISTORY_ROOM(label_length) > cap)
		return SKPI_FULL;
	if (h->flags & SKPI_LABELLED)
	{
		status = skpi_tally_label(h, cap, label, label_length, &index);
		if (status != SKPI_OK)
			return status;
	}
	status = skpi_tally_add(h, cap, start, index, (int64_t[]){price, 0});
	if (status == SKPI_OK && end != SKPI_NO_DAY)
		status = skpi_tally_add(h, cap, end, index, (int64_t[]){0, price});
	return status;
}

void
skpi_steps_begin(skpi_steps *walk, const skpi_tally *history,
				 skpi_netting netting, skpi_grain grain, int32_t as_of,
				 int32_t label)
{
	*walk = (skpi_steps){.history = history,
						 .netting = netting,
						 .grain = grain,
						 .as_of = as_of,
						 .label = label};
}

/*
 * Rows from `first` that fall together under the walk's netting.  Most are
 * further apart than the longest period, which saves asking the calendar.
 */
static uint32_t
group_end(const skpi_steps *walk, uint32_t first)
{
	const skpi_tally *h = walk->history;
	int32_t day = skpi_tally_row(h, first)->k1;
	bool by_period = walk->netting == SKPI_NET_PERIOD;
	int32_t days = by_period ? skpi_period_days(walk->grain) : 1;
	uint32_t r = first + 1;

	for (; r < h->n_rows; r++)
	{
		int32_t d = skpi_tally_row(h, r)->k1;

		if (d > walk->as_of || d - day >= days)
			break;
		if (by_period &&
			skpi_period(walk->grain, d) != skpi_period(walk->grain, day))
			break;
	}
	return r;
}

skpi_status
skpi_step_change(const skpi_tally *history, const skpi_step *step,
				 int32_t label, int64_t *change)
{
	int64_t sum = 0;

	for (uint32_t r = step->first_row; r < step->end_row; r++)
	{
		const skpi_row *row = skpi_tally_row(history, r);

		if (label != 0 && row->k2 != label)
			continue;
		if (step->starts &&
			__builtin_add_overflow(sum, row->v[SKPI_STARTED], &sum))
			return SKPI_E_OVERFLOW;
		if (step->ends && __builtin_sub_overflow(sum, row->v[SKPI_ENDED], &sum))
			return SKPI_E_OVERFLOW;
	}
	*change = sum;
	return SKPI_OK;
}

static skpi_movement
classify(int64_t before, int64_t after, bool seen)
{
	if (before == after)
		return SKPI_NO_MOVEMENT;
	if (before == 0)
		return seen ? SKPI_REACTIVATION : SKPI_NEW;
	if (after == 0)
		return SKPI_CHURN;
	return after > before ? SKPI_EXPANSION : SKPI_CONTRACTION;
}

static bool
has_ends(const skpi_tally *h, uint32_t first, uint32_t end)
{
	for (uint32_t r = first; r < end; r++)
		if (skpi_tally_row(h, r)->v[SKPI_ENDED] > 0)
			return true;
	return false;
}

skpi_status
skpi_steps_next(skpi_steps *walk, skpi_step *step, bool *more)
{
	const skpi_tally *h = walk->history;
	uint32_t first = walk->next;
	skpi_step s;
	int64_t change;
	skpi_status status;

	if (first >= h->n_rows || skpi_tally_row(h, first)->k1 > walk->as_of)
	{
		*more = false;
		return SKPI_OK;
	}
	s.first_row = first;
	s.end_row = group_end(walk, first);
	s.day = skpi_tally_row(h, s.end_row - 1)->k1;
	s.starts = s.ends = true;
	if (walk->netting == SKPI_NET_EVENT)
	{
		s.starts = walk->half_done || !has_ends(h, first, s.end_row);
		s.ends = !s.starts;
	}
	status = skpi_step_change(h, &s, walk->label, &change);
	if (status != SKPI_OK)
		return status;
	s.before = walk->level;
	if (__builtin_add_overflow(walk->level, change, &s.after))
		return SKPI_E_OVERFLOW;
	if (s.after < 0)
		return SKPI_E_CORRUPT;
	s.movement = classify(s.before, s.after, walk->seen);
	walk->half_done = s.ends && !s.starts;
	walk->next = walk->half_done ? first : s.end_row;
	walk->level = s.after;
	walk->seen = walk->seen || s.after > 0;
	*step = s;
	*more = true;
	return SKPI_OK;
}

bool
skpi_history_knows(const skpi_tally *history, int32_t label, int32_t day)
{
	for (uint32_t r = 0; r < history->n_rows; r++)
	{
		const skpi_row *row = skpi_tally_row(history, r);

		if (row->k1 > day)
			break;
		if (row->k2 == label)
			return true;
	}
	return false;
}

skpi_status
skpi_history_at(const skpi_tally *history, int32_t as_of,
				skpi_history_facts *facts)
{
	skpi_history_facts f = {0, SKPI_NO_DAY, SKPI_NO_DAY};
	skpi_steps walk;
	skpi_step step;
	bool more;

	skpi_steps_begin(&walk, history, SKPI_NET_DAY, SKPI_DAY, as_of, 0);
	for (;;)
	{
		skpi_status status = skpi_steps_next(&walk, &step, &more);

		if (status != SKPI_OK)
			return status;
		if (!more)
			break;
		f.level = step.after;
		if (step.movement == SKPI_NEW)
			f.first_day = step.day;
		if (step.movement == SKPI_CHURN)
			f.last_fall = step.day;
	}
	*facts = f;
	return SKPI_OK;
}

const char *
skpi_movement_name(skpi_movement movement)
{
	static const char *const names[] = {"new", "expansion", "contraction",
										"churn", "reactivation"};

	return movement >= 0 && movement < SKPI_MOVEMENTS ? names[movement] : "";
}
