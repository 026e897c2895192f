SET datestyle = iso;
SET client_min_messages = warning;
\set SHOW_CONTEXT never
\pset null ~
-- by hand: A goes straight and is won at a lower amount; B is lost, reopened and still open; C has no history and is lost; D is open, without one; E goes back a stage; F is created and won at once
CALL saaskpi.create_source_tables('deals_test', false);
DROP TABLE deals_test.customers, deals_test.subscriptions, deals_test.payments, deals_test.costs, deals_test.orders, deals_test.order_lines, deals_test.products;
INSERT INTO deals_test.sales_reps VALUES ('r1', 'Rita', 'Field', 'EU'), ('r2', NULL, 'Inside', 'US');
INSERT INTO deals_test.sales_quotas VALUES ('r1', '2024-01', 50), ('r1', '2024-02', 100), ('r1', '2024-03', 310), ('r2', '2024-02', 0), ('r3', '2024-02', 10);
INSERT INTO deals_test.opportunities (opportunity_id, sales_rep_id, created_at, amount, stage, closed_at, expected_close) VALUES
    ('A', 'r1', '2024-01-01 12:00Z', 80, 'Closed Won', '2024-02-10 12:00Z', '2024-02-01'), ('B', 'r2', '2024-01-05', 50, 'Proposal', NULL, '2024-03-01'),
    ('C', 'r1', '2024-01-20', 30, 'Closed Lost', '2024-03-02', NULL), ('D', NULL, '2024-02-15', 20, 'Qualified', NULL, '2024-04-01'),
    ('E', 'r1', '2024-02-01', NULL, 'Lead', NULL, NULL), ('F', 'r1', '2024-03-01', 40, 'Closed Won', '2024-03-01', NULL), ('G', 'r1', '2024-04-01 00:00Z', 999, 'Lead', NULL, NULL);
INSERT INTO deals_test.opportunity_stages VALUES
    ('A', 'Closed Won', '2024-02-10 12:00Z', 80), ('A', 'Lead', '2024-01-01 12:00Z', 100), ('A', 'Proposal', '2024-01-11 12:00Z', NULL), -- out of order
    ('B', 'Lead', '2024-01-05', 40), ('B', 'Closed Lost', '2024-01-31 23:59:59Z', 40), ('B', 'Proposal', '2024-02-20', 50),
    ('E', 'Lead', '2024-02-01', 10), ('E', 'Qualified', '2024-02-11', 15), ('E', 'Lead', '2024-03-02', 15), ('nobody', 'Lead', '2024-02-01', 10);
