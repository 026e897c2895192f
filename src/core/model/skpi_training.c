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

/* Rows to the places that from[] says, along the cycles. */
static skpi_status
move_rows(double *x, uint8_t *y, uint8_t *held, size_t n, size_t p,
		  uint32_t *from, double *row, skpi_stop_fn stop, void *stop_arg)
{
	size_t bytes = p * sizeof(double), moved = 0;

	for (uint32_t i = 0; i < n; i++)
	{
		uint32_t at = i, next;
		uint8_t label, out;

		if (from[i] == i)
			continue;
		memcpy(row, x + i * p, bytes);
		label = y[i];
		out = held != NULL ? held[i] : 0;
		while ((next = from[at]) != i)
		{
			memcpy(x + at * p, x + next * p, bytes);
			y[at] = y[next];
			if (held != NULL)
				held[at] = held[next];
			from[at] = at;
			at = next;
			if (moved++ % ROWS_BETWEEN_STOPS == 0 && stop != NULL &&
				stop(stop_arg))
				return SKPI_E_INTERRUPT;
		}
		memcpy(x + at * p, row, bytes);
		y[at] = label;
		if (held != NULL)
			held[at] = out;
		from[at] = at;
	}
	return SKPI_OK;
}

/* Half of the digits tell nearly all hashes apart; the few runs of rows that
 * they do not are sorted by all. */
static bool
sort_keys(skpi_row_key *key, size_t n, skpi_stop_fn stop, void *stop_arg)
{
	uint64_t *scratch = &key[n].hash;

	if (!skpi_radix_pairs(&key->hash, n, 4, scratch, stop, stop_arg))
		return false;
	for (size_t i = 0, end; i < n; i = end)
	{
		bool same = true;

		for (end = i + 1; end < n && key[end].hash >> 32 == key[i].hash >> 32;
			 end++)
			same = same && key[end].hash == key[i].hash;
		if (!same && !skpi_radix_pairs(&key[i].hash, end - i, 8, scratch, stop,
									   stop_arg))
			return false;
	}
	return true;
}

skpi_status
skpi_training_order(double *x, uint8_t *y, uint8_t *held, size_t n, size_t p,
					skpi_stop_fn stop, void *stop_arg, skpi_row_key *key,
					double *row)
{
	uint32_t *from = (uint32_t *) (key + n);

	if (n > UINT32_MAX)
		return SKPI_E_LIMIT;
	for (size_t i = 0; i < n; i++)
	{
		if (i % ROWS_BETWEEN_STOPS == 0 && stop != NULL && stop(stop_arg))
			return SKPI_E_INTERRUPT;
		key[i].hash = hash_of(x + i * p, p, y[i], held != NULL ? held[i] : 0);
		key[i].row = i;
	}
	if (!sort_keys(key, n, stop, stop_arg))
		return SKPI_E_INTERRUPT;
	/* half as much to look through at random */
	for (size_t i = 0; i < n; i++)
		from[i] = (uint32_t) key[i].row;
	return move_rows(x, y, held, n, p, from, row, stop, stop_arg);
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
