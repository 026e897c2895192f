/*
 * Defects of stage histories.  Entries of an unknown opportunity are added.
 * The last entry of a history stays the last by time and keeps its stage, so
 * that it still says where the opportunity stands.
 */
#include "ugly.h"

/* An opportunity of at least so many entries, or NULL. */
static struct deal *
long_deal(struct spoiler *s, struct life *life, size_t entries)
{
	struct deal *deal;

	if (life->n_deals == 0)
		return NULL;
	deal = &life->deals[between(s->rng, 0, (int32_t) life->n_deals - 1)];
	return deal->entries >= entries ? deal : NULL;
}

/* An entry that is not the last, or NULL. */
static struct stage_entry *
early_entry(struct spoiler *s, struct life *life)
{
	struct deal *deal = long_deal(s, life, 2);

	if (deal == NULL)
		return NULL;
	return &life->entries[deal->first_entry +
						  (size_t) between(s->rng, 0,
										   (int32_t) deal->entries - 2)];
}

static bool
unknown_opportunity(struct spoiler *s, struct life *life)
{
	struct deal *deal = long_deal(s, life, 1);
	struct stage_entry extra;

	if (deal == NULL)
		return false;
	extra = life->entries[deal->first_entry];
	life_add_deal(life, (struct deal){.first_entry = life->n_entries,
									  .entries = 1,
									  .id = ID_HIDDEN});
	life_add_entry(life, extra);
	return true;
}

static bool
stage_missing(struct spoiler *s, struct life *life)
{
	struct stage_entry *entry = early_entry(s, life);

	if (entry != NULL)
		entry->stage = STAGE_MISSING;
	return entry != NULL;
}

static bool
stage_unknown(struct spoiler *s, struct life *life)
{
	struct stage_entry *entry = early_entry(s, life);

	if (entry != NULL)
		entry->stage =
			(uint8_t) (STAGE_UNKNOWN + between(s->rng, 0, UNKNOWN_NAMES - 1));
	return entry != NULL;
}

static bool
time_missing(struct spoiler *s, struct life *life)
{
	struct stage_entry *entry = early_entry(s, life);

	if (entry != NULL)
		entry->time = TIME_NONE;
	return entry != NULL;
}

static bool
time_in_future(struct spoiler *s, struct life *life)
{
	struct deal *deal = long_deal(s, life, 1);

	if (deal == NULL || deal->closed != TIME_NONE)
		return false;
	life->entries[deal->first_entry + deal->entries - 1].time =
		time_of_day(ugly_future(s));
	return true;
}

static bool
before_created(struct spoiler *s, struct life *life)
{
	struct deal *deal = long_deal(s, life, 2);

	if (deal == NULL)
		return false;
	life->entries[deal->first_entry].time -=
		between(s->rng, 1, 20 * DAY_SECONDS);
	return true;
}

/* The close is dated back to the entry before it. */
static bool
after_closed(struct spoiler *s, struct life *life)
{
	struct deal *deal = long_deal(s, life, 2);

	if (deal == NULL || deal->closed == TIME_NONE)
		return false;
	deal->closed = life->entries[deal->first_entry + deal->entries - 2].time;
	return true;
}

/* Two neighbours, neither of them the last, change their times. */
static bool
out_of_order(struct spoiler *s, struct life *life)
{
	struct deal *deal = long_deal(s, life, 3);
	struct stage_entry *entry;
	int64_t time;

	if (deal == NULL)
		return false;
	entry = &life->entries[deal->first_entry +
						   (size_t) between(s->rng, 0,
											(int32_t) deal->entries - 3)];
	time = entry->time;
	entry->time = entry[1].time;
	entry[1].time = time;
	return true;
}

const struct rule entry_rules[ENTRY_RULES] = {
	{"history_unknown_opportunity", unknown_opportunity},
	{"history_stage_missing", stage_missing},
	{"history_stage_unknown", stage_unknown},
	{"entered_at_missing", time_missing},
	{"entered_at_in_future", time_in_future},
	{"entered_before_created", before_created},
	{"entered_after_closed", after_closed},
	{"history_out_of_order", out_of_order},
};
