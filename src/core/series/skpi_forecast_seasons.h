/*
 * Forecasts of a series with several seasons at once, such as days with a week
 * and a year: the longer ones are taken out, one after the other, the rest is
 * forecast with the shortest, and they are put back.
 *
 * A long season comes round few times, so its figure is smoothed as much, and
 * shrunk as far, as each of its rounds is best foretold by the others (the
 * idea of Cleveland et al. 1990 and of MSTL, Bandara, Hyndman & Bergmeir
 * 2021, with evidence in place of settings).
 */
#ifndef SKPI_FORECAST_SEASONS_H
#define SKPI_FORECAST_SEASONS_H

#include "skpi_forecast.h"

/* Most seasons beside the shortest. */
#define SKPI_SEASONS 4

typedef struct skpi_seasons
{
	size_t count;                /* 0 .. SKPI_SEASONS */
	size_t period[SKPI_SEASONS]; /* ask->m < period[0] < period[1] ... */
} skpi_seasons;

/* Doubles of workspace. */
size_t skpi_forecast_seasons_work(size_t n, size_t m, size_t h,
								  const skpi_seasons *more);

/*
 * As skpi_forecast.  A season that has not come round twice is left out, with
 * SKPI_REASON_SEASONS unless there is another reason.  Series of positive
 * values are taken to have seasons in proportion, others sums.
 * SKPI_E_RANGE for periods that do not ascend from ask->m or exceed
 * SKPI_SEASON_MAX.
 */
skpi_status skpi_forecast_seasons(const skpi_forecast_ask *ask,
								  const skpi_seasons *more, double *work,
								  size_t work_len,
								  skpi_forecast_answer *answer);

#endif
