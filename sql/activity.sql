SET datestyle = iso;
SET client_min_messages = warning;
\set VERBOSITY terse
-- payments: succeeded, failed, refunded; what cannot be used is counted
SELECT * FROM few_activity ORDER BY 1;
SELECT customer_id, saaskpi.first_on(a), saaskpi.last_on(a), saaskpi.done_count(a), saaskpi.failed_count(a), saaskpi.net_amount(a), saaskpi.skipped(a)
  FROM few_activity ORDER BY 1;
-- the same by other grains: a negative amount is a refund
SELECT grain, saaskpi.activity_agg(paid_on, amount, grain) FROM few_pays, unnest(ARRAY['day', 'week', 'month', 'quarter', 'year']) AS grain
 WHERE customer_id = 'A' AND status = 'Success' GROUP BY grain ORDER BY grain;
-- nothing, one row, duplicates
SELECT saaskpi.payment_agg(paid_on, amount, status) FROM few_pays WHERE false;
SELECT saaskpi.payment_agg(NULL, NULL, NULL);
SELECT saaskpi.activity_agg(NULL, NULL, 'week');
SELECT saaskpi.done_count(saaskpi.activity_agg('2024-02-29', 5, 'day')) AS plain, saaskpi.done_count(saaskpi.activity_agg(DISTINCT d, 5, 'day')) AS once
  FROM unnest(ARRAY['2024-02-29', '2024-02-29']::date[]) AS d;
SELECT saaskpi.first_on(NULL), saaskpi.net_amount(NULL), saaskpi.skipped(NULL::saaskpi.activity);
-- from a history: active on some day, with the level at the close
SELECT customer_id, saaskpi.activity(h, 'month', '2024-09-15') FROM few_history ORDER BY 1;
SELECT saaskpi.first_on(x), saaskpi.last_on(x), saaskpi.done_count(x) FROM few_history, LATERAL saaskpi.activity(h, 'week', '2024-03-31') AS x WHERE customer_id = 'A';
WITH ours AS (SELECT customer_id, saaskpi.done_count(x) AS months, saaskpi.net_amount(x) AS amount FROM gen_history, LATERAL saaskpi.activity(h, 'month', '2024-11-17') AS x),
     months AS (SELECT customer_id, date_trunc('month', d) AS m, bool_or(level > 0) AS active, (array_agg(level ORDER BY d DESC))[1] AS closing
                  FROM gen_level WHERE d <= '2024-11-17' GROUP BY 1, 2)
SELECT count(*) AS customers, count(*) FILTER (WHERE ours.months <> t.months OR ours.amount <> t.amount) AS wrong
  FROM ours JOIN (SELECT customer_id, count(*) FILTER (WHERE active) AS months, sum(closing) AS amount FROM months GROUP BY 1) AS t USING (customer_id);
-- an oracle in plain SQL
SELECT count(*) AS customers,
       count(*) FILTER (WHERE (saaskpi.first_on(a), saaskpi.last_on(a)) IS DISTINCT FROM (t.first_on, t.last_on)
                           OR (saaskpi.done_count(a), saaskpi.failed_count(a), saaskpi.net_amount(a), saaskpi.skipped(a)) <> (t.done, t.failed, t.net, t.skipped)) AS wrong
  FROM gen_activity JOIN (SELECT customer_id,
               min(paid_on) FILTER (WHERE status = 'Success' AND amount >= 0) AS first_on, max(paid_on) FILTER (WHERE status = 'Success' AND amount >= 0) AS last_on,
               count(*) FILTER (WHERE status = 'Success' AND amount >= 0) AS done, count(*) FILTER (WHERE status = 'Failed' AND amount >= 0) AS failed,
               coalesce(sum(amount) FILTER (WHERE status = 'Success'), 0) AS net, count(*) FILTER (WHERE status = 'Refused' OR (status = 'Failed' AND amount < 0)) AS skipped
          FROM gen_pays GROUP BY 1) AS t USING (customer_id);
-- parts rolled up are the whole; a growing window is a self join
SELECT bool_and(w.a::text = p.a::text) FROM gen_activity AS w
  JOIN (SELECT customer_id, saaskpi.rollup(part) AS a FROM (SELECT customer_id, saaskpi.payment_agg(paid_on, amount, status) AS part
          FROM gen_pays GROUP BY customer_id, pick(1, payment_id, 4)) AS t GROUP BY 1) AS p USING (customer_id);
SELECT count(*) AS frames, count(*) FILTER (WHERE w.a::text <> (SELECT saaskpi.payment_agg(paid_on, amount, status)::text FROM gen_pays AS p
                              WHERE p.customer_id = w.customer_id AND (p.paid_on, p.payment_id) <= (w.paid_on, w.payment_id))) AS wrong
  FROM (SELECT customer_id, paid_on, payment_id, saaskpi.payment_agg(paid_on, amount, status) OVER (PARTITION BY customer_id ORDER BY paid_on, payment_id) AS a FROM gen_pays) AS w;
-- text and binary round trips
CREATE TABLE activity_copy (customer_id text, a saaskpi.activity);
\copy gen_activity to 'results/gen_activity.bin' (format binary)
\copy activity_copy from 'results/gen_activity.bin' (format binary)
SELECT count(*), bool_and(x.a::text = y.a::text AND saaskpi_internal.activity_send(x.a) = saaskpi_internal.activity_send(y.a::text::saaskpi.activity)) FROM gen_activity AS x JOIN activity_copy AS y USING (customer_id);
-- errors
SELECT saaskpi.activity_agg('2024-01-01', 1, NULL);
SELECT saaskpi.activity_agg('2024-01-01', 1, g) FROM unnest(ARRAY['month', 'week']) AS g;
SELECT saaskpi.rollup(a) FROM (SELECT a FROM few_activity UNION ALL SELECT saaskpi.activity_agg('2024-01-01', 1, 'week')) AS t;
SELECT saaskpi.payment_agg('2024-01-01', 0.12345, 'Success'), saaskpi.activity_agg('2024-01-01', 0.12355, 'month');
SELECT saaskpi.net_amount(saaskpi.payment_agg('2024-01-01', 900000000000000, 'Success')) FROM generate_series(1, 2);
SELECT saaskpi.net_amount(saaskpi.payment_agg(date '2024-01-01' + 40 * n, 900000000000000, 'Success')) FROM generate_series(1, 2) AS n;
SELECT saaskpi_internal.activity_accum(NULL, '2024-01-01', 1, 'month');
SELECT saaskpi.activity(h, 'hour', '2024-01-01') FROM few_history;
SELECT saaskpi.activity(h, 'month', '-infinity') FROM few_history;
SELECT t, try_value(t, 'saaskpi.activity') FROM unnest(ARRAY[
    'activity 1 month 0 {-2147483648,-2147483648,0} skipped 0 labels () rows ()',
    'activity 1 month 0 {8766,99999999,0} skipped 0 labels () rows ()',
    'activity 1 month 0 {8766,8766,0} skipped 0 labels ("a") rows ()',
    'activity 1 month 0 {8766,8766,0} skipped 0 labels () rows (3,24288:1,1)',
    'activity 1 month 0 {8766,8766,0} skipped 0 labels () rows (0,999999:1,1)']) AS t;
SELECT saaskpi.done_count('activity 1 month 0 {8766,8766,0} skipped 0 labels () rows (0,24288:1,1)');
SELECT saaskpi.done_count('activity 1 month 0 {8766,8766,0} skipped 0 labels () rows (0,24288:-1,1)');
