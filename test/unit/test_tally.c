/* The body of every state: adding, labels, merging, trimming, text, checks. */
#include "skpi_activity.h"

#include "exercise.h"
#include "kit.h"

static const int32_t params[3] = {9000, 0, 0};

static block
flow_block(size_t cap)
{
	block b = block_new(cap);

	skpi_tally_init(b.t, SKPI_REVENUE_FLOW, SKPI_MONTH, params);
	return b;
}

static skpi_tally *
add(block *b, int32_t k1, int32_t k2, int64_t value)
{
	int64_t v[SKPI_TALLY_MAX_WIDTH] = {value};
	skpi_status status;

	GROWING(b, status, skpi_tally_add(b->t, b->cap, k1, k2, v));
	CHECK(status == SKPI_OK);
	return b->t;
}

static void
test_by_hand(void)
{
	block b = flow_block(sizeof(skpi_tally));
	uint32_t next = 0;
	int64_t sum[8] = {0};

	CHECK(sizeof(skpi_tally) == 32);
	CHECK(skpi_tally_used(b.t) == 32 && b.t->n_rows == 0);
	CHECK(sound(b.t));
	add(&b, 0, 24000, 5);
	add(&b, 0, 23990, 7);
	add(&b, 0, 24010, 9);
	CHECK(b.t->n_rows == 3 && sound(b.t));
	CHECK(skpi_tally_row(b.t, 0)->k2 == 23990);
	add(&b, 0, 24000, -5);
	CHECK(b.t->n_rows == 2 && row_values(b.t, 0, 24000)[0] == 0);
	add(&b, 0, 24005, 0);
	CHECK(b.t->n_rows == 2);
	/* differences: 7 from 23990 on, 16 from 24010 on */
	CHECK(skpi_tally_sum_until(b.t, &next, 0, 24009, sum) == SKPI_OK);
	CHECK(sum[0] == 7 && next == 1);
	CHECK(skpi_tally_sum_until(b.t, &next, 0, 24010, sum) == SKPI_OK);
	CHECK(sum[0] == 16 && next == 2);
	block_free(&b);
}

static void
test_overflow(void)
{
	block a = flow_block(4096);
	block b = flow_block(4096);
	block before;
	int64_t v[8] = {1, INT64_MAX};
	uint32_t next = 0;
	int64_t sum[8] = {0, INT64_MAX};

	CHECK(skpi_tally_add(a.t, a.cap, 0, 24000, v) == SKPI_OK);
	before = block_copy(a.t);
	CHECK(skpi_tally_add(a.t, a.cap, 0, 24000, v) == SKPI_E_OVERFLOW);
	CHECK(same_bytes(a.t, before.t));
	CHECK(skpi_tally_sum_until(a.t, &next, 0, 24000, sum) == SKPI_E_OVERFLOW);
	v[1] = INT64_MIN;
	CHECK(skpi_tally_add(a.t, a.cap, 0, 24000, v) == SKPI_OK);
	CHECK(row_values(a.t, 0, 24000)[1] == -1);
	CHECK(skpi_tally_add(a.t, a.cap, 0, 24000, v) == SKPI_E_OVERFLOW);
	/* what counts the skipped rows may be full as well */
	b.t->skipped = UINT32_MAX;
	CHECK(skpi_tally_merge(a.t, a.cap, b.t) == SKPI_OK);
	CHECK(a.t->skipped == UINT32_MAX);
	b.t->skipped = 1;
	CHECK(skpi_tally_merge(a.t, a.cap, b.t) == SKPI_E_OVERFLOW);
	CHECK(a.t->skipped == UINT32_MAX);
	block_free(&before);
	block_free(&a);
	block_free(&b);
}

static void
test_append(void)
{
	block b = flow_block(32 + 2 * 72);
	int64_t v[8] = {1};
	int64_t zero[8] = {0};

	CHECK(skpi_tally_append(b.t, b.cap, 0, 24000, v) == SKPI_OK);
	CHECK(skpi_tally_append(b.t, b.cap, 0, 24000, v) == SKPI_E_CORRUPT);
	CHECK(skpi_tally_append(b.t, b.cap, 0, 23999, v) == SKPI_E_CORRUPT);
	CHECK(skpi_tally_append(b.t, b.cap, 0, 24001, zero) == SKPI_E_CORRUPT);
	CHECK(skpi_tally_append(b.t, b.cap, 0, 24001, v) == SKPI_OK);
	CHECK(skpi_tally_append(b.t, b.cap, 0, 24002, v) == SKPI_FULL);
	CHECK(b.t->n_rows == 2 && sound(b.t));
	block_free(&b);
}

