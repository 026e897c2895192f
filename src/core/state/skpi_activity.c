#include "skpi_activity.h"

#include <string.h>

void
skpi_activity_init(skpi_tally *a, skpi_grain grain)
{
	skpi_tally_init(a, SKPI_ACTIVITY, grain,
					(int32_t[]){SKPI_NO_DAY, SKPI_NO_DAY, 0});
}

void
skpi_activity_widen(skpi_tally *a, int32_t first, int32_t last)
{
	if (first == SKPI_NO_DAY)
		return;
	if (a->param[0] == SKPI_NO_DAY || first < a->param[0])
		a->param[0] = first;
	if (a->param[1] == SKPI_NO_DAY || last > a->param[1])
		a->param[1] = last;
}

/*
 * The usual case: one more period just like the one before.  The lane's last
 * row ends the span; moving that end is the whole change.  Lanes stand in
 * order, so the search ends after the rows of the lanes behind.
 */
static bool
prolong(skpi_tally *a, skpi_lane lane, int32_t period, int64_t amount)
{
	const size_t stride = sizeof(skpi_row) + 2 * sizeof(int64_t);
	char *first = (char *) skpi_tally_row(a, 0);

	/* a row that waits may have the keys this one would get */
	if (skpi_tally_late(a) > 0)
		return false;
	for (char *p = first + a->n_rows * stride; p > first;)
	{
		skpi_row *row = (skpi_row *) (p -= stride);

		if (row->k1 > (int32_t) lane)
			continue;
		if (row->k1 < (int32_t) lane || row->k2 != period ||
			row->v[SKPI_ACT_COUNT] != -1 || row->v[SKPI_ACT_AMOUNT] != -amount)
			return false;
		row->k2++;
		return true;
	}
	return false;
}

/* +v where the periods begin, -v where they have ended. */
skpi_status
skpi_activity_add_span(skpi_tally *a, size_t cap, skpi_lane lane,
					   const skpi_span *span)
{
	int64_t v[2] = {span->count, span->amount};
	int64_t w[2] = {-span->count, -span->amount};
	skpi_status status = skpi_tally_reserve(a, cap, 2);

	if (status == SKPI_OK)
		status = skpi_tally_add(a, cap, (int32_t) lane, span->from, v);
	if (status == SKPI_OK)
		status = skpi_tally_add(a, cap, (int32_t) lane, span->until, w);
	return status;
}

skpi_status
skpi_activity_add(skpi_tally *a, size_t cap, skpi_lane lane, int32_t day,
				  int64_t amount)
{
	int32_t period = skpi_period((skpi_grain) a->grain, day);
	skpi_status status = SKPI_OK;

	if (!prolong(a, lane, period, amount))
		status = skpi_activity_add_span(
			a, cap, lane, &(skpi_span){period, period + 1, 1, amount});
	if (status == SKPI_OK && lane == SKPI_DONE)
		skpi_activity_widen(a, day, day);
	return status;
}

size_t
skpi_activity_from_history_bytes(const skpi_tally *history)
{
	/* each change of level: a level row and two rows of activity */
	return sizeof(skpi_tally) + ((size_t) history->n_rows * 4 + 4) * 24;
}

/* A level that holds from `from`'s day until the day before `until`. */
static skpi_status
add_level(skpi_tally *a, size_t cap, int64_t level, int32_t from, int32_t until,
		  int32_t as_of, int32_t *covered)
{
	skpi_grain grain = (skpi_grain) a->grain;
	bool open = until == SKPI_NO_DAY;
	int32_t first = skpi_period(grain, from);
	int32_t last = skpi_period(grain, open ? as_of : until - 1);
	int32_t falls = open ? last + 1 : skpi_period(grain, until);
	skpi_status status = SKPI_OK;

	/* the level counts at the close of every period before the change's */
	if (falls > first)
	{
		status =
			skpi_tally_add(a, cap, SKPI_DONE, first, (int64_t[]){0, level});
		if (status == SKPI_OK)
			status = skpi_tally_add(a, cap, SKPI_DONE, falls,
									(int64_t[]){0, -level});
	}
	if (first <= *covered)
		first = *covered + 1;
	if (status == SKPI_OK && last >= first)
	{
		status = skpi_tally_add(a, cap, SKPI_DONE, first, (int64_t[]){1, 0});
		if (status == SKPI_OK)
			status =
				skpi_tally_add(a, cap, SKPI_DONE, last + 1, (int64_t[]){-1, 0});
		*covered = last;
	}
	skpi_activity_widen(a, from, open ? as_of : until - 1);
	return status;
}

