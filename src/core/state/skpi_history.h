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
 *  (4) What is paused is no revenue, and not lost: an aside, that rises as the
 *      level falls.  A fall with which more is paused is a "pause", whatever
 *      remains; a rise with which less is, and one from nothing after a pause
 *      to nothing, is a "resume".  A customer has gone when she has neither.
 *  (5) A subscription in another currency comes in parts, each at the rate of
 *      its first day.  What changes from one to the next is an aside: by it the
 *      level moves before anything else on its day, and that is no movement;
 *      but netted by period it is part of one.
 *
 * Rows: k1 = day, k2 = label (0: the history has none); v = started, ended,
 * both >= 0 in units of 1/10000.  Asides: what rose and fell of what is paused
 * of a label (0: of one that has no other row); and of parts that go on, what
 * began and ended of them, which its rows hold as well.  Grain is day;
 * parameters are zero.
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
	SKPI_PAUSE,
	SKPI_RESUME,
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

/* Bytes of room a subscription, or a part, may need, its label included. */
#define SKPI_HISTORY_ROOM(label_length) (2 * 24 + (label_length) + 16)
#define SKPI_HISTORY_PART_ROOM(label_length) (4 * 24 + (label_length) + 16)

void skpi_history_init(skpi_tally *h, bool labelled);

/*
 * Adds a subscription; end may be SKPI_NO_DAY.  A subscription that ends on
 * its first day or earlier, starts outside the calendar or costs less than
 * nothing is counted in h->skipped and otherwise ignored.
 */
skpi_status skpi_history_add(skpi_tally *h, size_t cap, int32_t start,
							 int32_t end, int64_t price, const char *label,
							 size_t label_length);

/*
 * A part of a subscription: whether it continues another and goes on in one.
 * The last day of one that continues has a part of its own, which starts and
 * ends on it.
 */
typedef struct skpi_part
{
	int32_t start;
	int32_t end;
	int64_t price;
	bool continues;
	bool goes_on;
} skpi_part;

skpi_status skpi_history_add_part(skpi_tally *h, size_t cap,
								  const skpi_part *part, const char *label,
								  size_t label_length);

/* Adds to what is paused of a label, 0 for none, on a day. */
skpi_status skpi_history_pause(skpi_tally *h, size_t cap, int32_t day,
							   int32_t label, int64_t rose, int64_t fell);

/* Adds an aside to a label that has rows, or to what is paused. */
skpi_status skpi_history_aside(skpi_tally *h, size_t cap, int32_t day,
							   int32_t label, int aside, int64_t rose,
							   int64_t fell);

/* Rows of a history in order of time: all of them, or those of a label. */
typedef struct skpi_changes
{
	const char *rows;
	uint32_t n;
} skpi_changes;

skpi_changes skpi_history_changes(const skpi_tally *history);

/*
 * The rows label by label, asides with them, which takes one pass; scratch
 * memory in 64-bit words.  Of a history without labels there are none.
 */
size_t skpi_history_split_words(const skpi_tally *history);
void skpi_history_split(const skpi_tally *history, int64_t *scratch);
skpi_changes skpi_history_of_label(const skpi_tally *history,
								   const int64_t *scratch, int32_t label);

/* A walk over the changes of the level, in order of time. */
typedef struct skpi_steps
{
	skpi_changes changes;
	skpi_netting netting;
	skpi_grain grain;
	int32_t as_of;
	uint32_t next;
	int64_t level;
	int64_t paused;
	bool seen;      /* the level was positive before */
	bool resting;   /* it fell to zero by a pause that goes on */
	bool half_done; /* of a day's events the ends have been given */
} skpi_steps;

typedef struct skpi_step
{
	int32_t day;    /* the last day of those netted */
	int64_t before; /* unless whole, with what rates changed */
	int64_t after;
	int64_t fx;    /* what they changed */
	bool whole;    /* netted by period, where that is not told apart */
	bool revalued; /* it is, and there are such asides */
	int64_t paused_before;
	int64_t paused_after;
	skpi_movement movement;
	bool gone;          /* nothing is left of what there was, nor paused */
	uint32_t first_row; /* rows of the walk netted: [first_row, end_row) */
	uint32_t end_row;
	bool starts; /* what started counts in this step */
	bool ends;   /* what ended counts in this step */
} skpi_step;

void skpi_steps_begin(skpi_steps *walk, skpi_changes changes,
					  skpi_netting netting, skpi_grain grain, int32_t as_of);

/*
 * The next group of changes up to as_of.  Sets *more to false at the end.  A
 * group whose changes cancel is given with SKPI_NO_MOVEMENT.  E_CORRUPT when
 * the level falls below zero.
 */
skpi_status skpi_steps_next(skpi_steps *walk, skpi_step *step, bool *more);

/* What a row changes within a step, rates apart; the sum of all is the step's
 * change from before to after. */
static inline const skpi_row *
skpi_changes_row(const skpi_changes *changes, uint32_t r)
{
	return (const skpi_row *) (changes->rows +
							   r * (sizeof(skpi_row) + 2 * sizeof(int64_t)));
}

static inline skpi_status
skpi_step_change(const skpi_step *step, const skpi_row *row, int64_t *sum)
{
	if (row->k2 < 0 &&
		(step->whole || skpi_key_aside(row->k2) != SKPI_ASIDE_FX))
		return SKPI_OK;
	if (row->k2 < 0)
		/* what goes on has neither started nor ended */
		return (step->starts &&
				__builtin_sub_overflow(*sum, row->v[SKPI_STARTED], sum)) ||
					   (step->ends &&
						__builtin_add_overflow(*sum, row->v[SKPI_ENDED], sum))
				   ? SKPI_E_OVERFLOW
				   : SKPI_OK;
	if ((step->starts &&
		 __builtin_add_overflow(*sum, row->v[SKPI_STARTED], sum)) ||
		(step->ends && __builtin_sub_overflow(*sum, row->v[SKPI_ENDED], sum)))
		return SKPI_E_OVERFLOW;
	return SKPI_OK;
}

/*
 * Sets known[] (from 1) to 1 for labels that have begun by a day, to 0 for
 * others: a plan of the future is none yet.
 */
void skpi_history_known(const skpi_tally *history, int32_t day,
						uint16_t *known);

typedef struct skpi_history_facts
{
	int64_t level;     /* at as_of */
	int64_t paused;    /* at as_of */
	int32_t first_day; /* first day with a positive level, or SKPI_NO_DAY */
	int32_t gone_on;   /* since when there is nothing, or SKPI_NO_DAY */
} skpi_history_facts;

skpi_status skpi_history_at(const skpi_tally *history, int32_t as_of,
							skpi_history_facts *facts);

/* The label of the first day up to as_of on which something started, the first
 * by name of several; 0 when there is none, or no labels. */
int32_t skpi_history_first_label(const skpi_tally *history, int32_t as_of);

/* The last day up to as_of on which anything changed, or SKPI_NO_DAY. */
int32_t skpi_history_changed_on(const skpi_tally *history, int32_t as_of);

const char *skpi_movement_name(skpi_movement movement);

#endif