static int32_t
label(block *b, const char *text)
{
	int32_t index = 0;
	skpi_status status;

	GROWING(b, status,
			skpi_tally_label(b->t, b->cap, text, strlen(text), &index));
	CHECK(status == SKPI_OK);
	return index;
}

static void
test_labels(void)
{
	block b = block_new(sizeof(skpi_tally));
	char *big = malloc(SKPI_LABEL_MAX_BYTES + 1);
	int32_t index = -7;
	size_t n;

	skpi_history_init(b.t, true);
	CHECK(label(&b, "m") == 1);
	add(&b, 10, 1, 500);
	/* one before it: the row now refers to 2 */
	CHECK(label(&b, "a") == 1 && label(&b, "z") == 3 && label(&b, "m") == 2);
	CHECK(skpi_tally_row(b.t, 0)->k2 == 2);
	CHECK(b.t->n_labels == 3 && b.t->label_bytes == 16 && sound(b.t));
	CHECK(*skpi_tally_label_text(b.t, 3, &n) == 'z' && n == 1);
	/* prefixes sort first, the empty label before all */
	CHECK(label(&b, "mm") == 3 && label(&b, "") == 1 && label(&b, "m") == 3);
	CHECK(sound(b.t));
	memset(big, 'x', SKPI_LABEL_MAX_BYTES + 1);
	while (b.cap < 100000)
		block_grow(&b);
	CHECK(skpi_tally_label(b.t, b.cap, big, SKPI_LABEL_MAX_BYTES + 1, &index) ==
		  SKPI_E_LIMIT);
	CHECK(skpi_tally_label(b.t, b.cap, big, SKPI_LABEL_MAX_BYTES - 16,
						   &index) == SKPI_E_LIMIT);
	CHECK(index == -7);
	CHECK(skpi_tally_label(b.t, b.cap, big, SKPI_LABEL_MAX_BYTES - 40,
						   &index) == SKPI_OK);
	CHECK(index == 5 && sound(b.t));
	exercise_text(b.t);
	free(big);
	block_free(&b);
}

/* SKPI_FULL at every capacity that is too small, and nothing changed. */
static void
test_full(void)
{
	block whole = block_new(4096);
	size_t used;

	skpi_history_init(whole.t, true);
	CHECK(skpi_history_add(whole.t, 4096, 0, 31, 500, "Pro", 3) == SKPI_OK);
	CHECK(skpi_history_add(whole.t, 4096, 5, 40, 300, "Basic", 5) == SKPI_OK);
	used = skpi_tally_used(whole.t);
	for (size_t cap = used; cap < used + 200; cap++)
	{
		block b = block_new(cap);
		block other = block_copy(whole.t);
		int32_t index = -1;
		int64_t v[2] = {1, 0};
		skpi_status got[5];

		memcpy((void *) b.t, whole.t, used);
		got[0] = skpi_tally_add(b.t, cap, 3, 1, v);
		if (got[0] == SKPI_FULL)
			CHECK(same_bytes(b.t, whole.t));
		CHECK((got[0] == SKPI_OK) == (cap >= used + 24));
		memcpy((void *) b.t, whole.t, used);
		got[1] = skpi_tally_label(b.t, cap, "Zeta plan", 9, &index);
		if (got[1] == SKPI_FULL)
			CHECK(same_bytes(b.t, whole.t) && index == -1);
		memcpy((void *) b.t, whole.t, used);
		got[2] = skpi_tally_merge(b.t, cap, other.t);
		if (got[2] == SKPI_FULL)
			CHECK(same_bytes(b.t, whole.t));
		CHECK((got[2] == SKPI_OK) == (cap >= 2 * used));
		memcpy((void *) b.t, whole.t, used);
		got[3] = skpi_history_add(b.t, cap, 2, 9, 100, "New", 3);
		if (got[3] == SKPI_FULL)
			CHECK(same_bytes(b.t, whole.t));
		CHECK((got[3] == SKPI_OK) == (cap >= used + SKPI_HISTORY_ROOM(3)));
		memcpy((void *) b.t, whole.t, used);
		got[4] = skpi_tally_append(b.t, cap, 50, 1, v);
		if (got[4] == SKPI_FULL)
			CHECK(same_bytes(b.t, whole.t));
		CHECK((got[4] == SKPI_OK) == (cap >= used + 24));
		block_free(&other);
		block_free(&b);
	}
	block_free(&whole);
}

