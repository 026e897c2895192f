SET datestyle = iso;
SET client_min_messages = warning;
\set SHOW_CONTEXT never
\pset null ~
-- two products, three buyers and a guest; by hand: January 2 x 10 - 1 and 1 x 50, February 1 x 10, 1 x 60, 3 x 5, one of the 10 comes back in March
CALL saaskpi.create_source_tables('orders_test', false);
DROP TABLE orders_test.subscriptions, orders_test.payments, orders_test.costs;
INSERT INTO orders_test.customers VALUES ('a', '2024-01-01', 'SMB', 'DE'), ('b', '2024-01-01', 'Enterprise', 'US');
INSERT INTO orders_test.products VALUES ('p', 'Pen', 'Office', 12, 4), ('q', 'Quill', 'Office', 60, 20), ('r', 'Rope', 'Garden', 5, NULL);
INSERT INTO orders_test.orders VALUES
    ('1', 'a', '2024-01-10 12:00Z', 'completed', 'Web', 'EU', NULL), ('2', 'b', '2024-01-31 23:59:59.999999Z', 'Paid', 'Store', 'US', 'rep'),
    ('3', 'a', '2024-02-01 00:00Z', NULL, 'Web', 'EU', NULL), ('4', 'c', '2024-02-29 08:00Z', 'odd word', 'Web', NULL, NULL), ('5', NULL, '2024-02-10', 'completed', NULL, 'EU', NULL),
    ('6', 'a', '2024-03-05', 'returned', 'Web', 'EU', NULL), ('7', 'b', '2024-02-05', 'CANCELLED', 'Web', 'EU', NULL), ('8', 'b', '2024-02-05', 'draft', 'Web', 'EU', NULL),
    ('9', 'a', '2024-04-01 00:00Z', 'completed', 'Web', 'EU', NULL), ('10', 'a', 'infinity', 'completed', 'Web', 'EU', NULL);
INSERT INTO orders_test.order_lines VALUES
    ('1', '1', 'p', 2, 10, 1), ('2', '1', 'q', 1, 50, NULL), ('3', '1', 'p', 1, 10, 0), ('4', '1', 'q', 1, 60, 0), ('5', '1', 'r', 3, 5, 0),
    ('6', '1', 'p', -1, 10, 0), ('7', '1', 'p', 9, 10, 0), ('8', '1', 'p', 7, 10, 0), ('9', '1', 'p', 1, 10, 0), ('nowhere', '1', 'p', 1, 10, 0);
CALL saaskpi.create_views('orders_test');
UPDATE orders_test.kpi_settings SET as_of = '2024-03-31', repeat_days = 30;
CALL saaskpi.refresh('orders_test');
SELECT order_id, customer_id, ordered_on, status, is_return, country, segment, gross, discounts, returns, net, units, units_returned, lines FROM orders_test.kpi_orders ORDER BY order_id COLLATE "C";
SELECT * FROM orders_test.kpi_sales WHERE grain IN ('month', 'quarter', 'year') ORDER BY grain, period;
SELECT grain, count(*) AS periods, min(period) AS first, max(period) AS last, sum(net) AS net, sum(orders) AS orders, sum(new_customers) AS new_customers, count(*) FILTER (WHERE is_complete) AS complete
  FROM orders_test.kpi_sales GROUP BY 1 ORDER BY 1;
SELECT dimension, value, gross, discounts, returns, net, share, units, orders, customers, aov FROM orders_test.kpi_sales_by WHERE grain = 'quarter' ORDER BY dimension, value COLLATE "C";
SELECT period, dimension, sum(net) AS net, sum(share) AS share FROM orders_test.kpi_sales_by WHERE grain = 'month' GROUP BY 1, 2 ORDER BY 1, 2 LIMIT 3;
SELECT * FROM orders_test.kpi_products ORDER BY product_id;
SELECT * FROM orders_test.kpi_sales_drivers;
SELECT * FROM orders_test.kpi_buyers ORDER BY customer_id;
-- the same as of a day before: what is later plays no part
SELECT * FROM saaskpi.buyers_at('orders_test', '2024-02-01');
SELECT count(*) AS differ FROM (TABLE orders_test.kpi_buyers EXCEPT SELECT * FROM saaskpi.buyers_at('orders_test', '2024-03-31')) AS q;
SELECT count(*) AS buyers FROM saaskpi.buyers_at('orders_test', '2024-01-09');
-- what each of them bought: the lines of the orders that customer_360 shows, up to the day
SELECT place, facts FROM saaskpi.customer_360('orders_test', 'a') WHERE block = 'order_lines';
SELECT facts ->> 'order_id' AS order_id, facts ->> 'product' AS product, facts ->> 'net' AS net FROM saaskpi.customer_360('orders_test', 'a', '2024-02-15') WHERE block = 'order_lines' ORDER BY place;
CREATE VIEW lines_told AS
SELECT count(*) AS orders, count(*) FILTER (WHERE l.lines IS NOT NULL) AS with_lines, count(*) FILTER (WHERE (coalesce(l.net, 0), coalesce(l.lines, 0)) IS DISTINCT FROM (o.net, o.lines)) AS differ
  FROM (SELECT * FROM orders_test.kpi_orders WHERE customer_id IS NOT NULL) AS o
  FULL JOIN (SELECT w.facts ->> 'order_id' AS order_id, sum((w.facts ->> 'net')::numeric) AS net, count(*) AS lines
               FROM (SELECT DISTINCT customer_id FROM orders_test.kpi_orders WHERE customer_id IS NOT NULL) AS c, saaskpi.customer_360('orders_test', c.customer_id) AS w WHERE w.block = 'order_lines' GROUP BY 1) AS l USING (order_id);
