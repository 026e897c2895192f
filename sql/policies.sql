SET datestyle = iso;
SET timezone = 'UTC';
SET client_min_messages = warning;
\pset null ~
-- a company whose subscriptions say nothing but start, end and price has no ledger, and one row per month
CREATE SCHEMA policies;
CREATE TABLE policies.subscriptions (subscription_id text, customer_id text, plan_type text, start_date date, end_date date, monthly_price numeric);
INSERT INTO policies.subscriptions VALUES ('s1', 'ann', 'Pro', '2024-01-10', NULL, 100), ('s2', 'bob', 'Pro', '2024-01-15', NULL, 200), ('s3', 'cyd', 'Basic', '2024-02-01', '2024-03-20', 50),
    ('s4', 'dan', 'Pro', '2024-01-20', NULL, 80), ('s5', 'eve', 'Pro', '2024-02-05', NULL, 60), ('s6', 'fay', 'Pro', '2024-02-10', NULL, 70), ('s7', 'gus', 'Pro', '2024-02-20', NULL, 30);
CALL saaskpi.create_views('policies');
UPDATE policies.kpi_settings SET as_of = '2024-04-15';
CALL saaskpi.refresh('policies');
SELECT policy, version, period, opening, new, churn, closing, list_mrr, discount, committed_mrr, customers_closing, is_complete FROM policies.kpi_mrr_policies ORDER BY period;
SELECT count(ledger) AS ledgers FROM policies.kpi_customers_mat;
SELECT count(*) FROM saaskpi.explain('policies', 'house', 'stripe');
CREATE TABLE policies.before AS SELECT customer_id, mrr_history::text AS h FROM policies.kpi_customers_mat;
-- another policy in use makes ledgers, and changes no other number
UPDATE policies.kpi_policies SET is_used = true WHERE policy = 'recurly';
CALL saaskpi.refresh('policies');
SELECT policy, count(*), max(closing) AS closing FROM policies.kpi_mrr_policies GROUP BY 1 ORDER BY 1;
SELECT count(c.ledger) AS ledgers, bool_and(b.h = c.mrr_history::text) AS same FROM policies.before AS b JOIN policies.kpi_customers_mat AS c USING (customer_id);
-- as they are billed
ALTER TABLE policies.subscriptions ADD status text, ADD trial_end date, ADD paused_from date, ADD resumes_on date, ADD past_due_since date, ADD cancel_at date, ADD canceled_on date,
    ADD end_reason text, ADD interval_unit text, ADD interval_count int, ADD quantity int, ADD unit_amount numeric, ADD discount_percent numeric, ADD discount_amount numeric,
    ADD discount_once boolean, ADD discount_until date, ADD is_usage boolean;