/*
 * A tally against a plain table of sums, whatever the order, and merged from
 * parts of any number in any order.
 */
#define KEYS 40

static void
test_random(uint64_t seed)
{
	static const skpi_kind kinds[] = {SKPI_REVENUE_FLOW, SKPI_COHORT_MATRIX,
									  SKPI_CONVERSION};
	skpi_kind kind = kinds[seed % 3];
	int64_t table[KEYS][KEYS] = {{0}};
	block whole = block_new(sizeof(skpi_tally));
	block merged = block_new(sizeof(skpi_tally));
	block part[5];
	uint32_t n_parts;
	uint32_t n;

	rnd_seed(seed);
	n = rnd(200);
	n_parts = 1 + rnd(5);
	skpi_tally_init(whole.t, kind, SKPI_MONTH, params);
	skpi_tally_init(merged.t, kind, SKPI_MONTH, params);
	for (uint32_t i = 0; i < n_parts; i++)
	{
		part[i] = block_new(sizeof(skpi_tally));
		skpi_tally_init(part[i].t, kind, SKPI_MONTH, params);
	}
	for (uint32_t i = 0; i < n; i++)
	{
		int32_t k1 = (int32_t) rnd(KEYS);
		int32_t k2 = (int32_t) rnd(KEYS);
		int64_t value = (int64_t) rnd(5) - 2;

		table[k1][k2] += value;
		add(&whole, k1, k2, value);
		add(&part[rnd(n_parts)], k1, k2, value);
	}
	for (int32_t a = 0; a < KEYS; a++)
		for (int32_t b = 0; b < KEYS; b++)
			if (row_values(whole.t, a, b)[0] != table[a][b])
				unit_failed++;
	for (uint32_t i = n_parts; i-- > 0;)
	{
		CHECK(block_merge(&merged, part[i].t) == SKPI_OK);
		block_free(&part[i]);
	}
	CHECK(same_bytes(merged.t, whole.t));
	block_free(&merged);
	block_free(&whole);
}

/* Histories: byte-equal in any order, merged in any partition and bracket. */
static void
test_history_algebra(uint64_t seed)
{
	sub subs[24];
	sub shuffled[24];
	int n;
	int cut1;
	int cut2;
	block whole;
	block again;
	block a;
	block b;
	block c;

	rnd_seed(seed);
	n = random_subs(subs, 24);
	memcpy(shuffled, subs, (size_t) n * sizeof(sub));
	for (int i = n - 1; i > 0; i--)
	{
		int j = (int) rnd((uint32_t) i + 1);
		sub s = shuffled[i];

		shuffled[i] = shuffled[j];
		shuffled[j] = s;
	}
	whole = history_of(subs, n, seed % 2 == 0);
	again = history_of(shuffled, n, seed % 2 == 0);
	CHECK(same_bytes(whole.t, again.t) && sound(whole.t));
	cut1 = (int) rnd((uint32_t) n + 1);
	cut2 = cut1 + (int) rnd((uint32_t) (n - cut1) + 1);
	a = history_of(shuffled, cut1, seed % 2 == 0);
	b = history_of(shuffled + cut1, cut2 - cut1, seed % 2 == 0);
	c = history_of(shuffled + cut2, n - cut2, seed % 2 == 0);
	/* (c + a) + b and b + (a + c), as good as a + b + c */
	block_free(&again);
	again = block_copy(b.t);
	CHECK(block_merge(&c, a.t) == SKPI_OK);
	CHECK(block_merge(&again, c.t) == SKPI_OK);
	CHECK(block_merge(&c, b.t) == SKPI_OK);
	CHECK(same_bytes(whole.t, c.t) && same_bytes(whole.t, again.t));
	block_free(&whole);
	block_free(&again);
	block_free(&a);
	block_free(&b);
	block_free(&c);
}

