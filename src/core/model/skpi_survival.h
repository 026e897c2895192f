/*
 * Times until something ends, some of them not over yet.
 *
 * A subject was seen for `time`; then the event came, or observation ended
 * before it (censored).  At equal times events come first: who is censored at
 * a time was at risk in it.  A subject of weight w counts as w subjects.
 *
 * Kaplan & Meier (1958) with Greenwood's error; log-rank test of k groups with
 * weights S(t-)^rho (Harrington & Fleming 1982): 0 the log-rank test proper, 1
 * that of Peto & Peto, which looks at early differences.
 */
#ifndef SKPI_SURVIVAL_H
#define SKPI_SURVIVAL_H

#include <stdint.h>

#include "skpi_array.h"

#define SKPI_SURVIVAL_MAX 10000000 /* subjects */
#define SKPI_SURVIVAL_GROUPS 100

typedef struct skpi_subject
{
	double time;
	double weight; /* positive */
	int32_t tag;   /* group of a log-rank test, row of a regression */
	bool event;
} skpi_subject;

/*
 * Puts the subjects into the order of time, event first, weight, and their
 * rows of p values in x (of row `tag`), or their tags where x is NULL: what
 * is computed from them is then the same bits in whatever order they came.
 * `scratch` has room for as many.  SKPI_E_RANGE for a time or weight that is
 * not finite, a weight not above 0, SKPI_E_SHORT for none, SKPI_E_LIMIT.
 */
skpi_status skpi_survival_sort(skpi_subject *s, size_t n, const double *x,
							   size_t p, skpi_subject *scratch,
							   skpi_stop_fn stop, void *stop_arg);

/* Where the subjects with the time of s[from] end. */
size_t skpi_survival_same(const skpi_subject *s, size_t n, size_t from);

typedef struct skpi_survival_point
{
	double time;
	double at_risk;
	double events;
	double censored;
	double survival;  /* after this time */
	double greenwood; /* variance of log survival; infinite where that is 0 */
} skpi_survival_point;

/* One point per distinct time of sorted subjects, into at most n; how many. */
size_t skpi_survival_curve(const skpi_subject *s, size_t n,
						   skpi_survival_point *out);

typedef enum skpi_limits
{
	SKPI_LIMITS_LOG,
	SKPI_LIMITS_LOGLOG,
	SKPI_LIMITS_PLAIN,
} skpi_limits;

/* "log", "log-log", "plain"; E_SYNTAX for other words. */
skpi_status skpi_limits_parse(const char *word, skpi_limits *limits);

/* The normal quantile that leaves `level` in the middle. */
double skpi_survival_z(double level);

/* Limits of survival at z errors, NaN where there are none: of any kind at 0,
 * of log-log at 1. */
void skpi_survival_bounds(const skpi_survival_point *point, skpi_limits limits,
						  double z, double *lo, double *hi);

/* Where a curve that never rises reaches p: between its points where it stays
 * on p, NaN where it does not come so far.  `which` -1 and 1 take the limits
 * for the curve, 0 the curve itself. */
double skpi_survival_quantile(const skpi_survival_point *points, size_t n,
							  double p, skpi_limits limits, double z,
							  int which);

/*
 * Mean time up to `horizon`, the area under the curve, and its standard error.
 * SKPI_E_RANGE for a horizon below 0.  Beyond the last time the curve stays
 * where it is.
 */
skpi_status skpi_survival_mean(const skpi_survival_point *points, size_t n,
							   double horizon, double *mean, double *error);

typedef struct skpi_logrank
{
	double subjects[SKPI_SURVIVAL_GROUPS];
	double observed[SKPI_SURVIVAL_GROUPS];
	double expected[SKPI_SURVIVAL_GROUPS];
	double chi_square; /* NaN when no more than one group could lose any */
	int freedom;
	double p_value;
} skpi_logrank;

/* Doubles of workspace for k groups. */
size_t skpi_logrank_work(size_t k);

/* Sorted subjects tagged 0 .. k - 1.  SKPI_E_RANGE for other tags, a weight
 * not above 0 and for rho outside 0 .. 10, SKPI_E_LIMIT. */
skpi_status skpi_logrank_test(const skpi_subject *s, size_t n, size_t k,
							  double rho, skpi_stop_fn stop, void *stop_arg,
							  double *work, size_t work_len,
							  skpi_logrank *result);

#endif
