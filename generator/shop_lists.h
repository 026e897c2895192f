/*
 * The files of the shop that do not grow with the customers: products,
 * sales_reps, sales_quotas and pipeline_stages.
 */
#ifndef GEN_SHOP_LISTS_H
#define GEN_SHOP_LISTS_H

#include "shop_tables.h"
#include "ugly.h"

struct shop_list_rows
{
	int64_t products, reps, quotas, stages;
	int64_t quota; /* cents, all of them */
};

/* After all customers, since quotas follow what the team has won; spoils rows
 * when ugly is not NULL. */
bool shop_lists_write(const struct company *co, const struct shop *shop,
					  struct ugly *ugly, gsl_rng *rng, const char *dir,
					  struct shop_list_rows *rows);

#endif
