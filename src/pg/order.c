/* Orders from their lines. */
#include "saaskpi.h"

#include "common/hashfn.h"
#include "utils/fmgrprotos.h"

#include "skpi_order.h"
#include "skpi_texts.h"

/* Words of an order: its sums, and how many different products. */
#define SUM_WORDS ((int) (sizeof(skpi_order) / sizeof(int64)))
#define ORDER_WORDS (SUM_WORDS + 1)

/* Behind the sums while lines are added: the products. */
#define SMALLEST_LIMIT 64

/* Quantities that can be added up exactly, however many. */
#define QUANTITY_SCALE 20
#define QUANTITY_WEIGHT 2 /* below 10^12 */

SKPG_FUNCTION(saaskpi_line_amount);

/* (quantity, unit_price); NULL for a line that cannot be used. */
Datum
saaskpi_line_amount(PG_FUNCTION_ARGS)
{
	Datum quantity = PG_GETARG_DATUM(0);
	Datum price = PG_GETARG_DATUM(1);
	skpi_digits q, p;
	int64 units;

	if (!skpg_digits(quantity, &q) || !skpg_digits(price, &p) || p.negative ||
		q.scale > QUANTITY_SCALE || (q.n > 0 && q.weight > QUANTITY_WEIGHT))
		PG_RETURN_NULL();
	if (!skpi_order_amount(&q, &p, &units) &&
		!skpg_money_in(DirectFunctionCall2(numeric_mul, quantity, price),
					   &units))
		PG_RETURN_NULL();
	PG_RETURN_INT64(units);
}

static skpi_order *
sums_of(ArrayType *state)
{
	return (skpi_order *) skpg_sums(state);
}

static skpi_texts *
products_of(ArrayType *state)
{
	return (skpi_texts *) (skpg_sums(state) + SUM_WORDS);
}

/* A state with room for products of so many bytes. */
static ArrayType *
new_state(uint32 limit)
{
	int words = (int) (skpi_texts_bytes(limit) + sizeof(int64) - 1) /
				(int) sizeof(int64);
	ArrayType *state = skpg_sums_new(SUM_WORDS + words);

	skpi_texts_init(products_of(state), limit);
	return state;
}

static ArrayType *
open_state(FunctionCallInfo fcinfo)
{
	ArrayType *state = skpg_sums_open(fcinfo, 0);

	return PG_ARGISNULL(0) ? new_state(SMALLEST_LIMIT) : state;
}

/* The same with more room; what is left behind goes with the group. */
static ArrayType *
larger(ArrayType *state, uint32 more)
{
	skpi_texts *products = products_of(state);
	ArrayType *result;

	/* three times that, and the table, are still less than can be allocated */
	if (products->limit > MaxAllocSize / 16 || more > MaxAllocSize / 16)
		ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				errmsg("an order has too many different products"));
	result = new_state(2 * products->limit + more);
	*sums_of(result) = *sums_of(state);
	skpg_check(skpi_texts_merge(products_of(result), products), "order");
	return result;
}

SKPG_FUNCTION(saaskpi_order_sums_accum);

/* (state, quantity, amount, discount, product) */
Datum
saaskpi_order_sums_accum(PG_FUNCTION_ARGS)
{
	ArrayType *state = open_state(fcinfo);
	skpi_digits quantity;
	text *product;
	uint32 length, hash;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3) ||
		!skpg_digits(PG_GETARG_DATUM(1), &quantity))
		PG_RETURN_ARRAYTYPE_P(state);
	skpg_sums_check(skpi_order_add(sums_of(state), &quantity,
								   PG_GETARG_INT64(2), PG_GETARG_INT64(3)));
	if (PG_ARGISNULL(4))
		PG_RETURN_ARRAYTYPE_P(state);
	product = PG_GETARG_TEXT_PP(4);
	length = VARSIZE_ANY_EXHDR(product);
	hash = hash_bytes((unsigned char *) VARDATA_ANY(product), (int) length);
	while (skpi_texts_add(products_of(state), VARDATA_ANY(product), length,
						  hash) == SKPI_FULL)
		state = larger(state, length);
	PG_RETURN_ARRAYTYPE_P(state);
}

