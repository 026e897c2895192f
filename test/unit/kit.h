/*
 * For the tests of states: blocks of exactly the bytes asked for (so that the
 * sanitizer sees one byte too many), a seeded random source, subscriptions at
 * random, and the day-by-day brute force the states are compared with.
 */
#ifndef KIT_H
#define KIT_H

#include <stdlib.h>
#include <string.h>

#include "skpi_tally.h"
#include "skpi_tally_text.h"
#include "skpi_history.h"

#include "unit.h"

typedef struct block
{
	skpi_tally *t;
	size_t cap;
} block;

static inline block
block_new(size_t cap)
{
	block b = {malloc(cap), cap};

	memset((void *) b.t, 0x5a, cap);
	return b;
}

static inline void
block_free(block *b)
{
	free(b->t);
	b->t = NULL;
}

/* The same contents with a little more room; old pointers become invalid. */
static inline void
block_grow(block *b)
{
	block larger = block_new(b->cap + b->cap / 2 + 8);

	memcpy((void *) larger.t, b->t, b->cap);
	block_free(b);
	*b = larger;
}

/* Calls again with more room for as long as that is what is asked for. */
#define GROWING(b, status, call)                                               \
	while (((status) = (call)) == SKPI_FULL)                                   \
	block_grow(b)

/* Equal bytes but for the length word, which is the server's. */
static inline bool
same_bytes(const skpi_tally *a, const skpi_tally *b)
{
	size_t skip = sizeof(a->length_word);

	return skpi_tally_used(a) == skpi_tally_used(b) &&
		   memcmp((const char *) a + skip, (const char *) b + skip,
				  skpi_tally_used(a) - skip) == 0;
}

static inline bool
sound(const skpi_tally *t)
{
	return skpi_tally_check(t, skpi_tally_used(t), (skpi_kind) t->kind) ==
		   SKPI_OK;
}

static uint64_t rnd_state = 1;

static inline void
rnd_seed(uint64_t seed)
{
	rnd_state = seed * 0x9e3779b97f4a7c15u + 0x1234567;
}

/* xorshift64*, enough for tests */
static inline uint32_t
rnd(uint32_t below)
{
	rnd_state ^= rnd_state >> 12;
	rnd_state ^= rnd_state << 25;
	rnd_state ^= rnd_state >> 27;
	return (uint32_t) ((rnd_state * 0x2545f4914f6cdd1du) >> 33) % below;
}

/*
 * Brute force.  Days 0 .. SPAN-1 are 2000-01-01 and on; it begins on a
 * Saturday and has a leap day in the second month.
 */
#define SPAN 1500
#define PLANS 3

static const char *const plan_names[PLANS + 1] = {"", "Basic", "Pro", "Zeta"};

typedef struct sub
{
	int32_t start;
	int32_t end;
	int64_t price;
	int plan; /* 1 .. PLANS */
} sub;

/* Months since year 0 of each day, by walking. */
static inline int32_t
naive_month(int32_t day)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30,
								  31, 31, 30, 31, 30, 31};
	int year = 2000;
	int month = 0;
	int32_t left = day;

	for (;;)
	{
		int n = lengths[month];

		if (month == 1 &&
			((year % 4 == 0 && year % 100 != 0) || year % 400 == 0))
			n++;
		if (left < n)
			return year * 12 + month;
		left -= n;
		if (++month == 12)
		{
			month = 0;
			year++;
		}
	}
}

static inline int32_t
naive_period(skpi_grain grain, int32_t day)
{
	switch (grain)
	{
		case SKPI_DAY:
			return day;
		case SKPI_WEEK:
			return (day + 5) / 7 - 1; /* day 2 was a Monday */
		case SKPI_MONTH:
			return naive_month(day);
		case SKPI_QUARTER:
			return naive_month(day) / 3;
		default:
			return naive_month(day) / 12;
	}
}

