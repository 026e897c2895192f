/*
 * One model's forecast of one series, for combining: every model behind the
 * same call, on the series as it is or on its logarithm, its result held
 * inside the band of credible values.
 */
#ifndef SKPI_FORECAST_MEMBER_H
#define SKPI_FORECAST_MEMBER_H

#include "skpi_ets_model.h"

typedef enum skpi_model
{
	SKPI_MODEL_AUTO = 0,
	SKPI_MODEL_ETS,     /* the form of least AICc, full fit */
	SKPI_MODEL_AVERAGE, /* all forms, weighted */
	SKPI_MODEL_THETA,
	SKPI_MODEL_DOTM,
	SKPI_MODEL_ARIMA,         /* the orders of least AICc */
	SKPI_MODEL_ARIMA_AVERAGE, /* the best of one search, weighted */
	SKPI_MODEL_STL,           /* season by STL, the rest by AVERAGE */
	SKPI_MODEL_STL_ARIMA,     /* season by STL, the rest by ARIMA_AVERAGE */
	SKPI_MODEL_SNAIVE,
	SKPI_MODEL_NAIVE,
	SKPI_MODEL_DRIFT,
	SKPI_MODEL_SES,
	SKPI_MODEL_HOLT,
	SKPI_MODEL_DAMPED,
	SKPI_MODEL_HW,
	SKPI_MODELS,
} skpi_model;

/* Bytes of a label such as "arima(2,1,2)(1,0,1)[12]" or "auto(theta, drift)"
 * with its zero. */
#define SKPI_MODEL_NAME 128

typedef struct skpi_member
{
	skpi_model model; /* not AUTO */
	bool log;         /* on the logarithm; positive series only */
	bool root;        /* on the square root, where no value is negative */
	bool shrunk;      /* DRIFT: less its noise */
	bool trimmed;     /* DRIFT: without its extremes; shrunk as well; STL:
					   * the rest by such a drift */
	bool faded;       /* DRIFT: older changes count less; shrunk as well */
	bool theta;       /* STL: the rest by THETA instead of AVERAGE */
	bool levels;      /* STL: the rest at several levels of aggregation */
	bool quick;       /* DAMPED and its kin: the start is not searched for */
	bool fixed;       /* ETS: this form instead of the best one */
	skpi_ets_form form;
} skpi_member;

typedef struct skpi_member_job
{
	const double *y;
	size_t n;
	size_t m;
	size_t h;
	skpi_stop_fn stop; /* may be NULL */
	void *stop_arg;
	double *work;   /* skpi_member_work doubles */
	double *fitted; /* n, or NULL where they are not wanted */
	double effort;  /* of ETS, 0 for SKPI_ETS_EFFORT */
} skpi_member_job;

/* Doubles of workspace for any member on n values of period m. */
size_t skpi_member_work(size_t n, size_t m, size_t h);

/* "auto", "ets:MAM", "theta", ...; SKPI_E_SYNTAX for other words. */
skpi_status skpi_member_parse(const char *text, skpi_member *member);

/* The word for a member, as parsed. */
void skpi_member_name(const skpi_member *member, char label[SKPI_MODEL_NAME]);

/* "auto(theta, drift, ...)": models of a combination, each once, the one of
 * the largest weight first; of equal ones in the order given. */
void skpi_auto_name(const skpi_model *models, const double *weights, int count,
					char label[SKPI_MODEL_NAME]);

/*
 * point[h], var[h]: forecasts and variances of their errors, each inside
 * skpi_array_band (the standard deviation below its width; for data without
 * a negative value no forecast is negative).  The point of a member on another
 * scale is the median on the scale of the data.  label (may be NULL) receives
 * the name with what the model chose.  ETS searches over the start states too
 * while the period is at most 24 and there are at most 2000 values and as far
 * as its effort goes, otherwise over the smoothing parameters alone.
 * SKPI_E_SHORT; SKPI_E_RANGE (values that are not positive, for a log or a
 * multiplicative form); SKPI_E_NUMERIC; SKPI_E_LIMIT; SKPI_E_INTERRUPT.
 *
 * job->fitted receives what the member said one step before each value, NaN
 * where it said nothing.
 */
skpi_status skpi_member_run(const skpi_member *member,
							const skpi_member_job *job, double *point,
							double *var, char label[SKPI_MODEL_NAME]);

#endif
