/*
 * From flagged points to events and their kinds.  In causal mode an event and
 * its kind are as they stood when it was raised: nothing is relabelled by
 * what came later.
 */
#include <math.h>

#include "skpi_anomaly_core.h"

/* Points after the onset that tell a shift from a passing change. */
#define AFTER 6
#define AFTER_LEAST 3

/* Flagged points this close together and of one sign are one event. */
static int
reach_of(const anomaly_job *job)
{
	int half = job->period / 2;

	return half > 3 ? half : 3;
}

static bool
upwards(const anomaly_job *job, int t)
{
	return job->z[t] >= 0.0;
}

/* The median, so that a shift must hold at most of the points. */
static double
level_of(const anomaly_job *job, int from, int to)
{
	double v[AFTER];
	int k = 0;

	for (int t = from; t < to && k < AFTER; t++)
		v[k++] = job->adjusted[t];
	return skpi_anomaly_median(v, k);
}

/* Does the adjusted level after the last flagged point stay where the onset
 * went?  A run that reaches the end of the data has not come back. */
static bool
stays(const anomaly_job *job, int onset, int last)
{
	int before = onset - AFTER < 0 ? 0 : onset - AFTER;
	int after = last + 1 + AFTER > job->n ? job->n : last + 1 + AFTER;
	double base;
	double jump;

	if (onset - before < AFTER_LEAST)
		return false;
	if (after - last - 1 < AFTER_LEAST)
		return last - onset + 1 >= AFTER_LEAST;
	base = level_of(job, before, onset);
	jump = job->adjusted[onset] - base;
	return (level_of(job, last + 1, after) - base) * (jump > 0 ? 1.0 : -1.0) >
		   0.5 * fabs(jump);
}

static skpi_anomaly_kind
kind_of(const anomaly_job *job, bool causal, int onset, int last)
{
	bool up = upwards(job, onset);

	if (!causal && stays(job, onset, last))
		return SKPI_ANOMALY_LEVEL_SHIFT;
	if (!causal && last > onset)
		return SKPI_ANOMALY_TEMPORARY;
	return up ? SKPI_ANOMALY_SPIKE : SKPI_ANOMALY_DIP;
}

/* Does t, flagged, belong to the event from onset to last?  What came before
 * decides, so that an alarm stays one when more is known. */
static bool
belongs(const anomaly_job *job, int onset, int last, int t)
{
	return t == last + 1 || (t - last <= reach_of(job) &&
							 upwards(job, t) == upwards(job, onset));
}

/* The flagged point after t; n where there is none. */
static int
next_flagged(const skpi_anomaly_point *points, int n, int t)
{
	do
		t++;
	while (t < n && !points[t].flagged);
	return t;
}

void
skpi_anomaly_events(const anomaly_job *job, bool causal,
					skpi_anomaly_point *points)
{
	int n = job->n;
	int events = 0;

	for (int t = next_flagged(points, n, -1); t < n;)
	{
		int onset = t;
		int last = t;
		skpi_anomaly_kind kind;

		points[t].alarm = true;
		points[t].event = ++events;
		for (t = next_flagged(points, n, t);
			 t < n && belongs(job, onset, last, t);
			 t = next_flagged(points, n, t))
		{
			points[t].event = events;
			last = t;
		}
		kind = kind_of(job, causal, onset, last);
		for (int j = onset; j <= last; j++)
			if (points[j].flagged)
				points[j].kind = kind;
	}
}
