/* Fitting ARIMA models of given orders. */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

#include "skpi_arima_core.h"

/* Free coordinates beyond this mean partial correlations above .9998. */
#define FAR 50.0
#define TWO_PI 6.283185307179586477

size_t
skpi_arima_work(size_t n, int period)
{
	size_t m = (size_t) (period < 1 ? 1 : period);
	size_t room = ARMA_ROOM(m);

	/* Series, innovations and Jacobian; filter; STL for the differencing. */
	return n * (SKPI_ARIMA_COEFS + 6) + 12 * room + 8 * n + 10 * m + 4 * n + 16;
}

static void
carve_filter(arma_filter *f, int period, double *work)
{
	size_t room = ARMA_ROOM((size_t) period);

	f->phi = work;
	f->k = work + room;
	f->l = work + 2 * room;
	f->a = work + 3 * room;
	f->b = work + 4 * room;
	f->gamma = work + 5 * room;
	f->spare = work + 7 * room;
	f->spare2 = work + 10 * room;
}

skpi_status
skpi_arima_begin(arima_job *job, const double *y, size_t n,
				 const skpi_arima_spec *spec, skpi_stop_fn stop, void *stop_arg,
				 double *work)
{
	skpi_status status = skpi_array_check(y, n, 3);

	if (status != SKPI_OK)
		return status;
	if (!skpi_arima_spec_valid(spec))
		return SKPI_E_RANGE;
	memset(job, 0, sizeof(*job));
	job->spec = *spec;
	job->y = y;
	job->n = (int) n;
	job->stop = stop;
	job->stop_arg = stop_arg;
	job->n_used = (int) n - spec->d - spec->period * spec->sd;
	if (job->n_used < skpi_arima_coefs(spec) + 3)
		return SKPI_E_SHORT;
	job->w = work;
	job->u = work + n;
	job->u2 = work + 2 * n;
	job->ones = work + 3 * n;
	job->jacobian = work + 4 * n;
	carve_filter(&job->filter, spec->period, work + (4 + SKPI_ARIMA_COEFS) * n);
	skpi_arima_difference(y, (int) n, spec->d, spec->sd, spec->period, job->w);
	return SKPI_OK;
}

/* Forward differences of the innovations at u0 into the Jacobian. */
static bool
differentiate(arima_job *job, bool exact, const double *x, int k,
			  const double *u0)
{
	const double step = 1e-6;
	double moved[SKPI_ARIMA_COEFS];
	double coef[SKPI_ARIMA_COEFS];

	memcpy(moved, x, (size_t) k * sizeof(double));
	for (int j = 0; j < k; j++)
	{
		double *column = job->jacobian + (size_t) j * (size_t) job->n;
		double h = step * (1.0 + x[j] * x[j]);

		moved[j] = x[j] > 0.0 ? x[j] - h : x[j] + h;
		h = moved[j] - x[j];
		skpi_arima_from_free(&job->spec, moved, coef);
		if (skpi_arima_innovations(job, coef, exact, job->spec.mean, column) <
			0.0)
			return false;
		for (int t = 0; t < job->n_used; t++)
			column[t] = (column[t] - u0[t]) / h;
		moved[j] = x[j];
	}
	return true;
}

