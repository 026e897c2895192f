#include "skpi_lifetime.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_linalg.h>

#define MAX_STEPS 60
#define IDLE_STEPS 4 /* so many steps in a row without a gain: a ridge */
#define IDLE 1e-9    /* part of the likelihood that is none */
#define NARROW 1e-5  /* difference for slopes */
#define WIDE 1e-3    /* difference for curvature */
#define LONGEST 2.0  /* no parameter moves further in a step: e^2 times */
#define SETTLED 1e-7 /* the last step is shorter than this */
#define FLAT 1e-7    /* curvature per unit of likelihood below this is none */
#define AT_EDGE 2.3  /* within a factor of ten of an edge: on the way to it */

typedef struct hill
{
	skpi_lifetime_fn fn;
	void *arg;
	size_t dim;
	skpi_stop_fn stop;
	void *stop_arg;
	bool stopped;
	double value;
	double x[SKPI_LIFETIME_DIM];
	double slope[SKPI_LIFETIME_DIM];
	double bend[SKPI_LIFETIME_DIM][SKPI_LIFETIME_DIM]; /* minus curvature */
	bool held[SKPI_LIFETIME_DIM]; /* at an edge that it would leave by */
	bool looked;                  /* slope and bend are those of x */
} hill;

static double
height(hill *h, const double *x)
{
	double f;

	if (h->stopped || (h->stop != NULL && h->stop(h->stop_arg)))
	{
		h->stopped = true;
		return h->value;
	}
	f = h->fn(x, h->arg);
	/* it may have given up because it was told to */
	if (h->stop != NULL && h->stop(h->stop_arg))
		h->stopped = true;
	return isfinite(f) ? f : -SKPI_VALUE_MAX;
}

static double
moved(hill *h, size_t i, double by, size_t j, double by_too)
{
	double x[SKPI_LIFETIME_DIM];

	memcpy(x, h->x, sizeof(x));
	x[i] += by;
	x[j] += by_too;
	return height(h, x);
}

static void
look_around(hill *h)
{
	double up[SKPI_LIFETIME_DIM];

	for (size_t i = 0; i < h->dim; i++)
	{
		double down = moved(h, i, -WIDE, i, 0);

		up[i] = moved(h, i, WIDE, i, 0);
		h->slope[i] = (moved(h, i, NARROW, i, 0) - moved(h, i, -NARROW, i, 0)) /
					  (2 * NARROW);
		h->bend[i][i] = (2 * h->value - up[i] - down) / (WIDE * WIDE);
		for (size_t j = 0; j < i; j++)
			h->bend[i][j] = h->bend[j][i] =
				(up[i] + up[j] - h->value - moved(h, i, WIDE, j, WIDE)) /
				(WIDE * WIDE);
	}
	for (size_t i = 0; i < h->dim; i++)
		h->held[i] = (h->x[i] <= log(SKPI_LIFETIME_LEAST) && h->slope[i] < 0) ||
					 (h->x[i] >= log(SKPI_LIFETIME_MOST) && h->slope[i] > 0);
	h->looked = true;
}

/* The step from bend + damp over what is not held, and the factor of that in
 * m; false where it is not positive definite.  *flattest is the least pivot
 * there was. */
static bool
solve(const hill *h, double damp, double *m, double *step, double *flattest)
{
	size_t dim = h->dim;
	gsl_matrix_view mv = gsl_matrix_view_array(m, dim, dim);
	gsl_vector_view sv = gsl_vector_view_array(step, dim);

	for (size_t i = 0; i < dim; i++)
	{
		for (size_t j = 0; j < dim; j++)
			m[i * dim + j] = h->held[i] || h->held[j]
								 ? i == j
								 : h->bend[i][j] + (i == j ? damp : 0);
		step[i] = h->held[i] ? 0 : h->slope[i];
	}
	*flattest = HUGE_VAL;
	if (gsl_linalg_cholesky_decomp1(&mv.matrix) != GSL_SUCCESS)
		return false;
	for (size_t i = 0; i < dim; i++)
	{
		double root = m[i * dim + i];

		if (!(root > 0)) /* not a number, which GSL lets pass */
			return false;
		if (!h->held[i])
			*flattest = fmin(*flattest, root * root);
	}
	return gsl_linalg_cholesky_svx(&mv.matrix, &sv.vector) == GSL_SUCCESS;
}

static double
length_of(const double *step, size_t dim)
{
	double most = 0;

	for (size_t i = 0; i < dim; i++)
		most = fmax(most, fabs(step[i]));
	return most;
}

