/* Benchmarks and series helpers: by hand, against R, errors. */
#include "skpi_naive.h"

#include "reference_table.h"

#define ROOM 1000
#define Z80 1.2815515655446004
#define Z95 1.9599639845400545

static double y[ROOM];
static int seen, matched;

static void
test_by_hand(void)
{
	double series[4] = {1, 2, 4, 7}, still[4] = {1, 3, 1, 2};
	double line[4] = {1, 3, 5, 7}, point[3], var[3], drift = 0;

	/* Changes 1, 2, 3: mean square 14/3; drift 2, error variance 1. */
	CHECK(skpi_naive(series, 4, 2, point, var) == SKPI_OK);
	CHECK_NEAR(point[1], 7.0, 1e-15);
	CHECK_NEAR(var[1], 28.0 / 3, 1e-15);
	CHECK(skpi_naive_drift(series, 4, 3, point, var, &drift) == SKPI_OK);
	CHECK_NEAR(drift, 2.0, 1e-15);
	CHECK_NEAR(point[2], 13.0, 1e-15);
	CHECK_NEAR(var[2], 3 * (1 + 3.0 / 3), 1e-15);
	/* Its noise is 1/3 of 4 = 1/12: drift 11/6. */
	CHECK(skpi_naive_shrunk(series, 4, 3, point, var, &drift) == SKPI_OK);
	CHECK_NEAR(drift, 11.0 / 6, 1e-14);
	CHECK_NEAR(point[2], 12.5, 1e-14);
	CHECK_NEAR(var[2], 6.0, 1e-14);
	/* A drift within its noise is none, one without noise stays. */
	CHECK(skpi_naive_shrunk(still, 4, 3, point, var, &drift) == SKPI_OK);
	CHECK(drift == 0 && point[2] == 2);
	CHECK(skpi_naive_shrunk(line, 4, 3, point, var, &drift) == SKPI_OK);
	CHECK(drift == 2 && point[2] == 13);
	/* Seasonal changes 3, 5: mean square 17; a second season doubles it. */
	CHECK(skpi_naive_seasonal(series, 4, 2, 3, point, var) == SKPI_OK);
	CHECK_NEAR(point[0], 4.0, 1e-15);
	CHECK_NEAR(point[2], 4.0, 1e-15);
	CHECK_NEAR(var[0], 17.0, 1e-15);
	CHECK_NEAR(var[2], 34.0, 1e-15);
}

static void
compare(const char *group, const char *key, const double *got, int room)
{
	int n = table_compare(group, key, got, room, 1e-6, &matched);

	CHECK(n > 0);
	seen += n;
}

static void
compare_bounds(const char *group, const double *point, const double *var,
			   int room)
{
	static const char *const keys[] = {"lo80", "hi80", "lo95", "hi95"};
	static const double z[] = {-Z80, Z80, -Z95, Z95};
	double bound[12];

	compare(group, "mean", point, room);
	for (int b = 0; b < 4; b++)
	{
		for (int j = 0; j < room; j++)
			bound[j] = point[j] + z[b] * sqrt(var[j]);
		compare(group, keys[b], bound, room);
	}
}

static void
test_reference(void)
{
	static const char *const names[] = {"AirPassengers", "Nile", "WWWusage"};
	double point[12], var[12], drift = 0;
	char group[TABLE_TEXT];
	size_t m = 1, n;

	for (int i = 0; i < 3; i++)
	{
		n = table_series(names[i], y, ROOM, &m);
		CHECK(skpi_naive(y, n, 12, point, var) == SKPI_OK);
		snprintf(group, sizeof(group), "naive/%s", names[i]);
		compare_bounds(group, point, var, 12);
		CHECK(skpi_naive_drift(y, n, 12, point, var, &drift) == SKPI_OK);
		snprintf(group, sizeof(group), "rwdrift/%s", names[i]);
		compare_bounds(group, point, var, 12);
		CHECK_NEAR(drift, table_value(group, "drift"), 1e-6);
	}
	n = table_series(names[0], y, ROOM, &m);
	CHECK(skpi_naive_seasonal(y, n, m, 12, point, var) == SKPI_OK);
	compare_bounds("snaive/AirPassengers", point, var, 12);
}

