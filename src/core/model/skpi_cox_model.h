/*
 * A Cox regression under way: its parts of the workspace, and the likelihood.
 */
#ifndef SKPI_COX_MODEL_H
#define SKPI_COX_MODEL_H

#include "skpi_cox.h"

typedef struct skpi_cox_model
{
	const skpi_subject *s;
	size_t n;
	size_t p;
	bool breslow;
	skpi_stop_fn stop;
	void *stop_arg;
	double *z;    /* n * p, scaled, in the order of s */
	double *risk; /* n */
	double *mean; /* p, and so on */
	double *scale;
	double *beta;
	double *trial;
	double *slope;
	double *step;
	double *mid;   /* weighted mean of the columns at one event */
	double *s1;    /* sums over who is at risk */
	double *d1;    /* and over the events of one time */
	double *whole; /* information of each column at the start */
	double *info;  /* p * p */
	double *s2;
	double *d2;
	double *spare; /* 3 n, for the concordance */
	double loglik;
	bool held[SKPI_COX_COLUMNS]; /* not to be moved */
} skpi_cox_model;

/* Points the parts into skpi_cox_work(n, p) doubles. */
void skpi_cox_divide(skpi_cox_model *m, double *work);

/* Columns in the order of the subjects, of mean 0 and deviation 1; constant
 * ones are held at 0.  SKPI_E_RANGE as skpi_cox_fit. */
skpi_status skpi_cox_scale(skpi_cox_model *m, const double *x);

/* Likelihood, its slope and the information (lower half) at beta; false when
 * told to stop. */
bool skpi_cox_look(skpi_cox_model *m, const double *beta);

#endif
