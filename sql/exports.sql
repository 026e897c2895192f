SET datestyle = iso;
SET TIME ZONE 'UTC';
SET client_min_messages = warning;
\set VERBOSITY terse
CREATE FUNCTION at(day text) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$SELECT extract(epoch FROM day::timestamptz)::bigint$$;
-- as if relations could not read what says when a subscription is in force: the view sees to it
CREATE TABLE of_billing AS SELECT * FROM saaskpi_internal.source_columns
 WHERE source = 'subscriptions' AND column_name IN ('status', 'trial_end', 'paused_from', 'discount_percent', 'discount_until');
DELETE FROM saaskpi_internal.source_columns USING of_billing AS o WHERE source_columns.ordinal = o.ordinal;
-- what a row says beside what all shapes have
CREATE FUNCTION says(row_of anyelement) RETURNS text LANGUAGE sql AS $$
SELECT string_agg(key || '=' || left(value, CASE WHEN value ~ '^\d{4}-' THEN 10 ELSE 40 END), ' ' ORDER BY key) FROM jsonb_each_text(to_jsonb(row_of))
 WHERE key IN ('trial_end', 'paused_from', 'resumes_on', 'past_due_since', 'cancel_at', 'canceled_on', 'end_reason', 'discount_percent', 'discount_amount', 'discount_once', 'discount_from', 'discount_until', 'quantity', 'unit_amount') AND value NOT IN ('false', '')
$$;

-- FIVETRAN'S STRIPE: a table per object, times with a zone, deleted rows marked, versions of subscriptions
CREATE SCHEMA fivetran;
CREATE TABLE fivetran.customer (id text, created timestamptz, address_country text, is_deleted boolean);
INSERT INTO fivetran.customer VALUES ('c1', '2025-01-01 10:00Z', 'FR', false), ('c2', '2025-01-02 10:00Z', NULL, true), ('c3', '2025-01-03 10:00Z', 'US', false);
CREATE TABLE fivetran.subscription_history (id text, _fivetran_active boolean, customer_id text, status text, created timestamp, start_date timestamp, ended_at timestamp, canceled_at timestamp, cancel_at timestamp, cancel_at_period_end boolean,
    current_period_start timestamp, current_period_end timestamp, trial_start timestamp, trial_end timestamp, pause_collection_behavior text, pause_collection_resumes_at timestamp, quantity integer, _fivetran_deleted boolean);
INSERT INTO fivetran.subscription_history (id, _fivetran_active, customer_id, status, start_date, current_period_start, current_period_end) VALUES
    ('s1', false, 'c1', 'trialing', '2025-01-01', '2025-01-01', '2025-01-15'), ('s1', true, 'c1', 'active', '2025-01-01', '2025-06-15', '2025-07-15'), ('s2', true, 'c2', 'unpaid', '2025-02-01', '2025-06-01', '2025-07-01'),
    ('s3', true, 'c3', 'active', '2025-03-01', '2025-06-01', '2025-07-01'), ('s4', true, 'c3', 'active', '2025-03-01', '2025-06-01', '2025-07-01');
UPDATE fivetran.subscription_history SET trial_start = start_date, trial_end = '2025-01-15' WHERE id = 's1';
UPDATE fivetran.subscription_history SET _fivetran_deleted = true WHERE id = 's4';
CREATE TABLE fivetran.subscription_item (id text, subscription_id text, plan_id text, quantity integer);
INSERT INTO fivetran.subscription_item VALUES ('i1', 's1', 'day', 1), ('i2', 's2', 'yen', 2), ('i3', 's3', 'dinar', 1), ('i3b', 's3', 'old', 1), ('i4', 's4', 'dinar', 1);
CREATE TABLE fivetran.price (id text, product_id text, unit_amount bigint, unit_amount_decimal double precision, currency text, recurring_interval text, recurring_interval_count integer, recurring_usage_type text);
INSERT INTO fivetran.price VALUES ('day', NULL, 100, 100, 'jpy', 'day', 1, 'licensed'), ('yen', NULL, 3000, 3000, 'jpy', 'year', 1, 'licensed'), ('dinar', NULL, 10500, 10500, 'kwd', 'month', 3, 'licensed');
CREATE TABLE fivetran.plan (id text, product_id text, amount bigint, currency text, interval text, interval_count integer);
INSERT INTO fivetran.plan VALUES ('old', NULL, 7000, 'kwd', 'month', 1), ('day', NULL, 999, 'usd', 'year', 9);
CREATE TABLE fivetran.coupon (id text, percent_off double precision, amount_off bigint, duration text);
INSERT INTO fivetran.coupon VALUES ('ten', 10, NULL, 'forever'), ('five', NULL, 1000, 'repeating'), ('first', 50, NULL, 'once');
CREATE TABLE fivetran.discount (subscription_id text, customer_id text, invoice_id text, coupon_id text, start timestamptz, "end" timestamptz);
INSERT INTO fivetran.discount VALUES ('s2', 'c2', NULL, 'ten', '2025-04-01 00:00Z', NULL), ('s2', 'c2', NULL, 'first', '2025-02-01 00:00Z', NULL), ('s3', 'c3', NULL, 'five', '2025-03-01 00:00Z', '2025-05-01 00:00Z'),
    (NULL, 'c1', NULL, 'ten', NULL, NULL), (NULL, 'c1', 'in_1', 'first', NULL, NULL), (NULL, 'c3', NULL, 'ten', NULL, NULL);
-- one currency at a time: 100 JPY by the day are 100 * 365 / 12 = 3041.6667 a month from the end of the trial, less a tenth 2737.5; 2 * 3000 a year are 500, 450 from April
CALL saaskpi.map_source('fivetran_stripe', 'fivetran', 'yens', 'jpy');
SELECT subscription_id, start_date::date, end_date::date, monthly_price FROM yens.subscriptions ORDER BY 1, 2;
SELECT subscription_id, list_price, currency, says(b) FROM yens.subscriptions_billed AS b ORDER BY 1;
-- 10.500 dinar for three months are 3.5 a month and 7.000 for one are 7; of 1.000 off 10.5 parts of 17.5 go to the one and 7 to the other, 0.4, where it is more than a single bill as at the first
CALL saaskpi.map_source('fivetran_stripe', 'fivetran', 'dinars', 'KWD');
SELECT subscription_id, start_date::date, end_date::date, monthly_price FROM dinars.subscriptions ORDER BY 1, 2;
SELECT * FROM dinars.customers;

-- AIRBYTE'S STRIPE: a table per stream, the newest of several versions, items inside the subscription
CREATE SCHEMA airbyte;
CREATE TABLE airbyte.customers (id text, created bigint, address jsonb, _airbyte_extracted_at timestamptz);
INSERT INTO airbyte.customers VALUES ('c1', at('2025-01-01'), '{"country": "FR"}', '2025-06-01Z'), ('c1', at('2025-01-01'), '{"country": "BE"}', '2025-06-02Z');
CREATE TABLE airbyte.subscriptions (id text, customer text, status text, created bigint, start_date double precision, ended_at double precision, canceled_at double precision, cancel_at double precision, current_period_start double precision, current_period_end bigint,
    trial_end double precision, items jsonb, discount jsonb, pause_collection jsonb, cancellation_details jsonb, _airbyte_extracted_at timestamptz);
