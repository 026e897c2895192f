SET client_min_messages = warning;
\set SHOW_CONTEXT never
\pset null ~
-- the amount of a line against the server's own arithmetic, half to even; what cannot be used has none
SELECT count(*) AS lines, count(*) FILTER (WHERE saaskpi_internal.line_amount(q, p) IS DISTINCT FROM saaskpi.money_units(q * p)) AS wrong
  FROM (SELECT i, (i - 5000) * ('1e' || -(i % 7))::numeric AS q, i * ('1e' || 2 - i % 9)::numeric AS p FROM generate_series(1, 10000) AS i) AS l;
SELECT q, p, saaskpi_internal.line_amount(q, p) FROM (VALUES (0.5, 0.0001), (1.5, 0.0001), (-0.5, 0.0001), (-1.5, 0.0001), (0.5001, 0.0001), (2, -0.01), (0, 5), ('NaN', 1), (1, 'Infinity'),
    (922337203685.4775, 1000), (922337203685.4776, 1000), (-922337203685.4776, 1000), (999999999999, 0.01), (1000000000000, 0.01), (1e-20, 1), (1e-21, 1), (1.00, 2.000)) AS l(q, p);
-- what a map says of a word is that of the server's own operators, whatever was asked before and however many words there are
SELECT count(*) AS words, count(DISTINCT q.word) AS different, count(q.meaning) AS known, count(*) FILTER (WHERE q.meaning IS DISTINCT FROM q.map ->> lower(btrim(q.word))) AS wrong
  FROM (SELECT w.word, m.map, saaskpi_internal.meaning('{"a": "A", "b": "", "word 7": "seven", "c": null, "": "none"}', w.word) AS meaning
          FROM (SELECT '{"a": "A", "b": "", "word 7": "seven", "c": null, "": "none"}'::jsonb AS map) AS m,
               (SELECT (ARRAY['a', ' A ', 'b', 'C', '', ' ', NULL, 'Word 7', 'word ' || i / 9])[1 + i % 9] AS word FROM generate_series(0, 899) AS i) AS w) AS q;
SELECT w.map, saaskpi_internal.meaning(w.map, w.word) AS meaning FROM (VALUES ('{"a": "1"}'::jsonb, 'a'), ('{"a": "2"}', 'a'), ('{}', 'a'), (NULL, 'a')) AS w(map, word);
-- an order against plain SQL: whole numbers and fractions, returns, lines that cannot be used, and products of which many or few differ
SELECT setseed(0.25);
CREATE TABLE order_lines_many AS
SELECT CASE WHEN i % 100 = 1 THEN -(i % 3000) ELSE (i ^ 2)::bigint % 97 * (i % 11) END AS order_id, CASE WHEN i % 50 = 0 THEN NULL WHEN i % 5 = 0 THEN round((random() * 9 - 4)::numeric, i % 7) ELSE (random() * 9)::integer - 3 END AS quantity,
       CASE WHEN i % 77 = 0 THEN NULL ELSE (random() * 1000000)::bigint - 1000 END AS amount, CASE WHEN i % 78 = 0 THEN NULL ELSE (random() * 1000)::bigint - 10 END AS discount,
       CASE WHEN i % 40 = 0 THEN NULL WHEN i % 3 = 0 THEN repeat('x', i % 300) ELSE 'p' || (i ^ 2)::bigint % 1009 END AS product_id
  FROM generate_series(1, 20000) AS i;
CREATE VIEW order_plain AS
SELECT order_id, count(*) AS lines, count(*) FILTER (WHERE quantity > 0) AS sold, count(*) FILTER (WHERE quantity < 0) AS returned,
       coalesce(sum(amount) FILTER (WHERE quantity > 0), 0) * 0.0001 AS gross, sum(discount) * 0.0001 AS discounts, coalesce(-sum(amount) FILTER (WHERE quantity < 0), 0) * 0.0001 AS returns,
       coalesce(sum(quantity) FILTER (WHERE quantity > 0), 0)::text AS units, coalesce(-sum(quantity) FILTER (WHERE quantity < 0), 0)::text AS units_returned, count(DISTINCT product_id) AS products
  FROM order_lines_many WHERE quantity IS NOT NULL AND amount IS NOT NULL AND discount IS NOT NULL GROUP BY 1;
