/* The orders of one customer: what is kept, and what is not accepted. */
#include "kit.h"
#include "skpi_purchase_past.h"

static void
add(block *b, skpi_purchase p)
{
	skpi_status status;

	GROWING(b, status, skpi_purchase_add(b->t, b->cap, &p));
	CHECK(status == SKPI_OK);
}

static block
new_orders(void)
{
	block b = block_new(sizeof(skpi_tally));

	skpi_purchase_init(b.t);
	return b;
}

static void
test_rows(void)
{
	block b = new_orders();
	const skpi_row *row;

	add(&b, (skpi_purchase){8766, 86399, true, -100, 10000, 1});
	add(&b, (skpi_purchase){8766, 86399, false, 500, 25000, 3});
	add(&b, (skpi_purchase){-1, 1, false, 7, 0, 0});
	add(&b, (skpi_purchase){8766, 86399, false, 2, 5000, 1});
	skpi_tally_settle(b.t, b.cap);
	CHECK(sound(b.t));
	CHECK(b.t->n_rows == 3);
	row = skpi_tally_row(b.t, 0);
	CHECK(skpi_purchase_time(row) == -86399);
	CHECK(skpi_purchase_second(row) == 1);
	CHECK(!skpi_purchase_is_return(row));
	row = skpi_tally_row(b.t, 1);
	CHECK(!skpi_purchase_is_return(row));
	CHECK(row->v[SKPI_PUR_ORDERS] == 2);
	CHECK(row->v[SKPI_PUR_NET] == 502);
	CHECK(row->v[SKPI_PUR_ITEMS] == 30000);
	CHECK(row->v[SKPI_PUR_PRODUCTS] == 4);
	row = skpi_tally_row(b.t, 2);
	CHECK(skpi_purchase_is_return(row));
	CHECK(skpi_purchase_time(row) == INT64_C(8767) * 86400 - 1);
	CHECK(row->v[SKPI_PUR_NET] == -100);
	block_free(&b);
}

static void
test_limits(void)
{
	block b = new_orders();
	skpi_purchase p = {0, 0, false, INT64_MAX, 1, 1};

	CHECK(skpi_purchase_add(b.t, sizeof(skpi_tally), &p) == SKPI_FULL);
	CHECK(b.t->n_rows == 0);
	add(&b, p);
	CHECK(skpi_purchase_add(b.t, b.cap, &p) == SKPI_E_OVERFLOW);
	skpi_tally_row(b.t, 0)->k2 = 2 * SKPI_DAY_SECONDS;
	CHECK(!sound(b.t));
	skpi_tally_row(b.t, 0)->k2 = 2 * SKPI_DAY_SECONDS - 1;
	CHECK(sound(b.t));
	skpi_tally_row(b.t, 0)->v[SKPI_PUR_ITEMS] = -1;
	CHECK(!sound(b.t));
	skpi_tally_row(b.t, 0)->v[SKPI_PUR_ITEMS] = 0;
	skpi_tally_row(b.t, 0)->v[SKPI_PUR_ORDERS] = 0;
	CHECK(!sound(b.t));
	block_free(&b);
}

/* In any order, and in parts, the same bytes. */
static void
test_order(void)
{
	for (uint64_t seed = 1; seed <= 200; seed++)
	{
		block whole = new_orders();
		block part[2] = {new_orders(), new_orders()};
		skpi_purchase p[60];
		skpi_status status;
		int n;

		rnd_seed(seed);
		n = 1 + (int) rnd(60);
		for (int i = 0; i < n; i++)
			p[i] = (skpi_purchase){(int32_t) rnd(9) - 4,
								   (int32_t) rnd(3) * 43199,
								   rnd(3) == 0,
								   (int64_t) rnd(1000) - 300,
								   rnd(100),
								   rnd(4)};
		for (int i = 0; i < n; i++)
		{
			add(&whole, p[i]);
			add(&part[rnd(2)], p[n - 1 - i]);
		}
		for (int i = 0; i < 2; i++)
			skpi_tally_settle(part[i].t, part[i].cap);
		GROWING(&part[0], status,
				skpi_tally_merge(part[0].t, part[0].cap, part[1].t));
		CHECK(status == SKPI_OK);
		skpi_tally_settle(whole.t, whole.cap);
		CHECK(sound(whole.t));
		CHECK(same_bytes(whole.t, part[0].t));
		block_free(&whole);
		block_free(&part[0]);
		block_free(&part[1]);
	}
}

static int
compare_days(const void *a, const void *b)
{
	return *(const int32_t *) a - *(const int32_t *) b;
}

/* Each day once, and then no more. */
static void
check_days(const skpi_tally *t, const int32_t *day, int n)
{
	uint32_t next = 0;

	for (int i = 0; i < n; i++)
		if (i == 0 || day[i] != day[i - 1])
			CHECK(skpi_purchase_next_day(t, &next) == day[i]);
	CHECK(skpi_purchase_next_day(t, &next) == SKPI_NO_DAY);
	CHECK(skpi_purchase_next_day(t, &next) == SKPI_NO_DAY);
}

