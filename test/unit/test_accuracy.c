/* Accuracy measures: by hand, their undefined cases, R's accuracy(). */
#include "skpi_accuracy.h"
#include "ts_reference.h"

static void
test_points_by_hand(void)
{
	double y[4] = {10, 20, 40, 50};
	double f[4] = {12, 20, 30, 60};
	double past[5] = {1, 3, 2, 6, 5};
	skpi_accuracy a;

	CHECK(skpi_accuracy_points(y, f, 4, past, 5, 1, &a) == SKPI_OK);
	/* Errors -2, 0, 10, -10. */
	CHECK_NEAR(a.me, -0.5, 1e-15);
	CHECK_NEAR(a.mae, 5.5, 1e-15);
	CHECK_NEAR(a.rmse, sqrt(51), 1e-15);
	CHECK_NEAR(a.mpe, (-20 + 0 + 25 - 20) / 4.0, 1e-13);
	CHECK_NEAR(a.mape, 65 / 4.0, 1e-13);
	CHECK_NEAR(a.smape, (400 / 22. + 2000 / 70. + 2000 / 110.) / 4, 1e-13);
	/* Steps 2, 1, 4, 1: mean 2, mean square 5.5. */
	CHECK_NEAR(a.mase, 2.75, 1e-15);
	CHECK_NEAR(a.rmsse, sqrt(51 / 5.5), 1e-15);
	/* Deviations -1.5, .5, 10.5, -9.5. */
	CHECK_NEAR(a.acf1, (-.75 + 5.25 - 99.75) / 203, 1e-13);
	CHECK_NEAR(a.theil, sqrt((0 + .25 + .0625) / (1 + 1 + .0625)), 1e-13);
	/* Over two steps back: |2-1|, |6-3|, |5-2| -> 7/3. */
	CHECK_NEAR(skpi_seasonal_step(past, 5, 2), 7 / 3.0, 1e-15);
}

static void
test_points_undefined(void)
{
	double y[3] = {0, 5, 0};
	double f[3] = {0, 5, 1};
	double flat[4] = {7, 7, 7, 7};
	skpi_accuracy a;

	CHECK(skpi_accuracy_points(y, f, 3, flat, 4, 1, &a) == SKPI_OK);
	CHECK(isnan(a.mape) && isnan(a.mpe) && isnan(a.theil));
	CHECK(isnan(a.mase) && isnan(a.rmsse));
	CHECK_NEAR(a.smape, 200 / 3.0, 1e-13);
	CHECK_NEAR(a.mae, 1 / 3.0, 1e-15);
	CHECK(skpi_accuracy_points(y, y, 1, flat, 0, 12, &a) == SKPI_OK);
	CHECK(a.mae == 0 && a.smape == 0 && isnan(a.mase) && isnan(a.acf1));
	CHECK(isnan(a.theil));
	CHECK(isnan(skpi_seasonal_step(flat, 4, 4)));
	a.me = -7;
	f[1] = NAN;
	CHECK(skpi_accuracy_points(y, f, 3, flat, 4, 1, &a) == SKPI_E_RANGE);
	CHECK(skpi_accuracy_points(y, y, 0, flat, 4, 1, &a) == SKPI_E_RANGE);
	CHECK(skpi_accuracy_points(y, y, 3, flat, 4, 0, &a) == SKPI_E_RANGE);
	CHECK(a.me == -7);
	/* Squares beyond the range of a double are reported as undefined. */
	f[1] = 1e200;
	CHECK(skpi_accuracy_points(y, f, 3, flat, 4, 1, &a) == SKPI_OK);
	CHECK(isnan(a.rmse) && isfinite(a.mae));
}

static void
test_intervals(void)
{
	double y[4] = {10, 20, 30, 40};
	double lo[4] = {8, 20, 31, 30};
	double hi[4] = {12, 25, 35, 39};
	double cover = -1, msis = -1, loss = -1;

	CHECK(skpi_interval_accuracy(y, lo, hi, 4, 0.9, 2, &cover, &msis) ==
		  SKPI_OK);
	CHECK_NEAR(cover, 0.5, 1e-15);
	/* Widths 4 + 5 + 4 + 9, twice a miss by 1 at 20 each. */
	CHECK_NEAR(msis, (22 + 40) / 4.0 / 2, 1e-12);
	CHECK(skpi_interval_accuracy(y, lo, hi, 4, 0.9, NAN, &cover, &msis) ==
		  SKPI_OK);
	CHECK(isnan(msis));
	CHECK(skpi_interval_accuracy(y, hi, lo, 4, 0.9, 2, &cover, &msis) ==
		  SKPI_E_RANGE);
	CHECK(skpi_interval_accuracy(y, lo, hi, 4, 1, 2, &cover, &msis) ==
		  SKPI_E_RANGE);
	CHECK(skpi_pinball(y, lo, 4, 0.1, &loss) == SKPI_OK);
	CHECK_NEAR(loss, (0.2 + 0 + 0.9 + 1.0) / 4, 1e-12);
	CHECK(skpi_pinball(y, lo, 4, 0, &loss) == SKPI_E_RANGE);
	/* The median's pinball loss is half the absolute error. */
	CHECK(skpi_pinball(y, hi, 4, 0.5, &loss) == SKPI_OK);
	CHECK_NEAR(loss, (2 + 5 + 5 + 1) / 8.0, 1e-12);
}

