-- kpi_activity: who is active, by period; the windows end with the period.
SELECT grain, period, active, new, "returning", resurrecting, dormant,
       w.active_7d, w.active_28d, d.active_customer_days,
       (e.ended - period)::bigint AS days,
       round(d.of_28_days / nullif(least(e.ended - period, 28) * w.active_28d, 0)
             ::numeric, 6) AS stickiness,
       events, s.sessions,
       round(events / nullif(s.sessions, 0)::numeric, 6) AS events_per_session,
       d.signups, d.errors, is_complete
FROM settings CROSS JOIN oracle_event_period
CROSS JOIN LATERAL (SELECT least(oracle_next(grain, period), as_of + 1)
                        AS ended) AS e
CROSS JOIN LATERAL
    (SELECT count(DISTINCT customer_id) FILTER (WHERE day > ended - 8)
                AS active_7d, count(DISTINCT customer_id) AS active_28d
     FROM oracle_event WHERE at IS NOT NULL AND day > ended - 29
                         AND day < ended) AS w
CROSS JOIN LATERAL
    (SELECT count(DISTINCT (customer_id, day)) AS active_customer_days,
            count(DISTINCT (customer_id, day)) FILTER (WHERE day > ended - 29)
                AS of_28_days,
            count(*) FILTER (WHERE o.type = 'signup') AS signups,
            count(*) FILTER (WHERE o.type = 'error_occurred') AS errors
     FROM oracle_event AS o
     WHERE at IS NOT NULL AND day >= period AND day < ended) AS d
CROSS JOIN LATERAL (SELECT count(*) AS sessions FROM oracle_session
                    WHERE day >= period AND day < e.ended) AS s
WHERE type IS NULL
