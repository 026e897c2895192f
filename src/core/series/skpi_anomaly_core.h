/*
 * Internals shared by the anomaly files; not for callers.
 */
#ifndef SKPI_ANOMALY_CORE_H
#define SKPI_ANOMALY_CORE_H

#include "skpi_anomaly.h"

/*
 * One call.  x is y, or the logarithm of y + offset.  Causal: logarithms as
 * long as all values were positive, telemetry once the series is long.
 */
typedef struct anomaly_job
{
	const double *y;
	int n;
	int period; /* retrospective: 1 where the data hold no two seasons */
	double threshold;
	double *x;        /* n */
	double *adjusted; /* n: x without its season (retrospective) */
	double *fit;      /* n: expected x; NaN = unknown, and z is 0 */
	double *scale;    /* n: x deviates by this for z = 1 */
	double *z;        /* n: signed */
	double *room;     /* n, or NULL: the fit may be so far off either way */
	double *spare;    /* 5 n + 64 */
	double *stl;      /* skpi_stl_work */
	double offset;    /* 0, or there are values near 0 */
	bool causal;
	bool returns;  /* rests, but for what comes again with the season */
	int from;      /* points before it have been judged */
	int logs_to;   /* x is a logarithm before this point */
	int series_to; /* telemetry from this point on */
	skpi_stop_fn stop;
	void *stop_arg;
} anomaly_job;

/* At every 2,048th point, has the caller asked to stop? */
static inline bool
skpi_anomaly_stopped(const anomaly_job *job, int t)
{
	return t % 2048 == 0 && job->stop != NULL && job->stop(job->stop_arg);
}

/* Median of x[0 .. n-1], n >= 1; x is reordered. */
double skpi_anomaly_median(double *x, int n);

/* 1.4826 median |x|, with floors that keep a mostly flat series from
 * dividing by nothing; 0 only when x is all (nearly) 0.  room: n doubles. */
double skpi_anomaly_scale(const double *x, int n, double size, double *room);

/* Median of x[from .. to], as far as they exist, one left out; at most
 * SKPI_ANOMALY_NEAR of them. */
#define SKPI_ANOMALY_NEAR 31
double skpi_anomaly_neighbours(const double *x, int n, int from, int to,
							   int without);

/* Of the largest value: rounding. */
#define SKPI_ANOMALY_REST 1e-9

/* Does x mostly stay where it is, from one point to the next? */
bool skpi_anomaly_rests(const anomaly_job *job);

/* And what moves from there, does it come again a season later? */
bool skpi_anomaly_returns(const anomaly_job *job);

/* adjusted[n]: x less the median of the nearest values at the same place of the
 * season. Where most residuals are 0 a decomposition would follow the rest. */
void skpi_anomaly_less_places(const anomaly_job *job, double *adjusted);

/* What the scale of each point is to be multiplied by, in a series that
 * returns: at the places of the season where it is away it deviates as it does
 * there, and where it rests as it does when it moves, if it does so often.
 * z: residuals; room: n doubles. */
void skpi_anomaly_away(const anomaly_job *job, double scale, double *factor,
					   double *room);

/* Degrees of freedom of the tail at point t. */
double skpi_anomaly_freedom(const anomaly_job *job, int t);

/* The z at which the score reaches the threshold. */
double skpi_anomaly_critical(double threshold, double freedom);

/* Fill fit, scale and z; the causal ones room too, of the points from
 * job->from on, the series detector those before `to`. */
skpi_status skpi_anomaly_retrospective(anomaly_job *job);
skpi_status skpi_anomaly_causal_series(anomaly_job *job, int to);
skpi_status skpi_anomaly_causal_telemetry(anomaly_job *job);

/* Signed evidence of steps in adjusted, comparable to z, into step[]; how far
 * the level moves at each point into height[], in units of *unit. */
skpi_status skpi_anomaly_steps(anomaly_job *job, double size, double *step,
							   double *height, double *unit);

/* Steps replace smaller scores.  A smooth fit cuts the corner of a step,
 * so that points before a clear one seem to deviate the other way: they do
 * not, if they are still at the old level. */
void skpi_anomaly_take_steps(anomaly_job *job, double scale,
							 const double *step);

/* What is flagged for its step alone is measured from where the series would
 * be without it. */
void skpi_anomaly_measure_steps(anomaly_job *job, const double *step,
								const double *height, double unit);

/* Flags, events and kinds from scores and fits. */
void skpi_anomaly_events(const anomaly_job *job, bool causal,
						 skpi_anomaly_point *points);

#endif
