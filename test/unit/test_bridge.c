/* From recurring revenue to cash: every line by hand, then month by month. */
#include "skpi_bridge.h"

#include "kit.h"

static block
empty(int32_t as_of)
{
	block t = block_new(sizeof(skpi_tally));

	skpi_bridge_init(t.t, SKPI_MONTH, as_of);
	return t;
}

static skpi_status
add(block *t, const skpi_tally *history, const skpi_tally *activity)
{
	skpi_status status;

	GROWING(t, status, skpi_bridge_add(t->t, t->cap, history, activity));
	return status;
}

static int64_t
residual(const int64_t *v)
{
	return v[SKPI_BRI_COLLECTED] -
		   (v[SKPI_BRI_MRR] + v[SKPI_BRI_ABOVE] + v[SKPI_BRI_WITHOUT] -
			v[SKPI_BRI_FAILED] - v[SKPI_BRI_BELOW] - v[SKPI_BRI_UNPAID] -
			v[SKPI_BRI_REFUNDED]);
}

#define LINES(m, c, f, r, ...)                                                 \
	do                                                                         \
	{                                                                          \
		int64_t want_[SKPI_BRI_WIDTH] = {__VA_ARGS__};                         \
		int64_t got_[SKPI_BRI_WIDTH];                                          \
		skpi_bridge_lines(m, c, f, r, got_);                                   \
		CHECK(memcmp(want_, got_, sizeof(got_)) == 0);                         \
		CHECK(residual(got_) == 0);                                            \
	} while (0)

