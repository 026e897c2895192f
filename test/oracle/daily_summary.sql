-- daily_summary: days; what is unusual of their signups is said of the series.
SELECT period AS date,
       (SELECT count(*) FROM oracle_event AS e WHERE at IS NOT NULL
        AND e.day = period AND type = 'signup') AS signups,
       active AS dau, events,
       (SELECT count(*) FROM oracle_session AS s WHERE s.day = period)
           AS sessions,
       (SELECT count(*) FROM oracle_event AS e WHERE at IS NOT NULL
        AND e.day = period AND type = 'error_occurred') AS errors,
       x.expected AS expected_signups, x.score AS anomaly_score,
       CASE WHEN expected IS NOT NULL THEN is_anomaly END AS is_anomaly,
       kind AS anomaly_kind, is_complete
FROM oracle_event_period AS p
LEFT JOIN (SELECT * FROM oracle_kpi_anomalies_daily
           WHERE EXISTS (SELECT FROM oracle_signup
                         WHERE taken_from = 'kpi_activity')) AS x USING (period)
WHERE p.grain = 'day' AND type IS NULL
