#include "saaskpi.h"

#include "access/htup_details.h"
#include "utils/typcache.h"

#include "skpi_ledger_flow.h"
#include "skpi_policy.h"

/* Fields of saaskpi.mrr_policy. */
enum
{
	FIELD_TRIALS,
	FIELD_NEVER_PAID,
	FIELD_PAUSES,
	FIELD_PAST_DUE_DAYS,
	FIELD_UNPAID,
	FIELD_USAGE,
	FIELD_CHURN_AT,
	FIELD_RECURRING,
	FIELD_ONCE,
	FIELD_FREE_STAYS,
	FIELD_RETURNS_AFTER,
	FIELD_NEW_AFTER,
	FIELD_SAME_MONTH,
	FIELDS,
};

static int
field_word(const Datum *values, const bool *nulls, int field,
		   const char *const *words, int n, const char *name)
{
	int word =
		nulls[field] ? n : skpg_word(DatumGetTextPP(values[field]), words, n);

	if (word == n)
		ereport(
			ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("unknown %s of a policy: \"%s\"", name,
				   nulls[field] ? "null" : TextDatumGetCString(values[field])),
			errhint("Make policies with saaskpi.mrr_policy(), which says "
					"what there is."));
	return word;
}

static bool
field_true(const Datum *values, const bool *nulls, int field)
{
	return !nulls[field] && DatumGetBool(values[field]);
}

static int32
field_days(const Datum *values, const bool *nulls, int field, int32 otherwise)
{
	return nulls[field] ? otherwise : DatumGetInt32(values[field]);
}

static skpi_policy
policy_of(const Datum *values, const bool *nulls)
{
	static const char *const pauses[] = {"zero", "keep", "churn"};
	static const char *const instants[] = {"service_end", "notice"};
	static const char *const months[] = {"both", "net", "removed"};
	skpi_policy p = {
		.trials = field_true(values, nulls, FIELD_TRIALS),
		.never_paid = field_true(values, nulls, FIELD_NEVER_PAID),
		.pauses = (skpi_pauses) field_word(values, nulls, FIELD_PAUSES, pauses,
										   lengthof(pauses), "pauses"),
		.grace = field_days(values, nulls, FIELD_PAST_DUE_DAYS, SKPI_FOR_EVER),
		.unpaid = field_true(values, nulls, FIELD_UNPAID),
		.metered = field_true(values, nulls, FIELD_USAGE),
		.at_notice = field_word(values, nulls, FIELD_CHURN_AT, instants,
								lengthof(instants), "churn_at") == 1,
		.recurring = field_true(values, nulls, FIELD_RECURRING),
		.once = field_true(values, nulls, FIELD_ONCE),
		.free_stays = field_true(values, nulls, FIELD_FREE_STAYS),
		.returns_after = field_days(values, nulls, FIELD_RETURNS_AFTER, 0),
		.new_after = field_days(values, nulls, FIELD_NEW_AFTER, SKPI_FOR_EVER),
		.same_month = (skpi_same_month) field_word(
			values, nulls, FIELD_SAME_MONTH, months, lengthof(months),
			"same_month"),
	};

	if ((!nulls[FIELD_PAST_DUE_DAYS] && p.grace < 0) ||
		(!nulls[FIELD_NEW_AFTER] && p.new_after < 0) || !skpi_policy_valid(&p))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("days of a policy must lie between 0 and 100000"),
				errhint("Leave past_due_days or new_after_days null for "
						"never."));
	return p;
}

skpi_policy
skpg_policy_arg(FunctionCallInfo fcinfo, int argno)
{
	HeapTupleHeader header = PG_GETARG_HEAPTUPLEHEADER(argno);
	TupleDesc desc = lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(header),
											HeapTupleHeaderGetTypMod(header));
	HeapTupleData tuple = {.t_len = HeapTupleHeaderGetDatumLength(header),
						   .t_data = header};
	Datum values[FIELDS];
	bool nulls[FIELDS];

	if (desc->natts != FIELDS)
		elog(ERROR, "a policy has %d fields, not %d", FIELDS, desc->natts);
	ItemPointerSetInvalid(&tuple.t_self);
	heap_deform_tuple(&tuple, desc, values, nulls);
	ReleaseTupleDesc(desc);
	return policy_of(values, nulls);
}

skpi_policy_class *
skpg_policy_scratch(const skpi_tally *ledger)
{
	return palloc(skpi_policy_scratch(ledger) * sizeof(skpi_policy_class));
}

