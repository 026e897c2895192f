#include "saaskpi.h"

#include "skpi_ledger_flow.h"
#include "skpi_policy_core.h"

static const char unnamed[] = "(none)";

/* Arguments of the aggregate, after the state. */
enum
{
	ARG_START = 1,
	ARG_END,
	ARG_PRICE,
	ARG_PLAN,
	ARG_STATUS,
	ARG_TRIAL_END,
	ARG_PAUSED_FROM,
	ARG_RESUMES_ON,
	ARG_PAST_DUE_SINCE,
	ARG_NOTICE_ON,
	ARG_END_REASON,
	ARG_MONTHS,
	ARG_QUANTITY,
	ARG_DISCOUNT,
	ARG_ONCE,
	ARG_DISCOUNT_UNTIL,
	ARG_USAGE,
	ARG_SINCE,
	ARG_GOES_ON,
};

static int
word_arg(FunctionCallInfo fcinfo, int argno, const char *const *words, int n)
{
	return PG_ARGISNULL(argno) ? n
							   : skpg_word(PG_GETARG_TEXT_PP(argno), words, n);
}

/* NULL and infinity are no day. */
static int32
day_arg(FunctionCallInfo fcinfo, int argno)
{
	DateADT day;

	if (PG_ARGISNULL(argno))
		return SKPI_NO_DAY;
	day = PG_GETARG_DATEADT(argno);
	return skpi_day_valid(day) ? day : SKPI_NO_DAY;
}

/* What lies before every start is kept apart from an open end. */
static int32
end_arg(FunctionCallInfo fcinfo)
{
	DateADT end;

	if (PG_ARGISNULL(ARG_END))
		return SKPI_NO_DAY;
	end = PG_GETARG_DATEADT(ARG_END);
	if (DATE_IS_NOEND(end))
		return SKPI_NO_DAY;
	return DATE_IS_NOBEGIN(end) ? SKPI_DAY_MIN : end;
}

static int64
amount_arg(FunctionCallInfo fcinfo, int argno, int64 otherwise)
{
	int64 amount;

	if (PG_ARGISNULL(argno) || !skpg_money_in(PG_GETARG_DATUM(argno), &amount))
		return otherwise;
	return amount;
}

static skpi_standing
standing_arg(FunctionCallInfo fcinfo)
{
	static const char *const words[] = {"trialing", "active", "past_due",
										"unpaid",   "paused", "canceled"};
	int word = word_arg(fcinfo, ARG_STATUS, words, lengthof(words));

	/* the last are of subscriptions, not of segments */
	return word < SKPI_NEVER_PAID
			   ? (skpi_standing) word
			   : (skpi_standing) (word - SKPI_NEVER_PAID + SKPI_CANCELLED);
}

static skpi_end_reason
reason_arg(FunctionCallInfo fcinfo)
{
	static const char *const words[] = {"", "voluntary", "involuntary",
										"other"};
	int reason = word_arg(fcinfo, ARG_END_REASON, words, lengthof(words));

	if (reason < lengthof(words))
		return (skpi_end_reason) reason;
	return PG_ARGISNULL(ARG_END_REASON) ? SKPI_NO_REASON : SKPI_OTHER_REASON;
}

/* The plan, with room for what is written before it. */
static void
plan_arg(FunctionCallInfo fcinfo, skpi_subscription *s)
{
	const char *plan = unnamed;

	s->plan_length = sizeof(unnamed) - 1;
	if (!PG_ARGISNULL(ARG_PLAN))
	{
		text *t = PG_GETARG_TEXT_PP(ARG_PLAN);

		plan = VARDATA_ANY(t);
		s->plan_length = VARSIZE_ANY_EXHDR(t);
	}
	s->label = palloc(SKPI_LEDGER_PREFIX + s->plan_length);
	memcpy(s->label + SKPI_LEDGER_PREFIX, plan, s->plan_length);
}

