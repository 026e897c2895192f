/*
 * The season a forecast takes out of a series and puts back: that of STL, with
 * a window of 13 seasons, shrunk towards none (James & Stein 1961; Miller &
 * Williams 2003), because a figure averaged over few noisy seasons is part
 * noise, and noise that is repeated costs more than a season that is missed.
 */
#ifndef SKPI_FORECAST_SEASON_H
#define SKPI_FORECAST_SEASON_H

#include "skpi_array.h"

/*
 * season[n] and rest[n], which sum to y; trend[n] is used in between.  work:
 * skpi_stl_work doubles.  SKPI_E_SHORT for less than two seasons, and as
 * skpi_stl.
 */
skpi_status skpi_season_split(const double *y, size_t n, size_t m,
							  skpi_stop_fn stop, void *stop_arg, double *work,
							  double *season, double *rest, double *trend);

/*
 * The same of the logarithms of positive values; without a season, where there
 * are too few for one or it cannot be had.  work: skpi_stl_work and 2 n
 * doubles.  SKPI_E_INTERRUPT.
 */
skpi_status skpi_season_split_logs(const double *y, size_t n, size_t m,
								   skpi_stop_fn stop, void *stop_arg,
								   double *work, double *season, double *rest);

#endif
