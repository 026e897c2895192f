#include "saaskpi.h"

#include "skpi_history.h"

static const char unnamed[] = "(none)";

/* NULL, NaN and infinity cannot be counted; the core counts them as skipped */
static int64
price_arg(FunctionCallInfo fcinfo, int argno)
{
	int64 price;

	if (PG_ARGISNULL(argno) || !skpg_money_in(PG_GETARG_DATUM(argno), &price))
		return -1;
	return price;
}

static int32
start_arg(FunctionCallInfo fcinfo, int argno)
{
	return PG_ARGISNULL(argno) ? SKPI_NO_DAY : PG_GETARG_DATEADT(argno);
}

/* NULL and infinity are an open end */
static int32
end_arg(FunctionCallInfo fcinfo, int argno)
{
	DateADT end;

	if (PG_ARGISNULL(argno))
		return SKPI_NO_DAY;
	end = PG_GETARG_DATEADT(argno);
	if (DATE_IS_NOEND(end))
		return SKPI_NO_DAY;
	/* -infinity lies before every start: kept apart from "open" */
	return DATE_IS_NOBEGIN(end) ? SKPI_DAY_MIN : end;
}

static Datum
accumulate(FunctionCallInfo fcinfo, bool labelled, bool parts)
{
	skpi_tally *state = skpg_open(fcinfo, 0);
	const char *label = unnamed;
	size_t length = labelled ? sizeof(unnamed) - 1 : 0;

	if (labelled && !PG_ARGISNULL(4))
	{
		text *t = PG_GETARG_TEXT_PP(4);

		label = VARDATA_ANY(t);
		length = VARSIZE_ANY_EXHDR(t);
	}
	if (state == NULL)
	{
		state = skpg_new(sizeof(skpi_tally));
		skpi_history_init(state, labelled);
	}
	state = skpg_grow(state, skpi_tally_used(state) +
								 (parts ? SKPI_HISTORY_PART_ROOM(length)
										: SKPI_HISTORY_ROOM(length)));
	if (parts)
	{
		skpi_part part = {.start = start_arg(fcinfo, 1),
						  .end = end_arg(fcinfo, 2),
						  .price = price_arg(fcinfo, 3),
						  .continues = !PG_ARGISNULL(5),
						  .goes_on = !PG_ARGISNULL(6) && PG_GETARG_BOOL(6)};

		skpg_check(skpi_history_add_part(state, skpg_capacity(state), &part,
										 label, length),
				   "subscription");
		PG_RETURN_POINTER(state);
	}
	skpg_check(skpi_history_add(state, skpg_capacity(state),
								start_arg(fcinfo, 1), end_arg(fcinfo, 2),
								price_arg(fcinfo, 3), label, length),
			   "subscription");
	PG_RETURN_POINTER(state);
}

SKPG_FUNCTION(saaskpi_mrr_history_accum);

Datum
saaskpi_mrr_history_accum(PG_FUNCTION_ARGS)
{
	return accumulate(fcinfo, false, false);
}

SKPG_FUNCTION(saaskpi_mrr_history_accum_plan);

Datum
saaskpi_mrr_history_accum_plan(PG_FUNCTION_ARGS)
{
	return accumulate(fcinfo, true, false);
}

SKPG_FUNCTION(saaskpi_mrr_history_accum_part);

Datum
saaskpi_mrr_history_accum_part(PG_FUNCTION_ARGS)
{
	return accumulate(fcinfo, true, true);
}

static skpi_history_facts
facts_arg(FunctionCallInfo fcinfo)
{
	const skpi_tally *h = SKPG_GETARG_STATE(0, SKPI_MRR_HISTORY);
	skpi_history_facts facts;

	skpg_check(
		skpi_history_at(h, skpg_day(PG_GETARG_DATEADT(1), "as_of"), &facts),
		"mrr_history");
	return facts;
}

SKPG_FUNCTION(saaskpi_mrr_at);

Datum
saaskpi_mrr_at(PG_FUNCTION_ARGS)
{
	return skpg_money_out(facts_arg(fcinfo).level);
}

SKPG_FUNCTION(saaskpi_first_mrr_on);

Datum
saaskpi_first_mrr_on(PG_FUNCTION_ARGS)
{
	return skpg_day_or_null(fcinfo, facts_arg(fcinfo).first_day);
}

SKPG_FUNCTION(saaskpi_churned_on);

/* NULL while the customer pays, or pauses. */
Datum
saaskpi_churned_on(PG_FUNCTION_ARGS)
{
	return skpg_day_or_null(fcinfo, facts_arg(fcinfo).gone_on);
}

SKPG_FUNCTION(saaskpi_paused_at);