skpi_status
skpi_activity_from_history(skpi_tally *a, size_t cap, const skpi_tally *history,
						   skpi_grain grain, int32_t as_of)
{
	int32_t covered = INT32_MIN;
	int64_t level = 0;
	int32_t since = SKPI_NO_DAY;
	skpi_steps walk;
	skpi_step step;
	bool more = true;

	skpi_activity_init(a, grain);
	skpi_steps_begin(&walk, skpi_history_changes(history), SKPI_NET_DAY, grain,
					 as_of);
	while (more)
	{
		skpi_status status = skpi_steps_next(&walk, &step, &more);

		if (status != SKPI_OK)
			return status;
		if (level > 0)
			status = add_level(a, cap, level, since,
							   more ? step.day : SKPI_NO_DAY, as_of, &covered);
		if (status != SKPI_OK)
			return status;
		level = more ? step.after : 0;
		since = more ? step.day : SKPI_NO_DAY;
	}
	return SKPI_OK;
}

void
skpi_spans_begin(skpi_spans *walk, const skpi_tally *activity, skpi_lane lane)
{
	*walk = (skpi_spans){.activity = activity, .lane = (int32_t) lane};
	while (walk->next < activity->n_rows &&
		   skpi_tally_row(activity, walk->next)->k1 < walk->lane)
		walk->next++;
}

skpi_status
skpi_spans_next(skpi_spans *walk, skpi_span *span, bool *more)
{
	const skpi_tally *a = walk->activity;

	while (walk->next < a->n_rows)
	{
		const skpi_row *row = skpi_tally_row(a, walk->next);
		const skpi_row *after = skpi_tally_row(a, walk->next + 1);

		if (row->k1 != walk->lane)
			break;
		walk->next++;
		if (__builtin_add_overflow(walk->count, row->v[SKPI_ACT_COUNT],
								   &walk->count) ||
			__builtin_add_overflow(walk->amount, row->v[SKPI_ACT_AMOUNT],
								   &walk->amount))
			return SKPI_E_OVERFLOW;
		if (walk->count < 0 || walk->amount < 0)
			return SKPI_E_CORRUPT;
		if (walk->count == 0 && walk->amount == 0)
			continue;
		span->from = row->k2;
		span->until = walk->next < a->n_rows && after->k1 == walk->lane
						  ? after->k2
						  : INT32_MAX;
		span->count = walk->count;
		span->amount = walk->amount;
		*more = true;
		return SKPI_OK;
	}
	*more = false;
	return SKPI_OK;
}

skpi_status
skpi_activity_total(const skpi_tally *activity, skpi_lane lane, int64_t *count,
					int64_t *amount)
{
	int64_t n = 0;
	int64_t sum = 0;
	skpi_spans walk;
	skpi_span span;
	bool more;

	skpi_spans_begin(&walk, activity, lane);
	for (;;)
	{
		int64_t periods;
		int64_t part;
		skpi_status status = skpi_spans_next(&walk, &span, &more);

		if (status != SKPI_OK)
			return status;
		if (!more)
			break;
		/* what is added always ends; an open span was forged */
		if (span.until == INT32_MAX)
			return SKPI_E_CORRUPT;
		periods = (int64_t) span.until - span.from;
		if (__builtin_mul_overflow(periods, span.count, &part) ||
			__builtin_add_overflow(n, part, &n) ||
			__builtin_mul_overflow(periods, span.amount, &part) ||
			__builtin_add_overflow(sum, part, &sum))
			return SKPI_E_OVERFLOW;
	}
	*count = n;
	*amount = sum;
	return SKPI_OK;
}

static bool
head_sound(const skpi_tally *t)
{
	for (int i = 0; i < 2; i++)
		if (t->param[i] != SKPI_NO_DAY && !skpi_day_valid(t->param[i]))
			return false;
	return t->flags == 0 && t->n_labels == 0;
}

static bool
row_sound(const skpi_tally *t, const skpi_row *row, const skpi_periods *p)
{
	(void) t;
	return skpi_within(row->k1, 0, SKPI_LANES - 1) &&
		   skpi_within(row->k2, p->first, p->end);
}

static void
merge_params(skpi_tally *a, const skpi_tally *from)
{
	skpi_activity_widen(a, from->param[0], from->param[1]);
}

const skpi_kind_rules skpi_activity_rules = {head_sound, row_sound,
											 merge_params};
