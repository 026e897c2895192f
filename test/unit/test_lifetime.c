/* BG/NBD, Pareto/NBD, Gamma-Gamma: published values, slow ways, ends, errors.
 */
#include "skpi_bgnbd.h"
#include "skpi_gamma_gamma.h"
#include "skpi_pareto.h"

#include <stdlib.h>

#include <gsl/gsl_errno.h>

#include "unit.h"

#define ROOM 4000

static skpi_lifetime_row row[ROOM], scratch[ROOM];

/* As published of CDNOW: Fader, Hardie & Lee (2005), Hardie's notes. */
static const skpi_bgnbd bg = {.2425929, 4.4135316, .79288615, 2.42575373};
static const skpi_pareto pareto = {.55327545, 10.57761198, .60621386,
								   11.66792235};

static bool
soon(void *left)
{
	return (*(int *) left)-- <= 0;
}

static void
test_bgnbd_published(void)
{
	double e = 0, discounted = 0;

	CHECK(skpi_bgnbd_expected(&bg, 2, 30.43, 38.86, 39, &e) == SKPI_OK);
	CHECK_NEAR(e, 1.22591049, 1e-4);
	CHECK_NEAR(skpi_bgnbd_alive(&bg, 2, 30.43, 38.86), .72660917, 1e-8);
	CHECK(skpi_bgnbd_expected(&bg, 26, 30.86, 31, 52, &e) == SKPI_OK);
	CHECK_NEAR(e, 25.75947317, 1e-8);
	CHECK_NEAR(skpi_bgnbd_alive(&bg, 26, 30.86, 31), .96891971, 1e-8);
	CHECK(skpi_bgnbd_discounted(&bg, 26, 30.86, 31, 52, 0, &discounted) ==
		  SKPI_OK);
	CHECK_NEAR(discounted, e, 1e-12);
	CHECK(skpi_bgnbd_expected(&bg, 0, 0, 0, 52, &e) == SKPI_OK);
	CHECK_NEAR(e, 1.44402085, 1e-8);
	CHECK(skpi_bgnbd_expected(&bg, 0, 0, 0, 0, &e) == SKPI_OK && e == 0);
	CHECK(skpi_bgnbd_alive(&bg, 0, 0, 50) == 1);
	/* more terms than there may be */
	CHECK(skpi_bgnbd_expected(&bg, 0, 0, 0, 1e9, &e) == SKPI_E_LIMIT);
}

/*
 * The slow way: she leaves with the chance p after each purchase, whose rate
 * is gamma, so what is expected is the mean over a grid of p.
 */
static void
test_bgnbd_slow(void)
{
	const skpi_bgnbd m = {2, 5, 3, 4};
	const double x = 3, age = 20, t = 30, alpha = 5 + 20;
	double sum = 0, whole = 0, e = 0;

	for (int i = 0; i < 20000; i++)
	{
		double p = (i + .5) / 20000;
		double f = pow(p, 2) * pow(1 - p, 3 + x);

		whole += f;
		sum += f * (1 - pow(1 + p * t / alpha, -(2 + x))) / p;
	}
	CHECK(skpi_bgnbd_expected(&m, x, 15, age, t, &e) == SKPI_OK);
	CHECK_NEAR(e, sum / whole * skpi_bgnbd_alive(&m, x, 15, age), 1e-8);
	/* a = 1, where the published formula divides by zero */
	CHECK(skpi_bgnbd_expected(&(skpi_bgnbd){.5, 5, 1, 2}, 2, 15, 20, 30, &e) ==
		  SKPI_OK);
	sum = e;
	CHECK(skpi_bgnbd_expected(&(skpi_bgnbd){.5, 5, 1 + 1e-9, 2}, 2, 15, 20, 30,
							  &e) == SKPI_OK);
	CHECK_NEAR(e, sum, 1e-7);
	/* 400 purchases: nothing overflows */
	CHECK(skpi_bgnbd_expected(&bg, 400, 365, 366, 365, &e) == SKPI_OK);
	CHECK(e > 250 && e < 402);
}

