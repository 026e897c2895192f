/* Signup to paying: the window's edges by hand, then against sorted days. */
#include "skpi_conversion.h"

#include "kit.h"

static block
empty(int32_t as_of, int32_t window)
{
	block t = block_new(sizeof(skpi_tally));

	skpi_conversion_init(t.t, SKPI_MONTH, as_of, window);
	return t;
}

static skpi_status
add(block *t, int32_t signup, int32_t paid)
{
	skpi_status status;

	GROWING(t, status, skpi_conversion_add(t->t, t->cap, signup, paid));
	return status;
}

/* The one cohort of a state that has one. */
static skpi_conversion_sum
only(const block *t)
{
	skpi_conversion_sum sum = {0};
	uint32_t next = 0;
	bool more;

	CHECK(skpi_conversion_next(t->t, &next, &sum, &more) == SKPI_OK && more);
	CHECK(next == t->t->n_rows);
	return sum;
}

static void
test_window(void)
{
	static const struct
	{
		int32_t signup, paid;
		int matured, converted, early, day;
	} cases[] = {
		{0, SKPI_NO_DAY, 1, 0, 0, -1},
		{0, 0, 1, 1, 0, 0},
		{0, 29, 1, 1, 0, 29},
		{0, 30, 1, 0, 0, -1},
		{5, 2, 1, 1, 0, 0},    /* paid before the signup */
		{30, 59, 1, 1, 0, 29}, /* 30 days are over on day 60 */
		{31, 31, 0, 0, 1, -1}, /* paid, and its window is open */
		{31, 60, 0, 0, 1, -1}, /* on its 29th day, which is as_of */
		{31, 10, 0, 0, 1, -1}, /* paid before the signup */
		{60, 60, 0, 0, 1, -1},
		{50, 61, 0, 0, 0, -1}, /* will have paid, but not by as_of */
		{60, SKPI_NO_DAY, 0, 0, 0, -1},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		block t = empty(60, 30);
		skpi_conversion_sum sum;

		CHECK(add(&t, cases[i].signup, cases[i].paid) == SKPI_OK);
		CHECK(sound(t.t));
		sum = only(&t);
		CHECK(sum.v[SKPI_CON_SIGNUPS] == 1);
		CHECK(sum.v[SKPI_CON_MATURED] == cases[i].matured);
		CHECK(sum.v[SKPI_CON_CONVERTED] == cases[i].converted);
		CHECK(sum.early == cases[i].early);
		CHECK(sum.median_twice == (cases[i].day < 0 ? -1 : 2 * cases[i].day));
		block_free(&t);
	}
}

static void
test_edges(void)
{
	block t = empty(60, 1);
	skpi_conversion_sum sum;
	uint32_t next = 0;
	bool more = true;

	/* nobody */
	CHECK(skpi_conversion_next(t.t, &next, &sum, &more) == SKPI_OK && !more);
	CHECK(add(&t, 61, SKPI_NO_DAY) == SKPI_OK && t.t->n_rows == 0);
	CHECK(add(&t, SKPI_NO_DAY, 5) == SKPI_OK && t.t->skipped == 1);
	CHECK(add(&t, SKPI_DAY_MAX + 1, 5) == SKPI_OK && t.t->skipped == 2);
	t.t->skipped = UINT32_MAX;
	CHECK(add(&t, SKPI_NO_DAY, 5) == SKPI_E_OVERFLOW);
	CHECK(t.t->skipped == UINT32_MAX);
	block_free(&t);
	/* the last days of the calendar */
	t = empty(SKPI_DAY_MAX, SKPI_CONVERSION_MAX_WINDOW);
	CHECK(add(&t, SKPI_DAY_MAX, SKPI_DAY_MAX) == SKPI_OK);
	CHECK(add(&t, SKPI_DAY_MIN, SKPI_DAY_MIN) == SKPI_OK && sound(t.t));
	block_free(&t);
	/* medians: even and odd */
	t = empty(999, 30);
	add(&t, 0, 3);
	add(&t, 0, 4);
	CHECK(only(&t).median_twice == 7);
	add(&t, 0, 20);
	CHECK(only(&t).median_twice == 8);
	add(&t, 0, 20);
	CHECK(only(&t).median_twice == 24);
	block_free(&t);
}

/* What version 0.1.0 stored: who had paid early stands among the others. */
static void
test_stored_before(void)
{
	block t = empty(24000, 30);
	skpi_conversion_sum sum;
	skpi_status status;

	GROWING(&t, status,
			skpi_tally_parse("conversion_curve 1 month 0 {9000,30,0} skipped 2 "
							 "labels () rows (24288,-1:5,1,0 24288,4:2,2,2)",
							 SKPI_CONVERSION, t.t, t.cap, NULL, NULL));
	CHECK(status == SKPI_OK && sound(t.t));
	sum = only(&t);
	CHECK(sum.v[SKPI_CON_SIGNUPS] == 7 && sum.v[SKPI_CON_MATURED] == 3);
	CHECK(sum.v[SKPI_CON_CONVERTED] == 2 && sum.early == 0);
	CHECK(sum.median_twice == 8);
	block_free(&t);
}

