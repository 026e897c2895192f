/* Boosted trees: the first split against all splits, signs, unknown values,
 * rows held out, and the same bits in any order. */
#include "model_kit.h"

/* Gain of cutting column j at c, unknown values to the side asked for. */
static double
gain_of(const rows *r, size_t j, double c, bool null_left, double rate)
{
	double g[2] = {0, 0}, h[2] = {0, 0};

	for (size_t i = 0; i < r->n; i++)
	{
		double v = r->x[i * r->p + j];
		int right = isnan(v) ? !null_left : !(v <= c);

		g[right] += rate - r->y[i];
		h[right] += rate * (1 - rate);
	}
	return g[0] * g[0] / (h[0] + 1) + g[1] * g[1] / (h[1] + 1) -
		   (g[0] + g[1]) * (g[0] + g[1]) / (h[0] + h[1] + 1);
}

static void
test_first_split(bool unknown)
{
	rows r = random_rows(180, 3, unknown);
	skpi_trees_ask ask = usual_ask(&r);
	skpi_status status;
	skpi_trained *m;
	const skpi_node *root;
	double rate = 0, best = 0, got;

	for (size_t i = 0; i < r.n; i++)
		rate += r.y[i];
	rate /= (double) r.n;
	ask.rounds = 1;
	ask.leaves = 2;
	ask.min_rows = 1;
	m = trees_of(&ask, &status);
	CHECK(status == SKPI_OK && m->trees == 1 && m->nodes == 3);
	CHECK_NEAR(m->base, log(rate / (1 - rate)), 1e-14);
	root = skpi_trained_nodes(m);
	got = gain_of(&r, root->feature, root->threshold, root->null_left, rate);
	for (size_t j = 0; j < 3; j++)
		for (size_t i = 0; i < r.n; i++)
			for (int side = 0; side < 2; side++)
				if (!isnan(r.x[i * 3 + j]))
					best =
						fmax(best, gain_of(&r, j, r.x[i * 3 + j], side, rate));
	CHECK(best > 1);
	CHECK_NEAR(got, best, 1e-12);
	CHECK(root->rows == 180 && root[1].rows + root[2].rows == 180);
	free(m);
	rows_free(&r);
}

static double
log_loss(const skpi_trained *m, const rows *r)
{
	double sum = 0;

	for (size_t i = 0; i < r->n; i++)
	{
		double p =
			skpi_trained_probability(skpi_trained_margin(m, r->x + i * r->p));

		sum -= log(r->y[i] ? p : 1 - p);
	}
	return sum / (double) r->n;
}

/* More rounds fit better, leaves are as large as asked for, parts sum to 1. */
static void
test_fit(void)
{
	rows r = random_rows(1500, 5, true);
	skpi_trees_ask ask = usual_ask(&r);
	skpi_status status;
	double before = HUGE_VAL, gain = 0;
	skpi_trained *m = NULL;

	ask.min_rows = 40;
	for (int rounds = 1; rounds <= 64; rounds *= 4)
	{
		free(m);
		ask.rounds = rounds;
		m = trees_of(&ask, &status);
		CHECK(status == SKPI_OK && m->trees == (uint32_t) rounds);
		CHECK(log_loss(m, &r) < before);
		before = log_loss(m, &r);
	}
	for (uint32_t i = 0; i < m->nodes; i++)
		CHECK(skpi_trained_nodes(m)[i].rows >= 40);
	for (size_t j = 0; j < 5; j++)
		gain += skpi_trained_columns(m)[j].weight;
	CHECK_NEAR(gain, 1, 1e-12);
	free(m);
	rows_free(&r);
}

/* Sums are exact and the sample is that of the contents, so that no order is
 * needed: neither of few rows nor of more than the sample holds, some of them
 * held out. */
