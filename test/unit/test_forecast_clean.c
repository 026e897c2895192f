/* The newest value, where it is a freak, where it is a shift, where it is
 * what such values always were. */
#include <string.h>

#include "skpi_forecast.h"
#include "skpi_forecast_clean.h"
#include "skpi_stl.h"

#include "unit.h"

#define ROOM 320

static double y[ROOM], out[ROOM], work[40 * ROOM];

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

static void
seasonal(size_t n, size_t m, double sd)
{
	unsigned seed = 11;

	for (size_t t = 0; t < n; t++)
		y[t] = (200 + (double) t / 2 +
				30 * sin(6.2831853 * (double) t / (double) m)) *
			   exp(sd * noise(&seed));
}

static double
cleaned(size_t n, size_t m)
{
	skpi_member_job job = {.y = y, .n = n, .m = m, .h = 1};

	CHECK(skpi_clean_work(n, m) <= sizeof(work) / sizeof(*work));
	CHECK(skpi_clean(&job, work, out) == SKPI_OK);
	CHECK(memcmp(y, out, (n - 1) * sizeof(double)) == 0);
	return out[n - 1];
}

/* Most of a freak goes, with both signs and at every period; what is usual
 * stays to the bit. */
static void
test_freak(size_t n, size_t m)
{
	double usual, less;

	seasonal(n, m, .02);
	usual = y[n - 1];
	CHECK(cleaned(n, m) == usual);
	y[n - 1] = 3 * usual;
	CHECK(cleaned(n, m) < 1.9 * usual && cleaned(n, m) > usual);
	y[n - 1] = usual / 3;
	less = cleaned(n, m);
	CHECK(less > usual / 1.9 && less < usual);
	/* values that are not all positive: sums, not ratios */
	for (size_t t = 0; t < n; t++)
		y[t] -= 250;
	y[n - 1] = usual - 250 + 400;
	CHECK(cleaned(n, m) < usual - 250 + 250);
}

static void
test_shift(void)
{
	seasonal(60, 4, .02);
	y[58] *= 2;
	y[59] *= 2;
	CHECK(cleaned(60, 4) == y[59]);
	/* not where they go different ways */
	seasonal(60, 4, .02);
	y[58] /= 2;
	y[59] *= 2;
	CHECK(cleaned(60, 4) < y[59]);
}

/* A jump is left alone where jumps of this series have lasted, and goes where
 * they have not. */
static void
test_experience(void)
{
	double lasted, passed, unknown;

	seasonal(120, 4, .02);
	y[119] *= 2;
	unknown = cleaned(120, 4) / y[119];
	for (size_t at = 10; at < 110; at += 20)
		for (size_t t = at; t < 120; t++)
			y[t] *= 1.6;
	lasted = cleaned(120, 4) / y[119];
	seasonal(120, 4, .02);
	for (size_t at = 10; at < 110; at += 20)
		y[at] *= 1.6;
	y[119] *= 2;
	passed = cleaned(120, 4) / y[119];
	CHECK(lasted > .8);
	CHECK(passed < .75);
	CHECK(unknown < .75);
}

static void
test_untouched(void)
{
	seasonal(40, 4, .02);
	y[39] *= 5;
	CHECK(cleaned(40, 1) == y[39]);
	CHECK(cleaned(11, 4) == y[10]);
	CHECK(cleaned(40, 20) == y[39]);
	for (int t = 0; t < 40; t++)
		y[t] = t % 4;
	y[39] = 100;
	CHECK(isfinite(cleaned(40, 4)));
}

/* The whole combination: a last value three times as high as it should be no
 * longer lifts the year that follows. */
static void
test_forecast(size_t n, size_t m, size_t h, double most)
{
	static double point[ROOM], freak[ROOM], room[400000];
	skpi_forecast_ask ask = {
		.y = y, .n = n, .m = m, .h = h, .model = {.model = SKPI_MODEL_AUTO}};
	skpi_forecast_answer answer = {.point = point};
	double lift = 0;

	CHECK(skpi_forecast_work(n, m, h) <= sizeof(room) / sizeof(*room));
	seasonal(n, m, .02);
	CHECK(skpi_forecast(&ask, room, skpi_forecast_work(n, m, h), &answer) ==
		  SKPI_OK);
	answer.point = freak;
	y[n - 1] *= 3;
	CHECK(skpi_forecast(&ask, room, skpi_forecast_work(n, m, h), &answer) ==
		  SKPI_OK);
	for (size_t j = 0; j < h; j++)
		lift += log(freak[j] / point[j]) / (double) h;
	if (!(fabs(lift) < most))
		printf("period %zu: lifted by %.3f\n", m, lift);
	CHECK(fabs(lift) < most);
}

/* A series that falls to a tenth has a season of a tenth: how far the year to
 * come swings, beside how far it did. */
static void
test_collapse(size_t n, size_t m, size_t since)
{
	static double point[ROOM], room[400000];
	unsigned seed = 4;
	double lo = INFINITY, hi = 0;
	skpi_forecast_ask ask = {
		.y = y, .n = n, .m = m, .h = m, .model = {.model = SKPI_MODEL_AUTO}};
	skpi_forecast_answer answer = {.point = point};

	CHECK(skpi_forecast_work(n, m, m) <= sizeof(room) / sizeof(*room));
	for (size_t t = 0; t < n; t++)
		y[t] = 1000 * (1 + .3 * sin(6.2831853 * (double) t / (double) m)) *
			   exp(.03 * noise(&seed)) * (t + since < n ? 1 : .1);
	CHECK(skpi_forecast(&ask, room, skpi_forecast_work(n, m, m), &answer) ==
		  SKPI_OK);
	for (size_t j = 0; j < m; j++)
	{
		lo = fmin(lo, point[j]);
		hi = fmax(hi, point[j]);
	}
	if (!(hi - lo < 120))
		printf("period %zu, %zu since: swings by %.0f\n", m, since, hi - lo);
	CHECK(hi - lo < 120);
}

int
main(void)
{
	test_freak(60, 4);
	test_freak(140, 7);
	test_freak(96, 12);
	test_freak(200, 52);
	test_shift();
	test_experience();
	test_untouched();
	test_forecast(60, 4, 4, .1);
	test_forecast(96, 12, 12, .1);
	test_forecast(200, 52, 13, .1);
	test_collapse(48, 4, 3);
	test_collapse(48, 4, 8);
	test_collapse(96, 12, 7);
	test_collapse(96, 12, 24);
	test_collapse(70, 7, 4);
	test_collapse(70, 7, 14);
	return unit_done("forecast_clean");
}
