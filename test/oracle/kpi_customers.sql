-- kpi_customers: one row per known customer, and one of nobody.
WITH
fact AS
(
    SELECT c.*, as_of, o.*,
           (SELECT coalesce(sum(price), 0) FROM oracle_sub AS x
            WHERE x.customer_id = c.customer_id
              AND start_date <= as_of AND as_of < end_date) AS mrr,
           (SELECT min(start_date) FROM oracle_sub AS x
            WHERE x.customer_id = c.customer_id AND price > 0)
               AS first_mrr_on,
           (SELECT gone_on FROM oracle_gone AS x
            WHERE x.customer_id = c.customer_id) AS gone_on,
           (SELECT min(payment_date) FROM oracle_pay AS x
            WHERE x.customer_id = c.customer_id AND is_paid)
               AS first_payment
    FROM oracle_customer AS c, settings, oracle_source AS o
)
SELECT customer_id, signup_date, segment, country, acquisition_channel,
       CASE WHEN customer_id = '(none)' THEN '(none)'
            WHEN mrr > 0 THEN 'active'
            WHEN first_payment IS NOT NULL AND NOT any_subscription
            THEN 'active'
            WHEN gone_on IS NOT NULL THEN 'churned'
            WHEN first_mrr_on IS NOT NULL THEN 'paused'
            ELSE 'prospect' END AS status,
       CASE WHEN has_subscriptions THEN mrr END AS mrr, first_mrr_on,
       gone_on AS churned_on,
       coalesce(gone_on, as_of) - first_mrr_on AS tenure_days,
       first_payment,
       (SELECT max(payment_date) FROM oracle_pay AS x
        WHERE x.customer_id = fact.customer_id AND is_paid) AS last_payment,
       CASE WHEN has_payments THEN
           (SELECT count(*) FROM oracle_pay AS x
            WHERE x.customer_id = fact.customer_id AND is_paid) END
           AS payments,
       CASE WHEN has_payments THEN
           (SELECT coalesce(sum(amount), 0) FROM oracle_pay AS x
            WHERE x.customer_id = fact.customer_id
              AND (is_paid OR is_refund)) END AS revenue,
       CASE WHEN has_payments THEN
           (SELECT count(*) FROM oracle_pay AS x
            WHERE x.customer_id = fact.customer_id AND is_failed) END
           AS failed_payments
FROM fact
ORDER BY customer_id COLLATE "C"
