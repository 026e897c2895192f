/*
 * saaskpi-generate: an invented subscription company as CSV files.
 * Customers are lived, written and forgotten one by one, in order of their
 * month of signup; memory does not grow with their number.
 *
 * Exit status: 0 done, 1 could not do it, 2 the command line is wrong.
 */
#include "costs.h"
#include "customer.h"
#include "deals.h"
#include "events.h"
#include "options.h"
#include "orders.h"
#include "tables.h"
#include "truth.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Large and unchanging in place; main is the only one to name them. */
static struct company company;
static struct tally tally;
static struct shop shop;

static bool
make_one(const char *path)
{
	struct stat st;

	if (mkdir(path, 0777) == 0)
		return true;
	if (errno == EEXIST && stat(path, &st) == 0)
	{
		if (S_ISDIR(st.st_mode))
			return true;
		errno = ENOTDIR;
	}
	fprintf(stderr, "saaskpi-generate: cannot create directory %s: %s\n", path,
			strerror(errno));
	return false;
}

/* The directory and those above it. */
static bool
make_directory(const char *dir)
{
	char *path = malloc(strlen(dir) + 1);
	bool good = path != NULL;

	if (!good)
		fprintf(stderr, "saaskpi-generate: out of memory\n");
	else
		strcpy(path, dir);
	for (char *p = path; good && *p != '\0'; p++)
	{
		if (*p != '/' || p == path)
			continue;
		*p = '\0';
		good = make_one(path);
		*p = '/';
	}
	good = good && make_one(path);
	free(path);
	return good;
}

static void
show_progress(int32_t done, int32_t all)
{
	int step = all / 100 > 1000 ? all / 100 : 1000;

	if (done % step == 0 || done == all)
		fprintf(stderr, "\r%" PRId32 " of %" PRId32 " customers%s", done, all,
				done == all ? "\n" : "");
}

/* The files that grow with the customers; those not asked for stay closed. */
struct books
{
	struct tables tables;
	struct event_table events;
	struct shop_tables shop;
};

static void
write_life(const struct options *opt, struct books *books, struct ugly *ugly,
		   struct life *life, gsl_rng *rng)
{
	if (opt->events)
		events_live(&company, &tally, life, rng, (int) opt->size[SIZE_EVENTS]);
	if (opt->shop)
	{
		orders_live(&company, &shop, &tally, life, rng);
		deals_live(&company, &shop, &tally, life, rng);
	}
	if (ugly != NULL)
		ugly_life(ugly, life);
	tables_write(&books->tables, life);
	if (opt->events)
		event_table_write(&books->events, life);
	if (opt->shop)
		shop_tables_write(&books->shop, life);
}

static void
write_lives(const struct options *opt, struct books *books, struct ugly *ugly,
			gsl_rng *rng)
{
	bool show = !opt->quiet && isatty(STDERR_FILENO);
	struct life life = {0};

	for (int m = 0; m < company.months; m++)
		for (int32_t i = company.signed_before[m];
			 i < company.signed_before[m + 1]; i++)
		{
			customer_live(&company, &tally, &life, rng, i + 1, m);
			write_life(opt, books, ugly, &life, rng);
			if (show)
				show_progress(i + 1, company.customers);
		}
	life_free(&life);
}

static bool
open_books(const struct options *opt, struct books *books)
{
	memset(books, 0, sizeof *books);
	if (!tables_open(&books->tables, &company, opt->out))
		return false;
	if (opt->events &&
		!event_table_open(&books->events, &company,
						  (int) opt->size[SIZE_EVENTS], opt->out))
		return false;
	return !opt->shop ||
		   shop_tables_open(&books->shop, &company, &shop, opt->out);
}

static bool
close_books(struct books *books)
{
	bool tables = tables_close(&books->tables);
	bool events = event_table_close(&books->events);
	bool trade = shop_tables_close(&books->shop);

	return tables && events && trade;
}

