-- What the endpoints of dashboard, revenue and customers say.

INSERT INTO saaskpi_internal.endpoints (endpoint, arguments, choices, includes, description, shape) VALUES
('dashboard_summary', '', NULL, '{"kpis": "dashboard_kpis", "trends": "revenue_trends", "categories": "revenue_by_category", "products": "revenue_top_products", "pipeline": "operations_pipeline"}',
 'a whole dashboard in one answer: numbers, revenue by month, categories, products and pipeline', 'kpis, trends, categories, products, pipeline, each an object with data, reason and covers as the endpoint of that name has them'),
('dashboard_kpis', '', NULL, '{}', 'the numbers on top of a dashboard, each with its change on the window before',
 'an object per number, revenue, orders, customers, customers_total, average_order_value, conversion_rate, pipeline_value and growth_rate: value, unit, source, covers, reason, previous, change_percent, change_reason'),
('revenue_trends', 'granularity text DEFAULT ''month''', 'SELECT unnest(''{day,week,month,quarter,year}''::text[])', '{}', 'revenue over time: net sales where there are orders, else what was collected',
 'a row per period: period, net, is_complete, change_percent; of sales also gross, discounts, returns, orders, customers, aov'),
('revenue_by_category', '', NULL, '{}', 'net sales by product category, of whole months', 'a row per category, the largest first: value, gross, discounts, returns, net, share in per cent, units, previous, change_percent'),
('revenue_by_region', '', NULL, '{}', 'net sales by region, of whole months', 'a row per region, the largest first: value, gross, discounts, returns, net, share in per cent, units, orders, previous, change_percent'),
('revenue_by_channel', '', NULL, '{}', 'net sales by sales channel, of whole months', 'a row per channel, the largest first: value, gross, discounts, returns, net, share in per cent, units, orders, previous, change_percent'),
('revenue_top_products', 'top integer DEFAULT 10', NULL, '{}', 'the products that sold most, of whole months, and the rest in one row (other)',
 'a row per product: place, product_id, name, category, gross, discounts, returns, net, share in per cent, units, units_returned, return_rate, margin_rate (of all its sales so far)'),
('customers_overview', '', NULL, '{}', 'how many customers there are, came, went and are at risk; total = total of the window before + new + reactivated - churned, but for those who paused or resumed',
 'an object per number, total, new, reactivated, churned and at_risk (at the last snapshot before the end), as in dashboard_kpis'),
('customers_segments', '', NULL, '{}', 'how customers are spread over segments at the end of the range',
 'segments, by the segment in customers: value, customers, share in per cent, mrr, arpa; clusters, of a model and as of the last refresh: cluster, segment, signs, customers, share, customers_before, change, mrr, revenue; rfm, of buyers: snapshot, segment, customers, rate, monetary; each in an object with data, reason and covers'),
('customers_cohorts', '', NULL, '{}', 'customers who began in the range, by month, and how many of them stayed for up to twelve months: by MRR, else by payments, else buyers by orders',
 'cohorts: cohort, customers, ages (age, retained, rate, null until it is known); average, over all of age: age, customers, retained, rate; each in an object with data, reason and covers'),
('customers_lifetime_value', '', NULL, '{}', 'how many customers are worth how much, as of the last refresh', 'a row per basis, subscriptions and orders: basis, customers, ranges (range, from_value, to_value, customers, share, ltv)'),
('customers_acquisition', '', NULL, '{}', 'who came through which channel, by month', 'a row per month and channel: period, channel, customers, is_complete; with subscriptions mrr, without them signups, matured, converted and rate'),
('customers_at_risk', 'top integer DEFAULT 10', NULL, '{}', 'the customers that a churn model flags, the most to lose first, as of the last refresh',
 'a row per customer: rank, customer_id, snapshot, probability, risk_bucket, value_tier, value, expected_loss, revenue, reasons');

-- Numbers.

INSERT INTO saaskpi_internal.endpoint_measures (endpoint, measure, unit, source, needs, grain, known, is_state, query) VALUES
('dashboard_kpis', 'revenue', 'money', 'kpi_sales.net', '{kpi_products_monthly,kpi_sales}', 'day', 'SELECT min(k.period) FROM {schema}.kpi_sales AS k WHERE k.grain = ''month''', false,
 'SELECT coalesce(sum(s.net), CASE WHEN EXISTS (SELECT FROM {schema}.kpi_sales AS k WHERE k.net IS NOT NULL) THEN 0.00 END) FROM {schema}.kpi_sales AS s WHERE s.grain = ''day'' AND s.period >= {start} AND s.period < {end}'),
