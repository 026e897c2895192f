SET datestyle = iso;
SET client_min_messages = warning;
\set SHOW_CONTEXT never
\pset null ~
-- an order of a known buyer and a new one each day of 800, some returned or cancelled, until 15 March 2024
CREATE SCHEMA periods_test;
CREATE TABLE periods_test.orders (order_id text, customer_id text, ordered_at date, status text);
CREATE TABLE periods_test.order_lines (order_id text, quantity integer, unit_price numeric, discount numeric);
INSERT INTO periods_test.orders SELECT i::text, CASE WHEN i % 13 <> 0 THEN 'c' || i * 7919 % 300 END, '2022-01-05'::date + i / 2, CASE WHEN i % 17 = 0 THEN 'cancelled' ELSE 'paid' END FROM generate_series(0, 1601) AS i;
INSERT INTO periods_test.order_lines SELECT order_id, CASE WHEN order_id::integer % 19 = 0 THEN -1 ELSE 1 + order_id::integer % 4 END, 10 + order_id::integer % 7, order_id::integer % 2 FROM periods_test.orders;
CALL saaskpi.create_views('periods_test');
UPDATE periods_test.kpi_settings SET as_of = '2024-03-16';
CALL saaskpi.refresh('periods_test');
-- of periods that are over it is kpi_sales
SELECT s.grain, count(*) AS periods, count(*) FILTER (WHERE (s.net, s.gross, s.discounts, s.returns, s.orders, s.units, s.customers, s.new_customers, s.aov) IS DISTINCT FROM (c.v[1], c.v[2], c.v[3], c.v[4], c.v[5]::bigint, c.v[6], c.v[7]::bigint, c.v[8]::bigint, c.v[9])) AS differ,
       count(*) FILTER (WHERE c.rates[1] IS DISTINCT FROM s.change) AS changes_differ
  FROM periods_test.kpi_sales AS s CROSS JOIN LATERAL (SELECT array_agg(p.value ORDER BY array_position('{net,gross,discounts,returns,orders,units,customers,new_customers,aov}', p.measure)) AS v, array_agg(p.change_rate) FILTER (WHERE p.measure = 'net') AS rates
                                                         FROM saaskpi.compare_periods('periods_test', s.grain, s.period) AS p) AS c
 WHERE s.is_complete AND s.period > '2022-02-01' AND (s.grain <> 'day' OR s.period > '2023-12-01') GROUP BY 1 ORDER BY 1;
-- the running one: 15 days of March beside 15 of February, or with all that is known beside the whole of it
SELECT * FROM saaskpi.compare_periods('periods_test');
SELECT * FROM saaskpi.compare_periods('periods_test', same_days => false);
SELECT measure, first_day, last_day, value, compared_from, compared_to, compared_value FROM saaskpi.compare_periods('periods_test', compared_with => '2023-03-20') WHERE measure IN ('net', 'customers', 'new_customers');
-- by hand
SELECT which, sum(l.quantity * l.unit_price - l.discount) AS net, count(DISTINCT o.order_id) FILTER (WHERE l.quantity > 0) AS orders, count(DISTINCT o.customer_id) FILTER (WHERE l.quantity > 0) AS customers
  FROM (VALUES (1, date '2024-03-01'), (2, '2024-02-01'), (3, '2023-03-01')) AS w(which, first) JOIN periods_test.orders AS o ON o.ordered_at BETWEEN w.first AND w.first + 14 AND o.status = 'paid' JOIN periods_test.order_lines AS l USING (order_id) GROUP BY 1 ORDER BY 1;
-- a quarter beside a longer one, a month beside a shorter one, the first of a month, one to come, one before all
SELECT first_day, last_day, compared_from, compared_to FROM saaskpi.compare_periods('periods_test', 'quarter') LIMIT 1;
UPDATE periods_test.kpi_settings SET as_of = '2024-03-31';
CALL saaskpi.refresh('periods_test');
SELECT first_day, last_day, compared_from, compared_to FROM saaskpi.compare_periods('periods_test') LIMIT 1;
UPDATE periods_test.kpi_settings SET as_of = '2024-03-01', week_start = 'sunday';
CALL saaskpi.refresh('periods_test');
SELECT measure, first_day, last_day, value, compared_to, compared_value, change_rate FROM saaskpi.compare_periods('periods_test') WHERE measure IN ('net', 'orders', 'aov');
SELECT first_day, last_day, compared_from, compared_to FROM saaskpi.compare_periods('periods_test', 'week', '2024-02-20') LIMIT 1;
SELECT first_day, last_day, value, compared_from, compared_to FROM saaskpi.compare_periods('periods_test', 'month', '2024-06-05') LIMIT 1;
SELECT measure, value, compared_value, change, change_rate FROM saaskpi.compare_periods('periods_test', 'year', '2022-05-01') WHERE measure IN ('net', 'orders', 'aov');
-- what cannot be asked
SELECT * FROM saaskpi.compare_periods('periods_test', 'decade');
\echo :SQLSTATE
SELECT * FROM saaskpi.compare_periods('periods_test', NULL);
\echo :SQLSTATE
SELECT * FROM saaskpi.compare_periods('periods_test', 'month', 'infinity');
\echo :SQLSTATE
SELECT * FROM saaskpi.compare_periods(NULL);
\echo :SQLSTATE
SELECT * FROM saaskpi.compare_periods('periods_nowhere');
\echo :SQLSTATE
-- without lines nobody knows what was sold; orders are known
DROP TABLE periods_test.order_lines;
CALL saaskpi.create_views('periods_test');
CALL saaskpi.refresh('periods_test');
SELECT measure, value, compared_value, change FROM saaskpi.compare_periods('periods_test', 'month', '2024-02-01');
-- whichever of two still runs, and as much of the other: the same the other way round
UPDATE periods_test.kpi_settings SET as_of = '2024-03-15';
CALL saaskpi.refresh('periods_test');
SELECT a.first_day, a.last_day, a.compared_from, a.compared_to, bool_and(a.value IS NOT DISTINCT FROM b.compared_value AND a.compared_value IS NOT DISTINCT FROM b.value AND (a.first_day, a.last_day) = (b.compared_from, b.compared_to)) AS alike
  FROM (SELECT effective_as_of AS day FROM periods_test.kpi_settings) AS s, LATERAL saaskpi.compare_periods('periods_test', 'month', s.day, (s.day - interval '1 month')::date) AS a,
       LATERAL saaskpi.compare_periods('periods_test', 'month', (s.day - interval '1 month')::date, s.day) AS b WHERE b.measure = a.measure GROUP BY 1, 2, 3, 4;
DROP SCHEMA periods_test CASCADE;
