#include "saaskpi.h"

#include "utils/timestamp.h"

#include "skpi_purchase.h"

/* A number of 0 or more in units. */
static bool
items_of(Datum numeric, int64 *items)
{
	return skpg_money_in(numeric, items) && *items >= 0;
}

/* (state, ordered_at, net, items, products, is_return); false: unusable */
static bool
purchase_args(FunctionCallInfo fcinfo, skpi_purchase *p)
{
	Timestamp at;

	for (int i = 1; i <= 5; i++)
		if (PG_ARGISNULL(i))
			return false;
	at = PG_GETARG_TIMESTAMP(1);
	if (at < SKPI_DAY_MIN * USECS_PER_DAY ||
		at >= (SKPI_DAY_MAX + 1) * USECS_PER_DAY)
		return false;
	p->day = (int32) (at / USECS_PER_DAY);
	if (at < p->day * USECS_PER_DAY)
		p->day--;
	p->second = (int32) ((at - p->day * USECS_PER_DAY) / USECS_PER_SEC);
	p->products = PG_GETARG_INT64(4);
	p->is_return = PG_GETARG_BOOL(5);
	return skpg_money_in(PG_GETARG_DATUM(2), &p->net) &&
		   items_of(PG_GETARG_DATUM(3), &p->items) && p->products >= 0;
}

SKPG_FUNCTION(saaskpi_order_history_accum);

Datum
saaskpi_order_history_accum(PG_FUNCTION_ARGS)
{
	skpi_tally *state = skpg_open(fcinfo, 0);
	skpi_purchase p;
	skpi_status status;

	if (state == NULL)
	{
		state = skpg_new(sizeof(skpi_tally));
		skpi_purchase_init(state);
	}
	if (!purchase_args(fcinfo, &p))
	{
		state->skipped++;
		PG_RETURN_POINTER(state);
	}
	status = skpi_purchase_add(state, skpg_capacity(state), &p);
	if (status == SKPI_FULL)
	{
		state = skpg_grow(
			state, skpi_tally_used(state) +
					   skpi_tally_room(state, 1 + skpi_tally_late(state)));
		status = skpi_purchase_add(state, skpg_capacity(state), &p);
	}
	skpg_check(status, "order_history");
	PG_RETURN_POINTER(state);
}

static Datum
items_out(int64 items)
{
	return NumericGetDatum(items % SKPG_UNITS == 0
							   ? int64_to_numeric(items / SKPG_UNITS)
							   : int64_div_fast_to_numeric(items, 4));
}

SKPG_FUNCTION(saaskpi_order_rows);

Datum
saaskpi_order_rows(PG_FUNCTION_ARGS)
{
	const skpi_tally *h;
	skpg_rows rows;

	skpg_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	h = SKPG_GETARG_STATE(0, SKPI_ORDER_HISTORY);
	for (uint32 r = 0; r < h->n_rows; r++)
	{
		const skpi_row *row = skpi_tally_row(h, r);

		skpg_row_datum(
			&rows, TimestampGetDatum(skpi_purchase_time(row) * USECS_PER_SEC));
		skpg_row_datum(&rows, BoolGetDatum(skpi_purchase_is_return(row)));
		skpg_row_count(&rows, row->v[SKPI_PUR_ORDERS]);
		skpg_row_money(&rows, row->v[SKPI_PUR_NET]);
		skpg_row_datum(&rows, items_out(row->v[SKPI_PUR_ITEMS]));
		skpg_row_count(&rows, row->v[SKPI_PUR_PRODUCTS]);
		skpg_row_end(&rows);
	}
	return (Datum) 0;
}

SKPG_FUNCTION(saaskpi_order_history_skipped);

Datum
saaskpi_order_history_skipped(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(SKPG_GETARG_STATE(0, SKPI_ORDER_HISTORY)->skipped);
}
