/* session_number: a window function that numbers the sessions of a partition.
 */
#include "saaskpi.h"

#include "common/int.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"
#include "windowapi.h"

#include "skpi_session.h"

/* Of one partition. */
typedef struct session_state
{
	skpi_session_walk walk;
	pg_tz *zone; /* NULL: no split at midnight */
} session_state;

static void
refuse_gap(const char *why)
{
	ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("gap of a session %s", why),
			errhint("Use an interval such as '30 minutes'."));
}

/* Microseconds; a day has 24 hours, and a month is none in particular. */
static uint64
gap_arg(WindowObject window)
{
	bool null;
	Datum datum = WinGetFuncArgCurrent(window, 1, &null);
	const Interval *gap;
	int64 days, all;

	if (null)
		refuse_gap("is NULL");
	gap = DatumGetIntervalP(datum);
	if (gap->month != 0)
		refuse_gap("has months, which differ in length");
	if (pg_mul_s64_overflow(gap->day, USECS_PER_DAY, &days) ||
		pg_add_s64_overflow(days, gap->time, &all))
		refuse_gap("is out of range");
	if (all < 0)
		refuse_gap("is below zero");
	return (uint64) all;
}

/* The zone at whose midnight sessions are split; read once per partition. */
static pg_tz *
zone_arg(WindowObject window)
{
	bool null;
	Datum datum = WinGetFuncArgCurrent(window, 2, &null);
	char *name;
	pg_tz *zone;

	if (null)
		return NULL;
	name = text_to_cstring(DatumGetTextPP(datum));
	zone = pg_tzset(name);
	if (zone == NULL)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("time zone \"%s\" is not known", name),
				errhint("SELECT name FROM pg_timezone_names lists them."));
	return zone;
}

static int
day_of(TimestampTz when, pg_tz *zone)
{
	struct pg_tm tm;
	fsec_t fraction;
	int offset;

	if (timestamp2tm(when, &offset, &tm, &fraction, NULL, zone) != 0)
		ereport(ERROR, errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				errmsg("timestamp out of range"));
	return date2j(tm.tm_year, tm.tm_mon, tm.tm_mday);
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
		s->zone = zone_arg(window);
	if (skpi_session_next(&s->walk, now,
						  s->zone != NULL ? day_of(now, s->zone) : 0,
						  gap) != SKPI_OK)
		ereport(ERROR, errcode(ERRCODE_WINDOWING_ERROR),
				errmsg("rows are not in order of event_time"),
				errhint("OVER (PARTITION BY customer_id ORDER BY event_time)"));
	PG_RETURN_INT64(s->walk.number);
}
