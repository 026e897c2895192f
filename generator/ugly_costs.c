/*
 * Defects of cost rows.  Each month is spoilt at most once, and the first and
 * last stay, so that the months between them are the same by any reading.
 */
#include "ugly.h"

#include <string.h>

enum
{
	MALFORMED,
	DUPLICATE,
	MISSING,
	NEGATIVE,
};

const char *const cost_rule_names[COST_RULES] = {
	"cost_month_malformed",
	"cost_month_duplicate",
	"cost_month_missing",
	"cost_negative",
};

static const char *const odd_months[] = {
	"2023-13", "2023-00", "May 2023", "2023/05", "202305", "2023-5",
};
#define ODD_MONTHS ((int) (sizeof odd_months / sizeof *odd_months))

/* One of the three costs turns negative. */
static void
negate(struct spoiler *s, struct cost_row *row)
{
	int64_t *costs[] = {&row->infra, &row->marketing, &row->support};
	int64_t *cost = costs[between(s->rng, 0, 2)];

	*cost = -*cost;
}

/* Draws what becomes of each month: a rule of above or nothing (-1). */
static void
draw_fates(struct ugly *u, int fate[], int n, const int wanted[])
{
	for (int i = 0; i < n; i++)
		fate[i] = -1;
	for (int rule = DUPLICATE; rule <= NEGATIVE; rule++)
		for (int left = wanted[rule]; left > 0;)
		{
			int at = between(u->spoiler.rng, 1, n - 2);

			if (fate[at] != -1)
				continue;
			fate[at] = rule;
			left--;
		}
}

int
ugly_costs(struct ugly *u, struct cost_row *rows, int n)
{
	static const int few[COST_RULES] = {ODD_MONTHS, 3, 3, 3};
	static const int more[COST_RULES] = {ODD_MONTHS, 5, 3, 4};
	const int *wanted = n < 24 ? few : more;
	struct cost_row clean[MONTHS_MAX];
	int fate[MONTHS_MAX];
	int out = 0;

	stream_start(u->spoiler.rng, u->spoiler.co->seed, STREAM_DEFECTS, 0);
	draw_fates(u, fate, n, wanted);
	memcpy(clean, rows, (size_t) n * sizeof *rows);
	for (int i = 0; i < n; i++)
	{
		if (fate[i] == MISSING)
			continue;
		rows[out++] = clean[i];
		if (fate[i] == DUPLICATE)
			rows[out++] = clean[i];
		if (fate[i] == NEGATIVE)
			negate(&u->spoiler, &rows[out - 1]);
	}
	for (int i = 0; i < wanted[MALFORMED]; i++)
	{
		rows[out] = clean[i];
		rows[out++].odd_month = odd_months[i];
	}
	for (int rule = 0; rule < COST_RULES; rule++)
		u->planted[COST_FROM + rule] = wanted[rule];
	return out;
}
