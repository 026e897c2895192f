/* Every day of the years 1 to 9999 under every grain, against a walk. */
#include "skpi_calendar.h"

#include <string.h>

#include "unit.h"

static const char *const words[] = {"day", "week", "month", "quarter", "year"};

static void
test_words(void)
{
	CHECK(skpi_grain_parse("day", 3) == SKPI_DAY);
	CHECK(skpi_grain_parse("days", 3) == SKPI_DAY);
	CHECK(skpi_grain_parse("year", 4) == SKPI_YEAR);
	CHECK(skpi_grain_parse("Month", 5) == 0);
	CHECK(skpi_grain_parse("", 0) == 0);
	CHECK(skpi_grain_parse("month ", 6) == 0);
	CHECK(skpi_grain_name((skpi_grain) 0)[0] == '?');
	CHECK(skpi_grain_name((skpi_grain) 6)[0] == '?');
	for (int g = SKPI_DAY; g <= SKPI_YEAR; g++)
	{
		const char *name = skpi_grain_name((skpi_grain) g);

		CHECK(strcmp(name, words[g - 1]) == 0);
		CHECK(skpi_grain_parse(name, strlen(name)) == (skpi_grain) g);
	}
}

static void
test_by_hand(void)
{
	/* 2000-01-01 was a Saturday: its week began on 1999-12-27 */
	CHECK(skpi_period(SKPI_WEEK, 0) == skpi_period(SKPI_WEEK, 1));
	CHECK(skpi_period(SKPI_WEEK, 2) == skpi_period(SKPI_WEEK, 1) + 1);
	CHECK(skpi_period_start(SKPI_WEEK, skpi_period(SKPI_WEEK, 0)) == -5);
	CHECK(skpi_period(SKPI_MONTH, 0) == 24000);
	CHECK(skpi_period(SKPI_MONTH, 30) == 24000);
	CHECK(skpi_period(SKPI_MONTH, 59) == 24001); /* 2000-02-29 */
	CHECK(skpi_period(SKPI_MONTH, 60) == 24002);
	CHECK(skpi_period(SKPI_QUARTER, 90) == 8000);
	CHECK(skpi_period(SKPI_QUARTER, 91) == 8001);
	CHECK(skpi_period(SKPI_YEAR, -1) == 1999);
	CHECK(skpi_period_start(SKPI_MONTH, 24014) == 425); /* 2001-03-01 */
	/* 1900 and 2100 have no leap day, 2000 has */
	CHECK(skpi_period_start(SKPI_YEAR, 1901) -
			  skpi_period_start(SKPI_YEAR, 1900) == 365);
	CHECK(skpi_period_start(SKPI_YEAR, 2001) == 366);
	CHECK(skpi_period_start(SKPI_MONTH, 2100 * 12 + 2) -
			  skpi_period_start(SKPI_MONTH, 2100 * 12 + 1) == 28);
	CHECK(skpi_period_start(SKPI_YEAR, 1) == SKPI_DAY_MIN);
	CHECK(skpi_period_start(SKPI_YEAR, 10000) == SKPI_DAY_MAX + 1);
	CHECK(skpi_day_valid(SKPI_DAY_MIN) && !skpi_day_valid(SKPI_DAY_MIN - 1));
	CHECK(skpi_day_valid(SKPI_DAY_MAX) && !skpi_day_valid(SKPI_DAY_MAX + 1));
	CHECK(!skpi_day_valid(SKPI_NO_DAY));
}

static int
days_in(int year, int month)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30,
								  31, 31, 30, 31, 30, 31};
	int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return lengths[month - 1] + (month == 2 && leap);
}

/* Differences are counted, not printed: there are 3.6 million days. */
static void
test_every_day(void)
{
	int year = 1;
	int month = 1;
	int dom = 1;
	int weekday = 0; /* 0001-01-01 is a Monday */
	int32_t week = skpi_period(SKPI_WEEK, SKPI_DAY_MIN);
	int32_t starts[SKPI_YEAR + 1];
	int32_t before[SKPI_YEAR + 1] = {0};
	long wrong = 0;
	long days = 0;

	for (int g = SKPI_DAY; g <= SKPI_YEAR; g++)
		starts[g] = SKPI_DAY_MIN;
	for (int32_t d = SKPI_DAY_MIN; d <= SKPI_DAY_MAX; d++, days++)
	{
		int32_t want[SKPI_YEAR + 1] = {0,
									   d,
									   week,
									   year * 12 + month - 1,
									   (year * 12 + month - 1) / 3,
									   year};

		for (int g = SKPI_DAY; g <= SKPI_YEAR; g++)
		{
			int32_t p = skpi_period((skpi_grain) g, d);

			if (days > 0 && p != before[g])
			{
				wrong += p != before[g] + 1;
				starts[g] = d;
			}
			before[g] = p;
			wrong += p != want[g];
			wrong += skpi_period_start((skpi_grain) g, p) != starts[g];
		}
		weekday = (weekday + 1) % 7;
		week += weekday == 0;
		if (++dom > days_in(year, month))
		{
			dom = 1;
			if (++month > 12)
			{
				month = 1;
				year++;
			}
		}
	}
	CHECK(wrong == 0);
	CHECK(days == 3652059);
	CHECK(year == 10000 && month == 1 && dom == 1);
}

/* Periods stay consecutive outside the years too: forged states reach there */
static void
test_far_periods(void)
{
	long wrong = 0;
	int32_t longest[SKPI_YEAR + 1] = {0};

	for (int32_t p = -4000000; p < 4000000; p += 997)
		for (int g = SKPI_DAY; g <= SKPI_YEAR; g++)
		{
			int32_t days = skpi_period_start((skpi_grain) g, p + 1) -
						   skpi_period_start((skpi_grain) g, p);

			wrong += days < 1 || days > 366;
			longest[g] = days > longest[g] ? days : longest[g];
		}
	CHECK(wrong == 0);
	for (int g = SKPI_DAY; g <= SKPI_YEAR; g++)
		CHECK(skpi_period_days((skpi_grain) g) == longest[g]);
}

int
main(void)
{
	test_words();
	test_by_hand();
	test_every_day();
	test_far_periods();
	return unit_done("calendar");
}
