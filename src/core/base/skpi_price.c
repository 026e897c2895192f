#include "skpi_price.h"

#include <string.h>

static const struct
{
	char word[16];
	skpi_share share;
} words[] = {
	{"month", {1, 1}},        {"months", {1, 1}},     {"monthly", {1, 1}},
	{"year", {1, 12}},        {"years", {1, 12}},     {"yearly", {1, 12}},
	{"annual", {1, 12}},      {"annually", {1, 12}},  {"quarter", {1, 3}},
	{"quarters", {1, 3}},     {"quarterly", {1, 3}},  {"halfyear", {1, 6}},
	{"halfyears", {1, 6}},    {"halfyearly", {1, 6}}, {"semiannual", {1, 6}},
	{"semiannually", {1, 6}}, {"week", {52, 12}},     {"weeks", {52, 12}},
	{"weekly", {52, 12}},     {"day", {365, 12}},     {"days", {365, 12}},
	{"daily", {365, 12}},
};

skpi_status
skpi_price_share(const char *word, size_t length, skpi_share *share)
{
	char plain[sizeof(words[0].word)] = {0};
	size_t n = 0;

	for (size_t i = 0; i < length; i++)
	{
		char c = word[i];

		if (c == ' ' || c == '-' || c == '_')
			continue;
		if (n == sizeof(plain) - 1)
			return SKPI_E_SYNTAX;
		if (c >= 'A' && c <= 'Z')
			c = (char) (c - 'A' + 'a');
		plain[n++] = c;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(plain, words[i].word) == 0)
		{
			*share = words[i].share;
			return SKPI_OK;
		}
	return SKPI_E_SYNTAX;
}

skpi_status
skpi_price_month(const skpi_digits *price, skpi_share share, int32_t count,
				 int64_t *units)
{
	if (count < 1)
		return SKPI_E_RANGE;
	if (!skpi_money_share(price, share.num, (int64_t) share.den * count, units))
		return SKPI_E_OVERFLOW;
	return SKPI_OK;
}