CALL saaskpi.create_views('deals_test');
UPDATE deals_test.kpi_settings SET as_of = '2024-03-31', stage_days = 30;
CALL saaskpi.refresh('deals_test');
SELECT * FROM deals_test.kpi_pipeline_stages ORDER BY ordinal;
SELECT opportunity_id, step, entered_on, stage, outcome, stage_before, amount, amount_before, has_history FROM deals_test.kpi_opportunity_steps ORDER BY opportunity_id, step;
SELECT * FROM deals_test.kpi_opportunities ORDER BY opportunity_id;
-- of a customer, as of now and of a day on which nobody knew how A would end
BEGIN;
UPDATE deals_test.kpi_opportunities_mat SET customer_id = 'c' WHERE opportunity_id = 'A';
SELECT d.day, string_agg(k, ' ' ORDER BY k COLLATE "C") AS known FROM (VALUES ('2024-03-31'::date), ('2024-02-01')) AS d(day), LATERAL saaskpi.customer_360('deals_test', 'c', d.day) AS c, jsonb_object_keys(c.facts) AS k GROUP BY 1 ORDER BY 1;
ROLLBACK;
SELECT * FROM deals_test.kpi_pipeline_monthly ORDER BY period;
SELECT * FROM deals_test.kpi_pipeline ORDER BY ordinal;
SELECT * FROM deals_test.kpi_pipeline_kpis ORDER BY grain, period;
SELECT * FROM deals_test.kpi_stage_conversion ORDER BY ordinal;
SELECT * FROM deals_test.kpi_stage_duration ORDER BY ordinal;
SELECT * FROM deals_test.kpi_quota ORDER BY period, sales_rep_id;
SELECT severity, source, rule, rows, example FROM saaskpi.check_sources('deals_test', '2024-03-31') WHERE severity <> 'info';
SELECT * FROM saaskpi.check_identities('deals_test') WHERE identity ~ 'pipeline|quota';
-- zones: the loss of the last second of January falls in February, further east
UPDATE deals_test.kpi_settings SET time_zone = 'Pacific/Kiritimati';
CALL saaskpi.refresh('deals_test');
SELECT period, opening, created, reopened, won, lost, amount_changes, closing FROM deals_test.kpi_pipeline_monthly ORDER BY period;
UPDATE deals_test.kpi_settings SET time_zone = 'UTC';
CALL saaskpi.refresh('deals_test');
-- what does not fit is named, and not published
UPDATE deals_test.kpi_pipeline_monthly_mat SET closing = closing + 1 WHERE period = '2024-02-01';
UPDATE deals_test.kpi_pipeline_mat SET share = share + 0.1 WHERE stage = 'Lead';
UPDATE deals_test.kpi_quota_mat SET won = won + 1 WHERE period = '2024-02-01' AND sales_rep_id = 'r1';
SELECT * FROM saaskpi.check_identities('deals_test') WHERE NOT holds;
CALL saaskpi.refresh('deals_test');
\echo :SQLSTATE
CALL saaskpi.refresh('deals_test');
SELECT * FROM saaskpi.check_identities('deals_test') WHERE NOT holds;
-- stages of one's own, among them a second way to win
INSERT INTO deals_test.pipeline_stages VALUES ('Lead', 1, 0.2, 'open'), ('Qualified', 2, NULL, 'open'), ('Proposal', 3, 1.5, 'Open '), ('Closed Won', 9, 1, 'won'), ('Closed Lost', 10, 0, 'LOST');
CALL saaskpi.refresh('deals_test');
SELECT stage, outcome, deals, amount, share, probability, weighted, win_rate FROM deals_test.kpi_pipeline ORDER BY ordinal;
DELETE FROM deals_test.pipeline_stages WHERE stage <> 'Lead';
CALL saaskpi.refresh('deals_test');
SELECT stage, ordinal, outcome, deals, amount FROM deals_test.kpi_pipeline ORDER BY stage COLLATE "C";
-- a history that begins later, as of a CRM that keeps changes only: until then the deal is open in a stage nobody knows, worth what the first row says; not so of the same day
DELETE FROM deals_test.pipeline_stages;
INSERT INTO deals_test.opportunities (opportunity_id, sales_rep_id, created_at, amount, stage, closed_at) VALUES
    ('H', 'r1', '2024-01-10', 70, 'Closed Won', '2024-03-11'), ('I', 'r1', '2024-02-01 08:00Z', 5, 'Lead', NULL), ('J', 'r1', '2024-01-02', 9, 'Proposal', NULL);
INSERT INTO deals_test.opportunity_stages VALUES ('H', 'Closed Won', '2024-03-11', 60), ('I', 'Lead', '2024-02-01 09:00Z', 6), ('J', 'Proposal', '2024-03-05', NULL), ('J', 'Lead', '2024-03-20', 12);
CALL saaskpi.refresh('deals_test');
SELECT opportunity_id, step, entered_on, stage, outcome, amount, amount_before, has_history FROM deals_test.kpi_opportunity_steps WHERE opportunity_id IN ('H', 'I', 'J') ORDER BY opportunity_id, step;
SELECT opportunity_id, created_on, closed_on, days_open, days_in_stage, has_history FROM deals_test.kpi_opportunities WHERE opportunity_id IN ('H', 'I', 'J') ORDER BY opportunity_id;
SELECT period, opening, created, reopened, won, lost, amount_changes, closing FROM deals_test.kpi_pipeline_monthly ORDER BY period;
SELECT rule, rows, example, consequence FROM saaskpi.check_sources('deals_test', '2024-03-31') WHERE rule = 'history_begins_late';
DELETE FROM deals_test.opportunities WHERE opportunity_id IN ('H', 'I', 'J');
-- a history as Salesforce keeps it, with a row for every new amount, also after the close, and one as of Pipedrive, of stages alone, with won and lost beside them: the deal closes, K on 20 March, L at the time of its last stage on that day.
-- M is closed before its last row, N after as_of, and O stands elsewhere than its history says; P was written twice by a webhook; T was dated back, but closes when its history says so, which is after as_of
INSERT INTO deals_test.opportunities (opportunity_id, sales_rep_id, created_at, amount, stage, closed_at) VALUES
    ('S', 'r1', '2024-01-06', 9500, 'Closed Won', '2024-03-10 00:00Z'), ('K', 'r1', '2024-01-08', 8000, 'Closed Won', '2024-03-20 12:00Z'), ('L', 'r1', '2024-01-09', NULL, 'Closed Lost', '2024-03-25 00:00Z'),
    ('M', 'r1', '2024-01-10', 10, 'Closed Won', '2024-03-01'), ('N', 'r1', '2024-01-10', 20, 'Closed Won', '2024-04-02'), ('O', 'r1', '2024-01-10', 30, 'Negotiation', NULL), ('P', 'r1', '2024-02-01', 40, 'Proposal', NULL),
    ('T', 'r1', '2024-02-01', 40, 'Closed Won', '2024-03-29 00:00Z');
