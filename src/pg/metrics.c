#include "saaskpi.h"

#include <math.h>

#include "skpi_metrics.h"

static const skpi_tally *
scores_arg(FunctionCallInfo fcinfo)
{
	return SKPG_GETARG_STATE(0, SKPI_SCORES);
}

SKPG_FUNCTION(saaskpi_scores_accum);

/* (state, score, label); what cannot be used is counted and left out. */
Datum
saaskpi_scores_accum(PG_FUNCTION_ARGS)
{
	skpi_tally *state = skpg_open(fcinfo, 0);
	skpi_status status = SKPI_E_RANGE;

	if (state == NULL)
	{
		state = skpg_new(sizeof(skpi_tally));
		skpi_scores_init(state);
	}
	if (!PG_ARGISNULL(1) && !PG_ARGISNULL(2))
	{
		state = skpg_grow(state, skpi_tally_late_room(state));
		status = skpi_scores_add(state, skpg_capacity(state),
								 PG_GETARG_FLOAT8(1), PG_GETARG_BOOL(2));
	}
	if (status == SKPI_E_RANGE)
		state->skipped++;
	else
		skpg_check(status, "scores");
	PG_RETURN_POINTER(state);
}

/* False where a number has no rows to be computed from: the result is NULL. */
static bool
computed(skpi_status status, const skpi_tally *t)
{
	double first, last;

	if (status == SKPI_E_SHORT)
		return false;
	if (status == SKPI_E_RANGE && t->n_rows > 0)
	{
		first = skpi_scores_of(skpi_tally_row(t, 0));
		last = skpi_scores_of(skpi_tally_row(t, t->n_rows - 1));
		ereport(
			ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("score %g is not a probability", first < 0 ? first : last),
			errhint("Scores from 0 to 1 are needed here: of log-odds s "
					"pass 1 / (1 + exp(-s)); the order alone is judged by "
					"roc_auc(), average_precision() and lift_groups()."));
	}
	skpg_check(status, "scores");
	return true;
}

SKPG_FUNCTION(saaskpi_scores_positives);

Datum
saaskpi_scores_positives(PG_FUNCTION_ARGS)
{
	skpi_counts all;

	skpg_check(skpi_metrics_count(scores_arg(fcinfo), &all), "scores");
	PG_RETURN_INT64(all.positives);
}

SKPG_FUNCTION(saaskpi_scores_negatives);

Datum
saaskpi_scores_negatives(PG_FUNCTION_ARGS)
{
	skpi_counts all;

	skpg_check(skpi_metrics_count(scores_arg(fcinfo), &all), "scores");
	PG_RETURN_INT64(all.negatives);
}

SKPG_FUNCTION(saaskpi_scores_skipped);

Datum
saaskpi_scores_skipped(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(scores_arg(fcinfo)->skipped);
}

SKPG_FUNCTION(saaskpi_roc_auc);

Datum
saaskpi_roc_auc(PG_FUNCTION_ARGS)
{
	const skpi_tally *t = scores_arg(fcinfo);
	double auc, error;

	if (!computed(skpi_metrics_auc(t, &auc, &error), t))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(auc);
}

SKPG_FUNCTION(saaskpi_roc_auc_error);

Datum
saaskpi_roc_auc_error(PG_FUNCTION_ARGS)
{
	const skpi_tally *t = scores_arg(fcinfo);
	double auc, error;

	if (!computed(skpi_metrics_auc(t, &auc, &error), t) || isnan(error))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(error);
}

SKPG_FUNCTION(saaskpi_roc_auc_error_clustered);

