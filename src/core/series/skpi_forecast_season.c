#include "skpi_forecast_season.h"

#include <math.h>

#include <gsl/gsl_statistics_double.h>

#include "skpi_stl.h"

/*
 * Seasons a figure is averaged over.  That of a week changes slowly: 35, 51
 * and 101 do alike on the daily series of skpi_forecast_recipe.c, 13 worse.
 */
#define WINDOW 13
#define WINDOW_DAYS 51

static int
window(size_t m)
{
	return m > 4 && m < 12 ? WINDOW_DAYS : WINDOW;
}

/*
 * Values that tricube weights over a window's half average over, as a share:
 * (integral of w)^2 / (integral of w^2), which is .706.
 */
#define TRICUBE_SHARE .7

/*
 * The share of the figure that is no noise.  Its noise has the variance of the
 * remainder over the number of seasons averaged, less the one the remainder
 * has lost to the figure.  Nothing here was fitted; over the rolling origins
 * named in skpi_forecast_recipe.c the STL models gain at every period: Theta
 * monthly .817 -> .805, quarterly .870 -> .866, daily .875 -> .860.
 */
static double
share(const double *season, const double *noise, size_t n, size_t m)
{
	double seasons = TRICUBE_SHARE * fmin((double) n / (double) m, window(m));
	double all = gsl_stats_tss_m(season, 1, n, 0);

	if (!(all > 0))
		return 0;
	return fmax(0, 1 - gsl_stats_tss(noise, 1, n) / (seasons - 1) / all);
}

skpi_status
skpi_season_split(const double *y, size_t n, size_t m, skpi_stop_fn stop,
				  void *stop_arg, double *work, double *season, double *rest,
				  double *trend)
{
	skpi_stl_options options;
	skpi_status status;
	double part;

	if (m < 2 || n < 2 * m)
		return SKPI_E_SHORT;
	status = skpi_stl_defaults((int) n, (int) m, window(m), 0, false, &options);
	if (status == SKPI_OK)
		status = skpi_stl(y, (int) n, &options, stop, stop_arg, work, season,
						  trend, rest, NULL);
	if (status != SKPI_OK)
		return status;
	part = share(season, rest, n, m);
	for (size_t t = 0; t < n; t++)
	{
		season[t] *= part;
		rest[t] = y[t] - season[t];
	}
	return SKPI_OK;
}

skpi_status
skpi_season_split_logs(const double *y, size_t n, size_t m, skpi_stop_fn stop,
					   void *stop_arg, double *work, double *season,
					   double *rest)
{
	double *logs = work, *trend = work + n;
	skpi_status status = SKPI_E_SHORT;

	for (size_t t = 0; t < n; t++)
		logs[t] = log(y[t]);
	if (m > 1)
		status = skpi_season_split(logs, n, m, stop, stop_arg, trend + n,
								   season, rest, trend);
	if (status == SKPI_OK || status == SKPI_E_INTERRUPT)
		return status;
	for (size_t t = 0; t < n; t++)
	{
		rest[t] = logs[t];
		season[t] = 0;
	}
	return SKPI_OK;
}
