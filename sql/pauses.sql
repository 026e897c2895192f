SET datestyle = iso;
SET timezone = 'UTC';
SET client_min_messages = warning;
\pset null ~
-- one customer for every way to pause, and one who never does; each pays 100 from the first of the year
CREATE SCHEMA pauses;
CREATE TABLE pauses.subscriptions (subscription_id text, customer_id text, plan_type text, start_date date, end_date date, monthly_price numeric, status text, trial_end date, paused_from date, resumes_on date);
INSERT INTO pauses.subscriptions VALUES
    ('a', 'across a month end', 'Pro', '2024-01-01', NULL, 100, 'active', NULL, '2024-02-20', '2024-03-10'),
    ('b', 'at first a trial', 'Pro', '2024-01-01', NULL, 100, 'paused', '2024-01-15', '2024-01-15', NULL),
    ('c', 'cancelled while paused', 'Pro', '2024-01-01', '2024-03-15', 100, 'canceled', NULL, '2024-02-10', NULL),
    ('d', 'downgraded that day', 'Pro', '2024-01-01', '2024-02-15', 60, 'canceled', NULL, NULL, NULL),
    ('d', 'downgraded that day', 'Basic', '2024-02-15', NULL, 25, 'active', NULL, NULL, NULL),
    ('e', 'downgraded that day', 'Pro', '2024-01-01', NULL, 40, 'paused', NULL, '2024-02-15', NULL),
    ('f', 'just one of two', 'Pro', '2024-01-01', NULL, 70, 'active', NULL, '2024-02-05', '2024-04-02'),
    ('g', 'just one of two', 'Basic', '2024-01-01', NULL, 30, 'active', NULL, NULL, NULL),
    ('h', 'never', 'Pro', '2024-01-01', NULL, 100, 'active', NULL, NULL, NULL),
    ('i', 'on the last day', 'Pro', '2024-01-01', NULL, 100, 'paused', NULL, '2024-04-15', NULL),
    ('j', 'other one cancelled', 'Pro', '2024-01-01', NULL, 80, 'paused', NULL, '2024-02-05', NULL),
    ('k', 'other one cancelled', 'Basic', '2024-01-01', '2024-03-05', 20, 'canceled', NULL, NULL, NULL),
    ('l', 'paused and left', 'Pro', '2024-01-01', '2024-03-20', 100, 'canceled', NULL, '2024-02-01', '2024-03-01'),
    ('m', 'within a month', 'Pro', '2024-01-01', NULL, 100, 'active', NULL, '2024-03-05', '2024-03-25');
CALL saaskpi.create_views('pauses');
UPDATE pauses.kpi_settings SET as_of = '2024-04-15';
CALL saaskpi.refresh('pauses');
SELECT customer_id, happened_on, movement, amount, mrr_before, mrr_after FROM pauses.kpi_mrr_movements WHERE happened_on > '2024-01-01' ORDER BY customer_id COLLATE "C", 2;
SELECT customer_id, status, mrr, first_mrr_on, churned_on, tenure_days FROM pauses.kpi_customers ORDER BY customer_id COLLATE "C";
SELECT period, opening, new, expansion AS exp, contraction AS con, churn, reactivation AS rea, pause, resume, closing, round_trip AS trip, quick_ratio FROM pauses.kpi_mrr_monthly ORDER BY 1;
SELECT period, customers_opening AS opening, customers_new AS new, customers_churned AS churned, customers_reactivated AS back, customers_paused AS paused, customers_resumed AS resumed, customers_closing AS closing,
       customers_lost AS lost, customers_opening_paused AS resting, logo_churn_rate AS logo FROM pauses.kpi_mrr_monthly ORDER BY 1;
SELECT period, opening, mrr_kept, opening_paused, gross_mrr_churn_rate AS gross, net_mrr_churn_rate AS net, nrr, grr FROM pauses.kpi_mrr_monthly ORDER BY 1;
SELECT value, period, opening, new, contraction AS con, churn, reactivation AS rea, pause, resume, transfer_in AS ti, transfer_out AS "to", closing, customers_paused AS paused, customers_resumed AS resumed, customers_lost AS lost,
       customers_opening_paused AS resting FROM pauses.kpi_mrr_monthly_by WHERE dimension = 'plan_type' ORDER BY 1, 2;
