/*
 * The stored reference values and series of test/reference, read for unit
 * tests.  SKPI_REFERENCE names another folder.  A missing file fails the
 * test: reference checks are never skipped in silence.
 */
#ifndef TS_REFERENCE_H
#define TS_REFERENCE_H

#include <stdlib.h>
#include <string.h>

#include "unit.h"

#define REF_LINE 256

static FILE *
ref_open(const char *name)
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

/* The value of group, key; NAN (and a failed check) where there is none. */
static inline double
ref_value(const char *group, const char *key)
{
	FILE *f = ref_open("r_reference.csv");
	char want[4 * REF_LINE];
	char line[REF_LINE];
	double value = NAN;

	if (f == NULL)
		return NAN;
	snprintf(want, sizeof(want), "%s,%s,", group, key);
	while (fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, want, strlen(want)) == 0)
			value = strtod(line + strlen(want), NULL);
	fclose(f);
	if (isnan(value))
		printf("no reference value %s\n", want);
	CHECK(!isnan(value));
	return value;
}

/* The i-th (from 1) value of a stored vector. */
static inline double
ref_element(const char *group, const char *key, int i)
{
	char full[REF_LINE];

	snprintf(full, sizeof(full), "%s[%d]", key, i);
	return ref_value(group, full);
}

/* Reads the series of that name; returns its length, at most `room`. */
static inline int
ref_series(const char *name, double *y, int room)
{
	FILE *f = ref_open("r_series.csv");
	char want[4 * REF_LINE];
	char line[REF_LINE];
	int n = 0;

	if (f == NULL)
		return 0;
	snprintf(want, sizeof(want), "%s,", name);
	while (fgets(line, sizeof(line), f) != NULL && n < room)
		if (strncmp(line, want, strlen(want)) == 0)
			y[n++] = strtod(strrchr(line, ',') + 1, NULL);
	fclose(f);
	CHECK(n > 0);
	return n;
}

#endif
