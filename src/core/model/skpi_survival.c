#include "skpi_survival.h"

#include "skpi_sort.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

/* Rounding of a product of shares that should be p. */
#define SAME 1e-12

/* What decides between subjects of the same time, event and weight. */
typedef struct order
{
	const double *x; /* rows of p values by tag; NULL for the tag itself */
	size_t p;
} order;

static int
compare(const void *first, const void *second, const void *arg)
{
	const skpi_subject *a = first, *b = second;
	const order *o = arg;

	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	if (a->event != b->event)
		return a->event ? -1 : 1;
	if (a->weight != b->weight)
		return a->weight < b->weight ? -1 : 1;
	if (o->x == NULL)
		return (a->tag > b->tag) - (a->tag < b->tag);
	for (size_t k = 0; k < o->p; k++)
	{
		double xa = o->x[(size_t) a->tag * o->p + k];
		double xb = o->x[(size_t) b->tag * o->p + k];

		if (xa != xb)
			return xa < xb ? -1 : 1;
	}
	return 0;
}

static skpi_status
check(const skpi_subject *s, size_t n)
{
	if (n == 0)
		return SKPI_E_SHORT;
	if (n > SKPI_SURVIVAL_MAX)
		return SKPI_E_LIMIT;
	for (size_t i = 0; i < n; i++)
		if (!isfinite(s[i].time) || !isfinite(s[i].weight) || s[i].weight <= 0)
			return SKPI_E_RANGE;
	return SKPI_OK;
}

skpi_status
skpi_survival_sort(skpi_subject *s, size_t n, const double *x, size_t p,
				   skpi_subject *scratch, skpi_stop_fn stop, void *stop_arg)
{
	const order o = {x, p};
	skpi_status status = check(s, n);

	if (status == SKPI_OK &&
		!skpi_sort(s, n, sizeof(*s), scratch, compare, &o, stop, stop_arg))
		status = SKPI_E_INTERRUPT;
	return status;
}

size_t
skpi_survival_same(const skpi_subject *s, size_t n, size_t from)
{
	size_t i = from + 1;

	while (i < n && s[i].time == s[from].time)
		i++;
	return i;
}

/* Times, events and censored; how many. */
static size_t
gather(const skpi_subject *s, size_t n, skpi_survival_point *out)
{
	size_t points = 0;

	for (size_t i = 0, end; i < n; i = end)
	{
		skpi_survival_point p = {.time = s[i].time};

		end = skpi_survival_same(s, n, i);
		for (; i < end; i++)
			*(s[i].event ? &p.events : &p.censored) += s[i].weight;
		out[points++] = p;
	}
	return points;
}

size_t
skpi_survival_curve(const skpi_subject *s, size_t n, skpi_survival_point *out)
{
	size_t points = gather(s, n, out);
	double left = 0, survival = 1, greenwood = 0;

	/* summed from the end: at the last time exactly nobody is left */
	for (size_t i = points; i-- > 0;)
	{
		double stay = left + out[i].censored;

		left = stay + out[i].events;
		out[i].at_risk = left;
		out[i].survival = stay;
	}
	for (size_t i = 0; i < points; i++)
	{
		double stay = out[i].survival;

		if (out[i].events > 0)
		{
			survival *= stay / out[i].at_risk;
			greenwood +=
				stay > 0 ? out[i].events / (out[i].at_risk * stay) : HUGE_VAL;
		}
		out[i].survival = survival;
		out[i].greenwood = greenwood;
	}
	return points;
}

skpi_status
skpi_limits_parse(const char *word, skpi_limits *limits)
{
	static const char *const words[] = {"log", "log-log", "plain"};

	for (int i = 0; i < 3; i++)
		if (strcmp(word, words[i]) == 0)
		{
			*limits = (skpi_limits) i;
			return SKPI_OK;
		}
	return SKPI_E_SYNTAX;
}

double
skpi_survival_z(double level)
{
	return gsl_cdf_ugaussian_Qinv((1 - level) / 2);
}

void
skpi_survival_bounds(const skpi_survival_point *point, skpi_limits limits,
					 double z, double *lo, double *hi)
{
	double s = point->survival, e = z * sqrt(point->greenwood), l = log(s);

	*lo = *hi = NAN;
	if (s <= 0 || (limits == SKPI_LIMITS_LOGLOG && s >= 1))
		return;
	switch (limits)
	{
		case SKPI_LIMITS_LOG:
			*lo = s * exp(-e);
			*hi = fmin(1, s * exp(e));
			break;
		case SKPI_LIMITS_LOGLOG:
			*lo = exp(l * exp(-e / l));
			*hi = exp(l * exp(e / l));
			break;
		case SKPI_LIMITS_PLAIN:
			*lo = fmax(0, s - s * e);
			*hi = fmin(1, s + s * e);
			break;
	}
}

double
skpi_survival_quantile(const skpi_survival_point *points, size_t n, double p,
					   skpi_limits limits, double z, int which)
{
	for (size_t i = 0; i < n; i++)
	{
		double y = points[i].survival, lo, hi;

		if (points[i].events == 0)
			continue;
		skpi_survival_bounds(&points[i], limits, z, &lo, &hi);
		if (which != 0)
			y = which < 0 ? lo : hi;
		/* without limits the lower one is 0 where the curve is, the upper 1 */
		if (isnan(y))
			y = which < 0 && points[i].survival <= 0 ? 0 : 1;
		if (y > p + SAME)
			continue;
		if (y < p - SAME)
			return points[i].time;
		for (size_t j = i + 1; j < n; j++)
			if (points[j].events > 0)
				return (points[i].time + points[j].time) / 2;
		return (points[i].time + points[n - 1].time) / 2;
	}
	return NAN;
}

skpi_status
skpi_survival_mean(const skpi_survival_point *points, size_t n, double horizon,
				   double *mean, double *error)
{
	double area = 0, variance = 0, until = horizon;

	if (!(horizon >= 0) || !isfinite(horizon))
		return SKPI_E_RANGE;
	/* from the end, so that each event meets the area after it */
	for (size_t i = n; i-- > 0;)
	{
		const skpi_survival_point *p = &points[i];
		double stay = p->at_risk - p->events;

		if (p->time >= until)
			continue;
		area += (until - p->time) * p->survival;
		until = p->time;
		/* nothing after it: the event that ends the curve has no part */
		if (p->events > 0 && area > 0)
			variance += area * area * p->events / (p->at_risk * stay);
	}
	*mean = area + until;
	*error = sqrt(variance);
	return SKPI_OK;
}
