-- Those who order: what they ordered so far, whether they come again, and what
-- is left of them by the month they began.

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, definition, comment) VALUES
('kpi_settings', 'repeat_days', 'days', 'integer NOT NULL DEFAULT 90 CHECK (repeat_days BETWEEN 1 AND 3660)',
 'Days within which a second order makes a buyer one who came again.');

INSERT INTO saaskpi_internal.relations (relation, maintained, needs, key, indexes, key_sources, grain, comment, query) VALUES
('kpi_buyers', 'rows', '{orders}', '{customer_id}', '{}', '{}', 'customer',
 'Everybody who ever ordered: one row per customer with what she ordered up to as_of. Who are our best buyers, and who has not come for long?', $sql$
SELECT b.customer_id, b.first_order, b.last_order, {as_of} - b.last_order AS recency_days, {as_of} - b.first_order AS tenure_days, b.orders, b.net,
       round(b.sold / b.orders, 2) AS avg_basket, round(b.units / b.orders, 4) AS avg_items, round(b.products / b.orders, 4) AS avg_products,
       round((b.last_order - b.first_order)::numeric / nullif(b.orders - 1, 0), 4) AS avg_days_between, g.median_days AS median_days_between,
       b.net_30d, b.orders_30d, b.net_90d, b.orders_90d, g.second_order, 1 + g.days_again AS order_days, CASE WHEN b.net IS NOT NULL THEN coalesce(g.net_again, 0.00) END AS net_again,
       b.history
  FROM (SELECT o.customer_id, min(o.ordered_on) FILTER (WHERE NOT o.is_return) AS first_order, max(o.ordered_on) FILTER (WHERE NOT o.is_return) AS last_order,
               count(*) FILTER (WHERE NOT o.is_return) AS orders, sum(o.net) AS net, sum(o.net) FILTER (WHERE NOT o.is_return) AS sold,
               sum(o.units) AS units, sum(o.products) FILTER (WHERE NOT o.is_return) AS products,
               CASE WHEN count(o.net) > 0 THEN coalesce(sum(o.net) FILTER (WHERE o.ordered_on > {as_of} - 30), 0.00) END AS net_30d, count(*) FILTER (WHERE o.ordered_on > {as_of} - 30 AND NOT o.is_return) AS orders_30d,
               CASE WHEN count(o.net) > 0 THEN coalesce(sum(o.net) FILTER (WHERE o.ordered_on > {as_of} - 90), 0.00) END AS net_90d, count(*) FILTER (WHERE o.ordered_on > {as_of} - 90 AND NOT o.is_return) AS orders_90d,
               saaskpi.order_history_agg(saaskpi_internal.local_time(o.ordered_at, {setting time_zone}), coalesce(o.net, 0), coalesce(CASE WHEN o.is_return THEN o.units_returned ELSE o.units END, 0), coalesce(o.products, 0), o.is_return) AS history
          FROM {kpi_orders} AS o WHERE o.status = 'counts' AND o.customer_id IS NOT NULL AND {half o.customer_id} GROUP BY o.customer_id) AS b
 CROSS JOIN LATERAL saaskpi_internal.orders_again(b.history) AS g
 WHERE b.orders > 0
$sql$);

