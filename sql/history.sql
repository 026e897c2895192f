SET datestyle = iso;
SET client_min_messages = warning;
\set VERBOSITY terse
-- the four customers of setup.sql
SELECT customer_id, h FROM few_history ORDER BY 1;
SELECT customer_id, plain FROM few_history ORDER BY 1;
SELECT customer_id, m.* FROM few_history, saaskpi.mrr_movements(h, '2025-12-31') AS m ORDER BY 1, happened_on;
SELECT m.* FROM few_history, saaskpi.mrr_movements(h, '2024-03-31', 'quarter', 'event') AS m WHERE customer_id = 'A';
SELECT m.* FROM few_history, saaskpi.mrr_movements(h, '2025-12-31', 'year', 'period') AS m WHERE customer_id IN ('A', 'B') ORDER BY 2, 4;
SELECT customer_id, as_of, saaskpi.mrr_at(h, as_of), saaskpi.first_mrr_on(h, as_of), saaskpi.churned_on(h, as_of), saaskpi.skipped(h)
  FROM few_history, unnest(ARRAY['2024-01-30', '2024-01-31', '2024-06-01', '2024-08-01']::date[]) AS as_of ORDER BY 1, 2;
-- the plan they began with; a history without plans knows none
SELECT customer_id, saaskpi.first_plan(h, '2024-01-30') AS early, saaskpi.first_plan(h, '2025-12-31') AS plan, saaskpi.first_plan(plain, '2025-12-31') AS plain FROM few_history ORDER BY 1;
-- nothing at all: no rows, no usable row, a null state
SELECT saaskpi.mrr_history_agg(start_date, end_date, price) FROM few_subs WHERE false;
SELECT saaskpi.mrr_history_agg(NULL, NULL, NULL);
SELECT saaskpi.mrr_history_agg(NULL, NULL, NULL, NULL);
SELECT count(*) FROM saaskpi.mrr_movements(NULL, '2024-01-01');
SELECT saaskpi.mrr_at(NULL, '2024-01-01') IS NULL, saaskpi.skipped(NULL::saaskpi.mrr_history) IS NULL;
SELECT count(*) FROM few_history, saaskpi.mrr_movements(h, '2024-12-31', NULL);
-- distinct, filter and rollup of parts
SELECT saaskpi.mrr_at(saaskpi.mrr_history_agg(DISTINCT s, e, p), '2024-01-05') AS once,
       saaskpi.mrr_at(saaskpi.mrr_history_agg(s, e, p), '2024-01-05') AS twice,
       saaskpi.mrr_at(saaskpi.mrr_history_agg(s, e, p) FILTER (WHERE p > 5), '2024-01-05') AS filtered
  FROM (VALUES (date '2024-01-01', date '2024-02-01', 5.0), ('2024-01-01', '2024-02-01', 5.0)) AS t (s, e, p);
SELECT bool_and(whole::text = parts::text AND saaskpi_internal.mrr_history_send(whole) = saaskpi_internal.mrr_history_send(parts)) AS same
  FROM (SELECT customer_id, saaskpi.mrr_history_agg(start_date, end_date, price, plan) AS whole FROM few_subs GROUP BY 1) AS w
  JOIN (SELECT customer_id, saaskpi.rollup(part) AS parts
          FROM (SELECT customer_id, saaskpi.mrr_history_agg(start_date, end_date, price, plan) AS part
                  FROM few_subs GROUP BY customer_id, hashtext(subscription_id) % 3) AS t GROUP BY 1) AS p USING (customer_id);
-- text and binary round trips
SELECT bool_and(h::text::saaskpi.mrr_history::text = h::text) FROM few_history;
CREATE TABLE history_copy (customer_id text, h saaskpi.mrr_history, plain saaskpi.mrr_history);
\copy few_history to 'results/few_history.bin' (format binary)
\copy history_copy from 'results/few_history.bin' (format binary)
SELECT count(*), bool_and(a.h::text = b.h::text AND a.plain::text = b.plain::text AND pg_column_size(a.h) = pg_column_size(b.h)) FROM few_history AS a JOIN history_copy AS b USING (customer_id);
TRUNCATE history_copy;
\copy few_history to 'results/few_history.txt'
\copy history_copy from 'results/few_history.txt'
SELECT count(*), bool_and(saaskpi_internal.mrr_history_send(a.h) = saaskpi_internal.mrr_history_send(b.h)) FROM few_history AS a JOIN history_copy AS b USING (customer_id);
-- labels that need escapes, and one longer than a page
SELECT h, h::text::saaskpi.mrr_history::text = h::text AS same
  FROM (SELECT saaskpi.mrr_history_agg('2024-01-01', NULL, 1, p) AS h FROM unnest(ARRAY['a "b" \c', '', 'e) rows (', 'a,1:2']) AS p) AS t;
