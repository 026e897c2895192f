#include "skpi_anomaly.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#include "skpi_anomaly_core.h"
#include "skpi_stl.h"

/*
 * Degrees of freedom of the tail: where the F1 of events put into 511 series
 * (M3, M1, tourism and retail monthly, M4 weekly) and the NAB score are best
 * at the default threshold, and pure noise keeps to it.
 */
#define FREEDOM_RETROSPECTIVE 9.0
#define FREEDOM_CAUSAL 50.0
#define FREEDOM_TELEMETRY 100.0
/* From so many points on a series without a short season is telemetry.  On
 * the 58 series of the NAB 600 scores 59.4, 400 58.2, 1,000 35.5. */
#define TELEMETRY_N 600
#define TELEMETRY_PERIOD 24
/* The median over a first value that counts as nothing. */
#define RUNUP_RATIO 10.0
#define OFFSET 0.75

const char *
skpi_anomaly_kind_text(skpi_anomaly_kind kind)
{
	switch (kind)
	{
		case SKPI_ANOMALY_NONE:
			return "none";
		case SKPI_ANOMALY_SPIKE:
			return "spike";
		case SKPI_ANOMALY_DIP:
			return "dip";
		case SKPI_ANOMALY_LEVEL_SHIFT:
			return "level shift";
		case SKPI_ANOMALY_TEMPORARY:
			return "temporary change";
	}
	return "unknown";
}

size_t
skpi_anomaly_work(size_t n, int period)
{
	size_t m = (size_t) (period < 1 ? 1 : period);

	return 10 * n + 64 + m + 8 * n + 10 * m;
}

/*
 * Three quarters of the median of a series that grew from (nearly) nothing,
 * else 0.  Such growth is a steep curve in logarithms, which season and trend
 * cannot follow: the run-up and its echo in later years would be flagged, and
 * real events missed.  In 24 invented companies of three sizes, with
 * logarithms of y + offset, the points flagged in the first eight months went
 * from 163 to 12, those flagged elsewhere without an event from 33 to 19, the
 * month of failed charges was found in 24 for 23, that of a price rise in 8
 * for 1.  Half and the whole median do nearly as well.
 */
static double
offset_of(const double *y, int n, double *room)
{
	double median;

	for (int t = 0; t < n; t++)
	{
		if (y[t] < 0.0)
			return 0.0;
		room[t] = y[t];
	}
	median = skpi_anomaly_median(room, n);
	return RUNUP_RATIO * y[0] < median ? OFFSET * median : 0.0;
}

static void
begin(anomaly_job *job, const double *y, size_t n,
	  const skpi_anomaly_options *options, double *work)
{
	memset(job, 0, sizeof(*job));
	job->y = y;
	job->n = (int) n;
	job->period = options->period;
	job->causal = options->causal;
	job->threshold = options->threshold;
	job->x = work;
	job->adjusted = work + n;
	job->fit = work + 2 * n;
	job->scale = work + 3 * n;
	job->z = work + 4 * n;
	job->spare = work + 5 * n;
}

/* x = y, or the logarithm before point `to`. */
static void
take(anomaly_job *job, int to)
{
	job->logs_to = to;
	for (int t = 0; t < job->n; t++)
		job->x[t] = t < to ? log(job->y[t] + job->offset) : job->y[t];
}

/* Degrees of freedom of the tail at point t. */
double
skpi_anomaly_freedom(const anomaly_job *job, int t)
{
	if (!job->causal)
		return FREEDOM_RETROSPECTIVE;
	return t < job->series_to ? FREEDOM_CAUSAL : FREEDOM_TELEMETRY;
}

static double
score_of(double z, double freedom)
{
	double p = 2.0 * gsl_cdf_tdist_Q(fabs(z), freedom);

	if (!(p > 1e-16))
		return SKPI_ANOMALY_MAX_SCORE;
	return fmax(0.0, -log10(p));
}

double
skpi_anomaly_critical(double threshold, double freedom)
{
	double p = pow(10.0, -fmin(threshold, SKPI_ANOMALY_MAX_SCORE));

	return gsl_cdf_tdist_Qinv(0.5 * p, freedom);
}

static skpi_status
scores(anomaly_job *job)
{
	for (int t = 0; t < job->n; t++)
	{
		if (skpi_anomaly_stopped(job, t))
			return SKPI_E_INTERRUPT;
		if (!isfinite(job->z[t]))
			return SKPI_E_NUMERIC;
		job->spare[t] = score_of(job->z[t], skpi_anomaly_freedom(job, t));
	}
	return SKPI_OK;
}

/* Back from the logarithm; NaN stays. */
static double
unlogged(const anomaly_job *job, double x)
{
	double y = exp(x) - job->offset;

	return y < 0.0 ? 0.0 : y;
}

/*
 * Flagged is outside the bounds, and outside is flagged.  A residual and its
 * bound can differ by rounding; and where other evidence than the distance
 * from what was expected counts (telemetry), what passed lies within and
 * what did not ends them.
 */
