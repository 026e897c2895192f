SET datestyle = iso;
SET client_min_messages = warning;
\set SHOW_CONTEXT never
\pset null ~
CREATE SCHEMA views_test;
-- what is wrong with a call is said, and how to mend it
CALL saaskpi.create_views(NULL);
CALL saaskpi.create_views('views_absent');
CALL saaskpi.refresh('views_absent');
CALL saaskpi.refresh('views_test');
CALL saaskpi.drop_views('views_test');
SELECT * FROM saaskpi.check_identities('views_test');
\echo :SQLSTATE
CALL saaskpi.create_views('views_test');
\echo :SQLSTATE
CREATE TABLE views_test.customers (customer_id text PRIMARY KEY, signup_date date, segment text, country text);
CREATE TABLE views_test.subscriptions (subscription_id text, customer_id text, plan_type text, start_date date, end_date date, monthly_price numeric);
CREATE TABLE views_test.payments (payment_id text, customer_id text, payment_date date, amount numeric, payment_status text);
CREATE TABLE views_test.costs (month text, infra_cost numeric, marketing_cost numeric, support_cost numeric);
CREATE TABLE views_test.events (customer_id text, event_time timestamptz, event_type text);
ALTER TABLE views_test.customers ADD acquisition_channel text;
-- what users have of these names is theirs; a refused call leaves nothing behind
CREATE TABLE views_test.kpi_mrr_monthly_mat AS SELECT 1 AS mine;
CALL saaskpi.create_views('views_test');
\echo :SQLSTATE
DROP TABLE views_test.kpi_mrr_monthly_mat;
CREATE VIEW views_test.kpi_calendar AS SELECT date '2024-01-01' AS period, true AS is_complete, 1.0 AS elapsed_fraction;
CALL saaskpi.create_views('views_test');
\echo :SQLSTATE
DROP VIEW views_test.kpi_calendar;
SELECT count(*) FROM pg_class WHERE relnamespace = 'views_test'::regnamespace AND relname LIKE 'kpi%';
CALL saaskpi.create_views('views_test');
-- what is there: every relation and column has a comment, every stored one a unique key
SELECT count(DISTINCT c.oid) > 15 AS many, count(*) > 200 AS columns, bool_and(col_description(c.oid, a.attnum) <> '') AS commented, bool_and(obj_description(c.oid, 'pg_class') <> '') AS described
  FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE c.relnamespace = 'views_test'::regnamespace AND c.relkind IN ('v', 'r') AND c.relname LIKE 'kpi%' AND c.relname NOT LIKE '%\_mat';
SELECT d.relation AS without_key_or_view FROM saaskpi_internal.relations AS d
 WHERE (to_regclass('views_test.' || d.relation) IS NULL
    OR d.maintained NOT IN ('view', 'shown') AND NOT EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = to_regclass('views_test.' || d.relation || CASE d.maintained WHEN 'own' THEN '' ELSE '_mat' END) AND i.indisprimary))
   AND d.relation NOT IN (SELECT m.relation FROM views_test.kpi_manifest AS m WHERE m.status = 'left out');
-- dashboards read plain types only
SELECT DISTINCT format_type(a.atttypid, a.atttypmod) AS odd_type FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
 WHERE c.relnamespace = 'views_test'::regnamespace AND c.relkind = 'v' AND c.relname LIKE 'kpi%'
   AND format_type(a.atttypid, a.atttypmod) NOT IN ('date', 'timestamp with time zone', 'text', 'bigint', 'integer', 'numeric', 'double precision', 'boolean');
-- no customers, no facts at all: no rows, nothing broken
CALL saaskpi.refresh('views_test');
CREATE FUNCTION views_test.row_counts() RETURNS TABLE (relation name, n bigint) LANGUAGE plpgsql AS
$$
BEGIN
    FOR relation IN SELECT d.relation FROM saaskpi_internal.relations AS d
                     WHERE d.maintained NOT IN ('own', 'view') AND d.ordinal < (SELECT s.ordinal FROM saaskpi_internal.relations AS s WHERE s.relation = 'kpi_series') ORDER BY d.ordinal LOOP
        EXECUTE format('SELECT count(*) FROM views_test.%I', relation) INTO n;
        RETURN NEXT;
    END LOOP;
