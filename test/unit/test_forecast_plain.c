/* Series without a season: trends and none, freaks at the end, constant
 * growth, and what the combination is called. */
#include <gsl/gsl_errno.h>
#include <string.h>

#include "skpi_forecast_growth.h"
#include "skpi_forecast_plain.h"
#include "noise.h"
#include "unit.h"

#define ROOM 600
#define WORK 600000
#define STEPS 14
#define CASES 40

static double y[ROOM], work[WORK], point[STEPS], lo[2 * STEPS], hi[2 * STEPS];
static const double levels[2] = {.8, .95};

static skpi_forecast_answer
run(size_t n, size_t m, size_t h)
{
	skpi_forecast_ask ask = {
		.y = y, .n = n, .m = m, .h = h, .level = levels, .levels = 2};
	skpi_forecast_answer a = {.point = point, .lo = lo, .hi = hi};

	CHECK(skpi_forecast_work(n, m, h) < WORK);
	CHECK(skpi_forecast(&ask, work, WORK, &a) == SKPI_OK);
	CHECK(a.bounds && a.reason == SKPI_REASON_NONE);
	return a;
}

static double
mean_of(const double *v, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += v[i] / (double) n;
	return sum;
}

/* Weights sum to 1 at every length and change little from one to the next. */
static void
test_recipe(void)
{
	double before[3] = {0};

	for (size_t k = 15; k < 600; k++)
	{
		size_t n = k / 3;
		skpi_recipe r;
		double sum = 0;

		skpi_plain_recipe(n, .01 * pow(8, (double) (k % 3)), &r);
		CHECK(r.parts > 2 && r.parts <= SKPI_PARTS_MAX);
		for (int i = 0; i < r.parts; i++)
		{
			CHECK(r.part[i].weight > 0);
			sum += r.part[i].weight;
		}
		CHECK_NEAR(sum, 1, 1e-12);
		CHECK(r.narrow < r.wide && r.growth >= 0);
		CHECK(n == 5 || fabs(r.wide - before[k % 3]) < .2);
		/* the larger the changes of few values, the wider */
		CHECK(n > 80 || k % 3 == 0 || r.wide > before[k % 3 - 1]);
		before[k % 3] = r.wide;
	}
}

static double
weight_of(size_t n, double changes, skpi_model model)
{
	skpi_recipe r;
	double sum = 0;

	skpi_plain_recipe(n, changes, &r);
	for (int i = 0; i < r.parts; i++)
		sum += r.part[i].member.model == model ? r.part[i].weight : 0;
	return sum;
}

/* Few values with small changes have a damped trend among their members, the
 * less the larger the changes and the more the values. */
static void
test_calm(void)
{
	CHECK_NEAR(weight_of(20, .03, SKPI_MODEL_DRIFT), 5. / 11, 1e-12);
	CHECK_NEAR(weight_of(20, .03, SKPI_MODEL_ARIMA_AVERAGE), 4. / 11, 1e-12);
	CHECK_NEAR(weight_of(20, .03, SKPI_MODEL_THETA), 1. / 11, 1e-12);
	CHECK_NEAR(weight_of(20, .03, SKPI_MODEL_DAMPED), 1. / 11, 1e-12);
	CHECK(weight_of(20, .15, SKPI_MODEL_DAMPED) == 0);
	CHECK(weight_of(20, .15, SKPI_MODEL_THETA) == .125);
	CHECK(weight_of(100, .03, SKPI_MODEL_DAMPED) == 0);
	CHECK(weight_of(100, .03, SKPI_MODEL_DRIFT) == 0);
	CHECK_NEAR(weight_of(100, .03, SKPI_MODEL_THETA), .2, 1e-12);
	CHECK_NEAR(weight_of(100, .03, SKPI_MODEL_ARIMA_AVERAGE), .8, 1e-12);
	for (size_t n = 20; n < 100; n++)
		CHECK(weight_of(n, .03, SKPI_MODEL_DAMPED) >
			  weight_of(n + 1, .03, SKPI_MODEL_DAMPED));
}

/* A walk without a drift goes nowhere: the error is about that of its last
 * value, and the intervals hold what they say. */
static void
test_walk(void)
{
	unsigned seed = 31;
	double mine = 0, naive = 0, in80 = 0, in95 = 0;

	for (int k = 0; k < CASES; k++)
	{
		double level = 1000;

		for (int i = 0; i < 214; i++)
			y[i] = level += noise(&seed);
		run(200, 1, STEPS);
		for (int j = 0; j < STEPS; j++)
		{
			mine += fabs(point[j] - y[200 + j]);
			naive += fabs(y[199] - y[200 + j]);
			in80 += lo[j] <= y[200 + j] && y[200 + j] <= hi[j];
			in95 += lo[STEPS + j] <= y[200 + j] && y[200 + j] <= hi[STEPS + j];
		}
	}
	CHECK(mine < 1.04 * naive);
	CHECK(in80 / (CASES * STEPS) > .72 && in80 / (CASES * STEPS) < .9);
	CHECK(in95 / (CASES * STEPS) > .91 && in95 / (CASES * STEPS) < .99);
}

