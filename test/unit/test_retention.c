/* NRR and GRR, point to point: worked examples, then brute force. */
#include "skpi_retention.h"

#include "kit.h"

static block
empty(skpi_grain grain, int32_t as_of, int32_t lag)
{
	block t = block_new(sizeof(skpi_tally));

	skpi_retention_init(t.t, grain, as_of, lag);
	return t;
}

static skpi_status
add(block *t, const skpi_tally *history)
{
	int64_t *scratch =
		malloc(skpi_retention_scratch(history) * sizeof(int64_t));
	skpi_status status;

	GROWING(t, status,
			skpi_retention_add(t->t, t->cap, history, scratch, NULL, NULL));
	free(scratch);
	return status;
}

/* 500 opened the month; 1379 churned in it: all of 500 is lost, not 275.8 %. */
static void
test_upgrade_then_churn(void)
{
	sub subs[] = {{0, 35, 500, 1}, {35, 45, 1379, 2}};
	block h = history_of(subs, 2, false);
	block t = empty(SKPI_MONTH, 100, 1);
	int64_t v[SKPI_RET_WIDTH];

	CHECK(add(&t, h.t) == SKPI_OK);
	values_at(t.t, 0, 24000, v);
	CHECK(v[SKPI_RET_BASE] == 0);
	values_at(t.t, 0, 24001, v);
	CHECK(v[SKPI_RET_BASE] == 500 && v[SKPI_RET_N_BASE] == 1);
	CHECK(v[SKPI_RET_RETAINED] == 0 && v[SKPI_RET_KEPT] == 0);
	CHECK(v[SKPI_RET_N_KEPT] == 0);
	values_at(t.t, 0, 24002, v);
	CHECK(v[SKPI_RET_BASE] == 0 && v[SKPI_RET_N_BASE] == 0);
	block_free(&h);
	block_free(&t);
}

/* 100 opens; 10 churns, 10 contracts, 10 expands: GRR 80 %, NRR 90 %. */
static void
test_chartmogul(void)
{
	sub customers[4][2] = {
		{{0, 40, 10, 1}, {0, 0, 0, 1}},             /* churns */
		{{0, 40, 30, 1}, {40, SKPI_NO_DAY, 20, 1}}, /* contracts */
		{{0, 40, 30, 1}, {40, SKPI_NO_DAY, 40, 1}}, /* expands */
		{{0, SKPI_NO_DAY, 30, 1}, {0, 0, 0, 1}},
	};
	block t = empty(SKPI_MONTH, 59, 1);
	int64_t v[SKPI_RET_WIDTH];

	for (int i = 0; i < 4; i++)
	{
		block h = history_of(customers[i], 2, false);

		CHECK(add(&t, h.t) == SKPI_OK);
		block_free(&h);
	}
	values_at(t.t, 0, 24001, v);
	CHECK(v[SKPI_RET_BASE] == 100 && v[SKPI_RET_RETAINED] == 90);
	CHECK(v[SKPI_RET_KEPT] == 80);
	CHECK(v[SKPI_RET_N_BASE] == 4 && v[SKPI_RET_N_KEPT] == 3);
	block_free(&t);
}

/* Per customer, not on totals: 50 -> 0 beside 50 -> 200 keeps 50 of 100. */
static void
test_per_customer(void)
{
	sub gone[] = {{0, 400, 50, 1}};
	sub grown[] = {{0, 400, 50, 1}, {400, SKPI_NO_DAY, 200, 1}};
	block t = empty(SKPI_YEAR, 700, 1);
	block h = history_of(gone, 1, false);
	int64_t v[SKPI_RET_WIDTH];

	CHECK(add(&t, h.t) == SKPI_OK);
	block_free(&h);
	h = history_of(grown, 2, false);
	CHECK(add(&t, h.t) == SKPI_OK);
	values_at(t.t, 0, 2001, v);
	CHECK(v[SKPI_RET_BASE] == 100 && v[SKPI_RET_RETAINED] == 200);
	CHECK(v[SKPI_RET_KEPT] == 50);
	block_free(&h);
	block_free(&t);
}

/* Nobody existed lag periods ago. */
static void
test_lag_beyond(void)
{
	sub subs[] = {{0, SKPI_NO_DAY, 50, 1}};
	block h = history_of(subs, 1, true);
	block t = empty(SKPI_DAY, 999, SKPI_RETENTION_MAX_LAG);

	CHECK(add(&t, h.t) == SKPI_OK);
	CHECK(t.t->n_rows == 0);
	block_free(&h);
	block_free(&t);
}

static int32_t
close_day(skpi_grain grain, int32_t period, int32_t as_of)
{
	int32_t day = as_of;

	for (int32_t d = as_of; d >= 0; d--)
		if (naive_period(grain, d) <= period)
		{
			day = d;
			break;
		}
	return naive_period(grain, day) <= period ? day : -1;
}

/* Of the cohorts of some periods: what the whole says of them, of others
 * nothing; and together the parts are the total. */
