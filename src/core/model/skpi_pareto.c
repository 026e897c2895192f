#include "skpi_pareto.h"

#include <math.h>

#define WORTHLESS 45.0 /* e^-45 of a purchase */

/* A panel that adds less than this is the last: the integrand, over u, rises
 * to one top and falls after it. */
#define ENOUGH 1e-17
#define MAX_PANELS 2000

/* What 16 nodes tell to 3e-12: no fall in a panel that is steeper than
 * e^-STEEPEST, and no panel wider than WIDEST, as the integrand has
 * singularities pi off the real line. */
#define STEEPEST 20
#define WIDEST 4.0

bool
skpi_pareto_sound(const skpi_pareto *m)
{
	return m->r > 0 && m->alpha > 0 && m->s > 0 && m->beta > 0 &&
		   m->r <= SKPI_VALUE_MAX && m->alpha <= SKPI_VALUE_MAX &&
		   m->s <= SKPI_VALUE_MAX && m->beta <= SKPI_VALUE_MAX;
}

/*
 * The chance that she left after the last purchase and before now, as part of
 * the chance that she is here and silent:
 *     integral of s (alpha + t)^-q (beta + t)^-(s + 1), t = recency .. age,
 * over (alpha + age)^-q (beta + age)^-s, with q = r + x.  The usual difference
 * of two hypergeometric functions loses its digits where customers bought
 * often; the integral has only positive parts.  Over u = log(least + t), where
 * least is the smaller of alpha and beta, both factors are even.
 */
static double
left_before(const skpi_pareto *m, double x, double recency, double age)
{
	double q = m->r + x, least = fmin(m->alpha, m->beta);
	double above_a = m->alpha - least, above_b = m->beta - least;
	double from = log(least + recency), to = log(least + age);
	double top = q * log(m->alpha + age) + m->s * log(m->beta + age);
	/* nowhere does it fall faster than at the end */
	double fall = q * (least + age) / (m->alpha + age) +
				  (m->s + 1) * (least + age) / (m->beta + age);
	double width = fmin(WIDEST, STEEPEST / fall), sum = 0;
	int panels = (int) fmin(MAX_PANELS, ceil((to - from) / width));

	if (panels == 0)
		return 0;
	for (int panel = 0; panel < panels; panel++)
	{
		double part = 0;

		for (int i = 0; i < 2 * SKPI_LIFETIME_NODES; i++)
		{
			double u =
				from + (to - from) * (panel + skpi_lifetime_at(i, 1)) / panels;
			double e = exp(u);
			double log_a = above_a > 0 ? log(above_a + e) : u;
			double log_b = above_b > 0 ? log(above_b + e) : u;
			double log_f = top - q * log_a - (m->s + 1) * log_b + u;

			part += skpi_lifetime_share[i % SKPI_LIFETIME_NODES] * exp(log_f);
		}
		sum += part;
		if (part <= ENOUGH * sum || !isfinite(part))
			break;
	}
	return m->s * sum * (to - from) / (2 * panels);
}

static double
loglik(const double *log_p, void *arg)
{
	const skpi_lifetime_sample *s = arg;
	skpi_pareto m = {exp(log_p[0]), exp(log_p[1]), exp(log_p[2]),
					 exp(log_p[3])};
	double each = 0, before = -1;
	skpi_sum sum = {0, 0};

	for (size_t i = 0; i < s->n; i += s->step)
	{
		const skpi_lifetime_row *c = &s->row[i];
		double x = c->v[0], age = c->v[2] / s->unit;
		double left;

		if (skpi_lifetime_stopped(s, i))
			return NAN;
		left = left_before(&m, x, c->v[1] / s->unit, age);
		if (x != before)
			each = lgamma(m.r + x) - lgamma(m.r) + m.r * log_p[1];
		before = x;
		skpi_sum_add(&sum, c->weight *
							   (each + m.s * (log_p[3] - log(m.beta + age)) -
								(m.r + x) * log(m.alpha + age) + log1p(left)));
	}
	return skpi_sum_value(&sum);
}

/* A typical customer in all the time there is. */
static double
leave(const double *log_p)
{
	return -expm1(-exp(log_p[2]) * log1p(10 / exp(log_p[3])));
}

skpi_status
skpi_pareto_fit(const skpi_lifetime_row *row, size_t n, skpi_stop_fn stop,
				void *stop_arg, skpi_lifetime_fit *fit)
{
	static const skpi_lifetime_model model = {loglik, 5, true, leave};

	return skpi_lifetime_fit_buyers(&model, row, n, stop, stop_arg, fit);
}

double
skpi_pareto_alive(const skpi_pareto *m, double x, double recency, double age)
{
	return 1 / (1 + left_before(m, x, recency, age));
}

double
skpi_pareto_expected(const skpi_pareto *m, double x, double recency, double age,
					 double t)
{
	double beta = m->beta + age, l = log1p(t / beta), less = m->s - 1;
	/* (1 - e^(-less l)) / less, which is l at 0 */
	double stay = fabs(less * l) < 1e-12 ? l : -expm1(-less * l) / less;

	return (m->r + x) / (m->alpha + age) * beta * stay *
		   skpi_pareto_alive(m, x, recency, age);
}

double
skpi_pareto_discounted(const skpi_pareto *m, double x, double recency,
					   double age, double t, double discount)
{
	double beta = m->beta + age, decay = log1p(discount), sum = 0, range;
	int panels;

	/* what comes later is worth nothing */
	if (decay * t > WORTHLESS)
		t = WORTHLESS / decay;
	range = log1p(t / beta);
	/* over u = log(1 + time / beta) no factor falls by more than e^8 */
	panels = (int) fmin(
		MAX_PANELS,
		1 + ceil(range * fmax(.5, fmax(m->s, beta * exp(range) * decay) / 8)));
	for (int i = 0; i < 2 * SKPI_LIFETIME_NODES * panels; i++)
	{
		double u = range * skpi_lifetime_at(i, panels);

		sum += skpi_lifetime_share[i % SKPI_LIFETIME_NODES] *
			   exp((1 - m->s) * u - decay * beta * expm1(u));
	}
	return (m->r + x) / (m->alpha + age) * beta * sum * range / (2 * panels) *
		   skpi_pareto_alive(m, x, recency, age);
}
