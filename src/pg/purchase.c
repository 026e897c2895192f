#include "saaskpi.h"

#include "catalog/pg_type.h"
#include "utils/timestamp.h"

#include "skpi_purchase_past.h"

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

/*
 * What the relations of buyers are computed from: where an order has been left
 * out of the history, as money does not hold its net or its items, they would
 * be wrong.
 */
static const skpi_tally *
whole_history_arg(FunctionCallInfo fcinfo)
{
	const skpi_tally *h = SKPG_GETARG_STATE(0, SKPI_ORDER_HISTORY);

	if (h->skipped > 0)
		ereport(ERROR, errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				errmsg("an order is too large to be added up"),
				errdetail("Net and units of one order must stay below "
						  "922337203685477."));
	return h;
}

static void
check_past(skpi_status status)
{
	if (status == SKPI_E_OVERFLOW)
		ereport(ERROR, errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				errmsg("an amount is too large to be ranked"),
				errdetail("Amounts of one customer must stay below "
						  "922337203685477."));
	skpg_check(status, "order_history");
}

static Datum
sum_out(const skpi_purchase_sum *sum)
{
	static const int64 unit[] = {100, 10, 1};

	return NumericGetDatum(int64_div_fast_to_numeric(
		sum->units / unit[sum->decimals - 2], sum->decimals));
}

SKPG_FUNCTION(saaskpi_orders_again);

Datum
saaskpi_orders_again(PG_FUNCTION_ARGS)
{
	const skpi_tally *h = whole_history_arg(fcinfo);
	int32 *scratch = palloc((Size) 2 * sizeof(int32) * Max(h->n_rows, 1));
	TupleDesc desc = skpg_row_desc(fcinfo);
	Datum values[4] = {0};
	bool nulls[4] = {true, true, false, true};
	skpi_purchase_again a;
	skpi_status status;

	while ((status = skpi_purchase_again_of(h, scratch, skpg_stop, NULL, &a)) ==
		   SKPI_E_INTERRUPT)
		CHECK_FOR_INTERRUPTS();
	check_past(status);
	if (a.orders > 1)
	{
		values[0] =
			NumericGetDatum(int64_div_fast_to_numeric(5 * a.middle_twice, 1));
		values[1] = DateADTGetDatum(a.second_day);
		nulls[0] = nulls[1] = false;
	}
	values[2] = Int64GetDatum(a.days);
	if (a.days > 0)
	{
		values[3] = sum_out(&a.net);
		nulls[3] = false;
	}
	return HeapTupleGetDatum(heap_form_tuple(desc, values, nulls));
}

SKPG_FUNCTION(saaskpi_order_months);

/* Of the orders of one row after another: month, orders, net. */
Datum
saaskpi_order_months(PG_FUNCTION_ARGS)
{
	const skpi_tally *h = whole_history_arg(fcinfo);
	skpi_purchase_past walk;
	skpg_rows rows;

	skpg_rows_begin(fcinfo, &rows);
	skpi_purchase_past_begin(&walk, h);
	while (walk.next < h->n_rows)
	{
		int32 month = skpi_period(SKPI_MONTH, skpi_tally_row(h, walk.next)->k1);

		walk.orders = 0;
		walk.net = (skpi_purchase_sum){0, 2};
		check_past(skpi_purchase_past_to(
			&walk, skpi_period_start(SKPI_MONTH, month + 1) - 1));
		skpg_row_day(&rows, skpi_period_start(SKPI_MONTH, month));
		skpg_row_count(&rows, walk.orders);
		skpg_row_datum(&rows, sum_out(&walk.net));
		skpg_row_end(&rows);
	}
	return (Datum) 0;
}

SKPG_FUNCTION(saaskpi_order_gaps);

