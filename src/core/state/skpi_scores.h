/*
 * What a model said and what came true: how often each score was given, to
 * rows of either label.  Everything that judges a ranking or a probability can
 * be computed from it, ties included, and two of them add up.
 *
 * Rows: the keys are the score, as a number that is ordered as scores are;
 * v[0] = rows with label false, v[1] = with label true.  Scores are finite, and
 * zero has no sign.  Grain is day; parameters are zero.
 */
#ifndef SKPI_SCORES_H
#define SKPI_SCORES_H

#include "skpi_tally.h"

enum
{
	SKPI_SCORES_NEGATIVE,
	SKPI_SCORES_POSITIVE,
	SKPI_SCORES_WIDTH,
};

void skpi_scores_init(skpi_tally *t);

/* SKPI_E_RANGE for a score that is not finite; SKPI_FULL asks for
 * skpi_tally_late_room() bytes. */
skpi_status skpi_scores_add(skpi_tally *t, size_t cap, double score,
							bool label);

/* The score of a row. */
double skpi_scores_of(const skpi_row *row);

#endif
