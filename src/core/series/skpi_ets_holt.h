/*
 * Simple, Holt's, damped and Holt-Winters smoothing in their classical
 * parameters (Holt 1957, Winters 1960): new slope = beta x change of level +
 * (1 - beta) x old slope, and the season is smoothed towards the value over
 * the NEW level.  With additive parts these are exponential smoothing forms
 * with beta' = alpha beta, gamma' = (1 - alpha) gamma; the multiplicative
 * season is not, hence a recursion of its own.
 */
#ifndef SKPI_ETS_HOLT_H
#define SKPI_ETS_HOLT_H

#include "skpi_ets_model.h"

typedef struct skpi_holt
{
	bool trend;
	skpi_ets_kind season; /* N, A or M */
	double alpha;         /* all in [0, 1]; those not used are ignored */
	double beta;
	double gamma;
	double phi; /* 1: not damped */
} skpi_holt;

/*
 * Start states from the data: simple y1; trend y2 and y2 - y1; season from a
 * classical decomposition of the first two periods and the line through its
 * trend.  *first is how many values they use up: the recursion starts after
 * them.  state[skpi_ets_states].  SKPI_E_SHORT when no value would be left.
 */
skpi_status skpi_holt_start(const skpi_holt *model, size_t m, const double *y,
							size_t n, double *state, size_t *first);

/*
 * Runs the recursion over y[n], state in and out.  *sse sums the squared
 * one-step errors.  fitted[n] may be NULL.  SKPI_E_NUMERIC where a relative
 * season meets a level of zero.
 */
skpi_status skpi_holt_run(const skpi_holt *model, size_t m, const double *y,
						  size_t n, double *state, double *fitted, double *sse);

/* point[h] from the state after the data. */
skpi_status skpi_holt_points(const skpi_holt *model, size_t m,
							 const double *state, size_t h, double *point);

/*
 * Least squares over the parameters a model uses (alpha, beta with a trend,
 * gamma with a season; phi stays), from several starts; the other outputs as
 * in skpi_holt_start and skpi_holt_run.
 */
skpi_status skpi_holt_fit(skpi_holt *model, size_t m, const double *y, size_t n,
						  skpi_stop_fn stop, void *stop_arg, double *state,
						  size_t *first, double *sse);

#endif
