#include "skpi_ets_coord.h"

#include <math.h>

#define SHARE_MIN 1e-4
#define SHARE_MAX .9999
#define PHI_MIN .8
#define PHI_MAX .98

/* Keeps exp() and the slope of the map alive far out. */
#define COORD_MAX 12.0

static double
between(double u, double lo, double hi)
{
	double x = fmin(fmax(u, -COORD_MAX), COORD_MAX);

	return hi > lo ? lo + (hi - lo) / (1 + exp(-x)) : lo;
}

static double
coordinate(double value, double lo, double hi)
{
	double share = hi > lo ? (value - lo) / (hi - lo) : .5;

	share = fmin(fmax(share, .01), .99);
	return log(share / (1 - share));
}

static double
beta_max(skpi_ets_bounds bounds, double alpha)
{
	return bounds == SKPI_ETS_USUAL ? alpha : SHARE_MAX;
}

static double
gamma_max(skpi_ets_bounds bounds, double alpha)
{
	return bounds == SKPI_ETS_USUAL ? 1 - alpha : SHARE_MAX;
}

skpi_ets_par
skpi_ets_from_coord(skpi_ets_form form, skpi_ets_bounds bounds, const double *u)
{
	skpi_ets_par p = {between(*u++, SHARE_MIN, SHARE_MAX), 0, 0, 1};

	if (form.trend != SKPI_ETS_N)
		p.beta = between(*u++, SHARE_MIN, beta_max(bounds, p.alpha));
	if (form.season != SKPI_ETS_N)
		p.gamma = between(*u++, SHARE_MIN, gamma_max(bounds, p.alpha));
	if (form.damped)
		p.phi = between(*u, PHI_MIN, PHI_MAX);
	return p;
}

void
skpi_ets_to_coord(skpi_ets_form form, skpi_ets_bounds bounds, skpi_ets_par p,
				  double *u)
{
	*u++ = coordinate(p.alpha, SHARE_MIN, SHARE_MAX);
	if (form.trend != SKPI_ETS_N)
		*u++ = coordinate(p.beta, SHARE_MIN, beta_max(bounds, p.alpha));
	if (form.season != SKPI_ETS_N)
		*u++ = coordinate(p.gamma, SHARE_MIN, gamma_max(bounds, p.alpha));
	if (form.damped)
		*u = coordinate(p.phi, PHI_MIN, PHI_MAX);
}
