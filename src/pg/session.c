/* session_number, a window function that numbers the sessions of a partition,
 * and session_set, which keeps those of a customer. */
#include "saaskpi.h"

#include "common/int.h"
#include "utils/timestamp.h"
#include "windowapi.h"

#include "skpi_session.h"
#include "skpi_session_set.h"

/* Of one partition. */
typedef struct session_state
{
	skpi_session_walk walk;
	skpg_zone *zone; /* NULL: no split at midnight */
} session_state;

static void
refuse_gap(const char *why)
{
	ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("gap of a session %s", why),
			errhint("Use an interval such as '30 minutes'."));
}

/* Microseconds; a day has 24 hours, and a month is none in particular. */
static int64
gap_of(const Interval *gap)
{
	int64 days, all;

	if (gap->month != 0)
		refuse_gap("has months, which differ in length");
	if (pg_mul_s64_overflow(gap->day, USECS_PER_DAY, &days) ||
		pg_add_s64_overflow(days, gap->time, &all))
		refuse_gap("is out of range");
	if (all < 0)
		refuse_gap("is below zero");
	return all;
}

static uint64
gap_arg(WindowObject window)
{
	bool null;
	Datum datum = WinGetFuncArgCurrent(window, 1, &null);

	if (null)
		refuse_gap("is NULL");
	return (uint64) gap_of(DatumGetIntervalP(datum));
}

/* The zone at whose midnight sessions are split; read once per partition. */
static skpg_zone *
zone_arg(FunctionCallInfo fcinfo, WindowObject window)
{
	bool null;
	Datum datum = WinGetFuncArgCurrent(window, 2, &null);

	return null ? NULL : skpg_zone_arg(fcinfo, DatumGetTextPP(datum));
}

SKPG_FUNCTION(saaskpi_session_number);

/* (event_time, gap, zone); NULL for an event without a time. */
Datum
saaskpi_session_number(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	session_state *s = WinGetPartitionLocalMemory(window, sizeof(*s));
	uint64 gap = gap_arg(window);
	bool null;
	TimestampTz now =
		DatumGetTimestampTz(WinGetFuncArgCurrent(window, 0, &null));

	if (null)
		PG_RETURN_NULL();
	if (TIMESTAMP_NOT_FINITE(now))
		ereport(ERROR, errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				errmsg("event_time is %s", timestamptz_to_str(now)),
				errhint("Leave such rows out: WHERE isfinite(event_time)"));
	if (s->walk.number == 0)
		s->zone = zone_arg(fcinfo, window);
	if (skpi_session_next(&s->walk, now,
						  s->zone != NULL ? skpg_zone_day(s->zone, now) : 0,
						  gap) != SKPI_OK)
		ereport(ERROR, errcode(ERRCODE_WINDOWING_ERROR),
				errmsg("rows are not in order of event_time"),
				errhint("OVER (PARTITION BY customer_id ORDER BY event_time)"));
	PG_RETURN_INT64(s->walk.number);
}

SKPG_FUNCTION(saaskpi_session_set_accum);

/* (state, event_time, gap, zone or NULL) */
Datum
saaskpi_session_set_accum(PG_FUNCTION_ARGS)
{
	skpi_tally *state = skpg_open(fcinfo, 0);
	skpg_zone *zone =
		PG_ARGISNULL(3) ? NULL : skpg_zone_arg(fcinfo, PG_GETARG_TEXT_PP(3));
	int64 gap;
	TimestampTz time;
	int32 day;
	skpi_status status;

	if (PG_ARGISNULL(2))
		refuse_gap("is NULL");
	gap = gap_of(PG_GETARG_INTERVAL_P(2));
	if (gap >= SKPI_GAP_END)
		refuse_gap("is longer than 68 years");
	if (state == NULL)
	{
		state = skpg_new(sizeof(skpi_tally));
		skpi_session_set_init(state, gap, zone != NULL);
	}
	else if (gap != skpi_session_set_gap(state) ||
			 skpi_session_set_by_day(state) != (zone != NULL))
		skpg_check(SKPI_E_MISMATCH, "session_set");
	if (PG_ARGISNULL(1) || (time = PG_GETARG_TIMESTAMPTZ(1)) < SKPI_TIME_MIN ||
		time >= SKPI_TIME_END)
	{
		state->skipped++;
		PG_RETURN_POINTER(state);
	}
	day = zone == NULL ? 0 : skpg_zone_day(zone, time);
	/* the first and the last hours there are may lie outside elsewhere */
	day = Max(SKPI_DAY_MIN, Min(SKPI_DAY_MAX, day));
	status = skpi_session_set_add(state, skpg_capacity(state), time, day);
	if (status == SKPI_FULL)
	{
		state = skpg_grow(state, skpi_tally_late_room(state));
		status = skpi_session_set_add(state, skpg_capacity(state), time, day);
	}
	skpg_check(status, "session_set");
	PG_RETURN_POINTER(state);
}

static const skpi_tally *
set_arg(FunctionCallInfo fcinfo)
{
	return SKPG_GETARG_STATE(0, SKPI_SESSION_SET);
}

SKPG_FUNCTION(saaskpi_sessions);

Datum
saaskpi_sessions(PG_FUNCTION_ARGS)
{
	const skpi_tally *t;
	skpg_rows rows;

	skpg_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	t = set_arg(fcinfo);
	for (uint32 i = 0; i < t->n_rows; i++)
	{
		skpi_interval s = skpi_session_set_at(t, i);

		skpg_row_count(&rows, (int64) i + 1);
		skpg_row_datum(&rows, TimestampTzGetDatum(s.start));
		skpg_row_datum(&rows, TimestampTzGetDatum(s.end));
		skpg_row_count(&rows, s.events);
		skpg_row_end(&rows);
	}
	return (Datum) 0;
}

SKPG_FUNCTION(saaskpi_session_count);

Datum
saaskpi_session_count(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(set_arg(fcinfo)->n_rows);
}

SKPG_FUNCTION(saaskpi_session_seconds);

Datum
saaskpi_session_seconds(PG_FUNCTION_ARGS)
{
	int64 events, length;

	skpg_check(skpi_session_set_total(set_arg(fcinfo), &events, &length),
			   "session_set");
	PG_RETURN_NUMERIC(int64_div_fast_to_numeric(length, 6));
}

SKPG_FUNCTION(saaskpi_session_first_at);

Datum
saaskpi_session_first_at(PG_FUNCTION_ARGS)
{
	const skpi_tally *t = set_arg(fcinfo);

	if (t->n_rows == 0)
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(skpi_session_set_at(t, 0).start);
}

SKPG_FUNCTION(saaskpi_session_last_at);

Datum
saaskpi_session_last_at(PG_FUNCTION_ARGS)
{
	const skpi_tally *t = set_arg(fcinfo);

	if (t->n_rows == 0)
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(skpi_session_set_at(t, t->n_rows - 1).end);
}

SKPG_FUNCTION(saaskpi_session_skipped);

Datum
saaskpi_session_skipped(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(set_arg(fcinfo)->skipped);
}
