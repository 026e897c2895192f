#include "skpi_forecast_member.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "skpi_arima.h"
#include "skpi_ets_average.h"
#include "skpi_ets_forecast.h"
#include "skpi_forecast_levels.h"
#include "skpi_forecast_past.h"
#include "skpi_forecast_scale.h"
#include "skpi_forecast_season.h"
#include "skpi_naive.h"
#include "skpi_stl.h"
#include "skpi_theta.h"

/* Searching over start states pays while there are few of them. */
#define FULL_PERIOD_MAX 24
#define FULL_VALUES_MAX 2000

static size_t
larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

static size_t
inner_work(size_t n, size_t m)
{
	size_t need = larger(skpi_ets_average_work(n, m), skpi_theta_work(n, m));

	need = larger(need, skpi_arima_work(n, (int) m));
	return larger(need, skpi_stl_work((int) n, (int) larger(m, 2)));
}

size_t
skpi_member_work(size_t n, size_t m, size_t h)
{
	return 5 * n + 2 * SKPI_ETS_FORMS * h + skpi_levels_work(n, h) +
		   inner_work(n, m);
}

/* The caller's memory in slices. */
typedef struct slices
{
	double *scaled; /* n: logarithms or square roots */
	double *rest;   /* n: the series without its season */
	double *season; /* n */
	double *trend;  /* n */
	double *one;    /* n */
	double *mean;   /* SKPI_ETS_FORMS * h */
	double *var;    /* SKPI_ETS_FORMS * h */
	double *levels; /* skpi_levels_work */
	double *inner;  /* inner_len */
	size_t inner_len;
} slices;

static slices
slice(const skpi_member_job *job)
{
	slices s;

	s.scaled = job->work;
	s.rest = s.scaled + job->n;
	s.season = s.rest + job->n;
	s.trend = s.season + job->n;
	s.one = s.trend + job->n;
	s.mean = s.one + job->n;
	s.var = s.mean + SKPI_ETS_FORMS * job->h;
	s.levels = s.var + SKPI_ETS_FORMS * job->h;
	s.inner = s.levels + skpi_levels_work(job->n, job->h);
	s.inner_len = inner_work(job->n, job->m);
	return s;
}

static skpi_status
run_average(const skpi_member_job *job, const slices *s, double *point,
			double *var)
{
	skpi_ets_blend blend;
	skpi_ets_paths paths = {job->h, s->mean, s->var};
	skpi_status status =
		skpi_ets_average(job->y, job->n, job->m, job->stop, job->stop_arg,
						 s->inner, s->inner_len, &blend, &paths, job->fitted);

	if (status != SKPI_OK)
		return status;
	for (size_t j = 0; j < job->h; j++)
		skpi_ets_blend_moments(&blend, &paths, j, &point[j], &var[j]);
	return SKPI_OK;
}

static skpi_status
fit_form(const skpi_member *member, const skpi_member_job *job,
		 skpi_ets_fit *fit, double *start)
{
	bool full = job->m <= FULL_PERIOD_MAX && job->n <= FULL_VALUES_MAX &&
				!member->quick;
	double effort = job->effort > 0 ? job->effort : SKPI_ETS_EFFORT;

	if (!member->fixed)
		return skpi_ets_select(job->m, job->y, job->n, full, SKPI_ETS_USUAL,
							   effort, job->stop, job->stop_arg, fit, start);
	if (!skpi_ets_allowed(member->form, job->m, job->n, true))
		return SKPI_E_SHORT;
	if (!skpi_ets_allowed(member->form, job->m, job->n,
						  skpi_array_positive(job->y, job->n)))
		return SKPI_E_RANGE;
	if (full)
		return skpi_ets_fit_full(member->form, job->m, job->y, job->n,
								 SKPI_ETS_USUAL, &effort, job->stop,
								 job->stop_arg, fit, start);
	return skpi_ets_fit_fast(member->form, job->m, job->y, job->n, NULL,
							 job->stop, job->stop_arg, fit, start);
}

static skpi_status
run_ets(const skpi_member *member, const skpi_member_job *job, double *point,
		double *var, char label[SKPI_MODEL_NAME])
{
	skpi_ets_fit fit;
	double state[SKPI_ETS_STATES_MAX];
	skpi_status status = fit_form(member, job, &fit, state);

	if (status == SKPI_OK)
		status = skpi_ets_run(fit.form, job->m, fit.par, job->y, job->n, state,
							  job->fitted, NULL, &fit.score);
	if (status == SKPI_OK)
		status = skpi_ets_moments(fit.form, job->m, fit.par, state,
								  fit.score.sigma2, job->h, point, var);
	if (status == SKPI_OK)
		status =
			skpi_ets_points(fit.form, job->m, fit.par, state, job->h, point);
	if (status == SKPI_OK && label != NULL)
		skpi_member_name(&(skpi_member){.model = SKPI_MODEL_ETS,
										.fixed = true,
										.form = fit.form},
						 label);
	return status;
}

