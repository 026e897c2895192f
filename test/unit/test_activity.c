/* Counts and amounts by period: by hand, then against plain tables. */
#include "skpi_activity.h"

#include "kit.h"

static block
empty(skpi_grain grain)
{
	block a = block_new(sizeof(skpi_tally));

	skpi_activity_init(a.t, grain);
	return a;
}

static skpi_status
put(block *a, skpi_lane lane, int32_t day, int64_t amount)
{
	skpi_status status;

	GROWING(a, status, skpi_activity_add(a->t, a->cap, lane, day, amount));
	return status;
}

static void
test_by_hand(void)
{
	block a = empty(SKPI_MONTH);
	int64_t count = 0;
	int64_t amount = 0;
	skpi_spans walk;
	skpi_span span;
	bool more;

	/* a year of equal payments, and on leap day too: still two rows */
	for (int32_t month = 24000; month < 24012; month++)
		put(&a, SKPI_DONE, skpi_period_start(SKPI_MONTH, month), 990000);
	CHECK(a.t->n_rows == 2 && sound(a.t));
	CHECK(a.t->param[0] == 0 && a.t->param[1] == 335);
	put(&a, SKPI_DONE, 59, 990000);
	CHECK(skpi_activity_total(a.t, SKPI_DONE, &count, &amount) == SKPI_OK);
	CHECK(count == 13 && amount == 13 * 990000);
	put(&a, SKPI_FAILED, 3650, 5);
	put(&a, SKPI_REFUNDED, -40, 7);
	CHECK(a.t->param[0] == 0 && a.t->param[1] == 335); /* only what was done */
	CHECK(skpi_activity_total(a.t, SKPI_REFUNDED, &count, &amount) == SKPI_OK);
	CHECK(count == 1 && amount == 7);
	skpi_spans_begin(&walk, a.t, SKPI_DONE);
	CHECK(skpi_spans_next(&walk, &span, &more) == SKPI_OK && more);
	CHECK(span.from == 24000 && span.until == 24001 && span.count == 1);
	CHECK(skpi_spans_next(&walk, &span, &more) == SKPI_OK && more);
	CHECK(span.from == 24001 && span.until == 24002 && span.count == 2);
	CHECK(skpi_spans_next(&walk, &span, &more) == SKPI_OK && more);
	CHECK(span.from == 24002 && span.until == 24012 && span.count == 1);
	CHECK(skpi_spans_next(&walk, &span, &more) == SKPI_OK && !more);
	block_free(&a);
}

/* Amounts of zero count as rows; an empty activity has no days. */
static void
test_nothing(void)
{
	block a = empty(SKPI_WEEK);
	int64_t count = 9;
	int64_t amount = 9;

	CHECK(a.t->param[0] == SKPI_NO_DAY && a.t->param[1] == SKPI_NO_DAY);
	CHECK(skpi_activity_total(a.t, SKPI_DONE, &count, &amount) == SKPI_OK);
	CHECK(count == 0 && amount == 0);
	put(&a, SKPI_DONE, 3, 0);
	CHECK(skpi_activity_total(a.t, SKPI_DONE, &count, &amount) == SKPI_OK);
	CHECK(count == 1 && amount == 0);
	block_free(&a);
}

static void
test_errors(void)
{
	block a = empty(SKPI_MONTH);
	int64_t count = 4;
	int64_t amount = 4;

	CHECK(put(&a, SKPI_DONE, 0, INT64_MAX) == SKPI_OK);
	CHECK(put(&a, SKPI_DONE, 40, INT64_MAX) == SKPI_OK);
	CHECK(put(&a, SKPI_DONE, 1, 1) == SKPI_E_OVERFLOW);
	CHECK(skpi_activity_total(a.t, SKPI_DONE, &count, &amount) ==
		  SKPI_E_OVERFLOW);
	CHECK(count == 4 && amount == 4);
	block_free(&a);
	a = empty(SKPI_MONTH);
	while (a.cap < 1000)
		block_grow(&a);
	/* a span that never ends, one that falls below zero: forged */
	CHECK(skpi_tally_add(a.t, a.cap, 0, 24000, (int64_t[]){1, 1}) == SKPI_OK);
	CHECK(skpi_activity_total(a.t, SKPI_DONE, &count, &amount) ==
		  SKPI_E_CORRUPT);
	CHECK(skpi_tally_add(a.t, a.cap, 0, 24001, (int64_t[]){-2, 0}) == SKPI_OK);
	CHECK(skpi_activity_total(a.t, SKPI_DONE, &count, &amount) ==
		  SKPI_E_CORRUPT);
	block_free(&a);
}

