/* Recipes: which there is for a length and a period, and that of weeks put
 * together again from its members. */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sort_double.h>

#include "skpi_forecast_clean.h"
#include "skpi_forecast_growth.h"
#include "skpi_forecast_recipe.h"
#include "noise.h"
#include "unit.h"

#define ROOM 320
#define WORK 600000
#define STEPS 13
#define PARTS 5

static double y[ROOM], clean[ROOM], work[WORK], point[STEPS];

/* What is cut off either end: of weeks from two years on, of days and quarters
 * always, of other periods and of too few weeks nothing. */
static void
test_cut(void)
{
	static const struct
	{
		size_t n, m;
		double cut;
	} cases[] = {
		{104, 52, .3}, {2600, 52, .3}, {106, 53, .3}, {103, 52, 0},
		{60, 52, 0},   {300, 51, 0},   {300, 54, 0},  {2000, 365, 0},
		{20, 4, .25},  {5, 4, .25},    {20, 7, .5},   {8, 7, .5},
		{60, 12, 0},   {13, 12, 0},    {100, 24, 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		skpi_recipe r;

		skpi_recipe_for(cases[i].n, cases[i].m, .1, &r);
		CHECK(r.cut == cases[i].cut);
		CHECK(r.parts > 2 && r.parts <= SKPI_PARTS_MAX);
	}
}

static void
widths(size_t n, size_t m, double changes, double narrow, double wide)
{
	skpi_recipe r;

	skpi_recipe_for(n, m, changes, &r);
	CHECK_NEAR(r.narrow, narrow, 1e-12);
	CHECK_NEAR(r.wide, wide, 1e-12);
}

/* Of quarters by the size of changes, of months by the seasons there are, of
 * others neither. */
static void
test_widths(void)
{
	widths(40, 4, .01, 1.22, 2.15);
	widths(12, 4, .003, 1.22, 2.15);
	widths(40, 4, .3, 1.42, 2.74);
	widths(40, 4, .9, 1.42, 2.74);
	/* half way, as changes go: sqrt(.01 * .3) */
	widths(40, 4, .0547722557505166, 1.32, 2.445);
	widths(48, 12, .05, 1.11 * 1.2, 1.95 * 1.2);
	widths(240, 12, .3, 1.11 * 1.04, 1.95 * 1.04);
	widths(24, 12, .05, 1.11 * 1.4, 1.95 * 1.4);
	/* one and a half seasons are no wider than two */
	widths(18, 12, .05, 1.11 * 1.4, 1.95 * 1.4);
	widths(140, 7, .01, 1.15, 2.15);
	widths(140, 7, .5, 1.15, 2.15);
	widths(60, 52, .01, 1.04, 1.77);
	widths(600, 52, .5, 1.04, 1.77);
}

/* The members of weeks as they are said to be; those that cannot be had of so
 * few values are passed over.  How many there were. */
static int
members(size_t n, double at[PARTS][STEPS], int weight[PARTS])
{
	static const struct
	{
		skpi_member member;
		int weight;
	} said[PARTS] = {
		{SKPI_LOG(ARIMA_AVERAGE), 3},
		{SKPI_PLAIN(AVERAGE), 1},
		{{.model = SKPI_MODEL_STL, .levels = true}, 1},
		{{.model = SKPI_MODEL_STL, .levels = true, .log = true}, 1},
		{SKPI_DRIFT(.log = true, .faded = true), 1},
	};
	skpi_member_job job = {.y = y, .n = n, .m = 52, .h = STEPS, .work = work};
	double var[STEPS];
	int count = 0;

	CHECK(skpi_clean_work(n, 52) < WORK);
	CHECK(skpi_clean(&job, work, clean) == SKPI_OK);
	CHECK(skpi_growth_share(y, n) == 0);
	job.y = clean;
	CHECK(skpi_member_work(n, 52, STEPS) < WORK);
	for (int i = 0; i < PARTS; i++)
	{
		weight[count] = said[i].weight;
		count += skpi_member_run(&said[i].member, &job, at[count], var, NULL) ==
				 SKPI_OK;
	}
	return count;
}

/* The mean of the middle 28 of 70 equal parts, of which a member has ten for
 * each of its weight. */
static double
middle(double at[PARTS][STEPS], const int weight[PARTS], int count, int j)
{
	double part[70], sum = 0;
	size_t parts = 0;

	for (int i = 0; i < count; i++)
		for (int k = 0; k < 10 * weight[i]; k++)
			part[parts++] = at[i][j];
	CHECK(parts == 70);
	gsl_sort(part, 1, parts);
	for (int k = 21; k < 49; k++)
		sum += part[k] / 28;
	return sum;
}

static double
mean(double at[PARTS][STEPS], const int weight[PARTS], int count, int j)
{
	double sum = 0, all = 0;

	for (int i = 0; i < count; i++)
	{
		sum += weight[i] * at[i][j];
		all += weight[i];
	}
	return sum / all;
}

/* A year's season on a level that wanders. */
static void
fill(size_t n, unsigned seed)
{
	double level = 0;

	for (size_t t = 0; t < n; t++)
	{
		level += .02 * noise(&seed);
		y[t] = 500 * exp(level + .3 * sin((double) t * 2 * 3.14159 / 52) +
						 .04 * noise(&seed));
	}
}

/* From two years on the middle of the members, before that their mean; and the
 * two are told apart by what is compared here. */
static void
test_weeks(size_t n, bool cut)
{
	double apart = 0;

	for (unsigned seed = 1; seed <= 4; seed++)
	{
		double at[PARTS][STEPS], lo[STEPS], hi[STEPS], level = .95;
		int weight[PARTS], count;
		skpi_forecast_ask ask = {
			.y = y, .n = n, .m = 52, .h = STEPS, .level = &level, .levels = 1};
		skpi_forecast_answer a = {.point = point, .lo = lo, .hi = hi};

		fill(n, seed);
		count = members(n, at, weight);
		CHECK(count == (cut ? PARTS : 3));
		CHECK(skpi_forecast_work(n, 52, STEPS) < WORK);
		CHECK(skpi_forecast(&ask, work, WORK, &a) == SKPI_OK);
		for (int j = 0; j < STEPS; j++)
		{
			double all = mean(at, weight, count, j);
			double some = cut ? middle(at, weight, count, j) : all;

			CHECK_NEAR(point[j] / some, 1, 1e-9);
			apart = fmax(apart, fabs(some / all - 1));
		}
	}
	CHECK(!cut || apart > .02);
}

int
main(void)
{
	gsl_set_error_handler_off();
	test_cut();
	test_widths();
	test_weeks(156, true);
	test_weeks(312, true);
	test_weeks(96, false);
	return unit_done("forecast_recipe");
}
