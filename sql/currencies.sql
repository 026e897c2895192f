-- Currencies: flows at the rate of their day, balances at that of the last day of the month, FX the movement between.
SET client_min_messages = warning;
SET datestyle = iso;
CREATE SCHEMA currencies;
SET search_path = currencies;
-- the worked example in a history of its own: EUR 100 -> 150 in the middle of the month, 1.10 at open, 1.08 on the day, 1.05 at close
CREATE TABLE parts (start_date date, end_date date, price numeric, since date, goes_on boolean);
INSERT INTO parts VALUES ('2024-01-31', '2024-02-15', 110, NULL, true), ('2024-02-15', '2024-02-15', 108, '2024-01-31', false),
    ('2024-02-15', '2024-02-29', 162, NULL, true), ('2024-02-29', NULL, 157.5, '2024-02-15', false);
CREATE TABLE made AS SELECT saaskpi.mrr_history_agg(start_date, end_date, price, 'Pro', since, goes_on) AS h, saaskpi.ledger_agg(start_date, end_date, price, 'Pro', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, NULL, NULL, NULL, NULL, since, goes_on) AS l FROM parts;
SELECT h FROM made;
SELECT l FROM made;
SELECT h::text = saaskpi.mrr_history(l, saaskpi.mrr_policy())::text AS from_ledger FROM made;
SELECT m.* FROM made, saaskpi.mrr_movements(h, '2024-02-29') AS m;
SELECT m.* FROM made, saaskpi.mrr_movements(h, '2024-02-29', 'month', 'event') AS m;
SELECT m.* FROM made, saaskpi.mrr_movements(h, '2024-02-29', 'month', 'period') AS m;
SELECT happened_on, movement, amount, mrr_before, mrr_after, axis FROM made, saaskpi.ledger_movements(l, saaskpi.mrr_policy(), '2024-02-29') AS m;
SELECT label, period, opening, new, expansion, contraction, fx, closing, round_trip, customers_expanded, customers_contracted, customers_closing
  FROM made, saaskpi.mrr_waterfall(saaskpi.mrr_flow(h, 'month', '2024-02-29')) AS w ORDER BY label NULLS FIRST, period;
SELECT period, opening, new, expansion, fx, closing FROM made, saaskpi.policy_waterfall((SELECT saaskpi.ledger_flow_agg(l, saaskpi.mrr_policy(), '2024-02-29') FROM made)) AS w;
-- a state with revaluations says so, and is read back
SELECT h::text::saaskpi.mrr_history::text = h::text AS history, l::text::saaskpi.ledger::text = l::text AS ledger, (saaskpi.mrr_flow(h, 'month', '2024-02-29'))::text LIKE 'mrr_flow 2 %' AS flow FROM made;
SELECT saaskpi_internal.converted(100, 1 / 1.15) - saaskpi_internal.converted(100, 1 / 1.07) AS published, saaskpi_internal.converted(0.0001, 0.001) AS least, saaskpi_internal.converted(0, 2) AS nothing, saaskpi_internal.converted(-3, 1.5) AS refund, saaskpi_internal.converted(1, NULL) AS unknown;
-- sources: without rates a refresh refuses, as with a currency or a day of which no rate is known
CREATE TABLE subscriptions (subscription_id text, customer_id text, plan_type text, start_date date, end_date date, monthly_price numeric, currency text);
CREATE TABLE payments (payment_id text, customer_id text, payment_date date, amount numeric, payment_status text, currency text);
CREATE TABLE fx_rates (currency text, day date, rate numeric);
INSERT INTO subscriptions VALUES ('1', 'a', 'Pro', '2024-01-31', '2024-02-15', 100, 'eur '), ('1', 'a', 'Pro', '2024-02-15', NULL, 150, 'EUR'), ('2', 'b', 'Basic', '2024-01-05', '2024-03-10', 10, 'USD'),
    ('3', 'c', 'Basic', '2024-01-20', '2024-02-20', 50, 'EUR'), ('4', 'c', 'Basic', '2024-02-20', NULL, 50, 'USD'), ('5', 'd', NULL, '2024-01-01', NULL, 70, NULL);