INSERT INTO saaskpi_internal.relations (relation, needs, key, grain, comment, query) VALUES
('kpi_order_cohorts', '{orders}', '{cohort,age}', 'month of the first order and age in months',
 'Buyers followed from the month of their first order: one row per cohort and age. Of those who came in January, how many still order, and what has each brought so far?', $sql$
WITH pairs AS MATERIALIZED (
    SELECT date_trunc('month', b.first_order::timestamp)::date AS cohort, m.month, count(*) FILTER (WHERE m.orders > 0) AS retained, sum(m.net) AS net
      FROM {kpi_buyers} AS b CROSS JOIN LATERAL saaskpi_internal.order_months(b.history) AS m GROUP BY 1, 2
), cells AS (
    SELECT p.cohort, greatest(0, (extract(year FROM p.month) - extract(year FROM p.cohort)) * 12 + extract(month FROM p.month) - extract(month FROM p.cohort))::bigint AS age,
           sum(p.retained)::bigint AS retained, sum(p.net) AS net
      FROM pairs AS p GROUP BY 1, 2
), sizes AS (
    SELECT date_trunc('month', b.first_order::timestamp)::date AS cohort, count(*) AS customers FROM {kpi_buyers} AS b GROUP BY 1
), grid AS (
    SELECT s.cohort, s.customers, row_number() OVER (PARTITION BY s.cohort ORDER BY p.month) - 1 AS age, (p.month + interval '1 month')::date <= {as_of} AS is_mature
      FROM sizes AS s, LATERAL generate_series(s.cohort::timestamp, {as_of}::timestamp, interval '1 month') AS p(month)
)
SELECT g.cohort, g.age, g.customers, CASE WHEN g.is_mature THEN coalesce(c.retained, 0) END AS retained,
       CASE WHEN g.is_mature THEN saaskpi_internal.rate(coalesce(c.retained, 0), g.customers) END AS rate,
       CASE WHEN g.is_mature AND {filled order_lines} THEN coalesce(c.net, 0.00) END AS net, CASE WHEN g.is_mature AND {filled order_lines} THEN sum(coalesce(c.net, 0.00)) OVER w END AS net_cumulative,
       CASE WHEN g.is_mature AND {filled order_lines} THEN round(sum(coalesce(c.net, 0.00)) OVER w / g.customers, 2) END AS net_per_customer, g.is_mature
  FROM grid AS g LEFT JOIN cells AS c ON c.cohort = g.cohort AND c.age = g.age
WINDOW w AS (PARTITION BY g.cohort ORDER BY g.age)
$sql$),

('kpi_order_gaps', '{orders}', '{period,days}', 'day and days since the order before',
 'Customers who came again, by day and by how long they had not: one row per day and number of days. After how many days do buyers order again, and how many of those of this week had not since Christmas?', $sql$
SELECT g.day AS period, g.days, count(*) AS customers FROM {kpi_buyers} AS b CROSS JOIN LATERAL saaskpi_internal.order_gaps(b.history) AS g GROUP BY 1, 2
$sql$),

