#include "skpi_ledger.h"

#include <string.h>

#define SINCE_BIAS 1000000
#define CUTS_MAX 8

static const char standing_letters[] = "tadupf";
static const char reason_letters[] = "-vio";

void
skpi_ledger_init(skpi_tally *t)
{
	static const int32_t none[SKPI_TALLY_PARAMS] = {0};

	skpi_tally_init(t, SKPI_LEDGER, SKPI_DAY, none);
}

/* The last day of one in parts is a part of its own. */
static bool
usable(const skpi_subscription *s)
{
	return skpi_day_valid(s->start) && s->list >= 0 &&
		   (s->end == SKPI_NO_DAY ||
			(s->end >= s->start + !s->continues && skpi_day_valid(s->end)));
}

static int32_t
origin(const skpi_subscription *s)
{
	return s->continues ? s->since : s->start;
}

/* A day that cuts the subscription in two. */
static void
cut(const skpi_subscription *s, int32_t day, int32_t *cuts, int *n)
{
	int i = *n;

	if (day == SKPI_NO_DAY || day <= s->start || !skpi_day_valid(day) ||
		(s->end != SKPI_NO_DAY && day >= s->end))
		return;
	for (int j = 0; j < *n; j++)
		if (cuts[j] == day)
			return;
	for (; i > 0 && cuts[i - 1] > day; i--)
		cuts[i] = cuts[i - 1];
	cuts[i] = day;
	++*n;
}

static bool
has_pause(const skpi_subscription *s)
{
	return s->paused_from != SKPI_NO_DAY || s->standing == SKPI_PAUSED;
}

/* First day past due; SKPI_NO_DAY when the status says that this is over. */
static int32_t
past_due_from(const skpi_subscription *s)
{
	bool owes = s->standing == SKPI_PAST_DUE || s->standing == SKPI_UNPAID;

	if (owes)
		return skpi_day_valid(s->past_due_since) ? s->past_due_since
												 : origin(s);
	return (s->standing == SKPI_CANCELLED ||
			s->standing == SKPI_UNKNOWN_STANDING) &&
				   skpi_day_valid(s->past_due_since)
			   ? s->past_due_since
			   : SKPI_NO_DAY;
}

/* The first day of the next segment each, in order. */
static int
cuts_of(const skpi_subscription *s, int32_t *cuts)
{
	int n = 0;

	cut(s, s->trial_end, cuts, &n);
	cut(s, s->paused_from, cuts, &n);
	if (has_pause(s))
		cut(s, s->resumes_on, cuts, &n);
	cut(s, past_due_from(s), cuts, &n);
	cut(s, s->notice_on, cuts, &n);
	if (s->discount > 0)
		cut(s, s->discount_until, cuts, &n);
	return n;
}

static bool
is_paused(const skpi_subscription *s, int32_t day)
{
	int32_t from = s->paused_from == SKPI_NO_DAY ? origin(s) : s->paused_from;

	if (!has_pause(s) || day < from)
		return false;
	return s->resumes_on == SKPI_NO_DAY || s->resumes_on <= from ||
		   day < s->resumes_on;
}

static skpi_class
class_at(const skpi_subscription *s, int32_t day)
{
	int32_t since = past_due_from(s);
	skpi_class c = {
		.standing = SKPI_IS_ACTIVE,
		.reason = s->end == SKPI_NO_DAY ? SKPI_NO_REASON : s->reason,
		.metered = s->metered,
		.notice = s->notice_on != SKPI_NO_DAY && day >= s->notice_on,
		.months = s->months,
		.since = SKPI_NO_DAY,
		.plan = s->label + SKPI_LEDGER_PREFIX,
		.plan_length = s->plan_length};

	if (c.months < 0 || c.months > SKPI_LEDGER_MONTHS_MAX)
		c.months = 0;
	if (s->trial_end != SKPI_NO_DAY ? day < s->trial_end
									: s->standing == SKPI_ON_TRIAL)
		c.standing = SKPI_ON_TRIAL;
	else if (is_paused(s, day))
		c.standing = SKPI_PAUSED;
	else if (since != SKPI_NO_DAY && day >= since)
	{
		c.standing = s->standing == SKPI_UNPAID ? SKPI_UNPAID : SKPI_PAST_DUE;
		if (s->trial_end != SKPI_NO_DAY && s->trial_end != origin(s) &&
			since <= s->trial_end)
			c.standing = SKPI_NEVER_PAID;
		c.since = since;
	}
	return c;
}

