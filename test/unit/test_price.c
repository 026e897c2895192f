/* Money from digits, and prices of a month: by hand, then by wide integers. */
#include <inttypes.h>

#include "skpi_price.h"

#include "kit.h"

typedef struct number
{
	skpi_digits d;
	char bytes[1 + 2 * 64]; /* digits begin at an odd address */
} number;

/* whole.fraction as a server has it: no zeros before or behind. */
static void
read_number(number *x, const char *text)
{
	const char *point = strchr(text, '.');
	size_t before;
	size_t after;
	char padded[256] = {0};
	size_t n = 0;

	*x = (number){.d = {.negative = *text == '-'}};
	text += *text == '-';
	before = point == NULL ? strlen(text) : (size_t) (point - text);
	after = point == NULL ? 0 : strlen(point + 1);
	for (size_t i = 0; i < (4 - before % 4) % 4; i++)
		padded[n++] = '0';
	memcpy(padded + n, text, before);
	n += before;
	x->d.weight = (int) (n / 4) - 1;
	if (after > 0)
		memcpy(padded + n, point + 1, after);
	n += after;
	while (n % 4 != 0)
		padded[n++] = '0';
	x->d.data = x->bytes + 1;
	for (size_t i = 0; i < n; i += 4)
	{
		char group[5] = {0};
		int16_t digit;

		memcpy(group, padded + i, 4);
		digit = (int16_t) strtol(group, NULL, 10);
		if (x->d.n == 0 && digit == 0)
		{
			x->d.weight--;
			continue;
		}
		memcpy(x->bytes + 1 + 2 * x->d.n++, &digit, sizeof(digit));
	}
	while (x->d.n > 0 && x->bytes[2 * x->d.n - 1] == 0 &&
		   x->bytes[2 * x->d.n] == 0)
		x->d.n--;
	if (x->d.n == 0)
		x->d.weight = 0;
}

#define TOO_LARGE INT64_MIN

static int64_t
units_of(const char *text)
{
	number x;
	int64_t units = 77;

	read_number(&x, text);
	if (skpi_money_units(&x.d, &units))
		return units;
	CHECK(units == 77);
	return TOO_LARGE;
}

