/*
 * The Theta method (Assimakopoulos & Nikolopoulos 2000), in the form of
 * Hyndman & Billah (2003): simple exponential smoothing with half the slope of
 * the regression on time; and the dynamic optimised Theta model (Fiorucci,
 * Pellegrini, Louzada, Petropoulos & Koehler 2016).
 *
 * Both first test for a season (90 %, Bartlett) and take it out by classical
 * decomposition: multiplicative when the data allow, else additive.
 */
#ifndef SKPI_THETA_H
#define SKPI_THETA_H

#include "skpi_array.h"

typedef struct skpi_theta_fit
{
	bool seasonal;       /* a season was found and taken out */
	bool multiplicative; /* and it was multiplicative */
	double alpha;
	double level;  /* start level */
	double theta;  /* 2 for the standard method; infinity is possible */
	double drift;  /* change per step beyond the data, standard method */
	double sigma2; /* one-step error variance of the adjusted series */
} skpi_theta_fit;

/* Doubles of workspace for n values of period m. */
size_t skpi_theta_work(size_t n, size_t m);

/*
 * point[h], var[h]: forecasts and variances of the forecast error.  fitted[n]
 * receives the one-step means unless NULL.  Polls stop between passes over
 * the data.
 *
 * Standard needs 4 values, dynamic 6.  SKPI_E_SHORT, SKPI_E_RANGE (values, h,
 * period), SKPI_FULL for a workspace below skpi_theta_work,
 * SKPI_E_INTERRUPT, SKPI_E_NUMERIC.
 */
skpi_status skpi_theta_standard(const double *y, size_t n, size_t m, size_t h,
								skpi_stop_fn stop, void *stop_arg, double *work,
								size_t work_len, skpi_theta_fit *fit,
								double *point, double *var, double *fitted);

skpi_status skpi_theta_dynamic(const double *y, size_t n, size_t m, size_t h,
							   skpi_stop_fn stop, void *stop_arg, double *work,
							   size_t work_len, skpi_theta_fit *fit,
							   double *point, double *var, double *fitted);

#endif
