-- kpi_anomalies: months that do not fit, of the company as a whole; the scores
-- are the extension's own, asked with arrays. The newest month is judged by
-- those before it, as none comes after.
SELECT metric, 'month' AS grain,
       (first_period + make_interval(months => step - 1))::date AS period,
       amounts[step] AS value, round(expected::numeric, 2) AS expected,
       round(lo::numeric, 2) AS lo, round(hi::numeric, 2) AS hi,
       round(score::numeric, 2) AS score, kind, is_anomaly, is_alarm,
       CASE WHEN causal THEN 'causal' ELSE 'retrospective' END AS mode,
       CASE WHEN expected IS NULL THEN 'too short' ELSE 'ok' END AS status
FROM oracle_y
CROSS JOIN (VALUES (false), (true)) AS m (causal)
CROSS JOIN LATERAL saaskpi.anomalies(y, oracle_y.season, causal => m.causal)
    AS a
WHERE dimension = 'all' AND causal = (step = cardinality(y))
ORDER BY metric COLLATE "C", period
