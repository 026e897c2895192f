#include "skpi_scorer.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_sort_double.h>

/* Of a column that trees ask for: its thresholds in order, and for the values
 * up to each, beyond the last, and unknown the leaves that they leave. */
typedef struct column
{
	uint32_t feature;
	uint32_t cuts;
	double *cut;
	uint64_t *left;
} column;

struct skpi_scorer
{
	const skpi_trained *model;
	size_t bytes;  /* of the leaves of a tree, one bit each */
	size_t words;  /* of those of all trees */
	size_t leaves; /* room of a tree in value[] */
	uint32_t columns;
	column *column;
	double *value;
	uint64_t *now; /* what the row at hand leaves */
};

typedef struct sizes
{
	size_t columns, cuts, bytes, words, all;
} sizes;

static bool
is_leaf(const skpi_node *node)
{
	return node->left == 0;
}

static uint32_t
end_of(const skpi_trained *m, uint32_t tree)
{
	return tree + 1 < m->trees ? skpi_trained_starts(m)[tree + 1] : m->nodes;
}

static sizes
sizes_of(const skpi_trained *m)
{
	const skpi_node *node = skpi_trained_nodes(m);
	bool used[SKPI_TRAINED_FEATURES] = {false};
	sizes s = {.bytes = 1};

	for (uint32_t t = 0; t < m->trees; t++)
		/* a tree of n leaves has 2 n - 1 nodes */
		while (end_of(m, t) - skpi_trained_starts(m)[t] >= 16 * s.bytes)
			s.bytes *= 2;
	for (uint32_t i = 0; i < m->nodes; i++)
	{
		if (is_leaf(node + i))
			continue;
		s.cuts++;
		s.columns += !used[node[i].feature];
		used[node[i].feature] = true;
	}
	s.words = (m->trees * s.bytes + 7) / 8;
	s.all = sizeof(skpi_scorer) + s.columns * sizeof(column) +
			s.cuts * sizeof(double) +
			(size_t) m->trees * 8 * s.bytes * sizeof(double) +
			(1 + s.cuts + 2 * s.columns) * s.words * sizeof(uint64_t);
	return s;
}

size_t
skpi_scorer_size(const skpi_trained *m)
{
	sizes s = sizes_of(m);

	return s.columns == 0 || s.all > SKPI_SCORER_BYTES ? 0 : s.all;
}

/* The distinct thresholds of a column, sorted, from *room on. */
static void
find_cuts(const skpi_trained *m, column *c, double **room)
{
	const skpi_node *node = skpi_trained_nodes(m);
	size_t n = 0;

	c->cut = *room;
	for (uint32_t i = 0; i < m->nodes; i++)
		if (!is_leaf(node + i) && node[i].feature == c->feature)
			c->cut[n++] = node[i].threshold;
	gsl_sort(c->cut, 1, n);
	c->cuts = 0;
	for (size_t i = 0; i < n; i++)
		if (i == 0 || c->cut[i] != c->cut[i - 1])
			c->cut[c->cuts++] = c->cut[i];
	*room += c->cuts;
}

/* How many thresholds are below the value. */
static inline uint32_t
rank_of(const column *c, double v)
{
	const double *at = c->cut;
	uint32_t n = c->cuts;

	while (n > 1)
	{
		uint32_t half = n / 2;

		at += half & (0u - (uint32_t) (at[half - 1] < v));
		n -= half;
	}
	return (uint32_t) (at - c->cut) + (uint32_t) (*at < v);
}

/* Bits of a tree in a row of leaves; little endian or not, all of them are
 * read and written so. */
static inline uint64_t
get_bits(const uint64_t *row, size_t bytes, size_t tree)
{
	const char *at = (const char *) row + tree * bytes;
	uint64_t wide;
	uint32_t half;
	uint16_t quarter;

	switch (bytes)
	{
		case 1:
			return *(const uint8_t *) at;
		case 2:
			memcpy(&quarter, at, sizeof(quarter));
			return quarter;
		case 4:
			memcpy(&half, at, sizeof(half));
			return half;
		default:
			memcpy(&wide, at, sizeof(wide));
			return wide;
	}
}

static void
rule_out(uint64_t *row, size_t bytes, size_t tree, uint64_t bits)
{
	char *at = (char *) row + tree * bytes;
	uint64_t wide = get_bits(row, bytes, tree) & ~bits;
	uint32_t half = (uint32_t) wide;
	uint16_t quarter = (uint16_t) wide;

	if (bytes == 1)
		*at = (char) wide;
	else if (bytes == 2)
		memcpy(at, &quarter, sizeof(quarter));
	else if (bytes == 4)
		memcpy(at, &half, sizeof(half));
	else
		memcpy(at, &wide, sizeof(wide));
}