static void
put_number(char *at, int digits, int32_t number)
{
	for (int i = digits - 1; i >= 0; i--, number /= 10)
		at[i] = (char) ('0' + number % 10);
}

static void
put_prefix(const skpi_class *c, char *at)
{
	at[0] = standing_letters[c->standing];
	at[1] = c->metered ? 'm' : '-';
	at[2] = c->notice ? 's' : '-';
	at[3] = reason_letters[c->reason];
	put_number(at + 4, 4, c->months);
	put_number(at + 8, 7, c->since == SKPI_NO_DAY ? 0 : c->since + SINCE_BIAS);
	at[15] = ' ';
}

/* False when there is a byte that is no digit. */
static bool
get_number(const char *at, int digits, int32_t *number)
{
	int32_t n = 0;

	for (int i = 0; i < digits; i++)
	{
		if (at[i] < '0' || at[i] > '9')
			return false;
		n = 10 * n + (at[i] - '0');
	}
	*number = n;
	return true;
}

static bool
get_letter(const char *letters, char c, int *index)
{
	const char *at = c == '\0' ? NULL : strchr(letters, c);

	if (at == NULL)
		return false;
	*index = (int) (at - letters);
	return true;
}

skpi_status
skpi_class_parse(const char *text, size_t length, skpi_class *c)
{
	int standing;
	int metered;
	int notice;
	int reason;
	int32_t months;
	int32_t since;

	if (length < SKPI_LEDGER_PREFIX || text[15] != ' ' ||
		!get_letter(standing_letters, text[0], &standing) ||
		!get_letter("-m", text[1], &metered) ||
		!get_letter("-s", text[2], &notice) ||
		!get_letter(reason_letters, text[3], &reason) ||
		!get_number(text + 4, 4, &months) || !get_number(text + 8, 7, &since))
		return SKPI_E_CORRUPT;
	since = since == 0 ? SKPI_NO_DAY : since - SINCE_BIAS;
	if ((since != SKPI_NO_DAY) !=
			(standing == SKPI_PAST_DUE || standing == SKPI_UNPAID ||
			 standing == SKPI_NEVER_PAID) ||
		(since != SKPI_NO_DAY && !skpi_day_valid(since)))
		return SKPI_E_CORRUPT;
	*c = (skpi_class){(skpi_standing) standing,
					  (skpi_end_reason) reason,
					  metered != 0,
					  notice != 0,
					  months,
					  since,
					  text + SKPI_LEDGER_PREFIX,
					  length - SKPI_LEDGER_PREFIX};
	return SKPI_OK;
}

size_t
skpi_ledger_room(const skpi_tally *t, const skpi_subscription *s)
{
	int32_t cuts[CUTS_MAX];
	size_t segments = usable(s) ? (size_t) cuts_of(s, cuts) + 1 : 0;

	/* a label's length word and padding; rows that wait need room to settle */
	return (segments + 1) * (SKPI_LEDGER_PREFIX + s->plan_length + 10) +
		   skpi_tally_room(t, 2 * segments + 4 + skpi_tally_late(t));
}

/* The amounts in force on a day, at v[0] and on. */
static void
amounts_at(const skpi_subscription *s, int32_t day, int64_t *v)
{
	int64_t discount = s->discount < s->list ? s->discount : s->list;
	bool given = discount > 0 &&
				 (s->discount_until == SKPI_NO_DAY || day < s->discount_until);

	v[SKPI_LIST] = s->list;
	v[SKPI_RECURRING] = given && !s->once ? discount : 0;
	v[SKPI_ONCE] = given && s->once ? discount : 0;
	v[SKPI_QUANTITY] = s->quantity > 0 ? s->quantity : 0;
}

/* Whether the segment that begins on a day is as the one before. */
static bool
stays(const skpi_subscription *s, int32_t before, int32_t day)
{
	skpi_class a = class_at(s, before);
	skpi_class b = class_at(s, day);
	int64_t was[SKPI_LEDGER_VALUES];
	int64_t is[SKPI_LEDGER_VALUES];

	amounts_at(s, before, was);
	amounts_at(s, day, is);
	return a.standing == b.standing && a.notice == b.notice &&
		   memcmp(was, is, sizeof(was)) == 0;
}

typedef enum side
{
	STARTS,
	ENDS,
} side;

