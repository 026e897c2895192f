/* One customer's recurring revenue: worked examples, then brute force. */
#include "skpi_history.h"

#include "kit.h"

static skpi_status
put(block *h, int32_t start, int32_t end, int64_t price, const char *plan)
{
	skpi_status status;

	GROWING(
		h, status,
		skpi_history_add(h->t, h->cap, start, end, price, plan, strlen(plan)));
	return status;
}

static block
empty(bool labelled)
{
	block h = block_new(sizeof(skpi_tally));

	skpi_history_init(h.t, labelled);
	return h;
}

/* The walk as a line of text: day:movement:before>after ... */
static const char *
walk(const block *h, skpi_netting netting, int32_t as_of)
{
	static char text[1000];
	size_t n = 0;
	skpi_steps steps;
	skpi_step step;
	bool more;

	text[0] = '\0';
	skpi_steps_begin(&steps, skpi_history_changes(h->t), netting, SKPI_MONTH,
					 as_of);
	while (skpi_steps_next(&steps, &step, &more) == SKPI_OK && more)
		if (step.movement != SKPI_NO_MOVEMENT)
			n += (size_t) snprintf(text + n, sizeof(text) - n, "%d:%s:%ld>%ld ",
								   step.day, skpi_movement_name(step.movement),
								   (long) step.before, (long) step.after);
	return text;
}

#define WALK(h, netting, as_of, want)                                          \
	do                                                                         \
	{                                                                          \
		const char *got_ = walk(h, netting, as_of);                            \
		CHECK(strcmp(got_, want) == 0);                                        \
		if (strcmp(got_, want) != 0)                                           \
			printf("    got  %s\n    want %s\n", got_, want);                  \
	} while (0)

/* Cancelled and back on the same day, at the same price and at another. */
static void
test_same_day(void)
{
	block h = empty(false);

	put(&h, 0, 40, 100, "");
	put(&h, 40, SKPI_NO_DAY, 100, "");
	WALK(&h, SKPI_NET_DAY, 999, "0:new:0>100 ");
	WALK(&h, SKPI_NET_EVENT, 999,
		 "0:new:0>100 40:churn:100>0 40:reactivation:0>100 ");
	WALK(&h, SKPI_NET_PERIOD, 999, "0:new:0>100 ");
	block_free(&h);
	h = empty(true);
	put(&h, 0, 40, 100, "Basic");
	put(&h, 40, SKPI_NO_DAY, 250, "Pro");
	WALK(&h, SKPI_NET_DAY, 999, "0:new:0>100 40:expansion:100>250 ");
	WALK(&h, SKPI_NET_EVENT, 999,
		 "0:new:0>100 40:churn:100>0 40:reactivation:0>250 ");
	block_free(&h);
}

/* 500 becomes 1379 and churns, all in one month. */
static void
test_upgrade_then_churn(void)
{
	block h = empty(false);
	skpi_history_facts f;

	put(&h, 0, 35, 500, "");
	put(&h, 35, 45, 1379, "");
	WALK(&h, SKPI_NET_DAY, 999,
		 "0:new:0>500 35:expansion:500>1379 45:churn:1379>0 ");
	WALK(&h, SKPI_NET_PERIOD, 999, "0:new:0>500 45:churn:500>0 ");
	WALK(&h, SKPI_NET_DAY, 44, "0:new:0>500 35:expansion:500>1379 ");
	WALK(&h, SKPI_NET_PERIOD, 44, "0:new:0>500 35:expansion:500>1379 ");
	CHECK(skpi_history_at(h.t, 44, &f) == SKPI_OK && f.level == 1379);
	CHECK(f.first_day == 0 && f.gone_on == SKPI_NO_DAY);
	CHECK(skpi_history_at(h.t, 45, &f) == SKPI_OK && f.level == 0);
	CHECK(f.gone_on == 45);
	CHECK(skpi_history_at(h.t, -1, &f) == SKPI_OK && f.level == 0);
	CHECK(f.first_day == SKPI_NO_DAY);
	CHECK(skpi_history_first_label(h.t, 999) == 0);
	CHECK(skpi_history_changed_on(h.t, -1) == SKPI_NO_DAY);
	CHECK(skpi_history_changed_on(h.t, 0) == 0);
	CHECK(skpi_history_changed_on(h.t, 34) == 0);
	CHECK(skpi_history_changed_on(h.t, 35) == 35);
	CHECK(skpi_history_changed_on(h.t, 999) == 45);
	block_free(&h);
}

/* The plan of the first day with a price, the first by name. */
static void
test_first_label(void)
{
	block h = empty(true);
	size_t length;
	const char *name;

	CHECK(skpi_history_first_label(h.t, 999) == 0);
	put(&h, 9, 20, 100, "Basic");
	put(&h, 7, 20, 5, "Pro");
	put(&h, 7, 8, 5, "Plus");
	put(&h, 3, 20, 0, "Free");
	CHECK(skpi_history_first_label(h.t, 6) == 0);
	name =
		skpi_tally_label_text(h.t, skpi_history_first_label(h.t, 7), &length);
	CHECK(length == 4 && memcmp(name, "Plus", 4) == 0);
	block_free(&h);
}

