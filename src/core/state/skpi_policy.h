/*
 * What counts as recurring revenue, and how its changes are called: a ledger
 * seen under a policy.
 *
 *  (1) The level of a day is the sum over the classes that count on it of list
 *      price less the discounts that are subtracted.  What is past due counts
 *      until `grace` days after its first day.
 *  (2) Changes are netted per customer and day (or month, see same_month); a
 *      movement is what the net is called, by these rules in this order:
 *      from nothing: resume, when the way down was a pause; new for the first
 *      time, or after more than new_after days away; expansion after fewer than
 *      returns_after; else reactivation.  To nothing: pause, when something is
 *      paused (and pauses are no churn); else churn.  Between: pause or resume
 *      when what is paused rose or fell with it; else expansion, contraction.
 *      What rates changed of a day comes before that, and is apart.
 *  (3) A customer is there while her level is above zero, or, when free ones
 *      stay, the list price of what counts.
 */
#ifndef SKPI_POLICY_H
#define SKPI_POLICY_H

#include "skpi_history.h"
#include "skpi_ledger.h"

typedef enum skpi_pauses
{
	SKPI_PAUSES_ZERO, /* nothing while paused, movements of their own */
	SKPI_PAUSES_KEEP, /* counts on */
	SKPI_PAUSES_CHURN,
	SKPI_PAUSES_END,
} skpi_pauses;

typedef enum skpi_same_month
{
	SKPI_SAME_MONTH_BOTH,
	SKPI_SAME_MONTH_NET,     /* one movement per month */
	SKPI_SAME_MONTH_REMOVED, /* who comes and goes within one never came */
	SKPI_SAME_MONTH_END,
} skpi_same_month;

#define SKPI_FOR_EVER (-1)

typedef struct skpi_policy
{
	/* what moves the level, in the order in which differences are told */
	bool trials;
	bool never_paid; /* counts as past due what was never paid, or not */
	skpi_pauses pauses;
	int32_t grace; /* days past due that count, or SKPI_FOR_EVER */
	bool unpaid;   /* counts as what is past due, or never */
	bool metered;
	bool at_notice; /* ends when notice is given */
	bool recurring; /* discounts that are subtracted */
	bool once;
	/* how movements are called */
	bool free_stays;
	int32_t returns_after; /* days */
	int32_t new_after;     /* days, or SKPI_FOR_EVER for never */
	skpi_same_month same_month;
} skpi_policy;

typedef enum skpi_policy_axis
{
	SKPI_AXIS_TRIALS, /* trials, never paid */
	SKPI_AXIS_PAUSES,
	SKPI_AXIS_PAST_DUE, /* grace, unpaid */
	SKPI_AXIS_METERED,
	SKPI_AXIS_NOTICE,
	SKPI_AXIS_RECURRING,
	SKPI_AXIS_ONCE,
	SKPI_POLICY_AXES,
} skpi_policy_axis;

typedef enum skpi_policy_movement
{
	SKPI_P_NEW,
	SKPI_P_EXPANSION,
	SKPI_P_CONTRACTION,
	SKPI_P_CHURN,
	SKPI_P_REACTIVATION,
	SKPI_P_PAUSE,
	SKPI_P_RESUME,
	SKPI_P_MOVEMENTS,
	SKPI_P_FX = SKPI_P_MOVEMENTS, /* none of these: what rates changed */
} skpi_policy_movement;

typedef enum skpi_move_reason
{
	SKPI_WHY_NONE,
	SKPI_WHY_VOLUNTARY,
	SKPI_WHY_INVOLUNTARY,
	SKPI_WHY_OTHER,
	SKPI_WHY_PAUSE,
	SKPI_WHY_RESUME,
	SKPI_WHY_RECOVERY,
	SKPI_WHY_TRIAL,
	SKPI_WHY_DISCOUNT_BEGAN,
	SKPI_WHY_DISCOUNT_ENDED,
	SKPI_WHYS,
} skpi_move_reason;

typedef enum skpi_move_axis
{
	SKPI_BY_NONE,
	SKPI_BY_STANDING,
	SKPI_BY_DISCOUNT,
	SKPI_BY_PLAN,
	SKPI_BY_TERM,
	SKPI_BY_QUANTITY,
	SKPI_BY_PRICE,
	SKPI_BY_FX,
	SKPI_MOVE_AXES,
} skpi_move_axis;

/* A customer at an instant, under a policy. */
typedef struct skpi_standings
{
	int64_t mrr;
	int64_t list;      /* of what counts, before discounts */
	int64_t committed; /* of mrr, what no notice is given of */
	int64_t past_due;  /* of mrr */
	int64_t trial;     /* worth of what is on trial, whether it counts or not */
	int64_t paused;    /* of what is paused */
	int64_t quantity;  /* of what counts */
} skpi_standings;

