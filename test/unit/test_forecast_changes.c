/* How large the changes are, and what the combination makes of it. */
#include <gsl/gsl_errno.h>

#include "skpi_forecast_changes.h"
#include "skpi_forecast_recipe.h"
#include "noise.h"
#include "unit.h"

#define ROOM 200
#define WORK 400000
#define STEPS 12
#define CASES 30

static double y[ROOM], work[WORK], point[STEPS];

static double
changes(size_t n, size_t m)
{
	skpi_member_job job = {.y = y, .n = n, .m = m};
	double sd = -1;

	CHECK(skpi_changes_work(n, m) <= WORK);
	CHECK(skpi_changes(&job, work, &sd) == SKPI_OK);
	return sd;
}

/* By hand: constant growth none, up and down by a tenth of logarithms; of any
 * unit; of values that are not positive over their mean size. */
static void
test_size(void)
{
	for (int i = 0; i < 20; i++)
		y[i] = 100 * exp(.1 * i);
	CHECK_NEAR(changes(20, 1), 0, 1e-12);
	for (int i = 0; i < 21; i++)
		y[i] = 100 * exp(.1 * (i % 2));
	/* ten of .1, ten of -.1 */
	CHECK_NEAR(changes(21, 1), .1 * sqrt(20. / 19), 1e-12);
	for (int i = 0; i < 21; i++)
		y[i] *= 1e-90;
	CHECK_NEAR(changes(21, 1), .1 * sqrt(20. / 19), 1e-12);
	for (int i = 0; i < 21; i++)
		y[i] = i % 2 == 0 ? -10 : 10;
	CHECK_NEAR(changes(21, 1), 2 * sqrt(20. / 19), 1e-12);
	for (int i = 0; i < 21; i++)
		y[i] = 0;
	CHECK(changes(21, 1) == 0 && changes(21, 4) == 0);
	CHECK(changes(1, 1) == 0 && changes(2, 1) == 0);
}

/* A season is no change, as far as there are two of it to be told by. */
static void
test_season(size_t m)
{
	unsigned seed = 41;
	double sd, none;

	for (int i = 0; i < 120; i++)
		y[i] = 100 *
			   exp(.3 * sin(6.2831853 * i / (double) m) + .01 * noise(&seed));
	sd = changes(120, m);
	none = changes(120, 1);
	CHECK(sd > .008 && sd < .018);
	CHECK(none > 3 * sd);
	CHECK(changes(2 * m - 1, m) == changes(2 * m - 1, 1));
}

static bool
stop_now(void *arg)
{
	(void) arg;
	return true;
}

/* Weights of any size of changes: at the ends those of the table, between them
 * a straight way by logarithms. */
static void
test_weights(size_t m)
{
	const skpi_member_job job = {.y = y, .n = 120, .m = m, .stop = stop_now};
	skpi_recipe low, high, r;
	double sd;

	CHECK(skpi_recipe_asks(m));
	skpi_recipe_for(120, m, 0, &low);
	skpi_recipe_for(120, m, 9, &high);
	for (double x = .001; x < 1; x *= 1.3)
	{
		double share = skpi_recipe_share(x, low.calm, low.lively), sum = 0;

		skpi_recipe_for(120, m, x, &r);
		CHECK(r.parts == low.parts && share >= 0 && share <= 1);
		for (int i = 0; i < r.parts; i++)
		{
			CHECK_NEAR(r.part[i].weight,
					   (1 - share) * low.part[i].weight +
						   share * high.part[i].weight,
					   1e-12);
			sum += r.part[i].weight;
		}
		CHECK_NEAR(sum, 1, 1e-12);
	}
	CHECK(skpi_recipe_share(low.calm, low.calm, low.lively) == 0);
	CHECK(skpi_recipe_share(low.lively, low.calm, low.lively) == 1);
	CHECK(skpi_changes(&job, work, &sd) == SKPI_E_INTERRUPT);
}

/* What a series gained of late, of what it would gain by its newest slope:
 * level for 60 values, then a slope for 12. */
static double
followed(size_t m, double size)
{
	unsigned seed = 42;
	double gain = 0, slope = .01;

	for (int k = 0; k < CASES; k++)
	{
		skpi_forecast_ask ask = {.y = y,
								 .n = 72,
								 .m = m,
								 .h = STEPS,
								 .model = {.model = SKPI_MODEL_AUTO}};
		skpi_forecast_answer answer = {.point = point};

		for (int i = 0; i < 72; i++)
			y[i] = 100 *
				   exp(.1 * sin(6.2831853 * i / (double) m) +
					   size * noise(&seed) + (i < 60 ? 0 : slope * (i - 59)));
		CHECK(skpi_forecast_work(72, m, STEPS) <= WORK);
		CHECK(skpi_forecast(&ask, work, WORK, &answer) == SKPI_OK);
		gain += (log(point[STEPS - 1]) - log(100 * exp(slope * 12)) -
				 .1 * sin(6.2831853 * (71 + STEPS) / (double) m)) /
				(slope * STEPS) / CASES;
	}
	return gain;
}

/* A turn in a calm series is believed, the same one in noise is not. */
static void
test_turn(size_t m)
{
	double calm = followed(m, .002), lively = followed(m, .1);

	printf("period %zu: calm %.3f, lively %.3f\n", m, calm, lively);
	CHECK(calm > .3 && calm < 1.2);
	CHECK(lively < calm / 2);
}

int
main(void)
{
	gsl_set_error_handler_off();
	test_size();
	test_season(4);
	test_season(12);
	test_weights(4);
	test_weights(12);
	CHECK(skpi_recipe_asks(1));
	CHECK(!skpi_recipe_asks(7) && !skpi_recipe_asks(52));
	test_turn(4);
	test_turn(12);
	return unit_done("forecast_changes");
}
