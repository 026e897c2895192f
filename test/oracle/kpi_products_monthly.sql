-- kpi_products_monthly: one row per month and product with a line.
SELECT date_trunc('month', o.day::timestamp)::date AS period, l.product_id,
       coalesce((SELECT nullif(p.category, '') FROM products AS p
                 WHERE p.product_id = l.product_id), '(none)') AS category,
       coalesce(sum(amount) FILTER (WHERE quantity > 0), 0) AS gross,
       sum(discount) AS discounts,
       coalesce(-sum(amount) FILTER (WHERE quantity < 0), 0) AS returns,
       sum(amount) - sum(discount) AS net,
       coalesce(sum(quantity) FILTER (WHERE quantity > 0), 0) AS units,
       coalesce(-sum(quantity) FILTER (WHERE quantity < 0), 0)
           AS units_returned, count(*) AS lines
FROM oracle_line AS l JOIN oracle_order AS o USING (order_id)
WHERE status = 'counts'
GROUP BY 1, 2
