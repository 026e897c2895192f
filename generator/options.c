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
	"  --events-per-month N  mean of an active customer (default 15)\n"
	"  --ugly           plant counted defects of every kind\n"
	"  --quiet          say nothing but errors\n"
	"  --help           show this\n"
	"\n"
	"Writes customers.csv, subscriptions.csv, payments.csv, costs.csv and\n"
	"truth.json, which holds what was planted.\n";

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
		case 'n':
			if (!number_option("events-per-month", arg, 1, EVENTS_PER_MONTH_MAX,
							   &n))
				return false;
			opt->events_per_month = (int) n;
			return true;
		case 'u':
			opt->ugly = true;
			return true;
		case 'q':
			opt->quiet = true;
			return true;
		default: /* getopt has said what is wrong */
			return false;
	}
}

/* Three defects of every kind need room to stay apart. */
static bool
ugly_fits(const struct options *opt)
{
	if (!opt->ugly || (opt->customers >= UGLY_MIN_CUSTOMERS &&
					   opt->months >= UGLY_MIN_MONTHS))
		return true;
	fprintf(stderr,
			"saaskpi-generate: --ugly needs at least %d customers and %d "
			"months, not %" PRId32 " and %d\n",
			UGLY_MIN_CUSTOMERS, UGLY_MIN_MONTHS, opt->customers, opt->months);
	return false;
}

/* A size of something that is not asked for would be silently unused. */
static bool
sizes_used(struct options *opt)
{
	if (!opt->events && opt->events_per_month != 0)
	{
		fprintf(stderr,
				"saaskpi-generate: --events-per-month %d needs "
				"--events\n",
				opt->events_per_month);
		return false;
	}
	if (opt->events_per_month == 0)
		opt->events_per_month = EVENTS_PER_MONTH;
	return true;
}

enum options_verdict
options_read(int argc, char **argv, struct options *opt)
{
	static const struct option table[] = {
		{"customers", required_argument, NULL, 'c'},
		{"months", required_argument, NULL, 'm'},
		{"start", required_argument, NULL, 's'},
		{"seed", required_argument, NULL, 'r'},
		{"out", required_argument, NULL, 'o'},
		{"events", no_argument, NULL, 'e'},
		{"events-per-month", required_argument, NULL, 'n'},
		{"ugly", no_argument, NULL, 'u'},
		{"quiet", no_argument, NULL, 'q'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
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