/* Normal equations of the linearised problem. */
static void
normal_equations(const arima_job *job, int k, const double *u, double *a,
				 double *g)
{
	for (int i = 0; i < k; i++)
	{
		const double *ci = job->jacobian + (size_t) i * (size_t) job->n;

		g[i] = 0.0;
		for (int t = 0; t < job->n_used; t++)
			g[i] -= ci[t] * u[t];
		for (int j = 0; j <= i; j++)
		{
			const double *cj = job->jacobian + (size_t) j * (size_t) job->n;
			double sum = 0.0;

			for (int t = 0; t < job->n_used; t++)
				sum += ci[t] * cj[t];
			a[i * k + j] = a[j * k + i] = sum;
		}
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

/* One accepted step, or none: 1, 0, or -1 after an interrupt. */
static int
improve(arima_job *job, bool exact, int k, double *x, double *s, double *damp)
{
	double a[SKPI_ARIMA_COEFS * SKPI_ARIMA_COEFS];
	double g[SKPI_ARIMA_COEFS];

	if (!differentiate(job, exact, x, k, job->u))
		return -1;
	normal_equations(job, k, job->u, a, g);
	for (int attempt = 0; attempt < 6; attempt++)
	{
		double step[SKPI_ARIMA_COEFS];
		double trial[SKPI_ARIMA_COEFS];
		double coef[SKPI_ARIMA_COEFS];
		double now;

		if (!damped_step(a, g, k, *damp, step))
			return 0;
		for (int j = 0; j < k; j++)
			trial[j] = fmax(-FAR, fmin(FAR, x[j] + step[j]));
		skpi_arima_from_free(&job->spec, trial, coef);
		now = skpi_arima_innovations(job, coef, exact, job->spec.mean, job->u2);
		if (now < 0.0)
			return -1;
		if (now < *s)
		{
			double *swap = job->u;

			job->u = job->u2;
			job->u2 = swap;
			memcpy(x, trial, (size_t) k * sizeof(double));
			*s = now;
			*damp = fmax(*damp * 0.1, 1e-9);
			return 1;
		}
		*damp *= 10.0;
	}
	return 0;
}

skpi_status
skpi_arima_minimise(arima_job *job, bool exact, int rounds, double gain,
					double *x, double *s)
{
	double coef[SKPI_ARIMA_COEFS];
	double damp = 1e-3;
	int k = skpi_arima_coefs(&job->spec);

	/* A candidate before this one may have left its mean behind. */
	job->mean = 0.0;
	skpi_arima_from_free(&job->spec, x, coef);
	*s = skpi_arima_innovations(job, coef, exact, job->spec.mean, job->u);
	for (int i = 0; i < rounds && k > 0 && *s > 0.0; i++)
	{
		double before = *s;
		int moved = improve(job, exact, k, x, s, &damp);

		if (moved < 0)
			return SKPI_E_INTERRUPT;
		if (moved == 0 || before - *s <= gain * before)
			break;
	}
	return job->stopped ? SKPI_E_INTERRUPT : SKPI_OK;
}

skpi_status
skpi_arima_finish(arima_job *job, bool fit_mean, skpi_arima_model *model)
{
	int coefs = skpi_arima_coefs(&job->spec) + (job->spec.mean ? 1 : 0);
	int k = coefs + 1;
	double n = job->n_used;
	double s;

	job->mean = model->mean;
	s = skpi_arima_innovations(job, model->coef, true, fit_mean, job->u);
	if (s < 0.0)
		return SKPI_E_INTERRUPT;
	if (!(s > 0.0) || !isfinite(s))
		return SKPI_E_NUMERIC;
	model->mean = job->mean;
	model->n_used = job->n_used;
	model->loglik = -0.5 * n * (log(TWO_PI * s / n) + 1.0);
	model->sigma2 = s * exp(-job->log_f / n) / fmax(n - coefs, 1.0);
	model->aicc = n - k - 1.0 > 0.0
					  ? -2.0 * model->loglik + 2.0 * k * n / (n - k - 1.0)
					  : HUGE_VAL;
	return SKPI_OK;
}

skpi_status
skpi_arima_evaluate(const double *y, size_t n, bool fit_mean, skpi_stop_fn stop,
					void *stop_arg, double *work, skpi_arima_model *model)
{
	arima_job job;
	skpi_arima_model out = *model;
	skpi_status status =
		skpi_arima_begin(&job, y, n, &model->spec, stop, stop_arg, work);

	if (status != SKPI_OK)
		return status;
	for (int i = 0; i < skpi_arima_coefs(&model->spec); i++)
		if (!isfinite(model->coef[i]))
			return SKPI_E_RANGE;
	if (!isfinite(model->mean) ||
		!skpi_arima_roots_outside(&model->spec, model->coef, 1.0))
		return SKPI_E_RANGE;
	if (!model->spec.mean)
		out.mean = 0.0;
	status = skpi_arima_finish(&job, fit_mean && model->spec.mean, &out);
	if (status == SKPI_OK)
		*model = out;
	return status;
}

skpi_status
skpi_arima_fit(const double *y, size_t n, const skpi_arima_spec *spec,
			   skpi_stop_fn stop, void *stop_arg, double *work,
			   skpi_arima_model *model)
{
	arima_job job;
	skpi_arima_model out = {.spec = *spec};
	double x[SKPI_ARIMA_COEFS];
	double s;
	skpi_status status =
		skpi_arima_begin(&job, y, n, spec, stop, stop_arg, work);

	if (status != SKPI_OK)
		return status;
	/* Autoregressive coordinates start off zero, where an equal pair of
	 * autoregressive and moving-average terms cannot be told apart. */
	for (int i = 0; i < skpi_arima_coefs(spec); i++)
		x[i] = i < spec->p ? 0.1 : 0.0;
	status = skpi_arima_minimise(&job, false, 20, 1e-4, x, &s);
	if (status == SKPI_OK)
		status = skpi_arima_minimise(&job, true, 100, 1e-10, x, &s);
	if (status != SKPI_OK)
		return status;
	skpi_arima_from_free(spec, x, out.coef);
	status = skpi_arima_finish(&job, spec->mean, &out);
	if (status == SKPI_OK)
		*model = out;
	return status;
}
