#include "skpi_calendar.h"

#include <string.h>

static const char *const names[] = {NULL,    "day",     "week",
									"month", "quarter", "year"};

skpi_grain
skpi_grain_parse(const char *word, size_t length)
{
	for (int g = SKPI_DAY; g <= SKPI_YEAR; g++)
		if (strlen(names[g]) == length && memcmp(names[g], word, length) == 0)
			return (skpi_grain) g;
	return (skpi_grain) 0;
}

const char *
skpi_grain_name(skpi_grain grain)
{
	return grain >= SKPI_DAY && grain <= SKPI_YEAR ? names[grain] : "?";
}

static int32_t
floor_div(int32_t a, int32_t b)
{
	return a / b - (a % b < 0);
}

/*
 * Months since year 0, without a division: C. Neri and L. Schneider,
 * "Euclidean affine functions and their application to calendar algorithms"
 * (2023).  Years are counted from March, so that the leap day is the last day
 * of its year.  Days are shifted by whole 400-year eras to stay positive;
 * 730425 days lie between 0000-03-01 and 2000-01-01, 146097 in an era.
 */
static int32_t
month_of(int32_t day)
{
	uint32_t n1 = 4 * (uint32_t) (day + 730425 + 10 * 146097) + 3;
	uint32_t century = n1 / 146097;
	uint32_t n2 = (n1 % 146097 / 4) * 4 + 3;
	uint64_t p2 = (uint64_t) 2939745 * n2;
	uint32_t year = 100 * century + (uint32_t) (p2 >> 32);
	uint32_t day_of_year = (uint32_t) p2 / 2939745 / 4;
	uint32_t month = (2141 * day_of_year + 197913) >> 16; /* March is 3 */

	return (int32_t) (year * 12 + month) - 1 - 4000 * 12;
}

/* The inverse: first day of a month counted since year 0. */
static int32_t
day_of(int32_t month)
{
	int32_t m = month - 2; /* from March */
	int32_t y = floor_div(m, 12);
	int32_t mp = m - y * 12;
	int32_t era = floor_div(y, 400);
	int32_t yoe = y - era * 400;
	int32_t doy = (153 * mp + 2) / 5;
	int32_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * 146097 + doe - 730425;
}

int32_t
skpi_period(skpi_grain grain, int32_t day)
{
	switch (grain)
	{
		case SKPI_DAY:
			return day;
		case SKPI_WEEK:
			/* 2000-01-03 was a Monday */
			return floor_div(day - 2, 7);
		case SKPI_MONTH:
			return month_of(day);
		case SKPI_QUARTER:
			return floor_div(month_of(day), 3);
		case SKPI_YEAR:
			return floor_div(month_of(day), 12);
	}
	return 0;
}

int32_t
skpi_period_start(skpi_grain grain, int32_t period)
{
	switch (grain)
	{
		case SKPI_DAY:
			return period;
		case SKPI_WEEK:
			return period * 7 + 2;
		case SKPI_MONTH:
			return day_of(period);
		case SKPI_QUARTER:
			return day_of(period * 3);
		case SKPI_YEAR:
			return day_of(period * 12);
	}
	return 0;
}

int32_t
skpi_period_days(skpi_grain grain)
{
	static const int32_t days[] = {0, 1, 7, 31, 92, 366};

	return days[grain];
}
