/*
 * Defects of customer rows.  Where the defect would make the customer's other
 * rows wrong as well, only a customer without other rows is taken.
 */
#include "ugly.h"

/* Far enough to be in the future whatever day the check takes for today. */
#define FUTURE_DAYS 3650

static bool
is_prospect(const struct life *life)
{
	return life->n_subs == 0 && life->n_pays == 0;
}

static bool
id_missing(struct spoiler *s, struct life *life)
{
	(void) s;
	if (!is_prospect(life))
		return false;
	life->who.id_blank = true;
	return true;
}

static bool
id_duplicate(struct spoiler *s, struct life *life)
{
	(void) s;
	life->who.copies = 1;
	return true;
}

static bool
signup_missing(struct spoiler *s, struct life *life)
{
	(void) s;
	life->who.signup = DAY_NONE;
	return true;
}

static bool
signup_in_future(struct spoiler *s, struct life *life)
{
	if (!is_prospect(life))
		return false;
	life->who.signup = s->co->last_day + FUTURE_DAYS + between(s->rng, 0, 700);
	return true;
}

static bool
segment_missing(struct spoiler *s, struct life *life)
{
	(void) s;
	life->who.segment = SEG_MISSING;
	return true;
}

static bool
segment_unknown(struct spoiler *s, struct life *life)
{
	life->who.segment =
		(uint8_t) (SEG_UNKNOWN + between(s->rng, 0, UNKNOWN_NAMES - 1));
	return true;
}

static bool
channel_unknown(struct spoiler *s, struct life *life)
{
	life->who.channel =
		(uint8_t) (CH_UNKNOWN + between(s->rng, 0, UNKNOWN_NAMES - 1));
	return true;
}

static bool
country_missing(struct spoiler *s, struct life *life)
{
	(void) s;
	life->who.country = COUNTRY_MISSING;
	return true;
}

static bool
active_contradicts(struct spoiler *s, struct life *life)
{
	(void) s;
	life->who.active = !life->who.active;
	return true;
}

const struct rule customer_rules[CUSTOMER_RULES] = {
	{"customer_id_missing", id_missing},
	{"customer_id_duplicate", id_duplicate},
	{"signup_date_missing", signup_missing},
	{"signup_date_in_future", signup_in_future},
	{"segment_missing", segment_missing},
	{"segment_unknown", segment_unknown},
	{"channel_unknown", channel_unknown},
	{"country_missing", country_missing},
	{"is_active_contradicts", active_contradicts},
};
