/* Ledgers under policies: worked examples, then brute force. */
#include "skpi_ledger_flow.h"

#include "ledger_kit.h"

static const skpi_policy house = {
	.grace = 30, .unpaid = true, .recurring = true, .new_after = SKPI_FOR_EVER};

static skpi_policy_class *
scratch_of(const block *l)
{
	return malloc(skpi_policy_scratch(l->t) * sizeof(skpi_policy_class));
}

/* The moves as a line of text: day:movement:before>after(reason,axis) ... */
static const char *
moves_text(const block *l, const skpi_policy *p, int32_t as_of)
{
	static char text[2000];
	skpi_policy_class *scratch = scratch_of(l);
	skpi_policy_move *m = malloc(skpi_policy_moves_max(l->t) * sizeof(*m));
	size_t n = 0;
	size_t at = 0;

	text[0] = '\0';
	CHECK(skpi_policy_moves(l->t, p, as_of, scratch, m, &n, NULL, NULL) ==
		  SKPI_OK);
	for (size_t i = 0; i < n; i++)
		at += (size_t) snprintf(
			text + at, sizeof(text) - at, "%d:%s:%ld>%ld(%s,%s) ", m[i].day,
			skpi_policy_movement_name(m[i].movement), (long) m[i].before,
			(long) m[i].after, skpi_move_reason_name(m[i].reason),
			skpi_move_axis_name(m[i].axis));
	free(scratch);
	free(m);
	return text;
}

#define MOVES(l, p, as_of, want)                                               \
	do                                                                         \
	{                                                                          \
		const char *got_ = moves_text(&(l), &(p), as_of);                      \
		CHECK(strcmp(got_, want) == 0);                                        \
		if (strcmp(got_, want) != 0)                                           \
			printf("    got  %s\n    want %s\n", got_, want);                  \
	} while (0)

/* A policy that differs from the house's. */
#define WITH(...)                                                              \
	((skpi_policy){.grace = 30,                                                \
				   .unpaid = true,                                             \
				   .recurring = true,                                          \
				   .new_after = SKPI_FOR_EVER,                                 \
				   __VA_ARGS__})

static void
test_pause(void)
{
	block l = empty();
	skpi_policy keep = WITH(.pauses = SKPI_PAUSES_KEEP);
	skpi_policy churn = WITH(.pauses = SKPI_PAUSES_CHURN);

	/* across the end of a month: 2000-01-21 to 2000-02-10 */
	put(&l, SUB(0, NEVER, 100, .paused_from = 20, .resumes_on = 40), "Pro");
	MOVES(l, house, 99,
		  "0:new:0>100(,) 20:pause:100>0(pause,standing) "
		  "40:resume:0>100(resume,standing) ");
	MOVES(l, keep, 99, "0:new:0>100(,) ");
	MOVES(l, churn, 99,
		  "0:new:0>100(,) 20:churn:100>0(pause,standing) "
		  "40:reactivation:0>100(resume,standing) ");
	block_free(&l);
	/* paused, then cancelled, then back: that is no resumption */
	l = empty();
	put(&l, SUB(0, 30, 100, .paused_from = 20, .reason = SKPI_VOLUNTARY), "P");
	put(&l, SUB(50, NEVER, 100), "P");
	MOVES(l, house, 99,
		  "0:new:0>100(,) 20:pause:100>0(pause,standing) "
		  "50:reactivation:0>100(,) ");
	MOVES(l, keep, 99,
		  "0:new:0>100(,) 30:churn:100>0(voluntary,) "
		  "50:reactivation:0>100(,) ");
	block_free(&l);
	/* one of two is paused: the customer stays */
	l = empty();
	put(&l, SUB(0, NEVER, 100), "A");
	put(&l, SUB(0, NEVER, 50, .paused_from = 20, .resumes_on = 25), "B");
	MOVES(l, house, 99,
		  "0:new:0>150(,) 20:pause:150>100(pause,standing) "
		  "25:resume:100>150(resume,standing) ");
	block_free(&l);
}

