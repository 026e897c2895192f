/* Models as blocks: explanations against all orders of features, and bytes
 * that somebody has changed. */
#include "model_kit.h"

/* What the tree says on average where the features of the set are known. */
static double
expected(const skpi_node *tree, uint32_t at, const double *x, unsigned known)
{
	const skpi_node *node = tree + at;
	const skpi_node *l = tree + node->left, *r = tree + node->right;

	if (node->left == 0)
		return node->value;
	if (known & 1u << node->feature)
	{
		double v = x[node->feature];

		return expected(tree,
						(isnan(v) ? node->null_left : v <= node->threshold)
							? node->left
							: node->right,
						x, known);
	}
	return (l->rows * expected(tree, node->left, x, known) +
			r->rows * expected(tree, node->right, x, known)) /
		   node->rows;
}

static double
expected_of(const skpi_trained *m, const double *x, unsigned known)
{
	double sum = m->base;

	for (uint32_t t = 0; t < m->trees; t++)
		sum += expected(skpi_trained_nodes(m) + skpi_trained_starts(m)[t], 0, x,
						known);
	return sum;
}

/* Over all sets without the feature, by how many orders come past them. */
static double
shapley(const skpi_trained *m, const double *x, unsigned feature)
{
	static const double factorial[] = {1, 1, 2, 6, 24, 120};
	unsigned p = m->features;
	double sum = 0;

	for (unsigned set = 0; set < 1u << p; set++)
		if (!(set & 1u << feature))
		{
			int size = __builtin_popcount(set);

			sum += factorial[size] * factorial[(int) p - size - 1] /
				   factorial[p] *
				   (expected_of(m, x, set | 1u << feature) -
					expected_of(m, x, set));
		}
	return sum;
}

static void
test_explain(void)
{
	rows r = random_rows(700, 5, true);
	skpi_trees_ask ask = usual_ask(&r);
	skpi_status status;
	skpi_trained *m;

	ask.leaves = 12;
	m = trees_of(&ask, &status);
	for (size_t i = 0; i < 25; i++)
	{
		const double *x = r.x + i * 5;
		double base, out[5], sum;

		skpi_trained_explain(m, x, &base, out);
		CHECK_NEAR(base, expected_of(m, x, 0), 1e-12);
		sum = base;
		for (unsigned j = 0; j < 5; j++)
		{
			CHECK_NEAR(out[j], shapley(m, x, j), 1e-12);
			sum += out[j];
		}
		CHECK_NEAR(sum, skpi_trained_margin(m, x), 1e-12);
	}
	free(m);
	rows_free(&r);
}

/* The longest path a tree can have, one feature again and again. */
static void
test_deep(void)
{
	skpi_trained *m =
		empty_model(SKPI_TRAINED_TREES, 2, 1, 2 * SKPI_TREE_LEAVES - 1);
	skpi_node *node = skpi_trained_nodes(m);
	double x[2] = {-1, 40}, base, out[2];

	for (uint32_t i = 0; i + 2 < m->nodes; i += 2)
	{
		node[i] = (skpi_node){.threshold = i,
							  .rows = 200 - i,
							  .feature = i % 4 == 0,
							  .left = i + 1,
							  .right = i + 2};
		node[i + 1] = (skpi_node){.value = i, .rows = 2};
	}
	node[m->nodes - 1] = (skpi_node){.value = 1, .rows = 200 - (m->nodes - 1)};
	CHECK(skpi_trained_check(m, m->bytes) == SKPI_OK);
	skpi_trained_explain(m, x, &base, out);
	CHECK_NEAR(base + out[0] + out[1], skpi_trained_margin(m, x), 1e-9);
	x[0] = 1000;
	x[1] = 1000;
	skpi_trained_explain(m, x, &base, out);
	CHECK_NEAR(base + out[0] + out[1], 1, 1e-9);
	free(m);
}

static void
test_linear(void)
{
	skpi_trained *m = empty_model(SKPI_TRAINED_LOGISTIC, 2, 0, 0);
	double x[2] = {3, NAN}, base, out[2];

	m->base = -1;
	skpi_trained_columns(m)[0] = (skpi_column){.5, .1, 2, 1, 0};
	skpi_trained_columns(m)[1] = (skpi_column){-2, .1, 1, 1, 0};
	CHECK(skpi_trained_check(m, m->bytes) == SKPI_OK);
	CHECK(skpi_trained_margin(m, x) == -1 + 1.5 - 2);
	skpi_trained_explain(m, x, &base, out);
	CHECK(base == -1 + 1 - 2 && out[0] == .5 && out[1] == 0);
	CHECK(strcmp(skpi_trained_name(m, 1), "b") == 0);
	free(m);
}

/* Whatever passes the check can be used. */
static bool
use(const skpi_trained *m, size_t bytes)
{
	double x[2][5] = {{1, 2, 3, 4, 5}, {NAN, -1e100, NAN, 1e100, 0}};
	double base, out[5];

	if (skpi_trained_check(m, bytes) != SKPI_OK)
		return false;
	for (int i = 0; i < 2 && m->features <= 5; i++)
	{
		(void) skpi_trained_margin(m, x[i]);
		skpi_trained_explain(m, x[i], &base, out);
	}
	for (uint32_t f = 0; f < m->features; f++)
		CHECK(strlen(skpi_trained_name(m, f)) > 0);
	return true;
}

static void
test_damage(void)
{
	rows r = random_rows(300, 5, true);
	skpi_trees_ask ask = usual_ask(&r);
	skpi_status status;
	skpi_trained *m;
	unsigned char *copy;
	int accepted = 0, refused = 0;

	ask.rounds = 4;
	m = trees_of(&ask, &status);
	copy = malloc(m->bytes);
	for (int k = 0; k < 20000; k++)
	{
		size_t at = (size_t) (uniform() * m->bytes);

		memcpy(copy, m, m->bytes);
		if (k % 3 == 0)
			copy[at] ^= (unsigned char) (1 << (int) (uniform() * 8));
		else if (k % 3 == 1)
			copy[at] = (unsigned char) (uniform() * 256);
		else
			memset(copy + at / 4 * 4, uniform() < .5 ? 0 : 0xff, 4);
		if (use((skpi_trained *) (void *) copy, m->bytes))
			accepted++;
		else
			refused++;
	}
	CHECK(accepted > 1000 && refused > 5000);
	for (size_t n = 0; n < m->bytes; n += n < 200 ? 1 : 97)
		CHECK(skpi_trained_check(m, n) != SKPI_OK);
	m->version = 2;
	CHECK(skpi_trained_check(m, m->bytes) == SKPI_E_VERSION);
	m->version = 1;
	m->magic = __builtin_bswap32(m->magic);
	CHECK(skpi_trained_check(m, m->bytes) == SKPI_E_VERSION);
	free(copy);
	free(m);
	rows_free(&r);
}

int
main(void)
{
	test_explain();
	test_deep();
	test_linear();
	test_damage();
	return unit_done("model");
}
