/* What the shop sold and what the sales team won, before any defect. */
#include "truth_shop.h"
#include "json.h"

#include <inttypes.h>

void
truth_shop_rows(FILE *f, const struct shop_truth *t)
{
	json_count(f, "products", t->lists.products, ",");
	json_count(f, "orders", t->orders, ",");
	json_count(f, "order_lines", t->lines, ",");
	json_count(f, "sales_reps", t->lists.reps, ",");
	json_count(f, "sales_quotas", t->lists.quotas, ",");
	json_count(f, "opportunities", t->deals, ",");
	json_count(f, "opportunity_stages", t->entries, ",");
	json_count(f, "pipeline_stages", t->lists.stages, "");
}

static void
put_customer(FILE *f, const char *name, int32_t number,
			 const struct shop_widths *w)
{
	if (number == CUSTOMER_NONE)
		fprintf(f, "    \"%s\": null,\n", name);
	else
		fprintf(f, "    \"%s\": \"C%0*" PRId32 "\",\n", name, w->customer,
				number);
}

static void
put_sales(FILE *f, const struct shop_tally *y)
{
	fprintf(f, "  \"sales\": {\n");
	json_count(f, "orders", y->sales, ",");
	json_count(f, "return_orders", y->returns, ",");
	json_count(f, "cancelled_orders", y->cancelled, ",");
	json_money(f, "gross", y->gross, ",");
	json_money(f, "discounts", y->discounts, ",");
	json_money(f, "returns", y->returned, ",");
	json_money(f, "net", y->gross - y->discounts - y->returned, ",");
	json_money(f, "cancelled_net", y->cancelled_net, ",");
	json_count(f, "units_sold", y->units, ",");
	json_count(f, "units_returned", y->units_back, "");
	fprintf(f, "  },\n");
}

static void
put_buyers(FILE *f, const struct shop_tally *y, const struct shop_widths *w)
{
	fprintf(f, "  \"buyers\": {\n");
	json_count(f, "count", y->buyers, ",");
	json_count(f, "repeat_buyers", y->repeat_buyers, ",");
	json_count(f, "dropped_out", y->dropped_out, ",");
	json_share(f, "drop_out_alpha", 1 * PPM, ",");
	json_share(f, "drop_out_beta", DROP_OUT_BETA * PPM, ",");
	put_customer(f, "most_orders_customer", y->most_orders.customer, w);
	json_count(f, "most_orders", y->most_orders.value, ",");
	put_customer(f, "most_spent_customer", y->most_spent.customer, w);
	json_money(f, "most_spent", y->most_spent.value, ",");
	json_count(f, "longest_silence_days", y->longest_silence, "");
	fprintf(f, "  },\n");
}

static void
put_pipeline(FILE *f, const struct shop_tally *y, const struct shop_truth *t)
{
	int64_t open = 0, amount = 0;

	for (int i = 0; i < STAGE_WON; i++)
	{
		open += y->deals[i];
		amount += y->deal_amount[i];
	}
	fprintf(f, "  \"pipeline\": {\n");
	json_count(f, "won", y->deals[STAGE_WON], ",");
	json_money(f, "won_amount", y->deal_amount[STAGE_WON], ",");
	json_count(f, "lost", y->deals[STAGE_LOST], ",");
	json_money(f, "lost_amount", y->deal_amount[STAGE_LOST], ",");
	json_count(f, "open", open, ",");
	json_money(f, "open_amount", amount, ",");
	for (int i = 0; i < STAGE_WON; i++)
		json_count(f, stage_names[i], y->deals[i], ",");
	json_count(f, "reopened", y->reopened, ",");
	json_count(f, "moved_back", y->moved_back, ",");
	json_count(f, "skipped_a_stage", y->skipped, ",");
	json_count(f, "amount_changes", y->amount_changes, ",");
	json_money(f, "quota", t->lists.quota, "");
	fprintf(f, "  },\n");
}

static void
put_months(FILE *f, const struct company *co, const struct shop_tally *y)
{
	int at = co->start_year * 12 + co->start_month - 1;

	fprintf(f, "  \"monthly_sales\": [\n");
	for (int m = 0; m < co->months; m++, at++)
	{
		int64_t net = y->month_net[m];

		fprintf(f,
				"    {\"month\": \"%04d-%02d\", \"orders\": %" PRId64
				", \"net\": %s%" PRId64 ".%02d}%s\n",
				at / 12, at % 12 + 1, y->month_sales[m], net < 0 ? "-" : "",
				(net < 0 ? -net : net) / 100,
				(int) ((net < 0 ? -net : net) % 100),
				m + 1 < co->months ? "," : "");
	}
	fprintf(f, "  ],\n");
}

void
truth_shop(FILE *f, const struct company *co, const struct shop_tally *y,
		   const struct shop_truth *t)
{
	struct shop_widths w = shop_widths(co, t->shop);

	put_sales(f, y);
	put_buyers(f, y, &w);
	put_pipeline(f, y, t);
	put_months(f, co, y);
}