static void
test_past_due(void)
{
	block l = empty();
	skpi_policy ever = WITH(.grace = SKPI_FOR_EVER);
	skpi_policy at_once = WITH(.grace = 0);
	skpi_policy stripe = WITH(.grace = SKPI_FOR_EVER, .unpaid = false);

	put(&l, SUB(0, NEVER, 100, .standing = SKPI_PAST_DUE, .past_due_since = 50),
		"P");
	MOVES(l, house, 79, "0:new:0>100(,) ");
	MOVES(l, house, 80, "0:new:0>100(,) 80:churn:100>0(involuntary,standing) ");
	MOVES(l, ever, 999, "0:new:0>100(,) ");
	MOVES(l, at_once, 999,
		  "0:new:0>100(,) 50:churn:100>0(involuntary,standing) ");
	block_free(&l);
	/* paid again after 29, 30 and 31 days, as rows that follow each other */
	for (int days = 29; days <= 31; days++)
	{
		l = empty();
		put(&l, SUB(0, 50, 100), "P");
		put(&l,
			SUB(50, 50 + days, 100, .standing = SKPI_PAST_DUE,
				.past_due_since = 50),
			"P");
		put(&l, SUB(50 + days, NEVER, 100), "P");
		MOVES(l, house, 999,
			  days < 31 ? "0:new:0>100(,) "
						: "0:new:0>100(,) 80:churn:100>0(involuntary,standing) "
						  "81:reactivation:0>100(recovery,standing) ");
		block_free(&l);
	}
	/* unpaid: as past due, or never */
	l = empty();
	put(&l, SUB(0, NEVER, 100, .standing = SKPI_UNPAID, .past_due_since = 50),
		"P");
	MOVES(l, house, 999,
		  "0:new:0>100(,) 80:churn:100>0(involuntary,standing) ");
	MOVES(l, stripe, 999,
		  "0:new:0>100(,) 50:churn:100>0(involuntary,standing) ");
	block_free(&l);
	/* a status that says it is over, and one of a subscription that ended */
	l = empty();
	put(&l,
		SUB(0, NEVER, 100, .standing = SKPI_IS_ACTIVE, .past_due_since = 50),
		"P");
	MOVES(l, house, 999, "0:new:0>100(,) ");
	put(&l, SUB(0, 60, 1, .standing = SKPI_CANCELLED, .past_due_since = 50),
		"P");
	MOVES(l, house, 999,
		  "0:new:0>101(,) 60:contraction:101>100(involuntary,standing) ");
	block_free(&l);
}

static void
test_discounts(void)
{
	block l = empty();
	skpi_policy listed = WITH(.recurring = false);
	skpi_policy all = WITH(.once = true);
	skpi_policy stays = WITH(.free_stays = true);

	/* free for three months, then the full price */
	put(&l, SUB(0, NEVER, 100, .discount = 100, .discount_until = 91), "P");
	MOVES(l, house, 999, "91:new:0>100(discount ended,discount) ");
	MOVES(l, stays, 999,
		  "0:new:0>0(,) "
		  "91:expansion:0>100(discount ended,discount) ");
	MOVES(l, listed, 999, "0:new:0>100(,) ");
	block_free(&l);
	/* one month at half the price */
	l = empty();
	put(&l,
		SUB(0, NEVER, 100, .discount = 50, .once = true, .discount_until = 31),
		"P");
	MOVES(l, house, 999, "0:new:0>100(,) ");
	MOVES(l, all, 999,
		  "0:new:0>50(,) 31:expansion:50>100(discount ended,discount) ");
	block_free(&l);
	/* more than the price is the price */
	l = empty();
	put(&l, SUB(0, 10, 100, .discount = 500), "P");
	CHECK(sound(l.t));
	MOVES(l, house, 999, "");
	block_free(&l);
}

static void
test_axes(void)
{
	block l = empty();

	put(&l, SUB(0, 10, 100), "A");
	put(&l, SUB(10, 20, 120), "A");
	put(&l, SUB(20, 30, 240, .quantity = 20000), "A");
	put(&l, SUB(30, 40, 200, .months = 12, .quantity = 20000), "A");
	put(&l, SUB(40, 50, 400, .months = 12, .quantity = 20000), "B");
	put(&l, SUB(50, 60, 400, .months = 12, .quantity = 20000, .discount = 40),
		"B");
	MOVES(l, house, 999,
		  "0:new:0>100(,) 10:expansion:100>120(,price) "
		  "20:expansion:120>240(,quantity) "
		  "30:contraction:240>200(,term) 40:expansion:200>400(,plan) "
		  "50:contraction:400>360(discount began,discount) "
		  "60:churn:360>0(,) ");
	block_free(&l);
}

