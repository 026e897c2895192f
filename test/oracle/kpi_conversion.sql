-- kpi_conversion: from signup to the first payment, by signup month.
WITH
signup AS
(
    SELECT c.*, date_trunc('month', signup_date::timestamp)::date AS cohort,
           signup_date + conversion_days <= as_of AS is_matured,
           greatest(0, first_payment - signup_date) AS days,
           conversion_days, first_payment
    FROM settings, oracle_customer AS c
    LEFT JOIN (SELECT customer_id, min(payment_date) AS first_payment
               FROM oracle_pay WHERE is_paid
               GROUP BY customer_id) AS p USING (customer_id)
    WHERE isfinite(signup_date) AND signup_date <= as_of
),
outcome AS
(
    SELECT *, is_matured AND first_payment IS NOT NULL
              AND days < conversion_days AS is_converted
    FROM signup
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
FROM outcome JOIN oracle_member USING (customer_id)
WHERE dimension <> 'plan_type'
GROUP BY cohort, dimension, value
ORDER BY cohort, dimension COLLATE "C", value COLLATE "C"
