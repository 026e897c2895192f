/* The members of a recipe run, put together and put right. */
#include <math.h>
#include <string.h>

#include "skpi_forecast.h"
#include "skpi_forecast_bursts.h"
#include "skpi_forecast_calibrate.h"
#include "skpi_forecast_changes.h"
#include "skpi_forecast_clean.h"
#include "skpi_forecast_falls.h"
#include "skpi_forecast_growth.h"
#include "skpi_forecast_late.h"
#include "skpi_forecast_past.h"
#include "skpi_forecast_plain.h"
#include "skpi_forecast_recipe.h"

#define MEMBERS_MAX SKPI_PARTS_MAX
/* Medians over the weekly and daily series of what skpi_calibrate finds. */
#define USUAL_NARROW 1.04
#define USUAL_WIDE 1.73
#define OWN_VALUES 40.0
/* What a collapse is measured by. */
#define NEWEST 3
#define SEASONS_BACK 3
#define FALLEN .2

/* Forecasts of the members that could be had. */
typedef struct pool
{
	int count;
	double weight[MEMBERS_MAX];
	skpi_model model[MEMBERS_MAX];
	double *point; /* MEMBERS_MAX * h */
	double *var;
	double *fitted; /* n: one member's; before, the values as raised */
} pool;

size_t
skpi_auto_work(size_t n, size_t m, size_t h)
{
	size_t member = skpi_member_work(n, m, h);
	size_t calibrate = skpi_calibrate_work(n, m, h);
	size_t clean = skpi_clean_work(n, m), changes = skpi_changes_work(n, m);

	calibrate = calibrate > clean ? calibrate : clean;
	calibrate = calibrate > changes ? calibrate : changes;
	calibrate =
		calibrate > skpi_bursts_work(n) ? calibrate : skpi_bursts_work(n);
	return 2 * MEMBERS_MAX * h + 2 * n +
		   (member > calibrate ? member : calibrate);
}

/* The past of the combination: members by their weights, NaN where one has no
 * value. */
static void
add_past(const double *one, size_t n, double weight, double *sum)
{
	for (size_t t = 0; t < n; t++)
		sum[t] += weight * one[t];
}

/*
 * Whether the newest values have fallen below a fifth of what stood at their
 * place in one of the three seasons before: then a season of the old absolute
 * size is no longer theirs, and members work in proportion.
 */
static bool
collapsed(const double *y, size_t n, size_t m)
{
	if (m < 2 || !skpi_array_positive(y, n))
		return false;
	for (size_t back = m; back <= SEASONS_BACK * m && back + NEWEST <= n;
		 back += m)
	{
		double ratio[NEWEST];

		for (size_t i = 0; i < NEWEST; i++)
			ratio[i] = y[n - 1 - i] / y[n - 1 - i - back];
		if (skpi_array_middle(ratio, NEWEST) < FALLEN)
			return true;
	}
	return false;
}

static skpi_status
fill(const skpi_member_job *job, double changes, pool *p)
{
	skpi_scale scale = skpi_scale_of(job->y, job->n, job->m);
	bool low = collapsed(job->y, job->n, job->m);
	double weights = 0;
	skpi_auto_part part;

	for (size_t t = 0; job->fitted != NULL && t < job->n; t++)
		job->fitted[t] = 0;
	for (int i = 0;
		 skpi_auto_part_at(job->n, job->m, changes, scale, i, &part); i++)
	{
		bool past = job->fitted != NULL && skpi_past_known(&part.member);
		size_t at = (size_t) p->count * job->h;
		skpi_member_job inner = *job;
		skpi_status status;

		/* last year's values are of before a fall */
		if (part.weight == 0 || (low && part.member.model == SKPI_MODEL_SNAIVE))
			continue;
		part.member.log = part.member.log || low;
		part.member.root = part.member.root && !low;
		inner.fitted = past ? p->fitted : NULL;
		status = skpi_member_run(&part.member, &inner, p->point + at,
								 p->var + at, NULL);
		if (status == SKPI_E_INTERRUPT)
			return status;
		if (status != SKPI_OK)
			continue;
		p->model[p->count] = part.member.model;
		p->weight[p->count++] = part.weight;
		if (past)
			add_past(p->fitted, job->n, part.weight, job->fitted);
		weights += past ? part.weight : 0;
	}
	for (size_t t = 0; job->fitted != NULL && t < job->n; t++)
		job->fitted[t] = weights > 0 ? job->fitted[t] / weights : NAN;
	return p->count > 0 ? SKPI_OK : SKPI_E_SHORT;
}

/* The weighted mean of v without a share of the weight at either end. */
static double
trimmed(const double *v, const double *weight, int n, double cut)
{
	double all = 0, below = 0, sum = 0, kept = 0;
	int order[MEMBERS_MAX];

	for (int i = 0; i < n; i++)
	{
		int at = i;

		for (; at > 0 && v[order[at - 1]] > v[i]; at--)
			order[at] = order[at - 1];
		order[at] = i;
		all += weight[i];
	}
	for (int i = 0; i < n; i++)
	{
		double above = below + weight[order[i]];
		double part = fmin(above, (1 - cut) * all) - fmax(below, cut * all);

		if (part > 0)
		{
			sum += part * v[order[i]];
			kept += part;
		}
		below = above;
	}
	return sum / kept;
}

