#include "skpi_features.h"

#include <math.h>
#include <string.h>

_Static_assert((int) SKPI_SF_WIDTH <= SKPI_FEATURES_MAX, "features fit");

#define STEPS_BETWEEN_STOPS 4096

size_t
skpi_subscription_words(const skpi_tally *history)
{
	/* levels of plans now, 30 and 90 days before, and which were seen */
	return 4 * ((size_t) history->n_labels + 1);
}

static skpi_status
level_begin(skpi_level *l, const skpi_tally *history, int64_t *plan)
{
	skpi_steps_begin(&l->steps, skpi_history_changes(history), SKPI_NET_DAY,
					 SKPI_DAY, SKPI_DAY_MAX);
	l->plan = plan;
	return skpi_steps_next(&l->steps, &l->step, &l->more);
}

/* Takes in the span that holds a month, or the next one, of each lane. */
static skpi_status
next_span(skpi_paid *p, int lane)
{
	return skpi_spans_next(&p->spans[lane], &p->span[lane], &p->more[lane]);
}

static skpi_status
paid_begin(skpi_paid *p, const skpi_tally *payments)
{
	skpi_status status;

	if (payments->grain != SKPI_MONTH)
		return SKPI_E_MISMATCH;
	skpi_spans_begin(&p->spans[0], payments, SKPI_DONE);
	skpi_spans_begin(&p->spans[1], payments, SKPI_FAILED);
	status = next_span(p, 0);
	if (status == SKPI_OK)
		status = next_span(p, 1);
	p->last_paid = SKPI_NO_DAY;
	p->next = INT32_MAX;
	for (int lane = 0; lane < 2; lane++)
		if (p->more[lane] && p->span[lane].from < p->next)
			p->next = p->span[lane].from;
	return status;
}

skpi_status
skpi_subscription_walk_begin(skpi_subscription_walk *w,
							 const skpi_tally *history,
							 const skpi_tally *payments,
							 const skpi_asked *asked, int64_t *words)
{
	size_t plans = (size_t) history->n_labels + 1;
	skpi_status status;

	memset(w, 0, sizeof(*w));
	memset(words, 0, 4 * plans * sizeof(*words));
	w->history = history;
	w->payments = payments;
	w->asked = *asked;
	w->seen = words + 3 * plans;
	w->first = w->spell = w->change = w->fall = SKPI_NO_DAY;
	skpi_steps_begin(&w->ahead, skpi_history_changes(history), SKPI_NET_DAY,
					 SKPI_DAY, SKPI_DAY_MAX);
	status = level_begin(&w->now, history, words);
	if (status == SKPI_OK)
		status = level_begin(&w->before_30, history, words + plans);
	if (status == SKPI_OK)
		status = level_begin(&w->before_90, history, words + 2 * plans);
	if (status == SKPI_OK && payments != NULL)
		status = paid_begin(&w->paid, payments);
	return status;
}

/* The plans of a step; whether one began that she did not have before. */
static skpi_status
move_plans(skpi_subscription_walk *w, skpi_level *l, bool *began)
{
	*began = false;
	for (uint32_t r = l->step.first_row; r < l->step.end_row; r++)
	{
		const skpi_row *row = skpi_changes_row(&l->steps.changes, r);
		int64_t before;
		int64_t change = 0;
		int64_t after;

		if (row->k2 < 0)
			continue;
		before = l->plan[row->k2];
		if (skpi_step_change(&l->step, row, &change) != SKPI_OK ||
			__builtin_add_overflow(before, change, &after))
			return SKPI_E_OVERFLOW;
		l->plan[row->k2] = after;
		*began |= before <= 0 && after > 0;
		if (l != &w->now)
			continue;
		w->plans += (after > 0) - (before > 0);
		w->used += after > 0 && w->seen[row->k2] == 0;
		w->seen[row->k2] |= after > 0;
	}
	return SKPI_OK;
}

