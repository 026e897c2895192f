#include "skpi_radix.h"

#include <string.h>

#define DIGITS 8
#define DIGIT_VALUES 256
#define SIGN ((uint64_t) 1 << 63)

static inline size_t
digit_of(uint64_t word, int digit)
{
	return word >> (8 * digit) & (DIGIT_VALUES - 1);
}

/* Rows by one digit from `from` to `to`; `at` is where each value begins. */
static inline void
deal(const uint64_t *from, size_t n, size_t words, int digit, size_t *at,
	 uint64_t *to)
{
	for (size_t i = 0; i < n; i++)
	{
		const uint64_t *row = from + i * words;
		uint64_t *place = to + at[digit_of(row[0], digit)]++ * words;

		for (size_t w = 0; w < words; w++)
			place[w] = row[w];
	}
}

/* Of how many words a row is, every caller knows when it is compiled.  Digits
 * from the lowest are passed over. */
static inline bool
sort(uint64_t *rows, size_t n, size_t words, int lowest, uint64_t *scratch,
	 skpi_stop_fn stop, void *stop_arg)
{
	size_t count[DIGITS][DIGIT_VALUES] = {{0}};
	uint64_t *from = rows, *to = scratch;

	for (size_t i = 0; i < n; i++)
		for (int d = lowest; d < DIGITS; d++)
			count[d][digit_of(rows[i * words], d)]++;
	for (int d = lowest; d < DIGITS; d++)
	{
		size_t below = 0, largest = 0;
		uint64_t *other = from;

		for (int v = 0; v < DIGIT_VALUES; v++)
		{
			size_t here = count[d][v];

			largest = here > largest ? here : largest;
			count[d][v] = below;
			below += here;
		}
		if (largest == n)
			continue; /* the same in all */
		if (stop != NULL && stop(stop_arg))
			return false;
		deal(from, n, words, d, count[d], to);
		from = to;
		to = other;
	}
	if (from != rows)
		memcpy(rows, from, n * words * sizeof(uint64_t));
	return true;
}

bool
skpi_radix_pairs(uint64_t *rows, size_t n, int digits, uint64_t *scratch,
				 skpi_stop_fn stop, void *stop_arg)
{
	return sort(rows, n, 2, DIGITS - digits, scratch, stop, stop_arg);
}

void
skpi_radix_words(uint64_t *rows, size_t n, uint64_t *scratch)
{
	(void) sort(rows, n, 1, 0, scratch, NULL, NULL);
}

/* Of those below zero all bits are turned, of the others the sign. */
uint64_t
skpi_radix_word(double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	return bits ^ (bits & SIGN ? ~(uint64_t) 0 : SIGN);
}

double
skpi_radix_double(uint64_t word)
{
	uint64_t bits = word ^ (word & SIGN ? SIGN : ~(uint64_t) 0);
	double v;

	memcpy(&v, &bits, sizeof(v));
	return v;
}
