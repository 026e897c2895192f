/*
 * How large the changes of a series are that are not its season: what says
 * best which members to believe.  Where they are small a trend of the newest
 * values is seen in them and goes on; where they are large it is noise, and
 * what averages most forecasts best.
 */
#ifndef SKPI_FORECAST_CHANGES_H
#define SKPI_FORECAST_CHANGES_H

#include "skpi_forecast_member.h"

/* Doubles of workspace. */
size_t skpi_changes_work(size_t n, size_t m);

/*
 * The standard deviation of the changes from step to step without season: of
 * logarithms where all values are positive, else over the mean size of a value.
 * job->work and fitted are not used.  SKPI_E_INTERRUPT.
 */
skpi_status skpi_changes(const skpi_member_job *job, double *work, double *sd);

/* What they are changes of: n values inside work, without a season as far as
 * there are two of it. */
skpi_status skpi_changes_rest(const skpi_member_job *job, double *work,
							  double **rest);

#endif
