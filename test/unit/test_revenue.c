/* Money by period: by hand, then against plain sums. */
#include "skpi_revenue.h"

#include "kit.h"

static block
empty(skpi_grain grain, int32_t as_of)
{
	block t = block_new(sizeof(skpi_tally));

	skpi_revenue_init(t.t, grain, as_of);
	return t;
}

static skpi_status
add(block *t, const skpi_tally *activity)
{
	skpi_status status;

	GROWING(t, status, skpi_revenue_add(t->t, t->cap, activity));
	return status;
}

static block
activity_new(skpi_grain grain)
{
	block a = block_new(8192);

	skpi_activity_init(a.t, grain);
	return a;
}

static void
put(block *a, skpi_lane lane, int32_t day, int64_t amount)
{
	CHECK(skpi_activity_add(a->t, a->cap, lane, day, amount) == SKPI_OK);
}

static void
test_by_hand(void)
{
	block a = activity_new(SKPI_MONTH);
	block t = empty(SKPI_MONTH, 59);
	int64_t v[SKPI_REV_WIDTH];

	put(&a, SKPI_DONE, 0, 100);
	put(&a, SKPI_DONE, 30, 50);
	put(&a, SKPI_FAILED, 30, 70);
	put(&a, SKPI_REFUNDED, 40, 100);
	put(&a, SKPI_DONE, 60, 100); /* in March: after as_of's period */
	CHECK(add(&t, a.t) == SKPI_OK && add(&t, a.t) == SKPI_OK);
	CHECK(sound(t.t));
	values_at(t.t, 0, 24000, v);
	CHECK(v[SKPI_REV_CUSTOMERS] == 2 && v[SKPI_REV_COUNT] == 4);
	CHECK(v[SKPI_REV_AMOUNT] == 300);
	CHECK(v[SKPI_REV_FAILED_CUSTOMERS] == 2 && v[SKPI_REV_FAILED_COUNT] == 2);
	CHECK(v[SKPI_REV_FAILED_AMOUNT] == 140);
	values_at(t.t, 0, 24001, v);
	CHECK(v[SKPI_REV_CUSTOMERS] == 0 && v[SKPI_REV_REFUNDED_COUNT] == 2);
	CHECK(v[SKPI_REV_REFUNDED_AMOUNT] == 200);
	block_free(&a);
	block_free(&t);
}

static void
test_errors(void)
{
	block a = activity_new(SKPI_MONTH);
	block t = empty(SKPI_MONTH, 999);
	size_t need;

	put(&a, SKPI_DONE, 0, INT64_MAX);
	put(&a, SKPI_FAILED, 50, 3);
	need = sizeof(skpi_tally) + skpi_revenue_room(t.t, a.t);
	for (size_t cap = sizeof(skpi_tally); cap <= need; cap += 8)
	{
		block b = block_new(cap);
		skpi_status status;

		skpi_revenue_init(b.t, SKPI_MONTH, 999);
		status = skpi_revenue_add(b.t, cap, a.t);
		CHECK(status == (cap < need ? SKPI_FULL : SKPI_OK));
		if (status == SKPI_FULL)
			CHECK(same_bytes(b.t, t.t));
		block_free(&b);
	}
	CHECK(add(&t, a.t) == SKPI_OK);
	CHECK(add(&t, a.t) == SKPI_E_OVERFLOW);
	a.t->grain = SKPI_WEEK;
	CHECK(add(&t, a.t) == SKPI_E_MISMATCH);
	block_free(&a);
	block_free(&t);
}

#define PERIODS 220
#define CUSTOMERS 4

static void
test_random(uint64_t seed)
{
	static int64_t want[PERIODS][SKPI_REV_WIDTH];
	skpi_grain grain = (skpi_grain) (SKPI_WEEK + seed % 3);
	int32_t as_of = (int32_t) (seed * 37 % SPAN);
	int32_t first = naive_period(grain, 0);
	int32_t last = naive_period(grain, as_of);
	block whole = empty(grain, as_of);
	block part[2] = {empty(grain, as_of), empty(grain, as_of)};
	long wrong = 0;

	memset(want, 0, sizeof(want));
	rnd_seed(seed);
	for (int c = 0; c < CUSTOMERS; c++)
	{
		bool seen[PERIODS][SKPI_LANES] = {{false}};
		block a = activity_new(grain);
		int n = (int) rnd(30);

		for (int i = 0; i < n; i++)
		{
			skpi_lane lane = (skpi_lane) rnd(SKPI_LANES);
			int32_t day = (int32_t) rnd(SPAN);
			int64_t amount = 10 * (int64_t) rnd(3);
			int p = naive_period(grain, day) - first;
			int64_t *v = want[p];

			put(&a, lane, day, amount);
			if (lane == SKPI_REFUNDED)
			{
				v[SKPI_REV_REFUNDED_COUNT]++;
				v[SKPI_REV_REFUNDED_AMOUNT] += amount;
				continue;
			}
			v += lane == SKPI_FAILED ? SKPI_REV_FAILED_CUSTOMERS : 0;
			v[SKPI_REV_CUSTOMERS] += !seen[p][lane];
			v[SKPI_REV_COUNT]++;
			v[SKPI_REV_AMOUNT] += amount;
			seen[p][lane] = true;
		}
		CHECK(add(&whole, a.t) == SKPI_OK);
		CHECK(add(&part[rnd(2)], a.t) == SKPI_OK);
		block_free(&a);
	}
	for (int32_t p = first; p <= last; p++)
	{
		int64_t got[SKPI_REV_WIDTH];

		values_at(whole.t, 0, p, got);
		wrong += memcmp(got, want[p - first], sizeof(got)) != 0;
	}
	CHECK(wrong == 0 && sound(whole.t));
	CHECK(block_merge(&part[1], part[0].t) == SKPI_OK);
	CHECK(same_bytes(part[1].t, whole.t));
	block_free(&whole);
	block_free(&part[0]);
	block_free(&part[1]);
}

int
main(void)
{
	test_by_hand();
	test_errors();
	for (uint64_t seed = 1; seed <= 1000; seed++)
		test_random(seed);
	return unit_done("revenue");
}
