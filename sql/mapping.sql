SET datestyle = iso;
SET TIME ZONE 'UTC';
SET client_min_messages = notice;
\set VERBOSITY terse
-- amounts in the smallest unit of a currency
SELECT c, saaskpi.from_minor_units(1099, c) AS amount FROM unnest('{EUR,jpy,KWD,CLF,XXX}'::text[]) AS c;
SELECT saaskpi.from_minor_units(1099, 'isk') AS iso, saaskpi.from_minor_units(1099, 'isk', '{"ISK": "2"}') AS stripe, saaskpi.from_minor_units(0.5, 'USD') AS half_a_cent, saaskpi.from_minor_units(1, NULL) AS unknown;
-- 15 seats of 10 at 5.00 and more at 4.00, with 7.00 for the second tier: 50 + 20 + 7, or 60 + 7
SELECT m, q, saaskpi.tiered_amount('[{"up_to": 10, "unit_amount": 500}, {"up_to": null, "unit_amount_decimal": "400", "unit_amount": 400, "flat_amount": 700}]', m, q)
  FROM unnest('{graduated,volume,other}'::text[]) AS m, unnest('{0,10,10.5,15}'::numeric[]) AS q;
-- of nothing there is the flat amount of the first tier
SELECT m, saaskpi.tiered_amount('[{"up_to": 10, "unit_amount": 500, "flat_amount": 900}, {"up_to": null, "unit_amount": 400, "flat_amount": 700}]', m, 0) FROM unnest('{graduated,volume}'::text[]) AS m;
SELECT saaskpi.tiered_amount(t, 'graduated', 3) FROM unnest('{NULL,"null","{}","[]"}'::jsonb[]) AS t;

