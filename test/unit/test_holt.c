/* Holt-Winters: by hand, as exponential smoothing, R's values, errors. */
#include "skpi_ets_holt.h"

#include <gsl/gsl_errno.h>

#include "reference_table.h"

#define ROOM 1000

static double y[ROOM], fitted[ROOM], state[16];
static int seen, matched;

static bool
at_once(void *calls)
{
	(*(int *) calls)++;
	return true;
}

static void
test_by_hand(void)
{
	double series[4] = {10, 14, 16, 20}, point[3], sse = 0;
	skpi_holt model = {true, SKPI_ETS_N, .5, .5, 0, 1};
	size_t first = 0;

	CHECK(skpi_holt_start(&model, 1, series, 4, state, &first) == SKPI_OK);
	CHECK(first == 2 && state[0] == 14 && state[1] == 4);
	/* Mean 18, value 16: level 17, slope .5 x 3 + .5 x 4 = 3.5; mean 20.5,
	 * value 20: level 20.25, slope .5 x 3.25 + .5 x 3.5 = 3.375. */
	CHECK(skpi_holt_run(&model, 1, series + 2, 2, state, fitted, &sse) ==
		  SKPI_OK);
	CHECK_NEAR(sse, 4.25, 1e-15);
	CHECK_NEAR(state[1], 3.375, 1e-15);
	CHECK(skpi_holt_points(&model, 1, state, 3, point) == SKPI_OK);
	CHECK_NEAR(point[2], 20.25 + 3 * 3.375, 1e-15);
	model.phi = .5;
	CHECK(skpi_holt_points(&model, 1, state, 3, point) == SKPI_OK);
	CHECK_NEAR(point[2], 20.25 + .875 * 3.375, 1e-15);
}

/* With additive parts the classical recursion is a state-space form. */
static void
test_is_ets(void)
{
	skpi_ets_form form = {SKPI_ETS_A, SKPI_ETS_A, SKPI_ETS_A, true};
	skpi_holt model = {true, SKPI_ETS_A, .3, .2, .4, .9};
	skpi_ets_par par = {.3, .3 * .2, .7 * .4, .9};
	size_t m = 1, n = table_series("USAccDeaths", y, ROOM, &m), first = 0;
	double other[16], sse = 0;
	skpi_ets_score s;

	CHECK(skpi_holt_start(&model, m, y, n, state, &first) == SKPI_OK);
	memcpy(other, state, sizeof(state));
	CHECK(skpi_holt_run(&model, m, y + first, n - first, state, fitted, &sse) ==
		  SKPI_OK);
	CHECK(skpi_ets_run(form, m, par, y + first, n - first, other, NULL, NULL,
					   &s) == SKPI_OK);
	CHECK_NEAR(s.sse, sse, 1e-12);
	for (int i = 0; i < 14; i++)
		CHECK_NEAR(state[i], other[i], 1e-12);
}

static void
compare(const char *group, const char *key, double got)
{
	double want = table_value(group, key);

	CHECK_NEAR(got, want, 1e-6);
	seen++;
	matched += fabs(got - want) <= 1e-6 * fmax(1, fabs(want));
}

static void
check_fixed(const char *group, const char *name, skpi_holt model)
{
	size_t m = 1, n = table_series(name, y, ROOM, &m), first = 0;
	double sse = 0, point[12];
	int count;

	CHECK(skpi_holt_start(&model, m, y, n, state, &first) == SKPI_OK);
	CHECK(skpi_holt_run(&model, m, y + first, n - first, state, fitted, &sse) ==
		  SKPI_OK);
	CHECK(skpi_holt_points(&model, m, state, 12, point) == SKPI_OK);
	compare(group, "SSE", sse);
	count = table_compare(group, "coef", state, (int) m + 2, 1e-6, &matched);
	CHECK(count == (int) m + 2);
	seen += count;
	count = table_compare(group, "fit", point, 12, 1e-6, &matched);
	CHECK(count == 12);
	seen += count;
}

/* Stored optima are on a line search that stopped early: least squares from
 * several starts must not be worse, at the stored parameters it is equal. */
