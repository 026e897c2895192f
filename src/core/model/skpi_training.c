#include "skpi_training.h"

#include "skpi_radix.h"

#include <math.h>
#include <string.h>

#define ROWS_BETWEEN_STOPS 65536
#define VALUES_BETWEEN_STOPS 1000000

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
	if (!skpi_radix_pairs(&key->hash, n, &key[n].hash, stop, stop_arg))
		return SKPI_E_INTERRUPT;
	return move_rows(x, y, held, n, p, key, row, stop, stop_arg);
}

/* Sums so far stand in the columns: weight is how many are known, scale their
 * squared distances. */
static skpi_status
add_to_columns(const double *x, size_t p, skpi_column *column)
{
	for (size_t j = 0; j < p; j++)
	{
		skpi_column *c = column + j;
		double d = x[j] - c->mean;

		if (isnan(x[j]))
			continue;
		if (!(fabs(x[j]) <= SKPI_VALUE_MAX))
			return SKPI_E_RANGE;
		c->weight++;
		c->mean += d / c->weight;
		c->scale += d * (x[j] - c->mean);
	}
	return SKPI_OK;
}

skpi_status
skpi_training_describe(const double *x, size_t n, size_t p, skpi_stop_fn stop,
					   void *stop_arg, skpi_column *column)
{
	for (size_t j = 0; j < p; j++)
		column[j] = (skpi_column){0, NAN, 0, 0, 0};
	for (size_t i = 0; i < n; i++)
	{
		skpi_status status = add_to_columns(x + i * p, p, column);

		if (status != SKPI_OK)
			return status;
		if (i * p / VALUES_BETWEEN_STOPS !=
				(i + 1) * p / VALUES_BETWEEN_STOPS &&
			stop != NULL && stop(stop_arg))
			return SKPI_E_INTERRUPT;
	}
	for (size_t j = 0; j < p; j++)
	{
		skpi_column *c = column + j;

		c->scale = c->weight > 0 ? sqrt(c->scale / c->weight) : 0;
		c->weight = 0;
		if (!(c->scale > 1e-13 * fabs(c->mean)))
		{
			c->scale = 0;
			c->found = SKPI_FOUND_CONSTANT;
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
