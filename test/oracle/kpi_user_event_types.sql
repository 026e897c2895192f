-- kpi_user_event_types: customer by type.
SELECT customer_id, type AS event_type, count(*) AS events,
       count(DISTINCT day) AS days, min(day) AS first_on, max(day) AS last_on,
       active_days, tenure_days,
       round(count(*) / active_days::numeric, 6) AS per_active_day,
       round(count(*) * 7 / tenure_days::numeric, 6) AS per_week
FROM oracle_event
JOIN (SELECT customer_id, count(DISTINCT day) AS active_days,
             (max(as_of) - min(day) + 1)::bigint AS tenure_days
      FROM oracle_event, settings WHERE at IS NOT NULL GROUP BY customer_id)
     AS c USING (customer_id)
WHERE at IS NOT NULL
GROUP BY customer_id, type, active_days, tenure_days
