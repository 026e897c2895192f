/*
 * What one customer buys and is offered: orders with their lines, and
 * opportunities with the stages they went through.
 */
#ifndef GEN_TRADE_H
#define GEN_TRADE_H

#include <stddef.h>
#include <stdint.h>

#define REP_NONE 0     /* nobody's; others are 1.. */
#define PRODUCT_NONE 0 /* missing; others are 1.. */
#define QUANTITY_NONE 0x7fffffff

/* Codes of the text columns; the names stand in trade_names.c. */
enum order_status
{
	ORDER_COMPLETED,
	ORDER_CANCELLED,
	ORDER_STATUSES,
	ORDER_STATUS_MISSING = ORDER_STATUSES,
	ORDER_STATUS_UNKNOWN, /* first of UNKNOWN_NAMES values */
	ORDER_STATUS_ODD = ORDER_STATUS_UNKNOWN + 3, /* ditto */
};

enum order_channel
{
	ORDER_WEB,
	ORDER_MOBILE,
	ORDER_PHONE,
	ORDER_PARTNER,
	ORDER_CHANNELS,
};

enum region
{
	REGION_AMERICAS,
	REGION_EMEA,
	REGION_APAC,
	REGIONS,
};

enum stage
{
	STAGE_LEAD,
	STAGE_QUALIFIED,
	STAGE_PROPOSAL,
	STAGE_NEGOTIATION,
	STAGE_WON,
	STAGE_LOST,
	STAGES,
	STAGE_MISSING = STAGES,
	STAGE_UNKNOWN, /* first of UNKNOWN_NAMES values */
};

#define DEAL_KINDS 4

extern const char *const order_status_names[];
extern const char *const order_channel_names[ORDER_CHANNELS];
extern const char *const region_names[REGIONS];
extern const char *const stage_names[];
extern const char *const deal_kinds[DEAL_KINDS];

struct order
{
	int64_t time;
	int32_t customer;
	int32_t rep;
	size_t first_line, n_lines; /* in life->lines */
	uint8_t status;
	uint8_t channel;
	uint8_t region;
	uint8_t id; /* enum id_mode */
};

struct line
{
	int64_t price;    /* cents each */
	int64_t discount; /* cents off the whole line */
	int32_t product;
	int32_t quantity; /* negative when it comes back */
	int32_t number;   /* within the order, 1.. */
};

struct deal
{
	int64_t created, closed; /* closed is TIME_NONE while open */
	int64_t amount;          /* cents */
	int32_t customer;
	int32_t rep;
	int32_t expected;            /* day */
	size_t first_entry, entries; /* in life->entries */
	uint8_t stage;
	uint8_t kind;
	uint8_t id; /* enum id_mode */
};

struct stage_entry
{
	int64_t time;
	int64_t amount;
	uint8_t stage;
};

#endif
