#include <math.h>

#include "skpi_ets_fit.h"

/*
 * Seasons of data the seasonal figure looks at: that of the beginning, not an
 * average over a changing history, but long phases have few values per season
 * to average.  Chosen on rolling origins inside the training part of M3,
 * tourism and retail series: quarterly 2, 3, 4, 6 seasons give OWA .874, .874,
 * .876, .879; monthly .855, .845, .849, .841.
 */
static size_t
start_seasons(size_t m)
{
	return m < 12 ? 3 : 6;
}

/* A factor at or below zero would turn a relative season upside down. */
#define FACTOR_MIN 1e-2

/* A relative error needs a line that stays positive where it begins. */
static bool
usable(skpi_ets_kind error, double intercept, double slope, double mean)
{
	return error == SKPI_ETS_A || intercept + fmin(slope, 0) > .05 * mean;
}

static void
level_and_slope(skpi_ets_kind error, const double *y, size_t n, bool trend,
				double *state)
{
	double intercept, slope;

	if (!trend || skpi_array_line(y, n, &intercept, &slope) != SKPI_OK ||
		!usable(error, intercept, slope, skpi_array_mean(y, n)))
	{
		state[0] = skpi_array_mean(y, n);
		if (trend)
			state[1] = 0;
		return;
	}
	state[0] = intercept;
	state[1] = slope;
}

/* Start of a relative trend: the ratio between the halves, per step. */
static void
ratio_slope(const double *y, size_t n, double *state)
{
	double first = skpi_array_mean(y, n / 2);
	double second = skpi_array_mean(y + n / 2, n - n / 2);
	double ratio = first > 0 && second > 0 ? second / first : 1;

	state[1] = fmin(fmax(pow(ratio, 2 / (double) n), .5), 2);
	state[0] = skpi_array_mean(y, n) * pow(state[1], -((double) n + 1) / 2);
}

static skpi_status
seasonal_figure(const double *y, size_t n, size_t m, bool mult, double *figure)
{
	size_t wanted = start_seasons(m) * m;
	size_t window = wanted < n ? wanted : n;
	skpi_status status = skpi_array_indices(y, window, m, mult, figure);
	double sum = 0;

	if (status != SKPI_OK || !mult)
		return status;
	for (size_t i = 0; i < m; i++)
	{
		figure[i] = fmax(figure[i], FACTOR_MIN);
		sum += figure[i];
	}
	for (size_t i = 0; i < m; i++)
		figure[i] *= (double) m / sum;
	return SKPI_OK;
}

skpi_status
skpi_ets_start(skpi_ets_form form, size_t m, const double *y, size_t n,
			   double *state)
{
	double adjusted[2 * SKPI_SEASON_MAX], *figure;
	bool trend = form.trend != SKPI_ETS_N;
	size_t span = m > 5 ? 2 * m : 10;

	if (n < 2)
		return SKPI_E_SHORT;
	if (m < 1 || m > SKPI_SEASON_MAX)
		return SKPI_E_RANGE;
	if (span > n)
		span = n;
	figure = state + (trend ? 2 : 1);
	if (form.season != SKPI_ETS_N)
	{
		skpi_status status =
			seasonal_figure(y, n, m, form.season == SKPI_ETS_M, figure);

		if (status != SKPI_OK)
			return status;
	}
	for (size_t t = 0; t < span; t++)
		adjusted[t] = form.season == SKPI_ETS_A   ? y[t] - figure[t % m]
					  : form.season == SKPI_ETS_M ? y[t] / figure[t % m]
												  : y[t];
	level_and_slope(form.error, adjusted, span, trend, state);
	if (form.trend == SKPI_ETS_M)
		ratio_slope(adjusted, span, state);
	return SKPI_OK;
}
