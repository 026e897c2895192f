#include "skpi_scores.h"

#include <math.h>
#include <string.h>

static const uint64_t sign = UINT64_C(1) << 63;

void
skpi_scores_init(skpi_tally *t)
{
	static const int32_t none[SKPI_TALLY_PARAMS] = {0};

	skpi_tally_init(t, SKPI_SCORES, SKPI_DAY, none);
}

/* The bits of a double are ordered as it is but for those below zero. */
static void
keys_of(double score, int32_t *k1, int32_t *k2)
{
	uint64_t bits;

	score += 0.0; /* no sign of zero */
	memcpy(&bits, &score, sizeof(bits));
	bits = (bits & sign) != 0 ? ~bits : bits | sign;
	*k1 = (int32_t) ((int64_t) (bits >> 32) + INT32_MIN);
	*k2 = (int32_t) ((int64_t) (bits & UINT32_MAX) + INT32_MIN);
}

double
skpi_scores_of(const skpi_row *row)
{
	uint64_t high = (uint64_t) ((int64_t) row->k1 - INT32_MIN);
	uint64_t low = (uint64_t) ((int64_t) row->k2 - INT32_MIN);
	uint64_t bits = high << 32 | low;
	double score;

	bits = (bits & sign) != 0 ? bits & ~sign : ~bits;
	memcpy(&score, &bits, sizeof(score));
	return score;
}

skpi_status
skpi_scores_add(skpi_tally *t, size_t cap, double score, bool label)
{
	skpi_row *row;

	if (!isfinite(score))
		return SKPI_E_RANGE;
	if (skpi_tally_late_room(t) > cap)
		return SKPI_FULL;
	if (skpi_tally_late_due(t))
		skpi_tally_settle(t, cap);
	row = skpi_tally_row(t, (size_t) t->n_rows + skpi_tally_late(t));
	keys_of(score, &row->k1, &row->k2);
	row->v[SKPI_SCORES_NEGATIVE] = !label;
	row->v[SKPI_SCORES_POSITIVE] = label;
	t->param[SKPI_LATE]++;
	return SKPI_OK;
}

static bool
row_sound(const skpi_tally *t, const skpi_row *row, const skpi_periods *p)
{
	double score = skpi_scores_of(row);

	(void) t;
	(void) p;
	return isfinite(score) && !(score == 0 && signbit(score)) &&
		   row->v[SKPI_SCORES_NEGATIVE] >= 0 &&
		   row->v[SKPI_SCORES_POSITIVE] >= 0;
}

const skpi_kind_rules skpi_scores_rules = {skpi_head_plain, row_sound, NULL};
