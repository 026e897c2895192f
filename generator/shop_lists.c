/* Writes the catalogue, the team, its quotas and the stages of the pipeline. */
#include "shop_lists.h"

#define QUOTA_STEP 50000 /* quotas are whole multiples of so many cents */

struct lists
{
	const struct company *co;
	const struct shop *shop;
	struct ugly *ugly;
	gsl_rng *rng;
	struct shop_widths width;
	const char *dir;
	struct shop_list_rows *rows;
};

/* A row of a product, or of none when its id is missing. */
static void
put_product(struct csv *csv, const struct lists *l, int32_t i,
			enum list_rule fate)
{
	const struct product *p = &l->shop->product[i - 1];
	int64_t price = shop_price(l->shop, l->co, i, l->co->last_day);
	char name[SHOP_NAME];

	csv_row_begin(csv);
	if (fate != PRODUCT_ID_MISSING)
		csv_id(csv, 'I', i, l->width.product);
	csv_comma(csv);
	shop_product_name(p, name);
	csv_text(csv, fate == PRODUCT_NAME_MISSING ? "" : name);
	csv_comma(csv);
	csv_text(csv, fate == PRODUCT_CATEGORY_MISSING
					  ? ""
					  : category_names[p->category]);
	csv_comma(csv);
	csv_money(csv, fate == LIST_PRICE_MISSING    ? MONEY_NONE
				   : fate == LIST_PRICE_NEGATIVE ? -price
												 : price);
	csv_comma(csv);
	csv_money(csv, fate == UNIT_COST_MISSING    ? MONEY_NONE
				   : fate == UNIT_COST_NEGATIVE ? -p->cost
												: p->cost);
	csv_row_end(csv);
}

static bool
write_products(struct lists *l)
{
	int32_t n = l->shop->products;
	struct csv csv;
	bool open = csv_open(&csv, l->dir, "products.csv",
						 "product_id,name,category,list_price,unit_cost");

	for (int32_t i = 1; open && i <= n; i++)
	{
		enum list_rule fate =
			ugly_list(l->ugly, PRODUCT_ID_MISSING, UNIT_COST_NEGATIVE, i, n);

		if (fate == PRODUCT_ID_MISSING || fate == PRODUCT_ID_DUPLICATE)
			put_product(&csv, l, i, LIST_FINE);
		put_product(&csv, l, i, fate);
	}
	l->rows->products = csv.rows;
	return csv_close(&csv) && open;
}

static void
put_rep(struct csv *csv, const struct lists *l, int32_t i, enum list_rule fate)
{
	const struct rep *rep = &l->shop->rep[i - 1];
	char name[SHOP_NAME];

	csv_row_begin(csv);
	if (fate != REP_ID_MISSING)
		csv_id(csv, 'R', i, l->width.rep);
	csv_comma(csv);
	shop_rep_name(rep, name);
	csv_text(csv, fate == REP_NAME_MISSING ? "" : name);
	csv_comma(csv);
	csv_text(csv, team_names[rep->team]);
	csv_comma(csv);
	csv_text(csv, region_names[rep->region]);
	csv_row_end(csv);
}

static bool
write_reps(struct lists *l)
{
	int32_t n = l->shop->reps;
	struct csv csv;
	bool open = csv_open(&csv, l->dir, "sales_reps.csv",
						 "sales_rep_id,name,team,region");

	for (int32_t i = 1; open && i <= n; i++)
	{
		enum list_rule fate =
			ugly_list(l->ugly, REP_ID_MISSING, REP_NAME_MISSING, i, n);

		if (fate == REP_ID_MISSING || fate == REP_ID_DUPLICATE)
			put_rep(&csv, l, i, LIST_FINE);
		put_rep(&csv, l, i, fate);
	}
	l->rows->reps = csv.rows;
	return csv_close(&csv) && open;
}

