/* Lines of truth.json, from whole numbers only. */
#include "json.h"
#include "calendar.h"
#include "stream.h"

#include <inttypes.h>

void
json_count(FILE *f, const char *name, int64_t value, const char *tail)
{
	fprintf(f, "    \"%s\": %" PRId64 "%s\n", name, value, tail);
}

void
json_money(FILE *f, const char *name, int64_t cents, const char *tail)
{
	fprintf(f, "    \"%s\": %s%" PRId64 ".%02d%s\n", name, cents < 0 ? "-" : "",
			(cents < 0 ? -cents : cents) / 100,
			(int) ((cents < 0 ? -cents : cents) % 100), tail);
}

void
json_share(FILE *f, const char *name, uint32_t ppm, const char *tail)
{
	fprintf(f, "    \"%s\": %u.%06u%s\n", name, ppm / PPM, ppm % PPM, tail);
}

void
json_date(FILE *f, const char *name, int32_t day, const char *tail)
{
	struct civil c = civil_from_day(day);

	fprintf(f, "    \"%s\": \"%04d-%02d-%02d\"%s\n", name, c.year, c.month,
			c.day, tail);
}
