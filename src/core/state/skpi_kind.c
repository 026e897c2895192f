#include "skpi_tally.h"

typedef struct kind_info
{
	const char *name;
	const skpi_kind_rules *rules;
	int newest;
} kind_info;

#define INFO(number, constant, type, width, label, shape, rules, newest)       \
	[number] = {#type, &rules, newest},

static const kind_info kinds[SKPI_KINDS + 1] = {{"?", NULL, 0},
												SKPI_EACH_KIND(INFO)};

#define WIDE(number, constant, type, width, ...)                               \
	_Static_assert((width) <= SKPI_TALLY_MAX_WIDTH, #type " is too wide");     \
	_Static_assert((number) <= SKPI_KINDS, #type " leaves a number out");
SKPI_EACH_KIND(WIDE)

const char *
skpi_tally_name(skpi_kind kind)
{
	return kinds[kind].name;
}

const skpi_kind_rules *
skpi_tally_rules(skpi_kind kind)
{
	return kinds[kind].rules;
}

int
skpi_tally_newest(skpi_kind kind)
{
	return kinds[kind].newest;
}

static bool
no_flags(const skpi_tally *t)
{
	return t->flags == 0 &&
		   (t->n_labels == 0 || skpi_tally_label_key((skpi_kind) t->kind) != 0);
}

bool
skpi_head_plain(const skpi_tally *t)
{
	return no_flags(t) && t->param[0] == 0 && t->param[1] == 0;
}

bool
skpi_head_as_of(const skpi_tally *t)
{
	return no_flags(t) && skpi_day_valid(t->param[0]) &&
		   skpi_within(t->param[1], 0, SKPI_KEY_LIMIT);
}
