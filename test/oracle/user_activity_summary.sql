-- user_activity_summary: customers, from what they did.
SELECT customer_id AS user_id, min(at) AS first_seen, max(at) AS last_seen,
       count(at) AS total_events, coalesce(max(s.sessions), 0) AS total_sessions,
       count(DISTINCT day) FILTER (WHERE at IS NOT NULL) AS active_days,
       (max(as_of) - max(day) FILTER (WHERE at IS NOT NULL))::bigint
           AS days_since_last_event,
       max(as_of) - max(day) FILTER (WHERE at IS NOT NULL)
           > max(inactivity_days) AS potentially_churned,
       round(round(max(s.seconds) / max(s.sessions), 3) / 60, 3)
           AS avg_session_minutes,
       round(count(at) / max(s.sessions)::numeric, 6) AS events_per_session,
       u.simulated_mrr, u.simulated_ltv, g.cluster AS segment_id, g.segment,
       max(r.probability) AS churn_risk_score
FROM settings CROSS JOIN oracle_event
LEFT JOIN (SELECT customer_id, count(*) AS sessions, sum(seconds) AS seconds
           FROM oracle_session GROUP BY customer_id) AS s USING (customer_id)
JOIN oracle_kpi_user_activity AS u USING (customer_id)
LEFT JOIN oracle_kpi_customer_segments AS g USING (customer_id)
LEFT JOIN (SELECT customer_id, probability FROM oracle_kpi_churn_scores
           WHERE snapshot = (SELECT max(snapshot) FROM oracle_kpi_churn_scores))
    AS r USING (customer_id)
GROUP BY customer_id, u.simulated_mrr, u.simulated_ltv, g.cluster, g.segment
