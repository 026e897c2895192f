CREATE EXTENSION saaskpi;
SET datestyle = iso;
SET client_min_messages = warning;
\set VERBOSITY terse
-- money: units of 1/10000, exactly or not at all
SELECT v, saaskpi.money_units(v::numeric) AS units
  FROM unnest(ARRAY['0', '1', '-1', '0.0001', '-0.0001', '0.00010000', '9999.9999', '10000',
                    '100000000', '1e8', '12345678.9', '0.5', '-0.00', '922337203685477.5807',
                    'NaN', 'Infinity', '-Infinity']) AS t (v);
SELECT saaskpi.money_units(0.00001);
SELECT saaskpi.money_units(-1.23456);
SELECT saaskpi.money_units(922337203685477.5808);
SELECT saaskpi.money_units(1e300);
SELECT saaskpi.money_units(NULL);
-- the conversion against the server's own arithmetic
SELECT count(*) AS tried, count(*) FILTER (WHERE saaskpi.money_units(v) IS DISTINCT FROM (v * 10000)::bigint) AS wrong
  FROM (SELECT sign * round((hashint8(n)::numeric + 2147483648) * power(10::numeric, n % 14 - 8), n % 5) AS v
          FROM generate_series(1, 20000) AS n, (VALUES (1), (-1)) AS s (sign)) AS t;
-- one customer: basic, then pro on the same day, gone, and back
CREATE TABLE history_subs (subscription_id text, customer_id text, plan text, start_date date, end_date date, price numeric);
INSERT INTO history_subs VALUES
    ('S1', 'A', 'Basic', '2024-01-31', '2024-03-15', 50),
    ('S2', 'A', 'Pro', '2024-03-15', '2024-05-01', 120.5),
    ('S3', 'A', 'Pro', '2024-08-01', NULL, 99.9999),
    ('S4', 'B', 'Basic', '2024-02-29', '2025-02-28', 10),
    ('S5', 'B', 'Basic', '2024-03-31', '2024-04-30', 10),
    ('S6', 'C', NULL, '2024-02-01', '2024-02-01', 10),
    ('S7', 'C', NULL, '2024-02-02', '2024-02-01', 10),
    ('S8', 'C', NULL, '2024-02-02', NULL, -10),
    ('S9', 'C', NULL, NULL, NULL, 10),
    ('S10', 'C', NULL, '2024-02-02', NULL, NULL),
    ('S11', 'C', NULL, '2024-02-02', NULL, 'NaN'),
    ('S12', 'C', NULL, '-infinity', NULL, 10),
    ('S13', 'C', NULL, '2024-02-02', '-infinity', 10),
    ('S14', 'C', NULL, '0044-03-15 BC', NULL, 10),
    ('S15', 'C', NULL, '2024-02-02', '10000-01-01', 10),
    ('S16', 'C', NULL, '2024-02-02', NULL, 0),
    ('S17', 'D', NULL, '2024-02-02', 'infinity', 'Infinity'),
    ('S18', 'D', NULL, '2024-02-02', 'infinity', 7);
CREATE TABLE history_states AS
SELECT customer_id, saaskpi.mrr_history_agg(start_date, end_date, price, plan) AS h,
       saaskpi.mrr_history_agg(start_date, end_date, price) AS plain
  FROM history_subs GROUP BY customer_id;
SELECT customer_id, h FROM history_states ORDER BY 1;
SELECT customer_id, plain FROM history_states ORDER BY 1;
SELECT customer_id, m.* FROM history_states, saaskpi.mrr_movements(h, '2025-12-31') AS m ORDER BY 1, happened_on;
SELECT m.* FROM history_states, saaskpi.mrr_movements(h, '2024-03-31', 'quarter', 'event') AS m WHERE customer_id = 'A';
SELECT m.* FROM history_states, saaskpi.mrr_movements(h, '2025-12-31', 'year', 'period') AS m WHERE customer_id IN ('A', 'B') ORDER BY 2, 4;
SELECT customer_id, as_of, saaskpi.mrr_at(h, as_of), saaskpi.first_mrr_on(h, as_of), saaskpi.churned_on(h, as_of), saaskpi.skipped(h)
  FROM history_states, unnest(ARRAY['2024-01-30', '2024-01-31', '2024-06-01', '2024-08-01']::date[]) AS as_of ORDER BY 1, 2;
