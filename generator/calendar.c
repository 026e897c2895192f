/*
 * Gregorian calendar arithmetic on day numbers, after H. Hinnant,
 * "chrono-Compatible Low-Level Date Algorithms" (2013).  The year is taken to
 * begin in March, so that the leap day is the last day of a year.
 */
#include "calendar.h"

#define DAYS_PER_ERA 146097 /* 400 Gregorian years */
#define EPOCH_SHIFT 719468  /* 0000-03-01 to 1970-01-01 */

int32_t
day_from_civil(int year, int month, int day)
{
	int y = month <= 2 ? year - 1 : year;
	int era = (y >= 0 ? y : y - 399) / 400;
	int yoe = y - era * 400;
	int doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * DAYS_PER_ERA + doe - EPOCH_SHIFT;
}

struct civil
civil_from_day(int32_t day)
{
	int z = day + EPOCH_SHIFT;
	int era = (z >= 0 ? z : z - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
	int doe = z - era * DAYS_PER_ERA;
	int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int mp = (5 * doy + 2) / 153;
	struct civil c;

	c.day = doy - (153 * mp + 2) / 5 + 1;
	c.month = mp < 10 ? mp + 3 : mp - 9;
	c.year = yoe + era * 400 + (c.month <= 2);
	return c;
}

int32_t
day_of_time(int64_t time)
{
	int64_t day = time / DAY_SECONDS;

	return (int32_t) (time % DAY_SECONDS < 0 ? day - 1 : day);
}

int64_t
time_of_day(int32_t day)
{
	return (int64_t) day * DAY_SECONDS;
}

int
weekday(int32_t day)
{
	int w = (day + 3) % 7; /* 1970-01-01 was a Thursday */

	return w < 0 ? w + 7 : w;
}