skpi_policy_move *
skpg_policy_moves(const skpi_tally *ledger)
{
	return palloc_extended(skpi_policy_moves_max(ledger) *
							   sizeof(skpi_policy_move),
						   MCXT_ALLOC_HUGE);
}

SKPG_FUNCTION(saaskpi_ledger_history);

Datum
saaskpi_ledger_history(PG_FUNCTION_ARGS)
{
	const skpi_tally *ledger = SKPG_GETARG_STATE(0, SKPI_LEDGER);
	skpi_policy policy = skpg_policy_arg(fcinfo, 1);
	skpi_tally *h = skpg_new(skpi_policy_history_bytes(ledger));

	skpg_check(skpi_policy_history(ledger, &policy, skpg_policy_scratch(ledger),
								   h, skpg_capacity(h)),
			   "ledger");
	return skpg_close(h);
}

/* All moves of one customer, given one by one. */
typedef struct movements
{
	TupleDesc desc;
	skpi_policy_move *moves;
	size_t n;
	size_t next;
} movements;

static movements *
movements_begin(FunctionCallInfo fcinfo)
{
	movements *m = palloc(sizeof(movements));
	const skpi_tally *ledger = SKPG_GETARG_STATE(0, SKPI_LEDGER);
	skpi_policy policy = skpg_policy_arg(fcinfo, 1);
	skpi_policy_class *scratch = skpg_policy_scratch(ledger);

	m->desc = skpg_row_desc(fcinfo);
	m->moves = skpg_policy_moves(ledger);
	m->next = 0;
	skpg_check(skpi_policy_moves(ledger, &policy,
								 skpg_day(PG_GETARG_DATEADT(2), "as_of"),
								 scratch, m->moves, &m->n, NULL, NULL),
			   "ledger");
	pfree(scratch);
	return m;
}

static Datum
word_or_null(const char *word, bool *null)
{
	*null = word[0] == '\0';
	return *null ? (Datum) 0 : CStringGetTextDatum(word);
}

static Datum
movement_row(const movements *m, const skpi_policy_move *move)
{
	int64 size = move->after - move->before;
	bool nulls[9] = {false};
	Datum values[9];

	values[0] = DateADTGetDatum(
		skpi_period_start(SKPI_MONTH, skpi_period(SKPI_MONTH, move->day)));
	values[1] = DateADTGetDatum(move->day);
	values[2] = CStringGetTextDatum(skpi_policy_movement_name(move->movement));
	values[3] =
		skpg_money_out(size < 0 && move->movement != SKPI_P_FX ? -size : size);
	values[4] = skpg_money_out(move->before);
	values[5] = skpg_money_out(move->after);
	values[6] = word_or_null(skpi_move_reason_name(move->reason), &nulls[6]);
	values[7] = word_or_null(skpi_move_axis_name(move->axis), &nulls[7]);
	nulls[8] = move->days_away == SKPI_NO_DAY;
	values[8] = Int32GetDatum(move->days_away);
	return HeapTupleGetDatum(heap_form_tuple(m->desc, values, nulls));
}

SKPG_FUNCTION(saaskpi_ledger_movements);

Datum
saaskpi_ledger_movements(PG_FUNCTION_ARGS)
{
	FuncCallContext *call;
	movements *m;

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
	if (m->next == m->n)
		SRF_RETURN_DONE(call);
	SRF_RETURN_NEXT(call, movement_row(m, &m->moves[m->next++]));
}

/* The differences of one customer, by axis. */
typedef struct differences
{
	TupleDesc desc;
	int64 parts[SKPI_POLICY_AXES];
	int next;
} differences;

static differences *
differences_begin(FunctionCallInfo fcinfo)
{
	differences *d = palloc(sizeof(differences));
	const skpi_tally *ledger = SKPG_GETARG_STATE(0, SKPI_LEDGER);
	skpi_policy a = skpg_policy_arg(fcinfo, 1);
	skpi_policy b = skpg_policy_arg(fcinfo, 2);
	skpi_policy_class *scratch = skpg_policy_scratch(ledger);

	d->desc = skpg_row_desc(fcinfo);
	d->next = 0;
	skpg_check(skpi_policy_explain(ledger, &a, &b,
								   skpg_day(PG_GETARG_DATEADT(3), "as_of"),
								   scratch, d->parts),
			   "ledger");
	pfree(scratch);
	return d;
}

SKPG_FUNCTION(saaskpi_policy_differences);

