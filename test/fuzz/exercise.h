/*
 * Everything the product does with a state that has passed its check.  No
 * input may crash it, run into a sanitizer, or break what is tested here.
 * Used by the fuzz targets, by the replay of their corpus, and by the unit
 * tests that damage valid states.
 */
#ifndef EXERCISE_H
#define EXERCISE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "skpi_bridge.h"
#include "skpi_cohort.h"
#include "skpi_conversion.h"
#include "skpi_event_cohort.h"
#include "skpi_event_flow.h"
#include "skpi_features.h"
#include "skpi_flow.h"
#include "skpi_funnel.h"
#include "skpi_ledger_flow.h"
#include "skpi_metrics.h"
#include "skpi_retention.h"
#include "skpi_revenue.h"
#include "skpi_series.h"
#include "skpi_session_set.h"
#include "skpi_tally_text.h"

#define MUST(cond)                                                             \
	do                                                                         \
	{                                                                          \
		if (!(cond))                                                           \
		{                                                                      \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #cond);         \
			__builtin_trap();                                                  \
		}                                                                      \
	} while (0)

static inline skpi_tally *
exercise_block(size_t bytes)
{
	skpi_tally *t = malloc(bytes);

	MUST(t != NULL);
	memset((void *) t, 0x33, bytes);
	return t;
}

static inline bool
exercise_same(const skpi_tally *a, const skpi_tally *b)
{
	return skpi_tally_used(a) == skpi_tally_used(b) &&
		   memcmp((const char *) a + 4, (const char *) b + 4,
				  skpi_tally_used(a) - 4) == 0;
}

static inline void
exercise_sound(const skpi_tally *t)
{
	MUST(skpi_tally_check(t, skpi_tally_used(t), (skpi_kind) t->kind) ==
		 SKPI_OK);
}

/* print, parse: the same bytes; and a buffer too short is no harm */
static inline void
exercise_text(const skpi_tally *t)
{
	size_t n = skpi_tally_print(t, NULL, 0, NULL, NULL);
	char *text = malloc(n + 1);
	char small[16];
	skpi_tally *copy = exercise_block(skpi_tally_used(t));

	MUST(text != NULL);
	MUST(skpi_tally_print(t, text, n + 1, NULL, NULL) == n &&
		 strlen(text) <= n);
	MUST(skpi_tally_print(t, small, sizeof(small), NULL, NULL) == n &&
		 small[15] == 0);
	/* a label may hold a zero byte when it did not come as text */
	if (strlen(text) == n)
	{
		MUST(skpi_tally_parse(text, (skpi_kind) t->kind, copy,
							  skpi_tally_used(t), NULL, NULL) == SKPI_OK);
		MUST(exercise_same(t, copy));
	}
	free(text);
	free(copy);
}

/* With nothing it stays itself; with itself it doubles or overflows. */
static inline void
exercise_merge(const skpi_tally *t)
{
	size_t used = skpi_tally_used(t);
	skpi_tally *to = exercise_block(2 * used);
	skpi_tally *empty = exercise_block(2 * used);
	skpi_status status;

	memcpy((void *) to, t, used);
	status = skpi_tally_merge(to, 2 * used, t);
	MUST(status == SKPI_OK || status == SKPI_E_OVERFLOW);
	exercise_sound(to);
	skpi_tally_init(empty, (skpi_kind) t->kind, (skpi_grain) t->grain,
					t->param);
	empty->flags = t->flags;
	MUST(skpi_tally_merge(empty, 2 * used, t) == SKPI_OK);
	MUST(exercise_same(empty, t));
	free(to);
	free(empty);
}

