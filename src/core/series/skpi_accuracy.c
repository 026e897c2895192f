#include "skpi_accuracy.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

static bool
all_finite(const double *x, int n)
{
	for (int i = 0; i < n; i++)
		if (!isfinite(x[i]))
			return false;
	return true;
}

/* Mean of |step| or step^2 over `period`. */
static double
seasonal_step(const double *past, int n, int period, int power)
{
	double sum = 0.0;

	if (n <= period)
		return NAN;
	for (int i = period; i < n; i++)
	{
		double d = fabs(past[i] - past[i - period]);

		sum += power == 2 ? d * d : d;
	}
	return sum > 0.0 ? sum / (n - period) : NAN;
}

double
skpi_seasonal_step(const double *past, int n_past, int period)
{
	return seasonal_step(past, n_past, period, 1);
}

static void
plain_errors(const double *y, const double *f, int n, skpi_accuracy *a)
{
	a->me = a->mae = a->rmse = a->smape = 0.0;
	for (int i = 0; i < n; i++)
	{
		double e = y[i] - f[i];
		double size = fabs(y[i]) + fabs(f[i]);

		a->me += e;
		a->mae += fabs(e);
		a->rmse += e * e;
		a->smape += size > 0.0 ? 200.0 * fabs(e) / size : 0.0;
	}
	a->me /= n;
	a->mae /= n;
	a->rmse = sqrt(a->rmse / n);
	a->smape /= n;
}

static void
percentages(const double *y, const double *f, int n, skpi_accuracy *a)
{
	a->mpe = a->mape = 0.0;
	for (int i = 0; i < n; i++)
	{
		double p = y[i] == 0.0 ? NAN : 100.0 * (y[i] - f[i]) / y[i];

		a->mpe += p;
		a->mape += fabs(p);
	}
	a->mpe /= n;
	a->mape /= n;
}

static double
lag_one(const double *y, const double *f, int n, double mean)
{
	double top = 0.0;
	double bottom = 0.0;

	for (int i = 0; i < n; i++)
	{
		double e = y[i] - f[i] - mean;

		bottom += e * e;
		if (i > 0)
			top += e * (y[i - 1] - f[i - 1] - mean);
	}
	return bottom > 0.0 ? top / bottom : NAN;
}

static double
theil(const double *y, const double *f, int n)
{
	double top = 0.0;
	double bottom = 0.0;

	for (int i = 1; i < n; i++)
	{
		double e, step;

		if (y[i - 1] == 0.0)
			return NAN;
		e = (f[i] - y[i]) / y[i - 1];
		step = (y[i] - y[i - 1]) / y[i - 1];
		top += e * e;
		bottom += step * step;
	}
	return bottom > 0.0 ? sqrt(top / bottom) : NAN;
}

/* Overflow of finite input must not surface as infinity. */
static double
defined(double x)
{
	return isfinite(x) ? x : NAN;
}

skpi_status
skpi_accuracy_points(const double *actual, const double *forecast, int n,
					 const double *past, int n_past, int period,
					 skpi_accuracy *out)
{
	skpi_accuracy a;

	if (n < 1 || n_past < 0 || period < 1 || !all_finite(actual, n) ||
		!all_finite(forecast, n) || !all_finite(past, n_past))
		return SKPI_E_RANGE;
	plain_errors(actual, forecast, n, &a);
	percentages(actual, forecast, n, &a);
	a.mase = a.mae / seasonal_step(past, n_past, period, 1);
	a.rmsse = a.rmse / sqrt(seasonal_step(past, n_past, period, 2));
	a.acf1 = lag_one(actual, forecast, n, a.me);
	a.theil = theil(actual, forecast, n);
	out->me = defined(a.me);
	out->mae = defined(a.mae);
	out->rmse = defined(a.rmse);
	out->mpe = defined(a.mpe);
	out->mape = defined(a.mape);
	out->smape = defined(a.smape);
	out->mase = defined(a.mase);
	out->rmsse = defined(a.rmsse);
	out->acf1 = defined(a.acf1);
	out->theil = defined(a.theil);
	return SKPI_OK;
}

