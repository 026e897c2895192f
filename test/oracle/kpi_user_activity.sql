-- kpi_user_activity: every customer with an event.
SELECT customer_id, first_seen, last_seen, active_days, events,
       coalesce(s.sessions, 0) AS sessions, coalesce(s.seconds, 0) AS
           session_seconds,
       round(s.seconds / s.sessions, 3) AS mean_session_seconds,
       round(events / s.sessions::numeric, 6) AS events_per_session,
       (as_of - last_day)::bigint AS days_since_last,
       as_of - last_day > inactivity_days AS potentially_churned,
       CASE WHEN paying THEN price ELSE 0 END AS simulated_mrr,
       coalesce(round(price * 12 / 365 * greatest(0,
           CASE WHEN paying THEN as_of ELSE cancelled END - first_upgrade), 2),
           0) AS simulated_ltv, skipped_events
FROM settings CROSS JOIN
    (SELECT *, coalesce(upgraded > coalesce(cancelled, '-infinity'), false)
                   AS paying
     FROM (SELECT customer_id, min(at) AS first_seen, max(at) AS last_seen,
                  max(day) FILTER (WHERE at IS NOT NULL) AS last_day,
                  count(DISTINCT day) FILTER (WHERE at IS NOT NULL)
                      AS active_days,
                  count(at) AS events, count(*) - count(at) AS skipped_events,
                  min(day) FILTER (WHERE type = 'plan_upgraded')
                      AS first_upgrade,
                  max(day) FILTER (WHERE type = 'plan_upgraded') AS upgraded,
                  max(day) FILTER (WHERE type = 'subscription_cancelled')
                      AS cancelled
           FROM oracle_event GROUP BY customer_id) AS e) AS e
LEFT JOIN (SELECT customer_id, count(*) AS sessions, sum(seconds) AS seconds
           FROM oracle_session GROUP BY customer_id) AS s USING (customer_id)
