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
    WHERE signup_date <= as_of
),
outcome AS
(
    SELECT *, is_matured AND first_payment IS NOT NULL
              AND days < conversion_days AS is_converted
    FROM signup
),
counted AS
(
    SELECT cohort, dimension, value,
           count(*) AS signups,
           count(*) FILTER (WHERE is_matured) AS matured,
           CASE WHEN any_payment THEN count(*) FILTER (WHERE is_converted) END
               AS converted,
           CASE WHEN any_payment
                THEN count(*) FILTER (WHERE is_matured AND NOT is_converted) END
               AS expired,
           count(*) FILTER (WHERE NOT is_matured AND first_payment IS NULL)
               AS pending,
           CASE WHEN any_payment THEN
               round(count(*) FILTER (WHERE is_converted)
                     / nullif(count(*) FILTER (WHERE is_matured), 0)::numeric, 6)
               END AS rate,
           round((percentile_cont(0.5) WITHIN GROUP (ORDER BY days)
                  FILTER (WHERE is_converted))::numeric, 1) AS median_days,
           CASE WHEN any_payment
                THEN count(*) FILTER (WHERE NOT is_matured
                                        AND first_payment IS NOT NULL) END
               AS converted_early
    FROM outcome JOIN oracle_member USING (customer_id) CROSS JOIN oracle_source
    WHERE dimension <> 'plan_type'
    GROUP BY cohort, dimension, value, any_payment
)
-- The limits of Wilson, as a centre and what lies on either side of it.
SELECT c.*,
       CASE WHEN p IS NOT NULL THEN round(greatest(0, (p + z / (2 * n)
             - sqrt(z * p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z / n)), 6)
           END AS rate_lo,
       CASE WHEN p IS NOT NULL THEN round(least(1, (p + z / (2 * n)
             + sqrt(z * p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z / n)), 6)
           END AS rate_hi
FROM counted AS c
CROSS JOIN LATERAL (SELECT converted::numeric / nullif(matured, 0) AS p,
                           nullif(matured, 0)::numeric AS n,
                           1.959964 * 1.959964 AS z) AS w
ORDER BY cohort, dimension COLLATE "C", value COLLATE "C"
