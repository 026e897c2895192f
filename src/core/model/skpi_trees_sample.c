/*
 * The cuts of all columns, from a sample of the rows: those whose hashes are
 * least, so that the order in which rows come decides nothing.
 */
#include "skpi_trees_core.h"

#include <string.h>

#define DIGITS 65536 /* of 16 bits */

static bool
is_stopped(const trainer *t)
{
	return t->ask->stop != NULL && t->ask->stop(t->ask->stop_arg);
}

static skpi_status
hash_rows(trainer *t, uint64_t *hash)
{
	const skpi_trees_ask *a = t->ask;

	for (size_t i = 0, n; i < a->rows.n; i += n)
	{
		if (is_stopped(t))
			return SKPI_E_INTERRUPT;
		n = skpi_rows_read(&a->rows, i, t->block);
		for (size_t k = 0; k < n; k++)
			hash[i + k] = skpi_training_hash(
				t->block + k * a->rows.p, a->rows.p, a->y[i + k],
				a->held != NULL ? a->held[i + k] : 0);
	}
	return SKPI_OK;
}

/* The hash before which there are *before others, digit by digit from the
 * highest; leaves in *before how many of those are equal to it. */
static skpi_status
nth_hash(const trainer *t, const uint64_t *hash, uint32_t *count,
		 size_t *before, uint64_t *nth)
{
	uint64_t found = 0, digit;

	for (int shift = 48; shift >= 0; shift -= 16)
	{
		uint64_t higher = shift == 48 ? 0 : ~UINT64_C(0) << (shift + 16);

		if (is_stopped(t))
			return SKPI_E_INTERRUPT;
		memset(count, 0, DIGITS * sizeof(*count));
		for (size_t i = 0; i < t->ask->rows.n; i++)
			if ((hash[i] & higher) == found)
				count[hash[i] >> shift & (DIGITS - 1)]++;
		for (digit = 0; *before >= count[digit]; digit++)
			*before -= count[digit];
		found |= digit << shift;
	}
	*nth = found;
	return SKPI_OK;
}

/* Says in y which rows the sample is.  Where rows are more than it has room
 * for, there is room for a hash of each and the counts as well. */
static skpi_status
mark_sample(trainer *t)
{
	size_t n = t->ask->rows.n, before = SKPI_BIN_SAMPLE - 1;
	uint64_t *hash = (uint64_t *) t->bin, last;
	skpi_status status;

	memset(t->y, 1, n);
	if (n <= SKPI_BIN_SAMPLE)
		return SKPI_OK;
	status = hash_rows(t, hash);
	if (status == SKPI_OK)
		status = nth_hash(t, hash, (uint32_t *) (hash + n), &before, &last);
	if (status != SKPI_OK)
		return status;
	before++; /* and itself */
	for (size_t i = 0; i < n; i++)
	{
		t->y[i] = hash[i] < last || (hash[i] == last && before > 0);
		before -= hash[i] == last && t->y[i];
	}
	return SKPI_OK;
}

/* Values of these columns in the sample, one column behind the other. */
static skpi_status
gather(trainer *t, size_t from, size_t to, double *value)
{
	const skpi_rows *rows = &t->ask->rows;
	size_t sample = trainer_sample(rows->n), taken = 0;

	for (size_t i = 0, n; i < rows->n; i += n)
	{
		if (is_stopped(t))
			return SKPI_E_INTERRUPT;
		n = skpi_rows_read(rows, i, t->block);
		for (size_t k = 0; k < n; k++)
		{
			if (!t->y[i + k])
				continue;
			for (size_t f = from; f < to; f++)
				value[(f - from) * sample + taken] = t->block[k * rows->p + f];
			taken++;
		}
	}
	return SKPI_OK;
}

/* Of as many columns at a time as there is room for: at least three, and four
 * times suffice for all of them. */
skpi_status
skpi_trees_find_cuts(trainer *t)
{
	size_t p = t->ask->rows.p, sample = trainer_sample(t->ask->rows.n);
	double *value = (double *) t->bin;
	size_t room = (size_t) ((double *) t->y - value) / sample, to;
	skpi_status status = mark_sample(t);

	t->n_cells = 0;
	for (size_t from = 0; from < p; from = to)
	{
		to = from + room < p ? from + room : p;
		if (status == SKPI_OK)
			status = gather(t, from, to, value);
		for (size_t f = from; f < to; f++)
		{
			if (status == SKPI_OK && is_stopped(t))
				status = SKPI_E_INTERRUPT;
			if (status != SKPI_OK)
				return status;
			t->cuts[f] = skpi_trees_cuts(value + (f - from) * sample, sample,
										 t->room, t->cut + f * SKPI_BINS);
			t->first[f] = (uint32_t) t->n_cells;
			t->n_cells += (size_t) t->cuts[f] + 2;
		}
	}
	return SKPI_OK;
}
