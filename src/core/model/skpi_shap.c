#include "skpi_shap.h"

#include <math.h>
#include <string.h>

/* A feature on the path: the share of rows that would come through without its
 * value, whether the row does, and the weight of the sets of that many. */
typedef struct step
{
	int feature;
	double zero;
	double one;
	double weight;
} step;

#define LONGEST (SKPI_TREE_LEAVES + 1)

static void
extend(step *path, int n, double zero, double one, int feature)
{
	path[n] = (step){feature, zero, one, n == 0 ? 1 : 0};
	for (int i = n; i-- > 0;)
	{
		path[i + 1].weight += one * path[i].weight * (i + 1) / (n + 1);
		path[i].weight = zero * path[i].weight * (n - i) / (n + 1);
	}
}

/* Takes step k of 0 .. n out again. */
static void
unwind(step *path, int n, int k)
{
	double one = path[k].one, zero = path[k].zero;
	double next = path[n].weight;

	for (int i = n; i-- > 0;)
	{
		if (one != 0)
		{
			double kept = path[i].weight;

			path[i].weight = next * (n + 1) / ((i + 1) * one);
			next = kept - path[i].weight * zero * (n - i) / (n + 1);
		}
		else
			path[i].weight = path[i].weight * (n + 1) / (zero * (n - i));
	}
	for (int i = k; i < n; i++)
	{
		path[i].feature = path[i + 1].feature;
		path[i].zero = path[i + 1].zero;
		path[i].one = path[i + 1].one;
	}
}

static double
sum_without(const step *path, int n, int k)
{
	double one = path[k].one, zero = path[k].zero;
	double next = path[n].weight, sum = 0;

	for (int i = n; i-- > 0;)
	{
		if (one != 0)
		{
			double part = next * (n + 1) / ((i + 1) * one);

			sum += part;
			next = path[i].weight - part * zero * (n - i) / (n + 1);
		}
		else
			sum += path[i].weight * (n + 1) / (zero * (n - i));
	}
	return sum;
}

typedef struct walk
{
	const skpi_node *tree;
	const double *x;
	double *base;
	double *out;
} walk;

/* Depth is bounded by the leaves a tree can have. */
static void
descend(const walk *w, uint32_t at, const step *above, int n, double zero,
		double one, int feature, double share)
{
	const skpi_node *node = w->tree + at;
	step path[LONGEST + 1];
	uint32_t hot, cold;
	double in_zero = 1, in_one = 1, v;

	memcpy(path, above, (size_t) n * sizeof(*path));
	extend(path, n, zero, one, feature);
	if (node->left == 0)
	{
		*w->base += share * node->value;
		for (int i = 1; i <= n; i++)
			w->out[path[i].feature] += sum_without(path, n, i) *
									   (path[i].one - path[i].zero) *
									   node->value;
		return;
	}
	v = w->x[node->feature];
	hot = (isnan(v) ? node->null_left : v <= node->threshold) ? node->left
															  : node->right;
	cold = hot == node->left ? node->right : node->left;
	for (int i = 1; i <= n; i++)
		if (path[i].feature == node->feature)
		{
			in_zero = path[i].zero;
			in_one = path[i].one;
			unwind(path, n--, i);
			break;
		}
	descend(w, hot, path, n + 1, in_zero * w->tree[hot].rows / node->rows,
			in_one, node->feature, share * w->tree[hot].rows / node->rows);
	descend(w, cold, path, n + 1, in_zero * w->tree[cold].rows / node->rows, 0,
			node->feature, share * w->tree[cold].rows / node->rows);
}

void
skpi_shap_add(const skpi_node *tree, const double *x, double *base, double *out)
{
	walk w = {tree, x, base, out};
	step none[1] = {{-1, 1, 1, 1}};

	descend(&w, 0, none, 0, 1, 1, -1, 1);
}
