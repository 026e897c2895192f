/*
 * Days as numbers: a day is the count of days since 1970-01-01 in the
 * proleptic Gregorian calendar, DAY_NONE stands for a missing date.  A time is
 * the count of seconds since then.
 */
#ifndef GEN_CALENDAR_H
#define GEN_CALENDAR_H

#include <stdint.h>

#define DAY_NONE INT32_MIN
#define TIME_NONE INT64_MIN
#define DAY_SECONDS 86400

struct civil
{
	int year;
	int month; /* 1..12 */
	int day;   /* 1..31 */
};

int32_t day_from_civil(int year, int month, int day);
struct civil civil_from_day(int32_t day);

/* The day that holds a time. */
int32_t day_of_time(int64_t time);

/* The start of a day, in seconds. */
int64_t time_of_day(int32_t day);

/* 0 = Monday .. 6 = Sunday */
int weekday(int32_t day);

#endif
