/*
 * From recurring revenue to cash received, line by line.
 *
 *  (1) Per customer and period: m is the level when the period closes, c what
 *      was received, f what failed, r what was refunded.
 *  (2) c >= m: the surplus is "above", or "without" when m is zero.
 *  (3) c < m: the gap is "failed" up to f; the rest is "below" when something
 *      was received, "unpaid" otherwise.
 *  (4) mrr + above + without - failed - below - unpaid - refunded = c - r,
 *      for each customer, and therefore for every sum over customers.
 *
 * Rows: k1 = 0, k2 = period; v as below, as differences.  Parameters: as_of
 * day.  The activity's grain is the grain of the bridge.
 */
#ifndef SKPI_BRIDGE_H
#define SKPI_BRIDGE_H

#include "skpi_activity.h"

typedef enum skpi_bridge_column
{
	SKPI_BRI_MRR,
	SKPI_BRI_ABOVE,
	SKPI_BRI_WITHOUT,
	SKPI_BRI_FAILED,
	SKPI_BRI_BELOW,
	SKPI_BRI_UNPAID,
	SKPI_BRI_REFUNDED,
	SKPI_BRI_COLLECTED, /* net of refunds */
	SKPI_BRI_WIDTH,
} skpi_bridge_column;

void skpi_bridge_init(skpi_tally *t, skpi_grain grain, int32_t as_of);

/* Either side may be NULL: a customer who never paid, or never subscribed. */
size_t skpi_bridge_room(const skpi_tally *t, const skpi_tally *history,
						const skpi_tally *activity);
skpi_status skpi_bridge_add(skpi_tally *t, size_t cap,
							const skpi_tally *history,
							const skpi_tally *activity);

/* The lines of one customer's period. */
void skpi_bridge_lines(int64_t mrr, int64_t received, int64_t failed,
					   int64_t refunded, int64_t v[SKPI_BRI_WIDTH]);

#endif
