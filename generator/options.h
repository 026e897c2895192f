/* What the user asked for on the command line. */
#ifndef GEN_OPTIONS_H
#define GEN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#define CUSTOMERS_MAX 100000000
#define MONTHS_MAX 1200
#define CUSTOMERS_PER_OPPORTUNITY 4 /* unless told otherwise */
#define UGLY_MIN_CUSTOMERS 1000
#define UGLY_MIN_MONTHS 12
#define UGLY_MIN_PRODUCTS 40

/* Sizes of what --events and --shop write. */
enum size
{
	SIZE_EVENTS,   /* a month, mean of an active customer */
	SIZE_ORDERS,   /* per customer, mean */
	SIZE_LINES,    /* per order, mean */
	SIZE_PRODUCTS, /* in all */
	SIZE_DEALS,    /* opportunities, in all */
	SIZES,
};

extern const char *const size_names[SIZES];

struct options
{
	int32_t customers;
	int months;
	int start_year;
	int start_month; /* 1..12 */
	uint64_t seed;
	const char *out; /* points into argv */
	bool ugly;
	bool events;
	bool shop;
	uint64_t size[SIZES];
	bool quiet;
};

enum options_verdict
{
	OPTIONS_RUN,
	OPTIONS_HELP,   /* the help was asked for and printed */
	OPTIONS_REFUSED /* the complaint is on stderr */
};

enum options_verdict options_read(int argc, char **argv, struct options *opt);

#endif
