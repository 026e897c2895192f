SET client_min_messages = warning;
-- the same activity when groups are sorted, spilled, of several sets at once, cut short, and beside another such aggregate
CREATE TABLE payment_many AS SELECT customer_id || ':' || n AS customer_id, paid_on, amount, status FROM gen_pays, generate_series(1, 40) AS n;
ANALYZE payment_many;
CREATE TABLE payment_hashed AS SELECT customer_id, status, count(*) AS rows, saaskpi.payment_agg(paid_on, amount, status)::text AS a
  FROM payment_many GROUP BY GROUPING SETS ((customer_id), (customer_id, status), (status), ());
SET enable_hashagg = off;
CREATE TABLE payment_sorted AS SELECT customer_id, status, count(*) AS rows, saaskpi.payment_agg(paid_on, amount, status)::text AS a
  FROM payment_many GROUP BY GROUPING SETS ((customer_id), (customer_id, status), (status), ());
RESET enable_hashagg;
SET work_mem = '64kB';
SET enable_sort = off;
SELECT plan_has('SELECT customer_id, saaskpi.payment_agg(paid_on, amount, status)::text FROM payment_many GROUP BY 1', 'Disk Usage', 'ANALYZE') AS spilled;
CREATE TABLE payment_spilled AS SELECT customer_id, NULL::text AS status, count(*) AS rows, saaskpi.payment_agg(paid_on, amount, status)::text AS a FROM payment_many GROUP BY 1;
RESET enable_sort;
RESET work_mem;
SELECT count(*) > 1000 AS many FROM payment_hashed;
SELECT * FROM ((TABLE payment_hashed EXCEPT ALL TABLE payment_sorted) UNION ALL (TABLE payment_sorted EXCEPT ALL TABLE payment_hashed)
               UNION ALL (TABLE payment_spilled EXCEPT ALL TABLE payment_hashed)) AS x;
SELECT count(*) FROM (SELECT saaskpi.payment_agg(paid_on, amount, status) AS a FROM payment_many GROUP BY customer_id LIMIT 3) AS x;
SELECT count(*) AS customers, bool_and(h.a = x.one AND h.a = x.other) AS same
  FROM payment_hashed AS h JOIN (SELECT customer_id, saaskpi.payment_agg(paid_on, amount, status)::text AS one,
              saaskpi.payment_agg(paid_on, amount, status || '' ORDER BY amount)::text AS other FROM payment_many GROUP BY 1) AS x
    ON x.customer_id = h.customer_id AND h.status IS NULL;
-- two cursors that take turns, each with groups half read; one fails, the other goes on
BEGIN;
SET LOCAL enable_hashagg = off;
DECLARE ours CURSOR FOR SELECT customer_id, saaskpi.payment_agg(paid_on, amount, status) FROM payment_many WHERE customer_id LIKE 'C_:1' GROUP BY 1 ORDER BY 1;
DECLARE theirs CURSOR FOR SELECT n, saaskpi.payment_agg(date '2024-01-01' + 0 * i, 450000000000000 + n, 'Success') FROM generate_series(1, 2) AS n, generate_series(1, 3) AS i GROUP BY n;
FETCH 1 FROM ours;
SAVEPOINT s;
FETCH 1 FROM theirs;
ROLLBACK TO s;
FETCH 2 FROM ours;
ROLLBACK;
DROP TABLE payment_many, payment_hashed, payment_sorted, payment_spilled;
