#include "skpi_trees_core.h"

#include <math.h>
#include <string.h>

#define PARTS 9

static size_t
words(size_t bytes)
{
	return (bytes + 7) / 8 * 8;
}

static size_t
sample_of(const skpi_trees_ask *ask)
{
	return ask->n < SKPI_BIN_SAMPLE ? ask->n : SKPI_BIN_SAMPLE;
}

static void
parts(const skpi_trees_ask *ask, size_t part[PARTS])
{
	size_t n = ask->n, p = ask->p;

	part[0] = words(n * p);
	part[1] = n * sizeof(slope);
	part[2] = n * sizeof(double);
	part[3] = part[4] = words(n * sizeof(uint32_t));
	part[5] = (size_t) ask->leaves * p * SKPI_CELLS * sizeof(cell);
	part[6] = p * SKPI_BINS * sizeof(double);
	part[7] = words(p * sizeof(int));
	part[8] = sample_of(ask) * sizeof(double);
}

size_t
skpi_trees_work(const skpi_trees_ask *ask)
{
	size_t part[PARTS], all = words(sizeof(trainer));

	parts(ask, part);
	for (int i = 0; i < PARTS; i++)
		all += part[i];
	return all;
}

static trainer *
trainer_in(const skpi_trees_ask *ask, skpi_trees *out, char *work)
{
	trainer *t = (trainer *) work;
	char *at = work + words(sizeof(*t));
	char *place[PARTS];
	size_t part[PARTS];

	parts(ask, part);
	for (int i = 0; i < PARTS; i++)
	{
		place[i] = at;
		at += part[i];
	}
	t->ask = ask;
	t->out = out;
	t->bin = (uint8_t *) place[0];
	t->slope = (slope *) place[1];
	t->margin = (double *) place[2];
	t->order = (uint32_t *) place[3];
	t->aside = (uint32_t *) place[4];
	t->cells = (cell *) place[5];
	t->cut = (double *) place[6];
	t->cuts = (int *) place[7];
	t->room = (double *) place[8];
	return t;
}

static skpi_status
put_in_bins(trainer *t)
{
	const skpi_trees_ask *a = t->ask;

	for (size_t f = 0; f < a->p; f++)
	{
		if (a->stop != NULL && a->stop(a->stop_arg))
			return SKPI_E_INTERRUPT;
		t->cuts[f] = skpi_trees_cuts(a->x, a->n, a->p, f, t->room,
									 t->cut + f * SKPI_BINS);
	}
	for (size_t i = 0; i < a->n; i++)
	{
		if (trainer_stopped(t, i))
			return SKPI_E_INTERRUPT;
		for (size_t f = 0; f < a->p; f++)
		{
			double v = a->x[i * a->p + f];

			if (!isnan(v) && !(fabs(v) <= SKPI_VALUE_MAX))
				return SKPI_E_RANGE;
			t->bin[i * a->p + f] =
				skpi_trees_bin(v, t->cut + f * SKPI_BINS, t->cuts[f]);
		}
	}
	return SKPI_OK;
}

/* Margins of all rows with the tree; those held out walk down. */
static void
apply(trainer *t, const skpi_node *tree)
{
	size_t p = t->ask->p;

	for (int i = 0; i < t->n_leaves; i++)
		for (uint32_t k = t->leaf[i].from; k < t->leaf[i].to; k++)
			t->margin[t->order[k]] += tree[t->leaf[i].node].value;
	for (size_t k = t->trained; k < t->ask->n; k++)
	{
		const uint8_t *bin = t->bin + (size_t) t->order[k] * p;
		uint32_t at = 0;

		while (tree[at].left != 0)
		{
			uint8_t b = bin[tree[at].feature];
			bool left =
				b == SKPI_BIN_NULL ? tree[at].null_left : b <= t->node_bin[at];

			at = left ? tree[at].left : tree[at].right;
		}
		t->margin[t->order[k]] += tree[at].value;
	}
}

