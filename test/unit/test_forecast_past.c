/* Values one step before: by hand, the combination by its members, limits. */
#include <gsl/gsl_errno.h>
#include <string.h>

#include "skpi_forecast_changes.h"
#include "skpi_forecast.h"
#include "skpi_forecast_past.h"
#include "unit.h"

#define N 72
#define WORK 200000

static double y[4000], work[WORK], fitted[4000], other[4000];

static skpi_forecast_ask
asked(const char *name, size_t n, size_t m)
{
	skpi_forecast_ask ask = {.y = y, .n = n, .m = m, .h = 1};

	CHECK(skpi_member_parse(name, &ask.model) == SKPI_OK);
	CHECK(skpi_forecast_work(n, m, 1) <= WORK);
	return ask;
}

static skpi_status
past(const skpi_forecast_ask *ask, size_t work_len, double *out)
{
	double point;
	skpi_forecast_answer answer = {.point = &point, .fitted = out};

	return skpi_forecast(ask, work, work_len, &answer);
}

static skpi_status
run(const char *name, size_t n, size_t m, double *out)
{
	skpi_forecast_ask ask = asked(name, n, m);

	return past(&ask, WORK, out);
}

static void
fill(void)
{
	for (int t = 0; t < N; t++)
		y[t] = 200 + 3 * t + 40 * sin(t * 0.5236) + (t * 7919 % 101) / 5.0;
}

static void
test_by_hand(void)
{
	skpi_forecast_ask ask = asked("drift", 6, 1);
	double alpha;

	memcpy(y, (double[]){1, 2, 4, 7, 11, 16}, 6 * sizeof(double));
	CHECK(run("naive", 6, 1, fitted) == SKPI_OK);
	CHECK(isnan(fitted[0]) && fitted[1] == 1 && fitted[5] == 11);
	CHECK(run("drift", 6, 1, fitted) == SKPI_OK);
	CHECK(isnan(fitted[0]) && fitted[1] == 4 && fitted[5] == 14);
	/* the squares of 1, 2, 3: a drift of 1 on the roots has no noise */
	memcpy(y, (double[]){1, 4, 9, 16, 25, 36}, 6 * sizeof(double));
	ask.model.root = ask.model.shrunk = true;
	CHECK(past(&ask, WORK, fitted) == SKPI_OK);
	CHECK(isnan(fitted[0]));
	CHECK_NEAR(fitted[5], 36, 1e-12);
	memcpy(y, (double[]){1, 2, 4, 7, 11, 16}, 6 * sizeof(double));
	CHECK(run("snaive", 6, 4, fitted) == SKPI_OK);
	CHECK(isnan(fitted[3]) && fitted[4] == 1 && fitted[5] == 2);
	/* simple smoothing moves by the same share of every error */
	fill();
	CHECK(run("ses", N, 12, fitted) == SKPI_OK);
	alpha = (fitted[1] - fitted[0]) / (y[0] - fitted[0]);
	CHECK(alpha > 0 && alpha < 1);
	for (int t = 1; t + 1 < N; t++)
		CHECK_NEAR(fitted[t + 1], fitted[t] + alpha * (y[t] - fitted[t]), 1e-9);
}

/* The data have a line, a season and noise of standard deviation 6. */
static void
test_models(void)
{
	static const char *const names[] = {
		"auto",  "ets",           "ets:average", "theta",     "dotm",
		"arima", "arima:average", "stl",         "stl:arima", "hw"};

	fill();
	for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
	{
		double sum = 0;
		int count = 0;

		CHECK(run(names[k], N, 12, fitted) == SKPI_OK);
		for (int t = 0; t < N; t++)
			if (!isnan(fitted[t]))
			{
				sum += (fitted[t] - y[t]) * (fitted[t] - y[t]);
				count++;
			}
		CHECK(count >= N - 14);
		CHECK(sqrt(sum / count) < 25);
	}
}

/* Sum over the members of weight times value, those without a past left out. */
static void
test_combination(size_t m)
{
	double sum[N] = {0}, weights = 0, changes;
	skpi_member_job job = {.y = y, .n = N, .m = m};
	skpi_auto_part part;

	fill();
	CHECK(skpi_changes(&job, work, &changes) == SKPI_OK);
	for (int i = 0;
		 skpi_auto_part_at(N, m, changes, SKPI_SCALE_LOG, i, &part); i++)
	{
		skpi_forecast_ask ask = asked("naive", N, m);

		CHECK(part.weight >= 0 && part.member.model != SKPI_MODEL_AUTO);
		if (part.weight == 0 || !skpi_past_known(&part.member))
			continue;
		ask.model = part.member;
		CHECK(past(&ask, WORK, fitted) == SKPI_OK);
		for (int t = 0; t < N; t++)
			sum[t] += part.weight * fitted[t];
		weights += part.weight;
	}
	CHECK(weights > 0);
	CHECK(run("auto", N, m, fitted) == SKPI_OK);
	for (int t = 0; t < N; t++)
	{
		CHECK(isnan(fitted[t]) == isnan(sum[t]));
		if (!isnan(sum[t]))
			CHECK_NEAR(fitted[t], sum[t] / weights, 1e-12);
	}
}