TABLE lines_told;
-- whoever may read the orders may read their lines here, and nobody else
CREATE ROLE regress_orders_reader;
GRANT USAGE ON SCHEMA orders_test TO regress_orders_reader;
SET ROLE regress_orders_reader;
SELECT saaskpi_internal.customer_details_of('orders_test', 'kpi_orders', 'order_lines', '{1}');
\echo :SQLSTATE
RESET ROLE;
GRANT SELECT ON orders_test.kpi_orders TO regress_orders_reader;
SET ROLE regress_orders_reader;
SELECT count(*) AS lines FROM saaskpi_internal.customer_details_of('orders_test', 'kpi_orders', 'order_lines', '{1}');
SELECT saaskpi_internal.customer_details_of('orders_test', 'kpi_calendar', 'order_lines', '{1}');
\echo :SQLSTATE
SELECT count(*) FROM orders_test.order_lines;
RESET ROLE;
DROP OWNED BY regress_orders_reader;
DROP ROLE regress_orders_reader;
DROP VIEW lines_told;
-- the lines that count, read from the sources when asked for: they add up to the orders, a reader needs no right on the sources, and these can be altered and renamed
SELECT invoice, line, invoice_date AT TIME ZONE 'UTC' AS invoice_date, customer_id, country, stock_code, description, category, quantity, price, discount, revenue FROM orders_test.transactions_clean ORDER BY invoice COLLATE "C", line;
SELECT count(*) AS orders, count(*) FILTER (WHERE t.revenue IS DISTINCT FROM o.net OR t.lines <> o.lines) AS differ
  FROM (SELECT order_id, net, lines FROM orders_test.kpi_orders WHERE status = 'counts') AS o FULL JOIN (SELECT invoice AS order_id, sum(revenue) AS revenue, count(*) AS lines FROM orders_test.transactions_clean GROUP BY 1) AS t USING (order_id);
CREATE ROLE regress_orders_reader;
GRANT USAGE ON SCHEMA orders_test TO regress_orders_reader;
GRANT SELECT ON orders_test.transactions_clean, orders_test.kpi_calendar TO regress_orders_reader;
SET ROLE regress_orders_reader;
SELECT count(*) AS lines FROM orders_test.transactions_clean;
SELECT count(*) AS lines FROM saaskpi_internal.transactions('orders_test', 'kpi_orders');
\echo :SQLSTATE
SELECT count(*) AS lines FROM saaskpi_internal.transactions('orders_test', 'kpi_calendar');
\echo :SQLSTATE
SELECT count(*) FROM saaskpi_internal.customer_details_of('orders_test', 'kpi_calendar', 'order_lines', '{1}');
\echo :SQLSTATE
RESET ROLE;
DROP OWNED BY regress_orders_reader;
DROP ROLE regress_orders_reader;
BEGIN;
ALTER TABLE orders_test.order_lines ALTER quantity TYPE integer, DROP COLUMN discount;
ALTER SCHEMA orders_test RENAME TO "orders' ""test";
SELECT invoice, quantity, revenue FROM "orders' ""test".transactions_clean WHERE customer_id = 'a' ORDER BY invoice COLLATE "C";
DROP TABLE "orders' ""test".order_lines;
SELECT count(*) FROM "orders' ""test".transactions_clean;
ROLLBACK;
-- what is stored of each, from which features are made, is her orders in local time
CREATE VIEW stored_orders AS
SELECT count(*) > 0 AS some, count(*) FILTER (WHERE o.net IS DISTINCT FROM h.net OR o.items IS DISTINCT FROM h.items OR o.n IS DISTINCT FROM h.n OR o.products IS DISTINCT FROM h.products) AS differ
  FROM (SELECT o.customer_id, o.ordered_on, o.is_return, count(*) AS n, sum(o.net) AS net, sum(CASE WHEN o.is_return THEN o.units_returned ELSE o.units END) AS items, sum(o.products) AS products
          FROM orders_test.kpi_orders AS o JOIN orders_test.kpi_buyers AS b USING (customer_id) WHERE o.status = 'counts' GROUP BY 1, 2, 3) AS o
  FULL JOIN (SELECT b.customer_id, r.ordered_at::date AS ordered_on, r.is_return, sum(r.orders) AS n, sum(r.net) AS net, sum(r.items) AS items, sum(r.products) AS products
               FROM orders_test.kpi_buyers_mat AS b, saaskpi.order_rows(b.history) AS r GROUP BY 1, 2, 3) AS h USING (customer_id, ordered_on, is_return);
