/*
 * States as values: growth, merging, trimming.  One body for all kinds; the
 * wrappers at the end give each type its own entry points.
 */
#include "saaskpi.h"

#define SMALLEST 128
#define ZEROED (64 * 1024)

void
skpg_check_state(skpi_status status, int version, skpi_kind kind)
{
	if (status == SKPI_E_VERSION)
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("state %s has version %d, this library reads versions "
					   "up to %d",
					   skpi_tally_name(kind), version, skpi_tally_newest(kind)),
				errhint("It was written by a newer saaskpi: install that on "
						"this server, then run ALTER EXTENSION saaskpi "
						"UPDATE;"));
	skpg_check(status, skpi_tally_name(kind));
}

const skpi_tally *
skpg_state(Datum datum, skpi_kind kind)
{
	skpi_tally *t = (skpi_tally *) PG_DETOAST_DATUM(datum);
	skpi_status status = skpi_tally_check(t, VARSIZE(t), kind);

	if (status != SKPI_OK)
		skpg_check_state(status, t->version, kind);
	return t;
}

MemoryContext
skpg_aggregate_context(FunctionCallInfo fcinfo)
{
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("aggregate support function called directly"),
				errhint("Call the aggregate instead."));
	return context;
}

skpi_tally *
skpg_open(FunctionCallInfo fcinfo, int argno)
{
	(void) skpg_aggregate_context(fcinfo);
	if (PG_ARGISNULL(argno))
		return NULL;
	return (skpi_tally *) PG_DETOAST_DATUM(PG_GETARG_DATUM(argno));
}

skpi_tally *
skpg_new(size_t bytes)
{
	size_t size = SMALLEST;
	skpi_tally *t;

	while (size < bytes)
		size *= 2;
	if (size > SKPI_TALLY_MAX_BYTES)
		ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				errmsg("state exceeds %d bytes", SKPI_TALLY_MAX_BYTES),
				errhint("Group by fewer or coarser values."));
	/* large blocks are not cleared: that alone would take a while */
	t = size <= ZEROED ? palloc0(size) : palloc(size);
	memset((void *) t, 0, sizeof(*t));
	SET_VARSIZE(t, size);
	return t;
}

size_t
skpg_capacity(const skpi_tally *state)
{
	return VARSIZE(state);
}

skpi_tally *
skpg_grow(skpi_tally *state, size_t bytes)
{
	skpi_tally *larger;
	size_t used = skpi_tally_used(state);

	if (bytes <= skpg_capacity(state))
		return state;
	larger = skpg_new(bytes);
	memcpy((char *) larger + VARHDRSZ, (char *) state + VARHDRSZ,
		   used - VARHDRSZ);
	return larger;
}

/* A copy in which nothing waits, as large as it needs to be. */
static skpi_tally *
settled(const skpi_tally *state)
{
	size_t used = skpi_tally_used(state);
	size_t bytes = used + skpi_tally_room(state, skpi_tally_late(state));
	skpi_tally *t = palloc(bytes);

	memcpy(t, state, used);
	skpg_check(skpi_tally_settle(t, bytes),
			   skpi_tally_name((skpi_kind) state->kind));
	skpi_tally_finish(t);
	SET_VARSIZE(t, skpi_tally_used(t));
	return t;
}

Datum
skpg_close(const skpi_tally *state)
{
	PG_RETURN_POINTER(settled(state));
}

skpi_tally *
skpg_alike(const skpi_tally *state, size_t bytes)
{
	skpi_tally *t = skpg_new(sizeof(skpi_tally) + bytes);

	skpi_tally_init(t, (skpi_kind) state->kind, (skpi_grain) state->grain,
					state->param);
	t->flags = state->flags;
	return t;
}

skpi_tally *
skpg_merge(skpi_tally *state, const skpi_tally *from)
{
	/* room in which what waits can be put aside */
	state =
		skpg_grow(state, skpi_tally_used(state) + skpi_tally_used(from) +
							 skpi_tally_room(state, skpi_tally_late(state)));
	skpg_check(skpi_tally_merge(state, skpg_capacity(state), from),
			   skpi_tally_name((skpi_kind) state->kind));
	return state;
}

