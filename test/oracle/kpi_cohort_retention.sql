-- kpi_cohort_retention: who of a cohort is active how many months later.
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
-- Months in which a customer was active, and her revenue of the month. With
-- MRR: a subscription with a price ran on some day of the month.
mrr_active AS
(
    SELECT customer_id, period,
           (SELECT coalesce(sum(price), 0) FROM sub AS x
            WHERE x.customer_id = cust.customer_id
              AND start_date <= close_day AND close_day < end_date) AS revenue
    FROM cal, cust
    WHERE EXISTS (SELECT FROM sub AS x
                  WHERE x.customer_id = cust.customer_id AND price > 0
                    AND start_date <= close_day AND period < end_date)
),
payment_active AS
(
    SELECT customer_id, period, sum(amount) AS revenue
    FROM pay
    WHERE is_paid
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
    FROM cust, settings
    WHERE isfinite(signup_date) AND signup_date <= as_of
),
-- Every member in every month from the cohort's on; a member is a row here
-- even when not active.
seen AS MATERIALIZED
(
    SELECT m.basis, m.cohort, cal.period, cal.is_complete,
           (extract(year FROM age(cal.period, m.cohort)) * 12
            + extract(month FROM age(cal.period, m.cohort)))::int AS age,
           a.customer_id IS NOT NULL AS is_active, a.revenue,
           EXISTS (SELECT FROM active AS x
                   WHERE x.basis = m.basis AND x.customer_id = m.customer_id
                     AND x.period >= cal.period) AS is_active_or_later,
           NOT EXISTS (SELECT FROM cal AS y
                       WHERE y.period BETWEEN m.cohort AND cal.period
                         AND NOT EXISTS
                             (SELECT FROM active AS x
                              WHERE x.basis = m.basis
                                AND x.customer_id = m.customer_id
                                AND x.period = y.period))
               AS is_active_throughout
    FROM member AS m
    JOIN cal ON cal.period >= m.cohort
    LEFT JOIN active AS a
        ON a.basis = m.basis AND a.customer_id = m.customer_id
        AND a.period = cal.period
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
