/*
 * Cox regression (1972): what raises and lowers the chance that the event
 * comes next, whatever that chance is over time.
 *
 * Equal times by Efron (1977) or Breslow (1974).  Newton's method on columns
 * of mean 0 and deviation 1; results are in the units of the columns.
 */
#ifndef SKPI_COX_H
#define SKPI_COX_H

#include "skpi_survival.h"

#define SKPI_COX_COLUMNS 100
#define SKPI_COX_CELLS 50000000 /* subjects times columns */

typedef enum skpi_cox_note
{
	SKPI_COX_FINE,
	SKPI_COX_NO_EVENT,  /* nothing to learn from */
	SKPI_COX_CONSTANT,  /* the same for all */
	SKPI_COX_COLLINEAR, /* columns before it determine it */
	SKPI_COX_INFINITE,  /* the likelihood rises without end along it */
} skpi_cox_note;

/* "ok", or what is the matter with the column; static, lower case. */
const char *skpi_cox_note_text(skpi_cox_note note);

typedef struct skpi_cox_column
{
	double coefficient; /* NaN unless the note is FINE or INFINITE */
	double error;       /* NaN unless FINE */
	skpi_cox_note note;
} skpi_cox_column;

typedef struct skpi_cox
{
	double events;
	double loglik_null; /* of no columns */
	double loglik;
	double concordance; /* share of pairs in the right order, NaN for none */
	int steps;
	bool settled; /* else the last step still moved */
	skpi_cox_column column[SKPI_COX_COLUMNS];
} skpi_cox;

/* Doubles of workspace. */
size_t skpi_cox_work(size_t n, size_t p);

/*
 * Subjects sorted with x, of weight 1 and each tagged 0 .. n - 1, the row of
 * its p values in x.  SKPI_E_RANGE for other tags or weights, a value that is
 * not finite or beyond SKPI_VALUE_MAX; SKPI_E_LIMIT, SKPI_FULL,
 * SKPI_E_INTERRUPT, SKPI_E_NUMERIC.
 */
skpi_status skpi_cox_fit(const skpi_subject *s, size_t n, const double *x,
						 size_t p, bool breslow, skpi_stop_fn stop,
						 void *stop_arg, double *work, size_t work_len,
						 skpi_cox *result);

/*
 * Harrell's share of pairs in which who is at higher risk had the event
 * first, equal risks as half; sorted subjects, risk[i] of s[i]; work 3 n.
 */
skpi_status skpi_cox_concordance(const skpi_subject *s, size_t n,
								 const double *risk, skpi_stop_fn stop,
								 void *stop_arg, double *work,
								 double *concordance);

#endif
