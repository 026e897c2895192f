/* The dynamic optimised Theta model. */
#include <math.h>

#include "skpi_simplex.h"
#include "skpi_theta.h"
#include "skpi_theta_season.h"

#define ALPHA_MIN .1
#define ALPHA_MAX .99
#define ALPHA_CELLS 20
#define ALPHA_TOL 1e-6

/* The first errors are left out: the running line needs two points. */
#define SKIP 2

/* Smoothed level and the line through all values so far (intercept a, slope
 * b over time 1 .. t).  Every update is linear in the state and the value, so
 * the same code carries a forecast and the effect of a unit error. */
typedef struct state
{
	double level;
	double mean;
	double a;
	double b;
} state;

/* What the line adds to the level at time t, for theta = infinity. */
static double
line_part(const state *s, double alpha, double t)
{
	double decay = pow(1 - alpha, t - 1);

	return decay * s->a + (1 - decay * (1 - alpha)) / alpha * s->b;
}

static void
update(state *s, double alpha, double t, double y)
{
	s->level = alpha * y + (1 - alpha) * s->level;
	s->b = ((t - 2) * s->b + 6 / t * (y - s->mean)) / (t + 1);
	s->mean = ((t - 1) * s->mean + y) / t;
	s->a = s->mean - (t + 1) / 2 * s->b;
	if (t < 2)
	{
		s->b = 0;
		s->a = y;
	}
}

typedef struct problem
{
	const double *y;
	size_t n;
	double level; /* solution for the alpha last asked for */
	double weight;
} problem;

/* Normal equations of e on start level and line weight. */
typedef struct sums
{
	double ee, ec, er, cc, cr, rr;
} sums;

static sums
collect(const problem *p, double alpha)
{
	state s = {0, 0, 0, 0};
	sums q = {0, 0, 0, 0, 0, 0};
	double c = 1, decay = 1;

	for (size_t i = 0; i < p->n; i++)
	{
		double t = (double) (i + 1);
		double e = p->y[i] - s.level;
		double r = decay * s.a + (1 - decay * (1 - alpha)) / alpha * s.b;

		if (i >= SKIP)
		{
			q.ee += e * e;
			q.ec += e * c;
			q.er += e * r;
			q.cc += c * c;
			q.cr += c * r;
			q.rr += r * r;
		}
		update(&s, alpha, t, p->y[i]);
		c *= 1 - alpha;
		decay = c;
	}
	return q;
}

static double
sse_at(const sums *q, double level, double weight)
{
	return q->ee - 2 * (level * q->ec + weight * q->er) +
		   level * level * q->cc + 2 * level * weight * q->cr +
		   weight * weight * q->rr;
}

/*
 * For a given alpha the error is linear in the start level and in
 * weight = 1 - 1/theta, so both have a closed form; the weight is then held to
 * [0, 1], theta in [1, infinity].
 */
static double
dynamic_sse(double alpha, void *arg)
{
	problem *p = arg;
	sums q = collect(p, alpha);
	double det = q.cc * q.rr - q.cr * q.cr;
	double weight = 0;

	if (det > 1e-12 * q.cc * q.rr)
		weight = (q.cc * q.er - q.cr * q.ec) / det;
	weight = fmin(fmax(weight, 0), 1);
	p->weight = weight;
	p->level = q.cc > 0 ? (q.ec - weight * q.cr) / q.cc : 0;
	return fmax(0, sse_at(&q, p->level, weight));
}

/* State after the data, one-step means into means, the error sum. */
static state
run(const problem *p, double alpha, double *means, double *sse)
{
	state s = {p->level, 0, 0, 0};

	*sse = 0;
	for (size_t i = 0; i < p->n; i++)
	{
		double t = (double) (i + 1);

		means[i] = s.level + p->weight * line_part(&s, alpha, t);
		if (i >= SKIP)
			*sse += (p->y[i] - means[i]) * (p->y[i] - means[i]);
		update(&s, alpha, t, p->y[i]);
	}
	return s;
}

/* Means ahead: each forecast is fed back as if it had been observed. */
static void
continue_means(state s, double alpha, double weight, size_t n, size_t h,
			   double *point)
{
	for (size_t j = 0; j < h; j++)
	{
		double t = (double) (n + j + 1);

		point[j] = s.level + weight * line_part(&s, alpha, t);
		update(&s, alpha, t, point[j]);
	}
}

/* Adds to var the effect of an error of variance sigma2 at step `at`. */
static void
add_shock(double alpha, double weight, double sigma2, size_t n, size_t h,
		  size_t at, double *var)
{
	state s = {0, 0, 0, 0};
	double effect = 1;

	for (size_t j = at; j < h; j++)
	{
		double t = (double) (n + j + 1);

		if (j > at)
			effect = s.level + weight * line_part(&s, alpha, t);
		var[j] += sigma2 * effect * effect;
		update(&s, alpha, t, effect);
	}
}

static void
dynamic_paths(const skpi_theta_fit *fit, double weight,
			  const skpi_theta_season *season, state s, size_t n, size_t h,
			  double *point, double *var)
{
	continue_means(s, fit->alpha, weight, n, h, point);
	for (size_t j = 0; j < h; j++)
		var[j] = 0;
	for (size_t j = 0; j < h; j++)
		add_shock(fit->alpha, weight, fit->sigma2, n, h, j, var);
	for (size_t j = 0; j < h; j++)
		skpi_theta_restore(season, n + j, &point[j], &var[j]);
}

skpi_status
skpi_theta_dynamic(const double *y, size_t n, size_t m, size_t h,
				   skpi_stop_fn stop, void *stop_arg, double *work,
				   size_t work_len, skpi_theta_fit *fit, double *point,
				   double *var, double *fitted)
{
	skpi_theta_fit f = {.drift = 0};
	skpi_theta_season season;
	double *adjusted = work, *means = work + n, sse;
	problem p = {adjusted, n, 0, 0};
	state end;
	skpi_status status = skpi_theta_check(y, n, m, h, 6, work_len);

	if (status != SKPI_OK)
		return status;
	skpi_theta_adjust(y, n, m, work + 2 * n, &season, adjusted);
	status =
		skpi_line_minimise(dynamic_sse, &p, ALPHA_MIN, ALPHA_MAX, ALPHA_CELLS,
						   ALPHA_TOL, stop, stop_arg, &f.alpha, &sse);
	if (status != SKPI_OK)
		return status;
	(void) dynamic_sse(f.alpha, &p);
	end = run(&p, f.alpha, means, &sse);
	f.level = p.level;
	f.theta = p.weight < 1 ? 1 / (1 - p.weight) : INFINITY;
	f.sigma2 = sse / (double) (n - SKIP - 3);
	f.seasonal = season.seasonal;
	f.multiplicative = season.multiplicative;
	if (!isfinite(f.level) || !isfinite(f.sigma2) || !isfinite(end.level))
		return SKPI_E_NUMERIC;
	dynamic_paths(&f, p.weight, &season, end, n, h, point, var);
	if (fitted != NULL)
		for (size_t t = 0; t < n; t++)
		{
			fitted[t] = means[t];
			skpi_theta_restore(&season, t, &fitted[t], NULL);
		}
	*fit = f;
	return SKPI_OK;
}
