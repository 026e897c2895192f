/* ARIMA against the stored values of R: likelihoods and forecasts at given
 * coefficients, fits, differencing, and automatic orders. */
#include <gsl/gsl_errno.h>

#include "skpi_arima.h"
#include "ts_reference.h"

#define ROOM 1000

static double y[ROOM], work[400000], point[100], var[100];

typedef struct known
{
	const char *group, *series;
	skpi_arima_spec spec;
	int transform; /* 1: natural logs, 2: decimal logs */
	const char *coef[5];
	/* The start R gives differenced series is only nearly diffuse
	 * (variance 10^6), which moves its values in the fifth digit. */
	double tol;
} known;

static const known cases[] = {
	{"Arima/AirPassengers/lambda=0/011-011",
	 "AirPassengers",
	 {0, 1, 1, 0, 1, 1, 12, false},
	 1,
	 {"coef.ma1", "coef.sma1"},
	 2e-5},
	{"Arima/USAccDeaths/011-011",
	 "USAccDeaths",
	 {0, 1, 1, 0, 1, 1, 12, false},
	 0,
	 {"coef.ma1", "coef.sma1"},
	 4e-6},
	{"Arima/Nile/011-000",
	 "Nile",
	 {0, 1, 1, 0, 0, 0, 1, false},
	 0,
	 {"coef.ma1"},
	 1e-8},
	{"Arima/LakeHuron/200-000",
	 "LakeHuron",
	 {2, 0, 0, 0, 0, 0, 1, true},
	 0,
	 {"coef.ar1", "coef.ar2"},
	 1e-8},
	{"Arima/WWWusage/111-000",
	 "WWWusage",
	 {1, 1, 1, 0, 0, 0, 1, false},
	 0,
	 {"coef.ar1", "coef.ma1"},
	 1e-6},
	{"Arima/co2/111-112",
	 "co2",
	 {1, 1, 1, 1, 1, 2, 12, false},
	 0,
	 {"coef.ar1", "coef.ma1", "coef.sar1", "coef.sma1", "coef.sma2"},
	 3e-5},
	{"Arima/lynx/200-000",
	 "lynx",
	 {2, 0, 0, 0, 0, 0, 1, true},
	 2,
	 {"coef.ar1", "coef.ar2"},
	 1e-8},
};

/* Stored forecasts of the log model were turned back. */
static double
stored(const known *c, const char *key, int h)
{
	double v = ref_element(c->group, key, h);

	return c->transform == 1 ? log(v) : v;
}

static void
test_reference_forecast(const known *c, int n, skpi_arima_model m)
{
	double z80 = 1.2815515655446004;
	double z95 = 1.959963984540054;

	m.sigma2 = ref_value(c->group, "sigma2");
	CHECK(skpi_arima_forecast(y, (size_t) n, &m, 12, NULL, NULL, work, point,
							  var) == SKPI_OK);
	for (int h = 1; h <= 12; h++)
	{
		double sd = sqrt(var[h - 1]);

		CHECK_NEAR(point[h - 1], stored(c, "mean", h), 2e-6);
		CHECK_NEAR(point[h - 1] - z80 * sd, stored(c, "lo80", h), 2e-6);
		CHECK_NEAR(point[h - 1] + z80 * sd, stored(c, "hi80", h), 2e-6);
		CHECK_NEAR(point[h - 1] - z95 * sd, stored(c, "lo95", h), 2e-6);
		CHECK_NEAR(point[h - 1] + z95 * sd, stored(c, "hi95", h), 2e-6);
	}
}

static void
test_reference(const known *c)
{
	int n = ref_series(c->series, y, ROOM);
	skpi_arima_model m = {.spec = c->spec};
	skpi_arima_model fit;

	for (int i = 0; i < n && c->transform > 0; i++)
		y[i] = c->transform == 1 ? log(y[i]) : log10(y[i]);
	for (int i = 0; i < 5 && c->coef[i] != NULL; i++)
		m.coef[i] = ref_value(c->group, c->coef[i]);
	if (c->spec.mean)
		m.mean = ref_value(c->group, "coef.intercept");
	CHECK(skpi_arima_evaluate(y, (size_t) n, false, NULL, NULL, work, &m) ==
		  SKPI_OK);
	CHECK_NEAR(m.loglik, ref_value(c->group, "loglik"), c->tol);
	CHECK_NEAR(m.aicc, ref_value(c->group, "aicc"), c->tol);
	CHECK(skpi_arima_fit(y, (size_t) n, &c->spec, NULL, NULL, work, &fit) ==
		  SKPI_OK);
	CHECK(fit.loglik >= m.loglik - 1e-6);
	test_reference_forecast(c, n, m);
}

static void
test_differencing(void)
{
	const char *name[4] = {"AirPassengers", "co2", "Nile", "USAccDeaths"};
	const int m[4] = {12, 12, 1, 12};
	int d, sd;

	for (int i = 0; i < 4; i++)
	{
		char group[64];
		size_t n = (size_t) ref_series(name[i], y, ROOM);

		CHECK(skpi_arima_differencing(y, n, 1, 2, NULL, NULL, work, &d, &sd) ==
			  SKPI_OK);
		snprintf(group, sizeof(group), "ndiffs/%s", name[i]);
		CHECK(d == ref_value(group, "kpss"));
		CHECK(skpi_arima_differencing(y, n, m[i], 2, NULL, NULL, work, &d,
									  &sd) == SKPI_OK);
		snprintf(group, sizeof(group), "nsdiffs/%s", name[i]);
		CHECK(sd == ref_value(group, "seas"));
	}
}

/* The chosen AICc is no worse than that of R's choice. */
static void
test_selection(void)
{
	const char *name[9] = {"Nile",           "LakeHuron",     "WWWusage",
						   "USAccDeaths",    "AirPassengers", "UKgas",
						   "JohnsonJohnson", "austres",       "ldeaths"};
	const int m[9] = {1, 1, 1, 12, 12, 4, 4, 4, 12};

	for (int i = 0; i < 9; i++)
	{
		char group[64];
		int n = ref_series(name[i], y, ROOM);
		skpi_arima_model a, b[4];
		int count = 0;

		CHECK(skpi_arima_auto(y, (size_t) n, m[i], 2, NULL, NULL, work, &a) ==
			  SKPI_OK);
		snprintf(group, sizeof(group), "auto.arima/%s", name[i]);
		CHECK(a.aicc <= ref_value(group, "aicc") + 0.01);
		CHECK(skpi_arima_search(y, (size_t) n, m[i], 2, NULL, NULL, work, b, 4,
								&count) == SKPI_OK);
		CHECK(count == 4 && b[0].aicc == a.aicc && b[1].aicc <= b[3].aicc);
		CHECK(b[0].aicc <= b[1].aicc);
		CHECK(skpi_arima_average(y, (size_t) n, b, 4, 12, NULL, NULL, work,
								 point, var) == SKPI_OK);
		CHECK(var[11] > 0 && isfinite(point[11]));
	}
}

int
main(void)
{
	gsl_set_error_handler_off();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		test_reference(&cases[i]);
	test_differencing();
	test_selection();
	return unit_done("arima_reference");
}
