#include "saaskpi.h"

#include "utils/datum.h"

TupleDesc
skpg_row_desc(FunctionCallInfo fcinfo)
{
	/* only a function in FROM, or of a set, is told what is expected */
	Node *info = fcinfo->resultinfo;
	TupleDesc desc = info != NULL && IsA(info, ReturnSetInfo)
						 ? ((ReturnSetInfo *) info)->expectedDesc
						 : NULL;

	if (desc == NULL &&
		get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	return BlessTupleDesc(desc);
}

void
skpg_rows_begin(FunctionCallInfo fcinfo, skpg_rows *rows)
{
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	rows->set = (ReturnSetInfo *) fcinfo->resultinfo;
	rows->n = 0;
}

static void
put(skpg_rows *rows, Datum value, bool null)
{
	Assert(rows->n < lengthof(rows->values));
	rows->values[rows->n] = value;
	rows->nulls[rows->n] = null;
	rows->n++;
}

void
skpg_row_null(skpg_rows *rows)
{
	put(rows, (Datum) 0, true);
}

void
skpg_row_day(skpg_rows *rows, int32 day)
{
	put(rows, DateADTGetDatum(day), false);
}

void
skpg_row_money(skpg_rows *rows, int64 units)
{
	put(rows, skpg_money_out(units), false);
}

void
skpg_row_count(skpg_rows *rows, int64 count)
{
	put(rows, Int64GetDatum(count), false);
}

void
skpg_row_datum(skpg_rows *rows, Datum value)
{
	put(rows, value, false);
}

text *
skpg_label_next(const char **next)
{
	size_t length;
	const char *label = skpi_tally_label_next(next, &length);

	return cstring_to_text_with_len(label, length);
}

void
skpg_row_label(skpg_rows *rows, const text *label)
{
	if (label == NULL)
		skpg_row_null(rows);
	else
		/* a copy: the row frees it, and the next row needs it */
		skpg_row_datum(rows, datumCopy(PointerGetDatum(label), false, -1));
}

void
skpg_row_end(skpg_rows *rows)
{
	CHECK_FOR_INTERRUPTS();
	tuplestore_putvalues(rows->set->setResult, rows->set->setDesc, rows->values,
						 rows->nulls);
	/* copied: a long calendar would pile up its numbers until the end */
	for (int i = 0; i < rows->n; i++)
		if (!rows->nulls[i] && !TupleDescAttr(rows->set->setDesc, i)->attbyval)
			pfree(DatumGetPointer(rows->values[i]));
	rows->n = 0;
}

static int32
first_period(const skpi_tally *state)
{
	int32 first = skpi_period((skpi_grain) state->grain, state->param[0]);

	for (uint32 r = 0; r < state->n_rows; r++)
		first = Min(first, skpi_tally_row(state, r)->k2);
	return first;
}

Datum
skpg_first_period(FunctionCallInfo fcinfo, const skpi_tally *state)
{
	if (state->n_rows == 0)
		PG_RETURN_NULL();
	PG_RETURN_DATEADT(
		skpi_period_start((skpi_grain) state->grain, first_period(state)));
}

skpg_calendar
skpg_calendar_of(FunctionCallInfo fcinfo, int argno, const skpi_tally *state)
{
	skpg_calendar c;

	c.grain = (skpi_grain) state->grain;
	c.as_of = state->param[0];
	c.last = skpi_period(c.grain, c.as_of);
	c.first = PG_ARGISNULL(argno)
				  ? first_period(state)
				  : skpi_period(c.grain, skpg_day(PG_GETARG_DATEADT(argno),
												  "first period"));
	return c;
}

void
skpg_row_period(skpg_rows *rows, const skpg_calendar *calendar, int32 period)
{
	skpg_row_day(rows, skpi_period_start(calendar->grain, period));
}

/* Complete when the first day after it has come. */
void
skpg_row_complete(skpg_rows *rows, const skpg_calendar *calendar, int32 period)
{
	put(rows,
		BoolGetDatum(skpi_period_start(calendar->grain, period + 1) <=
					 calendar->as_of),
		false);
}
