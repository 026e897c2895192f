/* The sections of truth.json on the shop and its sales team. */
#ifndef GEN_TRUTH_SHOP_H
#define GEN_TRUTH_SHOP_H

#include "shop_lists.h"
#include "tally.h"

#include <stdio.h>

struct shop_truth
{
	const struct shop *shop;
	int64_t orders, lines, deals, entries; /* rows as written */
	struct shop_list_rows lists;
};

void truth_shop_rows(FILE *f, const struct shop_truth *t);
void truth_shop(FILE *f, const struct company *co, const struct shop_tally *y,
				const struct shop_truth *t);

#endif
