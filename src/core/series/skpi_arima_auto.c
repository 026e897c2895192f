/*
 * Automatic orders: the stepwise search of Hyndman and Khandakar (2008),
 * J. Stat. Softw. 27(3), with exact likelihoods throughout.  A neighbour
 * starts from the parameters of the best model so far, where it nests exactly
 * (partial autocorrelations of the missing terms are zero), so that a few
 * rounds settle each candidate.
 */
#include <math.h>
#include <string.h>

#include "skpi_arima_core.h"

#define MAX_TRIED 94
#define ROOT_RADIUS 1.01
/* Candidates are told apart to about a hundredth of AICc. */
static const arima_rule near_rule = {.rounds = 8, .gain = 1e-3};
static const arima_rule candidate_rule = {
	.exact = true, .near = true, .rounds = 12, .gain = 1e-3};
static const arima_rule last_rule = {.exact = true, .rounds = 60, .gain = 1e-9};
/* Above this many state updates per pass, candidates keep the conditional
 * fit and take the exact likelihood there. */
#define EXACT_FIT_COST 60000.0
#define SECOND_START_COST 4000.0

/* A conditional fit whose AICc is further than this from the best one's is
 * taken as it is: the exact fit hardly ever gains as much. */
#define REACH 6.0

typedef struct search
{
	arima_job job;
	skpi_arima_spec tried[MAX_TRIED];
	int count;
	skpi_arima_model *models; /* the best so far, best first */
	int room;
	int kept;
} search;

static bool
same(const skpi_arima_spec *a, const skpi_arima_spec *b)
{
	return a->p == b->p && a->q == b->q && a->sp == b->sp && a->sq == b->sq &&
		   a->mean == b->mean;
}

static bool
worth_trying(search *s, const skpi_arima_spec *spec)
{
	int n = s->job.n_used;
	int period = spec->period;

	if (s->count == MAX_TRIED || !skpi_arima_spec_valid(spec))
		return false;
	if (spec->p > n / 3 || spec->q > n / 3 ||
		spec->sp * period > s->job.n / 3 || spec->sq * period > s->job.n / 3)
		return false;
	if (skpi_arima_coefs(spec) + (spec->mean ? 1 : 0) + 4 > n)
		return false;
	for (int i = 0; i < s->count; i++)
		if (same(&s->tried[i], spec))
			return false;
	s->tried[s->count++] = *spec;
	return true;
}

/* Coordinates of `to` taken over from a fit of `from`; new autoregressive
 * ones start a little off zero, which tells them from new moving-average
 * ones. */
static void
inherit(const skpi_arima_model *from, const skpi_arima_spec *to, double *x)
{
	int had[4] = {0, 0, 0, 0};
	const int has[4] = {to->p, to->q, to->sp, to->sq};
	double known[SKPI_ARIMA_COEFS];
	const double *x0 = known;

	if (from != NULL && skpi_arima_to_free(&from->spec, from->coef, known))
	{
		had[0] = from->spec.p;
		had[1] = from->spec.q;
		had[2] = from->spec.sp;
		had[3] = from->spec.sq;
	}

	for (int i = 0; i < 4; i++)
	{
		for (int j = 0; j < has[i]; j++)
		{
			double x1 = i % 2 == 0 ? 0.1 : 0.0;

			/* A start at the rim has no slope to leave it by. */
			x[j] = j < had[i] ? fmax(-3.0, fmin(3.0, x0[j])) : x1;
		}
		x += has[i];
		x0 += had[i];
	}
}

/* Files a model by its AICc; true when it is the best so far. */
static bool
keep(search *s, const skpi_arima_model *model)
{
	int at = s->kept;

	while (at > 0 && model->aicc < s->models[at - 1].aicc)
		at--;
	if (at == s->room)
		return false;
	if (s->kept < s->room)
		s->kept++;
	for (int i = s->kept - 1; i > at; i--)
		s->models[i] = s->models[i - 1];
	s->models[at] = *model;
	return at == 0;
}

/* Sum of squares of the exact innovations at the end of a conditional fit
 * from x. */
