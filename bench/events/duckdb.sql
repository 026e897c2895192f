-- The relations of an event log in DuckDB SQL, part by part as in plain.sql.
-- Division of integers is floating point here, and exact enough at six places.

-- name: load
SET TimeZone = 'UTC';
CREATE TABLE events (event_id VARCHAR, customer_id VARCHAR, event_time TIMESTAMP, event_type VARCHAR);
INSERT INTO events SELECT event_id, customer_id, event_time, event_type
FROM read_csv('{csv}/events.csv', header = true, all_varchar = true) ORDER BY event_time;

-- name: setup
CREATE OR REPLACE TABLE settings AS SELECT DATE '{as_of}' AS as_of;
CREATE OR REPLACE MACRO period_of(day, grain) AS CASE grain WHEN 'day' THEN day WHEN 'week' THEN date_trunc('week', day)::DATE ELSE date_trunc('month', day)::DATE END;
CREATE OR REPLACE MACRO next_of(period, grain) AS CASE grain WHEN 'day' THEN period + 1 WHEN 'week' THEN period + 7 ELSE (period + INTERVAL 1 MONTH)::DATE END;

-- name: b_day
-- Events of a customer, day and type; and of a customer and day.
CREATE OR REPLACE TABLE b_type AS
SELECT customer_id, event_time::DATE AS day, event_type, count(*) AS events
FROM events, settings
WHERE event_time < as_of + 1
GROUP BY 1, 2, 3;
CREATE OR REPLACE TABLE b_day AS
SELECT customer_id, day, sum(events) AS events, count(*) FILTER (WHERE event_type = 'plan_upgraded') AS upgrades,
       count(*) FILTER (WHERE event_type = 'subscription_cancelled') AS cancellations
FROM b_type GROUP BY 1, 2;

-- name: kpi_sessions
-- Events of one time are peers: two windows may order them differently.
CREATE OR REPLACE TABLE kpi_sessions AS
SELECT customer_id, session, min(event_time) AS session_start, max(event_time) AS session_end,
       min(event_time)::DATE AS day,
       (epoch_us(max(event_time)) - epoch_us(min(event_time))) / 1000000 AS seconds, count(*) AS events
FROM (SELECT customer_id, event_time,
             count(*) FILTER (WHERE begins) OVER (PARTITION BY customer_id ORDER BY event_time) AS session
      FROM (SELECT customer_id, event_time,
                   coalesce(event_time - lag(event_time) OVER (PARTITION BY customer_id ORDER BY event_time) > interval '30 minutes', true) AS begins
            FROM events, settings
            WHERE event_time < as_of + 1) AS e) AS e
GROUP BY customer_id, session;

-- name: kpi_user_activity
-- needs: b_day kpi_sessions
CREATE OR REPLACE TABLE kpi_user_activity AS
SELECT customer_id, first_seen, last_seen, active_days, events, sessions, session_seconds,
       round(session_seconds / sessions, 3) AS mean_session_seconds,
       round(events / sessions, 6) AS events_per_session,
       (as_of - last_day)::bigint AS days_since_last, as_of - last_day > 30 AS potentially_churned,
       CASE WHEN upgraded > coalesce(cancelled, '-infinity'::DATE) THEN 50 ELSE 0 END AS simulated_mrr,
       coalesce(round(50 * 12 / 365 * greatest(0, CASE WHEN upgraded > coalesce(cancelled, '-infinity'::DATE) THEN as_of ELSE cancelled END
                                                           - first_upgraded), 2), 0) AS simulated_ltv,
       0::bigint AS skipped_events
FROM settings,
     (SELECT customer_id, count(*) AS active_days, sum(events)::bigint AS events, max(day) AS last_day,
             min(day) FILTER (WHERE upgrades > 0) AS first_upgraded, max(day) FILTER (WHERE upgrades > 0) AS upgraded,
             max(day) FILTER (WHERE cancellations > 0) AS cancelled
      FROM b_day GROUP BY customer_id) AS d
JOIN (SELECT customer_id, count(*) AS sessions, sum(seconds) AS session_seconds, min(session_start) AS first_seen, max(session_end) AS last_seen
      FROM kpi_sessions GROUP BY customer_id) AS s USING (customer_id);

-- name: kpi_user_event_types
-- needs: b_day
CREATE OR REPLACE TABLE kpi_user_event_types AS
SELECT customer_id, event_type, t.events, days, first_on, last_on, active_days, (as_of - first_day + 1)::bigint AS tenure_days,
       round(t.events / active_days, 6) AS per_active_day,
       round(t.events * 7 / (as_of - first_day + 1), 6) AS per_week
