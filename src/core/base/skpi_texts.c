#include "skpi_texts.h"

#include <stdbool.h>
#include <string.h>

#define SMALLEST 64
#define FROM_LIMIT 256 /* below it a table is not worth its bytes */
#define LEAST_TEXT 12  /* bytes of any text but the empty one */

/* What lies before the bytes of a text. */
typedef struct entry
{
	uint32_t hash;
	uint32_t length;
} entry;

/* Twice as many as texts that fit into any limit, so that a search always ends
 * at a slot that is free. */
static uint32_t
slots_of(uint32_t limit)
{
	uint32_t slots = 1;

	if (limit < FROM_LIMIT)
		return 0;
	while (slots <= limit / LEAST_TEXT * 2 + 2)
		slots *= 2;
	return slots;
}

size_t
skpi_texts_bytes(uint32_t limit)
{
	if (limit < SMALLEST)
		limit = SMALLEST;
	return sizeof(skpi_texts) + (size_t) slots_of(limit) * sizeof(uint32_t) +
		   limit;
}

static uint32_t *
table_of(const skpi_texts *t)
{
	return (uint32_t *) (t + 1);
}

static char *
texts_of(const skpi_texts *t)
{
	return (char *) (table_of(t) + t->slots);
}

void
skpi_texts_init(skpi_texts *t, uint32_t limit)
{
	if (limit < SMALLEST)
		limit = SMALLEST;
	*t = (skpi_texts){0, 0, slots_of(limit), limit};
	memset(table_of(t), 0, t->slots * sizeof(uint32_t));
}

static uint32_t
bytes_of(uint32_t length)
{
	return (uint32_t) sizeof(entry) + (length + 3) / 4 * 4;
}

static bool
is_text(const skpi_texts *t, uint32_t at, const char *text, const entry *e)
{
	const char *p = texts_of(t) + at;

	return memcmp(p, e, sizeof(*e)) == 0 &&
		   memcmp(p + sizeof(*e), text, e->length) == 0;
}

/* Whether the text is there; else the slot that it is to have. */
static bool
find(const skpi_texts *t, const char *text, const entry *e, uint32_t *slot)
{
	if (t->slots == 0)
	{
		for (uint32_t at = 0; at < t->used;)
		{
			uint32_t length;

			if (is_text(t, at, text, e))
				return true;
			memcpy(&length, texts_of(t) + at + sizeof(uint32_t),
				   sizeof(length));
			at += bytes_of(length);
		}
		return false;
	}
	for (*slot = e->hash & (t->slots - 1); table_of(t)[*slot] != 0;
		 *slot = (*slot + 1) & (t->slots - 1))
		if (is_text(t, table_of(t)[*slot] - 1, text, e))
			return true;
	return false;
}

skpi_status
skpi_texts_add(skpi_texts *t, const char *text, uint32_t length, uint32_t hash)
{
	const entry e = {hash, length};
	uint32_t slot = 0;

	if (find(t, text, &e, &slot))
		return SKPI_OK;
	if (length > t->limit || bytes_of(length) > t->limit - t->used)
		return SKPI_FULL;
	memcpy(texts_of(t) + t->used, &e, sizeof(e));
	memcpy(texts_of(t) + t->used + sizeof(e), text, length);
	if (t->slots > 0)
		table_of(t)[slot] = t->used + 1;
	t->used += bytes_of(length);
	t->n++;
	return SKPI_OK;
}

skpi_status
skpi_texts_merge(skpi_texts *t, const skpi_texts *from)
{
	skpi_status status = SKPI_OK;
	entry e;

	for (uint32_t at = 0; at < from->used && status == SKPI_OK;
		 at += bytes_of(e.length))
	{
		memcpy(&e, texts_of(from) + at, sizeof(e));
		status = skpi_texts_add(t, texts_of(from) + at + sizeof(e), e.length,
								e.hash);
	}
	return status;
}
