-- Logistic regression.

CREATE FUNCTION saaskpi.train_logistic(query text, l2 float8 DEFAULT 0)
    RETURNS saaskpi.model
    AS 'MODULE_PATHNAME', 'saaskpi_train_logistic' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 1000000;
COMMENT ON FUNCTION saaskpi.train_logistic(text, float8) IS
    'logistic regression on the rows of a query, run with the rights of the caller: column label is boolean, all others are features, numbers or boolean; rows whose label is null are left out, a feature that is null counts as its mean; constant columns and those that others explain get coefficient 0, and where the labels can be told apart without an error a penalty of 1 is set, which model_columns says; l2 is the penalty on standardised columns beside the sum of losses, 1 / C of scikit-learn; 300 features and 1 GB of rows at most; the same rows give the same model in any order';
