/*
 * Rows in any order, put in order at the end.  They come in parts that are
 * sorted (the days of a customer, the labels of a day), so they are merged part
 * by part: few passes, each of which looks at every row once.
 */
#include "skpi_tally.h"

#include <string.h>

static bool
all_zero(const skpi_tally *t, const int64_t *v)
{
	int width = skpi_tally_width((skpi_kind) t->kind);
	int64_t any = 0;

	for (int i = 0; i < width; i++)
		any |= v[i];
	return any == 0;
}

skpi_status
skpi_tally_push(skpi_tally *t, size_t cap, int32_t k1, int32_t k2,
				const int64_t *v)
{
	size_t stride = skpi_tally_stride(t);
	skpi_row *row = skpi_tally_row(t, t->n_rows);

	if (all_zero(t, v))
		return SKPI_OK;
	if (skpi_tally_used(t) + stride > cap)
		return SKPI_FULL;
	row->k1 = k1;
	row->k2 = k2;
	memcpy(row->v, v, stride - sizeof(*row));
	t->n_rows++;
	return SKPI_OK;
}

/* Where the sorted rows that begin with row `from` end. */
static uint32_t
run_end(const char *rows, size_t stride, uint32_t from, uint32_t n)
{
	uint32_t r = from;

	while (++r < n)
	{
		const skpi_row *row = (const skpi_row *) (rows + r * stride);

		if (skpi_compare_keys((const skpi_row *) (rows + (r - 1) * stride),
							  row->k1, row->k2) > 0)
			break;
	}
	return r < n ? r : n;
}

#define ROWS_BETWEEN_STOPS 65536

/* Two neighbouring runs of `from` to one of `to`; false when stopped. */
static bool
merge_runs(const char *from, char *to, size_t stride, uint32_t a, uint32_t mid,
		   uint32_t hi, skpi_stop_fn stop, void *stop_arg)
{
	uint32_t b = mid;

	for (uint32_t out = a; out < hi; out++)
	{
		const skpi_row *left = (const skpi_row *) (from + a * stride);
		const skpi_row *right = (const skpi_row *) (from + b * stride);
		bool take_left =
			b == hi ||
			(a < mid && skpi_compare_keys(left, right->k1, right->k2) <= 0);

		memcpy(to + out * stride, take_left ? left : right, stride);
		if (take_left)
			a++;
		else
			b++;
		if (out % ROWS_BETWEEN_STOPS == 0 && stop != NULL && stop(stop_arg))
			return false;
	}
	return true;
}

static skpi_status
sort_rows(skpi_tally *t, skpi_stop_fn stop, void *stop_arg)
{
	size_t stride = skpi_tally_stride(t);
	uint32_t n = t->n_rows;
	char *place = (char *) skpi_tally_row(t, 0);
	char *from = place;
	char *to = (char *) skpi_tally_row(t, n);

	while (n > 0 && run_end(from, stride, 0, n) < n)
	{
		char *swap = from;

		for (uint32_t lo = 0; lo < n;)
		{
			uint32_t mid = run_end(from, stride, lo, n);
			uint32_t hi = mid < n ? run_end(from, stride, mid, n) : n;

			if (!merge_runs(from, to, stride, lo, mid, hi, stop, stop_arg))
				return SKPI_E_INTERRUPT;
			lo = hi;
		}
		from = to;
		to = swap;
	}
	if (from != place)
		memcpy(place, from, n * stride);
	return SKPI_OK;
}

/* Rows of the same keys become one, and those of zeros none. */
static skpi_status
sum_equal(skpi_tally *t)
{
	int width = skpi_tally_width((skpi_kind) t->kind);
	size_t stride = skpi_tally_stride(t);
	uint32_t out = 0;

	for (uint32_t r = 0; r < t->n_rows;)
	{
		skpi_row *sum = skpi_tally_row(t, out);

		memmove(sum, skpi_tally_row(t, r), stride);
		while (++r < t->n_rows &&
			   skpi_compare_keys(skpi_tally_row(t, r), sum->k1, sum->k2) == 0)
			for (int i = 0; i < width; i++)
				if (__builtin_add_overflow(
						sum->v[i], skpi_tally_row(t, r)->v[i], &sum->v[i]))
					return SKPI_E_OVERFLOW;
		if (!all_zero(t, sum->v))
			out++;
	}
	t->n_rows = out;
	return SKPI_OK;
}

