/* What the relations of a shop count with, against counts one by one. */
#include "skpi_sales.h"

#include <string.h>

#include "kit.h"

#define N 400

static int64_t v[N], scratch[N];

static size_t
fifth_of(int64_t x, const int64_t *values, size_t n)
{
	size_t below = 0, ties = 0;

	for (size_t i = 0; i < n; i++)
	{
		below += values[i] < x;
		ties += values[i] == x;
	}
	return (5 * (2 * below + ties) + 2 * n - 1) / (2 * n);
}

static void
check_fifths(size_t n)
{
	int64_t given[N], cuts[SKPI_FIFTHS - 1];
	size_t n_cuts = 99;
	bool right = true;

	memcpy(given, v, n * sizeof(*v));
	CHECK(skpi_sales_fifths(v, n, scratch, cuts, &n_cuts, NULL, NULL) ==
		  SKPI_OK);
	CHECK(n_cuts < SKPI_FIFTHS);
	for (size_t i = 0; i < n; i++)
	{
		size_t fifth = 1;

		for (size_t c = 0; c < n_cuts; c++)
			fifth += cuts[c] <= given[i];
		right = right && fifth == fifth_of(given[i], given, n) &&
				(i == 0 || v[i - 1] <= v[i]);
	}
	CHECK(right);
}

static void
test_fifths(void)
{
	check_fifths(0);
	for (size_t n = 1; n <= N; n += 1 + n / 7)
		for (uint32_t kinds = 1; kinds < 2000; kinds *= 3)
		{
			for (size_t i = 0; i < n; i++)
				v[i] = (int64_t) rnd(kinds) * 1000003 - 500;
			check_fifths(n);
		}
	for (size_t i = 0; i < N; i++)
		v[i] = i % 3 == 0 ? INT64_MIN : i % 3 == 1 ? INT64_MAX : -(int64_t) i;
	check_fifths(N);
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
	int64_t cuts[SKPI_FIFTHS - 1];
	size_t n_cuts;

	v[0] = 2;
	v[1] = 1;
	CHECK(skpi_sales_fifths(v, 2, scratch, cuts, &n_cuts, at_once, NULL) ==
		  SKPI_E_INTERRUPT);
}

static bool
is_first(uint32_t firsts, skpi_sales_first of)
{
	return (firsts >> of & 1) != 0;
}

/* Every pair of days within two years, by the calendar itself. */
static void
test_firsts(void)
{
	static const skpi_grain grains[] = {SKPI_DAY, SKPI_WEEK, SKPI_MONTH,
										SKPI_QUARTER, SKPI_YEAR};
	bool right = true;

	for (int32_t shift = 0; shift <= SKPI_WEEK_SHIFT_MAX; shift++)
		for (int32_t a = 8400; a < 9100; a += 3)
			for (int32_t b = a; b < a + 400; b += 1 + (b - a) / 9)
			{
				skpi_sales_periods before = skpi_sales_periods_of(a, shift);
				skpi_sales_periods now = skpi_sales_periods_of(b, shift);
				uint32_t firsts = skpi_sales_firsts(&before, &now);

				right = right && !is_first(firsts, SKPI_FIRST_EVER) &&
						skpi_sales_firsts(NULL, &now) == 63;
				for (int g = 0; g < 5; g++)
				{
					int32_t later = grains[g] == SKPI_WEEK ? shift : 0;
					bool same = skpi_period(grains[g], a + later) ==
								skpi_period(grains[g], b + later);

					right = right &&
							is_first(firsts, (skpi_sales_first) g) == !same;
				}
			}
	CHECK(right);
}

int
main(void)
{
	test_fifths();
	test_stop();
	test_firsts();
	return unit_done("sales");
}
