/* What a customer buys, sends back and cancels. */
#ifndef GEN_ORDERS_H
#define GEN_ORDERS_H

#include "shop.h"
#include "tally.h"

/* Fills life->orders and life->lines of a customer who has signed up. */
void orders_live(const struct company *co, const struct shop *shop,
				 struct tally *tally, struct life *life, gsl_rng *rng);

#endif
