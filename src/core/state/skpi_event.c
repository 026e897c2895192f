#include "skpi_event.h"

static const skpi_event_totals nothing = {0, 0, SKPI_NO_DAY, SKPI_NO_DAY};

void
skpi_event_init(skpi_tally *h)
{
	static const int32_t none[SKPI_TALLY_PARAMS] = {0};

	skpi_tally_init(h, SKPI_EVENT_HISTORY, SKPI_DAY, none);
	h->flags = SKPI_LABELLED;
}

/*
 * The usual case, events in order of days: one more of the last row, or a row
 * behind it, for which there is room.  False where it is neither.
 */
static bool
add_last(skpi_tally *h, int32_t day, int32_t index)
{
	skpi_row *row = skpi_tally_row(h, h->n_rows);

	if (skpi_tally_late(h) > 0)
		return false;
	if (h->n_rows > 0)
	{
		skpi_row *last = skpi_tally_row(h, h->n_rows - 1);
		int order = skpi_compare_keys(last, day, index);

		if (order > 0 || last->v[0] == INT64_MAX)
			return false;
		if (order == 0)
		{
			last->v[0]++;
			return true;
		}
	}
	row->k1 = day;
	row->k2 = index;
	row->v[0] = 1;
	h->n_rows++;
	return true;
}

/* Room is asked for as little as one event takes: states are many and small,
 * and grow to twice their size. */
skpi_status
skpi_event_add(skpi_tally *h, size_t cap, int32_t day, const char *type,
			   size_t length)
{
	size_t row = skpi_tally_room(h, 1);
	int32_t index;
	skpi_status status;

	if (skpi_tally_used(h) + row > cap)
		return SKPI_FULL;
	status = skpi_tally_label(h, cap - row, type, length, &index);
	if (status != SKPI_OK || add_last(h, day, index))
		return status;
	return skpi_tally_add(h, cap, day, index, (int64_t[]){1});
}

/* One more row of rising days. */
static skpi_status
count_row(skpi_event_totals *t, const skpi_row *row)
{
	if (__builtin_add_overflow(t->events, row->v[0], &t->events))
		return SKPI_E_OVERFLOW;
	if (t->first_day == SKPI_NO_DAY)
		t->first_day = row->k1;
	t->days += t->last_day != row->k1;
	t->last_day = row->k1;
	return SKPI_OK;
}

skpi_status
skpi_event_total(const skpi_tally *h, skpi_event_totals *totals)
{
	skpi_status status = SKPI_OK;

	*totals = nothing;
	for (uint32_t r = 0; r < h->n_rows && status == SKPI_OK; r++)
		status = count_row(totals, skpi_tally_row(h, r));
	return status;
}

skpi_status
skpi_event_total_of(const skpi_tally *h, const bool *chosen,
					skpi_event_totals *totals)
{
	skpi_status status = SKPI_OK;

	*totals = nothing;
	for (uint32_t r = 0; r < h->n_rows && status == SKPI_OK; r++)
	{
		const skpi_row *row = skpi_tally_row(h, r);

		if (chosen[row->k2])
			status = count_row(totals, row);
	}
	return status;
}

skpi_status
skpi_event_totals_by_label(const skpi_tally *h, skpi_event_totals *totals)
{
	skpi_status status = SKPI_OK;

	for (int32_t i = 1; i <= h->n_labels; i++)
		totals[i] = nothing;
	for (uint32_t r = 0; r < h->n_rows && status == SKPI_OK; r++)
	{
		const skpi_row *row = skpi_tally_row(h, r);

		status = count_row(&totals[row->k2], row);
	}
	return status;
}

static bool
head_sound(const skpi_tally *t)
{
	return t->flags == SKPI_LABELLED && t->grain == SKPI_DAY &&
		   t->param[0] == 0 && t->param[1] == 0;
}

static bool
row_sound(const skpi_tally *t, const skpi_row *row, const skpi_periods *p)
{
	return skpi_within(row->k1, p->first, p->end - 1) &&
		   skpi_within(row->k2, 1, t->n_labels) && row->v[0] > 0;
}

const skpi_kind_rules skpi_event_rules = {head_sound, row_sound, NULL};
