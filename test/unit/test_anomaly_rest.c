/* Series that mostly stay where they are: seasons in them, and none. */
#include <gsl/gsl_errno.h>

#include "skpi_anomaly_core.h"
#include "unit.h"

#define ROOM 400

static double y[ROOM], spare[5 * ROOM + 64], work[40 * ROOM + 4000];
static skpi_anomaly_point p[ROOM];

static double
uniform(unsigned *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) / 16777216.0;
}

static bool
returns(int n, int period)
{
	anomaly_job job = {.x = y, .n = n, .period = period, .spare = spare};

	return skpi_anomaly_rests(&job) && skpi_anomaly_returns(&job);
}

static int
flagged(int n, int period, bool causal)
{
	skpi_anomaly_options o = {period, causal, SKPI_ANOMALY_THRESHOLD};
	int count = 0;

	CHECK(skpi_anomaly_work((size_t) n, period) <= 40 * ROOM + 4000);
	CHECK(skpi_anomaly(y, (size_t) n, &o, NULL, NULL, work, p) == SKPI_OK);
	for (int t = 0; t < n; t++)
		count += p[t].flagged;
	return count;
}

/* Bills of a year, paid in January, a little more each year; and one in June
 * that nobody saw coming. */
static void
test_january(void)
{
	for (int years = 4; years < 9; years++)
	{
		int n = 12 * years;

		for (int t = 0; t < n; t++)
			y[t] = t % 12 == 0 ? 12000 + 200 * t : 0;
		CHECK(returns(n, 12));
		CHECK(flagged(n, 12, false) == 0);
		CHECK(p[12].expected > 6000);
		y[29] = 30000;
		CHECK(flagged(n, 12, false) == 1 && p[29].flagged);
	}
}

/* Ten to fourteen signups each Monday, now and then one on another day; eight
 * each Monday and four else; five on workdays. */
static void
test_weeks(void)
{
	unsigned seed = 4;

	for (int t = 0; t < 182; t++)
		y[t] = t % 7 == 0 ? 10 + floor(5 * uniform(&seed))
						  : uniform(&seed) < .09;
	CHECK(returns(182, 7));
	(void) flagged(182, 7, false);
	for (int t = 0; t < 182; t += 7)
		CHECK(p[t].expected > 5);
	for (int t = 0; t < 182; t++)
		CHECK(!p[t].flagged);
	y[91] = 40;
	y[100] = 9;
	(void) flagged(182, 7, false);
	for (int t = 0; t < 182; t++)
		CHECK(p[t].flagged == (t == 91 || t == 100));
	for (int t = 0; t < 140; t++)
		y[t] = t % 7 == 0 ? 8 : 4;
	CHECK(returns(140, 7) && flagged(140, 7, false) == 0);
	for (int t = 0; t < 140; t++)
		y[t] = t % 7 > 4 ? 0 : 5;
	CHECK(returns(140, 7) && flagged(140, 7, false) == 0);
	/* a Monday without any is one that stands out */
	for (int t = 0; t < 140; t++)
		y[t] = t % 7 == 0 ? 8 : 4;
	y[98] = 4;
	(void) flagged(140, 7, false);
	CHECK(p[98].flagged);
	for (int t = 0; t < 140; t++)
		CHECK(t == 98 || !p[t].flagged);
}

/* An order now and then is no season, nor is a step that lasts, nor what came
 * once a year later. */
static void
test_none(void)
{
	unsigned seed = 5;
	int found = 0;

	for (int k = 0; k < 400; k++)
	{
		double often = .02 + .3 * uniform(&seed);
		int n = 40 + (int) (160 * uniform(&seed));

		for (int t = 0; t < n; t++)
			y[t] = uniform(&seed) < often ? 1 + floor(9 * uniform(&seed)) : 0;
		found += returns(n, k % 2 == 0 ? 7 : 12);
	}
	CHECK(found <= 4);
	for (int at = 5; at < 95; at++)
	{
		for (int t = 0; t < 100; t++)
			y[t] = t < at ? 7 : 9;
		CHECK(!returns(100, 7) && !returns(100, 12));
	}
	for (int t = 0; t < 60; t++)
		y[t] = t == 20 || t == 32 ? 50 : 0;
	CHECK(!returns(60, 12));
	CHECK(flagged(60, 12, false) == 2);
	for (int t = 0; t < 60; t++)
		y[t] = 7;
	CHECK(!returns(60, 12) && !returns(60, 1) && !returns(60, 60));
}

int
main(void)
{
	gsl_set_error_handler_off();
	test_january();
	test_weeks();
	test_none();
	return unit_done("anomaly_rest");
}
