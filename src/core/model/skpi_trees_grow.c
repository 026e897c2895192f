#include "skpi_trees_core.h"

#include <math.h>
#include <string.h>

static skpi_status
count(const trainer *t, leaf *l)
{
	size_t p = t->ask->p;
	cell *first = l->cells;

	memset(first, 0, p * SKPI_CELLS * sizeof(cell));
	for (uint32_t i = l->from; i < l->to; i++)
	{
		uint32_t r = t->order[i];
		const uint8_t *bin = t->bin + (size_t) r * p;
		slope s = t->slope[r];

		if (trainer_stopped(t, i))
			return SKPI_E_INTERRUPT;
		for (size_t f = 0; f < p; f++)
		{
			cell *c = first + f * SKPI_CELLS + bin[f];

			c->g += s.g;
			c->h += s.h;
			c->rows++;
		}
	}
	return SKPI_OK;
}

static double
value_of(const trainer *t, const leaf *l, const cell *c)
{
	double v = -c->g / (c->h + t->ask->l2);

	return fmin(fmax(v, l->lo), l->hi);
}

/* What a value takes off the loss, to the second order. */
static double
worth(const trainer *t, const cell *c, double v)
{
	return -(2 * c->g * v + (c->h + t->ask->l2) * v * v);
}

static cell
rest(const cell *all, const cell *part)
{
	return (cell){all->g - part->g, all->h - part->h, all->rows - part->rows};
}

static void
try_split(const trainer *t, leaf *l, size_t f, int bin, bool null_left,
		  const cell *left)
{
	cell right = rest(&l->sum, left);
	double least = (double) t->ask->min_rows;
	double a, b, gain;

	if (left->rows < least || right.rows < least)
		return;
	a = value_of(t, l, left);
	b = value_of(t, l, &right);
	if (t->ask->sign != NULL && (b - a) * t->ask->sign[f] < 0)
		return;
	gain = worth(t, left, a) + worth(t, &right, b) -
		   worth(t, &l->sum, value_of(t, l, &l->sum));
	if (gain > l->best.gain + 1e-9)
		l->best = (split){gain, f, bin, null_left, *left};
}

/* Those without a value to either side; where there are none, to the larger. */
static void
find_split(const trainer *t, leaf *l)
{
	l->best = (split){0, 0, 0, false, {0, 0, 0}};
	if (l->sum.rows < 2 * (double) t->ask->min_rows)
		return;
	for (size_t f = 0; f < t->ask->p; f++)
	{
		const cell *c = l->cells + f * SKPI_CELLS;
		const cell *null = c + SKPI_BIN_NULL;
		cell left = {0, 0, 0};

		/* the last cut parts those that have a value from the others */
		for (int b = 0; b <= t->cuts[f]; b++)
		{
			cell with;

			left.g += c[b].g;
			left.h += c[b].h;
			left.rows += c[b].rows;
			if (c[b].rows == 0 || (b == t->cuts[f] && null->rows == 0))
				continue;
			if (null->rows == 0)
			{
				try_split(t, l, f, b, left.rows * 2 > l->sum.rows, &left);
				continue;
			}
			with = (cell){left.g + null->g, left.h + null->h,
						  left.rows + null->rows};
			try_split(t, l, f, b, false, &left);
			try_split(t, l, f, b, true, &with);
		}
	}
}

/* Rows that go left first, both in their order; how many. */
static uint32_t
part(const trainer *t, const leaf *l)
{
	size_t p = t->ask->p, f = l->best.feature;
	uint32_t left = l->from, right = 0;

	for (uint32_t i = l->from; i < l->to; i++)
	{
		uint32_t r = t->order[i];
		uint8_t b = t->bin[(size_t) r * p + f];
		bool goes = b == SKPI_BIN_NULL ? l->best.null_left : b <= l->best.bin;

		if (goes)
			t->order[left++] = r;
		else
			t->aside[right++] = r;
	}
	memcpy(t->order + left, t->aside, right * sizeof(uint32_t));
	return left;
}

