-- Sessions and a funnel, each alone from the events, in DuckDB SQL.

-- name: load
SET TimeZone = 'UTC';
CREATE TABLE events (event_id VARCHAR, customer_id VARCHAR, event_time TIMESTAMP, event_type VARCHAR);
INSERT INTO events SELECT event_id, customer_id, event_time, event_type
FROM read_csv('{csv}/events.csv', header = true, all_varchar = true) ORDER BY event_time;

-- name: kpi_sessions
-- Events of one time are peers: two windows may order them differently.
CREATE OR REPLACE TABLE kpi_sessions AS
SELECT customer_id, session, min(event_time) AS session_start, max(event_time) AS session_end, count(*) AS events
FROM (SELECT customer_id, event_time,
             count(*) FILTER (WHERE begins) OVER (PARTITION BY customer_id ORDER BY event_time) AS session
      FROM (SELECT customer_id, event_time,
                   coalesce(event_time - lag(event_time) OVER (PARTITION BY customer_id ORDER BY event_time) > interval '30 minutes', true) AS begins
            FROM events) AS e) AS e
GROUP BY customer_id, session;

-- name: kpi_session_totals
CREATE OR REPLACE TABLE kpi_session_totals AS
SELECT count(*) AS sessions, sum(epoch_us(session_end) - epoch_us(session_start)) // 1000000 AS seconds
FROM (SELECT customer_id, session, min(event_time) AS session_start, max(event_time) AS session_end, count(*) AS events
      FROM (SELECT customer_id, event_time,
                   count(*) FILTER (WHERE begins) OVER (PARTITION BY customer_id ORDER BY event_time) AS session
            FROM (SELECT customer_id, event_time,
                         coalesce(event_time - lag(event_time) OVER (PARTITION BY customer_id ORDER BY event_time) > interval '30 minutes', true) AS begins
                  FROM events) AS e) AS e
      GROUP BY customer_id, session) AS s;

-- name: kpi_funnel
-- Per event the entry of the chain that gets there and began last; events of
-- one time in the order of the steps, as each step takes another event.
CREATE OR REPLACE TABLE kpi_funnel AS
WITH s AS
(
    SELECT customer_id, event_time, list_position(['signup', 'login', 'feature_A_used', 'feature_B_used', 'plan_upgraded'], event_type) AS step
    FROM events WHERE event_type IN ('signup', 'login', 'feature_A_used', 'feature_B_used', 'plan_upgraded')
),
e1 AS (SELECT *, CASE WHEN step = 1 THEN event_time END AS entry FROM s),
e2 AS (SELECT * EXCLUDE (entry), entry AS t1, CASE WHEN step = 2 THEN max(entry) OVER w END AS entry FROM e1 WINDOW w AS (PARTITION BY customer_id ORDER BY event_time, step ROWS UNBOUNDED PRECEDING)),
e3 AS (SELECT * EXCLUDE (entry), CASE WHEN event_time - entry <= interval '30 days' THEN entry END AS t2, CASE WHEN step = 3 THEN max(CASE WHEN event_time - entry <= interval '30 days' THEN entry END) OVER w END AS entry FROM e2 WINDOW w AS (PARTITION BY customer_id ORDER BY event_time, step ROWS UNBOUNDED PRECEDING)),
e4 AS (SELECT * EXCLUDE (entry), CASE WHEN event_time - entry <= interval '30 days' THEN entry END AS t3, CASE WHEN step = 4 THEN max(CASE WHEN event_time - entry <= interval '30 days' THEN entry END) OVER w END AS entry FROM e3 WINDOW w AS (PARTITION BY customer_id ORDER BY event_time, step ROWS UNBOUNDED PRECEDING)),
e5 AS (SELECT * EXCLUDE (entry), CASE WHEN event_time - entry <= interval '30 days' THEN entry END AS t4, CASE WHEN step = 5 THEN max(CASE WHEN event_time - entry <= interval '30 days' THEN entry END) OVER w END AS entry FROM e4 WINDOW w AS (PARTITION BY customer_id ORDER BY event_time, step ROWS UNBOUNDED PRECEDING)),
reached AS
(
    SELECT customer_id, count(t1) > 0 AS r1, count(t2) > 0 AS r2, count(t3) > 0 AS r3, count(t4) > 0 AS r4,
           count(*) FILTER (WHERE event_time - entry <= interval '30 days') > 0 AS r5
    FROM e5 GROUP BY 1
)
SELECT unnest([1, 2, 3, 4, 5]) AS step,
       unnest([count(*) FILTER (WHERE r1), count(*) FILTER (WHERE r2), count(*) FILTER (WHERE r3), count(*) FILTER (WHERE r4), count(*) FILTER (WHERE r5)]) AS customers
FROM reached;
