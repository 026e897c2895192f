SET datestyle = iso;
SET client_min_messages = warning;
\pset null ~
\pset footer off
-- the edge cases of subscriptions; each customer is one, as of 2024-06-15
CALL saaskpi.create_source_tables('edge', checked => false);
INSERT INTO edge.subscriptions (customer_id, subscription_id, plan_type, start_date, end_date, monthly_price) VALUES
    ('01 cancelled and back the same day', '1', 'Pro', '2024-01-10', '2024-03-15', 100),
    ('01 cancelled and back the same day', '2', 'Pro', '2024-03-15', NULL, 100),
    ('02 other plan the same day', '1', 'Basic', '2024-01-01', '2024-02-10', 50),
    ('02 other plan the same day', '2', 'Pro', '2024-02-10', NULL, 80),
    ('03 upgrade, then churn in the month', '1', 'Pro', '2024-01-05', '2024-03-05', 50),
    ('03 upgrade, then churn in the month', '2', 'Pro', '2024-03-05', '2024-03-20', 70),
    ('04 one of two cancelled', '1', 'Pro', '2024-01-01', NULL, 40),
    ('04 one of two cancelled', '2', 'Add-on', '2024-01-01', '2024-02-15', 60),
    ('05 annual, cancelled to the end of service', '1', 'Annual', '2023-12-01', '2024-12-01', 10),
    ('06 trial, first invoice failed', '1', 'Trial', '2024-01-01', '2024-01-15', 0),
    ('06 trial, first invoice failed', '2', 'Pro', '2024-01-15', NULL, 30),
    ('07 free for three months', '1', 'Pro', '2024-01-01', '2024-04-01', 0),
    ('07 free for three months', '2', 'Pro', '2024-04-01', NULL, 90),
    ('08 pause across the end of a month', '1', 'Pro', '2024-01-01', '2024-01-20', 20),
    ('08 pause across the end of a month', '2', 'Pro', '2024-02-10', NULL, 20),
    ('09 pause, then cancelled', '1', 'Pro', '2024-01-01', '2024-01-20', 20),
    ('09 pause, then cancelled', '2', 'Pro', '2024-02-10', '2024-02-20', 20),
    ('10 price of nothing', '1', 'Pro', '2024-01-01', NULL, 0),
    ('11 price below nothing', '1', 'Pro', '2024-01-01', NULL, -5),
    ('12 dearer, same plan', '1', 'Pro', '2024-01-01', '2024-05-01', 50),
    ('12 dearer, same plan', '2', 'Pro', '2024-05-01', NULL, 60),
    ('13 ends as it starts', '1', 'Pro', '2024-02-01', '2024-02-01', 10),
    ('14 ends before it starts', '1', 'Pro', '2024-02-01', '2024-01-31', 10),
    ('15 loaded twice', '1', 'Pro', '2024-01-01', NULL, 25),
    ('15 loaded twice', '1', 'Pro', '2024-01-01', NULL, 25),
    ('16 from the 31st', '1', 'Pro', '2024-01-31', NULL, 10),
    ('17 leap day', '1', 'Pro', '2024-02-29', '2024-03-01', 12),
    ('18 ends after as_of', '1', 'Pro', '2024-01-01', '2024-12-31', 15),
    ('19 starts after as_of', '1', 'Pro', '2024-07-01', NULL, 15),
    ('20 downgrade to another plan', '1', 'Plan A', '2024-01-01', '2024-03-01', 50),
    ('20 downgrade to another plan', '2', 'Plan B', '2024-03-01', NULL, 30),
    ('21 expansion, contraction, churn, return', '1', 'Annual', '2024-01-01', '2024-04-01', 166.67),
    ('21 expansion, contraction, churn, return', '2', 'Add-on', '2024-02-01', '2024-03-01', 60),
    ('21 expansion, contraction, churn, return', '3', 'Pro', '2024-05-01', NULL, 150),
    ('22 annual ended, monthly begun', '1', 'Annual', '2024-01-01', '2024-02-15', 100),
    ('22 annual ended, monthly begun', '2', 'Monthly', '2024-02-15', NULL, 100),
    ('23 ends on the last day', '1', 'Pro', '2024-01-01', '2024-01-31', 5),
    ('24 ends on as_of', '1', 'Pro', '2024-01-01', '2024-06-15', 5),
    ('25 starts on as_of', '1', 'Pro', '2024-06-15', NULL, 5),
    ('26 no start', '1', 'Pro', NULL, NULL, 5),
    ('27 a price of four decimals', '1', 'Pro', '2024-01-01', NULL, 8.3333);
