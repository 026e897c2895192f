/* The waterfall: worked examples, then brute force day by day. */
#include "skpi_flow.h"

#include "kit.h"

static skpi_status
add(block *flow, const skpi_tally *history)
{
	int64_t *scratch = malloc(skpi_flow_scratch(history) * sizeof(int64_t));
	skpi_status status;

	GROWING(flow, status,
			skpi_flow_add(flow->t, flow->cap, history, scratch, NULL, NULL));
	free(scratch);
	return status;
}

static block
empty(skpi_grain grain, int32_t as_of, skpi_netting netting)
{
	block f = block_new(sizeof(skpi_tally));

	skpi_flow_init(f.t, grain, as_of, netting);
	return f;
}

/* A waterfall of one customer's subscriptions. */
static block
flow_of(const sub *subs, int n, bool labelled, skpi_netting netting)
{
	block h = history_of(subs, n, labelled);
	block f = empty(SKPI_MONTH, 999, netting);

	CHECK(add(&f, h.t) == SKPI_OK);
	CHECK(sound(f.t));
	block_free(&h);
	return f;
}

static void
test_same_day_return(void)
{
	sub subs[] = {{0, 40, 100, 1}, {40, SKPI_NO_DAY, 100, 1}};
	block f = flow_of(subs, 2, false, SKPI_NET_DAY);

	/* by day nothing happened on day 40 */
	CHECK(f.t->n_rows == 1);
	CHECK(row_values(f.t, 0, 24000)[SKPI_FLOW_NEW] == 100);
	block_free(&f);
	f = flow_of(subs, 2, false, SKPI_NET_EVENT);
	CHECK(row_values(f.t, 0, 24001)[SKPI_FLOW_CHURN] == 100);
	CHECK(row_values(f.t, 0, 24001)[SKPI_FLOW_REACTIVATION] == 100);
	CHECK(row_values(f.t, 0, 24001)[SKPI_FLOW_ROUND_TRIP] == 100);
	block_free(&f);
	f = flow_of(subs, 2, false, SKPI_NET_PERIOD);
	CHECK(f.t->n_rows == 1);
	block_free(&f);
}

/* Upgrade then churn in one month; the month grain would hide 879 twice. */
static void
test_upgrade_then_churn(void)
{
	sub subs[] = {{0, 35, 500, 1}, {35, 45, 1379, 2}};
	block f = flow_of(subs, 2, false, SKPI_NET_DAY);
	const int64_t *v = row_values(f.t, 0, 24001);

	CHECK(v[SKPI_FLOW_EXPANSION] == 879 && v[SKPI_FLOW_CHURN] == 1379);
	CHECK(v[SKPI_FLOW_ROUND_TRIP] == 879);
	CHECK(v[SKPI_FLOW_COUNTS + SKPI_FLOW_EXPANSION] == 1);
	CHECK(v[SKPI_FLOW_COUNTS + SKPI_FLOW_CHURN] == 1);
	block_free(&f);
	f = flow_of(subs, 2, false, SKPI_NET_PERIOD);
	v = row_values(f.t, 0, 24001);
	CHECK(v[SKPI_FLOW_EXPANSION] == 0 && v[SKPI_FLOW_CHURN] == 500);
	CHECK(v[SKPI_FLOW_ROUND_TRIP] == 0);
	block_free(&f);
}

/* ChartMogul's segment page: plan A at 50 becomes plan B at 30. */
static void
test_segment_transfer(void)
{
	sub subs[] = {{0, 40, 50, 1}, {40, SKPI_NO_DAY, 30, 2}};
	block f = flow_of(subs, 2, true, SKPI_NET_DAY);
	const int64_t *total = row_values(f.t, 0, 24001);
	const int64_t *a = row_values(f.t, label_number(f.t, "Basic"), 24001);
	const int64_t *b = row_values(f.t, label_number(f.t, "Pro"), 24001);

	CHECK(total[SKPI_FLOW_CONTRACTION] == 20);
	CHECK(total[SKPI_FLOW_TRANSFER_IN] == 0);
	/* all 50 leave A: 30 to B, 20 as contraction */
	CHECK(a[SKPI_FLOW_TRANSFER_OUT] == 30 && a[SKPI_FLOW_CONTRACTION] == 20);
	CHECK(a[SKPI_FLOW_N_TRANSFER_OUT] == 1);
	CHECK(a[SKPI_FLOW_COUNTS + SKPI_FLOW_CONTRACTION] == 0);
	CHECK(b[SKPI_FLOW_TRANSFER_IN] == 30 && b[SKPI_FLOW_NEW] == 0);
	CHECK(b[SKPI_FLOW_N_TRANSFER_IN] == 1);
	block_free(&f);
}