skpi_status
skpi_tally_order(skpi_tally *t, size_t cap, skpi_stop_fn stop, void *stop_arg)
{
	skpi_status status;

	if (skpi_tally_used(t) + t->n_rows * skpi_tally_stride(t) > cap)
		return SKPI_FULL;
	status = sort_rows(t, stop, stop_arg);
	return status == SKPI_OK ? sum_equal(t) : status;
}

#define LATE_LEAST 64
#define LATE_MOST (1u << 20)

bool
skpi_tally_late_due(const skpi_tally *t)
{
	uint32_t late = skpi_tally_late(t);

	return late >= LATE_MOST || (late >= LATE_LEAST && late >= t->n_rows);
}

size_t
skpi_tally_late_room(const skpi_tally *t)
{
	size_t rows = skpi_tally_late_due(t) ? skpi_tally_late(t) : 0;

	return skpi_tally_used(t) + skpi_tally_room(t, rows + 1);
}

/* Row a is before its place in a heap of n rows: down it goes. */
static void
sift(char *rows, size_t stride, uint32_t a, uint32_t n)
{
	int64_t room[2 + SKPI_TALLY_MAX_WIDTH];
	const skpi_row *row = (const skpi_row *) room;

	memcpy(room, rows + a * stride, stride);
	for (;;)
	{
		uint64_t child = 2 * (uint64_t) a + 1;

		if (child >= n)
			break;
		if (child + 1 < n)
		{
			const skpi_row *right =
				(const skpi_row *) (rows + (child + 1) * stride);

			if (skpi_compare_keys((const skpi_row *) (rows + child * stride),
								  right->k1, right->k2) < 0)
				child++;
		}
		if (skpi_compare_keys((const skpi_row *) (rows + child * stride),
							  row->k1, row->k2) <= 0)
			break;
		memcpy(rows + a * stride, rows + child * stride, stride);
		a = (uint32_t) child;
	}
	memcpy(rows + a * stride, room, stride);
}

/* In place, for there is no room to sort in: by a heap. */
void
skpi_tally_order_late(skpi_tally *t)
{
	size_t stride = skpi_tally_stride(t);
	char *rows = (char *) skpi_tally_row(t, t->n_rows);
	uint32_t n = skpi_tally_late(t);
	int64_t room[2 + SKPI_TALLY_MAX_WIDTH];

	for (uint32_t a = n / 2; a-- > 0;)
		sift(rows, stride, a, n);
	for (uint32_t end = n; end-- > 1;)
	{
		memcpy(room, rows + end * stride, stride);
		memcpy(rows + end * stride, rows, stride);
		memcpy(rows, room, stride);
		sift(rows, stride, 0, end);
	}
}

void
skpi_tally_sort_late(skpi_tally *t)
{
	size_t stride = skpi_tally_stride(t);
	char *rows = (char *) skpi_tally_row(t, t->n_rows);
	int width = skpi_tally_width((skpi_kind) t->kind);
	uint32_t n = skpi_tally_late(t);
	uint32_t out = 0;

	skpi_tally_order_late(t);
	for (uint32_t r = 0; r < n;)
	{
		skpi_row *sum = (skpi_row *) (rows + out++ * stride);

		memmove(sum, rows + r * stride, stride);
		while (++r < n)
		{
			const skpi_row *row = (const skpi_row *) (rows + r * stride);

			if (skpi_compare_keys(row, sum->k1, sum->k2) != 0)
				break;
			for (int i = 0; i < width; i++)
				sum->v[i] += row->v[i];
		}
	}
	t->param[SKPI_LATE] = (int32_t) out;
}