/* Takes the step within the box if that gains. */
static bool
take(hill *h, const double *step)
{
	double shrink = fmin(1, LONGEST / length_of(step, h->dim));
	double x[SKPI_LIFETIME_DIM], f;

	for (size_t i = 0; i < h->dim; i++)
		x[i] = fmin(log(SKPI_LIFETIME_MOST),
					fmax(log(SKPI_LIFETIME_LEAST), h->x[i] + shrink * step[i]));
	f = height(h, x);
	if (h->stopped || !(f > h->value))
		return false;
	memcpy(h->x, x, sizeof(*x) * h->dim);
	h->value = f;
	h->looked = false;
	return true;
}

/* One step with as much damping as it takes; false at the top. */
static bool
ascend(hill *h, double *damp)
{
	double m[SKPI_LIFETIME_DIM * SKPI_LIFETIME_DIM];
	double step[SKPI_LIFETIME_DIM], flattest;

	for (; *damp < 1e12 * (1 + fabs(h->value)); *damp = fmax(4 * *damp, 1e-3))
	{
		double length;

		if (!solve(h, *damp, m, step, &flattest))
			continue;
		length = length_of(step, h->dim);
		if (length < SETTLED)
			return false;
		if (take(h, step))
		{
			*damp = *damp > 1e-3 ? *damp / 8 : 0;
			return length * fmin(1, LONGEST / length) >= SETTLED;
		}
		if (h->stopped)
			return false;
	}
	return false;
}

/* Errors of logs of parameters, from the factor of the curvature: the root of
 * what its inverse has on the diagonal.  None where there is no top. */
static void
errors(const hill *h, double *m, skpi_lifetime_top *top)
{
	gsl_matrix_view mv = gsl_matrix_view_array(m, h->dim, h->dim);
	bool known =
		!top->ridge && gsl_linalg_cholesky_invert(&mv.matrix) == GSL_SUCCESS;

	for (size_t i = 0; i < h->dim; i++)
		top->error[i] = known && top->side[i] == 0 && !h->held[i]
							? sqrt(m[i * h->dim + i])
							: NAN;
}

static void
describe(hill *h, skpi_lifetime_top *top)
{
	double m[SKPI_LIFETIME_DIM * SKPI_LIFETIME_DIM];
	double step[SKPI_LIFETIME_DIM], flattest;
	bool round = solve(h, 0, m, step, &flattest);

	for (size_t i = 0; i < h->dim; i++)
	{
		top->log_p[i] = h->x[i];
		top->side[i] = h->x[i] <= log(SKPI_LIFETIME_LEAST) + AT_EDGE  ? -1
					   : h->x[i] >= log(SKPI_LIFETIME_MOST) - AT_EDGE ? 1
																	  : 0;
	}
	top->value = h->value;
	top->ridge = !round || flattest < FLAT * (1 + fabs(h->value)) ||
				 length_of(step, h->dim) > 1e-2;
	errors(h, m, top);
}

skpi_status
skpi_lifetime_climb(skpi_lifetime_fn fn, void *arg, size_t dim,
					const double *log_p, skpi_stop_fn stop, void *stop_arg,
					skpi_lifetime_top *top)
{
	hill h = {
		.fn = fn, .arg = arg, .dim = dim, .stop = stop, .stop_arg = stop_arg};
	skpi_lifetime_top t = {.steps = 0};
	double damp = 0, before;
	int idle = 0;
	bool climbing;

	if (dim < 1 || dim > SKPI_LIFETIME_DIM)
		return SKPI_E_RANGE;
	memcpy(h.x, log_p, sizeof(*log_p) * dim);
	h.value = height(&h, h.x);
	if (h.stopped) /* and so the value may be none */
		return SKPI_E_INTERRUPT;
	if (h.value <= -SKPI_VALUE_MAX)
		return SKPI_E_NUMERIC;
	do
	{
		before = h.value;
		look_around(&h);
		climbing = !h.stopped && ++t.steps < MAX_STEPS && ascend(&h, &damp);
		idle = h.value - before < IDLE * (1 + fabs(before)) ? idle + 1 : 0;
	} while (climbing && idle < IDLE_STEPS);
	if (!h.stopped && !h.looked)
		look_around(&h);
	if (h.stopped)
		return SKPI_E_INTERRUPT;
	describe(&h, &t);
	*top = t;
	return SKPI_OK;
}
