/* The three files that grow with the customers, and what went into them. */
#ifndef GEN_TABLES_H
#define GEN_TABLES_H

#include "csv.h"
#include "company.h"

struct tables
{
	struct csv customers, subscriptions, payments;
	int customer_width, subscription_width, payment_width; /* id digits */
	int64_t last_subscription, last_payment;               /* id numbers */

	/* As written, planted rows included. */
	int64_t success_rows, failed_rows;
	int64_t success_cents; /* amounts present in Success rows, signed */
};

bool tables_open(struct tables *t, const struct company *co, const char *dir);
bool tables_close(struct tables *t);
void tables_write(struct tables *t, const struct life *life);

#endif
