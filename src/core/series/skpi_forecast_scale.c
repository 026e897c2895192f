#include "skpi_forecast_scale.h"

#include <math.h>

/* Beyond this a variance of logarithms says no more than "anything". */
#define LOG_VAR_MAX 2.0

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
