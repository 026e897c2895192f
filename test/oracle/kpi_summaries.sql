-- kpi_summaries: customers and rows left out, by all their attributes at once.
WITH
customer AS
(
    SELECT customer_id, coalesce(segment, '(none)') AS segment,
           coalesce(country, '(none)') AS country,
           coalesce(acquisition_channel, '(none)') AS acquisition_channel,
           least((SELECT min(period) FROM oracle_movement AS x
                  WHERE x.customer_id = c.customer_id),
                 (SELECT min(period) FROM oracle_pay AS x
                  WHERE x.customer_id = c.customer_id),
                 CASE WHEN signup_date <= as_of THEN signup_date END)
               AS first_day,
           (SELECT count(*) FROM oracle_subscription AS x
            WHERE x.customer_id = c.customer_id AND NOT counts)
               AS skipped_subscriptions,
           (SELECT count(*) FROM oracle_payment AS x
            WHERE x.customer_id = c.customer_id AND NOT counts)
               AS skipped_payments
    FROM oracle_customer AS c, settings
)
SELECT segment, country, acquisition_channel,
       count(*) FILTER (WHERE customer_id <> '(none)') AS customers,
       min(first_day) AS first_day,
       sum(skipped_subscriptions) AS skipped_subscriptions,
       sum(skipped_payments) AS skipped_payments
FROM customer
GROUP BY segment, country, acquisition_channel
ORDER BY segment COLLATE "C", country COLLATE "C",
         acquisition_channel COLLATE "C"
