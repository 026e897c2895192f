/*
 * The way of one customer through a funnel: events that are steps of it.
 *
 *  (1) A chain begins with an event of step 1 and takes the steps in order,
 *      each with another event.  An event at exactly the window after the
 *      beginning still counts.
 *  (2) Events at the same time are taken in the order of their steps.
 *  (3) Any event of step 1 may begin a chain; the way is that of the chain
 *      that first got to the deepest step.
 *
 * Modes:
 *  default           other events between two steps do not matter
 *  strict_order      the next event of any kind must be the next step, or it
 *                    ends the chain; a later one may begin another
 *  strict_dedup      an event of a step after the first that has been taken
 *                    already ends the search
 *  strict_increase   every step lies later than the one before it
 *  once              an event that is several steps is used for the deepest
 *                    that it can be, and for no other; elsewhere it takes one
 *                    chain further and may begin another
 *
 * Rows: the keys together are one number of 64 bits, the time and below it a
 * bit per step that the event is; v = events.  No bits: another event, kept in
 * strict_order alone.  Parameters: window in seconds, steps + 16 * mode.
 */
#ifndef SKPI_FUNNEL_H
#define SKPI_FUNNEL_H

#include "skpi_tally.h"

typedef enum skpi_funnel_mode
{
	SKPI_FUNNEL_DEFAULT,
	SKPI_FUNNEL_STRICT_ORDER,
	SKPI_FUNNEL_STRICT_DEDUP,
	SKPI_FUNNEL_STRICT_INCREASE,
	SKPI_FUNNEL_ONCE,
	SKPI_FUNNEL_MODES,
} skpi_funnel_mode;

#define SKPI_FUNNEL_STEPS 10

/* Microseconds from 2000-01-01: the years 1700 to 2269. */
#define SKPI_FUNNEL_TIME_MIN (-INT64_C(109572) * 86400 * 1000000)
#define SKPI_FUNNEL_TIME_END (SKPI_FUNNEL_TIME_MIN + (INT64_C(1) << 54))

/* SKPI_FUNNEL_MODES when the word is none. */
skpi_funnel_mode skpi_funnel_mode_parse(const char *word, size_t length);

static inline int
skpi_funnel_steps(const skpi_tally *t)
{
	return t->param[1] % 16;
}

static inline skpi_funnel_mode
skpi_funnel_mode_of(const skpi_tally *t)
{
	return (skpi_funnel_mode) (t->param[1] / 16);
}

static inline int32_t
skpi_funnel_param(int steps, skpi_funnel_mode mode)
{
	return (int32_t) mode * 16 + steps;
}

void skpi_funnel_init(skpi_tally *t, int32_t window, int steps,
					  skpi_funnel_mode mode);

/* Bit i of mask: the event is step i + 1.  The time in range. */
skpi_status skpi_funnel_add(skpi_tally *t, size_t cap, int64_t time,
							uint32_t mask);

typedef struct skpi_funnel_way
{
	int reached; /* steps taken; 0 for who never began */
	int64_t time[SKPI_FUNNEL_STEPS];
	int64_t last_entry; /* the last event of step 1, when reached > 0 */
} skpi_funnel_way;

void skpi_funnel_walk(const skpi_tally *t, skpi_funnel_way *way);

#endif
