SET datestyle = iso;
SET TIME ZONE 'UTC';
SET client_min_messages = notice;
\set VERBOSITY terse
CREATE FUNCTION at(day text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$SELECT extract(epoch FROM day::timestamptz)::integer$$;
CREATE SCHEMA stripe;
CREATE TABLE stripe.customers (id text PRIMARY KEY, created integer);
INSERT INTO stripe.customers SELECT c, at('2025-01-01') FROM unnest('{a,b,c,d}'::text[]) AS c;
CREATE TABLE stripe.prices (id text PRIMARY KEY, currency text, unit_amount integer, recurring jsonb);
INSERT INTO stripe.prices SELECT 'p' || n, 'usd', n * 100, '{"interval": "month"}' FROM unnest('{100,150,170,50,30,20}'::int[]) AS n;
CREATE TABLE stripe.subscriptions (id text PRIMARY KEY, customer text, status text, start_date integer, ended_at integer, cancellation_details jsonb);
INSERT INTO stripe.subscriptions VALUES ('A', 'a', 'active', at('2025-01-01')), ('B', 'b', 'active', at('2025-01-15')), ('C', 'c', 'active', at('2025-02-01'));
CREATE TABLE stripe.subscription_items (id text PRIMARY KEY, subscription text, price text, quantity integer);
INSERT INTO stripe.subscription_items VALUES ('1', 'A', 'p100', 1), ('2', 'B', 'p50', 1), ('3', 'C', 'p30', 1);
SET client_min_messages = warning;
CALL saaskpi.map_source('stripe_sync_engine', 'stripe', 'kept');
SET client_min_messages = notice;
CREATE VIEW kept.in_force AS SELECT subscription_id, start_date::date, end_date::date, round(monthly_price, 2) AS monthly_price, end_reason FROM kept.subscriptions;

-- February: all is new, and is in force since it began
CALL saaskpi.capture('kept', '2025-02-10 06:00Z');
TABLE kept.in_force ORDER BY 1, 2;
-- nothing changed, nothing is written
CREATE TEMP TABLE before AS SELECT ctid::text AS place, xmin::text AS written, * FROM kept.subscriptions_captured;
CALL saaskpi.capture('kept', '2025-02-20 06:00Z');
CALL saaskpi.capture('kept');
SELECT count(*) FROM kept.subscriptions_captured AS k JOIN before AS b USING (subscription_id) WHERE b.place = k.ctid::text AND b.written = k.xmin::text;
SELECT valid_from, valid_to FROM kept.subscriptions_captured WHERE billing_id = 'A';
-- in March a price changes, twice on a day; a subscription is deleted, one is new
UPDATE stripe.subscription_items SET price = 'p150' WHERE id = '1';
DELETE FROM stripe.subscriptions WHERE id = 'B';
INSERT INTO stripe.subscriptions VALUES ('D', 'd', 'active', at('2025-03-05'));
INSERT INTO stripe.subscription_items VALUES ('4', 'D', 'p20', 1);
CALL saaskpi.capture('kept', '2025-03-15 09:00Z');
UPDATE stripe.subscription_items SET price = 'p170' WHERE id = '1';
CALL saaskpi.capture('kept', '2025-03-15 17:00Z');
TABLE kept.in_force ORDER BY 1, 2;
-- by April one has ended weeks ago, for want of payment, and what was deleted is there again
UPDATE stripe.subscriptions SET status = 'canceled', ended_at = at('2025-04-02'), cancellation_details = '{"reason": "payment_failed"}' WHERE id = 'C';
INSERT INTO stripe.subscriptions VALUES ('B', 'b', 'active', at('2025-01-15'));
CALL saaskpi.capture('kept', '2025-04-20 06:00Z');
TABLE kept.in_force ORDER BY 1, 2;
SELECT subscription_id, monthly_price, valid_from, valid_to FROM kept.subscriptions_captured ORDER BY 1, 3;
-- what the export says alone, of today, is another March
SELECT sum(monthly_price) FILTER (WHERE start_date < '2025-03-01') AS february, sum(monthly_price) FILTER (WHERE start_date < '2025-04-01') AS march FROM kept.subscriptions_billed;
SET client_min_messages = warning;
-- mapped again, what was kept stays
CALL saaskpi.map_source('stripe_sync_engine', 'stripe', 'kept');
SELECT count(*), sum(monthly_price) FROM kept.in_force;
CALL saaskpi.create_views('kept');
UPDATE kept.kpi_settings SET as_of = '2025-05-01';
CALL saaskpi.refresh('kept');
-- 100 + 50; + 30; 170 + 30 + 20, as 50 is gone; 170 + 50 + 20, as 30 is gone
SELECT period, opening, new, expansion, contraction, churn, reactivation, closing FROM kept.kpi_mrr_monthly WHERE is_complete ORDER BY period;
SELECT rule, rows FROM kept.kpi_data_quality WHERE severity = 'error';

-- another plan in place of the one before, and one more: neither has been there since the beginning, though the export says so of both
CREATE SCHEMA bee;
CREATE TABLE bee.customer (id text, created_at bigint);
CREATE TABLE bee.subscription (id text PRIMARY KEY, customer_id text, status text, currency_code text, started_at bigint, cancelled_at bigint, billing_period integer, billing_period_unit text, subscription_items jsonb);
CREATE FUNCTION bee.items(VARIADIC names text[]) RETURNS jsonb LANGUAGE sql RETURN (SELECT jsonb_agg(jsonb_build_object('item_price_id', n, 'item_type', 'plan', 'quantity', 1, 'unit_price', p, 'amount', p))
    FROM unnest(names) AS n CROSS JOIN LATERAL (SELECT CASE n WHEN 'basic' THEN 2000 WHEN 'pro' THEN 5000 ELSE 1000 END) AS q(p));
INSERT INTO bee.subscription SELECT s, 'c' || s, 'active', 'USD', at('2025-01-05'), NULL, 1, 'month', bee.items('basic') FROM unnest('{switches,adds,back,ends}'::text[]) AS s;
CALL saaskpi.map_source('chargebee', 'bee', 'bees');
CALL saaskpi.capture('bees', '2025-02-01 06:00Z');
UPDATE bee.subscription SET subscription_items = bee.items('pro') WHERE id = 'switches';
UPDATE bee.subscription SET subscription_items = bee.items('basic', 'addon') WHERE id = 'adds';
UPDATE bee.subscription SET status = 'cancelled', cancelled_at = at('2025-02-20') WHERE id = 'ends';
INSERT INTO bee.subscription VALUES ('comes', 'ccomes', 'active', 'USD', at('2025-02-15'), NULL, 1, 'month', bee.items('basic', 'addon'));
DELETE FROM bee.subscription WHERE id = 'back';
CALL saaskpi.capture('bees', '2025-03-11 06:00Z');
UPDATE bee.subscription SET subscription_items = bee.items('basic') WHERE id = 'adds';
-- began anew after it was gone
INSERT INTO bee.subscription VALUES ('back', 'cback', 'active', 'USD', at('2025-04-02'), NULL, 1, 'month', bee.items('pro'));
CALL saaskpi.capture('bees', '2025-04-10 06:00Z');
SELECT subscription_id, start_date::date, end_date::date, monthly_price FROM bees.subscriptions ORDER BY 1, 2;
CALL saaskpi.create_views('bees');
UPDATE bees.kpi_settings SET as_of = '2025-05-01';
CALL saaskpi.refresh('bees');
-- four of 20; 30 more, 10 more, and the one that came; what ended on 20 February, and was gone on 11 March
SELECT period, opening, new, expansion, contraction, churn, reactivation, closing FROM bees.kpi_mrr_monthly WHERE is_complete ORDER BY period;
DROP SCHEMA bee, bees CASCADE;

-- what cannot be captured
\set VERBOSITY default
\set SHOW_CONTEXT never
CALL saaskpi.capture('kept', '2025-04-20 05:59Z');
CALL saaskpi.capture('kept', '2925-04-20');
CALL saaskpi.capture('stripe');
CREATE SCHEMA own;
CREATE TABLE own.contract (subscription_id text, customer_id text, start_date timestamptz, end_date timestamptz, monthly_price numeric, note text);
INSERT INTO own.contract VALUES ('x', 'c', '2025-01-01', NULL, 10, 'one'), ('x', 'c', '2025-01-01', NULL, 10, 'other');
CREATE VIEW own.subscriptions_billed AS SELECT *, 1 AS trial_end FROM own.contract;
CALL saaskpi.capture('own', '2025-03-01');
DROP VIEW own.subscriptions_billed;
CREATE VIEW own.subscriptions_billed AS SELECT * FROM own.contract;
CREATE VIEW own.subscriptions AS SELECT * FROM own.contract;
CALL saaskpi.capture('own', '2025-03-01');
DROP VIEW own.subscriptions;
CALL saaskpi.capture('own', '2025-03-01');
\set VERBOSITY terse
DELETE FROM own.contract WHERE note = 'other';
-- a view of one's own is kept as well, and what it gains later
SET client_min_messages = notice;
CALL saaskpi.capture('own', '2025-03-01');
CREATE OR REPLACE VIEW own.subscriptions_billed AS SELECT *, false AS is_special FROM own.contract;
UPDATE own.contract SET monthly_price = 12;
CALL saaskpi.capture('own', '2025-04-01');
SELECT * FROM own.subscriptions ORDER BY start_date;
DROP VIEW own.subscriptions_billed;
CREATE VIEW own.subscriptions_billed AS SELECT subscription_id, customer_id, start_date, end_date, monthly_price, 1 AS note FROM own.contract;
CALL saaskpi.capture('own', '2025-04-02');
SET client_min_messages = warning;
-- nor of what another owns, whose code would run
CREATE ROLE regress_saaskpi_other;
GRANT USAGE, CREATE ON SCHEMA own TO regress_saaskpi_other;
GRANT SELECT ON own.contract TO regress_saaskpi_other;
ALTER VIEW own.subscriptions_billed OWNER TO regress_saaskpi_other;
CREATE ROLE regress_saaskpi_owner;
ALTER SCHEMA own OWNER TO regress_saaskpi_owner;
CALL saaskpi.capture('own', '2025-04-03');
DROP SCHEMA stripe, kept, own CASCADE;
DROP ROLE regress_saaskpi_other, regress_saaskpi_owner;
DROP FUNCTION at;
