-- Sales over time, and by what they are made of.

-- Shares of a whole in per cent with one decimal that add up to 100.0: each
-- rounded down, and what is missing to 100 given out in tenths to those that
-- lost most (largest remainder; Hamilton's method), of equals the first.
CREATE FUNCTION saaskpi_internal.shares(amounts numeric[])
RETURNS numeric[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT array_agg(CASE WHEN q.total > 0 THEN (floor(q.exact) + CASE WHEN q.turn <= q.missing THEN 1 ELSE 0 END) * 0.1 END ORDER BY q.i)
  FROM (SELECT p.*, 1000 - sum(floor(p.exact)) OVER () AS missing,
               row_number() OVER (ORDER BY floor(p.exact) - p.exact, p.i) AS turn
          FROM (SELECT u.i, sum(u.amount) OVER () AS total, 1000 * u.amount / nullif(sum(u.amount) OVER (), 0) AS exact
                  FROM unnest(amounts) WITH ORDINALITY AS u(amount, i)) AS p) AS q
$$;
COMMENT ON FUNCTION saaskpi_internal.shares(numeric[]) IS
    'shares of the sum in per cent to one decimal that add up to 100.0, by largest remainder; null unless the sum is above zero';

INSERT INTO saaskpi_internal.relations (relation, needs, key, grain, comment, query) VALUES
('kpi_sales_parts', '{orders}', '{dimension,value,period}', 'day, or dimension value and month',
 'What kpi_sales and kpi_sales_by add up: one row per day with an order, and one per month and value of each dimension. How many customers ordered in a month for the first time in its quarter?', $sql$
SELECT d.dimension, d.value, coalesce(q.ordered_on, q.month) AS period,
       CASE WHEN {filled order_lines} THEN saaskpi_internal.sales_sum(q.s, 1) END AS gross, CASE WHEN {filled order_lines} THEN saaskpi_internal.sales_sum(q.s, 2) END AS discounts,
       CASE WHEN {filled order_lines} THEN saaskpi_internal.sales_sum(q.s, 3) END AS returns, CASE WHEN {filled order_lines} THEN saaskpi_internal.sales_sum(q.s, 4) END AS units, q.s[1] AS orders,
       CASE WHEN d.i = 0 THEN q.s[2] END AS day_customers, CASE WHEN d.i = 0 THEN q.s[3] END AS week_customers,
       q.s[CASE d.i WHEN 0 THEN 4 ELSE 3 * d.i + 5 END] AS month_customers, q.s[CASE d.i WHEN 0 THEN 5 ELSE 3 * d.i + 6 END] AS quarter_customers,
       q.s[CASE d.i WHEN 0 THEN 6 ELSE 3 * d.i + 7 END] AS year_customers, CASE WHEN d.i = 0 THEN q.s[7] END AS new_customers
  FROM (SELECT p.ordered_on, p.month, p.region, p.country, p.channel, p.sales_rep, p.segment, p.g, saaskpi_internal.sales_sums_merged(p.s) AS s
          FROM ({branches}) AS p GROUP BY 1, 2, 3, 4, 5, 6, 7, 8) AS q
  JOIN LATERAL (VALUES (31, 0, 'all', 'all'), (47, 1, 'region', q.region), (55, 2, 'country', q.country), (59, 3, 'channel', q.channel), (61, 4, 'sales_rep', q.sales_rep), (62, 5, 'segment', q.segment))
       AS d(g, i, dimension, value) ON d.g = q.g
$sql$);

INSERT INTO saaskpi_internal.relation_branches (relation, branch, source, query) VALUES
('kpi_sales_parts', 'orders', 'orders', $sql$
SELECT o.ordered_on, o.month, o.region, o.country, o.channel, o.sales_rep, o.segment, GROUPING(o.ordered_on, o.region, o.country, o.channel, o.sales_rep, o.segment) AS g,
       saaskpi_internal.sales_sums(o.gross, o.discounts, o.returns, o.units, o.is_return, o.firsts) AS s
  FROM (SELECT c.*, date_trunc('month', c.ordered_on::timestamp)::date AS month,
               saaskpi_internal.order_firsts(c.customer_id, c.counted_on, {setting week_start}, c.region, c.country, c.channel, c.sales_rep, c.segment) AS firsts
          FROM (SELECT k.customer_id, k.ordered_on, CASE WHEN NOT k.is_return AND k.customer_id IS NOT NULL THEN k.ordered_on END AS counted_on, k.is_return,
                       coalesce(nullif(k.region, ''), '(none)') AS region, coalesce(nullif(k.country, ''), '(none)') AS country, coalesce(nullif(k.channel, ''), '(none)') AS channel,
                       coalesce(nullif(k.sales_rep_id, ''), '(none)') AS sales_rep, coalesce(nullif(k.segment, ''), '(none)') AS segment, k.gross, k.discounts, k.returns, k.units
                  FROM {kpi_orders} AS k WHERE k.status = 'counts' AND {half k.customer_id} ORDER BY k.customer_id COLLATE "C", k.ordered_on) AS c) AS o
 GROUP BY GROUPING SETS ((o.ordered_on), (o.month, o.region), (o.month, o.country), (o.month, o.channel), (o.month, o.sales_rep), (o.month, o.segment))
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, comment) VALUES
('kpi_sales_parts', 'dimension', 'text', 'all, by day; region, country, channel, sales_rep or segment, by month.'),
('kpi_sales_parts', 'value', 'text', 'Value of the dimension; (none) for orders without one; all of all.'),
('kpi_sales_parts', 'period', 'date', 'The day of all, else the first day of the month.'),
('kpi_sales_parts', 'gross', 'money', 'quantity * unit_price of the lines sold, before discounts; cancelled orders left out.'),
('kpi_sales_parts', 'discounts', 'money', 'Discounts, as a positive amount.'),
('kpi_sales_parts', 'returns', 'money', 'What came back, as a positive amount.'),
('kpi_sales_parts', 'units', 'units', 'Units sold.'),
('kpi_sales_parts', 'orders', 'orders', 'Orders, without those that are cancelled or only a return.'),
('kpi_sales_parts', 'day_customers', 'customers', 'Customers who ordered on the day; NULL but of all.'),
('kpi_sales_parts', 'week_customers', 'customers', 'Of them those whose first order of the week this is; NULL but of all. So these and the following add up to the customers of longer periods.'),
('kpi_sales_parts', 'month_customers', 'customers', 'Customers with their first order of the month, at this value.'),
('kpi_sales_parts', 'quarter_customers', 'customers', 'Customers with their first order of the quarter, at this value.'),
('kpi_sales_parts', 'year_customers', 'customers', 'Customers with their first order of the year, at this value.'),
('kpi_sales_parts', 'new_customers', 'customers', 'Customers with their first order ever; NULL but of all.');

INSERT INTO saaskpi_internal.relations (relation, needs, key, grain, comment, query) VALUES
('kpi_sales', '{orders}', '{grain,period}', 'day, week, month, quarter or year',
 'Sales: one row per day, week, month, quarter and year, gaps included. Choose one grain. How much did we sell last month, to how many, and is that more than the year before?', $sql$
WITH moved AS (
    SELECT v.day, sum(v.amount) AS amount, sum(v.discounts) AS discounts
      FROM {kpi_orders} AS r JOIN {kpi_orders} AS s ON s.order_id = r.returned_order_id AND s.status = 'counts' AND s.ordered_on < r.ordered_on, LATERAL (SELECT CASE WHEN r.is_return THEN r.discounts ELSE 0 END AS discounts) AS d,
           LATERAL (VALUES (r.ordered_on, -r.returns, -d.discounts), (s.ordered_on, r.returns, d.discounts)) AS v(day, amount, discounts)
     WHERE {present orders.returned_order_id} AND r.status = 'counts' AND r.returns <> 0 GROUP BY 1
), days AS MATERIALIZED (
    SELECT o.ordered_on, p.gross, p.discounts, p.returns, CASE WHEN m.amount IS NULL THEN p.returns ELSE coalesce(p.returns, 0.00) + m.amount END AS returns_by_sale,
           coalesce(m.discounts, 0) AS discounts_moved, o.net, p.units, o.units_returned, p.orders, o.return_orders, o.cancelled_orders, o.cancelled_net, o.guest_orders
      FROM (SELECT o.ordered_on, sum(o.net) FILTER (WHERE o.status = 'counts') AS net, sum(o.units_returned) FILTER (WHERE o.status = 'counts') AS units_returned,
                   count(*) FILTER (WHERE o.status = 'counts' AND o.is_return) AS return_orders,
                   count(*) FILTER (WHERE o.status = 'cancelled') AS cancelled_orders, coalesce(sum(o.net) FILTER (WHERE o.status = 'cancelled'), CASE WHEN {filled order_lines} THEN 0.00 END) AS cancelled_net,
                   count(*) FILTER (WHERE o.status = 'counts' AND NOT o.is_return AND o.customer_id IS NULL) AS guest_orders
              FROM {kpi_orders} AS o WHERE o.status <> 'ignore' GROUP BY o.ordered_on) AS o
      LEFT JOIN {kpi_sales_parts} AS p ON p.dimension = 'all' AND p.value = 'all' AND p.period = o.ordered_on
      LEFT JOIN moved AS m ON m.day = o.ordered_on
), grains(grain) AS (VALUES ('day'), ('week'), ('month'), ('quarter'), ('year')
), periods AS (
    SELECT g.grain, p.period::date AS period, saaskpi_internal.period_after(p.period::date, g.grain) AS next
      FROM (SELECT min(ordered_on) AS day FROM days) AS f, grains AS g,
           LATERAL generate_series(saaskpi_internal.period_of(f.day, g.grain, {setting week_start})::timestamp, {as_of}::timestamp,
                                   CASE g.grain WHEN 'quarter' THEN interval '3 months' ELSE ('1 ' || g.grain)::interval END) AS p(period)
), sums AS (
    SELECT g.grain, saaskpi_internal.period_of(d.ordered_on, g.grain, {setting week_start}) AS period, sum(gross) AS gross, sum(discounts) AS discounts, sum(returns) AS returns, sum(returns_by_sale) AS returns_by_sale, sum(discounts_moved) AS discounts_moved, sum(net) AS net,
           sum(units) AS units, sum(units_returned) AS units_returned, sum(orders)::bigint AS orders, sum(return_orders)::bigint AS return_orders,
           sum(cancelled_orders)::bigint AS cancelled_orders, sum(cancelled_net) AS cancelled_net, sum(guest_orders)::bigint AS guest_orders
      FROM days AS d, grains AS g GROUP BY 1, 2
), customers AS (
    SELECT g.grain, saaskpi_internal.period_of(p.period, g.grain, {setting week_start}) AS period, sum(p.new_customers)::bigint AS new_customers,
           sum(CASE g.grain WHEN 'day' THEN p.day_customers WHEN 'week' THEN p.week_customers WHEN 'month' THEN p.month_customers WHEN 'quarter' THEN p.quarter_customers ELSE p.year_customers END)::bigint AS customers
      FROM {kpi_sales_parts} AS p, grains AS g WHERE p.dimension = 'all' GROUP BY 1, 2
), s AS (
    SELECT p.grain, p.period, p.next, coalesce(s.gross, k.money) AS gross, coalesce(s.discounts, k.money) AS discounts, coalesce(s.returns, k.money) AS returns, coalesce(s.returns_by_sale, k.money) AS returns_by_sale, coalesce(s.discounts_moved, 0) AS discounts_moved, coalesce(s.net, k.money) AS net,
           coalesce(s.units, k.units) AS units, coalesce(s.units_returned, k.units) AS units_returned, coalesce(s.orders, 0) AS orders, CASE WHEN k.units = 0 THEN coalesce(s.return_orders, 0) END AS return_orders,
           coalesce(s.cancelled_orders, 0) AS cancelled_orders, coalesce(s.cancelled_net, k.money) AS cancelled_net, coalesce(s.guest_orders, 0) AS guest_orders,
           coalesce(c.customers, 0) AS customers, coalesce(c.new_customers, 0) AS new_customers, p.next <= {as_of} AS is_complete
      FROM periods AS p LEFT JOIN sums AS s USING (grain, period) LEFT JOIN customers AS c USING (grain, period)
           CROSS JOIN (SELECT CASE WHEN {filled order_lines} THEN 0.00 END AS money, CASE WHEN {filled order_lines} THEN 0 END AS units) AS k
)
SELECT s.grain, s.period, s.gross, s.discounts, s.returns, s.net, s.orders, s.return_orders, s.cancelled_orders, s.cancelled_net, s.guest_orders,
       s.units, s.units_returned, s.customers, s.new_customers,
       round(s.net / nullif(s.orders, 0), 2) AS aov, before.net AS net_before, CASE WHEN s.is_complete THEN saaskpi_internal.rate(s.net - before.net, before.net) END AS change,
       year.net AS net_year_before, CASE WHEN s.is_complete THEN saaskpi_internal.rate(s.net - year.net, year.net) END AS change_year,
       s.is_complete, round(least(1, ({as_of} - s.period)::numeric / (s.next - s.period)), 6) AS elapsed_fraction,
       s.returns_by_sale, s.gross - s.discounts - s.discounts_moved - s.returns_by_sale AS net_by_sale
  FROM s
  LEFT JOIN s AS before ON before.grain = s.grain AND before.next = s.period
  LEFT JOIN s AS year ON year.grain = s.grain AND year.period = CASE s.grain WHEN 'week' THEN s.period - 364 ELSE (s.period - interval '1 year')::date END
                     AND NOT (s.grain = 'day' AND extract(month FROM s.period) = 2 AND extract(day FROM s.period) = 29)
$sql$),

('kpi_sales_by', '{orders}', '{grain,period,dimension,value}', 'month, quarter or year, and dimension value',
 'Sales by product, category, region, country, channel, sales rep and segment: one row per month, quarter or year, dimension and value. Choose one grain and one dimension before adding up. Which category sells, and where?', $sql$
WITH grains(grain) AS (VALUES ('month'), ('quarter'), ('year')
), sums AS (
    SELECT g.grain, saaskpi_internal.period_of(p.period, g.grain) AS period, p.dimension, p.value, sum(p.gross) AS gross, sum(p.discounts) AS discounts, sum(p.returns) AS returns,
           sum(p.units) AS units, sum(p.orders)::bigint AS orders,
           sum(CASE g.grain WHEN 'month' THEN p.month_customers WHEN 'quarter' THEN p.quarter_customers ELSE p.year_customers END)::bigint AS customers
      FROM {kpi_sales_parts} AS p, grains AS g WHERE p.dimension <> 'all' GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT g.grain, saaskpi_internal.period_of(m.period, g.grain), d.dimension, d.value, sum(m.gross), sum(m.discounts), sum(m.returns), sum(m.units), NULL, NULL
      FROM {kpi_products_monthly} AS m, grains AS g, LATERAL (VALUES ('product', m.product_id), ('category', m.category)) AS d(dimension, value) GROUP BY 1, 2, 3, 4
), s AS (
    SELECT s.*, s.gross - s.discounts - s.returns AS net, row_number() OVER w AS i FROM sums AS s
    WINDOW w AS (PARTITION BY grain, period, dimension ORDER BY value COLLATE "C")
), shared AS (
    SELECT grain, period, dimension, saaskpi_internal.shares(array_agg(net ORDER BY i)) AS shares FROM s GROUP BY 1, 2, 3
)
SELECT s.grain, s.period, s.dimension, s.value, s.gross, s.discounts, s.returns, s.net, h.shares[s.i] AS share, s.units, s.orders, s.customers,
       round(s.net / nullif(s.orders, 0), 2) AS aov, saaskpi_internal.period_after(s.period, s.grain) <= {as_of} AS is_complete
  FROM s JOIN shared AS h USING (grain, period, dimension)
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, base, comment) VALUES
('kpi_sales', 'grain', 'text', NULL, 'Length of the period: day, week (by week_start of kpi_settings), month, quarter or year; each alone adds up to all sales.'),
('kpi_sales', 'period', 'date', NULL, 'First day of the period.'),
('kpi_sales', 'gross', 'money', NULL, 'quantity * unit_price of the lines sold in orders of the period, before discounts; cancelled orders left out. This and all that follows from lines is NULL while order_lines is absent or empty.'),
('kpi_sales', 'discounts', 'money', NULL, 'Discounts of the lines, as a positive amount that lowers net.'),
('kpi_sales', 'returns', 'money', NULL, 'What came back in the period, whenever it was sold, as a positive amount that lowers net.'),
('kpi_sales', 'net', 'money', NULL, 'Net sales: gross - discounts - returns.'),
('kpi_sales', 'orders', 'orders', NULL, 'Orders, without those that are cancelled or only a return.'),
('kpi_sales', 'return_orders', 'orders', NULL, 'Orders that are only a return.'),
('kpi_sales', 'cancelled_orders', 'orders', NULL, 'Cancelled orders, in no other column but cancelled_net.'),
('kpi_sales', 'cancelled_net', 'money', NULL, 'What the cancelled orders would have been worth.'),
('kpi_sales', 'guest_orders', 'orders', NULL, 'Of orders those that name no customer.'),
('kpi_sales', 'units', 'units', NULL, 'Units sold.'),
('kpi_sales', 'units_returned', 'units', NULL, 'Units that came back.'),
('kpi_sales', 'customers', 'customers', NULL, 'Different customers who ordered.'),
('kpi_sales', 'new_customers', 'customers', NULL, 'Of them those whose first order ever lies in the period.'),
('kpi_sales', 'aov', 'money', NULL, 'Average order value: net / orders; NULL without orders.'),
('kpi_sales', 'net_before', 'money', NULL, 'Net of the period before; NULL in the first.'),
('kpi_sales', 'change', 'ratio', 'net_before', 'Change of net on the period before: (net - net_before) / net_before; NULL while is_complete is false and unless net_before is above 0.'),
('kpi_sales', 'net_year_before', 'money', NULL, 'Net of the same period a year before, of a week 52 weeks before; NULL where sales do not go back so far, and on 29 February.'),
('kpi_sales', 'change_year', 'ratio', 'net_year_before', 'Change of net on the year before: (net - net_year_before) / net_year_before; NULL while is_complete is false and unless net_year_before is above 0.'),
('kpi_sales', 'is_complete', 'boolean', NULL, 'True when as_of lies after the last day of the period, false while it runs.'),
('kpi_sales', 'elapsed_fraction', 'ratio', NULL, 'Share of the days of the period that lie before as_of; 1 when it is complete.'),
('kpi_sales', 'returns_by_sale', 'money', NULL, 'What has come back by now of what was sold in the period, where returned_order_id says so; other returns on the day they came back.'),
('kpi_sales', 'net_by_sale', 'money', NULL, 'gross - discounts - returns_by_sale, without the discounts of orders that came back whole and were told by sale: what is left of the sales of the period. It falls as more comes back; net does not.'),
('kpi_sales_by', 'grain', 'text', NULL, 'Length of the period: month, quarter or year.'),
('kpi_sales_by', 'period', 'date', NULL, 'First day of the period.'),
('kpi_sales_by', 'dimension', 'text', NULL, 'What value names: product, category, region, country, channel, sales_rep or segment; each alone adds up to kpi_sales.'),
('kpi_sales_by', 'value', 'text', NULL, 'Product, category and so on of the row; (none) stands for orders or lines without one.'),
('kpi_sales_by', 'gross', 'money', NULL, 'quantity * unit_price of the lines sold, before discounts.'),
('kpi_sales_by', 'discounts', 'money', NULL, 'Discounts, as a positive amount.'),
('kpi_sales_by', 'returns', 'money', NULL, 'What came back, as a positive amount.'),
('kpi_sales_by', 'net', 'money', NULL, 'Net sales: gross - discounts - returns.'),
('kpi_sales_by', 'share', 'percent', NULL, 'Share of the net of the period and dimension in per cent to one decimal; they add up to 100.0. NULL unless that net is above 0.'),
('kpi_sales_by', 'units', 'units', NULL, 'Units sold.'),
('kpi_sales_by', 'orders', 'orders', NULL, 'Orders, as in kpi_sales; NULL by product and category, as an order holds several.'),
('kpi_sales_by', 'customers', 'customers', NULL, 'Different customers who ordered; NULL by product and category.'),
('kpi_sales_by', 'aov', 'money', NULL, 'net / orders; NULL without orders and by product and category.'),
('kpi_sales_by', 'is_complete', 'boolean', NULL, 'True when as_of lies after the last day of the period, false while it runs.');

INSERT INTO saaskpi_internal.identities (identity, query) VALUES
('sales_equal_orders', $sql$
SELECT format('%s: %s of %s orders in kpi_sales, %s of %s in kpi_orders', s.grain, s.net, s.orders, o.net, o.orders)
  FROM (SELECT grain, sum(net) AS net, sum(orders) AS orders, sum(new_customers) AS buyers FROM {kpi_sales} GROUP BY 1) AS s
  JOIN (SELECT coalesce(sum(net), 0) AS net, coalesce(sum(orders), 0) AS orders, count(customer_id) FILTER (WHERE orders > 0) AS buyers
          FROM (SELECT customer_id, sum(net) AS net, count(*) FILTER (WHERE NOT is_return) AS orders FROM {kpi_orders} WHERE status = 'counts' GROUP BY customer_id) AS c) AS o
    ON s.net <> o.net OR s.orders <> o.orders OR s.buyers <> o.buyers
UNION ALL
SELECT format('%s %s: %s - %s - %s is not %s, or not %s x %s', grain, period, gross, discounts, returns, net, orders, aov) FROM {kpi_sales}
 WHERE gross - discounts - returns <> net OR abs(aov * orders - net) > orders * 0.005
UNION ALL
SELECT format('%s: %s came back, by sale %s', grain, returns, by_sale) FROM (SELECT grain, sum(returns) AS returns, sum(returns_by_sale) AS by_sale FROM {kpi_sales} GROUP BY 1) AS q WHERE returns <> by_sale
$sql$),
('sales_by_sum_to_sales', $sql$
SELECT format('%s %s by %s: %s, in all %s', s.grain, s.period, b.dimension, b.net, s.net)
  FROM (SELECT grain, period, dimension, sum(net) AS net FROM {kpi_sales_by} GROUP BY 1, 2, 3) AS b JOIN {kpi_sales} AS s USING (grain, period)
 WHERE s.net <> b.net
UNION ALL
SELECT format('%s %s by %s: shares add up to %s', grain, period, dimension, sum(share)) FROM {kpi_sales_by} GROUP BY grain, period, dimension HAVING sum(share) <> 100.0
$sql$);

INSERT INTO saaskpi_internal.dictionary (name, relation, column_name, sources, formula, question, definition) VALUES
('Net sales', 'kpi_sales', 'net', 'orders, order_lines', 'gross - discounts - returns',
 'What did we sell?',
 'Amounts of the lines of orders that count, by the day of the order, in time_zone. A return lowers the sales of the day it came back, as shops book it; some tools take it off the day of the sale, which rewrites months that are closed. Cancelled orders are left out and counted in cancelled_orders. NULL while order_lines is absent or empty.'),
('Gross sales', 'kpi_sales', 'gross', 'orders, order_lines', 'sum of quantity * unit_price of lines with a quantity above zero',
 'What would we have sold without discounts and returns?',
 'Each line is rounded half to even to four decimals, and the sums are exact.'),
('Average order value', 'kpi_sales', 'aov', 'orders, order_lines', 'net / orders',
 'What is an order worth?',
 'A ratio of sums, with returns taken off and neither cancelled orders nor returns counted as orders. NULL without orders, where others show 0.'),
('Orders', 'kpi_sales', 'orders', 'orders, order_lines', 'count of orders that count and sell anything',
 'How many orders came in?',
 'What is only a return is none, an order without lines is one.'),
('Buyers', 'kpi_sales', 'customers', 'orders', 'count of different customers with an order in the period',
 'How many customers ordered?',
 'Not to be added up over periods: who orders in two months counts in both, and once in their quarter. Guests are in guest_orders.'),
('New buyers', 'kpi_sales', 'new_customers', 'orders', 'count of customers whose first order lies in the period',
 'How many customers ordered for the first time?',
 'By the first order ever, not the first one in the range looked at. Unlike Buyers these add up over periods. Where the orders begin later than the shop, old customers are new with their first order there.'),
('Sales growth', 'kpi_sales', 'change', 'orders, order_lines', '(net of the period - net of the one before) / net of the one before',
 'Are sales up on the period before?',
 'NULL in a period that still runs, which would look like a collapse, and unless the one before is above 0. change_year compares with the year before.'),
('Share of sales', 'kpi_sales_by', 'share', 'orders, order_lines, products, customers', 'net of the value in per cent of the net of all values',
 'Which category, product, region, channel or rep brings how much?',
 'To one decimal by largest remainder, so that the shares of a period and dimension add up to 100.0. NULL unless the whole is above 0; below zero where more came back than was sold.');

INSERT INTO saaskpi_internal.relation_branches (relation, branch, source, query) VALUES
('kpi_series', 'sales', 'orders', $sql$
SELECT v.metric, 'all' AS dimension, 'all' AS value, s.period, v.amount
  FROM {kpi_sales} AS s CROSS JOIN LATERAL (VALUES ('net_sales', s.net), ('orders', s.orders::numeric)) AS v(metric, amount)
 WHERE s.grain = 'month' AND s.is_complete AND v.amount IS NOT NULL
$sql$);
