/* Anomaly scores, events, kinds; causality; odd series. */
#include <gsl/gsl_errno.h>
#include <stdlib.h>
#include <string.h>

#include "skpi_anomaly.h"
#include "unit.h"

#define ROOM 2400

static double y[ROOM], work[30 * ROOM];
static skpi_anomaly_point p[ROOM], q[ROOM];

static bool
always(void *calls)
{
	(*(int *) calls)++;
	return true;
}

static double
noise(unsigned *seed)
{
	double sum = -6;

	for (int i = 0; i < 12; i++)
	{
		*seed = *seed * 1664525u + 1013904223u;
		sum += (*seed >> 8) / 16777216.0;
	}
	return sum;
}

static skpi_status
run(int n, int period, bool causal)
{
	skpi_anomaly_options o = {period, causal, SKPI_ANOMALY_THRESHOLD};

	CHECK(skpi_anomaly_work((size_t) n, period) <= 30 * ROOM);
	return skpi_anomaly(y, (size_t) n, &o, NULL, NULL, work, p);
}

static int
flagged(int n)
{
	int k = 0;

	for (int t = 0; t < n; t++)
		k += p[t].flagged;
	return k;
}

/* Level 1000, a season of period 12, noise of 2 %. */
static void
make_series(int n, unsigned seed)
{
	for (int t = 0; t < n; t++)
		y[t] = 1000 * exp(0.004 * t + 0.2 * sin(t * 0.5235987755982988) +
						  0.02 * noise(&seed));
}

static void
test_no_variation(void)
{
	for (int causal = 0; causal < 2; causal++)
	{
		for (int t = 0; t < 40; t++)
			y[t] = 7;
		CHECK(run(40, 12, causal) == SKPI_OK);
		CHECK(flagged(40) == 0 && p[39].score == 0);
		CHECK_NEAR(p[39].expected, 7, 1e-12);
		for (int t = 0; t < 40; t++)
			y[t] = 0;
		CHECK(run(40, 1, causal) == SKPI_OK);
		CHECK(flagged(40) == 0 && p[39].expected == 0);
		/* A line is where it was expected. */
		for (int t = 0; t < 40; t++)
			y[t] = 3.0 * t - 50;
		CHECK(run(40, 1, false) == SKPI_OK);
		CHECK(flagged(40) == 0);
	}
	/* Flat but for one point: that point, with the greatest score. */
	for (int t = 0; t < 40; t++)
		y[t] = t == 20 ? 9 : 7;
	CHECK(run(40, 1, false) == SKPI_OK);
	CHECK(flagged(40) == 1 && p[20].alarm);
	CHECK(p[20].kind == SKPI_ANOMALY_SPIKE && p[20].score > 8);
	CHECK_NEAR(p[20].expected, 7, 1e-6);
}

static void
test_spike_and_dip(void)
{
	make_series(120, 5);
	y[50] *= 1.3;
	y[81] *= 0.75;
	CHECK(run(120, 12, false) == SKPI_OK);
	CHECK(p[50].alarm && p[50].kind == SKPI_ANOMALY_SPIKE);
	CHECK(p[81].alarm && p[81].kind == SKPI_ANOMALY_DIP);
	CHECK(p[81].event > p[50].event);
	CHECK(flagged(120) <= 4);
	CHECK(fabs(p[50].expected - y[50] / 1.3) < 0.05 * y[50]);
	CHECK(y[50] > p[50].hi && y[81] < p[81].lo);
	for (int t = 0; t < 120; t++)
	{
		CHECK(p[t].lo > 0 && p[t].lo <= p[t].expected);
		CHECK(p[t].hi >= p[t].expected && p[t].score >= 0);
		CHECK(p[t].score <= SKPI_ANOMALY_MAX_SCORE);
		CHECK(p[t].flagged == (p[t].score >= SKPI_ANOMALY_THRESHOLD));
		CHECK(p[t].flagged == (p[t].kind != SKPI_ANOMALY_NONE));
		CHECK(p[t].flagged == (p[t].event > 0));
	}
	CHECK(run(120, 12, true) == SKPI_OK);
	CHECK(p[50].alarm && p[50].kind == SKPI_ANOMALY_SPIKE);
	CHECK(p[81].alarm && p[81].kind == SKPI_ANOMALY_DIP);
	CHECK(isnan(p[13].expected) && p[13].score == 0);
	CHECK(isfinite(p[14].expected));
}

