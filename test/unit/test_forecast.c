/* Forecasts: by hand, odd series, bounds, calibration, limits, stopping. */
#include <gsl/gsl_errno.h>
#include <stdlib.h>
#include <string.h>

#include "skpi_forecast_changes.h"
#include "skpi_forecast_falls.h"
#include "skpi_forecast_recipe.h"
#include "skpi_naive.h"
#include "noise.h"
#include "unit.h"

#define ROOM 6000
#define WORK 2000000
#define STEPS 40

static double y[ROOM], work[WORK], again[ROOM];
static double point[STEPS], lo[4 * STEPS], hi[4 * STEPS];
static const double levels[4] = {.8, .95, .5, .99};

static const char *const names[] = {
	"auto",  "ets",   "ets:ANN",       "ets:MAM", "ets:average", "theta",
	"dotm",  "arima", "arima:average", "stl",     "stl:arima",   "snaive",
	"naive", "drift", "ses",           "holt",    "damped",      "hw",
};
#define NAMES (sizeof(names) / sizeof(names[0]))

static skpi_forecast_ask
asked(const char *name, size_t n, size_t m, size_t h)
{
	skpi_forecast_ask ask = {
		.y = y, .n = n, .m = m, .h = h, .level = levels, .levels = 4};

	CHECK(skpi_member_parse(name, &ask.model) == SKPI_OK);
	return ask;
}

static skpi_forecast_answer
answer(const skpi_forecast_ask *ask)
{
	skpi_forecast_answer a = {.point = point, .lo = lo, .hi = hi};
	size_t need = skpi_forecast_work(ask->n, ask->m, ask->h);

	CHECK(need < WORK);
	work[need] = 12345;
	CHECK(skpi_forecast(ask, work, need, &a) == SKPI_OK);
	CHECK(work[need] == 12345);
	return a;
}

static skpi_forecast_answer
run(const char *name, size_t n, size_t m, size_t h)
{
	skpi_forecast_ask ask = asked(name, n, m, h);

	return answer(&ask);
}

static void
test_names(void)
{
	skpi_member member;
	char label[SKPI_MODEL_NAME];

	for (size_t i = 0; i < NAMES; i++)
	{
		CHECK(skpi_member_parse(names[i], &member) == SKPI_OK);
		skpi_member_name(&member, label);
		CHECK(strcmp(label, names[i]) == 0);
	}
	CHECK(skpi_member_parse("ets:MAdM", &member) == SKPI_OK);
	CHECK(skpi_member_parse("ets:AAM", &member) == SKPI_E_SYNTAX);
	CHECK(skpi_member_parse("ets:MMN", &member) == SKPI_E_SYNTAX);
	CHECK(skpi_member_parse("ets:", &member) == SKPI_E_SYNTAX);
	CHECK(skpi_member_parse("Auto", &member) == SKPI_E_SYNTAX);
	CHECK(skpi_member_parse("", &member) == SKPI_E_SYNTAX);
}

static void
test_by_hand(void)
{
	skpi_forecast_answer a;

	for (int i = 0; i < 10; i++)
		y[i] = 3 + 2 * i;
	a = run("auto", 10, 1, 3);
	CHECK(a.reason == SKPI_REASON_LINE && strcmp(a.label, "drift") == 0);
	CHECK_NEAR(point[2], 27, 1e-14);
	CHECK(lo[1] == point[1] && hi[1] == point[1]);
	/* a falling line stops at zero */
	for (int i = 0; i < 10; i++)
		y[i] = 20 - 2 * i;
	run("theta", 10, 2, 3);
	CHECK(point[0] == 0 && point[2] == 0 && lo[2] == 0);
	y[0] = 7;
	a = run("auto", 1, 1, 2);
	CHECK(point[1] == 7 && !a.bounds && a.reason == SKPI_REASON_ONE);
	/* one change of 1: variance 1 a step */
	y[1] = 8;
	a = run("ets", 2, 1, 2);
	CHECK(a.bounds && a.reason == SKPI_REASON_SHORT && point[1] == 8);
	CHECK_NEAR(hi[0], 8 + 1.2815515655446004, 1e-12);
	CHECK_NEAR(hi[2 + 1], 8 + 1.959963984540054 * sqrt(2), 1e-12);
	for (int i = 0; i < 9; i++)
		y[i] = i % 3 + 1 + (i >= 6);
	a = run("snaive", 9, 3, 4);
	CHECK(point[0] == 2 && point[2] == 4 && point[3] == 2);
	CHECK(a.reason == SKPI_REASON_NONE && strcmp(a.label, "snaive") == 0);
}

