-- What the endpoints of operations and forecasting say.

INSERT INTO saaskpi_internal.endpoints (endpoint, arguments, choices, description, shape) VALUES
('operations_pipeline', '', NULL, 'the pipeline by stage, as of the last refresh', 'a row per stage: stage, ordinal, outcome, deals, amount, share in per cent of what is open, probability, weighted, win_rate, weighted_observed'),
('operations_pipeline_kpis', '', NULL, 'how well deals are won, of whole months',
 'an object per number, pipeline_value, deals_open, deals_won, deals_lost, won_amount, win_rate, win_rate_amount, average_won_amount and cycle_days, as in dashboard_kpis'),
('operations_sales_performance', '', NULL, 'what sales reps won against their quotas, of whole months; of the five best who reached it standing is top, of the five furthest below it bottom',
 'a row per rep, the best first: sales_rep_id, name, team, region, deals_won, won, quota, quota_prorated, attainment, attainment_prorated, rank, standing'),
('operations_conversion_rates', '', NULL, 'of the deals that came to a stage and have had their time, how many went on, as of the last refresh',
 'a row per open stage: stage, ordinal, entered, matured, advanced, won, lost_here, conversion_rate, win_rate'),
('operations_cycle_time', '', NULL, 'how many days deals stay in a stage, those that are still there included in the median, as of the last refresh',
 'a row per open stage, and (all) for the whole way: stage, ordinal, stays, stays_over, mean_days_over, median_days'),
('operations_opportunities', 'stage text DEFAULT NULL, top integer DEFAULT 50', 'SELECT p.stage FROM {schema}.kpi_pipeline_stages AS p ORDER BY p.ordinal, p.stage COLLATE "C"',
 'the largest deals of a stage that were open on a day of the range or closed in it or later; without a stage those that are open',
 'a row per deal: opportunity_id, name, customer_id, sales_rep_id, stage, outcome, amount, probability, weighted, created_on, closed_on, expected_close, days_open, days_in_stage, is_overdue'),
('forecasting_revenue', '', NULL, 'net sales, what was collected and MRR, as far as they are there: the months of the range, and a forecast of the six to come with its intervals',
 'a row per metric: metric, model, status, months (period, row_type, actual, point, lo80, hi80, lo95, hi95)'),
('forecasting_pipeline', '', NULL, 'the open pipeline by the odds, as of the last refresh',
 'stages: stage, deals, amount, probability, weighted, win_rate, weighted_observed; total: the same sums; months, by the day they are expected to close: period (null when none is said), deals, amount, weighted, overdue; each in an object with data, reason and covers'),
('forecasting_churn_risk', 'top integer DEFAULT 100', NULL, 'how many customers are likely to leave, and for the first of those who are flagged what to do, as of the last refresh',
 'risk, by bucket: risk_bucket, customers, share in per cent; customers: rank, customer_id, snapshot, probability, risk_bucket, value_tier, value, expected_loss, reasons, priority, recommendation; each in an object with data, reason and covers'),
('forecasting_seasonality', '', NULL, 'the season of the year, 100 is an average month, as of the last refresh', 'a row per metric: metric, status, months (month, index)'),
('forecasting_kpis', '', NULL, 'the forecasts in single numbers, as of the last refresh',
 'an object per number, predicted_revenue (six months from the running one on), predicted_next_month (the first after it), predicted_growth (on the six months before), accuracy (100 - mean absolute percentage error), mase, interval_coverage (of 95 per cent), weighted_pipeline and revenue_at_risk: value, unit, source, covers, reason'),
('forecasting_model_performance', '', NULL, 'how good the forecasts would have been, and the churn model on months it had not seen, as of the last refresh',
 'forecasts: metric, model, step (0 for all), forecasts, mae, rmse, mape, smape, mase, coverage80, coverage95, p_value, status; churn: model_id, status, model, metric, value; each in an object with data, reason and covers'),
('forecasting_revenue_at_risk', '', NULL, 'where the customers who are likely to leave buy, by category, and without products by segment, as of the last refresh',
 'a row per value: dimension, value, customers, at_risk, mean_probability, forward_revenue, revenue_at_risk, expected_loss, share of expected_loss in per cent');

