/*
 * Maximum likelihood over smoothing parameters and start states.
 *
 * Maximising -(n ln SSE + 2 sum ln f) / 2 is least squares in the errors
 * times the geometric mean of f, so each start descends by
 * Levenberg-Marquardt instead of a simplex in twenty dimensions.
 */
#include <math.h>
#include <string.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_multifit_nlinear.h>

#include "skpi_ets_admissible.h"
#include "skpi_ets_coord.h"
#include "skpi_ets_fit.h"
#include "skpi_simplex.h"

#define DIM_MAX (SKPI_ETS_SMOOTHERS_MAX + SKPI_ETS_STATES_MAX)
#define STEPS_MAX 120
/* n parameters^2 of the largest problem: one step of the library, a QR
 * decomposition, then stays below a fifth of a second. */
#define WORK_MAX 5e7
/* A residual no admissible point reaches; its square stays finite. */
#define WALL_RESIDUAL 1e50

typedef struct problem
{
	skpi_ets_form form;
	size_t m;
	skpi_ets_bounds bounds;
	const double *y;
	size_t n;
	size_t smoothers;
	size_t states;
	double scale;  /* unit of the additive states */
	double *resid; /* n */
	double effort; /* left of what may be spent */
	skpi_stop_fn stop;
	void *stop_arg;
	bool stopped;
} problem;

static size_t
free_states(const problem *p)
{
	return p->states - (size_t) (p->form.season != SKPI_ETS_N);
}

static double
unit_of(const problem *p, size_t i)
{
	size_t first = p->form.trend == SKPI_ETS_N ? 1 : 2;

	if (p->form.trend == SKPI_ETS_M && i == 1)
		return 1;
	return i >= first && p->form.season == SKPI_ETS_M ? 1 : p->scale;
}

/* States from coordinates; the last season follows from the others. */
static void
states_from(const problem *p, const double *u, double *state)
{
	size_t free = free_states(p);
	size_t first = p->form.trend == SKPI_ETS_N ? 1 : 2;
	double sum = 0;

	for (size_t i = 0; i < free; i++)
	{
		state[i] = u[i] * unit_of(p, i);
		if (i >= first)
			sum += state[i];
	}
	if (p->form.season != SKPI_ETS_N)
		state[free] = (p->form.season == SKPI_ETS_M ? (double) p->m : 0) - sum;
}

static void
states_to(const problem *p, const double *state, double *u)
{
	for (size_t i = 0; i < free_states(p); i++)
		u[i] = state[i] / unit_of(p, i);
}

/* Relative seasons start positive. */
static bool
states_sane(const problem *p, const double *state)
{
	size_t first = p->form.trend == SKPI_ETS_N ? 1 : 2;

	if (p->form.season != SKPI_ETS_M)
		return true;
	for (size_t i = first; i < p->states; i++)
		if (!(state[i] > 0))
			return false;
	return true;
}

static double
cost_at(problem *p, const double *u, double *resid)
{
	double state[SKPI_ETS_STATES_MAX];
	skpi_ets_par par = skpi_ets_from_coord(p->form, p->bounds, u);

	states_from(p, u + p->smoothers, state);
	if (!states_sane(p, state) || !skpi_ets_admissible(p->form, p->m, par))
		return SKPI_SIMPLEX_WALL;
	return skpi_ets_cost(p->form, p->m, &par, p->y, p->n, state, resid);
}

/* Residuals whose sum of squares is exp(cost / n).  GSL hands in columns of
 * a matrix, so f may have a stride. */
static int
residuals(const gsl_vector *x, void *params, gsl_vector *f)
{
	problem *p = params;
	double cost, sse = 0, factor;

	if (p->stopped || (p->stop != NULL && p->stop(p->stop_arg)))
	{
		p->stopped = true;
		return GSL_EFAILED;
	}
	/* the library's share of a pass grows with the parameters */
	p->effort -= (double) p->n * (1 + (double) x->size / 20);
	cost = cost_at(p, x->data, p->resid);
	if (cost >= SKPI_SIMPLEX_WALL)
	{
		gsl_vector_set_all(f, WALL_RESIDUAL);
		return GSL_SUCCESS;
	}
	for (size_t t = 0; t < p->n; t++)
		sse += p->resid[t] * p->resid[t];
	factor = sse > 0 ? exp(cost / (2 * (double) p->n)) / sqrt(sse) : 1;
	for (size_t t = 0; t < p->n; t++)
		gsl_vector_set(f, t, p->resid[t] * factor / p->scale);
	return GSL_SUCCESS;
}