static skpi_subscription
subscription_args(FunctionCallInfo fcinfo)
{
	skpi_subscription s = {
		.start = PG_ARGISNULL(ARG_START) ? SKPI_NO_DAY
										 : PG_GETARG_DATEADT(ARG_START),
		.end = end_arg(fcinfo),
		.trial_end = day_arg(fcinfo, ARG_TRIAL_END),
		.paused_from = day_arg(fcinfo, ARG_PAUSED_FROM),
		.resumes_on = day_arg(fcinfo, ARG_RESUMES_ON),
		.past_due_since = day_arg(fcinfo, ARG_PAST_DUE_SINCE),
		.notice_on = day_arg(fcinfo, ARG_NOTICE_ON),
		.discount_until = day_arg(fcinfo, ARG_DISCOUNT_UNTIL),
		.standing = standing_arg(fcinfo),
		.reason = reason_arg(fcinfo),
		.metered = !PG_ARGISNULL(ARG_USAGE) && PG_GETARG_BOOL(ARG_USAGE),
		.once = !PG_ARGISNULL(ARG_ONCE) && PG_GETARG_BOOL(ARG_ONCE),
		.months = PG_ARGISNULL(ARG_MONTHS) ? 0 : PG_GETARG_INT32(ARG_MONTHS),
		.list = amount_arg(fcinfo, ARG_PRICE, -1),
		.discount = amount_arg(fcinfo, ARG_DISCOUNT, 0),
		.quantity = amount_arg(fcinfo, ARG_QUANTITY, SKPG_UNITS),
	};

	plan_arg(fcinfo, &s);
	return s;
}

static void
part_args(FunctionCallInfo fcinfo, skpi_subscription *s)
{
	s->since = day_arg(fcinfo, ARG_SINCE);
	s->continues = s->since != SKPI_NO_DAY;
	s->goes_on = s->end != SKPI_NO_DAY && !PG_ARGISNULL(ARG_GOES_ON) &&
				 PG_GETARG_BOOL(ARG_GOES_ON);
}

static Datum
accumulate(FunctionCallInfo fcinfo, bool parts)
{
	skpi_tally *state = skpg_open(fcinfo, 0);
	skpi_subscription s = subscription_args(fcinfo);

	if (parts)
		part_args(fcinfo, &s);
	if (state == NULL)
	{
		state = skpg_new(sizeof(skpi_tally));
		skpi_ledger_init(state);
	}
	state =
		skpg_grow(state, skpi_tally_used(state) + skpi_ledger_room(state, &s));
	skpg_check(skpi_ledger_add(state, skpg_capacity(state), &s),
			   "subscription");
	pfree(s.label);
	PG_RETURN_POINTER(state);
}

SKPG_FUNCTION(saaskpi_ledger_accum);

Datum
saaskpi_ledger_accum(PG_FUNCTION_ARGS)
{
	return accumulate(fcinfo, false);
}

SKPG_FUNCTION(saaskpi_ledger_accum_part);

Datum
saaskpi_ledger_accum_part(PG_FUNCTION_ARGS)
{
	return accumulate(fcinfo, true);
}

SKPG_FUNCTION(saaskpi_ledger_skipped);

Datum
saaskpi_ledger_skipped(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(SKPG_GETARG_STATE(0, SKPI_LEDGER)->skipped);
}

/* The level of a class from one of its rows to the next. */
static void
put_segment(skpg_rows *rows, const skpi_class *c, int32 from, int32 to,
			const int64 *level)
{
	skpg_row_day(rows, from);
	if (to == SKPI_NO_DAY)
		skpg_row_null(rows);
	else
		skpg_row_day(rows, to);
	skpg_row_datum(rows, PointerGetDatum(cstring_to_text_with_len(
							 c->plan, (int) c->plan_length)));
	skpg_row_datum(rows, CStringGetTextDatum(skpi_standing_name(c->standing)));
	skpg_row_datum(rows, BoolGetDatum(c->notice));
	if (c->reason == SKPI_NO_REASON)
		skpg_row_null(rows);
	else
		skpg_row_datum(rows,
					   CStringGetTextDatum(skpi_end_reason_name(c->reason)));
	if (c->since == SKPI_NO_DAY)
		skpg_row_null(rows);
	else
		skpg_row_day(rows, c->since);
	skpg_row_datum(rows, Int32GetDatum(c->months));
	skpg_row_datum(rows, BoolGetDatum(c->metered));
	for (int i = 0; i < SKPI_LEDGER_VALUES; i++)
		skpg_row_money(rows, level[i]);
	skpg_row_end(rows);
}

