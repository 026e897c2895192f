SET datestyle = iso;
SET client_min_messages = warning;
\set VERBOSITY terse
-- a line and a season of known figures come apart exactly: trend 100 + 2 i, season -3, 1, 4, -2
CREATE TABLE decompose_y AS
SELECT array_agg(100 + 2 * i + (ARRAY[-3, 1, 4, -2])[1 + (i - 1) % 4] ORDER BY i)::float8[] AS y FROM generate_series(1, 24) AS i;
SELECT d.step, d.observed, round(d.trend::numeric, 6) AS trend, round(d.seasonal::numeric, 6) AS seasonal, abs(d.remainder) < 1e-9 AS nothing_left
  FROM decompose_y, saaskpi.decompose(y, 4) AS d WHERE d.step IN (1, 2, 3, 4, 5, 22, 23, 24);
SELECT robust, count(*) AS steps, count(*) FILTER (WHERE abs(observed - trend - seasonal - remainder) > 1e-9) AS wrong,
       max(abs(trend - 100 - 2 * step)) < CASE WHEN robust THEN 1e-6 ELSE 0.5 END AS line
  FROM decompose_y, unnest(ARRAY[true, false]) AS robust, saaskpi.decompose(y, 4, robust) GROUP BY robust ORDER BY robust;
-- an outlier of 50 stays in the remainder when robust, and only then
SELECT robust, round(remainder::numeric) AS remainder FROM decompose_y, unnest(ARRAY[true, false]) AS robust,
       LATERAL saaskpi.decompose(y[1:11] || y[12] + 50 || y[13:24], 4, robust) AS d WHERE step = 12 ORDER BY robust DESC;
-- no season, or not two of them: a trend alone, at any length
SELECT n, period, count(*) AS steps, max(abs(trend - y[step])) < 1e-9 AS line, max(abs(seasonal)) AS seasonal
  FROM (SELECT array_agg(i::float8 ORDER BY i) AS y FROM generate_series(1, 30) AS i) AS q, (VALUES (1, 1), (2, 1), (2, 2), (3, 2), (7, 4), (30, 1), (30, 16)) AS t (n, period),
       LATERAL saaskpi.decompose(y[1:n], period) AS d GROUP BY n, period ORDER BY n, period;
SELECT count(*) FROM saaskpi.decompose('{}', 1);
SELECT count(*) FROM saaskpi.decompose(NULL, 12);
SELECT DISTINCT trend, seasonal, remainder FROM saaskpi.decompose(array_fill(0::float8, ARRAY[24]), 12);
-- strength: all, none, unknown
SELECT saaskpi.seasonal_strength(y, 4) > 0.999999 AS seasonal, saaskpi.seasonal_strength(y[1:7], 4) AS short, saaskpi.seasonal_strength(y, 1) AS no_period,
       saaskpi.seasonal_strength(array_fill(5::float8, ARRAY[24]), 4) AS constant FROM decompose_y;
-- the index: the mean is 100 exactly, with a trend and without, multiplicative and with zeros
SELECT season, round(index::numeric, 4) FROM saaskpi.seasonality_index(ARRAY[50, 100, 150, 100, 50, 100, 150, 100, 50, 100, 150, 100], 4);
SELECT name, period, count(*), sum(index) = 100 * period AS exact, avg(index) AS mean
  FROM (SELECT 'line' AS name, y FROM decompose_y
        UNION ALL SELECT 'growth', array_agg(100 * 1.03 ^ i * (1 + 0.3 * sin(i)) ORDER BY i) FROM generate_series(1, 60) AS i
        UNION ALL SELECT 'zeros', array_agg((i % 3)::float8 ORDER BY i) FROM generate_series(1, 60) AS i) AS q,
       unnest(ARRAY[1, 2, 3, 7, 12]) AS period, LATERAL saaskpi.seasonality_index(y, period)
 GROUP BY name, period ORDER BY name, period;
SELECT 'short' AS why, * FROM saaskpi.seasonality_index('{1,2,3}', 2)
UNION ALL SELECT 'empty', * FROM saaskpi.seasonality_index('{}', 2)
UNION ALL SELECT 'mean 0', * FROM saaskpi.seasonality_index('{-1,1,-1,1}', 2);
-- which season: 4 in quarters, 12 in months, none in a line, noise, a constant or too little
SELECT saaskpi.detect_period(array_agg((ARRAY[-30, 10, 40, -20])[1 + i % 4] + sin(i * i) ORDER BY i)) AS quarters,
       saaskpi.detect_period(array_agg(100 + i + 20 * sin(i * pi() / 6) + cos(i * i) ORDER BY i)) AS months,
       saaskpi.detect_period(array_agg(100 + i + 20 * sin(i * pi() / 6) + cos(i * i) ORDER BY i), 6) AS up_to_6,
       saaskpi.detect_period(array_agg(i::float8 ORDER BY i)) AS line, saaskpi.detect_period(array_agg(5::float8)) AS constant
  FROM generate_series(1, 72) AS i;