static void
test_coming_and_going(void)
{
	block l = empty();
	skpi_policy net = WITH(.same_month = SKPI_SAME_MONTH_NET);
	skpi_policy removed = WITH(.same_month = SKPI_SAME_MONTH_REMOVED);
	skpi_policy window = WITH(.new_after = 90, .returns_after = 5);
	skpi_policy notice = WITH(.at_notice = true);
	skpi_policy trials = WITH(.trials = true);

	put(&l, SUB(3, 20, 100, .reason = SKPI_INVOLUNTARY), "A");
	put(&l, SUB(24, 40, 70), "A");
	put(&l, SUB(130, 140, 70), "A");
	put(&l, SUB(231, NEVER, 70), "A");
	MOVES(l, house, 999,
		  "3:new:0>100(,) 20:churn:100>0(involuntary,standing) "
		  "24:reactivation:0>70(,) 40:churn:70>0(,) 130:reactivation:0>70(,) "
		  "140:churn:70>0(,) 231:reactivation:0>70(,) ");
	MOVES(l, window, 999,
		  "3:new:0>100(,) 20:churn:100>0(involuntary,standing) "
		  "24:expansion:0>70(,) 40:churn:70>0(,) 130:reactivation:0>70(,) "
		  "140:churn:70>0(,) 231:new:0>70(,) ");
	MOVES(l, net, 999,
		  "24:new:0>70(,) 40:churn:70>0(,) 231:reactivation:0>70(,) ");
	block_free(&l);
	/* notice on day 10, service until day 40 */
	l = empty();
	put(&l, SUB(0, 40, 100, .notice_on = 10, .reason = SKPI_VOLUNTARY), "A");
	MOVES(l, house, 999, "0:new:0>100(,) 40:churn:100>0(voluntary,) ");
	MOVES(l, notice, 999, "0:new:0>100(,) 10:churn:100>0(voluntary,) ");
	block_free(&l);
	/* a trial that converts, and one that does not */
	l = empty();
	put(&l, SUB(0, NEVER, 100, .trial_end = 14), "A");
	MOVES(l, house, 999, "14:new:0>100(trial converted,standing) ");
	MOVES(l, trials, 999, "0:new:0>100(,) ");
	block_free(&l);
	l = empty();
	put(&l, SUB(0, 14, 100, .standing = SKPI_ON_TRIAL), "A");
	MOVES(l, house, 999, "");
	block_free(&l);
	/* in and out within January; February is another month */
	l = empty();
	put(&l, SUB(3, 10, 100), "A");
	put(&l, SUB(40, 50, 100), "A");
	put(&l, SUB(58, 62, 100), "A");
	MOVES(l, removed, 999, "58:new:0>100(,) 62:churn:100>0(,) ");
	block_free(&l);
}

/* Brute force: subscriptions at random, valued day by day. */
static skpi_policy
random_policy(void)
{
	static const int32_t graces[] = {SKPI_FOR_EVER, 0, 5, 30};

	return (skpi_policy){.trials = rnd(2) == 0,
						 .never_paid = rnd(2) == 0,
						 .pauses = (skpi_pauses) rnd(SKPI_PAUSES_END),
						 .grace = graces[rnd(4)],
						 .unpaid = rnd(2) == 0,
						 .metered = rnd(2) == 0,
						 .at_notice = rnd(2) == 0,
						 .recurring = rnd(2) == 0,
						 .once = rnd(2) == 0,
						 .free_stays = rnd(4) == 0,
						 .returns_after = (int32_t) rnd(2) * 20,
						 .new_after = rnd(2) == 0 ? SKPI_FOR_EVER : 40,
						 .same_month =
							 (skpi_same_month) rnd(SKPI_SAME_MONTH_END)};
}

