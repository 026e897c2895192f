/*
 * What the models of customer lifetime share: rows of equal customers, and
 * the way up a likelihood.
 *
 * A row stands for `weight` customers with the same three values.  Models see
 * rows sorted and merged, so that the fit is the same bits in whatever order
 * the customers came, and as fast as there are different ones.
 */
#ifndef SKPI_LIFETIME_H
#define SKPI_LIFETIME_H

#include "skpi_array.h"
#include "skpi_sum.h"

#define SKPI_LIFETIME_MAX 10000000 /* rows */
#define SKPI_LIFETIME_DIM 4        /* parameters of a model */

typedef struct skpi_lifetime_row
{
	double v[3];
	double weight; /* positive */
} skpi_lifetime_row;

/*
 * Sorts and merges; *n is how many are left.  `scratch` has room for as many.
 * SKPI_E_SHORT for none, SKPI_E_LIMIT, SKPI_E_RANGE for a number that is not
 * finite or a weight not above 0; SKPI_E_INTERRUPT leaves all rows, in some
 * order.
 */
skpi_status skpi_lifetime_merge(skpi_lifetime_row *row, size_t *n,
								skpi_lifetime_row *scratch, skpi_stop_fn stop,
								void *stop_arg);

/* Can there be such a customer?  x purchases after the first, a whole number;
 * recency from the first to the last, 0 without any, not above the age. */
bool skpi_lifetime_customer(double x, double recency, double age);

/* Why a likelihood has no top, or none that the parameters could be read
 * from; what it says of the customers is then still the best there is. */
typedef enum skpi_lifetime_note
{
	SKPI_LIFETIME_FINE,
	SKPI_LIFETIME_NO_REPEAT,     /* nobody bought twice: nothing to learn */
	SKPI_LIFETIME_NO_DROPOUT,    /* drop-out goes to nothing */
	SKPI_LIFETIME_ALL_DROPOUT,   /* everybody leaves at once */
	SKPI_LIFETIME_SAME_RATE,     /* customers do not differ in their rate */
	SKPI_LIFETIME_SAME_DROPOUT,  /* nor in how they drop out */
	SKPI_LIFETIME_SAME_SPEND,    /* nor in what they spend */
	SKPI_LIFETIME_SAME_PURCHASE, /* nor do the purchases of one of them */
	SKPI_LIFETIME_NO_MEAN,       /* spend so uneven that it has no mean */
	SKPI_LIFETIME_RIDGE,         /* many parameters fit alike */
	SKPI_LIFETIME_SHORT,         /* fewer than two periods to learn from */
} skpi_lifetime_note;

/* "ok", or what is the matter; static, lower case. */
const char *skpi_lifetime_note_text(skpi_lifetime_note note);

typedef struct skpi_lifetime_fit
{
	double p[SKPI_LIFETIME_DIM];     /* NaN where nothing could be learnt */
	double error[SKPI_LIFETIME_DIM]; /* standard, NaN where not known */
	double loglik;
	int steps;
	skpi_lifetime_note note;
} skpi_lifetime_fit;

/* A smaller share of customers who leave is none. */
#define SKPI_LIFETIME_FEW 2e-3

/* Parameters are positive and lie within these, times in tenths of the
 * longest. */
#define SKPI_LIFETIME_LEAST 1e-4
#define SKPI_LIFETIME_MOST 1e5

/* Log-likelihood at logs of parameters; anything once told to stop. */
typedef double (*skpi_lifetime_fn)(const double *log_p, void *arg);

typedef struct skpi_lifetime_top
{
	double log_p[SKPI_LIFETIME_DIM];
	double error[SKPI_LIFETIME_DIM]; /* of log_p; NaN at an edge or a ridge */
	double value;
	int steps;
	int side[SKPI_LIFETIME_DIM]; /* -1, 1: stopped at the least, the most */
	bool ridge;                  /* the top is a line, or never came */
} skpi_lifetime_top;

/*
 * Up to the top from log_p, by Newton steps over differences, damped until
 * they gain, within the box.  SKPI_E_INTERRUPT, SKPI_E_NUMERIC where the start
 * has no likelihood.
 */
skpi_status skpi_lifetime_climb(skpi_lifetime_fn fn, void *arg, size_t dim,
								const double *log_p, skpi_stop_fn stop,
								void *stop_arg, skpi_lifetime_top *top);

/* What a likelihood is of: rows, values in some unit. */
typedef struct skpi_lifetime_sample
{
	const skpi_lifetime_row *row;
	size_t n;
	skpi_stop_fn stop;
	void *stop_arg;
	double unit;
	size_t step; /* every so many rows count, which is 1 in the end */
} skpi_lifetime_sample;

/* The same over rows: the top of all of them, found from that of some. */
skpi_status skpi_lifetime_climb_rows(skpi_lifetime_fn fn,
									 skpi_lifetime_sample *s, size_t dim,
									 const double *log_p,
									 skpi_lifetime_top *top);

/* Parameters, and their errors by the delta method, from those of a top. */
void skpi_lifetime_read(const skpi_lifetime_top *top, size_t dim,
						skpi_lifetime_fit *fit);

/* Turns parameter i from units of `unit` into one. */
static inline void
skpi_lifetime_scale(skpi_lifetime_fit *fit, size_t i, double unit)
{
	fit->p[i] *= unit;
	fit->error[i] *= unit;
}

/* Of twice so many rows or more the way up begins with so many or more of
 * them, spread evenly over their order: most of it is then behind. */
#define SKPI_LIFETIME_ENOUGH 5000

/* Asked before row i of a likelihood: has somebody asked to stop? */
static inline bool
skpi_lifetime_stopped(const skpi_lifetime_sample *s, size_t i)
{
	return i / s->step % 1024 == 0 && s->stop != NULL && s->stop(s->stop_arg);
}

/* A model of buyers who buy at rates of their own, gamma(p[0], p[1])
 * distributed with p[1] a time, until they drop out by p[2] and p[3]. */
typedef struct skpi_lifetime_model
{
	skpi_lifetime_fn loglik; /* of a skpi_lifetime_sample, in its unit */
	double start;            /* of p[3], in tenths of the longest age */
	bool last_is_time;       /* p[3] is one */
	double (*leave)(const double *log_p); /* chance that one drops out */
} skpi_lifetime_model;

/* Fits a model of four parameters to rows of x, recency and age.  SKPI_E_RANGE
 * for one that cannot be, and the errors of skpi_lifetime_climb(). */
skpi_status skpi_lifetime_fit_buyers(const skpi_lifetime_model *model,
									 const skpi_lifetime_row *row, size_t n,
									 skpi_stop_fn stop, void *stop_arg,
									 skpi_lifetime_fit *fit);

/* Nodes and weights of 16-point Gauss-Legendre on [-1, 1], positive half. */
#define SKPI_LIFETIME_NODES 8
extern const double skpi_lifetime_node[SKPI_LIFETIME_NODES];
extern const double skpi_lifetime_share[SKPI_LIFETIME_NODES];

/* Node i of equal panels that cover [0, 1]; its share, of 2 panels in all, is
 * skpi_lifetime_share[i % SKPI_LIFETIME_NODES]. */
static inline double
skpi_lifetime_at(int i, int panels)
{
	double node = skpi_lifetime_node[i % SKPI_LIFETIME_NODES];
	int panel = i / (2 * SKPI_LIFETIME_NODES);

	if (i / SKPI_LIFETIME_NODES % 2 == 0)
		node = -node;
	return (panel + (1 + node) / 2) / panels;
}

#endif