INSERT INTO edge.customers (customer_id, signup_date) SELECT DISTINCT customer_id, '2024-01-01'::date FROM edge.subscriptions;
INSERT INTO edge.payments (customer_id, payment_id, payment_date, amount, payment_status) VALUES
    ('05 annual, cancelled to the end of service', 'p1', '2023-12-01', 120, 'Success'),
    ('06 trial, first invoice failed', 'p2', '2024-01-15', 30, 'Failed'),
    ('12 dearer, same plan', 'p3', '2024-01-02', 50, 'Success'),
    ('12 dearer, same plan', 'p4', '2024-03-02', -50, 'Success');
CALL saaskpi.create_views('edge');
UPDATE edge.kpi_settings SET as_of = '2024-06-15';
CALL saaskpi.refresh('edge');
-- movements of each: as worked out by hand
SELECT customer_id, string_agg(format('%s %s %s', to_char(happened_on, 'MM-DD'), movement, amount), ', ' ORDER BY happened_on) AS movements
  FROM edge.kpi_mrr_movements GROUP BY customer_id ORDER BY customer_id COLLATE "C";
SELECT customer_id, status, mrr, first_mrr_on, churned_on, tenure_days FROM edge.kpi_customers ORDER BY customer_id COLLATE "C";
-- by event the first leaves and comes back on one day; by month the third never grew
SELECT happened_on, movement, amount FROM edge.kpi_customers_mat AS c, saaskpi.mrr_movements(c.mrr_history, '2024-06-15', 'month', 'event') WHERE c.customer_id LIKE '01%';
SELECT happened_on, movement, amount FROM edge.kpi_customers_mat AS c, saaskpi.mrr_movements(c.mrr_history, '2024-06-15', 'month', 'period') WHERE c.customer_id LIKE '03%';
SELECT period, opening, new, expansion, contraction, churn, reactivation, closing, round_trip FROM edge.kpi_mrr_monthly ORDER BY period;
SELECT period, customers_opening AS open, customers_new AS new, customers_churned AS churned, customers_reactivated AS back, customers_closing AS close, customers_lost AS lost,
       logo_churn_rate, gross_mrr_churn_rate, net_mrr_churn_rate, quick_ratio FROM edge.kpi_mrr_monthly ORDER BY period;
-- plans: what changes plan is a transfer, the rest growth or loss
SELECT value AS plan, period, opening, new, expansion, contraction, churn, reactivation, transfer_in, transfer_out, closing
  FROM edge.kpi_mrr_monthly_by WHERE dimension = 'plan_type' AND value <> 'Pro' AND (opening <> closing OR transfer_in <> 0) ORDER BY value COLLATE "C", period;
