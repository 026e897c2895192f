/* truth.json: what was asked for, what was planted and what came of it. */
#ifndef GEN_TRUTH_H
#define GEN_TRUTH_H

#include "event_table.h"
#include "options.h"
#include "tables.h"
#include "tally.h"
#include "truth_shop.h"
#include "ugly.h"

struct truth
{
	const struct options *opt;
	const struct company *co;
	const struct tally *tally;
	const struct ugly *ugly; /* NULL without defects */
	int64_t rows[4];         /* customers, subscriptions, payments, costs */
	int64_t success_rows, failed_rows;
	int64_t success_cents;
	int64_t event_rows;
	const struct shop_truth *shop;    /* NULL when not asked for */
	const struct event_table *events; /* NULL when not asked for */
};

bool truth_write(const struct truth *t, const char *dir);

#endif