FROM settings,
     (SELECT customer_id, event_type, sum(events)::bigint AS events, count(*) AS days, min(day) AS first_on, max(day) AS last_on
      FROM b_type GROUP BY 1, 2) AS t
JOIN (SELECT customer_id, count(*) AS active_days, min(day) AS first_day FROM b_day GROUP BY 1) AS c USING (customer_id);

-- name: b_flow
-- needs: b_day
-- Customers by grain, type (NULL: any) and period.  Who returns is in the period
-- before; what is left of the active are new or resurrecting, and who was active
-- and does not return is dormant.
CREATE OR REPLACE TABLE b_told AS
SELECT g.grain, coalesce(event_type, '') AS type, customer_id, period_of(day, g.grain) AS period, sum(events) AS events
FROM (SELECT customer_id, day, event_type, events FROM b_type
      UNION ALL SELECT customer_id, day, NULL, events FROM b_day) AS t,
     (VALUES ('day'), ('week'), ('month')) AS g(grain)
GROUP BY 1, 2, 3, 4;
CREATE OR REPLACE TABLE b_flow AS
WITH active AS
(
    SELECT grain, type, period, sum(events) AS events, count(*) AS active FROM b_told GROUP BY 1, 2, 3
),
first AS
(
    SELECT grain, type, period, count(*) AS new
    FROM (SELECT grain, type, customer_id, min(period) AS period FROM b_told GROUP BY 1, 2, 3) AS f GROUP BY 1, 2, 3
),
again AS
(
    SELECT grain, type, t.period, count(*) AS "returning"
    FROM b_told AS t JOIN (SELECT grain, type, customer_id, next_of(period, grain) AS period FROM b_told) AS b
        USING (grain, type, customer_id, period)
    GROUP BY 1, 2, 3
),
grid AS
(
    SELECT f.grain, type, d::date AS period, next_of(d::date, f.grain) <= as_of AS is_complete
    FROM settings, (SELECT grain, type, min(period) AS first FROM active GROUP BY 1, 2) AS f,
         LATERAL (SELECT unnest(generate_series(first::TIMESTAMP, as_of::TIMESTAMP, CASE grain WHEN 'day' THEN INTERVAL 1 DAY WHEN 'week' THEN INTERVAL 7 DAY ELSE INTERVAL 1 MONTH END))) AS s(d)
)
SELECT grain, nullif(type, '') AS event_type, period, coalesce(a.events, 0)::bigint AS events, coalesce(a.active, 0) AS active,
       coalesce(new, 0) AS new, coalesce("returning", 0) AS "returning",
       coalesce(a.active, 0) - coalesce(new, 0) - coalesce("returning", 0) AS resurrecting,
       coalesce(b.active, 0) - coalesce("returning", 0) AS dormant, is_complete
FROM grid LEFT JOIN active AS a USING (grain, type, period)
LEFT JOIN (SELECT grain, type, next_of(period, grain) AS period, active FROM active) AS b USING (grain, type, period)
LEFT JOIN first USING (grain, type, period) LEFT JOIN again USING (grain, type, period);

-- name: kpi_event_types
-- needs: b_flow
CREATE OR REPLACE TABLE kpi_event_types AS
SELECT grain, period, event_type, events, active, round(events / nullif(active, 0), 6) AS events_per_active,
       new, "returning", resurrecting, dormant, is_complete
FROM b_flow WHERE event_type IS NOT NULL;

-- name: b_trailing
-- needs: b_day
-- Customers of the last 7 and 28 days on each day: a customer counts from an active day until the windows of the next.
CREATE OR REPLACE TABLE b_trailing AS
SELECT day, sum(sum(d7)) OVER (ORDER BY day)::bigint AS active_7d, sum(sum(d28)) OVER (ORDER BY day)::bigint AS active_28d
FROM (SELECT x.day, sum(x.d7) AS d7, sum(x.d28) AS d28
      FROM (SELECT customer_id, day, lag(day) OVER w AS before FROM b_day WINDOW w AS (PARTITION BY customer_id ORDER BY day)) AS s
      CROSS JOIN LATERAL (VALUES (day, CASE WHEN day - before < 7 THEN 0 ELSE 1 END, CASE WHEN day - before < 28 THEN 0 ELSE 1 END),
                                 (before + 7, CASE WHEN day - before >= 7 THEN -1 ELSE 0 END, 0),
                                 (before + 28, 0, CASE WHEN day - before >= 28 THEN -1 ELSE 0 END)) AS x(day, d7, d28)
      WHERE x.day IS NOT NULL GROUP BY 1
      UNION ALL
      SELECT last + k, CASE k WHEN 7 THEN -count(*) ELSE 0 END, CASE k WHEN 28 THEN -count(*) ELSE 0 END
      FROM (SELECT max(day) AS last FROM b_day GROUP BY customer_id) AS l, (VALUES (7), (28)) AS k(k) GROUP BY last, k
      UNION ALL
      SELECT d::date, 0, 0 FROM settings, (SELECT min(day) AS first FROM b_day) AS f, LATERAL (SELECT unnest(generate_series(first::TIMESTAMP, as_of::TIMESTAMP, INTERVAL 1 DAY))) AS s(d)) AS x
