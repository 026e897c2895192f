#include "skpi_ets_holt.h"

#include <math.h>
#include <string.h>

#include "skpi_ets_forecast.h"
#include "skpi_simplex.h"

static skpi_ets_form
form_of(const skpi_holt *model)
{
	skpi_ets_form form = {SKPI_ETS_A, model->trend ? SKPI_ETS_A : SKPI_ETS_N,
						  model->season, model->trend && model->phi != 1};

	return form;
}

static bool
in_unit(double x)
{
	return x >= 0 && x <= 1;
}

static skpi_status
check(const skpi_holt *model, size_t m)
{
	if (!in_unit(model->alpha) || (model->trend && !in_unit(model->beta)) ||
		(model->trend && !in_unit(model->phi)))
		return SKPI_E_RANGE;
	if (model->season != SKPI_ETS_N &&
		(m < 2 || m > SKPI_SEASON_MAX || !in_unit(model->gamma)))
		return SKPI_E_RANGE;
	return SKPI_OK;
}

/* Line through the centred moving average of the first two periods. */
static skpi_status
seasonal_start(const skpi_holt *model, size_t m, const double *y, double *state)
{
	double trend[SKPI_SEASON_MAX + 1], index[SKPI_SEASON_MAX];
	double intercept, slope;
	size_t count = m % 2 == 0 ? m : m + 1;
	skpi_status status =
		skpi_array_indices(y, 2 * m, m, model->season == SKPI_ETS_M, index);

	if (status != SKPI_OK)
		return status;
	for (size_t i = 0; i < count; i++)
	{
		trend[i] = skpi_array_mean(y + i, m);
		if (m % 2 == 0)
			trend[i] += (y[i + m] - y[i]) / (2 * (double) m);
	}
	status = skpi_array_line(trend, count, &intercept, &slope);
	if (status != SKPI_OK)
		return status;
	state[0] = intercept;
	if (model->trend)
		state[1] = slope;
	memcpy(state + (model->trend ? 2 : 1), index, m * sizeof(double));
	return SKPI_OK;
}

skpi_status
skpi_holt_start(const skpi_holt *model, size_t m, const double *y, size_t n,
				double *state, size_t *first)
{
	size_t used = model->season != SKPI_ETS_N ? m : model->trend ? 2 : 1;
	skpi_status status = check(model, m);

	if (status == SKPI_OK)
		status = skpi_array_check(y, n, used + 1);
	if (status == SKPI_OK && model->season != SKPI_ETS_N)
		status = n < 2 * m ? SKPI_E_SHORT : seasonal_start(model, m, y, state);
	if (status != SKPI_OK)
		return status;
	if (model->season == SKPI_ETS_N)
	{
		state[0] = y[used - 1];
		if (model->trend)
			state[1] = y[1] - y[0];
	}
	*first = used;
	return SKPI_OK;
}

/* What a relative season leaves undefined ends as SKPI_E_NUMERIC. */
static double
share(double y, double of)
{
	return of == 0 ? NAN : y / of;
}

/* One observation: level, slope and the season *s move; returns the mean
 * that was expected. */
static double
step(const skpi_holt *model, double y, double *level, double *slope, double *s)
{
	const skpi_ets_kind season = model->season;
	double move = model->trend ? model->phi * *slope : 0;
	double base = *level + move, before = *level, mean = base;

	if (season == SKPI_ETS_A)
		mean += *s;
	if (season == SKPI_ETS_M)
		mean *= *s;
	*level = season == SKPI_ETS_A   ? y - *s
			 : season == SKPI_ETS_M ? share(y, *s)
									: y;
	*level = model->alpha * *level + (1 - model->alpha) * base;
	if (model->trend)
		*slope = model->beta * (*level - before) + (1 - model->beta) * move;
	if (season == SKPI_ETS_A)
		*s += model->gamma * (y - *level - *s);
	if (season == SKPI_ETS_M)
		*s += model->gamma * (share(y, *level) - *s);
	return mean;
}

