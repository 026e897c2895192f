-- kpi_churn_model_report: of a model that was told, not trained, and what came
-- since.
SELECT 1::bigint AS model_id, 'promoted' AS status, section, kind AS model,
       metric, position::int AS position, value, text
FROM churn_model
CROSS JOIN LATERAL
    (VALUES ('training', 'rows', 0::bigint, 300::numeric, 'orders by month ends from 2020-01-31 to 2020-12-31'),
            ('training', 'positives', 0, 100, NULL),
            ('training', 'base_rate', 0, 0.333333, NULL),
            ('training', 'rows_dropped', 0, 7, 'their label reaches beyond the cut-off 2020-10-31'),
            ('training', 'horizon_days', 0, horizon, NULL),
            ('training', 'calibration_intercept', 0, 0.2, NULL),
            ('training', 'calibration_slope', 0, 0.9, NULL),
            ('warnings', 'warning', 1, NULL, 'made up')) AS t (section, metric, position, value, text)
UNION ALL
SELECT 1, 'promoted', 'since', kind, metric,
       row_number() OVER (PARTITION BY metric ORDER BY snapshot)::int, value,
       snapshot::text
FROM oracle_kpi_churn_trend CROSS JOIN churn_model
CROSS JOIN LATERAL
    (VALUES ('mean_probability', mean_probability),
            ('observed_rate', observed_rate),
            ('score_drift', score_drift)) AS t (metric, value)
WHERE value IS NOT NULL
UNION ALL
SELECT 1, 'promoted', 'drift', kind, 'stability_index',
       row_number() OVER (ORDER BY drift DESC, feature COLLATE "C")::int, drift,
       concat(feature, ': ' || finding, ': median ', trim_scale(median_then),
              ' then, ', trim_scale(median_now), ' now')
FROM oracle_kpi_churn_drift CROSS JOIN churn_model
