-- kpi_sessions: one by one.
SELECT customer_id, session, began AS session_start, ended AS session_end,
       day, seconds, events
FROM oracle_session
