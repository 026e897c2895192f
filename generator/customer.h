/* One customer's life, from signup to the end of the window. */
#ifndef GEN_CUSTOMER_H
#define GEN_CUSTOMER_H

#include "stream.h"
#include "tally.h"

/* Who walks through the window, and the traits that never change. */
struct walk
{
	const struct company *co;
	struct tally *tally;
	struct life *life;
	gsl_rng *rng;
	uint32_t quit;     /* monthly cancellation, units of 2^-32 */
	uint32_t fail_ppm; /* a charge fails */
	int discount;      /* percent */
};

/*
 * Fills life with the customer `number` (1..), who signs up in month `month`.
 * The stream is restarted for the customer; the tally is added to.
 */
void customer_live(const struct company *co, struct tally *tally,
				   struct life *life, gsl_rng *rng, int32_t number, int month);

#endif
