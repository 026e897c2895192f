SET datestyle = iso;
SET client_min_messages = warning;
\set VERBOSITY terse
-- five years of months with a season of known shape and a ripple; in them a
-- spike, a dip, a newest month that is low, and without season a level that rises and stays
CREATE TABLE anomaly_y AS
SELECT name, m, array_agg(y ORDER BY i) AS y
  FROM generate_series(1, 60) AS i, LATERAL (SELECT (1000 + 5 * i) * (1 + 0.2 * sin(i * pi() / 6)) * (1 + 0.02 * cos(i * i)) AS base) AS b,
       LATERAL (VALUES ('calm', 12, base), ('spike', 12, base * CASE WHEN i = 45 THEN 1.4 ELSE 1 END), ('dip', 12, base * CASE WHEN i = 45 THEN 0.7 ELSE 1 END),
                       ('newest', 12, base * CASE WHEN i = 60 THEN 0.7 ELSE 1 END),
                       ('shift', 1, (100 + 3 * cos(i * i)) * CASE WHEN i >= 36 THEN 1.5 ELSE 1 END),
                       ('return', 1, (100 + 3 * cos(i * i)) * CASE WHEN i BETWEEN 40 AND 43 THEN 1.4 ELSE 1 END)) AS f (name, m, y)
 GROUP BY name, m;
SELECT name, causal, count(*) FILTER (WHERE is_alarm) AS alarms, min(step) FILTER (WHERE is_alarm) BETWEEN at - 1 AND at AS in_place, min(kind) FILTER (WHERE is_alarm) AS kind
  FROM anomaly_y JOIN (VALUES ('calm', NULL), ('spike', 45), ('dip', 45), ('newest', 60), ('shift', 36), ('return', 40)) AS e (name, at) USING (name),
       unnest(ARRAY[false, true]) AS causal, LATERAL saaskpi.anomalies(y, m, causal => causal)
 GROUP BY name, causal, at ORDER BY name, causal;
-- what was expected is what there was before the factor, within the ripple; bounds hold it
SELECT a.step, a.value > a.hi AS above, abs(a.expected / (a.value / CASE step WHEN 45 THEN 1.4 ELSE 1 END) - 1) < 0.05 AS expected, a.lo < a.expected AND a.expected < a.hi AS bounds, a.score > 5 AS clear,
       a.is_anomaly, a.kind, a.is_alarm, a.event
  FROM anomaly_y, saaskpi.anomalies(y, m) AS a WHERE name = 'spike' AND step BETWEEN 44 AND 46;
-- the threshold moves flags and bounds, not scores; wider bounds for a higher threshold
SELECT count(*) FILTER (WHERE a.score <> b.score) AS scores_moved, count(*) FILTER (WHERE b.is_anomaly AND NOT a.is_anomaly) AS more, count(*) FILTER (WHERE a.hi - a.lo >= b.hi - b.lo) AS not_wider,
       count(*) FILTER (WHERE a.is_anomaly <> (a.score >= 1) OR b.is_anomaly <> (b.score >= 4)) AS wrong
  FROM anomaly_y, LATERAL (SELECT * FROM saaskpi.anomalies(y, m, 1)) AS a JOIN LATERAL (SELECT * FROM saaskpi.anomalies(y, m, 4)) AS b USING (step);
-- one alarm per event, at its first point; kinds only where flagged
SELECT count(*) FILTER (WHERE alarms <> 1 OR NOT first) AS wrong
  FROM (SELECT name, causal, event, count(*) FILTER (WHERE is_alarm) AS alarms, (array_agg(is_alarm ORDER BY step))[1] AS first
          FROM anomaly_y, unnest(ARRAY[false, true]) AS causal, LATERAL saaskpi.anomalies(y, m, causal => causal) WHERE is_anomaly GROUP BY name, causal, event) AS t;
SELECT count(*) AS wrong FROM anomaly_y, saaskpi.anomalies(y, m) WHERE (kind IS NULL) = is_anomaly OR (event IS NULL) = is_anomaly OR is_alarm AND NOT is_anomaly;
-- the causal mode does not look ahead: a longer series leaves its scores as they were
SELECT count(*) AS points, count(*) FILTER (WHERE a.score IS DISTINCT FROM b.score OR a.expected IS DISTINCT FROM b.expected) AS moved
  FROM anomaly_y, generate_series(30, 59, 7) AS n, LATERAL (SELECT * FROM saaskpi.anomalies(y[1:n], m, causal => true)) AS a
  JOIN LATERAL (SELECT * FROM saaskpi.anomalies(y, m, causal => true)) AS b USING (step);
