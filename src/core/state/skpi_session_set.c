#include "skpi_session_set.h"

#include <string.h>

void
skpi_session_set_init(skpi_tally *t, int64_t gap, bool by_day)
{
	skpi_tally_init(t, SKPI_SESSION_SET, SKPI_DAY,
					(int32_t[]){(int32_t) (gap / 1000000),
								(int32_t) (gap % 1000000 * 2 + by_day), 0});
}

int64_t
skpi_session_set_gap(const skpi_tally *t)
{
	return t->param[0] * INT64_C(1000000) + t->param[1] / 2;
}

static int64_t
start_of(const skpi_row *row)
{
	return (int64_t) ((uint64_t) (uint32_t) row->k1 << 32 |
					  ((uint32_t) row->k2 ^ 0x80000000u));
}

/* So that keys in order are times in order. */
static void
set_start(skpi_row *row, int64_t start)
{
	row->k1 = (int32_t) (start >> 32);
	row->k2 = (int32_t) ((uint32_t) start ^ 0x80000000u);
}

static skpi_interval
interval_of(const skpi_row *row)
{
	int64_t start = start_of(row);

	return (skpi_interval){start, start + row->v[SKPI_SES_LENGTH],
						   row->v[SKPI_SES_EVENTS], row->v[SKPI_SES_DAY]};
}

skpi_interval
skpi_session_set_at(const skpi_tally *t, size_t i)
{
	return interval_of(skpi_tally_row(t, i));
}

static void
put(skpi_row *row, const skpi_interval *i)
{
	set_start(row, i->start);
	row->v[SKPI_SES_LENGTH] = i->end - i->start;
	row->v[SKPI_SES_EVENTS] = i->events;
	row->v[SKPI_SES_DAY] = i->day;
}

/* Whether the second, which does not begin before the first, is one with it. */
static bool
joins(const skpi_interval *a, const skpi_interval *b, int64_t gap)
{
	return a->day == b->day && b->start - a->end <= gap;
}

static skpi_status
extend(skpi_interval *a, const skpi_interval *b)
{
	int64_t events;

	if (__builtin_add_overflow(a->events, b->events, &events))
		return SKPI_E_OVERFLOW;
	a->events = events;
	if (b->end > a->end)
		a->end = b->end;
	return SKPI_OK;
}