INSERT INTO airbyte.subscriptions (id, customer, status, created, start_date, ended_at, canceled_at, items, cancellation_details, _airbyte_extracted_at) VALUES
    ('s1', 'c1', 'active', at('2025-01-01'), at('2025-01-01'), NULL, NULL, '{"data": [{"id": "i1", "quantity": 1, "price": {"id": "p1", "product": "x", "currency": "usd", "unit_amount": 1000, "recurring": {"interval": "month", "interval_count": 1}}}]}', NULL, '2025-06-01Z'),
    ('s1', 'c1', 'canceled', at('2025-01-01'), at('2025-01-01'), at('2025-05-10'), at('2025-05-01'), '{"data": [{"id": "i1", "quantity": 4, "price": {"id": "p1", "product": "x", "currency": "usd", "unit_amount": 1000, "recurring": {"interval": "month", "interval_count": 1}}},
        {"id": "i2", "quantity": 15, "price": {"id": "p2", "nickname": "Volume", "currency": "usd", "unit_amount": null, "tiers_mode": "volume", "tiers": [{"up_to": 10, "unit_amount": 500}, {"up_to": null, "unit_amount": 400}], "recurring": {"interval": "week", "interval_count": 2}}}]}',
        '{"reason": "payment_failed"}', '2025-06-02Z'),
    ('s2', 'c1', 'active', at('2025-02-01'), NULL, NULL, NULL, '"no object"', NULL, '2025-06-02Z');
CREATE TABLE airbyte.charges (id text, customer text, created bigint, amount bigint, amount_captured bigint, amount_refunded bigint, currency text, status text, captured boolean, _airbyte_extracted_at timestamptz);
INSERT INTO airbyte.charges VALUES ('ch', 'c1', at('2025-02-01'), 5000, 4000, 1500, 'usd', 'succeeded', true, '2025-06-01Z'), ('ch', 'c1', at('2025-02-01'), 5000, 4000, 1000, 'usd', 'succeeded', true, '2025-05-01Z'),
    ('ch_auth', 'c1', at('2025-02-01'), 5000, 0, 5000, 'usd', 'succeeded', false, '2025-06-01Z'), ('ch_less', 'c1', at('2025-02-01'), 5000, 4000, 500, 'usd', 'succeeded', true, '2025-06-01Z'), ('ch_all', 'c1', at('2025-02-01'), 5000, 4000, 4000, 'usd', 'succeeded', true, '2025-06-01Z');
ALTER TABLE airbyte.charges ADD refunded boolean;
UPDATE airbyte.charges SET refunded = id IN ('ch_auth', 'ch_all');
CREATE TABLE airbyte.disputes (id text, charge text, created bigint, amount bigint, currency text, status text);
INSERT INTO airbyte.disputes VALUES ('won', 'ch', at('2025-03-01'), 2500, 'usd', 'won'), ('lost', 'ch', at('2025-03-02'), 2500, 'usd', 'lost');
-- 4 * 10; 15 * 4 by two weeks is 60 * 26 / 12 = 130; a subscription without items has no price
CALL saaskpi.map_source('airbyte_stripe', 'airbyte', 'streams');
SELECT subscription_id, plan_type, start_date::date, end_date::date, monthly_price, says(b) FROM streams.subscriptions_billed AS b ORDER BY 1;
TABLE streams.customers;
-- without a table of refunds they are what charges say: of 15 the 10 that were not taken were released, an authorisation was that alone, and what is less than was released, or all that was taken, is without it
SELECT * FROM streams.payments ORDER BY 1;

-- AIRBYTE'S STRIPE since discounts are an array: as objects of either version, and as nothing but their names
CREATE SCHEMA stacked;
CREATE TABLE stacked.customers (id text, created bigint);
CREATE TABLE stacked.subscriptions (id text PRIMARY KEY, customer text, status text, start_date bigint, ended_at bigint, trial_start bigint, trial_end bigint, discounts jsonb);
CREATE TABLE stacked.subscription_items (id text, subscription text, price text, quantity integer);
CREATE TABLE stacked.prices (id text, currency text, unit_amount bigint, recurring jsonb);
INSERT INTO stacked.prices VALUES ('team', 'eur', 2000, '{"interval": "month"}');
CREATE TABLE stacked.coupons (id text, percent_off numeric, amount_off bigint, duration text);
INSERT INTO stacked.coupons VALUES ('HALF', 50, NULL, 'forever');
INSERT INTO stacked.subscriptions (id, customer, status, start_date, discounts) SELECT 's' || n, 'c' || n, 'active', at('2025-01-01'), d FROM (VALUES
    (1, '[{"coupon": {"id": "a", "percent_off": 10, "duration": "forever"}}, {"coupon": {"id": "b", "percent_off": 20, "duration": "forever"}}, {"coupon": {"id": "c", "percent_off": 90, "duration": "once"}}]'::jsonb),
    (2, '[{"source": {"type": "coupon", "coupon": "HALF"}}, {"source": {"type": "coupon", "coupon": {"id": "d", "amount_off": 300, "duration": "forever"}}}]'),
    (3, format('[{"end": %s, "coupon": {"id": "e", "percent_off": 25, "duration": "repeating"}}, {"end": %1$s, "coupon": {"id": "f", "percent_off": 100, "duration": "repeating"}}]', at('2025-04-01'))::jsonb),
    (4, '["di_1", "di_2"]'), (5, '[]'), (6, NULL), (7, NULL), (8, NULL), (9, NULL)) AS v(n, d);
INSERT INTO stacked.subscription_items SELECT 'i' || n, 's' || n, 'team', CASE n WHEN 2 THEN 2 ELSE 1 END FROM generate_series(1, 9) AS n;
-- a trial of one that has run before is a rest from it: one that lasts, one that is over, one within which it ended
UPDATE stacked.subscriptions SET status = 'trialing', trial_start = at('2025-06-20'), trial_end = at('2025-07-05') WHERE id = 's7';
UPDATE stacked.subscriptions SET trial_start = at('2025-03-01'), trial_end = at('2025-04-01') WHERE id = 's8';
UPDATE stacked.subscriptions SET status = 'canceled', trial_start = at('2025-03-01'), trial_end = at('2025-04-01'), ended_at = at('2025-03-15') WHERE id = 's9';
CALL saaskpi.map_source('airbyte_stripe', 'stacked', 'stacks');
-- a tenth and of the rest a fifth; half of 40 and 3 more; 0 until April; what is unknown is not off, and said to be
SELECT subscription_id, list_price, monthly_price, status, discount_percent AS pct, discount_amount AS off, discount_until::date AS until, paused_from::date, resumes_on::date FROM stacks.subscriptions_billed ORDER BY 1;
SELECT subscription_id, start_date::date, end_date::date, monthly_price FROM stacks.subscriptions ORDER BY 1, 2;

