/* What the trainer does to every row, many times. */
#include "skpi_trees_core.h"

#include <string.h>

#define AHEAD 16 /* rows, so that memory is there when their turn comes */

static inline void
add_row(const trainer *t, cell *cells, size_t p, uint32_t place)
{
	const uint8_t *bin = t->bin + (size_t) place * p;
	const uint32_t *first = t->first;
	slope s = t->slope[place];
	cell one = {(uint64_t) (int64_t) s.g, ((uint64_t) s.h << t->row_bits) + 1};
	size_t f = 0;

	for (; f + 4 <= p; f += 4)
	{
		cells[first[f] + bin[f]] += one;
		cells[first[f + 1] + bin[f + 1]] += one;
		cells[first[f + 2] + bin[f + 2]] += one;
		cells[first[f + 3] + bin[f + 3]] += one;
	}
	for (; f < p; f++)
		cells[first[f] + bin[f]] += one;
}

skpi_status
skpi_trees_count(const trainer *t, leaf *l)
{
	size_t p = t->ask->rows.p;
	bool all = l->to - l->from == t->trained;

	memset(l->cells, 0, t->n_cells * sizeof(cell));
	for (uint32_t i = l->from; i < l->to; i++)
	{
		if (trainer_stopped(t, i))
			return SKPI_E_INTERRUPT;
		if (!all && i + AHEAD < l->to)
		{
			uint32_t next = t->order[i + AHEAD];

			__builtin_prefetch(t->bin + (size_t) next * p);
			__builtin_prefetch(t->slope + next);
		}
		add_row(t, l->cells, p, all ? i : t->order[i]);
	}
	return SKPI_OK;
}

uint32_t
skpi_trees_part(const trainer *t, const leaf *l)
{
	const uint8_t *bin = t->column + l->best.feature * t->ask->rows.n;
	int cuts = t->cuts[l->best.feature];
	uint32_t left = l->from, right = 0;

	for (uint32_t i = l->from; i < l->to; i++)
	{
		uint32_t place = t->order[i];
		bool goes =
			trainer_left(bin[place], l->best.bin, cuts, l->best.null_left);

		/* no branch: which way a row goes cannot be foretold */
		t->order[left] = place;
		t->aside[right] = place;
		left += goes;
		right += !goes;
	}
	memcpy(t->order + left, t->aside, right * sizeof(uint32_t));
	return left;
}

void
skpi_trees_slopes(trainer *t)
{
	double unit = t->h_unit;

	for (size_t i = 0; i < t->trained; i++)
	{
		double mu = 1 / (1 + t->odds[i]);
		double h = mu * (1 - mu) * unit + .5;

		t->slope[i] = (slope){(int32_t) ((mu - t->y[i]) * SKPI_SLOPE_UNIT),
							  (int32_t) (h < 1 ? 1 : h)};
	}
}
