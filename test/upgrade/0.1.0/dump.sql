--
-- PostgreSQL database dump
--


-- Dumped from database version 15.20 (Debian 15.20-0+deb12u1)
-- Dumped by pg_dump version 15.20 (Debian 15.20-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: acme; Type: SCHEMA; Schema: -; Owner: acme_owner
--

CREATE SCHEMA acme;


ALTER SCHEMA acme OWNER TO acme_owner;

--
-- Name: reports; Type: SCHEMA; Schema: -; Owner: acme_owner
--

CREATE SCHEMA reports;


ALTER SCHEMA reports OWNER TO acme_owner;

--
-- Name: saaskpi; Type: SCHEMA; Schema: -; Owner: postgres
--

CREATE SCHEMA saaskpi;


ALTER SCHEMA saaskpi OWNER TO postgres;

--
-- Name: saaskpi; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS saaskpi WITH SCHEMA saaskpi;


--
-- Name: EXTENSION saaskpi; Type: COMMENT; Schema: -; Owner: 
--

COMMENT ON EXTENSION saaskpi IS 'exact SaaS and e-commerce metrics inside PostgreSQL';


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: costs; Type: TABLE; Schema: acme; Owner: acme_owner
--

CREATE TABLE acme.costs (
    month text NOT NULL,
    infra_cost numeric,
    support_cost numeric,
    marketing_cost numeric
);


ALTER TABLE acme.costs OWNER TO acme_owner;

--
-- Name: customers; Type: TABLE; Schema: acme; Owner: acme_owner
--

CREATE TABLE acme.customers (
    customer_id text NOT NULL,
    signup_date date,
    segment text,
    country text,
    acquisition_channel text,
    is_active boolean
);


ALTER TABLE acme.customers OWNER TO acme_owner;

--
-- Name: kpi_customers_mat; Type: TABLE; Schema: acme; Owner: acme_owner
--

CREATE TABLE acme.kpi_customers_mat (
    customer_id text,
    signup_date date,
    segment text,
    country text,
    acquisition_channel text,
    status text,
    mrr numeric,
    first_mrr_on date,
    churned_on date,
    first_payment date,
    last_payment date,
    payments bigint,
    revenue numeric,
    failed_payments bigint,
    mrr_history saaskpi.mrr_history,
    payment_history saaskpi.activity
);


ALTER TABLE acme.kpi_customers_mat OWNER TO acme_owner;

--
-- Name: TABLE kpi_customers_mat; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON TABLE acme.kpi_customers_mat IS 'what kpi_customers shows; filled by saaskpi.refresh';


--
-- Name: kpi_input_costs; Type: VIEW; Schema: acme; Owner: acme_owner
--

CREATE VIEW acme.kpi_input_costs AS
 SELECT to_date(costs.month, 'YYYY-MM'::text) AS period,
    sum(costs.infra_cost) AS infra_cost,
    sum(costs.support_cost) AS support_cost,
    sum(costs.marketing_cost) AS marketing_cost
   FROM acme.costs costs
  WHERE ((costs.month ~ '^\d{4}-(0[1-9]|1[0-2])$'::text) AND (costs.month >= '0001-01'::text) AND (to_date(costs.month, 'YYYY-MM'::text) <= '2024-03-20'::date))
  GROUP BY (to_date(costs.month, 'YYYY-MM'::text));


ALTER TABLE acme.kpi_input_costs OWNER TO acme_owner;

--
-- Name: kpi_input_states; Type: VIEW; Schema: acme; Owner: acme_owner
--

CREATE VIEW acme.kpi_input_states AS
 SELECT kpi_customers_mat.customer_id,
    kpi_customers_mat.signup_date,
    kpi_customers_mat.segment,
    kpi_customers_mat.country,
    kpi_customers_mat.acquisition_channel,
    kpi_customers_mat.status,
    kpi_customers_mat.mrr,
    kpi_customers_mat.first_mrr_on,
    kpi_customers_mat.churned_on,
    kpi_customers_mat.first_payment,
    kpi_customers_mat.last_payment,
    kpi_customers_mat.payments,
    kpi_customers_mat.revenue,
    kpi_customers_mat.failed_payments,
    kpi_customers_mat.mrr_history,
    kpi_customers_mat.payment_history
   FROM acme.kpi_customers_mat;


ALTER TABLE acme.kpi_input_states OWNER TO acme_owner;

--
-- Name: kpi_settings; Type: TABLE; Schema: acme; Owner: acme_owner
--

CREATE TABLE acme.kpi_settings (
    only_row boolean DEFAULT true NOT NULL,
    as_of date,
    time_zone text DEFAULT 'UTC'::text NOT NULL,
    currency text DEFAULT 'USD'::text NOT NULL,
    change_warn numeric DEFAULT 0.10 NOT NULL,
    change_alert numeric DEFAULT 0.15 NOT NULL,
    conversion_days integer DEFAULT 30 NOT NULL,
    effective_as_of date NOT NULL,
    CONSTRAINT kpi_settings_as_of_check CHECK (((as_of >= '0001-01-01'::date) AND (as_of <= '9999-12-31'::date))),
    CONSTRAINT kpi_settings_change_warn_check CHECK ((change_warn >= (0)::numeric)),
    CONSTRAINT kpi_settings_check CHECK ((change_alert >= change_warn)),
    CONSTRAINT kpi_settings_conversion_days_check CHECK (((conversion_days >= 1) AND (conversion_days <= 36500))),
    CONSTRAINT kpi_settings_only_row_check CHECK (only_row),
    CONSTRAINT kpi_settings_time_zone_check CHECK (((now() AT TIME ZONE time_zone) IS NOT NULL))
);


ALTER TABLE acme.kpi_settings OWNER TO acme_owner;

--
-- Name: TABLE kpi_settings; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON TABLE acme.kpi_settings IS 'What the kpi relations of this schema go by: exactly one row, yours to UPDATE; the next refresh applies it. As of which day are these numbers?';


--
-- Name: COLUMN kpi_settings.only_row; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_settings.only_row IS 'Always true: the settings are one row.';


--
-- Name: COLUMN kpi_settings.as_of; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_settings.as_of IS 'Day as of which everything is computed; NULL means the day of the refresh in time_zone.';


--
-- Name: COLUMN kpi_settings.time_zone; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_settings.time_zone IS 'Reporting time zone: which day it is, and on which day an instant with a time zone falls.';


--
-- Name: COLUMN kpi_settings.currency; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_settings.currency IS 'Currency of all amounts, as a label; nothing is converted.';


--
-- Name: COLUMN kpi_settings.change_warn; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_settings.change_warn IS 'Change of collected revenue against the month before, without its sign, above which change_flag is warn.';


--
-- Name: COLUMN kpi_settings.change_alert; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_settings.change_alert IS 'Change of collected revenue against the month before, without its sign, above which change_flag is alert.';


--
-- Name: COLUMN kpi_settings.conversion_days; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_settings.conversion_days IS 'Days after signup within which a first payment counts as conversion.';


--
-- Name: COLUMN kpi_settings.effective_as_of; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_settings.effective_as_of IS 'Day as of which the kpi relations were computed; set by the refresh, not by hand.';


--
-- Name: kpi_summaries_mat; Type: MATERIALIZED VIEW; Schema: acme; Owner: acme_owner
--

CREATE MATERIALIZED VIEW acme.kpi_summaries_mat AS
 SELECT COALESCE(q.segment, '(none)'::text) AS segment,
    COALESCE(q.country, '(none)'::text) AS country,
    COALESCE(q.acquisition_channel, '(none)'::text) AS acquisition_channel,
    (sum(q.customers))::bigint AS customers,
    LEAST(min(saaskpi.first_period(q.flow)), min(saaskpi.first_period(q.revenue)), min(q.first_signup)) AS first_day,
    saaskpi.rollup(q.flow) AS flow,
    saaskpi.rollup(q.retention_1) AS retention_1,
    saaskpi.rollup(q.retention_12) AS retention_12,
    saaskpi.rollup(q.revenue) AS revenue,
    saaskpi.rollup(q.bridge) AS bridge,
    saaskpi.rollup(q.cohorts_mrr) AS cohorts_mrr,
    saaskpi.rollup(q.cohorts_payment) AS cohorts_payment,
    saaskpi.rollup(q.cohorts_signup) AS cohorts_signup,
    saaskpi.rollup(q.conversion) AS conversion,
    (sum(q.skipped_subscriptions))::bigint AS skipped_subscriptions,
    (sum(q.skipped_payments))::bigint AS skipped_payments
   FROM ( SELECT c.segment,
            c.country,
            c.acquisition_channel,
            count(*) AS customers,
            min(c.signup_date) FILTER (WHERE ((c.signup_date >= '0001-01-01'::date) AND (c.signup_date <= ( SELECT kpi_settings.effective_as_of
                   FROM acme.kpi_settings)))) AS first_signup,
            saaskpi.mrr_flow_agg(c.mrr_history, 'month'::text, ( SELECT kpi_settings.effective_as_of
                   FROM acme.kpi_settings)) AS flow,
            saaskpi.mrr_retention_agg(c.mrr_history, 1, 'month'::text, ( SELECT kpi_settings.effective_as_of
                   FROM acme.kpi_settings)) AS retention_1,
            saaskpi.mrr_retention_agg(c.mrr_history, 12, 'month'::text, ( SELECT kpi_settings.effective_as_of
                   FROM acme.kpi_settings)) AS retention_12,
            saaskpi.revenue_flow_agg(c.payment_history, ( SELECT kpi_settings.effective_as_of
                   FROM acme.kpi_settings)) AS revenue,
            saaskpi.cash_bridge_agg(c.mrr_history, c.payment_history, ( SELECT kpi_settings.effective_as_of
                   FROM acme.kpi_settings)) AS bridge,
            saaskpi.cohort_agg(saaskpi.activity(c.mrr_history, 'month'::text, ( SELECT kpi_settings.effective_as_of
                   FROM acme.kpi_settings)), ( SELECT kpi_settings.effective_as_of
                   FROM acme.kpi_settings)) AS cohorts_mrr,
            saaskpi.cohort_agg(c.payment_history, ( SELECT kpi_settings.effective_as_of
                   FROM acme.kpi_settings)) AS cohorts_payment,
            saaskpi.cohort_agg(saaskpi.activity(c.mrr_history, 'month'::text, ( SELECT kpi_settings.effective_as_of
                   FROM acme.kpi_settings)), c.signup_date, 'month'::text, ( SELECT kpi_settings.effective_as_of
                   FROM acme.kpi_settings)) AS cohorts_signup,
            saaskpi.conversion_agg(c.signup_date, c.first_payment, ( SELECT kpi_settings.conversion_days
                   FROM acme.kpi_settings), ( SELECT kpi_settings.effective_as_of
                   FROM acme.kpi_settings)) AS conversion,
            COALESCE(sum(saaskpi.skipped(c.mrr_history)), (0)::numeric) AS skipped_subscriptions,
            COALESCE(sum(saaskpi.skipped(c.payment_history)), (0)::numeric) AS skipped_payments
           FROM acme.kpi_input_states c
          GROUP BY c.segment, c.country, c.acquisition_channel) q
  GROUP BY COALESCE(q.segment, '(none)'::text), COALESCE(q.country, '(none)'::text), COALESCE(q.acquisition_channel, '(none)'::text)
  WITH NO DATA;


ALTER TABLE acme.kpi_summaries_mat OWNER TO acme_owner;

--
-- Name: MATERIALIZED VIEW kpi_summaries_mat; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON MATERIALIZED VIEW acme.kpi_summaries_mat IS 'what kpi_summaries shows; filled by saaskpi.refresh';


--
-- Name: kpi_calendar_mat; Type: MATERIALIZED VIEW; Schema: acme; Owner: acme_owner
--

CREATE MATERIALIZED VIEW acme.kpi_calendar_mat AS
 SELECT (p.day)::date AS period,
    (((p.day + '1 mon'::interval))::date <= g.effective_as_of) AS is_complete,
    round(LEAST((1)::numeric, (((g.effective_as_of - (p.day)::date))::numeric / ((((p.day + '1 mon'::interval))::date - (p.day)::date))::numeric)), 6) AS elapsed_fraction
   FROM ((acme.kpi_settings g
     CROSS JOIN ( SELECT LEAST(( SELECT min(kpi_summaries_mat.first_day) AS min
                   FROM acme.kpi_summaries_mat), ( SELECT min(kpi_input_costs.period) AS min
                   FROM acme.kpi_input_costs)) AS day) f)
     CROSS JOIN LATERAL generate_series(date_trunc('month'::text, (f.day)::timestamp without time zone), (g.effective_as_of)::timestamp without time zone, '1 mon'::interval) p(day))
  WITH NO DATA;


ALTER TABLE acme.kpi_calendar_mat OWNER TO acme_owner;

--
-- Name: MATERIALIZED VIEW kpi_calendar_mat; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON MATERIALIZED VIEW acme.kpi_calendar_mat IS 'what kpi_calendar shows; filled by saaskpi.refresh';


--
-- Name: kpi_mrr_monthly_mat; Type: MATERIALIZED VIEW; Schema: acme; Owner: acme_owner
--

CREATE MATERIALIZED VIEW acme.kpi_mrr_monthly_mat AS
 SELECT w.period,
    w.opening,
    w.new,
    w.expansion,
    w.contraction,
    w.churn,
    w.reactivation,
    w.closing,
    w.round_trip,
    w.customers_opening,
    w.customers_new,
    w.customers_churned,
    w.customers_reactivated,
    w.customers_closing,
    (w.customers_opening - a.customers_kept) AS customers_lost,
    a.retained AS mrr_retained,
    a.kept AS mrr_kept,
    round((((w.customers_opening - a.customers_kept))::numeric / (NULLIF(w.customers_opening, 0))::numeric), 6) AS logo_churn_rate,
    round(((w.opening - a.kept) / NULLIF(w.opening, (0)::numeric)), 6) AS gross_mrr_churn_rate,
    round(((w.opening - a.retained) / NULLIF(w.opening, (0)::numeric)), 6) AS net_mrr_churn_rate,
    round((a.retained / NULLIF(w.opening, (0)::numeric)), 6) AS nrr,
    round((a.kept / NULLIF(w.opening, (0)::numeric)), 6) AS grr,
    b.base AS opening_12m,
    b.retained AS retained_12m,
    b.kept AS kept_12m,
    round((b.retained / NULLIF(b.base, (0)::numeric)), 6) AS nrr_12m,
    round((b.kept / NULLIF(b.base, (0)::numeric)), 6) AS grr_12m,
    round((((w.new + w.expansion) + w.reactivation) / NULLIF((w.churn + w.contraction), (0)::numeric)), 6) AS quick_ratio,
    round((w.closing / (NULLIF(w.customers_closing, 0))::numeric), 2) AS arpa,
    w.is_complete
   FROM ((((( SELECT saaskpi.rollup(kpi_summaries_mat.flow) AS flow,
            saaskpi.rollup(kpi_summaries_mat.retention_1) AS retention_1,
            saaskpi.rollup(kpi_summaries_mat.retention_12) AS retention_12
           FROM acme.kpi_summaries_mat) q
     CROSS JOIN ( SELECT min(kpi_calendar_mat.period) AS first
           FROM acme.kpi_calendar_mat
         HAVING (min(kpi_calendar_mat.period) IS NOT NULL)) f)
     CROSS JOIN LATERAL saaskpi.mrr_waterfall(q.flow, f.first) w(label, period, opening, new, expansion, contraction, churn, reactivation, transfer_in, transfer_out, closing, round_trip, customers_opening, customers_new, customers_expanded, customers_contracted, customers_churned, customers_reactivated, customers_transfer_in, customers_transfer_out, customers_closing, is_complete))
     JOIN LATERAL saaskpi.mrr_retained(q.retention_1, f.first) a(label, period, base, retained, kept, customers_base, customers_kept, is_complete) ON (((a.period = w.period) AND (a.label IS NULL))))
     JOIN LATERAL saaskpi.mrr_retained(q.retention_12, f.first) b(label, period, base, retained, kept, customers_base, customers_kept, is_complete) ON (((b.period = w.period) AND (b.label IS NULL))))
  WHERE (w.label IS NULL)
  WITH NO DATA;


ALTER TABLE acme.kpi_mrr_monthly_mat OWNER TO acme_owner;

--
-- Name: MATERIALIZED VIEW kpi_mrr_monthly_mat; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON MATERIALIZED VIEW acme.kpi_mrr_monthly_mat IS 'what kpi_mrr_monthly shows; filled by saaskpi.refresh';


--
-- Name: kpi_revenue_monthly_mat; Type: MATERIALIZED VIEW; Schema: acme; Owner: acme_owner
--

CREATE MATERIALIZED VIEW acme.kpi_revenue_monthly_mat AS
 SELECT m.period,
    m.collected,
    m.payments,
    m.failed_payments,
    m.failed_amount,
    m.refunds,
    m.refunded_amount,
    m.paying_customers,
    round(m.mom, 6) AS mom,
    round(m.yoy, 6) AS yoy,
        CASE
            WHEN (abs(m.mom) > m.change_alert) THEN 'alert'::text
            WHEN (abs(m.mom) > m.change_warn) THEN 'warn'::text
            WHEN (m.mom IS NOT NULL) THEN 'ok'::text
            ELSE NULL::text
        END AS change_flag,
    m.is_complete
   FROM ( SELECT v.period,
            v.is_complete,
            v.collected,
            v.payments,
            v.failed_payments,
            v.failed_amount,
            v.refunds,
            v.refunded_amount,
            v.paying_customers,
            g.change_warn,
            g.change_alert,
                CASE
                    WHEN v.is_complete THEN ((v.collected - lag(v.collected) OVER w) / NULLIF(lag(v.collected) OVER w, (0)::numeric))
                    ELSE NULL::numeric
                END AS mom,
                CASE
                    WHEN v.is_complete THEN ((v.collected - lag(v.collected, 12) OVER w) / NULLIF(lag(v.collected, 12) OVER w, (0)::numeric))
                    ELSE NULL::numeric
                END AS yoy
           FROM (( SELECT k.period,
                    k.is_complete,
                    COALESCE((r.amount - r.refunded_amount), 0.00) AS collected,
                    COALESCE(r.payments, (0)::bigint) AS payments,
                    COALESCE(r.failed_payments, (0)::bigint) AS failed_payments,
                    COALESCE(r.failed_amount, 0.00) AS failed_amount,
                    COALESCE(r.refunds, (0)::bigint) AS refunds,
                    COALESCE(r.refunded_amount, 0.00) AS refunded_amount,
                    COALESCE(r.paying_customers, (0)::bigint) AS paying_customers
                   FROM (acme.kpi_calendar_mat k
                     LEFT JOIN ( SELECT p.period,
                            p.paying_customers,
                            p.payments,
                            p.amount,
                            p.failing_customers,
                            p.failed_payments,
                            p.failed_amount,
                            p.refunds,
                            p.refunded_amount,
                            p.is_complete
                           FROM ( SELECT saaskpi.rollup(kpi_summaries_mat.revenue) AS flow
                                   FROM acme.kpi_summaries_mat) q,
                            LATERAL saaskpi.revenue_periods(q.flow) p(period, paying_customers, payments, amount, failing_customers, failed_payments, failed_amount, refunds, refunded_amount, is_complete)) r ON ((r.period = k.period)))) v
             CROSS JOIN acme.kpi_settings g)
          WINDOW w AS (ORDER BY v.period)) m
  WITH NO DATA;


ALTER TABLE acme.kpi_revenue_monthly_mat OWNER TO acme_owner;

--
-- Name: MATERIALIZED VIEW kpi_revenue_monthly_mat; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON MATERIALIZED VIEW acme.kpi_revenue_monthly_mat IS 'what kpi_revenue_monthly shows; filled by saaskpi.refresh';


--
-- Name: kpi_anomalies_mat; Type: MATERIALIZED VIEW; Schema: acme; Owner: acme_owner
--

CREATE MATERIALIZED VIEW acme.kpi_anomalies_mat AS
 WITH amounts AS (
         SELECT m.metric,
            'all'::text AS dimension,
            'all'::text AS value,
            m.period,
            m.amount
           FROM ( SELECT 'mrr'::text AS metric,
                    kpi_mrr_monthly_mat.period,
                    kpi_mrr_monthly_mat.closing AS amount
                   FROM acme.kpi_mrr_monthly_mat
                  WHERE kpi_mrr_monthly_mat.is_complete
                UNION ALL
                 SELECT 'collected'::text AS metric,
                    kpi_revenue_monthly_mat.period,
                    kpi_revenue_monthly_mat.collected AS amount
                   FROM acme.kpi_revenue_monthly_mat
                  WHERE kpi_revenue_monthly_mat.is_complete) m
        ), v AS (
         SELECT b.metric,
            b.dimension,
            b.value,
            saaskpi.series_agg(b.period, b.amount) AS s
           FROM ( SELECT a.metric,
                    a.dimension,
                    a.value,
                    a.period,
                    a.amount,
                    min(a.period) FILTER (WHERE (a.amount <> (0)::numeric)) OVER (PARTITION BY a.metric, a.dimension, a.value) AS first
                   FROM amounts a) b
          WHERE (b.period >= b.first)
          GROUP BY b.metric, b.dimension, b.value
        ), scored AS (
         SELECT v.metric,
            v.s,
            'retrospective'::text AS mode,
            a.period,
            a.value,
            a.expected,
            a.lo,
            a.hi,
            a.score,
            a.is_anomaly,
            a.kind,
            a.is_alarm,
            a.event
           FROM (v
             CROSS JOIN LATERAL saaskpi.anomalies(v.s) a(period, value, expected, lo, hi, score, is_anomaly, kind, is_alarm, event))
        UNION ALL
         SELECT v.metric,
            v.s,
            'causal'::text AS mode,
            a.period,
            a.value,
            a.expected,
            a.lo,
            a.hi,
            a.score,
            a.is_anomaly,
            a.kind,
            a.is_alarm,
            a.event
           FROM (v
             CROSS JOIN LATERAL saaskpi.anomalies(v.s, causal => true) a(period, value, expected, lo, hi, score, is_anomaly, kind, is_alarm, event))
        ), newest AS (
         SELECT q.metric,
            q.s,
            q.mode,
            q.period,
            q.value,
            q.expected,
            q.lo,
            q.hi,
            q.score,
            q.is_anomaly,
            q.kind,
            q.is_alarm,
            q.event,
            max(q.period) OVER (PARTITION BY q.metric) AS newest
           FROM scored q
        )
 SELECT n.metric,
    'month'::text AS grain,
    n.period,
    p.value,
    round((n.expected)::numeric, 2) AS expected,
    round((n.lo)::numeric, 2) AS lo,
    round((n.hi)::numeric, 2) AS hi,
    round((n.score)::numeric, 2) AS score,
    n.kind,
    n.is_anomaly,
    n.is_alarm,
    n.mode,
        CASE
            WHEN (n.expected IS NULL) THEN 'too short'::text
            ELSE 'ok'::text
        END AS status
   FROM (newest n
     JOIN LATERAL saaskpi.series_periods(n.s) p(period, value, rows) ON ((p.period = n.period)))
  WHERE (n.mode =
        CASE
            WHEN (n.period = n.newest) THEN 'causal'::text
            ELSE 'retrospective'::text
        END)
  WITH NO DATA;


ALTER TABLE acme.kpi_anomalies_mat OWNER TO acme_owner;

--
-- Name: MATERIALIZED VIEW kpi_anomalies_mat; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON MATERIALIZED VIEW acme.kpi_anomalies_mat IS 'what kpi_anomalies shows; filled by saaskpi.refresh';


--
-- Name: kpi_anomalies; Type: VIEW; Schema: acme; Owner: acme_owner
--

CREATE VIEW acme.kpi_anomalies AS
 SELECT kpi_anomalies_mat.metric,
    kpi_anomalies_mat.grain,
    kpi_anomalies_mat.period,
    kpi_anomalies_mat.value,
    kpi_anomalies_mat.expected,
    kpi_anomalies_mat.lo,
    kpi_anomalies_mat.hi,
    kpi_anomalies_mat.score,
    kpi_anomalies_mat.kind,
    kpi_anomalies_mat.is_anomaly,
    kpi_anomalies_mat.is_alarm,
    kpi_anomalies_mat.mode,
    kpi_anomalies_mat.status
   FROM acme.kpi_anomalies_mat;


ALTER TABLE acme.kpi_anomalies OWNER TO acme_owner;

--
-- Name: VIEW kpi_anomalies; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON VIEW acme.kpi_anomalies IS 'Months that do not fit their series: one row per metric and month with what was to be expected. Which months need an explanation, and what kind of event was it?';


--
-- Name: COLUMN kpi_anomalies.metric; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_anomalies.metric IS 'What was unusual: mrr or collected, as in kpi_forecast_monthly, for the whole company.';


--
-- Name: COLUMN kpi_anomalies.grain; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_anomalies.grain IS 'Length of the period, always month.';


--
-- Name: COLUMN kpi_anomalies.period; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_anomalies.period IS 'First day of the month, from the first that is not zero to the last complete one.';


--
-- Name: COLUMN kpi_anomalies.value; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_anomalies.value IS 'What the month had.';


--
-- Name: COLUMN kpi_anomalies.expected; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_anomalies.expected IS 'What trend and season had to be expected to bring; NULL while too little has been seen.';


--
-- Name: COLUMN kpi_anomalies.lo; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_anomalies.lo IS 'Lower bound of what would have passed; NULL while too little has been seen.';


--
-- Name: COLUMN kpi_anomalies.hi; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_anomalies.hi IS 'Upper bound of what would have passed; NULL while too little has been seen.';


--
-- Name: COLUMN kpi_anomalies.score; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_anomalies.score IS 'How unusual the month is: -log10 of the chance that a month of this series strays as far without an event, 2.5 is 3 in 1000; NULL while too little has been seen.';


--
-- Name: COLUMN kpi_anomalies.kind; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_anomalies.kind IS 'What sort of event: spike, dip, level shift (it stayed) or temporary change (it lasted and came back); NULL unless is_anomaly.';


--
-- Name: COLUMN kpi_anomalies.is_anomaly; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_anomalies.is_anomaly IS 'True when score reaches 2.5.';


--
-- Name: COLUMN kpi_anomalies.is_alarm; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_anomalies.is_alarm IS 'True in the first month of an event, so that an event of several months is told once.';


--
-- Name: COLUMN kpi_anomalies.mode; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_anomalies.mode IS 'retrospective, judged by the months before and after, or causal, by those before alone; the newest month is causal.';


--
-- Name: COLUMN kpi_anomalies.status; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_anomalies.status IS 'ok, or too short while there is too little history to expect anything.';


--
-- Name: kpi_calendar; Type: VIEW; Schema: acme; Owner: acme_owner
--

CREATE VIEW acme.kpi_calendar AS
 SELECT kpi_calendar_mat.period,
    kpi_calendar_mat.is_complete,
    kpi_calendar_mat.elapsed_fraction
   FROM acme.kpi_calendar_mat;


ALTER TABLE acme.kpi_calendar OWNER TO acme_owner;

--
-- Name: VIEW kpi_calendar; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON VIEW acme.kpi_calendar IS 'Every month from the first fact to as_of, gaps included: one row per month. Is this month over yet?';


--
-- Name: COLUMN kpi_calendar.period; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_calendar.period IS 'First day of the month.';


--
-- Name: COLUMN kpi_calendar.is_complete; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_calendar.is_complete IS 'True when as_of lies after the last day of the month, false while the month runs.';


--
-- Name: COLUMN kpi_calendar.elapsed_fraction; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_calendar.elapsed_fraction IS 'Share of the days of the month that lie before as_of; 1 when the month is complete.';


--
-- Name: kpi_cash_bridge_monthly_mat; Type: MATERIALIZED VIEW; Schema: acme; Owner: acme_owner
--

CREATE MATERIALIZED VIEW acme.kpi_cash_bridge_monthly_mat AS
 SELECT k.period,
    COALESCE(b.mrr_closing, 0.00) AS mrr_closing,
    COALESCE(b.paid_above_mrr, 0.00) AS paid_above_mrr,
    COALESCE(b.paid_without_mrr, 0.00) AS paid_without_mrr,
    COALESCE(b.failed_unpaid, 0.00) AS failed_unpaid,
    COALESCE(b.paid_below_mrr, 0.00) AS paid_below_mrr,
    COALESCE(b.not_paid, 0.00) AS not_paid,
    COALESCE(b.refunded, 0.00) AS refunded,
    r.collected,
    (r.collected - COALESCE(((((((b.mrr_closing + b.paid_above_mrr) + b.paid_without_mrr) - b.failed_unpaid) - b.paid_below_mrr) - b.not_paid) - b.refunded), 0.00)) AS residual,
    k.is_complete
   FROM ((acme.kpi_calendar_mat k
     JOIN acme.kpi_revenue_monthly_mat r ON ((r.period = k.period)))
     LEFT JOIN ( SELECT l.period,
            l.mrr_closing,
            l.paid_above_mrr,
            l.paid_without_mrr,
            l.failed_unpaid,
            l.paid_below_mrr,
            l.not_paid,
            l.refunded,
            l.collected,
            l.is_complete
           FROM ( SELECT saaskpi.rollup(kpi_summaries_mat.bridge) AS bridge
                   FROM acme.kpi_summaries_mat) q,
            LATERAL saaskpi.cash_bridge_lines(q.bridge) l(period, mrr_closing, paid_above_mrr, paid_without_mrr, failed_unpaid, paid_below_mrr, not_paid, refunded, collected, is_complete)) b ON ((b.period = k.period)))
  WITH NO DATA;


ALTER TABLE acme.kpi_cash_bridge_monthly_mat OWNER TO acme_owner;

--
-- Name: MATERIALIZED VIEW kpi_cash_bridge_monthly_mat; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON MATERIALIZED VIEW acme.kpi_cash_bridge_monthly_mat IS 'what kpi_cash_bridge_monthly shows; filled by saaskpi.refresh';


--
-- Name: kpi_cash_bridge_monthly; Type: VIEW; Schema: acme; Owner: acme_owner
--

CREATE VIEW acme.kpi_cash_bridge_monthly AS
 SELECT kpi_cash_bridge_monthly_mat.period,
    kpi_cash_bridge_monthly_mat.mrr_closing,
    kpi_cash_bridge_monthly_mat.paid_above_mrr,
    kpi_cash_bridge_monthly_mat.paid_without_mrr,
    kpi_cash_bridge_monthly_mat.failed_unpaid,
    kpi_cash_bridge_monthly_mat.paid_below_mrr,
    kpi_cash_bridge_monthly_mat.not_paid,
    kpi_cash_bridge_monthly_mat.refunded,
    kpi_cash_bridge_monthly_mat.collected,
    kpi_cash_bridge_monthly_mat.residual,
    kpi_cash_bridge_monthly_mat.is_complete
   FROM acme.kpi_cash_bridge_monthly_mat;


ALTER TABLE acme.kpi_cash_bridge_monthly OWNER TO acme_owner;

--
-- Name: VIEW kpi_cash_bridge_monthly; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON VIEW acme.kpi_cash_bridge_monthly IS 'From MRR to money received, line by line without a rest: one row per month. Why did we collect less than our MRR?';


--
-- Name: COLUMN kpi_cash_bridge_monthly.period; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_cash_bridge_monthly.period IS 'First day of the month.';


--
-- Name: COLUMN kpi_cash_bridge_monthly.mrr_closing; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_cash_bridge_monthly.mrr_closing IS 'MRR at the end of the month: closing of kpi_mrr_monthly.';


--
-- Name: COLUMN kpi_cash_bridge_monthly.paid_above_mrr; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_cash_bridge_monthly.paid_above_mrr IS 'What customers with MRR at closing paid beyond it, such as prepaid years, extras and arrears.';


--
-- Name: COLUMN kpi_cash_bridge_monthly.paid_without_mrr; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_cash_bridge_monthly.paid_without_mrr IS 'What customers without MRR at closing paid, such as those who left within the month.';


--
-- Name: COLUMN kpi_cash_bridge_monthly.failed_unpaid; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_cash_bridge_monthly.failed_unpaid IS 'Shortfall of payments against MRR, per customer, as far as failed payments of the month explain it; lowers collected.';


--
-- Name: COLUMN kpi_cash_bridge_monthly.paid_below_mrr; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_cash_bridge_monthly.paid_below_mrr IS 'Further shortfall of customers who paid something, such as discounts and partial months; lowers collected.';


--
-- Name: COLUMN kpi_cash_bridge_monthly.not_paid; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_cash_bridge_monthly.not_paid IS 'Further shortfall of customers who paid nothing, such as those within a prepaid year; lowers collected.';


--
-- Name: COLUMN kpi_cash_bridge_monthly.refunded; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_cash_bridge_monthly.refunded IS 'Refunds as a positive number; lowers collected.';


--
-- Name: COLUMN kpi_cash_bridge_monthly.collected; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_cash_bridge_monthly.collected IS 'Collected revenue: collected of kpi_revenue_monthly.';


--
-- Name: COLUMN kpi_cash_bridge_monthly.residual; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_cash_bridge_monthly.residual IS 'What the lines leave unexplained, always 0: collected - (mrr_closing + paid_above_mrr + paid_without_mrr - failed_unpaid - paid_below_mrr - not_paid - refunded).';


--
-- Name: COLUMN kpi_cash_bridge_monthly.is_complete; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_cash_bridge_monthly.is_complete IS 'True when as_of lies after the last day of the month, false while the month runs.';


--
-- Name: kpi_cohort_retention_mat; Type: MATERIALIZED VIEW; Schema: acme; Owner: acme_owner
--

CREATE MATERIALIZED VIEW acme.kpi_cohort_retention_mat AS
 SELECT x.basis,
    x.cohort,
    x.age,
    x.customers,
    x.active AS retained,
    round(((x.active)::numeric / (x.customers)::numeric), 6) AS rate,
    x.active_or_later AS retained_or_later,
    round(((x.active_or_later)::numeric / (x.customers)::numeric), 6) AS rate_or_later,
    x.active_throughout AS retained_throughout,
    x.amount AS revenue,
    round((x.amount / NULLIF(first_value(x.amount) OVER (PARTITION BY x.basis, x.cohort ORDER BY x.age), (0)::numeric)), 6) AS revenue_rate,
    x.is_mature
   FROM ( SELECT d.basis,
            c.cohort,
            c.age,
            c.customers,
            c.is_mature,
                CASE
                    WHEN c.is_mature THEN c.active
                    ELSE NULL::bigint
                END AS active,
                CASE
                    WHEN c.is_mature THEN c.active_or_later
                    ELSE NULL::bigint
                END AS active_or_later,
                CASE
                    WHEN c.is_mature THEN c.active_throughout
                    ELSE NULL::bigint
                END AS active_throughout,
                CASE
                    WHEN c.is_mature THEN c.amount
                    ELSE NULL::numeric
                END AS amount
           FROM ((( SELECT saaskpi.rollup(kpi_summaries_mat.cohorts_mrr) AS by_mrr,
                    saaskpi.rollup(kpi_summaries_mat.cohorts_payment) AS by_payment,
                    saaskpi.rollup(kpi_summaries_mat.cohorts_signup) AS by_signup
                   FROM acme.kpi_summaries_mat) q
             CROSS JOIN LATERAL ( VALUES ('mrr'::text,q.by_mrr), ('payment'::text,q.by_payment), ('signup'::text,q.by_signup)) d(basis, matrix))
             CROSS JOIN LATERAL saaskpi.cohort_cells(d.matrix) c(cohort, age, customers, active, active_or_later, active_throughout, amount, is_mature))) x
  WITH NO DATA;


ALTER TABLE acme.kpi_cohort_retention_mat OWNER TO acme_owner;

--
-- Name: MATERIALIZED VIEW kpi_cohort_retention_mat; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON MATERIALIZED VIEW acme.kpi_cohort_retention_mat IS 'what kpi_cohort_retention shows; filled by saaskpi.refresh';


--
-- Name: kpi_cohort_retention; Type: VIEW; Schema: acme; Owner: acme_owner
--

CREATE VIEW acme.kpi_cohort_retention AS
 SELECT kpi_cohort_retention_mat.basis,
    kpi_cohort_retention_mat.cohort,
    kpi_cohort_retention_mat.age,
    kpi_cohort_retention_mat.customers,
    kpi_cohort_retention_mat.retained,
    kpi_cohort_retention_mat.rate,
    kpi_cohort_retention_mat.retained_or_later,
    kpi_cohort_retention_mat.rate_or_later,
    kpi_cohort_retention_mat.retained_throughout,
    kpi_cohort_retention_mat.revenue,
    kpi_cohort_retention_mat.revenue_rate,
    kpi_cohort_retention_mat.is_mature
   FROM acme.kpi_cohort_retention_mat;


ALTER TABLE acme.kpi_cohort_retention OWNER TO acme_owner;

--
-- Name: VIEW kpi_cohort_retention; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON VIEW acme.kpi_cohort_retention IS 'Customers followed from the month they began: one row per basis, cohort month and age. Choose one basis. Of those who began in January, how many are still here, and are they worth more or less?';


--
-- Name: COLUMN kpi_cohort_retention.basis; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_cohort_retention.basis IS 'What makes a customer active in a month and dates her cohort: mrr (MRR on any day; first such month), payment (a successful payment of zero or more; first such month) or signup (MRR on any day; month of signup_date).';


--
-- Name: COLUMN kpi_cohort_retention.cohort; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_cohort_retention.cohort IS 'First day of the month in which the customers of the row began, by basis.';


--
-- Name: COLUMN kpi_cohort_retention.age; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_cohort_retention.age IS 'Months since cohort; 0 is the month of the cohort itself.';


--
-- Name: COLUMN kpi_cohort_retention.customers; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_cohort_retention.customers IS 'Size of the cohort, the same at every age.';


--
-- Name: COLUMN kpi_cohort_retention.retained; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_cohort_retention.retained IS 'Customers of the cohort active in the month of this age; NULL while is_mature is false.';


--
-- Name: COLUMN kpi_cohort_retention.rate; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_cohort_retention.rate IS 'retained / customers; NULL while is_mature is false.';


--
-- Name: COLUMN kpi_cohort_retention.retained_or_later; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_cohort_retention.retained_or_later IS 'Customers of the cohort active in the month of this age or any later month up to as_of; NULL while is_mature is false.';


--
-- Name: COLUMN kpi_cohort_retention.rate_or_later; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_cohort_retention.rate_or_later IS 'retained_or_later / customers, which never rises with age; NULL while is_mature is false.';


--
-- Name: COLUMN kpi_cohort_retention.retained_throughout; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_cohort_retention.retained_throughout IS 'Customers of the cohort active in every month from age 0 to this one; NULL while is_mature is false.';


--
-- Name: COLUMN kpi_cohort_retention.revenue; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_cohort_retention.revenue IS 'MRR of the active customers at the end of the month, or with basis payment what they paid in it; NULL while is_mature is false.';


--
-- Name: COLUMN kpi_cohort_retention.revenue_rate; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_cohort_retention.revenue_rate IS 'revenue / revenue of the cohort at age 0, above 1 when expansion outweighs the losses; NULL while is_mature is false and when revenue at age 0 is 0.';


--
-- Name: COLUMN kpi_cohort_retention.is_mature; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_cohort_retention.is_mature IS 'True when as_of lies after the last day of the month of this age; until then nothing is counted.';


--
-- Name: kpi_conversion_mat; Type: MATERIALIZED VIEW; Schema: acme; Owner: acme_owner
--

CREATE MATERIALIZED VIEW acme.kpi_conversion_mat AS
 SELECT c.cohort,
    q.dimension,
    q.value,
    c.signups,
    c.matured,
    c.converted,
    c.expired,
    c.pending,
    round(((c.converted)::numeric / (NULLIF(c.matured, 0))::numeric), 6) AS rate,
    c.median_days
   FROM (( SELECT d.dimension,
            d.value,
            saaskpi.rollup(s.conversion) AS curve
           FROM (acme.kpi_summaries_mat s
             CROSS JOIN LATERAL ( VALUES ('all'::text,'all'::text), ('segment'::text,s.segment), ('country'::text,s.country), ('acquisition_channel'::text,s.acquisition_channel)) d(dimension, value))
          GROUP BY d.dimension, d.value) q
     CROSS JOIN LATERAL saaskpi.conversion_cohorts(q.curve) c(cohort, signups, matured, converted, expired, pending, median_days))
  WITH NO DATA;


ALTER TABLE acme.kpi_conversion_mat OWNER TO acme_owner;

--
-- Name: MATERIALIZED VIEW kpi_conversion_mat; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON MATERIALIZED VIEW acme.kpi_conversion_mat IS 'what kpi_conversion shows; filled by saaskpi.refresh';


--
-- Name: kpi_conversion; Type: VIEW; Schema: acme; Owner: acme_owner
--

CREATE VIEW acme.kpi_conversion AS
 SELECT kpi_conversion_mat.cohort,
    kpi_conversion_mat.dimension,
    kpi_conversion_mat.value,
    kpi_conversion_mat.signups,
    kpi_conversion_mat.matured,
    kpi_conversion_mat.converted,
    kpi_conversion_mat.expired,
    kpi_conversion_mat.pending,
    kpi_conversion_mat.rate,
    kpi_conversion_mat.median_days
   FROM acme.kpi_conversion_mat;


ALTER TABLE acme.kpi_conversion OWNER TO acme_owner;

--
-- Name: VIEW kpi_conversion; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON VIEW acme.kpi_conversion IS 'From signup to first payment: one row per dimension, value and month of signup. Choose one dimension before adding up. Which channel brings signups that pay?';


--
-- Name: COLUMN kpi_conversion.cohort; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_conversion.cohort IS 'First day of the month of signup.';


--
-- Name: COLUMN kpi_conversion.dimension; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_conversion.dimension IS 'What value names: all, segment, country or acquisition_channel; each dimension alone adds up to all.';


--
-- Name: COLUMN kpi_conversion.value; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_conversion.value IS 'Segment, country or channel of the row, all for everybody; (none) stands for a customer without one.';


--
-- Name: COLUMN kpi_conversion.signups; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_conversion.signups IS 'Customers with signup_date in the month: converted + expired + pending.';


--
-- Name: COLUMN kpi_conversion.matured; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_conversion.matured IS 'Signups who have had conversion_days of kpi_settings to pay, by as_of.';


--
-- Name: COLUMN kpi_conversion.converted; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_conversion.converted IS 'Matured signups whose first successful payment came within conversion_days of signup.';


--
-- Name: COLUMN kpi_conversion.expired; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_conversion.expired IS 'Matured signups who did not pay in time: matured - converted.';


--
-- Name: COLUMN kpi_conversion.pending; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_conversion.pending IS 'Signups who still have time, paid or not: signups - matured.';


--
-- Name: COLUMN kpi_conversion.rate; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_conversion.rate IS 'converted / matured; NULL while nobody is matured.';


--
-- Name: COLUMN kpi_conversion.median_days; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_conversion.median_days IS 'Median of the days from signup to first payment over converted, 0 for a payment before signup; NULL when nobody converted.';


--
-- Name: kpi_customers; Type: VIEW; Schema: acme; Owner: acme_owner
--

CREATE VIEW acme.kpi_customers AS
 SELECT kpi_customers_mat.customer_id,
    kpi_customers_mat.signup_date,
    kpi_customers_mat.segment,
    kpi_customers_mat.country,
    kpi_customers_mat.acquisition_channel,
    kpi_customers_mat.status,
    kpi_customers_mat.mrr,
    kpi_customers_mat.first_mrr_on,
    kpi_customers_mat.churned_on,
    (COALESCE(kpi_customers_mat.churned_on, ( SELECT kpi_settings.effective_as_of
           FROM acme.kpi_settings)) - kpi_customers_mat.first_mrr_on) AS tenure_days,
    kpi_customers_mat.first_payment,
    kpi_customers_mat.last_payment,
    kpi_customers_mat.payments,
    kpi_customers_mat.revenue,
    kpi_customers_mat.failed_payments
   FROM acme.kpi_customers_mat;


ALTER TABLE acme.kpi_customers OWNER TO acme_owner;

--
-- Name: VIEW kpi_customers; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON VIEW acme.kpi_customers IS 'Every customer known to any source: one row per customer with status, MRR and payments as of as_of. Who are our largest customers, and since when?';


--
-- Name: COLUMN kpi_customers.customer_id; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_customers.customer_id IS 'Customer, of the source customers or only seen in subscriptions or payments.';


--
-- Name: COLUMN kpi_customers.signup_date; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_customers.signup_date IS 'Day of signup as in customers; NULL when unknown there.';


--
-- Name: COLUMN kpi_customers.segment; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_customers.segment IS 'Segment as in customers; NULL when unknown there.';


--
-- Name: COLUMN kpi_customers.country; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_customers.country IS 'Country as in customers; NULL when unknown there.';


--
-- Name: COLUMN kpi_customers.acquisition_channel; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_customers.acquisition_channel IS 'Acquisition channel as in customers; NULL when unknown there.';


--
-- Name: COLUMN kpi_customers.status; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_customers.status IS 'By the subscriptions: active (mrr above zero), churned (had MRR, has none) or prospect (never had any).';


--
-- Name: COLUMN kpi_customers.mrr; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_customers.mrr IS 'MRR at the end of as_of; 0 when there is none.';


--
-- Name: COLUMN kpi_customers.first_mrr_on; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_customers.first_mrr_on IS 'First day with MRR; NULL when there never was any.';


--
-- Name: COLUMN kpi_customers.churned_on; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_customers.churned_on IS 'Last day on which the MRR fell to zero; NULL while mrr is above zero and when there never was any.';


--
-- Name: COLUMN kpi_customers.tenure_days; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_customers.tenure_days IS 'Days from first_mrr_on to churned_on, or to as_of while mrr is above zero, gaps between included; NULL when there never was any MRR.';


--
-- Name: COLUMN kpi_customers.first_payment; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_customers.first_payment IS 'Day of the first successful payment of zero or more; NULL when there is none.';


--
-- Name: COLUMN kpi_customers.last_payment; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_customers.last_payment IS 'Day of the last successful payment of zero or more; NULL when there is none.';


--
-- Name: COLUMN kpi_customers.payments; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_customers.payments IS 'Successful payments of zero or more.';


--
-- Name: COLUMN kpi_customers.revenue; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_customers.revenue IS 'Amounts of the successful payments minus refunds; 0 when there are none.';


--
-- Name: COLUMN kpi_customers.failed_payments; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_customers.failed_payments IS 'Payments that failed.';


--
-- Name: kpi_mrr_monthly_by_mat; Type: MATERIALIZED VIEW; Schema: acme; Owner: acme_owner
--

CREATE MATERIALIZED VIEW acme.kpi_mrr_monthly_by_mat AS
 SELECT q.dimension,
    COALESCE(w.label, q.value) AS value,
    w.period,
    w.opening,
    w.new,
    w.expansion,
    w.contraction,
    w.churn,
    w.reactivation,
    w.transfer_in,
    w.transfer_out,
    w.closing,
    w.round_trip,
    w.customers_opening,
    w.customers_new,
    w.customers_churned,
    w.customers_reactivated,
    w.customers_transfer_in,
    w.customers_transfer_out,
    w.customers_closing,
    (w.customers_opening - a.customers_kept) AS customers_lost,
    a.retained AS mrr_retained,
    a.kept AS mrr_kept,
    round((((w.customers_opening - a.customers_kept))::numeric / (NULLIF(w.customers_opening, 0))::numeric), 6) AS logo_churn_rate,
    round(((w.opening - a.kept) / NULLIF(w.opening, (0)::numeric)), 6) AS gross_mrr_churn_rate,
    round(((w.opening - a.retained) / NULLIF(w.opening, (0)::numeric)), 6) AS net_mrr_churn_rate,
    round((a.retained / NULLIF(w.opening, (0)::numeric)), 6) AS nrr,
    round((a.kept / NULLIF(w.opening, (0)::numeric)), 6) AS grr,
    b.base AS opening_12m,
    b.retained AS retained_12m,
    b.kept AS kept_12m,
    round((b.retained / NULLIF(b.base, (0)::numeric)), 6) AS nrr_12m,
    round((b.kept / NULLIF(b.base, (0)::numeric)), 6) AS grr_12m,
    round((((w.new + w.expansion) + w.reactivation) / NULLIF((w.churn + w.contraction), (0)::numeric)), 6) AS quick_ratio,
    round((w.closing / (NULLIF(w.customers_closing, 0))::numeric), 2) AS arpa,
    w.is_complete
   FROM ((((( SELECT d.dimension,
            d.value,
            saaskpi.rollup(s.flow) AS flow,
            saaskpi.rollup(s.retention_1) AS retention_1,
            saaskpi.rollup(s.retention_12) AS retention_12
           FROM (acme.kpi_summaries_mat s
             CROSS JOIN LATERAL ( VALUES ('segment'::text,s.segment), ('country'::text,s.country), ('acquisition_channel'::text,s.acquisition_channel), ('plan_type'::text,NULL::text)) d(dimension, value))
          GROUP BY d.dimension, d.value) q
     CROSS JOIN ( SELECT min(kpi_calendar_mat.period) AS first
           FROM acme.kpi_calendar_mat
         HAVING (min(kpi_calendar_mat.period) IS NOT NULL)) f)
     CROSS JOIN LATERAL saaskpi.mrr_waterfall(q.flow, f.first) w(label, period, opening, new, expansion, contraction, churn, reactivation, transfer_in, transfer_out, closing, round_trip, customers_opening, customers_new, customers_expanded, customers_contracted, customers_churned, customers_reactivated, customers_transfer_in, customers_transfer_out, customers_closing, is_complete))
     JOIN LATERAL saaskpi.mrr_retained(q.retention_1, f.first) a(label, period, base, retained, kept, customers_base, customers_kept, is_complete) ON (((a.period = w.period) AND (NOT (a.label IS DISTINCT FROM w.label)))))
     JOIN LATERAL saaskpi.mrr_retained(q.retention_12, f.first) b(label, period, base, retained, kept, customers_base, customers_kept, is_complete) ON (((b.period = w.period) AND (NOT (b.label IS DISTINCT FROM w.label)))))
  WHERE ((w.label IS NOT NULL) = (q.dimension = 'plan_type'::text))
  WITH NO DATA;


ALTER TABLE acme.kpi_mrr_monthly_by_mat OWNER TO acme_owner;

--
-- Name: MATERIALIZED VIEW kpi_mrr_monthly_by_mat; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON MATERIALIZED VIEW acme.kpi_mrr_monthly_by_mat IS 'what kpi_mrr_monthly_by shows; filled by saaskpi.refresh';


--
-- Name: kpi_forecast_monthly_mat; Type: MATERIALIZED VIEW; Schema: acme; Owner: acme_owner
--

CREATE MATERIALIZED VIEW acme.kpi_forecast_monthly_mat AS
 WITH amounts AS (
         SELECT m.metric,
            'all'::text AS dimension,
            'all'::text AS value,
            m.period,
            m.amount
           FROM ( SELECT 'mrr'::text AS metric,
                    kpi_mrr_monthly_mat.period,
                    kpi_mrr_monthly_mat.closing AS amount
                   FROM acme.kpi_mrr_monthly_mat
                  WHERE kpi_mrr_monthly_mat.is_complete
                UNION ALL
                 SELECT 'collected'::text AS metric,
                    kpi_revenue_monthly_mat.period,
                    kpi_revenue_monthly_mat.collected AS amount
                   FROM acme.kpi_revenue_monthly_mat
                  WHERE kpi_revenue_monthly_mat.is_complete) m
        UNION ALL
         SELECT 'mrr'::text AS metric,
            kpi_mrr_monthly_by_mat.dimension,
            kpi_mrr_monthly_by_mat.value,
            kpi_mrr_monthly_by_mat.period,
            kpi_mrr_monthly_by_mat.closing AS amount
           FROM acme.kpi_mrr_monthly_by_mat
          WHERE (kpi_mrr_monthly_by_mat.is_complete AND (kpi_mrr_monthly_by_mat.dimension = 'segment'::text))
        UNION ALL
         SELECT 'collected'::text AS metric,
            'segment'::text AS dimension,
            q.segment AS value,
            p_1.period,
            (p_1.amount - p_1.refunded_amount) AS amount
           FROM ( SELECT kpi_summaries_mat.segment,
                    saaskpi.rollup(kpi_summaries_mat.revenue) AS flow
                   FROM acme.kpi_summaries_mat
                  GROUP BY kpi_summaries_mat.segment) q,
            LATERAL saaskpi.revenue_periods(q.flow) p_1(period, paying_customers, payments, amount, failing_customers, failed_payments, failed_amount, refunds, refunded_amount, is_complete)
          WHERE p_1.is_complete
        ), v AS (
         SELECT b.metric,
            b.dimension,
            b.value,
            saaskpi.series_agg(b.period, b.amount) AS s
           FROM ( SELECT a.metric,
                    a.dimension,
                    a.value,
                    a.period,
                    a.amount,
                    min(a.period) FILTER (WHERE (a.amount <> (0)::numeric)) OVER (PARTITION BY a.metric, a.dimension, a.value) AS first
                   FROM amounts a) b
          WHERE (b.period >= b.first)
          GROUP BY b.metric, b.dimension, b.value
        )
 SELECT v.metric,
    v.dimension,
    v.value,
    f.period,
    f.row_type,
    p.value AS actual,
    round((f.fitted)::numeric, 2) AS fitted,
    round((d.trend)::numeric, 2) AS trend,
    round((d.seasonal)::numeric, 2) AS seasonal,
    round((f.point)::numeric, 2) AS point,
    round((f.lo80)::numeric, 2) AS lo80,
    round((f.hi80)::numeric, 2) AS hi80,
    round((f.lo95)::numeric, 2) AS lo95,
    round((f.hi95)::numeric, 2) AS hi95,
    regexp_replace(f.model, ' \(.*\)$'::text, ''::text) AS model,
    COALESCE("substring"(f.model, ' \((.*)\)$'::text), 'ok'::text) AS status
   FROM (((v
     CROSS JOIN LATERAL saaskpi.forecast(v.s, 6) f(period, row_type, actual, fitted, point, lo80, hi80, lo95, hi95, model))
     LEFT JOIN LATERAL saaskpi.series_periods(v.s) p(period, value, rows) ON ((p.period = f.period)))
     LEFT JOIN LATERAL saaskpi.decompose(v.s) d(period, observed, trend, seasonal, remainder) ON ((d.period = f.period)))
  WITH NO DATA;


ALTER TABLE acme.kpi_forecast_monthly_mat OWNER TO acme_owner;

--
-- Name: MATERIALIZED VIEW kpi_forecast_monthly_mat; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON MATERIALIZED VIEW acme.kpi_forecast_monthly_mat IS 'what kpi_forecast_monthly shows; filled by saaskpi.refresh';


--
-- Name: kpi_forecast_monthly; Type: VIEW; Schema: acme; Owner: acme_owner
--

CREATE VIEW acme.kpi_forecast_monthly AS
 SELECT kpi_forecast_monthly_mat.metric,
    kpi_forecast_monthly_mat.dimension,
    kpi_forecast_monthly_mat.value,
    kpi_forecast_monthly_mat.period,
    kpi_forecast_monthly_mat.row_type,
    kpi_forecast_monthly_mat.actual,
    kpi_forecast_monthly_mat.fitted,
    kpi_forecast_monthly_mat.trend,
    kpi_forecast_monthly_mat.seasonal,
    kpi_forecast_monthly_mat.point,
    kpi_forecast_monthly_mat.lo80,
    kpi_forecast_monthly_mat.hi80,
    kpi_forecast_monthly_mat.lo95,
    kpi_forecast_monthly_mat.hi95,
    kpi_forecast_monthly_mat.model,
    kpi_forecast_monthly_mat.status
   FROM acme.kpi_forecast_monthly_mat;


ALTER TABLE acme.kpi_forecast_monthly OWNER TO acme_owner;

--
-- Name: VIEW kpi_forecast_monthly; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON VIEW acme.kpi_forecast_monthly IS 'MRR and collected revenue, past and to come: one row per metric, dimension, value and month, with intervals for the next six. Choose one metric and dimension before adding up. What will we bring in until summer, and how sure is that?';


--
-- Name: COLUMN kpi_forecast_monthly.metric; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_forecast_monthly.metric IS 'What is forecast: mrr (closing of kpi_mrr_monthly) or collected (of kpi_revenue_monthly).';


--
-- Name: COLUMN kpi_forecast_monthly.dimension; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_forecast_monthly.dimension IS 'What value names: all or segment; each is forecast on its own, so the segments do not add up to all.';


--
-- Name: COLUMN kpi_forecast_monthly.value; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_forecast_monthly.value IS 'Segment of the row, all for the whole company; (none) stands for customers without one.';


--
-- Name: COLUMN kpi_forecast_monthly.period; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_forecast_monthly.period IS 'First day of the month; history begins with the first month that is not zero and ends with the last complete one, forecast is the six months after it.';


--
-- Name: COLUMN kpi_forecast_monthly.row_type; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_forecast_monthly.row_type IS 'history for months that are over, forecast for months to come, the running one included.';


--
-- Name: COLUMN kpi_forecast_monthly.actual; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_forecast_monthly.actual IS 'What the month had; NULL in forecast rows.';


--
-- Name: COLUMN kpi_forecast_monthly.fitted; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_forecast_monthly.fitted IS 'What the model said of the month one month before, its parameters knowing the whole history; NULL in forecast rows and where status says why.';


--
-- Name: COLUMN kpi_forecast_monthly.trend; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_forecast_monthly.trend IS 'Where the series stood without season and chance, by STL; NULL in forecast rows.';


--
-- Name: COLUMN kpi_forecast_monthly.seasonal; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_forecast_monthly.seasonal IS 'What the season added, by STL; actual = trend + seasonal + chance; 0 below two years of history, NULL in forecast rows.';


--
-- Name: COLUMN kpi_forecast_monthly.point; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_forecast_monthly.point IS 'What is to be expected of the month; NULL in history rows.';


--
-- Name: COLUMN kpi_forecast_monthly.lo80; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_forecast_monthly.lo80 IS 'Lower bound of what four of five months stay within; NULL in history rows and where no interval can be given.';


--
-- Name: COLUMN kpi_forecast_monthly.hi80; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_forecast_monthly.hi80 IS 'Upper bound of what four of five months stay within; NULL in history rows and where no interval can be given.';


--
-- Name: COLUMN kpi_forecast_monthly.lo95; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_forecast_monthly.lo95 IS 'Lower bound of what 19 of 20 months stay within; NULL in history rows and where no interval can be given.';


--
-- Name: COLUMN kpi_forecast_monthly.hi95; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_forecast_monthly.hi95 IS 'Upper bound of what 19 of 20 months stay within; NULL in history rows and where no interval can be given.';


--
-- Name: COLUMN kpi_forecast_monthly.model; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_forecast_monthly.model IS 'Model behind fitted and point: auto, a combination, or the simple one that had to do, see status.';


--
-- Name: COLUMN kpi_forecast_monthly.status; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_forecast_monthly.status IS 'ok, or why the forecast is a simple one (too short, constant, all zero and so on) or a month of the history has no fitted value (run-up: below a tenth of the median at the start, left out; nothing before).';


--
-- Name: kpi_input_customers; Type: VIEW; Schema: acme; Owner: acme_owner
--

CREATE VIEW acme.kpi_input_customers AS
 SELECT customers.customer_id,
    customers.signup_date,
    customers.segment,
    customers.country,
    customers.acquisition_channel
   FROM acme.customers customers;


ALTER TABLE acme.kpi_input_customers OWNER TO acme_owner;

--
-- Name: kpi_input_forms; Type: VIEW; Schema: acme; Owner: acme_owner
--

CREATE VIEW acme.kpi_input_forms AS
 SELECT 'of my own, whatever its name'::text AS remark;


ALTER TABLE acme.kpi_input_forms OWNER TO acme_owner;

--
-- Name: payments; Type: TABLE; Schema: acme; Owner: acme_owner
--

CREATE TABLE acme.payments (
    payment_id text NOT NULL,
    customer_id text,
    payment_date date,
    amount numeric,
    payment_status text
);


ALTER TABLE acme.payments OWNER TO acme_owner;

--
-- Name: kpi_input_payments; Type: VIEW; Schema: acme; Owner: acme_owner
--

CREATE VIEW acme.kpi_input_payments AS
 SELECT payments.customer_id,
    payments.payment_date,
    payments.amount,
    payments.payment_status
   FROM acme.payments payments
  WHERE ((payments.payment_date <= '2024-03-20'::date) IS NOT FALSE);


ALTER TABLE acme.kpi_input_payments OWNER TO acme_owner;

--
-- Name: subscriptions; Type: TABLE; Schema: acme; Owner: acme_owner
--

CREATE TABLE acme.subscriptions (
    subscription_id text NOT NULL,
    customer_id text,
    plan_type text,
    start_date date,
    end_date date,
    monthly_price numeric
);


ALTER TABLE acme.subscriptions OWNER TO acme_owner;

--
-- Name: kpi_input_subscriptions; Type: VIEW; Schema: acme; Owner: acme_owner
--

CREATE VIEW acme.kpi_input_subscriptions AS
 SELECT subscriptions.customer_id,
    subscriptions.plan_type,
    subscriptions.start_date,
    subscriptions.end_date,
    subscriptions.monthly_price
   FROM acme.subscriptions subscriptions
  WHERE ((subscriptions.start_date <= '2024-03-20'::date) IS NOT FALSE);


ALTER TABLE acme.kpi_input_subscriptions OWNER TO acme_owner;

--
-- Name: kpi_margin_monthly_mat; Type: MATERIALIZED VIEW; Schema: acme; Owner: acme_owner
--

CREATE MATERIALIZED VIEW acme.kpi_margin_monthly_mat AS
 SELECT r.period,
    r.collected AS revenue,
    c.infra_cost,
    c.support_cost,
    c.marketing_cost,
    p.gross_profit,
    round((p.gross_profit / NULLIF(r.collected, (0)::numeric)), 6) AS gross_margin,
    (p.gross_profit - c.marketing_cost) AS operating_profit,
    w.customers_new AS new_customers,
    w.new AS new_mrr,
    round((c.marketing_cost / (NULLIF(w.customers_new, 0))::numeric), 2) AS cac,
        CASE
            WHEN (((w.new * p.gross_profit) * r.collected) > (0)::numeric) THEN round(((c.marketing_cost * r.collected) / (w.new * p.gross_profit)), 2)
            ELSE NULL::numeric
        END AS cac_payback_months,
    round((((w.closing * p.gross_profit) * (w.customers_opening)::numeric) / NULLIF((((w.customers_closing)::numeric * r.collected) * (w.customers_lost)::numeric), (0)::numeric)), 2) AS ltv,
    round(((((w.closing * p.gross_profit) * (w.customers_opening)::numeric) * (NULLIF(w.customers_new, 0))::numeric) / NULLIF(((((w.customers_closing)::numeric * r.collected) * (w.customers_lost)::numeric) * c.marketing_cost), (0)::numeric)), 2) AS ltv_to_cac,
    r.is_complete
   FROM (((acme.kpi_revenue_monthly_mat r
     JOIN acme.kpi_mrr_monthly_mat w ON ((w.period = r.period)))
     LEFT JOIN acme.kpi_input_costs c ON ((c.period = r.period)))
     CROSS JOIN LATERAL ( SELECT ((r.collected - c.infra_cost) - c.support_cost) AS gross_profit) p)
  WITH NO DATA;


ALTER TABLE acme.kpi_margin_monthly_mat OWNER TO acme_owner;

--
-- Name: MATERIALIZED VIEW kpi_margin_monthly_mat; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON MATERIALIZED VIEW acme.kpi_margin_monthly_mat IS 'what kpi_margin_monthly shows; filled by saaskpi.refresh';


--
-- Name: kpi_margin_monthly; Type: VIEW; Schema: acme; Owner: acme_owner
--

CREATE VIEW acme.kpi_margin_monthly AS
 SELECT kpi_margin_monthly_mat.period,
    kpi_margin_monthly_mat.revenue,
    kpi_margin_monthly_mat.infra_cost,
    kpi_margin_monthly_mat.support_cost,
    kpi_margin_monthly_mat.marketing_cost,
    kpi_margin_monthly_mat.gross_profit,
    kpi_margin_monthly_mat.gross_margin,
    kpi_margin_monthly_mat.operating_profit,
    kpi_margin_monthly_mat.new_customers,
    kpi_margin_monthly_mat.new_mrr,
    kpi_margin_monthly_mat.cac,
    kpi_margin_monthly_mat.cac_payback_months,
    kpi_margin_monthly_mat.ltv,
    kpi_margin_monthly_mat.ltv_to_cac,
    kpi_margin_monthly_mat.is_complete
   FROM acme.kpi_margin_monthly_mat;


ALTER TABLE acme.kpi_margin_monthly OWNER TO acme_owner;

--
-- Name: VIEW kpi_margin_monthly; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON VIEW acme.kpi_margin_monthly IS 'What the revenue cost and what a customer is worth: one row per month with margin, CAC and LTV. How long until a new customer has paid for her acquisition?';


--
-- Name: COLUMN kpi_margin_monthly.period; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_margin_monthly.period IS 'First day of the month.';


--
-- Name: COLUMN kpi_margin_monthly.revenue; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_margin_monthly.revenue IS 'Collected revenue: collected of kpi_revenue_monthly.';


--
-- Name: COLUMN kpi_margin_monthly.infra_cost; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_margin_monthly.infra_cost IS 'Infrastructure cost of the month; NULL when costs has no row of the month.';


--
-- Name: COLUMN kpi_margin_monthly.support_cost; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_margin_monthly.support_cost IS 'Customer support cost of the month; NULL when costs has no row of the month.';


--
-- Name: COLUMN kpi_margin_monthly.marketing_cost; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_margin_monthly.marketing_cost IS 'Marketing spend of the month; NULL when costs has no row of the month.';


--
-- Name: COLUMN kpi_margin_monthly.gross_profit; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_margin_monthly.gross_profit IS 'revenue - infra_cost - support_cost; NULL without costs.';


--
-- Name: COLUMN kpi_margin_monthly.gross_margin; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_margin_monthly.gross_margin IS 'gross_profit / revenue; NULL when revenue is 0 and without costs.';


--
-- Name: COLUMN kpi_margin_monthly.operating_profit; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_margin_monthly.operating_profit IS 'gross_profit - marketing_cost; NULL without costs.';


--
-- Name: COLUMN kpi_margin_monthly.new_customers; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_margin_monthly.new_customers IS 'Customers with MRR for the first time ever: customers_new of kpi_mrr_monthly.';


--
-- Name: COLUMN kpi_margin_monthly.new_mrr; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_margin_monthly.new_mrr IS 'MRR of the new customers: new of kpi_mrr_monthly.';


--
-- Name: COLUMN kpi_margin_monthly.cac; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_margin_monthly.cac IS 'Marketing spend per new customer: marketing_cost / new_customers; NULL without new customers and without costs.';


--
-- Name: COLUMN kpi_margin_monthly.cac_payback_months; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_margin_monthly.cac_payback_months IS 'Months of gross profit that pay back the acquisition of a new customer: marketing_cost / (new_mrr * gross_margin); NULL without costs and unless new customers and their margin are above zero.';


--
-- Name: COLUMN kpi_margin_monthly.ltv; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_margin_monthly.ltv IS 'arpa * gross_margin / logo_churn_rate, the first and last from kpi_mrr_monthly; NULL when nobody was lost, when revenue or customers are 0 and without costs.';


--
-- Name: COLUMN kpi_margin_monthly.ltv_to_cac; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_margin_monthly.ltv_to_cac IS 'ltv / cac before either is rounded; NULL when either is NULL or cac is 0.';


--
-- Name: COLUMN kpi_margin_monthly.is_complete; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_margin_monthly.is_complete IS 'True when as_of lies after the last day of the month, false while the month runs.';


--
-- Name: kpi_model_performance_mat; Type: MATERIALIZED VIEW; Schema: acme; Owner: acme_owner
--

CREATE MATERIALIZED VIEW acme.kpi_model_performance_mat AS
 WITH amounts AS (
         SELECT m.metric,
            'all'::text AS dimension,
            'all'::text AS value,
            m.period,
            m.amount
           FROM ( SELECT 'mrr'::text AS metric,
                    kpi_mrr_monthly_mat.period,
                    kpi_mrr_monthly_mat.closing AS amount
                   FROM acme.kpi_mrr_monthly_mat
                  WHERE kpi_mrr_monthly_mat.is_complete
                UNION ALL
                 SELECT 'collected'::text AS metric,
                    kpi_revenue_monthly_mat.period,
                    kpi_revenue_monthly_mat.collected AS amount
                   FROM acme.kpi_revenue_monthly_mat
                  WHERE kpi_revenue_monthly_mat.is_complete) m
        ), v AS (
         SELECT b_1.metric,
            b_1.dimension,
            b_1.value,
            saaskpi.series_agg(b_1.period, b_1.amount) AS s
           FROM ( SELECT a.metric,
                    a.dimension,
                    a.value,
                    a.period,
                    a.amount,
                    min(a.period) FILTER (WHERE (a.amount <> (0)::numeric)) OVER (PARTITION BY a.metric, a.dimension, a.value) AS first
                   FROM amounts a) b_1
          WHERE (b_1.period >= b_1.first)
          GROUP BY b_1.metric, b_1.dimension, b_1.value
        )
 SELECT v.metric,
    b.model,
    (b.step)::bigint AS step,
    (b.n)::bigint AS forecasts,
    round((b.mae)::numeric, 2) AS mae,
    round((b.rmse)::numeric, 2) AS rmse,
    round((b.mape)::numeric, 2) AS mape,
    round((b.smape)::numeric, 2) AS smape,
    round((b.mase)::numeric, 4) AS mase,
    round((b.rmsse)::numeric, 4) AS rmsse,
    round((b.coverage80)::numeric, 4) AS coverage80,
    round((b.coverage95)::numeric, 4) AS coverage95,
    round((b.msis)::numeric, 4) AS msis,
    round((b.p_value)::numeric, 4) AS p_value,
        CASE
            WHEN (b.n > 0) THEN 'ok'::text
            ELSE 'too short'::text
        END AS status
   FROM (v
     CROSS JOIN LATERAL saaskpi.backtest(saaskpi.series_values(v.s),
        CASE
            WHEN (cardinality(saaskpi.series_values(v.s)) < saaskpi.season_length(v.s)) THEN 1
            ELSE saaskpi.season_length(v.s)
        END, 6) b(model, step, n, mae, rmse, mape, smape, mase, rmsse, pinball, coverage80, coverage95, msis, p_value))
  WITH NO DATA;


ALTER TABLE acme.kpi_model_performance_mat OWNER TO acme_owner;

--
-- Name: MATERIALIZED VIEW kpi_model_performance_mat; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON MATERIALIZED VIEW acme.kpi_model_performance_mat IS 'what kpi_model_performance shows; filled by saaskpi.refresh';


--
-- Name: kpi_model_performance; Type: VIEW; Schema: acme; Owner: acme_owner
--

CREATE VIEW acme.kpi_model_performance AS
 SELECT kpi_model_performance_mat.metric,
    kpi_model_performance_mat.model,
    kpi_model_performance_mat.step,
    kpi_model_performance_mat.forecasts,
    kpi_model_performance_mat.mae,
    kpi_model_performance_mat.rmse,
    kpi_model_performance_mat.mape,
    kpi_model_performance_mat.smape,
    kpi_model_performance_mat.mase,
    kpi_model_performance_mat.rmsse,
    kpi_model_performance_mat.coverage80,
    kpi_model_performance_mat.coverage95,
    kpi_model_performance_mat.msis,
    kpi_model_performance_mat.p_value,
    kpi_model_performance_mat.status
   FROM acme.kpi_model_performance_mat;


ALTER TABLE acme.kpi_model_performance OWNER TO acme_owner;

--
-- Name: VIEW kpi_model_performance; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON VIEW acme.kpi_model_performance IS 'How good the forecasts would have been: one row per metric, model and months ahead, tried on our own past. Is the forecast worth more than saying: as last year?';


--
-- Name: COLUMN kpi_model_performance.metric; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_model_performance.metric IS 'What was forecast: mrr or collected, as in kpi_forecast_monthly, for the whole company.';


--
-- Name: COLUMN kpi_model_performance.model; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_model_performance.model IS 'Model that was tried: auto, which kpi_forecast_monthly uses, and snaive, the same month of the year before, which it must beat.';


--
-- Name: COLUMN kpi_model_performance.step; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_model_performance.step IS 'Months ahead, 1 to 6; 0 is all of them together.';


--
-- Name: COLUMN kpi_model_performance.forecasts; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_model_performance.forecasts IS 'Forecasts compared with what came, each made from earlier months alone; 0 when the history is too short to try.';


--
-- Name: COLUMN kpi_model_performance.mae; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_model_performance.mae IS 'Mean absolute error; NULL without forecasts.';


--
-- Name: COLUMN kpi_model_performance.rmse; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_model_performance.rmse IS 'Root of the mean squared error, which weighs large errors more; NULL without forecasts.';


--
-- Name: COLUMN kpi_model_performance.mape; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_model_performance.mape IS 'Mean absolute error in percent of what came; NULL when a month was 0 and without forecasts.';


--
-- Name: COLUMN kpi_model_performance.smape; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_model_performance.smape IS 'Mean absolute error in percent of the mean of forecast and what came; NULL without forecasts.';


--
-- Name: COLUMN kpi_model_performance.mase; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_model_performance.mase IS 'Mean absolute error over that of repeating the year before within the history, below 1 is better; NULL without forecasts and when the history repeats itself.';


--
-- Name: COLUMN kpi_model_performance.rmsse; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_model_performance.rmsse IS 'The same as mase with squared errors, rooted; NULL without forecasts and when the history repeats itself.';


--
-- Name: COLUMN kpi_model_performance.coverage80; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_model_performance.coverage80 IS 'Share of months within lo80 and hi80, 0.8 if the intervals are right; NULL without forecasts.';


--
-- Name: COLUMN kpi_model_performance.coverage95; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_model_performance.coverage95 IS 'Share of months within lo95 and hi95, 0.95 if the intervals are right; NULL without forecasts.';


--
-- Name: COLUMN kpi_model_performance.msis; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_model_performance.msis IS 'Mean scaled interval score of the 95 % interval: its width and a penalty for months outside, scaled as mase, lower is better; NULL as mase.';


--
-- Name: COLUMN kpi_model_performance.p_value; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_model_performance.p_value IS 'Chance that a difference from snaive as large comes about by luck (Diebold-Mariano test); NULL for snaive itself, with too few forecasts and without a difference.';


--
-- Name: COLUMN kpi_model_performance.status; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_model_performance.status IS 'ok, or too short when the history does not reach for a single try.';


--
-- Name: kpi_mrr_monthly; Type: VIEW; Schema: acme; Owner: acme_owner
--

CREATE VIEW acme.kpi_mrr_monthly AS
 SELECT kpi_mrr_monthly_mat.period,
    kpi_mrr_monthly_mat.opening,
    kpi_mrr_monthly_mat.new,
    kpi_mrr_monthly_mat.expansion,
    kpi_mrr_monthly_mat.contraction,
    kpi_mrr_monthly_mat.churn,
    kpi_mrr_monthly_mat.reactivation,
    kpi_mrr_monthly_mat.closing,
    kpi_mrr_monthly_mat.round_trip,
    kpi_mrr_monthly_mat.customers_opening,
    kpi_mrr_monthly_mat.customers_new,
    kpi_mrr_monthly_mat.customers_churned,
    kpi_mrr_monthly_mat.customers_reactivated,
    kpi_mrr_monthly_mat.customers_closing,
    kpi_mrr_monthly_mat.customers_lost,
    kpi_mrr_monthly_mat.mrr_retained,
    kpi_mrr_monthly_mat.mrr_kept,
    kpi_mrr_monthly_mat.logo_churn_rate,
    kpi_mrr_monthly_mat.gross_mrr_churn_rate,
    kpi_mrr_monthly_mat.net_mrr_churn_rate,
    kpi_mrr_monthly_mat.nrr,
    kpi_mrr_monthly_mat.grr,
    kpi_mrr_monthly_mat.opening_12m,
    kpi_mrr_monthly_mat.retained_12m,
    kpi_mrr_monthly_mat.kept_12m,
    kpi_mrr_monthly_mat.nrr_12m,
    kpi_mrr_monthly_mat.grr_12m,
    kpi_mrr_monthly_mat.quick_ratio,
    kpi_mrr_monthly_mat.arpa,
    kpi_mrr_monthly_mat.is_complete
   FROM acme.kpi_mrr_monthly_mat;


ALTER TABLE acme.kpi_mrr_monthly OWNER TO acme_owner;

--
-- Name: VIEW kpi_mrr_monthly; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON VIEW acme.kpi_mrr_monthly IS 'The MRR waterfall: one row per month, what it opened and closed with and what happened between, with churn and retention. Why did MRR change in March?';


--
-- Name: COLUMN kpi_mrr_monthly.period; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly.period IS 'First day of the month; the row covers the days from it up to the first day of the next month.';


--
-- Name: COLUMN kpi_mrr_monthly.opening; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly.opening IS 'MRR at the end of the day before period, which is closing of the month before.';


--
-- Name: COLUMN kpi_mrr_monthly.new; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly.new IS 'MRR of customers on the day they had any for the first time ever; a positive amount.';


--
-- Name: COLUMN kpi_mrr_monthly.expansion; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly.expansion IS 'Rises of MRR of customers who had some the day before, netted per customer and day; a positive amount.';


--
-- Name: COLUMN kpi_mrr_monthly.contraction; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly.contraction IS 'Falls of MRR of customers who kept some, netted per customer and day; a positive amount that lowers closing.';


--
-- Name: COLUMN kpi_mrr_monthly.churn; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly.churn IS 'MRR that customers had on the day before it fell to zero; a positive amount that lowers closing.';


--
-- Name: COLUMN kpi_mrr_monthly.reactivation; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly.reactivation IS 'MRR of customers on the day they came back from zero after an earlier churn; a positive amount.';


--
-- Name: COLUMN kpi_mrr_monthly.closing; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly.closing IS 'MRR at the end of the last day of the month, or of as_of while the month runs: opening + new + expansion + reactivation - contraction - churn.';


--
-- Name: COLUMN kpi_mrr_monthly.round_trip; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly.round_trip IS 'Part of new + expansion + reactivation that the same customer lost again, or had lost before, within the month; contraction + churn hold the same amount, and a comparison of month ends alone shows neither.';


--
-- Name: COLUMN kpi_mrr_monthly.customers_opening; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly.customers_opening IS 'Customers with MRR above zero at opening.';


--
-- Name: COLUMN kpi_mrr_monthly.customers_new; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly.customers_new IS 'Customers who had MRR for the first time ever.';


--
-- Name: COLUMN kpi_mrr_monthly.customers_churned; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly.customers_churned IS 'Times the MRR of a customer fell to zero; a customer who left twice in the month counts twice.';


--
-- Name: COLUMN kpi_mrr_monthly.customers_reactivated; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly.customers_reactivated IS 'Times a customer came back from zero MRR; a customer who came back twice in the month counts twice.';


--
-- Name: COLUMN kpi_mrr_monthly.customers_closing; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly.customers_closing IS 'Customers with MRR above zero at closing: customers_opening + customers_new + customers_reactivated - customers_churned.';


--
-- Name: COLUMN kpi_mrr_monthly.customers_lost; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly.customers_lost IS 'Customers with MRR at opening and none at closing; unlike customers_churned without those who came back within the month or joined after opening.';


--
-- Name: COLUMN kpi_mrr_monthly.mrr_retained; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly.mrr_retained IS 'MRR at closing of the customers who had MRR at opening, their expansion included.';


--
-- Name: COLUMN kpi_mrr_monthly.mrr_kept; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly.mrr_kept IS 'MRR at closing of the customers who had MRR at opening, each counted with at most what she had at opening.';


--
-- Name: COLUMN kpi_mrr_monthly.logo_churn_rate; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly.logo_churn_rate IS 'customers_lost / customers_opening; NULL when customers_opening is 0.';


--
-- Name: COLUMN kpi_mrr_monthly.gross_mrr_churn_rate; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly.gross_mrr_churn_rate IS '(opening - mrr_kept) / opening; NULL when opening is 0.';


--
-- Name: COLUMN kpi_mrr_monthly.net_mrr_churn_rate; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly.net_mrr_churn_rate IS '(opening - mrr_retained) / opening, below zero when expansion outweighs the losses; NULL when opening is 0.';


--
-- Name: COLUMN kpi_mrr_monthly.nrr; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly.nrr IS 'Net revenue retention over the month: mrr_retained / opening; NULL when opening is 0.';


--
-- Name: COLUMN kpi_mrr_monthly.grr; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly.grr IS 'Gross revenue retention over the month: mrr_kept / opening, never above 1; NULL when opening is 0.';


--
-- Name: COLUMN kpi_mrr_monthly.opening_12m; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly.opening_12m IS 'MRR at the end of the month twelve months before; 0 when nobody had any.';


--
-- Name: COLUMN kpi_mrr_monthly.retained_12m; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly.retained_12m IS 'MRR at closing of the customers behind opening_12m, their expansion included; 0 when there are none.';


--
-- Name: COLUMN kpi_mrr_monthly.kept_12m; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly.kept_12m IS 'MRR at closing of the customers behind opening_12m, each counted with at most what she had in opening_12m; 0 when there are none.';


--
-- Name: COLUMN kpi_mrr_monthly.nrr_12m; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly.nrr_12m IS 'Net revenue retention over twelve months: retained_12m / opening_12m; NULL when opening_12m is 0.';


--
-- Name: COLUMN kpi_mrr_monthly.grr_12m; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly.grr_12m IS 'Gross revenue retention over twelve months: kept_12m / opening_12m, never above 1; NULL when opening_12m is 0.';


--
-- Name: COLUMN kpi_mrr_monthly.quick_ratio; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly.quick_ratio IS '(new + expansion + reactivation) / (churn + contraction); NULL when nothing was lost.';


--
-- Name: COLUMN kpi_mrr_monthly.arpa; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly.arpa IS 'Average MRR per customer: closing / customers_closing; NULL when customers_closing is 0.';


--
-- Name: COLUMN kpi_mrr_monthly.is_complete; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly.is_complete IS 'True when as_of lies after the last day of the month, false while the month runs.';


--
-- Name: kpi_mrr_monthly_by; Type: VIEW; Schema: acme; Owner: acme_owner
--

CREATE VIEW acme.kpi_mrr_monthly_by AS
 SELECT kpi_mrr_monthly_by_mat.dimension,
    kpi_mrr_monthly_by_mat.value,
    kpi_mrr_monthly_by_mat.period,
    kpi_mrr_monthly_by_mat.opening,
    kpi_mrr_monthly_by_mat.new,
    kpi_mrr_monthly_by_mat.expansion,
    kpi_mrr_monthly_by_mat.contraction,
    kpi_mrr_monthly_by_mat.churn,
    kpi_mrr_monthly_by_mat.reactivation,
    kpi_mrr_monthly_by_mat.transfer_in,
    kpi_mrr_monthly_by_mat.transfer_out,
    kpi_mrr_monthly_by_mat.closing,
    kpi_mrr_monthly_by_mat.round_trip,
    kpi_mrr_monthly_by_mat.customers_opening,
    kpi_mrr_monthly_by_mat.customers_new,
    kpi_mrr_monthly_by_mat.customers_churned,
    kpi_mrr_monthly_by_mat.customers_reactivated,
    kpi_mrr_monthly_by_mat.customers_transfer_in,
    kpi_mrr_monthly_by_mat.customers_transfer_out,
    kpi_mrr_monthly_by_mat.customers_closing,
    kpi_mrr_monthly_by_mat.customers_lost,
    kpi_mrr_monthly_by_mat.mrr_retained,
    kpi_mrr_monthly_by_mat.mrr_kept,
    kpi_mrr_monthly_by_mat.logo_churn_rate,
    kpi_mrr_monthly_by_mat.gross_mrr_churn_rate,
    kpi_mrr_monthly_by_mat.net_mrr_churn_rate,
    kpi_mrr_monthly_by_mat.nrr,
    kpi_mrr_monthly_by_mat.grr,
    kpi_mrr_monthly_by_mat.opening_12m,
    kpi_mrr_monthly_by_mat.retained_12m,
    kpi_mrr_monthly_by_mat.kept_12m,
    kpi_mrr_monthly_by_mat.nrr_12m,
    kpi_mrr_monthly_by_mat.grr_12m,
    kpi_mrr_monthly_by_mat.quick_ratio,
    kpi_mrr_monthly_by_mat.arpa,
    kpi_mrr_monthly_by_mat.is_complete
   FROM acme.kpi_mrr_monthly_by_mat;


ALTER TABLE acme.kpi_mrr_monthly_by OWNER TO acme_owner;

--
-- Name: VIEW kpi_mrr_monthly_by; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON VIEW acme.kpi_mrr_monthly_by IS 'The MRR waterfall by segment, country, acquisition channel and plan: one row per dimension, value and month. Choose one dimension before adding up. Which plan loses customers to which side: churn, or other plans?';


--
-- Name: COLUMN kpi_mrr_monthly_by.dimension; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.dimension IS 'What value names: segment, country, acquisition_channel or plan_type; each dimension alone adds up to kpi_mrr_monthly.';


--
-- Name: COLUMN kpi_mrr_monthly_by.value; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.value IS 'Segment, country, channel or plan of the row; (none) stands for a customer or subscription without one.';


--
-- Name: COLUMN kpi_mrr_monthly_by.period; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.period IS 'First day of the month; the row covers the days from it up to the first day of the next month.';


--
-- Name: COLUMN kpi_mrr_monthly_by.opening; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.opening IS 'Within the value: MRR at the end of the day before period, which is closing of the month before.';


--
-- Name: COLUMN kpi_mrr_monthly_by.new; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.new IS 'Within the value: MRR of customers on the day they had any for the first time ever; a positive amount.';


--
-- Name: COLUMN kpi_mrr_monthly_by.expansion; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.expansion IS 'Within the value: Rises of MRR of customers who had some the day before, netted per customer and day; a positive amount.';


--
-- Name: COLUMN kpi_mrr_monthly_by.contraction; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.contraction IS 'Within the value: Falls of MRR of customers who kept some, netted per customer and day; a positive amount that lowers closing.';


--
-- Name: COLUMN kpi_mrr_monthly_by.churn; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.churn IS 'Within the value: MRR that customers had on the day before it fell to zero; a positive amount that lowers closing.';


--
-- Name: COLUMN kpi_mrr_monthly_by.reactivation; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.reactivation IS 'Within the value: MRR of customers on the day they came back from zero after an earlier churn; a positive amount.';


--
-- Name: COLUMN kpi_mrr_monthly_by.transfer_in; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.transfer_in IS 'MRR that came to the plan from other plans of the same customers on the same day, in no other bucket; 0 for the other dimensions.';


--
-- Name: COLUMN kpi_mrr_monthly_by.transfer_out; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.transfer_out IS 'MRR that left the plan for other plans of the same customers on the same day, in no other bucket; 0 for the other dimensions.';


--
-- Name: COLUMN kpi_mrr_monthly_by.closing; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.closing IS 'MRR of the value at the end of the month, or of as_of while it runs: opening + new + expansion + reactivation + transfer_in - contraction - churn - transfer_out.';


--
-- Name: COLUMN kpi_mrr_monthly_by.round_trip; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.round_trip IS 'Part of new + expansion + reactivation that the same customer of the value lost again, or had lost before, within the month; always 0 for plan_type.';


--
-- Name: COLUMN kpi_mrr_monthly_by.customers_opening; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.customers_opening IS 'Within the value: Customers with MRR above zero at opening.';


--
-- Name: COLUMN kpi_mrr_monthly_by.customers_new; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.customers_new IS 'Customers of the value who had MRR for the first time ever, in the plan among others.';


--
-- Name: COLUMN kpi_mrr_monthly_by.customers_churned; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.customers_churned IS 'Times a customer of the value went to zero MRR in all plans; a plan left for another counts in customers_transfer_out.';


--
-- Name: COLUMN kpi_mrr_monthly_by.customers_reactivated; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.customers_reactivated IS 'Times a customer came back from zero MRR in all plans, to the plan among others.';


--
-- Name: COLUMN kpi_mrr_monthly_by.customers_transfer_in; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.customers_transfer_in IS 'Times a customer with MRR in other plans took up the plan; 0 for the other dimensions.';


--
-- Name: COLUMN kpi_mrr_monthly_by.customers_transfer_out; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.customers_transfer_out IS 'Times a customer gave up the plan and still had MRR in others; 0 for the other dimensions.';


--
-- Name: COLUMN kpi_mrr_monthly_by.customers_closing; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.customers_closing IS 'Customers with MRR of the value at closing: customers_opening + customers_new + customers_reactivated + customers_transfer_in - customers_churned - customers_transfer_out.';


--
-- Name: COLUMN kpi_mrr_monthly_by.customers_lost; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.customers_lost IS 'Customers with MRR of the value at opening and none of it at closing; for plan_type this includes those who went to another plan.';


--
-- Name: COLUMN kpi_mrr_monthly_by.mrr_retained; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.mrr_retained IS 'MRR of the value at closing of the customers who had some of it at opening; for plan_type what they moved to another plan is missing.';


--
-- Name: COLUMN kpi_mrr_monthly_by.mrr_kept; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.mrr_kept IS 'Within the value: MRR at closing of the customers who had MRR at opening, each counted with at most what she had at opening.';


--
-- Name: COLUMN kpi_mrr_monthly_by.logo_churn_rate; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.logo_churn_rate IS 'Within the value: customers_lost / customers_opening; NULL when customers_opening is 0.';


--
-- Name: COLUMN kpi_mrr_monthly_by.gross_mrr_churn_rate; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.gross_mrr_churn_rate IS 'Within the value: (opening - mrr_kept) / opening; NULL when opening is 0.';


--
-- Name: COLUMN kpi_mrr_monthly_by.net_mrr_churn_rate; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.net_mrr_churn_rate IS 'Within the value: (opening - mrr_retained) / opening, below zero when expansion outweighs the losses; NULL when opening is 0.';


--
-- Name: COLUMN kpi_mrr_monthly_by.nrr; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.nrr IS 'Within the value: Net revenue retention over the month: mrr_retained / opening; NULL when opening is 0.';


--
-- Name: COLUMN kpi_mrr_monthly_by.grr; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.grr IS 'Within the value: Gross revenue retention over the month: mrr_kept / opening, never above 1; NULL when opening is 0.';


--
-- Name: COLUMN kpi_mrr_monthly_by.opening_12m; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.opening_12m IS 'Within the value: MRR at the end of the month twelve months before; 0 when nobody had any.';


--
-- Name: COLUMN kpi_mrr_monthly_by.retained_12m; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.retained_12m IS 'Within the value: MRR at closing of the customers behind opening_12m, their expansion included; 0 when there are none.';


--
-- Name: COLUMN kpi_mrr_monthly_by.kept_12m; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.kept_12m IS 'Within the value: MRR at closing of the customers behind opening_12m, each counted with at most what she had in opening_12m; 0 when there are none.';


--
-- Name: COLUMN kpi_mrr_monthly_by.nrr_12m; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.nrr_12m IS 'Within the value: Net revenue retention over twelve months: retained_12m / opening_12m; NULL when opening_12m is 0.';


--
-- Name: COLUMN kpi_mrr_monthly_by.grr_12m; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.grr_12m IS 'Within the value: Gross revenue retention over twelve months: kept_12m / opening_12m, never above 1; NULL when opening_12m is 0.';


--
-- Name: COLUMN kpi_mrr_monthly_by.quick_ratio; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.quick_ratio IS 'Within the value: (new + expansion + reactivation) / (churn + contraction); NULL when nothing was lost.';


--
-- Name: COLUMN kpi_mrr_monthly_by.arpa; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.arpa IS 'Within the value: Average MRR per customer: closing / customers_closing; NULL when customers_closing is 0.';


--
-- Name: COLUMN kpi_mrr_monthly_by.is_complete; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_monthly_by.is_complete IS 'True when as_of lies after the last day of the month, false while the month runs.';


--
-- Name: kpi_mrr_movements_mat; Type: TABLE; Schema: acme; Owner: acme_owner
--

CREATE TABLE acme.kpi_mrr_movements_mat (
    period date,
    happened_on date,
    customer_id text,
    movement text,
    amount numeric,
    mrr_before numeric,
    mrr_after numeric
);


ALTER TABLE acme.kpi_mrr_movements_mat OWNER TO acme_owner;

--
-- Name: TABLE kpi_mrr_movements_mat; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON TABLE acme.kpi_mrr_movements_mat IS 'what kpi_mrr_movements shows; filled by saaskpi.refresh';


--
-- Name: kpi_mrr_movements; Type: VIEW; Schema: acme; Owner: acme_owner
--

CREATE VIEW acme.kpi_mrr_movements AS
 SELECT kpi_mrr_movements_mat.period,
    kpi_mrr_movements_mat.happened_on,
    kpi_mrr_movements_mat.customer_id,
    kpi_mrr_movements_mat.movement,
    kpi_mrr_movements_mat.amount,
    kpi_mrr_movements_mat.mrr_before,
    kpi_mrr_movements_mat.mrr_after
   FROM acme.kpi_mrr_movements_mat;


ALTER TABLE acme.kpi_mrr_movements OWNER TO acme_owner;

--
-- Name: VIEW kpi_mrr_movements; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON VIEW acme.kpi_mrr_movements IS 'The rows behind the waterfall: one row per customer and day on which her MRR changed. Who churned in March, and how much was each worth?';


--
-- Name: COLUMN kpi_mrr_movements.period; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_movements.period IS 'First day of the month that holds happened_on.';


--
-- Name: COLUMN kpi_mrr_movements.happened_on; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_movements.happened_on IS 'Day at whose end the MRR of the customer differs from the end of the day before; all changes of one day are one movement.';


--
-- Name: COLUMN kpi_mrr_movements.customer_id; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_movements.customer_id IS 'Customer whose MRR moved.';


--
-- Name: COLUMN kpi_mrr_movements.movement; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_movements.movement IS 'new (from zero, for the first time ever), reactivation (from zero, again), churn (to zero), expansion (up) or contraction (down).';


--
-- Name: COLUMN kpi_mrr_movements.amount; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_movements.amount IS 'Size of the movement, always positive: abs(mrr_after - mrr_before).';


--
-- Name: COLUMN kpi_mrr_movements.mrr_before; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_movements.mrr_before IS 'MRR of the customer at the end of the day before happened_on.';


--
-- Name: COLUMN kpi_mrr_movements.mrr_after; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_mrr_movements.mrr_after IS 'MRR of the customer at the end of happened_on.';


--
-- Name: kpi_refresh_log; Type: TABLE; Schema: acme; Owner: acme_owner
--

CREATE TABLE acme.kpi_refresh_log (
    run_id bigint NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    status text NOT NULL,
    as_of date,
    seconds numeric,
    customers bigint,
    skipped_subscriptions bigint,
    skipped_payments bigint,
    message text,
    CONSTRAINT kpi_refresh_log_status_check CHECK ((status = ANY (ARRAY['running'::text, 'ok'::text, 'failed'::text])))
);


ALTER TABLE acme.kpi_refresh_log OWNER TO acme_owner;

--
-- Name: TABLE kpi_refresh_log; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON TABLE acme.kpi_refresh_log IS 'The refreshes of this schema: one row per run, failed ones with the reason. Are these numbers of today?';


--
-- Name: COLUMN kpi_refresh_log.run_id; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_refresh_log.run_id IS 'Number of the run; later runs have greater numbers.';


--
-- Name: COLUMN kpi_refresh_log.started_at; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_refresh_log.started_at IS 'When the run began.';


--
-- Name: COLUMN kpi_refresh_log.finished_at; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_refresh_log.finished_at IS 'When the run ended; NULL while it runs, and for good when its session was lost.';


--
-- Name: COLUMN kpi_refresh_log.status; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_refresh_log.status IS 'running, ok or failed; after a failed run the kpi relations are as they were before it.';


--
-- Name: COLUMN kpi_refresh_log.as_of; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_refresh_log.as_of IS 'Day as of which the run computed everything; NULL unless status is ok.';


--
-- Name: COLUMN kpi_refresh_log.seconds; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_refresh_log.seconds IS 'Duration of the run; NULL unless status is ok.';


--
-- Name: COLUMN kpi_refresh_log.customers; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_refresh_log.customers IS 'Customers the run found; NULL unless status is ok.';


--
-- Name: COLUMN kpi_refresh_log.skipped_subscriptions; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_refresh_log.skipped_subscriptions IS 'Subscriptions left out because they cannot count, see saaskpi.check_sources; NULL unless status is ok.';


--
-- Name: COLUMN kpi_refresh_log.skipped_payments; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_refresh_log.skipped_payments IS 'Payments left out because they cannot count, see saaskpi.check_sources; NULL unless status is ok.';


--
-- Name: COLUMN kpi_refresh_log.message; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_refresh_log.message IS 'Why the run failed; NULL unless status is failed.';


--
-- Name: kpi_refresh_log_run_id_seq; Type: SEQUENCE; Schema: acme; Owner: acme_owner
--

ALTER TABLE acme.kpi_refresh_log ALTER COLUMN run_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME acme.kpi_refresh_log_run_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: kpi_refresh_steps; Type: TABLE; Schema: acme; Owner: acme_owner
--

CREATE TABLE acme.kpi_refresh_steps (
    run_id bigint NOT NULL,
    step integer NOT NULL,
    relation text NOT NULL,
    rows bigint NOT NULL,
    milliseconds numeric NOT NULL
);


ALTER TABLE acme.kpi_refresh_steps OWNER TO acme_owner;

--
-- Name: TABLE kpi_refresh_steps; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON TABLE acme.kpi_refresh_steps IS 'What a refresh did: one row per run and relation with rows and duration. Which relation takes the time?';


--
-- Name: COLUMN kpi_refresh_steps.run_id; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_refresh_steps.run_id IS 'Run of kpi_refresh_log the step belongs to.';


--
-- Name: COLUMN kpi_refresh_steps.step; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_refresh_steps.step IS 'Position of the step within the run, in the order the relations depend on each other.';


--
-- Name: COLUMN kpi_refresh_steps.relation; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_refresh_steps.relation IS 'Relation the step refreshed.';


--
-- Name: COLUMN kpi_refresh_steps.rows; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_refresh_steps.rows IS 'Rows of the relation after the step.';


--
-- Name: COLUMN kpi_refresh_steps.milliseconds; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_refresh_steps.milliseconds IS 'Duration of the step.';


--
-- Name: kpi_revenue_monthly; Type: VIEW; Schema: acme; Owner: acme_owner
--

CREATE VIEW acme.kpi_revenue_monthly AS
 SELECT kpi_revenue_monthly_mat.period,
    kpi_revenue_monthly_mat.collected,
    kpi_revenue_monthly_mat.payments,
    kpi_revenue_monthly_mat.failed_payments,
    kpi_revenue_monthly_mat.failed_amount,
    kpi_revenue_monthly_mat.refunds,
    kpi_revenue_monthly_mat.refunded_amount,
    kpi_revenue_monthly_mat.paying_customers,
    kpi_revenue_monthly_mat.mom,
    kpi_revenue_monthly_mat.yoy,
    kpi_revenue_monthly_mat.change_flag,
    kpi_revenue_monthly_mat.is_complete
   FROM acme.kpi_revenue_monthly_mat;


ALTER TABLE acme.kpi_revenue_monthly OWNER TO acme_owner;

--
-- Name: VIEW kpi_revenue_monthly; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON VIEW acme.kpi_revenue_monthly IS 'Money received: one row per month with payments, failed payments, refunds and the change against the month and the year before. How much did we collect, and is that a jump worth a look?';


--
-- Name: COLUMN kpi_revenue_monthly.period; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_revenue_monthly.period IS 'First day of the month.';


--
-- Name: COLUMN kpi_revenue_monthly.collected; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_revenue_monthly.collected IS 'Amounts of successful payments dated in the month, minus refunded_amount.';


--
-- Name: COLUMN kpi_revenue_monthly.payments; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_revenue_monthly.payments IS 'Successful payments of zero or more.';


--
-- Name: COLUMN kpi_revenue_monthly.failed_payments; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_revenue_monthly.failed_payments IS 'Payments that failed; an attempt that succeeded later counts here and in payments.';


--
-- Name: COLUMN kpi_revenue_monthly.failed_amount; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_revenue_monthly.failed_amount IS 'Amount of the failed payments.';


--
-- Name: COLUMN kpi_revenue_monthly.refunds; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_revenue_monthly.refunds IS 'Successful payments below zero, in the month they are dated.';


--
-- Name: COLUMN kpi_revenue_monthly.refunded_amount; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_revenue_monthly.refunded_amount IS 'Amount of the refunds as a positive number.';


--
-- Name: COLUMN kpi_revenue_monthly.paying_customers; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_revenue_monthly.paying_customers IS 'Different customers with a successful payment of zero or more.';


--
-- Name: COLUMN kpi_revenue_monthly.mom; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_revenue_monthly.mom IS 'Change of collected against the month before: (collected - before) / before; NULL in the running month, in the first one and when the month before collected 0.';


--
-- Name: COLUMN kpi_revenue_monthly.yoy; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_revenue_monthly.yoy IS 'Change of collected against the same month a year before: (collected - before) / before; NULL in the running month, without a year of history and when that month collected 0.';


--
-- Name: COLUMN kpi_revenue_monthly.change_flag; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_revenue_monthly.change_flag IS 'alert when mom without its sign exceeds change_alert of kpi_settings, warn when it exceeds change_warn, else ok; NULL when mom is NULL.';


--
-- Name: COLUMN kpi_revenue_monthly.is_complete; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_revenue_monthly.is_complete IS 'True when as_of lies after the last day of the month, false while the month runs.';


--
-- Name: kpi_seasonality_mat; Type: MATERIALIZED VIEW; Schema: acme; Owner: acme_owner
--

CREATE MATERIALIZED VIEW acme.kpi_seasonality_mat AS
 WITH amounts AS (
         SELECT m.metric,
            'all'::text AS dimension,
            'all'::text AS value,
            m.period,
            m.amount
           FROM ( SELECT 'mrr'::text AS metric,
                    kpi_mrr_monthly_mat.period,
                    kpi_mrr_monthly_mat.closing AS amount
                   FROM acme.kpi_mrr_monthly_mat
                  WHERE kpi_mrr_monthly_mat.is_complete
                UNION ALL
                 SELECT 'collected'::text AS metric,
                    kpi_revenue_monthly_mat.period,
                    kpi_revenue_monthly_mat.collected AS amount
                   FROM acme.kpi_revenue_monthly_mat
                  WHERE kpi_revenue_monthly_mat.is_complete) m
        ), v AS (
         SELECT b.metric,
            b.dimension,
            b.value,
            saaskpi.series_agg(b.period, b.amount) AS s
           FROM ( SELECT a.metric,
                    a.dimension,
                    a.value,
                    a.period,
                    a.amount,
                    min(a.period) FILTER (WHERE (a.amount <> (0)::numeric)) OVER (PARTITION BY a.metric, a.dimension, a.value) AS first
                   FROM amounts a) b
          WHERE (b.period >= b.first)
          GROUP BY b.metric, b.dimension, b.value
        ), i AS (
         SELECT m.metric,
            ((((COALESCE((EXTRACT(month FROM saaskpi.period_at(v.s, 1)))::integer, 1) + x.season) - 2) % 12) + 1) AS month,
            (x.index * (100)::double precision) AS hundredths,
            (cardinality(saaskpi.series_values(v.s)) >= 24) AS long_enough
           FROM ((( VALUES ('mrr'::text), ('collected'::text)) m(metric)
             LEFT JOIN v ON ((v.metric = m.metric)))
             CROSS JOIN LATERAL saaskpi.seasonality_index(COALESCE(saaskpi.series_values(v.s), '{}'::double precision[]), 12) x(season, index))
        ), cut AS (
         SELECT i.metric,
            i.month,
            i.long_enough,
            floor(i.hundredths) AS hundredths,
            ((120000)::double precision - sum(floor(i.hundredths)) OVER (PARTITION BY i.metric)) AS missing,
            row_number() OVER (PARTITION BY i.metric ORDER BY (i.hundredths - floor(i.hundredths)) DESC, i.month) AS turn
           FROM i
        )
 SELECT c.metric,
    (c.month)::bigint AS month,
    round((((c.hundredths + (
        CASE
            WHEN ((c.turn)::double precision <= c.missing) THEN 1
            ELSE 0
        END)::double precision))::numeric / (100)::numeric), 2) AS index,
        CASE
            WHEN (c.hundredths IS NOT NULL) THEN 'ok'::text
            WHEN c.long_enough THEN 'mean not positive'::text
            ELSE 'too short'::text
        END AS status
   FROM cut c
  WITH NO DATA;


ALTER TABLE acme.kpi_seasonality_mat OWNER TO acme_owner;

--
-- Name: MATERIALIZED VIEW kpi_seasonality_mat; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON MATERIALIZED VIEW acme.kpi_seasonality_mat IS 'what kpi_seasonality shows; filled by saaskpi.refresh';


--
-- Name: kpi_seasonality; Type: VIEW; Schema: acme; Owner: acme_owner
--

CREATE VIEW acme.kpi_seasonality AS
 SELECT kpi_seasonality_mat.metric,
    kpi_seasonality_mat.month,
    kpi_seasonality_mat.index,
    kpi_seasonality_mat.status
   FROM acme.kpi_seasonality_mat;


ALTER TABLE acme.kpi_seasonality OWNER TO acme_owner;

--
-- Name: VIEW kpi_seasonality; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON VIEW acme.kpi_seasonality IS 'The season of the year: one row per metric and month of the year, 100 is average. Is December always like that?';


--
-- Name: COLUMN kpi_seasonality.metric; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_seasonality.metric IS 'What has the season: mrr or collected, as in kpi_forecast_monthly, for the whole company.';


--
-- Name: COLUMN kpi_seasonality.month; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_seasonality.month IS 'Month of the year, 1 is January.';


--
-- Name: COLUMN kpi_seasonality.index; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_seasonality.index IS 'The month against an average one, trend taken out: 100 is average and the mean of the twelve is 100 exactly; NULL unless status is ok.';


--
-- Name: COLUMN kpi_seasonality.status; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_seasonality.status IS 'ok, too short while there are not two full years, or mean not positive.';


--
-- Name: kpi_summaries; Type: VIEW; Schema: acme; Owner: acme_owner
--

CREATE VIEW acme.kpi_summaries AS
 SELECT kpi_summaries_mat.segment,
    kpi_summaries_mat.country,
    kpi_summaries_mat.acquisition_channel,
    kpi_summaries_mat.customers,
    kpi_summaries_mat.first_day,
    kpi_summaries_mat.skipped_subscriptions,
    kpi_summaries_mat.skipped_payments
   FROM acme.kpi_summaries_mat;


ALTER TABLE acme.kpi_summaries OWNER TO acme_owner;

--
-- Name: VIEW kpi_summaries; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON VIEW acme.kpi_summaries IS 'What the other kpi relations are made from: one row per combination of segment, country and acquisition channel. How many customers and unusable rows does each hold?';


--
-- Name: COLUMN kpi_summaries.segment; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_summaries.segment IS 'Segment of the customers; (none) stands for customers without one.';


--
-- Name: COLUMN kpi_summaries.country; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_summaries.country IS 'Country of the customers; (none) stands for customers without one.';


--
-- Name: COLUMN kpi_summaries.acquisition_channel; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_summaries.acquisition_channel IS 'Acquisition channel of the customers; (none) stands for customers without one.';


--
-- Name: COLUMN kpi_summaries.customers; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_summaries.customers IS 'Customers of the combination, known to any source.';


--
-- Name: COLUMN kpi_summaries.first_day; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_summaries.first_day IS 'Earliest of their first month with a change of MRR, first month with a payment and first day of signup; NULL when there is none.';


--
-- Name: COLUMN kpi_summaries.skipped_subscriptions; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_summaries.skipped_subscriptions IS 'Their subscriptions left out because they cannot count, see saaskpi.check_sources.';


--
-- Name: COLUMN kpi_summaries.skipped_payments; Type: COMMENT; Schema: acme; Owner: acme_owner
--

COMMENT ON COLUMN acme.kpi_summaries.skipped_payments IS 'Their payments left out because they cannot count, see saaskpi.check_sources.';


--
-- Name: board; Type: VIEW; Schema: reports; Owner: acme_owner
--

CREATE VIEW reports.board AS
 SELECT m.period,
    m.opening,
    m.new,
    m.expansion,
    m.contraction,
    m.churn,
    m.reactivation,
    m.closing,
    m.round_trip,
    m.customers_opening,
    m.customers_new,
    m.customers_churned,
    m.customers_reactivated,
    m.customers_closing,
    m.customers_lost,
    m.mrr_retained,
    m.mrr_kept,
    m.logo_churn_rate,
    m.gross_mrr_churn_rate,
    m.net_mrr_churn_rate,
    m.nrr,
    m.grr,
    m.opening_12m,
    m.retained_12m,
    m.kept_12m,
    m.nrr_12m,
    m.grr_12m,
    m.quick_ratio,
    m.arpa,
    m.is_complete,
    g.gross_margin,
    g.cac
   FROM (acme.kpi_mrr_monthly m
     LEFT JOIN acme.kpi_margin_monthly g USING (period));


ALTER TABLE reports.board OWNER TO acme_owner;

--
-- Name: board_growth; Type: VIEW; Schema: reports; Owner: acme_owner
--

CREATE VIEW reports.board_growth AS
 SELECT board.period,
    (board.closing - board.opening) AS growth
   FROM reports.board
  WHERE board.is_complete;


ALTER TABLE reports.board_growth OWNER TO acme_owner;

--
-- Name: by_country; Type: MATERIALIZED VIEW; Schema: reports; Owner: acme_owner
--

CREATE MATERIALIZED VIEW reports.by_country AS
 SELECT kpi_customers.country,
    count(*) AS customers,
    sum(kpi_customers.mrr) AS mrr,
    sum(kpi_customers.revenue) AS revenue
   FROM acme.kpi_customers
  GROUP BY kpi_customers.country
  WITH NO DATA;


ALTER TABLE reports.by_country OWNER TO acme_owner;

--
-- Name: kept_states; Type: TABLE; Schema: reports; Owner: acme_owner
--

CREATE TABLE reports.kept_states (
    customer_id text,
    history saaskpi.mrr_history,
    payments saaskpi.activity,
    flow saaskpi.mrr_flow,
    retention saaskpi.mrr_retention,
    revenue saaskpi.revenue_flow,
    cohorts saaskpi.cohort_matrix,
    bridge saaskpi.cash_bridge,
    conversion saaskpi.conversion_curve,
    series saaskpi.series
);


ALTER TABLE reports.kept_states OWNER TO acme_owner;

--
-- Name: converted; Type: VIEW; Schema: reports; Owner: acme_owner
--

CREATE VIEW reports.converted AS
 SELECT c.cohort,
    c.signups,
    c.converted,
    c.expired
   FROM (( SELECT saaskpi.rollup(kept_states.conversion) AS curve
           FROM reports.kept_states) s
     CROSS JOIN LATERAL saaskpi.conversion_cohorts(s.curve) c(cohort, signups, matured, converted, expired, pending, median_days));


ALTER TABLE reports.converted OWNER TO acme_owner;

--
-- Name: meanings; Type: VIEW; Schema: reports; Owner: acme_owner
--

CREATE VIEW reports.meanings AS
 SELECT kpi_catalog.name,
    kpi_catalog.formula,
    kpi_catalog.unit
   FROM saaskpi.kpi_catalog;


ALTER TABLE reports.meanings OWNER TO acme_owner;

--
-- Name: waterfall; Type: VIEW; Schema: reports; Owner: acme_owner
--

CREATE VIEW reports.waterfall AS
 SELECT w.label,
    w.period,
    w.opening,
    w.new,
    w.expansion,
    w.contraction,
    w.churn,
    w.reactivation,
    w.transfer_in,
    w.transfer_out,
    w.closing,
    w.round_trip,
    w.customers_opening,
    w.customers_new,
    w.customers_expanded,
    w.customers_contracted,
    w.customers_churned,
    w.customers_reactivated,
    w.customers_transfer_in,
    w.customers_transfer_out,
    w.customers_closing,
    w.is_complete
   FROM (( SELECT saaskpi.rollup(kept_states.flow) AS flow
           FROM reports.kept_states) s
     CROSS JOIN LATERAL saaskpi.mrr_waterfall(s.flow) w(label, period, opening, new, expansion, contraction, churn, reactivation, transfer_in, transfer_out, closing, round_trip, customers_opening, customers_new, customers_expanded, customers_contracted, customers_churned, customers_reactivated, customers_transfer_in, customers_transfer_out, customers_closing, is_complete));


ALTER TABLE reports.waterfall OWNER TO acme_owner;

--
-- Data for Name: costs; Type: TABLE DATA; Schema: acme; Owner: acme_owner
--

COPY acme.costs (month, infra_cost, support_cost, marketing_cost) FROM stdin;
2022-01	910	1500	400.75
2022-02	920	1500	400.75
2022-03	930	1500	400.75
2022-04	940	1500	400.75
2022-05	950	1500	400.75
2022-06	960	1500	400.75
2022-07	970	1500	400.75
2022-08	980	1500	400.75
2022-09	990	1500	400.75
2022-10	1000	1500	400.75
2022-11	1010	1500	400.75
2022-12	1020	1500	400.75
2023-01	910	1500	400.75
2023-02	920	1500	400.75
2023-03	930	1500	400.75
2023-04	940	1500	400.75
2023-05	950	1500	400.75
2023-06	960	1500	400.75
2023-07	970	1500	400.75
2023-08	980	1500	400.75
2023-09	990	1500	400.75
2023-10	1000	1500	400.75
2023-11	1010	1500	400.75
2023-12	1020	1500	400.75
2024-01	910	1500	400.75
2024-02	920	1500	400.75
2024-03	930	1500	400.75
\.


--
-- Data for Name: customers; Type: TABLE DATA; Schema: acme; Owner: acme_owner
--

COPY acme.customers (customer_id, signup_date, segment, country, acquisition_channel, is_active) FROM stdin;
C1	2023-09-16	\N	\N	Referral	t
C2	2023-05-28	Enterprise	US	Organic	t
C3	2023-02-06	Mid-Market	DE	Referral	t
C4	2022-10-18	SMB	\N	Organic	t
C5	2022-06-29	\N	US	Referral	t
C6	2022-03-10	Enterprise	DE	Organic	t
C7	2023-11-19	Mid-Market	\N	Referral	t
C8	2023-07-31	SMB	US	Organic	t
C9	2023-04-11	\N	DE	Referral	f
C10	2022-12-21	Enterprise	\N	Organic	t
C11	2022-09-01	Mid-Market	US	Referral	t
C12	2022-05-13	SMB	DE	Organic	t
C13	2022-01-22	\N	\N	Referral	t
C14	2023-10-03	Enterprise	US	Organic	t
C15	2023-06-14	Mid-Market	DE	Referral	t
C16	2023-02-23	SMB	\N	Organic	t
C17	2022-11-04	\N	US	Referral	t
C18	2022-07-16	Enterprise	DE	Organic	f
C19	2022-03-27	Mid-Market	\N	Referral	t
C20	2023-12-06	SMB	US	Organic	t
C21	2023-08-17	\N	DE	Referral	t
C22	2023-04-28	Enterprise	\N	Organic	t
C23	2023-01-07	Mid-Market	US	Referral	t
C24	2022-09-18	SMB	DE	Organic	t
C25	2022-05-30	\N	\N	Referral	t
C26	2022-02-08	Enterprise	US	Organic	t
C27	2023-10-20	Mid-Market	DE	Referral	f
C28	2023-07-01	SMB	\N	Organic	t
C29	2023-03-12	\N	US	Referral	t
C30	2022-11-21	Enterprise	DE	Organic	t
C31	2022-08-02	Mid-Market	\N	Referral	t
C32	2022-04-13	SMB	US	Organic	t
C33	2023-12-23	\N	DE	Referral	t
C34	2023-09-03	Enterprise	\N	Organic	t
C35	2023-05-15	Mid-Market	US	Referral	t
C36	2023-01-24	SMB	DE	Organic	f
C37	2022-10-05	\N	\N	Referral	t
C38	2022-06-16	Enterprise	US	Organic	t
C39	2022-02-25	Mid-Market	DE	Referral	t
C40	2023-11-06	SMB	\N	Organic	t
C41	2023-07-18	\N	US	Referral	t
C42	2023-03-29	Enterprise	DE	Organic	t
C43	2022-12-08	Mid-Market	\N	Referral	t
C44	2022-08-19	SMB	US	Organic	t
C45	2022-04-30	\N	DE	Referral	f
C46	2022-01-09	Enterprise	\N	Organic	t
C47	2023-09-20	Mid-Market	US	Referral	t
C48	2023-06-01	SMB	DE	Organic	t
C49	2023-02-10	\N	\N	Referral	t
C50	2022-10-22	Enterprise	US	Organic	t
C51	2022-07-03	Mid-Market	DE	Referral	t
C52	2022-03-14	SMB	\N	Organic	t
C53	2023-11-23	\N	US	Referral	t
C54	2023-08-04	Enterprise	DE	Organic	f
C55	2023-04-15	Mid-Market	\N	Referral	t
C56	2022-12-25	SMB	US	Organic	t
C57	2022-09-05	\N	DE	Referral	t
C58	2022-05-17	Enterprise	\N	Organic	t
C59	2022-01-26	Mid-Market	US	Referral	t
C60	2023-10-07	SMB	DE	Organic	t
\.


--
-- Data for Name: kpi_customers_mat; Type: TABLE DATA; Schema: acme; Owner: acme_owner
--

COPY acme.kpi_customers_mat (customer_id, signup_date, segment, country, acquisition_channel, status, mrr, first_mrr_on, churned_on, first_payment, last_payment, payments, revenue, failed_payments, mrr_history, payment_history) FROM stdin;
C2	2023-05-28	Enterprise	US	Organic	churned	0.00	2023-06-06	2023-09-28	2023-06-06	2023-08-06	3	642.00	1	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Enterprise") rows (8557,1:2140000,0 8671,1:0,2140000)	activity 1 month 0 {8557,8618,0} skipped 0 labels () rows (0,24281:1,2140000 0,24284:-1,-2140000 1,24284:1,2140000 1,24285:-1,-2140000)
C5	2022-06-29	\N	US	Referral	churned	0.00	2022-07-08	2023-12-15	2022-07-08	2023-12-04	21	832.75	3	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic" "Enterprise" "Pro") rows (8224,2:250000,0 8374,1:402500,0 8449,2:0,250000 8524,3:555000,0 8599,1:0,402500 8749,3:0,555000)	activity 1 month 0 {8224,8738,0} skipped 0 labels () rows (0,24270:1,250000 0,24273:-1,-250000 0,24274:1,250000 0,24275:1,402500 0,24278:-2,-652500 0,24279:1,402500 0,24280:1,555000 0,24283:-2,-957500 0,24284:1,555000 0,24288:-1,-555000 1,24273:1,250000 1,24274:-1,-250000 1,24278:1,402500 1,24279:-1,-402500 1,24283:1,555000 1,24284:-1,-555000 2,24278:1,125000 2,24279:-1,-125000)
C6	2022-03-10	Enterprise	DE	Organic	churned	0.00	2022-03-19	2022-10-17	2022-03-19	2022-10-16	6	777.75	0	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic" "Pro") rows (8113,1:1220000,0 8175,1:0,1220000 8263,2:1372500,0 8325,2:0,1372500)	activity 1 month 0 {8113,8324,0} skipped 0 labels () rows (0,24266:1,1220000 0,24269:-1,-1220000 0,24271:1,1372500 0,24274:-1,-1372500)
C9	2023-04-11	\N	DE	Referral	churned	0.00	2023-04-20	2023-10-10	2023-04-20	2023-09-20	5	2065.00	1	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic") rows (8510,1:4130000,0 8683,1:0,4130000)	activity 1 month 0 {8510,8663,0} skipped 0 labels () rows (0,24279:1,4130000 0,24282:-1,-4130000 0,24283:1,4130000 0,24285:-1,-4130000 1,24282:1,4130000 1,24283:-1,-4130000)
C11	2022-09-01	Mid-Market	US	Referral	prospect	0.00	\N	\N	\N	\N	0	0.00	0	\N	\N
C13	2022-01-22	\N	\N	Referral	churned	0.00	2022-01-31	2023-03-28	2022-01-31	2023-03-27	8	2690.00	2	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic" "Pro") rows (8066,2:3210000,0 8187,2:0,3210000 8366,1:3515000,0 8487,1:0,3515000)	activity 1 month 0 {8066,8486,0} skipped 0 labels () rows (0,24264:1,3210000 0,24267:-1,-3210000 0,24268:1,3210000 0,24269:-1,-3210000 0,24274:1,3515000 0,24277:-1,-3515000 0,24278:1,3515000 0,24279:-1,-3515000 1,24267:1,3210000 1,24268:-1,-3210000 1,24277:1,3515000 1,24278:-1,-3515000)
C17	2022-11-04	\N	US	Referral	churned	0.00	2022-11-13	2023-01-21	2022-11-13	2023-01-13	3	687.00	0	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Enterprise") rows (8352,1:2290000,0 8421,1:0,2290000)	activity 1 month 0 {8352,8413,0} skipped 0 labels () rows (0,24274:1,2290000 0,24277:-1,-2290000)
C19	2022-03-27	Mid-Market	\N	Referral	churned	0.00	2022-04-05	2022-08-26	2022-04-05	2022-08-05	4	1692.00	1	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Pro") rows (8130,1:4230000,0 8273,1:0,4230000)	activity 1 month 0 {8130,8252,0} skipped 0 labels () rows (0,24267:1,4230000 0,24270:-1,-4230000 0,24271:1,4230000 0,24272:-1,-4230000 1,24270:1,4230000 1,24271:-1,-4230000)
C22	2023-04-28	Enterprise	\N	Organic	prospect	0.00	\N	\N	\N	\N	0	0.00	0	\N	\N
C23	2023-01-07	Mid-Market	US	Referral	churned	0.00	2023-01-16	2024-02-11	2023-01-16	2024-01-12	6	2077.50	1	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Enterprise" "Pro") rows (8416,1:3310000,0 8507,1:0,3310000 8716,2:3615000,0 8807,2:0,3615000)	activity 1 month 0 {8416,8777,0} skipped 0 labels () rows (0,24276:1,3310000 0,24279:-1,-3310000 0,24286:1,3615000 0,24289:-1,-3615000 1,24279:1,3310000 1,24280:-1,-3310000)
C25	2022-05-30	\N	\N	Referral	churned	0.00	2022-06-08	2023-09-16	2022-06-08	2023-09-04	15	841.25	3	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic" "Enterprise" "Pro") rows (8194,3:450000,0 8344,2:602500,0 8359,3:0,450000 8494,1:755000,0 8509,2:0,602500 8659,1:0,755000)	activity 1 month 0 {8194,8647,0} skipped 0 labels () rows (0,24269:1,450000 0,24272:-1,-450000 0,24273:1,450000 0,24274:1,602500 0,24275:-1,-450000 0,24277:-1,-602500 0,24278:1,602500 0,24279:1,755000 0,24280:-1,-602500 0,24282:-1,-755000 0,24283:1,755000 0,24285:-1,-755000 1,24272:1,450000 1,24273:-1,-450000 1,24277:1,602500 1,24278:-1,-602500 1,24282:1,755000 1,24283:-1,-755000 2,24282:1,625000 2,24283:-1,-625000)
C26	2022-02-08	Enterprise	US	Organic	churned	0.00	2022-02-17	2023-02-04	2022-02-17	2023-01-17	12	1795.50	2	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic" "Enterprise") rows (8083,2:1420000,0 8233,1:1572500,0 8285,2:0,1420000 8435,1:0,1572500)	activity 1 month 0 {8083,8417,0} skipped 0 labels () rows (0,24265:1,1420000 0,24268:-1,-1420000 0,24269:1,1420000 0,24270:1,1572500 0,24272:-1,-1420000 0,24273:-1,-1572500 0,24274:1,1572500 0,24277:-1,-1572500 1,24268:1,1420000 1,24269:-1,-1420000 1,24273:1,1572500 1,24274:-1,-1572500)
C29	2023-03-12	\N	US	Referral	churned	0.00	2023-03-21	2023-07-12	2023-03-21	2023-05-21	3	1299.00	1	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Enterprise") rows (8480,1:4330000,0 8593,1:0,4330000)	activity 1 month 0 {8480,8541,0} skipped 0 labels () rows (0,24278:1,4330000 0,24281:-1,-4330000 1,24281:1,4330000 1,24282:-1,-4330000)
C33	2023-12-23	\N	DE	Referral	prospect	0.00	\N	\N	\N	\N	0	0.00	0	\N	\N
C34	2023-09-03	Enterprise	\N	Organic	churned	0.00	2023-09-12	2023-12-19	2023-09-12	2023-11-12	3	1314.00	1	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Pro") rows (8655,1:4380000,0 8753,1:0,4380000)	activity 1 month 0 {8655,8716,0} skipped 0 labels () rows (0,24284:1,4380000 0,24287:-1,-4380000 1,24287:1,4380000 1,24288:-1,-4380000)
C37	2022-10-05	\N	\N	Referral	churned	0.00	2022-10-14	2023-05-11	2022-10-14	2023-04-14	6	1494.00	1	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Pro") rows (8322,1:2490000,0 8531,1:0,2490000)	activity 1 month 0 {8322,8504,0} skipped 0 labels () rows (0,24273:1,2490000 0,24276:-1,-2490000 0,24277:1,2490000 0,24280:-1,-2490000 1,24276:1,2490000 1,24277:-1,-2490000)
C39	2022-02-25	Mid-Market	DE	Referral	churned	0.00	2022-03-06	2022-05-28	2022-03-06	2022-05-06	3	1329.00	0	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic") rows (8100,1:4430000,0 8183,1:0,4430000)	activity 1 month 0 {8100,8161,0} skipped 0 labels () rows (0,24266:1,4430000 0,24269:-1,-4430000)
C42	2023-03-29	Enterprise	DE	Organic	churned	0.00	2023-04-07	2023-10-18	2023-04-07	2023-10-07	6	1524.00	1	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic") rows (8497,1:2540000,0 8691,1:0,2540000)	activity 1 month 0 {8497,8680,0} skipped 0 labels () rows (0,24279:1,2540000 0,24282:-1,-2540000 0,24283:1,2540000 0,24286:-1,-2540000 1,24282:1,2540000 1,24283:-1,-2540000)
C44	2022-08-19	SMB	US	Organic	prospect	0.00	\N	\N	\N	\N	0	0.00	0	\N	\N
C45	2022-04-30	\N	DE	Referral	churned	0.00	2022-05-09	2023-06-18	2022-05-09	2023-05-05	9	722.25	3	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic" "Enterprise" "Pro") rows (8164,1:650000,0 8269,1:0,650000 8314,3:802500,0 8419,3:0,802500 8464,2:955000,0 8569,2:0,955000)	activity 1 month 0 {8164,8525,0} skipped 0 labels () rows (0,24268:1,650000 0,24271:-1,-650000 0,24273:1,802500 0,24276:-1,-802500 0,24278:1,955000 0,24281:-1,-955000 1,24271:1,650000 1,24272:-1,-650000 1,24276:1,802500 1,24277:-1,-802500 1,24281:1,955000 1,24282:-1,-955000)
C46	2022-01-09	Enterprise	\N	Organic	churned	0.00	2022-01-18	2022-11-06	2022-01-18	2022-10-17	8	1357.00	2	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Enterprise" "Pro") rows (8053,2:1620000,0 8195,2:0,1620000 8203,1:1772500,0 8345,1:0,1772500)	activity 1 month 0 {8053,8325,0} skipped 0 labels () rows (0,24264:1,1620000 0,24267:-1,-1620000 0,24268:1,1620000 0,24269:0,152500 0,24272:-1,-1772500 0,24273:1,1772500 0,24274:-1,-1772500 1,24267:1,1620000 1,24268:-1,-1620000 1,24272:1,1772500 1,24273:-1,-1772500)
C49	2023-02-10	\N	\N	Referral	churned	0.00	2023-02-19	2023-04-13	2023-02-19	2023-03-19	2	906.00	0	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Pro") rows (8450,1:4530000,0 8503,1:0,4530000)	activity 1 month 0 {8450,8478,0} skipped 0 labels () rows (0,24277:1,4530000 0,24279:-1,-4530000)
C55	2023-04-15	Mid-Market	\N	Referral	prospect	0.00	\N	\N	\N	\N	0	0.00	0	\N	\N
C57	2022-09-05	\N	DE	Referral	churned	0.00	2022-09-14	2023-02-10	2022-09-14	2023-01-14	4	1076.00	1	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic") rows (8292,1:2690000,0 8441,1:0,2690000)	activity 1 month 0 {8292,8414,0} skipped 0 labels () rows (0,24272:1,2690000 0,24275:-1,-2690000 0,24276:1,2690000 0,24277:-1,-2690000 1,24275:1,2690000 1,24276:-1,-2690000)
C59	2022-01-26	Mid-Market	US	Referral	churned	0.00	2022-02-04	2022-09-15	2022-02-04	2022-09-04	7	3241.00	1	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Enterprise") rows (8070,1:4630000,0 8293,1:0,4630000)	activity 1 month 0 {8070,8282,0} skipped 0 labels () rows (0,24265:1,4630000 0,24268:-1,-4630000 0,24269:1,4630000 0,24273:-1,-4630000 1,24268:1,4630000 1,24269:-1,-4630000)
C1	2023-09-16	\N	\N	Referral	active	132.25	2023-09-25	\N	2023-09-25	2024-02-22	4	483.25	0	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Enterprise" "Pro") rows (8668,2:1170000,0 8745,2:0,1170000 8818,1:1322500,0 8895,1:0,1322500)	activity 1 month 0 {8668,8818,0} skipped 0 labels () rows (0,24284:1,1170000 0,24287:-1,-1170000 0,24289:1,1322500 0,24290:-1,-1322500)
C3	2023-02-06	Mid-Market	DE	Referral	active	341.50	2023-02-15	\N	2023-02-15	2024-02-12	8	2579.50	2	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic" "Enterprise") rows (8446,1:3110000,0 8597,1:0,3110000 8746,2:3415000,0 8897,2:0,3415000)	activity 1 month 0 {8446,8808,0} skipped 0 labels () rows (0,24277:1,3110000 0,24280:-1,-3110000 0,24281:1,3110000 0,24283:-1,-3110000 0,24287:1,3415000 0,24290:-1,-3415000 1,24280:1,3110000 1,24281:-1,-3110000 1,24290:1,3415000 1,24291:-1,-3415000)
C4	2022-10-18	SMB	\N	Organic	active	408.00	2022-10-27	\N	2022-10-27	2024-02-27	15	6118.50	2	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Pro") rows (8335,1:4080000,0)	activity 1 month 0 {8335,8823,0} skipped 0 labels () rows (0,24273:1,4080000 0,24276:-1,-4080000 0,24277:1,4080000 0,24285:0,-15000 0,24286:-1,-4065000 0,24287:1,4080000 0,24290:-1,-4080000 1,24276:1,4080000 1,24277:-1,-4080000 1,24286:1,4080000 1,24287:-1,-4080000)
C7	2023-11-19	Mid-Market	\N	Referral	churned	0.00	2023-11-28	2024-03-06	2023-11-28	2024-01-28	3	657.00	1	mrr_history 1 day 1 {0,0,0} skipped 1 labels ("Pro") rows (8732,1:2190000,0 8831,1:0,2190000)	activity 1 month 0 {8732,8793,0} skipped 3 labels () rows (0,24286:1,2190000 0,24289:-1,-2190000 1,24289:1,2190000 1,24290:-1,-2190000)
C8	2023-07-31	SMB	US	Organic	active	316.00	2023-08-09	\N	2023-08-09	2024-03-09	7	2212.00	1	mrr_history 1 day 1 {0,0,0} skipped 1 labels ("Enterprise") rows (8621,1:3160000,0)	activity 1 month 0 {8621,8834,0} skipped 0 labels () rows (0,24283:1,3160000 0,24286:-1,-3160000 0,24287:1,3160000 0,24291:-1,-3160000 1,24286:1,3160000 1,24287:-1,-3160000)
C10	2022-12-21	Enterprise	\N	Organic	active	60.50	2022-12-30	\N	2022-12-30	2024-02-26	17	698.50	3	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic" "Enterprise" "Pro") rows (8399,3:300000,0 8549,2:452500,0 8609,3:0,300000 8699,1:605000,0 8759,2:0,452500)	activity 1 month 0 {8399,8822,0} skipped 0 labels () rows (0,24275:1,300000 0,24278:-1,-300000 0,24279:1,300000 0,24280:1,452500 0,24283:-2,-752500 0,24284:1,452500 0,24285:1,605000 0,24287:-1,-452500 0,24288:-1,-605000 0,24289:1,605000 0,24290:-1,-605000 1,24278:1,300000 1,24279:-1,-300000 1,24283:1,452500 1,24284:-1,-452500 1,24288:1,605000 1,24289:-1,-605000 2,24279:1,250000 2,24280:-1,-250000)
C12	2022-05-13	SMB	DE	Organic	active	224.00	2022-05-22	\N	2022-05-22	2024-02-22	20	4478.50	2	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic") rows (8177,1:2240000,0)	activity 1 month 0 {8177,8818,0} skipped 0 labels () rows (0,24268:1,2240000 0,24271:-1,-2240000 0,24272:1,2240000 0,24280:0,-15000 0,24281:-1,-2225000 0,24282:1,2240000 0,24290:-1,-2240000 1,24271:1,2240000 1,24272:-1,-2240000 1,24281:1,2240000 1,24282:-1,-2240000)
C14	2023-10-03	Enterprise	US	Organic	churned	0.00	2023-10-12	2024-03-18	2023-10-12	2024-03-12	5	2090.00	1	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Enterprise") rows (8685,1:4180000,0 8843,1:0,4180000)	activity 1 month 0 {8685,8837,0} skipped 0 labels () rows (0,24285:1,4180000 0,24288:-1,-4180000 0,24289:1,4180000 0,24291:-1,-4180000 1,24288:1,4180000 1,24289:-1,-4180000)
C15	2023-06-14	Mid-Market	DE	Referral	active	50.25	2023-06-23	\N	2023-06-23	2024-03-20	10	373.50	2	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic" "Pro") rows (8574,1:350000,0 8724,2:502500,0 8769,1:0,350000)	activity 1 month 0 {8574,8845,0} skipped 0 labels () rows (0,24281:1,350000 0,24284:-1,-350000 0,24285:1,350000 0,24286:1,502500 0,24288:-1,-350000 0,24289:-1,-502500 0,24290:1,502500 0,24291:-1,-502500 1,24284:1,350000 1,24285:-1,-350000 1,24289:1,502500 1,24290:-1,-502500 2,24280:1,375000 2,24281:-1,-375000)
C16	2023-02-23	SMB	\N	Organic	active	132.00	2023-03-04	\N	2023-03-04	2024-03-04	19	2613.25	2	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Enterprise" "Pro") rows (8463,2:1320000,0 8613,1:1472500,0 8845,1:0,1472500)	activity 1 month 0 {8463,8829,0} skipped 0 labels () rows (0,24278:1,1320000 0,24281:-1,-1320000 0,24282:1,1320000 0,24283:1,1472500 0,24286:-1,-1472500 0,24287:1,1472500 0,24290:0,-15000 0,24291:-2,-2777500 1,24281:1,1320000 1,24282:-1,-1320000 1,24286:1,1472500 1,24287:-1,-1472500)
C18	2022-07-16	Enterprise	DE	Organic	active	356.50	2022-07-25	\N	2022-07-25	2024-02-21	12	4186.50	2	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic" "Enterprise") rows (8241,1:3260000,0 8347,1:0,3260000 8541,2:3565000,0)	activity 1 month 0 {8241,8817,0} skipped 0 labels () rows (0,24270:1,3260000 0,24273:-1,-3260000 0,24280:1,3565000 0,24283:-1,-3565000 0,24284:1,3565000 0,24290:-1,-3565000 1,24273:1,3260000 1,24274:-1,-3260000 1,24283:1,3565000 1,24284:-1,-3565000)
C20	2023-12-06	SMB	US	Organic	active	40.00	2023-12-15	\N	2023-12-15	2024-02-15	3	70.00	1	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Enterprise") rows (8749,1:400000,0)	activity 1 month 0 {8749,8811,0} skipped 0 labels () rows (0,24287:1,400000 0,24290:-1,-400000 1,24290:1,400000 1,24291:-1,-400000 2,24281:1,500000 2,24282:-1,-500000)
C21	2023-08-17	\N	DE	Referral	active	289.25	2023-08-26	\N	2023-08-26	2024-02-26	8	1126.50	1	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic" "Pro") rows (8638,1:1370000,0 8788,2:1522500,0 8855,1:0,1370000 9005,2:0,1522500)	activity 1 month 0 {8638,8822,0} skipped 0 labels () rows (0,24283:1,1370000 0,24286:-1,-1370000 0,24287:1,1370000 0,24288:1,1522500 0,24290:-2,-2892500 1,24286:1,1370000 1,24287:-1,-1370000)
C24	2022-09-18	SMB	DE	Organic	active	428.00	2022-09-27	\N	2022-09-27	2024-02-27	16	6846.50	2	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic") rows (8305,1:4280000,0)	activity 1 month 0 {8305,8823,0} skipped 0 labels () rows (0,24272:1,4280000 0,24275:-1,-4280000 0,24276:1,4280000 0,24284:0,-15000 0,24285:-1,-4265000 0,24286:1,4280000 0,24290:-1,-4280000 1,24275:1,4280000 1,24276:-1,-4280000 1,24285:1,4280000 1,24286:-1,-4280000)
C27	2023-10-20	Mid-Market	DE	Referral	active	239.00	2023-10-29	\N	2023-10-29	2024-02-29	4	956.00	1	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic") rows (8702,1:2390000,0 8941,1:0,2390000)	activity 1 month 0 {8702,8825,0} skipped 0 labels () rows (0,24285:1,2390000 0,24288:-1,-2390000 0,24289:1,2390000 0,24290:-1,-2390000 1,24288:1,2390000 1,24289:-1,-2390000)
C28	2023-07-01	SMB	\N	Organic	active	336.00	2023-07-10	\N	2023-07-10	2024-03-10	8	2688.00	1	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Pro") rows (8591,1:3360000,0)	activity 1 month 0 {8591,8835,0} skipped 0 labels () rows (0,24282:1,3360000 0,24285:-1,-3360000 0,24286:1,3360000 0,24291:-1,-3360000 1,24285:1,3360000 1,24286:-1,-3360000)
C30	2022-11-21	Enterprise	DE	Organic	active	80.50	2022-11-30	\N	2022-11-30	2024-02-26	14	838.50	3	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic" "Enterprise" "Pro") rows (8369,1:500000,0 8519,1:0,500000 8519,3:652500,0 8669,2:805000,0 8669,3:0,652500)	activity 1 month 0 {8369,8822,0} skipped 0 labels () rows (0,24274:1,500000 0,24277:-1,-500000 0,24278:1,500000 0,24279:1,652500 0,24280:-1,-500000 0,24282:-1,-652500 0,24283:1,652500 0,24284:0,152500 0,24287:-1,-805000 0,24288:1,805000 0,24290:-1,-805000 1,24277:1,500000 1,24278:-1,-500000 1,24282:1,652500 1,24283:-1,-652500 1,24287:1,805000 1,24288:-1,-805000 2,24283:1,750000 2,24284:-1,-750000)
C31	2022-08-02	Mid-Market	\N	Referral	active	162.25	2022-08-11	\N	2022-08-11	2024-03-08	19	2989.75	3	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Enterprise" "Pro") rows (8258,2:1470000,0 8408,1:1622500,0 8445,2:0,1470000)	activity 1 month 0 {8258,8833,0} skipped 0 labels () rows (0,24271:1,1470000 0,24274:-1,-1470000 0,24275:1,1470000 0,24276:1,1622500 0,24278:-1,-1470000 0,24279:-1,-1622500 0,24280:1,1622500 0,24288:0,-15000 0,24289:-1,-1607500 0,24290:1,1622500 0,24291:-1,-1622500 1,24274:1,1470000 1,24275:-1,-1470000 1,24279:1,1622500 1,24280:-1,-1622500 1,24289:1,1622500 1,24290:-1,-1622500)
C32	2022-04-13	SMB	US	Organic	active	244.00	2022-04-22	\N	2022-04-22	2024-02-22	21	5122.50	2	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Enterprise") rows (8147,1:2440000,0)	activity 1 month 0 {8147,8818,0} skipped 0 labels () rows (0,24267:1,2440000 0,24270:-1,-2440000 0,24271:1,2440000 0,24279:0,-15000 0,24280:-1,-2425000 0,24281:1,2440000 0,24290:-1,-2440000 1,24270:1,2440000 1,24271:-1,-2440000 1,24280:1,2440000 1,24281:-1,-2440000)
C35	2023-05-15	Mid-Market	US	Referral	active	155.75	2023-05-24	\N	2023-05-24	2024-03-19	9	499.00	2	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic" "Enterprise" "Pro") rows (8544,2:550000,0 8679,2:0,550000 8694,1:702500,0 8844,3:855000,0 8979,3:0,855000)	activity 1 month 0 {8544,8844,0} skipped 0 labels () rows (0,24280:1,550000 0,24283:-1,-550000 0,24284:1,550000 0,24285:0,152500 0,24288:-1,-702500 0,24289:1,702500 0,24290:0,152500 0,24291:-1,-855000 1,24283:1,550000 1,24284:-1,-550000 1,24288:1,702500 1,24289:-1,-702500 2,24284:1,875000 2,24285:-1,-875000)
C36	2023-01-24	SMB	DE	Organic	active	152.00	2023-02-02	\N	2023-02-02	2024-02-02	17	2658.75	3	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic" "Pro") rows (8433,1:1520000,0 8583,2:1672500,0 8755,2:0,1672500)	activity 1 month 0 {8433,8798,0} skipped 0 labels () rows (0,24277:1,1520000 0,24280:-1,-1520000 0,24281:1,1520000 0,24282:1,1672500 0,24285:-1,-1672500 0,24286:1,1672500 0,24288:-1,-1672500 0,24289:0,-15000 0,24290:-1,-1505000 1,24280:1,1520000 1,24281:-1,-1520000 1,24285:1,1672500 1,24286:-1,-1672500 1,24290:1,1520000 1,24291:-1,-1520000)
C38	2022-06-16	Enterprise	US	Organic	active	376.50	2022-06-25	\N	2022-06-25	2024-02-21	12	4457.00	1	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Enterprise" "Pro") rows (8211,1:3460000,0 8257,1:0,3460000 8511,2:3765000,0)	activity 1 month 0 {8211,8817,0} skipped 0 labels () rows (0,24269:1,3460000 0,24271:-1,-3460000 0,24279:1,3765000 0,24282:-1,-3765000 0,24283:1,3765000 0,24290:-1,-3765000 1,24282:1,3765000 1,24283:-1,-3765000)
C40	2023-11-06	SMB	\N	Organic	active	60.00	2023-11-15	\N	2023-11-15	2024-03-15	4	140.00	1	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Pro") rows (8719,1:600000,0)	activity 1 month 0 {8719,8840,0} skipped 0 labels () rows (0,24286:1,600000 0,24289:-1,-600000 0,24290:1,600000 0,24291:-1,-600000 1,24289:1,600000 1,24290:-1,-600000 2,24285:1,1000000 2,24286:-1,-1000000)
C41	2023-07-18	\N	US	Referral	active	172.25	2023-07-27	\N	2023-07-27	2024-02-24	8	1301.75	1	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic" "Enterprise") rows (8608,2:1570000,0 8758,1:1722500,0 8765,2:0,1570000 8915,1:0,1722500)	activity 1 month 0 {8608,8820,0} skipped 0 labels () rows (0,24282:1,1570000 0,24285:-1,-1570000 0,24286:1,1570000 0,24287:1,1722500 0,24288:-1,-1570000 0,24290:-1,-1722500 1,24285:1,1570000 1,24286:-1,-1570000)
C43	2022-12-08	Mid-Market	\N	Referral	active	381.50	2022-12-17	\N	2022-12-17	2024-03-13	12	4364.50	2	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic" "Pro") rows (8386,2:3510000,0 8617,2:0,3510000 8686,1:3815000,0 8917,1:0,3815000)	activity 1 month 0 {8386,8838,0} skipped 0 labels () rows (0,24275:1,3510000 0,24278:-1,-3510000 0,24279:1,3510000 0,24283:-1,-3510000 0,24285:1,3815000 0,24288:-1,-3815000 0,24289:1,3815000 0,24291:-1,-3815000 1,24278:1,3510000 1,24279:-1,-3510000 1,24288:1,3815000 1,24289:-1,-3815000)
C47	2023-09-20	Mid-Market	US	Referral	active	259.00	2023-09-29	\N	2023-09-29	2024-02-29	5	1295.00	1	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Enterprise") rows (8672,1:2590000,0 8851,1:0,2590000)	activity 1 month 0 {8672,8825,0} skipped 0 labels () rows (0,24284:1,2590000 0,24287:-1,-2590000 0,24288:1,2590000 0,24290:-1,-2590000 1,24287:1,2590000 1,24288:-1,-2590000)
C48	2023-06-01	SMB	DE	Organic	active	356.00	2023-06-10	\N	2023-06-10	2024-03-10	9	3204.00	1	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic") rows (8561,1:3560000,0)	activity 1 month 0 {8561,8835,0} skipped 0 labels () rows (0,24281:1,3560000 0,24284:-1,-3560000 0,24285:1,3560000 0,24291:-1,-3560000 1,24284:1,3560000 1,24285:-1,-3560000)
C50	2022-10-22	Enterprise	US	Organic	active	100.50	2022-10-31	\N	2022-10-31	2024-02-27	12	1068.75	1	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic" "Enterprise" "Pro") rows (8339,2:700000,0 8429,2:0,700000 8489,1:852500,0 8579,1:0,852500 8639,3:1005000,0)	activity 1 month 0 {8339,8823,0} skipped 0 labels () rows (0,24273:1,700000 0,24276:-1,-700000 0,24278:1,852500 0,24281:-1,-852500 0,24283:1,1005000 0,24286:-1,-1005000 0,24287:1,1005000 0,24290:-1,-1005000 1,24286:1,1005000 1,24287:-1,-1005000)
C51	2022-07-03	Mid-Market	DE	Referral	active	182.25	2022-07-12	\N	2022-07-12	2024-03-09	18	3218.00	3	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic" "Pro") rows (8228,1:1670000,0 8355,1:0,1670000 8378,2:1822500,0)	activity 1 month 0 {8228,8834,0} skipped 0 labels () rows (0,24270:1,1670000 0,24273:-1,-1670000 0,24274:1,1670000 0,24275:0,152500 0,24278:-1,-1822500 0,24279:1,1822500 0,24287:0,-15000 0,24288:-1,-1807500 0,24289:1,1822500 0,24291:-1,-1822500 1,24273:1,1670000 1,24274:-1,-1670000 1,24278:1,1822500 1,24279:-1,-1822500 1,24288:1,1822500 1,24289:-1,-1822500)
C52	2022-03-14	SMB	\N	Organic	active	264.00	2022-03-23	\N	2022-03-23	2024-01-23	21	5542.50	3	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Pro") rows (8117,1:2640000,0)	activity 1 month 0 {8117,8788,0} skipped 0 labels () rows (0,24266:1,2640000 0,24269:-1,-2640000 0,24270:1,2640000 0,24278:0,-15000 0,24279:-1,-2625000 0,24280:1,2640000 0,24289:-1,-2640000 1,24269:1,2640000 1,24270:-1,-2640000 1,24279:1,2640000 1,24280:-1,-2640000 1,24289:1,2640000 1,24290:-1,-2640000)
C53	2023-11-23	\N	US	Referral	active	361.00	2023-12-02	\N	2023-12-02	2024-02-02	3	1083.00	1	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Enterprise") rows (8736,1:3610000,0 8937,1:0,3610000)	activity 1 month 0 {8736,8798,0} skipped 0 labels () rows (0,24287:1,3610000 0,24290:-1,-3610000 1,24290:1,3610000 1,24291:-1,-3610000)
C54	2023-08-04	Enterprise	DE	Organic	active	458.00	2023-08-13	\N	2023-08-13	2024-03-13	7	3206.00	1	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic") rows (8625,1:4580000,0 8863,1:0,4580000)	activity 1 month 0 {8625,8838,0} skipped 0 labels () rows (0,24283:1,4580000 0,24286:-1,-4580000 0,24287:1,4580000 0,24291:-1,-4580000 1,24286:1,4580000 1,24287:-1,-4580000)
C56	2022-12-25	SMB	US	Organic	active	172.00	2023-01-03	\N	2023-01-03	2024-03-03	16	2796.25	3	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic" "Enterprise") rows (8403,2:1720000,0 8553,1:1872500,0 8665,1:0,1872500)	activity 1 month 0 {8403,8828,0} skipped 0 labels () rows (0,24276:1,1720000 0,24279:-1,-1720000 0,24280:1,1720000 0,24281:1,1872500 0,24284:-1,-1872500 0,24288:0,-15000 0,24289:-1,-1705000 0,24290:1,1720000 0,24291:-1,-1720000 1,24279:1,1720000 1,24280:-1,-1720000 1,24284:1,1872500 1,24285:-1,-1872500 1,24289:1,1720000 1,24290:-1,-1720000)
C58	2022-05-17	Enterprise	\N	Organic	active	396.50	2022-05-26	\N	2022-05-26	2024-02-22	17	6557.50	2	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic" "Pro") rows (8181,2:3660000,0 8367,2:0,3660000 8481,1:3965000,0)	activity 1 month 0 {8181,8818,0} skipped 0 labels () rows (0,24268:1,3660000 0,24271:-1,-3660000 0,24272:1,3660000 0,24275:-1,-3660000 0,24278:1,3965000 0,24281:-1,-3965000 0,24282:1,3965000 0,24290:-1,-3965000 1,24271:1,3660000 1,24272:-1,-3660000 1,24281:1,3965000 1,24282:-1,-3965000)
C60	2023-10-07	SMB	DE	Organic	active	175.25	2023-10-16	\N	2023-10-16	2024-03-16	6	495.25	1	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic" "Pro") rows (8689,1:800000,0 8839,2:952500,0 8899,2:0,952500)	activity 1 month 0 {8689,8841,0} skipped 0 labels () rows (0,24285:1,800000 0,24288:-1,-800000 0,24289:1,800000 0,24290:1,952500 0,24291:-2,-1752500 1,24288:1,800000 1,24289:-1,-800000)
\.


--
-- Data for Name: kpi_mrr_movements_mat; Type: TABLE DATA; Schema: acme; Owner: acme_owner
--

COPY acme.kpi_mrr_movements_mat (period, happened_on, customer_id, movement, amount, mrr_before, mrr_after) FROM stdin;
2023-06-01	2023-06-06	C2	new	214.00	0.00	214.00
2023-09-01	2023-09-28	C2	churn	214.00	214.00	0.00
2023-02-01	2023-02-15	C3	new	311.00	0.00	311.00
2023-07-01	2023-07-16	C3	churn	311.00	311.00	0.00
2023-12-01	2023-12-12	C3	reactivation	341.50	0.00	341.50
2022-10-01	2022-10-27	C4	new	408.00	0.00	408.00
2022-07-01	2022-07-08	C5	new	25.00	0.00	25.00
2022-12-01	2022-12-05	C5	expansion	40.25	25.00	65.25
2023-02-01	2023-02-18	C5	contraction	25.00	65.25	40.25
2023-05-01	2023-05-04	C5	expansion	55.50	40.25	95.75
2023-07-01	2023-07-18	C5	contraction	40.25	95.75	55.50
2023-12-01	2023-12-15	C5	churn	55.50	55.50	0.00
2022-03-01	2022-03-19	C6	new	122.00	0.00	122.00
2022-05-01	2022-05-20	C6	churn	122.00	122.00	0.00
2022-08-01	2022-08-16	C6	reactivation	137.25	0.00	137.25
2022-10-01	2022-10-17	C6	churn	137.25	137.25	0.00
2023-08-01	2023-08-09	C8	new	316.00	0.00	316.00
2023-04-01	2023-04-20	C9	new	413.00	0.00	413.00
2023-10-01	2023-10-10	C9	churn	413.00	413.00	0.00
2022-12-01	2022-12-30	C10	new	30.00	0.00	30.00
2023-05-01	2023-05-29	C10	expansion	45.25	30.00	75.25
2023-07-01	2023-07-28	C10	contraction	30.00	75.25	45.25
2023-10-01	2023-10-26	C10	expansion	60.50	45.25	105.75
2023-12-01	2023-12-25	C10	contraction	45.25	105.75	60.50
2022-05-01	2022-05-22	C12	new	224.00	0.00	224.00
2022-01-01	2022-01-31	C13	new	321.00	0.00	321.00
2022-06-01	2022-06-01	C13	churn	321.00	321.00	0.00
2022-11-01	2022-11-27	C13	reactivation	351.50	0.00	351.50
2023-03-01	2023-03-28	C13	churn	351.50	351.50	0.00
2023-06-01	2023-06-23	C15	new	35.00	0.00	35.00
2023-11-01	2023-11-20	C15	expansion	50.25	35.00	85.25
2024-01-01	2024-01-04	C15	contraction	35.00	85.25	50.25
2022-11-01	2022-11-13	C17	new	229.00	0.00	229.00
2023-01-01	2023-01-21	C17	churn	229.00	229.00	0.00
2022-07-01	2022-07-25	C18	new	326.00	0.00	326.00
2022-11-01	2022-11-08	C18	churn	326.00	326.00	0.00
2023-05-01	2023-05-21	C18	reactivation	356.50	0.00	356.50
2022-04-01	2022-04-05	C19	new	423.00	0.00	423.00
2022-08-01	2022-08-26	C19	churn	423.00	423.00	0.00
2023-12-01	2023-12-15	C20	new	40.00	0.00	40.00
2023-08-01	2023-08-26	C21	new	137.00	0.00	137.00
2024-01-01	2024-01-23	C21	expansion	152.25	137.00	289.25
2023-01-01	2023-01-16	C23	new	331.00	0.00	331.00
2023-04-01	2023-04-17	C23	churn	331.00	331.00	0.00
2023-11-01	2023-11-12	C23	reactivation	361.50	0.00	361.50
2024-02-01	2024-02-11	C23	churn	361.50	361.50	0.00
2022-09-01	2022-09-27	C24	new	428.00	0.00	428.00
2022-06-01	2022-06-08	C25	new	45.00	0.00	45.00
2022-11-01	2022-11-05	C25	expansion	60.25	45.00	105.25
2022-11-01	2022-11-20	C25	contraction	45.00	105.25	60.25
2023-04-01	2023-04-04	C25	expansion	75.50	60.25	135.75
2023-04-01	2023-04-19	C25	contraction	60.25	135.75	75.50
2023-09-01	2023-09-16	C25	churn	75.50	75.50	0.00
2022-02-01	2022-02-17	C26	new	142.00	0.00	142.00
2022-07-01	2022-07-17	C26	expansion	157.25	142.00	299.25
2022-09-01	2022-09-07	C26	contraction	142.00	299.25	157.25
2023-02-01	2023-02-04	C26	churn	157.25	157.25	0.00
2023-10-01	2023-10-29	C27	new	239.00	0.00	239.00
2023-07-01	2023-07-10	C28	new	336.00	0.00	336.00
2023-03-01	2023-03-21	C29	new	433.00	0.00	433.00
2023-07-01	2023-07-12	C29	churn	433.00	433.00	0.00
2022-11-01	2022-11-30	C30	new	50.00	0.00	50.00
2023-04-01	2023-04-29	C30	expansion	15.25	50.00	65.25
2023-09-01	2023-09-26	C30	expansion	15.25	65.25	80.50
2022-08-01	2022-08-11	C31	new	147.00	0.00	147.00
2023-01-01	2023-01-08	C31	expansion	162.25	147.00	309.25
2023-02-01	2023-02-14	C31	contraction	147.00	309.25	162.25
2022-04-01	2022-04-22	C32	new	244.00	0.00	244.00
2023-09-01	2023-09-12	C34	new	438.00	0.00	438.00
2023-12-01	2023-12-19	C34	churn	438.00	438.00	0.00
2023-02-01	2023-02-02	C36	new	152.00	0.00	152.00
2023-07-01	2023-07-02	C36	expansion	167.25	152.00	319.25
2023-12-01	2023-12-21	C36	contraction	167.25	319.25	152.00
2022-10-01	2022-10-14	C37	new	249.00	0.00	249.00
2023-05-01	2023-05-11	C37	churn	249.00	249.00	0.00
2022-06-01	2022-06-25	C38	new	346.00	0.00	346.00
2022-08-01	2022-08-10	C38	churn	346.00	346.00	0.00
2023-04-01	2023-04-21	C38	reactivation	376.50	0.00	376.50
2022-03-01	2022-03-06	C39	new	443.00	0.00	443.00
2022-05-01	2022-05-28	C39	churn	443.00	443.00	0.00
2023-11-01	2023-11-15	C40	new	60.00	0.00	60.00
2023-07-01	2023-07-27	C41	new	157.00	0.00	157.00
2023-12-01	2023-12-24	C41	expansion	172.25	157.00	329.25
2023-12-01	2023-12-31	C41	contraction	157.00	329.25	172.25
2023-04-01	2023-04-07	C42	new	254.00	0.00	254.00
2023-10-01	2023-10-18	C42	churn	254.00	254.00	0.00
2022-12-01	2022-12-17	C43	new	351.00	0.00	351.00
2023-08-01	2023-08-05	C43	churn	351.00	351.00	0.00
2023-10-01	2023-10-13	C43	reactivation	381.50	0.00	381.50
2022-05-01	2022-05-09	C45	new	65.00	0.00	65.00
2022-08-01	2022-08-22	C45	churn	65.00	65.00	0.00
2022-10-01	2022-10-06	C45	reactivation	80.25	0.00	80.25
2023-01-01	2023-01-19	C45	churn	80.25	80.25	0.00
2023-03-01	2023-03-05	C45	reactivation	95.50	0.00	95.50
2023-06-01	2023-06-18	C45	churn	95.50	95.50	0.00
2022-01-01	2022-01-18	C46	new	162.00	0.00	162.00
2022-06-01	2022-06-09	C46	churn	162.00	162.00	0.00
2022-06-01	2022-06-17	C46	reactivation	177.25	0.00	177.25
2022-11-01	2022-11-06	C46	churn	177.25	177.25	0.00
2023-09-01	2023-09-29	C47	new	259.00	0.00	259.00
2023-06-01	2023-06-10	C48	new	356.00	0.00	356.00
2023-02-01	2023-02-19	C49	new	453.00	0.00	453.00
2023-04-01	2023-04-13	C49	churn	453.00	453.00	0.00
2022-10-01	2022-10-31	C50	new	70.00	0.00	70.00
2023-01-01	2023-01-29	C50	churn	70.00	70.00	0.00
2023-03-01	2023-03-30	C50	reactivation	85.25	0.00	85.25
2023-06-01	2023-06-28	C50	churn	85.25	85.25	0.00
2023-08-01	2023-08-27	C50	reactivation	100.50	0.00	100.50
2022-07-01	2022-07-12	C51	new	167.00	0.00	167.00
2022-11-01	2022-11-16	C51	churn	167.00	167.00	0.00
2022-12-01	2022-12-09	C51	reactivation	182.25	0.00	182.25
2022-03-01	2022-03-23	C52	new	264.00	0.00	264.00
2023-12-01	2023-12-02	C53	new	361.00	0.00	361.00
2023-08-01	2023-08-13	C54	new	458.00	0.00	458.00
2023-01-01	2023-01-03	C56	new	172.00	0.00	172.00
2023-06-01	2023-06-02	C56	expansion	187.25	172.00	359.25
2023-09-01	2023-09-22	C56	contraction	187.25	359.25	172.00
2022-09-01	2022-09-14	C57	new	269.00	0.00	269.00
2023-02-01	2023-02-10	C57	churn	269.00	269.00	0.00
2022-05-01	2022-05-26	C58	new	366.00	0.00	366.00
2022-11-01	2022-11-28	C58	churn	366.00	366.00	0.00
2023-03-01	2023-03-22	C58	reactivation	396.50	0.00	396.50
2022-02-01	2022-02-04	C59	new	463.00	0.00	463.00
2022-09-01	2022-09-15	C59	churn	463.00	463.00	0.00
2023-09-01	2023-09-25	C1	new	117.00	0.00	117.00
2023-12-01	2023-12-11	C1	churn	117.00	117.00	0.00
2024-02-01	2024-02-22	C1	reactivation	132.25	0.00	132.25
2023-11-01	2023-11-28	C7	new	219.00	0.00	219.00
2024-03-01	2024-03-06	C7	churn	219.00	219.00	0.00
2023-10-01	2023-10-12	C14	new	418.00	0.00	418.00
2024-03-01	2024-03-18	C14	churn	418.00	418.00	0.00
2023-03-01	2023-03-04	C16	new	132.00	0.00	132.00
2023-08-01	2023-08-01	C16	expansion	147.25	132.00	279.25
2024-03-01	2024-03-20	C16	contraction	147.25	279.25	132.00
2023-05-01	2023-05-24	C35	new	55.00	0.00	55.00
2023-10-01	2023-10-06	C35	churn	55.00	55.00	0.00
2023-10-01	2023-10-21	C35	reactivation	70.25	0.00	70.25
2024-03-01	2024-03-19	C35	expansion	85.50	70.25	155.75
2023-10-01	2023-10-16	C60	new	80.00	0.00	80.00
2024-03-01	2024-03-14	C60	expansion	95.25	80.00	175.25
\.


--
-- Data for Name: kpi_refresh_log; Type: TABLE DATA; Schema: acme; Owner: acme_owner
--

COPY acme.kpi_refresh_log (run_id, started_at, finished_at, status, as_of, seconds, customers, skipped_subscriptions, skipped_payments, message) FROM stdin;
1	2026-11-27 03:44:50.368793+00	2026-11-27 03:44:51.163976+00	ok	2024-02-15	0.795	60	3	3	\N
2	2026-11-27 03:44:51.184152+00	2026-11-27 03:44:51.215436+00	failed	\N	\N	\N	\N	\N	source "payments" of schema "acme" has no column "amount"
3	2026-11-27 03:44:51.228346+00	2026-11-27 03:44:52.184506+00	ok	2024-03-20	0.956	60	3	3	\N
4	2026-11-27 03:44:52.213086+00	2026-11-27 03:44:52.948611+00	ok	2024-03-20	0.736	60	3	3	\N
\.


--
-- Data for Name: kpi_refresh_steps; Type: TABLE DATA; Schema: acme; Owner: acme_owner
--

COPY acme.kpi_refresh_steps (run_id, step, relation, rows, milliseconds) FROM stdin;
1	1	kpi_customers	60	85.9
1	2	kpi_summaries	12	34.5
1	3	kpi_calendar	26	12.6
1	4	kpi_mrr_monthly	26	39.3
1	5	kpi_mrr_monthly_by	312	69.7
1	6	kpi_mrr_movements	134	14.7
1	7	kpi_revenue_monthly	26	25.9
1	8	kpi_cash_bridge_monthly	26	12.9
1	9	kpi_margin_monthly	26	13.5
1	10	kpi_cohort_retention	1044	39.5
1	11	kpi_conversion	174	22.1
1	12	kpi_forecast_monthly	304	219.4
1	13	kpi_model_performance	28	23.0
1	14	kpi_seasonality	24	13.8
1	15	kpi_anomalies	50	28.9
3	1	kpi_customers	60	71.6
3	2	kpi_summaries	12	72.2
3	3	kpi_calendar	27	14.4
3	4	kpi_mrr_monthly	27	41.6
3	5	kpi_mrr_monthly_by	324	88.3
3	6	kpi_mrr_movements	140	1.3
3	7	kpi_revenue_monthly	27	31.7
3	8	kpi_cash_bridge_monthly	27	31.2
3	9	kpi_margin_monthly	27	30.1
3	10	kpi_cohort_retention	1116	117.3
3	11	kpi_conversion	174	38.1
3	12	kpi_forecast_monthly	314	260.4
3	13	kpi_model_performance	28	14.9
3	14	kpi_seasonality	24	21.3
3	15	kpi_anomalies	52	27.5
4	1	kpi_customers	60	59.1
4	2	kpi_summaries	12	40.6
4	3	kpi_calendar	27	10.1
4	4	kpi_mrr_monthly	27	18.7
4	5	kpi_mrr_monthly_by	324	58.2
4	6	kpi_mrr_movements	140	17.7
4	7	kpi_revenue_monthly	27	18.1
4	8	kpi_cash_bridge_monthly	27	28.4
4	9	kpi_margin_monthly	27	17.3
4	10	kpi_cohort_retention	1116	64.5
4	11	kpi_conversion	174	26.3
4	12	kpi_forecast_monthly	314	208.6
4	13	kpi_model_performance	28	13.6
4	14	kpi_seasonality	24	29.5
4	15	kpi_anomalies	52	18.6
\.


--
-- Data for Name: kpi_settings; Type: TABLE DATA; Schema: acme; Owner: acme_owner
--

COPY acme.kpi_settings (only_row, as_of, time_zone, currency, change_warn, change_alert, conversion_days, effective_as_of) FROM stdin;
t	2024-03-20	Europe/Berlin	EUR	0.05	0.15	14	2024-03-20
\.


--
-- Data for Name: payments; Type: TABLE DATA; Schema: acme; Owner: acme_owner
--

COPY acme.payments (payment_id, customer_id, payment_date, amount, payment_status) FROM stdin;
P1	C1	2023-09-25	117.00	Success
P2	C1	2023-10-25	117.00	Success
P3	C1	2023-11-25	117.00	Success
P4	C1	2024-02-22	132.25	Success
P5	C1	2024-03-22	132.25	Success
P6	C10	2022-12-30	30.00	Success
P8	C10	2023-02-28	30.00	Success
P9	C10	2023-03-28	30.00	Failed
P10	C10	2023-04-28	30.00	Success
P11	C10	2023-05-28	30.00	Success
P12	C10	2023-06-28	30.00	Success
P13	C10	2023-07-28	30.00	Success
P14	C10	2023-05-29	45.25	Success
P15	C10	2023-06-29	45.25	Success
P16	C10	2023-07-29	45.25	Success
P17	C10	2023-08-29	45.25	Failed
P18	C10	2023-09-29	45.25	Success
P19	C10	2023-10-29	45.25	Success
P20	C10	2023-11-29	45.25	Success
P21	C10	2023-10-26	60.50	Success
P22	C10	2023-11-26	60.50	Success
P23	C10	2023-12-26	60.50	Success
P24	C10	2024-01-26	60.50	Failed
P25	C10	2024-02-26	60.50	Success
P26	C10	2024-03-26	60.50	Success
P27	C12	2022-05-22	224.00	Success
P28	C12	2022-06-22	224.00	Success
P29	C12	2022-07-22	224.00	Success
P30	C12	2022-08-22	224.00	Failed
P31	C12	2022-09-22	224.00	Success
P32	C12	2022-10-22	224.00	Success
P33	C12	2022-11-22	224.00	Success
P34	C12	2022-12-22	224.00	Success
P35	C12	2023-01-22	224.00	Success
P36	C12	2023-02-22	224.00	Success
P37	C12	2023-03-22	224.00	Success
P38	C12	2023-04-22	224.00	Success
P39	C12	2023-05-22	222.50	Success
P40	C12	2023-06-22	224.00	Failed
P41	C12	2023-07-22	224.00	Success
P42	C12	2023-08-22	224.00	Success
P43	C12	2023-09-22	224.00	Success
P44	C12	2023-10-22	224.00	Success
P45	C12	2023-11-22	224.00	Success
P46	C12	2023-12-22	224.00	Success
P47	C12	2024-01-22	224.00	Success
P48	C12	2024-02-22	224.00	Success
P49	C12	2024-03-22	224.00	Success
P50	C13	2022-01-31	321.00	Success
P51	C13	2022-02-28	321.00	Success
P52	C13	2022-03-28	321.00	Success
P53	C13	2022-04-28	321.00	Failed
P54	C13	2022-05-28	321.00	Success
P55	C13	2022-11-27	351.50	Success
P56	C13	2022-12-27	351.50	Success
P57	C13	2023-01-27	351.50	Success
P58	C13	2023-02-27	351.50	Failed
P59	C13	2023-03-27	351.50	Success
P60	C14	2023-10-12	418.00	Success
P61	C14	2023-11-12	418.00	Success
P62	C14	2023-12-12	418.00	Success
P63	C14	2024-01-12	418.00	Failed
P64	C14	2024-02-12	418.00	Success
P65	C14	2024-03-12	418.00	Success
P66	C15	2023-06-23	35.00	Success
P67	C15	2023-07-23	35.00	Success
P68	C15	2023-08-23	35.00	Success
P69	C15	2023-09-23	35.00	Failed
P70	C15	2023-10-23	35.00	Success
P71	C15	2023-11-23	35.00	Success
P72	C15	2023-12-23	35.00	Success
P73	C15	2023-11-20	50.25	Success
P74	C15	2023-12-20	50.25	Success
P75	C15	2024-01-20	50.25	Success
P76	C15	2024-02-20	50.25	Failed
P77	C15	2024-03-20	50.25	Success
P78	C16	2023-03-04	132.00	Success
P79	C16	2023-04-04	132.00	Success
P80	C16	2023-05-04	132.00	Success
P81	C16	2023-06-04	132.00	Failed
P82	C16	2023-07-04	132.00	Success
P83	C16	2023-08-04	132.00	Success
P84	C16	2023-09-04	132.00	Success
P85	C16	2023-10-04	132.00	Success
P86	C16	2023-11-04	132.00	Success
P87	C16	2023-12-04	132.00	Success
P88	C16	2024-01-04	132.00	Success
P89	C16	2024-02-04	132.00	Success
P90	C16	2024-03-04	130.50	Success
P91	C16	2023-08-01	147.25	Success
P92	C16	2023-09-01	147.25	Success
P93	C16	2023-10-01	147.25	Success
P94	C16	2023-11-01	147.25	Failed
P95	C16	2023-12-01	147.25	Success
P96	C16	2024-01-01	147.25	Success
P97	C16	2024-02-01	147.25	Success
P98	C16	2024-03-01	147.25	Success
P99	C17	2022-11-13	229.00	Success
P100	C17	2022-12-13	229.00	Success
P101	C17	2023-01-13	229.00	Success
P102	C18	2022-07-25	326.00	Success
P103	C18	2022-08-25	326.00	Success
P104	C18	2022-09-25	326.00	Success
P105	C18	2022-10-25	326.00	Failed
P106	C18	2023-05-21	356.50	Success
P107	C18	2023-06-21	356.50	Success
P108	C18	2023-07-21	356.50	Success
P109	C18	2023-08-21	356.50	Failed
P110	C18	2023-09-21	356.50	Success
P111	C18	2023-10-21	356.50	Success
P112	C18	2023-11-21	356.50	Success
P113	C18	2023-12-21	356.50	Success
P114	C18	2024-01-21	356.50	Success
P115	C18	2024-02-21	356.50	Success
P116	C18	2024-03-21	356.50	Success
P117	C19	2022-04-05	423.00	Success
P118	C19	2022-05-05	423.00	Success
P119	C19	2022-06-05	423.00	Success
P120	C19	2022-07-05	423.00	Failed
P121	C19	2022-08-05	423.00	Success
P122	C2	2023-06-06	214.00	Success
P123	C2	2023-07-06	214.00	Success
P124	C2	2023-08-06	214.00	Success
P125	C2	2023-09-06	214.00	Failed
P126	C20	2023-12-15	40.00	Success
P127	C20	2024-01-15	40.00	Success
P128	C20	2024-02-15	40.00	Success
P129	C20	2024-03-15	40.00	Failed
P130	C21	2023-08-26	137.00	Success
P131	C21	2023-09-26	137.00	Success
P132	C21	2023-10-26	137.00	Success
P133	C21	2023-11-26	137.00	Failed
P134	C21	2023-12-26	137.00	Success
P135	C21	2024-01-26	137.00	Success
P136	C21	2024-02-26	137.00	Success
P137	C21	2024-03-26	137.00	Success
P138	C21	2024-01-23	152.25	Success
P139	C21	2024-02-23	152.25	Success
P140	C21	2024-03-23	152.25	Success
P141	C23	2023-01-16	331.00	Success
P142	C23	2023-02-16	331.00	Success
P143	C23	2023-03-16	331.00	Success
P144	C23	2023-04-16	331.00	Failed
P145	C23	2023-11-12	361.50	Success
P146	C23	2023-12-12	361.50	Success
P147	C23	2024-01-12	361.50	Success
P148	C24	2022-09-27	428.00	Success
P149	C24	2022-10-27	428.00	Success
P150	C24	2022-11-27	428.00	Success
P151	C24	2022-12-27	428.00	Failed
P152	C24	2023-01-27	428.00	Success
P153	C24	2023-02-27	428.00	Success
P154	C24	2023-03-27	428.00	Success
P155	C24	2023-04-27	428.00	Success
P156	C24	2023-05-27	428.00	Success
P157	C24	2023-06-27	428.00	Success
P158	C24	2023-07-27	428.00	Success
P159	C24	2023-08-27	428.00	Success
P160	C24	2023-09-27	426.50	Success
P161	C24	2023-10-27	428.00	Failed
P162	C24	2023-11-27	428.00	Success
P163	C24	2023-12-27	428.00	Success
P164	C24	2024-01-27	428.00	Success
P165	C24	2024-02-27	428.00	Success
P166	C24	2024-03-27	428.00	Success
P167	C25	2022-06-08	45.00	Success
P168	C25	2022-07-08	45.00	Success
P169	C25	2022-08-08	45.00	Success
P170	C25	2022-09-08	45.00	Failed
P171	C25	2022-10-08	45.00	Success
P172	C25	2022-11-08	45.00	Success
P173	C25	2022-11-05	60.25	Success
P174	C25	2022-12-05	60.25	Success
P175	C25	2023-01-05	60.25	Success
P176	C25	2023-02-05	60.25	Failed
P177	C25	2023-03-05	60.25	Success
P178	C25	2023-04-05	60.25	Success
P179	C25	2023-04-04	75.50	Success
P180	C25	2023-05-04	75.50	Success
P181	C25	2023-06-04	75.50	Success
P182	C25	2023-07-04	75.50	Failed
P183	C25	2023-08-04	75.50	Success
P184	C25	2023-09-04	75.50	Success
P185	C26	2022-02-17	142.00	Success
P186	C26	2022-03-17	142.00	Success
P187	C26	2022-04-17	142.00	Success
P188	C26	2022-05-17	142.00	Failed
P189	C26	2022-06-17	142.00	Success
P190	C26	2022-07-17	142.00	Success
P191	C26	2022-08-17	142.00	Success
P192	C26	2022-07-17	157.25	Success
P193	C26	2022-08-17	157.25	Success
P194	C26	2022-09-17	157.25	Success
P195	C26	2022-10-17	157.25	Failed
P196	C26	2022-11-17	157.25	Success
P197	C26	2022-12-17	157.25	Success
P198	C26	2023-01-17	157.25	Success
P199	C27	2023-10-29	239.00	Success
P200	C27	2023-11-29	239.00	Success
P201	C27	2023-12-29	239.00	Success
P202	C27	2024-01-29	239.00	Failed
P203	C27	2024-02-29	239.00	Success
P204	C27	2024-03-29	239.00	Success
P205	C28	2023-07-10	336.00	Success
P206	C28	2023-08-10	336.00	Success
P207	C28	2023-09-10	336.00	Success
P208	C28	2023-10-10	336.00	Failed
P209	C28	2023-11-10	336.00	Success
P210	C28	2023-12-10	336.00	Success
P211	C28	2024-01-10	336.00	Success
P212	C28	2024-02-10	336.00	Success
P213	C28	2024-03-10	336.00	Success
P214	C29	2023-03-21	433.00	Success
P215	C29	2023-04-21	433.00	Success
P216	C29	2023-05-21	433.00	Success
P217	C29	2023-06-21	433.00	Failed
P218	C3	2023-02-15	311.00	Success
P219	C3	2023-03-15	311.00	Success
P220	C3	2023-04-15	311.00	Success
P221	C3	2023-05-15	311.00	Failed
P222	C3	2023-06-15	311.00	Success
P223	C3	2023-07-15	311.00	Success
P224	C3	2023-12-12	341.50	Success
P225	C3	2024-01-12	341.50	Success
P226	C3	2024-02-12	341.50	Success
P227	C3	2024-03-12	341.50	Failed
P228	C30	2022-11-30	50.00	Success
P229	C30	2022-12-30	50.00	Success
P230	C30	2023-01-30	50.00	Success
P231	C30	2023-02-28	50.00	Failed
P232	C30	2023-03-28	50.00	Success
P233	C30	2023-04-28	50.00	Success
P234	C30	2023-04-29	65.25	Success
P235	C30	2023-05-29	65.25	Success
P236	C30	2023-06-29	65.25	Success
P237	C30	2023-07-29	65.25	Failed
P238	C30	2023-08-29	65.25	Success
P239	C30	2023-09-26	80.50	Success
P240	C30	2023-10-26	80.50	Success
P241	C30	2023-11-26	80.50	Success
P242	C30	2023-12-26	80.50	Failed
P243	C30	2024-01-26	80.50	Success
P244	C30	2024-02-26	80.50	Success
P245	C30	2024-03-26	80.50	Success
P246	C31	2022-08-11	147.00	Success
P247	C31	2022-09-11	147.00	Success
P248	C31	2022-10-11	147.00	Success
P249	C31	2022-11-11	147.00	Failed
P250	C31	2022-12-11	147.00	Success
P251	C31	2023-01-11	147.00	Success
P252	C31	2023-02-11	147.00	Success
P253	C31	2023-01-08	162.25	Success
P254	C31	2023-02-08	162.25	Success
P255	C31	2023-03-08	162.25	Success
P256	C31	2023-04-08	162.25	Failed
P257	C31	2023-05-08	162.25	Success
P258	C31	2023-06-08	162.25	Success
P259	C31	2023-07-08	162.25	Success
P260	C31	2023-08-08	162.25	Success
P261	C31	2023-09-08	162.25	Success
P262	C31	2023-10-08	162.25	Success
P263	C31	2023-11-08	162.25	Success
P264	C31	2023-12-08	162.25	Success
P265	C31	2024-01-08	160.75	Success
P266	C31	2024-02-08	162.25	Failed
P267	C31	2024-03-08	162.25	Success
P268	C32	2022-04-22	244.00	Success
P269	C32	2022-05-22	244.00	Success
P270	C32	2022-06-22	244.00	Success
P271	C32	2022-07-22	244.00	Failed
P272	C32	2022-08-22	244.00	Success
P273	C32	2022-09-22	244.00	Success
P274	C32	2022-10-22	244.00	Success
P275	C32	2022-11-22	244.00	Success
P276	C32	2022-12-22	244.00	Success
P277	C32	2023-01-22	244.00	Success
P278	C32	2023-02-22	244.00	Success
P279	C32	2023-03-22	244.00	Success
P280	C32	2023-04-22	242.50	Success
P281	C32	2023-05-22	244.00	Failed
P282	C32	2023-06-22	244.00	Success
P283	C32	2023-07-22	244.00	Success
P284	C32	2023-08-22	244.00	Success
P285	C32	2023-09-22	244.00	Success
P286	C32	2023-10-22	244.00	Success
P287	C32	2023-11-22	244.00	Success
P288	C32	2023-12-22	244.00	Success
P289	C32	2024-01-22	244.00	Success
P290	C32	2024-02-22	244.00	Success
P291	C32	2024-03-22	244.00	Failed
P292	C34	2023-09-12	438.00	Success
P293	C34	2023-10-12	438.00	Success
P294	C34	2023-11-12	438.00	Success
P295	C34	2023-12-12	438.00	Failed
P296	C35	2023-05-24	55.00	Success
P297	C35	2023-06-24	55.00	Success
P298	C35	2023-07-24	55.00	Success
P299	C35	2023-08-24	55.00	Failed
P300	C35	2023-09-24	55.00	Success
P301	C35	2023-10-21	70.25	Success
P302	C35	2023-11-21	70.25	Success
P303	C35	2023-12-21	70.25	Success
P304	C35	2024-01-21	70.25	Failed
P305	C35	2024-02-21	70.25	Success
P306	C35	2024-03-21	70.25	Success
P307	C35	2024-03-19	85.50	Success
P308	C36	2023-02-02	152.00	Success
P309	C36	2023-03-02	152.00	Success
P310	C36	2023-04-02	152.00	Success
P311	C36	2023-05-02	152.00	Failed
P312	C36	2023-06-02	152.00	Success
P313	C36	2023-07-02	152.00	Success
P314	C36	2023-08-02	152.00	Success
P315	C36	2023-09-02	152.00	Success
P316	C36	2023-10-02	152.00	Success
P317	C36	2023-11-02	152.00	Success
P318	C36	2023-12-02	152.00	Success
P319	C36	2024-01-02	152.00	Success
P320	C36	2024-02-02	150.50	Success
P321	C36	2024-03-02	152.00	Failed
P322	C36	2023-07-02	167.25	Success
P323	C36	2023-08-02	167.25	Success
P324	C36	2023-09-02	167.25	Success
P325	C36	2023-10-02	167.25	Failed
P326	C36	2023-11-02	167.25	Success
P327	C36	2023-12-02	167.25	Success
P328	C37	2022-10-14	249.00	Success
P329	C37	2022-11-14	249.00	Success
P330	C37	2022-12-14	249.00	Success
P331	C37	2023-01-14	249.00	Failed
P332	C37	2023-02-14	249.00	Success
P333	C37	2023-03-14	249.00	Success
P334	C37	2023-04-14	249.00	Success
P335	C38	2022-06-25	346.00	Success
P336	C38	2022-07-25	346.00	Success
P337	C38	2023-04-21	376.50	Success
P338	C38	2023-05-21	376.50	Success
P339	C38	2023-06-21	376.50	Success
P340	C38	2023-07-21	376.50	Failed
P341	C38	2023-08-21	376.50	Success
P342	C38	2023-09-21	376.50	Success
P343	C38	2023-10-21	376.50	Success
P344	C38	2023-11-21	376.50	Success
P345	C38	2023-12-21	376.50	Success
P346	C38	2024-01-21	376.50	Success
P347	C38	2024-02-21	376.50	Success
P348	C38	2024-03-21	376.50	Success
P349	C39	2022-03-06	443.00	Success
P350	C39	2022-04-06	443.00	Success
P351	C39	2022-05-06	443.00	Success
P352	C4	2022-10-27	408.00	Success
P353	C4	2022-11-27	408.00	Success
P354	C4	2022-12-27	408.00	Success
P355	C4	2023-01-27	408.00	Failed
P356	C4	2023-02-27	408.00	Success
P357	C4	2023-03-27	408.00	Success
P358	C4	2023-04-27	408.00	Success
P359	C4	2023-05-27	408.00	Success
P360	C4	2023-06-27	408.00	Success
P361	C4	2023-07-27	408.00	Success
P362	C4	2023-08-27	408.00	Success
P363	C4	2023-09-27	408.00	Success
P364	C4	2023-10-27	406.50	Success
P365	C4	2023-11-27	408.00	Failed
P366	C4	2023-12-27	408.00	Success
P367	C4	2024-01-27	408.00	Success
P368	C4	2024-02-27	408.00	Success
P369	C4	2024-03-27	408.00	Success
P370	C40	2023-11-15	60.00	Success
P371	C40	2023-12-15	60.00	Success
P372	C40	2024-01-15	60.00	Success
P373	C40	2024-02-15	60.00	Failed
P374	C40	2024-03-15	60.00	Success
P375	C41	2023-07-27	157.00	Success
P376	C41	2023-08-27	157.00	Success
P377	C41	2023-09-27	157.00	Success
P378	C41	2023-10-27	157.00	Failed
P379	C41	2023-11-27	157.00	Success
P380	C41	2023-12-27	157.00	Success
P381	C41	2023-12-24	172.25	Success
P382	C41	2024-01-24	172.25	Success
P383	C41	2024-02-24	172.25	Success
P384	C41	2024-03-24	172.25	Failed
P385	C42	2023-04-07	254.00	Success
P386	C42	2023-05-07	254.00	Success
P387	C42	2023-06-07	254.00	Success
P388	C42	2023-07-07	254.00	Failed
P389	C42	2023-08-07	254.00	Success
P390	C42	2023-09-07	254.00	Success
P391	C42	2023-10-07	254.00	Success
P392	C43	2022-12-17	351.00	Success
P393	C43	2023-01-17	351.00	Success
P394	C43	2023-02-17	351.00	Success
P395	C43	2023-03-17	351.00	Failed
P396	C43	2023-04-17	351.00	Success
P397	C43	2023-05-17	351.00	Success
P398	C43	2023-06-17	351.00	Success
P399	C43	2023-07-17	351.00	Success
P400	C43	2023-10-13	381.50	Success
P401	C43	2023-11-13	381.50	Success
P402	C43	2023-12-13	381.50	Success
P403	C43	2024-01-13	381.50	Failed
P404	C43	2024-02-13	381.50	Success
P405	C43	2024-03-13	381.50	Success
P406	C45	2022-05-09	65.00	Success
P407	C45	2022-06-09	65.00	Success
P408	C45	2022-07-09	65.00	Success
P409	C45	2022-08-09	65.00	Failed
P410	C45	2022-10-06	80.25	Success
P411	C45	2022-11-06	80.25	Success
P412	C45	2022-12-06	80.25	Success
P413	C45	2023-01-06	80.25	Failed
P414	C45	2023-03-05	95.50	Success
P415	C45	2023-04-05	95.50	Success
P416	C45	2023-05-05	95.50	Success
P417	C45	2023-06-05	95.50	Failed
P418	C46	2022-01-18	162.00	Success
P419	C46	2022-02-18	162.00	Success
P420	C46	2022-03-18	162.00	Success
P421	C46	2022-04-18	162.00	Failed
P422	C46	2022-05-18	162.00	Success
P423	C46	2022-06-17	177.25	Success
P424	C46	2022-07-17	177.25	Success
P425	C46	2022-08-17	177.25	Success
P426	C46	2022-09-17	177.25	Failed
P427	C46	2022-10-17	177.25	Success
P428	C47	2023-09-29	259.00	Success
P429	C47	2023-10-29	259.00	Success
P430	C47	2023-11-29	259.00	Success
P431	C47	2023-12-29	259.00	Failed
P432	C47	2024-01-29	259.00	Success
P433	C47	2024-02-29	259.00	Success
P434	C48	2023-06-10	356.00	Success
P435	C48	2023-07-10	356.00	Success
P436	C48	2023-08-10	356.00	Success
P437	C48	2023-09-10	356.00	Failed
P438	C48	2023-10-10	356.00	Success
P439	C48	2023-11-10	356.00	Success
P440	C48	2023-12-10	356.00	Success
P441	C48	2024-01-10	356.00	Success
P442	C48	2024-02-10	356.00	Success
P443	C48	2024-03-10	356.00	Success
P444	C49	2023-02-19	453.00	Success
P445	C49	2023-03-19	453.00	Success
P446	C5	2022-07-08	25.00	Success
P447	C5	2022-08-08	25.00	Success
P448	C5	2022-09-08	25.00	Success
P449	C5	2022-10-08	25.00	Failed
P450	C5	2022-11-08	25.00	Success
P451	C5	2022-12-08	25.00	Success
P452	C5	2023-01-08	25.00	Success
P453	C5	2023-02-08	25.00	Success
P454	C5	2022-12-05	40.25	Success
P455	C5	2023-01-05	40.25	Success
P456	C5	2023-02-05	40.25	Success
P457	C5	2023-03-05	40.25	Failed
P458	C5	2023-04-05	40.25	Success
P459	C5	2023-05-05	40.25	Success
P460	C5	2023-06-05	40.25	Success
P461	C5	2023-07-05	40.25	Success
P462	C5	2023-05-04	55.50	Success
P463	C5	2023-06-04	55.50	Success
P464	C5	2023-07-04	55.50	Success
P465	C5	2023-08-04	55.50	Failed
P466	C5	2023-09-04	55.50	Success
P467	C5	2023-10-04	55.50	Success
P468	C5	2023-11-04	55.50	Success
P469	C5	2023-12-04	55.50	Success
P470	C50	2022-10-31	70.00	Success
P471	C50	2022-11-30	70.00	Success
P472	C50	2022-12-30	70.00	Success
P473	C50	2023-03-30	85.25	Success
P474	C50	2023-04-30	85.25	Success
P475	C50	2023-05-30	85.25	Success
P476	C50	2023-08-27	100.50	Success
P477	C50	2023-09-27	100.50	Success
P478	C50	2023-10-27	100.50	Success
P479	C50	2023-11-27	100.50	Failed
P480	C50	2023-12-27	100.50	Success
P481	C50	2024-01-27	100.50	Success
P482	C50	2024-02-27	100.50	Success
P483	C50	2024-03-27	100.50	Success
P484	C51	2022-07-12	167.00	Success
P485	C51	2022-08-12	167.00	Success
P486	C51	2022-09-12	167.00	Success
P487	C51	2022-10-12	167.00	Failed
P488	C51	2022-11-12	167.00	Success
P489	C51	2022-12-09	182.25	Success
P490	C51	2023-01-09	182.25	Success
P491	C51	2023-02-09	182.25	Success
P492	C51	2023-03-09	182.25	Failed
P493	C51	2023-04-09	182.25	Success
P494	C51	2023-05-09	182.25	Success
P495	C51	2023-06-09	182.25	Success
P496	C51	2023-07-09	182.25	Success
P497	C51	2023-08-09	182.25	Success
P498	C51	2023-09-09	182.25	Success
P499	C51	2023-10-09	182.25	Success
P500	C51	2023-11-09	182.25	Success
P501	C51	2023-12-09	180.75	Success
P502	C51	2024-01-09	182.25	Failed
P503	C51	2024-02-09	182.25	Success
P504	C51	2024-03-09	182.25	Success
P505	C52	2022-03-23	264.00	Success
P506	C52	2022-04-23	264.00	Success
P507	C52	2022-05-23	264.00	Success
P508	C52	2022-06-23	264.00	Failed
P509	C52	2022-07-23	264.00	Success
P510	C52	2022-08-23	264.00	Success
P511	C52	2022-09-23	264.00	Success
P512	C52	2022-10-23	264.00	Success
P513	C52	2022-11-23	264.00	Success
P514	C52	2022-12-23	264.00	Success
P515	C52	2023-01-23	264.00	Success
P516	C52	2023-02-23	264.00	Success
P517	C52	2023-03-23	262.50	Success
P518	C52	2023-04-23	264.00	Failed
P519	C52	2023-05-23	264.00	Success
P520	C52	2023-06-23	264.00	Success
P521	C52	2023-07-23	264.00	Success
P522	C52	2023-08-23	264.00	Success
P523	C52	2023-09-23	264.00	Success
P524	C52	2023-10-23	264.00	Success
P525	C52	2023-11-23	264.00	Success
P526	C52	2023-12-23	264.00	Success
P527	C52	2024-01-23	264.00	Success
P528	C52	2024-02-23	264.00	Failed
P529	C52	2024-03-23	264.00	Success
P530	C53	2023-12-02	361.00	Success
P531	C53	2024-01-02	361.00	Success
P532	C53	2024-02-02	361.00	Success
P533	C53	2024-03-02	361.00	Failed
P534	C54	2023-08-13	458.00	Success
P535	C54	2023-09-13	458.00	Success
P536	C54	2023-10-13	458.00	Success
P537	C54	2023-11-13	458.00	Failed
P538	C54	2023-12-13	458.00	Success
P539	C54	2024-01-13	458.00	Success
P540	C54	2024-02-13	458.00	Success
P541	C54	2024-03-13	458.00	Success
P542	C56	2023-01-03	172.00	Success
P543	C56	2023-02-03	172.00	Success
P544	C56	2023-03-03	172.00	Success
P545	C56	2023-04-03	172.00	Failed
P546	C56	2023-05-03	172.00	Success
P547	C56	2023-06-03	172.00	Success
P548	C56	2023-07-03	172.00	Success
P549	C56	2023-08-03	172.00	Success
P550	C56	2023-09-03	172.00	Success
P551	C56	2023-10-03	172.00	Success
P552	C56	2023-11-03	172.00	Success
P553	C56	2023-12-03	172.00	Success
P554	C56	2024-01-03	170.50	Success
P555	C56	2024-02-03	172.00	Failed
P556	C56	2024-03-03	172.00	Success
P557	C56	2023-06-02	187.25	Success
P558	C56	2023-07-02	187.25	Success
P559	C56	2023-08-02	187.25	Success
P560	C56	2023-09-02	187.25	Failed
P561	C57	2022-09-14	269.00	Success
P562	C57	2022-10-14	269.00	Success
P563	C57	2022-11-14	269.00	Success
P564	C57	2022-12-14	269.00	Failed
P565	C57	2023-01-14	269.00	Success
P566	C58	2022-05-26	366.00	Success
P567	C58	2022-06-26	366.00	Success
P568	C58	2022-07-26	366.00	Success
P569	C58	2022-08-26	366.00	Failed
P570	C58	2022-09-26	366.00	Success
P571	C58	2022-10-26	366.00	Success
P572	C58	2022-11-26	366.00	Success
P573	C58	2023-03-22	396.50	Success
P574	C58	2023-04-22	396.50	Success
P575	C58	2023-05-22	396.50	Success
P576	C58	2023-06-22	396.50	Failed
P577	C58	2023-07-22	396.50	Success
P578	C58	2023-08-22	396.50	Success
P579	C58	2023-09-22	396.50	Success
P580	C58	2023-10-22	396.50	Success
P581	C58	2023-11-22	396.50	Success
P582	C58	2023-12-22	396.50	Success
P583	C58	2024-01-22	396.50	Success
P584	C58	2024-02-22	396.50	Success
P585	C58	2024-03-22	395.00	Success
P586	C59	2022-02-04	463.00	Success
P587	C59	2022-03-04	463.00	Success
P588	C59	2022-04-04	463.00	Success
P589	C59	2022-05-04	463.00	Failed
P590	C59	2022-06-04	463.00	Success
P591	C59	2022-07-04	463.00	Success
P592	C59	2022-08-04	463.00	Success
P593	C59	2022-09-04	463.00	Success
P594	C6	2022-03-19	122.00	Success
P595	C6	2022-04-19	122.00	Success
P596	C6	2022-05-19	122.00	Success
P597	C6	2022-08-16	137.25	Success
P598	C6	2022-09-16	137.25	Success
P599	C6	2022-10-16	137.25	Success
P600	C60	2023-10-16	80.00	Success
P601	C60	2023-11-16	80.00	Success
P602	C60	2023-12-16	80.00	Success
P603	C60	2024-01-16	80.00	Failed
P604	C60	2024-02-16	80.00	Success
P605	C60	2024-03-16	80.00	Success
P606	C60	2024-03-14	95.25	Success
P607	C7	2023-11-28	219.00	Success
P608	C7	2023-12-28	219.00	Success
P609	C7	2024-01-28	219.00	Success
P610	C7	2024-02-28	219.00	Failed
P611	C8	2023-08-09	316.00	Success
P612	C8	2023-09-09	316.00	Success
P613	C8	2023-10-09	316.00	Success
P614	C8	2023-11-09	316.00	Failed
P615	C8	2023-12-09	316.00	Success
P616	C8	2024-01-09	316.00	Success
P617	C8	2024-02-09	316.00	Success
P618	C8	2024-03-09	316.00	Success
P619	C9	2023-04-20	413.00	Success
P620	C9	2023-05-20	413.00	Success
P621	C9	2023-06-20	413.00	Success
P622	C9	2023-07-20	413.00	Failed
P623	C9	2023-08-20	413.00	Success
P624	C9	2023-09-20	413.00	Success
R1	C5	2023-03-12	-12.5	Success
R2	C10	2023-04-10	-25.0	Success
R3	C15	2023-05-09	-37.5	Success
R4	C20	2023-06-07	-50.0	Success
R5	C25	2023-07-06	-62.5	Success
R6	C30	2023-08-04	-75.0	Success
R7	C35	2023-09-02	-87.5	Success
R8	C40	2023-10-01	-100.0	Success
B1	C7	\N	50	Success
B2	C7	2023-05-01	50	Paid
B3	C7	2023-05-01	\N	Success
P7	C10	2023-01-30	30.00	Success
\.


--
-- Data for Name: subscriptions; Type: TABLE DATA; Schema: acme; Owner: acme_owner
--

COPY acme.subscriptions (subscription_id, customer_id, plan_type, start_date, end_date, monthly_price) FROM stdin;
S1.0	C1	Pro	2023-09-25	2023-12-11	117.00
S2.0	C2	Enterprise	2023-06-06	2023-09-28	214.00
S3.0	C3	Basic	2023-02-15	2023-07-16	311.00
S4.0	C4	Pro	2022-10-27	\N	408.00
S5.0	C5	Enterprise	2022-07-08	2023-02-18	25.00
S6.0	C6	Basic	2022-03-19	2022-05-20	122.00
S7.0	C7	Pro	2023-11-28	2024-03-06	219.00
S8.0	C8	Enterprise	2023-08-09	\N	316.00
S9.0	C9	Basic	2023-04-20	2023-10-10	413.00
S10.0	C10	Pro	2022-12-30	2023-07-28	30.00
S12.0	C12	Basic	2022-05-22	\N	224.00
S13.0	C13	Pro	2022-01-31	2022-06-01	321.00
S14.0	C14	Enterprise	2023-10-12	2024-03-18	418.00
S15.0	C15	Basic	2023-06-23	2024-01-04	35.00
S16.0	C16	Pro	2023-03-04	\N	132.00
S17.0	C17	Enterprise	2022-11-13	2023-01-21	229.00
S18.0	C18	Basic	2022-07-25	2022-11-08	326.00
S19.0	C19	Pro	2022-04-05	2022-08-26	423.00
S20.0	C20	Enterprise	2023-12-15	\N	40.00
S21.0	C21	Basic	2023-08-26	2024-03-30	137.00
S23.0	C23	Enterprise	2023-01-16	2023-04-17	331.00
S24.0	C24	Basic	2022-09-27	\N	428.00
S25.0	C25	Pro	2022-06-08	2022-11-20	45.00
S26.0	C26	Enterprise	2022-02-17	2022-09-07	142.00
S27.0	C27	Basic	2023-10-29	2024-06-24	239.00
S28.0	C28	Pro	2023-07-10	\N	336.00
S29.0	C29	Enterprise	2023-03-21	2023-07-12	433.00
S30.0	C30	Basic	2022-11-30	2023-04-29	50.00
S31.0	C31	Pro	2022-08-11	2023-02-14	147.00
S32.0	C32	Enterprise	2022-04-22	\N	244.00
S34.0	C34	Pro	2023-09-12	2023-12-19	438.00
S35.0	C35	Enterprise	2023-05-24	2023-10-06	55.00
S36.0	C36	Basic	2023-02-02	\N	152.00
S37.0	C37	Pro	2022-10-14	2023-05-11	249.00
S38.0	C38	Enterprise	2022-06-25	2022-08-10	346.00
S39.0	C39	Basic	2022-03-06	2022-05-28	443.00
S40.0	C40	Pro	2023-11-15	\N	60.00
S41.0	C41	Enterprise	2023-07-27	2023-12-31	157.00
S42.0	C42	Basic	2023-04-07	2023-10-18	254.00
S43.0	C43	Pro	2022-12-17	2023-08-05	351.00
S45.0	C45	Basic	2022-05-09	2022-08-22	65.00
S46.0	C46	Pro	2022-01-18	2022-06-09	162.00
S47.0	C47	Enterprise	2023-09-29	2024-03-26	259.00
S48.0	C48	Basic	2023-06-10	\N	356.00
S49.0	C49	Pro	2023-02-19	2023-04-13	453.00
S50.0	C50	Enterprise	2022-10-31	2023-01-29	70.00
S51.0	C51	Basic	2022-07-12	2022-11-16	167.00
S52.0	C52	Pro	2022-03-23	\N	264.00
S53.0	C53	Enterprise	2023-12-02	2024-06-20	361.00
S54.0	C54	Basic	2023-08-13	2024-04-07	458.00
S56.0	C56	Enterprise	2023-01-03	\N	172.00
S57.0	C57	Basic	2022-09-14	2023-02-10	269.00
S58.0	C58	Pro	2022-05-26	2022-11-28	366.00
S59.0	C59	Enterprise	2022-02-04	2022-09-15	463.00
S60.0	C60	Basic	2023-10-16	\N	80.00
S1.1	C1	Enterprise	2024-02-22	2024-05-09	132.25
S5.1	C5	Basic	2022-12-05	2023-07-18	40.25
S6.1	C6	Pro	2022-08-16	2022-10-17	137.25
S10.1	C10	Enterprise	2023-05-29	2023-12-25	45.25
S15.1	C15	Pro	2023-11-20	\N	50.25
S16.1	C16	Enterprise	2023-08-01	2024-03-20	147.25
S20.1	C20	Basic	2024-05-13	2024-11-09	55.25
S21.1	C21	Pro	2024-01-23	2024-08-27	152.25
S25.1	C25	Enterprise	2022-11-05	2023-04-19	60.25
S26.1	C26	Basic	2022-07-17	2023-02-04	157.25
S30.1	C30	Pro	2023-04-29	2023-09-26	65.25
S31.1	C31	Enterprise	2023-01-08	\N	162.25
S35.1	C35	Basic	2023-10-21	\N	70.25
S36.1	C36	Pro	2023-07-02	2023-12-21	167.25
S40.1	C40	Enterprise	2024-04-13	2024-08-11	75.25
S41.1	C41	Basic	2023-12-24	2024-05-29	172.25
S45.1	C45	Pro	2022-10-06	2023-01-19	80.25
S46.1	C46	Enterprise	2022-06-17	2022-11-06	177.25
S50.1	C50	Basic	2023-03-30	2023-06-28	85.25
S51.1	C51	Pro	2022-12-09	\N	182.25
S56.1	C56	Basic	2023-06-02	2023-09-22	187.25
S60.1	C60	Pro	2024-03-14	2024-05-13	95.25
S3.2	C3	Enterprise	2023-12-12	2024-05-11	341.50
S5.2	C5	Pro	2023-05-04	2023-12-15	55.50
S8.2	C8	Pro	2024-06-04	2024-10-18	346.50
S10.2	C10	Basic	2023-10-26	\N	60.50
S13.2	C13	Basic	2022-11-27	2023-03-28	351.50
S15.2	C15	Enterprise	2024-04-18	2024-10-30	65.50
S18.2	C18	Enterprise	2023-05-21	\N	356.50
S20.2	C20	Pro	2024-10-10	2025-04-08	70.50
S23.2	C23	Pro	2023-11-12	2024-02-11	361.50
S25.2	C25	Basic	2023-04-04	2023-09-16	75.50
S28.2	C28	Basic	2024-05-05	2024-07-20	366.50
S30.2	C30	Enterprise	2023-09-26	\N	80.50
S35.2	C35	Pro	2024-03-19	2024-08-01	85.50
S38.2	C38	Pro	2023-04-21	\N	376.50
S40.2	C40	Basic	2024-09-10	2025-01-08	90.50
S43.2	C43	Basic	2023-10-13	2024-05-31	381.50
S45.2	C45	Enterprise	2023-03-05	2023-06-18	95.50
S48.2	C48	Enterprise	2024-04-05	2024-11-07	386.50
S50.2	C50	Pro	2023-08-27	\N	100.50
S53.2	C53	Pro	2024-09-27	2025-04-16	391.50
S58.2	C58	Basic	2023-03-22	\N	396.50
S60.2	C60	Enterprise	2024-08-11	2024-10-10	110.50
B1	C7	Pro	2023-05-01	2023-04-01	50
B2	\N	Pro	2023-05-01	\N	50
B3	C8	Pro	2023-05-01	\N	-5
\.


--
-- Data for Name: kept_states; Type: TABLE DATA; Schema: reports; Owner: acme_owner
--

COPY reports.kept_states (customer_id, history, payments, flow, retention, revenue, cohorts, bridge, conversion, series) FROM stdin;
C7	mrr_history 1 day 1 {0,0,0} skipped 1 labels ("Pro") rows (8732,1:2190000,0 8831,1:0,2190000)	activity 1 month 0 {8732,8793,0} skipped 3 labels () rows (0,24286:1,2190000 0,24289:-1,-2190000 1,24289:1,2190000 1,24290:-1,-2190000)	mrr_flow 1 month 0 {8845,0,0} skipped 0 labels ("Pro") rows (0,24286:2190000,0,0,0,0,0,0,0,1,0,0,0,0,0,0 0,24290:0,0,0,2190000,0,0,0,0,0,0,0,1,0,0,0 1,24286:2190000,0,0,0,0,0,0,0,1,0,0,0,0,0,0 1,24290:0,0,0,2190000,0,0,0,0,0,0,0,1,0,0,0)	mrr_retention 1 month 0 {8845,12,0} skipped 0 labels ("Pro") rows ()	revenue_flow 1 month 0 {8845,0,0} skipped 0 labels () rows (0,24286:1,1,2190000,0,0,0,0,0 0,24289:-1,-1,-2190000,1,1,2190000,0,0 0,24290:0,0,0,-1,-1,-2190000,0,0)	cohort_matrix 1 month 0 {8845,0,0} skipped 0 labels () rows (24286,0:1,1,1,1,2190000 24286,3:0,-1,-1,-1,-2190000)	cash_bridge 1 month 0 {8845,0,0} skipped 0 labels () rows (0,24286:2190000,0,0,0,0,0,0,2190000 0,24289:0,0,0,2190000,0,0,0,-2190000 0,24290:-2190000,0,0,-2190000,0,0,0,0)	conversion_curve 1 month 0 {8845,14,0} skipped 0 labels () rows (24286,9:1,1,1)	series 1 month 0 {0,0,0} skipped 2 labels () rows (0,24286:1,2190000 0,24287:1,2190000 0,24288:1,2190000)
C5	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic" "Enterprise" "Pro") rows (8224,2:250000,0 8374,1:402500,0 8449,2:0,250000 8524,3:555000,0 8599,1:0,402500 8749,3:0,555000)	activity 1 month 0 {8224,8738,0} skipped 0 labels () rows (0,24270:1,250000 0,24273:-1,-250000 0,24274:1,250000 0,24275:1,402500 0,24278:-2,-652500 0,24279:1,402500 0,24280:1,555000 0,24283:-2,-957500 0,24284:1,555000 0,24288:-1,-555000 1,24273:1,250000 1,24274:-1,-250000 1,24278:1,402500 1,24279:-1,-402500 1,24283:1,555000 1,24284:-1,-555000 2,24278:1,125000 2,24279:-1,-125000)	mrr_flow 1 month 0 {8845,0,0} skipped 0 labels ("Basic" "Enterprise" "Pro") rows (0,24270:250000,0,0,0,0,0,0,0,1,0,0,0,0,0,0 0,24275:0,402500,0,0,0,0,0,0,0,1,0,0,0,0,0 0,24277:0,0,250000,0,0,0,0,0,0,0,1,0,0,0,0 0,24280:0,555000,0,0,0,0,0,0,0,1,0,0,0,0,0 0,24282:0,0,402500,0,0,0,0,0,0,0,1,0,0,0,0 0,24287:0,0,0,555000,0,0,0,0,0,0,0,1,0,0,0 1,24275:0,402500,0,0,0,0,0,0,0,0,0,0,0,1,0 1,24282:0,0,402500,0,0,0,0,0,0,0,0,0,0,0,1 2,24270:250000,0,0,0,0,0,0,0,1,0,0,0,0,0,0 2,24277:0,0,250000,0,0,0,0,0,0,0,0,0,0,0,1 3,24280:0,555000,0,0,0,0,0,0,0,0,0,0,0,1,0 3,24287:0,0,0,555000,0,0,0,0,0,0,0,1,0,0,0)	mrr_retention 1 month 0 {8845,12,0} skipped 0 labels ("Basic" "Enterprise" "Pro") rows (0,24282:250000,555000,250000,1,1 0,24287:402500,-555000,-250000,0,-1 0,24289:-250000,0,0,0,0 1,24287:402500,0,0,1,0 2,24282:250000,0,0,1,0 2,24289:-250000,0,0,-1,0)	revenue_flow 1 month 0 {8845,0,0} skipped 0 labels () rows (0,24270:1,1,250000,0,0,0,0,0 0,24273:-1,-1,-250000,1,1,250000,0,0 0,24274:1,1,250000,-1,-1,-250000,0,0 0,24275:0,1,402500,0,0,0,0,0 0,24278:-1,-2,-652500,1,1,402500,1,125000 0,24279:1,1,402500,-1,-1,-402500,-1,-125000 0,24280:0,1,555000,0,0,0,0,0 0,24283:-1,-2,-957500,1,1,555000,0,0 0,24284:1,1,555000,-1,-1,-555000,0,0 0,24288:-1,-1,-555000,0,0,0,0,0)	cohort_matrix 1 month 0 {8845,0,0} skipped 0 labels () rows (24270,0:1,1,1,1,250000 24270,3:0,-1,0,-1,-250000 24270,4:0,1,0,0,250000 24270,5:0,0,0,0,402500 24270,8:0,-1,0,0,-652500 24270,9:0,1,0,0,402500 24270,10:0,0,0,0,555000 24270,13:0,-1,0,0,-957500 24270,14:0,1,0,0,555000 24270,18:0,-1,-1,0,-555000)	cash_bridge 1 month 0 {8845,0,0} skipped 0 labels () rows (0,24270:250000,0,0,0,0,0,0,250000 0,24273:0,0,0,250000,0,0,0,-250000 0,24274:0,0,0,-250000,0,0,0,250000 0,24275:402500,0,0,0,0,0,0,402500 0,24277:-250000,250000,0,0,0,0,0,0 0,24278:0,-250000,0,402500,0,0,125000,-777500 0,24279:0,0,0,-402500,0,0,-125000,527500 0,24280:555000,0,0,0,0,0,0,555000 0,24282:-402500,402500,0,0,0,0,0,0 0,24283:0,-402500,0,555000,0,0,0,-957500 0,24284:0,0,0,-555000,0,0,0,555000 0,24287:-555000,0,555000,0,0,0,0,0 0,24288:0,0,-555000,0,0,0,0,-555000)	conversion_curve 1 month 0 {8845,14,0} skipped 0 labels () rows (24269,9:1,1,1)	series 1 month 0 {0,0,0} skipped 0 labels () rows (0,24270:1,250000 0,24271:1,250000 0,24272:1,250000 0,24274:1,250000 0,24275:2,652500 0,24276:2,652500 0,24277:2,652500 0,24278:1,-125000 0,24279:1,402500 0,24280:2,957500 0,24281:2,957500 0,24282:2,957500 0,24284:1,555000 0,24285:1,555000 0,24286:1,555000 0,24287:1,555000)
C26	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic" "Enterprise") rows (8083,2:1420000,0 8233,1:1572500,0 8285,2:0,1420000 8435,1:0,1572500)	activity 1 month 0 {8083,8417,0} skipped 0 labels () rows (0,24265:1,1420000 0,24268:-1,-1420000 0,24269:1,1420000 0,24270:1,1572500 0,24272:-1,-1420000 0,24273:-1,-1572500 0,24274:1,1572500 0,24277:-1,-1572500 1,24268:1,1420000 1,24269:-1,-1420000 1,24273:1,1572500 1,24274:-1,-1572500)	mrr_flow 1 month 0 {8845,0,0} skipped 0 labels ("Basic" "Enterprise") rows (0,24265:1420000,0,0,0,0,0,0,0,1,0,0,0,0,0,0 0,24270:0,1572500,0,0,0,0,0,0,0,1,0,0,0,0,0 0,24272:0,0,1420000,0,0,0,0,0,0,0,1,0,0,0,0 0,24277:0,0,0,1572500,0,0,0,0,0,0,0,1,0,0,0 1,24270:0,1572500,0,0,0,0,0,0,0,0,0,0,0,1,0 1,24277:0,0,0,1572500,0,0,0,0,0,0,0,1,0,0,0 2,24265:1420000,0,0,0,0,0,0,0,1,0,0,0,0,0,0 2,24272:0,0,1420000,0,0,0,0,0,0,0,0,0,0,0,1)	mrr_retention 1 month 0 {8845,12,0} skipped 0 labels ("Basic" "Enterprise") rows (0,24277:1420000,0,0,1,0 0,24282:1572500,0,0,0,0 0,24284:-1420000,0,0,0,0 0,24289:-1572500,0,0,-1,0 1,24282:1572500,0,0,1,0 1,24289:-1572500,0,0,-1,0 2,24277:1420000,0,0,1,0 2,24284:-1420000,0,0,-1,0)	revenue_flow 1 month 0 {8845,0,0} skipped 0 labels () rows (0,24265:1,1,1420000,0,0,0,0,0 0,24268:-1,-1,-1420000,1,1,1420000,0,0 0,24269:1,1,1420000,-1,-1,-1420000,0,0 0,24270:0,1,1572500,0,0,0,0,0 0,24272:0,-1,-1420000,0,0,0,0,0 0,24273:-1,-1,-1572500,1,1,1572500,0,0 0,24274:1,1,1572500,-1,-1,-1572500,0,0 0,24277:-1,-1,-1572500,0,0,0,0,0)	cohort_matrix 1 month 0 {8845,0,0} skipped 0 labels () rows (24265,0:1,1,1,1,1420000 24265,3:0,-1,0,-1,-1420000 24265,4:0,1,0,0,1420000 24265,5:0,0,0,0,1572500 24265,7:0,0,0,0,-1420000 24265,8:0,-1,0,0,-1572500 24265,9:0,1,0,0,1572500 24265,12:0,-1,-1,0,-1572500)	cash_bridge 1 month 0 {8845,0,0} skipped 0 labels () rows (0,24265:1420000,0,0,0,0,0,0,1420000 0,24268:0,0,0,1420000,0,0,0,-1420000 0,24269:0,0,0,-1420000,0,0,0,1420000 0,24270:1572500,0,0,0,0,0,0,1572500 0,24272:-1420000,0,0,0,0,0,0,-1420000 0,24273:0,0,0,1572500,0,0,0,-1572500 0,24274:0,0,0,-1572500,0,0,0,1572500 0,24277:-1572500,0,0,0,0,0,0,-1572500)	conversion_curve 1 month 0 {8845,14,0} skipped 0 labels () rows (24265,9:1,1,1)	series 1 month 0 {0,0,0} skipped 0 labels () rows (0,24265:1,1420000 0,24266:1,1420000 0,24267:1,1420000 0,24269:1,1420000 0,24270:2,2992500 0,24271:2,2992500 0,24272:1,1572500 0,24274:1,1572500 0,24275:1,1572500 0,24276:1,1572500)
C10	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic" "Enterprise" "Pro") rows (8399,3:300000,0 8549,2:452500,0 8609,3:0,300000 8699,1:605000,0 8759,2:0,452500)	activity 1 month 0 {8399,8851,0} skipped 0 labels () rows (0,24275:1,300000 0,24278:-1,-300000 0,24279:1,300000 0,24280:1,452500 0,24283:-2,-752500 0,24284:1,452500 0,24285:1,605000 0,24287:-1,-452500 0,24288:-1,-605000 0,24289:1,605000 0,24291:-1,-605000 1,24278:1,300000 1,24279:-1,-300000 1,24283:1,452500 1,24284:-1,-452500 1,24288:1,605000 1,24289:-1,-605000 2,24279:1,250000 2,24280:-1,-250000)	mrr_flow 1 month 0 {8845,0,0} skipped 0 labels ("Basic" "Enterprise" "Pro") rows (0,24275:300000,0,0,0,0,0,0,0,1,0,0,0,0,0,0 0,24280:0,452500,0,0,0,0,0,0,0,1,0,0,0,0,0 0,24282:0,0,300000,0,0,0,0,0,0,0,1,0,0,0,0 0,24285:0,605000,0,0,0,0,0,0,0,1,0,0,0,0,0 0,24287:0,0,452500,0,0,0,0,0,0,0,1,0,0,0,0 1,24285:0,605000,0,0,0,0,0,0,0,0,0,0,0,1,0 2,24280:0,452500,0,0,0,0,0,0,0,0,0,0,0,1,0 2,24287:0,0,452500,0,0,0,0,0,0,0,0,0,0,0,1 3,24275:300000,0,0,0,0,0,0,0,1,0,0,0,0,0,0 3,24282:0,0,300000,0,0,0,0,0,0,0,0,0,0,0,1)	mrr_retention 1 month 0 {8845,12,0} skipped 0 labels ("Basic" "Enterprise" "Pro") rows (0,24287:300000,605000,300000,1,1 3,24287:300000,0,0,1,0)	revenue_flow 1 month 0 {8845,0,0} skipped 0 labels () rows (0,24275:1,1,300000,0,0,0,0,0 0,24278:-1,-1,-300000,1,1,300000,0,0 0,24279:1,1,300000,-1,-1,-300000,1,250000 0,24280:0,1,452500,0,0,0,-1,-250000 0,24283:-1,-2,-752500,1,1,452500,0,0 0,24284:1,1,452500,-1,-1,-452500,0,0 0,24285:0,1,605000,0,0,0,0,0 0,24287:0,-1,-452500,0,0,0,0,0 0,24288:-1,-1,-605000,1,1,605000,0,0 0,24289:1,1,605000,-1,-1,-605000,0,0)	cohort_matrix 1 month 0 {8845,0,0} skipped 0 labels () rows (24275,0:1,1,1,1,300000 24275,3:0,-1,0,-1,-300000 24275,4:0,1,0,0,300000 24275,5:0,0,0,0,452500 24275,8:0,-1,0,0,-752500 24275,9:0,1,0,0,452500 24275,10:0,0,0,0,605000 24275,12:0,0,0,0,-452500 24275,13:0,-1,0,0,-605000 24275,14:0,1,0,0,605000 24275,16:0,-1,-1,0,-605000)	cash_bridge 1 month 0 {8845,0,0} skipped 0 labels () rows (0,24275:300000,0,0,0,0,0,0,300000 0,24278:0,0,0,300000,0,0,0,-300000 0,24279:0,0,0,-300000,0,0,250000,50000 0,24280:452500,0,0,0,0,0,-250000,702500 0,24282:-300000,300000,0,0,0,0,0,0 0,24283:0,-300000,0,452500,0,0,0,-752500 0,24284:0,0,0,-452500,0,0,0,452500 0,24285:605000,0,0,0,0,0,0,605000 0,24287:-452500,0,0,0,0,0,0,-452500 0,24288:0,0,0,605000,0,0,0,-605000 0,24289:0,0,0,-605000,0,0,0,605000)	conversion_curve 1 month 0 {8845,14,0} skipped 0 labels () rows (24275,9:1,1,1)	series 1 month 0 {0,0,0} skipped 0 labels () rows (0,24275:1,300000 0,24276:1,300000 0,24277:1,300000 0,24279:2,50000 0,24280:2,752500 0,24281:2,752500 0,24282:2,752500 0,24284:1,452500 0,24285:2,1057500 0,24286:2,1057500 0,24287:1,605000 0,24289:1,605000 0,24290:1,605000)
C20	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic" "Enterprise" "Pro") rows (8749,2:400000,0 8899,1:552500,0 9049,3:705000,0 9079,1:0,552500 9229,3:0,705000)	activity 1 month 0 {8749,8811,0} skipped 0 labels () rows (0,24287:1,400000 0,24290:-1,-400000 1,24290:1,400000 1,24291:-1,-400000 2,24281:1,500000 2,24282:-1,-500000)	mrr_flow 1 month 0 {8845,0,0} skipped 0 labels ("Enterprise") rows (0,24287:400000,0,0,0,0,0,0,0,1,0,0,0,0,0,0 1,24287:400000,0,0,0,0,0,0,0,1,0,0,0,0,0,0)	mrr_retention 1 month 0 {8845,12,0} skipped 0 labels ("Enterprise") rows ()	revenue_flow 1 month 0 {8845,0,0} skipped 0 labels () rows (0,24281:0,0,0,0,0,0,1,500000 0,24282:0,0,0,0,0,0,-1,-500000 0,24287:1,1,400000,0,0,0,0,0 0,24290:-1,-1,-400000,1,1,400000,0,0)	cohort_matrix 1 month 0 {8845,0,0} skipped 0 labels () rows (24287,0:1,1,1,1,400000 24287,3:0,-1,-1,-1,-400000)	cash_bridge 1 month 0 {8845,0,0} skipped 0 labels () rows (0,24281:0,0,0,0,0,0,500000,-500000 0,24282:0,0,0,0,0,0,-500000,500000 0,24287:400000,0,0,0,0,0,0,400000 0,24290:0,0,0,400000,0,0,0,-400000)	conversion_curve 1 month 0 {8845,14,0} skipped 0 labels () rows (24287,9:1,1,1)	series 1 month 0 {0,0,0} skipped 0 labels () rows (0,24281:1,-500000 0,24287:1,400000 0,24288:1,400000 0,24289:1,400000)
C30	mrr_history 1 day 1 {0,0,0} skipped 0 labels ("Basic" "Enterprise" "Pro") rows (8369,1:500000,0 8519,1:0,500000 8519,3:652500,0 8669,2:805000,0 8669,3:0,652500)	activity 1 month 0 {8369,8851,0} skipped 0 labels () rows (0,24274:1,500000 0,24277:-1,-500000 0,24278:1,500000 0,24279:1,652500 0,24280:-1,-500000 0,24282:-1,-652500 0,24283:1,652500 0,24284:0,152500 0,24287:-1,-805000 0,24288:1,805000 0,24291:-1,-805000 1,24277:1,500000 1,24278:-1,-500000 1,24282:1,652500 1,24283:-1,-652500 1,24287:1,805000 1,24288:-1,-805000 2,24283:1,750000 2,24284:-1,-750000)	mrr_flow 1 month 0 {8845,0,0} skipped 0 labels ("Basic" "Enterprise" "Pro") rows (0,24274:500000,0,0,0,0,0,0,0,1,0,0,0,0,0,0 0,24279:0,152500,0,0,0,0,0,0,0,1,0,0,0,0,0 0,24284:0,152500,0,0,0,0,0,0,0,1,0,0,0,0,0 1,24274:500000,0,0,0,0,0,0,0,1,0,0,0,0,0,0 1,24279:0,0,0,0,0,0,500000,0,0,0,0,0,0,0,1 2,24284:0,152500,0,0,0,652500,0,0,0,0,0,0,0,1,0 3,24279:0,152500,0,0,0,500000,0,0,0,0,0,0,0,1,0 3,24284:0,0,0,0,0,0,652500,0,0,0,0,0,0,0,1)	mrr_retention 1 month 0 {8845,12,0} skipped 0 labels ("Basic" "Enterprise" "Pro") rows (0,24286:500000,805000,500000,1,1 1,24286:500000,0,0,1,0)	revenue_flow 1 month 0 {8845,0,0} skipped 0 labels () rows (0,24274:1,1,500000,0,0,0,0,0 0,24277:-1,-1,-500000,1,1,500000,0,0 0,24278:1,1,500000,-1,-1,-500000,0,0 0,24279:0,1,652500,0,0,0,0,0 0,24280:0,-1,-500000,0,0,0,0,0 0,24282:-1,-1,-652500,1,1,652500,0,0 0,24283:1,1,652500,-1,-1,-652500,1,750000 0,24284:0,0,152500,0,0,0,-1,-750000 0,24287:-1,-1,-805000,1,1,805000,0,0 0,24288:1,1,805000,-1,-1,-805000,0,0)	cohort_matrix 1 month 0 {8845,0,0} skipped 0 labels () rows (24274,0:1,1,1,1,500000 24274,3:0,-1,0,-1,-500000 24274,4:0,1,0,0,500000 24274,5:0,0,0,0,652500 24274,6:0,0,0,0,-500000 24274,8:0,-1,0,0,-652500 24274,9:0,1,0,0,652500 24274,10:0,0,0,0,152500 24274,13:0,-1,0,0,-805000 24274,14:0,1,0,0,805000 24274,17:0,-1,-1,0,-805000)	cash_bridge 1 month 0 {8845,0,0} skipped 0 labels () rows (0,24274:500000,0,0,0,0,0,0,500000 0,24277:0,0,0,500000,0,0,0,-500000 0,24278:0,0,0,-500000,0,0,0,500000 0,24279:152500,500000,0,0,0,0,0,652500 0,24280:0,-500000,0,0,0,0,0,-500000 0,24282:0,0,0,652500,0,0,0,-652500 0,24283:0,0,0,-652500,0,0,750000,-97500 0,24284:152500,0,0,0,0,0,-750000,902500 0,24287:0,0,0,805000,0,0,0,-805000 0,24288:0,0,0,-805000,0,0,0,805000)	conversion_curve 1 month 0 {8845,14,0} skipped 0 labels () rows (24274,9:1,1,1)	series 1 month 0 {0,0,0} skipped 0 labels () rows (0,24274:1,500000 0,24275:1,500000 0,24276:1,500000 0,24278:1,500000 0,24279:2,1152500 0,24280:1,652500 0,24281:1,652500 0,24283:2,-97500 0,24284:1,805000 0,24285:1,805000 0,24286:1,805000 0,24288:1,805000 0,24289:1,805000 0,24290:1,805000)
\.


--
-- Name: kpi_refresh_log_run_id_seq; Type: SEQUENCE SET; Schema: acme; Owner: acme_owner
--

SELECT pg_catalog.setval('acme.kpi_refresh_log_run_id_seq', 4, true);


--
-- Name: costs costs_pkey; Type: CONSTRAINT; Schema: acme; Owner: acme_owner
--

ALTER TABLE ONLY acme.costs
    ADD CONSTRAINT costs_pkey PRIMARY KEY (month);


--
-- Name: customers customers_pkey; Type: CONSTRAINT; Schema: acme; Owner: acme_owner
--

ALTER TABLE ONLY acme.customers
    ADD CONSTRAINT customers_pkey PRIMARY KEY (customer_id);


--
-- Name: kpi_refresh_log kpi_refresh_log_pkey; Type: CONSTRAINT; Schema: acme; Owner: acme_owner
--

ALTER TABLE ONLY acme.kpi_refresh_log
    ADD CONSTRAINT kpi_refresh_log_pkey PRIMARY KEY (run_id);


--
-- Name: kpi_refresh_steps kpi_refresh_steps_pkey; Type: CONSTRAINT; Schema: acme; Owner: acme_owner
--

ALTER TABLE ONLY acme.kpi_refresh_steps
    ADD CONSTRAINT kpi_refresh_steps_pkey PRIMARY KEY (run_id, step);


--
-- Name: kpi_settings kpi_settings_pkey; Type: CONSTRAINT; Schema: acme; Owner: acme_owner
--

ALTER TABLE ONLY acme.kpi_settings
    ADD CONSTRAINT kpi_settings_pkey PRIMARY KEY (only_row);


--
-- Name: payments payments_pkey; Type: CONSTRAINT; Schema: acme; Owner: acme_owner
--

ALTER TABLE ONLY acme.payments
    ADD CONSTRAINT payments_pkey PRIMARY KEY (payment_id);


--
-- Name: subscriptions subscriptions_pkey; Type: CONSTRAINT; Schema: acme; Owner: acme_owner
--

ALTER TABLE ONLY acme.subscriptions
    ADD CONSTRAINT subscriptions_pkey PRIMARY KEY (subscription_id);


--
-- Name: kpi_anomalies_mat_key; Type: INDEX; Schema: acme; Owner: acme_owner
--

CREATE UNIQUE INDEX kpi_anomalies_mat_key ON acme.kpi_anomalies_mat USING btree (metric, period);


--
-- Name: kpi_calendar_mat_key; Type: INDEX; Schema: acme; Owner: acme_owner
--

CREATE UNIQUE INDEX kpi_calendar_mat_key ON acme.kpi_calendar_mat USING btree (period);


--
-- Name: kpi_cash_bridge_monthly_mat_key; Type: INDEX; Schema: acme; Owner: acme_owner
--

CREATE UNIQUE INDEX kpi_cash_bridge_monthly_mat_key ON acme.kpi_cash_bridge_monthly_mat USING btree (period);


--
-- Name: kpi_cohort_retention_mat_key; Type: INDEX; Schema: acme; Owner: acme_owner
--

CREATE UNIQUE INDEX kpi_cohort_retention_mat_key ON acme.kpi_cohort_retention_mat USING btree (basis, cohort, age);


--
-- Name: kpi_conversion_mat_key; Type: INDEX; Schema: acme; Owner: acme_owner
--

CREATE UNIQUE INDEX kpi_conversion_mat_key ON acme.kpi_conversion_mat USING btree (dimension, value, cohort);


--
-- Name: kpi_customers_mat_1; Type: INDEX; Schema: acme; Owner: acme_owner
--

CREATE INDEX kpi_customers_mat_1 ON acme.kpi_customers_mat USING btree (mrr);


--
-- Name: kpi_customers_mat_2; Type: INDEX; Schema: acme; Owner: acme_owner
--

CREATE INDEX kpi_customers_mat_2 ON acme.kpi_customers_mat USING btree (revenue);


--
-- Name: kpi_customers_mat_key; Type: INDEX; Schema: acme; Owner: acme_owner
--

CREATE UNIQUE INDEX kpi_customers_mat_key ON acme.kpi_customers_mat USING btree (customer_id);


--
-- Name: kpi_forecast_monthly_mat_key; Type: INDEX; Schema: acme; Owner: acme_owner
--

CREATE UNIQUE INDEX kpi_forecast_monthly_mat_key ON acme.kpi_forecast_monthly_mat USING btree (metric, dimension, value, period);


--
-- Name: kpi_margin_monthly_mat_key; Type: INDEX; Schema: acme; Owner: acme_owner
--

CREATE UNIQUE INDEX kpi_margin_monthly_mat_key ON acme.kpi_margin_monthly_mat USING btree (period);


--
-- Name: kpi_model_performance_mat_key; Type: INDEX; Schema: acme; Owner: acme_owner
--

CREATE UNIQUE INDEX kpi_model_performance_mat_key ON acme.kpi_model_performance_mat USING btree (metric, model, step);


--
-- Name: kpi_mrr_monthly_by_mat_key; Type: INDEX; Schema: acme; Owner: acme_owner
--

CREATE UNIQUE INDEX kpi_mrr_monthly_by_mat_key ON acme.kpi_mrr_monthly_by_mat USING btree (dimension, value, period);


--
-- Name: kpi_mrr_monthly_mat_key; Type: INDEX; Schema: acme; Owner: acme_owner
--

CREATE UNIQUE INDEX kpi_mrr_monthly_mat_key ON acme.kpi_mrr_monthly_mat USING btree (period);


--
-- Name: kpi_mrr_movements_mat_1; Type: INDEX; Schema: acme; Owner: acme_owner
--

CREATE INDEX kpi_mrr_movements_mat_1 ON acme.kpi_mrr_movements_mat USING btree (period, amount);


--
-- Name: kpi_mrr_movements_mat_key; Type: INDEX; Schema: acme; Owner: acme_owner
--

CREATE UNIQUE INDEX kpi_mrr_movements_mat_key ON acme.kpi_mrr_movements_mat USING btree (customer_id, happened_on);


--
-- Name: kpi_revenue_monthly_mat_key; Type: INDEX; Schema: acme; Owner: acme_owner
--

CREATE UNIQUE INDEX kpi_revenue_monthly_mat_key ON acme.kpi_revenue_monthly_mat USING btree (period);


--
-- Name: kpi_seasonality_mat_key; Type: INDEX; Schema: acme; Owner: acme_owner
--

CREATE UNIQUE INDEX kpi_seasonality_mat_key ON acme.kpi_seasonality_mat USING btree (metric, month);


--
-- Name: kpi_summaries_mat_key; Type: INDEX; Schema: acme; Owner: acme_owner
--

CREATE UNIQUE INDEX kpi_summaries_mat_key ON acme.kpi_summaries_mat USING btree (segment, country, acquisition_channel);


--
-- Name: by_country_key; Type: INDEX; Schema: reports; Owner: acme_owner
--

CREATE UNIQUE INDEX by_country_key ON reports.by_country USING btree (country);


--
-- Name: kpi_refresh_steps kpi_refresh_steps_run_id_fkey; Type: FK CONSTRAINT; Schema: acme; Owner: acme_owner
--

ALTER TABLE ONLY acme.kpi_refresh_steps
    ADD CONSTRAINT kpi_refresh_steps_run_id_fkey FOREIGN KEY (run_id) REFERENCES acme.kpi_refresh_log(run_id) ON DELETE CASCADE;


--
-- Name: SCHEMA acme; Type: ACL; Schema: -; Owner: acme_owner
--

GRANT USAGE ON SCHEMA acme TO acme_reader;


--
-- Name: SCHEMA reports; Type: ACL; Schema: -; Owner: acme_owner
--

GRANT USAGE ON SCHEMA reports TO acme_reader;


--
-- Name: TABLE costs; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.costs TO acme_reader;


--
-- Name: TABLE kpi_customers_mat; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_customers_mat TO acme_reader;


--
-- Name: TABLE kpi_input_costs; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_input_costs TO acme_reader;


--
-- Name: TABLE kpi_input_states; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_input_states TO acme_reader;


--
-- Name: TABLE kpi_settings; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_settings TO acme_reader;


--
-- Name: TABLE kpi_summaries_mat; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_summaries_mat TO acme_reader;


--
-- Name: TABLE kpi_calendar_mat; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_calendar_mat TO acme_reader;


--
-- Name: TABLE kpi_mrr_monthly_mat; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_mrr_monthly_mat TO acme_reader;


--
-- Name: TABLE kpi_revenue_monthly_mat; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_revenue_monthly_mat TO acme_reader;


--
-- Name: TABLE kpi_anomalies_mat; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_anomalies_mat TO acme_reader;


--
-- Name: TABLE kpi_anomalies; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_anomalies TO acme_reader;


--
-- Name: TABLE kpi_calendar; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_calendar TO acme_reader;


--
-- Name: TABLE kpi_cash_bridge_monthly_mat; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_cash_bridge_monthly_mat TO acme_reader;


--
-- Name: TABLE kpi_cash_bridge_monthly; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_cash_bridge_monthly TO acme_reader;


--
-- Name: TABLE kpi_cohort_retention_mat; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_cohort_retention_mat TO acme_reader;


--
-- Name: TABLE kpi_cohort_retention; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_cohort_retention TO acme_reader;


--
-- Name: TABLE kpi_conversion_mat; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_conversion_mat TO acme_reader;


--
-- Name: TABLE kpi_conversion; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_conversion TO acme_reader;


--
-- Name: COLUMN kpi_customers.customer_id; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT(customer_id) ON TABLE acme.kpi_customers TO acme_reader;


--
-- Name: COLUMN kpi_customers.mrr; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT(mrr) ON TABLE acme.kpi_customers TO acme_reader;


--
-- Name: TABLE kpi_mrr_monthly_by_mat; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_mrr_monthly_by_mat TO acme_reader;


--
-- Name: TABLE kpi_forecast_monthly_mat; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_forecast_monthly_mat TO acme_reader;


--
-- Name: TABLE kpi_forecast_monthly; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_forecast_monthly TO acme_reader;


--
-- Name: TABLE kpi_input_customers; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_input_customers TO acme_reader;


--
-- Name: TABLE kpi_input_forms; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_input_forms TO acme_reader;


--
-- Name: TABLE kpi_input_payments; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_input_payments TO acme_reader;


--
-- Name: TABLE kpi_input_subscriptions; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_input_subscriptions TO acme_reader;


--
-- Name: TABLE kpi_margin_monthly_mat; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_margin_monthly_mat TO acme_reader;


--
-- Name: TABLE kpi_margin_monthly; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_margin_monthly TO acme_reader;


--
-- Name: TABLE kpi_model_performance_mat; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_model_performance_mat TO acme_reader;


--
-- Name: TABLE kpi_model_performance; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_model_performance TO acme_reader;


--
-- Name: TABLE kpi_mrr_monthly; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_mrr_monthly TO acme_reader;


--
-- Name: TABLE kpi_mrr_monthly_by; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_mrr_monthly_by TO acme_reader;


--
-- Name: TABLE kpi_mrr_movements_mat; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_mrr_movements_mat TO acme_reader;


--
-- Name: TABLE kpi_refresh_log; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_refresh_log TO acme_reader;


--
-- Name: TABLE kpi_refresh_steps; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_refresh_steps TO acme_reader;


--
-- Name: TABLE kpi_revenue_monthly; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_revenue_monthly TO acme_reader;


--
-- Name: TABLE kpi_seasonality_mat; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_seasonality_mat TO acme_reader;


--
-- Name: TABLE kpi_seasonality; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_seasonality TO acme_reader;


--
-- Name: TABLE kpi_summaries; Type: ACL; Schema: acme; Owner: acme_owner
--

GRANT SELECT ON TABLE acme.kpi_summaries TO acme_reader;


--
-- Name: TABLE board; Type: ACL; Schema: reports; Owner: acme_owner
--

GRANT SELECT ON TABLE reports.board TO acme_reader;


--
-- Name: TABLE board_growth; Type: ACL; Schema: reports; Owner: acme_owner
--

GRANT SELECT ON TABLE reports.board_growth TO acme_reader;


--
-- Name: TABLE by_country; Type: ACL; Schema: reports; Owner: acme_owner
--

GRANT SELECT ON TABLE reports.by_country TO acme_reader;


--
-- Name: TABLE kept_states; Type: ACL; Schema: reports; Owner: acme_owner
--

GRANT SELECT ON TABLE reports.kept_states TO acme_reader;


--
-- Name: TABLE converted; Type: ACL; Schema: reports; Owner: acme_owner
--

GRANT SELECT ON TABLE reports.converted TO acme_reader;


--
-- Name: TABLE meanings; Type: ACL; Schema: reports; Owner: acme_owner
--

GRANT SELECT ON TABLE reports.meanings TO acme_reader;


--
-- Name: TABLE waterfall; Type: ACL; Schema: reports; Owner: acme_owner
--

GRANT SELECT ON TABLE reports.waterfall TO acme_reader;


--
-- Name: kpi_summaries_mat; Type: MATERIALIZED VIEW DATA; Schema: acme; Owner: acme_owner
--

REFRESH MATERIALIZED VIEW acme.kpi_summaries_mat;


--
-- Name: kpi_calendar_mat; Type: MATERIALIZED VIEW DATA; Schema: acme; Owner: acme_owner
--

REFRESH MATERIALIZED VIEW acme.kpi_calendar_mat;


--
-- Name: kpi_mrr_monthly_mat; Type: MATERIALIZED VIEW DATA; Schema: acme; Owner: acme_owner
--

REFRESH MATERIALIZED VIEW acme.kpi_mrr_monthly_mat;


--
-- Name: kpi_revenue_monthly_mat; Type: MATERIALIZED VIEW DATA; Schema: acme; Owner: acme_owner
--

REFRESH MATERIALIZED VIEW acme.kpi_revenue_monthly_mat;


--
-- Name: kpi_anomalies_mat; Type: MATERIALIZED VIEW DATA; Schema: acme; Owner: acme_owner
--

REFRESH MATERIALIZED VIEW acme.kpi_anomalies_mat;


--
-- Name: kpi_cash_bridge_monthly_mat; Type: MATERIALIZED VIEW DATA; Schema: acme; Owner: acme_owner
--

REFRESH MATERIALIZED VIEW acme.kpi_cash_bridge_monthly_mat;


--
-- Name: kpi_cohort_retention_mat; Type: MATERIALIZED VIEW DATA; Schema: acme; Owner: acme_owner
--

REFRESH MATERIALIZED VIEW acme.kpi_cohort_retention_mat;


--
-- Name: kpi_conversion_mat; Type: MATERIALIZED VIEW DATA; Schema: acme; Owner: acme_owner
--

REFRESH MATERIALIZED VIEW acme.kpi_conversion_mat;


--
-- Name: kpi_mrr_monthly_by_mat; Type: MATERIALIZED VIEW DATA; Schema: acme; Owner: acme_owner
--

REFRESH MATERIALIZED VIEW acme.kpi_mrr_monthly_by_mat;


--
-- Name: kpi_forecast_monthly_mat; Type: MATERIALIZED VIEW DATA; Schema: acme; Owner: acme_owner
--

REFRESH MATERIALIZED VIEW acme.kpi_forecast_monthly_mat;


--
-- Name: kpi_margin_monthly_mat; Type: MATERIALIZED VIEW DATA; Schema: acme; Owner: acme_owner
--

REFRESH MATERIALIZED VIEW acme.kpi_margin_monthly_mat;


--
-- Name: kpi_model_performance_mat; Type: MATERIALIZED VIEW DATA; Schema: acme; Owner: acme_owner
--

REFRESH MATERIALIZED VIEW acme.kpi_model_performance_mat;


--
-- Name: kpi_seasonality_mat; Type: MATERIALIZED VIEW DATA; Schema: acme; Owner: acme_owner
--

REFRESH MATERIALIZED VIEW acme.kpi_seasonality_mat;


--
-- Name: by_country; Type: MATERIALIZED VIEW DATA; Schema: reports; Owner: acme_owner
--

REFRESH MATERIALIZED VIEW reports.by_country;


--
-- PostgreSQL database dump complete
--


