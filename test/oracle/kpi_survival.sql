-- kpi_survival: the curves, and the log-rank test of each dimension. Without
-- any MRR ever there are none.
WITH
test AS
(
    SELECT q.dimension, t.chi_square, t.p_value
    FROM (SELECT dimension, array_agg(months::float8) AS t,
                 array_agg(ended) AS e, array_agg(value::text) AS v
          FROM oracle_stay_member GROUP BY 1
          HAVING min(value) <> max(value)) AS q
    CROSS JOIN LATERAL
        (SELECT * FROM saaskpi.log_rank(t, e, v) LIMIT 1) AS t
)
SELECT dimension, value, age, customers, at_risk, ended,
       round(survival::numeric, 6) AS survival,
       CASE WHEN survival > 0
            THEN round((survival * sqrt(coalesce(variance, 0)))::numeric, 6)
            END AS std_error,
       CASE WHEN survival > 0 AND survival < 1
            THEN round((survival ^ exp(-1.959963984540054 * sqrt(variance)
                                       / ln(survival)))::numeric, 6) END AS lo,
       CASE WHEN survival > 0 AND survival < 1
            THEN round((survival ^ exp(1.959963984540054 * sqrt(variance)
                                       / ln(survival)))::numeric, 6) END AS hi,
       age <= seen AS is_mature, at_risk < ltv_min_customers AS is_thin,
       round(chi_square::numeric, 6) AS chi_square,
       round(p_value::numeric, 6) AS p_value
FROM oracle_survival CROSS JOIN settings LEFT JOIN test USING (dimension)