/* What a rep wins in a month on average, give or take, growing to the end. */
static int64_t
quota_of(const struct company *co, const struct shop *shop, gsl_rng *rng,
		 int32_t rep, int month)
{
	int64_t won = 0, quota;

	for (int m = 0; m < co->months; m++)
		won += shop->won[(rep - 1) * co->months + m];
	quota = won / co->months * (500 + 1000 * (month + 1) / co->months) / 1000;
	quota = quota * between(rng, 80, 130) / 100;
	return QUOTA_STEP * (quota / QUOTA_STEP + 1);
}

/* The month in which a rep won most, but not the first or the last. */
static int
best_month(const struct lists *l, int32_t rep)
{
	const int64_t *won = &l->shop->won[(rep - 1) * l->co->months];
	int best = 1;

	for (int m = 2; m < l->co->months - 1; m++)
		if (won[m] > won[best])
			best = m;
	return best;
}

static void
put_quota(struct csv *csv, const struct lists *l, int32_t rep, int month,
		  int64_t quota)
{
	int at = l->co->start_year * 12 + l->co->start_month - 1;

	csv_row_begin(csv);
	csv_id(csv, 'R', rep, l->width.rep);
	csv_comma(csv);
	csv_month(csv, at + month);
	csv_comma(csv);
	csv_money(csv, quota);
	csv_row_end(csv);
}

/* A rep's month, spoilt if it is the one that this fate befalls. */
static void
put_quotas(struct csv *csv, const struct lists *l, int32_t rep, int month,
		   int64_t quota, enum list_rule fate)
{
	if (fate != LIST_FINE && month != best_month(l, rep))
		fate = LIST_FINE;
	if (fate == QUOTA_MISSING)
		return;
	put_quota(csv, l, rep, month, fate == QUOTA_NEGATIVE ? -quota : quota);
	if (fate == QUOTA_DUPLICATE)
		put_quota(csv, l, rep, month, quota);
	if (fate == QUOTA_UNKNOWN_REP)
		put_quota(csv, l, l->shop->reps + rep, month, quota);
}

static bool
write_quotas(struct lists *l)
{
	int32_t n = l->shop->reps;
	struct csv csv;
	bool open =
		csv_open(&csv, l->dir, "sales_quotas.csv", "sales_rep_id,period,quota");

	for (int32_t i = 1; open && i <= n; i++)
	{
		enum list_rule fate =
			ugly_list(l->ugly, QUOTA_MISSING, QUOTA_UNKNOWN_REP, i, n);

		stream_start(l->rng, l->co->seed, STREAM_QUOTAS, (uint32_t) i);
		for (int m = 0; m < l->co->months; m++)
		{
			int64_t quota = quota_of(l->co, l->shop, l->rng, i, m);

			l->rows->quota += quota;
			put_quotas(&csv, l, i, m, quota, fate);
		}
	}
	l->rows->quotas = csv.rows;
	return csv_close(&csv) && open;
}

static bool
write_stages(const char *dir, int64_t *rows)
{
	static const char *const rest[STAGES] = {
		",1,0.10,open", ",2,0.25,open", ",3,0.50,open",
		",4,0.75,open", ",5,1.00,won",  ",6,0.00,lost",
	};
	struct csv csv;
	bool open = csv_open(&csv, dir, "pipeline_stages.csv",
						 "stage,ordinal,probability,outcome");

	for (int i = 0; open && i < STAGES; i++)
	{
		csv_row_begin(&csv);
		csv_text(&csv, stage_names[i]);
		csv_text(&csv, rest[i]);
		csv_row_end(&csv);
	}
	*rows = csv.rows;
	return csv_close(&csv) && open;
}

bool
shop_lists_write(const struct company *co, const struct shop *shop,
				 struct ugly *ugly, gsl_rng *rng, const char *dir,
				 struct shop_list_rows *rows)
{
	struct lists l = {.co = co,
					  .shop = shop,
					  .ugly = ugly,
					  .rng = rng,
					  .width = shop_widths(co, shop),
					  .dir = dir,
					  .rows = rows};

	*rows = (struct shop_list_rows){0};
	return write_products(&l) && write_reps(&l) && write_quotas(&l) &&
		   write_stages(dir, &rows->stages);
}
