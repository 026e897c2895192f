-- kpi_sales_drivers: the change of each complete month on the one before.
WITH
product AS
(
    SELECT date_trunc('month', o.day::timestamp)::date AS month, l.product_id,
           sum(amount) AS g, sum(quantity) AS q
    FROM oracle_line AS l JOIN oracle_order AS o USING (order_id)
    WHERE status = 'counts' AND quantity > 0
    GROUP BY 1, 2
),
month AS
(
    SELECT p::date AS month, (p - interval '1 month')::date AS before,
           p > first AS has_before
    FROM (SELECT date_trunc('month', min(day)::timestamp) AS first
          FROM oracle_sale WHERE status <> 'ignore') AS f, settings,
         generate_series(first, as_of - interval '1 month', interval '1 month')
             AS p
),
net AS
(
    SELECT m.month,
           coalesce(sum(net), 0) AS net, coalesce(sum(discounts), 0) AS off,
           coalesce(sum(returns), 0) AS back
    FROM month AS m
    LEFT JOIN oracle_sale AS s ON s.status = 'counts'
        AND date_trunc('month', s.day::timestamp) = m.month
    GROUP BY 1
),
common AS
(
    SELECT m.month, coalesce(sum(b.g), 0) AS g1, coalesce(sum(a.g), 0) AS g0,
           sum(b.q) AS q1, sum(a.q) AS q0,
           coalesce(sum(b.q * a.g / a.q), 0) AS at_old_prices
    FROM month AS m
    LEFT JOIN (product AS a JOIN product AS b USING (product_id))
           ON a.month = m.before AND b.month = m.month
    GROUP BY 1
),
alone AS
(
    SELECT m.month,
           (SELECT coalesce(sum(g), 0) FROM product AS p
            WHERE p.month = m.month AND NOT EXISTS
                (SELECT FROM product AS o WHERE o.month = m.before
                   AND o.product_id = p.product_id)) AS new_products,
           (SELECT coalesce(sum(g), 0) FROM product AS p
            WHERE p.month = m.before AND NOT EXISTS
                (SELECT FROM product AS o WHERE o.month = m.month
                   AND o.product_id = p.product_id)) AS lost_products,
           (SELECT count(*) FROM product AS p
            WHERE p.month = m.month AND NOT EXISTS
                (SELECT FROM product AS o WHERE o.month = m.before
                   AND o.product_id = p.product_id)) AS products_new,
           (SELECT count(*) FROM product AS p
            WHERE p.month = m.before AND NOT EXISTS
                (SELECT FROM product AS o WHERE o.month = m.month
                   AND o.product_id = p.product_id)) AS products_lost
    FROM month AS m
)
SELECT m.month AS period, a.net AS net_before, d.price, d.volume,
       b.g1 - b.g0 - d.price - d.volume AS mix, l.new_products,
       -l.lost_products AS lost_products, a.off - n.off AS discounts,
       a.back - n.back AS returns, n.net, l.products_new, l.products_lost
FROM month AS m
JOIN net AS n USING (month)
JOIN net AS a ON a.month = m.before
JOIN common AS b ON b.month = m.month
JOIN alone AS l ON l.month = m.month
CROSS JOIN LATERAL
    (SELECT round(b.g1 - b.at_old_prices, 2) AS price,
            coalesce(round(b.g0 * (b.q1 / b.q0 - 1), 2), 0) AS volume) AS d
WHERE m.has_before
