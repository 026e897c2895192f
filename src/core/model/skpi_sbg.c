#include "skpi_sbg.h"

#include <math.h>

#define ENOUGH 1e-15
#define ALIKE 100.0 /* alpha + beta of customers who hardly differ */

bool
skpi_sbg_sound(const skpi_sbg *m)
{
	return m->alpha > 0 && m->beta > 0 && m->alpha <= SKPI_VALUE_MAX &&
		   m->beta <= SKPI_VALUE_MAX;
}

double
skpi_sbg_survival(const skpi_sbg *m, double t)
{
	return exp(lgamma(m->beta + t) - lgamma(m->beta) +
			   lgamma(m->alpha + m->beta) - lgamma(m->alpha + m->beta + t));
}

static double
loglik(const double *log_p, void *arg)
{
	const skpi_lifetime_sample *s = arg;
	double alpha = exp(log_p[0]), beta = exp(log_p[1]);
	double whole = lgamma(alpha + beta) - lgamma(beta);
	skpi_sum sum = {0, 0};

	for (size_t i = 0; i < s->n; i += s->step)
	{
		double t = s->row[i].v[0], end = s->row[i].v[1];

		if (skpi_lifetime_stopped(s, i))
			return NAN;
		/* B(alpha + end, beta + t - end) / B(alpha, beta) */
		skpi_sum_add(&sum, s->row[i].weight * (whole + end * log_p[0] +
											   lgamma(beta + t - end) -
											   lgamma(alpha + beta + t)));
	}
	return skpi_sum_value(&sum);
}

static skpi_lifetime_note
note_of(const skpi_lifetime_top *top)
{
	if (top->side[0] < 0)
		return SKPI_LIFETIME_NO_DROPOUT;
	if (top->side[1] < 0)
		return SKPI_LIFETIME_ALL_DROPOUT;
	if (top->side[0] > 0 || top->side[1] > 0)
		return SKPI_LIFETIME_SAME_DROPOUT;
	/* a constant hazard is one ridge, out to where nobody differs */
	if (top->ridge)
		return exp(top->log_p[0]) + exp(top->log_p[1]) > ALIKE
				   ? SKPI_LIFETIME_SAME_DROPOUT
				   : SKPI_LIFETIME_RIDGE;
	return SKPI_LIFETIME_FINE;
}

/* What no parameters can be read from. */
static skpi_lifetime_note
nothing_in(const skpi_lifetime_row *row, size_t n, double *left, double *stayed)
{
	double longest = 0;

	*left = *stayed = 0;
	for (size_t i = 0; i < n; i++)
	{
		double t = row[i].v[0], end = row[i].v[1];

		longest = fmax(longest, t);
		*left += row[i].weight * end;
		*stayed += row[i].weight * (t - end);
	}
	if (longest < 2)
		return SKPI_LIFETIME_SHORT;
	return *left == 0 ? SKPI_LIFETIME_NO_DROPOUT : SKPI_LIFETIME_FINE;
}

skpi_status
skpi_sbg_fit(const skpi_lifetime_row *row, size_t n, skpi_stop_fn stop,
			 void *stop_arg, skpi_lifetime_fit *fit)
{
	skpi_lifetime_sample s = {row, n, stop, stop_arg, 1, 1};
	double left, stayed, start[2];
	skpi_lifetime_top top;
	skpi_lifetime_fit f = {.p = {NAN, NAN, NAN, NAN},
						   .error = {NAN, NAN, NAN, NAN},
						   .loglik = NAN};
	skpi_status status;

	for (size_t i = 0; i < n; i++)
	{
		double t = row[i].v[0], end = row[i].v[1];

		if ((end != 0 && end != 1) || t != floor(t) || !(t >= end) ||
			t > SKPI_SBG_PERIODS)
			return SKPI_E_RANGE;
	}
	f.note = nothing_in(row, n, &left, &stayed);
	if (f.note == SKPI_LIFETIME_FINE)
	{
		start[0] = 0;
		start[1] = log(fmax(stayed / left, .01));
		status = skpi_lifetime_climb_rows(loglik, &s, 2, start, &top);
		if (status != SKPI_OK)
			return status;
		skpi_lifetime_read(&top, 2, &f);
		f.note = note_of(&top);
	}
	*fit = f;
	return SKPI_OK;
}

/* All renewals to come, undiscounted. */
static double
all_to_come(const skpi_sbg *m, double renewals)
{
	return m->alpha > 1 ? (m->beta + renewals) / (m->alpha - 1) : HUGE_VAL;
}

skpi_status
skpi_sbg_residual(const skpi_sbg *m, double renewals, int horizon,
				  double discount, double *value)
{
	double beta = m->beta + renewals, term = 1, keep = 1 / (1 + discount);
	double sum = 0;
	int k = 0;

	if (!(discount >= 0) || !isfinite(discount) || horizon < 0 ||
		!(renewals >= 0 && renewals <= SKPI_SBG_PERIODS))
		return SKPI_E_RANGE;
	if (horizon == 0 && discount == 0)
	{
		*value = all_to_come(m, renewals);
		return SKPI_OK;
	}
	for (; horizon == 0 || k < horizon; k++)
	{
		if (k == SKPI_SBG_PERIODS)
			return SKPI_E_LIMIT;
		/* the k-th renewal from now, given that it can be made */
		term *= (beta + k) / (m->alpha + beta + k) * (k == 0 ? 1 : keep);
		sum += term;
		if (term <= ENOUGH * (1 - keep) * sum)
			break;
	}
	*value = sum;
	return SKPI_OK;
}