static void
name_orders(const skpi_arima_spec *a, char *label)
{
	int used =
		snprintf(label, SKPI_MODEL_NAME, "arima(%d,%d,%d)", a->p, a->d, a->q);

	if (a->sp + a->sd + a->sq > 0)
		snprintf(label + used, SKPI_MODEL_NAME - (size_t) used,
				 "(%d,%d,%d)[%d]", a->sp, a->sd, a->sq, a->period);
}

static skpi_status
run_arima(const skpi_member_job *job, const slices *s, int room, double *point,
		  double *var, char label[SKPI_MODEL_NAME])
{
	skpi_arima_model models[SKPI_ARIMA_MAX_MODELS];
	int count;
	skpi_status status = skpi_arima_search(
		job->y, job->n, (int) job->m, SKPI_ARIMA_GOOD_D, job->stop,
		job->stop_arg, s->inner, models, room, &count);

	if (status != SKPI_OK)
		return status;
	if (label != NULL)
		name_orders(&models[0].spec, label);
	if (job->fitted != NULL)
		status =
			skpi_past_arima(job, models, count, s->inner, s->one, s->trend);
	if (status != SKPI_OK)
		return status;
	return skpi_arima_average(job->y, job->n, models, count, (int) job->h,
							  job->stop, job->stop_arg, s->inner, point, var);
}

static skpi_status
run_theta(const skpi_member_job *job, const slices *s, double *point,
		  double *var)
{
	skpi_theta_fit fit;

	return skpi_theta_standard(job->y, job->n, job->m, job->h, job->stop,
							   job->stop_arg, s->inner, s->inner_len, &fit,
							   point, var, job->fitted);
}

/* Its running line begins with two points. */
static skpi_status
run_dotm(const skpi_member_job *job, const slices *s, double *point,
		 double *var)
{
	skpi_theta_fit fit;
	skpi_status status = skpi_theta_dynamic(
		job->y, job->n, job->m, job->h, job->stop, job->stop_arg, s->inner,
		s->inner_len, &fit, point, var, job->fitted);

	if (status == SKPI_OK && job->fitted != NULL)
		job->fitted[0] = job->fitted[1] = NAN;
	return status;
}

/* What forecasts a series once its season is taken out. */
typedef struct rest
{
	const skpi_member *member;
	const slices *s;
} rest;

static skpi_status
run_rest(const skpi_member_job *job, void *arg, double *point, double *var)
{
	const rest *r = arg;

	if (r->member->model == SKPI_MODEL_STL_ARIMA)
		return run_arima(job, r->s, SKPI_ARIMA_MAX_MODELS, point, var, NULL);
	if (r->member->trimmed)
		return skpi_naive_trimmed(job->y, job->n, job->h, point, var, NULL);
	if (r->member->theta)
		return run_theta(job, r->s, point, var);
	return run_average(job, r->s, point, var);
}

/* The season goes on as its last figure.  Coarse levels say nothing of single
 * values, so the fitted ones are those of the series as it is. */
static skpi_status
run_stl(const skpi_member *member, const skpi_member_job *job, const slices *s,
		double *point, double *var)
{
	skpi_member_job plain = *job;
	rest arg = {member, s};
	size_t m = job->m, n = job->n;
	skpi_status status =
		skpi_season_split(job->y, n, m, job->stop, job->stop_arg, s->inner,
						  s->season, s->rest, s->trend);

	if (status != SKPI_OK)
		return status;
	plain.y = s->rest;
	plain.m = 1;
	status = skpi_levels(&plain, member->levels ? m : 1, run_rest, &arg,
						 s->levels, point, var);
	if (status != SKPI_OK)
		return status;
	for (size_t j = 0; j < job->h; j++)
		point[j] += s->season[n - m + j % m];
	for (size_t t = 0; job->fitted != NULL && t < n; t++)
		job->fitted[t] += s->season[t];
	return SKPI_OK;
}

static const skpi_ets_form classical[] = {
	[SKPI_MODEL_SES] = {SKPI_ETS_A, SKPI_ETS_N, SKPI_ETS_N, false},
	[SKPI_MODEL_HOLT] = {SKPI_ETS_A, SKPI_ETS_A, SKPI_ETS_N, false},
	[SKPI_MODEL_DAMPED] = {SKPI_ETS_A, SKPI_ETS_A, SKPI_ETS_N, true},
	[SKPI_MODEL_HW] = {SKPI_ETS_A, SKPI_ETS_A, SKPI_ETS_A, false},
};

