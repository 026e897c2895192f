/*
 * Subscriptions in parts, each at a rate of its own: at one rate all is as
 * without parts; at many, histories tell what ledgers tell, customer by
 * customer, and a waterfall adds it up.
 */
#include "skpi_flow.h"

#include "ledger_kit.h"

#define AS_OF (DAYS - 1)

static skpi_policy
random_policy(bool plain)
{
	skpi_policy p = {.trials = rnd(2) == 0,
					 .never_paid = rnd(2) == 0,
					 .pauses = (skpi_pauses) rnd(SKPI_PAUSES_END),
					 .grace = rnd(3) == 0 ? SKPI_FOR_EVER : (int32_t) rnd(40),
					 .unpaid = rnd(2) == 0,
					 .metered = rnd(2) == 0,
					 .at_notice = rnd(2) == 0,
					 .recurring = rnd(2) == 0,
					 .once = rnd(2) == 0,
					 .new_after = SKPI_FOR_EVER};

	if (!plain)
	{
		p.free_stays = rnd(2) == 0;
		p.returns_after = (int32_t) rnd(20);
		p.new_after = rnd(2) == 0 ? SKPI_FOR_EVER : (int32_t) rnd(60);
		p.same_month = (skpi_same_month) rnd(SKPI_SAME_MONTH_END);
	}
	return p;
}

/* In parts, which begin on some days that all have in common, or anywhere. */
static void
put_parts(block *l, const skpi_subscription *s, const char *plan,
		  const int *rate)
{
	int32_t from = s->start;
	bool ends = s->end != NEVER && s->end <= AS_OF;

	if (s->end != NEVER && s->end <= s->start)
	{
		CHECK(put(l, *s, plan) == SKPI_OK);
		return;
	}
	for (int32_t day = s->start + 1; day <= AS_OF + 1; day++)
	{
		bool last = day == AS_OF + 1 || (ends && day == s->end);
		skpi_subscription part = *s;

		if (!last && day % 30 != 0 && rnd(40) > 0)
			continue;
		part.start = from;
		part.continues = from > s->start;
		part.since = part.continues ? s->start : NEVER;
		part.end = day > AS_OF ? s->end : day;
		part.goes_on = day <= AS_OF;
		part.list *= rate[from];
		part.discount *= rate[from];
		part.reason = s->end == NEVER ? SKPI_NO_REASON : s->reason;
		CHECK(put(l, part, plan) == SKPI_OK);
		from = day;
		if (!last)
			continue;
		if (ends)
		{
			part.start = part.end = day;
			part.continues = true;
			part.since = s->start;
			part.goes_on = false;
			part.list = s->list * rate[day];
			part.discount = s->discount * rate[day];
			CHECK(put(l, part, plan) == SKPI_OK);
		}
		return;
	}
}

typedef struct told
{
	skpi_policy_move moves[400];
	size_t n;
} told;

static void
tell(const block *l, const skpi_policy *p, told *t)
{
	skpi_policy_class *scratch =
		malloc(skpi_policy_scratch(l->t) * sizeof(*scratch));

	CHECK(skpi_policy_moves_max(l->t) <= 400);
	CHECK(skpi_policy_moves(l->t, p, AS_OF, scratch, t->moves, &t->n, NULL,
							NULL) == SKPI_OK);
	free(scratch);
}

static bool
same_move(const skpi_policy_move *a, const skpi_policy_move *b)
{
	return a->day == b->day && a->movement == b->movement &&
		   a->reason == b->reason && a->axis == b->axis &&
		   a->before == b->before && a->after == b->after &&
		   a->there_before == b->there_before &&
		   a->there_after == b->there_after && a->days_away == b->days_away;
}

static void
test_one_rate(void)
{
	int rate[DAYS + 1];

	for (int i = 0; i <= DAYS; i++)
		rate[i] = 1;
	for (int round = 0; round < 1500; round++)
	{
		skpi_policy p = random_policy(false);
		block whole = empty();
		block cut = empty();
		static told a, b;
		bool same;

		for (int i = 0; i < 1 + (int) rnd(4); i++)
		{
			skpi_subscription s = random_subscription();

			CHECK(put(&whole, s, plan_names[1 + i % PLANS]) == SKPI_OK);
			put_parts(&cut, &s, plan_names[1 + i % PLANS], rate);
		}
		CHECK(sound(cut.t));
		CHECK(whole.t->skipped == cut.t->skipped);
		tell(&whole, &p, &a);
		tell(&cut, &p, &b);
		same = a.n == b.n;
		for (size_t i = 0; same && i < a.n; i++)
			same = same_move(&a.moves[i], &b.moves[i]);
		CHECK(same);
		block_free(&whole);
		block_free(&cut);
	}
}

/* The name of a move, as histories have it. */
static const char *
name_of(const skpi_policy_move *m)
{
	return m->movement == SKPI_P_FX ? "fx"
									: skpi_policy_movement_name(m->movement);
}

/* What a history tells, one by one, is what the ledger does; its sum. */
static int64_t
check_history(const block *h, const told *t)
{
	skpi_steps walk;
	skpi_step s;
	bool more;
	size_t at = 0;
	int64_t fx = 0;

	skpi_steps_begin(&walk, skpi_history_changes(h->t), SKPI_NET_DAY,
					 SKPI_MONTH, AS_OF);
	while (skpi_steps_next(&walk, &s, &more) == SKPI_OK && more)
	{
		if (s.fx != 0)
		{
			CHECK(at < t->n && t->moves[at].movement == SKPI_P_FX &&
				  t->moves[at].day == s.day &&
				  t->moves[at].before == s.before - s.fx &&
				  t->moves[at].after == s.before);
			at++;
		}
		if (s.movement == SKPI_NO_MOVEMENT)
			continue;
		CHECK(at < t->n && t->moves[at].day == s.day &&
			  t->moves[at].before == s.before &&
			  t->moves[at].after == s.after &&
			  strcmp(name_of(&t->moves[at]), skpi_movement_name(s.movement)) ==
				  0);
		at++;
	}
	CHECK(at == t->n);
	for (size_t i = 0; i < t->n; i++)
		if (t->moves[i].movement == SKPI_P_FX)
			fx += t->moves[i].after - t->moves[i].before;
	return fx;
}

