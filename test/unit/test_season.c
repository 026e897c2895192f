/* Period detection: made-up seasons, public series, series without. */
#include <gsl/gsl_errno.h>

#include "skpi_season.h"
#include "ts_reference.h"

#define ROOM 3000

static double y[ROOM], work[5 * ROOM];

static bool
always(void *calls)
{
	(*(int *) calls)++;
	return true;
}

static double
noise(unsigned *seed)
{
	double sum = -6;

	for (int i = 0; i < 12; i++)
	{
		*seed = *seed * 1664525u + 1013904223u;
		sum += (*seed >> 8) / 16777216.0;
	}
	return sum;
}

static int
find(int n, int max_period)
{
	int period = -1;
	double strength = -1;

	CHECK(skpi_season_work((size_t) n) <= 5 * ROOM);
	CHECK(skpi_season_find(y, (size_t) n, max_period, NULL, NULL, work, &period,
						   &strength) == SKPI_OK);
	CHECK(strength >= 0 && strength <= 1 && (period > 1) == (strength > 0));
	return period;
}

static void
test_exact(void)
{
	for (int m = 2; m <= 40; m++)
	{
		for (int i = 0; i < 5 * m; i++)
			y[i] = 0.3 * i + (i % m == 1 ? 5 : 0);
		CHECK(find(5 * m < 8 ? 8 : 5 * m, 0) == m);
	}
	for (int i = 0; i < 60; i++)
		y[i] = i % 2 ? 3 : 5;
	CHECK(find(60, 0) == 2);
}

static void
test_noisy(void)
{
	const int m[4] = {4, 7, 12, 24};
	unsigned seed = 8;

	for (int k = 0; k < 4; k++)
	{
		for (int i = 0; i < 20 * m[k]; i++)
			y[i] = 100 + 0.05 * i + noise(&seed) +
				   4 * sin(6.283185307179586 * i / m[k]) +
				   (i % m[k] == 0 ? 4 : 0);
		CHECK(find(20 * m[k], 0) == m[k]);
		/* Not looked for, not found. */
		CHECK(find(20 * m[k], m[k] - 1) != m[k]);
	}
}

static void
test_none(void)
{
	unsigned seed = 3;
	int found = 0;

	for (int k = 0; k < 100; k++)
	{
		double level = 0;

		for (int i = 0; i < 120; i++)
		{
			level += noise(&seed);
			y[i] = k % 2 ? level : noise(&seed);
		}
		found += find(120, 0) > 1;
	}
	/* One in fourteen: wandering levels do show chance cycles. */
	CHECK(found <= 7);
	for (int i = 0; i < 50; i++)
		y[i] = 7;
	CHECK(find(50, 0) == 1);
	for (int i = 0; i < 50; i++)
		y[i] = 3.0 * i + 1;
	CHECK(find(50, 0) == 1);
}

static void
test_public_series(void)
{
	const char *name[9] = {"AirPassengers",  "USAccDeaths", "co2",
						   "nottem",         "ldeaths",     "UKgas",
						   "JohnsonJohnson", "Nile",        "LakeHuron"};
	const int want[9] = {12, 12, 12, 12, 12, 4, 4, 1, 1};

	for (int i = 0; i < 9; i++)
		CHECK(find(ref_series(name[i], y, ROOM), 0) == want[i]);
}

static void
test_errors(void)
{
	int period = -7, calls = 0;
	double strength;
	size_t n = 40;

	for (size_t i = 0; i < n; i++)
		y[i] = (double) (i % 4);
	CHECK(skpi_season_find(y, 7, 0, NULL, NULL, work, &period, &strength) ==
		  SKPI_E_SHORT);
	CHECK(skpi_season_find(y, n, 1, NULL, NULL, work, &period, &strength) ==
		  SKPI_E_RANGE);
	CHECK(skpi_season_find(y, n, -1, NULL, NULL, work, &period, &strength) ==
		  SKPI_E_RANGE);
	CHECK(skpi_season_find(y, n, SKPI_SEASON_MAX + 1, NULL, NULL, work, &period,
						   &strength) == SKPI_E_LIMIT);
	y[3] = NAN;
	CHECK(skpi_season_find(y, n, 0, NULL, NULL, work, &period, &strength) ==
		  SKPI_E_RANGE);
	for (size_t i = 0; i < ROOM; i++)
		y[i] = (double) (i % 4);
	CHECK(skpi_season_find(y, ROOM, 0, always, &calls, work, &period,
						   &strength) == SKPI_E_INTERRUPT);
	CHECK(period == -7 && calls == 1);
}

int
main(void)
{
	gsl_set_error_handler_off();
	test_exact();
	test_noisy();
	test_none();
	test_public_series();
	test_errors();
	return unit_done("season");
}
