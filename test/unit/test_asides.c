/*
 * Pauses in histories, waterfalls and retention: worked examples, then against
 * the ledger's own movements and day by day.
 */
#include "skpi_flow.h"
#include "skpi_retention.h"

#include "ledger_kit.h"

static const skpi_policy house = {
	.grace = 30, .unpaid = true, .recurring = true, .new_after = SKPI_FOR_EVER};

#define AS_OF (DAYS - 1)

static block
history_under(const block *l, const skpi_policy *p)
{
	skpi_policy_class *scratch =
		malloc(skpi_policy_scratch(l->t) * sizeof(*scratch));
	block h = block_new(skpi_policy_history_bytes(l->t));

	CHECK(skpi_policy_history(l->t, p, scratch, h.t, h.cap) == SKPI_OK);
	CHECK(sound(h.t));
	free(scratch);
	return h;
}

/* day:movement:before>after, and ! when nothing is left. */
static const char *
walk_text(const block *h, skpi_netting netting)
{
	static char text[2000];
	skpi_steps walk;
	skpi_step s;
	bool more;
	size_t at = 0;

	text[0] = '\0';
	skpi_steps_begin(&walk, skpi_history_changes(h->t), netting, SKPI_MONTH,
					 AS_OF);
	while (skpi_steps_next(&walk, &s, &more) == SKPI_OK && more)
		if (s.movement != SKPI_NO_MOVEMENT || s.gone)
			at += (size_t) snprintf(
				text + at, sizeof(text) - at, "%d:%s:%ld>%ld%s ", s.day,
				skpi_movement_name(s.movement), (long) s.before, (long) s.after,
				s.gone ? "!" : "");
	return text;
}

#define WALK(h, netting, want)                                                 \
	do                                                                         \
	{                                                                          \
		const char *got_ = walk_text(&(h), netting);                           \
		CHECK(strcmp(got_, want) == 0);                                        \
		if (strcmp(got_, want) != 0)                                           \
			printf("    got  %s\n    want %s\n", got_, want);                  \
	} while (0)

static block
history_of_two(skpi_subscription a, skpi_subscription b)
{
	block l = empty();
	block h;

	put(&l, a, "Basic");
	put(&l, b, "Pro");
	h = history_under(&l, &house);
	block_free(&l);
	return h;
}

#define NOBODY SUB(0, 0, 0)

static void
test_walk(void)
{
	/* over the end of a month, and back */
	block h = history_of_two(
		SUB(0, NEVER, 100, .paused_from = 20, .resumes_on = 40), NOBODY);
	skpi_history_facts f;

	WALK(h, SKPI_NET_DAY, "0:new:0>100 20:pause:100>0 40:resume:0>100 ");
	WALK(h, SKPI_NET_EVENT, "0:new:0>100 20:pause:100>0 40:resume:0>100 ");
	/* of January alone nothing remains */
	WALK(h, SKPI_NET_PERIOD, "40:new:0>100 ");
	CHECK(skpi_history_at(h.t, 30, &f) == SKPI_OK);
	CHECK(f.level == 0 && f.paused == 100 && f.gone_on == SKPI_NO_DAY);
	CHECK(skpi_history_at(h.t, 20, &f) == SKPI_OK && f.paused == 100);
	CHECK(skpi_history_at(h.t, 19, &f) == SKPI_OK && f.paused == 0);
	CHECK(skpi_history_at(h.t, 40, &f) == SKPI_OK && f.level == 100);
	CHECK(skpi_history_first_label(h.t, AS_OF) == 1);
	block_free(&h);

	/* cancelled while she pauses: gone without a movement, and back */
	h = history_of_two(SUB(0, 60, 100, .paused_from = 20), SUB(80, NEVER, 70));
	WALK(h, SKPI_NET_DAY,
		 "0:new:0>100 20:pause:100>0 60::0>0! 80:reactivation:0>70 ");
	CHECK(skpi_history_at(h.t, 70, &f) == SKPI_OK && f.gone_on == 60);
	block_free(&h);

	/* one of two; the other cancels, which is churn, but she has not gone */
	h = history_of_two(SUB(0, NEVER, 100, .paused_from = 20, .resumes_on = 90),
					   SUB(0, 50, 30));
	WALK(h, SKPI_NET_DAY,
		 "0:new:0>130 20:pause:130>30 50:churn:30>0 90:reactivation:0>100 ");
	CHECK(skpi_history_at(h.t, 60, &f) == SKPI_OK);
	CHECK(f.paused == 100 && f.gone_on == SKPI_NO_DAY);
	block_free(&h);

	/* a pause and a cheaper plan on one day */
	h = history_of_two(SUB(0, 20, 100),
					   SUB(20, NEVER, 60, .paused_from = 20, .resumes_on = 25));
	WALK(h, SKPI_NET_DAY, "0:new:0>100 20:pause:100>0 25:resume:0>60 ");
	block_free(&h);

	/* on trial, then paused before she ever paid */
	h = history_of_two(SUB(0, NEVER, 100, .trial_end = 14, .paused_from = 14,
						   .resumes_on = 50),
					   NOBODY);
	WALK(h, SKPI_NET_DAY, "50:new:0>100 ");
	CHECK(skpi_history_at(h.t, 30, &f) == SKPI_OK && f.first_day == NEVER);
	CHECK(f.paused == 100 && f.gone_on == SKPI_NO_DAY);
	block_free(&h);
}

