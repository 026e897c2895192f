#include "skpi_training.h"

#include "skpi_radix.h"

#include <math.h>
#include <string.h>

#define ROWS_BETWEEN_STOPS 65536

size_t
skpi_rows_read(const skpi_rows *rows, size_t first, double *block)
{
	size_t n = rows->p < SKPI_BLOCK_VALUES ? SKPI_BLOCK_VALUES / rows->p : 1;

	if (n > rows->n - first)
		n = rows->n - first;
	rows->read(rows->arg, first, n, block);
	return n;
}

void
skpi_matrix_read(void *arg, size_t first, size_t n, double *x)
{
	const skpi_matrix *m = arg;

	memcpy(x, m->x + first * m->p, n * m->p * sizeof(double));
}

/* FNV-1a over words, then mixed (splitmix64). */
uint64_t
skpi_training_hash(const double *x, size_t p, uint8_t y, uint8_t held)
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
		key[i].hash =
			skpi_training_hash(x + i * p, p, y[i], held != NULL ? held[i] : 0);
		key[i].row = i;
	}
	if (!sort_keys(key, n, stop, stop_arg))
		return SKPI_E_INTERRUPT;
	/* half as much to look through at random */
	for (size_t i = 0; i < n; i++)
		from[i] = (uint32_t) key[i].row;
	return move_rows(x, y, held, n, p, from, row, stop, stop_arg);
}

/*
 * Of one column.  Sums are kept in whole numbers, in units of 2^-74 of the
 * power of two above the largest term: exact, so that no order matters, and
 * finer than the result.  Each word holds half of the bits of a term, which
 * leaves room for 2^26 terms.
 */
typedef struct moments
{
	double least, most;
	double mean;
	double units; /* of the higher word, in 1 */
	size_t known;
	int64_t high, low;
} moments;

#define HALF_BITS 37
#define HALF ((double) (INT64_C(1) << HALF_BITS))
#define LEAST_EXPONENT -900 /* so that units in 1 are finite */

enum pass
{
	PASS_RANGE,
	PASS_MEAN,
	PASS_SCALE
};

/* For terms up to this size. */
static void
start_sum(moments *m, double most)
{
	int exponent = most > 0 ? ilogb(most) + 1 : 0;

	if (exponent < LEAST_EXPONENT)
		exponent = LEAST_EXPONENT;
	m->units = ldexp(1, HALF_BITS - exponent);
	m->high = m->low = 0;
}

/* The mean of the terms. */
static double
mean_of(const moments *m)
{
	__int128 sum = m->high * ((__int128) 1 << HALF_BITS) + m->low;

	return m->known == 0
			   ? (double) NAN
			   : (double) (sum / (__int128) m->known) / HALF / m->units;
}

static void
add_term(moments *m, double v)
{
	double u = v * m->units;
	int64_t high = (int64_t) u;

	m->high += high;
	m->low += (int64_t) ((u - (double) high) * HALF);
}

static skpi_status
add_value(moments *m, double v, enum pass pass)
{
	double d = v - m->mean;

	switch (pass)
	{
		case PASS_RANGE:
			if (!(fabs(v) <= SKPI_VALUE_MAX))
				return SKPI_E_RANGE;
			m->least = m->known == 0 || v < m->least ? v : m->least;
			m->most = m->known == 0 || v > m->most ? v : m->most;
			m->known++;
			break;
		case PASS_MEAN:
			add_term(m, v);
			break;
		case PASS_SCALE:
			add_term(m, d * d);
	}
	return SKPI_OK;
}

static skpi_status
add_rows(const skpi_rows *rows, enum pass pass, skpi_stop_fn stop,
		 void *stop_arg, moments *m)
{
	double block[SKPI_BLOCK_VALUES];
	size_t p = rows->p;

	for (size_t i = 0, n; i < rows->n; i += n)
	{
		if (stop != NULL && stop(stop_arg))
			return SKPI_E_INTERRUPT;
		n = skpi_rows_read(rows, i, block);
		for (size_t k = 0; k < n; k++)
			for (size_t j = 0; j < p; j++)
			{
				double v = block[k * p + j];

				if (!isnan(v) && add_value(m + j, v, pass) != SKPI_OK)
					return SKPI_E_RANGE;
			}
	}
	return SKPI_OK;
}

static void
put_column(const moments *m, skpi_column *c)
{
	*c = (skpi_column){.error = NAN, .mean = m->known > 0 ? m->mean : 0};
	c->scale = m->known > 0 ? sqrt(mean_of(m)) : 0;
	if (!(c->scale > 1e-13 * fabs(c->mean)))
	{
		c->scale = 0;
		c->found = SKPI_FOUND_CONSTANT;
	}
}

skpi_status
skpi_training_describe(const skpi_rows *rows, skpi_stop_fn stop, void *stop_arg,
					   skpi_column *column)
{
	moments m[SKPI_TRAINED_FEATURES];
	size_t p = rows->p;
	skpi_status status;

	if (p > SKPI_TRAINED_FEATURES)
		return SKPI_E_LIMIT;
	memset(m, 0, p * sizeof(*m));
	status = add_rows(rows, PASS_RANGE, stop, stop_arg, m);
	for (size_t j = 0; j < p; j++)
		start_sum(m + j, fmax(fabs(m[j].least), fabs(m[j].most)));
	if (status == SKPI_OK)
		status = add_rows(rows, PASS_MEAN, stop, stop_arg, m);
	for (size_t j = 0; j < p; j++)
	{
		double far;

		m[j].mean = mean_of(m + j);
		far = fmax(m[j].most - m[j].mean, m[j].mean - m[j].least);
		start_sum(m + j, far * far);
	}
	if (status == SKPI_OK)
		status = add_rows(rows, PASS_SCALE, stop, stop_arg, m);
	for (size_t j = 0; status == SKPI_OK && j < p; j++)
		put_column(m + j, column + j);
	return status;
}