static void
test_units(void)
{
	static const struct
	{
		const char *text;
		int64_t units;
	} cases[] = {
		{"0", 0},
		{"1", 10000},
		{"-12345678.9", -123456789000},
		{"0.0001", 1},
		{"100000000", 1000000000000},
		/* halves, both ways and both signs */
		{"0.00005", 0},
		{"0.00015", 2},
		{"0.00025", 2},
		{"-0.00005", 0},
		{"-0.00015", -2},
		{"0.0000500000000000000000000001", 1},
		{"0.0000499999999999999999999999", 0},
		{"0.00014999", 1},
		{"0.99995", 10000},
		{"0.99985", 9998},
		{"9999.99995", 100000000},
		{"0.00000000000001", 0},
		{"83.33333333333333333333", 833333},
		{"0.83333333333333333333", 8333},
		{"166.66666666666666666667", 1666667},
		/* the largest, and what only rounding makes too large */
		{"922337203685477.5807", INT64_MAX},
		{"-922337203685477.5807", -INT64_MAX},
		{"922337203685477.58074", INT64_MAX},
		{"922337203685477.58075", TOO_LARGE},
		{"-922337203685477.5808", TOO_LARGE},
		{"1000000000000000000000000000000", TOO_LARGE},
		{"10000000000000000", TOO_LARGE},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CHECK(units_of(cases[i].text) == cases[i].units);
}

/* Units of a month, TOO_LARGE when it has none. */
static int64_t
month_of(const char *price, const char *word, int32_t count)
{
	number x;
	skpi_share share;
	int64_t units = 77;

	read_number(&x, price);
	CHECK(skpi_price_share(word, strlen(word), &share) == SKPI_OK);
	if (skpi_price_month(&x.d, share, count, &units) == SKPI_OK)
		return units;
	CHECK(units == 77);
	return TOO_LARGE;
}

static void
test_months(void)
{
	CHECK(month_of("10", "week", 1) == 433333);
	CHECK(month_of("1", "day", 1) == 304167);
	CHECK(month_of("100", "year", 1) == 83333);
	CHECK(month_of("100", "year", 2) == 41667);
	CHECK(month_of("29.99", "month", 1) == 299900);
	CHECK(month_of("-30", "Quarter", 1) == -100000);
	CHECK(month_of("600", "half-year", 1) == 1000000);
	CHECK(month_of("600", "half_years", 1) == 1000000);
	CHECK(month_of("600", "Half Year", 1) == 1000000);
	CHECK(month_of("0", "annually", 5) == 0);
	/* ties: 0.0006 and 0.0018 by 12, and a fifth decimal that is no tie */
	CHECK(month_of("0.0006", "year", 1) == 0);
	CHECK(month_of("0.0018", "year", 1) == 2);
	CHECK(month_of("0.00060000000000000001", "year", 1) == 1);
	CHECK(month_of("0.00005", "month", 1) == 0);
	CHECK(month_of("0.00009999", "week", 1) == 4);
	/* larger than a state holds, but not by the month; and the other way */
	CHECK(month_of("11068046444225730", "year", 1) == 9223372036854775000);
	CHECK(month_of("922337203685477", "week", 1) == TOO_LARGE);
	CHECK(month_of("100", "year", INT32_MAX) == 0);
	CHECK(month_of("25769803764", "year", INT32_MAX) == 10000);
	CHECK(month_of("100", "year", 0) == TOO_LARGE);
	CHECK(month_of("100", "year", -1) == TOO_LARGE);
}

static void
test_words(void)
{
	static const char *const unknown[] = {
		"",       " ",        "fortnight",           "m",
		"monthl", "monthlyy", "semiannuallyyyyyyyy", "year1",
	};
	static const char *const known[] = {
		"DAY",    "days",      "daily",         "weeks",       "Weekly",
		"months", " monthly ", "quarters",      "quarterly",   "half-yearly",
		"yearly", "annual",    "semi-annually", "semi_annual", "years",
	};
	skpi_share share = {7, 7};

	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		CHECK(skpi_price_share(unknown[i], strlen(unknown[i]), &share) ==
			  SKPI_E_SYNTAX);
	CHECK(share.num == 7 && share.den == 7);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		CHECK(skpi_price_share(known[i], strlen(known[i]), &share) == SKPI_OK);
}

/* n / d to the nearest, a half to the even one */
static int64_t
nearest(__int128 n, __int128 d)
{
	__int128 q = n / d;
	__int128 r = 2 * (n % d);

	return (int64_t) (q + (r > d || (r == d && q % 2 != 0)));
}

static void
test_random(void)
{
	long wrong = 0;

	rnd_seed(5);
	for (int i = 0; i < 200000; i++)
	{
		static const int64_t power[] = {
			1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
		int decimals = (int) rnd(9);
		int64_t value =
			(int64_t) rnd((uint32_t) power[rnd(9)]) * 1000 + rnd(1000);
		int32_t num = rnd(3) ? 1 : 1 + (int32_t) rnd(400);
		int32_t den = rnd(3) ? 1 : 1 + (int32_t) rnd(400);
		char text[64];
		int64_t units;
		int64_t want = nearest((__int128) value * num * 10000,
							   (__int128) power[decimals] * den);
		number x;

		snprintf(text, sizeof(text), "%" PRId64 ".%0*" PRId64,
				 value / power[decimals], decimals + (decimals == 0),
				 value % power[decimals]);
		read_number(&x, text);
		wrong += !skpi_money_share(&x.d, num, den, &units) || units != want;
	}
	CHECK(wrong == 0);
}

int
main(void)
{
	test_units();
	test_months();
	test_words();
	test_random();
	return unit_done("price");
}
