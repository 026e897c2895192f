SET datestyle = iso;
SET client_min_messages = warning;
SET timezone = 'UTC';
\set SHOW_CONTEXT never
\pset null ~
-- A shop, and nothing else: net sales and orders by month, which two months are too few to say much of.
CREATE SCHEMA outlook_test;
CREATE TABLE outlook_test.orders (order_id text, customer_id text, ordered_at timestamptz);
CREATE TABLE outlook_test.order_lines (order_id text, product_id text, quantity numeric, unit_price numeric);
CALL saaskpi.create_views('outlook_test');
UPDATE outlook_test.kpi_settings SET as_of = '2024-03-31';
SELECT relation, reason FROM outlook_test.kpi_manifest WHERE relation ~ '^kpi_(series|forecast|seasonality|anomalies|model)' ORDER BY relation COLLATE "C";
INSERT INTO outlook_test.orders VALUES ('1', 'a', '2024-01-10'), ('2', 'b', '2024-01-20'), ('3', 'a', '2024-02-10'), ('4', 'a', '2024-03-10'), ('5', NULL, '2024-02-29 23:59:59.999999Z');
INSERT INTO outlook_test.order_lines VALUES ('1', 'p', 2, 10), ('2', 'p', 1, 10), ('3', 'p', 3, 10), ('3', 'p', -1, 5), ('4', 'p', 9, 10), ('5', 'q', 1, 1.25);
CALL saaskpi.refresh('outlook_test');
SELECT * FROM outlook_test.kpi_series ORDER BY metric;
SELECT metric, period, row_type, actual, point IS NOT NULL AS point, status FROM outlook_test.kpi_forecast_monthly WHERE period < '2024-05-01' ORDER BY metric, period;
SELECT metric, grain, period, value, is_anomaly, status FROM outlook_test.kpi_anomalies ORDER BY metric, period;
SELECT metric, model, forecasts, status FROM outlook_test.kpi_model_performance ORDER BY metric, model, step;
SELECT metric, count(*), min(status) FROM outlook_test.kpi_seasonality GROUP BY metric ORDER BY metric;
SELECT * FROM outlook_test.rfm_analysis ORDER BY customer_id;

-- Customers beside it: twenty weeks of signups by signup_date, fewer at weekends, forty on one Wednesday; and today's and tomorrow's.
CREATE TABLE outlook_test.customers (customer_id text, signup_date date);
INSERT INTO outlook_test.customers
SELECT format('c%s-%s', d, i), date '2023-11-13' + d FROM generate_series(0, 139) AS d, generate_series(1, CASE WHEN d = 86 THEN 40 ELSE (ARRAY[11, 12, 13, 12, 10, 3, 4])[d % 7 + 1] + d * d % 5 END) AS i;
INSERT INTO outlook_test.customers VALUES ('today', '2024-04-01'), ('tomorrow', '2024-04-02'), ('nobody knows', NULL), ('never', 'infinity');
UPDATE outlook_test.kpi_settings SET as_of = '2024-04-01';
CALL saaskpi.create_views('outlook_test');
CALL saaskpi.refresh('outlook_test');
SELECT * FROM outlook_test.kpi_series_daily;
SELECT * FROM outlook_test.kpi_seasonality_daily ORDER BY weekday;
SELECT metric, grain, period, value, score > 2.5 AS unusual, kind, is_alarm, mode, status FROM outlook_test.kpi_anomalies_daily WHERE is_anomaly;
SELECT count(*), sum(value), min(period), max(period), max(mode) FILTER (WHERE period = '2024-03-31') AS newest FROM outlook_test.kpi_anomalies_daily;
SELECT row_type, count(*), min(period), max(period), sum(actual) AS actual, bool_and(lo95 <= lo80 AND lo80 <= point AND point <= hi80 AND hi80 <= hi95) AS ordered, bool_and(actual - trend - seasonal IS NOT NULL) AS parts
  FROM outlook_test.kpi_forecast_daily GROUP BY row_type ORDER BY 1 DESC;
SELECT max(point) FILTER (WHERE extract(isodow FROM period) = 6) < min(point) FILTER (WHERE extract(isodow FROM period) < 6) AS saturdays_are_weak FROM outlook_test.kpi_forecast_daily WHERE row_type = 'forecast';

-- Only series that changed are forecast again: a line more, and net sales are, orders and signups not.
CREATE TABLE outlook_rows AS SELECT metric, xmin::text AS written FROM outlook_test.kpi_forecast_monthly_mat UNION SELECT metric, xmin::text FROM outlook_test.kpi_forecast_daily_mat;
INSERT INTO outlook_test.order_lines VALUES ('1', 'q', 1, 5);
CALL saaskpi.refresh('outlook_test');
SELECT metric AS written_again FROM (SELECT metric, xmin::text FROM outlook_test.kpi_forecast_monthly_mat UNION SELECT metric, xmin::text FROM outlook_test.kpi_forecast_daily_mat EXCEPT TABLE outlook_rows) AS q GROUP BY metric ORDER BY metric;
DROP TABLE outlook_rows;