/* Few prices, many ties of days: where netting and transfers are decided. */
static inline int
random_subs(sub *subs, int max)
{
	static const int64_t prices[] = {100, 100, 200, 300, 50, 0};
	int n = (int) rnd((uint32_t) max + 1);
	int32_t span = rnd(3) == 0 ? 40 : 900;
	int32_t step = rnd(2) == 0 ? 1 : 15;

	for (int i = 0; i < n; i++)
	{
		subs[i].start = (int32_t) rnd((uint32_t) (span / step)) * step;
		subs[i].end =
			rnd(4) == 0 ? SKPI_NO_DAY
						: subs[i].start +
							  (int32_t) rnd((uint32_t) (span / step)) * step;
		/* now and then: end before start */
		if (rnd(20) == 0)
			subs[i].end = subs[i].start - 1;
		subs[i].price = prices[rnd(6)];
		subs[i].plan = 1 + (int) rnd(PLANS);
		/* a plan switch at the end of the one before */
		if (i > 0 && rnd(3) == 0 && subs[i - 1].end != SKPI_NO_DAY &&
			subs[i - 1].end >= 0)
		{
			subs[i].start = subs[i - 1].end;
			subs[i].end = rnd(2) == 0 ? SKPI_NO_DAY : subs[i].start + 30;
		}
	}
	return n;
}

static inline bool
sub_usable(const sub *s)
{
	return s->price > 0 && (s->end == SKPI_NO_DAY || s->end > s->start);
}

/* The level at the end of a day, of one plan or (0) of all. */
static inline int64_t
naive_level(const sub *subs, int n, int32_t day, int plan)
{
	int64_t level = 0;

	for (int i = 0; i < n; i++)
		if (sub_usable(&subs[i]) && (plan == 0 || subs[i].plan == plan) &&
			subs[i].start <= day &&
			(subs[i].end == SKPI_NO_DAY || day < subs[i].end))
			level += subs[i].price;
	return level;
}

static inline block
history_of(const sub *subs, int n, bool labelled)
{
	block h = block_new(sizeof(skpi_tally));
	skpi_status status;

	skpi_history_init(h.t, labelled);
	for (int i = 0; i < n; i++)
	{
		const char *plan = plan_names[subs[i].plan];

		GROWING(&h, status,
				skpi_history_add(h.t, h.cap, subs[i].start, subs[i].end,
								 subs[i].price, plan, strlen(plan)));
		CHECK(status == SKPI_OK);
	}
	return h;
}

/* Values of the row under two keys, zeros when there is none. */
static inline const int64_t *
row_values(const skpi_tally *t, int32_t k1, int32_t k2)
{
	static const int64_t nothing[SKPI_TALLY_MAX_WIDTH];

	for (uint32_t r = 0; r < t->n_rows; r++)
		if (skpi_tally_row(t, r)->k1 == k1 && skpi_tally_row(t, r)->k2 == k2)
			return skpi_tally_row(t, r)->v;
	return nothing;
}

/* The label's number, 0 when the state does not know it. */
static inline int32_t
label_number(const skpi_tally *t, const char *text)
{
	for (int32_t i = 1; i <= t->n_labels; i++)
	{
		size_t n;
		const char *p = skpi_tally_label_text(t, i, &n);

		if (n == strlen(text) && memcmp(p, text, n) == 0)
			return i;
	}
	return 0;
}

/* Sums differences up to a key: what accessors show. */
static inline void
values_at(const skpi_tally *t, int32_t k1, int32_t k2, int64_t *sum)
{
	uint32_t next = 0;
	int width = skpi_tally_width((skpi_kind) t->kind);

	memset(sum, 0, (size_t) width * sizeof(*sum));
	while (next < t->n_rows && skpi_tally_row(t, next)->k1 < k1)
		next++;
	CHECK(skpi_tally_sum_until(t, &next, k1, k2, sum) == SKPI_OK);
}

/* Merges into a block that grows. */
static inline skpi_status
block_merge(block *to, const skpi_tally *from)
{
	skpi_status status;

	GROWING(to, status, skpi_tally_merge(to->t, to->cap, from));
	return status;
}

static inline block
block_copy(const skpi_tally *t)
{
	block b = block_new(skpi_tally_used(t));

	memcpy((void *) b.t, t, b.cap);
	return b;
}

#endif
