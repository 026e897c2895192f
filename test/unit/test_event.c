/* Histories of events and the flow of active customers, day by day. */
#include "kit.h"
#include "skpi_event_flow.h"

static void
add(block *b, int32_t day, const char *type)
{
	skpi_status status;

	GROWING(b, status, skpi_event_add(b->t, b->cap, day, type, strlen(type)));
	CHECK(status == SKPI_OK);
}

static block
new_history(void)
{
	block b = block_new(sizeof(skpi_tally));

	skpi_event_init(b.t);
	return b;
}

static void
add_flow(block *f, const skpi_tally *h)
{
	int64_t *scratch = malloc(skpi_event_flow_scratch(h) * sizeof(int64_t));
	skpi_status status;

	GROWING(f, status,
			skpi_event_flow_add(f->t, f->cap, h, scratch, NULL, NULL));
	CHECK(status == SKPI_OK);
	skpi_tally_settle(f->t, f->cap);
	CHECK(sound(f->t));
	free(scratch);
}

static block
new_flow(skpi_grain grain, int32_t as_of, int32_t shift)
{
	block b = block_new(sizeof(skpi_tally));

	skpi_event_flow_init(b.t, grain, as_of, shift);
	return b;
}

static int64_t
value(const skpi_tally *f, int32_t label, int32_t period, int column)
{
	for (uint32_t r = 0; r < f->n_rows; r++)
		if (skpi_compare_keys(skpi_tally_row(f, r), label, period) == 0)
			return skpi_tally_row(f, r)->v[column];
	return 0;
}

static void
test_totals(void)
{
	block b = new_history();
	skpi_event_totals t;
	skpi_event_totals by[3];
	bool chosen[3] = {false, false, true};

	CHECK(skpi_event_total(b.t, &t) == SKPI_OK && t.events == 0 &&
		  t.days == 0 && t.first_day == SKPI_NO_DAY);
	add(&b, 7, "use");
	add(&b, 5, "signup");
	add(&b, 7, "use");
	add(&b, 5, "use");
	CHECK(sound(b.t) && b.t->n_labels == 2 && b.t->n_rows == 3);
	CHECK(skpi_event_total(b.t, &t) == SKPI_OK && t.events == 4 &&
		  t.days == 2 && t.first_day == 5 && t.last_day == 7);
	CHECK(skpi_event_total_of(b.t, chosen, &t) == SKPI_OK && t.events == 3 &&
		  t.days == 2);
	CHECK(skpi_event_totals_by_label(b.t, by) == SKPI_OK && by[1].events == 1 &&
		  by[1].last_day == 5 && by[2].events == 3 && by[2].first_day == 5);
	block_free(&b);
}

/* No room is said before anything is changed; what cannot be counted is not. */
static void
test_limits(void)
{
	block b = new_history();
	skpi_event_totals t;

	CHECK(skpi_event_add(b.t, b.cap, 5, "use", 3) == SKPI_FULL &&
		  b.t->n_rows == 0 && b.t->n_labels == 0);
	add(&b, 5, "a");
	add(&b, 6, "a");
	skpi_tally_row(b.t, 0)->v[0] = INT64_MAX;
	CHECK(skpi_event_total(b.t, &t) == SKPI_E_OVERFLOW);
	skpi_tally_row(b.t, 0)->v[0] = 0;
	CHECK(!sound(b.t));
	skpi_tally_row(b.t, 0)->v[0] = 1;
	CHECK(sound(b.t));
	block_free(&b);
}

/* Windows that touch, overlap and lie apart, and end beyond as_of. */
static void
test_windows(void)
{
	static const int32_t days[] = {10, 17, 25, 60, 61};
	block b = new_history();
	block f = new_flow(SKPI_DAY, 64, 0);
	int64_t seven = 0;
	int64_t all = 0;

	for (size_t i = 0; i < 5; i++)
		add(&b, days[i], "use");
	add_flow(&f, b.t);
	for (int32_t d = 0; d <= 64; d++)
	{
		int want[2] = {0, 0};

		for (size_t i = 0; i < 5; i++)
		{
			want[0] |= d >= days[i] && d < days[i] + 7;
			want[1] |= d >= days[i] && d < days[i] + 28;
		}
		seven += value(f.t, 0, d, SKPI_EVF_TRAILING_7);
		all += value(f.t, 0, d, SKPI_EVF_TRAILING_28);
		CHECK(seven == want[0] && all == want[1]);
	}
	block_free(&b);
	block_free(&f);
}

/* Against the same said period by period, over any grain and week. */
static void
test_random(void)
{
	static const char *const types[] = {"b", "a", "cc"};

	for (int seed = 1; seed <= 60; seed++)
	{
		skpi_grain grain = (skpi_grain) (1 + seed % 3);
		int32_t shift = seed % 4 % 3;
		int32_t as_of = 200;
		bool did[3][300] = {{false}};
		block b = new_history();
		block f = new_flow(grain, as_of, shift);
		int32_t last;
		bool seen = false;

		rnd_seed((uint64_t) seed);
		for (int i = 0; i < seed; i++)
		{
			int day = (int) (rnd_state >> 33) % 260;
			int type = (int) (rnd_state >> 20 & 3) % 3;

			rnd_seed(rnd_state);
			add(&b, day, types[type]);
			did[type][day] = true;
		}
		add_flow(&f, b.t);
		last = skpi_event_flow_period(f.t, as_of);
		for (int32_t p = skpi_event_flow_period(f.t, 0) - 1; p <= last; p++)
		{
			bool now = false;
			bool before = false;

			for (int day = 0; day <= as_of; day++)
				for (int k = 0; k < 3; k++)
				{
					int32_t q = skpi_event_flow_period(f.t, day);

					now |= did[k][day] && q == p;
					before |= did[k][day] && q == p - 1;
				}
			CHECK(value(f.t, 0, p, SKPI_EVF_ACTIVE) == now);
			CHECK(value(f.t, 0, p, SKPI_EVF_NEW) == (now && !seen));
			CHECK(value(f.t, 0, p, SKPI_EVF_RETURNING) == (now && before));
			CHECK(value(f.t, 0, p, SKPI_EVF_RESURRECTING) ==
				  (now && seen && !before));
			CHECK(value(f.t, 0, p, SKPI_EVF_DORMANT) == (before && !now));
			seen |= now;
		}
		block_free(&b);
		block_free(&f);
	}
}

static bool
at_once(void *arg)
{
	(void) arg;
	return true;
}

static void
test_stop(void)
{
	block b = new_history();
	block f = new_flow(SKPI_DAY, 9000, 0);
	int64_t scratch[16];

	for (int day = 0; day < 2000; day++)
		add(&b, day, "use");
	f.cap = sizeof(skpi_tally) + skpi_event_flow_room(f.t, b.t);
	free(f.t);
	f = block_new(f.cap);
	skpi_event_flow_init(f.t, SKPI_DAY, 9000, 0);
	CHECK(skpi_event_flow_scratch(b.t) <= 16);
	CHECK(skpi_event_flow_add(f.t, f.cap, b.t, scratch, at_once, NULL) ==
		  SKPI_E_INTERRUPT);
	block_free(&b);
	block_free(&f);
}

int
main(void)
{
	test_totals();
	test_limits();
	test_windows();
	test_random();
	test_stop();
	return unit_done("event");
}
