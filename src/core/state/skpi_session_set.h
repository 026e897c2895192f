/*
 * The sessions of one customer: disjoint intervals of time with their events.
 *
 *  (1) Events no further apart than the gap are of one session, as in
 *      skpi_session.h; so sets merge by joining what lies within the gap, in
 *      any order, to the same set.
 *  (2) Where sessions end at midnight, every interval lies in one day, and
 *      intervals of different days are never joined.
 *
 * Rows: the keys are the time of the first event in microseconds since
 * 2000-01-01 UTC, its high and low half; v = time to the last event, events,
 * and the day from 1 on where sessions end at midnight, else 0.  Grain is day;
 * parameters: whole seconds of the gap; twice its microseconds beyond those,
 * plus one where sessions end at midnight.
 */
#ifndef SKPI_SESSION_SET_H
#define SKPI_SESSION_SET_H

#include "skpi_tally.h"

enum
{
	SKPI_SES_LENGTH,
	SKPI_SES_EVENTS,
	SKPI_SES_DAY,
};

#define SKPI_TIME_MIN (SKPI_DAY_MIN * INT64_C(86400000000))
#define SKPI_TIME_END ((SKPI_DAY_MAX + 1) * INT64_C(86400000000))
/* Just over 68 years. */
#define SKPI_GAP_END (INT64_C(2147483648) * 1000000)

typedef struct skpi_interval
{
	int64_t start;
	int64_t end; /* time of the last event */
	int64_t events;
	int64_t day;
} skpi_interval;

/* 0 <= gap < SKPI_GAP_END */
void skpi_session_set_init(skpi_tally *t, int64_t gap, bool by_day);

int64_t skpi_session_set_gap(const skpi_tally *t);
static inline bool
skpi_session_set_by_day(const skpi_tally *t)
{
	return (t->param[1] & 1) != 0;
}

/*
 * Adds one event; the time in range, the day valid where sessions end at
 * midnight and any otherwise.  SKPI_FULL asks for skpi_tally_late_room()
 * bytes.  One that is far from the end waits as a late row, so that events cost
 * the same in any order; E_OVERFLOW, and E_MISMATCH where one instant is said
 * to lie in two days, may be found only when they settle.
 */
skpi_status skpi_session_set_add(skpi_tally *t, size_t cap, int64_t time,
								 int32_t day);

skpi_interval skpi_session_set_at(const skpi_tally *t, size_t i);

/* Late rows to their places, as skpi_tally_settle(), which calls it. */
skpi_status skpi_session_set_settle(skpi_tally *t, size_t cap);

/*
 * Joins `from`, of the same parameters, for which there is room, to a set that
 * is settled: the merge of this kind.  E_OVERFLOW, and E_MISMATCH where one
 * instant is said to lie in two days, leave t with part of it.
 */
skpi_status skpi_session_set_join(skpi_tally *t, const skpi_tally *from);

/* Events and microseconds of all sessions; E_OVERFLOW. */
skpi_status skpi_session_set_total(const skpi_tally *t, int64_t *events,
								   int64_t *length);

#endif