-- STRIPE'S prices in several currencies, discounts of items, of products and of several ends, authorisations released
CREATE SCHEMA multi;
CREATE TABLE multi.customers (id text, created bigint);
INSERT INTO multi.customers SELECT 'c' || n, at('2025-01-01') FROM generate_series(1, 12) AS n;
CREATE TABLE multi.prices (id text, product text, currency text, unit_amount bigint, recurring jsonb, tiers_mode text, tiers jsonb, currency_options jsonb);
INSERT INTO multi.prices SELECT p.id, p.product, 'usd', p.amount, '{"interval": "month"}', p.mode, p.tiers::jsonb, p.options::jsonb FROM (VALUES
    ('two', 'prod_a', 2000, NULL, NULL, '{"eur": {"unit_amount": 1800, "unit_amount_decimal": "1800"}, "jpy": {"unit_amount": 3000}}'), ('one', 'prod_a', 2000, NULL, NULL, NULL), ('addon', 'prod_b', 1100, NULL, NULL, '{"eur": {"unit_amount": 1000}}'),
    ('tiers', 'prod_a', NULL, 'graduated', '[{"up_to": 10, "unit_amount": 0, "flat_amount": 1000}, {"up_to": null, "unit_amount": 500}]', '{"eur": {"tiers": [{"up_to": 10, "unit_amount": 0, "flat_amount": 900}, {"up_to": null, "unit_amount": 450}]}}')) AS p(id, product, amount, mode, tiers, options);
CREATE TABLE multi.subscriptions (id text PRIMARY KEY, customer text, status text, currency text, start_date bigint, ended_at bigint, discount jsonb, discounts jsonb);
INSERT INTO multi.subscriptions SELECT 'm' || n, 'c' || n, 'active', CASE WHEN n < 12 THEN 'eur' END, at('2025-01-10') FROM generate_series(1, 12) AS n;
CREATE TABLE multi.subscription_items (id text, subscription text, price text, quantity integer, created bigint, discounts jsonb);
INSERT INTO multi.subscription_items SELECT 'i' || n, 'm' || n, p, q, at('2025-01-10'), d::jsonb FROM (VALUES (1, 'two', 2, NULL), (2, 'one', 1, NULL), (3, 'tiers', 12, NULL), (4, 'two', 1, NULL), (5, 'two', 1, NULL),
    (6, 'two', 1, '[{"coupon": {"id": "h", "percent_off": 50, "duration": "forever"}}]'), (7, 'two', 1, '["di_1"]'), (8, 'two', 1, '[]'), (8, 'addon', 1, NULL), (9, 'two', 1, NULL), (10, 'two', 1, NULL), (11, 'tiers', 0, NULL), (12, 'gone', 1, NULL)) AS v(n, p, q, d);
UPDATE multi.subscription_items SET id = 'i8b' WHERE price = 'addon';
UPDATE multi.subscriptions SET discount = '{"coupon": {"amount_off": 500, "currency": "usd", "currency_options": {"eur": {"amount_off": 450}}, "duration": "forever"}}' WHERE id = 'm4';
UPDATE multi.subscriptions SET discount = '{"coupon": {"amount_off": 500, "currency": "usd", "duration": "forever"}}' WHERE id = 'm5';
UPDATE multi.subscriptions SET discount = '{"coupon": {"percent_off": 10, "duration": "forever"}}' WHERE id = 'm6';
UPDATE multi.subscriptions SET discount = '{"coupon": {"percent_off": 50, "duration": "forever", "applies_to": {"products": ["prod_b"]}}}' WHERE id = 'm8';
UPDATE multi.subscriptions SET discount = format('{"start": %s, "end": %s, "coupon": {"percent_off": 50, "duration": "repeating"}}', at('2025-01-10'), at('2025-02-10'))::jsonb WHERE id = 'm9';
UPDATE multi.subscriptions SET discounts = format('[{"start": %s, "coupon": {"percent_off": 10, "duration": "forever"}}, {"start": %1$s, "end": %s, "coupon": {"percent_off": 50, "duration": "repeating"}}]', at('2025-01-10'), at('2025-04-10'))::jsonb WHERE id = 'm10';
CREATE TABLE multi.charges (id text, customer text, created bigint, amount bigint, amount_captured bigint, amount_refunded bigint, currency text, status text, captured boolean, refunded boolean);
INSERT INTO multi.charges VALUES ('ch_1', 'c1', at('2025-02-01'), 5000, 0, 5000, 'eur', 'succeeded', false, true), ('ch_2', 'c1', at('2025-02-01'), 5000, 4000, 1000, 'eur', 'succeeded', true, false),
    ('ch_3', 'c1', at('2025-02-01'), 5000, 4000, 2000, 'eur', 'succeeded', true, false), ('ch_4', 'c1', at('2025-02-01'), 5000, 4000, 1000, 'eur', 'succeeded', true, false);
CREATE TABLE multi.refunds (id text, charge text, created bigint, amount bigint, currency text, status text, balance_transaction text);
INSERT INTO multi.refunds VALUES ('re_1', 'ch_1', at('2025-02-08'), 5000, 'eur', 'succeeded', NULL), ('re_2', 'ch_2', at('2025-02-02'), 1000, 'eur', 'succeeded', NULL), ('re_3', 'ch_3', at('2025-02-02'), 1000, 'eur', 'succeeded', NULL),
    ('re_3b', 'ch_3', at('2025-02-09'), 1000, 'eur', 'succeeded', 'txn_3'), ('re_4', 'ch_4', at('2025-02-09'), 1000, 'eur', 'succeeded', 'txn_4');
CALL saaskpi.map_source('airbyte_stripe', 'multi', 'multis', 'EUR');
-- 2 * 18; no price in euros; 9 and 2 * 4.50; 4.50 less; what is off in dollars alone; half, and of that a tenth; only named; half of the addon; half of one bill; half of 16.20 until April; the flat amount of no seats; a price that is not there, of no currency
SELECT subscription_id, start_date::date, end_date::date, list_price, monthly_price, discount_percent AS pct, discount_amount AS off, currency FROM multis.subscriptions ORDER BY length(billing_id), 1, 2;
-- an authorisation that was released is neither paid nor given back, and so is the rest of one of which a part was taken
SELECT payment_id, amount, payment_status FROM multis.payments ORDER BY 1;
-- nothing of it is in dollars; what is of no currency is in all of them
CALL saaskpi.map_source('airbyte_stripe', 'multi', 'multis_too', 'usd');
SELECT subscription_id, list_price, currency FROM multis_too.subscriptions;

-- CHARGEBEE by Airbyte: times in seconds, what a subscription holds in JSON
CREATE SCHEMA bee;
CREATE TABLE bee.customer (id text, created_at bigint, billing_address jsonb, _airbyte_extracted_at timestamptz);
INSERT INTO bee.customer SELECT 'c' || n, at('2025-01-01'), '{"country": "NL"}' FROM generate_series(1, 7) AS n;
CREATE TABLE bee.subscription (id text PRIMARY KEY, customer_id text, status text, currency_code text, created_at bigint, started_at bigint, activated_at bigint, trial_start bigint, trial_end bigint, cancelled_at bigint, cancel_reason text, current_term_end bigint,
    pause_date bigint, resume_date bigint, due_since bigint, billing_period bigint, billing_period_unit text, mrr bigint, plan_id text, plan_quantity bigint, plan_unit_price bigint, plan_amount bigint, deleted boolean,
    subscription_items jsonb, addons jsonb, discounts jsonb, coupons jsonb, _airbyte_extracted_at timestamptz);
