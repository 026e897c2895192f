-- kpi_conversion: from signup to the first payment, by signup month.
WITH
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
signup AS
(
    SELECT customer_id, signup_date, segment, country, acquisition_channel,
           date_trunc('month', signup_date::timestamp)::date AS cohort,
           signup_date + conversion_days <= as_of AS is_matured,
           greatest(0, (SELECT min(payment_date) FROM pay AS x
                        WHERE x.customer_id = cust.customer_id AND is_paid)
                       - signup_date) AS days,
           EXISTS (SELECT FROM pay AS x
                   WHERE x.customer_id = cust.customer_id AND is_paid)
               AS has_paid
    FROM cust, settings
    WHERE isfinite(signup_date) AND signup_date <= as_of
),
outcome AS
(
    SELECT *,
           is_matured AND has_paid AND days < conversion_days AS is_converted
    FROM signup, settings
),
sliced AS
(
    SELECT 'all' AS dimension, 'all' AS value, * FROM outcome
    UNION ALL
    SELECT 'segment', coalesce(segment, '(none)'), * FROM outcome
    UNION ALL
    SELECT 'country', coalesce(country, '(none)'), * FROM outcome
    UNION ALL
    SELECT 'acquisition_channel', coalesce(acquisition_channel, '(none)'), *
    FROM outcome
)
SELECT cohort, dimension, value,
       count(*) AS signups,
       count(*) FILTER (WHERE is_matured) AS matured,
       count(*) FILTER (WHERE is_converted) AS converted,
       count(*) FILTER (WHERE is_matured AND NOT is_converted) AS expired,
       count(*) FILTER (WHERE NOT is_matured) AS pending,
       round(count(*) FILTER (WHERE is_converted)
             / nullif(count(*) FILTER (WHERE is_matured), 0)::numeric, 6)
           AS rate,
       round((percentile_cont(0.5) WITHIN GROUP (ORDER BY days)
              FILTER (WHERE is_converted))::numeric, 1) AS median_days
FROM sliced
GROUP BY cohort, dimension, value
ORDER BY cohort, dimension COLLATE "C", value COLLATE "C"
