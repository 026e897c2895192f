#include "skpi_logistic.h"

#include "skpi_logistic_pass.h"
#include "skpi_training.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include <gsl/gsl_linalg.h>

#define STEPS 60
#define HALVINGS 40
#define PIVOT 1e-9      /* of a column that the others explain */
#define GROWTH_STEPS 12 /* steps after which growth is no approach */
/* A step this short is the last: what it leaves is about its square. */
#define SETTLED 1e-10
/* A pass over very many rows takes time: the first of them begin the search,
 * and errors, which lag by a step, need no more than this. */
#define MANY_ROWS 65536
#define MANY_SETTLED 2e-7
#define SAMPLE 16
#define SAMPLE_STEPS 8
#define SAMPLE_SETTLED 1e-3

typedef struct problem
{
	skpi_logistic_rows rows; /* standardised */
	size_t n, p, q;          /* q = p + 1: the intercept is the last */
	double l2;
	double *h; /* q x q, then its Cholesky factor */
	double *gradient, *beta, *trial, *step;
	const skpi_column *column;
} problem;

size_t
skpi_logistic_work(size_t p)
{
	return (p + 1) * (p + 1) + 4 * (p + 1) + skpi_logistic_pass_work(p);
}

static bool
left_out(const problem *f, size_t j)
{
	return j < f->p && (f->column[j].found &
						(SKPI_FOUND_CONSTANT | SKPI_FOUND_COLLINEAR)) != 0;
}

static double
penalty(const problem *f, const double *beta)
{
	double sum = 0;

	for (size_t j = 0; j < f->p; j++)
		sum += beta[j] * beta[j];
	return f->l2 / 2 * sum;
}

/* Objective, gradient and lower half of the Hessian at beta, over the first n
 * rows. */
static skpi_status
derive(problem *f, size_t n, const double *beta, double *value)
{
	skpi_status status =
		skpi_logistic_pass(&f->rows, n, beta, value, f->gradient, f->h);

	if (status != SKPI_OK)
		return status;
	*value += penalty(f, beta);
	for (size_t j = 0; j < f->p; j++)
	{
		f->gradient[j] += f->l2 * beta[j];
		f->h[j * f->q + j] += f->l2;
	}
	return SKPI_OK;
}

/*
 * The factor in place; GSL's would not say which column is at fault.  One that
 * is left out, or whose pivot is below the limit, gets a unit row of its own;
 * the latter are marked where asked for.
 */
static bool
factor(problem *f, double limit, skpi_column *mark)
{
	size_t q = f->q;

	for (size_t j = 0; j < q; j++)
	{
		double *row = f->h + j * q;
		double diagonal = row[j], pivot;

		for (size_t k = 0; k < j; k++)
		{
			double s = row[k];

			for (size_t i = 0; i < k; i++)
				s -= row[i] * f->h[k * q + i];
			row[k] = left_out(f, k) ? 0 : s / f->h[k * q + k];
		}
		pivot = diagonal;
		for (size_t k = 0; k < j; k++)
			pivot -= row[k] * row[k];
		if (mark != NULL && j < f->p && !left_out(f, j) &&
			!(pivot > limit * diagonal))
			mark[j].found |= SKPI_FOUND_COLLINEAR;
		if (left_out(f, j))
		{
			memset(row, 0, j * sizeof(double));
			pivot = 1;
		}
		if (!(pivot > 0))
			return false;
		row[j] = sqrt(pivot);
	}
	return true;
}

/* Solves h b = b in place by the factor. */
static void
solve(const problem *f, double *b)
{
	gsl_matrix_const_view h = gsl_matrix_const_view_array(f->h, f->q, f->q);
	gsl_vector_view v = gsl_vector_view_array(b, f->q);

	(void) gsl_linalg_cholesky_svx(&h.matrix, &v.vector);
}

static double
largest(const problem *f, const double *v, size_t *at)
{
	double most = 0;

	*at = 0;
	for (size_t j = 0; j < f->q; j++)
		if (!left_out(f, j) && fabs(v[j]) > most)
		{
			most = fabs(v[j]);
			*at = j;
		}
	return most;
}

/* Along the step, halved until the objective is no worse than what rounding
 * makes of it. */
static skpi_status
advance(problem *f, size_t n, double *value)
{
	double least = 1e-12 * fabs(*value) + DBL_EPSILON * (double) n;
	double scale = 1, next;

	for (int k = 0; k < HALVINGS; k++, scale /= 2)
	{
		skpi_status status;

		for (size_t j = 0; j < f->q; j++)
			f->trial[j] = f->beta[j] - scale * f->step[j];
		status = derive(f, n, f->trial, &next);
		if (status != SKPI_OK)
			return status;
		if (next <= *value + least)
			break;
	}
	memcpy(f->beta, f->trial, f->q * sizeof(double));
	*value = next;
	return SKPI_OK;
}

/* The last step, whose end is not looked at. */
static void
finish(problem *f, double *value)
{
	for (size_t j = 0; j < f->q; j++)
	{
		f->beta[j] -= f->step[j];
		*value -= left_out(f, j) ? 0 : f->gradient[j] * f->step[j] / 2;
	}
}

/* From beta, where the derivatives are known.  *grown: the column of a
 * separation, p where there is none. */