static void
test_lines(void)
{
	/* mrr received failed refunded: mrr above without failed below unpaid
	 * refunded collected */
	LINES(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	LINES(100, 100, 0, 0, 100, 0, 0, 0, 0, 0, 0, 100);
	LINES(100, 1200, 0, 0, 100, 1100, 0, 0, 0, 0, 0, 1200); /* a year ahead */
	LINES(0, 80, 0, 0, 0, 0, 80, 0, 0, 0, 0, 80);
	LINES(100, 0, 0, 0, 100, 0, 0, 0, 0, 100, 0, 0);
	LINES(100, 0, 100, 0, 100, 0, 0, 100, 0, 0, 0, 0);
	LINES(100, 0, 250, 0, 100, 0, 0, 100, 0, 0, 0, 0); /* tried thrice */
	LINES(100, 60, 30, 0, 100, 0, 0, 30, 10, 0, 0, 60);
	LINES(100, 0, 30, 0, 100, 0, 0, 30, 0, 70, 0, 0);
	LINES(100, 100, 30, 0, 100, 0, 0, 0, 0, 0, 0, 100); /* failed, then paid */
	LINES(100, 100, 0, 40, 100, 0, 0, 0, 0, 0, 40, 60);
	LINES(0, 0, 0, 40, 0, 0, 0, 0, 0, 0, 40, -40); /* later than the month */
}

static void
test_one_side(void)
{
	sub subs[] = {{0, 40, 100, 1}};
	block h = history_of(subs, 1, false);
	block t = empty(95);
	block a = block_new(4096);
	int64_t v[SKPI_BRI_WIDTH];

	CHECK(add(&t, h.t, NULL) == SKPI_OK);
	CHECK(add(&t, NULL, NULL) == SKPI_OK);
	skpi_activity_init(a.t, SKPI_MONTH);
	CHECK(skpi_activity_add(a.t, a.cap, SKPI_DONE, 0, 70) == SKPI_OK);
	CHECK(add(&t, NULL, a.t) == SKPI_OK);
	values_at(t.t, 0, 24000, v);
	CHECK(v[SKPI_BRI_MRR] == 100 && v[SKPI_BRI_UNPAID] == 100);
	CHECK(v[SKPI_BRI_WITHOUT] == 70 && v[SKPI_BRI_COLLECTED] == 70);
	values_at(t.t, 0, 24001, v);
	CHECK(v[SKPI_BRI_MRR] == 0 && v[SKPI_BRI_UNPAID] == 0);
	block_free(&h);
	block_free(&a);
	block_free(&t);
}

static void
test_errors(void)
{
	sub subs[] = {{0, 40, INT64_MAX, 1}, {40, SKPI_NO_DAY, 30, 1}};
	block h = history_of(subs, 2, false);
	block a = block_new(4096);
	block t = empty(999);
	size_t need;

	skpi_activity_init(a.t, SKPI_MONTH);
	CHECK(skpi_activity_add(a.t, a.cap, SKPI_DONE, 9, 70) == SKPI_OK);
	CHECK(skpi_activity_add(a.t, a.cap, SKPI_FAILED, 99, 70) == SKPI_OK);
	need = sizeof(skpi_tally) + skpi_bridge_room(t.t, h.t, a.t);
	for (size_t cap = sizeof(skpi_tally); cap <= need; cap += 8)
	{
		block b = block_new(cap);
		skpi_status status;

		skpi_bridge_init(b.t, SKPI_MONTH, 999);
		status = skpi_bridge_add(b.t, cap, h.t, a.t);
		CHECK(status == (cap < need ? SKPI_FULL : SKPI_OK));
		if (status == SKPI_FULL)
			CHECK(same_bytes(b.t, t.t));
		block_free(&b);
	}
	CHECK(add(&t, h.t, a.t) == SKPI_OK && sound(t.t));
	CHECK(add(&t, h.t, a.t) == SKPI_E_OVERFLOW);
	a.t->grain = SKPI_DAY;
	CHECK(add(&t, h.t, a.t) == SKPI_E_MISMATCH);
	/* refunded INT64_MAX in one month, received as much in the next */
	block_free(&t);
	t = empty(999);
	skpi_activity_init(a.t, SKPI_MONTH);
	CHECK(skpi_activity_add(a.t, a.cap, SKPI_REFUNDED, 0, INT64_MAX) ==
		  SKPI_OK);
	CHECK(skpi_activity_add(a.t, a.cap, SKPI_DONE, 31, INT64_MAX) == SKPI_OK);
	CHECK(add(&t, NULL, a.t) == SKPI_E_OVERFLOW);
	block_free(&h);
	block_free(&a);
	block_free(&t);
}

#define MONTHS 50

static void
test_random(uint64_t seed)
{
	int32_t as_of = (int32_t) (seed * 37 % SPAN);
	int last = naive_month(as_of) - 24000;
	int64_t want[MONTHS][SKPI_BRI_WIDTH] = {{0}};
	block whole = empty(as_of);
	block part[2] = {empty(as_of), empty(as_of)};
	long wrong = 0;

	rnd_seed(seed);
	for (int c = 0; c < 3; c++)
	{
		sub subs[6];
		int n = random_subs(subs, 6);
		int64_t sums[MONTHS][SKPI_LANES] = {{0}};
		block h = history_of(subs, n, false);
		block a = block_new(8192);

		skpi_activity_init(a.t, SKPI_MONTH);
		for (int i = (int) rnd(40); i > 0; i--)
		{
			skpi_lane lane = (skpi_lane) (rnd(4) ? 0 : rnd(3));
			int32_t day = (int32_t) rnd(SPAN);
			int64_t amount = 50 * (int64_t) rnd(4);

			CHECK(skpi_activity_add(a.t, a.cap, lane, day, amount) == SKPI_OK);
			sums[naive_month(day) - 24000][lane] += amount;
		}
		CHECK(add(&whole, h.t, a.t) == SKPI_OK);
		CHECK(add(&part[rnd(2)], h.t, a.t) == SKPI_OK);
		for (int32_t d = 0; d <= as_of; d++)
		{
			int m = naive_month(d) - 24000;
			int64_t v[SKPI_BRI_WIDTH];

			if (d < as_of && naive_month(d + 1) - 24000 == m)
				continue;
			skpi_bridge_lines(naive_level(subs, n, d, 0), sums[m][SKPI_DONE],
							  sums[m][SKPI_FAILED], sums[m][SKPI_REFUNDED], v);
			wrong += residual(v) != 0;
			for (int i = 0; i < SKPI_BRI_WIDTH; i++)
				want[m][i] += v[i];
		}
		block_free(&h);
		block_free(&a);
	}
	for (int m = 0; m <= last; m++)
	{
		int64_t got[SKPI_BRI_WIDTH];

		values_at(whole.t, 0, 24000 + m, got);
		wrong += memcmp(got, want[m], sizeof(got)) != 0;
	}
	CHECK(wrong == 0 && sound(whole.t));
	CHECK(block_merge(&part[0], part[1].t) == SKPI_OK);
	CHECK(same_bytes(part[0].t, whole.t));
	block_free(&whole);
	block_free(&part[0]);
	block_free(&part[1]);
}

int
main(void)
{
	test_lines();
	test_one_side();
	test_errors();
	for (uint64_t seed = 1; seed <= 1000; seed++)
		test_random(seed);
	return unit_done("bridge");
}
