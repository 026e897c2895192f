/* Sets the shop up: its catalogue, its team and the pace of its customers. */
#include "shop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POPULAR_TOP 20000000 /* weight of the r-th is this / (r + 4) */
#define POPULAR_SHIFT 4
#define DAYS_PER_MONTH_X100 3044
#define BUY_RATE_MAX 4000000u

#define ADJECTIVES 12
#define NOUNS 6
#define FIRST_NAMES 16
#define LAST_NAMES 16

const char *const category_names[CATEGORIES] = {
	"Electronics", "Home", "Office", "Clothing", "Sports", "Books",
};
const char *const team_names[] = {"Inside", "Field", "Key Accounts"};
#define TEAMS 3

static const char *const adjectives[ADJECTIVES] = {
	"Compact", "Classic", "Sturdy",  "Light", "Quiet",   "Bright",
	"Nordic",  "Urban",   "Premium", "Basic", "Folding", "Smart",
};
static const char *const nouns[CATEGORIES][NOUNS] = {
	{"Speaker", "Charger", "Headset", "Camera", "Router", "Keyboard"},
	{"Lamp", "Kettle", "Blanket", "Shelf", "Clock", "Mirror"},
	{"Desk", "Chair", "Notebook", "Stapler", "Whiteboard", "Binder"},
	{"Jacket", "Shirt", "Scarf", "Boots", "Cap", "Gloves"},
	{"Racket", "Mat", "Bottle", "Helmet", "Rope", "Backpack"},
	{"Atlas", "Cookbook", "Novel", "Almanac", "Reader", "Primer"},
};
static const char *const first_names[FIRST_NAMES] = {
	"Ada",  "Ben",   "Chloe", "Dev",  "Elena", "Farid", "Grace", "Hugo",
	"Ines", "Jonas", "Kaya",  "Liam", "Mira",  "Noor",  "Oscar", "Priya",
};
static const char *const last_names[LAST_NAMES] = {
	"Abbott", "Berg",  "Costa",  "Dubois", "Evans", "Fischer",
	"Garcia", "Haas",  "Ito",    "Jones",  "Khan",  "Larsen",
	"Moreau", "Novak", "Okafor", "Patel",
};
static const uint8_t country_region[COUNTRIES + 1] = {
	REGION_AMERICAS, REGION_EMEA, REGION_EMEA, REGION_EMEA,
	REGION_AMERICAS, REGION_APAC, REGION_EMEA, REGION_EMEA,
	REGION_AMERICAS, REGION_APAC, REGION_EMEA, REGION_APAC,
	REGION_AMERICAS,
};
static const uint8_t rep_regions[8] = {
	REGION_AMERICAS, REGION_EMEA,     REGION_AMERICAS, REGION_APAC,
	REGION_EMEA,     REGION_AMERICAS, REGION_EMEA,     REGION_AMERICAS,
};

/* From a few to some two hundred, mostly cheap, less a cent. */
static int64_t
draw_price(gsl_rng *rng)
{
	uint64_t top = beta_fraction(rng, 1, 4);

	return 100 * (4 + (int64_t) (top * 240 >> 32)) - 1;
}

/* Most are on sale all the time, some come later, some go. */
static void
draw_sale(const struct company *co, struct product *p, gsl_rng *rng)
{
	static const int weights[] = {70, 20, 10};
	int kind = pick(rng, weights, 3, 100);
	int month = between(rng, 1, co->months > 1 ? co->months - 1 : 1);

	p->from = co->first_day;
	p->until = co->last_day;
	if (kind == 1 && month < co->months)
		p->from = co->month_first[month];
	if (kind == 2)
		p->until = co->month_first[month] - 1;
}

static void
draw_product(const struct company *co, struct product *p, gsl_rng *rng)
{
	p->category = (uint8_t) between(rng, 0, CATEGORIES - 1);
	p->adjective = (uint8_t) between(rng, 0, ADJECTIVES - 1);
	p->noun = (uint8_t) between(rng, 0, NOUNS - 1);
	p->base = draw_price(rng);
	p->cost = p->base * between(rng, 35, 70) / 100;
	draw_sale(co, p, rng);
}

/* Ranks are dealt out at random; the most popular is always on sale. */
static void
set_products(struct shop *shop, const struct company *co, gsl_rng *rng)
{
	int32_t n = shop->products;
	int32_t sum = 0;

	stream_start(rng, co->seed, STREAM_SHOP, 0);
	for (int32_t i = 0; i < n; i++)
	{
		draw_product(co, &shop->product[i], rng);
		shop->product[i].popular = i; /* the rank, for now */
	}
	for (int32_t i = n - 1; i > 0; i--)
	{
		int32_t other = between(rng, 0, i);
		int32_t rank = shop->product[i].popular;

		shop->product[i].popular = shop->product[other].popular;
		shop->product[other].popular = rank;
	}
	for (int32_t i = 0; i < n; i++)
	{
		struct product *p = &shop->product[i];

		if (p->popular == 0)
		{
			p->from = co->first_day;
			p->until = co->last_day;
		}
		sum += POPULAR_TOP / (p->popular + POPULAR_SHIFT);
		p->popular = sum;
	}
}