static skpi_status
climb(problem *f, size_t n, int steps, double settled, double *value,
	  size_t *grown)
{
	*grown = f->p;
	for (int k = 1; k <= steps; k++)
	{
		size_t at;
		double length, before = *value;
		skpi_status status;

		for (size_t j = 0; j < f->q; j++)
			f->step[j] = left_out(f, j) ? 0 : f->gradient[j];
		if (!factor(f, 0, NULL))
		{
			*grown = largest(f, f->beta, &at) > 0 && at < f->p ? at : 0;
			return f->l2 > 0 ? SKPI_E_NUMERIC : SKPI_OK;
		}
		solve(f, f->step);
		length = largest(f, f->step, &at);
		if (length < settled)
		{
			finish(f, value);
			return SKPI_OK;
		}
		status = advance(f, n, value);
		if (status != SKPI_OK)
			return status;
		if (f->l2 == 0 && k >= GROWTH_STEPS && length > .3 &&
			before - *value < 1e-3 * (1 + before))
		{
			*grown = at < f->p ? at : 0;
			return SKPI_OK;
		}
	}
	return SKPI_E_CONVERGE;
}

/* A place to begin at: where the first of very many rows lead to, unless all of
 * them say that it is none. */
static skpi_status
begin(problem *f, double *value)
{
	double chance = (double) f->n * log(2); /* the loss at zero */
	size_t part = f->n / SAMPLE / SKPI_LOGISTIC_BLOCK * SKPI_LOGISTIC_BLOCK;
	size_t grown;
	skpi_status status;

	memset(f->beta, 0, f->q * sizeof(double));
	if (f->n < MANY_ROWS)
		return derive(f, f->n, f->beta, value);
	status = derive(f, part, f->beta, value);
	if (status == SKPI_OK)
		status = climb(f, part, SAMPLE_STEPS, SAMPLE_SETTLED, value, &grown);
	if (status != SKPI_E_INTERRUPT)
		status = derive(f, f->n, f->beta, value);
	if (status != SKPI_OK || *value <= chance)
		return status;
	memset(f->beta, 0, f->q * sizeof(double));
	return derive(f, f->n, f->beta, value);
}

static skpi_status
newton(problem *f, double *value, size_t *grown)
{
	double settled = f->n < MANY_ROWS ? SETTLED : MANY_SETTLED;
	skpi_status status = begin(f, value);

	return status == SKPI_OK ? climb(f, f->n, STEPS, settled, value, grown)
							 : status;
}

/* Coefficients of the raw columns, and where there is no penalty errors by the
 * inverse of the information, whose factor is there. */
static void
unscale(problem *f, skpi_logistic *fit, skpi_column *column)
{
	double variance;

	fit->intercept = f->beta[f->p];
	for (size_t j = 0; j < f->p; j++)
		if (!left_out(f, j))
		{
			column[j].weight = f->beta[j] / column[j].scale;
			fit->intercept -= column[j].weight * column[j].mean;
		}
	fit->error = NAN;
	if (fit->l2 > 0)
		return;
	for (size_t j = 0; j < f->p; j++)
	{
		if (left_out(f, j))
			continue;
		memset(f->step, 0, f->q * sizeof(double));
		f->step[j] = 1;
		solve(f, f->step);
		column[j].error = sqrt(f->step[j]) / column[j].scale;
	}
	for (size_t j = 0; j < f->p; j++)
		f->trial[j] = left_out(f, j) ? 0 : -column[j].mean / column[j].scale;
	f->trial[f->p] = 1;
	memcpy(f->step, f->trial, f->q * sizeof(double));
	solve(f, f->step);
	variance = 0;
	for (size_t j = 0; j < f->q; j++)
		variance += f->trial[j] * f->step[j];
	fit->error = sqrt(variance);
}

static skpi_status
check(const uint8_t *y, size_t n, size_t p, double l2)
{
	size_t positives = 0;

	if (p < 1 || p > SKPI_LOGISTIC_FEATURES)
		return SKPI_E_LIMIT;
	if (!(l2 >= 0 && l2 <= SKPI_VALUE_MAX))
		return SKPI_E_RANGE;
	for (size_t i = 0; i < n; i++)
		positives += y[i];
	return positives == 0 || positives == n ? SKPI_E_SHORT : SKPI_OK;
}

skpi_status
skpi_logistic_fit(double *x, const uint8_t *y, size_t n, size_t p, double l2,
				  skpi_stop_fn stop, void *stop_arg, double *work,
				  skpi_logistic *fit, skpi_column *column)
{
	size_t q = p + 1, grown;
	double value;
	double *room = work + q * q;
	problem f = {{x, y, n, p, room + 4 * q, stop, stop_arg},
				 n,
				 p,
				 q,
				 0,
				 work,
				 room,
				 room + q,
				 room + 2 * q,
				 room + 3 * q,
				 column};
	skpi_matrix matrix = {x, p};
	skpi_rows rows = {skpi_matrix_read, &matrix, n, p};
	skpi_status status = check(y, n, p, l2);

	if (status == SKPI_OK)
		status = skpi_training_describe(&rows, stop, stop_arg, column);
	if (status == SKPI_OK)
		status = skpi_logistic_arrange(&f.rows, column);
	if (status != SKPI_OK)
		return status;
	/* at zero all rows weigh the same: the columns' own products say which of
	 * them the others explain */
	memset(f.beta, 0, q * sizeof(double));
	status = derive(&f, n, f.beta, &value);
	if (status != SKPI_OK)
		return status;
	(void) factor(&f, PIVOT, column);
	f.l2 = l2;
	status = newton(&f, &value, &grown);
	if (status == SKPI_OK && grown < p)
	{
		column[grown].found |= SKPI_FOUND_SEPARATES;
		f.l2 = 1;
		status = newton(&f, &value, &grown);
	}
	if (status != SKPI_OK)
		return status;
	fit->l2 = f.l2;
	fit->loglik = -(value - penalty(&f, f.beta));
	unscale(&f, fit, column);
	return isfinite(fit->intercept) ? SKPI_OK : SKPI_E_NUMERIC;
}
