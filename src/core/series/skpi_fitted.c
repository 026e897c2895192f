#include "skpi_fitted.h"

#include <math.h>

#include "skpi_arima.h"
#include "skpi_ets_average.h"
#include "skpi_forecast_season.h"
#include "skpi_naive.h"
#include "skpi_stl.h"
#include "skpi_theta.h"

/* As in skpi_forecast_member.c, so that the models are the same. */
#define FULL_PERIOD_MAX 24
#define FULL_VALUES_MAX 2000

/* Slices of n doubles at the front of the workspace. */
enum
{
	SCALED,
	REST,
	SEASON,
	TREND,
	MEMBER, /* one member's values */
	ONE,    /* those of one model of several */
	SCALE,
	SUM,
	SLICES,
};

typedef struct fitting
{
	skpi_member_job job; /* work: the workspace of a model, inner_len long */
	size_t inner_len;
	double *slice; /* SLICES * n */
} fitting;

static double *
slice(const fitting *f, int which)
{
	return f->slice + (size_t) which * f->job.n;
}

static size_t
inner_work(size_t n, size_t m)
{
	size_t need[] = {skpi_ets_average_work(n, m), skpi_theta_work(n, m),
					 skpi_arima_work(n, (int) m),
					 skpi_stl_work((int) n, (int) (m > 2 ? m : 2))};
	size_t most = 0;

	for (int i = 0; i < 4; i++)
		most = need[i] > most ? need[i] : most;
	return most;
}

static size_t
newest(size_t n)
{
	return n < SKPI_FORECAST_FIT ? n : SKPI_FORECAST_FIT;
}

size_t
skpi_fitted_work(size_t n, size_t m)
{
	return SLICES * newest(n) + inner_work(newest(n), m);
}

static skpi_status
of_average(const skpi_member_job *job, size_t inner_len, double *out)
{
	double mean[SKPI_ETS_FORMS], var[SKPI_ETS_FORMS];
	skpi_ets_paths paths = {1, mean, var};
	skpi_ets_blend blend;

	return skpi_ets_average(job->y, job->n, job->m, job->stop, job->stop_arg,
							job->work, inner_len, &blend, &paths, out);
}

static skpi_status
of_ets(const skpi_member *member, const skpi_member_job *job, double *out)
{
	bool full = job->m <= FULL_PERIOD_MAX && job->n <= FULL_VALUES_MAX;
	double state[SKPI_ETS_STATES_MAX];
	skpi_ets_fit fit;
	skpi_status status = SKPI_E_RANGE;

	if (!member->fixed)
		status = skpi_ets_select(job->m, job->y, job->n, full, SKPI_ETS_USUAL,
								 job->stop, job->stop_arg, &fit, state);
	else if (skpi_ets_allowed(member->form, job->m, job->n,
							  skpi_array_positive(job->y, job->n)))
		status =
			full ? skpi_ets_fit_full(member->form, job->m, job->y, job->n,
									 SKPI_ETS_USUAL, job->stop, job->stop_arg,
									 &fit, state)
				 : skpi_ets_fit_fast(member->form, job->m, job->y, job->n, NULL,
									 job->stop, job->stop_arg, &fit, state);
	if (status == SKPI_OK)
		status = skpi_ets_run(fit.form, job->m, fit.par, job->y, job->n, state,
							  out, NULL, &fit.score);
	return status;
}

static skpi_status
of_classical(skpi_model model, const skpi_member_job *job, double *out)
{
	skpi_member fixed = {.fixed = true};
	skpi_member_job plain = *job;

	fixed.form.error = SKPI_ETS_A;
	fixed.form.trend = model == SKPI_MODEL_SES ? SKPI_ETS_N : SKPI_ETS_A;
	fixed.form.damped = model == SKPI_MODEL_DAMPED;
	if (model != SKPI_MODEL_HW)
		plain.m = 1;
	else if (skpi_array_positive(job->y, job->n))
		fixed.form.error = fixed.form.season = SKPI_ETS_M;
	else
		fixed.form.season = SKPI_ETS_A;
	return of_ets(&fixed, &plain, out);
}