CREATE FUNCTION order_wrong() RETURNS TABLE (orders bigint, wrong bigint) LANGUAGE sql AS $$
SELECT count(*), count(*) FILTER (WHERE ROW(s.s[1], s.s[2], s.s[3], saaskpi_internal.order_gross(s.s), saaskpi_internal.order_discounts(s.s), saaskpi_internal.order_returns(s.s),
           saaskpi_internal.order_units(s.s)::text, saaskpi_internal.order_units_returned(s.s)::text, s.s[19], saaskpi_internal.order_net(s.s))
       IS DISTINCT FROM ROW(p.lines, p.sold, p.returned, p.gross, p.discounts, p.returns, p.units, p.units_returned, p.products, p.gross - p.discounts - p.returns))
  FROM order_plain AS p FULL JOIN (SELECT order_id, saaskpi_internal.order_sums(quantity, amount, discount, product_id) AS s FROM order_lines_many GROUP BY 1) AS s USING (order_id)$$;
SELECT max(products) > 500 AS many, min(products) < 8 AS few, bool_or(units LIKE '%.______') AS fine FROM order_plain;
SELECT * FROM order_wrong();
-- in any order and side by side the same words
SET enable_hashagg = off;
SELECT * FROM order_wrong();
RESET enable_hashagg;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET parallel_leader_participation = off;
ALTER TABLE order_lines_many SET (parallel_workers = 2);
EXPLAIN (COSTS off) SELECT saaskpi_internal.order_sums(quantity, amount, discount, product_id) FROM order_lines_many;
SELECT count(DISTINCT s) AS results, max(s[1]) AS lines FROM (
    SELECT saaskpi_internal.order_sums(quantity, amount, discount, product_id) AS s FROM order_lines_many
    UNION ALL SELECT saaskpi_internal.order_sums(quantity, amount, discount, product_id) FROM (SELECT * FROM order_lines_many ORDER BY amount OFFSET 0) AS q) AS r;
SELECT saaskpi_internal.line_sums(quantity, amount, discount) = (saaskpi_internal.order_sums(quantity, amount, discount, product_id))[1:18] || 0::bigint AS same FROM order_lines_many;
RESET ALL;
\set SHOW_CONTEXT never
-- the same sums without products
SELECT count(*) AS orders, count(*) FILTER (WHERE l IS DISTINCT FROM s[1:18] || 0::bigint) AS wrong
  FROM (SELECT order_id, saaskpi_internal.line_sums(quantity, amount, discount) AS l, saaskpi_internal.order_sums(quantity, amount, discount, product_id) AS s FROM order_lines_many GROUP BY 1) AS q;
SELECT saaskpi_internal.line_sums(q, 1, 1) FROM (VALUES (1e-30), (1e30)) AS v(q);
SELECT saaskpi_internal.line_sums_accum(NULL, 1, 1, 1);
-- however many short names of products an order holds
SELECT count(*) AS orders, count(*) FILTER (WHERE q.products <> q.n) AS wrong
  FROM (SELECT n, (saaskpi_internal.order_sums(1, 1, 0, to_char(i, 'FM00000')))[19] AS products FROM generate_series(50, 2000, 50) AS n, generate_series(1, n) AS i GROUP BY n) AS q;
-- sums beyond 64 bits, and beyond 128, and what are no sums
SELECT saaskpi_internal.order_gross(s), saaskpi_internal.order_net(s), saaskpi_internal.order_units(s)
  FROM (SELECT saaskpi_internal.order_sums(999999999999.00000000000000000001, 9223372036854775807, 1, NULL) AS s FROM generate_series(1, 3)) AS q;
SELECT saaskpi_internal.order_sums(q, 1, 1, NULL) FROM (VALUES (1e-30), (1e30)) AS v(q);
SELECT saaskpi_internal.order_gross('{1,2}');
SELECT saaskpi_internal.order_net(array_fill(NULL::bigint, '{19}'));
SELECT saaskpi_internal.order_sums_accum(NULL, 1, 1, 1, 'p');
DROP FUNCTION order_wrong;
DROP VIEW order_plain;
DROP TABLE order_lines_many;
