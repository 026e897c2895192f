#include "skpi_metrics.h"

#include "skpi_sum.h"

#include <math.h>

static const double eps = 2.220446049250313e-16;

static int64_t
negatives(const skpi_row *row)
{
	return row->v[SKPI_SCORES_NEGATIVE];
}

static int64_t
positives(const skpi_row *row)
{
	return row->v[SKPI_SCORES_POSITIVE];
}

skpi_status
skpi_metrics_count(const skpi_tally *t, skpi_counts *all)
{
	skpi_counts c = {0, 0};
	int64_t both;

	for (uint32_t r = 0; r < t->n_rows; r++)
	{
		const skpi_row *row = skpi_tally_row(t, r);

		if (__builtin_add_overflow(c.negatives, negatives(row), &c.negatives) ||
			__builtin_add_overflow(c.positives, positives(row), &c.positives))
			return SKPI_E_OVERFLOW;
	}
	if (__builtin_add_overflow(c.negatives, c.positives, &both))
		return SKPI_E_OVERFLOW;
	*all = c;
	return SKPI_OK;
}

static skpi_status
count_both(const skpi_tally *t, skpi_counts *all)
{
	skpi_status status = skpi_metrics_count(t, all);

	if (status == SKPI_OK && (all->negatives == 0 || all->positives == 0))
		return SKPI_E_SHORT;
	return status;
}

/*
 * A positive is above this share of the negatives and a negative below that
 * share of the positives; both have the area as their mean, and the variance of
 * each over the number of its rows adds to the variance of the area.
 */
static double
delong(const skpi_tally *t, const skpi_counts *all, double auc)
{
	double n = (double) all->negatives, p = (double) all->positives;
	int64_t below_n = 0, below_p = 0;
	skpi_sum of_p = {0, 0}, of_n = {0, 0};

	if (all->negatives < 2 || all->positives < 2)
		return NAN;
	for (uint32_t r = 0; r < t->n_rows; r++)
	{
		const skpi_row *row = skpi_tally_row(t, r);
		double tie_n = (double) negatives(row), tie_p = (double) positives(row);
		double over = ((double) below_n + tie_n / 2) / n - auc;
		double under = (p - (double) below_p - tie_p / 2) / p - auc;

		skpi_sum_add(&of_p, tie_p * over * over);
		skpi_sum_add(&of_n, tie_n * under * under);
		below_n += negatives(row);
		below_p += positives(row);
	}
	return sqrt(skpi_sum_value(&of_p) / (p - 1) / p +
				skpi_sum_value(&of_n) / (n - 1) / n);
}

skpi_status
skpi_metrics_auc(const skpi_tally *t, double *auc, double *error)
{
	skpi_counts all;
	skpi_status status = count_both(t, &all);
	unsigned __int128 twice = 0; /* pairs in order, and those that are equal */
	int64_t below = 0;

	if (status != SKPI_OK)
		return status;
	for (uint32_t r = 0; r < t->n_rows; r++)
	{
		const skpi_row *row = skpi_tally_row(t, r);

		twice += (unsigned __int128) positives(row) *
				 (2 * (uint64_t) below + (uint64_t) negatives(row));
		below += negatives(row);
	}
	/* both rounded once, so that the quotient is at most 1 */
	*auc = (double) twice / (double) (2 * (unsigned __int128) all.negatives *
									  (unsigned __int128) all.positives);
	*error = delong(t, &all, *auc);
	return SKPI_OK;
}

skpi_status
skpi_metrics_precision(const skpi_tally *t, double *average)
{
	skpi_counts all;
	skpi_status status = count_both(t, &all);
	int64_t above = 0, above_p = 0;
	skpi_sum area = {0, 0};

	if (status != SKPI_OK)
		return status;
	for (uint32_t r = t->n_rows; r-- > 0;)
	{
		const skpi_row *row = skpi_tally_row(t, r);

		above_p += positives(row);
		above += negatives(row) + positives(row);
		skpi_sum_add(&area, (double) positives(row) / (double) all.positives *
								((double) above_p / (double) above));
	}
	*average = skpi_sum_value(&area);
	return SKPI_OK;
}

skpi_status
skpi_metrics_ks(const skpi_tally *t, double *distance, double *score)
{
	skpi_counts all;
	skpi_status status = count_both(t, &all);
	int64_t above_n = 0, above_p = 0;
	double most = -1, at = 0;

	if (status != SKPI_OK)
		return status;
	for (uint32_t r = t->n_rows; r-- > 0;)
	{
		const skpi_row *row = skpi_tally_row(t, r);
		double d;

		above_n += negatives(row);
		above_p += positives(row);
		d = fabs((double) above_p / (double) all.positives -
				 (double) above_n / (double) all.negatives);
		if (d > most)
		{
			most = d;
			at = skpi_scores_of(row);
		}
	}
	*distance = most;
	*score = at;
	return SKPI_OK;
}

/* Rows are in order, so the first and the last say all. */
static bool
probabilities(const skpi_tally *t)
{
	return t->n_rows == 0 ||
		   (skpi_scores_of(skpi_tally_row(t, 0)) >= 0 &&
			skpi_scores_of(skpi_tally_row(t, t->n_rows - 1)) <= 1);
}