('dashboard_kpis', 'revenue', 'money', 'kpi_revenue_monthly.collected', '{kpi_revenue_monthly}', 'month', NULL, false,
 'SELECT sum(r.collected) FROM {schema}.kpi_revenue_monthly AS r WHERE r.period >= {start} AND r.period < {end}'),
('dashboard_kpis', 'orders', 'orders', 'kpi_sales.orders', '{kpi_sales}', 'day', 'SELECT min(k.period) FROM {schema}.kpi_sales AS k WHERE k.grain = ''month''', false,
 'SELECT coalesce(sum(s.orders), 0) FROM {schema}.kpi_sales AS s WHERE s.grain = ''day'' AND s.period >= {start} AND s.period < {end}'),
-- Everybody is counted once, on the first of her days in the window: the one
-- that is her first ever, or comes so long after the one before that this lies
-- before the window.
('dashboard_kpis', 'customers', 'customers', 'kpi_sales.customers', '{kpi_sales_parts,kpi_order_gaps,kpi_sales}', 'day', 'SELECT min(k.period) FROM {schema}.kpi_sales AS k WHERE k.grain = ''month''', false, $sql$
SELECT (SELECT coalesce(sum(p.new_customers), 0) FROM {schema}.kpi_sales_parts AS p WHERE p.dimension = 'all' AND p.value = 'all' AND p.period >= {start} AND p.period < {end})
     + (SELECT coalesce(sum(g.customers), 0) FROM {schema}.kpi_order_gaps AS g WHERE g.period >= {start} AND g.period < {end} AND g.days > g.period - {start})
$sql$),
('dashboard_kpis', 'pipeline_value', 'money', 'kpi_pipeline_monthly.closing', '{kpi_pipeline_monthly}', 'month', NULL, true,
 'SELECT m.closing FROM {schema}.kpi_pipeline_monthly AS m WHERE m.period < {end} ORDER BY m.period DESC LIMIT 1');

-- What the month closed with, and within a month what it began with and what
-- moved since.
INSERT INTO saaskpi_internal.endpoint_measures (endpoint, measure, unit, source, needs, grain, known, is_state, query)
SELECT m.endpoint, m.measure, 'customers', q.source, q.needs, 'day', q.known, true, q.query
  FROM (VALUES ('dashboard_kpis', 'customers_total'), ('customers_overview', 'total')) AS m(endpoint, measure),
       (VALUES (1, 'kpi_mrr_monthly.customers_closing', '{kpi_mrr_movements,kpi_mrr_monthly}'::name[], NULL, $sql$
SELECT CASE WHEN {end} > {as_of} OR extract(day FROM {end}) = 1 THEN m.customers_closing
            ELSE m.customers_opening + (SELECT count(*) FILTER (WHERE v.mrr_before = 0) - count(*) FILTER (WHERE v.mrr_after = 0)
                                          FROM {schema}.kpi_mrr_movements AS v WHERE v.period = m.period AND v.happened_on < {end}) END
  FROM {schema}.kpi_mrr_monthly AS m WHERE m.period = date_trunc('month', least({end} - 1, {as_of})::timestamp)::date
$sql$), (2, 'kpi_sales.new_customers', '{kpi_sales}', 'SELECT min(k.period) FROM {schema}.kpi_sales AS k WHERE k.grain = ''month''',
         'SELECT coalesce(sum(s.new_customers), 0) FROM {schema}.kpi_sales AS s WHERE s.grain = ''day'' AND s.period < {end}')) AS q(i, source, needs, known, query)
 ORDER BY m.endpoint, q.i;

