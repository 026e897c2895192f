/* Cox regression: by hand, R's values, slow pairs, columns without an answer,
 * errors. */
#include "skpi_cox.h"

#include <stdlib.h>

#include <gsl/gsl_errno.h>

#include "unit.h"

#define ROOM 200

static skpi_subject s[ROOM], scratch[ROOM];
static double x[ROOM * 4], work[ROOM * 8 + 200];
static skpi_cox fit;

static bool
soon(void *left)
{
	return (*(int *) left)-- <= 0;
}

static skpi_status
run(size_t n, size_t p, bool breslow)
{
	CHECK(skpi_survival_sort(s, n, x, p, scratch, NULL, NULL) == SKPI_OK);
	return skpi_cox_fit(s, n, x, p, breslow, NULL, NULL, work,
						sizeof(work) / sizeof(*work), &fit);
}

/* Remission after leukaemia (Gehan 1965, Cox 1972). */
static void
load_gehan(void)
{
	static const double time[] = {6,  6,  6,  6,  7,  9,  10, 10, 11, 13, 16,
								  17, 19, 20, 22, 23, 25, 32, 32, 34, 35, 1,
								  1,  2,  2,  3,  4,  4,  5,  5,  8,  8,  8,
								  8,  11, 11, 12, 12, 15, 17, 22, 23};
	static const char *const event = "111010100110001100000"
									 "111111111111111111111";

	for (int i = 0; i < 42; i++)
	{
		s[i] = (skpi_subject){time[i], 1, i, event[i] == '1'};
		x[i] = i >= 21;
	}
}

/* R: coxph(Surv(time, event) ~ arm), both kinds of ties. */
static void
test_gehan(void)
{
	double efron;

	load_gehan();
	CHECK(run(42, 1, false) == SKPI_OK);
	CHECK_NEAR(fit.column[0].coefficient, 1.57213, 1e-5);
	CHECK_NEAR(fit.column[0].error, .41240, 1e-5);
	CHECK(fit.settled && fit.events == 30);
	CHECK(fit.column[0].note == SKPI_COX_FINE);
	efron = fit.column[0].coefficient;
	CHECK_NEAR(2 * (fit.loglik - fit.loglik_null), 16.35, 1e-2);
	load_gehan();
	CHECK(run(42, 1, true) == SKPI_OK);
	CHECK_NEAR(fit.column[0].coefficient, 1.50919, 1e-5);
	CHECK_NEAR(fit.column[0].error, .40956, 1e-5);
	/* in other units, from another place, the same */
	load_gehan();
	for (int i = 0; i < 42; i++)
		x[i] = 1e6 + x[i] / 8;
	CHECK(run(42, 1, false) == SKPI_OK);
	CHECK_NEAR(fit.column[0].coefficient, 8 * efron, 1e-7);
}

/* Without ties one event is a choice among those at risk: by hand. */
static void
test_by_hand(void)
{
	const double z[] = {1, 0, 1, 0};
	double b, slope;

	for (int i = 0; i < 4; i++)
	{
		s[i] = (skpi_subject){1 + i, 1, i, i < 3};
		x[i] = z[i];
	}
	CHECK(run(4, 1, false) == SKPI_OK);
	CHECK_NEAR(fit.loglik_null, -log(4) - log(3) - log(2), 1e-14);
	b = exp(fit.column[0].coefficient);
	slope = 2 - 2 * b / (2 * b + 2) - b / (b + 2) - b / (b + 1);
	CHECK_NEAR(slope, 0, 1e-9);
	/* pairs: 1 before 2 3 4, 2 before 3 4, 3 before 4 */
	CHECK_NEAR(fit.concordance, (2 + .5 + 0 + .5 + 1) / 6, 1e-15);
}

/* Each pair by itself. */
static double
slow_concordance(size_t n, const double *risk)
{
	double right = 0, all = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			if (s[i].event && (s[i].time < s[j].time ||
							   (s[i].time == s[j].time && !s[j].event)))
			{
				all++;
				right += risk[i] > risk[j] ? 1 : risk[i] == risk[j] ? .5 : 0;
			}
	return right / all;
}

static void
test_concordance(void)
{
	static double risk[ROOM];
	unsigned seed = 5;
	double fast;

	for (int round = 0; round < 20; round++)
	{
		for (int i = 0; i < ROOM; i++)
		{
			seed = seed * 1664525u + 1013904223u;
			s[i] = (skpi_subject){seed >> 27, 1, i, seed >> 12 & 1};
			risk[i] = seed >> 16 & 15;
		}
		CHECK(skpi_survival_sort(s, ROOM, NULL, 0, scratch, NULL, NULL) ==
			  SKPI_OK);
		CHECK(skpi_cox_concordance(s, ROOM, risk, NULL, NULL, work, &fast) ==
			  SKPI_OK);
		CHECK_NEAR(fast, slow_concordance(ROOM, risk), 1e-14);
	}
}

