/*
 * The payments of a customer: payment_agg.
 *
 * A company has millions of payments, and they arrive by date, so that each
 * row finds its customer's state out of the cache.  The running state is
 * therefore a skpi_payments, one cache line, and these are cut from blocks
 * where they lie on the lines' borders.
 */
#include "saaskpi.h"

#include "skpi_payment.h"

/* Where the next state is cut. */
typedef struct block
{
	MemoryContext context;
	skpi_payments *next;
	int left;
	int size; /* states in the block that is being cut */
} block;

#define LARGEST_BLOCK 256

/*
 * Payments that wait for their state to come from memory.  A transition asks
 * for the state's cache line and applies the payment that has waited longest;
 * whoever reads a state applies all of them first.  The states of all of them
 * are alive: forget() sees to that.
 */
typedef struct waiting
{
	skpi_payments *state; /* NULL: the place is free */
	MemoryContext context;
	int64 amount;
	int32 day;
	skpi_lane lane;
} waiting;

#define PLACES 4

static waiting queue[PLACES];
static unsigned turn;

/* What to do when a context is reset, and its states are gone with it. */
typedef struct farewell
{
	MemoryContextCallback callback;
	MemoryContext context;
	block *cut;
} farewell;

static void
forget(void *arg)
{
	const farewell *f = arg;

	for (int i = 0; i < PLACES; i++)
		if (queue[i].context == f->context)
			queue[i] = (waiting){0};
	if (f->cut->context == f->context)
		*f->cut = (block){0};
}

static void
say_farewell(block *b, MemoryContext context)
{
	farewell *f = MemoryContextAllocZero(context, sizeof(*f));

	f->context = context;
	f->cut = b;
	f->callback.func = forget;
	f->callback.arg = f;
	MemoryContextRegisterResetCallback(context, &f->callback);
}

/*
 * Blocks double, so that a context which is reset for every group, as after a
 * sort, does not pay for states it never has.
 */
static void
cut_block(block *b, MemoryContext context)
{
	const Size state = sizeof(*b->next);

	if (b->context != context)
	{
		say_farewell(b, context);
		*b = (block){.context = context};
	}
	b->size = b->size == 0 ? 1 : Min(2 * b->size, LARGEST_BLOCK);
	b->next = (skpi_payments *) TYPEALIGN(
		state, MemoryContextAlloc(context, (Size) (b->size + 1) * state));
	b->left = b->size;
}

static skpi_payments *
new_state(FunctionCallInfo fcinfo, MemoryContext context)
{
	block *b = fcinfo->flinfo->fn_extra;
	skpi_payments *state;

	if (b == NULL)
		fcinfo->flinfo->fn_extra = b =
			MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(*b));
	if (b->left == 0 || b->context != context)
		cut_block(b, context);
	b->left--;
	state = b->next++;
	skpi_payments_init(state);
	return state;
}

/* The tally beside the runs, with room for `bytes` more. */
static skpi_tally *
rest_of(MemoryContext context, skpi_payments *state, size_t bytes)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	skpi_tally *rest = state->rest;

	if (rest == NULL)
	{
		state->rest = skpg_new(sizeof(skpi_tally) + bytes);
		skpi_activity_init(state->rest, SKPI_MONTH);
	}
	else
	{
		state->rest = skpg_grow(rest, skpi_tally_used(rest) + bytes);
		if (state->rest != rest)
			pfree(rest);
	}
	MemoryContextSwitchTo(old);
	return state->rest;
}

/* The place is free before anything can fail. */
static void
apply(waiting *place)
{
	const waiting p = *place;
	skpi_tally *rest;

	*place = (waiting){0};
	if (p.state == NULL || skpi_payments_add(p.state, SKPI_MONTH, p.lane, p.day,
											 p.amount) == SKPI_OK)
		return;
	rest = rest_of(p.context, p.state, SKPI_ACTIVITY_ROOM);
	skpg_check(skpi_payments_move(p.state, skpg_capacity(rest)), "activity");
	skpi_payments_add(p.state, SKPI_MONTH, p.lane, p.day, p.amount);
}

/* A state that nothing waits for; raises when called outside an aggregate. */
static const skpi_payments *
finished(FunctionCallInfo fcinfo, int argno)
{
	skpg_aggregate_context(fcinfo);
	for (int i = 0; i < PLACES; i++)
		apply(&queue[i]);
	return (const skpi_payments *) PG_GETARG_POINTER(argno);
}

