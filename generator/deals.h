/* What the sales team tries to sell a customer: opportunities and stages. */
#ifndef GEN_DEALS_H
#define GEN_DEALS_H

#include "shop.h"
#include "tally.h"

/* Fills life->deals and life->entries; adds to what the team has won. */
void deals_live(const struct company *co, struct shop *shop,
				struct tally *tally, struct life *life, gsl_rng *rng);

#endif