static inline void
exercise_steps(const skpi_tally *h, int32_t as_of)
{
	skpi_history_facts facts;
	skpi_steps walk;
	skpi_step step;
	bool more;

	for (int netting = 0; netting < SKPI_NETTINGS; netting++)
		for (int grain = SKPI_DAY; grain <= SKPI_YEAR; grain++)
		{
			uint32_t n = 0;

			skpi_steps_begin(&walk, skpi_history_changes(h),
							 (skpi_netting) netting, (skpi_grain) grain, as_of);
			while (skpi_steps_next(&walk, &step, &more) == SKPI_OK && more)
			{
				MUST(++n <= 2 * h->n_rows);
				MUST(step.before >= 0 && step.after >= 0 && step.day <= as_of);
			}
		}
	(void) skpi_history_at(h, as_of, &facts);
	MUST(skpi_history_first_label(h, as_of) <= h->n_labels);
}

static inline void
exercise_activity(const skpi_tally *a, int32_t as_of)
{
	skpi_tally scratch;
	size_t bytes;
	skpi_tally *t;
	int64_t count;
	int64_t amount;

	for (int lane = 0; lane < SKPI_LANES; lane++)
		(void) skpi_activity_total(a, (skpi_lane) lane, &count, &amount);
	skpi_revenue_init(&scratch, (skpi_grain) a->grain, as_of);
	bytes = sizeof(scratch) + skpi_revenue_room(&scratch, a);
	t = exercise_block(bytes);
	skpi_revenue_init(t, (skpi_grain) a->grain, as_of);
	MUST(skpi_revenue_add(t, bytes, a) != SKPI_FULL);
	free(t);
	for (int anchored = 0; anchored < 2; anchored++)
	{
		skpi_cohort_init(&scratch, (skpi_grain) a->grain, as_of);
		bytes = sizeof(scratch) + skpi_cohort_room(&scratch, a);
		t = exercise_block(bytes);
		skpi_cohort_init(t, (skpi_grain) a->grain, as_of);
		MUST(skpi_cohort_add(t, bytes, a, anchored ? 100 : SKPI_NO_DAY) !=
			 SKPI_FULL);
		free(t);
	}
}

static inline void
exercise_bridge(const skpi_tally *h, const skpi_tally *a, skpi_grain grain,
				int32_t as_of)
{
	skpi_tally scratch;
	size_t bytes;
	skpi_tally *t;
	skpi_status status;

	skpi_bridge_init(&scratch, grain, as_of);
	bytes = sizeof(scratch) + skpi_bridge_room(&scratch, h, a);
	t = exercise_block(bytes);
	skpi_bridge_init(t, grain, as_of);
	status = skpi_bridge_add(t, bytes, h, a);
	MUST(status != SKPI_FULL);
	skpi_tally_settle(t, bytes);
	if (status == SKPI_OK)
		exercise_sound(t);
	free(t);
}

static inline void
exercise_history(const skpi_tally *h, int32_t as_of, skpi_grain grain)
{
	skpi_tally scratch;
	size_t bytes;
	size_t need = skpi_flow_scratch(h) > skpi_retention_scratch(h)
					  ? skpi_flow_scratch(h)
					  : skpi_retention_scratch(h);
	int64_t *words = malloc(need * sizeof(int64_t));
	skpi_tally *t;
	skpi_status status;

	MUST(words != NULL);
	exercise_steps(h, as_of);
	for (int netting = 0; netting < SKPI_NETTINGS; netting++)
	{
		skpi_flow_init(&scratch, grain, as_of, (skpi_netting) netting);
		bytes = sizeof(scratch) + skpi_flow_room(&scratch, h);
		t = exercise_block(bytes);
		skpi_flow_init(t, grain, as_of, (skpi_netting) netting);
		status = skpi_flow_add(t, bytes, h, words, NULL, NULL);
		MUST(status != SKPI_FULL);
		skpi_tally_settle(t, bytes);
		if (status == SKPI_OK)
			exercise_sound(t);
		free(t);
	}
	skpi_retention_init(&scratch, grain, as_of, 12);
	bytes = sizeof(scratch) + skpi_retention_room(&scratch, h);
	t = exercise_block(bytes);
	skpi_retention_init(t, grain, as_of, 12);
	status = skpi_retention_add(t, bytes, h, words, NULL, NULL);
	MUST(status != SKPI_FULL);
	free(words);
	skpi_tally_settle(t, bytes);
	if (status == SKPI_OK)
		exercise_sound(t);
	free(t);
	bytes = skpi_activity_from_history_bytes(h);
	t = exercise_block(bytes);
	status = skpi_activity_from_history(t, bytes, h, grain, as_of);
	MUST(status != SKPI_FULL);
	skpi_tally_settle(t, bytes);
	if (status == SKPI_OK)
	{
		exercise_sound(t);
		exercise_activity(t, as_of);
		exercise_bridge(h, t, grain, as_of);
	}
	free(t);
	exercise_bridge(h, NULL, grain, as_of);
}

