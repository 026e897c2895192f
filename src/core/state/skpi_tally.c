#include "skpi_tally.h"

#include <string.h>

typedef struct kind_info
{
	const char *name;
	int label_key; /* the key 0 itself means "no label" */
} kind_info;

static const kind_info kinds[SKPI_KINDS + 1] = {
	{"?", 0},
	{"mrr_history", 2},
	{"activity", 0},
	{"mrr_flow", 1},
	{"mrr_retention", 1},
	{"cohort_matrix", 0},
	{"revenue_flow", 0},
	{"cash_bridge", 0},
	{"conversion_curve", 0},
	{"series", 0},
};

const char *
skpi_tally_name(skpi_kind kind)
{
	return kinds[kind].name;
}

int
skpi_tally_label_key(skpi_kind kind)
{
	return kinds[kind].label_key;
}

void
skpi_tally_init(skpi_tally *t, skpi_kind kind, skpi_grain grain,
				const int32_t param[SKPI_TALLY_PARAMS])
{
	memset((char *) t + sizeof(t->length_word), 0,
		   sizeof(*t) - sizeof(t->length_word));
	t->version = SKPI_TALLY_VERSION;
	t->kind = (uint8_t) kind;
	t->grain = (uint8_t) grain;
	memcpy(t->param, param, sizeof(t->param));
}

bool
skpi_tally_alike(const skpi_tally *a, const skpi_tally *b)
{
	/* the activity's parameters are results (first and last day) */
	return a->kind == b->kind && a->grain == b->grain && a->flags == b->flags &&
		   (a->kind == SKPI_ACTIVITY ||
			memcmp(a->param, b->param, sizeof(a->param)) == 0);
}

skpi_status
skpi_tally_reserve(const skpi_tally *t, size_t cap, size_t rows)
{
	return skpi_tally_used(t) + skpi_tally_room(t, rows) <= cap ? SKPI_OK
																: SKPI_FULL;
}

static int
compare_keys(const skpi_row *row, int32_t k1, int32_t k2)
{
	if (row->k1 != k1)
		return row->k1 < k1 ? -1 : 1;
	if (row->k2 != k2)
		return row->k2 < k2 ? -1 : 1;
	return 0;
}

/*
 * Where the keys would stand if the rows were complete: every period under
 * every label, or for a triangle every age that the cohort can have.  States
 * over many customers nearly are, so the guess is off by a few rows at most
 * and saves the cache misses of a search from the middle.
 */
static uint32_t
guess_row(const skpi_tally *t, int32_t k1, int32_t k2)
{
	const skpi_row *first = skpi_tally_row(t, 0);
	uint32_t n = t->n_rows;
	uint32_t blocks = (uint32_t) t->n_labels + 1;
	uint32_t block = (uint32_t) (k1 - first->k1);
	uint32_t guess;

	if (k1 < first->k1)
		return 0;
	if (t->kind == SKPI_COHORT_MATRIX)
	{
		blocks = (uint32_t) (skpi_tally_row(t, n - 1)->k1 - first->k1) + 1;
		guess = block * (n / blocks + (blocks - 1) / 2) -
				block * (block - 1) / 2 + (uint32_t) k2;
	}
	else
		guess = block * (n / blocks) + (uint32_t) (k2 - first->k2);
	/* what wrapped around below zero is large, and stopped here as well */
	return guess < n ? guess : n - 1;
}

/*
 * First row not before the keys.  Steps that double lead away from the guess
 * until the place is between two of them.  What lies behind all rows is
 * guessed to be the last one, so rows that arrive in order need one look.
 */