Datum
saaskpi_paused_at(PG_FUNCTION_ARGS)
{
	return skpg_money_out(facts_arg(fcinfo).paused);
}

SKPG_FUNCTION(saaskpi_first_plan);

Datum
saaskpi_first_plan(PG_FUNCTION_ARGS)
{
	const skpi_tally *h = SKPG_GETARG_STATE(0, SKPI_MRR_HISTORY);
	int32 label =
		skpi_history_first_label(h, skpg_day(PG_GETARG_DATEADT(1), "as_of"));
	const char *plan;
	size_t length;

	if (label == 0)
		PG_RETURN_NULL();
	plan = skpi_tally_label_text(h, label, &length);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(plan, (int) length));
}

SKPG_FUNCTION(saaskpi_last_change);

Datum
saaskpi_last_change(PG_FUNCTION_ARGS)
{
	return skpg_day_or_null(
		fcinfo,
		skpi_history_changed_on(SKPG_GETARG_STATE(0, SKPI_MRR_HISTORY),
								skpg_day(PG_GETARG_DATEADT(1), "as_of")));
}

SKPG_FUNCTION(saaskpi_mrr_skipped);

Datum
saaskpi_mrr_skipped(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(SKPG_GETARG_STATE(0, SKPI_MRR_HISTORY)->skipped);
}

static skpi_netting
netting_arg(text *word)
{
	static const char *const names[SKPI_NETTINGS] = {"day", "event", "period"};
	int netting = skpg_word(word, names, SKPI_NETTINGS);

	if (netting == SKPI_NETTINGS)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("unknown netting: \"%s\"", text_to_cstring(word)),
				errhint("Use 'day', 'event' or 'period'."));
	return (skpi_netting) netting;
}

/* The walk with the state it walks over, kept from call to call. */
typedef struct movements
{
	skpi_steps walk;
	TupleDesc desc;
	skpi_step step; /* of which what rates changed has been told, */
	bool waits;     /* and the movement has not */
} movements;

static movements *
movements_begin(FunctionCallInfo fcinfo)
{
	movements *m = palloc(sizeof(movements));
	const skpi_tally *h = SKPG_GETARG_STATE(0, SKPI_MRR_HISTORY);

	m->desc = skpg_row_desc(fcinfo);
	m->waits = false;
	skpi_steps_begin(&m->walk, skpi_history_changes(h),
					 netting_arg(PG_GETARG_TEXT_PP(3)),
					 skpg_grain(PG_GETARG_TEXT_PP(2)),
					 skpg_day(PG_GETARG_DATEADT(1), "as_of"));
	return m;
}

static Datum
movement_row(const movements *m, const skpi_step *step, bool fx, int64 before,
			 int64 after)
{
	skpi_grain grain = m->walk.grain;
	int64 size = after - before;
	bool nulls[6] = {false};
	Datum values[6];

	values[0] = DateADTGetDatum(
		skpi_period_start(grain, skpi_period(grain, step->day)));
	values[1] = DateADTGetDatum(step->day);
	values[2] =
		CStringGetTextDatum(fx ? "fx" : skpi_movement_name(step->movement));
	values[3] = skpg_money_out(size < 0 && !fx ? -size : size);
	values[4] = skpg_money_out(before);
	values[5] = skpg_money_out(after);
	return HeapTupleGetDatum(heap_form_tuple(m->desc, values, nulls));
}

SKPG_FUNCTION(saaskpi_mrr_movements);

/* Row by row: it is called for every customer, mostly for one or two rows. */
Datum
saaskpi_mrr_movements(PG_FUNCTION_ARGS)
{
	FuncCallContext *call;
	movements *m;
	bool more;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext old;

		call = SRF_FIRSTCALL_INIT();
		old = MemoryContextSwitchTo(call->multi_call_memory_ctx);
		call->user_fctx = movements_begin(fcinfo);
		MemoryContextSwitchTo(old);
	}
	call = SRF_PERCALL_SETUP();
	m = call->user_fctx;
	while (!m->waits)
	{
		CHECK_FOR_INTERRUPTS();
		skpg_check(skpi_steps_next(&m->walk, &m->step, &more), "mrr_history");
		if (!more)
			SRF_RETURN_DONE(call);
		m->waits = m->step.movement != SKPI_NO_MOVEMENT;
		if (!m->step.whole && m->step.fx != 0)
			SRF_RETURN_NEXT(call, movement_row(m, &m->step, true,
											   m->step.before - m->step.fx,
											   m->step.before));
	}
	m->waits = false;
	SRF_RETURN_NEXT(
		call, movement_row(m, &m->step, false, m->step.before, m->step.after));
}
