/*
 * Many customers under one policy, by month: what moved, and where they stood.
 *
 * Rows: k1 = 0: movements of the month k2, as in skpi_ledger_flow_column; or
 * k1 = 1: by how much balances changed in it, as in skpi_ledger_balance.  The
 * two are gathered apart, so that one can be held against the other.  An aside,
 * k1 = -1: what rates changed, up and down.
 * Parameters: as_of day, fingerprint of the policy.
 */
#ifndef SKPI_LEDGER_FLOW_H
#define SKPI_LEDGER_FLOW_H

#include "skpi_policy.h"

typedef enum skpi_ledger_flow_column
{
	/* amounts, in the order of skpi_policy_movement */
	SKPI_LF_INVOLUNTARY = SKPI_P_MOVEMENTS, /* of churn */
	SKPI_LF_VOLUNTARY,
	SKPI_LF_RESTED, /* of pause, by customers who are not there after */
	SKPI_LF_WOKEN,  /* of resume, by those who were not there before */
	SKPI_LF_N_NEW,
	SKPI_LF_N_CHURNED,
	SKPI_LF_N_REACTIVATED,
	SKPI_LF_N_PAUSED,
	SKPI_LF_N_RESUMED,
	SKPI_LF_WIDTH,
} skpi_ledger_flow_column;

typedef enum skpi_ledger_balance
{
	SKPI_LB_MRR,
	SKPI_LB_LIST,
	SKPI_LB_COMMITTED,
	SKPI_LB_PAST_DUE,
	SKPI_LB_TRIAL,
	SKPI_LB_PAUSED,
	SKPI_LB_CUSTOMERS,
	SKPI_LB_N_TRIAL,  /* customers with something on trial */
	SKPI_LB_N_PAUSED, /* with something paused who are not there */
	SKPI_LB_N_PAST_DUE,
	SKPI_LB_COLUMNS,
} skpi_ledger_balance;

enum
{
	SKPI_LF_FX = -1,
	SKPI_LF_MOVES,
	SKPI_LF_BALANCES,
};

void skpi_ledger_flow_init(skpi_tally *t, int32_t as_of,
						   const skpi_policy *policy);

/* Whether t is of this day and policy. */
bool skpi_ledger_flow_of(const skpi_tally *t, int32_t as_of,
						 const skpi_policy *policy);

/* Bytes of room a customer may need. */
size_t skpi_ledger_flow_room(const skpi_tally *t, const skpi_tally *ledger);

/* After anything but SKPI_OK t may hold a part of the customer. */
skpi_status skpi_ledger_flow_add(skpi_tally *t, size_t cap,
								 const skpi_tally *ledger,
								 const skpi_policy *policy,
								 skpi_policy_class *scratch,
								 skpi_policy_move *moves);

#endif
