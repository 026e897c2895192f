-- Products: by month, and over all of time.

INSERT INTO saaskpi_internal.relations (relation, needs, key, grain, comment, query) VALUES
('kpi_products_monthly', '{orders,order_lines}', '{period,product_id}', 'month and product',
 'What each product sold: one row per month and product with any line. Which products grow?', $sql$
SELECT q.period, q.product_id, coalesce(nullif(p.category, ''), '(none)') AS category, saaskpi_internal.order_gross(q.s) AS gross,
       saaskpi_internal.order_discounts(q.s) AS discounts, saaskpi_internal.order_returns(q.s) AS returns, saaskpi_internal.order_net(q.s) AS net,
       saaskpi_internal.order_units(q.s) AS units, saaskpi_internal.order_units_returned(q.s) AS units_returned, q.s[1] AS lines
  FROM (SELECT o.period, coalesce(nullif(i.product_id, ''), '(none)') AS product_id, saaskpi_internal.line_sums(i.quantity, i.amount, i.discount) AS s
          FROM {order_lines} AS i
          JOIN (SELECT k.order_id, date_trunc('month', k.ordered_on::timestamp)::date AS period FROM {kpi_orders} AS k WHERE k.status = 'counts' OFFSET '0') AS o ON o.order_id = i.order_text
         GROUP BY 1, 2) AS q
  LEFT JOIN {products} AS p ON p.product_id = q.product_id
 WHERE q.s[1] > 0
$sql$),

('kpi_products', '{orders,order_lines}', '{product_id}', 'product',
 'The products, with what they brought up to as_of: one row per product that was ever sold or is in products. What sells most, and what comes back?', $sql$
SELECT s.*, saaskpi_internal.rate(s.margin, s.net) AS margin_rate, saaskpi_internal.rate(s.units_returned, s.units) AS return_rate,
       CASE WHEN s.net IS NOT NULL THEN rank() OVER (ORDER BY s.net DESC) END AS rank
  FROM (SELECT product_id, coalesce(nullif(p.name, ''), product_id) AS name, coalesce(nullif(p.category, ''), '(none)') AS category,
               coalesce(m.gross, n.money) AS gross, coalesce(m.discounts, n.money) AS discounts, coalesce(m.returns, n.money) AS returns, coalesce(m.net, n.money) AS net,
               coalesce(m.units, n.units) AS units, coalesce(m.units_returned, n.units) AS units_returned,
               k.cost,
               coalesce(m.net, n.money) - k.cost AS margin,
               m.first_month, m.last_month
          FROM (SELECT product_id, sum(gross) AS gross, sum(discounts) AS discounts, sum(returns) AS returns, sum(net) AS net, sum(units) AS units,
                       sum(units_returned) AS units_returned, min(period) FILTER (WHERE units > 0) AS first_month, max(period) FILTER (WHERE units > 0) AS last_month
                  FROM {kpi_products_monthly} AS m GROUP BY product_id) AS m
          FULL JOIN (SELECT * FROM {products} AS i WHERE i.product_id IS NOT NULL) AS p USING (product_id)
         CROSS JOIN (SELECT CASE WHEN {filled order_lines} THEN 0.00 END AS money, CASE WHEN {filled order_lines} THEN 0 END AS units) AS n
         CROSS JOIN LATERAL (SELECT round(p.unit_cost * (coalesce(m.units, n.units) - coalesce(m.units_returned, n.units)), 2) AS cost) AS k) AS s
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, base, comment) VALUES
('kpi_products_monthly', 'period', 'date', NULL, 'First day of the month.'),
('kpi_products_monthly', 'product_id', 'text', NULL, 'Product; (none) stands for lines without one.'),
('kpi_products_monthly', 'category', 'text', NULL, 'Its category in products; (none) when unknown there.'),
('kpi_products_monthly', 'gross', 'money', NULL, 'quantity * unit_price of the lines sold, before discounts; cancelled orders left out.'),
('kpi_products_monthly', 'discounts', 'money', NULL, 'Discounts, as a positive amount.'),
('kpi_products_monthly', 'returns', 'money', NULL, 'What came back in the month, as a positive amount.'),
('kpi_products_monthly', 'net', 'money', NULL, 'gross - discounts - returns.'),
('kpi_products_monthly', 'units', 'units', NULL, 'Units sold.'),
('kpi_products_monthly', 'units_returned', 'units', NULL, 'Units that came back.'),
('kpi_products_monthly', 'lines', 'lines', NULL, 'Lines that count.'),
('kpi_products', 'product_id', 'text', NULL, 'Product; (none) stands for lines without one.'),
('kpi_products', 'name', 'text', NULL, 'Its name in products, else its id.'),
('kpi_products', 'category', 'text', NULL, 'Its category in products; (none) when unknown there.'),
('kpi_products', 'gross', 'money', NULL, 'quantity * unit_price of the lines sold, before discounts. This and all that follows from lines is NULL while order_lines is empty.'),
('kpi_products', 'discounts', 'money', NULL, 'Discounts, as a positive amount.'),
('kpi_products', 'returns', 'money', NULL, 'What came back, as a positive amount.'),
('kpi_products', 'net', 'money', NULL, 'gross - discounts - returns.'),
('kpi_products', 'units', 'units', NULL, 'Units sold.'),
('kpi_products', 'units_returned', 'units', NULL, 'Units that came back.'),
('kpi_products', 'cost', 'money', NULL, 'unit_cost of products for every unit sold and not returned; NULL when unit_cost is unknown.'),
('kpi_products', 'margin', 'money', NULL, 'net - cost; NULL when unit_cost is unknown.'),
('kpi_products', 'first_month', 'date', NULL, 'First month it was sold in; NULL when it never was.'),
('kpi_products', 'last_month', 'date', NULL, 'Last month it was sold in; NULL when it never was.'),
('kpi_products', 'margin_rate', 'ratio', 'net', 'margin / net; NULL when unit_cost is unknown and unless net is above 0.'),
('kpi_products', 'return_rate', 'ratio', 'units', 'units_returned / units; NULL when none was sold.'),
('kpi_products', 'rank', 'integer', NULL, 'Place by net, 1 for the most; equals share a place.');

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('products_sum_to_sales', $sql$
SELECT format('%s: products %s, orders %s', month, p.net, o.net)
  FROM (SELECT period AS month, sum(net) AS net FROM {kpi_products_monthly} GROUP BY 1) AS p
  FULL JOIN (SELECT date_trunc('month', ordered_on::timestamp)::date AS month, sum(net) AS net FROM {kpi_orders} WHERE status = 'counts' AND lines > 0 GROUP BY 1) AS o USING (month)
 WHERE p.net IS DISTINCT FROM o.net
UNION ALL
SELECT format('kpi_products %s, kpi_products_monthly %s', p.net, m.net)
  FROM (SELECT coalesce(sum(net), 0) AS net FROM {kpi_products}) AS p JOIN (SELECT coalesce(sum(net), 0) AS net FROM {kpi_products_monthly}) AS m ON p.net <> m.net
$sql$);

INSERT INTO saaskpi_internal.dictionary (name, relation, column_name, sources, formula, question, definition) VALUES
('Product margin', 'kpi_products', 'margin', 'order_lines, products', 'net - cost',
 'What does a product earn?',
 'With the unit_cost that products says now, for all units ever sold and not returned. NULL when it says none.'),
('Return share', 'kpi_products', 'return_rate', 'order_lines', 'units_returned / units',
 'How much of it comes back?',
 'By units, of everything sold so far; what was sold last week may still come back.');
