#include "skpi_conversion.h"

#include <string.h>

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
		return t->skipped++ == UINT32_MAX ? SKPI_E_OVERFLOW : SKPI_OK;
	if (signup > as_of)
		return SKPI_OK;
	v[SKPI_CON_MATURED] = signup + window <= as_of;
	if (v[SKPI_CON_MATURED] && paid != SKPI_NO_DAY && paid < signup + window)
	{
		v[SKPI_CON_CONVERTED] = 1;
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
		if (low < 0 && below >= (n + 1) / 2)
			low = row->k2;
		if (below >= n / 2 + 1)
			high = row->k2;
	}
	return low + high;
}

bool
skpi_conversion_next(const skpi_tally *t, uint32_t *next,
					 skpi_conversion_sum *sum)
{
	uint32_t first = *next;
	uint32_t r = first;

	if (first >= t->n_rows)
		return false;
	memset(sum, 0, sizeof(*sum));
	sum->cohort = skpi_tally_row(t, first)->k1;
	for (; r < t->n_rows && skpi_tally_row(t, r)->k1 == sum->cohort; r++)
		for (int i = 0; i < SKPI_CON_WIDTH; i++)
			sum->v[i] += skpi_tally_row(t, r)->v[i];
	sum->median_twice =
		sum->v[SKPI_CON_CONVERTED] > 0
			? median_twice(t, first, r, sum->v[SKPI_CON_CONVERTED])
			: -1;
	*next = r;
	return true;
}
