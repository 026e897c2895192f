/* Whether a series has moved more of late, and what its intervals make of it.
 */
#include <gsl/gsl_errno.h>

#include "skpi_forecast.h"
#include "skpi_forecast_changes.h"
#include "skpi_forecast_late.h"
#include "noise.h"
#include "unit.h"

#define ROOM 400
#define WORK 400000
#define STEPS 12
#define CASES 20

static double y[ROOM], work[WORK], point[STEPS], lo[2 * STEPS], hi[2 * STEPS];

static double
late(size_t n, size_t m)
{
	skpi_member_job job = {.y = y, .n = n, .m = m};
	double times = -1;

	CHECK(skpi_changes_work(n, m) <= WORK);
	CHECK(skpi_late(&job, work, &times) == SKPI_OK);
	return times;
}

/* Values 0, 1, 0, 3, 0: no drift; a level that follows by .3 errs by 1, .3,
 * 2.79 and 1.047; the half-life is one step. */
static void
test_by_hand(void)
{
	const double value[] = {0, 1, 0, 3, 0}, unit[] = {1, 1e-90, 1e90};
	double usual = (1 + .3 + 2.79 + 1.047) / 4;
	double newest = (1.047 + 2.79 / 2 + .3 / 4 + 1. / 8) / 1.875;

	for (int u = 0; u < 3; u++)
	{
		for (int i = 0; i < 5; i++)
			y[i] = value[i] * unit[u];
		CHECK_NEAR(late(5, 1), (newest + .1 * usual) / (1.1 * usual), 1e-12);
	}
}

/* Nothing to go by, no errors but rounding, or those of a season that is not
 * quite told from a trend. */
static void
test_alike(void)
{
	y[0] = 3;
	CHECK(late(1, 1) == 1);
	y[1] = 4;
	CHECK(late(2, 1) == 1);
	for (int i = 0; i < 60; i++)
		y[i] = 7;
	CHECK(late(60, 12) == 1);
	for (int i = 0; i < 60; i++)
		y[i] = 0;
	CHECK(late(60, 12) == 1);
	for (int i = 0; i < 60; i++)
		y[i] = 5 * exp(.03 * i);
	CHECK(late(60, 1) == 1);
	CHECK(late(60, 12) > .8 && late(60, 12) < 1.2);
	for (int i = 0; i < 60; i++)
		y[i] = -2. * i;
	CHECK(late(60, 1) == 1);
	CHECK(late(60, 12) > .8 && late(60, 12) < 1.2);
}

/* Six seasons of noise, of size `then`, in the last one `now`. */
static size_t
noisy(size_t m, double then, double now, unsigned *seed)
{
	size_t n = 6 * m;

	for (size_t i = 0; i < n; i++)
		y[i] = 100 * exp(.2 * sin(6.2831853 * (double) i / (double) m) +
						 (i + m < n ? then : now) * noise(seed));
	return n;
}

static void
test_noise(size_t m)
{
	unsigned seed = 5;

	for (int k = 0; k < CASES; k++)
	{
		double same;

		CHECK(late(noisy(m, .02, .1, &seed), m) > 1.3);
		/* what is left of the loud seasons in the figure keeps it up */
		CHECK(late(noisy(m, .1, .02, &seed), m) < .95);
		same = late(noisy(m, .05, .05, &seed), m);
		CHECK(same > .6 && same < 1.6);
	}
}

/* Mean width of the 95 % interval over the forecast; narrow: at 80 %. */
static double
width(size_t n, size_t m, double *narrow)
{
	static const double level[] = {.8, .95};
	skpi_forecast_ask ask = {.y = y,
							 .n = n,
							 .m = m,
							 .h = STEPS,
							 .model = {.model = SKPI_MODEL_AUTO},
							 .level = level,
							 .levels = 2};
	skpi_forecast_answer answer = {.point = point, .lo = lo, .hi = hi};
	double sum = 0;

	CHECK(skpi_forecast_work(n, m, STEPS) <= WORK);
	CHECK(skpi_forecast(&ask, work, WORK, &answer) == SKPI_OK);
	*narrow = 0;
	for (int j = 0; j < STEPS; j++)
	{
		CHECK(lo[STEPS + j] <= lo[j] && hi[j] <= hi[STEPS + j]);
		sum += (hi[STEPS + j] - lo[STEPS + j]) / point[j] / STEPS;
		*narrow += (hi[j] - lo[j]) / point[j] / STEPS;
	}
	return sum;
}

/* The same noise, its loud season the last one or the second: as much of it is
 * in both series. */
static void
test_widths(size_t m)
{
	unsigned seed = 7;
	double loud = 0, calm = 0, loud80 = 0, calm80 = 0, narrow;

	for (int k = 0; k < CASES; k++)
	{
		size_t n = noisy(m, .02, .06, &seed);

		loud += width(n, m, &narrow);
		loud80 += narrow;
		for (size_t i = 0; i < m; i++)
		{
			double kept = y[m + i];

			y[m + i] = y[n - m + i];
			y[n - m + i] = kept;
		}
		calm += width(n, m, &narrow);
		calm80 += narrow;
	}
	printf("period %zu: %.3f to %.3f\n", m, loud / CASES, calm / CASES);
	CHECK(loud > 1.25 * calm && loud80 > 1.25 * calm80);
}

static bool
at_once(void *arg)
{
	(void) arg;
	return true;
}

int
main(void)
{
	skpi_member_job job = {.y = y, .n = 120, .m = 12, .stop = at_once};
	unsigned seed = 9;
	double times;

	gsl_set_error_handler_off();
	test_by_hand();
	test_alike();
	test_noise(12);
	test_noise(24);
	test_widths(12);
	test_widths(24);
	for (size_t i = 0; i < 120; i++)
		y[i] = 100 + noise(&seed);
	CHECK(skpi_late(&job, work, &times) == SKPI_E_INTERRUPT);
	return unit_done("forecast_late");
}
