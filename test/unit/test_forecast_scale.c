/* Which scale the values of a series allow, and what few zeros in it do. */
#include <gsl/gsl_errno.h>

#include "skpi_forecast.h"
#include "noise.h"
#include "unit.h"

#define N 180
#define WORK 600000
#define STEPS 12

static double y[N + STEPS], out[N], work[WORK], point[STEPS], lo[STEPS],
	hi[STEPS];

static void
test_scales(void)
{
	for (int i = 0; i < 50; i++)
		y[i] = 1 + i;
	CHECK(skpi_scale_of(y, 50, 12) == SKPI_SCALE_LOG);
	CHECK(skpi_scale_of(y, 50, 1) == SKPI_SCALE_LOG);
	y[3] = y[9] = y[20] = y[21] = y[49] = 0;
	CHECK(skpi_scale_of(y, 50, 12) == SKPI_SCALE_ROOT);
	CHECK(skpi_scale_of(y, 49, 12) == SKPI_SCALE_ROOT);
	CHECK(skpi_scale_of(y, 39, 12) == SKPI_SCALE_PLAIN);
	CHECK(skpi_scale_of(y, 50, 1) == SKPI_SCALE_PLAIN);
	y[3] = -1;
	CHECK(skpi_scale_of(y, 50, 12) == SKPI_SCALE_PLAIN);
}

/* Three zeros in a hundred become the least value above, four stay, and so do
 * those beside a value below 0 and those without a season. */
static void
test_raise(void)
{
	for (int i = 0; i < 100; i++)
		y[i] = 7 + i;
	y[0] = y[50] = y[99] = 0;
	skpi_scale_raise(y, 100, 12, out);
	for (int i = 0; i < 100; i++)
		CHECK(out[i] == (y[i] == 0 ? 8 : y[i]));
	skpi_scale_raise(y, 99, 7, out);
	CHECK(out[0] == 8 && out[50] == 8);
	skpi_scale_raise(y, 100, 1, out);
	CHECK(out[0] == 0 && out[50] == 0);
	y[20] = 0;
	skpi_scale_raise(y, 100, 12, out);
	for (int i = 0; i < 100; i++)
		CHECK(out[i] == y[i]);
	y[20] = y[50] = -1;
	skpi_scale_raise(y, 100, 12, out);
	for (int i = 0; i < 100; i++)
		CHECK(out[i] == y[i]);
	for (int i = 0; i < 20; i++)
		y[i] = 0;
	skpi_scale_raise(y, 20, 7, out);
	CHECK(out[0] == 0 && out[19] == 0);
}

/* Fifteen years of a budget that is used up and begins anew: a month of much is
 * thirty times one of little, and the whole grows a hundredfold. */
static void
fill(unsigned seed)
{
	static const double month[12] = {1,	 2,	 4,	 7,	 10, 13,
									 16, 19, 22, 25, 28, 30};

	for (int t = 0; t < N + STEPS; t++)
		y[t] = month[t % 12] *
			   exp(.026 * fmin(t, 160) + .1 * noise(&seed) + 2);
}

/* How many times its true value the month of least is forecast. */
static double
least(int zeros)
{
	double ratio = 0;

	for (unsigned k = 0; k < 8; k++)
	{
		skpi_forecast_ask ask = {.y = y, .n = N, .m = 12, .h = STEPS};
		static const double level = .95;
		skpi_forecast_answer a = {.point = point, .lo = lo, .hi = hi};

		fill(60 + k);
		for (int i = 0; i < zeros; i++)
			y[12 * i] = 0;
		ask.level = &level;
		ask.levels = 1;
		CHECK(skpi_forecast_work(N, 12, STEPS) < WORK);
		CHECK(skpi_forecast(&ask, work, WORK, &a) == SKPI_OK);
		CHECK(lo[0] >= 0 && lo[0] < point[0] && point[0] < hi[0]);
		ratio += point[0] / y[N] / 8;
	}
	return ratio;
}

/* No zero, and few, and many: what is in proportion stays so, by logarithms or
 * by roots.  On the scale of the values the first month would be some ten times
 * too high. */
static void
test_proportion(void)
{
	double none = least(0), few = least(3), many = least(9);

	CHECK(none > .7 && none < 1.4);
	CHECK(few > .7 && few < 1.4);
	CHECK(many > .5 && many < 4);
}

int
main(void)
{
	gsl_set_error_handler_off();
	test_scales();
	test_raise();
	test_proportion();
	return unit_done("forecast_scale");
}
