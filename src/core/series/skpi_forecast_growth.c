/*
 * Whether growth is in proportion is asked of two pairs of descriptions: a
 * straight line against one on logarithms, and a random walk with drift against
 * one on logarithms, each by its likelihood.  Both must speak for logarithms,
 * growth over the series must be a doubling (RISE), and a step of it larger
 * than what values lie off the line (STEADY).
 *
 * On 4,000 origins inside some 2,000 public yearly series (those of
 * skpi_forecast_plain.c) going on at a constant rate costs almost always: of
 * 370 with RISE and STEADY of 1 the combination's error over naive is .74 and
 * that of constant growth .98, of 70 with STEADY of 2 .608 and .747, but half
 * of each in logarithms .606.  Hence the share, and so late.  What it is for is
 * a young company: 10 % a month with 3 % noise, 12 to 36 values, without and
 * with a period of 12.  The value of the twelfth month lay above the 95 % bound
 * in 42 to 100 % of cases and lies there in 0 to 5 (noise about the trend) and
 * 2 to 18 (noise that adds up).
 */
#include "skpi_forecast_growth.h"

#include <math.h>

#include "skpi_forecast_season.h"
#include "skpi_naive.h"

#define VALUES_MIN 8
#define EVIDENCE 2.0 /* log likelihood, for the whole share */
#define RISE .7      /* log 2 */
#define STEADY 1.5
#define STEADY_SURE 2.5
#define LOG_MAX 230.0
#define LOG_VAR_MAX 2.0

/* Values or their logarithms, as a line and as a walk. */
typedef struct line
{
	double mean;
	double slope;
	double about;  /* variance about the line */
	double change; /* variance of the changes */
} line;

static double
value(const double *y, size_t t, bool log_scale)
{
	return log_scale ? log(y[t]) : y[t];
}

static line
fit(const double *y, size_t n, bool log_scale)
{
	line l = {0};
	double count = (double) n, half = (count - 1) / 2, down = 0, mean = 0;

	for (size_t t = 0; t < n; t++)
		l.mean += value(y, t, log_scale) / count;
	for (size_t t = 0; t < n; t++)
	{
		double x = (double) t - half;

		l.slope += x * (value(y, t, log_scale) - l.mean);
		down += x * x;
	}
	l.slope /= down;
	for (size_t t = 0; t < n; t++)
	{
		double e =
			value(y, t, log_scale) - l.mean - l.slope * ((double) t - half);

		l.about += e * e / count;
	}
	mean = (value(y, n - 1, log_scale) - value(y, 0, log_scale)) / (count - 1);
	for (size_t t = 1; t < n; t++)
	{
		double e = value(y, t, log_scale) - value(y, t - 1, log_scale) - mean;

		l.change += e * e / (count - 1);
	}
	return l;
}

/* 0 below from, 1 above to. */
static double
ramp(double x, double from, double to)
{
	return fmin(fmax((x - from) / (to - from), 0), 1);
}

double
skpi_growth_share(const double *y, size_t n)
{
	line plain, logs;
	double count = (double) n, steady, by_line, by_change;

	if (n < VALUES_MIN || !skpi_array_positive(y, n))
		return 0;
	logs = fit(y, n, true);
	if (!(logs.slope * count > RISE))
		return 0;
	steady = logs.slope / sqrt(logs.about * count / (count - 2));
	if (!(logs.about > 0) || !(logs.change > 0))
		return SKPI_GROWTH_SHARE;
	plain = fit(y, n, false);
	by_line = count / 2 * log(plain.about / logs.about) - count * logs.mean;
	by_change = count / 2 * log(plain.change / logs.change) - count * logs.mean;
	return SKPI_GROWTH_SHARE * ramp(steady, STEADY, STEADY_SURE) *
		   ramp(fmin(by_line, by_change), 0, EVIDENCE);
}

static void
mix(double mine, double error, double share, double *point, double *var)
{
	double other = log(*point), apart = mine - other;
	double ratio = sqrt(*var) / *point;
	double v = (1 - share) * log1p(ratio * ratio) + share * error +
			   share * (1 - share) * apart * apart;

	*point = exp(fmin(other + share * apart, LOG_MAX));
	*var = *point * *point * expm1(fmin(v, LOG_VAR_MAX));
}

skpi_status
skpi_growth_mix(const skpi_member_job *job, double share, double *point,
				double *var)
{
	size_t n = job->n, m = job->m, h = job->h;
	double *rest = job->work, *season = rest + n, *at = season + n;
	double *error = at + h;
	skpi_status status = skpi_season_split_logs(
		job->y, n, m, job->stop, job->stop_arg, error + h, season, rest);

	if (status != SKPI_OK)
		return status;
	if (skpi_naive_shrunk(rest, n, h, at, error, NULL) != SKPI_OK)
		return SKPI_OK;
	for (size_t j = 0; j < h; j++)
		if (point[j] > 0)
			mix(at[j] + season[n - m + j % m], error[j], share, &point[j],
				&var[j]);
	return SKPI_OK;
}
