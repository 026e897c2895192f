/*
 * What is known of a customer at the end of a day, and what came of it: the
 * features of models and their label, from the states that keep what the
 * customer did.
 *
 * A walk goes once over the rows of a state, and is asked for one day after
 * the other, which must not go down.  Nothing later than the day is in a
 * feature, and nothing up to it in the label.  What is not defined is NAN: a
 * customer of one order has no time between orders.
 *
 * The label looks at the `horizon` days after the day.  It is known when they
 * have all passed by the day `last`, and never with SKPI_NO_DAY.
 *
 * After SKPI_E_INTERRUPT a walk goes on where it was when asked for the same
 * day again.  Other failures: E_OVERFLOW of a sum beyond 64 bits, E_CORRUPT of
 * a level below zero.
 */
#ifndef SKPI_FEATURES_H
#define SKPI_FEATURES_H

#include "skpi_activity.h"
#include "skpi_event.h"
#include "skpi_gaps.h"
#include "skpi_purchase.h"

#define SKPI_FEATURES_MAX 40
#define SKPI_FEATURE_HORIZON_MAX 3660

typedef enum skpi_came_true
{
	SKPI_LEFT_UNKNOWN,
	SKPI_LEFT,
	SKPI_STAYED,
} skpi_came_true;

typedef struct skpi_asked
{
	int32_t horizon;   /* 1 .. SKPI_FEATURE_HORIZON_MAX */
	int32_t last;      /* last day of which anything is known, or SKPI_NO_DAY */
	skpi_stop_fn stop; /* may be NULL */
	void *stop_arg;
} skpi_asked;

typedef struct skpi_features
{
	bool there; /* else the customer was none yet, or no more */
	double value[SKPI_FEATURES_MAX];
	skpi_came_true left;
} skpi_features;

/* Whether the days after `day` have passed, so that a label can be told. */
static inline bool
skpi_asked_known(const skpi_asked *asked, int32_t day)
{
	return asked->last != SKPI_NO_DAY && asked->last - asked->horizon >= day;
}

/*
 * Orders: there from the first order that is no return.  value[] is in the
 * order of this list; those of the published definition are the first 13.
 */
typedef enum skpi_order_feature
{
	SKPI_OF_TENURE,
	SKPI_OF_ORDERS,
	SKPI_OF_REVENUE,
	SKPI_OF_BASKET,
	SKPI_OF_ITEMS,
	SKPI_OF_PRODUCTS,
	SKPI_OF_MEAN_GAP,
	SKPI_OF_MEDIAN_GAP,
	SKPI_OF_RECENCY,
	SKPI_OF_REVENUE_30,
	SKPI_OF_ORDERS_30,
	SKPI_OF_REVENUE_90,
	SKPI_OF_ORDERS_90,
	SKPI_OF_PUBLISHED,
	SKPI_OF_DAYS = SKPI_OF_PUBLISHED,
	SKPI_OF_DAYS_7,
	SKPI_OF_DAYS_14,
	SKPI_OF_DAYS_60,
	SKPI_OF_DAYS_180,
	SKPI_OF_DAYS_365,
	SKPI_OF_REVENUE_365,
	SKPI_OF_ORDERS_BEFORE_90,
	SKPI_OF_REVENUE_BEFORE_90,
	SKPI_OF_MONTHS,
	SKPI_OF_RECENCY_RATIO,
	SKPI_OF_SD_GAP,
	SKPI_OF_LAST_VALUE,
	SKPI_OF_LARGEST_VALUE,
	SKPI_OF_RETURNS,
	SKPI_OF_RETURNS_90,
	SKPI_OF_RETURN_SHARE,
	SKPI_OF_SEASON,
	SKPI_OF_WIDTH,
} skpi_order_feature;

/* Sums over the rows up to a time. */
enum
{
	SKPI_OS_ORDERS, /* without returns, as the next three */
	SKPI_OS_SOLD,
	SKPI_OS_ITEMS,
	SKPI_OS_PRODUCTS,
	SKPI_OS_NET, /* with returns */
	SKPI_OS_RETURNS,
	SKPI_OS_DAYS, /* with an order */
	SKPI_OS_WIDTH,
};