/* Two plans of three rise, one falls: filled in name order. */
static void
test_transfer_order(void)
{
	sub subs[] = {
		{0, 40, 100, 3}, {40, SKPI_NO_DAY, 80, 2}, {40, SKPI_NO_DAY, 60, 1}};
	block f = flow_of(subs, 3, true, SKPI_NET_DAY);
	const int64_t *v = row_values(f.t, 1, 24001); /* Basic */

	CHECK(v[SKPI_FLOW_TRANSFER_IN] == 60 && v[SKPI_FLOW_EXPANSION] == 0);
	v = row_values(f.t, 2, 24001); /* Pro */
	CHECK(v[SKPI_FLOW_TRANSFER_IN] == 40 && v[SKPI_FLOW_EXPANSION] == 40);
	v = row_values(f.t, 3, 24001); /* Zeta */
	CHECK(v[SKPI_FLOW_TRANSFER_OUT] == 100 && v[SKPI_FLOW_CONTRACTION] == 0);
	CHECK(row_values(f.t, 0, 24001)[SKPI_FLOW_EXPANSION] == 40);
	block_free(&f);
}

/* A plan that starts after as_of is not a plan yet. */
static void
test_future_label(void)
{
	sub subs[] = {{0, SKPI_NO_DAY, 100, 1}, {2000, SKPI_NO_DAY, 80, 2}};
	block f = flow_of(subs, 2, true, SKPI_NET_DAY);

	CHECK(f.t->n_labels == 1 && sound(f.t));
	block_free(&f);
}

static void
test_errors(void)
{
	sub big[] = {{0, SKPI_NO_DAY, INT64_MAX, 1}};
	block h = history_of(big, 1, false);
	block f = empty(SKPI_MONTH, 999, SKPI_NET_DAY);
	block other = block_new(4096);
	skpi_balance b = {INT64_MAX, 1};
	int64_t v[SKPI_FLOW_WIDTH] = {1};

	CHECK(add(&f, h.t) == SKPI_OK);
	CHECK(add(&f, h.t) == SKPI_E_OVERFLOW);
	CHECK(skpi_flow_balance(v, &b) == SKPI_E_OVERFLOW && b.amount == INT64_MAX);
	b = (skpi_balance){0, 0};
	v[SKPI_FLOW_NEW] = 0;
	v[SKPI_FLOW_CHURN] = 1;
	CHECK(skpi_flow_balance(v, &b) == SKPI_E_CORRUPT && b.amount == 0);
	v[SKPI_FLOW_CHURN] = 0;
	v[SKPI_FLOW_N_TRANSFER_OUT] = 1;
	CHECK(skpi_flow_balance(v, &b) == SKPI_E_CORRUPT);
	/* one label takes from another what that never had */
	skpi_history_init(other.t, true);
	CHECK(skpi_history_add(other.t, 4096, 0, 9, 10, "a", 1) == SKPI_OK);
	CHECK(skpi_history_add(other.t, 4096, 0, 9, 10, "b", 1) == SKPI_OK);
	CHECK(skpi_tally_add(other.t, 4096, 5, 1, (int64_t[]){INT64_MAX, 0}) ==
		  SKPI_OK);
	CHECK(skpi_tally_add(other.t, 4096, 5, 2, (int64_t[]){0, INT64_MAX}) ==
		  SKPI_OK);
	block_free(&f);
	f = empty(SKPI_MONTH, 999, SKPI_NET_DAY);
	CHECK(add(&f, other.t) == SKPI_E_OVERFLOW);
	block_free(&h);
	block_free(&f);
	block_free(&other);
}

/* What one customer should add, per plan (0: total) and month from 24000. */
#define MONTHS 50

static int64_t want[PLANS + 1][MONTHS][SKPI_FLOW_WIDTH];

static int
sign(int64_t x)
{
	return x > 0 ? 1 : x < 0 ? -1 : 0;
}

static void
naive_plan(int64_t *v, int kind, int64_t before, int64_t change,
		   int64_t transfer)
{
	int64_t size = change > 0 ? change : -change;
	bool own =
		kind == SKPI_NEW || kind == SKPI_CHURN || kind == SKPI_REACTIVATION;

	v[change > 0 ? SKPI_FLOW_TRANSFER_IN : SKPI_FLOW_TRANSFER_OUT] += transfer;
	if (size > transfer)
		v[kind] += size - transfer;
	if (before == 0)
		v[own ? SKPI_FLOW_COUNTS + kind : (int) SKPI_FLOW_N_TRANSFER_IN]++;
	else if (before + change == 0)
		v[own ? SKPI_FLOW_COUNTS + kind : (int) SKPI_FLOW_N_TRANSFER_OUT]++;
	else if (size > transfer)
		v[SKPI_FLOW_COUNTS + kind]++;
}

