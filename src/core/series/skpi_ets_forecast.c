#include "skpi_ets_forecast.h"

#include <math.h>

static skpi_status
check(skpi_ets_form form, size_t m, size_t h)
{
	if (!skpi_ets_form_valid(form) || h < 1 || h > SKPI_HORIZON_MAX)
		return SKPI_E_RANGE;
	if (form.season != SKPI_ETS_N && (m < 2 || m > SKPI_SEASON_MAX))
		return SKPI_E_RANGE;
	return SKPI_OK;
}

static double
phi_of(skpi_ets_form form, skpi_ets_par par)
{
	return form.damped ? par.phi : 1;
}

static const double *
season_of(skpi_ets_form form, const double *state)
{
	return state + (form.trend == SKPI_ETS_N ? 1 : 2);
}

static double
with_season(skpi_ets_form form, const double *state, size_t m, size_t j,
			double base)
{
	if (form.season == SKPI_ETS_A)
		return base + season_of(form, state)[j % m];
	if (form.season == SKPI_ETS_M)
		return base * season_of(form, state)[j % m];
	return base;
}

/* point[j] for step j + 1. */
static void
continue_path(skpi_ets_form form, size_t m, skpi_ets_par par,
			  const double *state, size_t h, double *point)
{
	double phi = phi_of(form, par), power = 1, sum = 0;

	for (size_t j = 0; j < h; j++)
	{
		double base = state[0];

		power *= phi;
		sum += power;
		if (form.trend == SKPI_ETS_A)
			base += sum * state[1];
		if (form.trend == SKPI_ETS_M)
			base *= pow(state[1], sum);
		point[j] = with_season(form, state, m, j, base);
	}
}

skpi_status
skpi_ets_points(skpi_ets_form form, size_t m, skpi_ets_par par,
				const double *state, size_t h, double *point)
{
	skpi_status status = check(form, m, h);

	if (status == SKPI_OK)
		continue_path(form, m, par, state, h, point);
	return status;
}

/* Effect of one unit of error on the mean j steps later, j >= 1: the c_j of
 * the textbook for additive seasons. */
typedef struct impulse
{
	double alpha, beta, gamma, phi;
	double power, sum;
	size_t m, j;
} impulse;

static impulse
impulse_start(skpi_ets_form form, size_t m, skpi_ets_par par)
{
	impulse c = {par.alpha, 0, 0, phi_of(form, par), 1, 0, m, 0};

	if (form.trend != SKPI_ETS_N)
		c.beta = par.beta;
	if (form.season == SKPI_ETS_A)
		c.gamma = par.gamma;
	return c;
}

static double
impulse_next(impulse *c)
{
	c->j++;
	c->power *= c->phi;
	c->sum += c->power;
	return c->alpha + c->beta * c->sum +
		   (c->gamma != 0 && c->j % c->m == 0 ? c->gamma : 0);
}

/* Additive error: sigma2 (1 + c_1^2 + ... + c_{h-1}^2). */
static void
additive_error(skpi_ets_form form, size_t m, skpi_ets_par par, double sigma2,
			   size_t h, double *var)
{
	impulse c = impulse_start(form, m, par);
	double sum = 1;

	for (size_t j = 0; j < h; j++)
	{
		double cj;

		var[j] = sigma2 * sum;
		cj = impulse_next(&c);
		sum += cj * cj;
	}
}

/*
 * Multiplicative error, season none or additive: the second moment theta of
 * the mean obeys theta_h = mu_h^2 + sigma2 sum_j c_j^2 theta_{h-j}.  var
 * first holds theta, then the variances.
 */
static void
relative_error(skpi_ets_form form, size_t m, skpi_ets_par par, double sigma2,
			   size_t h, const double *mean, double *var)
{
	for (size_t i = 0; i < h; i++)
	{
		impulse c = impulse_start(form, m, par);
		double sum = 0;

		for (size_t j = 1; j <= i; j++)
		{
			double cj = impulse_next(&c);

			sum += cj * cj * var[i - j];
		}
		var[i] = mean[i] * mean[i] + sigma2 * sum;
	}
	for (size_t i = 0; i < h; i++)
		var[i] = (1 + sigma2) * var[i] - mean[i] * mean[i];
}

