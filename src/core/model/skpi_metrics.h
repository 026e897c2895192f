/*
 * How good scores were: of a ranking, and of probabilities.
 *
 * Everything is computed from a state of scores, so equal scores are one thing:
 * their rows come in no order, and where an order would matter (areas, groups)
 * all orders count alike.  Rows are read in the order of scores, so the same
 * rows give the same bits however they arrived.
 *
 * SKPI_E_SHORT where one of the labels has no row (or, where it says so, there
 * is none at all), SKPI_E_OVERFLOW for counts beyond 64 bits, SKPI_E_RANGE for
 * a score outside 0 to 1 where probabilities are judged.
 */
#ifndef SKPI_METRICS_H
#define SKPI_METRICS_H

#include "skpi_array.h"
#include "skpi_scores.h"

#define SKPI_METRICS_GROUPS 1000

typedef struct skpi_counts
{
	int64_t negatives;
	int64_t positives;
} skpi_counts;

skpi_status skpi_metrics_count(const skpi_tally *t, skpi_counts *all);

/* Area under the receiver operating characteristic: the chance that a positive
 * is above a negative, ties half; and its standard error by DeLong, DeLong &
 * Clarke-Pearson (1988), NAN with fewer than two of a label. */
skpi_status skpi_metrics_auc(const skpi_tally *t, double *auc, double *error);

typedef struct skpi_judged
{
	double score;
	uint32_t cluster; /* from 0 */
	bool label;
} skpi_judged;

typedef struct skpi_judged_cluster
{
	int64_t over; /* twice the negatives below each of its positives */
	int64_t under;
	int64_t positives;
	int64_t negatives;
} skpi_judged_cluster;

/*
 * Standard error of the area where rows of one cluster are alike, such as a
 * customer in several months: Obuchowski (1997), Nonparametric analysis of
 * clustered ROC curve data, Biometrics 53, 567-578.  Of clusters of one row
 * each it is that of DeLong.  Every cluster has a row, and scores are finite;
 * the rows are sorted, fewer than 2^31.  NAN where one of the labels lies in
 * fewer than two clusters.  The same bits for the same numbers of clusters, in
 * whatever order the rows come.
 */
skpi_status skpi_metrics_clustered(skpi_judged *row, size_t n,
								   skpi_judged *scratch, skpi_judged_cluster *c,
								   size_t clusters, skpi_stop_fn stop,
								   void *arg, double *error);

/* Sum of precision times the gain in recall over falling thresholds: average
 * precision, not the trapezoid under the curve. */
skpi_status skpi_metrics_precision(const skpi_tally *t, double *average);

/* Greatest distance of the distributions of both labels, and the lowest score
 * above the place. */
skpi_status skpi_metrics_ks(const skpi_tally *t, double *distance,
							double *score);

/* Needs one row.  Probabilities are cut at 2^-52 from 0 and 1 for the
 * logarithm, as scikit-learn does. */
skpi_status skpi_metrics_losses(const skpi_tally *t, double *log_loss,
								double *brier);

typedef struct skpi_confusion
{
	int64_t true_positives;
	int64_t false_positives;
	int64_t true_negatives;
	int64_t false_negatives;
} skpi_confusion;

/* Predicted are the rows of this score and above. */
skpi_status skpi_metrics_confusion(const skpi_tally *t, double threshold,
								   skpi_confusion *c);

typedef struct skpi_bin
{
	int64_t rows;
	int64_t positives;
	double lowest; /* score there is */
	double highest;
	double mean; /* of the scores */
} skpi_bin;

/*
 * n bins, 1 to SKPI_METRICS_GROUPS: of equal width over 0 to 1, or of about as
 * many rows each, equal scores together.  Those without a row have zero rows.
 */
skpi_status skpi_metrics_bins(const skpi_tally *t, int n, bool equal_rows,
							  skpi_bin *bin);

/* Mean distance of mean score and share of positives, over rows; 1 row. */
double skpi_metrics_calibration_error(const skpi_bin *bin, int n);

typedef struct skpi_group
{
	int64_t rows;
	double positives; /* expected, where equal scores lie in two groups */
	double lowest;
	double highest;
} skpi_group;

/* n groups, 1 to SKPI_METRICS_GROUPS, from the highest scores down, each of the
 * rows divided by n as far as that is whole.  Scores of any size. */
skpi_status skpi_metrics_groups(const skpi_tally *t, int n, skpi_group *group);

#endif
