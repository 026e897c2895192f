/*
 * Many rows by the trees of one model: what each value rules out is looked up,
 * so that no tree is walked.  The sums are those of skpi_trained_margin(), bit
 * for bit.
 *
 * Leaves of a tree are numbered from the left.  A value that goes right at a
 * node rules out the leaves on its left, so that of those which no column
 * rules out the first is where the row ends (Lucchese et al. 2015); which the
 * values between two thresholds of a column rule out is known beforehand.
 */
#ifndef SKPI_SCORER_H
#define SKPI_SCORER_H

#include "skpi_model.h"

#define SKPI_SCORER_BYTES (8 * 1024 * 1024)

typedef struct skpi_scorer skpi_scorer;

/* Bytes of the scorer of a model that was checked; 0: more than
 * SKPI_SCORER_BYTES, or nothing to look up. */
size_t skpi_scorer_size(const skpi_trained *m);

/* Into 8-byte aligned memory of that size; the model must stay. */
skpi_scorer *skpi_scorer_make(const skpi_trained *m, void *memory);

/* One row at a time. */
double skpi_scorer_margin(skpi_scorer *s, const double *x);

#endif
