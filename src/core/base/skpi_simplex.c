#include "skpi_simplex.h"

#include <math.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_multimin.h>

typedef struct target
{
	skpi_simplex_fn fn;
	void *arg;
} target;

static double
call_target(const gsl_vector *x, void *params)
{
	const target *t = params;

	return t->fn(x->data, t->arg);
}

/* Steps until one of the rules says enough. */
static skpi_status
descend(gsl_multimin_fminimizer *s, size_t dim, const skpi_simplex_rule *rule,
		skpi_stop_fn stop, void *stop_arg)
{
	int window = 2 * (int) dim + 6;
	double before = HUGE_VAL; /* the library leaves fval unset until it moves */

	for (int step = 1; step <= rule->max_steps; step++)
	{
		if (stop != NULL && stop(stop_arg))
			return SKPI_E_INTERRUPT;
		if (gsl_multimin_fminimizer_iterate(s) != GSL_SUCCESS)
			return SKPI_OK; /* no better point exists to working precision */
		if (s->size < rule->size)
			return SKPI_OK;
		if (step % window == 0)
		{
			if (before - s->fval < rule->gain)
				return SKPI_OK;
			before = s->fval;
		}
	}
	return SKPI_OK;
}

static skpi_status
minimise_with(gsl_multimin_fminimizer *s, gsl_vector *x, gsl_vector *step,
			  gsl_multimin_function *f, const skpi_simplex_rule *rule,
			  skpi_stop_fn stop, void *stop_arg)
{
	double edge = rule->step;

	for (int start = 0; start <= rule->restarts; start++, edge /= 2)
	{
		skpi_status status;

		gsl_vector_set_all(step, edge);
		if (gsl_multimin_fminimizer_set(s, f, x, step) != GSL_SUCCESS)
			return SKPI_E_NUMERIC;
		status = descend(s, x->size, rule, stop, stop_arg);
		if (status != SKPI_OK)
			return status;
		gsl_vector_memcpy(x, s->x);
	}
	return SKPI_OK;
}

skpi_status
skpi_simplex_minimise(skpi_simplex_fn fn, void *arg, size_t dim,
					  const skpi_simplex_rule *rule, skpi_stop_fn stop,
					  void *stop_arg, double *x, double *best)
{
	double point[SKPI_SIMPLEX_DIM_MAX], edges[SKPI_SIMPLEX_DIM_MAX];
	target t = {fn, arg};
	gsl_multimin_function f = {call_target, dim, &t};
	gsl_multimin_fminimizer *s;
	gsl_vector_view at, step;
	skpi_status status;

	if (dim < 1 || dim > SKPI_SIMPLEX_DIM_MAX)
		return SKPI_E_RANGE;
	s = gsl_multimin_fminimizer_alloc(gsl_multimin_fminimizer_nmsimplex2, dim);
	if (s == NULL)
		return SKPI_E_NOMEM;
	for (size_t i = 0; i < dim; i++)
		point[i] = x[i];
	at = gsl_vector_view_array(point, dim);
	step = gsl_vector_view_array(edges, dim);
	status =
		minimise_with(s, &at.vector, &step.vector, &f, rule, stop, stop_arg);
	if (status == SKPI_OK)
	{
		for (size_t i = 0; i < dim; i++)
			x[i] = point[i];
		*best = s->fval;
	}
	gsl_multimin_fminimizer_free(s);
	return status;
}

/* Golden section on [lo, hi]; false when told to stop. */
static bool
golden(skpi_line_fn fn, void *arg, double lo, double hi, double tol,
	   skpi_stop_fn stop, void *stop_arg, double *x, double *best)
{
	const double part = (sqrt(5.0) - 1) / 2;
	double a = hi - part * (hi - lo), b = lo + part * (hi - lo);
	double fa = fn(a, arg), fb = fn(b, arg);

	while (hi - lo > tol)
	{
		if (stop != NULL && stop(stop_arg))
			return false;
		if (fa <= fb)
		{
			hi = b;
			b = a;
			fb = fa;
			a = hi - part * (hi - lo);
			fa = fn(a, arg);
		}
		else
		{
			lo = a;
			a = b;
			fa = fb;
			b = lo + part * (hi - lo);
			fb = fn(b, arg);
		}
	}
	*x = fa <= fb ? a : b;
	*best = fmin(fa, fb);
	return true;
}

skpi_status
skpi_line_minimise(skpi_line_fn fn, void *arg, double lo, double hi, int cells,
				   double tol, skpi_stop_fn stop, void *stop_arg, double *x,
				   double *best)
{
	double cell = (hi - lo) / cells;
	double at = lo, least = 0, inner, inner_best;

	if (!(hi > lo) || cells < 1 || !(tol > 0))
		return SKPI_E_RANGE;
	for (int i = 0; i <= cells; i++)
	{
		double here = i < cells ? lo + cell * i : hi;
		double f = fn(here, arg);

		if (stop != NULL && stop(stop_arg))
			return SKPI_E_INTERRUPT;
		if (i == 0 || f < least)
		{
			least = f;
			at = here;
		}
	}
	if (!golden(fn, arg, fmax(lo, at - cell), fmin(hi, at + cell), tol, stop,
				stop_arg, &inner, &inner_best))
		return SKPI_E_INTERRUPT;
	*x = inner_best < least ? inner : at;
	*best = fmin(inner_best, least);
	return SKPI_OK;
}
