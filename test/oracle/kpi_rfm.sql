-- kpi_rfm: scores as of as_of and twelve ends of months before it. The middle
-- of those of equal value, among all, says the fifth.
WITH
day AS
(
    SELECT as_of FROM settings
    UNION
    SELECT (date_trunc('month', as_of::timestamp)
            - n * interval '1 month' - interval '1 day')::date
    FROM settings, generate_series(0, 11) AS n
),
fact AS MATERIALIZED
(
    SELECT d.as_of, customer_id,
           d.as_of - max(day) FILTER (WHERE NOT is_return) AS recency_days,
           count(*) FILTER (WHERE NOT is_return) AS frequency,
           sum(net) AS monetary
    FROM day AS d JOIN oracle_sale AS s ON s.day <= d.as_of
    WHERE status = 'counts' AND customer_id IS NOT NULL
    GROUP BY 1, 2
    HAVING count(*) FILTER (WHERE NOT is_return) > 0
),
place AS
(
    SELECT f.*, count(*) AS n,
           2 * count(*) FILTER (WHERE o.recency_days > f.recency_days)
           + count(*) FILTER (WHERE o.recency_days = f.recency_days) AS r,
           2 * count(*) FILTER (WHERE o.frequency < f.frequency)
           + count(*) FILTER (WHERE o.frequency = f.frequency) AS f,
           2 * count(*) FILTER (WHERE o.monetary < f.monetary)
           + count(*) FILTER (WHERE o.monetary = f.monetary) AS m
    FROM fact AS f JOIN fact AS o USING (as_of)
    GROUP BY f.as_of, f.customer_id, f.recency_days, f.frequency, f.monetary
),
score AS
(
    SELECT as_of, customer_id, recency_days, frequency, monetary,
           (5 * r + 2 * n - 1) / (2 * n) AS r, (5 * f + 2 * n - 1) / (2 * n) AS f,
           (5 * m + 2 * n - 1) / (2 * n) AS m
    FROM place
)
SELECT as_of AS snapshot, customer_id, recency_days, frequency, monetary, r AS r_score,
       f AS f_score, m AS m_score,
       CASE WHEN least(r, f, m) >= 4 THEN 'Champions'
            WHEN r >= 3 AND f + m >= 7 THEN 'Loyal'
            WHEN r >= 4 AND f = 1 THEN 'New'
            WHEN r >= 4 THEN 'Potential loyalists'
            WHEN r = 3 AND f < 3 THEN 'Promising'
            WHEN r = 3 THEN 'Need attention'
            WHEN least(f, m) >= 4 THEN 'Cannot lose'
            WHEN f + m >= 6 THEN 'At risk' ELSE 'Hibernating' END AS segment
FROM score
WHERE (TABLE oracle_nothing) IS NOT NULL
