/*
 * States as values: text and binary form, growth, merging, trimming.  One
 * body for all kinds; the wrappers at the end give each type its own entry
 * points.
 */
#include "saaskpi.h"

#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"

#include "skpi_activity.h"
#include "skpi_tally_text.h"

#define SMALLEST 128

const skpi_tally *
skpg_state(Datum datum, skpi_kind kind)
{
	skpi_tally *t = (skpi_tally *) PG_DETOAST_DATUM(datum);

	skpg_check(skpi_tally_check(t, VARSIZE(t), kind), skpi_tally_name(kind));
	return t;
}

skpi_tally *
skpg_open(FunctionCallInfo fcinfo, int argno)
{
	if (!AggCheckCallContext(fcinfo, NULL))
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("aggregate support function called directly"),
				errhint("Call the aggregate instead."));
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
	t = palloc0(size);
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

Datum
skpg_close(const skpi_tally *state)
{
	size_t bytes = skpi_tally_used(state);
	skpi_tally *t = palloc(bytes);

	memcpy(t, state, bytes);
	SET_VARSIZE(t, bytes);
	PG_RETURN_POINTER(t);
}

void
skpg_same(const skpi_tally *state, skpi_grain grain, int32 p0, int32 p1)
{
	if (state->grain != grain || state->param[0] != p0 || state->param[1] != p1)
		skpg_check(SKPI_E_MISMATCH, skpi_tally_name((skpi_kind) state->kind));
}

static Datum
state_in(PG_FUNCTION_ARGS, skpi_kind kind)
{
	const char *string = PG_GETARG_CSTRING(0);
	size_t room = strlen(string) + SMALLEST;
	skpi_tally *t = skpg_new(room);
	skpi_status status;

	while ((status = skpi_tally_parse(string, kind, t, skpg_capacity(t))) ==
		   SKPI_FULL)
		t = skpg_new(skpg_capacity(t) * 2);
	if (status != SKPI_OK)
		ereport(ERROR, errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				errmsg("invalid input syntax for type %s: \"%.80s\"",
					   skpi_tally_name(kind), string));
	return skpg_close(t);
}

static Datum
state_out(PG_FUNCTION_ARGS, skpi_kind kind)
{
	const skpi_tally *t = SKPG_GETARG_STATE(0, kind);
	size_t length = skpi_tally_print(t, NULL, 0);
	char *string = palloc(length + 1);

	skpi_tally_print(t, string, length + 1);
	PG_RETURN_CSTRING(string);
}

