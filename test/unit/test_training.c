/* Rows to train on: moments of their columns and the order of the rows, both of
 * the contents alone. */
#include "model_kit.h"

/* The same moments of rows in another order, and right ones. */
static void
test_describe(void)
{
	rows r = random_rows(5000, 4, true), s;
	skpi_rows these, those;
	skpi_column c[4], d[4];
	double sum = 0, square = 0;

	for (size_t i = 0; i < r.n; i++)
	{
		r.x[4 * i + 1] = 1e9 + (double) (i % 10);
		r.x[4 * i + 2] = .1;
		r.x[4 * i + 3] = NAN;
	}
	s = shuffled(&r);
	these = usual_ask(&r).rows;
	those = usual_ask(&s).rows;
	CHECK(skpi_training_describe(&these, NULL, NULL, c) == SKPI_OK);
	CHECK(skpi_training_describe(&those, NULL, NULL, d) == SKPI_OK);
	CHECK(memcmp(c, d, 3 * sizeof(*c)) == 0);
	for (size_t i = 0; i < r.n; i++)
		sum += isnan(r.x[4 * i]) ? 0 : r.x[4 * i] - c[0].mean;
	CHECK_NEAR(sum, 0, 1e-9);
	for (size_t i = 0, known = 0; i < r.n; i++)
		if (!isnan(r.x[4 * i]))
			square += (pow(r.x[4 * i] - c[0].mean, 2) - square) /
					  (double) ++known;
	CHECK_NEAR(c[0].scale, sqrt(square), 1e-9 * c[0].scale);
	CHECK(c[1].mean == 1e9 + 4.5 && fabs(c[1].scale - sqrt(8.25)) < 1e-15);
	CHECK(c[2].mean == .1 && c[2].scale == 0 &&
		  c[2].found == SKPI_FOUND_CONSTANT);
	CHECK(c[3].mean == 0 && c[3].scale == 0 &&
		  c[3].found == SKPI_FOUND_CONSTANT);
	CHECK(skpi_training_describe(&these, stop_at_once, NULL, c) ==
		  SKPI_E_INTERRUPT);
	/* as is the order that contents decide */
	put_in_order(&r);
	put_in_order(&s);
	CHECK(memcmp(r.x, s.x, r.n * r.p * sizeof(double)) == 0);
	CHECK(memcmp(r.y, s.y, r.n) == 0);
	r.x[0] = -1e101;
	CHECK(skpi_training_describe(&these, NULL, NULL, c) == SKPI_E_RANGE);
	rows_free(&r);
	rows_free(&s);
}

int
main(void)
{
	test_describe();
	return unit_done("training");
}
