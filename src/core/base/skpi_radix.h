/*
 * Sorting whole words, by the digits of the numbers they are: many times as
 * fast as comparing, and those that are equal stay in their order.
 */
#ifndef SKPI_RADIX_H
#define SKPI_RADIX_H

#include <stdint.h>

#include "skpi_array.h"

/* n rows of one word, or of two by the first; scratch has room for as many. */
void skpi_radix_words(uint64_t *rows, size_t n, uint64_t *scratch);

/* By the highest 1 to 8 bytes of the first word.  False when told to stop: all
 * rows are still there, in some order, here or in scratch. */
bool skpi_radix_pairs(uint64_t *rows, size_t n, int digits, uint64_t *scratch,
					  skpi_stop_fn stop, void *stop_arg);

/* The word that stands among words where v, which is not NAN, stands among
 * doubles, and the double of a word. */
uint64_t skpi_radix_word(double v);
double skpi_radix_double(uint64_t word);

#endif