INSERT INTO payments VALUES ('1', 'a', '2024-02-01', 100, 'Success', 'EUR'), ('2', 'a', '2024-02-16', 150, 'Failed', 'EUR'), ('3', 'a', '2024-02-29', -20, 'Success', 'EUR'), ('4', 'b', '2024-02-05', 10, 'Success', NULL);
CALL saaskpi.create_views('currencies');
UPDATE kpi_settings SET as_of = '2024-03-31';
CALL saaskpi.refresh('currencies');
INSERT INTO fx_rates VALUES ('EUR', '2024-01-31', 1.10), ('CHF', '2024-01-01', 1.1);
CALL saaskpi.refresh('currencies');
INSERT INTO fx_rates VALUES ('eur', '2024-01-15', 1.20), ('EUR', '2024-02-15', 1.08), ('EUR', '2024-02-15', 1.09), ('EUR', '2024-02-29', 1.05), ('USD', '2024-01-01', 1.5), ('EUR', '2024-02-01', 0), ('EUR', NULL, 1), ('EUR', '2024-03-01', 'NaN');
UPDATE subscriptions SET currency = 'GBP' WHERE subscription_id = '5';
CALL saaskpi.refresh('currencies');
UPDATE subscriptions SET currency = NULL WHERE subscription_id = '5';
SELECT severity, rule, rows, example, amount FROM saaskpi.check_sources('currencies', '2024-05-01') WHERE rule ~ 'rate|currenc';
CALL saaskpi.refresh('currencies');
SELECT period, opening, new, expansion, contraction, churn, fx, closing, constant_currency, mrr_kept, round(grr, 4) AS grr, customers_closing FROM kpi_mrr_monthly ORDER BY period;
SELECT rule, sentence FROM saaskpi.insights('currencies', '2024-02-01', '2024-03-01') WHERE rule IN ('mrr', 'mrr_rates') ORDER BY rule;
SELECT * FROM kpi_mrr_movements ORDER BY happened_on, customer_id, movement DESC;
SELECT dimension, value, period, opening, new, expansion, contraction, churn, transfer_in, transfer_out, fx, closing FROM kpi_mrr_monthly_by WHERE dimension = 'plan_type' ORDER BY value, period;
SELECT period, collected, failed_amount, refunded_amount FROM kpi_revenue_monthly ORDER BY period;
SELECT * FROM saaskpi.explain_change('currencies', '2024-01-01', '2024-02-01');
-- many, with random rates: every side of the waterfall from the rows and rates, day by day, and FX as what remains
CREATE FUNCTION pick(n bigint, i bigint, what text) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$SELECT ('x' || substr(md5(i || what), 1, 8))::bit(32)::bigint % n$$;
DELETE FROM fx_rates;
DELETE FROM payments;
DELETE FROM subscriptions;
INSERT INTO fx_rates SELECT c, '2022-12-01'::date + (pick(3, i, c) + 7 * i)::integer, round((0.5 + pick(1500, i, 'rate' || c) / 1000.0)::numeric, 4) FROM generate_series(0, 90) AS i, unnest('{EUR,GBP,JPY}'::text[]) AS c;
INSERT INTO subscriptions SELECT i, 'c' || pick(60, i, 'customer'), 'p' || pick(3, i, 'plan'), s, CASE WHEN pick(4, i, 'open') > 0 THEN s + 1 + pick(200, i, 'length')::integer END, pick(90, i, 'price') + pick(10000, i, 'cents') / 10000.0,
       (ARRAY['EUR', 'GBP', 'JPY', 'USD', NULL])[1 + pick(5, i, 'currency')]
  FROM (SELECT i, '2023-01-01'::date + pick(420, i, 'start')::integer AS s FROM generate_series(1, 400) AS i) AS q;