TABLE stored_orders;
SELECT * FROM saaskpi.buyers_at('orders_test', NULL);
\echo :SQLSTATE
SELECT * FROM saaskpi.buyers_at('orders_test', 'infinity');
\echo :SQLSTATE
SELECT * FROM orders_test.kpi_order_cohorts ORDER BY cohort, age;
SELECT basis, cohort, customers, month_0, month_1, month_2 FROM orders_test.cohort_retention ORDER BY basis, cohort;
SELECT * FROM orders_test.kpi_repeat_rate ORDER BY cohort;
SELECT * FROM orders_test.kpi_order_gaps ORDER BY period, days;
SELECT * FROM saaskpi.check_identities('orders_test') WHERE identity ~ 'order|sales|product|buyer|driver|rfm';
-- the largest, the rest, and what cannot be asked
SELECT * FROM saaskpi.top_sales('orders_test', 'product', 1);
SELECT * FROM saaskpi.top_sales('orders_test', 'country', 5, '2024-02-01', '2024-03-01');
SELECT * FROM saaskpi.top_sales('orders_test', 'colour');
\echo :SQLSTATE
SELECT * FROM saaskpi.top_sales('orders_test', 'product', 0);
\echo :SQLSTATE
-- nor where there is nothing to ask: the schema, its relations or those of orders are missing
SELECT saaskpi.top_sales(NULL, 'product'); SELECT saaskpi.buyers_at(NULL, '2024-01-01'); SELECT saaskpi.customer_360(NULL, 'a');
SELECT saaskpi.top_sales('orders_nowhere', 'product'); SELECT saaskpi.buyers_at('orders_nowhere', '2024-01-01');
CREATE SCHEMA orders_none;
CREATE VIEW orders_none.customers AS TABLE orders_test.customers;
CALL saaskpi.create_views('orders_none');
SELECT saaskpi.top_sales('orders_none', 'product'); SELECT saaskpi.buyers_at('orders_none', '2024-01-01');
DROP SCHEMA orders_none CASCADE;
-- shares add up to 100.0 by largest remainder
SELECT saaskpi_internal.shares('{1,1,1}') AS thirds, saaskpi_internal.shares('{5,-1,0}') AS below_zero, saaskpi_internal.shares('{0,0}') AS nothing, saaskpi_internal.shares('{}') AS empty,
       saaskpi_internal.shares('{1,2,3,4,5,6}') AS sixths;
-- zones: the same instants on other days
UPDATE orders_test.kpi_settings SET time_zone = 'Pacific/Kiritimati';
CALL saaskpi.refresh('orders_test');
SELECT order_id, ordered_on FROM orders_test.kpi_orders WHERE order_id IN ('1', '2', '3', '9') ORDER BY 1;
TABLE stored_orders;
DROP VIEW stored_orders;
UPDATE orders_test.kpi_settings SET time_zone = 'Pacific/Pago_Pago';
CALL saaskpi.refresh('orders_test');
SELECT order_id, ordered_on FROM orders_test.kpi_orders WHERE order_id IN ('1', '2', '3', '9') ORDER BY 1;
-- weeks as in the relations about events: 10 January 2024 is a Wednesday
UPDATE orders_test.kpi_settings SET time_zone = 'UTC', week_start = 'sunday';
CALL saaskpi.refresh('orders_test');
SELECT min(period) AS first, count(*) AS weeks, sum(net) AS net FROM orders_test.kpi_sales WHERE grain = 'week';
UPDATE orders_test.kpi_settings SET week_start = 'monday';
-- a word gets its meaning; an identity refuses what does not fit
INSERT INTO orders_test.kpi_order_statuses VALUES ('odd word', 'cancelled');
CALL saaskpi.refresh('orders_test');
SELECT net, orders, cancelled_orders, cancelled_net FROM orders_test.kpi_sales WHERE grain = 'year';
-- whether all lines are in orders or not
BEGIN;
SELECT holds, detail FROM saaskpi.check_identities('orders_test') WHERE identity = 'orders_equal_lines';
UPDATE orders_test.kpi_orders_mat SET gross = gross + 1, net = net + 1 WHERE order_id = '1';
SELECT holds, detail FROM saaskpi.check_identities('orders_test') WHERE identity = 'orders_equal_lines';
DELETE FROM orders_test.order_lines WHERE order_id IN ('nowhere', '9');
SELECT (SELECT count(*) FROM orders_test.order_lines) - sum(lines) AS lines_without_order FROM orders_test.kpi_orders_mat;
SELECT holds, detail FROM saaskpi.check_identities('orders_test') WHERE identity = 'orders_equal_lines';
UPDATE orders_test.kpi_orders_mat SET gross = gross - 1, net = net - 1 WHERE order_id = '1';
SELECT holds, detail FROM saaskpi.check_identities('orders_test') WHERE identity = 'orders_equal_lines';
UPDATE orders_test.kpi_orders_mat SET discounts = discounts + 1 WHERE order_id IN ('1', '2');
SELECT holds, detail FROM saaskpi.check_identities('orders_test') WHERE identity = 'orders_equal_lines';
ROLLBACK;
UPDATE orders_test.kpi_orders_mat SET net = net + 1 WHERE order_id = '1';
SELECT identity FROM saaskpi.check_identities('orders_test') WHERE NOT holds;
CALL saaskpi.refresh('orders_test');
UPDATE orders_test.kpi_sales_mat SET net = net + 1 WHERE grain = 'day' AND period = '2024-01-10';
UPDATE orders_test.kpi_sales_by_mat SET share = share + 0.1 WHERE dimension = 'region' AND period = '2024-01-01' AND value = 'EU' AND grain = 'year';
UPDATE orders_test.kpi_products_mat SET net = net + 1 WHERE product_id = 'p';
UPDATE orders_test.kpi_sales_drivers_mat SET mix = mix + 0.01 WHERE period = '2024-02-01';
UPDATE orders_test.kpi_buyers_mat SET orders = orders + 1 WHERE customer_id = 'a';
UPDATE orders_test.kpi_rfm_mat SET monetary = monetary + 1 WHERE snapshot = '2024-03-31' AND customer_id = 'a';
SELECT identity, detail FROM saaskpi.check_identities('orders_test') WHERE NOT holds;
-- no source changed, so a refresh looks at what is stored and refuses it; after a failed run all is computed
CALL saaskpi.refresh('orders_test');
CALL saaskpi.refresh('orders_test');
SELECT identity, detail FROM saaskpi.check_identities('orders_test') WHERE NOT holds;
-- scores by midrank: equal values share a score, whatever the order of the rows
DELETE FROM orders_test.orders;
INSERT INTO orders_test.orders SELECT i || '/' || n, 'c' || i, '2024-03-31'::timestamptz - least(i, 6) * interval '1 day' - n * interval '1 month', 'completed'
  FROM generate_series(1, 10) AS i, generate_series(1, 1 + i % 3) AS n;