/* A row for each day after the first: the day, and how long after the last. */
Datum
saaskpi_order_gaps(PG_FUNCTION_ARGS)
{
	const skpi_tally *h = whole_history_arg(fcinfo);
	uint32_t next = 0;
	int32 before = skpi_purchase_next_day(h, &next);
	int32 day;
	skpg_rows rows;

	skpg_rows_begin(fcinfo, &rows);
	while ((day = skpi_purchase_next_day(h, &next)) != SKPI_NO_DAY)
	{
		skpg_row_day(&rows, day);
		skpg_row_datum(&rows, Int32GetDatum(day - before));
		skpg_row_end(&rows);
		before = day;
	}
	return (Datum) 0;
}

/*
 * Where the second and later fifths of all begin: of each snapshot its place
 * and, for each of three scores, as many values, INT64_MAX for none.
 */
#define SCORES 3
#define CUTS 4
#define CUT_WORDS (1 + SCORES * CUTS)

static const int64 *
cuts_of(ArrayType *cuts, int place)
{
	int n = ArrayGetNItems(ARR_NDIM(cuts), ARR_DIMS(cuts));
	const int64 *at = (const int64 *) ARR_DATA_PTR(cuts);

	if (ARR_HASNULL(cuts) || n % CUT_WORDS != 0)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("these are not cuts of scores"));
	for (; n > 0; n -= CUT_WORDS, at += CUT_WORDS)
		if (at[0] == place)
			return at + 1;
	ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("there are no cuts of snapshot %d", place));
}

/* Three scores, and of those of the row before the number of their cell. */
static void
put_scores(skpg_rows *rows, const int64 *cuts, const int64 value[SCORES],
		   int64 *cell)
{
	int64 before = *cell;

	*cell = 0;
	for (int s = 0; s < SCORES; s++)
	{
		int64 score = 1;

		for (int c = 0; cuts != NULL && c < CUTS; c++)
			score += value[s] >= cuts[s * CUTS + c] &&
					 cuts[s * CUTS + c] != PG_INT64_MAX;
		*cell = (CUTS + 1) * *cell + score - 1;
		if (cuts == NULL)
			skpg_row_null(rows);
		else
			skpg_row_count(rows, score);
	}
	*cell += 1;
	if (before == 0 || cuts == NULL)
		skpg_row_null(rows);
	else
		skpg_row_count(rows, before);
}

SKPG_FUNCTION(saaskpi_order_snapshots);

/* (history, days, cuts): a row at each day up to which there was an order. */
Datum
saaskpi_order_snapshots(PG_FUNCTION_ARGS)
{
	const skpi_tally *h;
	ArrayType *days, *cuts;
	skpi_purchase_past walk;
	skpg_rows rows;
	int64 cell = 0;
	int n;

	skpg_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return (Datum) 0;
	h = whole_history_arg(fcinfo);
	days = PG_GETARG_ARRAYTYPE_P(1);
	cuts = PG_ARGISNULL(2) ? NULL : PG_GETARG_ARRAYTYPE_P(2);
	n = ArrayGetNItems(ARR_NDIM(days), ARR_DIMS(days));
	if (ARR_HASNULL(days))
		ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				errmsg("days has a NULL"));
	skpi_purchase_past_begin(&walk, h);
	for (int i = 0; i < n; i++)
	{
		int32 day = ((const DateADT *) ARR_DATA_PTR(days))[i];
		int64 value[SCORES];

		check_past(skpi_purchase_past_to(&walk, day));
		if (walk.orders == 0)
			continue;
		value[0] = walk.last_day;
		value[1] = walk.orders;
		value[2] = walk.net.units;
		skpg_row_datum(&rows, Int32GetDatum(i + 1));
		skpg_row_day(&rows, day);
		skpg_row_datum(&rows, Int32GetDatum(day - walk.last_day));
		for (int s = 0; s < SCORES; s++)
			skpg_row_count(&rows, value[s]);
		skpg_row_datum(&rows, sum_out(&walk.net));
		put_scores(&rows, cuts == NULL ? NULL : cuts_of(cuts, i + 1), value,
				   &cell);
		skpg_row_end(&rows);
	}
	return (Datum) 0;
}