/* Drifts of the combination: on square roots, of changes that fade. */
static void
test_drift(void)
{
	skpi_forecast_ask ask = asked("drift", 9, 1, 2);

	for (int i = 0; i < 9; i++)
		y[i] = (i + 2) * (i + 2);
	ask.model.shrunk = ask.model.root = true;
	answer(&ask);
	CHECK_NEAR(point[0], 121, 1e-9);
	CHECK_NEAR(point[1], 144, 1e-9);
	/* no roots below zero: drift 10, the variance of a change 24 */
	for (int i = 0; i < 9; i++)
		y[i] = (i + 1) * (i + 1) - 2;
	answer(&ask);
	CHECK_NEAR(point[0], 79 + 10 * (1 - 24.0 / 8 / 100), 1e-12);
	/* changes 9, 1, 2, 3, -7: the middle three have mean 2 and variance 1 */
	{
		static const double v[] = {10, 19, 20, 22, 25, 18};
		double mean[2], var[2], drift;

		CHECK(skpi_naive_trimmed(v, 6, 2, mean, var, &drift) == SKPI_OK);
		CHECK_NEAR(drift, 2 * (1 - 1.0 / 3 / 4), 1e-12);
		CHECK_NEAR(mean[1], 18 + 2 * drift, 1e-12);
		/* of four none is left out */
		CHECK(skpi_naive_trimmed(v, 5, 2, mean, var, &drift) == SKPI_OK);
		CHECK_NEAR(drift, 3.75 - 38.75 / 3 / 4 / 3.75, 1e-12);
	}
	/* changes 1 and 2, the newer one counting 1 and the older one .9: their
	 * mean 2.9 / 1.9, less the noise of it */
	y[0] = 10;
	y[1] = 11;
	y[2] = 13;
	{
		double b = 2.9 / 1.9, sum2 = 1.9 * 1.9;
		double s2 =
			(.9 * (1 - b) * (1 - b) + (2 - b) * (2 - b)) * 1.9 / (sum2 - 1.81);
		double var[2];
		double mean[2];

		CHECK(skpi_naive_faded(y, 3, 2, mean, var, NULL) == SKPI_OK);
		CHECK_NEAR(mean[1], 13 + 2 * (b - s2 * 1.81 / sum2 / b), 1e-12);
		CHECK_NEAR(var[1], s2 * 2 * (1 + 2 * 1.81 / sum2), 1e-12);
	}
}

/* One member: what it says of a step, and with which weight. */
typedef struct vote
{
	double value;
	double weight;
} vote;

static int
by_value(const void *a, const void *b)
{
	double x = ((const vote *) a)->value, z = ((const vote *) b)->value;

	return (x > z) - (x < z);
}

/* The mean between the shares `cut` and 1 - cut of the weight. */
static double
middle(const vote *v, int count, double weights, double cut)
{
	double below = 0, sum = 0;

	for (int i = 0; i < count; i++)
	{
		double above = below + v[i].weight / weights;

		sum += v[i].value * fmax(0, fmin(above, 1 - cut) - fmax(below, cut));
		below = above;
	}
	return sum / (1 - 2 * cut);
}

/* The mean of the members by their weights; for quarters of their middle half,
 * with falls held back, for days their median. */
