-- A change of segment is a transfer in its month, and leaves the months before it as they were.
SET client_min_messages = warning;
SET datestyle = iso;
CREATE SCHEMA customer_history;
SET search_path = customer_history;
CREATE TABLE customers (customer_id text, segment text, country text);
CREATE TABLE subscriptions (subscription_id text, customer_id text, start_date date, end_date date, monthly_price numeric);
INSERT INTO customers VALUES ('a', 'Mid', 'DE'), ('b', 'Mid', 'DE'), ('c', 'SMB', 'DE'), ('d', 'Mid', 'DE'), ('e', 'Mid', 'DE'), ('f', 'Mid', 'FR'), ('g', 'SMB', 'DE'), ('h', NULL, 'DE'), ('i', 'SMB', 'DE'), ('k', 'Mid', 'DE');
INSERT INTO subscriptions VALUES
    ('a', 'a', '2024-01-10', '2024-03-20', 100), ('a', 'a', '2024-03-20', NULL, 150),
    ('b', 'b', '2024-01-05', NULL, 10), ('c', 'c', '2024-01-05', NULL, 20),
    ('d', 'd', '2024-01-01', '2024-03-11', 30), ('d2', 'd', '2024-05-06', NULL, 31),
    ('e', 'e', '2024-04-01', NULL, 40), ('f', 'f', '2024-02-01', NULL, 50), ('h', 'h', '2024-01-31', NULL, 7), ('i', 'i', '2024-01-01', NULL, 1000), ('k', 'k', '2024-01-31', NULL, 3);
CALL saaskpi.create_views('customer_history');
UPDATE kpi_settings SET as_of = '2024-06-15';
CALL saaskpi.refresh('customer_history');
CREATE TABLE before AS TABLE kpi_mrr_monthly_by;
CREATE TABLE reads AS SELECT saaskpi_internal.environment('customer_history') -> 'sources' -> 'customers' ->> 'input' AS input;
-- a table without a usable row changes nothing, and customers is read as before
CREATE TABLE customer_history (customer_id text, valid_from date, segment text, country text);
INSERT INTO customer_history VALUES ('a', NULL, 'SMB', 'DE'), ('a', '1066-10-14', 'SMB', 'DE'), ('', '2024-01-01', 'SMB', 'DE'), ('a', '2024-06-16', 'Future', 'DE');
SELECT input = (saaskpi_internal.environment('customer_history') -> 'sources' -> 'customers' ->> 'input') AS as_before FROM reads;
CALL saaskpi.refresh('customer_history');
SELECT count(*) FROM (TABLE before EXCEPT TABLE kpi_mrr_monthly_by) AS q;
-- a changes with her price in March, the change on the last day, as that is when the month is told; b on the first of March, and c there and back within March;
-- d on the day she leaves, and on the day she returns; e before her first subscription; f, who has no row before, in segment and in country in other months;
-- g while not subscribed at all; h on a leap day from nothing, and to nothing on the last day of May; j is no customer;
-- k, whose first two rows are of one month, is before it what the first says
INSERT INTO customer_history VALUES
    ('a', '2024-01-01', 'SMB', 'DE'), ('a', '2024-03-31', 'Mid', 'DE'),
    ('b', '2023-06-01', 'SMB', 'DE'), ('b', '2024-03-01', 'Mid', 'DE'),
    ('c', '2024-01-01', 'SMB', 'DE'), ('c', '2024-03-02', 'Mid', 'DE'), ('c', '2024-03-31', 'SMB', 'DE'),
    ('d', '2024-01-01', 'SMB', 'DE'), ('d', '2024-03-11', 'Mid', 'DE'), ('d', '2024-05-06', 'Ent', 'DE'), ('d', '2024-06-01', 'Mid', 'DE'),
    ('e', '2024-01-01', 'SMB', 'DE'), ('e', '2024-03-15', 'Mid', 'DE'),
    ('f', '2024-03-15', 'SMB', 'DE'), ('f', '2024-04-15', 'Mid', 'DE'), ('f', '2024-05-15', 'Mid', 'FR'),
    ('g', '2024-01-01', 'SMB', 'DE'), ('g', '2024-02-01', 'Nobody', 'DE'), ('g', '2024-03-01', 'SMB', 'DE'),
    ('h', '2024-01-01', NULL, 'DE'), ('h', '2024-02-29', 'SMB', 'DE'), ('h', '2024-05-31', NULL, 'DE'),
    ('j', '2024-01-01', 'SMB', 'DE'), ('c', '2024-03-31', 'Z', 'DE'),
    ('k', '2024-03-02', 'Ent', 'DE'), ('k', '2024-03-30', 'Mid', 'DE');
