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

const char *
skpi_tally_label_next(const char **next, size_t *length)
{
	const char *text = *next + 2;

	*length = length_at(*next);
	*next = text + *length;
	return text;
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

		int32_t label = skpi_key_label(*k);

		if (label >= from)
			*k = skpi_key_of(*k, label + 1);
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

/* SKPI_OK when the labels may come to end at `end`. */
static skpi_status
room_for(const skpi_tally *t, size_t cap, size_t end)
{
	if (align8(end) > SKPI_LABEL_MAX_BYTES)
		return SKPI_E_LIMIT;
	return skpi_tally_used(t) - t->label_bytes + align8(end) > cap ? SKPI_FULL
																   : SKPI_OK;
}

/* The first eight bytes as a number that sorts as they do; short texts end in
 * zeros, so that only equal numbers leave the order open. */
static inline uint64_t
first_bytes(const char *text, size_t length, bool eight_readable)
{
	uint64_t x = 0;

	if (!eight_readable)
		memcpy(&x, text, length < sizeof(x) ? length : sizeof(x));
	else
		memcpy(&x, text, sizeof(x));
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	x = __builtin_bswap64(x);
#endif
	if (length < sizeof(x))
		x = length == 0 ? 0 : x & (UINT64_MAX << (8 * (sizeof(x) - length)));
	return x;
}

/* A place in the list of labels. */
typedef struct place
{
	const char *p;
	int i; /* from 1 */
} place;

/*
 * On to the first label not before the text; true when it is the same.  Every
 * customer is looked up here, so a step is a few instructions.
 */
static bool
seek(const skpi_tally *t, place *at, const char *text, size_t length)
{
	const char *end = skpi_tally_labels(t) + t->label_bytes;
	uint64_t wanted = first_bytes(text, length, false);
	const char *p = at->p;
	int i = at->i;
	bool found = false;

	for (; i <= t->n_labels; i++)
	{
		size_t n = length_at(p);
		uint64_t has = first_bytes(p + 2, n, end - p >= 10);

		if (has > wanted)
			break;
		if (has == wanted)
		{
			int c = compare_texts(p + 2, n, text, length);

			found = c == 0;
			if (c >= 0)
				break;
		}
		p += 2 + n;
	}
	*at = (place){p, i};
	return found;
}

skpi_status
skpi_tally_label(skpi_tally *t, size_t cap, const char *text, size_t length,
				 int32_t *index)
{
	const char *labels = skpi_tally_labels(t);
	place at = {labels, 1};
	size_t end;
	skpi_status status;

	if (seek(t, &at, text, length))
	{
		*index = at.i;
		return SKPI_OK;
	}
	if (length > SKPI_LABEL_MAX_BYTES)
		return SKPI_E_LIMIT;
	end = labels_end(t);
	status = room_for(t, cap, end + 2 + length);
	if (status != SKPI_OK)
		return status;
	skpi_tally_settle(t, cap);
	insert_label(t, (size_t) (at.p - labels), end, text, length, at.i);
	*index = at.i;
	return SKPI_OK;
}

/* Whether the texts of two entries are the same, or which comes first. */
static int
compare_entries(const char *a, const char *b)
{
	return compare_texts(a + 2, length_at(a), b + 2, length_at(b));
}

/*
 * Labels of `from` that t has are found; of the others the bytes are counted,
 * and their places in map[] set to UINT16_MAX.
 */
static size_t
find_known(const skpi_tally *t, const skpi_tally *from, uint16_t *map,
		   int *fresh)
{
	const char *q = skpi_tally_labels(from);
	place at = {skpi_tally_labels(t), 1};
	size_t bytes = 0;

	for (int i = 1; i <= from->n_labels; i++, q += 2 + length_at(q))
	{
		if (map[i] == 0)
			continue;
		if (seek(t, &at, q + 2, length_at(q)))
		{
			map[i] = (uint16_t) at.i;
			continue;
		}
		map[i] = UINT16_MAX;
		bytes += 2 + length_at(q);
		(*fresh)++;
	}
	return bytes;
}

/*
 * Weaves the new ones in.  t's own labels step aside first, as far as the new
 * ones take bytes, so that what is written never reaches what is still to be
 * read.  Numbers only rise, so rows stay sorted.
 */
static void
weave_labels(skpi_tally *t, const skpi_tally *from, uint16_t *map, size_t end,
			 size_t bytes, int fresh)
{
	uint16_t number[SKPI_LABELS_MAX + 1];
	int key = skpi_tally_label_key((skpi_kind) t->kind);
	size_t aligned = align8(end + bytes);
	char *out = skpi_tally_labels(t);
	const char *q = skpi_tally_labels(from);
	const char *p = out + bytes;
	int old = 1;
	int n = 1;

	memmove(out + aligned, skpi_tally_row(t, 0),
			t->n_rows * skpi_tally_stride(t));
	memmove(out + bytes, out, end);
	for (int i = 1; i <= from->n_labels + 1; i++)
	{
		bool last = i > from->n_labels;

		if (!last && map[i] == 0)
		{
			q += 2 + length_at(q);
			continue;
		}
		for (; old <= t->n_labels && (last || compare_entries(p, q) < 0); old++)
		{
			size_t size = 2 + length_at(p);

			memmove(out, p, size);
			out += size;
			p += size;
			number[old] = (uint16_t) n++;
		}
		if (last)
			break;
		if (map[i] == UINT16_MAX)
		{
			size_t size = 2 + length_at(q);

			memcpy(out, q, size);
			out += size;
			map[i] = (uint16_t) n++;
		}
		else
			map[i] = (uint16_t) n; /* the next of its own is this one */
		q += 2 + length_at(q);
	}
	memset(out, 0, aligned - (end + bytes));
	t->label_bytes = (uint16_t) aligned;
	t->n_labels = (uint16_t) (t->n_labels + fresh);
	for (uint32_t r = 0; r < t->n_rows; r++)
	{
		skpi_row *row = skpi_tally_row(t, r);
		int32_t *k = key == 1 ? &row->k1 : &row->k2;

		int32_t label = skpi_key_label(*k);

		if (label > 0)
			*k = skpi_key_of(*k, number[label]);
	}
}

skpi_status
skpi_tally_labels_from(skpi_tally *t, size_t cap, const skpi_tally *from,
					   uint16_t *map)
{
	int fresh = 0;
	size_t bytes = find_known(t, from, map, &fresh);
	size_t end;
	skpi_status status;

	if (fresh == 0)
		return SKPI_OK;
	end = labels_end(t);
	status = room_for(t, cap, end + bytes);
	if (status != SKPI_OK)
		return status;
	skpi_tally_settle(t, cap);
	weave_labels(t, from, map, end, bytes, fresh);
	return SKPI_OK;
}
