/*
 * A buffered CSV file.  Fields are appended without checks within a row;
 * csv_row_begin makes sure that CSV_ROW_MAX bytes are free.  No field written
 * here ever needs quoting.
 */
#ifndef GEN_CSV_H
#define GEN_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define CSV_BUFFER (1u << 20)
#define CSV_ROW_MAX 512u

struct csv
{
	FILE *fp;
	char *buffer;
	size_t used;
	int64_t rows; /* without the header line */
	char *path;
};

/* Opens dir/name and writes the header; false after a message on stderr. */
bool csv_open(struct csv *csv, const char *dir, const char *name,
			  const char *header);

/* Flushes and closes; false after a message if anything was not written. */
bool csv_close(struct csv *csv);

void csv_row_begin(struct csv *csv);
void csv_row_end(struct csv *csv);
void csv_comma(struct csv *csv);
void csv_text(struct csv *csv, const char *text);

/* prefix and number, zero-padded to `width` digits */
void csv_id(struct csv *csv, char prefix, int64_t number, int width);

/* a whole number, which may be negative */
void csv_number(struct csv *csv, int32_t number);

/* YYYY-MM of a count of months since year 0 */
void csv_month(struct csv *csv, int month);

/* YYYY-MM-DD; nothing for DAY_NONE */
void csv_date(struct csv *csv, int32_t day);

/* YYYY-MM-DD HH:MM:SS; nothing for TIME_NONE */
void csv_time(struct csv *csv, int64_t time);

/* cents as units with two decimals; nothing for MONEY_NONE */
void csv_money(struct csv *csv, int64_t cents);

/* Digits of an id column that counts to `number`; at least `least`. */
int csv_width(int64_t number, int least);

#endif
