#include "skpi_forecast_scale.h"

#include <math.h>

#include "skpi_array.h"

/* Zeros in a hundred values that are taken for small ones, and beside which
 * roots are. */
#define RAISED_MAX 3
#define ROOTS_MAX 10

/* Beyond this a variance of logarithms says no more than "anything". */
#define LOG_VAR_MAX 2.0

/* How many of a hundred values are 0, if there is a season and none is below. */
static double
zeros(const double *y, size_t n, size_t m)
{
	size_t count = 0;

	if (m < 2 || !skpi_array_never_negative(y, n))
		return HUGE_VAL;
	for (size_t t = 0; t < n; t++)
		count += y[t] == 0;
	return 100 * (double) count / (double) n;
}

skpi_scale
skpi_scale_of(const double *y, size_t n, size_t m)
{
	if (skpi_array_positive(y, n))
		return SKPI_SCALE_LOG;
	return zeros(y, n, m) <= ROOTS_MAX ? SKPI_SCALE_ROOT : SKPI_SCALE_PLAIN;
}

void
skpi_scale_raise(const double *y, size_t n, size_t m, double *out)
{
	bool raised = zeros(y, n, m) <= RAISED_MAX;
	double least = HUGE_VAL;

	for (size_t t = 0; t < n; t++)
		if (y[t] > 0)
			least = fmin(least, y[t]);
	for (size_t t = 0; t < n; t++)
		out[t] = raised && y[t] == 0 ? least : y[t];
}

void
skpi_scale_from_log(size_t h, double *point, double *var)
{
	for (size_t j = 0; j < h; j++)
	{
		double spread = expm1(fmin(var[j], LOG_VAR_MAX));

		point[j] = exp(fmin(point[j], 230.0));
		var[j] = point[j] * point[j] * spread;
	}
}

void
skpi_scale_from_root(size_t h, double *point, double *var)
{
	for (size_t j = 0; j < h; j++)
	{
		double root = fmax(point[j], 0);

		point[j] = root * root;
		var[j] = 4 * point[j] * var[j] + 2 * var[j] * var[j];
	}
}

void
skpi_scale_past(bool root, size_t n, double *fitted)
{
	for (size_t t = 0; t < n; t++)
		fitted[t] =
			root ? fitted[t] * fmax(fitted[t], 0) : exp(fmin(fitted[t], 230.0));
}

/* Of smaller values, sums of squares lose their digits. */
#define SMALL 1e-100

int
skpi_scale_lift(const double *y, size_t n)
{
	double largest = 0;
	int exponent = 0;

	for (size_t i = 0; i < n; i++)
		largest = fmax(largest, fabs(y[i]));
	if (largest > 0 && largest < SMALL)
		(void) frexp(largest, &exponent);
	return -exponent;
}
