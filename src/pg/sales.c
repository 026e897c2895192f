/* What the relations of a shop count with. */
#include "saaskpi.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "port/pg_bitutils.h"

#include "skpi_sales.h"

#define DIMENSIONS 5
#define FIRST_VALUE 3 /* argument: customer, day, week_start, one value each */

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

/* Of the customer whose orders are passing. */
typedef struct firsts_state
{
	struct seen_hash *seen; /* NULL before the first order of all */
	MemoryContext context;  /* of what is hers */
	text *customer;
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

static firsts_state *
firsts_of_call(FmgrInfo *function)
{
	firsts_state *s = function->fn_extra;

	if (s == NULL)
	{
		s = MemoryContextAllocZero(function->fn_mcxt, sizeof(*s));
		s->context = AllocSetContextCreate(
			function->fn_mcxt, "order_firsts", ALLOCSET_SMALL_SIZES);
		function->fn_extra = s;
	}
	return s;
}

/* As texts stand in the order of their bytes. */
static int
compare_bytes(const text *a, const text *b)
{
	Size n = VARSIZE_ANY_EXHDR(a), m = VARSIZE_ANY_EXHDR(b);
	int order = memcmp(VARDATA_ANY(a), VARDATA_ANY(b), Min(n, m));

	return order != 0 ? order : (n > m) - (n < m);
}

/* Whether an order is of the same customer as the one before. */
static bool
is_same_customer(const firsts_state *s, const text *customer, int32 day)
{
	int order = s->seen == NULL ? 1 : compare_bytes(customer, s->customer);

	if (order < 0 || (order == 0 && day < s->last.day))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("rows are not in order of customer and day"),
				errhint("FROM (SELECT ... ORDER BY customer_id COLLATE \"C\", "
						"day) AS o"));
	return order == 0;
}

static void
begin_customer(firsts_state *s, const text *customer, int32 shift)
{
	Size size = VARSIZE_ANY(customer);

	MemoryContextReset(s->context);
	s->customer = MemoryContextAlloc(s->context, size);
	memcpy(s->customer, customer, size);
	s->seen = seen_create(s->context, 8, NULL);
	s->shift = shift;
}

SKPG_FUNCTION(saaskpi_order_firsts);

/*
 * (customer, day, week_start, five values), over orders that come by customer
 * and day.  A bit for each period that none of her earlier orders lies in: of
 * any, then by month, quarter and year of each value.  As a window function it
 * could not be run by a worker.
 */
Datum
saaskpi_order_firsts(PG_FUNCTION_ARGS)
{
	firsts_state *s = firsts_of_call(fcinfo->flinfo);
	int32 day = PG_ARGISNULL(1) ? 0 : PG_GETARG_DATEADT(1);
	skpi_sales_periods now;
	const text *customer;
	uint32 firsts;
	bool known;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || !skpi_day_valid(day))
		PG_RETURN_INT32(0);
	customer = PG_GETARG_TEXT_PP(0);
	known = is_same_customer(s, customer, day);
	if (!known && PG_ARGISNULL(2))
		ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				errmsg("week_start is NULL"),
				errhint("Use 'monday', 'sunday' or 'saturday'."));
	if (!known)
		begin_customer(s, customer, skpg_week_shift(PG_GETARG_TEXT_PP(2)));
	now = skpi_sales_periods_of(day, s->shift);
	firsts = skpi_sales_firsts(known ? &s->last : NULL, &now);
	s->last = now;
	for (uint32 d = 0; d < DIMENSIONS; d++)
		if (!PG_ARGISNULL(FIRST_VALUE + d))
			firsts |= (first_of_value(s, d, PG_GETARG_TEXT_PP(FIRST_VALUE + d),
									  &now) >>
						   SKPI_FIRST_OF_MONTH &
					   7)
					  << (SKPI_FIRSTS + 3 * d);
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
