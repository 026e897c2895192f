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
-- what the relations of buyers are made from, against the orders themselves
CREATE TABLE many_orders AS
SELECT n % 40 AS customer_id, date '2024-01-31' + (n * 7919 % 400) + (n * 31 % 5) * interval '6 hours' AS at, ((n * 104729) % 100003 - 20000)::numeric / 100 + (n % 50 = 0)::integer * 0.005 AS net,
       n * 7919 % 5 = 0 AS is_return FROM generate_series(1, 1000) AS n WHERE n % 40 <> 7 OR n > 900;
CREATE TABLE many_histories AS SELECT customer_id, saaskpi.order_history_agg(at, net, 1, 1, is_return) AS h FROM many_orders GROUP BY 1;
SELECT count(*) AS differ
  FROM (SELECT m.customer_id, a.* FROM many_histories AS m, saaskpi_internal.orders_again(m.h) AS a) AS a
  FULL JOIN (SELECT customer_id, (percentile_cont(0.5) WITHIN GROUP (ORDER BY gap))::numeric(20, 1) AS median_days, min(day) AS second_order, count(*) FILTER (WHERE gap > 0) AS days_again,
                    sum(net) FILTER (WHERE day > first) AS net_again
               FROM (SELECT customer_id, at::date AS day, net, at::date - lag(at::date) OVER w AS gap, first_value(at::date) OVER w AS first
                       FROM many_orders WHERE NOT is_return WINDOW w AS (PARTITION BY customer_id ORDER BY at::date)) AS q WHERE gap IS NOT NULL GROUP BY 1) AS o USING (customer_id)
 WHERE ROW(a.median_days, a.second_order, nullif(a.days_again, 0), a.net_again) IS DISTINCT FROM ROW(o.median_days, o.second_order, nullif(o.days_again, 0), o.net_again);
SELECT count(*) AS differ
  FROM (SELECT m.customer_id, a.* FROM many_histories AS m, saaskpi_internal.order_months(m.h) AS a) AS a
  FULL JOIN (SELECT customer_id, date_trunc('month', at)::date AS month, count(*) FILTER (WHERE NOT is_return) AS orders, sum(net) AS net FROM many_orders GROUP BY 1, 2) AS o USING (customer_id, month)
 WHERE ROW(a.orders, a.net) IS DISTINCT FROM ROW(o.orders, o.net);
SELECT count(*) AS differ
  FROM (SELECT m.customer_id, a.* FROM many_histories AS m, saaskpi_internal.order_snapshots(m.h, '{2024-01-31,2024-06-30,2025-03-31}', NULL) AS a) AS a
  FULL JOIN (SELECT customer_id, d.i::integer AS place, day AS snapshot, day - max(at::date) FILTER (WHERE NOT is_return) AS recency_days, (max(at::date) FILTER (WHERE NOT is_return) - date '2000-01-01')::bigint AS last_order,
                    count(*) FILTER (WHERE NOT is_return) AS frequency, sum(net) AS monetary
               FROM many_orders, unnest('{2024-01-31,2024-06-30,2025-03-31}'::date[]) WITH ORDINALITY AS d(day, i) WHERE at::date <= day GROUP BY 1, 2, 3 HAVING NOT bool_and(is_return)) AS o USING (customer_id, place)
 WHERE ROW(a.snapshot, a.recency_days, a.last_order, a.frequency, a.units, a.monetary) IS DISTINCT FROM ROW(o.snapshot, o.recency_days, o.last_order, o.frequency, o.monetary * 10000, o.monetary);
SELECT a.* FROM many_histories AS m, saaskpi_internal.order_snapshots(m.h, '{2024-06-30,2025-03-31}', ARRAY[[2,9000,9100,9200,9223372036854775807,1,2,3,100,-1,0,1,2], [1,1,2,3,4,5,6,7,8,9,10,11,12]]) AS a WHERE m.customer_id = 7;
SELECT * FROM saaskpi_internal.order_snapshots((SELECT h FROM many_histories WHERE customer_id = 7), '{2024-06-30}', '{2,1,1,1,1,1,1,1,1,1,1,1,1}');
SELECT * FROM saaskpi_internal.order_snapshots((SELECT h FROM many_histories WHERE customer_id = 7), '{2025-06-30}', '{1,2}');
SELECT * FROM saaskpi_internal.order_snapshots((SELECT h FROM many_histories WHERE customer_id = 7), '{NULL}', NULL);
SELECT count(*) FROM saaskpi_internal.order_snapshots(NULL, '{2024-06-30}', NULL);
SELECT count(*) AS days, count(*) FILTER (WHERE a.days IS DISTINCT FROM o.days) AS differ
  FROM (SELECT m.customer_id, a.* FROM many_histories AS m, saaskpi_internal.order_gaps(m.h) AS a) AS a
  FULL JOIN (SELECT customer_id, day, day - before AS days FROM (SELECT customer_id, day, lag(day) OVER (PARTITION BY customer_id ORDER BY day) AS before FROM (SELECT DISTINCT customer_id, at::date AS day FROM many_orders WHERE NOT is_return) AS d) AS q
              WHERE before IS NOT NULL) AS o USING (customer_id, day);
-- days of returns alone, before the first order, between and at the end, are none
SELECT g.* FROM (SELECT saaskpi.order_history_agg(d, 1, 1, 1, r) AS h FROM (VALUES (timestamp '2024-01-01 10:00', true), ('2024-01-05 09:00', false), ('2024-01-05 23:00', true), ('2024-01-05 23:30', false), ('2024-01-06 00:00', true), ('2024-02-05 00:00', false), ('2024-02-06 01:00', true), ('2024-02-06 02:00', false), ('2024-03-01 00:00', true)) AS v(d, r)) AS q, saaskpi_internal.order_gaps(q.h) AS g;
-- what a history left out cannot be added up, and sums must fit
SELECT * FROM few_order_history, saaskpi_internal.orders_again(h) WHERE customer_id = 'B';
SELECT * FROM few_order_history, saaskpi_internal.order_gaps(h) WHERE customer_id = 'B';
SELECT * FROM saaskpi_internal.order_months((SELECT saaskpi.order_history_agg(date '2024-01-01' + n, 922337203685477, 1, 1, false) FROM generate_series(1, 2) AS n));
DROP TABLE many_orders, many_histories;
-- what is no state
SELECT v, try_value(v, 'saaskpi.order_history') FROM (SELECT format('order_history 1 day 0 {0,0,0} skipped 0 labels () rows (%s)', r) AS v
    FROM unnest('{"8766,0:1,10000,10000,1","8766,172799:1,-1,0,0","8766,172800:1,10000,10000,1","8766,-1:1,10000,10000,1","8766,0:0,10000,10000,1","8766,0:1,10000,-1,1","8766,0:1,10000,1,-1","2921940,0:1,1,1,1","8766,0:1,1,1"}'::text[]) AS r) AS t;
