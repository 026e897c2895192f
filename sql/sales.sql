SET client_min_messages = warning;
SET datestyle = iso;
\set SHOW_CONTEXT never
\pset null ~
-- fifths by the middle of equal values against a count of those below and like each
CREATE FUNCTION sales_wrong(amounts bigint[]) RETURNS bigint LANGUAGE sql AS $$
SELECT count(*) FROM (SELECT v, ceil(5 * (count(*) FILTER (WHERE o < v) + count(*) FILTER (WHERE o = v) / 2.0) / count(*)) AS plain
                        FROM unnest(amounts) AS v, unnest(amounts) AS o GROUP BY v) AS q
 WHERE width_bucket(v, saaskpi_internal.fifths(amounts)) + 1 <> plain$$;
SELECT a, saaskpi_internal.fifths(a), sales_wrong(a) AS wrong
  FROM unnest(ARRAY['7', '1,2', '1,2,3', '5,4,3,2,1', '1,1,1,1,9', '0,9,9,9,9', '-3,-3,0,0,0,4,9223372036854775807,-9223372036854775808', '']) AS t(t), LATERAL (SELECT format('{%s}', t)::bigint[] AS a) AS l;
SELECT sum(sales_wrong(ARRAY(SELECT ((i * seed) % 61)::bigint * 257 * (1000 ^ (seed % 5))::bigint - 30 FROM generate_series(1, 40 + seed) AS i))) AS wrong FROM generate_series(1, 40) AS seed;
SELECT saaskpi_internal.fifths('{1,NULL}');
SELECT saaskpi_internal.snapshots('2024-03-31', 3), saaskpi_internal.snapshots('2024-03-30', 2), saaskpi_internal.snapshots('2024-02-29', 1);
-- first orders of a period by value: bits against plain SQL, with many values, equal days and orders that do not count
CREATE TABLE sales_orders AS
SELECT i, 'c' || i % 7 AS customer_id, CASE WHEN i % 9 > 0 THEN date '2023-12-20' + (i * 37 % 400) END AS day, 'r' || i * i % 5 AS region, repeat('v', i * i % 100) AS country, NULL::text AS channel
  FROM generate_series(1, 240) AS i;
CREATE FUNCTION sales_seen(week_start text) RETURNS TABLE (orders bigint, firsts bigint, wrong bigint) LANGUAGE sql AS $$
WITH o AS (SELECT *, saaskpi_internal.order_firsts(customer_id, day, week_start, region, country, channel, 'x', region) AS bits FROM (SELECT * FROM sales_orders ORDER BY customer_id COLLATE "C", day, i) AS s)
SELECT count(*), sum(length(replace(bits::bit(21)::text, '0', ''))),
       count(*) FILTER (WHERE bits <> CASE WHEN day IS NULL THEN 0 ELSE
           (SELECT sum(CASE WHEN NOT EXISTS (SELECT FROM o AS e WHERE e.customer_id = o.customer_id AND (e.day, e.i) < (o.day, o.i)
                                                AND CASE k.grain WHEN 'ever' THEN true ELSE saaskpi_internal.period_of(e.day, k.grain, week_start) = saaskpi_internal.period_of(o.day, k.grain, week_start) END
                                                AND CASE k.dimension WHEN 'region' THEN e.region = o.region WHEN 'country' THEN e.country = o.country ELSE true END) AND k.dimension <> 'channel'
                            THEN 1 << k.bit ELSE 0 END)
              FROM (VALUES (0, 'day', 'all'), (1, 'week', 'all'), (2, 'month', 'all'), (3, 'quarter', 'all'), (4, 'year', 'all'), (5, 'ever', 'all'),
                           (6, 'month', 'region'), (7, 'quarter', 'region'), (8, 'year', 'region'), (9, 'month', 'country'), (10, 'quarter', 'country'), (11, 'year', 'country'),
                           (15, 'month', 'one'), (16, 'quarter', 'one'), (17, 'year', 'one'), (18, 'month', 'region'), (19, 'quarter', 'region'), (20, 'year', 'region')) AS k(bit, grain, dimension)) END)
  FROM o$$;