SKPG_FUNCTION(saaskpi_ledger_segments);

/* Class by class: the rows of one stand together in time. */
Datum
saaskpi_ledger_segments(PG_FUNCTION_ARGS)
{
	const skpi_tally *ledger;
	skpi_policy_class *classes;
	int32 *from;
	skpi_policy policy = {0};
	skpi_policy_walk walk;
	skpg_rows rows;

	skpg_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	ledger = SKPG_GETARG_STATE(0, SKPI_LEDGER);
	classes = skpg_policy_scratch(ledger);
	from = palloc(skpi_policy_scratch(ledger) * sizeof(int32));
	skpg_check(
		skpi_policy_walk_begin(&walk, ledger, &policy, SKPI_DAY_MAX, classes),
		"ledger");
	for (uint32 r = 0; r < ledger->n_rows; r++)
	{
		const skpi_row *row = skpi_tally_row(ledger, r);
		int32 label = skpi_key_label(row->k2);
		skpi_policy_class *c = &classes[label];
		int32 day = skpi_instant_day(row->k1);

		if (c->level[SKPI_LIST] > 0 && from[label] < day)
			put_segment(&rows, &c->class, from[label], day, c->level);
		skpg_check(skpi_move_level(c, row->v), "ledger");
		from[label] = day;
	}
	for (int i = 1; i <= ledger->n_labels; i++)
		if (classes[i].level[SKPI_LIST] > 0)
			put_segment(&rows, &classes[i].class, from[i], SKPI_NO_DAY,
						classes[i].level);
	return (Datum) 0;
}

/* A large customer alone, whose rows are merged once. */
static skpi_tally *
add(skpi_tally *state, const skpi_tally *ledger, const skpi_policy *policy)
{
	skpi_policy_class *scratch = skpg_policy_scratch(ledger);
	skpi_policy_move *moves = skpg_policy_moves(ledger);

	CHECK_FOR_INTERRUPTS();
	if (ledger->n_rows > SKPG_LARGE)
	{
		skpi_tally *one = skpg_new(sizeof(skpi_tally));

		skpi_ledger_flow_init(one, state->param[0], policy);
		one = skpg_grow(one, skpi_tally_used(one) +
								 skpi_ledger_flow_room(one, ledger));
		skpg_check(skpi_ledger_flow_add(one, skpg_capacity(one), ledger, policy,
										scratch, moves),
				   "ledger_flow");
		state = skpg_merge(state, one);
	}
	else
	{
		state = skpg_grow(state, skpi_tally_used(state) +
									 skpi_ledger_flow_room(state, ledger));
		skpg_check(skpi_ledger_flow_add(state, skpg_capacity(state), ledger,
										policy, scratch, moves),
				   "ledger_flow");
	}
	pfree(scratch);
	pfree(moves);
	return state;
}

SKPG_FUNCTION(saaskpi_ledger_flow_accum);

/* (state, ledger, policy, as_of) */
Datum
saaskpi_ledger_flow_accum(PG_FUNCTION_ARGS)
{
	skpi_tally *state = skpg_open(fcinfo, 0);
	skpi_policy policy;
	int32 as_of;

	if (PG_ARGISNULL(2) || PG_ARGISNULL(3))
	{
		if (state == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(state);
	}
	policy = skpg_policy_arg(fcinfo, 2);
	as_of = skpg_day(PG_GETARG_DATEADT(3), "as_of");
	if (state == NULL)
	{
		state = skpg_new(1024);
		skpi_ledger_flow_init(state, as_of, &policy);
	}
	if (!skpi_ledger_flow_of(state, as_of, &policy))
		skpg_check(SKPI_E_MISMATCH, "ledger_flow");
	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(state);
	PG_RETURN_POINTER(add(state, SKPG_GETARG_STATE(1, SKPI_LEDGER), &policy));
}

SKPG_FUNCTION(saaskpi_ledger_flow_first_period);

Datum
saaskpi_ledger_flow_first_period(PG_FUNCTION_ARGS)
{
	return skpg_first_period(fcinfo, SKPG_GETARG_STATE(0, SKPI_LEDGER_FLOW));
}