static void
test_combination(size_t m, double size)
{
	vote v[3][SKPI_PARTS_MAX];
	double weights = 0, changes, want[3];
	unsigned seed = 6;
	int count = 0;
	skpi_member_job job = {.y = y, .n = 120, .m = m, .h = 3, .work = work};
	skpi_auto_part part;

	for (int i = 0; i < 120; i++)
		y[i] = 80 + i * .3 + 9 * sin(6.283185 * i / (double) m) +
			   size * noise(&seed);
	CHECK(skpi_changes_work(120, m) <= WORK);
	CHECK(skpi_changes(&job, work, &changes) == SKPI_OK);
	for (int i = 0; skpi_auto_part_at(120, m, changes, SKPI_SCALE_LOG, i, &part); i++)
	{
		skpi_forecast_ask ask = asked("auto", 120, m, 3);

		if (part.weight == 0)
			continue;
		ask.model = part.member;
		answer(&ask);
		for (int j = 0; j < 3; j++)
			v[j][count] = (vote){point[j], part.weight};
		count++;
		weights += part.weight;
	}
	for (int j = 0; j < 3; j++)
	{
		qsort(v[j], (size_t) count, sizeof(v[j][0]), by_value);
		CHECK(v[j][0].value < v[j][count - 1].value);
		want[j] =
			m == 7 ? (v[j][(count - 1) / 2].value + v[j][count / 2].value) / 2
				   : middle(v[j], count, weights, m == 4 ? .25 : 0);
	}
	CHECK(m != 4 || skpi_falls_ease(&job, want) == SKPI_OK);
	run("auto", 120, m, 3);
	for (int j = 0; j < 3; j++)
		CHECK_NEAR(point[j], want[j], 1e-9);
}

static bool
baseline(const char *name)
{
	return strcmp(name, "naive") == 0 || strcmp(name, "snaive") == 0 ||
		   strcmp(name, "drift") == 0;
}

/* On a line every baseline is what its name says, and the others go on. */
static void
test_baselines(void)
{
	skpi_forecast_answer a;

	for (int i = 0; i < 40; i++)
		y[i] = 100 + 2 * i;
	a = run("naive", 40, 4, 6);
	CHECK(a.reason == SKPI_REASON_NONE && strcmp(a.label, "naive") == 0);
	CHECK(point[0] == 178 && point[5] == 178 && lo[0] < 178 && hi[0] > 178);
	a = run("snaive", 40, 4, 6);
	CHECK(a.reason == SKPI_REASON_NONE && strcmp(a.label, "snaive") == 0);
	CHECK(point[0] == 172 && point[3] == 178 && point[4] == 172);
	a = run("drift", 40, 4, 6);
	CHECK(a.reason == SKPI_REASON_NONE && strcmp(a.label, "drift") == 0);
	CHECK_NEAR(point[5], 190, 1e-9);
	a = run("ets", 40, 4, 6);
	CHECK(a.reason == SKPI_REASON_LINE && point[5] == 190);
}

/* Growth by the same share every step, which a multiplicative season can
 * describe or something near it. */
static void
test_growth(void)
{
	const double rates[] = {1.02, 1.1, 1.2, 1.35, 1.5};
	int by_logs = 0; /* what stood in for a form that could not be fitted */

	for (size_t k = 0; k < sizeof(rates) / sizeof(rates[0]); k++)
		for (int n = 30; n <= 60; n += 6)
		{
			double next = 100 * pow(rates[k], n);
			skpi_forecast_answer a;

			for (int i = 0; i < n; i++)
				y[i] = 100 * pow(rates[k], i);
			run("hw", (size_t) n, 12, 1);
			CHECK(point[0] > .75 * next && point[0] < 1.25 * next);
			a = run("ets:MAM", (size_t) n, 12, 1);
			CHECK(point[0] > .75 * next && point[0] < 1.25 * next);
			by_logs += a.reason == SKPI_REASON_NO_FIT &&
					   strcmp(a.label, "ets:AAA of logarithms") == 0;
		}
	CHECK(by_logs > 0);
}

/* The smallest numbers have intervals as any others. */
static void
test_tiny(void)
{
	for (size_t k = 0; k < NAMES; k++)
	{
		unsigned seed = 11;
		double usual[4];

		for (int i = 0; i < 40; i++)
			y[i] = 10 + noise(&seed);
		run(names[k], 40, 4, 2);
		usual[0] = point[1], usual[1] = lo[1], usual[2] = hi[1];
		for (int i = 0; i < 40; i++)
			y[i] = ldexp(y[i], -1000);
		run(names[k], 40, 4, 2);
		CHECK_NEAR(ldexp(point[1], 1000), usual[0], 1e-3);
		CHECK_NEAR(ldexp(lo[1], 1000), usual[1], 1e-2);
		CHECK_NEAR(ldexp(hi[1], 1000), usual[2], 1e-2);
	}
}

