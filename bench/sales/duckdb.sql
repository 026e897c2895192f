-- The relations of sales in DuckDB SQL, each kept as a table, as the best of
-- several ways to say it.  The data are clean: keys are unique, amounts have
-- two decimals, every order counts or is cancelled.  DuckDB divides in floating
-- point, so quotients are rounded as whole numbers.

-- name: load
SET TimeZone = 'UTC';
CREATE TABLE customers AS SELECT customer_id, segment, country FROM read_csv('{csv}/customers.csv', header = true, all_varchar = true);
CREATE TABLE products AS SELECT product_id, name, category, unit_cost::DECIMAL(18, 4) AS unit_cost FROM read_csv('{csv}/products.csv', header = true, all_varchar = true);
CREATE TABLE orders AS SELECT order_id, customer_id, ordered_at::TIMESTAMP AS ordered_at, status, channel, region, sales_rep_id
FROM read_csv('{csv}/orders.csv', header = true, all_varchar = true) ORDER BY ordered_at;
CREATE TABLE order_lines AS SELECT order_id, line_no, product_id, quantity::DECIMAL(18, 4) AS quantity, unit_price::DECIMAL(18, 4) AS unit_price,
       discount::DECIMAL(18, 4) AS discount FROM read_csv('{csv}/order_lines.csv', header = true, all_varchar = true);

-- name: setup
CREATE OR REPLACE MACRO as_of() AS DATE '{as_of}';
CREATE OR REPLACE MACRO month_of(d) AS date_trunc('month', d)::DATE;
CREATE OR REPLACE MACRO period_of(d, grain) AS CASE grain WHEN 'day' THEN d WHEN 'week' THEN date_trunc('week', d)::DATE WHEN 'month' THEN date_trunc('month', d)::DATE
    WHEN 'quarter' THEN date_trunc('quarter', d)::DATE ELSE date_trunc('year', d)::DATE END;
CREATE OR REPLACE MACRO next_of(d, grain) AS CASE grain WHEN 'day' THEN d + 1 WHEN 'week' THEN d + 7 WHEN 'month' THEN (d + INTERVAL 1 MONTH)::DATE
    WHEN 'quarter' THEN (d + INTERVAL 3 MONTH)::DATE ELSE (d + INTERVAL 1 YEAR)::DATE END;
