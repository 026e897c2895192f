-- Numbers that are easily wrong, each a case small enough for a pencil.
SET datestyle = iso;
SET client_min_messages = warning;
\set SHOW_CONTEXT never
\pset null ~
CREATE SCHEMA numbers;
-- a schema with empty tables without checks, and its relations as of a day
CREATE PROCEDURE numbers.company(s text, day date) LANGUAGE plpgsql AS $$
BEGIN
    CALL saaskpi.create_source_tables(s::name, checked => false);
    CALL saaskpi.create_views(s::name);
    EXECUTE format('UPDATE %I.kpi_settings SET as_of = %L', s, day);
END $$;
CREATE FUNCTION numbers.broken(s text) RETURNS SETOF text LANGUAGE sql AS
$$ SELECT identity || ': ' || detail FROM saaskpi.check_identities(s::name) WHERE NOT holds $$;

-- ENDS. Three years, each end the last day of service.  Read as the first day
-- without service they make two churns and two returns; the check says so.
CALL numbers.company('numbers_ends', '2025-12-30');
INSERT INTO numbers_ends.subscriptions VALUES
    ('y1', 'a', 'Pro', '2023-01-01', '2023-12-31', 100), ('y2', 'a', 'Pro', '2024-01-01', '2024-12-31', 110), ('y3', 'a', 'Pro', '2025-01-01', '2025-12-31', 110);
CALL saaskpi.refresh('numbers_ends');
SELECT period, new, expansion, churn, reactivation, closing FROM numbers_ends.kpi_mrr_monthly WHERE period IN ('2023-12-01', '2024-01-01', '2024-12-01', '2025-01-01', '2025-12-01') ORDER BY 1;
SELECT severity, rule, rows, example, consequence FROM numbers_ends.kpi_data_quality WHERE rule ~ 'ends';
UPDATE numbers_ends.kpi_settings SET ends_inclusive = true;
CALL saaskpi.refresh('numbers_ends');
-- December closes at the price, the rise of 2024 is an expansion of 10
SELECT period, new, expansion, churn, reactivation, closing FROM numbers_ends.kpi_mrr_monthly WHERE period IN ('2023-12-01', '2024-01-01', '2024-12-01', '2025-01-01', '2025-12-01') ORDER BY 1;
SELECT sum(churn) AS churn, sum(reactivation) AS reactivation FROM numbers_ends.kpi_mrr_monthly;
SELECT count(*) AS findings FROM numbers_ends.kpi_data_quality WHERE rule ~ 'ends';
-- she leaves with 2025: the first day without is 1 January
UPDATE numbers_ends.kpi_settings SET as_of = '2026-01-02';
CALL saaskpi.refresh('numbers_ends');
SELECT happened_on, movement, amount FROM numbers_ends.kpi_mrr_movements ORDER BY 1;
SELECT * FROM numbers.broken('numbers_ends');
-- the other way round: ends that are starts of the next, said to be inclusive
UPDATE numbers_ends.subscriptions SET end_date = end_date + 1;
CALL saaskpi.refresh('numbers_ends');
SELECT severity, rule, rows, example, consequence FROM numbers_ends.kpi_data_quality WHERE rule ~ 'ends';
SELECT period, closing FROM numbers_ends.kpi_mrr_monthly WHERE period IN ('2023-12-01', '2024-01-01') ORDER BY 1;
UPDATE numbers_ends.kpi_settings SET ends_inclusive = false;
CALL saaskpi.refresh('numbers_ends');
SELECT count(*) AS findings FROM numbers_ends.kpi_data_quality WHERE rule ~ 'ends';
SELECT period, churn, reactivation, closing FROM numbers_ends.kpi_mrr_monthly WHERE period IN ('2023-12-01', '2024-01-01') ORDER BY 1;

