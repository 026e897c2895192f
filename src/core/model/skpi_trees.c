#include "skpi_trees_core.h"

#include <math.h>
#include <string.h>

#define PARTS 13
#define LOSS_UNIT 1073741824.0
#define ODDS_MOST 1e150 /* and its inverse the least; a product is finite */

static size_t
words(size_t bytes)
{
	return (bytes + 63) / 64 * 64;
}

static void
parts(const skpi_trees_ask *ask, size_t part[PARTS])
{
	size_t n = ask->rows.n, p = ask->rows.p;

	part[0] = part[1] = words(n * p);
	part[2] = words(n * sizeof(double));
	part[3] = words(n * sizeof(slope));
	part[4] = part[5] = words(n * sizeof(uint32_t));
	part[6] = words(n);
	part[7] = words((size_t) ask->leaves * p * (SKPI_BINS + 1) * sizeof(cell));
	part[8] = words(p * SKPI_BINS * sizeof(double));
	part[9] = words(p * sizeof(int));
	part[10] = words(p * sizeof(uint32_t));
	part[11] = words(2 * trainer_sample(n) * sizeof(uint64_t));
	part[12] = SKPI_BLOCK_VALUES * sizeof(double);
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
	t->column = (uint8_t *) place[1];
	t->odds = (double *) place[2];
	t->slope = (slope *) place[3];
	t->order = (uint32_t *) place[4];
	t->aside = (uint32_t *) place[5];
	t->y = (uint8_t *) place[6];
	t->cells = (cell *) place[7];
	t->cut = (double *) place[8];
	t->cuts = (int *) place[9];
	t->first = (uint32_t *) place[10];
	t->room = (uint64_t *) place[11];
	t->block = (double *) place[12];
	return t;
}

static skpi_status
put_in_bins(trainer *t, const double *x, size_t place)
{
	uint8_t *bin = t->bin + place * t->ask->rows.p;

	for (size_t f = 0; f < t->ask->rows.p; f++)
	{
		if (!isnan(x[f]) && !(fabs(x[f]) <= SKPI_VALUE_MAX))
			return SKPI_E_RANGE;
		bin[f] = skpi_trees_bin(x[f], t->cut + f * SKPI_BINS, t->cuts[f]);
		t->column[f * t->ask->rows.n + place] = bin[f];
	}
	return SKPI_OK;
}

/* Every row to its place: the last that is read of them. */
static skpi_status
place_rows(trainer *t)
{
	const skpi_trees_ask *a = t->ask;
	size_t train = 0, judge = t->trained;

	for (size_t i = 0, n; i < a->rows.n; i += n)
	{
		if (a->stop != NULL && a->stop(a->stop_arg))
			return SKPI_E_INTERRUPT;
		n = skpi_rows_read(&a->rows, i, t->block);
		for (size_t k = 0; k < n; k++)
		{
			bool held = a->held != NULL && a->held[i + k];
			size_t place = held ? judge++ : train++;
			skpi_status status =
				put_in_bins(t, t->block + k * a->rows.p, place);

			if (status != SKPI_OK)
				return status;
			t->y[place] = a->y[i + k];
			t->odds[place] = t->odds_first;
		}
	}
	if (a->rows_done != NULL)
		a->rows_done(a->rows.arg);
	return SKPI_OK;
}

static double
within(double odds)
{
	return odds > ODDS_MOST ? ODDS_MOST
							: (odds < 1 / ODDS_MOST ? 1 / ODDS_MOST : odds);
}

/* Those held out walk down. */
static uint32_t
leaf_of(const trainer *t, const skpi_node *tree, const uint8_t *bin)
{
	uint32_t at = 0;

	while (tree[at].left != 0)
	{
		const skpi_node *node = tree + at;
		bool left = trainer_left(bin[node->feature], t->node_bin[at],
								 t->cuts[node->feature], node->null_left);

		at = left ? node->left : node->right;
	}
	return at;
}