SELECT severity, rule, rows, example, consequence FROM saaskpi.check_sources('customer_history') WHERE source = 'customer_history';
CALL saaskpi.refresh('customer_history');
SELECT value, period, opening, new, expansion, contraction, churn, reactivation, transfer_in, transfer_out, closing FROM kpi_mrr_monthly_by WHERE dimension = 'segment' ORDER BY value COLLATE "C", period;
SELECT value, period, customers_opening, customers_new, customers_churned, customers_reactivated, customers_transfer_in, customers_transfer_out, customers_closing, customers_lost,
       mrr_retained, mrr_kept, nrr, grr, logo_churn_rate, gross_mrr_churn_rate FROM kpi_mrr_monthly_by WHERE dimension = 'segment' ORDER BY value COLLATE "C", period;
SELECT value, period, opening, new, transfer_in, transfer_out, closing FROM kpi_mrr_monthly_by WHERE dimension = 'country' ORDER BY value COLLATE "C", period;
-- broken by hand, the identity says where
BEGIN;
UPDATE kpi_mrr_monthly_by_mat SET transfer_in = transfer_in - 1, expansion = expansion + 1 WHERE dimension = 'segment' AND value = 'Mid' AND period = '2024-03-01';
UPDATE kpi_mrr_monthly_by_mat SET closing = closing + CASE value WHEN 'DE' THEN 1 ELSE -1 END WHERE dimension = 'country' AND period = '2024-06-01';
SELECT identity, detail FROM saaskpi.check_identities('customer_history') WHERE identity = 'transfers_follow_history' ORDER BY 2;
ROLLBACK;
SELECT identity, holds FROM saaskpi.check_identities('customer_history') WHERE identity = 'transfers_follow_history' OR NOT holds;
-- what has no history is as it was
SELECT count(*) FROM (SELECT * FROM before WHERE dimension IN ('acquisition_channel', 'plan_type') EXCEPT TABLE kpi_mrr_monthly_by) AS q;
SELECT customer_id, segment, country FROM kpi_customers ORDER BY 1;
CREATE TABLE told AS TABLE kpi_mrr_monthly_by;
-- since the run before the past of most is another; a later change of a month that is over, and one of the month that runs
SELECT period, customer_id, measure, cause, detail FROM kpi_restatements ORDER BY publication, customer_id, measure;
INSERT INTO customer_history VALUES ('i', '2024-01-01', 'SMB', 'DE'), ('i', '2024-04-03', 'Mid', 'DE'), ('b', '2024-06-02', 'Ent', 'DE');
CALL saaskpi.refresh('customer_history');
SELECT period, customer_id, measure, cause, detail FROM kpi_restatements WHERE publication = (SELECT max(publication) FROM kpi_refresh_log) ORDER BY customer_id;
-- what earlier runs published, with a history and without, is had again
SELECT run, (SELECT count(*) FROM (SELECT jsonb_build_array(dimension, value, period, opening, new, transfer_in, transfer_out, closing, mrr_retained, kept_12m) FROM before WHERE run = 1
                                   UNION ALL SELECT jsonb_build_array(dimension, value, period, opening, new, transfer_in, transfer_out, closing, mrr_retained, kept_12m) FROM told WHERE run = 3
                                   EXCEPT SELECT jsonb_build_array(f.facts -> 'dimension', f.facts -> 'value', f.facts -> 'period', f.facts -> 'opening', f.facts -> 'new', f.facts -> 'transfer_in', f.facts -> 'transfer_out',
                                                                   f.facts -> 'closing', f.facts -> 'mrr_retained', f.facts -> 'kept_12m')
                                            FROM saaskpi_internal.recall('customer_history', 'kpi_mrr_monthly_by', NULL, run) AS f) AS q) AS others FROM unnest('{1,3}'::bigint[]) AS run;