-- half of them go on in another currency
INSERT INTO subscriptions SELECT subscription_id, customer_id, plan_type, end_date, NULL, monthly_price + 1, 'GBP' FROM subscriptions WHERE end_date < '2024-03-01' AND subscription_id::integer % 2 = 0;
CALL saaskpi.refresh('currencies');
CREATE FUNCTION even(x numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS
$$SELECT CASE WHEN x - trunc(x, 4) = 0.00005 AND 10000 * trunc(x, 4) % 2 = 0 THEN trunc(x, 4) ELSE round(x, 4) END$$;
CREATE FUNCTION value_on(price numeric, c text, d date) RETURNS numeric LANGUAGE sql STABLE AS
$$SELECT CASE WHEN price > 0 THEN greatest(currencies.even(price * coalesce((SELECT r.rate FROM currencies.fx_rates AS r WHERE r.currency = c AND r.day <= d ORDER BY r.day DESC LIMIT 1), 1)), 0.0001) ELSE 0 END$$;
CREATE TABLE moves AS
SELECT q.customer_id, q.day, q.net, a.was, a.stays, a.ever
  FROM (SELECT customer_id, day, sum(net) AS net
          FROM (SELECT customer_id, start_date AS day, value_on(monthly_price, currency, start_date) AS net FROM subscriptions WHERE start_date <= '2024-03-31'
                UNION ALL SELECT customer_id, end_date, -value_on(monthly_price, currency, end_date) FROM subscriptions WHERE end_date <= '2024-03-31') AS e GROUP BY 1, 2) AS q
 CROSS JOIN LATERAL (SELECT coalesce(bool_or(s.start_date < q.day AND coalesce(s.end_date >= q.day, true)), false) AS was, coalesce(bool_or(s.start_date <= q.day AND coalesce(s.end_date > q.day, true)), false) AS stays,
                            coalesce(bool_or(s.start_date < q.day), false) AS ever FROM subscriptions AS s WHERE s.customer_id = q.customer_id AND s.monthly_price > 0) AS a;
CREATE TABLE sides AS
SELECT p::date AS period, (SELECT coalesce(sum(value_on(s.monthly_price, s.currency, (p + interval '1 month')::date - 1)), 0) FROM subscriptions AS s
                            WHERE s.start_date < p + interval '1 month' AND coalesce(s.end_date >= p + interval '1 month', true)) AS closing,
       m.new, m.expansion, m.contraction, m.churn, m.reactivation, m.net
  FROM generate_series('2023-01-01'::timestamp, '2024-03-01', interval '1 month') AS p
 CROSS JOIN LATERAL (SELECT coalesce(sum(net) FILTER (WHERE NOT was AND NOT ever), 0) AS new, coalesce(sum(net) FILTER (WHERE was AND stays AND net > 0), 0) AS expansion, coalesce(-sum(net) FILTER (WHERE was AND stays AND net < 0), 0) AS contraction,
                            coalesce(-sum(net) FILTER (WHERE was AND NOT stays), 0) AS churn, coalesce(sum(net) FILTER (WHERE NOT was AND ever), 0) AS reactivation, coalesce(sum(net), 0) AS net FROM moves WHERE day >= p AND day < p + interval '1 month') AS m;
SELECT count(*) AS months, count(*) FILTER (WHERE (w.new, w.expansion, w.contraction, w.churn, w.reactivation, w.closing, w.fx, w.constant_currency)
                                                  IS DISTINCT FROM (s.new, s.expansion, s.contraction, s.churn, s.reactivation, s.closing, s.closing - s.before - s.net, s.total)) AS off,
       count(*) FILTER (WHERE w.fx <> 0) AS moved
  FROM (SELECT *, lag(closing, 1, 0.0) OVER o AS before, sum(net) OVER o AS total FROM sides WINDOW o AS (ORDER BY period)) AS s FULL JOIN kpi_mrr_monthly AS w USING (period);
-- retention is without FX, though not made of movements
SELECT count(*) FILTER (WHERE round(nrr, 6) <> round((opening + expansion + reactivation - contraction - churn) / opening, 6)) < count(*) AS differs, bool_and(mrr_kept <= opening) AS within FROM kpi_mrr_monthly WHERE opening > 0;
-- as it is billed: trials, pauses, discounts, payments overdue; the ledger, the history and every policy agree, as the identities of the refresh say
ALTER TABLE subscriptions ADD COLUMN status text, ADD COLUMN trial_end date, ADD COLUMN paused_from date, ADD COLUMN resumes_on date, ADD COLUMN past_due_since date, ADD COLUMN canceled_on date, ADD COLUMN discount_percent numeric, ADD COLUMN discount_until date, ADD COLUMN end_reason text;
UPDATE subscriptions AS s SET status = (ARRAY['trialing', 'active', 'past_due', 'unpaid', 'paused', NULL, NULL])[1 + pick(7, i, 'status')], trial_end = CASE pick(3, i, 'trial') WHEN 0 THEN start_date + pick(40, i, 'trial for')::integer END,
       paused_from = CASE pick(3, i, 'pause') WHEN 0 THEN start_date + pick(90, i, 'paused from')::integer END, resumes_on = CASE pick(2, i, 'resume') WHEN 0 THEN start_date + 40 + pick(90, i, 'resumes')::integer END,
       past_due_since = CASE pick(5, i, 'due') WHEN 0 THEN start_date + pick(60, i, 'due since')::integer END, canceled_on = CASE pick(3, i, 'notice') WHEN 0 THEN end_date - pick(50, i, 'notice on')::integer END,
       discount_percent = (ARRAY[NULL, NULL, 10, 33.3, 100])[1 + pick(5, i, 'discount')], discount_until = CASE pick(2, i, 'until') WHEN 0 THEN start_date + pick(200, i, 'discounted')::integer END,
       end_reason = (ARRAY[NULL, 'voluntary', 'involuntary'])[1 + pick(3, i, 'reason')]
  FROM (SELECT ctid AS place, row_number() OVER (ORDER BY subscription_id, start_date) AS i FROM subscriptions) AS n WHERE n.place = s.ctid;
UPDATE kpi_policies SET is_used = true;
CALL saaskpi.refresh('currencies');
SELECT p.policy, count(*) AS months, count(*) FILTER (WHERE fx <> 0) AS with_fx, count(*) FILTER (WHERE pause <> 0) AS with_pauses FROM kpi_mrr_policies AS p GROUP BY 1 ORDER BY 1;
SELECT count(*) FILTER (WHERE w.fx <> p.fx OR w.closing <> p.closing OR w.pause <> p.pause) AS off, count(*) FILTER (WHERE w.fx <> 0) AS moved FROM kpi_mrr_monthly AS w JOIN kpi_mrr_policies AS p ON p.period = w.period AND p.policy = 'house';
-- what is signed in another currency counts at the rate of today
DELETE FROM subscriptions;
INSERT INTO subscriptions (subscription_id, customer_id, plan_type, start_date, monthly_price, currency)
SELECT v.id, v.id, 'Pro', s.effective_as_of + v.days, 100, 'EUR' FROM kpi_settings AS s CROSS JOIN (VALUES ('now', -40), ('signed', 40)) AS v(id, days);
CALL saaskpi.refresh('currencies');
SELECT count(*) AS months, bool_and(o.signed_starts = round(100 * r.rate, 4) AND o.closing = o.opening + o.signed_starts) AS at_the_rate
  FROM kpi_mrr_outlook AS o CROSS JOIN (SELECT rate FROM fx_rates WHERE upper(btrim(currency)) = 'EUR' AND rate > 0 AND day <= (SELECT effective_as_of FROM kpi_settings) ORDER BY day DESC LIMIT 1) AS r WHERE o.signed_starts > 0;
SET client_min_messages = error;
DROP SCHEMA currencies CASCADE;
-- the day on which a policy stops counting what is past due has its rate too, also when the policy is changed
CREATE SCHEMA currencies_late;
CREATE TABLE currencies_late.subscriptions (subscription_id text, customer_id text, start_date date, monthly_price numeric, status text, past_due_since date, paused_from date, resumes_on date, currency text);
CREATE TABLE currencies_late.fx_rates (currency text, day date, rate numeric);
INSERT INTO currencies_late.fx_rates VALUES ('EUR', '2024-01-01', 1.10), ('EUR', '2024-02-29', 1.30), ('EUR', '2024-03-10', 0.90), ('EUR', '2024-03-20', 0.80), ('EUR', '2024-03-31', 1.00);
INSERT INTO currencies_late.subscriptions VALUES ('1', 'a', '2024-01-15', 100, 'past_due', '2024-02-10', NULL, NULL, 'EUR'), ('2', 'b', '2024-02-10', 10, 'unpaid', NULL, NULL, NULL, 'EUR'), ('3', 'c', '2024-01-15', 50, NULL, NULL, '2024-03-12', '2024-03-25', 'EUR');
CALL saaskpi.create_views('currencies_late');
UPDATE currencies_late.kpi_settings SET as_of = '2024-04-15';
CALL saaskpi.refresh('currencies_late');
SELECT happened_on, customer_id, movement, amount, mrr_before, mrr_after FROM currencies_late.kpi_mrr_movements WHERE happened_on > '2024-02-29' ORDER BY customer_id, happened_on, movement <> 'fx';
UPDATE currencies_late.kpi_policies SET past_due_days = 40 WHERE policy = 'house';
CALL saaskpi.refresh('currencies_late');
SELECT happened_on, customer_id, movement, amount, mrr_before, mrr_after FROM currencies_late.kpi_mrr_movements WHERE happened_on > '2024-02-29' AND customer_id <> 'c' ORDER BY customer_id, happened_on, movement <> 'fx';
SELECT period, opening, churn, pause, resume, fx, closing FROM currencies_late.kpi_mrr_monthly ORDER BY period;
SELECT * FROM saaskpi.check_identities('currencies_late') WHERE NOT holds;
SET client_min_messages = error;
DROP SCHEMA currencies_late CASCADE;
-- rates are asked for of what counts alone: not of accounts that are none, of rows that cannot be used, of nothing, or of payments that are pending; from the day on which it counts
CREATE SCHEMA currencies_used;
CREATE TABLE currencies_used.subscriptions (subscription_id text, customer_id text, start_date date, end_date date, monthly_price numeric, unit_amount numeric, quantity numeric, status text, trial_end date, currency text);
CREATE TABLE currencies_used.payments (payment_id text, customer_id text, payment_date date, amount numeric, payment_status text, currency text);
CREATE TABLE currencies_used.fx_rates (currency text, day date, rate numeric);
CREATE TABLE currencies_used.excluded_customers (customer_id text, excluded_from date, excluded_to date);
INSERT INTO currencies_used.fx_rates VALUES ('EUR', '2024-01-01', 2), ('GBP', '2024-04-25', 1.3), ('SEK', '2024-03-05', 0.1);
INSERT INTO currencies_used.excluded_customers VALUES ('test', NULL, NULL), ('late', NULL, '2024-03-05');
INSERT INTO currencies_used.subscriptions VALUES
    ('1', 'a', '2024-01-10', NULL, 50, NULL, NULL, NULL, NULL, 'EUR'), ('2', 'test', '2024-01-10', NULL, 5000, NULL, NULL, NULL, NULL, 'JPY'), ('3', 'c', '2024-01-10', NULL, 9, NULL, NULL, 'canceled', NULL, 'CHF'),
    ('4', 'd', '2024-01-10', NULL, -9, NULL, NULL, NULL, NULL, 'NOK'), ('5', 'd', '2024-01-10', NULL, 0, NULL, NULL, NULL, NULL, 'DKK'), ('6', 'late', '2024-03-01', NULL, 300, NULL, NULL, NULL, NULL, 'SEK'),
    ('7', NULL, '2024-01-10', NULL, 9, NULL, NULL, NULL, NULL, 'CHF'), ('8', 'd', '2024-02-10', '2024-02-10', 9, NULL, NULL, NULL, NULL, 'CHF');
INSERT INTO currencies_used.payments VALUES ('1', 'a', '2024-01-10', 50, 'Success', 'EUR'), ('2', 'test', '2024-01-10', 5000, 'Success', 'JPY'), ('3', 'c', '2024-01-10', 9, 'pending', 'CHF'), ('4', 'c', '2024-01-10', 9, 'no word', 'CHF'),
    ('5', 'c', '2024-01-10', 0, 'Success', 'CHF'), ('6', 'c', '2024-01-10', -1, 'Failed', 'CHF');
CALL saaskpi.create_views('currencies_used');
UPDATE currencies_used.kpi_settings SET as_of = '2024-04-15';
CALL saaskpi.refresh('currencies_used');
-- 50 EUR at 2, and from March 300 SEK at 0.1
SELECT period, new, closing FROM currencies_used.kpi_mrr_monthly ORDER BY period;
SELECT period, collected FROM currencies_used.kpi_revenue_monthly ORDER BY period;
SELECT rule, rows, example, amount FROM saaskpi.check_sources('currencies_used') WHERE rule ~ 'rate';
-- a signed start without a rate is told, with its amount of 2 x 35 (the trial's 8 is not signed), and one in EUR counts at 2; what is missing of what counts still refuses, 3 x 4 of units too
INSERT INTO currencies_used.subscriptions VALUES ('9', 'g', '2024-05-01', NULL, NULL, 35, 2, NULL, NULL, 'gbp '), ('10', 'h', '2024-05-01', NULL, 8, NULL, NULL, NULL, '2024-05-15', 'GBP'), ('11', 'i', '2024-05-02', NULL, 5, NULL, NULL, NULL, NULL, 'EUR'),
    ('12', 'i', '2025-06-01', NULL, 7, NULL, NULL, NULL, NULL, 'GBP');
CALL saaskpi.refresh('currencies_used');
SELECT period, signed_starts, closing FROM currencies_used.kpi_mrr_outlook WHERE period < '2024-07-01' ORDER BY period;
SELECT severity, rule, rows, example, amount, consequence FROM saaskpi.check_sources('currencies_used') WHERE rule ~ 'rate';
SELECT rule, rows, example, amount FROM saaskpi.check_sources('currencies_used', '2024-04-25') WHERE rule ~ 'rate';
INSERT INTO currencies_used.subscriptions VALUES ('13', 'k', '2024-04-01', NULL, NULL, 4, 3, NULL, NULL, 'CHF');
INSERT INTO currencies_used.payments VALUES ('7', 'k', '2024-04-02', -12, 'Success', 'CHF');
SELECT rule, rows, example, amount FROM saaskpi.check_sources('currencies_used') WHERE rule ~ 'rate';
CALL saaskpi.refresh('currencies_used');
SET client_min_messages = error;
DROP SCHEMA currencies_used CASCADE;
-- an empty currency is that of kpi_settings: it is none of several, nor unlike any
\set SHOW_CONTEXT never
CREATE SCHEMA currencies_empty;
CREATE TABLE currencies_empty.subscriptions (customer_id text, start_date date, monthly_price numeric, currency text);
INSERT INTO currencies_empty.subscriptions VALUES ('a', '2024-01-01', 1, 'USD'), ('b', '2024-01-01', 2, ''), ('c', '2024-01-01', 3, '  '), ('d', '2024-01-01', 4, NULL), ('e', '2024-01-01', 5, ' usd');
CREATE TABLE currencies_empty.payments (payment_id text, customer_id text, payment_date date, amount numeric, payment_status text, currency text);
INSERT INTO currencies_empty.payments SELECT customer_id, customer_id, start_date, monthly_price, 'Success', currency FROM currencies_empty.subscriptions;
CREATE TABLE currencies_empty.costs (month text, infra_cost numeric, currency text);
INSERT INTO currencies_empty.costs VALUES ('2024-01', 7, ''), ('2024-02', 8, 'USD');
CREATE TABLE currencies_empty.orders (order_id text, ordered_at date, currency text);
INSERT INTO currencies_empty.orders VALUES ('1', '2024-01-01', ' '), ('2', '2024-01-01', 'USD');
CREATE TABLE currencies_empty.opportunities (opportunity_id text, created_at date, amount numeric, stage text, currency text);
INSERT INTO currencies_empty.opportunities VALUES ('1', '2024-01-01', 9, 'Lead', ''), ('2', '2024-01-01', 9, 'Lead', 'USD');
CALL saaskpi.create_views('currencies_empty');
UPDATE currencies_empty.kpi_settings SET as_of = '2024-01-31';
CALL saaskpi.refresh('currencies_empty');
SELECT period, closing FROM currencies_empty.kpi_mrr_monthly;
SELECT source, rule, example FROM saaskpi.check_sources('currencies_empty') WHERE rule ~ 'currenc';
UPDATE currencies_empty.opportunities SET currency = 'EUR' WHERE opportunity_id = '1';
CALL saaskpi.refresh('currencies_empty');
DROP SCHEMA currencies_empty CASCADE;
-- in the bridge to cash a rate that moves between payment and closing is paid above or below MRR: 100 x (1.10 - 1.05) and 100 x (1.20 - 1.30)
CREATE SCHEMA currencies_cash;
CREATE TABLE currencies_cash.subscriptions (subscription_id text, customer_id text, start_date date, monthly_price numeric, currency text);
CREATE TABLE currencies_cash.payments (payment_id text, customer_id text, payment_date date, amount numeric, payment_status text, currency text);
CREATE TABLE currencies_cash.fx_rates (currency text, day date, rate numeric);
INSERT INTO currencies_cash.subscriptions VALUES ('1', 'a', '2024-01-10', 100, 'EUR'), ('2', 'b', '2024-01-10', 100, 'GBP');
INSERT INTO currencies_cash.payments VALUES ('1', 'a', '2024-01-10', 100, 'Success', 'EUR'), ('2', 'b', '2024-01-10', 100, 'Success', 'GBP');
INSERT INTO currencies_cash.fx_rates VALUES ('EUR', '2024-01-01', 1.10), ('EUR', '2024-01-31', 1.05), ('GBP', '2024-01-01', 1.20), ('GBP', '2024-01-31', 1.30);
CALL saaskpi.create_views('currencies_cash');
UPDATE currencies_cash.kpi_settings SET as_of = '2024-02-09';
CALL saaskpi.refresh('currencies_cash');
SELECT period, mrr_closing, paid_above_mrr, paid_below_mrr, not_paid, collected, residual FROM currencies_cash.kpi_cash_bridge_monthly WHERE is_complete;
SET client_min_messages = error;
DROP SCHEMA currencies_cash CASCADE;