skpi_status
skpi_metrics_losses(const skpi_tally *t, double *log_loss, double *brier)
{
	skpi_counts all;
	skpi_status status = skpi_metrics_count(t, &all);
	skpi_sum logs = {0, 0}, squares = {0, 0};
	double n = (double) (all.negatives + all.positives);

	if (status != SKPI_OK)
		return status;
	if (t->n_rows == 0)
		return SKPI_E_SHORT;
	if (!probabilities(t))
		return SKPI_E_RANGE;
	for (uint32_t r = 0; r < t->n_rows; r++)
	{
		const skpi_row *row = skpi_tally_row(t, r);
		double p = skpi_scores_of(row);
		double cut = fmin(fmax(p, eps), 1 - eps);
		double no = (double) negatives(row), yes = (double) positives(row);

		skpi_sum_add(&logs, -yes * log(cut) - no * log1p(-cut));
		skpi_sum_add(&squares, no * p * p + yes * (1 - p) * (1 - p));
	}
	*log_loss = skpi_sum_value(&logs) / n;
	*brier = skpi_sum_value(&squares) / n;
	return SKPI_OK;
}

skpi_status
skpi_metrics_confusion(const skpi_tally *t, double threshold, skpi_confusion *c)
{
	skpi_counts all;
	skpi_status status = skpi_metrics_count(t, &all);
	skpi_confusion k = {0, 0, 0, 0};

	if (status != SKPI_OK)
		return status;
	for (uint32_t r = t->n_rows; r-- > 0;)
	{
		const skpi_row *row = skpi_tally_row(t, r);

		if (!(skpi_scores_of(row) >= threshold))
			break;
		k.true_positives += positives(row);
		k.false_positives += negatives(row);
	}
	k.true_negatives = all.negatives - k.false_positives;
	k.false_negatives = all.positives - k.true_positives;
	*c = k;
	return SKPI_OK;
}

/* The bin of a score, below which there are so many of n rows. */
static int
bin_of(double score, int64_t below, int64_t tie, int64_t n, int bins,
	   bool equal_rows)
{
	int b;

	if (equal_rows)
		b = (int) ((2 * (unsigned __int128) below + (uint64_t) tie) *
				   (unsigned) bins / (2 * (unsigned __int128) n));
	else
		b = (int) floor(score * bins);
	return b < bins ? b : bins - 1;
}

skpi_status
skpi_metrics_bins(const skpi_tally *t, int n, bool equal_rows, skpi_bin *bin)
{
	skpi_counts all;
	skpi_status status = skpi_metrics_count(t, &all);
	int64_t below = 0;

	if (status != SKPI_OK)
		return status;
	if (!probabilities(t) || n < 1 || n > SKPI_METRICS_GROUPS)
		return SKPI_E_RANGE;
	for (int b = 0; b < n; b++)
		bin[b] = (skpi_bin){0, 0, 0, 0, 0};
	for (uint32_t r = 0; r < t->n_rows; r++)
	{
		const skpi_row *row = skpi_tally_row(t, r);
		int64_t tie = negatives(row) + positives(row);
		double score = skpi_scores_of(row);
		skpi_bin *b =
			bin + bin_of(score, below, tie, all.negatives + all.positives, n,
						 equal_rows);

		if (b->rows == 0)
			b->lowest = score;
		b->highest = score;
		b->rows += tie;
		b->positives += positives(row);
		/* a running mean stays inside the bin */
		b->mean += (score - b->mean) * ((double) tie / (double) b->rows);
		below += tie;
	}
	return SKPI_OK;
}

double
skpi_metrics_calibration_error(const skpi_bin *bin, int n)
{
	double rows = 0, error = 0;

	for (int b = 0; b < n; b++)
		rows += (double) bin[b].rows;
	for (int b = 0; b < n; b++)
		if (bin[b].rows > 0)
			error += (double) bin[b].rows / rows *
					 fabs(bin[b].mean -
						  (double) bin[b].positives / (double) bin[b].rows);
	return error;
}

/* Rows that end the group, of n rows in so many groups. */
static int64_t
group_end(int64_t n, int groups, int group)
{
	return (int64_t) ((__int128) n * (group + 1) / groups);
}

skpi_status
skpi_metrics_groups(const skpi_tally *t, int n, skpi_group *group)
{
	skpi_counts all;
	skpi_status status = skpi_metrics_count(t, &all);
	int64_t rows = 0, done = 0; /* of all, and in groups */
	int g = 0;

	if (status != SKPI_OK)
		return status;
	if (n < 1 || n > SKPI_METRICS_GROUPS)
		return SKPI_E_RANGE;
	rows = all.negatives + all.positives;
	for (int i = 0; i < n; i++)
		group[i] = (skpi_group){0, 0, 0, 0};
	for (uint32_t r = t->n_rows; r-- > 0;)
	{
		const skpi_row *row = skpi_tally_row(t, r);
		int64_t tie = negatives(row) + positives(row);
		double share = (double) positives(row) / (double) tie;

		for (int64_t left = tie; left > 0;)
		{
			int64_t room, taken;

			while ((room = group_end(rows, n, g) - done) == 0)
				g++;
			taken = left < room ? left : room;
			if (group[g].rows == 0)
				group[g].highest = skpi_scores_of(row);
			group[g].lowest = skpi_scores_of(row);
			group[g].rows += taken;
			group[g].positives += share * (double) taken;
			done += taken;
			left -= taken;
		}
	}
	return SKPI_OK;
}