-- ZONES. A timestamp without a zone is a time of source_time_zone; 03:31 in UTC
-- is the evening before in New York, where January ends later.
CREATE SCHEMA numbers_zones;
CREATE TABLE numbers_zones.customers (customer_id text, signup_date timestamp);
CREATE TABLE numbers_zones.subscriptions (customer_id text, start_date timestamp, end_date timestamp, monthly_price numeric);
CREATE TABLE numbers_zones.payments (customer_id text, payment_date timestamp, amount numeric, payment_status text);
INSERT INTO numbers_zones.customers VALUES ('late', '2025-02-01 03:31'), ('noon', '2025-02-01 12:00');
INSERT INTO numbers_zones.subscriptions VALUES ('late', '2025-02-01 03:31', '2025-04-01 03:59', 10), ('noon', '2025-02-01 12:00', '2025-04-01 04:00', 10);
INSERT INTO numbers_zones.payments VALUES ('late', '2025-02-01 03:31', 10, 'Success'), ('noon', '2025-02-01 12:00', 10, 'Success'),
    -- the nights of New York around 9 March (23 hours) and 2 November (25 hours)
    ('d1', '2025-03-09 04:59', 1, 'Success'), ('d2', '2025-03-09 05:00', 1, 'Success'), ('d3', '2025-03-10 03:59', 1, 'Success'), ('d4', '2025-03-10 04:00', 1, 'Success'),
    ('d5', '2025-11-02 03:59', 1, 'Success'), ('d6', '2025-11-02 04:00', 1, 'Success'), ('d7', '2025-11-03 04:59', 1, 'Success'), ('d8', '2025-11-03 05:00', 1, 'Success');
CALL saaskpi.create_views('numbers_zones');
UPDATE numbers_zones.kpi_settings SET as_of = '2025-12-31', time_zone = 'America/New_York';
CALL saaskpi.refresh('numbers_zones');
SELECT customer_id, signup_date, first_mrr_on, churned_on, first_payment FROM numbers_zones.kpi_customers ORDER BY customer_id COLLATE "C";
SELECT period, new FROM numbers_zones.kpi_mrr_monthly WHERE new <> 0 ORDER BY 1;
SELECT period, collected FROM numbers_zones.kpi_revenue_monthly WHERE period < '2025-03-01' ORDER BY 1;
SELECT cohort, signups FROM numbers_zones.kpi_conversion WHERE dimension = 'all' ORDER BY 1;
SELECT * FROM numbers.broken('numbers_zones');
-- the same clock in Tokyo is nine hours earlier: all of it the day before in New York
UPDATE numbers_zones.kpi_settings SET source_time_zone = 'Asia/Tokyo';
CALL saaskpi.refresh('numbers_zones');
SELECT customer_id, signup_date, first_mrr_on, churned_on, first_payment FROM numbers_zones.kpi_customers WHERE customer_id IN ('late', 'noon') ORDER BY 1;
-- where both are the same, the day is the one written, whatever the zone
UPDATE numbers_zones.kpi_settings SET source_time_zone = 'America/New_York';
CALL saaskpi.refresh('numbers_zones');
SELECT customer_id, signup_date, first_mrr_on, churned_on, first_payment FROM numbers_zones.kpi_customers WHERE customer_id IN ('late', 'noon') ORDER BY 1;
-- instants know their zone: at both ends of the world, at the end of a month
UPDATE numbers_zones.kpi_settings SET source_time_zone = 'Asia/Tokyo';
ALTER TABLE numbers_zones.payments ALTER payment_date TYPE timestamptz USING payment_date AT TIME ZONE 'UTC';
UPDATE numbers_zones.payments SET payment_date = '2025-03-31 10:30+00' WHERE customer_id = 'late';
UPDATE numbers_zones.kpi_settings SET time_zone = 'Pacific/Pago_Pago';
CALL saaskpi.refresh('numbers_zones');
SELECT time_zone, first_payment FROM numbers_zones.kpi_customers, numbers_zones.kpi_settings WHERE customer_id = 'late';
UPDATE numbers_zones.kpi_settings SET time_zone = 'Pacific/Kiritimati';
CALL saaskpi.refresh('numbers_zones');
SELECT time_zone, first_payment FROM numbers_zones.kpi_customers, numbers_zones.kpi_settings WHERE customer_id = 'late';
-- a date is a date
ALTER TABLE numbers_zones.payments ALTER payment_date TYPE date USING (payment_date AT TIME ZONE 'UTC')::date;
CALL saaskpi.create_views('numbers_zones');
CALL saaskpi.refresh('numbers_zones');
SELECT time_zone, first_payment FROM numbers_zones.kpi_customers, numbers_zones.kpi_settings WHERE customer_id = 'late';

