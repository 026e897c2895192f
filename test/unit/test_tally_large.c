/*
 * Large states: rows and labels that come out of order, in number; what is
 * asked of them is counted, not timed.
 */
#include "skpi_flow.h"
#include "skpi_retention.h"

#include "exercise.h"
#include "kit.h"

static const int32_t params[3] = {9000, 0, 0};

#define KEYS 6000

/* Keys in an order that jumps about; each once. */
static int32_t
key_at(uint32_t i, uint32_t stride)
{
	return (int32_t) ((uint64_t) i * stride % KEYS);
}

/* In any order, with sums that vanish, the bytes are those of rows in order. */
static void
test_out_of_order(uint32_t stride, size_t slack)
{
	block any = block_new(sizeof(skpi_tally) + slack);
	block sorted = block_new(sizeof(skpi_tally) + 24 * (size_t) KEYS);
	uint32_t most_late = 0;
	skpi_status status;

	skpi_tally_init(any.t, SKPI_SERIES, SKPI_DAY, (int32_t[3]){0});
	skpi_tally_init(sorted.t, SKPI_SERIES, SKPI_DAY, (int32_t[3]){0});
	for (int pass = 0; pass < 3; pass++)
		for (uint32_t i = 0; i < KEYS; i++)
		{
			int32_t k = key_at(i, stride);
			int64_t v[2] = {pass == 1 && k % 3 == 0 ? -1 : 1, k};

			if (pass == 1 && k % 3 == 0)
				v[1] = -k;
			/* just enough room, so that every way of making room is taken */
			while ((status = skpi_tally_add(any.t, any.cap, 0, k, v)) ==
				   SKPI_FULL)
			{
				block larger = block_new(skpi_tally_used(any.t) + 24 + slack);

				memcpy((void *) larger.t, any.t, skpi_tally_used(any.t));
				block_free(&any);
				any = larger;
			}
			CHECK(status == SKPI_OK);
			most_late = skpi_tally_late(any.t) > most_late
							? skpi_tally_late(any.t)
							: most_late;
		}
	for (int32_t k = 0; k < KEYS; k++)
	{
		int64_t n = k % 3 == 0 ? 1 : 3;

		CHECK(skpi_tally_append(sorted.t, sorted.cap, 0, k,
								(int64_t[]){n, n * k}) == SKPI_OK);
	}
	if (slack > 100000)
		CHECK(most_late > 100);
	skpi_tally_settle(any.t, any.cap);
	CHECK(skpi_tally_late(any.t) == 0 && sound(any.t));
	CHECK(same_bytes(any.t, sorted.t));
	/* what waits is added wherever it stands */
	for (uint32_t i = 0; i < KEYS; i++)
		CHECK(skpi_tally_add(sorted.t, sorted.cap, 0, (int32_t) i,
							 skpi_tally_row(any.t, i)->v) == SKPI_OK);
	block_free(&any);
	block_free(&sorted);
}

/* A state with rows that wait merges like a finished one, on either side. */
static void
test_merge_late(void)
{
	block part[2];
	block whole = block_new(sizeof(skpi_tally) + 48 * (size_t) KEYS);
	block copy;

	skpi_tally_init(whole.t, SKPI_SERIES, SKPI_DAY, (int32_t[3]){0});
	for (int p = 0; p < 2; p++)
	{
		part[p] = block_new(sizeof(skpi_tally) + 48 * (size_t) KEYS);
		skpi_tally_init(part[p].t, SKPI_SERIES, SKPI_DAY, (int32_t[3]){0});
	}
	for (uint32_t i = 0; i < KEYS; i++)
	{
		int32_t k = key_at(i, 4999);
		int64_t v[2] = {1, k};
		block *one = &part[i % 2];

		CHECK(skpi_tally_add(one->t, one->cap, 0, k, v) == SKPI_OK);
		CHECK(skpi_tally_add(whole.t, whole.cap, 0, k, v) == SKPI_OK);
	}
	CHECK(skpi_tally_late(part[0].t) > 0 && skpi_tally_late(part[1].t) > 0);
	skpi_tally_settle(whole.t, whole.cap);
	copy = block_copy(part[1].t);
	CHECK(block_merge(&part[1], part[0].t) == SKPI_OK);
	CHECK(block_merge(&part[0], copy.t) == SKPI_OK);
	CHECK(same_bytes(part[0].t, whole.t) && same_bytes(part[1].t, whole.t));
	block_free(&copy);
	block_free(&whole);
	block_free(&part[0]);
	block_free(&part[1]);
}