static void
square(skpi_anomaly_point *p, double y, bool up)
{
	if (!p->flagged)
	{
		p->lo = fmin(p->lo, y);
		p->hi = fmax(p->hi, y);
	}
	else if (y >= p->lo && y <= p->hi && up)
		p->hi = nextafter(y, -HUGE_VAL);
	else if (y >= p->lo && y <= p->hi)
		p->lo = nextafter(y, HUGE_VAL);
}

/* A series that was never negative is not expected to become so. */
static void
hold_at_zero(skpi_anomaly_point *p)
{
	p->expected = fmax(0.0, p->expected);
	p->lo = fmax(0.0, p->lo);
	p->hi = fmax(0.0, p->hi);
}

static void
fill_point(const anomaly_job *job, int t, double reach, bool negative,
		   skpi_anomaly_point *p)
{
	double half = reach * job->scale[t] + (job->causal ? job->room[t] : 0.0);

	memset(p, 0, sizeof(*p));
	p->score = job->spare[t];
	p->expected = job->fit[t];
	p->lo = job->fit[t] - half;
	p->hi = job->fit[t] + half;
	p->flagged = p->score >= job->threshold;
	if (isnan(p->expected))
		return;
	if (t < job->logs_to)
	{
		p->expected = unlogged(job, p->expected);
		p->lo = unlogged(job, p->lo);
		p->hi = unlogged(job, p->hi);
	}
	else if (!negative)
		hold_at_zero(p);
	square(p, job->y[t], job->z[t] >= 0.0);
}

static void
fill_points(const anomaly_job *job, skpi_anomaly_point *points)
{
	double reach[2] = {
		skpi_anomaly_critical(job->threshold, skpi_anomaly_freedom(job, 0)),
		skpi_anomaly_critical(job->threshold,
							  skpi_anomaly_freedom(job, job->n))};
	bool negative = false;

	for (int t = 0; t < job->n && !job->causal; t++)
		negative = negative || job->y[t] < 0.0;
	for (int t = 0; t < job->n; t++)
	{
		fill_point(job, t, reach[t >= job->series_to], negative, &points[t]);
		negative = negative || job->y[t] < 0.0;
	}
}

static skpi_status
retrospective(anomaly_job *job)
{
	int n = job->n;

	if (n < 2 * job->period)
		job->period = 1;
	job->stl = job->spare + 5 * n + 64;
	job->series_to = n;
	job->offset = offset_of(job->y, n, job->spare);
	take(job,
		 job->offset > 0.0 || skpi_array_positive(job->y, (size_t) n) ? n : 0);
	return skpi_anomaly_retrospective(job);
}

/*
 * Nothing may depend on what comes later, so that methods change at a point,
 * not for the series: logarithms end at the first value that is not positive,
 * and from the 600th on a series without a short season is telemetry.
 * Each has read the series from its beginning.
 */
static skpi_status
causal(anomaly_job *job)
{
	int n = job->n;
	int m = job->period;
	int logs = 0;
	skpi_status status = SKPI_OK;

	job->room = job->adjusted;
	job->series_to = n;
	if (m == 1 || m >= TELEMETRY_PERIOD)
		job->series_to = TELEMETRY_N > 2 * m ? TELEMETRY_N : 2 * m;
	if (job->series_to > n)
		job->series_to = n;
	while (logs < job->series_to && job->y[logs] > 0.0)
		logs++;
	take(job, logs);
	status = skpi_anomaly_causal_series(job, logs);
	job->from = logs;
	if (status == SKPI_OK && logs < n)
		take(job, 0);
	if (status == SKPI_OK && logs < job->series_to)
		status = skpi_anomaly_causal_series(job, job->series_to);
	job->from = job->series_to;
	if (status == SKPI_OK && job->from < n)
		status = skpi_anomaly_causal_telemetry(job);
	job->logs_to = logs;
	return status;
}

skpi_status
skpi_anomaly(const double *y, size_t n, const skpi_anomaly_options *options,
			 skpi_stop_fn stop, void *stop_arg, double *work,
			 skpi_anomaly_point *points)
{
	anomaly_job job;
	skpi_status status = skpi_array_check(y, n, SKPI_ANOMALY_MIN_N);

	if (status != SKPI_OK)
		return status;
	if (options->period < 1 || options->period > SKPI_STL_MAX_PERIOD ||
		!(options->threshold > 0.0 && isfinite(options->threshold)))
		return SKPI_E_RANGE;
	begin(&job, y, n, options, work);
	job.stop = stop;
	job.stop_arg = stop_arg;
	status = job.causal ? causal(&job) : retrospective(&job);
	if (status == SKPI_OK)
		status = scores(&job);
	if (status != SKPI_OK)
		return status;
	fill_points(&job, points);
	skpi_anomaly_events(&job, options->causal, points);
	return SKPI_OK;
}
