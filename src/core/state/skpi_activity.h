/*
 * What one customer did, period by period: how often and for how much.
 *
 *  (1) Three lanes: done (payments received, logins, orders), failed, and
 *      refunded (a done amount below zero, kept as a positive amount).
 *  (2) Per lane and period the number of rows and the sum of their amounts.
 *  (3) First and last day are those of the lane "done".
 *
 * Rows: k1 = lane, k2 = period; v = rows, amount in units of 1/10000, both as
 * differences: the value of a period is the sum of the lane's rows up to it.
 * Parameters: first and last day, SKPI_NO_DAY when there is none.
 */
#ifndef SKPI_ACTIVITY_H
#define SKPI_ACTIVITY_H

#include "skpi_history.h"

typedef enum skpi_lane
{
	SKPI_DONE,
	SKPI_FAILED,
	SKPI_REFUNDED,
	SKPI_LANES,
} skpi_lane;

enum
{
	SKPI_ACT_COUNT,
	SKPI_ACT_AMOUNT,
};

/* Periods in each of which count and amount are the same. */
typedef struct skpi_span
{
	int32_t from;
	int32_t until; /* exclusive; INT32_MAX when the span is open */
	int64_t count;
	int64_t amount;
} skpi_span;

void skpi_activity_init(skpi_tally *a, skpi_grain grain);

/* Adds one row; the day in range, the amount >= 0. */
skpi_status skpi_activity_add(skpi_tally *a, size_t cap, skpi_lane lane,
							  int32_t day, int64_t amount);

/* Adds count and amount in every period of a closed span; days stay. */
skpi_status skpi_activity_add_span(skpi_tally *a, size_t cap, skpi_lane lane,
								   const skpi_span *span);

/* The first and last day, when these lie outside; none for SKPI_NO_DAY. */
void skpi_activity_widen(skpi_tally *a, int32_t first, int32_t last);

/*
 * The periods in which a customer had recurring revenue on some day up to
 * as_of, each with the level at its close; count 1 each.  Needs
 * skpi_activity_from_history_bytes().
 */
size_t skpi_activity_from_history_bytes(const skpi_tally *history);
skpi_status skpi_activity_from_history(skpi_tally *a, size_t cap,
									   const skpi_tally *history,
									   skpi_grain grain, int32_t as_of);

/* A walk over the spans of a lane in which count and amount do not change. */
typedef struct skpi_spans
{
	const skpi_tally *activity;
	int32_t lane;
	uint32_t next;
	int64_t count;
	int64_t amount;
} skpi_spans;

void skpi_spans_begin(skpi_spans *walk, const skpi_tally *activity,
					  skpi_lane lane);

/* Spans of nothing are left out.  E_CORRUPT on a negative count. */
skpi_status skpi_spans_next(skpi_spans *walk, skpi_span *span, bool *more);

/* Rows and amount of a lane over all periods; E_OVERFLOW. */
skpi_status skpi_activity_total(const skpi_tally *activity, skpi_lane lane,
								int64_t *count, int64_t *amount);

#endif