-- nor where methods change: a zero ends the logarithms, two seasons come into sight, telemetry begins
WITH g AS (SELECT array_agg(100 + i + 10 * sin(i) + CASE WHEN i = 40 THEN 60 ELSE 0 END ORDER BY i)::float8[] AS y FROM generate_series(1, 60) AS i)
SELECT max(abs(a.score - b.score)) FROM g, saaskpi.anomalies(y, 1, causal => true) AS a JOIN LATERAL saaskpi.anomalies(y || 0::float8, 1, causal => true) AS b USING (step);
WITH k AS (
    SELECT shape, array_agg(CASE shape WHEN 'calm' THEN 100 + 5 * e WHEN 'growth' THEN exp(i / 100.0 + e / 50) WHEN 'year' THEN exp(sin(i * pi() / 6) / 3 + e / 20)
                                     WHEN 'zero' THEN CASE WHEN i % 41 = 40 THEN 0 ELSE 9 + e END WHEN 'below' THEN e - i / 50.0 WHEN 'rest' THEN CASE WHEN i % 97 = 96 THEN 8 ELSE 7 END
                                     ELSE 50 + 20 * sin(i * pi() / 26) + e + CASE WHEN i % 83 = 0 THEN 40 ELSE 0 END END ORDER BY i)::float8[] AS y
      FROM (SELECT i, sin(i * i) + cos(i * i * 0.7) AS e FROM generate_series(1, 640) AS i) AS x, unnest('{calm,growth,year,zero,below,rest,spikes}'::text[]) AS shape GROUP BY shape)
SELECT count(DISTINCT (shape, m, n)) AS series, count(*) FILTER (WHERE a::text <> b::text) AS moved
  FROM k, unnest(ARRAY[1, 4, 7, 12, 52]) AS m, LATERAL (SELECT array_agg(w ORDER BY step) AS whole FROM saaskpi.anomalies(y, m, causal => true) AS w) AS w,
       unnest(ARRAY[52, 60, 104, 105, 111, 300, 599, 600, 601]) AS n, LATERAL saaskpi.anomalies(y[1:n], m, causal => true) AS a, LATERAL (SELECT whole[a.step] AS b) AS b;
-- what never moved moves: an alarm, of the last value alone; nothing is expected below 0 of what never was
SELECT name, m, causal, string_agg(step || ' ' || kind, ',' ORDER BY step) FILTER (WHERE is_alarm) AS alarms, count(*) FILTER (WHERE is_anomaly) AS flagged, min(lo) >= 0 AS not_negative
  FROM (VALUES ('seven', array_fill(7::float8, ARRAY[30]) || 1000::float8), ('zero', array_fill(0::float8, ARRAY[30]) || 1::float8), ('longer', array_fill(0::float8, ARRAY[70]) || 3::float8)) AS c (name, y),
       unnest(ARRAY[1, 12]) AS m, unnest(ARRAY[false, true]) AS causal, LATERAL saaskpi.anomalies(y, m, causal => causal) GROUP BY name, m, causal ORDER BY name, m, causal;
-- the newest month down by 93 % is an alarm whatever the history before it, of one season, two or five
SELECT count(*) AS lengths, count(*) FILTER (WHERE a.is_alarm AND a.kind = 'dip' AND a.value < a.lo AND a.lo < a.expected) AS alarms
  FROM anomaly_y, generate_series(15, 60) AS n,
       LATERAL (SELECT * FROM saaskpi.anomalies(y[1:n - 1] || y[n] * 0.07, m, causal => true) ORDER BY step DESC LIMIT 1) AS a WHERE name = 'calm';
-- flagged is outside the bounds, and nothing else is
SELECT count(*) AS points, count(*) FILTER (WHERE a.is_anomaly <> (a.value < a.lo OR a.value > a.hi)) AS wrong
  FROM anomaly_y, unnest(ARRAY[false, true]) AS causal, unnest(ARRAY[20, 26, 33, 60]) AS n, LATERAL saaskpi.anomalies(y[1:n], m, causal => causal) AS a WHERE a.expected IS NOT NULL;
