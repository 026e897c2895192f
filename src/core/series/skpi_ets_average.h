/*
 * Exponential smoothing averaged over its forms with tempered Akaike weights
 * exp(-AICc difference / SKPI_ETS_TEMPER) (Burnham & Anderson 2002): no single
 * form has to be right, and the spread between the forms enters the intervals.
 */
#ifndef SKPI_ETS_AVERAGE_H
#define SKPI_ETS_AVERAGE_H

#include "skpi_ets_fit.h"

/*
 * 2 would be the textbook weight, which trusts the one-step likelihood more
 * than forecasts several steps ahead deserve.  8 was chosen on rolling origins
 * inside the training part of 706 series (M3, tourism and retail; monthly,
 * quarterly, yearly): OWA .841 -> .830, .874 -> .858, .935 -> .911, interval
 * coverage nearer nominal at both levels; 6 to 12 differ by at most .007.
 */
#define SKPI_ETS_TEMPER 8

typedef struct skpi_ets_member
{
	skpi_ets_fit fit;
	double weight; /* positive; the weights of all members sum to 1 */
} skpi_ets_member;

typedef struct skpi_ets_blend
{
	int count; /* members, heaviest first */
	skpi_ets_member member[SKPI_ETS_FORMS];
} skpi_ets_blend;

/* Forecasts of the members of a blend, filled by skpi_ets_average: member i
 * at step j (from 0) has mean[i * h + j] and var[i * h + j]. */
typedef struct skpi_ets_paths
{
	size_t h;
	double *mean; /* SKPI_ETS_FORMS * h, the caller's */
	double *var;
} skpi_ets_paths;

/* Doubles of workspace for n values of period m. */
size_t skpi_ets_average_work(size_t n, size_t m);

/*
 * Fits every allowed form fast, weights them, and forecasts paths->h steps,
 * each member's means held inside skpi_array_band and its standard deviations
 * below 3.5 times the range of the data.  fitted[n] receives the
 * weighted one-step means unless NULL.  Forms of weight below 1e-4 are left
 * out.  With m = 1 or fewer than 2 m + 3 values there is no season.
 *
 * 5 values at least.  SKPI_E_SHORT, SKPI_E_RANGE (values, h, period above
 * SKPI_SEASON_MAX), SKPI_FULL for a workspace below skpi_ets_average_work,
 * SKPI_E_INTERRUPT, SKPI_E_NUMERIC when no form fits.
 */
skpi_status skpi_ets_average(const double *y, size_t n, size_t m,
							 skpi_stop_fn stop, void *stop_arg, double *work,
							 size_t work_len, skpi_ets_blend *blend,
							 skpi_ets_paths *paths, double *fitted);

/* Mean and variance of the mixture at step j (from 0). */
void skpi_ets_blend_moments(const skpi_ets_blend *blend,
							const skpi_ets_paths *paths, size_t j, double *mean,
							double *var);

/* Quantile of the mixture of normals at step j, p in (0, 1), to 1e-9 of its
 * standard deviation: where one member's spread is nothing beside the
 * distance between members, order two quantiles before using them. */
double skpi_ets_blend_quantile(const skpi_ets_blend *blend,
							   const skpi_ets_paths *paths, size_t j, double p);

/*
 * What the blend, its parameters as they are, would have said from earlier
 * origins: ahead[(t - first) * h + j] is its mean for y[t + j] knowing y[0 ..
 * t - 1], for t = first .. n - 1 and j = 0 .. h - 1, also beyond the data.
 * The errors of j > 0 calibrate intervals.  y, n, m as given to
 * skpi_ets_average; 1 <= first < n; ahead has (n - first) * h doubles,
 * undefined on SKPI_E_INTERRUPT.  SKPI_E_MISMATCH when the blend does not fit
 * the series.
 */
skpi_status skpi_ets_average_rolling(const skpi_ets_blend *blend,
									 const double *y, size_t n, size_t m,
									 size_t first, size_t h, skpi_stop_fn stop,
									 void *stop_arg, double *ahead);

#endif