/* Discounting by parts of a day instead of by nodes. */
static void
test_discounted(void)
{
	double sum = 0, before = 0, e = 0, now, d = .01;

	for (int i = 1; i <= 4000; i++)
	{
		CHECK(skpi_bgnbd_expected(&bg, 3, 20, 39, i * .02, &e) == SKPI_OK);
		sum += (e - before) * pow(1 + d, -(i - .5) * .02);
		before = e;
	}
	CHECK(skpi_bgnbd_discounted(&bg, 3, 20, 39, 80, d, &e) == SKPI_OK);
	CHECK_NEAR(e, sum, 1e-8);
	sum = before = 0;
	for (int i = 1; i <= 40000; i++)
	{
		now = skpi_pareto_expected(&pareto, 3, 20, 39, i * .02);
		sum += (now - before) * pow(1 + d, -(i - .5) * .02);
		before = now;
	}
	CHECK_NEAR(skpi_pareto_discounted(&pareto, 3, 20, 39, 800, d), sum, 1e-8);
	/* without end it stays finite, and settles */
	CHECK_NEAR(skpi_pareto_discounted(&pareto, 3, 20, 39, 1e9, d),
			   skpi_pareto_discounted(&pareto, 3, 20, 39, 1e6, d), 1e-12);
}

static void
test_pareto_published(void)
{
	CHECK_NEAR(skpi_pareto_alive(&pareto, 26, 30.86, 31), .99791794, 1e-8);
	CHECK_NEAR(skpi_pareto_expected(&pareto, 26, 30.86, 31, 52), 25.45654524,
			   1e-8);
	CHECK_NEAR(skpi_pareto_expected(&pareto, 0, 0, 0, 52), 1.47344136, 1e-8);
	CHECK_NEAR(skpi_pareto_expected(&pareto, 2, 30.43, 38.86, 39), 1.4551128,
			   1e-7);
	CHECK_NEAR(skpi_pareto_discounted(&pareto, 26, 30.86, 31, 52, 0),
			   skpi_pareto_expected(&pareto, 26, 30.86, 31, 52), 1e-12);
}

/* The chance of having left by the midpoint rule, alpha above and below
 * beta, few purchases and many. */
static void
test_pareto_slow(void)
{
	const skpi_pareto m[] = {
		{.5, 10, .6, 12}, {2, 30, .7, .01}, {.5, .01, 3, 40}, {1, 5, 1, 5}};
	const double x[] = {0, 3, 400};

	for (int k = 0; k < 4; k++)
		for (int i = 0; i < 3; i++)
		{
			double q = m[k].r + x[i], from = x[i] > 0 ? 25 : 0, sum = 0;
			double here =
				q * log(m[k].alpha + 39) + m[k].s * log(m[k].beta + 39);
			double u0 = log(1e-4), u1 = log(39 - from + 1e-4);

			/* dense where the integrand is steep, at the last purchase */
			for (int j = 0; j < 50000; j++)
			{
				double e = exp(u0 + (u1 - u0) * (j + .5) / 50000);
				double t = from + e - 1e-4;

				sum += e * m[k].s *
					   exp(here - q * log(m[k].alpha + t) -
						   (m[k].s + 1) * log(m[k].beta + t));
			}
			sum *= (u1 - u0) / 50000;
			CHECK_NEAR(1 / skpi_pareto_alive(&m[k], x[i], from, 39), 1 + sum,
					   1e-7);
		}
	/* s = 1, where the published formula divides by zero */
	CHECK_NEAR(
		skpi_pareto_expected(&m[3], 3, 20, 39, 10),
		skpi_pareto_expected(&(skpi_pareto){1, 5, 1 + 1e-9, 5}, 3, 20, 39, 10),
		1e-7);
}

static double
uniform(unsigned *state)
{
	*state = *state * 1664525u + 1013904223u;
	return ((*state >> 8) + .5) / 16777216.0;
}

/* Customers of one rate each, two rates in all, who leave after a purchase
 * with the chance `leave`. */
static size_t
invent(double leave)
{
	unsigned seed = 7;

	for (size_t i = 0; i < 1500; i++)
	{
		double rate = i % 3 == 0 ? .3 : .05, t = 0, last = 0, x = 0;

		for (;;)
		{
			t -= log(uniform(&seed)) / rate;
			if (t > 40)
				break;
			last = ceil(t);
			x++;
			if (uniform(&seed) < leave)
				break;
		}
		row[i] = (skpi_lifetime_row){{x, last, 40}, 1};
	}
	return 1500;
}

#define COPIES 9

/* Many rows begin from some of them and end where few rows with weights do:
 * every customer is there again and again, a moment older each time. */