/* The rows read back as an accessor reads them. */
static inline void
exercise_calendar(const skpi_tally *t)
{
	int32_t first;
	int32_t last;

	if (skpi_series_calendar(t, SKPI_NO_DAY, &first, &last))
		MUST(first < last);
	else
		MUST(t->n_rows == 0);
	if (skpi_series_calendar(t, SKPI_DAY_MAX, &first, &last))
		MUST(first < last);
}

static inline void
exercise_rows(const skpi_tally *t)
{
	int64_t sum[SKPI_TALLY_MAX_WIDTH] = {0};
	skpi_balance balance = {0, 0};
	skpi_conversion_sum con;
	bool more = true;
	uint32_t next = 0;

	for (uint32_t r = 0; t->kind == SKPI_MRR_FLOW && r < t->n_rows; r++)
		if (skpi_flow_balance(skpi_tally_row(t, r)->v, &balance) != SKPI_OK)
			break;
	for (int32_t p = 0; t->kind == SKPI_SERIES && p < 100; p++)
		(void) skpi_series_at(t, &next, p);
	if (t->kind == SKPI_SERIES)
		exercise_calendar(t);
	next = 0;
	while (t->kind == SKPI_CONVERSION && more)
		if (skpi_conversion_next(t, &next, &con, &more) != SKPI_OK)
			break;
	for (next = 0; next < t->n_rows;)
	{
		uint32_t before = next;

		memset(sum, 0, sizeof(sum));
		if (skpi_tally_sum_until(t, &next, skpi_tally_row(t, next)->k1,
								 INT32_MAX, sum) != SKPI_OK)
			break;
		MUST(next > before);
	}
}

static inline void
exercise_events(const skpi_tally *h, skpi_grain grain, int32_t as_of)
{
	size_t words = skpi_event_flow_scratch(h);
	int64_t *scratch = malloc(words * sizeof(*scratch));
	skpi_event_totals all;
	skpi_event_totals *by = malloc(((size_t) h->n_labels + 1) * sizeof(*by));
	skpi_tally *t = exercise_block(sizeof(*t));
	size_t bytes;
	skpi_status status;

	(void) skpi_event_total(h, &all);
	(void) skpi_event_totals_by_label(h, by);
	skpi_event_flow_init(t, grain, as_of, (int32_t) grain % 3);
	bytes = sizeof(*t) + skpi_event_flow_room(t, h);
	free(t);
	t = exercise_block(bytes);
	skpi_event_flow_init(t, grain, as_of, (int32_t) grain % 3);
	status = skpi_event_flow_add(t, bytes, h, scratch, NULL, NULL);
	MUST(status != SKPI_FULL);
	skpi_tally_settle(t, bytes);
	if (status == SKPI_OK)
		exercise_sound(t);
	free(t);
	free(by);
	free(scratch);
}

static inline void
exercise_event_cohort(const skpi_tally *h, skpi_grain grain, int32_t as_of)
{
	static const int32_t from[] = {0, 1, 4, 400};
	const skpi_brackets brackets = {4, from, 40};
	skpi_tally *t = exercise_block(sizeof(*t));
	size_t bytes;
	skpi_status status;

	skpi_event_cohort_init(t, grain, as_of, (int32_t) grain % 3);
	bytes = sizeof(*t) + skpi_event_cohort_room(t, h);
	free(t);
	t = exercise_block(bytes);
	skpi_event_cohort_init(t, grain, as_of, (int32_t) grain % 3);
	status = skpi_event_cohort_add(
		t, bytes, h, h->n_rows > 0 ? skpi_tally_row(h, 0)->k1 : as_of,
		&brackets);
	MUST(status != SKPI_FULL);
	skpi_tally_settle(t, bytes);
	if (status == SKPI_OK)
		exercise_sound(t);
	free(t);
}

