/*
 * Defects of event rows.  The signup, a customer's first event, stays what it
 * is; rows of strangers and of nobody are added.
 */
#include "ugly.h"

#define EARLY_DAYS 20

/* Any event but the first, or NULL. */
static struct event *
any_event(struct spoiler *s, struct life *life)
{
	if (life->n_events < 2)
		return NULL;
	return &life->events[between(s->rng, 1, (int32_t) life->n_events - 1)];
}

static bool
id_missing(struct spoiler *s, struct life *life)
{
	struct event *event = any_event(s, life);

	if (event != NULL)
		event->id = ID_BLANK;
	return event != NULL;
}

static bool
id_duplicate(struct spoiler *s, struct life *life)
{
	struct event *event = any_event(s, life);

	if (event != NULL)
		life_repeat_event(life, (size_t) (event - life->events));
	return event != NULL;
}

static bool
add_for(struct spoiler *s, struct life *life, int32_t customer)
{
	struct event *event = any_event(s, life);
	struct event extra;

	if (event == NULL)
		return false;
	extra = *event;
	extra.customer = customer;
	life_add_event(life, extra);
	return true;
}

static bool
unknown_customer(struct spoiler *s, struct life *life)
{
	if (!add_for(s, life, s->co->customers + s->strangers + 1))
		return false;
	s->strangers++;
	return true;
}

static bool
customer_missing(struct spoiler *s, struct life *life)
{
	return add_for(s, life, CUSTOMER_NONE);
}

static bool
time_missing(struct spoiler *s, struct life *life)
{
	struct event *event = any_event(s, life);

	if (event != NULL)
		event->time = TIME_NONE;
	return event != NULL;
}

/* The last one, so that the file stays in order. */
static bool
time_in_future(struct spoiler *s, struct life *life)
{
	if (life->n_events < 2)
		return false;
	life->events[life->n_events - 1].time = time_of_day(ugly_future(s));
	return true;
}

/* The first one, where there is room for it inside the window. */
static bool
before_signup(struct spoiler *s, struct life *life)
{
	if (life->n_events < 2 || life->who.signup - EARLY_DAYS < s->co->first_day)
		return false;
	life->events[0].time -=
		(int64_t) between(s->rng, 1, EARLY_DAYS) * DAY_SECONDS;
	return true;
}

static bool
type_missing(struct spoiler *s, struct life *life)
{
	struct event *event = any_event(s, life);

	if (event != NULL)
		event->type = EV_MISSING;
	return event != NULL;
}

static bool
type_unknown(struct spoiler *s, struct life *life)
{
	struct event *event = any_event(s, life);

	if (event != NULL)
		event->type =
			(uint8_t) (EV_UNKNOWN + between(s->rng, 0, UNKNOWN_NAMES - 1));
	return event != NULL;
}

/* An event comes late: behind all that happened after it. */
static bool
out_of_order(struct spoiler *s, struct life *life)
{
	struct event *event = any_event(s, life);
	struct event *last = life->events + life->n_events - 1;
	struct event late;

	if (event == NULL || event->time >= last->time)
		return false;
	late = *event;
	for (; event < last; event++)
		*event = event[1];
	*last = late;
	return true;
}

const struct rule event_rules[EVENT_RULES] = {
	{"event_id_missing", id_missing},
	{"event_id_duplicate", id_duplicate},
	{"event_unknown_customer", unknown_customer},
	{"event_customer_missing", customer_missing},
	{"event_time_missing", time_missing},
	{"event_time_in_future", time_in_future},
	{"event_before_signup", before_signup},
	{"event_type_missing", type_missing},
	{"event_type_unknown", type_unknown},
	{"event_out_of_order", out_of_order},
};