static void
test_many(void)
{
	static skpi_lifetime_row many[1500 * COPIES];
	skpi_lifetime_fit few, all;
	size_t n = invent(.2), merged = n;

	CHECK(skpi_lifetime_merge(row, &merged, scratch, NULL, NULL) == SKPI_OK);
	n = 0;
	for (size_t i = 0; i < merged; i++)
		for (int k = 0; k < (int) row[i].weight * COPIES; k++)
			many[n++] = (skpi_lifetime_row){
				{row[i].v[0], row[i].v[1], row[i].v[2] + k * 1e-9}, 1};
	CHECK(n == 1500 * COPIES && n > 2 * SKPI_LIFETIME_ENOUGH);
	for (size_t i = 0; i < merged; i++)
		row[i].weight *= COPIES;
	CHECK(skpi_bgnbd_fit(row, merged, NULL, NULL, &few) == SKPI_OK);
	CHECK(skpi_bgnbd_fit(many, n, NULL, NULL, &all) == SKPI_OK);
	for (int k = 0; k < 4; k++)
	{
		CHECK_NEAR(all.p[k], few.p[k], 1e-5);
		CHECK_NEAR(all.error[k], few.error[k], 1e-3);
	}
	CHECK_NEAR(all.loglik, few.loglik, 1e-7);
	CHECK(all.note == few.note && all.steps <= few.steps);
}

/* No point around the top is higher, by differences in each direction; and
 * any order of the rows gives the same bits. */
static void
test_fit(void)
{
	skpi_lifetime_fit one, other;
	size_t n = invent(.2), merged = n;

	CHECK(skpi_lifetime_merge(row, &merged, scratch, NULL, NULL) == SKPI_OK);
	CHECK(merged < n);
	CHECK(skpi_bgnbd_fit(row, merged, NULL, NULL, &one) == SKPI_OK);
	CHECK(one.note == SKPI_LIFETIME_FINE);
	/* a fifth leaves at each purchase */
	CHECK_NEAR(one.p[2] / (one.p[2] + one.p[3]), .2, .05);
	n = invent(.2);
	for (size_t i = 0; i < n / 2; i++)
	{
		skpi_lifetime_row swap = row[i];

		row[i] = row[n - 1 - i];
		row[n - 1 - i] = swap;
	}
	CHECK(skpi_lifetime_merge(row, &n, scratch, NULL, NULL) == SKPI_OK);
	CHECK(skpi_bgnbd_fit(row, n, NULL, NULL, &other) == SKPI_OK);
	CHECK(n == merged);
	for (int k = 0; k < 4; k++)
		CHECK(one.p[k] == other.p[k]);
	CHECK(one.loglik == other.loglik);
	/* times in another unit: alpha follows, nothing else */
	for (size_t i = 0; i < n; i++)
	{
		row[i].v[1] *= 8;
		row[i].v[2] *= 8;
	}
	CHECK(skpi_bgnbd_fit(row, n, NULL, NULL, &other) == SKPI_OK);
	CHECK_NEAR(other.p[0], one.p[0], 1e-9);
	CHECK_NEAR(other.p[1], 8 * one.p[1], 1e-9);
}

/* Likelihoods without a top say so. */
static void
test_notes(void)
{
	skpi_lifetime_fit fit;
	size_t n = 500;

	/* everybody was here just now, by her own measure */
	for (size_t i = 0; i < n; i++)
	{
		double x = 1 + (double) (i % 70);

		row[i] =
			(skpi_lifetime_row){{x, i % 2 ? 100 - 100 / x * .99 : 100, 100}, 1};
	}
	CHECK(skpi_lifetime_merge(row, &n, scratch, NULL, NULL) == SKPI_OK);
	CHECK(skpi_bgnbd_fit(row, n, NULL, NULL, &fit) == SKPI_OK);
	CHECK(fit.note == SKPI_LIFETIME_NO_DROPOUT);
	CHECK(
		skpi_bgnbd_alive(&(skpi_bgnbd){fit.p[0], fit.p[1], fit.p[2], fit.p[3]},
						 50, 98, 100) > .95);
	CHECK(skpi_pareto_fit(row, n, NULL, NULL, &fit) == SKPI_OK);
	CHECK(fit.note == SKPI_LIFETIME_NO_DROPOUT);
	for (int i = 0; i < 3; i++)
		row[i] = (skpi_lifetime_row){{0, 0, 1.0 + i}, 1};
	CHECK(skpi_bgnbd_fit(row, 3, NULL, NULL, &fit) == SKPI_OK);
	CHECK(fit.note == SKPI_LIFETIME_NO_REPEAT && isnan(fit.p[0]));
	CHECK(skpi_pareto_fit(row, 3, NULL, NULL, &fit) == SKPI_OK);
	CHECK(fit.note == SKPI_LIFETIME_NO_REPEAT && isnan(fit.loglik));
	row[0] = (skpi_lifetime_row){{5, 4, 5}, 1};
	CHECK(skpi_bgnbd_fit(row, 1, NULL, NULL, &fit) == SKPI_OK);
	CHECK(fit.note != SKPI_LIFETIME_FINE);
	CHECK(skpi_pareto_fit(row, 1, NULL, NULL, &fit) == SKPI_OK);
	CHECK(fit.note != SKPI_LIFETIME_FINE);
	for (int i = 0; i < 3; i++)
		row[i] = (skpi_lifetime_row){{1.0 + i, 5, 0}, 1};
	CHECK(skpi_gamma_gamma_fit(row, 3, NULL, NULL, &fit) == SKPI_OK);
	CHECK(fit.note == SKPI_LIFETIME_SAME_SPEND);
	CHECK_NEAR(fit.p[0] * fit.p[2] / (fit.p[1] - 1), 5, 1e-4);
	for (int i = 0; i < 4; i++)
		row[i] = (skpi_lifetime_row){{10, pow(5, i), 0}, 1};
	CHECK(skpi_gamma_gamma_fit(row, 4, NULL, NULL, &fit) == SKPI_OK);
	CHECK(fit.note == SKPI_LIFETIME_NO_MEAN);
	for (int i = 0; i <= (int) SKPI_LIFETIME_SHORT; i++)
		CHECK(skpi_lifetime_note_text((skpi_lifetime_note) i) != NULL);
}