static void
naive_day(const sub *subs, int n, int32_t d, bool *seen)
{
	int32_t m = naive_month(d) - 24000;
	int64_t before = naive_level(subs, n, d - 1, 0);
	int64_t after = naive_level(subs, n, d, 0);
	int64_t total = after - before;
	int64_t rest = 0;
	int kind = SKPI_NO_MOVEMENT;

	if (total != 0)
	{
		kind = before == 0  ? (*seen ? SKPI_REACTIVATION : SKPI_NEW)
			   : after == 0 ? SKPI_CHURN
			   : total > 0  ? SKPI_EXPANSION
							: SKPI_CONTRACTION;
		want[0][m][kind] += total > 0 ? total : -total;
		want[0][m][SKPI_FLOW_COUNTS + kind]++;
	}
	*seen = *seen || after > 0;
	/* against the customer's direction all is transferred; `rest` the sum */
	for (int q = 1; q <= PLANS; q++)
	{
		int64_t b = naive_level(subs, n, d - 1, q);
		int64_t change = naive_level(subs, n, d, q) - b;

		if (change != 0 && (total == 0 || sign(change) != sign(total)))
		{
			naive_plan(want[q][m], kind, b, change,
					   change > 0 ? change : -change);
			rest += change > 0 ? change : -change;
		}
	}
	for (int q = 1; total != 0 && q <= PLANS; q++)
	{
		int64_t b = naive_level(subs, n, d - 1, q);
		int64_t change = naive_level(subs, n, d, q) - b;
		int64_t size = change > 0 ? change : -change;

		if (change == 0 || sign(change) != sign(total))
			continue;
		naive_plan(want[q][m], kind, b, change, size < rest ? size : rest);
		rest -= size < rest ? size : rest;
	}
}

static void
naive_customer(const sub *subs, int n, int32_t as_of)
{
	bool seen = false;
	int64_t open = 0;

	for (int32_t d = 0; d <= as_of; d++)
	{
		int32_t m = naive_month(d) - 24000;
		int64_t rise =
			naive_level(subs, n, d, 0) - naive_level(subs, n, d - 1, 0);

		naive_day(subs, n, d, &seen);
		want[0][m][SKPI_FLOW_ROUND_TRIP] += rise > 0 ? rise : 0;
		if (d == as_of || naive_month(d + 1) - 24000 != m)
		{
			int64_t close = naive_level(subs, n, d, 0);

			want[0][m][SKPI_FLOW_ROUND_TRIP] -= close > open ? close - open : 0;
			open = close;
		}
	}
}

static void
compare_all(const skpi_tally *f)
{
	long wrong = 0;

	for (int q = 0; q <= PLANS; q++)
	{
		int32_t label = q ? label_number(f, plan_names[q]) : 0;

		for (int m = 0; m < MONTHS; m++)
			for (int c = 0; c < SKPI_FLOW_WIDTH; c++)
			{
				int64_t got =
					q && label == 0 ? 0 : row_values(f, label, 24000 + m)[c];

				wrong += got != want[q][m][c];
			}
	}
	CHECK(wrong == 0);
}

/* Opening + flows = closing; labels add up to the total; transfers cancel. */
static void
check_identities(const skpi_tally *f, int64_t closing)
{
	skpi_balance total = {0, 0};
	int64_t sum[SKPI_FLOW_WIDTH] = {0};
	int64_t transfers = 0;

	for (uint32_t r = 0; r < f->n_rows; r++)
	{
		const skpi_row *row = skpi_tally_row(f, r);
		int sign_of = row->k1 == 0 ? 1 : -1;

		if (row->k1 == 0)
			CHECK(skpi_flow_balance(row->v, &total) == SKPI_OK);
		for (int c = SKPI_FLOW_NEW; c <= SKPI_FLOW_REACTIVATION; c++)
			sum[c] += sign_of * row->v[c];
		transfers += row->v[SKPI_FLOW_TRANSFER_IN];
		transfers -= row->v[SKPI_FLOW_TRANSFER_OUT];
	}
	CHECK(total.amount == closing && transfers == 0);
	for (int c = SKPI_FLOW_NEW; c <= SKPI_FLOW_REACTIVATION; c++)
		CHECK(sum[c] == 0);
}

/* Parts of a flow: each opens with a transfer and ends with one to nothing, and
 * together they are the total. */
