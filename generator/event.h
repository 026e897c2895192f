/*
 * An event of a customer, and the days of its subscriptions that its events
 * must agree with.
 */
#ifndef GEN_EVENT_H
#define GEN_EVENT_H

#include <stdint.h>

/* Codes of event_type; the names stand in names.c. */
enum event_type
{
	EV_SIGNUP,
	EV_LOGIN,
	EV_SESSION_END,
	EV_FEATURE_A,
	EV_FEATURE_B,
	EV_PROFILE,
	EV_SEARCH,
	EV_HELP,
	EV_ERROR,
	EV_CANCELLED,
	EV_UPGRADED,
	EVENT_TYPES,
	EV_MISSING = EVENT_TYPES,
	EV_UNKNOWN, /* first of UNKNOWN_NAMES values */
};

extern const char *const event_names[];

struct event
{
	int64_t time; /* seconds since 1970-01-01, TIME_NONE if missing */
	int32_t customer;
	uint8_t type;
	uint8_t id; /* enum id_mode */
};

enum mark_kind
{
	MARK_UPGRADE, /* to a paid plan, or to a higher one */
	MARK_LEAVE,   /* cancels or pauses */
	MARK_CUT_OFF, /* is left without a subscription by its payments */
};

/* A day on which the main line of subscriptions turned; one a day at most. */
struct mark
{
	int32_t day;
	enum mark_kind kind;
};

#endif
