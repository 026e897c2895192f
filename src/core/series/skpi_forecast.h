/*
 * Forecasts of one series with intervals, by a combination of models ("auto")
 * or by a named one; whatever the series, there is a forecast and, where it is
 * not the one asked for, the reason.
 *
 * Combining beats choosing (Bates & Granger 1969; Makridakis, Spiliotis &
 * Assimakopoulos 2020): skpi_forecast_recipe.c says which members, and where
 * their weights and the widths of the intervals come from.
 */
#ifndef SKPI_FORECAST_H
#define SKPI_FORECAST_H

#include "skpi_forecast_member.h"
#include "skpi_forecast_scale.h"

/* Most steps and levels. */
#define SKPI_FORECAST_HORIZON_MAX 1000
#define SKPI_FORECAST_LEVELS 8

/*
 * How many of the newest values are fitted; those before play no part: 3000,
 * and of a season of 12 or more values at most 50 seasons, so that one wrong
 * date, which makes months of two centuries, does not cost as much as it says.
 */
#define SKPI_FORECAST_FIT 3000
#define SKPI_FORECAST_SEASONS 50
size_t skpi_forecast_newest(size_t n, size_t m);

typedef enum skpi_reason
{
	SKPI_REASON_NONE = 0, /* the model asked for */
	SKPI_REASON_SHORT,    /* too few values */
	SKPI_REASON_CONSTANT, /* every value the same */
	SKPI_REASON_ZERO,     /* every value zero */
	SKPI_REASON_LINE,     /* values on a straight line */
	SKPI_REASON_POSITIVE, /* the model needs positive values */
	SKPI_REASON_NO_FIT,   /* the model cannot describe the data */
	SKPI_REASON_SEASON,   /* the model needs a season, the period is 1 */
	SKPI_REASON_ONE,      /* one value, which tells nothing of errors */
	SKPI_REASON_SEASONS,  /* too few values for the longest season */
} skpi_reason;

typedef struct skpi_forecast_ask
{
	const double *y; /* n >= 1 finite values, oldest first */
	size_t n;
	size_t m; /* period, 1 .. min(n, SKPI_SEASON_MAX) */
	size_t h; /* steps, 1 .. SKPI_FORECAST_HORIZON_MAX */
	skpi_member model;
	const double *level; /* confidence, inside (0, 1) */
	size_t levels;       /* 0 .. SKPI_FORECAST_LEVELS */
	skpi_stop_fn stop;   /* may be NULL */
	void *stop_arg;
	double effort; /* of ETS, 0 for SKPI_ETS_EFFORT */
} skpi_forecast_ask;

/*
 * Filled by skpi_forecast; the arrays are the caller's.  lo <= point <= hi;
 * no bound of a series without negative values is negative.  Values that are
 * all the same or on a straight line go on so, with bounds equal to the
 * point.  Undefined after SKPI_E_INTERRUPT.
 */
typedef struct skpi_forecast_answer
{
	double *point; /* h */
	double *lo;    /* lo[l * h + j]: level l, step j + 1 */
	double *hi;
	bool bounds; /* false: one value tells nothing of errors; lo, hi unset */
	skpi_reason reason;
	char label[SKPI_MODEL_NAME]; /* the model used, without the reason */
	double *fitted; /* the caller's n, or NULL: what the model used said one
					 * step before each value; of the combination, the mean of
					 * those members by their weights of which
					 * skpi_past_known; NaN for none */
} skpi_forecast_answer;

/* Doubles of workspace. */
size_t skpi_forecast_work(size_t n, size_t m, size_t h);

/*
 * SKPI_E_RANGE for arguments outside the limits above, SKPI_E_LIMIT for a
 * series above SKPI_ARRAY_MAX, SKPI_FULL for a workspace below
 * skpi_forecast_work, SKPI_E_INTERRUPT when stop said so.  Everything else
 * gives an answer.
 */
skpi_status skpi_forecast(const skpi_forecast_ask *ask, double *work,
						  size_t work_len, skpi_forecast_answer *answer);

/* "too short", ...; "" for SKPI_REASON_NONE. */
const char *skpi_reason_text(skpi_reason reason);

typedef struct skpi_auto_part
{
	skpi_member member;
	double weight;
	double calm; /* of a recipe: the weight where changes are small */
} skpi_auto_part;

/* Member i of the combination for n values of a period with such changes
 * (skpi_changes), as it takes part in one on values that have this scale
 * (weight 0: not at all); false after the last. */
bool skpi_auto_part_at(size_t n, size_t m, double changes, skpi_scale scale,
					   int i, skpi_auto_part *part);

/* What sd is multiplied by for 80 and 95 %, and how far (0 .. 1) errors above
 * are in proportion, as those of constant growth are. */
typedef struct skpi_spread
{
	double narrow;
	double wide;
	double skew;
} skpi_spread;

/*
 * The combination, for skpi_forecast: point[h], sd[h], their spread, and a
 * label with the models that took part, that of the largest weight first.
 * work: skpi_auto_work doubles.
 */
size_t skpi_auto_work(size_t n, size_t m, size_t h);
skpi_status skpi_auto(const skpi_member_job *job, double *point, double *sd,
					  skpi_spread *spread, char label[SKPI_MODEL_NAME]);

#endif
