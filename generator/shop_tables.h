/*
 * The files of the shop that grow with the customers: orders, order_lines,
 * opportunities and opportunity_stages.
 */
#ifndef GEN_SHOP_TABLES_H
#define GEN_SHOP_TABLES_H

#include "csv.h"
#include "shop.h"

/* Widths of the shop's ids, which other files use as well. */
struct shop_widths
{
	int customer, order, product, rep, deal;
};

struct shop_tables
{
	struct csv orders, lines, deals, entries;
	struct shop_widths width;
	int64_t last_order, last_deal; /* id numbers */
	int64_t strangers;             /* orders and deals that are not there */
};

struct shop_widths shop_widths(const struct company *co,
							   const struct shop *shop);
bool shop_tables_open(struct shop_tables *t, const struct company *co,
					  const struct shop *shop, const char *dir);
bool shop_tables_close(struct shop_tables *t);
void shop_tables_write(struct shop_tables *t, const struct life *life);

#endif