/* The best model, or all of one search by their weights. */
static skpi_status
of_arima(const fitting *f, const skpi_member_job *job, int room, double *out)
{
	skpi_arima_model models[SKPI_ARIMA_MAX_MODELS];
	double *one = slice(f, ONE), total = 0;
	int count;
	skpi_status status = skpi_arima_search(
		job->y, job->n, (int) job->m, SKPI_ARIMA_GOOD_D, job->stop,
		job->stop_arg, job->work, models, room, &count);

	for (size_t t = 0; t < job->n; t++)
		out[t] = 0;
	for (int i = 0; status == SKPI_OK && i < count; i++)
	{
		double weight = exp((models[0].aicc - models[i].aicc) / 2);

		status =
			skpi_arima_one_step(job->y, job->n, &models[i], job->stop,
								job->stop_arg, job->work, one, slice(f, SCALE));
		for (size_t t = 0; status == SKPI_OK && t < job->n; t++)
			out[t] += weight * one[t];
		total += weight;
	}
	for (size_t t = 0; status == SKPI_OK && t < job->n; t++)
		out[t] /= total;
	return status;
}

static skpi_status
of_theta(const skpi_member *member, const skpi_member_job *job,
		 size_t inner_len, double *out)
{
	skpi_theta_fit fit;
	double point, var;
	skpi_status status;

	if (member->model == SKPI_MODEL_THETA)
		return skpi_theta_standard(job->y, job->n, job->m, 1, job->stop,
								   job->stop_arg, job->work, inner_len, &fit,
								   &point, &var, out);
	status =
		skpi_theta_dynamic(job->y, job->n, job->m, 1, job->stop, job->stop_arg,
						   job->work, inner_len, &fit, &point, &var, out);
	/* its running line begins with two points */
	if (status == SKPI_OK)
		out[0] = out[1] = NAN;
	return status;
}

static skpi_status
of_stl(const fitting *f, const skpi_member *member, double *out)
{
	skpi_member_job plain = f->job;
	size_t n = f->job.n;
	double *season = slice(f, SEASON);
	skpi_status status =
		skpi_season_split(plain.y, n, plain.m, plain.stop, plain.stop_arg,
						  plain.work, season, slice(f, REST), slice(f, TREND));

	if (status != SKPI_OK)
		return status;
	plain.y = slice(f, REST);
	plain.m = 1;
	/* coarse levels of aggregation say nothing of single values */
	status = member->model == SKPI_MODEL_STL_ARIMA
				 ? of_arima(f, &plain, SKPI_ARIMA_MAX_MODELS, out)
			 : member->theta
				 ? of_theta(&(skpi_member){.model = SKPI_MODEL_THETA}, &plain,
							f->inner_len, out)
				 : of_average(&plain, f->inner_len, out);
	for (size_t t = 0; status == SKPI_OK && t < n; t++)
		out[t] += season[t];
	return status;
}

/* The value `lag` steps before, and what a step adds. */
static skpi_status
of_naive(const double *y, size_t n, size_t lag, double drift, double *out)
{
	if (n <= lag)
		return SKPI_E_SHORT;
	for (size_t t = 0; t < n; t++)
		out[t] = t < lag ? NAN : y[t - lag] + drift;
	return SKPI_OK;
}

static skpi_status
of_drift(const skpi_member *member, const skpi_member_job *job, double *out)
{
	double point, var, step = 0;
	skpi_status status =
		member->shrunk
			? skpi_naive_shrunk(job->y, job->n, 1, &point, &var, &step)
			: skpi_naive_drift(job->y, job->n, 1, &point, &var, &step);

	return status == SKPI_OK ? of_naive(job->y, job->n, 1, step, out) : status;
}

static skpi_status
of_model(const fitting *f, const skpi_member *member, double *out)
{
	const skpi_member_job *job = &f->job;

	switch (member->model)
	{
		case SKPI_MODEL_AVERAGE:
			return of_average(job, f->inner_len, out);
		case SKPI_MODEL_ETS:
			return of_ets(member, job, out);
		case SKPI_MODEL_SES:
		case SKPI_MODEL_HOLT:
		case SKPI_MODEL_DAMPED:
		case SKPI_MODEL_HW:
			return of_classical(member->model, job, out);
		case SKPI_MODEL_THETA:
		case SKPI_MODEL_DOTM:
			return of_theta(member, job, f->inner_len, out);
		case SKPI_MODEL_ARIMA:
			return of_arima(f, job, 1, out);
		case SKPI_MODEL_ARIMA_AVERAGE:
			return of_arima(f, job, SKPI_ARIMA_MAX_MODELS, out);
		case SKPI_MODEL_STL:
		case SKPI_MODEL_STL_ARIMA:
			return of_stl(f, member, out);
		case SKPI_MODEL_SNAIVE:
			return of_naive(job->y, job->n, job->m, 0, out);
		case SKPI_MODEL_NAIVE:
			return of_naive(job->y, job->n, 1, 0, out);
		case SKPI_MODEL_DRIFT:
			return of_drift(member, job, out);
		default:
			return SKPI_E_RANGE;
	}
}

