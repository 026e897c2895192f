-- kpi_revenue_monthly: money received, one row per month.
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
revenue AS
(
    SELECT period, is_complete,
           coalesce(sum(amount) FILTER (WHERE is_paid OR is_refund), 0)
               AS collected,
           count(*) FILTER (WHERE is_paid) AS payments,
           count(*) FILTER (WHERE is_failed) AS failed_payments,
           coalesce(sum(amount) FILTER (WHERE is_failed), 0) AS failed_amount,
           count(*) FILTER (WHERE is_refund) AS refunds,
           coalesce(sum(-amount) FILTER (WHERE is_refund), 0)
               AS refunded_amount,
           count(DISTINCT customer_id) FILTER (WHERE is_paid)
               AS paying_customers
    FROM cal LEFT JOIN pay USING (period)
    GROUP BY period, is_complete
),
-- Growth against the month before and the same month of the year before;
-- undefined for a running month, without such a month, or against nothing.
growth AS
(
    SELECT r.*,
           CASE WHEN r.is_complete THEN
               (r.collected - m.collected) / nullif(m.collected, 0) END AS mom,
           CASE WHEN r.is_complete THEN
               (r.collected - y.collected) / nullif(y.collected, 0) END AS yoy
    FROM revenue AS r
    LEFT JOIN revenue AS m ON m.period = r.period - interval '1 month'
    LEFT JOIN revenue AS y ON y.period = r.period - interval '12 months'
)
SELECT period, collected, payments, failed_payments, failed_amount, refunds,
       refunded_amount, paying_customers, round(mom, 6) AS mom,
       round(yoy, 6) AS yoy,
       CASE WHEN mom IS NULL THEN NULL
            WHEN abs(mom) > change_alert THEN 'alert'
            WHEN abs(mom) > change_warn THEN 'warn'
            ELSE 'ok' END AS change_flag,
       is_complete
FROM growth, settings
ORDER BY period
