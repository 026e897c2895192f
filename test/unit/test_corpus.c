/*
 * Damaged states: every truncation and every flipped bit of a valid one, as
 * bytes and as text, and the inputs kept from fuzzing.  Each is refused, or is
 * sound and can be used.
 */
#include "exercise.h"
#include "kit.h"

#include <dirent.h>

static long accepted;
static long refused;

static void
count(bool ok)
{
	if (ok)
		accepted++;
	else
		refused++;
}

static void
damage_bytes(const skpi_tally *t)
{
	size_t size = skpi_tally_used(t);
	uint8_t *copy = malloc(size + 8);

	memset(copy, 0, size + 8);
	for (size_t n = 0; n < size; n++)
		if (exercise_bytes((const uint8_t *) t, n))
			CHECK(n == size);
	memcpy(copy, t, size);
	CHECK(exercise_bytes(copy, size));
	CHECK(!exercise_bytes(copy, size + 8));
	/* the length word is the server's */
	for (size_t bit = 32; bit < 8 * size; bit++)
	{
		copy[bit / 8] ^= (uint8_t) (1 << bit % 8);
		count(exercise_bytes(copy, size));
		copy[bit / 8] ^= (uint8_t) (1 << bit % 8);
	}
	free(copy);
}

static void
damage_text(const skpi_tally *t)
{
	static const char other[] = "0-9,:(){}\" \\x\xff";
	size_t n = skpi_tally_print(t, NULL, 0, NULL, NULL);
	char *text = malloc(n + 2);
	char *copy = malloc(n + 2);

	skpi_tally_print(t, text, n + 1, NULL, NULL);
	CHECK(exercise_string(text));
	for (size_t i = 0; i < n; i++)
	{
		memcpy(copy, text, n + 1);
		copy[i] = '\0';
		if (exercise_string(copy))
			CHECK(i == n);
		/* one character left out, one doubled, one changed */
		memmove(copy + i, text + i + 1, n - i);
		count(exercise_string(copy));
		memcpy(copy, text, i);
		memcpy(copy + i + 1, text + i, n - i + 1);
		copy[i] = text[i];
		count(exercise_string(copy));
		memcpy(copy, text, n + 1);
		copy[i] = other[i % (sizeof(other) - 1)];
		count(exercise_string(copy));
	}
	free(text);
	free(copy);
}

static void
damage(block *b)
{
	block exact = block_copy(b->t);

	exact.t->length_word = 0;
	CHECK(sound(exact.t));
	damage_bytes(exact.t);
	damage_text(exact.t);
	block_free(&exact);
	block_free(b);
}

static void
add_events(skpi_tally *t, size_t cap)
{
	skpi_event_init(t);
	CHECK(skpi_event_add(t, cap, 8766, "use", 3) == SKPI_OK);
	CHECK(skpi_event_add(t, cap, 8766, "signup", 6) == SKPI_OK);
	CHECK(skpi_event_add(t, cap, 8773, "use", 3) == SKPI_OK);
}

/* One small state of each kind, made the way the product makes them. */
static void
add_orders(skpi_tally *t, size_t cap)
{
	static const skpi_purchase orders[] = {
		{8766, 3600, false, 450000, 30000, 2},
		{8766, 3600, true, -9, 10000, 1},
		{8800, 86399, false, 1, 5000, 1}};

	skpi_purchase_init(t);
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		CHECK(skpi_purchase_add(t, cap, &orders[i]) == SKPI_OK);
}

static void
add_ledger(skpi_tally *t, size_t cap)
{
	char label[SKPI_LEDGER_PREFIX + 1] = {[SKPI_LEDGER_PREFIX] = 'P'};
	skpi_subscription s = {.start = 8766,
						   .end = 8900,
						   .trial_end = 8780,
						   .paused_from = SKPI_NO_DAY,
						   .resumes_on = SKPI_NO_DAY,
						   .past_due_since = 8850,
						   .notice_on = SKPI_NO_DAY,
						   .discount_until = SKPI_NO_DAY,
						   .standing = SKPI_CANCELLED,
						   .reason = SKPI_VOLUNTARY,
						   .months = 1,
						   .list = 500000,
						   .discount = 100000,
						   .quantity = 20000,
						   .label = label,
						   .plan_length = 1};

	skpi_ledger_init(t);
	CHECK(skpi_ledger_add(t, cap, &s) == SKPI_OK);
}

