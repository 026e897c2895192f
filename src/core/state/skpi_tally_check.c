/*
 * What must be true of a tally that came from outside: from a client, from
 * disk, from another server.  Everything the rest of the code relies on is
 * tested here, so that forged bytes end in an error and not in a crash.
 */
#include "skpi_tally.h"

#include <string.h>

static bool
labels_sound(const skpi_tally *t)
{
	const char *p = skpi_tally_labels(t);
	const char *end = p + t->label_bytes;
	const char *last = NULL;
	size_t last_length = 0;

	for (int i = 0; i < t->n_labels; i++)
	{
		uint16_t n;
		size_t common;
		int c;

		if (end - p < 2)
			return false;
		memcpy(&n, p, sizeof(n));
		p += 2;
		if (end - p < n)
			return false;
		common = n < last_length ? n : last_length;
		c = last == NULL ? -1 : memcmp(last, p, common);
		if (c > 0 || (c == 0 && last_length >= n))
			return false;
		last = p;
		last_length = n;
		p += n;
	}
	if (end - p > 7)
		return false;
	for (; p < end; p++)
		if (*p != 0)
			return false;
	return true;
}

static bool
row_sound(const skpi_tally *t, uint32_t r)
{
	const skpi_row *row = skpi_tally_row(t, r);
	int width = skpi_tally_width((skpi_kind) t->kind);
	int64_t any = 0;

	if (r > 0 &&
		skpi_compare_keys(skpi_tally_row(t, r - 1), row->k1, row->k2) >= 0)
		return false;
	for (int i = 0; i < width; i++)
		any |= row->v[i];
	return any != 0;
}

void
skpi_tally_finish(skpi_tally *t)
{
	int key = skpi_tally_label_key((skpi_kind) t->kind);

	if (t->version < SKPI_TALLY_ASIDES)
		return;
	for (uint32_t r = 0; r < t->n_rows; r++)
	{
		const skpi_row *row = skpi_tally_row(t, r);

		if ((key == 2 ? row->k2 : row->k1) < 0)
			return;
	}
	t->version = SKPI_TALLY_VERSION;
}

bool
skpi_aside_sound(const skpi_tally *t, int32_t key)
{
	return t->version >= SKPI_TALLY_ASIDES &&
		   skpi_key_aside(key) < SKPI_ASIDES &&
		   skpi_key_label(key) <= t->n_labels;
}

/* The sizes add up, and nothing waits. */
static bool
sizes_sound(const skpi_tally *t, size_t bytes)
{
	return (t->flags & ~SKPI_LABELLED) == 0 && t->label_bytes % 8 == 0 &&
		   t->param[SKPI_LATE] == 0 &&
		   bytes - sizeof(skpi_tally) >= t->label_bytes &&
		   t->n_rows == (bytes - sizeof(skpi_tally) - t->label_bytes) /
							skpi_tally_stride(t) &&
		   skpi_tally_used(t) == bytes;
}

skpi_status
skpi_tally_check(const skpi_tally *t, size_t bytes, skpi_kind kind)
{
	const skpi_kind_rules *rules = skpi_tally_rules(kind);
	skpi_periods p;

	if (bytes < sizeof(skpi_tally) || bytes > SKPI_TALLY_MAX_BYTES ||
		t->version == 0)
		return SKPI_E_CORRUPT;
	if (t->version > skpi_tally_newest(kind))
		return SKPI_E_VERSION;
	if (t->kind != (uint8_t) kind || t->grain < SKPI_DAY ||
		t->grain > SKPI_YEAR || !sizes_sound(t, bytes) ||
		!rules->head_sound(t) || !labels_sound(t))
		return SKPI_E_CORRUPT;
	p.first = skpi_period((skpi_grain) t->grain, SKPI_DAY_MIN);
	p.end = skpi_period((skpi_grain) t->grain, SKPI_DAY_MAX) + 1;
	for (uint32_t r = 0; r < t->n_rows; r++)
		if (!row_sound(t, r) || !rules->row_sound(t, skpi_tally_row(t, r), &p))
			return SKPI_E_CORRUPT;
	return SKPI_OK;
}
