/*
 * Gamma-Gamma (Fader, Hardie & Lee 2005): each purchase of a customer is
 * gamma(p, v) with a rate v of her own, gamma(q, gamma) over all.  What she
 * spends must not depend on how often she buys.
 *
 * Parameters in the order p, q, gamma; gamma is in the currency.
 */
#ifndef SKPI_GAMMA_GAMMA_H
#define SKPI_GAMMA_GAMMA_H

#include "skpi_lifetime.h"

typedef struct skpi_gamma_gamma
{
	double p;
	double q;
	double gamma;
} skpi_gamma_gamma;

bool skpi_gamma_gamma_sound(const skpi_gamma_gamma *m);

/*
 * Rows of x, purchases that were averaged, 1 or more, and their mean, above
 * 0; merged.  SKPI_E_RANGE for others.
 */
skpi_status skpi_gamma_gamma_fit(const skpi_lifetime_row *row, size_t n,
								 skpi_stop_fn stop, void *stop_arg,
								 skpi_lifetime_fit *fit);

/* Mean spend expected of her further purchases; with x = 0 that of a new
 * customer.  NaN where there is none: p x + q <= 1. */
double skpi_gamma_gamma_spend(const skpi_gamma_gamma *m, double x, double mean);

#endif