static bool
never_negative(const double *y, size_t n)
{
	for (size_t t = 0; t < n; t++)
		if (y[t] < 0)
			return false;
	return true;
}

/* One member on its scale; the median where that is not the data's. */
static skpi_status
of_member(const fitting *f, const skpi_member *member, double *out)
{
	size_t n = f->job.n;
	const double *y = f->job.y;
	fitting inner = *f;
	double *scaled = slice(f, SCALED);
	bool root = member->root && never_negative(y, n);
	skpi_status status;

	if (member->log && !skpi_array_positive(y, n))
		return SKPI_E_RANGE;
	if (member->log || root)
		inner.job.y = scaled;
	for (size_t t = 0; t < n && inner.job.y == scaled; t++)
		scaled[t] = root ? sqrt(y[t]) : log(y[t]);
	status = of_model(&inner, member, out);
	for (size_t t = 0; status == SKPI_OK && t < n; t++)
		if (root)
			out[t] *= fmax(out[t], 0);
		else if (member->log)
			out[t] = exp(fmin(out[t], 230.0));
	return status;
}

/* Searched again, or a drift that says nothing of older values. */
static bool
has_no_past(const skpi_member *member)
{
	return member->model == SKPI_MODEL_ARIMA_AVERAGE ||
		   member->model == SKPI_MODEL_STL_ARIMA || member->recent;
}

/* The mean of the members by their weights; NaN where one has no value. */
static skpi_status
of_auto(const fitting *f, double *out)
{
	double *sum = slice(f, SUM), total = 0;
	bool positive = skpi_array_positive(f->job.y, f->job.n);
	skpi_auto_part part;

	for (size_t t = 0; t < f->job.n; t++)
		sum[t] = 0;
	for (int i = 0; skpi_auto_part_at(f->job.m, positive, i, &part); i++)
	{
		skpi_status status;

		if (part.weight == 0 || has_no_past(&part.member))
			continue;
		status = of_member(f, &part.member, slice(f, MEMBER));
		if (status == SKPI_E_INTERRUPT)
			return status;
		if (status != SKPI_OK)
			continue;
		for (size_t t = 0; t < f->job.n; t++)
			sum[t] += part.weight * slice(f, MEMBER)[t];
		total += part.weight;
	}
	for (size_t t = 0; t < f->job.n; t++)
		out[t] = total > 0 ? sum[t] / total : NAN;
	return SKPI_OK;
}

/* Values that are not there are NaN; counts and money stay above zero. */
static void
tidy(const skpi_forecast_ask *ask, double *fitted)
{
	bool negative = !never_negative(ask->y, ask->n);

	for (size_t t = 0; t < ask->n; t++)
		if (!isfinite(fitted[t]))
			fitted[t] = NAN;
		else if (!negative)
			fitted[t] = fmax(fitted[t], 0);
}

skpi_status
skpi_fitted(const skpi_forecast_ask *ask, double *work, size_t work_len,
			double *fitted)
{
	size_t n = newest(ask->n), old = ask->n - n;
	fitting f = {{ask->y + old, n, ask->m, 1, ask->stop, ask->stop_arg,
				  work + SLICES * n},
				 inner_work(n, ask->m),
				 work};
	skpi_status status = skpi_array_check(ask->y, ask->n, 1);

	if (status != SKPI_OK)
		return status;
	if (ask->m < 1 || ask->m > ask->n || ask->m > SKPI_SEASON_MAX)
		return SKPI_E_RANGE;
	if (work_len < skpi_fitted_work(ask->n, ask->m))
		return SKPI_FULL;
	status = ask->model.model == SKPI_MODEL_AUTO
				 ? of_auto(&f, fitted + old)
				 : of_member(&f, &ask->model, fitted + old);
	if (status == SKPI_E_INTERRUPT)
		return status;
	for (size_t t = 0; t < ask->n; t++)
		if (status != SKPI_OK || t < old)
			fitted[t] = NAN;
	tidy(ask, fitted);
	return SKPI_OK;
}
