SET datestyle = iso;
SET client_min_messages = warning;
\set VERBOSITY terse
-- one line of the bridge per customer
CREATE TABLE bridge_subs (customer_id text, start_date date, end_date date, price numeric);
CREATE TABLE bridge_pays (customer_id text, paid_on date, amount numeric, status text);
INSERT INTO bridge_subs VALUES ('pays', '2024-01-01', NULL, 100), ('ahead', '2024-01-31', NULL, 100), ('fails', '2024-01-01', NULL, 100), ('partly', '2024-01-01', NULL, 100),
    ('silent', '2024-01-01', '2024-02-29', 100), ('retries', '2024-01-01', NULL, 100), ('refunded', '2024-01-01', NULL, 100), ('ends', '2024-01-01', '2024-01-31', 100);
INSERT INTO bridge_pays VALUES ('pays', '2024-01-01', 100, 'Success'), ('pays', '2024-02-01', 100, 'Success'), ('ahead', '2024-01-31', 1200, 'Success'), ('fails', '2024-01-05', 100, 'Failed'),
    ('partly', '2024-01-05', 60, 'Success'), ('partly', '2024-01-09', 30, 'Failed'), ('retries', '2024-01-05', 100, 'Failed'), ('retries', '2024-01-06', 100, 'Failed'), ('retries', '2024-01-07', 100, 'Success'),
    ('refunded', '2024-01-05', 100, 'Success'), ('refunded', '2024-02-05', -40, 'Success'), ('ends', '2024-01-01', 100, 'Success'), ('stranger', '2024-01-20', 7.5, 'Success');
CREATE VIEW bridge_customers AS
SELECT customer_id, h, a FROM (SELECT customer_id, saaskpi.mrr_history_agg(start_date, end_date, price) AS h FROM bridge_subs GROUP BY 1) AS s
  FULL JOIN (SELECT customer_id, saaskpi.payment_agg(paid_on, amount, status) AS a FROM bridge_pays GROUP BY 1) AS p USING (customer_id);
SELECT customer_id, mrr_closing AS mrr, paid_above_mrr AS above, paid_without_mrr AS without, failed_unpaid AS failed, paid_below_mrr AS below, not_paid, refunded, collected
  FROM bridge_customers, saaskpi.cash_bridge_lines(saaskpi.cash_bridge(h, a, '2024-02-15')) WHERE period = '2024-01-01' ORDER BY 1;
SELECT *, collected - (mrr_closing + paid_above_mrr + paid_without_mrr - failed_unpaid - paid_below_mrr - not_paid - refunded) AS residual
  FROM saaskpi.cash_bridge_lines((SELECT saaskpi.cash_bridge_agg(h, a, '2024-02-29') FROM bridge_customers));
-- nothing, all null, one side only, later than as_of
SELECT saaskpi.cash_bridge_agg(h, a, '2024-02-29') IS NULL FROM bridge_customers WHERE false;
SELECT count(*), sum(collected) FROM saaskpi.cash_bridge_lines((SELECT saaskpi.cash_bridge_agg(NULL, NULL, '2024-02-29')));
SELECT saaskpi.cash_bridge_agg(h, a, NULL) IS NULL, saaskpi.cash_bridge(NULL, NULL, NULL) IS NULL FROM bridge_customers;
SELECT count(*) FROM saaskpi.cash_bridge_lines(NULL);
SELECT period, mrr_closing, not_paid, collected FROM saaskpi.cash_bridge_lines((SELECT saaskpi.cash_bridge_agg(h, NULL, '2024-03-31') FROM bridge_customers));
SELECT period, paid_without_mrr, refunded, collected FROM saaskpi.cash_bridge_lines((SELECT saaskpi.cash_bridge_agg(NULL, a, '2024-03-31') FROM bridge_customers), '2023-12-01');
SELECT count(*), sum(collected) FROM saaskpi.cash_bridge_lines((SELECT saaskpi.cash_bridge_agg(h, a, '2023-12-31') FROM bridge_customers));
-- the oracle: customer by customer, month by month
CREATE TABLE bridge_whole AS SELECT saaskpi.cash_bridge_agg(h, a, '2024-10-20') AS b FROM gen_customers;
CREATE TABLE bridge_oracle AS
WITH cells AS (SELECT customer_id, p::date AS period, coalesce(l.level, 0) AS m, coalesce(c, 0) AS c, coalesce(f, 0) AS f, coalesce(r, 0) AS r
                 FROM gen_customers CROSS JOIN generate_series(timestamp '2022-12-01', '2024-10-01', '1 month') AS p
                 LEFT JOIN gen_level AS l USING (customer_id)
                 LEFT JOIN (SELECT customer_id, date_trunc('month', paid_on::timestamp) AS p, sum(amount) FILTER (WHERE status = 'Success' AND amount >= 0) AS c,
                                   sum(amount) FILTER (WHERE status = 'Failed' AND amount >= 0) AS f, -sum(amount) FILTER (WHERE status = 'Success' AND amount < 0) AS r FROM gen_pays GROUP BY 1, 2) AS y USING (customer_id, p)
                WHERE l.customer_id IS NULL OR l.d = least(p + interval '1 month' - interval '1 day', timestamp '2024-10-20')),
     lines AS (SELECT *, CASE WHEN c < m THEN least(m - c, f) ELSE 0 END AS failed FROM cells)
