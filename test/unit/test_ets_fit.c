/* Fitting and averaging exponential smoothing: known answers, properties,
 * likelihoods others reached, errors. */
#include "skpi_ets_admissible.h"
#include "skpi_ets_average.h"
#include "skpi_ets_lanes.h"
#include "skpi_ets_forecast.h"
#include "skpi_simplex.h"

#include <gsl/gsl_errno.h>

#include "reference_table.h"

#define ROOM 1000
#define H 18

static double y[ROOM], z[ROOM], fitted[ROOM], work[3 * ROOM];
static double start[SKPI_ETS_STATES_MAX];
static double mean[SKPI_ETS_FORMS * H], var[SKPI_ETS_FORMS * H];

typedef struct patience
{
	int asked;
	int limit;
} patience;

static bool
impatient(void *arg)
{
	patience *p = arg;

	return ++p->asked > p->limit;
}

static skpi_ets_form
form_of(const char *name)
{
	skpi_ets_form f = {SKPI_ETS_A, SKPI_ETS_N, SKPI_ETS_N, false};

	CHECK(skpi_ets_form_parse(name, &f) == SKPI_OK);
	return f;
}

static double
bowl(const double *x, void *arg)
{
	(*(int *) arg)++;
	return (x[0] - 3) * (x[0] - 3) + 10 * (x[1] + 1) * (x[1] + 1);
}

static double
valley(double x, void *arg)
{
	(void) arg;
	return fabs(x - .7);
}

static void
test_minimisers(void)
{
	static const skpi_simplex_rule rule = {1, 1e-6, 1e-14, 500, 1};
	double x[2] = {0, 0}, best = 0, at = 0;
	int calls = 0;
	patience p = {0, 3};

	CHECK(skpi_simplex_minimise(bowl, &calls, 2, &rule, NULL, NULL, x, &best) ==
		  SKPI_OK);
	CHECK_NEAR(x[0], 3.0, 1e-5);
	CHECK_NEAR(x[1], -1.0, 1e-5);
	CHECK(best < 1e-9 && calls > 10);
	x[0] = 9;
	CHECK(skpi_simplex_minimise(bowl, &calls, 2, &rule, impatient, &p, x,
								&best) == SKPI_E_INTERRUPT);
	CHECK(x[0] == 9 && p.asked == 4);
	CHECK(skpi_simplex_minimise(bowl, &calls, 0, &rule, NULL, NULL, x, &best) ==
		  SKPI_E_RANGE);
	CHECK(skpi_line_minimise(valley, NULL, 0, 1, 7, 1e-9, NULL, NULL, &at,
							 &best) == SKPI_OK);
	CHECK_NEAR(at, .7, 1e-8);
	CHECK(skpi_line_minimise(valley, NULL, 0, .5, 7, 1e-9, NULL, NULL, &at,
							 &best) == SKPI_OK);
	CHECK_NEAR(at, .5, 1e-8);
	CHECK(skpi_line_minimise(valley, NULL, 1, 1, 7, 1e-9, NULL, NULL, &at,
							 &best) == SKPI_E_RANGE);
}

static void
test_start(void)
{
	double state[6];

	/* A line plus (2, -1, -1): found exactly. */
	for (int t = 0; t < 30; t++)
		y[t] = 100 + 3 * (t + 1) + (t % 3 == 0 ? 2 : -1);
	CHECK(skpi_ets_start(form_of("AAA"), 3, y, 30, state) == SKPI_OK);
	CHECK_NEAR(state[0], 100.0, 1e-10);
	CHECK_NEAR(state[1], 3.0, 1e-10);
	CHECK_NEAR(state[2], 2.0, 1e-10);
	CHECK_NEAR(state[3], -1.0, 1e-10);
	CHECK(skpi_ets_start(form_of("AAA"), 3, y, 5, state) == SKPI_E_SHORT);
	/* A fall to nothing: a relative error starts at a positive level. */
	for (int t = 0; t < 30; t++)
		y[t] = t == 9 ? 1000 : 1;
	CHECK(skpi_ets_start(form_of("MAN"), 1, y, 30, state) == SKPI_OK);
	CHECK(state[0] > 0 && state[0] + state[1] > 0);
}

