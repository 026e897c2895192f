#include "skpi_forecast_fallback.h"

#include <math.h>
#include <stdio.h>

const char *
skpi_reason_text(skpi_reason reason)
{
	switch (reason)
	{
		case SKPI_REASON_NONE:
			return "";
		case SKPI_REASON_SHORT:
			return "too short";
		case SKPI_REASON_CONSTANT:
			return "constant";
		case SKPI_REASON_ZERO:
			return "all zero";
		case SKPI_REASON_LINE:
			return "straight line";
		case SKPI_REASON_POSITIVE:
			return "needs positive values";
		case SKPI_REASON_NO_FIT:
			return "no fit";
		case SKPI_REASON_SEASON:
			return "needs a period above 1";
		case SKPI_REASON_ONE:
			return "one value, no intervals";
		case SKPI_REASON_SEASONS:
			return "too short for every season";
	}
	return "";
}

static bool
seasonal(const skpi_member *model)
{
	return model->model == SKPI_MODEL_STL ||
		   model->model == SKPI_MODEL_STL_ARIMA ||
		   model->model == SKPI_MODEL_HW ||
		   (model->fixed && model->form.season != SKPI_ETS_N);
}

static skpi_reason
reason_of(skpi_status status, const skpi_forecast_ask *ask)
{
	if (ask->n == 1)
		return SKPI_REASON_ONE;
	if (ask->m == 1 && seasonal(&ask->model))
		return SKPI_REASON_SEASON;
	switch (status)
	{
		case SKPI_E_SHORT:
			return SKPI_REASON_SHORT;
		case SKPI_E_RANGE:
			return SKPI_REASON_POSITIVE;
		default:
			return SKPI_REASON_NO_FIT;
	}
}

/*
 * What is nearest to a smoothing that cannot describe the data: on logarithms
 * everything multiplicative is additive, and a growth of a fifth a step is a
 * line; else the form of all that fits best.  False where that fails too.
 */
static bool
nearest(const skpi_forecast_ask *ask, const skpi_member_job *job, double *var,
		skpi_forecast_answer *answer)
{
	const skpi_ets_form additive = {SKPI_ETS_A, SKPI_ETS_A, SKPI_ETS_A, false};
	skpi_member other = {.model = SKPI_MODEL_ETS, .fixed = true};
	char form[SKPI_MODEL_NAME];
	bool positive = skpi_array_positive(job->y, job->n);
	skpi_status status;

	if (ask->model.model != SKPI_MODEL_HW &&
		(ask->model.model != SKPI_MODEL_ETS || !ask->model.fixed))
		return false;
	other.form = ask->model.fixed ? ask->model.form : additive;
	other.log = positive;
	other.form.error = SKPI_ETS_A;
	if (other.form.season == SKPI_ETS_M)
		other.form.season = SKPI_ETS_A;
	if (!positive ||
		skpi_member_run(&other, job, answer->point, var, NULL) != SKPI_OK)
	{
		other = (skpi_member){.model = SKPI_MODEL_ETS};
		status = skpi_member_run(&other, job, answer->point, var, answer->label);
	}
	else
	{
		status = SKPI_OK;
		skpi_member_name(&other, form);
		snprintf(answer->label, SKPI_MODEL_NAME, "%.40s of logarithms", form);
	}
	return status == SKPI_OK;
}

static bool
last_season(const skpi_member_job *job, double *var,
			skpi_forecast_answer *answer)
{
	const skpi_member simple = {.model = SKPI_MODEL_SNAIVE};

	return job->m > 1 && job->n > job->m &&
		   skpi_member_run(&simple, job, answer->point, var, answer->label) ==
			   SKPI_OK;
}

/* False for a single value, which tells nothing of errors. */
static bool
last_value(const skpi_member_job *job, double *var, skpi_forecast_answer *answer)
{
	const skpi_member simple = {.model = SKPI_MODEL_NAIVE};

	if (skpi_member_run(&simple, job, answer->point, var, answer->label) ==
		SKPI_OK)
		return true;
	skpi_member_name(&simple, answer->label);
	for (size_t j = 0; j < job->h; j++)
		answer->point[j] = job->y[job->n - 1];
	for (size_t t = 0; job->fitted != NULL && t < job->n; t++)
		job->fitted[t] = NAN;
	return false;
}

bool
skpi_fall_back(const skpi_forecast_ask *ask, const skpi_member_job *job,
			   skpi_status status, double *var, skpi_forecast_answer *answer)
{
	answer->reason = reason_of(status, ask);
	return (answer->reason == SKPI_REASON_NO_FIT &&
			nearest(ask, job, var, answer)) ||
		   last_season(job, var, answer) || last_value(job, var, answer);
}
