-- kpi_mrr_movements: one row per customer and day on which MRR changed.
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
)
SELECT period, happened_on, customer_id, movement, amount, mrr_before,
       mrr_after
FROM movement
ORDER BY happened_on, customer_id COLLATE "C"
