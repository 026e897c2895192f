/* What the user asked for on the command line. */
#ifndef GEN_OPTIONS_H
#define GEN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#define CUSTOMERS_MAX 100000000
#define MONTHS_MAX 1200
#define EVENTS_PER_MONTH 15 /* unless told otherwise */
#define EVENTS_PER_MONTH_MAX 200
#define UGLY_MIN_CUSTOMERS 1000
#define UGLY_MIN_MONTHS 12

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
	int events_per_month; /* mean of an active customer */
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