-- MONEY WITHOUT A CUSTOMER. 40 of a, and 1,200 of nobody: 1,240 came in.
CALL numbers.company('numbers_nobody', '2025-02-15');
INSERT INTO numbers_nobody.customers VALUES ('a', '2025-01-05', 'SMB', 'DE', 'Organic', true);
INSERT INTO numbers_nobody.subscriptions VALUES ('s', 'a', 'Pro', '2025-01-05', NULL, 40);
INSERT INTO numbers_nobody.payments VALUES ('1', 'a', '2025-01-05', 40, 'Success'), ('2', NULL, '2025-01-10', 500, 'Success'), ('3', NULL, '2025-01-20', 700, 'Success');
CALL saaskpi.refresh('numbers_nobody');
CREATE PROCEDURE numbers.show_nobody() LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN
        SELECT format('revenue %s: collected %s, payments %s, paying customers %s', period, collected, payments, paying_customers) FROM numbers_nobody.kpi_revenue_monthly WHERE payments > 0
        UNION ALL SELECT format('bridge %s: mrr %s, without %s, refunded %s, collected %s, residual %s', period, mrr_closing, paid_without_mrr, refunded, collected, residual) FROM numbers_nobody.kpi_cash_bridge_monthly WHERE period = '2025-01-01'
        UNION ALL SELECT format('customer %s: %s, mrr %s, payments %s, revenue %s, first %s', customer_id, status, mrr, payments, revenue, first_payment) FROM numbers_nobody.kpi_customers
        UNION ALL SELECT format('cohort %s %s: %s customers, %s', basis, cohort, customers, revenue) FROM numbers_nobody.kpi_cohort_retention WHERE age = 0
        UNION ALL SELECT format('series %s %s: %s', dimension, value, saaskpi.series_values(s)) FROM numbers_nobody.kpi_series_mat WHERE metric = 'collected'
        UNION ALL SELECT format('log: %s customers, %s skipped, %s errors', customers, skipped_payments, errors) FROM (SELECT * FROM numbers_nobody.kpi_refresh_log ORDER BY run_id DESC LIMIT 1) AS l
        UNION ALL SELECT format('%s %s: %s rows, %s', severity, rule, rows, amount) FROM numbers_nobody.kpi_data_quality WHERE rule = 'payment_customer_missing'
        UNION ALL SELECT 'BROKEN ' || numbers.broken('numbers_nobody') ORDER BY 1 LOOP
        RAISE WARNING '%', line;
    END LOOP;
END $$;
\set VERBOSITY terse
CALL numbers.show_nobody();
-- gone again, and back under the other two names of nobody
DELETE FROM numbers_nobody.payments WHERE customer_id IS NULL;
CALL saaskpi.refresh('numbers_nobody');
CALL numbers.show_nobody();
INSERT INTO numbers_nobody.payments VALUES ('2', '', '2025-01-10', 500, 'Success'), ('3', '(none)', '2025-01-20', 700, 'Success');
CALL saaskpi.refresh('numbers_nobody');
CALL numbers.show_nobody();
-- of a customer that customers lacks: a customer, under (none) only in breakdowns
UPDATE numbers_nobody.payments SET customer_id = 'zed' WHERE payment_id IN ('2', '3');
CALL saaskpi.refresh('numbers_nobody');
CALL numbers.show_nobody();
SELECT severity, rule, rows, amount FROM numbers_nobody.kpi_data_quality WHERE rule ~ 'unknown_customer';
DELETE FROM numbers_nobody.payments WHERE customer_id = 'zed';
CALL saaskpi.refresh('numbers_nobody');
CALL numbers.show_nobody();
\set VERBOSITY default

