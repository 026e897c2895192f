#include "skpi_ledger_flow.h"

#include <string.h>

/* Of the policy's fields one by one, as there may be padding between. */
static int32_t
fingerprint(const skpi_policy *p)
{
	const int32_t fields[] = {p->trials,
							  p->never_paid,
							  (int32_t) p->pauses,
							  p->grace,
							  p->unpaid,
							  p->metered,
							  p->at_notice,
							  p->recurring,
							  p->once,
							  p->free_stays,
							  p->returns_after,
							  p->new_after,
							  (int32_t) p->same_month};
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		for (int shift = 0; shift < 32; shift += 8)
			h = (h ^ (((uint32_t) fields[i] >> shift) & 255)) * 16777619u;
	return (int32_t) (h & INT32_MAX);
}

void
skpi_ledger_flow_init(skpi_tally *t, int32_t as_of, const skpi_policy *policy)
{
	skpi_tally_init(t, SKPI_LEDGER_FLOW, SKPI_MONTH,
					(int32_t[]){as_of, fingerprint(policy), 0});
}

bool
skpi_ledger_flow_of(const skpi_tally *t, int32_t as_of,
					const skpi_policy *policy)
{
	return t->param[0] == as_of && t->param[1] == fingerprint(policy);
}

size_t
skpi_ledger_flow_room(const skpi_tally *t, const skpi_tally *ledger)
{
	size_t rows = 3 * skpi_policy_moves_max(ledger);
	size_t months;

	if (ledger->n_rows == 0)
		return 0;
	months = (size_t) (skpi_period(SKPI_MONTH, SKPI_DAY_MAX) -
					   skpi_period(SKPI_MONTH, SKPI_DAY_MIN) + 1);
	if (rows > 3 * months)
		rows = 3 * months;
	return skpi_tally_room(t, rows + skpi_tally_late(t) + 1);
}

typedef struct adder
{
	skpi_tally *t;
	size_t cap;
	const skpi_policy *policy;
	int32_t month;
	int64_t v[SKPI_LF_WIDTH]; /* balances of the month so far */
} adder;

static skpi_status
flush(adder *a)
{
	skpi_status status =
		skpi_tally_add(a->t, a->cap, SKPI_LF_BALANCES, a->month, a->v);

	memset(a->v, 0, sizeof(a->v));
	return status;
}

static int
is_there(const skpi_policy *p, const skpi_standings *s)
{
	return (p->free_stays ? s->list : s->mrr) > 0;
}

static void
add_balances(const skpi_policy *p, const skpi_standings *s, int sign,
			 int64_t *v)
{
	int there = is_there(p, s);
	const int64_t is[SKPI_LB_COLUMNS] = {
		s->mrr,         s->list,      s->committed,
		s->past_due,    s->trial,     s->paused,
		there,          s->trial > 0, s->paused > 0 && !there,
		s->past_due > 0};

	/* two levels of one customer: their difference is within 64 bits */
	for (int i = 0; i < SKPI_LB_COLUMNS; i++)
		v[i] += sign * is[i];
}

static skpi_status
see_step(void *arg, const skpi_policy_step *s)
{
	adder *a = arg;
	int32_t month = skpi_period(SKPI_MONTH, s->day);
	skpi_status status = SKPI_OK;

	if (month != a->month)
		status = flush(a);
	a->month = month;
	add_balances(a->policy, &s->was, -1, a->v);
	add_balances(a->policy, &s->after, 1, a->v);
	return status;
}

static skpi_status
add_move(skpi_tally *t, size_t cap, const skpi_policy_move *m)
{
	int64_t v[SKPI_LF_WIDTH] = {0};
	int64_t amount =
		m->after > m->before ? m->after - m->before : m->before - m->after;

	if (m->movement == SKPI_P_FX)
	{
		v[m->after < m->before] = amount;
		t->version = SKPI_TALLY_ASIDES;
		return skpi_tally_add(t, cap, SKPI_LF_FX,
							  skpi_period(SKPI_MONTH, m->day), v);
	}
	v[m->movement] = amount;
	if (m->movement == SKPI_P_CHURN && m->reason == SKPI_WHY_INVOLUNTARY)
		v[SKPI_LF_INVOLUNTARY] = amount;
	if (m->movement == SKPI_P_CHURN && m->reason == SKPI_WHY_VOLUNTARY)
		v[SKPI_LF_VOLUNTARY] = amount;
	if (m->movement == SKPI_P_PAUSE && !m->there_after)
		v[SKPI_LF_RESTED] = amount;
	if (m->movement == SKPI_P_RESUME && !m->there_before)
		v[SKPI_LF_WOKEN] = amount;
	if (!m->there_before && m->there_after)
		v[m->movement == SKPI_P_NEW      ? SKPI_LF_N_NEW
		  : m->movement == SKPI_P_RESUME ? SKPI_LF_N_RESUMED
										 : SKPI_LF_N_REACTIVATED] = 1;
	if (m->there_before && !m->there_after)
		v[m->movement == SKPI_P_PAUSE ? SKPI_LF_N_PAUSED : SKPI_LF_N_CHURNED] =
			1;
	return skpi_tally_add(t, cap, SKPI_LF_MOVES,
						  skpi_period(SKPI_MONTH, m->day), v);
}

skpi_status
skpi_ledger_flow_add(skpi_tally *t, size_t cap, const skpi_tally *ledger,
					 const skpi_policy *policy, skpi_policy_class *scratch,
					 skpi_policy_move *moves)
{
	adder a = {.t = t, .cap = cap, .policy = policy};
	size_t n = 0;
	skpi_status status = skpi_policy_moves(ledger, policy, t->param[0], scratch,
										   moves, &n, see_step, &a);

	if (status == SKPI_OK)
		status = flush(&a);
	for (size_t i = 0; i < n && status == SKPI_OK; i++)
		status = add_move(t, cap, &moves[i]);
	return status;
}

static bool
head_sound(const skpi_tally *t)
{
	return t->flags == 0 && t->n_labels == 0 && t->grain == SKPI_MONTH &&
		   skpi_day_valid(t->param[0]) && t->param[1] >= 0;
}

static bool
row_sound(const skpi_tally *t, const skpi_row *row, const skpi_periods *p)
{
	bool fx = row->k1 == SKPI_LF_FX && t->version >= SKPI_TALLY_ASIDES;
	bool sound =
		(fx || skpi_within(row->k1, SKPI_LF_MOVES, SKPI_LF_BALANCES)) &&
		skpi_within(row->k2, p->first, p->end - 1);

	for (int i = 0; sound && row->k1 != SKPI_LF_BALANCES && i < SKPI_LF_WIDTH;
		 i++)
		sound = fx && i > 1 ? row->v[i] == 0 : row->v[i] >= 0;
	for (int i = SKPI_LB_COLUMNS;
		 sound && row->k1 == SKPI_LF_BALANCES && i < SKPI_LF_WIDTH; i++)
		sound = row->v[i] == 0;
	return sound;
}

const skpi_kind_rules skpi_ledger_flow_rules = {head_sound, row_sound, NULL};
