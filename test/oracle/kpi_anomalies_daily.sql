-- kpi_anomalies_daily: days that do not fit; the scores are the extension's
-- own, asked with arrays. The newest day is judged by those before it.
SELECT metric, 'day' AS grain, first_period + step - 1 AS period,
       amounts[step] AS value, round(expected::numeric, 2) AS expected,
       round(lo::numeric, 2) AS lo, round(hi::numeric, 2) AS hi,
       round(score::numeric, 2) AS score, kind, is_anomaly, is_alarm,
       CASE WHEN causal THEN 'causal' ELSE 'retrospective' END AS mode,
       CASE WHEN expected IS NULL THEN 'too short' ELSE 'ok' END AS status
FROM oracle_y_daily AS v
CROSS JOIN (VALUES (false), (true)) AS m (causal)
CROSS JOIN LATERAL saaskpi.anomalies(y, v.season, causal => m.causal) AS a
WHERE causal = (step = cardinality(y))