static void
test_constant(void)
{
	skpi_forecast_answer a;

	for (size_t k = 0; k < NAMES; k++)
		for (int value = 0; value < 2; value++)
		{
			for (int i = 0; i < 30; i++)
				y[i] = 4.5 * value;
			a = run(names[k], 30, 12, 5);
			if (baseline(names[k]))
				CHECK(a.reason == SKPI_REASON_NONE &&
					  strcmp(a.label, names[k]) == 0);
			else
				CHECK(a.reason ==
					  (value ? SKPI_REASON_CONSTANT : SKPI_REASON_ZERO));
			CHECK(point[4] == y[0] && lo[4] == y[0] && hi[4] == y[0]);
		}
}

/* A season that repeats exactly goes on. */
static void
test_exact_season(void)
{
	for (int i = 0; i < 48; i++)
		y[i] = 10 + i % 4;
	run("auto", 48, 4, 8);
	for (int j = 0; j < 8; j++)
		CHECK_NEAR(point[j], 10 + j % 4, 1e-6);
	for (int i = 0; i < 60; i++)
		y[i] = 100 + (i % 12) * (i % 12);
	run("auto", 60, 12, 12);
	for (int j = 0; j < 12; j++)
		CHECK_NEAR(point[j], 100 + j * j, 1e-4);
}

static void
test_reasons(void)
{
	skpi_forecast_answer a;
	unsigned seed = 5;

	for (int i = 0; i < 40; i++)
		y[i] = fmax(0, 3 + 3 * noise(&seed));
	y[3] = 0;
	a = run("ets:MAM", 40, 4, 3);
	CHECK(a.reason == SKPI_REASON_POSITIVE && strcmp(a.label, "snaive") == 0);
	a = run("ets:AAA", 9, 4, 3);
	CHECK(a.reason == SKPI_REASON_SHORT && strcmp(a.label, "snaive") == 0);
	a = run("stl", 7, 4, 3);
	CHECK(a.reason == SKPI_REASON_SHORT);
	a = run("hw", 5, 5, 3);
	CHECK(a.reason == SKPI_REASON_SHORT && strcmp(a.label, "naive") == 0);
	a = run("stl", 40, 1, 3);
	CHECK(a.reason == SKPI_REASON_SEASON && strcmp(a.label, "naive") == 0);
	a = run("auto", 1, 1, 3);
	CHECK(a.reason == SKPI_REASON_ONE && !a.bounds);
	a = run("arima", 40, 4, 3);
	CHECK(a.reason == SKPI_REASON_NONE && strncmp(a.label, "arima(", 6) == 0);
	a = run("ets", 40, 4, 3);
	CHECK(a.reason == SKPI_REASON_NONE && strncmp(a.label, "ets:", 4) == 0);
	CHECK(strcmp(skpi_reason_text(SKPI_REASON_SHORT), "too short") == 0);
	CHECK(strcmp(skpi_reason_text(SKPI_REASON_NONE), "") == 0);
}

/* What holds for every answer. */
static bool
sound(const skpi_forecast_ask *ask, const skpi_forecast_answer *a)
{
	bool negative = false;

	for (size_t i = 0; i < ask->n; i++)
		negative = negative || ask->y[i] < 0;
	for (size_t j = 0; j < ask->h; j++)
	{
		const size_t order[] = {2, 0, 1, 3}; /* levels from narrow to wide */
		double low = point[j], high = point[j];

		if (!isfinite(point[j]) || (!negative && point[j] < 0))
			return false;
		for (int l = 0; a->bounds && l < 4; l++)
		{
			size_t at = order[l] * ask->h + j;

			if (!isfinite(lo[at]) || !isfinite(hi[at]) || lo[at] > low ||
				hi[at] < high || (!negative && lo[at] < 0))
				return false;
			low = lo[at];
			high = hi[at];
		}
	}
	return true;
}

