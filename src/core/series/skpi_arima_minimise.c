/*
 * Least squares on the innovations of an ARIMA model, by the method of
 * Levenberg (1944) and Marquardt (1963).
 *
 * Derivatives of the conditional innovations are innovations themselves, of
 * one of the four polynomials alone and shifted, so that all of them take as
 * much as one pass.  Those of the exact ones are differences, a pass a
 * coefficient; but both kinds are alike but for the beginning of a series, so
 * that a coarse fit takes the former until they no longer lead downwards.
 */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

#include "skpi_arima_core.h"

/* Free coordinates beyond this mean partial correlations above .9998. */
#define FAR 50.0
#define ATTEMPTS 6

static double *
column_of(const arima_job *job, int j)
{
	return job->jacobian + (size_t) j * (size_t) job->n;
}

/* Forward differences of the innovations at u0 into the Jacobian. */
static bool
differences(arima_job *job, const double *x, int k, const double *u0)
{
	const double step = 1e-6;
	double moved[SKPI_ARIMA_COEFS];
	double coef[SKPI_ARIMA_COEFS];

	memcpy(moved, x, (size_t) k * sizeof(double));
	for (int j = 0; j < k; j++)
	{
		double *column = column_of(job, j);
		double h = step * (1.0 + x[j] * x[j]);

		moved[j] = x[j] > 0.0 ? x[j] - h : x[j] + h;
		h = moved[j] - x[j];
		skpi_arima_from_free(&job->spec, moved, coef);
		if (skpi_arima_innovations(job, coef, true, job->spec.mean, column) <
			0.0)
			return false;
		for (int t = 0; t < job->n_used; t++)
			column[t] = (column[t] - u0[t]) / h;
		moved[j] = x[j];
	}
	return true;
}

/* out = -B^lag u / (1 + sign (c_1 B^lag + c_2 B^2lag + ...)). */
static void
divide(const double *u, int n, const double *c, int order, double sign, int lag,
	   double *out)
{
	memset(out, 0, (size_t) n * sizeof(double));
	for (int t = lag; t < n; t++)
	{
		double sum = -u[t - lag];

		for (int i = 1; i <= order && i * lag < t; i++)
			sum -= sign * c[i - 1] * out[t - i * lag];
		out[t] = sum;
	}
}

/* The Jacobian of the conditional innovations by the coefficients. */
static void
derivatives(arima_job *job, const double *coef, const double *u)
{
	const skpi_arima_spec *s = &job->spec;
	const int order[4] = {s->p, s->q, s->sp, s->sq};
	int n = job->n_used;
	int first = 0;

	for (int part = 0; part < 4; part++)
	{
		int lag = part < 2 ? 1 : s->period;

		if (order[part] > 0)
			divide(u, n, coef + first, order[part], part % 2 == 0 ? -1.0 : 1.0,
				   lag, column_of(job, first));
		for (int j = 1; j < order[part]; j++)
		{
			double *column = column_of(job, first + j);
			int shift = j * lag < n ? j * lag : n;

			memset(column, 0, (size_t) shift * sizeof(double));
			memcpy(column + shift, column_of(job, first),
				   (size_t) (n - shift) * sizeof(double));
		}
		first += order[part];
	}
}

