/* Sums by period: by hand, the calendar, then against plain sums. */
#include "skpi_series.h"

#include "kit.h"

static block
empty(skpi_grain grain)
{
	block t = block_new(sizeof(skpi_tally));

	skpi_series_init(t.t, grain);
	return t;
}

static skpi_status
add(block *t, int32_t day, int64_t units)
{
	skpi_status status;

	GROWING(t, status, skpi_series_add(t->t, t->cap, day, units));
	return status;
}

static bool
row_is(const skpi_tally *t, int32_t period, int64_t rows, int64_t sum)
{
	const int64_t *v = row_values(t, 0, period);

	return v[SKPI_SERIES_ROWS] == rows && v[SKPI_SERIES_SUM] == sum;
}

/* 2000-01 is month 24000 */
static void
test_by_hand(void)
{
	block t = empty(SKPI_MONTH);
	uint32_t next = 0;

	CHECK(add(&t, 60, 700) == SKPI_OK);
	CHECK(add(&t, 0, 100) == SKPI_OK);
	CHECK(add(&t, 30, -100) == SKPI_OK);
	CHECK(add(&t, 60, 0) == SKPI_OK);
	CHECK(sound(t.t) && t.t->n_rows == 2);
	/* a sum of zero is not a period without rows */
	CHECK(row_is(t.t, 24000, 2, 0));
	CHECK(row_is(t.t, 24002, 2, 700));
	CHECK(skpi_series_at(t.t, &next, 23999) == NULL);
	CHECK(skpi_series_at(t.t, &next, 24000) == skpi_tally_row(t.t, 0));
	CHECK(skpi_series_at(t.t, &next, 24001) == NULL);
	CHECK(skpi_series_at(t.t, &next, 24002) == skpi_tally_row(t.t, 1));
	CHECK(skpi_series_at(t.t, &next, 24003) == NULL);
	block_free(&t);
}

static bool
calendar_is(const skpi_tally *t, int32_t as_of, int32_t first, int32_t last)
{
	int32_t f = 0;
	int32_t l = 0;

	if (!skpi_series_calendar(t, as_of, &f, &l))
		return first == last && f == 0 && l == 0;
	return f == first && l == last;
}

static void
test_calendar(void)
{
	block t = empty(SKPI_MONTH);

	CHECK(calendar_is(t.t, SKPI_NO_DAY, 0, 0));
	CHECK(calendar_is(t.t, 100, 0, 0));
	CHECK(add(&t, 15, 1) == SKPI_OK); /* January */
	CHECK(add(&t, 70, 1) == SKPI_OK); /* March */
	CHECK(calendar_is(t.t, SKPI_NO_DAY, 24000, 24003));
	CHECK(calendar_is(t.t, SKPI_DAY_MIN, 0, 0));
	CHECK(calendar_is(t.t, 30, 0, 0));         /* the last of January */
	CHECK(calendar_is(t.t, 31, 24000, 24001)); /* the first of February */
	CHECK(calendar_is(t.t, 90, 24000, 24002));
	CHECK(calendar_is(t.t, 91, 24000, 24003));  /* the first of April */
	CHECK(calendar_is(t.t, 152, 24000, 24005)); /* nothing in April, May */
	CHECK(skpi_series_season(SKPI_DAY) == 7);
	CHECK(skpi_series_season(SKPI_WEEK) == 52);
	CHECK(skpi_series_season(SKPI_MONTH) == 12);
	CHECK(skpi_series_season(SKPI_QUARTER) == 4);
	CHECK(skpi_series_season(SKPI_YEAR) == 1);
	block_free(&t);
	/* both ends of the calendar, in every grain */
	for (int grain = SKPI_DAY; grain <= SKPI_YEAR; grain++)
	{
		t = empty((skpi_grain) grain);
		CHECK(add(&t, SKPI_DAY_MIN, 1) == SKPI_OK);
		CHECK(add(&t, SKPI_DAY_MAX, 1) == SKPI_OK);
		CHECK(sound(t.t));
		block_free(&t);
	}
}

static void
test_errors(void)
{
	block t = block_new(sizeof(skpi_tally));
	block other = empty(SKPI_WEEK);

	skpi_series_init(t.t, SKPI_MONTH);
	CHECK(skpi_series_add(t.t, t.cap, 0, 1) == SKPI_FULL);
	CHECK(t.t->n_rows == 0);
	CHECK(add(&t, 0, INT64_MAX) == SKPI_OK);
	CHECK(add(&t, 1, 1) == SKPI_E_OVERFLOW);
	CHECK(row_is(t.t, 24000, 1, INT64_MAX));
	CHECK(block_merge(&t, other.t) == SKPI_E_MISMATCH);
	/* what the checker must refuse */
	skpi_tally_row(t.t, 0)->v[SKPI_SERIES_ROWS] = 0;
	CHECK(!sound(t.t));
	skpi_tally_row(t.t, 0)->v[SKPI_SERIES_ROWS] = 1;
	skpi_tally_row(t.t, 0)->k1 = 1;
	CHECK(!sound(t.t));
	skpi_tally_row(t.t, 0)->k1 = 0;
	skpi_tally_row(t.t, 0)->k2 = 120000;
	CHECK(!sound(t.t));
	skpi_tally_row(t.t, 0)->k2 = 119999;
	CHECK(sound(t.t));
	t.t->param[0] = 1;
	CHECK(!sound(t.t));
	block_free(&t);
	block_free(&other);
}

#define PERIODS (SPAN + 1)

static void
test_random(uint64_t seed)
{
	static int64_t want[PERIODS][SKPI_SERIES_WIDTH];
	skpi_grain grain = (skpi_grain) (SKPI_DAY + seed % 5);
	int32_t first = naive_period(grain, 0);
	block whole = empty(grain);
	block part[3] = {empty(grain), empty(grain), empty(grain)};
	long wrong = 0;
	int n;

	memset(want, 0, sizeof(want));
	rnd_seed(seed);
	n = (int) rnd(100);
	for (int i = 0; i < n; i++)
	{
		int32_t day = (int32_t) rnd(SPAN);
		int64_t units = (int64_t) rnd(2000) - 1000;
		int64_t *v = want[naive_period(grain, day) - first];

		v[SKPI_SERIES_ROWS]++;
		v[SKPI_SERIES_SUM] += units;
		CHECK(add(&whole, day, units) == SKPI_OK);
		CHECK(add(&part[rnd(3)], day, units) == SKPI_OK);
	}
	for (int32_t p = 0; p <= naive_period(grain, SPAN - 1) - first; p++)
		wrong += memcmp(row_values(whole.t, 0, first + p), want[p],
						sizeof(want[p])) != 0;
	CHECK(wrong == 0 && sound(whole.t));
	CHECK(block_merge(&part[1], part[2].t) == SKPI_OK);
	CHECK(block_merge(&part[1], part[0].t) == SKPI_OK);
	CHECK(same_bytes(part[1].t, whole.t));
	block_free(&whole);
	for (int i = 0; i < 3; i++)
		block_free(&part[i]);
}

int
main(void)
{
	test_by_hand();
	test_calendar();
	test_errors();
	for (uint64_t seed = 1; seed <= 500; seed++)
		test_random(seed);
	return unit_done("series");
}
