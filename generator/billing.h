/* Charging a subscription on one due date, with retries. */
#ifndef GEN_BILLING_H
#define GEN_BILLING_H

#include "customer.h"

struct billing
{
	bool lost;        /* the retries ran out and so did the patience */
	int32_t last_day; /* of the last attempt */
};

/*
 * Charges price on the due day, a day of the window before `limit`; attempts
 * that would fall on or after `limit` are not made.
 */
struct billing bill(struct walk *w, int32_t due, int32_t limit, int64_t price);

#endif
