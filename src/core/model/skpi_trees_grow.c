#include "skpi_trees_core.h"

#include <math.h>

static sums
sums_of(const trainer *t, cell c)
{
	uint64_t rows = c[1] & (((uint64_t) 1 << t->row_bits) - 1);

	return (sums){(double) (int64_t) c[0] / SKPI_SLOPE_UNIT,
				  (double) (c[1] >> t->row_bits) / t->h_unit, (double) rows};
}

static double
value_of(const trainer *t, const leaf *l, const sums *s)
{
	double v = -s->g / (s->h + t->ask->l2);

	return v < l->lo ? l->lo : v > l->hi ? l->hi : v;
}

/* What a value takes off the loss, to the second order. */
static double
worth(const trainer *t, const sums *s, double v)
{
	return -(2 * s->g * v + (s->h + t->ask->l2) * v * v);
}

static void
try_split(const trainer *t, leaf *l, size_t f, int bin, bool null_left,
		  cell left_cell)
{
	sums left = sums_of(t, left_cell), right = sums_of(t, l->sum - left_cell);
	double least = (double) t->ask->min_rows;
	double a, b, gain;

	if (left.rows < least || right.rows < least)
		return;
	a = value_of(t, l, &left);
	b = value_of(t, l, &right);
	if (t->ask->sign != NULL && (b - a) * t->ask->sign[f] < 0)
		return;
	gain = worth(t, &left, a) + worth(t, &right, b) - l->worth;
	if (gain > l->best.gain + 1e-9)
		l->best = (split){gain, f, bin, null_left, left_cell};
}

/* Those without a value to either side; where there are none, to the larger. */
static void
find_split(const trainer *t, leaf *l)
{
	sums all = sums_of(t, l->sum);

	l->best = (split){0, 0, 0, false, {0, 0}};
	l->worth = worth(t, &all, value_of(t, l, &all));
	if (all.rows < 2 * (double) t->ask->min_rows)
		return;
	for (size_t f = 0; f < t->ask->rows.p; f++)
	{
		const cell *c = l->cells + t->first[f];
		cell null = c[t->cuts[f] + 1];
		cell left = {0, 0};

		/* the last cut parts those that have a value from the others */
		for (int b = 0; b <= t->cuts[f]; b++)
		{
			left += c[b];
			if (c[b][1] == 0 || (b == t->cuts[f] && null[1] == 0))
				continue;
			if (null[1] == 0)
			{
				try_split(t, l, f, b, sums_of(t, left).rows * 2 > all.rows,
						  left);
				continue;
			}
			try_split(t, l, f, b, false, left);
			try_split(t, l, f, b, true, left + null);
		}
	}
}

static void
subtract(cell *from, const cell *what, size_t n)
{
	for (size_t i = 0; i < n; i++)
		from[i] -= what[i];
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
	sums a = sums_of(t, left->sum), b = sums_of(t, right->sum);
	double mid;

	if (sign == 0)
		return;
	mid = (value_of(t, whole, &a) + value_of(t, whole, &b)) / 2;
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
	cell *free_cells = t->cells + (size_t) t->n_leaves * t->n_cells;
	uint32_t mid = skpi_trees_part(t, l);
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
	r->sum = whole.sum - l->sum;
	bound(t, &whole, l, r);
	t->n_leaves++;
	small = l->to - l->from <= r->to - r->from ? l : r;
	large = small == l ? r : l;
	small->cells = free_cells;
	status = skpi_trees_count(t, small);
	if (status != SKPI_OK)
		return status;
	subtract(large->cells, small->cells, t->n_cells);
	find_split(t, l);
	find_split(t, r);
	tree[l->node] = (skpi_node){.rows = l->to - l->from};
	tree[r->node] = (skpi_node){.rows = r->to - r->from};
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
		t->order[i] = i;
	t->n_leaves = 1;
	*n_nodes = 1;
	tree[0] = (skpi_node){.rows = root->to};
	status = skpi_trees_count(t, root);
	for (int b = 0; b <= t->cuts[0] + 1; b++)
		root->sum += root->cells[b];
	if (status == SKPI_OK)
		find_split(t, root);
	while (status == SKPI_OK && t->n_leaves < t->ask->leaves &&
		   (l = best_leaf(t)) != NULL)
	{
		t->out->gain[l->best.feature] += l->best.gain;
		status = split_leaf(t, tree, n_nodes, l);
	}
	for (int i = 0; i < t->n_leaves; i++)
	{
		sums all = sums_of(t, t->leaf[i].sum);

		tree[t->leaf[i].node].value =
			t->ask->rate * value_of(t, t->leaf + i, &all);
	}
	return status;
}