/* What was written, before the books are closed and forget it. */
static void
note_rows(struct truth *truth, struct shop_truth *trade,
		  const struct books *books)
{
	const struct tables *tables = &books->tables;

	truth->rows[0] = tables->customers.rows;
	truth->rows[1] = tables->subscriptions.rows;
	truth->rows[2] = tables->payments.rows;
	truth->success_rows = tables->success_rows;
	truth->failed_rows = tables->failed_rows;
	truth->success_cents = tables->success_cents;
	truth->event_rows = books->events.csv.rows;
	trade->orders = books->shop.orders.rows;
	trade->lines = books->shop.lines.rows;
	trade->deals = books->shop.deals.rows;
	trade->entries = books->shop.entries.rows;
}

/* Writes the CSV files and fills in what the truth has to say of them. */
static bool
write_books(const struct options *opt, struct truth *truth,
			struct shop_truth *trade, struct books *books, struct ugly *ugly,
			gsl_rng *rng)
{
	bool good = open_books(opt, books);

	if (good)
		write_lives(opt, books, ugly, rng);
	note_rows(truth, trade, books);
	good = close_books(books) && good;
	return good &&
		   costs_write(&company, &tally, ugly, rng, opt->out,
					   &truth->rows[3]) &&
		   (!opt->shop || shop_lists_write(&company, &shop, ugly, rng, opt->out,
										   &trade->lists));
}

static bool
ugly_enough(const struct ugly *ugly)
{
	const char *rule = ugly_short(ugly);

	if (rule != NULL)
		fprintf(stderr,
				"saaskpi-generate: fewer than %d places for %s; give more "
				"--customers%s or --months\n",
				UGLY_LEAST, rule,
				ugly->spoiler.shop != NULL ? ", --opportunities" : "");
	return rule == NULL;
}

static void
say_done(const struct truth *truth)
{
	fprintf(stderr,
			"saaskpi-generate: %" PRId64 " customers, %" PRId64
			" subscriptions, %" PRId64 " payments, %" PRId64 " cost rows",
			truth->rows[0], truth->rows[1], truth->rows[2], truth->rows[3]);
	if (truth->events != NULL)
		fprintf(stderr, ", %" PRId64 " events", truth->event_rows);
	if (truth->shop != NULL)
		fprintf(stderr,
				", %" PRId64 " orders, %" PRId64 " order lines, %" PRId64
				" opportunities",
				truth->shop->orders, truth->shop->lines, truth->shop->deals);
	fprintf(stderr, " in %s\n", truth->opt->out);
}

static bool
generate(const struct options *opt, gsl_rng *rng)
{
	struct ugly ugly;
	struct books books;
	struct shop_truth trade = {.shop = &shop};
	struct truth truth = {.opt = opt,
						  .co = &company,
						  .tally = &tally,
						  .ugly = opt->ugly ? &ugly : NULL,
						  .shop = opt->shop ? &trade : NULL,
						  .events = opt->events ? &books.events : NULL};

	company_init(&company, opt);
	ugly_init(&ugly, &company, opt->events, opt->shop ? &shop : NULL, rng);
	if (opt->shop && !shop_init(&shop, &company, opt, rng))
		return false;
	if (!make_directory(opt->out) ||
		!write_books(opt, &truth, &trade, &books, opt->ugly ? &ugly : NULL,
					 rng) ||
		(opt->ugly && !ugly_enough(&ugly)) || !truth_write(&truth, opt->out))
		return false;
	if (!opt->quiet)
		say_done(&truth);
	return true;
}

int
main(int argc, char **argv)
{
	struct options opt;
	gsl_rng *rng;
	bool good;

	switch (options_read(argc, argv, &opt))
	{
		case OPTIONS_HELP:
			return 0;
		case OPTIONS_REFUSED:
			return 2;
		case OPTIONS_RUN:
			break;
	}
	rng = stream_new();
	if (rng == NULL)
	{
		fprintf(stderr, "saaskpi-generate: out of memory\n");
		return 1;
	}
	good = generate(&opt, rng);
	shop_free(&shop);
	gsl_rng_free(rng);
	return good ? 0 : 1;
}