/* What is told of the steps up to the day alone. */
static void
enter(skpi_subscription_walk *w, const skpi_step *step, bool plan_moved)
{
	if (step->movement == SKPI_NEW)
		w->first = step->day;
	if (step->movement == SKPI_NEW || step->movement == SKPI_REACTIVATION)
		w->spell = step->day;
	if (step->movement != SKPI_NO_MOVEMENT || plan_moved)
		w->change = step->day;
	if (step->after > w->max)
		w->max = step->after;
}

/* Moves on to the last step of a day up to the one given. */
static skpi_status
advance(skpi_subscription_walk *w, skpi_level *l, int32_t until)
{
	uint32_t since = 0;

	while (l->more && l->step.day <= until)
	{
		bool began;
		bool moved;
		skpi_status status;

		if (++since % STEPS_BETWEEN_STOPS == 0 && w->asked.stop != NULL &&
			w->asked.stop(w->asked.stop_arg))
			return SKPI_E_INTERRUPT;
		status = move_plans(w, l, &began);
		if (status != SKPI_OK)
			return status;
		moved = began && l->step.before > 0 && l->step.after > 0;
		l->plan_moves += moved;
		if (l->step.movement != SKPI_NO_MOVEMENT)
			l->moved[l->step.movement]++;
		l->level = l->step.after;
		if (l == &w->now)
			enter(w, &l->step, moved);
		status = skpi_steps_next(&l->steps, &l->step, &l->more);
		if (status != SKPI_OK)
			return status;
	}
	return SKPI_OK;
}

/* The first day after another on which she leaves; not one on which she
 * pauses. */
static skpi_status
look_ahead(skpi_subscription_walk *w, int32_t day)
{
	uint32_t since = 0;
	bool more = true;

	while (more && (w->fall == SKPI_NO_DAY || w->fall <= day))
	{
		skpi_step step;
		skpi_status status;

		if (++since % STEPS_BETWEEN_STOPS == 0 && w->asked.stop != NULL &&
			w->asked.stop(w->asked.stop_arg))
			return SKPI_E_INTERRUPT;
		status = skpi_steps_next(&w->ahead, &step, &more);
		if (status != SKPI_OK)
			return status;
		if (more && (step.movement == SKPI_CHURN || step.gone))
			w->fall = step.day;
	}
	return SKPI_OK;
}

/* One month more of payments. */
static skpi_status
take_month(skpi_paid *p)
{
	for (int lane = 0; lane < 2; lane++)
	{
		skpi_status status = SKPI_OK;

		while (status == SKPI_OK && p->more[lane] &&
			   p->span[lane].until <= p->next)
			status = next_span(p, lane);
		if (status != SKPI_OK)
			return status;
		p->count[lane][2] = p->count[lane][1];
		p->count[lane][1] = p->count[lane][0];
		p->count[lane][0] = p->more[lane] && p->span[lane].from <= p->next
								? p->span[lane].count
								: 0;
	}
	if (__builtin_add_overflow(p->failed, p->count[1][0], &p->failed))
		return SKPI_E_OVERFLOW;
	p->streak = p->count[1][0] > 0 && p->count[0][0] == 0 ? p->streak + 1 : 0;
	if (p->count[0][0] > 0)
		p->last_paid = p->next;
	p->next++;
	return SKPI_OK;
}

/* The last month that has ended by a day. */
static int32_t
whole_month(int32_t day)
{
	int32_t month = skpi_period(SKPI_MONTH, day);

	return skpi_period_start(SKPI_MONTH, month + 1) - 1 > day ? month - 1
															  : month;
}

static double
in_three(const int64_t *count)
{
	return (double) count[0] + (double) count[1] + (double) count[2];
}

