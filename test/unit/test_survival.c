/* Kaplan-Meier and log-rank: by hand, R's values, ties, ends, errors. */
#include "skpi_survival.h"

#include <gsl/gsl_errno.h>

#include <stdlib.h>

#include "unit.h"

#define ROOM 400

static skpi_subject s[ROOM], scratch[ROOM];
static skpi_survival_point p[ROOM];
static double work[40000];

static bool
at_once(void *calls)
{
	(*(int *) calls)++;
	return true;
}

static size_t
load(const double *time, const int *event, const int *tag, size_t n)
{
	for (size_t i = 0; i < n; i++)
		s[i] =
			(skpi_subject){time[i], 1, tag == NULL ? 0 : tag[i], event[i] == 1};
	CHECK(skpi_survival_sort(s, n, NULL, 0, scratch, NULL, NULL) == SKPI_OK);
	return skpi_survival_curve(s, n, p);
}

/* Remission after leukaemia (Gehan 1965, Cox 1972): 6-MP, then placebo. */
static const double gehan[] = {6,  6,  6,  6,  7,  9,  10, 10, 11, 13, 16,
							   17, 19, 20, 22, 23, 25, 32, 32, 34, 35, 1,
							   1,  2,  2,  3,  4,  4,  5,  5,  8,  8,  8,
							   8,  11, 11, 12, 12, 15, 17, 22, 23};
