-- kpi_sales_by: sales by what they are made of; shares by largest remainder,
-- a tenth at a time to whoever is furthest below what is due.
WITH RECURSIVE
part AS
(
    SELECT day, d.dimension, coalesce(nullif(d.value, ''), '(none)') AS value,
           gross, discounts, returns, net, units, NOT is_return AS is_order,
           customer_id
    FROM oracle_sale,
         LATERAL (VALUES ('region', region), ('country', country),
                         ('channel', channel), ('sales_rep', sales_rep_id),
                         ('segment', segment)) AS d (dimension, value)
    WHERE status = 'counts'
    UNION ALL
    SELECT day, d.dimension, d.value,
           CASE WHEN quantity > 0 THEN amount ELSE 0 END, discount,
           CASE WHEN quantity < 0 THEN -amount ELSE 0 END, amount - discount,
           greatest(quantity, 0), NULL, NULL
    FROM oracle_line AS l JOIN oracle_order AS o USING (order_id),
         LATERAL (VALUES ('product', l.product_id), ('category',
             coalesce((SELECT nullif(p.category, '') FROM products AS p
                       WHERE p.product_id = l.product_id), '(none)')))
             AS d (dimension, value)
    WHERE status = 'counts'
),
sums AS MATERIALIZED
(
    SELECT grain, date_trunc(grain, day::timestamp)::date AS period, step,
           dimension, value, sum(gross) AS gross, sum(discounts) AS discounts,
           sum(returns) AS returns, sum(net) AS net, sum(units) AS units,
           CASE WHEN bool_or(is_order IS NOT NULL)
                THEN count(*) FILTER (WHERE is_order) END AS orders,
           CASE WHEN bool_or(is_order IS NOT NULL)
                THEN count(DISTINCT customer_id) FILTER (WHERE is_order) END
               AS customers
    FROM part, oracle_grain WHERE grain IN ('month', 'quarter', 'year')
    GROUP BY 1, 2, 3, 4, 5
),
due AS MATERIALIZED
(
    SELECT s.*, 1000 * net / nullif(sum(net) OVER g, 0) AS due,
           sum(net) OVER g AS total
    FROM sums AS s
    WINDOW g AS (PARTITION BY grain, period, dimension)
),
placed AS
(
    SELECT d.*, 1000 - sum(floor(due)) OVER (PARTITION BY grain, period,
                                             dimension) AS missing,
           (SELECT count(*) FROM due AS o
            WHERE (o.grain, o.period, o.dimension)
                  = (d.grain, d.period, d.dimension)
              AND (o.due - floor(o.due) > d.due - floor(d.due)
                   OR o.due - floor(o.due) = d.due - floor(d.due)
                      AND o.value COLLATE "C" < d.value COLLATE "C")) AS ahead
    FROM due AS d
)
SELECT grain, period, dimension, value, gross, discounts, returns, net,
       CASE WHEN total > 0 THEN
            (floor(due) + CASE WHEN ahead < missing THEN 1 ELSE 0 END) / 10 END
           AS share,
       units, orders, customers,
       CASE WHEN orders > 0 THEN round(net / orders, 2) END AS aov,
       period + step <= as_of AS is_complete
FROM placed, settings