/* Without a season the usual bounds suffice, with one they do not. */
static void
test_admissible(void)
{
	skpi_ets_par calm = {.3, .05, .1, 1}, bound = {.1374, .1374, .8626, .96};
	skpi_ets_par wild = {.9999, .9, .9, 1};

	CHECK(skpi_ets_admissible(form_of("AAA"), 12, calm));
	CHECK(skpi_ets_admissible(form_of("ANA"), 12, calm));
	CHECK(skpi_ets_admissible(form_of("AAdA"), 12, calm));
	/* Largest root 1.036 by a polynomial solver. */
	CHECK(!skpi_ets_admissible(form_of("AAdA"), 12, bound));
	CHECK(!skpi_ets_admissible(form_of("AAA"), 4, wild));
	CHECK(skpi_ets_admissible(form_of("AAN"), 1, wild));
}

static void
test_fast(void)
{
	size_t m = 1, n = table_series("AirPassengers", y, ROOM, &m);
	skpi_ets_fit a, b;
	double other[16], state[16];
	skpi_ets_score s;

	for (int i = 0; i < SKPI_ETS_FORMS; i++)
	{
		skpi_ets_form form = skpi_ets_form_at(i);

		CHECK(skpi_ets_fit_fast(form, m, y, n, NULL, NULL, NULL, &a, start) ==
			  SKPI_OK);
		CHECK(a.par.alpha > 0 && a.par.alpha < 1);
		CHECK(a.par.beta <= a.par.alpha && a.par.gamma <= 1 - a.par.alpha);
		CHECK(a.par.phi >= .8 && a.par.phi <= 1);
		/* The same bits again, and the stored start gives the score. */
		CHECK(skpi_ets_fit_fast(form, m, y, n, NULL, NULL, NULL, &b, other) ==
			  SKPI_OK);
		CHECK(memcmp(&a.par, &b.par, sizeof(a.par)) == 0);
		memcpy(state, start, sizeof(state));
		CHECK(skpi_ets_run(form, m, a.par, y, n, state, NULL, NULL, &s) ==
			  SKPI_OK);
		CHECK(s.loglik == a.score.loglik);
		/* Another unit of measure changes nothing but the scale. */
		for (size_t t = 0; t < n; t++)
			z[t] = 1024 * y[t];
		CHECK(skpi_ets_fit_fast(form, m, z, n, NULL, NULL, NULL, &b, other) ==
			  SKPI_OK);
		CHECK_NEAR(b.par.alpha, a.par.alpha, 1e-3);
		CHECK_NEAR(other[0], 1024 * start[0], 1e-9);
	}
}

/* Side by side or alone, the same costs; a mean that is not positive is no
 * fit; and the slopes are those of the cost. */
static void
test_lanes(void)
{
	size_t m = 1, n = table_series("AirPassengers", y, ROOM, &m);
	const skpi_ets_par par[] = {{.3, .1, .2, .9},
								{.9, .05, .05, .98},
								{.1, .1, .8, .8},
								{.5, .4, .3, .95}};

	for (int i = 0; i < SKPI_ETS_FORMS; i++)
	{
		skpi_ets_form form = skpi_ets_form_at(i);
		skpi_ets_lanes job = {form, m, y, n, start, 280};
		skpi_ets_par p[5];
		double h[4] = {1e-6, 1e-6, 1e-6, 1e-6}, a[16], g[4];
		double cost[4], alone, state[16];

		CHECK(skpi_ets_start(form, m, y, n, start) == SKPI_OK);
		skpi_ets_costs(&job, par, cost);
		for (int k = 0; k < 4; k++)
		{
			memcpy(state, start, sizeof(state));
			alone = skpi_ets_cost(form, m, &par[k], y, n, state, NULL);
			CHECK_NEAR(cost[k], alone, 1e-9 * fabs(alone));
		}
		for (int k = 0; k < 5; k++)
			p[k] = par[0];
		p[1].alpha += 1e-6;
		p[2].beta += 1e-6;
		p[3].gamma += 1e-6;
		p[4].phi += 1e-6;
		CHECK(skpi_ets_equations(&job, p, h, 4, a, g));
		skpi_ets_costs(&job, p, cost);
		for (int k = 0; k < 3; k++)
			CHECK_NEAR((cost[k + 1] - cost[0]) / 1e-6, -2 * (double) n * g[k],
					   1e-3 * (1 + fabs(g[k]) * (double) n));
	}
}

static double
mixture_share(const skpi_ets_blend *blend, size_t j, double x)
{
	double share = 0;

	for (int i = 0; i < blend->count; i++)
	{
		size_t at = (size_t) i * H + j;

		share += blend->member[i].weight *
				 erfc((mean[at] - x) / sqrt(2 * var[at])) / 2;
	}
	return share;
}

