SET datestyle = iso;
SET client_min_messages = warning;
\set VERBOSITY terse
-- three customers by hand: one stays, one skips March, one comes once
CREATE TABLE cohort_pays (customer_id text, paid_on date, amount numeric);
INSERT INTO cohort_pays VALUES ('stays', '2024-01-31', 10), ('stays', '2024-02-29', 10), ('stays', '2024-03-31', 10), ('stays', '2024-04-10', 10),
    ('skips', '2024-01-01', 20), ('skips', '2024-02-01', 20), ('skips', '2024-04-01', 20), ('once', '2024-02-15', 30), ('late', '2024-05-01', 40);
CREATE TABLE cohort_states AS SELECT customer_id, saaskpi.activity_agg(paid_on, amount, 'month') AS a FROM cohort_pays GROUP BY 1;
SELECT * FROM saaskpi.cohort_cells((SELECT saaskpi.cohort_agg(a, '2024-04-15') FROM cohort_states));
-- by signup: activity before it does not count, customers without any do
SELECT * FROM saaskpi.cohort_cells((SELECT saaskpi.cohort_agg(a, signup, 'month', '2024-03-31')
  FROM (VALUES ('stays', date '2024-02-29'), ('skips', '2024-01-31'), ('never', '2024-02-01'), ('unknown', NULL), ('always', '-infinity'), ('far', '10000-01-01'), ('later', '2024-04-01')) AS s (customer_id, signup)
  LEFT JOIN cohort_states USING (customer_id)));
-- nothing, all null, one customer, nobody up to as_of
SELECT saaskpi.cohort_agg(a, '2024-04-15') IS NULL FROM cohort_states WHERE false;
SELECT saaskpi.cohort_agg(NULL, '2024-04-15') IS NULL, saaskpi.cohort_agg(a, NULL) IS NULL, saaskpi.cohort_agg(a, NULL, 'month', '2024-04-15') IS NULL FROM cohort_states;
SELECT count(*) FROM saaskpi.cohort_cells(NULL);
SELECT count(*) FROM saaskpi.cohort_cells((SELECT saaskpi.cohort_agg(a, '2023-12-31') FROM cohort_states));
SELECT * FROM saaskpi.cohort_cells((SELECT saaskpi.cohort_matrix(a, '2024-03-15') FROM cohort_states WHERE customer_id = 'skips'));
SELECT * FROM saaskpi.cohort_cells((SELECT saaskpi.cohort_agg(a, '2024-04-15') FROM cohort_states)) LIMIT 1;
-- the oracle: activity by month from gen_level and gen_pays
CREATE TABLE cohort_facts AS
SELECT 'mrr' AS basis, customer_id, date_trunc('month', d)::date AS m, (array_agg(level ORDER BY d DESC))[1] AS amount FROM gen_level WHERE d <= '2024-10-20' GROUP BY 2, 3 HAVING bool_or(level > 0)
UNION ALL SELECT 'payment', customer_id, date_trunc('month', paid_on)::date, sum(amount) FROM gen_pays WHERE status = 'Success' AND amount >= 0 AND paid_on < '2024-11-01' GROUP BY 2, 3;
CREATE TABLE cohort_whole AS
SELECT 'mrr' AS basis, saaskpi.cohort_agg(saaskpi.activity(h, 'month', '2024-10-20'), '2024-10-20') AS c FROM gen_history
UNION ALL SELECT 'payment', saaskpi.cohort_agg(a, '2024-10-20') FROM gen_activity;
CREATE TABLE cohort_oracle AS
WITH born AS (SELECT basis, customer_id, min(m) AS cohort FROM cohort_facts GROUP BY 1, 2),
     grid AS (SELECT b.*, age, (cohort + age * interval '1 month')::date AS m FROM born AS b, generate_series(0, 30) AS age WHERE cohort + age * interval '1 month' <= '2024-10-01')
SELECT g.basis, cohort, age, count(*) AS customers, count(f.m) AS active,
       count(*) FILTER (WHERE EXISTS (SELECT FROM cohort_facts AS l WHERE l.basis = g.basis AND l.customer_id = g.customer_id AND l.m >= g.m)) AS later,
       count(*) FILTER (WHERE (SELECT count(*) FROM cohort_facts AS l WHERE l.basis = g.basis AND l.customer_id = g.customer_id AND l.m <= g.m) = age + 1) AS throughout, coalesce(sum(f.amount), 0) AS amount
  FROM grid AS g LEFT JOIN cohort_facts AS f USING (basis, customer_id, m) GROUP BY 1, 2, 3;
