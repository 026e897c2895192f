/* Subscriptions as they are billed: what is kept of them. */
#include "ledger_kit.h"

static void
test_unusable(void)
{
	block l = empty();
	skpi_class c;

	put(&l, SUB(10, 10, 100), "A");
	put(&l, SUB(NEVER, 10, 100), "A");
	put(&l, SUB(0, NEVER, -1), "A");
	put(&l, SUB(0, NEVER, 0), "A");
	CHECK(l.t->skipped == 3 && l.t->n_rows == 0);
	put(&l, SUB(0, 10, INT64_MAX), "A");
	CHECK(put(&l, SUB(0, 10, 1), "A") == SKPI_E_OVERFLOW);
	block_free(&l);
	CHECK(skpi_class_parse("a---00010000000 Pro", 19, &c) == SKPI_OK &&
		  c.plan_length == 3 && c.months == 1);
	CHECK(skpi_class_parse("a---00010000000Pro", 18, &c) == SKPI_E_CORRUPT);
	CHECK(skpi_class_parse("x---00010000000 Pro", 19, &c) == SKPI_E_CORRUPT);
	CHECK(skpi_class_parse("d---00010000000 Pro", 19, &c) == SKPI_E_CORRUPT);
	CHECK(skpi_class_parse("a---00011000001 Pro", 19, &c) == SKPI_E_CORRUPT);
	CHECK(skpi_class_parse("a---00x10000000 Pro", 19, &c) == SKPI_E_CORRUPT);
	CHECK(skpi_class_parse("a---0001", 8, &c) == SKPI_E_CORRUPT);
}

/* Any order and any grouping: the same bytes. */
static void
test_merging(void)
{
	rnd_seed(11);
	for (int round = 0; round < 100; round++)
	{
		skpi_subscription s[6];
		block all;
		block a;
		block b;

		for (int i = 0; i < 6; i++)
			s[i] = random_subscription();
		all = ledger_of(s, 6);
		a = ledger_of(s, 3);
		b = empty();
		for (int i = 5; i >= 3; i--)
			put(&b, s[i], plan_names[1 + i % PLANS]);
		CHECK(block_merge(&b, a.t) == SKPI_OK);
		CHECK(same_bytes(all.t, b.t));
		block_free(&all);
		block_free(&a);
		block_free(&b);
	}
}

int
main(void)
{
	test_unusable();
	test_merging();
	return unit_done("ledger");
}
