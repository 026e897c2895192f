#include "skpi_cohort.h"

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

/* +v at one age, -v at another. */
static skpi_status
add_span(skpi_tally *t, size_t cap, int32_t cohort, int32_t from, int32_t until,
		 int column, int64_t value)
{
	int64_t v[SKPI_COH_WIDTH] = {0};
	skpi_status status;

	v[column] = value;
	status = skpi_tally_add(t, cap, cohort, from, v);
	if (status != SKPI_OK)
		return status;
	v[column] = -value;
	return skpi_tally_add(t, cap, cohort, until, v);
}

/* One span of activity, already cut to the ages that count. */
static skpi_status
add_active(skpi_tally *t, size_t cap, int32_t cohort, const skpi_span *age)
{
	int64_t v[SKPI_COH_WIDTH] = {0};
	skpi_status status;

	v[SKPI_COH_ACTIVE] = age->count > 0;
	v[SKPI_COH_AMOUNT] = age->amount;
	status = skpi_tally_add(t, cap, cohort, age->from, v);
	if (status != SKPI_OK)
		return status;
	v[SKPI_COH_ACTIVE] = -v[SKPI_COH_ACTIVE];
	v[SKPI_COH_AMOUNT] = -v[SKPI_COH_AMOUNT];
	return skpi_tally_add(t, cap, cohort, age->until, v);
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

skpi_status
skpi_cohort_add(skpi_tally *t, size_t cap, const skpi_tally *activity,
				int32_t anchor)
{
	skpi_grain grain = (skpi_grain) t->grain;
	int32_t last = skpi_period(grain, t->param[0]);
	int32_t cohort =
		anchor == SKPI_NO_DAY ? INT32_MIN / 2 : skpi_period(grain, anchor);
	int32_t throughout = 0; /* active in every age before this one */
	int32_t until = 0;      /* first age after the last active one */
	skpi_spans walk;
	skpi_span age;
	bool more;
	skpi_status status;

	if (activity->grain != t->grain)
		return SKPI_E_MISMATCH;
	if (skpi_tally_used(t) + skpi_cohort_room(t, activity) > cap)
		return SKPI_FULL;
	if (anchor != SKPI_NO_DAY && anchor > t->param[0])
		return SKPI_OK;
	skpi_spans_begin(&walk, activity, SKPI_DONE);
	if (anchor == SKPI_NO_DAY)
	{
		skpi_spans first = walk;

		status = skpi_spans_next(&first, &age, &more);
		if (status != SKPI_OK || !more || age.from > last)
			return status;
		cohort = age.from;
	}
	status = skpi_tally_add(t, cap, cohort, 0, (int64_t[]){1, 0, 0, 0, 0});
	while (status == SKPI_OK)
	{
		status = next_age(&walk, cohort, last, &age, &more);
		if (status != SKPI_OK || !more)
			break;
		if (age.from == throughout)
			throughout = age.until;
		until = age.until;
		status = add_active(t, cap, cohort, &age);
	}
	if (status == SKPI_OK && until > 0)
		status = add_span(t, cap, cohort, 0, until, SKPI_COH_LATER, 1);
	if (status == SKPI_OK && throughout > 0)
		status =
			add_span(t, cap, cohort, 0, throughout, SKPI_COH_THROUGHOUT, 1);
	return status;
}