('kpi_repeat_rate', '{orders}', '{cohort}', 'month of the first order',
 'Do buyers come again: one row per month of the first order. Of those who first bought in January, how many came back within 90 days?', $sql$
SELECT m.cohort, coalesce(q.customers, 0) AS customers, coalesce(q.matured, 0) AS matured, coalesce(q.repeated, 0) AS repeated,
       saaskpi_internal.rate(q.repeated, q.matured) AS repeat_rate, coalesce(q.repeated_ever, 0) AS repeated_ever,
       saaskpi_internal.rate(q.repeated_ever, q.customers) AS repeat_rate_ever, q.median_days, (m.cohort + interval '1 month')::date <= {as_of} AND coalesce(q.matured = q.customers, (m.cohort + interval '1 month')::date + {setting repeat_days}::integer <= {as_of}) AS is_mature
  FROM (SELECT p.month::date AS cohort
          FROM (SELECT date_trunc('month', min(b.first_order)::timestamp) AS first FROM {kpi_buyers} AS b) AS f, LATERAL generate_series(f.first, {as_of}::timestamp, interval '1 month') AS p(month)) AS m
  LEFT JOIN (SELECT date_trunc('month', b.first_order::timestamp)::date AS cohort, count(*) AS customers,
                    count(*) FILTER (WHERE b.first_order + {setting repeat_days}::integer < {as_of}) AS matured,
                    count(*) FILTER (WHERE b.first_order + {setting repeat_days}::integer < {as_of} AND b.second_order <= b.first_order + {setting repeat_days}::integer) AS repeated,
                    count(b.second_order) AS repeated_ever,
                    (percentile_cont(0.5) WITHIN GROUP (ORDER BY b.second_order - b.first_order))::numeric(20, 1) AS median_days
               FROM {kpi_buyers} AS b GROUP BY 1) AS q USING (cohort)
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, base, comment) VALUES
('kpi_buyers', 'customer_id', 'text', NULL, 'Customer with at least one order that is not cancelled and not only a return.'),
('kpi_buyers', 'first_order', 'date', NULL, 'Day of her first order.'),
('kpi_buyers', 'last_order', 'date', NULL, 'Day of her last order.'),
('kpi_buyers', 'recency_days', 'days', NULL, 'Days from last_order to as_of.'),
('kpi_buyers', 'tenure_days', 'days', NULL, 'Days from first_order to as_of.'),
('kpi_buyers', 'orders', 'orders', NULL, 'Orders, without those that are cancelled or only a return.'),
('kpi_buyers', 'net', 'money', NULL, 'Net of them, minus what came back. This and all that follows from lines is NULL while order_lines is absent or empty.'),
('kpi_buyers', 'avg_basket', 'money', NULL, 'Mean net of an order, before later returns.'),
('kpi_buyers', 'avg_items', 'units', NULL, 'Mean units of an order.'),
('kpi_buyers', 'avg_products', 'products', NULL, 'Mean number of different products of an order.'),
('kpi_buyers', 'avg_days_between', 'days', NULL, 'Mean days from one order to the next; NULL with one order.'),
('kpi_buyers', 'median_days_between', 'days', NULL, 'Median of the days from one order to the next; NULL with one order.'),
('kpi_buyers', 'net_30d', 'money', NULL, 'Net of the 30 days that end with as_of, returns in them taken off.'),
('kpi_buyers', 'orders_30d', 'orders', NULL, 'Orders in those 30 days.'),
('kpi_buyers', 'net_90d', 'money', NULL, 'Net of the 90 days that end with as_of, returns in them taken off.'),
('kpi_buyers', 'orders_90d', 'orders', NULL, 'Orders in those 90 days.'),
('kpi_buyers', 'second_order', 'date', NULL, 'Day of her second order; NULL when there is none.'),
('kpi_buyers', 'order_days', 'days', NULL, 'Different days on which she ordered.'),
('kpi_buyers', 'net_again', 'money', NULL, 'Net of her orders after the first of these days, before later returns; 0 with one.'),
('kpi_order_cohorts', 'cohort', 'date', NULL, 'First day of the month of the first order.'),
('kpi_order_cohorts', 'age', 'months', NULL, 'Months since cohort; 0 is the month of the first order.'),
('kpi_order_cohorts', 'customers', 'customers', NULL, 'Size of the cohort, the same at every age.'),
('kpi_order_cohorts', 'retained', 'customers', NULL, 'Customers of the cohort who ordered in the month of this age; NULL while is_mature is false.'),
('kpi_order_cohorts', 'rate', 'ratio', 'customers', 'retained / customers; NULL while is_mature is false.'),
('kpi_order_cohorts', 'net', 'money', NULL, 'Net sales to the cohort in the month, its returns taken off; what came back before a first order counts at age 0. NULL while is_mature is false, and while order_lines is absent or empty.'),
('kpi_order_cohorts', 'net_cumulative', 'money', NULL, 'Net sales to the cohort up to the end of the month; NULL while is_mature is false.'),
('kpi_order_cohorts', 'net_per_customer', 'money', NULL, 'net_cumulative / customers: what a customer of the cohort has brought so far; NULL while is_mature is false.'),
('kpi_order_cohorts', 'is_mature', 'boolean', NULL, 'True when as_of lies after the last day of the month of this age.'),
('kpi_order_gaps', 'period', 'date', NULL, 'Day of an order.'),
('kpi_order_gaps', 'days', 'days', NULL, 'Days since the day of the order before of the same customer, 1 or more; orders of one day are one.'),
('kpi_order_gaps', 'customers', 'customers', NULL, 'Customers who ordered on that day and before it so many days ago; with new_customers of kpi_sales of the day they are all. Different customers from a day A up to a day B are new_customers of those days, and customers where days reaches back beyond A.'),
('kpi_repeat_rate', 'cohort', 'date', NULL, 'First day of the month of the first order.'),
('kpi_repeat_rate', 'customers', 'customers', NULL, 'Customers whose first order lies in the month.'),
('kpi_repeat_rate', 'matured', 'customers', NULL, 'Of them those whose repeat_days of kpi_settings have passed.'),
('kpi_repeat_rate', 'repeated', 'customers', NULL, 'Of matured those who ordered again within repeat_days; a second order on the same day is one.'),
('kpi_repeat_rate', 'repeat_rate', 'ratio', 'matured', 'repeated / matured; NULL when none is.'),
('kpi_repeat_rate', 'repeated_ever', 'customers', NULL, 'Of customers those who ordered again at any time up to as_of.'),
('kpi_repeat_rate', 'repeat_rate_ever', 'ratio', 'customers', 'repeated_ever / customers, which still rises for young cohorts.'),
('kpi_repeat_rate', 'median_days', 'days', NULL, 'Median days to the second order, of those who had one; NULL when nobody had.'),
('kpi_repeat_rate', 'is_mature', 'boolean', NULL, 'True when the month is over and repeat_days have passed for everybody of it.');

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('buyers_equal_orders', $sql$
SELECT format('%s buyers with %s orders and %s, %s with %s and %s in kpi_orders', b.n, b.orders, b.net, o.n, o.orders, o.net)
  FROM (SELECT count(*) AS n, coalesce(sum(orders), 0) AS orders, coalesce(sum(net), 0) AS net FROM {kpi_buyers}) AS b
  JOIN (SELECT count(c.customer_id) AS n, coalesce(sum(c.orders), 0) AS orders, coalesce(sum(c.net), 0) AS net
          FROM (SELECT customer_id, count(*) FILTER (WHERE NOT is_return) AS orders, sum(net) AS net FROM {kpi_orders} WHERE status = 'counts' AND customer_id IS NOT NULL GROUP BY customer_id) AS c WHERE c.orders > 0) AS o
    ON o.n <> b.n OR o.orders <> b.orders OR o.net <> b.net
UNION ALL
SELECT format('cohorts of %s buyers who brought %s, kpi_buyers %s and %s', c.n, c.net, b.n, b.net)
  FROM (SELECT coalesce(sum(customers) FILTER (WHERE age = 0), 0) AS n, coalesce(sum(net), 0) AS net, bool_and(is_mature) AS whole FROM {kpi_order_cohorts}) AS c
  JOIN (SELECT count(*) AS n, coalesce(sum(net), 0) AS net FROM {kpi_buyers}) AS b ON b.n <> c.n OR (c.whole AND b.net <> c.net)
UNION ALL
SELECT format('cohort %s: %s of %s active at age 0', cohort, retained, customers) FROM {kpi_order_cohorts} WHERE age = 0 AND is_mature AND retained <> customers
UNION ALL
SELECT format('%s: %s customers, %s for the first time and %s again', period, d.customers, d.new, g.customers)
  FROM (SELECT period, day_customers AS customers, new_customers AS new FROM {kpi_sales_parts} WHERE dimension = 'all') AS d
  FULL JOIN (SELECT period, sum(customers) AS customers FROM {kpi_order_gaps} GROUP BY 1) AS g USING (period) WHERE d.customers IS DISTINCT FROM d.new + coalesce(g.customers, 0)
$sql$);

INSERT INTO saaskpi_internal.dictionary (name, relation, column_name, sources, formula, question, definition) VALUES
('Repeat rate', 'kpi_repeat_rate', 'repeat_rate', 'orders, kpi_settings', 'repeated / matured',
 'Do first buyers come again?',
 'By the month of the first order, within repeat_days of it, of those for whom that time is over; others divide by everybody, which makes the newest months look bad. A second order on the same day is a return of the buyer as well. NULL when nobody has matured.'),
('Revenue per cohort customer', 'kpi_order_cohorts', 'net_per_customer', 'orders, order_lines', 'net_cumulative / customers',
 'What has a customer brought by her sixth month?',
 'Net sales so far of the customers of a cohort, returns taken off, over all of them, those who left included. NULL for months that are not over.');
