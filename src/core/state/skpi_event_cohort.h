/*
 * The retention triangle of an event log: customers by the period in which
 * they began and the age at which they had an event.
 *
 *  (1) A customer belongs to the cohort of her anchor day.  What she did
 *      before that day is not counted, nor what she did after as_of.
 *  (2) Three readings of "retained" at an age, as in skpi_cohort.h.
 *  (3) A fourth: had an event at some age of the bracket that holds the age.
 *  (4) Ages above the last one are not told apart: an event there makes a
 *      customer active "or later" at all of those before, and no more.
 *
 * Rows are those of a cohort matrix; its last value counts the customers of
 * (3) in place of an amount.  Parameters: as_of day, and by how many days
 * weeks begin before Monday.
 */
#ifndef SKPI_EVENT_COHORT_H
#define SKPI_EVENT_COHORT_H

#include "skpi_cohort.h"
#include "skpi_event.h"

/* Rising ages; the last of them only ends the bracket before it. */
typedef struct skpi_brackets
{
	int n;
	const int32_t *from;
	int32_t last_age;
} skpi_brackets;

#define SKPI_COH_IN_BRACKET SKPI_COH_AMOUNT

void skpi_event_cohort_init(skpi_tally *t, skpi_grain grain, int32_t as_of,
							int32_t shift);

/* Bytes of room a customer may need at most. */
size_t skpi_event_cohort_room(const skpi_tally *t, const skpi_tally *history);

/* history may be NULL: a customer of whom only the anchor is known. */
skpi_status skpi_event_cohort_add(skpi_tally *t, size_t cap,
								  const skpi_tally *history, int32_t anchor,
								  const skpi_brackets *brackets);

/* The bracket of an age; -1 for none. */
int skpi_bracket_of(const skpi_brackets *b, int32_t age);

#endif