static void
add_ledger_flow(block *t, const skpi_tally *ledger)
{
	static const skpi_policy policy = {
		.grace = 30, .recurring = true, .new_after = SKPI_FOR_EVER};
	skpi_policy_class scratch[16];
	skpi_policy_move moves[64];

	CHECK(skpi_policy_scratch(ledger) <= 16 &&
		  skpi_policy_moves_max(ledger) <= 64);
	skpi_ledger_flow_init(t->t, 9000, &policy);
	CHECK(skpi_ledger_flow_add(t->t, t->cap, ledger, &policy, scratch, moves) ==
		  SKPI_OK);
}

static block
of_kind(skpi_kind kind)
{
	sub subs[] = {{8766, 8800, 490000, 1}, {8800, SKPI_NO_DAY, 990000, 2}};
	block h = history_of(subs, 2, true);
	block a = block_new(1000);
	block t = block_new(8000);
	int64_t scratch[64];

	skpi_activity_init(a.t, SKPI_MONTH);
	CHECK(skpi_activity_add(a.t, a.cap, SKPI_DONE, 8766, 490000) == SKPI_OK);
	CHECK(skpi_activity_add(a.t, a.cap, SKPI_FAILED, 8799, 9) == SKPI_OK);
	switch (kind)
	{
		case SKPI_MRR_HISTORY:
			block_free(&a);
			block_free(&t);
			return h;
		case SKPI_ACTIVITY:
			block_free(&h);
			block_free(&t);
			return a;
		case SKPI_MRR_FLOW:
			skpi_flow_init(t.t, SKPI_MONTH, 9000, SKPI_NET_DAY);
			CHECK(skpi_flow_add(t.t, t.cap, h.t, scratch, NULL, NULL) ==
				  SKPI_OK);
			break;
		case SKPI_MRR_RETENTION:
			skpi_retention_init(t.t, SKPI_MONTH, 9000, 1);
			CHECK(skpi_retention_add(t.t, t.cap, h.t, scratch, NULL, NULL) ==
				  SKPI_OK);
			break;
		case SKPI_COHORT_MATRIX:
			skpi_cohort_init(t.t, SKPI_MONTH, 9000);
			CHECK(skpi_cohort_add(t.t, t.cap, a.t, SKPI_NO_DAY) == SKPI_OK);
			break;
		case SKPI_REVENUE_FLOW:
			skpi_revenue_init(t.t, SKPI_MONTH, 9000);
			CHECK(skpi_revenue_add(t.t, t.cap, a.t) == SKPI_OK);
			break;
		case SKPI_CASH_BRIDGE:
			skpi_bridge_init(t.t, SKPI_MONTH, 9000);
			CHECK(skpi_bridge_add(t.t, t.cap, h.t, a.t) == SKPI_OK);
			break;
		case SKPI_CONVERSION:
			skpi_conversion_init(t.t, SKPI_MONTH, 9000, 30);
			CHECK(skpi_conversion_add(t.t, t.cap, 8766, 8770) == SKPI_OK);
			CHECK(skpi_conversion_add(t.t, t.cap, 8799, SKPI_NO_DAY) ==
				  SKPI_OK);
			break;
		case SKPI_SERIES:
			skpi_series_init(t.t, SKPI_MONTH);
			CHECK(skpi_series_add(t.t, t.cap, 8766, -70000) == SKPI_OK);
			CHECK(skpi_series_add(t.t, t.cap, 8799, 125) == SKPI_OK);
			break;
		case SKPI_EVENT_HISTORY:
			add_events(t.t, t.cap);
			break;
		case SKPI_EVENT_FLOW:
			add_events(t.t, t.cap);
			block_free(&h);
			h = t;
			t = block_new(8000);
			skpi_event_flow_init(t.t, SKPI_DAY, 9000, 1);
			CHECK(skpi_event_flow_add(t.t, t.cap, h.t, scratch, NULL, NULL) ==
				  SKPI_OK);
			break;
		case SKPI_LEDGER:
			add_ledger(t.t, t.cap);
			break;
		case SKPI_LEDGER_FLOW:
			add_ledger(t.t, t.cap);
			block_free(&h);
			h = t;
			t = block_new(8000);
			add_ledger_flow(&t, h.t);
			break;
		case SKPI_ORDER_HISTORY:
			add_orders(t.t, t.cap);
			break;
		case SKPI_SCORES:
			skpi_scores_init(t.t);
			CHECK(skpi_scores_add(t.t, t.cap, .75, true) == SKPI_OK);
			CHECK(skpi_scores_add(t.t, t.cap, -1e300, false) == SKPI_OK);
			CHECK(skpi_scores_add(t.t, t.cap, 0, true) == SKPI_OK);
			CHECK(skpi_scores_add(t.t, t.cap, .75, false) == SKPI_OK);
			skpi_tally_settle(t.t, t.cap);
			break;
		case SKPI_SESSION_SET:
			skpi_session_set_init(t.t, 1800000000, true);
			CHECK(skpi_session_set_add(t.t, t.cap, 5, 0) == SKPI_OK);
			CHECK(skpi_session_set_add(t.t, t.cap, 9, 0) == SKPI_OK);
			CHECK(skpi_session_set_add(t.t, t.cap, 757382400000000, 8766) ==
				  SKPI_OK);
			break;
		case SKPI_FUNNEL_PATH:
			skpi_funnel_init(t.t, 86400, 3, SKPI_FUNNEL_ONCE);
			CHECK(skpi_funnel_add(t.t, t.cap, 757382400000000, 1) == SKPI_OK);
			CHECK(skpi_funnel_add(t.t, t.cap, 757382400000000, 6) == SKPI_OK);
			CHECK(skpi_funnel_add(t.t, t.cap, 757382400000000, 6) == SKPI_OK);
			CHECK(skpi_funnel_add(t.t, t.cap, 757400000000000, 4) == SKPI_OK);
			break;
	}
	block_free(&h);
	block_free(&a);
	return t;
}

