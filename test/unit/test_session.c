/* Sessions: the edges of the gap, of days and of time itself, by hand. */
#include "skpi_session.h"

#include "unit.h"

static void
test_edges(void)
{
	static const struct
	{
		int64_t time;
		int32_t day;
		int64_t number;
	} events[] = {
		{INT64_MIN, 0, 1}, {-50, 0, 2}, {-50, 0, 2},       {-20, 0, 2},
		{10, 0, 2},        {41, 0, 3},  {41, 1, 4},        {42, 1, 4},
		{72, 1, 4},        {103, 1, 5}, {INT64_MAX, 1, 6},
	};
	skpi_session_walk walk = {0};

	for (size_t i = 0; i < sizeof(events) / sizeof(*events); i++)
	{
		CHECK(skpi_session_next(&walk, events[i].time, events[i].day, 30) ==
			  SKPI_OK);
		CHECK(walk.number == events[i].number);
	}
}

/* The longest gap there is joins the first and the last moment. */
static void
test_longest(void)
{
	skpi_session_walk walk = {0};

	CHECK(skpi_session_next(&walk, INT64_MIN, 7, UINT64_MAX) == SKPI_OK);
	CHECK(skpi_session_next(&walk, INT64_MAX, 7, UINT64_MAX) == SKPI_OK);
	CHECK(walk.number == 1);
}

static void
test_back(void)
{
	skpi_session_walk walk = {0};
	skpi_session_walk before;

	CHECK(skpi_session_next(&walk, 5, 0, 0) == SKPI_OK);
	before = walk;
	CHECK(skpi_session_next(&walk, 4, 0, 0) == SKPI_E_RANGE);
	CHECK(walk.number == before.number && walk.last == before.last);
	CHECK(skpi_session_next(&walk, 6, 0, 0) == SKPI_OK && walk.number == 2);
}

int
main(void)
{
	test_edges();
	test_longest();
	test_back();
	return unit_done("session");
}
