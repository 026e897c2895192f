SET datestyle = iso;
SET timezone = 'UTC';
SET client_min_messages = warning;
\pset null ~
-- only what is looked at, as every relation costs time
DELETE FROM saaskpi_internal.relations WHERE maintained NOT IN ('own', 'view') AND relation <> ALL ('{kpi_customers,kpi_summaries,kpi_calendar,kpi_mrr_monthly,kpi_mrr_monthly_by,kpi_mrr_movements,kpi_mrr_policies,kpi_mrr_scheduled,kpi_mrr_outlook,kpi_series,kpi_forecast_monthly}');
DELETE FROM saaskpi_internal.relation_columns WHERE relation = 'kpi_refresh_log' AND expression !~ '{(kpi_summaries|kpi_calendar)}';
CREATE SCHEMA scheduled;
CREATE TABLE scheduled.subscriptions (subscription_id text, customer_id text, plan_type text, start_date date, end_date date, monthly_price numeric);
-- nothing is known of the time to come
INSERT INTO scheduled.subscriptions VALUES ('s1', 'ann', 'Pro', '2024-01-10', NULL, 100), ('s8', 'gus', 'Pro', '2024-02-01', '9999-12-31', 10);
CALL saaskpi.create_views('scheduled');
UPDATE scheduled.kpi_settings SET as_of = '2024-04-15';
CALL saaskpi.refresh('scheduled');
SELECT (SELECT count(*) FROM scheduled.kpi_mrr_scheduled) AS scheduled, (SELECT count(*) FROM scheduled.kpi_mrr_outlook) AS months, count(*) AS forecasts, count(scheduled) AS moved FROM scheduled.kpi_forecast_monthly WHERE row_type = 'forecast';
-- a plan for another on one day, an end, a start with an end, an end within the year, one long after, starts in the year 9999 and never, and what is none
INSERT INTO scheduled.subscriptions VALUES
    ('s2', 'bob', 'Pro', '2024-01-15', '2024-05-01', 200), ('s2', 'bob', 'Max', '2024-05-01', NULL, 250), ('s3', 'cyd', 'Pro', '2024-02-01', '2024-04-20', 50),
    ('s4', 'dan', 'Pro', '2024-06-10', '2024-08-01', 80), ('s5', 'eve', 'Pro', '2024-02-05', '2031-01-01', 60), ('s6', 'fay', 'Pro', '9999-01-01', NULL, 70),
    ('s7', 'ann', 'Addon', '2024-02-01', '2024-07-01', 30), ('s9', 'gus', 'Pro', '2025-05-01', NULL, 10), ('sa', 'hal', 'Pro', '2024-04-16', '2024-04-16', 10),
    ('sb', 'hal', 'Pro', 'infinity', NULL, 10), ('sc', 'hal', 'Pro', '2024-05-05', '2024-05-01', 10), ('sd', 'hal', 'Pro', '2024-05-05', NULL, -10), ('se', NULL, 'Pro', '2024-05-05', NULL, 10),
    ('sf', 'ida', 'Pro', '2024-04-15', '2024-04-16', 5), ('sg', 'jim', 'Pro', '2025-04-30', NULL, 7), ('sh', 'jim', 'Pro', '2024-05-01', NULL, 0);
CALL saaskpi.refresh('scheduled');
SELECT * FROM scheduled.kpi_mrr_scheduled ORDER BY happens_on, customer_id, kind;
SELECT period, policy, opening, scheduled_ends, signed_starts, closing, customers_opening AS opened, customers_ending AS ending, customers_starting AS starting, customers_closing AS closed, mrr_at_risk, arr, arr_at_risk
  FROM scheduled.kpi_mrr_outlook ORDER BY 1;
SELECT period, actual, point, scheduled FROM scheduled.kpi_forecast_monthly WHERE dimension = 'all' ORDER BY 1;
-- the same by the states: of those who sign nothing, what they will still pay
SELECT count(*) AS days, bool_and(s.mrr_after = coalesce(saaskpi.mrr_at(c.mrr_history, s.happens_on), 0)) AS same
  FROM scheduled.kpi_mrr_scheduled AS s JOIN scheduled.kpi_customers_mat AS c USING (customer_id) WHERE customer_id NOT IN ('bob', 'dan', 'jim');