DELETE FROM orders_test.order_lines;
INSERT INTO orders_test.order_lines SELECT order_id, '1', 'p', 1, 10 FROM orders_test.orders;
CALL saaskpi.refresh('orders_test');
SELECT customer_id, recency_days, frequency, monetary, r_score, f_score, m_score, segment FROM orders_test.kpi_rfm WHERE snapshot = '2024-03-31' ORDER BY customer_id COLLATE "C";
SELECT snapshot, count(*) AS customers FROM orders_test.kpi_rfm GROUP BY 1 ORDER BY 1;
SELECT * FROM orders_test.kpi_segment_moves WHERE snapshot = '2024-03-31' ORDER BY from_segment COLLATE "C", to_segment COLLATE "C";
SELECT segment, customers, rate FROM orders_test.kpi_segment_mix WHERE snapshot = '2024-03-31' ORDER BY segment COLLATE "C";
-- in halves, as where tables are large, the same
SET min_parallel_table_scan_size = 0;
CREATE FUNCTION pg_temp.rows_of(query text) RETURNS bigint LANGUAGE plpgsql AS $$DECLARE n bigint; BEGIN EXECUTE format('SELECT count(*) FROM (%s) AS q', query) INTO n; RETURN n; END$$;
SELECT r.relation, strpos(q.halves, 'pg_catalog.hashtext') > 0 AS halved, pg_temp.rows_of(format('(TABLE orders_test.%I EXCEPT ALL (%s)) UNION ALL ((%2$s) EXCEPT ALL TABLE orders_test.%1$I)', r.relation || '_mat', saaskpi_internal.expand(q.halves, e.env))) AS differ
  FROM saaskpi_internal.environment('orders_test') AS e(env), saaskpi_internal.relations AS r, saaskpi_internal.with_branches(r, e.env) AS q(halves) WHERE r.relation IN ('kpi_orders', 'kpi_sales_parts') ORDER BY 1;
RESET min_parallel_table_scan_size;
-- in the order of the key, where rows lie in it and indexes say so, the same; an index on one of two is not enough
CREATE INDEX lies ON orders_test.orders (order_id);
CREATE INDEX lines_lie ON orders_test.order_lines (order_id);
CLUSTER orders_test.orders USING lies;
CLUSTER orders_test.order_lines USING lines_lie;
ANALYZE orders_test.orders, orders_test.order_lines;
CREATE VIEW sorted_orders AS
SELECT strpos(q.sorted, ' ORDER BY i.order_text') > 0 AS sorted, strpos(q.sorted, '{sorted') > 0 AS left_over, pg_temp.rows_of(format('(TABLE orders_test.kpi_orders_mat EXCEPT ALL (%s)) UNION ALL ((%1$s) EXCEPT ALL TABLE orders_test.kpi_orders_mat)', saaskpi_internal.expand(q.sorted, e.env))) AS differ
  FROM saaskpi_internal.environment('orders_test') AS e(env), saaskpi_internal.relations AS r, saaskpi_internal.with_branches(r, e.env) AS q(sorted) WHERE r.relation = 'kpi_orders';