static size_t
random_name(char *name)
{
	size_t n = rnd(12);

	for (size_t i = 0; i < n; i++)
		name[i] = "abc\xd0\xb1"[rnd(5)];
	return n;
}

static block
random_labels(int n)
{
	block b = block_new(sizeof(skpi_tally));
	skpi_status status;

	skpi_tally_init(b.t, SKPI_MRR_RETENTION, SKPI_MONTH, params);
	for (int i = 0; i < n; i++)
	{
		char name[16];
		size_t length = random_name(name);
		int32_t index;
		int64_t v[5] = {1 + rnd(9)};

		GROWING(&b, status, skpi_tally_label(b.t, b.cap, name, length, &index));
		CHECK(status == SKPI_OK);
		GROWING(&b, status,
				skpi_tally_add(b.t, b.cap, index, 24000 + (int32_t) rnd(9), v));
	}
	skpi_tally_settle(b.t, b.cap);
	return b;
}

/* Lists of labels woven into each other, against one label after the other. */
static void
test_label_lists(uint64_t seed)
{
	block a;
	block b;
	block one;
	skpi_status status;
	const char *next;

	rnd_seed(seed);
	a = random_labels((int) rnd(200));
	b = random_labels((int) rnd(200));
	one = block_copy(a.t);
	next = skpi_tally_labels(b.t);
	for (int32_t i = 1; i <= b.t->n_labels; i++)
	{
		size_t n;
		const char *text = skpi_tally_label_next(&next, &n);
		int32_t index;

		GROWING(&one, status,
				skpi_tally_label(one.t, one.cap, text, n, &index));
		for (uint32_t r = 0; r < b.t->n_rows; r++)
			if (skpi_tally_row(b.t, r)->k1 == i)
			{
				const skpi_row *row = skpi_tally_row(b.t, r);

				GROWING(&one, status,
						skpi_tally_add(one.t, one.cap, index, row->k2, row->v));
			}
	}
	CHECK(block_merge(&a, b.t) == SKPI_OK);
	CHECK(sound(a.t) && same_bytes(a.t, one.t));
	block_free(&a);
	block_free(&b);
	block_free(&one);
}

static skpi_status
parse(const char *text, skpi_kind kind, block *b)
{
	skpi_status status;

	GROWING(b, status, skpi_tally_parse(text, kind, b->t, b->cap, NULL, NULL));
	return status;
}

static void
same_text(skpi_kind kind, const char *unsorted, const char *sorted)
{
	block a = block_new(sizeof(skpi_tally));
	block b = block_new(sizeof(skpi_tally));

	CHECK(parse(unsorted, kind, &a) == SKPI_OK);
	CHECK(parse(sorted, kind, &b) == SKPI_OK);
	CHECK(same_bytes(a.t, b.t));
	block_free(&a);
	block_free(&b);
}

/* Labels in the order of another encoding: rows follow them. */
static void
test_unsorted_text(void)
{
	block b = block_new(sizeof(skpi_tally));

	same_text(
		SKPI_MRR_HISTORY,
		"mrr_history 1 day 1 {0,0,0} skipped 0 labels (\"c\" \"a\" \"b\") "
		"rows (1,1:3,0 1,2:1,0 1,3:2,0 2,1:0,3 2,3:0,2)",
		"mrr_history 1 day 1 {0,0,0} skipped 0 labels (\"a\" \"b\" \"c\") "
		"rows (1,1:1,0 1,2:2,0 1,3:3,0 2,2:0,2 2,3:0,3)");
	same_text(
		SKPI_MRR_RETENTION,
		"mrr_retention 1 month 0 {9000,1,0} skipped 0 labels (\"c\" \"\" "
		"\"b\") rows (0,24005:9,0,0,0,0 1,24005:3,0,0,0,0 1,24006:4,0,0,0,0 "
		"2,24005:1,0,0,0,0 3,24004:2,0,0,0,0)",
		"mrr_retention 1 month 0 {9000,1,0} skipped 0 labels (\"\" \"b\" "
		"\"c\") rows (0,24005:9,0,0,0,0 1,24005:1,0,0,0,0 2,24004:2,0,0,0,0 "
		"3,24005:3,0,0,0,0 3,24006:4,0,0,0,0)");
	/* rows out of order, labels twice or of a kind without, rows without */
	CHECK(parse("mrr_history 1 day 1 {0,0,0} skipped 0 labels (\"b\" \"a\") "
				"rows (1,2:1,0 1,1:3,0)",
				SKPI_MRR_HISTORY, &b) == SKPI_E_SYNTAX);
	CHECK(parse("mrr_history 1 day 1 {0,0,0} skipped 0 labels (\"b\" \"a\" "
				"\"b\") rows ()",
				SKPI_MRR_HISTORY, &b) == SKPI_E_SYNTAX);
	CHECK(parse("mrr_history 1 day 1 {0,0,0} skipped 0 labels (\"b\" \"a\") "
				"rows (1,3:1,0)",
				SKPI_MRR_HISTORY, &b) == SKPI_E_SYNTAX);
	CHECK(parse("series 1 day 0 {0,0,0} skipped 0 labels (\"b\" \"a\") rows ()",
				SKPI_SERIES, &b) == SKPI_E_SYNTAX);
	/* nothing that only a state under construction may say */
	CHECK(parse("series 1 day 0 {0,0,1} skipped 0 labels () rows ()",
				SKPI_SERIES, &b) == SKPI_E_SYNTAX);
	CHECK(parse("series 3 week 9 what comes is not known", SKPI_SERIES, &b) ==
		  SKPI_E_VERSION);
	CHECK(b.t->version == 3);
	block_free(&b);
}

