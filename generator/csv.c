/*
 * CSV by hand: whole numbers into one large buffer, so that formatting costs
 * less than the simulation and knows no locale.
 */
#include "csv.h"
#include "life.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool
complain(const struct csv *csv, const char *what)
{
	fprintf(stderr, "saaskpi-generate: cannot %s %s: %s\n", what, csv->path,
			strerror(errno));
	return false;
}

bool
csv_open(struct csv *csv, const char *dir, const char *name, const char *header)
{
	size_t size = strlen(dir) + strlen(name) + 2;

	memset(csv, 0, sizeof *csv);
	csv->path = malloc(size);
	csv->buffer = malloc(CSV_BUFFER);
	if (csv->path == NULL || csv->buffer == NULL)
	{
		fprintf(stderr, "saaskpi-generate: out of memory\n");
		return false;
	}
	snprintf(csv->path, size, "%s/%s", dir, name);
	csv->fp = fopen(csv->path, "wb");
	if (csv->fp == NULL)
		return complain(csv, "create");
	setvbuf(csv->fp, NULL, _IONBF, 0);
	csv_text(csv, header);
	csv->buffer[csv->used++] = '\n';
	return true;
}

/* A short write leaves the stream's error flag up; csv_close looks at it. */
static void
flush(struct csv *csv)
{
	if (!ferror(csv->fp))
		fwrite(csv->buffer, 1, csv->used, csv->fp);
	csv->used = 0;
}

bool
csv_close(struct csv *csv)
{
	bool good = true;

	if (csv->fp != NULL)
	{
		flush(csv);
		good = !ferror(csv->fp);
		good = fclose(csv->fp) == 0 && good;
		if (!good)
			complain(csv, "write");
	}
	free(csv->buffer);
	free(csv->path);
	memset(csv, 0, sizeof *csv);
	return good;
}

void
csv_row_begin(struct csv *csv)
{
	if (CSV_BUFFER - csv->used < CSV_ROW_MAX)
		flush(csv);
}

void
csv_row_end(struct csv *csv)
{
	csv->buffer[csv->used++] = '\n';
	csv->rows++;
}

void
csv_comma(struct csv *csv)
{
	csv->buffer[csv->used++] = ',';
}

void
csv_text(struct csv *csv, const char *text)
{
	size_t length = strlen(text);

	memcpy(csv->buffer + csv->used, text, length);
	csv->used += length;
}

/* At least `width` digits of a number that is not negative. */
static void
put_number(struct csv *csv, int64_t number, int width)
{
	char digits[20];
	int n = 0;

	while (number > 0 || n < width)
	{
		digits[n++] = (char) ('0' + number % 10);
		number /= 10;
	}
	while (n > 0)
		csv->buffer[csv->used++] = digits[--n];
}

void
csv_id(struct csv *csv, char prefix, int64_t number, int width)
{
	csv->buffer[csv->used++] = prefix;
	put_number(csv, number, width);
}

void
csv_number(struct csv *csv, int32_t number)
{
	if (number < 0)
		csv->buffer[csv->used++] = '-';
	put_number(csv, number < 0 ? -(int64_t) number : number, 1);
}

void
csv_month(struct csv *csv, int month)
{
	put_number(csv, month / 12, 4);
	csv->buffer[csv->used++] = '-';
	put_number(csv, month % 12 + 1, 2);
}

void
csv_date(struct csv *csv, int32_t day)
{
	struct civil c;

	if (day == DAY_NONE)
		return;
	c = civil_from_day(day);
	put_number(csv, c.year, 4);
	csv->buffer[csv->used++] = '-';
	put_number(csv, c.month, 2);
	csv->buffer[csv->used++] = '-';
	put_number(csv, c.day, 2);
}

void
csv_time(struct csv *csv, int64_t time)
{
	int32_t day, second;

	if (time == TIME_NONE)
		return;
	day = day_of_time(time);
	second = (int32_t) (time - time_of_day(day));
	csv_date(csv, day);
	csv->buffer[csv->used++] = ' ';
	put_number(csv, second / 3600, 2);
	csv->buffer[csv->used++] = ':';
	put_number(csv, second / 60 % 60, 2);
	csv->buffer[csv->used++] = ':';
	put_number(csv, second % 60, 2);
}

void
csv_money(struct csv *csv, int64_t cents)
{
	if (cents == MONEY_NONE)
		return;
	if (cents < 0)
	{
		csv->buffer[csv->used++] = '-';
		cents = -cents;
	}
	put_number(csv, cents / 100, 1);
	csv->buffer[csv->used++] = '.';
	put_number(csv, cents % 100, 2);
}

int
csv_width(int64_t number, int least)
{
	int n = 1;

	while (number >= 10)
	{
		number /= 10;
		n++;
	}
	return n > least ? n : least;
}