static skpi_status
fit_near(search *s, double *x, double *sum)
{
	double coef[SKPI_ARIMA_COEFS];
	skpi_status status = skpi_arima_minimise(&s->job, &near_rule, x, sum);

	if (status != SKPI_OK)
		return status;
	skpi_arima_from_free(&s->job.spec, x, coef);
	*sum =
		skpi_arima_innovations(&s->job, coef, true, s->job.spec.mean, s->job.u);
	return *sum < 0.0 ? SKPI_E_INTERRUPT : SKPI_OK;
}

/* Is the exact fit worth its passes for a candidate that reached `sum`? */
static bool
promising(const search *s, double sum)
{
	return s->kept == 0 ||
		   skpi_arima_aicc(&s->job, sum) < s->models[0].aicc + REACH;
}

/*
 * Conditional first, exact where that is affordable.  Mixed models have a
 * second valley, where a moving-average root near the unit circle takes back
 * part of the differencing: the exact fit goes on from the better end.
 */
static skpi_status
fit_candidate(search *s, const skpi_arima_spec *spec, double *x)
{
	double other[SKPI_ARIMA_COEFS] = {0.0};
	double cost = (double) s->job.n_used * (spec->q + spec->period * spec->sq +
											spec->p + spec->period * spec->sp);
	double sum;
	double other_sum;
	skpi_status status;

	inherit(s->kept > 0 ? &s->models[0] : NULL, spec, x);
	status = fit_near(s, x, &sum);
	if (status == SKPI_OK && spec->p > 0 && spec->q > 0 &&
		cost < SECOND_START_COST)
	{
		other[0] = 0.5;
		other[spec->p] = 1.5;
		status = fit_near(s, other, &other_sum);
		if (status == SKPI_OK && other_sum < sum)
		{
			memcpy(x, other, sizeof(other));
			sum = other_sum;
		}
	}
	if (status == SKPI_OK && cost < EXACT_FIT_COST && promising(s, sum))
		status = skpi_arima_minimise(&s->job, &candidate_rule, x, &sum);
	return status;
}

/* Fits one candidate; *better when it is the best so far. */
static skpi_status
try_one(search *s, const skpi_arima_spec *spec, bool *better)
{
	skpi_arima_model model = {.spec = *spec};
	double x[SKPI_ARIMA_COEFS];
	skpi_status status;

	*better = false;
	if (!worth_trying(s, spec))
		return SKPI_OK;
	s->job.spec = *spec;
	status = fit_candidate(s, spec, x);
	if (status != SKPI_OK)
		return status;
	skpi_arima_from_free(spec, x, model.coef);
	if (!skpi_arima_roots_outside(spec, model.coef, ROOT_RADIUS))
		return SKPI_OK;
	status = skpi_arima_finish(&s->job, spec->mean, &model);
	if (status == SKPI_OK)
		*better = keep(s, &model);
	return status == SKPI_E_NUMERIC ? SKPI_OK : status;
}

static skpi_status
try_starts(search *s, const skpi_arima_spec *base)
{
	static const int start[4][4] = {
		{2, 2, 1, 1}, {0, 0, 0, 0}, {1, 0, 1, 0}, {0, 1, 0, 1}};
	bool better;
	skpi_status status = SKPI_OK;

	for (int i = 0; i < 5 && status == SKPI_OK; i++)
	{
		const int *o = start[i == 4 ? 1 : i];
		skpi_arima_spec t = *base;

		t.p = o[0];
		t.q = o[1];
		t.sp = base->period > 1 ? o[2] : 0;
		t.sq = base->period > 1 ? o[3] : 0;
		t.mean = i < 4 && base->mean;
		while (i == 0 && t.sp + t.sq > 0 && s->job.n_used < 3 * t.period)
			t.sp = t.sq = 0;
		status = try_one(s, &t, &better);
	}
	return status;
}