static skpi_status
run_classical(const skpi_member *member, const skpi_member_job *job,
			  double *point, double *var)
{
	skpi_member fixed = {
		.model = SKPI_MODEL_ETS, .fixed = true, .quick = member->quick};
	skpi_model model = member->model;
	skpi_member_job plain = *job;

	fixed.form = classical[model];
	if (model == SKPI_MODEL_HW && skpi_array_positive(job->y, job->n))
		fixed.form.error = fixed.form.season = SKPI_ETS_M;
	if (model != SKPI_MODEL_HW)
		plain.m = 1;
	return run_ets(&fixed, &plain, point, var, NULL);
}

static skpi_status
run_drift(const skpi_member *member, const skpi_member_job *job, double *point,
		  double *var)
{
	const double *y = job->y;
	size_t n = job->n, h = job->h;
	double step;
	skpi_status status =
		member->faded     ? skpi_naive_faded(y, n, h, point, var, &step)
		: member->trimmed ? skpi_naive_trimmed(y, n, h, point, var, &step)
		: member->shrunk  ? skpi_naive_shrunk(y, n, h, point, var, &step)
						  : skpi_naive_drift(y, n, h, point, var, &step);

	if (status == SKPI_OK && job->fitted != NULL)
		skpi_past_lag(job->y, job->n, 1, step, job->fitted);
	return status;
}

/* The value `lag` steps before. */
static skpi_status
run_naive(size_t lag, const skpi_member_job *job, double *point, double *var)
{
	skpi_status status =
		lag == 1 ? skpi_naive(job->y, job->n, job->h, point, var)
				 : skpi_naive_seasonal(job->y, job->n, lag, job->h, point, var);

	if (status == SKPI_OK && job->fitted != NULL)
		skpi_past_lag(job->y, job->n, lag, 0, job->fitted);
	return status;
}

static skpi_status
run_model(const skpi_member *member, const skpi_member_job *job,
		  const slices *s, double *point, double *var,
		  char label[SKPI_MODEL_NAME])
{
	switch (member->model)
	{
		case SKPI_MODEL_ETS:
			return run_ets(member, job, point, var, label);
		case SKPI_MODEL_AVERAGE:
			return run_average(job, s, point, var);
		case SKPI_MODEL_THETA:
			return run_theta(job, s, point, var);
		case SKPI_MODEL_DOTM:
			return run_dotm(job, s, point, var);
		case SKPI_MODEL_ARIMA:
			return run_arima(job, s, 1, point, var, label);
		case SKPI_MODEL_ARIMA_AVERAGE:
			return run_arima(job, s, SKPI_ARIMA_MAX_MODELS, point, var, NULL);
		case SKPI_MODEL_STL:
		case SKPI_MODEL_STL_ARIMA:
			return run_stl(member, job, s, point, var);
		case SKPI_MODEL_SNAIVE:
			return run_naive(job->m, job, point, var);
		case SKPI_MODEL_NAIVE:
			return run_naive(1, job, point, var);
		case SKPI_MODEL_DRIFT:
			return run_drift(member, job, point, var);
		case SKPI_MODEL_SES:
		case SKPI_MODEL_HOLT:
		case SKPI_MODEL_DAMPED:
		case SKPI_MODEL_HW:
			return run_classical(member, job, point, var);
		default:
			return SKPI_E_RANGE;
	}
}

static skpi_status
hold(const skpi_member_job *job, double *point, double *var)
{
	double lo, hi;

	skpi_array_band(job->y, job->n, job->m, job->h, &lo, &hi);
	if (lo < 0 && skpi_array_never_negative(job->y, job->n))
		lo = 0;
	for (size_t j = 0; j < job->h; j++)
	{
		if (!isfinite(point[j]) || isnan(var[j]) || var[j] < 0)
			return SKPI_E_NUMERIC;
		point[j] = fmin(fmax(point[j], lo), hi);
		var[j] = fmin(var[j], (hi - lo) * (hi - lo));
	}
	return SKPI_OK;
}

skpi_status
skpi_member_run(const skpi_member *member, const skpi_member_job *job,
				double *point, double *var, char label[SKPI_MODEL_NAME])
{
	slices s = slice(job);
	skpi_member_job inner = *job;
	bool root = member->root && skpi_array_never_negative(job->y, job->n);
	skpi_status status;

	if (member->log && !skpi_array_positive(job->y, job->n))
		return SKPI_E_RANGE;
	if (member->log || root)
		inner.y = s.scaled;
	for (size_t i = 0; i < job->n && inner.y == s.scaled; i++)
		s.scaled[i] = root ? sqrt(job->y[i]) : log(job->y[i]);
	if (label != NULL)
		skpi_member_name(member, label);
	status = run_model(member, &inner, &s, point, var, label);
	if (status != SKPI_OK)
		return status;
	if (member->log)
		skpi_scale_from_log(job->h, point, var);
	if (root)
		skpi_scale_from_root(job->h, point, var);
	if ((root || member->log) && job->fitted != NULL)
		skpi_scale_past(root, job->n, job->fitted);
	return hold(job, point, var);
}