static void
test_spend(void)
{
	const skpi_gamma_gamma m = {6.24880306, 3.74458832, 15.44774623};

	CHECK_NEAR(skpi_gamma_gamma_spend(&m, 0, 0), 35.17100296, 1e-7);
	CHECK_NEAR(skpi_gamma_gamma_spend(&m, 2, 22.35), 24.65861606, 1e-7);
	CHECK(isnan(skpi_gamma_gamma_spend(&(skpi_gamma_gamma){.2, .7, 1}, 1, 5)));
}

static void
test_errors(void)
{
	const double odd[][3] = {{1, 3, 2}, {-1, 0, 5}, {1.5, 1, 2},  {1, 0, 2},
							 {0, 1, 2}, {1, -1, 2}, {1, 1, 1e200}};
	skpi_lifetime_fit fit = {.steps = -5};
	size_t n = 0;
	int left;

	CHECK(skpi_lifetime_merge(row, &n, scratch, NULL, NULL) == SKPI_E_SHORT);
	for (int i = 0; i < 7; i++)
	{
		row[0] = (skpi_lifetime_row){{odd[i][0], odd[i][1], odd[i][2]}, 1};
		CHECK(skpi_bgnbd_fit(row, 1, NULL, NULL, &fit) == SKPI_E_RANGE);
		CHECK(skpi_pareto_fit(row, 1, NULL, NULL, &fit) == SKPI_E_RANGE);
	}
	row[0] = (skpi_lifetime_row){{0, 5, 0}, 1};
	CHECK(skpi_gamma_gamma_fit(row, 1, NULL, NULL, &fit) == SKPI_E_RANGE);
	row[0] = (skpi_lifetime_row){{1, 0, 0}, 1};
	CHECK(skpi_gamma_gamma_fit(row, 1, NULL, NULL, &fit) == SKPI_E_RANGE);
	n = 1;
	row[0].v[1] = NAN;
	CHECK(skpi_lifetime_merge(row, &n, scratch, NULL, NULL) == SKPI_E_RANGE);
	row[0] = (skpi_lifetime_row){{1, 1, 0}, 0};
	CHECK(skpi_lifetime_merge(row, &n, scratch, NULL, NULL) == SKPI_E_RANGE);
	CHECK(!skpi_bgnbd_sound(&(skpi_bgnbd){1, NAN, 1, 1}));
	CHECK(!skpi_pareto_sound(&(skpi_pareto){1, 1, 0, 1}));
	CHECK(!skpi_gamma_gamma_sound(&(skpi_gamma_gamma){1, 1, INFINITY}));
	/* told to stop at any moment */
	n = invent(.2);
	CHECK(skpi_lifetime_merge(row, &n, scratch, NULL, NULL) == SKPI_OK);
	for (int i = 0; i < 300; i += 41)
	{
		left = i;
		CHECK(skpi_bgnbd_fit(row, n, soon, &left, &fit) == SKPI_E_INTERRUPT);
	}
	left = 20;
	CHECK(skpi_pareto_fit(row, n, soon, &left, &fit) == SKPI_E_INTERRUPT);
	CHECK(fit.steps == -5);
}

int
main(void)
{
	gsl_set_error_handler_off();
	test_bgnbd_published();
	test_bgnbd_slow();
	test_discounted();
	test_pareto_published();
	test_pareto_slow();
	test_fit();
	test_many();
	test_notes();
	test_spend();
	test_errors();
	return unit_done("lifetime");
}
