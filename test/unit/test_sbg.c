/* Shifted beta-geometric: published values, ends, errors. */
#include "skpi_sbg.h"

#include <gsl/gsl_errno.h>

#include "unit.h"

static skpi_lifetime_row row[20], scratch[20];

static bool
at_once(void *arg)
{
	(void) arg;
	return true;
}

static size_t
cohort(const double *left, size_t n)
{
	for (size_t i = 0; i + 1 < n; i++)
		row[i] =
			(skpi_lifetime_row){{(double) i + 1, 1, 0}, left[i] - left[i + 1]};
	row[n - 1] = (skpi_lifetime_row){{(double) n - 1, 0, 0}, left[n - 1]};
	CHECK(skpi_lifetime_merge(row, &n, scratch, NULL, NULL) == SKPI_OK);
	return n;
}

/* Fader & Hardie (2007), seven years of two segments. */
static void
test_published(void)
{
	const double high[] = {1000, 869, 743, 653, 593, 551, 517, 491};
	const double regular[] = {1000, 631, 468, 382, 326, 289, 262, 241};
	skpi_lifetime_fit fit;
	double value = 0;
	skpi_sbg m;

	CHECK(skpi_sbg_fit(row, cohort(high, 8), NULL, NULL, &fit) == SKPI_OK);
	CHECK(fit.note == SKPI_LIFETIME_FINE);
	CHECK_NEAR(fit.p[0], .66808839, 1e-6);
	CHECK_NEAR(fit.p[1], 3.8060955, 1e-6);
	CHECK_NEAR(fit.loglik, -1611.15814739, 1e-10);
	m = (skpi_sbg){fit.p[0], fit.p[1]};
	CHECK_NEAR(skpi_sbg_survival(&m, 12), .378, 1e-4);
	CHECK(skpi_sbg_residual(&m, 0, 0, .1, &value) == SKPI_OK);
	CHECK_NEAR(value, 5.41447896, 1e-6);
	CHECK_NEAR(1 + value / 1.1, 5.9222536, 1e-6);
	CHECK(skpi_sbg_fit(row, cohort(regular, 8), NULL, NULL, &fit) == SKPI_OK);
	CHECK_NEAR(fit.p[0], .70407732, 1e-6);
	CHECK_NEAR(fit.p[1], 1.18204307, 1e-6);
	CHECK_NEAR(fit.loglik, -1680.26518846, 1e-10);
	m = (skpi_sbg){fit.p[0], fit.p[1]};
	CHECK_NEAR(skpi_sbg_survival(&m, 12), .17, 1e-4);
	CHECK(skpi_sbg_residual(&m, 0, 0, .1, &value) == SKPI_OK);
	CHECK_NEAR(value, 2.96439925, 1e-6);
	CHECK_NEAR(1 + value / 1.1, 3.69490841, 1e-6);
}

static double
loglik_of(const double *left, size_t n, double log_alpha, double log_beta)
{
	const skpi_sbg m = {exp(log_alpha), exp(log_beta)};
	double sum = left[n - 1] * log(skpi_sbg_survival(&m, (double) n - 1));

	for (size_t t = 1; t < n; t++)
		sum += (left[t - 1] - left[t]) *
			   log(skpi_sbg_survival(&m, (double) t - 1) -
				   skpi_sbg_survival(&m, (double) t));
	return sum;
}

/* Errors from the likelihood by itself, over other differences, inverted by
 * hand; none on a ridge, none where nothing was fitted. */
static void
test_standard_errors(void)
{
	const double regular[] = {1000, 631, 468, 382, 326, 289, 262, 241};
	const double steady[] = {1000, 900, 810, 729}, h = 3e-3;
	double a, b, aa, bb, ab, f;
	skpi_lifetime_fit fit;

	CHECK(skpi_sbg_fit(row, cohort(regular, 8), NULL, NULL, &fit) == SKPI_OK);
	a = log(fit.p[0]);
	b = log(fit.p[1]);
	f = loglik_of(regular, 8, a, b);
	CHECK_NEAR(f, fit.loglik, 1e-12);
	aa = (2 * f - loglik_of(regular, 8, a + h, b) -
		  loglik_of(regular, 8, a - h, b)) /
		 (h * h);
	bb = (2 * f - loglik_of(regular, 8, a, b + h) -
		  loglik_of(regular, 8, a, b - h)) /
		 (h * h);
	ab = (loglik_of(regular, 8, a + h, b - h) +
		  loglik_of(regular, 8, a - h, b + h) -
		  loglik_of(regular, 8, a + h, b + h) -
		  loglik_of(regular, 8, a - h, b - h)) /
		 (4 * h * h);
	CHECK_NEAR(fit.error[0], fit.p[0] * sqrt(bb / (aa * bb - ab * ab)), 1e-2);
	CHECK_NEAR(fit.error[1], fit.p[1] * sqrt(aa / (aa * bb - ab * ab)), 1e-2);
	CHECK(isnan(fit.error[2]));
	CHECK(skpi_sbg_fit(row, cohort(steady, 4), NULL, NULL, &fit) == SKPI_OK);
	CHECK(fit.p[0] > 0 && isnan(fit.error[0]) && isnan(fit.error[1]));
	row[0] = (skpi_lifetime_row){{2, 0, 0}, 5};
	CHECK(skpi_sbg_fit(row, 1, NULL, NULL, &fit) == SKPI_OK);
	CHECK(isnan(fit.p[0]) && isnan(fit.error[0]));
}

