/* The admissible region of exponential smoothing parameters (Hyndman,
 * Akram & Archibald 2008): the effect of early observations dies out.
 * Private to the skpi_ets files. */
#ifndef SKPI_ETS_ADMISSIBLE_H
#define SKPI_ETS_ADMISSIBLE_H

#include "skpi_ets_model.h"

/* Parameters inside the usual bounds are taken as given, so only forms with a
 * season can fail.  O(m^2). */
bool skpi_ets_admissible(skpi_ets_form form, size_t m, skpi_ets_par par);

#endif
