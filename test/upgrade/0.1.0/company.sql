-- A small company as version 0.1.0 left it: sources, kpi relations refreshed
-- several times, changed settings, grants, and what others have built on them.
-- For psql, in a database with saaskpi 0.1.0 and the roles acme_owner and
-- acme_reader; the same rows on every machine.

\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE SCHEMA acme AUTHORIZATION acme_owner;
CREATE SCHEMA reports AUTHORIZATION acme_owner;
SET SESSION AUTHORIZATION acme_owner;

CREATE TABLE acme.customers (customer_id text PRIMARY KEY, signup_date date, segment text, country text, acquisition_channel text, is_active boolean);
CREATE TABLE acme.subscriptions (subscription_id text PRIMARY KEY, customer_id text, plan_type text, start_date date, end_date date, monthly_price numeric);
CREATE TABLE acme.payments (payment_id text PRIMARY KEY, customer_id text, payment_date date, amount numeric, payment_status text);
CREATE TABLE acme.costs (month text PRIMARY KEY, infra_cost numeric, support_cost numeric, marketing_cost numeric);

INSERT INTO acme.customers
SELECT 'C' || i, date '2022-01-05' + i * 7919 % 730, (ARRAY['SMB', 'Mid-Market', 'Enterprise', NULL])[1 + i * 31 % 4],
       (ARRAY['DE', 'US', NULL])[1 + i * 17 % 3], (ARRAY['Organic', 'Referral'])[1 + i * 13 % 2], i % 9 <> 0
  FROM generate_series(1, 60) AS i;
INSERT INTO acme.subscriptions
SELECT 'S' || i || '.' || k, c.customer_id, (ARRAY['Basic', 'Pro', 'Enterprise'])[1 + (i + k) % 3], c.signup_date + 9 + k * 150,
       CASE WHEN (i + k) % 4 > 0 THEN c.signup_date + 9 + k * 150 + 40 + i * 37 % 200 END, 20 + i * 97 % 480 + k * 15.25
  FROM generate_series(1, 60) AS i CROSS JOIN generate_series(0, 2) AS k JOIN acme.customers AS c ON c.customer_id = 'C' || i
 WHERE i % 11 > 0 AND (k = 0 OR (i * k) % 5 < 2);
INSERT INTO acme.payments
SELECT 'P' || row_number() OVER (ORDER BY s.subscription_id, d), s.customer_id, d::date, s.monthly_price - CASE WHEN n % 13 = 0 THEN 1.5 ELSE 0 END,
       CASE WHEN n % 10 = 4 THEN 'Failed' ELSE 'Success' END
  FROM acme.subscriptions AS s CROSS JOIN LATERAL generate_series(s.start_date::timestamp,
       least(coalesce(s.end_date, '2024-03-31'), '2024-03-31')::timestamp, '1 month') WITH ORDINALITY AS g(d, n);
INSERT INTO acme.payments
SELECT 'R' || i, 'C' || i * 5, date '2023-02-11' + i * 29, -12.5 * i, 'Success' FROM generate_series(1, 8) AS i;
-- rows that are left out, each for another reason
INSERT INTO acme.subscriptions VALUES ('B1', 'C7', 'Pro', '2023-05-01', '2023-04-01', 50), ('B2', NULL, 'Pro', '2023-05-01', NULL, 50),
    ('B3', 'C8', 'Pro', '2023-05-01', NULL, -5);
INSERT INTO acme.payments VALUES ('B1', 'C7', NULL, 50, 'Success'), ('B2', 'C7', '2023-05-01', 50, 'Paid'), ('B3', 'C7', '2023-05-01', NULL, 'Success');
INSERT INTO acme.costs
SELECT to_char(d, 'YYYY-MM'), 900 + extract(month FROM d) * 10, 1500, 400.75
  FROM generate_series(timestamp '2022-01-01', timestamp '2024-03-01', '1 month') AS d;

