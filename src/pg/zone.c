/*
 * The day of an instant in a time zone, for many rows.  To convert a time takes
 * longer than all else that is done with an event; but between two changes of
 * its clocks a zone is as far from UTC at any time, so that is looked up once
 * per piece of time.
 */
#include "saaskpi.h"

#include "utils/datetime.h"
#include "utils/timestamp.h"

/* About 13 days, of which 256 in turn are remembered; they are numbered from 1
 * for the first there are, as all are zeros before they are filled. */
#define PIECE_SHIFT 40
#define PIECE_ZERO ((INT64CONST(1) << (63 - PIECE_SHIFT)) + 1)
#define PIECES 256

typedef struct piece
{
	int64 number;
	TimestampTz change;
	int64 before; /* microseconds from UTC, up to the change and from it on */
	int64 after;
	bool restless; /* more than one change */
} piece;

struct skpg_zone
{
	pg_tz *zone;
	char name[TZ_STRLEN_MAX + 1];
	piece pieces[PIECES];
};

static pg_time_t
unix_of(TimestampTz when)
{
	return timestamptz_to_time_t(when - (when % USECS_PER_SEC + USECS_PER_SEC) %
											USECS_PER_SEC);
}

static int64
offset_at(const pg_tz *zone, pg_time_t time)
{
	const struct pg_tm *tm = pg_localtime(&time, zone);

	if (tm == NULL)
		ereport(ERROR, errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				errmsg("timestamp out of range"));
	return tm->tm_gmtoff * USECS_PER_SEC;
}

/* The first change after a time; false when there is none before the end. */
static bool
change_after(const pg_tz *zone, pg_time_t time, pg_time_t end,
			 pg_time_t *change)
{
	long before, after;
	int before_dst, after_dst;

	return pg_next_dst_boundary(&time, &before, &before_dst, change, &after,
								&after_dst, zone) > 0 &&
		   *change < end;
}

static void
fill(piece *p, const pg_tz *zone, int64 number)
{
	TimestampTz start = (number - PIECE_ZERO) * (INT64CONST(1) << PIECE_SHIFT);
	pg_time_t from = unix_of(start);
	pg_time_t end = from + (INT64CONST(1) << PIECE_SHIFT) / USECS_PER_SEC + 2;
	pg_time_t change, other;

	*p = (piece){.number = number,
				 .change = PG_INT64_MAX,
				 .before = offset_at(zone, from)};
	if (!change_after(zone, from, end, &change))
		return;
	p->change = time_t_to_timestamptz(change);
	p->after = offset_at(zone, change);
	p->restless = change_after(zone, change, end, &other);
}

/* As the server converts one time. */
static int32
day_by_server(TimestampTz when, pg_tz *zone)
{
	struct pg_tm tm;
	fsec_t fraction;
	int offset;

	if (timestamp2tm(when, &offset, &tm, &fraction, NULL, zone) != 0)
		ereport(ERROR, errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				errmsg("timestamp out of range"));
	return date2j(tm.tm_year, tm.tm_mon, tm.tm_mday) - POSTGRES_EPOCH_JDATE;
}

static int32
day_at(TimestampTz local)
{
	int64 day = local / USECS_PER_DAY;

	return (int32) (day - (local % USECS_PER_DAY < 0));
}

int32
skpg_zone_day(skpg_zone *z, TimestampTz when)
{
	int64 number = (when >> PIECE_SHIFT) + PIECE_ZERO;
	piece *p = &z->pieces[(uint64) number % PIECES];

	if (p->number != number)
		fill(p, z->zone, number);
	if (p->restless)
		return day_by_server(when, z->zone);
	return day_at(when + (when < p->change ? p->before : p->after));
}

/* NULL where the server does not know it. */
static skpg_zone *
find_zone(FunctionCallInfo fcinfo, const text *word)
{
	FmgrInfo *f = fcinfo->flinfo;
	skpg_zone *z = f->fn_extra;
	Size length = VARSIZE_ANY_EXHDR(word);

	if (z == NULL || strlen(z->name) != length ||
		memcmp(z->name, VARDATA_ANY(word), length) != 0)
	{
		char name[TZ_STRLEN_MAX + 1];
		pg_tz *zone;

		text_to_cstring_buffer(word, name, sizeof(name));
		zone = pg_tzset(name);
		if (zone == NULL)
			return NULL;
		if (z == NULL)
			z = f->fn_extra = MemoryContextAlloc(f->fn_mcxt, sizeof(*z));
		memset(z, 0, sizeof(*z));
		strlcpy(z->name, name, sizeof(z->name));
		z->zone = zone;
	}
	return z;
}

skpg_zone *
skpg_zone_arg(FunctionCallInfo fcinfo, const text *word)
{
	skpg_zone *z = find_zone(fcinfo, word);

	if (z == NULL)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("time zone \"%s\" is not known", text_to_cstring(word)),
				errhint("SELECT name FROM pg_timezone_names lists them."));
	return z;
}

/*
 * Words that the server reads as a zone of pg_timezone_names and as nothing
 * else: abbreviations, which come first, have no slash.  UTC is no offset,
 * whatever abbreviations say.
 */
static bool
is_name(const text *word)
{
	Size length = VARSIZE_ANY_EXHDR(word);

	return memchr(VARDATA_ANY(word), '/', length) != NULL;
}

SKPG_FUNCTION(saaskpi_day_of);

/* (timestamptz, zone): (at AT TIME ZONE zone)::date */
Datum
saaskpi_day_of(PG_FUNCTION_ARGS)
{
	TimestampTz when = PG_GETARG_TIMESTAMPTZ(0);
	text *word = PG_GETARG_TEXT_PP(1);
	skpg_zone *z;

	if (TIMESTAMP_IS_NOBEGIN(when))
		PG_RETURN_DATEADT(DATEVAL_NOBEGIN);
	if (TIMESTAMP_IS_NOEND(when))
		PG_RETURN_DATEADT(DATEVAL_NOEND);
	if (VARSIZE_ANY_EXHDR(word) == 3 &&
		memcmp(VARDATA_ANY(word), "UTC", 3) == 0)
		PG_RETURN_DATEADT(day_at(when));
	z = is_name(word) ? find_zone(fcinfo, word) : NULL;
	if (z != NULL)
		PG_RETURN_DATEADT(skpg_zone_day(z, when));
	return DirectFunctionCall1(timestamp_date,
							   DirectFunctionCall2(timestamptz_zone,
												   PointerGetDatum(word),
												   TimestampTzGetDatum(when)));
}