INSERT INTO bee.subscription (id, customer_id, status, currency_code, created_at, started_at, billing_period, billing_period_unit, mrr, subscription_items, discounts) VALUES
    ('b1', 'c1', 'active', 'EUR', at('2025-01-01'), at('2025-01-05'), 1, 'month', 7000, '[{"item_price_id": "pro", "item_type": "plan", "quantity": 5, "unit_price": 2000, "amount": 8000, "free_quantity": 1}, {"item_price_id": "setup", "item_type": "charge", "amount": 99900}]',
        '[{"type": "fixed_amount", "amount": 1000, "duration_type": "forever"}]'),
    ('b2', 'c2', 'non_renewing', 'EUR', at('2025-01-01'), at('2025-02-01'), 1, 'year', 10000, '[{"item_price_id": "pro-year", "item_type": "plan", "quantity": 1, "unit_price": 120000, "amount": 120000}, {"item_price_id": "seats", "item_type": "addon", "quantity": 2, "unit_price": 6000, "amount": 12000}]',
        '[{"type": "percentage", "percentage": 10, "duration_type": "one_time"}]'),
    ('b3', 'c3', 'in_trial', 'EUR', at('2025-06-20'), at('2025-06-20'), 1, 'month', 0, '[{"item_price_id": "pro", "item_type": "plan", "quantity": 1, "unit_price": 2000, "amount": 2000}]', NULL),
    ('b4', 'c4', 'cancelled', 'EUR', at('2025-01-01'), at('2025-01-01'), 1, 'month', 0, '[{"item_price_id": "pro", "item_type": "plan", "quantity": 1, "unit_price": 2000, "amount": 2000}]', NULL),
    ('b5', 'c5', 'paused', 'EUR', at('2025-01-01'), at('2025-01-01'), 3, 'month', 0, '[{"item_price_id": "pro", "item_type": "plan", "quantity": 3, "unit_price": 2000, "amount": 6000}]', NULL),
    ('b7', 'c7', 'active', 'EUR', at('2025-01-01'), at('2025-01-01'), 1, 'month', 4321, '[{"item_price_id": "pro", "item_type": "plan", "quantity": 1, "unit_price": 2000, "amount": 2000}]', '[]');
INSERT INTO bee.subscription (id, customer_id, status, currency_code, started_at, billing_period, billing_period_unit, mrr, plan_id, plan_quantity, plan_unit_price, addons, coupons) VALUES
    ('b6', 'c6', 'active', 'EUR', at('2025-01-01'), 6, 'month', 3333, 'basic', 3, 4000, '[{"id": "sms", "quantity": 1, "unit_price": 8000}]', format('[{"coupon_id": "QUARTER", "apply_till": %s}]', at('2025-05-01'))::jsonb);
UPDATE bee.subscription SET trial_start = started_at, trial_end = at('2025-07-04') WHERE id = 'b3';
UPDATE bee.subscription SET cancelled_at = at('2026-02-01') WHERE id = 'b2';
UPDATE bee.subscription SET cancelled_at = at('2025-03-03'), cancel_reason = 'not_paid' WHERE id = 'b4';
UPDATE bee.subscription SET pause_date = at('2025-06-01'), resume_date = at('2025-09-01') WHERE id = 'b5';
UPDATE bee.subscription SET due_since = at('2025-06-11') WHERE id = 'b1';
CREATE TABLE bee.coupon (id text, discount_percentage numeric, discount_amount bigint, duration_type text);
INSERT INTO bee.coupon VALUES ('QUARTER', 25, NULL, 'limited_period');
CREATE TABLE bee.item_price (id text, name text, external_name text);
INSERT INTO bee.item_price VALUES ('pro', 'pro-EUR-monthly', 'Pro');
CREATE TABLE bee.transaction (id text, customer_id text, type text, status text, date bigint, amount bigint, currency_code text);
INSERT INTO bee.transaction SELECT 't' || n, 'c1', y, s, at('2025-02-01'), 500, 'EUR' FROM (VALUES (1, 'payment', 'success'), (2, 'payment', 'failure'), (3, 'refund', 'success'), (4, 'payment_reversal', 'success'), (5, 'authorization', 'success'), (6, 'payment', 'voided')) AS v(n, y, s);
CREATE SCHEMA later;
CREATE TABLE later.customer AS TABLE bee.customer;
CREATE TABLE later.subscription AS SELECT id, customer_id, currency_code, created_at, started_at, created_at AS start_date, status, trial_start, trial_end, billing_period, billing_period_unit, subscription_items FROM bee.subscription WHERE id IN ('b3', 'b7');
UPDATE later.subscription SET status = 'in_trial', trial_start = at('2025-06-20'), trial_end = at('2025-07-04') WHERE id = 'b7';
UPDATE later.subscription SET status = 'future', trial_start = NULL, trial_end = NULL, started_at = NULL, start_date = at('2025-09-01') WHERE id = 'b3';
CALL saaskpi.map_source('chargebee', 'later', 'latest');
-- on trial anew after five months; to begin in September
SELECT subscription_id, status, start_date::date, end_date::date, monthly_price FROM latest.subscriptions ORDER BY 1, 3;
CALL saaskpi.map_source('chargebee', 'bee', 'bees');
-- 80 less 10; 1200 / 12 = 100 and 120 / 12 = 10, for 10 percent were off once; 60 / 3 = 20 until the pause; of 120 and 80 by six months 20 and 13.3333, a quarter less until May
SELECT subscription_id, plan_type, start_date::date, end_date::date, monthly_price FROM bees.subscriptions ORDER BY 1, 3;
SELECT subscription_id, list_price, status, says(b) FROM bees.subscriptions_billed AS b ORDER BY 1;
SELECT payment_id, amount, payment_status FROM bees.payments ORDER BY 1;
-- theirs of b2 leaves out the seats, of b7 is wrong, and of b6, whose coupon has ended, has cents; b3, b4 and b5 pay nothing now
SELECT * FROM saaskpi.reconcile('bees', '2025-06-30');
SELECT count(*), sum(ours) FROM saaskpi.reconcile('bees', '2025-07-04');
SELECT * FROM saaskpi.reconcile('yens', '2025-06-30');