-- STATUSES. What the words of payment providers mean, in small letters; a
-- refund counts when it goes out, whatever the sign of its amount.
CALL numbers.company('numbers_words', '2025-04-01');
INSERT INTO numbers_words.payments VALUES
    ('1', 'a', '2025-01-05', 100, 'paid'), ('2', 'a', '2025-01-06', 20, ' Succeeded '), ('3', 'a', '2025-01-07', 30, 'partially_refunded'),
    ('4', 'a', '2025-01-08', 50, 'canceled'), ('5', 'a', '2025-01-09', 60, 'failed'), ('6', 'a', '2025-02-03', 40, 'Refunded'),
    ('7', 'a', '2025-02-04', -5, 'refunded'), ('8', 'a', '2025-03-01', 10, 'Disputed'), ('9', 'a', '2025-03-02', 70, 'mystery');
CALL saaskpi.refresh('numbers_words');
-- 100 + 20 + 30; 40 + 5 back; 10 back, and 70 that nobody explains
SELECT period, collected, payments, failed_payments, failed_amount, refunds, refunded_amount, failure_rate FROM numbers_words.kpi_revenue_monthly WHERE is_complete ORDER BY 1;
SELECT status, errors, error_rows, error_amount, skipped_payments FROM numbers_words.kpi_refresh_log ORDER BY run_id DESC LIMIT 1;
SELECT severity, rule, rows, amount, example FROM numbers_words.kpi_data_quality WHERE rule ~ 'status' ORDER BY 1;
INSERT INTO numbers_words.kpi_payment_statuses VALUES ('mystery', 'success');
UPDATE numbers_words.kpi_payment_statuses SET meaning = 'success' WHERE status = 'canceled';
CALL saaskpi.refresh('numbers_words');
SELECT period, collected, payments, failed_payments, refunds, refunded_amount FROM numbers_words.kpi_revenue_monthly WHERE is_complete ORDER BY 1;
SELECT status, errors, error_rows, error_amount, skipped_payments FROM numbers_words.kpi_refresh_log ORDER BY run_id DESC LIMIT 1;
SELECT * FROM numbers.broken('numbers_words');
-- Success and Failed, written so, mean what they say; other writings what the table says
UPDATE numbers_words.kpi_payment_statuses SET meaning = 'ignore' WHERE status IN ('success', 'failed');
UPDATE numbers_words.payments SET payment_status = 'Success' WHERE payment_id = '1';
CALL saaskpi.refresh('numbers_words');
SELECT period, collected, failed_payments FROM numbers_words.kpi_revenue_monthly WHERE period = '2025-01-01';

-- DOUBT TRAVELS. A join that doubles rows doubles MRR and money: an error in
-- the log of every refresh, with the money in doubt.
CREATE SCHEMA numbers_twice;
CREATE TABLE numbers_twice.contract (id text, customer text, since date, till date, price numeric);
CREATE TABLE numbers_twice.charge (id text, customer text, at date, amount numeric);
CREATE TABLE numbers_twice.tag (customer text, tag text);
INSERT INTO numbers_twice.contract VALUES ('c1', 'a', '2025-01-01', '2025-02-01', 100), ('c1', 'a', '2025-02-01', NULL, 120), ('c2', 'b', '2025-01-01', NULL, 50);
INSERT INTO numbers_twice.charge VALUES ('p1', 'a', '2025-01-01', 100), ('p2', 'b', '2025-01-01', 50);
INSERT INTO numbers_twice.tag VALUES ('a', 'x'), ('b', 'x');
CREATE VIEW numbers_twice.subscriptions AS SELECT id AS subscription_id, customer AS customer_id, since AS start_date, till AS end_date, price AS monthly_price
  FROM numbers_twice.contract JOIN numbers_twice.tag USING (customer);
CREATE VIEW numbers_twice.payments AS SELECT id AS payment_id, customer AS customer_id, at AS payment_date, amount, 'Success' AS payment_status
  FROM numbers_twice.charge JOIN numbers_twice.tag USING (customer);
