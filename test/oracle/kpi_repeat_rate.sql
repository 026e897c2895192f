-- kpi_repeat_rate: who came again, by the month of the first order.
WITH
bought AS
(
    SELECT customer_id, day, row_number() OVER (PARTITION BY customer_id
               ORDER BY day, order_id) AS n
    FROM oracle_sale
    WHERE status = 'counts' AND NOT is_return AND customer_id IS NOT NULL
),
buyer AS
(
    SELECT a.day AS first, b.day AS second, as_of - a.day > 90 AS matured
    FROM settings, bought AS a
    LEFT JOIN bought AS b ON b.customer_id = a.customer_id AND b.n = 2
    WHERE a.n = 1
),
month AS
(
    SELECT p::date AS cohort, (p + interval '1 month')::date AS next, as_of
    FROM (SELECT date_trunc('month', min(first)::timestamp) AS f FROM buyer)
             AS b, settings, generate_series(f, as_of, interval '1 month') AS p
)
SELECT cohort, count(first) AS customers,
       count(*) FILTER (WHERE matured) AS matured,
       count(*) FILTER (WHERE matured AND second - first <= 90) AS repeated,
       round(count(*) FILTER (WHERE matured AND second - first <= 90)::numeric
             / nullif(count(*) FILTER (WHERE matured), 0), 6) AS repeat_rate,
       count(second) AS repeated_ever,
       round(count(second)::numeric / nullif(count(first), 0), 6)
           AS repeat_rate_ever,
       (SELECT round(avg(d), 1) FROM
        (SELECT second - first AS d, count(*) OVER () AS n,
                row_number() OVER (ORDER BY second - first) AS i
         FROM buyer AS o WHERE second IS NOT NULL
           AND date_trunc('month', o.first::timestamp) = cohort) AS m
        WHERE i IN ((n + 1) / 2, (n + 2) / 2)) AS median_days,
       next <= as_of
       AND coalesce(bool_and(matured) FILTER (WHERE first IS NOT NULL),
                    next + 90 <= as_of) AS is_mature
FROM month LEFT JOIN buyer ON date_trunc('month', first::timestamp) = cohort
GROUP BY cohort, next, as_of
