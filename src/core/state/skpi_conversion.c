#include "skpi_conversion.h"

void
skpi_conversion_init(skpi_tally *t, skpi_grain grain, int32_t as_of,
					 int32_t window)
{
	skpi_tally_init(t, SKPI_CONVERSION, grain, (int32_t[]){as_of, window, 0});
}

skpi_status
skpi_conversion_add(skpi_tally *t, size_t cap, int32_t signup, int32_t paid)
{
	int32_t as_of = t->param[0];
	int32_t window = t->param[1];
	int32_t day = -1;
	int64_t v[SKPI_CON_WIDTH] = {1, 0, 0};

	if (!skpi_day_valid(signup))
	{
		if (t->skipped == UINT32_MAX)
			return SKPI_E_OVERFLOW;
		t->skipped++;
		return SKPI_OK;
	}
	if (signup > as_of)
		return SKPI_OK;
	v[SKPI_CON_MATURED] = signup + window <= as_of;
	if (paid != SKPI_NO_DAY && paid <= as_of && paid < signup + window)
	{
		v[SKPI_CON_CONVERTED] = v[SKPI_CON_MATURED];
		day = paid > signup ? paid - signup : 0;
	}
	return skpi_tally_add(t, cap, skpi_period((skpi_grain) t->grain, signup),
						  day, v);
}

/* Twice the middle of the converted days in rows [first, end), sorted by day */
static int64_t
median_twice(const skpi_tally *t, uint32_t first, uint32_t end, int64_t n)
{
	int64_t low = -1;
	int64_t high = -1;
	int64_t below = 0;

	for (uint32_t r = first; r < end && high < 0; r++)
	{
		const skpi_row *row = skpi_tally_row(t, r);

		below += row->v[SKPI_CON_CONVERTED];
		if (low < 0 && below >= n - n / 2)
			low = row->k2;
		if (below >= n / 2 + 1)
			high = row->k2;
	}
	return low + high;
}

static int64_t
converted_early(const skpi_tally *t, uint32_t first, uint32_t end)
{
	int64_t n = 0;

	for (uint32_t r = first; r < end; r++)
	{
		const skpi_row *row = skpi_tally_row(t, r);

		if (row->k2 >= 0)
			n += row->v[SKPI_CON_SIGNUPS] - row->v[SKPI_CON_MATURED];
	}
	return n;
}

skpi_status
skpi_conversion_next(const skpi_tally *t, uint32_t *next,
					 skpi_conversion_sum *sum, bool *more)
{
	uint32_t first = *next;
	skpi_conversion_sum s = {.median_twice = -1};
	skpi_status status;

	*more = first < t->n_rows;
	if (!*more)
		return SKPI_OK;
	s.cohort = skpi_tally_row(t, first)->k1;
	status = skpi_tally_sum_until(t, next, s.cohort, INT32_MAX, s.v);
	if (status != SKPI_OK)
		return status;
	s.early = converted_early(t, first, *next);
	if (s.v[SKPI_CON_CONVERTED] > 0)
		s.median_twice = median_twice(t, first, *next, s.v[SKPI_CON_CONVERTED]);
	*sum = s;
	return SKPI_OK;
}

static bool
row_sound(const skpi_tally *t, const skpi_row *row, const skpi_periods *p)
{
	const int64_t *v = row->v;

	return skpi_within(row->k1, p->first, p->end) &&
		   skpi_within(row->k2, -1, t->param[1] - 1) &&
		   v[SKPI_CON_SIGNUPS] >= v[SKPI_CON_MATURED] &&
		   v[SKPI_CON_MATURED] >= v[SKPI_CON_CONVERTED] &&
		   v[SKPI_CON_CONVERTED] >= 0;
}

const skpi_kind_rules skpi_conversion_rules = {skpi_head_as_of, row_sound,
											   NULL};