CALL saaskpi.create_views('numbers_twice');
UPDATE numbers_twice.kpi_settings SET as_of = '2025-03-01';
CALL saaskpi.refresh('numbers_twice');
-- two price rows of c1 that meet are one subscription with a new price
SELECT status, errors, error_rows, error_amount FROM numbers_twice.kpi_refresh_log ORDER BY run_id DESC LIMIT 1;
SELECT severity, source, rule FROM numbers_twice.kpi_data_quality WHERE severity = 'error' OR rule ~ 'duplicate|overlap|repeated';
SELECT period, closing FROM numbers_twice.kpi_mrr_monthly WHERE is_complete ORDER BY 1;
-- a has a second tag: her 120 and her payment of 100 stand there twice
INSERT INTO numbers_twice.tag VALUES ('a', 'y');
CALL saaskpi.refresh('numbers_twice');
SELECT status, errors, error_rows, error_amount FROM numbers_twice.kpi_refresh_log ORDER BY run_id DESC LIMIT 1;
SELECT severity, source, rule, rows, amount, example FROM numbers_twice.kpi_data_quality WHERE severity = 'error' ORDER BY source;
SELECT period, closing FROM numbers_twice.kpi_mrr_monthly WHERE is_complete ORDER BY 1;
-- in tables as create_source_tables makes them, the same two price rows fit the key
CALL saaskpi.create_source_tables('numbers_keyed');
INSERT INTO numbers_keyed.subscriptions VALUES ('c1', 'a', 'Pro', '2025-01-01', '2025-02-01', 100), ('c1', 'a', 'Pro', '2025-02-01', NULL, 120);
-- loaded from two exports: the same money under two ids
INSERT INTO numbers_keyed.payments VALUES ('p1', 'a', '2025-01-01', 100, 'Success'), ('q1', 'a', '2025-01-01', 100, 'Success'), ('p2', 'a', '2025-02-01', 120, 'Success');
SELECT severity, source, rule, rows, amount, example FROM saaskpi.check_sources('numbers_keyed', '2025-03-01') WHERE rule ~ 'duplicate|overlap|repeated';

-- RATES OVER A BASE THAT IS NOT POSITIVE. 1000, then more refunded than paid,
-- then 480: a fall by 175.59 %, and nothing to be said of the rise.
CALL numbers.company('numbers_base', '2025-04-01');
INSERT INTO numbers_base.payments VALUES ('1', 'a', '2025-01-01', 1000, 'Success'), ('2', 'a', '2025-02-01', -755.90, 'Success'), ('3', 'a', '2025-03-01', 480, 'Success');
CALL saaskpi.refresh('numbers_base');
SELECT period, collected, mom, change_flag FROM numbers_base.kpi_revenue_monthly WHERE is_complete ORDER BY 1;
SELECT * FROM numbers.broken('numbers_base');
-- every ratio names its base, or stands here with the reason why it needs none
SELECT c.relation, c.column_name FROM saaskpi_internal.relation_columns AS c
 WHERE c.unit = 'ratio' AND c.base IS NULL AND c.relation NOT IN (SELECT r.relation FROM saaskpi_internal.relations AS r WHERE r.maintained = 'view')
EXCEPT
SELECT v.relation::name, v.column_name::name FROM (VALUES
    ('kpi_settings', 'change_warn', 'given by the user'), ('kpi_settings', 'change_alert', 'given by the user'),
    ('kpi_calendar', 'elapsed_fraction', 'over the days of a month'), ('kpi_sales', 'elapsed_fraction', 'the same'),
    ('kpi_model_performance', 'mase', 'over mean absolute changes, null when they are all 0'), ('kpi_model_performance', 'rmsse', 'the same'),
    ('kpi_model_performance', 'msis', 'the same'), ('kpi_model_performance', 'coverage80', 'over forecasts, null without'),
    ('kpi_model_performance', 'coverage95', 'the same'), ('kpi_model_performance', 'p_value', 'a probability'),
    ('kpi_settings', 'ltv_discount', 'given by the user'), ('kpi_settings', 'ltv_margin', 'the same'), ('kpi_ltv', 'discount', 'the same'),
    ('kpi_survival', 'survival', 'a product of shares, 1 of nobody'), ('kpi_survival', 'std_error', 'an error of that'), ('kpi_survival', 'lo', 'a limit of that'), ('kpi_survival', 'hi', 'the same'),
    ('kpi_survival', 'p_value', 'a probability'), ('kpi_ltv', 'alive', 'the same'), ('kpi_ltv', 'margin', 'over a year of revenue, all of it where that is none'),
    ('kpi_churn_scores', 'probability', 'a probability'), ('kpi_actions', 'probability', 'the same'), ('kpi_at_risk', 'probability', 'the same'), ('churn_scores', 'churn_probability', 'the same'), ('user_activity_summary', 'churn_risk_score', 'the same'), ('campaign_actions', 'churn_probability', 'the same'),
    ('kpi_churn_models', 'roc_auc', 'measured with the model it stands beside'), ('kpi_churn_models', 'roc_auc_recency', 'the same'), ('kpi_churn_models', 'roc_auc_baseline', 'the same'), ('kpi_churn_drift', 'missing_then', 'over the rows trained on'), ('kpi_churn_models', 'average_precision', 'the same'), ('kpi_churn_models', 'calibration_error', 'the same'),
    ('kpi_segment_models', 'explained', 'the same'), ('kpi_segment_models', 'stability', 'the same'), ('kpi_segment_models', 'smallest_share', 'the same'),
    ('kpi_settings', 'churn_high', 'given by the user'), ('kpi_settings', 'churn_medium', 'the same'), ('kpi_settings', 'churn_flag_high', 'the same'), ('kpi_settings', 'churn_flag_mid', 'the same'), ('kpi_settings', 'churn_flag_low', 'the same'),
    ('kpi_settings', 'action_share', 'the same'), ('kpi_settings', 'action_holdout', 'the same'), ('kpi_settings', 'save_rate', 'the same'), ('kpi_action_policy', 'budget_rate', 'the same')) AS v(relation, column_name, reason);

