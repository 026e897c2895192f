/* Orders from their lines: amounts, exact sums, different products. */
#include "skpi_order.h"
#include "skpi_texts.h"

#include <stdlib.h>
#include <string.h>

#include "kit.h"

/* A decimal such as -12.30 as the server's digits; d holds them. */
static skpi_digits
number(const char *text, int16_t d[40])
{
	const char *point = strchr(text, '.');
	bool negative = *text == '-';
	const char *from = text + negative;
	int whole = (int) (point != NULL ? point - from : (long) strlen(from));
	int decimals = point != NULL ? (int) strlen(point + 1) : 0;
	int before = (whole + 3) / 4;
	int after = (decimals + 3) / 4;
	skpi_digits n = {negative, before - 1, 0, decimals, NULL};
	int first = 0;

	for (int i = 0; i < before + after; i++)
	{
		d[i] = 0;
		for (int j = 0; j < 4; j++)
		{
			int at = (i - before) * 4 + j; /* behind the point from 0 */
			int c = '0';

			if (at < 0 && at + whole >= 0)
				c = from[at + whole];
			if (at >= 0 && at < decimals)
				c = point[1 + at];
			d[i] = (int16_t) (d[i] * 10 + (c - '0'));
		}
	}
	n.n = before + after;
	while (n.n > 0 && d[n.n - 1] == 0)
		n.n--;
	while (first < n.n && d[first] == 0)
		first++;
	n.n -= first;
	n.weight -= first;
	n.data = (const char *) (d + first);
	return n;
}

static int64_t
amount(const char *q, const char *p)
{
	int16_t a[40], b[40];
	skpi_digits quantity = number(q, a), price = number(p, b);
	int64_t units = -7;

	return skpi_order_amount(&quantity, &price, &units) ? units : -7;
}

static void
test_amount(void)
{
	CHECK(amount("2", "77.99") == 1559800);
	CHECK(amount("-3", "0.01") == -300);
	CHECK(amount("0.5", "0.0001") == 0);
	CHECK(amount("1.5", "0.0001") == 2);
	CHECK(amount("2.5", "0.0001") == 2);
	CHECK(amount("-0.5", "0.0001") == 0);
	CHECK(amount("-1.5", "0.0001") == -2);
	CHECK(amount("0.5001", "0.0001") == 1);
	CHECK(amount("0", "5") == 0);
	CHECK(amount("0.33333", "3") == -7); /* more than four decimals */
	CHECK(amount("922337203685477.5807", "1") == INT64_MAX);
	CHECK(amount("922337203685477.5807", "1.0001") == -7);
	CHECK(amount("922337203685477.5808", "1") == -7);
}

static void
add(skpi_exact *e, const char *text)
{
	int16_t d[40];
	skpi_digits n = number(text, d);

	CHECK(skpi_exact_add(e, &n) == SKPI_OK);
}

static void
test_exact(void)
{
	skpi_exact e = {0}, before;
	int16_t d[40];
	skpi_digits n;

	add(&e, "1.5");
	CHECK(skpi_exact_sum(&e) == 15 && e.scale == 1);
	add(&e, "-0.25");
	CHECK(skpi_exact_sum(&e) == 125 && e.scale == 2);
	add(&e, "3");
	CHECK(skpi_exact_sum(&e) == 425 && e.scale == 2);
	add(&e, "0.00000000000000000001");
	CHECK(e.scale == 20);
	CHECK(skpi_exact_sum(&e) == (__int128) 425 * 1000000000000000000 + 1);
	add(&e, "99999999999999999");
	add(&e, "-99999999999999999");
	add(&e, "-0.00000000000000000001");
	CHECK(skpi_exact_sum(&e) == (__int128) 425 * 1000000000000000000);
	/* what does not fit changes nothing */
	before = e;
	n = number("9999999999999999999", d);
	CHECK(skpi_exact_add(&e, &n) == SKPI_E_OVERFLOW);
	n = number("0.0000000000000000000000000000001", d);
	CHECK(skpi_exact_add(&e, &n) == SKPI_E_OVERFLOW);
	CHECK(skpi_exact_add_units(&e, (__int128) 1 << 126, 0) == SKPI_E_OVERFLOW);
	CHECK(memcmp(&e, &before, sizeof(e)) == 0);
	e = (skpi_exact){0};
	CHECK(skpi_exact_add_units(&e, (__int128) 1 << 126, 4) == SKPI_OK);
	before = e;
	CHECK(skpi_exact_merge(&e, &before) == SKPI_E_OVERFLOW);
	CHECK(skpi_exact_add_units(&e, -((__int128) 1 << 126), 4) == SKPI_OK);
	CHECK(skpi_exact_sum(&e) == 0);
}

