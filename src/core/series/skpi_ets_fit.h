/*
 * Fitting one exponential smoothing form.
 *
 * The fast fit takes its start states from a short classical decomposition
 * and a line through the first seasons and searches the smoothing parameters
 * alone: the choice for forecasting.  The full fit maximises the likelihood
 * over the start states too, from several starts: the choice for comparing
 * likelihoods with other packages.
 *
 * Parameters stay inside 1e-4 <= beta <= alpha <= .9999,
 * 1e-4 <= gamma <= 1 - alpha, .8 <= phi <= .98 unless the full fit is told
 * otherwise.
 */
#ifndef SKPI_ETS_FIT_H
#define SKPI_ETS_FIT_H

#include "skpi_ets_model.h"

/* Parameter regions of the full fit. */
typedef enum skpi_ets_bounds
{
	SKPI_ETS_USUAL = 0,  /* the bounds above, and admissible */
	SKPI_ETS_ADMISSIBLE, /* beta and gamma up to .9999 where admissible */
} skpi_ets_bounds;

/*
 * What one choice among forms may spend, in passes times values: about three
 * quarters of a second.  All fifteen forms of 60, 144 and 300 months take
 * 5e6, 1.2e7 and 3e7 to the end of all starts, so that those are fitted as far
 * as they can be; 2000 hours would take 1.8e8 and choose the same form.
 */
#define SKPI_ETS_EFFORT 3e7

typedef struct skpi_ets_fit
{
	skpi_ets_form form;
	skpi_ets_par par;
	skpi_ets_score score;
} skpi_ets_fit;

/*
 * Heuristic start states into state[skpi_ets_states(form, m)].  SKPI_E_SHORT
 * when n < 2 (season: n < 2 m); SKPI_E_NUMERIC where a multiplicative season
 * cannot be had.
 */
skpi_status skpi_ets_start(skpi_ets_form form, size_t m, const double *y,
						   size_t n, double *state);

/*
 * Whether a form may be tried at all: multiplicative parts need positive data
 * (`positive`), a season 2 m + 3 values, damping four observations more than
 * parameters, and AICc must exist.
 */
bool skpi_ets_allowed(skpi_ets_form form, size_t m, size_t n, bool positive);

/*
 * start[skpi_ets_states] receives the start states, to be run through
 * skpi_ets_run.  `hint` (may be NULL) is where to begin, taken from a
 * related form.  Levenberg-Marquardt from the best of four beginnings, at most
 * 12 rounds of two passes over the data; polls stop before every round.
 * SKPI_E_INTERRUPT, SKPI_E_NUMERIC (the form cannot describe the data),
 * SKPI_E_SHORT, SKPI_E_RANGE, SKPI_E_NOMEM.
 */
skpi_status skpi_ets_fit_fast(skpi_ets_form form, size_t m, const double *y,
							  size_t n, const skpi_ets_par *hint,
							  skpi_stop_fn stop, void *stop_arg,
							  skpi_ets_fit *fit, double *start);

/*
 * As the fast fit; polls stop before every evaluation of the likelihood.
 * Parameters are kept where the effect of early observations dies out
 * ("admissible").  SKPI_E_LIMIT when n times the square of the parameters
 * passes 5e7 (season 52: n = 15000).
 *
 * `effort` is what may be spent and receives what is left of it: a pass costs
 * as many as it sees values, with 20 parameters twice that, with 40 three
 * times.  The first start is the fast fit; the step in which the effort ends is
 * the last.
 */
skpi_status skpi_ets_fit_full(skpi_ets_form form, size_t m, const double *y,
							  size_t n, skpi_ets_bounds bounds, double *effort,
							  skpi_stop_fn stop, void *stop_arg,
							  skpi_ets_fit *fit, double *start);

/*
 * The allowed form of least AICc, fully fitted (or fast, when `full` is
 * false; `bounds` and `effort` then do not matter).  The full fits go in the
 * order of the fast ones' AICc, each with an equal share of the effort that
 * those before it have left.  start needs m + 2 doubles.  Errors as for the
 * single fits; a form that cannot describe the data is passed over,
 * SKPI_E_NUMERIC when none can.
 */
skpi_status skpi_ets_select(size_t m, const double *y, size_t n, bool full,
							skpi_ets_bounds bounds, double effort,
							skpi_stop_fn stop, void *stop_arg,
							skpi_ets_fit *fit, double *start);

#endif