SELECT saaskpi.detect_period('{1,2,1,2,1,2}') AS short, saaskpi.detect_period('{}') AS empty, saaskpi.detect_period(NULL);
-- with how strong it is and the runner-up: weeks inside years, and none
SELECT p.rank, p.period, round(p.strength::numeric, 1) AS strength
  FROM (SELECT array_agg(100 + 10 * sin(2 * pi() * i / 365) + (ARRAY[4, 0, 0, 0, 0, -3, -4])[1 + i % 7] + sin(i * i) ORDER BY i) AS y FROM generate_series(1, 1500) AS i) AS daily,
       saaskpi.detect_periods(y) AS p ORDER BY 1;
SELECT count(*) FROM saaskpi.detect_periods('{1,2,3,4,5,6,7,8,9}');
-- a series brings its season and its periods; what is incomplete stays out
CREATE TABLE decompose_s AS SELECT saaskpi.series_agg(d::date, y[n]::numeric, 'quarter') AS s
  FROM decompose_y, generate_series(timestamp '2018-01-01', '2023-10-01', '3 months') WITH ORDINALITY AS g (d, n);
SELECT d.period, d.observed, round(d.trend::numeric, 6) AS trend, round(d.seasonal::numeric, 6) AS seasonal FROM decompose_s, saaskpi.decompose(s) AS d ORDER BY 1 LIMIT 4;
SELECT count(*), max(period) FROM decompose_s, saaskpi.decompose(s, as_of => '2023-12-31');
SELECT count(*), max(abs(seasonal)) AS no_season FROM decompose_s, saaskpi.decompose(s, as_of => '2018-10-01');
SELECT count(*) FROM saaskpi.decompose(NULL::saaskpi.series);
-- serial and parallel, again and again: the same bits
CREATE TABLE decompose_bits AS SELECT k, md5(string_agg(d::text, ',' ORDER BY d.period)) AS bits FROM gen_series, saaskpi.decompose(s) AS d GROUP BY k;
BEGIN;
SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = 0; SET LOCAL max_parallel_workers_per_gather = 2;
SELECT plan_has('SELECT k, d.* FROM gen_series, saaskpi.decompose(s) AS d', 'Gather') AS parallel;
SELECT count(*) AS series, count(*) FILTER (WHERE p.bits <> b.bits) AS wrong
  FROM (SELECT k, md5(string_agg(d::text, ',' ORDER BY d.period)) AS bits FROM gen_series, saaskpi.decompose(s) AS d GROUP BY k) AS p JOIN decompose_bits AS b USING (k);
COMMIT;
-- errors name the value
\set VERBOSITY default
\set SHOW_CONTEXT never
SELECT saaskpi.decompose('{1,2,NULL,4}', 2);
\echo :SQLSTATE
SELECT saaskpi.decompose('{1,NaN,3,4}', 2);
\echo :SQLSTATE
SELECT saaskpi.decompose('{1,2,3,-Infinity}', 2);
SELECT saaskpi.decompose('{1,2,3,1e101}', 2);
SELECT saaskpi.decompose('{{1,2},{3,4}}', 2);
\echo :SQLSTATE
SELECT saaskpi.decompose('{1,2,3,4}', 0);
\echo :SQLSTATE
SELECT saaskpi.decompose('{1,2,3,4}', 5);
SELECT saaskpi.decompose(array_fill(1::float8, ARRAY[100001]), 12);
\echo :SQLSTATE
SELECT saaskpi.seasonal_strength('{1,2,3,4}', -1);
SELECT saaskpi.seasonality_index('{1,2,3,4}', 0);
SELECT saaskpi.seasonality_index('{1,2,3,4}', 100000);
SELECT saaskpi.detect_period('{1,2,3,4,5,6,7,8}', 1);
SELECT saaskpi.detect_period('{1,2,3,4,5,6,7,8}', 401);
SELECT saaskpi.detect_period('{1,2,3,4,5,6,7,NULL}');
