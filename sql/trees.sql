\pset null ~
-- churn that depends on a pair of features, which no line can say
CREATE TABLE pairs_of AS
SELECT n, (a < 50) <> (b < 50) AND pick(n, 'noise', 10) > 0 AS label, a, b, CASE WHEN pick(n, 'known', 4) > 0 THEN c END AS c
  FROM generate_series(1, 900) AS n, LATERAL (SELECT pick(n, 'a', 100) AS a, pick(n, 'b', 100) AS b, pick(n, 'c', 100) AS c) AS q;
CREATE TABLE grown AS SELECT saaskpi.train_trees('SELECT label, a, b, c FROM pairs_of WHERE n % 3 > 0') AS m;
SELECT kind, features, rows, positives > 200 AS positives, trees, intercept, intercept_error, l2, bytes = length(m) AS bytes FROM grown, saaskpi.model_summary(m);
SELECT feature, coefficient, standard_error, odds_ratio, importance > 0.1 AS matters, finding FROM grown, saaskpi.model_columns(m);
SELECT n % 3 > 0 AS trained, saaskpi.roc_auc(saaskpi.scores_agg(saaskpi.predict(m, ARRAY[a, b, c]), label)) > 0.9 AS good FROM pairs_of, grown GROUP BY 1 ORDER BY 1;
SELECT saaskpi.roc_auc(saaskpi.scores_agg(saaskpi.predict(saaskpi.train_logistic('SELECT label, a, b, c FROM pairs_of'), ARRAY[a, b, c]), label)) < 0.6 AS no_line FROM pairs_of WHERE n < 20;
-- reasons add up
SELECT count(*) AS rows, max(abs(contributions - ln(p / (1 - p)))) < 1e-9 AS add_up, bool_and(most IN ('a', 'b')) AS a_or_b
  FROM (SELECT * FROM pairs_of ORDER BY n LIMIT 40) AS q, grown, saaskpi.predict(m, ARRAY[a, b, c]) AS p,
       LATERAL (SELECT sum(contribution) AS contributions, (array_agg(feature ORDER BY abs(contribution) DESC) FILTER (WHERE feature IS NOT NULL))[1] AS most FROM saaskpi.explain(m, ARRAY[a, b, c])) AS e;
-- rows held out end it, and do not teach
SELECT trees < 500 AS stopped, rows FROM saaskpi.model_summary(saaskpi.train_trees('SELECT label, a, b, n % 4 = 0 AS held_out FROM pairs_of', rounds => 500));
SELECT trees < 60 AS stopped FROM saaskpi.model_summary(saaskpi.train_trees($$SELECT pick(n, 'chance', 2) = 0 AS label, a, b, n % 4 = 0 AS held_out FROM pairs_of$$, rounds => 500));
-- signs
SELECT bool_and(p >= before) AS never_falls FROM (SELECT p, lag(p) OVER (PARTITION BY b ORDER BY a) AS before
  FROM (SELECT saaskpi.train_trees('SELECT label, a, b FROM pairs_of', 40, rising => '{a}') AS m OFFSET 0) AS q, generate_series(0, 99, 5) AS a, generate_series(0, 99, 9) AS b, saaskpi.predict(m, ARRAY[a, b]) AS p) AS q;
SELECT bool_and(p <= before) AS never_rises FROM (SELECT p, lag(p) OVER (PARTITION BY b ORDER BY a) AS before
  FROM (SELECT saaskpi.train_trees('SELECT label, a, b FROM pairs_of', 40, falling => '{a}') AS m OFFSET 0) AS q, generate_series(0, 99, 5) AS a, generate_series(0, 99, 9) AS b, saaskpi.predict(m, ARRAY[a, b]) AS p) AS q;
-- the same bytes in any order; too few rows for a leaf
SELECT count(DISTINCT saaskpi.train_trees(format('SELECT label, a, b, c FROM pairs_of ORDER BY md5(%L || n)', i), 20)) AS models FROM generate_series(1, 3) AS i;
SELECT trees, round(saaskpi.predict(m, '{1}')::numeric, 6) AS share FROM saaskpi.train_trees('SELECT x > 3 AS label, x FROM generate_series(1, 8) AS x') AS m, saaskpi.model_summary(m);
-- models in turn, few and many, score as each by itself does
CREATE TABLE six AS SELECT i, saaskpi.train_trees('SELECT label, a, b, c FROM pairs_of', 30 + 10 * i, learning_rate => 0.02 * i) AS m FROM generate_series(1, 6) AS i;
CREATE TABLE alone AS SELECT i, n, saaskpi.predict(m, ARRAY[a, b, c]) AS p FROM six CROSS JOIN pairs_of WHERE n <= 60 ORDER BY i, n;
SELECT models, count(*) AS scores, count(DISTINCT p.p) > 10 * models AS differ, count(*) FILTER (WHERE p.p IS DISTINCT FROM alone.p) AS wrong
  FROM (VALUES (1), (3), (6)) AS v (models) CROSS JOIN LATERAL (
        SELECT t.i, t.n, saaskpi.predict(t.m, ARRAY[t.a, t.b, t.c]) AS p
          FROM (SELECT * FROM six CROSS JOIN pairs_of WHERE i <= models AND n <= 60 ORDER BY n, (i * n) % 7, i OFFSET 0) AS t) AS p
  JOIN alone USING (i, n) GROUP BY models ORDER BY models;
DROP TABLE six, alone;
-- refused
SELECT saaskpi.train_trees('SELECT label, a FROM pairs_of', 0);
SELECT saaskpi.train_trees('SELECT label, a FROM pairs_of', leaves => 65);
SELECT saaskpi.train_trees('SELECT label, a FROM pairs_of', learning_rate => 'NaN');
SELECT saaskpi.train_trees('SELECT label, a FROM pairs_of', min_rows => 0);
SELECT saaskpi.train_trees('SELECT label, a FROM pairs_of', l2 => '-1');
SELECT saaskpi.train_trees('SELECT label, a FROM pairs_of', rising => '{b}');
SELECT saaskpi.train_trees('SELECT label, a FROM pairs_of', falling => '{NULL}');
SELECT saaskpi.train_trees('SELECT label, a, true AS held_out FROM pairs_of');
SELECT saaskpi.train_trees('SELECT label, a, 1 AS held_out FROM pairs_of');
SELECT saaskpi.train_trees('SELECT label, a, 1e101 AS b FROM pairs_of');
SELECT saaskpi.train_trees(NULL) IS NULL AS nothing;
DROP TABLE pairs_of, grown;