END
$$;
SELECT * FROM views_test.row_counts();
SELECT * FROM saaskpi.check_identities('views_test');
-- settings: one row, each value in its bounds
\set VERBOSITY terse
INSERT INTO views_test.kpi_settings (only_row, effective_as_of) VALUES (false, '2024-01-01');
UPDATE views_test.kpi_settings SET time_zone = 'Atlantis/Capital';
UPDATE views_test.kpi_settings SET change_warn = 0.2;
UPDATE views_test.kpi_settings SET conversion_days = 0;
UPDATE views_test.kpi_settings SET as_of = 'infinity';
UPDATE views_test.kpi_settings SET action_budget = 'NaN';
UPDATE views_test.kpi_settings SET contact_cost = 'NaN';
\set VERBOSITY default
SELECT time_zone, currency, change_warn, change_alert, conversion_days FROM views_test.kpi_settings;
-- a prospect only: the calendar begins with the signup, rates have nothing below
UPDATE views_test.kpi_settings SET as_of = '2024-03-10';
INSERT INTO views_test.customers VALUES ('p', '2024-02-20', 'SMB', 'DE', 'Organic');
CALL saaskpi.refresh('views_test');
SELECT * FROM views_test.row_counts() WHERE n > 0;
SELECT period, opening, closing, customers_closing, logo_churn_rate, nrr, quick_ratio, arpa, is_complete FROM views_test.kpi_mrr_monthly ORDER BY period;
SELECT * FROM views_test.kpi_customers;
SELECT * FROM views_test.kpi_conversion WHERE dimension = 'all';
-- one customer: the first month ever opens at nothing and has no rates
DELETE FROM views_test.customers;
INSERT INTO views_test.customers VALUES ('a', '2024-01-05', 'SMB', 'DE', NULL);
INSERT INTO views_test.subscriptions VALUES ('s', 'a', 'Pro', '2024-01-10', NULL, 100);
INSERT INTO views_test.payments VALUES ('1', 'a', '2024-01-10', 100, 'Success'), ('2', 'a', '2024-02-10', 112, 'Success'), ('3', 'a', '2024-02-11', 5, 'Failed');
INSERT INTO views_test.costs VALUES ('2024-01', 10, 60, 20);
CALL saaskpi.refresh('views_test');
SELECT period, opening, new, closing, customers_opening, customers_new, customers_closing, logo_churn_rate, gross_mrr_churn_rate, nrr, grr, nrr_12m, quick_ratio, arpa, is_complete FROM views_test.kpi_mrr_monthly ORDER BY period;
SELECT dimension, value, period, closing FROM views_test.kpi_mrr_monthly_by WHERE period = '2024-01-01' ORDER BY 1;
SELECT * FROM views_test.kpi_revenue_monthly ORDER BY period;
SELECT * FROM views_test.kpi_cash_bridge_monthly ORDER BY period;
SELECT * FROM views_test.kpi_margin_monthly ORDER BY period;
SELECT basis, cohort, age, customers, retained, rate, retained_or_later, retained_throughout, revenue, revenue_rate, is_mature FROM views_test.kpi_cohort_retention ORDER BY 1, 2, 3;
SELECT * FROM views_test.kpi_customers;
-- thresholds: 12 % is a warning at 10 and 15 %, an alert at 5 and 11 %, nothing at 12 %
UPDATE views_test.kpi_settings SET change_warn = 0.05, change_alert = 0.11;
CALL saaskpi.refresh('views_test');
SELECT period, mom, change_flag FROM views_test.kpi_revenue_monthly ORDER BY period;
UPDATE views_test.kpi_settings SET change_warn = 0.12, change_alert = 0.12;
CALL saaskpi.refresh('views_test');
SELECT period, mom, change_flag FROM views_test.kpi_revenue_monthly ORDER BY period;
-- the conversion window: paid on the fifth day is within 6 days, not within 5
UPDATE views_test.kpi_settings SET conversion_days = 6;
CALL saaskpi.refresh('views_test');
SELECT matured, converted, expired, pending, rate, median_days FROM views_test.kpi_conversion WHERE dimension = 'all';
UPDATE views_test.kpi_settings SET conversion_days = 5;
CALL saaskpi.refresh('views_test');
SELECT matured, converted, expired, pending, rate, median_days FROM views_test.kpi_conversion WHERE dimension = 'all';
UPDATE views_test.kpi_settings SET conversion_days = 30;
-- as_of back: the numbers of that day, as if nothing later were known; and forward again
CALL saaskpi.refresh('views_test');
CREATE TABLE views_test.seen AS SELECT customer_id, mrr, revenue, tenure_days FROM views_test.kpi_customers;
UPDATE views_test.kpi_settings SET as_of = '2024-01-09';
CALL saaskpi.refresh('views_test');
SELECT status, mrr, first_mrr_on, tenure_days, revenue FROM views_test.kpi_customers;
SELECT period, closing, is_complete FROM views_test.kpi_mrr_monthly ORDER BY period;
SELECT period, collected, is_complete FROM views_test.kpi_revenue_monthly ORDER BY period;
UPDATE views_test.kpi_settings SET as_of = '2023-12-31';
CALL saaskpi.refresh('views_test');
SELECT * FROM views_test.row_counts() WHERE n > 0;
UPDATE views_test.kpi_settings SET as_of = '2024-03-10';
CALL saaskpi.refresh('views_test');
SELECT count(*) FROM (TABLE views_test.seen EXCEPT SELECT customer_id, mrr, revenue, tenure_days FROM views_test.kpi_customers) AS q;
-- everything churned: closes at nothing, 100 % lost
UPDATE views_test.subscriptions SET end_date = '2024-03-01';
UPDATE views_test.kpi_settings SET as_of = '2024-04-01';
CALL saaskpi.refresh('views_test');
SELECT period, opening, churn, closing, customers_churned, customers_lost, logo_churn_rate, gross_mrr_churn_rate, nrr, grr, quick_ratio, arpa FROM views_test.kpi_mrr_monthly ORDER BY period;
SELECT status, mrr, churned_on, tenure_days FROM views_test.kpi_customers;
SELECT period, happened_on, customer_id, movement, amount, mrr_before, mrr_after FROM views_test.kpi_mrr_movements ORDER BY happened_on;
-- identities: all hold; broken by hand, they say where and by how much
SELECT * FROM saaskpi.check_identities('views_test') WHERE NOT holds;
CREATE TABLE views_test.breaks (n integer GENERATED ALWAYS AS IDENTITY, statement text);
INSERT INTO views_test.breaks (statement) VALUES
    ('UPDATE kpi_customers_mat SET mrr = mrr + 1'),
    ('UPDATE kpi_customers_mat SET revenue = revenue + 1'),
    ('UPDATE kpi_mrr_policies_mat SET committed_mrr = closing + 1 WHERE period = ''2024-02-01'''),
    ('INSERT INTO kpi_mrr_outlook_mat (period, opening, scheduled_ends, signed_starts, closing, customers_opening, customers_ending, customers_starting, customers_closing) VALUES (''2024-04-01'', 0, 0, 5, 5, 1, 0, 0, 1)'),
    ('UPDATE kpi_policies SET is_used = true WHERE policy = ''stripe''; UPDATE kpi_mrr_policies_mat SET closing = closing + 1, contraction = contraction - 1, list_mrr = list_mrr + 1 WHERE period = ''2024-04-01'''),
    ('UPDATE kpi_customers_mat SET first_payment = NULL'),
    ('UPDATE kpi_mrr_monthly_mat SET new = new + 1 WHERE period = ''2024-02-01'''),
    ('UPDATE kpi_mrr_monthly_mat SET customers_new = 2, customers_closing = 2 WHERE period = ''2024-01-01'''),
    ('DELETE FROM kpi_mrr_monthly_mat WHERE period = ''2024-02-01'''),
    ('UPDATE kpi_mrr_monthly_mat SET customers_closing = 3 WHERE period = ''2024-02-01'''),
    ('UPDATE kpi_mrr_monthly_mat SET mrr_kept = opening + 1 WHERE period = ''2024-02-01'''),
    ('UPDATE kpi_mrr_monthly_mat SET opening_12m = 1 WHERE period = ''2024-02-01'''),
    ('UPDATE kpi_mrr_monthly_mat SET round_trip = 101'),
    ('UPDATE kpi_subscriptions_monthly_mat SET churned = churned + 1 WHERE period = ''2024-02-01'''),
    ('UPDATE kpi_subscriptions_monthly_mat SET mrr = mrr + 1 WHERE period = ''2024-02-01'''),
    ('UPDATE kpi_mrr_monthly_mat SET nrr = 1 WHERE opening = 0'),
    ('INSERT INTO kpi_activity_mat (grain, period, active, new, "returning", resurrecting, dormant, events) VALUES (''day'', ''2024-01-01'', 1, 0, 0, 0, 0, 0)'),
    ('INSERT INTO kpi_sessions_mat (customer_id, session, events) VALUES (''a'', 1, 1)'),
    ('UPDATE kpi_funnel_mat SET dropped = dropped + 1 WHERE step = 1'),
    ('UPDATE kpi_funnel_mat SET entrants = 1, in_window = (step = 1)::integer'),
    ('INSERT INTO kpi_activity_retention_mat (basis, grain, cohort, age, customers, retained, retained_or_later, retained_throughout) VALUES (''signup'', ''month'', ''2024-01-01'', 0, 5, 1, 1, 2)'),
    ('INSERT INTO kpi_activity_mat (grain, period, active, new, "returning", resurrecting, dormant, events) VALUES (''day'', ''2024-01-01'', 1, 1, 0, 0, 0, 0); INSERT INTO kpi_activity_retention_mat (basis, grain, cohort, age, customers, retained, retained_or_later, retained_throughout, is_mature) VALUES (''first seen'', ''day'', ''2024-01-01'', 0, 2, 2, 2, 2, true)'),
    ('INSERT INTO kpi_churn_trend_mat (snapshot, customers, high, medium, low) VALUES (''2024-01-31'', 3, 1, 1, 0)'),
    ('INSERT INTO kpi_churn_trend_mat (snapshot, customers, high, medium, low, listed, at_risk_listed) SELECT as_of, 0, 0, 0, 0, 1, 0 FROM kpi_settings'),
    ('INSERT INTO kpi_segments_mat (cluster, customers, share, customers_before, change, arrived, departed) VALUES (1, 1, 100.0, 0, 1, 1, 0)'),
    ('DELETE FROM kpi_mrr_monthly_by_mat WHERE dimension = ''segment'' AND period = ''2024-02-01'''),
    ('UPDATE kpi_mrr_monthly_by_mat SET customers_new = 2, customers_closing = 2 WHERE dimension = ''country'' AND period = ''2024-01-01'''),
    ('DELETE FROM kpi_mrr_movements_mat WHERE movement = ''churn'''),
    ('UPDATE subscriptions SET monthly_price = 99'),
    ('UPDATE kpi_cash_bridge_monthly_mat SET refunded = 1, residual = 0 WHERE period = ''2024-02-01'''),
    ('UPDATE kpi_revenue_monthly_mat SET collected = collected + 1, paying_customers = 2 WHERE period = ''2024-02-01'''),
    ('UPDATE costs SET marketing_cost = 61'),
    ('DELETE FROM kpi_margin_monthly_mat WHERE period = ''2024-01-01'''),
    ('UPDATE kpi_cohort_retention_mat SET retained = 0 WHERE basis = ''payment'' AND age = 0'),
    ('UPDATE kpi_cohort_retention_mat SET revenue = revenue + 1 WHERE basis = ''mrr'' AND age = 1'),
    ('UPDATE kpi_cohort_retention_mat SET retained_throughout = 2 WHERE age = 1'),
    ('UPDATE kpi_conversion_mat SET converted = 0, expired = 1'),
    ('DELETE FROM kpi_conversion_mat'),
    ('UPDATE kpi_survival_mat SET survival = 0.5 WHERE dimension = ''all'' AND age = 0'),
    ('UPDATE kpi_survival_mat SET ended = ended + 1 WHERE dimension = ''segment'' AND age = 0'),
    ('DELETE FROM kpi_ltv_mat'),
    ('UPDATE kpi_ltv_mat SET ltv = ltv + 1'),
    ('UPDATE kpi_ltv_distribution_mat SET share = share / 2');