void
skpg_same(const skpi_tally *state, skpi_grain grain, int32 p0, int32 p1)
{
	if (state->grain != grain || state->param[0] != p0 || state->param[1] != p1)
		skpg_check(SKPI_E_MISMATCH, skpi_tally_name((skpi_kind) state->kind));
}

/* A partial state from a worker may still have its slack, and late rows. */
static const skpi_tally *
partial_state(Datum datum, skpi_kind kind)
{
	const skpi_tally *t = (const skpi_tally *) PG_DETOAST_DATUM(datum);
	size_t bytes = VARSIZE(t);
	skpi_status status;

	if (bytes >= sizeof(skpi_tally) && t->kind == (uint8) kind &&
		skpi_tally_used(t) <= bytes)
	{
		if (skpi_tally_late(t) > 0)
			t = settled(t);
		bytes = skpi_tally_used(t);
	}
	status = skpi_tally_check(t, bytes, kind);
	if (status != SKPI_OK)
		skpg_check_state(status, t->version, kind);
	return t;
}

/* Both the combine function of x_agg and the transition function of rollup. */
static Datum
state_merge(PG_FUNCTION_ARGS, skpi_kind kind)
{
	skpi_tally *to = skpg_open(fcinfo, 0);
	const skpi_tally *from;

	if (PG_ARGISNULL(1))
	{
		if (to == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(to);
	}
	from = partial_state(PG_GETARG_DATUM(1), kind);
	if (to == NULL)
	{
		to = skpg_new(skpi_tally_used(from));
		memcpy((char *) to + VARHDRSZ, (char *) from + VARHDRSZ,
			   skpi_tally_used(from) - VARHDRSZ);
		PG_RETURN_POINTER(to);
	}
	PG_RETURN_POINTER(skpg_merge(to, from));
}

static Datum
state_final(PG_FUNCTION_ARGS)
{
	const skpi_tally *t = skpg_open(fcinfo, 0);

	if (t == NULL)
		PG_RETURN_NULL();
	return skpg_close(t);
}

#define STATE_TYPE(name, kind)                                                 \
	SKPG_FUNCTION(saaskpi_##name##_in);                                        \
	Datum saaskpi_##name##_in(PG_FUNCTION_ARGS)                                \
	{                                                                          \
		return skpg_state_in(fcinfo, kind);                                    \
	}                                                                          \
	SKPG_FUNCTION(saaskpi_##name##_out);                                       \
	Datum saaskpi_##name##_out(PG_FUNCTION_ARGS)                               \
	{                                                                          \
		return skpg_state_out(fcinfo, kind);                                   \
	}                                                                          \
	SKPG_FUNCTION(saaskpi_##name##_recv);                                      \
	Datum saaskpi_##name##_recv(PG_FUNCTION_ARGS)                              \
	{                                                                          \
		return skpg_state_recv(fcinfo, kind);                                  \
	}                                                                          \
	SKPG_FUNCTION(saaskpi_##name##_send);                                      \
	Datum saaskpi_##name##_send(PG_FUNCTION_ARGS)                              \
	{                                                                          \
		return skpg_state_send(fcinfo, kind);                                  \
	}                                                                          \
	SKPG_FUNCTION(saaskpi_##name##_combine);                                   \
	Datum saaskpi_##name##_combine(PG_FUNCTION_ARGS)                           \
	{                                                                          \
		return state_merge(fcinfo, kind);                                      \
	}                                                                          \
	SKPG_FUNCTION(saaskpi_##name##_final);                                     \
	Datum saaskpi_##name##_final(PG_FUNCTION_ARGS)                             \
	{                                                                          \
		return state_final(fcinfo);                                            \
	}

#define STATE_TYPE_OF(number, constant, type, ...) STATE_TYPE(type, constant)

SKPI_EACH_KIND(STATE_TYPE_OF)
