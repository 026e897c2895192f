/*
 * The table of kinds: what is particular to a kind of state, one row each.
 * Everything that is made per kind (constants, widths, names, checks, entry
 * points of the server's types) is made from it; a new kind is a new row and a
 * file of its own, which defines the rules the row names.
 *
 *  number   what a stored state says it is: given once, for ever
 *  type     the name of the type, and the first word of its text form
 *  width    64-bit values in a row
 *  label    which key refers to a label (1 or 2; 0: none), whose value 0 means
 *           "no label"
 *  shape    how the rows of many customers lie when none is missing, or that
 *           they are intervals
 *  rules    the checks, and what merging does beyond adding
 *  newest   the latest version: 2 where rows may be asides (skpi_tally.h)
 */
#ifndef SKPI_KIND_H
#define SKPI_KIND_H

#include "skpi_calendar.h"

/* clang-format off */
/*       number constant            type              width label shape          rules                 newest */
#define SKPI_EACH_KIND(KIND) \
	KIND(1, SKPI_MRR_HISTORY,   mrr_history,       2, 2, SKPI_BLOCKS,   skpi_history_rules, 2) \
	KIND(2, SKPI_ACTIVITY,      activity,          2, 0, SKPI_BLOCKS,   skpi_activity_rules, 1) \
	KIND(3, SKPI_MRR_FLOW,      mrr_flow,         15, 1, SKPI_BLOCKS,   skpi_flow_rules, 2) \
	KIND(4, SKPI_MRR_RETENTION, mrr_retention,     5, 1, SKPI_BLOCKS,   skpi_retention_rules, 2) \
	KIND(5, SKPI_COHORT_MATRIX, cohort_matrix,     5, 0, SKPI_TRIANGLE, skpi_cohort_rules, 1) \
	KIND(6, SKPI_REVENUE_FLOW,  revenue_flow,      8, 0, SKPI_BLOCKS,   skpi_revenue_rules, 1) \
	KIND(7, SKPI_CASH_BRIDGE,   cash_bridge,       8, 0, SKPI_BLOCKS,   skpi_bridge_rules, 1) \
	KIND(8, SKPI_CONVERSION,    conversion_curve,  3, 0, SKPI_BLOCKS,   skpi_conversion_rules, 1) \
	KIND(9, SKPI_SERIES,        series,            2, 0, SKPI_BLOCKS,   skpi_series_rules, 1) \
	KIND(10, SKPI_EVENT_HISTORY, event_history,    1, 2, SKPI_BLOCKS,   skpi_event_rules, 1) \
	KIND(11, SKPI_EVENT_FLOW,   event_flow,        8, 1, SKPI_BLOCKS,   skpi_event_flow_rules, 1) \
	KIND(12, SKPI_SESSION_SET,  session_set,       3, 0, SKPI_INTERVALS, skpi_session_set_rules, 1) \
	KIND(13, SKPI_FUNNEL_PATH,  funnel_path,       1, 0, SKPI_BLOCKS,   skpi_funnel_rules, 1) \
	KIND(14, SKPI_SCORES,       scores,            2, 0, SKPI_SCATTER,  skpi_scores_rules, 1) \
	KIND(15, SKPI_ORDER_HISTORY, order_history,    4, 0, SKPI_BLOCKS,   skpi_purchase_rules, 1) \
	KIND(16, SKPI_LEDGER,       ledger,            8, 2, SKPI_BLOCKS,   skpi_ledger_rules, 2) \
	KIND(17, SKPI_LEDGER_FLOW,  ledger_flow,      16, 0, SKPI_BLOCKS,   skpi_ledger_flow_rules, 2)
/* clang-format on */

#define SKPI_KIND_CONSTANT(number, constant, ...) constant = number,
#define SKPI_KIND_NUMBER(number, ...) SKPI_KIND_##number = number,

enum
{
	SKPI_EACH_KIND(SKPI_KIND_NUMBER) SKPI_KINDS_END,
};

typedef enum skpi_kind
{
	SKPI_EACH_KIND(SKPI_KIND_CONSTANT) SKPI_KINDS = SKPI_KINDS_END - 1,
} skpi_kind;

typedef enum skpi_shape
{
	SKPI_BLOCKS,    /* every period under every label */
	SKPI_TRIANGLE,  /* every age a cohort can have */
	SKPI_INTERVALS, /* spans of time, which merging joins instead of adding */
	SKPI_SCATTER,   /* anywhere: late rows wait in the order they came in */
} skpi_shape;

struct skpi_tally;
struct skpi_row;

/* The first period that holds a valid day, and the end of the last one. */
typedef struct skpi_periods
{
	int32_t first;
	int32_t end;
} skpi_periods;

/* Of states that come from outside everything is asked, of others nothing. */
typedef struct skpi_kind_rules
{
	/* what the parameters and flags can be */
	bool (*head_sound)(const struct skpi_tally *t);
	/* what the keys and values of a row can be */
	bool (*row_sound)(const struct skpi_tally *t, const struct skpi_row *row,
					  const skpi_periods *p);
	/* parameters that are results: merges them.  NULL: states with other
	 * parameters are not merged */
	void (*merge_params)(struct skpi_tally *t, const struct skpi_tally *from);
} skpi_kind_rules;

#define SKPI_KIND_DECLARE(number, constant, type, width, label, shape, rules,  \
						  ...)                                                 \
	extern const skpi_kind_rules rules;
SKPI_EACH_KIND(SKPI_KIND_DECLARE)

const char *skpi_tally_name(skpi_kind kind);
const skpi_kind_rules *skpi_tally_rules(skpi_kind kind);

/* The latest version that states of a kind can have. */
int skpi_tally_newest(skpi_kind kind);

/* In the header because every access to a row asks. */
#define SKPI_KIND_WIDTH(number, constant, type, width, ...) [number] = width,
#define SKPI_KIND_LABEL(number, constant, type, width, label, ...)             \
	[number] = label,
#define SKPI_KIND_SHAPE(number, constant, type, width, label, shape, ...)      \
	[number] = shape,

static inline int
skpi_tally_width(skpi_kind kind)
{
	static const uint8_t width[SKPI_KINDS + 1] = {
		SKPI_EACH_KIND(SKPI_KIND_WIDTH)};

	return width[kind];
}

static inline int
skpi_tally_label_key(skpi_kind kind)
{
	static const uint8_t key[SKPI_KINDS + 1] = {
		SKPI_EACH_KIND(SKPI_KIND_LABEL)};

	return key[kind];
}

static inline skpi_shape
skpi_tally_shape(skpi_kind kind)
{
	static const uint8_t shape[SKPI_KINDS + 1] = {
		SKPI_EACH_KIND(SKPI_KIND_SHAPE)};

	return (skpi_shape) shape[kind];
}

/* Ages, lags and windows of any grain stay well inside this. */
#define SKPI_KEY_LIMIT 4000000

static inline bool
skpi_within(int32_t k, int32_t lo, int32_t hi)
{
	return k >= lo && k <= hi;
}

/* Heads that several kinds have: no parameters, or a day and a count. */
bool skpi_head_plain(const struct skpi_tally *t);
bool skpi_head_as_of(const struct skpi_tally *t);

#endif