static void
check_parts(const skpi_tally *t)
{
	skpi_grain grain = (skpi_grain) t->grain;
	int32_t lag = t->param[1];
	int32_t last = naive_period(grain, t->param[0]);
	int32_t p = naive_period(grain, 0) + (int32_t) rnd(30);
	int32_t bounds[] = {INT32_MIN, p, p + 1 + (int32_t) rnd(9), INT32_MAX};
	block all = empty(grain, t->param[0], lag);
	skpi_status status;
	long wrong = 0;

	for (int i = 0; i < 3; i++)
	{
		block part = empty(grain, t->param[0], lag);

		GROWING(&part, status,
				skpi_retention_between(part.t, part.cap, t, bounds[i],
									   bounds[i + 1]));
		CHECK(status == SKPI_OK && sound(part.t) && part.t->n_labels == 0);
		for (int32_t q = naive_period(grain, 0); q <= last; q++)
		{
			bool in = q - lag >= bounds[i] && q - lag < bounds[i + 1];
			int64_t want[SKPI_RET_WIDTH] = {0};
			int64_t got[SKPI_RET_WIDTH];

			if (in)
				values_at(t, 0, q, want);
			values_at(part.t, 0, q, got);
			wrong += memcmp(want, got, sizeof(want)) != 0;
		}
		CHECK(block_merge(&all, part.t) == SKPI_OK);
		block_free(&part);
	}
	for (uint32_t r = 0; r < all.t->n_rows; r++)
	{
		const skpi_row *row = skpi_tally_row(all.t, r);

		wrong += memcmp(row->v, row_values(t, 0, row->k2),
						SKPI_RET_WIDTH * sizeof(int64_t)) != 0;
	}
	CHECK(wrong == 0);
	block_free(&all);
}

static void
test_random(uint64_t seed)
{
	skpi_grain grain = (skpi_grain) (SKPI_WEEK + seed % 3);
	int32_t as_of = 100 + (int32_t) (seed * 7 % 900);
	int32_t lag = 1 + (int32_t) (seed % 5);
	int32_t first = naive_period(grain, 0);
	int32_t last = naive_period(grain, as_of);
	sub subs[3][8];
	int n[3];
	block whole = empty(grain, as_of, lag);
	block part[2] = {empty(grain, as_of, lag), empty(grain, as_of, lag)};
	long wrong = 0;

	rnd_seed(seed);
	for (int c = 0; c < 3; c++)
	{
		block h;

		n[c] = random_subs(subs[c], 8);
		h = history_of(subs[c], n[c], true);
		CHECK(add(&whole, h.t) == SKPI_OK);
		CHECK(add(&part[rnd(2)], h.t) == SKPI_OK);
		block_free(&h);
	}
	for (int32_t p = first; p <= last; p++)
		for (int q = 0; q <= PLANS; q++)
		{
			int32_t now = close_day(grain, p, as_of);
			int32_t then = close_day(grain, p - lag, as_of);
			int32_t label = q ? label_number(whole.t, plan_names[q]) : 0;
			int64_t want[SKPI_RET_WIDTH] = {0};
			int64_t got[SKPI_RET_WIDTH] = {0};

			for (int c = 0; c < 3; c++)
			{
				int64_t a = naive_level(subs[c], n[c], then, q);
				int64_t b = naive_level(subs[c], n[c], now, q);

				if (a == 0)
					continue;
				want[SKPI_RET_BASE] += a;
				want[SKPI_RET_RETAINED] += b;
				want[SKPI_RET_KEPT] += a < b ? a : b;
				want[SKPI_RET_N_BASE]++;
				want[SKPI_RET_N_KEPT] += b > 0;
			}
			if (q == 0 || label > 0)
				values_at(whole.t, label, p, got);
			wrong += memcmp(want, got, sizeof(want)) != 0;
		}
	CHECK(wrong == 0 && sound(whole.t));
	check_parts(whole.t);
	CHECK(block_merge(&part[1], part[0].t) == SKPI_OK);
	CHECK(same_bytes(part[1].t, whole.t));
	block_free(&whole);
	block_free(&part[0]);
	block_free(&part[1]);
}

static void
test_full(void)
{
	sub subs[] = {{0, 40, 50, 1}, {40, 60, 30, 2}, {60, 70, 80, 3}};
	block h = history_of(subs, 3, true);
	block before = empty(SKPI_MONTH, 999, 1);
	size_t need = sizeof(skpi_tally) + skpi_retention_room(before.t, h.t);
	int64_t *scratch = malloc(skpi_retention_scratch(h.t) * sizeof(int64_t));

	for (size_t cap = sizeof(skpi_tally); cap <= need; cap += 8)
	{
		block b = block_new(cap);
		skpi_status status;

		skpi_retention_init(b.t, SKPI_MONTH, 999, 1);
		status = skpi_retention_add(b.t, cap, h.t, scratch, NULL, NULL);
		CHECK(status == (cap < need ? SKPI_FULL : SKPI_OK));
		if (status == SKPI_FULL)
			CHECK(same_bytes(b.t, before.t));
		block_free(&b);
	}
	free(scratch);
	block_free(&h);
	block_free(&before);
}

static void
test_overflow(void)
{
	sub subs[] = {{0, SKPI_NO_DAY, INT64_MAX, 1}};
	block h = history_of(subs, 1, false);
	block t = empty(SKPI_MONTH, 999, 1);

	CHECK(add(&t, h.t) == SKPI_OK);
	CHECK(add(&t, h.t) == SKPI_E_OVERFLOW);
	block_free(&h);
	block_free(&t);
}

int
main(void)
{
	test_upgrade_then_churn();
	test_chartmogul();
	test_per_customer();
	test_lag_beyond();
	test_full();
	test_overflow();
	for (uint64_t seed = 1; seed <= 1000; seed++)
		test_random(seed);
	return unit_done("retention");
}
