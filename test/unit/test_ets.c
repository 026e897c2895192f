/* Exponential smoothing: by hand, properties, stored references, errors. */
#include "skpi_ets_forecast.h"
#include "skpi_ets_model.h"

#include "reference_table.h"

#include <gsl/gsl_errno.h>

#define ROOM 1000

static double y[ROOM], fitted[ROOM], resid[ROOM];

static skpi_ets_form
form_of(const char *name)
{
	skpi_ets_form f = {SKPI_ETS_A, SKPI_ETS_N, SKPI_ETS_N, false};

	CHECK(skpi_ets_form_parse(name, &f) == SKPI_OK);
	return f;
}

static void
test_names(void)
{
	char name[SKPI_ETS_NAME];
	skpi_ets_form f;

	for (int i = 0; i < SKPI_ETS_FORMS; i++)
	{
		skpi_ets_form form = skpi_ets_form_at(i);

		skpi_ets_form_name(form, name);
		CHECK(skpi_ets_form_parse(name, &f) == SKPI_OK);
		CHECK(f.error == form.error && f.trend == form.trend &&
			  f.season == form.season && f.damped == form.damped);
		CHECK(skpi_ets_form_valid(form) && form.trend != SKPI_ETS_M);
		CHECK(form.error == SKPI_ETS_M || form.season != SKPI_ETS_M);
		for (int j = 0; j < i; j++)
		{
			char other[SKPI_ETS_NAME];

			skpi_ets_form_name(skpi_ets_form_at(j), other);
			CHECK(strcmp(name, other) != 0);
		}
	}
	CHECK(skpi_ets_form_parse("", &f) == SKPI_E_SYNTAX);
	CHECK(skpi_ets_form_parse("NNN", &f) == SKPI_E_SYNTAX);
	CHECK(skpi_ets_form_parse("ANdN", &f) == SKPI_E_SYNTAX);
	CHECK(skpi_ets_form_parse("AAX", &f) == SKPI_E_SYNTAX);
	CHECK(skpi_ets_form_parse("AAdNN", &f) == SKPI_E_SYNTAX);
	CHECK(skpi_ets_parameters(form_of("MAdM"), 12) == 4 + 2 + 11);
}

static void
test_by_hand(void)
{
	/* Level 10, alpha 1/2: means 10, 11, 12; errors 2, 2, -4. */
	double series[3] = {12, 13, 8};
	double state[4] = {10, 0, 0, 0};
	skpi_ets_par par = {.5, 0, 0, 1};
	skpi_ets_score s;

	CHECK(skpi_ets_run(form_of("ANN"), 1, par, series, 3, state, fitted, resid,
					   &s) == SKPI_OK);
	CHECK_NEAR(fitted[0], 10.0, 1e-15);
	CHECK_NEAR(fitted[1], 11.0, 1e-15);
	CHECK_NEAR(fitted[2], 12.0, 1e-15);
	CHECK_NEAR(state[0], 10.0, 1e-15);
	CHECK_NEAR(s.sse, 24.0, 1e-15);
	CHECK_NEAR(s.loglik, -1.5 * log(24), 1e-14);
	CHECK_NEAR(s.aic, 3 * log(24) + 6, 1e-14);
	CHECK_NEAR(s.sigma2, 24.0, 1e-14);
	CHECK(isinf(s.aicc));
	/* Relative errors .2, 2/11, -1/3; sum ln f = ln 1320. */
	state[0] = 10;
	CHECK(skpi_ets_run(form_of("MNN"), 1, par, series, 3, state, fitted, resid,
					   &s) == SKPI_OK);
	CHECK_NEAR(resid[2], -1.0 / 3, 1e-15);
	CHECK_NEAR(s.loglik, -1.5 * log(.04 + 4.0 / 121 + 1.0 / 9) - log(1320),
			   1e-14);
	/* Slope 1, beta 1/4, season (+1, -1), gamma 1/4: first mean 12, error
	 * 4; then level 13, slope 2, season +2; second mean 14, error 0. */
	state[0] = 10;
	state[1] = 1;
	state[2] = 1;
	state[3] = -1;
	par = (skpi_ets_par){.5, .25, .25, 1};
	series[0] = 16;
	series[1] = 14;
	CHECK(skpi_ets_run(form_of("AAA"), 2, par, series, 2, state, fitted, resid,
					   &s) == SKPI_OK);
	CHECK_NEAR(fitted[1], 14.0, 1e-15);
	CHECK_NEAR(state[0], 15.0, 1e-15);
	CHECK_NEAR(state[1], 2.0, 1e-15);
	CHECK_NEAR(state[2], 2.0, 1e-15); /* used next: the third step's season */
	CHECK_NEAR(state[3], -1.0, 1e-15);
}

