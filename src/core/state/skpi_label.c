/*
 * The labels of a tally: a sorted list of short texts, each with a two-byte
 * length before it, padded with zeros to a multiple of eight bytes.  Byte
 * order decides, not a collation, so that a state means the same everywhere.
 */
#include "skpi_tally.h"

#include <string.h>

static size_t
align8(size_t n)
{
	return (n + 7) & ~(size_t) 7;
}

static size_t
length_at(const char *p)
{
	uint16_t n;

	memcpy(&n, p, sizeof(n));
	return n;
}

static int
compare_texts(const char *a, size_t na, const char *b, size_t nb)
{
	int c = memcmp(a, b, na < nb ? na : nb);

	if (c != 0)
		return c;
	return na < nb ? -1 : na > nb;
}

/* Bytes the labels take without their padding. */
static size_t
labels_end(const skpi_tally *t)
{
	const char *p = skpi_tally_labels(t);

	for (int i = 0; i < t->n_labels; i++)
		p += 2 + length_at(p);
	return (size_t) (p - skpi_tally_labels(t));
}

const char *
skpi_tally_label_text(const skpi_tally *t, int32_t index, size_t *length)
{
	const char *p = skpi_tally_labels(t);

	for (int32_t i = 1; i < index; i++)
		p += 2 + length_at(p);
	*length = length_at(p);
	return p + 2;
}

/* Rows that refer to `from` or a later label now refer to one further. */
static void
renumber(skpi_tally *t, int32_t from)
{
	int key = skpi_tally_label_key((skpi_kind) t->kind);

	for (uint32_t r = 0; key > 0 && r < t->n_rows; r++)
	{
		skpi_row *row = skpi_tally_row(t, r);
		int32_t *k = key == 1 ? &row->k1 : &row->k2;

		if (*k >= from)
			(*k)++;
	}
}

static void
insert_label(skpi_tally *t, size_t at, size_t end, const char *text,
			 size_t length, int32_t index)
{
	size_t bytes = align8(end + 2 + length);
	char *labels = skpi_tally_labels(t);
	uint16_t n = (uint16_t) length;

	renumber(t, index);
	memmove(labels + bytes, skpi_tally_row(t, 0),
			t->n_rows * skpi_tally_stride(t));
	memmove(labels + at + 2 + length, labels + at, end - at);
	memcpy(labels + at, &n, sizeof(n));
	memcpy(labels + at + 2, text, length);
	memset(labels + end + 2 + length, 0, bytes - (end + 2 + length));
	t->label_bytes = (uint16_t) bytes;
	t->n_labels++;
}

skpi_status
skpi_tally_label(skpi_tally *t, size_t cap, const char *text, size_t length,
				 int32_t *index)
{
	const char *labels = skpi_tally_labels(t);
	const char *p = labels;
	size_t end;
	int32_t i = 1;

	for (; i <= t->n_labels; i++)
	{
		size_t n = length_at(p);
		int c = compare_texts(p + 2, n, text, length);

		if (c == 0)
		{
			*index = i;
			return SKPI_OK;
		}
		if (c > 0)
			break;
		p += 2 + n;
	}
	end = labels_end(t);
	if (length > SKPI_LABEL_MAX_BYTES ||
		align8(end + 2 + length) > SKPI_LABEL_MAX_BYTES)
		return SKPI_E_LIMIT;
	if (skpi_tally_used(t) - t->label_bytes + align8(end + 2 + length) > cap)
		return SKPI_FULL;
	insert_label(t, (size_t) (p - labels), end, text, length, i);
	*index = i;
	return SKPI_OK;
}
