/*
 * A bag of gaps between events, in whole days, that knows their mean, spread
 * and median while some come and others go.
 *
 * The gaps are counted by length in a Fenwick tree: a change and a median take
 * a step per power of two of the longest.
 */
#ifndef SKPI_GAPS_H
#define SKPI_GAPS_H

#include <stddef.h>
#include <stdint.h>

typedef struct skpi_gaps
{
	int64_t n;
	int64_t days; /* all together */
	double squares;
	int64_t *count;
	size_t room; /* a power of two */
} skpi_gaps;

/* Words of 64 bits for gaps up to the longest. */
size_t skpi_gaps_words(int64_t longest);

void skpi_gaps_begin(skpi_gaps *g, int64_t longest, int64_t *words);

/* n gaps more, or -n less; the sum of all stays below 2^63. */
void skpi_gaps_add(skpi_gaps *g, int64_t days, int64_t n);

/* NAN without a gap; of the deviation, of a sample, with fewer than two. */
double skpi_gaps_mean(const skpi_gaps *g);
double skpi_gaps_median(const skpi_gaps *g);
double skpi_gaps_deviation(const skpi_gaps *g);

#endif