static void
test_order(size_t n)
{
	rows r = random_rows(n, 4, true), s;
	uint8_t *held = malloc(n);
	skpi_trees_ask a = usual_ask(&r), b;
	skpi_status status;
	skpi_trained *m, *k;

	for (size_t i = 0; i < n / 2; i++)
		r.x[4 * i + 1] = r.x[1];
	s = shuffled(&r);
	b = usual_ask(&s);
	m = trees_of(&a, &status);
	k = trees_of(&b, &status);
	CHECK(m->trees > 5);
	CHECK(m->bytes == k->bytes && memcmp(m, k, m->bytes) == 0);
	free(k);
	/* four fifths judge when to stop; the others are the same rows backwards */
	for (size_t i = 0; i < n; i++)
		held[i] = i % 5 != 0;
	a.held = b.held = held;
	for (size_t i = 0; i < n; i++)
	{
		memcpy(s.x + 4 * i, r.x + 4 * (n - 1 - i), 4 * sizeof(double));
		s.y[i] = r.y[n - 1 - i];
	}
	free(m);
	m = trees_of(&a, &status);
	for (size_t i = 0; i < n; i++)
		held[i] = (n - 1 - i) % 5 != 0;
	k = trees_of(&b, &status);
	CHECK(m->bytes == k->bytes && memcmp(m, k, m->bytes) == 0);
	free(m);
	free(k);
	free(held);
	rows_free(&r);
	rows_free(&s);
}

static void
let_go(void *arg)
{
	rows *r = arg;

	CHECK(r->x != NULL); /* once */
	free(r->x);
	r->x = NULL;
}

/* Once the fit says that it is done with the rows it reads none of them. */
static void
test_rows_done(void)
{
	rows r = random_rows(900, 3, true);
	skpi_trees_ask ask = usual_ask(&r);
	skpi_status status;
	skpi_trained *m = trees_of(&ask, &status), *k;

	ask.rows_done = let_go;
	k = trees_of(&ask, &status);
	CHECK(status == SKPI_OK && r.x == NULL);
	CHECK(m->bytes == k->bytes && memcmp(m, k, m->bytes) == 0);
	free(m);
	free(k);
	rows_free(&r);
}

/* Whatever else a row has, a rising feature never lowers the score. */
static void
test_signs(void)
{
	static const int8_t sign[3] = {1, 0, -1};
	rows r = random_rows(1000, 3, false);
	skpi_trees_ask ask = usual_ask(&r);
	skpi_status status;
	skpi_trained *m;
	int fallen = 0, risen = 0;

	ask.sign = sign;
	ask.rounds = 60;
	m = trees_of(&ask, &status);
	CHECK(status == SKPI_OK);
	for (size_t i = 0; i < 200; i++)
	{
		double x[3], before_up = -HUGE_VAL, before_down = HUGE_VAL;

		memcpy(x, r.x + i * 3, sizeof(x));
		for (double v = -1; v < 11; v += .25)
		{
			double m0;

			x[0] = v;
			m0 = skpi_trained_margin(m, x);
			fallen += m0 < before_up - 1e-12;
			before_up = m0;
		}
		memcpy(x, r.x + i * 3, sizeof(x));
		for (double v = -1; v < 11; v += .25)
		{
			double m2;

			x[2] = v;
			m2 = skpi_trained_margin(m, x);
			risen += m2 > before_down + 1e-12;
			before_down = m2;
		}
	}
	CHECK(fallen == 0 && risen == 0);
	CHECK(skpi_trained_columns(m)[0].weight > 0);
	free(m);
	rows_free(&r);
}

/* Without a penalty and with leaves of one row log-odds grow without bound;
 * what is scored stays a number, and is right. */
static void
test_certain(void)
{
	double x[64];
	uint8_t y[64];
	rows r = {x, y, 64, 1};
	skpi_trees_ask ask = usual_ask(&r);
	skpi_status status;
	skpi_trained *m;

	for (int i = 0; i < 64; i++)
	{
		x[i] = i;
		y[i] = i % 3 == 0;
	}
	ask.rounds = 400;
	ask.leaves = 64;
	ask.rate = 1;
	ask.min_rows = 1;
	ask.l2 = 0;
	m = trees_of(&ask, &status);
	CHECK(status == SKPI_OK && m->trees > 1);
	for (int i = 0; i < 64; i++)
		CHECK_NEAR(skpi_trained_probability(skpi_trained_margin(m, x + i)),
				   y[i], 1e-6);
	free(m);
}

