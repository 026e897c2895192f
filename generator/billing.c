/*
 * Charges and retries.  A failed charge is tried again 3, 7 and 14 days after
 * the due date; who still has not paid then is mostly cut off, and otherwise
 * keeps the service with that month unpaid.
 */
#include "billing.h"

static void
record(struct walk *w, int32_t day, int64_t amount, enum status status)
{
	int month = company_month(w->co, day);
	struct month_tally *t = &w->tally->month[month];

	if (status == PAY_SUCCESS)
		t->collected += amount;
	else
		t->failed++;
	life_add_pay(w->life, (struct payment){.customer = w->life->who.number,
										   .day = day,
										   .amount = amount,
										   .status = (uint8_t) status});
}

/*
 * In the shock month the processor loses charges for good: no retry, and no
 * customer is cut off for it.
 */
static bool
lost_in_shock(struct walk *w, int32_t due, int64_t price)
{
	const struct company *co = w->co;

	if (co->shock_month == NO_MONTH || due < co->month_first[co->shock_month] ||
		due >= co->month_first[co->shock_month + 1] ||
		!chance(w->rng, SHOCK_PPM))
		return false;
	record(w, due, price, PAY_FAILED);
	w->tally->shock_charges++;
	w->tally->shock_lost += price;
	return true;
}

struct billing
bill(struct walk *w, int32_t due, int32_t limit, int64_t price)
{
	struct billing b = {.lost = false, .last_day = due};

	w->tally->month[company_month(w->co, due)].billed++;
	if (lost_in_shock(w, due, price))
		return b;
	if (!chance(w->rng, w->fail_ppm))
	{
		record(w, due, price, PAY_SUCCESS);
		return b;
	}
	record(w, due, price, PAY_FAILED);
	for (int i = 0; i < RETRIES; i++)
	{
		int32_t day = due + retry_after[i];
		bool paid;

		if (day >= limit)
			return b;
		paid = chance(w->rng, retry_ppm[i]);
		record(w, day, price, paid ? PAY_SUCCESS : PAY_FAILED);
		b.last_day = day;
		if (paid)
			return b;
	}
	b.lost = chance(w->rng, GIVE_UP_PPM);
	return b;
}