-- what has come since stands in the waterfall; the last day of a month looks at the next
UPDATE scheduled.kpi_settings SET as_of = '2024-06-30';
CREATE TABLE scheduled.foreseen AS SELECT period, closing, customers_closing FROM scheduled.kpi_mrr_outlook;
CALL saaskpi.refresh('scheduled');
SELECT count(*) AS months, bool_and(f.closing = m.closing AND f.customers_closing = m.customers_closing) AS came FROM scheduled.foreseen AS f JOIN scheduled.kpi_mrr_monthly AS m USING (period);
SELECT min(period) AS first, max(period) AS last, (SELECT closing FROM scheduled.kpi_mrr_outlook ORDER BY period DESC LIMIT 1) AS closing FROM scheduled.kpi_mrr_outlook;
-- ends that are the last day in force
UPDATE scheduled.kpi_settings SET as_of = '2024-04-15', ends_inclusive = true;
CALL saaskpi.refresh('scheduled');
SELECT happens_on, customer_id, kind, amount FROM scheduled.kpi_mrr_scheduled WHERE customer_id IN ('bob', 'cyd', 'hal') ORDER BY 1, 2;
UPDATE scheduled.kpi_settings SET ends_inclusive = false;
CALL saaskpi.refresh('scheduled');
-- a start that is signed later changes nothing but what is ahead
CREATE TABLE scheduled.seen AS SELECT customer_id, mrr_history::text AS h FROM scheduled.kpi_customers_mat;
INSERT INTO scheduled.subscriptions VALUES ('si', 'new', 'Pro', '2024-05-20', NULL, 40);
CALL saaskpi.refresh('scheduled');
SELECT bool_and(s.h = c.mrr_history::text) AS same, (SELECT signed_starts FROM scheduled.kpi_mrr_outlook WHERE period = '2024-05-01') AS signed FROM scheduled.seen AS s JOIN scheduled.kpi_customers_mat AS c USING (customer_id);
-- what a refresh would not publish
UPDATE scheduled.kpi_mrr_outlook_mat SET closing = closing + 1, signed_starts = signed_starts + 1 WHERE period = '2025-04-01';
SELECT identity, detail FROM saaskpi.check_identities('scheduled') WHERE NOT holds;
UPDATE scheduled.kpi_mrr_outlook_mat SET closing = closing - 1, signed_starts = signed_starts - 1, customers_opening = customers_opening + 1, customers_closing = customers_closing + 1 WHERE period = '2025-04-01';
SELECT identity, detail FROM saaskpi.check_identities('scheduled') WHERE NOT holds;
UPDATE scheduled.kpi_mrr_outlook_mat SET customers_opening = customers_opening - 1, customers_closing = customers_closing - 1, mrr_at_risk = 1 WHERE period = '2025-04-01';
SELECT identity, detail FROM saaskpi.check_identities('scheduled') WHERE NOT holds;
UPDATE scheduled.kpi_mrr_outlook_mat SET mrr_at_risk = 0 WHERE period = '2025-04-01';
UPDATE scheduled.kpi_mrr_scheduled_mat SET mrr_after = -1 WHERE customer_id = 'cyd';
SELECT identity, detail FROM saaskpi.check_identities('scheduled') WHERE NOT holds;
UPDATE scheduled.kpi_mrr_scheduled_mat SET mrr_after = 0, amount = 49 WHERE customer_id = 'cyd';
SELECT identity, detail FROM saaskpi.check_identities('scheduled') WHERE NOT holds;
UPDATE scheduled.kpi_mrr_scheduled_mat SET amount = 50 WHERE customer_id = 'cyd';
UPDATE scheduled.subscriptions SET monthly_price = 41 WHERE subscription_id = 'si';
SELECT identity, detail FROM saaskpi.check_identities('scheduled') WHERE NOT holds;
-- as they are billed: terms, notice, pauses, payments overdue, discounts and trials
TRUNCATE scheduled.subscriptions;
ALTER TABLE scheduled.subscriptions ADD status text, ADD trial_end date, ADD paused_from date, ADD resumes_on date, ADD past_due_since date, ADD cancel_at date, ADD canceled_on date, ADD discount_percent numeric,
    ADD interval_unit text, ADD interval_count int;
