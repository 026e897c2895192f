#include "skpi_forecast.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "skpi_forecast_fallback.h"
#include "skpi_forecast_past.h"
#include "skpi_forecast_scale.h"

#define Z80 1.2815515655446004
#define Z95 1.9599639845400545
/* Fewer values support no model; a line through them would be noise. */
#define VALUES_MIN 5
#define LOG_MAX 600.0

size_t
skpi_forecast_newest(size_t n, size_t m)
{
	size_t most = SKPI_FORECAST_FIT;

	if (m >= 12 && SKPI_FORECAST_SEASONS * m < most)
		most = SKPI_FORECAST_SEASONS * m;
	return n < most ? n : most;
}

size_t
skpi_forecast_work(size_t n, size_t m, size_t h)
{
	return 2 * h + n + skpi_auto_work(skpi_forecast_newest(n, m), m, h);
}

/* Errors are spread as sd times this: `narrow` at 80 %, `wide` at 95 %, and
 * a power law of the normal quantile between and beyond. */
static double
width(double level, double narrow, double wide)
{
	double z = gsl_cdf_ugaussian_Pinv((1 + level) / 2);

	return narrow * pow(z / Z80, log(wide / narrow) / log(Z95 / Z80));
}

/*
 * The lower side of positive data shrinks towards zero instead of crossing
 * it: a log-normal of the same mean and variance.
 */
static double
lower(double point, double sd, double k, bool positive)
{
	double ratio;

	if (!positive || point <= 0)
		return point - k * sd;
	ratio = sd / point;
	return fmax(point - k * sd,
				point * exp(-fmin(k * sqrt(log1p(ratio * ratio)), LOG_MAX)));
}

/* The upper side of it, as far as errors are in proportion. */
static double
upper(double point, double sd, double k, bool positive, double skew)
{
	double ratio, grown;

	if (!positive || point <= 0 || skew <= 0)
		return point + k * sd;
	ratio = sd / point;
	grown = point * exp(fmin(k * sqrt(log1p(ratio * ratio)), LOG_MAX));
	return point + skew * (grown - point) + (1 - skew) * k * sd;
}

static void
bound(const skpi_forecast_ask *ask, const double *sd, const skpi_spread *spread,
	  skpi_forecast_answer *answer)
{
	bool positive = skpi_array_positive(ask->y, ask->n), negative = false;

	for (size_t i = 0; i < ask->n; i++)
		negative = negative || ask->y[i] < 0;
	for (size_t l = 0; l < ask->levels; l++)
	{
		double k = width(ask->level[l], spread->narrow, spread->wide);

		for (size_t j = 0; j < ask->h; j++)
		{
			double point = answer->point[j];
			double lo = lower(point, sd[j], k, positive);
			double hi = upper(point, sd[j], k, positive, spread->skew);

			if (!negative)
				lo = fmax(lo, 0);
			answer->lo[l * ask->h + j] = fmin(lo, point);
			answer->hi[l * ask->h + j] = fmax(hi, point);
		}
	}
	answer->bounds = true;
}

static const skpi_spread normal = {Z80, Z95, 0};

/* The best there is in place of the model asked for. */
static void
fall_back(const skpi_forecast_ask *ask, const skpi_member_job *job,
		  skpi_status status, double *sd, skpi_forecast_answer *answer)
{
	answer->bounds = false;
	if (!skpi_fall_back(ask, job, status, sd, answer))
		return;
	for (size_t j = 0; j < ask->h; j++)
		sd[j] = sqrt(sd[j]);
	bound(ask, sd, &normal, answer);
}

/* Steps that differ by no more than rounding leave nothing to model. */
static bool
straight(const double *y, size_t n)
{
	double step = (y[n - 1] - y[0]) / (double) (n - 1);
	double largest = fmax(fabs(y[0]), fabs(y[n - 1]));

	for (size_t i = 1; i < n; i++)
		if (fabs(y[i] - (y[0] + step * (double) i)) > 1e-12 * largest)
			return false;
	return true;
}

static void
go_on(const skpi_forecast_ask *ask, const skpi_member_job *job, double *sd,
	  skpi_forecast_answer *answer)
{
	bool constant = skpi_array_constant(job->y, job->n);
	double last = job->y[job->n - 1];
	double step = constant ? 0 : (last - job->y[0]) / (double) (job->n - 1);
	skpi_member simple = {.model =
							  constant ? SKPI_MODEL_NAIVE : SKPI_MODEL_DRIFT};

	answer->reason = !constant   ? SKPI_REASON_LINE
					 : last == 0 ? SKPI_REASON_ZERO
								 : SKPI_REASON_CONSTANT;
	skpi_member_name(&simple, answer->label);
	if (job->fitted != NULL)
		skpi_past_lag(job->y, job->n, 1, step, job->fitted);
	for (size_t j = 0; j < ask->h; j++)
	{
		answer->point[j] = last + step * (double) (j + 1);
		/* a falling line of money or counts ends at zero */
		if (last >= 0 && job->y[0] >= 0)
			answer->point[j] = fmax(answer->point[j], 0);
		sd[j] = 0;
	}
	bound(ask, sd, &normal, answer);
}