/* The waterfall of a history: total and labels have the same FX, and close. */
static void
check_flow(const block *h, int64_t fx)
{
	block flow = block_new(sizeof(skpi_tally));
	int64_t *scratch = malloc(skpi_flow_scratch(h->t) * sizeof(int64_t));
	skpi_history_facts f;
	skpi_balance total = {0, 0};
	int64_t of_labels = 0;
	int64_t of_total = 0;
	skpi_status status;

	skpi_flow_init(flow.t, SKPI_MONTH, AS_OF, SKPI_NET_DAY);
	GROWING(&flow, status,
			skpi_flow_add(flow.t, flow.cap, h->t, scratch, NULL, NULL));
	CHECK(status == SKPI_OK);
	skpi_tally_finish(flow.t);
	CHECK(sound(flow.t));
	for (uint32_t r = 0; r < flow.t->n_rows; r++)
	{
		const skpi_row *row = skpi_tally_row(flow.t, r);

		if (row->k1 == 0)
			CHECK(skpi_flow_balance(row->v, &total) == SKPI_OK);
		if (row->k1 < 0 && skpi_key_aside(row->k1) == SKPI_ASIDE_FX)
			*(skpi_key_label(row->k1) == 0 ? &of_total : &of_labels) +=
				row->v[SKPI_FLOW_EXPANSION] - row->v[SKPI_FLOW_CONTRACTION];
	}
	CHECK(skpi_history_at(h->t, AS_OF, &f) == SKPI_OK);
	CHECK(total.amount == f.level && total.customers == (f.level > 0));
	CHECK(of_total == fx && of_labels == fx);
	free(scratch);
	block_free(&flow);
}

static void
test_many_rates(void)
{
	for (int round = 0; round < 1500; round++)
	{
		int rate[DAYS + 1];
		skpi_policy p = random_policy(true);
		block l = empty();
		block h;
		skpi_policy_class *scratch;
		static told t;

		for (int i = 0; i <= DAYS; i++)
			rate[i] = 1 + (int) rnd(9);
		for (int i = 0; i < 1 + (int) rnd(4); i++)
		{
			skpi_subscription s = random_subscription();

			put_parts(&l, &s, plan_names[1 + i % PLANS], rate);
		}
		CHECK(sound(l.t));
		tell(&l, &p, &t);
		h = block_new(skpi_policy_history_bytes(l.t));
		scratch = malloc(skpi_policy_scratch(l.t) * sizeof(*scratch));
		CHECK(skpi_policy_history(l.t, &p, scratch, h.t, h.cap) == SKPI_OK);
		CHECK(sound(h.t));
		check_flow(&h, check_history(&h, &t));
		free(scratch);
		block_free(&h);
		block_free(&l);
	}
}

/* Parts added to a history are what a ledger of them makes of it. */
static void
test_history_parts(void)
{
	const skpi_policy all = {
		.grace = SKPI_FOR_EVER, .recurring = true, .new_after = SKPI_FOR_EVER};
	static const skpi_part parts[] = {{10, 25, 110, false, true},
									  {25, 25, 108, true, false},
									  {25, 40, 162, false, true},
									  {40, NEVER, 157, true, false}};
	block h = block_new(sizeof(skpi_tally));
	block l = empty();
	block made;
	skpi_policy_class *scratch;
	skpi_status status;

	skpi_history_init(h.t, true);
	for (int i = 0; i < 4; i++)
	{
		GROWING(&h, status,
				skpi_history_add_part(h.t, h.cap, &parts[i], "Pro", 3));
		CHECK(status == SKPI_OK);
		CHECK(put(&l,
				  SUB(parts[i].start, parts[i].end, parts[i].price,
					  .continues = parts[i].continues, .since = 10,
					  .goes_on = parts[i].goes_on),
				  "Pro") == SKPI_OK);
	}
	/* a part of no day that continues nothing, and one that ends before */
	status = skpi_history_add_part(h.t, h.cap, &(skpi_part){5, 5, 1, 0, 0},
								   "Pro", 3);
	CHECK(status == SKPI_OK && h.t->skipped == 1);
	status = skpi_history_add_part(h.t, h.cap, &(skpi_part){5, 4, 1, 1, 0},
								   "Pro", 3);
	CHECK(status == SKPI_OK && h.t->skipped == 2);
	h.t->skipped = 0;
	made = block_new(skpi_policy_history_bytes(l.t));
	scratch = malloc(skpi_policy_scratch(l.t) * sizeof(*scratch));
	CHECK(skpi_policy_history(l.t, &all, scratch, made.t, made.cap) == SKPI_OK);
	CHECK(sound(h.t) && sound(made.t));
	CHECK(skpi_tally_used(h.t) == skpi_tally_used(made.t) &&
		  memcmp(h.t, made.t, skpi_tally_used(h.t)) == 0);
	free(scratch);
	block_free(&made);
	block_free(&h);
	block_free(&l);
}

int
main(void)
{
	test_history_parts();
	test_one_rate();
	test_many_rates();
	return unit_done("ledger_parts");
}