-- Whole months have how many, and the days at both ends those who moved.
INSERT INTO saaskpi_internal.endpoint_measures (endpoint, measure, unit, source, needs, grain, query)
SELECT 'customers_overview', m.measure, 'customers', 'kpi_mrr_monthly.customers_' || m.measure, '{kpi_mrr_movements,kpi_mrr_monthly}', 'day', format($sql$
SELECT (SELECT coalesce(sum(m.%I), 0) FROM {schema}.kpi_mrr_monthly AS m WHERE m.period >= {start} AND (m.period + interval '1 month')::date <= {end})
     + (SELECT count(*) FROM {schema}.kpi_mrr_movements AS v
         WHERE v.movement = %L AND v.happened_on >= {start} AND v.happened_on < {end}
           AND v.period = ANY (ARRAY[CASE WHEN extract(day FROM {start}) > 1 THEN date_trunc('month', {start}::timestamp)::date END, CASE WHEN extract(day FROM {end}) > 1 THEN date_trunc('month', {end}::timestamp)::date END]))
$sql$, 'customers_' || m.measure, m.movement) FROM (VALUES ('new', 'new'), ('churned', 'churn'), ('reactivated', 'reactivation')) AS m(measure, movement);

INSERT INTO saaskpi_internal.endpoint_measures (endpoint, measure, unit, source, needs, grain, known, is_state, is_compared, query, undefined) VALUES
('customers_overview', 'new', 'customers', 'kpi_sales.new_customers', '{kpi_sales}', 'day', 'SELECT min(k.period) FROM {schema}.kpi_sales AS k WHERE k.grain = ''month''', false, true,
 'SELECT coalesce(sum(s.new_customers), 0) FROM {schema}.kpi_sales AS s WHERE s.grain = ''day'' AND s.period >= {start} AND s.period < {end}', 'nobody came'),
('customers_overview', 'at_risk', 'customers', 'kpi_churn_trend.flagged', '{kpi_churn_trend}', 'day', 'SELECT min(k.snapshot) FROM {schema}.kpi_churn_trend AS k', true, true,
 'SELECT t.flagged FROM {schema}.kpi_churn_trend AS t WHERE t.snapshot < {end} ORDER BY t.snapshot DESC LIMIT 1', 'no snapshot'),
('dashboard_kpis', 'average_order_value', 'money', 'kpi_sales.aov', '{kpi_products_monthly,kpi_sales}', 'day', 'SELECT min(k.period) FROM {schema}.kpi_sales AS k WHERE k.grain = ''month''', false, true,
 'SELECT round(sum(s.net) / nullif(sum(s.orders), 0), 2) FROM {schema}.kpi_sales AS s WHERE s.grain = ''day'' AND s.period >= {start} AND s.period < {end}', 'no order'),
('dashboard_kpis', 'conversion_rate', 'ratio', 'kpi_pipeline_kpis.win_rate', '{kpi_pipeline_kpis}', 'month', 'SELECT min(k.period) FROM {schema}.kpi_pipeline_kpis AS k WHERE k.grain = ''month''', false, true,
 'SELECT saaskpi_internal.rate(sum(k.won), sum(k.closed)) FROM {schema}.kpi_pipeline_kpis AS k WHERE k.grain = ''month'' AND k.period >= {start} AND k.period < {end}', 'no deal was closed'),
('dashboard_kpis', 'conversion_rate', 'ratio', 'kpi_conversion.rate', '{kpi_conversion}', 'month', 'SELECT min(k.cohort) FROM {schema}.kpi_conversion AS k', false, true,
 'SELECT saaskpi_internal.rate(sum(k.converted), sum(k.matured)) FROM {schema}.kpi_conversion AS k WHERE k.dimension = ''all'' AND k.cohort >= {start} AND k.cohort < {end}', 'no signup has had its time'),
('dashboard_kpis', 'growth_rate', 'ratio', 'kpi_sales.change', '{kpi_products_monthly,kpi_sales}', 'day', 'SELECT min(k.period) FROM {schema}.kpi_sales AS k WHERE k.grain = ''month''', false, false, $sql$
SELECT saaskpi_internal.rate(sum(s.net) FILTER (WHERE s.period >= {start}) - sum(s.net) FILTER (WHERE s.period < {start}), sum(s.net) FILTER (WHERE s.period < {start}))
  FROM {schema}.kpi_sales AS s
 WHERE s.grain = 'day' AND s.period >= {before} AND s.period < {end} AND {end} <= {as_of} AND {before} >= (SELECT min(f.period) FROM {schema}.kpi_sales AS f WHERE f.grain = 'month')
$sql$, 'needs a window that is over, and sales known of the whole window before and above zero'),
('dashboard_kpis', 'growth_rate', 'ratio', 'kpi_revenue_monthly.mom', '{kpi_revenue_monthly}', 'month', NULL, false, false, $sql$
SELECT saaskpi_internal.rate(sum(r.collected) FILTER (WHERE r.period >= {start}) - sum(r.collected) FILTER (WHERE r.period < {start}), sum(r.collected) FILTER (WHERE r.period < {start}))
  FROM {schema}.kpi_revenue_monthly AS r
 WHERE r.period >= {before} AND r.period < {end} AND {end} <= {as_of} AND EXISTS (SELECT FROM {schema}.kpi_revenue_monthly AS f WHERE f.period = {before})
$sql$, 'needs a window that is over, and payments known of the whole window before and above zero');