static void
test_residual(void)
{
	const skpi_sbg m = {2, 3};
	double sum = 0, value = 0;

	CHECK(skpi_sbg_survival(&m, 0) == 1);
	CHECK_NEAR(skpi_sbg_survival(&m, 1), .6, 1e-14);
	for (int k = 0; k < 5; k++)
		sum += skpi_sbg_survival(&m, 3 + k) / skpi_sbg_survival(&m, 2) *
			   pow(1.2, -k);
	CHECK(skpi_sbg_residual(&m, 2, 5, .2, &value) == SKPI_OK);
	CHECK_NEAR(value, sum, 1e-13);
	/* all of them: sum of S(t), t > 0, is beta / (alpha - 1) */
	CHECK(skpi_sbg_residual(&m, 0, 0, 0, &value) == SKPI_OK);
	CHECK_NEAR(value, 3, 1e-14);
	CHECK(skpi_sbg_residual(&m, 0, 1000000, 0, &value) == SKPI_OK);
	CHECK_NEAR(value, 3, 1e-4);
	CHECK(skpi_sbg_residual(&(skpi_sbg){1, 3}, 0, 0, 0, &value) == SKPI_OK);
	CHECK(isinf(value));
	CHECK(skpi_sbg_residual(&m, 0, 0, -.1, &value) == SKPI_E_RANGE);
	CHECK(skpi_sbg_residual(&m, -1, 0, .1, &value) == SKPI_E_RANGE);
	CHECK(skpi_sbg_residual(&m, 0, -1, .1, &value) == SKPI_E_RANGE);
	CHECK(skpi_sbg_residual(&(skpi_sbg){.1, 3}, 0, 0, 1e-9, &value) ==
		  SKPI_E_LIMIT);
}

static void
test_notes(void)
{
	const double none[] = {10, 10, 10}, once[] = {10, 5}, all[] = {9, 4, 0};
	const double steady[] = {1000, 900, 810, 729};
	skpi_lifetime_fit fit;

	CHECK(skpi_sbg_fit(row + 2, 1, NULL, NULL, &fit) == SKPI_E_RANGE ||
		  fit.note != SKPI_LIFETIME_FINE);
	row[0] = (skpi_lifetime_row){{2, 0, 0}, none[0]};
	CHECK(skpi_sbg_fit(row, 1, NULL, NULL, &fit) == SKPI_OK);
	CHECK(fit.note == SKPI_LIFETIME_NO_DROPOUT && isnan(fit.p[0]));
	CHECK(skpi_sbg_fit(row, cohort(once, 2), NULL, NULL, &fit) == SKPI_OK);
	CHECK(fit.note == SKPI_LIFETIME_SHORT);
	CHECK(skpi_sbg_fit(row, cohort(steady, 4), NULL, NULL, &fit) == SKPI_OK);
	CHECK(fit.note == SKPI_LIFETIME_SAME_DROPOUT);
	CHECK_NEAR(fit.p[0] / (fit.p[0] + fit.p[1]), .1, 1e-3);
	/* more and more leave: as even as can be */
	for (int i = 0; i < 2; i++)
		row[i] = (skpi_lifetime_row){{i + 1.0, 1, 0}, all[i] - all[i + 1]};
	CHECK(skpi_sbg_fit(row, 2, NULL, NULL, &fit) == SKPI_OK);
	CHECK(fit.note == SKPI_LIFETIME_SAME_DROPOUT);
}

static void
test_errors(void)
{
	const double odd[][2] = {{0, 1}, {1.5, 1}, {3, .5}, {-1, 0}, {2e6, 0}};
	const double left[] = {10, 5, 3};
	skpi_lifetime_fit fit;

	for (int i = 0; i < 5; i++)
	{
		row[0] = (skpi_lifetime_row){{odd[i][0], odd[i][1], 0}, 1};
		CHECK(skpi_sbg_fit(row, 1, NULL, NULL, &fit) == SKPI_E_RANGE);
	}
	CHECK(skpi_sbg_fit(row, cohort(left, 3), at_once, NULL, &fit) ==
		  SKPI_E_INTERRUPT);
	CHECK(!skpi_sbg_sound(&(skpi_sbg){1, 0}));
}

int
main(void)
{
	gsl_set_error_handler_off();
	test_published();
	test_standard_errors();
	test_residual();
	test_notes();
	test_errors();
	return unit_done("sbg");
}
