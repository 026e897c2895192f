/* The retention triangle: by hand, then customer by customer and age by age. */
#include "skpi_cohort.h"

#include "kit.h"

static block
activity_of(const int32_t *days, int n, int64_t amount)
{
	block a = block_new(8192);

	skpi_activity_init(a.t, SKPI_MONTH);
	for (int i = 0; i < n; i++)
		CHECK(skpi_activity_add(a.t, a.cap, SKPI_DONE, days[i], amount) ==
			  SKPI_OK);
	return a;
}

static block
empty(int32_t as_of)
{
	block t = block_new(sizeof(skpi_tally));

	skpi_cohort_init(t.t, SKPI_MONTH, as_of);
	return t;
}

static skpi_status
add(block *t, const skpi_tally *activity, int32_t anchor)
{
	skpi_status status;

	GROWING(t, status, skpi_cohort_add(t->t, t->cap, activity, anchor));
	return status;
}

#define CELL(t, cohort, age, c0, c1, c2, c3, c4)                               \
	do                                                                         \
	{                                                                          \
		int64_t v_[SKPI_COH_WIDTH];                                            \
		values_at(t, cohort, age, v_);                                         \
		CHECK(v_[0] == (c0) && v_[1] == (c1) && v_[2] == (c2) &&               \
			  v_[3] == (c3) && v_[4] == (c4));                                 \
	} while (0)

/* Two customers of January: one pays 0, 1, 3, the other only 0. */
static void
test_by_hand(void)
{
	int32_t one[] = {5, 40, 100};
	int32_t two[] = {30};
	block a = activity_of(one, 3, 10);
	block b = activity_of(two, 1, 10);
	block t = empty(125); /* in May */

	CHECK(add(&t, a.t, SKPI_NO_DAY) == SKPI_OK);
	CHECK(add(&t, b.t, SKPI_NO_DAY) == SKPI_OK);
	CHECK(sound(t.t));
	CELL(t.t, 24000, 0, 2, 2, 2, 2, 20);
	CELL(t.t, 24000, 1, 2, 1, 1, 1, 10);
	CELL(t.t, 24000, 2, 2, 0, 1, 0, 0);
	CELL(t.t, 24000, 3, 2, 1, 1, 0, 10);
	CELL(t.t, 24000, 4, 2, 0, 0, 0, 0);
	block_free(&a);
	block_free(&b);
	block_free(&t);
}

/* Signup in February, payments before it, and a signup without any. */
static void
test_anchor(void)
{
	int32_t days[] = {5, 65, 95};
	block a = activity_of(days, 3, 10);
	block none = activity_of(days, 0, 10);
	block t = empty(125);

	CHECK(add(&t, a.t, 40) == SKPI_OK);
	CHECK(add(&t, none.t, 41) == SKPI_OK);
	while (t.cap < 1000)
		block_grow(&t);
	CHECK(skpi_cohort_add_inactive(t.t, t.cap, 42) == SKPI_OK);
	CELL(t.t, 24001, 0, 3, 0, 1, 0, 0); /* not active in February itself */
	CELL(t.t, 24001, 1, 3, 1, 1, 0, 10);
	CELL(t.t, 24001, 2, 3, 1, 1, 0, 10);
	CELL(t.t, 24001, 3, 3, 0, 0, 0, 0);
	/* a signup that has not happened yet */
	CHECK(add(&t, a.t, 126) == SKPI_OK);
	CHECK(skpi_cohort_add_inactive(t.t, t.cap, 126) == SKPI_OK);
	CELL(t.t, 24004, 0, 0, 0, 0, 0, 0);
	/* nobody without activity has a first period; nor one of the future */
	CHECK(add(&t, none.t, SKPI_NO_DAY) == SKPI_OK);
	block_free(&none);
	none = activity_of((int32_t[]){200}, 1, 10);
	CHECK(add(&t, none.t, SKPI_NO_DAY) == SKPI_OK);
	CELL(t.t, 24006, 0, 0, 0, 0, 0, 0);
	block_free(&none);
	block_free(&a);
	block_free(&t);
}

