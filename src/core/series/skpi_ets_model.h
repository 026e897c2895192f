/*
 * Exponential smoothing in innovations state-space form (Hyndman, Koehler,
 * Ord & Snyder 2008): forms, parameters, the recursion and its likelihood.
 *
 * A state vector is laid out as level, slope (forms with trend), then m
 * seasonal states (forms with season) in the order in which they will be used:
 * the first seasonal state belongs to the next observation.
 */
#ifndef SKPI_ETS_MODEL_H
#define SKPI_ETS_MODEL_H

#include "skpi_array.h"

typedef enum skpi_ets_kind
{
	SKPI_ETS_N = 0, /* none */
	SKPI_ETS_A,     /* additive */
	SKPI_ETS_M,     /* multiplicative */
} skpi_ets_kind;

typedef struct skpi_ets_form
{
	skpi_ets_kind error; /* A or M */
	skpi_ets_kind trend;
	skpi_ets_kind season;
	bool damped; /* only with a trend */
} skpi_ets_form;

/*
 * Smoothing parameters in the error-correction sense: 0 < beta < alpha,
 * 0 < gamma < 1 - alpha.  Those a form lacks are 0, phi is 1.
 */
typedef struct skpi_ets_par
{
	double alpha;
	double beta;
	double gamma;
	double phi;
} skpi_ets_par;

/*
 * Gaussian log-likelihood with its constants dropped,
 * -(n ln SSE + 2 sum ln f [multiplicative error]) / 2, and what follows from
 * it with k = smoothing parameters + free start states + 1.  SSE is of
 * relative errors when the error is multiplicative; sigma2 = SSE / (n - k +
 * 1).  aicc is infinite when n < k + 2.
 */
typedef struct skpi_ets_score
{
	double loglik;
	double aic;
	double aicc;
	double bic;
	double sse;
	double sigma2;
} skpi_ets_score;

/* The 15 forms without multiplicative trend and without the unstable
 * combination of additive error and multiplicative season. */
#define SKPI_ETS_FORMS 15
#define SKPI_ETS_STATES_MAX (SKPI_SEASON_MAX + 2)
#define SKPI_ETS_NAME 5 /* bytes of a name such as "MAdM" with its zero */

/* i in [0, SKPI_ETS_FORMS); simple forms first. */
skpi_ets_form skpi_ets_form_at(int i);

/* "ANN", "MAdM", ...; a multiplicative trend is allowed here. */
skpi_status skpi_ets_form_parse(const char *text, skpi_ets_form *form);
void skpi_ets_form_name(skpi_ets_form form, char name[SKPI_ETS_NAME]);

/* A form the recursion knows: error A or M, damping only with a trend. */
bool skpi_ets_form_valid(skpi_ets_form form);

size_t skpi_ets_smoothers(skpi_ets_form form);
size_t skpi_ets_states(skpi_ets_form form, size_t m);
/* Smoothing parameters plus start states, the last season being implied. */
size_t skpi_ets_parameters(skpi_ets_form form, size_t m);

/*
 * Runs the recursion over y[n].  state[skpi_ets_states] holds the start
 * states going in and the end states coming out; fitted[n] (one-step means)
 * and resid[n] (as the form defines its error) may be NULL.
 *
 * SKPI_E_NUMERIC when a mean of a multiplicative-error form is not positive
 * or a state leaves the finite range: everything handed in is then as it was,
 * except fitted and resid, which are to be thrown away.
 */
skpi_status skpi_ets_run(skpi_ets_form form, size_t m, skpi_ets_par par,
						 const double *y, size_t n, double *state,
						 double *fitted, double *resid, skpi_ets_score *score);

/*
 * The part the minimisers see: -2 loglik, or a value of at least
 * SKPI_SIMPLEX_WALL where the form is not defined.  `state` is overwritten.
 * resid may be NULL.
 */
double skpi_ets_cost(skpi_ets_form form, size_t m, const skpi_ets_par *par,
					 const double *y, size_t n, double *state, double *resid);

/* Score of a form whose -2 loglik and SSE are known. */
skpi_ets_score skpi_ets_score_of(skpi_ets_form form, size_t m, size_t n,
								 double cost, double sse);

#endif
