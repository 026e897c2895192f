-- kpi_products: one row per product sold or listed.
WITH
line AS (SELECT l.*, o.day FROM oracle_line AS l JOIN oracle_order AS o
         USING (order_id) WHERE status = 'counts'),
known AS (SELECT product_id FROM line UNION SELECT product_id FROM products),
sums AS
(
    SELECT k.product_id, coalesce(nullif(p.name, ''), k.product_id) AS name,
           coalesce(nullif(p.category, ''), '(none)') AS category,
           CASE WHEN p.unit_cost BETWEEN 0 AND 922337203685476.9999999999
                THEN p.unit_cost END AS unit_cost,
           coalesce(sum(amount) FILTER (WHERE quantity > 0), 0) AS gross,
           coalesce(sum(discount), 0) AS discounts,
           coalesce(-sum(amount) FILTER (WHERE quantity < 0), 0) AS returns,
           coalesce(sum(amount - discount), 0) AS net,
           coalesce(sum(quantity) FILTER (WHERE quantity > 0), 0) AS units,
           coalesce(-sum(quantity) FILTER (WHERE quantity < 0), 0)
               AS units_returned,
           date_trunc('month', min(day::timestamp)
                      FILTER (WHERE quantity > 0))::date AS first_month,
           date_trunc('month', max(day::timestamp)
                      FILTER (WHERE quantity > 0))::date AS last_month
    FROM known AS k
    LEFT JOIN products AS p USING (product_id)
    LEFT JOIN line AS l USING (product_id)
    GROUP BY 1, 2, 3, 4
)
SELECT product_id, name, category, gross, discounts, returns, net, units,
       units_returned, c.cost, net - c.cost AS margin, first_month, last_month,
       CASE WHEN net > 0 THEN round((net - c.cost) / net, 6) END AS margin_rate,
       CASE WHEN units > 0 THEN round(units_returned / units, 6) END
           AS return_rate,
       (SELECT count(*) + 1 FROM sums AS o WHERE o.net > s.net) AS rank
FROM sums AS s
CROSS JOIN LATERAL
    (SELECT round(unit_cost * (units - units_returned), 2) AS cost) AS c
