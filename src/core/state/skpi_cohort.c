#include "skpi_cohort.h"

#include "skpi_change.h"

void
skpi_cohort_init(skpi_tally *t, skpi_grain grain, int32_t as_of)
{
	skpi_tally_init(t, SKPI_COHORT_MATRIX, grain, (int32_t[]){as_of, 0, 0});
}

size_t
skpi_cohort_room(const skpi_tally *t, const skpi_tally *activity)
{
	return skpi_tally_room(t, (size_t) activity->n_rows * 2 + 6);
}

skpi_status
skpi_cohort_add_inactive(skpi_tally *t, size_t cap, int32_t anchor)
{
	int64_t v[SKPI_COH_WIDTH] = {1};

	if (anchor > t->param[0])
		return SKPI_OK;
	return skpi_tally_add(t, cap, skpi_period((skpi_grain) t->grain, anchor), 0,
						  v);
}

/* The next span as ages of the cohort; spans outside 0..last are passed over */
static skpi_status
next_age(skpi_spans *walk, int32_t cohort, int32_t last, skpi_span *age,
		 bool *more)
{
	for (;;)
	{
		skpi_status status = skpi_spans_next(walk, age, more);

		if (status != SKPI_OK || !*more)
			return status;
		if (age->count == 0 || age->until <= cohort)
			continue;
		if (age->from > last)
		{
			*more = false;
			return SKPI_OK;
		}
		age->until =
			age->until > last ? last + 1 - cohort : age->until - cohort;
		age->from = age->from < cohort ? 0 : age->from - cohort;
		return SKPI_OK;
	}
}

/* The cohort of a customer without an anchor: her first active period. */
static skpi_status
first_active(const skpi_tally *activity, int32_t *period, bool *found)
{
	skpi_spans walk;
	skpi_span span;
	skpi_status status;

	skpi_spans_begin(&walk, activity, SKPI_DONE);
	do
		status = skpi_spans_next(&walk, &span, found);
	while (status == SKPI_OK && *found && span.count == 0);
	if (status == SKPI_OK && *found)
		*period = span.from;
	return status;
}

static skpi_status
add_ages(skpi_tally *t, size_t cap, const skpi_tally *activity, int32_t cohort,
		 int32_t last)
{
	skpi_spans walk;
	skpi_span age;
	skpi_change c;
	int64_t *v;
	bool more;
	bool throughout; /* active in every age so far */
	skpi_status status;

	skpi_spans_begin(&walk, activity, SKPI_DONE);
	status = next_age(&walk, cohort, last, &age, &more);
	if (status != SKPI_OK)
		return status;
	throughout = more && age.from == 0;
	skpi_change_begin(&c, t, cap, cohort);
	v = skpi_change_at(&c, 0);
	v[SKPI_COH_CUSTOMERS] = 1;
	v[SKPI_COH_LATER] = more;
	v[SKPI_COH_THROUGHOUT] = throughout;
	while (status == SKPI_OK && more)
	{
		skpi_span before = age;

		v = skpi_change_at(&c, age.from);
		v[SKPI_COH_ACTIVE]++;
		v[SKPI_COH_AMOUNT] += age.amount;
		status = next_age(&walk, cohort, last, &age, &more);
		v = skpi_change_at(&c, before.until);
		v[SKPI_COH_ACTIVE]--;
		v[SKPI_COH_AMOUNT] -= before.amount;
		v[SKPI_COH_LATER] -= !more;
		if (throughout && !(more && age.from == before.until))
		{
			v[SKPI_COH_THROUGHOUT]--;
			throughout = false;
		}
	}
	return status == SKPI_OK ? skpi_change_end(&c) : status;
}

skpi_status
skpi_cohort_add(skpi_tally *t, size_t cap, const skpi_tally *activity,
				int32_t anchor)
{
	skpi_grain grain = (skpi_grain) t->grain;
	int32_t last = skpi_period(grain, t->param[0]);
	int32_t cohort;
	bool found = true;
	skpi_status status = SKPI_OK;

	if (activity->grain != t->grain)
		return SKPI_E_MISMATCH;
	if (skpi_tally_used(t) + skpi_cohort_room(t, activity) > cap)
		return SKPI_FULL;
	if (anchor != SKPI_NO_DAY)
		cohort = skpi_period(grain, anchor);
	else
		status = first_active(activity, &cohort, &found);
	if (status != SKPI_OK || !found || cohort > last ||
		(anchor != SKPI_NO_DAY && anchor > t->param[0]))
		return status;
	return add_ages(t, cap, activity, cohort, last);
}

static bool
head_sound(const skpi_tally *t)
{
	return skpi_head_as_of(t) &&
		   skpi_within(t->param[1], 0, SKPI_WEEK_SHIFT_MAX);
}

static bool
row_sound(const skpi_tally *t, const skpi_row *row, const skpi_periods *p)
{
	(void) t;
	return skpi_within(row->k1, p->first, p->end) &&
		   skpi_within(row->k2, 0, SKPI_KEY_LIMIT);
}

const skpi_kind_rules skpi_cohort_rules = {head_sound, row_sound, NULL};
