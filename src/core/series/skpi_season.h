/*
 * Which season a series has: a question asked on its own, never inside a
 * forecast.
 */
#ifndef SKPI_SEASON_H
#define SKPI_SEASON_H

#include "skpi_array.h"

#define SKPI_SEASONS 2

typedef struct skpi_season
{
	int period;
	double strength;
} skpi_season;

/* Doubles of working space. */
size_t skpi_season_work(size_t n);

/*
 * found[0]: the season of y[0 .. n-1] between 2 and max_period, or 1 where none
 * stands out, and its autocorrelation, 0 for none; found[1]: the next one that
 * is neither a multiple nor a part of it nor within a tenth, or 1 and 0.
 *
 * The series, on the log scale where positive, is taken from a local line
 * over two of the longest seasons asked for.  The autocorrelations r of its
 * steps and of its levels, whichever shows the higher, are searched for
 * peaks: no lower than both neighbours, at least 0.25 and four standard errors,
 * 0.15 above a trough before it, and coming back at twice the lag with half
 * the height where the data reach that far.  Of all peaks within a fifth of
 * the highest the shortest is taken.  Where a part of it, a half, a third, ...,
 * explains the values as well (F statistic within three standard errors of 1),
 * the shortest such part is the season; and where 7, 12, 24, 52 or 365 is
 * within a tenth and its autocorrelation within 15 %, that is: the top of a
 * smooth season is flat, and what takes out the trend moves it.  Chosen on
 * simulated series of these periods, smooth and not, with noise and a wandering
 * level. On public series: 12 in 59 of 60 retail and 58 of 75 tourism series (4
 * in quarterly ones), none in 123 of 124 yearly ones.
 *
 * max_period 0 means as far as the data carry, a third of n, at most
 * SKPI_SEASON_MAX.  SKPI_E_SHORT below 8 values; SKPI_E_RANGE: max_period
 * negative or 1, values not finite; SKPI_E_LIMIT above SKPI_SEASON_MAX.
 */
skpi_status skpi_season_find(const double *y, size_t n, int max_period,
							 skpi_stop_fn stop, void *stop_arg, double *work,
							 skpi_season *found);

#endif