static void
test_kinds(void)
{
	int alarms = 0;

	make_series(120, 9);
	for (int t = 60; t < 120; t++)
		y[t] *= 1.25;
	CHECK(run(120, 12, false) == SKPI_OK);
	CHECK(p[60].alarm && p[60].kind == SKPI_ANOMALY_LEVEL_SHIFT);
	make_series(120, 9);
	for (int t = 60; t < 64; t++)
		y[t] *= 0.8;
	CHECK(run(120, 12, false) == SKPI_OK);
	CHECK(p[60].alarm && p[60].kind == SKPI_ANOMALY_TEMPORARY);
	for (int t = 58; t < 68; t++)
		alarms += p[t].alarm;
	CHECK(alarms == 1);
	CHECK(p[61].flagged && p[61].event == p[60].event && !p[61].alarm);
	CHECK(strcmp(skpi_anomaly_kind_text(p[60].kind), "temporary change") == 0);
}

/* Steps of five standard deviations, and lows of five months, whose end is a
 * step too and does not wash them out: 124 of 200 and 978 of 1000 points, where
 * the smaller of two measures of a step, and a look at six points before it,
 * found 79 and 917. */
static void
test_recall(void)
{
	int steps = 0;
	int lows = 0;

	for (unsigned k = 1; k <= 200; k++)
	{
		int at = 20 + (int) (k * 7 % 60);

		make_series(96, k * 37);
		for (int t = at; t < 96; t++)
			y[t] *= 0.9;
		CHECK(run(96, 12, false) == SKPI_OK);
		steps += p[at].alarm && p[at].kind == SKPI_ANOMALY_LEVEL_SHIFT;
		make_series(96, k * 37);
		for (int t = at; t < at + 5; t++)
			y[t] *= 0.85;
		CHECK(run(96, 12, false) == SKPI_OK);
		for (int t = at; t < at + 5; t++)
			lows += p[t].flagged;
	}
	CHECK(steps > 110);
	CHECK(lows > 950);
}

/* Quiet series raise few alarms, and the unit does not matter. */
static void
test_false_alarms(void)
{
	int total = 0;

	for (unsigned seed = 1; seed <= 50; seed++)
	{
		make_series(96, seed * 101);
		CHECK(run(96, 12, false) == SKPI_OK);
		total += flagged(96);
	}
	CHECK(total < 50 * 96 / 100);
	memcpy(q, p, sizeof(q));
	for (int t = 0; t < 96; t++)
		y[t] *= 1e6;
	CHECK(run(96, 12, false) == SKPI_OK);
	for (int t = 0; t < 96; t++)
	{
		CHECK(fabs(p[t].score - q[t].score) < 1e-6);
		CHECK_NEAR(p[t].expected, 1e6 * q[t].expected, 1e-9);
	}
}

/* Scores of a prefix are those of the whole, to the bit. */
static void
test_causal(void)
{
	make_series(150, 77);
	y[100] *= 1.4;
	CHECK(run(150, 12, true) == SKPI_OK);
	memcpy(q, p, sizeof(q));
	for (int n = 60; n < 150; n += 7)
	{
		CHECK(run(n, 12, true) == SKPI_OK);
		for (int t = 0; t < n; t++)
			CHECK(p[t].score == q[t].score && p[t].alarm == q[t].alarm &&
				  p[t].kind == q[t].kind);
	}
	/* Run twice: the same bytes. */
	CHECK(run(150, 12, true) == SKPI_OK);
	memcpy(q, p, sizeof(q));
	CHECK(run(150, 12, true) == SKPI_OK);
	CHECK(memcmp(p, q, 150 * sizeof(p[0])) == 0);
}

/* Mean absolute one-step error, as a share, from `from` on. */
static double
one_step_error(int n, int from)
{
	double sum = 0;

	for (int t = from; t < n; t++)
		sum += fabs(log(y[t] / p[t].expected));
	return sum / (n - from);
}

/* Where the level wanders it follows: on eight walks the error was 1.16 to
 * 1.22 times that of the last value, where a gain of .3 had 1.37 to 1.56.  It
 * costs nothing where the level rests: 1.04 to 1.12 times that of the known
 * level, as a gain of .3. */
static void
test_causal_pace(void)
{
	double moved = 0;
	double level = 0;
	double about = 0;
	unsigned seed = 12;

	for (int t = 0; t < 400; t++)
	{
		double e = 0.02 * noise(&seed);

		about += fabs(e) * (t >= 100) / 300;
		y[t] = 1000 * exp(e);
	}
	CHECK(run(400, 1, true) == SKPI_OK);
	CHECK(one_step_error(400, 100) < 1.13 * about);
	CHECK(flagged(400) <= 2);
	for (int t = 0; t < 400; t++)
	{
		double e = 0.02 * noise(&seed);

		moved += fabs(e) * (t >= 100) / 300;
		level += e;
		y[t] = 1000 * exp(level);
	}
	CHECK(run(400, 1, true) == SKPI_OK);
	CHECK(one_step_error(400, 100) < 1.27 * moved);
	CHECK(flagged(400) <= 2);
}

