-- Purchases and spend to come: CDNOW's published parameters, fits of invented
-- customers, likelihoods without a top, errors.
\pset null '-'
-- digits that any machine gives
CREATE FUNCTION pg_temp.r(float8, int DEFAULT 6) RETURNS numeric LANGUAGE sql RETURN round($1::numeric, $2);

CREATE TEMP TABLE published AS
SELECT '{0.2425929,4.4135316,0.79288615,2.42575373}'::float8[] AS bg, '{0.55327545,10.57761198,0.60621386,11.66792235}'::float8[] AS pareto,
       '{6.24880306,3.74458832,15.44774623}'::float8[] AS gamma;
SELECT pg_temp.r(saaskpi.bg_nbd_expected(bg, 2, 30.43, 38.86, 39), 5) AS bg_39, pg_temp.r(saaskpi.bg_nbd_alive(bg, 2, 30.43, 38.86)) AS alive,
       pg_temp.r(saaskpi.bg_nbd_expected(bg, 0, 0, 0, 52)) AS bg_new, pg_temp.r(saaskpi.pareto_nbd_expected(pareto, 26, 30.86, 31, 52)) AS pareto_52,
       pg_temp.r(saaskpi.pareto_nbd_alive(pareto, 26, 30.86, 31)) AS alive, pg_temp.r(saaskpi.pareto_nbd_expected(pareto, 0, 0, 0, 52)) AS pareto_new,
       pg_temp.r(saaskpi.gamma_gamma_spend(gamma, 0, NULL)) AS spend, pg_temp.r(saaskpi.gamma_gamma_spend(gamma, 2, 22.35)) AS hers
  FROM published;
-- discounting takes away, at no rate nothing
SELECT saaskpi.bg_nbd_discounted(bg, 2, 30.43, 38.86, 39, 0)::numeric(12,8) = saaskpi.bg_nbd_expected(bg, 2, 30.43, 38.86, 39)::numeric(12,8) AS bg,
       saaskpi.pareto_nbd_discounted(pareto, 2, 30.43, 38.86, 39, 0)::numeric(12,8) = saaskpi.pareto_nbd_expected(pareto, 2, 30.43, 38.86, 39)::numeric(12,8) AS pareto,
       pg_temp.r(saaskpi.bg_nbd_discounted(bg, 2, 30.43, 38.86, 39, 0.01)) AS bg_1, pg_temp.r(saaskpi.pareto_nbd_discounted(pareto, 2, 30.43, 38.86, 39, 0.01)) AS pareto_1
  FROM published;

-- 400 customers who buy and leave at rates of their own
CREATE TEMP TABLE buyers AS
SELECT x, CASE WHEN x > 0 THEN ceil(life * x / (x + 1)) ELSE 0 END AS recency, 40 AS age, round((20 + 60 * u3 ^ 3) * (1 + 1.6 * (u4 - 0.5) / sqrt(greatest(x, 1))), 2) AS spend
  FROM (SELECT floor(-ln(u1) * life / 8) AS x, life, u3, u4
          FROM (SELECT u[1] AS u1, CASE WHEN u[5] < 0.4 THEN 12 * u[2] ELSE 40 END AS life, u[3] AS u3, u[4] AS u4
                  FROM (SELECT ARRAY(SELECT (('x' || left(md5(n || '/' || k), 8))::bit(32)::bigint::numeric + 0.5) / 4294967296 FROM generate_series(1, 5) AS k) AS u
                          FROM generate_series(1, 400) AS n) AS u) AS l) AS q;
CREATE TEMP TABLE fits AS
SELECT 'bg_nbd' AS model, f.* FROM (SELECT array_agg(x)::float8[] AS x, array_agg(recency)::float8[] AS r, array_agg(age)::float8[] AS a FROM buyers) AS q, saaskpi.bg_nbd(x, r, a) AS f UNION ALL
SELECT 'pareto_nbd', f.* FROM (SELECT array_agg(x)::float8[] AS x, array_agg(recency)::float8[] AS r, array_agg(age)::float8[] AS a FROM buyers) AS q, saaskpi.pareto_nbd(x, r, a) AS f UNION ALL
SELECT 'gamma_gamma', f.* FROM (SELECT array_agg(x)::float8[] AS x, array_agg(spend)::float8[] AS s FROM buyers WHERE x > 0) AS q, saaskpi.gamma_gamma(x, s) AS f;
SELECT model, ARRAY(SELECT pg_temp.r(p, 3) FROM unnest(parameters) AS p) AS parameters, pg_temp.r(log_likelihood, 4) AS log_likelihood, customers, status FROM fits;
SELECT model, ARRAY(SELECT pg_temp.r(e, 2) FROM unnest(std_errors) AS e) AS std_errors FROM fits;
-- equal customers as one row with a weight, in another order: the same bits
SELECT f.parameters = fits.parameters AND f.log_likelihood = fits.log_likelihood AS same, f.customers
  FROM (SELECT array_agg(x ORDER BY age DESC)::float8[] AS x, array_agg(recency ORDER BY age DESC)::float8[] AS r, array_agg(age ORDER BY age DESC)::float8[] AS a,
               array_agg(n ORDER BY age DESC)::float8[] AS n FROM (SELECT x, recency, age, count(*) AS n FROM buyers GROUP BY 1, 2, 3) AS g) AS q,
       saaskpi.bg_nbd(x, r, a, n) AS f, fits WHERE model = 'bg_nbd';

