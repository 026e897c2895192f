/*
 * truth.json, one key a line.  Numbers are printed from whole numbers only;
 * shares are written with six decimals, money with two.
 */
#include "truth.h"
#include "stream.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
put_count(FILE *f, const char *name, int64_t value, const char *tail)
{
	fprintf(f, "    \"%s\": %" PRId64 "%s\n", name, value, tail);
}

static void
put_money(FILE *f, const char *name, int64_t cents, const char *tail)
{
	fprintf(f, "    \"%s\": %s%" PRId64 ".%02d%s\n", name, cents < 0 ? "-" : "",
			(cents < 0 ? -cents : cents) / 100,
			(int) ((cents < 0 ? -cents : cents) % 100), tail);
}

static void
put_share(FILE *f, const char *name, uint32_t ppm, const char *tail)
{
	fprintf(f, "    \"%s\": %u.%06u%s\n", name, ppm / PPM, ppm % PPM, tail);
}

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
put_date(FILE *f, const char *name, int32_t day, const char *tail)
{
	struct civil c = civil_from_day(day);

	fprintf(f, "    \"%s\": \"%04d-%02d-%02d\"%s\n", name, c.year, c.month,
			c.day, tail);
}

static void
put_options(FILE *f, const struct options *opt, const struct company *co)
{
	fprintf(f, "  \"options\": {\n");
	put_count(f, "customers", opt->customers, ",");
	put_count(f, "months", opt->months, ",");
	put_month(f, co, "start", 0);
	put_count(f, "seed", (int64_t) opt->seed, ",");
	fprintf(f, "    \"ugly\": %s\n  },\n", opt->ugly ? "true" : "false");
	fprintf(f, "  \"window\": {\n");
	put_date(f, "first_day", co->first_day, ",");
	put_date(f, "last_day", co->last_day, "");
	fprintf(f, "  },\n");
}

static void
put_written(FILE *f, const struct truth *t)
{
	fprintf(f, "  \"rows\": {\n");
	put_count(f, "customers", t->rows[0], ",");
	put_count(f, "subscriptions", t->rows[1], ",");
	put_count(f, "payments", t->rows[2], ",");
	put_count(f, "costs", t->rows[3], "");
	fprintf(f, "  },\n  \"payments\": {\n");
	put_count(f, "successful", t->success_rows, ",");
	put_count(f, "failed", t->failed_rows, ",");
	put_money(f, "successful_amount", t->success_cents, "");
	fprintf(f, "  },\n");
}

static void
put_lives(FILE *f, const struct tally *y)
{
	fprintf(f, "  \"customers\": {\n");
	put_count(f, "converted", y->converted, ",");
	put_count(f, "matured_30_days", y->matured, ",");
	put_count(f, "converted_within_30_days", y->quick, ",");
	put_count(f, "active_at_end", y->active_at_end, ",");
	put_count(f, "churned_voluntary", y->voluntary, ",");
	put_count(f, "churned_involuntary", y->involuntary, ",");
	put_count(f, "pauses", y->pauses, ",");
	put_count(f, "reactivations", y->returns, ",");
	put_count(f, "upgrades", y->upgrades, ",");
	put_count(f, "downgrades", y->downgrades, ",");
	put_count(f, "second_subscriptions", y->seconds, "");
	fprintf(f, "  },\n");
}

static void
put_planted(FILE *f, const struct company *co, const struct tally *y)
{
	fprintf(f, "  \"shock\": {\n");
	put_month(f, co, "month", co->shock_month);
	put_share(f, "share_of_charges_lost", SHOCK_PPM, ",");
	put_count(f, "charges_lost", y->shock_charges, ",");
	put_money(f, "amount_lost", y->shock_lost, "");
	fprintf(f, "  },\n  \"level_shift\": {\n");
	put_month(f, co, "month", co->level_month);
	put_share(f, "price_increase", LEVEL_PERMILLE * 1000, ",");
	put_count(f, "subscriptions_raised", y->repriced, "");
	fprintf(f, "  },\n");
}

static void
put_habits(FILE *f)
{
	fprintf(f, "  \"hazard\": {\n");
	for (int s = 0; s < SEGMENTS; s++)
		fprintf(f, "    \"%s\": {\"alpha\": %d, \"beta\": %d},\n",
				segment_names[s], frailties[s].alpha, frailties[s].beta);
	put_share(f, "after_price_increase", PPM + UNREST_PERMILLE * 1000, ",");
	put_share(f, "upgrade", UPGRADE_PPM, ",");
	put_share(f, "downgrade", DOWNGRADE_PPM, ",");
	put_share(f, "pause", PAUSE_PPM, ",");
	put_share(f, "return_after_leaving", RETURN_PPM, ",");
	put_share(f, "weak_cards", WEAK_CARD_PPM, ",");
	put_share(f, "charge_fails_weak_card", WEAK_FAIL_PPM, ",");
	put_share(f, "charge_fails_good_card", GOOD_FAIL_PPM, ",");
	put_share(f, "cut_off_when_retries_fail", GIVE_UP_PPM, "");
	fprintf(f, "  },\n");
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
		put_count(f, ugly_name(u, i), u->planted[i],
				  i + 1 < ALL_RULES ? "," : "");
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
