/* Loess and STL: answers by hand, properties, then every stored R value. */
#include "skpi_stl.h"
#include "ts_reference.h"

#define ROOM 1000

static double y[ROOM], seas[ROOM], trend[ROOM], rest[ROOM], wgt[ROOM];
static double work[16 * ROOM];

static bool
always(void *calls)
{
	(*(int *) calls)++;
	return true;
}

static void
test_loess_by_hand(void)
{
	double line[7] = {1, 3, 5, 7, 9, 11, 13};
	double w[7], out[7], fit = -1;
	double none[7] = {0, 0, 0, 0, 0, 0, 0};
	skpi_loess_span span = {5, 1, 1};

	/* A line is its own local line, in the middle and beyond the ends. */
	CHECK(skpi_loess(line, 7, span, NULL, NULL, NULL, w, out) == SKPI_OK);
	for (int i = 0; i < 7; i++)
		CHECK_NEAR(out[i], line[i], 1e-12);
	CHECK(skpi_loess_at(line, 7, span, 8, 3, 7, NULL, w, &fit));
	CHECK_NEAR(fit, 15.0, 1e-12);
	/* Degree 0, window 3 about point 2: the ends get weight zero. */
	span = (skpi_loess_span){3, 0, 1};
	CHECK(skpi_loess_at(line, 7, span, 2, 1, 3, NULL, w, &fit));
	CHECK_NEAR(fit, 3.0, 1e-12);
	/* At the first point: weights 1 and (1 - 1/8)^3 = .669921875, and the
	 * third point lies on the rim. */
	CHECK(skpi_loess_at(line, 7, span, 1, 1, 3, NULL, w, &fit));
	CHECK_NEAR(fit, (1 + 3 * .669921875) / 1.669921875, 1e-12);
	fit = -1;
	CHECK(!skpi_loess_at(line, 7, span, 2, 1, 3, none, w, &fit));
	CHECK(fit == -1);
	CHECK(skpi_loess(line, 7, span, none, NULL, NULL, w, out) == SKPI_OK);
	CHECK(out[3] == line[3]);
	span.jump = 0;
	CHECK(skpi_loess(line, 7, span, NULL, NULL, NULL, w, out) == SKPI_E_RANGE);
}

static void
test_loess_jump(void)
{
	double w[12], full[12], jump[12], v[12];
	skpi_loess_span span = {5, 1, 1};

	for (int i = 0; i < 12; i++)
		v[i] = sin(i);
	CHECK(skpi_loess(v, 12, span, NULL, NULL, NULL, w, full) == SKPI_OK);
	span.jump = 3;
	CHECK(skpi_loess(v, 12, span, NULL, NULL, NULL, w, jump) == SKPI_OK);
	/* Fits at 1, 4, 7, 10 and the end; between them straight lines. */
	CHECK(jump[0] == full[0] && jump[3] == full[3] && jump[9] == full[9]);
	CHECK_NEAR(jump[1], jump[0] + (jump[3] - jump[0]) / 3, 1e-12);
	CHECK_NEAR(jump[10], (jump[9] + jump[11]) / 2, 1e-12);
}

static skpi_status
run(int n, int period, int s_window, int t_window, bool robust)
{
	skpi_stl_options o;
	skpi_status s =
		skpi_stl_defaults(n, period, s_window, t_window, robust, &o);

	if (s != SKPI_OK)
		return s;
	CHECK(skpi_stl_work(n, period) <= 16 * ROOM);
	return skpi_stl(y, n, &o, NULL, NULL, work, seas, trend, rest, wgt);
}

static void
test_exact_pattern(void)
{
	double figure[4] = {3, -1, 4, -6};

	for (int i = 0; i < 40; i++)
		y[i] = 10 + 0.5 * i + figure[i % 4];
	CHECK(run(40, 4, 0, 0, true) == SKPI_OK);
	for (int i = 0; i < 40; i++)
	{
		CHECK_NEAR(seas[i], figure[i % 4], 1e-9);
		CHECK_NEAR(trend[i], 10 + 0.5 * i, 1e-9);
		CHECK(wgt[i] >= 0 && wgt[i] <= 1);
	}
	/* One spike: robust weights leave the rest of the fit alone. */
	y[21] += 50;
	for (int i = 0; i < 40; i++)
		y[i] += 0.01 * sin(7.0 * i);
	CHECK(run(40, 4, 0, 0, true) == SKPI_OK);
	CHECK(wgt[21] == 0);
	CHECK_NEAR(rest[21], 50, 1e-3);
	CHECK(run(40, 4, 0, 0, false) == SKPI_OK);
	CHECK(rest[21] < 45 && wgt[21] == 1);
}

static void
test_identities(void)
{
	for (int i = 0; i < 91; i++)
		y[i] = 5 * sin(i * 0.9) + ((i * 7919) % 13) + 0.2 * i;
	CHECK(run(91, 7, 9, 0, true) == SKPI_OK);
	for (int i = 0; i < 91; i++)
		CHECK_NEAR(seas[i] + trend[i] + rest[i], y[i], 1e-12);
	/* A constant series has no season, no remainder. */
	for (int i = 0; i < 30; i++)
		y[i] = 42;
	CHECK(run(30, 7, 0, 0, true) == SKPI_OK);
	CHECK_NEAR(trend[11], 42, 1e-12);
	CHECK_NEAR(seas[11], 0, 1e-10);
	/* Exactly two seasons are enough. */
	CHECK(run(14, 7, 0, 0, true) == SKPI_OK);
}

