#include "skpi_history.h"

#include <string.h>

skpi_changes
skpi_history_changes(const skpi_tally *history)
{
	return (skpi_changes){(const char *) skpi_tally_row(history, 0),
						  history->n_rows};
}

/* Scratch: where the rows of each label end, then the rows. */
size_t
skpi_history_split_words(const skpi_tally *history)
{
	return (size_t) history->n_labels + 2 +
		   history->n_rows * skpi_tally_stride(history) / sizeof(int64_t);
}

void
skpi_history_split(const skpi_tally *history, int64_t *scratch)
{
	size_t stride = skpi_tally_stride(history);
	int64_t *end = scratch;
	char *rows = (char *) (scratch + history->n_labels + 2);

	memset(end, 0, ((size_t) history->n_labels + 2) * sizeof(*end));
	/* counted one further, so that sums are where each label begins */
	for (uint32_t r = 0; r < history->n_rows; r++)
		end[skpi_key_label(skpi_tally_row(history, r)->k2) + 1]++;
	for (int32_t i = 1; i <= history->n_labels + 1; i++)
		end[i] += end[i - 1];
	for (uint32_t r = 0; r < history->n_rows; r++)
	{
		const skpi_row *row = skpi_tally_row(history, r);

		memcpy(rows + (size_t) end[skpi_key_label(row->k2)]++ * stride, row,
			   stride);
	}
}

skpi_changes
skpi_history_of_label(const skpi_tally *history, const int64_t *scratch,
					  int32_t label)
{
	const char *rows = (const char *) (scratch + history->n_labels + 2);
	int64_t first = scratch[label - 1];

	return (skpi_changes){rows + (size_t) first * skpi_tally_stride(history),
						  (uint32_t) (scratch[label] - first)};
}

void
skpi_steps_begin(skpi_steps *walk, skpi_changes changes, skpi_netting netting,
				 skpi_grain grain, int32_t as_of)
{
	*walk = (skpi_steps){
		.changes = changes, .netting = netting, .grain = grain, .as_of = as_of};
}

/*
 * Rows from `first` that fall together under the walk's netting.  Most are
 * further apart than the longest period, which saves asking the calendar.
 */
static uint32_t
group_end(const skpi_steps *walk, uint32_t first)
{
	const skpi_changes *c = &walk->changes;
	int32_t day = skpi_changes_row(c, first)->k1;
	bool by_period = walk->netting == SKPI_NET_PERIOD;
	int32_t days = by_period ? skpi_period_days(walk->grain) : 1;
	uint32_t r = first + 1;

	for (; r < c->n; r++)
	{
		int32_t d = skpi_changes_row(c, r)->k1;

		if (d > walk->as_of || d - day >= days)
			break;
		if (by_period &&
			skpi_period(walk->grain, d) != skpi_period(walk->grain, day))
			break;
	}
	return r;
}

/* Rules (3) and (4); who rests does so until something moves her. */
static skpi_movement
classify(const skpi_step *s, bool seen, bool *resting)
{
	bool rests = s->paused_after > s->paused_before;

	if (s->before == s->after)
	{
		/* what was paused has ended, and will not resume */
		*resting = *resting && s->paused_after > 0;
		return SKPI_NO_MOVEMENT;
	}
	if (s->before == 0)
		return !seen ? SKPI_NEW : *resting ? SKPI_RESUME : SKPI_REACTIVATION;
	if (s->after == 0)
	{
		*resting = rests;
		return rests ? SKPI_PAUSE : SKPI_CHURN;
	}
	if (s->after > s->before)
		return s->paused_after < s->paused_before ? SKPI_RESUME
												  : SKPI_EXPANSION;
	return rests ? SKPI_PAUSE : SKPI_CONTRACTION;
}

/* What is paused rises with what ends, and falls with what starts; what only
 * its rate changes of it is before all that. */
static skpi_status
add_paused(skpi_step *s, const skpi_row *row)
{
	int64_t rose = row->v[SKPI_STARTED];
	int64_t fell = row->v[SKPI_ENDED];
	bool fails = false;

	if (skpi_key_aside(row->k2) == SKPI_ASIDE_PAUSED)
		fails = (s->ends && __builtin_add_overflow(s->paused_after, rose,
												   &s->paused_after)) ||
				(s->starts && __builtin_sub_overflow(s->paused_after, fell,
													 &s->paused_after));
	else if (skpi_key_aside(row->k2) == SKPI_ASIDE_PAUSED_FX)
		/* both lie between zero and a level: their difference fits */
		fails =
			(s->ends &&
			 (__builtin_sub_overflow(s->paused_after, fell, &s->paused_after) ||
			  __builtin_add_overflow(s->paused_before, rose - fell,
									 &s->paused_before))) ||
			(s->starts &&
			 __builtin_add_overflow(s->paused_after, fell, &s->paused_after));
	return fails ? SKPI_E_OVERFLOW : SKPI_OK;
}

/* Rates change what goes on before anything else happens on a day. */
static skpi_status
add_fx(skpi_step *s, const skpi_row *row)
{
	if (skpi_key_aside(row->k2) != SKPI_ASIDE_FX)
		return SKPI_OK;
	s->revalued = !s->whole;
	return s->ends &&
				   __builtin_add_overflow(
					   s->fx, row->v[SKPI_STARTED] - row->v[SKPI_ENDED], &s->fx)
			   ? SKPI_E_OVERFLOW
			   : SKPI_OK;
}

static bool
has_ends(const skpi_changes *c, uint32_t first, uint32_t end)
{
	for (uint32_t r = first; r < end; r++)
	{
		const skpi_row *row = skpi_changes_row(c, r);

		if (row->v[row->k2 < 0 ? SKPI_STARTED : SKPI_ENDED] > 0)
			return true;
	}
	return false;
}

