/* For the tests of models: rows at random, and a model of what was fitted. */
#ifndef MODEL_KIT_H
#define MODEL_KIT_H

#include <stdlib.h>
#include <string.h>

#include "skpi_training.h"
#include "skpi_trees.h"

#include "unit.h"

static uint64_t kit_state = 88172645463325252u;

static inline double
uniform(void)
{
	kit_state ^= kit_state << 13;
	kit_state ^= kit_state >> 7;
	kit_state ^= kit_state << 17;
	return (double) (kit_state >> 11) / 9007199254740992.0;
}

typedef struct rows
{
	double *x;
	uint8_t *y;
	size_t n, p;
} rows;

/* Columns of many and of few values, some not known; the label follows them. */
static inline rows
random_rows(size_t n, size_t p, bool unknown)
{
	rows r = {malloc(n * p * sizeof(double)), malloc(n), n, p};

	for (size_t i = 0; i < n; i++)
	{
		double *x = r.x + i * p;
		double m = 0;

		for (size_t j = 0; j < p; j++)
		{
			x[j] = j % 2 == 0 ? uniform() * 10 : floor(uniform() * 4);
			m += (j % 3 == 0 ? 1 : -1) * (x[j] - 3) / (double) (j + 1);
			if (unknown && uniform() < .2)
				x[j] = NAN;
		}
		r.y[i] = uniform() < 1 / (1 + exp(-m));
	}
	r.y[0] = 0;
	r.y[1] = 1;
	return r;
}

static inline void
rows_free(rows *r)
{
	free(r->x);
	free(r->y);
}

/* The same rows in another order. */
static inline rows
shuffled(const rows *r)
{
	rows s = {malloc(r->n * r->p * sizeof(double)), malloc(r->n), r->n, r->p};
	size_t bytes = r->p * sizeof(double);

	memcpy(s.x, r->x, r->n * bytes);
	memcpy(s.y, r->y, r->n);
	for (size_t i = r->n; i-- > 1;)
	{
		size_t j = (size_t) (uniform() * (double) (i + 1));
		double room[64];
		uint8_t y = s.y[i];

		memcpy(room, s.x + i * r->p, bytes);
		memmove(s.x + i * r->p, s.x + j * r->p, bytes);
		memcpy(s.x + j * r->p, room, bytes);
		s.y[i] = s.y[j];
		s.y[j] = y;
	}
	return s;
}

static inline void
put_in_order(rows *r)
{
	skpi_row_key *key = malloc(2 * r->n * sizeof(*key));
	double *row = malloc(r->p * sizeof(*row));

	CHECK(skpi_training_order(r->x, r->y, NULL, r->n, r->p, NULL, NULL, key,
							  row) == SKPI_OK);
	free(key);
	free(row);
}

/* Columns are called a, b, c, ... */
static inline skpi_trained *
empty_model(skpi_trained_kind kind, size_t p, uint32_t trees, uint32_t nodes)
{
	uint32_t names = (uint32_t) ((2 * p + 7) / 8 * 8);
	size_t bytes = skpi_trained_size((uint32_t) p, trees, nodes, names);
	skpi_trained *m = calloc(1, bytes);

	m->magic = SKPI_TRAINED_MAGIC;
	m->version = SKPI_TRAINED_VERSION;
	m->kind = (uint8_t) kind;
	m->features = (uint16_t) p;
	m->bytes = (uint32_t) bytes;
	m->name_bytes = names;
	m->trees = trees;
	m->nodes = nodes;
	m->rows = 100;
	m->positives = 50;
	m->base_error = NAN;
	for (size_t j = 0; j < p; j++)
	{
		skpi_trained_names(m)[2 * j] = (char) ('a' + j);
		skpi_trained_columns(m)[j].error = NAN;
	}
	return m;
}

static inline void
read_some(void *arg, size_t first, size_t n, double *x)
{
	const rows *r = arg;

	memcpy(x, r->x + first * r->p, n * r->p * sizeof(double));
}

static inline skpi_trees_ask
usual_ask(rows *r)
{
	return (skpi_trees_ask){.rows = {read_some, r, r->n, r->p},
							.y = r->y,
							.rounds = 20,
							.leaves = 8,
							.rate = .1,
							.min_rows = 5,
							.l2 = 1};
}

static inline skpi_trained *
trees_of(const skpi_trees_ask *ask, skpi_status *status)
{
	size_t most = (size_t) ask->rounds * (size_t) (2 * ask->leaves - 1);
	skpi_trees out = {.start = malloc((size_t) ask->rounds * 4),
					  .nodes = malloc(most * sizeof(skpi_node)),
					  .gain = malloc(ask->rows.p * sizeof(double))};
	void *work = malloc(skpi_trees_work(ask));
	skpi_trained *m = NULL;

	*status = skpi_trees_fit(ask, work, &out);
	if (*status == SKPI_OK)
	{
		m = empty_model(SKPI_TRAINED_TREES, ask->rows.p, out.n_trees,
						out.n_nodes);
		m->base = out.base;
		memcpy(skpi_trained_starts(m), out.start, out.n_trees * 4);
		memcpy(skpi_trained_nodes(m), out.nodes,
			   out.n_nodes * sizeof(skpi_node));
		for (size_t j = 0; j < ask->rows.p; j++)
			skpi_trained_columns(m)[j].weight = out.gain[j];
		CHECK(skpi_trained_check(m, m->bytes) == SKPI_OK);
	}
	free(work);
	free(out.start);
	free(out.nodes);
	free(out.gain);
	return m;
}

static inline bool
stop_at_once(void *arg)
{
	(void) arg;
	return true;
}

#endif
