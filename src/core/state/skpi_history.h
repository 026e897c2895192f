/*
 * One customer's recurring revenue over time.
 *
 *  (1) Every subscription contributes its price from its first day until, and
 *      not including, its end day.  An open end stays open.
 *  (2) Per day and label (the plan) the history keeps what started and what
 *      ended, so that a cancellation and a return on the same day stay
 *      visible to whoever asks for events and cancel out for whoever asks
 *      for days.
 *  (3) A movement is a change of the customer's level between two instants.
 *      From nothing it is "new", or "reactivation" when there was revenue
 *      before; to nothing it is "churn"; otherwise "expansion" or
 *      "contraction".
 *
 * Rows: k1 = day, k2 = label (0: the history has none); v = started, ended,
 * both >= 0 in units of 1/10000.  Grain is day; parameters are zero.
 */
#ifndef SKPI_HISTORY_H
#define SKPI_HISTORY_H

#include "skpi_tally.h"

enum
{
	SKPI_STARTED,
	SKPI_ENDED,
};

typedef enum skpi_movement
{
	SKPI_NO_MOVEMENT = -1,
	SKPI_NEW,
	SKPI_EXPANSION,
	SKPI_CONTRACTION,
	SKPI_CHURN,
	SKPI_REACTIVATION,
	SKPI_MOVEMENTS,
} skpi_movement;

/* How finely changes are told apart before they count as movements. */
typedef enum skpi_netting
{
	SKPI_NET_DAY,    /* per customer and civil day: the house rule */
	SKPI_NET_EVENT,  /* what ended first, what started second */
	SKPI_NET_PERIOD, /* per customer and period of the grain asked for */
	SKPI_NETTINGS,
} skpi_netting;

/* Bytes of room a subscription may need, its label included. */
#define SKPI_HISTORY_ROOM(label_length) (2 * 24 + (label_length) + 16)

void skpi_history_init(skpi_tally *h, bool labelled);

/*
 * Adds a subscription; end may be SKPI_NO_DAY.  A subscription that ends on
 * its first day or earlier, starts outside the calendar or costs less than
 * nothing is counted in h->skipped and otherwise ignored.
 */
skpi_status skpi_history_add(skpi_tally *h, size_t cap, int32_t start,
							 int32_t end, int64_t price, const char *label,
							 size_t label_length);

/* A walk over the changes of the level, in order of time. */
typedef struct skpi_steps
{
	const skpi_tally *history;
	skpi_netting netting;
	skpi_grain grain;
	int32_t as_of;
	int32_t label; /* 0: the customer as a whole */
	uint32_t next;
	int64_t level;
	bool seen;      /* the level was positive before */
	bool half_done; /* of a day's events the ends have been given */
} skpi_steps;

typedef struct skpi_step
{
	int32_t day; /* the last day of those netted */
	int64_t before;
	int64_t after;
	skpi_movement movement;
	uint32_t first_row; /* rows netted: [first_row, end_row) */
	uint32_t end_row;
	bool starts; /* what started counts in this step */
	bool ends;   /* what ended counts in this step */
} skpi_step;

void skpi_steps_begin(skpi_steps *walk, const skpi_tally *history,
					  skpi_netting netting, skpi_grain grain, int32_t as_of,
					  int32_t label);

/*
 * The next group of changes up to as_of.  Sets *more to false at the end.  A
 * group whose changes cancel is given with SKPI_NO_MOVEMENT.  E_CORRUPT when
 * the level falls below zero.
 */
skpi_status skpi_steps_next(skpi_steps *walk, skpi_step *step, bool *more);

/* Change of one label (0: all) within a step. */
skpi_status skpi_step_change(const skpi_tally *history, const skpi_step *step,
							 int32_t label, int64_t *change);

/* Whether a label has begun by a day: a plan of the future is none yet. */
bool skpi_history_knows(const skpi_tally *history, int32_t label, int32_t day);

typedef struct skpi_history_facts
{
	int64_t level;     /* at as_of */
	int32_t first_day; /* first day with a positive level, or SKPI_NO_DAY */
	int32_t last_fall; /* last day the level fell to zero, or SKPI_NO_DAY */
} skpi_history_facts;

skpi_status skpi_history_at(const skpi_tally *history, int32_t as_of,
							skpi_history_facts *facts);

const char *skpi_movement_name(skpi_movement movement);

#endif