/* What a subscription is worth on a day, from the rules as they are told. */
static int64_t
naive_worth(const skpi_subscription *s, const skpi_policy *p, int32_t day)
{
	int32_t rest = s->paused_from != NEVER ? s->paused_from : s->start;
	int64_t discount = s->discount < s->list ? s->discount : s->list;
	int32_t since = s->past_due_since;

	if (s->list <= 0 || (s->end != NEVER && s->end <= s->start) ||
		day < s->start || (s->end != NEVER && day >= s->end))
		return 0;
	if ((s->metered && !p->metered) ||
		(p->at_notice && s->notice_on != NEVER && day >= s->notice_on))
		return 0;
	if ((s->once ? !p->once : !p->recurring) ||
		(s->discount_until != NEVER && day >= s->discount_until))
		discount = 0;
	if (s->trial_end != NEVER ? day < s->trial_end
							  : s->standing == SKPI_ON_TRIAL)
		return p->trials ? s->list - discount : 0;
	if ((s->paused_from != NEVER || s->standing == SKPI_PAUSED) &&
		day >= rest &&
		(s->resumes_on == NEVER || s->resumes_on <= rest ||
		 day < s->resumes_on))
		return p->pauses == SKPI_PAUSES_KEEP ? s->list - discount : 0;
	if (s->standing == SKPI_PAST_DUE || s->standing == SKPI_UNPAID)
		since = since == NEVER ? s->start : since;
	else if (s->standing != SKPI_CANCELLED &&
			 s->standing != SKPI_UNKNOWN_STANDING)
		since = NEVER;
	if (since != NEVER && day >= since && s->trial_end != s->start &&
		since <= s->trial_end)
		return p->never_paid &&
					   (p->grace == SKPI_FOR_EVER || day < since + p->grace)
				   ? s->list - discount
				   : 0;
	if (since != NEVER && day >= since &&
		((p->grace != SKPI_FOR_EVER && day >= since + p->grace) ||
		 (s->standing == SKPI_UNPAID && !p->unpaid)))
		return 0;
	return s->list - discount;
}

static int64_t
naive_mrr(const skpi_subscription *s, int n, const skpi_policy *p, int32_t day)
{
	int64_t sum = 0;

	for (int i = 0; i < n; i++)
		sum += naive_worth(&s[i], p, day);
	return sum;
}

/* The moves reach every level that the days have, and no other. */
static void
check_moves(const block *l, const skpi_subscription *s, int n,
			const skpi_policy *p)
{
	skpi_policy_class *scratch = scratch_of(l);
	skpi_policy_move *m = malloc(skpi_policy_moves_max(l->t) * sizeof(*m));
	size_t count = 0;
	size_t at = 0;
	int64_t level = 0;
	bool there = false;

	CHECK(skpi_policy_moves(l->t, p, DAYS - 1, scratch, m, &count, NULL,
							NULL) == SKPI_OK);
	for (int32_t day = 0; day < DAYS; day++)
	{
		bool month_ends =
			skpi_period(SKPI_MONTH, day) != skpi_period(SKPI_MONTH, day + 1);

		for (; at < count && m[at].day == day; at++)
		{
			CHECK(m[at].before == level && m[at].there_before == there);
			CHECK((m[at].after >= m[at].before) ==
					  (m[at].movement == SKPI_P_NEW ||
					   m[at].movement == SKPI_P_EXPANSION ||
					   m[at].movement == SKPI_P_REACTIVATION ||
					   m[at].movement == SKPI_P_RESUME) ||
				  m[at].after == m[at].before);
			level = m[at].after;
			there = m[at].there_after;
		}
		if (p->same_month == SKPI_SAME_MONTH_BOTH ||
			(month_ends && day < DAYS - 31))
			CHECK(level == naive_mrr(s, n, p, day));
	}
	CHECK(at == count);
	free(scratch);
	free(m);
}

static void
check_history(const block *l, const skpi_subscription *s, int n,
			  const skpi_policy *p)
{
	skpi_policy_class *scratch = scratch_of(l);
	block h = block_new(skpi_policy_history_bytes(l->t));
	skpi_history_facts facts;

	CHECK(skpi_policy_history(l->t, p, scratch, h.t, h.cap) == SKPI_OK);
	CHECK(sound(h.t));
	for (int32_t day = 0; day < DAYS; day++)
	{
		CHECK(skpi_history_at(h.t, day, &facts) == SKPI_OK);
		CHECK(facts.level == naive_mrr(s, n, p, day));
	}
	block_free(&h);
	free(scratch);
}

static void
check_explained(const block *l, const skpi_subscription *s, int n,
				const skpi_policy *a, const skpi_policy *b)
{
	skpi_policy_class *scratch = scratch_of(l);
	int64_t parts[SKPI_POLICY_AXES];

	for (int32_t day = 0; day < DAYS; day += 13)
	{
		int64_t sum = 0;

		CHECK(skpi_policy_explain(l->t, a, b, day, scratch, parts) == SKPI_OK);
		for (int i = 0; i < SKPI_POLICY_AXES; i++)
			sum += parts[i];
		CHECK(sum == naive_mrr(s, n, b, day) - naive_mrr(s, n, a, day));
	}
	free(scratch);
}

