/*
 * Internals shared by the ARIMA files; not for callers.
 */
#ifndef SKPI_ARIMA_CORE_H
#define SKPI_ARIMA_CORE_H

#include "skpi_arima.h"

/* Largest lag of an expanded polynomial. */
#define ARMA_MAX_LAG                                                           \
	(SKPI_ARIMA_MAX_ORDER + SKPI_ARIMA_MAX_SEASONAL * SKPI_SEASON_MAX)
/* Nonzero coefficients of one, the leading 1 included. */
#define ARMA_MAX_TERMS                                                         \
	((SKPI_ARIMA_MAX_ORDER + 1) * (SKPI_ARIMA_MAX_SEASONAL + 1))
/* One room for all lags of either polynomial plus the state. */
#define ARMA_ROOM(period)                                                      \
	(SKPI_ARIMA_MAX_ORDER + SKPI_ARIMA_MAX_SEASONAL * (period) + 2 + ARMA_PACK)
/* States that are moved on together. */
#define ARMA_PACK 2

/* A polynomial 1 + sum c_k B^lag_k, lags increasing. */
typedef struct arma_poly
{
	int terms;
	int lag[ARMA_MAX_TERMS];
	double c[ARMA_MAX_TERMS];
} arma_poly;

/*
 * Harvey's state-space form of an ARMA process with unit innovation variance:
 * state i is what is known now of the value i steps ahead.  k, l and f are
 * the gain, the generator of the change of the state covariance and the
 * innovation variance of the Chandrasekhar recursions.
 */
typedef struct arma_filter
{
	int r;        /* states */
	int packs;    /* of ARMA_PACK states */
	bool settled; /* f has reached 1: k is constant from here */
	double f;
	double *phi; /* this and the next four: packs, and one more */
	double *k, *l;
	double *a, *b;  /* state of the data, and of a series of ones */
	double *gamma;  /* scratch, 2 r + 2 */
	double *spare;  /* scratch, 3 r + 3 */
	double *spare2; /* scratch, r + 1 */
	double *half;   /* scratch, 2 r + 2 */
} arma_filter;

/* A fit in progress: slices of the caller's memory and the data. */
typedef struct arima_job
{
	skpi_arima_spec spec;
	const double *y;
	int n;
	double *w; /* differenced series */
	int n_used;
	double *u, *u2;   /* n: scaled innovations */
	double *ones;     /* n: scaled innovations of a series of ones */
	double *jacobian; /* n x SKPI_ARIMA_COEFS, by columns */
	arma_filter filter;
	double mean;
	double log_f; /* sum of log f_t of the last pass */
	skpi_stop_fn stop;
	void *stop_arg;
	bool stopped;
} arima_job;

bool skpi_arima_spec_valid(const skpi_arima_spec *spec);
int skpi_arima_coefs(const skpi_arima_spec *spec);

/* Cuts the working space and differences y; SKPI_E_SHORT where nothing is
 * left. */
skpi_status skpi_arima_begin(arima_job *job, const double *y, size_t n,
							 const skpi_arima_spec *spec, skpi_stop_fn stop,
							 void *stop_arg, double *work);

/* Differenced copy of y[0 .. n-1]; returns its length. */
int skpi_arima_difference(const double *y, int n, int d, int sd, int period,
						  double *w);

/* Unconstrained coordinates to coefficients and back (through partial
 * autocorrelations x / sqrt(1 + x^2); Monahan 1984).  The way back fails for
 * coefficients outside the stationary and invertible region. */
void skpi_arima_from_free(const skpi_arima_spec *spec, const double *x,
						  double *coef);
bool skpi_arima_to_free(const skpi_arima_spec *spec, const double *coef,
						double *x);

/* All roots of all four polynomials further out than `radius` >= 1. */
bool skpi_arima_roots_outside(const skpi_arima_spec *spec, const double *coef,
							  double radius);

/* The products phi(B) Phi(B^m) and theta(B) Theta(B^m). */
void skpi_arima_expand(const skpi_arima_spec *spec, const double *coef,
					   arma_poly *ar, arma_poly *ma);

/* Sets the filter before the first observation. */
void skpi_arma_filter_start(arma_filter *f, const arma_poly *ar,
							const arma_poly *ma);
/* Takes in one value (and a one, with_ones); *v and *one are the innovations,
 * whose variance is f->f before the call. */
void skpi_arma_filter_step(arma_filter *f, double w, bool with_ones, double *v,
						   double *one);
/* Moves the gain on by one step without data. */
void skpi_arma_filter_gain(arma_filter *f);

/*
 * Innovations at coef, scaled so that their sum of squares S alone decides:
 * the concentrated exact log-likelihood is -n/2 (log(2 pi S / n) + 1).
 * exact = false gives the conditional ones, zero before the start.  Returns
 * S, or a negative number after an interrupt.  fit_mean: sets job->mean.
 */
double skpi_arima_innovations(arima_job *job, const double *coef, bool exact,
							  bool fit_mean, double *u);

typedef struct arima_rule
{
	bool exact;  /* the likelihood, or the conditional sum of squares */
	bool near;   /* exact: conditional derivatives as long as they serve */
	int rounds;  /* most */
	double gain; /* stop when a round gains less than this share */
} arima_rule;

/* Least squares on the innovations from x; *s is the sum reached. */
skpi_status skpi_arima_minimise(arima_job *job, const arima_rule *rule,
								double *x, double *s);

/* The AICc of a sum of squares of exact innovations. */
double skpi_arima_aicc(const arima_job *job, double sum);

/* Fills loglik, aicc, sigma2, mean from an exact pass at model->coef. */
skpi_status skpi_arima_finish(arima_job *job, bool fit_mean,
							  skpi_arima_model *model);

#endif
