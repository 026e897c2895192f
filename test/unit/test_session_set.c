/* Sets of sessions: in any order and from parts as from a walk over all. */
#include "kit.h"
#include "skpi_session.h"
#include "skpi_session_set.h"

#define EVENTS 60

static block
new_set(int64_t gap, bool by_day)
{
	block b = block_new(sizeof(skpi_tally));

	skpi_session_set_init(b.t, gap, by_day);
	return b;
}

static void
add(block *b, int64_t time, int32_t day)
{
	skpi_status status;

	GROWING(b, status, skpi_session_set_add(b->t, b->cap, time, day));
	CHECK(status == SKPI_OK && sound(b->t));
}

static void
merge(block *b, const skpi_tally *from)
{
	skpi_status status;

	GROWING(b, status, skpi_tally_merge(b->t, b->cap, from));
	CHECK(status == SKPI_OK && sound(b->t));
}

static void
test_edges(void)
{
	block b = new_set(30, false);
	skpi_interval i;

	CHECK(skpi_session_set_gap(b.t) == 30 && !skpi_session_set_by_day(b.t));
	CHECK(skpi_session_set_add(b.t, b.cap, 0, 0) == SKPI_FULL);
	add(&b, 100, 0);
	add(&b, 130, 0); /* at the gap */
	CHECK(b.t->n_rows == 1);
	add(&b, 161, 0); /* beyond */
	add(&b, -5, 0);
	CHECK(b.t->n_rows == 3);
	add(&b, 131, 0); /* joins two */
	CHECK(b.t->n_rows == 2);
	i = skpi_session_set_at(b.t, 1);
	CHECK(i.start == 100 && i.end == 161 && i.events == 4);
	i = skpi_session_set_at(b.t, 0);
	CHECK(i.start == -5 && i.end == -5 && i.events == 1);
	add(&b, SKPI_TIME_MIN, 0);
	add(&b, SKPI_TIME_END - 1, 0);
	CHECK(b.t->n_rows == 4);
	block_free(&b);
	b = new_set(SKPI_GAP_END - 1, true);
	CHECK(skpi_session_set_gap(b.t) == SKPI_GAP_END - 1 &&
		  skpi_session_set_by_day(b.t));
	add(&b, 0, 0);
	add(&b, 1, 1);
	add(&b, 2, 1);
	CHECK(b.t->n_rows == 2);
	block_free(&b);
}

static int
compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *) a;
	int64_t y = *(const int64_t *) b;

	return x < y ? -1 : x > y;
}

static void
compare_with_walk(const skpi_tally *t, int64_t *times, int64_t gap, int32_t per)
{
	skpi_session_walk walk = {0};
	int64_t events = 0;
	int64_t length;
	int64_t n = 0;

	qsort(times, EVENTS, sizeof(*times), compare);
	for (int k = 0; k < EVENTS; k++)
	{
		skpi_interval i;

		CHECK(skpi_session_next(&walk, times[k],
								per > 0 ? (int32_t) (times[k] / per) : 0,
								(uint64_t) gap) == SKPI_OK);
		n = walk.number == (int64_t) 0 ? 0 : n;
		CHECK(walk.number <= t->n_rows);
		i = skpi_session_set_at(t, (size_t) walk.number - 1);
		CHECK(i.start <= times[k] && times[k] <= i.end);
	}
	CHECK(walk.number == t->n_rows);
	CHECK(skpi_session_set_total(t, &events, &length) == SKPI_OK &&
		  events == EVENTS);
}

static void
test_random(void)
{
	for (int seed = 1; seed <= 200; seed++)
	{
		int64_t gap = seed % 7 * 5;
		int32_t per = seed % 2 ? 50 : 0;
		int64_t times[EVENTS];
		block whole = new_set(gap, per > 0);
		block parts[2] = {new_set(gap, per > 0), new_set(gap, per > 0)};

		rnd_seed((uint64_t) seed);
		for (int k = 0; k < EVENTS; k++)
		{
			times[k] = (int64_t) (rnd_state >> 40) % 1500;
			rnd_seed(rnd_state);
			add(&whole, times[k], per > 0 ? (int32_t) (times[k] / per) : 0);
			add(&parts[k % 3 == 0], times[k],
				per > 0 ? (int32_t) (times[k] / per) : 0);
		}
		merge(&parts[0], parts[1].t);
		CHECK(same_bytes(whole.t, parts[0].t));
		compare_with_walk(whole.t, times, gap, per);
		block_free(&whole);
		block_free(&parts[0]);
		block_free(&parts[1]);
	}
}

#define MANY 60000

