SET datestyle = iso;
SET client_min_messages = warning;
\set VERBOSITY terse
-- the waterfall of setup.sql's four customers, in total and by plan
SELECT label, period, opening, new, expansion, contraction, churn, reactivation, transfer_in AS t_in, transfer_out AS t_out, closing, round_trip, is_complete
  FROM saaskpi.mrr_waterfall((SELECT saaskpi.mrr_flow_agg(h, 'month', '2024-05-15') FROM few_history));
SELECT label, period, customers_opening AS opening, customers_new AS new, customers_expanded AS exp, customers_contracted AS con, customers_churned AS churned,
       customers_reactivated AS back, customers_transfer_in AS t_in, customers_transfer_out AS t_out, customers_closing AS closing
  FROM saaskpi.mrr_waterfall((SELECT saaskpi.mrr_flow_agg(h, 'quarter', '2024-12-31') FROM few_history));
-- a worked example: 500 becomes 1379 and churns, all in one month
SELECT period, opening, expansion, churn, closing, round_trip
  FROM saaskpi.mrr_waterfall((SELECT saaskpi.mrr_flow(saaskpi.mrr_history_agg(s, e, p), 'month', '2024-03-31')
         FROM (VALUES (date '2024-01-10', date '2024-02-05', 500), ('2024-02-05', '2024-02-20', 1379)) AS t (s, e, p)));
-- ChartMogul's lifecycle: 166.67 new, 60 expansion, 60 contraction, churn, 150 back
SELECT period, new, expansion, contraction, churn, reactivation, closing
  FROM saaskpi.mrr_waterfall((SELECT saaskpi.mrr_flow(saaskpi.mrr_history_agg(s, e, p), 'month', '2024-06-30')
         FROM (SELECT date '2024-01-05', date '2024-05-05', round(500 / 12.0, 4) FROM generate_series(1, 4)
               UNION ALL SELECT '2024-02-05', '2024-03-05', 30 FROM generate_series(1, 2)
               UNION ALL SELECT '2024-06-05', NULL, 50 FROM generate_series(1, 3)) AS t (s, e, p)));
-- plan A at 50 becomes plan B at 30: 50 leave A
SELECT label, new, contraction, churn, transfer_in, transfer_out, closing, customers_transfer_in AS n_in, customers_transfer_out AS n_out
  FROM saaskpi.mrr_waterfall((SELECT saaskpi.mrr_flow(saaskpi.mrr_history_agg(s, e, p, plan), 'month', '2024-02-29')
         FROM (VALUES (date '2024-01-10', date '2024-02-05', 50, 'A'), ('2024-02-05', NULL, 30, 'B'), ('2024-03-01', NULL, 9, 'later')) AS t (s, e, p, plan)), '2024-02-10');
-- none, all null, one, everything churned, a window of the calendar
SELECT saaskpi.mrr_flow_agg(h, 'month', '2024-05-15') IS NULL FROM few_history WHERE false;
SELECT count(*), sum(closing) FROM saaskpi.mrr_waterfall((SELECT saaskpi.mrr_flow_agg(NULL, 'month', '2024-05-15')));
SELECT saaskpi.mrr_flow_agg(h, 'month', NULL) IS NULL, saaskpi.mrr_flow_agg(h, NULL, '2024-05-15') IS NULL FROM few_history;
SELECT count(*) FROM saaskpi.mrr_waterfall(NULL);
SELECT count(*) FROM saaskpi.mrr_waterfall((SELECT saaskpi.mrr_flow_agg(h, 'month', '2024-05-15') FROM few_history), '2024-06-01');
SELECT period, opening, closing FROM saaskpi.mrr_waterfall((SELECT saaskpi.mrr_flow_agg(h, 'year', '2026-01-01') FROM few_history WHERE customer_id = 'B'), '2025-06-01') WHERE label IS NULL;
SELECT saaskpi.first_period(saaskpi.mrr_flow_agg(h, 'week', '2024-05-15')), saaskpi.first_period(saaskpi.mrr_flow_agg(NULL, 'week', '2024-05-15')) FROM few_history;
-- a long calendar does not pile up memory, and can be left early
SELECT count(*) FROM saaskpi.mrr_waterfall((SELECT saaskpi.mrr_flow_agg(h, 'day', '2024-05-15') FROM few_history WHERE customer_id = 'B'), '1900-01-01');
SELECT period FROM saaskpi.mrr_waterfall((SELECT saaskpi.mrr_flow_agg(h, 'day', '9999-12-31') FROM few_history WHERE customer_id = 'B'), '9999-12-30') LIMIT 1;
-- the oracle: plain SQL over gen_level, every month, every bucket
CREATE TABLE flow_oracle AS
WITH moved AS (SELECT date_trunc('month', d)::date AS period, movement, sum(amount) AS amount, count(*) AS n
                 FROM gen_movements WHERE before <> level AND d <= '2024-10-20' GROUP BY 1, 2),
     monthly AS (SELECT customer_id, date_trunc('month', d)::date AS period, sum(greatest(level - before, 0)) AS gross, (array_agg(level ORDER BY d DESC))[1] AS closing,
                        (array_agg(before ORDER BY d))[1] AS opening FROM gen_movements WHERE d <= '2024-10-20' GROUP BY 1, 2)
