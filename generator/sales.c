/* Counts orders and what RFM should find at the ends of its scales. */
#include "company.h"
#include "sales.h"

struct sum
{
	int64_t gross, discounts, returned, units, units_back;
};

static struct sum
sum_lines(const struct life *life, const struct order *order)
{
	struct sum sum = {0};

	for (size_t i = 0; i < order->n_lines; i++)
	{
		const struct line *line = &life->lines[order->first_line + i];

		if (line->quantity < 0)
		{
			sum.returned -= line->price * line->quantity;
			sum.units_back -= line->quantity;
			continue;
		}
		sum.gross += line->price * line->quantity;
		sum.discounts += line->discount;
		sum.units += line->quantity;
	}
	return sum;
}

static void
keep_best(struct best *best, int32_t customer, int64_t value)
{
	if (value > best->value)
		*best = (struct best){customer, value};
}

static void
count_buyer(const struct company *co, struct shop_tally *t, int32_t customer,
			int64_t sales, int64_t spent, int32_t last)
{
	if (sales == 0)
		return;
	t->buyers++;
	t->repeat_buyers += sales > 1;
	keep_best(&t->most_orders, customer, sales);
	keep_best(&t->most_spent, customer, spent);
	if (co->last_day - last > t->longest_silence)
		t->longest_silence = co->last_day - last;
}

void
sales_count(const struct company *co, struct shop_tally *t,
			const struct life *life)
{
	int64_t sales = 0, spent = 0;
	int32_t last = 0;

	for (size_t i = 0; i < life->n_orders; i++)
	{
		const struct order *order = &life->orders[i];
		struct sum sum = sum_lines(life, order);
		int64_t net = sum.gross - sum.discounts - sum.returned;
		int32_t day = day_of_time(order->time);
		bool sale = sum.units > 0;

		if (order->status == ORDER_CANCELLED)
		{
			t->cancelled++;
			t->cancelled_net += net;
			continue;
		}
		t->sales += sale;
		t->returns += !sale;
		t->gross += sum.gross;
		t->discounts += sum.discounts;
		t->returned += sum.returned;
		t->units += sum.units;
		t->units_back += sum.units_back;
		t->month_sales[company_month(co, day)] += sale;
		t->month_net[company_month(co, day)] += net;
		sales += sale;
		spent += net;
		last = sale ? day : last;
	}
	count_buyer(co, t, life->who.number, sales, spent, last);
}
