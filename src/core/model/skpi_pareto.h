/*
 * Pareto/NBD (Schmittlein, Morrison & Colombo 1987): customers buy at a rate
 * of their own, gamma(r, alpha) over all, and leave for good at another rate
 * of their own, gamma(s, beta) over all, at any time.
 *
 * A customer and the discounting are as for BG/NBD; parameters in the order r,
 * alpha, s, beta; alpha and beta are in the unit of the times.
 */
#ifndef SKPI_PARETO_H
#define SKPI_PARETO_H

#include "skpi_lifetime.h"

typedef struct skpi_pareto
{
	double r;
	double alpha;
	double s;
	double beta;
} skpi_pareto;

bool skpi_pareto_sound(const skpi_pareto *m);

/* As skpi_bgnbd_fit. */
skpi_status skpi_pareto_fit(const skpi_lifetime_row *row, size_t n,
							skpi_stop_fn stop, void *stop_arg,
							skpi_lifetime_fit *fit);

double skpi_pareto_alive(const skpi_pareto *m, double x, double recency,
						 double age);

/* Purchases expected in the time t from now. */
double skpi_pareto_expected(const skpi_pareto *m, double x, double recency,
							double age, double t);

/* The same, each purchase at its worth now: (1 + discount)^-time. */
double skpi_pareto_discounted(const skpi_pareto *m, double x, double recency,
							  double age, double t, double discount);

#endif
