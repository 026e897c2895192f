-- What the kpi relations are: their queries as data.
--
-- In a query {s} stands for the user's schema, quoted, and {as_of} for the date
-- of the settings, as a subquery, which unlike a join keeps plans parallel.
-- Each relation is stored under a name that ends in _mat, and a plain view
-- above it carries the public name, the columns to show and the comments.
--
-- The small ones are materialized views.  The two with a row or more per
-- customer are tables: at a million customers REFRESH ... CONCURRENTLY spends
-- minutes sorting whole rows, where comparing states takes seconds.  Others
-- read the customers with their states through the view kpi_input_states.

-- What everything else is made from: one row per customer with her states, one
-- row per combination of her constant attributes with the roll-ups, and every
-- month from the first fact to as_of.
CREATE FUNCTION saaskpi.state_relations()
RETURNS TABLE (relation name, stored_as text, query text, columns text, keys text, indexes text[])
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
VALUES
('kpi_customers'::name, 'TABLE', $sql$
SELECT u.customer_id, u.signup_date, u.segment, u.country, u.acquisition_channel,
       CASE WHEN u.mrr > 0 THEN 'active' WHEN u.first_mrr_on IS NOT NULL THEN 'churned' ELSE 'prospect' END AS status,
       u.mrr, u.first_mrr_on, u.churned_on,
       saaskpi.first_on(u.payment_history) AS first_payment, saaskpi.last_on(u.payment_history) AS last_payment,
       coalesce(saaskpi.done_count(u.payment_history), 0) AS payments,
       coalesce(saaskpi.net_amount(u.payment_history), 0.00) AS revenue,
       coalesce(saaskpi.failed_count(u.payment_history), 0) AS failed_payments,
       u.mrr_history, u.payment_history
  FROM (SELECT customer_id, c.signup_date, c.segment, c.country, c.acquisition_channel,
               coalesce(saaskpi.mrr_at(s.history, {as_of}), 0.00) AS mrr,
               saaskpi.first_mrr_on(s.history, {as_of}) AS first_mrr_on,
               saaskpi.churned_on(s.history, {as_of}) AS churned_on,
               s.history AS mrr_history, p.history AS payment_history
          FROM {s}.kpi_input_customers AS c
          FULL JOIN (SELECT customer_id, saaskpi.mrr_history_agg(start_date, end_date, monthly_price, plan_type) AS history
                       FROM {s}.kpi_input_subscriptions AS i GROUP BY customer_id) AS s USING (customer_id)
          FULL JOIN (SELECT customer_id, saaskpi.payment_agg(payment_date, amount, payment_status) AS history
                       FROM {s}.kpi_input_payments AS i GROUP BY customer_id) AS p USING (customer_id)
         WHERE customer_id IS NOT NULL) AS u
$sql$, 'customer_id, signup_date, segment, country, acquisition_channel, status, mrr, first_mrr_on, churned_on,
 coalesce(churned_on, {as_of}) - first_mrr_on AS tenure_days, first_payment, last_payment, payments, revenue, failed_payments',
 'customer_id', ARRAY['mrr', 'revenue']),

