-- Merged accounts are one customer, excluded ones none.
SET client_min_messages = warning;
SET datestyle = iso;
CREATE SCHEMA population;
CREATE SCHEMA population_free;
SET search_path = population;
CREATE TABLE customers (customer_id text, signup_date date, segment text);
CREATE TABLE subscriptions (subscription_id text, customer_id text, plan_type text, start_date date, end_date date, monthly_price numeric, status text, paused_from date);
CREATE TABLE payments (payment_id text, customer_id text, payment_date date, amount numeric, payment_status text);
INSERT INTO customers VALUES ('a', '2024-01-05', 'SMB'), ('b', '2023-12-01', 'Enterprise'), ('t', '2024-01-01', 'SMB'), ('c', '2024-02-01', 'SMB'), ('d', '2024-03-15', 'SMB');
INSERT INTO subscriptions VALUES
    ('1', 'a', 'Pro', '2024-01-10', NULL, 100), ('2', 'b', 'Pro', '2023-12-10', '2024-03-01', 40), ('3', 't', 'Pro', '2024-01-01', NULL, 1000),
    ('4', 'c', 'Basic', '2024-02-05', NULL, 30), ('5', 'd', 'Basic', '2024-03-20', '2024-05-20', 7), ('6', 'd', 'Basic', '2024-04-01', '2024-03-01', 8),
    ('7', 'e', 'Basic', '2024-01-01', '2024-05-01', 5);
INSERT INTO payments VALUES ('1', 'a', '2024-01-10', 100, 'Success'), ('2', 'b', '2024-01-10', 40, 'Success'), ('3', 't', '2024-01-10', 1000, 'Success'), ('4', 'c', '2024-03-10', 30, 'Success');
CALL saaskpi.create_views('population');
UPDATE kpi_settings SET as_of = '2024-06-15';
CALL saaskpi.refresh('population');
CREATE TABLE before AS SELECT * FROM kpi_mrr_monthly;
CREATE TABLE reads AS SELECT (saaskpi_internal.environment('population') -> 'sources' -> 'subscriptions' ->> 'input') AS input;
-- tables without a row change nothing, and the sources are read as before
CREATE TABLE merged_customers (customer_id text, merged_into text);
CREATE TABLE excluded_customers (customer_id text, excluded_from date, excluded_to date, reason text);
SELECT input = (saaskpi_internal.environment('population') -> 'sources' -> 'subscriptions' ->> 'input') AS as_before FROM reads;
-- b is part of a, e of b and so of a; rings are none; t never counts, c not in March and April, d not in its last two months
INSERT INTO merged_customers VALUES ('b', 'a'), ('e', 'b'), ('x', 'y'), ('y', 'x'), ('z', 'x'), ('q', 'q'), ('b', 'd'), (NULL, 'a');
INSERT INTO excluded_customers VALUES ('t', NULL, NULL, 'internal'), ('c', '2024-03-01', '2024-04-01', 'partner'), ('c', '2024-04-01', '2024-05-01', 'partner'),
    ('c', '2024-05-01', '2024-04-01', 'nothing'), ('d', '2024-03-01', '2024-04-10', NULL), ('nobody', NULL, NULL, NULL), ('', NULL, NULL, NULL);