UPDATE policies.subscriptions SET status = 'active';
UPDATE policies.subscriptions SET trial_end = '2024-02-10' WHERE subscription_id = 's1';
UPDATE policies.subscriptions SET status = 'Paused', paused_from = '2024-03-05' WHERE subscription_id = 's2';
UPDATE policies.subscriptions SET status = 'cancelled', canceled_on = '2024-02-25', end_reason = 'Voluntary' WHERE subscription_id = 's3';
UPDATE policies.subscriptions SET status = 'past_due', past_due_since = '2024-02-28' WHERE subscription_id = 's4';
UPDATE policies.subscriptions SET discount_percent = 50 WHERE subscription_id = 's5';
UPDATE policies.subscriptions SET cancel_at = '2024-06-01' WHERE subscription_id = 's6';
UPDATE policies.subscriptions SET monthly_price = NULL, unit_amount = 120, quantity = 3, interval_unit = 'year', discount_amount = 60, discount_once = true WHERE subscription_id = 's7';
INSERT INTO policies.subscriptions (subscription_id, customer_id, start_date, monthly_price, status) VALUES ('s8', 'hal', '2024-04-01', 40, 'trialing'), ('s9', 'ida', '2024-04-01', 40, 'incomplete');
INSERT INTO policies.subscriptions (subscription_id, customer_id, start_date, monthly_price, status, is_usage) VALUES ('u1', 'ann', '2024-03-01', 12.5, 'active', true);
UPDATE policies.kpi_policies SET is_used = true;
CALL saaskpi.create_views('policies');
CALL saaskpi.refresh('policies');
SELECT policy, period, opening, new, expansion AS exp, contraction AS con, churn, reactivation AS rea, pause, resume, closing, voluntary_churn AS vol, involuntary_churn AS inv FROM policies.kpi_mrr_policies ORDER BY policy, period;
SELECT policy, closing, list_mrr, discount, committed_mrr, past_due_mrr, trial_mrr, paused_mrr, customers_closing, customers_on_trial, customers_resting, customers_past_due FROM policies.kpi_mrr_policies WHERE period = '2024-04-01' ORDER BY policy;
SELECT period, opening, new, expansion, contraction, churn, reactivation, pause, resume, closing FROM policies.kpi_mrr_monthly ORDER BY 1;
SELECT customer_id, status, mrr, first_mrr_on, churned_on FROM policies.kpi_customers ORDER BY 1;
-- why they differ, in April and in February
SELECT * FROM saaskpi.explain('policies', 'house', 'chartmogul');
SELECT * FROM saaskpi.explain('policies', 'house', 'stripe', '2024-02-14');
SELECT a.policy AS a, count(*) AS others, bool_and(e.amount = b.closing - a.closing) AS explained
  FROM policies.kpi_mrr_policies AS a JOIN policies.kpi_mrr_policies AS b ON b.policy <> a.policy AND b.period = a.period
 CROSS JOIN LATERAL (SELECT coalesce(sum(amount), 0) AS amount FROM saaskpi.explain('policies', a.policy, b.policy, a.period)) AS e
 WHERE a.period = '2024-03-01' AND a.policy IN ('house', 'stripe') GROUP BY 1 ORDER BY 1;