('kpi_summaries', 'MATERIALIZED VIEW', $sql$
SELECT coalesce(q.segment, '(none)') AS segment, coalesce(q.country, '(none)') AS country,
       coalesce(q.acquisition_channel, '(none)') AS acquisition_channel, sum(q.customers)::bigint AS customers,
       least(min(saaskpi.first_period(q.flow)), min(saaskpi.first_period(q.revenue)), min(q.first_signup)) AS first_day,
       saaskpi.rollup(q.flow) AS flow, saaskpi.rollup(q.retention_1) AS retention_1,
       saaskpi.rollup(q.retention_12) AS retention_12, saaskpi.rollup(q.revenue) AS revenue, saaskpi.rollup(q.bridge) AS bridge,
       saaskpi.rollup(q.cohorts_mrr) AS cohorts_mrr, saaskpi.rollup(q.cohorts_payment) AS cohorts_payment,
       saaskpi.rollup(q.cohorts_signup) AS cohorts_signup, saaskpi.rollup(q.conversion) AS conversion,
       sum(q.skipped_subscriptions)::bigint AS skipped_subscriptions, sum(q.skipped_payments)::bigint AS skipped_payments
  FROM (SELECT c.segment, c.country, c.acquisition_channel, count(*) AS customers,
               min(c.signup_date) FILTER (WHERE c.signup_date BETWEEN '0001-01-01' AND {as_of}) AS first_signup,
               saaskpi.mrr_flow_agg(c.mrr_history, 'month', {as_of}) AS flow,
               saaskpi.mrr_retention_agg(c.mrr_history, 1, 'month', {as_of}) AS retention_1,
               saaskpi.mrr_retention_agg(c.mrr_history, 12, 'month', {as_of}) AS retention_12,
               saaskpi.revenue_flow_agg(c.payment_history, {as_of}) AS revenue,
               saaskpi.cash_bridge_agg(c.mrr_history, c.payment_history, {as_of}) AS bridge,
               saaskpi.cohort_agg(saaskpi.activity(c.mrr_history, 'month', {as_of}), {as_of}) AS cohorts_mrr,
               saaskpi.cohort_agg(c.payment_history, {as_of}) AS cohorts_payment,
               saaskpi.cohort_agg(saaskpi.activity(c.mrr_history, 'month', {as_of}), c.signup_date, 'month', {as_of}) AS cohorts_signup,
               saaskpi.conversion_agg(c.signup_date, c.first_payment, (SELECT conversion_days FROM {s}.kpi_settings), {as_of}) AS conversion,
               coalesce(sum(saaskpi.skipped(c.mrr_history)), 0) AS skipped_subscriptions,
               coalesce(sum(saaskpi.skipped(c.payment_history)), 0) AS skipped_payments
          FROM {s}.kpi_input_states AS c
         GROUP BY c.segment, c.country, c.acquisition_channel) AS q
 GROUP BY 1, 2, 3
$sql$, 'segment, country, acquisition_channel, customers, first_day, skipped_subscriptions, skipped_payments',
 'segment, country, acquisition_channel', '{}'::text[]),

('kpi_calendar', 'MATERIALIZED VIEW', $sql$
SELECT p.day::date AS period, (p.day + interval '1 month')::date <= g.effective_as_of AS is_complete,
       round(least(1, (g.effective_as_of - p.day::date)::numeric / ((p.day + interval '1 month')::date - p.day::date)), 6) AS elapsed_fraction
  FROM {s}.kpi_settings AS g
 CROSS JOIN (SELECT least((SELECT min(first_day) FROM {s}.kpi_summaries_mat),
                          (SELECT min(period) FROM {s}.kpi_input_costs)) AS day) AS f
 CROSS JOIN LATERAL generate_series(date_trunc('month', f.day::timestamp), g.effective_as_of::timestamp, interval '1 month') AS p(day)
$sql$, NULL, 'period', '{}')
$$;
COMMENT ON FUNCTION saaskpi.state_relations() IS
    'the relations everything else is made from: states per customer, their roll-ups, the calendar';