static skpi_status
climb(search *s, bool mean_allowed)
{
	static const int move[16][4] = {
		{0, 0, -1, 0},  {0, 0, 0, -1}, {0, 0, 1, 0},  {0, 0, 0, 1},
		{0, 0, -1, -1}, {0, 0, -1, 1}, {0, 0, 1, -1}, {0, 0, 1, 1},
		{-1, 0, 0, 0},  {0, -1, 0, 0}, {1, 0, 0, 0},  {0, 1, 0, 0},
		{-1, -1, 0, 0}, {-1, 1, 0, 0}, {1, -1, 0, 0}, {1, 1, 0, 0}};
	int i = 0;

	while (i < 17)
	{
		skpi_arima_spec t = s->models[0].spec;
		bool better;
		skpi_status status;

		if (i < 16)
		{
			t.p += move[i][0];
			t.q += move[i][1];
			t.sp += move[i][2];
			t.sq += move[i][3];
		}
		else
			t.mean = mean_allowed && !t.mean;
		status = try_one(s, &t, &better);
		if (status != SKPI_OK)
			return status;
		i = better ? 0 : i + 1;
	}
	return SKPI_OK;
}

/* The model of a series without variation. */
static skpi_status
constant_model(const double *w, int n_used, const skpi_arima_spec *base,
			   skpi_arima_model *model)
{
	skpi_arima_model out = {.spec = *base};

	out.n_used = n_used;
	out.mean = base->mean && n_used > 0 ? w[0] : 0.0;
	*model = out;
	return SKPI_OK;
}

/* Is what differencing left only rounding of the series' own size? */
static bool
without_variation(const arima_job *job)
{
	double size = 0.0;
	double least = job->w[0];
	double most = job->w[0];

	for (int t = 0; t < job->n; t++)
		size = fmax(size, fabs(job->y[t]));
	for (int t = 0; t < job->n_used; t++)
	{
		least = fmin(least, job->w[t]);
		most = fmax(most, job->w[t]);
	}
	return most - least <= 1e-12 * size;
}

/* Takes the winner, fitted coarsely, to the full maximum. */
static skpi_status
polish(search *s, skpi_arima_model *model)
{
	double x[SKPI_ARIMA_COEFS];
	double sum;
	skpi_status status;

	s->job.spec = model->spec;
	if (!skpi_arima_to_free(&model->spec, model->coef, x))
		return SKPI_E_NUMERIC;
	status = skpi_arima_minimise(&s->job, &last_rule, x, &sum);
	if (status != SKPI_OK)
		return status;
	skpi_arima_from_free(&model->spec, x, model->coef);
	return skpi_arima_finish(&s->job, model->spec.mean, model);
}

skpi_status
skpi_arima_search(const double *y, size_t n, int period, int max_d,
				  skpi_stop_fn stop, void *stop_arg, double *work,
				  skpi_arima_model *models, int room, int *count)
{
	search s = {.count = 0};
	skpi_arima_model found[SKPI_ARIMA_MAX_MODELS];
	skpi_arima_spec base = {.period = period};
	skpi_status status;

	if (room < 1 || room > SKPI_ARIMA_MAX_MODELS)
		return SKPI_E_RANGE;
	status = skpi_arima_differencing(y, n, period, max_d, stop, stop_arg, work,
									 &base.d, &base.sd);
	if (status != SKPI_OK)
		return status;
	base.mean = base.d + base.sd <= 1;
	status = skpi_arima_begin(&s.job, y, n, &base, stop, stop_arg, work);
	if (status != SKPI_OK)
		return status;
	if (without_variation(&s.job))
	{
		*count = 1;
		return constant_model(s.job.w, s.job.n_used, &base, models);
	}
	s.models = found;
	s.room = room;
	status = try_starts(&s, &base);
	if (status == SKPI_OK && s.kept == 0)
		status = SKPI_E_NUMERIC;
	if (status == SKPI_OK)
		status = climb(&s, base.mean);
	if (status == SKPI_OK)
		status = polish(&s, &found[0]);
	if (status != SKPI_OK)
		return status;
	memcpy(models, found, (size_t) s.kept * sizeof(found[0]));
	*count = s.kept;
	return SKPI_OK;
}

skpi_status
skpi_arima_auto(const double *y, size_t n, int period, int max_d,
				skpi_stop_fn stop, void *stop_arg, double *work,
				skpi_arima_model *model)
{
	int count;

	return skpi_arima_search(y, n, period, max_d, stop, stop_arg, work, model,
							 1, &count);
}
