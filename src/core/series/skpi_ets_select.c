#include <math.h>
#include <string.h>

#include "skpi_ets_fit.h"

/* Forms that can be fitted at all, by the AICc of their fast fits. */
typedef struct ranking
{
	int count;
	skpi_ets_fit fit[SKPI_ETS_FORMS];
} ranking;

static void
place(ranking *r, const skpi_ets_fit *fit)
{
	int at = r->count++;

	while (at > 0 && fit->score.aicc < r->fit[at - 1].score.aicc)
	{
		r->fit[at] = r->fit[at - 1];
		at--;
	}
	r->fit[at] = *fit;
}

/* Passed over are forms that cannot describe the data. */
static bool
unfit(skpi_status status)
{
	return status == SKPI_E_NUMERIC || status == SKPI_E_SHORT;
}

/* start: the states of the first. */
static skpi_status
rank(size_t m, const double *y, size_t n, skpi_stop_fn stop, void *stop_arg,
	 ranking *r, double *start)
{
	bool positive = skpi_array_positive(y, n);
	double state[SKPI_ETS_STATES_MAX];

	for (int i = 0; i < SKPI_ETS_FORMS; i++)
	{
		skpi_ets_form form = skpi_ets_form_at(i);
		skpi_ets_fit tried;
		skpi_status status;

		if (!skpi_ets_allowed(form, m, n, positive))
			continue;
		status = skpi_ets_fit_fast(form, m, y, n, NULL, stop, stop_arg, &tried,
								   state);
		if (unfit(status))
			continue;
		if (status != SKPI_OK)
			return status;
		if (r->count == 0 || tried.score.aicc < r->fit[0].score.aicc)
			memcpy(start, state, sizeof(state));
		place(r, &tried);
	}
	return r->count > 0 ? SKPI_OK : SKPI_E_NUMERIC;
}

static skpi_status
refine(size_t m, const double *y, size_t n, skpi_ets_bounds bounds,
	   double effort, skpi_stop_fn stop, void *stop_arg, const ranking *r,
	   skpi_ets_fit *best, double *start)
{
	double state[SKPI_ETS_STATES_MAX];

	best->score.aicc = INFINITY;
	for (int i = 0; i < r->count; i++)
	{
		skpi_ets_fit tried;
		double share = effort / (r->count - i), left = share;
		skpi_status status =
			skpi_ets_fit_full(r->fit[i].form, m, y, n, bounds, &left, stop,
							  stop_arg, &tried, state);

		effort -= share - left;
		if (unfit(status))
			continue;
		if (status != SKPI_OK)
			return status;
		if (tried.score.aicc < best->score.aicc)
		{
			*best = tried;
			memcpy(start, state, sizeof(state));
		}
	}
	return isinf(best->score.aicc) ? SKPI_E_NUMERIC : SKPI_OK;
}

skpi_status
skpi_ets_select(size_t m, const double *y, size_t n, bool full,
				skpi_ets_bounds bounds, double effort, skpi_stop_fn stop,
				void *stop_arg, skpi_ets_fit *fit, double *start)
{
	ranking r = {.count = 0};
	skpi_ets_fit best;
	double states[SKPI_ETS_STATES_MAX];
	skpi_status status = skpi_array_check(y, n, 5);

	if (status != SKPI_OK)
		return status;
	if (m < 1 || m > SKPI_SEASON_MAX)
		return SKPI_E_RANGE;
	status = rank(m, y, n, stop, stop_arg, &r, states);
	if (status == SKPI_OK)
		best = r.fit[0];
	if (status == SKPI_OK && full)
		status =
			refine(m, y, n, bounds, effort, stop, stop_arg, &r, &best, states);
	if (status != SKPI_OK)
		return status;
	*fit = best;
	memcpy(start, states, skpi_ets_states(best.form, m) * sizeof(double));
	return SKPI_OK;
}