-- short, constant, zero, negative, empty
SELECT name, count(*) AS steps, count(expected) AS expected, count(score) AS scored, count(*) FILTER (WHERE is_anomaly) AS flagged
  FROM (VALUES ('1 short', ARRAY[1, 2, 3, 4, 5, 6, 700]::float8[], 1), ('2 constant', array_fill(5::float8, ARRAY[24]), 12), ('3 zero', array_fill(0::float8, ARRAY[24]), 12),
               ('4 negative', (SELECT array_agg(-100 + sin(i * i) ORDER BY i) FROM generate_series(1, 40) AS i), 1), ('5 one season', ARRAY[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]::float8[], 12)) AS t (name, y, m),
       LATERAL saaskpi.anomalies(y, m) GROUP BY name ORDER BY name;
SELECT count(*) FROM saaskpi.anomalies('{}', 1);
SELECT count(*) FROM saaskpi.anomalies(NULL, 1);
-- a series brings its season and its periods; an incomplete month is not a dip
CREATE TABLE anomaly_s AS SELECT saaskpi.series_agg(d::date, round(y[n]::numeric, 2)) AS s
  FROM anomaly_y, generate_series(timestamp '2019-01-01', '2023-12-01', '1 month') WITH ORDINALITY AS g (d, n) WHERE name = 'newest';
SELECT period, kind FROM anomaly_s, saaskpi.anomalies(s, causal => true) WHERE is_alarm;
SELECT count(*), max(period), count(*) FILTER (WHERE is_alarm) AS alarms FROM anomaly_s, saaskpi.anomalies(s, causal => true, as_of => '2023-12-31');
SELECT count(*) FROM anomaly_s, saaskpi.anomalies(s, as_of => '2019-06-30') WHERE expected IS NULL;
-- a stored series from one reading: the newest period as it looked when it came, the others with what is known since
SELECT count(*) AS rows, count(*) FILTER (WHERE (r.a).mode = 'causal') AS causal,
       count(*) FILTER (WHERE ROW((r.a).expected, (r.a).lo, (r.a).hi, (r.a).score, (r.a).is_anomaly, (r.a).kind, (r.a).is_alarm)::record *<>
                              ROW(f.expected, f.lo, f.hi, f.score, f.is_anomaly, f.kind, f.is_alarm)::record OR (r.a).value <> p.value) AS wrong
  FROM (SELECT s, saaskpi_internal.anomaly_rows(s) AS a FROM anomaly_s) AS r
  JOIN LATERAL saaskpi.anomalies(r.s, causal => (r.a).period = date '2023-12-01') AS f ON f.period = (r.a).period
  JOIN LATERAL saaskpi.series_periods(r.s) AS p ON p.period = f.period;
-- serial and parallel, again and again: the same bits
CREATE TABLE anomaly_bits AS SELECT k, md5(string_agg(d::text, ',' ORDER BY d.period)) AS bits FROM gen_series, saaskpi.anomalies(s) AS d GROUP BY k;
BEGIN;
SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = 0; SET LOCAL max_parallel_workers_per_gather = 2;
SELECT plan_has('SELECT k, d.* FROM gen_series, saaskpi.anomalies(s) AS d', 'Gather') AS parallel;
SELECT count(*) AS series, count(*) FILTER (WHERE p.bits <> b.bits) AS wrong
  FROM (SELECT k, md5(string_agg(d::text, ',' ORDER BY d.period)) AS bits FROM gen_series, saaskpi.anomalies(s) AS d GROUP BY k) AS p JOIN anomaly_bits AS b USING (k);
