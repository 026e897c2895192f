/* Sorting by digits: doubles against their order, pairs in the order they came
 * where their first words are equal. */
#include "skpi_radix.h"

#include <math.h>
#include <stdbool.h>

#include "unit.h"

#define N 5000

static uint64_t rows[2 * N], scratch[2 * N];

static uint64_t
random_word(void)
{
	static uint64_t state = 88172645463325252u;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static void
test_doubles(void)
{
	static const double edge[] = {-HUGE_VAL, -1e300, -1.5,   -1,
								  -5e-324,   0,      5e-324, 1e-10,
								  1,         1.5,    1e300,  HUGE_VAL};
	const size_t edges = sizeof(edge) / sizeof(edge[0]);
	int right = 0;

	for (size_t i = 0; i < N; i++)
	{
		double v = edge[random_word() % edges];

		if (i % 3 == 0)
			v = ldexp((double) (int64_t) random_word(), (int) (i % 90) - 60);
		rows[i] = skpi_radix_word(v);
		right += skpi_radix_double(rows[i]) == v;
	}
	CHECK(right == N);
	skpi_radix_words(rows, N, scratch);
	for (size_t i = 1; i < N; i++)
		right -= skpi_radix_double(rows[i - 1]) <= skpi_radix_double(rows[i]);
	CHECK(right == 1);
	CHECK(skpi_radix_double(rows[0]) == -HUGE_VAL);
	CHECK(skpi_radix_double(rows[N - 1]) == HUGE_VAL);
}

/* Of `values` different first words; the second say where a row was. */
static void
test_pairs(size_t n, uint64_t values, int shift, int digits)
{
	uint64_t sum = 0;
	bool right = true;

	for (size_t i = 0; i < n; i++)
	{
		rows[2 * i] = random_word() % values << shift;
		rows[2 * i + 1] = i;
		sum += rows[2 * i] ^ (i << 20);
	}
	CHECK(skpi_radix_pairs(rows, n, digits, scratch, NULL, NULL));
	for (size_t i = 0; i < n; i++)
		sum -= rows[2 * i] ^ (rows[2 * i + 1] << 20);
	CHECK(sum == 0);
	for (size_t i = 2; i < 2 * n; i += 2)
	{
		uint64_t a = rows[i - 2] >> (64 - 8 * digits);
		uint64_t b = rows[i] >> (64 - 8 * digits);

		right = right && (a < b || (a == b && rows[i - 1] < rows[i + 1]));
	}
	CHECK(right);
}

static bool
stop_at_once(void *arg)
{
	(void) arg;
	return true;
}

int
main(void)
{
	test_doubles();
	test_pairs(0, 1, 0, 8);
	test_pairs(1, 9, 0, 8);
	test_pairs(N, 1, 0, 8);
	test_pairs(N, 50, 0, 8);
	test_pairs(N, 1000, 20, 8);
	test_pairs(N, UINT64_MAX, 0, 8);
	test_pairs(N, 1000, 50, 2);
	test_pairs(N, UINT64_MAX, 0, 1);
	CHECK(!skpi_radix_pairs(rows, N, 8, scratch, stop_at_once, NULL));
	return unit_done("radix");
}