static void
subtract(cell *from, const cell *what, size_t n)
{
	for (size_t i = 0; i < n; i++)
	{
		from[i].g -= what[i].g;
		from[i].h -= what[i].h;
		from[i].rows -= what[i].rows;
		if (from[i].rows == 0)
			from[i] = (cell){0, 0, 0};
	}
}

static double
threshold_of(const trainer *t, const split *s)
{
	if (s->bin >= t->cuts[s->feature])
		return SKPI_VALUE_MAX;
	return t->cut[s->feature * SKPI_BINS + (size_t) s->bin];
}

static void
bound(const trainer *t, const leaf *whole, leaf *left, leaf *right)
{
	int sign = t->ask->sign != NULL ? t->ask->sign[whole->best.feature] : 0;
	double mid;

	if (sign == 0)
		return;
	mid =
		(value_of(t, whole, &left->sum) + value_of(t, whole, &right->sum)) / 2;
	if (sign > 0)
		left->hi = right->lo = mid;
	else
		left->lo = right->hi = mid;
}

/* The leaf becomes its left child, and the right one a leaf of its own. */
static skpi_status
split_leaf(trainer *t, skpi_node *tree, uint32_t *n_nodes, leaf *l)
{
	leaf *r = t->leaf + t->n_leaves;
	leaf whole = *l, *small, *large;
	skpi_node *node = tree + l->node;
	cell *free_cells = t->cells + (size_t) t->n_leaves * t->ask->p * SKPI_CELLS;
	uint32_t mid = part(t, l);
	skpi_status status;

	node->feature = (uint16_t) whole.best.feature;
	node->threshold = threshold_of(t, &whole.best);
	node->null_left = whole.best.null_left;
	node->left = (*n_nodes)++;
	node->right = (*n_nodes)++;
	t->node_bin[whole.node] = (uint8_t) whole.best.bin;
	*r = *l;
	l->node = node->left;
	r->node = node->right;
	l->to = r->from = mid;
	l->sum = whole.best.left;
	r->sum = rest(&whole.sum, &l->sum);
	bound(t, &whole, l, r);
	t->n_leaves++;
	small = l->to - l->from <= r->to - r->from ? l : r;
	large = small == l ? r : l;
	small->cells = free_cells;
	status = count(t, small);
	if (status != SKPI_OK)
		return status;
	subtract(large->cells, small->cells, t->ask->p * SKPI_CELLS);
	find_split(t, l);
	find_split(t, r);
	tree[l->node] = (skpi_node){.rows = l->sum.rows};
	tree[r->node] = (skpi_node){.rows = r->sum.rows};
	return SKPI_OK;
}

static leaf *
best_leaf(trainer *t)
{
	leaf *best = NULL;

	for (int i = 0; i < t->n_leaves; i++)
		if (t->leaf[i].best.gain > (best == NULL ? 0 : best->best.gain))
			best = t->leaf + i;
	return best;
}

skpi_status
skpi_trees_grow(trainer *t, skpi_node *tree, uint32_t *n_nodes)
{
	leaf *root = t->leaf, *l;
	skpi_status status;

	*root = (leaf){.to = (uint32_t) t->trained,
				   .lo = -HUGE_VAL,
				   .hi = HUGE_VAL,
				   .cells = t->cells};
	for (uint32_t i = 0; i < root->to; i++)
	{
		root->sum.g += t->slope[t->order[i]].g;
		root->sum.h += t->slope[t->order[i]].h;
	}
	root->sum.rows = root->to;
	t->n_leaves = 1;
	*n_nodes = 1;
	tree[0] = (skpi_node){.rows = root->sum.rows};
	status = count(t, root);
	if (status == SKPI_OK)
		find_split(t, root);
	while (status == SKPI_OK && t->n_leaves < t->ask->leaves &&
		   (l = best_leaf(t)) != NULL)
	{
		t->out->gain[l->best.feature] += l->best.gain;
		status = split_leaf(t, tree, n_nodes, l);
	}
	for (int i = 0; i < t->n_leaves; i++)
		tree[t->leaf[i].node].value =
			t->ask->rate * value_of(t, t->leaf + i, &t->leaf[i].sum);
	return status;
}