/* Four sums side by side do not wait for each other. */
static double
dot(const double *x, const double *y, int n)
{
	double sum[4] = {0.0, 0.0, 0.0, 0.0};
	int t = 0;

	for (; t + 4 <= n; t += 4)
		for (int i = 0; i < 4; i++)
			sum[i] += x[t + i] * y[t + i];
	for (; t < n; t++)
		sum[0] += x[t] * y[t];
	return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/* Normal equations of the linearised problem. */
static void
normal_equations(const arima_job *job, int k, double *a, double *g)
{
	int n = job->n_used;

	for (int i = 0; i < k; i++)
	{
		g[i] = -dot(column_of(job, i), job->u, n);
		for (int j = 0; j <= i; j++)
			a[i * k + j] = a[j * k + i] =
				dot(column_of(job, i), column_of(job, j), n);
	}
}

/* Equations in coefficients made into those in coordinates x: each row of
 * `slope` holds what one coordinate moves. */
static void
by_coordinates(const skpi_arima_spec *spec, const double *x, int k, double *a,
			   double *g)
{
	double slope[SKPI_ARIMA_COEFS][SKPI_ARIMA_COEFS];
	double half[SKPI_ARIMA_COEFS][SKPI_ARIMA_COEFS];
	double at[SKPI_ARIMA_COEFS];
	double by_coef[SKPI_ARIMA_COEFS];

	memcpy(at, x, (size_t) k * sizeof(double));
	memcpy(by_coef, g, (size_t) k * sizeof(double));
	for (int j = 0; j < k; j++)
	{
		double h = 1e-5 * (1.0 + fabs(x[j]));
		double down[SKPI_ARIMA_COEFS];

		at[j] = x[j] + h;
		skpi_arima_from_free(spec, at, slope[j]);
		at[j] = x[j] - h;
		skpi_arima_from_free(spec, at, down);
		at[j] = x[j];
		g[j] = 0.0;
		for (int i = 0; i < k; i++)
		{
			slope[j][i] = (slope[j][i] - down[i]) / (2.0 * h);
			g[j] += slope[j][i] * by_coef[i];
		}
		for (int i = 0; i < k; i++)
		{
			half[j][i] = 0.0;
			for (int l = 0; l < k; l++)
				half[j][i] += slope[j][l] * a[l * k + i];
		}
	}
	for (int j = 0; j < k; j++)
		for (int i = 0; i < k; i++)
		{
			a[j * k + i] = 0.0;
			for (int l = 0; l < k; l++)
				a[j * k + i] += half[j][l] * slope[i][l];
		}
}

/* Solves (a + damp diag a) step = g; false where that fails. */
static bool
damped_step(const double *a, const double *g, int k, double damp, double *step)
{
	double m[SKPI_ARIMA_COEFS * SKPI_ARIMA_COEFS];
	double trace = 0.0;
	size_t size = (size_t) k;
	gsl_matrix_view mv = gsl_matrix_view_array(m, size, size);
	gsl_vector_view sv = gsl_vector_view_array(step, size);

	memcpy(m, a, size * size * sizeof(double));
	memcpy(step, g, size * sizeof(double));
	for (int i = 0; i < k; i++)
		trace += a[i * k + i];
	for (int i = 0; i < k; i++)
		m[i * k + i] += damp * (a[i * k + i] + 1e-6 * trace / k) + 1e-300;
	if (!isfinite(trace) ||
		gsl_linalg_cholesky_decomp1(&mv.matrix) != GSL_SUCCESS)
		return false;
	return gsl_linalg_cholesky_svx(&mv.matrix, &sv.vector) == GSL_SUCCESS;
}

typedef struct descent
{
	const arima_rule *rule;
	int k;
	double *x;
	double *s;
	double damp;
	bool near; /* the derivatives are the conditional ones */
} descent;

/* The normal equations at x; false after an interrupt. */
static bool
equations(arima_job *job, const descent *d, double *a, double *g)
{
	double coef[SKPI_ARIMA_COEFS];

	if (!d->near && !differences(job, d->x, d->k, job->u))
		return false;
	if (d->near)
	{
		skpi_arima_from_free(&job->spec, d->x, coef);
		derivatives(job, coef, job->u);
	}
	normal_equations(job, d->k, a, g);
	if (d->near)
		by_coordinates(&job->spec, d->x, d->k, a, g);
	return true;
}

/* One accepted step, or none: 1, 0, or -1 after an interrupt. */
static int
improve(arima_job *job, descent *d)
{
	double a[SKPI_ARIMA_COEFS * SKPI_ARIMA_COEFS];
	double g[SKPI_ARIMA_COEFS] = {0.0};
	int k = d->k;

	if (!equations(job, d, a, g))
		return -1;
	for (int attempt = 0; attempt < (d->rule->exact && d->near ? 2 : ATTEMPTS);
		 attempt++)
	{
		double step[SKPI_ARIMA_COEFS];
		double trial[SKPI_ARIMA_COEFS];
		double coef[SKPI_ARIMA_COEFS];
		double now;

		if (!damped_step(a, g, k, d->damp, step))
			return 0;
		for (int j = 0; j < k; j++)
			trial[j] = fmax(-FAR, fmin(FAR, d->x[j] + step[j]));
		skpi_arima_from_free(&job->spec, trial, coef);
		now = skpi_arima_innovations(job, coef, d->rule->exact, job->spec.mean,
									 job->u2);
		if (now < 0.0)
			return -1;
		if (now < *d->s)
		{
			double *swap = job->u;

			job->u = job->u2;
			job->u2 = swap;
			memcpy(d->x, trial, (size_t) k * sizeof(double));
			*d->s = now;
			d->damp = fmax(d->damp * 0.1, 1e-9);
			return 1;
		}
		d->damp *= 10.0;
	}
	return 0;
}

skpi_status
skpi_arima_minimise(arima_job *job, const arima_rule *rule, double *x,
					double *s)
{
	double coef[SKPI_ARIMA_COEFS];
	descent d = {rule, skpi_arima_coefs(&job->spec), x, s,
				 1e-3, !rule->exact || rule->near};

	/* A candidate before this one may have left its mean behind. */
	job->mean = 0.0;
	skpi_arima_from_free(&job->spec, x, coef);
	*s = skpi_arima_innovations(job, coef, rule->exact, job->spec.mean, job->u);
	for (int i = 0; i < rule->rounds && d.k > 0 && *s > 0.0; i++)
	{
		double before = *s;
		int moved;

		moved = improve(job, &d);
		if (moved < 0)
			return SKPI_E_INTERRUPT;
		if (moved == 1 && before - *s > rule->gain * before)
			continue;
		if (!rule->exact || !d.near)
			break;
		d.near = false;
	}
	return job->stopped ? SKPI_E_INTERRUPT : SKPI_OK;
}
