/* Features and labels of orders, against what their words say, order by order.
 */
#include "kit.h"
#include "skpi_features.h"

#define MOST 60

typedef struct order
{
	int64_t time;
	skpi_purchase p;
} order;

static int
by_time(const void *a, const void *b)
{
	int64_t x = ((const order *) a)->time;
	int64_t y = ((const order *) b)->time;

	return (x > y) - (x < y);
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *) a;
	double y = *(const double *) b;

	return (x > y) - (x < y);
}

static int
random_orders(order *o)
{
	int n = (int) rnd(MOST + 1);
	uint32_t span = rnd(2) == 0 ? 60 : 1200;

	for (int i = 0; i < n; i++)
	{
		o[i].p = (skpi_purchase){(int32_t) rnd(span) + 1,
								 (int32_t[]){0, 1, 43200, 86399}[rnd(4)],
								 rnd(6) == 0,
								 ((int64_t) rnd(2000) - 200) * 100,
								 (int64_t) rnd(9) * 5000,
								 rnd(5)};
		o[i].time = (int64_t) o[i].p.day * 86400 + o[i].p.second;
	}
	qsort(o, (size_t) n, sizeof(*o), by_time);
	return n;
}

static block
history_of_orders(const order *o, int n)
{
	block b = block_new(sizeof(skpi_tally));

	skpi_purchase_init(b.t);
	for (int i = 0; i < n; i++)
	{
		skpi_status status;

		GROWING(&b, status, skpi_purchase_add(b.t, b.cap, &o[i].p));
		CHECK(status == SKPI_OK);
	}
	skpi_tally_settle(b.t, b.cap);
	return b;
}

/* Sums over the times from .. to, both included. */
typedef struct sums
{
	double orders, sold, items, products, net, returns, days;
} sums;

static sums
sum(const order *o, int n, int64_t from, int64_t to)
{
	sums s = {0};
	int32_t day = -1;

	for (int i = 0; i < n; i++)
	{
		const skpi_purchase *p = &o[i].p;

		if (o[i].time < from || o[i].time > to)
			continue;
		s.net += (double) p->net;
		s.returns += p->is_return;
		if (p->is_return)
			continue;
		s.orders++;
		s.sold += (double) p->net;
		s.items += (double) p->items;
		s.products += (double) p->products;
		s.days += p->day != day;
		day = p->day;
	}
	return s;
}

/* NAN is equal to NAN alone. */
static bool
same(double a, double b)
{
	if (isnan(a) || isnan(b))
		return isnan(a) && isnan(b);
	return fabs(a - b) <= 1e-9 * fmax(1, fabs(b));
}

static double
per(double a, double b)
{
	return b > 0 ? a / b : NAN;
}

/* Gaps of the orders in from .. to; how many. */
static int
gaps_of(const order *o, int n, int64_t from, int64_t to, bool whole,
		double *gap)
{
	const order *before = NULL;
	int k = 0;

	for (int i = 0; i < n; i++)
	{
		if (o[i].p.is_return || o[i].time < from || o[i].time > to)
			continue;
		if (before != NULL)
			gap[k++] = whole
						   ? floor((double) (o[i].time - before->time) / 86400)
						   : o[i].p.day - before->p.day;
		before = &o[i];
	}
	qsort(gap, (size_t) k, sizeof(*gap), by_value);
	return k;
}

static void
check_gaps(const double *v, const double *gap, int k)
{
	double all = 0;

	for (int i = 0; i < k; i++)
		all += gap[i];
	CHECK(same(v[SKPI_OF_MEAN_GAP], per(all, k)));
	CHECK(same(v[SKPI_OF_MEDIAN_GAP],
			   k == 0 ? NAN : (gap[(k - 1) / 2] + gap[k / 2]) / 2));
}

static void
check_published(const order *o, int n, int32_t day, const double *v)
{
	int64_t end = (int64_t) day * 86400;
	sums all;
	sums year;
	sums last30;
	sums last90;
	order sold[MOST];
	double gap[MOST];
	int m = 0;

	for (int i = 0; i < n; i++)
		if (!o[i].p.is_return && o[i].time <= end)
			sold[m++] = o[i];
	all = sum(sold, m, 0, end);
	year = sum(sold, m, end - INT64_C(365) * 86400, end);
	last30 = sum(sold, m, end - 30 * 86400 + 1, end);
	last90 = sum(sold, m, end - 90 * 86400 + 1, end);
	CHECK(same(v[SKPI_OF_TENURE],
			   floor((double) (sold[m - 1].time - sold[0].time) / 86400)));
	CHECK(same(v[SKPI_OF_RECENCY],
			   floor((double) (end - sold[m - 1].time) / 86400)));
	CHECK(v[SKPI_OF_ORDERS] == m);
	CHECK(same(v[SKPI_OF_REVENUE], all.sold / 1e4));
	CHECK(same(v[SKPI_OF_BASKET], per(year.sold / 1e4, year.orders)));
	CHECK(same(v[SKPI_OF_ITEMS], per(year.items / 1e4, year.orders)));
	CHECK(same(v[SKPI_OF_PRODUCTS], per(year.products, year.orders)));
	CHECK(same(v[SKPI_OF_REVENUE_30], last30.sold / 1e4));
	CHECK(v[SKPI_OF_ORDERS_30] == last30.orders);
	CHECK(same(v[SKPI_OF_REVENUE_90], last90.sold / 1e4));
	CHECK(v[SKPI_OF_ORDERS_90] == last90.orders);
	check_gaps(v, gap,
			   gaps_of(sold, m, end - INT64_C(365) * 86400, end, true, gap));
}

