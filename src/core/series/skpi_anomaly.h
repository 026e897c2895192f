/*
 * Anomalies in one series, scored so that one threshold serves every series.
 *
 * The score of a point is -log10 of the probability that a point of the same
 * series without an event deviates as much.  A point is flagged when its
 * score reaches the threshold; flagged points are gathered into events, and
 * each event raises one alarm, at its first point.
 *
 * Two modes.  Retrospective: looks at both sides of a point; for colouring
 * history.  Causal: everything said of a point depends on it and earlier
 * points alone; for alerting.  Appending data leaves it as it was, to the bit:
 * the score, the bounds, whether it was an alarm, the event.  Once something
 * is expected of the newest point of a growing series there always is.
 *
 * A long event flags many points; the alarm is the message.
 *
 * Memory belongs to the caller; outputs are written on SKPI_OK only.
 */
#ifndef SKPI_ANOMALY_H
#define SKPI_ANOMALY_H

#include "skpi_array.h"

/*
 * The default threshold, a tail probability of 10^-2.5 = .0032.  Chosen on
 * 400 series (M3 and retail monthly, M4 weekly) with events put in: the F1 of
 * found events, looking back, is .76 at 2.3, .79 at 2.5, .78 at 2.7.
 */
#define SKPI_ANOMALY_THRESHOLD 2.5
#define SKPI_ANOMALY_MAX_SCORE 16.0
#define SKPI_ANOMALY_MIN_N 8

typedef enum skpi_anomaly_kind
{
	SKPI_ANOMALY_NONE = 0,
	SKPI_ANOMALY_SPIKE,       /* one point, upwards */
	SKPI_ANOMALY_DIP,         /* one point, downwards */
	SKPI_ANOMALY_LEVEL_SHIFT, /* the level moved and stayed */
	SKPI_ANOMALY_TEMPORARY,   /* several points that came back */
} skpi_anomaly_kind;

typedef struct skpi_anomaly_options
{
	int period;       /* 1 = no season */
	bool causal;      /* use the past only */
	double threshold; /* > 0, in units of the score */
} skpi_anomaly_options;

typedef struct skpi_anomaly_point
{
	double expected; /* NaN while a causal detector has seen too little */
	double lo, hi;   /* what would have passed at the threshold */
	double score;    /* 0 .. SKPI_ANOMALY_MAX_SCORE */
	bool flagged;
	bool alarm;             /* first point of its event */
	int event;              /* from 1, over the series; 0 = none */
	skpi_anomaly_kind kind; /* of the event; NONE where not flagged */
} skpi_anomaly_point;

/* Static text: "none", "spike", "dip", "level shift", "temporary change". */
const char *skpi_anomaly_kind_text(skpi_anomaly_kind kind);

/* Doubles of working space. */
size_t skpi_anomaly_work(size_t n, int period);

/*
 * Scores y[0 .. n-1] into points[0 .. n-1].  Positive series are treated on
 * the log scale (causal: as long as all values were positive, and not by the
 * telemetry detector below); looking back on a series that began below a tenth
 * of its median, on that of y + three quarters of it.  Where nothing was ever
 * negative no bound is.  A period without two full seasons in the data is
 * ignored.  What is flagged lies outside the bounds and nothing else does.
 *
 * Retrospective: the mean of the remainder of a robust STL (periodic; a robust
 * local line over 25 points without season) and the distance from the median
 * of the five neighbours either side, in units of a scale that is
 * global and in part local, stretched where the series' own tails are heavy and
 * where values or seasons are few; below seven seasons or 60 values without
 * season unless it repeats itself; from 20 values on a
 * step in the seasonally adjusted series, scored by the difference of the
 * medians of six points either side and its one-step residual, counts where it
 * is larger.  Student's t with 9 degrees gives the tail.
 *
 * Causal: the first 599 points, and all with a period between 2 and 23:
 * residual of robust exponential smoothing (Gelper, Fried and Croux 2010),
 * averaged over several gains with and without slope, and over with and without
 * season, by how well each did lately; over the median absolute of the last
 * 60, stretched where their tail is heavy or they are few.  Until two seasons
 * and six points more have come without season, half of what was left one
 * season before added.  What deviated may have moved the level or not: after
 * it, what lies between is as expected.  The first move of a series that was at
 * rest counts as 20 deviations.  Otherwise, telemetry: mean surprise of the
 * value against the last four seasons (without season: against a slow
 * exponential mean), of a short mean against the last four, and of a longer
 * mean against all that came before; a point scores 0 if it is less surprising
 * than one in the half season before (at least 20 points and 3 % of the past),
 * or not more by a quarter than one there that was out of the ordinary.
 *
 * Nothing is flagged in a series without variation.  SKPI_E_SHORT below
 * SKPI_ANOMALY_MIN_N values; SKPI_E_RANGE: bad period, threshold or value.
 */
skpi_status skpi_anomaly(const double *y, size_t n,
						 const skpi_anomaly_options *options, skpi_stop_fn stop,
						 void *stop_arg, double *work,
						 skpi_anomaly_point *points);

#endif
