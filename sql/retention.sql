SET datestyle = iso;
SET client_min_messages = warning;
\set VERBOSITY terse
-- ChartMogul's page: 100 opens, 10 churns, 10 contracts, 10 expands: NRR 90 %, GRR 80 %
CREATE TABLE retention_subs (customer_id text, start_date date, end_date date, price numeric, plan text);
INSERT INTO retention_subs VALUES ('churns', '2024-01-31', '2024-02-10', 10, 'A'), ('contracts', '2024-01-31', '2024-02-29', 30, 'A'), ('contracts', '2024-02-29', NULL, 20, 'B'),
    ('expands', '2024-01-01', '2024-02-01', 30, 'A'), ('expands', '2024-02-01', NULL, 40, 'A'), ('stays', '2024-01-15', NULL, 30, NULL), ('joins', '2024-02-15', NULL, 500, 'A');
CREATE TABLE retention_states AS SELECT customer_id, saaskpi.mrr_history_agg(start_date, end_date, price, plan) AS h FROM retention_subs GROUP BY 1;
SELECT *, round(retained / nullif(base, 0), 4) AS nrr, round(kept / nullif(base, 0), 4) AS grr
  FROM saaskpi.mrr_retained((SELECT saaskpi.mrr_retention_agg(h, 1, 'month', '2024-03-15') FROM retention_states));
-- upgrade, then churn, in one month: all of the opening 500 is lost, GRR 0
SELECT * FROM saaskpi.mrr_retained((SELECT saaskpi.mrr_retention(saaskpi.mrr_history_agg(s, e, p), 1, 'month', '2024-03-31')
         FROM (VALUES (date '2024-01-10', date '2024-02-05', 500), ('2024-02-05', '2024-02-20', 1379)) AS t (s, e, p)));
-- nothing, all null, one customer, everybody gone, a lag longer than the data
SELECT saaskpi.mrr_retention_agg(h, 1, 'month', '2024-03-15') IS NULL FROM retention_states WHERE false;
SELECT * FROM saaskpi.mrr_retained((SELECT saaskpi.mrr_retention_agg(NULL, 1, 'month', '2024-03-15')));
SELECT count(*) FROM saaskpi.mrr_retained(NULL);
SELECT saaskpi.mrr_retention_agg(h, NULL, 'month', '2024-03-15') IS NULL AS no_lag, saaskpi.mrr_retention_agg(h, 1, NULL, '2024-03-15') IS NULL AS no_grain, saaskpi.mrr_retention_agg(h, 1, 'month', NULL) IS NULL AS no_day FROM retention_states;
SELECT period, base, retained, customers_base, customers_kept FROM saaskpi.mrr_retained((SELECT saaskpi.mrr_retention_agg(h, 1, 'month', '2024-04-15') FROM retention_states WHERE customer_id = 'churns'), '2024-02-01') WHERE label IS NULL;
SELECT label, count(*), sum(base) FROM saaskpi.mrr_retained((SELECT saaskpi.mrr_retention_agg(h, 1200, 'day', '2024-03-15') FROM retention_states), '2024-01-01') GROUP BY 1 ORDER BY 1 NULLS FIRST;
-- the oracle: levels at both instants, customer by customer
CREATE TABLE retention_whole AS SELECT lag, saaskpi.mrr_retention_agg(h, lag, 'month', '2024-10-20') AS r FROM gen_history, unnest(ARRAY[1, 3, 12]) AS lag GROUP BY lag;
SELECT lag, count(*) AS months, count(*) FILTER (WHERE (w.base, w.retained, w.kept, w.customers_base, w.customers_kept) <> (o.base, o.retained, o.kept, o.n_base, o.n_kept)) AS wrong
  FROM retention_whole, saaskpi.mrr_retained(r, '2023-01-01') AS w,
       LATERAL (SELECT coalesce(sum(a.level), 0) AS base, coalesce(sum(b.level), 0) AS retained, coalesce(sum(least(a.level, b.level)), 0) AS kept, count(*) AS n_base, count(*) FILTER (WHERE b.level > 0) AS n_kept
                  FROM gen_level AS a JOIN gen_level AS b USING (customer_id)
                 WHERE a.level > 0 AND a.d = (w.period - (lag - 1) * interval '1 month')::date - 1 AND b.d = least(w.period + interval '1 month' - interval '1 day', date '2024-10-20')::date) AS o
 WHERE label IS NULL GROUP BY lag ORDER BY lag;
