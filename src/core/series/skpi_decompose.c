#include "skpi_decompose.h"

#include <math.h>
#include <string.h>

static skpi_status
check(const double *y, int n, int period, bool positive)
{
	if (period < 2)
		return SKPI_E_RANGE;
	if (n > SKPI_STL_MAX_N || period > SKPI_STL_MAX_PERIOD)
		return SKPI_E_LIMIT;
	if (n < 2 * period)
		return SKPI_E_SHORT;
	for (int i = 0; i < n; i++)
		if (!isfinite(y[i]) || fabs(y[i]) > 1e290 || (positive && y[i] <= 0.0))
			return SKPI_E_RANGE;
	return SKPI_OK;
}

/* Moving average centred on i; an even period takes half of either end. */
static double
centred(const double *y, int period, int i)
{
	int half = period / 2;
	double sum = 0.0;

	for (int j = i - half + 1; j < i + half; j++)
		sum += y[j];
	if (period % 2 == 0)
		sum += 0.5 * y[i - half] + 0.5 * y[i + half];
	else
		sum += y[i - half] + y[i + half];
	return sum / period;
}

/* Mean of y against trend over one phase, where there is a trend. */
static double
phase_mean(const double *y, int n, int period, int phase, bool multiplicative,
		   const double *trend)
{
	double sum = 0.0;
	int count = 0;

	for (int i = phase; i < n; i += period)
	{
		if (isnan(trend[i]))
			continue;
		sum += multiplicative ? y[i] / trend[i] : y[i] - trend[i];
		count++;
	}
	return sum / count;
}

skpi_status
skpi_decompose_classical(const double *y, int n, int period,
						 bool multiplicative, double *figure, double *trend,
						 double *seasonal, double *remainder)
{
	skpi_status status = check(y, n, period, multiplicative);
	double mean = 0.0;

	if (status != SKPI_OK)
		return status;
	for (int i = 0; i < n; i++)
		trend[i] =
			i < period / 2 || i >= n - period / 2 ? NAN : centred(y, period, i);
	for (int j = 0; j < period; j++)
	{
		figure[j] = phase_mean(y, n, period, j, multiplicative, trend);
		mean += figure[j];
	}
	mean /= period;
	for (int j = 0; j < period; j++)
		figure[j] = multiplicative ? figure[j] / mean : figure[j] - mean;
	for (int i = 0; i < n; i++)
	{
		seasonal[i] = figure[i % period];
		if (multiplicative)
			remainder[i] = y[i] / (trend[i] * seasonal[i]);
		else
			remainder[i] = y[i] - trend[i] - seasonal[i];
	}
	return SKPI_OK;
}

size_t
skpi_mstl_work(int n, const int *periods, int k)
{
	size_t rows = (size_t) n * (size_t) (k + 4);

	return rows + skpi_stl_work(n, periods[k - 1]);
}

static skpi_status
check_mstl(const double *y, int n, const int *periods, int k, int rounds)
{
	skpi_status status = SKPI_OK;

	if (k < 1 || rounds < 1 || rounds > 100)
		return SKPI_E_RANGE;
	if (k > SKPI_MSTL_MAX_SEASONS)
		return SKPI_E_LIMIT;
	for (int i = 0; i < k && status == SKPI_OK; i++)
	{
		status = check(y, n, periods[i], false);
		if (i > 0 && periods[i] <= periods[i - 1])
			return SKPI_E_RANGE;
	}
	return status;
}

