SET datestyle = iso;
SET client_min_messages = warning;
\set SHOW_CONTEXT never
\pset null ~
-- 60 buyers with many equal values, returns, cancelled orders, guests and an order of nothing
CREATE SCHEMA rfm_test;
CREATE TABLE rfm_test.orders (order_id text, customer_id text, ordered_at date, status text);
CREATE TABLE rfm_test.order_lines (order_id text, quantity integer, unit_price numeric);
INSERT INTO rfm_test.orders SELECT i || '/' || n, CASE WHEN i % 20 <> 0 THEN 'c' || i END, '2024-01-01'::date + (i * 37 + n * 53) % 170, CASE WHEN (i + n) % 11 = 0 THEN 'cancelled' ELSE 'paid' END
  FROM generate_series(1, 63) AS i, generate_series(1, 6) AS n WHERE n <= 1 + i % 6;
INSERT INTO rfm_test.order_lines SELECT order_id, CASE WHEN split_part(order_id, '/', 2) = '5' THEN -1 ELSE split_part(order_id, '/', 1)::integer % 3 END, 10 FROM rfm_test.orders;
CALL saaskpi.create_views('rfm_test');
UPDATE rfm_test.kpi_settings SET as_of = '2024-06-15', rfm_months = 6;
CALL saaskpi.refresh('rfm_test');
-- unless told otherwise it is kpi_rfm, on each of its days
SELECT d.snapshot, count(*) AS buyers, count(DISTINCT a.segment) AS segments, count(*) FILTER (WHERE (r.recency_days, r.frequency, r.monetary, r.r_score, r.f_score, r.m_score, r.segment) IS DISTINCT FROM (a.recency_days, a.frequency, a.monetary, a.r_score, a.f_score, a.m_score, a.segment)) AS differ
  FROM (SELECT DISTINCT snapshot FROM rfm_test.kpi_rfm) AS d CROSS JOIN LATERAL saaskpi.rfm_at('rfm_test', d.snapshot) AS a
  FULL JOIN rfm_test.kpi_rfm AS r ON r.snapshot = d.snapshot AND r.customer_id = a.customer_id GROUP BY 1 ORDER BY 1;
-- by counting who comes before: other bins, days alone and rules for ties
CREATE FUNCTION pg_temp.by_hand(as_of date, bins integer, days integer, ties text) RETURNS TABLE (customer_id text, recency_days integer, frequency bigint, monetary numeric, r_score integer, f_score integer, m_score integer) LANGUAGE sql AS $$
WITH b AS (
    SELECT o.customer_id, max(o.ordered_at) FILTER (WHERE l.quantity >= 0) AS last, count(*) FILTER (WHERE l.quantity >= 0) AS f, sum(l.quantity * l.unit_price) AS m
      FROM rfm_test.orders AS o JOIN rfm_test.order_lines AS l USING (order_id)
     WHERE o.status = 'paid' AND o.customer_id IS NOT NULL AND o.ordered_at <= as_of AND (days IS NULL OR o.ordered_at > as_of - days) GROUP BY 1 HAVING count(*) FILTER (WHERE l.quantity >= 0) > 0
), v AS (
    SELECT b.*, x.axis, x.v FROM b, LATERAL (VALUES ('r', (last - date '2000-01-01')::numeric), ('f', f::numeric), ('m', m)) AS x(axis, v)
), placed AS (
    SELECT v.customer_id, v.axis, count(*) FILTER (WHERE o.v < v.v) AS less, count(*) FILTER (WHERE o.v = v.v) AS equals,
           count(*) FILTER (WHERE o.v = v.v AND o.customer_id COLLATE "C" <= v.customer_id COLLATE "C") AS own, count(*) AS n FROM v JOIN v AS o USING (axis) GROUP BY 1, 2
), scored AS (
    SELECT p.customer_id, p.axis, ceil(bins * (CASE ties WHEN 'midrank' THEN less + (equals + 1) / 2.0 WHEN 'lowest' THEN less + 1 WHEN 'highest' THEN less + equals ELSE less + own END - 0.5) / n)::integer AS score FROM placed AS p
)
SELECT b.customer_id, as_of - b.last, b.f, b.m, max(s.score) FILTER (WHERE axis = 'r'), max(s.score) FILTER (WHERE axis = 'f'), max(s.score) FILTER (WHERE axis = 'm') FROM b JOIN scored AS s USING (customer_id) GROUP BY 1, 2, 3, 4
$$;
SELECT bins, days, ties, count(*) AS buyers, min((a).r_score) AS least, max((a).r_score) AS most, count(*) FILTER (WHERE ((h).recency_days, (h).frequency, (h).monetary, (h).r_score, (h).f_score, (h).m_score) IS DISTINCT FROM ((a).recency_days, (a).frequency, (a).monetary, (a).r_score, (a).f_score, (a).m_score)) AS differ
  FROM (SELECT * FROM (VALUES (5), (10), (3), (1), (100)) AS b(bins), (VALUES (NULL::integer), (30)) AS d(days), unnest('{midrank,lowest,highest,apart}'::text[]) AS ties) AS w
 CROSS JOIN LATERAL (SELECT a, h FROM saaskpi.rfm_at('rfm_test', '2024-05-31', w.bins, w.days, w.ties) AS a FULL JOIN pg_temp.by_hand('2024-05-31', w.bins, w.days, w.ties) AS h USING (customer_id)) AS q GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