static void
check_parts(const skpi_tally *f)
{
	int32_t p = 24001 + (int32_t) rnd(MONTHS / 2);
	int32_t bounds[] = {INT32_MIN, p, p + 1 + (int32_t) rnd(9), INT32_MAX};
	block all = empty(SKPI_MONTH, f->param[0], SKPI_NET_DAY);
	skpi_status status;
	long wrong = 0;

	for (int i = 0; i < 3; i++)
	{
		block part = empty(SKPI_MONTH, f->param[0], SKPI_NET_DAY);
		skpi_balance balance = {0, 0};

		GROWING(&part, status,
				skpi_flow_between(part.t, part.cap, f, bounds[i],
								  bounds[i + 1]));
		CHECK(status == SKPI_OK && sound(part.t) && part.t->n_labels == 0);
		for (uint32_t r = 0; r < part.t->n_rows; r++)
		{
			const skpi_row *row = skpi_tally_row(part.t, r);

			wrong += row->k2 < bounds[i] || row->k2 > bounds[i + 1];
			CHECK(skpi_flow_balance(row->v, &balance) == SKPI_OK);
		}
		if (i < 2)
			CHECK(balance.amount == 0 && balance.customers == 0);
		CHECK(block_merge(&all, part.t) == SKPI_OK);
		block_free(&part);
	}
	for (int32_t m = 24000; m < 24000 + MONTHS; m++)
	{
		const int64_t *v = row_values(all.t, 0, m);

		wrong += v[SKPI_FLOW_TRANSFER_IN] != v[SKPI_FLOW_TRANSFER_OUT];
		wrong += v[SKPI_FLOW_TRANSFER_IN] > 0 && m != p && m != bounds[2];
		for (int c = 0; c < SKPI_FLOW_WIDTH; c++)
			if (c % SKPI_FLOW_COUNTS != SKPI_FLOW_TRANSFER_IN &&
				c % SKPI_FLOW_COUNTS != SKPI_FLOW_TRANSFER_OUT)
				wrong += v[c] != want[0][m - 24000][c];
	}
	CHECK(wrong == 0);
	block_free(&all);
}

static void
test_random(uint64_t seed)
{
	int32_t as_of = 200 + (int32_t) (seed % 800);
	block whole = empty(SKPI_MONTH, as_of, SKPI_NET_DAY);
	block part[2] = {empty(SKPI_MONTH, as_of, SKPI_NET_DAY),
					 empty(SKPI_MONTH, as_of, SKPI_NET_DAY)};
	int64_t closing = 0;

	rnd_seed(seed);
	memset(want, 0, sizeof(want));
	for (int customer = 0; customer < 3; customer++)
	{
		sub subs[8];
		int n = random_subs(subs, 8);
		block h = history_of(subs, n, true);

		naive_customer(subs, n, as_of);
		closing += naive_level(subs, n, as_of, 0);
		CHECK(add(&whole, h.t) == SKPI_OK);
		CHECK(add(&part[rnd(2)], h.t) == SKPI_OK);
		block_free(&h);
	}
	compare_all(whole.t);
	check_identities(whole.t, closing);
	check_parts(whole.t);
	CHECK(sound(whole.t));
	/* in this order and in the other */
	if (seed % 2 == 0)
	{
		block t = block_copy(part[1].t);

		block_free(&part[1]);
		part[1] = part[0];
		part[0] = t;
	}
	CHECK(block_merge(&part[0], part[1].t) == SKPI_OK);
	CHECK(same_bytes(part[0].t, whole.t));
	block_free(&whole);
	block_free(&part[0]);
	block_free(&part[1]);
}

/* The state and the scratch memory are exactly as large as they must be. */
static void
test_full(void)
{
	sub subs[] = {{0, 40, 50, 1}, {40, 60, 30, 2}, {60, 70, 80, 3}};
	block h = history_of(subs, 3, true);
	block f = empty(SKPI_MONTH, 999, SKPI_NET_EVENT);
	size_t need = sizeof(skpi_tally) + skpi_flow_room(f.t, h.t);
	int64_t *scratch = malloc(skpi_flow_scratch(h.t) * sizeof(int64_t));

	for (size_t cap = sizeof(skpi_tally); cap <= need; cap += 8)
	{
		block b = block_new(cap);
		skpi_status status;

		skpi_flow_init(b.t, SKPI_MONTH, 999, SKPI_NET_EVENT);
		status = skpi_flow_add(b.t, cap, h.t, scratch, NULL, NULL);
		CHECK(status == (cap < need ? SKPI_FULL : SKPI_OK));
		if (status == SKPI_FULL)
			CHECK(same_bytes(b.t, f.t));
		block_free(&b);
	}
	free(scratch);
	block_free(&h);
	block_free(&f);
}

int
main(void)
{
	test_same_day_return();
	test_upgrade_then_churn();
	test_segment_transfer();
	test_transfer_order();
	test_future_label();
	test_errors();
	test_full();
	for (uint64_t seed = 1; seed <= 1000; seed++)
		test_random(seed);
	return unit_done("flow");
}