typedef struct skpi_order_cursor
{
	uint32_t next;
	int32_t day; /* of the last order; SKPI_NO_DAY before the first */
	int64_t sum[SKPI_OS_WIDTH];
} skpi_order_cursor;

#define SKPI_ORDER_CURSORS 8

typedef struct skpi_order_walk
{
	const skpi_tally *history;
	skpi_asked asked;
	bool published;
	skpi_order_cursor now;
	skpi_order_cursor before[SKPI_ORDER_CURSORS];
	uint32_t ahead;     /* the first order after the day, or a row before it */
	int64_t first;      /* times of the first order */
	int64_t latest;     /* and of the last one */
	int64_t months;     /* with an order */
	int32_t month;      /* of the last one */
	int64_t last_value; /* net of the last day with an order, */
	int64_t largest;    /* and the most of the days before it */
	skpi_gaps gaps;
} skpi_order_walk;

/* Words of 64 bits that the walk needs beside. */
size_t skpi_order_words(const skpi_tally *history);

/*
 * published: the definition of the churn project that others are measured
 * against.  There a day ends at the midnight at which it begins, baskets and
 * gaps are those of the last 365 days, tenure ends with the last order, and
 * what lies between two times counts in whole days; returns are nothing.
 */
void skpi_order_walk_begin(skpi_order_walk *w, const skpi_tally *history,
						   bool published, const skpi_asked *asked,
						   int64_t *words);
skpi_status skpi_order_walk_to(skpi_order_walk *w, int32_t day,
							   skpi_features *f);

/*
 * Events: there from the first event.
 */
typedef enum skpi_event_feature
{
	SKPI_EF_TENURE,
	SKPI_EF_RECENCY,
	SKPI_EF_EVENTS,
	SKPI_EF_DAYS,
	SKPI_EF_DAYS_7,
	SKPI_EF_DAYS_14,
	SKPI_EF_DAYS_28,
	SKPI_EF_DAYS_90,
	SKPI_EF_EVENTS_7,
	SKPI_EF_EVENTS_14,
	SKPI_EF_EVENTS_28,
	SKPI_EF_EVENTS_90,
	SKPI_EF_EVENTS_BEFORE_28,
	SKPI_EF_DAYS_BEFORE_28,
	SKPI_EF_EVENTS_TREND,
	SKPI_EF_DAYS_TREND,
	SKPI_EF_EVENTS_PER_DAY,
	SKPI_EF_MEAN_GAP,
	SKPI_EF_RECENCY_RATIO,
	SKPI_EF_TYPES,
	SKPI_EF_TYPES_28,
	SKPI_EF_MONTHS,
	SKPI_EF_WIDTH,
} skpi_event_feature;

typedef struct skpi_event_cursor
{
	uint32_t next;
	int32_t day; /* of the last event; SKPI_NO_DAY before the first */
	int64_t events;
	int64_t days;
} skpi_event_cursor;

#define SKPI_EVENT_CURSORS 5

typedef struct skpi_event_walk
{
	const skpi_tally *history;
	skpi_asked asked;
	skpi_event_cursor now;
	skpi_event_cursor before[SKPI_EVENT_CURSORS];
	int32_t first;
	int32_t months; /* with an event */
	int32_t month;  /* of the last one */
	int32_t types;
	int64_t *last_on; /* by label */
} skpi_event_walk;

size_t skpi_event_words(const skpi_tally *history);
void skpi_event_walk_begin(skpi_event_walk *w, const skpi_tally *history,
						   const skpi_asked *asked, int64_t *words);
skpi_status skpi_event_walk_to(skpi_event_walk *w, int32_t day,
							   skpi_features *f);

/*
 * Events by type: how many in the days that end with the day, and the last day
 * of each; there from the first event of any type.
 */
typedef struct skpi_type_walk
{
	const skpi_tally *history;
	int32_t window; /* days, 1 .. SKPI_FEATURE_HORIZON_MAX */
	skpi_stop_fn stop;
	void *stop_arg;
	uint32_t next[2];  /* of the day, and of that before the window */
	int64_t *count[2]; /* events so far, by label */
	int64_t *last_on;  /* by label; SKPI_NO_DAY before the first */
} skpi_type_walk;