static void
test_moments_by_hand(void)
{
	double state[4] = {10, 1, 2, .5}, mean[4], var[4];
	skpi_ets_par par = {.5, .25, .125, 1};
	double v = .01, s2, g;

	/* c_j = .5 + .25 j + [j even] .125. */
	CHECK(skpi_ets_moments(form_of("AAA"), 2, par, state, 2, 4, mean, var) ==
		  SKPI_OK);
	CHECK_NEAR(mean[0], 13.0, 1e-15);
	CHECK_NEAR(mean[3], 14.5, 1e-15);
	CHECK_NEAR(var[0], 2.0, 1e-15);
	CHECK_NEAR(var[1], 2 * (1 + .5625), 1e-15);
	CHECK_NEAR(var[2], 2 * (1 + .5625 + 1.125 * 1.125), 1e-15);
	/* MNM over a season of one step's width two, by expanding the product:
	 * y3 = s1 (1 + g e1) l (1 + a e1)(1 + a e2)(1 + e3). */
	state[1] = 2;
	state[2] = .5;
	CHECK(skpi_ets_moments(form_of("MNM"), 2, par, state, v, 3, mean, var) ==
		  SKPI_OK);
	g = .125;
	CHECK_NEAR(mean[0], 20.0, 1e-15);
	CHECK_NEAR(mean[2], 20 * (1 + g * .5 * v), 1e-15);
	s2 = 1 + v * (g * g + .25 + 4 * g * .5) + 3 * v * v * g * g * .25;
	CHECK_NEAR(var[2], 400 * s2 * (1 + .25 * v) * (1 + v) - mean[2] * mean[2],
			   1e-12);
	CHECK(skpi_ets_moments(form_of("MMN"), 1, par, state, v, 3, mean, var) ==
		  SKPI_E_RANGE);
	CHECK(skpi_ets_moments(form_of("ANM"), 2, par, state, v, 3, mean, var) ==
		  SKPI_E_RANGE);
	CHECK(skpi_ets_moments(form_of("ANN"), 1, par, state, v, 0, mean, var) ==
		  SKPI_E_RANGE);
}

/* Group "ets/SERIES/ETS(E.T.S)" -> series and form; false for others. */
static bool
split_group(const char *group, char *series, skpi_ets_form *form)
{
	char name[SKPI_ETS_NAME];
	const char *open = strstr(group, "/ETS(");
	size_t len = 0;

	if (strncmp(group, "ets/", 4) != 0 || open == NULL)
		return false;
	snprintf(series, TABLE_TEXT, "%.*s", (int) (open - group - 4), group + 4);
	for (const char *c = open + 5; *c != ')' && len < SKPI_ETS_NAME - 1; c++)
		if (*c != '.')
			name[len++] = *c;
	name[len] = '\0';
	return skpi_ets_form_parse(name, form) == SKPI_OK;
}

static double
optional(const char *group, const char *key, double otherwise)
{
	double v = otherwise;

	(void) table_find(group, key, &v);
	return v;
}

/* R stores all but the first-used season, latest first. */
static void
stored_start(const char *group, skpi_ets_form form, size_t m, double *state)
{
	size_t at = form.trend == SKPI_ETS_N ? 1 : 2;
	double sum = 0;

	state[0] = table_value(group, "par.l");
	if (at == 2)
		state[1] = table_value(group, "par.b");
	if (form.season == SKPI_ETS_N)
		return;
	for (size_t i = 0; i + 1 < m; i++)
	{
		char key[16];

		snprintf(key, sizeof(key), "par.s%d", (int) i);
		state[at + m - 1 - i] = table_value(group, key);
		sum += state[at + m - 1 - i];
	}
	state[at] = (form.season == SKPI_ETS_M ? (double) m : 0) - sum;
}

typedef struct tally
{
	int seen, matched;
} tally;

static void
compare_one(tally *t, const char *group, const char *key, double got)
{
	double want = table_value(group, key);

	CHECK_NEAR(got, want, 1e-6);
	t->seen++;
	t->matched += fabs(got - want) <= 1e-6 * fmax(1, fabs(want));
}

static void
compare_many(tally *t, const char *group, const char *key, const double *got,
			 int count)
{
	int n = table_compare(group, key, got, count, 1e-6, &t->matched);

	CHECK(n == count);
	t->seen += n;
}

