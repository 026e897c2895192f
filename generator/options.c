/*
 * The command line.  Values are read strictly: digits only, within range, and
 * a refusal names the option and the value.
 */
#include "options.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const usage_text =
	"saaskpi-generate writes the books of an invented subscription company\n"
	"\n"
	"Usage: saaskpi-generate [OPTION]...\n"
	"\n"
	"  --customers N    customers who sign up (default 5000)\n"
	"  --months N       months of history (default 48)\n"
	"  --start YYYY-MM  first month (default 2022-01)\n"
	"  --seed N         the same seed gives the same bytes (default 1)\n"
	"  --out DIR        where to write, created if missing (default .)\n"
	"  --events         write events.csv too: what customers do, by the "
	"second\n"
	"  --shop           write products, orders, order_lines, sales_reps,\n"
	"                   sales_quotas, opportunities, opportunity_stages and\n"
	"                   pipeline_stages too\n"
	"  --ugly           plant counted defects of every kind\n"
	"  --quiet          say nothing but errors\n"
	"  --help           show this\n"
	"\n"
	"Sizes:\n"
	"  --events-per-month N     of an active customer, mean (default 15)\n"
	"  --orders-per-customer N  mean (default 10)\n"
	"  --lines-per-order N      mean (default 2)\n"
	"  --products N             in all (default 120)\n"
	"  --opportunities N        in all (default one per four customers)\n"
	"\n"
	"Writes customers.csv, subscriptions.csv, payments.csv, costs.csv and\n"
	"truth.json, which holds what was planted.\n";

#define FIRST_SIZE 256 /* of getopt's letters, beyond all characters */

const char *const size_names[SIZES] = {
	"events-per-month", "orders-per-customer", "lines-per-order",
	"products",         "opportunities",
};

static const struct
{
	uint64_t min, max, preset; /* min is above 0, which stands for not given */
} size_limits[SIZES] = {
	{1, 200, 15},      {1, 1000, 10},     {1, 20, 2},
	{10, 100000, 120}, {1, 100000000, 0},
};

/* Digits only, at most max; false leaves *value as it was. */
static bool
read_number(const char *text, uint64_t max, uint64_t *value)
{
	uint64_t sum = 0;

	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++)
	{
		uint64_t digit;

		if (*text < '0' || *text > '9')
			return false;
		digit = (uint64_t) (*text - '0');
		if (digit > max || sum > (max - digit) / 10)
			return false;
		sum = sum * 10 + digit;
	}
	*value = sum;
	return true;
}

static bool
number_option(const char *name, const char *text, uint64_t min, uint64_t max,
			  uint64_t *value)
{
	uint64_t got;

	if (!read_number(text, max, &got) || got < min)
	{
		fprintf(stderr,
				"saaskpi-generate: --%s must be a whole number from %" PRIu64
				" to %" PRIu64 ", not \"%s\"\n",
				name, min, max, text);
		return false;
	}
	*value = got;
	return true;
}

static bool
start_option(const char *text, struct options *opt)
{
	uint64_t year, month;
	char part[5] = "";
	bool good = strlen(text) == 7 && text[4] == '-';

	if (good)
	{
		memcpy(part, text, 4);
		good = read_number(part, 2900, &year) && year >= 1900 &&
			   read_number(text + 5, 12, &month) && month >= 1;
	}
	if (!good)
	{
		fprintf(stderr,
				"saaskpi-generate: --start must be a month from 1900-01 to "
				"2900-12 written YYYY-MM, not \"%s\"\n",
				text);
		return false;
	}
	opt->start_year = (int) year;
	opt->start_month = (int) month;
	return true;
}

static bool
out_option(const char *text, struct options *opt)
{
	if (*text == '\0')
	{
		fprintf(stderr, "saaskpi-generate: --out must name a directory, "
						"not \"\"\n");
		return false;
	}
	opt->out = text;
	return true;
}

static bool
size_option(int i, const char *text, struct options *opt)
{
	return number_option(size_names[i], text, size_limits[i].min,
						 size_limits[i].max, &opt->size[i]);
}