/* Movements and balances of the flow agree, month by month. */
static void
check_flow(const block *l, const skpi_policy *p)
{
	skpi_policy_class *scratch = scratch_of(l);
	skpi_policy_move *m = malloc(skpi_policy_moves_max(l->t) * sizeof(*m));
	block f = block_new(sizeof(skpi_tally));
	int64_t mrr = 0;
	int64_t customers = 0;

	skpi_ledger_flow_init(f.t, DAYS, p);
	while (f.cap < skpi_tally_used(f.t) + skpi_ledger_flow_room(f.t, l->t))
		block_grow(&f);
	CHECK(skpi_ledger_flow_add(f.t, f.cap, l->t, p, scratch, m) == SKPI_OK);
	CHECK(sound(f.t) && skpi_ledger_flow_of(f.t, DAYS, p));
	for (int32_t day = 0; day <= DAYS; day += 28)
	{
		int32_t month = skpi_period(SKPI_MONTH, day);
		const int64_t *v = row_values(f.t, SKPI_LF_MOVES, month);
		int64_t sum[SKPI_LF_WIDTH];

		if (day > 0 && month == skpi_period(SKPI_MONTH, day - 28))
			continue;
		mrr += v[SKPI_P_NEW] + v[SKPI_P_EXPANSION] - v[SKPI_P_CONTRACTION] -
			   v[SKPI_P_CHURN] + v[SKPI_P_REACTIVATION] - v[SKPI_P_PAUSE] +
			   v[SKPI_P_RESUME];
		customers += v[SKPI_LF_N_NEW] - v[SKPI_LF_N_CHURNED] +
					 v[SKPI_LF_N_REACTIVATED] - v[SKPI_LF_N_PAUSED] +
					 v[SKPI_LF_N_RESUMED];
		values_at(f.t, SKPI_LF_BALANCES, month, sum);
		CHECK(sum[SKPI_LB_MRR] == mrr && sum[SKPI_LB_CUSTOMERS] == customers);
		CHECK(sum[SKPI_LB_COMMITTED] <= mrr && sum[SKPI_LB_PAST_DUE] <= mrr);
		CHECK(sum[SKPI_LB_LIST] >= mrr && customers >= 0 && customers <= 1);
	}
	block_free(&f);
	free(scratch);
	free(m);
}

static void
test_at_random(void)
{
	rnd_seed(7);
	for (int round = 0; round < 250; round++)
	{
		skpi_subscription s[5];
		int n = (int) rnd(6);
		skpi_policy p = random_policy();
		skpi_policy q = random_policy();
		block l;

		for (int i = 0; i < n; i++)
			s[i] = random_subscription();
		l = ledger_of(s, n);
		CHECK(sound(l.t));
		check_moves(&l, s, n, &p);
		check_history(&l, s, n, &p);
		check_explained(&l, s, n, &p, &q);
		check_flow(&l, &p);
		block_free(&l);
	}
}

/* Without anything but starts, ends and prices it is the history. */
static void
test_plain(void)
{
	rnd_seed(13);
	for (int round = 0; round < 300; round++)
	{
		sub subs[8];
		int n = random_subs(subs, 8);
		block want = history_of(subs, n, true);
		block l = empty();
		block got;
		skpi_policy p = random_policy();
		skpi_policy_class *scratch;

		for (int i = 0; i < n; i++)
			put(&l, SUB(subs[i].start, subs[i].end, subs[i].price),
				plan_names[subs[i].plan]);
		scratch = scratch_of(&l);
		got = block_new(skpi_policy_history_bytes(l.t));
		CHECK(skpi_policy_history(l.t, &p, scratch, got.t, got.cap) == SKPI_OK);
		CHECK(same_bytes(want.t, got.t));
		block_free(&want);
		block_free(&got);
		block_free(&l);
		free(scratch);
	}
}

int
main(void)
{
	test_pause();
	test_past_due();
	test_discounts();
	test_axes();
	test_coming_and_going();
	test_at_random();
	test_plain();
	return unit_done("policy");
}
