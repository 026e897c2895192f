/* Features and labels of events, against what their words say, day by day. */
#include "kit.h"
#include "skpi_features.h"

#define DAYS 500
#define TYPES 4

static int did[TYPES][DAYS]; /* events of a type on a day */

static block
random_events(void)
{
	static const char *const names[TYPES] = {"buy", "login", "a", ""};
	block b = block_new(sizeof(skpi_tally));
	int rare = rnd(2) == 0 ? 4 : 90;
	int end = 1 + (int) rnd(DAYS);

	skpi_event_init(b.t);
	memset(did, 0, sizeof(did));
	for (int d = 0; d < end; d++)
		for (int k = 0; k < TYPES; k++)
		{
			skpi_status status;

			did[k][d] = rnd((uint32_t) rare) == 0 ? 1 + (int) rnd(3) : 0;
			for (int i = 0; i < did[k][d]; i++)
			{
				GROWING(
					&b, status,
					skpi_event_add(b.t, b.cap, d, names[k], strlen(names[k])));
				CHECK(status == SKPI_OK);
			}
		}
	skpi_tally_settle(b.t, b.cap);
	return b;
}

typedef struct counts
{
	int events, days, types, months, first, last;
} counts;

/* Of the days from .. to, both included. */
static counts
count(int from, int to)
{
	counts c = {.first = -1, .last = -1};
	bool used[TYPES] = {false};
	int month = -1;

	for (int d = from < 0 ? 0 : from; d <= to && d < DAYS; d++)
	{
		int today = 0;

		for (int k = 0; k < TYPES; k++)
		{
			today += did[k][d];
			used[k] |= did[k][d] > 0;
		}
		c.events += today;
		if (today == 0)
			continue;
		c.days++;
		c.months += naive_month(d) != month;
		month = naive_month(d);
		if (c.first < 0)
			c.first = d;
		c.last = d;
	}
	for (int k = 0; k < TYPES; k++)
		c.types += used[k];
	return c;
}

static bool
same(double a, double b)
{
	if (isnan(a) || isnan(b))
		return isnan(a) && isnan(b);
	return fabs(a - b) <= 1e-12 * fmax(1, fabs(b));
}

static double
trend(double now, double before)
{
	return now + before == 0 ? NAN : (now - before) / (now + before);
}

static void
check_features(int day, const double *v)
{
	static const int window[] = {7, 14, 28, 90};
	counts all = count(0, day);
	counts recent = count(day - 27, day);
	counts before = count(day - 55, day - 28);
	double gap =
		all.days > 1 ? (double) (all.last - all.first) / (all.days - 1) : NAN;

	CHECK(v[SKPI_EF_TENURE] == day - all.first);
	CHECK(v[SKPI_EF_RECENCY] == day - all.last);
	CHECK(v[SKPI_EF_EVENTS] == all.events);
	CHECK(v[SKPI_EF_DAYS] == all.days);
	CHECK(v[SKPI_EF_TYPES] == all.types);
	CHECK(v[SKPI_EF_MONTHS] == all.months);
	for (int i = 0; i < 4; i++)
	{
		counts c = count(day - window[i] + 1, day);

		CHECK(v[SKPI_EF_DAYS_7 + i] == c.days);
		CHECK(v[SKPI_EF_EVENTS_7 + i] == c.events);
	}
	CHECK(v[SKPI_EF_EVENTS_BEFORE_28] == before.events);
	CHECK(v[SKPI_EF_DAYS_BEFORE_28] == before.days);
	CHECK(v[SKPI_EF_TYPES_28] == recent.types);
	CHECK(same(v[SKPI_EF_EVENTS_TREND], trend(recent.events, before.events)));
	CHECK(same(v[SKPI_EF_DAYS_TREND], trend(recent.days, before.days)));
	CHECK(same(v[SKPI_EF_EVENTS_PER_DAY], (double) all.events / all.days));
	CHECK(same(v[SKPI_EF_MEAN_GAP], gap));
	CHECK(same(v[SKPI_EF_RECENCY_RATIO], (day - all.last) / gap));
}

/* By type: the labels are in the order of their text, the names are not. */
static void
check_types(const skpi_tally *h, const skpi_type_walk *walk, int day)
{
	static const char *const names[TYPES] = {"buy", "login", "a", ""};

	for (int k = 0; k < TYPES; k++)
	{
		int32_t label = label_number(h, names[k]);
		int events = 0;
		int last = -1;

		for (int d = 0; d <= day && d < DAYS; d++)
		{
			if (d > day - walk->window)
				events += did[k][d];
			if (did[k][d] > 0)
				last = d;
		}
		CHECK(skpi_type_events(walk, label) == events);
		CHECK(walk->last_on[label] == (last < 0 ? SKPI_NO_DAY : last) ||
			  label == 0);
	}
	CHECK(skpi_type_events(walk, 0) == 0 && walk->last_on[0] == SKPI_NO_DAY);
}

static void
test_random(void)
{
	for (uint64_t seed = 1; seed <= 150; seed++)
	{
		skpi_asked asked = {0};
		skpi_event_walk walk;
		skpi_type_walk types;
		int64_t words[TYPES + 1];
		int64_t more[3 * (TYPES + 1)];
		block b;

		rnd_seed(seed);
		b = random_events();
		asked.horizon = 1 + (int32_t) rnd(60);
		asked.last = rnd(8) == 0 ? SKPI_NO_DAY : (int32_t) rnd(DAYS + 60);
		CHECK(skpi_event_words(b.t) <= TYPES + 1);
		skpi_event_walk_begin(&walk, b.t, &asked, words);
		CHECK(skpi_type_words(b.t) <= 3 * (TYPES + 1));
		skpi_type_walk_begin(&types, b.t, 1 + (int32_t) rnd(60), NULL, NULL,
							 more);
		for (int day = 0; day < DAYS + 100; day += 1 + (int) rnd(30))
		{
			skpi_features f;
			bool known =
				asked.last != SKPI_NO_DAY && day + asked.horizon <= asked.last;
			int later = count(day + 1, day + asked.horizon).events;
			bool there;

			CHECK(skpi_event_walk_to(&walk, day, &f) == SKPI_OK);
			CHECK(f.there == (count(0, day).events > 0));
			CHECK(skpi_type_walk_to(&types, day, &there) == SKPI_OK);
			CHECK(there == f.there);
			check_types(b.t, &types, day);
			if (!f.there)
				continue;
			CHECK(f.left == (!known       ? SKPI_LEFT_UNKNOWN
							 : later == 0 ? SKPI_LEFT
										  : SKPI_STAYED));
			check_features(day, f.value);
		}
		block_free(&b);
	}
}

static void
test_overflow(void)
{
	block b = block_new(1000);
	skpi_asked asked = {30, 400, NULL, NULL};
	skpi_event_walk walk;
	skpi_features f;
	int64_t words[2];

	skpi_event_init(b.t);
	CHECK(skpi_event_add(b.t, b.cap, 0, "a", 1) == SKPI_OK);
	CHECK(skpi_event_add(b.t, b.cap, 1, "a", 1) == SKPI_OK);
	skpi_tally_row(b.t, 0)->v[0] = INT64_MAX;
	skpi_event_walk_begin(&walk, b.t, &asked, words);
	CHECK(skpi_event_walk_to(&walk, 0, &f) == SKPI_OK);
	CHECK(skpi_event_walk_to(&walk, 1, &f) == SKPI_E_OVERFLOW);
	block_free(&b);
}

int
main(void)
{
	test_random();
	test_overflow();
	return unit_done("features_event");
}