static void
test_average(void)
{
	size_t m = 1, n = table_series("USAccDeaths", y, ROOM, &m);
	skpi_ets_blend blend, again;
	skpi_ets_paths paths = {H, mean, var};
	double sum = 0, mu, v, lo, hi, first, err = 0;

	CHECK(skpi_ets_average(y, n, m, NULL, NULL, work, 3 * ROOM, &blend, &paths,
						   fitted) == SKPI_OK);
	CHECK(blend.count >= 1 && blend.count <= SKPI_ETS_FORMS);
	for (int i = 0; i < blend.count; i++)
	{
		const skpi_ets_member *k = &blend.member[i];

		sum += k->weight;
		CHECK(k->weight > 0 && (i == 0 || k->weight <= k[-1].weight));
		CHECK_NEAR(k->weight / blend.member[0].weight,
				   exp((blend.member[0].fit.score.aicc - k->fit.score.aicc) /
					   SKPI_ETS_TEMPER),
				   1e-12);
		CHECK(i > 0 || k->fit.form.season != SKPI_ETS_N);
	}
	CHECK_NEAR(sum, 1.0, 1e-12);
	for (size_t j = 0; j < H; j++)
	{
		skpi_ets_blend_moments(&blend, &paths, j, &mu, &v);
		lo = skpi_ets_blend_quantile(&blend, &paths, j, .025);
		hi = skpi_ets_blend_quantile(&blend, &paths, j, .9);
		CHECK(v > 0 && lo < mu && mu < hi);
		CHECK_NEAR(mixture_share(&blend, j, lo), .025, 1e-4);
		CHECK_NEAR(mixture_share(&blend, j, hi), .9, 1e-4);
	}
	for (size_t t = 0; t < n; t++)
		err += fabs(fitted[t] - y[t]);
	CHECK(err / (double) n < 400);
	skpi_ets_blend_moments(&blend, &paths, 0, &first, &v);
	CHECK(skpi_ets_average(y, n, m, NULL, NULL, work, 3 * ROOM, &again, &paths,
						   NULL) == SKPI_OK);
	skpi_ets_blend_moments(&again, &paths, 0, &mu, &v);
	CHECK(mu == first);
}

/* One step ahead they are the fitted values; further ahead they err more. */
static void
test_rolling(void)
{
	static double ahead[ROOM * H];
	size_t m = 1, n = table_series("UKgas", y, ROOM, &m), first = 20;
	skpi_ets_blend blend;
	skpi_ets_paths paths = {H, mean, var};
	patience p = {0, 5};
	double near = 0, far = 0;

	CHECK(skpi_ets_average(y, n, m, NULL, NULL, work, 3 * ROOM, &blend, &paths,
						   fitted) == SKPI_OK);
	CHECK(skpi_ets_average_rolling(&blend, y, n, m, first, H, NULL, NULL,
								   ahead) == SKPI_OK);
	for (size_t t = first; t < n; t++)
		CHECK_NEAR(ahead[(t - first) * H], fitted[t], 1e-12);
	for (size_t t = first; t + H <= n; t++)
	{
		near += fabs(ahead[(t - first) * H] - y[t]);
		far += fabs(ahead[(t - first) * H + H - 1] - y[t + H - 1]);
	}
	CHECK(near > 0 && far > 1.2 * near);
	CHECK(skpi_ets_average_rolling(&blend, y, n, m, 0, H, NULL, NULL, ahead) ==
		  SKPI_E_RANGE);
	CHECK(skpi_ets_average_rolling(&blend, y, n, m, n, H, NULL, NULL, ahead) ==
		  SKPI_E_RANGE);
	CHECK(skpi_ets_average_rolling(&blend, y, n, m, first, H, impatient, &p,
								   ahead) == SKPI_E_INTERRUPT);
	y[0] = -1e9;
	CHECK(skpi_ets_average_rolling(&blend, y, n, m, first, H, NULL, NULL,
								   ahead) == SKPI_E_MISMATCH);
}

