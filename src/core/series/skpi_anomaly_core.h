/*
 * Internals shared by the anomaly files; not for callers.
 */
#ifndef SKPI_ANOMALY_CORE_H
#define SKPI_ANOMALY_CORE_H

#include "skpi_anomaly.h"

/* One detector run.  x is y, or the logarithm of y + offset. */
typedef struct anomaly_job
{
	const double *y;
	int n;
	int period; /* 1 where the data hold no two seasons */
	double threshold;
	double *x;        /* n */
	double *adjusted; /* n: x without its season (retrospective) */
	double *fit;      /* n: expected x; NaN = unknown */
	double *scale;    /* n: x deviates by this for z = 1 */
	double *z;        /* n: signed */
	double *spare;    /* 5 n + 64 */
	double *stl;      /* skpi_stl_work */
	double freedom;   /* of the Student t that gives the tail */
	double offset;    /* 0, or there are values near 0 */
	bool logs;
	bool telemetry;
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

/* Fill fit, scale and z. */
skpi_status skpi_anomaly_retrospective(anomaly_job *job);
skpi_status skpi_anomaly_causal_series(anomaly_job *job);
skpi_status skpi_anomaly_causal_telemetry(anomaly_job *job);

/* Flags, events and kinds from scores and fits. */
void skpi_anomaly_events(const anomaly_job *job, bool causal,
						 skpi_anomaly_point *points);

#endif
