-- Models of a yes or no: trained on the rows of a query, kept as one value.

CREATE FUNCTION saaskpi_internal.is_model(bytes bytea) RETURNS boolean
    AS 'MODULE_PATHNAME', 'saaskpi_is_model' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.is_model(bytea) IS 'true for the bytes of a model; raises for others';

CREATE DOMAIN saaskpi.model AS bytea CHECK (saaskpi_internal.is_model(VALUE));
COMMENT ON DOMAIN saaskpi.model IS 'a trained model as one value, which can be kept in a table, dumped and replicated; other bytes are refused';

CREATE FUNCTION saaskpi.predict(model saaskpi.model, features float8[])
    RETURNS float8
    AS 'MODULE_PATHNAME', 'saaskpi_predict' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION saaskpi.predict(saaskpi.model, float8[]) IS
    'probability that the label is true, of features in the order of the training query, null where one is not known';

CREATE FUNCTION saaskpi.explain(model saaskpi.model, features float8[])
    RETURNS TABLE (feature text, value float8, contribution float8)
    AS 'MODULE_PATHNAME', 'saaskpi_explain' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000
    ROWS 14;
COMMENT ON FUNCTION saaskpi.explain(saaskpi.model, float8[]) IS
    'what each feature adds to the log-odds, which sum to ln(p / (1 - p)) of predict: first, without a feature, what they are before any is known; of trees the exact Shapley values, of a logistic regression the coefficient times the distance from the mean';

CREATE FUNCTION saaskpi.model_columns(model saaskpi.model)
    RETURNS TABLE (ordinal int, feature text, coefficient float8, standard_error float8, odds_ratio float8, importance float8,
        mean float8, standard_deviation float8, finding text)
    AS 'MODULE_PATHNAME', 'saaskpi_model_columns' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 13;
COMMENT ON FUNCTION saaskpi.model_columns(saaskpi.model) IS
    'the features of a model in their order; of a logistic regression the coefficient, its standard error where there is no penalty, and the odds ratio of one more; of trees the importance, part of all gain; finding: constant, collinear (a combination of features before it) or separates (tells the labels apart, alone or with others)';

CREATE FUNCTION saaskpi.model_summary(model saaskpi.model)
    RETURNS TABLE (kind text, features int, rows bigint, positives bigint, trees int, intercept float8, intercept_error float8, l2 float8, bytes int)
    AS 'MODULE_PATHNAME', 'saaskpi_model_summary' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 1;
COMMENT ON FUNCTION saaskpi.model_summary(saaskpi.model) IS
    'what a model is: logistic or trees, features, rows it was trained on and how many of them had label true, trees, intercept, penalty that was used, size';
