/* The season a forecast takes out: exact, noise, sums, limits. */
#include <gsl/gsl_errno.h>

#include "skpi_forecast_season.h"
#include "skpi_stl.h"

#include "unit.h"

#define ROOM 400

static double y[ROOM], season[ROOM], rest[ROOM], trend[ROOM], work[8 * ROOM];

static double
noise(unsigned *seed)
{
	double sum = 0;

	for (int i = 0; i < 12; i++)
	{
		*seed = *seed * 1664525u + 1013904223u;
		sum += (double) *seed / 4294967296.0;
	}
	return sum - 6;
}

static double
square_sum(const double *x, size_t n)
{
	double sum = 0;

	for (size_t t = 0; t < n; t++)
		sum += x[t] * x[t];
	return sum;
}

static skpi_status
split(size_t n, size_t m)
{
	CHECK(skpi_stl_work((int) n, (int) (m > 1 ? m : 2)) <= 8 * ROOM);
	return skpi_season_split(y, n, m, NULL, NULL, work, season, rest, trend);
}

/* Without noise nothing is shrunk. */
static void
test_exact(void)
{
	const double figure[4] = {-30, 10, 5, 15};

	for (int t = 0; t < 40; t++)
		y[t] = 100 + figure[t % 4];
	CHECK(split(40, 4) == SKPI_OK);
	for (int t = 0; t < 40; t++)
	{
		CHECK_NEAR(season[t], figure[t % 4], 1e-6);
		CHECK_NEAR(rest[t], 100, 1e-6);
	}
	for (int t = 0; t < 40; t++)
		y[t] = 7;
	CHECK(split(40, 4) == SKPI_OK);
	CHECK_NEAR(square_sum(season, 40), 0, 1e-12);
}

/* By hand from what STL says: 10 seasons, .7 * 10 - 1 = 6 of them free. */
static void
test_share(size_t m, int window)
{
	double whole[ROOM], remainder[ROOM], mean = 0, lost = 0, share;
	skpi_stl_options options;
	unsigned seed = 9;
	int n = 10 * (int) m;

	for (int t = 0; t < n; t++)
		y[t] = 50 + 3 * (t % (int) m == 2) + noise(&seed);
	CHECK(skpi_stl_defaults(n, (int) m, window, 0, false, &options) == SKPI_OK);
	CHECK(skpi_stl(y, n, &options, NULL, NULL, work, whole, trend, remainder,
				   NULL) == SKPI_OK);
	for (int t = 0; t < n; t++)
		mean += remainder[t] / n;
	for (int t = 0; t < n; t++)
		lost += (remainder[t] - mean) * (remainder[t] - mean);
	share = 1 - lost / 6 / square_sum(whole, (size_t) n);
	CHECK(share > .5 && share < .98);
	CHECK(split((size_t) n, m) == SKPI_OK);
	for (int t = 0; t < n; t++)
	{
		CHECK_NEAR(season[t], share * whole[t], 1e-12);
		CHECK_NEAR(season[t] + rest[t], y[t], 1e-12);
	}
}

/* Of pure noise less than a third of the figure's power is left, on average;
 * of a clear season nearly all. */
static void
test_noise(void)
{
	double left = 0, whole = 0, clear = 0;
	unsigned seed = 4;

	for (int k = 0; k < 40; k++)
	{
		skpi_stl_options options;

		for (int t = 0; t < 84; t++)
			y[t] = noise(&seed);
		CHECK(skpi_stl_defaults(84, 12, 13, 0, false, &options) == SKPI_OK);
		CHECK(skpi_stl(y, 84, &options, NULL, NULL, work, season, trend, rest,
					   NULL) == SKPI_OK);
		whole += square_sum(season, 84);
		CHECK(split(84, 12) == SKPI_OK);
		left += square_sum(season, 84);
		for (int t = 0; t < 84; t++)
			y[t] += t % 12 < 6 ? 10 : -10;
		CHECK(split(84, 12) == SKPI_OK);
		clear += square_sum(season, 84) / (84 * 100.0 * 40);
	}
	CHECK(left < whole / 3);
	CHECK(clear > .9 && clear < 1.1);
}

static bool
always(void *arg)
{
	(void) arg;
	return true;
}

static void
test_limits(void)
{
	CHECK(split(23, 12) == SKPI_E_SHORT);
	CHECK(split(24, 12) == SKPI_OK);
	CHECK(split(20, 1) == SKPI_E_SHORT);
	CHECK(skpi_season_split(y, 24, 12, always, NULL, work, season, rest,
							trend) == SKPI_E_INTERRUPT);
}

/* Logarithms: factors of a season become its figure; too few values, or a
 * period of one, have none. */
static void
test_logs(void)
{
	const double figure[4] = {-.3, .1, .05, .15};

	for (int t = 0; t < 40; t++)
		y[t] = exp(2 + figure[t % 4]);
	CHECK(skpi_stl_work(40, 4) + 80 <= 8 * ROOM);
	CHECK(skpi_season_split_logs(y, 40, 4, NULL, NULL, work, season, rest) ==
		  SKPI_OK);
	for (int t = 0; t < 40; t++)
	{
		CHECK_NEAR(season[t], figure[t % 4], 1e-6);
		CHECK_NEAR(rest[t], 2, 1e-6);
	}
	for (int m = 1; m <= 4; m += 3)
	{
		season[0] = 1;
		CHECK(skpi_season_split_logs(y, 7, (size_t) m, NULL, NULL, work, season,
									 rest) == SKPI_OK);
		for (int t = 0; t < 7; t++)
		{
			CHECK(season[t] == 0);
			CHECK_NEAR(rest[t], log(y[t]), 1e-15);
		}
	}
}

int
main(void)
{
	gsl_set_error_handler_off();
	test_exact();
	test_logs();
	test_share(4, 13);
	test_share(5, 51);
	test_share(7, 51);
	test_share(11, 51);
	test_share(12, 13);
	test_noise();
	test_limits();
	return unit_done("forecast_season");
}
