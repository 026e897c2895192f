-- funnel_counts: the same under the names of a file.
SELECT funnel, step, event_type AS step_name, customers AS users,
       round(100 * step_rate, 2) AS conversion_from_previous_pct,
       round(100 * overall_rate, 2) AS conversion_overall_pct
FROM oracle_kpi_funnel
