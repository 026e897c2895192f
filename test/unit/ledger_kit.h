/* For the tests of ledgers: subscriptions by name, and at random. */
#ifndef LEDGER_KIT_H
#define LEDGER_KIT_H

#include "kit.h"

#include "skpi_ledger_flow.h"

#define NEVER SKPI_NO_DAY

/* A plain subscription; the rest by name, which wins over what is plain. */
#ifdef __clang__
#pragma GCC diagnostic ignored "-Winitializer-overrides"
#else
#pragma GCC diagnostic ignored "-Woverride-init"
#endif
#define SUB(start_, end_, list_, ...)                                          \
	((skpi_subscription){.start = (start_),                                    \
						 .end = (end_),                                        \
						 .list = (list_),                                      \
						 .trial_end = NEVER,                                   \
						 .paused_from = NEVER,                                 \
						 .resumes_on = NEVER,                                  \
						 .past_due_since = NEVER,                              \
						 .notice_on = NEVER,                                   \
						 .discount_until = NEVER,                              \
						 .standing = SKPI_UNKNOWN_STANDING,                    \
						 .quantity = 10000,                                    \
						 .months = 1,                                          \
						 __VA_ARGS__})

static inline skpi_status
put(block *l, skpi_subscription s, const char *plan)
{
	char text[SKPI_LEDGER_PREFIX + 32];
	skpi_status status;

	memcpy(text + SKPI_LEDGER_PREFIX, plan, strlen(plan));
	s.label = text;
	s.plan_length = strlen(plan);
	GROWING(l, status, skpi_ledger_add(l->t, l->cap, &s));
	return status;
}

static inline block
empty(void)
{
	block l = block_new(sizeof(skpi_tally));

	skpi_ledger_init(l.t);
	return l;
}

#define DAYS 220

static inline int32_t
some_day(int32_t from)
{
	return rnd(2) == 0 ? NEVER : from - 5 + (int32_t) rnd(60);
}

static inline skpi_subscription
random_subscription(void)
{
	int32_t start = (int32_t) rnd(80);
	int32_t end = rnd(3) == 0 ? NEVER : start + (int32_t) rnd(90);

	return SUB(
		start, end, (int64_t) rnd(4) * 50, .trial_end = some_day(start),
		.paused_from = some_day(start + 10), .resumes_on = some_day(start + 20),
		.past_due_since = some_day(start), .notice_on = some_day(start + 20),
		.discount_until = some_day(start),
		.standing = (skpi_standing) rnd(SKPI_UNKNOWN_STANDING + 1),
		.reason = (skpi_end_reason) rnd(SKPI_END_REASONS),
		.metered = rnd(5) == 0, .once = rnd(2) == 0,
		.months = rnd(2) == 0 ? 1 : 12, .discount = (int64_t) rnd(200),
		.quantity = 10000 * (int64_t) rnd(3));
}

static inline block
ledger_of(const skpi_subscription *s, int n)
{
	block l = empty();

	for (int i = 0; i < n; i++)
		CHECK(put(&l, s[i], plan_names[1 + i % PLANS]) == SKPI_OK);
	return l;
}

#endif
