/*
 * One customer's subscriptions as they are billed, before anybody has decided
 * what counts as recurring revenue.
 *
 *  (1) A subscription is cut into half-open segments in which its standing does
 *      not change: on trial, active, past due since a day, unpaid, paused; with
 *      or without notice given; with or without a discount.
 *  (2) What does not change within a segment, but for its amounts, is its
 *      class: standing, notice, kind, how the subscription ends, months per
 *      bill, first day past due, plan.
 *  (3) Per instant and class the ledger keeps what started and what ended.  An
 *      instant is a day and whether the subscription itself starts or ends
 *      then, or goes on as another class: a cut.
 *  (4) A subscription in another currency comes in parts, each at the rate of
 *      its first day.  From one to the next the amounts of its class change,
 *      before anything else does on that day: an aside of the class.
 *
 * A policy (skpi_policy.h) says which classes count and until when.  All of
 * them are sums over the same rows, so adding ledgers adds under every policy.
 *
 * Rows: k1 = 2 * day, + 1 for a cut; k2 = label, the class; v = what started:
 * list price, recurring discount, one-time discount, quantity; then the same
 * of what ended; all >= 0, in units of 1/10000, per month.
 *
 * The text of a class: sixteen bytes, then the plan.
 *   [0] t trial, a active, d past due, u unpaid, p paused, f never paid
 *   [1] m metered or -   [2] s notice given or -   [3] v, i, o: ends
 * voluntarily, not so, otherwise [4..7] months per bill, 0000 for less than one
 * or unknown [8..14] first day past due + 1000000, 0000000 for none   [15] a
 * space
 */
#ifndef SKPI_LEDGER_H
#define SKPI_LEDGER_H

#include "skpi_tally.h"

typedef enum skpi_standing
{
	SKPI_ON_TRIAL,
	SKPI_IS_ACTIVE,
	SKPI_PAST_DUE,
	SKPI_UNPAID,
	SKPI_PAUSED,
	SKPI_NEVER_PAID, /* past due since the trial ended, or before */
	SKPI_STANDINGS,
	SKPI_CANCELLED = SKPI_STANDINGS, /* of a subscription, not of a segment */
	SKPI_UNKNOWN_STANDING,           /* what its days say */
} skpi_standing;

typedef enum skpi_end_reason
{
	SKPI_NO_REASON,
	SKPI_VOLUNTARY,
	SKPI_INVOLUNTARY,
	SKPI_OTHER_REASON,
	SKPI_END_REASONS,
} skpi_end_reason;

/* Values of a row; what ended follows what started. */
enum
{
	SKPI_LIST,
	SKPI_RECURRING,
	SKPI_ONCE,
	SKPI_QUANTITY,
	SKPI_LEDGER_VALUES,
};

#define SKPI_LEDGER_PREFIX 16
#define SKPI_LEDGER_MONTHS_MAX 9999
#define SKPI_LEDGER_INSTANT(day, is_cut) (2 * (day) + (is_cut))

/* The day of an instant, and whether a subscription goes on over it. */
static inline int32_t
skpi_instant_day(int32_t k1)
{
	return k1 >= 0 ? k1 / 2 : -((1 - k1) / 2);
}

static inline bool
skpi_instant_is_cut(int32_t k1)
{
	return (k1 & 1) != 0;
}

/* Days may be SKPI_NO_DAY, all but start. */
typedef struct skpi_subscription
{
	int32_t start;
	int32_t end;
	int32_t trial_end;
	int32_t paused_from;
	int32_t resumes_on;
	int32_t past_due_since;
	int32_t notice_on; /* when its end was asked for */
	int32_t discount_until;
	skpi_standing standing; /* as its status says today */
	skpi_end_reason reason;
	bool metered;
	bool once; /* the discount is of one bill */
	int32_t months;
	int64_t list;
	int64_t discount; /* taken as within 0 .. list */
	int64_t quantity; /* below 0 as 0 */
	bool continues;   /* a part: another of the same subscription, */
	int32_t since;    /* which began on this day; */
	bool goes_on;     /* and goes on in another */
	char *label;      /* SKPI_LEDGER_PREFIX bytes to write in, then the plan */
	size_t plan_length;
} skpi_subscription;

typedef struct skpi_class
{
	skpi_standing standing;
	skpi_end_reason reason;
	bool metered;
	bool notice;
	int32_t months;
	int32_t since; /* SKPI_NO_DAY: not past due */
	const char *plan;
	size_t plan_length;
} skpi_class;

void skpi_ledger_init(skpi_tally *t);

/* Bytes of room that skpi_ledger_add() may need. */
size_t skpi_ledger_room(const skpi_tally *t, const skpi_subscription *s);

/*
 * What cannot count (start outside the calendar, end not after it, a price
 * below zero) is counted in t->skipped and otherwise ignored.
 */
skpi_status skpi_ledger_add(skpi_tally *t, size_t cap,
							const skpi_subscription *s);

/* The class of a label's text; E_CORRUPT when it is none. */
skpi_status skpi_class_parse(const char *text, size_t length, skpi_class *c);

const char *skpi_standing_name(skpi_standing standing);
const char *skpi_end_reason_name(skpi_end_reason reason);

#endif