static const int relapse[] = {1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0,
							  1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1,
							  1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
static int placebo[42];

static void
test_gehan(void)
{
	size_t n = load(gehan, relapse, NULL, 21);
	double lo, hi, z = skpi_survival_z(.95);

	CHECK(n == 16);
	/* as every textbook has them: 18/21, 17/21 ... */
	CHECK_NEAR(p[0].survival, 18 / 21.0, 1e-15);
	CHECK(p[0].at_risk == 21 && p[0].events == 3 && p[0].censored == 1);
	CHECK_NEAR(p[1].survival, 18 / 21.0 * 16 / 17, 1e-15);
	CHECK_NEAR(p[0].survival * sqrt(p[0].greenwood), 0.0764, 1e-4);
	CHECK_NEAR(p[15].survival, 0.448179271708683, 1e-12);
	skpi_survival_bounds(&p[0], SKPI_LIMITS_PLAIN, z, &lo, &hi);
	CHECK_NEAR(hi, 1, 1e-15);
	CHECK_NEAR(skpi_survival_quantile(p, n, .5, SKPI_LIMITS_LOG, z, 0), 23,
			   1e-15);
	CHECK(isnan(skpi_survival_quantile(p, n, .5, SKPI_LIMITS_LOG, z, 1)));
}

static void
test_logrank(void)
{
	skpi_logrank r;

	for (int i = 0; i < 42; i++)
		placebo[i] = i >= 21;
	(void) load(gehan, relapse, placebo, 42);
	CHECK(skpi_logrank_test(s, 42, 2, 0, NULL, NULL, work, 10, &r) == SKPI_OK);
	/* R: survdiff, chisq 16.79294099, expected 19.25 and 10.75 */
	CHECK_NEAR(r.chi_square, 16.79294099, 1e-8);
	CHECK(r.freedom == 1 && r.observed[0] == 9 && r.observed[1] == 21);
	CHECK_NEAR(r.expected[0], 19.25047, 1e-5);
	CHECK_NEAR(r.expected[0] + r.expected[1], 30, 1e-12);
	CHECK_NEAR(r.p_value, 4.16881e-05, 1e-9);
	/* weights: one half of each is the test of half the subjects, two of the
	 * same are one of weight two */
	for (int i = 0; i < 42; i++)
		s[i].weight = .5;
	CHECK(skpi_logrank_test(s, 42, 2, 0, NULL, NULL, work, 10, &r) == SKPI_OK);
	CHECK(r.subjects[0] == 10.5 && r.observed[1] == 10.5);
	CHECK_NEAR(r.expected[0], 19.25047 / 2, 1e-5);
	CHECK(s[0].time == s[1].time && s[0].event && s[1].event &&
		  s[0].tag == s[1].tag);
	for (int i = 0; i < 42; i++)
		s[i].weight = 1;
	s[1].weight = 2;
	CHECK(skpi_logrank_test(s + 1, 41, 2, 0, NULL, NULL, work, 10, &r) ==
		  SKPI_OK);
	CHECK_NEAR(r.chi_square, 16.79294099, 1e-8);
	s[1].weight = 0;
	CHECK(skpi_logrank_test(s, 42, 2, 0, NULL, NULL, work, 10, &r) ==
		  SKPI_E_RANGE);
	s[1].weight = 1;
	/* a third group in which nobody is */
	CHECK(skpi_logrank_test(s, 42, 3, 0, NULL, NULL, work, 20, &r) == SKPI_OK);
	CHECK_NEAR(r.chi_square, 16.79294099, 1e-8);
	CHECK(r.freedom == 1);
	/* one group has nothing to differ from */
	for (int i = 0; i < 42; i++)
		s[i].tag = 0;
	CHECK(skpi_logrank_test(s, 42, 1, 0, NULL, NULL, work, 10, &r) == SKPI_OK);
	CHECK(r.freedom == 0 && isnan(r.chi_square) && isnan(r.p_value));
	CHECK(skpi_logrank_test(s, 42, 2, 0, NULL, NULL, work, 9, &r) == SKPI_FULL);
	CHECK(skpi_logrank_test(s, 42, 0, 0, NULL, NULL, work, 9, &r) ==
		  SKPI_E_RANGE);
	CHECK(skpi_logrank_test(s, 42, 2, NAN, NULL, NULL, work, 10, &r) ==
		  SKPI_E_RANGE);
	CHECK(skpi_logrank_test(s, 42, 101, 0, NULL, NULL, work, 40000, &r) ==
		  SKPI_E_LIMIT);
	s[3].tag = 2;
	CHECK(skpi_logrank_test(s, 42, 2, 0, NULL, NULL, work, 10, &r) ==
		  SKPI_E_RANGE);
}

/* Half a group each: a curve that rests on one half. */
static void
test_quantile(void)
{
	const double time[] = {1, 2, 3, 4};
	const int all[] = {1, 1, 1, 1}, first[] = {1, 1, 0, 0}, none[] = {0};
	double z = skpi_survival_z(.95), mean, error;
	size_t n = load(time, all, NULL, 4);

	CHECK_NEAR(skpi_survival_quantile(p, n, .5, SKPI_LIMITS_LOG, z, 0), 2.5,
			   1e-15);
	CHECK_NEAR(skpi_survival_quantile(p, n, .75, SKPI_LIMITS_LOG, z, 0), 1.5,
			   1e-15);
	CHECK(p[3].survival == 0 && isinf(p[3].greenwood));
	/* the mean of all when all are seen to the end */
	CHECK(skpi_survival_mean(p, n, 4, &mean, &error) == SKPI_OK);
	CHECK_NEAR(mean, 2.5, 1e-15);
	CHECK_NEAR(error, sqrt(1.25 / 4), 1e-15);
	CHECK(skpi_survival_mean(p, n, 9, &mean, &error) == SKPI_OK);
	CHECK_NEAR(mean, 2.5, 1e-15);
	CHECK(skpi_survival_mean(p, n, 0, &mean, &error) == SKPI_OK);
	CHECK(mean == 0 && error == 0);
	CHECK(skpi_survival_mean(p, n, -1, &mean, &error) == SKPI_E_RANGE);
	CHECK(skpi_survival_mean(p, n, INFINITY, &mean, &error) == SKPI_E_RANGE);
	n = load(time, first, NULL, 4);
	CHECK_NEAR(skpi_survival_quantile(p, n, .5, SKPI_LIMITS_LOG, z, 0), 3,
			   1e-15);
	CHECK(isnan(skpi_survival_quantile(p, n, .4, SKPI_LIMITS_LOG, z, 0)));
	/* everybody still there */
	n = load(time, none, NULL, 1);
	CHECK(n == 1 && p[0].survival == 1 && p[0].greenwood == 0);
	CHECK(isnan(skpi_survival_quantile(p, n, .5, SKPI_LIMITS_LOG, z, 0)));
}

/* Equal times: the censored were at risk; a weight is that many subjects. */
static void
test_ties_and_weights(void)
{
	const double time[] = {2, 1, 2, 2, 3}, again[] = {2, 1, 3, 2};
	const int event[] = {0, 1, 1, 0, 1}, once[] = {0, 1, 1, 1};
	double lo, hi;
	size_t n = load(time, event, NULL, 5);
	skpi_survival_point one[ROOM];

	CHECK(n == 3 && p[1].at_risk == 4 && p[1].events == 1);
	CHECK(p[1].censored == 2);
	CHECK_NEAR(p[1].survival, .8 * .75, 1e-15);
	for (size_t i = 0; i < n; i++)
		one[i] = p[i];
	(void) load(again, once, NULL, 4);
	for (size_t i = 0; i < 4; i++)
		s[i].weight = s[i].time == 2 && !s[i].event ? 2 : 1;
	n = skpi_survival_curve(s, 4, p);
	CHECK(n == 3);
	for (size_t i = 0; i < n; i++)
		CHECK(p[i].survival == one[i].survival &&
			  p[i].at_risk == one[i].at_risk);
	skpi_survival_bounds(&p[2], SKPI_LIMITS_LOG, 2, &lo, &hi);
	CHECK(p[2].survival == 0 && isnan(lo) && isnan(hi));
	/* weights that are no whole numbers leave nobody at the end */
	for (size_t i = 0; i < 4; i++)
		s[i].weight = .1 * (double) (i + 1);
	n = skpi_survival_curve(s, 4, p);
	CHECK(p[n - 1].survival == 0 && p[n - 1].at_risk == p[n - 1].events);
}

static void
test_errors(void)
{
	const double time[] = {1, 2};
	const int event[] = {1, 1};
	const double odd[] = {NAN, INFINITY, -INFINITY};
	skpi_limits limits = SKPI_LIMITS_LOG;

	CHECK(skpi_survival_sort(s, 0, NULL, 0, scratch, NULL, NULL) ==
		  SKPI_E_SHORT);
	for (int i = 0; i < 3; i++)
	{
		(void) load(time, event, NULL, 2);
		s[1].time = odd[i];
		CHECK(skpi_survival_sort(s, 2, NULL, 0, scratch, NULL, NULL) ==
			  SKPI_E_RANGE);
		(void) load(time, event, NULL, 2);
		s[1].weight = i == 0 ? 0 : odd[i];
		CHECK(skpi_survival_sort(s, 2, NULL, 0, scratch, NULL, NULL) ==
			  SKPI_E_RANGE);
	}
	CHECK(skpi_limits_parse("log-log", &limits) == SKPI_OK);
	CHECK(limits == SKPI_LIMITS_LOGLOG);
	CHECK(skpi_limits_parse("loglog", &limits) == SKPI_E_SYNTAX);
}

/* A sort and a test in which somebody asks to stop, and any order. */
static void
test_large(void)
{
	enum
	{
		N = 70000
	};
	skpi_subject *a = calloc(N, sizeof(*a)), *b = calloc(N, sizeof(*b));
	skpi_logrank r;
	unsigned x = 1;
	int calls = 0;

	for (int i = 0; i < N; i++)
	{
		x = x * 1664525u + 1013904223u;
		a[i] = (skpi_subject){x >> 12, 1, (int32_t) (x >> 9 & 7), x >> 31};
	}
	CHECK(skpi_survival_sort(a, N, NULL, 0, b, at_once, &calls) ==
		  SKPI_E_INTERRUPT);
	CHECK(calls == 1);
	CHECK(skpi_survival_sort(a, N, NULL, 0, b, NULL, NULL) == SKPI_OK);
	for (int i = 1; i < N; i++)
		if (a[i - 1].time > a[i].time)
			CHECK(false);
	CHECK(skpi_logrank_test(a, N, 8, 0, at_once, &calls, work, 100, &r) ==
		  SKPI_E_INTERRUPT);
	CHECK(calls == 2);
	free(a);
	free(b);
}

int
main(void)
{
	gsl_set_error_handler_off();
	test_gehan();
	test_logrank();
	test_quantile();
	test_ties_and_weights();
	test_errors();
	test_large();
	return unit_done("survival");
}