/* What is in force on a day starts or ends, or does so only for its rate. */
static skpi_status
put(skpi_tally *t, size_t cap, const skpi_subscription *s, int32_t day,
	int32_t k1, side side, bool fx)
{
	skpi_class c = class_at(s, day);
	int64_t v[2 * SKPI_LEDGER_VALUES] = {0};
	int32_t label;
	skpi_status status;

	put_prefix(&c, s->label);
	status = skpi_tally_label(t, cap, s->label,
							  SKPI_LEDGER_PREFIX + s->plan_length, &label);
	if (status != SKPI_OK)
		return status;
	amounts_at(s, day, v + (side == ENDS ? SKPI_LEDGER_VALUES : 0));
	if (fx)
		t->version = SKPI_TALLY_ASIDES;
	return skpi_tally_add(t, cap, k1,
						  fx ? skpi_aside_key(label, SKPI_ASIDE_FX) : label, v);
}

/* What was in force until a day becomes what is from then on. */
static skpi_status
put_cut(skpi_tally *t, size_t cap, const skpi_subscription *s, int32_t was,
		int32_t day)
{
	int32_t k1 = SKPI_LEDGER_INSTANT(day, true);
	skpi_status status = put(t, cap, s, was, k1, ENDS, false);

	return status == SKPI_OK ? put(t, cap, s, day, k1, STARTS, false) : status;
}

static skpi_status
put_start(skpi_tally *t, size_t cap, const skpi_subscription *s)
{
	int32_t k1 = SKPI_LEDGER_INSTANT(s->start, false);
	skpi_status status;

	if (!s->continues)
		return put(t, cap, s, s->start, k1, STARTS, false);
	status = put(t, cap, s, s->start - 1, k1, STARTS, true);
	if (status == SKPI_OK && s->end != s->start &&
		!stays(s, s->start - 1, s->start))
		status = put_cut(t, cap, s, s->start - 1, s->start);
	return status;
}

skpi_status
skpi_ledger_add(skpi_tally *t, size_t cap, const skpi_subscription *s)
{
	int32_t cuts[CUTS_MAX];
	int32_t from = s->start;
	skpi_status status;
	int n;

	if (!usable(s))
	{
		if (t->skipped == UINT32_MAX)
			return SKPI_E_OVERFLOW;
		t->skipped++;
		return SKPI_OK;
	}
	if (s->list == 0)
		return SKPI_OK;
	if (skpi_tally_used(t) + skpi_ledger_room(t, s) > cap)
		return SKPI_FULL;
	n = cuts_of(s, cuts);
	status = put_start(t, cap, s);
	for (int i = 0; i < n && status == SKPI_OK; i++)
		if (!stays(s, from, cuts[i]))
		{
			status = put_cut(t, cap, s, from, cuts[i]);
			from = cuts[i];
		}
	if (status != SKPI_OK || s->end == SKPI_NO_DAY)
		return status;
	return put(t, cap, s, s->end == s->start ? s->start - 1 : from,
			   SKPI_LEDGER_INSTANT(s->end, false), ENDS, s->goes_on);
}

const char *
skpi_standing_name(skpi_standing standing)
{
	static const char *const names[SKPI_STANDINGS] = {
		"trialing", "active", "past due", "unpaid", "paused", "never paid"};

	return standing < SKPI_STANDINGS ? names[standing] : "";
}

const char *
skpi_end_reason_name(skpi_end_reason reason)
{
	static const char *const names[SKPI_END_REASONS] = {"", "voluntary",
														"involuntary", "other"};

	return reason < SKPI_END_REASONS ? names[reason] : "";
}

static bool
amounts_sound(const int64_t *v)
{
	return v[SKPI_LIST] >= 0 && v[SKPI_RECURRING] >= 0 && v[SKPI_ONCE] >= 0 &&
		   v[SKPI_QUANTITY] >= 0 && v[SKPI_RECURRING] <= v[SKPI_LIST] &&
		   v[SKPI_ONCE] <= v[SKPI_LIST] - v[SKPI_RECURRING];
}

static bool
row_sound(const skpi_tally *t, const skpi_row *row, const skpi_periods *p)
{
	(void) p;
	return skpi_day_valid(skpi_instant_day(row->k1)) && amounts_sound(row->v) &&
		   amounts_sound(row->v + SKPI_LEDGER_VALUES) &&
		   (row->k2 < 0 ? skpi_aside_sound(t, row->k2) &&
							  skpi_key_aside(row->k2) == SKPI_ASIDE_FX &&
							  skpi_key_label(row->k2) > 0
						: skpi_within(row->k2, 1, t->n_labels));
}

const skpi_kind_rules skpi_ledger_rules = {skpi_head_plain, row_sound, NULL};
