SET datestyle = iso;
SET client_min_messages = warning;
SET timezone = 'UTC';
\pset null ~
-- Nothing but an event log: two customers, one of them known by a single event.
CREATE SCHEMA events_test;
CREATE TABLE events_test.events (customer_id text, event_time timestamptz, event_type text);
CALL saaskpi.create_views('events_test');
UPDATE events_test.kpi_settings SET as_of = '2024-03-04', time_zone = 'America/New_York';
CALL saaskpi.refresh('events_test');
SELECT (SELECT count(*) FROM events_test.kpi_activity) AS activity, (SELECT count(*) FROM events_test.kpi_user_activity) AS customers, (SELECT count(*) FROM events_test.daily_summary) AS days,
       (SELECT count(*) FROM events_test.kpi_session_stats) AS stats, (SELECT last_run FROM events_test.kpi_status) AS run;
INSERT INTO events_test.events VALUES
    ('A', '2024-02-29 23:50 America/New_York', 'signup'), ('A', '2024-03-01 00:10 America/New_York', 'login'), ('A', '2024-03-01 00:40 America/New_York', 'feature_A_used'),
    ('A', '2024-03-01 01:10:00.000001 America/New_York', 'error_occurred'), ('A', '2024-03-01 09:00 America/New_York', 'plan_upgraded'),
    ('A', '2024-03-04 23:59:59.999999 America/New_York', 'login'), ('A', '2024-03-05 00:00 America/New_York', 'login'),
    ('B', '2024-01-31 12:00 America/New_York', ''), ('B', NULL, 'login'), ('B', 'infinity', 'login'), (NULL, '2024-03-01 12:00 America/New_York', 'login'), ('C', '-infinity', 'login');