static void
check_fitted(const char *name, skpi_ets_kind season, const char *kind)
{
	char group[TABLE_TEXT];
	size_t m = 1, n, first = 0;
	skpi_holt model = {true, season, 0, 0, 0, 1};
	double sse = 0, want;

	snprintf(group, sizeof(group), "HoltWinters/%s/%s", name, kind);
	model.alpha = table_value(group, "alpha");
	model.beta = table_value(group, "beta");
	model.gamma = table_value(group, "gamma");
	n = table_series(name, y, ROOM, &m);
	want = table_value(group, "SSE");
	CHECK(skpi_holt_start(&model, m, y, n, state, &first) == SKPI_OK);
	CHECK(skpi_holt_run(&model, m, y + first, n - first, state, NULL, &sse) ==
		  SKPI_OK);
	/* Ten digits of a parameter leave 1e-6 of a sum of squares. */
	CHECK_NEAR(sse, want, 1e-6);
	seen++;
	matched += fabs(sse - want) <= 1e-6 * want;
	CHECK(skpi_holt_fit(&model, m, y, n, NULL, NULL, state, &first, &sse) ==
		  SKPI_OK);
	CHECK(sse <= want * (1 + 1e-4));
}

static void
test_reference(void)
{
	static const char *const names[] = {"AirPassengers", "USAccDeaths", "co2",
										"UKgas"};
	skpi_holt fixed = {true, SKPI_ETS_M, .3, .05, .6, 1};
	skpi_holt ses = {false, SKPI_ETS_N, 0, 0, 0, 1};
	size_t m = 1, n, first = 0;
	double sse = 0;

	check_fixed("HoltWinters.fixed(.3 .05 .6)/AirPassengers/mult",
				"AirPassengers", fixed);
	fixed.season = SKPI_ETS_A;
	check_fixed("HoltWinters.fixed(.3 .05 .6)/USAccDeaths/add", "USAccDeaths",
				fixed);
	for (int i = 0; i < 4; i++)
	{
		check_fitted(names[i], SKPI_ETS_A, "additive");
		check_fitted(names[i], SKPI_ETS_M, "multiplicative");
	}
	n = table_series("Nile", y, ROOM, &m);
	ses.alpha = table_value("HoltWinters.ses/Nile", "alpha");
	CHECK(skpi_holt_start(&ses, m, y, n, state, &first) == SKPI_OK);
	CHECK(skpi_holt_run(&ses, m, y + first, n - first, state, NULL, &sse) ==
		  SKPI_OK);
	compare("HoltWinters.ses/Nile", "SSE", sse);
	compare("HoltWinters.ses/Nile", "level", state[0]);
}

static void
test_errors(void)
{
	double series[4] = {1, 2, 3, 4}, sse = 5;
	skpi_holt model = {true, SKPI_ETS_N, .5, .5, 0, 1};
	size_t first = 77;
	int calls = 0;

	CHECK(skpi_holt_start(&model, 1, series, 2, state, &first) == SKPI_E_SHORT);
	model.alpha = 1.5;
	CHECK(skpi_holt_start(&model, 1, series, 4, state, &first) == SKPI_E_RANGE);
	model.alpha = .5;
	model.season = SKPI_ETS_A;
	CHECK(skpi_holt_start(&model, 3, series, 4, state, &first) == SKPI_E_SHORT);
	CHECK(skpi_holt_start(&model, 1, series, 4, state, &first) == SKPI_E_RANGE);
	CHECK(first == 77);
	/* Zeros have no relative season. */
	model.season = SKPI_ETS_M;
	memset(series, 0, sizeof(series));
	CHECK(skpi_holt_start(&model, 2, series, 4, state, &first) ==
		  SKPI_E_NUMERIC);
	state[0] = state[1] = state[2] = state[3] = 0;
	CHECK(skpi_holt_run(&model, 2, series, 4, state, NULL, &sse) ==
		  SKPI_E_NUMERIC);
	CHECK(sse == 5);
	model.season = SKPI_ETS_N;
	series[0] = 1;
	series[3] = 2;
	CHECK(skpi_holt_fit(&model, 1, series, 4, at_once, &calls, state, &first,
						&sse) == SKPI_E_INTERRUPT);
	CHECK(calls == 1 && model.alpha == .5);
}

int
main(void)
{
	gsl_set_error_handler_off();
	table_load();
	test_by_hand();
	test_is_ets();
	test_reference();
	test_errors();
	printf("stored values: %d of %d within 1e-6\n", matched, seen);
	return unit_done("holt");
}
