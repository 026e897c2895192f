/*
 * What the glue shares: entry points, states in and out of Datums, rows.
 *
 * Functions named saaskpi_* are called by the server; skpg_* by each other.
 * Everything else stays hidden in the library.
 */
#ifndef SAASKPI_H
#define SAASKPI_H

/* Before server version 16 nothing is exported from a library built hidden. */
#define PGDLLEXPORT __attribute__((visibility("default")))

#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/array.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/numeric.h"

#include "skpi_array.h"
#include "skpi_exact.h"
#include "skpi_lifetime.h"
#include "skpi_money.h"
#include "skpi_policy.h"
#include "skpi_tally.h"
#include "skpi_training.h"

/* An entry point: exported, version 1. */
#define SKPG_FUNCTION(name)                                                    \
	PGDLLEXPORT Datum name(PG_FUNCTION_ARGS);                                  \
	PG_FUNCTION_INFO_V1(name)

/*
 * saaskpi.c
 */

/* Raises unless the status is SKPI_OK; `what` names the thing at fault. */
void skpg_check(skpi_status status, const char *what);

skpi_grain skpg_grain(text *word);

/* A date argument that must be a day of the years 1 to 9999. */
int32 skpg_day(DateADT date, const char *what);

/* A day as a result; NULL for SKPI_NO_DAY. */
Datum skpg_day_or_null(FunctionCallInfo fcinfo, int32 day);

/*
 * money.c
 */

/* Money travels in units of 1/10000 of the currency. */
#define SKPG_UNITS 10000

/* The digits of a numeric, where they lie; false when it is NaN or infinite. */
bool skpg_digits(Datum numeric, skpi_digits *d);

/* A numeric in units, rounded half to even.  False when it is NaN, infinite
 * or too large: one such row must not stop the others, so nothing raises. */
bool skpg_money_in(Datum numeric, int64 *units);

/* The numeric, with two decimals where two are exact and four otherwise. */
Datum skpg_money_out(int64 units);

/* A sum as the server's own sum() would show it. */
Datum skpg_exact_out(const skpi_exact *e);

/* A sum of units, with two decimals or with those it needs. */
Datum skpg_exact_money(const skpi_exact *e);

/*
 * sums.c: arrays of bigint, in which internal aggregates add up
 */

/* The array of an aggregate, of n zeros at first; only its own functions see
 * it. */
ArrayType *skpg_sums_open(FunctionCallInfo fcinfo, int n);
ArrayType *skpg_sums_new(int n);

static inline int64 *
skpg_sums(ArrayType *array)
{
	return (int64 *) ARR_DATA_PTR(array);
}

/* Raises unless SKPI_OK: for a sum that is not exact any more. */
void skpg_sums_check(skpi_status status);

/* The words of an argument that must have exactly n. */
int64 *skpg_sums_arg(FunctionCallInfo fcinfo, int argno, int n);

/*
 * state.c
 */

/* A stored or computed state: whole, aligned, checked.  Do not change it. */
const skpi_tally *skpg_state(Datum datum, skpi_kind kind);
#define SKPG_GETARG_STATE(n, kind) skpg_state(PG_GETARG_DATUM(n), kind)

/* Raises unless SKPI_OK: a version that this library does not know by name. */
void skpg_check_state(skpi_status status, int version, skpi_kind kind);

/* The state being built by an aggregate; only its own functions may ask. */
MemoryContext skpg_aggregate_context(FunctionCallInfo fcinfo);
skpi_tally *skpg_open(FunctionCallInfo fcinfo, int argno);

/* A new block of at least `bytes`, its head zeroed, sized for cheap growth. */
skpi_tally *skpg_new(size_t bytes);
size_t skpg_capacity(const skpi_tally *state);

/* The state with room for `bytes` in all: itself, or a larger copy. */
skpi_tally *skpg_grow(skpi_tally *state, size_t bytes);

/* The canonical value of a state under construction, as a new Datum. */
Datum skpg_close(const skpi_tally *state);

/* An empty state of the same parameters, with room for `bytes`. */
skpi_tally *skpg_alike(const skpi_tally *state, size_t bytes);

/* Adds all of `from`, for which the state may become a larger copy. */
skpi_tally *skpg_merge(skpi_tally *state, const skpi_tally *from);

/* A customer of more rows is added to an empty state of her own, which is
 * merged: that costs her rows once, wherever they lie in the state. */
#define SKPG_LARGE 1000

/* Raises unless a state under construction has these parameters. */
void skpg_same(const skpi_tally *state, skpi_grain grain, int32 p0, int32 p1);

/*
 * form.c: the entry points of every type
 */
Datum skpg_state_in(FunctionCallInfo fcinfo, skpi_kind kind);
Datum skpg_state_out(FunctionCallInfo fcinfo, skpi_kind kind);
Datum skpg_state_recv(FunctionCallInfo fcinfo, skpi_kind kind);
Datum skpg_state_send(FunctionCallInfo fcinfo, skpi_kind kind);