/* The way through it, and one more event. */
static inline void
exercise_funnel(const skpi_tally *p, int32_t day)
{
	size_t bytes = skpi_tally_used(p) + skpi_tally_room(p, 1);
	int64_t time = day * INT64_C(86400000000);
	skpi_tally *t = exercise_block(bytes);
	skpi_funnel_way way;

	memcpy((void *) t, p, skpi_tally_used(p));
	if (time >= SKPI_FUNNEL_TIME_MIN && time < SKPI_FUNNEL_TIME_END &&
		skpi_funnel_add(t, bytes, time, 1) == SKPI_OK)
		exercise_sound(t);
	skpi_funnel_walk(t, &way);
	MUST(way.reached >= 0 && way.reached <= skpi_funnel_steps(t));
	free(t);
}

/* One more event, before, between and after all. */
static inline void
exercise_sessions(const skpi_tally *s, int32_t day)
{
	size_t bytes = skpi_tally_used(s) + skpi_tally_room(s, 1);
	skpi_tally *t = exercise_block(bytes);
	int64_t events;
	int64_t length;

	memcpy((void *) t, s, skpi_tally_used(s));
	(void) skpi_session_set_total(s, &events, &length);
	if (skpi_session_set_add(t, bytes, day * INT64_C(86400000000), day) ==
		SKPI_OK)
		exercise_sound(t);
	free(t);
}

/* All that judges scores, and one more score. */
static inline void
exercise_scores(const skpi_tally *s, double score)
{
	size_t bytes = skpi_tally_late_room(s);
	skpi_tally *t = exercise_block(bytes);
	skpi_group group[7];
	skpi_bin bin[7];
	skpi_confusion c;
	double x, y;

	if (skpi_metrics_auc(s, &x, &y) == SKPI_OK)
		MUST(x >= 0 && x <= 1);
	if (skpi_metrics_precision(s, &x) == SKPI_OK)
		MUST(x >= 0 && x < 1.000001);
	if (skpi_metrics_ks(s, &x, &y) == SKPI_OK)
		MUST(x >= 0 && x <= 1);
	(void) skpi_metrics_losses(s, &x, &y);
	(void) skpi_metrics_confusion(s, score, &c);
	(void) skpi_metrics_groups(s, 7, group);
	for (int equal_rows = 0; equal_rows < 2; equal_rows++)
		if (skpi_metrics_bins(s, 7, equal_rows, bin) == SKPI_OK)
			(void) skpi_metrics_calibration_error(bin, 7);
	memcpy((void *) t, s, skpi_tally_used(s));
	MUST(skpi_scores_add(t, bytes, score, true) == SKPI_OK);
	skpi_tally_settle(t, bytes);
	exercise_sound(t);
	free(t);
}

/* One walk to a day and on to the end, by both definitions. */
static inline void
exercise_orders(const skpi_tally *t, int32_t day)
{
	skpi_asked asked = {90, SKPI_DAY_MAX, NULL, NULL};
	int64_t *words = malloc(skpi_order_words(t) * sizeof(*words));

	for (int published = 0; published < 2; published++)
	{
		skpi_order_walk walk;
		skpi_features f;

		skpi_order_walk_begin(&walk, t, published == 1, &asked, words);
		for (int i = 0; i < 4; i++)
		{
			int32_t at =
				i < 3 && day <= SKPI_DAY_MAX - i ? day + i : SKPI_DAY_MAX;

			if (skpi_order_walk_to(&walk, at, &f) != SKPI_OK)
				break;
			if (f.there)
			{
				MUST(f.value[SKPI_OF_ORDERS] > 0);
				MUST(f.value[SKPI_OF_RECENCY] >= 0);
				MUST(f.value[SKPI_OF_TENURE] >= 0);
				MUST(!(f.value[SKPI_OF_MEDIAN_GAP] < 0));
			}
		}
	}
	free(words);
}

