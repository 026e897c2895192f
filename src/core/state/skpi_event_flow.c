#include "skpi_event_flow.h"

#include <string.h>

void
skpi_event_flow_init(skpi_tally *t, skpi_grain grain, int32_t as_of,
					 int32_t shift)
{
	skpi_tally_init(t, SKPI_EVENT_FLOW, grain, (int32_t[]){as_of, shift, 0});
}

int32_t
skpi_event_flow_period(const skpi_tally *t, int32_t day)
{
	return skpi_period((skpi_grain) t->grain,
					   t->grain == SKPI_WEEK ? day + t->param[1] : day);
}

int32_t
skpi_event_flow_start(const skpi_tally *t, int32_t period)
{
	int32_t day = skpi_period_start((skpi_grain) t->grain, period);

	return t->grain == SKPI_WEEK ? day - t->param[1] : day;
}

size_t
skpi_event_flow_room(const skpi_tally *t, const skpi_tally *history)
{
	/* a row makes a period of its type and of all, and one after each; by day
	 * its windows begin and end as well */
	return skpi_tally_room(t, (size_t) history->n_rows * 8) +
		   history->label_bytes + 16;
}

/* What is known of a customer, or of her and a type, while rows go by: her
 * period at hand, which is told at once when it ends. */
typedef struct lane
{
	int64_t events;
	int32_t period;
	int32_t label; /* in the flow */
	uint32_t near; /* about where the row of the period is */
	bool seen;
	bool told;       /* near is known */
	bool windows[2]; /* whether they begin */
	uint8_t column;  /* new, returning or resurrecting */
} lane;

typedef struct adder
{
	skpi_tally *t;
	size_t cap;
	int32_t last; /* period of as_of */
} adder;

size_t
skpi_event_flow_scratch(const skpi_tally *history)
{
	return ((size_t) history->n_labels + 1) * sizeof(lane) / sizeof(int64_t);
}

/* To a row that is there and stays; false where that is not certain. */
static bool
add_in_place(skpi_row *row, const int64_t *v)
{
	int64_t sum[SKPI_EVF_WIDTH];
	int64_t any = 0;
	bool over = false;

	for (int i = 0; i < SKPI_EVF_WIDTH; i++)
	{
		over |= __builtin_add_overflow(row->v[i], v[i], &sum[i]);
		any |= sum[i];
	}
	if (over || any == 0)
		return false;
	memcpy(row->v, sum, sizeof(sum));
	return true;
}

/* The same of one value. */
static bool
add_one_in_place(skpi_row *row, skpi_event_flow_column column, int64_t value)
{
	int64_t sum;

	if (__builtin_add_overflow(row->v[column], value, &sum) || sum == 0)
		return false;
	row->v[column] = sum;
	return true;
}

/* The row of a period if it is where it is guessed; NULL if it is not.  Nearly
 * every period has a row once some customers are in, so the row of one lies as
 * far from that of another as they lie apart. */
static skpi_row *
row_near(const adder *a, const lane *l, int32_t period, uint32_t near)
{
	skpi_row *row;

	if (near >= a->t->n_rows)
		return NULL;
	row = skpi_tally_row(a->t, near);
	return row->k1 == l->label && row->k2 == period ? row : NULL;
}

static skpi_status
put(const adder *a, lane *l, const int64_t *v)
{
	skpi_row *row = row_near(a, l, l->period, l->near);

	return row != NULL && add_in_place(row, v)
			   ? SKPI_OK
			   : skpi_tally_add_near(a->t, a->cap, l->label, l->period, v,
									 &l->near);
}

/* One value of a period behind that of the lane. */
static skpi_status
put_behind(const adder *a, const lane *l, int32_t periods,
		   skpi_event_flow_column column, int64_t value)
{
	int64_t v[SKPI_EVF_WIDTH] = {0};
	int32_t period = l->period + periods;
	uint32_t near = l->near + (uint32_t) periods;
	skpi_row *row = row_near(a, l, period, near);

	if (row != NULL && add_one_in_place(row, column, value))
		return SKPI_OK;
	v[column] = value;
	return skpi_tally_add_near(a->t, a->cap, l->label, period, v, &near);
}

/* An active period ends with the next event's, or for good: what it was. */
static skpi_status
end_period(const adder *a, lane *l, int32_t next)
{
	int64_t v[SKPI_EVF_WIDTH] = {
		[SKPI_EVF_EVENTS] = l->events,
		[SKPI_EVF_ACTIVE] = 1,
		[SKPI_EVF_TRAILING_7] = l->windows[0],
		[SKPI_EVF_TRAILING_28] = l->windows[1],
	};
	skpi_status status;

	v[l->column] = 1;
	if (!l->told)
		l->near = skpi_tally_find(a->t, l->label, l->period);
	l->told = true;
	status = put(a, l, v);
	if (status == SKPI_OK && next != l->period + 1 && l->period < a->last)
		status = put_behind(a, l, 1, SKPI_EVF_DORMANT, 1);
	return status;
}

static void
begin_period(lane *l, int32_t period, int64_t events)
{
	if (!l->seen)
		l->column = SKPI_EVF_NEW;
	else if (l->period == period - 1)
		l->column = SKPI_EVF_RETURNING;
	else
		l->column = SKPI_EVF_RESURRECTING;
	l->near += (uint32_t) period - (uint32_t) l->period;
	l->seen = true;
	l->period = period;
	l->events = events;
}

