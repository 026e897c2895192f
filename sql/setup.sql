-- Runs before whatever other files are asked for, which need nothing of each other.
CREATE EXTENSION saaskpi;
SET datestyle = iso;
SET client_min_messages = warning;
\set VERBOSITY terse
-- is a value accepted as one of the type, and if not why
CREATE FUNCTION try_value(value text, type regtype) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT %L::%s', value, type);
    RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
    RETURN sqlstate || ' ' || left(sqlerrm, 60);
END $$;
-- does the plan of a query have such a node
CREATE FUNCTION plan_has(query text, what text, options text DEFAULT 'COSTS OFF') RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE line text; found boolean := false;
BEGIN
    FOR line IN EXECUTE format('EXPLAIN (%s) %s', options, query) LOOP
        found := found OR line LIKE '%' || what || '%';
    END LOOP;
    RETURN found;
END $$;
-- four customers: basic, then pro on the same day, gone, and back; what cannot be used
CREATE TABLE few_subs (subscription_id text, customer_id text, plan text, start_date date, end_date date, price numeric);
INSERT INTO few_subs VALUES
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
CREATE TABLE few_history AS
SELECT customer_id, saaskpi.mrr_history_agg(start_date, end_date, price, plan) AS h,
       saaskpi.mrr_history_agg(start_date, end_date, price) AS plain
  FROM few_subs GROUP BY customer_id;
-- payments that succeeded, failed, were refunded, cannot be used
CREATE TABLE few_pays (customer_id text, paid_on date, amount numeric, status text);
INSERT INTO few_pays VALUES
    ('A', '2024-01-31', 50, 'Success'), ('A', '2024-02-29', 50, 'Success'), ('A', '2024-03-01', 50, 'Failed'),
    ('A', '2024-03-02', 50, 'Success'), ('A', '2024-03-05', 20, 'Success'), ('A', '2024-04-01', -70.5, 'Success'),
    ('B', '2024-02-01', 0, 'Success'),
    ('C', NULL, 1, 'Success'), ('C', '2024-01-01', NULL, 'Success'), ('C', '2024-01-01', 'NaN', 'Success'),
    ('C', '2024-01-01', '-Infinity', 'Success'), ('C', 'infinity', 1, 'Success'), ('C', '10000-01-01', 1, 'Success'),
    ('C', '2024-01-01', 1, NULL), ('C', '2024-01-01', 1, 'success'), ('C', '2024-01-01', 1, 'Pending'), ('C', '2024-01-01', -1, 'Failed');
CREATE TABLE few_activity AS SELECT customer_id, saaskpi.payment_agg(paid_on, amount, status) AS a FROM few_pays GROUP BY 1;
-- a few hundred subscriptions and payments, the same everywhere
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
-- forty series
CREATE TABLE gen_series AS SELECT k, saaskpi.series_agg(d::date, round((100 + k + n + 10 * sin(n * k))::numeric, 2)) AS s
  FROM generate_series(1, 40) AS k, generate_series(timestamp '2019-01-01', '2023-12-01', '1 month') WITH ORDINALITY AS g (d, n) GROUP BY k;
ANALYZE;
