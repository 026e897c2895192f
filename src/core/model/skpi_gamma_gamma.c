#include "skpi_gamma_gamma.h"

#include <math.h>

#define ALIKE 100.0 /* p of purchases that hardly differ */

bool
skpi_gamma_gamma_sound(const skpi_gamma_gamma *m)
{
	return m->p > 0 && m->q > 0 && m->gamma > 0 && m->p <= SKPI_VALUE_MAX &&
		   m->q <= SKPI_VALUE_MAX && m->gamma <= SKPI_VALUE_MAX;
}

static double
loglik(const double *log_p, void *arg)
{
	const skpi_lifetime_sample *s = arg;
	double p = exp(log_p[0]), q = exp(log_p[1]), gamma = exp(log_p[2]);
	double each = 0, before = -1;
	skpi_sum sum = {0, 0};

	for (size_t i = 0; i < s->n; i += s->step)
	{
		const skpi_lifetime_row *c = &s->row[i];
		double x = c->v[0], px = p * x, mean = c->v[1] / s->unit;

		if (skpi_lifetime_stopped(s, i))
			return NAN;
		if (x != before)
			each = lgamma(px + q) - lgamma(px) - lgamma(q) + px * log(x);
		before = x;
		/* gamma^q (x mean)^px / (gamma + x mean)^(px + q), as shares */
		skpi_sum_add(&sum, c->weight *
							   (each - log(mean) - px * log(x + gamma / mean) -
								q * log1p(x * mean / gamma)));
	}
	return skpi_sum_value(&sum);
}

static skpi_lifetime_note
note_of(const skpi_lifetime_top *top)
{
	if (top->side[1] > 0 || top->side[2] > 0)
		return SKPI_LIFETIME_SAME_SPEND;
	if (top->log_p[1] <= 0)
		return SKPI_LIFETIME_NO_MEAN;
	if (top->side[0] > 0 || (top->ridge && exp(top->log_p[0]) > ALIKE))
		return SKPI_LIFETIME_SAME_PURCHASE;
	for (int i = 0; i < 3; i++)
		if (top->side[i] != 0)
			return SKPI_LIFETIME_RIDGE;
	return top->ridge ? SKPI_LIFETIME_RIDGE : SKPI_LIFETIME_FINE;
}

skpi_status
skpi_gamma_gamma_fit(const skpi_lifetime_row *row, size_t n, skpi_stop_fn stop,
					 void *stop_arg, skpi_lifetime_fit *fit)
{
	skpi_lifetime_sample s = {row, n, stop, stop_arg, 0, 1};
	double customers = 0, spend = 0, start[3] = {log(2), log(3), log(2)};
	skpi_lifetime_top top;
	skpi_lifetime_fit f;
	skpi_status status;

	for (size_t i = 0; i < n; i++)
	{
		if (!(row[i].v[0] >= 1 && row[i].v[0] <= 1e9 && row[i].v[1] > 0))
			return SKPI_E_RANGE;
		customers += row[i].weight;
		spend += row[i].weight * row[i].v[1];
	}
	s.unit = spend / customers;
	if (!(s.unit > 0) || !isfinite(s.unit))
		return SKPI_E_RANGE;
	status = skpi_lifetime_climb_rows(loglik, &s, 3, start, &top);
	if (status != SKPI_OK)
		return status;
	skpi_lifetime_read(&top, 3, &f);
	skpi_lifetime_scale(&f, 2, s.unit);
	f.loglik -= customers * log(s.unit);
	f.note = note_of(&top);
	*fit = f;
	return SKPI_OK;
}

double
skpi_gamma_gamma_spend(const skpi_gamma_gamma *m, double x, double mean)
{
	double px = m->p * x;

	if (!(px + m->q > 1))
		return NAN;
	return m->p * (m->gamma + x * mean) / (px + m->q - 1);
}