INSERT INTO deals_test.opportunity_stages VALUES
    ('S', 'Lead', '2024-01-06', 6000), ('S', 'Proposal', '2024-01-16', 6000), ('S', 'Proposal', '2024-01-26', 7000), ('S', 'Proposal', '2024-02-05', 9000), ('S', 'Closed Won', '2024-03-10 10:00Z', 9000), ('S', 'Closed Won', '2024-03-15', 9500),
    ('K', 'Lead', '2024-01-08', 7000), ('K', 'Negotiation', '2024-02-18', NULL), ('L', 'Lead', '2024-01-09', 3000), ('L', 'Proposal', '2024-03-25 15:00Z', NULL),
    ('M', 'Lead', '2024-01-10', NULL), ('M', 'Proposal', '2024-03-02', NULL), ('N', 'Lead', '2024-01-10', NULL), ('O', 'Lead', '2024-01-10', 25), ('P', 'Lead', '2024-02-01', 40), ('P', 'Proposal', '2024-02-21', 40), ('P', 'Proposal', '2024-02-21 00:00:02Z', 40),
    ('T', 'Lead', '2024-02-01', 40), ('T', 'Closed Won', '2024-04-02 09:00Z', 40);
CALL saaskpi.refresh('deals_test');
SELECT opportunity_id, step, entered_at, stage, outcome, amount, left_at, has_history FROM deals_test.kpi_opportunity_steps WHERE opportunity_id ~ '[K-T]' ORDER BY opportunity_id, step;
SELECT opportunity_id, stage, outcome, amount, closed_on, days_open, days_in_stage, has_history FROM deals_test.kpi_opportunities WHERE opportunity_id ~ '[K-T]' ORDER BY opportunity_id;
SELECT period, created, won, lost, amount_changes, closing, deals_won, deals_lost FROM deals_test.kpi_pipeline_monthly ORDER BY period;
SELECT stage, stays, stays_over, mean_days_over, median_days FROM deals_test.kpi_stage_duration ORDER BY ordinal;
SELECT stage, entered, matured, advanced, won, lost_here FROM deals_test.kpi_stage_conversion ORDER BY ordinal;
SELECT severity, rule, rows, amount, example, consequence FROM saaskpi.check_sources('deals_test', '2024-03-31') WHERE rule ~ 'history_(ends|stage_d|amount)|entered_after|closed_before';
DELETE FROM deals_test.opportunities WHERE opportunity_id ~ '[K-T]';
-- without a history, reps, quotas or stages: what created_at and closed_at tell
DROP TABLE deals_test.opportunity_stages, deals_test.sales_reps, deals_test.sales_quotas, deals_test.pipeline_stages;
CALL saaskpi.create_views('deals_test');
CALL saaskpi.refresh('deals_test');
SELECT period, opening, created, reopened, won, lost, amount_changes, closing FROM deals_test.kpi_pipeline_monthly ORDER BY period;
SELECT opportunity_id, stage, outcome, days_open, days_in_stage, has_history FROM deals_test.kpi_opportunities ORDER BY 1;
SELECT stage, entered, conversion_rate FROM deals_test.kpi_stage_conversion ORDER BY ordinal;
SELECT stage, stays, median_days FROM deals_test.kpi_stage_duration WHERE stays > 0;
SELECT period, sales_rep_id, name, won, quota, attainment FROM deals_test.kpi_quota ORDER BY 1, 2;
-- none at all
DELETE FROM deals_test.opportunities;
CALL saaskpi.refresh('deals_test');
SELECT count(*) AS months FROM deals_test.kpi_pipeline_monthly;
SELECT sum(deals) AS deals, count(*) AS stages FROM deals_test.kpi_pipeline;
-- quotas made alike to six decimals: places go by the amounts
CREATE TABLE deals_test.sales_quotas (sales_rep_id text, period text, quota numeric);
INSERT INTO deals_test.sales_quotas VALUES ('q1', '2024-02', 1000000), ('q2', '2024-02', 1000000), ('q3', '2024-02', 2000000);
INSERT INTO deals_test.opportunities (opportunity_id, sales_rep_id, created_at, amount, stage, closed_at) VALUES
    ('Q1', 'q1', '2024-02-01', 1000000.01, 'Closed Won', '2024-02-20'), ('Q2', 'q2', '2024-02-01', 1000000.02, 'Closed Won', '2024-02-20'), ('Q3', 'q3', '2024-02-01', 2000000.02, 'Closed Won', '2024-02-20');