SELECT w, s.* FROM unnest('{monday,sunday,saturday}'::text[]) AS w, sales_seen(w) AS s;
SELECT saaskpi_internal.order_firsts(customer_id, day, 'friday', region, country, channel, 'x', region) FROM sales_orders;
-- orders out of order: of days, of customers; whom nobody is ordered by counts for nothing wherever it stands
SELECT saaskpi_internal.order_firsts(customer_id, day, 'monday', region, country, channel, 'x', region) FROM (SELECT * FROM sales_orders ORDER BY customer_id COLLATE "C", day DESC) AS s;
SELECT saaskpi_internal.order_firsts(customer_id, day, 'monday', region, country, channel, 'x', region) FROM (SELECT * FROM sales_orders ORDER BY customer_id COLLATE "C" DESC, day) AS s;
SELECT saaskpi_internal.order_firsts(c, '2024-01-01', 'monday', 'r', 'r', NULL, 'x', '') FROM unnest('{NULL,a,NULL,a,aa,b}'::text[]) AS c;
-- zeros change no sum, but how many decimals it is shown with
SELECT saaskpi_internal.sales_sum(s, 1) AS a, saaskpi_internal.sales_sum(s, 2) AS b, q.sum_a, q.sum_b
  FROM (SELECT saaskpi_internal.sales_sums(a, b, 0, 0, false, 0) AS s, sum(a) AS sum_a, sum(b) AS sum_b FROM (VALUES (0.00, 1.5), (1.5, 0.000), (0, 0)) AS v(a, b)) AS q;
-- sums as the server adds up, to the last digit, and bits counted
SELECT count(*) AS groups, count(*) FILTER (WHERE s[1] <> orders OR s[2] <> odd OR s[22] <> last OR s[3] <> 0 OR saaskpi_internal.sales_sum(s, 1)::text <> a::text OR saaskpi_internal.sales_sum(s, 4)::text <> d::text
                                               OR saaskpi_internal.sales_sum(s, 2) <> b OR saaskpi_internal.sales_sum(s, 3) <> 0) AS wrong
  FROM (SELECT g, saaskpi_internal.sales_sums(a, b, NULL, d, i % 3 = 0, bits) AS s, count(*) FILTER (WHERE i % 3 > 0) AS orders, count(*) FILTER (WHERE bits & 1 = 1) AS odd, count(*) FILTER (WHERE bits >= 1 << 20) AS last,
               sum(a) AS a, sum(b) AS b, sum(d) AS d
          FROM (SELECT i, i % 13 AS g, round(i * 1.2345, i % 6) AS a, -i * 99999999999.99 * 10000000 AS b, i * 3 / 7.0 AS d, CASE i % 4 WHEN 0 THEN 0 WHEN 1 THEN 1 WHEN 2 THEN 1 << 20 ELSE (1 << 20) + 1 END AS bits
                  FROM generate_series(1, 2000) AS i) AS q GROUP BY g) AS r;
-- side by side the same words
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET parallel_leader_participation = off;
CREATE TABLE sales_many WITH (parallel_workers = 2) AS SELECT i, round(i * 1.2345, i % 6) AS a, -i AS b FROM generate_series(1, 3000) AS i;
EXPLAIN (COSTS off) SELECT saaskpi_internal.sales_sums(a, b, a, b, i % 3 = 0, i) FROM sales_many;
SELECT count(DISTINCT s) AS results FROM (SELECT saaskpi_internal.sales_sums(a, b, a, b, i % 3 = 0, i) AS s FROM sales_many
    UNION ALL SELECT saaskpi_internal.sales_sums(a, b, a, b, i % 3 = 0, i) FROM (SELECT * FROM sales_many ORDER BY a OFFSET 0) AS q) AS r;
RESET ALL;
SET client_min_messages = warning;
\set SHOW_CONTEXT never
SELECT saaskpi_internal.sales_sum(saaskpi_internal.sales_sums(1, 2, 3, 4, false, 1), 5);
SELECT saaskpi_internal.sales_sum('{1}', 1);
DROP FUNCTION sales_wrong, sales_seen;
DROP TABLE sales_orders, sales_many;
