/* Falls held back: by hand without a season, with one, and where not. */
#include <stdbool.h>
#include <string.h>

#include <gsl/gsl_errno.h>

#include "skpi_forecast_falls.h"
#include "noise.h"
#include "unit.h"

#define ROOM 200
#define WORK 100000
#define STEPS 8

static double y[ROOM], work[WORK], point[STEPS];

static skpi_status
ease(size_t n, size_t m, skpi_stop_fn stop)
{
	skpi_member_job job = {
		.y = y, .n = n, .m = m, .h = STEPS, .stop = stop, .work = work};

	CHECK(skpi_member_work(n, m, STEPS) < WORK);
	return skpi_falls_ease(&job, point);
}

/* Logarithms that go up and down by turns; drift: of the whole. */
static void
zigzag(size_t n, double up, double down)
{
	double level = 4;

	for (size_t t = 0; t < n; t++)
	{
		y[t] = exp(level);
		level += t % 2 == 0 ? up : -down;
	}
}

static void
said(double first, double step)
{
	for (int j = 0; j < STEPS; j++)
		point[j] = y[11] * exp(first + step * j);
}

/* Twelve values, changes of .1 and -.1 by turns, the last one .1: no growth on
 * the whole, a step goes .1.  A fall of x from the newest value becomes one of
 * .75 x, and of the rest a tenth goes too. */
static void
test_fall(void)
{
	zigzag(12, .1, .1);
	said(-.05, -.05);
	CHECK(ease(12, 1, NULL) == SKPI_OK);
	for (int j = 0; j < STEPS; j++)
		CHECK_NEAR(log(point[j] / y[11]), -.05 * (j + 1) * .75 * .9, 1e-12);
	/* what rises stays, as there was no growth */
	said(.05, .05);
	CHECK(ease(12, 1, NULL) == SKPI_OK);
	for (int j = 0; j < STEPS; j++)
		CHECK_NEAR(log(point[j] / y[11]), .05 * (j + 1), 1e-12);
	/* a first step of -.25, where one usually goes .1: the fall begins at
	 * -.15 */
	said(-.25, 0);
	CHECK(ease(12, 1, NULL) == SKPI_OK);
	for (int j = 0; j < STEPS; j++)
		CHECK_NEAR(log(point[j] / y[11]), -.15 - .1 * .75 * .9, 1e-12);
	/* a first step of .25: it begins at .15 */
	said(.25, -.25);
	CHECK(ease(12, 1, NULL) == SKPI_OK);
	CHECK_NEAR(log(point[0] / y[11]), .25, 1e-12);
	CHECK_NEAR(log(point[2] / y[11]), .15 - .4 * .75 * .9, 1e-12);
}

/* Changes of .1 with one of .3 and one of -.3: growth of .1, as these two are
 * left out, and nothing of it is noise. */
static void
test_growth(void)
{
	double level = 3;

	for (int t = 0; t < 12; t++)
	{
		y[t] = exp(level);
		level += t == 4 ? .3 : t == 7 ? -.3 : .1;
	}
	said(0, 0);
	CHECK(ease(12, 1, NULL) == SKPI_OK);
	for (int j = 0; j < STEPS; j++)
		CHECK_NEAR(log(point[j] / y[11]), .01 * (j + 1), 1e-12);
	/* what grows as fast or faster stays, however far ahead of the whole */
	said(.1, .1);
	CHECK(ease(12, 1, NULL) == SKPI_OK);
	CHECK_NEAR(log(point[7] / y[11]), .8, 1e-12);
	said(.13, .2);
	CHECK(ease(12, 1, NULL) == SKPI_OK);
	CHECK_NEAR(log(point[7] / y[11]), 1.53, 1e-12);
}

/* Three values each below the one before: the fall is believed; of two it is
 * not yet. */
static void
test_turned(void)
{
	zigzag(12, .1, .1);
	y[11] = y[10] / 1.1;
	y[9] = y[10] * 1.1;
	CHECK(y[8] < y[9]);
	said(-.05, -.05);
	CHECK(ease(12, 1, NULL) == SKPI_OK);
	CHECK(log(point[7] / y[11]) > -.4 + .05);
	y[8] = y[9] * 1.1;
	said(-.05, -.05);
	CHECK(ease(12, 1, NULL) == SKPI_OK);
	for (int j = 0; j < STEPS; j++)
		CHECK(point[j] == y[11] * exp(-.05 - .05 * j));
}

static bool
at_once(void *arg)
{
	(void) arg;
	return true;
}

static void
test_left_alone(void)
{
	double before[STEPS];

	zigzag(40, .1, .1);
	said(-.05, -.05);
	memcpy(before, point, sizeof(point));
	y[20] = 0;
	CHECK(ease(40, 4, NULL) == SKPI_OK);
	CHECK(memcmp(before, point, sizeof(point)) == 0);
	y[20] = -3;
	CHECK(ease(40, 4, NULL) == SKPI_OK);
	CHECK(memcmp(before, point, sizeof(point)) == 0);
	y[20] = 50;
	CHECK(ease(40, 4, at_once) == SKPI_E_INTERRUPT);
	CHECK(ease(40, 4, NULL) == SKPI_OK);
	CHECK(memcmp(before, point, sizeof(point)) != 0);
	/* a point of zero has no logarithm */
	memset(point, 0, sizeof(point));
	CHECK(ease(40, 4, NULL) == SKPI_OK);
	CHECK(point[0] == 0 && point[7] == 0);
}

/* A season is no fall: of a forecast that repeats it on a level that stands,
 * nothing becomes of it, and none is lowered. */
static void
test_season(void)
{
	static const double figure[] = {.4, -.3, .1, -.2};
	unsigned seed = 2;

	for (int t = 0; t < 48; t++)
		y[t] = exp(5 + figure[t % 4] + .002 * noise(&seed));
	for (int j = 0; j < STEPS; j++)
		point[j] = exp(5 + figure[j % 4]);
	CHECK(ease(48, 4, NULL) == SKPI_OK);
	for (int j = 0; j < STEPS; j++)
		CHECK(fabs(log(point[j]) - 5 - figure[j % 4]) < .003);
	for (int j = 0; j < STEPS; j++)
		point[j] = exp(5 + figure[j % 4] - .004 * (j + 1));
	CHECK(ease(48, 4, NULL) == SKPI_OK);
	for (int j = 0; j < STEPS; j++)
	{
		double fall = 5 + figure[j % 4] - log(point[j]);

		CHECK(fall < .0041 * (j + 1) && fall > .0015 * (j + 1) - .003);
	}
}

int
main(void)
{
	gsl_set_error_handler_off();
	test_fall();
	test_growth();
	test_turned();
	test_left_alone();
	test_season();
	return unit_done("forecast_falls");
}
