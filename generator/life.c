/* Growing, ordering and forgetting the rows of one customer. */
#include "life.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
life_forget_doings(struct life *life)
{
	life->n_events = 0;
	life->n_orders = 0;
	life->n_lines = 0;
	life->n_deals = 0;
	life->n_entries = 0;
}

void
life_clear(struct life *life)
{
	memset(&life->who, 0, sizeof life->who);
	life->n_subs = 0;
	life->n_pays = 0;
	life->n_marks = 0;
	life_forget_doings(life);
}

void
life_free(struct life *life)
{
	free(life->subs);
	free(life->pays);
	free(life->marks);
	free(life->events);
	free(life->orders);
	free(life->lines);
	free(life->deals);
	free(life->entries);
	memset(life, 0, sizeof *life);
}

/* Makes room for one more element of the given size. */
static void *
grown(void *array, size_t used, size_t *room, size_t size)
{
	if (used < *room)
		return array;
	*room = *room == 0 ? 64 : *room * 2;
	array = realloc(array, *room * size);
	if (array == NULL)
	{
		fprintf(stderr, "saaskpi-generate: out of memory\n");
		exit(1);
	}
	return array;
}

struct subscription *
life_add_sub(struct life *life, struct subscription sub)
{
	life->subs =
		grown(life->subs, life->n_subs, &life->room_subs, sizeof *life->subs);
	life->subs[life->n_subs] = sub;
	return &life->subs[life->n_subs++];
}

struct payment *
life_add_pay(struct life *life, struct payment pay)
{
	life->pays =
		grown(life->pays, life->n_pays, &life->room_pays, sizeof *life->pays);
	life->pays[life->n_pays] = pay;
	return &life->pays[life->n_pays++];
}

void
life_add_mark(struct life *life, int32_t day, enum mark_kind kind)
{
	life->marks = grown(life->marks, life->n_marks, &life->room_marks,
						sizeof *life->marks);
	life->marks[life->n_marks++] = (struct mark){day, kind};
}

struct event *
life_add_event(struct life *life, struct event event)
{
	life->events = grown(life->events, life->n_events, &life->room_events,
						 sizeof *life->events);
	life->events[life->n_events] = event;
	return &life->events[life->n_events++];
}

void
life_add_order(struct life *life, struct order order)
{
	life->orders = grown(life->orders, life->n_orders, &life->room_orders,
						 sizeof *life->orders);
	life->orders[life->n_orders++] = order;
}

void
life_add_line(struct life *life, struct line line)
{
	life->lines = grown(life->lines, life->n_lines, &life->room_lines,
						sizeof *life->lines);
	life->lines[life->n_lines++] = line;
}

void
life_add_deal(struct life *life, struct deal deal)
{
	life->deals = grown(life->deals, life->n_deals, &life->room_deals,
						sizeof *life->deals);
	life->deals[life->n_deals++] = deal;
}

void
life_add_entry(struct life *life, struct stage_entry entry)
{
	life->entries = grown(life->entries, life->n_entries, &life->room_entries,
						  sizeof *life->entries);
	life->entries[life->n_entries++] = entry;
}

void
life_repeat_sub(struct life *life, size_t at)
{
	struct subscription copy = life->subs[at];

	life_add_sub(life, copy);
	memmove(&life->subs[at + 2], &life->subs[at + 1],
			(life->n_subs - at - 2) * sizeof copy);
	copy.id = ID_REPEAT;
	life->subs[at + 1] = copy;
}

void
life_repeat_pay(struct life *life, size_t at)
{
	struct payment copy = life->pays[at];

	life_add_pay(life, copy);
	memmove(&life->pays[at + 2], &life->pays[at + 1],
			(life->n_pays - at - 2) * sizeof copy);
	copy.id = ID_REPEAT;
	life->pays[at + 1] = copy;
}

void
life_repeat_event(struct life *life, size_t at)
{
	struct event copy = life->events[at];

	life_add_event(life, copy);
	memmove(&life->events[at + 2], &life->events[at + 1],
			(life->n_events - at - 2) * sizeof copy);
	copy.id = ID_REPEAT;
	life->events[at + 1] = copy;
}

void
life_repeat_order(struct life *life, size_t at)
{
	struct order copy = life->orders[at];

	life_add_order(life, copy);
	memmove(&life->orders[at + 2], &life->orders[at + 1],
			(life->n_orders - at - 2) * sizeof copy);
	copy.id = ID_REPEAT;
	copy.n_lines = 0;
	life->orders[at + 1] = copy;
}

void
life_repeat_deal(struct life *life, size_t at)
{
	struct deal copy = life->deals[at];

	life_add_deal(life, copy);
	memmove(&life->deals[at + 2], &life->deals[at + 1],
			(life->n_deals - at - 2) * sizeof copy);
	copy.id = ID_REPEAT;
	copy.entries = 0;
	life->deals[at + 1] = copy;
}

/* Insertion, since the rows come nearly in order already. */
void
life_sort(struct life *life)
{
	for (size_t i = 1; i < life->n_subs; i++)
	{
		struct subscription row = life->subs[i];
		size_t at = i;

		for (; at > 0 && life->subs[at - 1].start > row.start; at--)
			life->subs[at] = life->subs[at - 1];
		life->subs[at] = row;
	}
	for (size_t i = 1; i < life->n_pays; i++)
	{
		struct payment row = life->pays[i];
		size_t at = i;

		for (; at > 0 && life->pays[at - 1].day > row.day; at--)
			life->pays[at] = life->pays[at - 1];
		life->pays[at] = row;
	}
}

void
life_sort_orders(struct life *life)
{
	for (size_t i = 1; i < life->n_orders; i++)
	{
		struct order row = life->orders[i];
		size_t at = i;

		for (; at > 0 && life->orders[at - 1].time > row.time; at--)
			life->orders[at] = life->orders[at - 1];
		life->orders[at] = row;
	}
}