static void
test_errors(void)
{
	block t = empty(999, 30);
	block b = block_new(sizeof(skpi_tally) + 31);
	int64_t v[SKPI_CON_WIDTH] = {INT64_MAX, INT64_MAX, INT64_MAX};
	skpi_conversion_sum sum = {.cohort = 7};
	uint32_t next = 0;
	bool more;

	skpi_conversion_init(b.t, SKPI_MONTH, 999, 30);
	CHECK(skpi_conversion_add(b.t, b.cap, 5, 6) == SKPI_FULL);
	CHECK(same_bytes(b.t, t.t));
	while (t.cap < 1000)
		block_grow(&t);
	/* two days of one cohort that no sum can hold */
	CHECK(skpi_tally_add(t.t, t.cap, 24000, 1, v) == SKPI_OK);
	CHECK(skpi_conversion_add(t.t, t.cap, 5, 6) == SKPI_E_OVERFLOW);
	CHECK(skpi_tally_add(t.t, t.cap, 24000, 2, v) == SKPI_OK);
	CHECK(skpi_conversion_next(t.t, &next, &sum, &more) == SKPI_E_OVERFLOW);
	CHECK(sum.cohort == 7);
	block_free(&b);
	block_free(&t);
}

static int
by_size(const void *a, const void *b)
{
	return *(const int32_t *) a - *(const int32_t *) b;
}

#define MONTHS 50
#define SIGNUPS 60

static void
test_random(uint64_t seed)
{
	static int32_t days[MONTHS][SIGNUPS];
	int n_days[MONTHS] = {0};
	int64_t want[MONTHS][SKPI_CON_WIDTH] = {{0}};
	int64_t early[MONTHS] = {0};
	int32_t as_of = (int32_t) (seed * 37 % SPAN);
	int32_t window = 1 + (int32_t) (seed % 60);
	block whole = empty(as_of, window);
	block part[2] = {empty(as_of, window), empty(as_of, window)};
	skpi_conversion_sum sum;
	uint32_t next = 0;
	bool more;
	int32_t before = 0;
	long wrong = 0;
	int64_t total = 0;

	rnd_seed(seed);
	for (int i = (int) rnd(SIGNUPS); i > 0; i--)
	{
		int32_t signup = (int32_t) rnd(rnd(2) ? 100 : SPAN);
		int32_t paid = rnd(3) ? signup - 3 + (int32_t) rnd(70) : SKPI_NO_DAY;
		int m = naive_month(signup) - 24000;
		bool matured = signup + window <= as_of;
		int32_t took = paid > signup ? paid - signup : 0;

		CHECK(add(&whole, signup, paid) == SKPI_OK);
		CHECK(add(&part[rnd(2)], signup, paid) == SKPI_OK);
		if (signup > as_of)
			continue;
		total++;
		want[m][SKPI_CON_SIGNUPS]++;
		want[m][SKPI_CON_MATURED] += matured;
		early[m] += !matured && paid != SKPI_NO_DAY && paid <= as_of;
		if (matured && paid != SKPI_NO_DAY && took < window)
		{
			want[m][SKPI_CON_CONVERTED]++;
			days[m][n_days[m]++] = took;
		}
	}
	while (skpi_conversion_next(whole.t, &next, &sum, &more) == SKPI_OK && more)
	{
		int m = sum.cohort - 24000;
		int n = n_days[m];
		int64_t median = -1;

		qsort(days[m], (size_t) n, sizeof(int32_t), by_size);
		if (n > 0)
			median = days[m][(n - 1) / 2] + days[m][n / 2];
		wrong += memcmp(sum.v, want[m], sizeof(sum.v)) != 0;
		wrong += sum.early != early[m];
		wrong += sum.median_twice != median || sum.cohort <= before;
		before = sum.cohort;
		total -= sum.v[SKPI_CON_SIGNUPS];
	}
	CHECK(wrong == 0 && total == 0 && sound(whole.t));
	CHECK(block_merge(&part[0], part[1].t) == SKPI_OK);
	CHECK(same_bytes(part[0].t, whole.t));
	block_free(&whole);
	block_free(&part[0]);
	block_free(&part[1]);
}

int
main(void)
{
	test_window();
	test_edges();
	test_stored_before();
	test_errors();
	for (uint64_t seed = 1; seed <= 1000; seed++)
		test_random(seed);
	return unit_done("conversion");
}
