/*
 * numeric to 64-bit units of 1/10000 and back.
 *
 * Every payment row passes here, and the server's own way (multiply, round,
 * compare, convert) costs more than all the rest of the aggregate.  So the
 * stored digits are read directly.  Their layout, base 10000 with a weight,
 * has been part of the on-disk format since 9.1 and cannot change under
 * pg_upgrade.  One digit behind the point is exactly our unit.
 */
#include "saaskpi.h"

#define SIGN_MASK 0xC000
#define SIGN_SHORT 0x8000
#define SIGN_SPECIAL 0xC000
#define SIGN_NEGATIVE 0x4000
#define SHORT_NEGATIVE 0x2000
#define SHORT_WEIGHT_SIGN 0x0040
#define SHORT_WEIGHT_MASK 0x003F

typedef struct digits
{
	bool special;
	bool negative;
	int weight; /* power of 10000 of the first digit */
	int n;
	const char *data; /* may be unaligned */
} digits;

static uint16
read16(const char *p)
{
	uint16 v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static digits
digits_of(struct varlena *value)
{
	const char *p = VARDATA_ANY(value);
	int bytes = (int) VARSIZE_ANY_EXHDR(value);
	uint16 head = read16(p);
	digits d = {0};

	if ((head & SIGN_MASK) == SIGN_SPECIAL)
	{
		d.special = true;
		return d;
	}
	if ((head & SIGN_MASK) == SIGN_SHORT)
	{
		d.negative = (head & SHORT_NEGATIVE) != 0;
		d.weight = (head & SHORT_WEIGHT_MASK);
		if (head & SHORT_WEIGHT_SIGN)
			d.weight -= SHORT_WEIGHT_SIGN;
		d.data = p + 2;
		d.n = (bytes - 2) / 2;
	}
	else
	{
		d.negative = (head & SIGN_MASK) == SIGN_NEGATIVE;
		d.weight = (int16) read16(p + 2);
		d.data = p + 4;
		d.n = (bytes - 4) / 2;
	}
	return d;
}

static void
refuse(Datum numeric, const char *why, const char *hint)
{
	ereport(ERROR, errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			errmsg("amount %s: %s", why,
				   DatumGetCString(DirectFunctionCall1(numeric_out, numeric))),
			errhint("%s", hint));
}

bool
skpg_money_in(Datum numeric, int64 *units)
{
	struct varlena *value = (struct varlena *) DatumGetPointer(numeric);
	int64 sum = 0;
	digits d;

	if (VARATT_IS_EXTENDED(value) && !VARATT_IS_SHORT(value))
		value = pg_detoast_datum(value);
	d = digits_of(value);
	if (d.special)
		return false;
	for (int i = 0; i < d.n; i++)
	{
		int16 digit = (int16) read16(d.data + 2 * i);

		if (d.weight - i < -1)
		{
			if (digit != 0)
				refuse(numeric, "has more than four decimals",
					   "Round it first, e.g. round(amount, 4).");
			continue;
		}
		if (pg_mul_s64_overflow(sum, 10000, &sum) ||
			pg_add_s64_overflow(sum, digit, &sum))
			refuse(numeric, "is too large",
				   "Amounts must stay below 922337203685477.");
	}
	/* trailing zero digits are not stored */
	for (int i = d.n; d.n > 0 && sum != 0 && i <= d.weight + 1; i++)
		if (pg_mul_s64_overflow(sum, 10000, &sum))
			refuse(numeric, "is too large",
				   "Amounts must stay below 922337203685477.");
	*units = d.negative ? -sum : sum;
	return true;
}

Datum
skpg_money_out(int64 units)
{
	if (units % 100 == 0)
		return NumericGetDatum(int64_div_fast_to_numeric(units / 100, 2));
	return NumericGetDatum(int64_div_fast_to_numeric(units, 4));
}

SKPG_FUNCTION(saaskpi_money_units);

/* money_units(numeric) -> bigint: the conversion itself, for its tests. */
Datum
saaskpi_money_units(PG_FUNCTION_ARGS)
{
	int64 units;

	if (!skpg_money_in(PG_GETARG_DATUM(0), &units))
		PG_RETURN_NULL();
	PG_RETURN_INT64(units);
}
