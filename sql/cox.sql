-- Cox regression: published values, ties, features without an answer, errors.
\pset null '-'
CREATE FUNCTION pg_temp.r(float8, int DEFAULT 6) RETURNS numeric LANGUAGE sql RETURN CASE WHEN abs($1) < 1e100 THEN round($1::numeric, $2) ELSE $1::numeric END;
CREATE TEMP TABLE gehan AS
SELECT row_number() OVER ()::int AS n, * FROM (
SELECT 0 AS placebo, unnest('{6,6,6,6,7,9,10,10,11,13,16,17,19,20,22,23,25,32,32,34,35}'::float8[]) AS weeks,
       unnest('{t,t,t,f,t,f,t,f,f,t,t,f,f,f,t,t,f,f,f,f,f}'::boolean[]) AS relapsed
 UNION ALL
SELECT 1, unnest('{1,1,2,2,3,4,4,5,5,8,8,8,8,11,11,12,12,15,17,22,23}'::float8[]), true) AS g;

-- remission after leukaemia, as in every textbook: 1.572 (0.412) and 1.509
SELECT t.ties, feature, pg_temp.r(coefficient, 5) AS coefficient, pg_temp.r(hazard_ratio, 4) AS ratio, pg_temp.r(lo, 4) AS lo, pg_temp.r(hi, 4) AS hi, pg_temp.r(std_error, 5) AS error,
       pg_temp.r(z, 4) AS z, pg_temp.r(p_value, 8) AS p, status, subjects, events, pg_temp.r(log_likelihood_null, 4) AS null, pg_temp.r(log_likelihood, 4) AS fitted, pg_temp.r(concordance, 4) AS concordance
  FROM (SELECT array_agg(weeks) AS w, array_agg(relapsed) AS r, array_agg(placebo)::float8[] AS x FROM gehan) AS q, unnest(ARRAY['efron', 'breslow']) AS t(ties), saaskpi.cox(w, r, x, ties => t.ties);
-- two features by name: in any order of rows the same bits for each
SELECT count(DISTINCT f::text) AS answers, min(feature) AS first, max(feature) AS last, bool_and(status = 'ok') AS ok
  FROM (SELECT array_agg(weeks ORDER BY hashint4(n * i)) AS w, array_agg(relapsed ORDER BY hashint4(n * i)) AS r, array_agg(ARRAY[placebo, n % 7]::float8[] ORDER BY hashint4(n * i)) AS x
          FROM gehan, generate_series(1, 6) AS i GROUP BY i) AS q, saaskpi.cox(w, r, x, ARRAY['placebo', 'seven']) AS f;
-- constant, collinear, and one that marks who goes first
SELECT feature, pg_temp.r(coefficient, 4) AS coefficient, pg_temp.r(hazard_ratio, 4) AS ratio, pg_temp.r(lo, 4) AS lo, pg_temp.r(std_error, 4) AS error, pg_temp.r(p_value, 4) AS p, status
  FROM (SELECT array_agg(weeks) AS w, array_agg(relapsed) AS r, array_agg(ARRAY[placebo, 7, 3 - 2 * placebo, (weeks < 8 AND relapsed)::int]::float8[]) AS x FROM gehan) AS q,
       saaskpi.cox(w, r, x, ARRAY['placebo', 'seven', 'not placebo', 'early']);
-- nobody had an event; one subject
SELECT coefficient, status, events, log_likelihood, concordance FROM saaskpi.cox('{1,2,3}', '{f,f,f}', '{1,2,4}');
SELECT coefficient, status, events, log_likelihood, concordance FROM saaskpi.cox('{1}', '{t}', '{1}');
SELECT count(*) FROM saaskpi.cox(NULL, '{t}', '{1}');
SELECT count(*) FROM saaskpi.cox('{1}', '{t}', NULL);
SELECT count(*) FROM saaskpi.cox('{1}', '{t}', '{1}', ties => NULL);

-- errors
SELECT saaskpi.cox('{}', '{}', '{}');
SELECT saaskpi.cox('{1,2}', '{t,t}', '{1}');
SELECT saaskpi.cox('{1,2}', '{t,t}', '{}');
SELECT saaskpi.cox('{1,2}', '{t,t}', '{{{1}},{{2}}}');
SELECT saaskpi.cox('{1,2}', '{t}', '{1,2}');
SELECT saaskpi.cox('{1,2}', '{t,t}', '{1,NULL}');
SELECT saaskpi.cox('{1,2}', '{t,t}', '{{1,2},{3,NaN}}');
SELECT saaskpi.cox('{1,-2}', '{t,t}', '{1,2}');
SELECT saaskpi.cox('{1,2}', '{t,t}', '{1,2}', '{a,b}');
SELECT saaskpi.cox('{1,2}', '{t,t}', '{1,2}', '{NULL}');
SELECT saaskpi.cox('{1,2}', '{t,t}', '{1,2}', ties => 'exact');
SELECT saaskpi.cox('{1,2}', '{t,t}', '{1,2}', level => 1);
SELECT saaskpi.cox(array_agg(i), array_agg(true), array_agg(array_fill(1::float8, ARRAY[101]))) FROM generate_series(1, 3) AS i;