static void
compare_forecast(tally *t, const char *group, skpi_ets_form form, size_t m,
				 skpi_ets_par par, const double *state, double sigma2)
{
	static const struct
	{
		const char *key;
		double z;
	} bounds[] = {{"lo80", -1.2815515655446004},
				  {"hi80", 1.2815515655446004},
				  {"lo95", -1.9599639845400545},
				  {"hi95", 1.9599639845400545}};
	double mean[24], var[24], bound[24], start[16];
	double probe;
	int h = 0;

	while (h < 24 && table_element_find(group, "mean", h + 1, &probe))
		h++;
	CHECK(h > 0);
	if (form.trend == SKPI_ETS_M)
	{
		/* Simulated there, so points only. */
		CHECK(skpi_ets_points(form, m, par, state, (size_t) h, mean) ==
			  SKPI_OK);
		compare_many(t, group, "mean", mean, h);
		return;
	}
	memcpy(start, state, skpi_ets_states(form, m) * sizeof(double));
	if (form.damped && form.season == SKPI_ETS_M)
	{
		/* The stored numbers damp this form one step late: the first step
		 * ahead adds the whole slope.  Same sums, slope and beta scaled. */
		start[1] /= par.phi;
		par.beta /= par.phi;
	}
	CHECK(skpi_ets_moments(form, m, par, start, sigma2, (size_t) h, mean,
						   var) == SKPI_OK);
	compare_many(t, group, "mean", mean, h);
	for (int b = 0; b < 4; b++)
	{
		for (int i = 0; i < h; i++)
			bound[i] = mean[i] + bounds[b].z * sqrt(var[i]);
		compare_many(t, group, bounds[b].key, bound, h);
	}
}

/* R's laststate: level, slope, then the season used last comes first. */
static void
compare_laststate(tally *t, const char *group, skpi_ets_form form, size_t m,
				  const double *state)
{
	double last[16];
	size_t at = form.trend == SKPI_ETS_N ? 1 : 2;
	size_t count = skpi_ets_states(form, m);

	for (size_t i = 0; i < at; i++)
		last[i] = state[i];
	for (size_t i = at; i < count; i++)
		last[i] = state[count - 1 - (i - at)];
	if (count == 1)
		compare_one(t, group, "laststate", last[0]);
	else
		compare_many(t, group, "laststate", last, (int) count);
}

/* Mean over one to three steps ahead of the mean squared forecast error,
 * by restarting the recursion at every observation. */
static double
multi_step_mse(skpi_ets_form form, size_t m, skpi_ets_par par, size_t n,
			   double *state)
{
	double sum[3] = {0, 0, 0}, point[3];
	skpi_ets_score s;

	for (size_t t = 0; t < n; t++)
	{
		CHECK(skpi_ets_points(form, m, par, state, 3, point) == SKPI_OK);
		for (size_t k = 0; k < 3 && t + k < n; k++)
			sum[k] += (y[t + k] - point[k]) * (y[t + k] - point[k]);
		CHECK(skpi_ets_run(form, m, par, y + t, 1, state, NULL, NULL, &s) ==
			  SKPI_OK);
	}
	return (sum[0] / (double) n + sum[1] / (double) (n - 1) +
			sum[2] / (double) (n - 2)) /
		   3;
}

static void
check_group(tally *t, const char *group, const char *series, skpi_ets_form form)
{
	double state[16], stepwise[16], sq = 0;
	size_t m = 1, n = table_series(series, y, ROOM, &m);
	skpi_ets_par par = {
		table_value(group, "par.alpha"), optional(group, "par.beta", 0),
		optional(group, "par.gamma", 0), optional(group, "par.phi", 1)};
	skpi_ets_score s;

	stored_start(group, form, m, state);
	memcpy(stepwise, state, sizeof(state));
	CHECK(skpi_ets_run(form, m, par, y, n, state, fitted, resid, &s) ==
		  SKPI_OK);
	compare_one(t, group, "loglik", s.loglik);
	compare_one(t, group, "aic", s.aic);
	compare_one(t, group, "aicc", s.aicc);
	compare_one(t, group, "bic", s.bic);
	compare_one(t, group, "sigma2", s.sigma2);
	for (size_t i = 0; i < n; i++)
		sq += (y[i] - fitted[i]) * (y[i] - fitted[i]);
	compare_one(t, group, "mse", sq / (double) n);
	/* The stored two-step errors of damped forms add 2 phi slopes, not
	 * phi + phi^2, so they do not follow from the recursion. */
	if (!form.damped)
		compare_one(t, group, "amse",
					multi_step_mse(form, m, par, n, stepwise));
	compare_many(t, group, "fitted.first6", fitted, 6);
	compare_many(t, group, "fitted.last3", fitted + n - 3, 3);
	compare_laststate(t, group, form, m, state);
	compare_forecast(t, group, form, m, par, state, s.sigma2);
}

