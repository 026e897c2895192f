/*
 * What adds to a history.
 */
#include "skpi_history.h"

void
skpi_history_init(skpi_tally *h, bool labelled)
{
	static const int32_t none[SKPI_TALLY_PARAMS] = {0};

	skpi_tally_init(h, SKPI_MRR_HISTORY, SKPI_DAY, none);
	h->flags = labelled ? SKPI_LABELLED : 0;
}

static skpi_status
add_rows(skpi_tally *h, size_t cap, const skpi_part *p, int32_t label)
{
	int32_t fx = skpi_aside_key(label, SKPI_ASIDE_FX);
	skpi_status status =
		skpi_tally_add(h, cap, p->start, label, (int64_t[]){p->price, 0});

	if (status == SKPI_OK && p->end != SKPI_NO_DAY)
		status =
			skpi_tally_add(h, cap, p->end, label, (int64_t[]){0, p->price});
	if (status == SKPI_OK && p->continues)
		status = skpi_tally_add(h, cap, p->start, fx, (int64_t[]){p->price, 0});
	if (status == SKPI_OK && p->goes_on)
		status = skpi_tally_add(h, cap, p->end, fx, (int64_t[]){0, p->price});
	if (p->continues || p->goes_on)
		h->version = SKPI_TALLY_ASIDES;
	return status;
}

static inline skpi_status
add_part(skpi_tally *h, size_t cap, const skpi_part *p, size_t room,
		 const char *label, size_t label_length)
{
	int32_t index = 0;
	skpi_status status;

	if (!skpi_day_valid(p->start) || p->price < 0 ||
		(p->end != SKPI_NO_DAY &&
		 (p->end < p->start + !p->continues || !skpi_day_valid(p->end))))
	{
		if (h->skipped == UINT32_MAX)
			return SKPI_E_OVERFLOW;
		h->skipped++;
		return SKPI_OK;
	}
	if (p->price == 0)
		return SKPI_OK;
	if (skpi_tally_used(h) + room > cap)
		return SKPI_FULL;
	if (h->flags & SKPI_LABELLED)
	{
		status = skpi_tally_label(h, cap, label, label_length, &index);
		if (status != SKPI_OK)
			return status;
	}
	return add_rows(h, cap, p, index);
}

skpi_status
skpi_history_add(skpi_tally *h, size_t cap, int32_t start, int32_t end,
				 int64_t price, const char *label, size_t label_length)
{
	return add_part(h, cap, &(skpi_part){start, end, price, false, false},
					SKPI_HISTORY_ROOM(label_length), label, label_length);
}

skpi_status
skpi_history_add_part(skpi_tally *h, size_t cap, const skpi_part *part,
					  const char *label, size_t label_length)
{
	skpi_part p = *part;

	p.goes_on = p.goes_on && p.end != SKPI_NO_DAY;
	return add_part(h, cap, &p, SKPI_HISTORY_PART_ROOM(label_length), label,
					label_length);
}

skpi_status
skpi_history_aside(skpi_tally *h, size_t cap, int32_t day, int32_t label,
				   int aside, int64_t rose, int64_t fell)
{
	skpi_status status = skpi_tally_add(
		h, cap, day, skpi_aside_key(label, aside), (int64_t[]){rose, fell});

	if (status == SKPI_OK && (rose != 0 || fell != 0))
		h->version = SKPI_TALLY_ASIDES;
	return status;
}

skpi_status
skpi_history_pause(skpi_tally *h, size_t cap, int32_t day, int32_t label,
				   int64_t rose, int64_t fell)
{
	return skpi_history_aside(h, cap, day, label, SKPI_ASIDE_PAUSED, rose,
							  fell);
}
