/* events.csv, customer by customer and in order of time. */
#ifndef GEN_EVENT_TABLE_H
#define GEN_EVENT_TABLE_H

#include "company.h"
#include "csv.h"

struct event_table
{
	struct csv csv;
	int customer_width, event_width; /* id digits */
	int64_t last_event;              /* id number */
	int64_t types[EVENT_TYPES];      /* rows as written */
};

bool event_table_open(struct event_table *t, const struct company *co,
					  int per_month, const char *dir);
bool event_table_close(struct event_table *t);
void event_table_write(struct event_table *t, const struct life *life);

#endif