static skpi_status
check(const skpi_forecast_ask *ask, size_t work_len)
{
	skpi_status status = skpi_array_check(ask->y, ask->n, 1);

	if (status != SKPI_OK)
		return status;
	if (ask->m < 1 || ask->m > ask->n || ask->m > SKPI_SEASON_MAX ||
		ask->h < 1 || ask->h > SKPI_FORECAST_HORIZON_MAX ||
		ask->levels > SKPI_FORECAST_LEVELS)
		return SKPI_E_RANGE;
	for (size_t l = 0; l < ask->levels; l++)
		if (!(ask->level[l] > 0 && ask->level[l] < 1))
			return SKPI_E_RANGE;
	return work_len < skpi_forecast_work(ask->n, ask->m, ask->h) ? SKPI_FULL
																 : SKPI_OK;
}

static bool
is_naive(skpi_model model)
{
	return model == SKPI_MODEL_NAIVE || model == SKPI_MODEL_SNAIVE ||
		   model == SKPI_MODEL_DRIFT;
}

/* The model asked for; sd[h], and its spread. */
static skpi_status
run(const skpi_forecast_ask *ask, const skpi_member_job *job, double *sd,
	skpi_spread *spread, skpi_forecast_answer *answer)
{
	skpi_status status;

	*spread = normal;
	if (job->n < VALUES_MIN && !is_naive(ask->model.model))
		return SKPI_E_SHORT;
	if (ask->model.model == SKPI_MODEL_AUTO)
		return skpi_auto(job, answer->point, sd, spread, answer->label);
	status =
		skpi_member_run(&ask->model, job, answer->point, sd, answer->label);
	for (size_t j = 0; status == SKPI_OK && j < job->h; j++)
		sd[j] = sqrt(sd[j]);
	return status;
}

/* Whatever the series, an answer. */
static skpi_status
answer_with(const skpi_forecast_ask *ask, const skpi_member_job *job,
			double *sd, skpi_forecast_answer *answer)
{
	skpi_spread spread;
	skpi_status status;

	/* a baseline is what its name says, whatever the series */
	if (!is_naive(ask->model.model) &&
		((job->n > 1 && skpi_array_constant(job->y, job->n)) ||
		 (job->n >= VALUES_MIN && straight(job->y, job->n))))
	{
		go_on(ask, job, sd, answer);
		return SKPI_OK;
	}
	answer->reason = SKPI_REASON_NONE;
	status = run(ask, job, sd, &spread, answer);
	if (status == SKPI_E_INTERRUPT)
		return status;
	if (status == SKPI_OK)
		bound(ask, sd, &spread, answer);
	else
		fall_back(ask, job, status, sd, answer);
	return SKPI_OK;
}

static void
lower_all(const skpi_forecast_ask *ask, int by, skpi_forecast_answer *answer)
{
	for (size_t j = 0; j < ask->h; j++)
		answer->point[j] = ldexp(answer->point[j], -by);
	for (size_t i = 0; answer->bounds && i < ask->levels * ask->h; i++)
	{
		answer->lo[i] = ldexp(answer->lo[i], -by);
		answer->hi[i] = ldexp(answer->hi[i], -by);
	}
	for (size_t t = 0; answer->fitted != NULL && t < ask->n; t++)
		answer->fitted[t] = ldexp(answer->fitted[t], -by);
}

static skpi_status
forecast(const skpi_forecast_ask *ask, double *work,
		 skpi_forecast_answer *answer)
{
	skpi_status status;
	size_t n = skpi_forecast_newest(ask->n, ask->m), old = ask->n - n;
	double *fitted = answer->fitted;
	skpi_member_job job = {ask->y + old,  n,
						   ask->m,        ask->h,
						   ask->stop,     ask->stop_arg,
						   work + ask->h, fitted == NULL ? NULL : fitted + old,
						   ask->effort};

	status = answer_with(ask, &job, work, answer);
	if (status != SKPI_OK || fitted == NULL)
		return status;
	for (size_t t = 0; t < old; t++)
		fitted[t] = NAN;
	skpi_past_tidy(ask->y, ask->n, fitted);
	return SKPI_OK;
}

skpi_status
skpi_forecast(const skpi_forecast_ask *ask, double *work, size_t work_len,
			  skpi_forecast_answer *answer)
{
	skpi_forecast_ask lifted = *ask;
	skpi_status status = check(ask, work_len);
	int by;

	if (status != SKPI_OK)
		return status;
	by = skpi_scale_lift(ask->y, ask->n);
	if (by == 0)
		return forecast(ask, work, answer);
	for (size_t i = 0; i < ask->n; i++)
		work[i] = ldexp(ask->y[i], by);
	lifted.y = work;
	status = forecast(&lifted, work + ask->n, answer);
	if (status == SKPI_OK)
		lower_all(ask, by, answer);
	return status;
}
