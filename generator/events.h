/*
 * What a customer does in the product, day by day, between signing up and
 * leaving: the rows of events.csv.
 */
#ifndef GEN_EVENTS_H
#define GEN_EVENTS_H

#include "life.h"
#include "stream.h"

struct company;
struct tally;

/* Kinds of users, who differ in what they do. */
enum habit
{
	HABIT_BUILDER,
	HABIT_SEARCHER,
	HABIT_DABBLER,
	HABITS,
};

extern const char *const habit_names[HABITS];

#define ERROR_BURST_PPM 700000u /* of actions on the day of errors */
#define SESSION_GAP 1800        /* seconds; a longer gap begins a session */
#define QUIET_MIN 21            /* days before a customer leaves */
#define QUIET_MAX 49

/*
 * Fills life->events of a customer whose subscriptions are known.  Mean events
 * of an active customer in a month are about per_month.
 */
void events_live(const struct company *co, struct tally *tally,
				 struct life *life, gsl_rng *rng, int per_month);

#endif
