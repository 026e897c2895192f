/* Forecasts from a fitted ARIMA model. */
#include <math.h>
#include <string.h>

#include "skpi_arima_core.h"

/* Exact variances cost h^2 r; beyond this the settled gain serves. */
#define EXACT_COST 2e7

/* (1 - B)^d (1 - B^m)^sd = 1 - sum c_i B^lag_i as terms of a polynomial. */
static void
difference_terms(const skpi_arima_spec *s, arma_poly *out)
{
	static const double binomial[3][3] = {{1, 0, 0}, {1, -1, 0}, {1, -2, 1}};

	out->terms = 0;
	for (int j = 0; j <= s->sd; j++)
		for (int i = 0; i <= s->d; i++)
		{
			out->lag[out->terms] = i + j * s->period;
			out->c[out->terms] = (j == 0 ? 1.0 : -1.0) * binomial[s->d][i];
			out->terms++;
		}
}

/* Turns increments inc[0 .. h-1] into levels that continue y[0 .. n-1]; a
 * NULL y stands for a past of zeros. */
static void
integrate(const arma_poly *diff, const double *y, int n, const double *inc,
		  int h, double *out)
{
	for (int t = 0; t < h; t++)
	{
		double sum = inc[t];

		for (int i = 1; i < diff->terms; i++)
		{
			int at = t - diff->lag[i];

			if (at >= 0)
				sum -= diff->c[i] * out[at];
			else if (y != NULL)
				sum -= diff->c[i] * y[n + at];
		}
		out[t] = sum;
	}
}

/* Outputs of the state s when nothing more comes in; s is spoiled. */
static void
run_down(const arma_filter *f, double *s, int h, double *out)
{
	for (int t = 0; t < h; t++)
	{
		double first = s[0];

		out[t] = first;
		for (int i = 0; i < f->r - 1; i++)
			s[i] = s[i + 1] + f->phi[i] * first;
		s[f->r - 1] = f->phi[f->r - 1] * first;
	}
}

/* Response of the series to a unit innovation under the present gain. */
static void
response(arima_job *job, const arma_poly *diff, int h, double *inc, double *out)
{
	arma_filter *f = &job->filter;

	for (int i = 0; i < f->r; i++)
		f->b[i] = f->k[i] / f->f;
	inc[0] = 1.0;
	run_down(f, f->b, h - 1, inc + 1);
	integrate(diff, NULL, 0, inc, h, out);
}

/* Variances in units of sigma2: innovation j steps on reaches step t by its
 * response at t - j. */
static skpi_status
variances(arima_job *job, const arma_poly *diff, int h, double *inc,
		  double *resp, double *var)
{
	arma_filter *f = &job->filter;
	bool exact = (double) h * h * (f->r + 2.0) < EXACT_COST;

	memset(var, 0, (size_t) h * sizeof(double));
	for (int j = 0; j < h; j++)
	{
		if (job->stop != NULL && j % 16 == 0 && job->stop(job->stop_arg))
			return SKPI_E_INTERRUPT;
		if (j == 0 || (exact && !f->settled))
			response(job, diff, h - (exact ? j : 0), inc, resp);
		for (int t = j; t < h; t++)
			var[t] += f->f * resp[t - j] * resp[t - j];
		if (exact)
			skpi_arma_filter_gain(f);
	}
	return SKPI_OK;
}

static skpi_status
prepare(arima_job *job, const double *y, size_t n,
		const skpi_arima_model *model, skpi_stop_fn stop, void *stop_arg,
		double *work)
{
	skpi_status status =
		skpi_arima_begin(job, y, n, &model->spec, stop, stop_arg, work);

	if (status != SKPI_OK)
		return status;
	if (!isfinite(model->mean) || !isfinite(model->sigma2) ||
		model->sigma2 < 0.0 ||
		!skpi_arima_roots_outside(&model->spec, model->coef, 1.0))
		return SKPI_E_RANGE;
	job->mean = model->spec.mean ? model->mean : 0.0;
	if (skpi_arima_innovations(job, model->coef, true, false, job->u) < 0.0)
		return SKPI_E_INTERRUPT;
	return SKPI_OK;
}

