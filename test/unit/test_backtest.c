/* Rolling origins: by hand, against the accuracy measures, limits. */
#include <gsl/gsl_errno.h>
#include <string.h>

#include "skpi_accuracy.h"
#include "skpi_backtest.h"
#include "unit.h"

#define WORK 400000

static double y[400], work[WORK], paths[WORK], other[WORK];

static skpi_backtest_ask
asked(size_t n, size_t m, size_t h, const char *const *names, size_t models,
	  size_t origins)
{
	static skpi_member list[SKPI_BACKTEST_MODELS];
	skpi_backtest_ask ask = {
		.y = y, .n = n, .m = m, .h = h, .model = list, .models = models};

	for (size_t k = 0; k < models; k++)
		CHECK(skpi_member_parse(names[k], &list[k]) == SKPI_OK);
	ask.reference = models - 1;
	ask.origins = skpi_backtest_origins(n, m, h, origins);
	CHECK(skpi_backtest_work(&ask) < WORK);
	CHECK(skpi_backtest_paths(&ask) < WORK);
	return ask;
}

static void
test_origins(void)
{
	/* 2 m + 3 = 27 values to learn from, 6 to compare with */
	CHECK(skpi_backtest_origins(32, 12, 6, 0) == 1);
	CHECK(skpi_backtest_origins(33, 12, 6, 0) == 1);
	CHECK(skpi_backtest_origins(34, 12, 6, 0) == 2);
	CHECK(skpi_backtest_origins(100, 12, 6, 0) == 12);
	CHECK(skpi_backtest_origins(100, 12, 6, 50) == 50);
	CHECK(skpi_backtest_origins(100, 12, 6, 500) == 68);
	CHECK(skpi_backtest_origins(19, 12, 6, 0) == 1);
	CHECK(skpi_backtest_origins(18, 12, 6, 0) == 0);
	CHECK(skpi_backtest_origins(5, 1, 1, 0) == 0);
	CHECK(skpi_backtest_origins(6, 1, 1, 0) == 1);
}

/*
 * 1 2 4 7 11 16 22 29 37 46: the naive forecast is off by the step, 8 from
 * the first origin (8 values: steps 1 .. 7) and 9 from the second.
 */
static void
test_by_hand(void)
{
	static const char *const names[] = {"drift", "naive"};
	skpi_backtest_ask ask;
	skpi_backtest_row row;

	for (int i = 0; i < 10; i++)
		y[i] = 1 + i * (i + 1) / 2;
	ask = asked(10, 1, 1, names, 2, 0);
	CHECK(ask.origins == 2);
	CHECK(skpi_backtest_run(&ask, work, WORK, paths) == SKPI_OK);
	CHECK(skpi_backtest_score(&ask, paths, 1, 1, work, &row) == SKPI_OK);
	CHECK(row.n == 2);
	CHECK_NEAR(row.mae, 8.5, 1e-14);
	CHECK_NEAR(row.rmse, sqrt(72.5), 1e-14);
	CHECK_NEAR(row.mape, 50 * (8 / 37.0 + 9 / 46.0), 1e-13);
	CHECK_NEAR(row.smape, 100 * (8 / 66.0 + 9 / 83.0), 1e-13);
	CHECK_NEAR(row.mase, 2.0, 1e-14);
	CHECK_NEAR(row.rmsse, sqrt((64 / 20.0 + 81 / 25.5) / 2), 1e-14);
	/* sd sqrt(20) and sqrt(25.5): outside 1.28 sd, inside 1.96 sd */
	CHECK(row.coverage80 == 0 && row.coverage95 == 1);
	CHECK(isnan(row.p_value));
	CHECK(row.pinball > 0 && row.msis > 0);
	/* drift knows the mean step: 4, then 4.5 */
	CHECK(skpi_backtest_score(&ask, paths, 0, 0, work, &row) == SKPI_OK);
	CHECK_NEAR(row.mae, 4.25, 1e-14);
}

static void
fill(void)
{
	unsigned seed = 9;

	for (int i = 0; i < 120; i++)
	{
		seed = seed * 1664525u + 1013904223u;
		y[i] = 100 + i + 20 * (i % 4) + (seed >> 8) / 16777216.0 * 6;
	}
}

static void
test_against_accuracy(void)
{
	static const char *const names[] = {"theta", "ets:average", "snaive"};
	double one[20], two[20], sum = 0;
	skpi_dm_test dm;
	skpi_backtest_ask ask;
	skpi_backtest_row row, all;

	fill();
	ask = asked(60, 4, 3, names, 3, 20);
	CHECK(ask.origins == 20);
	CHECK(skpi_backtest_run(&ask, work, WORK, paths) == SKPI_OK);
	for (size_t i = 0; i < 20; i++)
	{
		size_t n = 60 - 3 - 20 + 1 + i;

		/* step 2 of theta, and of the value a season before */
		one[i] = y[n + 1] - paths[i * 5 * 3 + 1];
		two[i] = y[n + 1] - y[n + 1 - 4];
		sum += fabs(one[i]);
	}
	CHECK(skpi_diebold_mariano(one, two, 20, 2, 1, &dm) == SKPI_OK);
	CHECK(skpi_backtest_score(&ask, paths, 0, 2, work, &row) == SKPI_OK);
	CHECK_NEAR(row.mae, sum / 20, 1e-13);
	CHECK_NEAR(row.p_value, dm.p_value, 1e-12);
	CHECK(skpi_backtest_score(&ask, paths, 0, 0, work, &all) == SKPI_OK);
	CHECK(all.n == 60);
	for (size_t step = 1; step <= 3; step++)
	{
		CHECK(skpi_backtest_score(&ask, paths, 0, step, work, &row) == SKPI_OK);
		all.mae -= row.mae / 3;
	}
	CHECK_NEAR(all.mae, 0, 1e-12);
	/* the trend that the last season misses */
	CHECK(skpi_backtest_score(&ask, paths, 1, 0, work, &all) == SKPI_OK);
	CHECK(all.mase < 1 && all.p_value < .05);
}

