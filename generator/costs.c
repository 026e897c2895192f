/*
 * Monthly costs in cents.  Infrastructure follows the subscriptions billed and
 * the money that flows, support the subscriptions and the failed charges,
 * marketing the signups by channel; each with some noise.
 */
#include "costs.h"
#include "csv.h"

#include <stdlib.h>

#define INFRA_BASE 400000
#define INFRA_PER_SUBSCRIPTION 180
#define INFRA_PERMILLE 60 /* of what was collected */
#define SUPPORT_BASE 300000
#define SUPPORT_PER_SUBSCRIPTION 520
#define SUPPORT_PER_FAILURE 400
#define MARKETING_BASE 250000

static const int64_t signup_cost[CHANNELS] = {31000, 9000, 6000, 17000};

/* value, give or take some permille */
static int64_t
noisy(gsl_rng *rng, int64_t value, int permille)
{
	return value * (1000 + between(rng, -permille, permille)) / 1000;
}

static struct cost_row
month_cost(const struct company *co, const struct month_tally *t, gsl_rng *rng,
		   int month)
{
	struct cost_row row = {.month = month};

	stream_start(rng, co->seed, STREAM_COSTS, (uint32_t) month);
	row.infra = INFRA_BASE + t->billed * INFRA_PER_SUBSCRIPTION +
				t->collected * INFRA_PERMILLE / 1000;
	row.support = SUPPORT_BASE + t->billed * SUPPORT_PER_SUBSCRIPTION +
				  t->failed * SUPPORT_PER_FAILURE;
	row.marketing = MARKETING_BASE;
	for (int c = 0; c < CHANNELS; c++)
		row.marketing += t->signups_by[c] * signup_cost[c];
	row.infra = noisy(rng, row.infra, 35);
	row.marketing = noisy(rng, row.marketing, 80);
	row.support = noisy(rng, row.support, 50);
	return row;
}

static void
put_row(struct csv *csv, const struct company *co, const struct cost_row *row)
{
	int at = co->start_year * 12 + co->start_month - 1 + row->month;
	char text[16];

	snprintf(text, sizeof text, "%04d-%02d", at / 12, at % 12 + 1);
	csv_row_begin(csv);
	csv_text(csv, row->odd_month != NULL ? row->odd_month : text);
	csv_comma(csv);
	csv_money(csv, row->infra);
	csv_comma(csv);
	csv_money(csv, row->marketing);
	csv_comma(csv);
	csv_money(csv, row->support);
	csv_row_end(csv);
}

bool
costs_write(const struct company *co, const struct tally *tally,
			struct ugly *ugly, gsl_rng *rng, const char *dir, int64_t *rows)
{
	struct cost_row *list;
	int n = co->months;
	struct csv csv;
	bool open;

	list = calloc((size_t) n + UGLY_COST_EXTRA, sizeof *list);
	if (list == NULL)
	{
		fprintf(stderr, "saaskpi-generate: out of memory\n");
		return false;
	}
	for (int m = 0; m < n; m++)
		list[m] = month_cost(co, &tally->month[m], rng, m);
	if (ugly != NULL)
		n = ugly_costs(ugly, list, n);
	open = csv_open(&csv, dir, "costs.csv",
					"month,infra_cost,marketing_cost,support_cost");
	if (open)
		for (int i = 0; i < n; i++)
			put_row(&csv, co, &list[i]);
	free(list);
	*rows = csv.rows;
	return csv_close(&csv) && open;
}
