SET datestyle = iso;
SET client_min_messages = warning;
\set SHOW_CONTEXT never
\pset null ~
-- six customers, by hand. Months over at the end: b left within her 1st, c after 3, e within her 3rd, which is not over, so that she is seen for 2, d came back and never left;
-- a is seen for 6, d for 4, f for 0. S is 4/5 after 1, times 2/3 after 3; Greenwood 1/20 + 1/6
CALL saaskpi.create_source_tables('ltv_test', false);
DROP TABLE ltv_test.events, ltv_test.orders, ltv_test.order_lines, ltv_test.products, ltv_test.sales_reps, ltv_test.sales_quotas, ltv_test.opportunities, ltv_test.opportunity_stages, ltv_test.pipeline_stages;
INSERT INTO ltv_test.customers (customer_id, signup_date, segment) VALUES
    ('a', '2024-01-01', 'SMB'), ('b', '2024-01-01', 'SMB'), ('c', '2024-01-01', NULL), ('d', '2024-01-01', 'SMB'), ('e', '2024-01-01', NULL), ('f', '2024-01-01', NULL), ('never', '2024-01-01', 'SMB');
INSERT INTO ltv_test.subscriptions VALUES
    ('1', 'a', 'Pro', '2024-01-15', NULL, 100), ('2', 'b', 'Basic', '2024-01-31', '2024-03-01', 30), ('3', 'c', 'Basic', '2024-02-10', '2024-05-10', 30),
    ('4', 'd', 'Pro', '2024-03-01', '2024-03-20', 50), ('5', 'd', 'Basic', '2024-05-01', NULL, 50), ('6', 'e', 'Basic', '2024-04-20', '2024-06-21', 30), ('7', 'f', 'Pro', '2024-07-15', NULL, 20);
INSERT INTO ltv_test.payments VALUES ('1', 'a', '2024-06-01', 200, 'Success'), ('2', 'b', '2024-02-01', 30, 'Success');
INSERT INTO ltv_test.costs VALUES ('2024-06', 30, 0, 20);
CALL saaskpi.create_views('ltv_test');
UPDATE ltv_test.kpi_settings SET as_of = '2024-07-15', ltv_min_customers = 2, ltv_discount = 0;
CALL saaskpi.refresh('ltv_test');
SELECT age, customers, at_risk, ended, survival, std_error, lo, hi, is_mature, is_thin FROM ltv_test.kpi_survival WHERE dimension = 'all' ORDER BY age;
-- the test by plan: expected of Basic 3/5 + 1/3, variance 6/25 + 2/9, so (2 - 0.933333)^2 / 0.462222
SELECT dimension, value, customers, max(age) AS seen, min(survival) AS last, min(chi_square) AS chi_square, min(p_value) AS p_value FROM ltv_test.kpi_survival GROUP BY 1, 2, 3 ORDER BY 1, 2;
-- 13 customers at the openings of complete months, 3 of them lost; margin 150 of 200
SELECT model, parameter, round(value::numeric, 6) AS value, customers, observed, status FROM ltv_test.kpi_ltv_models WHERE model IN ('simple', 'margin', 'horizon', 'discount') ORDER BY 1;
-- a: 100 * 0.75 * 13 / 3; d: the months after the 4th that a was seen for, 2 * 50 * 0.75; f: (0.8 + 0.8 + 4 * 0.533333) * 20 * 0.75, variance 3.733333^2 / 20 + 2.133333^2 / 6
SELECT customer_id, tenure_months, alive, amount_each, simple, survival, survival_lo, survival_hi, survival_months, method, realised, ltv = realised + expected AS adds_up, reason
  FROM ltv_test.kpi_ltv WHERE basis = 'subscriptions' ORDER BY customer_id;
