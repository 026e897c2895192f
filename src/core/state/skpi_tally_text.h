/*
 * A tally as text:
 *
 *   mrr_history 1 day 0 {0,0,0} skipped 0 labels ("Pro") rows (8766,1:490000,0)
 *
 * Name, version, grain, flags, parameters, then labels, then rows as
 * key,key:value,... separated by blanks.  Reading what was written gives the
 * same bytes.  Labels are read in any order: those that were sorted as bytes of
 * one encoding may not be as bytes of another.
 */
#ifndef SKPI_TALLY_TEXT_H
#define SKPI_TALLY_TEXT_H

#include "skpi_tally.h"

/*
 * Writes up to cap bytes, always terminated when cap > 0, and returns the
 * length of the whole text without its end mark; 0 after a stop, which may be
 * NULL.
 */
size_t skpi_tally_print(const skpi_tally *t, char *out, size_t cap,
						skpi_stop_fn stop, void *stop_arg);

/*
 * E_SYNTAX where the text is not of this form; SKPI_FULL asks for more room;
 * E_VERSION, and t->version, for the text of a later version.
 */
skpi_status skpi_tally_parse(const char *text, skpi_kind kind, skpi_tally *t,
							 size_t cap, skpi_stop_fn stop, void *stop_arg);

#endif