SELECT * FROM saaskpi.explain('policies', 'house', 'no such');
SELECT * FROM saaskpi.explain('no such', 'house', 'stripe');
-- open to whoever may read what it is of, and to nobody else
CREATE ROLE regress_policies_log;
CREATE ROLE regress_policies_customers;
GRANT USAGE ON SCHEMA policies TO regress_policies_log, regress_policies_customers;
GRANT SELECT ON policies.kpi_refresh_log, policies.kpi_mrr_policies TO regress_policies_log;
GRANT SELECT ON policies.kpi_customers TO regress_policies_customers;
SET ROLE regress_policies_customers;
SELECT count(*) FROM saaskpi.explain('policies', 'house', 'chartmogul');
SET ROLE regress_policies_log;
SELECT count(*) FROM saaskpi.explain('policies', 'house', 'chartmogul');
SELECT count(*) FROM saaskpi_internal.explained('policies', 'kpi_refresh_log', 'house', 'chartmogul', NULL);
RESET ROLE;
-- a policy that is not there, and another one for everything
UPDATE policies.kpi_settings SET mrr_policy = 'no such';
CALL saaskpi.refresh('policies');
UPDATE policies.kpi_settings SET mrr_policy = 'chartmogul';
CALL saaskpi.refresh('policies');
SELECT period, closing FROM policies.kpi_mrr_monthly ORDER BY 1;
-- what a refresh would not publish
UPDATE policies.kpi_mrr_policies_mat SET closing = closing + 1 WHERE policy IN ('chartmogul', 'stripe') AND period = '2024-04-01';
SELECT identity, detail FROM saaskpi.check_identities('policies') WHERE NOT holds ORDER BY 1, 2;
UPDATE policies.kpi_mrr_policies_mat SET closing = closing - 1 WHERE policy IN ('chartmogul', 'stripe') AND period = '2024-04-01';
UPDATE policies.subscriptions SET discount_percent = 40 WHERE subscription_id = 's5';
SELECT identity, detail FROM saaskpi.check_identities('policies') WHERE NOT holds ORDER BY 1, 2;
-- every rule, with a row that offends
INSERT INTO policies.subscriptions (subscription_id, customer_id, start_date, end_date, monthly_price, status, trial_end, paused_from, resumes_on, past_due_since, end_reason, interval_unit, quantity, unit_amount, discount_percent) VALUES
    ('b1', 'jim', '2024-01-01', NULL, 1, 'who knows', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), ('b2', 'jim', '2024-01-01', NULL, 2, 'canceled', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    ('b3', 'jim', '2024-01-01', '2024-02-01', 4, 'canceled', '2024-02-02', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), ('b4', 'jim', '2024-01-01', NULL, 8, 'active', NULL, NULL, '2024-02-01', NULL, NULL, NULL, NULL, NULL, NULL),
    ('b5', 'jim', '2024-01-01', NULL, 16, 'active', NULL, '2024-02-01', '2024-01-31', NULL, NULL, NULL, NULL, NULL, NULL), ('b6', 'jim', '2024-01-01', NULL, 32, 'active', NULL, NULL, NULL, '2024-02-01', 'moved', NULL, NULL, NULL, NULL),
    ('b7', 'jim', '2024-01-01', NULL, NULL, 'active', NULL, NULL, NULL, NULL, NULL, 'moon', NULL, 64, NULL), ('b8', 'jim', '2024-01-01', NULL, NULL, 'active', NULL, NULL, NULL, NULL, NULL, 'month', 0, 128, NULL),
    ('b9', 'jim', '2024-01-01', NULL, 256, 'active', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, -1);
SELECT severity, rule, rows, example, amount FROM saaskpi.check_sources('policies') WHERE source = 'subscriptions' AND rule NOT IN ('plan_missing', 'overlap_same_plan') ORDER BY rule;
-- a word of their own
INSERT INTO policies.kpi_subscription_statuses VALUES ('who knows', 'ignore');
CALL saaskpi.refresh('policies');
SELECT mrr FROM policies.kpi_customers WHERE customer_id = 'jim';
-- days that never come, or lie before all others: a refresh publishes, and each counts as it says
CREATE SCHEMA policies_far;
CREATE TABLE policies_far.subscriptions (LIKE policies.subscriptions);
INSERT INTO policies_far.subscriptions (customer_id, subscription_id, start_date, monthly_price, status, trial_end, paused_from, resumes_on, past_due_since, canceled_on, cancel_at, discount_percent, discount_until)
SELECT what || ' ' || coalesce(st, '-') || ' ' || d, row_number() OVER (), '2024-01-01', 2 ^ (row_number() OVER () % 40), st, CASE what WHEN 'trial_end' THEN d END, CASE what WHEN 'paused_from' THEN d WHEN 'resumes_on' THEN '2024-02-01' END,
       CASE what WHEN 'resumes_on' THEN d END, CASE what WHEN 'past_due_since' THEN d END, CASE what WHEN 'canceled_on' THEN d END, CASE what WHEN 'cancel_at' THEN d END, CASE what WHEN 'discount_until' THEN 25 END, CASE what WHEN 'discount_until' THEN d END
  FROM unnest('{trial_end,paused_from,resumes_on,past_due_since,canceled_on,cancel_at,discount_until}'::text[]) AS what, unnest('{infinity,-infinity,0044-03-15 BC,10000-01-01}'::date[]) AS d, unnest('{NULL,past_due,paused,canceled}'::text[]) AS st
 WHERE st IS NULL OR (what, st) IN (('past_due_since', 'past_due'), ('paused_from', 'paused'), ('canceled_on', 'canceled'));
CALL saaskpi.create_views('policies_far');
UPDATE policies_far.kpi_settings SET as_of = '2024-04-15';
UPDATE policies_far.kpi_policies SET is_used = true;
CALL saaskpi.refresh('policies_far');
SELECT customer_id AS what, status, trim_scale(mrr / (SELECT monthly_price FROM policies_far.subscriptions AS s WHERE s.customer_id = k.customer_id)) AS counts FROM policies_far.kpi_customers AS k ORDER BY 1;
SELECT severity, rule, rows FROM saaskpi.check_sources('policies_far') WHERE source = 'subscriptions' AND rule NOT IN ('plan_missing', 'overlap_same_plan') ORDER BY rule;
-- what is left out for a price, an end or a discount that stands in other columns than those
TRUNCATE policies_far.subscriptions;
INSERT INTO policies_far.subscriptions (subscription_id, customer_id, start_date, status, unit_amount, quantity, cancel_at, canceled_on, monthly_price, discount_percent, discount_amount) VALUES
    ('u1', 'a', '2024-01-01', NULL, -5, 2, NULL, NULL, NULL, NULL, NULL), ('u2', 'b', '2024-01-01', NULL, 'NaN', 2, NULL, NULL, NULL, NULL, NULL), ('u3', 'c', '2024-01-01', NULL, 'Infinity', NULL, NULL, NULL, NULL, NULL, NULL),
    ('u4', 'd', '2024-01-01', NULL, 1e14, 1000, NULL, NULL, NULL, NULL, NULL), ('u5', 'e', '2024-01-01', NULL, 0, 3, NULL, NULL, NULL, NULL, NULL),
    ('e1', 'f', '2024-02-01', 'canceled', NULL, NULL, NULL, '2024-01-15', 10, NULL, NULL), ('e2', 'g', '2024-02-01', 'canceled', NULL, NULL, NULL, '2024-02-01', 20, NULL, NULL), ('e3', 'h', '2024-02-01', 'active', NULL, NULL, '2024-01-31', NULL, 30, NULL, NULL),
    ('e4', 'i', '2024-02-01', 'active', NULL, NULL, NULL, '2024-01-15', 40, NULL, NULL), ('e5', 'j', '2024-02-01', 'canceled', NULL, NULL, NULL, 'infinity', 50, NULL, NULL),
    ('d1', 'k', '2024-01-01', NULL, NULL, NULL, NULL, NULL, 100, NULL, -20), ('d2', 'l', '2024-01-01', NULL, NULL, NULL, NULL, NULL, 100, 10, 'NaN'), ('d3', 'm', '2024-01-01', NULL, NULL, NULL, NULL, NULL, 100, 10, 'Infinity'), ('d4', 'n', '2024-01-01', NULL, NULL, NULL, NULL, NULL, 100, 'NaN', 5);
INSERT INTO policies_far.subscriptions (subscription_id, customer_id, start_date, unit_amount, interval_unit) VALUES ('u6', 'o', '2024-01-01', 7, ' '); -- by the month
CALL saaskpi.refresh('policies_far');
SELECT customer_id, status, mrr FROM policies_far.kpi_customers WHERE status <> 'prospect' ORDER BY 1;
SELECT severity, rule, rows, example, amount FROM saaskpi.check_sources('policies_far') WHERE source = 'subscriptions' AND rule <> 'plan_missing' ORDER BY rule;
DROP SCHEMA policies_far CASCADE;
-- 500 random ledgers, all pairs of presets: the differences by axis add up, and levels are what plain SQL says
SELECT setseed(0.4);
CREATE TABLE billed_bills AS
SELECT 'c' || i % 500 AS customer_id, s AS start_date, CASE WHEN random() < 0.6 THEN s + (random() * 200)::int END AS end_date, round((random() * 90)::numeric, 2) AS price, (ARRAY['A', 'B'])[1 + i % 2] AS plan,
       (ARRAY['trialing', 'active', 'past_due', 'unpaid', 'paused', 'canceled', NULL])[1 + (random() * 6)::int] AS status, CASE WHEN random() < 0.3 THEN s + (random() * 40)::int END AS trial_end,
       CASE WHEN random() < 0.3 THEN s + (random() * 90)::int END AS paused_from, CASE WHEN random() < 0.3 THEN s + (random() * 120)::int END AS resumes_on, CASE WHEN random() < 0.3 THEN s + (random() * 90)::int END AS past_due_since,
       CASE WHEN random() < 0.3 THEN s + (random() * 90)::int END AS notice_on, CASE WHEN random() < 0.4 THEN round((random() * 60)::numeric, 2) END AS discount, random() < 0.4 AS once,
       CASE WHEN random() < 0.5 THEN s + (random() * 90)::int END AS until, random() < 0.1 AS is_usage
  FROM (SELECT i, date '2024-01-01' + (random() * 200)::int AS s FROM generate_series(1, 1200) AS i) AS q;
CREATE TABLE billed_ledgers AS
SELECT customer_id, saaskpi.ledger_agg(start_date, end_date, price, plan, status, trial_end, paused_from, resumes_on, past_due_since, notice_on, NULL, 1, 1, discount, once, until, is_usage) AS l FROM billed_bills GROUP BY 1;
CREATE TABLE billed_policies AS SELECT p.*, saaskpi.mrr_policy(p.trials, p.never_paid, p.pauses, p.past_due_days, p.unpaid, p.usage, p.churn_at, p.recurring_discounts, p.one_time_discounts, p.free_stays, p.returns_after_days, p.new_after_days, p.same_month) AS axes
  FROM policies.kpi_policies AS p;
CREATE TABLE billed_levels AS SELECT customer_id, policy, axes, saaskpi.mrr_at(saaskpi.mrr_history(l, axes), '2024-07-31') AS mrr FROM billed_ledgers CROSS JOIN billed_policies;
SELECT count(*) AS pairs, count(*) FILTER (WHERE b.mrr <> a.mrr) > 5000 AS differ, bool_and(coalesce(d.amount, 0) = b.mrr - a.mrr) AS explained, bool_and(d.axes) AS named
  FROM billed_levels AS a JOIN billed_levels AS b USING (customer_id) JOIN billed_ledgers USING (customer_id)
 CROSS JOIN LATERAL (SELECT sum(amount) AS amount, bool_and(axis <> '') AS axes FROM saaskpi.policy_differences(l, a.axes, b.axes, '2024-07-31')) AS d;
CREATE TABLE billed_days AS SELECT d::date AS day FROM generate_series(date '2024-01-15', '2024-12-31', interval '17 days') AS d;
SELECT count(*) AS days, bool_and(n.mrr = saaskpi.mrr_at(saaskpi.mrr_history(l, p.axes), n.day)) AS same, count(*) FILTER (WHERE n.mrr > 0) > 1000 AS enough
  FROM (SELECT customer_id, policy, day, sum(CASE
               WHEN day < start_date OR day >= end_date OR end_date <= start_date OR (is_usage AND NOT usage) OR (churn_at = 'notice' AND day >= notice_on) THEN 0
               WHEN trial_end > day OR (trial_end IS NULL AND status = 'trialing') THEN CASE WHEN trials THEN price - off ELSE 0 END
               WHEN (paused_from IS NOT NULL OR status = 'paused') AND day >= coalesce(paused_from, start_date) AND (resumes_on IS NULL OR resumes_on <= coalesce(paused_from, start_date) OR day < resumes_on)
                    THEN CASE WHEN pauses = 'keep' THEN price - off ELSE 0 END
               WHEN day >= since AND (day - since >= past_due_days OR CASE WHEN trial_end <> start_date AND since <= trial_end THEN NOT never_paid ELSE status = 'unpaid' AND NOT unpaid END) THEN 0
               ELSE price - off END) AS mrr
          FROM (SELECT b.*, p.*, day, CASE WHEN (day >= until) IS NOT TRUE AND CASE WHEN once THEN one_time_discounts ELSE recurring_discounts END THEN least(coalesce(discount, 0), price) ELSE 0 END AS off,
                       CASE WHEN status IN ('past_due', 'unpaid') THEN coalesce(past_due_since, start_date) WHEN coalesce(status, 'canceled') = 'canceled' THEN past_due_since END AS since
                  FROM billed_bills AS b CROSS JOIN billed_policies AS p CROSS JOIN billed_days WHERE customer_id < 'c2') AS q GROUP BY 1, 2, 3) AS n
  JOIN billed_ledgers USING (customer_id) JOIN billed_policies AS p USING (policy);
-- movements lead from level to level, and the waterfall is their sum
SELECT policy, bool_and(w.closing = m.closing) AS same
  FROM (SELECT policy, axes, saaskpi.ledger_flow_agg(l, axes, '2024-12-31') AS f FROM billed_ledgers CROSS JOIN billed_policies GROUP BY policy, axes) AS q
 CROSS JOIN LATERAL saaskpi.policy_waterfall(f) AS w
 CROSS JOIN LATERAL (SELECT sum(mrr_after - mrr_before) AS closing FROM billed_ledgers, saaskpi.ledger_movements(l, axes, (w.period + interval '1 month - 1 day')::date)) AS m
 WHERE extract(month FROM w.period) IN (3, 8, 12) GROUP BY 1 ORDER BY 1;
-- and what a history has aside makes of it the same movements as the ledger has
SELECT policy, count(*) > 500 AS enough, count(*) FILTER (WHERE movement IN ('pause', 'resume')) > 100 AS pauses, count(*) FILTER (WHERE n <> 2) AS differ
  FROM (SELECT customer_id, policy, happened_on, movement, amount, mrr_before, mrr_after, count(*) AS n
          FROM (SELECT customer_id, policy, v.happened_on, v.movement, v.amount, v.mrr_before, v.mrr_after
                  FROM billed_ledgers CROSS JOIN billed_policies CROSS JOIN LATERAL saaskpi.ledger_movements(l, axes, '2024-12-31') AS v WHERE policy IN ('house', 'stripe')
                UNION ALL
                SELECT customer_id, policy, v.happened_on, v.movement, v.amount, v.mrr_before, v.mrr_after
                  FROM billed_ledgers CROSS JOIN billed_policies CROSS JOIN LATERAL saaskpi.mrr_movements(saaskpi.mrr_history(l, axes), '2024-12-31') AS v WHERE policy IN ('house', 'stripe')) AS q
         GROUP BY 1, 2, 3, 4, 5, 6, 7) AS m GROUP BY 1 ORDER BY 1;
DROP SCHEMA policies CASCADE;
DROP ROLE regress_policies_log, regress_policies_customers;
-- months told otherwise by another time zone, by another policy, and by several settings at once
CREATE SCHEMA restated;
CREATE TABLE restated.subscriptions (subscription_id text, customer_id text, start_date timestamptz, end_date date, monthly_price numeric, status text, paused_from date);
INSERT INTO restated.subscriptions VALUES ('1', 'a', '2024-02-29 23:30+00', NULL, 10, NULL, NULL), ('2', 'b', '2024-01-10 12:00+00', NULL, 20, 'paused', '2024-03-05'), ('3', 'c', '2024-01-10 12:00+00', '2024-03-31', 30, NULL, NULL);
CALL saaskpi.create_views('restated');
UPDATE restated.kpi_settings SET as_of = '2024-05-15';
CALL saaskpi.refresh('restated');
UPDATE restated.kpi_settings SET time_zone = 'Europe/Athens';
CALL saaskpi.refresh('restated');
UPDATE restated.kpi_settings SET mrr_policy = 'chartmogul';
CALL saaskpi.refresh('restated');
UPDATE restated.kpi_settings SET mrr_policy = 'house', ends_inclusive = true;
CALL saaskpi.refresh('restated');
SELECT publication, period, customer_id, measure, before, after, cause, detail FROM restated.kpi_restatements WHERE measure = 'closing' ORDER BY 1, 2, 3;
SELECT because FROM saaskpi.explain_restatement('restated', '2024-02-01') UNION SELECT because FROM saaskpi.explain_restatement('restated', '2024-03-01') ORDER BY 1;
-- what is not there yet, what was never frozen, and what is
\set VERBOSITY default
\set SHOW_CONTEXT never
CREATE TABLE restated.none (LIKE restated.subscriptions);
CREATE SCHEMA unrestated;
CREATE VIEW unrestated.subscriptions AS SELECT * FROM restated.none;
CALL saaskpi.create_views('unrestated');
CALL saaskpi.freeze('unrestated', '2024-01-01');
SELECT * FROM saaskpi.as_of('unrestated', '2024-01-01 00:00Z');
CALL saaskpi.unfreeze('restated', '2024-01-01');
CALL saaskpi.freeze('restated', '2024-03-20');
CALL saaskpi.unfreeze('restated', '2024-04-01');
CALL saaskpi.unfreeze('restated', '2019-04-01');
CALL saaskpi.unfreeze('restated', '-infinity');
CALL saaskpi.unfreeze('restated', NULL);
CALL saaskpi.unfreeze('restated', '2024-02-29');
SELECT max(period) FROM restated.kpi_mrr_reported WHERE is_frozen;
SET client_min_messages = error;
DROP SCHEMA unrestated CASCADE;
DROP SCHEMA restated CASCADE;