static double
odd_value(int kind, int i, unsigned *seed)
{
	switch (kind)
	{
		case 0:
			return 100 + i + 10 * noise(seed);
		case 1:
			return noise(seed);
		case 2:
			return uniform(seed) < .7 ? 0 : floor(10 * uniform(seed));
		case 3:
			return exp(noise(seed) + i * .2);
		case 4:
			return 1e99 * (1 + .1 * noise(seed));
		case 5:
			return 1e-300 * (1 + .1 * noise(seed));
		case 6:
			return i == 7 ? 1e9 : 1 + .01 * noise(seed);
		case 7:
			return i < 10 ? 5 : 6;
		case 8:
			return 1e15 + uniform(seed);
		default:
			return -50 + (i % 4) * 20 - i;
	}
}

static void
test_odd_series(void)
{
	static const size_t periods[] = {1, 4, 7, 12, 26};
	unsigned seed = 11;

	for (int kind = 0; kind < 10; kind++)
		for (size_t k = 0; k < NAMES; k++)
			for (int p = 0; p < 5; p++)
			{
				size_t n = 1 + (size_t) (uniform(&seed) * 70);
				skpi_forecast_ask ask;
				skpi_forecast_answer a;
				bool good;

				/* full fits of every form take long under sanitizers */
				if (strcmp(names[k], "ets") == 0)
					n = 1 + n % 30;
				if (periods[p] > n)
					continue;
				for (size_t i = 0; i < n; i++)
					y[i] = odd_value(kind, (int) i, &seed);
				ask = asked(names[k], n, periods[p], 13);
				a = answer(&ask);
				good = sound(&ask, &a);
				if (!good)
					printf("%s of kind %d, n %zu, m %zu\n", names[k], kind, n,
						   periods[p]);
				CHECK(good);
			}
}

/* Wide noise around a falling level: an additive interval would cross zero. */
static void
test_positive_bounds(void)
{
	unsigned seed = 3;

	for (int i = 0; i < 60; i++)
		y[i] = 1000 * exp(-.08 * i + .4 * noise(&seed));
	for (size_t k = 0; k < NAMES; k++)
	{
		if (strcmp(names[k], "ets") == 0)
			continue;
		run(names[k], 60, 12, 18);
		for (int j = 0; j < 4 * 18; j++)
			CHECK(lo[j] > 0);
	}
}

static void
test_same_bits(void)
{
	unsigned seed = 21;

	for (int i = 0; i < 120; i++)
		y[i] = 50 + i + 20 * sin(i * .5236) + 5 * noise(&seed);
	run("auto", 120, 12, 24);
	memcpy(again, point, sizeof(point));
	memcpy(again + STEPS, hi, sizeof(hi));
	for (size_t i = 0; i < WORK; i++)
		work[i] = NAN;
	run("auto", 120, 12, 24);
	CHECK(memcmp(again, point, 24 * sizeof(double)) == 0);
	CHECK(memcmp(again + STEPS, hi, 4 * 24 * sizeof(double)) == 0);
	/* the unit of the data does not matter */
	for (int i = 0; i < 120; i++)
		y[i] *= 1024;
	run("auto", 120, 12, 24);
	for (int j = 0; j < 24; j++)
		CHECK_NEAR(point[j] / 1024, again[j], 2e-3);
}

/* Only the newest values are fitted. */
static void
test_long(void)
{
	unsigned seed = 8;

	for (int i = 0; i < 5000; i++)
		y[i] = 100 + 10 * sin(i * .8976) + noise(&seed);
	run("auto", 5000, 7, 14);
	memcpy(again, point, sizeof(point));
	for (int i = 0; i < 2000; i++)
		y[i] = 1e6;
	run("auto", 5000, 7, 14);
	CHECK(memcmp(again, point, 14 * sizeof(double)) == 0);
	CHECK(fabs(point[0] - (100 + 10 * sin(5000 * .8976))) < 3);
}

/* Random walks with a season: the share of values inside, and the error
 * beside that of the last season. */
static void
test_coverage(void)
{
	int in80 = 0, in95 = 0, all = 0;
	double mine = 0, naive = 0;
	unsigned seed = 77;

	for (int k = 0; k < 40; k++)
	{
		double level = 300;

		for (int i = 0; i < 84; i++)
		{
			level += 1 + 4 * noise(&seed);
			y[i] = level + 40 * sin(i * .5236) + 5 * noise(&seed);
		}
		run("auto", 72, 12, 12);
		for (int j = 0; j < 12; j++)
		{
			in80 += lo[j] <= y[72 + j] && y[72 + j] <= hi[j];
			in95 += lo[12 + j] <= y[72 + j] && y[72 + j] <= hi[12 + j];
			mine += fabs(point[j] - y[72 + j]);
			naive += fabs(y[60 + j] - y[72 + j]);
			all++;
		}
	}
	CHECK(in80 > .7 * all && in80 < .93 * all);
	CHECK(in95 > .88 * all && in95 < all);
	CHECK(mine < .8 * naive);
}

