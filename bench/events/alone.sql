-- The same by the aggregates of saaskpi, from the same events.

-- name: kpi_sessions
CREATE TABLE kpi_sessions AS
SELECT q.customer_id, s.session, s.started_at AS session_start, s.ended_at AS session_end, s.events
  FROM (SELECT customer_id, saaskpi.session_set_agg(event_time, '30 minutes', NULL) AS sessions FROM events GROUP BY customer_id) AS q
 CROSS JOIN LATERAL saaskpi.sessions(q.sessions) AS s;

-- name: kpi_session_totals
CREATE TABLE kpi_session_totals AS
SELECT sum(saaskpi.session_count(q.s)) AS sessions, sum(saaskpi.session_seconds(q.s)) AS seconds
  FROM (SELECT saaskpi.session_set_agg(event_time, '30 minutes', NULL) AS s FROM events GROUP BY customer_id) AS q;

-- name: kpi_funnel
CREATE TABLE kpi_funnel AS
SELECT s.step, count(*) FILTER (WHERE cardinality(q.times) >= s.step) AS customers
  FROM (SELECT saaskpi.funnel_times(saaskpi.funnel_agg(event_time, event_type, '{signup,login,feature_A_used,feature_B_used,plan_upgraded}', '30 days', 'default')) AS times
          FROM events GROUP BY customer_id OFFSET 0) AS q CROSS JOIN generate_series(1, 5) AS s(step) GROUP BY 1;