/* ChartMogul's lifecycle: 4 x 500 a year, two seats more, off, and back. */
static void
test_lifecycle(void)
{
	block h = empty(false);

	for (int i = 0; i < 4; i++)
		put(&h, 0, 300, 416667, ""); /* 500 / 12, to four decimals */
	put(&h, 50, 120, 300000, "");
	put(&h, 50, 120, 300000, "");
	for (int i = 0; i < 3; i++)
		put(&h, 400, SKPI_NO_DAY, 500000, "");
	WALK(&h, SKPI_NET_DAY, 999,
		 "0:new:0>1666668 50:expansion:1666668>2266668 "
		 "120:contraction:2266668>1666668 300:churn:1666668>0 "
		 "400:reactivation:0>1500000 ");
	block_free(&h);
}

static void
test_what_is_skipped(void)
{
	block h = empty(false);
	block before;

	CHECK(put(&h, 5, 5, 100, "") == SKPI_OK);         /* zero length */
	CHECK(put(&h, 5, 4, 100, "") == SKPI_OK);         /* end before start */
	CHECK(put(&h, 5, 9, -1, "") == SKPI_OK);          /* negative price */
	CHECK(put(&h, SKPI_NO_DAY, 9, 1, "") == SKPI_OK); /* no start */
	CHECK(put(&h, SKPI_DAY_MIN - 1, 9, 1, "") == SKPI_OK);
	CHECK(put(&h, 5, SKPI_DAY_MAX + 1, 1, "") == SKPI_OK);
	CHECK(h.t->skipped == 6 && h.t->n_rows == 0);
	CHECK(put(&h, 5, 9, 0, "") == SKPI_OK); /* free: no revenue */
	CHECK(h.t->skipped == 6 && h.t->n_rows == 0);
	/* overlapping subscriptions add up; the calendar's ends are days too */
	CHECK(put(&h, SKPI_DAY_MIN, SKPI_DAY_MAX, 7, "") == SKPI_OK);
	CHECK(put(&h, SKPI_DAY_MAX, SKPI_NO_DAY, 7, "") == SKPI_OK);
	WALK(&h, SKPI_NET_DAY, SKPI_DAY_MAX, "-730119:new:0>7 ");
	h.t->skipped = UINT32_MAX;
	before = block_copy(h.t);
	CHECK(put(&h, 5, 4, 100, "") == SKPI_E_OVERFLOW);
	CHECK(same_bytes(h.t, before.t));
	block_free(&before);
	block_free(&h);
}

/* Free plans leave no label either; a label is kept once. */
static void
test_labels(void)
{
	block h = empty(true);

	put(&h, 5, 9, 0, "Free");
	CHECK(h.t->n_labels == 0);
	put(&h, 5, 9, 10, "Pro");
	put(&h, 6, 9, 10, "Basic");
	put(&h, 7, 9, 10, "Pro");
	CHECK(h.t->n_labels == 2 && h.t->n_rows == 5 && sound(h.t));
	CHECK(row_values(h.t, 9, 2)[SKPI_ENDED] == 20);
	CHECK(row_values(h.t, 9, 1)[SKPI_ENDED] == 10);
	block_free(&h);
}

static void
test_overflow(void)
{
	block h = empty(false);
	skpi_steps steps;
	skpi_step step;
	skpi_history_facts f = {42, 0, 0, 0};
	bool more;

	CHECK(put(&h, 0, 50, INT64_MAX, "") == SKPI_OK);
	CHECK(put(&h, 0, 60, 1, "") == SKPI_E_OVERFLOW);
	CHECK(put(&h, 1, 60, 1, "") == SKPI_OK);
	skpi_steps_begin(&steps, skpi_history_changes(h.t), SKPI_NET_DAY, SKPI_DAY,
					 99);
	CHECK(skpi_steps_next(&steps, &step, &more) == SKPI_OK && more);
	CHECK(step.after == INT64_MAX);
	CHECK(skpi_steps_next(&steps, &step, &more) == SKPI_E_OVERFLOW);
	CHECK(skpi_history_at(h.t, 99, &f) == SKPI_E_OVERFLOW && f.level == 42);
	/* as of the day before, nothing has overflowed yet */
	CHECK(skpi_history_at(h.t, 0, &f) == SKPI_OK && f.level == INT64_MAX);
	block_free(&h);
	/* more ended than ever started: only forged bytes say so */
	h = empty(false);
	while (h.cap < 4096)
		block_grow(&h);
	CHECK(skpi_tally_add(h.t, h.cap, 3, 0, (int64_t[]){0, 5}) == SKPI_OK);
	CHECK(skpi_history_at(h.t, 99, &f) == SKPI_E_CORRUPT);
	block_free(&h);
	CHECK(strcmp(skpi_movement_name(SKPI_NO_MOVEMENT), "") == 0);
	CHECK(strcmp(skpi_movement_name(SKPI_MOVEMENTS), "") == 0);
}