/*
 * args.c
 */

/* Index of the word in the list, n when it is none of them. */
int skpg_word(const text *word, const char *const *words, int n);

/* By how many days weeks begin before Monday, from the name of their first. */
int32 skpg_week_shift(text *word);

/* Longest array a time-series function takes. */
#define SKPG_SERIES_MAX 100000

typedef struct skpg_series
{
	double *y;
	int n;
} skpg_series;

/* The values of a float8[] argument that is not NULL: one dimension, no NULL
 * elements, finite; raises otherwise. */
skpg_series skpg_series_arg(FunctionCallInfo fcinfo, int argno);

/* Raises unless 1 <= period <= the length and SKPI_SEASON_MAX. */
void skpg_period_check(int32 period, int n);

/* Raises unless 1 <= horizon <= 1000. */
void skpg_horizon_check(int32 horizon);

/* Seasons that are longer than the shortest, which may be among them, each
 * once and ascending; how many. */
size_t skpg_periods_arg(ArrayType *array, int shortest, int n, int most,
						size_t *out);

/* Levels of intervals; how many. */
size_t skpg_levels_arg(ArrayType *array, int most, double *level);

bool skpg_any_null(FunctionCallInfo fcinfo);

/* Of zone.c: a time zone that is read once for all rows of a query, and raises
 * where it is not known; the day of a finite time in it. */
typedef struct skpg_zone skpg_zone;
skpg_zone *skpg_zone_arg(FunctionCallInfo fcinfo, const text *word);
int32 skpg_zone_day(skpg_zone *z, TimestampTz when);

/* For the core to ask between steps.  After SKPI_E_INTERRUPT call
 * CHECK_FOR_INTERRUPTS; if that returns, start the computation again. */
bool skpg_stop(void *arg);

/*
 * columns.c: tables of facts as arrays of equal length, one value per row
 */

/* Most rows a model takes. */
#define SKPG_COLUMN_MAX 10000000

/*
 * The values of an argument that is not NULL, where they lie: one dimension,
 * as many as *n says (which a negative one is set to), at least one, none
 * NULL; numbers finite and not below `least`.  Raises otherwise.
 */
const double *skpg_column_arg(FunctionCallInfo fcinfo, int argno,
							  const char *name, double least, int *n);
const bool *skpg_flags_arg(FunctionCallInfo fcinfo, int argno, const char *name,
						   int *n);
Datum *skpg_words_arg(FunctionCallInfo fcinfo, int argno, const char *name,
					  int *n);

/* Equal words get equal numbers, from 0 in the order of their bytes; how many
 * different ones there are of n >= 1. */
uint32 skpg_number_words(const Datum *words, int n, uint32 *number);

/* The level of an interval, .5 to .999. */
double skpg_level_arg(FunctionCallInfo fcinfo, int argno);

/*
 * series.c
 */

/* A stored series read once: its values as doubles for the models and in
 * units, exactly.  season is 1 while there are fewer values than a season. */
typedef struct skpg_stored
{
	skpi_grain grain;
	int32 first; /* period of y[0] */
	int n, season;
	double *y;
	int64 *units;
} skpg_stored;

skpg_stored skpg_stored_arg(FunctionCallInfo fcinfo, int argno);

/* First day of the period of y[i], or of one to come; raises beyond the years
 * there are. */
int32 skpg_stored_day(const skpg_stored *s, int32 i);

/*
 * decompose.c
 */

/* Trend and season (0 without one) of n >= 1 values, robustly. */
void skpg_decompose(const double *y, int n, int period, double **trend,
					double **seasonal);

/*
 * training.c, and training_query.c which reads the rows of a query
 */
typedef struct skpg_training
{
	MemoryContext context;
	bool labelled;
	char *query;
	double *x; /* n x p, NAN for NULL; or in a file, and then one row */
	struct BufFile *file;
	uint8 *y;
	uint8 *held; /* NULL where the query has no such column */
	Size n, room;
	int p, label, held_out; /* the last two from 1; 0: none */
	int column[SKPI_TRAINED_FEATURES];
	Oid type[SKPI_TRAINED_FEATURES];
	char *name[SKPI_TRAINED_FEATURES];
	int64 positives;
} skpg_training;

/* Rows with a label; where none is wanted all, and then no value may be NULL.
 * In memory, in an order that contents decide; or in a file, as they came. */
skpg_training *skpg_training_of(text *query, bool labelled);
skpg_training *skpg_training_file(text *query);
skpi_rows skpg_training_rows(skpg_training *t);
void skpg_training_end(void *training);
void skpg_read_query(skpg_training *t);

