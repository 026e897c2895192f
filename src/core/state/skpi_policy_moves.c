/*
 * What the steps of a ledger are called.
 */
#include "skpi_policy_core.h"

/* What a customer's past says of what comes next. */
typedef struct judge
{
	const skpi_policy *p;
	bool seen;    /* was there before */
	bool resting; /* is away for a pause */
	int32_t left; /* day of the last way down */
} judge;

static bool
is_there(const skpi_policy *p, const skpi_standings *s)
{
	return p->free_stays ? s->list > 0 : s->mrr > 0;
}

static skpi_policy_movement
arrival(const judge *j, int32_t day)
{
	int32_t gap = day - j->left;

	if (!j->seen)
		return SKPI_P_NEW;
	if (j->resting)
		return SKPI_P_RESUME;
	if (j->p->new_after != SKPI_FOR_EVER && gap > j->p->new_after)
		return SKPI_P_NEW;
	return gap < j->p->returns_after ? SKPI_P_EXPANSION : SKPI_P_REACTIVATION;
}

/* Net change and pauses of a step. */
static skpi_policy_movement
movement_of(const judge *j, const skpi_policy_step *s, bool was, bool is)
{
	bool told = j->p->pauses == SKPI_PAUSES_ZERO;
	bool rests = told && s->after.paused > s->before.paused;
	bool wakes = told && s->after.paused < s->before.paused;

	if (!was)
		return arrival(j, s->day);
	if (!is)
		return rests ? SKPI_P_PAUSE : SKPI_P_CHURN;
	if (s->after.mrr > s->before.mrr)
		return wakes ? SKPI_P_RESUME : SKPI_P_EXPANSION;
	return rests ? SKPI_P_PAUSE : SKPI_P_CONTRACTION;
}

static skpi_move_reason
why_up(const skpi_policy_step *s, bool by_discount)
{
	if (s->after.paused < s->before.paused)
		return SKPI_WHY_RESUME;
	if (s->recovered)
		return SKPI_WHY_RECOVERY;
	if (s->trial_ended)
		return SKPI_WHY_TRIAL;
	return by_discount ? SKPI_WHY_DISCOUNT_ENDED : SKPI_WHY_NONE;
}

static skpi_move_reason
why_down(const skpi_policy_step *s, bool by_discount)
{
	if (s->after.paused > s->before.paused)
		return SKPI_WHY_PAUSE;
	if (s->expired || s->ended[SKPI_INVOLUNTARY] ||
		(s->owed && !s->ended[SKPI_VOLUNTARY] && !s->ended[SKPI_OTHER_REASON]))
		return SKPI_WHY_INVOLUNTARY;
	if (s->ended[SKPI_VOLUNTARY] || s->notice)
		return SKPI_WHY_VOLUNTARY;
	if (s->ended[SKPI_OTHER_REASON])
		return SKPI_WHY_OTHER;
	return by_discount ? SKPI_WHY_DISCOUNT_BEGAN : SKPI_WHY_NONE;
}

/* By precedence; one who comes or goes does so by standing or by nothing. */
static skpi_move_axis
axis_of(const skpi_policy_step *s, skpi_move_reason why, bool stays)
{
	switch (why)
	{
		case SKPI_WHY_INVOLUNTARY:
		case SKPI_WHY_PAUSE:
		case SKPI_WHY_RESUME:
		case SKPI_WHY_RECOVERY:
		case SKPI_WHY_TRIAL:
			return SKPI_BY_STANDING;
		default:
			break;
	}
	if (s->after.list == s->before.list)
		return SKPI_BY_DISCOUNT;
	if (!stays)
		return SKPI_BY_NONE;
	if (s->plans_differ)
		return SKPI_BY_PLAN;
	if (s->terms_differ)
		return SKPI_BY_TERM;
	return s->after.quantity != s->before.quantity ? SKPI_BY_QUANTITY
												   : SKPI_BY_PRICE;
}

/* False when the step is no movement. */
static bool
judge_step(judge *j, const skpi_policy_step *s, skpi_policy_move *m)
{
	bool was = is_there(j->p, &s->before);
	bool is = is_there(j->p, &s->after);
	bool by_discount = s->after.list == s->before.list;

	if (was == is && s->after.mrr == s->before.mrr)
	{
		/* what was paused has ended, and will not resume */
		if (!is && s->after.paused == 0)
			j->resting = false;
		return false;
	}
	*m = (skpi_policy_move){.day = s->day,
							.movement = movement_of(j, s, was, is),
							.before = s->before.mrr,
							.after = s->after.mrr,
							.there_before = was,
							.there_after = is,
							.days_away = SKPI_NO_DAY};
	if (!was && j->seen)
		m->days_away = s->day - j->left;
	m->reason = !was || s->after.mrr > s->before.mrr ? why_up(s, by_discount)
													 : why_down(s, by_discount);
	m->axis = axis_of(s, m->reason, was && is);
	if (was && !is)
	{
		j->left = s->day;
		j->resting = m->movement == SKPI_P_PAUSE;
	}
	j->seen = true;
	return true;
}

/* Who came for the first time in a month and is gone within it never came. */
static size_t
without_visit(judge *j, const skpi_policy_move *moves, size_t n)
{
	const skpi_policy_move *last = &moves[n - 1];
	int32_t month = skpi_period(SKPI_MONTH, last->day);

	if (j->p->same_month != SKPI_SAME_MONTH_REMOVED || last->there_after)
		return n;
	for (size_t i = n; i > 0; i--)
	{
		if (skpi_period(SKPI_MONTH, moves[i - 1].day) != month)
			break;
		if (moves[i - 1].movement == SKPI_P_NEW)
		{
			j->seen = i > 1;
			return i - 1;
		}
	}
	return n;
}