/* Labels that follow nothing: rows held out say so at once. */
static void
test_held_out(void)
{
	rows r = random_rows(600, 3, false);
	uint8_t held[600];
	skpi_trees_ask ask = usual_ask(&r);
	skpi_status status;
	skpi_trained *m;

	for (int i = 0; i < 600; i++)
	{
		held[i] = i % 4 == 0;
		r.y[i] = uniform() < .3;
	}
	r.y[1] = 1;
	r.y[2] = 0;
	ask.held = held;
	ask.rounds = 500;
	m = trees_of(&ask, &status);
	CHECK(status == SKPI_OK && m->trees < 100);
	free(m);
	memset(held, 1, sizeof(held));
	CHECK(trees_of(&ask, &status) == NULL && status == SKPI_E_SHORT);
	rows_free(&r);
	/* and those that can be learnt are learnt for longer */
	r = random_rows(600, 3, false);
	ask.y = r.y;
	for (int i = 0; i < 600; i++)
		held[i] = i % 4 == 0;
	m = trees_of(&ask, &status);
	CHECK(status == SKPI_OK && m->trees > 10);
	free(m);
	rows_free(&r);
}

static void
test_bins(void)
{
	double x[1000], cut[SKPI_BINS];
	uint64_t room[2000];
	int cuts;

	for (int i = 0; i < 1000; i++)
		x[i] = i % 10 == 0 ? (double) NAN : i % 7;
	cuts = skpi_trees_cuts(x, 1000, room, cut);
	CHECK(cuts == 6);
	for (int i = 0; i < 7; i++)
		CHECK(skpi_trees_bin(i, cut, cuts) == i);
	CHECK(skpi_trees_bin(-9, cut, cuts) == 0 &&
		  skpi_trees_bin(99, cut, cuts) == 6);
	CHECK(skpi_trees_bin(NAN, cut, cuts) == cuts + 1);
	for (int i = 0; i < 1000; i++)
		x[i] = i < 500 ? 0 : uniform();
	cuts = skpi_trees_cuts(x, 1000, room, cut);
	CHECK(cuts > 100 && cuts < SKPI_BINS);
	for (int i = 1; i < cuts; i++)
		CHECK(cut[i] > cut[i - 1]);
	for (int i = 0; i < 1000; i++)
		x[i] = NAN;
	CHECK(skpi_trees_cuts(x, 1000, room, cut) == 0);
	/* no number lies between these two */
	x[0] = 1;
	x[1] = nextafter(1, 2);
	cuts = skpi_trees_cuts(x, 2, room, cut);
	CHECK(cuts == 1 && skpi_trees_bin(x[0], cut, 1) == 0 &&
		  skpi_trees_bin(x[1], cut, 1) == 1);
}

static void
test_edges(void)
{
	rows r = random_rows(40, 2, false);
	skpi_trees_ask ask = usual_ask(&r), bad;
	skpi_status status;
	skpi_trained *m;

	ask.stop = stop_at_once;
	CHECK(trees_of(&ask, &status) == NULL && status == SKPI_E_INTERRUPT);
	ask.stop = NULL;
	bad = ask;
	bad.rate = 0;
	CHECK(trees_of(&bad, &status) == NULL && status == SKPI_E_RANGE);
	bad = ask;
	bad.min_rows = 0;
	CHECK(trees_of(&bad, &status) == NULL && status == SKPI_E_RANGE);
	bad = ask;
	bad.leaves = 1;
	CHECK(trees_of(&bad, &status) == NULL && status == SKPI_E_RANGE);
	/* too few rows for two leaves: no tree, and the mean for all */
	bad = ask;
	bad.min_rows = 30;
	m = trees_of(&bad, &status);
	CHECK(status == SKPI_OK && m->trees == 0);
	free(m);
	r.x[3] = INFINITY;
	CHECK(trees_of(&ask, &status) == NULL && status == SKPI_E_RANGE);
	memset(r.y, 0, r.n);
	CHECK(trees_of(&ask, &status) == NULL && status == SKPI_E_SHORT);
	rows_free(&r);
}

int
main(void)
{
	test_first_split(false);
	test_first_split(true);
	test_fit();
	test_order(800);
	test_order(SKPI_BIN_SAMPLE + 20000);
	test_rows_done();
	test_certain();
	test_signs();
	test_held_out();
	test_bins();
	test_edges();
	return unit_done("trees");
}