CALL saaskpi.create_views('acme');
UPDATE acme.kpi_settings SET as_of = '2024-02-15', currency = 'EUR', time_zone = 'Europe/Berlin', change_warn = 0.05, conversion_days = 14;
CALL saaskpi.refresh('acme');
-- a run that fails
ALTER TABLE acme.payments RENAME amount TO total;
\set ON_ERROR_STOP off
CALL saaskpi.refresh('acme');
\set ON_ERROR_STOP on
ALTER TABLE acme.payments RENAME total TO amount;
UPDATE acme.kpi_settings SET as_of = '2024-03-20';
CALL saaskpi.refresh('acme');
UPDATE acme.payments SET payment_status = 'Success' WHERE payment_id = 'P7';
CALL saaskpi.refresh('acme');

-- what others build
CREATE VIEW reports.board AS
SELECT m.*, g.gross_margin, g.cac FROM acme.kpi_mrr_monthly AS m LEFT JOIN acme.kpi_margin_monthly AS g USING (period);
CREATE VIEW reports.board_growth AS
SELECT period, closing - opening AS growth FROM reports.board WHERE is_complete;
CREATE MATERIALIZED VIEW reports.by_country AS
SELECT country, count(*) AS customers, sum(mrr) AS mrr, sum(revenue) AS revenue FROM acme.kpi_customers GROUP BY country;
CREATE UNIQUE INDEX by_country_key ON reports.by_country (country);
CREATE VIEW reports.meanings AS SELECT name, formula, unit FROM saaskpi.kpi_catalog;
CREATE VIEW acme.kpi_input_forms AS SELECT 'of my own, whatever its name'::text AS remark;

CREATE TABLE reports.kept_states AS
SELECT s.*, saaskpi.mrr_flow(s.history, 'month', '2024-03-20') AS flow, saaskpi.mrr_retention(s.history, 12, 'month', '2024-03-20') AS retention,
       saaskpi.revenue_flow(s.payments, '2024-03-20') AS revenue, saaskpi.cohort_matrix(s.payments, '2024-03-20') AS cohorts,
       saaskpi.cash_bridge(s.history, s.payments, '2024-03-20') AS bridge,
       (SELECT saaskpi.conversion_agg(c.signup_date, saaskpi.first_on(s.payments), 14, '2024-03-20') FROM acme.customers AS c WHERE c.customer_id = s.customer_id) AS conversion,
       (SELECT saaskpi.series_agg(p.payment_date, p.amount) FROM acme.payments AS p WHERE p.customer_id = s.customer_id AND p.payment_status = 'Success') AS series
  FROM (SELECT c.customer_id, h.history, p.payments FROM acme.customers AS c
          JOIN (SELECT customer_id, saaskpi.mrr_history_agg(start_date, end_date, monthly_price, plan_type) AS history FROM acme.subscriptions GROUP BY 1) AS h USING (customer_id)
          JOIN (SELECT customer_id, saaskpi.payment_agg(payment_date, amount, payment_status) AS payments FROM acme.payments GROUP BY 1) AS p USING (customer_id)
         WHERE c.customer_id IN ('C5', 'C7', 'C10', 'C20', 'C26', 'C30')) AS s;
CREATE VIEW reports.waterfall AS
SELECT w.* FROM (SELECT saaskpi.rollup(flow) AS flow FROM reports.kept_states) AS s CROSS JOIN LATERAL saaskpi.mrr_waterfall(s.flow) AS w;
CREATE VIEW reports.converted AS
SELECT c.cohort, c.signups, c.converted, c.expired FROM (SELECT saaskpi.rollup(conversion) AS curve FROM reports.kept_states) AS s
 CROSS JOIN LATERAL saaskpi.conversion_cohorts(s.curve) AS c;

GRANT USAGE ON SCHEMA acme, reports TO acme_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA acme TO acme_reader;
REVOKE SELECT ON acme.customers, acme.subscriptions, acme.payments, acme.kpi_customers, acme.kpi_mrr_movements FROM acme_reader;
GRANT SELECT (customer_id, mrr) ON acme.kpi_customers TO acme_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA reports TO acme_reader;
RESET SESSION AUTHORIZATION;
