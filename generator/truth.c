/*
 * truth.json, one key a line.  Numbers are printed from whole numbers only;
 * shares are written with six decimals, money with two.
 */
#include "truth.h"
#include "json.h"
#include "stream.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "YYYY-MM" or null for NO_MONTH */
static void
put_month(FILE *f, const struct company *co, const char *name, int month)
{
	int at = co->start_year * 12 + co->start_month - 1 + month;

	if (month == NO_MONTH)
		fprintf(f, "    \"%s\": null,\n", name);
	else
		fprintf(f, "    \"%s\": \"%04d-%02d\",\n", name, at / 12, at % 12 + 1);
}

static void
put_sizes(FILE *f, const struct options *opt, int from, int to)
{
	for (int i = from; i <= to; i++)
	{
		char name[32];

		snprintf(name, sizeof name, "%s", size_names[i]);
		for (char *p = name; *p != '\0'; p++)
			*p = *p == '-' ? '_' : *p;
		json_count(f, name, (int64_t) opt->size[i], ",");
	}
}

static void
put_options(FILE *f, const struct options *opt, const struct company *co)
{
	fprintf(f, "  \"options\": {\n");
	json_count(f, "customers", opt->customers, ",");
	json_count(f, "months", opt->months, ",");
	put_month(f, co, "start", 0);
	json_count(f, "seed", (int64_t) opt->seed, ",");
	if (opt->events)
		put_sizes(f, opt, SIZE_EVENTS, SIZE_EVENTS);
	if (opt->shop)
		put_sizes(f, opt, SIZE_ORDERS, SIZE_DEALS);
	fprintf(f, "    \"ugly\": %s\n  },\n", opt->ugly ? "true" : "false");
	fprintf(f, "  \"window\": {\n");
	json_date(f, "first_day", co->first_day, ",");
	json_date(f, "last_day", co->last_day, "");
	fprintf(f, "  },\n");
}

static void
put_written(FILE *f, const struct truth *t)
{
	fprintf(f, "  \"rows\": {\n");
	json_count(f, "customers", t->rows[0], ",");
	json_count(f, "subscriptions", t->rows[1], ",");
	json_count(f, "payments", t->rows[2], ",");
	json_count(f, "costs", t->rows[3],
			   t->events != NULL || t->shop != NULL ? "," : "");
	if (t->events != NULL)
		json_count(f, "events", t->event_rows, t->shop != NULL ? "," : "");
	if (t->shop != NULL)
		truth_shop_rows(f, t->shop);
	fprintf(f, "  },\n  \"payments\": {\n");
	json_count(f, "successful", t->success_rows, ",");
	json_count(f, "failed", t->failed_rows, ",");
	json_money(f, "successful_amount", t->success_cents, "");
	fprintf(f, "  },\n");
}

static void
put_lives(FILE *f, const struct tally *y)
{
	fprintf(f, "  \"customers\": {\n");
	json_count(f, "converted", y->converted, ",");
	json_count(f, "matured_30_days", y->matured, ",");
	json_count(f, "converted_within_30_days", y->quick, ",");
	json_count(f, "active_at_end", y->active_at_end, ",");
	json_count(f, "churned_voluntary", y->voluntary, ",");
	json_count(f, "churned_involuntary", y->involuntary, ",");
	json_count(f, "pauses", y->pauses, ",");
	json_count(f, "reactivations", y->returns, ",");
	json_count(f, "upgrades", y->upgrades, ",");
	json_count(f, "downgrades", y->downgrades, ",");
	json_count(f, "second_subscriptions", y->seconds, "");
	fprintf(f, "  },\n");
}

static void
put_planted(FILE *f, const struct company *co, const struct tally *y)
{
	fprintf(f, "  \"shock\": {\n");
	put_month(f, co, "month", co->shock_month);
	json_share(f, "share_of_charges_lost", SHOCK_PPM, ",");
	json_count(f, "charges_lost", y->shock_charges, ",");
	json_money(f, "amount_lost", y->shock_lost, "");
	fprintf(f, "  },\n  \"level_shift\": {\n");
	put_month(f, co, "month", co->level_month);
	json_share(f, "price_increase", LEVEL_PERMILLE * 1000, ",");
	json_count(f, "subscriptions_raised", y->repriced, "");
	fprintf(f, "  },\n");
}

static void
put_habits(FILE *f)
{
	fprintf(f, "  \"hazard\": {\n");
	for (int s = 0; s < SEGMENTS; s++)
		fprintf(f, "    \"%s\": {\"alpha\": %d, \"beta\": %d},\n",
				segment_names[s], frailties[s].alpha, frailties[s].beta);
	json_share(f, "after_price_increase", PPM + UNREST_PERMILLE * 1000, ",");
	json_share(f, "upgrade", UPGRADE_PPM, ",");
	json_share(f, "downgrade", DOWNGRADE_PPM, ",");
	json_share(f, "pause", PAUSE_PPM, ",");
	json_share(f, "return_after_leaving", RETURN_PPM, ",");
	json_share(f, "weak_cards", WEAK_CARD_PPM, ",");
	json_share(f, "charge_fails_weak_card", WEAK_FAIL_PPM, ",");
	json_share(f, "charge_fails_good_card", GOOD_FAIL_PPM, ",");
	json_share(f, "cut_off_when_retries_fail", GIVE_UP_PPM, "");
	fprintf(f, "  },\n");
}