/* The lane of a payment status, SKPI_LANES when it says neither. */
static skpi_lane
lane_of(FunctionCallInfo fcinfo, int argno)
{
	text *word;
	size_t length;

	if (PG_ARGISNULL(argno))
		return SKPI_LANES;
	word = PG_GETARG_TEXT_PP(argno);
	length = VARSIZE_ANY_EXHDR(word);
	if (length == 7 && memcmp(VARDATA_ANY(word), "Success", 7) == 0)
		return SKPI_DONE;
	if (length == 6 && memcmp(VARDATA_ANY(word), "Failed", 6) == 0)
		return SKPI_FAILED;
	return SKPI_LANES;
}

/*
 * What the row says.  False when it cannot be used: no day, no amount, neither
 * succeeded nor failed, or a failure to pay less than nothing.
 */
static bool
read_payment(FunctionCallInfo fcinfo, skpi_lane *lane, int32 *day,
			 int64 *amount)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return false;
	*day = PG_GETARG_DATEADT(1);
	if (!skpi_day_valid(*day) || !skpg_money_in(PG_GETARG_DATUM(2), amount))
		return false;
	*lane = lane_of(fcinfo, 3);
	if (*lane == SKPI_LANES || (*amount < 0 && *lane == SKPI_FAILED))
		return false;
	if (*amount < 0)
	{
		*lane = SKPI_REFUNDED;
		*amount = -*amount;
	}
	return true;
}

SKPG_FUNCTION(saaskpi_payment_accum);

/*
 * (state, day, amount, status), by month.  The status is compared here: the
 * same test as an expression in SQL would cost as much as all the rest.
 */
Datum
saaskpi_payment_accum(PG_FUNCTION_ARGS)
{
	waiting p = {.context = skpg_aggregate_context(fcinfo)};

	p.state = PG_ARGISNULL(0) ? new_state(fcinfo, p.context)
							  : (skpi_payments *) PG_GETARG_POINTER(0);
	if (!read_payment(fcinfo, &p.lane, &p.day, &p.amount))
		rest_of(p.context, p.state, 0)->skipped++;
	else
	{
		waiting *place = &queue[turn++ % PLACES];

		__builtin_prefetch(p.state, 1);
		apply(place);
		*place = p;
	}
	PG_RETURN_POINTER(p.state);
}

/* The activity as a new value in the current context. */
static skpi_tally *
close_state(const skpi_payments *state)
{
	size_t bytes = skpi_payments_bytes(state);
	skpi_tally *t = palloc(bytes);

	skpg_check(skpi_payments_close(state, SKPI_MONTH, t, bytes), "activity");
	SET_VARSIZE(t, skpi_tally_used(t));
	return t;
}

SKPG_FUNCTION(saaskpi_payment_final);

Datum
saaskpi_payment_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(close_state(finished(fcinfo, 0)));
}

SKPG_FUNCTION(saaskpi_payment_serial);

/* The activity in the dress of a bytea. */
Datum
saaskpi_payment_serial(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(close_state(finished(fcinfo, 0)));
}

SKPG_FUNCTION(saaskpi_payment_deserial);

Datum
saaskpi_payment_deserial(PG_FUNCTION_ARGS)
{
	skpi_payments *state;

	skpg_aggregate_context(fcinfo);
	state = palloc(sizeof(*state));
	skpi_payments_init(state);
	/* a copy is aligned, whatever the transport did */
	state->rest = (skpi_tally *) PG_GETARG_BYTEA_P_COPY(0);
	skpg_check(
		skpi_tally_check(state->rest, VARSIZE(state->rest), SKPI_ACTIVITY),
		"activity");
	PG_RETURN_POINTER(state);
}

SKPG_FUNCTION(saaskpi_payment_combine);

Datum
saaskpi_payment_combine(PG_FUNCTION_ARGS)
{
	MemoryContext context = skpg_aggregate_context(fcinfo);
	skpi_payments *to =
		PG_ARGISNULL(0) ? NULL : (skpi_payments *) PG_GETARG_POINTER(0);

	if (!PG_ARGISNULL(1))
	{
		const skpi_tally *from = close_state(finished(fcinfo, 1));
		skpi_tally *rest;

		if (to == NULL)
			to = new_state(fcinfo, context);
		rest = rest_of(context, to, skpi_tally_used(from));
		skpg_check(skpi_tally_merge(rest, skpg_capacity(rest), from),
				   "activity");
	}
	if (to == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(to);
}
