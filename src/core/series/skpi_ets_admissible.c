#include "skpi_ets_admissible.h"

#include <math.h>
#include <string.h>

/*
 * Schur-Cohn: all roots of a[0] + ... + a[degree] z^degree lie inside the unit
 * circle iff every reflection coefficient is below one in size.
 */
static bool
roots_inside(double *a, size_t degree)
{
	double next[SKPI_SEASON_MAX + 2];

	while (degree > 0)
	{
		double k = a[0] / a[degree];

		if (!(fabs(k) < 1))
			return false;
		for (size_t i = 0; i < degree; i++)
			next[i] = (a[i + 1] - k * a[degree - 1 - i]) / (1 - k * k);
		memcpy(a, next, degree * sizeof(double));
		degree--;
	}
	return true;
}

bool
skpi_ets_admissible(skpi_ets_form form, size_t m, skpi_ets_par p)
{
	double a[SKPI_SEASON_MAX + 2];
	double middle;

	if (form.season == SKPI_ETS_N)
		return true;
	if (form.trend == SKPI_ETS_N)
		p.beta = 0;
	if (!form.damped)
		p.phi = 1;
	middle = p.alpha + p.beta - p.alpha * p.phi;
	a[0] = p.phi * (1 - p.alpha - p.gamma);
	a[1] = middle + p.gamma - 1;
	for (size_t i = 2; i < m; i++)
		a[i] = middle;
	a[m] = p.alpha + p.beta - p.phi;
	a[m + 1] = 1;
	if (form.trend != SKPI_ETS_N)
		return roots_inside(a, m + 1);
	/* Without a trend z = 1 is a root by construction: divide it out. */
	for (size_t i = m; i > 0; i--)
		a[i] += a[i + 1];
	return roots_inside(a + 1, m);
}
