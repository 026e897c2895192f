/* Writes one customer's rows; ids are given out in the order of writing. */
#include "tables.h"

#include <string.h>

bool
tables_open(struct tables *t, const struct company *co, const char *dir)
{
	int64_t customers = co->customers;

	memset(t, 0, sizeof *t);
	/* Wide enough for all but absurd luck; a longer number is not cut. */
	t->customer_width = csv_width(customers, 7);
	t->subscription_width = csv_width(4 * customers, 7);
	t->payment_width = csv_width(2 * customers * co->months, 8);
	return csv_open(&t->customers, dir, "customers.csv",
					"customer_id,signup_date,segment,country,"
					"acquisition_channel,is_active") &&
		   csv_open(&t->subscriptions, dir, "subscriptions.csv",
					"subscription_id,customer_id,plan_type,start_date,"
					"end_date,monthly_price") &&
		   csv_open(&t->payments, dir, "payments.csv",
					"payment_id,customer_id,payment_date,amount,"
					"payment_status");
}

bool
tables_close(struct tables *t)
{
	bool customers = csv_close(&t->customers);
	bool subscriptions = csv_close(&t->subscriptions);
	bool payments = csv_close(&t->payments);

	return customers && subscriptions && payments;
}

static void
write_customer(struct tables *t, const struct customer *who)
{
	struct csv *csv = &t->customers;

	csv_row_begin(csv);
	if (!who->id_blank)
		csv_id(csv, 'C', who->number, t->customer_width);
	csv_comma(csv);
	csv_date(csv, who->signup);
	csv_comma(csv);
	csv_text(csv, segment_names[who->segment]);
	csv_comma(csv);
	csv_text(csv, country_names[who->country]);
	csv_comma(csv);
	csv_text(csv, channel_names[who->channel]);
	csv_text(csv, who->active ? ",true" : ",false");
	csv_row_end(csv);
}

static void
write_owner(struct csv *csv, int32_t number, int width)
{
	csv_comma(csv);
	if (number != CUSTOMER_NONE)
		csv_id(csv, 'C', number, width);
	csv_comma(csv);
}

static void
write_subscription(struct tables *t, const struct subscription *sub)
{
	struct csv *csv = &t->subscriptions;

	if (sub->id != ID_REPEAT)
		t->last_subscription++;
	csv_row_begin(csv);
	if (sub->id != ID_BLANK)
		csv_id(csv, 'S', t->last_subscription, t->subscription_width);
	write_owner(csv, sub->customer, t->customer_width);
	csv_text(csv, plan_names[sub->plan]);
	csv_comma(csv);
	csv_date(csv, sub->start);
	csv_comma(csv);
	csv_date(csv, sub->end);
	csv_comma(csv);
	csv_money(csv, sub->price);
	csv_row_end(csv);
}

static void
write_payment(struct tables *t, const struct payment *pay)
{
	struct csv *csv = &t->payments;

	if (pay->id != ID_REPEAT)
		t->last_payment++;
	csv_row_begin(csv);
	if (pay->id != ID_BLANK)
		csv_id(csv, 'P', t->last_payment, t->payment_width);
	write_owner(csv, pay->customer, t->customer_width);
	csv_date(csv, pay->day);
	csv_comma(csv);
	csv_money(csv, pay->amount);
	csv_comma(csv);
	csv_text(csv, status_names[pay->status]);
	csv_row_end(csv);

	t->failed_rows += pay->status == PAY_FAILED;
	if (pay->status != PAY_SUCCESS)
		return;
	t->success_rows++;
	if (pay->amount != MONEY_NONE)
		t->success_cents += pay->amount;
}

void
tables_write(struct tables *t, const struct life *life)
{
	for (int i = 0; i <= life->who.copies; i++)
		write_customer(t, &life->who);
	for (size_t i = 0; i < life->n_subs; i++)
		write_subscription(t, &life->subs[i]);
	for (size_t i = 0; i < life->n_pays; i++)
		write_payment(t, &life->pays[i]);
}
