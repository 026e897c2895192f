-- kpi_customers: one row per known customer.
WITH
fact AS
(
    SELECT c.*, as_of,
           (SELECT coalesce(sum(price), 0) FROM oracle_sub AS x
            WHERE x.customer_id = c.customer_id
              AND start_date <= as_of AND as_of < end_date) AS mrr,
           (SELECT min(start_date) FROM oracle_sub AS x
            WHERE x.customer_id = c.customer_id AND price > 0)
               AS first_mrr_on,
           (SELECT max(happened_on) FROM oracle_movement AS x
            WHERE x.customer_id = c.customer_id AND movement = 'churn')
               AS last_churn
    FROM oracle_customer AS c, settings
)
SELECT customer_id, signup_date, segment, country, acquisition_channel,
       CASE WHEN mrr > 0 THEN 'active'
            WHEN first_mrr_on IS NOT NULL THEN 'churned'
            ELSE 'prospect' END AS status,
       mrr, first_mrr_on,
       CASE WHEN mrr = 0 THEN last_churn END AS churned_on,
       CASE WHEN mrr > 0 THEN as_of - first_mrr_on
            ELSE last_churn - first_mrr_on END AS tenure_days,
       (SELECT min(payment_date) FROM oracle_pay AS x
        WHERE x.customer_id = fact.customer_id AND is_paid) AS first_payment,
       (SELECT max(payment_date) FROM oracle_pay AS x
        WHERE x.customer_id = fact.customer_id AND is_paid) AS last_payment,
       (SELECT count(*) FROM oracle_pay AS x
        WHERE x.customer_id = fact.customer_id AND is_paid) AS payments,
       (SELECT coalesce(sum(amount), 0) FROM oracle_pay AS x
        WHERE x.customer_id = fact.customer_id AND (is_paid OR is_refund))
           AS revenue,
       (SELECT count(*) FROM oracle_pay AS x
        WHERE x.customer_id = fact.customer_id AND is_failed)
           AS failed_payments
FROM fact
ORDER BY customer_id COLLATE "C"
