-- kpi_ltv_models: one row per parameter.
SELECT f.model, place::int AS place, name AS parameter,
       f.parameters[place] AS value, f.std_errors[place] AS std_error,
       f.customers, f.log_likelihood, round(observed, 6) AS observed,
       CASE WHEN f.parameters IS NOT NULL THEN round(expected, 6) END
           AS expected,
       coalesce(f.status, 'fewer than ' || ltv_min_customers || ' customers')
           AS status
FROM oracle_fit AS f
CROSS JOIN settings
CROSS JOIN LATERAL
    (SELECT CASE f.model WHEN 'sbg' THEN '{alpha,beta}'
                 WHEN 'bg_nbd' THEN '{r,alpha,a,b}'
                 ELSE '{p,q,gamma}' END::text[] AS names) AS p
CROSS JOIN LATERAL unnest(names) WITH ORDINALITY AS n (name, place)
CROSS JOIN LATERAL
    (SELECT max(age) AS age FROM oracle_survival
     WHERE dimension = 'all' AND at_risk >= ltv_min_customers) AS last
-- The chance to stay in a period is (beta + t) / (alpha + beta + t); that of
-- a new buyer's purchases is the extension's own.
CROSS JOIN LATERAL
    (SELECT CASE f.model
            WHEN 'sbg' THEN
                (SELECT round(survival::numeric, 6) FROM oracle_survival AS s
                 WHERE dimension = 'all' AND s.age = last.age)
            WHEN 'bg_nbd' THEN (SELECT sum(x) FROM oracle_buyer)
            ELSE (SELECT avg((again / x)::float8::numeric)
                  FROM oracle_buyer WHERE x > 0 AND again > 0) END
         AS observed,
            CASE f.model
            WHEN 'sbg' THEN CASE WHEN last.age IS NOT NULL THEN
                (SELECT oracle_product((parameters[2] + t)
                     / (parameters[1] + parameters[2] + t))
                 FROM generate_series(0, last.age - 1) AS t)::numeric END
            WHEN 'bg_nbd' THEN
                (SELECT sum(round(saaskpi.bg_nbd_expected(parameters, 0, 0,
                     greatest(0, age / 20000.0 - parameters[2]), age)
                     ::numeric, 6)) FROM oracle_buyer)
            ELSE CASE WHEN parameters[2] > 1
                 THEN (parameters[1] * parameters[3] / (parameters[2] - 1))
                      ::numeric END END AS expected) AS e
UNION ALL
SELECT 'simple', 1, 'churn',
       round(lost / nullif(opening, 0), 6), NULL, opening, NULL, lost, NULL,
       CASE WHEN lost > 0 THEN 'ok'
            WHEN opening > 0 THEN 'nobody left in the last 12 complete months'
            ELSE 'no complete month with customers among the last 12' END
FROM oracle_rates WHERE 'subscriptions' = ANY (sources)
UNION ALL
SELECT 'margin', 1, 'margin', margin, NULL, NULL, NULL, NULL, NULL,
       CASE WHEN ltv_margin IS NOT NULL THEN 'ltv_margin of kpi_settings'
            WHEN measured IS NOT NULL
            THEN 'gross margin of the last 12 complete months'
            ELSE 'not known, all revenue counts' END
FROM oracle_rates
UNION ALL
SELECT 'horizon', 1, 'months', ltv_horizon_months, NULL, NULL, NULL, NULL, NULL,
       'ltv_horizon_months of kpi_settings' FROM settings
UNION ALL
SELECT 'discount', 1, 'by_year', ltv_discount, NULL, NULL, NULL, NULL, NULL,
       'ltv_discount of kpi_settings' FROM settings
UNION ALL
SELECT 'returns', 1, 'kept', kept, NULL, (SELECT count(*) FROM oracle_buyer),
       NULL, NULL, NULL, 'share of what is sold that does not come back'
FROM oracle_rates WHERE 'orders' = ANY (sources)
