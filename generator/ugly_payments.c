/*
 * Defects of payment rows.  Refunds, rows of strangers and payments without a
 * subscription are added; the other rules spoil a row that is there.
 */
#include "ugly.h"

#define FUTURE_DAYS 3650
#define EARLY_DAYS 20

static struct payment *
any_payment(struct spoiler *s, struct life *life)
{
	if (life->n_pays == 0)
		return NULL;
	return &life->pays[between(s->rng, 0, (int32_t) life->n_pays - 1)];
}

static struct payment *
good_payment(struct spoiler *s, struct life *life)
{
	struct payment *pay = any_payment(s, life);

	return pay != NULL && pay->status == PAY_SUCCESS ? pay : NULL;
}

static bool
id_missing(struct spoiler *s, struct life *life)
{
	struct payment *pay = any_payment(s, life);

	if (pay != NULL)
		pay->id = ID_BLANK;
	return pay != NULL;
}

static bool
id_duplicate(struct spoiler *s, struct life *life)
{
	struct payment *pay = any_payment(s, life);

	if (pay != NULL)
		life_repeat_pay(life, (size_t) (pay - life->pays));
	return pay != NULL;
}

static bool
add_for(struct spoiler *s, struct life *life, int32_t customer)
{
	struct payment *pay = any_payment(s, life);
	struct payment extra;

	if (pay == NULL)
		return false;
	extra = *pay;
	extra.customer = customer;
	life_add_pay(life, extra);
	return true;
}

static bool
unknown_customer(struct spoiler *s, struct life *life)
{
	if (!add_for(s, life, s->co->customers + s->strangers + 1))
		return false;
	s->strangers++;
	return true;
}

static bool
customer_missing(struct spoiler *s, struct life *life)
{
	return add_for(s, life, CUSTOMER_NONE);
}

static bool
date_missing(struct spoiler *s, struct life *life)
{
	struct payment *pay = any_payment(s, life);

	if (pay != NULL)
		pay->day = DAY_NONE;
	return pay != NULL;
}

static bool
date_in_future(struct spoiler *s, struct life *life)
{
	struct payment *pay = any_payment(s, life);

	if (pay != NULL)
		pay->day = s->co->last_day + FUTURE_DAYS + between(s->rng, 0, 700);
	return pay != NULL;
}

static bool
amount_missing(struct spoiler *s, struct life *life)
{
	struct payment *pay = any_payment(s, life);

	if (pay != NULL)
		pay->amount = MONEY_NONE;
	return pay != NULL;
}

static bool
amount_negative(struct spoiler *s, struct life *life)
{
	struct payment *pay = good_payment(s, life);
	struct payment refund;

	if (pay == NULL)
		return false;
	refund = *pay;
	refund.amount = -refund.amount;
	life_add_pay(life, refund);
	return true;
}

static bool
amount_zero(struct spoiler *s, struct life *life)
{
	struct payment *pay = good_payment(s, life);

	if (pay != NULL)
		pay->amount = 0;
	return pay != NULL;
}

static bool
status_missing(struct spoiler *s, struct life *life)
{
	struct payment *pay = any_payment(s, life);

	if (pay != NULL)
		pay->status = PAY_MISSING;
	return pay != NULL;
}

static bool
status_unknown(struct spoiler *s, struct life *life)
{
	struct payment *pay = any_payment(s, life);

	if (pay != NULL)
		pay->status =
			(uint8_t) (PAY_UNKNOWN + between(s->rng, 0, UNKNOWN_NAMES - 1));
	return pay != NULL;
}

static bool
before_signup(struct spoiler *s, struct life *life)
{
	struct payment *pay = any_payment(s, life);

	if (pay == NULL || life->who.signup - EARLY_DAYS < s->co->first_day)
		return false;
	pay->day = life->who.signup - between(s->rng, 1, EARLY_DAYS);
	return true;
}

static bool
without_subscription(struct spoiler *s, struct life *life)
{
	const struct customer *who = &life->who;

	if (life->n_subs > 0 || life->n_pays > 0)
		return false;
	life_add_pay(life, (struct payment){
						   .customer = who->number,
						   .day = between(s->rng, who->signup, s->co->last_day),
						   .amount = 2900,
						   .status = PAY_SUCCESS});
	return true;
}

const struct rule payment_rules[PAYMENT_RULES] = {
	{"payment_id_missing", id_missing},
	{"payment_id_duplicate", id_duplicate},
	{"payment_unknown_customer", unknown_customer},
	{"payment_customer_missing", customer_missing},
	{"payment_date_missing", date_missing},
	{"payment_date_in_future", date_in_future},
	{"amount_missing", amount_missing},
	{"amount_negative", amount_negative},
	{"amount_zero", amount_zero},
	{"status_missing", status_missing},
	{"status_unknown", status_unknown},
	{"payment_before_signup", before_signup},
	{"payment_without_subscription", without_subscription},
};
