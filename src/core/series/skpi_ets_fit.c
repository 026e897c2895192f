#include "skpi_ets_fit.h"

#include <math.h>
#include <string.h>

#include "skpi_ets_coord.h"
#include "skpi_simplex.h"

bool
skpi_ets_allowed(skpi_ets_form form, size_t m, size_t n, bool positive)
{
	size_t k = skpi_ets_parameters(form, m) + 1;

	if (!positive && (form.error == SKPI_ETS_M || form.trend == SKPI_ETS_M ||
					  form.season == SKPI_ETS_M))
		return false;
	if (form.season != SKPI_ETS_N &&
		(m < 2 || m > SKPI_SEASON_MAX || n < 2 * m + 3))
		return false;
	if (form.damped && n <= k + 4)
		return false;
	return n > k + 1;
}

typedef struct problem
{
	skpi_ets_form form;
	size_t m;
	const double *y;
	size_t n;
	const double *start;
	size_t states;
} problem;

static double
cost_at(const double *u, void *arg)
{
	const problem *p = arg;
	double state[SKPI_ETS_STATES_MAX];
	skpi_ets_par par = skpi_ets_from_coord(p->form, SKPI_ETS_USUAL, u);

	memcpy(state, p->start, p->states * sizeof(double));
	return skpi_ets_cost(p->form, p->m, &par, p->y, p->n, state, NULL);
}

/* Tighter rules change forecasts in the fourth digit of accuracy only. */
static const skpi_simplex_rule fast_rule = {.8, 2e-2, 1e-2, 120, 0};

/* Where the search begins when nothing better is known. */
static const skpi_ets_par usual = {.38, .045, .047, .93};

skpi_status
skpi_ets_fit_fast(skpi_ets_form form, size_t m, const double *y, size_t n,
				  const skpi_ets_par *hint, skpi_stop_fn stop, void *stop_arg,
				  skpi_ets_fit *fit, double *start)
{
	double state[SKPI_ETS_STATES_MAX], end[SKPI_ETS_STATES_MAX];
	double u[SKPI_ETS_SMOOTHERS_MAX], best;
	problem p = {form, m, y, n, state, 0};
	skpi_ets_fit found = {form, {0, 0, 0, 1}, {0, 0, 0, 0, 0, 0}};
	skpi_status status = skpi_array_check(y, n, 2);

	if (status == SKPI_OK && !skpi_ets_form_valid(form))
		status = SKPI_E_RANGE;
	if (status == SKPI_OK)
		status = skpi_ets_start(form, m, y, n, state);
	if (status != SKPI_OK)
		return status;
	p.states = skpi_ets_states(form, m);
	skpi_ets_to_coord(form, SKPI_ETS_USUAL, hint == NULL ? usual : *hint, u);
	status = skpi_simplex_minimise(cost_at, &p, skpi_ets_smoothers(form),
								   &fast_rule, stop, stop_arg, u, &best);
	if (status != SKPI_OK)
		return status;
	if (best >= SKPI_SIMPLEX_WALL)
		return SKPI_E_NUMERIC;
	found.par = skpi_ets_from_coord(form, SKPI_ETS_USUAL, u);
	memcpy(end, state, p.states * sizeof(double));
	status =
		skpi_ets_run(form, m, found.par, y, n, end, NULL, NULL, &found.score);
	if (status != SKPI_OK)
		return status;
	memcpy(start, state, p.states * sizeof(double));
	*fit = found;
	return SKPI_OK;
}
