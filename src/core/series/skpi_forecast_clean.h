/*
 * The newest value less its own surprise, for models that would take it for
 * the new level: one freak value at the end costs more than anywhere else,
 * as no later one can put it right.
 */
#ifndef SKPI_FORECAST_CLEAN_H
#define SKPI_FORECAST_CLEAN_H

#include "skpi_forecast_member.h"

/* Doubles of workspace. */
size_t skpi_clean_work(size_t n, size_t m);

/*
 * out[n]: the values of job->y, the newest one moved towards what the others
 * led to expect where it lies further from that than they usually do.  Not
 * moved: where the value before it had surprised in the same direction, which
 * makes it a shift, and as far as earlier surprises of this series lasted.
 * Values before the newest are never touched, nor series of period 1. job->work
 * and fitted are not used.  SKPI_E_INTERRUPT.
 */
skpi_status skpi_clean(const skpi_member_job *job, double *work, double *out);

#endif