static inline void
exercise_event_features(const skpi_tally *t, int32_t day)
{
	skpi_asked asked = {30, SKPI_DAY_MAX, NULL, NULL};
	int64_t *words = malloc(skpi_event_words(t) * sizeof(*words));
	int64_t *more = malloc(skpi_type_words(t) * sizeof(*more));
	skpi_event_walk walk;
	skpi_type_walk types;
	skpi_features f;
	bool there;

	skpi_type_walk_begin(&types, t, 28, NULL, NULL, more);
	if (skpi_type_walk_to(&types, day, &there) == SKPI_OK)
		for (int32_t i = 0; i <= t->n_labels; i++)
			MUST(skpi_type_events(&types, i) >= 0);
	free(more);
	skpi_event_walk_begin(&walk, t, &asked, words);
	if (skpi_event_walk_to(&walk, day, &f) == SKPI_OK && f.there)
		MUST(f.value[SKPI_EF_RECENCY] >= 0);
	if (skpi_event_walk_to(&walk, SKPI_DAY_MAX, &f) == SKPI_OK && f.there)
		MUST(f.value[SKPI_EF_EVENTS] > 0);
	free(words);
}

/* A history, with or without payments. */
static inline void
exercise_subscription(const skpi_tally *h, const skpi_tally *a, int32_t day)
{
	skpi_asked asked = {90, SKPI_DAY_MAX, NULL, NULL};
	int64_t *words = malloc(skpi_subscription_words(h) * sizeof(*words));
	skpi_subscription_walk walk;
	skpi_features f;

	if (skpi_subscription_walk_begin(&walk, h, a, &asked, words) == SKPI_OK &&
		skpi_subscription_walk_to(&walk, day, &f) == SKPI_OK)
	{
		if (f.there)
			MUST(f.value[SKPI_SF_TENURE] >= 0);
		if (skpi_subscription_walk_to(&walk, SKPI_DAY_MAX, &f) == SKPI_OK &&
			f.there)
			MUST(f.value[SKPI_SF_MRR] > 0);
	}
	free(words);
}

/* The payments of a customer who has always paid. */
static inline void
exercise_payments(const skpi_tally *a, int32_t day)
{
	int64_t block[16];
	skpi_tally *h = (skpi_tally *) block;

	skpi_history_init(h, false);
	MUST(skpi_history_add(h, sizeof(block), SKPI_DAY_MIN, SKPI_NO_DAY, 1, "",
						  0) == SKPI_OK);
	exercise_subscription(h, a, day);
}

/* A ledger under one policy of each kind of axis. */
static inline void
exercise_policy(const skpi_tally *l, const skpi_policy *p,
				const skpi_policy *other, int32_t day)
{
	skpi_policy_class *scratch =
		malloc(skpi_policy_scratch(l) * sizeof(*scratch));
	skpi_policy_move *moves = malloc(skpi_policy_moves_max(l) * sizeof(*moves));
	size_t cap = skpi_policy_history_bytes(l);
	skpi_tally *h = exercise_block(cap);
	int64_t parts[SKPI_POLICY_AXES];
	skpi_tally head;
	skpi_tally *flow;
	size_t n = 0;

	if (skpi_policy_moves(l, p, day, scratch, moves, &n, NULL, NULL) == SKPI_OK)
	{
		MUST(n <= skpi_policy_moves_max(l));
		for (size_t i = 0; i < n; i++)
			MUST(moves[i].before >= 0 && moves[i].after >= 0 &&
				 moves[i].day <= day &&
				 (i == 0 || moves[i].day > moves[i - 1].day));
	}
	if (skpi_policy_history(l, p, scratch, h, cap) == SKPI_OK)
		exercise_sound(h);
	(void) skpi_policy_explain(l, p, other, day, scratch, parts);
	skpi_ledger_flow_init(&head, day, p);
	cap = sizeof(head) + skpi_ledger_flow_room(&head, l);
	flow = exercise_block(cap);
	skpi_ledger_flow_init(flow, day, p);
	if (skpi_ledger_flow_add(flow, cap, l, p, scratch, moves) == SKPI_OK)
		exercise_sound(flow);
	free(flow);
	free(h);
	free(moves);
	free(scratch);
}