/* As large as it takes, and gone with what was trained. */
void *skpg_allocate(const skpg_training *t, Size bytes);

/* For a fit to ask: of an interrupt that ends it, and of no other. */
bool skpg_stop_training(void *arg);
void skpg_check_fit(skpi_status status, const char *what);

/* Raises for a value that no model takes. */
void skpg_check_feature(double v, const char *name);

/* A model of these parts, head and names filled in; and as a value. */
skpi_trained *skpg_new_model(const skpg_training *t, skpi_trained_kind kind,
							 uint32 trees, uint32 nodes);
Datum skpg_close_model(const skpi_trained *m);

/* Names of the features as models hold them. */
Size skpg_name_bytes(const skpg_training *t);
void skpg_put_names(const skpg_training *t, char *at);

/*
 * model.c
 */

/* A model from outside, checked; and the first argument, read once for all rows
 * of a query. */
skpi_trained *skpg_open_model(struct varlena *raw);
const skpi_trained *skpg_model_arg(FunctionCallInfo fcinfo);

/* Raises where it is none of clusters, and where it is. */
void skpg_check_clusters(const skpi_trained *m, bool wanted);

/* The second argument, features of a row: false where one is NULL, then NAN. */
bool skpg_features_arg(FunctionCallInfo fcinfo, const skpi_trained *m,
					   double *x);

/*
 * policy.c
 */

/* An argument of type saaskpi.mrr_policy; what a walk of a ledger needs. */
skpi_policy skpg_policy_arg(FunctionCallInfo fcinfo, int argno);
skpi_policy_class *skpg_policy_scratch(const skpi_tally *ledger);
skpi_policy_move *skpg_policy_moves(const skpi_tally *ledger);

/*
 * rows.c
 */

/* The row type as the plan knows it; to look it up costs more than a row. */
TupleDesc skpg_row_desc(FunctionCallInfo fcinfo);

/* Rows of a set-returning function, collected in a tuplestore. */
typedef struct skpg_rows
{
	ReturnSetInfo *set;
	int n;
	Datum values[48];
	bool nulls[48];
} skpg_rows;

void skpg_rows_begin(FunctionCallInfo fcinfo, skpg_rows *rows);
void skpg_row_null(skpg_rows *rows);
void skpg_row_day(skpg_rows *rows, int32 day);
void skpg_row_money(skpg_rows *rows, int64 units);
void skpg_row_count(skpg_rows *rows, int64 count);
void skpg_row_datum(skpg_rows *rows, Datum value);
/* A label as a value of its own, NULL for none. */
void skpg_row_label(skpg_rows *rows, const text *label);
/* The next label; *next is skpi_tally_labels() at first. */
text *skpg_label_next(const char **next);
void skpg_row_end(skpg_rows *rows);

/* The periods an accessor shows: from the argument, or else from the first
 * row, to the period of as_of. */
typedef struct skpg_calendar
{
	skpi_grain grain;
	int32 as_of, first, last;
} skpg_calendar;

skpg_calendar skpg_calendar_of(FunctionCallInfo fcinfo, int argno,
							   const skpi_tally *state);

/* First day of the first period that has a row; NULL when there is none. */
Datum skpg_first_period(FunctionCallInfo fcinfo, const skpi_tally *state);

void skpg_row_period(skpg_rows *rows, const skpg_calendar *calendar,
					 int32 period);
void skpg_row_complete(skpg_rows *rows, const skpg_calendar *calendar,
					   int32 period);

/* Of columns.c: a number as a value of a row, NULL for NaN. */
void skpg_row_number(skpg_rows *rows, double x);

/*
 * fit.c: models of customer lifetime, fitted to merged rows
 */

/* A float8[] of weights above 0 as long as the others; NULL for none. */
const double *skpg_weights_arg(FunctionCallInfo fcinfo, int argno, int *n);

typedef struct skpg_fit
{
	skpi_lifetime_row *row;
	size_t n;
	double customers;
} skpg_fit;

skpi_lifetime_row *skpg_fit_rows(int n);

/* Sorts and merges the rows, which stay where they are. */
skpg_fit skpg_fit_table(skpi_lifetime_row *row, int n);

typedef skpi_status (*skpg_fit_fn)(const skpi_lifetime_row *row, size_t n,
								   skpi_stop_fn stop, void *stop_arg,
								   skpi_lifetime_fit *fit);

/* Fits, and puts one row: parameters (NULL where nothing could be learnt),
 * log-likelihood, customers, status. */
void skpg_fit_put(skpg_rows *rows, skpg_fit_fn fit_of, const skpg_fit *t,
				  int parameters, const char *what);

/* As many numbers above 0; raises otherwise, with a hint at who makes them. */
void skpg_parameters_arg(FunctionCallInfo fcinfo, int argno, int wanted,
						 const char *made_by, double *p);

#endif