/* Leaves below each node of a tree as bits, and their values in order. */
static void
number_leaves(const skpi_node *tree, uint32_t n, uint64_t *below, double *value)
{
	uint32_t todo[2 * SKPI_TREE_LEAVES], depth = 0, leaves = 0;

	todo[depth++] = 0;
	while (depth > 0)
	{
		uint32_t i = todo[--depth];

		if (is_leaf(tree + i))
		{
			below[i] = (uint64_t) 1 << leaves;
			value[leaves++] = tree[i].value;
			continue;
		}
		todo[depth++] = tree[i].right;
		todo[depth++] = tree[i].left;
	}
	/* children come later than what they are children of */
	for (uint32_t i = n; i-- > 0;)
		if (!is_leaf(tree + i))
			below[i] = below[tree[i].left] | below[tree[i].right];
}

static void
enter_tree(skpi_scorer *s, const uint32_t *column_of, uint32_t t)
{
	const skpi_trained *m = s->model;
	const skpi_node *tree = skpi_trained_nodes(m) + skpi_trained_starts(m)[t];
	uint32_t n = end_of(m, t) - skpi_trained_starts(m)[t];
	uint64_t below[2 * SKPI_TREE_LEAVES];

	number_leaves(tree, n, below, s->value + t * s->leaves);
	for (uint32_t i = 0; i < n; i++)
	{
		const column *c;
		uint64_t bits;

		if (is_leaf(tree + i))
			continue;
		c = s->column + column_of[tree[i].feature];
		bits = below[tree[i].left];
		for (uint32_t r = rank_of(c, tree[i].threshold) + 1; r <= c->cuts; r++)
			rule_out(c->left + r * s->words, s->bytes, t, bits);
		if (!tree[i].null_left)
			rule_out(c->left + (c->cuts + 1) * s->words, s->bytes, t, bits);
	}
}

skpi_scorer *
skpi_scorer_make(const skpi_trained *m, void *memory)
{
	const skpi_node *node = skpi_trained_nodes(m);
	sizes size = sizes_of(m);
	uint32_t column_of[SKPI_TRAINED_FEATURES] = {0};
	skpi_scorer *s = memory;
	double *cut;
	uint64_t *row;

	*s = (skpi_scorer){.model = m,
					   .bytes = size.bytes,
					   .words = size.words,
					   .leaves = 8 * size.bytes};
	s->column = (column *) (s + 1);
	cut = (double *) (s->column + size.columns);
	s->value = cut + size.cuts;
	s->now = (uint64_t *) (s->value + m->trees * s->leaves);
	row = s->now + s->words;
	memset(s->value, 0, m->trees * s->leaves * sizeof(double));
	for (uint32_t i = 0; i < m->nodes; i++)
		column_of[node[i].feature] |= !is_leaf(node + i);
	for (uint32_t f = 0; f < m->features; f++)
	{
		column *c = s->column + s->columns;

		if (!column_of[f])
			continue;
		*c = (column){.feature = f, .left = row};
		find_cuts(m, c, &cut);
		column_of[f] = s->columns++;
		row += (c->cuts + 2) * s->words;
		memset(c->left, 0xff, (c->cuts + 2) * s->words * sizeof(uint64_t));
	}
	for (uint32_t t = 0; t < m->trees; t++)
		enter_tree(s, column_of, t);
	return s;
}

static inline double
sum_of_leaves(const skpi_scorer *s, size_t bytes, double sum)
{
	for (size_t t = 0; t < s->model->trees; t++)
		sum += s->value[t * 8 * bytes +
						(size_t) __builtin_ctzll(get_bits(s->now, bytes, t))];
	return sum;
}

double
skpi_scorer_margin(skpi_scorer *s, const double *x)
{
	memset(s->now, 0xff, s->words * sizeof(uint64_t));
	for (uint32_t i = 0; i < s->columns; i++)
	{
		const column *c = s->column + i;
		double v = x[c->feature];
		uint32_t rank = isnan(v) ? c->cuts + 1 : rank_of(c, v);
		const uint64_t *left = c->left + rank * s->words;

		for (size_t w = 0; w < s->words; w++)
			s->now[w] &= left[w];
	}
	switch (s->bytes)
	{
		case 1:
			return sum_of_leaves(s, 1, s->model->base);
		case 2:
			return sum_of_leaves(s, 2, s->model->base);
		case 4:
			return sum_of_leaves(s, 4, s->model->base);
		default:
			return sum_of_leaves(s, 8, s->model->base);
	}
}