-- Recurring revenue.  {waterfall} is the list both waterfalls share; it reads
-- the movements w, and the retention over one month a and over twelve b.
CREATE FUNCTION saaskpi.mrr_relations()
RETURNS TABLE (relation name, stored_as text, query text, columns text, keys text, indexes text[])
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT r.relation, r.stored_as, replace(replace(r.query, '{rates}', $sql$
       w.customers_opening - a.customers_kept AS customers_lost, a.retained AS mrr_retained, a.kept AS mrr_kept,
       round((w.customers_opening - a.customers_kept)::numeric / nullif(w.customers_opening, 0), 6) AS logo_churn_rate,
       round((w.opening - a.kept) / nullif(w.opening, 0), 6) AS gross_mrr_churn_rate,
       round((w.opening - a.retained) / nullif(w.opening, 0), 6) AS net_mrr_churn_rate,
       round(a.retained / nullif(w.opening, 0), 6) AS nrr, round(a.kept / nullif(w.opening, 0), 6) AS grr,
       b.base AS opening_12m, b.retained AS retained_12m, b.kept AS kept_12m,
       round(b.retained / nullif(b.base, 0), 6) AS nrr_12m, round(b.kept / nullif(b.base, 0), 6) AS grr_12m,
       round((w.new + w.expansion + w.reactivation) / nullif(w.churn + w.contraction, 0), 6) AS quick_ratio,
       round(w.closing / nullif(w.customers_closing, 0), 2) AS arpa, w.is_complete
$sql$), '{buckets}', 'w.period, w.opening, w.new, w.expansion, w.contraction, w.churn, w.reactivation'),
       r.columns, r.keys, r.indexes
  FROM (VALUES
('kpi_mrr_monthly'::name, 'MATERIALIZED VIEW', $sql$
SELECT {buckets}, w.closing, w.round_trip, w.customers_opening, w.customers_new, w.customers_churned,
       w.customers_reactivated, w.customers_closing, {rates}
  FROM (SELECT saaskpi.rollup(flow) AS flow, saaskpi.rollup(retention_1) AS retention_1,
               saaskpi.rollup(retention_12) AS retention_12 FROM {s}.kpi_summaries_mat) AS q
 CROSS JOIN (SELECT min(period) AS first FROM {s}.kpi_calendar_mat HAVING min(period) IS NOT NULL) AS f
 CROSS JOIN LATERAL saaskpi.mrr_waterfall(q.flow, f.first) AS w
  JOIN LATERAL saaskpi.mrr_retained(q.retention_1, f.first) AS a ON a.period = w.period AND a.label IS NULL
  JOIN LATERAL saaskpi.mrr_retained(q.retention_12, f.first) AS b ON b.period = w.period AND b.label IS NULL
 WHERE w.label IS NULL
$sql$, NULL::text, 'period', '{}'::text[]),

('kpi_mrr_monthly_by', 'MATERIALIZED VIEW', $sql$
SELECT q.dimension, coalesce(w.label, q.value) AS value, {buckets}, w.transfer_in, w.transfer_out, w.closing, w.round_trip,
       w.customers_opening, w.customers_new, w.customers_churned, w.customers_reactivated,
       w.customers_transfer_in, w.customers_transfer_out, w.customers_closing, {rates}
  FROM (SELECT d.dimension, d.value, saaskpi.rollup(flow) AS flow, saaskpi.rollup(retention_1) AS retention_1,
               saaskpi.rollup(retention_12) AS retention_12
          FROM {s}.kpi_summaries_mat AS s
         CROSS JOIN LATERAL (VALUES ('segment', s.segment), ('country', s.country),
                                    ('acquisition_channel', s.acquisition_channel), ('plan_type', NULL)) AS d(dimension, value)
         GROUP BY d.dimension, d.value) AS q
 CROSS JOIN (SELECT min(period) AS first FROM {s}.kpi_calendar_mat HAVING min(period) IS NOT NULL) AS f
 CROSS JOIN LATERAL saaskpi.mrr_waterfall(q.flow, f.first) AS w
  JOIN LATERAL saaskpi.mrr_retained(q.retention_1, f.first) AS a
    ON a.period = w.period AND a.label IS NOT DISTINCT FROM w.label
  JOIN LATERAL saaskpi.mrr_retained(q.retention_12, f.first) AS b
    ON b.period = w.period AND b.label IS NOT DISTINCT FROM w.label
 WHERE (w.label IS NOT NULL) = (q.dimension = 'plan_type')
$sql$, NULL, 'dimension, value, period', '{}'),

('kpi_mrr_movements', 'TABLE', $sql$
SELECT m.period, m.happened_on, c.customer_id, m.movement, m.amount, m.mrr_before, m.mrr_after
  FROM {s}.kpi_input_states AS c CROSS JOIN LATERAL saaskpi.mrr_movements(c.mrr_history, {as_of}) AS m
$sql$, NULL, 'customer_id, happened_on', ARRAY['period, amount'])) AS r(relation, stored_as, query, columns, keys, indexes)
$$;
COMMENT ON FUNCTION saaskpi.mrr_relations() IS
    'the relations about recurring revenue: waterfall, waterfall by dimension, movements';