INSERT INTO saaskpi_internal.endpoint_measures (endpoint, measure, unit, source, needs, grain, is_state, query, undefined)
SELECT 'operations_pipeline_kpis', m.measure, m.unit, m.source, '{kpi_pipeline_monthly,kpi_pipeline_kpis}', 'month', m.is_state, m.query, m.undefined
  FROM (VALUES
('pipeline_value', 'money', 'kpi_pipeline_monthly.closing', true, 'SELECT m.closing FROM {schema}.kpi_pipeline_monthly AS m WHERE m.period < {end} ORDER BY m.period DESC LIMIT 1', 'no deal yet'),
('deals_open', 'deals', 'kpi_pipeline_monthly.deals_closing', true, 'SELECT m.deals_closing FROM {schema}.kpi_pipeline_monthly AS m WHERE m.period < {end} ORDER BY m.period DESC LIMIT 1', 'no deal yet'),
('deals_won', 'deals', 'kpi_pipeline_kpis.won', false, 'SELECT sum(k.won) {months}', 'no deal yet'),
('deals_lost', 'deals', 'kpi_pipeline_kpis.lost', false, 'SELECT sum(k.lost) {months}', 'no deal yet'),
('won_amount', 'money', 'kpi_pipeline_kpis.won_amount', false, 'SELECT sum(k.won_amount) {months}', 'no deal yet'),
('win_rate', 'ratio', 'kpi_pipeline_kpis.win_rate', false, 'SELECT saaskpi_internal.rate(sum(k.won), sum(k.closed)) {months}', 'no deal was closed'),
('win_rate_amount', 'ratio', 'kpi_pipeline_kpis.win_rate_amount', false, 'SELECT saaskpi_internal.rate(sum(k.won_amount), sum(k.closed_amount)) {months}', 'no deal was closed'),
('average_won_amount', 'money', 'kpi_pipeline_kpis.avg_won_amount', false, 'SELECT round(sum(k.won_amount) / nullif(sum(k.won), 0), 2) {months}', 'no deal was won'),
-- the row of a quarter or year knows it from the deals, months only from means
('cycle_days', 'days', 'kpi_pipeline_kpis.cycle_days', false, $sql$
SELECT coalesce((SELECT k.cycle_days FROM {schema}.kpi_pipeline_kpis AS k WHERE k.period = {start} AND saaskpi_internal.period_after(k.period, k.grain) = {end}),
                (SELECT round(sum(k.cycle_days * k.won) / nullif(sum(k.won), 0), 2) {months}))
$sql$, 'no deal was won')) AS s(measure, unit, source, is_state, query, undefined),
       LATERAL (SELECT s.measure, s.unit, s.source, s.is_state, s.undefined, replace(s.query, '{months}', 'FROM {schema}.kpi_pipeline_kpis AS k WHERE k.grain = ''month'' AND k.period >= {start} AND k.period < {end}') AS query) AS m;

INSERT INTO saaskpi_internal.endpoint_measures (endpoint, measure, unit, source, needs, grain, query, undefined) VALUES
('forecasting_kpis', 'predicted_revenue', 'money', 'kpi_forecast_monthly.point', '{kpi_forecast_monthly,kpi_series}', 'as_of',
 'SELECT sum(f.point) FROM {schema}.kpi_forecast_monthly AS f WHERE f.metric = {metric} AND f.dimension = ''all'' AND f.row_type = ''forecast''', 'no series of revenue'),
('forecasting_kpis', 'predicted_next_month', 'money', 'kpi_forecast_monthly.point', '{kpi_forecast_monthly,kpi_series}', 'as_of',
 'SELECT f.point FROM {schema}.kpi_forecast_monthly AS f WHERE f.metric = {metric} AND f.dimension = ''all'' AND f.row_type = ''forecast'' AND f.period > {as_of} ORDER BY f.period LIMIT 1', 'no series of revenue'),