GROUP BY day;

-- name: kpi_activity
-- needs: b_flow b_trailing kpi_sessions
CREATE OR REPLACE TABLE kpi_activity AS
WITH d AS
(
    SELECT grain, period_of(day, grain) AS period, sum(n)::bigint AS active_customer_days,
           sum(n) FILTER (WHERE day >= least(next_of(period_of(day, grain), grain), as_of + 1) - 28)::bigint AS of_28_days
    FROM (SELECT day, count(*) AS n FROM b_day GROUP BY day) AS d, (VALUES ('day'), ('week'), ('month')) AS g(grain), settings GROUP BY 1, 2
),
s AS
(
    SELECT grain, period_of(day, grain) AS period, sum(n)::bigint AS sessions
    FROM (SELECT day, count(*) AS n FROM kpi_sessions GROUP BY day) AS d, (VALUES ('day'), ('week'), ('month')) AS g(grain) GROUP BY 1, 2
),
m AS
(
    SELECT grain, period, sum(events) FILTER (WHERE event_type = 'signup')::bigint AS signups,
           sum(events) FILTER (WHERE event_type = 'error_occurred')::bigint AS errors
    FROM b_flow WHERE event_type IN ('signup', 'error_occurred') GROUP BY 1, 2
)
SELECT grain, period, active, new, "returning", resurrecting, dormant, active_7d, active_28d,
       coalesce(active_customer_days, 0) AS active_customer_days, (ended - period)::bigint AS days,
       round(coalesce(of_28_days, 0) / nullif(least(ended - period, 28) * active_28d, 0), 6) AS stickiness,
       events, coalesce(sessions, 0) AS sessions, round(events / nullif(sessions, 0), 6) AS events_per_session,
       coalesce(signups, 0) AS signups, coalesce(errors, 0) AS errors, is_complete
FROM (SELECT f.*, least(next_of(period, grain), as_of + 1) AS ended FROM b_flow AS f, settings WHERE event_type IS NULL) AS f
LEFT JOIN d USING (grain, period) LEFT JOIN s USING (grain, period) LEFT JOIN m USING (grain, period)
JOIN b_trailing AS t ON t.day = f.ended - 1;

-- name: kpi_session_stats
-- needs: kpi_sessions b_flow
CREATE OR REPLACE TABLE kpi_session_stats AS
WITH s AS
(
    SELECT CASE WHEN grouping(day) = 0 THEN 'day' WHEN grouping(week) = 0 THEN 'week' ELSE 'month' END AS grain,
           coalesce(day, week, month) AS period, count(*) AS sessions, sum(events)::bigint AS events, sum(seconds) AS seconds,
           percentile_disc(0.5) WITHIN GROUP (ORDER BY seconds) AS median_seconds,
           percentile_disc(0.9) WITHIN GROUP (ORDER BY seconds) AS p90_seconds, count(*) FILTER (WHERE events = 1) AS single
    FROM (SELECT day, period_of(day, 'week') AS week, period_of(day, 'month') AS month, events, seconds FROM kpi_sessions) AS x
    GROUP BY GROUPING SETS ((day), (week), (month))
)
SELECT grain, period, coalesce(sessions, 0) AS sessions, coalesce(s.events, 0) AS events, round(s.events / sessions, 6) AS events_per_session,
       coalesce(seconds, 0) AS seconds, round(seconds / sessions, 3) AS mean_seconds, median_seconds, p90_seconds,
       coalesce(single, 0) AS single_event_sessions, round(single / sessions, 6) AS single_event_rate, is_complete
FROM b_flow AS f LEFT JOIN s USING (grain, period) WHERE event_type IS NULL;
