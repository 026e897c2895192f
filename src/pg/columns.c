#include "saaskpi.h"

#include "catalog/pg_type.h"

#include <math.h>

#include <gsl/gsl_errno.h>

#include "skpi_sort.h"

/* Position of the first NULL, from 1; 0 for none. */
static int
first_null(ArrayType *array, int n)
{
	const bits8 *bitmap = ARR_NULLBITMAP(array);

	if (bitmap != NULL)
		for (int i = 0; i < n; i++)
			if (!(bitmap[i / 8] & (1 << (i % 8))))
				return i + 1;
	return 0;
}

/* One dimension, as long as those before it, no NULL. */
static ArrayType *
column_arg(FunctionCallInfo fcinfo, int argno, const char *name, int *n)
{
	ArrayType *array = PG_GETARG_ARRAYTYPE_P(argno);
	int len = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)), null;

	/* another library in this backend may have set a handler of its own */
	gsl_set_error_handler_off();
	if (ARR_NDIM(array) > 1)
		ereport(
			ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("%s must have one dimension, not %d", name, ARR_NDIM(array)),
			errhint("Use array_agg over one value per row."));
	if (len > SKPG_COLUMN_MAX)
		ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				errmsg("%s has %d values, the most is %d", name, len,
					   SKPG_COLUMN_MAX),
				errhint("Take a random part of the rows, such as "
						"WHERE hashtext(customer_id) %% 10 = 0."));
	if (*n >= 0 && len != *n)
		ereport(
			ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("%s has %d values where the others have %d", name, len, *n),
			errhint("Collect all arrays with array_agg in one SELECT."));
	if (len == 0)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("%s is empty", name),
				errhint("At least one row is needed; NULL in place of the "
						"array gives NULL or no rows."));
	null = first_null(array, len);
	if (null > 0)
		ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				errmsg("%s has a NULL at position %d", name, null),
				errhint("Leave such rows out of all arrays: "
						"WHERE ... IS NOT NULL."));
	*n = len;
	return array;
}

const double *
skpg_column_arg(FunctionCallInfo fcinfo, int argno, const char *name,
				double least, int *n)
{
	const double *v =
		(const double *) ARR_DATA_PTR(column_arg(fcinfo, argno, name, n));

	for (int i = 0; i < *n; i++)
		if (!(v[i] >= least && fabs(v[i]) <= SKPI_VALUE_MAX))
			ereport(
				ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("%s has the value %g at position %d", name, v[i], i + 1),
				least > -SKPI_VALUE_MAX
					? errhint("Every value must be a number from %g to "
							  "1e100.",
							  least)
					: errhint("Every value must be a finite number up to "
							  "1e100."));
	return v;
}

const bool *
skpg_flags_arg(FunctionCallInfo fcinfo, int argno, const char *name, int *n)
{
	return (const bool *) ARR_DATA_PTR(column_arg(fcinfo, argno, name, n));
}

Datum *
skpg_words_arg(FunctionCallInfo fcinfo, int argno, const char *name, int *n)
{
	Datum *words;
	bool *nulls;
	int len;

	deconstruct_array(column_arg(fcinfo, argno, name, n), TEXTOID, -1, false,
					  TYPALIGN_INT, &words, &nulls, &len);
	return words;
}

typedef struct word
{
	const char *at;
	int32 len;
	int32 position;
} word;

static int
by_bytes(const void *a, const void *b, const void *arg)
{
	const word *x = a, *y = b;
	int order = memcmp(x->at, y->at, Min(x->len, y->len));

	(void) arg;
	return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

uint32
skpg_number_words(const Datum *words, int n, uint32 *number)
{
	word *sorted =
		palloc_extended(2 * (Size) n * sizeof(*sorted), MCXT_ALLOC_HUGE);
	uint32 last = 0;

	for (int i = 0; i < n; i++)
	{
		text *t = DatumGetTextPP(words[i]);

		sorted[i] = (word){VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t), i};
	}
	while (!skpi_sort(sorted, n, sizeof(*sorted), sorted + n, by_bytes, NULL,
					  skpg_stop, NULL))
		CHECK_FOR_INTERRUPTS();
	for (int i = 0; i < n; i++)
	{
		if (i > 0 && by_bytes(sorted + i - 1, sorted + i, NULL) != 0)
			last++;
		number[sorted[i].position] = last;
	}
	pfree(sorted);
	return last + 1;
}

void
skpg_row_number(skpg_rows *rows, double x)
{
	if (isnan(x))
		skpg_row_null(rows);
	else
		skpg_row_datum(rows, Float8GetDatum(x));
}

double
skpg_level_arg(FunctionCallInfo fcinfo, int argno)
{
	double level = PG_GETARG_FLOAT8(argno);

	if (!(level >= .5 && level <= .999))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("level must be between 0.5 and 0.999: %g", level),
				errhint("0.95 is an interval that holds the truth nineteen "
						"times of twenty."));
	return level;
}
