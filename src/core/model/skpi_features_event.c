#include "skpi_features.h"

#include <math.h>
#include <string.h>

enum
{
	BACK_7,
	BACK_14,
	BACK_28,
	BACK_56,
	BACK_90,
	BACKS,
};
static const int32_t back[BACKS] = {7, 14, 28, 56, 90};

_Static_assert((int) BACKS == SKPI_EVENT_CURSORS, "a cursor for each");
_Static_assert((int) SKPI_EF_WIDTH <= SKPI_FEATURES_MAX, "features fit");

#define ROWS_BETWEEN_STOPS 8192

size_t
skpi_event_words(const skpi_tally *history)
{
	return (size_t) history->n_labels + 1;
}

void
skpi_event_walk_begin(skpi_event_walk *w, const skpi_tally *history,
					  const skpi_asked *asked, int64_t *words)
{
	memset(w, 0, sizeof(*w));
	w->history = history;
	w->asked = *asked;
	w->last_on = words;
	for (int32_t i = 0; i <= history->n_labels; i++)
		words[i] = SKPI_NO_DAY;
	w->now.day = w->first = w->month = SKPI_NO_DAY;
	for (int i = 0; i < BACKS; i++)
		w->before[i].day = SKPI_NO_DAY;
}

/* What is told of rows one by one. */
static void
enter(skpi_event_walk *w, const skpi_row *row)
{
	if (w->first == SKPI_NO_DAY)
		w->first = row->k1;
	if (w->now.day != row->k1)
	{
		int32_t month = skpi_period(SKPI_MONTH, row->k1);

		w->months += w->month != month;
		w->month = month;
	}
	w->types += w->last_on[row->k2] == SKPI_NO_DAY;
	w->last_on[row->k2] = row->k1;
}

/* Moves a cursor behind the last row of a day up to the one given. */
static skpi_status
advance(skpi_event_walk *w, skpi_event_cursor *c, int32_t until)
{
	const skpi_tally *h = w->history;
	uint32_t since = 0;

	for (; c->next < h->n_rows; c->next++)
	{
		const skpi_row *row = skpi_tally_row(h, c->next);
		int64_t events;

		if (row->k1 > until)
			break;
		if (++since % ROWS_BETWEEN_STOPS == 0 && w->asked.stop != NULL &&
			w->asked.stop(w->asked.stop_arg))
			return SKPI_E_INTERRUPT;
		if (__builtin_add_overflow(c->events, row->v[0], &events))
			return SKPI_E_OVERFLOW;
		if (c == &w->now)
			enter(w, row);
		c->events = events;
		c->days += c->day != row->k1;
		c->day = row->k1;
	}
	return SKPI_OK;
}

static double
events_in(const skpi_event_walk *w, int cursor)
{
	return (double) (w->now.events - w->before[cursor].events);
}

static double
days_in(const skpi_event_walk *w, int cursor)
{
	return (double) (w->now.days - w->before[cursor].days);
}

/* From -1, where there was something before and is nothing now, to 1. */
static double
trend(double now, double before)
{
	return now + before > 0 ? (now - before) / (now + before) : NAN;
}

static double
types_since(const skpi_event_walk *w, int32_t day)
{
	int n = 0;

	for (int32_t i = 1; i <= w->history->n_labels; i++)
		n += w->last_on[i] >= day;
	return n;
}

