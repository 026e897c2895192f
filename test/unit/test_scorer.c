/* Scores looked up against scores walked to, bit for bit. */
#include "skpi_scorer.h"

#include "model_kit.h"

/* Rows at random, and on and beside every threshold. */
static void
compare(const skpi_trained *m)
{
	size_t bytes = skpi_scorer_size(m);
	skpi_scorer *s = skpi_scorer_make(m, malloc(bytes));
	const skpi_node *node = skpi_trained_nodes(m);
	int differ = 0;

	for (uint32_t i = 0; i < 20 * m->nodes; i++)
	{
		double x[8], a, b;
		size_t f = node[i % m->nodes].feature;
		double edge = node[i % m->nodes].threshold;

		for (size_t j = 0; j < m->features; j++)
			x[j] = uniform() < .2 ? (double) NAN : uniform() * 10;
		if (i % 4 < 3)
			x[f] = i % 4 == 0 ? edge : nextafter(edge, i % 4 == 1 ? -1e9 : 1e9);
		a = skpi_trained_margin(m, x);
		b = skpi_scorer_margin(s, x);
		differ += memcmp(&a, &b, sizeof(a)) != 0;
	}
	CHECK(m->nodes > 10 && differ == 0);
	free(s);
}

static void
test_leaves(int leaves, int rounds)
{
	rows r = random_rows(1500, 5, true);
	skpi_trees_ask ask = usual_ask(&r);
	skpi_status status;
	skpi_trained *m;

	ask.leaves = leaves;
	ask.rounds = rounds;
	m = trees_of(&ask, &status);
	CHECK(status == SKPI_OK);
	compare(m);
	free(m);
	rows_free(&r);
}

static void
test_none(void)
{
	skpi_trained *line = empty_model(SKPI_TRAINED_LOGISTIC, 3, 0, 0);
	rows r = random_rows(1500, 2, false);
	skpi_trees_ask ask = usual_ask(&r);
	skpi_status status;
	skpi_trained *m;

	CHECK(skpi_scorer_size(line) == 0);
	free(line);
	/* too large */
	ask.leaves = 64;
	ask.rounds = 150;
	ask.min_rows = 2;
	m = trees_of(&ask, &status);
	CHECK(status == SKPI_OK && skpi_scorer_size(m) == 0);
	free(m);
	rows_free(&r);
}

int
main(void)
{
	test_leaves(2, 30);
	test_leaves(8, 41);
	test_leaves(9, 3);
	test_leaves(16, 20);
	test_leaves(31, 25);
	test_leaves(64, 20);
	test_none();
	return unit_done("scorer");
}