TABLE sorted_orders;
-- halves of that end and begin at the middle key, whatever it holds
SET min_parallel_table_scan_size = 0;
UPDATE orders_test.orders SET order_id = '{as_of}\1''&' || order_id;
UPDATE orders_test.order_lines SET order_id = '{as_of}\1''&' || order_id;
CLUSTER orders_test.orders;
CLUSTER orders_test.order_lines;
ANALYZE orders_test.orders, orders_test.order_lines;
CALL saaskpi.refresh('orders_test');
SELECT q.middle, (SELECT count(*) FROM orders_test.orders WHERE order_id < q.middle) AS before, strpos(w.query, format('k.order_text < %L', q.middle)) > 0 AND strpos(w.query, format('i.order_text >= %L', q.middle)) > 0 AS halved
  FROM saaskpi_internal.environment('orders_test') AS e(env), saaskpi_internal.middle_in_order('orders', 'order_id', e.env) AS q(middle), saaskpi_internal.relations AS r, LATERAL (SELECT saaskpi_internal.expand(saaskpi_internal.with_branches(r, e.env), e.env) AS query) AS w WHERE r.relation = 'kpi_orders';
TABLE sorted_orders;
RESET min_parallel_table_scan_size;
DROP INDEX orders_test.lies;
TABLE sorted_orders;
SELECT saaskpi_internal.expand('{middle orders.order_id} {middle order_lines.order_id}', env) AS middles FROM saaskpi_internal.environment('orders_test') AS e(env);
CREATE INDEX lies ON orders_test.orders (order_id DESC) WHERE order_id > '';
TABLE sorted_orders;
DROP INDEX orders_test.lies;
CREATE INDEX lies ON orders_test.orders (order_id);
CREATE INDEX falling ON orders_test.order_lines (order_id DESC);
CLUSTER orders_test.order_lines USING falling;
ANALYZE orders_test.order_lines;
TABLE sorted_orders;
DROP VIEW sorted_orders;
DROP INDEX orders_test.lies, orders_test.lines_lie, orders_test.falling;
-- an empty number of a line is none, and neither is (none): each counts, and only what repeats a number is ignored
INSERT INTO orders_test.orders VALUES ('l', 'c1', '2024-03-31', 'completed');
INSERT INTO orders_test.order_lines VALUES ('l', '', 'p', 1, 10), ('l', '', 'p', 1, 10), ('l', '(none)', 'p', 1, 10), ('l', '(none)', 'p', 1, 10), ('l', NULL, 'p', 1, 10), ('l', '1', 'p', 1, 10), ('l', '1', 'p', 1, 10);
CALL saaskpi.refresh('orders_test');
SELECT net, units, lines FROM orders_test.kpi_orders WHERE order_id = 'l';
SELECT rule, rows FROM saaskpi.check_sources('orders_test') WHERE rule ~ '^line_no_';
DELETE FROM orders_test.orders WHERE order_id = 'l';
DELETE FROM orders_test.order_lines WHERE order_id = 'l';
CALL saaskpi.refresh('orders_test');
-- all 125 cells are mapped, to nine segments none of which is empty; a cell that is gone is refused when somebody stands in it
SELECT count(DISTINCT cell) AS cells, count(DISTINCT segment) AS segments FROM orders_test.kpi_rfm_segments;
SELECT segment, count(*) AS cells FROM orders_test.kpi_rfm_segments GROUP BY 1 ORDER BY 1;
SELECT bool_and(segment = 'Champions') AS best FROM orders_test.kpi_rfm_segments WHERE cell IN ('555', '444', '454');
DELETE FROM orders_test.kpi_rfm_segments WHERE cell LIKE '2%';
CALL saaskpi.refresh('orders_test');
\echo :SQLSTATE
-- orders alone, without lines or customers; none at all; all cancelled
DROP TABLE orders_test.order_lines, orders_test.products, orders_test.customers;
CALL saaskpi.create_views('orders_test');
INSERT INTO orders_test.kpi_rfm_segments SELECT format('2%s%s', f, m), 'At risk' FROM generate_series(1, 5) AS f, generate_series(1, 5) AS m;
CALL saaskpi.refresh('orders_test');
SELECT net, orders, customers, aov FROM orders_test.kpi_sales WHERE grain = 'year' ORDER BY period;
-- nobody knows what they are worth: no money and no units anywhere, and nothing that is made of them, whether lines are absent or empty; orders and who came again are known
CREATE FUNCTION pg_temp.worth() RETURNS TABLE (relation name, column_name name, rows bigint) LANGUAGE plpgsql AS $$
BEGIN
    FOR relation, column_name IN SELECT c.relation, c.column_name FROM saaskpi_internal.relation_columns AS c JOIN saaskpi_internal.relations AS r USING (relation)
                                  WHERE r.maintained <> 'own' AND (c.unit IN ('money', 'units', 'products', 'lines', 'percent') AND c.column_name NOT IN ('from_value', 'to_value') OR c.column_name IN ('return_orders', 'm_score', 'segment'))
                                    AND c.relation ~ 'order|sales|buyer|rfm|product|segment_m|ltv$' AND to_regclass('orders_test.' || c.relation) IS NOT NULL ORDER BY r.ordinal, c.ordinal LOOP
        EXECUTE format('SELECT count(%I) FROM orders_test.%I', column_name, relation) INTO rows;
        RETURN NEXT;
    END LOOP;