-- nothing at all: no rows, no usable row, a null state
SELECT saaskpi.mrr_history_agg(start_date, end_date, price) FROM history_subs WHERE false;
SELECT saaskpi.mrr_history_agg(NULL, NULL, NULL);
SELECT saaskpi.mrr_history_agg(NULL, NULL, NULL, NULL);
SELECT count(*) FROM saaskpi.mrr_movements(NULL, '2024-01-01');
SELECT saaskpi.mrr_at(NULL, '2024-01-01') IS NULL, saaskpi.skipped(NULL::saaskpi.mrr_history) IS NULL;
SELECT count(*) FROM history_states, saaskpi.mrr_movements(h, '2024-12-31', NULL);
-- distinct, filter and rollup of parts
SELECT saaskpi.mrr_at(saaskpi.mrr_history_agg(DISTINCT s, e, p), '2024-01-05') AS once,
       saaskpi.mrr_at(saaskpi.mrr_history_agg(s, e, p), '2024-01-05') AS twice,
       saaskpi.mrr_at(saaskpi.mrr_history_agg(s, e, p) FILTER (WHERE p > 5), '2024-01-05') AS filtered
  FROM (VALUES (date '2024-01-01', date '2024-02-01', 5.0), ('2024-01-01', '2024-02-01', 5.0)) AS t (s, e, p);
SELECT bool_and(whole::text = parts::text AND saaskpi.mrr_history_send(whole) = saaskpi.mrr_history_send(parts)) AS same
  FROM (SELECT customer_id, saaskpi.mrr_history_agg(start_date, end_date, price, plan) AS whole FROM history_subs GROUP BY 1) AS w
  JOIN (SELECT customer_id, saaskpi.rollup(part) AS parts
          FROM (SELECT customer_id, saaskpi.mrr_history_agg(start_date, end_date, price, plan) AS part
                  FROM history_subs GROUP BY customer_id, hashtext(subscription_id) % 3) AS t GROUP BY 1) AS p USING (customer_id);
-- text and binary round trips
SELECT bool_and(h::text::saaskpi.mrr_history::text = h::text) FROM history_states;
CREATE TABLE history_copy (customer_id text, h saaskpi.mrr_history, plain saaskpi.mrr_history);
\copy history_states to 'results/history_states.bin' (format binary)
\copy history_copy from 'results/history_states.bin' (format binary)
SELECT count(*), bool_and(a.h::text = b.h::text AND a.plain::text = b.plain::text AND pg_column_size(a.h) = pg_column_size(b.h)) FROM history_states AS a JOIN history_copy AS b USING (customer_id);
TRUNCATE history_copy;
\copy history_states to 'results/history_states.txt'
\copy history_copy from 'results/history_states.txt'
SELECT count(*), bool_and(saaskpi.mrr_history_send(a.h) = saaskpi.mrr_history_send(b.h)) FROM history_states AS a JOIN history_copy AS b USING (customer_id);
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
SELECT kind, pg_column_size(h) < 127 AS short, pg_column_size(h) < octet_length(saaskpi.mrr_history_send(h)) AS compressed,
       saaskpi.mrr_at(h, '2004-06-01'), md5(h::text) = (SELECT md5(h::text) FROM history_stored WHERE kind = 'external') AS as_external
  FROM history_stored ORDER BY 1;
-- malformed text: refused by name, never half read
CREATE FUNCTION try_value(value text, type regtype) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT %L::%s', value, type);
    RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
    RETURN sqlstate || ' ' || left(sqlerrm, 60);
