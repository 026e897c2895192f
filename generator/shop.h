/*
 * The shop and its sales team: products, their popularity and prices, who
 * sells where, and how often people buy.  Read-only once set up, but for what
 * the team has won.
 */
#ifndef GEN_SHOP_H
#define GEN_SHOP_H

#include "company.h"
#include "stream.h"

#define CATEGORIES 6
#define PRICE_RISE_PERMILLE 40 /* every January */
#define BUYERS_PPM 850000u     /* of customers, ever */
#define DROP_OUT_BETA 24       /* monthly end of buying ~ Beta(1, this) */

struct product
{
	int64_t base;        /* price in cents in the first year */
	int64_t cost;        /* cents */
	int32_t from, until; /* days on sale, both inside */
	int32_t popular;     /* weights of the products up to this one */
	uint8_t category, adjective, noun;
};

struct rep
{
	uint8_t region, team, first_name, last_name;
	int skill_permille; /* of deals lost; less is better */
};

struct shop
{
	int32_t products; /* 1.. */
	struct product *product;
	int32_t reps; /* 1.. */
	struct rep *rep;
	int64_t *won;      /* cents per rep and month, by [rep * months + month] */
	uint64_t deals;    /* opportunities in all */
	int lines_mean;    /* per order */
	uint64_t buy_rate; /* orders a day of who buys, mean, ppm */
};

extern const char *const category_names[CATEGORIES];
extern const char *const team_names[];

/* False after a message when memory is out. */
bool shop_init(struct shop *shop, const struct company *co,
			   const struct options *opt, gsl_rng *rng);
void shop_free(struct shop *shop);

/* Price of a product on a day, whether on sale or not. */
int64_t shop_price(const struct shop *shop, const struct company *co,
				   int32_t product, int32_t day);

/* A product on sale that day, by popularity. */
int32_t shop_pick(const struct shop *shop, gsl_rng *rng, int32_t day);

enum region shop_region(uint8_t country);

/* Somebody of the team of a region. */
int32_t shop_rep(const struct shop *shop, gsl_rng *rng, enum region region);

/* Opportunities of the customers before and up to this one. */
uint64_t shop_deals(const struct shop *shop, const struct company *co,
					int32_t number);

/* Name of a product or person, of no more than 40 bytes. */
#define SHOP_NAME 48
void shop_product_name(const struct product *p, char name[SHOP_NAME]);
void shop_rep_name(const struct rep *rep, char name[SHOP_NAME]);

#endif
