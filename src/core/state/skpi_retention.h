/*
 * Net and gross revenue retention, point to point.
 *
 *  (1) The cohort of a period is every customer with revenue when the period
 *      `lag` periods earlier closed.
 *  (2) Base is what that cohort paid then, retained is what it pays when the
 *      period closes, kept is the smaller of the two customer by customer.
 *      NRR = retained / base, GRR = kept / base <= 1.
 *  (3) A period in progress closes, for now, on the day as_of.
 *  (4) What is not kept is not lost as far as more is paused than was then;
 *      and a customer of the cohort who has no revenue now is not lost when
 *      more is.
 *  (5) What rates changed since then is neither gained nor lost.
 *
 * Rows: k1 = label (0: the customer as a whole), k2 = period; v as below, as
 * differences: the value of a period is the sum of the rows up to it.  Asides:
 * under kept, what is neither kept nor lost.  Parameters: as_of day, lag in
 * periods.
 */
#ifndef SKPI_RETENTION_H
#define SKPI_RETENTION_H

#include "skpi_array.h"
#include "skpi_history.h"

typedef enum skpi_retention_column
{
	SKPI_RET_BASE,
	SKPI_RET_RETAINED,
	SKPI_RET_KEPT,
	SKPI_RET_N_BASE,
	SKPI_RET_N_KEPT,
	SKPI_RET_WIDTH,
} skpi_retention_column;

#define SKPI_RETENTION_MAX_LAG 1200

void skpi_retention_init(skpi_tally *t, skpi_grain grain, int32_t as_of,
						 int32_t lag);

/*
 * Bytes of room a customer's history may need at most, and 64-bit words of
 * scratch memory.
 */
size_t skpi_retention_room(const skpi_tally *t, const skpi_tally *history);
size_t skpi_retention_scratch(const skpi_tally *history);

/* stop may be NULL; E_INTERRUPT leaves t with a part of the customer. */
skpi_status skpi_retention_add(skpi_tally *t, size_t cap,
							   const skpi_tally *history, int64_t *scratch,
							   skpi_stop_fn stop, void *stop_arg);

/*
 * The total of a retention, without its labels, of the cohorts of the periods
 * [from, to), whatever became of them later.  INT32_MIN and INT32_MAX for no
 * bound; from < to.
 */
skpi_status skpi_retention_between(skpi_tally *part, size_t cap,
								   const skpi_tally *t, int32_t from,
								   int32_t to);

/*
 * The same customer as a walk: spans of periods over which the pair (level
 * then, level now) does not change.
 */
typedef struct skpi_pairs
{
	skpi_steps then_walk;
	skpi_steps now_walk;
	skpi_step then_step;
	skpi_step now_step;
	bool then_more;
	bool now_more;
	int32_t lag;
	int32_t last; /* period of as_of */
	int64_t then_level;
	int64_t now_level;
	int64_t then_paused;
	int64_t now_paused;
	int64_t fx; /* what rates changed after then, up to now */
} skpi_pairs;

typedef struct skpi_pair
{
	int32_t from; /* first period of the span */
	int64_t then_level;
	int64_t now_level;
	int64_t now_value;   /* the same without what rates changed since then */
	int64_t more_paused; /* now than then; 0 for less */
} skpi_pair;

skpi_status skpi_pairs_begin(skpi_pairs *walk, skpi_changes changes,
							 skpi_grain grain, int32_t as_of, int32_t lag);
skpi_status skpi_pairs_next(skpi_pairs *walk, skpi_pair *pair, bool *more);

#endif