SELECT period, sum(opening) AS opening, sum(closing) AS closing, sum(gross - greatest(closing - opening, 0)) AS round_trip,
       count(*) FILTER (WHERE opening > 0) AS customers_opening, count(*) FILTER (WHERE closing > 0) AS customers_closing,
       coalesce((SELECT sum(amount) FROM moved AS m WHERE m.period = t.period AND movement = 'new'), 0) AS new,
       coalesce((SELECT sum(amount) FROM moved AS m WHERE m.period = t.period AND movement = 'expansion'), 0) AS expansion,
       coalesce((SELECT sum(amount) FROM moved AS m WHERE m.period = t.period AND movement = 'contraction'), 0) AS contraction,
       coalesce((SELECT sum(amount) FROM moved AS m WHERE m.period = t.period AND movement = 'churn'), 0) AS churn,
       coalesce((SELECT sum(n) FROM moved AS m WHERE m.period = t.period AND movement = 'churn'), 0) AS customers_churned
  FROM monthly AS t GROUP BY period;
CREATE TABLE flow_whole AS SELECT saaskpi.mrr_flow_agg(h, 'month', '2024-10-20') AS f FROM gen_history;
SELECT count(*) AS months, count(*) FILTER (WHERE (w.opening, w.new, w.expansion, w.contraction, w.churn, w.closing, w.round_trip, w.customers_opening, w.customers_churned, w.customers_closing)
         <> (o.opening, o.new, o.expansion, o.contraction, o.churn, o.closing, o.round_trip, o.customers_opening, o.customers_churned, o.customers_closing)) AS wrong
  FROM flow_whole, saaskpi.mrr_waterfall(f, '2023-01-01') AS w JOIN flow_oracle AS o USING (period) WHERE label IS NULL;
-- identities, at every grain and label
SELECT grain, count(*) AS rows,
       count(*) FILTER (WHERE opening + new + expansion + reactivation + transfer_in - contraction - churn - transfer_out <> closing) AS unbalanced,
       count(*) FILTER (WHERE customers_opening + customers_new + customers_reactivated + customers_transfer_in - customers_churned - customers_transfer_out <> customers_closing) AS customers,
       count(*) FILTER (WHERE opening <> before) AS gaps
  FROM (SELECT grain, w.*, lag(closing) OVER (PARTITION BY grain, label ORDER BY period) AS before
          FROM unnest(ARRAY['day', 'week', 'month', 'quarter', 'year']) AS grain,
               LATERAL (SELECT saaskpi.mrr_flow_agg(h, grain, '2024-10-20') AS f FROM gen_history) AS t, saaskpi.mrr_waterfall(f) AS w) AS x
 GROUP BY grain ORDER BY 2;
SELECT count(*) AS periods, count(*) FILTER (WHERE a <> 0 OR b <> 0 OR c <> 0 OR d <> 0 OR e <> 0 OR f <> 0 OR g <> 0 OR transfers <> 0) AS differ, sum(moved) AS moved
  FROM (SELECT period, sum(s * opening) AS a, sum(s * new) AS b, sum(s * expansion) AS c, sum(s * contraction) AS d, sum(s * churn) AS e, sum(s * reactivation) AS f,
               sum(s * closing) AS g, sum(transfer_in - transfer_out) AS transfers, sum(transfer_in) AS moved
          FROM flow_whole, saaskpi.mrr_waterfall(f) AS w, LATERAL (SELECT CASE WHEN label IS NULL THEN 1 ELSE -1 END AS s) AS x GROUP BY period) AS t;
