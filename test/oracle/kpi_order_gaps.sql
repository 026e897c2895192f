-- kpi_order_gaps: who ordered again, by day and days since the day before.
WITH
day AS
(
    SELECT DISTINCT customer_id, day
    FROM oracle_sale
    WHERE status = 'counts' AND NOT is_return AND customer_id IS NOT NULL
)
SELECT a.day AS period, a.day - b.day AS days, count(*) AS customers
FROM day AS a
JOIN day AS b ON b.customer_id = a.customer_id AND b.day = (SELECT max(c.day)
    FROM day AS c WHERE c.customer_id = a.customer_id AND c.day < a.day)
GROUP BY 1, 2