static inline void
exercise_ledger(const skpi_tally *l, int32_t day)
{
	static const skpi_policy house = {.grace = 30,
									  .unpaid = true,
									  .recurring = true,
									  .new_after = SKPI_FOR_EVER};
	static const skpi_policy all = {.trials = true,
									.never_paid = true,
									.pauses = SKPI_PAUSES_KEEP,
									.unpaid = true,
									.metered = true,
									.once = true,
									.free_stays = true,
									.returns_after = 3,
									.new_after = 90,
									.same_month = SKPI_SAME_MONTH_NET};
	static const skpi_policy removed = {.grace = SKPI_FOR_EVER,
										.pauses = SKPI_PAUSES_CHURN,
										.at_notice = true,
										.new_after = SKPI_FOR_EVER,
										.same_month = SKPI_SAME_MONTH_REMOVED};

	exercise_policy(l, &house, &all, day);
	exercise_policy(l, &all, &removed, day);
	exercise_policy(l, &removed, &house, day);
}

static inline void
exercise(const skpi_tally *t)
{
	static const int32_t days[] = {SKPI_DAY_MIN, 0, 9000, SKPI_DAY_MAX};

	exercise_text(t);
	exercise_merge(t);
	exercise_rows(t);
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++)
	{
		if (t->kind == SKPI_MRR_HISTORY)
		{
			exercise_history(t, days[i], (skpi_grain) (i + 1));
			exercise_subscription(t, NULL, days[i]);
		}
		if (t->kind == SKPI_EVENT_HISTORY)
		{
			exercise_events(t, (skpi_grain) (i + 1), days[i]);
			exercise_event_features(t, days[i]);
			exercise_event_cohort(t, (skpi_grain) (i + 1), days[i]);
		}
		if (t->kind == SKPI_ORDER_HISTORY)
			exercise_orders(t, days[i]);
		if (t->kind == SKPI_LEDGER && days[i] == 9000)
			exercise_ledger(t, days[i]);
		if (t->kind == SKPI_FUNNEL_PATH)
			exercise_funnel(t, days[i]);
		if (t->kind == SKPI_SESSION_SET)
			exercise_sessions(t, days[i]);
		if (t->kind == SKPI_SCORES)
			exercise_scores(t, days[i] / 9000.);
		if (t->kind == SKPI_ACTIVITY)
		{
			exercise_activity(t, days[i]);
			exercise_payments(t, days[i]);
			exercise_bridge(NULL, t, (skpi_grain) t->grain, days[i]);
		}
	}
}

/* Raw bytes: an aligned copy of exactly this size, checked as each kind. */
static inline bool
exercise_bytes(const uint8_t *data, size_t size)
{
	skpi_tally *t = exercise_block(size > 0 ? size : 1);
	bool ok = false;

	if (size > 0)
		memcpy((void *) t, data, size);
	for (int kind = 1; kind <= SKPI_KINDS; kind++)
		if (skpi_tally_check(t, size, (skpi_kind) kind) == SKPI_OK)
		{
			MUST(kind == t->kind);
			exercise(t);
			ok = true;
		}
	free(t);
	return ok;
}

/* Text: whatever parses is sound, and prints as text that parses the same. */
static inline bool
exercise_string(const char *text)
{
	size_t cap = sizeof(skpi_tally) + 8 * strlen(text) + 64;
	skpi_tally *t = exercise_block(cap);
	bool ok = false;

	for (int kind = 1; kind <= SKPI_KINDS; kind++)
	{
		skpi_status status =
			skpi_tally_parse(text, (skpi_kind) kind, t, cap, NULL, NULL);

		MUST(status != SKPI_FULL);
		if (status != SKPI_OK)
			continue;
		exercise_sound(t);
		exercise(t);
		ok = true;
	}
	free(t);
	return ok;
}

#endif
