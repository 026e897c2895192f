/* Logistic regression: a table of four fields in closed form, the conditions of
 * a maximum, and columns that cannot be told apart. */
#include "skpi_logistic.h"
#include "model_kit.h"

static skpi_status
fit(rows *r, double l2, skpi_logistic *f, skpi_column *column)
{
	double *work = malloc(skpi_logistic_work(r->p) * sizeof(double));
	skpi_status status = skpi_logistic_fit(r->x, r->y, r->n, r->p, l2, NULL,
										   NULL, work, f, column);

	free(work);
	return status;
}

/* 30 and 10 with x 0, 20 and 40 with x 1: the logarithm of the odds ratio, and
 * its error by Woolf. */
static void
test_four_fields(void)
{
	static const int count[2][2] = {{30, 10}, {20, 40}};
	rows r = {malloc(100 * sizeof(double)), malloc(100), 0, 1};
	skpi_logistic f;
	skpi_column c;

	for (int x = 0; x < 2; x++)
		for (int y = 0; y < 2; y++)
			for (int i = 0; i < count[x][y]; i++)
			{
				r.x[r.n] = x;
				r.y[r.n++] = (uint8_t) y;
			}
	CHECK(fit(&r, 0, &f, &c) == SKPI_OK);
	CHECK_NEAR(f.intercept, log(10. / 30), 1e-12);
	CHECK_NEAR(f.error, sqrt(1. / 30 + 1. / 10), 1e-10);
	CHECK_NEAR(c.weight, log(40. / 20 * 30 / 10), 1e-12);
	CHECK_NEAR(c.error, sqrt(1. / 30 + 1. / 10 + 1. / 20 + 1. / 40), 1e-10);
	CHECK_NEAR(f.loglik,
			   30 * log(.75) + 10 * log(.25) + 20 * log(1. / 3) +
				   40 * log(2. / 3),
			   1e-12);
	CHECK(c.found == 0 && f.l2 == 0);
	rows_free(&r);
}

/* A value on the scale of the fit. */
static double
standard(double x, const skpi_column *c)
{
	return isnan(x) || c->scale == 0 ? 0 : (x - c->mean) / c->scale;
}

/* The slope of the objective along each standardised coefficient. */
static void
slopes(const rows *r, double l2, const skpi_logistic *f, const skpi_column *c,
	   double *slope)
{
	memset(slope, 0, (r->p + 1) * sizeof(double));
	for (size_t i = 0; i < r->n; i++)
	{
		const double *x = r->x + i * r->p;
		double m = f->intercept, mu;

		for (size_t j = 0; j < r->p; j++)
			m += c[j].weight * (standard(x[j], c + j) * c[j].scale + c[j].mean);
		mu = skpi_trained_probability(m);
		for (size_t j = 0; j < r->p; j++)
			slope[j] += (mu - r->y[i]) * standard(x[j], c + j);
		slope[r->p] += mu - r->y[i];
	}
	for (size_t j = 0; j < r->p; j++)
		slope[j] += l2 * c[j].weight * c[j].scale;
}

/* At the maximum they are zero. */
static void
test_slope(double l2, bool unknown)
{
	rows r = random_rows(400, 4, unknown), copy = shuffled(&r);
	skpi_logistic f;
	skpi_column c[4];
	double slope[5];

	CHECK(fit(&r, l2, &f, c) == SKPI_OK);
	slopes(&copy, l2, &f, c, slope);
	for (size_t j = 0; j < 5; j++)
		CHECK_NEAR(slope[j], 0, 1e-8);
	CHECK(isnan(f.error) == (l2 > 0) && isnan(c[0].error) == (l2 > 0));
	rows_free(&r);
	rows_free(&copy);
}