static skpi_status
add_to_flow(block *flow, const skpi_tally *history)
{
	int64_t *scratch = malloc(skpi_flow_scratch(history) * sizeof(int64_t));
	skpi_status status;

	GROWING(flow, status,
			skpi_flow_add(flow->t, flow->cap, history, scratch, NULL, NULL));
	free(scratch);
	return status;
}

static skpi_status
add_to_retention(block *t, const skpi_tally *history)
{
	int64_t *scratch =
		malloc((skpi_retention_scratch(history) + 1) * sizeof(int64_t));
	skpi_status status;

	GROWING(t, status,
			skpi_retention_add(t->t, t->cap, history, scratch, NULL, NULL));
	free(scratch);
	return status;
}

/* Up the same sides of a waterfall, total or of a label. */
static const int64_t *
paused_in(const skpi_tally *flow, int32_t label, int32_t month)
{
	uint32_t next = skpi_flow_asides(flow, label, SKPI_ASIDE_PAUSED);

	return skpi_flow_aside(flow, label, SKPI_ASIDE_PAUSED, month, &next);
}

/* A pause of one of two plans, by plan; then of the other. */
static void
test_flow_by_plan(void)
{
	block h = history_of_two(SUB(0, NEVER, 100, .paused_from = 40),
							 SUB(0, NEVER, 30, .paused_from = 70));
	block f = block_new(sizeof(skpi_tally));
	const int64_t *v;

	skpi_flow_init(f.t, SKPI_MONTH, AS_OF, SKPI_NET_DAY);
	CHECK(f.t->version == 1);
	CHECK(add_to_flow(&f, h.t) == SKPI_OK && sound(f.t));
	CHECK(f.t->version == 2);
	v = paused_in(f.t, 0, 24001);
	CHECK(v[SKPI_FLOW_CONTRACTION] == 100 && v[SKPI_FLOW_CHURN] == 0);
	CHECK(v[SKPI_FLOW_COUNTS + SKPI_FLOW_CONTRACTION] == 1);
	CHECK(row_values(f.t, 0, 24001)[SKPI_FLOW_CONTRACTION] == 100);
	v = paused_in(f.t, label_number(f.t, "Basic"), 24001);
	CHECK(v[SKPI_FLOW_CONTRACTION] == 100);
	v = paused_in(f.t, label_number(f.t, "Pro"), 24001);
	CHECK(v[SKPI_FLOW_CONTRACTION] == 0);
	v = paused_in(f.t, 0, 24002);
	CHECK(v[SKPI_FLOW_CHURN] == 30);
	CHECK(v[SKPI_FLOW_COUNTS + SKPI_FLOW_CHURN] == 1);
	v = paused_in(f.t, label_number(f.t, "Pro"), 24002);
	CHECK(v[SKPI_FLOW_CHURN] == 30);
	block_free(&f);
	block_free(&h);
}

/* What is paused of a subscription on a day, from the rules as they are told.
 */