END
$$;
SELECT count(*) AS columns, count(DISTINCT relation) AS relations, sum(rows) AS known FROM pg_temp.worth();
SELECT count(*) FROM saaskpi.check_identities('orders_test') WHERE NOT holds;
SELECT sum(customers) AS buyers, sum(repeated_ever) AS repeated_ever FROM orders_test.kpi_repeat_rate;
SELECT metric, count(*) AS months FROM orders_test.kpi_series GROUP BY 1;
SELECT count(*) AS buyers, count(net) AS known FROM saaskpi.buyers_at('orders_test', '2024-01-31');
SELECT t.t ->> 'reason' AS trends, r.r ->> 'reason' AS by_region, k.k #>> '{revenue,reason}' AS revenue, k.k #>> '{average_order_value,reason}' AS average, k.k #>> '{orders,value}' AS orders
  FROM saaskpi.revenue_trends('orders_test', '2024-01-01', '2024-03-01') AS t(t), saaskpi.revenue_by_region('orders_test', '2024-01-01', '2024-03-01') AS r(r), jsonb_path_query(saaskpi.dashboard_kpis('orders_test', '2024-01-01', '2024-03-01'), '$.data') AS k(k);
CREATE TABLE orders_test.order_lines (order_id text, quantity numeric, unit_price numeric);
CREATE TABLE orders_test.products AS SELECT 'p'::text AS product_id, 4 AS unit_cost;
CALL saaskpi.create_views('orders_test');
CALL saaskpi.refresh('orders_test');
SELECT product_id, net, units, cost, margin, rank FROM orders_test.kpi_products;
SELECT relation, column_name FROM pg_temp.worth() WHERE rows > 0;
SELECT count(*) FROM saaskpi.check_identities('orders_test') WHERE NOT holds;
-- with the first line all others are worth nothing, as that is known
INSERT INTO orders_test.order_lines SELECT min(order_id), 2, 10 FROM orders_test.orders;
CALL saaskpi.refresh('orders_test');
SELECT net, aov FROM orders_test.kpi_sales WHERE grain = 'year' ORDER BY period;
SELECT monetary, count(*) AS buyers FROM orders_test.kpi_rfm WHERE snapshot = '2024-03-31' GROUP BY 1 ORDER BY 1;
DELETE FROM orders_test.order_lines;
CALL saaskpi.refresh('orders_test');
SELECT net, aov FROM orders_test.kpi_sales WHERE grain = 'year' ORDER BY period;
UPDATE orders_test.orders SET status = 'void';
CALL saaskpi.refresh('orders_test');
SELECT net, orders, customers, aov, cancelled_orders FROM orders_test.kpi_sales WHERE grain = 'year' ORDER BY period;
SELECT count(*) AS buyers FROM orders_test.kpi_buyers;
DELETE FROM orders_test.orders;
CALL saaskpi.refresh('orders_test');
SELECT count(*) AS rows FROM orders_test.kpi_sales;
DROP SCHEMA orders_test CASCADE;
-- what a unit costs is multiplied before it is rounded: 1,000,000 * 0.00004, 3 * 0.333333 = 0.999999, (2.5 - 1) * 1.1; what is no cost gives no margin, and is said
CREATE SCHEMA orders_cost;
CREATE TABLE orders_cost.orders (order_id text, ordered_at date);
INSERT INTO orders_cost.orders VALUES ('1', '2024-01-10');
CREATE TABLE orders_cost.order_lines (order_id text, product_id text, quantity numeric, unit_price numeric);
INSERT INTO orders_cost.order_lines VALUES ('1', 'a', 1000000, 0.0001), ('1', 'b', 3, 2), ('1', 'c', 2.5, 4), ('1', 'c', -1, 4), ('1', 'd', 1, 9), ('1', 'e', 1, 8), ('1', 'f', 1, 7), ('1', 'g', 1, 6);
CREATE TABLE orders_cost.products (product_id text, unit_cost numeric);
INSERT INTO orders_cost.products VALUES ('a', 0.00004), ('b', 0.333333), ('c', 1.1), ('d', 'NaN'), ('e', 'Infinity'), ('f', 922337203685477), ('g', '-Infinity');
CALL saaskpi.create_views('orders_cost');
UPDATE orders_cost.kpi_settings SET as_of = '2024-02-01';
CALL saaskpi.refresh('orders_cost');
SELECT product_id, net, units - units_returned AS units, cost, margin, margin_rate FROM orders_cost.kpi_products ORDER BY 1;
SELECT rule, severity, rows, example FROM orders_cost.kpi_data_quality WHERE source = 'products' AND rule ~ 'cost' ORDER BY 1;
DROP SCHEMA orders_cost CASCADE;
-- what customer_360 tells of lines: repeats count once there too, what cannot be used does not count, keys may be numbers, and there need be no products
CREATE SCHEMA orders_told;
CREATE TABLE orders_told.orders (order_id integer, customer_id integer, ordered_at date);
CREATE TABLE orders_told.order_lines (order_id integer, line_no integer, product_id text, quantity integer, unit_price numeric, discount numeric);
INSERT INTO orders_told.orders VALUES (1, 7, '2024-01-10'), (2, 8, '2024-01-11'), (3, 7, '2024-02-01'), (4, 7, '2024-02-02');
INSERT INTO orders_told.order_lines VALUES (1, 1, 'p', 2, 10, 1), (1, 1, 'p', 2, 10, 1), (1, NULL, 'q', 1, 3, NULL), (1, NULL, 'q', 1, 3, 0), (1, 3, 'q', NULL, 3, 0), (2, 1, 'p', 1, 5, 0), (3, 1, '', -1, 0.1234, 0);
CALL saaskpi.create_views('orders_told');
UPDATE orders_told.kpi_settings SET as_of = '2024-03-31';
CALL saaskpi.refresh('orders_told');
SELECT place, facts - '{ordered_on,status,category}'::text[] AS facts FROM saaskpi.customer_360('orders_told', '7') WHERE block = 'order_lines';
SELECT o.customer_id, o.order_id, o.lines, o.net, (SELECT count(*) FROM saaskpi.customer_360('orders_told', o.customer_id) AS w WHERE w.block = 'order_lines' AND w.facts ->> 'order_id' = o.order_id) AS told FROM orders_told.kpi_orders AS o ORDER BY 2;
SELECT string_agg(DISTINCT block, ' ') AS blocks FROM saaskpi.customer_360('orders_told', '7', '2024-02-01');
SELECT count(*) FROM saaskpi.customer_360('orders_told', '7', '2024-01-09') WHERE block ~ 'order';
-- of many orders those of the 20 newest
INSERT INTO orders_told.orders SELECT 100 + i, 9, '2024-01-01'::date + i / 2 FROM generate_series(1, 45) AS i;
INSERT INTO orders_told.order_lines SELECT 100 + i, n, 'p', 1, i FROM generate_series(1, 45) AS i, generate_series(1, 3) AS n;
CALL saaskpi.refresh('orders_told');
SELECT block, count(*) AS rows, count(DISTINCT facts ->> 'order_id') AS orders, min(facts ->> 'ordered_on') AS oldest, max(place) AS last FROM saaskpi.customer_360('orders_told', '9') WHERE block ~ 'order' GROUP BY 1 ORDER BY 1;
DROP TABLE orders_told.order_lines;
SELECT string_agg(DISTINCT block, ' ') AS blocks FROM saaskpi.customer_360('orders_told', '7') WHERE block ~ 'order';
DROP SCHEMA orders_told CASCADE;
-- what came back, by the day it did and by that of the sale: of 1 in its month, of orders that are not known, come later or were cancelled on its own day
CREATE SCHEMA orders_back;
CREATE TABLE orders_back.orders (order_id text, customer_id text, ordered_at date, status text, returned_order_id text);
CREATE TABLE orders_back.order_lines (order_id text, quantity integer, unit_price numeric);
INSERT INTO orders_back.orders VALUES ('1', 'a', '2024-01-10', NULL, NULL), ('2', 'b', '2024-01-20', 'void', NULL), ('3', 'a', '2024-02-05', 'returned', '1'), ('4', 'b', '2024-03-01', 'returned', 'nowhere'),
    ('5', 'b', '2024-03-02', 'returned', '7'), ('6', 'b', '2024-03-03', 'cancelled', '1'), ('7', 'b', '2024-03-10', NULL, ''), ('8', NULL, '2024-03-11', NULL, '2'), ('9', NULL, '2024-03-12', NULL, '1');