CALL saaskpi.refresh('events_test');
SELECT * FROM events_test.kpi_user_activity ORDER BY customer_id;
SELECT * FROM events_test.kpi_sessions ORDER BY customer_id, session;
SELECT * FROM events_test.kpi_user_event_types ORDER BY customer_id, event_type;
SELECT * FROM events_test.kpi_activity WHERE grain <> 'day' OR period >= '2024-02-28' OR period < '2024-02-02' ORDER BY grain, period;
SELECT * FROM events_test.kpi_event_types WHERE grain = 'month' ORDER BY event_type, period;
SELECT * FROM events_test.kpi_session_stats WHERE grain = 'month' ORDER BY period;
SELECT * FROM events_test.user_activity_summary ORDER BY user_id;
SELECT * FROM events_test.session_metrics ORDER BY user_id, session_id;
SELECT date, signups, dau, events, sessions, errors, is_anomaly, is_complete FROM events_test.daily_summary WHERE date >= '2024-02-28' ORDER BY date;
SELECT rule, rows FROM events_test.kpi_data_quality WHERE source = 'events' ORDER BY rule;
SELECT skipped_events FROM events_test.kpi_refresh_log ORDER BY run_id DESC LIMIT 1;
SELECT identity, holds FROM saaskpi.check_identities('events_test') WHERE identity ~ 'activity|session';
-- the settings: gap, midnight, start of the week, days of inactivity, what a type means
UPDATE events_test.kpi_settings SET session_gap_minutes = 480, session_splits_at_midnight = true, week_start = 'sunday', inactivity_days = 32, simulated_monthly_price = 10;
UPDATE events_test.kpi_event_meanings SET meaning = 'signup' WHERE event_type = 'feature_A_used';
SELECT stale_because FROM events_test.kpi_status;
CALL saaskpi.refresh('events_test');
SELECT customer_id, session, session_start, seconds, events FROM events_test.kpi_sessions ORDER BY customer_id, session;
SELECT customer_id, days_since_last, potentially_churned, simulated_mrr, simulated_ltv FROM events_test.kpi_user_activity ORDER BY customer_id;
SELECT period, active, signups FROM events_test.kpi_activity WHERE grain = 'week' AND active > 0 ORDER BY period;
SELECT identity, holds FROM saaskpi.check_identities('events_test') WHERE NOT holds;
-- a cancellation ends the simulated MRR, on the day of an upgrade as well
INSERT INTO events_test.events VALUES ('A', '2024-03-02 09:00 America/New_York', 'subscription_cancelled'), ('B', '2024-03-01 09:00 America/New_York', 'plan_upgraded'), ('B', '2024-03-01 10:00 America/New_York', 'subscription_cancelled');
CALL saaskpi.refresh('events_test');
SELECT customer_id, simulated_mrr, simulated_ltv FROM events_test.kpi_user_activity ORDER BY customer_id;
-- an identity that fails is named
BEGIN;
UPDATE events_test.kpi_activity_mat SET active = active + 1 WHERE grain = 'day' AND period = '2024-03-01';
UPDATE events_test.kpi_sessions_mat SET events = events + 1 WHERE customer_id = 'A' AND session = 2;
SELECT identity, detail FROM saaskpi.check_identities('events_test') WHERE NOT holds;
ROLLBACK;
BEGIN;
UPDATE events_test.kpi_sessions_mat SET session_start = session_start - interval '1 day' WHERE customer_id = 'A' AND session = 2;
UPDATE events_test.kpi_activity_mat SET dormant = dormant + 1 WHERE grain = 'month' AND period = '2024-03-01';
SELECT identity, detail FROM saaskpi.check_identities('events_test') WHERE NOT holds;
ROLLBACK;
-- a repeat is read once, the same number of another customer is none; as ever where a view hides the key
ALTER TABLE events_test.events ADD event_id text;
INSERT INTO events_test.events VALUES ('A', '2024-03-03 09:00 America/New_York', 'login', '7'), ('A', '2024-03-03 10:00 America/New_York', 'login', '7'), ('B', '2024-03-03 10:00 America/New_York', 'login', '7');
CALL saaskpi.refresh('events_test');
SELECT customer_id, session_start, events FROM events_test.kpi_sessions WHERE day = '2024-03-03' ORDER BY 1;
-- an empty number is none: each counts, as those without one do
INSERT INTO events_test.events VALUES ('D', '2024-03-04 09:00Z', 'login', ''), ('D', '2024-03-04 11:00Z', 'login', ''), ('D', '2024-03-04 13:00Z', 'login', '(none)'), ('D', '2024-03-04 15:00Z', 'login', '(none)'), ('D', '2024-03-04 17:00Z', 'login', NULL);
CALL saaskpi.refresh('events_test');
SELECT customer_id, events, sessions, skipped_events FROM events_test.kpi_user_activity WHERE customer_id = 'D';
SELECT rule, rows, example FROM saaskpi.check_sources('events_test') WHERE rule ~ '^event_id' ORDER BY 1;
DELETE FROM events_test.events WHERE customer_id = 'D';
CALL saaskpi.refresh('events_test');
-- far zones: the same instants on other days
UPDATE events_test.kpi_settings SET time_zone = 'Pacific/Kiritimati';
CALL saaskpi.refresh('events_test');
SELECT period, events, active, sessions FROM events_test.kpi_activity WHERE grain = 'day' AND active > 0 ORDER BY period;
UPDATE events_test.kpi_settings SET time_zone = 'Pacific/Pago_Pago';
CALL saaskpi.refresh('events_test');
SELECT period, events, active, sessions FROM events_test.kpi_activity WHERE grain = 'day' AND active > 0 ORDER BY period;
SELECT identity, holds FROM saaskpi.check_identities('events_test') WHERE NOT holds;
DROP SCHEMA events_test CASCADE;
-- a log that names nobody says nothing of who comes back
CREATE SCHEMA events_nobody;
CREATE TABLE events_nobody.customers (customer_id text, signup_date date);
CREATE TABLE events_nobody.events (customer_id text, event_time timestamptz, event_type text);
INSERT INTO events_nobody.customers VALUES ('a', '2024-01-01');
INSERT INTO events_nobody.events VALUES (NULL, '2024-01-05', 'login');
CALL saaskpi.create_views('events_nobody');
UPDATE events_nobody.kpi_settings SET as_of = '2024-02-10';
CALL saaskpi.refresh('events_nobody');
SELECT count(*) AS cohorts FROM events_nobody.kpi_activity_retention;
SELECT sum(events) AS events FROM events_nobody.kpi_activity WHERE grain = 'month';
INSERT INTO events_nobody.events VALUES ('b', '2024-01-06', 'login');
CALL saaskpi.refresh('events_nobody');
SELECT basis, cohort, age, customers, retained FROM events_nobody.kpi_activity_retention WHERE grain = 'month' ORDER BY 1, 2, 3;
DROP SCHEMA events_nobody CASCADE;
-- who came on the 2nd alone is not among those of the last 28 days of March, by neither part of the ratio; what she did before she signed up is no return, by day nor by month
CREATE SCHEMA events_apart;
CREATE TABLE events_apart.customers (customer_id text, signup_date date);
CREATE TABLE events_apart.events (customer_id text, event_time timestamptz, event_type text);
INSERT INTO events_apart.customers VALUES ('u', '2025-01-15'), ('v', '2025-01-15'), ('w', '2025-01-31');
INSERT INTO events_apart.events VALUES ('u', '2025-01-03', 'login'), ('v', '2025-01-20', 'login'), ('w', '2025-02-12', 'login'), ('z', '2025-03-31', 'login');
INSERT INTO events_apart.events SELECT 'n' || i, '2025-03-02', 'login' FROM generate_series(1, 100) AS i;
CALL saaskpi.create_views('events_apart');
UPDATE events_apart.kpi_settings SET as_of = '2025-04-15', time_zone = 'UTC';
CALL saaskpi.refresh('events_apart');
SELECT period, active_customer_days, days, active_28d, stickiness FROM events_apart.kpi_activity WHERE grain = 'month' ORDER BY 1;
SELECT count(*) AS rows, count(*) FILTER (WHERE stickiness > 1) AS above_one FROM events_apart.kpi_activity;
SELECT cohort, age, customers, retained, retained_or_later, retained_throughout FROM events_apart.kpi_activity_retention WHERE basis = 'signup' AND grain = 'month' AND cohort = '2025-01-01' AND age < 3 ORDER BY age;
DROP SCHEMA events_apart CASCADE;
