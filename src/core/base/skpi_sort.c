#include "skpi_sort.h"

#include <string.h>

#define ROWS_BETWEEN_STOPS 65536

typedef struct sorting
{
	size_t size;
	skpi_compare_fn compare;
	const void *arg;
} sorting;

/* Sorted rows [lo, mid) and [mid, hi) to sorted rows [lo, hi). */
static void
merge(const sorting *s, const char *from, size_t lo, size_t mid, size_t hi,
	  char *to)
{
	size_t a = lo, b = mid;

	for (size_t i = lo; i < hi; i++)
	{
		bool left =
			b == hi || (a < mid && s->compare(from + a * s->size,
											  from + b * s->size, s->arg) <= 0);

		memcpy(to + i * s->size, from + (left ? a++ : b++) * s->size, s->size);
	}
}

/* One doubling of the sorted runs; false when told to stop. */
static bool
merge_runs(const sorting *s, const char *from, size_t n, size_t run, char *to,
		   skpi_stop_fn stop, void *stop_arg)
{
	size_t done = 0;

	for (size_t lo = 0; lo < n; lo += 2 * run)
	{
		size_t mid = lo + run < n ? lo + run : n;
		size_t hi = lo + 2 * run < n ? lo + 2 * run : n;

		merge(s, from, lo, mid, hi, to);
		done += hi - lo;
		if (done >= ROWS_BETWEEN_STOPS)
		{
			done = 0;
			if (stop != NULL && stop(stop_arg))
				return false;
		}
	}
	return true;
}

bool
skpi_sort(void *rows, size_t n, size_t size, void *scratch,
		  skpi_compare_fn compare, const void *arg, skpi_stop_fn stop,
		  void *stop_arg)
{
	const sorting s = {size, compare, arg};
	char *from = rows, *to = scratch;
	bool whole = true;

	for (size_t run = 1; run < n && whole; run *= 2)
	{
		whole = merge_runs(&s, from, n, run, to, stop, stop_arg);
		if (whole)
		{
			char *other = from;

			from = to;
			to = other;
		}
	}
	if (from != (char *) rows)
		memcpy(rows, from, n * size);
	return whole;
}