SELECT basis, count(*) AS cells, count(*) FILTER (WHERE (w.customers, w.active, w.active_or_later, w.active_throughout, w.amount) IS DISTINCT FROM (o.customers, o.active, o.later, o.throughout, o.amount)) AS wrong,
       (SELECT count(*) FROM cohort_oracle AS x WHERE x.basis = b.basis) AS wanted
  FROM cohort_whole AS b CROSS JOIN LATERAL saaskpi.cohort_cells(c) AS w LEFT JOIN cohort_oracle AS o USING (basis, cohort, age) GROUP BY basis ORDER BY basis;
-- identities: age 0 is the cohort, unbounded never rises, throughout <= active <= unbounded
SELECT basis, count(*) FILTER (WHERE age = 0 AND active <> customers) AS age0, count(*) FILTER (WHERE active_or_later > before) AS rises,
       count(*) FILTER (WHERE NOT (active_throughout <= active AND active <= active_or_later AND active_or_later <= customers)) AS order, count(*) FILTER (WHERE is_mature IS DISTINCT FROM (cohort + age * interval '1 month' < '2024-10-01')) AS mature
  FROM (SELECT basis, w.*, lag(active_or_later) OVER (PARTITION BY basis, cohort ORDER BY age) AS before FROM cohort_whole, saaskpi.cohort_cells(c) AS w) AS t GROUP BY basis ORDER BY basis;
-- drill-down, parts, groups, windows, round trips, in parallel
SELECT c::text = (SELECT saaskpi.rollup(saaskpi.cohort_matrix(a, '2024-10-20'))::text FROM gen_activity) AS drilled,
       c::text = (SELECT saaskpi.rollup(p)::text FROM (SELECT saaskpi.cohort_agg(a, '2024-10-20') AS p FROM gen_activity GROUP BY pick(3, customer_id, 5)) AS t) AS parts,
       c::text::saaskpi.cohort_matrix::text = c::text AS text FROM cohort_whole WHERE basis = 'payment';
SELECT count(*) AS frames, count(*) FILTER (WHERE w.c::text <> (SELECT saaskpi.cohort_agg(a, '2024-10-20')::text FROM gen_activity AS g WHERE g.customer_id <= w.customer_id)) AS wrong
  FROM (SELECT customer_id, saaskpi.cohort_agg(a, '2024-10-20') OVER (ORDER BY customer_id) AS c FROM gen_activity) AS w;
SELECT region, c::text = (SELECT saaskpi.cohort_agg(a, '2024-10-20')::text FROM gen_customers AS g WHERE t.region IS NULL OR g.region = t.region) AS same
  FROM (SELECT region, saaskpi.cohort_agg(a, '2024-10-20') AS c FROM gen_customers GROUP BY ROLLUP (region)) AS t ORDER BY 1;
BEGIN;
SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = 0; SET LOCAL max_parallel_workers_per_gather = 2;
SELECT plan_has('SELECT saaskpi.cohort_agg(a, ''2024-10-20'') FROM gen_activity', 'Partial Aggregate') AS partial;
SELECT saaskpi.cohort_agg(a, '2024-10-20')::text = (SELECT c::text FROM cohort_whole WHERE basis = 'payment') AS same FROM gen_activity;
COMMIT;
CREATE TABLE cohort_copy (basis text, c saaskpi.cohort_matrix);
\copy cohort_whole to 'results/cohort_whole.bin' (format binary)
\copy cohort_copy from 'results/cohort_whole.bin' (format binary)
SELECT count(*), bool_and(x.c::text = w.c::text) FROM cohort_copy AS x JOIN cohort_whole AS w USING (basis);
-- errors
SELECT saaskpi.cohort_agg(a, '2024-01-01', 'week', '2024-10-20') FROM gen_activity;
SELECT saaskpi.cohort_agg(a, '2024-01-01', 'weeks', '2024-10-20') FROM gen_activity;
SELECT saaskpi.cohort_agg(a, d) FROM gen_activity, unnest(ARRAY['2024-10-20', '2024-10-21']::date[]) AS d;
SELECT saaskpi.cohort_agg(a, 'infinity') FROM gen_activity;
SELECT saaskpi_internal.cohort_accum(NULL, a, '2024-10-20') FROM gen_activity;
SELECT saaskpi_internal.cohort_accum(NULL, a, '2024-10-20', 'month', '2024-10-20') FROM gen_activity;
SELECT t, try_value(t, 'saaskpi.cohort_matrix') FROM unnest(ARRAY[
    'cohort_matrix 1 month 0 {9000,0,0} skipped 0 labels () rows (24288,0:1,1,1,1,1)',
    'cohort_matrix 1 month 0 {9000,0,0} skipped 0 labels () rows (24288,-1:1,1,1,1,1)',
    'cohort_matrix 1 month 0 {9000,0,0} skipped 0 labels () rows (-2147483648,0:1,0,0,0,0 2147483647,0:1,0,0,0,0)']) AS t;