/* Automatic choice: never a worse AICc than R's choice. */
static void
test_select(void)
{
	/* The two longest are left to the fixed forms above: seconds. */
	static const char *const names[] = {
		"AirPassengers", "JohnsonJohnson", "LakeHuron", "Nile",    "UKgas",
		"USAccDeaths",   "WWWusage",       "austres",   "ldeaths", "lynx"};
	skpi_ets_fit fit;
	patience p = {0, 300};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
	{
		size_t m = 1, n = table_series(names[i], y, ROOM, &m);
		char group[TABLE_TEXT];

		snprintf(group, sizeof(group), "ets.auto/%s", names[i]);
		CHECK(skpi_ets_select(m, y, n, true, SKPI_ETS_USUAL, SKPI_ETS_EFFORT,
							  NULL, NULL, &fit, start) == SKPI_OK);
		CHECK(fit.score.aicc <= table_value(group, "aicc") + .01);
		CHECK(skpi_ets_select(m, y, n, false, SKPI_ETS_USUAL, 0, NULL, NULL,
							  &fit, start) == SKPI_OK);
		CHECK(fit.score.aicc >= table_value(group, "aicc") - 60);
	}
	fit.par.alpha = 77;
	CHECK(skpi_ets_select(1, y, 100, true, SKPI_ETS_USUAL, SKPI_ETS_EFFORT,
						  impatient, &p, &fit, start) == SKPI_E_INTERRUPT);
	CHECK(fit.par.alpha == 77);
	CHECK(skpi_ets_select(1, y, 4, true, SKPI_ETS_USUAL, SKPI_ETS_EFFORT, NULL,
						  NULL, &fit, start) == SKPI_E_SHORT);
}

/* Series with nothing to model, or almost nothing, still have an answer. */
static void
test_degenerate(void)
{
	skpi_ets_blend blend;
	skpi_ets_paths paths = {H, mean, var};
	double mu = 0, v = -1, lo, hi;

	for (int kind = 0; kind < 7; kind++)
	{
		size_t n = kind == 3 ? 5 : 40;

		for (size_t t = 0; t < n; t++)
			y[t] = kind == 0   ? 0
				   : kind == 1 ? 5
				   : kind == 2 ? (t == 20 ? 1e6 : 0)
				   : kind == 4 ? -1e90 * (double) (t % 7)
				   : kind == 5 ? 1e-90 * (double) (1 + t % 5)
				   : kind == 6 ? (t % 20 == 7 ? 1e7 : 1 + (double) (t % 5))
							   : (double) t;
		CHECK(skpi_ets_average(y, n, 12, NULL, NULL, work, 3 * ROOM, &blend,
							   &paths, fitted) == SKPI_OK);
		skpi_ets_blend_moments(&blend, &paths, H - 1, &mu, &v);
		CHECK(isfinite(mu) && isfinite(v) && v >= 0);
		lo = skpi_ets_blend_quantile(&blend, &paths, H - 1, .025);
		hi = skpi_ets_blend_quantile(&blend, &paths, H - 1, .975);
		CHECK(isfinite(lo) && isfinite(hi) && lo <= hi);
		if (kind == 6)
			CHECK(v <= 25 * 1e14);
		if (kind == 1)
		{
			CHECK_NEAR(mu, 5.0, 1e-9);
			CHECK(v < 1e-18);
		}
		if (kind == 0)
			CHECK(mu == 0 && v < 1e-150);
	}
	/* Positive data never leave a quarter of their minimum. */
	for (int t = 0; t < 40; t++)
		y[t] = 1000 / (1 + (double) t);
	CHECK(skpi_ets_average(y, 40, 1, NULL, NULL, work, 3 * ROOM, &blend, &paths,
						   NULL) == SKPI_OK);
	skpi_ets_blend_moments(&blend, &paths, H - 1, &mu, &v);
	CHECK(mu > 0);
}

