/* Writes what one customer bought and was offered. */
#include "shop_tables.h"

#include <string.h>

struct shop_widths
shop_widths(const struct company *co, const struct shop *shop)
{
	return (struct shop_widths){
		.customer = csv_width(co->customers, 7),
		.order = csv_width(1000 * (int64_t) co->customers, 8),
		.product = csv_width(shop->products, 4),
		.rep = csv_width(shop->reps, 3),
		.deal = csv_width(10 * (int64_t) shop->deals, 7)};
}

bool
shop_tables_open(struct shop_tables *t, const struct company *co,
				 const struct shop *shop, const char *dir)
{
	memset(t, 0, sizeof *t);
	t->width = shop_widths(co, shop);
	return csv_open(&t->orders, dir, "orders.csv",
					"order_id,customer_id,ordered_at,status,channel,region,"
					"sales_rep_id") &&
		   csv_open(&t->lines, dir, "order_lines.csv",
					"order_id,line_no,product_id,quantity,unit_price,"
					"discount") &&
		   csv_open(&t->deals, dir, "opportunities.csv",
					"opportunity_id,customer_id,sales_rep_id,name,created_at,"
					"amount,stage,closed_at,expected_close") &&
		   csv_open(&t->entries, dir, "opportunity_stages.csv",
					"opportunity_id,stage,entered_at,amount");
}

bool
shop_tables_close(struct shop_tables *t)
{
	bool orders = csv_close(&t->orders);
	bool lines = csv_close(&t->lines);
	bool deals = csv_close(&t->deals);
	bool entries = csv_close(&t->entries);

	return orders && lines && deals && entries;
}

static void
put_id(struct csv *csv, char prefix, int64_t number, int width)
{
	if (number != 0)
		csv_id(csv, prefix, number, width);
	csv_comma(csv);
}

/* The largest numbers of a width, which no order or deal has. */
static int64_t
stranger(struct shop_tables *t, int width)
{
	int64_t number = 1;

	for (int i = 0; i < width; i++)
		number *= 10;
	return number - ++t->strangers;
}

static void
write_order(struct shop_tables *t, const struct order *order)
{
	struct csv *csv = &t->orders;
	const struct shop_widths *w = &t->width;

	csv_row_begin(csv);
	put_id(csv, 'O', order->id == ID_BLANK ? 0 : t->last_order, w->order);
	put_id(csv, 'C', order->customer, w->customer);
	csv_time(csv, order->time);
	csv_comma(csv);
	csv_text(csv, order_status_names[order->status]);
	csv_comma(csv);
	csv_text(csv, order_channel_names[order->channel]);
	csv_comma(csv);
	csv_text(csv, region_names[order->region]);
	csv_comma(csv);
	if (order->rep != REP_NONE)
		csv_id(csv, 'R', order->rep, w->rep);
	csv_row_end(csv);
}

static void
write_line(struct shop_tables *t, int64_t order, const struct line *line)
{
	struct csv *csv = &t->lines;
	int32_t quantity = line->quantity;

	csv_row_begin(csv);
	put_id(csv, 'O', order, t->width.order);
	if (line->number != 0)
		csv_number(csv, line->number);
	csv_comma(csv);
	put_id(csv, 'I', line->product, t->width.product);
	if (quantity != QUANTITY_NONE)
		csv_number(csv, quantity);
	csv_comma(csv);
	csv_money(csv, line->price);
	csv_comma(csv);
	csv_money(csv, line->discount);
	csv_row_end(csv);
}

static void
write_deal(struct shop_tables *t, const struct deal *deal)
{
	struct csv *csv = &t->deals;
	const struct shop_widths *w = &t->width;

	csv_row_begin(csv);
	put_id(csv, 'D', deal->id == ID_BLANK ? 0 : t->last_deal, w->deal);
	put_id(csv, 'C', deal->customer, w->customer);
	put_id(csv, 'R', deal->rep, w->rep);
	csv_text(csv, deal_kinds[deal->kind]);
	csv_comma(csv);
	csv_time(csv, deal->created);
	csv_comma(csv);
	csv_money(csv, deal->amount);
	csv_comma(csv);
	csv_text(csv, stage_names[deal->stage]);
	csv_comma(csv);
	csv_time(csv, deal->closed);
	csv_comma(csv);
	csv_date(csv, deal->expected);
	csv_row_end(csv);
}

static void
write_entry(struct shop_tables *t, int64_t deal,
			const struct stage_entry *entry)
{
	struct csv *csv = &t->entries;

	csv_row_begin(csv);
	put_id(csv, 'D', deal, t->width.deal);
	csv_text(csv, stage_names[entry->stage]);
	csv_comma(csv);
	csv_time(csv, entry->time);
	csv_comma(csv);
	csv_money(csv, entry->amount);
	csv_row_end(csv);
}

/*
 * The number of a row for itself and what belongs to it; `last` counts on.
 * 0 is no number.
 */
static int64_t
number_of(struct shop_tables *t, uint8_t id, int64_t *last, int width)
{
	if (id == ID_HIDDEN)
		return stranger(t, width);
	if (id == ID_NOBODY)
		return 0;
	if (id != ID_REPEAT)
		++*last;
	return *last;
}

static bool
is_written(uint8_t id)
{
	return id != ID_HIDDEN && id != ID_NOBODY;
}

void
shop_tables_write(struct shop_tables *t, const struct life *life)
{
	for (size_t i = 0; i < life->n_orders; i++)
	{
		const struct order *order = &life->orders[i];
		int64_t number =
			number_of(t, order->id, &t->last_order, t->width.order);

		if (is_written(order->id))
			write_order(t, order);
		for (size_t k = 0; k < order->n_lines; k++)
			write_line(t, number, &life->lines[order->first_line + k]);
	}
	for (size_t i = 0; i < life->n_deals; i++)
	{
		const struct deal *deal = &life->deals[i];
		int64_t number = number_of(t, deal->id, &t->last_deal, t->width.deal);

		if (is_written(deal->id))
			write_deal(t, deal);
		for (size_t k = 0; k < deal->entries; k++)
			write_entry(t, number, &life->entries[deal->first_entry + k]);
	}
}