INSERT INTO scheduled.subscriptions (subscription_id, customer_id, start_date, monthly_price, interval_unit, interval_count) VALUES
    ('a1', 'yearly', '2023-06-10', 100, 'year', NULL), ('a3', 'three years', '2022-01-31', 70, 'year', 3), ('a4', 'quarterly', '2024-01-31', 60, 'quarter', NULL), ('a5', 'monthly', '2024-01-10', 50, 'month', NULL),
    ('a6', 'six years', '2022-01-31', 75, 'month', 72), ('a7', 'today', '2023-04-15', 11, 'year', 1), ('a8', 'tomorrow', '2020-04-16', 12, 'year', 1), ('a9', 'leap', '2024-02-29', 13, 'year', 1), ('b1', 'weekly', '2024-04-01', 5, 'week', 2);
-- a term begins after the trial; anew after a gap, and with each switch to it
INSERT INTO scheduled.subscriptions (subscription_id, customer_id, start_date, end_date, monthly_price, interval_unit, trial_end) VALUES
    ('e1', 'tried', '2023-05-20', NULL, 35, 'year', '2023-06-03'), ('e2', 'tried, more seats', '2023-05-20', '2023-05-25', 35, 'year', '2023-06-03'), ('e2', 'tried, more seats', '2023-05-25', '2024-01-01', 36, 'year', '2023-06-03'), ('e2', 'tried, more seats', '2024-01-01', NULL, 37, 'year', NULL),
    (NULL, 'tried, no name', '2023-05-20', NULL, 38, 'year', '2023-06-03'), ('e3', 'back', '2021-08-01', '2022-08-01', 39, 'year', NULL), ('e3', 'back', '2023-10-05', NULL, 39, 'year', NULL), ('e4', 'month between', '2021-08-01', '2022-08-01', 41, 'year', NULL),
    ('e4', 'month between', '2022-08-01', '2023-09-05', 50, 'month', NULL), ('e4', 'month between', '2023-09-05', '2024-02-05', 42, 'year', NULL), ('e4', 'month between', '2024-02-05', NULL, 43, 'year', NULL);
-- seats that change within the term leave it where it was
INSERT INTO scheduled.subscriptions (subscription_id, customer_id, start_date, end_date, monthly_price, interval_unit) VALUES
    ('a2', 'seats', '2023-09-01', '2024-02-01', 80, 'year'), ('a2', 'seats', '2024-02-01', NULL, 90, 'year'), ('b2', 'five years', '2021-05-05', '2031-05-05', 33, 'year'), ('b3', 'ends', '2023-06-01', '2024-06-01', 34, 'year');