static void
test_errors(void)
{
	skpi_ets_blend blend = {.count = 99};
	skpi_ets_paths paths = {H, mean, var};
	skpi_ets_fit fit = {.par = {.5, 0, 0, 1}};
	double effort;
	patience p = {0, 0};

	for (int t = 0; t < 60; t++)
		y[t] = 10 + t % 12;
	mean[0] = -77;
	CHECK(skpi_ets_average(y, 4, 1, NULL, NULL, work, 3 * ROOM, &blend, &paths,
						   NULL) == SKPI_E_SHORT);
	CHECK(skpi_ets_average(y, 60, 12, NULL, NULL, work, 100, &blend, &paths,
						   NULL) == SKPI_FULL);
	CHECK(skpi_ets_average(y, 60, SKPI_SEASON_MAX + 1, NULL, NULL, work,
						   3 * ROOM, &blend, &paths, NULL) == SKPI_E_RANGE);
	paths.h = 0;
	CHECK(skpi_ets_average(y, 60, 12, NULL, NULL, work, 3 * ROOM, &blend,
						   &paths, NULL) == SKPI_E_RANGE);
	paths.h = H;
	/* Stopped at any moment, it stops at once and says nothing. */
	for (int limit = 0; limit < 600; limit += 37)
	{
		p.asked = 0;
		p.limit = limit;
		if (skpi_ets_average(y, 60, 12, impatient, &p, work, 3 * ROOM, &blend,
							 &paths, NULL) == SKPI_OK)
			break;
		CHECK(p.asked == limit + 1);
		CHECK(blend.count == 99 && mean[0] == -77);
	}
	p.asked = 0;
	p.limit = 200;
	effort = SKPI_ETS_EFFORT;
	CHECK(skpi_ets_fit_full(form_of("AAA"), 12, y, 60, SKPI_ETS_USUAL, &effort,
							impatient, &p, &fit, start) == SKPI_E_INTERRUPT);
	CHECK(p.asked == 201 && fit.par.alpha == .5);
	CHECK(!skpi_ets_allowed(form_of("MNN"), 1, 60, false));
	CHECK(!skpi_ets_allowed(form_of("ANA"), 12, 26, true));
	CHECK(skpi_ets_allowed(form_of("ANA"), 12, 27, true));
	y[3] = NAN;
	CHECK(skpi_ets_average(y, 60, 12, NULL, NULL, work, 3 * ROOM, &blend,
						   &paths, NULL) == SKPI_E_RANGE);
	CHECK(skpi_ets_fit_fast(form_of("ANN"), 1, y, 60, NULL, NULL, NULL, &fit,
							start) == SKPI_E_RANGE);
}

typedef struct known
{
	char series[TABLE_TEXT];
	size_t m;
	skpi_ets_form form;
	double best;
	double r;
} known;

static bool
known_row(char *line, known *k)
{
	char *cell[11];
	int n = 0;

	for (char *c = strtok(line, "\n"); c != NULL && n < 11; n++)
	{
		cell[n] = c;
		c = strchr(c, ',');
		if (c != NULL)
			*c++ = '\0';
	}
	if (n < 11 || skpi_ets_form_parse(cell[2], &k->form) != SKPI_OK)
		return false;
	snprintf(k->series, TABLE_TEXT, "%.63s", cell[0]);
	k->m = (size_t) atoi(cell[1]);
	k->best = strtod(cell[3], NULL);
	k->r = strtod(cell[9], NULL);
	return true;
}

/*
 * The best known likelihoods were searched without asking for admissibility,
 * partly outside the usual bounds, so they measure the wide region; the usual
 * one must reach what R found inside it.
 */
static void
test_full(void)
{
	FILE *f = table_open("ets_best_known.csv");
	char line[256];
	int rows = 0, close = 0, as_r = 0, short_series = 0;

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
	{
		known k;
		skpi_ets_fit fit;
		double effort, again;
		size_t n, m = 1;

		if (!known_row(line, &k))
			continue;
		n = table_series(k.series, y, ROOM, &m);
		CHECK(m == k.m);
		rows++;
		effort = again = SKPI_ETS_EFFORT;
		CHECK(skpi_ets_fit_full(k.form, m, y, n, SKPI_ETS_ADMISSIBLE, &effort,
								NULL, NULL, &fit, start) == SKPI_OK);
		close += fit.score.loglik >= k.best - .5;
		if (n > 120)
			continue;
		short_series++;
		CHECK(skpi_ets_fit_full(k.form, m, y, n, SKPI_ETS_USUAL, &again, NULL,
								NULL, &fit, start) == SKPI_OK);
		as_r += fit.score.loglik >= k.r - .01;
		CHECK(fit.par.gamma <= 1 - fit.par.alpha + 1e-12);
	}
	if (f != NULL)
		fclose(f);
	printf("full fits: %d of %d within .5 of the best known, "
		   "%d of %d at least R's\n",
		   close, rows, as_r, short_series);
	CHECK(rows == 144);
	CHECK(close >= 140);
	CHECK(as_r == short_series);
}

int
main(void)
{
	gsl_set_error_handler_off();
	table_load();
	test_minimisers();
	test_start();
	test_admissible();
	test_fast();
	test_lanes();
	test_average();
	test_rolling();
	test_select();
	test_degenerate();
	test_errors();
	test_full();
	return unit_done("ets_fit");
}
