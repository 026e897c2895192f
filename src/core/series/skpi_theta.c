#include "skpi_theta.h"

#include <math.h>

#include "skpi_simplex.h"
#include "skpi_theta_season.h"

#define ALPHA_MIN 1e-4
#define ALPHA_MAX .9999
#define ALPHA_CELLS 20
#define ALPHA_TOL 1e-6

typedef struct smooth
{
	const double *y;
	size_t n;
	double level; /* best start level for the alpha last asked for */
} smooth;

/*
 * Sum of squared errors of simple exponential smoothing at alpha, the start
 * level at its least-squares value: errors are e_t - c_t level with
 * c_t = (1 - alpha)^(t - 1), e_t those from a start at zero.
 */
static double
smooth_sse(double alpha, void *arg)
{
	smooth *s = arg;
	double level = 0, c = 1, ee = 0, ec = 0, cc = 0;

	for (size_t t = 0; t < s->n; t++)
	{
		double e = s->y[t] - level;

		ee += e * e;
		ec += e * c;
		cc += c * c;
		level += alpha * e;
		c *= 1 - alpha;
	}
	s->level = ec / cc;
	return fmax(0, ee - ec * ec / cc);
}

/* The level after the last value; errors summed directly, not by difference,
 * and one-step means of the adjusted series into fitted. */
static double
smooth_run(const double *y, size_t n, double alpha, double level, double *sse,
		   double *fitted)
{
	*sse = 0;
	for (size_t t = 0; t < n; t++)
	{
		double e = y[t] - level;

		*sse += e * e;
		fitted[t] = level;
		level += alpha * e;
	}
	return level;
}

static void
standard_paths(const skpi_theta_fit *fit, const skpi_theta_season *season,
			   double level, size_t n, size_t h, double *point, double *var)
{
	double decay = pow(1 - fit->alpha, (double) n);

	for (size_t j = 0; j < h; j++)
	{
		point[j] = level + fit->drift * ((double) j + (1 - decay) / fit->alpha);
		var[j] = fit->sigma2 * ((double) j * fit->alpha * fit->alpha + 1);
		skpi_theta_restore(season, n + j, &point[j], &var[j]);
	}
}

/* One-step means with the share of the drift due at each point. */
static void
standard_fitted(const skpi_theta_fit *fit, const skpi_theta_season *season,
				size_t n, const double *level, double *fitted)
{
	double decay = 1;

	for (size_t t = 0; t < n; t++)
	{
		fitted[t] = level[t] + fit->drift * (1 - decay) / fit->alpha;
		decay *= 1 - fit->alpha;
		skpi_theta_restore(season, t, &fitted[t], NULL);
	}
}

skpi_status
skpi_theta_standard(const double *y, size_t n, size_t m, size_t h,
					skpi_stop_fn stop, void *stop_arg, double *work,
					size_t work_len, skpi_theta_fit *fit, double *point,
					double *var, double *fitted)
{
	skpi_theta_fit f = {.theta = 2};
	skpi_theta_season season;
	double *adjusted = work, *means = work + n;
	double intercept, slope, sse, level;
	smooth s = {adjusted, n, 0};
	skpi_status status = skpi_theta_check(y, n, m, h, 4, work_len);

	if (status != SKPI_OK)
		return status;
	skpi_theta_adjust(y, n, m, work + 2 * n, &season, adjusted);
	status =
		skpi_line_minimise(smooth_sse, &s, ALPHA_MIN, ALPHA_MAX, ALPHA_CELLS,
						   ALPHA_TOL, stop, stop_arg, &f.alpha, &sse);
	if (status == SKPI_OK)
		status = skpi_array_line(adjusted, n, &intercept, &slope);
	if (status != SKPI_OK)
		return status;
	(void) smooth_sse(f.alpha, &s);
	f.level = s.level;
	f.drift = slope / 2;
	f.seasonal = season.seasonal;
	f.multiplicative = season.multiplicative;
	level = smooth_run(adjusted, n, f.alpha, f.level, &sse, means);
	f.sigma2 = sse / (double) (n - 2);
	if (!isfinite(level) || !isfinite(f.sigma2) || !isfinite(slope))
		return SKPI_E_NUMERIC;
	standard_paths(&f, &season, level, n, h, point, var);
	if (fitted != NULL)
		standard_fitted(&f, &season, n, means, fitted);
	*fit = f;
	return SKPI_OK;
}