/* Columns 1 and 2 with all that can be wrong with others beside them. */
static void
test_notes(void)
{
	double alone;

	load_gehan();
	CHECK(run(42, 1, false) == SKPI_OK);
	alone = fit.column[0].coefficient;
	load_gehan();
	for (int i = 41; i >= 0; i--)
	{
		x[4 * i] = x[i];
		x[4 * i + 1] = 7;
		x[4 * i + 2] = 3 - 2 * x[4 * i];
		x[4 * i + 3] = 0;
	}
	CHECK(run(42, 4, false) == SKPI_OK);
	CHECK_NEAR(fit.column[0].coefficient, alone, 1e-9);
	CHECK(fit.column[1].note == SKPI_COX_CONSTANT);
	CHECK(fit.column[2].note == SKPI_COX_COLLINEAR);
	CHECK(fit.column[3].note == SKPI_COX_CONSTANT);
	CHECK(isnan(fit.column[2].coefficient) && isnan(fit.column[2].error));
	/* who is marked goes first, always */
	load_gehan();
	for (int i = 41; i >= 0; i--)
	{
		x[2 * i + 1] = s[i].time < 8 && s[i].event;
		x[2 * i] = x[i];
	}
	CHECK(run(42, 2, false) == SKPI_OK);
	CHECK(fit.column[1].note == SKPI_COX_INFINITE);
	CHECK(isinf(fit.column[1].coefficient) && fit.column[1].coefficient > 0);
	CHECK(isnan(fit.column[1].error));
	CHECK(fit.column[0].note == SKPI_COX_FINE && fit.column[0].error < 1);
	/* nobody has had an event */
	load_gehan();
	for (int i = 0; i < 42; i++)
		s[i].event = false;
	CHECK(run(42, 1, false) == SKPI_OK);
	CHECK(fit.column[0].note == SKPI_COX_NO_EVENT && fit.loglik == 0);
	CHECK(isnan(fit.concordance));
	for (int i = 0; i <= (int) SKPI_COX_INFINITE; i++)
		CHECK(skpi_cox_note_text((skpi_cox_note) i) != NULL);
}

static void
test_order(void)
{
	skpi_cox first;

	load_gehan();
	for (int i = 41; i >= 0; i--)
	{
		x[2 * i + 1] = i * 37 % 11;
		x[2 * i] = x[i];
	}
	CHECK(run(42, 2, false) == SKPI_OK);
	first = fit;
	/* the rows backwards */
	for (int i = 0; i < 42; i++)
		s[i].tag = 41 - s[i].tag;
	for (int i = 0; i < 42; i++)
	{
		double swap = x[i];

		x[i] = x[82 - 2 * (i / 2) + i % 2];
		x[82 - 2 * (i / 2) + i % 2] = swap;
	}
	CHECK(run(42, 2, false) == SKPI_OK);
	for (int j = 0; j < 2; j++)
	{
		CHECK(fit.column[j].coefficient == first.column[j].coefficient);
		CHECK(fit.column[j].error == first.column[j].error);
	}
	CHECK(fit.loglik == first.loglik);
}

static void
test_errors(void)
{
	int left;

	load_gehan();
	CHECK(skpi_cox_fit(s, 42, x, 0, false, NULL, NULL, work, 1700, &fit) ==
		  SKPI_E_RANGE);
	CHECK(skpi_cox_fit(s, 42, x, 101, false, NULL, NULL, work, 1700, &fit) ==
		  SKPI_E_LIMIT);
	CHECK(skpi_cox_fit(s, 42, x, 1, false, NULL, NULL, work,
					   skpi_cox_work(42, 1) - 1, &fit) == SKPI_FULL);
	s[3].tag = 42;
	CHECK(skpi_cox_fit(s, 42, x, 1, false, NULL, NULL, work, 1700, &fit) ==
		  SKPI_E_RANGE);
	s[3].tag = 3;
	x[5] = NAN;
	CHECK(skpi_cox_fit(s, 42, x, 1, false, NULL, NULL, work, 1700, &fit) ==
		  SKPI_E_RANGE);
	load_gehan();
	CHECK(skpi_survival_sort(s, 42, x, 1, scratch, NULL, NULL) == SKPI_OK);
	for (int i = 0; i < 200; i += 3)
	{
		left = i;
		fit.steps = -1;
		CHECK(skpi_cox_fit(s, 42, x, 1, false, soon, &left, work, 1700, &fit) ==
				  SKPI_E_INTERRUPT ||
			  i > 10);
		CHECK(fit.steps == -1 || i > 10);
	}
}

int
main(void)
{
	gsl_set_error_handler_off();
	test_gehan();
	test_by_hand();
	test_concordance();
	test_notes();
	test_order();
	test_errors();
	return unit_done("cox");
}
