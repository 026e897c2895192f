/*
 * What one customer did, day by day: how often which type of event.
 *
 * Rows: k1 = day, k2 = label (the type, from 1); v[0] = events, above zero.
 * A row stands for its day alone.  Grain is day; parameters are zero.
 */
#ifndef SKPI_EVENT_H
#define SKPI_EVENT_H

#include "skpi_tally.h"

/* Bytes of room an event may need, its label included. */
#define SKPI_EVENT_ROOM(label_length) (3 * 24 + (label_length) + 16)

void skpi_event_init(skpi_tally *h);

/* Adds one event on a valid day. */
skpi_status skpi_event_add(skpi_tally *h, size_t cap, int32_t day,
						   const char *type, size_t length);

/* Sums over a whole history; E_OVERFLOW. */
typedef struct skpi_event_totals
{
	int64_t events;
	int64_t days;      /* with an event */
	int32_t first_day; /* SKPI_NO_DAY without one */
	int32_t last_day;
} skpi_event_totals;

skpi_status skpi_event_total(const skpi_tally *h, skpi_event_totals *totals);

/* The same of the labels for which chosen[] (from 1) is true. */
skpi_status skpi_event_total_of(const skpi_tally *h, const bool *chosen,
								skpi_event_totals *totals);

/* The same label by label, into totals[1 .. n_labels]. */
skpi_status skpi_event_totals_by_label(const skpi_tally *h,
									   skpi_event_totals *totals);

#endif
