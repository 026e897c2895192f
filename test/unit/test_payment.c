/* Payments as they come in, against the tally of the same rows. */
#include "skpi_payment.h"

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

/* Adds a row to a running state, with a rest that grows byte by byte. */
static void
put_open(skpi_payments *a, block *rest, skpi_lane lane, int32_t day,
		 int64_t amount)
{
	skpi_status status;

	if (skpi_payments_add(a, SKPI_MONTH, lane, day, amount) == SKPI_OK)
		return;
	if (a->rest == NULL)
		*rest = empty(SKPI_MONTH);
	a->rest = rest->t;
	while ((status = skpi_payments_move(a, rest->cap)) == SKPI_FULL)
	{
		block_grow(rest);
		a->rest = rest->t;
	}
	CHECK(status == SKPI_OK);
	CHECK(skpi_payments_add(a, SKPI_MONTH, lane, day, amount) == SKPI_OK);
}

/* Rows in any order: the running state closes to the bytes of the tally. */
static void
test_random(uint64_t seed)
{
	static const int64_t prices[] = {0, 100, 100, 250};
	block whole = empty(SKPI_MONTH);
	block rest = {0};
	block closed;
	skpi_payments a;
	int n;

	rnd_seed(seed);
	n = (int) rnd(60);
	skpi_payments_init(&a);
	for (int i = 0; i < n; i++)
	{
		skpi_lane lane = (skpi_lane) (rnd(6) < 5 ? 0 : rnd(3));
		int32_t day = seed % 2 ? i * 30 % SPAN : (int32_t) rnd(SPAN);
		int64_t amount = prices[rnd(seed % 4 + 1)];

		CHECK(put(&whole, lane, day, amount) == SKPI_OK);
		put_open(&a, &rest, lane, day, amount);
	}
	closed = block_new(skpi_payments_bytes(&a));
	CHECK(skpi_payments_close(&a, SKPI_MONTH, closed.t, closed.cap) == SKPI_OK);
	CHECK(same_bytes(closed.t, whole.t));
	block_free(&closed);
	block_free(&rest);
	block_free(&whole);
}

/* A run is longer than its counter can say; two of one month do not fit. */
static void
test_limits(void)
{
	block whole = empty(SKPI_DAY);
	skpi_payments a;
	block closed;

	skpi_payments_init(&a);
	for (int32_t day = 0; day < UINT16_MAX + 10; day++)
	{
		CHECK(put(&whole, SKPI_DONE, day, 7) == SKPI_OK);
		CHECK(skpi_payments_add(&a, SKPI_DAY, SKPI_DONE, day, 7) == SKPI_OK);
	}
	closed = block_new(skpi_payments_bytes(&a));
	CHECK(skpi_payments_close(&a, SKPI_DAY, closed.t, closed.cap) == SKPI_OK);
	CHECK(same_bytes(closed.t, whole.t));
	skpi_payments_init(&a);
	for (int i = 0; i < 2; i++)
		CHECK(skpi_payments_add(&a, SKPI_DAY, SKPI_DONE, 0, INT64_MAX) ==
			  SKPI_OK);
	CHECK(skpi_payments_close(&a, SKPI_DAY, closed.t, closed.cap) ==
		  SKPI_E_OVERFLOW);
	block_free(&closed);
	block_free(&whole);
}

int
main(void)
{
	test_limits();
	for (uint64_t seed = 1; seed <= 2000; seed++)
		test_random(seed);
	return unit_done("payment");
}
