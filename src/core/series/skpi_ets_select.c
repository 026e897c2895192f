#include <math.h>
#include <string.h>

#include "skpi_ets_fit.h"

skpi_status
skpi_ets_select(size_t m, const double *y, size_t n, bool full,
				skpi_ets_bounds bounds, skpi_stop_fn stop, void *stop_arg,
				skpi_ets_fit *fit, double *start)
{
	bool positive = skpi_array_positive(y, n);
	skpi_ets_fit best = {.score = {.aicc = INFINITY}}, tried;
	double state[SKPI_ETS_STATES_MAX], best_state[SKPI_ETS_STATES_MAX];
	skpi_status status = skpi_array_check(y, n, 5);

	if (status != SKPI_OK)
		return status;
	if (m < 1 || m > SKPI_SEASON_MAX)
		return SKPI_E_RANGE;
	for (int i = 0; i < SKPI_ETS_FORMS; i++)
	{
		skpi_ets_form form = skpi_ets_form_at(i);

		if (!skpi_ets_allowed(form, m, n, positive))
			continue;
		status = full ? skpi_ets_fit_full(form, m, y, n, bounds, stop, stop_arg,
										  &tried, state)
					  : skpi_ets_fit_fast(form, m, y, n, NULL, stop, stop_arg,
										  &tried, state);
		if (status == SKPI_E_NUMERIC || status == SKPI_E_SHORT)
			continue;
		if (status != SKPI_OK)
			return status;
		if (tried.score.aicc < best.score.aicc)
		{
			best = tried;
			memcpy(best_state, state, sizeof(state));
		}
	}
	if (isinf(best.score.aicc))
		return SKPI_E_NUMERIC;
	*fit = best;
	memcpy(start, best_state, skpi_ets_states(best.form, m) * sizeof(double));
	return SKPI_OK;
}
