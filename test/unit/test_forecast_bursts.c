/* Days of many times the usual number: long past, going on, lasting, and too
 * many to be any; and what the combination returns to after them. */
#include <string.h>

#include "skpi_forecast.h"
#include "skpi_forecast_bursts.h"

#include "noise.h"
#include "unit.h"

#define ROOM 420

static double y[ROOM], out[ROOM], work[4 * ROOM], taken;

/* Counts about `base` with the week's figure, their spread that of counts. */
static void
counts(size_t n, size_t m, double base, unsigned seed)
{
	for (size_t t = 0; t < n; t++)
	{
		double mean = base * (m > 1 && t % m >= m - 2 ? .5 : 1);

		y[t] = fmax(round(mean + sqrt(mean) * noise(&seed)), 0);
	}
}

static size_t
changed(size_t n, size_t m)
{
	skpi_member_job job = {.y = out, .n = n, .m = m, .h = 1};
	size_t count = 0;

	CHECK(skpi_bursts_work(n) <= sizeof(work) / sizeof(*work));
	memcpy(out, y, n * sizeof(double));
	CHECK(skpi_bursts(&job, work, out, &taken) == SKPI_OK);
	for (size_t t = 0; t < n; t++)
	{
		CHECK(out[t] <= y[t]);
		count += out[t] != y[t];
	}
	CHECK((taken > 0) == (count > 0));
	return count;
}

static void
test_past(size_t n, size_t m, double base)
{
	double square = 0;

	counts(n, m, base, 5);
	CHECK(changed(n, m) == 0);
	for (size_t t = 40; t < 50; t++)
		y[t] = 6 * base;
	CHECK(changed(n, m) == 10);
	for (size_t t = 0; t < n; t++)
	{
		bool burst = t >= 40 && t < 50;

		CHECK(burst ? out[t] < 2.2 * base : out[t] == y[t]);
		square += (y[t] - out[t]) * (y[t] - out[t]) / (double) (n - 3);
	}
	CHECK_NEAR(taken, square, 1e-9 * square);
}

/* The newest values stay until three in a row are usual again. */
static void
test_end(void)
{
	for (size_t after = 0; after < 5; after++)
	{
		counts(200, 7, 50, 5);
		for (size_t t = 190 - after; t < 200 - after; t++)
			y[t] = 400;
		CHECK(changed(200, 7) == (after < 3 ? 0 : 10));
	}
}

static void
test_left_alone(void)
{
	/* a level that lasts, up and down */
	counts(200, 7, 50, 5);
	for (size_t t = 100; t < 200; t++)
		y[t] *= 4;
	CHECK(changed(200, 7) == 0);
	for (size_t t = 150; t < 200; t++)
		y[t] /= 4;
	CHECK(changed(200, 7) == 0);
	/* dips */
	counts(200, 7, 50, 5);
	for (size_t t = 100; t < 110; t++)
		y[t] = 0;
	CHECK(changed(200, 7) == 0);
	/* so often that they are what the series does */
	counts(200, 1, 50, 5);
	for (size_t t = 0; t < 200; t++)
		y[t] *= t % 10 < 3 ? 8 : 1;
	CHECK(changed(200, 1) == 0);
	/* a series that is zero but for some days has no level above zero */
	memset(y, 0, sizeof(y));
	for (size_t t = 0; t < 200; t += 9)
		y[t] = 5;
	CHECK(changed(200, 7) == 0);
	/* too few values, too few seasons */
	counts(200, 7, 50, 5);
	y[20] = 4000;
	CHECK(changed(SKPI_BURSTS_VALUES - 1, 7) == 0);
	CHECK(changed(SKPI_BURSTS_VALUES, 7) == 1);
	CHECK(changed(100, 26) == 0);
	CHECK(changed(200, 60) == 0);
}

/* Values below zero go by themselves, not by their roots. */
static void
test_negative(void)
{
	counts(200, 7, 50, 5);
	for (size_t t = 0; t < 200; t++)
		y[t] -= 60;
	y[100] += 500;
	CHECK(changed(200, 7) == 1);
	CHECK(out[100] < 100);
}

static bool
at_once(void *arg)
{
	(void) arg;
	return true;
}

static void
test_stop(void)
{
	skpi_member_job job = {.y = y, .n = 200, .m = 7, .stop = at_once};

	counts(200, 7, 50, 5);
	CHECK(skpi_bursts(&job, work, y, &taken) == SKPI_E_INTERRUPT);
}

static double
forecast(size_t n, size_t m, double *hi)
{
	static double point[14], lo[14], up[14], room[400000];
	const double level = .95;
	skpi_forecast_ask ask = {.y = y,
							 .n = n,
							 .m = m,
							 .h = 14,
							 .level = &level,
							 .levels = 1,
							 .model = {.model = SKPI_MODEL_AUTO}};
	skpi_forecast_answer answer = {.point = point, .lo = lo, .hi = up};

	CHECK(skpi_forecast_work(n, m, 14) <= sizeof(room) / sizeof(*room));
	CHECK(skpi_forecast(&ask, room, skpi_forecast_work(n, m, 14), &answer) ==
		  SKPI_OK);
	*hi = skpi_array_mean(up, 14);
	return skpi_array_mean(point, 14);
}

/* The fortnight after bursts is that of a series without them, and its bounds
 * are wider. */
static void
test_forecast(size_t n, size_t m, double base)
{
	double usual, after, hi, wide;

	counts(n, m, base, 7);
	usual = forecast(n, m, &hi);
	for (size_t at = 25; at + 30 < n; at += 60)
		for (size_t t = at; t < at + 8; t++)
			y[t] = round(y[t] * 7);
	after = forecast(n, m, &wide);
	if (!(fabs(after / usual - 1) < .1))
		printf("n %zu period %zu base %.0f: %.1f for %.1f\n", n, m, base, after,
			   usual);
	CHECK(fabs(after / usual - 1) < .1);
	CHECK(wide > hi);
}

int
main(void)
{
	static const double base[] = {12, 30, 100};

	for (size_t i = 0; i < 3; i++)
	{
		test_past(100, 1, base[i]);
		test_past(200, 7, base[i]);
		test_past(400, 7, base[i]);
		for (size_t n = 100; n <= 400; n *= 2)
		{
			test_forecast(n, 1, base[i]);
			test_forecast(n, 7, base[i]);
		}
	}
	test_end();
	test_left_alone();
	test_negative();
	test_stop();
	return unit_done("forecast_bursts");
}