static void
test_errors(void)
{
	int32_t days[] = {5, 65, 95};
	block a = activity_of(days, 3, INT64_MAX / 2);
	block t = empty(125);
	size_t need = sizeof(skpi_tally) + skpi_cohort_room(t.t, a.t);

	for (size_t cap = sizeof(skpi_tally); cap <= need; cap += 8)
	{
		block b = block_new(cap);
		skpi_status status;

		skpi_cohort_init(b.t, SKPI_MONTH, 125);
		status = skpi_cohort_add(b.t, cap, a.t, SKPI_NO_DAY);
		CHECK(status == (cap < need ? SKPI_FULL : SKPI_OK));
		if (status == SKPI_FULL)
			CHECK(same_bytes(b.t, t.t));
		block_free(&b);
	}
	CHECK(add(&t, a.t, SKPI_NO_DAY) == SKPI_OK);
	CHECK(add(&t, a.t, SKPI_NO_DAY) == SKPI_OK);
	CHECK(add(&t, a.t, SKPI_NO_DAY) == SKPI_E_OVERFLOW);
	a.t->grain = SKPI_WEEK;
	CHECK(add(&t, a.t, SKPI_NO_DAY) == SKPI_E_MISMATCH);
	block_free(&a);
	block_free(&t);
}

#define MONTHS 50
#define CUSTOMERS 6

static void
naive_customer(int64_t want[MONTHS][MONTHS][SKPI_COH_WIDTH],
			   const int64_t *amounts, const bool *active, int cohort, int last)
{
	bool throughout = true;

	for (int m = cohort; cohort >= 0 && m <= last; m++)
	{
		int64_t *v = want[cohort][m - cohort];
		bool later = false;

		for (int k = m; k <= last; k++)
			later = later || active[k];
		throughout = throughout && active[m];
		v[SKPI_COH_CUSTOMERS]++;
		v[SKPI_COH_ACTIVE] += active[m];
		v[SKPI_COH_LATER] += later;
		v[SKPI_COH_THROUGHOUT] += throughout;
		v[SKPI_COH_AMOUNT] += amounts[m];
	}
}

static void
test_random(uint64_t seed)
{
	static int64_t want[MONTHS][MONTHS][SKPI_COH_WIDTH];
	int32_t as_of = (int32_t) (seed * 37 % SPAN);
	int last = naive_month(as_of) - 24000;
	block whole = empty(as_of);
	block part[2] = {empty(as_of), empty(as_of)};
	long wrong = 0;

	memset(want, 0, sizeof(want));
	rnd_seed(seed);
	for (int c = 0; c < CUSTOMERS; c++)
	{
		int64_t amounts[MONTHS] = {0};
		bool active[MONTHS] = {false};
		int32_t anchor = rnd(2) ? (int32_t) rnd(SPAN) : SKPI_NO_DAY;
		int cohort = -1;
		int32_t from = (int32_t) rnd(600);
		block a = activity_of(NULL, 0, 0);
		block *half = &part[rnd(2)];

		/* mostly a run of months with holes */
		for (int32_t d = from; d < SPAN && rnd(15) > 0; d += 25)
		{
			int64_t amount = 10 * (int64_t) rnd(2);

			if (rnd(4) == 0)
				continue;
			CHECK(skpi_activity_add(a.t, a.cap, SKPI_DONE, d, amount) ==
				  SKPI_OK);
			amounts[naive_month(d) - 24000] += amount;
			active[naive_month(d) - 24000] = true;
		}
		CHECK(skpi_activity_add(a.t, a.cap, SKPI_FAILED, 3, 5) == SKPI_OK);
		for (int m = last; m >= 0; m--)
			if (active[m])
				cohort = m;
		if (anchor != SKPI_NO_DAY)
			cohort = anchor <= as_of ? naive_month(anchor) - 24000 : -1;
		naive_customer(want, amounts, active, cohort, last);
		CHECK(add(&whole, a.t, anchor) == SKPI_OK);
		CHECK(add(half, a.t, anchor) == SKPI_OK);
		block_free(&a);
	}
	for (int cohort = 0; cohort <= last; cohort++)
		for (int age = 0; cohort + age <= last; age++)
		{
			int64_t got[SKPI_COH_WIDTH];

			values_at(whole.t, 24000 + cohort, age, got);
			wrong += memcmp(got, want[cohort][age], sizeof(got)) != 0;
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
	test_anchor();
	test_errors();
	for (uint64_t seed = 1; seed <= 1000; seed++)
		test_random(seed);
	return unit_done("cohort");
}