/* What comes back to a mean is forecast there, a trend along its line. */
static void
test_behaviour(void)
{
	unsigned seed = 32;
	double mine = 0, naive = 0, slope = 0;

	for (int k = 0; k < CASES; k++)
	{
		double x = 0;

		for (int i = 0; i < 164; i++)
			y[i] = 100 + 5 * (x = .6 * x + noise(&seed));
		run(150, 1, STEPS);
		for (int j = 0; j < STEPS; j++)
		{
			mine += fabs(point[j] - y[150 + j]);
			naive += fabs(y[149] - y[150 + j]);
		}
		for (int i = 0; i < 150; i++)
			y[i] = 300 + 2 * i + 4 * noise(&seed);
		run(150, 1, STEPS);
		slope += (point[STEPS - 1] - point[0]) / (STEPS - 1) / CASES;
	}
	CHECK(mine < .85 * naive);
	CHECK(slope > 1.2 && slope < 2.2);
}

/* Of a burst of a week the mean keeps little. */
static void
test_burst(void)
{
	unsigned seed = 33;
	double sum = 0;

	for (int k = 0; k < CASES; k++)
	{
		size_t at = 20 + (size_t) (70 * uniform(&seed));

		for (size_t i = 0; i < 120; i++)
			y[i] = floor((i >= at && i < at + 8 ? 100 : 20) *
						 (1 + .2 * noise(&seed)));
		run(120, 1, STEPS);
		sum += mean_of(point, STEPS) / CASES;
	}
	CHECK(sum > 17.5 && sum < 22.5);
}

/* The last value of noise about 100 is 150, of a rising line where it began:
 * not the new level. */
static void
test_last(void)
{
	static const size_t lengths[] = {12, 30, 60};
	unsigned seed = 34;

	for (int l = 0; l < 3; l++)
	{
		size_t n = lengths[l];
		double sum = 0, low = 0;

		for (int k = 0; k < CASES; k++)
		{
			for (size_t i = 0; i + 1 < n; i++)
				y[i] = 100 + noise(&seed);
			y[n - 1] = 150;
			run(n, 1, 6);
			sum += mean_of(point, 6) / CASES;
			for (size_t i = 0; i + 1 < n; i++)
				y[i] = 100 + 5 * (double) i + noise(&seed);
			y[n - 1] = 100;
			run(n, 1, 6);
			low += (mean_of(point, 6) - 100) / (double) n / 5 / CASES;
		}
		CHECK(sum < 130);
		CHECK(low > .3);
	}
	/* five usual changes of 1 and one of 20: the excess over twice the usual
	 * in part; of 9, a part of that; of 5, nothing */
	for (int i = 0; i < 9; i++)
		y[i] = 10 + i % 2;
	y[9] = y[8] + 20;
	CHECK_NEAR(skpi_plain_surprise(y, 10), .3 * (20 - 2 * 1.4826), .2);
	y[9] = y[8] + 5;
	CHECK(skpi_plain_surprise(y, 10) == 0);
	for (int i = 0; i < 9; i++)
		y[i] = 7;
	y[9] = -3;
	CHECK_NEAR(skpi_plain_surprise(y, 10), -3, 1e-12);
	CHECK(skpi_plain_surprise(y, 3) == 0);
}

/* Growth of 2 a year that has been 10 for four: some way between. */
static void
test_acceleration(void)
{
	unsigned seed = 35;
	double slope = 0;

	for (int k = 0; k < CASES; k++)
	{
		for (int i = 0; i < 15; i++)
			y[i] = 100 + 2 * i + noise(&seed);
		for (int i = 15; i < 19; i++)
			y[i] = 128 + 10 * (i - 14) + noise(&seed);
		run(19, 1, 6);
		slope += (point[5] - point[0]) / 5 / CASES;
	}
	CHECK(slope > 3 && slope < 5.6);
}

/* Growth towards an end, a tenth of what is left each year: what there is too
 * much of after six years, and of growth that goes on. */
static void
test_fading(void)
{
	unsigned seed = 41;
	double fading = 0, steady = 0;

	for (int k = 0; k < CASES; k++)
	{
		for (int i = 0; i < 26; i++)
			y[i] = 1200 - 200 * pow(.9, i) + 1.5 * noise(&seed);
		run(26, 1, 6);
		fading += (point[5] - 1200 + 200 * pow(.9, 31)) / CASES;
		for (int i = 0; i < 26; i++)
			y[i] = 1000 + 8 * i + 1.5 * noise(&seed);
		run(26, 1, 6);
		steady += (point[5] - 1000 - 8 * 31) / CASES;
	}
	CHECK(fading > 5 && fading < 14);
	CHECK(fabs(steady) < 3);
}