SELECT severity, source, rule, rows, example, amount FROM saaskpi.check_sources('population') WHERE rule ~ 'merge|exclu';
CALL saaskpi.refresh('population');
SELECT period, opening, new, expansion, contraction, churn, reactivation, closing, customers_new, customers_churned, customers_reactivated, customers_closing FROM kpi_mrr_monthly ORDER BY period;
SELECT customer_id, signup_date, segment, status, mrr, first_mrr_on, churned_on, payments, revenue FROM kpi_customers ORDER BY 1;
SELECT period, collected, payments FROM kpi_revenue_monthly ORDER BY 1;
SELECT rule, rows, amount FROM kpi_data_quality WHERE rule ~ 'excluded$' ORDER BY 1;
SELECT skipped_subscriptions FROM kpi_refresh_log ORDER BY run_id DESC LIMIT 1;
-- an account that was merged is excluded with all the others
INSERT INTO excluded_customers VALUES ('e', NULL, NULL, 'test');
SELECT rule, rows, example, amount FROM saaskpi.check_sources('population') WHERE rule = 'subscription_excluded';
-- without rows all is as it was
DELETE FROM merged_customers;
DELETE FROM excluded_customers;
CALL saaskpi.refresh('population');
SELECT count(*) FROM (TABLE before EXCEPT TABLE kpi_mrr_monthly) AS q;
-- many subscriptions and days left out, day by day: no number of the waterfall moves otherwise
DELETE FROM subscriptions;
INSERT INTO subscriptions SELECT i, 'c' || i % 40, 'p' || i % 3, '2023-01-01'::date + i * 37 % 500, CASE WHEN i % 4 > 0 THEN '2023-01-01'::date + i * 37 % 500 + i * 53 % 300 + 1 END, 1 + i * 7 % 90,
       CASE i % 5 WHEN 0 THEN 'paused' END, CASE i % 15 WHEN 0 THEN '2023-01-01'::date + i * 37 % 500 + 40 END
  FROM generate_series(1, 300) AS i;
INSERT INTO excluded_customers SELECT 'c' || i % 40, CASE WHEN i % 7 > 0 THEN '2023-01-01'::date + i * 71 % 600 END, CASE WHEN i % 6 > 0 THEN '2023-01-01'::date + i * 71 % 600 + i * 29 % 120 + 1 END, 'test'
  FROM generate_series(1, 45) AS i;
INSERT INTO merged_customers SELECT 'c' || i, 'c' || i + 7 FROM generate_series(0, 32, 9) AS i;
CALL saaskpi.refresh('population');
WITH member AS (
    SELECT c AS account, coalesce((SELECT merged_into FROM merged_customers WHERE customer_id = c), c) AS customer_id FROM (SELECT DISTINCT customer_id AS c FROM subscriptions) AS q
), day AS (
    SELECT w.period, least(w.period + interval '1 month' - interval '1 day', '2024-06-15')::date AS day, w.closing, w.customers_closing FROM kpi_mrr_monthly AS w
)
SELECT count(*) AS months, count(*) FILTER (WHERE closing <> mrr OR customers_closing <> customers) AS off, sum(mrr) > 0 AS any
  FROM (SELECT d.closing, d.customers_closing, coalesce(sum(s.monthly_price), 0) AS mrr, count(DISTINCT m.customer_id) AS customers
          FROM day AS d
          LEFT JOIN (subscriptions AS s JOIN member AS m ON m.account = s.customer_id)
            ON s.start_date <= d.day AND coalesce(s.end_date > d.day, true) AND NOT coalesce(s.status = 'paused' AND d.day >= coalesce(s.paused_from, s.start_date), false)
           AND NOT EXISTS (SELECT FROM excluded_customers AS x JOIN member AS o ON o.account = x.customer_id
                            WHERE o.customer_id = m.customer_id AND coalesce(x.excluded_from <= d.day, true) AND coalesce(x.excluded_to > d.day, true))
         GROUP BY d.period, d.closing, d.customers_closing) AS q;
-- days left out of a contract do not make it another: each renews on the tenth of June: a; b, whose price changed on a day that is left out; c, who has no id and counts from March on; d, whose year began with the end of the trial, on the first day that counts again
CREATE SCHEMA population_parts;
CREATE TABLE population_parts.subscriptions (subscription_id text, customer_id text, start_date date, end_date date, monthly_price numeric, interval_unit text, status text, trial_end date, past_due_since date);
CREATE TABLE population_parts.excluded_customers (customer_id text, excluded_from date, excluded_to date);
INSERT INTO population_parts.subscriptions VALUES ('1', 'a', '2023-06-10', NULL, 100, 'year', NULL, NULL, NULL), ('2', 'b', '2023-06-10', '2024-01-01', 150, 'year', NULL, NULL, NULL), ('2', 'b', '2024-01-01', NULL, 200, 'year', NULL, NULL, NULL),
    (NULL, 'c', '2023-06-10', NULL, 7, 'year', NULL, NULL, NULL), ('4', 'd', '2023-05-10', NULL, 30, 'year', NULL, '2023-06-10', NULL);