static void
put_bursts(FILE *f, const struct company *co, const struct event_tally *y)
{
	char text[16];

	fprintf(f, "  \"signup_bursts\": {\n");
	for (int i = 0; i < BURSTS && co->burst_day[i] != DAY_NONE; i++)
	{
		struct civil c = civil_from_day(co->burst_day[i]);

		snprintf(text, sizeof text, "%04d-%02d-%02d", c.year, c.month, c.day);
		json_count(f, text, y->burst_signups[i], ",");
	}
	json_share(f, "share_of_month_moved", BURST_PPM, "");
	fprintf(f, "  },\n  \"error_burst\": {\n");
	if (co->error_day == DAY_NONE)
		fprintf(f, "    \"day\": null,\n");
	else
		json_date(f, "day", co->error_day, ",");
	json_share(f, "share_of_actions_failed", ERROR_BURST_PPM, ",");
	json_count(f, "errors", y->burst_errors, "");
	fprintf(f, "  },\n");
}

static void
put_events(FILE *f, const struct truth *t)
{
	const struct event_tally *y = &t->tally->events;

	fprintf(f, "  \"events\": {\n");
	for (int i = 0; i < EVENT_TYPES; i++)
		json_count(f, event_names[i], t->events->types[i],
				   i + 1 < EVENT_TYPES ? "," : "");
	fprintf(f, "  },\n  \"activity\": {\n");
	json_count(f, "sessions", y->sessions, ",");
	json_count(f, "session_gap_seconds", SESSION_GAP, ",");
	json_count(f, "active_customer_days", y->active_days, ",");
	for (int i = 0; i < HABITS; i++)
		json_count(f, habit_names[i], y->habits[i], ",");
	json_count(f, "quiet_days_before_leaving_least", QUIET_MIN, ",");
	json_count(f, "quiet_days_before_leaving_most", QUIET_MAX, "");
	fprintf(f, "  },\n");
	put_bursts(f, t->co, y);
}

static void
put_months(FILE *f, const struct company *co, const struct tally *y)
{
	int at = co->start_year * 12 + co->start_month - 1;

	fprintf(f, "  \"monthly\": [\n");
	for (int m = 0; m < co->months; m++, at++)
	{
		const struct month_tally *t = &y->month[m];

		fprintf(f,
				"    {\"month\": \"%04d-%02d\", \"signups\": %" PRId64
				", \"billed\": %" PRId64 ", \"failed\": %" PRId64
				", \"collected\": %" PRId64 ".%02d}%s\n",
				at / 12, at % 12 + 1, t->signups, t->billed, t->failed,
				t->collected / 100, (int) (t->collected % 100),
				m + 1 < co->months ? "," : "");
	}
	fprintf(f, "  ]");
}

static void
put_defects(FILE *f, const struct ugly *u)
{
	fprintf(f, ",\n  \"defects\": {\n");
	for (int i = 0; i < ALL_RULES; i++)
		if (ugly_applies(u, i))
		{
			fprintf(f, "%s    \"%s\": %" PRId32, i == 0 ? "" : ",\n",
					u->rules[i].name, u->planted[i]);
		}
	fprintf(f, "\n");
	fprintf(f, "  }");
}

bool
truth_write(const struct truth *t, const char *dir)
{
	size_t size = strlen(dir) + sizeof "/truth.json";
	char *path = malloc(size);
	FILE *f = NULL;
	bool good = false;

	if (path != NULL)
	{
		snprintf(path, size, "%s/truth.json", dir);
		f = fopen(path, "wb");
	}
	if (f != NULL)
	{
		fprintf(f, "{\n");
		put_options(f, t->opt, t->co);
		put_written(f, t);
		put_lives(f, t->tally);
		put_planted(f, t->co, t->tally);
		put_habits(f);
		if (t->events != NULL)
			put_events(f, t);
		if (t->shop != NULL)
			truth_shop(f, t->co, &t->tally->shop, t->shop);
		put_months(f, t->co, t->tally);
		if (t->ugly != NULL)
			put_defects(f, t->ugly);
		fprintf(f, "\n}\n");
		good = !ferror(f);
		good = fclose(f) == 0 && good;
	}
	if (!good)
		fprintf(stderr, "saaskpi-generate: cannot write %s: %s\n",
				path != NULL ? path : "truth.json", strerror(errno));
	free(path);
	return good;
}
