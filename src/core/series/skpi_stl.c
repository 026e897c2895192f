#include "skpi_stl.h"

#include <math.h>
#include <string.h>

/* Slices of the caller's working space, and what every step needs. */
typedef struct state
{
	const double *y;
	int n;
	const skpi_stl_options *o;
	bool (*stop)(void *);
	void *stop_arg;
	bool weighted;
	double *season, *trend, *rw; /* n */
	double *a, *b, *c, *d, *e;   /* n + 2 period */
} state;

static int
odd(double x)
{
	int k = (int) ceil(x);

	return k % 2 == 0 ? k + 1 : k;
}

static skpi_loess_span
span_of(int window, int degree)
{
	skpi_loess_span s = {window, degree, (window + 9) / 10};

	return s;
}

static skpi_status
check_size(int n, int period)
{
	if (period < 2)
		return SKPI_E_RANGE;
	if (n > SKPI_STL_MAX_N || period > SKPI_STL_MAX_PERIOD)
		return SKPI_E_LIMIT;
	if (n < 2 * period)
		return SKPI_E_SHORT;
	return SKPI_OK;
}

skpi_status
skpi_stl_defaults(int n, int period, int s_window, int t_window, bool robust,
				  skpi_stl_options *out)
{
	skpi_status status = check_size(n, period);
	double s;

	if (status != SKPI_OK)
		return status;
	if (s_window < 0 || t_window < 0)
		return SKPI_E_RANGE;
	if (s_window > 10 * SKPI_STL_MAX_N || t_window > 10 * SKPI_STL_MAX_N)
		return SKPI_E_LIMIT;
	out->periodic = s_window == 0;
	s = out->periodic ? 10.0 * n + 1.0 : fmax(3.0, s_window);
	out->period = period;
	out->seasonal = span_of(odd(s), 0);
	if (t_window == 0)
		t_window = odd(nearbyint(ceil(1.5 * period / (1.0 - 1.5 / s))));
	out->trend = span_of(odd(fmax(3.0, t_window)), 1);
	out->lowpass = span_of(odd(fmax(3.0, period)), 1);
	out->inner = robust ? 1 : 2;
	out->outer = robust ? 15 : 0;
	return SKPI_OK;
}

size_t
skpi_stl_work(int n, int period)
{
	return 3 * (size_t) n + 5 * ((size_t) n + 2 * (size_t) period);
}

/* Smooths the values of each phase, and one value beyond either end, into
 * cycle[0 .. n + 2 period - 1]. */
static skpi_status
smooth_phases(state *s, const double *detrended, double *cycle)
{
	int m = s->o->period;
	skpi_loess_span span = s->o->seasonal;

	for (int j = 0; j < m; j++)
	{
		int k = (s->n - j - 1) / m + 1;
		double *w = s->e;
		double *rw = s->weighted ? s->c : NULL;
		double *fit = s->d;
		skpi_status status;

		for (int i = 0; i < k; i++)
		{
			s->b[i] = detrended[i * m + j];
			s->c[i] = s->rw[i * m + j];
		}
		status =
			skpi_loess(s->b, k, span, rw, s->stop, s->stop_arg, w, fit + 1);
		if (status != SKPI_OK)
			return status;
		if (!skpi_loess_at(s->b, k, span, 0.0, 1,
						   span.window < k ? span.window : k, rw, w, &fit[0]))
			fit[0] = fit[1];
		if (!skpi_loess_at(s->b, k, span, k + 1.0,
						   span.window < k ? k - span.window + 1 : 1, k, rw, w,
						   &fit[k + 1]))
			fit[k + 1] = fit[k];
		for (int i = 0; i < k + 2; i++)
			cycle[i * m + j] = fit[i];
	}
	return SKPI_OK;
}

/* Moving average of `width` over x[0 .. n-1] into out[0 .. n-width]. */
static void
moving_average(const double *x, int n, int width, double *out)
{
	double sum = 0.0;

	for (int i = 0; i < width; i++)
		sum += x[i];
	out[0] = sum / width;
	for (int i = width; i < n; i++)
	{
		sum = sum - x[i - width] + x[i];
		out[i - width + 1] = sum / width;
	}
}

/* One inner round: new seasonal from y - trend, new trend from y - seasonal.
 * Buffer use: a = cycle, then b .. e by smooth_phases. */
static skpi_status
inner_round(state *s, double *detrended)
{
	int n = s->n;
	int m = s->o->period;
	int k = n + 2 * m;
	skpi_status status;

	for (int i = 0; i < n; i++)
		detrended[i] = s->y[i] - s->trend[i];
	status = smooth_phases(s, detrended, s->a);
	if (status != SKPI_OK)
		return status;
	moving_average(s->a, k, m, s->b);
	moving_average(s->b, k - m + 1, m, s->c);
	moving_average(s->c, k - 2 * m + 2, 3, s->b);
	status = skpi_loess(s->b, n, s->o->lowpass, NULL, s->stop, s->stop_arg,
						s->e, s->c);
	if (status != SKPI_OK)
		return status;
	for (int i = 0; i < n; i++)
	{
		s->season[i] = s->a[m + i] - s->c[i];
		s->b[i] = s->y[i] - s->season[i];
	}
	return skpi_loess(s->b, n, s->o->trend, s->weighted ? s->rw : NULL, s->stop,
					  s->stop_arg, s->e, s->trend);
}

static void
order_pair(double *x, double *y)
{
	double swap = *x;

	if (*x > *y)
	{
		*x = *y;
		*y = swap;
	}
}

/* Splits x[lo .. hi] about the median of its first, middle and last value;
 * afterwards x[lo .. *left] <= x[*right .. hi]. */
