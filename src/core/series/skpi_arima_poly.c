/* The polynomials of a seasonal ARMA process and their stationary region. */
#include <math.h>
#include <string.h>

#include "skpi_arima_core.h"

bool
skpi_arima_spec_valid(const skpi_arima_spec *s)
{
	const int ns[2] = {s->p, s->q};
	const int se[2] = {s->sp, s->sq};

	for (int i = 0; i < 2; i++)
		if (ns[i] < 0 || ns[i] > SKPI_ARIMA_MAX_ORDER || se[i] < 0 ||
			se[i] > SKPI_ARIMA_MAX_SEASONAL)
			return false;
	if (s->d < 0 || s->d > SKPI_ARIMA_MAX_D || s->sd < 0 ||
		s->sd > SKPI_ARIMA_MAX_SEASONAL_D)
		return false;
	if (s->period < 1 || s->period > SKPI_SEASON_MAX)
		return false;
	if (s->period == 1 && s->sp + s->sd + s->sq > 0)
		return false;
	return !s->mean || s->d + s->sd <= 1;
}

int
skpi_arima_coefs(const skpi_arima_spec *s)
{
	return s->p + s->q + s->sp + s->sq;
}

/* Levinson-Durbin: partial autocorrelations to AR coefficients. */
static void
from_partial(const double *x, int k, double *c)
{
	for (int i = 0; i < k; i++)
	{
		double r = x[i] / sqrt(1.0 + x[i] * x[i]);

		c[i] = r;
		for (int a = 0, b = i - 1; a <= b; a++, b--)
		{
			double ca = c[a];
			double cb = c[b];

			c[a] = ca - r * cb;
			if (a < b)
				c[b] = cb - r * ca;
		}
	}
}

/* The step-down recursion; false unless every |r| < 1, that is unless the
 * polynomial has all roots outside the unit circle.  c is spoiled. */
static bool
to_partial(double *c, int k, double *r)
{
	for (int i = k - 1; i >= 0; i--)
	{
		double t = c[i];
		double scale = 1.0 - t * t;

		if (!(fabs(t) < 1.0))
			return false;
		r[i] = t;
		for (int a = 0, b = i - 1; a <= b; a++, b--)
		{
			double ca = c[a];
			double cb = c[b];

			c[a] = (ca + t * cb) / scale;
			if (a < b)
				c[b] = (cb + t * ca) / scale;
		}
	}
	return true;
}

/* Order, sign (moving-average terms enter with a plus) and lag of part i. */
static int
part_order(const skpi_arima_spec *s, int i)
{
	const int order[4] = {s->p, s->q, s->sp, s->sq};

	return order[i];
}

void
skpi_arima_from_free(const skpi_arima_spec *spec, const double *x, double *coef)
{
	for (int i = 0; i < 4; i++)
	{
		int k = part_order(spec, i);

		from_partial(x, k, coef);
		for (int j = 0; j < k && i % 2 == 1; j++)
			coef[j] = -coef[j];
		x += k;
		coef += k;
	}
}

bool
skpi_arima_to_free(const skpi_arima_spec *spec, const double *coef, double *x)
{
	for (int i = 0; i < 4; i++)
	{
		double c[SKPI_ARIMA_MAX_ORDER];
		int k = part_order(spec, i);

		for (int j = 0; j < k; j++)
			c[j] = i % 2 == 1 ? -coef[j] : coef[j];
		if (!to_partial(c, k, x))
			return false;
		for (int j = 0; j < k; j++)
			x[j] /= sqrt(1.0 - x[j] * x[j]);
		x += k;
		coef += k;
	}
	return true;
}

bool
skpi_arima_roots_outside(const skpi_arima_spec *spec, const double *coef,
						 double radius)
{
	for (int i = 0; i < 4; i++)
	{
		double c[SKPI_ARIMA_MAX_ORDER];
		double r[SKPI_ARIMA_MAX_ORDER];
		double step = i < 2 ? radius : pow(radius, spec->period);
		double power = 1.0;
		int k = part_order(spec, i);

		/* Shrinking the roots by the radius must leave them outside 1. */
		for (int j = 0; j < k; j++)
		{
			power *= step;
			c[j] = (i % 2 == 1 ? -coef[j] : coef[j]) * power;
		}
		if (!to_partial(c, k, r))
			return false;
		coef += k;
	}
	return true;
}

/* (1 + sum a_i B^i) (1 + sum b_j B^(m j)); terms of equal lag are added. */
static void
multiply(const double *a, int na, const double *b, int nb, double sign, int m,
		 arma_poly *out)
{
	out->terms = 0;
	for (int j = 0; j <= nb; j++)
		for (int i = 0; i <= na; i++)
		{
			double c = (i == 0 ? 1.0 : sign * a[i - 1]) *
					   (j == 0 ? 1.0 : sign * b[j - 1]);
			int lag = i + m * j;
			int at = out->terms;

			while (at > 0 && out->lag[at - 1] >= lag)
				at--;
			if (at < out->terms && out->lag[at] == lag)
			{
				out->c[at] += c;
				continue;
			}
			for (int t = out->terms; t > at; t--)
			{
				out->lag[t] = out->lag[t - 1];
				out->c[t] = out->c[t - 1];
			}
			out->lag[at] = lag;
			out->c[at] = c;
			out->terms++;
		}
}

void
skpi_arima_expand(const skpi_arima_spec *s, const double *coef, arma_poly *ar,
				  arma_poly *ma)
{
	const double *theta = coef + s->p;
	const double *sphi = theta + s->q;
	const double *stheta = sphi + s->sp;

	multiply(coef, s->p, sphi, s->sp, -1.0, s->period, ar);
	multiply(theta, s->q, stheta, s->sq, 1.0, s->period, ma);
}

int
skpi_arima_difference(const double *y, int n, int d, int sd, int period,
					  double *w)
{
	memmove(w, y, (size_t) n * sizeof(double));
	for (int i = 0; i < sd && n > period; i++)
	{
		n -= period;
		for (int t = 0; t < n; t++)
			w[t] = w[t + period] - w[t];
	}
	for (int i = 0; i < d && n > 1; i++)
	{
		n--;
		for (int t = 0; t < n; t++)
			w[t] = w[t + 1] - w[t];
	}
	return n;
}