static void
test_telemetry(void)
{
	unsigned seed = 4;
	int early = 0;

	for (int t = 0; t < 2000; t++)
		y[t] = 50 + 20 * sin(t * 0.1308996938995747) + noise(&seed);
	y[1500] += 60;
	CHECK(run(2000, 48, true) == SKPI_OK);
	CHECK(p[1500].alarm && p[1500].kind == SKPI_ANOMALY_SPIKE);
	for (int t = 0; t < 1500; t++)
		early += p[t].alarm;
	CHECK(early < 15);
	/* Nothing else scores while the event is fresh. */
	for (int t = 1501; t < 1520; t++)
		CHECK(p[t].score == 0);
	CHECK(fabs(p[1500].expected - (y[1500] - 60)) < 5);
	memcpy(q, p, sizeof(q));
	CHECK(run(1600, 48, true) == SKPI_OK);
	for (int t = 0; t < 1600; t++)
		CHECK(p[t].score == q[t].score);
	CHECK(run(1600, 1, true) == SKPI_OK);
	for (int t = 0; t < 1600; t++)
		y[t] = t == 1200 ? 1 : 0;
	CHECK(run(1600, 1, true) == SKPI_OK);
	CHECK(p[1200].alarm && flagged(1600) == 1);
}

/* A business that grew from nothing by the same amount each month, with one
 * month of lost charges: that month alone is unusual, not the beginning. */
static void
test_runup(void)
{
	unsigned seed = 5;

	for (int t = 0; t < 48; t++)
		y[t] = 1000.0 * (t + 0.2) * (1 + 0.02 * noise(&seed));
	y[32] *= 0.7;
	CHECK(run(48, 12, false) == SKPI_OK);
	CHECK(flagged(48) == 1 && p[32].flagged);
	CHECK(p[32].kind == SKPI_ANOMALY_DIP);
	CHECK(p[32].expected > y[32] && p[32].hi > p[32].lo && p[32].lo > y[32]);
	for (int t = 0; t < 48; t++)
		CHECK(p[t].lo >= 0 && p[t].lo <= p[t].expected && isfinite(p[t].hi));
	/* a zero at the beginning too */
	y[0] = 0;
	CHECK(run(48, 12, false) == SKPI_OK);
	CHECK(flagged(48) == 1 && p[32].flagged);
}

static void
test_short_and_wild(void)
{
	unsigned seed = 2;

	for (int n = SKPI_ANOMALY_MIN_N; n < 60; n++)
		for (int period = 1; period < 30; period += 7)
		{
			for (int t = 0; t < n; t++)
				y[t] = noise(&seed) * (t % 5 == 0 ? 1e90 : 1e-90);
			CHECK(run(n, period, false) == SKPI_OK);
			CHECK(run(n, period, true) == SKPI_OK);
			for (int t = 0; t < n; t++)
				y[t] = exp(50 * noise(&seed));
			CHECK(run(n, period, false) == SKPI_OK);
			CHECK(isfinite(p[n - 1].score) && p[n - 1].lo >= 0);
			CHECK(run(n, period, true) == SKPI_OK);
		}
}

#define SHAPES 9

/* n values of a shape a company can have. */
static void
make_shape(int shape, int n, int period, unsigned seed)
{
	double level = 100;

	for (int t = 0; t < n; t++)
	{
		double e = noise(&seed);
		double wave = sin(6.283185307179586 * t / period);

		level *= exp(0.03 * e);
		y[t] = shape == 0   ? 100 * exp(0.02 * t + 0.01 * e)
			   : shape == 1 ? 100 * exp(0.3 * wave + 0.02 * e)
			   : shape == 2 ? 7
			   : shape == 3 ? (t % 17 == 16 ? 9 : 7)
			   : shape == 4 ? (t < 20 ? 0 : 50 + 5 * e)
			   : shape == 5 ? level
			   : shape == 6 ? 100 + (t > 30 ? 80 : 0) + e
			   : shape == 7 ? 20 * wave + 3 * e
							: 100.0 * t * (1 + 0.01 * e) + 1;
	}
}

/* As a series grows, once something is expected of its newest point there
 * always is: where a season comes into sight, and where telemetry begins. */
static void
test_growing(void)
{
	static const int periods[] = {1, 2, 4, 7, 12, 52};

	for (int i = 0; i < 6; i++)
		for (int shape = 0; shape < SHAPES; shape++)
		{
			int m = periods[i];
			bool known = false;

			make_shape(shape, 1010, m < 2 ? 12 : m, 3);
			for (int n = SKPI_ANOMALY_MIN_N; n < 1010; n++)
			{
				if (n == 4 * m + 40)
					n = 990;
				CHECK(run(n, n < m ? 1 : m, true) == SKPI_OK);
				CHECK(isfinite(p[n - 1].expected) || !known);
				known = known || isfinite(p[n - 1].expected);
				CHECK(known || n < 15);
			}
		}
}