('forecasting_kpis', 'predicted_growth', 'ratio', 'kpi_forecast_monthly.point', '{kpi_forecast_monthly,kpi_series}', 'as_of', $sql$
SELECT saaskpi_internal.rate(sum(f.point) - sum(f.actual), CASE WHEN count(f.actual) = count(f.point) THEN sum(f.actual) END)
  FROM {schema}.kpi_forecast_monthly AS f
  JOIN {schema}.kpi_series AS s ON s.metric = f.metric AND s.dimension = f.dimension AND s.value = f.value
 WHERE f.metric = {metric} AND f.dimension = 'all' AND f.period > s.last_period - interval '6 months'
$sql$, 'not six months of history, or none above zero'),
('forecasting_kpis', 'accuracy', 'percent', 'kpi_model_performance.mape', '{kpi_model_performance,kpi_series}', 'as_of',
 'SELECT 100 - p.mape FROM {schema}.kpi_model_performance AS p WHERE p.metric = {metric} AND p.model = ''auto'' AND p.step = 0', 'too short a history to try a forecast on, or a month of 0 in it'),
('forecasting_kpis', 'mase', 'ratio', 'kpi_model_performance.mase', '{kpi_model_performance,kpi_series}', 'as_of',
 'SELECT p.mase FROM {schema}.kpi_model_performance AS p WHERE p.metric = {metric} AND p.model = ''auto'' AND p.step = 0', 'too short a history to try a forecast on'),
('forecasting_kpis', 'interval_coverage', 'ratio', 'kpi_model_performance.coverage95', '{kpi_model_performance,kpi_series}', 'as_of',
 'SELECT p.coverage95 FROM {schema}.kpi_model_performance AS p WHERE p.metric = {metric} AND p.model = ''auto'' AND p.step = 0', 'too short a history to try a forecast on'),
('forecasting_kpis', 'weighted_pipeline', 'money', 'kpi_pipeline.weighted', '{kpi_pipeline}', 'as_of',
 'SELECT sum(p.weighted) FROM {schema}.kpi_pipeline AS p WHERE p.outcome = ''open'' HAVING sum(p.deals) > 0', 'nothing is open, or no stage has a probability'),
('forecasting_kpis', 'revenue_at_risk', 'money', 'kpi_revenue_at_risk.revenue_at_risk', '{kpi_revenue_at_risk}', 'as_of',
 'SELECT r.revenue_at_risk FROM {schema}.kpi_revenue_at_risk AS r WHERE r.dimension = ''all''', 'no churn model, or no money known');

