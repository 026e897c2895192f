#include "skpi_tally.h"

#include <string.h>

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
	t->param[SKPI_LATE] = 0;
}

skpi_status
skpi_tally_reserve(const skpi_tally *t, size_t cap, size_t rows)
{
	return skpi_tally_used(t) + skpi_tally_room(t, rows) <= cap ? SKPI_OK
																: SKPI_FULL;
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
	uint32_t block = (uint32_t) k1 - (uint32_t) first->k1;
	uint32_t guess;

	if (k1 < first->k1)
		return 0;
	if (skpi_tally_shape((skpi_kind) t->kind) == SKPI_TRIANGLE)
	{
		blocks = (uint32_t) (skpi_tally_row(t, n - 1)->k1 - first->k1) + 1;
		guess = block * (n / blocks + (blocks - 1) / 2) -
				block * (block - 1) / 2 + (uint32_t) k2;
	}
	else
		guess = block * (n / blocks) + ((uint32_t) k2 - (uint32_t) first->k2);
	/* what wrapped around below zero is large, and stopped here as well */
	return guess < n ? guess : n - 1;
}

/*
 * First row not before the keys.  Steps that double lead away from the guess
 * until the place is between two of them.  What lies behind all rows is
 * guessed to be the last one, so rows that arrive in order need one look.
 */
