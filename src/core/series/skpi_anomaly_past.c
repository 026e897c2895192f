/*
 * The causal detector of telemetry: every number depends on the past alone.
 * Its views were chosen on 28 series of the Numenta Anomaly
 * Benchmark (AWS metrics and made-up ones), where it scores 65.7 (standard
 * profile, one threshold) given the daily period and 57.2 without.
 */
#include <math.h>
#include <string.h>

#include "skpi_anomaly_core.h"

#define SEASONS_BACK 4
#define WONDER 20.0
#define SLOW_GAIN 0.1

/* Running mean and variance (Welford). */
typedef struct running
{
	double n, mean, square;
} running;

static void
running_add(running *r, double x)
{
	double d = x - r->mean;

	r->n += 1.0;
	r->mean += d / r->n;
	r->square += d * (x - r->mean);
}

static double
running_sd(const running *r)
{
	return r->n > 1.0 ? sqrt(r->square / r->n) : 0.0;
}

/* Distance of x from what came before in its standard deviations, at most
 * WONDER; a first move after perfect rest counts as that. */
static double
surprise(const running *r, double x, double warm)
{
	double sd = running_sd(r);
	double d = fabs(x - r->mean);

	if (r->n <= warm || d <= 1e-12 * (fabs(x) + fabs(r->mean)))
		return 0.0;
	return sd * WONDER > d ? d / sd : WONDER;
}

/* Means of the last k values, or of all where there are fewer. */
static void
short_means(const double *x, int n, int k, double *out)
{
	for (int t = 0; t < n; t++)
	{
		int from = t - k + 1 < 0 ? 0 : t - k + 1;
		double sum = 0.0;

		for (int j = from; j <= t; j++)
			sum += x[j];
		out[t] = sum / (t - from + 1);
	}
}

/* The median of the values one to four seasons back; NaN before. */
static double
seasons_back(const double *x, int t, int m)
{
	double v[SEASONS_BACK];
	int k = 0;

	for (int j = 1; j <= SEASONS_BACK && t - j * m >= 0; j++)
		v[k++] = x[t - j * m];
	return k > 0 ? skpi_anomaly_median(v, k) : NAN;
}

/* Adds log(1 + surprise) against the last seasons to out[]; keeps the fit
 * and spread of the plain values in the job. */
static void
season_view(anomaly_job *job, const double *x, bool plain, double *out)
{
	running r = {0.0, 0.0, 0.0};
	int m = job->period;
	double warm = m / 2 > 8 ? m / 2 : 8;

	for (int t = 0; t < job->n; t++)
	{
		double base = seasons_back(x, t, m);
		double e = x[t] - base;

		if (plain)
			job->fit[t] = r.n > warm ? base + r.mean : NAN;
		if (plain)
			job->scale[t] = running_sd(&r);
		if (isnan(base))
			continue;
		out[t] += log1p(surprise(&r, e, warm));
		running_add(&r, e);
	}
}

/* The same for the residual of a slow exponential smoothing, which stands in
 * for the seasons where there are none. */
static void
smooth_view(anomaly_job *job, double *out)
{
	running r = {0.0, 0.0, 0.0};
	double level = job->x[0];

	for (int t = 0; t < job->n; t++)
	{
		double e = job->x[t] - level;
		running about_zero = {r.n, 0.0, r.square + r.n * r.mean * r.mean};

		job->fit[t] = r.n > 10.0 ? level : NAN;
		job->scale[t] = running_sd(&about_zero);
		out[t] += log1p(surprise(&about_zero, e, 10.0));
		running_add(&r, e);
		level += SLOW_GAIN * e;
	}
}

/* A mean of the last k against all before, and that surprise against its own
 * past: a series that always moves is not surprising for moving. */
static void
level_view(const anomaly_job *job, int k, double *room, double *out)
{
	running level = {0.0, 0.0, 0.0};
	running wonder = {0.0, 0.0, 0.0};

	short_means(job->x, job->n, k, room);
	for (int t = 0; t < job->n; t++)
	{
		double u = surprise(&level, room[t], 10.0);
		double v = surprise(&wonder, u, 10.0);

		running_add(&level, room[t]);
		if (u > wonder.mean)
			out[t] += log1p(v);
		running_add(&wonder, u);
	}
}

/* Zeroes a score that does not exceed every one in the `reach` before; at
 * holds candidate positions, the largest first. */
static void
keep_records(anomaly_job *job, const double *raw, double *queue)
{
	int head = 0;
	int tail = 0;

	for (int t = 0; t < job->n; t++)
	{
		int reach = job->period > 1 ? job->period / 2 : 20 + t / 32;

		while (head < tail && (int) queue[head] < t - reach)
			head++;
		if (head < tail && raw[(int) queue[head]] >= raw[t])
			job->z[t] = 0.0;
		while (head < tail && raw[(int) queue[tail - 1]] <= raw[t])
			tail--;
		queue[tail++] = t;
	}
}

skpi_status
skpi_anomaly_causal_telemetry(anomaly_job *job)
{
	int n = job->n;
	int m = job->period;
	int narrow = m > 1 ? (m + 14) / 28 : 10;
	int wide = m > 1 ? (m + 3) / 7 : 40;
	double *means = job->spare;
	double *sum = job->spare + n;
	double *queue = job->spare + 2 * n;

	narrow = narrow < 1 ? 1 : narrow;
	memset(sum, 0, (size_t) n * sizeof(double));
	if (m > 1)
		season_view(job, job->x, true, sum);
	else
		smooth_view(job, sum);
	if (job->stop != NULL && job->stop(job->stop_arg))
		return SKPI_E_INTERRUPT;
	short_means(job->x, n, narrow, means);
	season_view(job, means, false, sum);
	if (job->stop != NULL && job->stop(job->stop_arg))
		return SKPI_E_INTERRUPT;
	level_view(job, wide, means, sum);
	for (int t = 0; t < n; t++)
	{
		double z = expm1(sum[t] / 3.0);

		if (isnan(job->fit[t]))
			z = 0.0;
		job->z[t] = job->x[t] < job->fit[t] ? -z : z;
	}
	keep_records(job, sum, queue);
	return SKPI_OK;
}