-- PRICES that a view divides come with as many digits as division has: each is
-- rounded once, to four decimals and half to even, and then summed exactly.
CREATE SCHEMA numbers_cents;
CREATE TABLE numbers_cents.contract (id text, cents numeric, months integer);
-- 8.33333333.. and 0.09916666.. a month; halves of a ten-thousandth, down and up
INSERT INTO numbers_cents.contract VALUES ('year', 10000, 12), ('odd', 119, 12), ('down', 100.005, 1), ('up', 100.015, 1), ('cent', 999, 1);
CREATE VIEW numbers_cents.subscriptions AS SELECT id AS subscription_id, id AS customer_id, date '2025-01-01' AS start_date, cents / 100.0 / months AS monthly_price FROM numbers_cents.contract;
CALL saaskpi.create_views('numbers_cents');
UPDATE numbers_cents.kpi_settings SET as_of = '2025-03-01';
CALL saaskpi.refresh('numbers_cents');
SELECT customer_id, mrr FROM numbers_cents.kpi_customers ORDER BY customer_id COLLATE "C";
-- 8.3333 + 0.0992 + 1.0000 + 1.0002 + 9.9900, and twelve times that
SELECT period, closing, customers_closing, arpa, arr FROM numbers_cents.kpi_mrr_monthly WHERE is_complete ORDER BY 1;
SELECT severity, rule, rows, example FROM numbers_cents.kpi_data_quality WHERE rule ~ 'price';
SELECT * FROM numbers.broken('numbers_cents');
SELECT saaskpi.monthly_price(100, 'year') AS year, saaskpi.monthly_price(1.19, 'year') AS odd;

