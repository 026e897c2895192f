/*
 * Defects of order lines.  Lines of an unknown order or of none and repeated
 * lines are added; all others spoil a line sold without a discount.
 */
#include "ugly.h"

#define ODD_CENTS 100

static struct order *
any_order(struct spoiler *s, struct life *life)
{
	if (life->n_orders == 0)
		return NULL;
	return &life->orders[between(s->rng, 0, (int32_t) life->n_orders - 1)];
}

/* A line sold, not sent back, for its whole price; or NULL. */
static struct line *
plain_line(struct spoiler *s, struct life *life)
{
	struct order *order = any_order(s, life);
	struct line *line;

	if (order == NULL)
		return NULL;
	line =
		&life->lines[order->first_line +
					 (size_t) between(s->rng, 0, (int32_t) order->n_lines - 1)];
	return line->quantity > 0 && line->discount == 0 ? line : NULL;
}

static bool
unknown_order(struct spoiler *s, struct life *life)
{
	struct line *line = plain_line(s, life);
	struct line extra;

	if (line == NULL)
		return false;
	extra = *line;
	life_add_order(life, (struct order){.first_line = life->n_lines,
										.n_lines = 1,
										.id = ID_HIDDEN});
	life_add_line(life, extra);
	return true;
}

static bool
order_missing(struct spoiler *s, struct life *life)
{
	if (!unknown_order(s, life))
		return false;
	life->orders[life->n_orders - 1].id = ID_NOBODY;
	return true;
}

/* The lines of an order are put down anew, with the last of them twice. */
static bool
number_duplicate(struct spoiler *s, struct life *life)
{
	struct order *order = any_order(s, life);
	size_t first = life->n_lines;

	if (order == NULL)
		return false;
	for (size_t i = 0; i < order->n_lines; i++)
	{
		struct line line = life->lines[order->first_line + i];

		life_add_line(life, line);
		if (i + 1 == order->n_lines)
			life_add_line(life, line);
	}
	order->first_line = first;
	order->n_lines++;
	return true;
}

static bool
number_missing(struct spoiler *s, struct life *life)
{
	struct line *line = plain_line(s, life);

	if (line != NULL)
		line->number = 0;
	return line != NULL;
}

static bool
unknown_product(struct spoiler *s, struct life *life)
{
	struct line *line = plain_line(s, life);

	if (line != NULL)
		line->product = s->shop->products + ++s->strangers;
	return line != NULL;
}

static bool
product_missing(struct spoiler *s, struct life *life)
{
	struct line *line = plain_line(s, life);

	if (line != NULL)
		line->product = PRODUCT_NONE;
	return line != NULL;
}

static bool
quantity_missing(struct spoiler *s, struct life *life)
{
	struct line *line = plain_line(s, life);

	if (line != NULL)
		line->quantity = QUANTITY_NONE;
	return line != NULL;
}

static bool
quantity_zero(struct spoiler *s, struct life *life)
{
	struct line *line = plain_line(s, life);

	if (line != NULL)
		line->quantity = 0;
	return line != NULL;
}

static bool
price_missing(struct spoiler *s, struct life *life)
{
	struct line *line = plain_line(s, life);

	if (line != NULL)
		line->price = MONEY_NONE;
	return line != NULL;
}

static bool
price_negative(struct spoiler *s, struct life *life)
{
	struct line *line = plain_line(s, life);

	if (line != NULL)
		line->price = -line->price;
	return line != NULL;
}

static bool
discount_negative(struct spoiler *s, struct life *life)
{
	struct line *line = plain_line(s, life);

	if (line != NULL)
		line->discount = -ODD_CENTS;
	return line != NULL;
}

static bool
discount_above_amount(struct spoiler *s, struct life *life)
{
	struct line *line = plain_line(s, life);

	if (line != NULL)
		line->discount = line->price * line->quantity + ODD_CENTS;
	return line != NULL;
}

const struct rule line_rules[LINE_RULES] = {
	{"line_unknown_order", unknown_order},
	{"line_order_missing", order_missing},
	{"line_no_duplicate", number_duplicate},
	{"line_no_missing", number_missing},
	{"line_unknown_product", unknown_product},
	{"line_product_missing", product_missing},
	{"quantity_missing", quantity_missing},
	{"quantity_zero", quantity_zero},
	{"unit_price_missing", price_missing},
	{"unit_price_negative", price_negative},
	{"discount_negative", discount_negative},
	{"discount_above_amount", discount_above_amount},
};
