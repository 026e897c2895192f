/*
 * The aggregate of events to a history.  While rows come in the state is not a
 * value: see src/core/state/skpi_event_log.h.  Most rows touch the first words
 * of a state and nothing else of it, for with many customers that is what they
 * cost.
 */
#include "saaskpi.h"

#include "skpi_event_log.h"

/* With what stands before it, a piece of memory of 128 bytes. */
#define INBOX 11

typedef struct event_log
{
	uint32 n;
	uint32 skipped;
	uint64 inbox[INBOX];
	uint64 *kept; /* what the inbox had no room for */
	uint32 n_kept;
	uint32 room;
	const skpi_event_names *names;
	skpi_tally *apart; /* other processes' events, and of types beyond names */
} event_log;

/* Of the query: states of all groups name types by it. */
static skpi_event_names *
names_of(FunctionCallInfo fcinfo)
{
	FmgrInfo *f = fcinfo->flinfo;

	if (f->fn_extra == NULL)
		f->fn_extra =
			MemoryContextAllocZero(f->fn_mcxt, sizeof(skpi_event_names));
	return f->fn_extra;
}

static event_log *
new_log(FunctionCallInfo fcinfo, const skpi_event_names *names)
{
	event_log *log =
		MemoryContextAlloc(skpg_aggregate_context(fcinfo), sizeof(*log));

	memset(log, 0, offsetof(event_log, inbox));
	memset(&log->kept, 0, sizeof(*log) - offsetof(event_log, kept));
	log->names = names;
	return log;
}

static void
check(skpi_status status)
{
	if (status == SKPI_E_LIMIT)
		ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				errmsg("too many types of events in one state"),
				errdetail("Their names may take %d bytes together.",
						  SKPI_LABEL_MAX_BYTES),
				errhint("Types are few and have many events each; put a view "
						"in place of the table whose event_type leaves out "
						"what differs from event to event."));
	skpg_check(status, "event_history");
}

/* Twice the words, unless there were many that could be added up. */
static void
make_room(event_log *log, MemoryContext context)
{
	uint64 *spare = palloc((Size) log->n_kept * sizeof(uint64) + 1);
	uint32 room = log->room == 0 ? 16 : log->room * 2;

	CHECK_FOR_INTERRUPTS();
	log->n_kept = (uint32) skpi_event_settle(log->kept, log->n_kept, spare);
	pfree(spare);
	if (log->n_kept <= log->room / 2 && log->room - log->n_kept >= log->n)
		return;
	if ((Size) room * sizeof(uint64) > SKPI_TALLY_MAX_BYTES)
		(void) skpg_new((Size) room * sizeof(uint64));
	log->kept = log->kept == NULL
					? MemoryContextAlloc(context, room * sizeof(uint64))
					: repalloc(log->kept, (Size) room * sizeof(uint64));
	log->room = room;
}

static void
empty_inbox(FunctionCallInfo fcinfo, event_log *log)
{
	while (log->room - log->n_kept < log->n)
		make_room(log, skpg_aggregate_context(fcinfo));
	memcpy(log->kept + log->n_kept, log->inbox, log->n * sizeof(uint64));
	log->n_kept += log->n;
	log->n = 0;
}

/* In place of a state that may have moved. */
static void
set_apart(event_log *log, skpi_tally *apart)
{
	if (log->apart != NULL && log->apart != apart)
		pfree(log->apart);
	log->apart = apart;
}

/* An event of a type for which names had no room. */
static void
add_apart(FunctionCallInfo fcinfo, event_log *log, int32 day, const text *type)
{
	MemoryContext old = MemoryContextSwitchTo(skpg_aggregate_context(fcinfo));
	size_t length = VARSIZE_ANY_EXHDR(type);
	skpi_status status;

	if (log->apart == NULL)
	{
		log->apart = skpg_new(SKPI_EVENT_ROOM(16));
		skpi_event_init(log->apart);
	}
	status = skpi_event_add(log->apart, skpg_capacity(log->apart), day,
							VARDATA_ANY(type), length);
	if (status == SKPI_FULL)
	{
		set_apart(
			log,
			skpg_grow(
				log->apart,
				skpi_tally_used(log->apart) + SKPI_EVENT_ROOM(length) +
					skpi_tally_room(log->apart, skpi_tally_late(log->apart))));
		status = skpi_event_add(log->apart, skpg_capacity(log->apart), day,
								VARDATA_ANY(type), length);
	}
	check(status);
	MemoryContextSwitchTo(old);
}

SKPG_FUNCTION(saaskpi_event_history_accum);