-- HALF THE DATA. Subscriptions alone: nothing is said of payments.
CREATE SCHEMA numbers_subs;
CREATE TABLE numbers_subs.subscriptions (subscription_id text, customer_id text, start_date date, end_date date, monthly_price numeric);
INSERT INTO numbers_subs.subscriptions VALUES ('1', 'a', '2025-01-01', '2025-02-15', 100), ('2', 'b', '2025-01-01', NULL, 50);
CALL saaskpi.create_views('numbers_subs');
UPDATE numbers_subs.kpi_settings SET as_of = '2025-03-01';
CALL saaskpi.refresh('numbers_subs');
SELECT relation, reason FROM numbers_subs.kpi_manifest WHERE status = 'left out' ORDER BY 1;
SELECT customer_id, status, mrr, payments, revenue, failed_payments FROM numbers_subs.kpi_customers ORDER BY 1;
SELECT period, closing, churn, logo_churn_rate FROM numbers_subs.kpi_mrr_monthly WHERE is_complete ORDER BY 1;
SELECT * FROM numbers.broken('numbers_subs');
-- costs besides: what they alone say
CREATE TABLE numbers_subs.costs (month text, infra_cost numeric, marketing_cost numeric, support_cost numeric);
INSERT INTO numbers_subs.costs VALUES ('2025-01', 10, 30, 5), ('2025-02', 10, 30, 5);
CALL saaskpi.create_views('numbers_subs');
CALL saaskpi.refresh('numbers_subs');
SELECT period, revenue, infra_cost, gross_profit, gross_margin, operating_profit, new_customers, new_mrr, cac, cac_payback_months, ltv FROM numbers_subs.kpi_margin_monthly WHERE is_complete ORDER BY 1;
-- Payments alone: who has paid is active, new by the first payment, and CAC follows
CREATE SCHEMA numbers_pays;
CREATE TABLE numbers_pays.payments (payment_id text, customer_id text, payment_date date, amount numeric, payment_status text);
INSERT INTO numbers_pays.payments VALUES ('1', 'a', '2025-01-05', 100, 'Success'), ('2', 'b', '2025-01-20', 80, 'Failed'), ('3', 'b', '2025-02-01', 80, 'Success'), ('4', NULL, '2025-02-02', 7, 'Success');
CREATE TABLE numbers_pays.costs AS TABLE numbers_subs.costs;
CREATE TABLE numbers_pays.customers (customer_id text, signup_date date);
INSERT INTO numbers_pays.customers VALUES ('a', '2025-01-01'), ('c', '2025-01-01');
CALL saaskpi.create_views('numbers_pays');
UPDATE numbers_pays.kpi_settings SET as_of = '2025-03-01';
CALL saaskpi.refresh('numbers_pays');
SELECT customer_id, status, mrr, payments, revenue FROM numbers_pays.kpi_customers ORDER BY 1;
SELECT period, revenue, gross_profit, gross_margin, new_customers, new_mrr, cac, cac_payback_months, ltv, ltv_to_cac FROM numbers_pays.kpi_margin_monthly WHERE is_complete ORDER BY 1;
SELECT basis, cohort, age, customers, retained FROM numbers_pays.kpi_cohort_retention WHERE is_mature ORDER BY 1, 2, 3;
SELECT * FROM numbers.broken('numbers_pays');
-- present and empty subscriptions say no more than absent ones, and make no churn of it
CREATE TABLE numbers_pays.subscriptions (LIKE numbers_subs.subscriptions);
CALL saaskpi.create_views('numbers_pays');
CALL saaskpi.refresh('numbers_pays');
SELECT customer_id, status, mrr, payments, revenue FROM numbers_pays.kpi_customers ORDER BY 1;
SELECT period, new_customers, new_mrr, cac, ltv FROM numbers_pays.kpi_margin_monthly WHERE is_complete ORDER BY 1;
SELECT period, closing, nrr, logo_churn_rate, arpa FROM numbers_pays.kpi_mrr_monthly WHERE is_complete ORDER BY 1;
SELECT * FROM numbers.broken('numbers_pays');
-- empty payments: nobody was asked, so nobody failed to convert
TRUNCATE numbers_pays.payments;
CALL saaskpi.refresh('numbers_pays');
SELECT cohort, signups, matured, converted, expired, rate FROM numbers_pays.kpi_conversion WHERE dimension = 'all';
SELECT period, collected, mom, failure_rate FROM numbers_pays.kpi_revenue_monthly WHERE is_complete ORDER BY 1;
SELECT * FROM numbers.broken('numbers_pays');
-- Costs alone
CREATE SCHEMA numbers_costs;
CREATE TABLE numbers_costs.costs AS TABLE numbers_subs.costs;
CALL saaskpi.create_views('numbers_costs');
UPDATE numbers_costs.kpi_settings SET as_of = '2025-03-01';
CALL saaskpi.refresh('numbers_costs');
SELECT relation FROM numbers_costs.kpi_manifest WHERE status = 'made' ORDER BY 1;
SELECT period, revenue, infra_cost, marketing_cost, gross_profit, gross_margin, new_customers, cac FROM numbers_costs.kpi_margin_monthly WHERE is_complete ORDER BY 1;