static void
test_diebold_mariano(void)
{
	double e1[6] = {1, -2, 3, -1, 2, -3};
	double e2[6] = {0, 1, -1, 0, 1, -1};
	double zero[6] = {0};
	skpi_dm_test t, back;

	/* Differences 1, 1, 2, 1, 1, 2: mean 4/3, variance 2/9, n 6; the
	 * correction for one step is (n - 1) / n. */
	CHECK(skpi_diebold_mariano(e1, e2, 6, 1, 1, &t) == SKPI_OK);
	CHECK_NEAR(t.difference, 4 / 3.0, 1e-14);
	CHECK_NEAR(t.statistic, 4 / 3.0 / sqrt(2 / 54.0) * sqrt(5 / 6.0), 1e-12);
	/* Student's t with 5 degrees: P(|t| > 6.3246) = 0.001456. */
	CHECK_NEAR(t.statistic, 6.324555320336759, 1e-12);
	CHECK(t.p_value > 0.00145 && t.p_value < 0.00146);
	CHECK(skpi_diebold_mariano(e2, e1, 6, 1, 1, &back) == SKPI_OK);
	CHECK(back.statistic == -t.statistic && back.p_value == t.p_value);
	/* Autocovariances at lag 1: (1/9 - 2/9 - 2/9 + 1/9 - 2/9) / 6 < 0. */
	CHECK(skpi_diebold_mariano(e1, e2, 6, 2, 1, &t) == SKPI_OK);
	CHECK_NEAR(t.statistic,
			   4 / 3.0 / sqrt((2 / 9. - 2 * 4 / 54.) / 6 * 1.0) *
				   sqrt((7 - 4 + 2 / 6.) / 6),
			   1e-9);
	CHECK(skpi_diebold_mariano(e1, e1, 6, 1, 2, &t) == SKPI_OK);
	CHECK(t.difference == 0 && isnan(t.statistic) && t.p_value == 1);
	CHECK(skpi_diebold_mariano(zero, e2, 2, 1, 2, &t) == SKPI_E_SHORT);
	CHECK(skpi_diebold_mariano(zero, e2, 6, 6, 2, &t) == SKPI_E_SHORT);
	CHECK(skpi_diebold_mariano(zero, e2, 6, 1, 3, &t) == SKPI_E_RANGE);
}

/* dm.test of R's forecast 8.20 on sin(i) and 1.2 cos(1.7 i), i = 1 .. 40. */
static void
test_diebold_mariano_in_r(void)
{
	static const struct
	{
		int h, power;
		double statistic, p_value;
	} want[] = {
		{1, 1, -1.345091039724, 0.186365760128},
		{1, 2, -2.005956438441, 0.051832730357},
		{3, 1, -3.011673415183, 0.004543185837},
		{3, 2, -4.143626661020, 0.000177816314},
	};
	double e1[40], e2[40];
	skpi_dm_test t;

	for (int i = 0; i < 40; i++)
	{
		e1[i] = sin(i + 1);
		e2[i] = 1.2 * cos(1.7 * (i + 1));
	}
	for (size_t k = 0; k < sizeof(want) / sizeof(want[0]); k++)
	{
		CHECK(skpi_diebold_mariano(e1, e2, 40, want[k].h, want[k].power, &t) ==
			  SKPI_OK);
		CHECK_NEAR(t.statistic, want[k].statistic, 1e-10);
		CHECK_NEAR(t.p_value, want[k].p_value, 1e-10);
	}
}

/* The last two years of AirPassengers by seasonal naive, from 1958. */
static void
test_reference(void)
{
	const char *g = "accuracy/AirPassengers to 1958/snaive";
	double y[200], f[24];
	int n = ref_series("AirPassengers", y, 200);
	skpi_accuracy a;

	CHECK(n == 144);
	for (int i = 0; i < 24; i++)
		f[i] = y[108 + i % 12];
	CHECK(skpi_accuracy_points(y + 120, f, 24, y, 120, 12, &a) == SKPI_OK);
	CHECK_NEAR(a.me, ref_value(g, "test.ME"), 1e-9);
	CHECK_NEAR(a.rmse, ref_value(g, "test.RMSE"), 1e-9);
	CHECK_NEAR(a.mae, ref_value(g, "test.MAE"), 1e-9);
	CHECK_NEAR(a.mpe, ref_value(g, "test.MPE"), 1e-9);
	CHECK_NEAR(a.mape, ref_value(g, "test.MAPE"), 1e-9);
	CHECK_NEAR(a.mase, ref_value(g, "test.MASE"), 1e-9);
	CHECK_NEAR(a.acf1, ref_value(g, "test.ACF1"), 1e-9);
	CHECK_NEAR(a.theil, ref_value(g, "test.Theil's U"), 1e-9);
}

int
main(void)
{
	test_points_by_hand();
	test_points_undefined();
	test_intervals();
	test_diebold_mariano();
	test_diebold_mariano_in_r();
	test_reference();
	return unit_done("accuracy");
}