-- Rows.

INSERT INTO saaskpi_internal.endpoint_queries (endpoint, needs, grain, choices, query) VALUES
('revenue_trends', '{kpi_products_monthly,kpi_sales}', 'choice', NULL, $sql$
SELECT s.period, s.gross, s.discounts, s.returns, s.net, s.orders, s.customers, s.aov, trim_scale(100 * s.change) AS change_percent, s.is_complete
  FROM {schema}.kpi_sales AS s WHERE s.grain = {choice} AND s.period >= {start} AND s.period < {end} ORDER BY s.period
$sql$),
('revenue_trends', '{kpi_revenue_monthly}', 'choice', '{month,quarter,year}', $sql$
SELECT p.period, p.net, trim_scale(100 * saaskpi_internal.rate(CASE WHEN p.is_complete AND p.before >= p.first THEN p.net - p.net_before END, p.net_before)) AS change_percent, p.is_complete
  FROM (SELECT q.period, q.net, q.is_complete, lag(q.net) OVER w AS net_before, lag(q.period) OVER w AS before, q.first
          FROM (SELECT saaskpi_internal.period_of(r.period, {choice}) AS period, sum(r.collected) AS net, saaskpi_internal.period_after(saaskpi_internal.period_of(min(r.period), {choice}), {choice}) <= {as_of} AS is_complete,
                       min(min(r.period)) OVER () AS first FROM {schema}.kpi_revenue_monthly AS r GROUP BY 1) AS q WINDOW w AS (ORDER BY q.period)) AS p
 WHERE p.period >= {start} AND p.period < {end} ORDER BY p.period
$sql$);

-- A value that sold in the window before alone has a row too, so that rows add
-- up to the sales of both.
INSERT INTO saaskpi_internal.endpoint_queries (endpoint, needs, grain, query)
SELECT 'revenue_by_' || dimension, '{kpi_products_monthly,kpi_sales_by}', 'month', format($sql$
WITH s AS (
    SELECT b.value, CASE WHEN count(b.net) > 0 THEN coalesce(sum(b.gross) FILTER (WHERE b.period >= {start}), 0.00) END AS gross, CASE WHEN count(b.net) > 0 THEN coalesce(sum(b.discounts) FILTER (WHERE b.period >= {start}), 0.00) END AS discounts,
           CASE WHEN count(b.net) > 0 THEN coalesce(sum(b.returns) FILTER (WHERE b.period >= {start}), 0.00) END AS returns, CASE WHEN count(b.net) > 0 THEN coalesce(sum(b.net) FILTER (WHERE b.period >= {start}), 0.00) END AS net,
           CASE WHEN count(b.net) > 0 THEN coalesce(sum(b.units) FILTER (WHERE b.period >= {start}), 0) END AS units, coalesce(sum(b.orders) FILTER (WHERE b.period >= {start}), 0) AS orders,
           CASE WHEN count(b.net) > 0 THEN coalesce(sum(b.net) FILTER (WHERE b.period < {start}), 0.00) END AS previous, row_number() OVER (ORDER BY b.value COLLATE "C") AS i, bool_or(bool_or(b.period >= {start})) OVER () AS sold
      FROM {schema}.kpi_sales_by AS b WHERE b.grain = 'month' AND b.dimension = %L AND b.period >= {before} AND b.period < {end} GROUP BY b.value
), h AS (SELECT saaskpi_internal.shares(array_agg(s.net ORDER BY s.i)) AS shares FROM s
), k AS (SELECT {before} >= min(f.period) AS known FROM {schema}.kpi_sales_by AS f WHERE f.grain = 'month'
)
SELECT s.value, s.gross, s.discounts, s.returns, s.net, h.shares[s.i] AS share, s.units%s, CASE WHEN k.known THEN s.previous END AS previous,
       trim_scale(100 * saaskpi_internal.rate(CASE WHEN {end} <= {as_of} AND k.known THEN s.net - s.previous END, s.previous)) AS change_percent
  FROM s, h, k WHERE s.sold ORDER BY s.net DESC, s.value COLLATE "C"
$sql$, dimension, CASE dimension WHEN 'category' THEN '' ELSE ', s.orders' END)
  FROM unnest('{category,region,channel}'::text[]) AS dimension;