-- A log beside them: while it knows no signup, those of customers are told, and afterwards its own; active customers come by month.
CREATE TABLE outlook_test.events (customer_id text, event_time timestamptz, event_type text);
INSERT INTO outlook_test.events SELECT format('c%s', d % 5), timestamptz '2024-02-01 09:00Z' + d * interval '1 day', 'login' FROM generate_series(0, 60) AS d;
SET client_min_messages = notice;
CALL saaskpi.create_views('outlook_test');
SET client_min_messages = warning;
CALL saaskpi.refresh('outlook_test');
SELECT metric, first_period, last_period FROM outlook_test.kpi_series ORDER BY metric;
SELECT metric, taken_from, first_period, last_period FROM outlook_test.kpi_series_daily;
SELECT count(*) AS days, count(expected_signups) AS expected, count(is_anomaly) AS judged FROM outlook_test.daily_summary;
INSERT INTO outlook_test.events SELECT format('c%s', d), timestamptz '2024-02-01 09:00Z' + d * interval '1 day', 'signup' FROM generate_series(3, 40) AS d;
INSERT INTO outlook_test.events SELECT format('b%s', d), '2024-03-12 10:00Z', 'signup' FROM generate_series(1, 20) AS d;
CALL saaskpi.refresh('outlook_test');
SELECT metric, taken_from, first_period, last_period FROM outlook_test.kpi_series_daily;
SELECT count(*) AS days, min(date) FILTER (WHERE is_anomaly IS NOT NULL) AS first_judged, max(date) FILTER (WHERE is_anomaly IS NOT NULL) AS last_judged FROM outlook_test.daily_summary;
SELECT date, signups, expected_signups < 3 AS expected_few, anomaly_score > 2.5 AS unusual, anomaly_kind FROM outlook_test.daily_summary WHERE signups > 5;

-- Views above what is stored: made, granted, dropped and refused as other relations.
SELECT relation, status, reason, to_regclass('outlook_test.' || relation || '_mat') AS stored FROM outlook_test.kpi_manifest
 WHERE relation IN (SELECT r.relation FROM saaskpi_internal.relations AS r WHERE r.maintained = 'shown') ORDER BY relation COLLATE "C";
SELECT count(*) AS steps FROM outlook_test.kpi_refresh_steps WHERE relation IN ('daily_summary', 'rfm_analysis', 'session_metrics', 'user_activity_summary');
CREATE ROLE regress_outlook_reader;
GRANT USAGE ON SCHEMA outlook_test TO regress_outlook_reader;
GRANT SELECT ON outlook_test.daily_summary, outlook_test.rfm_analysis TO regress_outlook_reader;
SET ROLE regress_outlook_reader;
SELECT count(*) FROM outlook_test.daily_summary;
SELECT count(*) FROM outlook_test.kpi_activity;
RESET ROLE;
CREATE VIEW outlook_mine AS SELECT date, dau FROM outlook_test.daily_summary;
CALL saaskpi.drop_views('outlook_test');
\echo :SQLSTATE
ALTER TABLE outlook_test.events RENAME TO mislaid;
CALL saaskpi.create_views('outlook_test');
\echo :SQLSTATE
DROP VIEW outlook_mine;
CALL saaskpi.create_views('outlook_test');
SELECT relation, status, reason, cardinality(grants) AS grants FROM outlook_test.kpi_manifest
 WHERE relation IN ('daily_summary', 'rfm_analysis', 'session_metrics', 'user_activity_summary', 'kpi_series_daily') ORDER BY relation COLLATE "C";
-- what the log gave is gone, the rest is told as before
CALL saaskpi.refresh('outlook_test');
SELECT metric, first_period, last_period FROM outlook_test.kpi_series ORDER BY metric;
SELECT DISTINCT metric FROM outlook_test.kpi_forecast_monthly ORDER BY metric;
SELECT metric, taken_from, first_period, last_period FROM outlook_test.kpi_series_daily;
CREATE TABLE outlook_test.session_metrics (mine integer);
ALTER TABLE outlook_test.mislaid RENAME TO events;
CALL saaskpi.create_views('outlook_test');
\echo :SQLSTATE
DROP TABLE outlook_test.session_metrics;
CALL saaskpi.create_views('outlook_test');
CALL saaskpi.refresh('outlook_test');
SET ROLE regress_outlook_reader;
SELECT count(*) FROM outlook_test.daily_summary;
RESET ROLE;
-- made again, nothing changes; dropped, nothing is left
CALL saaskpi.create_views('outlook_test');
CALL saaskpi.drop_views('outlook_test');
SELECT count(*) FROM pg_class WHERE relnamespace = 'outlook_test'::regnamespace AND relname IN ('daily_summary', 'rfm_analysis', 'session_metrics', 'user_activity_summary');
DROP SCHEMA outlook_test CASCADE;
DROP ROLE regress_outlook_reader;