Datum
saaskpi_policy_differences(PG_FUNCTION_ARGS)
{
	FuncCallContext *call;
	differences *d;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext old;

		call = SRF_FIRSTCALL_INIT();
		old = MemoryContextSwitchTo(call->multi_call_memory_ctx);
		call->user_fctx = differences_begin(fcinfo);
		MemoryContextSwitchTo(old);
	}
	call = SRF_PERCALL_SETUP();
	d = call->user_fctx;
	for (; d->next < SKPI_POLICY_AXES; d->next++)
		if (d->parts[d->next] != 0)
		{
			bool nulls[2] = {false};
			Datum values[2];

			values[0] = CStringGetTextDatum(
				skpi_policy_axis_name((skpi_policy_axis) d->next));
			values[1] = skpg_money_out(d->parts[d->next++]);
			SRF_RETURN_NEXT(call, HeapTupleGetDatum(
									  heap_form_tuple(d->desc, values, nulls)));
		}
	SRF_RETURN_DONE(call);
}

static const int64 *
row_values(const skpi_tally *flow, int32 k1, int32 period, uint32 *next)
{
	static const int64 nothing[SKPI_LF_WIDTH] = {0};
	const skpi_row *row;

	while (*next < flow->n_rows &&
		   skpi_compare_keys(skpi_tally_row(flow, *next), k1, period) < 0)
		(*next)++;
	row = *next < flow->n_rows ? skpi_tally_row(flow, *next) : NULL;
	return row != NULL && row->k1 == k1 && row->k2 == period ? row->v : nothing;
}

static void
put_month(skpg_rows *rows, const skpg_calendar *calendar, int32 month,
		  const int64 *moves, const int64 *fx, const int64 *opening,
		  const int64 *closing)
{
	skpg_row_period(rows, calendar, month);
	skpg_row_money(rows, opening[SKPI_LB_MRR]);
	for (int i = 0; i < SKPI_P_MOVEMENTS; i++)
		skpg_row_money(rows, moves[i]);
	skpg_row_money(rows, closing[SKPI_LB_MRR]);
	skpg_row_money(rows, moves[SKPI_LF_RESTED]);
	skpg_row_money(rows, moves[SKPI_LF_WOKEN]);
	skpg_row_money(rows, moves[SKPI_LF_VOLUNTARY]);
	skpg_row_money(rows, moves[SKPI_LF_INVOLUNTARY]);
	for (int i = SKPI_LB_LIST; i <= SKPI_LB_PAUSED; i++)
		skpg_row_money(rows, closing[i]);
	skpg_row_count(rows, opening[SKPI_LB_CUSTOMERS]);
	for (int i = SKPI_LF_N_NEW; i < SKPI_LF_WIDTH; i++)
		skpg_row_count(rows, moves[i]);
	for (int i = SKPI_LB_CUSTOMERS; i < SKPI_LB_COLUMNS; i++)
		skpg_row_count(rows, closing[i]);
	skpg_row_complete(rows, calendar, month);
	skpg_row_money(rows, fx[0] - fx[1]);
	skpg_row_end(rows);
}

SKPG_FUNCTION(saaskpi_ledger_waterfall);

Datum
saaskpi_ledger_waterfall(PG_FUNCTION_ARGS)
{
	const skpi_tally *flow;
	skpg_calendar calendar;
	skpg_rows rows;
	uint32 next = 0;
	uint32 rates = 0;
	uint32 balance = 0;
	int64 closing[SKPI_LF_WIDTH] = {0};

	skpg_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	flow = SKPG_GETARG_STATE(0, SKPI_LEDGER_FLOW);
	calendar = skpg_calendar_of(fcinfo, 1, flow);
	while (balance < flow->n_rows &&
		   skpi_tally_row(flow, balance)->k1 < SKPI_LF_BALANCES)
		balance++;
	skpg_check(skpi_tally_sum_until(flow, &balance, SKPI_LF_BALANCES,
									calendar.first - 1, closing),
			   "ledger_flow");
	for (int32 month = calendar.first; month <= calendar.last; month++)
	{
		const int64 *moves = row_values(flow, SKPI_LF_MOVES, month, &next);
		const int64 *fx = row_values(flow, SKPI_LF_FX, month, &rates);
		int64 opening[SKPI_LF_WIDTH];

		memcpy(opening, closing, sizeof(opening));
		skpg_check(skpi_tally_sum_until(flow, &balance, SKPI_LF_BALANCES, month,
										closing),
				   "ledger_flow");
		put_month(&rows, &calendar, month, moves, fx, opening, closing);
	}
	return (Datum) 0;
}