/* First and second moments of (level, slope), the second symmetric. */
typedef struct moments
{
	double m0, m1;
	double s00, s01, s11;
} moments;

/*
 * One step x -> (F + g w' e) x, weighted by (1 + gamma e)^r for a step whose
 * error also entered the seasonal state in question (first moments r = 1,
 * second r = 2; gamma = 0 otherwise).  E e^2 = v, E e^4 = 3 v^2, odd moments
 * vanish.
 */
static void
moments_step(moments *x, double alpha, double beta, double phi, double gamma,
			 double v)
{
	double q = x->m0 + phi * x->m1;
	double f00 = x->s00 + 2 * phi * x->s01 + phi * phi * x->s11; /* w'Sw */
	double f01 = phi * x->s01 + phi * phi * x->s11;
	double f11 = phi * phi * x->s11;
	double keep = 1 + gamma * gamma * v;
	double cross = 2 * gamma * v;
	double noise = f00 * (v + 3 * gamma * gamma * v * v);

	x->m1 = phi * x->m1 + gamma * v * beta * q;
	x->m0 = q * (1 + gamma * v * alpha);
	/* F S w = (f00, f01) because the first row of F is w. */
	x->s00 = keep * f00 + cross * 2 * alpha * f00 + alpha * alpha * noise;
	x->s01 =
		keep * f01 + cross * (beta * f00 + alpha * f01) + alpha * beta * noise;
	x->s11 = keep * f11 + cross * 2 * beta * f01 + beta * beta * noise;
}

/*
 * Multiplicative error and season.  The seasonal factor of step i + 1 was
 * last changed by the errors of steps i + 1 - m, i + 1 - 2 m, ..., which moved
 * the level too; the moments are carried jointly through those steps.
 */
static void
relative_season(skpi_ets_form form, size_t m, skpi_ets_par par,
				const double *state, double v, size_t h, double *mean,
				double *var)
{
	double phi = phi_of(form, par);
	double beta = form.trend == SKPI_ETS_N ? 0 : par.beta;
	double slope = form.trend == SKPI_ETS_N ? 0 : state[1];

	for (size_t i = 0; i < h; i++)
	{
		moments x = {state[0], slope, state[0] * state[0], state[0] * slope,
					 slope * slope};
		double s = season_of(form, state)[i % m];
		double second;

		for (size_t j = 1; j <= i; j++)
			moments_step(&x, par.alpha, beta, phi,
						 (i + 1 - j) % m == 0 ? par.gamma : 0, v);
		mean[i] = s * (x.m0 + phi * x.m1);
		second = x.s00 + 2 * phi * x.s01 + phi * phi * x.s11;
		var[i] = fmax(0, s * s * second * (1 + v) - mean[i] * mean[i]);
	}
}

skpi_status
skpi_ets_moments(skpi_ets_form form, size_t m, skpi_ets_par par,
				 const double *state, double sigma2, size_t h, double *mean,
				 double *var)
{
	skpi_status status = check(form, m, h);

	if (status != SKPI_OK)
		return status;
	if (form.trend == SKPI_ETS_M || !(sigma2 >= 0) ||
		(form.error == SKPI_ETS_A && form.season == SKPI_ETS_M))
		return SKPI_E_RANGE;
	if (form.error == SKPI_ETS_M && form.season == SKPI_ETS_M)
	{
		relative_season(form, m, par, state, sigma2, h, mean, var);
		return SKPI_OK;
	}
	continue_path(form, m, par, state, h, mean);
	if (form.error == SKPI_ETS_A)
		additive_error(form, m, par, sigma2, h, var);
	else
		relative_error(form, m, par, sigma2, h, mean, var);
	return SKPI_OK;
}