/* The windows of all days but the last reach up to the next, which begins them
 * again where they do not; those of the last (next is SKPI_NO_DAY) may reach
 * beyond as_of. */
static skpi_status
end_windows(const adder *a, lane *l, int32_t next)
{
	static const int days[] = {7, 28};
	skpi_status status = SKPI_OK;

	for (int i = 0; i < 2 && status == SKPI_OK; i++)
	{
		l->windows[i] = next == SKPI_NO_DAY || next - l->period > days[i];
		if (l->windows[i] && l->period + days[i] <= a->t->param[0])
			status = put_behind(
				a, l, days[i],
				(skpi_event_flow_column) (SKPI_EVF_TRAILING_7 + i), -1);
	}
	return status;
}

/* Only of all types by day there are windows. */
static bool
has_windows(const adder *a, const lane *l)
{
	return a->t->grain == SKPI_DAY && l->label == 0;
}

static skpi_status
add_to_lane(const adder *a, lane *l, int32_t period, int64_t events)
{
	skpi_status status = SKPI_OK;

	if (l->seen && l->period == period)
		return __builtin_add_overflow(l->events, events, &l->events)
				   ? SKPI_E_OVERFLOW
				   : SKPI_OK;
	if (!l->seen)
		l->windows[0] = l->windows[1] = has_windows(a, l);
	else
	{
		status = end_period(a, l, period);
		if (status == SKPI_OK && has_windows(a, l))
			status = end_windows(a, l, period);
	}
	begin_period(l, period, events);
	return status;
}

static skpi_status
end_lane(const adder *a, lane *l)
{
	skpi_status status = end_period(a, l, INT32_MAX);

	if (status == SKPI_OK && has_windows(a, l))
		status = end_windows(a, l, SKPI_NO_DAY);
	return status;
}

/* Types of the future are none yet. */
static skpi_status
map_labels(skpi_tally *t, size_t cap, const skpi_tally *history, lane *lanes)
{
	uint16_t map[SKPI_LABELS_MAX + 1];
	skpi_status status;

	memset(map, 0, ((size_t) history->n_labels + 1) * sizeof(*map));
	for (uint32_t r = 0; r < history->n_rows; r++)
		if (skpi_tally_row(history, r)->k1 <= t->param[0])
			map[skpi_tally_row(history, r)->k2] = 1;
	status = skpi_tally_labels_from(t, cap, history, map);
	for (int32_t i = 1; i <= history->n_labels && status == SKPI_OK; i++)
		lanes[i].label = map[i];
	return status;
}

#define ROWS_BETWEEN_STOPS 512

static skpi_status
add_rows(const adder *a, const skpi_tally *history, lane *lanes,
		 skpi_stop_fn stop, void *stop_arg)
{
	skpi_status status = SKPI_OK;

	for (uint32_t r = 0; r < history->n_rows && status == SKPI_OK; r++)
	{
		const skpi_row *row = skpi_tally_row(history, r);
		int32_t period;

		if (row->k1 > a->t->param[0])
			break;
		if (stop != NULL && r % ROWS_BETWEEN_STOPS == ROWS_BETWEEN_STOPS - 1 &&
			stop(stop_arg))
			return SKPI_E_INTERRUPT;
		period = skpi_event_flow_period(a->t, row->k1);
		status = add_to_lane(a, &lanes[0], period, row->v[0]);
		if (status == SKPI_OK)
			status = add_to_lane(a, &lanes[row->k2], period, row->v[0]);
	}
	return status;
}

skpi_status
skpi_event_flow_add(skpi_tally *t, size_t cap, const skpi_tally *history,
					int64_t *scratch, skpi_stop_fn stop, void *stop_arg)
{
	lane *lanes = (lane *) scratch;
	adder a = {t, cap, skpi_event_flow_period(t, t->param[0])};
	skpi_status status;

	if (skpi_tally_used(t) + skpi_event_flow_room(t, history) > cap)
		return SKPI_FULL;
	memset(lanes, 0, skpi_event_flow_scratch(history) * sizeof(*scratch));
	status = map_labels(t, cap, history, lanes);
	if (status == SKPI_OK)
		status = add_rows(&a, history, lanes, stop, stop_arg);
	for (int32_t i = 0; i <= history->n_labels && status == SKPI_OK; i++)
		if (lanes[i].seen)
			status = end_lane(&a, &lanes[i]);
	return status;
}

static bool
head_sound(const skpi_tally *t)
{
	return t->flags == 0 && skpi_day_valid(t->param[0]) &&
		   skpi_within(t->param[1], 0, SKPI_WEEK_SHIFT_MAX);
}

static bool
row_sound(const skpi_tally *t, const skpi_row *row, const skpi_periods *p)
{
	for (int i = SKPI_EVF_EVENTS; i <= SKPI_EVF_DORMANT; i++)
		if (row->v[i] < 0)
			return false;
	if (t->grain != SKPI_DAY || row->k1 != 0)
		if (row->v[SKPI_EVF_TRAILING_7] != 0 ||
			row->v[SKPI_EVF_TRAILING_28] != 0)
			return false;
	return skpi_within(row->k1, 0, t->n_labels) &&
		   skpi_within(row->k2, p->first, p->end) &&
		   row->k2 <= skpi_event_flow_period(t, t->param[0]);
}

const skpi_kind_rules skpi_event_flow_rules = {head_sound, row_sound, NULL};
