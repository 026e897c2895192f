#include "skpi_training.h"

#include "skpi_radix.h"

#include <math.h>
#include <string.h>

#define ROWS_BETWEEN_STOPS 65536

/* FNV-1a over words, then mixed (splitmix64). */
static uint64_t
hash_of(const double *x, size_t p, uint8_t y, uint8_t held)
{
	uint64_t h = 0xcbf29ce484222325u ^ (uint64_t) (y + 2 * held);

	for (size_t j = 0; j < p; j++)
	{
		double v = isnan(x[j]) ? (double) NAN : x[j] + 0.0;
		uint64_t bits;

		memcpy(&bits, &v, sizeof(bits));
		h = (h ^ bits) * 0x100000001b3u;
		h ^= h >> 29;
	}
	h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9u;
	h = (h ^ h >> 27) * 0x94d049bb133111ebu;
	return h ^ h >> 31;
}

/* Rows to the places the keys say, along the cycles. */
static skpi_status
move_rows(double *x, uint8_t *y, uint8_t *held, size_t n, size_t p,
		  skpi_row_key *key, double *row, skpi_stop_fn stop, void *stop_arg)
{
	size_t bytes = p * sizeof(double), moved = 0;

	for (size_t i = 0; i < n; i++)
	{
		size_t at = i, next;
		uint8_t label, out;

		if (key[i].row == i)
			continue;
		memcpy(row, x + i * p, bytes);
		label = y[i];
		out = held != NULL ? held[i] : 0;
		while ((next = key[at].row) != i)
		{
			memcpy(x + at * p, x + next * p, bytes);
			y[at] = y[next];
			if (held != NULL)
				held[at] = held[next];
			key[at].row = at;
			at = next;
			if (moved++ % ROWS_BETWEEN_STOPS == 0 && stop != NULL &&
				stop(stop_arg))
				return SKPI_E_INTERRUPT;
		}
		memcpy(x + at * p, row, bytes);
		y[at] = label;
		if (held != NULL)
			held[at] = out;
		key[at].row = at;
	}
	return SKPI_OK;
}

skpi_status
skpi_training_order(double *x, uint8_t *y, uint8_t *held, size_t n, size_t p,
					skpi_stop_fn stop, void *stop_arg, skpi_row_key *key,
					double *row)
{
	for (size_t i = 0; i < n; i++)
	{
		if (i % ROWS_BETWEEN_STOPS == 0 && stop != NULL && stop(stop_arg))
			return SKPI_E_INTERRUPT;
		key[i].hash = hash_of(x + i * p, p, y[i], held != NULL ? held[i] : 0);
		key[i].row = i;
	}
	skpi_radix_pairs(&key->hash, n, &key[n].hash);
	return move_rows(x, y, held, n, p, key, row, stop, stop_arg);
}

skpi_status
skpi_training_describe(const double *x, size_t n, size_t p, skpi_column *column)
{
	for (size_t j = 0; j < p; j++)
	{
		double mean = 0, square = 0, known = 0;

		for (size_t i = 0; i < n; i++)
		{
			double v = x[i * p + j], d;

			if (isnan(v))
				continue;
			if (!(fabs(v) <= SKPI_VALUE_MAX))
				return SKPI_E_RANGE;
			d = v - mean;
			known++;
			mean += d / known;
			square += d * (v - mean);
		}
		column[j] = (skpi_column){0, NAN, mean, 0, 0};
		if (known > 0)
			column[j].scale = sqrt(square / known);
		if (!(column[j].scale > 1e-13 * fabs(mean)))
		{
			column[j].scale = 0;
			column[j].found = SKPI_FOUND_CONSTANT;
		}
	}
	return SKPI_OK;
}

void
skpi_training_standardise(double *x, size_t n, size_t p,
						  const skpi_column *column)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < p; j++)
		{
			double *v = x + i * p + j;

			*v = isnan(*v) || column[j].scale == 0
					 ? 0
					 : (*v - column[j].mean) / column[j].scale;
		}
}