static void
test_helpers(void)
{
	double r[14], index[12], lo, hi, a, b;
	double line[5] = {3, 5, 7, 9, 11};
	double saw[8] = {1, 3, 1, 3, 1, 3, 1, 3};
	size_t m = 1, n = table_series("AirPassengers", y, ROOM, &m);

	CHECK(skpi_array_acf(y, n, 13, r) == SKPI_OK);
	CHECK_NEAR(r[0], 1.0, 1e-15);
	compare("acf/AirPassengers", "lag1-13", r + 1, 13);
	CHECK(skpi_array_seasonal(y, n, m, 1.645));
	CHECK(skpi_array_indices(y, n, m, true, index) == SKPI_OK);
	compare("decompose.mult/AirPassengers", "figure", index, 12);
	n = table_series("USAccDeaths", y, ROOM, &m);
	CHECK(skpi_array_indices(y, n, m, false, index) == SKPI_OK);
	compare("decompose.add/USAccDeaths", "figure", index, 12);
	CHECK(skpi_array_line(line, 5, &a, &b) == SKPI_OK);
	CHECK_NEAR(a, 1.0, 1e-14);
	CHECK_NEAR(b, 2.0, 1e-14);
	CHECK(skpi_array_indices(saw, 8, 2, false, index) == SKPI_OK);
	CHECK_NEAR(index[0], -1.0, 1e-15);
	CHECK(skpi_array_indices(saw, 8, 2, true, index) == SKPI_OK);
	CHECK_NEAR(index[1], 1.5, 1e-15);
	CHECK_NEAR(skpi_array_quantile(line, 5, .9), 10.2, 1e-14);
	/* Minimum 3, maximum 11: floor 3/4, ceiling 11 + 12. */
	skpi_array_band(line, 5, 1, 2, &lo, &hi);
	CHECK_NEAR(lo, .75, 1e-15);
	CHECK_NEAR(hi, 23.0, 1e-15);
	line[0] = -3;
	skpi_array_band(line, 5, 1, 2, &lo, &hi);
	CHECK_NEAR(lo, -17.0, 1e-15);
}

static void
test_errors(void)
{
	double series[3] = {1, 2, 3}, flat[3] = {5, 5, 5};
	double point[2] = {8, 8}, other[2], var[2];

	CHECK(skpi_naive(series, 1, 1, point, var) == SKPI_E_SHORT);
	CHECK(skpi_naive_drift(series, 2, 1, point, var, NULL) == SKPI_E_SHORT);
	CHECK(skpi_naive_shrunk(series, 2, 1, point, var, NULL) == SKPI_E_SHORT);
	CHECK(skpi_naive_shrunk(flat, 3, 1, other, var, NULL) == SKPI_OK);
	CHECK(other[0] == 5);
	CHECK(skpi_naive_seasonal(series, 3, 3, 1, point, var) == SKPI_E_SHORT);
	CHECK(skpi_naive_seasonal(series, 3, 0, 1, point, var) == SKPI_E_RANGE);
	CHECK(skpi_naive(series, 3, 0, point, var) == SKPI_E_RANGE);
	CHECK(skpi_naive(series, 3, SKPI_HORIZON_MAX + 1, point, var) ==
		  SKPI_E_RANGE);
	series[1] = INFINITY;
	CHECK(skpi_naive(series, 3, 1, point, var) == SKPI_E_RANGE);
	CHECK(point[0] == 8);
	CHECK(skpi_array_acf(flat, 3, 1, point) == SKPI_E_NUMERIC);
	CHECK(skpi_array_acf(flat, 3, 3, point) == SKPI_E_RANGE);
	CHECK(!skpi_array_seasonal(flat, 3, 1, 1.645));
	CHECK(skpi_array_indices(flat, 3, 2, true, point) == SKPI_E_SHORT);
	CHECK(skpi_array_indices(flat, 3, 1, true, point) == SKPI_E_RANGE);
	/* All zero has no relative season. */
	flat[0] = flat[1] = flat[2] = 0;
	CHECK(skpi_array_check(flat, 3, 1) == SKPI_OK);
	CHECK(!skpi_array_positive(flat, 3));
	/* One value beyond zero answers like a constant. */
	CHECK(skpi_array_constant(flat, 3));
}

int
main(void)
{
	table_load();
	test_by_hand();
	test_reference();
	test_helpers();
	test_errors();
	printf("stored values: %d of %d within 1e-6\n", matched, seen);
	return unit_done("naive");
}