-- CHARGEBEE by Fivetran, with several discounts each: what is gone counts no more
CREATE SCHEMA hive;
CREATE TABLE hive.customer (id text, created_at timestamptz);
INSERT INTO hive.customer SELECT 'c' || n, '2025-01-01Z' FROM generate_series(1, 9) AS n;
CREATE TABLE hive.subscription (id text PRIMARY KEY, customer_id text, status text, currency_code text, started_at timestamptz, billing_period integer, billing_period_unit text, mrr bigint);
INSERT INTO hive.subscription SELECT 'h' || n, 'c' || n, 'active', 'EUR', '2025-01-05Z', 1, 'month', 10000 FROM generate_series(1, 9) AS n;
CREATE TABLE hive.subscription_subscription_item (subscription_id text, item_price_id text, item_type text, quantity integer, unit_price bigint, amount bigint, _fivetran_deleted boolean);
INSERT INTO hive.subscription_subscription_item SELECT 'h' || n, 'pro', 'plan', 4, 2500, 10000, false FROM generate_series(1, 9) AS n;
INSERT INTO hive.subscription_subscription_item VALUES ('h4', 'sms', 'addon', 1, 4000, 4000, false), ('h4', 'old', 'plan', 1, 99900, 99900, true);
CREATE TABLE hive.coupon (id text, discount_type text, discount_percentage numeric, discount_amount bigint, currency_code text, duration_type text, period integer, period_unit text, apply_on text, item_constraints jsonb);
INSERT INTO hive.coupon VALUES ('TEN', 'percentage', 10, NULL, NULL, 'forever', NULL, NULL, 'invoice_amount', NULL), ('FIFTH', 'percentage', 20, NULL, NULL, 'limited_period', 3, 'month', 'invoice_amount', NULL),
    ('MONTH', 'percentage', 50, NULL, NULL, 'limited_period', 1, 'month', 'invoice_amount', NULL), ('FLAT', 'fixed_amount', NULL, 1000, 'EUR', 'forever', NULL, NULL, 'invoice_amount', NULL),
    ('YEN', 'fixed_amount', NULL, 1000, 'JPY', 'forever', NULL, NULL, 'invoice_amount', NULL), ('SEAT', 'fixed_amount', NULL, 500, 'EUR', 'forever', NULL, NULL, 'each_unit_of_specified_items', '[{"item_type": "plan", "constraint": "specific", "item_price_ids": ["pro"]}]'),
    ('ADDON', 'percentage', 50, NULL, NULL, 'forever', NULL, NULL, 'each_specified_item', '[{"item_type": "addon", "constraint": "all"}, {"item_type": "plan", "constraint": "none"}]'),
    ('SOME', 'percentage', 50, NULL, NULL, 'forever', NULL, NULL, 'each_specified_item', NULL);
CREATE TABLE hive.subscription_coupon (subscription_id text, coupon_id text, apply_till timestamptz, _fivetran_deleted boolean);
INSERT INTO hive.subscription_coupon VALUES ('h1', 'TEN', NULL, false), ('h1', 'FIFTH', '2025-04-05Z', false), ('h1', 'FLAT', NULL, true), ('h3', 'FLAT', NULL, false), ('h4', 'ADDON', NULL, false), ('h5', 'MONTH', '2025-02-05Z', false),
    ('h7', 'SOME', NULL, false), ('h8', 'SEAT', NULL, false), ('h9', 'YEN', NULL, false);
CREATE TABLE hive.subscription_discount (subscription_id text, type text, percentage numeric, amount bigint, duration_type text, created_at timestamptz, apply_till timestamptz, item_price_id text, _fivetran_deleted boolean);
INSERT INTO hive.subscription_discount VALUES ('h2', 'percentage', 10, NULL, 'forever', NULL, NULL, NULL, false), ('h2', 'percentage', 20, NULL, 'forever', NULL, NULL, NULL, false), ('h3', 'percentage', 50, NULL, 'forever', NULL, NULL, NULL, false),
    ('h6', 'percentage', 10, NULL, 'forever', NULL, NULL, 'pro', false), ('h6', 'percentage', 20, NULL, 'limited_period', '2025-02-05Z', '2025-05-05Z', NULL, false), ('h6', 'percentage', 99, NULL, 'forever', NULL, NULL, NULL, true);
CALL saaskpi.map_source('chargebee', 'hive', 'hives');
-- a fifth off 90 is 72 until 5 April, then 90; 72; half of 90, as amounts go first; the plan, and half of the addon; the half of one bill; a tenth, of the rest a fifth for three months; 4 * 5 less in h8; in h7 and h9 nobody knows what it is off of, or how much it is
SELECT subscription_id, start_date::date, end_date::date, monthly_price, discount_percent AS pct, discount_amount AS off FROM hives.subscriptions ORDER BY 1, 2;
SELECT subscription_id, list_price, monthly_price, discount_percent AS pct, discount_once AS once, discount_from::date, discount_until::date, discount_steps FROM hives.subscriptions_billed WHERE billing_id IN ('h1', 'h5', 'h6') ORDER BY 1;
-- theirs and ours while both of the first are off, and after
SELECT d, r.billing_id, r.ours FROM unnest('{2025-04-04,2025-04-05}'::date[]) AS d, saaskpi.reconcile('hives', d) AS r WHERE r.billing_id IN ('h1', 'h6') ORDER BY 1, 2;
-- a step is one in any time zone
CALL saaskpi.capture('hives', '2025-03-01Z');
SET TIME ZONE 'Asia/Tokyo';
SET client_min_messages = notice;
CALL saaskpi.capture('hives', '2025-03-02Z');
SET client_min_messages = warning;
SET TIME ZONE 'UTC';
SELECT subscription_id, start_date::date, end_date::date, monthly_price FROM hives.subscriptions WHERE billing_id = 'h1' ORDER BY 2;

-- RECURLY: every version of a row, amounts in whole currency
CREATE SCHEMA recurly;
CREATE TABLE recurly.account_history (id text, code text, created_at timestamptz, updated_at timestamptz, country text, deleted_at timestamptz);
INSERT INTO recurly.account_history VALUES ('a1', 'acme', '2025-01-01Z', '2025-01-01Z', 'DE'), ('a1', 'acme', '2025-01-01Z', '2025-03-01Z', 'AT'), ('a2', 'bolt', '2025-01-02Z', '2025-01-02Z', 'DE');
CREATE TABLE recurly.plan_history (id text, code text, name text, interval_unit text, interval_length integer, updated_at timestamptz);
INSERT INTO recurly.plan_history VALUES ('m', 'm', 'Monthly', 'months', 1, '2024-01-01Z'), ('q', 'q', 'Quarterly', 'months', 3, '2024-01-01Z');
CREATE TABLE recurly.subscription_history (id text, account_id text, plan_id text, state text, created_at timestamptz, activated_at timestamptz, canceled_at timestamptz, expires_at timestamptz, current_term_ends_at timestamptz, trial_started_at timestamptz, trial_ends_at timestamptz,
    paused_at timestamptz, currency text, unit_amount numeric, quantity integer, add_ons_total numeric, subtotal numeric, expiration_reason text, updated_at timestamptz);
