/* What the shop sold, counted while it happens and before any defect. */
#ifndef GEN_SALES_H
#define GEN_SALES_H

#include "life.h"
#include "options.h"

struct company;

struct best
{
	int32_t customer; /* the first of those with the most */
	int64_t value;
};

struct shop_tally
{
	/* Completed orders; a sale has lines bought, a return lines sent back. */
	int64_t sales, returns, cancelled;
	int64_t gross, discounts, returned, cancelled_net; /* cents */
	int64_t units, units_back;
	int64_t buyers, repeat_buyers; /* with a sale, with two */
	int64_t dropped_out;           /* will not buy again */
	struct best most_orders, most_spent;
	int64_t longest_silence; /* days since the last sale, of buyers */
	int64_t month_sales[MONTHS_MAX], month_net[MONTHS_MAX];

	int64_t deals[STAGES], deal_amount[STAGES]; /* cents */
	int64_t reopened, moved_back, skipped, amount_changes;
};

/* Counts the orders of a life. */
void sales_count(const struct company *co, struct shop_tally *t,
				 const struct life *life);

#endif
