#include "saaskpi.h"

#include "skpi_activity.h"

static skpi_tally *
open_or_new(FunctionCallInfo fcinfo, skpi_grain grain)
{
	skpi_tally *state = skpg_open(fcinfo, 0);

	if (state == NULL)
	{
		state = skpg_new(sizeof(skpi_tally));
		skpi_activity_init(state, grain);
	}
	else if (state->grain != grain)
		skpg_check(SKPI_E_MISMATCH, "activity");
	return state;
}

/* False when the row cannot be used: that is counted, and the row left out. */
static bool
usable(FunctionCallInfo fcinfo, skpi_tally *state, int32 *day, int64 *amount)
{
	if (!PG_ARGISNULL(1) && !PG_ARGISNULL(2))
	{
		*day = PG_GETARG_DATEADT(1);
		if (skpi_day_valid(*day) && skpg_money_in(PG_GETARG_DATUM(2), amount))
			return true;
	}
	state->skipped++;
	return false;
}

static skpi_tally *
add(skpi_tally *state, skpi_lane lane, int32 day, int64 amount)
{
	skpi_status status =
		skpi_activity_add(state, skpg_capacity(state), lane, day, amount);

	if (status == SKPI_FULL)
	{
		state = skpg_grow(state,
						  skpi_tally_used(state) + skpi_tally_room(state, 2));
		status =
			skpi_activity_add(state, skpg_capacity(state), lane, day, amount);
	}
	skpg_check(status, "activity");
	return state;
}

SKPG_FUNCTION(saaskpi_activity_accum);

/* (state, day, amount, grain); an amount below zero is a refund. */
Datum
saaskpi_activity_accum(PG_FUNCTION_ARGS)
{
	skpi_tally *state;
	int32 day;
	int64 amount;

	if (PG_ARGISNULL(3))
		ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				errmsg("grain must not be null"));
	state = open_or_new(fcinfo, skpg_grain(PG_GETARG_TEXT_PP(3)));
	if (!usable(fcinfo, state, &day, &amount))
		PG_RETURN_POINTER(state);
	PG_RETURN_POINTER(add(state, amount < 0 ? SKPI_REFUNDED : SKPI_DONE, day,
						  amount < 0 ? -amount : amount));
}

SKPG_FUNCTION(saaskpi_activity_from_history);

Datum
saaskpi_activity_from_history(PG_FUNCTION_ARGS)
{
	const skpi_tally *h = SKPG_GETARG_STATE(0, SKPI_MRR_HISTORY);
	skpi_tally *a = skpg_new(skpi_activity_from_history_bytes(h));

	skpg_check(skpi_activity_from_history(
				   a, skpg_capacity(a), h, skpg_grain(PG_GETARG_TEXT_PP(1)),
				   skpg_day(PG_GETARG_DATEADT(2), "as_of")),
			   "activity");
	return skpg_close(a);
}

static const skpi_tally *
activity_arg(FunctionCallInfo fcinfo)
{
	return SKPG_GETARG_STATE(0, SKPI_ACTIVITY);
}

SKPG_FUNCTION(saaskpi_activity_first_on);

Datum
saaskpi_activity_first_on(PG_FUNCTION_ARGS)
{
	return skpg_day_or_null(fcinfo, activity_arg(fcinfo)->param[0]);
}

SKPG_FUNCTION(saaskpi_activity_last_on);

Datum
saaskpi_activity_last_on(PG_FUNCTION_ARGS)
{
	return skpg_day_or_null(fcinfo, activity_arg(fcinfo)->param[1]);
}

static void
total(const skpi_tally *a, skpi_lane lane, int64 *count, int64 *amount)
{
	skpg_check(skpi_activity_total(a, lane, count, amount), "activity");
}

SKPG_FUNCTION(saaskpi_activity_count);

Datum
saaskpi_activity_count(PG_FUNCTION_ARGS)
{
	int64 count;
	int64 amount;

	total(activity_arg(fcinfo), SKPI_DONE, &count, &amount);
	PG_RETURN_INT64(count);
}

SKPG_FUNCTION(saaskpi_activity_failed_count);

Datum
saaskpi_activity_failed_count(PG_FUNCTION_ARGS)
{
	int64 count;
	int64 amount;

	total(activity_arg(fcinfo), SKPI_FAILED, &count, &amount);
	PG_RETURN_INT64(count);
}

SKPG_FUNCTION(saaskpi_activity_amount);

/* Net of refunds. */
Datum
saaskpi_activity_amount(PG_FUNCTION_ARGS)
{
	const skpi_tally *a = activity_arg(fcinfo);
	int64 count;
	int64 amount;
	int64 refunded;

	total(a, SKPI_DONE, &count, &amount);
	total(a, SKPI_REFUNDED, &count, &refunded);
	return skpg_money_out(amount - refunded);
}

SKPG_FUNCTION(saaskpi_activity_skipped);

Datum
saaskpi_activity_skipped(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(activity_arg(fcinfo)->skipped);
}