static uint32_t
find_row_from(const skpi_tally *t, uint32_t guess, int32_t k1, int32_t k2)
{
	uint32_t lo = guess;
	uint32_t hi;
	uint32_t step = 1;

	if (skpi_compare_keys(skpi_tally_row(t, lo), k1, k2) < 0)
	{
		hi = lo + 1;
		while (hi < t->n_rows &&
			   skpi_compare_keys(skpi_tally_row(t, hi), k1, k2) < 0)
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
		while (lo > 0 &&
			   skpi_compare_keys(skpi_tally_row(t, lo - 1), k1, k2) >= 0)
		{
			hi = lo - 1;
			lo = hi > step ? hi - step : 0;
			step *= 2;
			if (skpi_compare_keys(skpi_tally_row(t, lo), k1, k2) < 0)
			{
				lo++;
				break;
			}
		}
	}
	while (lo < hi)
	{
		uint32_t mid = lo + (hi - lo) / 2;

		if (skpi_compare_keys(skpi_tally_row(t, mid), k1, k2) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

uint32_t
skpi_tally_find(const skpi_tally *t, int32_t k1, int32_t k2)
{
	return t->n_rows == 0 ? 0 : find_row_from(t, guess_row(t, k1, k2), k1, k2);
}

static bool
all_zero(const int64_t *v, int width)
{
	for (int i = 0; i < width; i++)
		if (v[i] != 0)
			return false;
	return true;
}

/* Late rows follow the others: one of either is moved out of all. */
static void
drop_row(skpi_tally *t, uint32_t at)
{
	char *row = (char *) skpi_tally_row(t, at);
	size_t stride = skpi_tally_stride(t);
	uint32_t all = t->n_rows + skpi_tally_late(t);

	memmove(row, row + stride, (all - at - 1) * stride);
	if (at < t->n_rows)
		t->n_rows--;
	else
		t->param[SKPI_LATE]--;
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

/* A new row before the one at `at`, which is followed by n rows. */
static void
insert_row(skpi_tally *t, uint32_t at, uint32_t n, int32_t k1, int32_t k2,
		   const int64_t *v)
{
	size_t stride = skpi_tally_stride(t);
	skpi_row *row = skpi_tally_row(t, at);

	memmove((char *) row + stride, row, n * stride);
	row->k1 = k1;
	row->k2 = k2;
	memcpy(row->v, v, stride - sizeof(*row));
}

/* First late row not before the keys, counted from the first row of all. */
static uint32_t
find_late(const skpi_tally *t, int32_t k1, int32_t k2)
{
	uint32_t lo = t->n_rows;
	uint32_t hi = lo + skpi_tally_late(t);

	while (lo < hi)
	{
		uint32_t mid = lo + (hi - lo) / 2;

		if (skpi_compare_keys(skpi_tally_row(t, mid), k1, k2) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/*
 * What may be moved for one row, and what may wait until all are: enough to
 * be worth a pass over the others, so that n rows in any order cost about
 * n * sqrt(n) bytes of moving, not n * n.
 */
#define NEAR_BYTES (16 * 1024)
#define LATE_BYTES (64 * 1024)

static bool
many_late(const skpi_tally *t)
{
	uint64_t late = skpi_tally_late(t);

	return late * skpi_tally_stride(t) > LATE_BYTES &&
		   late * late > 4 * (uint64_t) t->n_rows;
}

/* A row whose keys are not among the sorted ones, and whose place is far. */
static skpi_status
add_late(skpi_tally *t, size_t cap, int32_t k1, int32_t k2, const int64_t *v)
{
	size_t stride = skpi_tally_stride(t);
	uint32_t at = find_late(t, k1, k2);
	uint32_t all = t->n_rows + skpi_tally_late(t);

	if (at < all && skpi_compare_keys(skpi_tally_row(t, at), k1, k2) == 0)
		return add_to_row(t, at, v);
	if (skpi_tally_used(t) + stride > cap)
		return SKPI_FULL;
	/* the new one, and room in which all of them can be put aside */
	if (!many_late(t) &&
		skpi_tally_used(t) + (skpi_tally_late(t) + 2) * stride <= cap)
	{
		insert_row(t, at, all - at, k1, k2, v);
		t->param[SKPI_LATE]++;
		return SKPI_OK;
	}
	skpi_tally_settle(t, cap);
	if (skpi_tally_used(t) + 2 * stride <= cap)
	{
		insert_row(t, t->n_rows, 0, k1, k2, v);
		t->param[SKPI_LATE]++;
		return SKPI_OK;
	}
	at = skpi_tally_find(t, k1, k2);
	insert_row(t, at, t->n_rows - at, k1, k2, v);
	t->n_rows++;
	return SKPI_OK;
}

/* `at` is the first row not before the keys. */
static skpi_status
add_at(skpi_tally *t, size_t cap, uint32_t at, int32_t k1, int32_t k2,
	   const int64_t *v)
{
	size_t stride = skpi_tally_stride(t);

	if (at < t->n_rows && skpi_compare_keys(skpi_tally_row(t, at), k1, k2) == 0)
		return add_to_row(t, at, v);
	if (skpi_tally_late(t) > 0 || (t->n_rows - at) * stride > NEAR_BYTES)
		return add_late(t, cap, k1, k2, v);
	if (skpi_tally_used(t) + stride > cap)
		return SKPI_FULL;
	insert_row(t, at, t->n_rows - at, k1, k2, v);
	t->n_rows++;
	return SKPI_OK;
}

skpi_status
skpi_tally_add(skpi_tally *t, size_t cap, int32_t k1, int32_t k2,
			   const int64_t *v)
{
	if (all_zero(v, skpi_tally_width((skpi_kind) t->kind)))
		return SKPI_OK;
	return add_at(t, cap, skpi_tally_find(t, k1, k2), k1, k2, v);
}

skpi_status
skpi_tally_add_near(skpi_tally *t, size_t cap, int32_t k1, int32_t k2,
					const int64_t *v, uint32_t *near)
{
	if (all_zero(v, skpi_tally_width((skpi_kind) t->kind)))
		return SKPI_OK;
	if (t->n_rows == 0)
		*near = 0;
	else
		*near =
			find_row_from(t, *near < t->n_rows ? *near : t->n_rows - 1, k1, k2);
	return add_at(t, cap, *near, k1, k2, v);
}

skpi_status
skpi_tally_append(skpi_tally *t, size_t cap, int32_t k1, int32_t k2,
				  const int64_t *v)
{
	int width = skpi_tally_width((skpi_kind) t->kind);
	skpi_row *row = skpi_tally_row(t, t->n_rows);

	if (all_zero(v, width) ||
		(t->n_rows > 0 &&
		 skpi_compare_keys(skpi_tally_row(t, t->n_rows - 1), k1, k2) >= 0))
		return SKPI_E_CORRUPT;
	if (skpi_tally_used(t) + skpi_tally_stride(t) > cap)
		return SKPI_FULL;
	row->k1 = k1;
	row->k2 = k2;
	memcpy(row->v, v, (size_t) width * sizeof(int64_t));
	t->n_rows++;
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