-- told apart, every bin has as many
SELECT m_score, count(*) AS buyers FROM saaskpi.rfm_at('rfm_test', '2024-06-15', 4, ties => 'apart') GROUP BY 1 ORDER BY 1;
-- the segment is that of the fifths
SELECT count(*) AS buyers, count(*) FILTER (WHERE a.segment IS DISTINCT FROM g.segment) AS differ
  FROM saaskpi.rfm_at('rfm_test', '2024-06-15', 10) AS a LEFT JOIN rfm_test.kpi_rfm_segments AS g ON g.cell = concat(ceil(a.r_score / 2.0), ceil(a.f_score / 2.0), ceil(a.m_score / 2.0));
-- nobody yet, and what cannot be asked
SELECT count(*) FROM saaskpi.rfm_at('rfm_test', '2023-12-31');
SELECT * FROM saaskpi.rfm_at('rfm_test', NULL);
\echo :SQLSTATE
SELECT * FROM saaskpi.rfm_at('rfm_test', 'infinity');
\echo :SQLSTATE
SELECT * FROM saaskpi.rfm_at('rfm_test', '2024-06-15', 0);
\echo :SQLSTATE
SELECT * FROM saaskpi.rfm_at('rfm_test', '2024-06-15', days => 0);
\echo :SQLSTATE
SELECT * FROM saaskpi.rfm_at('rfm_test', '2024-06-15', ties => 'first');
\echo :SQLSTATE
SELECT * FROM saaskpi.rfm_at('rfm_nowhere', '2024-06-15');
\echo :SQLSTATE
SELECT * FROM saaskpi.rfm_at(NULL, '2024-06-15');
\echo :SQLSTATE
-- fewer bins lie in the fifths of their middle: one in the third, two in the second and the fourth, three in the first, third and fifth
SELECT b.bins, bool_and(r.segment = g.segment) AS named_by_the_middle, count(DISTINCT r.segment) AS segments
  FROM unnest('{1,2,3}'::integer[]) AS b(bins) CROSS JOIN LATERAL saaskpi.rfm_at('rfm_test', '2024-06-15', b.bins) AS r
  JOIN rfm_test.kpi_rfm_segments AS g ON g.cell = CASE b.bins WHEN 1 THEN '333' ELSE translate(concat(r.r_score, r.f_score, r.m_score), '123', CASE b.bins WHEN 2 THEN '24' ELSE '135' END) END GROUP BY 1 ORDER BY 1;
DROP SCHEMA rfm_test CASCADE;