-- the drill-down adds up to the aggregate
SELECT bool_and(f::text = r::text) FROM flow_whole, (SELECT saaskpi.rollup(saaskpi.mrr_flow(h, 'month', '2024-10-20')) AS r FROM gen_history) AS t;
-- parts in any partition, grouping sets, and the union of groups
SELECT n, bool_and(r::text = f::text AND saaskpi_internal.mrr_flow_send(r) = saaskpi_internal.mrr_flow_send(f)) FROM flow_whole,
       (SELECT n, saaskpi.rollup(part) AS r FROM (SELECT n, saaskpi.mrr_flow_agg(h, 'month', '2024-10-20') AS part
          FROM gen_history, unnest(ARRAY[1, 2, 7, 64]) AS n GROUP BY n, pick(n, customer_id, n)) AS t GROUP BY n) AS u GROUP BY n ORDER BY n;
SELECT region, md5(f::text) = (SELECT md5(saaskpi.mrr_flow_agg(h, 'month', '2024-10-20')::text) FROM gen_customers AS g WHERE t.region IS NULL OR g.region = t.region) AS same
  FROM (SELECT region, saaskpi.mrr_flow_agg(h, 'month', '2024-10-20') AS f FROM gen_customers GROUP BY GROUPING SETS ((region), ())) AS t ORDER BY 1;
SELECT count(*) AS frames, count(*) FILTER (WHERE w.f::text <> (SELECT saaskpi.mrr_flow_agg(h, 'month', '2024-10-20')::text FROM gen_history AS g WHERE g.customer_id <= w.customer_id)) AS wrong
  FROM (SELECT customer_id, saaskpi.mrr_flow_agg(h, 'month', '2024-10-20') OVER (ORDER BY customer_id) AS f FROM gen_history) AS w;
SELECT count(*) AS frames, count(*) FILTER (WHERE w.f::text <> (SELECT saaskpi.mrr_flow_agg(h, 'month', '2024-10-20')::text FROM (SELECT h FROM gen_history AS g WHERE g.customer_id <= w.customer_id ORDER BY customer_id DESC LIMIT 3) AS s)) AS wrong
  FROM (SELECT customer_id, saaskpi.mrr_flow_agg(h, 'month', '2024-10-20') OVER (ORDER BY customer_id ROWS 2 PRECEDING) AS f FROM gen_history) AS w;
-- in parallel and partition by partition: the same bytes, and the plan says so
CREATE TABLE gen_parts (LIKE gen_history) PARTITION BY HASH (customer_id);
CREATE TABLE gen_part0 PARTITION OF gen_parts FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE gen_part1 PARTITION OF gen_parts FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO gen_parts SELECT * FROM gen_history;
ANALYZE gen_parts;
BEGIN;
SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = 0; SET LOCAL max_parallel_workers_per_gather = 2;
SELECT plan_has('SELECT saaskpi.mrr_flow_agg(h, ''month'', ''2024-10-20'') FROM gen_history', 'Partial Aggregate') AS partial,
       plan_has('SELECT saaskpi.mrr_flow_agg(h, ''month'', ''2024-10-20'') FROM gen_history', 'Gather') AS parallel;
SELECT saaskpi.mrr_flow_agg(h, 'month', '2024-10-20')::text = (SELECT f::text FROM flow_whole) AS same FROM gen_history;
SELECT plan_has('SELECT saaskpi.mrr_history_agg(start_date, end_date, price, plan) FROM gen_subs GROUP BY plan', 'Partial HashAggregate') AS partial,
       plan_has('SELECT saaskpi.payment_agg(paid_on, amount, status) FROM gen_pays GROUP BY status', 'Partial HashAggregate') AS partial;