/* What comes after an origin has no part in its forecasts. */
static void
test_no_peeking(void)
{
	static const char *const names[] = {"auto", "snaive"};
	skpi_backtest_ask ask;

	fill();
	ask = asked(40, 4, 2, names, 2, 3);
	CHECK(skpi_backtest_run(&ask, work, WORK, paths) == SKPI_OK);
	for (int i = 36; i < 40; i++)
		y[i] += 1000;
	CHECK(skpi_backtest_run(&ask, work, WORK, other) == SKPI_OK);
	/* origin 0 knows 36 values */
	CHECK(memcmp(paths, other, 5 * 2 * sizeof(double)) == 0);
	CHECK(memcmp(paths, other, 3 * 5 * 2 * sizeof(double)) != 0);
}

static bool
at_once(void *arg)
{
	(void) arg;
	return true;
}

/* On a line last year's value is off by a year's growth. */
static void
test_line(void)
{
	static const char *const names[] = {"naive", "snaive"};
	skpi_backtest_ask ask;
	skpi_backtest_row row;

	for (int i = 0; i < 40; i++)
		y[i] = 102 + 2 * i;
	ask = asked(40, 4, 4, names, 2, 0);
	CHECK(skpi_backtest_run(&ask, work, WORK, paths) == SKPI_OK);
	CHECK(skpi_backtest_score(&ask, paths, 1, 0, work, &row) == SKPI_OK);
	CHECK_NEAR(row.mae, 8, 1e-9);
	CHECK(skpi_backtest_score(&ask, paths, 0, 0, work, &row) == SKPI_OK);
	CHECK_NEAR(row.mae, 5, 1e-9);
}

/* What a call may spend is shared by its origins and costly models. */
static void
test_budget(void)
{
	static const char *const names[] = {"auto", "ets", "naive", "snaive"};
	static const skpi_member free_of_charge = {.model = SKPI_MODEL_DRIFT};
	skpi_backtest_ask ask = asked(300, 7, 14, names, 1, 12);
	skpi_member drift[1] = {free_of_charge};

	CHECK(ask.origins == 12 && skpi_backtest_newest(&ask, 0) == 3000);
	ask = asked(300, 7, 14, names, 4, 100);
	CHECK(ask.origins == 100 && skpi_backtest_newest(&ask, 0) == 200);
	CHECK(skpi_backtest_newest(&ask, 1) == 200);
	CHECK(skpi_backtest_newest(&ask, 2) == 300);
	ask.m = 60;
	CHECK(skpi_backtest_newest(&ask, 0) == 240);
	ask.model = drift;
	ask.models = 1;
	CHECK(skpi_backtest_newest(&ask, 0) == 300);
}

static void
test_undefined_and_errors(void)
{
	static const char *const names[] = {"naive", "snaive"};
	static const char *const slow[] = {"auto", "snaive"};
	skpi_backtest_ask ask;
	skpi_backtest_row row;

	for (int i = 0; i < 30; i++)
		y[i] = i < 28 ? 5 : 0;
	ask = asked(30, 1, 2, names, 2, 1);
	CHECK(skpi_backtest_run(&ask, work, WORK, paths) == SKPI_OK);
	CHECK(skpi_backtest_score(&ask, paths, 0, 0, work, &row) == SKPI_OK);
	/* zero actuals, a past that does not move, one origin */
	CHECK(row.n == 2 && row.mae == 5 && isnan(row.mape));
	CHECK(isnan(row.mase) && isnan(row.rmsse) && isnan(row.msis));
	CHECK(isnan(row.p_value) && row.coverage95 == 0);
	CHECK(skpi_backtest_score(&ask, paths, 2, 0, work, &row) == SKPI_E_RANGE);
	CHECK(skpi_backtest_score(&ask, paths, 0, 3, work, &row) == SKPI_E_RANGE);
	CHECK(skpi_backtest_run(&ask, work, 10, paths) == SKPI_FULL);
	ask.origins = 0;
	CHECK(skpi_backtest_run(&ask, work, WORK, paths) == SKPI_E_SHORT);
	ask.origins = 900;
	CHECK(skpi_backtest_run(&ask, work, WORK, paths) == SKPI_E_SHORT);
	ask.models = 0;
	CHECK(skpi_backtest_run(&ask, work, WORK, paths) == SKPI_E_RANGE);
	fill();
	ask = asked(60, 4, 2, slow, 2, 3);
	ask.stop = at_once;
	CHECK(skpi_backtest_run(&ask, work, WORK, paths) == SKPI_E_INTERRUPT);
	y[5] = NAN;
	CHECK(skpi_backtest_run(&ask, work, WORK, paths) == SKPI_E_RANGE);
}

int
main(void)
{
	gsl_set_error_handler_off();
	test_origins();
	test_by_hand();
	test_against_accuracy();
	test_no_peeking();
	test_line();
	test_budget();
	test_undefined_and_errors();
	return unit_done("backtest");
}
