-- daily_summary: days; what is unusual is asked of the extension, with the series
-- of the complete days.
WITH daily AS MATERIALIZED
(
    SELECT period AS day,
           (SELECT count(*) FROM oracle_event AS e WHERE at IS NOT NULL
            AND e.day = period AND type = 'signup') AS signups,
           active, events,
           (SELECT count(*) FROM oracle_session AS s WHERE s.day = period)
               AS sessions,
           (SELECT count(*) FROM oracle_event AS e WHERE at IS NOT NULL
            AND e.day = period AND type = 'error_occurred') AS errors,
           is_complete
    FROM oracle_event_period WHERE grain = 'day' AND type IS NULL
),
judged AS
(
    SELECT r.*
    FROM (SELECT saaskpi.series_agg(day, signups::numeric, 'day') AS s
          FROM daily WHERE is_complete) AS x
    CROSS JOIN LATERAL saaskpi_internal.anomaly_rows(s) AS r
)
SELECT daily.day AS date, signups, active AS dau, events, sessions, errors,
       round(expected::numeric, 2) AS expected_signups,
       round(score::numeric, 2) AS anomaly_score,
       is_anomaly AND expected IS NOT NULL AS is_anomaly,
       kind AS anomaly_kind, is_complete
FROM daily LEFT JOIN judged ON judged.period = daily.day
