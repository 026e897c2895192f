/*
 * Series that mostly stay where they are: nothing but a few values says
 * whether there is a season in them.
 *
 * Bills of a year that are all paid in January, signups on Mondays: what lies
 * away from where the series rests does so again a season later, more often
 * than values away from it are found at random, and more often than a step
 * later, as after a step that lasts.
 */
#include <math.h>

#include "skpi_anomaly_core.h"

/* Of the values that are away, those that must be so a season later as well;
 * at least so many, and by so many standard deviations more than at random. */
#define RETURNS_SHARE 0.5
#define RETURNS_LEAST 2
#define RETURNS_Z 3.0
/* Values at a place of the season that say what is usual there. */
#define PLACES 4
/* Few values leave too little of their own deviations. */
#define FEW 3.0
/* Of the values at rest, those that move too, as a signup on a Tuesday. */
#define OFTEN 0.02
#define OFTEN_LEAST 3

bool
skpi_anomaly_rests(const anomaly_job *job)
{
	int still = 0;

	for (int t = 1; t < job->n; t++)
		if (fabs(job->x[t] - job->x[t - 1]) <=
			SKPI_ANOMALY_REST * fabs(job->x[t]))
			still++;
	return 2 * still > job->n;
}

/* Of the values from lag on that are away, how many were so lag before? */
static int
returns_after(const double *away, int n, int lag, int *of)
{
	int count = 0;

	*of = 0;
	for (int t = lag; t < n; t++)
		if (away[t] > 0)
		{
			(*of)++;
			count += away[t - lag] > 0;
		}
	return count;
}

/* Where x rests: its median. */
static double
rest_of(const anomaly_job *job, double *room)
{
	for (int t = 0; t < job->n; t++)
		room[t] = job->x[t];
	return skpi_anomaly_median(room, job->n);
}

static bool
is_away(const anomaly_job *job, double rest, int t)
{
	return fabs(job->x[t] - rest) >
		   SKPI_ANOMALY_REST * fmax(fabs(job->x[t]), fabs(rest));
}

bool
skpi_anomaly_returns(const anomaly_job *job)
{
	int n = job->n, season, next, of, of_next;
	double *away = job->spare, rest, share = 0;

	if (job->period < 2 || 2 * job->period > n)
		return false;
	rest = rest_of(job, job->spare + n);
	for (int t = 0; t < n; t++)
		share += (away[t] = is_away(job, rest, t)) / n;
	season = returns_after(away, n, job->period, &of);
	next = returns_after(away, n, 1, &of_next);
	return season >= RETURNS_LEAST && season >= RETURNS_SHARE * of &&
		   season - share * of > RETURNS_Z * sqrt(share * (1 - share) * of) &&
		   (double) season * of_next > (double) next * of;
}

void
skpi_anomaly_less_places(const anomaly_job *job, double *adjusted)
{
	int n = job->n, m = job->period;

	for (int t = 0; t < n; t++)
	{
		double v[PLACES + 1];
		int k = 0;

		for (int j = m; k < PLACES && (t >= j || t + j < n); j += m)
		{
			if (t >= j)
				v[k++] = job->x[t - j];
			if (t + j < n)
				v[k++] = job->x[t + j];
		}
		adjusted[t] = job->x[t] - skpi_anomaly_median(v, k);
	}
}

/* 1 at the places of the season where most values are away, else 0. */
static void
mark_places(const anomaly_job *job, double rest, double *mark)
{
	for (int place = 0; place < job->period; place++)
	{
		int away = 0, of = 0;

		for (int t = place; t < job->n; t += job->period, of++)
			away += is_away(job, rest, t);
		for (int t = place; t < job->n; t += job->period)
			mark[t] = 2 * away > of;
	}
}

/* The usual size of k residuals, over scale; room is reordered. */
static double
usual(double *room, int k, double scale)
{
	if (k == 0 || !(scale > 0))
		return 1;
	return fmax(1.4826 * skpi_anomaly_median(room, k) * (1 + FEW / k) / scale,
				1);
}

void
skpi_anomaly_away(const anomaly_job *job, double scale, double *factor,
				  double *room)
{
	int n = job->n, k = 0, moved = 0, resting = 0;
	double rest = rest_of(job, room), there, here = 1;

	mark_places(job, rest, factor);
	for (int t = 0; t < n; t++)
		if (factor[t] > 0)
			room[k++] = fabs(job->z[t]);
	there = usual(room, k, scale);
	for (int t = 0; t < n; t++)
	{
		if (factor[t] > 0)
			continue;
		resting++;
		if (is_away(job, rest, t))
			room[moved++] = fabs(job->z[t]);
	}
	if (moved >= OFTEN_LEAST && moved > OFTEN * resting)
		here = usual(room, moved, scale);
	for (int t = 0; t < n; t++)
		factor[t] = factor[t] > 0 ? there : here;
}