INSERT INTO population_parts.excluded_customers VALUES ('a', '2024-03-01', '2024-03-02'), ('b', '2023-12-01', '2024-02-01'), ('c', NULL, '2024-03-01'), ('d', '2023-05-20', '2023-06-10');
CALL saaskpi.create_views('population_parts');
UPDATE population_parts.kpi_settings SET as_of = '2024-09-15';
CALL saaskpi.refresh('population_parts');
SELECT happens_on, customer_id, kind, amount FROM population_parts.kpi_mrr_scheduled ORDER BY customer_id;
-- nor do they pay what is past due since the trial: a, b, whose trial ended on the first day that counts again, and c have never paid, and count only where a policy says so; d has, and is past due since the eleventh
TRUNCATE population_parts.subscriptions, population_parts.excluded_customers;
INSERT INTO population_parts.subscriptions VALUES ('1', 'a', '2024-02-10', NULL, 100, 'month', 'past_due', '2024-03-01', '2024-03-01'), ('2', 'b', '2024-02-10', NULL, 10, 'month', 'past_due', '2024-03-01', '2024-03-01'),
    ('3', 'c', '2024-02-10', NULL, 1, 'month', 'unpaid', '2024-03-01', NULL), ('4', 'd', '2024-02-10', NULL, 5, 'month', 'past_due', '2024-03-01', '2024-03-11');
INSERT INTO population_parts.excluded_customers VALUES ('a', NULL, '2024-03-05'), ('b', '2024-02-20', '2024-03-01'), ('c', NULL, '2024-03-05'), ('d', NULL, '2024-03-05');
UPDATE population_parts.kpi_settings SET as_of = '2024-03-20';
UPDATE population_parts.kpi_policies SET is_used = true WHERE policy = 'stripe';
CALL saaskpi.refresh('population_parts');
SELECT * FROM population_parts.kpi_mrr_movements ORDER BY 1, 2;
SELECT policy, period, new, churn, closing, past_due_mrr FROM population_parts.kpi_mrr_policies ORDER BY policy, period;
SELECT * FROM saaskpi.check_identities('population_parts') WHERE NOT holds;
-- what is checked is what counts: old is a, late is nobody until February, test for ever
CREATE SCHEMA population_checked;
SET search_path = population_checked;
CREATE TABLE customers (customer_id text, signup_date date, segment text, country text, acquisition_channel text, is_active boolean);
CREATE TABLE subscriptions (subscription_id text, customer_id text, plan_type text, start_date date, end_date date, monthly_price numeric, unit_amount numeric, quantity numeric, interval_unit text);
CREATE TABLE payments (payment_id text, customer_id text, payment_date date, amount numeric, payment_status text);
CREATE TABLE events (event_id text, customer_id text, event_time timestamptz, event_type text);
CREATE TABLE orders (order_id text, customer_id text, ordered_at timestamptz, status text, currency text);
CREATE TABLE order_lines (order_id text, line_no text, product_id text, quantity numeric, unit_price numeric);
CREATE TABLE products (product_id text, name text, category text, list_price numeric, unit_cost numeric);
CREATE TABLE opportunities (opportunity_id text, customer_id text, created_at timestamptz, amount numeric, stage text);
CREATE TABLE opportunity_stages (opportunity_id text, stage text, entered_at timestamptz);
CREATE TABLE customer_history (customer_id text, valid_from date, segment text);
CREATE TABLE merged_customers (customer_id text, merged_into text);
CREATE TABLE excluded_customers (customer_id text, excluded_from date, excluded_to date);
INSERT INTO customers VALUES ('a', '2024-01-01', 'SMB', 'DE', 'Organic', true), ('late', '2024-01-01', 'SMB', 'DE', 'Organic', true);
INSERT INTO subscriptions VALUES ('1', 'old', 'Pro', '2024-01-10', NULL, 100, NULL, NULL, 'month'), ('2', 'test', 'Pro', '2024-01-10', NULL, -5000, NULL, NULL, 'month'), ('2', 'test', 'Pro', '2024-01-10', NULL, NULL, 9, NULL, 'fortnight'),
    ('3', 'late', 'Pro', '2024-01-10', '2024-02-01', -7, NULL, NULL, 'month'), ('4', 'late', 'Pro', '2024-01-10', NULL, NULL, 12, 5, 'quarter');