SELECT plan, saaskpi.mrr_history_agg(start_date, end_date, price, plan)::text = (SELECT saaskpi.rollup(h ORDER BY start_date DESC)::text FROM (SELECT start_date, saaskpi.mrr_history_agg(start_date, end_date, price, plan) AS h
         FROM gen_subs AS x WHERE x.plan IS NOT DISTINCT FROM s.plan GROUP BY subscription_id, start_date) AS t) AS same FROM gen_subs AS s GROUP BY plan ORDER BY plan;
SELECT count(*), bool_and(p.h::text = s.h::text) FROM (SELECT customer_id, saaskpi.mrr_history_agg(start_date, end_date, price, plan) AS h FROM gen_subs GROUP BY customer_id) AS p JOIN gen_history AS s USING (customer_id);
SELECT count(*), bool_and(p.a::text = s.a::text) FROM (SELECT customer_id, saaskpi.payment_agg(paid_on, amount, status) AS a FROM gen_pays GROUP BY customer_id) AS p JOIN gen_activity AS s USING (customer_id);
SELECT saaskpi.rollup(saaskpi.mrr_flow(h, 'month', '2024-10-20'))::text = (SELECT f::text FROM flow_whole) AS same FROM gen_history;
SET LOCAL enable_partitionwise_aggregate = on;
SELECT plan_has('SELECT saaskpi.mrr_flow_agg(h, ''month'', ''2024-10-20'') FROM gen_parts', 'Append') AS appended,
       plan_has('SELECT saaskpi.mrr_flow_agg(h, ''month'', ''2024-10-20'') FROM gen_parts', 'Partial Aggregate') AS partial;
SELECT saaskpi.mrr_flow_agg(h, 'month', '2024-10-20')::text = (SELECT f::text FROM flow_whole) AS same FROM gen_parts;
COMMIT;
-- errors
SELECT saaskpi.mrr_flow_agg(h, g, '2024-10-20') FROM gen_history, unnest(ARRAY['month', 'week']) AS g;
SELECT saaskpi.mrr_flow_agg(h, 'month', d) FROM gen_history, unnest(ARRAY['2024-10-20', '2024-10-21']::date[]) AS d;
SELECT saaskpi.rollup(f) FROM (SELECT f FROM flow_whole UNION ALL SELECT saaskpi.mrr_flow_agg(h, 'month', '2024-10-21') FROM gen_history) AS t;
SELECT saaskpi.mrr_flow_agg(h, 'months', '2024-10-20') FROM gen_history;
SELECT saaskpi.mrr_flow_agg(h, 'month', 'infinity') FROM gen_history;
SELECT count(*) FROM flow_whole, saaskpi.mrr_waterfall(f, '-infinity');
SELECT saaskpi_internal.mrr_flow_accum(NULL, h, 'month', '2024-10-20') FROM gen_history;
SELECT saaskpi_internal.mrr_flow_combine(f, f) FROM flow_whole;
SELECT * FROM saaskpi.mrr_waterfall('mrr_flow 1 month 0 {9000,0,0} skipped 0 labels () rows (0,24288:0,0,0,5,0,0,0,0,0,0,0,1,0,0,0)');
SELECT t, try_value(t, 'saaskpi.mrr_flow') FROM unnest(ARRAY[
    'mrr_flow 1 month 0 {9000,0,0} skipped 0 labels () rows (0,24288:1,0,0,0,0,0,0,0,1,0,0,0,0,0,0)',
    'mrr_flow 1 month 0 {9000,0,0} skipped 0 labels () rows (1,24288:1,0,0,0,0,0,0,0,1,0,0,0,0,0,0)',
    'mrr_flow 1 month 0 {9000,0,0} skipped 0 labels () rows (0,24288:-1,0,0,0,0,0,0,0,1,0,0,0,0,0,0)',
    'mrr_flow 1 month 1 {9000,0,0} skipped 0 labels () rows ()',
    'mrr_flow 1 month 0 {2921940,0,0} skipped 0 labels () rows ()']) AS t;
SELECT f::text::saaskpi.mrr_flow::text = f::text AS same FROM flow_whole;
CREATE TABLE flow_copy (f saaskpi.mrr_flow);
\copy flow_whole to 'results/flow_whole.bin' (format binary)
\copy flow_copy from 'results/flow_whole.bin' (format binary)
SELECT c.f::text = w.f::text AS same FROM flow_copy AS c, flow_whole AS w;