/* Centre and uncertainty of step j. */
static void
combine(const skpi_recipe *r, const pool *p, size_t h, size_t j, double *point,
		double *var)
{
	double v[MEMBERS_MAX], at[MEMBERS_MAX], weights = 0, spread = 0;

	for (int i = 0; i < p->count; i++)
	{
		v[i] = p->var[(size_t) i * h + j];
		at[i] = p->point[(size_t) i * h + j];
		weights += p->weight[i];
	}
	*point = r->cut < .5 ? trimmed(at, p->weight, p->count, r->cut)
						 : skpi_array_middle(at, p->count);
	for (int i = 0; i < p->count; i++)
	{
		double e = p->point[(size_t) i * h + j] - *point;

		spread += p->weight[i] * e * e;
	}
	*var = skpi_array_middle(v, p->count) + spread / weights;
}

static double
times(double found, double usual, double power)
{
	return pow(fmin(fmax(found / usual, .3), 4.0), power);
}

/* The widths, as far as the series itself has shown its errors. */
static skpi_status
own_widths(const skpi_recipe *r, const skpi_member_job *job, double *narrow,
		   double *wide)
{
	double n = (double) job->n, power = r->own * n / (n + OWN_VALUES);
	double found80, found95;
	skpi_status status = SKPI_E_SHORT;

	*narrow = r->narrow;
	*wide = r->wide;
	if (r->own > 0)
		status = skpi_calibrate(job, job->work, &found80, &found95);
	if (status == SKPI_E_INTERRUPT)
		return status;
	if (status != SKPI_OK)
		return SKPI_OK;
	*narrow *= times(found80, USUAL_NARROW, power);
	*wide = fmax(*wide * times(found95, USUAL_WIDE, power), *narrow * 1.1);
	return SKPI_OK;
}

/* And as far as it has moved more or less of late than it used to. */
static skpi_status
widths(const skpi_recipe *r, const skpi_member_job *job, double *narrow,
	   double *wide)
{
	skpi_status status = own_widths(r, job, narrow, wide);
	double late;

	if (status != SKPI_OK || !(r->late > 0))
		return status;
	status = skpi_late(job, job->work, &late);
	if (status != SKPI_OK)
		return status;
	late = times(late, 1, r->late);
	*narrow *= late;
	*wide *= late;
	return SKPI_OK;
}

/* What no member knows of: a freak at the end, falls that are held back,
 * constant growth. */
static skpi_status
correct(const skpi_recipe *r, const skpi_member_job *job, double share,
		double *point, double *var)
{
	double off = job->m == 1 ? skpi_plain_surprise(job->y, job->n) : 0;
	bool bounded = skpi_array_never_negative(job->y, job->n);
	skpi_status status = r->falls ? skpi_falls_ease(job, point) : SKPI_OK;

	if (status != SKPI_OK)
		return status;

	for (size_t j = 0; off != 0 && j < job->h; j++)
	{
		point[j] = bounded ? fmax(point[j] - off, 0) : point[j] - off;
		var[j] += off * off;
	}
	return share > 0 ? skpi_growth_mix(job, share, point, var) : SKPI_OK;
}

/* Constant growth is a drift, with its share of all weights. */
static void
name(const pool *p, double share, char label[SKPI_MODEL_NAME])
{
	skpi_model model[MEMBERS_MAX + 1];
	double weight[MEMBERS_MAX + 1], sum = 0;
	int count = p->count;

	for (int i = 0; i < count; i++)
	{
		model[i] = p->model[i];
		weight[i] = p->weight[i];
		sum += weight[i];
	}
	model[count] = SKPI_MODEL_DRIFT;
	weight[count] = sum * share / (1 - share);
	skpi_auto_name(model, weight, count + (share > 0), label);
}

skpi_status
skpi_auto(const skpi_member_job *job, double *point, double *sd,
		  skpi_spread *spread, char label[SKPI_MODEL_NAME])
{
	skpi_recipe r;
	double share, changes = 0, taken = 0;
	skpi_member_job inner = *job;
	pool p = {.point = job->work};
	skpi_status status;

	p.var = p.point + MEMBERS_MAX * job->h;
	p.fitted = p.var + MEMBERS_MAX * job->h;
	inner.work = p.fitted + 2 * job->n;
	skpi_scale_raise(job->y, job->n, job->m, p.fitted);
	share = skpi_growth_share(p.fitted, job->n);
	inner.y = p.fitted;
	status = skpi_clean(&inner, inner.work, p.fitted + job->n);
	if (status != SKPI_OK)
		return status;
	inner.y = p.fitted + job->n;
	if (skpi_recipe_asks(job->m))
		status = skpi_changes(&inner, inner.work, &changes);
	if (status != SKPI_OK)
		return status;
	skpi_recipe_for(job->n, job->m, changes, &r);
	if (r.bursts)
		status = skpi_bursts(&inner, inner.work, p.fitted + job->n, &taken);
	if (status == SKPI_OK)
		status = fill(&inner, changes, &p);
	if (status != SKPI_OK)
		return status;
	for (size_t j = 0; j < job->h; j++)
		combine(&r, &p, job->h, j, &point[j], &sd[j]);
	name(&p, share, label);
	status = correct(&r, &inner, share, point, sd);
	if (status != SKPI_OK)
		return status;
	spread->skew = share / SKPI_GROWTH_SHARE;
	for (size_t j = 0; j < job->h; j++)
		sd[j] = sqrt(sd[j] + taken) *
				pow((double) (j + 1), r.growth * (1 - spread->skew));
	return widths(&r, &inner, &spread->narrow, &spread->wide);
}
