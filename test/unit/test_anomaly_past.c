/* What is said of a point when it comes is never taken back; alarms that must
 * come, and those that must not. */
#include <gsl/gsl_errno.h>
#include <stdlib.h>
#include <string.h>

#include "skpi_anomaly.h"
#include "unit.h"

#define ROOM 1300
#define KINDS 14

static double y[ROOM], work[20 * ROOM + 30 * 365];
static skpi_anomaly_point p[ROOM], q[ROOM];

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

/* Events of a Poisson process in one step. */
static double
count_of(double mean, unsigned *seed)
{
	double product = 1;
	int k = -1;

	for (double end = exp(-mean); product > end; k++)
	{
		*seed = *seed * 1664525u + 1013904223u;
		product *= ((*seed >> 8) + 0.5) / 16777216.0;
	}
	return k;
}

static void
run(skpi_anomaly_point *out, int n, int period, bool causal)
{
	skpi_anomaly_options o = {period, causal, SKPI_ANOMALY_THRESHOLD};

	CHECK(skpi_anomaly_work((size_t) n, period) <=
		  sizeof(work) / sizeof(work[0]));
	CHECK(skpi_anomaly(y, (size_t) n, &o, NULL, NULL, work, out) == SKPI_OK);
}

static int
flagged(int n)
{
	int k = 0;

	for (int t = 0; t < n; t++)
		k += p[t].flagged;
	return k;
}

/* n values of a kind: calm, growing, seasonal, wandering, with zeros, from
 * some point on 0, below 0, constant, wild, with spikes of both signs. */
static void
make(int kind, int n, int m, unsigned seed)
{
	double level = 0;

	for (int t = 0; t < n; t++)
	{
		double e = noise(&seed);
		double wave = sin(6.283185307179586 * t / (m > 1 ? m : 12));
		double odd = count_of(0.05, &seed) * (seed & 4096 ? 1 : -1);

		level += e;
		y[t] = kind == 0    ? 100 + 5 * e
			   : kind == 1  ? 100 + t + 10 * sin(t) + (t == 40 ? 60 : 0)
			   : kind == 2  ? 100 * exp(0.01 * t + 0.02 * e)
			   : kind == 3  ? 100 * exp(0.3 * wave + 0.05 * e)
			   : kind == 4  ? 100 * exp(0.05 * level)
			   : kind == 5  ? count_of(1.5, &seed)
			   : kind == 6  ? (t == n - 1 - n / 5 ? 0 : 100 + 5 * e)
			   : kind == 7  ? (t < n / 2 ? 50 + e : -1 + e)
			   : kind == 8  ? 7
			   : kind == 9  ? (t % 17 == 16 ? 1 : 0)
			   : kind == 10 ? exp(20 * e)
			   : kind == 11 ? 100 + e + 50 * odd
			   : kind == 12 ? (t < n / 3 ? 0 : 20 + 5 * wave + e)
							: level;
	}
}

/* p[0 .. n-1], of more values, and q, of n alone, to the bit. */
static void
check_same(int n)
{
	for (int t = 0; t < n; t++)
	{
		CHECK(memcmp(&p[t].score, &q[t].score, sizeof(double)) == 0);
		CHECK(p[t].expected == q[t].expected ||
			  (isnan(p[t].expected) && isnan(q[t].expected)));
		CHECK(p[t].lo == q[t].lo || isnan(q[t].lo));
		CHECK(p[t].hi == q[t].hi || isnan(q[t].hi));
		CHECK(p[t].flagged == q[t].flagged && p[t].alarm == q[t].alarm);
		CHECK(p[t].event == q[t].event && p[t].kind == q[t].kind);
	}
}

/* And whatever is expected stays so, lies within its bounds, and nothing is
 * expected below 0 of what never was. */
static void
check_whole(int n)
{
	bool known = false;
	bool negative = false;

	for (int t = 0; t < n; t++)
	{
		bool outside = y[t] < p[t].lo || y[t] > p[t].hi;

		CHECK(outside == p[t].flagged);
		CHECK(isfinite(p[t].expected) || !known);
		known = known || isfinite(p[t].expected);
		CHECK(negative || isnan(p[t].lo) || p[t].lo >= 0 || y[t] < 0);
		negative = negative || y[t] < 0;
	}
}

static void
test_prefix(void)
{
	static const int periods[] = {1, 2, 4, 7, 12, 24, 52, 365};
	static const int lengths[] = {30, 61, 150, 1300};
	unsigned seed = 3;

	for (int i = 0; i < 8; i++)
		for (int j = 0; j < 4; j++)
			for (int kind = 0; kind < KINDS; kind++)
			{
				int n = lengths[j], m = periods[i];
				int cuts[] = {
					m,         2 * m,
					2 * m + 1, 3 * m + 2,
					n - 1,     599,
					600,       601,
					2 * m + 6, SKPI_ANOMALY_MIN_N + (int) (seed % 20)};

				if (n < m)
					continue;
				make(kind, n, m, seed += 77);
				run(p, n, m, true);
				check_whole(n);
				for (int k = 0; k < 10; k++)
					if (cuts[k] >= SKPI_ANOMALY_MIN_N && cuts[k] >= m &&
						cuts[k] < n)
					{
						run(q, cuts[k], m, true);
						check_same(cuts[k]);
					}
			}
}