size_t skpi_type_words(const skpi_tally *history);
void skpi_type_walk_begin(skpi_type_walk *w, const skpi_tally *history,
						  int32_t window, skpi_stop_fn stop, void *stop_arg,
						  int64_t *words);
skpi_status skpi_type_walk_to(skpi_type_walk *w, int32_t day, bool *there);

/* Events of a label in the window, 0 for label 0. */
static inline int64_t
skpi_type_events(const skpi_type_walk *w, int32_t label)
{
	return w->count[0][label] - w->count[1][label];
}

/*
 * Subscriptions: there while there is recurring revenue at the end of the day.
 * Payments are an activity by month, or NULL: those of the months that have
 * ended by the day count, the month of a day that ends it among them.
 */
typedef enum skpi_subscription_feature
{
	SKPI_SF_TENURE,
	SKPI_SF_SPELL,
	SKPI_SF_MRR,
	SKPI_SF_CHANGE_30,
	SKPI_SF_CHANGE_90,
	SKPI_SF_MAX,
	SKPI_SF_TO_MAX,
	SKPI_SF_EXPANSIONS,
	SKPI_SF_CONTRACTIONS,
	SKPI_SF_EXPANSIONS_90,
	SKPI_SF_CONTRACTIONS_90,
	SKPI_SF_PLANS,
	SKPI_SF_PLANS_USED,
	SKPI_SF_PLAN_MOVES,
	SKPI_SF_PLAN_MOVES_90,
	SKPI_SF_SINCE_CHANGE,
	SKPI_SF_CHURNS,
	SKPI_SF_REACTIVATIONS,
	SKPI_SF_PAYMENTS_3,
	SKPI_SF_FAILED,
	SKPI_SF_FAILED_1,
	SKPI_SF_FAILED_3,
	SKPI_SF_FAILED_STREAK,
	SKPI_SF_SINCE_PAYMENT,
	SKPI_SF_WIDTH,
} skpi_subscription_feature;

/* What changed up to a day. */
typedef struct skpi_level
{
	skpi_steps steps;
	skpi_step step; /* the next one, where there is one */
	bool more;
	int64_t level;
	int64_t moved[SKPI_MOVEMENTS];
	int64_t plan_moves;
	int64_t *plan; /* level of each, by label */
} skpi_level;

/* Payments of the months up to one. */
typedef struct skpi_paid
{
	skpi_spans spans[2]; /* done and failed */
	skpi_span span[2];   /* that which holds the month, or the next */
	bool more[2];
	int32_t next;        /* month to be taken in */
	int64_t count[2][3]; /* of the last three months, the latest first */
	int64_t failed;
	int64_t streak;
	int32_t last_paid; /* month; SKPI_NO_DAY before the first payment */
} skpi_paid;

typedef struct skpi_subscription_walk
{
	const skpi_tally *history;
	const skpi_tally *payments; /* may be NULL */
	skpi_asked asked;
	skpi_level now;
	skpi_level before_30;
	skpi_level before_90;
	skpi_steps ahead; /* on the way to the next fall to zero, */
	int32_t fall;     /* which is on this day; SKPI_NO_DAY for none, or not
					   * looked for */
	int32_t first;    /* with revenue */
	int32_t spell;    /* since it came from nothing */
	int32_t change;   /* of level or plan, the last */
	int64_t max;
	int32_t plans; /* in force */
	int32_t used;  /* so far */
	int64_t *seen; /* by label */
	skpi_paid paid;
} skpi_subscription_walk;

/* The activity is by month: SKPI_E_MISMATCH otherwise, or as of a walk. */
size_t skpi_subscription_words(const skpi_tally *history);
skpi_status skpi_subscription_walk_begin(skpi_subscription_walk *w,
										 const skpi_tally *history,
										 const skpi_tally *payments,
										 const skpi_asked *asked,
										 int64_t *words);
skpi_status skpi_subscription_walk_to(skpi_subscription_walk *w, int32_t day,
									  skpi_features *f);

#endif