/* (scores, labels, clusters) */
Datum
saaskpi_roc_auc_error_clustered(PG_FUNCTION_ARGS)
{
	int n = -1;
	const double *score =
		skpg_column_arg(fcinfo, 0, "scores", -SKPI_VALUE_MAX, &n);
	const bool *label = skpg_flags_arg(fcinfo, 1, "labels", &n);
	const Datum *name = skpg_words_arg(fcinfo, 2, "clusters", &n);
	skpi_judged *row =
		palloc_extended(2 * (Size) n * sizeof(*row), MCXT_ALLOC_HUGE);
	uint32 *number = palloc((Size) n * sizeof(*number));
	uint32 clusters = skpg_number_words(name, n, number);
	skpi_judged_cluster *each =
		palloc_extended(clusters * sizeof(*each), MCXT_ALLOC_HUGE);
	double error = NAN;
	skpi_status status;

	for (int i = 0; i < n; i++)
		row[i] = (skpi_judged){score[i], number[i], label[i]};
	status = skpi_metrics_clustered(row, n, row + n, each, clusters, skpg_stop,
									NULL, &error);
	CHECK_FOR_INTERRUPTS();
	if (status != SKPI_E_SHORT)
		skpg_check(status, "scores");
	if (isnan(error))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(error);
}

SKPG_FUNCTION(saaskpi_average_precision);

Datum
saaskpi_average_precision(PG_FUNCTION_ARGS)
{
	const skpi_tally *t = scores_arg(fcinfo);
	double average;

	if (!computed(skpi_metrics_precision(t, &average), t))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(average);
}

SKPG_FUNCTION(saaskpi_ks_statistic);

Datum
saaskpi_ks_statistic(PG_FUNCTION_ARGS)
{
	const skpi_tally *t = scores_arg(fcinfo);
	double distance, score;

	if (!computed(skpi_metrics_ks(t, &distance, &score), t))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(distance);
}

SKPG_FUNCTION(saaskpi_log_loss);

Datum
saaskpi_log_loss(PG_FUNCTION_ARGS)
{
	const skpi_tally *t = scores_arg(fcinfo);
	double log_loss, brier;

	if (!computed(skpi_metrics_losses(t, &log_loss, &brier), t))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(log_loss);
}

SKPG_FUNCTION(saaskpi_brier_score);

Datum
saaskpi_brier_score(PG_FUNCTION_ARGS)
{
	const skpi_tally *t = scores_arg(fcinfo);
	double log_loss, brier;

	if (!computed(skpi_metrics_losses(t, &log_loss, &brier), t))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(brier);
}

static int
groups_arg(int32 n, const char *name)
{
	if (n < 1 || n > SKPI_METRICS_GROUPS)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("%s must be between 1 and %d: %d", name,
					   SKPI_METRICS_GROUPS, n),
				errhint("10 is the usual number."));
	return n;
}

/* Arguments 1 and 2: how many bins, and by what.  NULL without a row. */
static skpi_bin *
bins_of(FunctionCallInfo fcinfo, int *n)
{
	const skpi_tally *t = scores_arg(fcinfo);
	char *by = text_to_cstring(PG_GETARG_TEXT_PP(2));
	bool equal_rows = strcmp(by, "rows") == 0;
	skpi_bin *bin;

	*n = groups_arg(PG_GETARG_INT32(1), "bins");
	if (!equal_rows && strcmp(by, "width") != 0)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("unknown kind of bins: \"%s\"", by),
				errhint("Use 'width', bins of equal width, or 'rows', bins of "
						"about as many rows each."));
	bin = palloc((Size) *n * sizeof(*bin));
	if (!computed(skpi_metrics_bins(t, *n, equal_rows, bin), t))
		return NULL;
	return t->n_rows > 0 ? bin : NULL;
}

SKPG_FUNCTION(saaskpi_calibration_error);

Datum
saaskpi_calibration_error(PG_FUNCTION_ARGS)
{
	int n;
	skpi_bin *bin = bins_of(fcinfo, &n);

	if (bin == NULL)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(skpi_metrics_calibration_error(bin, n));
}

static void
row_number(skpg_rows *rows, double value)
{
	skpg_row_datum(rows, Float8GetDatum(value));
}

SKPG_FUNCTION(saaskpi_calibration_bins);

Datum
saaskpi_calibration_bins(PG_FUNCTION_ARGS)
{
	skpg_rows rows;
	skpi_bin *bin;
	int n;

	skpg_rows_begin(fcinfo, &rows);
	if (skpg_any_null(fcinfo) || (bin = bins_of(fcinfo, &n)) == NULL)
		return (Datum) 0;
	for (int b = 0; b < n; b++)
	{
		if (bin[b].rows == 0)
			continue;
		skpg_row_datum(&rows, Int32GetDatum(b + 1));
		skpg_row_count(&rows, bin[b].rows);
		skpg_row_count(&rows, bin[b].positives);
		row_number(&rows, bin[b].lowest);
		row_number(&rows, bin[b].highest);
		row_number(&rows, bin[b].mean);
		row_number(&rows, (double) bin[b].positives / (double) bin[b].rows);
		skpg_row_end(&rows);
	}
	return (Datum) 0;
}