INSERT INTO scheduled.subscriptions (subscription_id, customer_id, start_date, end_date, monthly_price, status, trial_end, paused_from, resumes_on, past_due_since, cancel_at, canceled_on, discount_percent) VALUES
    ('c1', 'cancels', '2024-01-01', NULL, 40, 'active', NULL, NULL, NULL, NULL, '2024-07-01', '2024-03-15', NULL), ('c2', 'paused', '2024-01-01', '2024-06-01', 20, 'paused', NULL, '2024-03-01', NULL, NULL, NULL, NULL, NULL),
    ('c3', 'overdue', '2024-01-01', NULL, 30, 'past_due', NULL, NULL, NULL, '2024-04-01', NULL, NULL, NULL), ('c4', 'long overdue', '2024-01-01', NULL, 31, 'past_due', NULL, NULL, NULL, '2024-02-01', NULL, NULL, NULL),
    ('c5', 'on trial', '2024-04-01', '2024-08-01', 25, 'trialing', '2024-05-01', NULL, NULL, NULL, NULL, NULL, NULL), ('c6', 'trial to come', '2024-06-01', NULL, 26, NULL, '2024-06-15', NULL, NULL, NULL, NULL, NULL, NULL),
    ('c7', 'discounted', '2024-06-01', NULL, 100, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 50), ('c8', 'gave notice', '2024-01-01', NULL, 15, 'active', NULL, NULL, NULL, NULL, NULL, '2024-04-10', NULL),
    ('c9', 'overdue and ending', '2024-01-01', NULL, 16, 'past_due', NULL, NULL, NULL, '2024-04-10', '2024-04-20', NULL, NULL), ('d1', 'to begin', '2024-05-01', NULL, 45, 'scheduled', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    ('d2', 'never began', '2024-05-01', NULL, 46, 'incomplete', NULL, NULL, NULL, NULL, NULL, NULL, NULL), ('d3', 'withdrawn', '2024-05-01', NULL, 47, 'canceled', NULL, NULL, NULL, NULL, NULL, '2024-04-12', NULL);
CALL saaskpi.create_views('scheduled');
CALL saaskpi.refresh('scheduled');
SELECT * FROM scheduled.kpi_mrr_scheduled ORDER BY happens_on, customer_id, kind;
SELECT period, opening, scheduled_ends AS ends, signed_starts AS starts, closing, renewals_due AS due, renewals_due_short AS short, past_due, notice_without_end AS notice, mrr_at_risk AS at_risk, renewals_due_arr AS due_arr
  FROM scheduled.kpi_mrr_outlook WHERE opening <> closing OR renewals_due + renewals_due_short + mrr_at_risk > 0 ORDER BY 1;
-- under other policies: who gave notice has left, what is paused or overdue counts on
UPDATE scheduled.kpi_settings SET mrr_policy = 'stripe';
CALL saaskpi.refresh('scheduled');
SELECT happens_on, customer_id, kind, amount FROM scheduled.kpi_mrr_scheduled WHERE kind NOT IN ('renewal', 'short renewal') ORDER BY 1, 2, 3;
UPDATE scheduled.kpi_settings SET mrr_policy = 'chartmogul';
CALL saaskpi.refresh('scheduled');
SELECT happens_on, customer_id, kind, amount FROM scheduled.kpi_mrr_scheduled WHERE kind NOT IN ('renewal', 'short renewal') ORDER BY 1, 2, 3;
UPDATE scheduled.kpi_settings SET mrr_policy = 'house';
-- two fifths have given notice for next month, and nobody came or went in two years
ALTER TABLE scheduled.subscriptions DROP status, DROP trial_end, DROP paused_from, DROP resumes_on, DROP past_due_since, DROP canceled_on, DROP discount_percent, DROP interval_unit, DROP interval_count;
TRUNCATE scheduled.subscriptions;
INSERT INTO scheduled.subscriptions (subscription_id, customer_id, start_date, monthly_price) SELECT 's' || i, 'c' || i, '2022-01-01', 100 FROM generate_series(1, 20) AS i;
CALL saaskpi.create_views('scheduled');
CALL saaskpi.refresh('scheduled');
SELECT period, point, scheduled FROM scheduled.kpi_forecast_monthly WHERE row_type = 'forecast' AND dimension = 'all' ORDER BY 1;
UPDATE scheduled.subscriptions SET cancel_at = '2024-05-10' WHERE customer_id IN ('c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8');
CALL saaskpi.refresh('scheduled');
SELECT f.period, f.point, f.lo95, f.hi95, f.scheduled, o.closing FROM scheduled.kpi_forecast_monthly AS f JOIN scheduled.kpi_mrr_outlook AS o USING (period) WHERE f.dimension = 'all' ORDER BY 1;
SELECT bool_and(f.point <= o.closing) AS no_more_than_is_left FROM scheduled.kpi_forecast_monthly AS f JOIN scheduled.kpi_mrr_outlook AS o USING (period) WHERE f.dimension = 'segment';
-- all of them: zero, and not below
UPDATE scheduled.subscriptions SET cancel_at = '2024-04-30';
CALL saaskpi.refresh('scheduled');
SELECT period, point, lo95, hi95, scheduled FROM scheduled.kpi_forecast_monthly WHERE row_type = 'forecast' AND dimension = 'all' ORDER BY 1 LIMIT 2;
-- what was announced stays so once its day has come, and what is committed is forecast on every day of the month: eight left on the 10th, one leaves on the 25th, and 1000 start on the 12th, so 2000 - 900 + 1000
UPDATE scheduled.subscriptions SET cancel_at = CASE WHEN customer_id = 'c9' THEN date '2024-05-25' WHEN right(customer_id, -1)::int <= 8 THEN '2024-05-10' END;
INSERT INTO scheduled.subscriptions (subscription_id, customer_id, start_date, monthly_price) VALUES ('n', 'n', '2024-05-12', 1000);
CREATE PROCEDURE scheduled.tell(days date[]) LANGUAGE plpgsql AS $$
BEGIN
    CREATE TABLE IF NOT EXISTS scheduled.daily (as_of date, value text, period date, point numeric, scheduled numeric);
    DELETE FROM scheduled.daily;
    FOR i IN 1 .. cardinality(days) LOOP
        UPDATE scheduled.kpi_settings SET as_of = days[i];
        CALL saaskpi.refresh('scheduled');
        INSERT INTO scheduled.daily SELECT days[i], f.value, f.period, f.point, f.scheduled FROM scheduled.kpi_forecast_monthly AS f WHERE f.metric = 'mrr' AND f.row_type = 'forecast';
    END LOOP;
END
$$;
CALL scheduled.tell('{2024-05-01,2024-05-05,2024-05-10,2024-05-12,2024-05-20,2024-05-25,2024-05-31}');
SELECT as_of, count(*) AS months, min(point) AS least, max(point) AS most, max(scheduled) AS scheduled FROM scheduled.daily WHERE value = 'all' GROUP BY 1 ORDER BY 1;
-- two come and two leave every month, the usual loss is 200 of 2000: on the 11th 21 of 31 days are left, for 135.48 of either; one has left, so that the other 100 are still expected, and 135.48 of those who come;
-- on the last day it is 6.45 of either: what has not come will hardly come any more
TRUNCATE scheduled.subscriptions;
INSERT INTO scheduled.subscriptions (subscription_id, customer_id, start_date, monthly_price) SELECT 's' || i, 'c' || i, '2022-01-01', 100 FROM generate_series(1, 18) AS i;
INSERT INTO scheduled.subscriptions (subscription_id, customer_id, start_date, end_date, monthly_price)
SELECT 'm' || m || '-' || v.come, 'm' || m || '-' || v.come, d::date + v.come, CASE WHEN m < 27 OR v.come = 9 THEN (d + interval '1 month')::date + v.go END, 100
  FROM generate_series(0, 27) AS m CROSS JOIN LATERAL (SELECT timestamp '2022-01-01' + make_interval(months => m) AS d) AS q CROSS JOIN (VALUES (9, 2), (24, 19)) AS v(come, go);
CALL scheduled.tell('{2024-05-01,2024-05-02,2024-05-11,2024-05-31}');
SELECT DISTINCT as_of, point, scheduled FROM scheduled.daily WHERE value = 'all' ORDER BY 1;
-- with the two who come, and 300 more, there is nothing left to expect but the other loss: 400 - 200
INSERT INTO scheduled.subscriptions (subscription_id, customer_id, start_date, monthly_price) VALUES ('new', 'new', '2024-05-08', 400);
CALL scheduled.tell('{2024-05-11}');
SELECT DISTINCT as_of, point, scheduled FROM scheduled.daily WHERE value = 'all' ORDER BY 1;
-- who is of another segment since the 20th is in the base of the old one, and leaves the new one in July: of smb 100 - 100, of ent 120 + 100 in May, 50 less in June and 100 less in July
CREATE TABLE scheduled.customers (customer_id text, segment text);
CREATE TABLE scheduled.customer_history (customer_id text, valid_from date, segment text);
TRUNCATE scheduled.subscriptions;
INSERT INTO scheduled.customers VALUES ('a', 'ent'), ('b', 'ent'), ('c', 'ent');
INSERT INTO scheduled.customer_history VALUES ('a', '2022-01-01', 'smb'), ('a', '2024-05-20', 'ent');
INSERT INTO scheduled.subscriptions (subscription_id, customer_id, start_date, end_date, monthly_price) VALUES ('1', 'a', '2022-01-10', '2024-07-10', 100), ('2', 'b', '2022-01-10', '2024-06-10', 50), ('3', 'c', '2022-01-10', NULL, 70);
CALL saaskpi.create_views('scheduled');
CALL scheduled.tell('{2024-05-15,2024-05-31}');
SELECT as_of, value, min(point) FILTER (WHERE period = '2024-05-01') AS may, min(point) FILTER (WHERE period = '2024-06-01') AS june, min(point) FILTER (WHERE period = '2024-07-01') AS july, min(point) FILTER (WHERE period = '2024-10-01') AS october
  FROM scheduled.daily GROUP BY 1, 2 ORDER BY 1, 2;
DROP TABLE scheduled.customers, scheduled.customer_history;
CALL saaskpi.create_views('scheduled');
UPDATE scheduled.kpi_settings SET as_of = '2024-04-15';
-- a company of which one leaves and three come every month: that one is to leave is nothing new, that nine are is, and that nine come
TRUNCATE scheduled.subscriptions;
INSERT INTO scheduled.subscriptions (subscription_id, customer_id, start_date, monthly_price, end_date)
SELECT 's' || m || '-' || i, 'c' || m || '-' || i, d + 4, 100, CASE WHEN i = 1 THEN (d + interval '2 months')::date + 19 END
  FROM generate_series(1, 27) AS m CROSS JOIN LATERAL (SELECT (date '2021-12-01' + make_interval(months => m))::date AS d) AS q CROSS JOIN generate_series(1, 3) AS i;
CREATE TABLE scheduled.told AS SELECT period, dimension, point, scheduled FROM scheduled.kpi_forecast_monthly WHERE false;
UPDATE scheduled.subscriptions SET end_date = NULL WHERE end_date > '2024-04-15';
CALL saaskpi.refresh('scheduled');
INSERT INTO scheduled.told SELECT period, dimension, point, scheduled FROM scheduled.kpi_forecast_monthly;
UPDATE scheduled.subscriptions SET cancel_at = '2024-05-20' WHERE subscription_id = 's20-2';
CALL saaskpi.refresh('scheduled');
SELECT (SELECT sum(scheduled_ends) FROM scheduled.kpi_mrr_outlook) AS known, count(*) AS changed FROM (TABLE scheduled.told EXCEPT SELECT period, dimension, point, scheduled FROM scheduled.kpi_forecast_monthly) AS q;
UPDATE scheduled.subscriptions SET cancel_at = '2024-05-20' WHERE subscription_id LIKE 's1_-2';
CALL saaskpi.refresh('scheduled');
SELECT f.period, f.point - t.point AS moved, f.scheduled, round(f.scheduled / 100, 1) AS customers FROM scheduled.told AS t JOIN scheduled.kpi_forecast_monthly AS f USING (period, dimension) WHERE f.dimension = 'all' AND f.point IS NOT NULL ORDER BY 1;
UPDATE scheduled.subscriptions SET cancel_at = NULL;
INSERT INTO scheduled.subscriptions (subscription_id, customer_id, start_date, monthly_price) SELECT 'n' || i, 'n' || i, '2024-06-03', 100 FROM generate_series(1, 9) AS i;
CALL saaskpi.refresh('scheduled');
SELECT f.period, f.point - t.point AS moved, f.scheduled, round(f.scheduled / 100, 1) AS customers FROM scheduled.told AS t JOIN scheduled.kpi_forecast_monthly AS f USING (period, dimension) WHERE f.dimension = 'all' AND f.point IS NOT NULL ORDER BY 1;
DROP SCHEMA scheduled CASCADE;
-- what is under notice is not up for renewal
CREATE SCHEMA scheduled_notice;
CREATE TABLE scheduled_notice.subscriptions (subscription_id text, customer_id text, start_date date, end_date date, monthly_price numeric, interval_unit text, canceled_on date);
INSERT INTO scheduled_notice.subscriptions VALUES ('1', 'a', '2024-01-10', NULL, 100, 'year', '2024-06-01'), ('2', 'b', '2024-01-10', NULL, 50, 'year', NULL);
CALL saaskpi.create_views('scheduled_notice');
UPDATE scheduled_notice.kpi_settings SET as_of = '2024-06-15';
CALL saaskpi.refresh('scheduled_notice');
SELECT happens_on, customer_id, kind, amount FROM scheduled_notice.kpi_mrr_scheduled ORDER BY 1, 2;
DROP SCHEMA scheduled_notice CASCADE;
-- what is scheduled to change goes on: renewals at the price of their day, and of what is past due or under notice as much as stays; who ends after all ends once
CREATE SCHEMA scheduled_change;
CREATE TABLE scheduled_change.subscriptions (subscription_id text, customer_id text, start_date date, end_date date, monthly_price numeric, interval_unit text, status text, trial_end date, past_due_since date, canceled_on date);
INSERT INTO scheduled_change.subscriptions (subscription_id, customer_id, start_date, end_date, monthly_price, interval_unit) VALUES
    ('r1', 'plain', '2023-09-01', NULL, 100, 'year'), ('r2', 'ramp', '2023-09-01', '2024-06-01', 100, 'year'), ('r2', 'ramp', '2024-06-01', NULL, 110, 'year'),
    ('r3', 'ramp of three', '2023-09-01', '2024-06-01', 80, 'year'), ('r3', 'ramp of three', '2024-06-01', '2025-03-01', 81, 'year'), ('r3', 'ramp of three', '2025-03-01', NULL, 82, 'year'),
    ('r4', 'ramp that ends', '2023-09-01', '2024-06-01', 70, 'year'), ('r4', 'ramp that ends', '2024-06-01', '2025-03-01', 71, 'year'),
    ('r5', 'dearer from its renewal', '2023-06-10', '2024-06-10', 60, 'year'), ('r5', 'dearer from its renewal', '2024-06-10', NULL, 65, 'year'),
    ('r6', 'by month before its renewal', '2023-09-01', '2024-06-01', 50, 'year'), ('r6', 'by month before its renewal', '2024-06-01', NULL, 55, 'month'),
    ('r7', 'day between', '2023-09-01', '2024-06-01', 40, 'year'), ('r7', 'day between', '2024-06-02', NULL, 45, 'year');
INSERT INTO scheduled_change.subscriptions (subscription_id, customer_id, start_date, end_date, monthly_price, status, past_due_since) VALUES
    ('p1', 'late', '2024-01-01', NULL, 30, 'past_due', '2024-04-10'), ('p2', 'late, dearer', '2024-01-01', '2024-06-01', 30, 'past_due', '2024-04-10'), ('p2', 'late, dearer', '2024-06-01', NULL, 31, 'active', NULL),
    ('p3', 'late, cheaper', '2024-01-01', '2024-06-01', 30, 'past_due', '2024-04-10'), ('p3', 'late, cheaper', '2024-06-01', NULL, 10, 'active', NULL),
    ('p4', 'late, ends after all', '2024-01-01', '2024-06-01', 30, 'past_due', '2024-04-10'), ('p4', 'late, ends after all', '2024-06-01', '2024-08-01', 35, 'active', NULL),
    ('p5', 'late, day between', '2024-01-01', '2024-06-01', 30, 'past_due', '2024-04-10'), ('p5', 'late, day between', '2024-06-02', NULL, 30, 'active', NULL);
INSERT INTO scheduled_change.subscriptions (subscription_id, customer_id, start_date, end_date, monthly_price, interval_unit, canceled_on) VALUES
    ('n1', 'notice, dearer', '2023-09-01', '2024-06-01', 20, 'year', '2024-04-01'), ('n1', 'notice, dearer', '2024-06-01', NULL, 25, 'year', NULL);
-- trials that count: no term ends before the first has begun
INSERT INTO scheduled_change.subscriptions (subscription_id, customer_id, start_date, monthly_price, interval_unit, status, trial_end) VALUES
    ('t1', 'long trial', '2024-03-01', 15, 'quarter', 'trialing', '2024-12-01'), (NULL, 'long trial, no name', '2024-03-01', 15, 'quarter', 'trialing', '2024-12-01');
CALL saaskpi.create_views('scheduled_change');
INSERT INTO scheduled_change.kpi_policies (policy, trials) VALUES ('trials', true);
UPDATE scheduled_change.kpi_settings SET as_of = '2024-04-15', mrr_policy = 'trials';
CALL saaskpi.refresh('scheduled_change');
SELECT happens_on, customer_id, kind, amount FROM scheduled_change.kpi_mrr_scheduled WHERE kind NOT IN ('start', 'end') ORDER BY 1, 2;
-- 30 late, 30 dearer and 10 cheaper, which with the 20 less of June is 30; 100, 110 and 81 to be renewed in September
SELECT period, scheduled_ends AS ends, signed_starts AS starts, renewals_due AS due, renewals_due_short AS short, past_due, notice_without_end AS notice, mrr_at_risk AS at_risk
  FROM scheduled_change.kpi_mrr_outlook WHERE scheduled_ends + signed_starts + renewals_due + renewals_due_short + mrr_at_risk > 0 ORDER BY 1;
SELECT count(*) AS broken FROM saaskpi.check_identities('scheduled_change') WHERE NOT holds;
DROP SCHEMA scheduled_change CASCADE;
