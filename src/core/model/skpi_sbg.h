/*
 * Shifted beta-geometric (Fader & Hardie 2007): at the end of each period a
 * customer under contract leaves with a probability of her own, beta(alpha,
 * beta) over all.  Those who stay are those who leave less: retention rises
 * from period to period though nobody changes.
 *
 * Parameters in the order alpha, beta.
 */
#ifndef SKPI_SBG_H
#define SKPI_SBG_H

#include "skpi_lifetime.h"

/* Periods of a contract. */
#define SKPI_SBG_PERIODS 1000000

typedef struct skpi_sbg
{
	double alpha;
	double beta;
} skpi_sbg;

bool skpi_sbg_sound(const skpi_sbg *m);

/*
 * Rows of periods and whether they ended (0, 1), merged: left at the end of
 * that period, 1 or more, or still there after as many.  SKPI_E_RANGE for
 * others.
 */
skpi_status skpi_sbg_fit(const skpi_lifetime_row *row, size_t n,
						 skpi_stop_fn stop, void *stop_arg,
						 skpi_lifetime_fit *fit);

/* Share still there after t periods. */
double skpi_sbg_survival(const skpi_sbg *m, double t);

/*
 * Renewals expected of a customer who has made `renewals` of them, the next
 * one at once and each later one worth 1 / (1 + discount) of that before it;
 * up to `horizon` of them, without end for 0.  SKPI_E_RANGE for a discount
 * below 0, SKPI_E_LIMIT for a sum of more than SKPI_SBG_PERIODS terms;
 * infinite where it is.
 */
skpi_status skpi_sbg_residual(const skpi_sbg *m, double renewals, int horizon,
							  double discount, double *value);

#endif