static int64_t
naive_paused(const skpi_subscription *s, const skpi_policy *p, int32_t day)
{
	int32_t rest = s->paused_from != NEVER ? s->paused_from : s->start;
	int64_t discount = s->discount < s->list ? s->discount : s->list;
	bool trial = s->trial_end != NEVER ? day < s->trial_end
									   : s->standing == SKPI_ON_TRIAL;

	if (s->list <= 0 || (s->end != NEVER && s->end <= s->start) ||
		day < s->start || (s->end != NEVER && day >= s->end) || trial ||
		(s->metered && !p->metered) || p->pauses != SKPI_PAUSES_ZERO ||
		(s->paused_from == NEVER && s->standing != SKPI_PAUSED) || day < rest ||
		(s->resumes_on != NEVER && s->resumes_on > rest &&
		 day >= s->resumes_on))
		return 0;
	if ((s->once ? !p->once : !p->recurring) ||
		(s->discount_until != NEVER && day >= s->discount_until))
		discount = 0;
	return s->list - discount;
}

static void
check_paused(const block *h, const skpi_subscription *s, int n,
			 const skpi_policy *p)
{
	for (int32_t day = 0; day < DAYS; day++)
	{
		skpi_history_facts f;
		int64_t sum = 0;

		for (int i = 0; i < n; i++)
			sum += naive_paused(&s[i], p, day);
		CHECK(skpi_history_at(h->t, day, &f) == SKPI_OK);
		CHECK(f.paused == sum);
	}
}

/* Movements that the ledger tells, month by month, are those of the flow. */
static void
check_flow(const block *ledgers, const skpi_tally *flow, int n,
		   const skpi_policy *p)
{
	block lf = block_new(sizeof(skpi_tally));

	skpi_ledger_flow_init(lf.t, AS_OF, p);
	for (int i = 0; i < n; i++)
	{
		const skpi_tally *l = ledgers[i].t;
		skpi_policy_class *scratch =
			malloc(skpi_policy_scratch(l) * sizeof(*scratch));
		skpi_policy_move *m = malloc(skpi_policy_moves_max(l) * sizeof(*m));

		while (lf.cap < skpi_tally_used(lf.t) + skpi_ledger_flow_room(lf.t, l))
			block_grow(&lf);
		CHECK(skpi_ledger_flow_add(lf.t, lf.cap, l, p, scratch, m) == SKPI_OK);
		free(scratch);
		free(m);
	}
	for (int32_t month = 24000; month <= skpi_period(SKPI_MONTH, AS_OF);
		 month++)
	{
		const int64_t *want = row_values(lf.t, SKPI_LF_MOVES, month);
		const int64_t *all = row_values(flow, 0, month);
		const int64_t *rest = paused_in(flow, 0, month);
		const int64_t *counts = all + SKPI_FLOW_COUNTS;
		const int64_t *rests = rest + SKPI_FLOW_COUNTS;

		for (int i = SKPI_P_NEW; i <= SKPI_P_REACTIVATION; i++)
			CHECK(all[i] - rest[i] == want[i]);
		CHECK(rest[SKPI_FLOW_CHURN] == want[SKPI_LF_RESTED]);
		CHECK(rest[SKPI_FLOW_CHURN] + rest[SKPI_FLOW_CONTRACTION] ==
			  want[SKPI_P_PAUSE]);
		CHECK(rest[SKPI_FLOW_REACTIVATION] == want[SKPI_LF_WOKEN]);
		CHECK(rest[SKPI_FLOW_REACTIVATION] + rest[SKPI_FLOW_EXPANSION] ==
			  want[SKPI_P_RESUME]);
		CHECK(counts[SKPI_FLOW_NEW] == want[SKPI_LF_N_NEW]);
		CHECK(counts[SKPI_FLOW_CHURN] - rests[SKPI_FLOW_CHURN] ==
			  want[SKPI_LF_N_CHURNED]);
		CHECK(counts[SKPI_FLOW_REACTIVATION] - rests[SKPI_FLOW_REACTIVATION] ==
			  want[SKPI_LF_N_REACTIVATED]);
		CHECK(rests[SKPI_FLOW_CHURN] == want[SKPI_LF_N_PAUSED]);
		CHECK(rests[SKPI_FLOW_REACTIVATION] == want[SKPI_LF_N_RESUMED]);
		for (int c = SKPI_FLOW_EXPANSION; c <= SKPI_FLOW_REACTIVATION; c++)
		{
			int64_t sum = 0;

			for (int32_t label = 1; label <= flow->n_labels; label++)
				sum += paused_in(flow, label, month)[c];
			CHECK(sum == rest[c]);
		}
	}
	block_free(&lf);
}