INSERT INTO saaskpi_internal.endpoint_queries (endpoint, part, needs, grain, query, empty) VALUES
('operations_pipeline', '', '{kpi_pipeline}', 'as_of', $sql$
SELECT p.stage, p.ordinal, p.outcome, p.deals, p.amount, p.share, p.probability, p.weighted, p.win_rate, p.weighted_observed
  FROM {schema}.kpi_pipeline AS p WHERE EXISTS (SELECT FROM {schema}.kpi_pipeline AS d WHERE d.entered > 0) ORDER BY p.ordinal, p.stage COLLATE "C"
$sql$, 'no deal yet'),
-- Ranks as in kpi_quota, by quotients of so many digits that two which differ
-- never end in the same ones; deals of months without a quota do not count to it.
('operations_sales_performance', '', '{kpi_quota}', 'month', $sql$
WITH s AS (
    SELECT q.sales_rep_id, max(q.name) AS name, max(q.team) AS team, max(q.region) AS region, sum(q.deals_won) AS deals_won, sum(q.won) AS won, sum(q.quota) AS quota, sum(q.quota_prorated) AS quota_prorated,
           sum(q.won) FILTER (WHERE q.quota IS NOT NULL) AS won_to_quota
      FROM {schema}.kpi_quota AS q WHERE q.period >= {start} AND q.period < {end} GROUP BY q.sales_rep_id
), e AS (SELECT s.*, CASE WHEN s.quota_prorated > 0 THEN div(s.won_to_quota * 1e40, s.quota_prorated) END AS exactly FROM s
), r AS (
    SELECT e.*, CASE WHEN e.exactly IS NOT NULL THEN rank() OVER (ORDER BY e.exactly DESC NULLS LAST) END AS rank, CASE WHEN e.exactly IS NOT NULL THEN rank() OVER (ORDER BY e.exactly NULLS LAST) END AS rank_from_below FROM e
)
SELECT r.sales_rep_id, r.name, r.team, r.region, r.deals_won, r.won, r.quota, r.quota_prorated, saaskpi_internal.rate(r.won_to_quota, r.quota) AS attainment,
       saaskpi_internal.rate(r.won_to_quota, r.quota_prorated) AS attainment_prorated, r.rank,
       CASE WHEN r.rank <= 5 AND r.won_to_quota >= r.quota_prorated THEN 'top' WHEN r.rank_from_below <= 5 AND r.won_to_quota < r.quota_prorated THEN 'bottom' END AS standing
  FROM r ORDER BY r.rank, r.sales_rep_id COLLATE "C"
$sql$, NULL),
('operations_conversion_rates', '', '{kpi_stage_conversion}', 'as_of', 'SELECT c.* FROM {schema}.kpi_stage_conversion AS c WHERE EXISTS (SELECT FROM {schema}.kpi_stage_conversion AS d WHERE d.entered > 0) ORDER BY c.ordinal, c.stage COLLATE "C"', 'no deal has a history yet'),
('operations_cycle_time', '', '{kpi_stage_duration}', 'as_of', 'SELECT d.* FROM {schema}.kpi_stage_duration AS d WHERE EXISTS (SELECT FROM {schema}.kpi_stage_duration AS e WHERE e.stays > 0) ORDER BY d.stage = ''(all)'', d.ordinal, d.stage COLLATE "C"', 'no deal yet'),
('operations_opportunities', '', '{kpi_opportunities,kpi_pipeline_stages}', 'day', $sql$
SELECT o.opportunity_id, o.name, o.customer_id, o.sales_rep_id, o.stage, o.outcome, o.amount, o.probability, o.weighted, o.created_on, o.closed_on, o.expected_close, o.days_open, o.days_in_stage, o.is_overdue
  FROM {schema}.kpi_opportunities AS o
 WHERE o.created_on < {end} AND (o.closed_on IS NULL OR o.closed_on >= {start}) AND CASE WHEN {choice} IS NULL THEN o.outcome = 'open' ELSE o.stage = {choice} END
 ORDER BY o.amount DESC NULLS LAST, o.opportunity_id COLLATE "C" LIMIT {top}
$sql$, 'no such deal in the range'),