SELECT count(*) > 0 AS changed FROM (TABLE told EXCEPT TABLE kpi_mrr_monthly_by) AS q;
-- of merged accounts the one that is left tells, by its history or else by its row of customers; where it has neither, the one that customers' row is of, the first by name
-- a and y, which has g's and c's, are as before; m has a row alone, so that h, merged into her, turns nobody's segment: 7 of h are Mid in all months; n has neither, and of o (no history) and
-- k, merged into her, k tells; r has a history and no row, so that not f tells
CREATE TABLE merged_customers (customer_id text, merged_into text);
INSERT INTO merged_customers VALUES ('x', 'a'), ('g', 'y'), ('c', 'y'), ('p', 'q'), ('h', 'm'), ('o', 'n'), ('k', 'n'), ('f', 'r');
INSERT INTO customers VALUES ('m', 'Mid', 'DE'), ('o', 'SMB', 'DE');
INSERT INTO customer_history VALUES ('x', '2024-02-01', 'Wrong', 'DE'), ('p', '2024-02-01', 'Wrong', 'DE'), ('r', '2024-01-01', 'SMB', 'DE'), ('r', '2024-05-01', 'Mid', 'DE'), ('r', '2024-07-01', 'Later', 'DE'), ('h', '2024-07-01', 'Later', 'DE');
CALL saaskpi.refresh('customer_history');
SELECT customer_id, segment, attribute_history FROM kpi_customers_mat WHERE customer_id IN ('a', 'y', 'm', 'n', 'r') ORDER BY 1;
SELECT customer_id, mrr, segment FROM kpi_customers WHERE customer_id = 'm';
SELECT value, period, transfer_in, transfer_out FROM kpi_mrr_monthly_by WHERE dimension = 'segment' AND value IN ('SMB', '(none)') AND period IN ('2024-02-01', '2024-05-01') ORDER BY value COLLATE "C", period;
SELECT rule, rows, example FROM saaskpi.check_sources('customer_history') WHERE rule IN ('attributes_unknown_customer', 'attributes_of_merged', 'attributes_contradict_customers') ORDER BY 1;
DELETE FROM customers WHERE customer_id IN ('m', 'o');
DELETE FROM customer_history WHERE customer_id = 'r' OR valid_from = '2024-07-01';
DROP TABLE merged_customers;
-- what contradicts customers counts; without an attribute, and without customers, nothing does, and that is said
UPDATE customers SET segment = 'SMB' WHERE customer_id = 'a';
SELECT rule, rows, example FROM saaskpi.check_sources('customer_history') WHERE rule = 'attributes_contradict_customers';
ALTER TABLE customer_history DROP COLUMN segment, DROP COLUMN country;
SELECT severity, rule, rows, consequence FROM saaskpi.check_sources('customer_history') WHERE source = 'customer_history' AND rule LIKE 'attributes%';
CALL saaskpi.refresh('customer_history');
SELECT DISTINCT segment FROM kpi_customers ORDER BY 1;
ALTER TABLE customers RENAME TO no_customers;
SELECT severity, rule, rows, consequence FROM saaskpi.check_sources('customer_history') WHERE rule = 'attributes_without_customers';
-- a policy, pauses and rates on top, of many customers: each movement counts where the customer is at the end of its month, and who moves takes along what she had
DROP SCHEMA customer_history CASCADE;
CREATE SCHEMA customer_history;
CREATE TABLE customers AS SELECT 'c' || i AS customer_id, 's' || i % 3 AS segment, CASE WHEN i % 4 > 0 THEN 'k' || i % 4 END AS country FROM generate_series(1, 60) AS i;
CREATE TABLE subscriptions AS
SELECT i::text AS subscription_id, 'c' || 1 + i * 7 % 60 AS customer_id, 'p' || i % 3 AS plan_type, '2022-01-01'::date + i * 37 % 700 AS start_date,
       CASE WHEN i % 4 > 0 THEN '2022-01-01'::date + i * 37 % 700 + i * 53 % 300 + 1 END AS end_date, (1 + i * 7 % 90)::numeric AS monthly_price,
       CASE i % 5 WHEN 0 THEN 'paused' WHEN 1 THEN 'past_due' END AS status, CASE i % 15 WHEN 0 THEN '2022-01-01'::date + i * 37 % 700 + 40 END AS paused_from,
       CASE i % 5 WHEN 1 THEN '2022-01-01'::date + i * 37 % 700 + 60 END AS past_due_since, CASE i % 6 WHEN 0 THEN 'EUR' END AS currency
  FROM generate_series(1, 300) AS i;
