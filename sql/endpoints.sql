SET datestyle = iso;
SET client_min_messages = warning;
\set SHOW_CONTEXT never
\pset null ~
\pset footer off
-- a company with every source, as of a day within December 2024
CALL saaskpi.create_source_tables('endpoints_test', false);
DROP TABLE endpoints_test.subscriptions, endpoints_test.payments;
INSERT INTO endpoints_test.events (event_id, customer_id, event_time, event_type) SELECT n::text, 'C' || n % 40, '2024-10-01 10:00Z'::timestamptz + n * interval '1 day', 'login' FROM generate_series(1, 50) AS n;
CREATE VIEW endpoints_test.subscriptions AS SELECT subscription_id, customer_id, plan AS plan_type, start_date, end_date, price AS monthly_price FROM gen_subs;
CREATE VIEW endpoints_test.payments AS SELECT payment_id, customer_id, paid_on AS payment_date, amount, status AS payment_status FROM gen_pays;
INSERT INTO endpoints_test.customers SELECT 'C' || n, date '2023-01-01' + pick(n, 'signup', 600), (ARRAY['SMB', 'Mid-Market', 'Enterprise', NULL])[1 + pick(n, 'segment', 4)], (ARRAY['DE', 'US'])[1 + pick(n, 'country', 2)], (ARRAY['Organic', 'Paid Ads', 'Partner'])[1 + pick(n, 'channel', 3)] FROM generate_series(0, 129) AS n;
INSERT INTO endpoints_test.costs SELECT to_char(m, 'YYYY-MM'), 20, 4000, 30 FROM generate_series(timestamp '2023-01-01', '2024-12-01', '1 month') AS m;
INSERT INTO endpoints_test.products SELECT 'p' || n, 'Product ' || n, (ARRAY['Office', 'Garden'])[1 + n % 2], 10 * n, 4 * n FROM generate_series(1, 5) AS n;
INSERT INTO endpoints_test.orders (order_id, customer_id, ordered_at, status, channel, region)
SELECT 'o' || n, CASE WHEN pick(n, 'guest', 20) > 0 THEN 'C' || pick(n, 'buyer', 60) END, '2023-03-05 12:00Z'::timestamptz + pick(n, 'ordered', 640) * interval '1 day', CASE WHEN pick(n, 'cancel', 15) = 0 THEN 'cancelled' ELSE 'completed' END,
       (ARRAY['Web', 'Store', NULL])[1 + pick(n, 'sold by', 3)], (ARRAY['EU', 'US'])[1 + pick(n, 'region', 2)] FROM generate_series(1, 400) AS n;
INSERT INTO endpoints_test.order_lines SELECT 'o' || n, l::text, 'p' || 1 + pick(n * 10 + l, 'product', 6), CASE WHEN pick(n * 10 + l, 'back', 12) = 0 THEN -1 ELSE 1 + pick(n * 10 + l, 'units', 4) END, 9.99 + pick(n * 10 + l, 'price', 30), pick(n * 10 + l, 'discount', 3) FROM generate_series(1, 400) AS n, generate_series(1, 2) AS l;
INSERT INTO endpoints_test.sales_reps SELECT 'r' || n, 'Rep ' || n, 'Field', 'EU' FROM generate_series(1, 12) AS n;
INSERT INTO endpoints_test.sales_quotas SELECT 'r' || n, to_char(m, 'YYYY-MM'), 100 + 40 * n FROM generate_series(1, 12) AS n, generate_series(timestamp '2024-01-01', '2024-12-01', '1 month') AS m WHERE n <> 3 OR m < '2024-06-01';
INSERT INTO endpoints_test.opportunities (opportunity_id, customer_id, sales_rep_id, name, created_at, amount, stage, closed_at, expected_close)
SELECT 'd' || n, 'C' || n, 'r' || 1 + n % 12, 'Deal ' || n, c, 100 + pick(n, 'amount', 900), (ARRAY['Closed Won', 'Closed Lost', 'Proposal'])[1 + n % 3], CASE WHEN n % 3 < 2 THEN c + pick(n, 'days', 90) * interval '1 day 5 hours' END, c::date + 60
  FROM generate_series(1, 120) AS n, LATERAL (SELECT '2024-01-03 09:00Z'::timestamptz + pick(n, 'created', 250) * interval '1 day' AS c) AS c;
INSERT INTO endpoints_test.opportunity_stages SELECT opportunity_id, 'Lead', created_at, amount FROM endpoints_test.opportunities UNION ALL SELECT opportunity_id, stage, coalesce(closed_at, created_at + interval '9 days'), amount FROM endpoints_test.opportunities;
CALL saaskpi.create_views('endpoints_test');
UPDATE endpoints_test.kpi_settings SET as_of = '2024-12-16', currency = 'EUR';
-- before the first refresh nothing is known, and that is said
SELECT a ->> 'reason' AS reason, a -> 'data' AS data FROM saaskpi.revenue_trends('endpoints_test', '2024-01-01', '2024-02-01') AS a;
SELECT k.value ->> 'value' AS value, k.value ->> 'reason' AS reason, count(*) FROM jsonb_each(saaskpi.dashboard_kpis('endpoints_test') -> 'data') AS k GROUP BY 1, 2 ORDER BY min(k.value ->> 'reason') COLLATE "C";
SELECT count(*) AS insights FROM saaskpi.insights('endpoints_test');
CALL saaskpi.refresh('endpoints_test');
-- all of them, as who may read the relations and nothing else, in a transaction that cannot write
CREATE ROLE regress_endpoints_reader;
GRANT USAGE ON SCHEMA endpoints_test TO regress_endpoints_reader;
\set ECHO none
SELECT format('GRANT SELECT ON %s TO regress_endpoints_reader', string_agg(format('endpoints_test.%I', relation), ', ')) FROM endpoints_test.kpi_manifest WHERE status = 'made' \gexec
\set ECHO all
GRANT SELECT ON endpoints_test.kpi_settings TO regress_endpoints_reader;
CREATE FUNCTION call_endpoint(endpoint name, s name, arguments text DEFAULT '') RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE answer jsonb;
BEGIN
    EXECUTE format('SELECT saaskpi.%I(%L%s)', endpoint, s, arguments) INTO answer;
    RETURN answer;
END $$;
-- number of rows, numbers or parts, with those that are empty
CREATE FUNCTION look_at(a jsonb, OUT holds bigint, OUT empty bigint, OUT reason text) LANGUAGE sql AS $$
SELECT CASE jsonb_typeof(a -> 'data') WHEN 'array' THEN jsonb_array_length(a -> 'data') ELSE (SELECT count(*) FROM jsonb_object_keys(a -> 'data')) END,
       CASE jsonb_typeof(a -> 'data') WHEN 'object' THEN (SELECT count(*) FROM jsonb_each(a -> 'data') AS e WHERE e.value ->> 'reason' IS NOT NULL) END,
       coalesce(a ->> 'reason', (SELECT string_agg(DISTINCT e.value ->> 'reason', '; ') FROM jsonb_each(CASE jsonb_typeof(a -> 'data') WHEN 'object' THEN a -> 'data' ELSE '{}' END) AS e)) $$;
SET ROLE regress_endpoints_reader;
BEGIN READ ONLY;
SELECT e.endpoint, a ->> 'endpoint' = e.endpoint AND a ->> 'as_of' = '2024-12-16' AND a ->> 'currency' = 'EUR' AND a #>> '{range,start}' = '2024-06-01' AND a #>> '{range,end}' = '2024-12-01'
           AND a #>> '{range,is_complete}' = 'true' AND a #>> '{previous,start}' = '2023-12-01' AS envelope, l.*
  FROM saaskpi_internal.endpoints AS e, call_endpoint(e.endpoint, 'endpoints_test', ', ''2024-06-01'', ''2024-12-01''') AS a, look_at(a) AS l ORDER BY e.ordinal;
