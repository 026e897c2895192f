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
-- serial and parallel, again and again: the same bits
CREATE TABLE anomaly_bits AS SELECT k, md5(string_agg(d::text, ',' ORDER BY d.period)) AS bits FROM decompose_many, saaskpi.anomalies(s) AS d GROUP BY k;
BEGIN;
SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = 0; SET LOCAL max_parallel_workers_per_gather = 2;
SELECT plan_has('SELECT k, d.* FROM decompose_many, saaskpi.anomalies(s) AS d', 'Gather') AS parallel;
SELECT count(*) AS series, count(*) FILTER (WHERE p.bits <> b.bits) AS wrong
  FROM (SELECT k, md5(string_agg(d::text, ',' ORDER BY d.period)) AS bits FROM decompose_many, saaskpi.anomalies(s) AS d GROUP BY k) AS p JOIN anomaly_bits AS b USING (k);
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