CREATE TABLE fx_rates AS SELECT 'EUR' AS currency, '2022-01-01'::date + 17 * i AS day, 1 + i * 13 % 7 * 0.01 AS rate FROM generate_series(0, 60) AS i;
CREATE TABLE customer_history AS SELECT 'c' || i % 50 AS customer_id, '2022-01-01'::date + i * 71 % 900 AS valid_from, 's' || i * 11 % 4 AS segment, CASE WHEN i % 9 > 0 THEN 'k' || i % 5 END AS country FROM generate_series(1, 220) AS i;
CALL saaskpi.create_views('customer_history');
UPDATE kpi_settings SET as_of = '2024-06-15', mrr_policy = 'chartmogul';
CALL saaskpi.refresh('customer_history');
WITH month AS (
    SELECT period, least(period + interval '1 month' - interval '1 day', '2024-06-15')::date AS last FROM kpi_calendar
), value AS MATERIALIZED (
    SELECT c.customer_id, m.period, d.dimension, coalesce(d.value, '(none)') AS value
      FROM customers AS c CROSS JOIN month AS m
      LEFT JOIN LATERAL (SELECT true AS found, h.segment, h.country FROM customer_history AS h WHERE h.customer_id = c.customer_id AND h.valid_from <= '2024-06-15'
                          ORDER BY h.valid_from <= m.last DESC, CASE WHEN h.valid_from <= m.last THEN -1 ELSE 1 END * (h.valid_from - '2000-01-01'::date) LIMIT 1) AS h ON true
     CROSS JOIN LATERAL (VALUES ('segment', CASE WHEN h.found THEN h.segment ELSE c.segment END), ('country', CASE WHEN h.found THEN h.country ELSE c.country END)) AS d(dimension, value)
), moved AS (
    SELECT v.dimension, v.value, v.period, sum(m.amount) FILTER (WHERE m.movement = 'new') AS new, sum(m.amount) FILTER (WHERE m.movement = 'expansion') AS expansion,
           sum(m.amount) FILTER (WHERE m.movement = 'contraction') AS contraction, sum(m.amount) FILTER (WHERE m.movement = 'churn') AS churn, sum(m.amount) FILTER (WHERE m.movement = 'reactivation') AS reactivation,
           sum(m.amount) FILTER (WHERE m.movement = 'pause') AS pause, sum(m.amount) FILTER (WHERE m.movement = 'resume') AS resume, sum(m.amount) FILTER (WHERE m.movement = 'fx') AS fx
      FROM value AS v JOIN kpi_mrr_movements AS m ON m.customer_id = v.customer_id AND m.period = v.period GROUP BY 1, 2, 3
), had AS (
    SELECT v.customer_id, v.dimension, v.value, v.period, coalesce(sum(m.mrr_after - m.mrr_before), 0) AS mrr
      FROM value AS v LEFT JOIN kpi_mrr_movements AS m ON m.customer_id = v.customer_id AND m.period <= v.period GROUP BY 1, 2, 3, 4
), paid AS (SELECT h.dimension, h.value, h.period, sum(h.mrr) AS closing, count(*) FILTER (WHERE h.mrr > 0) AS customers FROM had AS h GROUP BY 1, 2, 3
), went AS (
    SELECT q.dimension, v.value, q.period, sum(q.mrr) FILTER (WHERE v.is_in) AS transfer_in, sum(q.mrr) FILTER (WHERE NOT v.is_in) AS transfer_out
      FROM (SELECT n.dimension, n.period, h.value AS before, n.value, h.mrr FROM value AS n JOIN had AS h ON h.customer_id = n.customer_id AND h.dimension = n.dimension AND h.period = n.period - interval '1 month'
             WHERE h.value <> n.value AND h.mrr > 0) AS q CROSS JOIN LATERAL (VALUES (true, q.value), (false, q.before)) AS v(is_in, value) GROUP BY 1, 2, 3
)
SELECT w.dimension, count(*) AS rows, sum(w.transfer_in) > 0 AS transfers, sum(w.fx) <> 0 AS rates, sum(w.expansion) > 0 AS movements,
       count(*) FILTER (WHERE ROW(w.new, w.expansion, w.contraction, w.churn, w.reactivation, w.pause, w.resume, w.fx, w.transfer_in, w.transfer_out, w.closing, w.customers_closing)
                        <> ROW(coalesce(m.new, 0), coalesce(m.expansion, 0), coalesce(m.contraction, 0), coalesce(m.churn, 0), coalesce(m.reactivation, 0), coalesce(m.pause, 0), coalesce(m.resume, 0),
                               coalesce(m.fx, 0), coalesce(t.transfer_in, 0), coalesce(t.transfer_out, 0), coalesce(p.closing, 0), coalesce(p.customers, 0))) AS off
  FROM kpi_mrr_monthly_by AS w LEFT JOIN moved AS m USING (dimension, value, period) LEFT JOIN went AS t USING (dimension, value, period) LEFT JOIN paid AS p USING (dimension, value, period)
 WHERE w.dimension IN ('segment', 'country') GROUP BY 1 ORDER BY 1;