/* The later of two steps of one month, as far back as the earlier. */
static skpi_status
join_steps(skpi_policy_step *to, const skpi_policy_step *s)
{
	int64_t *before = (int64_t *) &to->before;

	for (int n = 0; n < SKPI_STANDINGS_N; n++)
		if (skpi_add_to(&before[n], ((const int64_t *) &s->before)[n], 1) !=
				SKPI_OK ||
			skpi_add_to(&before[n], ((const int64_t *) &s->was)[n], -1) !=
				SKPI_OK)
			return SKPI_E_OVERFLOW;
	if (s->moved)
		to->day = s->day;
	to->after = s->after;
	to->plans_differ = to->plans_differ || s->plans_differ;
	to->terms_differ = to->terms_differ || s->terms_differ;
	to->recovered = to->recovered || s->recovered;
	to->trial_ended = to->trial_ended || s->trial_ended;
	to->expired = to->expired || s->expired;
	to->owed = to->owed || s->owed;
	to->notice = to->notice || s->notice;
	for (int i = 0; i < SKPI_END_REASONS; i++)
		to->ended[i] = to->ended[i] || s->ended[i];
	return SKPI_OK;
}

size_t
skpi_policy_moves_max(const skpi_tally *ledger)
{
	return (size_t) ledger->n_rows + ledger->n_labels + 1;
}

/* What rates changed; a customer neither comes nor goes by it. */
static void
put_fx(const judge *j, const skpi_policy_step *s, skpi_policy_move *moves,
	   size_t *n)
{
	bool there = is_there(j->p, &s->was);

	if (s->before.mrr != s->was.mrr)
		moves[(*n)++] = (skpi_policy_move){.day = s->day,
										   .movement = SKPI_P_FX,
										   .axis = SKPI_BY_FX,
										   .before = s->was.mrr,
										   .after = s->before.mrr,
										   .there_before = there,
										   .there_after = there,
										   .days_away = SKPI_NO_DAY};
}

/* Of a month as a whole, what rates changed is told apart of what was there
 * before it, as far as that alone could have changed so. */
static void
put_move(judge *j, const skpi_policy_step *step, skpi_policy_move *moves,
		 size_t *n)
{
	skpi_policy_step s = *step;

	if (!is_there(j->p, &s.was) || !is_there(j->p, &s.before) ||
		s.before.mrr < 0)
		s.before = s.was;
	put_fx(j, &s, moves, n);
	if (judge_step(j, &s, &moves[*n]))
	{
		++*n;
		*n = without_visit(j, moves, *n);
	}
}

skpi_status
skpi_policy_moves(const skpi_tally *ledger, const skpi_policy *policy,
				  int32_t as_of, skpi_policy_class *scratch,
				  skpi_policy_move *moves, size_t *n, skpi_policy_seen seen,
				  void *arg)
{
	bool by_month = policy->same_month == SKPI_SAME_MONTH_NET;
	judge j = {.p = policy};
	skpi_policy_step kept;
	bool has_kept = false;
	skpi_policy_walk w;
	size_t count = 0;
	skpi_status status =
		skpi_policy_walk_begin(&w, ledger, policy, as_of, scratch);

	while (status == SKPI_OK)
	{
		skpi_policy_step s;
		bool more;

		status = skpi_policy_walk_next(&w, &s, &more);
		if (status != SKPI_OK || !more)
			break;
		if (seen != NULL)
			status = seen(arg, &s);
		if (has_kept && by_month &&
			skpi_period(SKPI_MONTH, s.day) == skpi_period(SKPI_MONTH, kept.day))
		{
			if (status == SKPI_OK)
				status = join_steps(&kept, &s);
			continue;
		}
		if (has_kept)
			put_move(&j, &kept, moves, &count);
		kept = s;
		has_kept = true;
	}
	if (status != SKPI_OK)
		return status;
	if (has_kept)
		put_move(&j, &kept, moves, &count);
	*n = count;
	return SKPI_OK;
}

const char *
skpi_policy_movement_name(skpi_policy_movement m)
{
	static const char *const names[SKPI_P_FX + 1] = {
		"new",          "expansion", "contraction", "churn",
		"reactivation", "pause",     "resume",      "fx"};

	return names[m];
}

const char *
skpi_move_reason_name(skpi_move_reason r)
{
	static const char *const names[SKPI_WHYS] = {"",
												 "voluntary",
												 "involuntary",
												 "other",
												 "pause",
												 "resume",
												 "recovery",
												 "trial converted",
												 "discount began",
												 "discount ended"};

	return names[r];
}

const char *
skpi_move_axis_name(skpi_move_axis a)
{
	static const char *const names[SKPI_MOVE_AXES] = {
		"", "standing", "discount", "plan", "term", "quantity", "price", "fx"};

	return names[a];
}

const char *
skpi_policy_axis_name(skpi_policy_axis a)
{
	static const char *const names[SKPI_POLICY_AXES] = {"trials",
														"pauses",
														"past due",
														"usage",
														"churn instant",
														"recurring discounts",
														"one-time discounts"};

	return names[a];
}
