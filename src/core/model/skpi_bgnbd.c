#include "skpi_bgnbd.h"

#include <math.h>

#define MAX_TERMS 1000000
#define WORTHLESS 45.0 /* e^-45 of a purchase */
#define ENOUGH 1e-16
#define LARGE 1e200

bool
skpi_bgnbd_sound(const skpi_bgnbd *m)
{
	return m->r > 0 && m->alpha > 0 && m->a > 0 && m->b > 0 &&
		   m->r <= SKPI_VALUE_MAX && m->alpha <= SKPI_VALUE_MAX &&
		   m->a <= SKPI_VALUE_MAX && m->b <= SKPI_VALUE_MAX;
}

/* log(exp(u) + exp(v)) */
static double
log_sum(double u, double v)
{
	return fmax(u, v) + log1p(exp(-fabs(u - v)));
}

static double
loglik(const double *log_p, void *arg)
{
	const skpi_lifetime_sample *s = arg;
	double r = exp(log_p[0]), alpha = exp(log_p[1]);
	double a = exp(log_p[2]), b = exp(log_p[3]);
	double each = 0, before = -1;
	skpi_sum sum = {0, 0};

	for (size_t i = 0; i < s->n; i += s->step)
	{
		const skpi_lifetime_row *c = &s->row[i];
		double x = c->v[0], late;

		if (skpi_lifetime_stopped(s, i))
			return NAN;
		if (x != before)
			each = lgamma(r + x) - lgamma(r) + r * log_p[1] + lgamma(a + b) -
				   lgamma(b) + lgamma(b + x) - lgamma(a + b + x);
		before = x;
		late = -(r + x) * log(alpha + c->v[2] / s->unit);
		if (x > 0)
			late = log_sum(late, log_p[2] - log(b + x - 1) -
									 (r + x) * log(alpha + c->v[1] / s->unit));
		skpi_sum_add(&sum, c->weight * (each + late));
	}
	return skpi_sum_value(&sum);
}

/* After a purchase. */
static double
leave(const double *log_p)
{
	return 1 / (1 + exp(log_p[3] - log_p[2]));
}

skpi_status
skpi_bgnbd_fit(const skpi_lifetime_row *row, size_t n, skpi_stop_fn stop,
			   void *stop_arg, skpi_lifetime_fit *fit)
{
	static const skpi_lifetime_model model = {loglik, 1.5, false, leave};

	return skpi_lifetime_fit_buyers(&model, row, n, stop, stop_arg, fit);
}

double
skpi_bgnbd_alive(const skpi_bgnbd *m, double x, double recency, double age)
{
	if (x == 0)
		return 1;
	return 1 / (1 + exp(log(m->a) - log(m->b + x - 1) +
						(m->r + x) *
							log1p((age - recency) / (m->alpha + recency))));
}

/*
 * A customer still here with gamma(r, alpha) and beta(a, b) of her own would
 * make k purchases by t with the negative binomial probability of k if she
 * could not leave; of these she makes
 *     made(k) = sum of E[(1 - p)^j], j = 0 .. k - 1,
 * before she leaves.  All terms are positive, so nothing cancels, whatever a
 * and b; `rate` takes the last of the sum alone, what follows purchase k.
 */
static skpi_status
series(double r, double z, double a, double b, bool rate, double *value)
{
	double scale = r * log1p(-z), w = 1, stay = 1, made = 0, sum = rate;

	for (int k = 0;; k++)
	{
		double ratio = (r + k) / (k + 1.0) * z, term;

		if (k == MAX_TERMS)
			return SKPI_E_LIMIT;
		w *= ratio;
		made += stay;
		stay *= (b + k) / (a + b + k);
		term = w * (rate ? stay : made);
		sum += term;
		/* made grows by at most one part in k */
		ratio = fmax(ratio, z) * (rate ? 1 : 1 + 1.0 / (k + 1));
		if (ratio < 1 && term <= ENOUGH * (1 - ratio) * sum)
			break;
		if (sum > LARGE)
		{
			sum /= LARGE;
			w /= LARGE;
			scale += log(LARGE);
		}
	}
	*value = sum > 0 ? exp(scale + log(sum)) : 0;
	return SKPI_OK;
}

skpi_status
skpi_bgnbd_expected(const skpi_bgnbd *m, double x, double recency, double age,
					double t, double *purchases)
{
	double alpha = m->alpha + age, each;
	skpi_status status =
		series(m->r + x, t / (alpha + t), m->a, m->b + x, false, &each);

	if (status == SKPI_OK)
		*purchases = each * skpi_bgnbd_alive(m, x, recency, age);
	return status;
}

/* Panels of 16 nodes over u = log(1 + time / alpha) to `range`: in each no
 * factor falls by more than e^8. */
static int
panels_for(const skpi_bgnbd *m, double x, double alpha, double range,
		   double decay)
{
	double steepness = fmax((m->r + x + 1) * m->a / (m->a + m->b + x),
							alpha * exp(range) * decay);

	return (int) fmin(1000, ceil(range * fmax(.5, steepness / 8)) + 1);
}

skpi_status
skpi_bgnbd_discounted(const skpi_bgnbd *m, double x, double recency, double age,
					  double t, double discount, double *purchases)
{
	double alpha = m->alpha + age, decay = log1p(discount), sum = 0, range;
	int panels;

	/* what comes later is worth nothing */
	if (decay * t > WORTHLESS)
		t = WORTHLESS / decay;
	range = log1p(t / alpha);
	panels = panels_for(m, x, alpha, range, decay);
	for (int i = 0; i < 2 * SKPI_LIFETIME_NODES * panels; i++)
	{
		double node = skpi_lifetime_at(i, panels), u = range * node;
		double at = alpha * expm1(u), rate;
		skpi_status status = series(m->r + x + 1, at / (alpha + at), m->a,
									m->b + x, true, &rate);

		if (status != SKPI_OK)
			return status;
		sum += skpi_lifetime_share[i % SKPI_LIFETIME_NODES] * rate *
			   exp(u - decay * at);
	}
	*purchases = (m->r + x) * sum * range / (2 * panels) *
				 skpi_bgnbd_alive(m, x, recency, age);
	return SKPI_OK;
}