COMMIT;
-- errors name the value
\set VERBOSITY default
\set SHOW_CONTEXT never
SELECT saaskpi.anomalies('{1,2,NULL}', 1);
SELECT saaskpi.anomalies('{1,Infinity,3}', 1);
SELECT saaskpi.anomalies('{{1,2},{3,4}}', 1);
SELECT saaskpi.anomalies('{1,2,3}', 0);
SELECT saaskpi.anomalies('{1,2,3}', 4);
SELECT saaskpi.anomalies('{1,2,3}', 1, 0);
\echo :SQLSTATE
SELECT saaskpi.anomalies('{1,2,3}', 1, 17);
SELECT saaskpi.anomalies('{1,2,3}', 1, 'NaN');
SELECT saaskpi.anomalies(array_fill(1::float8, ARRAY[100001]), 1);
-- the relations: five years of one customer per segment, the bills of one with a season, a month without and a running one
\set VERBOSITY terse
CREATE SCHEMA anomaly_test;
CALL saaskpi.create_source_tables('anomaly_test');
CALL saaskpi.create_views('anomaly_test');
UPDATE anomaly_test.kpi_settings SET as_of = '2024-01-15';
-- no data: no month to speak of, no failure
CALL saaskpi.refresh('anomaly_test');
SELECT (SELECT count(*) FROM anomaly_test.kpi_forecast_monthly) AS forecasts, (SELECT count(*) FROM anomaly_test.kpi_model_performance) AS tries,
       (SELECT count(*) FROM anomaly_test.kpi_anomalies) AS anomalies, count(*) AS months, count(index) AS known, min(status), max(status) FROM anomaly_test.kpi_seasonality;
-- too little: rows that say so
INSERT INTO anomaly_test.customers VALUES ('A', '2018-11-20', 'SMB', 'DE', 'Organic'), ('B', '2018-12-01', NULL, 'US', 'Ads');
INSERT INTO anomaly_test.payments SELECT 'early' || n, 'A', date '2023-10-05' + 31 * n, 20, 'Success' FROM generate_series(0, 3) AS n;
CALL saaskpi.refresh('anomaly_test');
SELECT metric, dimension, value, row_type, count(*), min(period), max(period), min(actual), min(point), min(model) AS model, min(status) AS status
  FROM anomaly_test.kpi_forecast_monthly GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4 DESC;
SELECT metric, count(*), count(expected), bool_or(is_anomaly) AS any, min(status) AS status FROM anomaly_test.kpi_anomalies GROUP BY metric;
SELECT metric, model, step, forecasts, mase, status FROM anomaly_test.kpi_model_performance ORDER BY metric, model;
DELETE FROM anomaly_test.payments;
-- five years: December is twice an average month, March 2022 brought nothing, January 2024 has begun
INSERT INTO anomaly_test.payments
SELECT 'P' || n, 'A', (date '2019-01-10' + n * interval '1 month')::date, 1000 + 10 * n + CASE WHEN n % 12 = 11 THEN 1000 ELSE 13 * (n * n % 7) END, 'Success'
  FROM generate_series(0, 60) AS n WHERE n <> 38;
INSERT INTO anomaly_test.subscriptions SELECT 'S' || n, CASE WHEN n % 5 = 0 THEN 'B' ELSE 'A' END, 'Pro', date '2019-01-01' + 28 * n, NULL, 10 + n * n % 7 FROM generate_series(0, 60) AS n;
CALL saaskpi.refresh('anomaly_test');
SELECT metric, dimension, value, row_type, count(*), min(period) AS first, max(period) AS last, count(actual) AS actual, count(point) AS point,
       bool_and(lo95 <= lo80 AND lo80 <= point AND point <= hi80 AND hi80 <= hi95) AS ordered, min(lo95) > 0 AS positive, min(regexp_replace(model, '\(.*, .*\)$', '')) AS model, min(status) AS status
  FROM anomaly_test.kpi_forecast_monthly GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4 DESC;
SELECT count(*) AS months, count(*) FILTER (WHERE f.actual <> CASE f.metric WHEN 'mrr' THEN m.closing ELSE r.collected END) AS wrong
  FROM anomaly_test.kpi_forecast_monthly AS f JOIN anomaly_test.kpi_mrr_monthly AS m USING (period) JOIN anomaly_test.kpi_revenue_monthly AS r USING (period) WHERE f.row_type = 'history' AND f.dimension = 'all';
-- beside the actual: what the model said one month before, trend and season
SELECT metric, row_type, count(fitted) AS fitted, avg(abs(fitted / nullif(actual, 0) - 1)) < 0.1 AS close, count(trend) AS trend, count(seasonal) AS seasonal,
       bool_and(seasonal > 500) FILTER (WHERE extract(month FROM period) = 12) AS december, round(abs(sum(seasonal) / sum(trend)), 2) AS adds_nothing
  FROM anomaly_test.kpi_forecast_monthly WHERE dimension = 'all' GROUP BY 1, 2 ORDER BY 1, 2 DESC;
