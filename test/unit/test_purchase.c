/* The orders of one customer: what is kept, and what is not accepted. */
#include "kit.h"
#include "skpi_purchase.h"

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

int
main(void)
{
	test_rows();
	test_limits();
	test_order();
	return unit_done("purchase");
}
