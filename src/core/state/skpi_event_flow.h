/*
 * Active customers by period, and how they came and went.
 *
 *  (1) A customer is active in a period in which she has an event.  She is new
 *      in the first of them, returning when she was active in the period
 *      before, resurrecting otherwise; in the first period after one in which
 *      she was active and in which she is not, she is dormant.
 *  (2) The same is told of every type of event: active are those who did it.
 *  (3) By day there are also the customers with an event on one of the last 7,
 *      and of the last 28, days.
 *
 * Rows: k1 = label (the type; 0: any), k2 = period; v as below, of that period
 * alone but for the last two, which are differences.  Parameters: as_of day,
 * and by how many days weeks begin before Monday.
 */
#ifndef SKPI_EVENT_FLOW_H
#define SKPI_EVENT_FLOW_H

#include "skpi_array.h"
#include "skpi_event.h"

typedef enum skpi_event_flow_column
{
	SKPI_EVF_EVENTS,
	SKPI_EVF_ACTIVE,
	SKPI_EVF_NEW,
	SKPI_EVF_RETURNING,
	SKPI_EVF_RESURRECTING,
	SKPI_EVF_DORMANT,
	SKPI_EVF_TRAILING_7,
	SKPI_EVF_TRAILING_28,
	SKPI_EVF_WIDTH,
} skpi_event_flow_column;

void skpi_event_flow_init(skpi_tally *t, skpi_grain grain, int32_t as_of,
						  int32_t shift);

/* Bytes of room a customer may need at most, and 64-bit words of scratch. */
size_t skpi_event_flow_room(const skpi_tally *t, const skpi_tally *history);
size_t skpi_event_flow_scratch(const skpi_tally *history);

/* stop may be NULL; E_INTERRUPT leaves t with a part of the customer. */
skpi_status skpi_event_flow_add(skpi_tally *t, size_t cap,
								const skpi_tally *history, int64_t *scratch,
								skpi_stop_fn stop, void *stop_arg);

/* The period of a day and the first day of a period, weeks as t has them. */
int32_t skpi_event_flow_period(const skpi_tally *t, int32_t day);
int32_t skpi_event_flow_start(const skpi_tally *t, int32_t period);

#endif
