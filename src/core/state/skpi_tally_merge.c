/*
 * Many rows into a tally at once: another tally, or its own late rows.  New
 * rows are counted first; then the rows of t are moved once, from the last to
 * the first, each by the number of new rows that still come before it.
 */
#include "skpi_session_set.h"

#include <string.h>

bool
skpi_tally_alike(const skpi_tally *a, const skpi_tally *b)
{
	return a->kind == b->kind && a->grain == b->grain && a->flags == b->flags &&
		   (skpi_tally_rules((skpi_kind) a->kind)->merge_params != NULL ||
			(a->param[0] == b->param[0] && a->param[1] == b->param[1]));
}

/* Rows to come in, sorted; their labels as numbers of t. */
typedef struct incoming
{
	const char *rows;
	uint32_t n;
	size_t stride;
	int label_key;       /* 0: keys stay as they are */
	const uint16_t *map; /* from 1 */
} incoming;

static const skpi_row *
incoming_row(const incoming *in, uint32_t i, int32_t k[2])
{
	const skpi_row *row = (const skpi_row *) (in->rows + i * in->stride);

	k[0] = row->k1;
	k[1] = row->k2;
	if (in->label_key != 0)
	{
		int32_t *key = &k[in->label_key - 1];
		int32_t label = skpi_key_label(*key);

		if (label > 0)
			*key = skpi_key_of(*key, in->map[label]);
	}
	return row;
}