/* Many labels in an order of their own, and rows enough for all passes. */
static void
test_sort_labels(uint64_t seed)
{
	block a;
	block b;
	size_t end = 0;
	uint16_t at[300];

	rnd_seed(seed);
	a = random_labels(300);
	b = block_new(4 * skpi_tally_used(a.t));
	skpi_tally_init(b.t, SKPI_MRR_RETENTION, SKPI_MONTH, params);
	for (int i = 0; i < a.t->n_labels; i++)
		at[i] = (uint16_t) (i + 1);
	for (uint32_t i = a.t->n_labels; i-- > 1;)
	{
		uint32_t j = rnd(i + 1);
		uint16_t swap = at[i];

		at[i] = at[j];
		at[j] = swap;
	}
	for (int i = 0; i < a.t->n_labels; i++)
	{
		size_t n;
		const char *text = skpi_tally_label_text(a.t, at[i], &n);

		CHECK(skpi_tally_label_append(b.t, b.cap, text, n, &end) == SKPI_OK);
	}
	for (int i = 0; i < a.t->n_labels; i++)
		for (uint32_t r = 0; r < a.t->n_rows; r++)
			if (skpi_tally_row(a.t, r)->k1 == at[i])
			{
				const skpi_row *row = skpi_tally_row(a.t, r);

				CHECK(skpi_tally_append(b.t, b.cap, i + 1, row->k2, row->v) ==
					  SKPI_OK);
			}
	CHECK(skpi_tally_sort_labels(b.t, b.cap, NULL, NULL) == SKPI_OK);
	CHECK(sound(b.t) && same_bytes(a.t, b.t));
	block_free(&a);
	block_free(&b);
}

/* How often a computation asks, which grows with the rows it looks at. */
typedef struct asked
{
	long times;
	long stop_at;
} asked;

static bool
ask(void *arg)
{
	asked *a = arg;

	return ++a->times == a->stop_at;
}

static block
plans_by_days(int plans, int days)
{
	block h = block_new((size_t) plans * (size_t) days * 64 + 100000);

	skpi_history_init(h.t, true);
	for (int32_t d = 0; d < days; d++)
		for (int p = 0; p < plans; p++)
		{
			char name[16];
			int n = snprintf(name, sizeof(name), "plan %05d", p);

			CHECK(skpi_history_add(h.t, h.cap, 3 * d, 3 * d + 1, 100, name,
								   (size_t) n) == SKPI_OK);
		}
	skpi_tally_settle(h.t, h.cap);
	return h;
}

/* With room to spare rows are put in order at the end: the same flow. */
static void
test_flow_in_any_room(void)
{
	block h = plans_by_days(40, 60);
	int64_t *scratch = malloc(skpi_flow_scratch(h.t) * sizeof(int64_t));
	block f[2];

	for (int i = 0; i < 2; i++)
	{
		f[i] = block_new(sizeof(skpi_tally));
		skpi_flow_init(f[i].t, SKPI_MONTH, 100, SKPI_NET_DAY);
		while (f[i].cap < sizeof(skpi_tally) + (size_t) (1 + 3 * i) *
												   skpi_flow_room(f[i].t, h.t))
			block_grow(&f[i]);
	}
	f[0].cap = sizeof(skpi_tally) + skpi_flow_room(f[0].t, h.t);
	for (int i = 0; i < 2; i++)
	{
		CHECK(skpi_flow_add(f[i].t, f[i].cap, h.t, scratch, NULL, NULL) ==
			  SKPI_OK);
		skpi_tally_settle(f[i].t, f[i].cap);
		CHECK(sound(f[i].t));
	}
	CHECK(f[0].t->n_rows == 41 * 4 && same_bytes(f[0].t, f[1].t));
	free(scratch);
	block_free(&h);
	block_free(&f[0]);
	block_free(&f[1]);
}