skpi_status
skpi_pinball(const double *actual, const double *quantile, int n, double level,
			 double *out)
{
	double sum = 0.0;

	if (n < 1 || !(level > 0.0 && level < 1.0) || !all_finite(actual, n) ||
		!all_finite(quantile, n))
		return SKPI_E_RANGE;
	for (int i = 0; i < n; i++)
	{
		double d = actual[i] - quantile[i];

		sum += d >= 0.0 ? level * d : (level - 1.0) * d;
	}
	*out = defined(sum / n);
	return SKPI_OK;
}

skpi_status
skpi_interval_accuracy(const double *actual, const double *lo, const double *hi,
					   int n, double level, double scale, double *coverage,
					   double *msis)
{
	double penalty;
	double sum = 0.0;
	int inside = 0;

	if (n < 1 || !(level > 0.0 && level < 1.0) || !all_finite(actual, n) ||
		!all_finite(lo, n) || !all_finite(hi, n))
		return SKPI_E_RANGE;
	penalty = 2.0 / (1.0 - level);
	for (int i = 0; i < n; i++)
	{
		if (lo[i] > hi[i])
			return SKPI_E_RANGE;
		sum += hi[i] - lo[i];
		sum += penalty * fmax(0.0, lo[i] - actual[i]);
		sum += penalty * fmax(0.0, actual[i] - hi[i]);
		inside += lo[i] <= actual[i] && actual[i] <= hi[i];
	}
	*coverage = (double) inside / n;
	*msis = scale > 0.0 ? defined(sum / n / scale) : NAN;
	return SKPI_OK;
}

static double
loss(double e, int power)
{
	return power == 2 ? e * e : fabs(e);
}

/* Autocovariance at lag k of the loss differences, divisor n. */
static double
covariance(const double *e1, const double *e2, int n, int power, double mean,
		   int k)
{
	double sum = 0.0;

	for (int i = k; i < n; i++)
	{
		double a = loss(e1[i], power) - loss(e2[i], power) - mean;
		double b = loss(e1[i - k], power) - loss(e2[i - k], power) - mean;

		sum += a * b;
	}
	return sum / n;
}

skpi_status
skpi_diebold_mariano(const double *error1, const double *error2, int n, int h,
					 int power, skpi_dm_test *out)
{
	double mean = 0.0;
	double flat;
	double tapered;
	double shrink;

	if (h < 1 || power < 1 || power > 2 || n < 0 || !all_finite(error1, n) ||
		!all_finite(error2, n))
		return SKPI_E_RANGE;
	if (n < 3 || n <= h)
		return SKPI_E_SHORT;
	for (int i = 0; i < n; i++)
		mean += (loss(error1[i], power) - loss(error2[i], power)) / n;
	flat = tapered = covariance(error1, error2, n, power, mean, 0);
	for (int k = 1; k < h; k++)
	{
		double c = covariance(error1, error2, n, power, mean, k);

		flat += 2.0 * c;
		tapered += 2.0 * (1.0 - (double) k / h) * c;
	}
	out->difference = mean;
	out->statistic = NAN;
	out->p_value = mean == 0.0 ? 1.0 : NAN;
	if (!(flat > 0.0))
		flat = tapered;
	/* Differences that vary by rounding alone say nothing. */
	if (!(sqrt(fmax(flat, 0.0)) > 1e-12 * fabs(mean)))
		return SKPI_OK;
	shrink = (n + 1.0 - 2.0 * h + (double) h * (h - 1.0) / n) / n;
	out->statistic = mean / sqrt(flat / n) * sqrt(fmax(shrink, 0.0));
	out->p_value =
		fmin(1.0, 2.0 * gsl_cdf_tdist_Q(fabs(out->statistic), n - 1.0));
	return SKPI_OK;
}