static uint32_t
find_row(const skpi_tally *t, int32_t k1, int32_t k2)
{
	uint32_t lo;
	uint32_t hi = t->n_rows;
	uint32_t step = 1;

	if (hi == 0)
		return 0;
	lo = guess_row(t, k1, k2);
	if (compare_keys(skpi_tally_row(t, lo), k1, k2) < 0)
	{
		hi = lo + 1;
		while (hi < t->n_rows &&
			   compare_keys(skpi_tally_row(t, hi), k1, k2) < 0)
		{
			lo = hi;
			hi += step;
			step *= 2;
		}
		lo++;
		hi = hi < t->n_rows ? hi : t->n_rows;
	}
	else
	{
		hi = lo;
		while (lo > 0 && compare_keys(skpi_tally_row(t, lo - 1), k1, k2) >= 0)
		{
			hi = lo - 1;
			lo = hi > step ? hi - step : 0;
			step *= 2;
			if (compare_keys(skpi_tally_row(t, lo), k1, k2) < 0)
			{
				lo++;
				break;
			}
		}
	}
	while (lo < hi)
	{
		uint32_t mid = lo + (hi - lo) / 2;

		if (compare_keys(skpi_tally_row(t, mid), k1, k2) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool
all_zero(const int64_t *v, int width)
{
	for (int i = 0; i < width; i++)
		if (v[i] != 0)
			return false;
	return true;
}

static void
drop_row(skpi_tally *t, uint32_t at)
{
	char *row = (char *) skpi_tally_row(t, at);
	size_t stride = skpi_tally_stride(t);

	memmove(row, row + stride, (t->n_rows - at - 1) * stride);
	t->n_rows--;
}

static skpi_status
add_values(int64_t *sum, const int64_t *v, size_t stride)
{
	size_t width = (stride - sizeof(skpi_row)) / sizeof(int64_t);

	for (size_t i = 0; i < width; i++)
		if (__builtin_add_overflow(sum[i], v[i], &sum[i]))
			return SKPI_E_OVERFLOW;
	return SKPI_OK;
}

static skpi_status
add_to_row(skpi_tally *t, uint32_t at, const int64_t *v)
{
	skpi_row *row = skpi_tally_row(t, at);
	int width = skpi_tally_width((skpi_kind) t->kind);
	int64_t sum[SKPI_TALLY_MAX_WIDTH];

	for (int i = 0; i < width; i++)
		if (__builtin_add_overflow(row->v[i], v[i], &sum[i]))
			return SKPI_E_OVERFLOW;
	if (all_zero(sum, width))
		drop_row(t, at);
	else
		memcpy(row->v, sum, (size_t) width * sizeof(int64_t));
	return SKPI_OK;
}

skpi_status
skpi_tally_add(skpi_tally *t, size_t cap, int32_t k1, int32_t k2,
			   const int64_t *v)
{
	int width = skpi_tally_width((skpi_kind) t->kind);
	size_t stride = skpi_tally_stride(t);
	uint32_t at;
	skpi_row *row;

	if (all_zero(v, width))
		return SKPI_OK;
	at = find_row(t, k1, k2);
	row = skpi_tally_row(t, at);
	if (at < t->n_rows && compare_keys(row, k1, k2) == 0)
		return add_to_row(t, at, v);
	if (skpi_tally_used(t) + stride > cap)
		return SKPI_FULL;
	memmove((char *) row + stride, row, (t->n_rows - at) * stride);
	row->k1 = k1;
	row->k2 = k2;
	memcpy(row->v, v, (size_t) width * sizeof(int64_t));
	t->n_rows++;
	return SKPI_OK;
}

skpi_status
skpi_tally_append(skpi_tally *t, size_t cap, int32_t k1, int32_t k2,
				  const int64_t *v)
{
	int width = skpi_tally_width((skpi_kind) t->kind);
	skpi_row *row = skpi_tally_row(t, t->n_rows);

	if (all_zero(v, width) ||
		(t->n_rows > 0 &&
		 compare_keys(skpi_tally_row(t, t->n_rows - 1), k1, k2) >= 0))
		return SKPI_E_CORRUPT;
	if (skpi_tally_used(t) + skpi_tally_stride(t) > cap)
		return SKPI_FULL;
	row->k1 = k1;
	row->k2 = k2;
	memcpy(row->v, v, (size_t) width * sizeof(int64_t));
	t->n_rows++;
	return SKPI_OK;
}

/* The keys of a row of `from` in t, which knows all its labels by now. */
static skpi_status
keys_in(skpi_tally *t, size_t cap, const skpi_tally *from, const skpi_row *row,
		int32_t k[2])
{
	int key = kinds[from->kind].label_key;
	const char *text;
	size_t length;

	k[0] = row->k1;
	k[1] = row->k2;
	if (key == 0 || k[key - 1] == 0)
		return SKPI_OK;
	text = skpi_tally_label_text(from, k[key - 1], &length);
	return skpi_tally_label(t, cap, text, length, &k[key - 1]);
}

/* From this many rows on both lists are walked in step. */
#define MERGE_IN_STEP 256

/*
 * Insertion moves the tail of t once per new row, which for two large states
 * takes minutes that nobody can interrupt.  So t's rows step aside, as far as
 * `from` has rows, and both lists are written back in order; labels are
 * sorted on both sides and keep their order.  What is written never reaches
 * what is still to be read.
 */
static skpi_status
merge_rows(skpi_tally *t, size_t cap, const skpi_tally *from)
{
	size_t stride = skpi_tally_stride(t);
	uint32_t old = from->n_rows;
	uint32_t end = old + t->n_rows;
	uint32_t out = 0;
	skpi_status status = SKPI_OK;

	memmove(skpi_tally_row(t, old), skpi_tally_row(t, 0), t->n_rows * stride);
	for (uint32_t r = 0; r < from->n_rows; r++)
	{
		const skpi_row *row = skpi_tally_row(from, r);
		int64_t sum[SKPI_TALLY_MAX_WIDTH];
		int32_t k[2];
		int order = 1;

		status = keys_in(t, cap, from, row, k);
		while (old < end && (order = compare_keys(skpi_tally_row(t, old), k[0],
												  k[1])) < 0)
			memmove(skpi_tally_row(t, out++), skpi_tally_row(t, old++), stride);
		memcpy(sum, row->v, stride - sizeof(*row));
		if (status == SKPI_OK && old < end && order == 0)
			status = add_values(sum, skpi_tally_row(t, old)->v, stride);
		if (status != SKPI_OK)
			break;
		old += old < end && order == 0;
		if (all_zero(sum, skpi_tally_width((skpi_kind) t->kind)))
			continue;
		skpi_tally_row(t, out)->k1 = k[0];
		skpi_tally_row(t, out)->k2 = k[1];
		memcpy(skpi_tally_row(t, out++)->v, sum, stride - sizeof(*row));
	}
	memmove(skpi_tally_row(t, out), skpi_tally_row(t, old),
			(end - old) * stride);
	t->n_rows = out + (end - old);
	return status;
}

skpi_status
skpi_tally_merge(skpi_tally *t, size_t cap, const skpi_tally *from)
{
	uint32_t skipped;
	skpi_status status;

	if (!skpi_tally_alike(t, from))
		return SKPI_E_MISMATCH;
	if (skpi_tally_used(t) + skpi_tally_used(from) > cap)
		return SKPI_FULL;
	if (__builtin_add_overflow(t->skipped, from->skipped, &skipped))
		return SKPI_E_OVERFLOW;
	t->skipped = skipped;
	/* all labels first: a new one renumbers those behind it */
	for (int32_t i = 1, index; i <= from->n_labels; i++)
	{
		size_t length;
		const char *text = skpi_tally_label_text(from, i, &length);

		status = skpi_tally_label(t, cap, text, length, &index);
		if (status != SKPI_OK)
			return status;
	}
	if (from->n_rows >= MERGE_IN_STEP)
		return merge_rows(t, cap, from);
	for (uint32_t r = 0; r < from->n_rows; r++)
	{
		const skpi_row *row = skpi_tally_row(from, r);
		int32_t k[2];

		status = keys_in(t, cap, from, row, k);
		if (status == SKPI_OK)
			status = skpi_tally_add(t, cap, k[0], k[1], row->v);
		if (status != SKPI_OK)
			return status;
	}
	return SKPI_OK;
}

skpi_status
skpi_tally_sum_until(const skpi_tally *t, uint32_t *next, int32_t k1,
					 int32_t k2, int64_t *sum)
{
	int width = skpi_tally_width((skpi_kind) t->kind);

	for (; *next < t->n_rows; (*next)++)
	{
		const skpi_row *row = skpi_tally_row(t, *next);

		if (row->k1 != k1 || row->k2 > k2)
			break;
		for (int i = 0; i < width; i++)
			if (__builtin_add_overflow(sum[i], row->v[i], &sum[i]))
				return SKPI_E_OVERFLOW;
	}
	return SKPI_OK;
}
