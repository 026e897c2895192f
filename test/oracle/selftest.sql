-- The oracle against answers worked out by hand, then against itself.
-- Run from this directory:  psql -X -v ON_ERROR_STOP=1 -f selftest.sql
-- Prints one line per check; stops with an error at the first that fails.
-- Everything happens in one schema, oracle_selftest, in one transaction that
-- is rolled back.
\set ON_ERROR_STOP on
\set QUIET on
\pset tuples_only on
\pset format unaligned
SET client_min_messages = warning;
SET jit = off;
BEGIN;
CREATE SCHEMA oracle_selftest;
SET LOCAL search_path = oracle_selftest;
\i tables.sql
\i facts.sql

\set q `cat kpi_mrr_movements.sql`
CREATE VIEW kpi_mrr_movements AS :q;
\set q `cat kpi_mrr_monthly.sql`
CREATE VIEW kpi_mrr_monthly AS :q;
\set q `cat kpi_mrr_monthly_by.sql`
CREATE VIEW kpi_mrr_monthly_by AS :q;
\set q `cat kpi_revenue_monthly.sql`
CREATE VIEW kpi_revenue_monthly AS :q;
\set q `cat kpi_cash_bridge_monthly.sql`
CREATE VIEW kpi_cash_bridge_monthly AS :q;
\set q `cat kpi_cohort_retention.sql`
CREATE VIEW kpi_cohort_retention AS :q;
\set q `cat kpi_conversion.sql`
CREATE VIEW kpi_conversion AS :q;
\set q `cat kpi_margin_monthly.sql`
CREATE VIEW kpi_margin_monthly AS :q;
\set q `cat kpi_customers.sql`
CREATE VIEW kpi_customers AS :q;
\set q `cat kpi_calendar.sql`
CREATE VIEW kpi_calendar AS :q;
\set q `cat kpi_summaries.sql`
CREATE VIEW kpi_summaries AS :q;
\set q `cat kpi_series.sql`
CREATE VIEW kpi_series AS :q;

-- Both queries give the same rows, each as often.
CREATE FUNCTION same(label text, got text, want text) RETURNS text
LANGUAGE plpgsql AS
$$
DECLARE
    bad text;
BEGIN
    EXECUTE format(
        'WITH got AS MATERIALIZED (SELECT * FROM (%s) AS q), '
        'want AS MATERIALIZED (SELECT * FROM (%s) AS q) '
        'SELECT string_agg(x::text, E''\n'') FROM '
        '(SELECT ''got'' AS side, g.* FROM (TABLE got EXCEPT ALL TABLE want) AS g '
        'UNION ALL SELECT ''want'', w.* FROM (TABLE want EXCEPT ALL TABLE got) AS w)'
        ' AS x', got, want) INTO bad;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION '%: %', label, E'\n' || bad;
    END IF;
    RETURN 'ok ' || label;
END
$$;

----------------------------------------------------------------------
-- First set. 15 May 2024 is as_of, so May is a running month.
--   u  pays 500 from 1 Feb, is upgraded to 1,379 on 10 Mar, leaves 20 Mar
--   s  goes from plan A at 50 to plan B at 30 on 5 Mar
--   t  10 a month, gone from 10 to 20 Feb
--   d  goes from B to C at the same price on 1 Apr; its end is in the future
--   e  has only subscriptions that do not count
--   g  is known from payments alone
INSERT INTO settings VALUES ('2024-05-15', 0.10, 0.15, 30);
INSERT INTO statuses VALUES ('refunded', 'refund'), ('pending', 'pending');
INSERT INTO customers VALUES
    ('u', '2024-01-31', 'X', 'DE', 'ads', false),
    ('s', '2024-01-10', 'Y', 'DE', 'ads', true),
    ('t', '2024-01-31', 'Y', 'FR', NULL, true),
    ('d', '2024-02-29', NULL, 'FR', NULL, true),
    ('e', NULL, 'Y', NULL, NULL, true),
    (NULL, '2020-01-01', 'Z', NULL, NULL, true);
INSERT INTO subscriptions VALUES
    ('u1', 'u', 'A', '2024-02-01', '2024-03-10', 500),
    ('u2', 'u', 'A', '2024-03-10', '2024-03-20', 1379),
    ('s1', 's', 'A', '2024-01-15', '2024-03-05', 50),
    ('s2', 's', 'B', '2024-03-05', NULL, 30),
    ('t1', 't', 'B', '2024-01-31', '2024-02-10', 10),
    ('t2', 't', 'B', '2024-02-20', 'infinity', 10),
    ('d1', 'd', 'B', '2024-02-29', '2024-04-01', 20),
    ('d2', 'd', 'C', '2024-04-01', '2024-06-01', 20),
    ('e1', 'e', 'E', '2024-03-01', '2024-03-01', 99),
    ('e2', 'e', 'E', '2024-03-02', '2024-03-01', 99),
    ('e3', 'e', 'E', '2024-05-16', NULL, 99),
    ('e4', 'e', 'E', '2024-03-01', NULL, -5),
    ('e5', 'e', 'E', '2024-03-01', NULL, 'NaN'),
    ('e6', 'e', 'E', '2024-03-01', NULL, 'Infinity'),
    ('e7', 'e', 'E', '-infinity', NULL, 99),
    ('e8', 'e', 'E', NULL, NULL, 99),
    ('e9', NULL, 'E', '2024-03-01', NULL, 99),
    ('e0', 'e', 'F', '2024-03-01', NULL, 0);
