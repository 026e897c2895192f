/* Writes the catalogue, the team, its quotas and the stages of the pipeline. */
#include "shop_lists.h"

#define QUOTA_STEP 50000 /* quotas are whole multiples of so many cents */

static bool
write_products(const struct company *co, const struct shop *shop,
			   const struct shop_widths *w, const char *dir, int64_t *rows)
{
	char name[SHOP_NAME];
	struct csv csv;
	bool open = csv_open(&csv, dir, "products.csv",
						 "product_id,name,category,list_price,unit_cost");

	for (int32_t i = 1; open && i <= shop->products; i++)
	{
		const struct product *p = &shop->product[i - 1];

		csv_row_begin(&csv);
		csv_id(&csv, 'I', i, w->product);
		csv_comma(&csv);
		shop_product_name(p, name);
		csv_text(&csv, name);
		csv_comma(&csv);
		csv_text(&csv, category_names[p->category]);
		csv_comma(&csv);
		csv_money(&csv, shop_price(shop, co, i, co->last_day));
		csv_comma(&csv);
		csv_money(&csv, p->cost);
		csv_row_end(&csv);
	}
	*rows = csv.rows;
	return csv_close(&csv) && open;
}

static bool
write_reps(const struct shop *shop, const struct shop_widths *w,
		   const char *dir, int64_t *rows)
{
	char name[SHOP_NAME];
	struct csv csv;
	bool open =
		csv_open(&csv, dir, "sales_reps.csv", "sales_rep_id,name,team,region");

	for (int32_t i = 1; open && i <= shop->reps; i++)
	{
		const struct rep *rep = &shop->rep[i - 1];

		csv_row_begin(&csv);
		csv_id(&csv, 'R', i, w->rep);
		csv_comma(&csv);
		shop_rep_name(rep, name);
		csv_text(&csv, name);
		csv_comma(&csv);
		csv_text(&csv, team_names[rep->team]);
		csv_comma(&csv);
		csv_text(&csv, region_names[rep->region]);
		csv_row_end(&csv);
	}
	*rows = csv.rows;
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

static bool
write_quotas(const struct company *co, const struct shop *shop,
			 const struct shop_widths *w, gsl_rng *rng, const char *dir,
			 struct shop_list_rows *rows)
{
	int at = co->start_year * 12 + co->start_month - 1;
	struct csv csv;
	bool open =
		csv_open(&csv, dir, "sales_quotas.csv", "sales_rep_id,period,quota");

	for (int32_t i = 1; open && i <= shop->reps; i++)
	{
		stream_start(rng, co->seed, STREAM_QUOTAS, (uint32_t) i);
		for (int m = 0; m < co->months; m++)
		{
			int64_t quota = quota_of(co, shop, rng, i, m);

			csv_row_begin(&csv);
			csv_id(&csv, 'R', i, w->rep);
			csv_comma(&csv);
			csv_month(&csv, at + m);
			csv_comma(&csv);
			csv_money(&csv, quota);
			csv_row_end(&csv);
			rows->quota += quota;
		}
	}
	rows->quotas = csv.rows;
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
				 gsl_rng *rng, const char *dir, struct shop_list_rows *rows)
{
	struct shop_widths w = shop_widths(co, shop);

	*rows = (struct shop_list_rows){0};
	return write_products(co, shop, &w, dir, &rows->products) &&
		   write_reps(shop, &w, dir, &rows->reps) &&
		   write_quotas(co, shop, &w, rng, dir, rows) &&
		   write_stages(dir, &rows->stages);
}