static void
set_reps(struct shop *shop, const struct company *co, gsl_rng *rng)
{
	stream_start(rng, co->seed, STREAM_SHOP, 1);
	for (int32_t i = 0; i < shop->reps; i++)
		shop->rep[i] = (struct rep){
			.region = rep_regions[i % 8],
			.team = (uint8_t) between(rng, 0, TEAMS - 1),
			.first_name = (uint8_t) (i * 7 % FIRST_NAMES),
			.last_name = (uint8_t) ((i * 5 + i / FIRST_NAMES) % LAST_NAMES),
			.skill_permille = between(rng, 750, 1250)};
}

/*
 * The mean rate at which buyers must order again for the orders per customer
 * asked for: what is left after the first orders, over the months for which
 * buyers are expected to go on.
 */
static void
set_rate(struct shop *shop, const struct company *co, uint64_t per_customer)
{
	uint64_t exposure = 0; /* customer months, per mille */
	uint64_t again =
		(uint64_t) co->customers * (per_customer * PPM - BUYERS_PPM) / PPM;

	for (int m = 0; m < co->months; m++)
	{
		uint64_t signups =
			(uint64_t) (co->signed_before[m + 1] - co->signed_before[m]);
		uint64_t alive = 500;

		for (uint64_t t = 0; t + 1 < (uint64_t) (co->months - m); t++)
			alive += 2000 * DROP_OUT_BETA / (2 * DROP_OUT_BETA + 2 * t + 1);
		exposure += signups * alive;
	}
	exposure = exposure * BUYERS_PPM / PPM;
	shop->buy_rate =
		again * PPM / (exposure / 1000 + 1) * 100 / DAYS_PER_MONTH_X100;
	if (shop->buy_rate > BUY_RATE_MAX)
		shop->buy_rate = BUY_RATE_MAX;
}

bool
shop_init(struct shop *shop, const struct company *co,
		  const struct options *opt, gsl_rng *rng)
{
	int32_t reps = co->customers / 250;

	*shop = (struct shop){.products = (int32_t) opt->size[SIZE_PRODUCTS],
						  .reps = reps < 12     ? 12
								  : reps > 1000 ? 1000
												: reps,
						  .deals = opt->size[SIZE_DEALS],
						  .lines_mean = (int) opt->size[SIZE_LINES]};
	shop->product = calloc((size_t) shop->products, sizeof *shop->product);
	shop->rep = calloc((size_t) shop->reps, sizeof *shop->rep);
	shop->won =
		calloc((size_t) shop->reps * (size_t) co->months, sizeof *shop->won);
	if (shop->product == NULL || shop->rep == NULL || shop->won == NULL)
	{
		fprintf(stderr, "saaskpi-generate: out of memory\n");
		shop_free(shop);
		return false;
	}
	set_products(shop, co, rng);
	set_reps(shop, co, rng);
	set_rate(shop, co, opt->size[SIZE_ORDERS]);
	return true;
}

void
shop_free(struct shop *shop)
{
	free(shop->product);
	free(shop->rep);
	free(shop->won);
	memset(shop, 0, sizeof *shop);
}

int64_t
shop_price(const struct shop *shop, const struct company *co, int32_t product,
		   int32_t day)
{
	int years = civil_from_day(day).year - co->start_year;
	int64_t base = shop->product[product - 1].base;

	return (base * (1000 + PRICE_RISE_PERMILLE * years) + 500) / 1000;
}

/* What is not on sale is drawn again; one product always is. */
int32_t
shop_pick(const struct shop *shop, gsl_rng *rng, int32_t day)
{
	int32_t total = shop->product[shop->products - 1].popular;

	for (;;)
	{
		int32_t at = between(rng, 0, total - 1);
		int32_t lo = 0, hi = shop->products - 1;

		while (lo < hi)
		{
			int32_t mid = lo + (hi - lo) / 2;

			if (shop->product[mid].popular > at)
				hi = mid;
			else
				lo = mid + 1;
		}
		if (shop->product[lo].from <= day && day <= shop->product[lo].until)
			return lo + 1;
	}
}

enum region
shop_region(uint8_t country)
{
	return (enum region) country_region[country];
}

int32_t
shop_rep(const struct shop *shop, gsl_rng *rng, enum region region)
{
	int32_t at;

	do
		at = between(rng, 0, shop->reps - 1);
	while (shop->rep[at].region != region);
	return at + 1;
}

uint64_t
shop_deals(const struct shop *shop, const struct company *co, int32_t number)
{
	return shop->deals * (uint64_t) number / (uint64_t) co->customers;
}

void
shop_product_name(const struct product *p, char name[SHOP_NAME])
{
	snprintf(name, SHOP_NAME, "%s %s", adjectives[p->adjective],
			 nouns[p->category][p->noun]);
}

void
shop_rep_name(const struct rep *rep, char name[SHOP_NAME])
{
	snprintf(name, SHOP_NAME, "%s %s", first_names[rep->first_name],
			 last_names[rep->last_name]);
}