/* The weight of all members on a scale; those on logarithms and on roots. */
static double
weight_on(skpi_scale scale, size_t m, double changes, double *logs,
		  double *roots)
{
	skpi_auto_part part;
	double weight = 0;

	*logs = *roots = 0;
	for (int i = 0; skpi_auto_part_at(N, m, changes, scale, i, &part); i++)
	{
		CHECK(part.weight >= 0 && !(part.member.log && part.member.root));
		weight += part.weight;
		*logs += part.member.log ? part.weight : 0;
		*roots += part.member.root ? part.weight : 0;
	}
	return weight;
}

/* Where some values are 0 members take roots for logarithms, where some are
 * below neither. */
static void
test_parts(void)
{
	static const size_t periods[] = {1, 4, 7, 12, 52};

	for (int k = 0; k < 5; k++)
	{
		for (double changes = 0; changes < 1; changes += .05)
		{
			double logs, roots, none, both, positive, weight;

			positive =
				weight_on(SKPI_SCALE_LOG, periods[k], changes, &logs, &roots);
			both = logs + roots;
			CHECK(logs > 0);
			weight =
				weight_on(SKPI_SCALE_ROOT, periods[k], changes, &none, &roots);
			CHECK_NEAR(weight, positive, 1e-12);
			CHECK_NEAR(roots, both, 1e-12);
			CHECK(none == 0);
			weight =
				weight_on(SKPI_SCALE_PLAIN, periods[k], changes, &none, &roots);
			CHECK(weight > 0 && weight <= positive + 1e-12 && none == 0);
		}
	}
	fill();
	y[5] = -1;
	CHECK(run("auto", N, 12, fitted) == SKPI_OK);
	CHECK(isfinite(fitted[N - 1]));
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
	skpi_forecast_ask ask;

	fill();
	/* what cannot be had gives way to the last season, and counts stay above
	 * zero */
	CHECK(run("hw", 10, 4, fitted) == SKPI_OK);
	CHECK(isnan(fitted[3]) && fitted[4] == y[0] && fitted[9] == y[5]);
	for (int t = 0; t < N; t++)
		y[t] = t % 9 == 0 ? 50 : 0;
	CHECK(run("auto", N, 12, fitted) == SKPI_OK);
	for (int t = 0; t < N; t++)
		CHECK(!(fitted[t] < 0));
	/* older values than are fitted */
	for (int t = 0; t < 3100; t++)
		y[t] = 100 + t % 7;
	CHECK(run("snaive", 3100, 7, fitted) == SKPI_OK);
	CHECK(isnan(fitted[106]) && fitted[107] == y[107] &&
		  fitted[3099] == y[3099]);
	/* of months no more than fifty years */
	CHECK(run("snaive", 620, 12, fitted) == SKPI_OK);
	CHECK(isnan(fitted[31]) && fitted[32] == y[20] && fitted[619] == y[607]);
	CHECK(skpi_forecast_newest(620, 12) == 600);
	CHECK(skpi_forecast_newest(620, 4) == 620);
	/* errors */
	fill();
	ask = asked("ets:average", N, 12);
	CHECK(past(&ask, skpi_forecast_work(N, 12, 1) - 1, fitted) == SKPI_FULL);
	ask.stop = stop_now;
	CHECK(past(&ask, WORK, fitted) == SKPI_E_INTERRUPT);
	ask.m = N + 1;
	CHECK(past(&ask, WORK, fitted) == SKPI_E_RANGE);
	ask.n = 0;
	CHECK(past(&ask, WORK, fitted) == SKPI_E_SHORT);
	/* exactly the work asked for is enough, and nothing depends on what is in
	 * it */
	memset(work, 0x5a, sizeof(work));
	ask = asked("auto", N, 12);
	CHECK(past(&ask, skpi_forecast_work(N, 12, 1), other) == SKPI_OK);
	CHECK(run("auto", N, 12, fitted) == SKPI_OK);
	CHECK(memcmp(other, fitted, N * sizeof(double)) == 0);
}

static void
test_runup(void)
{
	for (int t = 0; t < 40; t++)
		y[t] = 100 + t;
	CHECK(skpi_array_runup(y, 40, 12) == 0);
	y[0] = 1;
	y[1] = 5;
	y[3] = 2; /* behind a value of the usual size: a dip and no run-up */
	CHECK(skpi_array_runup(y, 40, 12) == 2);
	y[1] = 12; /* a tenth of the median, about 119 */
	CHECK(skpi_array_runup(y, 40, 12) == 1);
	CHECK(skpi_array_runup(y, 40, 1) == 0);
	y[1] = y[2] = 0;
	CHECK(skpi_array_runup(y, 40, 12) == 4);
	y[4] = 0; /* 35 are left, of the 36 of three seasons */
	CHECK(skpi_array_runup(y, 40, 12) == 0);
	y[4] = 104;
	y[39] = -1;
	CHECK(skpi_array_runup(y, 40, 12) == 0);
	/* mostly zeros, one large value */
	for (int t = 0; t < 40; t++)
		y[t] = t == 20 ? 1000 : 0;
	CHECK(skpi_array_runup(y, 40, 12) == 0);
	for (int t = 0; t < 40; t++)
		y[t] = t == 20 ? 1000 : 7;
	CHECK(skpi_array_runup(y, 40, 12) == 0);
}

int
main(void)
{
	gsl_set_error_handler_off();
	test_by_hand();
	test_models();
	test_combination(12);
	test_combination(7);
	test_combination(1);
	test_parts();
	test_limits();
	test_runup();
	return unit_done("forecast_past");
}
