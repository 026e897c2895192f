/* Classical decomposition, MSTL, strengths, seasonality index. */
#include "skpi_decompose.h"
#include "ts_reference.h"

#define ROOM 1000

static double y[ROOM], seas[3 * ROOM], trend[ROOM], rest[ROOM], fig[ROOM];
static double work[32 * ROOM];

static void
test_classical_by_hand(void)
{
	double v[6] = {1, 5, 3, 7, 5, 9};

	/* Period 2: trend 1/4, 1/2, 1/4; here 3.5, 4.5, 5.5, 6.5, and the
	 * deviations 1.5, -1.5, 1.5, -1.5. */
	CHECK(skpi_decompose_classical(v, 6, 2, false, fig, trend, seas, rest) ==
		  SKPI_OK);
	CHECK(isnan(trend[0]) && isnan(trend[5]) && isnan(rest[0]));
	CHECK_NEAR(trend[1], 3.5, 1e-15);
	CHECK_NEAR(trend[4], 6.5, 1e-15);
	CHECK_NEAR(fig[0], -1.5, 1e-15);
	CHECK_NEAR(fig[1], 1.5, 1e-15);
	CHECK_NEAR(rest[2], 0, 1e-15);
	CHECK(seas[5] == fig[1]);
	/* An odd period has whole weights. */
	CHECK(skpi_decompose_classical(v, 6, 3, true, fig, trend, seas, rest) ==
		  SKPI_OK);
	CHECK_NEAR(trend[1], 3, 1e-15);
	CHECK_NEAR(trend[4], 7, 1e-15);
	CHECK_NEAR(fig[0] + fig[1] + fig[2], 3, 1e-12);
	CHECK_NEAR(trend[2] * seas[2] * rest[2], 3, 1e-12);
}

static void
test_classical_errors(void)
{
	double v[6] = {1, 5, 3, 0, 5, 9};

	fig[0] = -7;
	CHECK(skpi_decompose_classical(v, 6, 1, false, fig, trend, seas, rest) ==
		  SKPI_E_RANGE);
	CHECK(skpi_decompose_classical(v, 6, 4, false, fig, trend, seas, rest) ==
		  SKPI_E_SHORT);
	CHECK(skpi_decompose_classical(v, 6, 2, true, fig, trend, seas, rest) ==
		  SKPI_E_RANGE);
	v[3] = INFINITY;
	CHECK(skpi_decompose_classical(v, 6, 2, false, fig, trend, seas, rest) ==
		  SKPI_E_RANGE);
	CHECK(skpi_decompose_classical(v, SKPI_STL_MAX_N + 1, 2, false, fig, trend,
								   seas, rest) == SKPI_E_LIMIT);
	CHECK(fig[0] == -7);
}

static void
test_classical_reference(void)
{
	int n = ref_series("AirPassengers", y, ROOM);

	CHECK(skpi_decompose_classical(y, n, 12, true, fig, trend, seas, rest) ==
		  SKPI_OK);
	for (int j = 0; j < 12; j++)
		CHECK_NEAR(fig[j],
				   ref_element("decompose.mult/AirPassengers", "figure", j + 1),
				   1e-9);
	CHECK(skpi_seasonality_index(y, n, 12, work, fig) == SKPI_OK);
	for (int j = 0; j < 12; j++)
		CHECK_NEAR(fig[j] / 100,
				   ref_element("decompose.mult/AirPassengers", "figure", j + 1),
				   1e-8);
	n = ref_series("USAccDeaths", y, ROOM);
	CHECK(skpi_decompose_classical(y, n, 12, false, fig, trend, seas, rest) ==
		  SKPI_OK);
	for (int j = 0; j < 12; j++)
		CHECK_NEAR(fig[j],
				   ref_element("decompose.add/USAccDeaths", "figure", j + 1),
				   1e-9);
}

static void
test_mstl_reference(void)
{
	const char *g = "mstl/co2";
	int n = ref_series("co2", y, ROOM);
	int period = 12;
	double sum[3] = {0, 0, 0};

	CHECK(skpi_mstl(y, n, &period, 1, NULL, 2, false, NULL, NULL, work, seas,
					trend, rest) == SKPI_OK);
	for (int i = 0; i < 6; i++)
	{
		CHECK_NEAR(seas[i], ref_element(g, "Seasonal12.first6", i + 1), 1e-8);
		CHECK_NEAR(trend[i], ref_element(g, "Trend.first6", i + 1), 1e-8);
		CHECK_NEAR(rest[i], ref_element(g, "Remainder.first6", i + 1), 1e-8);
	}
	for (int i = 0; i < n; i++)
	{
		sum[0] += seas[i];
		sum[1] += trend[i];
		sum[2] += rest[i];
	}
	CHECK_NEAR(sum[0], ref_value(g, "Seasonal12.sum"), 1e-8);
	CHECK_NEAR(sum[1], ref_value(g, "Trend.sum"), 1e-8);
	CHECK_NEAR(sum[2], ref_value(g, "Remainder.sum"), 1e-8);
}