static void
test_full(void)
{
	block a = empty(SKPI_MONTH);

	put(&a, SKPI_DONE, 0, 5);
	put(&a, SKPI_DONE, 100, 6);
	for (size_t cap = skpi_tally_used(a.t); cap < 300; cap += 8)
	{
		block b = block_new(cap);
		skpi_status status;

		memcpy((void *) b.t, a.t, skpi_tally_used(a.t));
		status = skpi_activity_add(b.t, cap, SKPI_DONE, 50, 9);
		if (status == SKPI_FULL)
			CHECK(same_bytes(a.t, b.t));
		CHECK((status == SKPI_OK) == (cap >= skpi_tally_used(a.t) + 48));
		/* prolonging the last span needs no room at all */
		memcpy((void *) b.t, a.t, skpi_tally_used(a.t));
		CHECK(skpi_activity_add(b.t, cap, SKPI_DONE, 125, 6) == SKPI_OK);
		block_free(&b);
	}
	block_free(&a);
}

#define MONTHS 60

/* Rows in any order, in parts merged, against counts per month and lane. */
static void
test_random(uint64_t seed)
{
	int64_t want[SKPI_LANES][MONTHS][2] = {{{0}}};
	int32_t first = SKPI_NO_DAY;
	int32_t last = SKPI_NO_DAY;
	block whole = empty(SKPI_MONTH);
	block part[2] = {empty(SKPI_MONTH), empty(SKPI_MONTH)};
	bool regular = seed % 3 == 0;
	int n;
	long wrong = 0;

	rnd_seed(seed);
	n = (int) rnd(40);
	for (int i = 0; i < n; i++)
	{
		skpi_lane lane = (skpi_lane) (rnd(6) < 4 ? 0 : rnd(3));
		int32_t day = regular ? i * 31 % SPAN : (int32_t) rnd(SPAN);
		int64_t amount = rnd(5) == 0 ? (int64_t) rnd(3) : 100;
		int month = naive_month(day) - 24000;

		want[lane][month][0]++;
		want[lane][month][1] += amount;
		if (lane == SKPI_DONE && (first == SKPI_NO_DAY || day < first))
			first = day;
		if (lane == SKPI_DONE && day > last)
			last = day;
		CHECK(put(&whole, lane, day, amount) == SKPI_OK);
		CHECK(put(&part[rnd(2)], lane, day, amount) == SKPI_OK);
	}
	CHECK(whole.t->param[0] == first && whole.t->param[1] == last);
	for (int lane = 0; lane < SKPI_LANES; lane++)
		for (int m = 0; m < MONTHS; m++)
		{
			int64_t got[2];

			values_at(whole.t, lane, 24000 + m, got);
			wrong += memcmp(got, want[lane][m], sizeof(got)) != 0;
		}
	CHECK(wrong == 0 && sound(whole.t));
	while (part[0].cap < 8000)
		block_grow(&part[0]);
	CHECK(skpi_tally_merge(part[0].t, part[0].cap, part[1].t) == SKPI_OK);
	CHECK(same_bytes(part[0].t, whole.t));
	block_free(&whole);
	block_free(&part[0]);
	block_free(&part[1]);
}

/* Active on some day of the period; the amount is the level at its close. */
static void
test_from_history(uint64_t seed)
{
	skpi_grain grain = (skpi_grain) (SKPI_DAY + seed % 5);
	int32_t as_of = (int32_t) (seed * 13 % 1000);
	sub subs[10];
	int n;
	block h;
	block a;
	long wrong = 0;
	int32_t first = SKPI_NO_DAY;
	int32_t last = SKPI_NO_DAY;
	int32_t d = 0;

	rnd_seed(seed);
	n = random_subs(subs, 10);
	h = history_of(subs, n, seed % 2 == 0);
	a = block_new(skpi_activity_from_history_bytes(h.t));
	CHECK(skpi_activity_from_history(a.t, a.cap, h.t, grain, as_of) == SKPI_OK);
	CHECK(sound(a.t));
	while (d <= as_of)
	{
		int32_t p = naive_period(grain, d);
		int64_t want[2] = {0, 0};
		int64_t got[2];

		for (; d <= as_of && naive_period(grain, d) == p; d++)
		{
			want[1] = naive_level(subs, n, d, 0);
			want[0] = want[0] || want[1] > 0;
			if (want[1] > 0)
				last = d;
			if (want[1] > 0 && first == SKPI_NO_DAY)
				first = d;
		}
		values_at(a.t, SKPI_DONE, p, got);
		wrong += got[0] != want[0] || got[1] != want[1];
	}
	CHECK(wrong == 0);
	CHECK(a.t->param[0] == first && a.t->param[1] == last);
	block_free(&a);
	block_free(&h);
}

int
main(void)
{
	test_by_hand();
	test_nothing();
	test_errors();
	test_full();
	for (uint64_t seed = 1; seed <= 1000; seed++)
	{
		test_random(seed);
		test_from_history(seed);
	}
	return unit_done("activity");
}
