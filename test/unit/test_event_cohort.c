/* Cohorts of events: against counting day by day, in any order, in parts. */
#include "skpi_event_cohort.h"

#include "kit.h"

#define DAYS 90
#define CUSTOMERS 6

typedef struct customer
{
	int32_t anchor;
	bool there[DAYS];
} customer;

typedef struct setting
{
	skpi_grain grain;
	int32_t as_of;
	int32_t shift;
	skpi_brackets brackets;
} setting;

static block
empty(const setting *s)
{
	block b = block_new(sizeof(skpi_tally));

	skpi_event_cohort_init(b.t, s->grain, s->as_of, s->shift);
	return b;
}

static void
add(block *b, const setting *s, const customer *c)
{
	block h = block_new(sizeof(skpi_tally));
	skpi_status status;
	bool known = false;

	skpi_event_init(h.t);
	for (int day = 0; day < DAYS; day++)
		if (c->there[day])
		{
			GROWING(&h, status, skpi_event_add(h.t, h.cap, day, "x", 1));
			CHECK(status == SKPI_OK);
			known = true;
		}
	GROWING(b, status,
			skpi_event_cohort_add(b->t, b->cap, known ? h.t : NULL, c->anchor,
								  &s->brackets));
	CHECK(status == SKPI_OK);
	block_free(&h);
}

static int32_t
period_of(const setting *s, int32_t day)
{
	return skpi_period(s->grain, s->grain == SKPI_WEEK ? day + s->shift : day);
}

/* Whether she was there at some age of a span, from her anchor to as_of. */
static bool
there(const setting *s, const customer *c, int32_t from, int32_t until)
{
	for (int day = c->anchor; day < DAYS && day <= s->as_of; day++)
	{
		int32_t age = period_of(s, day) - period_of(s, c->anchor);

		if (c->there[day] && age >= from && age <= until)
			return true;
	}
	return false;
}

static void
expect(const setting *s, const customer *c, int32_t cohort, int32_t age,
	   int64_t *want)
{
	int i = skpi_bracket_of(&s->brackets, age);

	memset(want, 0, SKPI_COH_WIDTH * sizeof(*want));
	for (int n = 0; n < CUSTOMERS; n++)
	{
		int32_t a = 0;

		if (c[n].anchor > s->as_of || period_of(s, c[n].anchor) != cohort)
			continue;
		while (a <= age && there(s, &c[n], a, a))
			a++;
		want[SKPI_COH_CUSTOMERS]++;
		want[SKPI_COH_ACTIVE] += there(s, &c[n], age, age);
		want[SKPI_COH_LATER] += there(s, &c[n], age, INT32_MAX);
		want[SKPI_COH_THROUGHOUT] += a > age;
		if (i >= 0)
			want[SKPI_COH_IN_BRACKET] += there(s, &c[n], s->brackets.from[i],
											   s->brackets.from[i + 1] - 1);
	}
}

static void
compare(const setting *s, const customer *c, const skpi_tally *t)
{
	int32_t last = period_of(s, s->as_of);

	for (uint32_t next = 0; next < t->n_rows;)
	{
		int32_t cohort = skpi_tally_row(t, next)->k1;
		int64_t v[SKPI_COH_WIDTH] = {0};
		int64_t want[SKPI_COH_WIDTH];

		for (int32_t age = 0;
			 age <= s->brackets.last_age && cohort + age <= last; age++)
		{
			CHECK(skpi_tally_sum_until(t, &next, cohort, age, v) == SKPI_OK);
			expect(s, c, cohort, age, want);
			CHECK(memcmp(v, want, sizeof(v)) == 0);
		}
		CHECK(next == t->n_rows || skpi_tally_row(t, next)->k1 != cohort);
	}
}

static void
test_random(uint64_t seed)
{
	static const int32_t from[][5] = {
		{0, 1, 4, 8, 15}, {2, 5, 6, 7, 9}, {0, 3, 40, 41, 90}};
	setting s = {.grain = (skpi_grain) (1 + seed % 4),
				 .as_of = (int32_t) (seed % (DAYS + 20)),
				 .shift = (int32_t) (seed % 3),
				 .brackets = {2 + (int) (seed % 4), from[seed % 3],
							  (int32_t) (seed % 5 * seed % 97)}};
	customer c[CUSTOMERS];
	block whole = empty(&s);
	block part[2] = {empty(&s), empty(&s)};

	rnd_seed(seed);
	for (int n = 0; n < CUSTOMERS; n++)
	{
		uint32_t one_in = 1 + rnd(20);

		c[n].anchor = (int32_t) rnd(DAYS);
		for (int day = 0; day < DAYS; day++)
			c[n].there[day] = n > 0 && rnd(one_in) == 0;
		add(&part[rnd(2)], &s, &c[n]);
	}
	for (int n = CUSTOMERS; n-- > 0;)
		add(&whole, &s, &c[n]);
	compare(&s, c, whole.t);
	CHECK(block_merge(&part[0], part[1].t) == SKPI_OK);
	CHECK(sound(whole.t) && same_bytes(part[0].t, whole.t));
	block_free(&whole);
	block_free(&part[0]);
	block_free(&part[1]);
}

static void
test_brackets(void)
{
	static const int32_t from[] = {1, 2, 9};
	const skpi_brackets b = {3, from, 9};

	CHECK(skpi_bracket_of(&b, 0) == -1 && skpi_bracket_of(&b, 1) == 0);
	CHECK(skpi_bracket_of(&b, 2) == 1 && skpi_bracket_of(&b, 8) == 1);
	CHECK(skpi_bracket_of(&b, 9) == -1);
}

int
main(void)
{
	test_brackets();
	for (uint64_t seed = 1; seed <= 1500; seed++)
		test_random(seed);
	return unit_done("event cohort");
}