SKPG_FUNCTION(saaskpi_order_sums_combine);

Datum
saaskpi_order_sums_combine(PG_FUNCTION_ARGS)
{
	ArrayType *state = open_state(fcinfo);
	ArrayType *from;

	if (PG_ARGISNULL(1))
		PG_RETURN_ARRAYTYPE_P(state);
	from = PG_GETARG_ARRAYTYPE_P(1);
	skpg_sums_check(skpi_order_merge(sums_of(state), sums_of(from)));
	while (skpi_texts_merge(products_of(state), products_of(from)) == SKPI_FULL)
		state = larger(state, products_of(from)->used);
	PG_RETURN_ARRAYTYPE_P(state);
}

SKPG_FUNCTION(saaskpi_order_sums_final);

/* The products counted, in place of the products. */
Datum
saaskpi_order_sums_final(PG_FUNCTION_ARGS)
{
	ArrayType *state = open_state(fcinfo);
	ArrayType *result = skpg_sums_new(ORDER_WORDS);

	*sums_of(result) = *sums_of(state);
	skpg_sums(result)[SUM_WORDS] = products_of(state)->n;
	PG_RETURN_ARRAYTYPE_P(result);
}

SKPG_FUNCTION(saaskpi_line_sums_accum);

/* (state, quantity, amount, discount): the same without products. */
Datum
saaskpi_line_sums_accum(PG_FUNCTION_ARGS)
{
	ArrayType *state = skpg_sums_open(fcinfo, ORDER_WORDS);
	skpi_digits quantity;

	if (!PG_ARGISNULL(1) && !PG_ARGISNULL(2) && !PG_ARGISNULL(3) &&
		skpg_digits(PG_GETARG_DATUM(1), &quantity))
		skpg_sums_check(skpi_order_add(sums_of(state), &quantity,
									   PG_GETARG_INT64(2), PG_GETARG_INT64(3)));
	PG_RETURN_ARRAYTYPE_P(state);
}

SKPG_FUNCTION(saaskpi_line_sums_combine);

Datum
saaskpi_line_sums_combine(PG_FUNCTION_ARGS)
{
	ArrayType *state = skpg_sums_open(fcinfo, ORDER_WORDS);

	if (!PG_ARGISNULL(1))
		skpg_sums_check(skpi_order_merge(
			sums_of(state),
			(skpi_order *) skpg_sums_arg(fcinfo, 1, ORDER_WORDS)));
	PG_RETURN_ARRAYTYPE_P(state);
}

static const skpi_order *
order_arg(FunctionCallInfo fcinfo)
{
	return (skpi_order *) skpg_sums_arg(fcinfo, 0, ORDER_WORDS);
}

SKPG_FUNCTION(saaskpi_order_gross);

Datum
saaskpi_order_gross(PG_FUNCTION_ARGS)
{
	return skpg_exact_money(&order_arg(fcinfo)->gross);
}

SKPG_FUNCTION(saaskpi_order_discounts);

Datum
saaskpi_order_discounts(PG_FUNCTION_ARGS)
{
	return skpg_exact_money(&order_arg(fcinfo)->discounts);
}

SKPG_FUNCTION(saaskpi_order_returns);

Datum
saaskpi_order_returns(PG_FUNCTION_ARGS)
{
	return skpg_exact_money(&order_arg(fcinfo)->returns);
}

SKPG_FUNCTION(saaskpi_order_net);

Datum
saaskpi_order_net(PG_FUNCTION_ARGS)
{
	skpi_exact net;

	skpg_sums_check(skpi_order_net(order_arg(fcinfo), &net));
	return skpg_exact_money(&net);
}

SKPG_FUNCTION(saaskpi_order_units);

Datum
saaskpi_order_units(PG_FUNCTION_ARGS)
{
	return skpg_exact_out(&order_arg(fcinfo)->units);
}

SKPG_FUNCTION(saaskpi_order_units_returned);

Datum
saaskpi_order_units_returned(PG_FUNCTION_ARGS)
{
	return skpg_exact_out(&order_arg(fcinfo)->units_returned);
}