static void
test_errors(void)
{
	skpi_stl_options o;
	int calls = 0;

	CHECK(skpi_stl_defaults(30, 1, 7, 0, false, &o) == SKPI_E_RANGE);
	CHECK(skpi_stl_defaults(30, 7, -1, 0, false, &o) == SKPI_E_RANGE);
	CHECK(skpi_stl_defaults(13, 7, 7, 0, false, &o) == SKPI_E_SHORT);
	CHECK(skpi_stl_defaults(SKPI_STL_MAX_N + 1, 7, 7, 0, false, &o) ==
		  SKPI_E_LIMIT);
	CHECK(skpi_stl_defaults(30, 7, 7, 0, false, &o) == SKPI_OK);
	CHECK(o.trend.window == 15 && o.lowpass.window == 7);
	CHECK(o.inner == 2 && o.outer == 0 && o.seasonal.jump == 1);
	seas[0] = -77;
	y[5] = NAN;
	CHECK(skpi_stl(y, 30, &o, NULL, NULL, work, seas, trend, rest, NULL) ==
		  SKPI_E_RANGE);
	y[5] = 42;
	CHECK(skpi_stl(y, 30, &o, always, &calls, work, seas, trend, rest, NULL) ==
		  SKPI_E_INTERRUPT);
	CHECK(calls == 1 && seas[0] == -77);
	o.outer = 101;
	CHECK(skpi_stl(y, 30, &o, NULL, NULL, work, seas, trend, rest, NULL) ==
		  SKPI_E_RANGE);
}

static double
variance(const double *a, const double *b, int n)
{
	double mean = 0, sum = 0;

	for (int i = 0; i < n; i++)
		mean += (a[i] + (b == NULL ? 0 : b[i])) / n;
	for (int i = 0; i < n; i++)
		sum += pow(a[i] + (b == NULL ? 0 : b[i]) - mean, 2);
	return sum / (n - 1);
}

static void
part(const char *group, const char *name, const double *x, int n)
{
	char key[64];
	double sum = 0, sumsq = 0;

	for (int i = 0; i < n; i++)
	{
		sum += x[i];
		sumsq += x[i] * x[i];
	}
	snprintf(key, sizeof(key), "%s.first12", name);
	for (int i = 0; i < 12; i++)
		CHECK_NEAR(x[i], ref_element(group, key, i + 1), 1e-8);
	snprintf(key, sizeof(key), "%s.last3", name);
	for (int i = 0; i < 3; i++)
		CHECK_NEAR(x[n - 3 + i], ref_element(group, key, i + 1), 1e-8);
	snprintf(key, sizeof(key), "%s.sum", name);
	CHECK_NEAR(sum, ref_value(group, key), 1e-8);
	snprintf(key, sizeof(key), "%s.sumsq", name);
	CHECK_NEAR(sumsq, ref_value(group, key), 1e-8);
	snprintf(key, sizeof(key), "%s.var", name);
	CHECK_NEAR(variance(x, NULL, n), ref_value(group, key), 1e-8);
}

static void
compare(const char *group, int n, bool robust)
{
	double all = variance(rest, NULL, n);

	part(group, "seasonal", seas, n);
	part(group, "trend", trend, n);
	part(group, "remainder", rest, n);
	CHECK_NEAR(fmax(0, 1 - all / variance(rest, seas, n)),
			   ref_value(group, "F_seas"), 1e-8);
	CHECK_NEAR(fmax(0, 1 - all / variance(rest, trend, n)),
			   ref_value(group, "F_trend"), 1e-8);
	if (robust)
	{
		double sum = 0, low = 1;

		for (int i = 0; i < n; i++)
		{
			sum += wgt[i];
			low = fmin(low, wgt[i]);
		}
		CHECK_NEAR(sum, ref_value(group, "weights.sum"), 1e-8);
		CHECK_NEAR(low, ref_value(group, "weights.min"), 1e-8);
	}
}

static void
reference(const char *group, const char *series, int period, int s_window,
		  bool robust, bool logs)
{
	int n = ref_series(series, y, ROOM);

	for (int i = 0; logs && i < n; i++)
		y[i] = log(y[i]);
	CHECK(run(n, period, s_window, 0, robust) == SKPI_OK);
	compare(group, n, robust);
}

/* A window given as even is raised by one; the trend is fitted everywhere. */
static void
reference_windows(void)
{
	int n = ref_series("nottem", y, ROOM);
	skpi_stl_options o;

	CHECK(skpi_stl_defaults(n, 12, 7, 50, false, &o) == SKPI_OK);
	o.trend.jump = 1;
	CHECK(skpi_stl(y, n, &o, NULL, NULL, work, seas, trend, rest, wgt) ==
		  SKPI_OK);
	compare("stl/nottem/s.window=7 t.window=50 t.jump=1", n, false);
}

int
main(void)
{
	test_loess_by_hand();
	test_loess_jump();
	test_exact_pattern();
	test_identities();
	test_errors();
	reference("stl/co2/s.window=periodic", "co2", 12, 0, false, false);
	reference("stl/co2/s.window=13", "co2", 12, 13, false, false);
	reference("stl/co2/s.window=21 robust=TRUE", "co2", 12, 21, true, false);
	reference("stl/nottem/s.window=periodic", "nottem", 12, 0, false, false);
	reference("stl/nottem/s.window=13 robust=TRUE", "nottem", 12, 13, true,
			  false);
	reference("stl/USAccDeaths/s.window=13 robust=TRUE", "USAccDeaths", 12, 13,
			  true, false);
	reference("stl/log(AirPassengers)/s.window=13", "AirPassengers", 12, 13,
			  false, true);
	reference("stl/UKgas.log/s.window=periodic robust=TRUE", "UKgas", 4, 0,
			  true, true);
	reference_windows();
	return unit_done("stl");
}