/* (state, day, type) */
Datum
saaskpi_event_history_accum(PG_FUNCTION_ARGS)
{
	skpi_event_names *names = names_of(fcinfo);
	event_log *log = PG_ARGISNULL(0) ? new_log(fcinfo, names)
									 : (event_log *) PG_GETARG_POINTER(0);
	const text *type;
	int32 name;
	uint64 word;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) ||
		!skpi_day_valid(PG_GETARG_DATEADT(1)))
	{
		log->skipped++;
		PG_RETURN_POINTER(log);
	}
	type = PG_GETARG_TEXT_PP(2);
	name = skpi_event_name(names, VARDATA_ANY(type), VARSIZE_ANY_EXHDR(type));
	if (name < 0)
	{
		add_apart(fcinfo, log, PG_GETARG_DATEADT(1), type);
		PG_RETURN_POINTER(log);
	}
	word = skpi_event_word(PG_GETARG_DATEADT(1), name);
	if (!skpi_event_again(log->inbox, log->n, word))
	{
		if (log->n == INBOX)
			empty_inbox(fcinfo, log);
		log->inbox[log->n++] = word;
	}
	PG_RETURN_POINTER(log);
}

/* A history of the words; the state stays as it is. */
static skpi_tally *
from_words(const event_log *log)
{
	Size n = (Size) log->n_kept + log->n;
	uint64 *words = palloc(2 * n * sizeof(uint64) + 1);
	skpi_tally *h;
	Size bytes;

	memcpy(words, log->inbox, log->n * sizeof(uint64));
	if (log->n_kept > 0)
	{
		memcpy(words, log->kept, log->n_kept * sizeof(uint64));
		memcpy(words + log->n_kept, log->inbox, log->n * sizeof(uint64));
	}
	CHECK_FOR_INTERRUPTS();
	skpi_event_rank(log->names, words, n);
	n = skpi_event_settle(words, n, words + n);
	bytes = skpi_event_bytes(log->names, words, n);
	if (bytes > SKPI_TALLY_MAX_BYTES)
		(void) skpg_new(bytes);
	h = palloc(bytes);
	check(skpi_event_from_words(h, bytes, log->names, words, n));
	h->skipped = log->skipped;
	SET_VARSIZE(h, skpi_tally_used(h));
	pfree(words);
	return h;
}

/* The whole history as a value. */
static skpi_tally *
history_of(const event_log *log)
{
	skpi_tally *h;

	if (log->apart == NULL)
		return from_words(log);
	h = (skpi_tally *) DatumGetPointer(skpg_close(log->apart));
	if (log->n + log->n_kept == 0 && log->skipped == 0)
		return h;
	return (skpi_tally *) DatumGetPointer(
		skpg_close(skpg_merge(h, from_words(log))));
}

static Datum
close_log(FunctionCallInfo fcinfo)
{
	(void) skpg_aggregate_context(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(history_of((const event_log *) PG_GETARG_POINTER(0)));
}

SKPG_FUNCTION(saaskpi_event_history_done);

Datum
saaskpi_event_history_done(PG_FUNCTION_ARGS)
{
	return close_log(fcinfo);
}

SKPG_FUNCTION(saaskpi_event_history_serial);

/* A value is a bytea of another name. */
Datum
saaskpi_event_history_serial(PG_FUNCTION_ARGS)
{
	return close_log(fcinfo);
}

SKPG_FUNCTION(saaskpi_event_history_deserial);

Datum
saaskpi_event_history_deserial(PG_FUNCTION_ARGS)
{
	event_log *log = palloc0(sizeof(*log));

	(void) skpg_aggregate_context(fcinfo);
	/* a copy, for a bytea need not lie where a state may */
	log->apart = (skpi_tally *) PG_GETARG_BYTEA_P_COPY(0);
	(void) skpg_state(PointerGetDatum(log->apart), SKPI_EVENT_HISTORY);
	PG_RETURN_POINTER(log);
}

SKPG_FUNCTION(saaskpi_event_history_gather);

/* Two states of which either may be NULL; the first takes in the second. */
Datum
saaskpi_event_history_gather(PG_FUNCTION_ARGS)
{
	MemoryContext context = skpg_aggregate_context(fcinfo);
	event_log *to;
	skpi_tally *from;
	MemoryContext old;

	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_POINTER(PG_GETARG_POINTER(0));
	}
	to = PG_ARGISNULL(0) ? new_log(fcinfo, NULL)
						 : (event_log *) PG_GETARG_POINTER(0);
	from = history_of((const event_log *) PG_GETARG_POINTER(1));
	old = MemoryContextSwitchTo(context);
	if (to->apart == NULL)
	{
		to->apart = palloc(VARSIZE(from));
		memcpy(to->apart, from, VARSIZE(from));
	}
	else
		set_apart(to, skpg_merge(to->apart, from));
	MemoryContextSwitchTo(old);
	pfree(from);
	PG_RETURN_POINTER(to);
}
