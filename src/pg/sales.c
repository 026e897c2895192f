/* What the relations of a shop count with. */
#include "saaskpi.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "port/pg_bitutils.h"
#include "windowapi.h"

#include "skpi_sales.h"

#define DIMENSIONS 5
#define FIRST_VALUE 2 /* argument: day, week_start, then one value each */

/* A value of a dimension that a customer has ordered with, and when last. */
typedef struct seen_key
{
	const char *text;
	uint32 length;
	uint32 dimension;
} seen_key;

typedef struct seen_value
{
	seen_key key;
	skpi_sales_periods last;
	uint32 hash;
	char status;
} seen_value;

static inline uint32
key_hash(seen_key key)
{
	return hash_combine(
		key.dimension,
		hash_bytes((const unsigned char *) key.text, (int) key.length));
}

static inline bool
key_equal(seen_key a, seen_key b)
{
	return a.dimension == b.dimension && a.length == b.length &&
		   memcmp(a.text, b.text, a.length) == 0;
}

#define SH_PREFIX seen
#define SH_ELEMENT_TYPE seen_value
#define SH_KEY_TYPE seen_key
#define SH_KEY key
#define SH_HASH_KEY(tb, key) key_hash(key)
#define SH_EQUAL(tb, a, b) key_equal(a, b)
#define SH_STORE_HASH
#define SH_GET_HASH(tb, a) (a)->hash
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* Of one partition. */
typedef struct firsts_state
{
	struct seen_hash *seen; /* NULL before the first order */
	MemoryContext context;
	int32 shift;
	skpi_sales_periods last;
} firsts_state;

/* Sets the periods of a value to those of an order; in which it is the first.
 */
static uint32
first_of_value(firsts_state *s, uint32 dimension, text *value,
			   const skpi_sales_periods *now)
{
	seen_key key = {VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), dimension};
	bool found;
	seen_value *v = seen_insert(s->seen, key, &found);
	uint32 firsts = skpi_sales_firsts(found ? &v->last : NULL, now);

	if (!found)
	{
		v->key.text = MemoryContextAlloc(s->context, Max(key.length, 1));
		memcpy((char *) v->key.text, key.text, key.length);
	}
	v->last = *now;
	return firsts;
}

SKPG_FUNCTION(saaskpi_order_firsts);

/* (day, week_start, five values): a window function over the orders of one
 * customer by day.  A bit for each period that none of her earlier orders lies
 * in: of any, then by month, quarter and year of each value. */
Datum
saaskpi_order_firsts(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	firsts_state *s = WinGetPartitionLocalMemory(window, sizeof(*s));
	bool null;
	int32 day = DatumGetDateADT(WinGetFuncArgCurrent(window, 0, &null));
	skpi_sales_periods now;
	uint32 firsts;

	if (null || !skpi_day_valid(day))
		PG_RETURN_INT32(0);
	if (s->seen == NULL)
	{
		Datum week_start = WinGetFuncArgCurrent(window, 1, &null);

		if (null)
			ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					errmsg("week_start is NULL"),
					errhint("Use 'monday', 'sunday' or 'saturday'."));
		s->context = GetMemoryChunkContext(s);
		s->shift = skpg_week_shift(DatumGetTextPP(week_start));
	}
	else if (day < s->last.day)
		ereport(ERROR, errcode(ERRCODE_WINDOWING_ERROR),
				errmsg("rows are not in order of day"),
				errhint("OVER (PARTITION BY customer_id ORDER BY day)"));
	now = skpi_sales_periods_of(day, s->shift);
	firsts = skpi_sales_firsts(s->seen == NULL ? NULL : &s->last, &now);
	if (s->seen == NULL)
		s->seen = seen_create(s->context, 8, NULL);
	s->last = now;
	for (uint32 d = 0; d < DIMENSIONS; d++)
	{
		Datum value =
			WinGetFuncArgCurrent(window, FIRST_VALUE + (int) d, &null);

		if (!null)
			firsts |= (first_of_value(s, d, DatumGetTextPP(value), &now) >>
						   SKPI_FIRST_OF_MONTH &
					   7)
					  << (SKPI_FIRSTS + 3 * d);
	}
	PG_RETURN_INT32((int32) firsts);
}

/*
 * Sums of orders as an array of bigint: orders, those that are first by bit,
 * and exact sums, three words each.
 */
#define FIRSTS (SKPI_FIRSTS + 3 * DIMENSIONS)
#define SUMS_COUNTS (1 + FIRSTS)
#define SUMS 4