('forecasting_revenue', '', '{kpi_forecast_monthly}', 'month', $sql$
SELECT f.metric, min(f.model) FILTER (WHERE f.row_type = 'forecast') AS model, min(f.status) FILTER (WHERE f.row_type = 'forecast') AS status,
       jsonb_agg(jsonb_build_object('period', f.period, 'row_type', f.row_type, 'actual', f.actual, 'point', f.point, 'lo80', f.lo80, 'hi80', f.hi80, 'lo95', f.lo95, 'hi95', f.hi95) ORDER BY f.period) AS months
  FROM {schema}.kpi_forecast_monthly AS f
 WHERE f.metric IN ('net_sales', 'collected', 'mrr') AND f.dimension = 'all' AND (f.row_type = 'forecast' OR f.period >= {start} AND f.period < {end})
 GROUP BY f.metric ORDER BY array_position('{net_sales,collected,mrr}', f.metric)
$sql$, 'no series of revenue'),
('forecasting_pipeline', 'stages', '{kpi_pipeline}', 'as_of', $sql$
SELECT p.stage, p.deals, p.amount, p.probability, p.weighted, p.win_rate, p.weighted_observed FROM {schema}.kpi_pipeline AS p
 WHERE p.outcome = 'open' AND EXISTS (SELECT FROM {schema}.kpi_pipeline AS d WHERE d.deals > 0 AND d.outcome = 'open') ORDER BY p.ordinal, p.stage COLLATE "C"
$sql$, 'nothing is open'),
('forecasting_pipeline', 'total', '{kpi_pipeline}', 'as_of', $sql$
SELECT sum(p.deals) AS deals, sum(p.amount) AS amount, sum(p.weighted) AS weighted, sum(p.weighted_observed) AS weighted_observed FROM {schema}.kpi_pipeline AS p WHERE p.outcome = 'open' HAVING sum(p.deals) > 0
$sql$, 'nothing is open'),
('forecasting_pipeline', 'months', '{kpi_opportunities}', 'as_of', $sql$
SELECT date_trunc('month', o.expected_close::timestamp)::date AS period, count(*) AS deals, sum(o.amount) AS amount, sum(o.weighted) AS weighted, count(*) FILTER (WHERE o.is_overdue) AS overdue
  FROM {schema}.kpi_opportunities AS o WHERE o.outcome = 'open' GROUP BY 1 ORDER BY 1
$sql$, 'nothing is open'),
('forecasting_churn_risk', 'risk', '{kpi_churn_trend}', 'as_of', $sql$
SELECT b.risk_bucket, b.customers, (saaskpi_internal.shares(ARRAY[t.high, t.medium, t.low]::numeric[]))[b.i] AS share
  FROM (SELECT * FROM {schema}.kpi_churn_trend AS l ORDER BY l.snapshot DESC LIMIT 1) AS t, LATERAL (VALUES (1, 'High', t.high), (2, 'Medium', t.medium), (3, 'Low', t.low)) AS b(i, risk_bucket, customers) ORDER BY b.i
$sql$, 'no churn model; to train one: CALL saaskpi.train_churn(%L)'),
('forecasting_churn_risk', 'customers', '{kpi_at_risk}', 'as_of', $sql$
SELECT r.rank, r.customer_id, r.snapshot, r.probability, r.risk_bucket, r.value_tier, r.value, r.expected_loss, r.reasons, r.priority, r.recommendation FROM {schema}.kpi_at_risk AS r ORDER BY r.rank LIMIT {top}
$sql$, 'no model flags anybody; to train one: CALL saaskpi.train_churn(%L)'),
('forecasting_seasonality', '', '{kpi_seasonality}', 'as_of', $sql$
SELECT s.metric, min(s.status) AS status, jsonb_agg(jsonb_build_object('month', s.month, 'index', s.index) ORDER BY s.month) AS months FROM {schema}.kpi_seasonality AS s GROUP BY s.metric ORDER BY s.metric
$sql$, 'no series'),
('forecasting_model_performance', 'forecasts', '{kpi_model_performance}', 'as_of', $sql$
SELECT p.metric, p.model, p.step, p.forecasts, p.mae, p.rmse, p.mape, p.smape, p.mase, p.coverage80, p.coverage95, p.p_value, p.status FROM {schema}.kpi_model_performance AS p ORDER BY p.metric, p.model, p.step
$sql$, 'no series'),
('forecasting_model_performance', 'churn', '{kpi_churn_model_report}', 'as_of', $sql$
SELECT r.model_id, r.status, r.model, r.metric, r.value FROM {schema}.kpi_churn_model_report AS r WHERE r.section = 'hold-out' AND r.status = 'promoted' ORDER BY r.model_id, r.model, r.metric, r.position
$sql$, 'no churn model; to train one: CALL saaskpi.train_churn(%L)');

INSERT INTO saaskpi_internal.endpoint_queries (endpoint, needs, grain, query, empty)
SELECT 'forecasting_revenue_at_risk', r.needs, 'as_of', format($sql$
WITH s AS (SELECT r.*, row_number() OVER (ORDER BY r.value COLLATE "C") AS i FROM {schema}.kpi_revenue_at_risk AS r WHERE r.dimension = %L
), h AS (SELECT saaskpi_internal.shares(array_agg(coalesce(s.expected_loss, 0) ORDER BY s.i)) AS shares FROM s)
SELECT s.dimension, s.value, s.customers, s.at_risk, s.mean_probability, s.forward_revenue, s.revenue_at_risk, s.expected_loss, h.shares[s.i] AS share FROM s, h ORDER BY s.expected_loss DESC NULLS LAST, s.value COLLATE "C"
$sql$, r.dimension), 'no churn model; to train one: CALL saaskpi.train_churn(%L)'
  FROM (VALUES (1, 'category', '{kpi_revenue_at_risk,kpi_products}'::name[]), (2, 'segment', '{kpi_revenue_at_risk}')) AS r(i, dimension, needs) ORDER BY r.i;
