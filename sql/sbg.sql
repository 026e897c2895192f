-- Customers under contract: published cohorts, individuals, likelihoods
-- without a top, errors.
\pset null '-'
CREATE FUNCTION pg_temp.r(float8, int DEFAULT 6) RETURNS numeric LANGUAGE sql RETURN round($1::numeric, $2);

-- Fader and Hardie (2007): seven years of two segments, the twelfth year
CREATE TEMP TABLE cohorts (name text, survivors float8[]);
INSERT INTO cohorts VALUES ('high end', '{1000,869,743,653,593,551,517,491}'), ('regular', '{1000,631,468,382,326,289,262,241}');
SELECT name, pg_temp.r(parameters[1], 4) AS alpha, pg_temp.r(parameters[2], 4) AS beta, pg_temp.r(log_likelihood) AS log_likelihood, customers, status,
       pg_temp.r(c.survival, 3) AS twelfth, pg_temp.r(saaskpi.sbg_residual(parameters, 0, 0.1), 4) AS residual, pg_temp.r(saaskpi.sbg_residual(parameters, 4, 0.1, 10), 4) AS ten_after_four
  FROM cohorts, saaskpi.sbg(survivors) AS f, saaskpi.sbg_curve(parameters, 12) AS c WHERE c.period = 12 ORDER BY name;
-- the same customers one by one
SELECT f.parameters = g.parameters AS same
  FROM (SELECT array_agg(p ORDER BY p DESC) AS p, array_agg(e ORDER BY p DESC) AS e
          FROM (SELECT least(k, 7)::float8 AS p, k < 8 AS e FROM generate_series(1, 8) AS k, generate_series(1, (ARRAY[131,126,90,60,42,34,26,491])[k])) AS c) AS q,
       saaskpi.sbg(p, e) AS f, cohorts, saaskpi.sbg(survivors) AS g WHERE name = 'high end';
-- retention rises
SELECT period, pg_temp.r(survival) AS survival, pg_temp.r(retention) AS retention FROM saaskpi.sbg_curve('{1,3}', 4);
SELECT saaskpi.sbg_residual('{1,3}', 0, 0) AS all_of_them, pg_temp.r(saaskpi.sbg_residual('{2,3}', 0, 0)) AS finite, pg_temp.r(saaskpi.sbg_residual('{1,3}', 0, 0, 3)) AS three;

-- likelihoods without a top
SELECT s AS survivors, f.parameters IS NOT NULL AS fitted, f.customers, f.status
  FROM unnest(ARRAY['{10,10,10}', '{10,5}', '{10,0}', '{10}', '{1000,900,810,729}', '{10,5,0}']) AS s, saaskpi.sbg(s::float8[]) AS f;
SELECT pg_temp.r(parameters[1] / (parameters[1] + parameters[2]), 3) AS constant FROM saaskpi.sbg('{1000,900,810,729}');
-- NULL in place of an argument
SELECT count(*) FROM saaskpi.sbg(NULL);
SELECT count(*) FROM saaskpi.sbg('{1}', NULL);
SELECT count(*) FROM saaskpi.sbg_curve(NULL, 3);
SELECT saaskpi.sbg_residual(NULL, 0, 0.1);

-- errors
SELECT saaskpi.sbg('{}');
SELECT saaskpi.sbg('{0,0}');
SELECT saaskpi.sbg('{10,5,6}');
SELECT saaskpi.sbg('{10,-5}');
SELECT saaskpi.sbg('{1,2}', '{t}');
SELECT saaskpi.sbg('{0}', '{t}');
SELECT saaskpi.sbg('{1.5}', '{f}');
SELECT saaskpi.sbg_curve('{1,2,3}', 3);
SELECT saaskpi.sbg_curve('{1,2}', -3);
SELECT saaskpi.sbg_residual('{1,2}', -1, 0.1);
SELECT saaskpi.sbg_residual('{1,2}', 0, -0.1);
SELECT saaskpi.sbg_residual('{1,2}', 0, 1e-9);
SELECT saaskpi.sbg_residual('{1,2}', 0, 0.1, 0);