SKPG_FUNCTION(saaskpi_sales_sums_accum);

/* (state, gross, discounts, returns, units, is_return, firsts) */
Datum
saaskpi_sales_sums_accum(PG_FUNCTION_ARGS)
{
	ArrayType *state =
		skpg_sums_open(fcinfo, SUMS_COUNTS + SUMS * SKPI_EXACT_WORDS);
	int64 *w = skpg_sums(state);
	skpi_exact *sums = (skpi_exact *) (w + SUMS_COUNTS);
	uint32 firsts = PG_ARGISNULL(6) ? 0 : PG_GETARG_UINT32(6);

	w[0] += !PG_ARGISNULL(5) && !PG_GETARG_BOOL(5);
	for (; firsts != 0; firsts &= firsts - 1)
		w[1 + pg_rightmost_one_pos32(firsts)]++;
	for (int i = 0; i < SUMS; i++)
	{
		skpi_digits d;

		if (PG_ARGISNULL(1 + i) || !skpg_digits(PG_GETARG_DATUM(1 + i), &d))
			continue;
		skpg_sums_check(skpi_exact_add(&sums[i], &d));
	}
	PG_RETURN_ARRAYTYPE_P(state);
}

SKPG_FUNCTION(saaskpi_sales_sums_combine);

Datum
saaskpi_sales_sums_combine(PG_FUNCTION_ARGS)
{
	ArrayType *state =
		skpg_sums_open(fcinfo, SUMS_COUNTS + SUMS * SKPI_EXACT_WORDS);
	int64 *w = skpg_sums(state);
	const int64 *more;

	if (PG_ARGISNULL(1))
		PG_RETURN_ARRAYTYPE_P(state);
	more = skpg_sums_arg(fcinfo, 1, SUMS_COUNTS + SUMS * SKPI_EXACT_WORDS);
	for (int i = 0; i < SUMS_COUNTS; i++)
		w[i] += more[i];
	for (int i = 0; i < SUMS; i++)
		skpg_sums_check(
			skpi_exact_merge((skpi_exact *) (w + SUMS_COUNTS) + i,
							 (const skpi_exact *) (more + SUMS_COUNTS) + i));
	PG_RETURN_ARRAYTYPE_P(state);
}

SKPG_FUNCTION(saaskpi_sales_sum);

/* The sum of this number in what sales_sums gave. */
Datum
saaskpi_sales_sum(PG_FUNCTION_ARGS)
{
	int64 *w = skpg_sums_arg(fcinfo, 0, SUMS_COUNTS + SUMS * SKPI_EXACT_WORDS);
	int32 i = PG_GETARG_INT32(1);

	if (i < 1 || i > SUMS)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("there is no sum %d", i));
	return skpg_exact_out((skpi_exact *) (w + SUMS_COUNTS) + (i - 1));
}

SKPG_FUNCTION(saaskpi_fifths);

/* fifths(bigint[]) -> bigint[]: where the second to the fifth fifth begin. */
Datum
saaskpi_fifths(PG_FUNCTION_ARGS)
{
	ArrayType *array = PG_GETARG_ARRAYTYPE_P(0);
	size_t n = (size_t) ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	int64_t cuts[SKPI_FIFTHS - 1];
	Datum datums[SKPI_FIFTHS - 1];
	size_t n_cuts;
	int64 *values;
	skpi_status status;

	if (array_contains_nulls(array))
		ereport(ERROR, errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				errmsg("an amount is too large to be ranked"),
				errdetail("Amounts of one customer must stay below "
						  "922337203685477."));
	values = palloc_extended(2 * n * sizeof(int64) + 1, MCXT_ALLOC_HUGE);
	memcpy(values, ARR_DATA_PTR(array), n * sizeof(int64));
	while ((status = skpi_sales_fifths(values, n, values + n, cuts, &n_cuts,
									   skpg_stop, NULL)) == SKPI_E_INTERRUPT)
		CHECK_FOR_INTERRUPTS();
	skpg_check(status, "fifths");
	pfree(values);
	for (size_t i = 0; i < n_cuts; i++)
		datums[i] = Int64GetDatum(cuts[i]);
	PG_RETURN_ARRAYTYPE_P(construct_array(datums, (int) n_cuts, INT8OID,
										  sizeof(int64), FLOAT8PASSBYVAL,
										  TYPALIGN_DOUBLE));
}
