#include "skpi_event_cohort.h"

#include <string.h>

void
skpi_event_cohort_init(skpi_tally *t, skpi_grain grain, int32_t as_of,
					   int32_t shift)
{
	skpi_tally_init(t, SKPI_COHORT_MATRIX, grain, (int32_t[]){as_of, shift, 0});
}

size_t
skpi_event_cohort_room(const skpi_tally *t, const skpi_tally *history)
{
	/* a period may begin and end a span, and a bracket */
	return skpi_tally_room(
		t, (history == NULL ? 0 : (size_t) history->n_rows * 4) + 4);
}

int
skpi_bracket_of(const skpi_brackets *b, int32_t age)
{
	int i = b->n - 1;

	if (age >= b->from[i])
		return -1;
	while (i >= 0 && age < b->from[i])
		i--;
	return i;
}

/* Changes of one cohort under rising ages; each is looked for from the last. */
typedef struct walker
{
	skpi_tally *t;
	size_t cap;
	const skpi_brackets *brackets;
	int32_t anchor;
	int32_t cohort;
	int32_t last; /* age */
	int32_t age;
	uint32_t near;
	skpi_status status;
	int64_t v[SKPI_COH_WIDTH];
} walker;

static void
flush(walker *w)
{
	if (w->status == SKPI_OK)
		w->status = skpi_tally_add_near(w->t, w->cap, w->cohort, w->age, w->v,
										&w->near);
	memset(w->v, 0, sizeof(w->v));
}

static void
change(walker *w, int32_t age, skpi_cohort_column column, int64_t by)
{
	if (age > w->last)
		return;
	if (age != w->age)
		flush(w);
	w->age = age;
	w->v[column] += by;
}

/* The ages at which there was an event, each once and rising. */
typedef struct ages
{
	const skpi_tally *history;
	uint32_t next;
	int32_t age; /* -1 at first */
} ages;

static bool
next_age(const walker *w, ages *a)
{
	skpi_grain grain = (skpi_grain) w->t->grain;
	int32_t shift = grain == SKPI_WEEK ? w->t->param[1] : 0;

	while (a->next < a->history->n_rows)
	{
		int32_t day = skpi_tally_row(a->history, a->next)->k1;
		int32_t age;

		if (day > w->t->param[0])
			return false;
		a->next++;
		if (day < w->anchor)
			continue;
		age = skpi_period(grain, day + shift) - w->cohort;
		if (age > a->age)
		{
			a->age = age;
			return true;
		}
	}
	return false;
}

/* What holds for all ages from one to before another. */
typedef struct stretch
{
	int32_t from;
	int32_t until; /* 0: none yet */
} stretch;

/* Whether the age makes it longer; if not, it takes the place of it. */
static bool
goes_on(stretch *s, int32_t from, int32_t until)
{
	bool on = s->until == from && until > from;

	if (!on)
		s->from = from;
	s->until = until;
	return on;
}

static void
add_active(walker *w, const skpi_tally *history)
{
	ages a = {history, 0, -1};
	stretch s = {0, 0};
	bool throughout = false;

	while (next_age(w, &a))
	{
		stretch before = s;

		if (before.until == 0)
		{
			throughout = a.age == 0;
			change(w, 0, SKPI_COH_LATER, 1);
			change(w, 0, SKPI_COH_THROUGHOUT, throughout);
		}
		if (goes_on(&s, a.age, a.age + 1) && before.until > 0)
			continue;
		if (before.until > 0)
		{
			change(w, before.until, SKPI_COH_ACTIVE, -1);
			change(w, before.until, SKPI_COH_THROUGHOUT, -(int) throughout);
			throughout = false;
		}
		change(w, s.from, SKPI_COH_ACTIVE, 1);
	}
	if (s.until > 0)
	{
		change(w, s.until, SKPI_COH_ACTIVE, -1);
		change(w, s.until, SKPI_COH_THROUGHOUT, -(int) throughout);
		change(w, s.until, SKPI_COH_LATER, -1);
	}
	flush(w);
}

static void
add_brackets(walker *w, const skpi_tally *history)
{
	const skpi_brackets *b = w->brackets;
	ages a = {history, 0, b->from[0] - 1};
	stretch s = {0, 0};

	w->age = 0;
	while (next_age(w, &a) && a.age < b->from[b->n - 1])
	{
		int i = skpi_bracket_of(b, a.age);
		stretch before = s;

		a.age = b->from[i + 1] - 1;
		if (goes_on(&s, b->from[i], b->from[i + 1]) && before.until > 0)
			continue;
		if (before.until > 0)
			change(w, before.until, SKPI_COH_IN_BRACKET, -1);
		change(w, s.from, SKPI_COH_IN_BRACKET, 1);
	}
	if (s.until > 0)
		change(w, s.until, SKPI_COH_IN_BRACKET, -1);
	flush(w);
}

/* Where the rows of a cohort begin, if all cohorts have as many. */
static uint32_t
guess_near(const skpi_tally *t, int32_t cohort)
{
	int64_t first;
	int64_t cohorts;

	if (t->n_rows == 0)
		return 0;
	first = skpi_tally_row(t, 0)->k1;
	cohorts = skpi_tally_row(t, t->n_rows - 1)->k1 - first + 1;
	if (cohort <= first)
		return 0;
	return cohort >= first + cohorts
			   ? t->n_rows - 1
			   : (uint32_t) (t->n_rows * (cohort - first) / cohorts);
}

skpi_status
skpi_event_cohort_add(skpi_tally *t, size_t cap, const skpi_tally *history,
					  int32_t anchor, const skpi_brackets *brackets)
{
	skpi_grain grain = (skpi_grain) t->grain;
	int32_t shift = grain == SKPI_WEEK ? t->param[1] : 0;
	walker w = {
		.t = t, .cap = cap, .brackets = brackets, .anchor = anchor};
	int32_t last;

	if (skpi_tally_used(t) + skpi_event_cohort_room(t, history) > cap)
		return SKPI_FULL;
	if (anchor > t->param[0])
		return SKPI_OK;
	w.cohort = skpi_period(grain, anchor + shift);
	last = skpi_period(grain, t->param[0] + shift) - w.cohort;
	w.last = last < brackets->last_age ? last : brackets->last_age;
	w.near = guess_near(t, w.cohort);
	change(&w, 0, SKPI_COH_CUSTOMERS, 1);
	if (history == NULL)
	{
		flush(&w);
		return w.status;
	}
	add_active(&w, history);
	add_brackets(&w, history);
	return w.status;
}