static void
check_windows(const order *o, int n, int32_t day, const double *v)
{
	static const struct
	{
		int days, purchase_days, orders, revenue;
	} window[] = {{7, SKPI_OF_DAYS_7, -1, -1},
				  {14, SKPI_OF_DAYS_14, -1, -1},
				  {30, -1, SKPI_OF_ORDERS_30, SKPI_OF_REVENUE_30},
				  {60, SKPI_OF_DAYS_60, -1, -1},
				  {90, -1, SKPI_OF_ORDERS_90, SKPI_OF_REVENUE_90},
				  {180, SKPI_OF_DAYS_180, -1, -1},
				  {365, SKPI_OF_DAYS_365, -1, SKPI_OF_REVENUE_365}};
	int64_t end = (int64_t) day * 86400 + 86399;
	sums before = sum(o, n, end - 180 * 86400 + 1, end - 90 * 86400);

	for (size_t i = 0; i < sizeof(window) / sizeof(window[0]); i++)
	{
		sums s = sum(o, n, end - (int64_t) window[i].days * 86400 + 1, end);

		if (window[i].purchase_days >= 0)
			CHECK(v[window[i].purchase_days] == s.days);
		if (window[i].orders >= 0)
			CHECK(v[window[i].orders] == s.orders);
		if (window[i].revenue >= 0)
			CHECK(same(v[window[i].revenue], s.net / 1e4));
	}
	CHECK(v[SKPI_OF_ORDERS_BEFORE_90] == before.orders);
	CHECK(same(v[SKPI_OF_REVENUE_BEFORE_90], before.net / 1e4));
	CHECK(v[SKPI_OF_RETURNS_90] ==
		  sum(o, n, end - 90 * 86400 + 1, end).returns);
}

/* Day by day: months, and the value of days with an order. */
static void
check_days(const order *o, int n, int32_t day, const double *v)
{
	double largest = -INFINITY;
	double last = 0;
	int months = 0;
	int32_t month = -1;

	for (int32_t d = 0; d <= day; d++)
	{
		sums s = sum(o, n, (int64_t) d * 86400, (int64_t) d * 86400 + 86399);

		if (s.orders == 0)
			continue;
		last = s.sold;
		largest = fmax(largest, last);
		months += naive_month(d) != month;
		month = naive_month(d);
	}
	CHECK(same(v[SKPI_OF_LAST_VALUE], last / 1e4));
	CHECK(same(v[SKPI_OF_LARGEST_VALUE], largest / 1e4));
	CHECK(v[SKPI_OF_MONTHS] == months);
}

static void
check_default(const order *o, int n, int32_t day, int32_t horizon,
			  const double *v)
{
	int64_t end = (int64_t) day * 86400 + 86399;
	sums all = sum(o, n, 0, end);
	int32_t first = -1;
	int32_t latest = -1;
	int32_t ahead = horizon < 365 ? horizon : 365;
	double gap[MOST];
	double squares = 0;
	int k = gaps_of(o, n, 0, end, false, gap);

	for (int i = 0; i < n && o[i].time <= end; i++)
		if (!o[i].p.is_return)
		{
			latest = o[i].p.day;
			if (first < 0)
				first = latest;
		}
	CHECK(v[SKPI_OF_TENURE] == day - first);
	CHECK(v[SKPI_OF_RECENCY] == day - latest);
	CHECK(v[SKPI_OF_ORDERS] == all.orders);
	CHECK(v[SKPI_OF_DAYS] == all.days);
	CHECK(v[SKPI_OF_RETURNS] == all.returns);
	CHECK(same(v[SKPI_OF_REVENUE], all.net / 1e4));
	CHECK(same(v[SKPI_OF_BASKET], all.sold / 1e4 / all.orders));
	CHECK(same(v[SKPI_OF_ITEMS], all.items / 1e4 / all.orders));
	CHECK(same(v[SKPI_OF_PRODUCTS], all.products / all.orders));
	CHECK(same(v[SKPI_OF_RETURN_SHARE], per(all.sold - all.net, all.sold)));
	CHECK(
		same(v[SKPI_OF_SEASON], first > day - 365 + ahead
									? NAN
									: sum(o, n, end - INT64_C(365) * 86400 + 1,
										  end - (int64_t) (365 - ahead) * 86400)
										  .orders));
	check_gaps(v, gap, k);
	CHECK(same(v[SKPI_OF_RECENCY_RATIO],
			   latest > first ? (day - latest) / v[SKPI_OF_MEAN_GAP] : NAN));
	for (int i = 0; i < k; i++)
		squares += pow(gap[i] - v[SKPI_OF_MEAN_GAP], 2);
	CHECK(same(v[SKPI_OF_SD_GAP], k > 1 ? sqrt(squares / (k - 1)) : NAN));
	check_windows(o, n, day, v);
	check_days(o, n, day, v);
}