SELECT period, sum(m) AS mrr, sum(CASE WHEN c >= m AND m > 0 THEN c - m ELSE 0 END) AS above, sum(CASE WHEN m = 0 THEN c ELSE 0 END) AS without, sum(failed) AS failed,
       sum(CASE WHEN c < m AND c > 0 THEN m - c - failed ELSE 0 END) AS below, sum(CASE WHEN c < m AND c = 0 THEN m - failed ELSE 0 END) AS unpaid, sum(r) AS refunded, sum(c - r) AS collected
  FROM lines GROUP BY period;
SELECT count(*) AS months, count(*) FILTER (WHERE (w.mrr_closing, paid_above_mrr, paid_without_mrr, failed_unpaid, paid_below_mrr, not_paid, w.refunded, w.collected) <> (o.mrr, above, without, failed, below, unpaid, o.refunded, o.collected)) AS wrong,
       count(*) FILTER (WHERE w.mrr_closing + paid_above_mrr + paid_without_mrr - failed_unpaid - paid_below_mrr - not_paid - w.refunded <> w.collected) AS residual
  FROM bridge_whole, saaskpi.cash_bridge_lines(b, '2023-01-01') AS w JOIN bridge_oracle AS o USING (period);
-- collected is the revenue of revenue.sql
SELECT count(*) FILTER (WHERE l.collected <> r.amount - r.refunded_amount) AS wrong FROM bridge_whole, saaskpi.cash_bridge_lines(b) AS l JOIN (SELECT p.* FROM saaskpi.revenue_periods((SELECT saaskpi.revenue_flow_agg(a, '2024-10-20') FROM gen_activity)) AS p) AS r USING (period);
-- drill-down, parts, groups, windows, round trips, in parallel
SELECT b::text = (SELECT saaskpi.rollup(saaskpi.cash_bridge(h, a, '2024-10-20'))::text FROM gen_customers) AS drilled,
       b::text = (SELECT saaskpi.rollup(p)::text FROM (SELECT saaskpi.cash_bridge_agg(h, a, '2024-10-20') AS p FROM gen_customers GROUP BY pick(3, customer_id, 5)) AS t) AS parts,
       b::text::saaskpi.cash_bridge::text = b::text AS text FROM bridge_whole;
SELECT count(*) AS frames, count(*) FILTER (WHERE w.b::text <> (SELECT saaskpi.cash_bridge_agg(h, a, '2024-10-20')::text FROM gen_customers AS g WHERE g.customer_id <= w.customer_id)) AS wrong
  FROM (SELECT customer_id, saaskpi.cash_bridge_agg(h, a, '2024-10-20') OVER (ORDER BY customer_id) AS b FROM gen_customers) AS w;
SELECT region, b::text = (SELECT saaskpi.cash_bridge_agg(h, a, '2024-10-20')::text FROM gen_customers AS g WHERE t.region IS NULL OR g.region = t.region) AS same
  FROM (SELECT region, saaskpi.cash_bridge_agg(h, a, '2024-10-20') AS b FROM gen_customers GROUP BY ROLLUP (region)) AS t ORDER BY 1;
CREATE TABLE bridge_flat AS SELECT * FROM gen_customers;
ANALYZE bridge_flat;
BEGIN;
SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = 0; SET LOCAL max_parallel_workers_per_gather = 2;
SELECT plan_has('SELECT saaskpi.cash_bridge_agg(h, a, ''2024-10-20'') FROM bridge_flat', 'Partial Aggregate') AS partial;
SELECT saaskpi.cash_bridge_agg(h, a, '2024-10-20')::text = (SELECT b::text FROM bridge_whole) AS same FROM bridge_flat;
COMMIT;
CREATE TABLE bridge_copy (b saaskpi.cash_bridge);
\copy bridge_whole to 'results/bridge_whole.bin' (format binary)
\copy bridge_copy from 'results/bridge_whole.bin' (format binary)
SELECT c.b::text = w.b::text AS same FROM bridge_copy AS c, bridge_whole AS w;
-- errors
SELECT saaskpi.cash_bridge_agg(NULL, a, '2024-10-20') FROM (SELECT saaskpi.activity_agg('2024-01-01', 1, 'week') AS a) AS t;
SELECT saaskpi.cash_bridge(NULL, saaskpi.activity_agg('2024-01-01', 1, 'week'), '2024-10-20');
SELECT saaskpi.cash_bridge_agg(h, a, d) FROM gen_customers, unnest(ARRAY['2024-10-20', '2024-10-21']::date[]) AS d;
SELECT saaskpi.cash_bridge_agg(h, a, '-infinity') FROM gen_customers;
SELECT saaskpi_internal.cash_bridge_accum(NULL, h, a, '2024-10-20') FROM gen_customers;
SELECT t, try_value(t, 'saaskpi.cash_bridge') FROM unnest(ARRAY[
    'cash_bridge 1 month 0 {9000,0,0} skipped 0 labels () rows (0,24288:1,0,0,0,0,1,0,0)',
    'cash_bridge 1 month 0 {9000,0,0} skipped 0 labels () rows (2,24288:1,0,0,0,0,1,0,0)']) AS t;