-- STRIPE SYNC ENGINE: times in seconds, objects in JSON
CREATE FUNCTION at(day text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$SELECT extract(epoch FROM day::timestamptz)::integer$$;
CREATE SCHEMA stripe;
CREATE TABLE stripe.customers (id text PRIMARY KEY, email text, created integer, address jsonb, deleted boolean, updated_at timestamptz, discount jsonb);
INSERT INTO stripe.customers SELECT 'cus_' || n, 'x@example.com', at('2025-01-01') + n * 86400, CASE WHEN n % 2 = 0 THEN '{"country": "DE"}'::jsonb END, n = 6 FROM generate_series(1, 12) AS n;
-- what is off for a customer is off of what has nothing off itself
UPDATE stripe.customers SET discount = '{"coupon": {"percent_off": 10, "duration": "forever"}}' WHERE id IN ('cus_3', 'cus_8');
CREATE TABLE stripe.products (id text, name text);
INSERT INTO stripe.products VALUES ('prod_a', 'Team'), ('prod_b', 'Support');
CREATE TYPE stripe.pricing_type AS ENUM ('one_time', 'recurring');
CREATE TABLE stripe.prices (id text PRIMARY KEY, product text, active boolean, currency text, unit_amount integer, unit_amount_decimal text, type stripe.pricing_type, recurring jsonb, tiers_mode text, tiers jsonb, transform_quantity jsonb, nickname text);
INSERT INTO stripe.prices SELECT id, product, id <> 'p_year', 'eur', unit_amount, unit_amount_decimal, 'recurring', recurring::jsonb, tiers_mode, tiers::jsonb, transform::jsonb, nickname FROM (VALUES
    ('p_month', 'prod_a', 1999, '1999', '{"interval": "month", "interval_count": 1, "usage_type": "licensed"}', NULL, NULL, NULL, NULL),
    ('p_year', 'prod_a', 120000, '120000', '{"interval": "year", "interval_count": 1}', NULL, NULL, NULL, NULL),
    ('p_week', 'prod_b', 1000, '1000', '{"interval": "week", "interval_count": 1}', NULL, NULL, NULL, NULL),
    ('p_100', NULL, 10000, '10000', '{"interval": "month", "interval_count": 1}', NULL, NULL, NULL, 'Hundred'),
    ('p_40', NULL, 4000, NULL, '{"interval": "month"}', NULL, NULL, NULL, NULL),
    ('p_80', NULL, 8000, NULL, '{"interval": "month"}', NULL, NULL, NULL, NULL),
    ('p_60q', NULL, 6000, NULL, '{"interval": "month", "interval_count": 3}', NULL, NULL, NULL, NULL),
    ('p_tier', NULL, NULL, NULL, '{"interval": "month"}', 'graduated', '[{"up_to": 10, "unit_amount": 500}, {"up_to": null, "unit_amount": 400}]', NULL, NULL),
    ('p_use', NULL, NULL, '0.5', '{"interval": "month", "usage_type": "metered"}', NULL, NULL, NULL, NULL),
    ('p_pack', NULL, 1000, NULL, '{"interval": "month"}', NULL, NULL, '{"divide_by": 10, "round": "up"}', NULL)) AS p(id, product, unit_amount, unit_amount_decimal, recurring, tiers_mode, tiers, transform, nickname);
CREATE TABLE stripe.subscriptions (id text PRIMARY KEY, customer text, status text, created integer, start_date integer, canceled_at integer, cancel_at integer, ended_at integer, cancel_at_period_end boolean,
    current_period_start integer, current_period_end integer, trial_start jsonb, trial_end jsonb, items jsonb, discount jsonb, pause_collection jsonb);
INSERT INTO stripe.subscriptions (id, customer, status, created, start_date, current_period_start, current_period_end) VALUES
    ('sub_1', 'cus_1', 'active', at('2025-01-10'), at('2025-01-10'), at('2025-06-10'), at('2025-07-10')),
    ('sub_2', 'cus_2', 'active', at('2025-01-15'), NULL, at('2025-01-15'), at('2026-01-15')),
    ('sub_3', 'cus_3', 'active', at('2025-01-01'), at('2025-01-01'), at('2025-06-01'), at('2025-07-01')),
    ('sub_4', 'cus_4', 'past_due', at('2025-01-20'), at('2025-01-20'), at('2025-06-20'), at('2025-07-20')),
    ('sub_5', 'cus_5', 'active', at('2025-02-01'), at('2025-02-01'), at('2025-06-01'), at('2025-07-01')),
    ('sub_6', 'cus_6', 'canceled', at('2025-01-05'), at('2025-01-05'), at('2025-03-15'), at('2025-04-15')),
    ('sub_7', 'cus_7', 'active', at('2025-03-01'), at('2025-03-01'), at('2025-06-01'), at('2025-07-01')),
    ('sub_8', 'cus_8', 'active', at('2025-01-02'), at('2025-01-02'), at('2025-06-02'), at('2025-07-02')),
    ('sub_9', 'cus_9', 'incomplete_expired', at('2025-01-02'), at('2025-01-02'), at('2025-01-02'), at('2025-02-02')),
    ('sub_10', 'cus_10', 'active', at('2025-01-02'), at('2025-01-02'), at('2025-06-02'), at('2025-07-02')),
    ('sub_11', 'cus_11', 'active', at('2025-05-05'), at('2025-05-05'), at('2025-06-05'), at('2025-07-05')),
    ('sub_12', 'cus_12', 'trialing', at('2025-06-20'), at('2025-06-20'), at('2025-06-20'), at('2025-07-04'));
UPDATE stripe.subscriptions SET discount = jsonb_build_object('start', at('2025-01-01'), 'end', at('2025-04-01'), 'coupon', '{"percent_off": 25, "amount_off": null, "duration": "repeating"}'::jsonb) WHERE id = 'sub_3';
UPDATE stripe.subscriptions SET discount = '{"end": null, "coupon": {"percent_off": null, "amount_off": 3000, "duration": "forever"}}' WHERE id = 'sub_4';
UPDATE stripe.subscriptions SET trial_start = to_jsonb(start_date), trial_end = to_jsonb(at('2025-03-01')) WHERE id = 'sub_5';
UPDATE stripe.subscriptions SET trial_start = to_jsonb(start_date), trial_end = to_jsonb(at('2025-07-04')) WHERE id = 'sub_12';
UPDATE stripe.subscriptions SET canceled_at = at('2025-04-02'), ended_at = at('2025-04-15') WHERE id = 'sub_6';
UPDATE stripe.subscriptions SET pause_collection = jsonb_build_object('behavior', 'void', 'resumes_at', at('2025-06-15')) WHERE id = 'sub_7';
UPDATE stripe.subscriptions SET cancel_at_period_end = true, canceled_at = at('2025-06-09'), discount = '{"coupon": {"percent_off": 50, "duration": "once"}}' WHERE id = 'sub_11';
CREATE TABLE stripe.subscription_items (id text PRIMARY KEY, subscription text, price text, quantity integer, created integer, deleted boolean);
INSERT INTO stripe.subscription_items (id, subscription, price, quantity, deleted) VALUES
    ('si_1', 'sub_1', 'p_month', 3, false), ('si_2a', 'sub_2', 'p_year', 1, NULL), ('si_2b', 'sub_2', 'p_week', 1, NULL), ('si_2c', 'sub_2', 'p_100', 5, true),
    ('si_3', 'sub_3', 'p_100', 1, NULL), ('si_4a', 'sub_4', 'p_40', 1, NULL), ('si_4b', 'sub_4', 'p_80', 1, NULL), ('si_5', 'sub_5', 'p_100', 1, NULL), ('si_6', 'sub_6', 'p_40', 1, NULL),
    ('si_7', 'sub_7', 'p_60q', 2, NULL), ('si_8', 'sub_8', 'p_tier', 15, NULL), ('si_9', 'sub_9', 'p_100', 1, NULL), ('si_10', 'sub_10', 'p_use', NULL, NULL),
    ('si_11', 'sub_11', 'p_pack', 21, NULL), ('si_12', 'sub_12', 'p_100', 1, NULL);
CREATE TABLE stripe.invoices (id text, customer text, subscription text, status text, created integer, due_date integer);
-- one that was written off before others were paid does not make overdue what is overdue now
INSERT INTO stripe.invoices VALUES ('in_0', 'cus_4', 'sub_4', 'uncollectible', at('2025-02-20')), ('in_1', 'cus_4', 'sub_4', 'paid', at('2025-05-20')), ('in_2', 'cus_4', 'sub_4', 'open', at('2025-06-20'));
CREATE TABLE stripe.charges (id text, customer text, amount bigint, amount_refunded bigint, currency text, status text, paid boolean, captured boolean, created integer);
INSERT INTO stripe.charges VALUES ('ch_1', 'cus_1', 5997, 0, 'eur', 'succeeded', true, true, at('2025-01-10')), ('ch_2', 'cus_1', 5997, 5997, 'eur', 'succeeded', true, true, at('2025-02-10')),
    ('ch_3', 'cus_4', 9000, 0, 'eur', 'failed', false, false, at('2025-06-20')), ('ch_4', NULL, 100, 0, 'eur', 'succeeded', true, false, at('2025-06-21'));
CREATE TABLE stripe.refunds (id text, charge text, amount integer, currency text, status text, created integer);
INSERT INTO stripe.refunds VALUES ('re_1', 'ch_2', 5997, 'eur', 'succeeded', at('2025-02-12')), ('re_2', 'ch_1', 100, 'eur', 'failed', at('2025-02-12'));
-- as if relations could not read what says when a subscription is in force: the view sees to it
CREATE TABLE of_billing AS SELECT * FROM saaskpi_internal.source_columns
 WHERE source = 'subscriptions' AND column_name IN ('status', 'trial_end', 'paused_from', 'discount_percent', 'discount_until');
DELETE FROM saaskpi_internal.source_columns USING of_billing AS o WHERE source_columns.ordinal = o.ordinal;
CALL saaskpi.map_source('stripe_sync_engine', 'stripe', 'synced');
-- 3 * 19.99; 1200 / 12 and 10 * 52 / 12; a quarter off until April; 30 off 40 + 80 are 10 and 20; 2 * 60 / 3; 15 seats in tiers, a tenth off; 3 packs of 10 for 21 seats; what is used, is on trial, or never began
SELECT subscription_id, plan_type, start_date::date, end_date::date, monthly_price, list_price, status FROM synced.subscriptions_billed ORDER BY billing_id, 1;
SELECT subscription_id, quantity, unit_amount, interval_count AS n, interval_unit AS unit, trial_end::date, paused_from::date, resumes_on::date, past_due_since::date, cancel_at::date, canceled_on::date, discount_percent AS pct, discount_amount AS off, discount_once AS once, discount_until::date
  FROM synced.subscriptions_billed WHERE billing_id IN ('sub_1', 'sub_3', 'sub_4', 'sub_5', 'sub_7', 'sub_8', 'sub_10', 'sub_11') ORDER BY billing_id, 1;
-- an item that came later was not there before; where the first is gone, the next stands for it
UPDATE stripe.subscription_items SET created = CASE id WHEN 'si_4a' THEN at('2025-01-20') WHEN 'si_4b' THEN at('2025-04-03') WHEN 'si_5' THEN at('2025-05-05') END;
SELECT subscription_id, start_date::date FROM synced.subscriptions_billed WHERE billing_id IN ('sub_4', 'sub_5') ORDER BY 1;
UPDATE stripe.subscription_items SET created = NULL;
-- what a trial, a pause and the end of a discount make of it
SELECT subscription_id, start_date::date, end_date::date, monthly_price FROM synced.subscriptions WHERE billing_id IN ('sub_3', 'sub_5', 'sub_7', 'sub_12') ORDER BY billing_id, start_date;
SELECT sum(monthly_price) AS mrr FROM synced.subscriptions WHERE start_date < '2025-07-01' AND (end_date >= '2025-07-01' OR end_date IS NULL);
SELECT * FROM synced.payments ORDER BY 1;
SELECT customer_id, signup_date::date, country FROM synced.customers ORDER BY 2 LIMIT 2;
SELECT obj_description('synced.subscriptions_billed'::regclass) ~ '^What is billed: .* Mapped from stripe_sync_engine in schema "stripe" \(written by saaskpi, [0-9a-f]{32}\)$' AS said, col_description('synced.subscriptions'::regclass, 2) AS customer_id;
-- what cannot be mapped, and why
\set VERBOSITY default
\set SHOW_CONTEXT never
CALL saaskpi.map_source('stripe', 'stripe', 'other');
CALL saaskpi.map_source('airbyte_stripe'' --', 'stripe', 'other');
CALL saaskpi.map_source('recurly', 'stripe', 'other');
CALL saaskpi.map_source('fivetran_stripe', 'synced', 'other');
CALL saaskpi.map_source('fivetran_stripe', 'nowhere"; DROP SCHEMA stripe; --', 'other');
CALL saaskpi.map_source('stripe_sync_engine', 'stripe', 'saaskpi');
\set VERBOSITY terse
CALL saaskpi.map_source(NULL, 'stripe', 'other');
CALL saaskpi.map_source('stripe_sync_engine', NULL, 'other');
CALL saaskpi.map_source('stripe_sync_engine', 'stripe', NULL);
SELECT nspname FROM pg_namespace WHERE nspname = 'other';
ALTER TABLE stripe.subscriptions RENAME status TO standing;
CALL saaskpi.map_source('stripe_sync_engine', 'stripe', 'other');
ALTER TABLE stripe.subscriptions RENAME standing TO status;
-- names that are taken
SET client_min_messages = warning;
\set VERBOSITY default
CREATE SCHEMA taken;
CREATE TABLE taken.payments (x int);
CALL saaskpi.map_source('stripe_sync_engine', 'stripe', 'taken');
DROP TABLE taken.payments;
CREATE VIEW taken.subscriptions AS SELECT 1 AS mine;
CALL saaskpi.map_source('stripe_sync_engine', 'stripe', 'taken');
CALL saaskpi.map_source('stripe_sync_engine', 'stripe', 'stripe');
CREATE OR REPLACE VIEW synced.customers AS SELECT id AS customer_id, created::text::timestamptz AS signup_date, upper(address ->> 'country') AS country FROM stripe.customers;
CALL saaskpi.map_source('stripe_sync_engine', 'stripe', 'synced');
\set VERBOSITY terse
SELECT viewname FROM pg_views WHERE schemaname = 'taken';
DROP VIEW synced.customers;
-- written anew: a column that came, what was granted, and what was built on a source
CREATE ROLE regress_saaskpi_analyst;
GRANT SELECT ON synced.subscriptions, synced.subscriptions_billed TO regress_saaskpi_analyst;
ALTER TABLE stripe.subscriptions ADD COLUMN cancellation_details jsonb;
CALL saaskpi.map_source('stripe_sync_engine', 'stripe', 'synced');
SELECT attrelid::regclass AS view, has_table_privilege('regress_saaskpi_analyst', attrelid, 'SELECT') AS granted FROM pg_attribute WHERE attname = 'end_reason' AND attrelid::regclass::text LIKE 'synced.%' ORDER BY 1;
CREATE VIEW synced.mine AS SELECT count(DISTINCT billing_id) AS n FROM synced.subscriptions;
CALL saaskpi.map_source('stripe_sync_engine', 'stripe', 'synced');
TABLE synced.mine;
-- relations read again what they can
INSERT INTO saaskpi_internal.source_columns OVERRIDING SYSTEM VALUE TABLE of_billing;
DROP TABLE of_billing;
SELECT source, rule, rows, example FROM saaskpi.check_sources('synced') WHERE severity = 'error';
-- where relations can read it, the view leaves it to them: a row begins anew with its discount alone, and its price is the list's
UPDATE stripe.subscriptions SET discount = jsonb_set(discount, '{start}', to_jsonb(at('2025-02-01'))) WHERE id = 'sub_3';
BEGIN;
INSERT INTO saaskpi_internal.source_columns (source, column_name, kind, description)
SELECT 'subscriptions', c, 'text', '' FROM unnest('{status,trial_end,paused_from,discount_percent,discount_until}'::text[]) AS c ON CONFLICT DO NOTHING;
CALL saaskpi.map_source('stripe_sync_engine', 'stripe', 'synced');
SELECT subscription_id, start_date::date, end_date::date, monthly_price, trial_end::date, paused_from::date, resumes_on::date, discount_percent AS pct, discount_amount AS off, discount_until::date
  FROM synced.subscriptions WHERE billing_id IN ('sub_3', 'sub_4', 'sub_5', 'sub_7', 'sub_12') ORDER BY billing_id, 1, 2;
ROLLBACK;
-- from an export that says less: not below what is built on it
CREATE SCHEMA slim;
CREATE TABLE slim.customers (id text, created integer);
CREATE TABLE slim.subscriptions (id text, customer text, status text, created integer, items json);
INSERT INTO slim.subscriptions VALUES ('s', 'c', 'active', at('2025-01-01'), '{"data": [{"id": "i", "quantity": 2, "price": {"id": "p", "currency": "eur", "unit_amount": 500, "recurring": {"interval": "month"}}}]}');
\set VERBOSITY default
CALL saaskpi.map_source('stripe_sync_engine', 'slim', 'synced');
\set VERBOSITY terse
TABLE synced.mine;
DROP VIEW synced.mine;
SET client_min_messages = notice;
CALL saaskpi.map_source('stripe_sync_engine', 'slim', 'synced');
SET client_min_messages = warning;
SELECT subscription_id, customer_id, plan_type, start_date, end_date, list_price, status, interval_unit, interval_count, quantity, unit_amount, currency, is_usage FROM synced.subscriptions;
SELECT viewname FROM pg_views WHERE schemaname = 'synced' ORDER BY 1;
-- names that need quotes, everywhere
ALTER SCHEMA slim RENAME TO "Sl'im"" {x} %s";
CALL saaskpi.map_source('stripe_sync_engine', 'Sl''im" {x} %s', 'To "it''; --', 'eur'' OR true --');
SELECT count(*) FROM "To ""it'; --".subscriptions;
CALL saaskpi.map_source('stripe_sync_engine', 'Sl''im" {x} %s', 'To "it''; --', 'Eur');
SELECT subscription_id, list_price FROM "To ""it'; --".subscriptions;
CALL saaskpi.capture('To "it''; --', '2025-01-10');
SELECT subscription_id, list_price FROM "To ""it'; --".subscriptions;
-- with the rights of the schema's owner, who must be able to read the export
CREATE SCHEMA theirs AUTHORIZATION regress_saaskpi_analyst;
\set VERBOSITY default
CALL saaskpi.map_source('stripe_sync_engine', 'stripe', 'theirs');
GRANT USAGE ON SCHEMA stripe TO regress_saaskpi_analyst;
CALL saaskpi.map_source('stripe_sync_engine', 'stripe', 'theirs');
\set VERBOSITY terse
GRANT SELECT ON ALL TABLES IN SCHEMA stripe TO regress_saaskpi_analyst;
CALL saaskpi.map_source('stripe_sync_engine', 'stripe', 'theirs');
SELECT DISTINCT viewowner FROM pg_views WHERE schemaname = 'theirs';
SET ROLE regress_saaskpi_analyst;
CALL saaskpi.map_source('stripe_sync_engine', 'stripe', 'synced');
RESET ROLE;
DROP SCHEMA stripe, synced, taken, theirs, "Sl'im"" {x} %s", "To ""it'; --" CASCADE;
DROP ROLE regress_saaskpi_analyst;
DROP FUNCTION at;