CREATE FUNCTION views_test.broken_by(statement text) RETURNS TABLE (identity text, detail text) LANGUAGE plpgsql SET search_path = views_test AS $$
DECLARE
    found jsonb;
BEGIN
    BEGIN
        EXECUTE statement;
        SELECT jsonb_agg(to_jsonb(i)) INTO found FROM saaskpi.check_identities('views_test') AS i WHERE NOT i.holds;
        RAISE SQLSTATE 'BREAK';
    EXCEPTION WHEN SQLSTATE 'BREAK' THEN
        RETURN QUERY SELECT e ->> 'identity', e ->> 'detail' FROM jsonb_array_elements(found) AS e;
    END;
END
$$;
SELECT b.statement, i.identity, i.detail FROM views_test.breaks AS b LEFT JOIN LATERAL views_test.broken_by(b.statement) WITH ORDINALITY AS i(identity, detail, o) ON true ORDER BY b.n, i.o;
SELECT identity AS cannot_fail FROM saaskpi.check_identities('views_test') EXCEPT SELECT i.identity FROM views_test.breaks AS b, views_test.broken_by(b.statement) AS i;
SELECT identity FROM saaskpi.check_identities('views_test') WHERE NOT holds;
-- they judge by the settings of the last refresh, not by those of the next
UPDATE views_test.kpi_settings SET conversion_days = 5, earliest_date = '2024-02-01', as_of = '2024-01-01';
SELECT identity FROM saaskpi.check_identities('views_test') WHERE NOT holds;
UPDATE views_test.kpi_settings SET conversion_days = 30, earliest_date = '1970-01-02', as_of = '2024-04-01';
-- the log
\set VERBOSITY terse
INSERT INTO views_test.payments VALUES ('4', 'a', '2024-03-10', 900000000000000, 'Success'), ('4b', 'a', '2024-03-10', 900000000000000, 'Success'), ('5', 'a', '2024-03-10', 1, 'Paid'), ('6', NULL, '2024-03-10', 1, 'Success');
INSERT INTO views_test.subscriptions VALUES ('t', 'a', 'Pro', '2024-03-10', '2024-03-09', 1);
CALL saaskpi.refresh('views_test');
\set VERBOSITY default
DELETE FROM views_test.payments WHERE payment_id IN ('4', '4b');
SELECT status, as_of, customers, skipped_subscriptions, skipped_payments, message, seconds IS NOT NULL AS timed FROM views_test.kpi_refresh_log ORDER BY run_id DESC LIMIT 2;
SELECT row_number() OVER (ORDER BY step) AS turn, relation, rows FROM views_test.kpi_refresh_steps WHERE run_id = 2 ORDER BY step LIMIT 11;
-- dropped: sources, settings and log stay; made again, the same settings hold
CALL saaskpi.drop_views('views_test');
CALL saaskpi.drop_views('views_test');
\echo :SQLSTATE
SELECT string_agg(relname, ' ' ORDER BY relname COLLATE "C") FROM pg_class WHERE relnamespace = 'views_test'::regnamespace AND relkind IN ('r', 'v', 'm');
CALL saaskpi.create_views('views_test');
CALL saaskpi.refresh('views_test');
SELECT as_of, change_warn, effective_as_of FROM views_test.kpi_settings;
SELECT status, customers, skipped_subscriptions, skipped_payments FROM views_test.kpi_refresh_log ORDER BY run_id DESC LIMIT 1;
-- as late as that forecasts would leave the calendar
UPDATE views_test.kpi_settings SET as_of = '9901-01-01';
CALL saaskpi.refresh('views_test');
-- without its row of settings a refresh says what to do
DELETE FROM views_test.kpi_settings;
CALL saaskpi.refresh('views_test');
DROP SCHEMA views_test CASCADE;