CALL saaskpi.refresh('deals_test');
SELECT sales_rep_id, won, quota, attainment, rank, standing FROM deals_test.kpi_quota WHERE sales_rep_id LIKE 'q%' ORDER BY 1;
-- days of closing in a column of times, as CloseDate of Salesforce: further west they fall on the day before, and the check says so
DELETE FROM deals_test.opportunities;
INSERT INTO deals_test.opportunities (opportunity_id, created_at, amount, stage, closed_at) SELECT i::text, '2024-01-15 15:00Z', 10, 'Closed Won', '2024-03-01 00:00Z'::timestamptz + i * interval '24 hours' FROM generate_series(0, 9) AS i;
UPDATE deals_test.kpi_settings SET time_zone = 'America/New_York';
SELECT severity, rule, rows, example, consequence FROM saaskpi.check_sources('deals_test') WHERE rule ~ 'is_a_day|closed_before';
DROP SCHEMA deals_test CASCADE;
-- amounts of a history that are none are taken for empty: A is worth 5 up to its win, then 7; B 3 all along
-- a place that is none; rows of pipeline_stages and sales_quotas without a stage or a rep are not used
CREATE SCHEMA deals_ugly;
CREATE TABLE deals_ugly.opportunities (opportunity_id text, created_at date, amount numeric, stage text, closed_at date);
INSERT INTO deals_ugly.opportunities VALUES ('A', '2024-01-01', 7, 'Won', '2024-03-01'), ('B', '2024-01-01', 3, 'Talk', NULL), ('C', '2024-01-01', 922337203685477, 'Talk', NULL);
CREATE TABLE deals_ugly.opportunity_stages (opportunity_id text, stage text, entered_at date, amount numeric);
INSERT INTO deals_ugly.opportunity_stages VALUES ('A', 'Lead', '2024-01-01', 5), ('A', 'Talk', '2024-01-10', -4), ('A', 'Lead', '2024-01-20', 'NaN'), ('A', 'Talk', '2024-02-01', 'Infinity'), ('A', 'Won', '2024-03-01', 7),
    ('B', 'Lead', '2024-01-01', 3), ('B', 'Talk', '2024-02-01', 922337203685477), ('C', 'Lead', '2024-01-01', 4);
CREATE TABLE deals_ugly.pipeline_stages (stage text, ordinal numeric, probability numeric, outcome text);
INSERT INTO deals_ugly.pipeline_stages VALUES (NULL, 1, 0.5, 'open'), ('', 1, 0.5, 'open'), (NULL, 2, 0.5, 'open');
CREATE TABLE deals_ugly.sales_reps (sales_rep_id text);
INSERT INTO deals_ugly.sales_reps VALUES ('r'), ('');
CREATE TABLE deals_ugly.sales_quotas (sales_rep_id text, period text, quota numeric);
INSERT INTO deals_ugly.sales_quotas VALUES ('r', '2024-01', 1), ('r', '2024-03', 1), (NULL, '2024-01', 1), (NULL, '2024-03', 1), ('', '2024-01', 1), ('', '2024-01', 1), ('', '2024-04', 1);
CALL saaskpi.create_views('deals_ugly');
UPDATE deals_ugly.kpi_settings SET as_of = '2024-03-31';
CALL saaskpi.refresh('deals_ugly');
SELECT opportunity_id, step, entered_on, stage, amount FROM deals_ugly.kpi_opportunity_steps ORDER BY 1, 2;
SELECT source, rule, severity, rows, amount, example, consequence FROM deals_ugly.kpi_data_quality WHERE rule ~ 'history_amount|pipeline_|quota|stage_unknown' ORDER BY 1, 2;
-- with stages of its own: Lead has a place, Talk has none
INSERT INTO deals_ugly.pipeline_stages VALUES ('Lead', 1, 0.1, 'open'), ('Talk', 'NaN', 0.2, 'open'), ('Sign', 'Infinity', 0.3, 'open'), ('Won', 9, 1, 'won');
CALL saaskpi.refresh('deals_ugly');
SELECT stage, ordinal, outcome FROM deals_ugly.kpi_pipeline_stages ORDER BY ordinal, stage;
SELECT source, rule, rows, example FROM deals_ugly.kpi_data_quality WHERE rule ~ 'pipeline_|stage_unknown' ORDER BY 1, 2;
SELECT * FROM saaskpi.check_identities('deals_ugly') WHERE NOT holds;
DROP SCHEMA deals_ugly CASCADE;
