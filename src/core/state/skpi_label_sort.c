/*
 * Labels that are read back come in the order of those who wrote them.  Where
 * that is the order of bytes of another encoding, labels are sorted anew, their
 * rows are renumbered, and those sorted too.
 */
#include "skpi_tally.h"

#include <string.h>

static size_t
align8(size_t n)
{
	return (n + 7) & ~(size_t) 7;
}

skpi_status
skpi_tally_label_append(skpi_tally *t, size_t cap, const char *text,
						size_t length, size_t *end)
{
	char *p = skpi_tally_labels(t) + *end;
	size_t bytes = align8(*end + 2 + length);
	uint16_t n = (uint16_t) length;

	if (t->n_labels == SKPI_LABELS_MAX || length > SKPI_LABEL_MAX_BYTES ||
		bytes > SKPI_LABEL_MAX_BYTES)
		return SKPI_E_LIMIT;
	if (sizeof(*t) + bytes > cap)
		return SKPI_FULL;
	memcpy(p, &n, sizeof(n));
	memcpy(p + 2, text, length);
	*end += 2 + length;
	memset(skpi_tally_labels(t) + *end, 0, bytes - *end);
	t->label_bytes = (uint16_t) bytes;
	t->n_labels++;
	return SKPI_OK;
}

/* Texts by their offsets; both lengths stand before them. */
static int
compare_at(const char *labels, uint16_t a, uint16_t b)
{
	const char *p = labels + a;
	const char *q = labels + b;
	size_t na;
	size_t nb;
	const char *ta = skpi_tally_label_next(&p, &na);
	const char *tb = skpi_tally_label_next(&q, &nb);
	int c = memcmp(ta, tb, na < nb ? na : nb);

	if (c != 0)
		return c;
	return na < nb ? -1 : na > nb;
}

typedef struct label
{
	uint16_t at;  /* offset of the entry */
	uint16_t old; /* number, from 1 */
} label;

static bool
list_labels(const skpi_tally *t, label *list)
{
	const char *labels = skpi_tally_labels(t);
	const char *p = labels;
	bool sorted = true;

	for (int i = 0; i < t->n_labels; i++)
	{
		size_t n;

		list[i] = (label){(uint16_t) (p - labels), (uint16_t) (i + 1)};
		sorted = sorted &&
				 (i == 0 || compare_at(labels, list[i - 1].at, list[i].at) < 0);
		(void) skpi_tally_label_next(&p, &n);
	}
	return sorted;
}

/* Merges ever longer parts, from one list into the other; the sorted one. */
static label *
sort_list(const char *labels, label *list, label *other, int n)
{
	for (int part = 1; part < n; part *= 2)
	{
		label *swap = list;

		for (int lo = 0; lo < n; lo += 2 * part)
		{
			int mid = lo + part < n ? lo + part : n;
			int hi = mid + part < n ? mid + part : n;
			int a = lo;
			int b = mid;

			for (int out = lo; out < hi; out++)
				other[out] =
					b == hi || (a < mid &&
								compare_at(labels, list[a].at, list[b].at) <= 0)
						? list[a++]
						: list[b++];
		}
		list = other;
		other = swap;
	}
	return list;
}

/* Labels in the new order, by way of a copy at `aside`. */
static skpi_status
write_labels(skpi_tally *t, char *aside, const label *list, uint16_t *number)
{
	char *out = skpi_tally_labels(t);

	for (int i = 1; i < t->n_labels; i++)
		if (compare_at(out, list[i - 1].at, list[i].at) == 0)
			return SKPI_E_CORRUPT;
	memcpy(aside, out, t->label_bytes);
	for (int i = 0; i < t->n_labels; i++)
	{
		const char *p = aside + list[i].at;
		size_t n;

		(void) skpi_tally_label_next(&p, &n);
		memcpy(out, aside + list[i].at, n + 2);
		out += n + 2;
		number[list[i].old] = (uint16_t) (i + 1);
	}
	return SKPI_OK;
}

/* Apart, for the room it takes on the stack. */
static skpi_status
sort_all(skpi_tally *t, size_t cap, skpi_stop_fn stop, void *stop_arg)
{
	label lists[2][SKPI_LABELS_MAX];
	uint16_t number[SKPI_LABELS_MAX + 1];
	int key = skpi_tally_label_key((skpi_kind) t->kind);
	char *aside = (char *) skpi_tally_row(t, t->n_rows);
	skpi_status status;

	if (list_labels(t, lists[0]))
		return SKPI_OK;
	if (key == 0)
		return SKPI_E_CORRUPT;
	if (2 * skpi_tally_used(t) > cap)
		return SKPI_FULL;
	status = write_labels(
		t, aside,
		sort_list(skpi_tally_labels(t), lists[0], lists[1], t->n_labels),
		number);
	if (status != SKPI_OK)
		return status;
	for (uint32_t r = 0; r < t->n_rows; r++)
	{
		skpi_row *row = skpi_tally_row(t, r);
		int32_t *k = key == 1 ? &row->k1 : &row->k2;

		int32_t label = skpi_key_label(*k);

		if (label > t->n_labels)
			return SKPI_E_CORRUPT;
		if (label > 0)
			*k = skpi_key_of(*k, number[label]);
	}
	return skpi_tally_order(t, cap, stop, stop_arg);
}

skpi_status
skpi_tally_sort_labels(skpi_tally *t, size_t cap, skpi_stop_fn stop,
					   void *stop_arg)
{
	return t->n_labels < 2 ? SKPI_OK : sort_all(t, cap, stop, stop_arg);
}