static void
tell(const skpi_event_walk *w, int32_t day, double *v)
{
	int32_t span = w->now.day - w->first;

	v[SKPI_EF_TENURE] = day - w->first;
	v[SKPI_EF_RECENCY] = day - w->now.day;
	v[SKPI_EF_EVENTS] = (double) w->now.events;
	v[SKPI_EF_DAYS] = (double) w->now.days;
	v[SKPI_EF_DAYS_7] = days_in(w, BACK_7);
	v[SKPI_EF_DAYS_14] = days_in(w, BACK_14);
	v[SKPI_EF_DAYS_28] = days_in(w, BACK_28);
	v[SKPI_EF_DAYS_90] = days_in(w, BACK_90);
	v[SKPI_EF_EVENTS_7] = events_in(w, BACK_7);
	v[SKPI_EF_EVENTS_14] = events_in(w, BACK_14);
	v[SKPI_EF_EVENTS_28] = events_in(w, BACK_28);
	v[SKPI_EF_EVENTS_90] = events_in(w, BACK_90);
	v[SKPI_EF_EVENTS_BEFORE_28] = events_in(w, BACK_56) - events_in(w, BACK_28);
	v[SKPI_EF_DAYS_BEFORE_28] = days_in(w, BACK_56) - days_in(w, BACK_28);
	v[SKPI_EF_EVENTS_TREND] =
		trend(v[SKPI_EF_EVENTS_28], v[SKPI_EF_EVENTS_BEFORE_28]);
	v[SKPI_EF_DAYS_TREND] =
		trend(v[SKPI_EF_DAYS_28], v[SKPI_EF_DAYS_BEFORE_28]);
	v[SKPI_EF_EVENTS_PER_DAY] = v[SKPI_EF_EVENTS] / v[SKPI_EF_DAYS];
	v[SKPI_EF_MEAN_GAP] =
		w->now.days > 1 ? span / (double) (w->now.days - 1) : NAN;
	v[SKPI_EF_RECENCY_RATIO] = v[SKPI_EF_RECENCY] / v[SKPI_EF_MEAN_GAP];
	v[SKPI_EF_TYPES] = w->types;
	v[SKPI_EF_TYPES_28] = types_since(w, day - 27);
	v[SKPI_EF_MONTHS] = w->months;
}

skpi_status
skpi_event_walk_to(skpi_event_walk *w, int32_t day, skpi_features *f)
{
	const skpi_tally *h = w->history;
	skpi_status status = advance(w, &w->now, day);

	for (int i = 0; i < BACKS && status == SKPI_OK; i++)
		status = advance(w, &w->before[i], day - back[i]);
	if (status != SKPI_OK)
		return status;
	f->there = w->now.days > 0;
	if (!f->there)
		return SKPI_OK;
	f->left = SKPI_LEFT_UNKNOWN;
	if (skpi_asked_known(&w->asked, day))
		f->left =
			w->now.next < h->n_rows &&
					skpi_tally_row(h, w->now.next)->k1 - day <= w->asked.horizon
				? SKPI_STAYED
				: SKPI_LEFT;
	tell(w, day, f->value);
	return SKPI_OK;
}

size_t
skpi_type_words(const skpi_tally *history)
{
	return 3 * ((size_t) history->n_labels + 1);
}

void
skpi_type_walk_begin(skpi_type_walk *w, const skpi_tally *history,
					 int32_t window, skpi_stop_fn stop, void *stop_arg,
					 int64_t *words)
{
	size_t labels = (size_t) history->n_labels + 1;

	*w = (skpi_type_walk){.history = history,
						  .window = window,
						  .stop = stop,
						  .stop_arg = stop_arg,
						  .count = {words, words + labels},
						  .last_on = words + 2 * labels};
	memset(words, 0, 2 * labels * sizeof(*words));
	for (size_t i = 0; i < labels; i++)
		w->last_on[i] = SKPI_NO_DAY;
}

skpi_status
skpi_type_walk_to(skpi_type_walk *w, int32_t day, bool *there)
{
	const skpi_tally *h = w->history;
	uint32_t since = 0;

	for (int k = 0; k < 2; k++)
		for (; w->next[k] < h->n_rows; w->next[k]++)
		{
			const skpi_row *row = skpi_tally_row(h, w->next[k]);
			int64_t *count = &w->count[k][row->k2];

			if (row->k1 > (k == 0 ? day : day - w->window))
				break;
			if (++since % ROWS_BETWEEN_STOPS == 0 && w->stop != NULL &&
				w->stop(w->stop_arg))
				return SKPI_E_INTERRUPT;
			if (__builtin_add_overflow(*count, row->v[0], count))
				return SKPI_E_OVERFLOW;
			if (k == 0)
				w->last_on[row->k2] = row->k1;
		}
	*there = w->next[0] > 0;
	return SKPI_OK;
}
