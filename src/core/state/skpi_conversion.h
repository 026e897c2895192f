/*
 * From signup to paying, by signup cohort.
 *
 *  (1) A signup is matured once its window of days has passed as of as_of,
 *      and open until then.
 *  (2) It converted when the first payment lies inside the window:
 *      signup <= paid < signup + window, so on day 0 to 29 after the signup
 *      for a window of 30.  A payment before the signup counts as day 0.
 *  (3) Only matured signups convert or expire, so that a cohort's rate never
 *      falls merely because it is young.  An open one that has paid by as_of
 *      converted early, the others are pending: they can still go either way.
 *
 * Rows: k1 = cohort (a period), k2 = day of the payment, or -1 for those who
 * have not paid in time; v as below.  Signups of a day that are not matured
 * converted early.  Until version 0.1.0 those were kept under -1, so that in
 * states stored then they read as pending.  Parameters: as_of day, window in
 * days.
 */
#ifndef SKPI_CONVERSION_H
#define SKPI_CONVERSION_H

#include "skpi_activity.h"

typedef enum skpi_conversion_column
{
	SKPI_CON_SIGNUPS,
	SKPI_CON_MATURED,
	SKPI_CON_CONVERTED,
	SKPI_CON_WIDTH,
} skpi_conversion_column;

#define SKPI_CONVERSION_MAX_WINDOW 36500

void skpi_conversion_init(skpi_tally *t, skpi_grain grain, int32_t as_of,
						  int32_t window);

/* paid may be SKPI_NO_DAY; signups after as_of are not counted. */
skpi_status skpi_conversion_add(skpi_tally *t, size_t cap, int32_t signup,
								int32_t paid);

typedef struct skpi_conversion_sum
{
	int32_t cohort;
	int64_t v[SKPI_CON_WIDTH];
	int64_t early;        /* open signups that have paid */
	int64_t median_twice; /* twice the median of days, -1 when nobody */
} skpi_conversion_sum;

/*
 * Sums the cohort that begins at row *next and moves *next past it.  Sets
 * *more to false at the end.
 */
skpi_status skpi_conversion_next(const skpi_tally *t, uint32_t *next,
								 skpi_conversion_sum *sum, bool *more);

#endif