INSERT INTO saaskpi_internal.endpoint_queries (endpoint, part, needs, grain, query, empty) VALUES
('revenue_top_products', '', '{kpi_products_monthly,kpi_products}', 'month', $sql$
WITH s AS (
    SELECT m.product_id, sum(m.gross) AS gross, sum(m.discounts) AS discounts, sum(m.returns) AS returns, sum(m.net) AS net, sum(m.units) AS units, sum(m.units_returned) AS units_returned,
           row_number() OVER (ORDER BY sum(m.net) DESC, m.product_id COLLATE "C") AS place
      FROM {schema}.kpi_products_monthly AS m WHERE m.period >= {start} AND m.period < {end} GROUP BY m.product_id
), t AS (
    SELECT least(s.place, {top} + 1)::integer AS place, min(s.product_id) FILTER (WHERE s.place <= {top}) AS product_id, sum(s.gross) AS gross, sum(s.discounts) AS discounts, sum(s.returns) AS returns,
           sum(s.net) AS net, sum(s.units) AS units, sum(s.units_returned) AS units_returned FROM s GROUP BY 1
), h AS (SELECT saaskpi_internal.shares(array_agg(t.net ORDER BY t.place)) AS shares FROM t)
SELECT t.place, coalesce(t.product_id, '(other)') AS product_id, p.name, p.category, t.gross, t.discounts, t.returns, t.net, h.shares[t.place] AS share, t.units, t.units_returned,
       saaskpi_internal.rate(t.units_returned, t.units) AS return_rate, p.margin_rate
  FROM t CROSS JOIN h LEFT JOIN {schema}.kpi_products AS p ON p.product_id = t.product_id ORDER BY t.place
$sql$, NULL),

('customers_segments', 'segments', '{kpi_mrr_movements,kpi_mrr_monthly_by}', 'month', $sql$
WITH s AS (
    SELECT b.value, b.customers_closing AS customers, b.closing AS mrr, b.arpa, row_number() OVER (ORDER BY b.value COLLATE "C") AS i
      FROM {schema}.kpi_mrr_monthly_by AS b
     WHERE b.dimension = 'segment' AND b.period = date_trunc('month', least({end} - 1, {as_of})::timestamp)::date AND b.period >= {start}
), h AS (SELECT saaskpi_internal.shares(array_agg(s.customers::numeric ORDER BY s.i)) AS shares FROM s)
SELECT s.value, s.customers, h.shares[s.i] AS share, s.mrr, s.arpa FROM s, h ORDER BY s.customers DESC, s.value COLLATE "C"
$sql$, NULL),
('customers_segments', 'segments', '{kpi_customers}', 'as_of', $sql$
WITH s AS (
    SELECT q.value, count(*) AS customers, row_number() OVER (ORDER BY q.value COLLATE "C") AS i
      FROM (SELECT coalesce(nullif(c.segment, ''), '(none)') AS value FROM {schema}.kpi_customers AS c WHERE c.status <> '(none)') AS q GROUP BY q.value
), h AS (SELECT saaskpi_internal.shares(array_agg(s.customers::numeric ORDER BY s.i)) AS shares FROM s)
SELECT s.value, s.customers, h.shares[s.i] AS share, NULL::numeric AS mrr, NULL::numeric AS arpa FROM s, h ORDER BY s.customers DESC, s.value COLLATE "C"
$sql$, 'no customer yet'),
('customers_segments', 'clusters', '{kpi_segments}', 'as_of', $sql$
SELECT s.cluster, s.segment, s.signs, s.customers, s.share, s.customers_before, s.change, s.mrr, s.revenue FROM {schema}.kpi_segments AS s ORDER BY s.customers DESC, s.cluster
$sql$, 'no model of segments; to train one: CALL saaskpi.train_segments(%L)'),
('customers_segments', 'rfm', '{kpi_segment_mix}', 'day', $sql$
SELECT m.snapshot, m.segment, m.customers, m.rate, m.monetary FROM {schema}.kpi_segment_mix AS m
 WHERE m.snapshot = (SELECT max(l.snapshot) FROM {schema}.kpi_segment_mix AS l WHERE l.snapshot < {end}) ORDER BY m.customers DESC, m.segment COLLATE "C"
$sql$, 'no snapshot before the end of the range');