/* Levenberg-Marquardt from u, which receives the end point. */
static skpi_status
descend(problem *p, size_t dim, gsl_multifit_nlinear_workspace *w, double *u)
{
	gsl_multifit_nlinear_fdf fdf = {
		.f = residuals, .n = p->n, .p = dim, .params = p};
	gsl_vector_view at = gsl_vector_view_array(u, dim);
	double before;

	if (gsl_multifit_nlinear_init(&at.vector, &fdf, w) != GSL_SUCCESS)
		return p->stopped ? SKPI_E_INTERRUPT : SKPI_OK;
	before = cost_at(p, w->x->data, NULL);
	for (int i = 0; i < STEPS_MAX; i++)
	{
		double after;

		if (p->effort < 0 || gsl_multifit_nlinear_iterate(w) != GSL_SUCCESS)
			break;
		after = cost_at(p, w->x->data, NULL);
		if (i % 4 == 3)
		{
			if (before - after < 1e-4)
				break;
			before = after;
		}
	}
	if (p->stopped)
		return SKPI_E_INTERRUPT;
	memcpy(u, w->x->data, dim * sizeof(double));
	return SKPI_OK;
}

/* Shares in [0, 1] of the way from the lower to the upper bound. */
static const double seeds[][SKPI_ETS_SMOOTHERS_MAX] = {
	{.3, .05, .05, .9},    {.1, .02, .9, .98},  {.7, .02, .02, .98},
	{.95, .02, .3, .95},   {.05, .9, .95, .98}, {.3, .9, .5, .85},
	{.7, .5, .95, .9},     {.02, .1, .02, .97}, {.95, .98, .02, .82},
	{.1, .98, .98, .96},   {.5, .98, .02, .9},  {.02, .98, .8, .97},
	{.003, .1, .003, .97}, {.03, .3, .3, .9}};

#define SEEDS (sizeof(seeds) / sizeof(seeds[0]))

static void
seed_coord(const problem *p, const double *share, double *u)
{
	skpi_ets_par par = {share[0], share[0] * share[1],
						(1 - share[0]) * share[2], share[3]};

	skpi_ets_to_coord(p->form, p->bounds, par, u);
}

/* Start states from the whole series instead of its beginning: the valley of
 * fits whose states hardly move.  False where there are none. */
static bool
whole_start(problem *p, double *state)
{
	size_t first = p->form.trend == SKPI_ETS_N ? 1 : 2;
	bool mult = p->form.season == SKPI_ETS_M;
	double *adjusted = p->resid, *figure = state + first;
	double level, slope;

	if (p->form.trend == SKPI_ETS_M)
		return false;
	if (p->form.season != SKPI_ETS_N &&
		skpi_array_indices(p->y, p->n, p->m, mult, figure) != SKPI_OK)
		return false;
	for (size_t t = 0; t < p->n; t++)
		adjusted[t] = p->form.season == SKPI_ETS_N ? p->y[t]
					  : mult                       ? p->y[t] / figure[t % p->m]
												   : p->y[t] - figure[t % p->m];
	if (skpi_array_line(adjusted, p->n, &level, &slope) != SKPI_OK)
		return false;
	state[0] = first == 2 ? level : skpi_array_mean(adjusted, p->n);
	if (first == 2)
		state[1] = slope;
	return true;
}

/* One descent; the best point so far is kept. */
static skpi_status
try_from(problem *p, gsl_multifit_nlinear_workspace *w, const double *state,
		 double *u, double *best_u, double *best)
{
	size_t dim = p->smoothers + free_states(p);
	skpi_status status;
	double cost;

	states_to(p, state, u + p->smoothers);
	status = descend(p, dim, w, u);
	if (status != SKPI_OK)
		return status;
	cost = cost_at(p, u, NULL);
	if (cost < *best)
	{
		*best = cost;
		memcpy(best_u, u, dim * sizeof(double));
	}
	return SKPI_OK;
}

