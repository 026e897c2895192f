/*
 * The retention triangle: customers and amounts by cohort and age.
 *
 *  (1) A customer belongs to the cohort of her anchor day (a signup), or of
 *      her first active period when no anchor is given.  What she did before
 *      her cohort began is not counted.
 *  (2) Age 0 is the cohort's own period.
 *  (3) Three readings of "retained" at age k: active in k; active in k or
 *      later ("unbounded"); active in every period from 0 to k.
 *  (4) Activity after the period of as_of is not counted.
 *
 * Rows: k1 = cohort (a period), k2 = age; v as below, as differences along
 * the age.  Parameters: as_of day.
 */
#ifndef SKPI_COHORT_H
#define SKPI_COHORT_H

#include "skpi_activity.h"

typedef enum skpi_cohort_column
{
	SKPI_COH_CUSTOMERS,
	SKPI_COH_ACTIVE,
	SKPI_COH_LATER,
	SKPI_COH_THROUGHOUT,
	SKPI_COH_AMOUNT,
	SKPI_COH_WIDTH,
} skpi_cohort_column;

void skpi_cohort_init(skpi_tally *t, skpi_grain grain, int32_t as_of);

size_t skpi_cohort_room(const skpi_tally *t, const skpi_tally *activity);

/* `anchor` is a day, or SKPI_NO_DAY for the first active period. */
skpi_status skpi_cohort_add(skpi_tally *t, size_t cap,
							const skpi_tally *activity, int32_t anchor);

/* A customer of whom only the anchor is known. */
skpi_status skpi_cohort_add_inactive(skpi_tally *t, size_t cap, int32_t anchor);

#endif