skpi_status
skpi_holt_run(const skpi_holt *model, size_t m, const double *y, size_t n,
			  double *state, double *fitted, double *sse)
{
	double ring[SKPI_SEASON_MAX], level = state[0], slope = 0, sum = 0;
	size_t base = model->trend ? 2 : 1;
	size_t turn = model->season == SKPI_ETS_N ? 1 : m;
	skpi_status status = check(model, m);

	if (status == SKPI_OK)
		status = skpi_array_check(y, n, 1);
	if (status != SKPI_OK)
		return status;
	ring[0] = 0;
	if (model->season != SKPI_ETS_N)
		memcpy(ring, state + base, m * sizeof(double));
	if (model->trend)
		slope = state[1];
	for (size_t t = 0; t < n; t++)
	{
		double mean = step(model, y[t], &level, &slope, &ring[t % turn]);

		sum += (y[t] - mean) * (y[t] - mean);
		if (fitted != NULL)
			fitted[t] = mean;
	}
	for (size_t i = 0; i < turn; i++)
		if (!isfinite(ring[i]))
			return SKPI_E_NUMERIC;
	if (!isfinite(sum) || !isfinite(level))
		return SKPI_E_NUMERIC;
	state[0] = level;
	if (model->trend)
		state[1] = slope;
	if (model->season != SKPI_ETS_N)
		for (size_t i = 0; i < m; i++)
			state[base + i] = ring[(n + i) % m];
	*sse = sum;
	return SKPI_OK;
}

skpi_status
skpi_holt_points(const skpi_holt *model, size_t m, const double *state,
				 size_t h, double *point)
{
	skpi_ets_par par = {0, 0, 0, model->phi};
	skpi_status status = check(model, m);

	if (status == SKPI_OK)
		status = skpi_ets_points(form_of(model), m, par, state, h, point);
	return status;
}

typedef struct problem
{
	skpi_holt model;
	size_t m;
	const double *y;
	size_t n;
	const double *start;
	size_t states;
} problem;

/* Sine maps reach 0 and 1, where these fits often end. */
static void
from_coord(skpi_holt *model, const double *u)
{
	model->alpha = (1 + sin(*u++)) / 2;
	if (model->trend)
		model->beta = (1 + sin(*u++)) / 2;
	if (model->season != SKPI_ETS_N)
		model->gamma = (1 + sin(*u)) / 2;
}

static double
sse_at(const double *u, void *arg)
{
	problem *p = arg;
	double state[SKPI_ETS_STATES_MAX], sse;

	memcpy(state, p->start, p->states * sizeof(double));
	from_coord(&p->model, u);
	if (skpi_holt_run(&p->model, p->m, p->y, p->n, state, NULL, &sse) !=
		SKPI_OK)
		return SKPI_SIMPLEX_WALL;
	return (double) p->n * log(fmax(sse, 1e-200));
}

static skpi_status
best_of_starts(problem *p, size_t dim, skpi_stop_fn stop, void *stop_arg,
			   double *best_u)
{
	static const skpi_simplex_rule rule = {.5, 1e-5, 1e-9, 300, 1};
	static const double starts[][3] = {
		{.3, .1, .1}, {.1, .5, .8}, {.9, .1, .5}, {.05, .9, .3}};
	double best = SKPI_SIMPLEX_WALL;

	for (size_t k = 0; k < sizeof(starts) / sizeof(starts[0]); k++)
	{
		double u[3], f;
		skpi_status status;

		for (size_t i = 0; i < dim; i++)
			u[i] = asin(2 * starts[k][i] - 1);
		status =
			skpi_simplex_minimise(sse_at, p, dim, &rule, stop, stop_arg, u, &f);
		if (status != SKPI_OK)
			return status;
		if (f < best)
		{
			best = f;
			memcpy(best_u, u, sizeof(u));
		}
	}
	return best < SKPI_SIMPLEX_WALL ? SKPI_OK : SKPI_E_NUMERIC;
}

skpi_status
skpi_holt_fit(skpi_holt *model, size_t m, const double *y, size_t n,
			  skpi_stop_fn stop, void *stop_arg, double *state, size_t *first,
			  double *sse)
{
	skpi_holt found = *model;
	double start[SKPI_ETS_STATES_MAX], u[3] = {0, 0, 0};
	size_t used, dim = 1 + (size_t) model->trend +
					   (size_t) (model->season != SKPI_ETS_N);
	problem p = {*model, m, NULL, 0, start, 0};
	skpi_status status;

	found.alpha = found.beta = found.gamma = 0;
	status = skpi_holt_start(&found, m, y, n, start, &used);
	if (status != SKPI_OK)
		return status;
	p.y = y + used;
	p.n = n - used;
	p.states = skpi_ets_states(form_of(model), m);
	status = best_of_starts(&p, dim, stop, stop_arg, u);
	if (status != SKPI_OK)
		return status;
	from_coord(&found, u);
	status = skpi_holt_run(&found, m, p.y, p.n, start, NULL, sse);
	if (status != SKPI_OK)
		return status;
	memcpy(state, start, p.states * sizeof(double));
	*model = found;
	*first = used;
	return SKPI_OK;
}