static void
check_bounds(int n)
{
	for (int t = 0; t < n; t++)
	{
		bool outside = y[t] < p[t].lo || y[t] > p[t].hi;

		CHECK(outside == p[t].flagged);
		CHECK(!outside || p[t].score > 0);
		CHECK(isfinite(p[t].expected) ||
			  (!p[t].flagged && p[t].score == 0 && isnan(p[t].lo)));
	}
}

/* Flagged is outside the bounds, whichever evidence it was. */
static void
test_bounds(void)
{
	static const int periods[] = {1, 4, 7, 12, 52};
	static const int lengths[] = {8, 15, 24, 29, 40, 61, 120, 300, 1200};
	static const double thresholds[] = {0.5, 2.5, 6};

	for (int i = 0; i < 5; i++)
		for (int k = 0; k < 9; k++)
			for (int shape = 0; shape < SHAPES; shape++)
				for (int j = 0; j < 6; j++)
				{
					int n = lengths[k], m = periods[i];
					skpi_anomaly_options o = {n < m ? 1 : m, j % 2 == 1,
											  thresholds[j / 2]};

					make_shape(shape, n, m < 2 ? 12 : m, (unsigned) (n + m));
					y[n / 2] *= 0.6;
					y[n - 1] *= 1.5;
					CHECK(skpi_anomaly(y, (size_t) n, &o, NULL, NULL, work,
									   p) == SKPI_OK);
					check_bounds(n);
				}
}

/* The newest month down by 93 %: an alarm whatever the length, from the first
 * that says anything. */
static void
test_newest(void)
{
	for (int n = 15; n <= 60; n++)
	{
		make_series(n, 21);
		y[n - 1] *= 0.07;
		CHECK(run(n, n < 12 ? 1 : 12, true) == SKPI_OK);
		CHECK(p[n - 1].alarm && p[n - 1].kind == SKPI_ANOMALY_DIP);
		CHECK(p[n - 1].lo > y[n - 1] && p[n - 1].expected > p[n - 1].lo);
	}
	/* a value that never moved moves */
	for (int t = 0; t < 30; t++)
		y[t] = t == 29 ? 500 : 700;
	CHECK(run(30, 12, true) == SKPI_OK);
	CHECK(flagged(30) == 1 && p[29].alarm && p[29].score > 8);
	CHECK(p[29].expected == p[29].hi);
}

/* Steady growth over two and three years has no season and no steps. */
static void
test_two_seasons(void)
{
	for (int n = 24; n < 40; n += 3)
	{
		int shifts = 0;
		int alarms = 0;

		for (unsigned k = 1; k <= 100; k++)
		{
			unsigned seed = 37 * k;

			for (int t = 0; t < n; t++)
				y[t] = 1000 * exp(0.01 * (1 + k % 5) * t + .02 * noise(&seed));
			CHECK(run(n, 12, false) == SKPI_OK);
			for (int t = 0; t < n; t++)
			{
				alarms += p[t].alarm;
				shifts += p[t].kind == SKPI_ANOMALY_LEVEL_SHIFT;
			}
		}
		CHECK(shifts < 6);
		CHECK(alarms < 15);
	}
}

static void
test_errors(void)
{
	skpi_anomaly_options o = {12, false, SKPI_ANOMALY_THRESHOLD};
	int calls = 0;

	make_series(60, 1);
	p[0].score = -7;
	CHECK(run(7, 1, false) == SKPI_E_SHORT);
	CHECK(run(60, 0, false) == SKPI_E_RANGE);
	o.threshold = 0;
	CHECK(skpi_anomaly(y, 60, &o, NULL, NULL, work, p) == SKPI_E_RANGE);
	o.threshold = NAN;
	CHECK(skpi_anomaly(y, 60, &o, NULL, NULL, work, p) == SKPI_E_RANGE);
	o.threshold = 2;
	CHECK(skpi_anomaly(y, 60, &o, always, &calls, work, p) == SKPI_E_INTERRUPT);
	o.causal = true;
	CHECK(skpi_anomaly(y, 60, &o, always, &calls, work, p) == SKPI_E_INTERRUPT);
	y[3] = NAN;
	CHECK(run(60, 12, false) == SKPI_E_RANGE);
	CHECK(p[0].score == -7 && calls == 2);
}

int
main(void)
{
	gsl_set_error_handler_off();
	test_no_variation();
	test_spike_and_dip();
	test_kinds();
	test_recall();
	test_false_alarms();
	test_causal();
	test_causal_pace();
	test_telemetry();
	test_runup();
	test_short_and_wild();
	test_growing();
	test_bounds();
	test_newest();
	test_two_seasons();
	test_errors();
	return unit_done("anomaly");
}
