/*
 * A tally as text:
 *
 *   mrr_history 1 day 0 {0,0,0} skipped 0 labels ("Pro") rows (8766,1:490000,0)
 *
 * Name, version, grain, flags, parameters, then labels, then rows as
 * key,key:value,... separated by blanks.  Reading what was written gives the
 * same bytes.
 */
#ifndef SKPI_TALLY_TEXT_H
#define SKPI_TALLY_TEXT_H

#include "skpi_tally.h"

/*
 * Writes up to cap bytes, always terminated when cap > 0, and returns the
 * length of the whole text without its end mark.
 */
size_t skpi_tally_print(const skpi_tally *t, char *out, size_t cap);

/* E_SYNTAX where the text is not of this form; SKPI_FULL asks for more room. */
skpi_status skpi_tally_parse(const char *text, skpi_kind kind, skpi_tally *t,
							 size_t cap);

#endif