static skpi_status
search(problem *p, gsl_multifit_nlinear_workspace *w, const double *start,
	   const skpi_ets_par *fast, double *best_u, double *best)
{
	double whole[SKPI_ETS_STATES_MAX], u[DIM_MAX];
	bool two = whole_start(p, whole);
	skpi_status status;

	*best = SKPI_SIMPLEX_WALL;
	skpi_ets_to_coord(p->form, p->bounds, *fast, u);
	status = try_from(p, w, start, u, best_u, best);
	for (size_t k = 0; k < SEEDS && status == SKPI_OK && p->effort > 0; k++)
	{
		seed_coord(p, seeds[k], u);
		status = try_from(p, w, start, u, best_u, best);
		/* Every other seed is enough from here. */
		if (status != SKPI_OK || !two || k % 2 == 1 || p->effort < 0)
			continue;
		seed_coord(p, seeds[k], u);
		status = try_from(p, w, whole, u, best_u, best);
	}
	if (status != SKPI_OK)
		return status;
	return *best < SKPI_SIMPLEX_WALL ? SKPI_OK : SKPI_E_NUMERIC;
}

static skpi_status
finish(problem *p, const double *u, skpi_ets_fit *fit, double *start)
{
	skpi_ets_fit found = {.form = p->form};
	double state[SKPI_ETS_STATES_MAX];
	skpi_status status;

	found.par = skpi_ets_from_coord(p->form, p->bounds, u);
	states_from(p, u + p->smoothers, state);
	status = skpi_ets_run(p->form, p->m, found.par, p->y, p->n, state, NULL,
						  NULL, &found.score);
	if (status != SKPI_OK)
		return status;
	states_from(p, u + p->smoothers, start);
	*fit = found;
	return SKPI_OK;
}

/* The library's workspaces live inside this call. */
static skpi_status
search_and_finish(problem *p, size_t dim, const double *start,
				  const skpi_ets_par *fast, skpi_ets_fit *fit, double *end)
{
	gsl_multifit_nlinear_parameters rules =
		gsl_multifit_nlinear_default_parameters();
	gsl_multifit_nlinear_workspace *w = gsl_multifit_nlinear_alloc(
		gsl_multifit_nlinear_trust, &rules, p->n, dim);
	gsl_vector *resid = gsl_vector_alloc(p->n);
	double u[DIM_MAX], best;
	skpi_status status = SKPI_E_NOMEM;

	if (w != NULL && resid != NULL)
	{
		p->resid = resid->data;
		status = search(p, w, start, fast, u, &best);
	}
	gsl_multifit_nlinear_free(w);
	gsl_vector_free(resid);
	return status == SKPI_OK ? finish(p, u, fit, end) : status;
}

skpi_status
skpi_ets_fit_full(skpi_ets_form form, size_t m, const double *y, size_t n,
				  skpi_ets_bounds bounds, double *effort, skpi_stop_fn stop,
				  void *stop_arg, skpi_ets_fit *fit, double *start)
{
	problem p = {.form = form,
				 .m = m,
				 .bounds = bounds,
				 .y = y,
				 .n = n,
				 .effort = *effort,
				 .stop = stop,
				 .stop_arg = stop_arg};
	double state[SKPI_ETS_STATES_MAX];
	skpi_ets_fit fast;
	size_t dim;
	skpi_status status =
		skpi_ets_fit_fast(form, m, y, n, NULL, stop, stop_arg, &fast, state);

	if (status != SKPI_OK)
		return status;
	p.smoothers = skpi_ets_smoothers(form);
	p.states = skpi_ets_states(form, m);
	p.scale = 0;
	for (size_t t = 0; t < n; t++)
		p.scale += fabs(y[t]) / (double) n;
	if (!(p.scale > 0))
		p.scale = 1;
	dim = p.smoothers + free_states(&p);
	if (dim >= n)
		return SKPI_E_SHORT;
	if ((double) n * (double) dim * (double) dim > WORK_MAX)
		return SKPI_E_LIMIT;
	status = search_and_finish(&p, dim, state, &fast.par, fit, start);
	*effort = p.effort;
	return status;
}
