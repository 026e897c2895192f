/* Theta methods: by hand, properties, R's values, errors. */
#include "skpi_theta.h"

#include <gsl/gsl_errno.h>

#include "reference_table.h"

#define ROOM 1000
#define H 12
#define Z80 1.2815515655446004
#define Z95 1.9599639845400545

static double y[ROOM], work[3 * ROOM], point[ROOM], var[ROOM], fitted[ROOM];

static bool
at_once(void *calls)
{
	(*(int *) calls)++;
	return true;
}

/* A line is its own regression: every method continues or halves it. */
static void
test_line(void)
{
	skpi_theta_fit f;

	for (int t = 0; t < 40; t++)
		y[t] = 3 + 2 * t;
	CHECK(skpi_theta_dynamic(y, 40, 1, 5, NULL, NULL, work, ROOM, &f, point,
							 var, fitted) == SKPI_OK);
	/* The running line foresees every next value without error. */
	for (int j = 0; j < 5; j++)
		CHECK_NEAR(point[j], 3 + 2.0 * (40 + j), 1e-6);
	CHECK_NEAR(fitted[20], 43.0, 1e-6);
	CHECK(var[0] >= 0 && var[0] < 1e-6);
	CHECK(!f.seasonal);
	CHECK(skpi_theta_standard(y, 40, 1, 5, NULL, NULL, work, ROOM, &f, point,
							  var, fitted) == SKPI_OK);
	/* Smoothing sits on the last value, the drift is half the slope. */
	CHECK_NEAR(f.drift, 1.0, 1e-12);
	CHECK_NEAR(point[4] - point[3], 1.0, 1e-12);
	CHECK(f.alpha > .99);
}

static void
test_constant(void)
{
	skpi_theta_fit f;

	for (int t = 0; t < 30; t++)
		y[t] = 7;
	CHECK(skpi_theta_standard(y, 30, 12, 3, NULL, NULL, work, ROOM, &f, point,
							  var, NULL) == SKPI_OK);
	CHECK_NEAR(point[2], 7.0, 1e-12);
	CHECK_NEAR(var[2], 0.0, 1e-12);
	CHECK(skpi_theta_dynamic(y, 30, 12, 3, NULL, NULL, work, ROOM, &f, point,
							 var, NULL) == SKPI_OK);
	CHECK_NEAR(point[2], 7.0, 1e-9);
	CHECK_NEAR(var[2], 0.0, 1e-12);
	for (int t = 0; t < 30; t++)
		y[t] = 0;
	CHECK(skpi_theta_dynamic(y, 30, 12, 3, NULL, NULL, work, ROOM, &f, point,
							 var, NULL) == SKPI_OK);
	CHECK_NEAR(point[2], 0.0, 1e-12);
}

/* The definition evaluated the slow way: running lines by regression, the
 * error sum over a grid; no grid point may beat the fit. */
static double
slow_sse(size_t n, double alpha, double level, double weight)
{
	double sse = 0;

	for (size_t t = 1; t <= n; t++)
	{
		double a = 0, b = 0, add, decay = pow(1 - alpha, (double) t - 1);

		if (t == 2)
			a = y[0];
		if (t > 2)
			CHECK(skpi_array_line(y, t - 1, &a, &b) == SKPI_OK);
		add = weight * (decay * a + (1 - decay * (1 - alpha)) / alpha * b);
		if (t > 2)
			sse += (y[t - 1] - level - add) * (y[t - 1] - level - add);
		level += alpha * (y[t - 1] - level);
	}
	return sse;
}

static void
test_dynamic_is_optimal(void)
{
	size_t m = 1, n = table_series("LakeHuron", y, ROOM, &m);
	skpi_theta_fit f;
	double sse;

	CHECK(skpi_theta_dynamic(y, n, m, 3, NULL, NULL, work, 3 * ROOM, &f, point,
							 var, fitted) == SKPI_OK);
	sse = slow_sse(n, f.alpha, f.level, 1 - 1 / f.theta);
	CHECK_NEAR(sse / (double) (n - 5), f.sigma2, 1e-9);
	CHECK_NEAR(var[0], f.sigma2, 1e-12);
	CHECK(f.theta >= 1 && f.alpha >= .1 && f.alpha <= .99);
	for (double a = .1; a < 1; a += .08)
		for (double l = 560; l < 600; l += 4)
			for (double w = 0; w <= 1; w += .1)
				CHECK(slow_sse(n, a, l, w) >= sse * (1 - 1e-9));
}

/* One more unit in the last value moves the forecasts exactly as the
 * variance recursion assumes the errors do. */
static void
test_dynamic_variance(void)
{
	size_t m = 1, n = table_series("Nile", y, ROOM, &m);
	skpi_theta_fit f;

	CHECK(skpi_theta_dynamic(y, n, m, 4, NULL, NULL, work, 3 * ROOM, &f, point,
							 var, NULL) == SKPI_OK);
	for (int j = 1; j < 4; j++)
		CHECK(var[j] > var[j - 1]);
	/* A pure level model has h - 1 equal steps of alpha^2. */
	CHECK(var[1] >= f.sigma2 * (1 + f.alpha * f.alpha));
}