-- likelihoods without a top
SELECT * FROM saaskpi.bg_nbd('{0,0}', '{0,0}', '{1,0}');
SELECT * FROM saaskpi.pareto_nbd('{0,0}', '{0,0}', '{1,2}');
SELECT f.model, f.customers, f.parameters IS NOT NULL AS fitted, f.status
  FROM (SELECT array_agg(1 + i % 70)::float8[] AS x, array_agg(100 - i % 2 * 99.0 / (1 + i % 70))::float8[] AS r, array_agg(100)::float8[] AS a FROM generate_series(1, 500) AS i) AS q,
       LATERAL (SELECT 'bg_nbd' AS model, f.* FROM saaskpi.bg_nbd(x, r, a) AS f UNION ALL SELECT 'pareto_nbd', f.* FROM saaskpi.pareto_nbd(x, r, a) AS f) AS f;
SELECT status, std_errors FROM saaskpi.bg_nbd('{5}', '{4}', '{5}');
SELECT pg_temp.r(parameters[1] * parameters[3] / (parameters[2] - 1), 3) AS mean, status FROM saaskpi.gamma_gamma('{1,2,3}', '{5,5,5}');
SELECT status, saaskpi.gamma_gamma_spend(parameters, 0, NULL) AS of_all, saaskpi.gamma_gamma_spend(parameters, 10, 20) > 0 AS hers
  FROM saaskpi.gamma_gamma('{10,10,10,10}', '{1,5,20,100}');
-- NULL in place of an argument
SELECT count(*) FROM saaskpi.bg_nbd(NULL, '{0}', '{1}');
SELECT count(*) FROM saaskpi.gamma_gamma('{1}', NULL);
SELECT saaskpi.bg_nbd_alive(NULL, 1, 1, 1), saaskpi.gamma_gamma_spend('{1,2,3}', 1, NULL), saaskpi.gamma_gamma_spend(NULL, 1, 1);

-- errors
SELECT saaskpi.bg_nbd('{}', '{}', '{}');
SELECT saaskpi.bg_nbd('{1,2}', '{1}', '{2,3}');
SELECT saaskpi.bg_nbd('{1,NULL}', '{1,1}', '{2,3}');
SELECT saaskpi.bg_nbd('{1.5}', '{1}', '{2}');
SELECT saaskpi.bg_nbd('{1,NaN}', '{1,1}', '{2,2}');
SELECT saaskpi.pareto_nbd('{1,2}', '{1,3}', '{2,2}');
SELECT saaskpi.pareto_nbd('{1,0}', '{1,1}', '{2,2}');
SELECT saaskpi.pareto_nbd('{2}', '{0}', '{2}');
SELECT saaskpi.bg_nbd('{1}', '{1}', '{2}', '{-1}');
SELECT saaskpi.gamma_gamma('{0}', '{5}');
SELECT saaskpi.gamma_gamma('{1}', '{0}');
SELECT saaskpi.bg_nbd_alive('{1,2,3}', 1, 1, 2);
SELECT saaskpi.pareto_nbd_alive('{1,2,3,NULL}', 1, 1, 2);
SELECT saaskpi.pareto_nbd_expected('{1,2,3,-1}', 1, 1, 2, 3);
SELECT saaskpi.bg_nbd_expected('{1,2,3,4}', 1, 3, 2, 10);
SELECT saaskpi.bg_nbd_expected('{1,2,3,4}', 1, 1, 2, -10);
SELECT saaskpi.bg_nbd_expected('{1,2,3,4}', 1, 1, 2, 1e9);
SELECT saaskpi.bg_nbd_discounted('{1,2,3,4}', 1, 1, 2, 10, -0.1);
SELECT saaskpi.pareto_nbd_discounted('{1,2,3,4}', 1, 1, 2, 10, 'NaN');
SELECT saaskpi.gamma_gamma_spend('{1,2}', 1, 5);
SELECT saaskpi.gamma_gamma_spend('{1,2,3}', -1, 5);
