-- kpi_cohort_retention: who of a cohort is active how many months later.
WITH
cal AS MATERIALIZED
(
    SELECT * FROM oracle_calendar
),
-- Months in which a customer was active, and her revenue of the month. With
-- MRR: a subscription with a price ran on some day of the month.
mrr_active AS
(
    SELECT customer_id, period,
           coalesce(sum(price) FILTER (WHERE close_day < end_date), 0)
               AS revenue
    FROM cal
    JOIN oracle_sub ON price > 0
        AND start_date <= close_day AND period < end_date
    GROUP BY customer_id, period
),
payment_active AS
(
    SELECT customer_id, period, sum(amount) AS revenue
    FROM oracle_pay
    WHERE is_paid AND customer_id <> '(none)'
    GROUP BY customer_id, period
),
active AS MATERIALIZED
(
    SELECT 'mrr' AS basis, * FROM mrr_active
    UNION ALL
    SELECT 'payment', * FROM payment_active
    UNION ALL
    SELECT 'signup', * FROM mrr_active
),
member AS
(
    SELECT basis, customer_id, min(period) AS cohort
    FROM active
    WHERE basis <> 'signup'
    GROUP BY basis, customer_id
    UNION ALL
    SELECT 'signup', customer_id,
           date_trunc('month', signup_date::timestamp)::date
    FROM oracle_customer, settings, oracle_source
    WHERE signup_date <= as_of AND any_subscription
),
-- Every member in every month from the cohort's on, active or not.
slot AS
(
    SELECT basis, customer_id, cohort, period, is_complete,
           (extract(year FROM age(period, cohort)) * 12
            + extract(month FROM age(period, cohort)))::int AS age
    FROM member JOIN cal ON period >= cohort
),
-- Throughout: active in as many months from the cohort's on as there are.
seen AS MATERIALIZED
(
    SELECT s.*, a.customer_id IS NOT NULL AS is_active, a.revenue,
           EXISTS (SELECT FROM active AS x
                   WHERE x.basis = s.basis AND x.customer_id = s.customer_id
                     AND x.period >= s.period) AS is_active_or_later,
           age + 1 = (SELECT count(*) FROM active AS x
                      WHERE x.basis = s.basis
                        AND x.customer_id = s.customer_id
                        AND x.period BETWEEN s.cohort AND s.period)
               AS is_active_throughout
    FROM slot AS s
    LEFT JOIN active AS a USING (basis, customer_id, period)
),
cell AS
(
    SELECT basis, cohort, age, is_complete AS is_mature,
           count(*) AS customers,
           count(*) FILTER (WHERE is_active) AS retained,
           count(*) FILTER (WHERE is_active_or_later) AS retained_or_later,
           count(*) FILTER (WHERE is_active_throughout)
               AS retained_throughout,
           coalesce(sum(revenue) FILTER (WHERE is_active), 0) AS revenue
    FROM seen
    GROUP BY basis, cohort, age, is_complete
),
shown AS
(
    SELECT basis, cohort, age, customers, is_mature,
           CASE WHEN is_mature THEN retained END AS retained,
           CASE WHEN is_mature THEN retained_or_later END
               AS retained_or_later,
           CASE WHEN is_mature THEN retained_throughout END
               AS retained_throughout,
           CASE WHEN is_mature THEN revenue END AS revenue
    FROM cell
)
SELECT basis, cohort, age, customers, retained,
       round(retained / customers::numeric, 6) AS rate,
       retained_or_later,
       round(retained_or_later / customers::numeric, 6) AS rate_or_later,
       retained_throughout, revenue,
       round(revenue / nullif((SELECT z.revenue FROM shown AS z
                               WHERE z.basis = shown.basis
                                 AND z.cohort = shown.cohort
                                 AND z.age = 0), 0), 6) AS revenue_rate,
       is_mature
FROM shown
ORDER BY basis COLLATE "C", cohort, age
