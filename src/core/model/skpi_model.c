#include "skpi_model.h"

#include <math.h>
#include <string.h>

#include "skpi_kmeans.h"
#include "skpi_shap.h"

#define MOST_NODES (2 * SKPI_TREE_LEAVES - 1)

size_t
skpi_trained_size(uint32_t features, uint32_t trees, uint32_t nodes,
				  uint32_t name_bytes)
{
	return sizeof(skpi_trained) + (size_t) features * sizeof(skpi_column) +
		   skpi_trained_starts_bytes(trees) +
		   (size_t) nodes * sizeof(skpi_node) + name_bytes;
}

bool
skpi_names_sound(const char *names, size_t bytes, uint32_t features)
{
	const char *p = names, *end = p + bytes;

	for (uint32_t f = 0; f < features; f++)
	{
		size_t room = (size_t) (end - p);
		const char *stop = memchr(p, 0, room);

		if (stop == NULL || stop == p || stop - p > SKPI_TRAINED_NAME)
			return false;
		p = stop + 1;
	}
	if (end - p > 7)
		return false;
	for (; p < end; p++)
		if (*p != 0)
			return false;
	return true;
}

static bool
column_sound(const skpi_column *c)
{
	return isfinite(c->weight) && !isinf(c->error) && !(c->error < 0) &&
		   isfinite(c->mean) && isfinite(c->scale) && c->scale >= 0 &&
		   c->found < 8;
}

static bool
node_sound(const skpi_trained *m, const skpi_node *tree, uint32_t i, uint32_t n)
{
	const skpi_node *node = tree + i;

	if (node->zero != 0 || !isfinite(node->value) ||
		!isfinite(node->threshold) || !isfinite(node->rows) || node->rows < 1 ||
		node->null_left > 1 || node->feature >= m->features)
		return false;
	if (node->left == 0 && node->right == 0)
		return true;
	/* children come later, so there is no way back */
	return node->left > i && node->right > i && node->left < n &&
		   node->right < n && node->left != node->right &&
		   node->rows == tree[node->left].rows + tree[node->right].rows;
}

/* Each node but the first is the child of one other. */
static bool
tree_sound(const skpi_trained *m, const skpi_node *tree, uint32_t n)
{
	bool seen[MOST_NODES] = {false};
	uint32_t children = 0;

	if (n < 1 || n > MOST_NODES)
		return false;
	for (uint32_t i = 0; i < n; i++)
	{
		if (!node_sound(m, tree, i, n))
			return false;
		if (tree[i].left == 0)
			continue;
		if (seen[tree[i].left] || seen[tree[i].right])
			return false;
		seen[tree[i].left] = seen[tree[i].right] = true;
		children += 2;
	}
	return children == n - 1;
}

static bool
trees_sound(const skpi_trained *m)
{
	const uint32_t *start = skpi_trained_starts(m);
	const char *pad = (const char *) (start + m->trees);

	for (; pad < (const char *) skpi_trained_nodes(m); pad++)
		if (*pad != 0)
			return false;
	if (m->trees == 0)
		return m->nodes == 0;
	if (start[0] != 0)
		return false;
	for (uint32_t t = 0; t < m->trees; t++)
	{
		uint32_t end = t + 1 < m->trees ? start[t + 1] : m->nodes;

		if (end <= start[t] || end > m->nodes ||
			!tree_sound(m, skpi_trained_nodes(m) + start[t], end - start[t]))
			return false;
	}
	return true;
}

