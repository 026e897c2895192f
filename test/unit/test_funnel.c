/* Funnels: against a search over all chains, in any order, in parts. */
#include "skpi_funnel.h"

#include "kit.h"

typedef struct event
{
	int64_t time;
	uint32_t mask;
} event;

static block
empty(int32_t window, int steps, skpi_funnel_mode mode)
{
	block t = block_new(sizeof(skpi_tally));

	skpi_funnel_init(t.t, window, steps, mode);
	return t;
}

static void
add(block *t, int64_t time, uint32_t mask)
{
	skpi_status status;

	GROWING(t, status, skpi_funnel_add(t->t, t->cap, time, mask));
	CHECK(status == SKPI_OK);
}

static int
by_time(const void *a, const void *b)
{
	const event *x = a;
	const event *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return (int) x->mask - (int) y->mask;
}

/* The deepest of all chains that go on from event i at step `taken`. */
static int
deepest(const event *e, int n, int i, int taken, int64_t start, int64_t window,
		int steps, bool increase)
{
	int best = taken;

	for (int j = i + 1; j < n && taken < steps; j++)
		if ((e[j].mask >> taken & 1) != 0 && e[j].time - start <= window &&
			(!increase || e[j].time > e[i].time))
		{
			int d = deepest(e, n, j, taken + 1, start, window, steps, increase);

			best = d > best ? d : best;
		}
	return best;
}

/* Strict order by its words: chains of neighbours. */
static int
deepest_in_order(const event *e, int n, int64_t window, int steps)
{
	int best = 0;

	for (int i = 0; i < n; i++)
		for (int k = 0; k < steps && i + k < n; k++)
		{
			if ((e[i + k].mask >> k & 1) == 0 ||
				e[i + k].time - e[i].time > window)
				break;
			best = k + 1 > best ? k + 1 : best;
		}
	return best;
}

static void
check_way(const skpi_funnel_way *way, int64_t window)
{
	for (int i = 1; i < way->reached; i++)
		CHECK(way->time[i] >= way->time[i - 1] &&
			  way->time[i] - way->time[0] <= window);
	CHECK(way->reached == 0 || way->last_entry >= way->time[0]);
}

#define EVENTS 9

static void
test_random(uint64_t seed)
{
	skpi_funnel_mode mode = (skpi_funnel_mode) (seed % SKPI_FUNNEL_MODES);
	event e[EVENTS];
	int steps = 1 + (int) (seed / 5 % 4);
	int32_t window = 1 + (int32_t) (seed % 7);
	block whole = empty(window, steps, mode);
	block part[2] = {empty(window, steps, mode), empty(window, steps, mode)};
	bool single = true; /* no event is several steps */
	int n = (int) (seed % (EVENTS + 1));
	int want = 0;
	skpi_funnel_way way;

	rnd_seed(seed);
	for (int i = 0; i < n; i++)
	{
		e[i].time = (int64_t) rnd(12) * 1000000;
		e[i].mask = rnd(3) ? 1u << rnd((uint32_t) steps) : rnd(1u << steps);
		single = single && (e[i].mask & (e[i].mask - 1)) == 0;
		add(&whole, e[i].time, e[i].mask);
		add(&part[rnd(2)], e[i].time, e[i].mask);
	}
	CHECK(sound(whole.t));
	CHECK(block_merge(&part[0], part[1].t) == SKPI_OK);
	CHECK(same_bytes(part[0].t, whole.t));
	skpi_funnel_walk(whole.t, &way);
	check_way(&way, (int64_t) window * 1000000);
	qsort(e, (size_t) n, sizeof(event), by_time);
	if (mode == SKPI_FUNNEL_STRICT_ORDER)
		want = deepest_in_order(e, n, (int64_t) window * 1000000, steps);
	else
		for (int i = 0; i < n; i++)
			if ((e[i].mask & 1) != 0)
			{
				int d =
					deepest(e, n, i, 1, e[i].time, (int64_t) window * 1000000,
							steps, mode == SKPI_FUNNEL_STRICT_INCREASE);

				want = d > want ? d : want;
			}
	if (mode == SKPI_FUNNEL_STRICT_DEDUP ||
		(mode == SKPI_FUNNEL_ONCE && !single))
		CHECK(way.reached <= want && (way.reached > 0) == (want > 0));
	else if (mode != SKPI_FUNNEL_STRICT_ORDER || single)
		CHECK(way.reached == want);
	block_free(&whole);
	block_free(&part[0]);
	block_free(&part[1]);
}

static void
test_edges(void)
{
	block t = empty(INT32_MAX, SKPI_FUNNEL_STEPS, SKPI_FUNNEL_DEFAULT);
	skpi_funnel_way way;

	skpi_funnel_walk(t.t, &way);
	CHECK(way.reached == 0);
	add(&t, 0, 0); /* another event is kept in strict order alone */
	CHECK(t.t->n_rows == 0);
	add(&t, SKPI_FUNNEL_TIME_END - 1, 1u << (SKPI_FUNNEL_STEPS - 1));
	add(&t, SKPI_FUNNEL_TIME_MIN, 1);
	add(&t, 0, 2);
	add(&t, -1, 1);
	CHECK(sound(t.t) && t.t->n_rows == 4);
	skpi_funnel_walk(t.t, &way);
	CHECK(way.reached == 2 && way.time[0] == -1 && way.time[1] == 0);
	CHECK(way.last_entry == -1);
	block_free(&t);
	CHECK(skpi_funnel_mode_parse("once", 4) == SKPI_FUNNEL_ONCE);
	CHECK(skpi_funnel_mode_parse("once", 3) == SKPI_FUNNEL_MODES);
}

int
main(void)
{
	test_edges();
	for (uint64_t seed = 1; seed <= 20000; seed++)
		test_random(seed);
	return unit_done("funnel");
}
