#include "skpi_series.h"

void
skpi_series_init(skpi_tally *t, skpi_grain grain)
{
	skpi_tally_init(t, SKPI_SERIES, grain, (int32_t[SKPI_TALLY_PARAMS]){0});
}

skpi_status
skpi_series_add(skpi_tally *t, size_t cap, int32_t day, int64_t units)
{
	return skpi_tally_add(t, cap, 0, skpi_period((skpi_grain) t->grain, day),
						  (int64_t[SKPI_SERIES_WIDTH]){1, units});
}

bool
skpi_series_calendar(const skpi_tally *t, int32_t as_of, int32_t *first,
					 int32_t *last)
{
	skpi_grain grain = (skpi_grain) t->grain;
	int32_t begin;
	int32_t end;

	if (t->n_rows == 0)
		return false;
	begin = skpi_tally_row(t, 0)->k2;
	if (as_of == SKPI_NO_DAY)
		end = skpi_tally_row(t, t->n_rows - 1)->k2 + 1;
	else
		/* as_of is a day of which nothing is known yet: a period has ended
		 * when the first day after it has come */
		end = skpi_period(grain, as_of);
	if (end <= begin)
		return false;
	*first = begin;
	*last = end;
	return true;
}

const skpi_row *
skpi_series_at(const skpi_tally *t, uint32_t *next, int32_t period)
{
	while (*next < t->n_rows && skpi_tally_row(t, *next)->k2 < period)
		(*next)++;
	if (*next < t->n_rows && skpi_tally_row(t, *next)->k2 == period)
		return skpi_tally_row(t, *next);
	return NULL;
}

int
skpi_series_season(skpi_grain grain)
{
	switch (grain)
	{
		case SKPI_DAY:
			return 7;
		case SKPI_WEEK:
			return 52;
		case SKPI_MONTH:
			return 12;
		case SKPI_QUARTER:
			return 4;
		default:
			return 1;
	}
}

static bool
row_sound(const skpi_tally *t, const skpi_row *row, const skpi_periods *p)
{
	(void) t;
	return row->k1 == 0 && row->v[SKPI_SERIES_ROWS] > 0 &&
		   skpi_within(row->k2, p->first, p->end - 1);
}

const skpi_kind_rules skpi_series_rules = {skpi_head_plain, row_sound, NULL};
