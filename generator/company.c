/*
 * The company's constants: who signs up when, what they pay, how they behave.
 * Everything is whole numbers; see stream.h for why.
 */
#include "company.h"

/* Signups by calendar month: strong January and autumn, weak summer. */
const int season_permille[12] = {1180, 1060, 1090, 1010, 970,  910,
								 780,  770,  1110, 1140, 1090, 890};

const int segment_weights[SEGMENTS] = {66, 25, 9};

const int country_weights[COUNTRIES] = {34, 13, 11, 8, 7, 5, 5, 4, 4, 4, 3, 2};

/* Paid Ads, Referral, Organic, Partner */
const int channel_weights[SEGMENTS][CHANNELS] = {
	{42, 18, 33, 7},
	{30, 22, 26, 22},
	{12, 28, 14, 46},
};

/* Basic, Pro, Enterprise */
const int plan_weights[SEGMENTS][PLANS] = {
	{68, 30, 2},
	{22, 62, 16},
	{4, 34, 62},
};

const uint32_t convert_ppm[SEGMENTS][CHANNELS] = {
	{660000, 820000, 740000, 800000},
	{720000, 860000, 790000, 850000},
	{740000, 880000, 800000, 890000},
};

/* Means 1/24, 1/41 and 2/141 a month. */
const struct frailty frailties[SEGMENTS] = {{1, 23}, {1, 40}, {2, 139}};

const int retry_after[RETRIES] = {3, 7, 14};
const uint32_t retry_ppm[RETRIES] = {500000, 350000, 250000};

static const int64_t list_price[PLANS] = {2900, 9900, 39900};
static const int segment_percent[SEGMENTS] = {100, 160, 320};

/* Round half up; value and divisor positive. */
static int64_t
divided(int64_t value, int64_t divisor)
{
	return (value + divisor / 2) / divisor;
}

static void
set_months(struct company *co)
{
	int at = co->start_year * 12 + co->start_month - 1;

	for (int m = 0; m < co->months + 2; m++, at++)
		co->month_first[m] = day_from_civil(at / 12, at % 12 + 1, 1);
	co->first_day = co->month_first[0];
	co->last_day = co->month_first[co->months] - 1;
}

/* Shares the customers out by growth and season, exactly and in order. */
static void
set_signups(struct company *co)
{
	uint64_t sums[MONTHS_MAX + 1] = {0};
	uint64_t customers = (uint64_t) co->customers;

	for (int m = 0; m < co->months; m++)
	{
		int month = (co->start_month - 1 + m) % 12;
		int level = 1000 + GROWTH_PERMILLE * m;

		sums[m + 1] =
			sums[m] + (uint64_t) level * (uint64_t) season_permille[month];
	}
	for (int m = 0; m <= co->months; m++)
		co->signed_before[m] =
			(int32_t) (customers * sums[m] / sums[co->months]);
}

/* The first day of that weekday from the 10th of a month on. */
static int32_t
weekday_of_month(const struct company *co, int month, int day_of_week)
{
	int32_t day = co->month_first[month] + 9;

	return day + (day_of_week - weekday(day) + 7) % 7;
}

/* Signups burst on three Wednesdays, errors on a Tuesday. */
static void
set_bursts(struct company *co, bool planted)
{
	const int months[BURSTS] = {co->months / 4, co->months / 2,
								co->months * 5 / 6};

	for (int i = 0; i < BURSTS; i++)
	{
		co->burst_month[i] = planted ? months[i] : NO_MONTH;
		co->burst_day[i] =
			planted ? weekday_of_month(co, months[i], 2) : DAY_NONE;
	}
	co->error_day =
		planted ? weekday_of_month(co, co->months * 3 / 4, 1) : DAY_NONE;
}

void
company_init(struct company *co, const struct options *opt)
{
	bool story = opt->months >= MIN_STORY_MONTHS;

	*co = (struct company){.seed = opt->seed,
						   .customers = opt->customers,
						   .months = opt->months,
						   .start_year = opt->start_year,
						   .start_month = opt->start_month};
	set_months(co);
	set_signups(co);
	co->level_month = story ? co->months * 3 / 8 : NO_MONTH;
	co->shock_month = story ? co->months * 2 / 3 : NO_MONTH;
	set_bursts(co, opt->events && story);
	co->level_day = co->month_first[story ? co->level_month : co->months];
}

int
company_month(const struct company *co, int32_t day)
{
	struct civil c = civil_from_day(day);

	return (c.year - co->start_year) * 12 + c.month - co->start_month;
}

int32_t
company_due(const struct company *co, int month, int anchor, int k)
{
	int m = month + k;
	int length;

	if (m > co->months)
		m = co->months;
	length = co->month_first[m + 1] - co->month_first[m];
	return co->month_first[m] + (anchor < length ? anchor : length) - 1;
}

int64_t
company_price(const struct company *co, enum plan plan, enum segment segment,
			  int discount_percent, int32_t day)
{
	int years = civil_from_day(day).year - co->start_year;
	int64_t price = list_price[plan] * segment_percent[segment] / 100;

	price = divided(price * (1000 + LIST_RISE_PERMILLE * years), 1000);
	price = divided(price * (100 - discount_percent), 100);
	return day >= co->level_day ? company_raised(price) : price;
}

int64_t
company_raised(int64_t price)
{
	return divided(price * (1000 + LEVEL_PERMILLE), 1000);
}