INSERT INTO payments VALUES ('1', 'a', '2024-01-10', 100, 'Success'), ('2', 'test', '2024-01-10', 1000000, 'Whatever'), ('3', 'late', '2024-01-10', 7, 'Whatever'), ('4', 'old', '2024-01-10', -30, 'Success');
INSERT INTO events VALUES ('1', 'a', '2024-01-10', 'login'), ('1', 'old', '2024-01-11', 'login'), ('2', 'test', '2024-01-10', 'login'), ('2', 'test', '2024-01-11', NULL);
INSERT INTO orders VALUES ('1', 'old', '2024-01-10', 'refunded', NULL), ('2', 'a', '2024-01-11', 'completed', NULL), ('3', 'test', '2024-01-10', 'no word', 'EUR'), ('4', 'late', '2024-01-10', 'no word', 'JPY');
INSERT INTO order_lines VALUES ('1', '1', 'p', 1, 10), ('2', '1', 'p', -1, 10), ('3', '1', 'no product', 1, 10), ('4', '1', 'no product', 1, 10);
INSERT INTO products VALUES ('p', 'P', 'C', 10, 1);
INSERT INTO opportunities VALUES ('1', 'old', '2024-01-10', 10, 'Lead'), ('2', 'test', '2024-01-10', -10, 'No stage');
INSERT INTO opportunity_stages VALUES ('1', 'Lead', '2024-01-10'), ('2', 'No stage', '2024-01-10');
INSERT INTO customer_history VALUES ('a', '2024-01-01', 'SMB'), ('test', '2024-01-01', NULL);
CALL saaskpi.create_views('population_checked');
UPDATE kpi_settings SET as_of = '2024-02-09';
SELECT severity, source, rule, rows, example, amount FROM saaskpi.check_sources('population_checked') WHERE severity <> 'info';
INSERT INTO merged_customers VALUES ('old', 'a');
INSERT INTO excluded_customers VALUES ('test', NULL, NULL), ('late', NULL, '2024-02-01');
CALL saaskpi.refresh('population_checked');
SELECT error_rows, error_amount FROM kpi_status;
-- of late's two subscriptions one is over before she counts, and the other does from February on: 12 x 5 each quarter are 20 a month; what is left out is -5000 - 7 + 20
SELECT severity, source, rule, rows, example, amount FROM kpi_data_quality ORDER BY source, rule;
SELECT dimension, value, closing FROM kpi_mrr_monthly_by WHERE dimension = 'segment' AND period = '2024-02-01';
SET search_path = population;
-- partitions by customer hold all rows of one only while nothing is merged
SET search_path = population_free;
CREATE TABLE subscriptions (subscription_id text, customer_id text, plan_type text, start_date date, end_date date, monthly_price numeric) PARTITION BY HASH (customer_id);
CREATE TABLE subscriptions_0 PARTITION OF subscriptions FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE subscriptions_1 PARTITION OF subscriptions FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE merged_customers (customer_id text, merged_into text);
CREATE TABLE excluded_customers AS SELECT 'c' AS customer_id;
SELECT count(*) FROM saaskpi_internal.shared_partitions('{subscriptions}', saaskpi_internal.environment('population_free'));
INSERT INTO merged_customers VALUES ('a', 'b');
SELECT count(*) FROM saaskpi_internal.shared_partitions('{subscriptions}', saaskpi_internal.environment('population_free'));
-- what is merged and excluded needs the columns without which it says nothing
ALTER TABLE merged_customers DROP COLUMN merged_into;
SELECT severity, source, rule, example, consequence FROM saaskpi.check_sources('population_free') WHERE source = 'merged_customers';
-- the ends of chains
SELECT * FROM saaskpi_internal.merge_ends('{"a": "b", "b": "c", "c": "d", "r": "s", "s": "r", "t": "r", "u": "u"}') ORDER BY 1;
SELECT count(*) FROM saaskpi_internal.merge_ends(NULL);
SET client_min_messages = error;
DROP SCHEMA population, population_free, population_parts, population_checked CASCADE;
