\pset null ~
-- by hand: 30 and 10 with x 0, 20 and 40 with x 1; the logarithm of the odds ratio is ln 6, its error by Woolf
CREATE TABLE four_fields AS SELECT x, y = 1 AS y FROM (VALUES (0, 0, 30), (0, 1, 10), (1, 0, 20), (1, 1, 40)) AS v(x, y, n), generate_series(1, n);
CREATE TABLE fitted AS SELECT saaskpi.train_logistic('SELECT y AS label, x FROM four_fields') AS m;
SELECT kind, features, rows, positives, trees, round(intercept::numeric, 8) AS intercept, round(intercept_error::numeric, 8) AS error, l2, round(ln(1 / 3.0), 8) AS want, round(sqrt(1 / 30.0 + 1 / 10.0), 8) AS want_error FROM fitted, saaskpi.model_summary(m);
SELECT ordinal, feature, round(coefficient::numeric, 8) AS coefficient, round(standard_error::numeric, 8) AS error, round(odds_ratio::numeric, 8) AS odds_ratio, importance, mean, finding, round(sqrt(1 / 30.0 + 1 / 10.0 + 1 / 20.0 + 1 / 40.0), 8) AS want_error
  FROM fitted, saaskpi.model_columns(m);
SELECT round(saaskpi.predict(m, '{0}')::numeric, 10) AS quarter, round(saaskpi.predict(m, '{1}')::numeric, 10) AS two_thirds, round(saaskpi.predict(m, '{NULL}')::numeric, 10) AS at_the_mean, round(saaskpi.predict(m, '{0.6}')::numeric, 10) AS the_same FROM fitted;
SELECT feature, value, round(contribution::numeric, 8) AS contribution FROM fitted, saaskpi.explain(m, '{1}');
-- columns that say nothing new, of every type; rows without a label
CREATE TABLE many_columns AS
SELECT CASE WHEN n % 50 <> 0 THEN pick(n, 'y', 100) < 20 + 5 * pick(n, 'a', 10) END AS label, pick(n, 'a', 10)::smallint AS a, (pick(n, 'b', 100) / 7.0)::numeric AS b, (2 * pick(n, 'a', 10) - 3)::bigint AS twice_a,
       5::real AS five, NULL::float8 AS unknown, pick(n, 'c', 3) = 0 AS flag, nullif(pick(n, 'd', 5), 2) AS some_known FROM generate_series(1, 500) AS n;
SELECT ordinal, feature, round(coefficient::numeric, 4) AS coefficient, round(standard_error::numeric, 4) AS error, round(mean::numeric, 4) AS mean, finding FROM saaskpi.model_columns(saaskpi.train_logistic('TABLE many_columns'));
SELECT rows, positives FROM saaskpi.model_summary(saaskpi.train_logistic('TABLE many_columns'));
SELECT l2, intercept_error, round(max(abs(coefficient))::numeric, 4) AS most, count(standard_error) AS errors FROM saaskpi.train_logistic('TABLE many_columns', 1000) AS m, saaskpi.model_columns(m), saaskpi.model_summary(m) GROUP BY 1, 2;
-- labels that can be told apart
SELECT feature, round(coefficient::numeric, 4) AS coefficient, standard_error, finding, l2 FROM saaskpi.train_logistic('SELECT x > 3 AS label, x FROM generate_series(1, 6) AS x') AS m, saaskpi.model_columns(m), saaskpi.model_summary(m);
SELECT feature, coefficient > 0 AS rises, finding FROM saaskpi.model_columns(saaskpi.train_logistic('SELECT label, a, label AND b < 5 AS some_true FROM many_columns'));
-- the same bytes in any order
SELECT count(DISTINCT saaskpi.train_logistic(format('TABLE many_columns ORDER BY md5(%L || a || b || some_known)', n))) AS models FROM generate_series(1, 4) AS n;
-- refused
SELECT saaskpi.train_logistic('SELECT y AS label FROM four_fields');
SELECT saaskpi.train_logistic('SELECT y, x FROM four_fields');
SELECT saaskpi.train_logistic('SELECT x AS label, x FROM four_fields');
SELECT saaskpi.train_logistic('SELECT y AS label, ''Pro'' AS plan FROM four_fields');
SELECT saaskpi.train_logistic('SELECT true AS label, x FROM four_fields');
SELECT saaskpi.train_logistic('SELECT y AS label, x FROM four_fields WHERE false');
SELECT saaskpi.train_logistic('SELECT NULL::boolean AS label, x FROM four_fields');
SELECT saaskpi.train_logistic('SELECT y AS label, ''NaN''::float8 AS x FROM four_fields');
SELECT saaskpi.train_logistic('SELECT y AS label, ''infinity''::numeric AS x FROM four_fields');
SELECT saaskpi.train_logistic('SELECT y AS label, x FROM four_fields', -1);
SELECT saaskpi.train_logistic('SELECT y AS label, x FROM four_fields', 'NaN');
SELECT saaskpi.train_logistic('DROP TABLE four_fields');
SELECT saaskpi.train_logistic('INSERT INTO four_fields VALUES (1, true) RETURNING y AS label, x');
SELECT saaskpi.train_logistic('SELECT y AS label, x FROM four_fields; SELECT 1');
SELECT saaskpi.train_logistic('');
SELECT saaskpi.train_logistic('SELECT y AS label, ' || string_agg('x AS x' || n, ', ') || ' FROM four_fields') FROM generate_series(1, 301) AS n;
SELECT saaskpi.train_logistic('SELECT y AS label, ' || string_agg('x AS x' || n, ', ') || ' FROM four_fields') FROM generate_series(1, 1001) AS n;
SELECT saaskpi.train_logistic(NULL) IS NULL AS nothing;
DROP TABLE four_fields, fitted, many_columns;