static void
test_mstl_two_seasons(void)
{
	int periods[2] = {7, 28};
	int windows[2] = {0, 0};
	int n = 280;
	int falling[2] = {28, 7};

	for (int i = 0; i < n; i++)
		y[i] = 100 + 0.1 * i + 5 * sin(6.283185307179586 * i / 7) +
			   8 * cos(6.283185307179586 * i / 28);
	CHECK(skpi_mstl(y, n, periods, 2, windows, 5, true, NULL, NULL, work, seas,
					trend, rest) == SKPI_OK);
	for (int i = 0; i < n; i++)
	{
		CHECK_NEAR(seas[i] + seas[n + i] + trend[i] + rest[i], y[i], 1e-12);
		CHECK(fabs(seas[i] - 5 * sin(6.283185307179586 * i / 7)) < 0.2);
		CHECK(fabs(seas[n + i] - 8 * cos(6.283185307179586 * i / 28)) < 0.2);
	}
	CHECK(skpi_mstl(y, n, falling, 2, windows, 2, true, NULL, NULL, work, seas,
					trend, rest) == SKPI_E_RANGE);
	CHECK(skpi_mstl(y, 50, periods, 2, windows, 2, true, NULL, NULL, work, seas,
					trend, rest) == SKPI_E_SHORT);
	CHECK(skpi_mstl(y, n, periods, 0, windows, 2, true, NULL, NULL, work, seas,
					trend, rest) == SKPI_E_RANGE);
	CHECK(skpi_mstl(y, n, periods, 7, windows, 2, true, NULL, NULL, work, seas,
					trend, rest) == SKPI_E_LIMIT);
}

static void
test_strength(void)
{
	double s[4] = {1, -1, 1, -1};
	double r[4] = {1, 1, -1, -1};
	double none[4] = {0, 0, 0, 0};

	/* Uncorrelated with equal variances: var(s + r) = 2 var(r). */
	CHECK_NEAR(skpi_strength(s, r, 4, 1), 0.5, 1e-15);
	CHECK_NEAR(skpi_strength(s, none, 4, 1), 1, 1e-15);
	CHECK(skpi_strength(none, none, 4, 1) == 0);
	CHECK(skpi_strength(none, r, 4, 1) == 0);
	/* A remainder of rounding errors is no season. */
	CHECK(skpi_strength(s, r, 4, 1e11) == 0);
}

static bool
adds_up(const double *x, int m)
{
	double forwards = 0, backwards = 0;

	for (int i = 0; i < m; i++)
	{
		forwards += x[i];
		backwards += x[m - 1 - i];
	}
	return forwards == 100.0 * m && backwards == 100.0 * m &&
		   forwards / m == 100.0;
}

static void
test_index(void)
{
	unsigned seed = 1;

	for (int m = 2; m < 60; m++)
	{
		int n = 2 * m + m / 3;

		for (int i = 0; i < n; i++)
		{
			seed = seed * 1664525u + 1013904223u;
			y[i] = 1 + seed / 1e6;
		}
		CHECK(skpi_seasonality_index(y, n, m, work, fig) == SKPI_OK);
		CHECK(adds_up(fig, m));
		y[1] = 0;
		CHECK(skpi_seasonality_index(y, n, m, work, fig) == SKPI_OK);
		CHECK(adds_up(fig, m));
	}
	/* Period 2, swinging 50 and 150 about a level of 100. */
	for (int i = 0; i < 8; i++)
		y[i] = i % 2 ? 150 : 50;
	CHECK(skpi_seasonality_index(y, 8, 2, work, fig) == SKPI_OK);
	CHECK(fig[0] == 50 && fig[1] == 150);
	/* The same with a zero goes the additive way and says the same. */
	for (int i = 0; i < 8; i++)
		y[i] = i % 2 ? 200 : 0;
	CHECK(skpi_seasonality_index(y, 8, 2, work, fig) == SKPI_OK);
	CHECK(fig[0] == 0 && fig[1] == 200);
	fig[0] = -7;
	for (int i = 0; i < 8; i++)
		y[i] = i % 2 ? 200 : -200;
	CHECK(skpi_seasonality_index(y, 8, 2, work, fig) == SKPI_E_RANGE);
	CHECK(skpi_seasonality_index(y, 8, 5, work, fig) == SKPI_E_SHORT);
	CHECK(fig[0] == -7);
}

int
main(void)
{
	test_classical_by_hand();
	test_classical_errors();
	test_classical_reference();
	test_mstl_reference();
	test_mstl_two_seasons();
	test_strength();
	test_index();
	return unit_done("decompose");
}
