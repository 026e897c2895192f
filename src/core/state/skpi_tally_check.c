/*
 * What must be true of a tally that came from outside: from a client, from
 * disk, from another server.  Everything the rest of the code relies on is
 * tested here, so that forged bytes end in an error and not in a crash.
 */
#include "skpi_tally.h"

#include <string.h>

/* Ages, lags and windows of any grain stay well inside this. */
#define KEY_LIMIT 4000000
#define LANES 3 /* of an activity */

/* The first period that holds a valid day, and the end of the last one. */
typedef struct periods
{
	int32_t first;
	int32_t end;
} periods;

static bool
labels_sound(const skpi_tally *t)
{
	const char *p = skpi_tally_labels(t);
	const char *end = p + t->label_bytes;
	const char *last = NULL;
	size_t last_length = 0;

	for (int i = 0; i < t->n_labels; i++)
	{
		uint16_t n;
		size_t common;
		int c;

		if (end - p < 2)
			return false;
		memcpy(&n, p, sizeof(n));
		p += 2;
		if (end - p < n)
			return false;
		common = n < last_length ? n : last_length;
		c = last == NULL ? -1 : memcmp(last, p, common);
		if (c > 0 || (c == 0 && last_length >= n))
			return false;
		last = p;
		last_length = n;
		p += n;
	}
	if (end - p > 7)
		return false;
	for (; p < end; p++)
		if (*p != 0)
			return false;
	return true;
}

static bool
within(int32_t k, int32_t lo, int32_t hi)
{
	return k >= lo && k <= hi;
}

/* What the two keys and the values of a kind can be. */
static bool
meaning_sound(const skpi_tally *t, const skpi_row *row, const periods *p)
{
	const int64_t *v = row->v;

	switch ((skpi_kind) t->kind)
	{
		case SKPI_MRR_HISTORY:
			return skpi_day_valid(row->k1) && v[0] >= 0 && v[1] >= 0 &&
				   within(row->k2, (t->flags & SKPI_LABELLED) != 0,
						  t->n_labels);
		case SKPI_ACTIVITY:
			return within(row->k1, 0, LANES - 1) &&
				   within(row->k2, p->first, p->end);
		case SKPI_MRR_FLOW:
			for (int i = 0; i < skpi_tally_width(SKPI_MRR_FLOW); i++)
				if (v[i] < 0)
					return false;
			/* fall through */
		case SKPI_MRR_RETENTION:
			return within(row->k1, 0, t->n_labels) &&
				   within(row->k2, p->first, p->end);
		case SKPI_COHORT_MATRIX:
			return within(row->k1, p->first, p->end) &&
				   within(row->k2, 0, KEY_LIMIT);
		case SKPI_REVENUE_FLOW:
		case SKPI_CASH_BRIDGE:
			return row->k1 == 0 && within(row->k2, p->first, p->end);
		case SKPI_CONVERSION:
			return within(row->k1, p->first, p->end) &&
				   within(row->k2, -1, t->param[1] - 1) && v[0] >= v[1] &&
				   v[1] >= v[2] && v[2] >= 0;
		case SKPI_SERIES:
			return row->k1 == 0 && v[0] > 0 &&
				   within(row->k2, p->first, p->end - 1);
	}
	return false;
}

static bool
row_sound(const skpi_tally *t, uint32_t r, const periods *p)
{
	const skpi_row *row = skpi_tally_row(t, r);
	int width = skpi_tally_width((skpi_kind) t->kind);
	bool some = false;

	if (r > 0)
	{
		const skpi_row *before = skpi_tally_row(t, r - 1);

		if (before->k1 > row->k1 ||
			(before->k1 == row->k1 && before->k2 >= row->k2))
			return false;
	}
	for (int i = 0; i < width; i++)
		some = some || row->v[i] != 0;
	return some && meaning_sound(t, row, p);
}

/* Kinds keep days in some parameters; those must be days. */
static bool
params_sound(const skpi_tally *t)
{
	if ((t->flags != 0 && t->kind != SKPI_MRR_HISTORY) ||
		(t->n_labels > 0 &&
		 (skpi_tally_label_key((skpi_kind) t->kind) == 0 ||
		  (t->kind == SKPI_MRR_HISTORY && t->flags == 0))))
		return false;
	switch ((skpi_kind) t->kind)
	{
		case SKPI_MRR_HISTORY:
			return t->grain == SKPI_DAY && t->param[0] == 0 &&
				   t->param[1] == 0 && t->param[2] == 0;
		case SKPI_SERIES:
			return t->param[0] == 0 && t->param[1] == 0 && t->param[2] == 0;
		case SKPI_ACTIVITY:
			return (t->param[0] == SKPI_NO_DAY ||
					skpi_day_valid(t->param[0])) &&
				   (t->param[1] == SKPI_NO_DAY ||
					skpi_day_valid(t->param[1])) &&
				   t->param[2] == 0;
		default:
			return skpi_day_valid(t->param[0]) && t->param[1] >= 0 &&
				   t->param[1] <= KEY_LIMIT && t->param[2] == 0;
	}
}

skpi_status
skpi_tally_check(const skpi_tally *t, size_t bytes, skpi_kind kind)
{
	periods p;

	if (bytes < sizeof(skpi_tally) || bytes > SKPI_TALLY_MAX_BYTES ||
		t->version != SKPI_TALLY_VERSION || t->kind != (uint8_t) kind ||
		t->grain < SKPI_DAY || t->grain > SKPI_YEAR ||
		(t->flags & ~SKPI_LABELLED) != 0 || t->label_bytes % 8 != 0)
		return SKPI_E_CORRUPT;
	if ((bytes - sizeof(skpi_tally)) < t->label_bytes ||
		t->n_rows != (bytes - sizeof(skpi_tally) - t->label_bytes) /
						 skpi_tally_stride(t) ||
		skpi_tally_used(t) != bytes)
		return SKPI_E_CORRUPT;
	if (!params_sound(t) || !labels_sound(t))
		return SKPI_E_CORRUPT;
	p.first = skpi_period((skpi_grain) t->grain, SKPI_DAY_MIN);
	p.end = skpi_period((skpi_grain) t->grain, SKPI_DAY_MAX) + 1;
	for (uint32_t r = 0; r < t->n_rows; r++)
		if (!row_sound(t, r, &p))
			return SKPI_E_CORRUPT;
	return SKPI_OK;
}
