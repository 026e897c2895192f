#include "skpi_anomaly.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#include "skpi_anomaly_core.h"
#include "skpi_stl.h"

/*
 * Degrees of freedom of the tail.  Retrospective: the share of event-free
 * points of the development series beyond z = 2, 3, 4, 5 was .063, .017,
 * .0046, .0014; Student's t with 8 gives .081, .017, .0040, .0011.  The causal
 * two put their best F1 and NAB score at the same default threshold.
 */
#define FREEDOM_RETROSPECTIVE 8.0
#define FREEDOM_CAUSAL 15.0
#define FREEDOM_TELEMETRY 100.0
/* Series this long, without a short season, count as telemetry. */
#define TELEMETRY_N 1000
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
	job->period = n < 2 * (size_t) options->period ? 1 : options->period;
	job->threshold = options->threshold;
	job->telemetry =
		options->causal && n >= TELEMETRY_N &&
		(options->period == 1 || options->period >= TELEMETRY_PERIOD);
	job->x = work;
	job->adjusted = work + n;
	job->fit = work + 2 * n;
	job->scale = work + 3 * n;
	job->z = work + 4 * n;
	job->spare = work + 5 * n;
	job->stl = work + 10 * n + 64 + job->period;
	if (!options->causal)
		job->offset = offset_of(y, job->n, job->spare);
	job->logs =
		!job->telemetry && (job->offset > 0.0 || skpi_array_positive(y, n));
	for (int t = 0; t < job->n; t++)
		job->x[t] = job->logs ? log(y[t] + job->offset) : y[t];
	if (options->causal)
		job->freedom = job->telemetry ? FREEDOM_TELEMETRY : FREEDOM_CAUSAL;
	else
		job->freedom = FREEDOM_RETROSPECTIVE;
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
		job->spare[t] = score_of(job->z[t], job->freedom);
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

static void
fill_points(const anomaly_job *job, skpi_anomaly_point *points)
{
	double reach = skpi_anomaly_critical(job->threshold, job->freedom);

	for (int t = 0; t < job->n; t++)
	{
		skpi_anomaly_point *p = &points[t];
		double half = reach * job->scale[t];

		memset(p, 0, sizeof(*p));
		p->score = job->spare[t];
		p->expected = job->fit[t];
		p->lo = job->fit[t] - half;
		p->hi = job->fit[t] + half;
		if (job->logs)
		{
			p->expected = unlogged(job, p->expected);
			p->lo = unlogged(job, p->lo);
			p->hi = unlogged(job, p->hi);
		}
		p->flagged = p->score >= job->threshold;
		if (!isnan(p->expected))
			square(p, job->y[t], job->z[t] >= 0.0);
	}
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
	if (!options->causal)
		status = skpi_anomaly_retrospective(&job);
	else if (job.telemetry)
		status = skpi_anomaly_causal_telemetry(&job);
	else
		status = skpi_anomaly_causal_series(&job);
	if (status == SKPI_OK)
		status = scores(&job);
	if (status != SKPI_OK)
		return status;
	fill_points(&job, points);
	skpi_anomaly_events(&job, options->causal, points);
	return SKPI_OK;
}
