/* Sorting that can be told to stop, against the order that must come. */
#include "skpi_sort.h"

#include "kit.h"

#define N 70000

typedef struct row
{
	int key;
	int place; /* where it came */
} row;

static row rows[N], scratch[N];

static int
by_key(const void *a, const void *b, const void *arg)
{
	int sign = arg == NULL ? 1 : -1;

	return sign * (((const row *) a)->key - ((const row *) b)->key);
}

static bool
at_once(void *calls)
{
	++*(int *) calls;
	return true;
}

static void
fill(int n, uint32_t keys)
{
	for (int i = 0; i < n; i++)
		rows[i] = (row){(int) rnd(keys), i};
}

/* Equal keys stay in the order in which they came. */
static void
test_order(int n, uint32_t keys, const void *arg)
{
	fill(n, keys);
	CHECK(skpi_sort(rows, (size_t) n, sizeof(row), scratch, by_key, arg, NULL,
					NULL));
	for (int i = 1; i < n; i++)
	{
		int way = by_key(&rows[i - 1], &rows[i], arg);

		if (way > 0 || (way == 0 && rows[i - 1].place > rows[i].place))
			CHECK(false);
	}
}

/* Stopped, all rows are still there. */
static void
test_stop(void)
{
	static bool seen[N];
	int calls = 0;

	fill(N, N);
	CHECK(!skpi_sort(rows, N, sizeof(row), scratch, by_key, NULL, at_once,
					 &calls));
	CHECK(calls == 1);
	for (int i = 0; i < N; i++)
		seen[rows[i].place] = true;
	for (int i = 0; i < N; i++)
		if (!seen[i])
			CHECK(false);
}

int
main(void)
{
	static const int sizes[] = {0, 1, 2, 3, 7, 8, 9, 1000, N};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
	{
		test_order(sizes[i], 5, NULL);
		test_order(sizes[i], 1000000, NULL);
		test_order(sizes[i], 100, &sizes);
	}
	test_stop();
	return unit_done("sort");
}
