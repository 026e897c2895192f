/*
 * Sorting that can be told to stop, which qsort() and that of GSL cannot.
 */
#ifndef SKPI_SORT_H
#define SKPI_SORT_H

#include "skpi_array.h"

/* Below, at or above 0 where a comes before, stands with or comes after b. */
typedef int (*skpi_compare_fn)(const void *a, const void *b, const void *arg);

/*
 * n rows of `size` bytes; those that compare equal stay in their order.
 * `scratch` has room for as many.  False when told to stop: all rows are still
 * there, in some order.
 */
bool skpi_sort(void *rows, size_t n, size_t size, void *scratch,
			   skpi_compare_fn compare, const void *arg, skpi_stop_fn stop,
			   void *stop_arg);

#endif