-- the contract from the fit beside it: (b + t) / (a + b + t) for the renewals of 36 months
SELECT customer_id, contract = round(amount_each * margin * (SELECT sum(p) FROM (SELECT exp(sum(ln((m.b + l.tenure_months + t) / (m.a + m.b + l.tenure_months + t))) OVER (ORDER BY t)) AS p FROM generate_series(0, 35) AS t) AS q)::numeric, 2) AS as_fitted, expected = contract AS expected
  FROM ltv_test.kpi_ltv AS l, (SELECT max(value) FILTER (WHERE place = 1) AS a, max(value) FILTER (WHERE place = 2) AS b FROM ltv_test.kpi_ltv_models WHERE model = 'sbg') AS m
 WHERE basis = 'subscriptions' AND alive = 1 ORDER BY 1;
SELECT basis, place, range, in_range, customers, customers_all, share FROM ltv_test.kpi_ltv_distribution ORDER BY 1, 2;
-- what the customers are worth adds up; so do the ranges
SELECT (SELECT sum(simple) FROM ltv_test.kpi_ltv WHERE basis = 'subscriptions') AS simple, (SELECT round(closing * 0.75 * 13 / 3, 2) FROM ltv_test.kpi_mrr_monthly ORDER BY period DESC LIMIT 1) AS of_the_mrr,
       (SELECT sum(ltv) FROM ltv_test.kpi_ltv) = (SELECT sum(ltv) FROM ltv_test.kpi_ltv_distribution) AS ltv, (SELECT sum(share) FROM ltv_test.kpi_ltv_distribution) AS shares;
SELECT * FROM saaskpi.check_identities('ltv_test') WHERE identity ~ 'ltv|survival';

-- bounds are data; too few customers, in words
DELETE FROM ltv_test.kpi_ltv_bounds WHERE bound NOT IN (0, 500);
UPDATE ltv_test.kpi_settings SET ltv_margin = 1, ltv_min_customers = 30, ltv_discount = 0.1;
CALL saaskpi.refresh('ltv_test');
SELECT place, range, from_value, to_value, in_range, customers, share FROM ltv_test.kpi_ltv_distribution ORDER BY 1;
SELECT model, place, value, std_error, customers, status FROM ltv_test.kpi_ltv_models WHERE model IN ('sbg', 'bg_nbd', 'gamma_gamma', 'margin') ORDER BY 1, 2;
SELECT customer_id, simple, survival, contract, expected, method, reason FROM ltv_test.kpi_ltv ORDER BY customer_id;
\set VERBOSITY terse
UPDATE ltv_test.kpi_settings SET ltv_horizon_months = 0;
UPDATE ltv_test.kpi_settings SET ltv_discount = -0.1;
UPDATE ltv_test.kpi_settings SET ltv_min_customers = 1;
\set VERBOSITY default
-- the service costs more than it brings: what is lost is bounded the other way round
UPDATE ltv_test.costs SET infra_cost = 330;
UPDATE ltv_test.kpi_settings SET ltv_min_customers = 2, ltv_margin = NULL, ltv_discount = 0;
CALL saaskpi.refresh('ltv_test');
SELECT customer_id, margin, simple, survival, survival_lo, survival_hi FROM ltv_test.kpi_ltv WHERE customer_id = 'f';
UPDATE ltv_test.costs SET infra_cost = 30;
-- identities that fail
UPDATE ltv_test.kpi_survival_mat SET survival = 0.9 WHERE dimension = 'all' AND age = 3;
UPDATE ltv_test.kpi_survival_mat SET ended = 7 WHERE dimension = 'segment' AND value = 'SMB' AND age = 1;
UPDATE ltv_test.kpi_ltv_mat SET ltv = ltv + 1 WHERE customer_id = 'a';
DELETE FROM ltv_test.kpi_ltv_mat WHERE customer_id = 'b';
UPDATE ltv_test.kpi_ltv_distribution_mat SET share = 0.5 WHERE place = 0;
SELECT * FROM saaskpi.check_identities('ltv_test') WHERE identity ~ 'ltv|survival';

