#include "skpi_features.h"

#include <math.h>
#include <string.h>

/* How far back the cursors are, in days; that of the season moves. */
enum
{
	BACK_7,
	BACK_14,
	BACK_30,
	BACK_60,
	BACK_90,
	BACK_180,
	BACK_365,
	SEASON,
	BACKS,
};
static const int32_t back[SEASON] = {7, 14, 30, 60, 90, 180, 365};

_Static_assert((int) BACKS == SKPI_ORDER_CURSORS, "a cursor for each");
_Static_assert((int) SKPI_OF_WIDTH <= SKPI_FEATURES_MAX, "features fit");

#define YEAR 365
#define ROWS_BETWEEN_STOPS 8192

static double
money(double units)
{
	return units / 10000;
}

static int64_t
longest_gap(const skpi_tally *h)
{
	int64_t longest = 0;
	const skpi_row *before = NULL;

	for (uint32_t r = 0; r < h->n_rows; r++)
	{
		const skpi_row *row = skpi_tally_row(h, r);

		if (skpi_purchase_is_return(row))
			continue;
		if (before != NULL && row->k1 - before->k1 > longest)
			longest = row->k1 - before->k1;
		before = row;
	}
	return longest;
}

size_t
skpi_order_words(const skpi_tally *history)
{
	return skpi_gaps_words(longest_gap(history));
}

void
skpi_order_walk_begin(skpi_order_walk *w, const skpi_tally *history,
					  bool published, const skpi_asked *asked, int64_t *words)
{
	memset(w, 0, sizeof(*w));
	w->history = history;
	w->asked = *asked;
	w->published = published;
	skpi_gaps_begin(&w->gaps, longest_gap(history), words);
	w->now.day = SKPI_NO_DAY;
	w->month = SKPI_NO_DAY;
	for (int i = 0; i < BACKS; i++)
		w->before[i].day = SKPI_NO_DAY;
}

/* Days between two orders; in the published definition whole ones. */
static int64_t
gap_of(const skpi_order_walk *w, int64_t from, int64_t to)
{
	if (w->published)
		return (to - from) / SKPI_DAY_SECONDS;
	from -= (from % SKPI_DAY_SECONDS + SKPI_DAY_SECONDS) % SKPI_DAY_SECONDS;
	return (to - from) / SKPI_DAY_SECONDS;
}

/* An order that the day has reached: what is told of orders one by one. */
static skpi_status
enter(skpi_order_walk *w, const skpi_row *row)
{
	int64_t time = skpi_purchase_time(row);
	int64_t orders = w->now.sum[SKPI_OS_ORDERS];

	if (orders == 0)
		w->first = time;
	/* one that is looked back at no more begins no gap */
	else if (!w->published || orders > w->before[BACK_365].sum[SKPI_OS_ORDERS])
		skpi_gaps_add(&w->gaps, gap_of(w, w->latest, time), 1);
	skpi_gaps_add(&w->gaps, 0, row->v[SKPI_PUR_ORDERS] - 1);
	w->latest = time;
	if (w->now.day != row->k1)
	{
		int32_t month = skpi_period(SKPI_MONTH, row->k1);

		w->months += w->month != month;
		w->month = month;
		if (w->now.day != SKPI_NO_DAY &&
			(w->now.sum[SKPI_OS_DAYS] == 1 || w->last_value > w->largest))
			w->largest = w->last_value;
		w->last_value = 0;
	}
	if (__builtin_add_overflow(w->last_value, row->v[SKPI_PUR_NET],
							   &w->last_value))
		return SKPI_E_OVERFLOW;
	return SKPI_OK;
}

/* An order that the published definition looks back at no more, and the gap
 * that began with it. */
static void
leave(skpi_order_walk *w, const skpi_row *row, uint32_t r)
{
	skpi_gaps_add(&w->gaps, 0, 1 - row->v[SKPI_PUR_ORDERS]);
	for (r++; r < w->now.next; r++)
	{
		const skpi_row *next = skpi_tally_row(w->history, r);

		if (skpi_purchase_is_return(next))
			continue;
		skpi_gaps_add(
			&w->gaps,
			gap_of(w, skpi_purchase_time(row), skpi_purchase_time(next)), -1);
		return;
	}
}

static skpi_status
add_row(skpi_order_cursor *c, const skpi_row *row)
{
	int64_t *s = c->sum;
	const int64_t *v = row->v;

	if (__builtin_add_overflow(s[SKPI_OS_NET], v[SKPI_PUR_NET],
							   &s[SKPI_OS_NET]))
		return SKPI_E_OVERFLOW;
	if (skpi_purchase_is_return(row))
		return __builtin_add_overflow(s[SKPI_OS_RETURNS], v[SKPI_PUR_ORDERS],
									  &s[SKPI_OS_RETURNS])
				   ? SKPI_E_OVERFLOW
				   : SKPI_OK;
	/* orders, sold, items and products lie in the order of a row's values */
	for (int i = 0; i < SKPI_PUR_WIDTH; i++)
		if (__builtin_add_overflow(s[i], v[i], &s[i]))
			return SKPI_E_OVERFLOW;
	s[SKPI_OS_DAYS] += c->day != row->k1;
	c->day = row->k1;
	return SKPI_OK;
}

