-- The relations that look ahead and at what is unusual: forecast, how good it
-- is, season, anomalies.  Of MRR and of collected revenue, by month.
--
-- {totals} are the two metrics of the company, {parts} those of each segment,
-- as series: complete months only, from the first month that is not zero.
-- {season} is the season of a series v.s, none while there is less than one.
-- Amounts that came are exact.  Estimates are rounded to cents, as the last
-- bits of a double may differ between machines.
CREATE FUNCTION saaskpi.series_relations()
RETURNS TABLE (relation name, stored_as text, query text, columns text, keys text, indexes text[])
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT r.relation, 'MATERIALIZED VIEW', replace(replace(replace(replace(r.query, '{totals}', $sql$
SELECT m.metric, 'all' AS dimension, 'all' AS value, m.period, m.amount
          FROM (SELECT 'mrr' AS metric, period, closing AS amount FROM {s}.kpi_mrr_monthly_mat WHERE is_complete
                UNION ALL
                SELECT 'collected' AS metric, period, collected AS amount FROM {s}.kpi_revenue_monthly_mat WHERE is_complete) AS m
$sql$), '{parts}', $sql$
SELECT 'mrr' AS metric, dimension, value, period, closing AS amount
          FROM {s}.kpi_mrr_monthly_by_mat WHERE is_complete AND dimension = 'segment'
        UNION ALL
        SELECT 'collected' AS metric, 'segment' AS dimension, q.segment AS value, p.period, p.amount - p.refunded_amount AS amount
          FROM (SELECT segment, saaskpi.rollup(revenue) AS flow FROM {s}.kpi_summaries_mat GROUP BY segment) AS q,
               LATERAL saaskpi.revenue_periods(q.flow) AS p WHERE p.is_complete
$sql$), '{series}', $sql$
SELECT b.metric, b.dimension, b.value, saaskpi.series_agg(b.period, b.amount) AS s
          FROM (SELECT a.*, min(a.period) FILTER (WHERE a.amount <> 0) OVER (PARTITION BY a.metric, a.dimension, a.value) AS first
                  FROM amounts AS a) AS b
         WHERE b.period >= b.first
         GROUP BY b.metric, b.dimension, b.value
$sql$), '{season}', 'CASE WHEN cardinality(saaskpi.series_values(v.s)) < saaskpi.season_length(v.s) THEN 1 ELSE saaskpi.season_length(v.s) END'),
       NULL::text, r.keys, '{}'::text[]
  FROM (VALUES
('kpi_forecast_monthly'::name, $sql$
WITH amounts AS ({totals} UNION ALL {parts}), v AS ({series})
SELECT v.metric, v.dimension, v.value, f.period, f.row_type, p.value AS actual, round(f.fitted::numeric, 2) AS fitted,
       round(d.trend::numeric, 2) AS trend, round(d.seasonal::numeric, 2) AS seasonal, round(f.point::numeric, 2) AS point, round(f.lo80::numeric, 2) AS lo80, round(f.hi80::numeric, 2) AS hi80,
       round(f.lo95::numeric, 2) AS lo95, round(f.hi95::numeric, 2) AS hi95,
       regexp_replace(f.model, ' \(.*\)$', '') AS model, coalesce(substring(f.model FROM ' \((.*)\)$'), 'ok') AS status
  FROM v CROSS JOIN LATERAL saaskpi.forecast(v.s, 6) AS f
  LEFT JOIN LATERAL saaskpi.series_periods(v.s) AS p ON p.period = f.period
  LEFT JOIN LATERAL saaskpi.decompose(v.s) AS d ON d.period = f.period
$sql$, 'metric, dimension, value, period'),

('kpi_model_performance', $sql$
WITH amounts AS ({totals}), v AS ({series})
SELECT v.metric, b.model, b.step::bigint AS step, b.n::bigint AS forecasts, round(b.mae::numeric, 2) AS mae, round(b.rmse::numeric, 2) AS rmse,
       round(b.mape::numeric, 2) AS mape, round(b.smape::numeric, 2) AS smape, round(b.mase::numeric, 4) AS mase, round(b.rmsse::numeric, 4) AS rmsse,
       round(b.coverage80::numeric, 4) AS coverage80, round(b.coverage95::numeric, 4) AS coverage95, round(b.msis::numeric, 4) AS msis,
       round(b.p_value::numeric, 4) AS p_value, CASE WHEN b.n > 0 THEN 'ok' ELSE 'too short' END AS status
  FROM v CROSS JOIN LATERAL saaskpi.backtest(saaskpi.series_values(v.s), {season}, 6) AS b
$sql$, 'metric, model, step'),

('kpi_seasonality', $sql$
WITH amounts AS ({totals}), v AS ({series}), i AS (
    SELECT m.metric, (coalesce(extract(month FROM saaskpi.period_at(v.s, 1))::integer, 1) + x.season - 2) % 12 + 1 AS month, x.index * 100 AS hundredths,
           cardinality(saaskpi.series_values(v.s)) >= 24 AS long_enough
      FROM (VALUES ('mrr'), ('collected')) AS m(metric)
      LEFT JOIN v ON v.metric = m.metric
     CROSS JOIN LATERAL saaskpi.seasonality_index(coalesce(saaskpi.series_values(v.s), '{}'), 12) AS x
), cut AS (
    SELECT i.metric, i.month, i.long_enough, floor(i.hundredths) AS hundredths,
           120000 - sum(floor(i.hundredths)) OVER (PARTITION BY i.metric) AS missing,
           row_number() OVER (PARTITION BY i.metric ORDER BY i.hundredths - floor(i.hundredths) DESC, i.month) AS turn
      FROM i
)
SELECT c.metric, c.month::bigint AS month,
       round((c.hundredths + CASE WHEN c.turn <= c.missing THEN 1 ELSE 0 END)::numeric / 100, 2) AS index,
       CASE WHEN c.hundredths IS NOT NULL THEN 'ok' WHEN c.long_enough THEN 'mean not positive' ELSE 'too short' END AS status
  FROM cut AS c
$sql$, 'metric, month'),

('kpi_anomalies', $sql$
WITH amounts AS ({totals}), v AS ({series}), scored AS (
    SELECT v.metric, v.s, 'retrospective' AS mode, a.* FROM v CROSS JOIN LATERAL saaskpi.anomalies(v.s) AS a
    UNION ALL
    SELECT v.metric, v.s, 'causal' AS mode, a.* FROM v CROSS JOIN LATERAL saaskpi.anomalies(v.s, causal => true) AS a
), newest AS (
    SELECT q.*, max(q.period) OVER (PARTITION BY q.metric) AS newest FROM scored AS q
)
SELECT n.metric, 'month' AS grain, n.period, p.value, round(n.expected::numeric, 2) AS expected,
       round(n.lo::numeric, 2) AS lo, round(n.hi::numeric, 2) AS hi, round(n.score::numeric, 2) AS score, n.kind, n.is_anomaly,
       n.is_alarm, n.mode, CASE WHEN n.expected IS NULL THEN 'too short' ELSE 'ok' END AS status
  FROM newest AS n
  JOIN LATERAL saaskpi.series_periods(n.s) AS p ON p.period = n.period
 WHERE n.mode = CASE WHEN n.period = n.newest THEN 'causal' ELSE 'retrospective' END
$sql$, 'metric, period')) AS r(relation, query, keys)
$$;
COMMENT ON FUNCTION saaskpi.series_relations() IS
    'the relations about what is to come and what was unusual: forecast, model performance, seasonality, anomalies';