-- Money received, and what it cost to earn it.  Ratios of ratios are written as
-- one fraction, so that they are rounded once.
CREATE FUNCTION saaskpi.money_relations()
RETURNS TABLE (relation name, stored_as text, query text, columns text, keys text, indexes text[])
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
VALUES
('kpi_revenue_monthly'::name, 'MATERIALIZED VIEW', $sql$
SELECT m.period, m.collected, m.payments, m.failed_payments, m.failed_amount, m.refunds, m.refunded_amount, m.paying_customers,
       round(m.mom, 6) AS mom, round(m.yoy, 6) AS yoy,
       CASE WHEN abs(m.mom) > m.change_alert THEN 'alert' WHEN abs(m.mom) > m.change_warn THEN 'warn'
            WHEN m.mom IS NOT NULL THEN 'ok' END AS change_flag, m.is_complete
  FROM (SELECT v.*, g.change_warn, g.change_alert,
               CASE WHEN v.is_complete THEN (v.collected - lag(v.collected) OVER w) / nullif(lag(v.collected) OVER w, 0) END AS mom,
               CASE WHEN v.is_complete THEN (v.collected - lag(v.collected, 12) OVER w) / nullif(lag(v.collected, 12) OVER w, 0) END AS yoy
          FROM (SELECT k.period, k.is_complete, coalesce(r.amount - r.refunded_amount, 0.00) AS collected,
                       coalesce(r.payments, 0) AS payments, coalesce(r.failed_payments, 0) AS failed_payments,
                       coalesce(r.failed_amount, 0.00) AS failed_amount, coalesce(r.refunds, 0) AS refunds,
                       coalesce(r.refunded_amount, 0.00) AS refunded_amount, coalesce(r.paying_customers, 0) AS paying_customers
                  FROM {s}.kpi_calendar_mat AS k
                  LEFT JOIN (SELECT p.* FROM (SELECT saaskpi.rollup(revenue) AS flow FROM {s}.kpi_summaries_mat) AS q,
                                    saaskpi.revenue_periods(q.flow) AS p) AS r ON r.period = k.period) AS v
         CROSS JOIN {s}.kpi_settings AS g
        WINDOW w AS (ORDER BY v.period)) AS m
$sql$, NULL::text, 'period', '{}'::text[]),

('kpi_cash_bridge_monthly', 'MATERIALIZED VIEW', $sql$
SELECT k.period, coalesce(b.mrr_closing, 0.00) AS mrr_closing, coalesce(b.paid_above_mrr, 0.00) AS paid_above_mrr,
       coalesce(b.paid_without_mrr, 0.00) AS paid_without_mrr, coalesce(b.failed_unpaid, 0.00) AS failed_unpaid,
       coalesce(b.paid_below_mrr, 0.00) AS paid_below_mrr, coalesce(b.not_paid, 0.00) AS not_paid,
       coalesce(b.refunded, 0.00) AS refunded, r.collected,
       r.collected - coalesce(b.mrr_closing + b.paid_above_mrr + b.paid_without_mrr - b.failed_unpaid
                              - b.paid_below_mrr - b.not_paid - b.refunded, 0.00) AS residual, k.is_complete
  FROM {s}.kpi_calendar_mat AS k
  JOIN {s}.kpi_revenue_monthly_mat AS r ON r.period = k.period
  LEFT JOIN (SELECT l.* FROM (SELECT saaskpi.rollup(bridge) AS bridge FROM {s}.kpi_summaries_mat) AS q,
                    saaskpi.cash_bridge_lines(q.bridge) AS l) AS b ON b.period = k.period
$sql$, NULL, 'period', '{}'),

('kpi_margin_monthly', 'MATERIALIZED VIEW', $sql$
SELECT r.period, r.collected AS revenue, c.infra_cost, c.support_cost, c.marketing_cost, p.gross_profit,
       round(p.gross_profit / nullif(r.collected, 0), 6) AS gross_margin, p.gross_profit - c.marketing_cost AS operating_profit,
       w.customers_new AS new_customers, w.new AS new_mrr, round(c.marketing_cost / nullif(w.customers_new, 0), 2) AS cac,
       CASE WHEN w.new * p.gross_profit * r.collected > 0
            THEN round(c.marketing_cost * r.collected / (w.new * p.gross_profit), 2) END AS cac_payback_months,
       round(w.closing * p.gross_profit * w.customers_opening / nullif(w.customers_closing * r.collected * w.customers_lost, 0), 2) AS ltv,
       round(w.closing * p.gross_profit * w.customers_opening * nullif(w.customers_new, 0)
             / nullif(w.customers_closing * r.collected * w.customers_lost * c.marketing_cost, 0), 2) AS ltv_to_cac,
       r.is_complete
  FROM {s}.kpi_revenue_monthly_mat AS r
  JOIN {s}.kpi_mrr_monthly_mat AS w ON w.period = r.period
  LEFT JOIN {s}.kpi_input_costs AS c ON c.period = r.period
 CROSS JOIN LATERAL (SELECT r.collected - c.infra_cost - c.support_cost AS gross_profit) AS p
$sql$, NULL, 'period', '{}')
$$;
COMMENT ON FUNCTION saaskpi.money_relations() IS
    'the relations about money received and spent: revenue, cash bridge, margin';