/* The next row of a cursor.  Sums that do not fit are found before anything is
 * made of the orders. */
static skpi_status
take(skpi_order_walk *w, skpi_order_cursor *c, const skpi_row *row)
{
	bool enters = c == &w->now;
	bool leaves = w->published && c == &w->before[BACK_365];
	skpi_order_cursor with;
	skpi_status status;

	if (w->published && skpi_purchase_is_return(row))
		return SKPI_OK;
	if (skpi_purchase_is_return(row) || !(enters || leaves))
		return add_row(c, row);
	with = *c;
	status = add_row(&with, row);
	if (status != SKPI_OK)
		return status;
	if (enters)
		status = enter(w, row);
	else
		leave(w, row, c->next);
	if (status == SKPI_OK)
		*c = with;
	return status;
}

static bool
must_stop(const skpi_order_walk *w, uint32_t row, uint32_t since)
{
	return (row - since) % ROWS_BETWEEN_STOPS == ROWS_BETWEEN_STOPS - 1 &&
		   w->asked.stop != NULL && w->asked.stop(w->asked.stop_arg);
}

/* Moves a cursor behind the last row of a time up to the one given. */
static skpi_status
advance(skpi_order_walk *w, skpi_order_cursor *c, int64_t until)
{
	const skpi_tally *h = w->history;
	uint32_t since = c->next;

	for (; c->next < h->n_rows; c->next++)
	{
		const skpi_row *row = skpi_tally_row(h, c->next);
		skpi_status status;

		if (skpi_purchase_time(row) > until)
			break;
		if (must_stop(w, c->next, since))
			return SKPI_E_INTERRUPT;
		status = take(w, c, row);
		if (status != SKPI_OK)
			return status;
	}
	return SKPI_OK;
}

static skpi_status
advance_all(skpi_order_walk *w, int32_t day)
{
	int64_t end = ((int64_t) day + !w->published) * SKPI_DAY_SECONDS;
	skpi_status status;

	/* up to the last second of the day, or to the midnight that begins it */
	if (!w->published)
		end--;
	status = advance(w, &w->now, end);
	for (int i = 0; i < SEASON && status == SKPI_OK; i++)
	{
		int64_t until = end - (int64_t) back[i] * SKPI_DAY_SECONDS;

		/* looking back 365 days sees their first instant */
		if (w->published && i == BACK_365)
			until--;
		status = advance(w, &w->before[i], until);
	}
	if (status == SKPI_OK && !w->published)
		status = advance(w, &w->before[SEASON],
						 end + (int64_t) (w->asked.horizon < YEAR
											  ? w->asked.horizon - YEAR
											  : 0) *
								   SKPI_DAY_SECONDS);
	return status;
}

static double
within(const skpi_order_walk *w, int what, int cursor)
{
	return (double) w->now.sum[what] - (double) w->before[cursor].sum[what];
}

static void
tell_gaps(const skpi_order_walk *w, double *v)
{
	v[SKPI_OF_MEAN_GAP] = skpi_gaps_mean(&w->gaps);
	v[SKPI_OF_MEDIAN_GAP] = skpi_gaps_median(&w->gaps);
}

static void
tell_published(const skpi_order_walk *w, int32_t day, double *v)
{
	int64_t midnight = (int64_t) day * SKPI_DAY_SECONDS;
	double orders = within(w, SKPI_OS_ORDERS, BACK_365);

	v[SKPI_OF_TENURE] = (double) gap_of(w, w->first, w->latest);
	v[SKPI_OF_RECENCY] = (double) gap_of(w, w->latest, midnight);
	v[SKPI_OF_BASKET] = v[SKPI_OF_ITEMS] = v[SKPI_OF_PRODUCTS] = NAN;
	if (orders > 0)
	{
		v[SKPI_OF_BASKET] = money(within(w, SKPI_OS_SOLD, BACK_365)) / orders;
		v[SKPI_OF_ITEMS] = money(within(w, SKPI_OS_ITEMS, BACK_365)) / orders;
		v[SKPI_OF_PRODUCTS] = within(w, SKPI_OS_PRODUCTS, BACK_365) / orders;
	}
	tell_gaps(w, v);
}

/* Orders of the days a year before those of the label. */
static double
season_of(const skpi_order_walk *w)
{
	const skpi_order_cursor *c = &w->before[SEASON];

	if (c->sum[SKPI_OS_ORDERS] == 0)
		return NAN;
	return (double) c->sum[SKPI_OS_ORDERS] -
		   (double) w->before[BACK_365].sum[SKPI_OS_ORDERS];
}