-- by the names of arguments, as a web server calls them
SELECT saaskpi.operations_opportunities(top => 3, stage => 'Proposal', end_date => '2024-12-01', start_date => '2024-06-01', schema_name => 'endpoints_test') = saaskpi.operations_opportunities('endpoints_test', '2024-06-01', '2024-12-01', 'Proposal', 3) AS same;
SELECT count(*) AS endpoints, count(*) FILTER (WHERE provolatile = 's' AND NOT prosecdef AND pronargs - pronargdefaults = 1) AS readable FROM pg_proc WHERE pronamespace = 'saaskpi'::regnamespace AND prorettype = 'jsonb'::regtype AND proargnames[1:3] = '{schema_name,start_date,end_date}';
COMMIT;
RESET ROLE;
-- scores as a model would have given them: C1 and C2 are flagged
INSERT INTO endpoints_test.kpi_churn_scores_mat (snapshot, customer_id, rank, probability, risk_bucket, value_tier, predicted_flag, value, expected_loss, revenue, reasons)
SELECT d, 'C' || n, n, 1.0 / n, CASE n WHEN 1 THEN 'High' WHEN 2 THEN 'Medium' ELSE 'Low' END, 'High', n <= 2, 100 - n, round((100 - n) / n::numeric, 2), 500, 'long away' FROM generate_series(1, 4) AS n, unnest('{2024-11-30,2024-12-16}'::date[]) AS d;
INSERT INTO endpoints_test.kpi_churn_trend_mat (snapshot, customers, high, medium, low, flagged, revenue_at_risk, expected_loss, mean_probability, score_drift) VALUES ('2024-10-31', 4, 1, 0, 3, 1, 99, 120, 0.4, 0.1), ('2024-11-30', 4, 1, 1, 2, 2, 197, 204.33, 0.5, 0.1), ('2024-12-16', 4, 1, 1, 2, 2, 197, 204.33, 0.520833, 0.3);
INSERT INTO endpoints_test.kpi_revenue_at_risk_mat VALUES ('all', 'all', 4, 2, 2, 0.52, 390, 197, 204.33), ('category', 'Office', 3, 1, 1, 0.6, 290, 99, 155.33), ('category', 'Garden', 1, 1, 1, 0.5, 100, 98, 49.00);
INSERT INTO endpoints_test.kpi_segments_mat (cluster, segment, signs, customers, share, customers_before, change, mrr, revenue) VALUES (1, 'Small', 'mrr low', 30, 75.0, 31, -1, 600, 7000), (2, 'Large', 'mrr high', 10, 25.0, 6, 4, 900, NULL);
-- the numbers of whole months, against the relations
CREATE VIEW told_kpis AS SELECT q.endpoint, k.key AS measure, (k.value ->> 'value')::numeric AS value, (k.value ->> 'previous')::numeric AS previous, (k.value ->> 'change_percent')::numeric AS change_percent, k.value ->> 'reason' AS reason, k.value ->> 'change_reason' AS change_reason
  FROM unnest('{dashboard_kpis,customers_overview,operations_pipeline_kpis,forecasting_kpis}'::name[]) AS q(endpoint), jsonb_each(call_endpoint(q.endpoint, 'endpoints_test', ', ''2024-11-01'', ''2024-12-01''') -> 'data') AS k;
CREATE VIEW read_kpis AS
SELECT 'dashboard_kpis' AS endpoint, v.* FROM endpoints_test.kpi_sales AS s, LATERAL (VALUES ('revenue', s.net, s.net_before, 100 * s.change), ('orders', s.orders, NULL, NULL), ('customers', s.customers, NULL, NULL), ('average_order_value', s.aov, NULL, NULL), ('growth_rate', s.change, NULL, NULL)) AS v(measure, value, previous, change_percent) WHERE s.grain = 'month' AND s.period = '2024-11-01'
UNION ALL SELECT 'dashboard_kpis', 'pipeline_value', m.closing, m.opening, NULL FROM endpoints_test.kpi_pipeline_monthly AS m WHERE m.period = '2024-11-01'
UNION ALL SELECT v.* FROM endpoints_test.kpi_mrr_monthly AS m, LATERAL (VALUES ('dashboard_kpis', 'customers_total', m.customers_closing, m.customers_opening, NULL::numeric), ('customers_overview', 'total', m.customers_closing, m.customers_opening, NULL), ('customers_overview', 'new', m.customers_new, NULL, NULL), ('customers_overview', 'churned', m.customers_churned, NULL, NULL), ('customers_overview', 'reactivated', m.customers_reactivated, NULL, NULL)) AS v WHERE m.period = '2024-11-01'
UNION ALL SELECT 'customers_overview', 'at_risk', 2, 1, 100
UNION ALL SELECT v.*, NULL, NULL FROM endpoints_test.kpi_pipeline_kpis AS k, LATERAL (VALUES ('dashboard_kpis', 'conversion_rate', k.win_rate), ('operations_pipeline_kpis', 'pipeline_value', k.pipeline_value), ('operations_pipeline_kpis', 'deals_open', k.deals_open), ('operations_pipeline_kpis', 'deals_won', k.won), ('operations_pipeline_kpis', 'deals_lost', k.lost), ('operations_pipeline_kpis', 'won_amount', k.won_amount),
    ('operations_pipeline_kpis', 'win_rate', k.win_rate), ('operations_pipeline_kpis', 'win_rate_amount', k.win_rate_amount), ('operations_pipeline_kpis', 'average_won_amount', k.avg_won_amount), ('operations_pipeline_kpis', 'cycle_days', k.cycle_days)) AS v(endpoint, measure, value) WHERE k.grain = 'month' AND k.period = '2024-11-01'
UNION ALL SELECT 'forecasting_kpis', v.*, NULL, NULL FROM (SELECT sum(point) AS six, min(point) FILTER (WHERE period = '2025-01-01') AS one FROM endpoints_test.kpi_forecast_monthly WHERE metric = 'net_sales' AND dimension = 'all' AND row_type = 'forecast') AS f, (SELECT sum(net) AS six FROM endpoints_test.kpi_sales WHERE grain = 'month' AND period BETWEEN '2024-06-01' AND '2024-11-01') AS b,
    LATERAL (VALUES ('predicted_revenue', f.six), ('predicted_next_month', f.one), ('predicted_growth', round((f.six - b.six) / b.six, 6))) AS v
UNION ALL SELECT 'forecasting_kpis', v.*, NULL, NULL FROM endpoints_test.kpi_model_performance AS p, LATERAL (VALUES ('accuracy', 100 - p.mape), ('mase', p.mase), ('interval_coverage', p.coverage95)) AS v WHERE p.metric = 'net_sales' AND p.model = 'auto' AND p.step = 0
UNION ALL SELECT 'forecasting_kpis', 'weighted_pipeline', sum(weighted), NULL, NULL FROM endpoints_test.kpi_pipeline
UNION ALL SELECT 'forecasting_kpis', 'revenue_at_risk', 197, NULL, NULL;
SELECT endpoint, count(*) AS numbers, count(t.value) AS told, count(*) FILTER (WHERE t.value IS DISTINCT FROM r.value OR (r.previous <> t.previous) OR r.change_percent <> t.change_percent) AS differ, count(t.change_percent) AS changes,
       count(*) FILTER (WHERE t.value IS NULL AND t.reason IS NULL OR t.value IS NOT NULL AND t.reason IS NOT NULL) AS without_reason
  FROM told_kpis AS t FULL JOIN read_kpis AS r USING (endpoint, measure) GROUP BY endpoint ORDER BY endpoint COLLATE "C";
