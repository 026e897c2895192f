-- kpi_mrr_monthly_by: the MRR waterfall per dimension value and month.
WITH
-- Usable subscriptions. A missing end date and an infinite one mean the same.
-- NaN sorts above Infinity, so the upper bound leaves out both.
sub AS
(
    SELECT customer_id, coalesce(plan_type, '(none)') AS plan, start_date,
           coalesce(end_date, 'infinity') AS end_date, monthly_price AS price
    FROM subscriptions, settings
    WHERE customer_id IS NOT NULL
      AND isfinite(start_date) AND start_date <= as_of
      AND monthly_price >= 0 AND monthly_price < 'Infinity'
      AND (end_date IS NULL OR end_date > start_date)
),
-- Usable payments.
pay AS
(
    SELECT customer_id, payment_date, amount,
           date_trunc('month', payment_date::timestamp)::date AS period,
           payment_status = 'Success' AND amount >= 0 AS is_paid,
           payment_status = 'Success' AND amount < 0 AS is_refund,
           payment_status = 'Failed' AS is_failed
    FROM payments, settings
    WHERE customer_id IS NOT NULL
      AND isfinite(payment_date) AND payment_date <= as_of
      AND amount > '-Infinity' AND amount < 'Infinity'
      AND (payment_status = 'Success'
           OR payment_status = 'Failed' AND amount >= 0)
),
-- All known customers, one row each, with their attributes.
cust AS
(
    SELECT id.customer_id, c.signup_date, c.segment, c.country,
           c.acquisition_channel
    FROM (SELECT customer_id FROM customers
          UNION SELECT customer_id FROM subscriptions, settings
                WHERE start_date IS NULL OR start_date <= as_of
          UNION SELECT customer_id FROM payments, settings
                WHERE payment_date IS NULL OR payment_date <= as_of) AS id
    LEFT JOIN LATERAL
        (SELECT * FROM customers AS x
         WHERE x.customer_id = id.customer_id
         ORDER BY signup_date NULLS LAST,
                  segment COLLATE "C" NULLS LAST,
                  country COLLATE "C" NULLS LAST,
                  acquisition_channel COLLATE "C" NULLS LAST
         LIMIT 1) AS c ON true
    WHERE id.customer_id IS NOT NULL
),
-- Costs of well-formed months, summed per month.
cost AS
(
    SELECT to_date(month, 'YYYY-MM') AS period,
           sum(infra_cost) AS infra_cost,
           sum(marketing_cost) AS marketing_cost,
           sum(support_cost) AS support_cost
    FROM costs
    WHERE month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$' AND month >= '0001-01'
    GROUP BY 1
),
-- The calendar: every month from the first thing that happened to as_of.
first_day AS
(
    SELECT min(day) AS day
    FROM (SELECT start_date FROM sub WHERE price > 0
          UNION ALL SELECT payment_date FROM pay
          UNION ALL SELECT signup_date FROM cust WHERE isfinite(signup_date)
          UNION ALL SELECT period FROM cost) AS x (day), settings
    WHERE day <= as_of
),
cal AS
(
    SELECT g::date AS period,
           g::date - 1 AS open_day,
           least((g + interval '1 month')::date - 1, as_of) AS close_day,
           (g - interval '11 months')::date - 1 AS year_ago_day,
           (g + interval '1 month')::date <= as_of AS is_complete
    FROM settings, first_day,
         generate_series(date_trunc('month', day::timestamp),
                         date_trunc('month', as_of::timestamp),
                         interval '1 month') AS g
),
-- A level can only change on a day on which a subscription starts or ends.
change_day AS
(
    SELECT customer_id, start_date AS day FROM sub
    UNION
    SELECT customer_id, end_date FROM sub, settings WHERE end_date <= as_of
),
change AS
(
    SELECT customer_id, day,
           (SELECT coalesce(sum(price), 0) FROM sub AS x
            WHERE x.customer_id = c.customer_id
              AND start_date <= day - 1 AND day - 1 < end_date) AS mrr_before,
           (SELECT coalesce(sum(price), 0) FROM sub AS x
            WHERE x.customer_id = c.customer_id
              AND start_date <= day AND day < end_date) AS mrr_after,
           EXISTS (SELECT FROM sub AS x
                   WHERE x.customer_id = c.customer_id
                     AND price > 0 AND start_date < day) AS had_mrr
    FROM change_day AS c
),
movement AS
(
    SELECT date_trunc('month', day::timestamp)::date AS period,
           day AS happened_on, customer_id,
           CASE WHEN mrr_before = 0 AND NOT had_mrr THEN 'new'
                WHEN mrr_before = 0 THEN 'reactivation'
                WHEN mrr_after = 0 THEN 'churn'
                WHEN mrr_after > mrr_before THEN 'expansion'
                ELSE 'contraction' END AS movement,
           abs(mrr_after - mrr_before) AS amount, mrr_before, mrr_after
    FROM change
    WHERE mrr_before <> mrr_after
),
-- Who belongs to which value. On the plan dimension a customer belongs to
-- every plan she ever paid for.
member AS
(
    SELECT 'segment' AS dimension, coalesce(segment, '(none)') AS value,
           customer_id
    FROM cust
    UNION ALL
    SELECT 'country', coalesce(country, '(none)'), customer_id FROM cust
    UNION ALL
    SELECT 'acquisition_channel', coalesce(acquisition_channel, '(none)'),
           customer_id
    FROM cust
    UNION
    SELECT 'plan_type', plan, customer_id FROM sub WHERE price > 0
),
-- Level of every member at opening, close, and the close a year before; on
-- the plan dimension the level of that plan alone.
balance AS MATERIALIZED
(
    SELECT dimension, value, period, customer_id,
           (SELECT coalesce(sum(price), 0) FROM sub AS x
            WHERE x.customer_id = m.customer_id
              AND (dimension <> 'plan_type' OR plan = value)
              AND start_date <= open_day AND open_day < end_date) AS m_open,
           (SELECT coalesce(sum(price), 0) FROM sub AS x
            WHERE x.customer_id = m.customer_id
              AND (dimension <> 'plan_type' OR plan = value)
              AND start_date <= close_day AND close_day < end_date) AS m_close,
           (SELECT coalesce(sum(price), 0) FROM sub AS x
            WHERE x.customer_id = m.customer_id
              AND (dimension <> 'plan_type' OR plan = value)
              AND start_date <= year_ago_day
              AND year_ago_day < end_date) AS m_year_ago
    FROM member AS m, cal
),
-- Plan levels around every change day, with the customer's total change
-- and the kind of her movement (none when the total stays).
plan_change AS
(
    SELECT c.customer_id, c.day, p.plan, v.movement AS kind,
           c.mrr_after - c.mrr_before AS total,
           (SELECT coalesce(sum(price), 0) FROM sub AS x
            WHERE x.customer_id = c.customer_id AND x.plan = p.plan
              AND start_date <= day - 1 AND day - 1 < end_date) AS before,
           (SELECT coalesce(sum(price), 0) FROM sub AS x
            WHERE x.customer_id = c.customer_id AND x.plan = p.plan
              AND start_date <= day AND day < end_date) AS after
    FROM change AS c
    JOIN (SELECT DISTINCT customer_id, plan FROM sub) AS p USING (customer_id)
    LEFT JOIN movement AS v
        ON v.customer_id = c.customer_id AND v.happened_on = c.day
),
plan_delta AS
(
    SELECT *, after - before AS d FROM plan_change WHERE before <> after
),
-- What of a plan's change is a transfer. A change with the sign of the total
-- takes from what the plans of the other sign offer, in order of plan name,
-- after the plans before it took theirs; the other sign is all transfer.
plan_transfer AS
(
    SELECT *,
           CASE WHEN total = 0 OR sign(d) <> sign(total) THEN abs(d)
                ELSE greatest(0, least(abs(d),
                    (SELECT coalesce(sum(abs(o.d)), 0) FROM plan_delta AS o
                     WHERE o.customer_id = p.customer_id AND o.day = p.day
                       AND sign(o.d) <> sign(p.d))
                    - (SELECT coalesce(sum(abs(o.d)), 0) FROM plan_delta AS o
                       WHERE o.customer_id = p.customer_id AND o.day = p.day
                         AND sign(o.d) = sign(p.d)
                         AND o.plan COLLATE "C" < p.plan COLLATE "C")))
                END AS transfer
    FROM plan_delta AS p
),
-- All flows in one shape: kind, amount, count.
flow_row AS
(
    SELECT m.dimension, m.value, v.period, v.movement AS kind, v.amount,
           CASE WHEN v.movement IN ('new', 'reactivation', 'churn') THEN 1
                ELSE 0 END AS customers
    FROM movement AS v JOIN member AS m USING (customer_id)
    WHERE m.dimension <> 'plan_type'
    UNION ALL
    SELECT 'plan_type', plan, date_trunc('month', day::timestamp)::date,
           kind, abs(d) - transfer, 0
    FROM plan_transfer
    WHERE abs(d) > transfer
    UNION ALL
    SELECT 'plan_type', plan, date_trunc('month', day::timestamp)::date,
           CASE WHEN d > 0 THEN 'transfer_in' ELSE 'transfer_out' END,
           transfer, 0
    FROM plan_transfer
    UNION ALL
    -- Customers arriving on and leaving a plan, whatever the amounts.
    SELECT 'plan_type', plan, date_trunc('month', day::timestamp)::date,
           CASE WHEN before = 0 AND kind IN ('new', 'reactivation') THEN kind
                WHEN before = 0 THEN 'transfer_in'
                WHEN after = 0 AND kind = 'churn' THEN kind
                ELSE 'transfer_out' END, 0, 1
    FROM plan_transfer
    WHERE before = 0 OR after = 0
),
-- Every value of every dimension in every month.
cell AS
(
    SELECT DISTINCT dimension, value, cal.* FROM member, cal
),
flow AS
(
    SELECT dimension, value, period,
           coalesce(sum(amount) FILTER (WHERE kind = 'new'), 0) AS new,
           coalesce(sum(amount) FILTER (WHERE kind = 'expansion'), 0)
               AS expansion,
           coalesce(sum(amount) FILTER (WHERE kind = 'contraction'), 0)
               AS contraction,
           coalesce(sum(amount) FILTER (WHERE kind = 'churn'), 0) AS churn,
           coalesce(sum(amount) FILTER (WHERE kind = 'reactivation'), 0)
               AS reactivation,
           coalesce(sum(amount) FILTER (WHERE kind = 'transfer_in'), 0)
               AS transfer_in,
           coalesce(sum(amount) FILTER (WHERE kind = 'transfer_out'), 0)
               AS transfer_out,
           coalesce(sum(customers) FILTER (WHERE kind = 'new'), 0)
               AS customers_new,
           coalesce(sum(customers) FILTER (WHERE kind = 'churn'), 0)
               AS customers_churned,
           coalesce(sum(customers) FILTER (WHERE kind = 'reactivation'), 0)
               AS customers_reactivated,
           coalesce(sum(customers) FILTER (WHERE kind = 'transfer_in'), 0)
               AS customers_transfer_in,
           coalesce(sum(customers) FILTER (WHERE kind = 'transfer_out'), 0)
               AS customers_transfer_out
    FROM cell LEFT JOIN flow_row USING (dimension, value, period)
    GROUP BY dimension, value, period
),
bal AS
(
    SELECT dimension, value, period,
           coalesce(sum(m_open), 0) AS opening,
           coalesce(sum(m_close), 0) AS closing,
           coalesce(sum(greatest(m_close - m_open, 0)), 0) AS net_up,
           count(*) FILTER (WHERE m_open > 0) AS customers_opening,
           count(*) FILTER (WHERE m_close > 0) AS customers_closing,
           count(*) FILTER (WHERE m_open > 0 AND m_close = 0)
               AS customers_lost,
           coalesce(sum(m_close) FILTER (WHERE m_open > 0), 0)
               AS mrr_retained,
           coalesce(sum(least(m_open, m_close)) FILTER (WHERE m_open > 0), 0)
               AS mrr_kept,
           coalesce(sum(m_year_ago), 0) AS opening_12m,
           coalesce(sum(m_close) FILTER (WHERE m_year_ago > 0), 0)
               AS retained_12m,
           coalesce(sum(least(m_year_ago, m_close))
                    FILTER (WHERE m_year_ago > 0), 0) AS kept_12m
    FROM cell LEFT JOIN balance USING (dimension, value, period)
    GROUP BY dimension, value, period
)
SELECT dimension, value, period, opening, new, expansion, contraction, churn,
       reactivation, transfer_in, transfer_out, closing,
       CASE WHEN dimension = 'plan_type' THEN 0
            ELSE new + expansion + reactivation - net_up END AS round_trip,
       customers_opening, customers_new, customers_churned,
       customers_reactivated, customers_transfer_in, customers_transfer_out,
       customers_closing,
       customers_lost, mrr_retained, mrr_kept,
       round(customers_lost / nullif(customers_opening, 0)::numeric, 6)
           AS logo_churn_rate,
       round((opening - mrr_kept) / nullif(opening, 0), 6)
           AS gross_mrr_churn_rate,
       round((opening - mrr_retained) / nullif(opening, 0), 6)
           AS net_mrr_churn_rate,
       round(mrr_retained / nullif(opening, 0), 6) AS nrr,
       round(mrr_kept / nullif(opening, 0), 6) AS grr,
       opening_12m, retained_12m, kept_12m,
       round(retained_12m / nullif(opening_12m, 0), 6) AS nrr_12m,
       round(kept_12m / nullif(opening_12m, 0), 6) AS grr_12m,
       round((new + expansion + reactivation)
             / nullif(churn + contraction, 0), 6) AS quick_ratio,
       round(closing / nullif(customers_closing, 0), 2) AS arpa,
       is_complete
FROM cell JOIN flow USING (dimension, value, period)
    JOIN bal USING (dimension, value, period)
ORDER BY dimension COLLATE "C", value COLLATE "C", period