skpi_status
skpi_steps_next(skpi_steps *walk, skpi_step *step, bool *more)
{
	const skpi_changes *c = &walk->changes;
	uint32_t first = walk->next;
	skpi_step s;
	int64_t change = 0;

	if (first >= c->n || skpi_changes_row(c, first)->k1 > walk->as_of)
	{
		*more = false;
		return SKPI_OK;
	}
	s.first_row = first;
	s.end_row = group_end(walk, first);
	s.day = skpi_changes_row(c, s.end_row - 1)->k1;
	s.starts = s.ends = true;
	if (walk->netting == SKPI_NET_EVENT)
	{
		s.starts = walk->half_done || !has_ends(c, first, s.end_row);
		s.ends = !s.starts;
	}
	s.fx = 0;
	s.whole = walk->netting == SKPI_NET_PERIOD;
	s.revalued = false;
	s.paused_before = s.paused_after = walk->paused;
	for (uint32_t r = first; r < s.end_row; r++)
	{
		const skpi_row *row = skpi_changes_row(c, r);

		if (skpi_step_change(&s, row, &change) != SKPI_OK ||
			(row->k2 < 0 &&
			 (add_paused(&s, row) != SKPI_OK || add_fx(&s, row) != SKPI_OK)))
			return SKPI_E_OVERFLOW;
	}
	if (__builtin_add_overflow(walk->level, s.whole ? 0 : s.fx, &s.before) ||
		__builtin_add_overflow(s.before, change, &s.after))
		return SKPI_E_OVERFLOW;
	if (s.before < 0 || s.after < 0 || s.paused_after < 0)
		return SKPI_E_CORRUPT;
	s.movement = classify(&s, walk->seen, &walk->resting);
	s.gone = s.after == 0 && s.paused_after == 0 &&
			 (s.before > 0 || (walk->seen && s.paused_before > 0));
	walk->half_done = s.ends && !s.starts;
	walk->next = walk->half_done ? first : s.end_row;
	walk->level = s.after;
	walk->paused = s.paused_after;
	walk->seen = walk->seen || s.after > 0;
	*step = s;
	*more = true;
	return SKPI_OK;
}

void
skpi_history_known(const skpi_tally *history, int32_t day, uint16_t *known)
{
	memset(known, 0, ((size_t) history->n_labels + 1) * sizeof(*known));
	for (uint32_t r = 0; r < history->n_rows; r++)
	{
		const skpi_row *row = skpi_tally_row(history, r);

		if (row->k1 > day)
			break;
		if (row->k2 >= 0)
			known[row->k2] = 1;
	}
}

skpi_status
skpi_history_at(const skpi_tally *history, int32_t as_of,
				skpi_history_facts *facts)
{
	skpi_history_facts f = {0, 0, SKPI_NO_DAY, SKPI_NO_DAY};
	skpi_steps walk;
	skpi_step step;
	bool more;

	skpi_steps_begin(&walk, skpi_history_changes(history), SKPI_NET_DAY,
					 SKPI_DAY, as_of);
	for (;;)
	{
		skpi_status status = skpi_steps_next(&walk, &step, &more);

		if (status != SKPI_OK)
			return status;
		if (!more)
			break;
		f.level = step.after;
		f.paused = step.paused_after;
		if (step.movement == SKPI_NEW)
			f.first_day = step.day;
		if (step.gone)
			f.gone_on = step.day;
	}
	if (f.level > 0 || f.paused > 0)
		f.gone_on = SKPI_NO_DAY;
	*facts = f;
	return SKPI_OK;
}

/* Rows are in the order of days and labels, and what starts costs something
 * unless it is nothing. */
int32_t
skpi_history_first_label(const skpi_tally *history, int32_t as_of)
{
	skpi_changes changes = skpi_history_changes(history);

	for (uint32_t r = 0; r < changes.n; r++)
	{
		const skpi_row *row = skpi_changes_row(&changes, r);

		if (row->k1 > as_of)
			break;
		if (row->k2 >= 0 && row->v[SKPI_STARTED] > 0)
			return row->k2;
	}
	return 0;
}

int32_t
skpi_history_changed_on(const skpi_tally *history, int32_t as_of)
{
	skpi_changes changes = skpi_history_changes(history);

	for (uint32_t r = changes.n; r-- > 0;)
		if (skpi_changes_row(&changes, r)->k1 <= as_of)
			return skpi_changes_row(&changes, r)->k1;
	return SKPI_NO_DAY;
}

const char *
skpi_movement_name(skpi_movement movement)
{
	static const char *const names[] = {"new",   "expansion",    "contraction",
										"churn", "reactivation", "pause",
										"resume"};

	return movement >= 0 && movement < SKPI_MOVEMENTS ? names[movement] : "";
}

static bool
head_sound(const skpi_tally *t)
{
	return t->grain == SKPI_DAY && t->param[0] == 0 && t->param[1] == 0 &&
		   (t->n_labels == 0 || t->flags != 0);
}

static bool
row_sound(const skpi_tally *t, const skpi_row *row, const skpi_periods *p)
{
	(void) p;
	return skpi_day_valid(row->k1) && row->v[SKPI_STARTED] >= 0 &&
		   row->v[SKPI_ENDED] >= 0 &&
		   (row->k2 < 0 ? skpi_aside_sound(t, row->k2)
						: skpi_within(row->k2, (t->flags & SKPI_LABELLED) != 0,
									  t->n_labels));
}

const skpi_kind_rules skpi_history_rules = {head_sound, row_sound, NULL};