static void
split(double *x, int lo, int hi, int *left, int *right)
{
	int mid = (lo + hi) / 2;
	int k = lo;
	int l = hi;
	double pivot;

	order_pair(&x[lo], &x[mid]);
	order_pair(&x[mid], &x[hi]);
	order_pair(&x[lo], &x[mid]);
	pivot = x[mid];
	for (;;)
	{
		double swap;

		do
			l--;
		while (x[l] > pivot);
		do
			k++;
		while (x[k] < pivot);
		if (k > l)
			break;
		swap = x[l];
		x[l] = x[k];
		x[k] = swap;
	}
	*left = l;
	*right = k;
}

/*
 * Twice the median of x[0 .. n-1], as the published procedure takes it: by
 * partial sorting (Chambers 1971, CACM Algorithm 410) for the middle pair,
 * where a split that parts the pair follows the shorter side only.  For even
 * n one of the two can then be a neighbour of the true order statistic.  The
 * fit hardly feels it, but the weights agree with the usual implementation
 * to the last digits only in this way.
 */
static double
middle_pair(double *x, int n)
{
	int lower = (n - 1) / 2;
	int upper = n / 2;
	int lo = 0;
	int hi = n - 1;

	while (hi - lo > 10 || (lo == 0 && hi > 0))
	{
		int left;
		int right;
		bool go_left;

		split(x, lo, hi, &left, &right);
		if (left - lo <= hi - right)
			go_left = lower <= left;
		else
			go_left = upper < right;
		if (go_left)
			hi = left;
		else
			lo = right;
	}
	for (int i = lo + 1; i <= hi; i++)
		for (int j = i; j > lo && x[j - 1] > x[j]; j--)
			order_pair(&x[j - 1], &x[j]);
	return x[lower] + x[upper];
}

/* Bisquare weights from the distance to the present fit in units of six
 * median absolute residuals. */
static void
reweigh(state *s)
{
	int n = s->n;
	double reach;

	for (int i = 0; i < n; i++)
		s->a[i] = fabs(s->y[i] - s->trend[i] - s->season[i]);
	memcpy(s->b, s->a, (size_t) n * sizeof(double));
	reach = 3.0 * middle_pair(s->b, n);
	for (int i = 0; i < n; i++)
	{
		double t;

		if (s->a[i] <= 0.001 * reach || s->a[i] > 0.999 * reach)
		{
			s->rw[i] = s->a[i] <= 0.001 * reach ? 1.0 : 0.0;
			continue;
		}
		t = s->a[i] / reach;
		s->rw[i] = (1.0 - t * t) * (1.0 - t * t);
	}
	s->weighted = true;
}

/* Replaces the seasonal by the mean of each phase. */
static void
make_periodic(state *s)
{
	int m = s->o->period;

	for (int j = 0; j < m; j++)
	{
		double sum = 0.0;
		int k = 0;

		for (int i = j; i < s->n; i += m, k++)
			sum += s->season[i];
		for (int i = j; i < s->n; i += m)
			s->season[i] = sum / k;
	}
}

static skpi_status
check_input(const double *y, int n, const skpi_stl_options *o)
{
	skpi_status status = check_size(n, o->period);

	if (status != SKPI_OK)
		return status;
	if (o->inner < 1 || o->inner > 100 || o->outer < 0 || o->outer > 100)
		return SKPI_E_RANGE;
	for (int i = 0; i < n; i++)
		if (!isfinite(y[i]))
			return SKPI_E_RANGE;
	return SKPI_OK;
}

static void
carve(state *s, double *work)
{
	double **slice[] = {&s->a, &s->b, &s->c, &s->d, &s->e};
	size_t n = (size_t) s->n;
	size_t k = n + 2 * (size_t) s->o->period;

	s->season = work;
	s->trend = work + n;
	s->rw = work + 2 * n;
	for (size_t i = 0; i < 5; i++)
		*slice[i] = work + 3 * n + i * k;
	memset(s->trend, 0, n * sizeof(double));
	for (size_t i = 0; i < n; i++)
		s->rw[i] = 1.0;
}

skpi_status
skpi_stl(const double *y, int n, const skpi_stl_options *options,
		 bool (*stop)(void *), void *stop_arg, double *work, double *seasonal,
		 double *trend, double *remainder, double *weights)
{
	state s = {.y = y, .n = n, .o = options};
	skpi_status status = check_input(y, n, options);

	if (status != SKPI_OK)
		return status;
	s.stop = stop;
	s.stop_arg = stop_arg;
	carve(&s, work);
	for (int k = 0; k <= options->outer; k++)
	{
		if (k > 0)
			reweigh(&s);
		for (int i = 0; i < options->inner; i++)
		{
			if (stop != NULL && stop(stop_arg))
				return SKPI_E_INTERRUPT;
			status = inner_round(&s, s.season);
			if (status != SKPI_OK)
				return status;
		}
	}
	if (options->periodic)
		make_periodic(&s);
	/* Huge but finite input can overflow inside a sum. */
	for (int i = 0; i < n; i++)
		if (!isfinite(y[i] - s.season[i] - s.trend[i]))
			return SKPI_E_NUMERIC;
	for (int i = 0; i < n; i++)
		remainder[i] = y[i] - s.season[i] - s.trend[i];
	memcpy(seasonal, s.season, (size_t) n * sizeof(double));
	memcpy(trend, s.trend, (size_t) n * sizeof(double));
	if (weights != NULL)
		memcpy(weights, s.rw, (size_t) n * sizeof(double));
	return SKPI_OK;
}