skpi_status
skpi_mstl(const double *y, int n, const int *periods, int k, const int *windows,
		  int rounds, bool robust, bool (*stop)(void *), void *stop_arg,
		  double *work, double *seasonal, double *trend, double *remainder)
{
	skpi_status status = check_mstl(y, n, periods, k, rounds);
	size_t row = (size_t) n;
	double *seas = work;
	double *rest = seas + row * (size_t) k; /* y less all seasons but one */
	double *part = rest + row;
	double *smooth = part + row;
	double *spare = smooth + row;
	double *stl = spare + row;

	if (status != SKPI_OK)
		return status;
	memcpy(rest, y, row * sizeof(double));
	memset(seas, 0, row * (size_t) k * sizeof(double));
	for (int r = 0; r < (k == 1 ? 1 : rounds); r++)
		for (int i = 0; i < k; i++)
		{
			double *own = seas + row * (size_t) i;
			int window = windows == NULL ? 11 + 4 * i : windows[i];
			skpi_stl_options o;

			status = skpi_stl_defaults(n, periods[i], window, 0, robust, &o);
			for (int t = 0; t < n; t++)
				rest[t] += own[t];
			if (status == SKPI_OK)
				status = skpi_stl(rest, n, &o, stop, stop_arg, stl, part,
								  smooth, spare, NULL);
			if (status != SKPI_OK)
				return status;
			memcpy(own, part, row * sizeof(double));
			for (int t = 0; t < n; t++)
				rest[t] -= own[t];
		}
	memcpy(seasonal, seas, row * (size_t) k * sizeof(double));
	memcpy(trend, smooth, row * sizeof(double));
	for (int t = 0; t < n; t++)
		remainder[t] = rest[t] - smooth[t];
	return SKPI_OK;
}

static double
variance(const double *a, const double *b, int n)
{
	double mean = 0.0;
	double sum = 0.0;

	for (int i = 0; i < n; i++)
		mean += a[i] + (b == NULL ? 0.0 : b[i]);
	mean /= n;
	for (int i = 0; i < n; i++)
	{
		double d = a[i] + (b == NULL ? 0.0 : b[i]) - mean;

		sum += d * d;
	}
	return n > 1 ? sum / (n - 1) : 0.0;
}

double
skpi_strength(const double *component, const double *remainder, int n,
			  double scale)
{
	double all = variance(component, remainder, n);
	double rest = variance(remainder, NULL, n);

	if (!(sqrt(all) > 1e-10 * fabs(scale)))
		return 0.0;
	return fmin(1.0, fmax(0.0, 1.0 - rest / all));
}

/* Rounds to multiples of 2^-30 whose sum is 100 period exactly. */
static void
balance(double *index, int period)
{
	const double unit = 1073741824.0;
	double left = 100.0 * period * unit;

	for (int j = 0; j < period; j++)
	{
		index[j] = nearbyint(index[j] * unit);
		left -= index[j];
	}
	/* What rounding left over is at most half a unit per phase; the loop
	 * runs on while a whole unit each is missing, so it always ends. */
	for (int j = 0; left != 0.0; j = (j + 1) % period)
	{
		double step = fmax(1.0, floor(fabs(left) / period));

		index[j] += copysign(step, left);
		left -= copysign(step, left);
	}
	for (int j = 0; j < period; j++)
		index[j] /= unit;
}

skpi_status
skpi_seasonality_index(const double *y, int n, int period, double *work,
					   double *index)
{
	skpi_status status = check(y, n, period, false);
	bool positive = true;
	double mean = 0.0;
	double biggest = 0.0;

	if (status != SKPI_OK)
		return status;
	if (period > SKPI_INDEX_MAX_PERIOD)
		return SKPI_E_LIMIT;
	for (int i = 0; i < n; i++)
	{
		positive = positive && y[i] > 0.0;
		mean += y[i] / n;
		biggest = fmax(biggest, fabs(y[i]));
	}
	/* A mean that nearly cancels would blow the index up without bound. */
	if (!positive && !(mean > 1e-3 * biggest))
		return SKPI_E_RANGE;
	status = skpi_decompose_classical(y, n, period, positive, index, work,
									  work + n, work + 2 * (size_t) n);
	if (status != SKPI_OK)
		return status;
	for (int j = 0; j < period; j++)
		index[j] = 100.0 * (positive ? index[j] : 1.0 + index[j] / mean);
	balance(index, period);
	return SKPI_OK;
}
