/*
 * Arrays of bigint in which internal aggregates add up.  They are an ordinary
 * type, so that what has been added up is read by subscripts; but nobody gets
 * to store or forge what an aggregate is at work on, as its functions are
 * called by it alone.
 */
#include "saaskpi.h"

#include "catalog/pg_type.h"

ArrayType *
skpg_sums_new(int n)
{
	Size size = ARR_OVERHEAD_NONULLS(1) + (Size) n * sizeof(int64);
	ArrayType *array = palloc0(size);

	SET_VARSIZE(array, size);
	array->ndim = 1;
	array->elemtype = INT8OID;
	ARR_DIMS(array)[0] = n;
	ARR_LBOUND(array)[0] = 1;
	return array;
}

ArrayType *
skpg_sums_open(FunctionCallInfo fcinfo, int n)
{
	(void) skpg_aggregate_context(fcinfo);
	return PG_ARGISNULL(0) ? skpg_sums_new(n) : PG_GETARG_ARRAYTYPE_P(0);
}

void
skpg_sums_check(skpi_status status)
{
	if (status == SKPI_E_OVERFLOW)
		ereport(ERROR, errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				errmsg("a sum does not fit 128 bits"),
				errdetail("Sums are exact, in units of the last decimal of "
						  "any number in them."));
	skpg_check(status, "sum");
}

int64 *
skpg_sums_arg(FunctionCallInfo fcinfo, int argno, int n)
{
	ArrayType *array = PG_GETARG_ARRAYTYPE_P(argno);

	if (ARR_NDIM(array) != 1 || ARR_HASNULL(array) || ARR_DIMS(array)[0] != n)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("these are not sums"),
				errdetail("They have %d numbers, none of them null.", n));
	return skpg_sums(array);
}
