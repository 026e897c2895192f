/*
 * What the rows of a waterfall say.
 */
#include "skpi_flow.h"

void
skpi_flow_init(skpi_tally *flow, skpi_grain grain, int32_t as_of,
			   skpi_netting netting)
{
	skpi_tally_init(flow, SKPI_MRR_FLOW, grain,
					(int32_t[]){as_of, (int32_t) netting, 0});
}

uint32_t
skpi_flow_asides(const skpi_tally *flow, int32_t label, int aside)
{
	if (flow->version < SKPI_TALLY_ASIDES)
		return flow->n_rows;
	return skpi_tally_find(flow, skpi_aside_key(label, aside), INT32_MIN);
}

const int64_t *
skpi_flow_aside(const skpi_tally *flow, int32_t label, int aside,
				int32_t period, uint32_t *next)
{
	static const int64_t nothing[SKPI_FLOW_WIDTH] = {0};
	int32_t key = skpi_aside_key(label, aside);

	while (*next < flow->n_rows &&
		   skpi_compare_keys(skpi_tally_row(flow, *next), key, period) < 0)
		(*next)++;
	if (*next == flow->n_rows ||
		skpi_compare_keys(skpi_tally_row(flow, *next), key, period) != 0)
		return nothing;
	return skpi_tally_row(flow, *next)->v;
}

skpi_status
skpi_flow_balance(const int64_t *v, skpi_balance *balance)
{
	static const int up[] = {SKPI_FLOW_NEW, SKPI_FLOW_EXPANSION,
							 SKPI_FLOW_REACTIVATION, SKPI_FLOW_TRANSFER_IN};
	static const int down[] = {SKPI_FLOW_CONTRACTION, SKPI_FLOW_CHURN,
							   SKPI_FLOW_TRANSFER_OUT};
	skpi_balance b = *balance;

	for (int i = 0; i < 4; i++)
	{
		if (__builtin_add_overflow(b.amount, v[up[i]], &b.amount))
			return SKPI_E_OVERFLOW;
		if (up[i] != SKPI_FLOW_EXPANSION &&
			__builtin_add_overflow(b.customers, v[SKPI_FLOW_COUNTS + up[i]],
								   &b.customers))
			return SKPI_E_OVERFLOW;
	}
	for (int i = 0; i < 3; i++)
	{
		if (__builtin_sub_overflow(b.amount, v[down[i]], &b.amount))
			return SKPI_E_OVERFLOW;
		if (down[i] != SKPI_FLOW_CONTRACTION &&
			__builtin_sub_overflow(b.customers, v[SKPI_FLOW_COUNTS + down[i]],
								   &b.customers))
			return SKPI_E_OVERFLOW;
	}
	if (b.amount < 0 || b.customers < 0)
		return SKPI_E_CORRUPT;
	*balance = b;
	return SKPI_OK;
}

static skpi_status
put_transfer(skpi_tally *part, size_t cap, int32_t period,
			 const skpi_balance *moved, skpi_flow_column column)
{
	int64_t v[SKPI_FLOW_WIDTH] = {0};

	v[column] = moved->amount;
	v[SKPI_FLOW_COUNTS + column] = moved->customers;
	return skpi_tally_add(part, cap, 0, period, v);
}

skpi_status
skpi_flow_between(skpi_tally *part, size_t cap, const skpi_tally *flow,
				  int32_t from, int32_t to)
{
	skpi_balance opening = {0, 0};
	skpi_balance closing;
	uint32_t r = skpi_tally_find(flow, skpi_aside_key(0, SKPI_ASIDES_MAX - 1),
								 INT32_MIN);
	skpi_status status = SKPI_OK;

	if (skpi_tally_used(part) + skpi_tally_room(part, flow->n_rows + 2) > cap)
		return SKPI_FULL;
	part->version = flow->version;
	for (; r < flow->n_rows && status == SKPI_OK; r++)
	{
		const skpi_row *row = skpi_tally_row(flow, r);

		if (row->k1 > 0)
			break;
		if (row->k2 >= from && row->k2 < to)
			status = skpi_tally_add(part, cap, row->k1, row->k2, row->v);
		else if (row->k1 == 0 && row->k2 < from)
			status = skpi_flow_balance(row->v, &opening);
	}
	closing = opening;
	r = skpi_tally_find(part, 0, INT32_MIN);
	for (; r < part->n_rows && status == SKPI_OK; r++)
		status = skpi_flow_balance(skpi_tally_row(part, r)->v, &closing);
	if (status == SKPI_OK && from != INT32_MIN)
		status = put_transfer(part, cap, from, &opening, SKPI_FLOW_TRANSFER_IN);
	if (status == SKPI_OK && to != INT32_MAX)
		status = put_transfer(part, cap, to, &closing, SKPI_FLOW_TRANSFER_OUT);
	return status;
}

/* Part of what its row says, as far as one of them alone can tell. */
static bool
aside_sound(const skpi_tally *t, const skpi_row *row)
{
	const int64_t *v = row->v;
	const int64_t *n = v + SKPI_FLOW_COUNTS;

	return skpi_aside_sound(t, row->k1) &&
		   skpi_key_aside(row->k1) != SKPI_ASIDE_PAUSED_FX &&
		   v[SKPI_FLOW_NEW] == 0 && v[SKPI_FLOW_TRANSFER_IN] == 0 &&
		   v[SKPI_FLOW_TRANSFER_OUT] == 0 && v[SKPI_FLOW_ROUND_TRIP] == 0 &&
		   n[SKPI_FLOW_NEW] == 0 && n[SKPI_FLOW_TRANSFER_IN] == 0 &&
		   n[SKPI_FLOW_TRANSFER_OUT] == 0;
}

static bool
row_sound(const skpi_tally *t, const skpi_row *row, const skpi_periods *p)
{
	for (int i = 0; i < SKPI_FLOW_WIDTH; i++)
		if (row->v[i] < 0)
			return false;
	return (row->k1 < 0 ? aside_sound(t, row)
						: skpi_within(row->k1, 0, t->n_labels)) &&
		   skpi_within(row->k2, p->first, p->end);
}

const skpi_kind_rules skpi_flow_rules = {skpi_head_as_of, row_sound, NULL};
