#include "saaskpi.h"

#include "catalog/pg_type.h"

#include "skpi_features.h"

/* Days asked for, ascending and each once, and what else is asked. */
typedef struct question
{
	int32 *day;
	int n;
	skpi_asked asked;
} question;

static int
ascending(const void *a, const void *b)
{
	int32 x = *(const int32 *) a, y = *(const int32 *) b;

	return (x > y) - (x < y);
}

static void
read_days(ArrayType *array, question *q)
{
	Datum *values;
	bool *nulls;
	int listed;

	if (ARR_NDIM(array) > 1)
		ereport(
			ERROR, errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
			errmsg("days must have one dimension, not %d", ARR_NDIM(array)));
	deconstruct_array(array, DATEOID, sizeof(DateADT), true, TYPALIGN_INT,
					  &values, &nulls, &listed);
	q->day = palloc(sizeof(int32) * (Size) Max(listed, 1));
	for (int i = 0; i < listed; i++)
	{
		if (nulls[i])
			ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					errmsg("days has a NULL at position %d", i + 1),
					errhint("Leave it out: array_remove(days, NULL)."));
		q->day[i] = skpg_day(DatumGetDateADT(values[i]), "day of features");
	}
	qsort(q->day, (size_t) listed, sizeof(*q->day), ascending);
	q->n = 0;
	for (int i = 0; i < listed; i++)
		if (i == 0 || q->day[i] != q->day[q->n - 1])
			q->day[q->n++] = q->day[i];
	pfree(values);
	pfree(nulls);
}

static void
check_days(int32 days, const char *what, const char *hint)
{
	if (days < 1 || days > SKPI_FEATURE_HORIZON_MAX)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("%s must be between 1 and %d days: %d", what,
					   SKPI_FEATURE_HORIZON_MAX, days),
				errhint("%s", hint));
}

/* Of the arguments days, horizon and last. */
static question
question_arg(FunctionCallInfo fcinfo, int argno)
{
	question q;
	int32 horizon;

	if (PG_ARGISNULL(argno) || PG_ARGISNULL(argno + 1))
		ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				errmsg("%s must not be null",
					   PG_ARGISNULL(argno) ? "days" : "horizon"));
	horizon = PG_GETARG_INT32(argno + 1);
	check_days(horizon, "horizon",
			   "It is how many days after each day the label looks at, such "
			   "as 90.");
	q.asked = (skpi_asked){
		.horizon = horizon,
		.last = PG_ARGISNULL(argno + 2)
					? SKPI_NO_DAY
					: skpg_day(PG_GETARG_DATEADT(argno + 2), "last day"),
		.stop = skpg_stop};
	read_days(PG_GETARG_ARRAYTYPE_P(argno), &q);
	return q;
}

typedef skpi_status (*walk_fn)(void *walk, int32 day, skpi_features *f);

/* Puts a row for each day at which there is one. */
static void
put_rows(skpg_rows *rows, const question *q, walk_fn walk_to, void *walk,
		 int width, const char *what)
{
	for (int i = 0; i < q->n; i++)
	{
		skpi_features f;
		skpi_status status;

		while ((status = walk_to(walk, q->day[i], &f)) == SKPI_E_INTERRUPT)
			CHECK_FOR_INTERRUPTS();
		skpg_check(status, what);
		if (!f.there)
			continue;
		skpg_row_day(rows, q->day[i]);
		for (int k = 0; k < width; k++)
			skpg_row_number(rows, f.value[k]);
		if (f.left == SKPI_LEFT_UNKNOWN)
			skpg_row_null(rows);
		else
			skpg_row_datum(rows, BoolGetDatum(f.left == SKPI_LEFT));
		skpg_row_end(rows);
	}
}

static skpi_status
order_walk_to(void *walk, int32 day, skpi_features *f)
{
	return skpi_order_walk_to(walk, day, f);
}

