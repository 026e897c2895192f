/*
 * Smoothing parameters as unconstrained coordinates, in the order alpha,
 * beta, gamma, phi of those a form has.  Private to the skpi_ets files.
 */
#ifndef SKPI_ETS_COORD_H
#define SKPI_ETS_COORD_H

#include "skpi_ets_fit.h"

#define SKPI_ETS_SMOOTHERS_MAX 4

/*
 * alpha in (1e-4, .9999), phi in (.8, .98), each through a logistic map; beta
 * from 1e-4 up to alpha and gamma up to 1 - alpha (usual bounds), or both up
 * to .9999.
 */
skpi_ets_par skpi_ets_from_coord(skpi_ets_form form, skpi_ets_bounds bounds,
								 const double *u);

/* The inverse; a parameter on its bound is taken a little inside. */
void skpi_ets_to_coord(skpi_ets_form form, skpi_ets_bounds bounds,
					   skpi_ets_par par, double *u);

#endif
