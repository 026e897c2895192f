/*
 * BG/NBD (Fader, Hardie & Lee 2005): customers buy at a rate of their own,
 * gamma(r, alpha) over all, and after each purchase leave for good with a
 * probability of their own, beta(a, b) over all.
 *
 * Of a customer: x, purchases after the first; recency, time from the first
 * to the last; age, time from the first to now.  Parameters in the order r,
 * alpha, a, b; alpha is in the unit of the times.
 */
#ifndef SKPI_BGNBD_H
#define SKPI_BGNBD_H

#include "skpi_lifetime.h"

typedef struct skpi_bgnbd
{
	double r;
	double alpha;
	double a;
	double b;
} skpi_bgnbd;

/* Finite and above 0, all four. */
bool skpi_bgnbd_sound(const skpi_bgnbd *m);

/*
 * Rows of x, recency, age, merged.  SKPI_E_RANGE for a row that cannot be: x
 * no whole number or below 0, recency above the age or beside no purchase.
 */
skpi_status skpi_bgnbd_fit(const skpi_lifetime_row *row, size_t n,
						   skpi_stop_fn stop, void *stop_arg,
						   skpi_lifetime_fit *fit);

/* Probability that she is still a customer. */
double skpi_bgnbd_alive(const skpi_bgnbd *m, double x, double recency,
						double age);

/*
 * Purchases expected of her in the time t from now.  SKPI_E_LIMIT for a t so
 * many alphas long (some 25,000) that it would take a million terms.
 */
skpi_status skpi_bgnbd_expected(const skpi_bgnbd *m, double x, double recency,
								double age, double t, double *purchases);

/* The same, each purchase at its worth now: (1 + discount)^-time. */
skpi_status skpi_bgnbd_discounted(const skpi_bgnbd *m, double x, double recency,
								  double age, double t, double discount,
								  double *purchases);

#endif