static skpi_status
flow_of(const block *h, asked *a)
{
	int64_t *scratch = malloc(skpi_flow_scratch(h->t) * sizeof(int64_t));
	block f = block_new(sizeof(skpi_tally));
	skpi_status status;

	skpi_flow_init(f.t, SKPI_DAY, 9000, SKPI_NET_DAY);
	while (f.cap < sizeof(skpi_tally) + skpi_flow_room(f.t, h->t))
		block_grow(&f);
	status = skpi_flow_add(f.t, f.cap, h->t, scratch, ask, a);
	free(scratch);
	block_free(&f);
	return status;
}

static skpi_status
retention_of(const block *h, asked *a)
{
	int64_t *scratch = malloc(skpi_retention_scratch(h->t) * sizeof(int64_t));
	block t = block_new(sizeof(skpi_tally));
	skpi_status status;

	skpi_retention_init(t.t, SKPI_DAY, 9000, 1);
	while (t.cap < sizeof(skpi_tally) + skpi_retention_room(t.t, h->t))
		block_grow(&t);
	status = skpi_retention_add(t.t, t.cap, h->t, scratch, ask, a);
	free(scratch);
	block_free(&t);
	return status;
}

static void
test_stops(void)
{
	block one = plans_by_days(600, 12);
	block days = plans_by_days(600, 24);
	block plans = plans_by_days(1200, 12);
	asked a[3] = {{0, 0}, {0, 0}, {0, 0}};

	CHECK(flow_of(&one, &a[0]) == SKPI_OK && a[0].times > 0);
	CHECK(flow_of(&days, &a[1]) == SKPI_OK);
	CHECK(flow_of(&plans, &a[2]) == SKPI_OK);
	CHECK(a[1].times <= 2 * a[0].times + 2 && a[2].times <= 2 * a[0].times + 2);
	a[0] = (asked){0, 2};
	CHECK(flow_of(&one, &a[0]) == SKPI_E_INTERRUPT && a[0].times == 2);
	a[0] = (asked){0, 0};
	a[1] = a[2] = a[0];
	CHECK(retention_of(&one, &a[0]) == SKPI_OK && a[0].times > 0);
	CHECK(retention_of(&days, &a[1]) == SKPI_OK);
	CHECK(retention_of(&plans, &a[2]) == SKPI_OK);
	CHECK(a[1].times <= 2 * a[0].times + 2 && a[2].times <= 2 * a[0].times + 2);
	a[0] = (asked){0, 1};
	CHECK(retention_of(&one, &a[0]) == SKPI_E_INTERRUPT && a[0].times == 1);
	block_free(&one);
	block_free(&days);
	block_free(&plans);
}

static void
test_text_stops(void)
{
	block h = plans_by_days(600, 12);
	block b = block_new(2 * skpi_tally_used(h.t));
	size_t n = skpi_tally_print(h.t, NULL, 0, NULL, NULL);
	char *text = malloc(n + 1);
	asked a = {0, 2};

	CHECK(skpi_tally_print(h.t, text, n + 1, ask, &a) == 0);
	CHECK(skpi_tally_print(h.t, text, n + 1, NULL, NULL) == n);
	a = (asked){0, 2};
	CHECK(skpi_tally_parse(text, SKPI_MRR_HISTORY, b.t, b.cap, ask, &a) ==
		  SKPI_E_INTERRUPT);
	CHECK(skpi_tally_parse(text, SKPI_MRR_HISTORY, b.t, b.cap, NULL, NULL) ==
		  SKPI_OK);
	CHECK(same_bytes(h.t, b.t));
	free(text);
	block_free(&h);
	block_free(&b);
}

int
main(void)
{
	static const uint32_t strides[] = {1, 4999, 5999, 7, 3001};

	for (int i = 0; i < 5; i++)
	{
		test_out_of_order(strides[i], 0);
		test_out_of_order(strides[i], 100);
		test_out_of_order(strides[i], 3000);
		test_out_of_order(strides[i], 400000);
	}
	test_merge_late();
	for (uint64_t seed = 1; seed <= 100; seed++)
	{
		test_label_lists(seed);
		test_sort_labels(seed);
	}
	test_unsorted_text();
	test_flow_in_any_room();
	test_stops();
	test_text_stops();
	return unit_done("tally_large");
}
