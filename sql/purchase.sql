SET datestyle = iso;
SET timezone = 'UTC';
\pset null ~
-- by hand: out of order, two of one second, a return, what cannot be used
CREATE TABLE few_orders (customer_id text, at timestamp, net numeric, items numeric, products bigint, is_return boolean);
INSERT INTO few_orders VALUES
    ('A', '2024-03-01 10:00:00.9', 120.5, 3, 2, false), ('A', '2024-01-31', 80, 1.5, 1, false), ('A', '2024-03-01 10:00:00', 10.00005, 1, 1, false),
    ('A', '2024-03-05 23:59:59.999', -20, 1, 1, true), ('A', '1999-12-31 23:59:59.5', 0, 0, 0, false),
    ('B', NULL, 1, 1, 1, false), ('B', 'infinity', 1, 1, 1, false), ('B', '2024-01-01', 'NaN', 1, 1, false), ('B', '2024-01-01', 1, -1, 1, false),
    ('B', '2024-01-01', 1, 1, -1, false), ('B', '2024-01-01', 1, 1, 1, NULL), ('B', '0001-01-01 BC', 1, 1, 1, false), ('B', '10000-01-01', 1, 1, 1, false),
    ('B', '2024-01-01', 922337203685477.5808, 1, 1, false), ('B', '0001-01-01', -922337203685477.5807, 1, 1, false), ('B', '9999-12-31 23:59:59.999999', 1, 1, 1, false);
CREATE TABLE few_order_history AS SELECT customer_id, saaskpi.order_history_agg(at, net, items, products, is_return) AS h FROM few_orders GROUP BY 1;
SELECT customer_id, h, saaskpi.skipped(h) AS skipped FROM few_order_history ORDER BY 1;
SELECT customer_id, o.* FROM few_order_history, saaskpi.order_rows(h) AS o ORDER BY customer_id, ordered_at;
-- a date is midnight; nothing in, nothing out
SELECT o.* FROM (SELECT saaskpi.order_history_agg('2024-02-29'::date, 1, 1, 1, false) AS h) AS q, saaskpi.order_rows(h) AS o;
SELECT saaskpi.order_history_agg(NULL, NULL, NULL, NULL, NULL) AS none FROM few_orders WHERE false;
SELECT count(*) FROM saaskpi.order_rows(NULL);
-- parts merge to the whole, in any order
SELECT customer_id, saaskpi.rollup(h ORDER BY n)::text = saaskpi.rollup(h ORDER BY -n)::text AS same, saaskpi.rollup(h)::text = (SELECT f.h::text FROM few_order_history AS f WHERE f.customer_id = p.customer_id) AS whole
  FROM (SELECT customer_id, row_number() OVER () % 3 AS n, saaskpi.order_history_agg(at, net, items, products, is_return) AS h
          FROM (SELECT *, row_number() OVER () AS n FROM few_orders) AS o GROUP BY customer_id, n % 4) AS p GROUP BY 1 ORDER BY 1;
-- a sum that does not fit
SELECT saaskpi.order_history_agg('2024-01-01', 922337203685477, 1, 1, false) FROM generate_series(1, 2);
-- what is no state
SELECT v, try_value(v, 'saaskpi.order_history') FROM (SELECT format('order_history 1 day 0 {0,0,0} skipped 0 labels () rows (%s)', r) AS v
    FROM unnest('{"8766,0:1,10000,10000,1","8766,172799:1,-1,0,0","8766,172800:1,10000,10000,1","8766,-1:1,10000,10000,1","8766,0:0,10000,10000,1","8766,0:1,10000,-1,1","8766,0:1,10000,1,-1","2921940,0:1,1,1,1","8766,0:1,1,1"}'::text[]) AS r) AS t;