static void
test_errors(void)
{
	skpi_forecast_ask good = {.y = y,
							  .n = 20,
							  .m = 4,
							  .h = 3,
							  .level = levels,
							  .levels = 2},
					  ask;
	skpi_forecast_answer a = {.point = point, .lo = lo, .hi = hi};
	double bad[1] = {1};

	for (int i = 0; i < 20; i++)
		y[i] = i * i % 7;
	ask = good;
	CHECK(skpi_forecast(&ask, work, WORK, &a) == SKPI_OK);
	CHECK(skpi_forecast(&ask, work, skpi_forecast_work(20, 4, 3) - 1, &a) ==
		  SKPI_FULL);
	ask.h = 0;
	CHECK(skpi_forecast(&ask, work, WORK, &a) == SKPI_E_RANGE);
	ask.h = 1001;
	CHECK(skpi_forecast(&ask, work, WORK, &a) == SKPI_E_RANGE);
	ask = good;
	ask.m = 0;
	CHECK(skpi_forecast(&ask, work, WORK, &a) == SKPI_E_RANGE);
	ask.m = 21;
	CHECK(skpi_forecast(&ask, work, WORK, &a) == SKPI_E_RANGE);
	ask = good;
	ask.n = 0;
	CHECK(skpi_forecast(&ask, work, WORK, &a) == SKPI_E_SHORT);
	ask = good;
	ask.level = bad;
	ask.levels = 1;
	CHECK(skpi_forecast(&ask, work, WORK, &a) == SKPI_E_RANGE);
	ask = good;
	y[3] = NAN;
	CHECK(skpi_forecast(&ask, work, WORK, &a) == SKPI_E_RANGE);
	y[3] = INFINITY;
	CHECK(skpi_forecast(&ask, work, WORK, &a) == SKPI_E_RANGE);
}

static bool
after(void *left)
{
	return --*(int *) left < 0;
}

/* Stopped at any question: interrupted, or done before it; nothing leaks. */
static void
test_interrupt(void)
{
	unsigned seed = 2;

	for (int i = 0; i < 120; i++)
		y[i] = 50 + i + 20 * sin(i * .5236) + 5 * noise(&seed);
	for (size_t k = 0; k < NAMES; k++)
	{
		int stopped = 0;

		for (int left = 0; left < 2000; left = 2 * left + 1)
		{
			skpi_forecast_ask ask = asked(names[k], 120, 12, 12);
			skpi_forecast_answer a = {.point = point, .lo = lo, .hi = hi};
			int count = left;
			skpi_status status;

			ask.stop = after;
			ask.stop_arg = &count;
			status = skpi_forecast(&ask, work, WORK, &a);
			CHECK(status == (count < 0 ? SKPI_E_INTERRUPT : SKPI_OK));
			stopped += status == SKPI_E_INTERRUPT;
			if (status == SKPI_OK)
				break;
		}
		CHECK(stopped > 0 || strstr(names[k], "naive") != NULL ||
			  strcmp(names[k], "drift") == 0);
	}
}

int
main(void)
{
	gsl_set_error_handler_off();
	test_names();
	test_by_hand();
	test_drift();
	test_combination(1, .3);
	test_combination(1, 1);
	test_combination(1, 5);
	test_combination(4, .3);
	test_combination(4, 1);
	test_combination(4, 5);
	test_combination(7, .3);
	test_combination(7, 1);
	test_combination(7, 5);
	test_combination(12, .3);
	test_combination(12, 1);
	test_combination(12, 5);
	test_baselines();
	test_growth();
	test_tiny();
	test_constant();
	test_exact_season();
	test_reasons();
	test_odd_series();
	test_positive_bounds();
	test_same_bits();
	test_long();
	test_coverage();
	test_errors();
	test_interrupt();
	return unit_done("forecast");
}
