#include "skpi_sales.h"

#include <string.h>

skpi_sales_periods
skpi_sales_periods_of(int32_t day, int32_t shift)
{
	return (skpi_sales_periods){
		day, skpi_period(SKPI_WEEK, day + shift), skpi_period(SKPI_MONTH, day),
		skpi_period(SKPI_QUARTER, day), skpi_period(SKPI_YEAR, day)};
}

uint32_t
skpi_sales_firsts(const skpi_sales_periods *before,
				  const skpi_sales_periods *now)
{
	if (before == NULL)
		return (1u << SKPI_FIRSTS) - 1;
	return (uint32_t) (before->day != now->day) << SKPI_FIRST_OF_DAY |
		   (uint32_t) (before->week != now->week) << SKPI_FIRST_OF_WEEK |
		   (uint32_t) (before->month != now->month) << SKPI_FIRST_OF_MONTH |
		   (uint32_t) (before->quarter != now->quarter)
			   << SKPI_FIRST_OF_QUARTER |
		   (uint32_t) (before->year != now->year) << SKPI_FIRST_OF_YEAR;
}

#define BYTES 8
#define BUCKETS 256

/* A byte of a value, from the lowest, such that bytes sort as values do. */
static inline unsigned
byte_of(int64_t v, int byte)
{
	uint64_t bits = (uint64_t) v ^ (UINT64_C(1) << 63);

	return (unsigned) (bits >> (8 * byte)) & (BUCKETS - 1);
}

/* One pass of a radix sort; false when all have the same byte here. */
static bool
sort_by_byte(const int64_t *from, size_t n, int byte, int64_t *to)
{
	size_t place[BUCKETS] = {0};
	size_t next = 0;

	for (size_t i = 0; i < n; i++)
		place[byte_of(from[i], byte)]++;
	if (place[byte_of(from[0], byte)] == n)
		return false;
	for (int b = 0; b < BUCKETS; b++)
	{
		size_t rows = place[b];

		place[b] = next;
		next += rows;
	}
	for (size_t i = 0; i < n; i++)
		to[place[byte_of(from[i], byte)]++] = from[i];
	return true;
}

static skpi_status
sort_values(int64_t *v, size_t n, int64_t *scratch, skpi_stop_fn stop,
			void *stop_arg)
{
	int64_t *from = v, *to = scratch;

	for (int byte = 0; byte < BYTES && n > 0; byte++)
	{
		if (stop != NULL && stop(stop_arg))
			return SKPI_E_INTERRUPT;
		if (sort_by_byte(from, n, byte, to))
		{
			int64_t *other = from;

			from = to;
			to = other;
		}
	}
	if (from != v)
		memcpy(v, from, n * sizeof(*v));
	return SKPI_OK;
}

skpi_status
skpi_sales_fifths(int64_t *v, size_t n, int64_t *scratch,
				  int64_t cuts[SKPI_FIFTHS - 1], size_t *n_cuts,
				  skpi_stop_fn stop, void *stop_arg)
{
	skpi_status status = sort_values(v, n, scratch, stop, stop_arg);
	size_t found = 0;
	size_t end;

	if (status != SKPI_OK)
		return status;
	for (size_t i = 0; i < n && found < SKPI_FIFTHS - 1; i = end)
	{
		size_t fifth;

		for (end = i + 1; end < n && v[end] == v[i]; end++)
			;
		/* below + ties / 2, told in halves, is i + end */
		fifth = (SKPI_FIFTHS * (i + end) + 2 * n - 1) / (2 * n);
		while (found + 1 < fifth)
			cuts[found++] = v[i];
	}
	*n_cuts = found;
	return SKPI_OK;
}