static skpi_movement
naive_movement(int64_t before, int64_t after, bool seen)
{
	if (before == after)
		return SKPI_NO_MOVEMENT;
	if (before == 0)
		return seen ? SKPI_REACTIVATION : SKPI_NEW;
	if (after == 0)
		return SKPI_CHURN;
	return after > before ? SKPI_EXPANSION : SKPI_CONTRACTION;
}

/* Day by day, or period by period: the walk must tell the same story. */
static void
compare_walk(const block *h, const sub *subs, int n, skpi_netting netting,
			 skpi_grain grain, int32_t as_of, int label)
{
	skpi_steps steps;
	skpi_step step;
	bool more = true;
	bool seen = false;
	int64_t level = 0;
	long wrong = 0;
	int32_t number = label ? label_number(h->t, plan_names[label]) : 0;
	int64_t *scratch;

	if (label && number == 0)
		return;
	scratch = malloc(skpi_history_split_words(h->t) * sizeof(int64_t));
	skpi_history_split(h->t, scratch);
	skpi_steps_begin(&steps,
					 label ? skpi_history_of_label(h->t, scratch, number)
						   : skpi_history_changes(h->t),
					 netting, grain, as_of);
	for (int32_t d = -1; d <= as_of; d++)
	{
		bool closes = netting == SKPI_NET_DAY || d == as_of ||
					  naive_period(grain, d + 1) != naive_period(grain, d);
		int64_t after = naive_level(subs, n, d, label);
		skpi_movement want;

		if (d < 0 || !closes)
			continue;
		want = naive_movement(level, after, seen);
		seen = seen || after > 0;
		if (want == SKPI_NO_MOVEMENT)
			continue;
		do
			CHECK(skpi_steps_next(&steps, &step, &more) == SKPI_OK);
		while (more && step.movement == SKPI_NO_MOVEMENT);
		wrong += !more || step.movement != want || step.before != level ||
				 step.after != after;
		if (more)
			wrong += netting == SKPI_NET_DAY ? step.day != d
											 : naive_period(grain, step.day) !=
												   naive_period(grain, d);
		level = after;
	}
	while (skpi_steps_next(&steps, &step, &more) == SKPI_OK && more)
		wrong += step.movement != SKPI_NO_MOVEMENT;
	CHECK(wrong == 0);
	free(scratch);
}

/* Events: closing levels as by day, ends before starts, gross side by side. */
static void
compare_events(const block *h, int32_t as_of)
{
	int64_t up[2] = {0, 0};
	int64_t down[2] = {0, 0};
	int64_t level[2] = {0, 0};

	for (int e = 0; e < 2; e++)
	{
		skpi_steps steps;
		skpi_step step;
		bool more;

		skpi_steps_begin(&steps, skpi_history_changes(h->t),
						 e ? SKPI_NET_EVENT : SKPI_NET_DAY, SKPI_MONTH, as_of);
		while (skpi_steps_next(&steps, &step, &more) == SKPI_OK && more)
		{
			CHECK(step.before == level[e]);
			level[e] = step.after;
			up[e] += step.after > step.before ? step.after - step.before : 0;
			down[e] += step.after < step.before ? step.before - step.after : 0;
		}
	}
	CHECK(level[0] == level[1]);
	CHECK(up[1] >= up[0] && up[1] - up[0] == down[1] - down[0]);
}

static void
test_random(uint64_t seed)
{
	sub subs[12];
	int n;
	block h;
	int32_t as_of;
	skpi_history_facts f;

	rnd_seed(seed);
	n = random_subs(subs, 12);
	as_of = (int32_t) rnd(1000);
	h = history_of(subs, n, true);
	compare_walk(&h, subs, n, SKPI_NET_DAY, SKPI_DAY, as_of, 0);
	compare_walk(&h, subs, n, SKPI_NET_DAY, SKPI_DAY, as_of,
				 1 + (int) (seed % PLANS));
	compare_walk(&h, subs, n, SKPI_NET_PERIOD,
				 (skpi_grain) (SKPI_WEEK + seed % 4), as_of,
				 (int) (seed % (PLANS + 1)));
	compare_events(&h, as_of);
	CHECK(skpi_history_at(h.t, as_of, &f) == SKPI_OK);
	CHECK(f.level == naive_level(subs, n, as_of, 0));
	block_free(&h);
}

int
main(void)
{
	test_same_day();
	test_first_label();
	test_upgrade_then_churn();
	test_lifecycle();
	test_what_is_skipped();
	test_labels();
	test_overflow();
	for (uint64_t seed = 1; seed <= 1500; seed++)
		test_random(seed);
	return unit_done("history");
}