/* The same, order by order. */
static void
check_again(const skpi_tally *t, int32_t *day, int n)
{
	int32_t scratch[2 * 60];
	int32_t gap[60];
	skpi_purchase_again a;

	CHECK(skpi_purchase_again_of(t, scratch, NULL, NULL, &a) == SKPI_OK);
	CHECK(a.orders == n);
	CHECK((a.second_day == SKPI_NO_DAY) == (n < 2));
	qsort(day, (size_t) n, sizeof(*day), compare_days);
	check_days(t, day, n);
	if (n < 2)
		return;
	CHECK(a.second_day == day[1]);
	for (int i = 1; i < n; i++)
		gap[i - 1] = day[i] - day[i - 1];
	qsort(gap, (size_t) n - 1, sizeof(*gap), compare_days);
	CHECK(a.middle_twice == gap[(n - 2) / 2] + gap[(n - 1) / 2]);
}

static void
check_past(const skpi_tally *t, const skpi_purchase *p, int n)
{
	skpi_purchase_past walk;

	skpi_purchase_past_begin(&walk, t);
	for (int32_t day = -5; day <= 6; day += 2)
	{
		int64_t orders = 0, net = 0;
		int32_t last = SKPI_NO_DAY;

		for (int i = 0; i < n; i++)
		{
			if (p[i].day > day)
				continue;
			net += p[i].net;
			orders += !p[i].is_return;
			if (!p[i].is_return && p[i].day > last)
				last = p[i].day;
		}
		CHECK(skpi_purchase_past_to(&walk, day) == SKPI_OK);
		CHECK(walk.orders == orders);
		CHECK(walk.last_day == last);
		CHECK(walk.net.units == net);
	}
}

static void
test_past(void)
{
	for (uint64_t seed = 1; seed <= 300; seed++)
	{
		block b = new_orders();
		skpi_purchase p[60];
		skpi_purchase_again a;
		int32_t scratch[2 * 60], day[60];
		int64_t days = 0, net = 0;
		int n, sold = 0;

		rnd_seed(seed);
		n = 1 + (int) rnd(60);
		for (int i = 0; i < n; i++)
		{
			p[i] = (skpi_purchase){(int32_t) rnd(9) - 4,
								   (int32_t) rnd(5) * 17279,
								   rnd(3) == 0,
								   (int64_t) rnd(1000) - 300,
								   rnd(100),
								   rnd(4)};
			add(&b, p[i]);
			if (!p[i].is_return)
				day[sold++] = p[i].day;
		}
		skpi_tally_settle(b.t, b.cap);
		check_past(b.t, p, n);
		check_again(b.t, day, sold);
		for (int i = 1; i < sold; i++)
			days += day[i] != day[i - 1];
		for (int i = 0; i < n; i++)
			if (sold > 0 && !p[i].is_return && p[i].day != day[0])
				net += p[i].net;
		CHECK(skpi_purchase_again_of(b.t, scratch, NULL, NULL, &a) == SKPI_OK);
		CHECK(sold < 2 || a.days == days);
		CHECK(a.net.units == net);
		block_free(&b);
	}
}

/* As many decimals as the number with most, and sums that do not fit. */
static void
test_sums(void)
{
	skpi_purchase_sum sum = {0, 2};
	block b = new_orders();
	skpi_purchase_past walk;

	CHECK(skpi_purchase_sum_add(&sum, 1200) == SKPI_OK && sum.decimals == 2);
	CHECK(skpi_purchase_sum_add(&sum, 50) == SKPI_OK && sum.decimals == 3);
	CHECK(skpi_purchase_sum_add(&sum, -49) == SKPI_OK && sum.decimals == 4);
	CHECK(skpi_purchase_sum_add(&sum, 99) == SKPI_OK && sum.decimals == 4);
	CHECK(sum.units == 1300);
	CHECK(skpi_purchase_sum_add(&sum, INT64_MAX) == SKPI_E_OVERFLOW);
	CHECK(sum.units == 1300);
	add(&b, (skpi_purchase){1, 0, false, INT64_MAX, 0, 0});
	add(&b, (skpi_purchase){2, 0, false, 1, 0, 0});
	skpi_tally_settle(b.t, b.cap);
	skpi_purchase_past_begin(&walk, b.t);
	CHECK(skpi_purchase_past_to(&walk, 1) == SKPI_OK);
	CHECK(skpi_purchase_past_to(&walk, 2) == SKPI_E_OVERFLOW);
	block_free(&b);
}

int
main(void)
{
	test_rows();
	test_limits();
	test_order();
	test_past();
	test_sums();
	return unit_done("purchase");
}
