/* costs.csv: what each month cost, from what happened in it. */
#ifndef GEN_COSTS_H
#define GEN_COSTS_H

#include "stream.h"
#include "tally.h"
#include "ugly.h"

/* Writes the whole file; spoils it first when ugly is not NULL. */
bool costs_write(const struct company *co, const struct tally *tally,
				 struct ugly *ugly, gsl_rng *rng, const char *dir,
				 int64_t *rows);

#endif
