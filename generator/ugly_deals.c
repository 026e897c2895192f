/*
 * Defects of opportunities.  Where the defect would put the stage history in
 * doubt as well, an opportunity without a history is added.
 */
#include "ugly.h"

static struct deal *
any_deal(struct spoiler *s, struct life *life)
{
	if (life->n_deals == 0)
		return NULL;
	return &life->deals[between(s->rng, 0, (int32_t) life->n_deals - 1)];
}

static struct deal *
closed_deal(struct spoiler *s, struct life *life)
{
	struct deal *deal = any_deal(s, life);

	return deal != NULL && deal->closed != TIME_NONE ? deal : NULL;
}

static struct deal *
open_deal(struct spoiler *s, struct life *life)
{
	struct deal *deal = any_deal(s, life);

	return deal != NULL && deal->closed == TIME_NONE ? deal : NULL;
}

/* A copy of an opportunity, without its history; the original may be NULL. */
static struct deal *
add_copy(struct life *life, const struct deal *deal)
{
	struct deal extra;

	if (deal == NULL)
		return NULL;
	extra = *deal;
	extra.entries = 0;
	life_add_deal(life, extra);
	return &life->deals[life->n_deals - 1];
}

static bool
id_missing(struct spoiler *s, struct life *life)
{
	struct deal *deal = add_copy(life, any_deal(s, life));

	if (deal != NULL)
		deal->id = ID_BLANK;
	return deal != NULL;
}

static bool
id_duplicate(struct spoiler *s, struct life *life)
{
	struct deal *deal = any_deal(s, life);

	if (deal != NULL)
		life_repeat_deal(life, (size_t) (deal - life->deals));
	return deal != NULL;
}

static bool
unknown_customer(struct spoiler *s, struct life *life)
{
	struct deal *deal = any_deal(s, life);

	if (deal != NULL)
		deal->customer = s->co->customers + ++s->strangers;
	return deal != NULL;
}

static bool
customer_missing(struct spoiler *s, struct life *life)
{
	struct deal *deal = any_deal(s, life);

	if (deal != NULL)
		deal->customer = CUSTOMER_NONE;
	return deal != NULL;
}

static bool
unknown_rep(struct spoiler *s, struct life *life)
{
	struct deal *deal = any_deal(s, life);

	if (deal != NULL)
		deal->rep = s->shop->reps + ++s->strangers;
	return deal != NULL;
}

static bool
rep_missing(struct spoiler *s, struct life *life)
{
	struct deal *deal = any_deal(s, life);

	if (deal != NULL)
		deal->rep = REP_NONE;
	return deal != NULL;
}

static bool
amount_missing(struct spoiler *s, struct life *life)
{
	struct deal *deal = any_deal(s, life);

	if (deal != NULL)
		deal->amount = MONEY_NONE;
	return deal != NULL;
}

static bool
amount_negative(struct spoiler *s, struct life *life)
{
	struct deal *deal = any_deal(s, life);

	if (deal != NULL)
		deal->amount = -deal->amount;
	return deal != NULL;
}

static bool
created_missing(struct spoiler *s, struct life *life)
{
	struct deal *deal = any_deal(s, life);

	if (deal != NULL)
		deal->created = TIME_NONE;
	return deal != NULL;
}

static bool
created_in_future(struct spoiler *s, struct life *life)
{
	struct deal *deal = add_copy(life, open_deal(s, life));

	if (deal != NULL)
		deal->created = time_of_day(ugly_future(s));
	return deal != NULL;
}

static bool
closed_before_created(struct spoiler *s, struct life *life)
{
	struct deal *deal = add_copy(life, closed_deal(s, life));

	if (deal != NULL)
		deal->closed = deal->created - between(s->rng, 1, 20 * DAY_SECONDS);
	return deal != NULL;
}

static bool
closed_in_future(struct spoiler *s, struct life *life)
{
	struct deal *deal = closed_deal(s, life);

	if (deal != NULL)
		deal->closed = time_of_day(ugly_future(s));
	return deal != NULL;
}

static bool
closed_at_missing(struct spoiler *s, struct life *life)
{
	struct deal *deal = closed_deal(s, life);

	if (deal != NULL)
		deal->closed = TIME_NONE;
	return deal != NULL;
}

static bool
open_with_closed_at(struct spoiler *s, struct life *life)
{
	struct deal *deal = open_deal(s, life);

	if (deal != NULL)
		deal->closed =
			life->entries[deal->first_entry + deal->entries - 1].time;
	return deal != NULL;
}

static bool
stage_missing(struct spoiler *s, struct life *life)
{
	struct deal *deal = any_deal(s, life);

	if (deal != NULL)
		deal->stage = STAGE_MISSING;
	return deal != NULL;
}

static bool
stage_unknown(struct spoiler *s, struct life *life)
{
	struct deal *deal = any_deal(s, life);

	if (deal != NULL)
		deal->stage =
			(uint8_t) (STAGE_UNKNOWN + between(s->rng, 0, UNKNOWN_NAMES - 1));
	return deal != NULL;
}

const struct rule deal_rules[DEAL_RULES] = {
	{"opportunity_id_missing", id_missing},
	{"opportunity_id_duplicate", id_duplicate},
	{"opportunity_unknown_customer", unknown_customer},
	{"opportunity_customer_missing", customer_missing},
	{"opportunity_unknown_rep", unknown_rep},
	{"opportunity_rep_missing", rep_missing},
	{"opportunity_amount_missing", amount_missing},
	{"opportunity_amount_negative", amount_negative},
	{"created_at_missing", created_missing},
	{"created_at_in_future", created_in_future},
	{"closed_before_created", closed_before_created},
	{"closed_at_in_future", closed_in_future},
	{"closed_at_missing", closed_at_missing},
	{"closed_at_of_open_stage", open_with_closed_at},
	{"stage_missing", stage_missing},
	{"stage_unknown", stage_unknown},
};
