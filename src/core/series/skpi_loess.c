#include "skpi_loess.h"

#include <math.h>
#include <stddef.h>

#define POLL_WEIGHTS 65536

/* Tricube weights of points left .. right about x; returns their sum. */
static double
tricube(int n, int window, double x, int left, int right, const double *rw,
		double *w)
{
	double h = fmax(x - left, right - x);
	double sum = 0.0;

	/* A window longer than the series reaches past its ends. */
	if (window > n)
		h += (window - n) / 2;
	for (int j = left; j <= right; j++)
	{
		double r = fabs(j - x);
		double t = r / h;
		double v = 0.0;

		if (r <= 0.001 * h)
			v = 1.0;
		else if (r <= 0.999 * h)
		{
			t = 1.0 - t * t * t;
			v = t * t * t;
		}
		if (rw != NULL)
			v *= rw[j - 1];
		w[j - 1] = v;
		sum += v;
	}
	return sum;
}

/* Turns averaging weights into those of a local line, unless the weighted
 * points lie so close together that no slope can be told. */
static void
tilt(int n, double x, int left, int right, double *w)
{
	double centre = 0.0;
	double spread = 0.0;

	for (int j = left; j <= right; j++)
		centre += w[j - 1] * j;
	for (int j = left; j <= right; j++)
		spread += w[j - 1] * (j - centre) * (j - centre);
	if (sqrt(spread) <= 0.001 * (n - 1))
		return;
	for (int j = left; j <= right; j++)
		w[j - 1] *= (x - centre) / spread * (j - centre) + 1.0;
}

bool
skpi_loess_at(const double *y, int n, skpi_loess_span span, double x, int left,
			  int right, const double *rw, double *w, double *fit)
{
	double sum = tricube(n, span.window, x, left, right, rw, w);
	double value = 0.0;

	if (!(sum > 0.0))
		return false;
	for (int j = left; j <= right; j++)
		w[j - 1] /= sum;
	if (span.degree > 0 && right > left)
		tilt(n, x, left, right, w);
	for (int j = left; j <= right; j++)
		value += w[j - 1] * y[j - 1];
	*fit = value;
	return true;
}

/* First point of the window about i; the window is moved inwards at both
 * ends so that it always holds min(window, n) points. */
static int
window_start(int i, int n, int window)
{
	int start = i - (window + 1) / 2 + 1;

	if (start > n - window + 1)
		start = n - window + 1;
	return start < 1 ? 1 : start;
}

/* Straight line between the fits at points a and b (1-based). */
static void
join(double *out, int a, int b)
{
	double step = (out[b - 1] - out[a - 1]) / (b - a);

	for (int j = a + 1; j < b; j++)
		out[j - 1] = out[a - 1] + step * (j - a);
}

skpi_status
skpi_loess(const double *y, int n, skpi_loess_span span, const double *rw,
		   bool (*stop)(void *), void *stop_arg, double *w, double *out)
{
	int jump = span.jump < n - 1 ? span.jump : n - 1;
	int last = 1;
	int left = 1;
	int spent = 0;

	if (span.window < 3 || span.degree < 0 || span.degree > 1 ||
		span.jump < 1 || n < 1)
		return SKPI_E_RANGE;
	if (n == 1)
	{
		out[0] = y[0];
		return SKPI_OK;
	}
	for (int i = 1;; i += jump)
	{
		int right;

		/* The forced fit at the very end keeps the window of the fit before
		 * it, as the published procedure does. */
		if (i <= n)
			left = window_start(i, n, span.window);
		else
			i = n;
		right = span.window < n ? left + span.window - 1 : n;
		spent += right - left + 1;
		if (spent >= POLL_WEIGHTS && stop != NULL)
		{
			if (stop(stop_arg))
				return SKPI_E_INTERRUPT;
			spent = 0;
		}
		if (!skpi_loess_at(y, n, span, i, left, right, rw, w, &out[i - 1]))
			out[i - 1] = y[i - 1];
		if (i > 1)
			join(out, last, i);
		last = i;
		if (i == n)
			return SKPI_OK;
	}
}
