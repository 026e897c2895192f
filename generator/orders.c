/*
 * A buyer's orders: a first one some time after signup, more at the buyer's
 * own rate by season, until the buyer drops out for good.  The monthly
 * probability of that is drawn once per buyer from a beta distribution.
 *
 * What was bought at a discount is not taken back, so that a line sent back
 * has the price it was sold for and no discount.
 */
#include "orders.h"

#define ORDERS_A_DAY 8
#define MONTH_DAYS 30
#define CANCEL_PPM 30000u
#define DISCOUNT_PPM 110000u
#define SALE_PPM 320000u /* in November */
#define RETURN_ORDER_PPM 90000u
#define RETURN_LINE_PPM 600000u
#define RETURN_MIN 3
#define RETURN_MAX 30
#define TRIES 4

static const int season_sales[12] = {900, 850, 950, 950,  980,  960,
									 900, 880, 980, 1050, 1300, 1300};
static const int hour_weights[24] = {14, 8,  5,  4,  4,  8,  16, 30,
									 40, 48, 52, 54, 58, 52, 48, 48,
									 52, 58, 64, 78, 90, 84, 56, 29};
static const int channel_weights_of[ORDER_CHANNELS] = {55, 25, 12, 8};

struct buyer
{
	const struct company *co;
	const struct shop *shop;
	struct shop_tally *tally;
	struct life *life;
	gsl_rng *rng;
	uint64_t rate; /* orders a day, ppm */
	uint32_t quit; /* monthly, units of 2^-32 */
	enum region region;
	int32_t rep;
};

static bool
has_product(const struct life *life, const struct order *order, int32_t product)
{
	for (size_t i = 0; i < order->n_lines; i++)
		if (life->lines[order->first_line + i].product == product)
			return true;
	return false;
}

static int64_t
draw_discount(gsl_rng *rng, int month, int64_t gross)
{
	if (!chance(rng, month == 11 ? SALE_PPM : DISCOUNT_PPM))
		return 0;
	return (gross * 5 * between(rng, 1, 5) + 50) / 100;
}

/* One line of a product that the order does not have yet. */
static void
add_line(struct buyer *b, struct order *order, int32_t day)
{
	static const int quantities[] = {1, 2, 3, 5, 10};
	static const int weights[] = {70, 17, 7, 4, 2};
	struct line line = {.number = (int32_t) order->n_lines + 1};

	for (int i = 0; i < TRIES; i++)
	{
		line.product = shop_pick(b->shop, b->rng, day);
		if (!has_product(b->life, order, line.product))
			break;
		line.product = PRODUCT_NONE;
	}
	if (line.product == PRODUCT_NONE)
		return;
	line.quantity = quantities[pick(b->rng, weights, 5, 100)];
	line.price = shop_price(b->shop, b->co, line.product, day);
	line.discount = draw_discount(b->rng, civil_from_day(day).month,
								  line.price * line.quantity);
	life_add_line(b->life, line);
	order->n_lines++;
}

static int64_t
time_on(gsl_rng *rng, int32_t day)
{
	return time_of_day(day) + pick(rng, hour_weights, 24, 1000) * 3600 +
		   between(rng, 0, 3599);
}

/* Some of an order comes back later, as an order of its own. */
static void
send_back(struct buyer *b, const struct order *sold, int32_t day)
{
	struct order back = *sold;

	if (!chance(b->rng, RETURN_ORDER_PPM))
		return;
	day += between(b->rng, RETURN_MIN, RETURN_MAX);
	if (day > b->co->last_day)
		return;
	back.time = time_on(b->rng, day);
	back.first_line = b->life->n_lines;
	back.n_lines = 0;
	for (size_t i = 0; i < sold->n_lines; i++)
	{
		struct line line = b->life->lines[sold->first_line + i];

		if (line.discount != 0 || !chance(b->rng, RETURN_LINE_PPM))
			continue;
		line.quantity = -between(b->rng, 1, line.quantity);
		line.number = (int32_t) ++back.n_lines;
		life_add_line(b->life, line);
	}
	if (back.n_lines > 0)
		life_add_order(b->life, back);
}

static void
buy(struct buyer *b, int32_t day)
{
	struct order order = {.time = time_on(b->rng, day),
						  .customer = b->life->who.number,
						  .first_line = b->life->n_lines,
						  .region = (uint8_t) b->region};
	int lines = between(b->rng, 1, 2 * b->shop->lines_mean - 1);

	order.channel =
		(uint8_t) pick(b->rng, channel_weights_of, ORDER_CHANNELS, 100);
	order.rep = order.channel >= ORDER_PHONE ? b->rep : REP_NONE;
	for (int i = 0; i < lines; i++)
		add_line(b, &order, day);
	if (chance(b->rng, CANCEL_PPM))
		order.status = ORDER_CANCELLED;
	life_add_order(b->life, order);
	if (order.status == ORDER_COMPLETED)
		send_back(b, &order, day);
}

static void
shop_day(struct buyer *b, int32_t day)
{
	uint64_t rate =
		b->rate * (uint64_t) season_sales[civil_from_day(day).month - 1] / 1000;
	int n = (int) (rate / PPM) + chance(b->rng, (uint32_t) (rate % PPM));

	for (int i = 0; i < n && i < ORDERS_A_DAY; i++)
		buy(b, day);
}

/* Month by month until the buyer drops out; true if one still buys. */
static bool
shop_on(struct buyer *b, int32_t day)
{
	while (day <= b->co->last_day)
	{
		bool ends = gsl_rng_get(b->rng) < b->quit;
		int32_t next =
			day + (ends ? between(b->rng, 1, MONTH_DAYS) : MONTH_DAYS);

		for (; day < next && day <= b->co->last_day; day++)
			shop_day(b, day);
		if (ends && day <= b->co->last_day)
			return false;
	}
	return true;
}

void
orders_live(const struct company *co, const struct shop *shop,
			struct tally *tally, struct life *life, gsl_rng *rng)
{
	struct buyer b = {.co = co,
					  .shop = shop,
					  .tally = &tally->shop,
					  .life = life,
					  .rng = rng,
					  .region = shop_region(life->who.country)};
	int32_t day;

	stream_start(rng, co->seed, STREAM_ORDERS, (uint32_t) life->who.number);
	if (!chance(rng, BUYERS_PPM))
		return;
	day = life->who.signup + between(rng, 0, 7) * between(rng, 0, 7);
	if (day > co->last_day)
		return;
	b.rep = shop_rep(shop, rng, b.region);
	b.quit = beta_fraction(rng, 1, DROP_OUT_BETA);
	b.rate = shop->buy_rate * 3 * (uint64_t) beta_fraction(rng, 2, 4) >> 32;
	buy(&b, day);
	b.tally->dropped_out += !shop_on(&b, day + 1);
	life_sort_orders(life);
	sales_count(co, &tally->shop, life);
}
