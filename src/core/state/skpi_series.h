/*
 * A series: exact sums of values by period, ready to be modelled.
 *
 * Rows: k1 = 0, k2 = period; v[0] = values added, v[1] = their sum in units
 * of 1/10000.  Unlike in other states a row stands for its period alone, not
 * for a difference.  No parameters.
 *
 * Rules.  Values of one period are added up.  A period without rows between
 * two that have some is a gap, and a gap is a sum of nothing: 0.  What lies
 * before the first row is not part of the series.  The last period is that of
 * the last row; or, when a day as_of is given, the last period that has ended
 * by that day, be it before the last row (incomplete periods stay out) or
 * after it (nothing came in: 0).
 */
#ifndef SKPI_SERIES_H
#define SKPI_SERIES_H

#include "skpi_tally.h"

typedef enum skpi_series_column
{
	SKPI_SERIES_ROWS,
	SKPI_SERIES_SUM,
	SKPI_SERIES_WIDTH,
} skpi_series_column;

void skpi_series_init(skpi_tally *t, skpi_grain grain);

/* Adds units to the period of a valid day; SKPI_FULL asks for one row. */
skpi_status skpi_series_add(skpi_tally *t, size_t cap, int32_t day,
							int64_t units);

/*
 * The periods first .. last - 1 of the series as seen on as_of, or with
 * SKPI_NO_DAY of all of it; false when there are none.
 */
bool skpi_series_calendar(const skpi_tally *t, int32_t as_of, int32_t *first,
						  int32_t *last);

/*
 * The row of a period, or NULL for a gap.  *next is 0 before the first call;
 * periods asked for must not go down.
 */
const skpi_row *skpi_series_at(const skpi_tally *t, uint32_t *next,
							   int32_t period);

/* Periods per season: day 7, week 52, month 12, quarter 4, year 1. */
int skpi_series_season(skpi_grain grain);

#endif
