/* Week and year in daily data: both are found, none is invented, what is too
 * short is left out, what has no longer season is the plain forecast. */
#include <string.h>

#include "skpi_forecast_seasons.h"

#include "unit.h"

#define ROOM 1600
#define STEPS 60

static double y[ROOM], fitted[ROOM], work[400000];
static double point[STEPS], lo[2 * STEPS], hi[2 * STEPS];
static const double level[] = {.8, .95};

static double
noise(unsigned *seed)
{
	double sum = 0;

	for (int i = 0; i < 12; i++)
	{
		*seed = *seed * 1664525u + 1013904223u;
		sum += (double) *seed / 4294967296.0;
	}
	return sum - 6;
}

static double
week(int t)
{
	const double figure[] = {-.3, -.1, 0, .1, .1, .3, -.1};

	return figure[t % 7];
}

static double
year(int t)
{
	return .4 * sin(6.2831853 * t / 365) + .15 * cos(3 * 6.2831853 * t / 365);
}

static skpi_status
run(size_t n, size_t m, size_t p, size_t h, skpi_model model,
	skpi_forecast_answer *answer)
{
	skpi_forecast_ask ask = {
		.y = y, .n = n, .m = m, .h = h, .level = level, .levels = 2};
	skpi_seasons more = {.count = p > 0, .period = {p}};
	size_t len = skpi_forecast_seasons_work(n, m, h, &more);

	ask.model.model = model;
	*answer = (skpi_forecast_answer){
		.point = point, .lo = lo, .hi = hi, .fitted = fitted};
	CHECK(len <= sizeof(work) / sizeof(*work));
	return skpi_forecast_seasons(&ask, &more, work, len, answer);
}

/* Mean absolute error of h steps, in hundredths. */
static double
error_of(size_t n, size_t h, bool in_proportion, int *inside)
{
	double sum = 0;

	*inside = 0;
	for (size_t j = 0; j < h; j++)
	{
		int t = (int) (n + j);
		double truth = in_proportion ? 1000 * exp(week(t) + year(t))
									 : 100 * (week(t) + year(t));

		sum += in_proportion ? 100 * fabs(point[j] / truth - 1)
							 : fabs(point[j] - truth);
		*inside += lo[h + j] <= truth && truth <= hi[h + j];
		CHECK(lo[h + j] <= lo[j] && lo[j] <= point[j] && point[j] <= hi[j] &&
			  hi[j] <= hi[h + j]);
	}
	return sum / (double) h;
}

/* The truth without noise is met to a few hundredths where a week alone is
 * a tenth off and more. */
static void
test_both(size_t n, bool in_proportion, double most)
{
	unsigned seed = 5;
	skpi_forecast_answer answer;
	double with, without;
	int inside;

	for (size_t t = 0; t < n; t++)
	{
		double sum = week((int) t) + year((int) t) + .04 * noise(&seed);

		y[t] = in_proportion ? 1000 * exp(sum) : 100 * sum;
	}
	CHECK(run(n, 7, 0, STEPS, SKPI_MODEL_AUTO, &answer) == SKPI_OK);
	without = error_of(n, STEPS, in_proportion, &inside);
	CHECK(run(n, 7, 365, STEPS, SKPI_MODEL_AUTO, &answer) == SKPI_OK);
	with = error_of(n, STEPS, in_proportion, &inside);
	CHECK(with < most && without > 2 * with);
	CHECK(inside >= STEPS * 9 / 10);
	CHECK(answer.reason == SKPI_REASON_NONE);
	with = 0;
	for (size_t t = n - 100; t < n; t++)
		with += fabs(fitted[t] - y[t]) / 100;
	CHECK(with < (in_proportion ? 80 : 8));
}

/* Noise has no year: the forecast stays near its mean. */
static void
test_none(void)
{
	unsigned seed = 8;
	skpi_forecast_answer answer;

	for (int t = 0; t < 1200; t++)
		y[t] = 100 + 10 * noise(&seed);
	CHECK(run(1200, 7, 365, STEPS, SKPI_MODEL_AUTO, &answer) == SKPI_OK);
	for (int j = 0; j < STEPS; j++)
		CHECK(fabs(point[j] - 100) < 6);
}

/* Two rounds are the least; the rest is forecast all the same. */
static void
test_short(void)
{
	double plain[STEPS];
	skpi_forecast_answer answer;

	for (int t = 0; t < 730; t++)
		y[t] = 1000 * exp(week(t) + year(t) + .01 * (t % 5));
	CHECK(run(729, 7, 0, 14, SKPI_MODEL_SNAIVE, &answer) == SKPI_OK);
	memcpy(plain, point, sizeof(plain));
	CHECK(run(729, 7, 365, 14, SKPI_MODEL_SNAIVE, &answer) == SKPI_OK);
	CHECK(answer.reason == SKPI_REASON_SEASONS);
	for (int j = 0; j < 14; j++)
		CHECK_NEAR(point[j], plain[j], 1e-12);
	CHECK(run(730, 7, 365, 14, SKPI_MODEL_SNAIVE, &answer) == SKPI_OK);
	CHECK(answer.reason == SKPI_REASON_NONE);
	/* constant values stay what they are, with bounds upon them */
	for (int t = 0; t < 730; t++)
		y[t] = 3;
	CHECK(run(730, 7, 365, 14, SKPI_MODEL_AUTO, &answer) == SKPI_OK);
	CHECK(answer.reason == SKPI_REASON_CONSTANT);
	for (int j = 0; j < 14; j++)
		CHECK(point[j] == 3 && lo[j] == 3 && hi[j] == 3);
	/* counts with zeros stay above them */
	for (int t = 0; t < 730; t++)
		y[t] = t % 7 == 3 ? 4 : t % 365 < 100;
	CHECK(run(730, 7, 365, 14, SKPI_MODEL_AUTO, &answer) == SKPI_OK);
	for (int j = 0; j < 14; j++)
		CHECK(lo[14 + j] >= 0 && point[j] >= 0);
}

static bool
stop_now(void *arg)
{
	(void) arg;
	return true;
}

static void
test_limits(void)
{
	skpi_forecast_answer answer;
	skpi_seasons more = {.count = 2, .period = {30, 365}};
	skpi_forecast_ask ask = {
		.y = y, .n = 730, .m = 7, .h = 14, .level = level, .levels = 2};
	size_t len = skpi_forecast_seasons_work(730, 7, 14, &more);

	CHECK(run(730, 7, 7, 14, SKPI_MODEL_AUTO, &answer) == SKPI_E_RANGE);
	CHECK(run(730, 7, SKPI_SEASON_MAX + 1, 14, SKPI_MODEL_AUTO, &answer) ==
		  SKPI_E_RANGE);
	CHECK(skpi_forecast_seasons(&ask, &more, work, len, &answer) == SKPI_OK);
	CHECK(skpi_forecast_seasons(&ask, &more, work, len - 1, &answer) ==
		  SKPI_FULL);
	more.period[0] = 365;
	CHECK(skpi_forecast_seasons(&ask, &more, work, len, &answer) ==
		  SKPI_E_RANGE);
	more.count = SKPI_SEASONS + 1;
	CHECK(skpi_forecast_seasons(&ask, &more, work, len, &answer) ==
		  SKPI_E_RANGE);
	more.count = 1;
	ask.stop = stop_now;
	CHECK(skpi_forecast_seasons(&ask, &more, work, len, &answer) ==
		  SKPI_E_INTERRUPT);
}

int
main(void)
{
	test_both(1095, true, 4);
	test_both(1460, false, 4);
	test_none();
	test_short();
	test_limits();
	return unit_done("forecast_seasons");
}