static void
test_reference_recursions(void)
{
	tally t = {0, 0};
	int groups = 0;

	for (int i = 0; i < table_rows; i++)
	{
		char series[TABLE_TEXT];
		skpi_ets_form form;

		if (i > 0 && strcmp(table[i].group, table[i - 1].group) == 0)
			continue;
		if (!split_group(table[i].group, series, &form))
			continue;
		check_group(&t, table[i].group, series, form);
		groups++;
	}
	printf("stored fits: %d groups, %d of %d values within 1e-6\n", groups,
		   t.matched, t.seen);
	CHECK(groups == 36);
}

/* Simple, Holt's and damped smoothing, stored under names of their own:
 * smoothing parameters, then start states. */
static void
check_named(tally *t, const char *kind, const char *name, const char *code)
{
	char group[TABLE_TEXT];
	size_t m = 1, n = table_series(name, y, ROOM, &m);
	skpi_ets_form form = form_of(code);
	skpi_ets_par par = {0, 0, 0, 1};
	skpi_ets_score s;
	double state[2], p[5] = {0, 0, 0, 0, 0};
	size_t count = skpi_ets_parameters(form, 1);

	snprintf(group, sizeof(group), "%s/%s", kind, name);
	for (size_t i = 0; i < count && count > 2; i++)
		CHECK(table_element_find(group, "par", (int) i + 1, &p[i]));
	par.alpha = count > 2 ? p[0] : table_value(group, "alpha");
	par.beta = p[1];
	if (form.damped)
		par.phi = p[2];
	state[0] = count > 2 ? p[count - 2] : table_value(group, "l0");
	state[1] = p[count - 1];
	CHECK(skpi_ets_run(form, 1, par, y, n, state, NULL, NULL, &s) == SKPI_OK);
	if (count == 2)
		compare_one(t, group, "sse", s.sse);
	compare_forecast(t, group, form, 1, par, state, s.sigma2);
}

static void
test_reference_named(void)
{
	static const char *const names[] = {"AirPassengers", "Nile", "WWWusage"};
	tally t = {0, 0};

	for (int i = 0; i < 3; i++)
	{
		check_named(&t, "ses", names[i], "ANN");
		check_named(&t, "holt", names[i], "AAN");
		check_named(&t, "holt.damped", names[i], "AAdN");
	}
	printf("simple, Holt, damped: %d of %d values within 1e-6\n", t.matched,
		   t.seen);
}

static void
test_errors(void)
{
	double series[3] = {1, 2, 3}, state[3] = {-5, 0, 0}, point[2];
	skpi_ets_par par = {.5, .1, .1, 1};
	skpi_ets_score s = {7, 7, 7, 7, 7, 7};

	/* A negative mean has no multiplicative likelihood; nothing changes. */
	CHECK(skpi_ets_run(form_of("MNN"), 1, par, series, 3, state, NULL, NULL,
					   &s) == SKPI_E_NUMERIC);
	CHECK(state[0] == -5 && s.loglik == 7);
	CHECK(skpi_ets_run(form_of("ANN"), 1, par, series, 0, state, NULL, NULL,
					   &s) == SKPI_E_SHORT);
	series[1] = NAN;
	CHECK(skpi_ets_run(form_of("ANN"), 1, par, series, 3, state, NULL, NULL,
					   &s) == SKPI_E_RANGE);
	series[1] = 1e101;
	CHECK(skpi_ets_run(form_of("ANN"), 1, par, series, 3, state, NULL, NULL,
					   &s) == SKPI_E_RANGE);
	series[1] = 2;
	CHECK(skpi_ets_run(form_of("ANA"), 1, par, series, 3, state, NULL, NULL,
					   &s) == SKPI_E_RANGE);
	state[0] = INFINITY;
	CHECK(skpi_ets_run(form_of("ANN"), 1, par, series, 3, state, NULL, NULL,
					   &s) == SKPI_E_RANGE);
	par.alpha = NAN;
	state[0] = 1;
	CHECK(skpi_ets_run(form_of("ANN"), 1, par, series, 3, state, NULL, NULL,
					   &s) == SKPI_E_RANGE);
	CHECK(skpi_ets_points(form_of("ANN"), 1, par, state, SKPI_HORIZON_MAX + 1,
						  point) == SKPI_E_RANGE);
}

int
main(void)
{
	gsl_set_error_handler_off();
	table_load();
	test_names();
	test_by_hand();
	test_moments_by_hand();
	test_reference_recursions();
	test_reference_named();
	test_errors();
	return unit_done("ets");
}