-- nobody ever left: the churn has no value, survival stays 1 and has no limits
UPDATE ltv_test.subscriptions SET end_date = NULL;
UPDATE ltv_test.kpi_settings SET ltv_min_customers = 2, ltv_margin = NULL;
CALL saaskpi.refresh('ltv_test');
SELECT customer_id, simple, survival, survival_lo, survival_months, contract, method, reason FROM ltv_test.kpi_ltv ORDER BY customer_id;
SELECT min(survival) AS survival, max(lo) AS lo, max(chi_square) AS chi_square FROM ltv_test.kpi_survival;
-- no rows in any source
DELETE FROM ltv_test.subscriptions;
DELETE FROM ltv_test.payments;
CALL saaskpi.refresh('ltv_test');
SELECT (SELECT count(*) FROM ltv_test.kpi_survival) AS survival, (SELECT count(*) FROM ltv_test.kpi_ltv) AS ltv, (SELECT count(*) FROM ltv_test.kpi_ltv_distribution) AS distribution;
SELECT model, place, value, customers, status FROM ltv_test.kpi_ltv_models ORDER BY 1, 2;
-- a hundred who began two weeks ago, ten of whom have left: nothing is known of their first month, which is not over, and nobody is worth nothing for it
CREATE SCHEMA ltv_young;
CREATE TABLE ltv_young.subscriptions (subscription_id text, customer_id text, start_date date, end_date date, monthly_price numeric);
INSERT INTO ltv_young.subscriptions SELECT i, i, '2024-06-01', CASE WHEN i <= 10 THEN date '2024-06-10' END, 100 FROM generate_series(1, 100) AS i;
CALL saaskpi.create_views('ltv_young');
UPDATE ltv_young.kpi_settings SET as_of = '2024-06-15';
CALL saaskpi.refresh('ltv_young');
SELECT age, customers, at_risk, ended, survival FROM ltv_young.kpi_survival WHERE dimension = 'all' ORDER BY age;
SELECT method, count(*) AS customers, max(survival) AS survival FROM ltv_young.kpi_ltv GROUP BY 1 ORDER BY 1;
UPDATE ltv_young.kpi_settings SET as_of = '2024-07-01';
CALL saaskpi.refresh('ltv_young');
SELECT age, customers, at_risk, ended, survival FROM ltv_young.kpi_survival WHERE dimension = 'all' ORDER BY age;
SELECT identity, detail FROM saaskpi.check_identities('ltv_young') WHERE NOT holds;
DROP SCHEMA ltv_young CASCADE;
DROP SCHEMA ltv_test CASCADE;

-- buyers: 300 who buy at rates of their own and leave, without subscriptions or costs
CALL saaskpi.create_source_tables('ltv_shop', false);
DROP TABLE ltv_shop.subscriptions, ltv_shop.payments, ltv_shop.costs, ltv_shop.customers, ltv_shop.events, ltv_shop.products, ltv_shop.sales_reps, ltv_shop.sales_quotas, ltv_shop.opportunities, ltv_shop.opportunity_stages, ltv_shop.pipeline_stages;
INSERT INTO ltv_shop.orders (order_id, customer_id, ordered_at)
SELECT format('%s-%s', i, k), 'c' || i, '2024-01-01'::date + i % 90 + ceil(life * k / (x + 1))::integer
  FROM (SELECT i, life, floor(-ln(u[1]) * life / 40)::integer AS x FROM (SELECT i, u, CASE WHEN u[2] < 0.5 THEN 90 * u[3] + 1 ELSE 275 END AS life
          FROM (SELECT i, ARRAY(SELECT (('x' || left(md5(i || '/' || n), 8))::bit(32)::bigint::numeric + 0.5) / 4294967296 FROM generate_series(1, 3) AS n) AS u FROM generate_series(1, 300) AS i) AS r) AS l) AS q,
       LATERAL generate_series(0, x) AS k;
