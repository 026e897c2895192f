#include "skpi_decompose_trend.h"

#include <gsl/gsl_sort.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

/* Bisquare weights of the residuals y - fit; false when the fit is exact, to
 * rounding, for half of them: there is nothing to weigh by. */
static bool
weigh(const double *y, const double *fit, int n, double *room, double *weights)
{
	double size = 0.0;
	double h;

	for (int i = 0; i < n; i++)
	{
		room[i] = fabs(y[i] - fit[i]);
		size = fmax(size, fabs(y[i]));
	}
	gsl_sort(room, 1, (size_t) n);
	h = 3.0 * (room[(n - 1) / 2] + room[n / 2]);
	if (!(h > 1e-10 * size))
		return false;
	for (int i = 0; i < n; i++)
	{
		double r = fabs(y[i] - fit[i]) / h;

		weights[i] = r >= 1.0 ? 0.0 : (1.0 - r * r) * (1.0 - r * r);
	}
	return true;
}

skpi_status
skpi_decompose_trend(const double *y, int n, bool robust, bool (*stop)(void *),
					 void *stop_arg, double *work, double *trend,
					 double *remainder)
{
	skpi_loess_span span = {SKPI_TREND_WINDOW, 1, 1};
	double *fit = work;
	double *weights = work + n;
	double *room = work + 2 * (size_t) n;
	int rounds = robust ? SKPI_TREND_ROUNDS : 0;
	skpi_status status =
		skpi_loess(y, n, span, NULL, stop, stop_arg, room, fit);

	for (int r = 0; status == SKPI_OK && r < rounds; r++)
	{
		if (!weigh(y, fit, n, room, weights))
			break;
		status = skpi_loess(y, n, span, weights, stop, stop_arg, room, fit);
	}
	if (status != SKPI_OK)
		return status;
	memcpy(trend, fit, (size_t) n * sizeof(double));
	for (int i = 0; i < n; i++)
		remainder[i] = y[i] - fit[i];
	return SKPI_OK;
}