/* Odds of all rows with the tree. */
static void
apply(trainer *t, const skpi_node *tree)
{
	size_t p = t->ask->rows.p;

	for (int i = 0; i < t->n_leaves; i++)
	{
		double factor = within(exp(-tree[t->leaf[i].node].value));

		for (uint32_t k = t->leaf[i].from; k < t->leaf[i].to; k++)
		{
			double *odds = t->odds + t->order[k];

			*odds = within(*odds * factor);
		}
	}
	for (size_t k = t->trained; k < t->ask->rows.n; k++)
	{
		uint32_t at = leaf_of(t, tree, t->bin + k * p);

		t->odds[k] = within(t->odds[k] * within(exp(-tree[at].value)));
	}
}

/* Of the rows held out, at most 346 each: in whole numbers too. */
static double
held_loss(const trainer *t)
{
	int64_t sum = 0;

	for (size_t k = t->trained; k < t->ask->rows.n; k++)
	{
		double loss = log1p(t->y[k] ? t->odds[k] : 1 / t->odds[k]);

		sum += (int64_t) (loss * LOSS_UNIT + .5);
	}
	return (double) sum / LOSS_UNIT / (double) (t->ask->rows.n - t->trained);
}

static skpi_status
boost(trainer *t)
{
	const skpi_trees_ask *a = t->ask;
	skpi_trees *out = t->out;
	uint32_t best_trees = 0, best_nodes = 0;
	bool judged = t->trained < a->rows.n;
	double best = judged ? held_loss(t) : NAN;

	for (int round = 0; round < a->rounds; round++)
	{
		skpi_node *tree = out->nodes + out->n_nodes;
		uint32_t n_nodes;
		skpi_status status;
		double now;

		skpi_trees_slopes(t);
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
	if (a->rows.p < 1 || a->rows.p > SKPI_TRAINED_FEATURES ||
		a->rows.n > SKPI_TREES_ROWS)
		return SKPI_E_LIMIT;
	if (a->rounds < 1 || a->rounds > SKPI_TREES_ROUNDS || a->leaves < 2 ||
		a->leaves > SKPI_TREE_LEAVES || !(a->rate > 0 && a->rate <= 1) ||
		a->min_rows < 1 || !(a->l2 >= 0 && a->l2 <= SKPI_VALUE_MAX))
		return SKPI_E_RANGE;
	return SKPI_OK;
}

/* Units of curvature, so that the sum of all rows fits above their number: it
 * is at most a quarter a row. */
static void
find_units(trainer *t)
{
	int shift;

	t->row_bits = 1;
	while (t->trained >> t->row_bits != 0)
		t->row_bits++;
	shift = 66 - 2 * t->row_bits;
	t->h_unit = ldexp(1, shift < 30 ? shift : 30);
}

/* How many rows there are to train on, and the log-odds of their positives. */
static skpi_status
start(trainer *t)
{
	const skpi_trees_ask *a = t->ask;
	size_t positives = 0;

	t->trained = 0;
	for (size_t i = 0; i < a->rows.n; i++)
		if (a->held == NULL || !a->held[i])
		{
			t->trained++;
			positives += a->y[i];
		}
	if (positives == 0 || positives == t->trained)
		return SKPI_E_SHORT;
	find_units(t);
	t->out->base = log((double) positives / (double) (t->trained - positives));
	t->odds_first = (double) (t->trained - positives) / (double) positives;
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
	memset(out->gain, 0, ask->rows.p * sizeof(double));
	status = start(t);
	if (status == SKPI_OK)
		status = skpi_trees_find_cuts(t);
	if (status == SKPI_OK)
		status = place_rows(t);
	if (status == SKPI_OK)
		status = boost(t);
	if (status != SKPI_OK)
		return status;
	for (size_t f = 0; f < ask->rows.p; f++)
		all += out->gain[f];
	for (size_t f = 0; all > 0 && f < ask->rows.p; f++)
		out->gain[f] /= all;
	return SKPI_OK;
}