CREATE OR REPLACE MACRO units(a) AS (a::DECIMAL(30, 4) * 10000::DECIMAL(5, 0))::HUGEINT;
CREATE OR REPLACE MACRO nearest(a, b) AS sign(a) * ((2 * abs(a) + b) // (2 * b));
CREATE OR REPLACE MACRO quotient(a, b, scale) AS nearest(units(a) * scale, units(b)) / scale;
CREATE OR REPLACE TABLE grains (grain VARCHAR);
INSERT INTO grains VALUES ('day'), ('week'), ('month'), ('quarter'), ('year');

-- name: kpi_orders
CREATE OR REPLACE TABLE kpi_orders AS
SELECT o.order_id, o.customer_id, o.ordered_at, o.ordered_at::DATE AS ordered_on,
       CASE WHEN o.status = 'cancelled' THEN 'cancelled' ELSE 'counts' END AS status,
       coalesce(l.sold = 0 AND l.returned > 0, false) AS is_return, o.channel, o.region, c.country, o.sales_rep_id, c.segment,
       coalesce(gross, 0) AS gross, coalesce(discounts, 0) AS discounts, coalesce(returns, 0) AS returns,
       coalesce(gross, 0) - coalesce(discounts, 0) - coalesce(returns, 0) AS net,
       coalesce(units, 0) AS units, coalesce(units_returned, 0) AS units_returned, coalesce(lines, 0) AS lines, coalesce(products, 0) AS products, NULL::VARCHAR AS returned_order_id
FROM orders AS o
LEFT JOIN (SELECT order_id, count(*) AS lines, count(*) FILTER (WHERE quantity > 0) AS sold, count(*) FILTER (WHERE quantity < 0) AS returned,
                  sum((quantity * unit_price)::DECIMAL(18, 2)) FILTER (WHERE quantity > 0) AS gross, sum(discount::DECIMAL(18, 2)) AS discounts,
                  -sum((quantity * unit_price)::DECIMAL(18, 2)) FILTER (WHERE quantity < 0) AS returns,
                  sum(quantity) FILTER (WHERE quantity > 0) AS units, -sum(quantity) FILTER (WHERE quantity < 0) AS units_returned,
                  count(DISTINCT product_id) AS products
           FROM order_lines GROUP BY order_id) AS l USING (order_id)
LEFT JOIN customers AS c ON c.customer_id = o.customer_id
WHERE o.ordered_at < as_of() + 1;

-- name: kpi_sales
-- needs: kpi_orders
CREATE OR REPLACE TABLE kpi_sales AS
WITH days AS
(
    SELECT ordered_on, sum(gross) FILTER (WHERE status = 'counts') AS gross, sum(discounts) FILTER (WHERE status = 'counts') AS discounts,
           sum(returns) FILTER (WHERE status = 'counts') AS returns, sum(net) FILTER (WHERE status = 'counts') AS net,
           sum(units) FILTER (WHERE status = 'counts') AS units, sum(units_returned) FILTER (WHERE status = 'counts') AS units_returned,
           count(*) FILTER (WHERE status = 'counts' AND NOT is_return) AS orders, count(*) FILTER (WHERE status = 'counts' AND is_return) AS return_orders,
           count(*) FILTER (WHERE status = 'cancelled') AS cancelled_orders, sum(net) FILTER (WHERE status = 'cancelled') AS cancelled_net,
           count(*) FILTER (WHERE status = 'counts' AND NOT is_return AND customer_id IS NULL) AS guest_orders
    FROM kpi_orders GROUP BY 1
),
bought AS MATERIALIZED (SELECT DISTINCT customer_id, ordered_on FROM kpi_orders WHERE status = 'counts' AND NOT is_return AND customer_id IS NOT NULL),
customers AS (SELECT grain, period_of(ordered_on, grain) AS period, count(DISTINCT customer_id) AS customers FROM bought, grains GROUP BY 1, 2),
firsts AS
(
    SELECT grain, period_of(day, grain) AS period, count(*) AS new_customers
    FROM (SELECT min(ordered_on) AS day FROM bought GROUP BY customer_id) AS f, grains GROUP BY 1, 2
),
periods AS
(
    SELECT grain, p::DATE AS period, next_of(p::DATE, grain) AS next
    FROM grains, (SELECT min(ordered_on) AS day FROM days) AS f,
         LATERAL (SELECT unnest(generate_series(period_of(day, grain)::TIMESTAMP, as_of()::TIMESTAMP, CASE grain WHEN 'day' THEN INTERVAL 1 DAY WHEN 'week' THEN INTERVAL 7 DAY
                                               WHEN 'month' THEN INTERVAL 1 MONTH WHEN 'quarter' THEN INTERVAL 3 MONTH ELSE INTERVAL 1 YEAR END))) AS s(p)
),
sums AS
(
    SELECT grain, period_of(ordered_on, grain) AS period, sum(gross) AS gross, sum(discounts) AS discounts, sum(returns) AS returns, sum(net) AS net, sum(units) AS units,
           sum(units_returned) AS units_returned, sum(orders) AS orders, sum(return_orders) AS return_orders, sum(cancelled_orders) AS cancelled_orders,
           sum(cancelled_net) AS cancelled_net, sum(guest_orders) AS guest_orders
    FROM days, grains GROUP BY 1, 2
),
s AS
(
    SELECT p.*, coalesce(gross, 0) AS gross, coalesce(discounts, 0) AS discounts, coalesce(returns, 0) AS returns, coalesce(net, 0) AS net,
           coalesce(orders, 0) AS orders, coalesce(return_orders, 0) AS return_orders, coalesce(cancelled_orders, 0) AS cancelled_orders,
           coalesce(cancelled_net, 0) AS cancelled_net, coalesce(guest_orders, 0) AS guest_orders, coalesce(units, 0) AS units,
           coalesce(units_returned, 0) AS units_returned, coalesce(customers, 0) AS customers, coalesce(new_customers, 0) AS new_customers, next <= as_of() AS is_complete
    FROM periods AS p LEFT JOIN sums USING (grain, period) LEFT JOIN customers USING (grain, period) LEFT JOIN firsts USING (grain, period)
)
SELECT s.grain, s.period, s.gross, s.discounts, s.returns, s.net, s.orders, s.return_orders, s.cancelled_orders, s.cancelled_net, s.guest_orders, s.units,
       s.units_returned, s.customers, s.new_customers, quotient(s.net, s.orders, 100) AS aov, b.net AS net_before,
       CASE WHEN s.is_complete AND b.net > 0 THEN quotient(s.net - b.net, b.net, 1000000) END AS change, y.net AS net_year_before,
       CASE WHEN s.is_complete AND y.net > 0 THEN quotient(s.net - y.net, y.net, 1000000) END AS change_year, s.is_complete,
       least(1, quotient(as_of() - s.period, s.next - s.period, 1000000)) AS elapsed_fraction,
       s.returns AS returns_by_sale, s.net AS net_by_sale
FROM s LEFT JOIN s AS b ON b.grain = s.grain AND b.next = s.period
LEFT JOIN s AS y ON y.grain = s.grain AND y.period = CASE s.grain WHEN 'week' THEN s.period - 364 ELSE (s.period - INTERVAL 1 YEAR)::DATE END
    AND NOT (s.grain = 'day' AND month(s.period) = 2 AND day(s.period) = 29);

-- name: kpi_products_monthly
-- needs: kpi_orders
CREATE OR REPLACE TABLE kpi_products_monthly AS
SELECT q.period, q.product_id, coalesce(p.category, '(none)') AS category, gross, discounts, returns, gross - discounts - returns AS net, units, units_returned, lines
FROM (SELECT month_of(o.ordered_on) AS period, i.product_id, count(*) AS lines,
             coalesce(sum((quantity * unit_price)::DECIMAL(18, 2)) FILTER (WHERE quantity > 0), 0) AS gross, sum(i.discount::DECIMAL(18, 2)) AS discounts,
             coalesce(-sum((quantity * unit_price)::DECIMAL(18, 2)) FILTER (WHERE quantity < 0), 0) AS returns,
             coalesce(sum(quantity) FILTER (WHERE quantity > 0), 0) AS units, coalesce(-sum(quantity) FILTER (WHERE quantity < 0), 0) AS units_returned
      FROM order_lines AS i JOIN kpi_orders AS o USING (order_id) WHERE o.status = 'counts' GROUP BY 1, 2) AS q
LEFT JOIN products AS p USING (product_id);

-- name: kpi_sales_by
-- needs: kpi_orders kpi_products_monthly
CREATE OR REPLACE TABLE kpi_sales_by AS
WITH o AS
(
    SELECT dimension, coalesce(value, '(none)') AS value, month_of(ordered_on) AS month, sum(gross) AS gross, sum(discounts) AS discounts, sum(returns) AS returns,
           sum(units) AS units, count(*) FILTER (WHERE NOT is_return) AS orders
    FROM kpi_orders, LATERAL (VALUES ('region', region), ('country', country), ('channel', channel), ('sales_rep', sales_rep_id), ('segment', segment)) AS d(dimension, value)
    WHERE status = 'counts' GROUP BY 1, 2, 3
),
c AS
(
    SELECT grain, period_of(month, grain) AS period, dimension, value, count(DISTINCT customer_id) AS customers
    FROM (SELECT DISTINCT dimension, coalesce(value, '(none)') AS value, month_of(ordered_on) AS month, customer_id
          FROM kpi_orders, LATERAL (VALUES ('region', region), ('country', country), ('channel', channel), ('sales_rep', sales_rep_id), ('segment', segment)) AS d(dimension, value)
          WHERE status = 'counts' AND NOT is_return AND customer_id IS NOT NULL) AS b, grains
    WHERE grain IN ('month', 'quarter', 'year') GROUP BY 1, 2, 3, 4
),
sums AS
(
    SELECT grain, period_of(month, grain) AS period, dimension, value, sum(gross) AS gross, sum(discounts) AS discounts, sum(returns) AS returns, sum(units) AS units, sum(orders) AS orders
    FROM o, grains WHERE grain IN ('month', 'quarter', 'year') GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT grain, period_of(period, grain), dimension, value, sum(gross), sum(discounts), sum(returns), sum(units), NULL
    FROM kpi_products_monthly, grains, LATERAL (VALUES ('product', product_id), ('category', category)) AS d(dimension, value)
    WHERE grain IN ('month', 'quarter', 'year') GROUP BY 1, 2, 3, 4
),
t AS (SELECT *, gross - discounts - returns AS net, sum(gross - discounts - returns) OVER (PARTITION BY grain, period, dimension) AS total FROM sums),
f AS (SELECT *, (1000 * units(net) % units(total) + units(total)) % units(total) AS rest FROM t),
g AS (SELECT *, (1000 * units(net) - rest) // units(total) AS tenths FROM f),
r AS
(
    SELECT *, 1000 - sum(tenths) OVER (PARTITION BY grain, period, dimension) AS missing,
           row_number() OVER (PARTITION BY grain, period, dimension ORDER BY rest DESC, value) AS turn FROM g
)
SELECT grain, period, dimension, value, gross, discounts, returns, net, CASE WHEN total > 0 THEN (tenths + CASE WHEN turn <= missing THEN 1 ELSE 0 END) / 10 END AS share,
       units, orders, CASE WHEN orders IS NOT NULL THEN coalesce(customers, 0) END AS customers, quotient(net, orders, 100) AS aov, next_of(period, grain) <= as_of() AS is_complete
FROM r LEFT JOIN c USING (grain, period, dimension, value);

-- name: kpi_buyers
-- needs: kpi_orders
CREATE OR REPLACE TABLE kpi_buyers AS
WITH b AS
(
    SELECT customer_id, min(ordered_on) FILTER (WHERE NOT is_return) AS first_order, max(ordered_on) FILTER (WHERE NOT is_return) AS last_order,
           count(*) FILTER (WHERE NOT is_return) AS orders, sum(net) AS net, sum(net) FILTER (WHERE NOT is_return) AS sold, sum(units) AS units,
           sum(products) FILTER (WHERE NOT is_return) AS products, coalesce(sum(net) FILTER (WHERE ordered_on > as_of() - 30), 0) AS net_30d,
           count(*) FILTER (WHERE ordered_on > as_of() - 30 AND NOT is_return) AS orders_30d, coalesce(sum(net) FILTER (WHERE ordered_on > as_of() - 90), 0) AS net_90d,
           count(*) FILTER (WHERE ordered_on > as_of() - 90 AND NOT is_return) AS orders_90d
    FROM kpi_orders WHERE status = 'counts' AND customer_id IS NOT NULL GROUP BY 1
),
g AS
(
    SELECT customer_id, quantile_cont(gap, 0.5) AS median_days_between, max(ordered_on) FILTER (WHERE n = 2) AS second_order,
           1 + count(*) FILTER (WHERE gap > 0) AS order_days, coalesce(sum(net) FILTER (WHERE ordered_on > first), 0) AS net_again
    FROM (SELECT customer_id, ordered_on, net, ordered_on - lag(ordered_on) OVER w AS gap, row_number() OVER w AS n, first_value(ordered_on) OVER w AS first
          FROM kpi_orders WHERE status = 'counts' AND NOT is_return AND customer_id IS NOT NULL WINDOW w AS (PARTITION BY customer_id ORDER BY ordered_on)) AS q
    GROUP BY 1
)
SELECT customer_id, first_order, last_order, as_of() - last_order AS recency_days, as_of() - first_order AS tenure_days, orders, net, quotient(sold, orders, 100) AS avg_basket,
       quotient(units, orders, 10000) AS avg_items, quotient(products, orders, 10000) AS avg_products, quotient(last_order - first_order, orders - 1, 10000) AS avg_days_between,
       median_days_between, net_30d, orders_30d, net_90d, orders_90d, second_order, order_days, net_again
FROM b LEFT JOIN g USING (customer_id) WHERE orders > 0;

-- name: kpi_rfm
-- needs: kpi_orders
CREATE OR REPLACE TABLE kpi_rfm AS
WITH snapshots AS
(
    SELECT day, row_number() OVER (ORDER BY day) AS i
    FROM (SELECT as_of() AS day UNION SELECT (month_of(as_of()) - to_months(n::INT))::DATE - 1 FROM range(12) AS r(n)) AS q
),
parts AS
(
    SELECT customer_id, s.i, max(ordered_on) FILTER (WHERE NOT is_return) AS last_order, count(*) FILTER (WHERE NOT is_return) AS orders, sum(net) AS net
    FROM kpi_orders AS o ASOF JOIN snapshots AS s ON s.day >= o.ordered_on WHERE status = 'counts' AND customer_id IS NOT NULL GROUP BY 1, 2
),
facts AS MATERIALIZED
(
    SELECT s.day, customer_id, s.day - max(last_order) AS recency_days, sum(orders) AS frequency, sum(net) AS monetary
    FROM parts AS p JOIN snapshots AS s ON s.i >= p.i GROUP BY s.day, customer_id HAVING sum(orders) > 0
),
ranked AS
(
    SELECT *, count(*) OVER (PARTITION BY day) AS n, rank() OVER (PARTITION BY day ORDER BY recency_days DESC) AS r, count(*) OVER (PARTITION BY day, recency_days) AS r_ties,
           rank() OVER (PARTITION BY day ORDER BY frequency) AS f, count(*) OVER (PARTITION BY day, frequency) AS f_ties,
           rank() OVER (PARTITION BY day ORDER BY monetary) AS m, count(*) OVER (PARTITION BY day, monetary) AS m_ties
    FROM facts
),
scored AS
(
    SELECT *, (5 * (2 * r + r_ties - 2) + 2 * n - 1) // (2 * n) AS r_score, (5 * (2 * f + f_ties - 2) + 2 * n - 1) // (2 * n) AS f_score,
           (5 * (2 * m + m_ties - 2) + 2 * n - 1) // (2 * n) AS m_score FROM ranked
)
SELECT day AS snapshot, customer_id, recency_days, frequency, monetary, r_score, f_score, m_score,
       CASE WHEN r_score >= 4 AND f_score >= 4 AND m_score >= 4 THEN 'Champions' WHEN r_score >= 3 AND f_score + m_score >= 7 THEN 'Loyal'
            WHEN r_score >= 4 AND f_score = 1 THEN 'New' WHEN r_score >= 4 THEN 'Potential loyalists' WHEN r_score = 3 AND f_score <= 2 THEN 'Promising'
            WHEN r_score = 3 THEN 'Need attention' WHEN f_score >= 4 AND m_score >= 4 THEN 'Cannot lose' WHEN f_score + m_score >= 6 THEN 'At risk' ELSE 'Hibernating' END AS segment
FROM scored;

-- name: kpi_segment_mix
-- needs: kpi_rfm
CREATE OR REPLACE TABLE kpi_segment_mix AS
SELECT snapshot, segment, coalesce(customers, 0) AS customers, sum(coalesce(customers, 0)) OVER (PARTITION BY snapshot) AS customers_all,
       quotient(coalesce(customers, 0), sum(coalesce(customers, 0)) OVER (PARTITION BY snapshot), 1000000) AS rate, coalesce(monetary, 0) AS monetary
FROM (SELECT DISTINCT snapshot FROM kpi_rfm) AS d CROSS JOIN (SELECT DISTINCT segment FROM kpi_rfm) AS m
LEFT JOIN (SELECT snapshot, segment, count(*) AS customers, sum(monetary) AS monetary FROM kpi_rfm GROUP BY 1, 2) AS q USING (snapshot, segment);

-- name: kpi_segment_moves
-- needs: kpi_rfm
CREATE OR REPLACE TABLE kpi_segment_moves AS
WITH d AS (SELECT snapshot, lag(snapshot) OVER (ORDER BY snapshot) AS before FROM (SELECT DISTINCT snapshot FROM kpi_rfm) AS q),
m AS
(
    SELECT n.snapshot, b.snapshot AS before, b.segment AS from_segment, n.segment AS to_segment, count(*) AS customers
    FROM kpi_rfm AS n JOIN d ON d.snapshot = n.snapshot AND d.before IS NOT NULL
    LEFT JOIN kpi_rfm AS b ON b.snapshot = d.before AND b.customer_id = n.customer_id GROUP BY 1, 2, 3, 4
)
SELECT snapshot, before, coalesce(from_segment, '(new)') AS from_segment, to_segment, customers,
       sum(customers) FILTER (WHERE from_segment IS NOT NULL) OVER (PARTITION BY snapshot) AS customers_both,
       quotient(coalesce(sum(customers) FILTER (WHERE from_segment <> to_segment) OVER (PARTITION BY snapshot), 0),
                sum(customers) FILTER (WHERE from_segment IS NOT NULL) OVER (PARTITION BY snapshot), 1000000) AS switch_rate
FROM m;

-- name: kpi_order_cohorts
-- needs: kpi_orders kpi_buyers
CREATE OR REPLACE TABLE kpi_order_cohorts AS
WITH months AS
(
    SELECT customer_id, month_of(ordered_on) AS month, sum(net) AS net, count(*) FILTER (WHERE NOT is_return) AS orders
    FROM kpi_orders WHERE status = 'counts' AND customer_id IS NOT NULL GROUP BY 1, 2
),
cells AS
(
    SELECT month_of(first_order) AS cohort, greatest(0, datediff('month', month_of(first_order), month)) AS age,
           count(*) FILTER (WHERE m.orders > 0) AS retained, sum(m.net) AS net
    FROM months AS m JOIN kpi_buyers AS b USING (customer_id) GROUP BY 1, 2
),
grid AS
(
    SELECT cohort, customers, datediff('month', cohort, p::DATE) AS age, (p + INTERVAL 1 MONTH)::DATE <= as_of() AS is_mature
    FROM (SELECT month_of(first_order) AS cohort, count(*) AS customers FROM kpi_buyers GROUP BY 1) AS s,
         LATERAL (SELECT unnest(generate_series(cohort::TIMESTAMP, as_of()::TIMESTAMP, INTERVAL 1 MONTH))) AS x(p)
)
SELECT cohort, age, customers, CASE WHEN is_mature THEN coalesce(retained, 0) END AS retained, CASE WHEN is_mature THEN quotient(coalesce(retained, 0), customers, 1000000) END AS rate,
       CASE WHEN is_mature THEN coalesce(net, 0) END AS net, CASE WHEN is_mature THEN sum(coalesce(net, 0)) OVER w END AS net_cumulative,
       CASE WHEN is_mature THEN quotient(sum(coalesce(net, 0)) OVER w, customers, 100) END AS net_per_customer, is_mature
FROM grid LEFT JOIN cells USING (cohort, age) WINDOW w AS (PARTITION BY cohort ORDER BY age);
