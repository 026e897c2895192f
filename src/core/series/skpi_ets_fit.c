#include "skpi_ets_fit.h"

#include <math.h>
#include <string.h>

#include "skpi_ets_coord.h"
#include "skpi_ets_lanes.h"
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

/* Of a multiplicative trend, which has no lanes. */
static const skpi_simplex_rule rule = {.8, 2e-2, 1e-2, 120, 0};

/* Where the search begins when nothing better is known. */
static const skpi_ets_par usual = {.38, .045, .047, .93};

/* Other beginnings: a slow level, a fast one, and one with a lively season. */
static const skpi_ets_par others[] = {
	{.1, .01, .05, .97}, {.8, .1, .02, .9}, {.2, .05, .3, .95}};

#define ROUNDS 12
/* A round that gains less of -2 loglik is the last: tighter rules change
 * forecasts in the fourth digit of accuracy only. */
#define GAIN 1e-2
/* Farther the quadratic picture does not reach. */
#define STEP_MAX 2.0

/* (a + damp diag a) step = g by elimination; a is positive semidefinite. */
static void
solve(const double *a, const double *g, size_t dim, double damp, double *step)
{
	double m[SKPI_ETS_SMOOTHERS_MAX][SKPI_ETS_SMOOTHERS_MAX];
	double largest = 0;

	for (size_t i = 0; i < dim; i++)
		largest = fmax(largest, a[i * dim + i]);
	for (size_t i = 0; i < dim; i++)
	{
		for (size_t j = 0; j < dim; j++)
			m[i][j] = a[i * dim + j];
		m[i][i] +=
			damp * (a[i * dim + i] + 1e-6 * largest) + 1e-12 * largest + 1e-300;
		step[i] = g[i];
	}
	for (size_t k = 0; k < dim; k++)
		for (size_t i = k + 1; i < dim; i++)
		{
			double share = m[i][k] / m[k][k];

			for (size_t j = k; j < dim; j++)
				m[i][j] -= share * m[k][j];
			step[i] -= share * step[k];
		}
	for (size_t k = dim; k-- > 0;)
	{
		for (size_t j = k + 1; j < dim; j++)
			step[k] -= m[k][j] * step[j];
		step[k] /= m[k][k];
		step[k] =
			isfinite(step[k]) ? fmin(fmax(step[k], -STEP_MAX), STEP_MAX) : 0;
	}
}

/* The best of four places, which u receives. */
static double
best_of(const skpi_ets_lanes *job, double (*at)[SKPI_ETS_SMOOTHERS_MAX],
		double *u)
{
	skpi_ets_par par[SKPI_ETS_TRIALS];
	double cost[SKPI_ETS_TRIALS];
	int best = 0;

	for (int i = 0; i < SKPI_ETS_TRIALS; i++)
		par[i] = skpi_ets_from_coord(job->form, SKPI_ETS_USUAL, at[i]);
	skpi_ets_costs(job, par, cost);
	for (int i = 1; i < SKPI_ETS_TRIALS; i++)
		if (cost[i] < cost[best])
			best = i;
	memcpy(u, at[best], SKPI_ETS_SMOOTHERS_MAX * sizeof(double));
	return cost[best];
}

/* The best of four steps of different caution from u, to `to`. */
static bool
look_ahead(const skpi_ets_lanes *job, size_t dim, const double *u, double damp,
		   double *to, double *cost)
{
	const double h = 1e-5;
	skpi_ets_par par[SKPI_ETS_SMOOTHERS_MAX + 1];
	double a[SKPI_ETS_SMOOTHERS_MAX * SKPI_ETS_SMOOTHERS_MAX];
	double g[SKPI_ETS_SMOOTHERS_MAX], moves[SKPI_ETS_SMOOTHERS_MAX];
	double at[SKPI_ETS_TRIALS][SKPI_ETS_SMOOTHERS_MAX] = {{0}};

	par[0] = skpi_ets_from_coord(job->form, SKPI_ETS_USUAL, u);
	for (size_t j = 0; j < dim; j++)
	{
		double moved[SKPI_ETS_SMOOTHERS_MAX];

		memcpy(moved, u, sizeof(moved));
		moves[j] = u[j] > 0 ? -h : h;
		moved[j] += moves[j];
		par[j + 1] = skpi_ets_from_coord(job->form, SKPI_ETS_USUAL, moved);
	}
	if (!skpi_ets_equations(job, par, moves, dim, a, g))
		return false;
	for (int i = 0; i < SKPI_ETS_TRIALS; i++, damp *= 10)
	{
		solve(a, g, dim, damp, at[i]);
		for (size_t j = 0; j < dim; j++)
			at[i][j] += u[j];
	}
	*cost = best_of(job, at, to);
	return true;
}

/*
 * Levenberg-Marquardt over the smoothing parameters.  u receives where it
 * ends, *best the cost there.
 */
static skpi_status
descend(const skpi_ets_lanes *job, size_t dim, const skpi_ets_par *hint,
		skpi_stop_fn stop, void *stop_arg, double *u, double *best)
{
	double at[SKPI_ETS_TRIALS][SKPI_ETS_SMOOTHERS_MAX] = {{0}};
	double damp = 1e-2;

	skpi_ets_to_coord(job->form, SKPI_ETS_USUAL, hint == NULL ? usual : *hint,
					  at[0]);
	for (int i = 1; i < SKPI_ETS_TRIALS; i++)
		skpi_ets_to_coord(job->form, SKPI_ETS_USUAL, others[i - 1], at[i]);
	*best = best_of(job, at, u);
	for (int i = 0; i < ROUNDS && *best < SKPI_SIMPLEX_WALL; i++)
	{
		double to[SKPI_ETS_SMOOTHERS_MAX], cost, gain;

		if (stop != NULL && stop(stop_arg))
			return SKPI_E_INTERRUPT;
		if (!look_ahead(job, dim, u, damp, to, &cost))
			break;
		gain = *best - cost;
		if (gain > 0)
		{
			memcpy(u, to, sizeof(to));
			*best = cost;
		}
		if (gain < GAIN && (gain > 0 || damp > 1))
			break;
		damp = gain > 0 ? damp : 1e2 * damp;
	}
	return SKPI_OK;
}

/* The simplex of a form without lanes. */
static skpi_status
descend_slowly(problem *p, const skpi_ets_par *hint, skpi_stop_fn stop,
			   void *stop_arg, double *u, double *best)
{
	skpi_ets_to_coord(p->form, SKPI_ETS_USUAL, hint == NULL ? usual : *hint, u);
	return skpi_simplex_minimise(cost_at, p, skpi_ets_smoothers(p->form), &rule,
								 stop, stop_arg, u, best);
}

static skpi_status
search(problem *p, const skpi_ets_par *hint, skpi_stop_fn stop, void *stop_arg,
	   double *u, double *best)
{
	skpi_ets_lanes job = {p->form, p->m, p->y, p->n, p->start, 0};

	if (p->form.trend == SKPI_ETS_M)
		return descend_slowly(p, hint, stop, stop_arg, u, best);
	for (size_t t = 0; t < p->n; t++)
		job.scale += fabs(p->y[t]) / (double) p->n;
	job.scale = fmax(job.scale, 1e-100);
	return descend(&job, skpi_ets_smoothers(p->form), hint, stop, stop_arg, u,
				   best);
}

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
	status = search(&p, hint, stop, stop_arg, u, &best);
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