/* Of the rows held out. */
static double
held_loss(const trainer *t)
{
	double sum = 0;

	for (size_t k = t->trained; k < t->ask->n; k++)
	{
		double m = t->margin[t->order[k]];

		sum += fmax(m, 0) + log1p(exp(-fabs(m))) -
			   (t->ask->y[t->order[k]] ? m : 0);
	}
	return sum / (double) (t->ask->n - t->trained);
}

static void
slopes(trainer *t)
{
	for (size_t i = 0; i < t->ask->n; i++)
	{
		double mu = 1 / (1 + exp(-t->margin[i]));

		t->slope[i] = (slope){mu - t->ask->y[i], mu * (1 - mu)};
	}
}

static skpi_status
boost(trainer *t)
{
	const skpi_trees_ask *a = t->ask;
	skpi_trees *out = t->out;
	uint32_t best_trees = 0, best_nodes = 0;
	bool judged = t->trained < a->n;
	double best = judged ? held_loss(t) : NAN;

	for (int round = 0; round < a->rounds; round++)
	{
		skpi_node *tree = out->nodes + out->n_nodes;
		uint32_t n_nodes;
		skpi_status status;
		double now;

		slopes(t);
		status = skpi_trees_grow(t, tree, &n_nodes);
		if (status != SKPI_OK)
			return status;
		if (n_nodes == 1)
			break; /* nothing left to tell apart */
		apply(t, tree);
		out->start[out->n_trees++] = out->n_nodes;
		out->n_nodes += n_nodes;
		now = judged ? held_loss(t) : NAN;
		if (judged && now < best)
		{
			best = now;
			best_trees = out->n_trees;
			best_nodes = out->n_nodes;
		}
		if (judged && out->n_trees >= best_trees + SKPI_TREES_PATIENCE)
			break;
	}
	if (judged)
	{
		out->n_trees = best_trees;
		out->n_nodes = best_nodes;
	}
	out->held_loss = best;
	return SKPI_OK;
}

static skpi_status
check(const skpi_trees_ask *a)
{
	if (a->p < 1 || a->p > SKPI_TRAINED_FEATURES || a->n > SKPI_TREES_ROWS)
		return SKPI_E_LIMIT;
	if (a->rounds < 1 || a->rounds > SKPI_TREES_ROUNDS || a->leaves < 2 ||
		a->leaves > SKPI_TREE_LEAVES || !(a->rate > 0 && a->rate <= 1) ||
		a->min_rows < 1 || !(a->l2 >= 0 && a->l2 <= SKPI_VALUE_MAX))
		return SKPI_E_RANGE;
	return SKPI_OK;
}

/* Rows to train on first; the log-odds of their positives. */
static skpi_status
start(trainer *t)
{
	const skpi_trees_ask *a = t->ask;
	size_t positives = 0, end = a->n;

	t->trained = 0;
	for (size_t i = 0; i < a->n; i++)
		if (a->held == NULL || !a->held[i])
		{
			t->order[t->trained++] = (uint32_t) i;
			positives += a->y[i];
		}
	for (size_t i = a->n; a->held != NULL && i-- > 0;)
		if (a->held[i])
			t->order[--end] = (uint32_t) i;
	if (positives == 0 || positives == t->trained)
		return SKPI_E_SHORT;
	t->out->base = log((double) positives / (double) (t->trained - positives));
	for (size_t i = 0; i < a->n; i++)
		t->margin[i] = t->out->base;
	return SKPI_OK;
}

skpi_status
skpi_trees_fit(const skpi_trees_ask *ask, void *work, skpi_trees *out)
{
	trainer *t;
	skpi_status status = check(ask);
	double all = 0;

	if (status != SKPI_OK)
		return status;
	t = trainer_in(ask, out, work);
	out->n_trees = out->n_nodes = 0;
	memset(out->gain, 0, ask->p * sizeof(double));
	status = start(t);
	if (status == SKPI_OK)
		status = put_in_bins(t);
	if (status == SKPI_OK)
		status = boost(t);
	if (status != SKPI_OK)
		return status;
	for (size_t f = 0; f < ask->p; f++)
		all += out->gain[f];
	for (size_t f = 0; all > 0 && f < ask->p; f++)
		out->gain[f] /= all;
	return SKPI_OK;
}