/* The i-th of many events in one of four orders. */
static int64_t
nth(int order, int64_t i)
{
	switch (order)
	{
		case 0:
			return i;
		case 1: /* the newest first */
			return MANY - 1 - i;
		case 2: /* scattered: 7919 has no divisor in common with MANY */
			return i * 7919 % MANY;
		default: /* every second one first, then those between, backwards */
			return i < MANY / 2 ? 2 * i : 2 * (MANY - 1 - i) + 1;
	}
}

/* In any order at the cost of one: were each moved past all others, this would
 * take an hour. */
static void
test_any_order(void)
{
	for (int by_day = 0; by_day < 2; by_day++)
	{
		block ordered = new_set(10, by_day);

		for (int order = 0; order < 4; order++)
		{
			block b = order == 0 ? ordered : new_set(10, by_day);
			skpi_status status;

			for (int64_t i = 0; i < MANY; i++)
			{
				int64_t k = nth(order, i);
				/* a session of three, then a longer while */
				int64_t time = k / 3 * 50 + k % 3 * 8;

				GROWING(&b, status,
						skpi_session_set_add(b.t, b.cap, time,
											 (int32_t) (time / 1000)));
				CHECK(status == SKPI_OK);
			}
			block_grow(&b);
			CHECK(skpi_tally_settle(b.t, b.cap) == SKPI_OK && sound(b.t));
			if (order == 0)
				ordered = b;
			CHECK(b.t->n_rows == MANY / 3 && same_bytes(b.t, ordered.t));
			if (order > 0)
				block_free(&b);
		}
		block_free(&ordered);
	}
}

/* Late rows settle without room too, and are found by a merge. */
static void
test_late(void)
{
	for (int room = 0; room < 3; room++)
	{
		block b = new_set(1, false);
		block twin = new_set(1, false);
		block other = new_set(1, false);
		skpi_status status;

		for (int i = 250; i-- > 0;)
			GROWING(&b, status, skpi_session_set_add(b.t, b.cap, i * 3, 0));
		for (int i = 0; i < 250; i++)
			add(&twin, i * 3, 0);
		CHECK(skpi_tally_late(b.t) > 0);
		if (room == 2)
		{
			GROWING(&other, status, skpi_tally_merge(other.t, other.cap, b.t));
			CHECK(status == SKPI_OK && same_bytes(other.t, twin.t));
		}
		else
		{
			block_grow(&b);
			status =
				skpi_tally_settle(b.t, room ? b.cap : skpi_tally_used(b.t));
			CHECK(status == SKPI_OK && same_bytes(b.t, twin.t));
		}
		block_free(&b);
		block_free(&twin);
		block_free(&other);
	}
}

/* One instant in two days is refused, if not at once. */
static void
test_two_days(void)
{
	block b = new_set(1, true);
	skpi_status status = SKPI_OK;

	for (int i = 300; i-- > 0;)
		GROWING(&b, status, skpi_session_set_add(b.t, b.cap, i * 5, 1));
	CHECK(status == SKPI_OK && skpi_tally_late(b.t) > 1);
	for (int i = 1; i <= 2; i++)
		GROWING(&b, status, skpi_session_set_add(b.t, b.cap, 2, i));
	if (status == SKPI_OK)
	{
		block_grow(&b);
		status = skpi_tally_settle(b.t, b.cap);
	}
	CHECK(status == SKPI_E_MISMATCH);
	block_free(&b);
}

static void
test_forged(void)
{
	block b = new_set(30, false);
	block other = new_set(31, false);

	add(&b, 100, 0);
	CHECK(skpi_tally_merge(other.t, other.cap, b.t) == SKPI_E_MISMATCH);
	skpi_tally_row(b.t, 0)->v[SKPI_SES_LENGTH] = 5; /* of one event */
	CHECK(!sound(b.t));
	skpi_tally_row(b.t, 0)->v[SKPI_SES_LENGTH] = -1;
	CHECK(!sound(b.t));
	skpi_tally_row(b.t, 0)->v[SKPI_SES_LENGTH] = 0;
	skpi_tally_row(b.t, 0)->v[SKPI_SES_DAY] = 1;
	CHECK(!sound(b.t));
	skpi_tally_row(b.t, 0)->v[SKPI_SES_DAY] = 0;
	CHECK(sound(b.t));
	skpi_tally_row(b.t, 0)->v[SKPI_SES_EVENTS] = INT64_MAX;
	CHECK(skpi_session_set_add(b.t, b.cap + 64, 101, 0) != SKPI_OK);
	block_free(&b);
	block_free(&other);
}

int
main(void)
{
	test_edges();
	test_random();
	test_any_order();
	test_late();
	test_two_days();
	test_forged();
	return unit_done("session_set");
}