/* Network order throughout: head, labels as their bytes, rows. */
static Datum
state_send(PG_FUNCTION_ARGS, skpi_kind kind)
{
	const skpi_tally *t = SKPG_GETARG_STATE(0, kind);
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendint8(&buf, t->version);
	pq_sendint8(&buf, t->kind);
	pq_sendint8(&buf, t->grain);
	pq_sendint8(&buf, t->flags);
	for (int i = 0; i < SKPI_TALLY_PARAMS; i++)
		pq_sendint32(&buf, t->param[i]);
	pq_sendint32(&buf, t->skipped);
	pq_sendint16(&buf, t->n_labels);
	pq_sendint32(&buf, t->n_rows);
	for (int32 i = 1; i <= t->n_labels; i++)
	{
		size_t n;
		const char *text = skpi_tally_label_text(t, i, &n);

		pq_sendint16(&buf, (uint16) n);
		pq_sendbytes(&buf, text, n);
	}
	for (uint32 r = 0; r < t->n_rows; r++)
	{
		const skpi_row *row = skpi_tally_row(t, r);

		pq_sendint32(&buf, row->k1);
		pq_sendint32(&buf, row->k2);
		for (int i = 0; i < skpi_tally_width(kind); i++)
			pq_sendint64(&buf, row->v[i]);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/* What a client sends is invalid; only what was stored can be corrupt. */
static void
check_wire(skpi_status status, const char *name)
{
	if (status == SKPI_E_CORRUPT)
		ereport(ERROR, errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				errmsg("invalid binary form of type %s", name));
	skpg_check(status, name);
}

static skpi_tally *
receive_head(StringInfo buf, skpi_kind kind, int *n_labels, uint32 *n_rows)
{
	int32 param[SKPI_TALLY_PARAMS];
	int version = pq_getmsgbyte(buf);
	int wire_kind = pq_getmsgbyte(buf);
	int grain = pq_getmsgbyte(buf);
	int flags = pq_getmsgbyte(buf);
	skpi_tally *t;

	if (version != SKPI_TALLY_VERSION || wire_kind != (int) kind ||
		grain < SKPI_DAY || grain > SKPI_YEAR)
		check_wire(SKPI_E_CORRUPT, skpi_tally_name(kind));
	for (int i = 0; i < SKPI_TALLY_PARAMS; i++)
		param[i] = (int32) pq_getmsgint(buf, 4);
	/* what is sent is never shorter than what it becomes */
	t = skpg_new((size_t) (buf->len - buf->cursor) * 2 + SMALLEST);
	skpi_tally_init(t, kind, (skpi_grain) grain, param);
	t->flags = (uint8) flags;
	t->skipped = pq_getmsgint(buf, 4);
	*n_labels = (int) pq_getmsgint(buf, 2);
	*n_rows = pq_getmsgint(buf, 4);
	return t;
}

static Datum
state_recv(PG_FUNCTION_ARGS, skpi_kind kind)
{
	StringInfo buf = (StringInfo) PG_GETARG_POINTER(0);
	const char *name = skpi_tally_name(kind);
	int n_labels;
	uint32 n_rows;
	skpi_tally *t = receive_head(buf, kind, &n_labels, &n_rows);
	size_t cap = skpg_capacity(t);

	for (int i = 1; i <= n_labels; i++)
	{
		int n = (int) pq_getmsgint(buf, 2);
		const char *text = pq_getmsgbytes(buf, n);
		int32 index;

		/* no other way in tests that a label is text of this database */
		pg_verifymbstr(text, n, false);
		check_wire(skpi_tally_label(t, cap, text, n, &index), name);
		if (index != i)
			check_wire(SKPI_E_CORRUPT, name);
	}
	for (uint32 r = 0; r < n_rows; r++)
	{
		int64 v[SKPI_TALLY_MAX_WIDTH];
		int32 k1 = (int32) pq_getmsgint(buf, 4);
		int32 k2 = (int32) pq_getmsgint(buf, 4);

		for (int i = 0; i < skpi_tally_width(kind); i++)
			v[i] = pq_getmsgint64(buf);
		check_wire(skpi_tally_append(t, cap, k1, k2, v), name);
	}
	check_wire(skpi_tally_check(t, skpi_tally_used(t), kind), name);
	return skpg_close(t);
}

/* A partial state from a worker may still have its slack. */
static const skpi_tally *
partial_state(Datum datum, skpi_kind kind)
{
	const skpi_tally *t = (const skpi_tally *) PG_DETOAST_DATUM(datum);
	size_t bytes = VARSIZE(t);

	if (bytes >= sizeof(skpi_tally) && t->kind == (uint8) kind &&
		skpi_tally_used(t) < bytes)
		bytes = skpi_tally_used(t);
	skpg_check(skpi_tally_check(t, bytes, kind), skpi_tally_name(kind));
	return t;
}

/* Both the combine function of x_agg and the transition function of rollup. */
static Datum
state_merge(PG_FUNCTION_ARGS, skpi_kind kind)
{
	skpi_tally *to = skpg_open(fcinfo, 0);
	const skpi_tally *from;
	skpi_status status;

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
	to = skpg_grow(to, skpi_tally_used(to) + skpi_tally_used(from));
	status = kind == SKPI_ACTIVITY
				 ? skpi_activity_merge(to, skpg_capacity(to), from)
				 : skpi_tally_merge(to, skpg_capacity(to), from);
	skpg_check(status, skpi_tally_name(kind));
	PG_RETURN_POINTER(to);
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
		return state_in(fcinfo, kind);                                         \
	}                                                                          \
	SKPG_FUNCTION(saaskpi_##name##_out);                                       \
	Datum saaskpi_##name##_out(PG_FUNCTION_ARGS)                               \
	{                                                                          \
		return state_out(fcinfo, kind);                                        \
	}                                                                          \
	SKPG_FUNCTION(saaskpi_##name##_recv);                                      \
	Datum saaskpi_##name##_recv(PG_FUNCTION_ARGS)                              \
	{                                                                          \
		return state_recv(fcinfo, kind);                                       \
	}                                                                          \
	SKPG_FUNCTION(saaskpi_##name##_send);                                      \
	Datum saaskpi_##name##_send(PG_FUNCTION_ARGS)                              \
	{                                                                          \
		return state_send(fcinfo, kind);                                       \
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

STATE_TYPE(mrr_history, SKPI_MRR_HISTORY)
STATE_TYPE(activity, SKPI_ACTIVITY)
STATE_TYPE(mrr_flow, SKPI_MRR_FLOW)
STATE_TYPE(mrr_retention, SKPI_MRR_RETENTION)
STATE_TYPE(cohort_matrix, SKPI_COHORT_MATRIX)
STATE_TYPE(revenue_flow, SKPI_REVENUE_FLOW)
STATE_TYPE(cash_bridge, SKPI_CASH_BRIDGE)
STATE_TYPE(conversion_curve, SKPI_CONVERSION)
STATE_TYPE(series, SKPI_SERIES)