-- CURRENCIES are not added up.
CALL numbers.company('numbers_money', '2025-03-01');
ALTER TABLE numbers_money.payments ADD COLUMN currency text;
INSERT INTO numbers_money.payments VALUES ('1', 'a', '2025-01-01', 100, 'Success', 'usd'), ('2', 'a', '2025-02-01', 100, 'Success', ' USD');
CALL saaskpi.refresh('numbers_money');
SELECT sum(collected) FROM numbers_money.kpi_revenue_monthly;
UPDATE numbers_money.payments SET currency = 'EUR' WHERE payment_id = '2';
CALL saaskpi.refresh('numbers_money');
\echo :SQLSTATE
SELECT severity, rule, rows, amount, example, consequence FROM saaskpi.check_sources('numbers_money') WHERE rule ~ 'currenc';
SELECT sum(collected) FROM numbers_money.kpi_revenue_monthly;
-- all of them in another than the settings say: a label to mend
UPDATE numbers_money.payments SET currency = 'EUR';
CALL saaskpi.refresh('numbers_money');
SELECT severity, rule, example FROM numbers_money.kpi_data_quality WHERE rule ~ 'currenc';

-- ONE MISTYPED DATE does not make a company of eighteen centuries.
CALL numbers.company('numbers_typed', '2025-03-01');
INSERT INTO numbers_typed.customers VALUES ('a', '2025-01-01', 'SMB', 'DE', 'Organic', true), ('b', '0025-01-01', 'SMB', 'DE', 'Organic', true);
INSERT INTO numbers_typed.subscriptions VALUES ('1', 'a', 'Pro', '2025-01-01', NULL, 100), ('2', 'b', 'Pro', '0202-03-01', NULL, 50);
INSERT INTO numbers_typed.payments VALUES ('1', 'a', '2025-01-01', 100, 'Success'), ('2', 'b', '0202-03-01', 50, 'Success');
INSERT INTO numbers_typed.costs VALUES ('2025-01', 1, 1, 1), ('0205-01', 1, 1, 1);
CALL saaskpi.refresh('numbers_typed');
SELECT min(period), count(*) FROM numbers_typed.kpi_calendar;
SELECT period, closing FROM numbers_typed.kpi_mrr_monthly WHERE is_complete ORDER BY 1;
SELECT severity, source, rule, rows, amount FROM numbers_typed.kpi_data_quality WHERE rule ~ 'implausible' ORDER BY 2;
SELECT errors, error_rows, error_amount FROM numbers_typed.kpi_refresh_log;
SELECT * FROM numbers.broken('numbers_typed');

-- COLUMNS that follow from others, in the relations and in the dictionary.
CALL numbers.company('numbers_more', '2025-04-01');
INSERT INTO numbers_more.subscriptions VALUES ('1', 'a', 'Pro', '2025-01-10', NULL, 100), ('2', 'b', 'Basic', '2025-02-10', '2025-03-10', 25);
INSERT INTO numbers_more.payments VALUES ('1', 'a', '2025-01-10', 100, 'Success'), ('2', 'b', '2025-02-10', 25, 'Failed'), ('3', 'b', '2025-02-11', 25, 'Failed'), ('4', 'b', '2025-02-12', 25, 'Success');
CALL saaskpi.refresh('numbers_more');
SELECT period, opening, closing, net_new, mrr_growth, arr FROM numbers_more.kpi_mrr_monthly WHERE is_complete ORDER BY 1;
SELECT value, period, closing, net_new, mrr_growth, arr FROM numbers_more.kpi_mrr_monthly_by WHERE dimension = 'plan_type' AND is_complete ORDER BY 1, 2;
SELECT period, payments, failed_payments, failure_rate FROM numbers_more.kpi_revenue_monthly WHERE is_complete ORDER BY 1;
SELECT name, relation, column_name, unit, formula FROM saaskpi.kpi_catalog WHERE column_name IN ('arr', 'net_new', 'mrr_growth', 'failure_rate') ORDER BY 1;

\set VERBOSITY terse
SET client_min_messages = error;
DROP SCHEMA numbers, numbers_ends, numbers_zones, numbers_nobody, numbers_words, numbers_twice, numbers_keyed, numbers_base CASCADE;
DROP SCHEMA numbers_cents, numbers_subs, numbers_pays, numbers_costs, numbers_money, numbers_typed, numbers_more CASCADE;