skpi_status
skpi_trained_check(const skpi_trained *m, size_t bytes)
{
	if (bytes < sizeof(*m) || bytes > SKPI_TRAINED_BYTES)
		return SKPI_E_CORRUPT;
	if (m->magic == __builtin_bswap32(SKPI_TRAINED_MAGIC) ||
		(m->magic == SKPI_TRAINED_MAGIC && m->version > SKPI_TRAINED_VERSION))
		return SKPI_E_VERSION;
	if (m->magic != SKPI_TRAINED_MAGIC || m->version == 0 || m->bytes != bytes)
		return SKPI_E_CORRUPT;
	if (m->kind == SKPI_TRAINED_KMEANS)
		return skpi_clusters_check((const skpi_clusters *) (const void *) m);
	if (m->features < 1 || m->features > SKPI_TRAINED_FEATURES ||
		m->name_bytes % 8 != 0 || m->name_bytes > bytes || m->trees > bytes ||
		m->nodes > bytes ||
		skpi_trained_size(m->features, m->trees, m->nodes, m->name_bytes) !=
			bytes)
		return SKPI_E_CORRUPT;
	if (m->rows < 2 || m->positives < 1 || m->positives >= m->rows ||
		!isfinite(m->base) || isinf(m->base_error) || m->base_error < 0 ||
		!isfinite(m->l2) || m->l2 < 0)
		return SKPI_E_CORRUPT;
	if (!(m->kind == SKPI_TRAINED_LOGISTIC && m->trees == 0) &&
		m->kind != SKPI_TRAINED_TREES)
		return SKPI_E_CORRUPT;
	for (uint32_t f = 0; f < m->features; f++)
		if (!column_sound(skpi_trained_columns(m) + f))
			return SKPI_E_CORRUPT;
	return trees_sound(m) && skpi_names_sound(skpi_trained_names(m),
											  m->name_bytes, m->features)
			   ? SKPI_OK
			   : SKPI_E_CORRUPT;
}

const char *
skpi_trained_name(const skpi_trained *m, uint32_t feature)
{
	const char *p = skpi_trained_names(m);

	while (feature-- > 0)
		p += strlen(p) + 1;
	return p;
}

/* The next node of the way, 0 from a leaf.  Without a branch: which way a row
 * goes cannot be foretold. */
static uint32_t
next_node(const skpi_node *node, const double *x)
{
	double v = x[node->feature];
	uint32_t left = (uint32_t) (v <= node->threshold) |
					((uint32_t) (v != v) & (uint32_t) node->null_left);

	return node->right ^ ((node->left ^ node->right) & (0u - left));
}

/* Trees side by side, so that none waits for the memory of another. */
#define SIDE_BY_SIDE 8

static double
sum_of_trees(const skpi_trained *m, uint32_t first, uint32_t n, const double *x,
			 double sum)
{
	const uint32_t *start = skpi_trained_starts(m) + first;
	const skpi_node *tree[SIDE_BY_SIDE];
	uint32_t at[SIDE_BY_SIDE] = {0};
	uint32_t moved = 1;

	for (uint32_t i = 0; i < n; i++)
		tree[i] = skpi_trained_nodes(m) + start[i];
	while (moved != 0)
	{
		moved = 0;
		for (uint32_t i = 0; i < n; i++)
		{
			uint32_t next = next_node(tree[i] + at[i], x);

			at[i] = next != 0 ? next : at[i];
			moved |= next;
		}
	}
	for (uint32_t i = 0; i < n; i++)
		sum += tree[i][at[i]].value;
	return sum;
}

double
skpi_trained_margin(const skpi_trained *m, const double *x)
{
	const skpi_column *c = skpi_trained_columns(m);
	double margin = m->base;

	if (m->kind == SKPI_TRAINED_LOGISTIC)
		for (uint32_t f = 0; f < m->features; f++)
			margin += c[f].weight * (isnan(x[f]) ? c[f].mean : x[f]);
	for (uint32_t t = 0; t < m->trees; t += SIDE_BY_SIDE)
		margin = sum_of_trees(
			m, t, m->trees - t < SIDE_BY_SIDE ? m->trees - t : SIDE_BY_SIDE, x,
			margin);
	return margin;
}

double
skpi_trained_probability(double margin)
{
	return 1 / (1 + exp(-margin));
}

void
skpi_trained_explain(const skpi_trained *m, const double *x, double *base,
					 double *out)
{
	const skpi_column *c = skpi_trained_columns(m);
	const uint32_t *start = skpi_trained_starts(m);

	*base = m->base;
	for (uint32_t f = 0; f < m->features; f++)
	{
		out[f] = 0;
		if (m->kind != SKPI_TRAINED_LOGISTIC)
			continue;
		*base += c[f].weight * c[f].mean;
		if (!isnan(x[f]))
			out[f] = c[f].weight * (x[f] - c[f].mean);
	}
	for (uint32_t t = 0; t < m->trees; t++)
		skpi_shap_add(skpi_trained_nodes(m) + start[t], x, base, out);
}