INSERT INTO orders_back.order_lines VALUES ('1', 3, 10), ('2', 1, 20), ('3', -2, 10), ('4', -1, 5), ('5', -1, 7), ('6', -1, 20), ('7', 2, 7), ('8', -1, 1), ('9', -1, 10), ('9', 1, 3);
CALL saaskpi.create_views('orders_back');
UPDATE orders_back.kpi_settings SET as_of = '2024-03-31';
CALL saaskpi.refresh('orders_back');
SELECT grain, period, gross, returns, net, returns_by_sale, net_by_sale FROM orders_back.kpi_sales WHERE grain IN ('month', 'quarter') ORDER BY 1, 2;
SELECT order_id, returned_order_id FROM orders_back.kpi_orders WHERE returned_order_id IS NOT NULL ORDER BY 1;
SELECT rule, rows, example FROM orders_back.kpi_data_quality WHERE rule ~ '^returned' ORDER BY 1;
UPDATE orders_back.kpi_sales_mat SET returns_by_sale = returns_by_sale + 1 WHERE grain = 'month' AND period = '2024-01-01';
SELECT identity, detail FROM saaskpi.check_identities('orders_back') WHERE NOT holds;
-- where nothing is said of that, on its own day
ALTER TABLE orders_back.orders DROP COLUMN returned_order_id;
CALL saaskpi.refresh('orders_back');
SELECT count(*) AS periods, count(*) FILTER (WHERE returns_by_sale <> returns OR net_by_sale <> net) AS differ FROM orders_back.kpi_sales;
DROP SCHEMA orders_back CASCADE;
-- an export of days alone in a column of times: further west every order falls on the day before, and the check says so until they are dates; one order with a time of its own says that they are times
CALL saaskpi.create_source_tables('orders_days', false);
INSERT INTO orders_days.orders (order_id, customer_id, ordered_at) SELECT i::text, 'a', '2025-03-01 00:00Z'::timestamptz + i * interval '24 hours' FROM generate_series(0, 9) AS i;
CALL saaskpi.create_views('orders_days');
UPDATE orders_days.kpi_settings SET as_of = '2025-03-31';
CALL saaskpi.refresh('orders_days');
SELECT period, orders FROM orders_days.kpi_sales WHERE grain = 'month' ORDER BY 1;
SELECT count(*) AS findings FROM orders_days.kpi_data_quality WHERE rule = 'ordered_at_is_a_day';
UPDATE orders_days.kpi_settings SET time_zone = 'America/New_York';
CALL saaskpi.refresh('orders_days');
SELECT period, orders FROM orders_days.kpi_sales WHERE grain = 'month' ORDER BY 1;
SELECT severity, rule, rows, example, consequence FROM orders_days.kpi_data_quality WHERE rule = 'ordered_at_is_a_day';
UPDATE orders_days.orders SET ordered_at = ordered_at + interval '1 second' WHERE order_id = '5';
SELECT count(*) AS findings FROM saaskpi.check_sources('orders_days') WHERE rule = 'ordered_at_is_a_day';
ALTER TABLE orders_days.orders ALTER ordered_at TYPE date USING (ordered_at AT TIME ZONE 'UTC')::date;
CALL saaskpi.refresh('orders_days');
SELECT period, orders FROM orders_days.kpi_sales WHERE grain = 'month' ORDER BY 1;
SELECT count(*) AS findings FROM orders_days.kpi_data_quality WHERE rule = 'ordered_at_is_a_day';
-- an export that stopped: orders, events and payments on 20 of 28 days, and then nothing for more than a week; 19 days are too few to tell
CALL saaskpi.create_source_tables('orders_stop', false);
INSERT INTO orders_stop.orders (order_id, customer_id, ordered_at) SELECT i::text, 'a', '2025-03-01 12:00Z'::timestamptz + i * interval '24 hours' FROM generate_series(0, 19) AS i;
INSERT INTO orders_stop.events (customer_id, event_time, event_type) SELECT customer_id, ordered_at, 'login' FROM orders_stop.orders;
INSERT INTO orders_stop.payments (payment_id, customer_id, payment_date, amount, payment_status) SELECT order_id, customer_id, ordered_at::date, 1, 'paid' FROM orders_stop.orders;
SELECT day, severity, source, rule, example FROM unnest('{2025-03-27,2025-03-28}'::date[]) AS day, saaskpi.check_sources('orders_stop', day) WHERE rule ~ 'stopped' ORDER BY day, source;
DELETE FROM orders_stop.orders WHERE order_id = '7';
SELECT source, consequence FROM saaskpi.check_sources('orders_stop', '2025-06-30') WHERE rule ~ 'stopped' ORDER BY source;
DROP SCHEMA orders_stop CASCADE;
DROP SCHEMA orders_days CASCADE;
-- a sale that came back whole leaves nothing, its discount neither; an empty country is none; a month that runs is not mature, however short the time to come again
CREATE SCHEMA orders_off;
CREATE TABLE orders_off.customers (customer_id text, country text);
CREATE TABLE orders_off.orders (order_id text, customer_id text, ordered_at date, country text, returned_order_id text);
CREATE TABLE orders_off.order_lines (order_id text, quantity integer, unit_price numeric, discount numeric);
INSERT INTO orders_off.customers VALUES ('a', 'DE');
INSERT INTO orders_off.orders VALUES ('1', 'a', '2025-01-10', '', NULL), ('2', 'a', '2025-02-05', NULL, '1'), ('3', 'b', '2025-02-06', 'FR', NULL);
INSERT INTO orders_off.order_lines VALUES ('1', 1, 100, 20), ('2', -1, 100, -20), ('3', 1, 50, 0);
CALL saaskpi.create_views('orders_off');
UPDATE orders_off.kpi_settings SET as_of = '2025-02-19', repeat_days = 7;
CALL saaskpi.refresh('orders_off');
SELECT period, gross, discounts, returns, net, returns_by_sale, net_by_sale FROM orders_off.kpi_sales WHERE grain = 'month' ORDER BY 1;
SELECT order_id, country FROM orders_off.kpi_orders ORDER BY 1;
SELECT cohort, customers, matured, is_mature FROM orders_off.kpi_repeat_rate ORDER BY 1;
SELECT identity, detail FROM saaskpi.check_identities('orders_off') WHERE NOT holds;
DROP SCHEMA orders_off CASCADE;
