/* Fitting ARIMA models of given orders. */
#include <math.h>
#include <string.h>

#include "skpi_arima_core.h"

static const arima_rule near_rule = {.rounds = 20, .gain = 1e-4};
static const arima_rule exact_rule = {
	.exact = true, .rounds = 100, .gain = 1e-10};

#define TWO_PI 6.283185307179586477

size_t
skpi_arima_work(size_t n, int period)
{
	size_t m = (size_t) (period < 1 ? 1 : period);
	size_t room = ARMA_ROOM(m);

	/* Series, innovations and Jacobian; filter; STL for the differencing. */
	return n * (SKPI_ARIMA_COEFS + 6) + 13 * room + 8 * n + 10 * m + 4 * n + 16;
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
	f->half = work + 11 * room;
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

double
skpi_arima_aicc(const arima_job *job, double sum)
{
	double n = job->n_used;
	double k = skpi_arima_coefs(&job->spec) + (job->spec.mean ? 1 : 0) + 1;

	return n - k - 1.0 > 0.0
			   ? n * (log(TWO_PI * sum / n) + 1.0) + 2.0 * k * n / (n - k - 1.0)
			   : HUGE_VAL;
}

skpi_status
skpi_arima_finish(arima_job *job, bool fit_mean, skpi_arima_model *model)
{
	int coefs = skpi_arima_coefs(&job->spec) + (job->spec.mean ? 1 : 0);
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
	model->aicc = skpi_arima_aicc(job, s);
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
	status = skpi_arima_minimise(&job, &near_rule, x, &s);
	if (status == SKPI_OK)
		status = skpi_arima_minimise(&job, &exact_rule, x, &s);
	if (status != SKPI_OK)
		return status;
	skpi_arima_from_free(spec, x, out.coef);
	status = skpi_arima_finish(&job, spec->mean, &out);
	if (status == SKPI_OK)
		*model = out;
	return status;
}