-- a range of days, against rows that the relations are made of
CREATE VIEW told_days AS SELECT k.key AS measure, (k.value ->> 'value')::numeric AS value, (k.value ->> 'previous')::numeric AS previous, k.value -> 'covers' AS covers
  FROM unnest('{dashboard_kpis,customers_overview}'::name[]) AS q(endpoint), jsonb_each(call_endpoint(q.endpoint, 'endpoints_test', ', ''2024-05-20'', ''2024-08-07''') -> 'data') AS k;
CREATE FUNCTION read_days(first date, last date) RETURNS TABLE (measure text, value numeric) LANGUAGE sql AS $$
SELECT v.* FROM (SELECT sum(net) AS net, count(*) FILTER (WHERE NOT is_return) AS orders, count(DISTINCT customer_id) FILTER (WHERE NOT is_return) AS buyers FROM endpoints_test.kpi_orders WHERE status = 'counts' AND ordered_on >= first AND ordered_on < last) AS o,
       LATERAL (VALUES ('revenue', o.net), ('orders', o.orders), ('customers', o.buyers), ('average_order_value', round(o.net / o.orders, 2))) AS v
UNION ALL SELECT CASE movement WHEN 'churn' THEN 'churned' WHEN 'reactivation' THEN 'reactivated' ELSE movement END, count(*) FROM endpoints_test.kpi_mrr_movements WHERE happened_on >= first AND happened_on < last AND movement IN ('new', 'churn', 'reactivation') GROUP BY 1
UNION ALL SELECT t, count(*) FROM (SELECT customer_id FROM gen_level WHERE d = last - 1 AND level > 0 AND customer_id IN (SELECT customer_id FROM gen_subs)) AS l, unnest('{total,customers_total}'::text[]) AS t GROUP BY 1 $$;
SELECT measure, t.value = n.value AS as_read, t.previous = b.value AS as_read_before FROM told_days AS t JOIN read_days('2024-05-20', '2024-08-07') AS n USING (measure) JOIN read_days(date '2024-05-20' - 79, '2024-05-20') AS b USING (measure) ORDER BY measure COLLATE "C";
SELECT measure, covers FROM told_days WHERE covers ->> 'start' <> '2024-05-20' ORDER BY measure COLLATE "C";
-- buyers of every sort of range: within a month, quarter and year from its start, and any other
SELECT r.first, r.last, (saaskpi.dashboard_kpis('endpoints_test', r.first, r.last) #>> '{data,customers,value}')::bigint = (SELECT count(DISTINCT customer_id) FROM endpoints_test.kpi_orders WHERE status = 'counts' AND NOT is_return AND ordered_on >= r.first AND ordered_on < r.last) AS as_read
  FROM (VALUES ('2024-05-01'::date, '2024-05-12'::date), ('2024-04-01', '2024-06-15'), ('2024-01-01', '2024-09-09'), ('2024-01-01', '2025-01-01'), ('2024-02-01', '2024-05-01'), ('2023-11-05', '2024-02-03'), ('2024-12-01', '2025-02-01')) AS r(first, last);
-- rows, against the relations: of one month, of several, and of a range that is widened to months
CREATE FUNCTION rows_of(endpoint name, part text, first date, last date, more text DEFAULT '') RETURNS TABLE (r jsonb) LANGUAGE sql AS $$
SELECT jsonb_array_elements(CASE part WHEN '' THEN a -> 'data' ELSE a #> ARRAY['data', part, 'data'] END) FROM call_endpoint(endpoint, 'endpoints_test', format(', %L, %L%s', first, last, more)) AS a $$;
CREATE FUNCTION compare(what text, told text, read text) RETURNS TABLE (endpoint text, n bigint, differ bigint) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT %L, (SELECT count(*) FROM (%2$s) AS t), (SELECT count(*) FROM ((%2$s EXCEPT ALL %3$s) UNION ALL (%3$s EXCEPT ALL %2$s)) AS d)', what, told, read);
END $$;
SELECT c.* FROM (VALUES
('revenue_trends', $$SELECT q.period, q.gross, q.net, q.customers, q.aov, q.change_percent, q.is_complete FROM rows_of('revenue_trends', '', '2024-02-10', '2024-12-31', ', ''month''') AS x, jsonb_to_record(r) AS q(period date, gross numeric, net numeric, customers bigint, aov numeric, change_percent numeric, is_complete boolean)$$,
 $$SELECT period, gross, net, customers, aov, 100 * change, is_complete FROM endpoints_test.kpi_sales WHERE grain = 'month' AND period >= '2024-02-01'$$),
('revenue_trends by week', $$SELECT q.period, q.net FROM rows_of('revenue_trends', '', '2024-02-10', '2024-03-01', ', ''week''') AS x, jsonb_to_record(r) AS q(period date, net numeric)$$, $$SELECT period, net FROM endpoints_test.kpi_sales WHERE grain = 'week' AND period BETWEEN '2024-02-05' AND '2024-02-26'$$),
('revenue_by_category', $$SELECT q.* FROM rows_of('revenue_by_category', '', '2024-05-01', '2024-06-01') AS x, jsonb_to_record(r) AS q(value text, gross numeric, net numeric, share numeric, units numeric, previous numeric, change_percent numeric)$$,
 $$SELECT value, b.gross, b.net, b.share, b.units, a.net, 100 * round((b.net - a.net) / nullif(greatest(a.net, 0), 0), 6) FROM endpoints_test.kpi_sales_by AS b LEFT JOIN endpoints_test.kpi_sales_by AS a USING (grain, dimension, value) WHERE grain = 'month' AND b.period = '2024-05-01' AND a.period = '2024-04-01' AND dimension = 'category'$$),
('revenue_by_region', $$SELECT q.* FROM rows_of('revenue_by_region', '', '2024-04-09', '2024-06-30') AS x, jsonb_to_record(r) AS q(value text, discounts numeric, returns numeric, net numeric, share numeric, orders bigint, previous numeric, change_percent numeric)$$,
 $$SELECT value, b.discounts, b.returns, b.net, b.share, b.orders, a.net, 100 * round((b.net - a.net) / nullif(greatest(a.net, 0), 0), 6) FROM endpoints_test.kpi_sales_by AS b LEFT JOIN endpoints_test.kpi_sales_by AS a USING (grain, dimension, value) WHERE grain = 'quarter' AND b.period = '2024-04-01' AND a.period = '2024-01-01' AND dimension = 'region'$$),
('revenue_by_channel', $$SELECT q.* FROM rows_of('revenue_by_channel', '', '2023-01-01', '2024-01-01') AS x, jsonb_to_record(r) AS q(value text, net numeric, share numeric, orders bigint, previous numeric, change_percent numeric)$$,
 $$SELECT value, net, share, orders, NULL::numeric, NULL::numeric FROM endpoints_test.kpi_sales_by WHERE grain = 'year' AND period = '2023-01-01' AND dimension = 'channel'$$),
('revenue_top_products', $$SELECT q.place, coalesce(nullif(q.product_id, NULL), '(other)'), q.net, q.share, q.units FROM rows_of('revenue_top_products', '', '2024-02-01', '2024-08-01', ', 3') AS x, jsonb_to_record(r) AS q(place bigint, product_id text, net numeric, share numeric, units numeric)$$,
 $$SELECT place, value, net, share, units FROM saaskpi.top_sales('endpoints_test', 'product', 3, '2024-02-01', '2024-08-01')$$),
('revenue_top_products, all of it', $$SELECT q.* FROM rows_of('revenue_top_products', '', '2024-02-01', '2024-08-01', ', 50') AS x, jsonb_to_record(r) AS q(product_id text, name text, category text, gross numeric, discounts numeric, returns numeric, net numeric, units numeric, units_returned numeric, return_rate numeric)$$,
 $$SELECT product_id, coalesce(p.name, product_id), coalesce(p.category, '(none)'), sum(m.gross), sum(m.discounts), sum(m.returns), sum(m.net), sum(m.units), sum(m.units_returned), round(sum(m.units_returned) / nullif(sum(m.units), 0), 6)
     FROM endpoints_test.kpi_products_monthly AS m LEFT JOIN endpoints_test.products AS p USING (product_id) WHERE m.period >= '2024-02-01' AND m.period < '2024-08-01' GROUP BY product_id, p.name, p.category$$),
('customers_segments', $$SELECT q.* FROM rows_of('customers_segments', 'segments', '2024-05-03', '2024-08-02') AS x, jsonb_to_record(r) AS q(value text, customers bigint, mrr numeric, arpa numeric)$$,
 $$SELECT value, customers_closing, closing, arpa FROM endpoints_test.kpi_mrr_monthly_by WHERE dimension = 'segment' AND period = '2024-08-01'$$),
('customers_segments clusters', $$SELECT q.* FROM rows_of('customers_segments', 'clusters', '2024-05-03', '2024-08-02') AS x, jsonb_to_record(r) AS q(cluster integer, segment text, signs text, customers bigint, share numeric, customers_before bigint, change bigint, mrr numeric, revenue numeric)$$, $$SELECT cluster, segment, signs, customers, share, customers_before, change, mrr, revenue FROM endpoints_test.kpi_segments$$),
('customers_segments rfm', $$SELECT q.* FROM rows_of('customers_segments', 'rfm', '2024-05-03', '2024-08-02') AS x, jsonb_to_record(r) AS q(segment text, customers bigint, rate numeric)$$, $$SELECT segment, customers, rate FROM endpoints_test.kpi_segment_mix WHERE snapshot = '2024-07-31'$$),
('customers_cohorts', $$SELECT q.cohort, q.customers, a.* FROM rows_of('customers_cohorts', 'cohorts', '2023-05-01', '2024-12-01') AS x, jsonb_to_record(r) AS q(cohort date, customers bigint, ages jsonb), jsonb_to_recordset(q.ages) AS a(age integer, retained bigint, rate numeric)$$,
 $$SELECT cohort, customers, age, retained, rate FROM endpoints_test.kpi_cohort_retention WHERE basis = 'mrr' AND cohort >= '2023-05-01' AND cohort < '2024-12-01' AND age <= 12$$),
('customers_cohorts average', $$SELECT q.* FROM rows_of('customers_cohorts', 'average', '2023-05-01', '2024-12-01') AS x, jsonb_to_record(r) AS q(age integer, customers bigint, retained bigint, rate numeric)$$,
 $$SELECT age, sum(customers)::bigint, sum(retained)::bigint, round(sum(retained) / sum(customers), 6) FROM endpoints_test.kpi_cohort_retention WHERE basis = 'mrr' AND cohort >= '2023-05-01' AND cohort < '2024-12-01' AND age <= 12 AND is_mature GROUP BY age$$),
('customers_lifetime_value', $$SELECT q.basis, q.customers, a.* FROM rows_of('customers_lifetime_value', '', '2024-01-01', '2024-02-01') AS x, jsonb_to_record(r) AS q(basis text, customers bigint, ranges jsonb), jsonb_to_recordset(q.ranges) AS a(range text, customers bigint, share numeric, ltv numeric)$$,
 $$SELECT basis, customers_all, range, customers, share, ltv FROM endpoints_test.kpi_ltv_distribution$$),
('customers_acquisition', $$SELECT q.* FROM rows_of('customers_acquisition', '', '2024-01-15', '2024-12-15') AS x, jsonb_to_record(r) AS q(period date, channel text, customers bigint, mrr numeric, is_complete boolean)$$,
 $$SELECT period, value, customers_new, new, is_complete FROM endpoints_test.kpi_mrr_monthly_by WHERE dimension = 'acquisition_channel' AND period >= '2024-01-01'$$),
('customers_at_risk', $$SELECT q.* FROM rows_of('customers_at_risk', '', '2024-01-15', '2024-12-15', ', 1') AS x, jsonb_to_record(r) AS q(rank bigint, customer_id text, expected_loss numeric, reasons text)$$, $$SELECT 1::bigint, 'C1', 99.00, 'long away'$$)) AS v(what, told, read), compare(v.what, v.told, v.read) AS c;
SELECT c.* FROM (VALUES
('operations_pipeline', $$SELECT q.* FROM rows_of('operations_pipeline', '', '2024-01-01', '2024-02-01') AS x, jsonb_to_record(r) AS q(stage text, ordinal numeric, outcome text, deals bigint, amount numeric, share numeric, weighted numeric, win_rate numeric)$$,
 $$SELECT stage, ordinal::numeric, outcome, deals, amount, share, weighted, win_rate FROM endpoints_test.kpi_pipeline$$),
('operations_sales_performance', $$SELECT q.* FROM rows_of('operations_sales_performance', '', '2024-05-01', '2024-06-01') AS x, jsonb_to_record(r) AS q(sales_rep_id text, name text, deals_won bigint, won numeric, quota numeric, attainment numeric, attainment_prorated numeric, rank bigint, standing text)$$,
 $$SELECT sales_rep_id, name, deals_won::bigint, won, quota, attainment, attainment_prorated, rank::bigint, standing FROM endpoints_test.kpi_quota WHERE period = '2024-05-01'$$),
('operations_sales_performance, year', $$SELECT q.* FROM rows_of('operations_sales_performance', '', '2024-01-01', '2025-01-01') AS x, jsonb_to_record(r) AS q(sales_rep_id text, won numeric, attainment numeric)$$,
 $$SELECT sales_rep_id, sum(won), round(sum(won) FILTER (WHERE quota IS NOT NULL) / sum(quota), 6) FROM endpoints_test.kpi_quota WHERE period BETWEEN '2024-01-01' AND '2024-12-01' GROUP BY 1$$),
('operations_conversion_rates', $$SELECT q.* FROM rows_of('operations_conversion_rates', '', '2024-01-01', '2024-02-01') AS x, jsonb_to_record(r) AS q(stage text, entered bigint, matured bigint, advanced bigint, conversion_rate numeric)$$, $$SELECT stage, entered, matured, advanced, conversion_rate FROM endpoints_test.kpi_stage_conversion$$),
('operations_cycle_time', $$SELECT q.* FROM rows_of('operations_cycle_time', '', '2024-01-01', '2024-02-01') AS x, jsonb_to_record(r) AS q(stage text, stays bigint, mean_days_over numeric, median_days numeric)$$, $$SELECT stage, stays, mean_days_over, median_days FROM endpoints_test.kpi_stage_duration$$),
('operations_opportunities', $$SELECT q.* FROM rows_of('operations_opportunities', '', '2024-06-01', '2024-07-01') AS x, jsonb_to_record(r) AS q(opportunity_id text, stage text, amount numeric, days_open integer, is_overdue boolean)$$,
 $$SELECT opportunity_id, stage, amount, days_open, is_overdue FROM endpoints_test.kpi_opportunities WHERE outcome = 'open' AND created_on < '2024-07-01'$$),
('operations_opportunities of a stage', $$SELECT q.* FROM rows_of('operations_opportunities', '', '2024-06-01', '2024-07-01', ', ''Closed Won'', 7') AS x, jsonb_to_record(r) AS q(opportunity_id text, amount numeric)$$,
 $$(SELECT opportunity_id, amount FROM endpoints_test.kpi_opportunities WHERE stage = 'Closed Won' AND created_on < '2024-07-01' AND closed_on >= '2024-06-01' ORDER BY amount DESC, opportunity_id COLLATE "C" LIMIT 7)$$),
('forecasting_revenue', $$SELECT q.metric, a.* FROM rows_of('forecasting_revenue', '', '2024-01-01', '2025-01-01') AS x, jsonb_to_record(r) AS q(metric text, months jsonb), jsonb_to_recordset(q.months) AS a(period date, row_type text, actual numeric, point numeric, lo95 numeric, hi80 numeric)$$,
 $$SELECT metric, period, row_type, actual, point, lo95, hi80 FROM endpoints_test.kpi_forecast_monthly WHERE dimension = 'all' AND metric IN ('mrr', 'collected', 'net_sales') AND period >= '2024-01-01'$$),
('forecasting_pipeline', $$SELECT q.* FROM rows_of('forecasting_pipeline', 'stages', '2024-01-01', '2025-01-01') AS x, jsonb_to_record(r) AS q(stage text, amount numeric, weighted numeric, weighted_observed numeric)$$, $$SELECT stage, amount, weighted, weighted_observed FROM endpoints_test.kpi_pipeline WHERE outcome = 'open'$$),
('forecasting_pipeline total', $$SELECT q.* FROM rows_of('forecasting_pipeline', 'total', '2024-01-01', '2025-01-01') AS x, jsonb_to_record(r) AS q(amount numeric, weighted numeric)$$, $$SELECT sum(amount), sum(weighted) FROM rows_of('forecasting_pipeline', 'months', '2024-01-01', '2025-01-01') AS x, jsonb_to_record(r) AS q(amount numeric, weighted numeric)$$),
('forecasting_churn_risk', $$SELECT q.* FROM rows_of('forecasting_churn_risk', 'customers', '2024-01-01', '2025-01-01') AS x, jsonb_to_record(r) AS q(customer_id text, probability numeric, priority text, recommendation text)$$, $$SELECT customer_id, probability, priority, recommendation FROM endpoints_test.kpi_at_risk$$),
('forecasting_churn_risk risk', $$SELECT q.* FROM rows_of('forecasting_churn_risk', 'risk', '2024-01-01', '2025-01-01') AS x, jsonb_to_record(r) AS q(risk_bucket text, customers bigint, share numeric)$$, $$VALUES ('High', 1::bigint, 25.0), ('Medium', 1, 25.0), ('Low', 2, 50.0)$$),
('forecasting_seasonality', $$SELECT q.metric, q.status, a.* FROM rows_of('forecasting_seasonality', '', '2024-01-01', '2025-01-01') AS x, jsonb_to_record(r) AS q(metric text, status text, months jsonb), jsonb_to_recordset(q.months) AS a(month integer, index numeric)$$, $$SELECT metric, status, month, index FROM endpoints_test.kpi_seasonality$$),
('forecasting_model_performance', $$SELECT q.* FROM rows_of('forecasting_model_performance', 'forecasts', '2024-01-01', '2025-01-01') AS x, jsonb_to_record(r) AS q(metric text, model text, step integer, mae numeric, mase numeric, coverage80 numeric)$$, $$SELECT metric, model, step, mae, mase, coverage80 FROM endpoints_test.kpi_model_performance$$),
('forecasting_revenue_at_risk', $$SELECT q.* FROM rows_of('forecasting_revenue_at_risk', '', '2024-01-01', '2025-01-01') AS x, jsonb_to_record(r) AS q(value text, expected_loss numeric, share numeric)$$, $$VALUES ('Office', 155.33, 76.0), ('Garden', 49.00, 24.0)$$)) AS v(what, told, read), compare(v.what, v.told, v.read) AS c;
-- a dashboard in one is its parts
SELECT key, a.value -> 'data' = call_endpoint(e.value #>> '{}', 'endpoints_test', ', ''2024-05-20'', ''2024-08-07''') -> 'data' AS same FROM saaskpi_internal.endpoints AS x, jsonb_each(x.includes) AS e JOIN LATERAL (SELECT * FROM jsonb_each(saaskpi.dashboard_summary('endpoints_test', '2024-05-20', '2024-08-07') -> 'data')) AS a USING (key) WHERE x.endpoint = 'dashboard_summary' ORDER BY key COLLATE "C";
-- a teller of reasons: a window that runs, one at the beginning, one before it, one after, one without a day
SELECT r.first, r.last, v ->> 'value' AS value, v ->> 'reason' AS reason, v ->> 'previous' AS previous, v ->> 'change_percent' AS change_percent, v ->> 'change_reason' AS change_reason, d #>> '{range,is_complete}' AS over
  FROM (VALUES ('2024-12-01'::date, '2025-01-01'::date), ('2023-03-01', '2023-04-01'), ('2022-01-01', '2022-02-01'), ('2025-01-01', '2025-02-01'), ('2024-03-01', '2024-03-01'), ('2024-03-01', '2024-04-01')) AS r(first, last),
       saaskpi.dashboard_kpis('endpoints_test', r.first, r.last) AS d, LATERAL (SELECT d #> '{data,revenue}') AS k(v);
SELECT a ->> 'reason' AS reason, a -> 'data' AS data FROM saaskpi.revenue_by_region('endpoints_test', '2019-01-01', '2020-01-01') AS a;
SELECT a ->> 'reason' AS reason, a -> 'data' AS data FROM saaskpi.revenue_by_region('endpoints_test', '2024-01-01', '2024-01-01') AS a;
-- money is exact
SELECT jsonb_typeof(v), v = to_jsonb(s.net) AS exact FROM endpoints_test.kpi_sales AS s, LATERAL (SELECT saaskpi.dashboard_kpis('endpoints_test', '2024-05-01', '2024-06-01') #> '{data,revenue,value}') AS k(v) WHERE s.grain = 'month' AND s.period = '2024-05-01';
-- without dates the twelve months that are over
SELECT a -> 'range' AS range, a -> 'previous' AS before FROM saaskpi.revenue_trends('endpoints_test') AS a;
-- insights of the last month that is over: the numbers in a sentence are those that its query gives
CREATE FUNCTION gives(query text, numbers jsonb) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE same boolean;
BEGIN
    EXECUTE format('SELECT bool_or(to_jsonb(q) = $1) FROM (%s) AS q', query) INTO same USING numbers;
    RETURN same;
END $$;
UPDATE endpoints_test.kpi_cohort_retention_mat SET customers = 12, retained = 6, rate = 0.5 WHERE basis = 'mrr' AND cohort = '2024-09-01' AND age = 1;
UPDATE endpoints_test.kpi_mrr_monthly_mat SET pause = 20, resume = 10, customers_paused = 1 WHERE period = '2024-07-01';
INSERT INTO endpoints_test.kpi_restatements VALUES (2, 2, '2024-12-15', '2024-11-01', 'C1', 'closing', 10, 35, 25, 'late row'), (2, 2, '2024-12-15', '2024-11-01', 'C2', 'closing', 10, 0, -10, 'deleted row'), (2, 2, '2024-12-15', '2024-11-01', 'C1', 'new', 10, 35, 25, 'late row'), (2, 2, '2024-12-15', '2024-10-01', 'C1', 'closing', 10, 35, 25, 'late row');
SELECT rule, sentence, gives(query, numbers) AS from_query FROM saaskpi.insights('endpoints_test');
SELECT count(*) AS rules, count(*) FILTER (WHERE NOT saaskpi_internal.endpoint_has('endpoints_test', needs)) AS not_run, (SELECT count(*) FROM saaskpi.insights('endpoints_test') AS i WHERE i.sentence ~ '[{}]|unknown|NaN' OR NOT gives(i.query, i.numbers)) AS odd FROM saaskpi_internal.insight_rules;
SELECT string_agg(r.rule, ' ' ORDER BY r.ordinal) AS never_told FROM saaskpi_internal.insight_rules AS r
 WHERE r.rule NOT IN (SELECT i.rule FROM unnest('{2024-05-01,2024-06-01,2024-07-01,2024-11-01}'::date[]) AS m, saaskpi.insights('endpoints_test', m, (m + interval '1 month')::date) AS i);
SELECT sentence FROM saaskpi_internal.insights_of('endpoints_test', '2024-01-01', '2024-07-01', '2024-11-15', true);
SELECT saaskpi.narrative('endpoints_test', '2024-01-01', '2024-07-01', '2024-11-15') = (SELECT string_agg(sentence, ' ') FROM saaskpi_internal.insights_of('endpoints_test', '2024-01-01', '2024-07-01', '2024-11-15', true)) AS narrative;
-- other windows: days, which are widened to months where months are known alone; the months of the year so far but for the one that runs
SELECT rule, sentence, gives(query, numbers) AS from_query FROM saaskpi.insights('endpoints_test', '2024-05-20', '2024-06-10') WHERE rule IN ('sales', 'mrr', 'customers', 'average_order');
SELECT count(*) > 10 AS told, bool_and(gives(query, numbers)) AS from_query FROM saaskpi.insights('endpoints_test', '2024-01-01', '2024-12-01');
-- nothing about a month that runs, of which only what is as of the last refresh or a snapshot is said, and nothing where nothing happened
SELECT string_agg(rule, ' ') AS told FROM saaskpi.insights('endpoints_test', '2024-12-01', '2025-01-01');
SELECT string_agg(i.rule, ' ') AS told, count(*) FILTER (WHERE r.grain <> 'as_of') AS of_the_window FROM saaskpi.insights('endpoints_test', '2022-01-01', '2022-02-01', '2022-02-01') AS i JOIN saaskpi_internal.insight_rules AS r USING (rule);
SELECT string_agg(i.rule, ' ') AS told FROM saaskpi.insights('endpoints_test', '2024-03-01', '2024-03-01', '2022-02-01') AS i JOIN saaskpi_internal.insight_rules AS r USING (rule) WHERE r.grain <> 'as_of';
UPDATE endpoints_test.kpi_sales_mat SET net = 2100 WHERE grain = 'day' AND period = '2024-02-29';
UPDATE endpoints_test.kpi_sales_mat SET net = 0 WHERE grain = 'day' AND (period BETWEEN '2024-01-01' AND '2024-02-28' OR period BETWEEN '2024-03-02' AND '2024-03-31');
UPDATE endpoints_test.kpi_sales_mat SET net = 2100 WHERE grain = 'day' AND period = '2024-03-01';
SELECT count(*) FILTER (WHERE rule = 'sales') AS sales_unchanged FROM saaskpi.insights('endpoints_test', '2024-03-01', '2024-04-01');
-- K, M and B by what is written
SELECT n, saaskpi_internal.scaled(n) AS scaled, saaskpi_internal.scaled(-n) AS below FROM unnest('{0,0.004,0.5,9.99,10.5,999,999.4,999.5,1000,1049,1050,99949,999949,999950,1000000,999949999,999950000,1234567890123}'::numeric[]) AS n;
SELECT saaskpi_internal.insight_sentence('{a:text}: {b:money}, {c:change} x, {d:points} y, {e:percent}, {f:count}, {g:signed}, {h:month}, {i:number}, {nothing:money}', '{"a": "{b:money} %s", "b": 1234.5, "c": -0.0004, "d": 0.0123, "e": 12.3456, "f": 1234567, "g": -12, "h": "2024-02-29", "i": 1.50}', 'EUR');
SELECT * FROM saaskpi.insights('nowhere');
\echo :SQLSTATE
SELECT * FROM saaskpi.insights('endpoints_test', '2024-01-01');
\echo :SQLSTATE
SELECT * FROM saaskpi.insights('endpoints_test', '2024-02-01', '2024-01-01');
\echo :SQLSTATE
SELECT saaskpi.narrative('endpoints_test', snapshot => 'infinity');
\echo :SQLSTATE
-- a relation as a file: as COPY writes it, and as one array; quotes, line ends, what is empty
UPDATE endpoints_test.kpi_opportunities_mat SET name = E'a "quoted", name\nof two lines', customer_id = '', sales_rep_id = '\.' WHERE opportunity_id = 'd1';
SELECT * FROM saaskpi.export('endpoints_test', 'kpi_opportunities', 'csv') LIMIT 2;
COPY (SELECT * FROM endpoints_test.kpi_opportunities ORDER BY opportunity_id COLLATE "C" LIMIT 1) TO STDOUT (FORMAT csv, HEADER);
SELECT * FROM saaskpi.export('endpoints_test', 'kpi_pipeline');
SELECT relation, count(*) = (SELECT count(*) + 1 FROM endpoints_test.kpi_quota) AS lines FROM unnest('{kpi_quota}'::name[]) AS relation, saaskpi.export('endpoints_test', relation, 'csv') GROUP BY 1;
SELECT string_agg(line, '')::jsonb = (SELECT jsonb_agg(to_jsonb(k) ORDER BY k.period, k.sales_rep_id COLLATE "C") FROM endpoints_test.kpi_quota AS k) AS same FROM saaskpi.export('endpoints_test', 'kpi_quota') AS line;
SELECT * FROM saaskpi.export('endpoints_test', 'kpi_settings; DROP TABLE x');
\echo :SQLSTATE
SELECT * FROM saaskpi.export('endpoints_test', 'customers');
\echo :SQLSTATE
SELECT * FROM saaskpi.export('endpoints_test', 'kpi_quota', 'xml');
\echo :SQLSTATE
SELECT * FROM saaskpi.export('endpoints_test', NULL);
\echo :SQLSTATE
SELECT * FROM saaskpi.export(NULL, 'kpi_quota');
\echo :SQLSTATE
-- the comment of a function names every key that stands in data, of rows in rows too
CREATE FUNCTION keys_in(v jsonb) RETURNS SETOF text LANGUAGE sql AS $$
WITH RECURSIVE w(key, v) AS (
    SELECT NULL::text, v
    UNION ALL
    SELECT i.key, i.v FROM w, LATERAL (SELECT e.key, e.value AS v FROM jsonb_each(CASE jsonb_typeof(w.v) WHEN 'object' THEN w.v ELSE '{}' END) AS e UNION ALL SELECT NULL, e.value FROM jsonb_array_elements(CASE jsonb_typeof(w.v) WHEN 'array' THEN w.v ELSE '[]' END) AS e) AS i
)
SELECT DISTINCT key FROM w WHERE key IS NOT NULL $$;
SELECT e.endpoint, string_agg(k, ' ' ORDER BY k COLLATE "C") FILTER (WHERE obj_description(p.oid, 'pg_proc') !~ ('\m' || k || '\M')) AS not_said, count(*) > 3 AS some
  FROM saaskpi_internal.endpoints AS e JOIN pg_proc AS p ON p.pronamespace = 'saaskpi'::regnamespace AND p.proname = e.endpoint, call_endpoint(e.endpoint, 'endpoints_test', ', ''2024-06-01'', ''2024-12-01''') AS a, keys_in(a -> 'data') AS k
 WHERE e.endpoint <> 'dashboard_summary' AND k NOT IN ('value', 'unit', 'source', 'covers', 'start', 'end', 'is_complete', 'reason', 'previous', 'change_percent', 'change_reason', 'data', 'as_of') GROUP BY e.ordinal, e.endpoint ORDER BY e.ordinal;
-- days are written alike whatever the session's style
SET datestyle = 'SQL, DMY';
SELECT saaskpi.dashboard_summary('endpoints_test', '01/06/2024', '01/12/2024') #>> '{range,start}' AS start, saaskpi.dashboard_kpis('endpoints_test', '01/02/2022', '01/03/2022') #>> '{data,revenue,reason}' AS reason, (SELECT bool_and(gives(query, numbers)) FROM saaskpi.insights('endpoints_test')) AS insights, (SELECT line FROM saaskpi.export('endpoints_test', 'kpi_quota', 'csv') AS line OFFSET 1 LIMIT 1) AS line;
RESET datestyle;
SET datestyle = iso;
-- sources that are not there: customers alone, then payments alone
CREATE SCHEMA endpoints_few;
CREATE VIEW endpoints_few.customers AS SELECT * FROM endpoints_test.customers;
CREATE TABLE endpoints_few.payments AS SELECT * FROM endpoints_test.payments WHERE false;
CALL saaskpi.create_views('endpoints_few');
UPDATE endpoints_few.kpi_settings SET as_of = '2024-12-16';
INSERT INTO endpoints_few.payments TABLE endpoints_test.payments;
CALL saaskpi.refresh('endpoints_few');
SELECT e.endpoint, l.* FROM saaskpi_internal.endpoints AS e, call_endpoint(e.endpoint, 'endpoints_few', ', ''2024-11-01'', ''2024-12-01''') AS a, look_at(a) AS l ORDER BY e.ordinal;
SELECT k.key, k.value ->> 'value' AS value, k.value ->> 'source' AS source, k.value ->> 'change_percent' AS change_percent FROM jsonb_each(saaskpi.dashboard_kpis('endpoints_few', '2024-11-01', '2024-12-01') -> 'data') AS k WHERE k.value ->> 'value' IS NOT NULL ORDER BY k.key COLLATE "C";
SELECT (SELECT collected FROM endpoints_few.kpi_revenue_monthly WHERE period = '2024-11-01') AS collected, (SELECT mom FROM endpoints_few.kpi_revenue_monthly WHERE period = '2024-11-01') AS mom;
SELECT x FROM jsonb_array_elements(saaskpi.revenue_trends('endpoints_few', '2024-10-01', '2025-01-01', 'quarter') -> 'data') AS x;
SELECT a ->> 'reason' AS reason FROM saaskpi.revenue_trends('endpoints_few', '2024-10-01', '2025-01-01', 'day') AS a;
-- what cannot be asked
\set VERBOSITY default
SELECT saaskpi.revenue_trends(NULL);
\echo :SQLSTATE
SELECT saaskpi.revenue_trends('nowhere');
\echo :SQLSTATE
SELECT saaskpi.revenue_trends('public');
\echo :SQLSTATE
SELECT saaskpi.dashboard_summary('endpoints_test', '2024-02-01', '2024-01-31');
\echo :SQLSTATE
SELECT saaskpi.dashboard_summary('endpoints_test', '2024-02-01');
\echo :SQLSTATE
SELECT saaskpi.dashboard_summary('endpoints_test', '-infinity', '2024-01-01');
\echo :SQLSTATE
SELECT saaskpi.revenue_trends('endpoints_test', granularity => 'hour');
\echo :SQLSTATE
SELECT saaskpi.revenue_trends('endpoints_test', granularity => $$month'; DROP SCHEMA endpoints_test; --$$);
\echo :SQLSTATE
SELECT saaskpi.revenue_trends('endpoints_test', granularity => NULL);
\echo :SQLSTATE
SELECT saaskpi.revenue_top_products('endpoints_test', top => 0);
\echo :SQLSTATE
SELECT saaskpi.customers_at_risk('endpoints_test', top => -1);
\echo :SQLSTATE
SELECT saaskpi.customers_at_risk('endpoints_test', top => NULL);
\echo :SQLSTATE
SELECT saaskpi.operations_opportunities('endpoints_test', stage => $$Lead' OR true --$$);
\echo :SQLSTATE
SELECT saaskpi.revenue_trends($$endpoints_test"; DROP SCHEMA endpoints_test; --$$);
\echo :SQLSTATE
-- every one of them refuses what nobody can answer: how many, with which error, and nothing is gone
CREATE FUNCTION refused(endpoint name, arguments text, OUT state text, OUT said text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT saaskpi.%I(%s)', endpoint, arguments);
    state := 'answered';
EXCEPTION WHEN OTHERS THEN
    state := SQLSTATE;
    said := SQLERRM;
END $$;
CREATE TABLE hostile AS SELECT e.endpoint, h.*, r.* FROM saaskpi_internal.endpoints AS e,
    (VALUES (1, 'no schema', 'NULL', 'schema'), (2, 'unknown schema', $$'nowhere'$$, 'schema'), (3, 'schema without relations', $$'pg_catalog'$$, 'schema'), (4, 'schema that is a query', $$'endpoints_test"; DROP SCHEMA endpoints_test CASCADE; --'$$, 'schema'),
            (5, 'schema that is a place', $$'{schema}'$$, 'schema'), (6, 'end before start', $$'endpoints_test', '2024-02-01', '2024-01-31'$$, 'schema'), (7, 'start alone', $$'endpoints_test', '2024-02-01'$$, 'schema'), (8, 'end alone', $$'endpoints_test', NULL, '2024-02-01'$$, 'schema'),
            (9, 'start without end of time', $$'endpoints_test', '-infinity', '2024-02-01'$$, 'schema'), (10, 'end of time', $$'endpoints_test', '2024-02-01', 'infinity'$$, 'schema'), (11, 'top 0', $$'endpoints_test', top => 0$$, 'top'), (12, 'top negative', $$'endpoints_test', top => -2147483648$$, 'top'),
            (13, 'top without limit', $$'endpoints_test', top => 2147483647$$, 'top'), (14, 'no top', $$'endpoints_test', top => NULL$$, 'top'), (15, 'granularity unknown', $$'endpoints_test', granularity => 'hour'$$, 'granularity'), (16, 'granularity that is a query', $$'endpoints_test', granularity => 'month''); DROP SCHEMA endpoints_test CASCADE; --'$$, 'granularity'),
            (17, 'granularity of a megabyte', $$'endpoints_test', granularity => repeat('x', 1048576)$$, 'granularity'), (18, 'no granularity', $$'endpoints_test', granularity => NULL$$, 'granularity'), (19, 'stage unknown', $$'endpoints_test', stage => 'lead'$$, 'stage'), (20, 'stage that is a query', $$'endpoints_test', stage => 'Lead'' OR true; --'$$, 'stage')) AS h(i, what, arguments, takes),
    refused(e.endpoint, h.arguments) AS r WHERE h.takes = 'schema' OR e.arguments ~ ('\m' || h.takes || '\M');
SELECT i, what, count(*) AS endpoints, string_agg(DISTINCT state, ' ') AS state, left(min(said), 110) AS said, count(DISTINCT said) AS ways FROM hostile GROUP BY i, what ORDER BY i;
SELECT count(*) AS endpoints, count(*) FILTER (WHERE state = 'answered') AS answered FROM saaskpi_internal.endpoints AS e, refused(e.endpoint, $$'endpoints_test', '2024-02-01', '2024-02-01'$$);
-- a schema with a name that is none, which endpoints write as they do their places
ALTER SCHEMA endpoints_few RENAME TO "{start} ""$1""'";
SELECT (look_at(saaskpi.dashboard_kpis($${start} "$1"'$$, '2024-11-01', '2024-12-01'))).*;
BEGIN;
DELETE FROM endpoints_test.kpi_settings;
SELECT saaskpi.dashboard_kpis('endpoints_test');
\echo :SQLSTATE
ROLLBACK;
-- a relation without a row, as a source without any makes it, is as good as none: the next best is told
DELETE FROM endpoints_test.kpi_sales_mat;
DELETE FROM endpoints_test.kpi_products_monthly_mat;
DELETE FROM endpoints_test.kpi_sales_parts_mat;
DELETE FROM endpoints_test.kpi_mrr_movements_mat;
DELETE FROM endpoints_test.kpi_pipeline_kpis_mat;
SELECT k.key, k.value ->> 'source' AS source, k.value ->> 'reason' AS reason FROM jsonb_each(saaskpi.dashboard_kpis('endpoints_test', '2024-03-01', '2024-04-01') -> 'data') AS k ORDER BY k.key COLLATE "C";
SELECT e.endpoint, l.* FROM saaskpi_internal.endpoints AS e, call_endpoint(e.endpoint, 'endpoints_test', ', ''2024-03-01'', ''2024-04-01''') AS a, look_at(a) AS l WHERE e.endpoint IN ('revenue_trends', 'customers_overview', 'customers_segments', 'customers_acquisition') ORDER BY e.ordinal;
-- who may not read a relation is told so
REVOKE SELECT ON endpoints_test.kpi_sales_by FROM regress_endpoints_reader;
SET ROLE regress_endpoints_reader;
SELECT saaskpi.revenue_by_region('endpoints_test');
\echo :SQLSTATE
RESET ROLE;
DROP OWNED BY regress_endpoints_reader;
DROP ROLE regress_endpoints_reader;
-- ranges by name: at the ends of years, on leap days, and where the clocks change
SELECT d.today, p.preset, r.start_date, r.end_date, r.end_date - r.start_date AS days
  FROM (VALUES (date '2024-01-01'), ('2024-02-29'), ('2024-03-31'), ('2024-12-31'), ('2025-03-01')) AS d(today), unnest('{last_7_days,last_30_days,last_90_days,last_12_months,last_month,last_quarter,last_year,this_month,this_quarter,ytd}'::text[]) WITH ORDINALITY AS p(preset, i), saaskpi.date_range(p.preset, d.today) AS r ORDER BY d.today, p.i;
SELECT z.at, z.zone, r.* FROM (VALUES (timestamptz '2024-03-10 04:59:59Z', 'America/New_York'), ('2024-03-10 05:00Z', 'America/New_York'), ('2024-03-11 03:59:59Z', 'America/New_York'), ('2024-03-11 04:00Z', 'America/New_York'), ('2024-12-31 22:59:59Z', 'Europe/Paris'), ('2024-12-31 23:00Z', 'Europe/Paris'), ('2024-12-31 10:00Z', 'Pacific/Kiritimati')) AS z(at, zone),
       saaskpi.date_range('ytd', saaskpi_internal.day_of(z.at, z.zone), z.zone) AS r;
SELECT zone, r.end_date = (now() AT TIME ZONE zone)::date AS today FROM unnest('{UTC,Pacific/Kiritimati,Pacific/Pago_Pago}'::text[]) AS zone, saaskpi.date_range('last_7_days', time_zone => zone) AS r;
SELECT * FROM saaskpi.date_range('last week');
\echo :SQLSTATE
SELECT * FROM saaskpi.date_range(NULL);
\echo :SQLSTATE
SELECT * FROM saaskpi.date_range('ytd', '2024-01-01', 'Mars/Phobos');
\echo :SQLSTATE
SELECT * FROM saaskpi.date_range('ytd', '2024-01-01', NULL);
\echo :SQLSTATE
SELECT * FROM saaskpi.date_range('ytd', 'infinity');
\echo :SQLSTATE
-- the days before a first order are known to have none; what a quarter says of months before the first deal is not known; cohorts of buyers where nobody pays; one customer is one
CREATE SCHEMA endpoints_edge;
CREATE TABLE endpoints_edge.customers (customer_id text, signup_date date);
CREATE TABLE endpoints_edge.subscriptions (subscription_id text, customer_id text, start_date date, end_date date, monthly_price numeric);
CREATE TABLE endpoints_edge.orders (order_id text, customer_id text, ordered_at date);
CREATE TABLE endpoints_edge.order_lines (order_id text, quantity integer, unit_price numeric);
CREATE TABLE endpoints_edge.opportunities (opportunity_id text, created_at date, amount numeric, stage text, closed_at date);
INSERT INTO endpoints_edge.customers VALUES ('u', '2024-02-01'), ('v', '2024-02-01');
INSERT INTO endpoints_edge.subscriptions VALUES ('s', 'u', '2024-02-01', NULL, 0);
INSERT INTO endpoints_edge.orders VALUES ('1', 'u', '2024-02-28'), ('2', 'v', '2024-02-29'), ('3', 'u', '2024-03-31');
INSERT INTO endpoints_edge.order_lines VALUES ('1', 1, 10), ('2', 1, 10), ('3', 1, 10);
INSERT INTO endpoints_edge.opportunities VALUES ('a', '2024-02-10', 10, 'Closed Won', '2024-03-10'), ('b', '2024-02-11', 10, 'Closed Lost', '2024-03-11');
CALL saaskpi.create_views('endpoints_edge');
UPDATE endpoints_edge.kpi_settings SET as_of = '2024-06-20';
CALL saaskpi.refresh('endpoints_edge');
SELECT k.key, k.value ->> 'value' AS value FROM jsonb_each(saaskpi.dashboard_kpis('endpoints_edge', '2024-02-02', '2024-02-04') -> 'data') AS k WHERE k.key IN ('revenue', 'orders', 'customers') ORDER BY 1;
SELECT k.value ->> 'value' AS value, k.value ->> 'previous' AS previous, k.value ->> 'change_reason' AS why FROM jsonb_each(saaskpi.dashboard_kpis('endpoints_edge', '2024-03-01', '2024-05-01') -> 'data') AS k WHERE k.key = 'conversion_rate';
SELECT jsonb_path_query(saaskpi.customers_cohorts('endpoints_edge', '2024-01-01', '2024-06-01'), '$.**.cohorts[*]') AS cohort;
SELECT saaskpi_internal.window_words('2024-03-20', '2024-03-21'), saaskpi_internal.window_words('2024-03-31', '2024-04-01'), saaskpi_internal.window_words('2024-03-01', '2024-04-01');
DROP SCHEMA endpoints_edge CASCADE;