/* Of all rows: the share of positives. */
static void
group_row(skpg_rows *rows, const skpi_group *g, int number,
		  const skpi_counts *all, const skpi_group *above)
{
	double n = (double) all->positives + (double) all->negatives;
	double rate = (double) all->positives / n;

	skpg_row_datum(rows, Int32GetDatum(number));
	skpg_row_count(rows, g->rows);
	row_number(rows, g->positives);
	row_number(rows, g->lowest);
	row_number(rows, g->highest);
	row_number(rows, g->positives / (double) g->rows);
	if (all->positives > 0)
	{
		row_number(rows, g->positives / (double) g->rows / rate);
		row_number(rows, above->positives / (double) above->rows / rate);
		row_number(rows, above->positives / (double) all->positives);
	}
	else
		for (int i = 0; i < 3; i++)
			skpg_row_null(rows);
	skpg_row_end(rows);
}

SKPG_FUNCTION(saaskpi_lift_groups);

Datum
saaskpi_lift_groups(PG_FUNCTION_ARGS)
{
	skpg_rows rows;
	const skpi_tally *t;
	skpi_counts all;
	skpi_group *group;
	skpi_group above = {0, 0, 0, 0}; /* with the group itself */
	int n;

	skpg_rows_begin(fcinfo, &rows);
	if (skpg_any_null(fcinfo))
		return (Datum) 0;
	t = scores_arg(fcinfo);
	n = groups_arg(PG_GETARG_INT32(1), "groups");
	group = palloc((Size) n * sizeof(*group));
	skpg_check(skpi_metrics_count(t, &all), "scores");
	skpg_check(skpi_metrics_groups(t, n, group), "scores");
	for (int g = 0; g < n; g++)
	{
		above.rows += group[g].rows;
		above.positives += group[g].positives;
		if (group[g].rows > 0)
			group_row(&rows, group + g, g + 1, &all, &above);
	}
	return (Datum) 0;
}

/* NULL for a denominator of 0. */
static void
row_share(skpg_rows *rows, int64 part, int64 whole)
{
	if (whole == 0)
		skpg_row_null(rows);
	else
		row_number(rows, (double) part / (double) whole);
}

SKPG_FUNCTION(saaskpi_confusion);

Datum
saaskpi_confusion(PG_FUNCTION_ARGS)
{
	skpg_rows rows;
	skpi_confusion c;
	double threshold;

	skpg_rows_begin(fcinfo, &rows);
	if (skpg_any_null(fcinfo))
		return (Datum) 0;
	threshold = PG_GETARG_FLOAT8(1);
	if (isnan(threshold))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("threshold must be a number: NaN"),
				errhint("For example 0.5."));
	skpg_check(skpi_metrics_confusion(scores_arg(fcinfo), threshold, &c),
			   "scores");
	skpg_row_count(&rows, c.true_positives);
	skpg_row_count(&rows, c.false_positives);
	skpg_row_count(&rows, c.true_negatives);
	skpg_row_count(&rows, c.false_negatives);
	row_share(&rows, c.true_positives, c.true_positives + c.false_positives);
	row_share(&rows, c.true_positives, c.true_positives + c.false_negatives);
	row_share(&rows, c.true_negatives, c.true_negatives + c.false_positives);
	row_share(&rows, c.true_positives + c.true_negatives,
			  c.true_positives + c.true_negatives + c.false_positives +
				  c.false_negatives);
	/* without overflow: 2 tp over 2 tp + fp + fn */
	if (c.true_positives + c.false_positives + c.false_negatives == 0)
		skpg_row_null(&rows);
	else
		row_number(&rows,
				   (double) c.true_positives / ((double) c.true_positives +
												((double) c.false_positives +
												 (double) c.false_negatives) /
													2));
	skpg_row_end(&rows);
	return (Datum) 0;
}