-- the house policy tells pauses apart
UPDATE kpi_settings SET mrr_policy = 'house';
CALL saaskpi.refresh('customer_history');
SELECT dimension, sum(pause) AS pause, sum(resume) AS resume, sum(opening_paused) AS opening_paused, sum(mrr_retained) AS mrr_retained, sum(mrr_kept) AS mrr_kept, sum(retained_12m) AS retained_12m, sum(kept_12m) AS kept_12m,
       sum(customers_lost) AS customers_lost, sum(round_trip) AS round_trip
  FROM (SELECT 'all' AS dimension, pause, resume, opening_paused, mrr_retained, mrr_kept, retained_12m, kept_12m, customers_lost, round_trip FROM kpi_mrr_monthly
        UNION ALL SELECT dimension, pause, resume, opening_paused, mrr_retained, mrr_kept, retained_12m, kept_12m, customers_lost, round_trip FROM kpi_mrr_monthly_by WHERE dimension <> 'plan_type') AS q GROUP BY 1 ORDER BY 1;
-- what is none of an attribute is said
ALTER TABLE customer_history ADD COLUMN acquisition_channel text;
SELECT rule, rows FROM saaskpi.check_sources('customer_history') WHERE rule ~ 'missing_since' ORDER BY 1;
SET client_min_messages = error;
DROP SCHEMA customer_history CASCADE;