INSERT INTO ltv_shop.order_lines SELECT order_id, '1', 'p', 1, 20 + ascii(md5(customer_id)) + ascii(md5(order_id)), NULL FROM ltv_shop.orders;
-- a tenth of what c1 bought comes back
INSERT INTO ltv_shop.orders VALUES ('back', 'c1', '2024-12-01', 'returned');
INSERT INTO ltv_shop.order_lines VALUES ('back', '1', 'p', -1, 10, NULL);
CALL saaskpi.create_views('ltv_shop');
UPDATE ltv_shop.kpi_settings SET as_of = '2024-12-31';
CALL saaskpi.refresh('ltv_shop');
SELECT model, parameter, value > 0 AS fitted, std_error > 0 AS told, customers, round(expected / observed, 1) AS as_observed, status FROM ltv_shop.kpi_ltv_models ORDER BY model, place;
-- each is what the functions say of her: frequency and recency in days, spend on days after the first
SELECT count(*) AS buyers, count(*) FILTER (WHERE l.method = 'purchases' AND l.reason IS NULL) AS by_model, count(*) FILTER (WHERE l.alive = round(saaskpi.bg_nbd_alive(m.bg, x, r, t)::numeric, 6)) AS alive,
       count(*) FILTER (WHERE abs(l.expected_purchases - saaskpi.bg_nbd_expected(m.bg, x, r, t, 1095)::numeric) <= 0.0001) AS purchases,
       count(*) FILTER (WHERE l.amount_each = round(saaskpi.gamma_gamma_spend(m.gamma, x, (b.net_again / nullif(x, 0))::float8)::numeric, 2)) AS spend,
       count(*) FILTER (WHERE abs(l.purchases_value - (saaskpi.bg_nbd_discounted(m.bg, x, r, t, 1095, 1.1 ^ (1 / 365.0) - 1) * saaskpi.gamma_gamma_spend(m.gamma, x, (b.net_again / nullif(x, 0))::float8))::numeric * m.kept) <= 0.01) AS value,
       count(*) FILTER (WHERE l.realised = b.net AND l.ltv = b.net + l.purchases_value) AS realised
  FROM ltv_shop.kpi_ltv AS l JOIN ltv_shop.kpi_buyers AS b USING (customer_id),
       LATERAL (SELECT b.order_days - 1 AS x, b.last_order - b.first_order AS r, b.tenure_days AS t) AS q,
       (SELECT array_agg(value ORDER BY place) FILTER (WHERE model = 'bg_nbd') AS bg, array_agg(value ORDER BY place) FILTER (WHERE model = 'gamma_gamma') AS gamma, max(value) FILTER (WHERE model = 'returns')::numeric AS kept FROM ltv_shop.kpi_ltv_models) AS m;
SELECT * FROM saaskpi.check_identities('ltv_shop') WHERE identity ~ 'ltv|survival';
SELECT sum(customers) AS customers, sum(share) AS share FROM ltv_shop.kpi_ltv_distribution;
-- everybody began today, and nobody bought again; one who buys every day: words, not an error
DELETE FROM ltv_shop.orders WHERE order_id !~ '-0$';
UPDATE ltv_shop.orders SET ordered_at = '2024-12-31';
CALL saaskpi.refresh('ltv_shop');
SELECT DISTINCT alive, expected, method, reason FROM ltv_shop.kpi_ltv;
INSERT INTO ltv_shop.orders SELECT 'daily' || i, 'c1', '2024-01-01'::date + i FROM generate_series(0, 364) AS i;
INSERT INTO ltv_shop.order_lines SELECT 'daily' || i, '1', 'p', 1, 10 FROM generate_series(0, 364) AS i;
UPDATE ltv_shop.kpi_settings SET ltv_horizon_months = 240, ltv_min_customers = 2;
CALL saaskpi.refresh('ltv_shop');
SELECT count(*) AS buyers, count(alive) AS alive, count(expected_purchases) AS purchases, count(purchases_value) AS value, max(reason) AS reason FROM ltv_shop.kpi_ltv;
DROP SCHEMA ltv_shop CASCADE;
