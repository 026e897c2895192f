/*
 * The MRR waterfall: movements summed by period, over any set of customers.
 *
 *  (1) Opening + new + expansion + reactivation + transfer in - contraction -
 *      churn - transfer out = closing, exactly, for the total and per label.
 *  (2) A label (a plan) gains and loses revenue that its customer neither
 *      gained nor lost.  That part is a transfer.  Of a group of changes that
 *      raises the customer's level, every fall of a label is transferred out,
 *      the same amount is transferred into the labels that rose, in name
 *      order, and what the rises have over is the customer's movement.  Of
 *      one that lowers the level, the mirror image.
 *  (3) So each bucket summed over labels is the bucket of the total, and all
 *      transfers in are all transfers out.
 *
 *  (4) A pause stands as churn or contraction, a resume as reactivation or
 *      expansion, and an aside says how much of them it is.
 *  (5) What rates change stands as expansion and contraction of each label, and
 *      an aside of its own says how much of them it is.
 *
 * Rows: k1 = label (0: the total), k2 = period; v as in skpi_flow_column, in
 * units of 1/10000 and customers.  Parameters: as_of day, netting.
 */
#ifndef SKPI_FLOW_H
#define SKPI_FLOW_H

#include "skpi_array.h"
#include "skpi_history.h"

typedef enum skpi_flow_column
{
	/* the first five stand in the order of skpi_movement */
	SKPI_FLOW_NEW,
	SKPI_FLOW_EXPANSION,
	SKPI_FLOW_CONTRACTION,
	SKPI_FLOW_CHURN,
	SKPI_FLOW_REACTIVATION,
	SKPI_FLOW_TRANSFER_IN,
	SKPI_FLOW_TRANSFER_OUT,
	SKPI_FLOW_ROUND_TRIP, /* what coarser netting would hide, on each side */
	SKPI_FLOW_COUNTS,     /* customers, in the same order as the amounts */
	SKPI_FLOW_N_TRANSFER_IN = SKPI_FLOW_COUNTS + SKPI_FLOW_TRANSFER_IN,
	SKPI_FLOW_N_TRANSFER_OUT = SKPI_FLOW_COUNTS + SKPI_FLOW_TRANSFER_OUT,
	SKPI_FLOW_WIDTH,
} skpi_flow_column;

void skpi_flow_init(skpi_tally *flow, skpi_grain grain, int32_t as_of,
					skpi_netting netting);

/*
 * Bytes of room a customer's history may need at most, and 64-bit words of
 * scratch memory.
 */
size_t skpi_flow_room(const skpi_tally *flow, const skpi_tally *history);
size_t skpi_flow_scratch(const skpi_tally *history);

/*
 * A customer of many rows costs least in an empty flow with twice the room.
 * stop may be NULL; E_INTERRUPT leaves flow with a part of the customer.
 */
skpi_status skpi_flow_add(skpi_tally *flow, size_t cap,
						  const skpi_tally *history, int64_t *scratch,
						  skpi_stop_fn stop, void *stop_arg);

/* The values of a label that are of pauses, or of rates, period by period;
 * *next is where skpi_flow_asides() says that they begin. */
uint32_t skpi_flow_asides(const skpi_tally *flow, int32_t label, int aside);
const int64_t *skpi_flow_aside(const skpi_tally *flow, int32_t label, int aside,
							   int32_t period, uint32_t *next);

/*
 * The total of a flow in the periods [from, to), without its labels: what there
 * was before is transferred in, what there is after the last one out.
 * Consecutive parts add up to the flow but for these transfers.  INT32_MIN and
 * INT32_MAX for no bound; from < to.
 */
skpi_status skpi_flow_between(skpi_tally *part, size_t cap,
							  const skpi_tally *flow, int32_t from, int32_t to);

/* The balances after a row of movements; E_OVERFLOW, E_CORRUPT below zero. */
typedef struct skpi_balance
{
	int64_t amount;
	int64_t customers;
} skpi_balance;

skpi_status skpi_flow_balance(const int64_t *v, skpi_balance *balance);

#endif
