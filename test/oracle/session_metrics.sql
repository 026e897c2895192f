-- session_metrics: sessions, in minutes.
SELECT customer_id AS user_id, session AS session_id, began AS start_time,
       ended AS end_time, round(seconds / 60, 3) AS duration_minutes,
       events AS event_count
FROM oracle_session