INSERT INTO payments VALUES
    ('1', 's', '2024-01-20', 50, 'Success'),
    ('2', 's', '2024-02-15', 50, 'Failed'),
    ('3', 's', '2024-02-16', 20, 'Success'),
    ('4', 's', '2024-03-06', 30, 'Success'),
    ('5', 's', '2024-03-07', -5, 'Success'),
    ('6', 't', '2024-02-01', 120, 'Success'),
    ('7', 'u', '2024-02-01', 500, 'Success'),
    ('8', 'u', '2024-03-10', 1379, 'Success'),
    ('9', 'd', '2024-03-15', 20, 'Failed'),
    ('10', 'g', '2024-04-02', 7, 'Success'),
    ('11', 's', '2024-05-01', 30, 'Success'),
    ('12', 'd', '2024-05-10', 5, 'Success'),
    ('13', 's', '2024-03-01', 99, 'success'),
    ('14', 's', '2024-03-01', 99, NULL),
    ('15', 's', '2024-03-01', NULL, 'Success'),
    ('16', 's', '2024-03-01', 'NaN', 'Success'),
    ('17', 's', '2024-05-16', 99, 'Success'),
    ('18', 's', '2024-03-01', -1, 'Failed'),
    ('19', NULL, '2024-03-01', 99, 'Success'),
    ('20', 's', 'infinity', 99, 'Success'),
    ('21', 's', '2024-04-03', 3, 'Refunded'),
    ('22', 'd', '2024-04-04', 4, 'pending');
INSERT INTO costs VALUES
    ('2024-01', 5, 100, 5),
    ('2024-02', 40, 200, 24),
    ('2024-03', 351, NULL, 0),
    ('2024-04', 1, 0, 1),
    ('2024-04', 1, 0, 0),
    ('2024-06', 1, 1, 1),
    ('2024-13', 1, 1, 1),
    (NULL, 1, 1, 1);

SELECT same('movements', 'TABLE kpi_mrr_movements', $$VALUES
    (date '2024-01-01', date '2024-01-15', 's', 'new', 50.0, 0.0, 50.0),
    ('2024-01-01', '2024-01-31', 't', 'new', 10, 0, 10),
    ('2024-02-01', '2024-02-01', 'u', 'new', 500, 0, 500),
    ('2024-02-01', '2024-02-10', 't', 'churn', 10, 10, 0),
    ('2024-02-01', '2024-02-20', 't', 'reactivation', 10, 0, 10),
    ('2024-02-01', '2024-02-29', 'd', 'new', 20, 0, 20),
    ('2024-03-01', '2024-03-05', 's', 'contraction', 20, 50, 30),
    ('2024-03-01', '2024-03-10', 'u', 'expansion', 879, 500, 1379),
    ('2024-03-01', '2024-03-20', 'u', 'churn', 1379, 1379, 0)$$);

-- February: new 500 + 20, t away and back. Netted by month only 520 rise, by
-- day 530, hence a round trip of 10. March: u's 879 up and 1,379 down netted
-- by month is 500 down, nothing up, hence a round trip of 879; kept of 580
-- are s 30, t 10, d 20.
SELECT same('waterfall, amounts', $$SELECT period, opening, new, expansion,
    contraction, churn, reactivation, closing, round_trip, mrr_retained,
    mrr_kept FROM kpi_mrr_monthly$$, $$VALUES
    (date '2024-01-01', 0.0, 60.0, 0.0, 0.0, 0.0, 0.0, 60.0, 0.0, 0.0, 0.0),
    ('2024-02-01', 60, 520, 0, 0, 10, 10, 580, 10, 60, 60),
    ('2024-03-01', 580, 0, 879, 20, 1379, 0, 60, 879, 60, 60),
    ('2024-04-01', 60, 0, 0, 0, 0, 0, 60, 0, 60, 60),
    ('2024-05-01', 60, 0, 0, 0, 0, 0, 60, 0, 60, 60)$$);
SELECT same('waterfall, customers', $$SELECT period, customers_opening,
    customers_new, customers_churned, customers_reactivated,
    customers_closing, customers_lost, opening_12m, retained_12m, kept_12m,
    is_complete FROM kpi_mrr_monthly$$, $$VALUES
    (date '2024-01-01', 0, 2, 0, 0, 2, 0, 0.0, 0.0, 0.0, true),
    ('2024-02-01', 2, 2, 1, 1, 4, 0, 0, 0, 0, true),
    ('2024-03-01', 4, 0, 1, 0, 3, 1, 0, 0, 0, true),
    ('2024-04-01', 3, 0, 0, 0, 3, 0, 0, 0, 0, true),
    ('2024-05-01', 3, 0, 0, 0, 3, 0, 0, 0, 0, false)$$);
-- 520/580 = 0.896552, 60/580 = 0.103448, 879/1399 = 0.628306.
SELECT same('waterfall, rates', $$SELECT period, logo_churn_rate,
    gross_mrr_churn_rate, net_mrr_churn_rate, nrr, grr, nrr_12m, grr_12m,
    quick_ratio, arpa FROM kpi_mrr_monthly$$, $$VALUES
    (date '2024-01-01', NULL::numeric, NULL::numeric, NULL::numeric,
     NULL::numeric, NULL::numeric, NULL::numeric, NULL::numeric,
     NULL::numeric, 30.0),
    ('2024-02-01', 0, 0, 0, 1, 1, NULL, NULL, 53, 145),
    ('2024-03-01', .25, .896552, .896552, .103448, .103448, NULL, NULL,
     .628306, 20),
    ('2024-04-01', 0, 0, 0, 1, 1, NULL, NULL, NULL, 20),
    ('2024-05-01', 0, 0, 0, 1, 1, NULL, NULL, NULL, 20)$$);