SELECT s.metric, sum(s.actual) = sum(a.actual) AS segments_add_up
  FROM (SELECT metric, period, sum(actual) AS actual FROM anomaly_test.kpi_forecast_monthly WHERE dimension = 'segment' AND row_type = 'history' GROUP BY 1, 2) AS s
  JOIN anomaly_test.kpi_forecast_monthly AS a ON (a.metric, a.period, a.dimension) = (s.metric, s.period, 'all') GROUP BY s.metric ORDER BY 1;
SELECT metric, sum(index), avg(index) = 100 AS mean, max(month) FILTER (WHERE index = top) AS strongest, max(index) > 160 AS clear, min(scale(index)) AS scale
  FROM (SELECT *, max(index) OVER (PARTITION BY metric) AS top FROM anomaly_test.kpi_seasonality) AS s GROUP BY metric ORDER BY metric;
SELECT metric, period, value, expected > 1200 AS expected, score > 2.5 AS unusual, kind, is_alarm, mode, status FROM anomaly_test.kpi_anomalies WHERE metric = 'collected' AND is_anomaly;
SELECT metric, grain, mode, count(*), min(period), max(period) FROM anomaly_test.kpi_anomalies GROUP BY 1, 2, 3 ORDER BY 1, 5;
SELECT metric, model, count(*) AS steps, min(forecasts) AS forecasts, bool_and(mae <= rmse) AS ordered, bool_and(coverage80 <= coverage95) AS covered, bool_and((p_value IS NULL) = (model = 'snaive')) AS tested
  FROM anomaly_test.kpi_model_performance GROUP BY 1, 2 ORDER BY 1, 2;
-- a refresh without new data: the same bytes
CREATE TABLE anomaly_before AS SELECT relation, md5(string_agg(r, ',' ORDER BY r)) AS bytes FROM (
    SELECT 'f' AS relation, f::text AS r FROM anomaly_test.kpi_forecast_monthly AS f UNION ALL SELECT 'p', p::text FROM anomaly_test.kpi_model_performance AS p
    UNION ALL SELECT 's', s::text FROM anomaly_test.kpi_seasonality AS s UNION ALL SELECT 'a', a::text FROM anomaly_test.kpi_anomalies AS a) AS t GROUP BY relation;
CALL saaskpi.refresh('anomaly_test');
SELECT count(*) AS relations, count(*) FILTER (WHERE b.bytes <> t.bytes) AS changed FROM anomaly_before AS b JOIN (SELECT relation, md5(string_agg(r, ',' ORDER BY r)) AS bytes FROM (
    SELECT 'f' AS relation, f::text AS r FROM anomaly_test.kpi_forecast_monthly AS f UNION ALL SELECT 'p', p::text FROM anomaly_test.kpi_model_performance AS p
    UNION ALL SELECT 's', s::text FROM anomaly_test.kpi_seasonality AS s UNION ALL SELECT 'a', a::text FROM anomaly_test.kpi_anomalies AS a) AS t GROUP BY relation) AS t USING (relation);
CALL saaskpi.drop_views('anomaly_test');
DROP SCHEMA anomaly_test CASCADE;

-- a series that rests but for its season: bills of a year paid in January, and
-- signups on Mondays, are what was to be expected there; one in June, and nine
-- on a Wednesday, are not
SELECT step, value, expected, kind
  FROM saaskpi.anomalies(
         (SELECT array_agg(CASE WHEN t = 29 THEN 30000
                                WHEN t % 12 = 0 THEN 12000 + 200 * t ELSE 0 END
                           ORDER BY t)::float8[]
            FROM generate_series(0, 71) t), 12)
 WHERE is_anomaly OR step = 37;
SELECT step, value, expected, kind
  FROM saaskpi.anomalies(
         (SELECT array_agg(CASE WHEN t = 100 THEN 9
                                WHEN t % 7 = 0 THEN 10 + t / 7 % 4
                                WHEN t % 11 = 0 THEN 1 ELSE 0 END
                           ORDER BY t)::float8[]
            FROM generate_series(0, 181) t), 7)
 WHERE is_anomaly OR step = 99;