static void
tell_wider(const skpi_order_walk *w, double *v)
{
	const int64_t *sum = w->now.sum;
	double sold = (double) sum[SKPI_OS_SOLD];

	v[SKPI_OF_DAYS] = (double) sum[SKPI_OS_DAYS];
	v[SKPI_OF_DAYS_7] = within(w, SKPI_OS_DAYS, BACK_7);
	v[SKPI_OF_DAYS_14] = within(w, SKPI_OS_DAYS, BACK_14);
	v[SKPI_OF_DAYS_60] = within(w, SKPI_OS_DAYS, BACK_60);
	v[SKPI_OF_DAYS_180] = within(w, SKPI_OS_DAYS, BACK_180);
	v[SKPI_OF_DAYS_365] = within(w, SKPI_OS_DAYS, BACK_365);
	v[SKPI_OF_REVENUE_365] = money(within(w, SKPI_OS_NET, BACK_365));
	v[SKPI_OF_ORDERS_BEFORE_90] =
		within(w, SKPI_OS_ORDERS, BACK_180) - v[SKPI_OF_ORDERS_90];
	v[SKPI_OF_REVENUE_BEFORE_90] = money(within(w, SKPI_OS_NET, BACK_180) -
										 within(w, SKPI_OS_NET, BACK_90));
	v[SKPI_OF_MONTHS] = (double) w->months;
	v[SKPI_OF_RECENCY_RATIO] =
		w->gaps.days > 0 ? v[SKPI_OF_RECENCY] / v[SKPI_OF_MEAN_GAP] : NAN;
	v[SKPI_OF_SD_GAP] = skpi_gaps_deviation(&w->gaps);
	v[SKPI_OF_LAST_VALUE] = money((double) w->last_value);
	v[SKPI_OF_LARGEST_VALUE] =
		money((double) (sum[SKPI_OS_DAYS] == 1 || w->last_value > w->largest
							? w->last_value
							: w->largest));
	v[SKPI_OF_RETURNS] = (double) sum[SKPI_OS_RETURNS];
	v[SKPI_OF_RETURNS_90] = within(w, SKPI_OS_RETURNS, BACK_90);
	v[SKPI_OF_RETURN_SHARE] =
		sold > 0 ? money(sold - (double) sum[SKPI_OS_NET]) / money(sold) : NAN;
	v[SKPI_OF_SEASON] = season_of(w);
}

static void
tell(const skpi_order_walk *w, int32_t day, double *v)
{
	const int64_t *sum = w->now.sum;
	double orders = (double) sum[SKPI_OS_ORDERS];

	v[SKPI_OF_ORDERS] = orders;
	v[SKPI_OF_REVENUE] = money((double) sum[SKPI_OS_NET]);
	v[SKPI_OF_REVENUE_30] = money(within(w, SKPI_OS_NET, BACK_30));
	v[SKPI_OF_ORDERS_30] = within(w, SKPI_OS_ORDERS, BACK_30);
	v[SKPI_OF_REVENUE_90] = money(within(w, SKPI_OS_NET, BACK_90));
	v[SKPI_OF_ORDERS_90] = within(w, SKPI_OS_ORDERS, BACK_90);
	if (w->published)
	{
		tell_published(w, day, v);
		return;
	}
	v[SKPI_OF_TENURE] =
		(double) gap_of(w, w->first, (int64_t) day * SKPI_DAY_SECONDS);
	v[SKPI_OF_RECENCY] = (double) (day - w->now.day);
	v[SKPI_OF_BASKET] = money((double) sum[SKPI_OS_SOLD]) / orders;
	v[SKPI_OF_ITEMS] = money((double) sum[SKPI_OS_ITEMS]) / orders;
	v[SKPI_OF_PRODUCTS] = (double) sum[SKPI_OS_PRODUCTS] / orders;
	tell_gaps(w, v);
	tell_wider(w, v);
}

/* The first day with an order after the one given; SKPI_NO_DAY for none. */
static skpi_status
next_order(skpi_order_walk *w, int32_t day, int32_t *found)
{
	const skpi_tally *h = w->history;
	uint32_t since;

	if (w->ahead < w->now.next)
		w->ahead = w->now.next;
	since = w->ahead;
	*found = SKPI_NO_DAY;
	for (; w->ahead < h->n_rows; w->ahead++)
	{
		const skpi_row *row = skpi_tally_row(h, w->ahead);

		if (row->k1 > day && !skpi_purchase_is_return(row))
		{
			*found = row->k1;
			break;
		}
		if (must_stop(w, w->ahead, since))
			return SKPI_E_INTERRUPT;
	}
	return SKPI_OK;
}

skpi_status
skpi_order_walk_to(skpi_order_walk *w, int32_t day, skpi_features *f)
{
	int32_t next = SKPI_NO_DAY;
	skpi_status status = advance_all(w, day);

	if (status == SKPI_OK && skpi_asked_known(&w->asked, day))
		status = next_order(w, day, &next);
	if (status != SKPI_OK)
		return status;
	f->there = w->now.sum[SKPI_OS_ORDERS] > 0;
	if (!f->there)
		return SKPI_OK;
	f->left = SKPI_LEFT_UNKNOWN;
	if (skpi_asked_known(&w->asked, day))
		f->left = next != SKPI_NO_DAY && next - day <= w->asked.horizon
					  ? SKPI_STAYED
					  : SKPI_LEFT;
	tell(w, day, f->value);
	return SKPI_OK;
}