INSERT INTO recurly.subscription_history (id, account_id, plan_id, state, activated_at, unit_amount, quantity, add_ons_total, subtotal, currency, updated_at) VALUES
    ('r1', 'a1', 'm', 'active', '2025-01-10Z', 10, 2, 5, NULL, 'EUR', '2025-01-10Z'), ('r1', 'a1', 'm', 'active', '2025-01-10Z', 12, 2, 0, NULL, 'EUR', '2025-03-10Z'), ('r1', 'a1', 'm', 'canceled', '2025-01-10Z', 12, 2, 0, NULL, 'EUR', '2025-05-01Z'),
    ('r1', 'a1', 'm', 'expired', '2025-01-10Z', 12, 2, 0, NULL, 'EUR', '2025-05-12Z'), ('r2', 'a2', 'q', 'active', '2025-02-01Z', 30, 1, 0, 30, 'EUR', '2025-02-01Z'), ('r2', 'a2', 'q', 'paused', '2025-02-01Z', 30, 1, 0, 30, 'EUR', '2025-04-01Z'),
    ('r2', 'a2', 'q', 'active', '2025-02-01Z', 30, 1, 0, 30, 'EUR', '2025-06-01Z'), ('r3', 'a2', 'm', 'failed', '2025-02-01Z', 30, 1, 0, 30, 'EUR', '2025-02-01Z');
UPDATE recurly.subscription_history SET expires_at = '2025-05-10Z', expiration_reason = 'nonpayment' WHERE id = 'r1' AND state IN ('canceled', 'expired');
UPDATE recurly.subscription_history SET paused_at = '2025-04-01Z' WHERE state = 'paused';
CREATE TABLE recurly.coupon_redemption_history (id text, account_id text, coupon_id text, state text, created_at timestamptz, removed_at timestamptz, updated_at timestamptz);
-- what was off one bill, or has run out without being taken back
INSERT INTO recurly.coupon_redemption_history VALUES ('x', 'a2', 'half', 'active', '2025-03-01Z', NULL, '2025-03-01Z'), ('y', 'a2', 'once', 'active', '2025-04-01Z', NULL, '2025-04-01Z'),
    ('z', 'a3', 'half', 'active', '2025-02-01Z', NULL, '2025-02-01Z'), ('z', 'a3', 'half', 'inactive', '2025-02-01Z', NULL, '2025-05-01Z'), ('v', 'a3', 'tenth', 'active', '2025-02-01Z', NULL, '2025-02-01Z');
ALTER TABLE recurly.coupon_redemption_history ADD subscription_id text;
UPDATE recurly.coupon_redemption_history SET subscription_id = 'r4' WHERE id = 'z';
UPDATE recurly.coupon_redemption_history SET subscription_id = 'r5' WHERE id = 'v';
INSERT INTO recurly.subscription_history (id, account_id, plan_id, state, activated_at, unit_amount, quantity, add_ons_total, currency, updated_at) SELECT i, 'a3', 'm', 'active', '2025-02-01Z', 20, 1, 0, 'EUR', '2025-06-01Z' FROM unnest('{r4,r5,r6}'::text[]) AS i;
CREATE TABLE recurly.coupon_history (id text, duration text, updated_at timestamptz);
INSERT INTO recurly.coupon_history VALUES ('half', 'temporal', '2025-01-01Z'), ('once', 'single_use', '2025-01-01Z');
CREATE TABLE recurly.coupon_discount (coupon_id text, type text, percentage text, amount text);
INSERT INTO recurly.coupon_discount VALUES ('half', 'percent', '50', NULL), ('once', 'percent', '90', NULL), ('tenth', 'percent', '10', NULL);
CREATE TABLE recurly.transaction (id text, account_id text, created_at timestamptz, type text, status text, success boolean, amount numeric, currency text);
INSERT INTO recurly.transaction VALUES ('t1', 'a1', '2025-01-10Z', 'purchase', 'success', true, 25, 'EUR'), ('t2', 'a1', '2025-02-10Z', 'purchase', 'declined', false, 25, 'EUR'), ('t3', 'a1', '2025-02-11Z', 'verify', 'success', true, 0, 'EUR');
-- to begin without saying when, in April after all, and in September; two coupons at once of which one ends, one for a month, one of another plan, one of nobody knows which
ALTER TABLE recurly.subscription_history ADD current_period_started_at timestamptz;
INSERT INTO recurly.subscription_history (id, account_id, plan_id, state, created_at, activated_at, current_period_started_at, unit_amount, quantity, add_ons_total, currency, updated_at) VALUES
    ('r7', 'a4', 'm', 'future', '2025-02-01Z', NULL, NULL, 20, 1, 0, 'EUR', '2025-02-01Z'), ('r7', 'a4', 'm', 'active', '2025-02-01Z', '2025-04-01Z', '2025-04-01Z', 20, 1, 0, 'EUR', '2025-04-01Z'),
    ('r8', 'a4', 'm', 'future', '2025-02-01Z', NULL, '2025-09-01Z', 20, 1, 0, 'EUR', '2025-02-01Z'),
    ('r9', 'a5', 'm', 'active', '2025-02-01Z', '2025-02-01Z', NULL, 20, 1, 0, 'EUR', '2025-02-01Z'), ('r10', 'a6', 'm', 'active', '2025-02-01Z', '2025-02-01Z', NULL, 20, 1, 0, 'EUR', '2025-02-01Z'),
    ('r11', 'a7', 'm', 'active', '2025-02-01Z', '2025-02-01Z', NULL, 20, 1, 0, 'EUR', '2025-02-01Z'), ('r12', 'a7', 'q', 'active', '2025-02-01Z', '2025-02-01Z', NULL, 60, 1, 0, 'EUR', '2025-02-01Z'),
    ('r13', 'a8', 'm', 'active', '2025-02-01Z', '2025-02-01Z', NULL, 20, 1, 0, 'EUR', '2025-02-01Z');
ALTER TABLE recurly.coupon_history ADD applies_to_all_plans boolean, ADD temporal_amount integer, ADD temporal_unit text;
INSERT INTO recurly.coupon_history VALUES ('tenth', 'forever', '2025-01-01Z', true, NULL, NULL), ('month', 'temporal', '2025-01-01Z', true, 1, 'month'), ('quarters', 'forever', '2025-01-01Z', false, NULL, NULL), ('some', 'forever', '2025-01-01Z', false, NULL, NULL);
INSERT INTO recurly.coupon_discount VALUES ('month', 'percent', '50', NULL), ('quarters', 'percent', '50', NULL), ('some', 'percent', '50', NULL);
CREATE TABLE recurly.coupon_plan_history (coupon_id text, plan_id text, coupon_updated_at timestamptz);
INSERT INTO recurly.coupon_plan_history VALUES ('quarters', 'q', '2025-01-01Z');
INSERT INTO recurly.coupon_redemption_history (id, account_id, coupon_id, state, created_at, updated_at) VALUES ('a', 'a5', 'half', 'inactive', '2025-02-01Z', '2025-05-01Z'), ('b', 'a5', 'tenth', 'active', '2025-03-01Z', '2025-03-01Z'),
    ('c', 'a6', 'month', 'active', '2025-02-01Z', '2025-02-01Z'), ('d', 'a7', 'quarters', 'active', '2025-02-01Z', '2025-02-01Z'), ('e', 'a8', 'some', 'active', '2025-02-01Z', '2025-02-01Z');