/* Rows that begin at the time or before; most events come in order. */
static uint32_t
count_until(const skpi_tally *t, int64_t time)
{
	uint32_t lo = 0;
	uint32_t hi = t->n_rows;

	if (hi == 0 || start_of(skpi_tally_row(t, hi - 1)) <= time)
		return hi;
	while (lo < hi)
	{
		uint32_t mid = lo + (hi - lo) / 2;

		if (start_of(skpi_tally_row(t, mid)) <= time)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Puts one row in place of the rows [first, end); late rows move along. */
static void
replace(skpi_tally *t, uint32_t first, uint32_t end, const skpi_interval *i)
{
	size_t all = (size_t) t->n_rows + skpi_tally_late(t);

	if (end != first + 1)
		memmove(skpi_tally_row(t, (size_t) first + 1), skpi_tally_row(t, end),
				(all - end) * skpi_tally_stride(t));
	t->n_rows = t->n_rows - end + first + 1;
	put(skpi_tally_row(t, first), i);
}

/*
 * What an interval becomes with the rows [*first, *end) that it joins.  An
 * instant that is said to lie in two days is E_MISMATCH.
 */
static skpi_status
joined(const skpi_tally *t, skpi_interval *i, uint32_t *first, uint32_t *end)
{
	int64_t gap = skpi_session_set_gap(t);
	skpi_interval other;

	*end = count_until(t, i->start);
	*first = *end;
	if (*first > 0)
	{
		other = skpi_session_set_at(t, *first - 1);
		if (other.start == i->start && other.day != i->day)
			return SKPI_E_MISMATCH;
		if (joins(&other, i, gap))
		{
			if (extend(&other, i) != SKPI_OK)
				return SKPI_E_OVERFLOW;
			*i = other;
			--*first;
		}
	}
	for (; *end < t->n_rows; ++*end)
	{
		other = skpi_session_set_at(t, *end);
		if (!joins(i, &other, gap))
			break;
		if (extend(i, &other) != SKPI_OK)
			return SKPI_E_OVERFLOW;
	}
	return SKPI_OK;
}

/* To its place at once, whatever has to move for it; there is room for it. */
static skpi_status
put_in(skpi_tally *t, skpi_interval i)
{
	uint32_t first;
	uint32_t end;
	skpi_status status = joined(t, &i, &first, &end);

	if (status == SKPI_OK)
		replace(t, first, end, &i);
	return status;
}

/*
 * One pass over the n rows in order and those of t, which stand n rows further
 * on, so that what is written never reaches what is still to be read.
 */
static skpi_status
weave(skpi_tally *t, const char *rows, uint32_t n)
{
	size_t stride = skpi_tally_stride(t);
	int64_t gap = skpi_session_set_gap(t);
	size_t i = n;
	size_t end = (size_t) n + t->n_rows;
	size_t j = 0;
	uint32_t out = 0;
	skpi_interval last = {0};
	skpi_status status = SKPI_OK;

	while (i < end || j < n)
	{
		const skpi_row *own = skpi_tally_row(t, i);
		const skpi_row *other = (const skpi_row *) (rows + j * stride);
		bool take_own = j == n || (i < end && start_of(own) <= start_of(other));
		skpi_interval next = interval_of(take_own ? own : other);

		if (take_own)
			i++;
		else
			j++;
		if (out > 0 && (joins(&last, &next, gap) || last.start == next.start))
		{
			if (last.day != next.day)
				status = SKPI_E_MISMATCH;
			if (extend(&last, &next) != SKPI_OK)
				status = SKPI_E_OVERFLOW;
		}
		else
		{
			last = next;
			out++;
		}
		put(skpi_tally_row(t, out - 1), &last);
	}
	t->n_rows = out;
	return status;
}

/* Moving so many bytes costs less than waiting. */
#define NEAR_BYTES 4096

skpi_status
skpi_session_set_settle(skpi_tally *t, size_t cap)
{
	size_t stride = skpi_tally_stride(t);
	uint32_t late = skpi_tally_late(t);
	skpi_status status = SKPI_OK;
	char *aside;

	if (late > 0 && skpi_tally_used(t) + late * stride <= cap)
	{
		skpi_tally_order_late(t);
		aside = (char *) skpi_tally_row(t, (size_t) t->n_rows + late);
		memcpy(aside, skpi_tally_row(t, t->n_rows), late * stride);
		memmove(skpi_tally_row(t, late), skpi_tally_row(t, 0),
				t->n_rows * stride);
		t->param[SKPI_LATE] = 0;
		return weave(t, aside, late);
	}
	while (status == SKPI_OK && (late = skpi_tally_late(t)) > 0)
	{
		skpi_interval i = skpi_session_set_at(t, (size_t) t->n_rows + late - 1);

		t->param[SKPI_LATE]--;
		status = put_in(t, i);
	}
	return status;
}

/* Whether it could be made part of the row that waits last, as it can where
 * events come backwards. */
static bool
joins_latest(skpi_tally *t, const skpi_interval *event)
{
	int64_t gap = skpi_session_set_gap(t);
	size_t at = (size_t) t->n_rows + skpi_tally_late(t) - 1;
	skpi_interval latest;

	if (skpi_tally_late(t) == 0)
		return false;
	latest = skpi_session_set_at(t, at);
	if (latest.day != event->day || event->start - latest.end > gap ||
		latest.start - event->start > gap || extend(&latest, event) != SKPI_OK)
		return false;
	if (event->start < latest.start)
		latest.start = event->start;
	put(skpi_tally_row(t, at), &latest);
	return true;
}

skpi_status
skpi_session_set_add(skpi_tally *t, size_t cap, int64_t time, int32_t day)
{
	skpi_interval event = {time, time, 1, 0};
	skpi_interval i;
	uint32_t first;
	uint32_t end;
	size_t behind;
	skpi_status status = SKPI_OK;

	if (skpi_session_set_by_day(t))
		event.day = (int64_t) day - SKPI_DAY_MIN + 1;
	if (skpi_tally_late_room(t) > cap)
		return SKPI_FULL;
	if (skpi_tally_late_due(t))
		status = skpi_session_set_settle(t, cap);
	if (status != SKPI_OK || joins_latest(t, &event))
		return status;
	i = event;
	status = joined(t, &i, &first, &end);
	if (status != SKPI_OK)
		return status;
	behind = (size_t) t->n_rows + skpi_tally_late(t) - end;
	if (end == first + 1 || behind * skpi_tally_stride(t) <= NEAR_BYTES)
	{
		replace(t, first, end, &i);
		return SKPI_OK;
	}
	put(skpi_tally_row(t, (size_t) t->n_rows + skpi_tally_late(t)), &event);
	t->param[SKPI_LATE]++;
	return SKPI_OK;
}

skpi_status
skpi_session_set_join(skpi_tally *t, const skpi_tally *from)
{
	skpi_status status;

	memmove(skpi_tally_row(t, from->n_rows), skpi_tally_row(t, 0),
			t->n_rows * skpi_tally_stride(t));
	status = weave(t, (const char *) skpi_tally_row(from, 0), from->n_rows);
	for (uint32_t r = 0; status == SKPI_OK && r < skpi_tally_late(from); r++)
		status =
			put_in(t, skpi_session_set_at(from, (size_t) from->n_rows + r));
	return status;
}

skpi_status
skpi_session_set_total(const skpi_tally *t, int64_t *events, int64_t *length)
{
	*events = 0;
	*length = 0;
	for (uint32_t r = 0; r < t->n_rows; r++)
	{
		const skpi_row *row = skpi_tally_row(t, r);

		if (__builtin_add_overflow(*events, row->v[SKPI_SES_EVENTS], events) ||
			__builtin_add_overflow(*length, row->v[SKPI_SES_LENGTH], length))
			return SKPI_E_OVERFLOW;
	}
	return SKPI_OK;
}

static bool
head_sound(const skpi_tally *t)
{
	return t->flags == 0 && t->n_labels == 0 && t->grain == SKPI_DAY &&
		   t->param[0] >= 0 && skpi_within(t->param[1], 0, 1999999);
}

/* Nothing that should have been joined with the row before it. */
static bool
apart(const skpi_tally *t, const skpi_row *row)
{
	size_t at =
		(size_t) ((const char *) row - (const char *) skpi_tally_row(t, 0)) /
		skpi_tally_stride(t);
	skpi_interval own = interval_of(row);
	skpi_interval before;

	if (at == 0)
		return true;
	before = skpi_session_set_at(t, at - 1);
	if (before.day != own.day)
		return true;
	return before.end < own.start &&
		   !joins(&before, &own, skpi_session_set_gap(t));
}

static bool
row_sound(const skpi_tally *t, const skpi_row *row, const skpi_periods *p)
{
	int64_t start = start_of(row);
	int64_t length = row->v[SKPI_SES_LENGTH];
	int64_t day = row->v[SKPI_SES_DAY];

	(void) p;
	if (start < SKPI_TIME_MIN || start >= SKPI_TIME_END || length < 0 ||
		length >= SKPI_TIME_END - start)
		return false;
	if (skpi_session_set_by_day(t)
			? day < 1 || day > SKPI_DAY_MAX - SKPI_DAY_MIN + 1
			: day != 0)
		return false;
	return row->v[SKPI_SES_EVENTS] >= (length > 0 ? 2 : 1) && apart(t, row);
}

const skpi_kind_rules skpi_session_set_rules = {head_sound, row_sound, NULL};
