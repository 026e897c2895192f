-- kpi_customers: one row per known customer.
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
fact AS
(
    SELECT c.*, as_of,
           (SELECT coalesce(sum(price), 0) FROM sub AS x
            WHERE x.customer_id = c.customer_id
              AND start_date <= as_of AND as_of < end_date) AS mrr,
           (SELECT min(start_date) FROM sub AS x
            WHERE x.customer_id = c.customer_id AND price > 0)
               AS first_mrr_on,
           (SELECT max(happened_on) FROM movement AS x
            WHERE x.customer_id = c.customer_id AND movement = 'churn')
               AS last_churn
    FROM cust AS c, settings
)
SELECT customer_id, signup_date, segment, country, acquisition_channel,
       CASE WHEN mrr > 0 THEN 'active'
            WHEN first_mrr_on IS NOT NULL THEN 'churned'
            ELSE 'prospect' END AS status,
       mrr, first_mrr_on,
       CASE WHEN mrr = 0 THEN last_churn END AS churned_on,
       CASE WHEN mrr > 0 THEN as_of - first_mrr_on
            ELSE last_churn - first_mrr_on END AS tenure_days,
       (SELECT min(payment_date) FROM pay AS x
        WHERE x.customer_id = fact.customer_id AND is_paid) AS first_payment,
       (SELECT max(payment_date) FROM pay AS x
        WHERE x.customer_id = fact.customer_id AND is_paid) AS last_payment,
       (SELECT count(*) FROM pay AS x
        WHERE x.customer_id = fact.customer_id AND is_paid) AS payments,
       (SELECT coalesce(sum(amount), 0) FROM pay AS x
        WHERE x.customer_id = fact.customer_id AND (is_paid OR is_refund))
           AS revenue,
       (SELECT count(*) FROM pay AS x
        WHERE x.customer_id = fact.customer_id AND is_failed)
           AS failed_payments
FROM fact
ORDER BY customer_id COLLATE "C"