ALTER TABLE recurly.transaction ADD updated_at timestamptz;
INSERT INTO recurly.transaction VALUES ('t4', 'a1', '2025-03-10Z', 'purchase', 'chargeback', true, 25, 'EUR', '2025-04-02Z');
CALL saaskpi.map_source('recurly', 'recurly', 'recurring');
-- 2 * 10 + 5, from 10 March 2 * 12, until 10 May, as the version of 12 May knows; 30 / 3 = 10, half from March, none in April and May; of 20 a half until May, a tenth for ever, and nothing, whose histories begin in June
-- from April, and from September; 10, from March 9, from May 18; 20, as a month is one bill; 20, and half of 60 / 3; 20
SELECT subscription_id, start_date::date, end_date::date, monthly_price, status, end_reason, cancel_at::date, discount_percent AS pct FROM recurring.subscriptions ORDER BY length(subscription_id), 1, 2;
TABLE recurring.customers;
SELECT payment_id, payment_date::date, amount, payment_status FROM recurring.payments ORDER BY 1;
CALL saaskpi.capture('recurring');

-- PADDLE: amounts as text in the smallest unit, items in JSON
CREATE SCHEMA paddle;
CREATE TABLE paddle.customers (id text, created_at text);
INSERT INTO paddle.customers VALUES ('ctm_1', '2025-01-01T10:00:00.123Z'), ('ctm_2', '2025-01-02T10:00:00+02:00');
CREATE TABLE paddle.subscriptions (id text, customer_id text, status text, currency_code text, created_at text, started_at text, first_billed_at text, paused_at text, canceled_at text, current_billing_period jsonb, billing_cycle jsonb, scheduled_change jsonb, discount jsonb, items jsonb);
INSERT INTO paddle.subscriptions VALUES
    ('sub_1', 'ctm_1', 'active', 'USD', '2025-01-01T00:00:00Z', '2025-01-01T00:00:00Z', '2025-01-15T00:00:00Z', NULL, NULL, NULL, '{"interval": "month", "frequency": 1}', '{"action": "cancel", "effective_at": "2025-07-15T00:00:00Z"}', '{"id": "dsc_1", "starts_at": "2025-02-15T00:00:00Z", "ends_at": null}',
     '[{"status": "active", "quantity": 3, "recurring": true, "price": {"id": "pri_1", "product_id": "pro_1", "unit_price": {"amount": "1000", "currency_code": "USD"}}}, {"status": "active", "quantity": 1, "recurring": false, "price": {"id": "pri_2", "unit_price": {"amount": "9900"}}}]'),
    ('sub_2', 'ctm_2', 'paused', 'USD', '2025-01-01T00:00:00Z', '2025-01-01T00:00:00Z', '2025-01-01T00:00:00Z', '2025-05-01T00:00:00Z', NULL, NULL, '{"interval": "year", "frequency": 1}', '{"action": "resume", "effective_at": "2025-08-01T00:00:00Z"}', '{"id": "dsc_2"}',
     '[{"status": "inactive", "quantity": 2, "recurring": true, "price": {"id": "pri_3", "unit_price": {"amount": "12000"}}}]'),
    ('sub_3', 'ctm_2', 'canceled', 'USD', '2025-01-01T00:00:00Z', '2025-01-01T00:00:00Z', '2025-01-01T00:00:00Z', NULL, '2025-03-01T12:00:00Z', NULL, '{"interval": "month", "frequency": 1}', NULL, NULL,
     '[{"status": "inactive", "quantity": 1, "recurring": true, "price": {"id": "pri_1", "unit_price": {"amount": "1000"}}}]');
CREATE TABLE paddle.discounts (id text, type text, amount text, recur boolean);
INSERT INTO paddle.discounts VALUES ('dsc_1', 'percentage', '20', true), ('dsc_2', 'flat_per_seat', '6000', true);
CREATE TABLE paddle.products (id text, name text);
INSERT INTO paddle.products VALUES ('pro_1', 'Studio');
CREATE TABLE paddle.transactions (id text, customer_id text, status text, billed_at text, currency_code text, details jsonb);
INSERT INTO paddle.transactions VALUES ('txn_1', 'ctm_1', 'completed', '2025-01-15T00:00:00Z', 'USD', '{"totals": {"total": "3570", "tax": "570"}}'), ('txn_2', 'ctm_1', 'draft', '2025-02-15T00:00:00Z', 'USD', '{"totals": {"total": "3570", "tax": "570"}}'),
    ('txn_0', 'ctm_2', 'completed', '2025-01-01T00:00:00Z', 'USD', '{"totals": {"total": "0", "tax": "0"}}');
CREATE TABLE paddle.adjustments (id text, customer_id text, action text, status text, created_at text, currency_code text, totals jsonb);
INSERT INTO paddle.adjustments VALUES ('adj_1', 'ctm_1', 'refund', 'approved', '2025-01-20T00:00:00Z', 'USD', '{"total": "1190", "tax": "190"}'), ('adj_2', 'ctm_1', 'credit', 'approved', '2025-01-20T00:00:00Z', 'USD', '{"total": "1190", "tax": "190"}');
CALL saaskpi.map_source('paddle', 'paddle', 'paddled');
-- 3 * 10 after the trial, a fifth less from 15 February; 2 * (120 - 60) / 12 = 10 until the pause and from August
SELECT subscription_id, plan_type, start_date::date, end_date::date, monthly_price FROM paddled.subscriptions ORDER BY 1, 3;
SELECT subscription_id, list_price, says(b) FROM paddled.subscriptions_billed AS b ORDER BY 1;
SELECT payment_id, amount, payment_status FROM paddled.payments ORDER BY 1;
-- prices overridden by country, discounts of some products and currencies and of one bill, and what credit paid
CREATE SCHEMA kiosk;
CREATE TABLE kiosk.customers (id text, created_at text);
INSERT INTO kiosk.customers SELECT 'k' || n, '2025-01-01T00:00:00Z' FROM generate_series(1, 10) AS n;
CREATE TABLE kiosk.addresses (id text, customer_id text, country_code text);
INSERT INTO kiosk.addresses VALUES ('add_in', 'k3', 'IN');
CREATE TABLE kiosk.subscriptions (id text, customer_id text, address_id text, status text, currency_code text, started_at text, first_billed_at text, billing_cycle jsonb, discount jsonb, items jsonb);
INSERT INTO kiosk.subscriptions SELECT 'k' || n, 'k' || n, CASE n WHEN 3 THEN 'add_in' END, 'active', CASE n WHEN 1 THEN 'JPY' WHEN 2 THEN 'GBP' ELSE 'USD' END, '2025-01-10T00:00:00Z', '2025-01-10T00:00:00Z', '{"interval": "month", "frequency": 1}', NULL,
       '[{"status": "active", "quantity": 2, "recurring": true, "price": {"id": "pri_1", "product_id": "pro_1", "unit_price": {"amount": "1000", "currency_code": "USD"}, "unit_price_overrides": [{"country_codes": ["JP"], "unit_price": {"amount": "1500", "currency_code": "JPY"}}, {"country_codes": ["IN", "LK"], "unit_price": {"amount": "400", "currency_code": "USD"}}]}},
         {"status": "active", "quantity": 1, "recurring": true, "price": {"id": "pri_2", "product_id": "pro_2", "unit_price": {"amount": "500", "currency_code": "USD"}}}]'::jsonb FROM generate_series(1, 9) AS n;
