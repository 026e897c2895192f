/* Taking a season out of a series and putting it back: shared by the Theta
 * methods, private to them. */
#ifndef SKPI_THETA_SEASON_H
#define SKPI_THETA_SEASON_H

#include "skpi_theta.h"

typedef struct skpi_theta_season
{
	size_t m;
	bool seasonal;
	bool multiplicative;
	double *index; /* m, index[i] belongs to the values i, i + m, ... */
} skpi_theta_season;

/* Checks the arguments common to both methods. */
skpi_status skpi_theta_check(const double *y, size_t n, size_t m, size_t h,
							 size_t min, size_t work_len);

/* Tests, and writes the adjusted series; index is the caller's room for m. */
void skpi_theta_adjust(const double *y, size_t n, size_t m, double *index,
					   skpi_theta_season *season, double *adjusted);

/* Puts the season of observation t (from 0) back on a mean and, unless NULL,
 * its variance. */
void skpi_theta_restore(const skpi_theta_season *season, size_t t, double *mean,
						double *var);

#endif
