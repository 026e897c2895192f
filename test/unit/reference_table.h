/*
 * All stored reference values in memory, for tests that walk over many of
 * them; read once from test/reference or the folder SKPI_REFERENCE names.
 * A missing file or value fails the test.
 */
#ifndef REFERENCE_TABLE_H
#define REFERENCE_TABLE_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#define TABLE_ROWS 8000
#define TABLE_TEXT 64

typedef struct table_row
{
	char group[TABLE_TEXT];
	char key[TABLE_TEXT];
	double value;
} table_row;

static table_row table[TABLE_ROWS];
static int table_rows;

static FILE *
table_open(const char *name)
{
	const char *folder = getenv("SKPI_REFERENCE");
	char path[1024];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s",
			 folder == NULL ? "test/reference" : folder, name);
	f = fopen(path, "r");
	if (f == NULL)
		printf("cannot read %s\n", path);
	CHECK(f != NULL);
	return f;
}

static inline void
table_load(void)
{
	FILE *f = table_open("r_reference.csv");
	char line[256];

	while (f != NULL && table_rows < TABLE_ROWS &&
		   fgets(line, sizeof(line), f) != NULL)
	{
		table_row *row = &table[table_rows];
		char *value = strrchr(line, ',');
		char *key;

		if (value == NULL)
			continue;
		*value++ = '\0';
		key = strrchr(line, ',');
		if (key == NULL)
			continue;
		*key++ = '\0';
		snprintf(row->group, TABLE_TEXT, "%.63s", line);
		snprintf(row->key, TABLE_TEXT, "%.63s", key);
		row->value = strtod(value, NULL);
		table_rows++;
	}
	if (f != NULL)
		fclose(f);
	CHECK(table_rows > 6000);
}

/* True and the value when the table has group, key. */
static inline bool
table_find(const char *group, const char *key, double *value)
{
	for (int i = 0; i < table_rows; i++)
		if (strcmp(table[i].key, key) == 0 &&
			strcmp(table[i].group, group) == 0)
		{
			*value = table[i].value;
			return true;
		}
	return false;
}

static inline double
table_value(const char *group, const char *key)
{
	double value = NAN;

	if (!table_find(group, key, &value))
		printf("no reference value %s,%s\n", group, key);
	CHECK(!isnan(value));
	return value;
}

static inline bool
table_element_find(const char *group, const char *key, int i, double *value)
{
	char full[TABLE_TEXT + 16];

	snprintf(full, sizeof(full), "%s[%d]", key, i);
	return table_find(group, full, value);
}

/* Compares got[0 ..] with every stored key[1], key[2], ...; returns how many
 * there were and adds those within tol to *matched. */
static inline int
table_compare(const char *group, const char *key, const double *got, int room,
			  double tol, int *matched)
{
	double want;
	int n = 0;

	while (n < room && table_element_find(group, key, n + 1, &want))
	{
		CHECK_NEAR(got[n], want, tol);
		*matched += fabs(got[n] - want) <= tol * fmax(1, fabs(want));
		n++;
	}
	return n;
}

/* Reads the series of that name; returns its length, at most room. */
static inline size_t
table_series(const char *name, double *y, size_t room, size_t *period)
{
	FILE *f = table_open("r_series.csv");
	char line[256];
	size_t n = 0, len = strlen(name);

	while (f != NULL && fgets(line, sizeof(line), f) != NULL && n < room)
		if (strncmp(line, name, len) == 0 && line[len] == ',')
		{
			y[n++] = strtod(strrchr(line, ',') + 1, NULL);
			*period = (size_t) atoi(line + len + 1);
		}
	if (f != NULL)
		fclose(f);
	CHECK(n > 0);
	return n;
}

#endif