-- of subscriptions, whoever holds them: in February a, c, e, f, j and l begin to rest, in March a, l and m come back and k and l end
SELECT period, opening, new, churned, reactivated AS back, paused, resumed, closing, lost, opening_paused AS resting, subscription_churn_rate AS rate, mrr, arps FROM pauses.kpi_subscriptions_monthly ORDER BY 1;
SELECT identity, detail FROM saaskpi.check_identities('pauses') WHERE NOT holds ORDER BY 1, 2;
-- what is told of it: in sentences, of days, as reported
SELECT i.rule, i.sentence FROM saaskpi.insights('pauses', '2024-03-01', '2024-04-01') AS i WHERE i.rule IN ('mrr', 'mrr_pauses', 'customers');
SELECT rank, customer_id, movement, amount, because FROM saaskpi.explain_change('pauses', '2024-02-01', '2024-03-01') ORDER BY rank;
SELECT sum(amount) = (SELECT closing - opening FROM pauses.kpi_mrr_monthly WHERE period = '2024-03-01') AS explained FROM saaskpi.explain_change('pauses', '2024-02-01', '2024-03-01');
SELECT d.day::date, saaskpi.customers_overview('pauses', '2024-02-01', d.day::date) -> 'data' -> 'total' ->> 'value' AS customers FROM generate_series(timestamp '2024-02-09', '2024-03-12', interval '8 days') AS d(day) ORDER BY 1;
CALL saaskpi.freeze('pauses', '2024-02-01');
SELECT period, opening, churn, pause, resume, restated, closing, customers_churned, customers_paused, customers_resumed, customers_closing, is_frozen FROM pauses.kpi_mrr_reported ORDER BY 1;
SELECT period, pause, resume, customers_paused, customers_resumed, opening_paused, customers_opening_paused FROM saaskpi.as_of('pauses', run => 1) ORDER BY 1;
-- churn as models are told of it: whoever pauses has not left, whoever cancels while pausing has
SELECT c.customer_id, f.as_of, f.mrr, f.days_since_change, f.past_churns, f.reactivations, f.churned FROM pauses.kpi_customers_mat AS c
 CROSS JOIN LATERAL saaskpi.subscription_features(c.mrr_history, NULL::saaskpi.activity, '{2024-01-31,2024-03-31}'::date[], 60, '2024-04-15') AS f ORDER BY c.customer_id COLLATE "C", 2;
-- the states: the same again from their text, merged in any order
SELECT mrr_history FROM pauses.kpi_customers_mat WHERE customer_id IN ('just one of two', 'never') ORDER BY customer_id COLLATE "C";
SELECT saaskpi.mrr_flow(mrr_history, 'month', '2024-04-15') FROM pauses.kpi_customers_mat WHERE customer_id = 'just one of two';
SELECT saaskpi.mrr_retention(mrr_history, 1, 'month', '2024-04-15') FROM pauses.kpi_customers_mat WHERE customer_id = 'just one of two';
SELECT customer_id, saaskpi.paused_at(mrr_history, '2024-03-01') AS paused FROM pauses.kpi_customers_mat ORDER BY customer_id COLLATE "C";
WITH f AS (SELECT segment, saaskpi.mrr_flow(mrr_history, 'month', '2024-04-15') AS one, customer_id FROM pauses.kpi_customers_mat)
SELECT count(DISTINCT t) AS flows, min(left(t, 10)) AS version FROM (SELECT saaskpi.rollup(one ORDER BY customer_id)::text AS t FROM f UNION ALL SELECT saaskpi.rollup(one ORDER BY customer_id DESC)::text FROM f
    UNION ALL SELECT saaskpi.mrr_flow_agg(mrr_history, 'month', '2024-04-15')::text::saaskpi.mrr_flow::text FROM pauses.kpi_customers_mat) AS q;
-- views made by version 0.1.0 have it in its movements
SELECT w.period, w.churn, w.contraction, w.reactivation, w.expansion, w.customers_churned, w.customers_reactivated, w.closing
  FROM (SELECT saaskpi.mrr_flow_agg(mrr_history, 'month', '2024-04-15') AS f FROM pauses.kpi_customers_mat) AS q, saaskpi_internal.mrr_waterfall(f) AS w WHERE w.label IS NULL;
-- what was paused and is back when the next refresh comes: of a later day, and of an earlier one
UPDATE pauses.kpi_settings SET as_of = '2024-01-31';
CALL saaskpi.refresh('pauses');
SELECT customer_id, happened_on, movement FROM pauses.kpi_mrr_movements WHERE customer_id IN ('across a month end', 'within a month') ORDER BY 2, 1;
UPDATE pauses.kpi_settings SET as_of = '2024-04-15';
CALL saaskpi.refresh('pauses');
SELECT customer_id, happened_on, movement FROM pauses.kpi_mrr_movements WHERE customer_id IN ('across a month end', 'within a month') ORDER BY 2, 1;
-- as the policies that keep pauses, or call them churn, have it
UPDATE pauses.kpi_policies SET is_used = true, pauses = 'churn' WHERE policy = 'recurly';
UPDATE pauses.kpi_settings SET mrr_policy = 'recurly';
CALL saaskpi.refresh('pauses');
SELECT period, opening, new, expansion AS exp, contraction AS con, churn, reactivation AS rea, pause, resume, closing, customers_lost FROM pauses.kpi_mrr_monthly ORDER BY 1;
SELECT status, count(*) FROM pauses.kpi_customers GROUP BY 1 ORDER BY 1;
UPDATE pauses.kpi_settings SET mrr_policy = 'house';
CALL saaskpi.refresh('pauses');
-- which rows are one subscription changes by itself, and no history of a customer with it: of two that are one, only part rests
UPDATE pauses.subscriptions SET subscription_id = 'f' WHERE subscription_id = 'g';
CALL saaskpi.refresh('pauses');
SELECT period, opening, new, churned, reactivated AS back, paused, resumed, closing, lost, opening_paused AS resting, mrr FROM pauses.kpi_subscriptions_monthly ORDER BY 1;
-- a refresh that would call a pause churn is not published
UPDATE pauses.kpi_mrr_monthly_mat SET churn = churn + pause, pause = 0 WHERE period = '2024-02-01';
SELECT identity, detail FROM saaskpi.check_identities('pauses') WHERE NOT holds ORDER BY 1, 2;
DROP SCHEMA pauses CASCADE;
