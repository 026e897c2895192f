-- Gradient-boosted trees.

CREATE FUNCTION saaskpi.train_trees(query text, rounds int DEFAULT 150, leaves int DEFAULT 8, learning_rate float8 DEFAULT 0.05,
        min_rows int DEFAULT NULL, l2 float8 DEFAULT 1, rising text[] DEFAULT '{}', falling text[] DEFAULT '{}')
    RETURNS saaskpi.model
    AS 'MODULE_PATHNAME', 'saaskpi_train_trees' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000000;
COMMENT ON FUNCTION saaskpi.train_trees(text, int, int, float8, int, float8, text[], text[]) IS
    'gradient-boosted trees on the rows of a query, run with the rights of the caller: columns as for train_logistic, and where there is one held_out, boolean: its rows are not trained on, and where 20 rounds do not better their log loss no more are added and those kept that were best; features that are null go the way that helped most; min_rows of a leaf are a hundredth of the rows, 5 to 200, unless given; with rising (falling) features the score never falls (rises); 1000 features and 1 GB of rows at most; the same rows give the same model in any order';
