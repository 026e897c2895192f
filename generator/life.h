/*
 * One customer's rows: the customer, its subscriptions, payments and doings.
 * The life is filled by customer.c, may be spoilt by ugly.c, and is then
 * written and forgotten; the arrays are reused for the next customer.
 */
#ifndef GEN_LIFE_H
#define GEN_LIFE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "calendar.h"
#include "event.h"
#include "trade.h"

#define MONEY_NONE INT64_MIN /* a missing price or amount */
#define CUSTOMER_NONE 0      /* a missing customer id */

/* Codes of the text columns; the names stand in names.c. */
enum segment
{
	SEG_SMB,
	SEG_MID,
	SEG_ENTERPRISE,
	SEGMENTS,
	SEG_MISSING = SEGMENTS,
	SEG_UNKNOWN, /* first of UNKNOWN_NAMES values */
};

enum channel
{
	CH_PAID,
	CH_REFERRAL,
	CH_ORGANIC,
	CH_PARTNER,
	CHANNELS,
	CH_UNKNOWN = CHANNELS,
};

enum plan
{
	PLAN_BASIC,
	PLAN_PRO,
	PLAN_ENTERPRISE,
	PLANS,
	PLAN_MISSING = PLANS,
	PLAN_UNKNOWN,
};

enum status
{
	PAY_SUCCESS,
	PAY_FAILED,
	PAY_MISSING,
	PAY_UNKNOWN,
};

#define COUNTRIES 12
#define COUNTRY_MISSING COUNTRIES
#define UNKNOWN_NAMES 3

extern const char *const segment_names[];
extern const char *const channel_names[];
extern const char *const plan_names[];
extern const char *const status_names[];
extern const char *const country_names[];

enum id_mode
{
	ID_NEXT,   /* the next number */
	ID_BLANK,  /* a number is used up but not written */
	ID_REPEAT, /* the number of the row before */
	ID_HIDDEN, /* the row is not written, what belongs to it is */
	ID_NOBODY, /* ditto, and its number is not written either */
};

struct customer
{
	int32_t number; /* 1.. */
	int32_t signup; /* day */
	uint8_t segment;
	uint8_t channel;
	uint8_t country;
	bool active;
	bool id_blank;
	uint8_t copies; /* surplus rows with the same content */
};

struct subscription
{
	int32_t customer; /* number */
	int32_t start;
	int32_t end;   /* DAY_NONE while open */
	int64_t price; /* cents per month */
	uint8_t plan;
	uint8_t id;
};

struct payment
{
	int32_t customer;
	int32_t day;
	int64_t amount; /* cents */
	uint8_t status;
	uint8_t id;
};

struct life
{
	struct customer who;
	struct subscription *subs;
	size_t n_subs, room_subs;
	struct payment *pays;
	size_t n_pays, room_pays;
	struct mark *marks; /* by day */
	size_t n_marks, room_marks;
	struct event *events; /* by time */
	size_t n_events, room_events;
	struct order *orders; /* by time */
	size_t n_orders, room_orders;
	struct line *lines; /* in the order of their making */
	size_t n_lines, room_lines;
	struct deal *deals;
	size_t n_deals, room_deals;
	struct stage_entry *entries; /* of each deal together, by time */
	size_t n_entries, room_entries;
};

void life_clear(struct life *life);
void life_free(struct life *life);

/* All append; running out of memory ends the program with a message. */
struct subscription *life_add_sub(struct life *life, struct subscription sub);
struct payment *life_add_pay(struct life *life, struct payment pay);
void life_add_mark(struct life *life, int32_t day, enum mark_kind kind);
struct event *life_add_event(struct life *life, struct event event);
void life_add_order(struct life *life, struct order order);
void life_add_line(struct life *life, struct line line);
void life_add_deal(struct life *life, struct deal deal);
void life_add_entry(struct life *life, struct stage_entry entry);

/* Puts a copy of row `at` right behind it, with the same id. */
void life_repeat_sub(struct life *life, size_t at);
void life_repeat_pay(struct life *life, size_t at);
void life_repeat_event(struct life *life, size_t at);
void life_repeat_order(struct life *life, size_t at);
void life_repeat_deal(struct life *life, size_t at);

/* Drops events, orders and opportunities. */
void life_forget_doings(struct life *life);

/* Orders subscriptions by start and payments by day, ties as they came. */
void life_sort(struct life *life);

/* Orders orders by time, ties as they came. */
void life_sort_orders(struct life *life);

#endif
