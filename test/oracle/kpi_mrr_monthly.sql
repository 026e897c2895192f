-- kpi_mrr_monthly: the MRR waterfall, one row per month.
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
-- Flows: sums and counts of the movements of the month.
flow AS
(
    SELECT period,
           coalesce(sum(amount) FILTER (WHERE movement = 'new'), 0) AS new,
           coalesce(sum(amount) FILTER (WHERE movement = 'expansion'), 0)
               AS expansion,
           coalesce(sum(amount) FILTER (WHERE movement = 'contraction'), 0)
               AS contraction,
           coalesce(sum(amount) FILTER (WHERE movement = 'churn'), 0)
               AS churn,
           coalesce(sum(amount) FILTER (WHERE movement = 'reactivation'), 0)
               AS reactivation,
           count(*) FILTER (WHERE movement = 'new') AS customers_new,
           count(*) FILTER (WHERE movement = 'churn') AS customers_churned,
           count(*) FILTER (WHERE movement = 'reactivation')
               AS customers_reactivated
    FROM cal LEFT JOIN movement USING (period)
    GROUP BY period
),
-- Balances; net_up is what rose when each customer's month is netted.
bal AS
(
    SELECT period,
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
    FROM cal LEFT JOIN balance USING (period)
    GROUP BY period
)
SELECT period, opening, new, expansion, contraction, churn, reactivation,
       closing, new + expansion + reactivation - net_up AS round_trip,
       customers_opening, customers_new, customers_churned,
       customers_reactivated, customers_closing,
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
FROM cal JOIN flow USING (period) JOIN bal USING (period)
ORDER BY period