/* (history, days, horizon, last) */
static Datum
order_features(FunctionCallInfo fcinfo, bool published)
{
	question q = question_arg(fcinfo, 1);
	const skpi_tally *history;
	skpi_order_walk walk;
	skpg_rows rows;
	int64 *words;

	skpg_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	history = SKPG_GETARG_STATE(0, SKPI_ORDER_HISTORY);
	words = palloc(skpi_order_words(history) * sizeof(int64));
	skpi_order_walk_begin(&walk, history, published, &q.asked, words);
	put_rows(&rows, &q, order_walk_to, &walk,
			 published ? SKPI_OF_PUBLISHED : SKPI_OF_WIDTH, "order_history");
	pfree(words);
	pfree(q.day);
	return (Datum) 0;
}

SKPG_FUNCTION(saaskpi_order_features);

Datum
saaskpi_order_features(PG_FUNCTION_ARGS)
{
	return order_features(fcinfo, false);
}

SKPG_FUNCTION(saaskpi_order_features_published);

Datum
saaskpi_order_features_published(PG_FUNCTION_ARGS)
{
	return order_features(fcinfo, true);
}

static skpi_status
event_walk_to(void *walk, int32 day, skpi_features *f)
{
	return skpi_event_walk_to(walk, day, f);
}

SKPG_FUNCTION(saaskpi_event_features);

/* (history, days, horizon, last) */
Datum
saaskpi_event_features(PG_FUNCTION_ARGS)
{
	question q = question_arg(fcinfo, 1);
	const skpi_tally *history;
	skpi_event_walk walk;
	skpg_rows rows;
	int64 *words;

	skpg_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	history = SKPG_GETARG_STATE(0, SKPI_EVENT_HISTORY);
	words = palloc(skpi_event_words(history) * sizeof(int64));
	skpi_event_walk_begin(&walk, history, &q.asked, words);
	put_rows(&rows, &q, event_walk_to, &walk, SKPI_EF_WIDTH, "event_history");
	pfree(words);
	pfree(q.day);
	return (Datum) 0;
}

/* The labels of a list of types; 0 for one the history does not have. */
static int32 *
types_arg(FunctionCallInfo fcinfo, int argno, const skpi_tally *h, int *n)
{
	ArrayType *array = PG_GETARG_ARRAYTYPE_P(argno);
	Datum *types;
	bool *nulls;
	int32 *label;

	if (ARR_NDIM(array) > 1)
		ereport(
			ERROR, errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
			errmsg("types must have one dimension, not %d", ARR_NDIM(array)));
	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &types, &nulls,
					  n);
	label = palloc0(sizeof(int32) * (Size) Max(*n, 1));
	for (int k = 0; k < *n; k++)
	{
		const char *next = skpi_tally_labels(h);
		const text *type;

		if (nulls[k])
			ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					errmsg("types has a NULL at position %d", k + 1),
					errhint("An event without a type is in no history."));
		type = DatumGetTextPP(types[k]);
		for (int32 i = 1; i <= h->n_labels && label[k] == 0; i++)
		{
			size_t length;
			const char *text = skpi_tally_label_next(&next, &length);

			if (length == VARSIZE_ANY_EXHDR(type) &&
				memcmp(text, VARDATA_ANY(type), length) == 0)
				label[k] = i;
		}
	}
	return label;
}

