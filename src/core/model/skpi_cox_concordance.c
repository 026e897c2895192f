#include <math.h>
#include <string.h>

#include "skpi_cox.h"

#define STRIDE 65536

/* Sorts v by merging runs into `other`; false when told to stop. */
static bool
sort(double *v, size_t n, double *other, skpi_stop_fn stop, void *stop_arg)
{
	double *from = v, *to = other;

	for (size_t run = 1; run < n; run *= 2)
	{
		double *swap = from;

		if (stop != NULL && stop(stop_arg))
			return false;
		for (size_t lo = 0; lo < n; lo += 2 * run)
		{
			size_t mid = lo + run < n ? lo + run : n;
			size_t hi = lo + 2 * run < n ? lo + 2 * run : n;
			size_t a = lo, b = mid;

			for (size_t i = lo; i < hi; i++)
				to[i] = b == hi || (a < mid && from[a] <= from[b]) ? from[a++]
																   : from[b++];
		}
		from = to;
		to = swap;
	}
	if (from != v)
		memcpy(v, from, sizeof(*v) * n);
	return true;
}

/* How many of sorted v are below x. */
static size_t
below(const double *v, size_t n, double x)
{
	size_t lo = 0, hi = n;

	while (lo < hi)
	{
		size_t mid = lo + (hi - lo) / 2;

		if (v[mid] < x)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Counts by rank, as partial sums over powers of two (Fenwick 1994). */
static void
count(double *tree, size_t n, size_t rank)
{
	for (size_t i = rank + 1; i <= n; i += i & (~i + 1))
		tree[i - 1]++;
}

static double
counted_below(const double *tree, size_t rank)
{
	double sum = 0;

	for (size_t i = rank; i > 0; i -= i & (~i + 1))
		sum += tree[i - 1];
	return sum;
}

typedef struct pairs
{
	const double *sorted;
	double *tree;
	size_t distinct;
	double here; /* how many stand in the tree */
	double right;
	double tied;
	double all;
} pairs;

static void
stand(pairs *p, double risk)
{
	count(p->tree, p->distinct, below(p->sorted, p->distinct, risk));
	p->here++;
}

/* An event against all who stand in the tree, who outlived it. */
static void
compare(pairs *p, double risk)
{
	size_t rank = below(p->sorted, p->distinct, risk);
	double lower = counted_below(p->tree, rank);

	p->right += lower;
	p->tied += counted_below(p->tree, rank + 1) - lower;
	p->all += p->here;
}

skpi_status
skpi_cox_concordance(const skpi_subject *s, size_t n, const double *risk,
					 skpi_stop_fn stop, void *stop_arg, double *work,
					 double *concordance)
{
	double *sorted = work;
	pairs p = {.sorted = sorted, .tree = work + n};

	memcpy(sorted, risk, sizeof(*risk) * n);
	if (!sort(sorted, n, work + 2 * n, stop, stop_arg))
		return SKPI_E_INTERRUPT;
	for (size_t i = 0; i < n; i++)
		if (i == 0 || sorted[i] != sorted[p.distinct - 1])
			sorted[p.distinct++] = sorted[i];
	memset(p.tree, 0, sizeof(double) * n);
	for (size_t to = n, from; to > 0; to = from)
	{
		from = to - 1;
		while (from > 0 && s[from - 1].time == s[to - 1].time)
			from--;
		/* the censored of a time outlive its events, and stand behind them */
		for (size_t i = to; i-- > from;)
			if (!s[i].event)
				stand(&p, risk[i]);
		for (size_t i = from; i < to && s[i].event; i++)
		{
			compare(&p, risk[i]);
			if (i % STRIDE == 0 && stop != NULL && stop(stop_arg))
				return SKPI_E_INTERRUPT;
		}
		for (size_t i = from; i < to && s[i].event; i++)
			stand(&p, risk[i]);
	}
	*concordance = p.all > 0 ? (p.right + p.tied / 2) / p.all : NAN;
	return SKPI_OK;
}
