/*
 * The company: its window of time, its price list, its customers' habits and
 * the two things planted in its history.  Read-only once set up.
 *
 * Probabilities are parts per million per billing month unless said otherwise,
 * money is in cents.
 */
#ifndef GEN_COMPANY_H
#define GEN_COMPANY_H

#include "life.h"
#include "options.h"

#define NO_MONTH (-1)
#define RETRIES 3
#define BURSTS 3

struct frailty
{
	int alpha, beta; /* monthly cancellation ~ Beta(alpha, beta) */
};

struct company
{
	uint64_t seed;
	int32_t customers;
	int months;
	int start_year, start_month;
	int32_t first_day, last_day; /* of the window, both inside */

	/* First day of each month, two more than the window holds. */
	int32_t month_first[MONTHS_MAX + 2];
	/* Customers who signed up before month m; [months] is all of them. */
	int32_t signed_before[MONTHS_MAX + 1];

	int shock_month; /* NO_MONTH in a window under MIN_STORY months */
	int level_month;
	int32_t level_day; /* first day of level_month, or after the window */

	/* Days of many signups and of many errors; DAY_NONE where not planted. */
	int burst_month[BURSTS];
	int32_t burst_day[BURSTS];
	int32_t error_day;
};

/* A window shorter than this has neither shock nor level shift. */
#define MIN_STORY_MONTHS 6

#define SHOCK_PPM 300000u   /* share of charges that fail in the shock month */
#define LEVEL_PERMILLE 150  /* price increase on every subscription */
#define UNREST_PERMILLE 600 /* added to cancellation in that month and next */

#define BURST_PPM 150000u /* of a month's signups, moved to the burst day */

#define GROWTH_PERMILLE 25    /* more signups each month, of the first's */
#define LIST_RISE_PERMILLE 30 /* list price each January, new business only */

extern const int season_permille[12];
extern const int segment_weights[SEGMENTS];
extern const int country_weights[COUNTRIES];
extern const int channel_weights[SEGMENTS][CHANNELS];
extern const int plan_weights[SEGMENTS][PLANS];
extern const uint32_t convert_ppm[SEGMENTS][CHANNELS];
extern const struct frailty frailties[SEGMENTS];

#define UPGRADE_PPM 15000u
#define DOWNGRADE_PPM 9000u
#define PAUSE_PPM 7000u
#define RETURN_PPM 200000u /* of those who left, ever */
#define MIDWAY_PPM 250000u /* of endings, not at the period's end */
#define SECOND_PPM 180000u /* of converted customers, a second product */
#define SECOND_QUIT_PPM 40000u

#define WEAK_CARD_PPM 150000u /* of customers */
#define WEAK_FAIL_PPM 110000u
#define GOOD_FAIL_PPM 18000u
#define GIVE_UP_PPM 600000u /* subscription lost when all retries fail */

extern const int retry_after[RETRIES]; /* days after the due date */
extern const uint32_t retry_ppm[RETRIES];

void company_init(struct company *co, const struct options *opt);

/* Month of the window that holds the day, which must lie in the window. */
int company_month(const struct company *co, int32_t day);

/*
 * The k-th anniversary, in months, of a subscription that began on day
 * `anchor` of month `month`; short months pay on their last day.  May lie
 * after the window, by one month at most.
 */
int32_t company_due(const struct company *co, int month, int anchor, int k);

/* List price for a segment on a day of the window, less a discount. */
int64_t company_price(const struct company *co, enum plan plan,
					  enum segment segment, int discount_percent, int32_t day);

/* The price after the planted increase. */
int64_t company_raised(int64_t price);

#endif