/* Base, kept and resting of a month, customer by customer. */
static void
check_retention(const block *histories, const skpi_tally *t, int n)
{
	int32_t last = skpi_period(SKPI_MONTH, AS_OF);

	for (int32_t month = 24001; month <= last; month++)
	{
		int32_t then_day = skpi_period_start(SKPI_MONTH, month) - 1;
		int32_t now_day = month == last
							  ? AS_OF
							  : skpi_period_start(SKPI_MONTH, month + 1) - 1;
		int64_t want[4] = {0};
		int64_t v[SKPI_RET_WIDTH];

		for (int i = 0; i < n; i++)
		{
			skpi_history_facts a;
			skpi_history_facts b;
			int64_t more;
			int64_t kept;

			CHECK(skpi_history_at(histories[i].t, then_day, &a) == SKPI_OK);
			CHECK(skpi_history_at(histories[i].t, now_day, &b) == SKPI_OK);
			more = b.paused > a.paused ? b.paused - a.paused : 0;
			kept = b.level < a.level ? b.level : a.level;
			want[0] += kept;
			want[1] += a.level > 0 && b.level > 0;
			want[2] += more < a.level - kept ? more : a.level - kept;
			want[3] += a.level > 0 && b.level == 0 && more > 0;
		}
		values_at(t, 0, month, v);
		CHECK(v[SKPI_RET_KEPT] == want[0] && v[SKPI_RET_N_KEPT] == want[1]);
		values_at(t, skpi_aside_key(0, SKPI_ASIDE_PAUSED), month, v);
		CHECK(v[SKPI_RET_KEPT] == want[2] && v[SKPI_RET_N_KEPT] == want[3]);
	}
}

/* Back from text it is the same bytes. */
static void
check_text(const skpi_tally *t)
{
	size_t length = skpi_tally_print(t, NULL, 0, NULL, NULL);
	char *text = malloc(length + 1);
	block back = block_new(64);
	skpi_status status;

	skpi_tally_print(t, text, length + 1, NULL, NULL);
	GROWING(&back, status,
			skpi_tally_parse(text, (skpi_kind) t->kind, back.t, back.cap, NULL,
							 NULL));
	CHECK(status == SKPI_OK && same_bytes(t, back.t));
	block_free(&back);
	free(text);
}

#define CUSTOMERS 6

static void
one_round(const skpi_policy *p)
{
	block ledgers[CUSTOMERS];
	block histories[CUSTOMERS];
	block sum[2][2]; /* flow and retention; forward, and merged backward */

	for (int way = 0; way < 2; way++)
	{
		sum[way][0] = block_new(sizeof(skpi_tally));
		sum[way][1] = block_new(sizeof(skpi_tally));
		skpi_flow_init(sum[way][0].t, SKPI_MONTH, AS_OF, SKPI_NET_DAY);
		skpi_retention_init(sum[way][1].t, SKPI_MONTH, AS_OF, 1);
	}
	for (int i = 0; i < CUSTOMERS; i++)
	{
		skpi_subscription s[4];
		int n = (int) rnd(5);

		for (int k = 0; k < n; k++)
			s[k] = random_subscription();
		ledgers[i] = ledger_of(s, n);
		histories[i] = history_under(&ledgers[i], p);
		check_paused(&histories[i], s, n, p);
		check_text(histories[i].t);
		CHECK(add_to_flow(&sum[0][0], histories[i].t) == SKPI_OK);
		CHECK(add_to_retention(&sum[0][1], histories[i].t) == SKPI_OK);
	}
	for (int i = CUSTOMERS; i-- > 0;)
	{
		block one[2] = {block_new(sizeof(skpi_tally)),
						block_new(sizeof(skpi_tally))};

		skpi_flow_init(one[0].t, SKPI_MONTH, AS_OF, SKPI_NET_DAY);
		skpi_retention_init(one[1].t, SKPI_MONTH, AS_OF, 1);
		CHECK(add_to_flow(&one[0], histories[i].t) == SKPI_OK);
		CHECK(add_to_retention(&one[1], histories[i].t) == SKPI_OK);
		for (int k = 0; k < 2; k++)
		{
			CHECK(block_merge(&sum[1][k], one[k].t) == SKPI_OK);
			block_free(&one[k]);
		}
	}
	for (int k = 0; k < 2; k++)
	{
		for (int way = 0; way < 2; way++)
		{
			CHECK(skpi_tally_settle(sum[way][k].t, sum[way][k].cap) == SKPI_OK);
			skpi_tally_finish(sum[way][k].t);
			CHECK(sound(sum[way][k].t));
		}
		CHECK(same_bytes(sum[0][k].t, sum[1][k].t));
		check_text(sum[0][k].t);
		CHECK(p->pauses == SKPI_PAUSES_ZERO || sum[0][k].t->version == 1);
	}
	check_flow(ledgers, sum[0][0].t, CUSTOMERS, p);
	check_retention(histories, sum[0][1].t, CUSTOMERS);
	for (int i = 0; i < CUSTOMERS; i++)
	{
		block_free(&ledgers[i]);
		block_free(&histories[i]);
	}
	for (int way = 0; way < 2; way++)
	{
		block_free(&sum[way][0]);
		block_free(&sum[way][1]);
	}
}

