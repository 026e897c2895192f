/*
 * The text and the binary form of states, in and out.  Labels are text: they
 * are read and written in the encoding of the client, as text is.
 */
#include "saaskpi.h"

#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"

#include "skpi_tally_text.h"

#define SLACK 128

Datum
skpg_state_in(PG_FUNCTION_ARGS, skpi_kind kind)
{
	const char *string = PG_GETARG_CSTRING(0);
	size_t room = strlen(string) + SLACK;
	skpi_tally *t = skpg_new(room);
	skpi_status status;

	while ((status = skpi_tally_parse(string, kind, t, skpg_capacity(t),
									  skpg_stop, NULL)) == SKPI_FULL ||
		   status == SKPI_E_INTERRUPT)
	{
		CHECK_FOR_INTERRUPTS();
		room = skpg_capacity(t) * (status == SKPI_FULL ? 2 : 1);
		pfree(t);
		t = skpg_new(room);
	}
	if (status == SKPI_E_VERSION)
		skpg_check_state(status, t->version, kind);
	if (status != SKPI_OK)
		ereport(ERROR, errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				errmsg("invalid input syntax for type %s: \"%.80s\"",
					   skpi_tally_name(kind), string));
	return skpg_close(t);
}

/* The length of the text, which is written where there is room. */
static size_t
print(const skpi_tally *t, char *string, size_t room)
{
	size_t length;

	while ((length = skpi_tally_print(t, string, room, skpg_stop, NULL)) == 0)
		CHECK_FOR_INTERRUPTS();
	return length;
}

Datum
skpg_state_out(PG_FUNCTION_ARGS, skpi_kind kind)
{
	const skpi_tally *t = SKPG_GETARG_STATE(0, kind);
	size_t length = print(t, NULL, 0);
	char *string = palloc(length + 1);

	print(t, string, length + 1);
	PG_RETURN_CSTRING(string);
}

/* Labels are text, and travel in the encoding of the client. */
static void
send_labels(StringInfo buf, const skpi_tally *t)
{
	const char *next = skpi_tally_labels(t);

	for (int i = 0; i < t->n_labels; i++)
	{
		size_t n;
		const char *label = skpi_tally_label_next(&next, &n);
		char *sent = pg_server_to_client(label, n);

		if (sent != label)
			n = strlen(sent);
		if (n > PG_UINT16_MAX)
			ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					errmsg("label takes %zu bytes in encoding %s, more than %d",
						   n, pg_get_client_encoding_name(), PG_UINT16_MAX),
					errhint("Read the state as text."));
		pq_sendint16(buf, (uint16) n);
		pq_sendbytes(buf, sent, n);
		if (sent != label)
			pfree(sent);
	}
}

/* Network order throughout: head, labels, rows. */
Datum
skpg_state_send(PG_FUNCTION_ARGS, skpi_kind kind)
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
	send_labels(&buf, t);
	for (uint32 r = 0; r < t->n_rows; r++)
	{
		const skpi_row *row = skpi_tally_row(t, r);

		CHECK_FOR_INTERRUPTS();
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

	if (version > skpi_tally_newest(kind))
		skpg_check_state(SKPI_E_VERSION, version, kind);
	if (version < SKPI_TALLY_VERSION || wire_kind != (int) kind ||
		grain < SKPI_DAY || grain > SKPI_YEAR)
		check_wire(SKPI_E_CORRUPT, skpi_tally_name(kind));
	for (int i = 0; i < SKPI_TALLY_PARAMS; i++)
		param[i] = (int32) pq_getmsgint(buf, 4);
	/* what is sent is never shorter than what it becomes */
	t = skpg_new((size_t) (buf->len - buf->cursor) * 2 + SLACK);
	skpi_tally_init(t, kind, (skpi_grain) grain, param);
	if (param[SKPI_LATE] != 0)
		check_wire(SKPI_E_CORRUPT, skpi_tally_name(kind));
	t->version = (uint8) version;
	t->flags = (uint8) flags;
	t->skipped = pq_getmsgint(buf, 4);
	*n_labels = (int) pq_getmsgint(buf, 2);
	*n_rows = pq_getmsgint(buf, 4);
	return t;
}

static skpi_tally *
receive_labels(StringInfo buf, skpi_tally *t, int n_labels)
{
	const char *name = skpi_tally_name((skpi_kind) t->kind);
	size_t end = 0;

	for (int i = 0; i < n_labels; i++)
	{
		int n = (int) pq_getmsgint(buf, 2);
		char *label = pq_getmsgtext(buf, n, &n);
		skpi_status status;

		while ((status = skpi_tally_label_append(t, skpg_capacity(t), label, n,
												 &end)) == SKPI_FULL)
			t = skpg_grow(t, skpg_capacity(t) * 2);
		check_wire(status, name);
		pfree(label);
	}
	return t;
}

/* They may have been sorted as bytes of another encoding. */
static skpi_tally *
sort_labels(const skpi_tally *received)
{
	size_t used = skpi_tally_used(received);

	for (;;)
	{
		skpi_tally *t = skpg_new(2 * used);
		skpi_status status;

		memcpy((char *) t + VARHDRSZ, (char *) received + VARHDRSZ,
			   used - VARHDRSZ);
		status = skpi_tally_sort_labels(t, skpg_capacity(t), skpg_stop, NULL);
		if (status != SKPI_E_INTERRUPT)
		{
			check_wire(status, skpi_tally_name((skpi_kind) t->kind));
			return t;
		}
		pfree(t);
		CHECK_FOR_INTERRUPTS();
	}
}

Datum
skpg_state_recv(PG_FUNCTION_ARGS, skpi_kind kind)
{
	StringInfo buf = (StringInfo) PG_GETARG_POINTER(0);
	const char *name = skpi_tally_name(kind);
	int n_labels;
	uint32 n_rows;
	skpi_tally *t = receive_head(buf, kind, &n_labels, &n_rows);

	t = receive_labels(buf, t, n_labels);
	for (uint32 r = 0; r < n_rows; r++)
	{
		int64 v[SKPI_TALLY_MAX_WIDTH];
		int32 k1 = (int32) pq_getmsgint(buf, 4);
		int32 k2 = (int32) pq_getmsgint(buf, 4);
		skpi_status status;

		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < skpi_tally_width(kind); i++)
			v[i] = pq_getmsgint64(buf);
		while ((status = skpi_tally_append(t, skpg_capacity(t), k1, k2, v)) ==
			   SKPI_FULL)
			t = skpg_grow(t, skpg_capacity(t) * 2);
		check_wire(status, name);
	}
	if (n_labels > 1)
		t = sort_labels(t);
	check_wire(skpi_tally_check(t, skpi_tally_used(t), kind), name);
	return skpg_close(t);
}
