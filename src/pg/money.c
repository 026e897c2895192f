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

#include "common/int.h"
#include "utils/fmgrprotos.h"

#define SIGN_MASK 0xC000
#define SIGN_SHORT 0x8000
#define SIGN_SPECIAL 0xC000
#define SIGN_NEGATIVE 0x4000
#define SHORT_NEGATIVE 0x2000
#define SHORT_WEIGHT_SIGN 0x0040
#define SHORT_WEIGHT_MASK 0x003F
#define SHORT_SCALE_MASK 0x1F80
#define SHORT_SCALE_SHIFT 7
#define LONG_SCALE_MASK 0x3FFF

static uint16
read16(const char *p)
{
	uint16 v;

	memcpy(&v, p, sizeof(v));
	return v;
}

bool
skpg_digits(Datum numeric, skpi_digits *d)
{
	struct varlena *value = (struct varlena *) DatumGetPointer(numeric);
	const char *p;
	int bytes;
	uint16 head;

	if (VARATT_IS_EXTENDED(value) && !VARATT_IS_SHORT(value))
		value = pg_detoast_datum(value);
	p = VARDATA_ANY(value);
	bytes = (int) VARSIZE_ANY_EXHDR(value);
	head = read16(p);
	if ((head & SIGN_MASK) == SIGN_SPECIAL)
		return false;
	if ((head & SIGN_MASK) == SIGN_SHORT)
	{
		d->negative = (head & SHORT_NEGATIVE) != 0;
		d->weight = (head & SHORT_WEIGHT_MASK);
		if (head & SHORT_WEIGHT_SIGN)
			d->weight -= SHORT_WEIGHT_SIGN;
		d->scale = (head & SHORT_SCALE_MASK) >> SHORT_SCALE_SHIFT;
		d->data = p + 2;
		d->n = (bytes - 2) / 2;
	}
	else
	{
		d->negative = (head & SIGN_MASK) == SIGN_NEGATIVE;
		d->weight = (int16) read16(p + 2);
		d->scale = head & LONG_SCALE_MASK;
		d->data = p + 4;
		d->n = (bytes - 4) / 2;
	}
	return true;
}

bool
skpg_money_in(Datum numeric, int64 *units)
{
	skpi_digits d;

	return skpg_digits(numeric, &d) && skpi_money_units(&d, units);
}

Datum
skpg_money_out(int64 units)
{
	if (units % 100 == 0)
		return NumericGetDatum(int64_div_fast_to_numeric(units / 100, 2));
	return NumericGetDatum(int64_div_fast_to_numeric(units, 4));
}

/* 128 bits go over in two halves, as the server makes numerics of 64. */
static Datum
numeric_of(__int128 v)
{
	static const int64 half = INT64CONST(1000000000000000000);
	Datum high, low;

	if (v >= PG_INT64_MIN && v <= PG_INT64_MAX)
		return NumericGetDatum(int64_to_numeric((int64) v));
	high = DirectFunctionCall2(
		numeric_mul, NumericGetDatum(int64_to_numeric((int64) (v / half))),
		NumericGetDatum(int64_to_numeric(half)));
	low = NumericGetDatum(int64_to_numeric((int64) (v % half)));
	return DirectFunctionCall2(numeric_add, high, low);
}

Datum
skpg_exact_out(const skpi_exact *e)
{
	__int128 sum = skpi_exact_sum(e);

	if (sum >= PG_INT64_MIN && sum <= PG_INT64_MAX)
		return NumericGetDatum(
			int64_div_fast_to_numeric((int64) sum, (int) e->scale));
	return DirectFunctionCall2(
		numeric_mul, numeric_of(sum),
		NumericGetDatum(int64_div_fast_to_numeric(1, (int) e->scale)));
}

SKPG_FUNCTION(saaskpi_money_units);

/* money_units(numeric) -> bigint: the conversion itself. */
Datum
saaskpi_money_units(PG_FUNCTION_ARGS)
{
	int64 units;

	if (!skpg_money_in(PG_GETARG_DATUM(0), &units))
		PG_RETURN_NULL();
	PG_RETURN_INT64(units);
}

/* A whole number below 10^16, as sums of units mostly are. */
static bool
whole(Datum numeric, int64 *value)
{
	skpi_digits d;
	int64 v = 0;

	if (!skpg_digits(numeric, &d) || d.weight < 0 || d.weight > 3 ||
		d.n > d.weight + 1)
		return false;
	for (int i = 0; i <= d.weight; i++)
		v = v * 10000 + (i < d.n ? (int16) read16(d.data + 2 * i) : 0);
	*value = d.negative ? -v : v;
	return true;
}

/* Any number of units in the server's own way. */
static Datum
as_money_slowly(Datum units)
{
	Datum unit = NumericGetDatum(int64_div_fast_to_numeric(1, 4));
	Datum exact = DirectFunctionCall1(
		numeric_trim_scale, DirectFunctionCall2(numeric_mul, units, unit));
	Datum cents = DirectFunctionCall2(numeric_round, exact, Int32GetDatum(2));

	return DatumGetBool(DirectFunctionCall2(numeric_eq, exact, cents)) ? cents
																	   : exact;
}

static Datum
as_money(int64 units)
{
	if (units % 100 != 0 && units % 10 == 0)
		return NumericGetDatum(int64_div_fast_to_numeric(units / 10, 3));
	return skpg_money_out(units);
}

Datum
skpg_exact_money(const skpi_exact *e)
{
	__int128 sum = skpi_exact_sum(e);

	if (sum >= PG_INT64_MIN && sum <= PG_INT64_MAX)
		return as_money((int64) sum);
	return as_money_slowly(numeric_of(sum));
}

SKPG_FUNCTION(saaskpi_as_money);

/* as_money(numeric) -> numeric: units as an amount, with two decimals or with
 * those it needs. */
Datum
saaskpi_as_money(PG_FUNCTION_ARGS)
{
	int64 units;

	if (!whole(PG_GETARG_DATUM(0), &units))
		return as_money_slowly(PG_GETARG_DATUM(0));
	return as_money(units);
}

/* The one rule of every rate, for counts. */
#define RATE_DECIMALS 6
#define RATE_UNITS INT64CONST(1000000)
#define RATE_BASE_END INT64CONST(100000000)

/* Any counts in the server's own way. */
static Datum
rate_slowly(int64 numerator, int64 base)
{
	Datum quotient = DirectFunctionCall2(
		numeric_div, NumericGetDatum(int64_to_numeric(numerator)),
		NumericGetDatum(int64_to_numeric(base)));

	return DirectFunctionCall2(numeric_round, quotient,
							   Int32GetDatum(RATE_DECIMALS));
}

SKPG_FUNCTION(saaskpi_rate);

/*
 * rate(bigint, bigint) -> numeric.  The server rounds a quotient below 10,000
 * to sixteen decimals before it is rounded to six, which makes no difference
 * below this base: what is not half a millionth lies further from it.
 */
Datum
saaskpi_rate(PG_FUNCTION_ARGS)
{
	int64 numerator = PG_GETARG_INT64(0);
	int64 base = PG_GETARG_INT64(1);
	int64 millionths;

	if (base <= 0)
		PG_RETURN_NULL();
	if (base > RATE_BASE_END || numerator <= -10000 * base ||
		numerator >= 10000 * base)
		return rate_slowly(numerator, base);
	millionths = 2 * (numerator < 0 ? -numerator : numerator) * RATE_UNITS;
	millionths = (millionths + base) / (2 * base);
	return NumericGetDatum(int64_div_fast_to_numeric(
		numerator < 0 ? -millionths : millionths, RATE_DECIMALS));
}
