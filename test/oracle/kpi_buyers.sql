-- kpi_buyers: one row per customer who ordered.
WITH
sale AS MATERIALIZED
    (SELECT * FROM oracle_sale
     WHERE status = 'counts' AND customer_id IS NOT NULL),
bought AS (SELECT *, row_number() OVER (PARTITION BY customer_id ORDER BY day)
               AS n FROM sale WHERE NOT is_return),
gap AS
(
    SELECT a.customer_id, b.day - a.day AS days
    FROM bought AS a JOIN bought AS b
      ON b.customer_id = a.customer_id AND b.n = a.n + 1
)
SELECT customer_id, min(b.day) AS first_order, max(b.day) AS last_order,
       as_of - max(b.day) AS recency_days, as_of - min(b.day) AS tenure_days,
       count(*) AS orders,
       (SELECT sum(net) FROM sale AS s WHERE s.customer_id = b.customer_id)
           AS net,
       round(sum(net) / count(*), 2) AS avg_basket,
       round((SELECT sum(units) FROM sale AS s
              WHERE s.customer_id = b.customer_id) / count(*), 4) AS avg_items,
       round(sum(products) / count(*), 4) AS avg_products,
       (SELECT round(avg(days), 4) FROM gap AS g
        WHERE g.customer_id = b.customer_id) AS avg_days_between,
       (SELECT round(avg(days), 1) FROM
        (SELECT days, row_number() OVER (ORDER BY days) AS i,
                count(*) OVER () AS n FROM gap AS g
         WHERE g.customer_id = b.customer_id) AS m
        WHERE i IN ((n + 1) / 2, (n + 2) / 2)) AS median_days_between,
       (SELECT coalesce(sum(net), (TABLE oracle_nothing)) FROM sale AS s
        WHERE s.customer_id = b.customer_id AND day > as_of - 30) AS net_30d,
       count(*) FILTER (WHERE day > as_of - 30) AS orders_30d,
       (SELECT coalesce(sum(net), (TABLE oracle_nothing)) FROM sale AS s
        WHERE s.customer_id = b.customer_id AND day > as_of - 90) AS net_90d,
       count(*) FILTER (WHERE day > as_of - 90) AS orders_90d,
       min(day) FILTER (WHERE n = 2) AS second_order,
       count(DISTINCT day) AS order_days,
       (SELECT coalesce(sum(net), (TABLE oracle_nothing)) FROM bought AS s
        WHERE s.customer_id = b.customer_id
          AND day > (SELECT min(day) FROM bought AS f
                     WHERE f.customer_id = b.customer_id)) AS net_again
FROM bought AS b, settings
GROUP BY customer_id, as_of