/* First row of [lo, hi) not before the keys, near lo. */
static uint32_t
find_after(const skpi_tally *t, uint32_t lo, uint32_t hi, const int32_t k[2])
{
	uint32_t step = 1;

	while (lo < hi)
	{
		uint32_t probe = hi - lo > step ? lo + step - 1 : hi - 1;

		if (skpi_compare_keys(skpi_tally_row(t, probe), k[0], k[1]) >= 0)
		{
			hi = probe;
			break;
		}
		lo = probe + 1;
		step *= 2;
	}
	while (lo < hi)
	{
		uint32_t mid = lo + (hi - lo) / 2;

		if (skpi_compare_keys(skpi_tally_row(t, mid), k[0], k[1]) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* First row of [0, hi) not before the keys, near hi. */
static uint32_t
find_before(const skpi_tally *t, uint32_t hi, const int32_t k[2])
{
	uint32_t lo = hi;
	uint32_t step = 1;

	while (lo > 0 &&
		   skpi_compare_keys(skpi_tally_row(t, lo - 1), k[0], k[1]) >= 0)
	{
		hi = lo - 1;
		lo = hi > step ? hi - step : 0;
		step *= 2;
	}
	return find_after(t, lo, hi, k);
}

static bool
has_keys(const skpi_tally *t, uint32_t at, uint32_t end, const int32_t k[2])
{
	return at < end &&
		   skpi_compare_keys(skpi_tally_row(t, at), k[0], k[1]) == 0;
}

/* Puts in place those that t has no row for, `fresh` in number. */
static void
weave(skpi_tally *t, const incoming *in, uint32_t fresh)
{
	uint32_t left = fresh;
	uint32_t end = t->n_rows; /* rows from here on have been moved */
	uint32_t hi = end;

	for (uint32_t i = in->n; left > 0 && i-- > 0;)
	{
		int32_t k[2];
		const skpi_row *row = incoming_row(in, i, k);
		skpi_row *place;

		hi = find_before(t, hi, k);
		if (has_keys(t, hi, end, k))
			continue;
		memmove(skpi_tally_row(t, hi + left), skpi_tally_row(t, hi),
				(end - hi) * in->stride);
		end = hi;
		place = skpi_tally_row(t, hi + --left);
		memcpy(place, row, in->stride);
		place->k1 = k[0];
		place->k2 = k[1];
	}
	t->n_rows += fresh;
}

/* Sums into the rows that t has; how many it has not, and whether one is 0 */
static skpi_status
add_known(skpi_tally *t, const incoming *in, uint32_t *fresh, bool *some_zero)
{
	int width = skpi_tally_width((skpi_kind) t->kind);
	uint32_t at = 0;

	for (uint32_t i = 0; i < in->n; i++)
	{
		int64_t sum[SKPI_TALLY_MAX_WIDTH];
		int64_t any = 0;
		int32_t k[2];
		const skpi_row *row = incoming_row(in, i, k);
		skpi_row *known;

		at = find_after(t, at, t->n_rows, k);
		if (!has_keys(t, at, t->n_rows, k))
		{
			(*fresh)++;
			continue;
		}
		known = skpi_tally_row(t, at);
		for (int c = 0; c < width; c++)
		{
			if (__builtin_add_overflow(known->v[c], row->v[c], &sum[c]))
				return SKPI_E_OVERFLOW;
			any |= sum[c];
		}
		memcpy(known->v, sum, in->stride - sizeof(*known));
		*some_zero = *some_zero || any == 0;
	}
	return SKPI_OK;
}

static void
drop_zeros(skpi_tally *t)
{
	size_t stride = skpi_tally_stride(t);
	size_t width = (stride - sizeof(skpi_row)) / sizeof(int64_t);
	uint32_t out = 0;

	for (uint32_t r = 0; r < t->n_rows; r++)
	{
		const skpi_row *row = skpi_tally_row(t, r);
		int64_t any = 0;

		for (size_t c = 0; c < width; c++)
			any |= row->v[c];
		if (any != 0)
			memmove(skpi_tally_row(t, out++), row, stride);
	}
	t->n_rows = out;
}

static skpi_status
merge_rows(skpi_tally *t, const incoming *in)
{
	uint32_t fresh = 0;
	bool some_zero = false;
	skpi_status status = add_known(t, in, &fresh, &some_zero);

	if (status == SKPI_OK)
		weave(t, in, fresh);
	if (some_zero)
		drop_zeros(t);
	return status;
}

/* Puts in place rows that t may know, where what came in was in no order. */
static void
take_in(skpi_tally *t, const incoming *in)
{
	/* sums of single rows: the count of all of them fits 64 bits */
	if (skpi_tally_shape((skpi_kind) t->kind) == SKPI_SCATTER)
		(void) merge_rows(t, in);
	else
		weave(t, in, in->n);
}

skpi_status
skpi_tally_settle(skpi_tally *t, size_t cap)
{
	incoming in = {.stride = skpi_tally_stride(t)};
	int64_t room[2 + SKPI_TALLY_MAX_WIDTH];
	uint32_t late;

	if (skpi_tally_late(t) == 0)
		return SKPI_OK;
	if (skpi_tally_shape((skpi_kind) t->kind) == SKPI_INTERVALS)
		return skpi_session_set_settle(t, cap);
	if (skpi_tally_shape((skpi_kind) t->kind) == SKPI_SCATTER)
		skpi_tally_sort_late(t);
	late = skpi_tally_late(t);
	if (skpi_tally_used(t) + late * in.stride <= cap)
	{
		char *aside = (char *) skpi_tally_row(t, (size_t) t->n_rows + late);

		memcpy(aside, skpi_tally_row(t, t->n_rows), late * in.stride);
		in.rows = aside;
		in.n = late;
		t->param[SKPI_LATE] = 0;
		take_in(t, &in);
		return SKPI_OK;
	}
	in.rows = (const char *) room;
	in.n = 1;
	while ((late = skpi_tally_late(t)) > 0)
	{
		uint32_t before = t->n_rows;

		memcpy(room, skpi_tally_row(t, t->n_rows), in.stride);
		take_in(t, &in);
		if (t->n_rows == before) /* known: the rest moves up */
			memmove(skpi_tally_row(t, t->n_rows),
					skpi_tally_row(t, (size_t) t->n_rows + 1),
					(late - 1) * in.stride);
		t->param[SKPI_LATE]--;
	}
	return SKPI_OK;
}

static skpi_status
merge_all(skpi_tally *t, const skpi_tally *from, const uint16_t *map)
{
	int key = skpi_tally_label_key((skpi_kind) from->kind);
	incoming in = {(const char *) skpi_tally_row(from, 0), from->n_rows,
				   skpi_tally_stride(from), map != NULL ? key : 0, map};
	skpi_status status = merge_rows(t, &in);

	if (status != SKPI_OK || skpi_tally_late(from) == 0)
		return status;
	in.rows = (const char *) skpi_tally_row(from, from->n_rows);
	in.n = skpi_tally_late(from);
	return merge_rows(t, &in);
}

/* Apart, for the room it takes on the stack. */
static skpi_status
merge_labelled(skpi_tally *t, size_t cap, const skpi_tally *from)
{
	uint16_t map[SKPI_LABELS_MAX + 1];
	skpi_status status;

	for (int i = 1; i <= from->n_labels; i++)
		map[i] = 1;
	status = skpi_tally_labels_from(t, cap, from, map);
	return status == SKPI_OK ? merge_all(t, from, map) : status;
}

skpi_status
skpi_tally_merge(skpi_tally *t, size_t cap, const skpi_tally *from)
{
	const skpi_kind_rules *rules = skpi_tally_rules((skpi_kind) t->kind);
	uint32_t skipped;
	skpi_status status;

	if (!skpi_tally_alike(t, from))
		return SKPI_E_MISMATCH;
	if (skpi_tally_used(t) + skpi_tally_used(from) > cap)
		return SKPI_FULL;
	if (__builtin_add_overflow(t->skipped, from->skipped, &skipped))
		return SKPI_E_OVERFLOW;
	t->skipped = skipped;
	t->version = t->version > from->version ? t->version : from->version;
	status = skpi_tally_settle(t, cap);
	if (status != SKPI_OK)
		return status;
	if (skpi_tally_shape((skpi_kind) t->kind) == SKPI_INTERVALS)
		return skpi_session_set_join(t, from);
	status = from->n_labels > 0 ? merge_labelled(t, cap, from)
								: merge_all(t, from, NULL);
	if (status == SKPI_OK && rules->merge_params != NULL)
		rules->merge_params(t, from);
	return status;
}
