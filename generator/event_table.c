/* Writes one customer's events; ids are given out in the order of writing. */
#include "event_table.h"

#include <string.h>

bool
event_table_open(struct event_table *t, const struct company *co, int per_month,
				 const char *dir)
{
	int64_t customers = co->customers;

	memset(t, 0, sizeof *t);
	t->customer_width = csv_width(customers, 7);
	t->event_width = csv_width(customers * co->months * per_month, 9);
	return csv_open(&t->csv, dir, "events.csv",
					"event_id,customer_id,event_time,event_type");
}

bool
event_table_close(struct event_table *t)
{
	return csv_close(&t->csv);
}

static void
write_event(struct event_table *t, const struct event *event)
{
	struct csv *csv = &t->csv;

	if (event->id != ID_REPEAT)
		t->last_event++;
	csv_row_begin(csv);
	if (event->id != ID_BLANK)
		csv_id(csv, 'E', t->last_event, t->event_width);
	csv_comma(csv);
	if (event->customer != CUSTOMER_NONE)
		csv_id(csv, 'C', event->customer, t->customer_width);
	csv_comma(csv);
	csv_time(csv, event->time);
	csv_comma(csv);
	csv_text(csv, event_names[event->type]);
	csv_row_end(csv);
	if (event->type < EVENT_TYPES)
		t->types[event->type]++;
}

void
event_table_write(struct event_table *t, const struct life *life)
{
	for (size_t i = 0; i < life->n_events; i++)
		write_event(t, &life->events[i]);
}