/* The loss of a row is log(1 + exp(m)) - y m. */
static double
loglik(const rows *r, const skpi_logistic *f, const skpi_column *c)
{
	double sum = 0;

	for (size_t i = 0; i < r->n; i++)
	{
		double m = f->intercept;

		for (size_t j = 0; j < r->p; j++)
			m += c[j].weight *
				 (isnan(r->x[i * r->p + j]) ? c[j].mean : r->x[i * r->p + j]);
		sum -= fmax(m, 0) + log1p(exp(-fabs(m))) - (r->y[i] ? m : 0);
	}
	return sum;
}

/* Rows all true first, then all false. */
static void
sort_by_label(rows *r)
{
	rows s = shuffled(r);
	size_t n = 0;

	for (int y = 1; y >= 0; y--)
		for (size_t i = 0; i < s.n; i++)
			if (s.y[i] == y)
			{
				memcpy(r->x + n * r->p, s.x + i * r->p, r->p * sizeof(double));
				r->y[n++] = s.y[i];
			}
	rows_free(&s);
}

/* So many rows that the first of them begin the search, in any order; in one
 * the first are all true, and so say nothing.  The third column is 1 in the
 * very last of them alone. */
static void
test_many(bool sorted)
{
	rows r = random_rows(70001, 3, true), copy;
	skpi_logistic f;
	skpi_column c[3];
	double slope[4];

	for (size_t i = 0; i < r.n; i++)
		r.x[i * 3 + 2] = 0;
	if (sorted)
		sort_by_label(&r);
	for (size_t i = r.n - 400; i < r.n; i++)
	{
		r.x[i * 3 + 2] = 1;
		r.y[i] = i % 3 == 0;
	}
	copy = (rows){malloc(r.n * 3 * sizeof(double)), malloc(r.n), r.n, 3};
	memcpy(copy.x, r.x, r.n * 3 * sizeof(double));
	memcpy(copy.y, r.y, r.n);
	CHECK(fit(&r, 0, &f, c) == SKPI_OK);
	CHECK(c[2].found == 0 && c[2].error > 0 && f.l2 == 0);
	slopes(&copy, 0, &f, c, slope);
	for (size_t j = 0; j < 4; j++)
		CHECK_NEAR(slope[j] / (double) r.n, 0, 1e-12);
	CHECK_NEAR(f.loglik / loglik(&copy, &f, c), 1, 1e-12);
	rows_free(&r);
	rows_free(&copy);
}

/* The third column is twice the first and one; the fourth does not vary. */
static void
test_collinear(void)
{
	rows r = random_rows(300, 4, false);
	skpi_logistic f;
	skpi_column c[4];

	for (size_t i = 0; i < r.n; i++)
	{
		r.x[i * 4 + 2] = 2 * r.x[i * 4] + 1;
		r.x[i * 4 + 3] = 7;
	}
	CHECK(fit(&r, 0, &f, c) == SKPI_OK);
	CHECK(c[0].found == 0 && c[1].found == 0);
	CHECK(c[2].found == SKPI_FOUND_COLLINEAR && c[2].weight == 0);
	CHECK(c[3].found == SKPI_FOUND_CONSTANT && c[3].weight == 0);
	CHECK(isnan(c[2].error) && c[0].error > 0 && c[1].error > 0);
	rows_free(&r);
}

/* 1 to 6, the upper half true; and a column that does so beside one that does
 * not. */
static void
test_separation(void)
{
	rows r = random_rows(200, 2, false);
	double six[6] = {1, 2, 3, 4, 5, 6};
	uint8_t half[6] = {0, 0, 0, 1, 1, 1};
	rows s = {six, half, 6, 1};
	skpi_logistic f;
	skpi_column c[2];

	CHECK(fit(&s, 0, &f, c) == SKPI_OK);
	CHECK(c[0].found == SKPI_FOUND_SEPARATES && f.l2 == 1);
	CHECK(c[0].weight > .1 && c[0].weight < 10 && isnan(c[0].error));
	for (size_t i = 0; i < r.n; i++)
		r.x[i * 2 + 1] = r.y[i] ? 5 + uniform() : uniform();
	CHECK(fit(&r, 0, &f, c) == SKPI_OK);
	CHECK(c[1].found == SKPI_FOUND_SEPARATES && f.l2 == 1);
	rows_free(&r);
	/* one value of a flag has one label only: its coefficient has no end */
	r = random_rows(200, 2, false);
	for (size_t i = 0; i < r.n; i++)
		r.x[i * 2 + 1] = r.y[i] && i % 3 == 0;
	CHECK(fit(&r, 0, &f, c) == SKPI_OK);
	CHECK(c[1].found == SKPI_FOUND_SEPARATES && c[1].weight > 0);
	rows_free(&r);
}