-- Groups of customers followed over time.
CREATE FUNCTION saaskpi.cohort_relations()
RETURNS TABLE (relation name, stored_as text, query text, columns text, keys text, indexes text[])
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
VALUES
('kpi_cohort_retention'::name, 'MATERIALIZED VIEW', $sql$
SELECT x.basis, x.cohort, x.age, x.customers, x.active AS retained, round(x.active::numeric / x.customers, 6) AS rate,
       x.active_or_later AS retained_or_later, round(x.active_or_later::numeric / x.customers, 6) AS rate_or_later,
       x.active_throughout AS retained_throughout, x.amount AS revenue,
       round(x.amount / nullif(first_value(x.amount) OVER (PARTITION BY x.basis, x.cohort ORDER BY x.age), 0), 6) AS revenue_rate,
       x.is_mature
  FROM (SELECT d.basis, c.cohort, c.age, c.customers, c.is_mature,
               CASE WHEN c.is_mature THEN c.active END AS active,
               CASE WHEN c.is_mature THEN c.active_or_later END AS active_or_later,
               CASE WHEN c.is_mature THEN c.active_throughout END AS active_throughout,
               CASE WHEN c.is_mature THEN c.amount END AS amount
          FROM (SELECT saaskpi.rollup(cohorts_mrr) AS by_mrr, saaskpi.rollup(cohorts_payment) AS by_payment,
                       saaskpi.rollup(cohorts_signup) AS by_signup FROM {s}.kpi_summaries_mat) AS q
         CROSS JOIN LATERAL (VALUES ('mrr', q.by_mrr), ('payment', q.by_payment), ('signup', q.by_signup)) AS d(basis, matrix)
         CROSS JOIN LATERAL saaskpi.cohort_cells(d.matrix) AS c) AS x
$sql$, NULL::text, 'basis, cohort, age', '{}'::text[]),

('kpi_conversion', 'MATERIALIZED VIEW', $sql$
SELECT c.cohort, q.dimension, q.value, c.signups, c.matured, c.converted, c.expired, c.pending,
       round(c.converted::numeric / nullif(c.matured, 0), 6) AS rate, c.median_days
  FROM (SELECT d.dimension, d.value, saaskpi.rollup(s.conversion) AS curve
          FROM {s}.kpi_summaries_mat AS s
         CROSS JOIN LATERAL (VALUES ('all', 'all'), ('segment', s.segment), ('country', s.country),
                                    ('acquisition_channel', s.acquisition_channel)) AS d(dimension, value)
         GROUP BY d.dimension, d.value) AS q
 CROSS JOIN LATERAL saaskpi.conversion_cohorts(q.curve) AS c
$sql$, NULL, 'dimension, value, cohort', '{}')
$$;
COMMENT ON FUNCTION saaskpi.cohort_relations() IS
    'the relations that follow cohorts: retention and conversion';

CREATE FUNCTION saaskpi.relation_definitions()
RETURNS TABLE (ordinal bigint, relation name, stored_as text, query text, columns text, keys text, indexes text[])
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT row_number() OVER (ORDER BY d.part, d.n), d.relation, d.stored_as,
       replace(d.query, '{as_of}', '(SELECT effective_as_of FROM {s}.kpi_settings)'),
       replace(d.columns, '{as_of}', '(SELECT effective_as_of FROM {s}.kpi_settings)'), d.keys, d.indexes
  FROM (SELECT 1, * FROM saaskpi.state_relations() WITH ORDINALITY
        UNION ALL SELECT 2, * FROM saaskpi.mrr_relations() WITH ORDINALITY
        UNION ALL SELECT 3, * FROM saaskpi.money_relations() WITH ORDINALITY
        UNION ALL SELECT 4, * FROM saaskpi.cohort_relations() WITH ORDINALITY
        UNION ALL SELECT 5, * FROM saaskpi.series_relations() WITH ORDINALITY)
       AS d(part, relation, stored_as, query, columns, keys, indexes, n)
$$;
COMMENT ON FUNCTION saaskpi.relation_definitions() IS
    'the kpi relations in the order of refresh: how stored, its query, columns to show (null: all), unique key, further indexes';
