/* The trend of a series without season: lines, outliers, stops. */
#include "skpi_decompose_trend.h"

#include "unit.h"

#define N 120

static double y[N], trend[N], rest[N], work[3 * N];

static bool
stop_now(void *arg)
{
	(void) arg;
	return true;
}

/* A local line of a line is the line, at any length. */
static void
test_line(void)
{
	for (int i = 0; i < N; i++)
		y[i] = 7.0 - 0.25 * i;
	for (int n = 1; n <= N; n++)
		for (int robust = 0; robust < 2; robust++)
		{
			CHECK(skpi_decompose_trend(y, n, robust, NULL, NULL, work, trend,
									   rest) == SKPI_OK);
			for (int i = 0; i < n; i++)
			{
				CHECK_NEAR(trend[i], y[i], 1e-9);
				CHECK(rest[i] == y[i] - trend[i]);
			}
		}
}

/* Outliers stay in the remainder when it is robust, and only then. */
static void
test_outlier(void)
{
	for (int i = 0; i < N; i++)
		y[i] = 50.0 + i + (i % 2 == 0 ? 0.5 : -0.5);
	y[60] += 400.0;
	y[7] -= 300.0;
	CHECK(skpi_decompose_trend(y, N, true, NULL, NULL, work, trend, rest) ==
		  SKPI_OK);
	CHECK(fabs(rest[60] - 400.5) < 0.5 && fabs(rest[7] + 300.5) < 0.5);
	CHECK(fabs(rest[59]) < 1.0 && fabs(rest[8]) < 1.0);
	CHECK(skpi_decompose_trend(y, N, false, NULL, NULL, work, trend, rest) ==
		  SKPI_OK);
	CHECK(fabs(rest[60]) < 390.0 && fabs(rest[59]) > 5.0);
}

static void
test_refusals(void)
{
	trend[0] = rest[0] = -1.0;
	CHECK(skpi_decompose_trend(y, 0, true, NULL, NULL, work, trend, rest) ==
		  SKPI_E_RANGE);
	CHECK(trend[0] == -1.0 && rest[0] == -1.0);
}

/* A stop is asked for within 65,536 weights, so a long series ends early. */
static void
test_stop(void)
{
	static double series[20000], t[20000], r[20000], room[60000];

	t[0] = -1.0;
	for (int i = 0; i < 20000; i++)
		series[i] = i % 17;
	CHECK(skpi_decompose_trend(series, 20000, true, stop_now, NULL, room, t,
							   r) == SKPI_E_INTERRUPT);
	CHECK(t[0] == -1.0);
}

int
main(void)
{
	test_line();
	test_outlier();
	test_refusals();
	test_stop();
	return unit_done("decompose_trend");
}
