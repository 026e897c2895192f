/*
 * Steps: where the level of a series moved and stayed, looking at both sides.
 */
#include <math.h>
#include <string.h>

#include "skpi_anomaly_core.h"

/* Widths in points; flat optima on the development series. */
#define STEP_WINDOW 6
/* Fewer values do not tell how much a level moves by chance. */
#define STEP_LEAST 20
#define STEP_BEFORE 8
#define STEP_RIVALS 5
#define STEP_CLEAR 4.0

/* x <- (x - median) / scale; the scale, 0 for no variation. */
static double
standardise(double *x, int n, double size, double *room)
{
	double median;
	double scale;

	memcpy(room, x, (size_t) n * sizeof(double));
	median = skpi_anomaly_median(room, n);
	for (int i = 0; i < n; i++)
		x[i] -= median;
	scale = skpi_anomaly_scale(x, n, size, room);
	for (int i = 0; i < n && scale > 0.0; i++)
		x[i] /= scale;
	return scale;
}

/* One-step residuals of simple exponential smoothing, the gain chosen by
 * the sum of root absolute errors, which outliers hardly move. */
static double
one_step(const double *x, int n, double gain, double *e)
{
	double level = x[0];
	double sum = 0.0;

	e[0] = 0.0;
	for (int t = 1; t < n; t++)
	{
		e[t] = x[t] - level;
		level += gain * e[t];
		sum += sqrt(fabs(e[t]));
	}
	return sum;
}

static skpi_status
best_one_step(const anomaly_job *job, double *e)
{
	double best = HUGE_VAL;
	double best_gain = 0.5;

	for (int k = 1; k < 20; k++)
	{
		double sum = one_step(job->adjusted, job->n, 0.05 * k, e);

		if (skpi_anomaly_stopped(job, 0))
			return SKPI_E_INTERRUPT;
		if (sum < best)
		{
			best = sum;
			best_gain = 0.05 * k;
		}
	}
	one_step(job->adjusted, job->n, best_gain, e);
	return SKPI_OK;
}

/* Evidence of a step: the difference of medians, less where the one-step
 * residual is smaller (a ramp); 0 where they disagree. */
static double
step_size(double residual, double contrast)
{
	if (residual * contrast <= 0.0)
		return 0.0;
	return fmin(fabs(contrast), sqrt(residual * contrast));
}

/* The signed evidence of a step at t, where it is the largest nearby; else
 * 0. */
static double
step_at(const double *residual, const double *contrast, int n, int t)
{
	double own = step_size(residual[t], contrast[t]);

	for (int j = t - STEP_RIVALS; j <= t + STEP_RIVALS; j++)
		if (j >= 0 && j < n && step_size(residual[j], contrast[j]) > own)
			return 0.0;
	return copysign(own, contrast[t]);
}

skpi_status
skpi_anomaly_steps(anomaly_job *job, double size, double *step, double *height,
				   double *unit)
{
	int n = job->n;
	const double *x = job->adjusted;
	double *residual = job->spare + 2 * n;
	double *room = job->spare + 4 * n;

	if (best_one_step(job, residual) != SKPI_OK)
		return SKPI_E_INTERRUPT;
	for (int t = 0; t < n; t++)
	{
		if (skpi_anomaly_stopped(job, t))
			return SKPI_E_INTERRUPT;
		height[t] = 0.0;
		if (t >= STEP_WINDOW && t + STEP_WINDOW <= n)
			height[t] =
				skpi_anomaly_neighbours(x, n, t, t + STEP_WINDOW - 1, -1) -
				skpi_anomaly_neighbours(x, n, t - STEP_WINDOW, t - 1, -1);
	}
	/* where there are no two sides there is no step, which is no measure of
	 * those there are */
	*unit = n >= STEP_LEAST ? standardise(height + STEP_WINDOW,
										  n - 2 * STEP_WINDOW + 1, size, room)
							: 0.0;
	if (standardise(residual, n, size, room) <= 0.0)
		*unit = 0.0;
	for (int t = 0; t < n; t++)
		step[t] = *unit > 0.0 && t >= STEP_WINDOW && t + STEP_WINDOW <= n
					  ? step_at(residual, height, n, t)
					  : 0.0;
	return SKPI_OK;
}

/* The level of the points before t: more of them than a dip has. */
static double
level_before(const anomaly_job *job, int t)
{
	return t > 0 ? skpi_anomaly_neighbours(job->adjusted, job->n,
										   t - STEP_BEFORE, t - 1, -1)
				 : job->adjusted[t];
}

/* Is t where the points before it were?  Then that is what was expected. */
static void
settle(anomaly_job *job, double scale, int t)
{
	double e = job->adjusted[t] - level_before(job, t);

	if (fabs(e) >= 2.0 * scale)
		return;
	job->fit[t] = job->x[t] - e;
	job->z[t] = e / job->scale[t];
}

void
skpi_anomaly_take_steps(anomaly_job *job, double scale, const double *step)
{
	for (int t = 0; t < job->n && scale > 0.0; t++)
	{
		if (fabs(step[t]) <= fabs(job->z[t]))
			continue;
		job->z[t] = step[t];
		for (int j = t - 1; j >= t - STEP_RIVALS && j >= 0; j--)
			if (fabs(step[t]) > STEP_CLEAR && job->z[j] * step[t] < 0.0)
				settle(job, scale, j);
	}
}

void
skpi_anomaly_measure_steps(anomaly_job *job, const double *step,
						   const double *height, double unit)
{
	double reach =
		skpi_anomaly_critical(job->threshold, skpi_anomaly_freedom(job, 0));

	for (int t = 0; t < job->n; t++)
	{
		double z = job->z[t];
		double own = (job->x[t] - job->fit[t]) / job->scale[t];

		if (fabs(z) < reach || step[t] * z <= 0.0 ||
			(fabs(own) >= reach && own * z > 0.0))
			continue;
		job->fit[t] = job->x[t] - height[t] * unit;
		job->scale[t] = height[t] * unit / z;
	}
}
