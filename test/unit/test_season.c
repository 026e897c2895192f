/* Period detection: made-up seasons, public series, series without. */
#include <gsl/gsl_errno.h>

#include "skpi_season.h"
#include "ts_reference.h"

#define ROOM 3000

static int runner_up; /* of the last search */
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
	skpi_season found[SKPI_SEASONS] = {{-1, -1}, {-1, -1}};
	int period;
	double strength;

	CHECK(skpi_season_work((size_t) n) <= 5 * ROOM);
	CHECK(skpi_season_find(y, (size_t) n, max_period, NULL, NULL, work,
						   found) == SKPI_OK);
	period = found[0].period;
	strength = found[0].strength;
	runner_up = found[1].period;
	CHECK(found[1].strength >= 0 && found[1].strength <= strength);
	CHECK((runner_up > 1) == (found[1].strength > 0));
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

/* How often of 30 a season of m is found under noise as large as it, smooth
 * or with a place that stands out, with a wandering level. */
static int
found_exactly(int n, int m, bool smooth, double spread, unsigned seed)
{
	int found = 0;

	for (int k = 0; k < 30; k++)
	{
		double level = 100;

		for (int i = 0; i < n; i++)
		{
			double turn = 6.283185307179586 * i / m;

			level += 0.1 * noise(&seed);
			y[i] = level + 0.02 * i + 4.2 * sin(turn) + spread * noise(&seed);
			if (!smooth)
				y[i] += 1.5 * sin(2 * turn + 1) + (i % m == m / 3 ? 6 : 0);
		}
		found += find(n, 0) == m;
	}
	return found;
}

/* The calendar's periods and no multiples of them. */
static void
test_families(void)
{
	CHECK(found_exactly(40, 4, true, 2, 21) >= 24);
	CHECK(found_exactly(120, 4, true, 2, 22) >= 29);
	CHECK(found_exactly(60, 7, false, 2, 23) >= 27);
	CHECK(found_exactly(60, 12, true, 2, 24) >= 27);
	CHECK(found_exactly(144, 12, false, 2, 25) >= 29);
	CHECK(found_exactly(240, 24, true, 2, 26) >= 28);
	for (unsigned seed = 31; seed < 33; seed++)
	{
		bool smooth = seed == 31;

		CHECK(found_exactly(170, 52, smooth, 2, seed) >= 27);
		CHECK(found_exactly(260, 52, smooth, 2, seed) >= 28);
		CHECK(found_exactly(1100, 365, smooth, 2, seed) >= 27);
		CHECK(found_exactly(1900, 365, smooth, 2, seed) >= 27);
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

/* The year beside the week, whichever is the stronger; none in months. */
static void
test_runner_up(void)
{
	unsigned seed = 17;

	for (int k = 0; k < 2; k++)
	{
		for (int i = 0; i < 1500; i++)
			y[i] = 100 + (k ? 8 : 2) * sin(6.283185307179586 * i / 365) +
				   (i % 7 < 2 ? (k ? 3 : 6) : 0) + noise(&seed);
		CHECK(find(1500, 0) == (k ? 365 : 7));
		CHECK(runner_up == (k ? 7 : 365));
	}
	for (int i = 0; i < 120; i++)
		y[i] = 100 + i + 10 * sin(6.283185307179586 * i / 12) + noise(&seed);
	CHECK(find(120, 0) == 12 && runner_up == 1);
}

static void
test_errors(void)
{
	skpi_season found[SKPI_SEASONS] = {{-7, 0}};
	int calls = 0;
	size_t n = 40;

	for (size_t i = 0; i < n; i++)
		y[i] = (double) (i % 4);
	CHECK(skpi_season_find(y, 7, 0, NULL, NULL, work, found) == SKPI_E_SHORT);
	CHECK(skpi_season_find(y, n, 1, NULL, NULL, work, found) == SKPI_E_RANGE);
	CHECK(skpi_season_find(y, n, -1, NULL, NULL, work, found) == SKPI_E_RANGE);
	CHECK(skpi_season_find(y, n, SKPI_SEASON_MAX + 1, NULL, NULL, work,
						   found) == SKPI_E_LIMIT);
	y[3] = NAN;
	CHECK(skpi_season_find(y, n, 0, NULL, NULL, work, found) == SKPI_E_RANGE);
	for (size_t i = 0; i < ROOM; i++)
		y[i] = (double) (i % 4);
	CHECK(skpi_season_find(y, ROOM, 0, always, &calls, work, found) ==
		  SKPI_E_INTERRUPT);
	CHECK(found[0].period == -7 && calls == 1);
}

int
main(void)
{
	gsl_set_error_handler_off();
	test_exact();
	test_noisy();
	test_families();
	test_none();
	test_public_series();
	test_runner_up();
	test_errors();
	return unit_done("season");
}