static void
close_to(const char *group, const char *key, const double *got, double tol)
{
	int matched = 0, n = table_compare(group, key, got, H, tol, &matched);

	CHECK(n == H && matched == n);
}

/* The level's optimum is found by another search there: alpha agrees to
 * about 1e-3, so do the numbers that follow from it. */
static void
test_reference(void)
{
	static const char *const names[] = {"AirPassengers", "Nile", "USAccDeaths",
										"UKgas"};
	static const char *const keys[] = {"lo80", "hi80", "lo95", "hi95"};
	static const double z[] = {-Z80, Z80, -Z95, Z95};

	for (int i = 0; i < 4; i++)
	{
		char group[TABLE_TEXT];
		size_t m = 1, n = table_series(names[i], y, ROOM, &m);
		skpi_theta_fit f;
		double bound[H];

		snprintf(group, sizeof(group), "thetaf/%s", names[i]);
		CHECK(skpi_theta_standard(y, n, m, H, NULL, NULL, work, 3 * ROOM, &f,
								  point, var, fitted) == SKPI_OK);
		CHECK_NEAR(f.alpha, table_value(group, "alpha"), 2e-3);
		CHECK_NEAR(f.drift, table_value(group, "drift"), 1e-8);
		close_to(group, "mean", point, 2e-3);
		for (int b = 0; b < 4; b++)
		{
			/* R leaves the width as it is before the season is put back. */
			for (int j = 0; j < H; j++)
				bound[j] = point[j] +
						   z[b] * sqrt(f.sigma2 * (1 + j * f.alpha * f.alpha));
			close_to(group, keys[b], bound, 5e-3);
		}
	}
}

static void
test_season(void)
{
	size_t m = 1, n = table_series("USAccDeaths", y, ROOM, &m);
	skpi_theta_fit f;

	/* Below zero only an additive season is possible. */
	for (size_t t = 0; t < n; t++)
		y[t] -= 9000;
	CHECK(skpi_theta_standard(y, n, m, H, NULL, NULL, work, 3 * ROOM, &f, point,
							  var, NULL) == SKPI_OK);
	CHECK(f.seasonal && !f.multiplicative);
	CHECK(var[0] == f.sigma2);
	for (size_t t = 0; t < n; t++)
		y[t] += 9000;
	CHECK(skpi_theta_dynamic(y, n, m, H, NULL, NULL, work, 3 * ROOM, &f, point,
							 var, NULL) == SKPI_OK);
	CHECK(f.seasonal && f.multiplicative);
	/* February is the low, July the high of every year. */
	CHECK(point[1] < point[6]);
}

static void
test_errors(void)
{
	skpi_theta_fit f = {.alpha = 9};
	int calls = 0;

	for (int t = 0; t < 30; t++)
		y[t] = t % 7;
	point[0] = 123;
	CHECK(skpi_theta_standard(y, 3, 1, 1, NULL, NULL, work, ROOM, &f, point,
							  var, NULL) == SKPI_E_SHORT);
	CHECK(skpi_theta_dynamic(y, 5, 1, 1, NULL, NULL, work, ROOM, &f, point, var,
							 NULL) == SKPI_E_SHORT);
	CHECK(skpi_theta_standard(y, 30, 0, 1, NULL, NULL, work, ROOM, &f, point,
							  var, NULL) == SKPI_E_RANGE);
	CHECK(skpi_theta_standard(y, 30, 1, 0, NULL, NULL, work, ROOM, &f, point,
							  var, NULL) == SKPI_E_RANGE);
	CHECK(skpi_theta_standard(y, 30, 1, 1, NULL, NULL, work, 60, &f, point, var,
							  NULL) == SKPI_FULL);
	CHECK(skpi_theta_standard(y, 30, 1, 1, at_once, &calls, work, ROOM, &f,
							  point, var, NULL) == SKPI_E_INTERRUPT);
	CHECK(skpi_theta_dynamic(y, 30, 1, 1, at_once, &calls, work, ROOM, &f,
							 point, var, NULL) == SKPI_E_INTERRUPT);
	CHECK(calls == 2);
	y[7] = NAN;
	CHECK(skpi_theta_dynamic(y, 30, 1, 1, NULL, NULL, work, ROOM, &f, point,
							 var, NULL) == SKPI_E_RANGE);
	CHECK(point[0] == 123 && f.alpha == 9);
}

int
main(void)
{
	gsl_set_error_handler_off();
	table_load();
	test_line();
	test_constant();
	test_dynamic_is_optimal();
	test_dynamic_variance();
	test_reference();
	test_season();
	test_errors();
	return unit_done("theta");
}
