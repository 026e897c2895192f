#include "skpi_naive.h"

#include <math.h>

/* Fewer have no extremes. */
#define TRIM_CHANGES 5

static skpi_status
check(const double *y, size_t n, size_t min, size_t h)
{
	if (h < 1 || h > SKPI_HORIZON_MAX)
		return SKPI_E_RANGE;
	return skpi_array_check(y, n, min);
}

skpi_status
skpi_naive(const double *y, size_t n, size_t h, double *point, double *var)
{
	return skpi_naive_seasonal(y, n, 1, h, point, var);
}

skpi_status
skpi_naive_seasonal(const double *y, size_t n, size_t m, size_t h,
					double *point, double *var)
{
	double sum = 0, mse;
	skpi_status status;

	if (m < 1 || m > SKPI_SEASON_MAX)
		return SKPI_E_RANGE;
	status = check(y, n, m + 1, h);
	if (status != SKPI_OK)
		return status;
	for (size_t t = m; t < n; t++)
		sum += (y[t] - y[t - m]) * (y[t] - y[t - m]);
	mse = sum / (double) (n - m);
	for (size_t j = 0; j < h; j++)
	{
		point[j] = y[n - m + j % m];
		var[j] = mse * (double) (j / m + 1);
	}
	return SKPI_OK;
}

skpi_status
skpi_naive_drift(const double *y, size_t n, size_t h, double *point,
				 double *var, double *drift)
{
	double b, sum = 0, s2, changes;
	skpi_status status = check(y, n, 3, h);

	if (status != SKPI_OK)
		return status;
	changes = (double) (n - 1);
	b = (y[n - 1] - y[0]) / changes;
	for (size_t t = 1; t < n; t++)
	{
		double e = y[t] - y[t - 1] - b;

		sum += e * e;
	}
	s2 = sum / (changes - 1);
	for (size_t j = 0; j < h; j++)
	{
		double k = (double) (j + 1);

		point[j] = y[n - 1] + k * b;
		var[j] = s2 * k * (1 + k / changes);
	}
	if (drift != NULL)
		*drift = b;
	return SKPI_OK;
}

static double
less_noise(double drift, double noise)
{
	double square = drift * drift;

	return square > noise ? drift * (1 - noise / square) : 0;
}

skpi_status
skpi_naive_shrunk(const double *y, size_t n, size_t h, double *point,
				  double *var, double *drift)
{
	double b, changes = (double) n - 1;
	skpi_status status = skpi_naive_drift(y, n, h, point, var, &b);

	if (status != SKPI_OK)
		return status;
	/* var[0] is the variance of one change times 1 + 1 / changes */
	b = less_noise(b, var[0] / (changes + 1));
	for (size_t j = 0; j < h; j++)
		point[j] = y[n - 1] + (double) (j + 1) * b;
	if (drift != NULL)
		*drift = b;
	return SKPI_OK;
}

skpi_status
skpi_naive_trimmed(const double *y, size_t n, size_t h, double *point,
				   double *var, double *drift)
{
	double low = INFINITY, high = -INFINITY, b = 0, s2 = 0, count;
	size_t least = 0, most = 0;
	skpi_status status = skpi_naive_shrunk(y, n, h, point, var, drift);

	if (status != SKPI_OK || n <= TRIM_CHANGES)
		return status;
	for (size_t t = 1; t < n; t++)
	{
		double change = y[t] - y[t - 1];

		least = change < low ? t : least;
		most = change >= high ? t : most;
		low = fmin(low, change);
		high = fmax(high, change);
	}
	count = (double) n - 3;
	for (size_t t = 1; t < n; t++)
		b += t == least || t == most ? 0 : (y[t] - y[t - 1]) / count;
	for (size_t t = 1; t < n; t++)
	{
		double e = y[t] - y[t - 1] - b;

		s2 += t == least || t == most ? 0 : e * e / (count - 1);
	}
	b = less_noise(b, s2 / count);
	for (size_t j = 0; j < h; j++)
		point[j] = y[n - 1] + (double) (j + 1) * b;
	if (drift != NULL)
		*drift = b;
	return SKPI_OK;
}

skpi_status
skpi_naive_faded(const double *y, size_t n, size_t h, double *point,
				 double *var, double *drift)
{
	double weight = 1, sum = 0, squares = 0, b = 0, s2 = 0;
	skpi_status status = check(y, n, 3, h);

	if (status != SKPI_OK)
		return status;
	for (size_t t = n - 1; t > 0; t--, weight *= SKPI_FADES)
	{
		b += weight * (y[t] - y[t - 1]);
		sum += weight;
		squares += weight * weight;
	}
	b /= sum;
	weight = 1;
	for (size_t t = n - 1; t > 0; t--, weight *= SKPI_FADES)
	{
		double e = y[t] - y[t - 1] - b;

		s2 += weight * e * e;
	}
	/* with equal weights s2 over the changes less one */
	s2 *= sum / (sum * sum - squares);
	b = less_noise(b, s2 * squares / (sum * sum));
	for (size_t j = 0; j < h; j++)
	{
		double k = (double) (j + 1);

		point[j] = y[n - 1] + k * b;
		var[j] = s2 * k * (1 + k * squares / (sum * sum));
	}
	if (drift != NULL)
		*drift = b;
	return SKPI_OK;
}