SELECT length(h::text) > 9000, h::text::saaskpi.mrr_history::text = h::text AS same
  FROM (SELECT saaskpi.mrr_history_agg('2024-01-01', NULL, 1, repeat('x', 9000)) AS h) AS t;
SELECT saaskpi.mrr_history_agg('2024-01-01', NULL, 1, repeat('x', 70000));
-- stored short, compressed and out of line: the same value
CREATE TABLE history_stored (kind text, h saaskpi.mrr_history);
ALTER TABLE history_stored ALTER h SET STORAGE external;
INSERT INTO history_stored SELECT 'external', saaskpi.mrr_history_agg(date '2000-01-01' + n, date '2000-01-02' + 2 * n, n, 'p' || n % 7) FROM generate_series(1, 2000) AS n;
ALTER TABLE history_stored ALTER h SET STORAGE extended;
INSERT INTO history_stored SELECT 'extended', saaskpi.mrr_history_agg(date '2000-01-01' + n, date '2000-01-02' + 2 * n, n, 'p' || n % 7) FROM generate_series(1, 2000) AS n;
INSERT INTO history_stored SELECT 'short', saaskpi.mrr_history_agg(date '2000-01-01', NULL, 3);
SELECT kind, pg_column_size(h) < 127 AS short, pg_column_size(h) < octet_length(saaskpi_internal.mrr_history_send(h)) AS compressed,
       saaskpi.mrr_at(h, '2004-06-01'), md5(h::text) = (SELECT md5(h::text) FROM history_stored WHERE kind = 'external') AS as_external
  FROM history_stored ORDER BY 1;
-- malformed text: refused by name, never half read
SELECT t, try_value(t, 'saaskpi.mrr_history') FROM unnest(ARRAY[
    'mrr_history 1 day 0 {0,0,0} skipped 0 labels () rows ()',
    'mrr_history 1 day 0 {0,0,0} skipped 0 labels () rows (8766,0:490000,0)',
    '', 'mrr_history', 'activity 1 day 0 {0,0,0} skipped 0 labels () rows ()',
    'mrr_history 3 day 0 {0,0,0} skipped 0 labels () rows ()',
    'mrr_history 1 week 0 {0,0,0} skipped 0 labels () rows ()',
    'mrr_history 1 day 2 {0,0,0} skipped 0 labels () rows ()',
    'mrr_history 1 day 0 {0,1,0} skipped 0 labels () rows ()',
    'mrr_history 1 day 0 {0,0,0} skipped -1 labels () rows ()',
    'mrr_history 1 day 1 {0,0,0} skipped 0 labels ("b" "a") rows ()',
    'mrr_history 1 day 1 {0,0,0} skipped 0 labels ("a" "a") rows ()',
    'mrr_history 1 day 1 {0,0,0} skipped 0 labels ("a) rows ()',
    'mrr_history 1 day 1 {0,0,0} skipped 0 labels ("a") rows (8766,2:1,0)',
    'mrr_history 1 day 0 {0,0,0} skipped 0 labels () rows (8766,0:-1,0)',
    'mrr_history 1 day 0 {0,0,0} skipped 0 labels () rows (8766,0:0,0)',
    'mrr_history 1 day 0 {0,0,0} skipped 0 labels () rows (8766,0:1,0 8766,0:1,0)',
    'mrr_history 1 day 0 {0,0,0} skipped 0 labels () rows (8767,0:1,0 8766,0:1,0)',
    'mrr_history 1 day 0 {0,0,0} skipped 0 labels () rows (3000000,0:1,0)',
    'mrr_history 1 day 0 {0,0,0} skipped 0 labels () rows (8766,0:9223372036854775808,0)',
    'mrr_history 1 day 0 {0,0,0} skipped 0 labels () rows (8766,0:1,0) ']) AS t;
-- labels in the order of another encoding: sorted, and the rows with them
SELECT 'mrr_history 1 day 1 {0,0,0} skipped 0 labels ("c" "a" "b") rows (1,1:3,0 1,2:1,0 1,3:2,0 2,1:0,3 2,3:0,2)'::saaskpi.mrr_history;
SELECT t, try_value(t, 'saaskpi.mrr_history') FROM unnest(ARRAY[
    'mrr_history 1 day 0 {0,0,1} skipped 0 labels () rows ()',
    'mrr_history 1 day 1 {0,0,0} skipped 0 labels ("b" "a" "b") rows ()',
    'mrr_history 1 day 1 {0,0,0} skipped 0 labels ("b" "a") rows (8766,2:1,0 8766,1:1,0)',
    'mrr_history 1 day 0 {0,0,0} skipped 0 labels ("b" "a") rows ()']) AS t;
