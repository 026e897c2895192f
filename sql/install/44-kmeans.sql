-- Clusters by k-means.

CREATE FUNCTION saaskpi.train_kmeans(query text, k int DEFAULT NULL, transform text DEFAULT 'log', seed bigint DEFAULT 0,
        previous saaskpi.model DEFAULT NULL)
    RETURNS saaskpi.model
    AS 'MODULE_PATHNAME', 'saaskpi_train_kmeans' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000000;
COMMENT ON FUNCTION saaskpi.train_kmeans(text, int, text, bigint, saaskpi.model) IS
    'k clusters by k-means of the rows of a query, run with the rights of the caller, whose columns are all features and never null: 2 to 64, or where k is null the number from 2 to 8 with the best silhouette; distances are between values transformed: none, z (less the mean, over the deviation), log (signed logarithm of 1 + the value, then z), rank (mean rank, 0 to 1), robust (less the median, over the range of the quartiles); clusters are numbered by size, or where there is a previous model of the same features as those of it that are nearest; the same rows and seed give the same model in any order; a notice names clusters below 1 % and constant features';

CREATE FUNCTION saaskpi.assign_cluster(model saaskpi.model, features float8[]) RETURNS int
    AS 'MODULE_PATHNAME', 'saaskpi_assign_cluster' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.assign_cluster(saaskpi.model, float8[]) IS
    'number of the cluster whose centre is nearest to a row, its features in the order of the query that train_kmeans() was given; null where one of them is null';

CREATE FUNCTION saaskpi.cluster_profiles(model saaskpi.model)
    RETURNS TABLE (cluster int, rows bigint, share float8, features text[], means float8[], silhouette float8, finding text)
    AS 'MODULE_PATHNAME', 'saaskpi_cluster_profiles' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 8;
COMMENT ON FUNCTION saaskpi.cluster_profiles(saaskpi.model) IS
    'one row per cluster of a model of train_kmeans(): rows trained on and their share, means of the features in their own units, the mean silhouette of its rows (1: far from all others, below 0: nearer to another), and as a finding that it has less than 1 % of the rows';

CREATE FUNCTION saaskpi.cluster_quality(model saaskpi.model)
    RETURNS TABLE (k int, features int, rows bigint, transform text, seed bigint, inertia float8, total float8, silhouette float8, silhouette_error float8,
        calinski_harabasz float8, davies_bouldin float8, smallest_share float8, constant text[], bytes int)
    AS 'MODULE_PATHNAME', 'saaskpi_cluster_quality' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 1;
COMMENT ON FUNCTION saaskpi.cluster_quality(saaskpi.model) IS
    'how good the clusters of a model of train_kmeans() are: inertia, the sum of squared distances from their centres, transformed, and the total from the one centre of all rows; the mean silhouette, of up to 20000 rows exact, of more that of 10000 drawn at random, with its standard error; Calinski-Harabasz (more is better) and Davies-Bouldin (less is better); the share of the smallest cluster; and the features that are constant';
