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

#endif