static void
add_line(skpi_order *o, const char *quantity, int64_t units, int64_t discount)
{
	int16_t d[40];
	skpi_digits n = number(quantity, d);

	CHECK(skpi_order_add(o, &n, units, discount) == SKPI_OK);
}

static void
test_order(void)
{
	skpi_order a = {0}, b = {0}, all = {0};
	skpi_exact net;

	add_line(&a, "2", 200000, 1000);
	add_line(&a, "0.50", 50000, 0);
	add_line(&b, "-1.250", -70000, -20);
	add_line(&b, "0", 5, 3);
	add_line(&all, "-1.250", -70000, -20);
	add_line(&all, "0.50", 50000, 0);
	add_line(&all, "0", 5, 3);
	add_line(&all, "2", 200000, 1000);
	CHECK(skpi_order_merge(&a, &b) == SKPI_OK);
	CHECK(memcmp(&a, &all, sizeof(a)) == 0);
	CHECK(a.lines == 4 && a.sold == 2 && a.returned == 1);
	CHECK(skpi_exact_sum(&a.gross) == 250000);
	CHECK(skpi_exact_sum(&a.returns) == 70000);
	CHECK(skpi_exact_sum(&a.units) == 250 && a.units.scale == 2);
	CHECK(skpi_exact_sum(&a.units_returned) == 1250);
	CHECK(skpi_order_net(&a, &net) == SKPI_OK);
	CHECK(skpi_exact_sum(&net) == 250000 - 983 - 70000);
	add_line(&a, "-1", INT64_MIN, INT64_MIN);
	CHECK(skpi_exact_sum(&a.returns) == 70000 + ((__int128) 1 << 63));
}

/* A set that grows as its owner would have it. */
static skpi_texts *
with(skpi_texts *t, const char *text, uint32_t length, uint32_t hash)
{
	while (skpi_texts_add(t, text, length, hash) == SKPI_FULL)
	{
		uint32_t limit = 2 * t->limit + length;
		skpi_texts *more = malloc(skpi_texts_bytes(limit));

		skpi_texts_init(more, limit);
		CHECK(skpi_texts_merge(more, t) == SKPI_OK);
		free(t);
		t = more;
	}
	return t;
}

static void
test_texts(uint32_t kinds, uint32_t hashes)
{
	skpi_texts *t = malloc(skpi_texts_bytes(0));
	char text[80];
	uint32_t seen = 0;
	bool *known = calloc(kinds, sizeof(bool));

	skpi_texts_init(t, 0);
	for (int i = 0; i < 3000; i++)
	{
		uint32_t k = rnd(kinds);
		int length = snprintf(text, sizeof(text), "%.*s%u", (int) (k % 60),
							  "ppppppppppppppppppppppppppppppppppppppppppppppp"
							  "ppppppppppppp",
							  k);

		seen += !known[k];
		known[k] = true;
		t = with(t, text, (uint32_t) length, k * 2654435761u % hashes);
	}
	CHECK(t->n == seen);
	t = with(t, "", 0, 0);
	t = with(t, "", 0, 0);
	CHECK(t->n == seen + 1);
	free(known);
	free(t);
}

/* However a set has come by its limit, a search for what it has not ends. */
static void
test_limits(void)
{
	for (uint32_t limit = 0; limit < 3000; limit += 7)
		for (uint32_t length = 1; length < 6; length++)
		{
			skpi_texts *t = malloc(skpi_texts_bytes(limit));
			char text[8];
			uint32_t n = 0;

			skpi_texts_init(t, limit);
			for (; n < 3000; n++)
			{
				snprintf(text, sizeof(text), "%05u", n);
				if (skpi_texts_add(t, text + 5 - length, length,
								   n * 2654435761u) == SKPI_FULL)
					break;
				if (t->slots > 0 && t->n >= t->slots)
					break;
			}
			CHECK(t->slots == 0 || 3 * t->n <= 2 * t->slots);
			free(t);
		}
}

int
main(void)
{
	test_limits();
	test_amount();
	test_exact();
	test_order();
	test_texts(5, UINT32_MAX);
	test_texts(900, UINT32_MAX);
	test_texts(300, 7); /* as if hashes were bad */
	return unit_done("order");
}
