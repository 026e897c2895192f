-- kpi_cash_bridge_monthly: from closing MRR to money received.
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
-- Per customer and month: what was due, came in, failed, and went back.
due AS
(
    SELECT period, customer_id, is_complete,
           (SELECT coalesce(sum(price), 0) FROM sub AS x
            WHERE x.customer_id = cust.customer_id
              AND start_date <= close_day AND close_day < end_date) AS m,
           (SELECT coalesce(sum(amount), 0) FROM pay AS x
            WHERE x.customer_id = cust.customer_id
              AND x.period = cal.period AND is_paid) AS c,
           (SELECT coalesce(sum(amount), 0) FROM pay AS x
            WHERE x.customer_id = cust.customer_id
              AND x.period = cal.period AND is_failed) AS f,
           (SELECT coalesce(sum(-amount), 0) FROM pay AS x
            WHERE x.customer_id = cust.customer_id
              AND x.period = cal.period AND is_refund) AS r
    FROM cal LEFT JOIN cust ON true
),
part AS
(
    SELECT *,
           CASE WHEN c >= m AND m > 0 THEN c - m ELSE 0 END AS above,
           CASE WHEN c >= m AND m = 0 THEN c ELSE 0 END AS without,
           CASE WHEN c < m THEN least(m - c, f) ELSE 0 END AS failed,
           CASE WHEN c < m THEN m - c - least(m - c, f) ELSE 0 END AS rest
    FROM due
),
bridge AS
(
    SELECT period, is_complete,
           sum(m) AS mrr_closing,
           sum(above) AS paid_above_mrr,
           sum(without) AS paid_without_mrr,
           sum(failed) AS failed_unpaid,
           sum(CASE WHEN c > 0 THEN rest ELSE 0 END) AS paid_below_mrr,
           sum(CASE WHEN c > 0 THEN 0 ELSE rest END) AS not_paid,
           sum(r) AS refunded,
           -- Not from the parts: straight from the payments of the month.
           (SELECT coalesce(sum(amount), 0) FROM pay AS x
            WHERE x.period = part.period AND (is_paid OR is_refund))
               AS collected
    FROM part
    GROUP BY period, is_complete
)
SELECT period, mrr_closing, paid_above_mrr, paid_without_mrr, failed_unpaid,
       paid_below_mrr, not_paid, refunded, collected,
       collected - (mrr_closing + paid_above_mrr + paid_without_mrr
                    - failed_unpaid - paid_below_mrr - not_paid - refunded)
           AS residual,
       is_complete
FROM bridge
ORDER BY period