static bool
apply(int letter, const char *arg, struct options *opt)
{
	uint64_t n = 0;

	switch (letter)
	{
		case 'c':
			if (!number_option("customers", arg, 1, CUSTOMERS_MAX, &n))
				return false;
			opt->customers = (int32_t) n;
			return true;
		case 'm':
			if (!number_option("months", arg, 1, MONTHS_MAX, &n))
				return false;
			opt->months = (int) n;
			return true;
		case 's':
			return start_option(arg, opt);
		case 'r':
			return number_option("seed", arg, 0, INT64_MAX, &opt->seed);
		case 'o':
			return out_option(arg, opt);
		case 'e':
			opt->events = true;
			return true;
		case 'p':
			opt->shop = true;
			return true;
		case 'u':
			opt->ugly = true;
			return true;
		case 'q':
			opt->quiet = true;
			return true;
		default:
			if (letter >= FIRST_SIZE && letter < FIRST_SIZE + SIZES)
				return size_option(letter - FIRST_SIZE, arg, opt);
			return false; /* getopt has said what is wrong */
	}
}

/* Three defects of every kind need room to stay apart. */
static bool
ugly_fits(const struct options *opt)
{
	if (!opt->ugly)
		return true;
	if (opt->customers < UGLY_MIN_CUSTOMERS || opt->months < UGLY_MIN_MONTHS)
	{
		fprintf(stderr,
				"saaskpi-generate: --ugly needs at least %d customers and %d "
				"months, not %" PRId32 " and %d\n",
				UGLY_MIN_CUSTOMERS, UGLY_MIN_MONTHS, opt->customers,
				opt->months);
		return false;
	}
	if (opt->shop && opt->size[SIZE_PRODUCTS] < UGLY_MIN_PRODUCTS)
	{
		fprintf(stderr,
				"saaskpi-generate: --ugly --shop needs at least %d products, "
				"not %" PRIu64 "\n",
				UGLY_MIN_PRODUCTS, opt->size[SIZE_PRODUCTS]);
		return false;
	}
	return true;
}

/* A size of something that is not asked for would be silently unused. */
static bool
sizes_used(struct options *opt)
{
	for (int i = 0; i < SIZES; i++)
	{
		bool used = i == SIZE_EVENTS ? opt->events : opt->shop;

		if (opt->size[i] != 0 && !used)
		{
			fprintf(stderr, "saaskpi-generate: --%s %" PRIu64 " needs --%s\n",
					size_names[i], opt->size[i],
					i == SIZE_EVENTS ? "events" : "shop");
			return false;
		}
		if (opt->size[i] == 0)
			opt->size[i] = size_limits[i].preset;
	}
	if (opt->size[SIZE_DEALS] == 0)
		opt->size[SIZE_DEALS] =
			1 + (uint64_t) (opt->customers - 1) / CUSTOMERS_PER_OPPORTUNITY;
	return true;
}

static const struct option table[] = {
	{"customers", required_argument, NULL, 'c'},
	{"months", required_argument, NULL, 'm'},
	{"start", required_argument, NULL, 's'},
	{"seed", required_argument, NULL, 'r'},
	{"out", required_argument, NULL, 'o'},
	{"events", no_argument, NULL, 'e'},
	{"shop", no_argument, NULL, 'p'},
	{"events-per-month", required_argument, NULL, FIRST_SIZE + SIZE_EVENTS},
	{"orders-per-customer", required_argument, NULL, FIRST_SIZE + SIZE_ORDERS},
	{"lines-per-order", required_argument, NULL, FIRST_SIZE + SIZE_LINES},
	{"products", required_argument, NULL, FIRST_SIZE + SIZE_PRODUCTS},
	{"opportunities", required_argument, NULL, FIRST_SIZE + SIZE_DEALS},
	{"ugly", no_argument, NULL, 'u'},
	{"quiet", no_argument, NULL, 'q'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

enum options_verdict
options_read(int argc, char **argv, struct options *opt)
{
	int letter;

	*opt = (struct options){.customers = 5000,
							.months = 48,
							.start_year = 2022,
							.start_month = 1,
							.seed = 1,
							.out = "."};
	while ((letter = getopt_long(argc, argv, "", table, NULL)) != -1)
	{
		if (letter == 'h')
		{
			fputs(usage_text, stdout);
			return OPTIONS_HELP;
		}
		if (!apply(letter, optarg, opt))
			return OPTIONS_REFUSED;
	}
	if (optind < argc)
	{
		fprintf(stderr, "saaskpi-generate: unexpected argument \"%s\"\n",
				argv[optind]);
		return OPTIONS_REFUSED;
	}
	return sizes_used(opt) && ugly_fits(opt) ? OPTIONS_RUN : OPTIONS_REFUSED;
}