/* 10 % a month with 3 % noise, about the trend or adding up. */
static void
test_growth(size_t n, size_t m, bool adds_up)
{
	unsigned seed = 36 + (unsigned) n;
	double in95 = 0, above = 0, below = 0, ratio = 0;

	for (int k = 0; k < CASES; k++)
	{
		double sum = 0;

		for (size_t i = 0; i < n + 12; i++)
		{
			double e = .03 * noise(&seed);

			sum += e;
			y[i] = 100 * exp((double) i * log(1.1) + (adds_up ? sum : e));
		}
		run(n, m, 12);
		for (size_t j = 0; j < 12; j++)
		{
			in95 += lo[12 + j] <= y[n + j] && y[n + j] <= hi[12 + j];
			above += j == 11 && y[n + j] > hi[12 + j];
			below += hi[12 + j] - point[j] < point[j] - lo[12 + j];
		}
		ratio += log(point[11] / y[n + 11]) / CASES;
	}
	CHECK(in95 / (CASES * 12) > .83);
	CHECK(above / CASES < .2);
	CHECK(below == 0);
	CHECK(exp(ratio) > .65 && exp(ratio) < 1.05);
}

/* Growth in proportion is not seen in lines, walks, falls or zeros. */
static void
test_share(void)
{
	unsigned seed = 37;

	for (int i = 0; i < 24; i++)
		y[i] = 100 * pow(1.1, i);
	CHECK(skpi_growth_share(y, 24) == SKPI_GROWTH_SHARE);
	CHECK(skpi_growth_share(y, 7) == 0);
	y[3] = 0;
	CHECK(skpi_growth_share(y, 24) == 0);
	for (int i = 0; i < 24; i++)
		y[i] = 100 * (1 + .1 * i) + noise(&seed);
	CHECK(skpi_growth_share(y, 24) == 0);
	for (int i = 0; i < 24; i++)
		y[i] = 1000 * pow(.9, i) * (1 + .03 * noise(&seed));
	CHECK(skpi_growth_share(y, 24) == 0);
	for (int k = 0; k < CASES; k++)
	{
		y[0] = 100;
		for (int i = 1; i < 60; i++)
			y[i] = y[i - 1] * exp(.05 * noise(&seed));
		CHECK(skpi_growth_share(y, 60) < .05);
	}
	/* of any unit */
	for (int k = 0; k < 2; k++)
	{
		for (int i = 0; i < 24; i++)
			y[i] = (k == 0 ? 1e-300 : 1e90) * pow(1.1, i) *
				   (1 + .03 * noise(&seed));
		run(24, 1, 12);
		for (int j = 0; j < 12; j++)
			CHECK(point[j] > 0 && isfinite(hi[12 + j]));
	}
}

/* What was used, by weight; asked for by the word alone. */
static void
test_label(void)
{
	static const skpi_model models[] = {SKPI_MODEL_THETA, SKPI_MODEL_DRIFT,
										SKPI_MODEL_DRIFT, SKPI_MODEL_AVERAGE};
	static const double weights[] = {.4, .2, .3, .1};
	skpi_model all[SKPI_MODELS];
	double same[SKPI_MODELS];
	char label[SKPI_MODEL_NAME];
	unsigned seed = 38;
	skpi_member member;
	skpi_forecast_answer a;

	skpi_auto_name(models, weights, 4, label);
	CHECK(strcmp(label, "auto(drift, theta, ets:average)") == 0);
	skpi_auto_name(models, weights, 0, label);
	CHECK(strcmp(label, "auto") == 0);
	for (int i = 1; i < SKPI_MODELS; i++)
	{
		all[i - 1] = (skpi_model) i;
		same[i - 1] = 1;
	}
	skpi_auto_name(all, same, SKPI_MODELS - 1, label);
	CHECK(strlen(label) < SKPI_MODEL_NAME && label[strlen(label) - 1] == ')');
	CHECK(strncmp(label, "auto(ets, ets:average, theta", 28) == 0);
	for (int i = 0; i < 48; i++)
		y[i] = 100 + i + 10 * sin(i * .5236) + 8 * noise(&seed);
	a = run(48, 12, 3);
	CHECK(strcmp(a.label, "auto(stl, ets:average, arima:average, "
						  "stl:arima, snaive)") == 0);
	a = run(14, 1, 3);
	CHECK(strcmp(a.label, "auto(drift, theta, naive, dotm, arima:average, "
						  "damped)") == 0);
	CHECK(skpi_member_parse(a.label, &member) == SKPI_E_SYNTAX);
	CHECK(skpi_member_parse("auto", &member) == SKPI_OK);
}

int
main(void)
{
	static const size_t lengths[] = {12, 18, 24, 36};

	gsl_set_error_handler_off();
	test_recipe();
	test_calm();
	test_walk();
	test_behaviour();
	test_burst();
	test_last();
	test_acceleration();
	test_fading();
	for (int l = 0; l < 4; l++)
		for (int k = 0; k < 4; k++)
			test_growth(lengths[l], k % 2 == 0 ? 1 : 12, k < 2);
	test_share();
	test_label();
	return unit_done("forecast_plain");
}
