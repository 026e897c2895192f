#include <string.h>

#include "skpi_ets_average.h"
#include "skpi_ets_forecast.h"

/* One member's forecasts from every origin, added with its weight. */
static skpi_status
add_member(const skpi_ets_member *member, const double *y, size_t n, size_t m,
		   size_t first, size_t h, skpi_stop_fn stop, void *stop_arg,
		   double *ahead)
{
	const skpi_ets_fit *fit = &member->fit;
	double state[SKPI_ETS_STATES_MAX], point[SKPI_HORIZON_MAX];
	skpi_ets_score score;
	/* The fast fit's start states are a function of the series alone. */
	skpi_status status = skpi_ets_start(fit->form, m, y, n, state);

	if (status == SKPI_OK)
		status = skpi_ets_run(fit->form, m, fit->par, y, first, state, NULL,
							  NULL, &score);
	for (size_t t = first; t < n && status == SKPI_OK; t++)
	{
		double *row = ahead + (t - first) * h;

		if (stop != NULL && stop(stop_arg))
			return SKPI_E_INTERRUPT;
		status = skpi_ets_points(fit->form, m, fit->par, state, h, point);
		for (size_t j = 0; j < h && status == SKPI_OK; j++)
			row[j] += member->weight * point[j];
		if (status == SKPI_OK)
			status = skpi_ets_run(fit->form, m, fit->par, y + t, 1, state, NULL,
								  NULL, &score);
	}
	return status == SKPI_OK ? SKPI_OK : SKPI_E_MISMATCH;
}

skpi_status
skpi_ets_average_rolling(const skpi_ets_blend *blend, const double *y, size_t n,
						 size_t m, size_t first, size_t h, skpi_stop_fn stop,
						 void *stop_arg, double *ahead)
{
	skpi_status status = skpi_array_check(y, n, 5);

	if (status != SKPI_OK)
		return status;
	if (first < 1 || first >= n || h < 1 || h > SKPI_HORIZON_MAX || m < 1 ||
		m > SKPI_SEASON_MAX)
		return SKPI_E_RANGE;
	memset(ahead, 0, (n - first) * h * sizeof(double));
	for (int i = 0; i < blend->count && status == SKPI_OK; i++)
		status = add_member(&blend->member[i], y, n, m, first, h, stop,
							stop_arg, ahead);
	return status;
}