static skpi_came_true
label_of(const order *o, int n, int32_t day, const skpi_asked *asked)
{
	int64_t begin = ((int64_t) day + 1) * 86400;

	if (asked->last == SKPI_NO_DAY || day + asked->horizon > asked->last)
		return SKPI_LEFT_UNKNOWN;
	return sum(o, n, begin, begin + (int64_t) asked->horizon * 86400 - 1)
					   .orders > 0
			   ? SKPI_STAYED
			   : SKPI_LEFT;
}

static bool
now_and_then(void *arg)
{
	return ++*(int *) arg % 2 == 1;
}

static void
test_orders(bool published)
{
	for (uint64_t seed = 1; seed <= 250; seed++)
	{
		order o[MOST];
		skpi_order_walk walk;
		skpi_asked asked = {.stop = now_and_then};
		int asked_to_stop = 0;
		int64_t *words;
		block b;
		int n;

		rnd_seed(seed);
		n = random_orders(o);
		b = history_of_orders(o, n);
		asked.horizon = 1 + (int32_t) rnd(rnd(4) == 0 ? 500 : 90);
		asked.last = rnd(8) == 0 ? SKPI_NO_DAY : (int32_t) rnd(1400);
		asked.stop_arg = &asked_to_stop;
		words = malloc(skpi_order_words(b.t) * sizeof(*words));
		skpi_order_walk_begin(&walk, b.t, published, &asked, words);
		for (int32_t day = 0; day < 1300; day += 1 + (int32_t) rnd(120))
		{
			int64_t end = (int64_t) day * 86400 + (published ? 0 : 86399);
			skpi_features f;

			CHECK(skpi_order_walk_to(&walk, day, &f) == SKPI_OK);
			CHECK(f.there == (sum(o, n, 0, end).orders > 0));
			if (!f.there)
				continue;
			CHECK(f.left == label_of(o, n, day, &asked));
			if (published)
				check_published(o, n, day, f.value);
			else
				check_default(o, n, day, asked.horizon, f.value);
		}
		free(words);
		block_free(&b);
	}
}

/* Many rows: stopped, the walk goes on where it was. */
static void
test_stop(void)
{
	block b = block_new(sizeof(skpi_tally));
	skpi_asked asked = {90, 4000, now_and_then, NULL};
	skpi_order_walk walk;
	skpi_features f;
	int64_t words[2];
	int calls = 0;
	int stops = 0;

	skpi_purchase_init(b.t);
	for (int i = 0; i < 40000; i++)
	{
		skpi_status status;
		skpi_purchase p = {i / 100, i % 100, i > 39950, 10000, 20000, 1};

		GROWING(&b, status, skpi_purchase_add(b.t, b.cap, &p));
	}
	CHECK(skpi_order_words(b.t) == 2);
	skpi_tally_settle(b.t, b.cap);
	asked.stop_arg = &calls;
	skpi_order_walk_begin(&walk, b.t, false, &asked, words);
	while (skpi_order_walk_to(&walk, 2000, &f) == SKPI_E_INTERRUPT)
		stops++;
	CHECK(stops > 10);
	CHECK(f.value[SKPI_OF_ORDERS] == 39951);
	CHECK(f.value[SKPI_OF_RETURNS] == 49);
	CHECK(f.value[SKPI_OF_MEDIAN_GAP] == 0);
	CHECK(f.left == SKPI_LEFT);
	block_free(&b);
}

static void
test_overflow(void)
{
	block b = block_new(sizeof(skpi_tally));
	skpi_asked asked = {90, 4000, NULL, NULL};
	skpi_order_walk walk;
	skpi_features f;
	int64_t words[2];

	skpi_purchase_init(b.t);
	for (int i = 0; i < 2; i++)
	{
		skpi_status status;
		skpi_purchase p = {i, 0, false, INT64_MAX, 0, 0};

		GROWING(&b, status, skpi_purchase_add(b.t, b.cap, &p));
	}
	skpi_tally_settle(b.t, b.cap);
	CHECK(skpi_order_words(b.t) == 2);
	skpi_order_walk_begin(&walk, b.t, false, &asked, words);
	CHECK(skpi_order_walk_to(&walk, 0, &f) == SKPI_OK);
	CHECK(skpi_order_walk_to(&walk, 1, &f) == SKPI_E_OVERFLOW);
	block_free(&b);
}

int
main(void)
{
	test_orders(false);
	test_orders(true);
	test_stop();
	test_overflow();
	return unit_done("features");
}
