-- How good scores were: of a ranking, and of probabilities.

@state type=scores storage=external sspace=4096 meaning=scores and what came true: how often each score was given to rows of either label rollup=adds up scores

CREATE FUNCTION saaskpi_internal.scores_accum(saaskpi.scores, float8, boolean) RETURNS saaskpi.scores
    AS 'MODULE_PATHNAME', 'saaskpi_scores_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.scores_accum(saaskpi.scores, float8, boolean) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.scores_accum(saaskpi.scores, float8, boolean) FROM PUBLIC;

CREATE AGGREGATE saaskpi.scores_agg(score float8, label boolean) (
    SFUNC = saaskpi_internal.scores_accum,
    STYPE = saaskpi.scores,
    SSPACE = 4096,
    FINALFUNC = saaskpi_internal.scores_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi_internal.scores_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.scores_agg(float8, boolean) IS
    'scores of a model beside what came true, in any order; rows without a score or with one that is not finite, and rows without a label, are counted by skipped(); 24 bytes per different score, 256 MB at most';

CREATE FUNCTION saaskpi.positives(scores saaskpi.scores)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'saaskpi_scores_positives' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.positives(saaskpi.scores) IS
    'rows with label true';

CREATE FUNCTION saaskpi.negatives(scores saaskpi.scores)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'saaskpi_scores_negatives' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.negatives(saaskpi.scores) IS
    'rows with label false';

CREATE FUNCTION saaskpi.skipped(scores saaskpi.scores)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'saaskpi_scores_skipped' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.skipped(saaskpi.scores) IS
    'rows left out: no score, one that is not finite, or no label';

CREATE FUNCTION saaskpi.roc_auc(scores saaskpi.scores)
    RETURNS float8
    AS 'MODULE_PATHNAME', 'saaskpi_roc_auc' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.roc_auc(saaskpi.scores) IS
    'area under the ROC curve: the chance that a row with label true has a higher score than one with label false, equal scores counted half; null where one label has no row';

CREATE FUNCTION saaskpi.roc_auc_error(scores saaskpi.scores)
    RETURNS float8
    AS 'MODULE_PATHNAME', 'saaskpi_roc_auc_error' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.roc_auc_error(saaskpi.scores) IS
    'standard error of roc_auc by DeLong, DeLong and Clarke-Pearson, which takes every row as another customer: too small where customers stand in several rows, for which there is roc_auc_error(scores, labels, clusters); null with fewer than two rows of a label';

CREATE FUNCTION saaskpi.roc_auc_error(scores float8[], labels boolean[], clusters text[])
    RETURNS float8
    AS 'MODULE_PATHNAME', 'saaskpi_roc_auc_error_clustered' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION saaskpi.roc_auc_error(float8[], boolean[], text[]) IS
    'standard error of roc_auc where rows of one cluster are alike, such as a customer in several months, by Obuchowski (1997): that of resampling clusters, in closed form, and with one row per cluster that of DeLong; null where one label has no row, or lies in one cluster alone';

CREATE FUNCTION saaskpi.average_precision(scores saaskpi.scores)
    RETURNS float8
    AS 'MODULE_PATHNAME', 'saaskpi_average_precision' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.average_precision(saaskpi.scores) IS
    'average precision, often called PR-AUC: precision at each score times what it adds to recall, from the highest down; not the trapezoid under the curve, which flatters; null where one label has no row';

CREATE FUNCTION saaskpi.ks_statistic(scores saaskpi.scores)
    RETURNS float8
    AS 'MODULE_PATHNAME', 'saaskpi_ks_statistic' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.ks_statistic(saaskpi.scores) IS
    'Kolmogorov-Smirnov statistic: greatest difference between the shares of both labels at or above a score; null where one label has no row';

CREATE FUNCTION saaskpi.log_loss(scores saaskpi.scores)
    RETURNS float8
    AS 'MODULE_PATHNAME', 'saaskpi_log_loss' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.log_loss(saaskpi.scores) IS
    'mean of -log(probability of what came true); scores are probabilities, cut at 2^-52 from 0 and 1; null without rows';

CREATE FUNCTION saaskpi.brier_score(scores saaskpi.scores)
    RETURNS float8
    AS 'MODULE_PATHNAME', 'saaskpi_brier_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.brier_score(saaskpi.scores) IS
    'mean squared difference between probability and label (0 or 1); null without rows';

CREATE FUNCTION saaskpi.calibration_error(scores saaskpi.scores, bins int DEFAULT 10, bins_by text DEFAULT 'width')
    RETURNS float8
    AS 'MODULE_PATHNAME', 'saaskpi_calibration_error' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.calibration_error(saaskpi.scores, int, text) IS
    'expected calibration error: distance of mean probability and share of label true, averaged over the rows of calibration_bins; null without rows';

CREATE FUNCTION saaskpi.calibration_bins(scores saaskpi.scores, bins int DEFAULT 10, bins_by text DEFAULT 'width')
    RETURNS TABLE (bin int, rows bigint, positives bigint, score_from float8, score_to float8, mean_score float8, positive_rate float8)
    AS 'MODULE_PATHNAME', 'saaskpi_calibration_bins' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 10;
COMMENT ON FUNCTION saaskpi.calibration_bins(saaskpi.scores, int, text) IS
    'what was said and what came true, by bins of probability: bins_by width, of equal width, the lower end in the bin, or rows, of about as many rows each with equal scores together; bins without rows are left out';

CREATE FUNCTION saaskpi.lift_groups(scores saaskpi.scores, groups int DEFAULT 10)
    RETURNS TABLE ("group" int, rows bigint, positives float8, score_from float8, score_to float8, positive_rate float8, lift float8, cumulative_lift float8, gain float8)
    AS 'MODULE_PATHNAME', 'saaskpi_lift_groups' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 10;
COMMENT ON FUNCTION saaskpi.lift_groups(saaskpi.scores, int) IS
    'rows from the highest score down in groups of equal size: positives is an expectation where equal scores lie in two groups; lift is the share of positives over that of all rows, cumulative_lift the same with all groups above, gain their part of all positives';

CREATE FUNCTION saaskpi.confusion(scores saaskpi.scores, threshold float8)
    RETURNS TABLE (true_positives bigint, false_positives bigint, true_negatives bigint, false_negatives bigint,
        "precision" float8, recall float8, specificity float8, accuracy float8, f1 float8)
    AS 'MODULE_PATHNAME', 'saaskpi_confusion' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 1;
COMMENT ON FUNCTION saaskpi.confusion(saaskpi.scores, float8) IS
    'what came true where scores of the threshold and above are predicted true; a share without rows is null';