static void
test_order(void)
{
	rows r = random_rows(500, 3, true), s = shuffled(&r);
	skpi_logistic a, b;
	skpi_column ca[3], cb[3];

	CHECK(memcmp(r.y, s.y, r.n) != 0);
	put_in_order(&r);
	put_in_order(&s);
	CHECK(memcmp(r.y, s.y, r.n) == 0);
	CHECK(fit(&r, 0, &a, ca) == SKPI_OK && fit(&s, 0, &b, cb) == SKPI_OK);
	CHECK(memcmp(&a.intercept, &b.intercept, sizeof(double)) == 0 &&
		  memcmp(ca, cb, sizeof(ca)) == 0);
	rows_free(&r);
	rows_free(&s);
}

/* So many that some hashes begin alike. */
static void
test_order_of_many(void)
{
	const size_t n = 200000;
	rows r = {malloc(n * sizeof(double)), malloc(n), n, 1};
	rows s = {malloc(n * sizeof(double)), malloc(n), n, 1};

	for (size_t i = 0; i < n; i++)
	{
		r.x[i] = s.x[n - 1 - i] = (double) i;
		r.y[i] = s.y[n - 1 - i] = i % 3 == 0;
	}
	put_in_order(&r);
	put_in_order(&s);
	CHECK(memcmp(r.x, s.x, n * sizeof(double)) == 0);
	CHECK(memcmp(r.y, s.y, n) == 0);
	rows_free(&r);
	rows_free(&s);
}

static void
test_edges(void)
{
	rows r = random_rows(50, 2, false);
	double work[64];
	skpi_logistic f;
	skpi_column c[2];

	CHECK(skpi_logistic_fit(r.x, r.y, r.n, 2, 0, stop_at_once, NULL, work, &f,
							c) == SKPI_E_INTERRUPT);
	rows_free(&r);
	r = random_rows(50, 2, false);
	CHECK(fit(&r, -1, &f, c) == SKPI_E_RANGE);
	CHECK(fit(&r, NAN, &f, c) == SKPI_E_RANGE);
	r.p = SKPI_LOGISTIC_FEATURES + 1;
	CHECK(skpi_logistic_fit(r.x, r.y, 0, r.p, 0, NULL, NULL, work, &f, c) ==
		  SKPI_E_LIMIT);
	r.p = 2;
	r.x[5] = INFINITY;
	CHECK(fit(&r, 0, &f, c) == SKPI_E_RANGE);
	memset(r.y, 1, r.n);
	CHECK(fit(&r, 0, &f, c) == SKPI_E_SHORT);
	rows_free(&r);
	/* nothing is known of a column */
	r = random_rows(50, 2, false);
	for (size_t i = 0; i < r.n; i++)
		r.x[i * 2] = NAN;
	CHECK(fit(&r, 0, &f, c) == SKPI_OK);
	CHECK(c[0].found == SKPI_FOUND_CONSTANT && c[1].found == 0);
	rows_free(&r);
}

int
main(void)
{
	test_four_fields();
	test_slope(0, false);
	test_slope(0, true);
	test_slope(3, false);
	test_many(false);
	test_many(true);
	test_collinear();
	test_separation();
	test_order();
	test_order_of_many();
	test_edges();
	return unit_done("logistic");
}
