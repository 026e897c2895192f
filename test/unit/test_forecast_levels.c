/* Forecasts at several levels of aggregation: by hand, stopping, failing. */
#include <gsl/gsl_errno.h>

#include "skpi_forecast_levels.h"

#include "unit.h"

#define ROOM 200
#define STEPS 12

static double y[ROOM], point[STEPS], var[STEPS], work[2 * ROOM];
static size_t asked_n[SKPI_LEVELS_MAX], asked_h[SKPI_LEVELS_MAX];
static int asked;

/* The last value plus the last change times the step; remembers what it was
 * asked.  Fails for series as short as *arg. */
static skpi_status
last_change(const skpi_member_job *job, void *arg, double *to, double *spread)
{
	const size_t *least = arg;

	asked_n[asked] = job->n;
	asked_h[asked++] = job->h;
	if (job->n <= *least)
		return SKPI_E_NUMERIC;
	for (size_t j = 0; j < job->h; j++)
	{
		to[j] = job->y[job->n - 1] +
				(job->y[job->n - 1] - job->y[job->n - 2]) * (double) (j + 1);
		spread[j] = (double) job->n;
	}
	return SKPI_OK;
}

static skpi_status
interrupted(const skpi_member_job *job, void *arg, double *to, double *spread)
{
	size_t none = 0;
	int *left = arg;

	return --*left < 0 ? SKPI_E_INTERRUPT : last_change(job, &none, to, spread);
}

static skpi_status
run(size_t n, size_t m, size_t h, size_t least)
{
	skpi_member_job job = {.y = y, .n = n, .m = 1, .h = h};
	size_t need = skpi_levels_work(n, h);
	skpi_status status;

	asked = 0;
	work[need] = 12345;
	status = skpi_levels(&job, m, last_change, &least, work, point, var);
	CHECK(work[need] == 12345);
	return status;
}

/* Every level of a line goes on as the same line. */
static void
test_line(void)
{
	for (int i = 0; i < 30; i++)
		y[i] = 5 + 2 * i;
	CHECK(run(30, 4, 7, 0) == SKPI_OK);
	CHECK(asked == 3 && asked_n[1] == 15 && asked_n[2] == 7);
	CHECK(asked_h[0] == 7 && asked_h[1] == 4 && asked_h[2] == 3);
	for (int j = 0; j < 7; j++)
	{
		CHECK_NEAR(point[j], 5 + 2 * (30 + j), 1e-12);
		CHECK(var[j] == 30);
	}
	/* 1 is the only divisor left, or the only level long enough */
	CHECK(run(30, 13, 3, 0) == SKPI_OK && asked == 1);
	CHECK(run(9, 2, 3, 0) == SKPI_OK && asked == 1);
	for (int i = 30; i < 120; i++)
		y[i] = 5 + 2 * i;
	for (size_t h = 1; h <= STEPS; h++)
	{
		CHECK(run(120, 12, h, 0) == SKPI_OK && asked == 6);
		for (int k = 0; k < asked; k++)
			CHECK(asked_h[k] <= h);
		CHECK_NEAR(point[h - 1], 5 + 2 * (double) (119 + h), 1e-11);
	}
}

/* Ten values, the last two 4 and 8: the fine level says 12, 16, 20; the
 * coarse one goes from 6 (between 4 and 8) to 12 and 18, its middles half a
 * step before the second and the fourth value: 7.5 + 3 j. */
static void
test_by_hand(void)
{
	for (int i = 0; i < 10; i++)
		y[i] = 0;
	y[8] = 4;
	y[9] = 8;
	CHECK(run(10, 2, 3, 0) == SKPI_OK);
	CHECK(asked == 2 && asked_h[1] == 2);
	CHECK_NEAR(point[0], (12 + 10.5) / 2, 1e-14);
	CHECK_NEAR(point[1], (16 + 13.5) / 2, 1e-14);
	CHECK_NEAR(point[2], (20 + 16.5) / 2, 1e-14);
	/* an odd value is left out at the old end */
	y[10] = 8;
	y[9] = 4;
	y[8] = 0;
	y[0] = 99;
	CHECK(run(11, 2, 1, 0) == SKPI_OK && asked_n[1] == 5);
	CHECK_NEAR(point[0], (12 + 10.5) / 2, 1e-14);
}

static void
test_failing(void)
{
	skpi_member_job job = {.y = y, .n = 40, .m = 1, .h = 4};
	int left;

	for (int i = 0; i < 40; i++)
		y[i] = i % 3;
	/* coarse levels that fail are left out, the fine one is not */
	CHECK(run(40, 4, 4, 10) == SKPI_OK && asked == 3);
	CHECK(run(40, 4, 4, 40) == SKPI_E_NUMERIC && asked == 1);
	for (left = 0; left < 4; left++)
	{
		int count = left;

		asked = 0;
		CHECK(skpi_levels(&job, 4, interrupted, &count, work, point, var) ==
			  (left < 3 ? SKPI_E_INTERRUPT : SKPI_OK));
	}
}

int
main(void)
{
	gsl_set_error_handler_off();
	test_line();
	test_by_hand();
	test_failing();
	return unit_done("forecast_levels");
}
