SET datestyle = iso;
SET client_min_messages = warning;
\set VERBOSITY terse
-- the few payments of setup.sql by month, quarter and year
SELECT * FROM saaskpi.revenue_periods((SELECT saaskpi.revenue_flow_agg(a, '2024-05-15') FROM few_activity));
SELECT grain, r.* FROM unnest(ARRAY['quarter', 'year']) AS grain,
       LATERAL (SELECT saaskpi.revenue_flow_agg(a, '2024-12-31') AS f FROM (SELECT saaskpi.activity_agg(paid_on, amount, grain) AS a FROM few_pays WHERE status = 'Success' AND customer_id < 'C' GROUP BY customer_id) AS s) AS t,
       saaskpi.revenue_periods(f) AS r;
-- nothing, all null, what lies after as_of, a calendar asked for
SELECT saaskpi.revenue_flow_agg(a, '2024-05-15') IS NULL FROM few_activity WHERE false;
SELECT saaskpi.revenue_flow_agg(NULL, '2024-05-15') IS NULL, saaskpi.revenue_flow_agg(a, NULL) IS NULL FROM few_activity;
SELECT count(*) FROM saaskpi.revenue_periods(NULL);
SELECT period, payments, amount, is_complete FROM saaskpi.revenue_periods((SELECT saaskpi.revenue_flow_agg(a, '2024-02-29') FROM few_activity), '2023-12-31');
SELECT saaskpi.first_period(saaskpi.revenue_flow_agg(a, '2024-05-15')), saaskpi.first_period(saaskpi.revenue_flow_agg(a, '2024-05-15') FILTER (WHERE customer_id = 'C')) FROM few_activity;
-- the oracle
CREATE TABLE revenue_whole AS SELECT saaskpi.revenue_flow_agg(a, '2024-10-20') AS f FROM gen_activity;
SELECT count(*) AS months, count(*) FILTER (WHERE (w.paying_customers, w.payments, w.amount, w.failing_customers, w.failed_payments, w.failed_amount, w.refunds, w.refunded_amount)
         <> (o.paying, o.payments, o.amount, o.failing, o.failed, o.failed_amount, o.refunds, o.refunded)) AS wrong
  FROM revenue_whole, saaskpi.revenue_periods(f, '2022-12-01') AS w,
       LATERAL (SELECT count(DISTINCT customer_id) FILTER (WHERE ok AND amount >= 0) AS paying, count(*) FILTER (WHERE ok AND amount >= 0) AS payments, coalesce(sum(amount) FILTER (WHERE ok AND amount >= 0), 0) AS amount,
                       count(DISTINCT customer_id) FILTER (WHERE NOT ok) AS failing, count(*) FILTER (WHERE NOT ok) AS failed, coalesce(sum(amount) FILTER (WHERE NOT ok), 0) AS failed_amount,
                       count(*) FILTER (WHERE ok AND amount < 0) AS refunds, coalesce(-sum(amount) FILTER (WHERE ok AND amount < 0), 0) AS refunded
                  FROM (SELECT *, status = 'Success' AS ok FROM gen_pays WHERE status = 'Success' OR (status = 'Failed' AND amount >= 0)) AS p
                 WHERE paid_on >= w.period AND paid_on < w.period + interval '1 month') AS o;
-- drill-down, parts, groups, windows, round trips, in parallel
SELECT f::text = (SELECT saaskpi.rollup(saaskpi.revenue_flow(a, '2024-10-20'))::text FROM gen_activity) AS drilled,
       f::text = (SELECT saaskpi.rollup(p)::text FROM (SELECT saaskpi.revenue_flow_agg(a, '2024-10-20') AS p FROM gen_activity GROUP BY pick(3, customer_id, 5)) AS t) AS parts,
       f::text::saaskpi.revenue_flow::text = f::text AS text FROM revenue_whole;
SELECT count(*) AS frames, count(*) FILTER (WHERE w.f::text <> (SELECT saaskpi.revenue_flow_agg(a, '2024-10-20')::text FROM gen_activity AS g WHERE g.customer_id <= w.customer_id)) AS wrong
  FROM (SELECT customer_id, saaskpi.revenue_flow_agg(a, '2024-10-20') OVER (ORDER BY customer_id) AS f FROM gen_activity) AS w;
SELECT region, f::text = (SELECT saaskpi.revenue_flow_agg(a, '2024-10-20')::text FROM gen_customers AS g WHERE t.region IS NULL OR g.region = t.region) AS same
  FROM (SELECT region, saaskpi.revenue_flow_agg(a, '2024-10-20') AS f FROM gen_customers GROUP BY ROLLUP (region)) AS t ORDER BY 1;
BEGIN;
SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = 0; SET LOCAL max_parallel_workers_per_gather = 2;
SELECT plan_has('SELECT saaskpi.revenue_flow_agg(a, ''2024-10-20'') FROM gen_activity', 'Partial Aggregate') AS partial;
SELECT saaskpi.revenue_flow_agg(a, '2024-10-20')::text = (SELECT f::text FROM revenue_whole) AS same FROM gen_activity;
COMMIT;
CREATE TABLE revenue_copy (f saaskpi.revenue_flow);
\copy revenue_whole to 'results/revenue_whole.bin' (format binary)
\copy revenue_copy from 'results/revenue_whole.bin' (format binary)
SELECT c.f::text = w.f::text AS same FROM revenue_copy AS c, revenue_whole AS w;
-- errors
SELECT saaskpi.revenue_flow_agg(a, '2024-10-20') FROM (SELECT a FROM few_activity UNION ALL SELECT saaskpi.activity_agg('2024-01-01', 1, 'week')) AS t;
SELECT saaskpi.revenue_flow_agg(a, d) FROM gen_activity, unnest(ARRAY['2024-10-20', '2024-10-21']::date[]) AS d;
SELECT saaskpi.revenue_flow_agg(a, 'infinity') FROM gen_activity;
SELECT saaskpi_internal.revenue_flow_accum(NULL, a, '2024-10-20') FROM gen_activity;
SELECT saaskpi.revenue_flow_agg(a, '2024-10-20') FROM (SELECT saaskpi.payment_agg('2024-01-01', 900000000000000, 'Success') AS a FROM generate_series(1, 2) AS n GROUP BY n) AS t;
SELECT t, try_value(t, 'saaskpi.revenue_flow') FROM unnest(ARRAY[
    'revenue_flow 1 month 0 {9000,0,0} skipped 0 labels () rows (0,24288:1,1,1,0,0,0,0,0)',
    'revenue_flow 1 month 0 {9000,0,0} skipped 0 labels () rows (1,24288:1,1,1,0,0,0,0,0)',
    'revenue_flow 1 month 0 {-2147483648,0,0} skipped 0 labels () rows ()']) AS t;