-- a failed first invoice is no conversion and is named in the bridge; a refund counts in its own month
SELECT signups, matured, converted, expired, pending FROM edge.kpi_conversion WHERE dimension = 'all' ORDER BY cohort;
SELECT period, collected, payments, failed_payments, refunds, refunded_amount, paying_customers FROM edge.kpi_revenue_monthly WHERE collected <> 0 OR failed_payments > 0 ORDER BY period;
SELECT period, failed_unpaid, refunded, residual FROM edge.kpi_cash_bridge_monthly WHERE failed_unpaid > 0 OR refunded > 0 ORDER BY period;
-- what cannot count is counted: below nothing, no time, backwards, no start
SELECT skipped_subscriptions, skipped_payments FROM edge.kpi_refresh_log;
-- a backdated row changes the closed months from its start on, and only those
CREATE TABLE edge.seen AS SELECT period, closing FROM edge.kpi_mrr_monthly;
INSERT INTO edge.subscriptions (customer_id, subscription_id, plan_type, start_date, end_date, monthly_price) VALUES ('28 backdated', '1', 'Pro', '2024-02-10', '2024-04-10', 1000);
CALL saaskpi.refresh('edge');
SELECT period, m.closing - s.closing AS change FROM edge.seen AS s JOIN edge.kpi_mrr_monthly AS m USING (period) WHERE m.closing <> s.closing ORDER BY 1;
-- a deleted row takes its movements with it, the churn too
DELETE FROM edge.subscriptions WHERE customer_id LIKE '28%' OR customer_id LIKE '23%';
CALL saaskpi.refresh('edge');
SELECT period, m.closing - s.closing AS change FROM edge.seen AS s JOIN edge.kpi_mrr_monthly AS m USING (period) WHERE m.closing <> s.closing ORDER BY 1;
SELECT status, first_mrr_on FROM edge.kpi_customers WHERE customer_id LIKE '23%' OR customer_id LIKE '28%';
-- merged customers: the same MRR, one customer less
CREATE TABLE edge.unmerged AS SELECT period, closing, customers_closing FROM edge.kpi_mrr_monthly;
UPDATE edge.subscriptions SET customer_id = '01 cancelled and back the same day' WHERE customer_id LIKE '15%' OR customer_id LIKE '16%';
CALL saaskpi.refresh('edge');
SELECT period, m.closing - s.closing AS change, m.customers_closing - s.customers_closing AS customers FROM edge.unmerged AS s JOIN edge.kpi_mrr_monthly AS m USING (period) ORDER BY 1;
SELECT * FROM saaskpi.check_identities('edge') WHERE NOT holds;
-- months of costs without a customer are months of no MRR, under every policy
CALL saaskpi.create_source_tables('edge_costs');
INSERT INTO edge_costs.costs VALUES ('2024-01', 1, 2, 3);
CALL saaskpi.create_views('edge_costs');
UPDATE edge_costs.kpi_settings SET as_of = '2024-03-05';
CALL saaskpi.refresh('edge_costs');
SELECT period, opening, closing, customers_closing, nrr, nrr_12m, is_complete FROM edge_costs.kpi_mrr_monthly ORDER BY period;
SELECT policy, count(*), sum(closing) AS closing FROM edge_costs.kpi_mrr_policies GROUP BY policy;
UPDATE edge_costs.kpi_policies SET is_used = true;
CALL saaskpi.refresh('edge_costs');
SELECT policy, count(*), sum(closing) AS closing FROM edge_costs.kpi_mrr_policies GROUP BY policy ORDER BY policy;
-- costs that are no numbers are not known, nor is what is made of them, and nothing else
INSERT INTO edge.costs VALUES ('2024-03', 'NaN', 1, 2), ('2024-04', 1, 'Infinity', 2), ('2024-05', 1, 2, 3);
CALL saaskpi.refresh('edge');
SELECT period, revenue, infra_cost, marketing_cost, gross_profit, operating_profit FROM edge.kpi_margin_monthly WHERE period > '2024-02-01' ORDER BY 1;
SELECT rule, rows, example FROM edge.kpi_data_quality WHERE source = 'costs';
-- published: of 100, 10 churn, 10 contract and 10 expand: 20 % gross, 10 % net
CALL saaskpi.create_source_tables('edge_rates');
INSERT INTO edge_rates.subscriptions VALUES
    ('1', 'a', 'Pro', '2024-01-01', '2024-02-10', 10),
    ('2', 'b', 'Pro', '2024-01-01', '2024-02-10', 20), ('3', 'b', 'Pro', '2024-02-10', NULL, 10),
    ('4', 'c', 'Pro', '2024-01-01', '2024-02-10', 70), ('5', 'c', 'Pro', '2024-02-10', NULL, 80);
CALL saaskpi.create_views('edge_rates');
UPDATE edge_rates.kpi_settings SET as_of = '2024-03-01';
CALL saaskpi.refresh('edge_rates');
SELECT opening, expansion, contraction, churn, closing, gross_mrr_churn_rate, net_mrr_churn_rate, nrr, grr, quick_ratio, logo_churn_rate FROM edge_rates.kpi_mrr_monthly WHERE period = '2024-02-01';
-- published: 500 upgraded to 1379, then churned: 100 % lost, not 275.8 %
INSERT INTO edge_rates.subscriptions VALUES ('6', 'd', 'Pro', '2024-03-01', '2024-04-05', 500), ('7', 'd', 'Pro', '2024-04-05', '2024-04-20', 1379);
DELETE FROM edge_rates.subscriptions WHERE customer_id <> 'd';
UPDATE edge_rates.kpi_settings SET as_of = '2024-05-01';
CALL saaskpi.refresh('edge_rates');
SELECT opening, expansion, churn, closing, round_trip, gross_mrr_churn_rate, net_mrr_churn_rate FROM edge_rates.kpi_mrr_monthly WHERE period = '2024-04-01';
-- an attribute or a plan that is empty is none, as in sales
CALL saaskpi.create_source_tables('edge_empty');
INSERT INTO edge_empty.customers VALUES ('a', '2024-01-01', '', '', '', true), ('b', '2024-01-01', NULL, NULL, NULL, true), ('c', '2024-01-01', 'SMB', 'DE', 'Partner', true);
INSERT INTO edge_empty.subscriptions VALUES ('1', 'a', '', '2024-01-01', NULL, 10), ('2', 'b', NULL, '2024-01-01', NULL, 20), ('3', 'c', 'Pro', '2024-01-01', NULL, 40);
CALL saaskpi.create_views('edge_empty');
UPDATE edge_empty.kpi_settings SET as_of = '2024-02-29';
CALL saaskpi.refresh('edge_empty');
SELECT dimension, value, closing, customers_closing FROM edge_empty.kpi_mrr_monthly_by WHERE period = '2024-02-01' ORDER BY 1, 2;
\pset footer on
DROP SCHEMA edge_empty CASCADE;
DROP SCHEMA edge CASCADE;
DROP SCHEMA edge_rates CASCADE;
DROP SCHEMA edge_costs CASCADE;