SELECT lag, count(*) AS rows, count(*) FILTER (WHERE kept > least(base, retained) OR customers_kept > customers_base) AS wrong, count(*) FILTER (WHERE is_complete IS DISTINCT FROM (period < '2024-10-01')) AS complete
  FROM retention_whole, saaskpi.mrr_retained(r) GROUP BY lag ORDER BY lag;
-- drill-down, parts, groups, windows, round trips, in parallel
SELECT lag, r::text = (SELECT saaskpi.rollup(saaskpi.mrr_retention(h, lag, 'month', '2024-10-20'))::text FROM gen_history) AS drilled,
       r::text = (SELECT saaskpi.rollup(p)::text FROM (SELECT saaskpi.mrr_retention_agg(h, lag, 'month', '2024-10-20') AS p FROM gen_history GROUP BY pick(3, customer_id, 5)) AS t) AS parts,
       r::text::saaskpi.mrr_retention::text = r::text AS text FROM retention_whole ORDER BY lag;
SELECT count(*) AS frames, count(*) FILTER (WHERE w.r::text <> (SELECT saaskpi.mrr_retention_agg(h, 1, 'month', '2024-10-20')::text FROM gen_history AS g WHERE g.customer_id <= w.customer_id)) AS wrong
  FROM (SELECT customer_id, saaskpi.mrr_retention_agg(h, 1, 'month', '2024-10-20') OVER (ORDER BY customer_id) AS r FROM gen_history) AS w;
SELECT region, r::text = (SELECT saaskpi.mrr_retention_agg(h, 1, 'month', '2024-10-20')::text FROM gen_customers AS g WHERE t.region IS NULL OR g.region = t.region) AS same
  FROM (SELECT region, saaskpi.mrr_retention_agg(h, 1, 'month', '2024-10-20') AS r FROM gen_customers GROUP BY ROLLUP (region)) AS t ORDER BY 1;
BEGIN;
SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = 0; SET LOCAL max_parallel_workers_per_gather = 2;
SELECT plan_has('SELECT saaskpi.mrr_retention_agg(h, 3, ''month'', ''2024-10-20'') FROM gen_history', 'Partial Aggregate') AS partial;
SELECT saaskpi.mrr_retention_agg(h, 3, 'month', '2024-10-20')::text = (SELECT r::text FROM retention_whole WHERE lag = 3) AS same FROM gen_history;
COMMIT;
CREATE TABLE retention_copy (lag int, r saaskpi.mrr_retention);
\copy retention_whole to 'results/retention_whole.bin' (format binary)
\copy retention_copy from 'results/retention_whole.bin' (format binary)
SELECT count(*), bool_and(c.r::text = w.r::text) FROM retention_copy AS c JOIN retention_whole AS w USING (lag);
-- errors
SELECT saaskpi.mrr_retention_agg(h, 0, 'month', '2024-10-20') FROM gen_history;
SELECT saaskpi.mrr_retention_agg(h, 1201, 'month', '2024-10-20') FROM gen_history;
SELECT saaskpi.mrr_retention(h, -1, 'month', '2024-10-20') FROM gen_history;
SELECT saaskpi.mrr_retention_agg(h, 1, 'decade', '2024-10-20') FROM gen_history;
SELECT saaskpi.mrr_retention_agg(h, 1, 'month', '-infinity') FROM gen_history;
SELECT saaskpi.mrr_retention_agg(h, lag, 'month', '2024-10-20') FROM gen_history, generate_series(1, 2) AS lag;
SELECT saaskpi.rollup(r) FROM retention_whole;
SELECT saaskpi_internal.mrr_retention_accum(NULL, h, 1, 'month', '2024-10-20') FROM gen_history;
SELECT t, try_value(t, 'saaskpi.mrr_retention') FROM unnest(ARRAY[
    'mrr_retention 1 month 0 {9000,1,0} skipped 0 labels () rows (0,24288:1,1,1,1,1)',
    'mrr_retention 1 month 0 {9000,-1,0} skipped 0 labels () rows (0,24288:1,1,1,1,1)',
    'mrr_retention 1 month 0 {9000,1,1} skipped 0 labels () rows (0,24288:1,1,1,1,1)',
    'mrr_retention 1 month 0 {9000,1,0} skipped 0 labels () rows (0,24288:1,1,1,1)']) AS t;