/* Events in the window and days since the last one, type by type. */
static void
put_types(skpg_rows *rows, const skpi_type_walk *walk, int32 day,
		  const int32 *label, int n)
{
	Datum *value = palloc(sizeof(Datum) * (Size) Max(n, 1));
	bool *null = palloc0(sizeof(bool) * (Size) Max(n, 1));
	int dims[1] = {n};
	int from[1] = {1};

	skpg_row_day(rows, day);
	for (int k = 0; k < n; k++)
		value[k] = Float8GetDatum((double) skpi_type_events(walk, label[k]));
	skpg_row_datum(rows,
				   PointerGetDatum(construct_md_array(
					   value, null, 1, dims, from, FLOAT8OID, sizeof(float8),
					   FLOAT8PASSBYVAL, TYPALIGN_DOUBLE)));
	for (int k = 0; k < n; k++)
	{
		null[k] = walk->last_on[label[k]] == SKPI_NO_DAY;
		value[k] =
			null[k] ? (Datum) 0
					: Float8GetDatum((double) (day - walk->last_on[label[k]]));
	}
	skpg_row_datum(rows,
				   PointerGetDatum(construct_md_array(
					   value, null, 1, dims, from, FLOAT8OID, sizeof(float8),
					   FLOAT8PASSBYVAL, TYPALIGN_DOUBLE)));
	skpg_row_end(rows);
	pfree(value);
	pfree(null);
}

SKPG_FUNCTION(saaskpi_event_type_features);

/* (history, days, types, days of the window) */
Datum
saaskpi_event_type_features(PG_FUNCTION_ARGS)
{
	const skpi_tally *history;
	question q;
	skpi_type_walk walk;
	skpg_rows rows;
	int32 *label;
	int64 *words;
	int n;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
		ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				errmsg("%s must not be null", PG_ARGISNULL(1) ? "days"
											  : PG_ARGISNULL(2)
												  ? "types"
												  : "window_days"));
	check_days(PG_GETARG_INT32(3), "window_days",
			   "It is how many days up to each day are counted, such as 28.");
	read_days(PG_GETARG_ARRAYTYPE_P(1), &q);
	skpg_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	history = SKPG_GETARG_STATE(0, SKPI_EVENT_HISTORY);
	label = types_arg(fcinfo, 2, history, &n);
	words = palloc(skpi_type_words(history) * sizeof(int64));
	skpi_type_walk_begin(&walk, history, PG_GETARG_INT32(3), skpg_stop, NULL,
						 words);
	for (int i = 0; i < q.n; i++)
	{
		skpi_status status;
		bool there;

		while ((status = skpi_type_walk_to(&walk, q.day[i], &there)) ==
			   SKPI_E_INTERRUPT)
			CHECK_FOR_INTERRUPTS();
		skpg_check(status, "event_history");
		if (there)
			put_types(&rows, &walk, q.day[i], label, n);
	}
	pfree(words);
	pfree(label);
	pfree(q.day);
	return (Datum) 0;
}

static const skpi_tally *
payments_arg(FunctionCallInfo fcinfo, int argno)
{
	const skpi_tally *payments;

	if (PG_ARGISNULL(argno))
		return NULL;
	payments = SKPG_GETARG_STATE(argno, SKPI_ACTIVITY);
	if (payments->grain != SKPI_MONTH)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("payments must be an activity by month, not by %s",
					   skpi_grain_name((skpi_grain) payments->grain)),
				errhint("payment_agg(payment_date, amount, status) makes "
						"one."));
	return payments;
}

static skpi_status
subscription_walk_to(void *walk, int32 day, skpi_features *f)
{
	return skpi_subscription_walk_to(walk, day, f);
}

SKPG_FUNCTION(saaskpi_subscription_features);

/* (history, payments, days, horizon, last) */
Datum
saaskpi_subscription_features(PG_FUNCTION_ARGS)
{
	question q = question_arg(fcinfo, 2);
	const skpi_tally *history;
	skpi_subscription_walk walk;
	skpg_rows rows;
	int64 *words;

	skpg_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	history = SKPG_GETARG_STATE(0, SKPI_MRR_HISTORY);
	words = palloc(skpi_subscription_words(history) * sizeof(int64));
	skpg_check(skpi_subscription_walk_begin(
				   &walk, history, payments_arg(fcinfo, 1), &q.asked, words),
			   "mrr_history");
	put_rows(&rows, &q, subscription_walk_to, &walk, SKPI_SF_WIDTH,
			 "mrr_history");
	pfree(words);
	pfree(q.day);
	return (Datum) 0;
}
