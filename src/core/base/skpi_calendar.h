/*
 * Civil dates and the periods that hold them.
 *
 * A day is a count of days from 2000-01-01 (the server's own date number).
 * A period is a number too: consecutive periods of one grain have consecutive
 * numbers, so that arithmetic on periods is arithmetic on integers.  Weeks
 * start on Monday (ISO 8601).  Days lie in the years 1 to 9999.
 */
#ifndef SKPI_CALENDAR_H
#define SKPI_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

typedef enum skpi_grain
{
	SKPI_DAY = 1,
	SKPI_WEEK,
	SKPI_MONTH,
	SKPI_QUARTER,
	SKPI_YEAR,
} skpi_grain;

/* Weeks may begin so many days before Monday: on Sunday or Saturday. */
#define SKPI_WEEK_SHIFT_MAX 2

#define SKPI_DAY_MIN (-730119) /* 0001-01-01 */
#define SKPI_DAY_MAX 2921939   /* 9999-12-31 */
#define SKPI_NO_DAY INT32_MIN  /* "never", "open end" */

/* "day" ... "year" to a grain, 0 when the word is none of them. */
skpi_grain skpi_grain_parse(const char *word, size_t length);
const char *skpi_grain_name(skpi_grain grain);

/* The period that holds a day; the day in range, the grain valid. */
int32_t skpi_period(skpi_grain grain, int32_t day);

/* First day of a period; of period + 1 it is the period's exclusive end. */
int32_t skpi_period_start(skpi_grain grain, int32_t period);

/* Days of the longest period: days so far apart never share one. */
int32_t skpi_period_days(skpi_grain grain);

static inline bool
skpi_day_valid(int32_t day)
{
	return day >= SKPI_DAY_MIN && day <= SKPI_DAY_MAX;
}

#endif