skpi_status
skpi_arima_forecast(const double *y, size_t n, const skpi_arima_model *model,
					int h, skpi_stop_fn stop, void *stop_arg, double *work,
					double *point, double *variance)
{
	arima_job job;
	arma_poly diff;
	skpi_status status;
	double inc[SKPI_HORIZON_MAX];
	double level[SKPI_HORIZON_MAX];
	double var[SKPI_HORIZON_MAX];

	if (h < 1 || h > SKPI_HORIZON_MAX)
		return SKPI_E_RANGE;
	status = prepare(&job, y, n, model, stop, stop_arg, work);
	if (status != SKPI_OK)
		return status;
	difference_terms(&model->spec, &diff);
	status = variances(&job, &diff, h, inc, level, var);
	if (status != SKPI_OK)
		return status;
	run_down(&job.filter, job.filter.a, h, inc);
	for (int t = 0; t < h; t++)
		inc[t] += job.mean;
	integrate(&diff, y, (int) n, inc, h, level);
	for (int t = 0; t < h; t++)
		if (!isfinite(level[t]) || !isfinite(var[t] * model->sigma2))
			return SKPI_E_NUMERIC;
	for (int t = 0; t < h; t++)
	{
		point[t] = level[t];
		variance[t] = var[t] * model->sigma2;
	}
	return SKPI_OK;
}

skpi_status
skpi_arima_average(const double *y, size_t n, const skpi_arima_model *models,
				   int count, int h, skpi_stop_fn stop, void *stop_arg,
				   double *work, double *point, double *variance)
{
	double f[SKPI_HORIZON_MAX];
	double v[SKPI_HORIZON_MAX];
	double sum[SKPI_HORIZON_MAX] = {0.0};
	double square[SKPI_HORIZON_MAX] = {0.0};
	double first[SKPI_HORIZON_MAX];
	double total = 0.0;

	if (count < 1 || count > SKPI_ARIMA_MAX_MODELS || h < 1 ||
		h > SKPI_HORIZON_MAX)
		return SKPI_E_RANGE;
	for (int i = 0; i < count; i++)
	{
		double weight = exp(0.5 * (models[0].aicc - models[i].aicc));
		skpi_status status = skpi_arima_forecast(y, n, &models[i], h, stop,
												 stop_arg, work, f, v);

		if (status != SKPI_OK)
			return status;
		if (!isfinite(weight))
			return SKPI_E_RANGE;
		total += weight;
		/* Deviations from the first model keep the spread exact. */
		for (int t = 0; t < h; t++)
		{
			double d = f[t] - (i == 0 ? f[t] : first[t]);

			if (i == 0)
				first[t] = f[t];
			sum[t] += weight * d;
			square[t] += weight * (v[t] + d * d);
		}
	}
	for (int t = 0; t < h; t++)
	{
		double d = sum[t] / total;

		point[t] = first[t] + d;
		variance[t] = fmax(square[t] / total - d * d, 0.0);
	}
	return SKPI_OK;
}

skpi_status
skpi_arima_one_step(const double *y, size_t n, const skpi_arima_model *model,
					skpi_stop_fn stop, void *stop_arg, double *work,
					double *fitted, double *scale)
{
	arima_job job;
	arma_poly ar;
	arma_poly ma;
	int skip;
	skpi_status status = prepare(&job, y, n, model, stop, stop_arg, work);

	if (status != SKPI_OK)
		return status;
	skpi_arima_expand(&model->spec, model->coef, &ar, &ma);
	skpi_arma_filter_start(&job.filter, &ar, &ma);
	skip = (int) n - job.n_used;
	for (int t = 0; t < (int) n; t++)
	{
		double v;
		double one;

		fitted[t] = scale[t] = NAN;
		if (t < skip)
			continue;
		scale[t] = sqrt(job.filter.f);
		skpi_arma_filter_step(&job.filter, job.w[t - skip] - job.mean, false,
							  &v, &one);
		fitted[t] = y[t] - v;
	}
	return SKPI_OK;
}
