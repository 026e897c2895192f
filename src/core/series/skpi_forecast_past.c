#include "skpi_forecast_past.h"

#include <math.h>

void
skpi_past_lag(const double *y, size_t n, size_t lag, double step, double *out)
{
	for (size_t t = 0; t < n; t++)
		out[t] = t < lag ? NAN : y[t - lag] + step;
}

skpi_status
skpi_past_arima(const skpi_member_job *job, const skpi_arima_model *models,
				int count, double *work, double *one, double *room)
{
	double total = 0;
	skpi_status status = SKPI_OK;

	for (size_t t = 0; t < job->n; t++)
		job->fitted[t] = 0;
	for (int i = 0; status == SKPI_OK && i < count; i++)
	{
		double weight = exp((models[0].aicc - models[i].aicc) / 2);

		status = skpi_arima_one_step(job->y, job->n, &models[i], job->stop,
									 job->stop_arg, work, one, room);
		for (size_t t = 0; status == SKPI_OK && t < job->n; t++)
			job->fitted[t] += weight * one[t];
		total += weight;
	}
	for (size_t t = 0; status == SKPI_OK && t < job->n; t++)
		job->fitted[t] /= total;
	return status;
}

bool
skpi_past_known(const skpi_member *member)
{
	return member->model != SKPI_MODEL_ARIMA_AVERAGE &&
		   member->model != SKPI_MODEL_STL_ARIMA &&
		   member->model != SKPI_MODEL_SNAIVE && !member->faded;
}

void
skpi_past_tidy(const double *y, size_t n, double *out)
{
	bool negative = false;

	for (size_t t = 0; t < n; t++)
		negative = negative || y[t] < 0;
	for (size_t t = 0; t < n; t++)
		if (!isfinite(out[t]))
			out[t] = NAN;
		else if (!negative)
			out[t] = fmax(out[t], 0);
}