static void
tell_payments(const skpi_subscription_walk *w, int32_t day, double *v)
{
	const skpi_paid *p = &w->paid;

	for (int i = SKPI_SF_PAYMENTS_3; i < SKPI_SF_WIDTH; i++)
		v[i] = NAN;
	if (w->payments == NULL)
		return;
	v[SKPI_SF_PAYMENTS_3] = in_three(p->count[0]);
	v[SKPI_SF_FAILED] = (double) p->failed;
	v[SKPI_SF_FAILED_1] = (double) p->count[1][0];
	v[SKPI_SF_FAILED_3] = in_three(p->count[1]);
	v[SKPI_SF_FAILED_STREAK] = (double) p->streak;
	if (p->last_paid != SKPI_NO_DAY)
		v[SKPI_SF_SINCE_PAYMENT] = whole_month(day) - p->last_paid;
}

static void
tell_plans(const skpi_subscription_walk *w, double *v)
{
	bool known = (w->history->flags & SKPI_LABELLED) != 0;

	v[SKPI_SF_PLANS] = known ? (double) w->plans : NAN;
	v[SKPI_SF_PLANS_USED] = known ? (double) w->used : NAN;
	v[SKPI_SF_PLAN_MOVES] = known ? (double) w->now.plan_moves : NAN;
	v[SKPI_SF_PLAN_MOVES_90] =
		known ? (double) (w->now.plan_moves - w->before_90.plan_moves) : NAN;
}

static double
change_since(const skpi_subscription_walk *w, const skpi_level *before,
			 int32_t since)
{
	if (w->first > since)
		return NAN;
	return (double) (w->now.level - before->level) / 10000;
}

static void
tell(const skpi_subscription_walk *w, int32_t day, double *v)
{
	const int64_t *moved = w->now.moved;
	const int64_t *before = w->before_90.moved;

	v[SKPI_SF_TENURE] = day - w->first;
	v[SKPI_SF_SPELL] = day - w->spell;
	v[SKPI_SF_MRR] = (double) w->now.level / 10000;
	v[SKPI_SF_CHANGE_30] = change_since(w, &w->before_30, day - 30);
	v[SKPI_SF_CHANGE_90] = change_since(w, &w->before_90, day - 90);
	v[SKPI_SF_MAX] = (double) w->max / 10000;
	v[SKPI_SF_TO_MAX] = v[SKPI_SF_MRR] / v[SKPI_SF_MAX];
	v[SKPI_SF_EXPANSIONS] = (double) moved[SKPI_EXPANSION];
	v[SKPI_SF_CONTRACTIONS] = (double) moved[SKPI_CONTRACTION];
	v[SKPI_SF_EXPANSIONS_90] =
		(double) (moved[SKPI_EXPANSION] - before[SKPI_EXPANSION]);
	v[SKPI_SF_CONTRACTIONS_90] =
		(double) (moved[SKPI_CONTRACTION] - before[SKPI_CONTRACTION]);
	v[SKPI_SF_SINCE_CHANGE] = day - w->change;
	v[SKPI_SF_CHURNS] = (double) moved[SKPI_CHURN];
	v[SKPI_SF_REACTIVATIONS] = (double) moved[SKPI_REACTIVATION];
	tell_plans(w, v);
	tell_payments(w, day, v);
}

skpi_status
skpi_subscription_walk_to(skpi_subscription_walk *w, int32_t day,
						  skpi_features *f)
{
	skpi_status status = advance(w, &w->now, day);
	bool known = skpi_asked_known(&w->asked, day);

	if (status == SKPI_OK)
		status = advance(w, &w->before_30, day - 30);
	if (status == SKPI_OK)
		status = advance(w, &w->before_90, day - 90);
	while (status == SKPI_OK && w->payments != NULL &&
		   w->paid.next <= whole_month(day))
		status = take_month(&w->paid);
	if (status == SKPI_OK && known)
		status = look_ahead(w, day);
	if (status != SKPI_OK)
		return status;
	f->there = w->now.level > 0;
	if (!f->there)
		return SKPI_OK;
	f->left = SKPI_LEFT_UNKNOWN;
	if (known)
		f->left = w->fall > day && w->fall - day <= w->asked.horizon
					  ? SKPI_LEFT
					  : SKPI_STAYED;
	tell(w, day, f->value);
	return SKPI_OK;
}
