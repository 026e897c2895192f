#include "skpi_payment.h"

#include <string.h>

static int32_t
end_of(const skpi_run *run)
{
	return run->from + run->length;
}

static void
widen(skpi_payments *a, int32_t day)
{
	if (a->first == SKPI_NO_DAY || day < a->first)
		a->first = day;
	if (a->last == SKPI_NO_DAY || day > a->last)
		a->last = day;
}

/* The row as a part of one of the runs, or as a run of its own. */
static bool
into_run(skpi_payments *a, skpi_lane lane, int32_t period, int64_t amount)
{
	for (int i = 0; i < SKPI_OPEN_RUNS; i++)
	{
		skpi_run *run = &a->run[i];

		if (run->length == 0)
		{
			*run = (skpi_run){period, 1, (uint16_t) lane, amount};
			return true;
		}
		if (run->amount == amount && end_of(run) == period &&
			run->lane == lane && run->length < UINT16_MAX)
		{
			run->length++;
			return true;
		}
	}
	return false;
}

skpi_status
skpi_payments_add(skpi_payments *a, skpi_grain grain, skpi_lane lane,
				  int32_t day, int64_t amount)
{
	if (!into_run(a, lane, skpi_period(grain, day), amount))
		return SKPI_FULL;
	if (lane == SKPI_DONE)
		widen(a, day);
	return SKPI_OK;
}

static skpi_status
close_run(skpi_tally *t, size_t cap, const skpi_run *run)
{
	return skpi_activity_add_span(
		t, cap, (skpi_lane) run->lane,
		&(skpi_span){run->from, end_of(run), 1, run->amount});
}

skpi_status
skpi_payments_move(skpi_payments *a, size_t cap)
{
	int oldest = 0;
	skpi_status status;

	for (int i = 1; i < SKPI_OPEN_RUNS; i++)
		if (end_of(&a->run[i]) < end_of(&a->run[oldest]))
			oldest = i;
	status = close_run(a->rest, cap, &a->run[oldest]);
	if (status != SKPI_OK)
		return status;
	/* runs in use stand first */
	memmove(&a->run[oldest], &a->run[oldest + 1],
			(size_t) (SKPI_OPEN_RUNS - 1 - oldest) * sizeof(skpi_run));
	a->run[SKPI_OPEN_RUNS - 1].length = 0;
	return SKPI_OK;
}

size_t
skpi_payments_bytes(const skpi_payments *a)
{
	return (a->rest != NULL ? skpi_tally_used(a->rest) : sizeof(skpi_tally)) +
		   SKPI_OPEN_RUNS * SKPI_ACTIVITY_ROOM;
}

skpi_status
skpi_payments_close(const skpi_payments *a, skpi_grain grain, skpi_tally *t,
					size_t cap)
{
	skpi_status status = SKPI_OK;

	if (a->rest == NULL)
		skpi_activity_init(t, grain);
	else
		memcpy((char *) t + sizeof(t->length_word),
			   (char *) a->rest + sizeof(t->length_word),
			   skpi_tally_used(a->rest) - sizeof(t->length_word));
	for (int i = 0; i < SKPI_OPEN_RUNS && status == SKPI_OK; i++)
		if (a->run[i].length > 0)
			status = close_run(t, cap, &a->run[i]);
	skpi_activity_widen(t, a->first, a->last);
	skpi_tally_settle(t, cap);
	return status;
}
