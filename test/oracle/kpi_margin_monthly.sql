-- kpi_margin_monthly: margin and unit economics, one row per month.
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
-- Level of every customer at the opening and close of every month, and at the
-- close of the month twelve months before.
balance AS MATERIALIZED
(
    SELECT period, customer_id,
           (SELECT coalesce(sum(price), 0) FROM sub AS x
            WHERE x.customer_id = cust.customer_id
              AND start_date <= open_day AND open_day < end_date) AS m_open,
           (SELECT coalesce(sum(price), 0) FROM sub AS x
            WHERE x.customer_id = cust.customer_id
              AND start_date <= close_day AND close_day < end_date) AS m_close,
           (SELECT coalesce(sum(price), 0) FROM sub AS x
            WHERE x.customer_id = cust.customer_id
              AND start_date <= year_ago_day
              AND year_ago_day < end_date) AS m_year_ago
    FROM cal, cust
),
-- The inputs of the month. v revenue, g gross profit, n new customers, k
-- marketing, as the formulas below need them often.
input AS
(
    SELECT period, is_complete, infra_cost, support_cost,
           v, v - infra_cost - support_cost AS g, marketing_cost AS k,
           (SELECT count(*) FROM movement AS x
            WHERE x.period = cal.period AND movement = 'new') AS n,
           (SELECT coalesce(sum(amount), 0) FROM movement AS x
            WHERE x.period = cal.period AND movement = 'new') AS new_mrr,
           (SELECT coalesce(sum(m_close), 0) FROM balance AS x
            WHERE x.period = cal.period) AS closing,
           (SELECT count(*) FROM balance AS x
            WHERE x.period = cal.period AND m_close > 0) AS c_closing,
           (SELECT count(*) FROM balance AS x
            WHERE x.period = cal.period AND m_open > 0) AS c_opening,
           (SELECT count(*) FROM balance AS x
            WHERE x.period = cal.period AND m_open > 0 AND m_close = 0)
               AS c_lost
    FROM cal
    LEFT JOIN cost USING (period)
    CROSS JOIN LATERAL
        (SELECT coalesce(sum(amount), 0) AS v FROM pay AS x
         WHERE x.period = cal.period AND (is_paid OR is_refund)) AS r
)
-- Each ratio is one fraction, divided once, so that no intermediate rounding
-- shows: (k/n) / ((new_mrr/n) * (g/v)) = k*v / (new_mrr*g), and so on. The
-- guards are those of the formula as it is defined, step by step.
SELECT period, v AS revenue, infra_cost, support_cost,
       k AS marketing_cost, g AS gross_profit,
       round(g / nullif(v, 0), 6) AS gross_margin,
       g - k AS operating_profit, n AS new_customers, new_mrr,
       round(k / nullif(n, 0), 2) AS cac,
       CASE WHEN n > 0 AND v <> 0 AND new_mrr * (g / v) > 0
            THEN round(k * v / (new_mrr * g), 2) END AS cac_payback_months,
       CASE WHEN c_closing > 0 AND v <> 0 AND c_opening > 0 AND c_lost > 0
            THEN round(closing * g * c_opening / (c_closing * v * c_lost), 2)
            END AS ltv,
       CASE WHEN c_closing > 0 AND v <> 0 AND c_opening > 0 AND c_lost > 0
                 AND n > 0 AND k <> 0
            THEN round(closing * g * c_opening * n
                       / (c_closing * v * c_lost * k), 2) END AS ltv_to_cac,
       is_complete
FROM input
ORDER BY period