-- what a later version wrote is not called wrong
\set VERBOSITY default
SELECT 'mrr_history 3 day 0 of which this library knows nothing'::saaskpi.mrr_history;
\set VERBOSITY terse
-- a state in which more ended than started: readable, not usable
SELECT saaskpi.mrr_at('mrr_history 1 day 0 {0,0,0} skipped 0 labels () rows (8766,0:0,5)', '2025-01-01');
-- wrong words, wrong days; a price too large is skipped, one too fine is rounded
SELECT * FROM few_history, saaskpi.mrr_movements(h, '2024-12-31', 'fortnight');
SELECT * FROM few_history, saaskpi.mrr_movements(h, '2024-12-31', 'Month');
SELECT * FROM few_history, saaskpi.mrr_movements(h, '2024-12-31', 'month', 'hour');
\set VERBOSITY default
SELECT * FROM few_history, saaskpi.mrr_movements(h, '2024-12-31', 'fortnight');
SELECT * FROM few_history, saaskpi.mrr_movements(h, '2024-12-31', 'month', 'hour');
SELECT saaskpi.mrr_history_agg('2024-01-01', NULL, 1.00001);
SELECT saaskpi.mrr_history_agg('2024-01-01', NULL, 1e15);
SELECT saaskpi_internal.mrr_history_accum(NULL, '2024-01-01', NULL, 1);
SELECT saaskpi_internal.mrr_history_combine(NULL, NULL);
SELECT saaskpi_internal.mrr_history_final(NULL);
\set VERBOSITY terse
SELECT saaskpi.mrr_at(h, 'infinity') FROM few_history;
SELECT saaskpi.mrr_at(h, '10000-01-01') FROM few_history;
SELECT saaskpi.mrr_at(h, '0001-12-31 BC') FROM few_history;
SELECT saaskpi.mrr_at(saaskpi.mrr_history_agg('2024-01-01', NULL, 900000000000000), '2024-01-01') FROM generate_series(1, 2);
SELECT saaskpi.rollup(h) FROM (SELECT h FROM few_history UNION ALL SELECT plain FROM few_history) AS t;
-- early stop
SELECT customer_id, m.movement FROM few_history, saaskpi.mrr_movements(h, '2025-12-31') AS m WHERE customer_id = 'A' LIMIT 1;
SELECT customer_id, (SELECT movement FROM saaskpi.mrr_movements(h, '2025-12-31') LIMIT 1) FROM few_history ORDER BY 1;
SELECT customer_id, saaskpi.mrr_movements(h, '2024-04-15') IS NOT NULL AS row FROM few_history ORDER BY 1 LIMIT 3;
-- every day of every customer of setup.sql against the oracle there
SELECT count(*) AS rows, count(DISTINCT customer_id) AS customers FROM gen_level;
WITH ours AS (SELECT customer_id, happened_on, movement, amount, mrr_before, mrr_after FROM gen_history, saaskpi.mrr_movements(h, '2024-12-31')),
     theirs AS (SELECT customer_id, d, movement, amount, before, level FROM gen_movements WHERE before <> level)
SELECT (SELECT count(*) FROM ours) AS movements, (SELECT count(*) FROM (TABLE ours EXCEPT ALL TABLE theirs) AS x) AS only_ours,
       (SELECT count(*) FROM (TABLE theirs EXCEPT ALL TABLE ours) AS x) AS only_theirs;
SELECT movement, count(*), sum(amount) FROM gen_movements WHERE before <> level GROUP BY 1 ORDER BY 1;
-- facts on the last day of each month, and a growing window against a self join
SELECT count(*) AS facts, count(*) FILTER (WHERE saaskpi.mrr_at(h, d) <> level) AS wrong_level,
       count(*) FILTER (WHERE saaskpi.first_mrr_on(h, d) IS DISTINCT FROM (SELECT min(x.d) FROM gen_level AS x WHERE x.customer_id = l.customer_id AND x.d <= l.d AND x.level > 0)) AS wrong_first
  FROM gen_level AS l JOIN gen_history USING (customer_id) WHERE extract(day FROM d + 1) = 1;
SELECT count(*) AS frames, count(*) FILTER (WHERE w.h::text <> (SELECT saaskpi.mrr_history_agg(start_date, end_date, price, plan)::text FROM gen_subs AS s
                                                WHERE s.customer_id = w.customer_id AND (s.start_date, s.subscription_id) <= (w.start_date, w.subscription_id))) AS wrong
  FROM (SELECT customer_id, start_date, subscription_id,
               saaskpi.mrr_history_agg(start_date, end_date, price, plan) OVER (PARTITION BY customer_id ORDER BY start_date, subscription_id) AS h FROM gen_subs) AS w;