static void
test_at_random(void)
{
	rnd_seed(29);
	for (int round = 0; round < 60; round++)
	{
		skpi_policy p = house;

		p.trials = rnd(2) == 0;
		p.metered = rnd(2) == 0;
		p.once = rnd(2) == 0;
		p.at_notice = rnd(3) == 0;
		p.pauses = (skpi_pauses) (rnd(4) == 0 ? rnd(SKPI_PAUSES_END) : 0);
		one_round(&p);
	}
}

/* What no library writes. */
static void
test_forged(void)
{
	static const char *const forged[] = {
		"mrr_history 1 day 0 {0,0,0} skipped 0 labels () rows (5,-1:1,0)",
		"mrr_history 2 day 0 {0,0,0} skipped 0 labels () rows (5,-5:1,0)",
		"mrr_history 2 day 0 {0,0,0} skipped 0 labels () rows (5,-4:1,0)",
		"mrr_history 2 day 0 {0,0,0} skipped 0 labels () rows (5,-1:-1,0)",
		"mrr_history 2 day 0 {0,0,0} skipped 0 labels () rows "
		"(5,-2147483648:1,0)",
		"mrr_flow 2 month 0 {999,0,0} skipped 0 labels () rows "
		"(-1,24000:5,0,0,0,0,0,0,0,0,0,0,0,0,0,0)",
		"mrr_flow 1 month 0 {999,0,0} skipped 0 labels () rows "
		"(-1,24000:0,0,5,0,0,0,0,0,0,0,0,0,0,0,0)",
		"mrr_retention 2 month 0 {999,1,0} skipped 0 labels () rows "
		"(-1,24000:1,0,0,0,0)"};
	static const skpi_kind kinds[] = {SKPI_MRR_HISTORY, SKPI_MRR_HISTORY,
									  SKPI_MRR_HISTORY, SKPI_MRR_HISTORY,
									  SKPI_MRR_HISTORY, SKPI_MRR_FLOW,
									  SKPI_MRR_FLOW,    SKPI_MRR_RETENTION};
	block b = block_new(1024);

	for (size_t i = 0; i < sizeof(forged) / sizeof(forged[0]); i++)
		CHECK(skpi_tally_parse(forged[i], kinds[i], b.t, b.cap, NULL, NULL) ==
			  SKPI_E_SYNTAX);
	CHECK(skpi_tally_parse("mrr_history 3 day", SKPI_MRR_HISTORY, b.t, b.cap,
						   NULL, NULL) == SKPI_E_VERSION);
	CHECK(skpi_tally_parse("activity 2 day", SKPI_ACTIVITY, b.t, b.cap, NULL,
						   NULL) == SKPI_E_VERSION);
	/* more resumes than was paused */
	CHECK(skpi_tally_parse("mrr_history 2 day 0 {0,0,0} skipped 0 labels () "
						   "rows (5,-1:0,1)",
						   SKPI_MRR_HISTORY, b.t, b.cap, NULL,
						   NULL) == SKPI_OK);
	CHECK(skpi_history_at(b.t, 9, &(skpi_history_facts){0}) == SKPI_E_CORRUPT);
	block_free(&b);
}

int
main(void)
{
	test_walk();
	test_flow_by_plan();
	test_at_random();
	test_forged();
	return unit_done("asides");
}
