/*
 * What happened, counted while it happens: the basis of costs.csv and of
 * truth.json.  Everything counts the company before any defect is planted.
 */
#ifndef GEN_TALLY_H
#define GEN_TALLY_H

#include "company.h"
#include "events.h"
#include "sales.h"

struct month_tally
{
	int64_t signups;
	int64_t signups_by[CHANNELS];
	int64_t billed;    /* due dates, paid or not */
	int64_t failed;    /* failed attempts */
	int64_t collected; /* cents */
};

/* What the customers do, if events are asked for. */
struct event_tally
{
	int64_t types[EVENT_TYPES];
	int64_t sessions;
	int64_t habits[HABITS]; /* customers */
	int64_t active_days;    /* customer days from signup, while not away */
	int64_t burst_signups[BURSTS];
	int64_t burst_errors;
};

struct tally
{
	struct event_tally events;
	struct shop_tally shop;

	int64_t converted;     /* customers with a subscription */
	int64_t matured;       /* signed up 30 days before the end or earlier */
	int64_t quick;         /* of them, first paid within 30 days */
	int64_t active_at_end; /* customers */
	int64_t voluntary;
	int64_t involuntary;
	int64_t pauses;
	int64_t returns; /* from a pause or after leaving */
	int64_t upgrades;
	int64_t downgrades;
	int64_t repriced;
	int64_t seconds; /* second subscriptions beside a first */
	int64_t shock_charges;
	int64_t shock_lost; /* cents */
	struct month_tally month[MONTHS_MAX];
};

#endif