#define SKPI_STANDINGS_N ((int) (sizeof(skpi_standings) / sizeof(int64_t)))

/* What is known of a class while the ledger is walked. */
typedef struct skpi_policy_class
{
	int64_t level[SKPI_LEDGER_VALUES];
	int64_t plan_is; /* of the first class of a plan: its level that counts */
	int64_t plan_was;
	int64_t term_is;
	int64_t term_was;
	skpi_class class;
	int32_t plan; /* first class of the same plan, and of the same term */
	int32_t term;
	int32_t expires; /* first day past its grace, or SKPI_NO_DAY */
	int32_t queued;  /* the i-th class by that day */
	bool counts;
	bool expired;
} skpi_policy_class;

typedef struct skpi_policy_step
{
	int32_t day;
	skpi_standings was;    /* before anything changed */
	skpi_standings before; /* then as rates changed it */
	skpi_standings after;
	bool moved; /* anything else than rates did */
	bool plans_differ;
	bool terms_differ;
	bool recovered;   /* something past due ended that did not count */
	bool trial_ended; /* something on trial did */
	bool expired;     /* something that counted passed its grace */
	bool owed;        /* what ended was past due */
	bool notice;      /* what ended went on under notice */
	bool ended[SKPI_END_REASONS];
} skpi_policy_step;

typedef struct skpi_policy_walk
{
	const skpi_tally *ledger;
	const skpi_policy *policy;
	skpi_policy_class *classes; /* from 1 */
	int32_t n_expiring;
	int32_t next_expiring;
	uint32_t next;
	int32_t as_of;
	skpi_standings now;
} skpi_policy_walk;

bool skpi_policy_valid(const skpi_policy *p);

/* Classes of scratch memory that a walk of a ledger needs. */
static inline size_t
skpi_policy_scratch(const skpi_tally *ledger)
{
	return (size_t) ledger->n_labels + 1;
}

skpi_status skpi_policy_walk_begin(skpi_policy_walk *w,
								   const skpi_tally *ledger,
								   const skpi_policy *policy, int32_t as_of,
								   skpi_policy_class *scratch);

/* The next day on which anything changes; *more false at the end. */
skpi_status skpi_policy_walk_next(skpi_policy_walk *w, skpi_policy_step *step,
								  bool *more);

/* Bytes that the history of a ledger may need. */
size_t skpi_policy_history_bytes(const skpi_tally *ledger);

/*
 * The level over time as an mrr_history by plan, h a block of that size at
 * least.  Subscriptions that start and end stay apart there as they do in an
 * mrr_history of them; what a subscription changes while it goes on is netted
 * per plan and day.  What is paused stands aside where pauses are movements.
 */
skpi_status skpi_policy_history(const skpi_tally *ledger,
								const skpi_policy *policy,
								skpi_policy_class *scratch, skpi_tally *h,
								size_t cap);

typedef struct skpi_policy_move
{
	int32_t day;
	skpi_policy_movement movement;
	skpi_move_reason reason;
	skpi_move_axis axis;
	int64_t before;
	int64_t after;
	bool there_before;
	bool there_after;
	int32_t days_away; /* of one who comes back; else SKPI_NO_DAY */
} skpi_policy_move;

/* Moves that a ledger can have at most. */
size_t skpi_policy_moves_max(const skpi_tally *ledger);

/* Told of every step, in order. */
typedef skpi_status (*skpi_policy_seen)(void *arg, const skpi_policy_step *s);

/* All moves up to as_of; seen may be NULL. */
skpi_status skpi_policy_moves(const skpi_tally *ledger,
							  const skpi_policy *policy, int32_t as_of,
							  skpi_policy_class *scratch,
							  skpi_policy_move *moves, size_t *n,
							  skpi_policy_seen seen, void *arg);

/*
 * The level on a day under b less that under a, told apart by axes: each is
 * switched from a's to b's after those before it, and brings the difference
 * that it makes then.  So the parts add up to the whole.
 */
skpi_status skpi_policy_explain(const skpi_tally *ledger, const skpi_policy *a,
								const skpi_policy *b, int32_t day,
								skpi_policy_class *scratch,
								int64_t parts[SKPI_POLICY_AXES]);

const char *skpi_policy_movement_name(skpi_policy_movement m);
const char *skpi_move_reason_name(skpi_move_reason r);
const char *skpi_move_axis_name(skpi_move_axis a);
const char *skpi_policy_axis_name(skpi_policy_axis a);

#endif