/* Large states with labels of their own: as if added row by row. */
static void
test_merge_large(uint64_t seed)
{
	static const char *const names[] = {"a", "bb", "c", "dddd", "e", "f"};
	block whole = block_new(sizeof(skpi_tally));
	block part[2] = {block_new(sizeof(skpi_tally)),
					 block_new(sizeof(skpi_tally))};
	block before;
	int64_t big[SKPI_TALLY_MAX_WIDTH] = {INT64_MAX};

	rnd_seed(seed);
	skpi_tally_init(whole.t, SKPI_MRR_RETENTION, SKPI_MONTH, params);
	skpi_tally_init(part[0].t, SKPI_MRR_RETENTION, SKPI_MONTH, params);
	skpi_tally_init(part[1].t, SKPI_MRR_RETENTION, SKPI_MONTH, params);
	for (int i = 0; i < 2000; i++)
	{
		uint32_t which = rnd(2);
		const char *name = names[rnd(3) + 3 * which * (seed % 2)];
		int32_t k2 = 24000 + (int32_t) rnd(900);
		int64_t value = (int64_t) rnd(3) - 1;
		bool total = rnd(4) == 0;

		(void) label(&part[which], name);
		add(&part[which], total ? 0 : label(&part[which], name), k2, value);
		(void) label(&whole, name);
		add(&whole, total ? 0 : label(&whole, name), k2, value);
	}
	skpi_tally_settle(whole.t, whole.cap);
	CHECK(part[0].t->n_rows > 256 && part[1].t->n_rows > 256);
	before = block_copy(part[1].t);
	CHECK(block_merge(&part[1], part[0].t) == SKPI_OK);
	CHECK(same_bytes(part[1].t, whole.t) && sound(whole.t));
	CHECK(block_merge(&part[0], before.t) == SKPI_OK);
	CHECK(same_bytes(part[0].t, whole.t));
	/* a sum that does not fit, half way: what is left is sound */
	add(&part[0], 0, 24450, -row_values(part[0].t, 0, 24450)[0]);
	CHECK(skpi_tally_reserve(part[0].t, part[0].cap, 1) != SKPI_FULL ||
		  (block_grow(&part[0]), true));
	CHECK(skpi_tally_add(part[0].t, part[0].cap, 0, 24450, big) == SKPI_OK);
	add(&part[1], 0, 24450, 1 - row_values(part[1].t, 0, 24450)[0]);
	CHECK(block_merge(&part[0], part[1].t) == SKPI_E_OVERFLOW);
	CHECK(sound(part[0].t));
	CHECK(row_values(part[0].t, 0, 24450)[0] == INT64_MAX);
	block_free(&before);
	block_free(&whole);
	block_free(&part[0]);
	block_free(&part[1]);
}

static void
test_mismatch(void)
{
	block a = block_new(4096);
	block b = block_new(4096);

	skpi_tally_init(a.t, SKPI_MRR_FLOW, SKPI_MONTH, params);
	skpi_tally_init(b.t, SKPI_MRR_FLOW, SKPI_MONTH, (int32_t[]){9001, 0, 0});
	CHECK(skpi_tally_merge(a.t, a.cap, b.t) == SKPI_E_MISMATCH);
	skpi_tally_init(b.t, SKPI_MRR_FLOW, SKPI_WEEK, params);
	CHECK(skpi_tally_merge(a.t, a.cap, b.t) == SKPI_E_MISMATCH);
	skpi_tally_init(b.t, SKPI_REVENUE_FLOW, SKPI_MONTH, params);
	CHECK(skpi_tally_merge(a.t, a.cap, b.t) == SKPI_E_MISMATCH);
	skpi_history_init(a.t, true);
	skpi_history_init(b.t, false);
	CHECK(skpi_tally_merge(a.t, a.cap, b.t) == SKPI_E_MISMATCH);
	skpi_activity_init(a.t, SKPI_MONTH);
	skpi_activity_init(b.t, SKPI_MONTH);
	CHECK(skpi_activity_add(b.t, b.cap, SKPI_DONE, 31, 5) == SKPI_OK);
	CHECK(skpi_tally_merge(a.t, a.cap, b.t) == SKPI_OK);
	CHECK(a.t->param[0] == 31 && same_bytes(a.t, b.t));
	block_free(&a);
	block_free(&b);
}

int
main(void)
{
	test_by_hand();
	test_overflow();
	test_append();
	test_labels();
	test_full();
	test_mismatch();
	for (uint64_t seed = 1; seed <= 40; seed++)
		test_merge_large(seed);
	for (uint64_t seed = 1; seed <= 1500; seed++)
	{
		test_random(seed);
		test_history_algebra(seed);
	}
	return unit_done("tally");
}