/* Labels out of order, and one that stands there twice. */
static void
test_labels(void)
{
	block h = block_new(4096);
	char *second;

	skpi_history_init(h.t, true);
	CHECK(skpi_history_add(h.t, h.cap, 0, 9, 5, "b", 1) == SKPI_OK);
	CHECK(skpi_history_add(h.t, h.cap, 0, 9, 5, "c", 1) == SKPI_OK);
	CHECK(sound(h.t));
	second = skpi_tally_labels(h.t) + 5;
	CHECK(*second == 'c');
	*second = 'b';
	CHECK(!sound(h.t));
	*second = 'a';
	CHECK(!sound(h.t));
	block_free(&h);
}

/* Files named ok-* must be accepted, bad-* refused; of others any is right. */
static void
replay(const char *folder, bool is_text)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	static char buffer[65536];
	int files = 0;

	CHECK(dir != NULL);
	while (dir != NULL && (entry = readdir(dir)) != NULL)
	{
		char path[1024];
		FILE *f;
		size_t n;
		bool ok;

		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		f = entry->d_name[0] == '.' ? NULL : fopen(path, "rb");
		if (f == NULL)
			continue;
		n = fread(buffer, 1, sizeof(buffer) - 1, f);
		fclose(f);
		buffer[n] = '\0';
		ok = is_text ? exercise_string(buffer)
					 : exercise_bytes((const uint8_t *) buffer, n);
		CHECK(strncmp(entry->d_name, "ok-", 3) != 0 || ok);
		CHECK(strncmp(entry->d_name, "bad-", 4) != 0 || !ok);
		files++;
	}
	if (dir != NULL)
		closedir(dir);
	CHECK(files >= SKPI_KINDS);
}

/* The seeds of the corpus: test_corpus FOLDER writes them anew. */
static void
write_seed(const char *folder, skpi_kind kind)
{
	block t = of_kind(kind);
	size_t n = skpi_tally_print(t.t, NULL, 0, NULL, NULL);
	char *text = malloc(n + 1);
	char path[1024];
	FILE *f;

	skpi_tally_print(t.t, text, n + 1, NULL, NULL);
	t.t->length_word = 0;
	snprintf(path, sizeof(path), "%s/bytes/ok-%s", folder,
			 skpi_tally_name(kind));
	f = fopen(path, "wb");
	CHECK(f != NULL && fwrite(t.t, skpi_tally_used(t.t), 1, f) == 1);
	if (f != NULL)
		fclose(f);
	snprintf(path, sizeof(path), "%s/text/ok-%s", folder,
			 skpi_tally_name(kind));
	f = fopen(path, "wb");
	CHECK(f != NULL && fwrite(text, n, 1, f) == 1);
	if (f != NULL)
		fclose(f);
	free(text);
	block_free(&t);
}

int
main(int argc, char **argv)
{
	for (int kind = 1; kind <= SKPI_KINDS; kind++)
	{
		block b = of_kind((skpi_kind) kind);

		if (argc > 1)
			write_seed(argv[1], (skpi_kind) kind);
		damage(&b);
	}
	test_labels();
	/* most damage must be noticed, and values may be any number */
	CHECK(accepted > 1000 && refused > 1000);
	replay("test/fuzz/corpus/bytes", false);
	replay("test/fuzz/corpus/text", true);
	return unit_done("corpus");
}
