-- Why sales changed: price, volume, mix, products that came and went.
--
-- Of products sold in both months, with units q0, q1 and gross g0, g1 and sums
-- Q0, Q1, G0, G1 over them:
--   price   G1 - sum of q1 * g0 / q0     the same basket at last month's prices
--   volume  G0 * (Q1 / Q0 - 1)           as many more units of all alike
--   mix     the rest                     dearer or cheaper products
-- Gross always has units, so that no price is that of a return; discounts and
-- returns are drivers of their own, and all add up to the change of net.
INSERT INTO saaskpi_internal.relations (relation, needs, key, grain, comment, query) VALUES
('kpi_sales_drivers', '{orders,order_lines}', '{period}', 'month',
 'Why sales changed against the month before: one row per complete month but the first, the drivers adding up to the change. Did we sell more, dearer, or other things?', $sql$
WITH months AS (
    SELECT s.period, lag(s.period) OVER (ORDER BY s.period) AS before, s.net, lag(s.net) OVER (ORDER BY s.period) AS net_before,
           s.discounts - lag(s.discounts) OVER (ORDER BY s.period) AS discounts, s.returns - lag(s.returns) OVER (ORDER BY s.period) AS returns
      FROM {kpi_sales} AS s WHERE s.grain = 'month' AND s.is_complete
), sold AS (
    SELECT m.period, m.product_id, m.gross, m.units FROM {kpi_products_monthly} AS m WHERE m.units > 0
), pairs AS (
    SELECT coalesce(b.period, (a.period + interval '1 month')::date) AS period, a.gross AS g0, a.units AS q0, b.gross AS g1, b.units AS q1
      FROM sold AS a FULL JOIN sold AS b ON b.product_id = a.product_id AND b.period = (a.period + interval '1 month')::date
), drivers AS (
    SELECT period, coalesce(sum(g1) FILTER (WHERE g0 IS NULL), 0.00) AS new_products, -coalesce(sum(g0) FILTER (WHERE g1 IS NULL), 0.00) AS lost_products,
           sum(g1) FILTER (WHERE g0 IS NOT NULL) - sum(g0) FILTER (WHERE g1 IS NOT NULL) AS both,
           round(sum(g1 - q1 * g0 / q0) FILTER (WHERE g0 IS NOT NULL AND g1 IS NOT NULL), 2) AS price,
           round(sum(g0) FILTER (WHERE g1 IS NOT NULL) * (sum(q1) FILTER (WHERE g0 IS NOT NULL) / sum(q0) FILTER (WHERE g1 IS NOT NULL) - 1), 2) AS volume,
           count(*) FILTER (WHERE g0 IS NULL) AS products_new, count(*) FILTER (WHERE g1 IS NULL) AS products_lost
      FROM pairs GROUP BY period
)
SELECT m.period, m.net_before, coalesce(d.price, 0.00) AS price, coalesce(d.volume, 0.00) AS volume, coalesce(d.both - d.price - d.volume, 0.00) AS mix,
       coalesce(d.new_products, 0.00) AS new_products, coalesce(d.lost_products, 0.00) AS lost_products, -m.discounts AS discounts, -m.returns AS returns, m.net,
       coalesce(d.products_new, 0) AS products_new, coalesce(d.products_lost, 0) AS products_lost
  FROM months AS m LEFT JOIN drivers AS d ON d.period = m.period
 WHERE m.net_before IS NOT NULL AND m.net IS NOT NULL
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, comment) VALUES
('kpi_sales_drivers', 'period', 'date', 'First day of the month.'),
('kpi_sales_drivers', 'net_before', 'money', 'Net sales of the month before.'),
('kpi_sales_drivers', 'price', 'money', 'What other prices brought: units of the month at its prices less the same units at those of the month before, over products sold in both.'),
('kpi_sales_drivers', 'volume', 'money', 'What more or fewer units brought, had each product sold alike more or fewer, over products sold in both.'),
('kpi_sales_drivers', 'mix', 'money', 'What the shift to dearer or cheaper products brought, over products sold in both.'),
('kpi_sales_drivers', 'new_products', 'money', 'Gross sales of products not sold in the month before.'),
('kpi_sales_drivers', 'lost_products', 'money', 'Gross sales of the month before of products not sold any more; an amount of zero or less.'),
('kpi_sales_drivers', 'discounts', 'money', 'What fewer discounts brought; below zero when there were more.'),
('kpi_sales_drivers', 'returns', 'money', 'What fewer returns brought; below zero when more came back.'),
('kpi_sales_drivers', 'net', 'money', 'Net sales of the month: net_before + price + volume + mix + new_products + lost_products + discounts + returns.'),
('kpi_sales_drivers', 'products_new', 'products', 'Products sold, and not in the month before.'),
('kpi_sales_drivers', 'products_lost', 'products', 'Products sold in the month before, and not in this one.');

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('drivers_explain_change', $sql$
SELECT format('%s: %s from %s and the drivers, %s in kpi_sales', d.period, d.net_before + price + volume + mix + new_products + lost_products + d.discounts + d.returns, d.net_before, s.net)
  FROM {kpi_sales_drivers} AS d JOIN {kpi_sales} AS s ON s.grain = 'month' AND s.period = d.period
 WHERE d.net_before + price + volume + mix + new_products + lost_products + d.discounts + d.returns <> s.net
$sql$);

INSERT INTO saaskpi_internal.dictionary (name, relation, column_name, sources, formula, question, definition) VALUES
('Price effect', 'kpi_sales_drivers', 'price', 'orders, order_lines', 'gross of the month minus its units at the prices of the month before',
 'Did we sell dearer?',
 'Over products sold in both months; price, volume, mix, new and lost products, discounts and returns add up to the change of net exactly.'),
('Volume effect', 'kpi_sales_drivers', 'volume', 'orders, order_lines', 'gross of the month before * (units / units of the month before - 1)',
 'Did we sell more?',
 'As if all products had grown alike; what they did not do alike is in mix.');