END $$;
SELECT t, try_value(t, 'saaskpi.mrr_history') FROM unnest(ARRAY[
    'mrr_history 1 day 0 {0,0,0} skipped 0 labels () rows ()',
    'mrr_history 1 day 0 {0,0,0} skipped 0 labels () rows (8766,0:490000,0)',
    '', 'mrr_history', 'activity 1 day 0 {0,0,0} skipped 0 labels () rows ()',
    'mrr_history 2 day 0 {0,0,0} skipped 0 labels () rows ()',
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
-- a state in which more ended than started: readable, not usable
SELECT saaskpi.mrr_at('mrr_history 1 day 0 {0,0,0} skipped 0 labels () rows (8766,0:0,5)', '2025-01-01');
-- wrong words, wrong days, too large, too fine
SELECT * FROM history_states, saaskpi.mrr_movements(h, '2024-12-31', 'fortnight');
SELECT * FROM history_states, saaskpi.mrr_movements(h, '2024-12-31', 'Month');
SELECT * FROM history_states, saaskpi.mrr_movements(h, '2024-12-31', 'month', 'hour');
\set VERBOSITY default
SELECT * FROM history_states, saaskpi.mrr_movements(h, '2024-12-31', 'fortnight');
SELECT * FROM history_states, saaskpi.mrr_movements(h, '2024-12-31', 'month', 'hour');
SELECT saaskpi.mrr_history_agg('2024-01-01', NULL, 1.00001);
SELECT saaskpi.mrr_history_agg('2024-01-01', NULL, 1e15);
SELECT saaskpi.mrr_history_accum(NULL, '2024-01-01', NULL, 1);
SELECT saaskpi.mrr_history_combine(NULL, NULL);
SELECT saaskpi.mrr_history_final(NULL);
\set VERBOSITY terse
SELECT saaskpi.mrr_at(h, 'infinity') FROM history_states;
SELECT saaskpi.mrr_at(h, '10000-01-01') FROM history_states;
SELECT saaskpi.mrr_at(h, '0001-12-31 BC') FROM history_states;
SELECT saaskpi.mrr_at(saaskpi.mrr_history_agg('2024-01-01', NULL, 900000000000000), '2024-01-01') FROM generate_series(1, 2);
SELECT saaskpi.rollup(h) FROM (SELECT h FROM history_states UNION ALL SELECT plain FROM history_states) AS t;
-- early stop
SELECT customer_id, m.movement FROM history_states, saaskpi.mrr_movements(h, '2025-12-31') AS m WHERE customer_id = 'A' LIMIT 1;
SELECT customer_id, (SELECT movement FROM saaskpi.mrr_movements(h, '2025-12-31') LIMIT 1) FROM history_states ORDER BY 1;
SELECT customer_id, saaskpi.mrr_movements(h, '2024-04-15') IS NOT NULL AS row FROM history_states ORDER BY 1 LIMIT 3;
-- a few hundred subscriptions and payments, the same everywhere; used from here on
CREATE FUNCTION pick(seed int, what text, below int) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    'SELECT (abs(hashtextextended(what, seed)) % below)::int';
CREATE TABLE gen_subs AS
SELECT 'S' || n AS subscription_id, 'C' || pick(n, 'customer', 120) AS customer_id,
       (ARRAY['Basic', 'Pro', 'Scale', NULL])[1 + pick(n, 'plan', 4)] AS plan,
       date '2023-01-01' + pick(n, 'start', 700) / 5 * 5 AS start_date,
       CASE WHEN pick(n, 'open', 3) > 0 THEN date '2023-01-01' + pick(n, 'start', 700) / 5 * 5 + pick(n, 'length', 300) / 5 * 5 END AS end_date,
       (ARRAY[0, 10, 10, 25.5, 99.9999])[1 + pick(n, 'price', 5)]::numeric AS price
  FROM generate_series(1, 400) AS n;
-- a third of those that end go on under another plan on the same day
INSERT INTO gen_subs
SELECT 'T' || subscription_id, customer_id, CASE WHEN plan = 'Pro' THEN 'Basic' ELSE 'Pro' END, end_date, end_date + 90, price + pick(1, subscription_id, 3) * 5 - 5
  FROM gen_subs WHERE end_date > start_date AND price > 0 AND pick(2, subscription_id, 3) = 0;
CREATE TABLE gen_pays AS
SELECT 'P' || n AS payment_id, 'C' || pick(n, 'payer', 130) AS customer_id, date '2022-12-15' + pick(n, 'day', 760) AS paid_on,
       (ARRAY[10, 10, 25.5, 99.9999, 0, -10])[1 + pick(n, 'amount', 6)]::numeric AS amount,
       (ARRAY['Success', 'Success', 'Success', 'Failed', 'Refused'])[1 + pick(n, 'status', 5)] AS status
  FROM generate_series(1, 2000) AS n;
CREATE TABLE gen_history AS
SELECT customer_id, saaskpi.mrr_history_agg(start_date, end_date, price, plan) AS h FROM gen_subs GROUP BY customer_id;
CREATE TABLE gen_activity AS
SELECT customer_id, saaskpi.payment_agg(paid_on, amount, status) AS a FROM gen_pays GROUP BY customer_id;
CREATE VIEW gen_customers AS
SELECT customer_id, h, a, substr(customer_id, 2)::int % 3 AS region FROM gen_history FULL JOIN gen_activity USING (customer_id);
-- an oracle in plain SQL: the level of every customer on every day
CREATE TABLE gen_level AS
SELECT c.customer_id, day::date AS d, coalesce(sum(price), 0) AS level
  FROM (SELECT DISTINCT customer_id FROM gen_subs) AS c
 CROSS JOIN generate_series(timestamp '2022-12-31', '2024-12-31', '1 day') AS day
  LEFT JOIN gen_subs AS s ON s.customer_id = c.customer_id AND s.start_date <= day AND (s.end_date IS NULL OR day < s.end_date)
 GROUP BY 1, 2;
ALTER TABLE gen_level ADD PRIMARY KEY (customer_id, d);
CREATE VIEW gen_movements AS
SELECT customer_id, d, abs(level - before) AS amount, before, level,
       CASE WHEN before = 0 THEN CASE WHEN bool_or(before > 0) OVER (PARTITION BY customer_id ORDER BY d) THEN 'reactivation' ELSE 'new' END
            WHEN level = 0 THEN 'churn' WHEN level > before THEN 'expansion' ELSE 'contraction' END AS movement
  FROM (SELECT *, lag(level, 1, 0.0) OVER (PARTITION BY customer_id ORDER BY d) AS before FROM gen_level) AS l;
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