-- Upgraded and gone in one month: 100 % of the opening amount, not 275.8 %.
SELECT same('500 upgraded to 1,379, then churned', $$SELECT opening,
    expansion, churn, closing, round_trip, gross_mrr_churn_rate, grr,
    logo_churn_rate, quick_ratio FROM kpi_mrr_monthly_by
    WHERE dimension = 'segment' AND value = 'X' AND period = '2024-03-01'$$,
    'VALUES (500, 879, 1379, 0, 879, 1.000000, 0, 1, .637418)');

-- Plan A at 50 to plan B at 30: 30 move over, 20 are contraction of A.
SELECT same('plan waterfall', $$SELECT value, period, opening, new, expansion,
    contraction, churn, reactivation, transfer_in, transfer_out, closing,
    round_trip FROM kpi_mrr_monthly_by WHERE dimension = 'plan_type'$$,
    $$VALUES
    ('A', date '2024-01-01', 0, 50, 0, 0, 0, 0, 0, 0, 50, 0),
    ('A', '2024-02-01', 50, 500, 0, 0, 0, 0, 0, 0, 550, 0),
    ('A', '2024-03-01', 550, 0, 879, 20, 1379, 0, 0, 30, 0, 0),
    ('A', '2024-04-01', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    ('A', '2024-05-01', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    ('B', '2024-01-01', 0, 10, 0, 0, 0, 0, 0, 0, 10, 0),
    ('B', '2024-02-01', 10, 20, 0, 0, 10, 10, 0, 0, 30, 0),
    ('B', '2024-03-01', 30, 0, 0, 0, 0, 0, 30, 0, 60, 0),
    ('B', '2024-04-01', 60, 0, 0, 0, 0, 0, 0, 20, 40, 0),
    ('B', '2024-05-01', 40, 0, 0, 0, 0, 0, 0, 0, 40, 0),
    ('C', '2024-01-01', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    ('C', '2024-02-01', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    ('C', '2024-03-01', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    ('C', '2024-04-01', 0, 0, 0, 0, 0, 0, 20, 0, 20, 0),
    ('C', '2024-05-01', 20, 0, 0, 0, 0, 0, 0, 0, 20, 0)$$);
SELECT same('plan customers', $$SELECT value, period, customers_opening,
    customers_new, customers_churned, customers_reactivated,
    customers_transfer_in, customers_transfer_out, customers_closing,
    customers_lost FROM kpi_mrr_monthly_by WHERE dimension = 'plan_type'
    AND period BETWEEN '2024-02-01' AND '2024-04-01'$$,
    $$VALUES
    ('A', date '2024-02-01', 1, 1, 0, 0, 0, 0, 2, 0),
    ('A', '2024-03-01', 2, 0, 1, 0, 0, 1, 0, 2),
    ('A', '2024-04-01', 0, 0, 0, 0, 0, 0, 0, 0),
    ('B', '2024-02-01', 1, 1, 1, 1, 0, 0, 2, 0),
    ('B', '2024-03-01', 2, 0, 0, 0, 1, 0, 3, 0),
    ('B', '2024-04-01', 3, 0, 0, 0, 0, 1, 2, 1),
    ('C', '2024-02-01', 0, 0, 0, 0, 0, 0, 0, 0),
    ('C', '2024-03-01', 0, 0, 0, 0, 0, 0, 0, 0),
    ('C', '2024-04-01', 0, 0, 0, 0, 1, 0, 1, 0)$$);
SELECT same('values per dimension', $$SELECT dimension, value, count(*)
    FROM kpi_mrr_monthly_by GROUP BY 1, 2$$, $$VALUES
    ('segment', 'X', 5), ('segment', 'Y', 5), ('segment', '(none)', 5),
    ('country', 'DE', 5), ('country', 'FR', 5), ('country', '(none)', 5),
    ('acquisition_channel', 'ads', 5), ('acquisition_channel', '(none)', 5),
    ('plan_type', 'A', 5), ('plan_type', 'B', 5), ('plan_type', 'C', 5)$$);

-- Growth: 590/50 = 11.8, 863/640 = 1.348438, -1499/1503 = -0.997339. Of the
-- 1,503 of March nobody paid 99.
SELECT same('revenue', 'TABLE kpi_revenue_monthly', $$VALUES
    (date '2024-01-01', 50.0, 1, 0, 0.0, 0, 0.0, 1, NULL::numeric,
     NULL::numeric, NULL, true, 0.0, 0.0),
    ('2024-02-01', 640, 3, 1, 50, 0, 0, 3, 11.8, NULL, 'alert', true, .25, 0),
    ('2024-03-01', 1503, 3, 1, 20, 1, 5, 2, 1.348438, NULL, 'alert', true,
     .25, 99),
    ('2024-04-01', 4, 1, 0, 0, 1, 3, 1, -.997339, NULL, 'alert', true, 0, 0),
    ('2024-05-01', 35, 2, 0, 0, 0, 0, 2, NULL, NULL, NULL, false, 0, 0)$$);

-- February: s 30 short, all of it failed; t 110 above; d 20 not paid. March:
-- u 1,379 and nobody 99 without MRR; d 20 failed; t 10 not paid. May: d 15
-- short.
SELECT same('cash bridge', 'TABLE kpi_cash_bridge_monthly', $$VALUES
    (date '2024-01-01', 60, 0, 0, 0, 0, 10, 0, 50, 0, true),
    ('2024-02-01', 580, 110, 0, 30, 0, 20, 0, 640, 0, true),
    ('2024-03-01', 60, 0, 1478, 20, 0, 10, 5, 1503, 0, true),
    ('2024-04-01', 60, 0, 7, 0, 0, 60, 3, 4, 0, true),
    ('2024-05-01', 60, 0, 0, 0, 15, 10, 0, 35, 0, false)$$);

-- MRR cohorts: January {s, t}, February {u, d}; u is active in March, up to
-- the 20th, but brings no MRR at its close: 20/520 = 0.038462.
SELECT same('cohorts by MRR', $$SELECT cohort, age, customers, retained, rate,
    retained_or_later, rate_or_later, retained_throughout, revenue,
    revenue_rate, is_mature FROM kpi_cohort_retention WHERE basis = 'mrr'$$,
    $$VALUES
    (date '2024-01-01', 0, 2, 2, 1.0, 2, 1.0, 2, 60.0, 1.0, true),
    ('2024-01-01', 1, 2, 2, 1, 2, 1, 2, 60, 1, true),
    ('2024-01-01', 2, 2, 2, 1, 2, 1, 2, 40, .666667, true),
    ('2024-01-01', 3, 2, 2, 1, 2, 1, 2, 40, .666667, true),
    ('2024-01-01', 4, 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false),
    ('2024-02-01', 0, 2, 2, 1, 2, 1, 2, 520, 1, true),
    ('2024-02-01', 1, 2, 2, 1, 2, 1, 2, 20, .038462, true),
    ('2024-02-01', 2, 2, 1, .5, 1, .5, 1, 20, .038462, true),
    ('2024-02-01', 3, 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
     false)$$);
-- Payment cohorts: s pays in January, February, March and May.
SELECT same('cohorts by payment', $$SELECT cohort, age, customers, retained,
    rate, retained_or_later, rate_or_later, retained_throughout, revenue,
    revenue_rate, is_mature FROM kpi_cohort_retention
    WHERE basis = 'payment'$$,
    $$VALUES
    (date '2024-01-01', 0, 1, 1, 1.0, 1, 1.0, 1, 50.0, 1.0, true),
    ('2024-01-01', 1, 1, 1, 1, 1, 1, 1, 20, .4, true),
    ('2024-01-01', 2, 1, 1, 1, 1, 1, 1, 30, .6, true),
    ('2024-01-01', 3, 1, 0, 0, 1, 1, 0, 0, 0, true),
    ('2024-01-01', 4, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false),
    ('2024-02-01', 0, 2, 2, 1, 2, 1, 2, 620, 1, true),
    ('2024-02-01', 1, 2, 1, .5, 1, .5, 1, 1379, 2.224194, true),
    ('2024-02-01', 2, 2, 0, 0, 0, 0, 0, 0, 0, true),
    ('2024-02-01', 3, 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false),
    ('2024-04-01', 0, 1, 1, 1, 1, 1, 1, 7, 1, true),
    ('2024-04-01', 1, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false),
    ('2024-05-01', 0, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
     false)$$);
-- Signup cohorts: January {u, s, t}, u active from February on.
SELECT same('cohorts by signup', $$SELECT cohort, age, customers, retained,
    rate, retained_or_later, rate_or_later, retained_throughout, revenue,
    revenue_rate, is_mature FROM kpi_cohort_retention
    WHERE basis = 'signup'$$,
    $$VALUES
    (date '2024-01-01', 0, 3, 2, .666667, 3, 1.0, 2, 60.0, 1.0, true),
    ('2024-01-01', 1, 3, 3, 1, 3, 1, 2, 560, 9.333333, true),
    ('2024-01-01', 2, 3, 3, 1, 3, 1, 2, 40, .666667, true),
    ('2024-01-01', 3, 3, 2, .666667, 2, .666667, 2, 40, .666667, true),
    ('2024-01-01', 4, 3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false),
    ('2024-02-01', 0, 1, 1, 1, 1, 1, 1, 20, 1, true),
    ('2024-02-01', 1, 1, 1, 1, 1, 1, 1, 20, 1, true),
    ('2024-02-01', 2, 1, 1, 1, 1, 1, 1, 20, 1, true),
    ('2024-02-01', 3, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
     false)$$);

-- First payments after 10 days (s), 1 (t, u) and 71 (d). The limits of n of n
-- are n / (n + z * z) and 1, of none of one 0 and z * z / (1 + z * z).
SELECT same('conversion', 'TABLE kpi_conversion', $$VALUES
    (date '2024-01-01', 'all', 'all', 3, 3, 3, 0, 0, 1.0, 1.0, 0, 0.438503, 1),
    ('2024-01-01', 'segment', 'X', 1, 1, 1, 0, 0, 1, 1, 0, 0.206549, 1),
    ('2024-01-01', 'segment', 'Y', 2, 2, 2, 0, 0, 1, 5.5, 0, 0.342380, 1),
    ('2024-01-01', 'country', 'DE', 2, 2, 2, 0, 0, 1, 5.5, 0, 0.342380, 1),
    ('2024-01-01', 'country', 'FR', 1, 1, 1, 0, 0, 1, 1, 0, 0.206549, 1),
    ('2024-01-01', 'acquisition_channel', 'ads', 2, 2, 2, 0, 0, 1, 5.5, 0,
     0.342380, 1),
    ('2024-01-01', 'acquisition_channel', '(none)', 1, 1, 1, 0, 0, 1, 1, 0,
     0.206549, 1),
    ('2024-02-01', 'all', 'all', 1, 1, 0, 1, 0, 0, NULL, 0, 0, 0.793451),
    ('2024-02-01', 'segment', '(none)', 1, 1, 0, 1, 0, 0, NULL, 0, 0, 0.793451),
    ('2024-02-01', 'country', 'FR', 1, 1, 0, 1, 0, 0, NULL, 0, 0, 0.793451),
    ('2024-02-01', 'acquisition_channel', '(none)', 1, 1, 0, 1, 0, 0,
     NULL, 0, 0, 0.793451)$$);

-- January: CAC 100/2, payback 50/(30 * 0.8) = 2.08. February: 100/(260 *
-- 0.9) = 0.43. March: LTV (60/3) * (1152/1503) / (1/4) = 61.32.
SELECT same('margin', 'TABLE kpi_margin_monthly', $$VALUES
    (date '2024-01-01', 50.0, 5.0, 5.0, 100.0, 40.0, .8, -60.0, 2, 60.0,
     50.0, 2.08, NULL::numeric, NULL::numeric, true),
    ('2024-02-01', 640, 40, 24, 200, 576, .9, 376, 2, 520, 100, .43, NULL,
     NULL, true),
    ('2024-03-01', 1503, 351, 0, NULL, 1152, .766467, NULL, 0, 0, NULL, NULL,
     61.32, NULL, true),
    ('2024-04-01', 4, 2, 1, 0, 1, .25, 1, 0, 0, NULL, NULL, NULL, NULL,
     true),
    ('2024-05-01', 35, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, NULL, NULL,
     NULL, NULL, false)$$);

-- Days: u 1 Feb to 20 Mar 48; s 15 Jan to 15 May 121; t 31 Jan 105; d 76.
SELECT same('customers', 'TABLE kpi_customers', $$VALUES
    ('u', date '2024-01-31', 'X', 'DE', 'ads', 'churned', 0.0,
     date '2024-02-01', date '2024-03-20', 48, date '2024-02-01',
     date '2024-03-10', 2, 1879.0, 0),
    ('s', '2024-01-10', 'Y', 'DE', 'ads', 'active', 30, '2024-01-15', NULL,
     121, '2024-01-20', '2024-05-01', 4, 122, 1),
    ('t', '2024-01-31', 'Y', 'FR', NULL, 'active', 10, '2024-01-31', NULL,
     105, '2024-02-01', '2024-02-01', 1, 120, 0),
    ('d', '2024-02-29', NULL, 'FR', NULL, 'active', 20, '2024-02-29', NULL,
     76, '2024-05-10', '2024-05-10', 1, 5, 1),
    ('e', NULL, 'Y', NULL, NULL, 'prospect', 0, NULL, NULL, NULL, NULL, NULL,
     0, 0, 0),
    ('g', NULL, NULL, NULL, NULL, 'prospect', 0, NULL, NULL, NULL,
     '2024-04-02', '2024-04-02', 1, 7, 0),
    ('(none)', NULL, NULL, NULL, NULL, '(none)', 0, NULL, NULL, NULL,
     '2024-03-01', '2024-03-01', 1, 99, 0)$$);
-- Left out: all of e's but the free one and the one of the future; of s's
-- payments those without a known status, an amount, or a date.
SELECT same('summaries', 'TABLE kpi_summaries', $$VALUES
    ('X', 'DE', 'ads', 1, date '2024-01-31', 0.0, 0.0),
    ('Y', 'DE', 'ads', 1, '2024-01-01', 0, 5),
    ('Y', 'FR', '(none)', 1, '2024-01-01', 0, 0),
    ('(none)', 'FR', '(none)', 1, '2024-02-01', 0, 0),
    ('Y', '(none)', '(none)', 1, NULL, 7, 0),
    ('(none)', '(none)', '(none)', 1, '2024-03-01', 0, 0)$$);
SELECT same('calendar', 'TABLE kpi_calendar', $$VALUES
    (date '2024-01-01', true, 1.0), ('2024-02-01', true, 1),
    ('2024-03-01', true, 1), ('2024-04-01', true, 1),
    ('2024-05-01', false, .451613)$$);
\set q `cat identities.sql`
CREATE VIEW violation AS :q;
SELECT same('identities', 'TABLE violation', 'SELECT '''', '''' LIMIT 0');

-- Level by level and day by day: the movements are all there are.
SELECT same('movements against every single day', $$SELECT happened_on,
    customer_id, mrr_before, mrr_after FROM kpi_mrr_movements$$, $$
    WITH grid AS
    (SELECT c.customer_id, t::date AS t,
            (SELECT coalesce(sum(monthly_price), 0) FROM subscriptions AS s
             WHERE s.customer_id = c.customer_id AND start_date <= t
               AND (end_date IS NULL OR t < end_date)
               AND isfinite(start_date)
               AND monthly_price BETWEEN 0 AND 1e30) AS m
     FROM (SELECT DISTINCT customer_id FROM subscriptions) AS c,
          generate_series(date '2023-12-31', date '2024-05-15', '1 day') AS t)
    SELECT b.t, b.customer_id, a.m, b.m
    FROM grid AS a JOIN grid AS b USING (customer_id)
    WHERE b.t = a.t + 1 AND a.m <> b.m$$);

----------------------------------------------------------------------
-- Second set: a year on. a pays 100 and adds Q for 50; b's 100 end in January
-- 2024, c's 40 begin. Duplicates of customer a: the earliest signup wins.
TRUNCATE settings, customers, subscriptions, payments, costs;
INSERT INTO settings VALUES ('2024-01-31', 0.10, 0.15, 30);
INSERT INTO customers VALUES
    ('a', '2023-01-05', 'T', NULL, NULL, true),
    ('a', '2023-01-02', 'S', NULL, NULL, true),
    ('a', '2023-01-02', NULL, NULL, NULL, true),
    ('a', NULL, 'A', NULL, NULL, true),
    ('c', '2024-01-01', 'S', NULL, NULL, true),
    ('x', '2024-01-02', 'S', NULL, NULL, true);
INSERT INTO subscriptions VALUES
    ('1', 'a', 'P', '2023-01-10', NULL, 100),
    ('2', 'a', 'Q', '2023-06-01', NULL, 50),
    ('3', 'b', 'P', '2023-01-15', '2024-01-05', 100),
    ('4', 'c', 'P', '2024-01-20', '2024-02-01', 40);
INSERT INTO payments VALUES
    ('1', 'a', '2023-01-10', 100, 'Success'),
    ('2', 'a', '2023-10-10', 100, 'Success'),
    ('3', 'a', '2023-11-10', 110, 'Success'),
    ('4', 'a', '2023-12-10', 126.50, 'Success'),
    ('5', 'a', '2024-01-10', 150, 'Success'),
    ('6', 'c', '2024-01-31', 50, 'Success');
INSERT INTO costs VALUES ('2024-01', 20, 60, 30);

-- On 31 January the month is still running. A year before: a 100, b 100;
-- now a 150, b 0. NRR 150/200, GRR 100/200.
SELECT same('12 months', $$SELECT opening, new, churn, closing, opening_12m,
    retained_12m, kept_12m, nrr_12m, grr_12m, customers_opening,
    customers_lost, customers_closing, is_complete FROM kpi_mrr_monthly
    WHERE period = '2024-01-01'$$,
    'VALUES (250, 40, 100, 190, 200, 150, 100, .75, .5, 2, 1, 2, false)');
-- June 2023: a from 100 to 150, b stays; 250/200 retained, 200/200 kept.
SELECT same('expansion and retention', $$SELECT opening, mrr_retained,
    mrr_kept, nrr, grr, net_mrr_churn_rate, gross_mrr_churn_rate,
    logo_churn_rate FROM kpi_mrr_monthly WHERE period = '2023-06-01'$$,
    'VALUES (200, 250, 200, 1.25, 1, -.25, 0, 0)');
-- Nobody has a country: its one value is the whole, to the last column.
SELECT same('a dimension of one value', $$SELECT period, opening, new,
    expansion, contraction, churn, reactivation, closing, round_trip,
    customers_opening, customers_new, customers_churned,
    customers_reactivated, customers_closing, customers_lost, mrr_retained,
    mrr_kept, logo_churn_rate, gross_mrr_churn_rate, net_mrr_churn_rate, nrr,
    grr, opening_12m, retained_12m, kept_12m, nrr_12m, grr_12m, quick_ratio,
    arpa, is_complete, net_new, mrr_growth, arr, pause, resume,
    customers_paused, customers_resumed, opening_paused,
    customers_opening_paused, fx, constant_currency
    FROM kpi_mrr_monthly_by WHERE dimension = 'country'$$,
    'TABLE kpi_mrr_monthly');
SELECT same('12 months, incomplete growth', $$SELECT mom, yoy, change_flag,
    is_complete FROM kpi_revenue_monthly WHERE period = '2024-01-01'$$,
    'SELECT NULL::numeric, NULL::numeric, NULL, false');
UPDATE settings SET as_of = '2024-02-01';
-- Complete on 1 February. 200/100 - 1 = 1; 73.5/126.5 = 0.581028. November
-- is exactly 10 % up and so ok, December exactly 15 % up and so warn.
SELECT same('growth', $$SELECT period, mom, yoy, change_flag
    FROM kpi_revenue_monthly WHERE period >= '2023-10-01'$$, $$VALUES
    (date '2023-10-01', NULL::numeric, NULL::numeric, NULL),
    ('2023-11-01', .1, NULL, 'ok'),
    ('2023-12-01', .15, NULL, 'warn'),
    ('2024-01-01', .581028, 1, 'alert'),
    ('2024-02-01', NULL, NULL, NULL)$$);
-- c's end has come on 1 February.
SELECT same('the last day', $$SELECT happened_on, customer_id, movement,
    amount FROM kpi_mrr_movements WHERE period >= '2024-01-01'$$, $$VALUES
    (date '2024-01-05', 'b', 'churn', 100),
    ('2024-01-20', 'c', 'new', 40),
    ('2024-02-01', 'c', 'churn', 40)$$);
-- Margin 150/200, CAC 60, payback 60/(40 * .75) = 2, LTV (190/2) * .75 /
-- (1/2) = 142.5, and 142.5/60 = 2.375.
SELECT same('unit economics', $$SELECT gross_margin, operating_profit, cac,
    cac_payback_months, ltv, ltv_to_cac FROM kpi_margin_monthly
    WHERE period = '2024-01-01'$$, 'VALUES (.75, 90, 60, 2, 142.5, 2.38)');
SELECT same('duplicate customers', $$SELECT customer_id, signup_date, segment
    FROM kpi_customers$$, $$VALUES
    ('a', date '2023-01-02', 'S'), ('b', NULL, NULL),
    ('c', '2024-01-01', 'S'), ('x', '2024-01-02', 'S')$$);
-- c's thirty days are over on 31 January, x's first on 1 February.
SELECT same('conversion window', $$SELECT cohort, signups, matured, converted,
    expired, pending, rate, median_days FROM kpi_conversion
    WHERE dimension = 'all'$$, $$VALUES
    (date '2023-01-01', 1, 1, 1, 0, 0, 1.0, 8.0),
    ('2024-01-01', 2, 2, 0, 2, 0, 0, NULL)$$);
UPDATE settings SET as_of = '2024-01-31', conversion_days = 31;
SELECT same('conversion window, not over', $$SELECT signups, matured,
    converted, expired, converted_early, pending FROM kpi_conversion
    WHERE dimension = 'all' AND cohort = '2024-01-01'$$,
    'VALUES (2, 0, 0, 0, 1, 1)');
SELECT same('identities', 'TABLE violation', 'SELECT '''', '''' LIMIT 0');

----------------------------------------------------------------------
-- Third set: the order in which plans share a transfer. On 1 February the
-- plans of one customer change by a -40, B -10, c +20, D +45, Z +5: 20 more
-- in all. Bytewise B, D, Z, a, c. 50 are on offer: D takes 45, Z 5, and c's
-- 20 are expansion. On 1 March all back: D -45, Z -5, c -20 and a +40, B +10,
-- 20 less: 50 asked for, D gives 45, Z 5, and c's 20 are contraction.
TRUNCATE settings, customers, subscriptions, payments, costs;
INSERT INTO settings VALUES ('2024-03-10', 0.10, 0.15, 30);
INSERT INTO subscriptions VALUES
    ('1', 'k', 'a', '2024-01-01', '2024-02-01', 40),
    ('2', 'k', 'B', '2024-01-01', '2024-02-01', 10),
    ('3', 'k', 'c', '2024-02-01', '2024-03-01', 20),
    ('4', 'k', 'D', '2024-02-01', '2024-03-01', 45),
    ('5', 'k', 'Z', '2024-02-01', '2024-03-01', 5),
    ('6', 'k', 'a', '2024-03-01', '2024-03-05', 40),
    ('7', 'k', 'B', '2024-03-01', '2024-03-05', 10);
SELECT same('shares of a transfer', $$SELECT value, period, new, expansion,
    contraction, churn, transfer_in, transfer_out, customers_new,
    customers_churned, customers_transfer_in, customers_transfer_out
    FROM kpi_mrr_monthly_by WHERE dimension = 'plan_type'$$, $$VALUES
    ('B', date '2024-01-01', 10, 0, 0, 0, 0, 0, 1, 0, 0, 0),
    ('B', '2024-02-01', 0, 0, 0, 0, 0, 10, 0, 0, 0, 1),
    ('B', '2024-03-01', 0, 0, 0, 10, 10, 0, 0, 1, 1, 0),
    ('D', '2024-01-01', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    ('D', '2024-02-01', 0, 0, 0, 0, 45, 0, 0, 0, 1, 0),
    ('D', '2024-03-01', 0, 0, 0, 0, 0, 45, 0, 0, 0, 1),
    ('Z', '2024-01-01', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    ('Z', '2024-02-01', 0, 0, 0, 0, 5, 0, 0, 0, 1, 0),
    ('Z', '2024-03-01', 0, 0, 0, 0, 0, 5, 0, 0, 0, 1),
    ('a', '2024-01-01', 40, 0, 0, 0, 0, 0, 1, 0, 0, 0),
    ('a', '2024-02-01', 0, 0, 0, 0, 0, 40, 0, 0, 0, 1),
    ('a', '2024-03-01', 0, 0, 0, 40, 40, 0, 0, 1, 1, 0),
    ('c', '2024-01-01', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    ('c', '2024-02-01', 0, 20, 0, 0, 0, 0, 0, 0, 1, 0),
    ('c', '2024-03-01', 0, 0, 20, 0, 0, 0, 0, 0, 0, 1)$$);
SELECT same('identities', 'TABLE violation', 'SELECT '''', '''' LIMIT 0');

----------------------------------------------------------------------
-- Fourth set: ends are the last day, nothing before 2024 counts, and words of
-- somebody else's export. a's prices lie halfway between two of four decimals:
-- 10.0000 and 20.0002 are the even ones. More goes back in February than came.
TRUNCATE settings, customers, subscriptions, payments, costs, statuses;
INSERT INTO settings
VALUES ('2024-04-01', 0.10, 0.15, 30, '2024-01-01', true);
INSERT INTO statuses VALUES ('paid', 'success'), ('chargeback', 'dispute'),
    ('void', 'ignore');
INSERT INTO customers VALUES ('a', '2023-12-31', 'S', NULL, NULL, true);
INSERT INTO subscriptions VALUES
    ('1', 'a', 'P', '2024-01-10', '2024-01-31', 10.00005),
    ('2', 'a', 'P', '2024-02-01', NULL, 20.00015),
    ('3', 'b', 'P', '2023-12-31', NULL, 5),
    ('4', 'c', 'P', '2024-03-01', '2024-03-01', 7),
    ('5', '', 'P', '2024-03-01', NULL, 7),
    ('6', '(none)', 'P', '2024-03-01', NULL, 7);
INSERT INTO payments VALUES
    ('1', 'a', '2024-01-15', 100, ' PAID'),
    ('2', 'a', '2024-02-10', 150, 'chargeback'),
    ('3', '', '2024-02-11', 1, 'paid'),
    ('4', 'a', '2024-03-05', 50, 'paid'),
    ('5', 'a', '2024-03-06', 9, 'void'),
    ('6', 'a', '2024-03-06', 9, 'huh'),
    ('7', 'a', '2023-12-31', 9, 'paid'),
    ('8', 'a', '2024-03-07', 0, 'chargeback');
INSERT INTO costs VALUES ('2023-12', 1, 1, 1), ('2024-02', 1, 1, 1);
SELECT same('inclusive ends', 'TABLE kpi_mrr_movements', $$VALUES
    (date '2024-01-01', date '2024-01-10', 'a', 'new', 10.0, 0.0, 10.0),
    ('2024-02-01', '2024-02-01', 'a', 'expansion', 10.0002, 10, 20.0002),
    ('2024-03-01', '2024-03-01', 'c', 'new', 7, 0, 7),
    ('2024-03-01', '2024-03-02', 'c', 'churn', 7, 7, 0)$$);
SELECT same('a month below zero', $$SELECT period, collected, payments,
    refunds, refunded_amount, paying_customers, mom, change_flag,
    without_customer FROM kpi_revenue_monthly$$, $$VALUES
    (date '2024-01-01', 100.0, 1, 0, 0.0, 1, NULL::numeric, NULL, 0.0),
    ('2024-02-01', -149, 1, 1, 150, 0, -2.49, 'alert', 1),
    ('2024-03-01', 50, 1, 0, 0, 1, NULL, NULL, 0),
    ('2024-04-01', 0, 0, 0, 0, 0, NULL, NULL, 0)$$);
SELECT same('margin of it', $$SELECT gross_profit, gross_margin,
    operating_profit FROM kpi_margin_monthly WHERE period = '2024-02-01'$$,
    'VALUES (-151.0, NULL::numeric, -152.0)');
SELECT same('run rate', $$SELECT net_new, mrr_growth, arr FROM kpi_mrr_monthly
    WHERE period = '2024-02-01'$$, 'VALUES (10.0002, 1.00002, 240.0024)');
SELECT same('customers of old', $$SELECT customer_id, signup_date, status,
    first_mrr_on, churned_on, tenure_days, payments, revenue
    FROM kpi_customers$$, $$VALUES
    ('a', NULL::date, 'active', date '2024-01-10', NULL::date, 82, 2, 0.0),
    ('b', NULL, 'prospect', NULL, NULL, NULL, 0, 0),
    ('c', NULL, 'churned', '2024-03-01', '2024-03-02', 1, 0, 0),
    ('(none)', NULL, '(none)', NULL, NULL, NULL, 1, 1)$$);
SELECT same('left out', 'TABLE kpi_summaries', $$VALUES
    ('S', '(none)', '(none)', 1, date '2024-01-01', 0.0, 2.0),
    ('(none)', '(none)', '(none)', 2, '2024-02-01', 1, 0)$$);
SELECT same('series', 'TABLE kpi_series', $$VALUES
    ('mrr', 'all', 'all', date '2024-01-01', date '2024-03-01'),
    ('mrr', 'segment', 'S', '2024-01-01', '2024-03-01'),
    ('collected', 'all', 'all', '2024-01-01', '2024-03-01'),
    ('collected', 'segment', 'S', '2024-01-01', '2024-03-01'),
    ('collected', 'segment', '(none)', '2024-02-01', '2024-03-01')$$);
SELECT same('identities', 'TABLE violation', 'SELECT '''', '''' LIMIT 0');
-- Without subscriptions whoever has paid is there, and new when she first did.
UPDATE settings SET sources = '{customers,payments,costs}';
TRUNCATE subscriptions;
SELECT same('no subscriptions: customers', $$SELECT customer_id, status, mrr
    FROM kpi_customers$$, $$VALUES ('a', 'active', NULL::numeric),
    ('(none)', '(none)', NULL)$$);
SELECT same('no subscriptions: new customers', $$SELECT period, new_customers,
    new_mrr, cac FROM kpi_margin_monthly$$, $$VALUES
    (date '2024-01-01', 1, NULL::numeric, NULL::numeric),
    ('2024-02-01', 0, NULL, NULL), ('2024-03-01', 0, NULL, NULL),
    ('2024-04-01', 0, NULL, NULL)$$);
-- Without payments nobody can have converted or not.
UPDATE settings SET sources = '{customers}', earliest_date = '2023-01-01';
TRUNCATE payments;
SELECT same('no payments: conversion', $$SELECT signups, matured, converted,
    expired, pending, rate, converted_early FROM kpi_conversion
    WHERE dimension = 'all'$$, 'VALUES (1, 1, NULL::bigint, NULL::bigint, 0, '
    'NULL::numeric, NULL::bigint)');
SELECT same('no payments: customers', $$SELECT customer_id, status, payments,
    revenue FROM kpi_customers$$,
    $$VALUES ('a', 'prospect', NULL::bigint, NULL::numeric)$$);

----------------------------------------------------------------------
-- No rows in, no rows out.
TRUNCATE customers, subscriptions, payments, costs;
SELECT same('nothing', 'SELECT period FROM kpi_mrr_monthly '
    'UNION ALL SELECT period FROM kpi_mrr_monthly_by '
    'UNION ALL SELECT period FROM kpi_mrr_movements '
    'UNION ALL SELECT period FROM kpi_revenue_monthly '
    'UNION ALL SELECT period FROM kpi_cash_bridge_monthly '
    'UNION ALL SELECT period FROM kpi_margin_monthly '
    'UNION ALL SELECT cohort FROM kpi_cohort_retention '
    'UNION ALL SELECT cohort FROM kpi_conversion '
    'UNION ALL SELECT first_mrr_on FROM kpi_customers',
    'SELECT NULL::date LIMIT 0');

\i selftest_facts.sql
ROLLBACK;
