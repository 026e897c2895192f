#include "skpi_metrics.h"

#include "skpi_sort.h"
#include "skpi_sum.h"

#include <math.h>

static int
by_score(const void *a, const void *b, const void *arg)
{
	double x = ((const skpi_judged *) a)->score;
	double y = ((const skpi_judged *) b)->score;

	(void) arg;
	return (x > y) - (x < y);
}

/* Twice the pairs in order that each cluster has a part in, by either label;
 * every row of a score is looked at once its ties are counted. */
static void
place(const skpi_judged *row, size_t n, const skpi_counts *all,
	  skpi_judged_cluster *c)
{
	int64_t below_n = 0, below_p = 0;

	for (size_t from = 0, to; from < n; from = to)
	{
		int64_t ties[2] = {0, 0};

		for (to = from; to < n && row[to].score == row[from].score; to++)
			ties[row[to].label]++;
		for (size_t i = from; i < to; i++)
			if (row[i].label)
				c[row[i].cluster].over += 2 * below_n + ties[0];
			else
				c[row[i].cluster].under +=
					2 * (all->positives - below_p) - ties[1];
		below_n += ties[0];
		below_p += ties[1];
	}
}

static void
count(const skpi_judged *row, size_t n, skpi_counts *all,
	  skpi_judged_cluster *c)
{
	for (size_t i = 0; i < n; i++)
		if (row[i].label)
		{
			c[row[i].cluster].positives++;
			all->positives++;
		}
		else
		{
			c[row[i].cluster].negatives++;
			all->negatives++;
		}
}

/* One more than those that count, over them: what a mean of few costs. */
static double
of_few(int64_t n)
{
	return (double) n / (double) (n - 1);
}

/*
 * Whole numbers until here, so that a sum over clusters in the order of their
 * numbers is all that rounds.
 */
static double
error_of(const skpi_judged_cluster *c, size_t clusters, const skpi_counts *all)
{
	int64_t with_p = 0, with_n = 0, twice = 0;
	double pairs = 2 * (double) all->positives * (double) all->negatives;
	double p = (double) all->positives, n = (double) all->negatives, variance;
	skpi_sum of_p = {0, 0}, of_n = {0, 0}, both = {0, 0};

	for (size_t i = 0; i < clusters; i++)
	{
		with_p += c[i].positives > 0;
		with_n += c[i].negatives > 0;
		twice += c[i].over;
	}
	if (with_p < 2 || with_n < 2)
		return NAN;
	for (size_t i = 0; i < clusters; i++)
	{
		double over = (double) ((__int128) c[i].over * all->positives -
								(__int128) twice * c[i].positives) /
					  pairs / p;
		double under = (double) ((__int128) c[i].under * all->negatives -
								 (__int128) twice * c[i].negatives) /
					   pairs / n;

		skpi_sum_add(&of_p, over * over);
		skpi_sum_add(&of_n, under * under);
		skpi_sum_add(&both, over * under);
	}
	variance = of_few(with_p) * skpi_sum_value(&of_p) +
			   of_few(with_n) * skpi_sum_value(&of_n) +
			   2 * of_few((int64_t) clusters) * skpi_sum_value(&both);
	return sqrt(fmax(variance, 0));
}

skpi_status
skpi_metrics_clustered(skpi_judged *row, size_t n, skpi_judged *scratch,
					   skpi_judged_cluster *c, size_t clusters,
					   skpi_stop_fn stop, void *arg, double *error)
{
	skpi_counts all = {0, 0};

	for (size_t i = 0; i < clusters; i++)
		c[i] = (skpi_judged_cluster){0, 0, 0, 0};
	if (!skpi_sort(row, n, sizeof(*row), scratch, by_score, NULL, stop, arg))
		return SKPI_E_INTERRUPT;
	count(row, n, &all, c);
	if (all.positives == 0 || all.negatives == 0)
		return SKPI_E_SHORT;
	place(row, n, &all, c);
	*error = error_of(c, clusters, &all);
	return SKPI_OK;
}