INSERT INTO saaskpi_internal.endpoint_queries (endpoint, part, needs, grain, query, empty)
SELECT 'customers_cohorts', p.part, r.needs::name[], 'month', replace(p.query, '{from}', format('{schema}.%I AS c WHERE %s AND c.age <= 12 AND c.cohort >= {start} AND c.cohort < {end}', r.relation, r.basis)), 'no cohort began in the range'
  FROM (VALUES (1, '{kpi_mrr_movements,kpi_cohort_retention}', 'kpi_cohort_retention', $q$c.basis = 'mrr'$q$), (2, '{kpi_revenue_monthly,kpi_cohort_retention}', 'kpi_cohort_retention', $q$c.basis = 'payment'$q$),
               (3, '{kpi_order_cohorts}', 'kpi_order_cohorts', 'true')) AS r(i, needs, relation, basis),
       (VALUES ('cohorts', $sql$
SELECT c.cohort, max(c.customers) AS customers, jsonb_agg(jsonb_build_object('age', c.age, 'retained', c.retained, 'rate', c.rate) ORDER BY c.age) AS ages FROM {from} GROUP BY c.cohort ORDER BY c.cohort
$sql$), ('average', $sql$
SELECT c.age, sum(c.customers) AS customers, sum(c.retained) AS retained, saaskpi_internal.rate(sum(c.retained), sum(c.customers)) AS rate FROM {from} AND c.is_mature GROUP BY c.age ORDER BY c.age
$sql$)) AS p(part, query) ORDER BY r.i;

INSERT INTO saaskpi_internal.endpoint_queries (endpoint, needs, grain, query, empty) VALUES
('customers_lifetime_value', '{kpi_ltv_distribution}', 'as_of', $sql$
SELECT d.basis, max(d.customers_all) AS customers,
       jsonb_agg(jsonb_build_object('range', d.range, 'from_value', d.from_value, 'to_value', d.to_value, 'customers', d.customers, 'share', d.share, 'ltv', d.ltv) ORDER BY d.place) AS ranges
  FROM {schema}.kpi_ltv_distribution AS d GROUP BY d.basis ORDER BY d.basis DESC
$sql$, 'nobody ever had MRR or ordered'),
('customers_acquisition', '{kpi_mrr_movements,kpi_mrr_monthly_by}', 'month', $sql$
SELECT b.period, b.value AS channel, b.customers_new AS customers, b.new AS mrr, b.is_complete
  FROM {schema}.kpi_mrr_monthly_by AS b WHERE b.dimension = 'acquisition_channel' AND b.period >= {start} AND b.period < {end} ORDER BY b.period, b.value COLLATE "C"
$sql$, NULL),
('customers_acquisition', '{kpi_conversion}', 'month', $sql$
SELECT c.cohort AS period, c.value AS channel, c.signups AS customers, c.signups, c.matured, c.converted, c.rate, (c.cohort + interval '1 month')::date <= {as_of} AS is_complete
  FROM {schema}.kpi_conversion AS c WHERE c.dimension = 'acquisition_channel' AND c.cohort >= {start} AND c.cohort < {end} ORDER BY c.cohort, c.value COLLATE "C"
$sql$, NULL),
('customers_at_risk', '{kpi_at_risk}', 'as_of', $sql$
SELECT r.rank, r.customer_id, r.snapshot, r.probability, r.risk_bucket, r.value_tier, r.value, r.expected_loss, r.revenue, r.reasons FROM {schema}.kpi_at_risk AS r ORDER BY r.rank LIMIT {top}
$sql$, 'no model flags anybody; to train one: CALL saaskpi.train_churn(%L)');