CREATE TABLE kiosk.discounts (id text, type text, amount text, currency_code text, recur boolean, restrict_to jsonb);
INSERT INTO kiosk.discounts VALUES ('half', 'percentage', '50', NULL, true, NULL), ('half_1', 'percentage', '50', NULL, true, '["pro_1"]'), ('flat_2', 'flat', '200', 'USD', true, '["pri_2"]'), ('euros', 'flat', '200', 'EUR', true, NULL);
UPDATE kiosk.subscriptions SET discount = format('{"id": %s, "starts_at": "2025-01-10T00:00:00Z", "ends_at": %s}', to_json(d), coalesce(to_json(e), 'null'))::jsonb
  FROM (VALUES ('k4', 'half_1', NULL), ('k5', 'flat_2', NULL), ('k6', 'euros', NULL), ('k7', 'half', '2025-02-10T00:00:00Z'), ('k8', 'half', '2025-03-10T00:00:00Z'), ('k9', 'gone', NULL)) AS v(k, d, e) WHERE id = v.k;
CREATE TABLE kiosk.transactions (id text, customer_id text, status text, billed_at text, currency_code text, details jsonb);
INSERT INTO kiosk.transactions SELECT 'txn_' || n, 'k8', 'completed', '2025-02-10T00:00:00Z', 'USD', jsonb_build_object('totals', t) FROM (VALUES (1, '{"total": "12000", "tax": "2000", "credit": "0", "grand_total": "12000"}'::jsonb),
    (2, '{"total": "12000", "tax": "2000", "credit": "6000", "grand_total": "6000", "grand_total_tax": "1000"}'), (3, '{"total": "12000", "tax": "2000", "credit": "12000", "grand_total": "0"}'), (4, '{"total": "12000", "tax": "2000", "credit": "3001"}')) AS v(n, t);
CALL saaskpi.map_source('paddle', 'kiosk', 'kiosks');
-- 2 * 1500 yen, and no price in yen or pounds; 2 * 4.00 in India; half of the one; 2.00 off the other; euros off dollars; the half of one bill, of two, and of what is not there
SELECT subscription_id, start_date::date, end_date::date, list_price, monthly_price, discount_percent AS pct, discount_amount AS off, currency FROM kiosks.subscriptions ORDER BY 1, 2;
-- 100; 60 of 120, tax included, by credit; all of it; 30.01 of 120, of which a sixth is tax
SELECT payment_id, amount, payment_status FROM kiosks.payments ORDER BY 1;
-- relations read again what they can
INSERT INTO saaskpi_internal.source_columns OVERRIDING SYSTEM VALUE TABLE of_billing;
DROP TABLE of_billing;
-- what is mapped can be used: nothing of it is in error but what has no items, no price in its currency or a discount that nobody knows, and several currencies in one schema
SELECT q.s, c.severity, c.source, c.rule, c.rows, c.example FROM unnest('{yens,dinars,streams,stacks,multis,latest,bees,hives,recurring,paddled,kiosks}'::text[]) AS q(s), saaskpi.check_sources(q.s) AS c WHERE c.severity = 'error' ORDER BY 1, 3, 4;
-- 70 + 20 + 20 + 25 + 20 in January, 110 more, 20 less in March, 25 is 33.3333 from May, 20 less in the pause
CALL saaskpi.map_source('chargebee', 'bee', 'bees');
CALL saaskpi.create_views('bees');
UPDATE bees.kpi_settings SET as_of = '2025-07-01', currency = 'EUR';
CALL saaskpi.refresh('bees');
SELECT period, closing FROM bees.kpi_mrr_monthly WHERE is_complete ORDER BY period;
SELECT period, collected, failed_amount, refunded_amount FROM bees.kpi_revenue_monthly WHERE period = '2025-02-01';
-- the same when relations read when discounts are given
CALL saaskpi.map_source('chargebee', 'hive', 'hives');
SELECT subscription_id, start_date::date, end_date::date, monthly_price, discount_percent AS pct, discount_until::date AS until FROM hives.subscriptions WHERE billing_id IN ('h1', 'h6') ORDER BY 1, 2;
CALL saaskpi.create_views('hives');
UPDATE hives.kpi_settings SET as_of = '2025-07-01', currency = 'EUR';
CALL saaskpi.refresh('hives');
SELECT period, new, expansion, contraction, closing FROM hives.kpi_mrr_monthly WHERE is_complete AND period < '2025-06-01' ORDER BY period;
-- 14.40, 17 and six of 20, a seventh from April; two rest in March, one of them for good, one in June
CALL saaskpi.map_source('airbyte_stripe', 'stacked', 'stacks');
CALL saaskpi.create_views('stacks');
UPDATE stacks.kpi_settings SET as_of = '2025-07-01', currency = 'EUR';
CALL saaskpi.refresh('stacks');
SELECT period, new, churn, pause, resume, closing FROM (SELECT * FROM stacks.kpi_mrr_policies WHERE policy = 'house') AS p WHERE is_complete ORDER BY period;
SELECT customer_id, status, mrr, first_mrr_on FROM stacks.kpi_customers WHERE customer_id IN ('c1', 'c2', 'c4', 'c7', 'c8', 'c9') ORDER BY 1;
-- a view is the user's: it comes back from its text, and is known again
SELECT format('CREATE OR REPLACE VIEW paddled.subscriptions_billed AS %s', pg_get_viewdef('paddled.subscriptions_billed'::regclass)) AS text \gset
:text
CALL saaskpi.map_source('paddle', 'paddle', 'paddled');
-- what a restored dump writes is what was written: every view says the same of
-- itself once it has been read back
CREATE TABLE public.read_back (view_name text, same boolean);
DO $$
DECLARE
    v record;
BEGIN
    PERFORM set_config('search_path', 'pg_catalog', true);
    FOR v IN SELECT c.oid, c.oid::regclass::text AS name, pg_get_viewdef(c.oid) AS text FROM pg_class AS c
              WHERE c.relkind = 'v' AND right(obj_description(c.oid, 'pg_class'), 54) = saaskpi_internal.mapping_mark(c.oid) LOOP
        EXECUTE 'CREATE VIEW public.again AS ' || v.text;
        INSERT INTO public.read_back VALUES (v.name, pg_get_viewdef('public.again'::regclass) = v.text);
        DROP VIEW public.again;
    END LOOP;
END
$$;
SELECT count(*) > 30 AS many, string_agg(view_name, ', ' ORDER BY view_name) FILTER (WHERE NOT same) AS other FROM public.read_back;
DROP TABLE public.read_back;
DROP SCHEMA fivetran, yens, dinars, airbyte, streams, stacked, stacks, multi, multis, multis_too, later, latest, bee, bees, hive, hives, recurly, recurring, paddle, paddled, kiosk, kiosks CASCADE;
DROP FUNCTION at, says;