/* Every prefix where methods change: a zero ends the logarithms, events of
 * both signs meet, a season comes into sight. */
static void
test_every_prefix(void)
{
	static const int kinds[] = {1, 3, 6, 7, 11, 12};

	for (int i = 0; i < 6; i++)
		for (int m = 1; m <= 12; m += 11)
		{
			make(kinds[i], 90, m, 5u + (unsigned) i);
			run(p, 90, m, true);
			for (int n = 12; n < 90; n++)
			{
				run(q, n, m, true);
				check_same(n);
			}
		}
}

/* What never moved moves: an alarm in both modes, at any length and period,
 * and for nothing but what moved. */
static void
test_after_rest(void)
{
	static const double levels[] = {7, 0, 1e-3, 1e6};
	static const int periods[] = {1, 4, 7, 12};

	for (int i = 0; i < 4; i++)
		for (int j = 0; j < 4; j++)
			for (int n = 15; n < 80; n++)
				for (int causal = 0; causal < 2; causal++)
				{
					for (int t = 0; t < n; t++)
						y[t] = levels[i];
					y[n - 1] += levels[i] > 0 ? levels[i] * 140 : 1;
					run(p, n, periods[j], causal);
					CHECK(flagged(n) == 1 && p[n - 1].alarm);
					CHECK(p[n - 1].score > 8 && p[n - 1].lo >= 0);
					CHECK_NEAR(p[n - 1].expected, levels[i], 1e-6);
					CHECK(p[n - 1].kind == SKPI_ANOMALY_SPIKE);
				}
}

/* Of pure noise few points are flagged, at every length, with a period or
 * without: .32 % is what the threshold says. */
static void
test_noise(void)
{
	static const int lengths[] = {8,  12, 16, 20, 24, 28,
								  32, 36, 42, 48, 60, 96};
	static const int periods[] = {1, 4, 12};
	unsigned seed = 11;

	for (int i = 0; i < 12; i++)
		for (int j = 0; j < 3; j++)
			for (int kind = 0; kind < 8; kind++)
			{
				int n = lengths[i], m = periods[j] > n ? 1 : periods[j];
				bool counts = kind % 4 == 2;
				int all = 0, found = 0;

				for (int k = 0; k < 150; k++)
				{
					for (int t = 0; t < n; t++)
						y[t] = counts          ? count_of(3, &seed)
							   : kind % 4 == 0 ? 100 + 5 * noise(&seed)
							   : kind % 4 == 1
								   ? exp(0.1 * noise(&seed))
								   : exp(0.01 * t + 0.03 * noise(&seed));
					run(p, n, m, kind >= 4);
					found += flagged(n);
					for (int t = 0; t < n; t++)
						all += isfinite(p[t].expected);
				}
				/* three in a hundred was usual */
				CHECK(found <= 4 + (counts || n < 10 ? .011 : .005) * all);
			}
}

/* A season that is one month of twelve is a season, from two years on. */
static void
test_december(void)
{
	unsigned seed = 21;

	for (int n = 24; n <= 72; n += 12)
	{
		int found = 0;

		for (int k = 0; k < 100; k++)
		{
			for (int t = 0; t < n; t++)
				y[t] = (1000 + 10 * t) * exp(0.04 * noise(&seed)) *
					   (t % 12 == 11 ? 2 : 1);
			run(p, n, 12, false);
			found += flagged(n);
		}
		/* 5.5, 3.4 and 1.3 % in two, three and four years before */
		CHECK(found <= .02 * n * 100);
	}
}

/* After a value that stands out, what came before it is no surprise, and
 * neither is a stay where it went. */
static void
test_aftermath(void)
{
	int after = 0;

	for (unsigned seed = 1; seed <= 100; seed++)
	{
		unsigned s = seed * 977;

		for (int t = 0; t < 80; t++)
			y[t] = 1000 * exp(0.02 * noise(&s)) * (t == 60 ? 1.5 : 1);
		run(p, 80, 1, true);
		CHECK(p[60].alarm);
		for (int t = 61; t < 70; t++)
			after += p[t].flagged;
	}
	CHECK(after <= 5);
}

int
main(void)
{
	gsl_set_error_handler_off();
	test_prefix();
	test_every_prefix();
	test_after_rest();
	test_noise();
	test_december();
	test_aftermath();
	return unit_done("anomaly past");
}
